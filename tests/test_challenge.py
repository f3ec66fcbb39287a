"""Where the viewer chooses: what time does, what is drawn; and challenges, played to their end on a terminal."""
import os
import re
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from forklore_test import Terminal, no_process_left, run, run_json  # noqa: E402

DICE = """
scenario: dice
shared: {best: 0}
objects: {door: lock}
processes:
  player:
    count: 2
    steps:
      - n = random(1, 6)
      - best = max(best, n)
  cook:
    steps:
      - {acquire: door, timeout: 50ms, into: got}
      - say: "door: {got}"
  owner:
    steps: [{acquire: door}, {sleep: 200ms}, {release: door}]
  late: {arrive: 900ms, steps: [{say: late}]}
"""


class OnATerminal(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def press(self, t, *pairs):
        """Each key, and what is to be seen before the next one."""
        for key, shown in pairs:
            t.send(key)
            t.wait_for(shown)

    def leave(self, t):
        t.send("Q")
        self.assertEqual(t.wait_end(), 0)
        no_process_left(t.mark)


class Choosing(OnATerminal):
    def test_time_and_draws_are_chosen_and_replay(self):
        """A sleep, a timeout and an arrival come when the viewer lets them; back and forth, and as a recording, it is the same run."""
        scenario, record = self.write("dice.yaml", DICE), os.path.join(self.folder, "record.yaml")
        with Terminal("run", scenario, "--policy", "manual", "--lang", "en", "--record", record) as t:
            t.wait_for("who moves next?")
            self.press(t, ("1", "player.1 draws:   1 to 6"), ("9", "draws: 9"), ("Enter", "draws a number from 1 to 6"), ("5", "draws: 5"),
                       ("Enter", "player.1 draws 5; n = 5"), ("4", "owner acquires door"), ("4", re.compile("owner +S sleeping.* wake: 0.230s")),
                       ("3", re.compile("cook +B blocked.* time out: 0.080s")), ("3", "cook gives up waiting for door: timeout"),
                       ("4", "owner releases door"), ("2", "player.2 draws:"), ("Enter", "player.2 draws "),
                       ("0", re.compile("0.900s +main starts late")), ("S", "past: step 12 of 13"), ("s", "step 13 "))
            before = t.wait_for(re.compile("5 late +[0-9 ]*. ready"))
            self.press(t, ("S", "past: step 12 of 13"), ("Space", "branch from here"), ("b", "your choice   step 12 "),
                       ("0", re.compile("0.900s +main starts late")))
            self.assertEqual([line for line in t.wait_for(re.compile("5 late +[0-9 ]*. ready")) if "owner " in line][1:],
                             [line for line in before if "owner " in line][1:])
            self.leave(t)
        events = run_json(scenario, "--schedule", record)
        times = {(e["process"], e["do"]): e["time"] for e in events if e["type"] == "step"}
        self.assertEqual([e["time"] for e in events if e["type"] == "step" and e["process"] == "cook"][1], 80000)
        self.assertEqual(times["owner", "release: door"], 230000)
        again = run_json(scenario, "--schedule", record, "--model")

        def same(run):
            return [{k: v for k, v in e.items() if k not in ("pid", "mode")} for e in run]
        self.assertEqual(same(events), same(again))
        once = os.path.join(self.folder, "again.yaml")
        run(["run", scenario, "--schedule", record, "--record", once, "--quiet"])

        def history(path):
            with open(path, encoding="utf-8") as f:
                return [line for line in f.read().split("history: |")[1].splitlines() if " pid " not in line]
        self.assertEqual(history(once), history(record))
        self.assertIn("  0 choose player.1 =5", history(record))


if __name__ == "__main__":
    unittest.main()
