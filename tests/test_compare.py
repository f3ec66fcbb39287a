"""`compare` beyond policies: outcomes over many seeds beside what is possible, settings and files side by side."""
import csv
import json
import re
import tempfile
import unittest
from pathlib import Path

from forklore_test import run, run_json

DICE = """\
scenario: dice
params: {sides: 3, safe: false}
shared: {n: 0}
processes:
  p: {steps: ["n = random(1, sides)"]}
expect:
  - {finally: n < 3, verdict: sometimes}
"""


class Compare(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = Path(folder.name)
        self.file = self.dir / "dice.yaml"
        self.file.write_text(DICE)

    def json(self, *args, code=0):
        result = run(["compare", "--json", *args], timeout=60)
        self.assertEqual(result.code, code, result)
        return json.loads(result.out)

    def test_outcomes_are_those_of_the_runs(self):
        """Each seed counts where a run with it ends; explore's outcomes are all there."""
        expected = {}
        for seed in range(1, 31):
            n = run_json(self.file, "--model", "--seed", str(seed))[-1]["shared"]["n"]
            expected[n] = expected.get(n, 0) + 1
        found = self.json(self.file, "--seeds", "30")
        one, = found["compared"]
        self.assertEqual({o["values"]["n"]: o["runs"] for o in one["outcomes"] if o["runs"]}, expected)
        explored = json.loads(run(["explore", self.file, "--json"]).out)
        self.assertEqual(sorted(o["values"]["n"] for o in one["outcomes"]), sorted(o["values"]["n"] for o in explored["outcomes"]))
        self.assertTrue(one["complete"] and all(o["possible"] for o in one["outcomes"]))
        self.assertEqual((found["seeds"], one["params"], one["policy"]), ({"first": 1, "count": 30}, {"sides": 3, "safe": False}, "rr"))
        later = self.json(self.file, "--seeds", "1", "--seed", "7")["compared"][0]
        self.assertEqual([o["values"]["n"] for o in later["outcomes"] if o["runs"]], [run_json(self.file, "--model", "--seed", "7")[-1]["shared"]["n"]])

    def test_what_no_run_came_to_is_possible_too(self):
        out = run(["compare", "ticket-race", "--seeds", "20"]).out
        self.assertRegex(out, r"wrong  tickets = 0, sold = 3  20  #{30}\n")
        self.assertRegex(out, r"right  tickets = 0, sold = 1   0  also possible\n")
        self.assertRegex(out, r"wrong  tickets = 0, sold = 2   0  also possible\n")
        self.assertIn("no other outcome", out)
        zh = run(["compare", "ticket-race", "--seeds", "20", "--lang", "zh"]).out
        self.assertRegex(zh, r"错误  tickets = 0，sold = 3  20  #{30}\n")
        self.assertRegex(zh, r"正确  tickets = 0，sold = 1   0  也可能\n")

    def test_tables_for_sheets(self):
        """--table has the numbers of --json, and nothing else; each form the same cells."""
        def table(form, *args, code=0):
            result = run(["compare", "--table", form, *args], env={"COLUMNS": "200"})
            self.assertEqual(result.code, code, result)
            return result.out
        rows = list(csv.DictReader(table("csv", "cpu-rr", "cpu-stcf").splitlines()))
        for row, one in zip(rows, self.json("cpu-rr", "cpu-stcf")["runs"]):
            means, words = one["averages"], {"turnaround": "turnaround", "response": "response", "wait": "wait", "longest wait": "longest_wait"}
            self.assertEqual((row["run"], row["result"]), (one["label"], "finished"))
            for word, key in words.items():
                self.assertAlmostEqual(float(row[word]), means[key] / 1000, 2, (row, key))
            weighted = [p["weighted_turnaround"] for p in one["processes"] if p["process"] != "main"]
            self.assertEqual(row["weighted turnaround"], "%.2f" % (sum(weighted) / len(weighted)))
        for form, between in (("markdown", "|"), ("latex", "&")):
            lines = table(form, "cpu-rr", "cpu-stcf").splitlines()
            cells = [[cell.strip(" \\") for cell in line.strip("| ").split(between)] for line in lines if between in line and "---" not in line]
            self.assertEqual(cells[1:], [list(row.values()) for row in rows], form)
        zh = table("text", "cpu-rr", "--lang", "zh")
        self.assertRegex(zh, r"运行 +周转时间 +带权周转时间 +响应时间 .+ 结果\n")
        self.assertNotIn("CPU 0", zh)
        # What a run that did not reach its end would have come to is not known.
        late = list(csv.reader(table("csv", "deadlock-abba", "--policies", "rr", "--quantum", "10ms").splitlines()))
        self.assertEqual((late[1][1:-1], late[1][-1]), ([""] * 8, "deadlock"))
        both = run(["compare", "cpu-rr", "--table", "csv", "--json"])
        self.assertEqual((both.code, both.out), (2, ""))

    def test_whose_quantum_it_is(self):
        """Round robin always has one, `priority` only if it was asked for, `fifo` never."""
        for args, wanted in (([], [("priority", None), ("fifo", None), ("rr", 40000)]),
                             (["--quantum", "5ms"], [("priority 5ms", 5000), ("fifo", None), ("rr 5ms", 5000)])):
            runs = json.loads(run(["compare", "--policies", "priority,fifo,rr", *args, "--json", "cpu-rr"]).out)["runs"]
            self.assertEqual([(r["label"], r["quantum"]) for r in runs], wanted)

    def test_outcomes_in_a_table(self):
        out = run(["compare", "ticket-race", "ticket-lock", "--seeds", "20", "--table", "csv"]).out
        self.assertEqual(list(csv.reader(out.splitlines())), [
            ["outcome", "judged", "ticket-race", "ticket-lock"], ["tickets = 0, sold = 1", "right", "0", "20"],
            ["tickets = 0, sold = 3", "wrong", "20", "-"], ["tickets = 0, sold = 2", "wrong", "0", "-"]])

    def test_naive_and_fixed_side_by_side(self):
        result = run(["compare", "ticket-race", "ticket-lock", "--seeds", "10"])
        self.assertEqual(result.code, 0, result)
        self.assertRegex(result.out, r"(?m)^ +ticket-race +ticket-lock$")
        self.assertRegex(result.out, r"sold = 1 +0  also possible +10  #{10}\n")
        self.assertRegex(result.out, r"sold = 3 +10  #{10} +-\n")
        self.assertIn("-: impossible", result.out)

    def test_settings_side_by_side(self):
        found = self.json(self.file, "--seeds", "40", "--set", "sides=1", "--set", "sides=2,safe=true")
        self.assertEqual([(c["label"], c["params"]["sides"]) for c in found["compared"]], [("sides=1", 1), ("sides=2,safe=true", 2)])
        self.assertEqual([[o["runs"] for o in c["outcomes"]] for c in found["compared"]][0], [40])
        self.assertEqual(sum(o["runs"] for o in found["compared"][1]["outcomes"]), 40)

    def test_policies_side_by_side(self):
        found = self.json("ticket-race", "--seeds", "3", "--policies", "rr,random")
        self.assertEqual([(c["label"], c["policy"]) for c in found["compared"]], [("rr", "rr"), ("random", "random")])

    def test_a_run_without_an_end(self):
        result = run(["compare", "bounded-buffer-one-condition", "--set", "P=1,C=1", "--seeds", "2", "--max-steps", "50"])
        self.assertEqual(result.code, 4, result)
        self.assertRegex(result.out, r"no end after 50 actions  2  #")

    def test_findings(self):
        self.file.write_text(DICE.replace(", verdict: sometimes", ""))
        self.assertEqual(run(["compare", self.file, "--seeds", "40"]).code, 1)
        self.assertEqual(run(["compare", self.file, "--seeds", "40", "--set", "sides=2"]).code, 0)

    def test_measures_of_settings_side_by_side(self):
        found = self.json("pool-lorries", "--set", "lorries=5,loads=20", "--set", "lorries=10,loads=20")
        self.assertEqual([(r["label"], r["params"]["lorries"], r["time"]) for r in found["runs"]],
                         [("lorries=5,loads=20", 5, 800000), ("lorries=10,loads=20", 10, 400000)])
        self.assertEqual(found["best"]["time"], [1])

    def test_lanes_and_lorries_in_one_picture(self):
        result = run(["compare", "semaphore-lanes", "pool-lorries"])
        self.assertEqual(result.code, 0, result)
        lanes, lorries = re.findall(r"(?m)^(?:semaphore-lanes|pool-lorries)  \(.*\)\n((?: +\d+ \|.*\n)+)", result.out)
        self.assertEqual([line.split("|")[0] for line in lanes.splitlines()], [line.split("|")[0] for line in lorries.splitlines()])
        rows = [line.split("|")[1] for line in lanes.splitlines()]
        self.assertEqual((rows[0].strip("."), len(rows[0]) > 1), ("", True))                    # a hundred wait at first,
        self.assertEqual(sorted(map(len, rows)), [len(row) for row in rows])                    # and always fewer
        self.assertEqual(set(rows[-1]), {"#"})
        self.assertEqual({line.split("|")[1].strip() for line in lorries.splitlines()[:-1]}, {""})
        self.assertEqual(lorries.splitlines()[-1], lanes.splitlines()[-1])                      # as many are at work, as long
        zh = run(["compare", "semaphore-lanes", "pool-lorries", "--lang", "zh"]).out
        self.assertIn("# 在工作", zh)

    def test_the_heading_says_the_parameters(self):
        out = run(["compare", self.file, "--policies", "rr", "--set", "sides=2"]).out
        self.assertTrue(out.startswith("dice (sides = 2, safe = false): seed 1, 1 CPU\n"), out)

    def test_what_is_refused(self):
        for args, message in ((["--seeds", "0"], "--seeds"), (["--seeds", "x"], "--seeds"), (["--seeds", "2", "--quantum", "3ms"], "`--quantum`"),
                              (["--seeds", "2", "--set", "x=1"], "no parameter `x`"), (["--set", "sides=1", "--set", "x=1"], "no parameter `x`"),
                              (["--seeds", "2", "--policies", "host"], "host"), (["--seeds", "2", "--policies", "fifos"], "fifos")):
            with self.subTest(args=args):
                result = run(["compare", self.file, *args])
                self.assertEqual((result.code, result.out), (2, ""), result)
                self.assertIn(message, result.err)


if __name__ == "__main__":
    unittest.main()
