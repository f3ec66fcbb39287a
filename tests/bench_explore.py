#!/usr/bin/env python3
"""Measures `forklore explore` beside Spin on the same scenarios, in turn, in one run.

usage: tests/bench_explore.py [-r N] [NAME...]      N: how often each is measured (3); NAME: spin rate four large ways memory growth

tests/spin has each scenario twice: as YAML, and as Promela written by hand. Where a number ends in `# N` in the YAML, another
stands there for each size; Spin is given it by -DN. Spin's time is that of `spin -a`, `gcc -O2 -DSAFETY` and `pan`, which stops at the first error;
forklore's is that of the whole command, which looks at everything. Both verdicts must be the one that is known.

environment: as tests/bench.py. Every number is a median. A target that is not reached is said so; the exit code is 0 all the same;
a verdict that is not the known one ends the run.
"""
import json
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import bench
from bench import FOUR, PROGRAM, ROOT, heading, in_turn, row

MODELS = ROOT / "tests/spin"
OPTIMISED = ["gcc", "-O2", "-DSAFETY", "-o", "pan", "pan.c"]
GIB = 1 << 30
USED = bench.compiled("used")

# What is wrong with each: nothing, or which kind of finding; and the sizes.
SUITE = [
    ("ticket-race", "always", range(2, 8)),
    ("ticket-lock", None, range(2, 8)),
    ("philosophers-naive", "deadlock", range(3, 9)),
    ("philosophers-ordered", None, range(3, 9)),
    ("bounded-buffer", None, (2, 3)),
    ("peterson", None, (2,)),
    ("readers-writers", None, (5,)),
    ("barrier", None, (4,)),
]
GROWTH = (2, 5, 10, 20, 50, 100)


# ---- forklore ----

def sized(name, n, folder=MODELS):
    text = (folder / (name + ".yaml")).read_text()
    path = Path(bench.scratch) / ("%s-%d.yaml" % (name, n))
    path.write_text(re.sub(r"\d+(?=\s+# N$)", str(n), text, flags=re.M))
    return path


class Explored:
    """One run of `forklore explore`: what it said, wall and CPU seconds, the most memory it had."""

    def __init__(self, path, *words, complete=True):
        used = Path(bench.scratch) / "used.txt"
        done = subprocess.run([USED, str(used), PROGRAM, "explore", str(path), "--json", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        if done.returncode not in ((0, 1) if complete else (0, 1, 4)):
            raise SystemExit("%s: exit code %d" % (path, done.returncode))
        self.seconds, self.cpu, self.bytes = map(float, used.read_text().split())
        self.said = json.loads(done.stdout)
        self.states, self.transitions = self.said["states"], self.said["transitions"]
        if complete and not self.said["complete"]:
            raise SystemExit("%s: not complete" % path)

    def wrong(self):
        """Which kind of finding there is: "always" for a violated expectation, "deadlock", ..; None: all is well."""
        for kind in ("deadlock", "dead_end"):
            if self.said[kind]["reachable"]:
                return kind
        if self.said["exceptions"]:
            return "exception"
        return next((e["kind"] for e in self.said["expect"] if not e["holds"]), None)


# ---- Spin ----

PAN_SAYS = {"invalid end state": "deadlock", "assertion violated": "always"}


def prepared(name):
    folder = Path(bench.scratch) / "promela" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def make_pan(name, n, *more):
    folder = prepared("%s-%d" % (name, n))
    for words in (["spin", "-DN=%d" % n, "-a", str(MODELS / (name + ".pml"))], OPTIMISED + list(more)):
        subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder


def run_pan(folder, *flags):
    """What it says, and CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run(["./pan", *(flags or ["-m1000000"])], cwd=folder, stdout=subprocess.PIPE).stdout.decode()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if "max search depth too small" in said or "errors:" not in said:
        raise SystemExit("%s: pan could not finish\n%s" % (folder.name, said))
    return said, sum(getattr(after, k) - getattr(before, k) for k in ("ru_utime", "ru_stime"))


def pan_verdict(said):
    if re.search(r"errors: 0$", said, re.M):
        return None
    return PAN_SAYS[re.search(r"^pan:1: (invalid end state|assertion violated)", said, re.M)[1]]


def pan_number(said, what):
    return int(re.search(r"(\d+) " + what, said)[1])


# ---- telling ----

def known(label, verdict, expected):
    if verdict != expected:
        raise SystemExit("%s: the verdict is %s, and should be %s" % (label, verdict or "that all is well", expected or "that all is well"))


def time_of(seconds):
    return "%.0f ms" % (seconds * 1e3) if seconds < 10 else "%.1f s" % seconds


def memory(size):
    return "%.1f MiB" % (size / (1 << 20))


# ---- what is measured ----

def bench_spin():
    heading("from command to verdict: forklore explore; spin -a, gcc -O2 -DSAFETY, pan (whose own time stands in brackets)")
    for name, expected, sizes in SUITE:
        for n in sizes:
            path, label, pans = sized(name, n), "%s %d" % (name, n), []

            def ours():
                e = Explored(path)
                known(label + ", forklore", e.wrong(), expected)
                ours.states = e.states
                return e.seconds

            def theirs():
                begun = time.perf_counter()
                folder = make_pan(name, n)
                made = time.perf_counter()
                said, _ = run_pan(folder)
                ended = time.perf_counter()
                known(label + ", Spin", pan_verdict(said), expected)
                pans.append(ended - made)
                theirs.states = pan_number(said, "states, stored")
                return ended - begun

            t = in_turn(ours=ours, theirs=theirs)
            r = t["theirs"] / t["ours"]
            row("%-24s %10s states" % (label, format(ours.states, ",")), time_of(t["ours"]), "Spin %s (%s), %s states" % (
                time_of(t["theirs"]), time_of(statistics.median(pans[1:])), format(theirs.states, ",")), r, "> 1", r > 1)


def bench_rate():
    heading("transitions per second of CPU time, nothing reduced: forklore explore --full; pan -DNOREDUCE")
    path, folder = sized("philosophers-meal", 7), make_pan("philosophers-meal", 7, "-DNOREDUCE")

    def ours():
        e = Explored(path, "--full")
        ours.n = e.transitions
        return e.cpu

    def theirs(*flags):
        def measure():
            said, cpu = run_pan(folder, *flags)
            theirs.n = pan_number(said, "transitions")
            return cpu
        return measure

    t = in_turn(ours=ours, default=theirs(), fitted=theirs("-m1000", "-w20"))
    for name, what, target in (("default", "pan", ">= 1"), ("fitted", "pan -m1000 -w20", None)):
        r = (ours.n / t["ours"]) / (theirs.n / t[name])
        row("philosophers-meal 7, %s" % format(ours.n, ","), bench.rate(ours.n, t["ours"]),
            "%s %s, %s" % (what, format(theirs.n, ","), bench.rate(theirs.n, t[name])), r, target, r >= 1 if target else None)


def limited(label, path, seconds, size, *words):
    """One row: time, states, memory; under the limits?"""
    runs = [Explored(path, *words) for _ in range(bench.rounds)]
    t, most = statistics.median(e.seconds for e in runs), max(e.bytes for e in runs)
    target = "< %d s" % seconds + (", %d GiB" % (size / GIB) if size else "")
    row(label, time_of(t), "%s states, %s" % (format(runs[0].states, ","), memory(most)), None, target,
        t < seconds and (not size or most < size))


def bench_four():
    heading("the four known scenarios, complete: time, states, most memory")
    for name in FOUR:
        limited(name, ROOT / "scenarios" / (name + ".yaml"), 30, 4 * GIB)


def bench_large():
    heading("many processes, complete: time, states, most memory")
    limited("ticket-race, 100 buyers", sized("ticket-race", 100), 10, 2 * GIB)
    limited("ticket-lock, 100 buyers", sized("ticket-lock", 100), 1, None)
    limited("toilet: eight guests, three stalls", ROOT / "scenarios/toilet.yaml", 1, None)


def sought(path):
    """(seconds for the simplest ways, seconds for all else) of one run; so little is not said that is none."""
    said = subprocess.run([PROGRAM, "explore", str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout.decode()
    seconds = float(re.search(r"\bstates?\b.*?, ([\d.]+) s\b", said)[1])
    ways = re.search(r"([\d.]+) s of it for the simplest ways", said)
    ways = float(ways[1]) if ways else 0
    return ways, seconds - ways


def beside(label, path):
    """How many times the rest the simplest ways took; None if that is too short to be measured."""
    runs = [sought(path) for _ in range(bench.rounds)]
    ways, rest = (statistics.median(r[k] for r in runs) for k in (0, 1))
    if ways < 0.05:
        return None
    row(label, time_of(ways), "the states: %s" % time_of(rest), ways / max(rest, 0.01), "<= 3", ways <= 3 * rest)
    return ways / max(rest, 0.01)


def bench_ways():
    heading("the ways with the fewest preemptions: all buyers have read before one writes; time, preemptions, most memory")
    for n, seconds, size in ((40, 2, GIB // 2), (100, 10, GIB // 2)):
        runs = [Explored(sized("all-sell", n)) for _ in range(bench.rounds)]
        t, most, said = statistics.median(e.seconds for e in runs), max(e.bytes for e in runs), runs[0].said["expect"][0]
        known("all-sell %d" % n, said["preemptions"], n - 1)
        row("all-sell, %d buyers" % n, time_of(t), "%s of CPU, %d preemptions, %s" % (
            time_of(statistics.median(e.cpu for e in runs)), said["preemptions"], memory(most)), None, "< %d s, 512 MiB" % seconds, t < seconds and most < size)
    heading("time for the simplest ways, beside that for the states, in one run: every model; those that take 50 ms are shown")
    models = [(p.stem, p) for folder in ("scenarios", "tests/explore") for p in sorted((ROOT / folder).glob("*.yaml"))]
    models += [("%s %d" % (name, n), sized(name, n)) for name, _, sizes in SUITE for n in sizes]
    models += [("%s %d" % (name, n), sized(name, n)) for name in ("all-sell", "ticket-race", "ticket-lock", "toilet") for n in GROWTH]
    ratios = [r for r in (beside(label, path) for label, path in models) if r is not None]
    row("the most of %d models" % len(models), "x %.2f" % max(ratios, default=0), "%d of them took 50 ms" % len(ratios))


def bench_memory():
    heading("bytes of memory for each state: the most it had, less what a small run has, by states stored")
    small = Explored(sized("philosophers-ordered", 3)).bytes
    # Packed, a state has a byte at least for each number: three, and one for each process. So what is beyond is at most the rest.
    # The table of states doubles when it is three quarters full: there is just before, and there is soon after it.
    n, full = 9, 3 << 20
    packed = 3 + n + 1
    for what, states in (("before", full - 1000), ("after", full + 50000)):
        e = Explored(sized("philosophers-ordered", n), "--full", "--max-states", str(states), complete=False)
        each = (e.bytes - small) / e.states
        row("%s the table of states grows" % what, "%.1f bytes" % each, "%s states of %d bytes at least, packed" % (
            format(e.states, ","), packed), None, "<= %d" % (packed + 32), each <= packed + 32)
    e = Explored(sized("ticket-race", 100))
    row("ticket-race, 100 buyers: in all", "%.1f bytes" % ((e.bytes - small) / e.states), "%s states" % format(e.states, ","))


def bench_growth():
    heading("how it grows: states, time, most memory")
    for name in ("ticket-race", "ticket-lock", "toilet"):
        for n in GROWTH:
            runs = [Explored(sized(name, n)) for _ in range(bench.rounds)]
            row("%s, %d" % (name, n), time_of(statistics.median(e.seconds for e in runs)),
                "%s states, %s" % (format(runs[0].states, ","), memory(max(e.bytes for e in runs))))


BENCHES = {name[6:]: f for name, f in list(globals().items()) if name.startswith("bench_")}


def main(words):
    bench.rounds = 3
    if words[:1] == ["-r"]:
        bench.rounds, words = int(words[1]), words[2:]
    if any(w not in BENCHES for w in words):
        raise SystemExit(__doc__)
    beside_spin = not words or "spin" in words or "rate" in words
    version = subprocess.run(["spin", "-V"], stdout=subprocess.PIPE).stdout.decode().split(" --")[0] if beside_spin else "without Spin"
    gcc = subprocess.run(["gcc", "-dumpfullversion"], stdout=subprocess.PIPE).stdout.decode().strip()
    print("%s, %s, gcc %s\nmedians of %d" % (bench.machine(), version, gcc, bench.rounds))
    for name, run in BENCHES.items():
        if not words or name in words:
            run()
    print("\n" + ("not reached: " + "; ".join(bench.missed) if bench.missed else "every target is reached"))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    finally:
        shutil.rmtree(bench.scratch, ignore_errors=True)
