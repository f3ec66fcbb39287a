#!/usr/bin/env python3
"""What is done to forklore so that something is lost: it is killed at each of its system calls, each of them fails, each allocation
fails, files are cut and damaged at every byte. Each time it must end with one of its exit codes and say why, or be dead, and
leave nothing behind: no process, no file, no shared memory.

usage: tests/torture.py [--thorough] [PART...]       PART: kills, calls, memory, files, points, doubles, actions, controls

It ends with a table: what was done, how often, what was lost. The first losses of each part are shown above it. Needs strace,
which kills and fails (`inject`), and a C compiler. The first four parts are about the controller; `points` and `doubles` about the
processes of a run (main, those that it starts, workers, servers), which are killed after any number of instructions
(tests/torture/kill_after.c): the others go on to an end, and what was recorded replays on the model as the same JSON Lines, so
that nothing happened that the model does not allow. `actions` does that to single actions, more often (tests/unit/test_journal.c);
`controls` builds forklore without what protects it, and must see that it is missed.
"""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from forklore_test import PATIENCE, PROGRAM, ROOT, fresh_mark, processes_with

CODES = {0, 1, 2, 3, 4, 5}
LIMIT = 30 * PATIENCE
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

    def __init__(self, args, before=(), env=None):
        self.mark = fresh_mark()
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
            left = ["%s (%d)" % (name, pid) for pid, name in processes_with("FORKLORE_TEST_RUN=" + self.mark).items()]
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
    """Its n-th call of each kind fails."""
    for call, count in calls_of(args).items():
        for error in ERRORS.get(call, []):
            for n in range(1, min(count, most) + 1):
                yield args, call, n, error


def call_fails(point):
    args, call, n, error = point
    tried = Try(args, strace(call, "error=%s:when=%d" % (error, n)))
    if call == "mmap" and n == 1 and tried.code == -11:         # the loader's first
        return
    tried.must_say_why()


# ---- memory ----

SHIM = r"""
#include <errno.h>
#include <stdlib.h>
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
static long left = -1;
static int fails(void)
{
	if (left < 0)
		left = getenv("FORKLORE_TORTURE_ALLOCATION") ? atol(getenv("FORKLORE_TORTURE_ALLOCATION")) : 0;
	if (!left || --left)
		return 0;
	errno = ENOMEM;
	return 1;
}
void *malloc(size_t n) { return fails() ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t size) { return fails() ? NULL : __libc_calloc(n, size); }
void *realloc(void *at, size_t n) { return fails() ? NULL : __libc_realloc(at, n); }
"""


class Memory:
    """In each process of the program the n-th allocation fails."""

    def __init__(self, folder):
        source = Path(folder, "shim.c")
        self.library = Path(folder, "shim.so")
        source.write_text(SHIM)
        subprocess.run([os.environ.get("CC", "cc").split()[-1], "-shared", "-fPIC", "-O1", "-o", self.library, source], check=True)

    def fails(self, point):
        args, n = point
        Try(args, env={"LD_PRELOAD": str(self.library), "FORKLORE_TORTURE_ALLOCATION": str(n)}).must_say_why()


# ---- files ----

def damaged(text, chance):
    """The text cut at every byte, and with bytes changed."""
    for at in range(len(text)):
        yield text[:at]
        for byte in (text[at] ^ 1 << chance.randrange(8), chance.choice(b"\0\t\n :-[]{}\"'#&*!|>%@`\x80\xc3\xff")):
            yield text[:at] + bytes([byte]) + text[at + 1:]


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
        self.program = Path(folder, "kill_after")
        subprocess.run([os.environ.get("CC", "cc").split()[-1], "-O2", "-o", self.program, ROOT / "tests" / "torture" / "kill_after.c"], check=True)

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
        """1: every one of the point was killed before it ended by itself; else 0, and the run is as good as any."""
        args, plan = point
        with tempfile.TemporaryDirectory(prefix="forklore-torture-") as folder:
            record = Path(folder, "run.yaml")
            tried = Try(["run", *args, "--timeout", str(LIMIT / 3), "--json", "--record", str(record)], [str(self.program), *map(str, plan), "--"])
            tried.must_say_why()
            all_killed = "ended" not in tried.err.strip().splitlines()[-1]
            if tried.code not in (0, 1):
                return all_killed
            again = subprocess.run([PROGRAM, "run", args[0], "--schedule", str(record), "--json", "--model"], capture_output=True, text=True,
                                   timeout=LIMIT, check=False)
            if told(again.stdout) != told(tried.out):
                raise Lost("the model gives another run (exit code %d): %s" % (again.returncode, first_difference(tried.out, again.stdout) or again.stderr))
            return all_killed


def told(lines):
    """JSON Lines without what differs between two runs of the same."""
    return [{key: value for key, value in json.loads(line).items() if key not in ("pid", "mode")} for line in lines.splitlines()]


def first_difference(a, b):
    for one, other in zip(told(a), told(b)):
        if one != other:
            return "%s instead of %s" % (other, one)
    return ""


# ---- the parts ----

def tried(do, points):
    """(how often, losses) of doing that to each point, two at a time. `do` returns how many tries that was; nothing: one."""
    done, losses = 0, []

    def one(point):
        try:
            count = do(point)
            return point, 1 if count is None else int(count), None
        except (Lost, subprocess.TimeoutExpired) as loss:
            return point, 1, loss
    with ThreadPoolExecutor(2) as pool:
        for point, count, loss in pool.map(one, points):
            done += count
            if loss:
                losses.append("%s: %s" % (" ".join(map(str, point)) if isinstance(point, tuple) else "", loss))
    return done, losses


def kills(thorough):
    return tried(kill_at, (p for args in RUNS for p in kill_points(args, 10 ** 6 if thorough else 12)))


def calls(thorough):
    return tried(call_fails, (p for args in RUNS + OTHERS for p in call_points(args, 10 ** 6 if thorough else 12)))


def memory(thorough):
    with tempfile.TemporaryDirectory(prefix="forklore-torture-") as folder:
        most = 5000 if thorough else 700
        return tried(Memory(folder).fails, ((args, n) for args in RUNS + OTHERS for n in range(1, most + 1)))


def files(thorough):
    chance = random.Random(1)
    texts = [path.read_bytes() for path in sorted((ROOT / "scenarios").glob("*.yaml"))]
    all_of = (d for text in texts[::1 if thorough else 6] for d in damaged(text, chance))
    return tried(check_files, batches(all_of, 200))


def points(thorough):
    with tempfile.TemporaryDirectory(prefix="forklore-torture-") as folder:
        of = Points(folder)
        return tried(of.killed, of.single(1500 if thorough else 60, random.Random(2)))


def doubles(thorough):
    with tempfile.TemporaryDirectory(prefix="forklore-torture-") as folder:
        of = Points(folder)
        return tried(of.killed, of.double(1500 if thorough else 60, random.Random(3)))


def unit_test(name, **env):
    """Builds and runs one of the tests in C, with these variables: (its exit code, what it printed)."""
    make = {key: env.pop(key) for key in list(env) if key in ("BUILD", "CPPFLAGS")}
    build = make.get("BUILD", "build/debug")
    words = ["make", "-s", "MODE=debug", *("%s=%s" % pair for pair in make.items()), "%s/tests/unit/%s" % (build, name)]
    built = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if built.returncode:
        sys.exit(built.stdout + built.stderr)
    done = subprocess.run([ROOT / build / "tests" / "unit" / name], cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def actions(thorough):
    """Kills a single action, and the process that repairs what that left, at every so many-th instruction."""
    code, out = unit_test("test_journal", FORKLORE_STRIDE="2" if thorough else "40")
    return sum(map(int, re.findall(r"killed (\d+) times", out))), [out[-2000:]] if code else []


def controls(_):
    """Each protection taken away in turn: the test that is there for it must fail."""
    losses = []
    for without, test in (("WITHOUT_JOURNAL", "test_journal"), ("WITHOUT_ANOTHER_LOOK", "test_mutex")):
        code, _ = unit_test(test, BUILD="build/torture/" + without.lower(), CPPFLAGS="-D" + without)
        if not code:
            losses.append("%s: %s does not notice" % (without, test))
    return 2, losses


PARTS = {
    "kills": (kills, "the controller is killed at a system call"),
    "calls": (calls, "a system call of the controller fails"),
    "memory": (memory, "an allocation fails"),
    "files": (files, "a scenario is cut or damaged"),
    "points": (points, "a process is killed after any instruction"),
    "doubles": (doubles, "and then another"),
    "actions": (actions, "one is killed in an action, or in a repair"),
    "controls": (controls, "a protection is taken away, which is noticed"),
}


def main(args):
    thorough = "--thorough" in args
    wanted = [a for a in args if a != "--thorough"] or list(PARTS)
    if not set(wanted) <= set(PARTS):
        sys.exit(__doc__)
    if not can_inject():
        sys.exit("strace can't be used here")
    rows, lost = [], 0
    for name in wanted:
        do, what = PARTS[name]
        began = time.monotonic()
        count, losses = do(thorough)
        for loss in losses[:10]:
            print("%s: %s" % (name, loss))
        rows.append("%-46s %8d times  %6d lost  %4.0f s" % (what, count, len(losses), time.monotonic() - began))
        lost += len(losses)
    print("\n".join(rows))
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
