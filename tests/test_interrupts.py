"""^C at a terminal: the first goes to the processes that have a handler for SIGINT; where there is none, and at the second, the run ends."""
import json
import os
import pty
import re
import signal
import subprocess
import tempfile
import termios
import unittest
from pathlib import Path

from forklore_test import PROGRAM, Terminal, fresh_mark, no_process_left, proc

SERVER = """scenario: server
shared: {asked: false}
processes:
  server:
    on: {SIGINT: [%s]}
    steps: [{while: not asked, do: [{sleep: 1s}]}, {say: cleaning up}]
  other: {steps: [{sleep: 1s}]}
expect: [{finally: asked}]
"""
CLEANS_UP = SERVER % "asked = true"
GOES_ON = SERVER % "say: not yet"
HAS_GONE = """scenario: gone
main: [{start: server}, {join: server}, {forever: , do: [{sleep: 1s}]}]
processes: {server: {on: {SIGINT: [{say: never}]}, steps: [{say: done}]}}
"""
NO_HANDLER = "scenario: none\nprocesses: {p: {steps: [{forever: , do: [{sleep: 1s}]}]}}\n"
BODIES = (["--plain"], ["--json"], ["--plain", "--model"], ["--json", "--policy", "host"])
SENT = b"^C: SIGINT sent to server, "


class Interrupts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.record = os.path.join(folder.name, "r.yaml")
        self.path = os.path.join(folder.name, "s.yaml")

    def keyed(self, scenario, args, *keys):
        """What it prints on a terminal, and its exit code: each key is pressed when a text can be read there that was not before."""
        Path(self.path).write_text(scenario)
        mark, out = fresh_mark(), b""
        child, terminal = pty.fork()
        if not child:
            try:
                modes = termios.tcgetattr(0)
                modes[3] |= termios.NOFLSH      # or the terminal throws away what is under way when ^C is typed
                termios.tcsetattr(0, termios.TCSANOW, modes)
                os.environ.update(TERM="xterm", LC_ALL="C.UTF-8", FORKLORE_TEST_RUN=mark)
                os.execv(PROGRAM, ["forklore", "run", self.path, "--max-steps", "999999999", *args])
            finally:
                os._exit(127)
        keys = list(keys)
        try:
            while data := os.read(terminal, 1 << 16):
                out += data
                while keys and re.search(keys[0][0], out):
                    os.write(terminal, keys.pop(0)[1])
        except OSError:
            pass            # it has ended
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.close(terminal)
        self.assertEqual(keys, [], out[-2000:])
        no_process_left(mark)
        return code, out.decode().replace("\r\n", "\n")

    def test_a_handler_is_run(self):
        for args in BODIES:
            with self.subTest(args=args):
                code, out = self.keyed(CLEANS_UP, [*args, "--record", self.record], (rb"sleep", b"\3"))
                self.assertEqual(code, 0, out[-2000:])
                self.assertIn(SENT.decode(), out)
                self.assertIn("cleaning up", out)
                again = subprocess.run([PROGRAM, "run", self.path, "--schedule", self.record, "--json"], capture_output=True, text=True)
                lines = [json.loads(line) for line in again.stdout.splitlines()]
                self.assertEqual([(e["process"], e["signal"], e["from"]) for e in lines if e["type"] == "signal"], [("server", 2, "outside")])
                self.assertEqual([e["process"] for e in lines if e["type"] == "step" and e["how"] == "handle"], ["server"])
                self.assertEqual((lines[-1]["verdict"], lines[-1]["shared"]), ("ok", {"asked": True}))

    def test_the_second_ends_the_run(self):
        for args in BODIES:
            with self.subTest(args=args):
                code, out = self.keyed(GOES_ON, args, (rb"sleep", b"\3"), (re.escape(SENT), b"\3"))
                self.assertEqual(code, 130, out[-2000:])
                self.assertIn("stopped by ^C", out[-2000:])

    def test_without_a_handler_the_first_does(self):
        for scenario in NO_HANDLER, HAS_GONE:
            for args in BODIES:
                with self.subTest(args=args):
                    code, out = self.keyed(scenario, args, (rb"sleep", b"\3"))
                    self.assertEqual(code, 130, out[-2000:])
                    self.assertNotIn("SIGINT sent", out)

    def test_in_lines_for_screen_readers(self):
        code, out = self.keyed(GOES_ON, ["--linear", "--step", "--lang", "en"], (rb"begins or goes on", b"s\n"), (rb"step 1;[^>]*> ", b"s\n"),
                               (rb"step 2;[^>]*> ", b"\3"), (rb"(?s)(?=.*SIGINT sent to server).*server was sent SIGINT", b"s\n"), (rb"server runs its handler", b"\3"))
        self.assertEqual(code, 130, out[-2000:])

    def test_the_process_that_writes_takes_no_signal(self):
        """Not even one that comes as soon as it is there; what is to be recorded would be lost."""
        Path(self.path).write_text("scenario: hello\nprocesses: {p: {steps: [{say: hello}]}}\n")
        seen = 0
        while seen < 20:        # some are gone before they are seen
            child = subprocess.Popen([PROGRAM, "run", self.path, "--model", "--quiet", "--record", self.record], stdout=subprocess.DEVNULL,
                                     stderr=subprocess.PIPE, text=True)
            others = []
            while not others and child.poll() is None:
                others = proc(child.pid, "task/%d/children" % child.pid).split()
            for pid in others:
                try:
                    os.kill(int(pid), signal.SIGINT)
                    seen += 1
                except ProcessLookupError:      # it is gone meanwhile
                    pass
            self.assertEqual((child.communicate()[1], child.returncode), ("", 0))
            self.assertTrue(os.path.getsize(self.record))
            os.unlink(self.record)

    def test_on_the_dashboard(self):
        for model in [], ["--model"]:
            Path(self.path).write_text(GOES_ON)
            with self.subTest(model=model), Terminal("run", self.path, "--lang", "en", "--step", *model, size=(120, 40)) as t:
                t.wait_for("step 0")
                t.type("10")
                t.send("s")
                t.wait_for("step 10")
                t.send("C-c")
                t.wait_for("SIGINT sent to server, handled there; ^C again quits")
                t.wait_for("server was sent SIGINT from outside")       # a moment later, as from another terminal
                t.type("6")
                t.send("s")
                t.wait_for("step 16")
                t.wait_for("not yet")
                t.send("C-c")
                self.assertEqual(t.wait_end(), 130)
                no_process_left(t.mark)

    def test_signals_that_have_a_handler_are_offered(self):
        """Where the viewer is asked which signal a process gets."""
        Path(self.path).write_text(GOES_ON)
        with Terminal("run", self.path, "--lang", "en", "--step", "--model", size=(120, 40)) as t:
            t.wait_for("step 0")
            t.type("10")
            t.send("s")
            t.wait_for("step 10")
            t.send("K")
            t.wait_for("SIGINT   its handler runs")
            t.send("1")                                     # for SIGUSR1 it has none: it is asked still
            t.wait_for("SIGINT   its handler runs")
            t.send("i")
            t.wait_for("server was sent SIGINT from outside")
            t.send("q")
            t.wait_end()

    def test_where_nobody_handles_it_the_dashboard_ends(self):
        Path(self.path).write_text(HAS_GONE)
        with Terminal("run", self.path, "--lang", "en") as t:
            t.wait_for("main joins server")
            t.send("C-c")
            self.assertEqual(t.wait_end(), 130)


if __name__ == "__main__":
    unittest.main()
