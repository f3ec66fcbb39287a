"""Whatever the system has little of, forklore works, or refuses before it forks and says how many it needs: processes, descriptors, memory;
terminals of all kinds and sizes; an output that is closed or full."""
import fcntl
import os
import pty
import resource
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import threading
import unittest
from pathlib import Path

from forklore_test import PATIENCE, PROGRAM, ROOT, SANITIZED, fresh_mark, no_process_left, wait_until

NOBODY = 65534
SEVERAL = "scenario: several\nprocesses: {p: {count: %d, steps: [{sleep: 10ms}]}}\n"


def limited(args, text=None, limit=None, user=None, program=PROGRAM, stdout=subprocess.PIPE):
    """(exit code, output, errors) of `forklore ARGS`, with a limit (its number, how many), by another user."""
    mark = fresh_mark()

    def prepare():
        if limit:
            resource.setrlimit(limit[0], (limit[1], limit[1]))
        if user:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
    done = subprocess.run([program, *args], input=text, stdout=stdout, stderr=subprocess.PIPE, text=True, preexec_fn=prepare, check=False,
                          timeout=60 * PATIENCE, env={**os.environ, "FORKLORE_TEST_RUN": mark}, start_new_session=True)
    no_process_left(mark)
    return done.returncode, done.stdout, done.stderr


class Few(unittest.TestCase):
    def asked(self, limit, count, needed, policy, **more):
        """needed: what it must say; None: it must work."""
        code, out, err = limited(["run", "-", "--quiet", "--policy", policy], SEVERAL % count, limit, **more)
        with self.subTest(limit=limit, count=count, policy=policy):
            self.assertEqual(code, 5 if needed else 0, out + err)
            self.assertIn(needed or "Finished", out + err)

    def test_descriptors(self):
        for policy in ("rr", "host"):
            self.asked((resource.RLIMIT_NOFILE, 64), 3, None, policy)
            self.asked((resource.RLIMIT_NOFILE, 64), 100, "64 files may be open, 134 are needed: Too many open files", policy)

    @unittest.skipIf(os.geteuid(), "only root can become a user with few processes")
    def test_processes(self):
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            os.chmod(folder, 0o755)
            program = shutil.copy(PROGRAM, folder)      # where everybody may run it
            for policy in ("rr", "host"):
                self.asked((resource.RLIMIT_NPROC, 20), 30, "20 processes may run, 32 are needed: Resource temporarily unavailable", policy,
                           user=NOBODY, program=program)

    @unittest.skipIf(SANITIZED, "a sanitizer's shadow of the memory is larger than any limit")
    def test_memory(self):
        """It fits into 256 MiB of addresses, or says that it does not."""
        for args in (["run", "ticket-race", "--quiet"], ["run", "pool-map", "--quiet", "--model"], ["explore", "ticket-race"], ["check", "ticket-race"],
                     ["compare", "cpu-rr"], ["list"]):
            code, out, err = limited(args, limit=(resource.RLIMIT_AS, 256 << 20))
            with self.subTest(args=args):
                self.assertIn(code, (0, 5), out + err)
                if code == 5:
                    self.assertIn("emory", err)


class NoOutput(unittest.TestCase):
    COMMANDS = (["run", "ticket-race", "--quiet"], ["run", "ticket-race", "--plain"], ["run", "ticket-race", "--json"], ["explore", "ticket-race"],
                ["check", "ticket-race"], ["compare", "cpu-rr"], ["list", "--long"], ["explain", "lock"], ["schema"],
                ["grade", "three-stalls", str(ROOT / "scenarios/exercises/solutions/three-stalls.yaml")])

    def test_it_is_full(self):
        for args in self.COMMANDS:
            with open("/dev/full", "w", encoding="utf-8") as full, self.subTest(args=args):
                code, _, err = limited(args, stdout=full)
                self.assertEqual((code, "No space left on device" in err), (5, True), err)

    def test_it_is_closed(self):
        for args in self.COMMANDS:
            mark = fresh_mark()
            done = subprocess.run(["sh", "-c", 'exec "$0" "$@" >&-', PROGRAM, *args], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
                                  timeout=60 * PATIENCE, env={**os.environ, "FORKLORE_TEST_RUN": mark})
            no_process_left(mark)
            with self.subTest(args=args):
                self.assertEqual((done.returncode, "Bad file descriptor" in done.stderr), (5, True), done)


class OnTerminal:
    """A run on a terminal whose size is changed by us; what it writes is read and forgotten."""

    def __init__(self, args, size, term):
        self.mark = fresh_mark()
        env = {key: value for key, value in os.environ.items() if key != "TERM"}
        env.update({"FORKLORE_TEST_RUN": self.mark, "LC_ALL": "C.UTF-8"}, **({"TERM": term} if term else {}))
        self.fd, end = pty.openpty()
        self.resize(*size)
        self.before = termios.tcgetattr(end)
        self.seen = b""
        with tempfile.TemporaryDirectory() as home:
            self.process = subprocess.Popen([PROGRAM, *args], stdin=end, stdout=end, stderr=end, env={**env, "XDG_STATE_HOME": home}, start_new_session=True,
                                            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.end = end
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        try:
            while piece := os.read(self.fd, 65536):
                self.seen += piece
        except OSError:
            pass

    def resize(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def shows(self):
        return b"\x1b[" in self.seen or self.process.poll() is not None

    def quit(self):
        """Its exit code, when it was asked to end; the terminal is as it was."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60 * PATIENCE)
        after = termios.tcgetattr(self.end)
        os.close(self.end)
        self.reader.join(10 * PATIENCE)
        os.close(self.fd)
        no_process_left(self.mark)
        return code, after == self.before


class Terminals(unittest.TestCase):
    def goes(self, size, term, sizes=()):
        t = OnTerminal(["run", "ticket-race", "--speed", "max"], size, term)
        try:
            wait_until(t.shows, "a screen, or the end", 30)
            for other in sizes:
                t.resize(*other)
        finally:
            code, same = t.quit()
        self.assertTrue(same, "the terminal's modes have changed")
        return code, t.seen[-300:]

    def test_of_six_kinds(self):
        """Where none can be drawn there is no dashboard, but one line for each event."""
        for term in ("xterm-256color", "linux", "vt100", "screen", "dumb", None):
            code, seen = self.goes((80, 24), term)
            with self.subTest(term=term):
                self.assertEqual(code, 0 if term in ("dumb", None) else 143, seen)

    def test_from_one_cell_to_a_hundred_thousand(self):
        for size in ((1, 1), (2, 200), (500, 2), (40, 10), (500, 200)):
            with self.subTest(size=size):
                self.assertEqual(self.goes(size, "xterm-256color")[0], 143)

    def test_a_thousand_other_sizes(self):
        sizes = [(1 + n * 37 % 300, 1 + n * 23 % 100) for n in range(1000)]
        self.assertEqual(self.goes((80, 24), "xterm-256color", sizes)[0], 143)


if __name__ == "__main__":
    unittest.main()
