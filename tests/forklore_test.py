"""What the test modules share: running the program, a terminal to show it on, and looking at what it left behind.

    from forklore_test import Terminal, run, run_json

    class Quit(unittest.TestCase):
        def test_q_quits(self):
            with Terminal("run", "ticket-race", "--step") as t:
                t.wait_for("ticket-race")
                t.send("q")
                self.assertEqual(t.wait_end(), 0)
            no_process_left(t.mark)

Time limits are for a quiet machine; FORKLORE_PATIENCE multiplies them.
"""
import itertools
import json
import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = str(ROOT / os.environ.get("FORKLORE", "forklore"))
SANITIZED = "asan" in Path(PROGRAM).parts
COUNTED = "coverage" in Path(PROGRAM).parts     # branches are: that takes time, and opens files of its own, for which there is no sandbox
PATIENCE = float(os.environ.get("FORKLORE_PATIENCE", 5 if SANITIZED else 2))

WRITE = {"x86_64": ("1", "20"), "aarch64": ("64", "66")}  # the numbers of write and writev

slow = unittest.skipIf(os.environ.get("FORKLORE_QUICK"), "slow")
_numbers = itertools.count(1)


class Result:
    """How a run of the program went. `mark` is for no_process_left."""

    def __init__(self, args, code, out, err, mark, pid):
        self.args, self.code, self.out, self.err, self.mark, self.pid = args, code, out, err, mark, pid

    def __repr__(self):
        return "%s\nexit code %s\n--- stdout\n%s\n--- stderr\n%s" % (shlex.join(self.args), self.code, self.out, self.err)


def fresh_mark():
    """A text that will be in the environment of all processes of one run, and of no other."""
    return "%d-%d" % (os.getpid(), next(_numbers))


def run(args, stdin=None, timeout=20, env=None, cwd=None, called="forklore"):
    """Run `forklore ARGS`. args: a list or one text; stdin: text, bytes or nothing. A code below 0 is a signal, negated.
    called: what the user would have typed for the program."""
    args = shlex.split(args) if isinstance(args, str) else [str(a) for a in args]
    mark = fresh_mark()
    process = subprocess.Popen([called, *args], executable=PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env={**os.environ, "FORKLORE_TEST_RUN": mark, **(env or {})}, cwd=cwd, start_new_session=True)
    hung = ""
    try:
        out, err = process.communicate(stdin.encode() if isinstance(stdin, str) else stdin, timeout * PATIENCE)
    except subprocess.TimeoutExpired:
        hung = "still running, or its output still held open, after %g s: " % (timeout * PATIENCE)
        for pid in [process.pid, *processes_with("FORKLORE_TEST_RUN=" + mark)]:
            _kill(pid)
        out, err = process.communicate()
    result = Result(["forklore", *args], process.returncode, out.decode(errors="replace"), err.decode(errors="replace"), mark,
                    process.pid)
    if hung:
        raise AssertionError(hung + repr(result))
    if SANITIZED and ": runtime error: " in result.err:  # gcc's UBSan has no option to write it to a file beside ASan
        raise AssertionError(repr(result))
    return result


def run_json(scenario, *args, stdin=None, timeout=20, codes=(0, 1, 4)):
    """The events of `forklore run SCENARIO --json ARGS`, a list of dicts."""
    result = run(["run", str(scenario), "--json", *args], stdin=stdin, timeout=timeout)
    if result.code not in codes:
        raise AssertionError(repr(result))
    try:
        return [json.loads(line) for line in result.out.splitlines()]
    except ValueError as problem:
        raise AssertionError("not JSON Lines: %s\n%r" % (problem, result)) from None


def golden(path, text):
    """Hold text against the file tests/PATH, which `make bless` rewrites."""
    file = ROOT / "tests" / path
    if os.environ.get("FORKLORE_BLESS"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    expected = file.read_text() if file.exists() else ""
    if text != expected:
        case = unittest.TestCase()
        case.maxDiff = None
        case.assertMultiLineEqual(expected, text, "\ntests/%s differs. If the new text (+) is right: make bless" % path)


class Terminal:
    """`forklore ARGS` on a terminal of its own (in tmux). Keys are tmux's names: "q", "Space", "F1", "C-c", "Up"."""

    def __init__(self, *args, size=(80, 24), env=None, command=None, term="tmux-256color"):
        """command: a list to run instead of the program."""
        self.args = [str(a) for a in (command or [PROGRAM, *args])]
        self.size, self.env, self.term = size, env or {}, term
        self.mark = fresh_mark()
        self._home = self._first = None

    def __enter__(self):
        self._home = tempfile.mkdtemp(prefix="forklore-tmux-")
        self._tmux = ["tmux", "-L", "forklore-test-%d" % os.getpid(), "-f", "/dev/null"]
        width, height = map(str, self.size)
        env = {"FORKLORE_TEST_RUN": self.mark, "XDG_STATE_HOME": self._home + "/state", **self.env}
        try:
            self.tmux("start-server", ";", "set", "-g", "remain-on-exit", "on", ";", "set", "-g", "status", "off", ";",
                      "set", "-g", "default-terminal", self.term, ";", "new-session", "-d", "-x", width, "-y", height,
                      "env", *("%s=%s" % item for item in env.items()), *self.args)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def tmux(self, *args):
        """Whatever else tmux can do: its output."""
        env = {k: v for k, v in os.environ.items() if k not in ("TMUX", "TMUX_PANE")}
        env.update(TMUX_TMPDIR=self._home, LC_ALL="C.UTF-8")
        done = subprocess.run([*self._tmux, *args], env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=20 * PATIENCE)
        if done.returncode:
            raise AssertionError("tmux %s: %s" % (args[0], done.stderr.decode(errors="replace")))
        return done.stdout.decode(errors="replace")

    def ask(self, form):
        """A tmux format: `#{pane_pid}` is the program's pid, `#{alternate_on}`, `#{cursor_flag}`."""
        return self.tmux("display-message", "-p", form).strip()

    @property
    def pid(self):
        return int(self.ask("#{pane_pid}"))

    def send(self, *keys):
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def resize(self, width, height):
        self.tmux("resize-window", "-x", str(width), "-y", str(height))
        self.size = width, height

    def screen(self, colours=False):
        """The lines on the screen, without trailing spaces; with colours: and the escape sequences in them."""
        lines = self.tmux("capture-pane", "-p", *(["-e"] if colours else [])).split("\n")
        return [line.rstrip() for line in lines[:self.size[1]]]

    def wait_until(self, holds, what, timeout=5):
        """Until holds(screen): that screen, whole. What holds no longer when the picture is whole was either half drawn or passing: it counts
        if nothing else comes for a while."""
        until, passing, passed, unclear = time.monotonic() + timeout * PATIENCE, None, 0, None

        def is_so(screen):
            nonlocal unclear
            try:
                return holds(screen)
            except (StopIteration, LookupError, TypeError, ValueError, AttributeError) as problem:
                unclear = problem  # half a picture lacks what the condition is about
                return False

        while True:
            screen = self.screen()
            if is_so(screen):
                screen, stays = self._whole(screen, is_so)
                if stays:
                    return screen
                passing, passed = screen, time.monotonic()
            elif passing and time.monotonic() > passed + 0.2 * PATIENCE:
                return passing
            if time.monotonic() > until:
                raise AssertionError("after %g s still not: %s\n%s" % (timeout * PATIENCE, what, "\n".join(screen))) from unclear
            time.sleep(0.02)

    def _whole(self, screen, holds):
        """A picture may come in several pieces. It is whole when the program sleeps and nothing has come since; where it never
        sleeps, this is the last of some pictures. And whether it still holds."""
        until = time.monotonic() + 0.25 * PATIENCE
        while True:
            draws, again = self._draws(), self.screen()
            if not holds(again):
                return screen, False
            if (again == screen and not draws) or time.monotonic() > until:
                return again, True
            screen = again

    def _draws(self):
        """Does the first process on the terminal run, or write, not waiting for anything; or another one with the program's name?"""
        first = self._first = self._first or self.pid
        pids = [first]
        for pid in pids:
            name, _, rest = proc(pid, "stat").partition("(")[2].rpartition(")")
            if pid != first and name != os.path.basename(PROGRAM):
                continue
            if rest.split()[:1] in (["R"], ["D"]) or system_call(pid) in WRITE.get(os.uname().machine, ()):
                return True
            pids += map(int, proc(pid, "task/%d/children" % pid).split())
        return False

    def wait_for(self, text, timeout=5):
        """Until the text, or a match of a compiled pattern, is on the screen: that screen."""
        if isinstance(text, re.Pattern):
            return self.wait_until(lambda screen: text.search("\n".join(screen)), text.pattern, timeout)
        return self.wait_until(lambda screen: any(text in line for line in screen), repr(text), timeout)

    def wait_gone(self, text, timeout=5):
        return self.wait_until(lambda screen: not any(text in line for line in screen), repr(text) + " gone", timeout)

    def wait_end(self, timeout=5):
        """Until the program has ended: its exit code, or the signal that killed it, negated (None: tmux before 3.3)."""
        self.wait_until(lambda _: self.ask("#{pane_dead}") == "1", "the program has ended", timeout)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            os.kill(int(self.ask("#{pid}")), signal.SIGCHLD)  # tmux misses one in twenty, and would not look again
            status, killed = self.ask("#{pane_dead_status}/#{pane_dead_signal}").split("/")
            if status:
                return int(status)
            if killed:
                return -int(killed if killed.isdigit() else signal.Signals["SIG" + killed])
            time.sleep(0.02)
        return None

    def leave(self):
        """Quits the dashboard, if it has not ended; no process of it is left. Closed in any case."""
        try:
            if self.ask("#{pane_dead}") != "1":
                self.send("Escape")
                self.send("Q")
            self.wait_end()
            no_process_left(self.mark)
        finally:
            self.close()

    def close(self):
        if not self._home:
            return
        try:
            self.tmux("kill-server")
        except (AssertionError, subprocess.TimeoutExpired):
            pass
        shutil.rmtree(self._home, ignore_errors=True)
        self._home = None


def hold(name, terminal, shown=lambda text: text):
    """The screen, as soon as it is all drawn, held against tests/screens/NAME-SIZE.txt. shown: leaves out what may change."""
    path = "screens/%s-%dx%d.txt" % (name, *terminal.size)
    file = ROOT / "tests" / path
    expected = file.read_text() if file.exists() else None
    try:
        terminal.wait_until(lambda now: shown("\n".join(now) + "\n") == expected, path, timeout=0.5 if os.environ.get("FORKLORE_BLESS") else 5)
    except AssertionError:
        pass                # the difference is shown by:
    golden(path, shown("\n".join(terminal.screen()) + "\n"))


class WithFolder(unittest.TestCase):
    """A folder for each test."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, text, name="scenario.yaml"):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path


def processes_with(entry):
    """{pid: name} of the living processes that have this NAME=VALUE in their environment."""
    found = {}
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            if entry.encode() in (directory / "environ").read_bytes().split(b"\0"):
                found[int(directory.name)] = (directory / "comm").read_text().strip()
        except OSError:
            pass  # it has just ended, or is another user's
    return found


def cpu_seconds(does):
    """How much CPU time the programs need that does() runs: how long they take depends on what else the machine does."""
    def used():
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return children.ru_utime + children.ru_stime
    before = used()
    does()
    return used() - before


def wait_until(holds, what, timeout=5):
    """Until holds(): what it returned."""
    until = time.monotonic() + timeout * PATIENCE
    while True:
        result = holds()
        if result:
            return result
        if time.monotonic() > until:
            raise AssertionError("after %g s still not: %s" % (timeout * PATIENCE, what))
        time.sleep(0.005)


def hears(pid, number):
    """Does that process catch this signal by now? Before, the signal would kill it."""
    caught = re.search(r"^SigCgt:\s*(\S+)", proc(pid, "status"), re.M)
    return bool(caught and int(caught[1], 16) >> (number - 1) & 1)


def proc(pid, file):
    """What the kernel says in this file of /proc/PID; "": the process is gone."""
    try:
        return Path("/proc", str(pid), file).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def system_call(pid):
    """The number of the system call that it sleeps in; "": it runs, is gone, or is another user's."""
    try:
        return proc(pid, "syscall").partition(" ")[0]
    except PermissionError:
        return ""


def no_process_left(mark, timeout=2):
    """Of the run with this mark (Result.mark, Terminal.mark) every process must be gone, or go within the time."""
    until = time.monotonic() + timeout * PATIENCE
    while True:
        left = processes_with("FORKLORE_TEST_RUN=" + mark)
        if not left:
            return
        if time.monotonic() > until:
            for pid in left:
                _kill(pid)
            raise AssertionError("left behind: " + ", ".join("%s (%d)" % (name, pid) for pid, name in left.items()))
        time.sleep(0.02)


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
