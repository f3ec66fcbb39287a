#!/usr/bin/env python3
"""Measures forklore beside what it is compared with: CPython's multiprocessing and the bare system, in turn, in one run.

usage: tests/bench.py [-r N] [NAME...]      N: how often each is measured (7); NAME: start queue pipe manager lock pool grant buyers back screen world dashboard

environment: FORKLORE        the program (./forklore)
             FORKLORE_BUILD  where its objects lie (build/release, or where the program is)

Every number is a median. A target that is not reached is said so; the exit code is 0 all the same: speed depends on the machine.
"""
import glob
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "tests/bench"
PROGRAM = str(ROOT / os.environ.get("FORKLORE", "forklore"))
BESIDE = Path(PROGRAM).parent
BUILD = ROOT / os.environ.get("FORKLORE_BUILD", "build/release" if BESIDE == ROOT else str(BESIDE))
FOUR = ["ticket-race", "traffic-light", "toilet", "producer-consumer"]
NO_END = str(10 ** 12)
ONE = ("--policy", "host")  # one action for each taking of the mutex, as without asking for more,
BATCH = (*ONE, "--batch", "15")  # and up to fifteen

rounds = 7
scratch = tempfile.mkdtemp(prefix="forklore-bench-")
missed = []


# ---- scenarios ----

def scenario(name, text):
    path = os.path.join(scratch, name + ".yaml")
    with open(path, "w") as f:
        f.write("scenario: %s\n%s" % (name, text))
    return path


def starting(n):
    return scenario("start-%d" % n, "processes: {worker: {count: %d, steps: []}}\n" % n)


def passing(n):
    return scenario("queue-%d" % n, """objects: {q: {queue: 64}}
processes:
  producer: {steps: [{repeat: %d, as: i, do: [{put: q, item: i}]}]}
  consumer: {steps: [{repeat: %d, do: [{get: q, into: x}]}]}
""" % (n, n))


def sending(n, two_way, capacity=64):
    return scenario("pipe-%d-%s-%d" % (n, two_way, capacity), """objects: {link: {pipe: {duplex: %s, capacity: %d}}}
processes:
  producer: {steps: [{repeat: %d, as: i, do: [{send: link.right, item: i}]}]}
  consumer: {steps: [{repeat: %d, do: [{recv: link.left, into: x}]}]}
""" % (two_way, capacity, n, n))


def adding(n):
    return scenario("manager-%d" % n, """objects: {door: lock, bank: {manager: {n: 0}}}
processes:
  worker: {count: 2, steps: [{repeat: %d, do: [{with: door, do: [bank.n += 1]}]}]}
""" % (n // 2))


def locking(n, fair):
    return scenario("lock-%d-%s" % (n, fair), """objects: {door: {lock: {fair: %s}}}
processes:
  worker: {count: 2, steps: [{repeat: %d, do: [{acquire: door}, {release: door}]}]}
""" % (fair, n // 2))


def tasks(n):
    return scenario("pool-%d" % n, """objects: {pool: {pool: 4}}
functions: {square: {params: [n], steps: [{return: n * n}]}}
main:
  - repeat: %d
    do:
      - {repeat: 500, as: i, do: [{apply_async: pool, call: square, args: [i], into: last}]}
      - {get: last}
  - close: pool
  - join: pool
""" % (n // 500))


def counting(n):
    return scenario("count-%d" % n, "shared: {n: 0}\nprocesses: {worker: {steps: [{repeat: %d, do: [{atomic: n += 1}]}]}}\n" % n)


def buying(n):
    return scenario("buyers-%d" % n, """shared: {tickets: 1, sold: 0}
objects: {door: lock}
processes:
  buyer:
    count: %d
    steps:
      - with: door
        do:
          - n = tickets
          - if: n > 0
            then: [{sleep: 100ms..300ms}, tickets = n - 1, {atomic: sold += 1}, {say: "bought a ticket"}]
            else: [{say: sold out}]
expect: [{finally: sold == 1}]
""" % n)


def crowd(n):
    return scenario("crowd-%d" % n, """shared: {turns: 0}
processes:
  worker: {count: %d, steps: [{forever: , do: [{sleep: 100ms..300ms}, {atomic: turns += 1}]}]}
""" % n)


def contending(n):
    return scenario("contend-%d" % n, """shared: {turns: 0}
objects: {door: lock}
processes:
  worker: {count: %d, steps: [{forever: , do: [{with: door, do: [turns += 1]}, {say: "turn {turns}"}]}]}
""" % n)


# ---- measuring ----

def command(*words, core=None):
    """Seconds from start to exit of a whole command, and what it printed."""
    def pin():
        if core is not None:
            os.sched_setaffinity(0, {core})
    begun = time.perf_counter()
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=pin)
    seconds = time.perf_counter() - begun
    if done.returncode not in (0, 1):
        raise SystemExit("%s: exit code %d\n%s" % (" ".join(words), done.returncode, done.stderr.decode()))
    return seconds, done.stdout.decode()


def whole(*words, core=None):
    return lambda: command(*words, core=core)[0]


def said(*words, core=None):
    """The command says itself how long it took."""
    return lambda: float(command(*words, core=core)[1])


def inside(path, *words):
    """Virtual or, under `host`, real time of a run, in seconds."""
    def measure():
        end = json.loads(command(PROGRAM, "run", path, "--json", "--quiet", "--max-steps", NO_END, *words)[1].splitlines()[-1])
        if end["verdict"] != "ok":
            raise SystemExit("%s: %s" % (path, end["verdict"]))
        return end["time"] / 1e6
    return measure


def peer(what, n):
    return said(sys.executable, str(HERE / "peers.py"), what, str(n))


def in_turn(**contenders):
    """The median of each, measured one after the other, round by round: what disturbs the machine disturbs them alike."""
    taken = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, measure in contenders.items():
            seconds = measure()
            if turn:                            # the first round warms up
                taken[name].append(seconds)
    in_turn.taken = taken
    return {name: statistics.median(t) for name, t in taken.items()}


def compiled(name, *more):
    path = os.path.join(scratch, name)
    subprocess.run([os.environ.get("CC", "cc"), "-O2", "-std=gnu11", "-D_GNU_SOURCE", "-I", str(ROOT), str(HERE / (name + ".c")),
                    *more, "-o", path, "-pthread"], check=True)
    return path


# ---- telling ----

def heading(text):
    print("\n" + text, flush=True)


def row(what, value, compared="", ratio=None, target=None, reached=None):
    word = "" if reached is None else "reached" if reached else "NOT REACHED"
    line = "  %-43s %12s  %-40s %7s  %-7s %s" % (what, value, compared, "" if ratio is None else "x %.2f" % ratio, target or "", word)
    print(line.rstrip(), flush=True)
    if reached is False:
        missed.append("%s against %s" % (what.strip(), compared) if compared else what.strip())


def ms(seconds):
    return "%.1f ms" % (seconds * 1e3)


def us(seconds):
    return "%.2f us" % (seconds * 1e6)


def rate(n, seconds):
    return "%s /s" % format(round(n / seconds), ",")


# ---- what is measured ----

LABEL, ONE_BY_ONE = "forklore run " + " ".join(BATCH), "  without --batch"

def bench_start():
    heading("start and join 100 processes that do nothing: whole commands, traced")
    bare, n = compiled("fork_wait"), starting(100)
    t = in_turn(host=whole(PROGRAM, "run", n, "--plain", "--policy", "host"), rr=whole(PROGRAM, "run", n, "--plain"),
                python=whole(sys.executable, str(HERE / "peers.py"), "start", "100"), within=peer("start", 100),
                nothing=whole(sys.executable, "-c", "import multiprocessing"), c=whole(bare, "100"))
    for name in ("host", "rr"):
        label = "forklore run --plain --policy " + name
        r = t["python"] / t[name]
        row(label, ms(t[name]), "CPython %s" % ms(t["python"]), r, ">= 5", r >= 5)
        r = t["within"] / t[name]
        row("", "", "CPython, start-up left out: %s" % ms(t["within"]), r)
        r = t[name] / t["c"]
        row("  " + label.split(" --plain")[1].strip(), "", "C fork + waitpid %s" % ms(t["c"]), r, "<= 2.5", r <= 2.5)


def bench_queue():
    heading("one producer, one consumer, a queue of 64: time inside the run")
    ours, theirs = 200000, 30000
    t = in_turn(ours=inside(passing(ours), *BATCH), one=inside(passing(ours), *ONE), theirs=peer("queue", theirs),
                command=whole(PROGRAM, "run", passing(ours), "--quiet", *BATCH, "--max-steps", NO_END))
    r = ours / t["ours"] / (theirs / t["theirs"])
    row(LABEL, rate(ours, t["ours"]), "CPython Queue(64) %s" % rate(theirs, t["theirs"]), r, ">= 10", r >= 10)
    row("  the whole command", rate(ours, t["command"]))
    row(ONE_BY_ONE, rate(ours, t["one"]), "", ours / t["one"] / (theirs / t["theirs"]))


def bench_pipe():
    heading("one producer, one consumer, a pipe: time inside the run")
    ours, theirs, many = 200000, 100000, 1024   # CPython's pipe takes 64 KiB: thousands of such messages
    t = in_turn(one=inside(sending(ours, "false"), *BATCH), one_theirs=peer("pipe", theirs),
                two=inside(sending(ours, "true"), *BATCH), two_theirs=peer("pipe-duplex", theirs),
                one_many=inside(sending(ours, "false", many), *BATCH), two_many=inside(sending(ours, "true", many), *BATCH),
                one_by_one=inside(sending(ours, "false"), *ONE), two_by_one=inside(sending(ours, "true"), *ONE))
    for name, ways, python in (("one", "one-way", "Pipe(False)"), ("two", "two-way", "Pipe()")):
        their_rate = theirs / t[name + "_theirs"]
        r = ours / t[name] / their_rate
        row(LABEL + ", " + ways, rate(ours, t[name]), "CPython %s %s" % (python, rate(theirs, t[name + "_theirs"])), r,
            ">= 5", r >= 5)
        row("  with room for %d messages" % many, rate(ours, t[name + "_many"]), "", ours / t[name + "_many"] / their_rate)
        row(ONE_BY_ONE, rate(ours, t[name + "_by_one"]), "", ours / t[name + "_by_one"] / their_rate)


def bench_manager():
    heading("two processes, a manager's number += 1 under a lock: time inside the run")
    ours, theirs = 20000, 6000
    t = in_turn(ours=inside(adding(ours), *BATCH), one=inside(adding(ours), *ONE), theirs=peer("manager", theirs))
    r = ours / t["ours"] / (theirs / t["theirs"])
    row(LABEL, rate(ours, t["ours"]), "CPython Manager().dict %s" % rate(theirs, t["theirs"]), r, ">= 3", r >= 3)
    row(ONE_BY_ONE, rate(ours, t["one"]), "", ours / t["one"] / (theirs / t["theirs"]))


def bench_lock():
    heading("two processes, one lock: acquire and release, time inside the run")
    n, fewer = 400000, 40000
    t = in_turn(unfair=inside(locking(n, "false"), *BATCH), fair=inside(locking(fewer, "true"), *BATCH),
                unfair_one=inside(locking(fewer, "false"), *ONE), fair_one=inside(locking(fewer, "true"), *ONE),
                apart=peer("lock-apart", n), free=peer("lock", n))
    label, theirs = LABEL + ", fair: ", n / t["apart"]
    for name, word, k in (("unfair", "false", n), ("fair", "true", fewer)):
        r = k / t[name] / theirs
        target = (">= 1", r >= 1) if name == "unfair" else ()
        row(label + word, rate(k, t[name]), "CPython Lock %s" % rate(n, t["apart"]), r, *target)
        row(ONE_BY_ONE, rate(fewer, t[name + "_one"]), "", fewer / t[name + "_one"] / theirs)
    row("", "", "(placed by the kernel: %s)" % rate(n, t["free"]))


def bench_pool():
    heading("a pool of 4 workers: apply_async, 500 tasks at a time; time inside the run")
    ours, theirs = 100000, 10000
    t = in_turn(ours=inside(tasks(ours), *BATCH), one=inside(tasks(ours), *ONE), theirs=peer("pool", theirs))
    r = ours / t["ours"] / (theirs / t["theirs"])
    row(LABEL, rate(ours, t["ours"]), "CPython Pool(4) %s" % rate(theirs, t["theirs"]), r, ">= 5", r >= 5)
    row(ONE_BY_ONE, rate(ours, t["one"]), "", ours / t["one"] / (theirs / t["theirs"]))


def bench_grant():
    heading("an action granted to a process, and its answer, the twin checking")
    bare, few, many = compiled("hand_over"), 100, 20100
    for where, core in (("unpinned", None), ("pinned to one core", 0)):
        t = in_turn(many=whole(PROGRAM, "run", counting(many), "--quiet", "--policy", "rr", core=core),
                    few=whole(PROGRAM, "run", counting(few), "--quiet", "--policy", "rr", core=core),
                    bare=said(bare, str(many - few), core=core))
        ours, theirs = (t["many"] - t["few"]) / (many - few), t["bare"] / (many - few)
        row("forklore run --policy rr, " + where, us(ours), "C futex %s" % us(theirs), ours / theirs, "<= 2.5", ours / theirs <= 2.5)
        each = [(m - f) / (many - few) for m, f in zip(in_turn.taken["many"], in_turn.taken["few"])]
        bares = [b / (many - few) for b in in_turn.taken["bare"]]
        row("  least and most", "%s, %s" % (us(min(each))[:-3], us(max(each))[:-3]),
            "C futex %s, %s" % (us(min(bares))[:-3], us(max(bares))[:-3]))


def bench_buyers():
    heading("100 buyers and a lock, from command to exit")
    t = in_turn(ours=whole(PROGRAM, "run", buying(100), "--plain"))
    row("forklore run --plain", ms(t["ours"]), target="< 1 s", reached=t["ours"] < 1)


def linked(name, screen=False):
    """A measuring program of ours with all of sim/, and the dashboard's canvas; None: its objects are not there."""
    objects = glob.glob(str(BUILD / "sim/*/*.o")) + (glob.glob(str(BUILD / "ui/dashboard/*.o")) if screen else [])
    if not objects:
        row("(no objects in %s)" % BUILD, "")
        return None
    wanted = ["yaml-0.1", "ncursesw"] if screen else ["yaml-0.1"]
    libs = subprocess.run(["pkg-config", "--libs", *wanted], stdout=subprocess.PIPE, check=True).stdout.decode().split()
    return compiled(name, *objects, *libs)


def bench_back():
    heading("a run of 1,000,000 actions, and back")
    tell, n = linked("step_back"), 10 ** 6
    if not tell:
        return
    for what, path in (("the crowd of 100 processes", crowd(100)), ("the crowd of 1,000", crowd(1000)),
                       ("100 at one lock, each says so", contending(100))):
        figures = [[float(line) for line in command(tell, path, str(n))[1].split()] for _ in range(rounds)]
        run, first, further, anywhere, kept, most = (statistics.median(f) for f in zip(*figures))
        row(what, "%.2f s" % run, "kept: %.0f MiB" % (kept / 2 ** 20))
        row("  one action back", ms(first), "a hundred further: at most %s each" % ms(further), target="< 50 ms", reached=max(first, further) < 0.05)
        row("  to any action", ms(anywhere), "the longest of fifty")
        row("  memory", "%.0f MiB" % (most / 2 ** 20), target="< 200 MiB", reached=most < 200 << 20)


def racing(n):
    return scenario("race-%d" % n, """shared: {tickets: %d, sold: 0}
processes:
  buyer: {count: 3, steps: [{forever: , do: [n = tickets, {if: n > 0, then: [{sleep: 100ms..300ms}, tickets = n - 1, {atomic: sold += 1}]}]}]}
""" % n)


def bench_screen():
    heading("from a key to a drawn screen of 120x40, after 100,000 actions; the longest of fifty")
    tell, again = linked("screen_back", screen=True), linked("branch")
    if not tell or not again:
        return
    for what, path in (("the crowd of 1,000 processes", crowd(1000)), ("the ticket race", racing(10 ** 6))):
        on, first, further = (statistics.median(f) for f in zip(*([float(line) for line in command(tell, path, "100000")[1].split()] for _ in range(rounds))))
        row(what, ms(on), "one action on", target="< 16 ms", reached=on < 0.016)
        row("  one action back", ms(first), "fifty further: at most %s each" % ms(further), target="< 50 ms", reached=max(first, further) < 0.05)
    took = statistics.median(float(command(again, racing(1000), "1000")[1]) for _ in range(rounds))
    row("a branch at step 1,000", ms(took), "processes started anew, and brought there", target="< 300 ms", reached=took < 0.3)


def bench_world():
    heading("the world of a scenario, all processes and everything shared")
    tell = linked("world_bytes")
    if not tell:
        return
    files = [str(ROOT / "scenarios" / (name + ".yaml")) for name in FOUR]
    for line in command(tell, *files)[1].splitlines():
        path, shared, private, processes, total = line.split()
        row(Path(path).stem, "%s bytes" % total, "%s shared + %s x %s" % (shared, processes, private), target="<= 4096",
            reached=int(total) <= 4096)


# ---- the dashboard's use of the CPU ----

def used(pids):
    """CPU seconds of processes so far."""
    ticks = 0
    for pid in pids:
        with open("/proc/%d/stat" % pid) as f:
            fields = f.read().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def controllers(pid):
    """The program's own processes: those it plays have names of their own."""
    with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
        for child in map(int, f.read().split()):
            if Path("/proc/%d/comm" % child).read_text().strip() == Path(PROGRAM).name:
                yield from controllers(child)
    yield pid


def shown(words, until, keys, seconds, beside=None):
    """The share of a core that a dashboard uses, once `until` is on its screen, after these keys; None: there is none. beside: another
    program's command, in a terminal of the same size meanwhile; then both shares."""
    server = ["tmux", "-L", "%s-%d" % (os.path.basename(scratch), time.monotonic_ns()), "-f", "/dev/null"]

    def tmux(*args):
        return subprocess.run([*server, *args], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()

    line = " ".join("'%s'" % w for w in (PROGRAM, "run", *words))
    def begin(name, line):
        tmux("new-session", "-d", "-s", name, "-x", "120", "-y", "34", "LC_ALL=C.UTF-8 TERM=xterm-256color exec " + line + " 2>/dev/null")

    def pid(name):
        return int(tmux("list-panes", "-t", name, "-F", "#{pane_pid}"))

    begin("ours", line)
    try:
        patience = time.monotonic() + 120
        while not re.search(until, tmux("capture-pane", "-p", "-t", "ours")):
            if time.monotonic() > patience or not tmux("list-panes", "-t", "ours"):
                return None
            time.sleep(0.2)
        tmux("send-keys", "-t", "ours", "-l", keys)
        if beside:
            begin("beside", beside)
        time.sleep(1)
        all_pids = [list(controllers(pid("ours")))] + ([[pid("beside")]] if beside else [])
        before, begun = [used(pids) for pids in all_pids], time.perf_counter()
        time.sleep(seconds)
        passed = time.perf_counter() - begun
        shares = [100 * (used(pids) - b) / passed for pids, b in zip(all_pids, before)]
        return shares if beside else shares[0]
    except (OSError, ValueError):
        return None
    finally:
        tmux("kill-server")


def bench_dashboard():
    heading("the dashboard's share of a core (utime + stime of forklore itself), 120x34")
    if not shutil.which("tmux"):
        row("(tmux is not installed)", "")
        return
    all_started = r"step +(\d{5,}|[1-9]\d{3})"
    for what, words, until, keys, target in (
            ("paused", ["ticket-race", "--step"], r"buyer\.3", "", 1),
            ("playing 1,000 processes, 3 actions/s", [crowd(1000), "--speed", "384"], all_started, "[" * 7, 20),
            ("playing 1,000 processes, 100 actions/s", [crowd(1000), "--speed", "400"], all_started, "[[", 20)):
        found = [shown(words, until, keys, 5) for _ in range(3)]
        if None in found:
            row(what, "no dashboard here")
            continue
        percent = statistics.median(found)
        row(what, "%.2f %%" % percent, target="< %d %%" % target, reached=percent < target)
    dashboard_beside_htop()


def dashboard_beside_htop():
    """htop's refresh is in tenths of a second: ten pictures a second, of which it is reckoned for eight."""
    what, rate, each = "playing 100 processes, 8 actions/s", 8, 10
    if not shutil.which("htop"):
        row("(htop is not installed)", "")
        return
    found = [shown([crowd(100), "--speed", "512"], r"step +(\d{4,}|[2-9]\d\d)", "[" * 6, 8, "htop -d 1") for _ in range(3)]
    if None in found:
        row(what, "no dashboard here")
        return
    ours, theirs = (statistics.median(shares) for shares in zip(*found))
    theirs *= rate / each
    row(what, "%.2f %%" % ours, "htop at 8 pictures/s %.2f %%" % theirs, target="< htop", reached=ours < theirs)


# ---- all of it ----

BENCHES = {name[6:]: f for name, f in list(globals().items()) if name.startswith("bench_")}


def machine():
    with open("/proc/cpuinfo") as f:
        model = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), "unknown processor")
    return "%s, %d cores (load %.1f), Linux %s, CPython %s" % (
        model, os.cpu_count(), os.getloadavg()[0], os.uname().release.split("-")[0], sys.version.split()[0])


def main(words):
    global rounds
    if words[:1] == ["-r"]:
        rounds, words = int(words[1]), words[2:]
    if any(w not in BENCHES for w in words):
        raise SystemExit(__doc__)
    print("%s\nmedians of %d" % (machine(), rounds))
    for name, bench in BENCHES.items():
        if not words or name in words:
            bench()
    print("\n" + ("not reached: " + "; ".join(missed) if missed else "every target is reached"))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
