#!/usr/bin/env python3
"""Seeks bytes that break forklore: runs each fuzz target of tests/fuzz with libFuzzer (`make fuzz` builds them).

usage: tests/fuzz.py [SECONDS [TARGET...]]      60 seconds each; TARGET: scenario, expression, schedule, keys, random, oracle, json

It begins with the library, the tests' own wrong files and what was kept in tests/fuzz/kept/TARGET, and ends with a table. What breaks a
target stays in build/fuzz/broken; put it into tests/fuzz/kept/TARGET when it is mended: `make test` gives it to the target again.
`oracle` is no such target: random scenarios, of other seeds each time, are given to forklore and to tests/explore_oracle.py.
"""
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / os.environ.get("FORKLORE_BUILD", "build/fuzz")
KEPT = ROOT / "tests" / "fuzz" / "kept"
TARGETS = ("scenario", "expression", "schedule", "keys", "random", "oracle", "json")
SEEDS = {"scenario": ["scenarios", "scenarios/exercises", "tests/meaning", "tests/explore", "tests/check"]}


def words():
    """The language's words, so that they need not be found letter by letter."""
    text = " ".join(path.read_text() for path in (ROOT / "scenarios").glob("*.yaml"))
    return sorted(set(re.findall(r"[a-z_]{2,}:?|\b[0-9]+(?:ms|s)\b", text)))


def compare(seconds):
    """The same of the second explorer: how many scenarios were compared, which differ."""
    done = subprocess.run([sys.executable, ROOT / "tests" / "explore_oracle.py", "--seconds", str(seconds), "--count", "1000000000", "--real", "1",
                           "--seed", str(time.time_ns() // 1000 % 10 ** 9)], cwd=ROOT, capture_output=True, text=True, check=False)
    count = re.search(r"(\d+) scenarios compared", done.stdout)
    return int(count.group(1)) if count else 0, [done.stdout + done.stderr] if done.returncode or not count else []


def seek(target, seconds):
    """(how many inputs were tried, what broke it)."""
    found, broken = BUILD / "found" / target, BUILD / "broken"
    for folder in (found, broken):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(broken.glob(target + "-*"))       # others may run beside it
    dictionary = found.with_suffix(".words")
    dictionary.write_text("".join('"%s"\n' % word for word in words()))
    seeds = [ROOT / folder for folder in SEEDS.get(target, [])] + [KEPT / target]
    done = subprocess.run([BUILD / "tests" / "fuzz" / ("fuzz_" + target), "-max_total_time=%d" % seconds, "-timeout=60", "-report_slow_units=60", "-rss_limit_mb=3000",
                           "-max_len=6000", "-print_final_stats=1", "-dict=%s" % dictionary, "-artifact_prefix=%s/%s-" % (broken, target),
                           found, *(folder for folder in seeds if folder.is_dir())], cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    count = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    losses = sorted(str(path) for path in set(broken.glob(target + "-*")) - before)
    if done.returncode and not losses:
        losses = [done.stderr[-2000:]]
    if losses:
        print(done.stderr[-4000:])
    return int(count.group(1)) if count else 0, losses


def run(target, seconds):
    """(how many inputs were tried, what broke it)."""
    return compare(seconds) if target == "oracle" else seek(target, seconds)


def main(args):
    seconds, lost, rows = int(args[0]) if args else 60, 0, []
    for target in args[1:] or TARGETS:
        count, losses = run(target, seconds)
        rows.append("%-10s %9d inputs in %3d s   %d broke it %s" % (target, count, seconds, len(losses), " ".join(losses)))
        lost += len(losses)
    print("\n".join(rows))
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
