"""The dashboard under the fingers of its viewer: keys in states in which they are seldom pressed."""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from forklore_test import Terminal, no_process_left, run  # noqa: E402


def screen(scenario, at, size, *args, stdin=None):
    result = run(["run", scenario, "--model", "--screen", "-", "--at", str(at), "--size", size, *args], stdin=stdin)
    if result.code != 0:
        raise AssertionError(repr(result))
    return result.out


class Keys(unittest.TestCase):
    def begin(self, t, first="What to look for"):
        t.wait_for(first)
        t.send("Enter")
        t.wait_gone(first)

    def leave(self, t, code=0):
        t.send("Q")
        self.assertEqual(t.wait_end(), code)
        no_process_left(t.mark)

    def test_a_run_made_by_hand_is_not_dropped_unasked(self):
        """The first r says what it would do, any other key takes it back; a run that its seed brings again goes at once."""
        for key, new in ("r", "seed 1"), ("R", "seed 2"):
            for how in ("chosen", "killed", "branched", "changed"):
                with self.subTest(key=key, how=how), Terminal("run", "ticket-race", "--step", "--lang", "en", size=(120, 30)) as t:
                    self.begin(t)
                    t.type("6s")
                    t.wait_for("step 6 ")
                    if how == "chosen":
                        t.type("m")
                        t.wait_for("your choice")
                        t.type("2")
                        t.wait_for("step 7 ")
                    elif how == "killed":
                        t.type("K")
                        t.wait_for("SIGKILL  kills it at once")
                        t.type("k")
                        t.wait_for("killed by signal 9")
                    elif how == "branched":
                        t.type("2S b")
                        t.wait_for("branch, your choice")
                    else:
                        t.type("+")
                        t.wait_for("2 CPUs")
                    t.type(key)
                    t.wait_for("You made this run by hand")
                    t.type("=" + key)
                    self.assertIsNone(re.search(r"step [0-3] ", t.wait_for("You made this run by hand")[0]))
                    t.type(key)
                    t.wait_until(lambda now: re.search(r"step [0-3] ", now[0]) and new in now[0], "a new run")
                    self.leave(t)
        with Terminal("run", "ticket-race", "--step", "--lang", "en") as t:
            self.begin(t)
            t.type("6s")
            t.wait_for("step 6 ")
            t.type("r")
            t.wait_for("step 0 ")
            self.leave(t)

    def test_a_digit_is_no_choice_in_the_past(self):
        """It says so, shows no panel, and still is a number before a key."""
        with Terminal("run", "ticket-race", "--step", "--lang", "en", "--model") as t:
            self.begin(t)
            t.type("6sm")
            t.wait_for("your choice")
            t.type("S")
            t.wait_for("past: step 5 of 6")
            t.type("6")
            now = t.wait_for("6: not in the past: Space goes back to now")
            self.assertFalse([line for line in now if "[6]" in line])
            t.type("=3S")
            t.wait_for("past: step 2 of 6")
            self.leave(t)

    def test_why_shows_the_lost_update_where_an_expectation_is_broken(self):
        for lang, words in ("en", ("Lost updates of `tickets`: 2", "LOST: buyer.1, which had read before, overwrites it at 14")), \
                           ("zh", ("有预期不成立。`tickets` 丢失的更新：2 次", "丢失：buyer.1 在第 14 步把它覆盖")):
            with self.subTest(lang), Terminal("run", "ticket-race", "--lang", lang, "--model", size=(120, 40)) as t:
                self.begin(t, "空格开始" if lang == "zh" else "Space begins")
                t.type("gend\rgend\r")
                t.wait_for("预期不成立" if lang == "zh" else "BROKEN")
                t.type("w")
                for word in words:
                    t.wait_for(word)
                self.leave(t)

    def test_shared_things_are_filtered(self):
        for lang, word, gone in ("en", "value", "lock"), ("zh", "变量", "互斥锁"):
            with self.subTest(lang), Terminal("run", "dining-philosophers", "--step", "--lang", lang, "--model", size=(120, 40)) as t:
                self.begin(t, "空格开始" if lang == "zh" else "Space begins")
                t.type("2/[3\r")
                now = t.wait_until(lambda now: not [line for line in now if "forks[0]  □" in line], "one lock")
                self.assertTrue([line for line in now if "forks[3]  □" in line])
                t.type("w")
                t.wait_for("─ forks[3] ─")
                t.send("Escape")
                t.type("/" + word)
                t.send("Enter")
                now = t.wait_until(lambda now: not [line for line in now if "forks[3]  □" in line], "no lock")
                self.assertTrue([line for line in now if "meals" in line and word in line])
                t.type("/no such thing")
                t.send("Enter")
                t.wait_for("没有含这些词的行" if lang == "zh" else "no line has these words")
                t.type("/")
                t.send("Escape")
                t.wait_for("forks[0]  □")
                self.leave(t)


class Pictures(unittest.TestCase):
    def test_the_time_line_has_a_row_for_each_philosopher(self):
        for size in ("120x40", "200x60"):
            rows = screen("dining-philosophers", 999, size).split("Time line")[1].split("What happened")[0]
            for n in range(1, 6):
                self.assertIn("philosopher.%d  " % n, rows)

    def test_at_the_end_the_last_line_says_how_to_ask_why(self):
        for size in ("80x24", "120x40"):
            self.assertIn("w why", screen("dining-philosophers", 999, size).split("\n")[-2])


if __name__ == "__main__":
    unittest.main()
