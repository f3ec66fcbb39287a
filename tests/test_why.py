"""The dashboard: who waits for whom, where a value comes from, the story of one process or object."""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from forklore_test import Terminal, WithFolder, hold, no_process_left, run  # noqa: E402

# A value goes through a function, a list and another variable before it is written; blind and atomic writes stand beside it.
DERIVED = """
scenario: derived
shared: {total: 1, other: 10}
functions:
  twice: {params: [v], steps: [{return: v * 2}]}
processes:
  p:
    steps:
      - n = total
      - {call: twice, args: [n], into: m}
      - list = [0, m]
      - total = list[1] + 1
      - total = 7
      - {atomic: total += 1}
      - k = other
      - total = k + 1
      - total += 1
"""

TWO_FIELDS = """
scenario: two-fields
objects: {bank: {manager: {money: 0, visits: 0}}}
processes:
  clerk: {steps: [n = bank.money, bank.visits = 1, bank.money = n + 5]}
"""

LONG = """
scenario: long
shared: {n: 0}
processes:
  p: {steps: [{repeat: 50000, do: [n += 1]}]}
"""


class Why(WithFolder):
    def test_the_panel_says_what_the_card_says(self):
        """Also before w was pressed, and where the moment that is shown is another one."""
        lost = "Lost updates of `tickets`: 2"
        self.assertIn(lost, run(["run", "ticket-race", "--screen", "-", "--at", "23", "--size", "200x60"]).out)
        t = self.begin("ticket-race", size=(200, 60))
        t.send("5", "0", "s")
        t.wait_for(lost)
        t.send("w")
        t.wait_for("Who wrote what")
        t.wait_for(lost)
        t.send("Escape")
        t.wait_gone("Who wrote what")
        t.send("1", "Enter")
        t.wait_for("From the beginning")
        t.send("Escape")
        t.wait_gone("From the beginning")
        t.wait_for(lost)
        self.leave(t)

    def begin(self, scenario, *args, lesson="What to look for", **how):
        t = Terminal("run", scenario, "--model", "--step", "--speed", "max", *args, **how)
        t.__enter__()
        self.addCleanup(t.close)
        t.wait_for(lesson or "paused")
        if lesson:
            t.send("Escape")
            t.wait_gone(lesson)
        return t

    def leave(self, t):
        t.send("Q")
        self.assertEqual(t.wait_end(), 0)
        no_process_left(t.mark)

    def to_the_end(self, t, shown):
        t.type("g999999\r")
        t.wait_for(shown)

    def test_a_circle(self):
        """All philosophers in one circle, in reverse video, with a sentence; main is beside it."""
        for size, lang, lesson, dead, others in (((80, 24), "en", "What to look for", "DEADLOCK", "The others that wait:"),
                                                 ((120, 40), "en", "What to look for", "DEADLOCK", "The others that wait:"),
                                                 ((200, 60), "zh", "观察要点", "死锁", "其他等待的进程："), ((80, 24), "zh", "观察要点", "死锁", "其他等待的进程：")):
            with self.subTest(size=size, lang=lang):
                t = self.begin("deadlock-abba", "--lang", lang, lesson=lesson, size=size, env={"NO_COLOR": "1"})
                self.to_the_end(t, dead)
                t.send("w")
                t.wait_for(others)
                hold("why-circle-" + lang, t)
                reverse = [line for line in t.screen(colours=True) if re.search(r"\033\[[0-9;]*\b7m[^\033]*→", line)]
                self.assertEqual(len(reverse), 2)
                self.leave(t)

    def test_nobody_waits(self):
        t = self.begin("ticket-race")
        t.send("w")
        t.wait_for("No process waits for another one now.")
        self.leave(t)

    def test_lost_updates(self):
        t = self.begin("ticket-race")
        self.to_the_end(t, "BROKEN")
        t.send("w")
        t.wait_for("Why? Who wrote what, and from which reading")
        t.wait_for("Lost updates of `tickets`: 2")
        t.send("Escape")
        t.wait_gone("Lost updates of")
        t.send("2", "w")
        t.wait_for("Lost updates: 2")
        t.wait_for("10  buyer.2 writes 0, from `n` that it read at 6, when it was 1")
        t.wait_for("LOST: buyer.1, which had read before, overwrites it at 14")
        t.wait_for("8  buyer.3 reads tickets: 1; n = 1")
        hold("why-writes-en", t)
        t.send("Escape", "Down", "Enter")
        t.wait_for("15  buyer.1 writes 2, atomically")
        t.wait_gone("Lost updates")
        self.leave(t)

    def test_no_update_is_lost_behind_a_lock(self):
        t = self.begin("ticket-lock", "--lang", "zh", lesson="观察要点")
        self.to_the_end(t, "符合预期")
        t.send("2", "Down", "w")
        t.wait_for(re.compile(r"buyer\.\d 写入 0，根据 `n`：第 \d+ 步读取，当时是 1"))
        t.wait_gone("丢失")
        hold("why-writes-zh", t)
        self.leave(t)

    def test_where_a_value_comes_from(self):
        t = self.begin(self.file(DERIVED), lesson=None)
        self.to_the_end(t, "finished")
        t.send("2", "w")
        for line in ("p writes 3, from `list` that it read at 2, when it was 1", "p writes 7", "p writes 8, atomically",
                     "p writes 11, from `other` as it read it at 6: 10", "p writes 12, from what it read at 8, when it was 11"):
            t.wait_for(line)
        self.leave(t)

    def test_which_field_is_written(self):
        t = self.begin(self.file(TWO_FIELDS), lesson=None)
        self.to_the_end(t, "finished")
        t.send("2", "w")
        t.wait_for("clerk writes visits = 1")
        t.wait_for("clerk writes money = 5, from `n` that it read at")
        self.leave(t)

    def test_the_story_of_one(self):
        t = self.begin("toilet", size=(120, 40))
        t.type("g30\r")
        t.wait_for("step 30 ")
        t.send("2", "Enter")
        t.wait_for("18  guest.4 has to wait for stalls: its value is 0")
        t.wait_for("28  guest.4 releases stalls")
        t.send("Escape", "1", "Up", "Enter")
        t.wait_for("From the beginning")
        t.wait_for("28  guest.4 releases stalls")
        t.wait_gone("guest.1 acquires")
        t.send("Escape", "r", "Enter")                  # of another run: nothing has happened
        t.wait_for("Nothing has happened to it yet.")
        self.leave(t)

    def test_a_long_run_is_looked_through_meanwhile(self):
        t = self.begin(self.file(LONG), lesson=None)
        t.send("Space")
        t.wait_for("finished", timeout=60)
        t.send("2", "w")
        t.wait_for("p writes 1, from what it read at")
        t.send("Escape")
        t.wait_gone("Who wrote it")
        self.leave(t)


if __name__ == "__main__":
    unittest.main()
