"""Where the viewer chooses: what time does, what is drawn; and challenges, played to their end on a terminal."""
import os
import re
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_screens  # noqa: E402
from forklore_test import Terminal, no_process_left, processes_with, run, run_json  # noqa: E402

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

    def move(self, t, digits):
        """Each process moves as its digit is pressed: until the next question, or the end."""
        for digit in digits:
            step = re.search(r"(?:step|第) (\d+)", t.wait_for(re.compile("who moves next|下一步让谁运行"))[0])[1]
            t.send(digit)
            t.wait_until(lambda now, step=step: not re.search(r"(?:step|第) %s " % step, now[0]) and
                         re.search("who moves next|下一步让谁运行|r again|r 重来", now[-1]), "%s has moved" % digit)

    @staticmethod
    def wrapped(sentence):
        """As it may stand on several lines."""
        return re.compile(r"\s+".join(map(re.escape, sentence.split())))

    hold = test_screens.OnATerminal.hold

    def leave(self, t):
        t.send("Q")
        self.assertEqual(t.wait_end(), 0)
        no_process_left(t.mark)


class Choosing(OnATerminal):
    def test_a_kill_that_leaves_no_choice_ends_the_run(self):
        """All others wait for what the killed process holds: there is nothing to be asked, and the deadlock is said."""
        scenario = self.write("held.yaml", "scenario: held\nobjects: {door: lock}\nmain: [{start: p}, {start: q}, {join: q}]\n"
                              "processes: {p: {steps: [{acquire: door}, {compute: 1ms}]}, q: {steps: [{acquire: door}]}}\n")
        for model in ([], ["--model"]):
            with self.subTest(model=model), Terminal("run", scenario, "--policy", "manual", "--lang", "en", *model) as t:
                t.wait_for("who moves next?")
                self.press(t, ("1", "step 1 "), ("1", "step 2 "), ("2", "step 3 "), ("3", "q has to wait for door"), ("K", "What will stay held"),
                           ("k", "DEADLOCK"))
                t.send("Q")
                self.assertEqual(t.wait_end(), 1)

    def test_time_and_draws_are_chosen_and_replay(self):
        """A sleep, a timeout and an arrival come when the viewer lets them; back and forth, and as a recording, it is the same run."""
        scenario, record = self.write("dice.yaml", DICE), os.path.join(self.folder, "record.yaml")
        with Terminal("run", scenario, "--policy", "manual", "--lang", "en", "--record", record) as t:
            t.wait_for("who moves next?")
            self.press(t, ("1", "player.1 draws:   1 to 6"), ("9", "draws: 9"), ("Enter", "draws a number from 1 to 6"), ("5", "draws: 5"),
                       ("Enter", "player.1 draws 5; n = 5"), ("4", "owner acquires door"), ("4", re.compile("owner +S sleeping.* wakes at 0.230s")),
                       ("3", re.compile("cook +B blocked.* timeout 0.080s")), ("3", "cook gives up waiting for door: timeout"),
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


THINKERS = """
scenario: thinkers
objects: {forks: {list: lock, count: 3}}
processes:
  thinker:
    count: 3
    steps:
      - left = forks[index - 1]
      - right = forks[index % 3]
      - acquire: left
      - acquire: right
      - release: right
      - release: left
expect:
  - deadlock: possible
"""

COUNTS = """
scenario: counts
shared: {n: 0}
processes:
  a: {steps: [{forever: , do: ["n += 1"]}]}
  b: {steps: [{forever: , do: ["n += 1"]}]}
expect:
  - {name: never negative, always: n >= 0}
"""

SPINS = """
scenario: spins
shared: {x: 0, stop: false}
processes:
  p: {steps: [x = 1, stop = true]}
  q: {steps: [{if: x == 0, then: [x = 0, {while: stop, do: [{sleep: 1s}]}]}]}
expect:
  - dead_end: never
"""

TURNS = """
scenario: turns
shared: {n: 0}
processes:
  a: {steps: [{forever: , do: ["n = 1 - n"]}]}
  b: {steps: [{forever: , do: ["n = 1 - n"]}]}
expect:
  - dead_end: never
"""

OVERTAKING = """
scenario: overtaking
shared: {seen: 0}
objects: {door: lock}
processes:
  fast:
    steps:
      - acquire: door
      - {while: waiting(door) == 0, do: [{sleep: 1ms}]}
      - release: door
      - acquire: door
      - seen = waiting(door)
      - release: door
  slow: {steps: [{acquire: door}, {release: door}]}
expect:
  - reachable: seen == 1
"""


class Challenges(OnATerminal):
    def test_the_ticket_race_is_broken_by_hand(self):
        """It begins on the first card; all three read, then all three write. The recording is the same run."""
        record = os.path.join(self.folder, "record.yaml")
        with Terminal("run", "ticket-race", "--lang", "en", "--record", record) as t:
            self.press(t, ("c", "You are the scheduler"), ("1", 'Goal: Break "no ticket is sold twice"'))
            t.wait_for("0 moves, 0 forced switches")
            self.move(t, "112233")
            t.wait_for("6 moves, 0 forced switches")
            self.move(t, "111122223")
            t.wait_for('REACHED: Break "no ticket is sold twice"')
            t.wait_for(self.wrapped("You: 18 moves, 0 forced switches. No fewer forced switches are possible; with as many, 15 moves are enough."))
            t.send("q")
            t.wait_end()
            self.assertIn("REACHED: Break ", "\n".join(t.screen()))
        no_process_left(t.mark)
        end = run_json("ticket-race", "--schedule", record)[-1]
        self.assertEqual(end["shared"], {"tickets": 0, "sold": 3})

    def test_a_way_that_was_found_solves_nothing(self):
        """What `x` has found is played on Enter: it is reached, but with help, and the list of scenarios does not say that it is solved."""
        for lang, goal, broken, ways in (("en", "Goal: Break ", "MAY BREAK ", ("REACHED, with help: Break ", r"not\s+solved")),
                                         ("zh", "目标：使预期", "可能不成立 ", ("已达成（借助提示）", r"还不算解决"))):
            state = os.path.join(self.folder, lang)
            with self.subTest(lang=lang), Terminal("run", "ticket-race", "--model", "--challenge=1", "--lang", lang, "--speed", "max",
                                                   env={"XDG_STATE_HOME": state}) as t:
                t.wait_for(goal)
                t.send("x")
                t.wait_for("▶ " + broken)
                t.send("Enter")
                t.wait_for(ways[0])
                t.wait_for(re.compile(ways[1]))
                t.send("Q")
                t.wait_end()
                self.assertIn(ways[0], "\n".join(t.screen()))
            with open(os.path.join(state, "forklore", "progress"), encoding="utf-8") as f:
                self.assertNotIn("solved", f.read())

    def test_a_way_that_was_found_is_played_to_its_end(self):
        """Those that still sleep when its last action is done wake by themselves: which of them does first changes nothing."""
        for lang, goal, known, reached in (("en", "Goal: Make it deadlock", "Every interleaving from step 5:", "DEADLOCK .*step 20 "),
                                           ("zh", "目标：使它死锁", "从第 5 步起的全部交错执行次序：", "死锁.*第 20 步")):
            with self.subTest(lang=lang), Terminal("run", "dining-philosophers", "--model", "--challenge=2", "--lang", lang, "--speed", "max") as t:
                t.wait_for(goal)
                t.send("x")
                t.wait_for(known)               # before that the way may not be
                t.send("Enter")
                t.wait_for(re.compile(reached))
                self.leave(t)

    def test_a_number_counts_steps_in_the_past_and_chooses_in_the_present(self):
        """Digits choose only where there is something to choose; in the past, and before `S`, they say how many steps."""
        with Terminal("run", "ticket-race", "--policy", "manual", "--speed", "max", "--lang", "en") as t:
            self.press(t, ("Space", "your choice   step 3 "))
            self.move(t, "112233")
            t.wait_for("your choice   step 9 ")
            self.press(t, ("S", "past: step 8 of 9"), ("7", "7: so many steps"), ("S", "past: step 1 of 9"), ("2", "2: so many steps"),
                       ("0", "0: so many steps"), ("s", "your choice   step 9 "))
            self.leave(t)

    def test_screens(self):
        for size, lang, begun, reached in (((80, 24), "en", "Goal: Break ", "You: 7 moves"), ((120, 40), "zh", "目标：使预期", "您用了 7 步"),
                                           ((200, 60), "en", "Goal: Break ", "You: 7 moves")):
            with self.subTest(size=size), Terminal("run", "ticket-race", "--model", "--challenge", "--lang", lang, size=size) as t:
                t.wait_for("可以做到" if lang == "zh" else "can be done")
                t.wait_gone("正在搜索" if lang == "zh" else "searching")
                self.hold("challenges-" + lang, t)
                self.press(t, ("1", begun))
                self.move(t, "1")
                t.send("i")
                t.wait_for(re.compile("Hint: let buyer|提示：让 buyer"))
                self.hold("hint-" + lang, t)
                self.leave(t)

    def test_the_philosophers_deadlock_and_are_saved(self):
        """Deadlocked by choosing; back, another way, and there it is said from where on it is too late."""
        scenario = self.write("thinkers.yaml", THINKERS)
        with Terminal("run", scenario, "--challenge=deadlock", "--lang", "en") as t:
            t.wait_for("Goal: Make it deadlock")
            self.move(t, "123")
            t.wait_for("REACHED: Make it deadlock")
            t.wait_for(self.wrapped("You: 3 moves, 2 forced switches. It can be done with fewer forced switches: 3 moves, 1 forced switch."))
            self.press(t, ("S", "past: step 5 of 6"), ("S", "past: step 4 of 6"), ("Space", "branch from here"), ("b", "your choice   step 4 "),
                       ("i", self.wrapped("Hint: let thinker.3 move (acquire: left). thinker.1 must wait just before `acquire: right`")))
            self.move(t, "1")
            t.send("i")
            t.wait_for(self.wrapped("From here the goal can't be reached any more. After step 4 it still could: g 4 Enter goes there"))
            self.move(t, "11122223")
            t.wait_for("The run has ended, and the goal was not reached")
            self.press(t, ("u", "REACHED: Make it deadlock"))
            self.leave(t)

    def test_a_dead_end_is_entered_and_avoided(self):
        """It is reached when nothing that follows is an end, though processes still move; another way ends; the first branch is in it again."""
        scenario = self.write("spins.yaml", SPINS)
        for lang, goal, reached, counts, missed in (
                ("en", "Goal: Lead it into a dead end", "REACHED: Lead it into a dead end", "You: 4 moves, 1 forced switch.",
                 "The run has ended, and the goal was not reached"),
                ("zh", "目标：使它陷入无法再到达结束的状态", "已达成：使它陷入无法再到达结束的状态", "您用了 4 步，1 次抢占", "运行结束，目标没有达成")):
            with self.subTest(lang=lang), Terminal("run", scenario, "--challenge=dead_end", "--lang", lang) as t:
                t.wait_for(goal)
                self.move(t, "221")
                self.assertNotIn(reached, "\n".join(t.screen()))
                self.move(t, "1")
                t.wait_for(reached)
                t.wait_for(counts)
                self.press(t, ("S", re.compile("(past: step|回看：第) 5 ")), ("Space", re.compile("branch from here|从这里另开分支")),
                           ("b", re.compile("(your choice   step|请选择   第) 5 ")))
                self.move(t, "221")
                t.wait_for(missed)
                self.press(t, ("u", reached))
                self.leave(t)

    def test_what_is_meant_to_run_for_ever_is_in_no_dead_end(self):
        scenario = self.write("turns.yaml", TURNS)
        with Terminal("run", scenario, "--model", "--challenge=dead_end", "--lang", "en") as t:
            t.wait_for("No order does this: explore has proved it")
            self.move(t, "1111")
            t.wait_for("4 moves, 0 forced switches")
            self.assertNotIn("REACHED", "\n".join(t.screen()))
            self.leave(t)

    def test_hints_lead_to_the_goal(self):
        scenario = self.write("thinkers.yaml", THINKERS)
        with Terminal("run", scenario, "--model", "--challenge=1", "--lang", "en") as t:
            t.wait_for("Goal: Make it deadlock")
            t.send("i")
            t.wait_for("Hint: let ")
            t.send("i")
            t.wait_for(re.compile(r"From\s+here\s+3\s+moves,\s+1\s+forced\s+switch\s+are\s+enough:\s+thinker"))
            for _ in range(3):
                screen = t.wait_for(re.compile(r"Hint: let thinker\.\d|REACHED"))
                self.move(t, re.search(r"Hint: let thinker\.(\d)", "\n".join(screen))[1])
                t.send("i")
            t.wait_for("You: 3 moves, 1 forced switch. That is optimal")
            self.leave(t)

    def test_a_hint_goes_on_from_what_has_been_done(self):
        """By hints from the first move on no forced switch is needed, though that is in the middle of a process's turn."""
        with Terminal("run", "ticket-race", "--model", "--challenge=1", "--lang", "en") as t:
            t.wait_for("Goal: Break ")
            self.move(t, "1")
            for _ in range(14):
                t.send("i")
                screen = t.wait_for(re.compile(r"Hint: (?:let )?buyer\.\d|REACHED"))
                if any("REACHED" in line for line in screen):
                    break
                self.move(t, re.search(r"Hint: (?:let )?buyer\.(\d)", "\n".join(screen))[1])
            t.wait_for(self.wrapped("You: 15 moves, 0 forced switches. That is optimal: no order needs fewer forced switches, or fewer moves."))
            self.leave(t)

    def test_a_hint_forces_no_switch_that_is_not_needed(self):
        """All that the goal needs has been read and written: the process that moved last goes on first."""
        with Terminal("run", "ticket-race", "--model", "--challenge=1", "--lang", "en") as t:
            t.wait_for("0 moves, 0 forced switches")
            self.move(t, "12121122")
            t.send("i")
            t.wait_for(self.wrapped("Hint: let buyer.2 move (say: bought a ticket, {n - 1} left). It goes on, so no switch is needed."))
            t.send("i")
            t.wait_for(self.wrapped("From here 7 moves, 0 forced switches are enough: buyer.2 x2, buyer.1 x2, buyer.3 x3."))
            self.leave(t)

    def test_a_hint_without_a_challenge(self):
        """It is about the first goal. Where lines are fair there may be no way, which a challenge has."""
        with Terminal("run", "ticket-race", "--model", "--step", "--lang", "en") as t:
            self.press(t, ("i", self.wrapped('No challenge is on. A hint for the first one: Break "no ticket is sold twice" (c lists all)')), ("i", self.wrapped("are enough: buyer.1")))
            self.leave(t)
        scenario = self.write("overtaking.yaml", OVERTAKING)
        with Terminal("run", scenario, "--model", "--step", "--lang", "en") as t:
            t.wait_for("paused")
            self.press(t, ("i", self.wrapped("With the queues at locks in order, as in this run, no schedule reaches it.")), ("c", "reachable: seen == 1 (can be done)"),
                       ("1", "0 moves, 0 forced switches"), ("i", "Hint: let "))
            self.leave(t)

    def test_back_to_a_branch_where_the_viewer_chose(self):
        """It asks again: or Manual would stand in the title, and Enter would choose nothing."""
        with Terminal("run", "ticket-race", "--model", "--challenge=1", "--lang", "en") as t:
            self.press(t, ("1", "step 4 "), (",", "past: step 3 of 4"), ("b", "branch 2"), ("u", re.compile("your choice.* step 4 .*Manual")),
                       ("Enter", "step 5 "))
            self.leave(t)

    def test_the_selected_one_is_begun(self):
        """By Enter; and by a digit as an input method for Chinese writes it."""
        for keys in ("Down", "Enter"), ("\uff12",):
            with self.subTest(keys=keys), Terminal("run", "ticket-race", "--model", "--challenge", "--lang", "en") as t:
                t.wait_for("A forced switch: another process is chosen although the last one could")
                t.send(*keys)
                t.wait_for("Goal: Make it happen: some interleaving sells one")
                self.move(t, "1")
                self.leave(t)

    def test_what_is_judged_at_the_end(self):
        """It is said meanwhile how it would be now."""
        with Terminal("run", "ticket-race", "--model", "--challenge=1", "--lang", "en") as t:
            t.wait_for("If it ended now: not reached.")
            self.move(t, "112211221122")
            t.wait_for("If it ended now: reached.")
            self.press(t, ("S", "past: step 14 of 15"))
            t.type("g5\r")
            t.wait_for("If it ended now: not reached.")
            self.leave(t)

    def test_what_no_order_does(self):
        for lang, proved, hint in (("en", "No order does this: explore has proved it", "No hint: no order does this, as shown above."),
                                   ("zh", "任何执行次序都做不到：explore 已证明", "没有提示：如上所示，任何执行次序都做不到。")):
            with self.subTest(lang=lang), Terminal("run", "ticket-lock", "--model", "--challenge=1", "--lang", lang) as t:
                t.wait_for(proved)
                t.send("i")
                t.wait_for(self.wrapped(hint))
                self.leave(t)

    def test_a_search_that_was_cut_is_no_proof(self):
        scenario = self.write("counts.yaml", COUNTS)
        with Terminal("run", scenario, "--model", "--step", "--lang", "en") as t:
            t.wait_for("paused")
            before = set(processes_with("FORKLORE_TEST_RUN=" + t.mark))
            t.send("c")
            t.wait_for("searching, ")
            for pid in set(processes_with("FORKLORE_TEST_RUN=" + t.mark)) - before:
                os.kill(pid, 9)
            t.wait_for(re.compile(r"not decided: \d+ states were\s+searched, not all|not decided: \d+"))
            self.assertNotIn("proved", "\n".join(t.screen()))
            self.leave(t)

    def test_where_there_is_no_dashboard(self):
        for args, code, says in (["--challenge"], 5, "standard output is not a terminal"), (["--challenge=nothing"], 2, "no such challenge: `nothing`"), \
                (["--challenge=1", "--plain"], 2, "`--challenge` is played on the dashboard"):
            got = run(["run", "ticket-race", *args])
            self.assertEqual(got.code, code)
            self.assertIn(says, got.err)


if __name__ == "__main__":
    unittest.main()
