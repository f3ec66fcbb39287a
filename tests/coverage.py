#!/usr/bin/env python3
"""Which branches of the model, the language and the stage the tests take, and why not the others.

usage: tests/coverage.py [--left [FILE...]]       `make coverage` runs the tests before, with what gcov counts

A branch is one way out of a condition or a switch. Those that are not taken are held against tests/coverage.txt: what has a reason there is
counted apart, what has none is `left`, and there must not be more left than that file says. --left lists them, with the lines they stand in.
What a run's process did is counted although it was killed (tools/coverage.c); what a run did whose controller was killed is not.
"""
import fnmatch
import json
import os
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / os.environ.get("FORKLORE_BUILD", "build/coverage")
FLOORS = ("sim/world", "sim/language", "sim/stage")
REASONS = ROOT / "tests" / "coverage.txt"


def counted(unit):
    """{(file, line, function): how often each branch there was taken}, of one compiled file."""
    of = unit.with_suffix(".gcda") if unit.with_suffix(".gcda").exists() else unit
    done = subprocess.run(["gcov", "--json-format", "--stdout", "-b", str(of)], cwd=ROOT, capture_output=True, text=True, check=True)
    found = {}
    for file in json.loads(done.stdout)["files"]:
        if os.path.dirname(file["file"]) not in FLOORS or file["file"].endswith(".def"):
            continue
        for line in file["lines"]:
            if line["branches"]:
                found.setdefault((file["file"], line["line_number"], line.get("function_name")), []).extend(b["count"] for b in line["branches"])
    return found


def branches():
    """The same of all, a function in a header as often as it is included."""
    with ThreadPoolExecutor(2) as pool:
        each = list(pool.map(counted, sorted((BUILD / "sim").glob("*/*.gcno"))))
    together = {}
    for found in each:
        for where, counts in found.items():
            had = together.setdefault(where, counts)
            if had is not counts and len(had) == len(counts):
                together[where] = [a + b for a, b in zip(had, counts)]
    return together


def reasons():
    """([(glob of files, pattern of a line, how many branches of a line, the reason)], {floor: how many may be left})."""
    rows, most = [], {}
    for text in REASONS.read_text().splitlines():
        if text.startswith("left "):
            _, floor, count = text.split()
            most[floor] = int(count)
        elif text and not text.startswith("#"):
            files, pattern, count, reason = re.split(r"\s+\|\s+", text)
            rows.append((files, re.compile(pattern), int(count), reason))
    return rows, most


def main(words):
    rows, most = reasons()
    found = branches()
    if not found:
        sys.exit("nothing was counted in %s: make coverage" % BUILD)
    source = {name: (ROOT / name).read_text().splitlines() for name in {where[0] for where in found}}
    total, taken, excused, left, used = Counter(), Counter(), Counter(), Counter(), set()
    for (file, line, _), counts in sorted(found.items(), key=lambda item: item[0][:2]):
        floor, text, missing = os.path.dirname(file), source[file][line - 1].strip(), counts.count(0)
        total[floor] += len(counts)
        taken[floor] += len(counts) - missing
        for row in rows:
            if missing and fnmatch.fnmatch(file, row[0]) and row[1].search(text):
                used.add(row)
                excused[floor] += min(missing, row[2])
                missing -= min(missing, row[2])
        left[floor] += missing
        if missing and "--left" in words and (len(words) == 1 or file in words):
            print("%s:%d: %d of %d: %s" % (file, line, missing, len(counts), text))
    print("%-14s %9s %15s %14s %6s %8s" % ("", "branches", "taken", "with a reason", "left", "at most"))
    for floor in FLOORS:
        print("%-14s %9d %8d %5.1f%% %14d %6d %8d" % (floor, total[floor], taken[floor], 100 * taken[floor] / total[floor], excused[floor], left[floor], most[floor]))
    for row in rows:
        if row not in used:
            print("no reason any more: %s: %s" % (row[0], row[1].pattern))
    sys.exit(any(left[floor] > most[floor] for floor in FLOORS))


if __name__ == "__main__":
    main(sys.argv[1:])
