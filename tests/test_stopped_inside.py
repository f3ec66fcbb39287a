"""A process that somebody stops in the middle of an action, with the mutex of the shared part in its hands: no other can act, but the
screen and the keys go on, other processes' deaths are noticed afterwards, and it is said which process it is and how to go on."""
import contextlib
import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from forklore_test import PATIENCE, PROGRAM, ROOT, Terminal, fresh_mark, no_process_left, processes_with, run, wait_until

TEXT = """
scenario: inside
shared: {n: 0}
processes:
  w: {count: 3, steps: [{forever: , do: [{atomic: n += 1}, {sleep: 1ms}]}]}
"""
SAID = {"en": "w.1 was stopped from outside (SIGSTOP) in the middle of an action: no other process can act; to resume it: kill -CONT %d",
        "zh": "w.1 在动作中途被外部暂停（SIGSTOP），其他进程因此都无法动作；恢复它：kill -CONT %d"}
CARD = {"en": "Keys: ", "zh": "按键："}         # of the keys: the dashboard still takes them
SHOWN = {"en": "w.1 is stopped mid-action (SIGSTOP); resume: kill -CONT %d", "zh": "w.1 在动作中途被暂停（SIGSTOP）；恢复：kill -CONT %d"}
RESUMED = {"en": "w.1 was resumed from outside (SIGCONT)", "zh": "w.1 被外部恢复（SIGCONT）"}
KILLED = {"en": "w.2 was killed from outside (SIGKILL)", "zh": "w.2 被外部杀死（SIGKILL）"}


class StoppedInside(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.file, cls.helper = cls.folder / "inside.yaml", cls.folder / "stop_inside"
        cls.file.write_text(TEXT)
        subprocess.run([os.environ.get("CC", "cc").split()[-1], "-O2", "-o", cls.helper, ROOT / "tests" / "torture" / "stop_inside.c"], check=True)

    def named(self, mark, name):
        return wait_until(lambda: [pid for pid, comm in processes_with("FORKLORE_TEST_RUN=" + mark).items() if comm == name], name + " is there")[0]

    @contextlib.contextmanager
    def stopped(self, mark):
        """w.1 is, inside; it goes on behind that."""
        pid = [self.named(mark, name) for name in ("w.3", "w.2", "w.1")][-1]        # all have been started
        with subprocess.Popen([self.helper, str(pid)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as helper:
            word = helper.stdout.readline()
            if word != "follows\n":
                self.skipTest("no process can be traced here")
            self.assertEqual(helper.stdout.readline(), "stopped\n")
        try:
            yield pid
        finally:
            with contextlib.suppress(ProcessLookupError):   # the run has ended meanwhile
                os.kill(pid, signal.SIGCONT)

    @contextlib.contextmanager
    def running(self, *args):
        """A run whose output is a file, which is read by calling what this gives."""
        mark = fresh_mark()
        with (self.folder / "out").open("wb") as out:
            process = subprocess.Popen([PROGRAM, "run", self.file, *args], stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT,
                                       env={**os.environ, "FORKLORE_TEST_RUN": mark, "XDG_STATE_HOME": str(self.folder)}, start_new_session=True)
        with process:
            try:
                yield mark, process, lambda: (self.folder / "out").read_text(errors="replace")
            finally:
                process.kill()
                no_process_left(mark)

    def said(self, read, text):
        wait_until(lambda: text in read(), text, 20)

    def test_in_sentences(self):
        for policy, lang in ("rr", "en"), ("host", "zh"):
            with self.subTest(policy=policy), self.running("--plain", "--policy", policy, "--lang", lang) as (mark, _, read):
                with self.stopped(mark) as pid:
                    self.said(read, SAID[lang] % pid)
                    os.kill(self.named(mark, "w.2"), signal.SIGKILL)
                self.said(read, KILLED[lang])

    def test_the_time_is_up_meanwhile(self):
        """A death can't be taken in: the run ends all the same when it is to."""
        for policy in "rr", "host":
            with self.subTest(policy=policy), self.running("--plain", "--policy", policy, "--timeout", "2", "--lang", "en") as (mark, process, read):
                with self.stopped(mark):
                    os.kill(self.named(mark, "w.2"), signal.SIGKILL)
                    self.assertEqual(process.wait(20 * PATIENCE), 4, read()[-2000:])
                    self.assertNotIn("by force", read())
                    no_process_left(mark)

    def recorded(self, policy, steps):
        """A run of so many steps, to be followed."""
        path = self.folder / (policy + ".yaml")
        done = run(["run", self.file, "--quiet", "--policy", policy, "--max-steps", str(steps), "--record", path])
        self.assertEqual(done.code, 4, done)
        return path

    def test_a_recording_is_followed(self):
        """In which it was not stopped: that is said all the same, the run goes on when the process does, and ends as the recorded one did."""
        for policy, lang, steps in ("rr", "en", 50000), ("host", "zh", 10000):
            path = self.recorded(policy, steps)
            with self.subTest(policy=policy), self.running("--plain", "--schedule", path, "--lang", lang) as (mark, process, read):
                with self.stopped(mark) as pid:
                    self.said(read, SAID[lang] % pid)
                self.assertEqual(process.wait(60 * PATIENCE), 4, read()[-2000:])
                self.assertIn(RESUMED[lang], read())
                self.assertRegex(read(), "(?m)^ *%d " % steps)

    def test_a_process_is_stopped_elsewhere_while_a_recording_is_followed(self):
        """Where it holds nothing: it is named when it is the one that all others wait for."""
        for policy, steps in ("rr", 50000), ("host", 10000):
            path = self.recorded(policy, steps)
            with self.subTest(policy=policy), self.running("--plain", "--schedule", path, "--lang", "en") as (mark, process, read):
                pid = [self.named(mark, name) for name in ("w.3", "w.2", "w.1")][-1]
                os.kill(pid, signal.SIGSTOP)
                self.said(read, "w.1 was stopped from outside (SIGSTOP)")
                self.assertIn("kill -CONT %d" % pid, read())
                os.kill(pid, signal.SIGCONT)
                self.assertEqual(process.wait(60 * PATIENCE), 4, read()[-2000:])
                self.assertIn(RESUMED["en"], read())

    def test_the_time_is_up_while_a_recording_is_followed(self):
        path = self.recorded("rr", 50000)
        with self.running("--plain", "--schedule", path, "--timeout", "2", "--lang", "en") as (mark, process, read):
            with self.stopped(mark) as pid:
                self.assertEqual(process.wait(20 * PATIENCE), 4, read()[-2000:])
                self.assertIn(SAID["en"] % pid, read())
                self.assertIn("stopped after 2 s (--timeout)", read())
                no_process_left(mark)

    def test_a_recording_is_followed_on_the_screen(self):
        path = self.recorded("rr", 2000)
        with Terminal("run", self.file, "--schedule", path, "--lang", "en", "--speed", "50", size=(100, 30), env={"LC_ALL": "C.UTF-8"}) as t:
            with self.stopped(t.mark) as pid:
                t.wait_for(SHOWN["en"] % pid, timeout=20)
            t.wait_gone(SHOWN["en"] % pid)
            t.type("q")
            t.wait_end()
            no_process_left(t.mark)

    def test_as_lines(self):
        for policy in "rr", "host":
            with self.subTest(policy=policy), self.running("--linear", "--policy", policy, "--lang", "en", "--speed", "50") as (mark, process, read):
                with self.stopped(mark) as pid:
                    self.said(read, SAID["en"] % pid)
                    os.kill(self.named(mark, "w.2"), signal.SIGKILL)
                    process.stdin.write(b"shared\n")
                    process.stdin.flush()
                    self.said(read, "value n")
                self.said(read, KILLED["en"])

    def test_on_the_screen(self):
        for policy, lang in ("rr", "en"), ("host", "zh"):
            with self.subTest(policy=policy), Terminal("run", self.file, "--policy", policy, "--lang", lang, "--speed", "50", size=(100, 30),
                                                       env={"LC_ALL": "C.UTF-8"}) as t:
                with self.stopped(t.mark) as pid:
                    t.wait_for(SHOWN[lang] % pid, timeout=20)
                    os.kill(self.named(t.mark, "w.2"), signal.SIGKILL)
                    t.type("?")
                    t.wait_for(CARD[lang])
                    t.send("Escape")
                    t.wait_gone(CARD[lang])
                    t.wait_for(SHOWN[lang] % pid)
                t.wait_for(KILLED[lang], timeout=20)
                t.type("q")
                t.wait_end()
                no_process_left(t.mark)


if __name__ == "__main__":
    unittest.main()
