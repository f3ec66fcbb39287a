"""The dashboard: what can still happen from here, and playing it; the point of no return."""
import json
import os
import re
import signal
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from forklore_test import Terminal, WithFolder, hold, no_process_left, processes_with, run  # noqa: E402

# What a search does not come to the end of.
ENDLESS = """
scenario: endless
shared: {n: 0}
processes:
  p:
    count: 5
    steps: [{forever: , do: [m = n, n = m + index]}]
"""

# The way from the first action on has a draw in it, and a process that sleeps.
DRAWS = """
scenario: draws
shared: {n: 0}
processes:
  p: {steps: [{sleep: 5s}, "m = random(1, 6)", n += m]}
  q: {steps: [n += 1, n += 1]}
expect: [{name: seven, ends: n == 7}]
"""

# Once q has come too early, nothing ends the loop of p: it goes on, and nothing is stuck.
SPINS = """
scenario: spins
shared: {go: true, stop: false}
main: [{start: p}, {start: q}, {join: p}]
processes:
  p: {steps: [{while: not stop, do: [{sleep: 10ms}]}]}
  q: {steps: [{if: go, then: [go = false], else: [stop = true]}]}
"""

# One holds the lock when it is killed, and the other waits for it.
HOLDS = """
scenario: holds
objects: {door: lock}
main: [{start: p}, {start: q}]
processes:
  p: {steps: [{acquire: door}, {sleep: 5ms}, {release: door}]}
  q: {steps: [{acquire: door}, {release: door}]}
"""


class Still(WithFolder):
    def test_nothing_ends_any_more(self):
        for lang, words in (("en", "No execution from here ends"), ("zh", "从这里开始，任何执行都不会结束")):
            with self.subTest(lang=lang):
                t = self.begin(self.file(SPINS), "--model", "--lang", lang, lesson=None)
                t.wait_for("spins")
                t.type("g12\r")
                t.wait_until(lambda screen: "step 12 " in screen[0] or "第 12 步" in screen[0], "there")
                t.send("x")
                t.wait_for(words)
                t.type("Q")

    def begin(self, scenario, *args, lesson="What to look for", **how):
        t = Terminal("run", scenario, "--step", *args, **how)
        t.__enter__()
        self.addCleanup(t.close)
        if lesson:
            t.wait_for(lesson)
            t.send("l")
            t.wait_gone(lesson)
        return t

    def leave(self, t, keys="Q"):
        t.send(keys)
        code = t.wait_end()
        no_process_left(t.mark)
        return code

    def step(self, t, n):
        t.type("g%d\r" % n)
        t.wait_for("step %d " % n)

    # ---- what it says ----

    def test_a_signal_that_was_sent_is_no_part_of_the_program(self):
        """The run deadlocks because its viewer killed the owner of the lock: what is searched says that this is left out; `y` names the file."""
        for lang, words, file in (("en", "Without the signals that were sent", "send the file that it names along"), ("zh", "不含外部发送的信号", "一起发给对方")):
            with self.subTest(lang=lang):
                t = self.begin(self.file(HOLDS), "--lang", lang, lesson=None, env={"XDG_STATE_HOME": self.folder})
                t.wait_for("holds")
                t.type("g3\r")
                t.wait_until(lambda screen: "step 3 " in screen[0] or "第 3 步" in screen[0], "there")
                t.send("K", "k")
                t.wait_for("SIGKILL")
                t.send("Space")
                t.wait_for("DEADLOCK" if lang == "en" else "死锁")
                t.send("x")
                t.wait_for(words)
                t.send("x", "y")
                self.assertNotIn("↓", "".join(t.wait_for(file)[-3:]))           # of the panel that it lies over
                self.assertEqual(self.leave(t), 1)

    def test_the_philosophers(self):
        """At the beginning they can deadlock; when each has a fork, they must; it is played from both, on real processes."""
        t = self.begin("dining-philosophers", "--speed", "max")
        self.step(t, 1)
        t.send("x")
        t.wait_for("Every interleaving from step 1: ")
        t.wait_for("CAN HAPPEN    deadlock: in some orders, not in others")
        before = set(processes_with("FORKLORE_TEST_RUN=" + t.mark))
        t.send("Enter")
        t.wait_for("DEADLOCK")
        t.wait_gone("Every interleaving")               # what is played is seen
        self.assertLessEqual({pid for pid in before if proc_is_scenarios(pid)}, set(processes_with("FORKLORE_TEST_RUN=" + t.mark)))
        t.type("g23\r")
        t.wait_for("past: step 23 of 25")
        t.send("x")
        t.wait_for("Every interleaving from step 23: ")        # before that the way may not be known yet
        t.wait_for("MUST HAPPEN   deadlock: whatever moves next, it happens")
        t.wait_for("CAN'T HAPPEN  with luck all five eat: in no order")
        t.wait_for("Outcomes still possible: 1")
        t.send("Enter")
        t.wait_for("DEADLOCK")
        t.send("B")
        t.wait_for("2  from branch 1, step 23: here, deadlock at step 25")
        t.send("l")
        self.assertEqual(self.leave(t), 0)

    def test_a_branch_of_a_found_way_asks_the_viewer(self):
        """The rest of the way that was found is dropped there; so it is when the recording is played again."""
        record = os.path.join(self.folder, "record.yaml")
        t = self.begin("dining-philosophers", "--model", "--speed", "max", "--record", record)
        self.step(t, 1)
        t.send("x")
        t.wait_for("Every interleaving from step 1: ")     # before that the way may not be known yet
        t.send("Enter")
        t.wait_for("DEADLOCK")
        t.type("g10\r")
        t.wait_for("past: step 10 of")
        t.send("b")                                     # the panel has the keys meanwhile
        t.wait_for(re.compile("branch, your choice .*Manual"))
        t.wait_for("step 10 ")
        t.send("5")
        t.wait_for("step 11 ")
        self.assertEqual(self.leave(t), 0)
        events = [json.loads(line) for line in run(["run", "dining-philosophers", "--schedule", record, "--json", "--model"]).out.splitlines()]
        steps = [e for e in events if e["type"] == "step"]
        self.assertEqual((len(steps), steps[-1]["process"]), (11, "philosopher.5"), events[-1])

    def test_at_the_end_it_is_about_the_beginning(self):
        t = self.begin("ticket-race", "--model", "--speed", "max")
        t.send("Space")
        t.wait_for("BROKEN")
        t.send("x")
        t.wait_for("──[x] What could have happened from the beginning ──")
        t.wait_for("Every interleaving from the beginning: ")          # before that the way may not be known yet
        t.send("Enter")                                 # which is another run, and it says how to come back
        t.wait_for("Branch 2, from step 0: plays the schedule that was found. u goes back.")
        t.wait_for(re.compile(r"BROKEN .* branch 2\b"))
        t.send("u")
        t.wait_gone("branch 2")
        t.wait_for("step 23")
        self.leave(t)

    def test_its_title_says_from_which_step(self):
        for lang, lesson, title in (("en", "What to look for", "What can still happen from step 4"), ("zh", "观察要点", "从第 4 步起还可能发生什么")):
            with self.subTest(lang):
                t = self.begin("ticket-race", "--model", "--lang", lang, lesson=lesson)
                t.type("4sx")
                t.wait_for(title)
                self.leave(t)

    def test_it_counts_what_explore_counts(self):
        """From the same moment, with the same queues; and both say so in the same words."""
        for scenario, step in (("deadlock-abba", 0), ("deadlock-abba", 3)):
            with self.subTest(scenario, step=step):
                text = run(["explore", scenario, "--fair", "--at", str(step)]).out
                states, queues = re.search(r"^  (\d+) states, .* s; (the queue at each \w+ keeps its order)", text, re.M).groups()
                t = self.begin(scenario, "--model")
                if step:
                    self.step(t, step)
                t.send("x")
                said = "%s: %s states (equivalent orders tried once); %s" % ("from step %d" % step if step else "from the beginning", states, queues)
                t.wait_until(lambda screen, said=said: said in " ".join(row.strip() for row in screen), said)
                self.leave(t)

    def test_the_viewer_takes_over_from_a_schedule(self):
        t = self.begin("ticket-race", "--model", "--schedule", "[buyer.1 x3, buyer.2 x3]")
        self.step(t, 6)
        t.send("m")
        t.wait_for(re.compile("your choice .*Manual"))
        t.send("3")
        t.wait_for(re.compile("7 .* buyer.3 reads tickets"))
        self.leave(t)

    def test_the_race_and_the_lock(self):
        t = self.begin("ticket-race", "--model")
        t.send("x")
        t.wait_for("Every interleaving from the beginning: ")
        t.wait_for("MAY BREAK     no ticket is sold twice: in some orders, not in others")
        t.wait_for("wrong tickets = 0, sold = 3")
        t.wait_for("right tickets = 0, sold = 1")
        t.send("x")
        t.wait_gone("What can still happen")
        self.leave(t)
        t = self.begin("ticket-lock", "--model")
        t.send("x")
        t.wait_for("HOLDS         one ticket is sold once: in every order")
        t.wait_for("CAN'T HAPPEN  deadlock: in no order")
        t.wait_for("Outcomes still possible: 1")
        t.send("Escape")
        t.wait_gone("What can still happen")
        self.leave(t)

    def test_a_search_that_goes_on_proves_nothing(self):
        t = self.begin(self.file(ENDLESS), "--model", lesson=None)
        t.wait_for("paused")
        t.send("x")
        t.wait_for(re.compile(r"Still searching from the beginning: \d+ states so far. What is not"))
        screen = "\n".join(t.wait_for("NOT DECIDED   deadlock: not found so far"))
        self.assertNotIn("CAN'T HAPPEN", screen)
        self.assertNotIn("HOLDS", screen)
        t.send("Enter")
        t.wait_for(re.compile("How to get there is not known yet|No order was found that shows it"))
        t.send("s")                                     # the run goes on meanwhile
        t.wait_for("OUT OF DATE: as of step 0; x searches from here")
        t.resize(120, 40)
        t.wait_for("What can still happen")
        self.leave(t)

    def search(self, t):
        return [pid for pid, name in processes_with("FORKLORE_TEST_RUN=" + t.mark).items() if "search" in name]

    def found_search(self, t):
        t.wait_until(lambda _: len(self.search(t)) == 1, "one process searches")
        return self.search(t)[0]

    def test_the_search_is_killed(self):
        t = self.begin(self.file(ENDLESS), lesson=None)
        t.wait_for("paused")
        t.send("x")
        t.wait_for("Still searching")
        os.kill(self.found_search(t), signal.SIGKILL)
        t.wait_for(re.compile(r"the process that searched\s+has died"))
        t.wait_for("NOT DECIDED   deadlock")
        t.send("x")                                     # put away, and begun anew
        t.wait_gone("What can still happen")
        t.send("x")
        t.wait_for("Still searching")
        self.found_search(t)
        t.send("Escape")
        t.wait_gone("What can still happen")
        self.assertEqual(self.search(t), [])
        t.send("x")
        t.wait_for("Still searching")
        t.send("C-c")
        t.wait_end()
        no_process_left(t.mark)

    # ---- playing it ----

    def test_from_the_past_it_is_a_branch(self):
        t = self.begin("ticket-race", "--speed", "max")
        self.step(t, 8)
        t.type("g4\r")
        t.wait_for("past: step 4 of 8")
        t.send("x")
        t.wait_for("Every interleaving from step 4: ")
        t.send("End")
        t.wait_for(re.compile(r"▶ +right tickets = 0, sold = 1"))
        t.send("Enter")
        t.wait_for("as expected")
        t.send("B")
        t.wait_for("2  from branch 1, step 4: here, as expected")
        t.send("l")
        self.leave(t)

    def test_a_way_with_a_draw_is_played_and_recorded(self):
        """What is chosen so belongs to the recording: it replays as the same run."""
        record = os.path.join(self.folder, "run.rec")
        t = self.begin(self.file(DRAWS), "--speed", "max", "--record", record, lesson=None)
        t.wait_for("paused")
        self.step(t, 3)
        t.send("x")
        t.wait_for("Every interleaving from")
        t.wait_for("CAN HAPPEN    seven: in some orders, not in others")
        t.send("Down", "Down", "Down")
        t.wait_for("▶ CAN HAPPEN    seven")
        t.send("Enter")
        t.wait_for("finished")
        t.wait_for("7  was")
        t.type("g4\r")
        t.wait_for("From here on: a schedule that was found, ")
        self.leave(t)
        again = run(["run", os.path.join(self.folder, "scenario.yaml"), "--model", "--plain", "--schedule", record])
        self.assertEqual(again.code, 0, again.err)
        self.assertIn("n = 7", again.out)

    def test_who_chooses_can_let_it_be_played(self):
        """Where the viewer is asked, the way that was found answers; behind it the viewer is asked again. The farewell's command is that run."""
        record = os.path.join(self.folder, "run.rec")
        t = self.begin("ticket-race", "--model", "--speed", "max", "--record", record)
        self.step(t, 3)
        t.send("m")
        t.wait_for("who moves next?")
        t.send("1")
        t.wait_for("step 4 ")
        t.send("x")
        t.wait_for("Every interleaving from")
        t.wait_for("▶ MAY BREAK     no ticket is sold twice")         # what should not be is pointed out
        t.send("Enter")
        t.wait_for(re.compile("BROKEN +no ticket is sold twice +step"))
        t.send("S", "Escape")
        t.wait_for("past: step ")
        t.send("x")
        t.wait_for("Every interleaving from")
        self.leave(t)
        again = run(["run", "ticket-race", "--model", "--plain", "--schedule", record])
        self.assertNotIn("does not fit", again.err)

    def test_a_way_played_at_the_first_question_is_recorded(self):
        record = os.path.join(self.folder, "run.rec")
        t = self.begin("ticket-race", "--policy", "manual", "--speed", "max", "--record", record)
        t.send("Space")
        t.wait_for("who moves next?")
        t.send("x")
        t.wait_for("Every interleaving from")
        t.wait_for("▶ MAY BREAK     no ticket is sold twice")
        t.send("Enter")
        t.wait_for(re.compile("BROKEN +no ticket is sold twice +step"))
        self.leave(t)
        again = run(["run", "ticket-race", "--model", "--plain", "--schedule", record])
        self.assertNotIn("does not fit", again.err)
        self.assertIn("sold = ", again.out)

    def test_a_killed_process_does_not_come_back(self):
        """A moment before which somebody was killed has no schedule from the beginning; it is played from here all the same."""
        t = self.begin("ticket-race", "--speed", "max")
        self.step(t, 5)
        screen = "\n".join(t.screen())
        os.kill(int(re.search(r"buyer\.1 +(\d+) ", screen)[1]), signal.SIGKILL)
        t.wait_for("was killed from outside")
        t.send("x")
        t.wait_for("Every interleaving from step 5: ")
        t.send("End")
        t.wait_for(re.compile(r"▶ +(right|wrong)"))
        t.send("Enter")
        t.wait_for("From here, the schedule that was found is played.")
        t.wait_for(re.compile("(expected|BROKEN|finished) +step"))
        self.assertNotIn("does not fit", "\n".join(t.screen()))
        self.leave(t)

    # ---- leaving for all of it ----

    def test_a_run_is_not_lost_unasked(self):
        t = self.begin("ticket-race", "--model")
        t.send("m")
        t.wait_for(re.compile("seed 1.*Manual"))
        t.send("X")
        t.wait_for("This run would end here: X again leaves it")
        t.send("s")
        t.wait_gone("This run would end here")
        t.send("X")
        t.wait_for("This run would end here")
        t.send("X")
        t.wait_for("How it breaks: no ticket is sold twice")
        t.wait_end()
        no_process_left(t.mark)

    # ---- the point of no return ----

    def test_the_point_of_no_return_of_a_schedule(self):
        """That of a counterexample of `explore` is marked; that of another schedule is not known."""
        found = json.loads(run(["explore", "ticket-race", "--json"]).out)
        schedule = found["expect"][0]["schedule"]
        t = self.begin("ticket-race", "--model", "--schedule", "[%s]" % ", ".join(schedule))
        t.wait_for("point of no return: step ")
        self.step(t, 12)
        t.wait_for(re.compile(r"↑ point of no return \(step \d+\)"))
        self.leave(t)

    # ---- screens ----

    def test_screens(self):
        for size, lang, lesson, done in (((80, 24), "en", "What to look for", "Every interleaving from"),
                                         ((120, 40), "zh", "观察要点", "全部交错执行次序"), ((200, 60), "en", "What to look for", "Every interleaving from"),
                                         ((80, 24), "zh", "观察要点", "全部交错执行次序")):
            with self.subTest(size=size, lang=lang):
                t = self.begin("dining-philosophers", "--model", "--lang", lang, lesson=lesson, size=size, env={"NO_COLOR": "1"})
                t.type("9s")
                t.wait_for(re.compile("(step|第) 9 "))
                t.send("x")
                t.wait_for(done)
                hold("still-philosophers-" + lang, t)
                self.leave(t)


def proc_is_scenarios(pid):
    """Is it a process of the scenario, not one of forklore's own?"""
    try:
        with open("/proc/%d/comm" % pid, encoding="utf-8") as f:
            return f.read().startswith("philosopher")
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main()
