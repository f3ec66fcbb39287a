"""A part of tests/torture.py: the workers of a pool of 64 are killed from outside, at random, again and again. Each run comes to its end: nobody
waits for what a dead process owed. All tasks are accounted for, and what was recorded replays on the model as the same JSON Lines. In a run
that goes on and on, the controller needs no more memory or descriptors after a thousand kills, and no dead process is left waiting
for its parent."""
import json
import os
import random
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from forklore_test import PATIENCE, PROGRAM, ROOT, proc
from torture import LIMIT, Lost, Try, children, first_difference, told, tried

SCENARIO = ROOT / "tests" / "torture" / "workers.yaml"
WORKERS, MOST, FOR_EVER = 64, 60, 10 ** 6
MOST_LOST = 900                         # a pool holds 1024 tasks; one whose worker was killed has no result, and keeps its place
ROUNDS, MILLIS = {"rr": 40, "host": 12}, {"rr": 2000, "host": 50}         # of a run; for how long a result is waited for
MORE_KIB, MORE_FILES = 16384, 4         # in its second half; values and records are kept, so many
POLICIES = tuple(ROUNDS)


def of_all_threads(pid):
    """Its children: a pool's workers are started by whichever thread tends it."""
    return [int(child) for task in Path("/proc/%d/task" % pid).glob("*/children") for child in proc(pid, "task/%s/children" % task.parent.name).split()]


def state(pid):
    """The letter of `ps`; "": it is gone."""
    return proc(pid, "stat").rpartition(")")[2][1:2]


class Killer(Try):
    """One run, while workers of its are killed."""

    def __init__(self, args, chance, seconds=None, most=FOR_EVER):
        """most: so many are killed. seconds: it is asked to end after so long, or when they are. Else it ends by itself."""
        self.chance, self.until, self.most, self.seen = chance, seconds and time.monotonic() + seconds, most, []
        super().__init__(args)

    def _run(self, command, env):
        out, err = Path(self.folder, "out"), Path(self.folder, "err")
        env = {**os.environ, "TMPDIR": str(self.scratch), "FORKLORE_TEST_RUN": self.mark, **env}
        with out.open("wb") as to, err.open("wb") as errors:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=to, stderr=errors, env=env, start_new_session=True)
        limit = time.monotonic() + LIMIT + (self.until - time.monotonic() if self.until else 0)
        kills, asked = 0, False
        while process.poll() is None and time.monotonic() < limit:
            kills += 0 if asked or kills >= self.most else self.kill_one(process.pid)
            if self.until and not asked and (time.monotonic() > self.until or kills >= self.most):
                process.send_signal(signal.SIGTERM)
                asked = True
            time.sleep(self.chance.uniform(0, 0.03))
        self.hung = process.poll() is None
        if self.hung:
            process.kill()
        self.code, self.kills, self.out, self.err = process.wait(), kills, out.read_text(), err.read_text()

    def kill_one(self, controller):
        """One or, one time in ten, some at the same moment."""
        workers = [pid for main in children(controller) for pid in of_all_threads(main)]
        self.look(controller, workers)
        some = self.chance.sample(workers, min(len(workers), self.chance.choice([1] * 9 + [8])))
        for pid in some:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return len(some)

    def look(self, controller, workers):
        """What the controller has, while all is there; how many dead processes have not been taken off."""
        memory = re.search(r"VmRSS:\s*(\d+)", proc(controller, "status"))
        if memory and len(workers) >= WORKERS // 2:
            own = sum(state(pid) == "Z" for pid in children(controller))
            self.seen.append((len(os.listdir("/proc/%d/fd" % controller)), int(memory[1]), len(workers), own))

    def deaths(self):
        lines = [json.loads(line) for line in self.out.splitlines()]
        return sum(line["type"] == "exit" and line["code"] == -signal.SIGKILL for line in lines)


def scenario(folder, policy, rounds):
    path = Path(folder, "workers.yaml")
    text = SCENARIO.read_text()
    for was, now in (("repeat: 8\n", "repeat: %d\n" % rounds), ("== 512\n", "== %d\n" % (rounds * WORKERS)), ("timeout: 2s", "timeout: %dms" % MILLIS[policy])):
        assert was in text
        text = text.replace(was, now)
    path.write_text(text)
    return str(path)


def comes_to_its_end(point):
    """A run of some rounds: how many of its workers were killed."""
    policy, seed = point
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="forklore-torture-") as folder:
        record, path = Path(folder, "run.yaml"), scenario(folder, policy, ROUNDS[policy])
        run = Killer(["run", path, "--policy", policy, "--json", "--record", str(record), "--timeout", str(LIMIT * 0.8)], chance, most=MOST)
        run.must_be_clean()
        if run.code:
            raise Lost("exit code %d: %s %s" % (run.code, run.err[-300:], run.out[-300:]))
        again = subprocess.run([PROGRAM, "run", path, "--schedule", str(record), "--json", "--model"], capture_output=True, text=True,
                               timeout=LIMIT, check=False)
        if told(again.stdout) != told(run.out):
            raise Lost("the model gives another run (exit code %d): %s" % (again.returncode, first_difference(run.out, again.stdout) or again.stderr))
        return run.deaths()


def goes_on(point):
    """A run that does not end by itself: how many kills."""
    policy, seconds, seed = point
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="forklore-torture-") as folder:
        run = Killer(["run", scenario(folder, policy, FOR_EVER), "--policy", policy, "--quiet", "--max-steps", "1000000000"], chance, seconds, MOST_LOST)
        run.must_be_clean()
        if run.code != 128 + signal.SIGTERM:
            raise Lost("exit code %d: %s %s" % (run.code, run.err[-300:], run.out[-300:]))
        half = len(run.seen) // 2
        if not half:
            raise Lost("too slow to see anything in %g s" % seconds)
        first, last = run.seen[:half], run.seen[half:]
        files, memory = ([max(each[k] for each in part) for part in (first, last)] for k in (0, 1))
        if files[1] > files[0] + MORE_FILES or memory[1] > memory[0] + MORE_KIB:
            raise Lost("descriptors: %s, KiB: %s, in the first and the second half of %d kills" % (files, memory, run.kills))
        most = max(children for _, _, children, _ in last)
        if most > WORKERS or all(own for _, _, _, own in last):         # a dead worker is taken off before another takes its place
            raise Lost("%d children of main, and %d dead ones of the controller" % (most, last[-1][3]))
        return run.kills


def workers(budget):
    seconds, runs = (60, 20) if budget.thorough else (6, 2)
    done, losses = tried(comes_to_its_end, [(policy, seed) for seed in range(runs) for policy in POLICIES], budget)
    more, others = tried(goes_on, [(policy, seconds * PATIENCE / 2, seed) for seed in range(runs // 2) for policy in POLICIES], budget)
    return done + more, losses + others
