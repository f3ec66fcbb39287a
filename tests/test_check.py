"""`check`: every rule of the language that a file can break, where it is said, and in which words."""
import json
import unittest

from forklore_test import ROOT, run

LIBRARY = sorted(p.stem for p in (ROOT / "scenarios").glob("*.yaml"))
STEP = """scenario: x
shared: {s: 1, l: [1, 2]}
objects: {k: lock, m: {semaphore: 2}, e: event, q: queue, f: {list: lock, count: 3}}
processes:
  p:
    count: 2
    steps:
"""


def step(text):
    """A scenario with this step, in line 8 from column 9 on."""
    return STEP + "      - " + text + "\n"


def top(text):
    """A scenario with these lines, from line 2 on."""
    return "scenario: x\n" + text + "\nprocesses: {p: {steps: [c = 1]}}\n"


def task(text):
    """A scenario with this step of main, in line 5 from column 5 on."""
    return ("scenario: x\nobjects: {d: {pool: 2}, q: queue}\nfunctions: {f: {params: [x], steps: []}, g: {steps: []}}\n"
            "main:\n  - " + text + "\n")


# A scenario, and all that is found in it: code, line:column (0:0: the whole file), the message or a part of it.
WRONG = [
    ("",
     "E002 0:0 the file is empty"),
    ("# hi\n",
     "E002 0:0 the file is empty"),
    ("hello\n",
     "E023 1:1 a mapping is expected here"),
    ("- a\n",
     "E023 1:1 a mapping is expected here"),
    ("processes: {p: {steps: [a = 1]}}\n",
     "E025 1:1 the key `scenario` is missing"),
    ("scenario: Big One\nprocesses: {p: {steps: [a = 1]}}\n",
     "E024 1:11 this can't be the name of a scenario"),
    ("scenario: [a]\nprocesses: {p: {steps: [a = 1]}}\n",
     "E024 1:11 this can't be the name of a scenario"),
    ("scenario: x\n",
     "E025 1:1 nothing happens in this scenario"),
    ("scenario: x\nproceses: {p: {steps: [a = 1]}}\n",
     "E020 2:1 unknown key `proceses` at the top level"),
    (top("count: 3"),
     "E020 2:1 unknown key `count` at the top level"),
    (top("scenario: y"),
     "E022 2:1 key `scenario` is given twice, first in line 1"),
    (top("shared: &a {s: 1}"),
     "E005 2:9 the anchor `&a` is not allowed"),
    (top("shared: {s: *a}"),
     "E005 2:13 the alias `*a` is not allowed"),
    (top("shared: {s: !!int 1}"),
     "E005 2:13 the tag `!!int` is not allowed"),
    (top("shared: {<<: {s: 1}}"),
     "E005 2:10 the merge key `<<` is not allowed"),
    ("scenario: x\nprocesses: {p: {steps: [a = 1]}}\n---\nscenario: y\n",
     "E005 3:1 a second document begins here"),
    ("scenario: x\nprocesses:\n\tp: {steps: [a = 1]}\n",
     "E004 3:1 a tab can't be used for indentation"),
    (top("shared: {s: 1"),
     "E004 2:9 this `{` is never closed"),
    (top("title: \"abc"),
     "E004 2:8 this quote is never closed"),
    (top("title: [a]"),
     "E023 2:8 a text is expected here"),
    (top("topics: a"),
     "E023 2:9 a list of texts is expected here"),
    (top("lesson: a"),
     "E023 2:9 a list of texts is expected here"),
    (top("shared: [s]"),
     "E023 2:9 a mapping of variables is expected here"),
    (top("shared: {s: {semaphore: 1}}"),
     "E023 2:13 a number, a text, `true`, `false`, `none`, a list or a dictionary is expected here"),
    (top("shared: {s: 99999999999999999999}"),
     "E026 2:13 the number does not fit into 64 bits"),
    (top("shared: {1s: 1}"),
     "E024 2:10 `1s` is not a name"),
    (top("shared: {a-b: 1}"),
     "E024 2:10 `a-b` is not a name"),
    (top("shared: {index: 1}"),
     "E028 2:10 `index` is a reserved word"),
    ("scenario: x\nprocesses: {main: {steps: [a = 1]}}\n",
     "E028 2:13 `main` is a reserved word"),
    (top("shared: {not: 1}"),
     "E028 2:10 `not` is a reserved word"),
    (top("shared: {s: 1}\nprivate: {s: 2}"),
     "E022 2:10 the name `s` is given twice"),
    (top("shared: {p: 1}"),
     "E022 3:13 the name `p` is given twice"),
    (top("objects: [k]"),
     "E023 2:10 a mapping of objects is expected here"),
    (top("objects: {k: semafore}"),
     "E029 2:14 unknown kind of object `semafore`"),
    (top("objects: {k: {mutex: 1}}"),
     "E029 2:15 unknown kind of object `mutex`"),
    (top("objects: {k: {semaphore: -1}}"),
     "E026 2:26 -1 is out of range: 0 to 268435455 is allowed here"),
    (top("objects: {k: {pool: 0}}"),
     "E026 2:21 0 is out of range: 1 to 1000 is allowed here"),
    (top("objects: {k: {pool: {size: -1}}}"),
     "E026 2:28 -1 is out of range: 1 to 1000 is allowed here"),
    (top("objects: {k: {pool: 1001}}"),
     "E026 2:21 1001 is out of range: 1 to 1000 is allowed here"),
    (top("objects: {k: {pool: 1000}}"),
     "E006 2:14 more than 1000 processes in one scenario"),
    (top("objects: {k: {pool: {maxsize: 3}}}"),
     "E020 2:22 unknown key `maxsize` of a pool"),
    (top("objects: {k: {pool: {initializer: nope}}}"),
     "E024 2:35 `nope` is not a function of this scenario"),
    (top("objects: {k: {pool: {args: [1]}}}"),
     "E025 2:28 `initializer` is missing"),
    (top("shared: {n: 1}\nfunctions: {f: {params: [x], steps: [{say: hi}]}}\nobjects: {k: {pool: {initializer: f, args: [n]}}}"),
     "E023 4:45 the arguments of an initializer must be known before the run"),
    (top("functions: {f: {params: [x], steps: [{say: hi}]}}\nobjects: {k: {pool: {initializer: f}}}"),
     "E023 3:35 `f` takes one argument, not 0"),
    (top("functions: {f: {params: [x], steps: [{say: hi}]}}\nobjects: {k: {pool: {initializer: f, args: 3}}}"),
     "E023 3:44 `args` must be a list"),
    (top("objects: {k: {pool: {maxtasksperchild: 0}}}"),
     "E026 2:40 0 is out of range: 1 to 268435455 is allowed here"),
    (task("apply: d"),
     "E025 5:5 `call` is missing"),
    (task("{apply: d, call: nope}"),
     "E024 5:22 `nope` is not a function of this scenario"),
    (task("{starmap: d, call: f, over: [1, [2]]}"),
     "E023 5:34 each element of `over` must be a list"),
    (task("{apply: d, call: f}"),
     "E023 5:22 `f` takes one argument, not 0"),
    (task("{apply: d, call: f, args: 3}"),
     "E023 5:31 `args` must be a list"),
    (task("{apply: q, call: g}"),
     "E029 5:13 `apply` can't be used on `q`, a queue"),
    (task("{map: d, call: g, over: [1]}"),
     "E023 5:20 `g` takes 0 arguments, not 1"),
    (task("{imap: d, call: f, into: rs}"),
     "E025 5:5 `over` is missing"),
    (task("{imap: d, call: nope, over: [1], into: rs}"),
     "E024 5:21 `nope` is not a function of this scenario"),
    (task("{imap_unordered: d, call: g, over: [1], into: rs}"),
     "E023 5:31 `g` takes 0 arguments, not 1"),
    (task("{imap: q, call: f, over: [1], into: rs}"),
     "E029 5:12 `imap` can't be used on `q`, a queue"),
    (task("{starmap: d, call: f}"),
     "E025 5:5 `over` is missing"),
    (task("{starmap: d, call: nope, over: [[1]]}"),
     "E024 5:24 `nope` is not a function of this scenario"),
    (task("{starmap: d, call: f, over: [[1], []]}"),
     "E023 5:24 `f` takes one argument, not 0"),
    (task("{starmap: d, call: f, over: [[1], [abs(3), 3]]}"),
     "E023 5:24 `f` takes one argument, not 2"),
    (task("{map: d, call: f}"),
     "E025 5:5 `over` is missing"),
    (task("{map: d, call: f, over: 1..5000}"),
     "E006 5:29 a pool holds at most 1024 tasks"),
    (task("{map: d, call: f, over: 1..abs(3)}"),
     "E023 5:29 this range is not known before the run"),
    (task("{apply: d, call: f, args: [1], callback: f}"),
     "E020 5:36 `callback` is not a modifier of `apply`"),
    (task("{apply_async: d, call: f, args: [1], callback: g}"),
     "E023 5:52 `g` takes 0 arguments, not 1"),
    (task("{apply_async: d, call: f, args: [1], callback: zip}"),
     "E024 5:52 `zip` is not a function of this scenario"),
    (task("{apply_async: d, call: f, args: [1], error_callback: g}"),
     "E023 5:58 `g` takes 0 arguments, not 1"),
    (task("{apply_async: d, call: f, args: [1], callback: f, error_callback: nope}"),
     "E024 5:71 `nope` is not a function of this scenario"),
    (task("{apply: d, call: f, args: [1], error_callback: f}"),
     "E020 5:36 `error_callback` is not a modifier of `apply`"),
    (task("{map: d, call: f, over: [1], error_callback: f}"),
     "E020 5:34 `error_callback` is not a modifier of `map`"),
    (task("{get: d}"),
     "E029 5:11 `get` can't be used on `d`, a pool"),
    (task("x = ready(d)"),
     "E029 5:15 `ready` needs a result here, not an object"),
    (task("{kill: d}"),
     "E029 5:12 `kill` needs a process, not an object"),
    ("scenario: x\nprocesses: {b: {count: 2, steps: [{sleep: 1s}]}}\nmain: [{start: b}, {kill: b}, {terminate: b}]\n",
     "E029 3:27 `kill` needs one process, not a whole group", "E029 3:43 `terminate` needs one process, not a whole group"),
    (task("{terminate: q}"),
     "E029 5:17 `terminate` can't be used on `q`, a queue"),
    (top("objects: {k: {semaphore: many}}"),
     "E023 2:26 a number is expected here"),
    (top("objects: {k: {semaphore: [3]}}"),
     "E023 2:26 this does not describe a semaphore"),
    (top("objects: {k: {semaphore: {size: 3}}}"),
     "E020 2:27 unknown key `size` of a semaphore"),
    (top("objects: {k: {lock: 3}}"),
     "E023 2:21 this does not describe a lock"),
    (top("objects: {k: {lock: {fair: yes}}}"),
     "E023 2:28 a truth value is expected here"),
    (top("objects: {k: {lock: , event: }}"),
     "E020 2:23 unknown key `event`"),
    (top("objects: {k: {list: lock}}"),
     "E025 2:14 a list of objects needs a `count`"),
    (top("objects: {k: {list: lock, count: 0}}"),
     "E026 2:34 0 is out of range: 1 to 1000 is allowed here"),
    (top("objects: {k: {list: lock, count: 2, fair: true}}"),
     "E020 2:37 unknown key `fair`"),
    (top("objects: {k: {queue: 5000}}"),
     "E026 2:22 5000 is out of range: 0 to 4096 is allowed here"),
    (top("objects: {k: }"),
     "E023 2:14 an object is expected here"),
    ("scenario: x\nprocesses: [p]\n",
     "E023 2:12 a mapping of groups is expected here"),
    ("scenario: x\nprocesses: {p: hello}\n",
     "E023 2:16 a mapping is expected here"),
    ("scenario: x\nprocesses: {p: [a = 1]}\n",
     "E023 2:16 a mapping is expected here"),
    ("scenario: x\nprocesses: {p: {step: [a = 1]}}\n",
     "E020 2:17 unknown key `step` in a group of `processes:`"),
    ("scenario: x\nprocesses: {p: {count: 2}}\n",
     "E025 2:13 the group `p` has no program"),
    ("scenario: x\nfunctions: {f: {steps: [a = 1]}}\nprocesses: {p: {steps: [a = 1], call: f}}\n",
     "E022 3:39 `steps` and `call` both give its program"),
    ("scenario: x\nprocesses: {p: {count: 0, steps: [a = 1]}}\n",
     "E026 2:24 0 is out of range: 1 to 1000 is allowed here"),
    ("scenario: x\nprocesses: {p: {count: three, steps: [a = 1]}}\n",
     "E023 2:24 a number is expected here"),
    ("scenario: x\nprocesses: {p: {count: 100000, steps: [a = 1]}}\n",
     "E026 2:24 100000 is out of range: 1 to 1000 is allowed here"),
    ("scenario: x\nprocesses: {p: {count: 600, steps: [a = 1]}, o: {count: 600, steps: [a = 1]}}\n",
     "E006 2:46 more than 1000 processes in one scenario"),
    ("scenario: x\nprocesses: {p: {count: 2, each: {f: [1]}, steps: [a = 1]}}\n",
     "E022 2:33 `count` and `each` both set the number of processes"),
    ("scenario: x\nprocesses: {p: {each: {f: [1], g: []}, steps: [a = 1]}}\n",
     "E023 2:23 `each` takes variables, each with the list of its values"),
    ("scenario: x\nprocesses: {p: {each: {f: 3}, steps: [a = 1]}}\n",
     "E023 2:23 `each` takes variables, each with the list of its values"),
    ("scenario: x\nprocesses: {p: {each: {f: []}, steps: [a = 1]}}\n",
     "E023 2:23 `each` takes variables, each with the list of its values"),
    ("scenario: x\nprocesses: {p: {daemon: yes, steps: [a = 1]}}\n",
     "E023 2:25 a truth value is expected here"),
    ("scenario: x\nprocesses: {p: {arrive: soon, steps: [a = 1]}}\n",
     "E023 2:25 a time is expected here"),
    ("scenario: x\nprocesses: {p: {arrive: -3s, steps: [a = 1]}}\n",
     "E026 2:25 a time can't be negative"),
    ("scenario: x\nprocesses: {p: {steps: {say: hi}}}\n",
     "E023 2:24 a list of steps is expected here"),
    (step("aquire: k"),
     "E021 8:9 unknown verb `aquire`"),
    (step("acquire"),
     "E023 8:9 the verb `acquire` has no operand"),
    (step("hello"),
     "E021 8:9 `hello` alone is not a step"),
    (step(""),
     "E023 8:8 a step is expected here"),
    (step("[a = 1]"),
     "E023 8:9 a step is expected here"),
    (STEP + "      - acquire: k\n        timout: 3s\n",
     "E020 9:9 `timout` is not a modifier of `acquire`"),
    (STEP + "      - acquire: k\n        release: k\n",
     "E020 9:9 `release` is not a modifier of `acquire`"),
    (step("acquire: e"),
     "E029 8:18 `acquire` can't be used on `e`, an event"),
    (step("acquire: f"),
     "E029 8:18 `acquire` can't be used on a whole list of objects"),
    (step("acquire: 3"),
     "E029 8:18 `acquire` can't be used on an integer"),
    (step("acquire: kk"),
     "E024 8:18 unknown name `kk`"),
    (step("acquire: f[3]"),
     "E026 8:18 there is no number 3"),
    (step("put: q"),
     "E025 8:9 `put` needs an item"),
    (step("{get: q, wait: no}"),
     "E023 8:24 a truth value is expected here"),
    (step("{get: q, timeout: soon}"),
     "E024 8:27 unknown name `soon`"),
    (step("{get: q, into: 3}"),
     "E023 8:24 the result can't be stored in this"),
    (step("{get: q, into: k}"),
     "E023 8:24 the result can't be stored in this"),
    (step("n = tickets"),
     "E024 8:13 unknown name `tickets`"),
    (step("n = lenn(l)"),
     "E024 8:13 unknown function `lenn`"),
    (step("n = len()"),
     "E023 8:13 `len` takes one argument, not 0"),
    (step("n = random(1)"),
     "E023 8:13 `random` takes 2 arguments, not 1"),
    (step("n = is_set(k)"),
     "E029 8:20 `is_set` can't be used on `k`, a lock"),
    (step("n = is_set(3)"),
     "E029 8:20 `is_set` needs an object here, not an integer"),
    (step("n = alive(k)"),
     "E029 8:19 `alive` needs a process, not an object"),
    (step("n = 1 +"),
     "E027 8:16 a value is expected, but the text ends here"),
    (step("n = (1"),
     "E027 8:15 `)` is expected, but the text ends here"),
    (step("n = 1 1"),
     "E027 8:15 an operator is expected, but found `1`"),
    (step("n == 1"),
     "E024 8:9 unknown name `n`"),
    (step("3 = n"),
     "E023 8:9 this can't be assigned to"),
    (step("k = 3"),
     "E023 8:9 this can't be assigned to"),
    (step("len(l) = 3"),
     "E023 8:9 this can't be assigned to"),
    (step("n = 1 < 2 < 3"),
     "E027 8:19 comparisons do not chain, but found `<`"),
    (step("n = 1 ? 2"),
     "E027 8:15 `?` has no meaning in an expression"),
    (step("n = 12abc"),
     "E027 8:13 `12abc` is not a number"),
    (step("n = 1.5"),
     "E027 8:13 `1.5` is not a number"),
    (step("n = 99999999999999999999"),
     "E027 8:13 `99999999999999999999` is not a number"),
    (step("{if: s = 1, then: [n = 1]}"),
     "E027 8:16 an operator is expected, but found `=`"),
    (step("if: s == 1"),
     "E025 8:9 `then` is missing"),
    (step("while: s == 1"),
     "E025 8:9 `do` is missing"),
    (step("{forever: 3, do: [n = 1]}"),
     "E023 8:19 `forever` takes no operand"),
    (step("{repeat: 3, as: s, do: [n = 1]}"),
     "E023 8:25 a loop's variable must be private to the process"),
    (step("{for: i, do: [n = 1]}"),
     "E025 8:9 `in` is missing"),
    (step("break"),
     "E030 8:9 `break` is not inside a loop"),
    (step("continue"),
     "E030 8:9 `continue` is not inside a loop"),
    (step("return: 3"),
     "E030 8:9 `return` is not inside a function"),
    (step("raise:"),
     "E030 8:9 `raise:` without a name is only allowed inside a handler"),
    (step("raise: 3x"),
     "E024 8:16 `3x` is not the name of an exception"),
    (step("{try: [n = 1], except: {3x: [n = 2]}}"),
     "E024 8:33 `3x` is not the name of an exception"),
    (step("try: [n = 1]"),
     "E025 8:9 `try` has no handler"),
    (step("{try: [n = 1], except: [n = 2]}"),
     "E023 8:32 `except` must be a mapping of exceptions"),
    (step("{with: e, do: [n = 1]}"),
     "E029 8:16 `with` can't be used on `e`, an event"),
    (step("with: k"),
     "E025 8:9 `do` is missing"),
    (step("call: ff"),
     "E024 8:15 `ff` is not a function of this scenario"),
    (step("call: k"),
     "E024 8:15 `k` is not a function of this scenario"),
    (step("atomic: [{acquire: k}]"),
     "E030 8:18 a statement is expected here"),
    (step("atomic: {if: s, then: [n = 1]}"),
     "E030 8:17 a statement is expected here"),
    (step("start: k"),
     "E029 8:16 `start` needs a process, not an object"),
    (step("start: 3"),
     "E029 8:16 `start` needs a process, not an integer"),
    (step("start: p[3]"),
     "E026 8:16 the group `p` has no process number 3"),
    (step("join: q"),
     "E029 8:15 the queue `q` is not joinable"),
    (step("join: k"),
     "E029 8:15 `join` can't be used on `k`, a lock"),
    (step("sleep: soon"),
     "E024 8:16 unknown name `soon`"),
    (step("sleep: -3s"),
     "E026 8:16 a time can't be negative"),
    (step("say: \"n is {n\""),
     "E027 8:20 this `{` is never closed"),
    (step("say: \"n is {foo}\""),
     "E024 8:21 unknown name `foo`"),
    (step("say: \"n is {}\""),
     "E027 8:21 an expression is expected, but the text ends here"),
    (step("say: [a]"),
     "E023 8:14 a text is expected here"),
    (step("{do: l[0] = 1, note: x}"),
     "E004 8:14 inside `[..]` and `{..}` a statement with `[`, `{` or `:` needs quotes"),
    (step("n = 1..3"),
     "E027 8:14 an operator is expected, but found `..`"),
    ("scenario: x\nmain: {}\n",
     "E025 2:7 `main` has no steps"),
    ("scenario: x\nmain: hi\n",
     "E023 2:7 a list of steps is expected here"),
    (top("functions: {f: {params: [a]}}"),
     "E025 2:13 the function `f` has no steps"),
    (top("functions: {f: {params: [a, a], steps: [b = 1]}}"),
     "E022 2:29 the name `a` is given twice"),
    (top("functions: {f: {params: [index], steps: [b = 1]}}"),
     "E028 2:26 `index` is a reserved word"),
    (top("functions: {f: hi}"),
     "E023 2:16 a mapping is expected here"),
    ("scenario: x\nfunctions: {f: {params: [a], steps: [b = 1]}}\nprocesses: {p: {steps: [{call: f, args: [1, 2]}]}}\n",
     "E023 3:32 `f` takes one argument, not 2"),
    ("scenario: x\nfunctions: {f: {params: [a], steps: [b = 1]}}\nprocesses: {p: {steps: [{call: f, args: 1}]}}\n",
     "E023 3:41 `args` must be a list"),
    ("scenario: x\nfunctions: {f: {steps: [b = 1]}}\nprocesses: {p: {steps: [c = f]}}\n",
     "E024 3:29 the function `f` is not a value"),
    ("scenario: x\nfunctions: {f: {steps: [b = 1]}}\nprocesses: {p: {steps: [c = f(1)]}}\n",
     "E024 3:29 unknown function `f`"),
    (top("cpu: [1]"),
     "E023 2:6 a mapping is expected here"),
    (top("cpu: {count: 0}"),
     "E026 2:14 0 is out of range: 1 to 64 is allowed here"),
    (top("cpu: {batch: 0}"),
     "E026 2:14 0 is out of range: 1 to 1000 is allowed here"),
    (top("cpu: {policy: rrr}"),
     "E026 2:15 unknown policy `rrr`"),
    (top("cpu: {quantum: -1ms}"),
     "E026 2:16 the time must be more than 0"),
    (top("cpu: {switch: -3ms}"),
     "E026 2:15 a time can't be negative"),
    (top("cpu: {count: 65}"),
     "E026 2:14 65 is out of range: 1 to 64 is allowed here"),
    (top("cpu: {policy: mlqf}"),
     "E026 2:15 unknown policy `mlqf`"),
    (top("cpu: {levels: [{allotment: 2}]}"),
     "E025 2:16 this level has no quantum"),
    (top("cpu: {levels: [{quantum: 0ms}]}"),
     "E026 2:26 the time must be more than 0"),
    (top("cpu: {quantum: 0ms}"),
     "E026 2:16 the time must be more than 0"),
    (top("cpu: {qantum: 3ms}"),
     "E020 2:7 unknown key `qantum` in `cpu:`"),
    (top("cpu: {levels: 3}"),
     "E023 2:15 a list of levels is expected here"),
    (top("cpu: {levels: [{quantum: 1ms, alotment: 2}]}"),
     "E020 2:31 unknown key `alotment` of a level"),
    (top("expect: {always: 1}"),
     "E023 2:9 a list of expectations is expected here"),
    (top("expect: [{name: a}]"),
     "E025 2:10 this item expects nothing"),
    (top("expect: [{always: 1, finally: 1}]"),
     "E022 2:31 `always` and `finally` in one expectation"),
    (top("expect: [{allways: 1}]"),
     "E020 2:11 unknown key `allways` in an item of `expect:`"),
    (top("expect: [{deadlock: maybe}]"),
     "E026 2:21 `never` or `possible` is expected here"),
    (top("shared: {s: 1}\nexpect: [{always: s > 0, verdict: often}]"),
     "E026 3:35 `never`, `sometimes` or `always` is expected here"),
    (top("shared: {s: 1}\nexpect: [{finally: s > 0, verdict: [never]}]"),
     "E026 3:36 `never`, `sometimes` or `always` is expected here"),
    (top("shared: {s: 1}\nexpect: [{verdict: sometimes}]"),
     "E025 3:10 this item expects nothing"),
    (top("shared: {s: 1}\nexpect: [{finally: s > 0, verdicts: never}]"),
     "E020 3:27 unknown key `verdicts` in an item of `expect:`"),
    (top("expect: [{deadlock: possible, verdict: sometimes}]"),
     "E020 2:40 `deadlock` takes no `verdict`"),
    (top("expect: [{exception: never, verdict: never}]"),
     "E020 2:38 `exception` takes no `verdict`"),
    (top("expect: [{always: c == 1}]"),
     "E024 2:19 unknown name `c`"),
    (top("private: {v: 1}\nexpect: [{always: v == 1}]"),
     "E024 3:19 `v` is private to a process"),
    (top("expect: [{always: index == 1}]"),
     "E024 2:19 `index` is private to a process"),
    (top("expect: [{always: \"random(1, 2) == 1\"}]"),
     "E030 2:20 a random number can't be drawn here"),
    (top("shared: {s: 1}\nexpect: [{always: s = 1}]"),
     "E027 3:21 an operator is expected, but found `=`"),
    (top("expect: [{deadlock: possible}, {deadlock: never}]"),
     "E022 2:32 `deadlock` is given twice"),
    (top("shared: {s: 1}\nobserve: s"),
     "E023 3:10 a list of names is expected here"),
    (top("shared: {s: 1}\nobserve: [t]"),
     "E024 3:11 `t` is not a shared variable"),
    (top("schedule: p"),
     "E023 2:11 a list of processes is expected here"),
    (top("schedule: [p, p.1]"),
     "E024 2:15 no process is named `p.1`"),
    (top("schedule: [p x0]"),
     "E027 2:12 `p x0` is not an entry of a schedule"),
    (top("schedule: [p 3]"),
     "E027 2:12 `p 3` is not an entry of a schedule"),
    (top("exercise: a"),
     "E023 2:11 a mapping is expected here"),
    (step("{do: n = 1, note: [a]}"),
     "E023 8:27 a text is expected here"),
    ("scenario: x\nprocesses: {p: {named: [a], steps: [c = 1]}}\n",
     "E023 2:24 a text is expected here"),
    ("scenario: x\nprocesses: {p: {named: \"{zz} cook\", steps: [c = 1]}}\n",
     "E024 2:26 unknown name `zz`"),
    ("scenario: x\nprocesses: {p: {color: [a], steps: [c = 1]}}\n",
     "E023 2:24 a text is expected here"),
    (top("title: \"a\u0001b\""),
     "E003 2:10 a scenario can't contain the control character U+0001"),
    ("scenario: x\nshared: {票: 1}\nprocesses: {人: {steps: [票 = 票 + 票票票]}}\n",
     "E024 3:33 unknown name `票票票`"),
    ("scenario: x\r\nmain：\r\n  - say: hi\r\n",
     "E007 2:5 a full-width `：` can't stand here"),
    ("scenario: x\nmain: [n = min(2, 3]",
     "E027 2:17 `,` or `)` is expected, but the text ends here",
     "E027 2:20 `=` is expected, but the text ends here"),
    ("scenario: x\r\nshared: {s: 1}\r\nprocesses: {p: {steps: [c = zz]}}\r\n",
     "E024 3:29 unknown name `zz`"),
    (step("{release: k, into: n}"),
     "E020 8:22 `into` is not a modifier of `release`"),
    (step("{if: , then: [n = 1]}"),
     "E027 8:14 an expression is expected, but the text ends here"),
    (step("exit: bye"),
     "E024 8:15 unknown name `bye`"),
    (step("wait: k"),
     "E029 8:15 `wait` can't be used on `k`, a lock"),
    (step("task_done: q"),
     "E029 8:20 the queue `q` is not joinable"),
    (top("shared: {s: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}"),
     "E006 2:43 lists and mappings are nested more than 32 deep"),
    (top("shared: {[a]: 1}"),
     "E005 2:10 a list can't be a key"),
    (top("shared: {s: \"a\\0b\"}"),
     "E005 2:13 a text can't contain the character `\\0`"),
    # What was declared wrongly is not complained of again where it is used.
    (top("objects: {k: lokc, f: {list: lokc, count: 2}}").replace("c = 1", "{acquire: k}, {release: 'f[0]'}, c = locked(k)"),
     "E029 2:14 unknown kind of object `lokc`", "E029 2:30 unknown kind of object `lokc`"),
    (step("call: [f]"), "E024 8:15 `..` is not a function of this scenario"),
    (step("sleep: 3s..1s"), "E026 8:16 this range of times is empty"),
    (step("get: {q: 1}"), "E023 8:14 `get` acts on one object, named alone"),
    (step("get: {x: 1, y: 2}"), "E023 8:14 an expression is expected here"),
]

RIGHT = [
    ("names of any script", top("shared: {票: 1, été: 2, _x: 3}")),
    ("y, on and yes are names", "scenario: x\nshared: {y: 1, on: 2, yes: 3}\nprocesses: {p: {steps: [y = on + yes]}}\n"),
    ("an object in a variable", top("objects: {f: {list: lock, count: 2}}").replace("c = 1", "{for: o, in: \"[f[0], f[1]]\", do: [{acquire: o}, {release: o}]}")),
    ("a function named like nothing", "scenario: x\nfunctions: {f: {params: [a], steps: [{return: a}]}}\n"
     "processes: {p: {steps: [{call: f, args: [1], into: r}]}}\n"),
    ("a comment and a BOM", "\ufeff# hi\n" + top("shared: {s: 1}")),
    ("CR LF", top("shared: {s: 1}").replace("\n", "\r\n")),
    ("both range ends", top("").replace("c = 1", "{sleep: 1s..3s}")),
    ("len as a variable", top("shared: {len: 1}")),
    ("texts in languages", top("title: {zh: 抢票, en: Race}\nlesson: [{en: Look}, there]")),
]


def findings(text):
    result = run(["check", "--format", "json", "-"], stdin=text)
    return result, json.loads(result.out)


class Findings(unittest.TestCase):
    """One test for each row of WRONG and RIGHT; they are added below."""

    maxDiff = None

    def expect(self, text, expected):
        result, found = findings(text)
        got = ["%s %d:%d %s" % (f["code"], f["line"], f["column"], f["message"]) for f in found]
        self.assertEqual(len(got), len(expected), "\n".join(got) + "\n" + text)
        for have, want in zip(got, expected):
            self.assertTrue(have.startswith(want) or (have.split(" ", 2)[:2] == want.split(" ", 2)[:2]
                                                      and want.split(" ", 2)[2] in have), have + "\nis not\n" + want)
        self.assertEqual(result.code, 3 if expected else 0, result)
        self.assertEqual(result.err, "")


def add_tests():
    for number, (text, *expected) in enumerate(WRONG):
        setattr(Findings, "test_wrong_%03d" % number, lambda self, t=text, e=expected: self.expect(t, e))
    for name, text in RIGHT:
        setattr(Findings, "test_right_" + name.replace(" ", "_").replace(",", ""), lambda self, t=text: self.expect(t, []))


add_tests()


class Remedies(unittest.TestCase):
    """What YAML, or quotes, make of a text that was meant to be an expression: the line to write instead is offered."""

    def helps(self, text):
        """What is offered; not for objects that the scenario does not use, which is not what it is about."""
        result, found = findings(text)
        return result.code, [f["help"] for f in found if f["help"] and f["code"] != "W001"]

    def test_a_text_that_reads_like_an_expression(self):
        objects = "objects: {forks: {list: lock, count: 5}, link: pipe, q: queue}\nshared: {l: [1, 2]}\nprivate: {i: 0}\n"
        for quoted in ("forks[i]", "forks[i + 1]".replace(" ", ""), "link.left", "len(l)", "l[0]"):
            with self.subTest(text=quoted):
                code, helps = self.helps("scenario: x\n%sprocesses: {p: {steps: [{put: q, item: \"%s\"}]}}\n" % (objects, quoted))
                self.assertEqual((code, helps), (0, ["to get its value, write it without quotes, in a line of its own outside of `[..]` and `{..}`: `%s`" % quoted]))
        for text in ("forks", "fork[i]", "i.e. this", "l [0]", "link.", "bun{i}", "done"):
            with self.subTest(text=text):
                self.assertEqual(self.helps("scenario: x\n%sprocesses: {p: {steps: [{put: q, item: \"%s\"}]}}\n" % (objects, text)), (0, []))

    def test_what_a_comma_cut_is_said_once(self):
        found = findings("scenario: x\nprocesses: {p: {steps: [r = random(1,6), a = min(1, 2, 3), b = c]}}\n")[1]
        self.assertEqual([f["column"] for f in found], [37, 51, 64])
        self.assertRegex(found[0]["help"], r'"r = random\(1,6\)"$')

    def test_a_signal_for_a_whole_group(self):
        for verb in ("kill", "terminate"):
            code, helps = self.helps("scenario: x\nprocesses: {b: {count: 2, steps: [{sleep: 1s}]}}\nmain: [{start: b}, {%s: b}]\n" % verb)
            self.assertEqual((code, helps[0]), (3, "name one of its processes, such as `b[1]`"))

    def test_a_comma_between_brackets(self):
        code, helps = self.helps("scenario: x\nshared: {x: 1}\nprocesses: {p: {steps: [n = min(2, max(x, 3)), {say: hi}]}}\n")
        self.assertEqual((code, helps[0]), (3, "inside `[..]` and `{..}` a comma ends it: put it in quotes: \"n = min(2, max(x, 3))\""))


    def test_what_is_like_no_verb(self):
        """Where nothing better is known, the list of the verbs is named."""
        for text, word in (("ite: 3", "ite"), ("n: {}", "n"), ("n: {release: k}", "n"), ("n: {get: [q]}", "n"), ("n = x: 2", "n = x"),
                           ("\"(\": 3", "("), ("print!: hi", "print!")):
            for language, unknown, lists in (("en", "unknown verb", "lists them"), ("zh", "未知的动词", "会列出所有动词")):
                with self.subTest(text=text, language=language):
                    found, = json.loads(run(["check", "--format", "json", "--lang", language, "-"], stdin=step(text)).out)
                    self.assertEqual((found["code"], found["line"], found["column"], found["message"]), ("E021", 8, 9, "%s `%s`" % (unknown, word)))
                    self.assertRegex(found["help"], "explain verbs` " + lists)

    def test_a_verdict_that_is_none(self):
        for line, remedy in (("always: s == 1, verdict: somtimes", "did you mean `sometimes`?"), ("ends: s == 1, verdict: possible", "did you mean `sometimes`?"),
                             ("deadlock: never, verdict: never", "write `deadlock: possible`, or `deadlock: never`")):
            code, helps = self.helps("scenario: x\nshared: {s: 1}\nprocesses: {p: {steps: [s = 1]}}\nexpect: [{%s}]\n" % line)
            self.assertEqual((code, helps), (3, [remedy]))


class Files(unittest.TestCase):
    def test_the_library_is_good(self):
        result = run(["check", *LIBRARY])
        self.assertEqual(result.code, 0, result)
        self.assertEqual(result.out.count(": ok\n"), len(LIBRARY))

    def test_all_findings_of_all_files(self):
        result = run(["check", "--format", "short", "ticket-race", "no-such-thing", "-"], stdin="a: 1\nb: 2\n")
        self.assertEqual(result.code, 3)
        self.assertRegex(result.out, r"no-such-thing: error: .* \[E001\]\n")
        self.assertIn("<stdin>:1:1: error: unknown key `a` at the top level [E020]", result.out)
        self.assertIn("<stdin>:2:1: error: unknown key `b` at the top level [E020]", result.out)


class Forms(unittest.TestCase):
    TEXT = step("aquire: k")

    def test_text(self):
        result = run("check -", stdin=self.TEXT)
        self.assertEqual(result.out, """\
<stdin>:8:9: error: unknown verb `aquire` [E021]
  |
8 |       - aquire: k
  |         ^~~~~~
  = help: did you mean `acquire`?
1 error. More about the first: forklore explain E021
""")

    def test_short(self):
        result = run("check --format=short -", stdin=self.TEXT)
        self.assertEqual(result.out, "<stdin>:8:9: error: unknown verb `aquire` [E021]\n")

    def test_json(self):
        found = findings(self.TEXT)[1]
        self.assertEqual(found, [{
            "file": "<stdin>", "line": 8, "column": 9, "length": 6, "severity": "error", "code": "E021",
            "message": "unknown verb `aquire`", "help": "did you mean `acquire`?",
            "note": None, "note_line": 0, "note_column": 0}])

    def test_json_of_nothing(self):
        self.assertEqual(json.loads(run("check --format json ticket-race toilet").out), [])

    def test_github(self):
        result = run("check --format github -", stdin=self.TEXT)
        self.assertEqual(result.out, "::error file=<stdin>,line=8,col=9,title=E021::unknown verb `aquire`"
                         "%0Ahelp: did you mean `acquire`?\n")

    WIDE = "scenario: x\nshared: {票: 1}\nprocesses: {人: {steps: [c = 票 + 票票]}}\n"

    def test_columns_are_characters(self):
        """As people's editors count; what is underlined are the cells that the terminal shows them in."""
        found = findings(self.WIDE)[1]
        self.assertEqual([(f["column"], f["length"]) for f in found], [(33, 2)])
        self.assertIn("<stdin>:3:33: error", run("check --format short -", stdin=self.WIDE).out)
        line, marks = run("check -", stdin=self.WIDE).out.splitlines()[2:4]
        self.assertEqual(marks.index("^"), 4 + 34)
        self.assertIn("^~~~", marks)

    def test_sarif(self):
        text = top("shared: {s: 1}\nobjects: {s: lock}")
        result = run("check --format sarif - ticket-race", stdin=text)
        log = json.loads(result.out)
        only = log["runs"][0]
        driver, found = only["tool"]["driver"], only["results"]
        self.assertEqual((result.code, log["version"], only["columnKind"], driver["name"], len(found)), (3, "2.1.0", "unicodeCodePoints", "forklore", 1))
        self.assertEqual(driver["rules"][found[0]["ruleIndex"]]["id"], found[0]["ruleId"])
        self.assertEqual((found[0]["ruleId"], found[0]["level"]), ("E022", "error"))
        self.assertIn("`s` is given twice", found[0]["message"]["text"])
        self.assertEqual(found[0]["locations"][0]["physicalLocation"]["region"], {"startLine": 3, "startColumn": 11, "endColumn": 12})
        self.assertEqual(found[0]["relatedLocations"][0]["physicalLocation"]["region"], {"startLine": 2, "startColumn": 10, "endColumn": 11})
        wide = json.loads(run("check --format sarif -", stdin=self.WIDE).out)["runs"][0]["results"]
        self.assertEqual(wide[0]["locations"][0]["physicalLocation"]["region"], {"startLine": 3, "startColumn": 33, "endColumn": 35})
        self.assertEqual(json.loads(run("check --format sarif ticket-race").out)["runs"][0]["results"], [])

    def test_sarif_of_a_file_that_is_not_there(self):
        found = json.loads(run(["check", "--format", "sarif", "no/such file"]).out)["runs"][0]["results"]
        self.assertEqual([f["ruleId"] for f in found], ["E001"])
        self.assertEqual(found[0]["locations"], [{"physicalLocation": {"artifactLocation": {"uri": "no/such%20file"}}}])

    def test_the_other_place(self):
        found = findings(top("shared: {s: 1}\nobjects: {s: lock}"))[1]
        self.assertEqual([(f["line"], f["note_line"], f["note_column"]) for f in found], [(3, 2, 10)])

    def test_nothing_a_terminal_obeys(self):
        for form in ("text", "short", "github"):
            result = run(["check", "--format", form, "-"], stdin='scenario: x\n"\\e[31mred": 1\nmain: [a = 1]\n')
            self.assertEqual(result.code, 3, result)
            self.assertNotIn("\x1b", result.out)


class BigOnes(unittest.TestCase):
    """What is too much is said once, and soon."""

    def expect(self, text, code, limit):
        result = run("check --format short -", stdin=text, timeout=3)
        self.assertEqual(result.code, 3, result)
        self.assertEqual(len(result.out.splitlines()), 1, result.out[:2000])
        self.assertRegex(result.out, r"error: .*%s.* \[%s\]" % (limit, code))

    def program(self, steps):
        return "scenario: x\nprocesses:\n  p:\n    steps:\n" + "".join("      - %s\n" % s for s in steps)

    def test_values(self):
        self.expect(self.program("v = %d" % i for i in range(20000)), "E006", "16383")

    def test_locals(self):
        self.expect(self.program("v%d = 1" % i for i in range(20000)), "E006", "4096")

    def test_names(self):
        self.expect(top("shared:\n" + "".join("  v%d: 1\n" % i for i in range(20000))), "E006", "4096")

    def test_parameters(self):
        self.expect(top("params:\n" + "".join("  v%d: 1\n" % i for i in range(5000))), "E006", "4096")
        self.expect(top("functions: {f: {params: [%s], steps: []}}" % ", ".join("v%d" % i for i in range(5000))), "E006", "4096")

    def test_fields(self):
        self.expect(top("objects: {m: {manager: {%s}}}" % ", ".join("v%d: 1" % i for i in range(20000))), "E006", "16383")
        self.expect(top("objects:\n" + "".join("  m%d: {manager: {%s}}\n" % (k, ", ".join("v%d: 1" % i for i in range(14000))) for k in range(7))),
                    "E006", "65536")

    def test_objects(self):
        self.expect(top("objects:\n" + "".join("  k%d: {list: lock, count: 1000}\n" % k for k in range(40))), "E006", "32768")

    def test_kinds_that_go_a_long_way(self):
        """From variable to variable, each set before the one that it is set from: after so many that nothing is known any more, nothing is said."""
        for variables, warned in ((5, True), (60, False)):
            steps = ["v%d = v%d" % (i, i - 1) for i in range(variables, 0, -1)]
            text = self.program(["v0 = \"hi\"", "repeat: 99\n        do: ['%s']" % "', '".join(steps), "say: '{v%d - 1}'" % variables])
            with self.subTest(variables=variables):
                found = findings(text)[1]
                self.assertEqual(any("TypeError" in f["message"] for f in found), warned, found)

    def test_slips(self):
        """Every other line has a full-width colon, and YAML stumbles over the line below: they are named from the first on, so many as are found soon."""
        lines = "".join("k%d\uff1a 1\nm%d: 2\n" % (i, i) for i in range(60))
        for kib, least in ((0, 50), (600, 2), (900, 1)):
            with self.subTest(kib=kib):
                result, found = findings("#" * (kib << 10) + "\nscenario: x\n" + lines)
                self.assertEqual(result.code, 3)
                self.assertEqual([(f["code"], f["line"]) for f in found], [("E007", 3 + 2 * k) for k in range(len(found))])
                self.assertGreaterEqual(len(found), least)

    def test_parts_of_an_expression(self):
        self.expect(self.program(["x = [" + ", ".join("1" * 20000) + "]"]), "E006", "16383")

    def test_chains(self):
        """An expression that goes on and on, whatever joins its parts: it would be compiled from the inside out."""
        for name, part in (("a sum", " + 1"), ("a product", " * 1"), ("and", " and 1"), ("or", " or 1"), ("elements", "[0]"), ("ends", ".left")):
            with self.subTest(name=name):
                self.expect(step("n = l[s]" + part * 5000), "E006", "")

    def test_processes(self):
        self.expect("scenario: x\nprocesses: {p: {count: 100000, steps: [c = 1]}}\n", "E026", "1 to 1000")

    def test_nesting(self):
        self.expect(top("shared: {s: " + "[" * 40 + "]" * 40 + "}"), "E006", "32")
        self.expect(step("n = " + "(" * 70 + "1" + ")" * 70), "E006", "60")

    def test_bytes(self):
        self.expect("#" * (1 << 20) + "\n" + top(""), "E001", "1 MiB")


if __name__ == "__main__":
    unittest.main()
