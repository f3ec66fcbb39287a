"""The dashboard: its screens as text, held against tests/screens/, and the dashboard itself on a terminal."""
import json
import os
import re
import shlex
import shutil
import signal
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from forklore_test import PATIENCE, PROGRAM, ROOT, Terminal, golden, hold, no_process_left, proc, processes_with, run, run_json, wait_until  # noqa: E402

SMALL, MIDDLE, LARGE = "80x24", "120x40", "200x60"

PHILOSOPHERS = """
scenario: philosophers
title: {en: Three philosophers, zh: 三位哲学家}
objects: {forks: {list: lock, count: 3}}
processes:
  thinker:
    each: {left: [0, 1, 2]}
    steps:
      - acquire: forks[left]
      - sleep: 50ms
      - {acquire: "forks[(left + 1) % 3]"}
      - say: {en: eats, zh: 吃}
      - release: forks[left]
      - {release: "forks[(left + 1) % 3]"}
"""

BROKEN = """
scenario: broken
shared: {account: 10}
processes:
  clerk:
    count: 2
    steps:
      - n = account
      - do: account = n - 8
        note: what was read may be old by now
expect:
  - {name: never below five, always: account >= 5}
  - {name: all is spent, finally: account == 0}
"""

DEAD = """
scenario: dead
objects: {door: lock}
processes:
  first:
    steps: [{acquire: door}, {sleep: 10ms}, "n = 1 // 0", {release: door}]
  other:
    count: 6
    steps: [{sleep: 20ms}, {say: a}, {say: b}, {acquire: door}, {release: door}]
"""

TWO_HELD = """
scenario: two-held
objects: {door: lock, board: lock}
processes:
  administrator:
    count: 2
    steps: [{acquire: door}, {acquire: board}, {sleep: 1s}, {release: board}, {release: door}]
"""

LAST_LINE = re.compile("quit|退出")


def screen(scenario, at, size, *args, stdin=None, env=None):
    result = run(["run", scenario, "--model", "--screen", "-", "--at", str(at), "--size", size, *args], stdin=stdin, env=env)
    if result.code != 0:
        raise AssertionError(repr(result))
    return result.out


def cells(text):
    """Cells that a line takes: what is wide in Chinese counts twice."""
    return sum(2 if "\u1100" <= c <= "\u115f" or "\u2e80" <= c <= "\uffdc" else 1 for c in text)


class Pictures(unittest.TestCase):
    def hold(self, name, text, size):
        width, height = map(int, size.split("x"))
        lines = text.split("\n")
        self.assertEqual(len(lines), height + 1, name)
        for line in lines:
            self.assertLessEqual(cells(line), width, line)
        golden("screens/%s-%s.txt" % (name, size), text)

    def test_the_four_scenarios(self):
        for scenario, at in (("ticket-race", 11), ("traffic-light", 40), ("toilet", 24), ("producer-consumer", 40)):
            for size in (SMALL, MIDDLE, LARGE):
                with self.subTest(scenario=scenario, size=size):
                    self.hold(scenario, screen(scenario, at, size), size)

    def test_a_pool(self):
        for size in (SMALL, MIDDLE):
            text = screen("pool-six-tasks", 20, size)
            self.hold("pool", text, size)
            self.assertIn("3 to be done: drive", text)
            self.assertIn("taxis.1 drive(1), taxis.2 drive(", text)
        self.assertIn("callback parse(['news', 'news/next'])", screen("crawler", 30, MIDDLE))
        beginning = screen("crawler", 0, LARGE)
        self.assertIn("net.1 waits for a task of net", beginning)
        self.assertIn("net.callbacks waits for something to do for net", beginning)

    def test_in_chinese(self):
        for scenario, at, size in (("ticket-race", 17, SMALL), ("toilet", 24, MIDDLE), ("traffic-light", 40, LARGE)):
            with self.subTest(scenario=scenario):
                self.hold(scenario + "-zh", screen(scenario, at, size, "--lang", "zh"), size)

    def test_the_beginning_and_the_end(self):
        for scenario, at, *more in (("cpu-rr", 8), ("cpu-mlfq", 21), ("cpu-stcf", 9, "--lang", "zh"), ("cpu-two-processors", 20),
                                    ("cpu-priority-inversion", 9)):
            for size in (SMALL, MIDDLE, LARGE):
                self.hold(scenario, screen(scenario, at, size, *more), size)
        self.hold("ticket-race-begin", screen("ticket-race", 0, SMALL), SMALL)

    def test_each_end_in_both_languages(self):
        """Each in all three sizes, and in either language."""
        for name, scenario, stdin, *flags in (("ticket-race-end", "ticket-race", None), ("deadlock", "-", PHILOSOPHERS), ("broken", "-", BROKEN, "--policy", "fifo")):
            for size, lang in ((SMALL, "en"), (SMALL, "zh"), (MIDDLE, "zh"), (LARGE, "en")):
                with self.subTest(name, size=size, lang=lang):
                    text = screen(scenario, 6 if name == "broken" else 999, size, *flags, "--lang", lang, stdin=stdin)
                    self.hold(name + {"en": "", "zh": "-zh"}[lang], text, size)

    def rows(self, text):
        """By name: the rows of the list of processes."""
        part = text.split("Processes", 1)[-1].split("进程", 1)[-1].split("\n──")[0].split("\n")[1:]
        return {row[3:].lstrip(" └").split(" ")[0]: row for row in part if row.strip()}

    def test_private_variables_stand_side_by_side(self):
        """The race is three different n: a row for each process, a column for each variable."""
        self.assertIn(" n ", self.rows(screen("ticket-race", 11, "60x16"))["NAME"])
        for size in (SMALL, MIDDLE, LARGE):
            rows = self.rows(screen("ticket-race", 11, size, "--policy", "random", "--seed", "4"))
            at = rows["NAME"].index(" n ") + 1
            self.assertEqual([rows["buyer.%d" % i][at] for i in (1, 2, 3)], ["1"] * 3, size)
        rows = self.rows(screen("producer-consumer", 33, SMALL))
        self.assertIn("bone0", rows["eater.1"][rows["NAME"].index("meal"):])
        self.assertNotIn("bone0", rows["eater.1"][:rows["NAME"].index("meal")])

    def test_a_step_is_shown_when_it_is_over(self):
        """A process that has just gone to sleep sleeps; with the last action the run has ended."""
        text = screen("ticket-race", 9, SMALL)
        self.assertIn("buyer.3 sleeps for 256ms", text)
        self.assertIn("S sleeping", self.rows(text)["buyer.3"])
        self.assertNotIn("R running", text)
        self.assertIn("paused", screen("ticket-race", 22, SMALL))
        self.assertIn("BROKEN", screen("ticket-race", 23, SMALL).split("\n")[0])

    def test_children_stand_below_their_parents(self):
        for size in (SMALL, MIDDLE):
            rows = self.rows(screen("process-tree", 12, size))
            self.assertEqual([r for r in rows if r in "main parent.1 kid.1 kid.2 parent.2 kid.3 kid.4"],
                             ["main", "parent.1", "kid.1", "kid.2", "parent.2", "kid.3", "kid.4"])
            self.assertTrue(rows["parent.1"][1:].startswith("  └ parent.1"), rows["parent.1"])
            self.assertTrue(rows["kid.3"][1:].startswith("    └ kid.3"), rows["kid.3"])

    def test_what_teaches_comes_before_the_pid(self):
        for name, at, size, *flags in (("ticket-lock", 9, "80x24", "--cpus", "2"), ("dining-philosophers", 12, "80x24"), ("toilet", 20, "80x24"),
                                       ("ticket-race", 9, "80x24"), ("condition-buffer", 20, "80x24"), ("ticket-lock", 9, "70x24", "--cpus", "2")):
            with self.subTest(name, size=size):
                text = run(["run", "--model", "--screen", "-", "--lang", "en", "--at", str(at), "--size", size, name, *flags]).out
                heading = next(line for line in text.splitlines() if "NAME" in line)
                self.assertFalse("PID" in heading and ("NEXT ACTION" not in heading or re.search(r" \+\d", heading)), heading)
                self.assertIn("NEXT ACTION", heading)
                self.assertRegex(heading, r" n " if name.startswith("ticket") and size == "80x24" else "STATE")

    def test_what_does_not_fit_is_counted(self):
        """What a process holds, and whom it waits for: never a bare beginning of it."""
        self.assertRegex(screen("-", 6, "60x16", stdin=TWO_HELD), r"or\.1 .* (door, board|door \+1) ")
        rows = self.rows(screen("dining-philosophers", 22, "60x16"))
        self.assertRegex("\n".join(rows.values()), r"forks\[1\] ← \S*….*\.2")

    def test_a_holder_is_known_by_its_name_and_number(self):
        """At all sizes, in both languages: what a process waits for, whole, and who holds that, with more than its number."""
        for size in ("60x12", SMALL, MIDDLE):
            for lang in ("en", "zh"):
                with self.subTest(size, lang=lang):
                    rows = self.rows(screen("dining-philosophers", 40, size, "--lang", lang))
                    waiting = {name: row for name, row in rows.items() if " ← " in row}
                    self.assertGreaterEqual(len(waiting), 3, rows)
                    for name, row in waiting.items():
                        number = int(name[-1])
                        self.assertRegex(row, r"forks\[%d\] ← ph\w*(…\w*)?\.%d *$" % (number % 5, number % 5 + 1))
                        self.assertRegex(row, r"forks\[%d\] " % (number - 1))
        for size in ("60x12", SMALL):
            self.assertIn("lock_a ← a_to_b", self.rows(screen("deadlock-abba", 40, size))["b_to_a"])
            self.assertIn("cellar ← dead thief", self.rows(screen("kill-the-holder", 40, size))["guest"])
        self.assertIn("cellar ← 已终止的 thief", self.rows(screen("kill-the-holder", 40, SMALL, "--lang", "zh"))["guest"])

    def test_values_that_are_known_before_the_run_are_whole(self):
        for size in (SMALL, MIDDLE):
            for name in ("bankers-algorithm", "coins-on-loan"):
                for lang in ("en", "zh"):
                    rows = self.rows(screen(name, 12, size, "--lang", lang))
                    self.assertIn("[3,3,2]", rows["customer.1"].replace(" ", ""), (name, size, lang))

    def test_no_name_loses_its_end(self):
        """In the whole library, of who holds, waits, or wrote: what stands before is cut, the number never."""
        for path in sorted((ROOT / "scenarios").glob("*.yaml")):
            for size in ("60x12", SMALL):
                for lang in ("en", "zh"):
                    text = re.split("── .?5.? ", screen(path.stem, 30, size, "--lang", lang))[0]    # sentences of the story end where they end
                    with self.subTest(path.stem, size=size, lang=lang):
                        self.assertEqual(re.findall(r"(?:←|■|, by|已终止的) [^ ]*…(?:  .*|)$", text, re.M), [])

    def test_the_states_of_the_laboratory_count_what_they_leave_out(self):
        first = screen("cpu-aging", 12, SMALL)
        self.assertRegex(first, r"ready\[\+2\]")
        self.assertIn("running[modest]", first)
        self.assertRegex(screen("cpu-aging", 40, SMALL), r"ended\[modest, \w+ \+\d\]")

    def test_waiting_for_a_notification_and_waiting_for_the_lock(self):
        text = screen("condition-buffer", 12, SMALL)
        self.assertIn("wait for notify: eater.1, eater.2", text)
        self.assertNotIn("notified", text)
        text = screen("condition-buffer", 20, SMALL)
        self.assertIn("notified, wait for the lock: eater.2", text)
        self.assertNotIn("wait for notify", text)
        self.assertIn("door ← eater.1", self.rows(text)["eater.2"])

    def test_units_and_ends(self):
        text = screen("toilet", 22, SMALL)
        self.assertIn("●●●  3 taken, 0 free", text)
        self.assertEqual(text.count("○ free"), 1)        # the legend
        self.assertIn("get ← swill1 │ bun1 │ swill2 ← put", screen("producer-consumer", 33, SMALL))

    def test_a_deadlock(self):
        for size in (SMALL, MIDDLE):
            text = screen("-", 999, size, stdin=PHILOSOPHERS)
            self.hold("deadlock", text, size)
            self.assertIn("DEADLOCK", text)
            self.assertIn("thinker.1 waits for forks[1], which thinker.2 holds", text)

    def test_the_cause_stays_in_sight(self):
        """An exception long ago, and what it has led to."""
        for at in (12, 25, 999):
            text = screen("-", at, SMALL, stdin=DEAD)
            self.assertEqual(text.count("uncaught ZeroDivisionError in first, line 6"), 1, text)
        self.assertIn("every other waits for door, which first held when it ended", text)

    def test_a_broken_expectation(self):
        text = screen("-", 6, SMALL, "--policy", "fifo", stdin=BROKEN)
        self.hold("broken", text, SMALL)
        self.assertIn("broken since step 4: never below five", text)

    def test_what_is_expected_is_whole(self):
        """As long as there are rows left, none of its words is cut."""
        long = """scenario: long
shared: {a: 0}
processes:
  p: {count: 4, steps: [x = a, "a = x + 1", {sleep: 10ms}, b = 1]}
expect:
  - {name: {en: what each of the four has counted is all there in the end, zh: 四个进程各自数过的数到最后一个也没有丢失全部都在}, finally: a == 4}
"""
        for lang, words in (("en", ("what each of the four has counted is", "all there in the end")), ("zh", ("四个进程各自数过的数到最后一个也没有", "丢失全部都在"))):
            for size in (SMALL, "80x15"):
                with self.subTest(lang, size=size):
                    text = screen("-", 12, size, "--lang", lang, stdin=long)
                    for part in words:
                        self.assertIn(part, text)

    def test_a_thousand_processes(self):
        many = PHILOSOPHERS.replace("each: {left: [0, 1, 2]}", "count: 900\n    private: {left: 0}")
        self.hold("many", screen("-", 1500, SMALL, stdin=many), SMALL)

    CONDITIONS = """scenario: conditions
objects: {c: condition, door: lock, d: {condition: door}}
processes:
  p: {steps: [{acquire: c}, {wait: c}, {release: c}]}
  r: {steps: [{acquire: d}, {wait: d}, {release: d}]}
  q: {steps: [{sleep: 50ms}, n = waiting(c), m = waiting(d), {acquire: c}, {notify: c}, {sleep: 30ms}, {release: c}, {acquire: door}, {notify_all: d}, {release: d}]}
"""

    def test_a_condition_with_a_lock_of_its_own_is_one_row(self):
        """Its lock has no other name: it is not shown a second time. A lock that was declared has its own row."""
        for lang, kinds, lock, holds, notified in (("en", "condition c|lock +door|condition d", "its lock □ free", "its lock ■ q", "notified, wait for the lock: p"),
                                                   ("zh", "条件变量 c|互斥锁 +door|条件变量 d", "它的锁 □ 空闲", "它的锁 ■ q", "已被通知，等待互斥锁：p")):
            with self.subTest(lang):
                before, after = (screen("-", at, SMALL, "--lang", lang, stdin=self.CONDITIONS) for at in (5, 12))
                self.assertEqual(len(re.findall("(?m)^ (%s) " % kinds, before)), 3, before)
                self.assertNotRegex(before, "rlock|可重入锁")
                self.assertIn(lock, before)
                self.assertIn(holds, after)
                self.assertIn(notified, after)
                self.assertNotRegex(after, "(in line: |排队：)p")
        told = run(["run", "--model", "--plain", "-"], stdin=self.CONDITIONS).out
        self.assertIn("q asks waiting(c): 1", told)
        self.assertIn("q asks waiting(d): 1", told)

    def test_every_size(self):
        """Whatever the size, no line is too long; where it is too small, that is said."""
        for width, height in ((20, 5), (30, 7), (59, 30), (60, 9), (60, 10), (60, 12), (61, 17), (80, 15), (79, 16), (100, 20), (150, 34), (250, 16), (300, 90)):
            with self.subTest(width=width, height=height):
                text = screen("producer-consumer", 30, "%dx%d" % (width, height))
                lines = text.split("\n")
                self.assertEqual(len(lines), height + 1)
                self.assertLessEqual(max(map(cells, lines)), width)
                if width >= 60 and height >= 10:
                    self.assertRegex(lines[-2], LAST_LINE)
                    self.assertIn("Processes", text)
                    self.assertIn("What happened", text)
                elif width >= 20:
                    self.assertIn("60x10 needed", text)

    def test_little_room_shows_what_matters(self):
        for size, at in (("80x15", 11), ("60x12", 11)):
            text = screen("ticket-race", at, size)
            self.hold("ticket-race", text, size)
            self.assertRegex(text, r"buyer\.2 .* 1 ")
            self.assertIn("sold += 1 (sold = 1)", text)

    def test_two_pictures_are_the_same(self):
        self.assertEqual(screen("traffic-light", 55, LARGE), screen("traffic-light", 55, LARGE))


class OnATerminal(unittest.TestCase):
    def open(self, *args, **how):
        return Terminal("run", *args, **how)

    def begin(self, t):
        t.wait_for("What to look for")
        t.send("Enter")
        t.wait_gone("What to look for")

    def leave(self, t, code=0, keys="q"):
        t.send(keys)
        self.assertEqual(t.wait_end(), code)
        no_process_left(t.mark)

    def test_runs_to_its_end(self):
        with self.open("ticket-race", "--speed", "max") as t:
            t.wait_for("What to look for")
            self.assertEqual(t.ask("#{alternate_on}"), "1")
            t.send("Space")
            t.wait_for("BROKEN")
            t.wait_for("main ends, exit code 0")
            self.leave(t)

    def test_steps(self):
        with self.open("ticket-race", "--step") as t:
            self.begin(t)
            for n in range(1, 6):
                t.send("s" if n % 2 else ".")
                t.wait_for("step %d " % n)
            t.wait_for("buyer.1 sleeps")
            self.leave(t)

    def test_pauses_and_changes_the_speed(self):
        with self.open("traffic-light") as t:
            t.wait_for("What to look for")
            t.send("Space")
            t.wait_for("running")
            t.send("]")
            t.wait_for("2 steps/s")
            t.send("BSpace")
            t.wait_for("1 step/s")
            t.send("Space")
            t.wait_for("paused")
            self.leave(t)

    def test_the_first_run_goes_step_by_step(self):
        """One action a second; Space means the same whether a card lies over the panels or not."""
        with self.open("traffic-light", "--lang", "en") as t:
            t.wait_for("What to look for")
            t.send("Space")
            t.wait_until(lambda now: "running" in now[0] and "1 step/s" in now[0], "it runs")
            t.send("Space")
            t.wait_until(lambda now: "paused" in now[0], "it is paused")
            t.send("?")
            t.wait_for("Enter do it")
            t.send("Space")
            t.wait_until(lambda now: "running" in now[0], "it runs again")
            self.leave(t)

    def test_a_jump_is_over_before_the_next_key(self):
        """Also one that is typed at once; the end of the run is as far as any number behind it."""
        with self.open("ticket-race", "--model") as t:
            t.wait_for("What to look for")
            t.send("s")
            t.wait_for("paused   step 1 ")
            t.type("g15\rS")
            t.wait_for("past: step 14 of 15")
            t.type("gend\r")
            t.wait_for("paused   step 15 ")
            t.type("g15\r")
            t.wait_for("this is step 15")
            t.type("gend\r")
            t.wait_for("BROKEN")
            for where in "end", "999":
                t.type("l")
                t.wait_for("What to look for")
                t.type("lg%s\r" % where)
                t.wait_for("this is step 23, and the run has ended")
            self.leave(t)

    def test_a_time_limit_ends_the_run_and_says_so(self):
        with self.open("ticket-race", "--model", "--step", "--timeout", "1") as t:
            self.begin(t)
            t.wait_for("limit")
            t.wait_for("r again")
            t.send("q")
            t.wait_for("stopped after 1 s (--timeout)")
            self.assertEqual(t.wait_end(), 4)

    def test_a_key_that_does_nothing_says_so(self):
        with self.open("ticket-race", "--step", "--lang", "en") as t:
            self.begin(t)
            for key, words in (("=", "=: does nothing; ? shows all keys"), ("S", "S: this is the beginning"),
                               ("Left", "Left: only in the time line: press 4 first")):
                t.send(key)
                t.wait_until(lambda now: words in now[-1], words)
            t.send("g", "-", "5", "Enter")      # before the beginning there is nothing
            t.wait_until(lambda now: "step 0 " in now[0], "the beginning")
            t.send("]")
            t.wait_until(lambda now: "2 steps/s" in now[0] and "nothing" not in now[-1], "the words are gone")
            self.leave(t)

    def test_escape_puts_the_first_card_away_and_begins_nothing(self):
        with Terminal("run", "ticket-race") as t:
            t.wait_for("Space begins")
            t.send("Escape")
            t.wait_until(lambda screen: "paused" in screen[0] and "step 0" in screen[0] and "Space run" in screen[-1], "it waits")
            t.send("Space")
            t.wait_until(lambda screen: "step 0" not in screen[0], "it runs")

    def test_the_end_leaves_room_for_why_and_back(self):
        """The names of panels that are not shown come behind them."""
        for lang, keys in (("en", ("w why", "S , back", "r again", "q quit")), ("zh", ("w 原因", "S , 后退", "r 重来", "q 退出"))):
            last = run(["run", "dining-philosophers", "--model", "--screen", "-", "--at", "999", "--lang", lang]).out.splitlines()[-1]
            for key in keys:
                self.assertIn(key, last)

    def test_declarations_are_not_cut(self):
        """What a queue holds, and what each process is given, is seen where the panel is narrow, too."""
        screen = run(["run", "producer-consumer", "--model", "--screen", "-", "--at", "0"]).out
        self.assertIn("buns: queue {maxsize: 3, ", screen)
        self.assertIn("each food: bun, bone, swill", screen)

    def test_help_is_whole(self):
        """No meaning of a key or a sign is cut short, however small the terminal is."""
        for language, keys, first, last in (("en", "Keys: ", "run, pause", "The time line draws long waits"), ("zh", "按键：", "运行、暂停", "时间线把很长的等待")):
            for size in ((60, 10), (60, 12), (80, 24), (120, 40)):
                with self.subTest(language, size=size), self.open("ticket-race", "--model", "--step", "--lang", language, size=size) as t:
                    t.wait_for("ticket-race")
                    t.send("?")
                    t.wait_for(keys)
                    for key, shown in (("End", last), ("Home", first), ("PgDn", ""), ("Down", ""), ("End", last), ("Up", ""), ("Home", first)):
                        t.send(key)
                        screen = t.wait_for(shown) if shown else t.screen()
                        self.assertNotIn("…", "\n".join(screen))
                    t.send("Escape")
                    t.wait_gone(keys)
                    self.leave(t)

    def test_a_card_says_how_much_of_it_is_below(self):
        with self.open("ticket-race", "--model", "--step", "--lang", "en", size=(60, 12)) as t:
            t.wait_for(re.compile("forklore ─.* ↓ [0-9]+ ─╮"))
            t.send("End")
            t.wait_for(re.compile("forklore ─.* ↑ [0-9]+ ─╮"))
            t.send("Home")
            t.wait_for(re.compile("forklore ─.* ↓ [0-9]+ ─╮"))
            t.send("x")
            t.wait_gone("What to look for")
            t.send("K")
            t.wait_for("c  SIGCONT  lets it go on")
            t.send("Escape", "g")
            t.wait_for("then Enter")
            t.send("Escape", "C-c")
            self.assertEqual(t.wait_end(), 130)

    def test_a_rule_changed_many_times_is_reported_once(self):
        with self.open("ticket-race", "--model", "--step", "--lang", "en") as t:
            self.begin(t)
            t.send("s", "+", "+", "+", "-")
            screen = t.wait_for("From here on: 3 CPUs")
            self.assertEqual(sum("From here on" in line for line in screen), 1, screen)
            t.send("s", "+")
            t.wait_for("From here on: 4 CPUs")
            t.wait_for("From here on: 3 CPUs")  # an action was made under it
            self.leave(t)

    def test_a_title_never_says_more_than_there_is_to_scroll(self):
        """It says how many lines are below those in sight, whatever was asked for."""
        with self.open("ticket-race", "--model", "--step", "--lang", "en") as t:
            self.begin(t)
            for keys in (("s", "s", "5", "End"), ("Up",), ("Home",), ("z", "Up"), ("Home", "Up"), ("End", "Down"), ("S", "Home"), ("End", "Down")):
                with self.subTest(keys=keys):
                    t.send(*keys, "=")
                    screen = t.wait_until(lambda now: "=: does nothing" in now[-1], "the key that does nothing")
                    title = next(line for line in screen if "[5] What happened" in line)
                    self.assertNotIn("↓", title)
                    t.send("]")                 # the words are gone
                    t.wait_until(lambda now: "=: does nothing" not in now[-1], "another key")
            self.leave(t, keys="C-c", code=130)

    def test_what_comes_next_is_a_key_at_the_end(self):
        with self.open("deadlock-abba", "--speed", "max", "--lang", "en") as t:
            t.wait_for("What to look for")
            t.send("Space")
            t.wait_until(lambda now: "> next" in now[-1] and "x orders" in now[-1], "the hints")
            t.send(">")
            t.wait_until(lambda now: "Dining philosophers" in "\n".join(now) and "Space begins" in now[-1], "the next lesson")
            self.leave(t, keys="Q")
        with self.open("deadlock-abba", "--speed", "max", "--lang", "en") as t:
            t.wait_for("What to look for")
            t.send("Space")
            t.wait_until(lambda now: "x orders" in now[-1], "the hints")
            t.send("X")
            t.wait_for("HOLDS         it can deadlock")
            t.wait_end()
            no_process_left(t.mark)

    def test_follows_the_size(self):
        with self.open("toilet", "--step") as t:
            self.begin(t)
            t.resize(200, 60)
            t.wait_for("6 Output")
            t.resize(40, 10)
            t.wait_for("60x10 needed")
            t.resize(80, 24)
            t.wait_for("What happened")
            self.leave(t)

    def test_panels(self):
        with self.open("toilet", "--step") as t:
            self.begin(t)
            t.send("s", "s", "s")
            t.wait_for("[1] Processes")
            t.send("Tab")
            t.wait_for("[2] Shared")
            t.send("4")
            t.wait_for("[4] Time line")
            t.send("z")
            t.wait_gone("Processes")
            t.send("q")
            t.wait_for("Processes")
            t.send("1", "Down", "Down", "Enter")
            t.wait_for("started at")
            t.send("Escape")
            t.wait_gone("started at")
            self.leave(t, keys="F10")

    def test_help_theme_and_lesson(self):
        with self.open("ticket-race", "--step") as t:
            self.begin(t)
            t.send("F1")
            t.wait_for("half the speed")
            t.send("Escape")
            t.wait_gone("half the speed")
            t.send("l")
            t.wait_for("What to look for")
            t.send("Enter")
            t.wait_gone("What to look for")
            before = t.wait_until(lambda screen: screen == t.screen(), "it stands still")
            colours = t.screen(colours=True)
            t.send("t")
            t.wait_until(lambda _: t.screen(colours=True) != colours, "other colours")
            self.assertEqual(t.screen(), before)    # they alone are others
            t.send("t", "C-l")
            t.wait_for("Processes")
            self.leave(t, keys="Q")

    def test_restarts(self):
        with self.open("ticket-race", "--step") as t:
            self.begin(t)
            t.send("s", "s")
            t.wait_for("step 2 ")
            t.send("r")
            t.wait_for("step 0 ")
            t.send("R")
            t.wait_for("seed 2")
            self.leave(t)

    def test_processes_are_real(self):
        with self.open("toilet", "--step") as t:
            self.begin(t)
            t.send("s", "s", "s")
            t.wait_for("step 3 ")
            shown = re.findall(r"guest\.\d +(\d+) ", "\n".join(t.screen()))
            self.assertEqual(len(shown), 3)
            self.assertLessEqual(set(map(int, shown)), set(processes_with("FORKLORE_TEST_RUN=" + t.mark)))
            self.leave(t)

    def test_a_process_killed_from_outside(self):
        with self.open("toilet", "--step") as t:
            self.begin(t)
            t.send("s", "s", "s")
            t.wait_for("step 3 ")
            pid = int(re.search(r"guest\.2 +(\d+) ", "\n".join(t.screen()))[1])
            os.kill(pid, signal.SIGKILL)
            t.wait_for("guest.2 was killed from outside (SIGKILL)")
            t.wait_for("killed by signal 9")
            self.leave(t)

    def test_signals_leave_nothing(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            with self.subTest(signal=number.name), self.open("toilet", "--speed", "20") as t:
                t.wait_for("What to look for")
                t.send("Space")
                t.wait_for("guest.3 acquires stalls")
                os.kill(t.pid, number)
                self.assertEqual(t.wait_end(), 128 + number)
                no_process_left(t.mark)

    def test_ctrl_c(self):
        with self.open("toilet", "--step") as t:
            self.begin(t)
            self.leave(t, 130, "C-c")

    def only_the_shell_is_left(self, t):
        until = time.monotonic() + 3 * PATIENCE
        while any(name != "bash" for name in processes_with("FORKLORE_TEST_RUN=" + t.mark).values()):
            self.assertLess(time.monotonic(), until, "processes are left")
            time.sleep(0.02)

    def controller(self, t):
        """The guard's child: of the two processes with the program's own name, the other's child."""
        ours = [pid for pid, name in processes_with("FORKLORE_TEST_RUN=" + t.mark).items() if name == "forklore"]
        for pid in ours:
            if int((proc(pid, "stat").rpartition(")")[2].split() or [0, 0])[1]) in ours:
                return pid
        raise AssertionError("no controller")

    def test_the_process_that_the_shell_waits_for_is_killed(self):
        """A shell that edits no lines sets no modes: then they are given back from the background, too."""
        with self.open("toilet", command=["sh"], env={"PS1": "prompt> "}) as t:
            t.wait_for("prompt>")
            t.type("%s run toilet --step\n" % PROGRAM)
            t.wait_for("What to look for")
            controller = self.controller(t)
            os.kill(int(proc(controller, "stat").rpartition(")")[2].split()[1]), signal.SIGKILL)
            wait_until(lambda: not proc(controller, "stat"), "the controller ends, too", 20)
            t.type("stty -a\n")
            t.wait_for(re.compile(r" icanon .* echo ", re.S))
            self.assertEqual(t.ask("#{alternate_on}"), "0")
            wait_until(lambda: list(processes_with("FORKLORE_TEST_RUN=" + t.mark)) == [t.pid], "only the shell is left")

    def test_a_killed_controller_restores_the_terminal(self):
        with self.open("toilet", command=["bash", "--norc"], env={"PS1": "prompt> "}) as t:
            t.wait_for("prompt>")
            t.type("%s run toilet --step\n" % PROGRAM)
            t.wait_for("What to look for")
            t.send("s", "s", "s")
            t.wait_for("step 3 ")
            os.kill(self.controller(t), signal.SIGKILL)
            t.wait_until(lambda s: s and any(line.startswith("prompt>") for line in s[1:]), "a new prompt")
            self.assertEqual(t.ask("#{alternate_on}"), "0")
            self.assertEqual(t.ask("#{cursor_flag}"), "1")
            t.type("echo code $?\n")
            t.wait_for("code 137")
            t.type("stty -a\n")
            t.wait_for(" echo ")
            self.only_the_shell_is_left(t)

    def test_quitting_gives_the_terminal_back(self):
        with self.open("", command=["bash", "--norc"], env={"PS1": "prompt> "}) as t:
            t.wait_for("prompt>")
            t.type("%s run ticket-race --step\n" % PROGRAM)
            t.wait_for("What to look for")
            t.send("q")
            t.wait_until(lambda s: any(line.startswith("prompt>") for line in s[1:]), "a new prompt")
            self.assertEqual(t.ask("#{alternate_on}"), "0")
            self.assertEqual(t.ask("#{cursor_flag}"), "1")
            self.only_the_shell_is_left(t)

    def test_what_stays_in_the_terminal(self):
        """How it stands, what is shared, and what may be typed next, as the user began."""
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        os.symlink(os.path.abspath(PROGRAM), folder + "/forklore")
        with open(folder + "/my race.yaml", "w") as f:
            f.write(BROKEN)
        with self.open("", command=["bash", "--norc"], env={"PS1": "prompt> "}) as t:
            t.wait_for("prompt>")
            t.type("cd %s; clear\n" % folder)
            t.type("./forklore run 'my race.yaml' --step --policy fifo\n")
            t.wait_for("Processes")
            t.send("R", "s", "s")
            t.wait_for("step 2 ")
            t.send("q")
            text = "\n".join(t.wait_for("every order:"))
            self.assertIn("broken, seed 2\nLeft before the end, at step 2, 0.000s\n  account = 10\n", text)
            self.assertIn("the same again:   ./forklore run 'my race.yaml' --policy fifo --seed 2\n", text)
            self.assertIn("every order:      ./forklore explore 'my race.yaml'\n", text)
            self.assertNotIn("next lesson", text)
            t.type("clear; ./forklore run ticket-race --speed max --lang zh\n")
            t.wait_for("空格")
            t.send("Space")
            t.wait_for("重来")
            t.send("q")
            text = "\n".join(t.wait_for("所有执行次序："))
            self.assertIn("预期不成立", text)
            self.assertIn("tickets = 0，sold = 3", text)
            self.assertIn("下一课：        ./forklore run ticket-lock --lang zh", text)
            self.only_the_shell_is_left(t)

    def farewell(self, t):
        """After q: the text, and the words of the command that plays the same run again (None: there is none)."""
        t.send("q")
        t.wait_end()
        text = "\n".join(t.wait_for("every order:"))
        again = re.search(r"the same again: +(.*)", text)
        return text, again and shlex.split(again[1])[1:]

    def played(self, words):
        """Which process moved, and how it ended, by that command."""
        done = run([*words, "--json"])
        self.assertEqual(done.err.count("error"), 0, done)
        events = [json.loads(line) for line in done.out.splitlines()]
        return [e["process"] for e in events if e["type"] == "step"], events

    def test_a_run_made_by_hand_can_be_played_again(self):
        """The farewell's command is that run, whether it is said by flags, by a list or by a recording; and says itself again."""
        hand = ["main"] * 3 + ["buyer.3", "buyer.1", "buyer.2"]
        for keys, shown, who, how in (
                ("sm312", "step 6 ", hand, "--schedule '[buyer.3, buyer.1, buyer.2]' --seed 1"),
                ("sm3127+", "2 CPUs", hand, "/forklore/ticket-race-1.yaml"),
                ("6sP", "From here on: ", ["main"] * 3 + ["buyer.1"] * 2 + ["buyer.2"], "--schedule '[buyer.1 x2, buyer.2]' --seed 1"),
                ("6s3S b22", "step 5 ", ["main"] * 3 + ["buyer.2"] * 2, "--schedule '[buyer.2 x2]' --seed 1"),
                ("6s3S bu", "paused   step 6 ", ["main"] * 3 + ["buyer.1"] * 2 + ["buyer.2"], "run ticket-race --seed 1"),
                ("6s3S b2RR4s", "step 4 ", ["main"] * 3 + ["buyer.1"], "run ticket-race --seed 2")):
            with self.subTest(keys=keys), self.open("ticket-race", "--step", size=(200, 40)) as t:
                self.begin(t)
                for key in re.findall(r"\d+[sS]|.", keys):
                    t.type(key)
                    if key in "mub":
                        t.wait_for({"m": "your choice", "b": "branch, your choice", "u": "paused   step 6 "}[key])
                t.wait_for(shown)
                text, again = self.farewell(t)
                self.assertIn(how, text.replace("--schedule " + again[-1], "--schedule " + shlex.quote(again[-1])))
                self.assertEqual(self.played(again)[0][:len(who)], who)
                if how.startswith("/"):
                    self.assertIn("its schedule was saved to that file", text)
                    self.assertEqual(self.played(again)[0], who)

    def test_only_files_of_ours_are_written_anew(self):
        """What stands in the folder of kept runs and is no file, a link or a pipe, is left as it is."""
        with tempfile.TemporaryDirectory() as place:
            kept, victim = os.path.join(place, "forklore"), os.path.join(place, "victim")
            os.mkdir(kept)
            with open(victim, "w") as f:
                f.write("mine")
            os.symlink(victim, os.path.join(kept, "ticket-race-1.yaml"))
            for i in range(2, 10):
                os.mkfifo(os.path.join(kept, "ticket-race-%d.yaml" % i))
            with self.open("ticket-race", "--step", size=(200, 40), env={"XDG_STATE_HOME": place}) as t:
                self.begin(t)
                t.type("sm312+")
                t.wait_for("2 CPUs")
                t.send("q")
                t.wait_for("every order:")
                t.wait_end()
            with open(victim) as f:
                self.assertEqual(f.read(), "mine")

    def test_a_run_with_a_kill_can_be_played_again(self):
        for place, kept in (None, True), ("/proc/no-such-place", False):
            with self.subTest(place=place), self.open("toilet", "--step", size=(200, 40), env={"XDG_STATE_HOME": place} if place else {}) as t:
                self.begin(t)
                t.type("9s")
                t.wait_for("step 9 ")
                t.send("Down", "K")
                clock = [re.search(r"([\d.]+)s ", t.wait_for("SIGKILL  kills it immediately")[0])[1]]
                t.send("k")
                clock.append(re.search(r"([\d.]+)s ", t.wait_for("killed by signal 9")[0])[1])
                self.assertEqual(clock, sorted(clock))
                text, again = self.farewell(t)
                if kept:
                    self.assertIn("its schedule was saved to that file", text)
                    who, events = self.played(again)
                    self.assertEqual([e["code"] for e in events if e["type"] == "exit"], [-9])
                    self.assertEqual(len(who), int(re.search(r"at step (\d+)", text)[1]))
                    with Terminal(*again, "--step", size=(200, 40), env={"XDG_STATE_HOME": "/proc/no-such-place"}) as other:
                        self.begin(other)
                        other.type("g9999\r")
                        other.wait_for("killed by signal 9")
                        self.assertEqual(self.farewell(other)[1], again)
                else:
                    self.assertIsNone(again)
                    self.assertIn("its schedule could not be saved (/proc/no-such-place/forklore: ", text)

    def begin_in_a_shell(self, t):
        t.wait_for("prompt>")
        t.type("%s run ticket-race --step\n" % PROGRAM)
        t.wait_for("What to look for")
        t.send("s")
        t.wait_for("step 1 ")

    def test_suspends(self):
        with self.open("", command=["bash", "--norc"], env={"PS1": "prompt> "}) as t:
            self.begin_in_a_shell(t)
            t.send("C-z")
            t.wait_for("Stopped")
            self.assertEqual(t.ask("#{alternate_on}"), "0")
            t.type("fg\n")
            t.wait_for("step 1 ")
            t.send("q")
            t.wait_gone("step 1 ")
            self.only_the_shell_is_left(t)

    def test_its_guard_alone_is_stopped(self):
        """By its number, which comes first in what ps lists: the rest stands still as well, and the shell's screen is left alone."""
        with self.open("", command=["bash", "--norc"], env={"PS1": "prompt> "}) as t:
            self.begin_in_a_shell(t)
            guard = int(proc(self.controller(t), "stat").rpartition(")")[2].split()[1])
            os.kill(guard, signal.SIGSTOP)
            t.wait_gone("step 1 ")
            t.wait_until(lambda _: t.ask("#{alternate_on}") == "0", "the shell's own screen")
            t.type("fg\n")
            t.wait_for("step 1 ")
            t.send("s")
            t.wait_for("step 2 ")
            t.send("q")
            t.wait_gone("step 2 ")
            self.only_the_shell_is_left(t)

    def test_ascii_where_the_locale_is_c(self):
        with self.open("ticket-race", "--step", env={"LC_ALL": "C"}) as t:
            self.begin(t)
            t.send("s")
            screen_now = "\n".join(t.wait_for("step 1 "))
            self.assertTrue(screen_now.isascii(), screen_now)
            self.leave(t)

    def test_without_colours(self):
        with self.open("ticket-race", "--step", env={"NO_COLOR": "1"}) as t:
            self.begin(t)
            self.assertNotRegex("\n".join(t.screen(colours=True)), r"\x1b\[(?:[0-9]+;)*(?:[34][0-7]|[34]8)[;m]")
            self.leave(t)

    def test_a_dumb_terminal_gets_the_plain_form(self):
        command = ["sh", "-c", "echo; exec %s run ticket-race --max-steps 5" % PROGRAM]  # tmux scrolls by one line at the end
        with self.open(command=command, env={"TERM": "dumb"}) as t:
            t.wait_for("no dashboard: this terminal can't place the cursor")
            t.wait_for("buyer.1 reads tickets")
            self.assertEqual(t.wait_end(), 4)
        with self.open(command=[*command[:2], command[2] + " --lang zh"], env={"TERM": "dumb"}) as t:
            t.wait_for("无法显示仪表盘：这个终端不能移动光标")
            self.assertEqual(t.wait_end(), 4)

    def hold(self, name, t):
        hold(name, t)

    def test_the_first_card(self):
        for size, lang, card in (((80, 24), "en", "What to look for"), ((80, 24), "zh", "观察要点"), ((120, 40), "en", "What to look for"), ((200, 60), "zh", "观察要点")):
            with self.subTest(size=size, lang=lang), self.open("ticket-race", "--model", "--step", "--lang", lang, size=size) as t:
                t.wait_for(card)
                self.hold("card-" + lang, t)
                self.leave(t)

    def test_the_past(self):
        for size, lang, past, now, way in (((80, 24), "en", "past: step 9 of 12", "step 12 ", "The past can't change"),
                                           ((120, 40), "en", "past: step 9 of 12", "step 12 ", "The past can't change"),
                                           ((200, 60), "zh", "回看：第 9 / 12 步", "第 12 步 ", "过去的步骤不能修改"),
                                           ((80, 24), "zh", "回看：第 9 / 12 步", "第 12 步 ", "过去的步骤不能修改")):
            with self.subTest(size=size, lang=lang), self.open("ticket-race", "--model", "--step", "--lang", lang, size=size) as t:
                t.wait_for("forklore")
                t.type("\r12s")
                t.wait_for(now)
                present = t.wait_for(re.compile(r"• +12 "))
                t.type("SSS")
                t.wait_for(past)
                self.hold("past-" + lang, t)
                t.send("Space")
                t.wait_for(way)
                t.send("Space")
                t.wait_until(lambda screen: screen[:-1] == present[:-1], "the present is as it was, but for what was said of the number typed")
                self.leave(t)

    def test_every_way_through_time(self):
        with self.open("ticket-race", "--model", "--step") as t:
            self.begin(t)
            t.type("8s")
            t.wait_for("step 8 ")
            for keys, shown in (("g5\r", "past: step 5 of 8"), ("g-2\r", "past: step 6 of 8"), ("g３\r", "past: step 3 of 8"), (",", "past: step 2 of 8"),
                                (".", "past: step 3 of 8"), ("9s", "step 8 "), ("9S", "past: step 0 of 8"), ("gend\r", "step 8 "),
                                ("g11\r", "step 11 "), ("g1x\r", "no step: 1x")):
                t.type(keys)
                t.wait_for(shown)
            t.send("4", "Home")
            t.wait_for("past: step 0 of 11")
            t.send("Right")
            t.wait_for("past: step 1 of 11")
            t.send("End")
            t.wait_for("step 11 ")
            t.send("Left")
            t.wait_for("past: step 10 of 11")
            t.send("Space", "Escape")
            t.wait_for("go on")
            self.leave(t)

    def test_the_processes_wait_while_the_past_is_shown(self):
        with self.open("toilet", "--step") as t:
            self.begin(t)
            t.type("5s")
            t.wait_for("step 5 ")
            t.type("2S")
            screen = t.wait_for("past: step 3 of 5")
            pid = int(re.search(r"guest\.2 +(\d+) ", "\n".join(screen))[1])
            os.kill(pid, signal.SIGKILL)
            t.wait_for("Meanwhile: guest.2 was killed from outside (SIGKILL)")
            self.assertNotIn("killed by signal 9", "\n".join(t.screen()))
            t.send("Space", "Space")
            t.wait_for("killed by signal 9")
            t.send("S")
            t.wait_for("past: step 4 of 5")
            self.leave(t)

    def test_back_from_the_end(self):
        with self.open("ticket-race", "--speed", "max") as t:
            t.wait_for("What to look for")
            t.send("Space")
            t.wait_for("BROKEN")
            t.send("S")
            t.wait_for("past: step ")
            t.send("s")
            t.wait_for("BROKEN")
            self.leave(t)

    def test_back_under_the_kernel(self):
        with self.open("ticket-race", "--policy", "host") as t:
            t.wait_for("What to look for")
            t.send("Space")
            t.wait_for("main ends, exit code 0")
            t.type("g3\r")
            t.wait_for("past: step 3 of")
            self.leave(t)

    def branch_at(self, t, step):
        t.type("g%d\r" % step)
        t.wait_for("past: step %d of" % step)
        t.send("Space")
        t.wait_for("branch from here")
        t.send("b")

    def test_branches(self):
        """Another way from the sixth action on: new processes, the same beginning; back again; both are listed."""
        with self.open("ticket-race", "--step") as t:
            self.begin(t)
            t.type("8s")
            t.wait_for("step 8 ")
            before = re.findall(r"buyer\.\d +(\d+) ", "\n".join(t.screen()))
            self.branch_at(t, 6)
            t.wait_for("who moves next?")
            screen = "\n".join(t.wait_for("step 6 "))
            after = re.findall(r"buyer\.\d +(\d+) ", screen)
            self.assertEqual(len(after), 3)
            self.assertFalse(set(after) & set(before))
            self.assertLessEqual(set(map(int, after)), set(processes_with("FORKLORE_TEST_RUN=" + t.mark)))
            self.assertFalse(set(map(int, before)) & set(processes_with("FORKLORE_TEST_RUN=" + t.mark)))
            t.wait_for("From here on: Manual")
            t.send("B")
            t.wait_for("1  from the beginning: abandoned at step 8")
            t.wait_for("2  from branch 1, step 6: here at step 6")
            t.send("B", "u")
            t.wait_for(re.compile("paused +step 8 "))       # and no longer being repeated
            t.send("u")
            t.wait_for("This run is not a branch")
            self.leave(t)

    def test_branches_in_chinese(self):
        for size in (80, 24), (120, 40), (200, 60):
            with self.open("ticket-race", "--model", "--step", "--lang", "zh", size=size) as t:
                t.wait_for("forklore")
                t.type("\r8s")
                t.wait_for("第 8 步 ")
                t.type("g5\r")
                t.wait_for("回看：第 5 / 8 步")
                t.send("Space")
                t.wait_for("从这里另开分支")
                t.send("b")
                t.wait_for("下一步让谁运行？")
                t.send("B")
                self.hold("branches-zh", t)
                t.send("Escape")
                self.leave(t)

    def test_a_branch_of_a_run_that_has_ended(self):
        with self.open("ticket-race", "--speed", "max", "--model") as t:
            t.wait_for("What to look for")
            t.send("Space")
            t.wait_for("r again")
            self.branch_at(t, 6)
            t.wait_for("who moves next?")
            t.send("u")
            t.wait_for("r again")
            self.branch_at(t, 0)
            t.wait_for("branch, your choice")
            t.send("B")
            self.hold("branches", t)
            t.send("Escape")
            self.leave(t)

    def test_a_branch_repeats_what_came_from_outside(self):
        with self.open("toilet", "--step") as t:
            self.begin(t)
            t.type("6s")
            screen = t.wait_for("step 6 ")
            os.kill(int(re.search(r"guest\.2 +(\d+) ", "\n".join(screen))[1]), signal.SIGKILL)
            t.wait_for("killed by signal 9")
            t.type("4s")
            t.wait_for("step 10 ")
            self.branch_at(t, 9)
            t.wait_for("From here on: Manual")
            t.wait_for("killed by signal 9")
            self.leave(t)

    def test_a_branch_of_what_the_kernel_decided(self):
        with self.open("ticket-race", "--policy", "host") as t:
            t.wait_for("What to look for")
            t.send("Space")
            t.wait_for("r again")
            self.branch_at(t, 6)
            t.wait_for("From here on: Manual")
            t.wait_for("step 6 ")
            self.leave(t)

    def test_a_key_on_a_card_does_what_it_means(self):
        """Nothing runs that nobody has asked to run; a key that means nothing there says so, and the card stays."""
        with self.open("ticket-race") as t:
            t.wait_for("What to look for")
            t.send(">")
            t.wait_for(">: does nothing now; ? shows all keys")
            t.send("=")
            t.wait_for("=: does nothing; ? shows all keys")
            t.wait_for("What to look for")
            t.send("K")
            t.wait_for("SIGKILL  kills it immediately")
            t.wait_for("paused   step 0 ")
            t.send("Escape")
            t.wait_gone("SIGKILL")
            for card, shown, key, done in (("?", "half the speed", "g", "go to step:"), ("l", "What to look for", "2", "[2] Shared"),
                                           ("B", "from the beginning", "s", "step 1 "), ("?", "half the speed", "l", "What to look for")):
                t.send(card)
                t.wait_for(shown)
                t.send(key)
                t.wait_for(done)
                t.wait_gone(shown if key != "l" else "half the speed")
                t.send("Escape")
                t.wait_gone(done if key in "gl" else shown)
            self.leave(t)

    def test_choosing_may_begin_on_the_first_card(self):
        with self.open("ticket-race", "--speed", "max") as t:
            t.wait_for("What to look for")
            t.send("m")
            t.wait_for("your choice")
            self.leave(t)

    def test_the_viewer_is_the_scheduler(self):
        for size, lang, asks, five, six, seven, paused, first in (
                ((80, 24), "en", "your choice", "step 5 ", "step 6 ", "step 7 ", "paused", "Choose which process moves"),
                ((200, 60), "en", "your choice", "step 5 ", "step 6 ", "step 7 ", "paused", "Choose which process moves"),
                ((120, 40), "zh", "请选择", "第 5 步 ", "第 6 步 ", "第 7 步 ", "已暂停", "请选择让谁运行")):
            with self.subTest(lang=lang), self.open("ticket-race", "--model", "--step", "--lang", lang, size=size) as t:
                t.wait_for("forklore")
                t.type("\r5s")
                t.wait_for(five)
                t.send("m")
                t.wait_for(asks)
                t.send("2")
                t.wait_for(six)
                self.hold("your-choice-" + lang, t)
                t.send("Space")
                t.wait_for(first)
                t.send("9")
                t.wait_for(first)
                t.send("s")
                t.wait_for(seven)
                t.send("m")
                t.wait_for(paused)
                self.leave(t)

    def test_choosing_begun_while_paused_takes_effect_immediately(self):
        """Without running up to the question first; and what numbers there are is said."""
        with self.open("ticket-race", "--step") as t:
            self.begin(t)
            t.type("sm33")
            t.wait_for(re.compile("step 5 .*Manual"))
            t.wait_for("buyer.3 sleeps")
            for row in "1 buyer.1 ", "2 buyer.2 ", re.compile("3 buyer.3 .*wakes at "):
                t.wait_for(row)
            t.type("0")
            t.wait_for("Choose which process moves: 1 2 3, or Enter. m: Round robin decides again.")
            t.type("21")
            t.wait_for("buyer.1 reads tickets: 1")
            t.type("P")
            t.wait_for("‖ paused   step 7 ")
            self.leave(t)

    def test_a_branch_says_that_the_viewer_chooses_and_another_seed_does_not(self):
        for size in (60, 24), (80, 24):
            with self.subTest(size=size), self.open("ticket-race", "--model", "--step", size=size) as t:
                self.begin(t)
                t.type("8s")
                t.wait_for("step 8 ")
                t.type("2S ")
                t.wait_for(re.compile("Space now   b branch from here   Esc stay"))
                t.type("b")
                t.wait_for(re.compile("branch, your choice .*Manual"))
                t.send("R")
                t.wait_for("This run was made by hand")
                t.send("R")
                t.wait_for("paused   step 0 ")
                t.send("s")
                t.wait_for("main starts buyer.1")
                t.wait_gone("Manual")
                t.type("mR")
                t.wait_for(re.compile("▶ your choice .*Manual"))
                self.leave(t)

    def test_every_key_in_every_state(self):
        """Nothing that is pressed ends it, but what is to, and no process is lost."""
        keys = [key for key in map(chr, range(33, 127)) if key not in "qQX>;"]
        for begin, shown in (("", "paused"), ("9s3S", "past: step 6"), ("9s3S ", "branch from here"), ("9sm", "your choice"), ("9sK", "SIGKILL"),
                             ("9sg", "go to step"), ("9sB", "Branches"), ("g9999\r", "r again")):
            with self.subTest(begin=begin), self.open("toilet", "--step") as t:
                self.begin(t)
                t.type(begin)
                t.wait_for(shown)
                for key in keys:
                    t.type(key)
                t.send("Tab", "BTab", "Up", "Down", "Left", "Right", "Home", "End", "PgUp", "PgDn", "Enter", "BSpace", "F9", "Escape")
                t.send("Escape")
                t.send("Q")
                self.assertEqual(t.wait_end(), 0)
            no_process_left(t.mark)

    def test_the_actions_of_one_process(self):
        with self.open("ticket-race", "--model", "--step") as t:
            self.begin(t)
            t.type("9s")
            t.wait_for("step 9 ")
            t.send("Up", "Up", "Up", "Up", "Down")
            for key, shown in (("N", "past: step 5 of 9"), ("N", "past: step 4 of 9"), ("N", "buyer.1 has done nothing before that"),
                               ("n", "past: step 5 of 9"), ("n", "step 14 "), ("N", "past: step 5 of 14"), ("Q", "")):
                t.send(key)
                if shown:
                    t.wait_for(shown)
            self.assertEqual(t.wait_end(), 0)

    def test_the_changes_of_one_object(self):
        """Where panel 2 has the keys: who took the lock, who waits for it, who wrote the variable; back and on."""
        with self.open("ticket-lock", "--model", "--step") as t:
            self.begin(t)
            for key, shown in (("2", "[2] Shared"), ("n", "buyer.2 acquires counter"), ("n", "buyer.1 has to wait for counter"),
                               ("Down", re.compile("▶value +tickets")), ("n", "buyer.2 sets tickets to 0"), ("N", "tickets does not change before that"),
                               ("Up", re.compile("▶lock +counter")), ("N", "past: step 17 of 18"), ("N", "past: step 16 of 18"),
                               ("N", "past: step 13 of 18"), ("N", "counter does not change before that"), ("n", "past: step 16 of 18"),
                               ("Down", re.compile("▶value +tickets")), ("n", "paused   step 18 "), ("n", "AS EXPECTED|as expected"),
                               ("n", "tickets does not change any more")):
                t.send(key)
                t.wait_for(re.compile(shown) if "|" in str(shown) else shown)
            self.leave(t)

    def test_asked_for_a_cpu(self):
        with self.open("ticket-race", "--model", "--step", "--cpus", "2", "--policy", "manual") as t:
            self.begin(t)
            t.send("Space")
            t.wait_for("your choice for CPU 0")
            t.send("1")
            t.wait_for("your choice for CPU 1")
            self.leave(t)

    def test_rules_change_while_it_goes_on(self):
        """The recording is the same run, whatever the viewer has changed on the way."""
        record = tempfile.mkdtemp() + "/record.yaml"
        self.addCleanup(shutil.rmtree, os.path.dirname(record))
        with self.open("toilet", "--step", "--seed", "3", "--record", record) as t:
            self.begin(t)
            t.type("9s")
            t.wait_for("step 9 ")
            for keys, shown in (("P", "From here on: "), ("+", "From here on: 2 CPUs"), ("7+1", "From here on: time slice"), ("-", "From here on: 1 CPU"),
                                ("m", "your choice"), ("3", "step 10 "), ("2", "step 11 "), ("P", "From here on: ")):
                t.type(keys)
                t.wait_for(shown)
            t.type("g40\r")
            t.wait_for("step 40 ")
            self.leave(t)
        events = run_json("toilet", "--schedule", record)
        self.assertEqual([e["n"] for e in events if e["type"] == "step"][-1], 40)
        self.assertEqual(run_json("toilet", "--schedule", record, "--model")[-1], events[-1])

    def test_the_question_which_signal(self):
        for lang, size, step, held in (("en", (80, 24), "step 9 ", "What will stay held"), ("zh", (80, 24), "第 9 步 ", "不会被释放"),
                                       ("zh", (120, 40), "第 9 步 ", "不会被释放"), ("en", (200, 60), "step 9 ", "What will stay held")):
            with self.open("toilet", "--model", "--step", "--lang", lang, size=size) as t:
                t.wait_for("forklore")
                t.type("\r9s")
                t.wait_for(step)
                t.send("K")
                t.wait_for(held)
                self.hold("signal-" + lang, t)
                t.send("k")
                t.wait_for("SIGKILL")
                self.leave(t)

    def test_signals(self):
        """What the viewer sends is found out as what comes from another terminal, and is in the recording."""
        record = tempfile.mkdtemp() + "/record.yaml"
        self.addCleanup(shutil.rmtree, os.path.dirname(record))
        with self.open("toilet", "--step", "--record", record) as t:
            self.begin(t)
            t.type("9s")
            t.wait_for("step 9 ")
            t.send("Down", "K")
            t.wait_for("SIGKILL  kills it immediately")
            t.send("s")
            t.wait_for(re.compile(r"guest\.\d +\d+ T stopped"))
            t.send("F9", "c")
            t.wait_gone("T stopped")
            t.send("K", "k")
            t.wait_for("killed by signal 9")
            t.type("3s")
            t.wait_for("step 12 ")
            t.type("2S")
            t.wait_for("past: step 10 of 12")
            t.send("K")
            t.wait_for("branch from here")
            t.send("Escape")
            self.leave(t)
        self.assertEqual([e["code"] for e in run_json("toilet", "--schedule", record) if e["type"] == "exit"], [-9])

    def test_quitting_leaves_nobody_in_any_state(self):
        for keys, shown in (("4s2S", "past: step 2"), ("4s2S ", "branch from here"), ("4sg", "go to step"), ("4s2S b", "Manual"),
                            ("4s2S b+B", "from branch 1"), ("4s2S b+u", "step 4 ")):
            with self.subTest(keys=keys), self.open("toilet", "--step") as t:
                self.begin(t)
                for part in keys.split("+"):
                    t.type(part)
                    t.wait_for("Manual" if part == "4s2S b" else shown)
                self.leave(t, keys="C-c", code=130)

    def let_move(self, t, number):
        """At the question the buyer of this number is selected and let move; false: it can't, or the run is over."""
        t.send("Up", "Up", "Up", "Up", *["Down"] * number)
        screen = t.wait_until(lambda now: "next?  buyer.%d" % number in now[-1] or "again" in now[-1], "buyer.%d is selected" % number)
        if "Enter" not in screen[-1]:
            return False
        step = re.search(r"step (\d+)", screen[0])[1]
        t.send("Enter")
        t.wait_until(lambda now: "step %s " % step not in now[0], "it has moved")
        t.wait_until(lambda now: "next?" in now[-1] or "again" in now[-1], "the next question, or the end")
        return True

    def test_the_viewer_decides(self):
        """All three read before anybody writes: the ticket is sold three times, and the recording is the same run."""
        record = tempfile.mkdtemp() + "/record.yaml"
        self.addCleanup(shutil.rmtree, os.path.dirname(record))
        with Terminal("run", "ticket-race", "--policy", "manual", "--speed", "max", "--lang", "en", "--record", record) as t:
            t.wait_for("Space begins")
            t.send("Space")
            t.wait_for("who moves next?")
            t.send("Up", "Up", "Up", "Up")
            t.wait_for("main can't move now: choose another")
            for number in 1, 2, 3:
                self.assertTrue(self.let_move(t, number))
            for turn in range(60):
                if "again" in t.screen()[-1]:
                    break
                self.let_move(t, 3 - turn % 3)
            self.assertRegex("\n".join(t.screen()), r"value +sold +3")
            t.send("q")
            t.wait_end()
        no_process_left(t.mark)
        events = run_json("ticket-race", "--schedule", record)
        self.assertEqual((events[0]["policy"], events[-1]["shared"]), ("manual", {"tickets": 0, "sold": 3}))
        self.assertEqual([e["process"] for e in events if e["type"] == "step" and e["do"] == "n = tickets"],
                         ["buyer.1", "buyer.2", "buyer.3"])

    def test_the_question_in_chinese(self):
        with Terminal("run", "toilet", "--policy", "manual", "--speed", "max", "--lang", "zh", "--step") as t:
            t.wait_for("guest")
            t.send("Space")
            t.wait_for("下一步让谁运行？")
            t.send("q")
            t.wait_end()
        no_process_left(t.mark)

    def test_the_kernel_decides(self):
        with self.open("ticket-race", "--policy", "host") as t:
            t.wait_for("What to look for")
            t.send("Space")
            t.wait_for("main ends, exit code 0")
            self.leave(t)


if __name__ == "__main__":
    unittest.main()
