"""`explore --sweep`: a grid of verdicts."""
import itertools
import json
import os
import re
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import explore_oracle as oracle
from forklore_test import PATIENCE, PROGRAM, run

LIBRARY = "bounded-buffer-one-condition"
RACE = """\
scenario: sums
params: {N: 2, D: 10ms, safe: true}
shared: {n: 0}
objects: {door: {semaphore: 1}}
processes:
  adder: {count: N, steps: [{if: safe, then: [{acquire: door}]}, {sleep: D}, n += 1, {if: safe, then: [{release: door}]}]}
expect:
  - {name: nothing is lost, finally: n == N}
"""


def grid(text):
    """(row, column) of each word of a table, and of those behind a headline, too: {("B = 1", "P = 1", "C = 2"): "deadlock"}."""
    found, head, columns = {}, "", []
    for line in text.splitlines():
        words = re.split(r"  +", line.strip())
        if re.fullmatch(r"\w+ = \w+", line):
            head = line
        elif line.startswith("   "):
            columns = words
        elif line.startswith("  ") and len(words) == len(columns) + 1:
            found.update({(head, words[0], column): word for column, word in zip(columns, words[1:])})
    return found


class Sweep(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = Path(folder.name)
        self.file = self.dir / "sums.yaml"
        self.file.write_text(RACE)

    def cells(self, *args, code=0):
        result = run(["explore", *args, "--json"], timeout=60)
        self.assertEqual(result.code, code, result)
        return json.loads(result.out)

    def test_the_law_of_the_library(self):
        """One condition for both sides of a bounded buffer deadlocks exactly where 2B < P + C."""
        result = run(["explore", LIBRARY, "--sweep", "P=1..3,C=1..4,B=1..3"], timeout=60)
        self.assertEqual(result.code, 0, result)
        found = grid(result.out)
        self.assertEqual(found, {("B = %d" % b, "P = %d" % p, "C = %d" % c): "deadlock" if 2 * b < p + c else "holds"
                                 for p, c, b in itertools.product(range(1, 4), range(1, 5), range(1, 4))})
        self.assertTrue(all(len(line) <= 80 for line in result.out.splitlines()[:-1]), result)
        self.assertIn("deadlock: %d, holds: %d" % tuple(list(found.values()).count(w) for w in ("deadlock", "holds")), result.out)

    def test_several_of_them_are_one(self):
        for flags in (["--sweep", "N=1..2,safe=true,false"], ["--sweep", "N=1..2", "--sweep=safe=true,false"]):
            self.assertEqual([c["set"] for c in self.cells(self.file, *flags, code=1)],
                             ["N=1,safe=true", "N=1,safe=false", "N=2,safe=true", "N=2,safe=false"], flags)

    def test_the_oracle_sees_the_same_law(self):
        def buffer(p, c, b):
            def side(stuck, change):
                return [("forever", [("with", "door", [("while", ("bin", "==", ("sh", "x"), ("c", stuck)), [("wait", "c0", None, None)]),
                                                       ("atomic", [("aug", ("sh", "x"), change, ("c", 1))]), ("notify", "c0", 1)])])]
            return {"shared": {"x": 0}, "objects": {"door": ("lock",), "c0": ("condition", "door")}, "main": None, "expect": [],
                    "groups": [("producer", p, False, side(b, "+")), ("consumer", c, False, side(0, "-"))]}
        for p, c, b in itertools.product((1, 2), (1, 2), (1, 2)):
            with self.subTest(P=p, C=c, B=b):
                self.assertEqual(bool(oracle.Answers(buffer(p, c, b), 20000).deadlocks), 2 * b < p + c)

    def test_as_json(self):
        cells = self.cells(LIBRARY, "--sweep", "P=1..2,B=1,2", "--set", "C=1")
        self.assertEqual([c["params"] for c in cells], [{"P": p, "C": 1, "B": b} for p in (1, 2) for b in (1, 2)])
        self.assertEqual([c["verdict"] for c in cells], ["holds", "holds", "deadlock", "holds"])
        for one in cells:
            alone = json.loads(run(["explore", LIBRARY, "--json", "--set", one["set"]]).out)
            for key in ("scenario", "complete", "states", "endless"):
                self.assertEqual(one[key], alone[key], key)
            self.assertEqual(one["deadlock"]["reachable"], alone["deadlock"]["reachable"])
            self.assertEqual([e["holds"] for e in one["expect"]], [e["holds"] for e in alone["expect"]])

    def test_findings(self):
        result = run(["explore", self.file, "--sweep", "N=1..3,safe=true,false"])
        self.assertEqual(result.code, 1, result)
        self.assertEqual(grid(result.out), {("", "N = %d" % n, "safe = " + safe): "broken" if n > 1 and safe == "false" else "holds"
                                            for n in (1, 2, 3) for safe in ("true", "false")})
        self.assertIn("explore %s --set N=2,safe=false" % self.file, result.out)
        self.assertEqual(run(["explore", self.file, "--sweep", "N=1..3"]).code, 0)

    def test_in_chinese(self):
        out = run(["explore", self.file, "--sweep", "N=1..2,safe=true,false", "--lang", "zh"]).out
        self.assertIn("4 种参数组合", out)
        self.assertIn("不成立：1，成立：3", out)
        self.assertIn("  N = 2  成立          不成立\n", out)

    def test_what_is_no_scenario(self):
        result = run(["explore", self.file, "--sweep", "N=0..1"])
        self.assertEqual(result.code, 0, result)
        self.assertIn("  N = 0  not valid\n  N = 1  holds\n", result.out)
        self.assertIn("not valid with N=0: 0 is out of range: 1 to 1000", result.out)
        self.assertEqual([c["verdict"] for c in self.cells(self.file, "--sweep", "N=0..1")], ["not_valid", "holds"])

    def test_limits_leave_cells_open(self):
        result = run(["explore", LIBRARY, "--sweep", "C=1,2,30", "--set", "B=9", "--max-states", "1000"])
        self.assertEqual(result.code, 4, result)
        self.assertIn("  C = 1   holds\n  C = 2   holds\n  C = 30  NOT DECIDED\n", result.out)
        self.assertIn("--max-states", result.out)
        last = self.cells(LIBRARY, "--sweep", "C=1,2,30", "--set", "B=9", "--max-states", "1000", code=4)[-1]
        self.assertEqual((last["verdict"], last["complete"], last["stopped"], last["deadlock"]["reachable"]), ("not_decided", False, "states", None))

    def test_too_many_values_to_draw(self):
        self.file.write_text('scenario: wide\nparams: {N: 5}\nshared: {n: 0}\nprocesses: {p: {steps: ["n = random(1, N)"]}}\nexpect: [{always: n <= N}]\n')
        result = run(["explore", self.file, "--sweep", "N=5,5000"])
        self.assertEqual(result.code, 4, result)
        self.assertIn("  N = 5000  NOT DECIDED\n", result.out)
        self.assertIn("more than 1000 values can be drawn", result.out)

    def test_letters_where_words_find_no_room(self):
        out = run(["explore", self.file, "--sweep", "N=1,2,D=" + ",".join("%dms" % n for n in range(20)), "--set", "safe=false"]).out
        self.assertIn("D =  0ms   1ms   ", out)
        self.assertIn("B broken: 20, . holds: 20", out)
        self.assertTrue(all(len(line) <= 80 for line in out.splitlines()[:-1]), out)

    def test_what_is_refused(self):
        for given, message in (("X=1..3", "no parameter `X`"), ("N", "`N` names no parameter"), ("N=3..1", "no number in 3..1"), ("N=1,x", "`N` can't be `x`"),
                               ("N=1..200,D=%s" % ",".join("%dms" % n for n in range(60)), "more than 10000"), ("N=1..99999999", "more than 10000"),
                               ("N=1,N=2", "set twice"), ("", "names no parameter"), ("=1", "names no parameter"), ("N=1,,2", "names no parameter"),
                               ("D=1", "it is a time with its unit")):
            with self.subTest(given=given):
                result = run(["explore", self.file, "--sweep", given])
                self.assertEqual((result.code, result.out), (2, ""), result)
                self.assertIn(message, result.err)
        self.assertIn("set twice", run(["explore", self.file, "--sweep", "N=1", "--set", "N=2"]).err)
        for flags in (["--at", "1"], ["--mutate"], ["--story", "deadlock"], ["--samples", "2"], ["--outcomes"], ["--at", "1", "--schedule", "[]"]):
            result = run(["explore", self.file, "--sweep", "N=1", *flags])
            self.assertEqual(result.code, 2, result)
            self.assertIn("`--sweep`", result.err)

    # ---- what is kept

    def sweep(self, results, *args, code=1):
        result = run(["explore", self.file, "--sweep", "N=1..3,safe=true,false", "-o", results, *args])
        self.assertEqual(result.code, code, result)
        return result.out

    def test_what_was_found_is_not_searched_again(self):
        results = self.dir / "results"
        whole = self.sweep(results)
        lines = results.read_text().splitlines(True)
        self.assertEqual(len(lines), 7)
        self.assertEqual(self.sweep(results), whole)
        self.assertEqual(results.read_text(), "".join(lines))
        # what stands there is believed; a line that was being written is written again
        changed = [line.replace('"broken"', '"deadlock"') for line in lines[:-1]]
        results.write_text("".join(changed) + lines[-1][:-20])
        self.assertEqual(self.sweep(results).count("  deadlock\n"), "".join(changed).count('"verdict":"deadlock"'))
        self.assertEqual(len(results.read_text().splitlines()), 7)
        self.assertTrue(all(json.loads(line) for line in results.read_text().splitlines()))

    def test_a_larger_sweep_goes_on(self):
        results = self.dir / "results"
        self.assertEqual(run(["explore", self.file, "--sweep", "N=1..2", "-o", results]).code, 0)
        before = results.read_text()
        self.assertEqual(run(["explore", self.file, "--sweep", "N=1..4", "-o", results]).code, 0)
        self.assertTrue(results.read_text().startswith(before))
        self.assertEqual(len(results.read_text().splitlines()), 5)

    def test_what_was_not_decided_is_tried_again(self):
        results = self.dir / "results"
        sweep = ["explore", LIBRARY, "--sweep", "C=1..4", "--set", "B=9", "-o", results]
        first = run([*sweep, "--max-states", "150"])
        self.assertEqual(first.code, 4, first)
        self.assertIn("NOT DECIDED", first.out)
        self.assertEqual(run(sweep).out, run(["explore", LIBRARY, "--sweep", "C=1..4", "--set", "B=9"]).out)

    def test_a_killed_sweep_goes_on(self):
        results = self.dir / "results"
        sweep = ["explore", LIBRARY, "--sweep", "B=5,6,C=1..6,P=1..5", "-o", results]
        process = subprocess.Popen(["forklore", *map(str, sweep)], executable=PROGRAM, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30 * PATIENCE
        while time.monotonic() < until and process.poll() is None and not (results.exists() and results.read_text().count("\n") > 3):
            time.sleep(.005)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        kept = [line for line in results.read_text().splitlines(True) if line.endswith("\n")]
        self.assertGreater(len(kept), 3)
        result = run(sweep, timeout=100)
        self.assertEqual(result.code, 0, result)
        now = results.read_text()
        self.assertTrue(now.startswith("".join(kept)))
        self.assertEqual(len(now.splitlines()), 61)
        self.assertEqual(len({json.loads(line)["set"] for line in now.splitlines()[1:]}), 60)

    def test_other_files_are_left_alone(self):
        results = self.dir / "results"
        self.sweep(results)
        self.file.write_text(RACE + "# changed\n")
        result = run(["explore", self.file, "--sweep", "N=1", "-o", results])
        self.assertEqual(result.code, 3, result)
        self.assertIn("an earlier version of this one", result.err)
        results.write_text("precious")
        result = run(["explore", self.file, "--sweep", "N=1", "-o", results])
        self.assertEqual(result.code, 3, result)
        self.assertIn("holds no results of a sweep", result.err)
        self.assertEqual(results.read_text(), "precious")
        self.assertEqual(run(["explore", self.file, "--sweep", "N=1", "-o", "-"]).code, 2)
        self.assertEqual(run(["explore", self.file, "--sweep", "N=1", "-o", self.file]).code, 2)


if __name__ == "__main__":
    unittest.main()
