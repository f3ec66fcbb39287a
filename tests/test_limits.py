"""Time limits and requests to end are obeyed everywhere: also where a process computes for many minutes between two actions,
before the first action of all, and where nobody reads what is written."""
import json
import os
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from forklore_test import PATIENCE, PROGRAM, Terminal, fresh_mark, hears, no_process_left, run, wait_until

# Each `upper` goes through a million characters: private steps, many minutes of them.
LONG = """- t = "12345678"
- repeat: 17
  do: ["t = t + t"]
- repeat: 300000
  do: ["u = upper(t)"]
"""


def indented(text, by):
    return "".join(" " * by + line + "\n" for line in text.splitlines())


BEFORE_THE_FIRST = "scenario: long\nmain:\n" + indented(LONG, 2) + "  - say: \"{len(u)}\"\n"
AFTER_THE_FIRST = "scenario: long\nmain:\n  - say: begins\n" + indented(LONG, 2) + "  - say: \"{len(u)}\"\n"
IN_THE_END = ("scenario: long\nshared: {x: 0}\nmain:\n  - x = 1\n  - x = 2\n" + indented(LONG, 2) +
              "  - x = 3\nexpect:\n  - reachable: x == 1\n  - always: x == 0\n  - finally: x == 0\n")


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="forklore-limits-")
        self.addCleanup(directory.cleanup)
        self.dir = Path(directory.name)

    def file(self, text):
        path = self.dir / ("%d.yaml" % (hash(text) % 1000000))
        path.write_text(text)
        return str(path)

    def told(self, args, number, after=0.0):
        """(exit code, output, errors) when it is sent a signal, once it would hear it."""
        mark = fresh_mark()
        with subprocess.Popen([PROGRAM, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env={**os.environ, "FORKLORE_TEST_RUN": mark}, start_new_session=True) as process:
            wait_until(lambda: hears(process.pid, number), "it would hear the signal", 20)
            time.sleep(after)
            process.send_signal(number)
            try:
                out, err = process.communicate(timeout=20 * PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                self.fail("still running: %s" % args)
        no_process_left(mark)
        return process.returncode, out, err


class WithinPrivateSteps(Case):
    WAYS = ([], ["--model"], ["--policy", "host"])

    def test_a_run_ends_when_time_is_up(self):
        for text in BEFORE_THE_FIRST, AFTER_THE_FIRST:
            for args in self.WAYS:
                result = run(["run", self.file(text), "--quiet", "--timeout", "1", *args])
                self.assertEqual(result.code, 4, result)
                self.assertIn("stopped after 1 s (--timeout)", result.err)
                no_process_left(result.mark)

    def test_a_run_ends_by_a_signal(self):
        for text in BEFORE_THE_FIRST, AFTER_THE_FIRST:
            for args in self.WAYS:
                code, out, err = self.told(["run", self.file(text), "--quiet", *args], signal.SIGINT, 0.3)
                self.assertEqual((code, err), (130, "forklore: stopped by ^C\n"), (out, args))

    def test_a_picture_that_is_not_reached_is_not_drawn(self):
        path = self.file(AFTER_THE_FIRST)
        result = run(["run", path, "--screen", "-", "--at", "2", "--timeout", "1"])
        self.assertEqual((result.code, result.out), (4, ""), result)
        self.assertIn("--timeout", result.err)
        self.assertEqual(self.told(["run", path, "--screen", "-", "--at", "2"], signal.SIGTERM), (143, "", ""))

    def test_a_comparison_that_is_not_whole_is_not_shown(self):
        path = self.file(AFTER_THE_FIRST)
        for form in [], ["--json"]:
            result = run(["compare", path, "--timeout", "1", *form])
            self.assertEqual((result.code, result.out), (4, ""), result)
            self.assertIn("the run under `fifo` had not ended", result.err)
        self.assertEqual(self.told(["compare", path], signal.SIGINT)[:2], (130, ""))
        self.assertEqual(run("compare cpu-fifo --timeout 1000").out, run("compare cpu-fifo").out)

    def test_the_dashboard_hears_a_signal(self):
        for text in BEFORE_THE_FIRST, AFTER_THE_FIRST:
            for args in [], ["--model"]:
                with Terminal("run", self.file(text), "--speed", "max", *args) as t:
                    t.wait_until(lambda screen: t.ask("#{alternate_on}") == "1", "the screen is taken")
                    os.kill(t.pid, signal.SIGTERM)
                    self.assertIn(t.wait_end(20), (143, None))
                    mark = t.mark
                no_process_left(mark)


class Explored(Case):
    """What was not decided in time is not said."""

    def undecided(self, code, out, exit_code, stopped):
        self.assertEqual(code, exit_code, out)
        found = json.loads(out)
        self.assertEqual((found["complete"], found["stopped"]), (False, stopped))
        self.assertIsNone(found["deadlock"]["reachable"])
        return found

    def test_time_is_up_within_private_steps(self):
        for text in BEFORE_THE_FIRST, AFTER_THE_FIRST:
            for args in [], ["--full"]:
                result = run(["explore", self.file(text), "--json", "--timeout", "1", *args])
                self.undecided(result.code, result.out, 4, "time")

    def test_what_was_found_before_is_said(self):
        for args in [], ["--full"]:
            result = run(["explore", self.file(IN_THE_END), "--json", "--timeout", "2", *args])
            found = self.undecided(result.code, result.out, 1, "time")
            self.assertEqual([e["holds"] for e in found["expect"]], [True, False, None])
            self.assertEqual(found["outcomes"], [])

    def test_a_signal_within_private_steps(self):
        for text in BEFORE_THE_FIRST, AFTER_THE_FIRST:
            code, out, _ = self.told(["explore", self.file(text), "--json"], signal.SIGINT, 0.3)
            self.undecided(code, out, 130, "signal")

    def test_memory_within_private_steps(self):
        grows = "scenario: grows\nmain:\n  - l = []\n  - repeat: 200000\n    do: [\"l = l + [1]\"]\n"
        result = run(["explore", self.file(grows), "--json", "--max-memory", "200M"])
        self.undecided(result.code, result.out, 4, "memory")

    def test_from_a_moment_of_a_run(self):
        """On the way to it, and behind it."""
        for at in "1", "2":
            result = run(["explore", self.file(AFTER_THE_FIRST), "--json", "--at", at, "--timeout", "1"])
            self.undecided(result.code, result.out, 4, "time")
            no_process_left(result.mark)
            code, out, _ = self.told(["explore", self.file(AFTER_THE_FIRST), "--json", "--at", at], signal.SIGINT, 0.3)
            self.undecided(code, out, 130, "signal")

    def from_a_moment(self, number, *args):
        """The process that searches is sent this signal: (exit code, output, errors)."""
        mark = fresh_mark()
        with subprocess.Popen([PROGRAM, "explore", self.file(IN_THE_END), "--json", "--at", "1", *args], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, env={**os.environ, "FORKLORE_TEST_RUN": mark}) as process:
            children = Path("/proc/%d/task/%d/children" % (process.pid, process.pid))
            os.kill(int(wait_until(children.read_text, "it searches", 20)), number)
            out, err = process.communicate(timeout=60 * PATIENCE)
        no_process_left(mark)
        return process.returncode, out, err

    def test_the_process_that_searches_is_killed(self):
        code, out, err = self.from_a_moment(signal.SIGKILL)
        self.undecided(code, out, code, "process")
        self.assertIn(code, (1, 4))             # something may have been found before
        self.assertIn("killed by signal 9", err)

    def test_the_process_that_searches_is_stopped(self):
        code, out, _ = self.from_a_moment(signal.SIGSTOP, "--timeout", "1")
        self.undecided(code, out, code, "time")
        self.assertIn(code, (1, 4))


class Blocked(Case):
    def test_time_is_up_while_nobody_reads(self):
        endless = self.file("scenario: x\nprocesses: {p: {steps: [{forever: , do: [{say: again}]}]}}\n")
        mark = fresh_mark()
        with subprocess.Popen([PROGRAM, "run", endless, "--json", "--max-steps", "999999999", "--timeout", "1"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, env={**os.environ, "FORKLORE_TEST_RUN": mark}) as process:
            self.assertEqual(process.wait(60 * PATIENCE), 4)
            self.assertIn("--timeout", process.stderr.read())
        no_process_left(mark)


if __name__ == "__main__":
    unittest.main()
