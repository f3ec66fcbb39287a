"""Is what `explore` says right? Small scenarios whose answers are written in their first lines, and random ones that a second,
much simpler explorer judges, too: tests/explore_oracle.py, which runs by itself on thousands of them."""
import json
import tempfile
import unittest
from pathlib import Path

import explore_oracle as oracle
from forklore_test import ROOT, run, slow

CASES = sorted((ROOT / "tests" / "explore").glob("*.yaml"))
SCENARIOS, STATES, ON_PROCESSES, FREELY = 250, 1000, 20, 30


def answers(e):
    """What explore's JSON says, as it is written in a case's first lines."""
    lines = ["endless: true"] if e["endless"] else []
    for kind in ("deadlock", "dead_end"):
        if e[kind]["reachable"]:
            lines.append("%s: %d preemptions, %d actions" % (kind, e[kind]["preemptions"], e[kind]["steps"]))
    if e["exceptions"]:
        lines.append("exceptions: " + ", ".join(sorted(x["process"] + " " + x["name"] for x in e["exceptions"])))
    for x in e["expect"]:
        preemptions = "" if x["preemptions"] is None else ", %d preemptions" % x["preemptions"]
        met = "" if x["declared"] is None else ", met" if x["met"] else ", not met"
        fails = ", can't fail" if x["cannot_fail"] else ""
        lines.append("expect: %s, %s%s%s%s" % ("holds" if x["holds"] else "fails", x["verdict"], preemptions, met, fails))
    return lines + sorted("outcome: %s %s" % (o["end"], json.dumps(o["values"], sort_keys=True)) for o in e["outcomes"])


def expected(text):
    words = ("endless", "deadlock", "dead_end", "exceptions", "expect", "outcome")
    return [line[2:] for line in text.splitlines() if line.startswith(tuple("# %s: " % word for word in words))]


class Cases(unittest.TestCase):
    def test_the_answers_are_those_in_the_file(self):
        self.assertTrue(CASES)
        for file in CASES:
            for flags in ([],) if "# too large without reductions" in file.read_text() else ([], ["--full"]):
                with self.subTest(case=file.name, flags=flags):
                    result = run(["explore", str(file), "--json", *flags])
                    self.assertIn(result.code, (0, 1), result)
                    self.assertEqual(answers(json.loads(result.out)), expected(file.read_text()))


class Random(unittest.TestCase):
    def compare(self, seeds, **play):
        compared = 0
        for seed in seeds:
            scenario = oracle.Author(seed).scenario()
            try:
                found, _ = oracle.differences(scenario, STATES, **play)
            except oracle.TooLarge:
                continue
            compared += 1
            with self.subTest(seed=seed):
                self.assertEqual(found, [], "\n" + oracle.yaml(scenario))
        self.assertGreater(compared, len(seeds) // 2)

    @slow
    def test_explore_and_the_oracle_agree(self):
        self.compare(range(1, SCENARIOS + 1), play=1)

    @slow
    def test_real_processes_end_where_explore_says(self):
        self.compare(range(10001, 10001 + ON_PROCESSES), real=3)

    def runs_freely(self, text, batch, folder):
        """One run under the kernel's policy: it ends as some interleaving does, and what was recorded of it replays as the same run.
        False: a limit ended it."""
        recording = Path(folder, "recording")
        real = run(["run", "-", "--policy", "host", "--batch", batch, "--json", "--max-steps", "3000", "--timeout", "3", "--record", recording],
                   stdin=text, timeout=30)
        self.assertIn(real.code, (0, 1, 4), real)
        Path(folder, "scenario.yaml").write_text(text)
        again = run(["run", Path(folder, "scenario.yaml"), "--schedule", recording, "--json", "--model"], timeout=30)
        self.assertEqual(again.code, real.code, again)
        events, end = [json.loads(line) for line in real.out.splitlines()], json.loads(again.out.splitlines()[-1])
        if "pid" not in text:
            self.assertEqual({**end, "mode": ""}, {**events[-1], "mode": ""})
        if events[-1]["steps"] >= 3000 or events[-1]["time"] >= 2900000 or events[-1]["verdict"] == "limit":
            return False
        result = run(["explore", "-", "--json", "--max-states", "100000"], stdin=text, timeout=30)
        explored = json.loads(result.out)
        uncaught = any(e["type"] == "exception" and not e["caught"] for e in events)
        ends = {"violated": ("ok", "exception", "deadlock"), "deadlock": ("deadlock",)}.get(end["verdict"], ("exception" if uncaught else "ok",))
        if explored["complete"] and explored["outcomes"]:
            self.assertTrue(any(o["end"] in ends and all(end["shared"].get(name, v) == v for name, v in o["values"].items())
                                for o in explored["outcomes"]), (end, explored["outcomes"]))
        return True

    @slow
    def test_free_runs_end_where_explore_says(self):
        ended = 0
        with tempfile.TemporaryDirectory() as folder:
            for seed in range(20001, 20001 + FREELY):
                scenario = oracle.Author(seed).scenario()
                if scenario.get("all_fair"):
                    continue
                text = oracle.yaml(scenario).replace(oracle.SECOND, "3ms")
                for batch in ("1", "15"):
                    with self.subTest(seed=seed, batch=batch):
                        ended += self.runs_freely(text, batch, folder)
        self.assertGreater(ended, FREELY)


if __name__ == "__main__":
    unittest.main()
