#!/usr/bin/env python3
"""Each system call that the stage makes fails, with each error that it may have: the first, the second, .. call of its kind by any
process of a run, until the run makes no more of them. Each time the run goes as it does otherwise, or ends with the exit code of a system
that refused, and says what could not be done and why; no process is left behind, nor a file.

usage: FORKLORE=build/debug/forklore tests/refusals.py [--most N] [--run WORDS] [CALL...]

--most: the first N calls of each kind. --run: the runs whose arguments begin with these words.

The calls and their errors are the rows of sim/stage/system.def; how they are made to fail is in sim/stage/system.h. Only builds that
check themselves have that: debug, asan.
"""
import errno
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

from forklore_test import PROGRAM, ROOT
from torture import LEAVES, Lost, Try, first_difference, on_terminal, told, tried

ROW = re.compile(r'^(?:CALL|RAW)\(([^,]+), (\w+), \(.*?(?:-1|NULL|errno|MAP_FAILED),\s*"([A-Z0-9 ]*)", "(.*)"\)$', re.M | re.S)
CALLS = {name: errors.split() for _, name, errors, _ in
         (ROW.search(row).groups() for row in re.findall(r"^(?:CALL|RAW)\(.*?\"\)$", (ROOT / "sim/stage/system.def").read_text(), re.M | re.S))}
NAMES = list(CALLS)

# Under the virtual policies: what a run prints is the same each time.
RUNS = [["run", name, "--plain"] for name in ("ticket-file", "manager-counter", "pool-map", "echo-server", "pipe-eof", "graceful-shutdown", "callback", "echo-server-pool")]
HOST = [["run", name, "--plain", "--policy", "host"] for name in ("ticket-file", "manager-counter", "pool-map", "echo-server", "pipe-eof", "graceful-shutdown")]
OTHERS = [["explore", "ticket-race", "--at", "3"], ["run", "ticket-race", "--model", "--plain"], ["run", "ticket-race", "--screen", "{folder}/p.txt", "--at", "4"],
          ["compare", "cpu-rr", "--seeds", "3"], ["run", "ticket-race", "--quiet", "--record", "{folder}/r.yaml"], ["grade", "three-stalls", str(ROOT / "scenarios/exercises/solutions/three-stalls.yaml")]]


# Scenarios of all kinds of things in the kernel. Their first lines say which calls are for a test to refuse, and where to kill.
PARTS = sorted((ROOT / "tests" / "refused").glob("*.yaml"))


LOOKS, WHILE_NOTHING_COMES = 60, {"epoll_wait", "nanosleep", "recv"}
SCREENS = [["run", "ticket-file"], ["run", "manager-counter"], ["run", "pool-map", "--policy", "host"], ["run", "echo-server"]]


def can_refuse():
    """Does this build have what makes calls fail?"""
    return b"FORKLORE_REFUSE" in Path(PROGRAM).read_bytes()


class Refused(Try):
    """One run of the program in which a call fails. made: how often each kind was made."""

    def __init__(self, args, wish=None):
        self.args = args
        super().__init__(args, env={"FORKLORE_CALLS": "{folder}/calls", **({"FORKLORE_REFUSE": wish} if wish else {})})

    def _run(self, command, env):
        def at(word):
            return str(word).replace("{folder}", self.folder)
        super()._run([at(word) for word in command], {key: at(value) for key, value in env.items()})
        self.read_calls()

    def read_calls(self):
        made = Path(self.folder, "calls")
        self.made = dict(zip(NAMES, struct.unpack("%dI" % len(NAMES), made.read_bytes()))) if made.exists() else {}

    def told(self):
        """What it printed, without what differs between two runs, and what a search of its own finds out, where it can be had."""
        self.out = re.sub(r"^  it could no longer be avoided .*\n", "", self.out, flags=re.M)
        return re.sub(r"\b\d{3,}\b|\d[\d.]* s\b", "N", self.out.replace(self.folder, ""))


class Shown(Refused):
    """The same on a terminal, with the dashboard: what it said stands where the screen was."""

    def _run(self, command, env):
        def at(word):
            return str(word).replace("{folder}", self.folder)
        env = {"TMPDIR": str(self.scratch), "XDG_STATE_HOME": self.folder, "FORKLORE_TEST_RUN": self.mark, **{key: at(value) for key, value in env.items()}}
        self.err, self.hung = "", False
        self.code, shown = on_terminal([at(word) for word in command], env)
        self.out = shown[shown.rfind(LEAVES[0][1]) + 1:].decode(errors="replace")
        self.read_calls()

    def told(self):
        """When it was asked to quit differs."""
        return ""


def kind_of(args):
    return Shown if args in SCREENS else Refused


class Usual:
    """How runs go when nothing fails."""
    runs = {}

    @classmethod
    def of(cls, args):
        key = " ".join(args)
        if key not in cls.runs:
            cls.runs[key] = kind_of(args)(args)
        return cls.runs[key]


def refuse(point):
    """args, call, error's name, n, perhaps "+": the n-th such call fails; and all from then on."""
    args, call, error, n, *more = point
    usual, run = Usual.of(args), kind_of(args)(args, "%s:%d:%d%s" % (call, getattr(errno, error), n, "".join(more)))
    run.must_say_why()
    if run.code == 5:
        cut = [errno.EPIPE, errno.ECONNRESET] if call in ("send", "write", "recv") else []        # of what a server is refused nobody could say more
        if not any(os.strerror(number) in run.err + run.out for number in [getattr(errno, error), *cut]):
            raise Lost("exit code 5, and not why: %s" % (run.err + run.out)[-300:])
    elif run.code != usual.code:
        raise Lost("exit code %d instead of %d: %s" % (run.code, usual.code, (run.err + run.out)[-300:]))
    elif "host" not in args and run.told() != usual.told():
        raise Lost("another run: %s" % run.told()[-300:])
    return 1


def part(path, policy):
    return ["run", str(path), "--plain", "--policy", policy]


def named(path, word):
    """The calls in the line of the file that begins with this word."""
    return re.search(r"^# %s: (.*)" % word, path.read_text(), re.M)[1].split()


def killed(point):
    """file, policy, call, n: whichever process is about to make the n-th such call, or has just made it (call>), is killed there, in the middle of its
    action. The run goes on to an end of its own, and what was recorded replays on the model: nothing happened that the model does not allow. 1: so it was; 0: it was not within an
    action."""
    path, policy, call, n = point
    run = Recorded(["run", str(path), "--json", "--timeout", "60", "--policy", policy, "--record", "{folder}/run.yaml"], "%s:-9:%d%s" % (call.rstrip(">"), n, ">" * call.endswith(">")))
    if run.code == 5 and "can't be made in" in run.err:
        return 0                # the process that makes the folder, before it could say which
    run.must_be_clean()
    if run.code < 0:            # the controller itself
        return 0
    run.must_say_why()
    if run.code == 5 and re.search("was killed from outside before it began|run.yaml: ", run.err):
        return 0                # main, or the process that writes
    if run.code not in (0, 1):
        raise Lost("exit code %d: %s" % (run.code, run.err[-300:]))
    if told(run.again) != told(run.out):
        raise Lost("the model gives another run: %s" % (first_difference(run.out, run.again) or run.again[-300:]))
    return 1


class Recorded(Refused):
    """And what the model makes of what it recorded."""
    again = ""

    def read_calls(self):
        super().read_calls()
        record = Path(self.folder, "run.yaml")
        if record.exists():
            self.again = subprocess.run([PROGRAM, *self.args[:2], "--schedule", str(record), "--json", "--model"], capture_output=True, text=True,
                                        timeout=60, check=False).stdout


def points(args, most, calls=NAMES):
    """Where a call is made again and again while nothing has come yet, it is made as often as there is time for: not all of those fail."""
    made, looks = Usual.of(args).made, min(most, LOOKS)
    return [(args, call, error, n) for call in calls for error in CALLS[call]
            for n in range(1, min(made[call], looks if args in SCREENS or call in WHILE_NOTHING_COMES else most) + 1)]


def at_once(args):
    """How many runs at a time. In real time, and on a screen, they mostly sleep."""
    return 3 if args in RUNS + OTHERS else 12


def main(words):
    if not can_refuse():
        sys.exit("%s was not built to check itself: make MODE=debug" % PROGRAM)
    most = int(words.pop(words.index("--most") + 1)) if "--most" in words else 10 ** 6
    begin = words.pop(words.index("--run") + 1) if "--run" in words else ""
    calls = [word for word in words if word in CALLS] or NAMES
    lost = 0
    for args in RUNS + HOST + OTHERS + SCREENS + [part(path, policy) for path in PARTS for policy in ("rr", "host")]:
        if not " ".join(args).startswith(begin):
            continue
        count, losses = tried(refuse, points(args, most, calls), workers=at_once(args))
        for loss in losses:
            print(loss)
        print("%-50s %6d refusals  %4d lost" % (" ".join(args), count, len(losses)), flush=True)
        lost += len(losses)
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
