"""The end of a run says from which step on what went wrong could no longer be avoided: everywhere the same step, and only if it is known."""
import re
import tempfile
import unittest

from forklore_test import Terminal, no_process_left, run

LATE = {"en": "it could no longer be avoided from step %d on", "zh": "从第 %d 步起就再也避免不了"}
FATED = {"en": "it could not be avoided: every order leads to it", "zh": "它无法避免：所有执行次序都会如此"}
AVOIDED = re.compile("avoided|避免")

# What breaks it comes first; then there are more states than anybody waits for.
WIDE = """
scenario: wide
shared: {ok: 1, a: 0, b: 0, c: 0, d: 0}
processes:
  spoiler: {steps: [ok = 0]}
  p: {steps: [{repeat: 9, do: [a += 1, b = a + c]}]}
  q: {steps: [{repeat: 9, do: [b += 1, c = b + d]}]}
  r: {steps: [{repeat: 9, do: [c += 1, d = c + a]}]}
expect: [{finally: ok == 1}]
"""


def late(text):
    """What is claimed, as whole lines."""
    return [line.strip() for line in text.splitlines() if AVOIDED.search(line)]


class Hindsight(unittest.TestCase):
    maxDiff = None

    def test_a_run_ends_with_it(self):
        for scenario, step in (("ticket-race", 6), ("dining-philosophers", 19), ("deadlock-abba", 5)):
            for lang in LATE:
                for body in ("--model",), ():
                    with self.subTest(scenario, lang=lang, body=body):
                        said = run(["run", scenario, "--quiet", "--lang", lang, *body]).out
                        self.assertEqual(late(said), [LATE[lang] % step])

    def test_it_is_below_what_went_wrong(self):
        lines = run("run --plain --model ticket-race").out.splitlines()
        at = next(i for i, line in enumerate(lines) if "broken since step 15" in line)
        self.assertEqual(lines[at + 1], "  " + LATE["en"] % 6)

    def test_where_every_order_leads_to_it(self):
        for lang in FATED:
            self.assertEqual(late(run(["run", "producer-consumer-hang", "--quiet", "--model", "--lang", lang]).out), [FATED[lang]])

    def test_a_run_in_which_nothing_went_wrong_says_nothing(self):
        self.assertEqual(late(run("run --plain --model ticket-lock").out), [])

    def test_explore_says_the_same_of_its_counterexample(self):
        for scenario in ("ticket-race", "ticket-file", "deadlock-abba", "dining-philosophers", "kill-the-holder", "manager-counter", "spurious-wakeup"):
            with self.subTest(scenario):
                text = run(["explore", scenario]).out
                step = re.search(r"point of no return \(step (\d+)\)", text)
                schedule = re.search(r"--schedule '([^']+)'", text)
                said = run(["run", scenario, "--quiet", "--model", "--schedule", "-"], stdin=schedule[1]).out
                self.assertEqual(late(said), [LATE["en"] % int(step[1])])

    def test_explore_from_that_step_on_says_so_too(self):
        """Every order from there, and not every one from the step before."""
        for at, how in ((6, "in every order"), (5, "in some orders, not in others")):
            text = run(["explore", "ticket-race", "--fair", "--at", str(at)]).out
            self.assertRegex(text, "(?m)^BROKEN +no ticket is sold twice: " + how)

    def test_what_is_not_known_is_not_claimed(self):
        said = run(["run", "--quiet", "--model", "-"], stdin=WIDE)
        self.assertEqual((said.code, late(said.out)), (1, []), said)

    def test_the_kernel_s_run_does_not_come_again(self):
        self.assertEqual(late(run("run --quiet --policy host deadlock-abba").out), [])

    def test_a_recording_says_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            said = run(["run", "--quiet", "--model", "--policy", "fifo", "--seed", "3", "ticket-race", "--record", folder + "/run"]).out
            step = int(re.search(r"from step (\d+) on", said)[1])
            for at, how in ((step, "in every order"), (step - 1, "in some orders, not in others")):
                text = run(["explore", "ticket-race", "--at", str(at), "--schedule", folder + "/run"]).out
                self.assertRegex(text, "(?m)^BROKEN +no ticket is sold twice: " + how)
            again = run(["run", "--quiet", "--model", "ticket-race", "--schedule", folder + "/run"]).out
            self.assertEqual(late(again), late(said))

    def test_json_has_nothing_of_it(self):
        self.assertNotRegex(run("run --json --model ticket-race").out, AVOIDED)

    def test_the_lines_of_linear(self):
        said = run(["run", "ticket-race", "--linear", "--model"], stdin="go end\ng 6\nq\n").out
        self.assertEqual(late(said), [LATE["en"] % 6 + " (g 6 Enter goes there)", LATE["en"] % 6])
        self.assertIn("[past: step 6 of 23;", said)


class OnATerminal(unittest.TestCase):
    def test_the_dashboard_says_it_and_goes_there(self):
        for lang, go in (("en", " (g 6 Enter goes there)"), ("zh", "（按 g 6 回车回到那一步）")):
            with self.subTest(lang), Terminal("run", "ticket-race", "--speed", "max", "--lang", lang) as t:
                t.wait_for("Space" if lang == "en" else "空格")
                t.send("Space")
                t.wait_for(LATE[lang] % 6 + go)
                t.wait_for("point of no return (step 6)" if lang == "en" else "不可挽回点（第 6 步）")
                t.type("g6\r")
                t.wait_for("step 6 of 23" if lang == "en" else "第 6 / 23 步")
                t.wait_for(re.compile(r"(step 6 of 23|第 6 / 23 步) +0\.020s"))
                t.wait_for(re.compile(r"(?m)^• +6 +0\.020s  buyer\.2 "))      # the same time there
                t.send("x")
                t.wait_for("no ticket is sold twice: in every order" if lang == "en" else "同一张票不会卖两次：所有执行次序都不成立")
                t.send("q", "q")
                t.wait_for(LATE[lang] % 6)
                t.wait_end()
                no_process_left(t.mark)

    def test_quitting_does_not_wait_for_it(self):
        """The process that looks for it may be in the middle of it."""
        with Terminal("run", "ticket-race", "--speed", "max") as t:
            t.wait_for("What to look for")
            t.send("Space")
            t.wait_for("BROKEN")
            t.send("q")
            t.wait_end()
            no_process_left(t.mark)


if __name__ == "__main__":
    unittest.main()
