"""The quick form of tests/torture.py: some of what it does, in some seconds."""
import io
import itertools
import os
import random
import tempfile
import threading
import time
import unittest
from contextlib import redirect_stdout
from unittest import mock

import torture
from forklore_test import COUNTED, SANITIZED, slow

FILE = ["run", "ticket-file", "--plain"]


@unittest.skipIf(SANITIZED, "the sanitizer makes calls of its own, and looks for leaks as a debugger would, which strace is already")
class Torture(unittest.TestCase):
    def lost(self, do, points):
        done, losses = torture.tried(do, points)
        self.assertGreater(done, 0)
        self.assertEqual(losses, [])

    def test_it_ends_in_time(self):
        """With the points, when it was tried often enough, or when the time is over; each loss is one, and says of what."""
        def odd(point):
            if point[0] % 2:
                raise torture.Lost("odd")
        self.assertEqual(torture.tried(odd, [(1,), (2,)], torture.Budget(workers=1)), (2, ["1: odd"]))
        self.assertEqual(torture.tried(lambda _: 10, itertools.count(), torture.Budget(workers=1), 25), (30, []))
        self.assertEqual(torture.tried(odd, itertools.count(), torture.Budget(until=0)), (0, []))
        self.assertEqual(list(torture.by_turns([1, 2, 3], [], iter("a"))), [1, "a", 2, 3])

    def test_the_table_says_what_was_asked_for_and_not_reached(self):
        """Two parts at a time, each with its share of the time; the one that is to be alone is done before them."""
        began, budgets, both = [], {}, threading.Barrier(2)

        def part(name, count, together):
            def do(budget):
                began.append(name)
                budgets[name] = budget.until - time.monotonic()
                if together:
                    both.wait(60)
                return count, ["what was lost"] * (name == "calls")
            return do, "done " + name, 1
        parts = {"calls": part("calls", 999, True), "memory": part("memory", 60000, True), "bounds": part("bounds", 1, False)}
        shown = io.StringIO()
        with mock.patch.object(torture, "PARTS", parts), redirect_stdout(shown):
            table = torture.Table(list(parts), False)
            table.all()
            table.show()
        self.assertEqual(began[0], "bounds")
        self.assertTrue(all(0 < seconds < torture.IN_ALL for seconds in budgets.values()), budgets)
        self.assertEqual(table.lost, 1)
        self.assertRegex(shown.getvalue(), r"(?s)calls: what was lost\n.*done calls +999 times +1 lost")
        self.assertRegex(shown.getvalue(), r"failing system calls +999 done +1000 asked: not reached\n")
        self.assertRegex(shown.getvalue(), r"failing allocations +60000 done +50000 asked\n")
        self.assertNotIn("bad files", shown.getvalue())

    @unittest.skipUnless(torture.can_inject(), "strace can't be used here")
    def test_the_controller_is_killed_when_it_makes_or_removes_the_folder(self):
        """However early or late: no folder stays, no process."""
        about = {"socketpair", "clone", "recvfrom", "pipe2", "kill", "wait4", "unlink", "rmdir"}
        self.lost(torture.kill_at, [p for p in torture.kill_points(FILE, 20) if p[1] in about])

    @slow
    @unittest.skipUnless(torture.can_inject(), "strace can't be used here")
    def test_the_controller_is_killed_at_its_system_calls(self):
        self.lost(torture.kill_at, torture.kill_points(FILE, 6))

    @unittest.skipUnless(torture.can_inject(), "strace can't be used here")
    def test_a_system_call_fails(self):
        self.lost(torture.call_fails, torture.call_points(FILE, 2))

    @unittest.skipIf(COUNTED, "the first file that it opens is another one")
    @unittest.skipUnless(torture.can_inject(), "strace can't be used here")
    def test_a_system_call_fails_while_there_is_a_screen(self):
        self.lost(torture.screen_call_fails, torture.screen_points(2))

    def test_each_value_is_replaced_by_one_of_another_kind(self):
        texts = [path.read_text() for path in sorted((torture.ROOT / "scenarios").glob("*.yaml"))[::12]]
        self.lost(torture.check_files, torture.batches((r for text in texts for r in torture.replaced(text)), 200))

    def test_a_recording_is_cut_or_damaged(self):
        with tempfile.TemporaryDirectory() as folder:
            of = torture.Recordings(folder, torture.LIBRARY[::20])
            self.lost(of.play, itertools.islice(of.damaged(random.Random(9)), 150))

    def test_an_allocation_fails(self):
        with tempfile.TemporaryDirectory() as folder:
            memory = torture.Memory(folder)
            self.lost(memory.fails, [(FILE, 1, 13, 600), (["list"], 1, 1, 40)])

    def test_one_dashboard_starts_processes_again_and_again(self):
        with tempfile.TemporaryDirectory() as folder:
            of = torture.Soak(folder)
            try:
                self.lost(of.again, [600])
            finally:
                of.close()

    @unittest.skipUnless(os.uname().machine == "x86_64", "single steps are tried there")
    def test_processes_are_killed_at_an_instruction(self):
        """The others go on to an end that the model allows: what was recorded replays as the same lines."""
        with tempfile.TemporaryDirectory() as folder:
            of, chance = torture.Points(folder), random.Random(7)
            if not of.works():
                self.skipTest("nothing can be traced here")
            self.lost(of.killed, (of.single(1, chance) + of.double(1, chance))[::4])
            self.lost(of.killed, [*of.crowds(folder, 20, chance, False), *of.crowds(folder, 10, chance, True)])

    @unittest.skipUnless(os.uname().machine == "x86_64", "single steps are tried there")
    def test_the_controller_and_the_guard_are_killed_at_an_instruction(self):
        """Nobody is left behind, and the terminal is as it was."""
        with tempfile.TemporaryDirectory() as folder:
            of = torture.Ends(folder)
            if not of.works():
                self.skipTest("nothing can be traced here")
            self.lost(of.killed, of.points(20, random.Random(8)))


if __name__ == "__main__":
    unittest.main()
