"""`problem`: what is printed is read as a student reads it, solved by the textbook simulators of schedulers.py, and held against the key."""
import re
import unittest

import schedulers
from forklore_test import run

SOLVERS = {
    "fifo": schedulers.fifo, "sjf": schedulers.sjf, "stcf": schedulers.stcf, "ljf": schedulers.ljf, "hrrn": schedulers.hrrn,
    "priority": schedulers.priority, "edf": schedulers.edf,
    "mlfq": lambda rows: schedulers.mlfq(rows, levels=[(1, 1), (2, 1), (4, 1)]),
}


def sheet(*args):
    result = run(["problem", *args])
    if result.code:
        raise AssertionError(repr(result))
    return result.out


def tables(text):
    """The rows of each Markdown table, as lists of cells, the heading first."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", text, re.M):
        found.append([[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines() if "---" not in line])
    return found


def rows_of(table):
    heading, rows = table[0], []
    for cells in table[1:]:
        row = dict(zip(heading, cells))
        work = row.get("service") or row["CPU, I/O, CPU"]
        rows.append({"arrive": int(row["arrival"]), "work": [int(n) for n in work.split(",")], "priority": int(row.get("priority", 0)),
                     "deadline": int(row.get("deadline", 0)) - int(row["arrival"]) if "deadline" in row else 0})
    return rows


class Problems(unittest.TestCase):
    def test_the_rule_is_that_of_the_exercise(self):
        """In words of its own table, not of a scenario's keys."""
        for policy in ("rr", *SOLVERS):
            for lang in ("en", "zh"):
                asked = sheet("--policy", policy, "--level", "3", "--lang", lang)
                self.assertNotIn("`", asked, (policy, lang))
        self.assertIn("优先数越小，优先级越高", sheet("--policy", "priority", "--lang", "zh"))
        self.assertIn("joins the queue before the one whose slice ended", sheet("--policy", "rr"))

    def test_at_level_3_some_process_does_io(self):
        for seed in range(1, 9):
            table = tables(sheet("--level", "3", "--seed", str(seed), "--format", "markdown"))[0]
            self.assertTrue(any("," in row[2] for row in table[1:]), (seed, table))

    def agree(self, policy, level):
        args = ["--policy", policy, "--level", str(level), "--count", "6", "--format", "markdown", "--seed", str(level)]
        asked, keys = sheet(*args), tables(sheet(*args, "--key"))
        slices = [int(n) for n in re.findall(r"The time slice is (\d+) ms", asked)]
        for number, table in enumerate(tables(asked)):
            rows, key = rows_of(table), keys[number]
            solve = SOLVERS.get(policy) or (lambda jobs, q=slices[number]: schedulers.rr(jobs, q))
            for i, (first, finish, waited) in enumerate(solve(rows)):
                turnaround = finish - rows[i]["arrive"]
                weighted = "%.2f" % (turnaround / sum(rows[i]["work"][::2]))
                self.assertEqual(key[i + 1][1:], [str(finish), str(turnaround), weighted, str(waited), str(first - rows[i]["arrive"])],
                                 (policy, level, number, table))
            if level > 1:       # no answer depends on the order in which the table has them, or on which of two comes first at one instant
                turned = solve(rows[::-1])[::-1]
                self.assertEqual(turned, solve(rows), (policy, level, number, table))
                self.stay(rows, policy, slices[number] if slices else None)

    def stay(self, rows, policy, quantum):
        """A sixteenth of a millisecond earlier or later moves no answer by more than that."""
        fine = 16
        solve = {"rr": lambda jobs: schedulers.rr(jobs, quantum * fine),
                 "mlfq": lambda jobs: schedulers.mlfq(jobs, levels=[(fine, 1), (2 * fine, 1), (4 * fine, 1)])}.get(policy) or SOLVERS[policy]
        finer = [{**row, "arrive": row["arrive"] * fine, "work": [n * fine for n in row["work"]], "deadline": row["deadline"] * fine} for row in rows]
        wanted = solve(finer)
        for i, row in enumerate(finer):
            for by in (1, -1):
                moved = [{**row, "arrive": max(row["arrive"] + by, 0), "deadline": row["deadline"] and row["deadline"] - by}]
                if len(row["work"]) > 1:
                    moved.append({**row, "work": [row["work"][0], row["work"][1] + by, *row["work"][2:]]})
                for other in moved:
                    found = solve([*finer[:i], other, *finer[i + 1:]])
                    self.assertTrue(all(abs(a - b) <= 4 for x, y in zip(found, wanted) for a, b in zip(x, y)), (policy, rows, other))

    def test_the_key_is_what_the_textbook_says(self):
        for policy in [*SOLVERS, "rr"]:
            for level in (1, 2, 3):
                with self.subTest(policy=policy, level=level):
                    self.agree(policy, level)

    def test_the_policy_decides_the_answer(self):
        """First come, first served would come to something else: a slice runs out, a process is preempted or taken out of turn."""
        for policy in [*SOLVERS, "rr"]:
            for level in (1, 2, 3):
                if policy == "fifo":
                    continue
                args = ["--policy", policy, "--level", str(level), "--count", "12", "--format", "markdown"]
                asked = sheet(*args)
                slices = [int(n) for n in re.findall(r"The time slice is (\d+) ms", asked)]
                for number, table in enumerate(tables(asked)):
                    rows = rows_of(table)
                    own = schedulers.rr(rows, slices[number]) if policy == "rr" else SOLVERS[policy](rows)
                    self.assertNotEqual(own, schedulers.fifo(rows), (policy, level, number, table))

    def test_thirty_different_ones(self):
        found = [str(t) for t in tables(sheet("--policy", "rr", "--level", "2", "--seed", "7", "--count", "30", "--format", "markdown"))]
        self.assertEqual((len(found), len(set(found))), (30, 30))

    def test_the_seed_decides(self):
        args = ["--policy", "rr", "--level", "2", "--seed"]
        self.assertEqual(sheet(*args, "7"), sheet(*args, "7"))
        self.assertNotEqual(sheet(*args, "7"), sheet(*args, "8"))
        one, many = sheet(*args, "7"), sheet(*args, "7", "--count", "3")
        self.assertTrue(many.startswith(one))

    def test_the_key_stands_apart(self):
        self.assertNotRegex(sheet("--seed", "3"), r"completion  |Gantt chart: A")
        self.assertRegex(sheet("--seed", "3", "--key"), r"Gantt chart: A 0-")

    def test_latex_and_chinese(self):
        latex = sheet("--format", "latex", "--policy", "edf", "--level", "3", "--lang", "zh")
        self.assertIn("\\begin{tabular}{lrrr}", latex)
        self.assertIn("进程 & 到达时间 & CPU、I/O、CPU & 截止时间 \\\\", latex)
        self.assertNotRegex(latex, r"arrival|process|The policy")
        key = sheet("--policy", "mlfq", "--lang", "zh", "--key")
        self.assertRegex(key, r"完成时间 +周转时间 +带权周转时间 +等待时间 +响应时间")

    def test_refused(self):
        for args, words in ((["--policy", "lottery"], "no exercises under the policy `lottery`"), (["--level", "4"], "1 to 3"),
                            (["--format", "json"], "`json`"), (["--count", "0"], "1")):
            result = run(["problem", *args])
            self.assertEqual((result.code, result.out), (2, ""), result)
            self.assertIn(words, result.err)


if __name__ == "__main__":
    unittest.main()
