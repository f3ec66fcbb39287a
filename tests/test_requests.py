"""Requests to end and to stop, where somebody chooses from a list: the browser and learn. None is missed, however short before a wait it comes,
and none is ignored because a line is awaited, and no screen is there."""
import os
import shutil
import signal
import tempfile
import unittest
from pathlib import Path

from forklore_test import PROGRAM, ROOT, SANITIZED, Terminal, no_process_left, processes_with, wait_until
from torture import compiled

EXERCISE = "three-stalls"
LISTS = {"the browser": ([], "Enter play"), "learn": (["learn"], "Enter"), "learn, one open": (["learn", EXERCISE], "Task")}


class Requests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        shutil.copy(ROOT / "scenarios/exercises" / (EXERCISE + ".yaml"), self.folder)       # begun: nothing is asked before it is opened

    def open(self, *args, env=None, command=None):
        return Terminal(command=command or ["env", "-C", str(self.folder), os.path.abspath(PROGRAM), *args], env={"XDG_STATE_HOME": str(self.folder / "state"), **(env or {})})

    @unittest.skipIf(SANITIZED, "the sanitizer must be the first of what is loaded")
    def test_a_signal_just_before_the_wait(self):
        library = compiled(self.folder, "ask_before_wait.c", "-shared", "-fPIC")
        for name, args in {**{name: args for name, (args, _) in LISTS.items()}, "lines": ["learn", "--linear", EXERCISE]}.items():
            with self.subTest(name), self.open(*args, env={"LD_PRELOAD": str(library), "FORKLORE_TORTURE_WAIT": "400"}) as t:
                self.assertEqual(t.wait_end(), 128 + signal.SIGTERM)
                no_process_left(t.mark)

    def test_a_signal_at_any_time(self):
        for name, (args, shown) in LISTS.items():
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                with self.subTest(name=name, number=number), self.open(*args) as t:
                    t.wait_for(shown)
                    os.kill(t.pid, number)
                    self.assertEqual(t.wait_end(), 128 + number)

    def test_the_editor_hears_it_and_so_do_we(self):
        """A request to end that was sent to us alone while an editor has the terminal ends both."""
        editor = self.folder / "editor"
        editor.write_text("#!/bin/sh\necho editing\nexec sleep 1000\n")
        editor.chmod(0o700)
        with self.open("learn", EXERCISE, env={"VISUAL": str(editor)}) as t:
            t.wait_for("Task")
            t.send("e")
            t.wait_for("editing")
            wait_until(lambda: "sleep" in processes_with("FORKLORE_TEST_RUN=" + t.mark).values(), "the editor")
            os.kill(t.pid, signal.SIGTERM)
            self.assertEqual(t.wait_end(), 128 + signal.SIGTERM)
            no_process_left(t.mark)

    def test_lines_stop(self):
        with self.open(command=["bash", "--norc"], env={"PS1": "prompt> "}) as t:
            t.wait_for("prompt>")
            t.type("cd %s; %s learn --linear\n" % (self.folder, os.path.abspath(PROGRAM)))
            t.wait_for("Type a number")
            for _ in range(2):
                t.send("C-z")
                t.wait_for("Stopped")
                t.type("clear; fg\n")
                t.wait_gone("Stopped")
                t.type("help\n")
                t.wait_for("NUMBER or NAME")
                t.type("nonsense\n")
                t.wait_for("No such command")
            t.type("quit\n")
            t.wait_for("prompt>")


if __name__ == "__main__":
    unittest.main()
