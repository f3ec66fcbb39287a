"""Sentences about a run: each names who, what and why, in English and in Chinese."""
import json
import re
import unittest

from forklore_test import ROOT, run, run_json

LIBRARY = sorted((ROOT / "scenarios").glob("*.yaml"))
HAN = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z_]+")
FORMAT = re.compile(r"%(?:ll|z)?[a-z]|%\.\d+[a-z]")
# Words of Chinese sentences that are no names out of the scenario: those of the system, of the clock, of values.
INTERNATIONAL = {"I", "O", "CPU", "SIGTERM", "SIGKILL", "join", "main", "callbacks", "handler", "s", "ms", "us", "is", "false", "true", "none", "result", "index"}

WALK = """
scenario: walk
shared: {n: 0, l: [0, 0]}
objects: {doll: rlock, door: lock, changed: {condition: door}, own: condition, lights: {list: event, count: 2}, forks: {list: lock, count: 2}}
processes:
  sleeper: {steps: [{acquire: door}, {wait: changed}, {release: door}]}
main:
  - {acquire: doll}
  - {acquire: doll}
  - {release: doll}
  - {release: doll}
  - atomic: ["n += 2", "l[1] = n"]
  - "l[0] = 7"
  - "l[0] = 7"
  - i = 1
  - set: lights[i]
  - wait: lights[i]
  - fork = forks[i]
  - acquire: fork
  - start: sleeper
  - sleep: 1s
  - {with: door, do: [{notify: changed}]}
  - {acquire: own}
  - {wait: own, timeout: 1s}
"""

TOLD = """
main acquires doll
main acquires doll again, now 2 deep
main releases doll, and still holds it 1 deep
main releases doll
main atomically: n += 2; l[1] = n (n = 2, l = [0, 2])
main sets l[0] to 7
main sets l[0] to 7
main's i is now 1
main sets lights[1]
main stops waiting for lights[1]
main's fork is now forks[1]
main acquires fork (forks[1])
main starts sleeper
main sleeps for 1s
sleeper acquires door
sleeper has to wait for a notification of changed, and releases door
main acquires door
main notifies changed
main releases door
main acquires own
main has to wait for a notification of own, and releases its lock
sleeper stops waiting for changed, and has door again
sleeper releases door
sleeper ends, exit code 0
main gives up waiting for own: timeout
main ends, exit code 0
""".strip().split("\n")

TOLD_ZH = """
main 获取 doll
main 再次获取 doll，现在是第 2 层
main 释放 doll，仍持有 1 层
main 释放 doll
main 原子操作：n += 2; l[1] = n（n = 2，l = [0, 2]）
main 把 l[0] 设为 7
main 把 l[0] 设为 7
main 的 i 现在是 1
main 把 lights[1] 置位
main 等到了 lights[1]
main 的 fork 现在是 forks[1]
main 获取 fork（forks[1]）
main 启动 sleeper
main 睡眠 1s
sleeper 获取 door
sleeper 释放 door，阻塞，等待 changed 的通知
main 获取 door
main 通知 changed
main 释放 door
main 获取 own
main 释放它的锁，阻塞，等待 own 的通知
sleeper 等到了 changed，重新持有 door
sleeper 释放 door
sleeper 终止，退出码 0
main 等待 own 超时，放弃
main 终止，退出码 0
""".strip().split("\n")

# What is tried and fails, pools, signals.
TRIES = """
scenario: tries
objects: {door: lock, q: {queue: {maxsize: 1, joinable: true}}, p: {pool: 1}}
functions: {f: {params: [x], steps: [{return: x}]}}
processes: {kid: {daemon: true, steps: [{io: 5s}]}, late: {steps: [{sleep: 10s}]}}
main:
  - {acquire: door}
  - {acquire: door, wait: false, into: got}
  - {put: q, item: 1}
  - {try: [{put: q, item: 2, wait: false}], except: {Full: [{release: door}]}}
  - {get: q, into: x}
  - {try: [{get: q, wait: false}], except: {Empty: [n = qsize(q)]}}
  - {task_done: q}
  - {join: q}
  - {start: kid}
  - {start: late}
  - {terminate: late}
  - {kill: late}
  - {apply: p, call: f, args: [7], into: r}
  - {close: p}
  - {join: p}
  - {compute: 5ms}
"""

TRIED = """
main acquires door
main tries to acquire door, but fails
main's got is now false
main puts 1 into q
main tries to put into q, but fails
Full in main, line 10: the queue `q` is full
main releases door
main gets 1 from q
main's x is now 1
main tries to get from q, but fails
Empty in main, line 12: the queue `q` is empty
main asks qsize(q): 0
main's n is now 0
main is done with an item of q
main joins q: all its items are done
main starts kid
main starts late
main sends SIGTERM to late
main sends SIGKILL to late
main hands f(7) to p
kid waits 5s for its I/O
late is killed by signal 9 (SIGKILL)
p.1 takes f(7)
p.1 returns the result 7
main gets the result from p: 7
main's r is now 7
main closes p
p.1 has nothing more to do
p.1 ends, exit code 0
p.callbacks finds that p.1 has ended
main joins p
main computes for 5ms
main has reached its end: SIGTERM to its daemon kid
kid is killed by signal 15 (SIGTERM)
main ends, exit code 0
""".strip().split("\n")

TRIED_ZH = """
main 获取 door
main 尝试获取 door，未成功
main 的 got 现在是 false
main 把 1 放入 q
main 尝试放入 q，未成功
Full，在 main 中，第 10 行：队列 `q` 已满
main 释放 door
main 从 q 取出 1
main 的 x 现在是 1
main 尝试从 q 取出，未成功
Empty，在 main 中，第 12 行：队列 `q` 是空的
main 查询 qsize(q)：0
main 的 n 现在是 0
main 处理完 q 中的一项
main 等到 q 全部处理完（join）
main 启动 kid
main 启动 late
main 向 late 发送 SIGTERM
main 向 late 发送 SIGKILL
main 把 f(7) 交给 p
kid 等待 I/O 5s
late 被 9 号信号（SIGKILL）终止
p.1 领取任务 f(7)
p.1 返回结果 7
main 从 p 得到结果：7
main 的 r 现在是 7
main 关闭 p
p.1 没有任务可做了
p.1 终止，退出码 0
p.callbacks 发现 p.1 已终止
main 等到 p 结束（join）
main 计算 5ms
main 即将终止：向守护进程 kid 发送 SIGTERM
kid 被 15 号信号（SIGTERM）终止
main 终止，退出码 0
""".strip().split("\n")


# Why processes wait: a scenario, and lines of the report of its run, in English and in Chinese.
F = "functions: {f: {params: [x], steps: [{wait: e}, {return: x}]}}\n"
WAITS = {
    "a lock of its own": (
        "objects: {door: lock}\nmain: [{acquire: door}, {acquire: door}]\n",
        ["main has to wait for door, which it holds itself", "main waits for door, which it holds itself"],
        ["main 阻塞，等待 door，而它正由自己持有", "main 等待 door，而它正由自己持有"]),
    "a lock": (
        "objects: {door: lock}\nprocesses: {a: {steps: [{acquire: door}, {sleep: 1s}, {acquire: door}]}, b: {steps: [{acquire: door}]}}\n",
        ["b has to wait for door, which a holds", "b waits for door, which a holds"],
        ["b 阻塞，等待 door，它由 a 持有", "b 等待 door，它由 a 持有"]),
    "a lock that was left": (
        "objects: {door: lock}\nprocesses: {a: {steps: [{acquire: door}]}, b: {steps: [{sleep: 1s}, {acquire: door}]}}\n",
        ["b waits for door, which a held when it ended"], ["b 等待 door，a 终止时没有释放它"]),
    "a lock that others wait for": (
        "objects: {door: lock}\nprocesses: {a: {steps: [{acquire: door}, {release: door}]}, b: {steps: [{acquire: door}]}, c: {steps: [{acquire: door}]}}\n"
        "schedule: [a, b, a, c]\n",
        ["c has to wait for door, behind b"], ["c 阻塞，等待 door，排在 b 之后"]),
    "a semaphore": (
        "objects: {s: {semaphore: 1}}\nprocesses: {a: {count: 2, steps: [{acquire: s}]}}\n",
        ["a.2 has to wait for s: its value is 0", "a.2 waits for s: its value is 0", "main waits for all of a to end: 1 of 2 are still alive (a.2)"],
        ["a.2 阻塞，等待 s：它的值为 0", "a.2 等待 s：它的值为 0", "main 等待 a 全部结束：还有 1/2 个没有结束（a.2）"]),
    "an event": (
        "objects: {e: event}\nprocesses: {a: {count: 2, steps: [{wait: e}]}}\n",
        ["a.1 has to wait for e to be set", "every a waits for e to be set", "main waits for all of a to end"],
        ["a.1 阻塞，等待 e 被置位", "每个 a 等待 e 被置位", "main 等待 a 全部结束"]),
    "a condition": (
        "objects: {c: condition}\nmain: [{acquire: c}, {wait: c}]\n",
        ["main waits for a notification of c"], ["main 等待 c 的通知"]),
    "a condition's lock, notified": (
        "objects: {door: lock, c: {condition: door}}\nprocesses: {a: {steps: [{acquire: c}, {wait: c}]}, "
        "b: {steps: [{sleep: 1s}, {acquire: door}, {notify: c}, {acquire: door}]}}\n",
        ["a was notified of c, and waits for its lock, which b holds"], ["a 已收到 c 的通知，等待它的锁，锁由 b 持有"]),
    "a condition's lock, too late": (
        "objects: {door: lock, c: {condition: door}}\nprocesses: {a: {steps: [{acquire: c}, {wait: c, timeout: 500ms}]}, "
        "b: {steps: [{sleep: 100ms}, {acquire: door}, {sleep: 1s}]}}\n",
        ["a stopped waiting for c (timeout), and waits for its lock, which b held when it ended"],
        ["a 等待 c 超时，现在等待它的锁，b 终止时没有释放该锁"]),
    "a barrier": (
        "objects: {gate: {barrier: 3}}\nprocesses: {a: {count: 2, steps: [{wait: gate}]}}\n",
        ["a.1 has to wait at gate: 1 of 3 are there", "every a waits at gate: 2 of 3 are there"],
        ["a.1 阻塞，等待其他进程到达 gate：已到 1/3", "每个 a 等待其他进程到达 gate：已到 2/3"]),
    "an item": (
        "objects: {q: queue}\nmain: [{get: q, into: x}]\n",
        ["main has to wait to get from q: it is empty", "main waits to get from q: it is empty"],
        ["main 阻塞，等待从 q 取出：它是空的", "main 等待从 q 取出：它是空的"]),
    "room": (
        "objects: {q: {queue: 2}}\nmain: [{put: q, item: 1}, {put: q, item: 2}, {put: q, item: 3}]\n",
        ["main waits to put into q: it is full (2 of 2)"], ["main 等待放入 q：它已满（2/2）"]),
    "an item that others wait for": (
        "objects: {q: queue}\nprocesses: {a: {steps: [{get: q, into: x}]}, b: {steps: [{put: q, item: 1}]}, c: {steps: [{get: q, into: x}]}}\n"
        "schedule: [a, b, c]\n",
        ["c has to wait to get from q, behind a"], ["c 阻塞，等待从 q 取出，排在 a 之后"]),
    "room that others wait for": (
        "objects: {q: {queue: 1}}\nprocesses: {a: {steps: [{put: q, item: 1}, {get: q, into: x}]}, b: {steps: [{put: q, item: 2}]}, "
        "c: {steps: [{put: q, item: 3}]}}\nschedule: [a, b, a, c]\n",
        ["c has to wait to put into q, behind b"], ["c 阻塞，等待放入 q，排在 b 之后"]),
    "a message that others wait for": (
        "objects: {link: pipe}\nprocesses: {a: {steps: [{recv: link.left, into: x}]}, b: {steps: [{send: link.right, item: 1}]}, "
        "c: {steps: [{recv: link.left, into: x}]}}\nschedule: [a, b, c]\n",
        ["c has to wait to receive from link.left, behind a"], ["c 阻塞，等待从 link.left 接收，排在 a 之后"]),
    "room in a pipe that others wait for": (
        "objects: {link: {pipe: {capacity: 1}}}\nprocesses: {a: {steps: [{send: link.left, item: 1}]}, b: {steps: [{send: link.left, item: 1}]}, "
        "c: {steps: [{send: link.left, item: 1}]}, r: {steps: [{recv: link.right, into: x}]}}\nschedule: [a, b, r, c]\n",
        ["c has to wait to send into link.left, behind b"], ["c 阻塞，等待发往 link.left，排在 b 之后"]),
    "items to be done": (
        "objects: {q: {queue: {joinable: true}}}\nmain: [{put: q, item: 1}, {put: q, item: 2}, {join: q}]\n",
        ["main waits for all items of q to be done: 2 unfinished"], ["main 等待 q 全部处理完：还有 2 项未完成"]),
    "room in a pipe": (
        "objects: {link: {pipe: {capacity: 1}}}\nmain: [{send: link.left, item: 1}, {send: link.left, item: 1}]\n",
        ["main waits to send into link.left: it is full (1 of 1)"], ["main 等待发往 link.left：它已满（1/1）"]),
    "a message": (
        "objects: {link: pipe}\nmain: [{recv: link.left, into: x}]\n",
        ["main has to wait to receive from link.left: it is empty",
         "main waits to receive from link.left: it is empty, and the other end is still open in main"],
        ["main 阻塞，等待从 link.left 接收：它是空的", "main 等待从 link.left 接收：它是空的，另一端还开着，在 main 里"]),
    "a message of a connection": (
        "objects: {s: socket}\nprocesses: {a: {steps: [{listen: s}, {accept: s, into: c}, {recv: c, into: x}]}, "
        "b: {steps: [{sleep: 1s}, {connect: s, into: d}, {recv: d, into: x}]}}\n",
        ["a has to wait for a connection to s: there is none", "a waits to receive from s#1: it is empty, and the other end is still open in b"],
        ["a 阻塞，等待有进程连接 s：还没有连接", "a 等待从 s#1 接收：它是空的，另一端还开着，在 b 里"]),
    "children": (
        "objects: {e: event}\nprocesses: {a: {steps: [{start: b}]}, b: {count: 2, steps: [{wait: e}]}}\nmain: [{start: a}, {join: a}]\n",
        ["a has reached its end, and waits for b.1, b.2 to end"], ["a 已执行到末尾，等待 b.1、b.2 结束"]),
    "many": (
        "objects: {e: event}\nprocesses: {a: {count: 9, steps: [{if: index > 2, then: [{wait: e}]}]}}\n",
        ["main waits for all of a to end: 7 of 9 are still alive (a.3, a.4, a.5, a.6, ..)"],
        ["main 等待 a 全部结束：还有 7/9 个没有结束（a.3、a.4、a.5、a.6 等）"]),
    "a pool": (
        "objects: {p: {pool: 2}, e: event}\n" + F + "main: [{apply_async: p, call: f, args: [1]}, {apply_async: p, call: f, args: [2]}, "
        "{apply_async: p, call: f, args: [3]}, {close: p}, {join: p}]\n",
        ["main waits for p to end: tasks unfinished 3, workers alive 2"], ["main 等待 p 结束：未完成的任务 3 个，还在的工作进程 2 个"]),
    "a result": (
        "objects: {p: {pool: 1}, e: event}\n" + F + "main: [{apply_async: p, call: f, args: [1], into: r}, {get: r}]\n",
        ["main waits for the result of f(1): p.1 is executing it"], ["main 等待 f(1) 的结果：p.1 正在执行"]),
    "a result of a task in line": (
        "objects: {p: {pool: 1}, e: event}\n" + F + "main: [{apply_async: p, call: f, args: [1]}, {apply_async: p, call: f, args: ['a'], into: r}, {get: r}]\n",
        ['main waits for the result of f("a"): no worker of p has taken it yet'], ['main 等待 f("a") 的结果：p 的工作进程还没有领取它']),
    "some results": (
        "objects: {p: {pool: 2}, e: event}\nfunctions: {f: {params: [x], steps: [{if: x > 1, then: [{wait: e}]}, {return: x}]}}\n"
        "main: [{map: p, call: f, over: [1, 2, 3], into: r}]\n",
        ["main waits for the results of f: 2 of 3 are missing"], ["main 等待 f 的结果：还缺 2/3 个"]),
    "a callback": (
        "objects: {p: {pool: 1}, e: event}\nfunctions: {f: {params: [x], steps: [{return: x}]}, g: {params: [x], steps: [{wait: e}]}}\n"
        "main: [{apply_async: p, call: f, args: [1], callback: g, into: r}, {get: r}]\n",
        ["main waits for the result of f: its callback has not finished"], ["main 等待 f 的结果：它的回调还没有结束"]),
    "a callback that failed": (
        "objects: {p: {pool: 1}}\nfunctions: {f: {params: [x], steps: [{return: x}]}, g: {params: [x], steps: [{raise: Odd}]}}\n"
        "main: [{apply_async: p, call: f, args: [1], callback: g, into: r}, {get: r}]\n",
        ["main waits for the result of f, which will never come: its callback failed"], ["main 等待 f 的结果，但这个结果不会再有：它的回调失败了"]),
    "a callback behind one that failed": (
        "objects: {p: {pool: 1}}\nfunctions: {f: {params: [x], steps: [{return: x}]}, g: {params: [x], steps: [{raise: Odd}]}}\n"
        "main: [{apply_async: p, call: f, args: [1], callback: g}, {apply_async: p, call: f, args: [2], callback: g, into: r}, {get: r}]\n",
        ["main waits for the result of f, which will never come: a callback before its own failed"],
        ["main 等待 f 的结果，但这个结果不会再有：排在前面的回调失败了"]),
    "a result that was lost": (
        "objects: {p: {pool: 1}}\nfunctions: {f: {params: [x], steps: [{exit: 1}]}}\n"
        "main: [{apply_async: p, call: f, args: [1], into: r}, {get: r}]\n",
        ["main waits for the result of f, which will never come: its worker has ended"],
        ["main 等待 f 的结果，但这个结果不会再有：执行它的工作进程已终止"]),
}
# What --quiet says at the end: nothing hides anything else.
ENDS = {
    "an exception and a violated expectation": (
        "shared: {s: 0}\nmain: [{raise: Odd, message: no}]\nexpect: [{always: s == 1}]\n",
        ["Broken, after 1 action and 0.000s.", "  broken from the beginning: always: s == 1", "  it could not be avoided: every order leads to it", "  uncaught Odd in main, line 3: no"],
        ["预期不成立，共 1 个动作，用时 0.000s。", "  从一开始就不成立：always: s == 1", "  它无法避免：所有执行次序都会如此", "  未捕获的 Odd，在 main 中，第 3 行：no"]),
    "a deadlock and a violated expectation": (
        "shared: {s: 0}\nobjects: {e: event}\nmain: [{wait: e}]\nexpect: [{always: s == 1}]\n",
        ["Broken, after 1 action and 0.000s.", "  broken from the beginning: always: s == 1", "  it could not be avoided: every order leads to it", "  Deadlock: nobody can go on",
         "  main waits for e to be set"],
        ["预期不成立，共 1 个动作，用时 0.000s。", "  从一开始就不成立：always: s == 1", "  它无法避免：所有执行次序都会如此", "  死锁：谁也无法继续", "  main 等待 e 被置位"]),
    "an expectation that was broken on the way, and one that was only true for a while": (
        "shared: {s: 0}\nmain: [s += 1, s += 1, s = 5]\nexpect: [{always: s != 2}, {finally: s == 1}, {finally: s == 9}, {finally: s == 5}]\n",
        ["Broken, after 6 actions and 0.050s.", "  broken since step 4: always: s != 2", "  it could not be avoided: every order leads to it", "  broken since step 4: finally: s == 1",
         "  broken at the end: finally: s == 9"],
        ["预期不成立，共 6 个动作，用时 0.050s。", "  从第 4 步起不成立：always: s != 2", "  它无法避免：所有执行次序都会如此", "  从第 4 步起不成立：finally: s == 1",
         "  结束时不成立：finally: s == 9"]),
    "what the scenario is there to show": (
        "shared: {s: 0}\nmain: [s = 1]\nexpect: [{name: none, finally: s == 0, verdict: sometimes}]\n",
        ["Broken, as this scenario is there to show, after 2 actions and 0.010s.", "  broken since step 1: none", "  it could not be avoided: every order leads to it"],
        ["预期不成立，这正是本场景要演示的；共 2 个动作，用时 0.010s。", "  从第 1 步起不成立：none", "  它无法避免：所有执行次序都会如此"]),
    "what the scenario is there to show, beside what it is not": (
        "shared: {s: 0}\nobjects: {e: event}\nmain: [s = 1, {wait: e}]\nexpect: [{name: none, always: s == 0, verdict: never}]\n",
        ["Deadlock: nobody can go on, after 2 actions and 0.010s.", "  it could not be avoided: every order leads to it", "  broken since step 1, as this scenario is there to show: none",
         "  main waits for e to be set"],
        ["死锁：谁也无法继续，共 2 个动作，用时 0.010s。", "  它无法避免：所有执行次序都会如此", "  从第 1 步起不成立，这正是本场景要演示的：none", "  main 等待 e 被置位"]),
    "a deadlock that the scenario is there to show": (
        "objects: {e: event}\nmain: [{wait: e}]\nexpect: [{deadlock: possible}]\n",
        ["Deadlock: nobody can go on, as this scenario is there to show, after 1 action and 0.000s.", "  it could not be avoided: every order leads to it", "  main waits for e to be set"],
        ["死锁：谁也无法继续，这正是本场景要演示的；共 1 个动作，用时 0.000s。", "  它无法避免：所有执行次序都会如此", "  main 等待 e 被置位"]),
    "what the scenario is there to show, and a schedule that does not fit": (
        "shared: {s: 0}\nprocesses: {a: {steps: [s = 1]}}\nschedule: [a x5]\nexpect: [{name: none, always: s == 0, verdict: never}]\n",
        ["Stopped: the schedule does not fit, after 5 actions and 0.010s.", "  broken since step 2, as this scenario is there to show: none"],
        ["已停止：调度序列不符，共 5 个动作，用时 0.010s。", "  从第 2 步起不成立，这正是本场景要演示的：none"]),
    "what was said never to hold": (
        "shared: {s: 0}\nmain: [s = 1]\nexpect: [{name: one, finally: s == 1, verdict: never}]\n",
        ["Finished, after 2 actions and 0.010s.", "  it holds in this run, though the scenario says that it never does: one"],
        ["运行结束，共 2 个动作，用时 0.010s。", "  在这次运行中成立，而场景声明它不可能成立：one"]),
    "all that was expected": (
        "shared: {s: 0}\nmain: [s = 1]\nexpect: [{finally: s == 1}, {always: s < 2, verdict: sometimes}]\n",
        ["As expected, after 2 actions and 0.010s."], ["符合预期，共 2 个动作，用时 0.010s。"]),
    "nothing to be judged": (
        "shared: {s: 0}\nmain: [s = 1]\nexpect: [{reachable: s == 1}, {deadlock: never}]\n",
        ["Finished, after 2 actions and 0.010s."], ["运行结束，共 2 个动作，用时 0.010s。"]),
    "a deadlock and an exception": (
        "objects: {e: event}\nprocesses: {a: {steps: [{raise: Odd}]}, b: {steps: [{wait: e}]}}\n",
        ["Deadlock: nobody can go on, after 5 actions and 0.000s.", "  it could not be avoided: every order leads to it", "  b waits for e to be set", "  main waits for b to end",
         "  uncaught Odd in a, line 3\n"], None),
    "a task whose exception a callback has heard": (
        "shared: {n: 0}\nobjects: {p: {pool: 2}}\nfunctions:\n  bad: {params: [x], steps: [{raise: Odd}]}\n  hear: {params: [e], steps: [n += 1]}\n"
        "main:\n  - {apply_async: p, call: bad, args: [1], error_callback: hear}\n  - {close: p}\n  - {join: p}\n",
        ["  in the end: n = 1"], ["  最后：n = 1"]),
    "tasks whose exceptions nobody fetched": (
        "shared: {n: 0}\nobjects: {p: {pool: 2}}\nfunctions:\n  bad:\n    params: [x]\n    steps:\n"
        "      - {raise: Odd, message: 'not {x}'}\nmain:\n  - {apply_async: p, call: bad, args: [1], into: r}\n"
        "  - {apply_async: p, call: bad, args: [2]}\n  - {apply_async: p, call: bad, args: [3], into: s}\n"
        "  - {try: [{get: s}], except: {any: [n += 1]}}\n  - {try: [{apply: p, call: bad, args: [4]}], except: {any: [n += 1]}}\n"
        "  - {try: [{map: p, call: bad, over: [5, 6]}], except: {any: [n += 1]}}\n  - {close: p}\n  - {join: p}\n",
        ["  the exception of bad(1) was never fetched: Odd, line 8: not 1", "  the exception of bad(2) was never fetched: Odd, line 8: not 2",
         "  in the end: n = 3"],
        ["  bad(1) 的异常一直没有被取出：Odd，第 8 行：not 1", "  bad(2) 的异常一直没有被取出：Odd，第 8 行：not 2", "  最后：n = 3"]),
}


def rows(table, macro):
    """The strings of each row of a .def table."""
    text = (ROOT / table).read_text()
    return [re.findall(r'"((?:[^"\\]|\\.)*)"', line) for line in text.splitlines() if line.startswith(macro + "(")]


def sentences(text):
    """Without numbers and times."""
    return [re.sub(r"^ *(\d+ +[\d.]+s)? +", "", line) for line in text.splitlines()]


class Story(unittest.TestCase):
    maxDiff = None

    def told(self, *args, **kw):
        result = run(["run", "--model", "--plain", *args], **kw)
        self.assertIn(result.code, (0, 1), result)
        return result.out

    def test_a_sleep_says_what_was_drawn(self):
        """It is over after so long; explore, whose orders hold for any time, says from when to when."""
        text = "scenario: naps\nmain: [{repeat: 8, do: [{sleep: 1us..3s}, {say: up}]}]\n"
        unit = {"s": 1000, "ms": 1, "us": 0.001}
        told = self.told("-", stdin=text)
        naps = re.findall(r"(\d+\.\d+)s  main sleeps for ([\d.]+)(s|ms|us)\n +\d+ (\d+\.\d+)s  main says", told)
        self.assertEqual(len(naps), 8, told)
        for begin, drawn, word, end in naps:
            self.assertAlmostEqual((float(end) - float(begin)) * 1000, float(drawn) * unit[word] + 10, delta=1.6, msg=told)
        self.assertIn("main sleeps for 1us to 3s", run(["explore", "-", "--samples", "1"], stdin=text.replace("repeat: 8", "repeat: 1")).out)

    def test_texts_in_chinese_sentences_have_its_quotes(self):
        """And no blank stands beside a mark of full width; where code is shown, they have the language's own."""
        text = ("scenario: s\nshared: {word: ''}\nfunctions: {f: {params: [x], steps: [return: x]}}\nobjects: {q: queue, crew: {pool: 1}}\n"
                "private: {w: ''}\nmain: [{say: hello}, {put: q, item: \"a b\"}, {get: q, into: w}, word = w, {apply: crew, call: f, args: [w], into: w}]\n")
        told = sentences(self.told("--lang", "zh", "-", stdin=text))
        for line in ("main 说“hello”", "main 把“a b”放入 q", "main 从 q 取出“a b”", "main 把 word 设为“a b”", 'main 把 f("a b") 交给 crew'):
            self.assertIn(line, told)
        self.assertFalse([line for line in told if re.search("[“”（）] | [“”（）]", line)], told)
        english = sentences(self.told("-", stdin=text))
        self.assertIn('main says "hello"', english)

    def test_an_action_that_raises_is_not_said_to_be_done(self):
        scenario = ("scenario: fails\nshared: {n: 0, t: text}\nobjects: {door: lock, p: {semaphore: {value: 1, bounded: true}}}\nmain:\n" +
                    "".join("  - try: [%s]\n    except: {any: [{say: caught}]}\n" % step for step in
                            ("'n = random(5, 1)'", "'t[0] = \"x\"'", "{release: door}", "{V: p}")))
        for lang, said in (("en", ["main tries to draw from an empty range", 'main tries to set t[0] to "x", but fails',
                                   "main tries `release: door`, but fails", "main tries `V: p`, but fails"]),
                           ("zh", ["main 尝试从空的范围里抽取", 'main 尝试把 t[0] 改为“x”，未成功', "main 尝试 `release: door`，未成功", "main 尝试 `V: p`，未成功"])):
            told = sentences(self.told("--lang", lang, "-", stdin=scenario))
            self.assertEqual([line for line in told if "tries" in line or "尝试" in line], said)

    def test_a_signal_is_named_also_when_nobody_is_there_to_get_it(self):
        scenario = ("scenario: late\nprocesses:\n  p: {steps: []}\n  q: {steps: [{sleep: 1s}]}\nmain:\n  - start: p\n  - start: q\n  - join: p\n"
                    "  - {signal: p, with: SIGUSR1}\n  - terminate: q\n  - {signal: q, with: SIGHUP}\n")
        told = self.told("-", stdin=scenario)
        self.assertIn("main sends SIGUSR1 to p", told)
        self.assertIn("main sends SIGHUP to q", told)
        self.assertIn("main 向 p 发送 SIGUSR1", self.told("--lang", "zh", "-", stdin=scenario))

    def test_a_semaphore_as_textbooks_draw_it(self):
        """Below 0 the value says how many wait, in the sentences, in the dashboard; what an expression reads stays the number of units."""
        scenario = ("scenario: plates\nshared: {seen: 0}\nobjects: {plate: {semaphore: {value: 1, view: textbook}}}\nprocesses:\n"
                    "  p: {count: 3, steps: [{P: plate}, {sleep: 10ms}, {V: plate}]}\n"
                    "  eye: {arrive: 22ms, steps: ['seen = waiting(plate)']}\n")
        for lang, wait, does in (("en", "has to wait for plate; plate = %d, %d waiting", "p.%d does %s(plate); plate = %d"),
                                 ("zh", "阻塞，等待 plate；plate = %d，%d 个进程等待", "p.%d 执行 %s(plate)；plate = %d")):
            told = [line for line in sentences(self.told("--lang", lang, "-", stdin=scenario)) if "plate" in line and "=" in line and "seen" not in line]
            self.assertEqual(told, [does % (1, "P", 0), "p.2 " + wait % (-1, 1), "p.3 " + wait % (-2, 2), does % (1, "V", -1),
                                    does % (2, "P", -1), does % (2, "V", 0), does % (3, "P", 0), does % (3, "V", 1)])
        plain = self.told("-", stdin=scenario.replace(", view: textbook", ""))
        self.assertNotIn("plate =", plain)
        screen = run(["run", "--model", "--screen", "-", "--at", "9", "--size", "120x40", "-"], stdin=scenario).out
        self.assertRegex(screen, r"plate  S = -2 +1 taken")
        self.assertEqual(run_json("-", "--model", stdin=scenario)[-1]["shared"], {"seen": 2})

    def test_every_sentence_names_what_it_is_about(self):
        for scenario, after, *both in ((WALK, 2, TOLD, TOLD_ZH), (TRIES, 1, TRIED, TRIED_ZH)):
            for lang, told in zip(("en", "zh"), both):
                with self.subTest(lang):
                    self.assertEqual(sentences(self.told("--lang", lang, "-", stdin=scenario))[1:-after], told)

    def test_both_languages_say_the_same(self):
        """What is filled in is the same, and in the same order."""
        found = rows("sim/report/story.def", "PHRASE")
        self.assertGreater(len(found), 30)
        for english, chinese in found:
            with self.subTest(english):
                self.assertEqual(FORMAT.findall(english), FORMAT.findall(chinese))

    def test_both_languages_fill_in_the_same(self):
        """By name, where each has its own order."""
        named = [row for row in rows("sim/report/story.def", "PHRASE") if "{" in row[0]]
        self.assertGreater(len(named), 30)
        for english, chinese in named:
            with self.subTest(english):
                self.assertEqual(*(sorted(re.findall(r"{(\w+)}", text)) for text in (english, chinese)))

    def test_it_is_said_why_a_process_waits(self):
        for name, (text, *told) in WAITS.items():
            for lang, lines in zip(("en", "zh"), told):
                with self.subTest(name, lang=lang):
                    said = sentences(self.told("--lang", lang, "-", stdin="scenario: w\n" + text))
                    self.assertEqual([line for line in said if line in lines], lines, said)

    def test_until_when_a_process_waits(self):
        text = "scenario: w\nprocesses: {a: {steps: [{sleep: 3s}]}}\nmain: [{start: a}, {join: a, timeout: 1s}]\n"
        for lang, told in (("en", "main waits for a to end, until 1.010s at most"), ("zh", "main 等待 a 结束，最迟到 1.010s")):
            screen = run(["run", "--model", "--screen", "-", "--at", "2", "--lang", lang, "-"], stdin=text).out
            self.assertIn(told, screen)

    def test_a_signal_that_kills_has_its_name(self):
        text = "scenario: s\nprocesses: {kid: {steps: [{sleep: 9s}]}}\nmain: [{start: kid}, {kill: kid}, {sleep: 100ms}]\n"
        for lang, said in (("en", "killed by signal 9 (SIGKILL)"), ("zh", "被 9 号信号（SIGKILL）终止")):
            for size in ("80x24", "120x40"):
                screen = run(["run", "--model", "--screen", "-", "--at", "5", "--size", size, "--lang", lang, "-"], stdin=text).out
                row = next(line for line in screen.splitlines() if re.search(r"\bkid +\d+ ", line))
                self.assertIn(said, row)
                self.assertEqual(screen.count(said), 2, "in the list of processes, and as what happened")

    def test_where_there_is_little_room_the_signal_remains(self):
        text = ("scenario: s\nobjects: {cabin: lock}\nshared: {n: 0}\nprocesses:\n  guest:\n    count: 3\n    private: {x: 0, y: 0}\n"
                "    steps: [{acquire: cabin}, x = n, y = n, {sleep: 9s}, {release: cabin}]\n"
                "main: [{start: guest}, {sleep: 200ms}, {kill: \"guest[1]\"}, {sleep: 100ms}]\n")
        for lang in "en", "zh":
            screen = run(["run", "--model", "--screen", "-", "--at", "14", "--lang", lang, "-"], stdin=text).out
            row = next(line for line in screen.splitlines() if re.search(r"guest\.1 +Z", line))
            self.assertIn("SIGKILL", row)
            self.assertNotIn("…", row)

    def test_a_sleep_that_is_over_is_no_timeout(self):
        text = ("scenario: w\nobjects: {door: {lock: {fair: false}}}\nprocesses: {a: {steps: [{acquire: door}, {sleep: 2s}, {say: x}, {sleep: 1s}]}, "
                "b: {steps: [{sleep: 500ms}, {acquire: door}]}}\n")
        screen = run(["run", "--model", "--screen", "-", "--at", "6", "-"], stdin=text).out.splitlines()
        self.assertTrue(any(line.startswith("   b ") and line.endswith("door (held by a)") for line in screen), screen)

    def test_nothing_hides_anything_at_the_end(self):
        for name, (text, *told) in ENDS.items():
            for lang, lines in zip(("en", "zh"), told):
                with self.subTest(name, lang=lang):
                    said = run(["run", "--model", "--quiet", "--lang", lang, "-"], stdin="scenario: w\n" + text).out
                    self.assertIn("\n".join(lines or []), said)
                    self.assertEqual(said.count("never fetched") + said.count("取出"), sum("fetched" in x or "取出" in x for x in lines or []))

    def test_unfetched_exceptions_in_json(self):
        def end(text, *flags):
            return json.loads(run(["run", "--json", "--quiet", *flags, "-"], stdin="scenario: w\n" + text).out)
        text = ENDS["tasks whose exceptions nobody fetched"][0]
        for flags in ([], ["--model"]):
            self.assertEqual(end(text, *flags)["unfetched"], [{"call": "bad(%d)" % n, "name": "Odd", "message": "not %d" % n, "line": 8} for n in (1, 2)])
        self.assertEqual(end(ENDS["a task whose exception a callback has heard"][0], "--model")["unfetched"], [])
        self.assertNotIn("unfetched", end("main: [{say: hi}]\n", "--model"))

    def test_a_worker_in_the_place_of_another_has_another_pid(self):
        """It has the same name: what tells it apart is said in each form."""
        events = [json.loads(line) for line in run(["run", "--json", "pool-maxtasks"]).out.splitlines()]
        pids = [e["pid"] for e in events if e["type"] == "process" and e["process"] == "crew.1"]
        self.assertEqual(len(set(pids)), 3)
        for lang, sentence in (("en", r"starts another crew\.1, PID (\d+)$"), ("zh", r"另启动一个 crew\.1，进程号为 (\d+)$")):
            said = run(["run", "--plain", "--lang", lang, "pool-maxtasks"]).out
            named = re.findall(sentence, said, re.M)
            own = re.findall(r"(?:in process|进程) (\d+)", said)
            self.assertEqual(len(named), 2, said)
            self.assertLessEqual(set(named), set(own), said)

    def test_in_chinese_no_english_is_left(self):
        """Nothing but names, values and what the system calls things; an exception's message is a value."""
        for path in LIBRARY:
            with self.subTest(path.stem):
                known = set(WORD.findall(path.read_text())) | INTERNATIONAL
                for line in self.told("--lang", "zh", path).splitlines():
                    if "第 " in line and "行：" in line:
                        line = line[:line.index("行：")]
                    if re.match(r"  +[a-zA-Z0-9_.]+( +[\d.]+)+$", line):
                        continue        # a row of the closing table
                    line = re.sub(r'"[^"]*"|“[^”]*”', "", line)
                    strange = set(WORD.findall(line)) - known
                    self.assertFalse({w for w in strange if not w.endswith(("Error", "Empty", "Full"))}, line)

    def test_explore_tells_it_in_chinese(self):
        result = run(["explore", "--lang", "zh", "dining-philosophers"])
        for line in ("获取 left（forks[0]）", "philosopher.1 等待 forks[1]，它由 philosopher.2 持有", "main 等待 philosopher 全部结束"):
            self.assertIn(line, result.out)
        for word in (" waits ", " acquires ", " sleeps ", " says "):
            self.assertNotIn(word, result.out)

    def test_a_deadlock_names_the_processes_that_could_still_send(self):
        for lang, told in (("en", "  reader waits to receive from link.left: it is empty, and the other end is still open in main, reader"),
                           ("zh", "  reader 等待从 link.left 接收：它是空的，另一端还开着，在 main、reader 里")):
            self.assertIn(told, self.told("--lang", lang, "pipe-forgotten-end").splitlines())

    def test_the_end_tells_what_managers_and_files_hold(self):
        self.assertIn("\n  in the end: bank.money = 2\n", self.told("manager-counter"))
        self.assertIn("\n  in the end: sold = 3, empty_seen = 0, counter.tickets = 0\n", self.told("ticket-file"))

    def test_a_server_does_not_wait_for_itself(self):
        text = "scenario: m\nobjects: {bank: {manager: {n: 0}}}\nmain: [bank.n = 1]\n"
        for lang, row, told in (("en", "a request", "bank waits for a request"), ("zh", "请求", "bank 等待请求")):
            screen = run(["run", "--model", "--screen", "-", "--at", "1", "--lang", lang, "-"], stdin=text).out.splitlines()
            self.assertTrue(any(line.lstrip().startswith("bank") and line.endswith(row) for line in screen), screen)
            self.assertTrue(any(line.endswith(told) for line in screen), screen)

    def test_json_is_the_same_in_every_language(self):
        text = "scenario: j\nobjects: {l: lock}\nmain: [{acquire: l}, {release: l}, {sleep: 1s}, {raise: Oops}]\n"
        told = [run(["run", "--model", "--json", "--lang", lang, "-"], stdin=text).out for lang in ("en", "zh")]
        self.assertEqual(*told)


if __name__ == "__main__":
    unittest.main()
