#!/usr/bin/env python3
"""What is done to forklore so that something is lost: it is killed at each of its system calls, each of them fails, each allocation
fails, files are cut and damaged at every byte. Each time it must end with one of its exit codes and say why, or be dead, and
leave nothing behind: no process, no file, no shared memory.

usage: tests/torture.py [--thorough] [PART...]       PART: fuzz (or fuzz-scenario, ..), kills, ends, calls, memory, files, recordings, points, doubles, actions,
                                                     repairs, soak, workers, controls, bounds

--thorough: ten times as often and more, for hours of a quiet machine (`make torture LONG=1`). Without, it ends within ten minutes: two
parts are done at a time, each as long as its share of the time allows, which a quiet machine with two CPUs has enough of.

It ends with a table: what was done, how often, what was lost; and how often that was asked for. The first losses of each part are
shown above it; they alone make it fail. Needs strace, which kills and fails (`inject`), a C compiler, and clang for `fuzz`.

`fuzz` is tests/fuzz.py, a minute of each. The parts from `kills` to `memory` are about the controller, `ends` also about the guard that
waits beside it while there is a screen, whose terminal must be as it was before. `points` and `doubles` are about the processes of a
run (main, those that it starts, workers, servers), which are killed after any number of instructions (tests/torture/kill_after.c), one
in a run, or nearly all of a crowd one after the other: the others go on to an end, and what was recorded replays on the model as the
same JSON Lines, so that nothing happened that the model does not allow. `actions` does that to single actions, at every second
instruction of each kind of action, `repairs` also to the process that undoes what was left half done (tests/unit/test_journal.c).
`soak` lets one dashboard play a run again and again, thousands of processes, or, thorough, a million: it needs no more memory or
descriptors then than in the beginning, and has no children that have ended. `workers` kills those of a pool, hundreds in a run, at random
(tests/torture_workers.py). `controls` builds the stage without what protects it, and
must see that it is missed. `bounds` is about files of a megabyte in which all is wrong: each is answered within 100 ms of a CPU and 64
MiB (a slow machine may need FORKLORE_PATIENCE=2).
"""
import errno
import fcntl
import itertools
import os
import pty
import random
import re
import resource
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fuzz
from forklore_test import PATIENCE, PROGRAM, ROOT, fresh_mark, proc, processes_with
from test_loading import NO_SCENARIO, WRONG, measured

CODES = {0, 1, 2, 3, 4, 5}
LIMIT = 30 * PATIENCE
LIBRARY = sorted((ROOT / "scenarios").glob("*.yaml"))
RUNS = [["run", "ticket-file", "--plain"], ["run", "ticket-file", "--plain", "--policy", "host"], ["run", "manager-counter", "--json"],
        ["run", "pool-map", "--plain"], ["run", "echo-server", "--plain", "--policy", "host"], ["run", "pipe-eof", "--plain"]]
OTHERS = [["check", "ticket-file"], ["explore", "ticket-race"], ["compare", "cpu-rr"], ["list", "--long"], ["explain", "lock"]]

# What can fail in earnest, and how. Waking and signalling a process that is there can't.
ERRORS = {
    "openat": ["EMFILE", "ENFILE", "EACCES", "EIO"], "read": ["EIO"], "write": ["EIO", "ENOSPC"], "clone": ["EAGAIN", "ENOMEM"],
    "mmap": ["ENOMEM"], "pipe2": ["EMFILE"], "socketpair": ["EMFILE", "ENOMEM"], "epoll_create1": ["EMFILE", "ENOMEM"],
    "epoll_ctl": ["ENOMEM", "ENOSPC"], "pidfd_open": ["EMFILE", "ENOSYS"], "ftruncate": ["EIO"],
    "sched_setaffinity": ["EPERM"], "sched_getaffinity": ["EINVAL"], "prctl": ["EINVAL"], "setpgid": ["EPERM"], "poll": ["EINTR", "ENOMEM"],
    "epoll_wait": ["EINTR"], "recvfrom": ["ENOMEM"], "readlink": ["ENOENT"], "prlimit64": ["EPERM"], "newfstatat": ["ENOMEM", "EACCES"],
    "getrandom": ["ENOSYS"], "fcntl": ["EINVAL"], "access": ["EACCES"],
}
# Beside those of a run, with a dashboard: in each process in turn, the guard, the controller, main.
SCREEN_ERRORS = {
    "openat": ["EMFILE"], "mmap": ["ENOMEM"], "epoll_create1": ["EMFILE"], "signalfd4": ["EMFILE", "ENOMEM"], "timerfd_create": ["EMFILE"],
    "memfd_create": ["EMFILE"], "epoll_ctl": ["ENOSPC"], "poll": ["EINTR", "ENOMEM"], "epoll_wait": ["EINTR"], "rt_sigtimedwait": ["EINTR"], "fcntl": ["EMFILE"],
    "clone": ["EAGAIN"], "pipe2": ["EMFILE"], "eventfd2": ["EMFILE"], "ioctl": ["EINTR"],
}
# It has not begun yet: the loader's own words.
LOADER = re.compile("loading shared libraries|glibc error|cannot allocate TLS")


class Lost(Exception):
    """What was lost."""


def can_inject():
    """Can strace be used here?"""
    tried = shutil.which("strace") and subprocess.run(["strace", "-o", "/dev/null", "-e", "inject=getpid:error=EPERM:when=9", "true"],
                                                      capture_output=True, check=False)
    return bool(tried) and tried.returncode == 0


class Try:
    """One run of the program with something done to it, in a folder of its own."""

    def __init__(self, args, before=(), env=None, followed=False):
        """followed: the command before it ends only after all processes have, so nobody need look for them."""
        self.mark, self.followed = fresh_mark(), followed
        with tempfile.TemporaryDirectory(prefix="forklore-torture-") as self.folder:
            self.scratch = Path(self.folder, "tmp")
            self.scratch.mkdir()
            memory = set(os.listdir("/dev/shm"))
            self._run([*(word.replace("{folder}", self.folder) for word in before), PROGRAM, *args], env or {})
            trace = Path(self.folder, "trace")
            self.trace = trace.read_text(errors="replace") if trace.exists() else ""
            self.left = self._left()
            self.left += ["/dev/shm/" + name for name in set(os.listdir("/dev/shm")) - memory if "forklore" in name]

    def _run(self, command, env):
        env = {**os.environ, "TMPDIR": str(self.scratch), "FORKLORE_TEST_RUN": self.mark, **env}
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
                              env=env, start_new_session=True) as process:
            try:
                self.out, self.err = process.communicate(timeout=LIMIT)
                self.hung = False
            except subprocess.TimeoutExpired:
                self.hung = True
                for pid in [process.pid, *processes_with("FORKLORE_TEST_RUN=" + self.mark)]:
                    try:
                        os.kill(pid, 9)
                    except ProcessLookupError:
                        pass
                self.out, self.err = process.communicate()
        self.code = process.returncode

    def _left(self):
        """What is still there after a while."""
        until = time.monotonic() + 5 * PATIENCE
        while True:
            left = [] if self.followed and not self.hung else [
                "%s (%d)" % (name, pid) for pid, name in processes_with("FORKLORE_TEST_RUN=" + self.mark).items()]
            left += os.listdir(self.scratch)
            if not left or time.monotonic() > until:
                return left
            time.sleep(0.01)

    def must_be_clean(self):
        if self.hung:
            raise Lost("still running after %g s" % LIMIT)
        if self.left:
            raise Lost("left behind: " + ", ".join(self.left))

    def must_say_why(self):
        """It was not killed: it ended with one of its codes, and where that is no verdict it said something."""
        self.must_be_clean()
        if LOADER.search(self.err):
            return
        if self.code not in CODES or "Sanitizer" in self.err or "Assertion" in self.err:
            raise Lost("exit code %d: %s" % (self.code, self.err[-300:].strip()))
        if self.code in (0, 1) and "out of memory" in self.err:
            raise Lost("a process of the run had no memory, and the run went on to exit code %d" % self.code)
        if self.code in (2, 3, 5) and not (self.err + self.out).strip():
            raise Lost("exit code %d, and not a word" % self.code)


def calls_of(args):
    """{system call: how often} of the controller."""
    tried = Try(args, ["strace", "-qq", "-o", "{folder}/trace"])
    return Counter(re.findall(r"^(\w+)\(", tried.trace, re.M))


def strace(call, what):
    return ["strace", "-qq", "-o", "{folder}/trace", "-e", "trace=" + call, "-e", "inject=%s:%s" % (call, what)]


def kill_points(args, most):
    """The controller is killed with SIGKILL at its n-th call of each kind."""
    for call, count in calls_of(args).items():
        for n in range(1, min(count, most) + 1):
            yield args, call, n


def kill_at(point):
    args, call, n = point
    Try(args, strace(call, "signal=SIGKILL:when=%d" % n)).must_be_clean()


def call_points(args, most):
    """Its n-th call of each kind fails: the first of each, then the second: where there is no time for all, no kind is left out."""
    counts = calls_of(args)
    for n in range(1, min(most, max(counts.values(), default=0)) + 1):
        for call in (call for call, count in counts.items() if count >= n):
            for error in ERRORS.get(call, []):
                yield args, call, n, error


def call_fails(point):
    args, call, n, error = point
    tried = Try(args, strace(call, "error=%s:when=%d" % (error, n)))
    if call == "mmap" and n == 1 and tried.code == -11:         # the loader's first
        return
    tried.must_say_why()


def screen_points(most):
    return [(call, error, n) for n in range(1, most + 1) for call, errors in SCREEN_ERRORS.items() for error in errors]


def screen_call_fails(point):
    """In each process of a run with a dashboard, its n-th call: the terminal is as it was, and where it ends at once, it said why."""
    call, error, n = point
    with tempfile.TemporaryDirectory(prefix="forklore-torture-") as folder:
        command = [word.replace("{folder}", folder) for word in strace(call, "error=%s:when=%d" % (error, n))]
        scratch, mark = Path(folder, "tmp"), fresh_mark()
        scratch.mkdir()
        code, shown = on_terminal([*command, "-f", PROGRAM, "run", "ticket-file"], {"XDG_STATE_HOME": folder, "TMPDIR": str(scratch), "FORKLORE_TEST_RUN": mark})
        said = shown[shown.rfind(LEAVES[0][1]) + 1:].decode(errors="replace")
        if LOADER.search(said) or (call == "mmap" and n == 1 and code == -11):
            return
        if code not in (0, 5) or (code == 5 and os.strerror(getattr(errno, error)) not in said):
            raise Lost("exit code %d: %s" % (code, said[-300:]))
        if processes_with("FORKLORE_TEST_RUN=" + mark) or os.listdir(scratch):
            raise Lost("left behind: %s %s" % (processes_with("FORKLORE_TEST_RUN=" + mark), os.listdir(scratch)))


# ---- memory ----

def compiled(folder, source, *flags):
    """A helper of tests/torture."""
    made = Path(folder, source.partition(".")[0])
    subprocess.run([os.environ.get("CC", "cc").split()[-1], "-O2", *flags, "-o", made, ROOT / "tests" / "torture" / source], check=True)
    return made


class Memory:
    """In each process of the program the n-th allocation fails: many n for each time that the program is loaded."""

    def __init__(self, folder):
        self.folder = folder
        self.library = compiled(folder, "alloc_fails.c", "-shared", "-fPIC")

    def fails(self, point):
        """(how often, losses): point is (arguments, the first n, the step, the last)."""
        args, *range_of = point
        env = {**os.environ, "LD_PRELOAD": str(self.library), "TMPDIR": self.folder,
               "FORKLORE_TORTURE_ALLOCATIONS": " ".join(map(str, [*range_of, int(LIMIT)]))}
        done = subprocess.run([PROGRAM, *args], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)
        *wrong, last = done.stdout.splitlines() or [""]
        if done.returncode or not last.startswith("tried "):
            raise Lost("no end: exit code %d: %s" % (done.returncode, done.stderr[-300:]))
        wrong = [line for line in wrong if not LOADER.search(line)]
        if wrong:
            raise Lost("%d times, first at %s" % (len(wrong), wrong[0]))
        return int(last.split()[1])


# ---- files ----

def damages(text, at, chance):
    """The text cut at that byte, and with it changed."""
    yield text[:at]
    for byte in (text[at] ^ 1 << chance.randrange(8), chance.choice(b"\0\t\n :-[]{}\"'#&*!|>%@`\x80\xc3\xff")):
        yield text[:at] + bytes([byte]) + text[at + 1:]


def damaged(text, chance):
    """At every byte."""
    for at in range(len(text)):
        yield from damages(text, at, chance)


OTHER_KINDS = ["[]", "[a]", "[[1], {b: c}]", "{}", "{a: b}", '""', "~", "-1", "99999999999999999999", "1.5", "x y", "true", "'[a]'", "1..", "a.b[0]"]
VALUE = re.compile(r"(?<=: )(?! )[^,{}\[\]\n]+|(?<=[\[,])[^,{}\[\]\n:]+(?=[\],])|(?<=: )[\[{][^\n]*$", re.M)


def replaced(text):
    """In place of each value one of another kind, which the reader of that key has no use for."""
    for value in VALUE.finditer(text):
        for other in OTHER_KINDS:
            yield (text[:value.start()] + other + text[value.end():]).encode()


def check_files(batch):
    """All in one call: each file is answered for itself."""
    with tempfile.TemporaryDirectory(prefix="forklore-torture-") as folder:
        for i, text in enumerate(batch):
            Path(folder, "%04d.yaml" % i).write_bytes(text)
        done = subprocess.run([PROGRAM, "check", *sorted(map(str, Path(folder).iterdir()))], capture_output=True, timeout=LIMIT, check=False)
        if done.returncode in (0, 3):
            return len(batch)
        for i, text in enumerate(batch):
            alone = subprocess.run([PROGRAM, "check", "-"], input=text, capture_output=True, timeout=LIMIT, check=False)
            if alone.returncode not in (0, 3):
                raise Lost("exit code %d for %r" % (alone.returncode, text))
        raise Lost("exit code %d for %d files together" % (done.returncode, len(batch)))


class Recordings:
    """A recording of a run of each scenario of the library, cut and damaged: it is refused, or as much of it as can be is played."""

    def __init__(self, folder, library=LIBRARY):
        self.folder, self.number, self.texts = folder, itertools.count(), {}
        for name in (path.stem for path in library):
            path = Path(folder, name + ".recorded")
            subprocess.run([PROGRAM, "run", name, "--plain", "--quiet", "--record", path], stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)
            if not path.exists():
                raise Lost("nothing was recorded of " + name)
            self.texts[name] = path.read_bytes()

    def damaged(self, chance):
        """Each once, in an order in which none comes first."""
        places = [(name, at) for name, text in self.texts.items() for at in range(len(text))]
        chance.shuffle(places)
        for name, at in places:
            for text in damages(self.texts[name], at, chance):
                yield name, text

    def play(self, point):
        name, text = point
        path = Path(self.folder, "%d.yaml" % next(self.number))
        path.write_bytes(text)
        done = subprocess.run([PROGRAM, "run", name, "--schedule", path, "--model", "--plain"], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=LIMIT, check=False)
        path.unlink()
        if done.returncode not in CODES or (done.returncode in (2, 3, 5) and not done.stderr + done.stdout) or b"Sanitizer" in done.stderr:
            raise Lost("exit code %d, %r for %r" % (done.returncode, done.stderr[-300:], text))


BUSY = 10                               # whatever else the machine does: the best of so many counts


def check_soon(name, text, form):
    """A file of a megabyte is answered in time, in this form."""
    with tempfile.NamedTemporaryFile("w", prefix="forklore-torture-", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        for _ in range(BUSY):
            seconds, memory, code, _ = measured(file.name, "check", "--format", form)
            if code != 3:
                raise Lost("%s: exit code %d" % (name, code))
            if seconds <= 0.1 * PATIENCE and memory <= 64:
                return
    raise Lost("%s: %.3f s, %.1f MiB" % (name, seconds, memory))


def bounds(_):
    texts = [(name, "scenario: x\n" + make(n)) for name, (make, n) in WRONG.items()] + [(name, make(n)) for name, (make, n) in NO_SCENARIO.items()]
    done, losses = 0, []
    for name, text in texts:            # one at a time: it is measured
        for form in ("text", "json"):
            try:
                done += 1
                check_soon(name, text, form)
            except Lost as loss:
                losses.append(loss)
    return done, losses


def batches(items, size):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


# ---- the processes of a run ----

POINT_RUNS = [[name, "--policy", policy] for policy in ("rr", "host")
              for name in ("ticket-race", "ticket-lock", "ticket-file", "condition-buffer", "barrier", "producer-consumer-joinable", "pipe-eof",
                           "manager-counter", "pool-maxtasks", "echo-server", "graceful-shutdown")]


class Points:
    """Processes of a run are killed after any number of their instructions."""

    def __init__(self, folder):
        self.program = compiled(folder, "kill_after.c")
        self.inside = 0

    def works(self):
        tried = subprocess.run([self.program, "1", "1", "--", "true"], capture_output=True, check=False)
        return tried.returncode == 0

    def processes(self, args):
        """How many a run starts."""
        words = subprocess.run([self.program, "99", "1", "--", PROGRAM, "run", *args, "--plain"], capture_output=True, text=True,
                               timeout=LIMIT, check=False).stderr.split()
        return min(int(words[-1]), 8)

    def single(self, most, chance):
        """So many points of each run, in an order in which none comes first."""
        found = [(args, (chance.randint(1, n), chance.randint(1, 14000)))
                 for args in POINT_RUNS for n in [self.processes(args)] for _ in range(most)]
        chance.shuffle(found)
        return found

    def double(self, most, chance):
        """The second is killed soon after the first: at a time at which it may be repairing what that left."""
        found = [(args, (first, chance.randint(1, 12000), second, chance.randint(1, 3000)))
                 for args in POINT_RUNS for n in [self.processes(args)]
                 for first, second in (chance.sample(range(1, n + 1), 2) for _ in range(most))]
        chance.shuffle(found)
        return found

    def killed(self, point):
        """How many of the point's processes were killed before they ended by themselves; else the run is as good as any."""
        args, plan = point
        with tempfile.TemporaryDirectory(prefix="forklore-torture-") as folder:
            record = Path(folder, "run.yaml")
            tried = Try(["run", *args, "--timeout", str(LIMIT / 3), "--json", "--record", str(record)],
                        [str(self.program), *map(str, plan), "--"], followed=True)
            tried.must_say_why()
            killed = tried.err.strip().splitlines()[-1]
            self.inside += killed.count("killed inside")
            if tried.code in (0, 1):
                again = subprocess.run([PROGRAM, "run", args[0], "--schedule", str(record), "--json", "--model"], capture_output=True, text=True,
                                       timeout=LIMIT, check=False)
                if told(again.stdout) != told(tried.out):
                    raise Lost("the model gives another run (exit code %d): %s" % (again.returncode, first_difference(tried.out, again.stdout) or again.stderr))
            return killed.count("killed")

    def crowds(self, folder, most, chance, double):
        """Runs of many processes, most of which are killed, one after the other: so many instructions after that many system calls.
        double: and soon after each another, which may be repairing what that left. `most` kills in all, as far as they come to it."""
        text = (ROOT / "tests" / "torture" / "crowd.yaml").read_text()
        files = {}
        for policy, (rounds, _) in CROWDS.items():
            files[policy] = Path(folder, policy + ".yaml")
            files[policy].write_text(text.replace("repeat: 12", "repeat: %d" % rounds))
        while most > 0:
            policy = chance.choice(["rr"] * 5 + ["host"])
            victims = chance.sample(CROWD, CROWDS[policy][1])
            plan = []
            for i, which in enumerate(victims):
                second = double and i % 2
                plan += [which, "%d+%d" % (0 if second else chance.randint(0, 1), chance.randint(1, 900 if second else 1200))]
            most -= len(victims) // (2 if double else 1)
            yield [str(files[policy]), "--policy", policy], plan


CROWD = range(3, 29)                            # the processes of crowd.yaml: before them begin the one that records, and main
CROWDS = {"rr": (20, 22), "host": (60, 6)}      # how many rounds they go, and how many of them are killed


# ---- the controller, and the guard of the screen ----

KEYS = b"ssss S q"
LEAVES = [(b"\x1b[?1049h", b"\x1b[?1049l"), (b"\x1b[?25l", b"\x1b[?25h")]      # what it sets, and what takes that back


class Ends(Points):
    """The controller, or the guard of the dashboard, is killed after any of its instructions."""

    def calls(self, args, which, screen):
        """How many entries to system calls and returns there are in a whole run of it."""
        killed = self.on_screen([which, "1000000+1"], args) if screen else Try(args, [str(self.program), str(which), "1000000+1", "--"]).err
        return int(re.findall(r"ended after (\d+)\+", killed)[-1])

    def points(self, most, chance):
        """One in ten with a screen: each such run takes a while."""
        plain = [(args, 0, False) for args in RUNS]
        shown = [(["run", "ticket-file", "--policy", policy], which, True) for policy in ("rr", "host") for which in (0, 1)]
        plain, shown = ([(*kind, self.calls(*kind)) for kind in kinds] for kinds in (plain, shown))
        for _ in range(most):
            args, which, screen, calls = chance.choice(plain if chance.randrange(10) else shown)
            yield args, [which, "%d+%d" % (chance.randint(0, calls), chance.choice([1, 1, 30, 300, 3000]) * chance.random() + 1)], screen

    def killed(self, point):
        args, plan, screen = point
        if screen:
            return self.on_screen(plan, args).count("killed")
        tried = Try(args, [str(self.program), *map(str, plan), "--"], followed=True)
        tried.must_be_clean()
        return tried.err.count(" killed")

    def on_screen(self, plan, args):
        """On a terminal of its own: what kill_after said."""
        with tempfile.TemporaryDirectory(prefix="forklore-torture-") as folder, Path(folder, "err").open("w+") as err:
            scratch = Path(folder, "tmp")
            scratch.mkdir()
            on_terminal([self.program, *map(str, plan), "--", PROGRAM, *args], {"TMPDIR": str(scratch), "XDG_STATE_HOME": folder}, err)
            err.seek(0)
            if os.listdir(scratch):
                raise Lost("left behind: " + ", ".join(os.listdir(scratch)))
            return err.read()


def on_terminal(command, env, err=None):
    """Runs it on a terminal of its own, and asks it to quit: (its exit code, what it showed). The terminal must be as it was before.
    err: where its stderr goes, if not there, too."""
    master, slave = pty.openpty()
    try:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        before = termios.tcgetattr(slave)
        env = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **env}
        process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=err or slave, env=env, start_new_session=True,
                                   preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        shown = typed_at(master, process)
        if termios.tcgetattr(slave) != before:
            raise Lost("the terminal's modes are not as they were: %r" % shown[-200:])
        for on, off in LEAVES:
            if shown.rfind(on) > shown.rfind(off):
                raise Lost("the terminal was sent %r, and not %r: %r" % (on, off, shown[-200:]))
        return process.returncode, shown
    finally:
        os.close(master)
        os.close(slave)


def typed_at(master, process):
    """What it shows, until it has ended; it is asked to quit again and again."""
    shown, until = b"", time.monotonic() + LIMIT
    os.write(master, KEYS)
    while True:
        ended = process.poll() is not None
        ready, _, _ = select.select([master], [], [], 0 if ended else 0.05)
        if ready:
            shown += os.read(master, 65536)
        elif ended:
            return shown
        elif time.monotonic() > until:
            process.kill()
            process.wait()
            raise Lost("still running after %g s" % LIMIT)
        else:
            os.write(master, b"q")


def told(lines):
    """JSON Lines without what differs between two runs of the same."""
    return re.sub(r'"(?:pid|mode)": (?:\d+|null|"\w+")', "", lines).splitlines()


def first_difference(a, b):
    for one, other in zip(told(a), told(b)):
        if one != other:
            return "%s instead of %s" % (other, one)
    return ""


# ---- a long run ----

SOAKED = 60                                     # processes of a run
SOAK = "scenario: soak\nshared: {n: 0}\nprocesses: {p: {count: %d, steps: [n += 1]}}\n" % SOAKED


class Soak:
    """One dashboard plays a run again and again: its descriptors, its memory and its children stay what they were after the first few."""
    FIRST, MORE_KIB = 20, 4096

    def __init__(self, folder):
        path = Path(folder, "soak.yaml")
        path.write_text(SOAK)
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        env = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": folder, "TMPDIR": folder}
        self.guard = subprocess.Popen([PROGRAM, "run", str(path), "--step"], stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True,
                                      preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.until(lambda: children(self.guard.pid), "the controller")
        self.pid = children(self.guard.pid)[0]

    def until(self, holds, what):
        """What it shows is read meanwhile: else it would wait for us."""
        limit = time.monotonic() + LIMIT
        while not holds():
            if select.select([self.master], [], [], 0.002)[0]:
                os.read(self.master, 65536)
            if time.monotonic() > limit:
                raise Lost("after %g s still not: %s" % (LIMIT, what))

    def plays(self):
        self.until(lambda: children(self.pid), "a run that has begun")
        os.write(self.master, b"g9999\r")
        self.until(lambda: not children(self.pid), "a run whose processes have gone")

    def has(self):
        """(descriptors, KiB of memory). A file that is open for a moment is not one that stays open."""
        looks = []
        for _ in range(3):
            looks.append(len(os.listdir("/proc/%d/fd" % self.pid)))
            time.sleep(0.005)
        return min(looks), int(re.search(r"VmRSS:\s*(\d+)", proc(self.pid, "status"))[1])

    def again(self, forks):
        """So many forks, and some more."""
        for n in range(forks // (SOAKED + 1) + self.FIRST + 1):
            self.plays()
            fds, memory = self.has()
            if n == self.FIRST:
                at_first = fds, memory
            if n > self.FIRST and (fds > at_first[0] or memory > at_first[1] + self.MORE_KIB):
                raise Lost("after %d runs %d descriptors and %d KiB have become %d and %d" % (n + 1, *at_first, fds, memory))
            os.write(self.master, b"r")
        return (n + 1) * (SOAKED + 1)

    def close(self):
        self.guard.terminate()
        self.guard.wait()
        os.close(self.master)


def children(pid):
    return list(map(int, proc(pid, "task/%d/children" % pid).split()))


# ---- the parts ----

class Budget:
    """What a part may use. thorough: as long as it takes, else until that time; workers: how many tries at a time."""

    def __init__(self, thorough=False, until=float("inf"), workers=2):
        self.thorough, self.until, self.workers = thorough, until, workers

    def is_over(self):
        return time.monotonic() > self.until


def tried(do, points, budget=Budget(), enough=float("inf"), workers=None):
    """(how often, losses) of doing that to each point, several at a time. `do` returns how many tries that was; nothing: one.
    It ends with the points, when that was often enough, or with the budget."""
    done, losses, points, lock = 0, [], iter(points), threading.Lock()

    def work():
        nonlocal done
        while True:
            with lock:
                point = None if done >= enough or budget.is_over() else next(points, None)
            if point is None:
                return
            count, loss = 1, None
            try:
                count = do(point)
            except (Lost, subprocess.TimeoutExpired) as problem:
                loss = "%s: %s" % (" ".join(map(str, point)) if isinstance(point, tuple) else "", problem)
            with lock:
                done += 1 if count is None else int(count)
                losses.extend([loss] if loss else [])
    with ThreadPoolExecutor(workers or budget.workers) as pool:
        for worker in [pool.submit(work) for _ in range(workers or budget.workers)]:
            worker.result()
    return done, losses


def by_turns(*kinds):
    """The points of all kinds, one of each at a time: where there is no time for all, none is left out."""
    kinds = [iter(kind) for kind in kinds]
    while kinds:
        for kind in kinds[:]:
            try:
                yield next(kind)
            except StopIteration:
                kinds.remove(kind)


WAITING = 8     # runs at a time that wait for most of their time: for somebody who looks and notices a kill, or for a key


def with_folder(do):
    def part(budget):
        with tempfile.TemporaryDirectory(prefix="forklore-torture-") as folder:
            return do(budget, folder)
    return part


def kills(budget):
    return tried(kill_at, by_turns(*(kill_points(args, 10 ** 6 if budget.thorough else 3) for args in RUNS)), budget, workers=WAITING)


def calls(budget):
    without = (call_points(args, 10 ** 6 if budget.thorough else 10) for args in RUNS + OTHERS)
    shown = screen_points(60 if budget.thorough else 4)
    return tried(lambda point: (call_fails if isinstance(point[0], list) else screen_call_fails)(point), by_turns(*without, shown), budget,
                 float("inf") if budget.thorough else 1000, workers=WAITING)


@with_folder
def memory(budget, folder):
    """Each allocation of some runs, and of reading each scenario of the library."""
    step, last = 7, 20000 if budget.thorough else 2000
    checks = [["check", path.stem] for path in LIBRARY]
    return tried(Memory(folder).fails, ((args, first, step, last) for first in range(1, step + 1) for args in RUNS + OTHERS + checks), budget)


def files(budget):
    chance = random.Random(1)
    some = [path.read_bytes() for path in LIBRARY[::1 if budget.thorough else 8]]
    all_of = by_turns(*(damaged(text, chance) for text in some), *(replaced(text.decode()) for text in some))
    return tried(check_files, batches(all_of, 200), budget)


@with_folder
def recordings(budget, folder):
    of = Recordings(folder)
    return tried(of.play, of.damaged(random.Random(5)), budget, float("inf") if budget.thorough else 10000)


def killed(most_alone, most, double, seed):
    """Single runs with one kill, or two; and crowds."""
    @with_folder
    def part(budget, folder):
        of, chance, times = Points(folder), random.Random(seed), 10 if budget.thorough else 1
        alone = (of.double if double else of.single)(most_alone * times, chance)
        done, losses = tried(of.killed, itertools.chain(alone, of.crowds(folder, most * times, chance, double)), budget, workers=WAITING)
        return done // 2 if double else done, losses
    return part


@with_folder
def ends(budget, folder):
    of = Ends(folder)
    return tried(of.killed, of.points(10 ** 6, random.Random(4)), budget, 50000 if budget.thorough else 4600, workers=WAITING)


@with_folder
def soak(budget, folder):
    of = Soak(folder)
    try:
        return tried(of.again, [10 ** 6 if budget.thorough else 3000])
    finally:
        of.close()


def workers(budget):
    from torture_workers import workers as killed_and_killed_again         # which is made of what is here
    return killed_and_killed_again(budget)


JOURNAL, MUTEX = "tests/unit/test_journal", "tests/unit/test_mutex"
CONTROLS = {"WITHOUT_JOURNAL/test_journal": JOURNAL, "WITHOUT_ANOTHER_LOOK/test_mutex": MUTEX}


def make(*words):
    built = subprocess.run(["make", "-s", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if built.returncode:
        sys.exit(built.stdout + built.stderr)


def unit_test(name, *args, **env):
    """Runs one of the tests in C, with these variables: (its exit code, what it printed)."""
    done = subprocess.run([DEBUG / name, *args], cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def in_actions(test, often, seldom):
    """Kills in single actions, at each so many-th instruction of each kind of action; or of each repair of what such a kill left."""
    def part(budget):
        limit = {} if budget.thorough else {"FORKLORE_SECONDS": "%d" % max(1, budget.until - time.monotonic())}
        code, out = unit_test(JOURNAL, test, FORKLORE_STRIDE=str(often if budget.thorough else seldom), **limit)
        return sum(map(int, re.findall(r"killed (\d+) times", out))), [out[-2000:]] if code else []
    return part


def controls(_):
    """Each protection taken away in turn: the test that is there for it passes with it, and must fail without."""
    losses = []
    for without, test in CONTROLS.items():
        if unit_test(test)[0]:
            losses.append("%s fails" % test)
        if not unit_test(without, FORKLORE_SECONDS="5")[0]:
            losses.append("%s does not notice" % without)
    return len(CONTROLS), losses


SECONDS = 60                    # of each fuzzer


def fuzzed(target):
    return lambda budget: fuzz.run(target, 10 * SECONDS if budget.thorough else SECONDS)


DEBUG = ROOT / "build" / "debug"
IN_ALL = 580                    # seconds, but for --thorough

# name: (what does it, what was done, its share of the seconds)
FUZZERS = {"fuzz-" + target: (fuzzed(target), "an input of a fuzzer: " + target, SECONDS) for target in fuzz.TARGETS}
PARTS = {
    "bounds": (bounds, "a megabyte in which all is wrong, in 100 ms", 30),
    **FUZZERS,
    "kills": (kills, "the controller is killed at a system call", 15),
    "ends": (ends, "the controller or the guard, at any instruction", 80),
    "calls": (calls, "a system call of the controller fails", 60),
    "memory": (memory, "an allocation fails", 80),
    "files": (files, "a scenario is cut or damaged", 60),
    "recordings": (recordings, "a recording is cut or damaged", 50),
    "points": (killed(10, 3000, False, 2), "a process is killed after any instruction", 70),
    "doubles": (killed(10, 3000, True, 3), "and then another", 90),
    "actions": (in_actions("test_killed_at_*", 1, 2), "one is killed in an action", 60),
    "repairs": (in_actions("test_killed_while_*", 2, 6), "and then the one that repairs", 60),
    "soak": (soak, "a process is started, all by one dashboard", 20),
    "workers": (workers, "one of 64 workers is killed", 25),
    "controls": (controls, "a protection is taken away, which is noticed", 20),
}
# What it measures is not to be disturbed by another part; and the kernel counts as a child's memory also what its parent had when it
# started it, which grows from part to part. So it comes first.
ALONE = {"bounds"}

# What was asked for: so many of these, and the parts that do it.
ASKED = [
    ("single kill points", 30000, {"points", "actions"}), ("double kill points", 30000, {"doubles", "repairs"}),
    ("kills of the controller and the guard", 5000, {"kills", "ends"}), ("failing system calls", 1000, {"calls"}),
    ("failing allocations", 50000, {"memory"}), ("bad files", 50000, {"files", "recordings"}),
]


def build(wanted):
    """What they need beside the program, before two of them need it at once."""
    if {"actions", "repairs", "controls"} & set(wanted):
        make("MODE=debug", *("build/debug/" + name for name in [*CONTROLS, JOURNAL, MUTEX]))
    if set(FUZZERS) & set(wanted):
        fuzz.BUILD = ROOT / "build" / "fuzz"
        make("MODE=fuzz", "CC=clang", "fuzzers")


class Table:
    """The parts are done, two at a time, and each gets what it needs of the time that is left, as far as all can have that."""

    def __init__(self, wanted, thorough):
        self.thorough, self.lock, self.rows, self.count, self.seconds, self.lost = thorough, threading.Lock(), {}, {}, {}, 0
        self.lanes = min(2, len(wanted))
        self.until = time.monotonic() + IN_ALL
        self.to_do = [name for name in PARTS if name in wanted]
        self.not_done = set(self.to_do)

    def budget(self, name):
        left = self.until - time.monotonic()
        with self.lock:
            share = PARTS[name][2] / sum(PARTS[other][2] for other in self.not_done)
        until = float("inf") if self.thorough else time.monotonic() + min(1, self.lanes * share) * left
        return Budget(self.thorough, until, 3 - self.lanes)

    def do(self, name):
        part, what, _ = PARTS[name]
        began = time.monotonic()
        if sys.stderr.isatty():
            print("%s .." % what, file=sys.stderr)
        count, losses = part(self.budget(name))
        with self.lock:
            for loss in losses[:10]:
                print("%s: %s" % (name, loss), flush=True)
            self.count[name], self.seconds[name] = count, time.monotonic() - began
            self.rows[name] = "%-46s %8d times  %6d lost  %4.0f s" % (what, count, len(losses), self.seconds[name])
            self.lost += len(losses)
            self.not_done.remove(name)

    def lane(self):
        while True:
            with self.lock:
                if not self.to_do:
                    return
                name = self.to_do.pop(0)
            self.do(name)

    def all(self):
        for name in ALONE & set(self.to_do):
            self.to_do.remove(name)
            self.do(name)
        with ThreadPoolExecutor(self.lanes) as pool:
            for lane in [pool.submit(self.lane) for _ in range(self.lanes)]:
                lane.result()

    def asked(self):
        """What was asked for: (what, how often it was done, how often it was to be), of that of which all parts were wanted."""
        for what, often, parts in ASKED:
            if parts <= set(self.count):
                yield what, sum(self.count[name] for name in parts), often
        if set(FUZZERS) <= set(self.count):
            yield "seconds of each fuzzer", int(min(self.seconds[name] for name in FUZZERS)), SECONDS

    def show(self):
        print("\n".join(self.rows[name] for name in PARTS if name in self.rows))
        for what, done, often in self.asked():
            print("%-46s %8d done   %6d asked%s" % (what, done, often, "" if done >= often else ": not reached"))


def main(args):
    thorough = "--thorough" in args
    wanted = [part for a in args if a != "--thorough" for part in (FUZZERS if a == "fuzz" else [a])] or list(PARTS)
    if not set(wanted) <= set(PARTS):
        sys.exit(__doc__)
    if not can_inject():
        sys.exit("strace can't be used here")
    build(wanted)
    began, table = time.monotonic(), Table(wanted, thorough)
    table.all()
    table.show()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print("in %.0f s, and %.0f s of a CPU" % (time.monotonic() - began, used.ru_utime + used.ru_stime))
    sys.exit(1 if table.lost else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
