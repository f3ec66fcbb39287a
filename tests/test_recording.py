"""Recordings: what `--record` wrote replays as the same JSON Lines, whatever decided, and whatever was done to the processes
from outside; on the model and on real processes."""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from forklore_test import PATIENCE, PROGRAM, ROOT, SANITIZED, hears, no_process_left, proc, run, slow, wait_until

LIBRARY = sorted((ROOT / "scenarios").glob("*.yaml"))
POLICIES = "fifo sjf stcf ljf hrrn rr priority mlq mlfq lottery stride edf random".split()
BUSY = """
scenario: busy
shared: {n: 0}
objects: {door: lock, q: {queue: 3}}
processes:
  w: {count: 4, steps: [{repeat: 30000, do: [{with: door, do: [n += 1]}]}]}
  put: {steps: [{repeat: 30000, as: i, do: [{put: q, item: i}]}]}
  get: {count: 2, daemon: true, steps: [{forever: , do: [{get: q, into: x}, "y = random(1, 6)"]}]}
"""
COUNTS = """
scenario: counts
main: [x = 0, {say: begins}, {repeat: 300, do: [x = x + 1]}, {say: "{x}"}]
"""
DRAWS = """
scenario: draws
shared: {s: 0}
schedule: [p.1, p.1 =2, p.2, p.1]
processes:
  p: {count: 2, steps: [{sleep: 1ms..9ms}, "n = random(0, 9)", s += n, {sleep: 1ms..9ms}, "n = random(0, 9)", s += n]}
"""


def without(text, *keys):
    """The lines, but for these keys."""
    lines = [json.loads(line) for line in text.splitlines()]
    return [{k: v for k, v in line.items() if k not in keys} for line in lines]


class Recording(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        self.dir = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.dir)
        self.record = self.dir / "record.yaml"

    def file(self, text, name="scenario.yaml"):
        (self.dir / name).write_text(text)
        return self.dir / name

    def recorded(self, scenario, *args):
        if self.record.exists():
            self.record.unlink()
        result = run(["run", scenario, "--json", "--record", self.record, *args])
        self.assertTrue(self.record.exists(), result)
        return result

    def replays(self, scenario, first, *args):
        again = run(["run", scenario, "--json", "--schedule", self.record, *args])
        what = "%s %s\n%s\n%s" % (scenario, args, first.args, again.err)
        mine, other = without(first.out, "pid", "mode"), without(again.out, "pid", "mode")
        for a, b in zip(mine, other):
            self.assertEqual(a, b, what)
        self.assertEqual((len(mine), first.code), (len(other), again.code), what)
        no_process_left(again.mark)
        return again


class Replays(Recording):
    def test_every_policy_on_the_model(self):
        for number, scenario in enumerate(LIBRARY):
            for policy in POLICIES[number % 2::2]:
                with self.subTest(scenario=scenario.stem, policy=policy):
                    first = self.recorded(scenario, "--model", "--policy", policy, "--max-steps", "3000")
                    again = run(["run", scenario, "--json", "--model", "--schedule", self.record])
                    self.assertEqual((first.out, first.code), (again.out, again.code))

    @slow
    def test_real_processes(self):
        """What prints the numbers of processes prints others on other processes; the model takes those of the recording."""
        for number, scenario in enumerate(LIBRARY):
            with self.subTest(scenario=scenario.stem):
                first = self.recorded(scenario, "--policy", ("rr", "random", "mlfq")[number % 3], "--max-steps", "3000")
                self.replays(scenario, first, "--model")
                if "pid" not in scenario.read_text():
                    self.replays(scenario, first)

    def test_what_the_kernel_decided(self):
        for scenario in "ticket-race producer-consumer toilet traffic-light pool-map manager-counter".split():
            with self.subTest(scenario=scenario):
                first = self.recorded(scenario, "--policy", "host", "--max-steps", "2000", "--timeout", "20")
                self.replays(scenario, first, "--model")
                self.replays(scenario, first)

    def test_times_and_metrics_are_those_of_the_run(self):
        first = self.recorded("cpu-rr", "--model")
        again = self.replays("cpu-rr", first, "--model")
        plain = run(["run", "cpu-rr", "--plain", "--model", "--schedule", self.record])
        self.assertEqual(plain.out, run("run cpu-rr --plain --model").out)
        self.assertEqual(json.loads(first.out.splitlines()[-1])["processes"], json.loads(again.out.splitlines()[-1])["processes"])

    def test_of_a_schedule_that_says_some_of_what_is_drawn(self):
        path = self.file(DRAWS)
        for seed in "1", "2":
            self.replays(path, self.recorded(path, "--seed", seed), "--model")
            self.assertIn("by given", self.record.read_text())

    def test_of_a_recording(self):
        self.recorded("ticket-race", "--policy", "random", "--model")
        copy = self.dir / "copy.yaml"
        run(["run", "ticket-race", "--schedule", self.record, "--record", copy, "--model"])
        self.assertEqual(self.record.read_text(), copy.read_text())

    def test_more_than_a_scenario_may_be_long(self):
        path = self.file(BUSY)
        first = self.recorded(path, "--model", "--policy", "random", "--max-steps", "60000")
        self.assertGreater(self.record.stat().st_size, 1 << 20)
        self.replays(path, first, "--model")

    def test_where_a_run_was_stopped(self):
        path = self.file(BUSY)
        for args in (("--max-steps", "777"), ("--timeout", "0.2")):
            first = self.recorded(path, "--model", *args)
            self.assertEqual(first.code, 4)
            again = self.replays(path, first, "--model")
            self.assertIn("as the recorded run was", again.err)

    def test_time_was_up_within_private_steps(self):
        path = self.file(COUNTS)
        self.recorded(path, "--model", "--max-steps", "1")
        whole = self.record.read_text()
        before = -1
        for steps in (0, 1, 40, 41, 42, 43, 600):
            self.record.write_text(re.sub(r"(?m)^(  \d+) end ", r"\1 cut main %d\n\g<0>" % steps, whole))
            first = run(["run", path, "--json", "--model", "--schedule", self.record, "--record", self.dir / "again.yaml"])
            self.assertEqual(first.code, 4, first)
            self.assertEqual(self.record.read_text(), (self.dir / "again.yaml").read_text())
            x = [e["value"] for e in map(json.loads, first.out.splitlines()) if e["type"] == "set" and e["name"] == "x"][-1]
            self.assertTrue(before <= x < 300, (steps, x))
            before = x
            self.replays(path, first)
        self.assertGreater(before, 100)


class FromOutside(Recording):
    """Signals that somebody else sends are part of the history."""

    def kids(self, pid):
        of = lambda p: proc(p, "task/%s/children" % p).split()
        return [kid for main in of(pid) for kid in [main, *of(main)]]

    def attack(self, path, policy, numbers, rng):
        with open(self.dir / "out", "wb") as out:
            process = subprocess.Popen([PROGRAM, "run", path, "--json", "--record", self.record, "--policy", policy,
                                        "--max-steps", "20000" if SANITIZED else "60000"], stdout=out, stderr=subprocess.DEVNULL)
        wait_until(lambda: len(self.kids(process.pid)) > 5 or process.poll() is not None, "its processes live", 20)
        for number in numbers:
            time.sleep(0.05 + rng.random() * 0.1)
            try:
                victim = int(rng.choice(self.kids(process.pid)[1:]))
                os.kill(victim, number)
                if number == signal.SIGSTOP:
                    time.sleep(0.3)
                    os.kill(victim, signal.SIGCONT)
            except (OSError, IndexError):  # the run is over
                break
        code = process.wait(60 * PATIENCE)
        return (self.dir / "out").read_text(), code

    def test_a_signal_from_another_terminal_that_is_handled(self):
        path = self.file("scenario: server\nshared: {asked: false}\nprocesses:\n  server:\n    on: {SIGUSR1: [asked = true]}\n"
                         "    steps: [{while: not asked, do: [{sleep: 50ms}]}]\n")
        lines = lambda: [json.loads(line) for line in (self.dir / "out").read_text().split("\n")[:-1]]
        with open(self.dir / "out", "wb") as out:
            process = subprocess.Popen([PROGRAM, "run", path, "--json", "--record", self.record, "--policy", "host"], stdout=out)
        pid = wait_until(lambda: [e["pid"] for e in lines() if e.get("process") == "server" and "pid" in e], "the server has begun", 20)[0]
        wait_until(lambda: hears(pid, signal.SIGUSR1), "it hears the signal", 20)
        os.kill(pid, signal.SIGUSR1)
        self.assertEqual(process.wait(60 * PATIENCE), 0)
        first = without((self.dir / "out").read_text(), "pid", "mode")
        self.assertEqual([(e["process"], e["signal"], e["from"]) for e in first if e["type"] == "signal"], [("server", signal.SIGUSR1, "outside")])
        for how in ["--model"], []:
            again = run(["run", path, "--json", "--schedule", self.record, *how])
            self.assertEqual((without(again.out, "pid", "mode"), again.code), (first, 0), again.err)

    def test_kills_and_stops(self):
        rng = random.Random(7)
        path = self.file(BUSY)
        seen = 0
        for policy in ("rr", "random", "mlfq", "host"):
            out, code = self.attack(path, policy, (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGXCPU), rng)
            mine = without(out, "pid", "mode")
            seen += sum(e["type"] == "signal" for e in mine)
            for how in (("--model",), ()):
                again = run(["run", path, "--json", "--schedule", self.record, *how], timeout=60)
                other = without(again.out, "pid", "mode")
                at = next((i for i, (a, b) in enumerate(zip(mine, other)) if a != b), None)
                self.assertIsNone(at, "%s %s: %s\n%s" % (policy, how, at is not None and (mine[at], other[at]), again.err))
                self.assertEqual((len(mine), code), (len(other), again.code), (policy, how, again.err))
                no_process_left(again.mark)
        self.assertGreater(seen, 4)


class Spoiled(Recording):
    def test_flags_that_would_make_it_another_run(self):
        self.recorded("ticket-race", "--model")
        for flag in (("--seed", "2"), ("--policy", "fifo"), ("--cpus", "2"), ("--quantum", "10ms")):
            result = run(["run", "ticket-race", "--model", "--schedule", self.record, *flag])
            self.assertEqual(result.code, 2, result)
            self.assertIn(flag[0], result.err)

    def test_a_list_that_differs_from_the_history(self):
        """The history is what is played: a list changed by hand would be ignored."""
        self.recorded("ticket-race", "--model")
        good = self.record.read_text()
        begin, end = good.index("schedule: [") + len("schedule: ["), good.index("]\nhistory: |")
        swapped = ", ".join(reversed(good[begin:end].strip().split(", ")))
        for changed in (good[:begin] + swapped + good[end:], good[:begin] + good[end:], good[:begin - 1] + "7" + good[end + 1:]):
            self.record.write_text(changed)
            for lang, words in (("en", ("`schedule` and `history` disagree", "delete `schedule`")), ("zh", ("`schedule` 和 `history` 不一致", "请删去 `schedule`"))):
                result = run(["run", "ticket-race", "--model", "--schedule", self.record, "--lang", lang])
                self.assertEqual(result.code, 3, result)
                for word in words:
                    self.assertIn(word, result.err)
        for played in (good, good[:good.index("schedule: [")] + good[end + 2:], good[:good.index("history: |")]):
            self.record.write_text(played)
            self.assertEqual(run(["run", "ticket-race", "--model", "--schedule", self.record]).code, 0, played)

    def test_a_line_that_is_none(self):
        self.recorded("ticket-race", "--model")
        good = self.record.read_text()
        where = good.index("history: |\n") + len("history: |\n")
        for bad in ("  x", "  0 jump main", "  0 move nobody", "  0 move main x0", "  0 move main by luck", "  0 end - well actions 3 turn 3", "  0 end - ok turn 3",
                    "  0 signal main 9 turn", "  0 move main more", "  0 cut main", "  0 cut main -1",
                    "  -1 move main", "  0 move", "  \x1b[2J"):
            self.record.write_text(good[:where] + bad + "\n" + good[where:])
            result = run(["run", "ticket-race", "--model", "--schedule", self.record])
            self.assertEqual(result.code, 3, (bad, result))
            line = good[:where].count("\n") + 1
            self.assertIn("record.yaml:%d:" % line, result.err, bad)
            self.assertNotIn("\x1b", result.err)

    def test_moves_that_do_not_fit(self):
        self.recorded("ticket-race", "--model")
        good = self.record.read_text().splitlines(keepends=True)
        begin = good.index("history: |\n") + 1
        for at in range(begin, len(good)):
            for text in ("".join(good[:at] + good[at + 1:]), "".join(good[:at] + [good[at]] + good[at:]), "".join(good[:at])):
                self.record.write_text(text)
                result = run(["run", "ticket-race", "--model", "--quiet", "--schedule", self.record])
                self.assertIn(result.code, (0, 1, 3), result)  # the end alone may be missing
                if result.code == 3:
                    self.assertIn("does not fit" if "does not fit" in result.err else "error", result.err)

    def test_moves_of_the_kernel_that_do_not_fit(self):
        first = self.recorded("ticket-race", "--policy", "host")
        good = self.record.read_text().splitlines(keepends=True)
        begin = good.index("history: |\n") + 1
        for at in range(begin, len(good)):
            changed = [good[:at] + good[at + 1:], good[:at] + [good[at]] + good[at:], good[:at] + good[at:at + 2][::-1] + good[at + 2:]]
            for text in map("".join, changed):
                self.record.write_text(text)
                for how in (["--model"], []) if at % 5 == 0 else (["--model"],):
                    again = run(["run", "ticket-race", "--json", "--schedule", self.record, *how])
                    self.assertIn(again.code, (first.code, 3), again)
                    if len(text) < len("".join(good)) and " move " in good[at]:
                        self.assertEqual(again.code, 3, again)  # an action is missing
                    no_process_left(again.mark)

    def test_fewer_steps_than_it_has(self):
        self.recorded("ticket-race", "--policy", "host")
        result = run(["run", "ticket-race", "--model", "--quiet", "--schedule", self.record, "--max-steps", "5"])
        self.assertEqual(result.code, 4, result)

    def test_cut_anywhere(self):
        """Whatever is left of it, it is understood or refused."""
        self.recorded("ticket-race", "--model")
        good = self.record.read_bytes()
        for at in range(0, len(good), 7):
            self.record.write_bytes(good[:at])
            result = run(["run", "ticket-race", "--model", "--quiet", "--schedule", self.record])
            self.assertIn(result.code, (0, 1, 3), (at, result))


if __name__ == "__main__":
    unittest.main()
