"""What `explore` says to people: the texts of tests/explored/*.txt, one for each row of TEXTS. `make bless` writes them anew.

A row may ask for a terminal, COLUMNSxLINES, and for colours, which the file shows as <1;31> .. <0>."""
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import unittest

from forklore_test import PROGRAM, ROOT, golden, run

CASES = "tests/explore/"
TEXTS = {
    "race-broken": ["tests/explore/race.yaml"],
    "race-broken-zh": ["tests/explore/race.yaml", "--lang", "zh"],
    "lock-holds": ["ticket-lock"],
    "lock-holds-zh": ["ticket-lock", "--lang", "zh"],
    "deadlock": ["deadlock-abba"],
    "deadlock-zh": ["deadlock-abba", "--lang", "zh"],
    "deadlock-colours": ["deadlock-abba", "--color", "always"],
    "race-80x24": ["ticket-race", "80x24"],
    "race-80x24-zh": ["ticket-race", "--lang", "zh", "80x24"],
    "race-80x24-colours-zh": ["ticket-race", "--lang", "zh", "--color", "always", "80x24"],
    "philosophers-80x24": ["dining-philosophers", "80x24"],
    "philosophers-80x24-zh": ["dining-philosophers", "--lang", "zh", "80x24"],
    "philosophers-story": ["dining-philosophers", "--story", "deadlock", "80x24"],
    "hang-80x24": ["producer-consumer-hang", "80x24"],
    "starvation": ["readers-writers"],
    "starvation-zh": ["readers-writers", "--lang", "zh"],
    "leads-to": ["spinlock"],
    "leads-to-zh": ["spinlock", "--lang", "zh"],
    "leads-to-end": [CASES + "leads-to-end.yaml"],
    "samples": ["ticket-lock", "--samples", "2"],
    "outcome-story": ["ticket-race", "--story", "tickets = 0, sold = 2"],
    "nothing-shows": ["ticket-lock", "--story", "deadlock"],
    "for-ever-or-deadlock": [CASES + "for-ever-or-deadlock.yaml"],
    "for-ever-or-deadlock-zh": [CASES + "for-ever-or-deadlock.yaml", "--lang", "zh"],
    "dead-end": [CASES + "stuck-beside-a-daemon.yaml"],
    "dead-end-zh": [CASES + "stuck-beside-a-daemon.yaml", "--lang", "zh"],
    "exception": [CASES + "exception-sometimes.yaml"],
    "exception-zh": [CASES + "exception-sometimes.yaml", "--lang", "zh"],
    "stopped": ["ticket-race", "--max-states", "5"],
    "stopped-zh": ["ticket-race", "--max-states", "5", "--lang", "zh"],
    "arrivals": [CASES + "arrivals-one-by-one.yaml"],
    "cannot-fail": [CASES + "cannot-fail.yaml"],
    "cannot-fail-zh": [CASES + "cannot-fail.yaml", "--lang", "zh"],
    "mutants": ["condition-buffer", "--mutate"],
    "mutants-zh": ["condition-buffer", "--mutate", "--lang", "zh"],
    "mutants-80x24": ["dining-philosophers-ordered", "--mutate", "80x24"],
    "mutants-unnoticed-zh": ["hello-process", "--mutate", "--lang", "zh"],
    "mutants-none": ["producer-consumer-sentinel", "--mutate"],
    "endless": [CASES + "endless.yaml"],
}


def all_of(terminal):
    """What is read there until no process has it open."""
    out = b""
    try:
        while data := os.read(terminal, 1 << 16):
            out += data
    except OSError:
        pass
    os.close(terminal)
    return out.decode().replace("\r\n", "\n")


def on_a_terminal(args, columns, lines):
    """What it prints on a terminal of that size."""
    child, terminal = pty.fork()
    if not child:
        try:
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            os.chdir(ROOT)
            os.environ.update(TERM="xterm", LC_ALL="C.UTF-8", NO_COLOR="")
            os.execv(PROGRAM, ["forklore", *args])
        finally:
            os._exit(127)
    out = all_of(terminal)
    os.waitpid(child, 0)
    return re.sub("\r[^\r]*?\033\\[K", "", out)       # without the progress


def told(args):
    size = re.fullmatch(r"(\d+)x(\d+)", args[-1])
    if not size:
        return run(["explore", *args], cwd=ROOT).out
    color = [] if "--color" in args else ["--color", "never"]
    return on_a_terminal(["explore", *args[:-1], *color], int(size[1]), int(size[2]))


def shown(text):
    text = re.sub(r"^  \d+\.\d\d s of it .*\n|^  其中 \d.*秒用于.*\n", "", text, flags=re.M)
    text = re.sub(r"\d+\.\d\d (s|秒)($|[;；])", r"0.00 \1\2", text, flags=re.M)
    return re.sub("\033\\[([0-9;]*)m", lambda m: "<%s>" % (m[1] or "0"), text)


class Prose(unittest.TestCase):
    """What is read on a terminal is broken between words; nothing is lost, and to a pipe it goes as it is."""

    def words(self, text):
        return text.replace("\n", " ").split()

    def test_explain(self):
        for args in (["race"], ["concepts"], ["states"], ["exceptions"], ["verbs"]):
            with self.subTest(args):
                on_terminal, piped = on_a_terminal(["explain", *args], 60, 24), run(["explain", *args]).out
                self.assertEqual(self.words(on_terminal), self.words(piped))
                prose = [line for line in on_terminal.split("\n\n")[0].splitlines() if "see it:" not in line]
                self.assertLessEqual(max(map(len, prose)), 60)
                self.assertGreater(on_terminal.count("\n"), piped.count("\n"))

    def test_quiz(self):
        read, written = pty.openpty()
        fcntl.ioctl(written, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 70, 0, 0))
        args = ["quiz", "dining-philosophers", "--lang", "en"]
        with subprocess.Popen([PROGRAM, *args], stdin=subprocess.DEVNULL, stdout=written, stderr=written) as process:
            os.close(written)
            out = all_of(read)
        self.assertEqual(process.returncode, 1)         # nothing was answered
        programs = out.partition("\n1. ")[0]
        self.assertEqual(self.words(programs), self.words(run(args).out.partition("\n1. ")[0]))
        self.assertLessEqual(max(map(len, programs.splitlines())), 70, programs)
        self.assertIn("\n    ", programs)


class Stories(unittest.TestCase):
    def test_their_lines_have_the_numbers_of_actions(self):
        """Those of `--at` and of the dashboard, in which the point of no return is given, too."""
        out = run(["explore", "ticket-race"]).out
        story = out[out.index("How it breaks"):out.index("on real processes")]
        turns = re.search(r"--schedule '\[(.*)\]'", out)[1].split(", ")
        begins, at = [], 4                      # main has started three buyers
        for turn in turns:
            begins.append(at)
            at += int((re.search(r" x(\d+)", turn) or [0, 1])[1])
        numbers = [int(n) for n in re.findall(r"(?m)^ +(\d+)  buyer", story)]
        no_return = int(re.search(r"point of no return \(step (\d+)\)", story)[1])
        self.assertEqual(sorted({*begins, no_return + 1}), numbers, story)
        after = run(["run", "ticket-race", "--model", "--schedule", "[%s]" % ", ".join(turns), "--plain"]).out
        for n, who in re.findall(r"(?m)^ +(\d+)  (buyer\.\d)", story):
            self.assertRegex(after, r"(?m)^ +%s [\d.]+s  %s " % (n, re.escape(who)))

    def test_an_assignment_is_not_broken(self):
        for columns in range(40, 100, 3):
            out = on_a_terminal(["explore", "ticket-race", "--color", "never"], columns, 60)
            story = out[out.index("How it breaks"):out.index("on real")]
            self.assertEqual([line for line in story.splitlines() if re.search(r"(^ *|\s)[-+*<>=!]*=$|^ *[-+*<>=!]*= ", line)], [], columns)


class Texts(unittest.TestCase):
    def test_they_are_as_they_were_accepted(self):
        for name, args in TEXTS.items():
            with self.subTest(name):
                golden("explored/%s.txt" % name, shown(told(args)))

    def test_on_a_small_terminal_the_answer_remains(self):
        """Nothing that was printed has gone from the screen, the line of the next prompt included."""
        for path in sorted((ROOT / "scenarios").glob("*.yaml"))[::8]:
            for lang in "en", "zh":
                with self.subTest(path.stem, lang=lang):
                    text = on_a_terminal(["explore", path.stem, "--lang", lang, "--color", "never"], 80, 24)
                    rows = sum(max(1, -(-width(line) // 80)) for line in text.splitlines())
                    self.assertLessEqual(rows, 23, text)

    def test_the_answer_comes_first(self):
        for name, args in TEXTS.items():
            if "story" in name or name == "nothing-shows" or "zh" in name or "colours" in name:
                continue
            with self.subTest(name):
                words = "HOLDS|BROKEN|NOT DECIDED|CAN HAPPEN|CAN'T HAPPEN"
                lines = told(args).split("\n\n")[1].splitlines()
                self.assertTrue(all(re.match(r"(%s)  +\S|  " % words, line) for line in lines), lines)

    def test_what_is_assumed_of_lines_is_said(self):
        """In the words of the dashboard; where it makes no difference, nothing."""
        for lang, fair, unfair in (("en", "the queue at each semaphore keeps its order: first come, first served",
                                    "the queue at each semaphore has no order: any waiting process may be next"),
                                   ("zh", "信号量按先来先得分配", "信号量的等待队列不分先后：任何一个等待者都可能先得到")):
            self.assertIn(unfair, run(["explore", "toilet", "--lang", lang]).out)
            self.assertIn(fair, run(["explore", "toilet", "--fair", "--lang", lang]).out)
            self.assertNotRegex(run(["explore", "ticket-race", "--lang", lang]).out, "lines|排队")

    def test_without_reductions_it_says_the_same(self):
        numbers = re.compile(r"^  .*(moves?, .* s|schedules?$| of it for ).*\n", re.M)
        for path in sorted((ROOT / "tests" / "explore").glob("*.yaml"))[::6]:
            if "# too large without reductions" in path.read_text():
                continue
            with self.subTest(path.stem):
                said = [numbers.sub("", run(["explore", str(path), *full]).out) for full in ([], ["--full"])]
                self.assertMultiLineEqual(*said)


def width(line):
    return sum(2 if ord(c) > 0x2e80 else 1 for c in line)


class Options(unittest.TestCase):
    def test_an_unknown_story_is_refused_with_the_nearest_name(self):
        for name, near in (("dedlock", "`deadlock`"), ("tickets = 0, sold = 4", "`tickets = 0, sold = ")):
            result = run(["explore", "ticket-race", "--story", name])
            self.assertEqual((result.code, result.out), (2, ""), result)
            self.assertIn("did you mean " + near, result.err)
        result = run(["explore", "ticket-race", "--story", "what is this"])
        self.assertEqual(result.code, 2)
        self.assertIn("`deadlock`", result.err)

    def test_a_story_is_shown_whole_and_alone(self):
        whole = run(["explore", "dining-philosophers", "--story", "deadlock"]).out
        self.assertTrue(whole.startswith("How it deadlocks\n"))
        out = run(["explore", "dining-philosophers"]).out
        self.assertIn(whole, out)
        self.assertIn("  more: --story 'with luck all five eat'\n", out)

    def test_samples_are_different(self):
        runs = run(["explore", "ticket-lock", "--samples", "7"]).out.split("\nRun ")[1:]
        self.assertEqual([r.split(":")[0] for r in runs], ["%d of 7" % n for n in range(1, 8)])
        self.assertEqual(len({r.split("\n", 1)[1] for r in runs}), 7)

    def test_there_are_not_always_so_many(self):
        out = run(["explore", "-", "--samples", "3"], stdin="scenario: s\nshared: {x: 0}\nmain: [x = 1]\n").out
        self.assertIn("Run 1 of 3: ", out)
        self.assertNotIn("Run 2 of 3: ", out)
        self.assertIn("no more than 1 different run was found", out)

    def test_ten_outcomes_unless_all_are_asked_for(self):
        text = "scenario: s\nshared: {x: 0}\nmain: [\"x = random(1, 14)\"]\nexpect: [{finally: x < 13}]\n"
        out = run(["explore", "-"], stdin=text).out
        ends = out[out.index("How it can end (14):"):].splitlines()
        self.assertEqual([line.split()[0] for line in ends[1:21:2]], ["wrong"] * 2 + ["right"] * 8)
        self.assertEqual(ends[21:], ["  + 4 more: --outcomes"])
        out = run(["explore", "-", "--outcomes"], stdin=text).out
        self.assertEqual(out.count("  right  x = "), 12)
        self.assertNotIn("more:", out)

    def test_colours_are_asked_for(self):
        for args, env, colours in (([], {}, False), (["--color", "always"], {"NO_COLOR": "1"}, True), (["--color", "never"], {}, False)):
            self.assertEqual("\033[" in run(["explore", "ticket-race", *args], env=env).out, colours)
        self.assertIn("\033[1;31mBROKEN\033[m", run(["explore", "tests/explore/race.yaml", "--color", "always"], cwd=ROOT).out)


class Bounded(unittest.TestCase):
    """A search that was stopped does not look like a proof."""

    def test_every_line_says_that_it_is_not_decided_and_how_to_go_on(self):
        for lang, word, on in (("en", "NOT DECIDED", "to go on: --max-states 50"), ("zh", "未判定", "要继续：--max-states 50")):
            out = run(["explore", "ticket-lock", "--max-states", "5", "--lang", lang]).out
            lines = [line for line in out.splitlines() if line.startswith(word)]
            self.assertEqual(len(lines), 5, out)
            self.assertTrue(all(line.endswith(on) for line in lines), out)
            self.assertNotIn("HOLDS", out)
            self.assertNotIn("成立", out.replace("未判定", ""))

    def test_a_story_that_was_not_found_is_not_said_to_be_none(self):
        out = run(["explore", "ticket-lock", "--story", "deadlock", "--max-states", "5"]).out
        self.assertTrue(out.startswith("deadlock: no order that shows it was found; stopped at the limit of 5 states; to go on: --max-states 50\n"), out)
        self.assertTrue(run(["explore", "ticket-lock", "--story", "deadlock"]).out.startswith("deadlock: there is no order that shows it\n"))

    def test_what_was_found_is_said_to_be_so_in_one_order_at_least(self):
        text = "scenario: s\nshared: {x: 0}\nmain: [{forever: , do: [x += 1]}]\nexpect: [{always: x < 10}, {reachable: x > 5}]\n"
        out = run(["explore", "-", "--max-states", "3000"], stdin=text).out
        self.assertIn("BROKEN        `always: x < 10`: in at least one order\n", out)
        self.assertIn("CAN HAPPEN    `reachable: x > 5`: in at least one order\n", out)
        self.assertIn("s: NOT every interleaving was tried\n", out)


GUARDED = """scenario: s
shared: {sold: 0, x: 0}
objects: {door: lock, ready: event, empty: {semaphore: 0}}
processes:
  p: {count: 2, steps: [{acquire: door}, sold += 1, {release: door}]}
  q: {steps: [{atomic: [x += 1, x += 1]}, {set: ready}, {release: empty}]}
  r: {steps: [{wait: ready, into: woken}, {acquire: empty, into: got}, {if: woken and got, then: [{atomic: x += 1}]}]}
main: [{start: p}, {start: q}, {start: r}, {join: p}, {join: q}, {join: r}, {if: sold < 2, then: [{raise: Early}]}]
expect:
  - {finally: sold == 2}
  - {finally: x == 3}
%s"""


class Mutants(unittest.TestCase):
    """What is noticed if a lock, a wait or an `atomic` is missing."""

    def found(self, text, *args):
        found = json.loads(run(["explore", "-", "--json", "--mutate", *args], stdin=text).out)
        return {(m["what"], m["step"], m["in"]): (m["noticed"], m["by"]) for m in found["mutants"]}

    def test_each_is_taken_out_alone_and_what_notices_it_is_named(self):
        self.assertEqual(self.found(GUARDED % ""), {
            ("lock", "acquire: door", "p"): (True, ["finally: sold == 2", "exception"]),
            ("atomic", "atomic: x += 1; x += 1", "q"): (False, []),
            ("wait", "wait: ready", "r"): (False, []),
            ("wait", "acquire: empty", "r"): (False, []),
            ("atomic", "atomic: x += 1", "r"): (False, []),
            ("wait", "join: p", "main"): (True, ["exception"]),
            ("wait", "join: q", "main"): (False, []),
            ("wait", "join: r", "main"): (False, [])})

    def test_an_expectation_that_bites_notices(self):
        noticed = self.found(GUARDED % "  - {always: x != 1}\n")
        self.assertEqual(noticed["atomic", "atomic: x += 1; x += 1", "q"], (True, ["always: x != 1"]))

    def test_what_is_taken_out_did_not_fail(self):
        """`into` says that the unit was acquired, though there was none."""
        text = """scenario: s
shared: {x: 0, y: 0}
objects: {full: {semaphore: 0}}
processes: {p: {steps: [x = 1, {release: full}]}, q: {steps: [{acquire: full, into: got}, {if: got, then: [y = x], else: [y = 1]}]}}
expect: [{finally: y == 1}]
"""
        self.assertEqual(self.found(text), {("wait", "acquire: full", "q"): (True, ["finally: y == 1"])})

    def test_all_of_a_with_goes_wherever_it_is_left(self):
        text = """scenario: s
shared: {x: 0}
objects: {door: lock}
functions: {add: {params: [n], steps: [{with: door, do: [{if: n > 5, then: [{return: 0}]}, x += n]}]}}
processes: {p: {count: 2, steps: [{call: add, args: [1]}, {call: add, args: [9]}]}}
expect: [{finally: x == 2}]
"""
        self.assertEqual(self.found(text), {("lock", "with: door", "add"): (True, ["finally: x == 2"])})

    def test_a_barrier_that_one_does_not_wait_at(self):
        text = """scenario: s
shared: {x: 0, y: 0}
objects: {gate: {barrier: 2}}
processes: {p: {steps: [x = 1, {wait: gate}]}, q: {steps: [{wait: gate, into: place}, y = x]}}
expect: [{finally: y == 1}]
"""
        self.assertEqual(self.found(text), {("wait", "wait: gate", "p"): (True, ["finally: y == 1", "deadlock"]),
                                            ("wait", "wait: gate", "q"): (True, ["finally: y == 1", "deadlock"])})

    def test_what_a_limit_leaves_open_is_not_said_to_be_unnoticed(self):
        noticed = self.found(GUARDED % "", "--max-states", "30")
        self.assertNotIn(False, [n for n, _ in noticed.values()])
        self.assertIn(None, [n for n, _ in noticed.values()])

    def test_it_begins_at_the_beginning(self):
        result = run(["explore", "ticket-lock", "--mutate", "--at", "3"])
        self.assertEqual((result.code, result.out), (2, ""))

    def test_check_warns_of_what_nothing_notices(self):
        result = run(["check", "--deep", "--format", "short", "-"], stdin=GUARDED % "  - {always: sold >= 0}\n")
        self.assertEqual(result.code, 0, result)
        lines = [re.sub("^<stdin>:", "", line) for line in result.out.splitlines()]
        self.assertEqual([line.split(":")[0] for line in lines], ["6", "7", "7", "7", "8", "8", "12"])
        self.assertIn("warning: without `wait: ready` every expectation is met, too [W003]", result.out)
        self.assertIn("warning: `always: sold >= 0` can't fail, whatever the order [W004]", result.out)
        self.assertIn("去掉 `wait: ready` 后各项预期照样满足", run(["check", "--deep", "-", "--lang", "zh"], stdin=GUARDED % "").out)
        self.assertEqual(run(["check", "-"], stdin=GUARDED % "").out, "<stdin>: ok\n")

    def test_nothing_is_said_to_be_unnoticed_where_an_expectation_fails_anyway(self):
        text = GUARDED % "  - {finally: x == 4}\n"
        self.assertNotIn(False, [n for n, _ in self.found(text).values()])
        self.assertNotIn("W003", run(["check", "--deep", "-"], stdin=text).out)
        self.assertIn("fix that first", run(["explore", "-", "--mutate"], stdin=text).out)
        self.assertIn("请先改正", run(["explore", "-", "--mutate", "--lang", "zh"], stdin=text).out)

    def test_what_is_not_as_it_should_be_is_said(self):
        clerks = ("scenario: s\nshared: {money: 0}\nobjects: {door: lock}\n"
                  "processes: {clerk: {count: 2, steps: [{with: door, do: [n = money, money = n + 1]}]}}\nexpect: [finally: money == %d]\n")
        deep = lambda text, *args: run(["check", "--deep", "--format", "short", "-", *args], stdin=text).out
        self.assertIn(":5:10: warning: finally: money == 3 is not met [W012]", deep(clerks % 3))
        self.assertIn("没有满足", deep(clerks % 3, "--lang", "zh"))
        self.assertNotIn("W012", deep(clerks % 2))
        stuck = "scenario: s\nobjects: {door: lock}\nmain: [{acquire: door}, {acquire: door}]\n"
        self.assertIn(":1:1: warning: a deadlock, a dead end or an uncaught exception is possible, and not declared [W012]", deep(stuck))
        self.assertNotIn("W012", deep(stuck + "expect: [deadlock: possible]\n"))


class Declared(unittest.TestCase):
    """A verdict that the scenario declares."""

    def told(self, verdict, text=""):
        scenario = "scenario: s\nshared: {x: 0}\nprocesses: {p: {count: 2, steps: [x += 1]}}\nexpect: [{name: both, finally: x == 2%s}]\n"
        result = run(["explore", "-"], stdin=scenario % (", verdict: " + verdict if verdict else ""))
        return result.code, [line for line in result.out.splitlines() if ": in" in line and "both" in line]

    def test_it_is_compared(self):
        broken = "BROKEN        both: in some orders, not in others"
        self.assertEqual(self.told(""), (1, [broken]))
        self.assertEqual(self.told("sometimes"), (0, [broken + ", as this scenario is there to show"]))
        self.assertEqual(self.told("always"), (1, [broken + ", but it is declared as `verdict: always`"]))


if __name__ == "__main__":
    unittest.main()
