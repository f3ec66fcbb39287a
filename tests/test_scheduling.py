"""The CPU policies, by the numbers: job lists drawn from a seed, under the program and under the textbook simulators of
schedulers.py, must have the same first run, finish and waiting time for every job."""
import json
import os
import random
import re
import tempfile
import unittest
from fractions import Fraction

import schedulers
from forklore_test import ROOT, golden, run, run_json

LISTS = int(os.environ.get("FORKLORE_JOB_LISTS", "60"))         # of each kind


def draw_jobs(dice, io=False, arrivals=True, most=8):
    def burst():
        return dice.choice((1, 1, 2, 3, 4, 5, 7, 12))
    rows = []
    for _ in range(dice.randint(1, most)):
        work = [burst()]
        while io and dice.random() < 0.5:
            work += [dice.choice((1, 2, 3, 5, 8)), burst()]
        late = dice.choice((0, 0, dice.randint(0, 12), dice.randint(0, 60))) if arrivals else 0
        rows.append({"arrive": late, "work": work, "priority": dice.randint(-1, 3),
                     "deadline": dice.choice((0, dice.randint(1, 60))), "tickets": dice.choice((1, 1, 2, 3, 5, 8))})
    return rows


def draw_io_jobs(dice):
    """As mlfq.py has them: the same I/O after every so many ticks, none after the last."""
    rows = []
    for _ in range(dice.randint(1, 6)):
        length, every, away = dice.randint(1, 30), dice.choice((0, 1, 2, 3, 5, 7)), dice.choice((1, 2, 4, 5))
        work = []
        while every and length > every:
            work += [every, away]
            length -= every
        rows.append({"arrive": dice.choice((0, 0, dice.randint(0, 25))), "work": [*work, length]})
    return rows


def scenario(rows, cpu):
    lines = ["scenario: jobs", "cpu: {step: 0ms, %s}" % cpu, "processes:"]
    for i, row in enumerate(rows):
        steps = ", ".join("{%s: %dms}" % ("io" if k % 2 else "compute", n) for k, n in enumerate(row["work"]))
        keys = "arrive: %dms, priority: %d, tickets: %d" % (row["arrive"], row.get("priority", 0), row.get("tickets", 1))
        keys += ", deadline: %dms" % row["deadline"] if row.get("deadline") else ""
        lines.append("  j%d: {%s, steps: [%s]}" % (i, keys, steps))
    return "\n".join(lines) + "\n"


def metrics(text, *args):
    result = run(["run", "-", "--json", "--model", "--quiet", "--max-steps", "1000000", *args], stdin=text)
    if result.code:
        raise AssertionError(repr(result))
    return {p["process"]: p for p in json.loads(result.out.splitlines()[-1])["processes"]}


class Agree(unittest.TestCase):
    """With the textbook, on many job lists."""

    def agree(self, draw, cpu, reference, *args, lists=LISTS):
        for seed in range(lists):
            dice = random.Random("%s %d" % (self.id(), seed))
            rows = draw(dice)
            asked = cpu(dice) if callable(cpu) else (cpu, {})
            text = scenario(rows, asked[0])
            got, wanted = metrics(text, *args), reference(rows, **asked[1])
            ours = [tuple(None if got["j%d" % i][k] is None else got["j%d" % i][k] / 1000 for k in ("first_run", "finish", "wait"))
                    for i in range(len(rows))]
            self.assertEqual(ours, wanted, "first run, finish, wait (ms) under:\n" + text)

    def test_fifo(self):
        self.agree(lambda d: draw_jobs(d, arrivals=False), "policy: fifo", schedulers.fifo)
        self.agree(lambda d: draw_jobs(d, io=True), "policy: fifo", schedulers.fifo)

    def test_sjf(self):
        self.agree(lambda d: draw_jobs(d, arrivals=False), "policy: sjf", schedulers.sjf)
        self.agree(lambda d: draw_jobs(d, io=True), "policy: sjf", schedulers.sjf)

    def test_rr(self):
        def cpu(dice):
            quantum = dice.choice((1, 1, 2, 3, 4, 5, 10))
            return "policy: rr, quantum: %dms" % quantum, {"quantum": quantum}
        self.agree(lambda d: draw_jobs(d, arrivals=False), cpu, schedulers.rr)
        self.agree(lambda d: draw_jobs(d, io=True), cpu, schedulers.rr)

    def test_stcf(self):
        self.agree(draw_jobs, "policy: stcf", schedulers.stcf)
        self.agree(lambda d: draw_jobs(d, io=True), "policy: stcf", schedulers.stcf)

    def test_ljf(self):
        self.agree(draw_jobs, "policy: ljf", schedulers.ljf)
        self.agree(lambda d: draw_jobs(d, io=True), "policy: ljf", schedulers.ljf)

    def test_lrtf(self):
        self.agree(draw_jobs, "policy: lrtf", schedulers.lrtf)
        self.agree(lambda d: draw_jobs(d, io=True), "policy: lrtf", schedulers.lrtf)

    def test_estimates(self):
        def cpu(policy):
            def drawn(dice):
                alpha, first = dice.choice(("0", "0.25", "0.5", "0.8", "1")), dice.choice((0, 1, 4, 10))
                return ("policy: %s, estimate: {alpha: %s, first: %dms}" % (policy, alpha, first),
                        {"alpha": Fraction(alpha), "first": first})
            return drawn
        self.agree(lambda d: draw_jobs(d, io=True), cpu("sjf"), schedulers.sjf_guessed, lists=2 * LISTS)
        self.agree(lambda d: draw_jobs(d, io=True), cpu("stcf"), schedulers.stcf_guessed, lists=2 * LISTS)

    def test_aging(self):
        def cpu(dice):
            preemptive, quantum, interval = dice.random() < 0.6, dice.choice((None, None, 1, 2, 3, 5)), dice.choice((1, 2, 3, 5, 10, 30))
            text = "policy: priority, aging: %dms" % interval + ("" if preemptive else ", preemptive: false")
            return (text + (", quantum: %dms" % quantum if quantum else ""),
                    {"interval": interval, "quantum": quantum, "preemptive": preemptive})
        self.agree(draw_jobs, cpu, schedulers.aging, lists=2 * LISTS)
        self.agree(lambda d: draw_jobs(d, io=True), cpu, schedulers.aging, lists=2 * LISTS)

    def test_hrrn(self):
        self.agree(draw_jobs, "policy: hrrn", schedulers.hrrn, lists=2 * LISTS)
        self.agree(lambda d: draw_jobs(d, io=True), "policy: hrrn", schedulers.hrrn, lists=2 * LISTS)

    def test_edf(self):
        self.agree(draw_jobs, "policy: edf", schedulers.edf)
        self.agree(lambda d: draw_jobs(d, io=True), "policy: edf", schedulers.edf)

    def test_stride(self):
        def cpu(dice):
            quantum = dice.choice((1, 1, 2, 3, 5))
            return "policy: stride, quantum: %dms" % quantum, {"quantum": quantum}
        self.agree(draw_jobs, cpu, schedulers.stride)
        self.agree(lambda d: draw_jobs(d, io=True), cpu, schedulers.stride)

    def test_mlq(self):
        def cpu(dice):
            levels = [dice.choice((None, 1, 2, 3, 5)) for _ in range(dice.randint(1, 4))]
            text = ", ".join("{policy: rr, quantum: %dms}" % q if q else "{policy: fifo}" for q in levels)
            return "policy: mlq, levels: [%s]" % text, {"levels": levels}
        self.agree(draw_jobs, cpu, schedulers.mlq)
        self.agree(lambda d: draw_jobs(d, io=True), cpu, schedulers.mlq)

    def test_priority(self):
        def cpu(dice):
            preemptive = dice.random() < 0.6
            quantum = dice.choice((None, None, 1, 2, 3, 5))
            text = "policy: priority" + ("" if preemptive else ", preemptive: false")
            return text + (", quantum: %dms" % quantum if quantum else ""), {"quantum": quantum, "preemptive": preemptive}
        self.agree(draw_jobs, cpu, schedulers.priority)
        self.agree(lambda d: draw_jobs(d, io=True), cpu, schedulers.priority, lists=2 * LISTS)

    def test_mlfq(self):
        def cpu(dice):
            levels = [(dice.choice((1, 2, 3, 5, 10)), dice.choice((1, 1, 2, 3))) for _ in range(dice.randint(1, 4))]
            boost, stays, front = dice.choice((0, 0, 1, 3, 5, 10, 20)), dice.random() < 0.4, dice.random() < 0.4
            finish = dice.random() < 0.3
            text = ", ".join("{quantum: %dms, allotment: %d}" % level for level in levels)
            return ("policy: mlfq, levels: [%s], boost: %dms, io_stays: %s, io_to_front: %s, finish_slice: %s"
                    % (text, boost, str(stays).lower(), str(front).lower(), str(finish).lower()),
                    {"levels": levels, "boost": boost, "io_stays": stays, "io_to_front": front, "finish_slice": finish})
        self.agree(draw_io_jobs, cpu, schedulers.mlfq, lists=3 * LISTS)
        self.agree(lambda d: draw_jobs(d, io=True), cpu, schedulers.mlfq, lists=2 * LISTS)

    def test_several_cpus(self):
        def with_cpus(policy, **options):
            def cpu(dice):
                cpus = dice.randint(2, 4)
                return "policy: %s, count: %d" % (policy, cpus), {"cpus": cpus, **options}
            return cpu
        for name, options in (("fifo", {}), ("sjf", {}), ("stcf", {}), ("priority", {}), ("ljf", {}), ("hrrn", {}), ("edf", {}), ("lrtf", {})):
            self.agree(lambda d: draw_jobs(d, io=True), with_cpus(name, **options), getattr(schedulers, name), lists=LISTS // 2)
        self.agree(lambda d: draw_jobs(d), with_cpus("rr, quantum: 2ms", quantum=2), schedulers.rr, lists=LISTS // 2)
        io = lambda d: draw_jobs(d, io=True)
        self.agree(io, with_cpus("stride, quantum: 2ms", quantum=2), schedulers.stride, lists=LISTS // 2)
        self.agree(io, with_cpus("lottery, quantum: 2ms", quantum=2, seed=3), schedulers.lottery_on, "--seed", "3", lists=LISTS // 2)
        self.agree(io, with_cpus("priority, aging: 3ms", interval=3), schedulers.aging, lists=LISTS // 2)
        self.agree(io, with_cpus("priority, aging: 5ms, quantum: 2ms", interval=5, quantum=2), schedulers.aging, lists=LISTS // 2)
        for policy in ("sjf", "stcf"):
            self.agree(io, with_cpus(policy + ", estimate: {alpha: 0.5, first: 4ms}", alpha=Fraction(1, 2), first=4),
                       getattr(schedulers, policy + "_guessed"), lists=LISTS // 2)
        self.agree(io, with_cpus("mlq, levels: [{policy: rr, quantum: 2ms}, {policy: fifo}]", levels=[2, None]), schedulers.mlq, lists=LISTS // 2)
        for boost, stays, front in ((0, False, False), (10, True, False), (5, False, True)):
            self.agree(io, with_cpus("mlfq, levels: [{quantum: 1ms, allotment: 2}, {quantum: 3ms}], boost: %dms, io_stays: %s, io_to_front: %s"
                                     % (boost, str(stays).lower(), str(front).lower()), levels=[(1, 2), (3, 1)], boost=boost, io_stays=stays,
                                     io_to_front=front), schedulers.mlfq_on, lists=LISTS // 2)


FIVE = [(0, [3]), (2, [6]), (4, [4]), (6, [5]), (8, [2])]
DOUBLING = ", ".join("{quantum: %dms}" % (1 << i) for i in range(5))

# What books print, and corners: the cpu key; jobs (arrive, work); what must come out, in ms.
EXAMPLES = {
    "three jobs go round with a slice of one":
        ("policy: rr, quantum: 1ms", [(0, [3]), (0, [5]), (0, [2])], {"turnaround": [7, 10, 6], "response": [0, 1, 2]}),
    "equal jobs run in the order of the file":
        ("policy: sjf", [(0, [7]), (0, [4]), (0, [1]), (0, [4])], {"finish": [16, 5, 1, 9]}),
    "Silberschatz, shortest remaining time first":
        ("policy: stcf", [(0, [8]), (1, [4]), (2, [9]), (3, [5])], {"wait": [9, 0, 15, 2]}),
    "Silberschatz, non-preemptive shortest job first":
        ("policy: sjf", [(0, [6]), (0, [8]), (0, [7]), (0, [3])], {"wait": [3, 16, 9, 0]}),
    "Silberschatz, first come first served: the convoy":
        ("policy: fifo", [(0, [24]), (0, [3]), (0, [3])], {"wait": [0, 24, 27]}),
    "Silberschatz, round robin":
        ("policy: rr, quantum: 4ms", [(0, [24]), (0, [3]), (0, [3])], {"wait": [6, 4, 7]}),
    "a published list, first come first served":
        ("policy: fifo", [(0, [3]), (2, [2]), (3, [4]), (5, [5]), (8, [6])], {"finish": [3, 5, 9, 14, 20]}),
    "a published list, highest response ratio next":
        ("policy: hrrn", FIVE, {"finish": [3, 9, 13, 20, 15]}),
    "the same list, a feedback queue in which a process of a lower level finishes its slice":
        ("policy: mlfq, finish_slice: true, levels: [%s]" % DOUBLING, FIVE, {"finish": [3, 17, 18, 20, 14]}),
    "Stallings, round robin with a slice of one":
        ("policy: rr, quantum: 1ms", FIVE, {"finish": [4, 18, 17, 20, 15]}),
    "Stallings, round robin with a slice of four":
        ("policy: rr, quantum: 4ms", FIVE, {"finish": [3, 17, 11, 20, 19]}),
    "Stallings, shortest process next":
        ("policy: sjf", FIVE, {"finish": [3, 9, 15, 20, 11]}),
    "Stallings, shortest remaining time":
        ("policy: stcf", FIVE, {"finish": [3, 15, 8, 20, 10]}),
    "Tanenbaum, shortest job first":
        ("policy: sjf", [(0, [8]), (0, [4]), (0, [4]), (0, [4])], {"turnaround": [20, 4, 8, 12]}),
    "OSTEP, shortest time to completion first":
        ("policy: stcf", [(0, [100]), (10, [10]), (10, [10])], {"turnaround": [120, 10, 20]}),
    "who arrives as a slice ends goes before the expired":
        ("policy: rr, quantum: 2ms", [(0, [4]), (2, [2])], {"finish": [6, 4], "response": [0, 0]}),
    "a process that comes back from I/O as a slice ends goes before the expired":
        ("policy: rr, quantum: 2ms", [(0, [1, 2, 1]), (0, [4])], {"finish": [4, 6]}),
    "under mlfq the expired goes before who arrives":
        ("policy: mlfq, levels: [{quantum: 2ms, allotment: 2}]", [(0, [4]), (2, [2])], {"finish": [4, 6]}),
    "under mlfq the expired goes before one that comes back":
        ("policy: mlfq, levels: [{quantum: 2ms}]", [(0, [2, 2, 1]), (0, [4])], {"finish": [7, 6]}),
    "a job of no length needs only its turn: fifo":
        ("policy: fifo", [(0, [3]), (0, [0]), (0, [2])], {"finish": [3, 3, 5], "first_run": [0, 3, 3]}),
    "a job of no length needs only its turn: sjf":
        ("policy: sjf", [(0, [3]), (0, [0]), (0, [2])], {"finish": [5, 0, 2]}),
    "a job of no length needs only its turn: stcf":
        ("policy: stcf", [(0, [3]), (1, [0]), (0, [2])], {"finish": [5, 1, 2]}),
    "a job of no length needs only its turn: rr":
        ("policy: rr, quantum: 1ms", [(0, [3]), (0, [0]), (0, [2])], {"finish": [5, 1, 4]}),
    "a job of no length needs only its turn: mlfq":
        ("policy: mlfq, levels: [{quantum: 1ms}, {quantum: 1ms}]", [(0, [3]), (0, [0]), (0, [2])], {"finish": [5, 1, 4]}),
    "I/O of no time at all leads to the tail: fifo":
        ("policy: fifo", [(0, [0, 0, 1]), (0, [2])], {"finish": [3, 2], "first_run": [0, 0]}),
    "I/O of no time at all leads to the tail: rr":
        ("policy: rr, quantum: 4ms", [(0, [1, 0, 1]), (0, [2])], {"finish": [4, 3]}),
    "I/O of no time at all leads to the tail: mlfq":
        ("policy: mlfq, levels: [{quantum: 4ms}]", [(0, [1, 0, 1]), (0, [2])], {"finish": [4, 3]}),
    "I/O of no time at all leads to the front, where it does: mlfq":
        ("policy: mlfq, levels: [{quantum: 4ms}], io_to_front: true", [(0, [1, 0, 1]), (0, [2])], {"finish": [2, 4]}),
    "nobody is there for a while":
        ("policy: rr, quantum: 1ms", [(5, [2]), (20, [1])], {"first_run": [5, 20], "finish": [7, 21], "wait": [0, 0]}),
    "a boost while none runs lifts those that are away":
        ("policy: mlfq, levels: [{quantum: 1ms}, {quantum: 4ms}], boost: 5ms",
         [(0, [2, 6, 2]), (8, [3])], {"finish": [12, 13], "wait": [2, 2]}),
    "a boost takes a running job of a lower level to the tail of the top":
        ("policy: mlfq, levels: [{quantum: 2ms}, {quantum: 8ms}], boost: 5ms", [(0, [8]), (5, [1])], {"finish": [9, 8]}),
    "used up by the very I/O: charged in spite of io_stays":
        ("policy: mlfq, levels: [{quantum: 2ms}, {quantum: 2ms}], io_stays: true",
         [(0, [2, 1, 2]), (2, [2, 1, 1])], {"finish": [6, 7]}),
    "two come back together to the front: the later one is first":
        ("policy: mlfq, levels: [{quantum: 4ms, allotment: 9}], io_to_front: true",
         [(0, [1, 4, 2]), (0, [1, 3, 1]), (0, [9])], {"finish": [8, 6, 14]}),
}


class Examples(unittest.TestCase):
    def test_each(self):
        for name, (cpu, jobs, wanted) in EXAMPLES.items():
            with self.subTest(name):
                got = metrics(scenario([{"arrive": arrive, "work": work} for arrive, work in jobs], cpu))
                for key, values in wanted.items():
                    self.assertEqual([got["j%d" % i][key] / 1000 for i in range(len(jobs))], values, key)

    def test_means_that_books_print(self):
        for jobs, cpu, turnaround, weighted in (([(0, [3]), (2, [2]), (3, [4]), (5, [5]), (8, [6])], "policy: fifo", 6.6, 1.56),
                                                (FIVE, "policy: hrrn", 8, 2.14),
                                                (FIVE, "policy: mlfq, levels: [%s]" % DOUBLING, 10.6, None),
                                                (FIVE, "policy: mlfq, finish_slice: true, levels: [%s]" % DOUBLING, 10.4, None)):
            text = scenario([{"arrive": arrive, "work": work} for arrive, work in jobs], cpu)
            means = run_json("-", "--model", stdin=text)[-1]["averages"]
            self.assertEqual(means["turnaround"] / 1000, turnaround, cpu)
            if weighted:
                self.assertAlmostEqual(means["weighted_turnaround"], weighted, 2)

    def test_priorities_that_books_print(self):
        """Silberschatz: without preemption, and with a slice of two among equals."""
        for cpu, bursts, priorities, key, wanted in (("policy: priority, preemptive: false", (10, 1, 2, 1, 5), (3, 1, 4, 5, 2), "wait", [6, 0, 16, 18, 1]),
                                                     ("policy: priority, quantum: 2ms", (4, 5, 8, 7, 3), (3, 2, 2, 1, 3), "finish", [26, 16, 20, 7, 27])):
            got = metrics(scenario([{"arrive": 0, "work": [n], "priority": p} for n, p in zip(bursts, priorities)], cpu))
            self.assertEqual([got["j%d" % i][key] / 1000 for i in range(5)], wanted)

    def test_a_deadline_is_met_or_missed(self):
        text = scenario([{"arrive": 0, "work": [4], "deadline": 9}, {"arrive": 1, "work": [3], "deadline": 3},
                         {"arrive": 2, "work": [2]}], "policy: edf")
        got = metrics(text)
        self.assertEqual([got[j]["finish"] for j in ("j0", "j1", "j2")], [7000, 4000, 9000])
        self.assertEqual([(got[j]["deadline"], got[j]["missed"]) for j in ("j0", "j1")], [(9000, False), (4000, False)])
        late = metrics(text, "--policy", "fifo")
        self.assertEqual((late["j1"]["missed"], "missed" in late["j2"]), (True, False))

    def test_a_lottery_is_fair_in_the_long_run(self):
        """Of the slices that two long jobs got while both were there, three of four went to the one with three tickets of four."""
        rows = [{"arrive": 0, "work": [3000], "tickets": 3}, {"arrive": 0, "work": [3000], "tickets": 1}]
        shares = set()
        for seed in range(1, 6):
            got = metrics(scenario(rows, "policy: lottery, quantum: 1ms"), "--seed", str(seed))
            shares.add(3000 / (got["j0"]["finish"] / 1000))
        self.assertGreater(len(shares), 1)
        self.assertTrue(all(0.72 < share < 0.78 for share in shares), shares)

    def test_what_takes_no_time_happens_at_the_end_of_a_slice_too(self):
        for policy in ("rr, quantum: 2ms", "priority, quantum: 2ms", "mlfq, levels: [{quantum: 2ms}, {quantum: 2ms}]"):
            got = metrics("scenario: jobs\ncpu: {step: 0ms, policy: %s}\nprocesses:\n"
                          "  a: {steps: [{compute: 2ms}, {compute: 0ms}]}\n  b: {steps: [{compute: 3ms}]}\n" % policy)
            self.assertEqual([got["a"]["finish"], got["b"]["finish"]], [2000, 5000], policy)

    def test_a_switch_costs(self):
        got = metrics(scenario([{"arrive": 0, "work": [2]}, {"arrive": 0, "work": [2]}], "policy: rr, quantum: 1ms, switch: 1ms"))
        self.assertEqual([got["j%d" % i]["finish"] for i in (0, 1)], [5000, 7000])

    def test_a_burst_ends_where_a_lock_is_held(self):
        """sjf looks ahead: the first would take long, but it would block immediately while the other has the lock."""
        text = """
scenario: foreseen
cpu: {policy: sjf, step: 0ms}
objects: {door: lock}
processes:
  holder: {steps: [{acquire: door}, {compute: 1ms}, {io: 9ms}, {release: door}, {compute: 1ms}]}
  other: {arrive: 1ms, steps: [{compute: 6ms}]}
  long: {arrive: 2ms, steps: [{compute: 1ms}, {acquire: door}, {compute: 50ms}, {release: door}]}
  short: {arrive: 2ms, steps: [{compute: 3ms}]}
"""
        got = metrics(text)
        self.assertEqual([got[name]["first_run"] for name in ("holder", "other", "long", "short")], [0, 1000, 7000, 8000])

    def test_a_process_preempted_in_an_action_finishes_it(self):
        """An action is not divided: the urgent one, there after 1 ms, waits for the end of the step of 10 ms."""
        text = """
scenario: undivided
cpu: {policy: priority, step: 10ms}
shared: {n: 0}
processes:
  slow: {priority: 2, steps: [n = 1, n = 2]}
  urgent: {priority: 1, arrive: 1ms, steps: [{compute: 5ms}]}
"""
        got = metrics(text)
        self.assertEqual([got[name][key] for name in ("slow", "urgent") for key in ("first_run", "finish")], [0, 25000, 10000, 15000])

    def test_a_process_that_caught_up_within_an_action_goes_on(self):
        """stcf: shorter than the running one as it comes back at 10 ms, only equal when that one's action is over, at 12 ms."""
        text = """
scenario: caught-up
cpu: {policy: stcf, step: 4ms}
shared: {n: 0}
processes:
  early: {steps: [{sleep: 6ms}, {compute: 4ms}]}
  late: {arrive: 4ms, steps: [n = 1, n = 2, n = 3]}
"""
        got = metrics(text)
        self.assertEqual([got[name]["finish"] for name in ("early", "late")], [20000, 16000])

    def test_a_process_in_an_action_does_not_protect_its_equals(self):
        """On two CPUs: of two equals, one is in the middle of a step of 10 ms; so the urgent one takes the other's CPU."""
        text = """
scenario: equals
cpu: {policy: priority, count: 2, step: 10ms}
processes:
  calm: {priority: 2, steps: [{compute: 12ms}]}
  fixed: {priority: 2, steps: [{io: 20ms}]}
  urgent: {arrive: 5ms, priority: 1, steps: [{compute: 3ms}]}
"""
        got = metrics(text)
        self.assertEqual([got[name]["finish"] for name in ("calm", "fixed", "urgent")], [15000, 30000, 8000])


def draw_program(dice):
    """Processes that share a lock, a semaphore and a number, and sleep, wait and compute between."""
    def step(depth=0):
        kind = dice.randrange(8 if depth else 10)
        if kind < 2:
            return "{compute: %dms}" % dice.choice((0, 1, 3, 10, 20))
        if kind < 4:
            return "{sleep: %dms}" % dice.choice((0, 1, 10, 20))
        if kind == 4:
            return "x = x + %d" % dice.randint(1, 3)
        if kind == 5:
            return "{acquire: places, timeout: %dms}" % dice.choice((5, 10, 30))
        if kind == 6:
            return "{release: places}"
        if kind == 7:
            return "{if: x %% 2 == 0, then: [{compute: %dms}], else: [{sleep: 1ms}]}" % dice.randint(1, 30)
        inner = ", ".join(step(depth + 1) for _ in range(dice.randint(1, 3)))
        return "{with: door, do: [%s]}" % inner if kind == 8 else "{repeat: 3, do: [%s]}" % inner
    lines = ["scenario: drawn", "cpu: {step: %s, switch: %s}" % (dice.choice(("0ms", "1ms", "10ms")), dice.choice(("0ms", "0ms", "3ms"))),
             "shared: {x: 0}", "objects: {door: lock, places: {semaphore: 1}}", "processes:"]
    for i in range(dice.randint(2, 5)):
        steps = ", ".join(step() for _ in range(dice.randint(1, 6)))
        lines.append("  p%d: {arrive: %dms, steps: [%s]}" % (i, dice.choice((0, 0, 10, 20)), steps))
    return "\n".join(lines) + "\n"


class Foreseen(unittest.TestCase):
    def test_a_burst_is_what_it_would_be_found_to_be_now(self):
        """Debug builds look at it at every choice, and stop if what was foreseen before is something else."""
        for seed in range(LISTS // 2):
            dice = random.Random("foreseen %d" % seed)
            text = draw_program(dice)
            policy, cpus = dice.choice(("sjf", "stcf", "ljf", "hrrn")), str(dice.randint(1, 3))
            with self.subTest(policy=policy, cpus=cpus, text=text):
                result = run(["run", "-", "--model", "--json", "--policy", policy, "--cpus", cpus, "--max-steps", "500"], stdin=text)
                self.assertIn(result.code, (0, 1, 4), result)


def best_of(policy, ready):
    """The values that may be chosen: the smallest, or where more is better the greatest."""
    values = [r["value"] for r in ready if r["value"] is not None]
    return (max if policy in ("hrrn", "ljf", "lrtf") else min)(values) if values else None


class Explained(unittest.TestCase):
    """--explain: which processes were ready, what counts for each, and why the policy chose as it did."""

    JOBS = [{"arrive": a, "work": w, "priority": p, "tickets": t, "deadline": d} for a, w, p, t, d in
            ((0, [3], 2, 1, 9), (2, [6], 1, 3, 30), (4, [4], 1, 2, 0), (6, [5], 0, 1, 12), (8, [2], 3, 5, 40))]

    def choices(self, text, *args):
        lines = [json.loads(line) for line in run(["run", "-", "--model", "--explain", "--json", *args], stdin=text).out.splitlines()]
        return [line for line in lines if line["type"] == "choice"], lines

    def test_a_process_without_a_deadline_is_said_to_have_none(self):
        text = ("scenario: s\ncpu: {policy: edf, step: 0ms}\nprocesses:\n  late: {deadline: 9ms, steps: [{compute: 2ms}]}\n"
                "  free: {steps: [{compute: 3ms}]}\n")
        for lang, said in (("en", "edf chooses late: deadline late 9ms, free none"), ("zh", "截止时间 late 9ms、free 无")):
            self.assertIn(said, run(["run", "-", "--model", "--explain", "--lang", lang], stdin=text).out)

    def test_ratios_as_on_the_blackboard(self):
        """0, 2, 4, 6, 8 with 3, 6, 4, 5, 2: at 9 the ratios are 9/4, 8/5 and 3/2, at 13 12/5 and 7/2."""
        text = re.sub(r"\bj(\d)", r"P\1", scenario(self.JOBS, "policy: hrrn"))
        out = run(["run", "-", "--model", "--explain"], stdin=text).out
        said = [line.strip() for line in out.splitlines() if "hrrn chooses" in line]
        self.assertEqual(said, ["0.000s  hrrn chooses P0: no other process is ready", "0.003s  hrrn chooses P1: no other process is ready",
                                "0.009s  hrrn chooses P2: response ratio P2 2.2, P3 1.6, P4 1.5",
                                "0.013s  hrrn chooses P4: response ratio P3 2.4, P4 3.5",
                                "0.015s  hrrn chooses P3: no other process is ready"])
        zh = run(["run", "-", "--model", "--explain", "--lang", "zh"], stdin=text).out
        self.assertIn("0.013s  按高响应比优先选择 P4：响应比 P3 2.4、P4 3.5\n", zh)

    def test_the_best_is_chosen_and_ties_are_said(self):
        for policy in ("fifo", "sjf", "stcf", "ljf", "lrtf", "hrrn", "rr", "priority", "mlq", "mlfq", "stride", "edf"):
            for seed in range(LISTS // 6):
                dice = random.Random("%s %d" % (policy, seed))
                text = scenario(draw_jobs(dice, io=True), "policy: %s, quantum: 2ms" % policy)
                found, lines = self.choices(text)
                dispatched = [(l["process"], l["time"]) for l in lines if l["type"] == "state" and l["to"] == "running"]
                self.assertEqual([(c["process"], c["time"]) for c in found if not c["keeps"]], dispatched, text)
                for choice in found:
                    values = {r["process"]: r["value"] for r in choice["ready"]}
                    mine, best = values[choice["process"]], best_of(policy, choice["ready"])
                    if choice["keeps"]:
                        continue
                    self.assertEqual(mine, best, (policy, choice, text))
                    equal = [p for p in values if values[p] == mine and p != choice["process"]]
                    if policy not in ("mlq", "mlfq"):       # their levels are lines
                        self.assertEqual(choice["equal"] is not None, bool(equal) and mine is not None or (policy == "edf" and bool(equal)), (policy, choice, text))

    def test_why_one_of_an_instant_stands_before_another(self):
        """Under rr: arrivals, then returns from I/O, then used-up slices; under mlfq the slices before both."""
        counts = {}
        for policy, rank in (("rr", ("new", "blocked", "running")), ("mlfq", ("running", "new", "blocked"))):
            for seed in range(LISTS):
                cpu = "policy: rr, quantum: 2ms" if policy == "rr" else "policy: mlfq, levels: [{quantum: 2ms}]"
                found, lines = self.choices(scenario(draw_jobs(random.Random(seed), io=True), cpu))
                came, at = {}, 0
                for line in lines:
                    if line["type"] == "state" and line["to"] == "ready":
                        came[line["process"]] = (line["time"], line["from"])
                    if line["type"] != "choice" or line["keeps"]:
                        continue
                    time, how = came[line["process"]]
                    others = [came[r["process"]] for r in line["ready"] if r["process"] != line["process"]]
                    same = {h for t, h in others if t == time}
                    if policy == "mlfq" and line["equal"] is None:
                        continue
                    for equal, mine, theirs in (("newcomer first", ("new", "blocked"), "running"), ("used-up slice first", ("running",), "blocked"),
                                                ("new before returned", ("new",), "blocked")):
                        if line["equal"] == equal:
                            counts[policy, equal] = counts.get((policy, equal), 0) + 1
                            self.assertIn(how, mine)
                            self.assertTrue(same & {theirs, "new"} if equal == "used-up slice first" else theirs in same, (line, came))
                    self.assertFalse(any(rank.index(h) < rank.index(how) for h in same) and policy == "rr", (line, came))
        self.assertEqual(set(counts), {("rr", "newcomer first"), ("rr", "new before returned"), ("mlfq", "used-up slice first"), ("mlfq", "new before returned")}, counts)
        text = "scenario: t\ncpu: {policy: rr, quantum: 2ms, step: 0ms}\nprocesses:\n  A: {steps: [{compute: 4ms}]}\n  B: {arrive: 2ms, steps: [{compute: 1ms}]}\n"
        for lang, said in (("en", "a tie: a newcomer before a used-up slice"), ("zh", "并列时新就绪的先于时间片用完的")):
            self.assertIn(said, run(["run", "-", "--model", "--explain", "--lang", lang], stdin=text).out)

    def test_bursts_and_waiting_are_those_of_the_jobs(self):
        found, _ = self.choices(scenario(self.JOBS, "policy: stcf"))
        self.assertEqual([(c["time"], c["process"], {r["process"]: r["value"] for r in c["ready"]}) for c in found if len(c["ready"]) > 1],
                         [(4000, "j2", {"j1": 5000, "j2": 4000}), (8000, "j4", {"j1": 5000, "j3": 5000, "j4": 2000}),
                          (10000, "j1", {"j1": 5000, "j3": 5000})])
        self.assertEqual(found[-2]["equal"], "first to arrive")

    def test_a_ticket_says_who_runs(self):
        """Of each draw the ticket is known: whose it is can be counted."""
        for seed in range(LISTS // 3):
            rows = draw_jobs(random.Random(seed), io=True)
            found, _ = self.choices(scenario(rows, "policy: lottery, quantum: 2ms"), "--seed", str(seed))
            for choice in found:
                if choice["keeps"]:
                    continue
                ticket, owners = choice["drawn"], []
                for r in choice["ready"]:
                    self.assertEqual(r["value"], rows[int(r["process"][1:])]["tickets"])
                    owners += [r["process"]] * r["value"]
                self.assertEqual(owners[ticket - 1], choice["process"])

    def test_lottery_by_its_tickets(self):
        """With the tickets that were drawn, and nothing else of the run, the textbook comes to the same numbers."""
        for seed in range(LISTS):
            dice = random.Random("lottery %d" % seed)
            rows, quantum = draw_jobs(dice, io=True), dice.choice((1, 2, 3, 5))
            text = scenario(rows, "policy: lottery, quantum: %dms" % quantum)
            found, lines = self.choices(text, "--seed", str(seed))
            end = {p["process"]: p for p in lines[-1]["processes"]}
            ours = [tuple(end["j%d" % i][k] / 1000 for k in ("first_run", "finish", "wait")) for i in range(len(rows))]
            self.assertEqual(ours, schedulers.lottery(rows, quantum, [c["drawn"] for c in found]), text)

    def test_what_is_drawn(self):
        """From the seed alone the textbook draws the same: lottery's tickets, and random's processes."""
        for seed in range(LISTS):
            dice = random.Random("drawn %d" % seed)
            rows, quantum = draw_jobs(dice, io=True), dice.choice((1, 2, 3, 5))
            for cpu, wanted in (("lottery, quantum: %dms" % quantum, schedulers.lottery(rows, quantum, schedulers.Dice(seed))),
                                ("random", schedulers.by_chance(rows, seed))):
                text = scenario(rows, "policy: " + cpu)
                end = metrics(text, "--seed", str(seed))
                ours = [tuple(end["j%d" % i][k] / 1000 for k in ("first_run", "finish", "wait")) for i in range(len(rows))]
                self.assertEqual(ours, wanted, text)

    def test_processes_say_the_same_as_the_model(self):
        text = scenario(self.JOBS, "policy: mlfq, levels: [{quantum: 1ms}, {quantum: 2ms}], boost: 9ms")
        real = [json.loads(line) for line in run(["run", "-", "--explain", "--json"], stdin=text).out.splitlines()]
        self.assertEqual([l for l in real if l["type"] == "choice"], self.choices(text)[0])

    def test_only_who_asks_is_answered(self):
        self.assertNotIn('"choice"', run(["run", "cpu-rr", "--model", "--json"]).out)
        self.assertNotIn("chooses", run(["run", "cpu-rr", "--model", "--plain"]).out)
        for args in (["--quiet"], ["--table", "csv"], ["--screen", "-"], ["--policy", "host"]):
            result = run(["run", "cpu-rr", "--explain", *args])
            self.assertEqual((result.code, result.out), (2, ""), args)
            self.assertIn("--explain", result.err)


class Charts(unittest.TestCase):
    """Processes have their own names in the rows of the CPUs; quanta, switches and ties are marked."""

    def rows(self, text, *args):
        lines = run(["compare", "-", "--policies", *args], stdin=text).out.splitlines()
        return {line.split("|")[0].split()[0]: line.split("|")[1] for line in lines if "|" in line}, lines

    def test_a_process_is_called_by_its_own_name(self):
        rows, _ = self.rows("scenario: s\ncpu: {step: 0ms}\nprocesses: {B: {steps: [{compute: 10ms}]}, long: {steps: [{compute: 10ms}]}, "
                            "A: {steps: [{compute: 10ms}]}}\n", "fifo")
        self.assertRegex(rows["CPU"], "^B+C+A+$")

    def test_short_names_stand_where_they_have_room(self):
        rows, _ = self.rows("scenario: s\ncpu: {step: 0ms}\nprocesses: {P1: {steps: [{compute: 10ms}]}, 甲: {steps: [{compute: 10ms}]}, "
                            "B: {steps: [{compute: 10ms}]}}\n", "fifo")
        self.assertRegex(rows["CPU"], "^P1-+甲-+B+$")

    def test_what_is_marked(self):
        text = "scenario: s\ncpu: {step: 0ms, switch: 2ms, quantum: 4ms}\nprocesses: {A: {steps: [{compute: 6ms}]}, B: {steps: [{compute: 14ms}]}}\n"
        rows, lines = self.rows(text, "rr")
        self.assertRegex(rows["CPU"], "^A+/+B+/+A+/+B+$")
        self.assertRegex(rows["ties"], "^=$")
        self.assertRegex(rows["B"], r"#>\.+#+:#+:#+$")
        self.assertEqual(lines[-1], "  : slice over, goes on   / switching   = tie: file order")
        self.assertEqual(self.rows(text, "rr", "--lang", "zh")[1][-1], "  : 时间片用完，继续运行   / 进程切换   = 并列：按文件中的次序")
        screen = run(["run", "-", "--model", "--policy", "rr", "--screen", "-", "--at", "40", "--size", "100x40"], stdin=text).out
        self.assertRegex(screen, r"= tie +: goes on +/ switching to it")
        self.assertRegex(screen, r"(?m)^ CPU 0 .*\n +=\s*$")
        small = run(["run", "-", "--model", "--policy", "rr", "--screen", "-", "--at", "40", "--size", "80x16"], stdin=text).out
        self.assertRegex(small, r"(?m)^ CPU 0 .*\n A +A =█+»")         # no row for it: where the chosen process begins
        self.assertRegex(small, r"(?m)^ B +B ░+█")
        self.assertRegex(small, r"= tie +: goes on +/ switching to it")
        for lang, legend in (("en", "= tie"), ("zh", "= 并列")):
            self.assertIn(legend, run(["run", "cpu-rr", "--model", "--screen", "-", "--at", "20", "--size", "80x24", "--lang", lang]).out)
        self.assertRegex(screen, r"rr lets B go on, though its slice is over: no other process is ready")


class Shown(unittest.TestCase):
    """The library's scheduling scenarios show what they say; compare, quiz and the closing table tell it."""

    def test_scenarios(self):
        found = 0
        for path in sorted((ROOT / "scenarios").glob("cpu-*.yaml")):
            says = re.search(r"ends: ended == (\[.*\])", path.read_text())
            if says:
                found += 1
                with self.subTest(path.stem):
                    self.assertEqual(run_json(path.stem, "--model")[-1]["shared"]["ended"], json.loads(says[1]))
        self.assertGreater(found, 8)

    def test_the_policy_hides_the_race(self):
        sold = {p: run_json("ticket-race-by-policy", "--model", "--policy", p)[-1]["shared"]["sold"] for p in ("fifo", "rr")}
        self.assertEqual(sold, {"fifo": 1, "rr": 2})
        for lang, said in (("en", "broken: no ticket is sold twice"), ("zh", "不成立：同一张票不会卖两次")):
            compared = run(["compare", "ticket-race-by-policy", "--policies", "fifo,rr", "--lang", lang])
            self.assertEqual(compared.code, 0, compared)
            self.assertEqual([line.split()[0] for line in compared.out.splitlines() if line.endswith(said)], ["rr"], compared)

    def test_gaming_works_only_where_io_stays(self):
        text = (ROOT / "scenarios/cpu-mlfq-gaming.yaml").read_text()
        honest = metrics(text.replace("io_stays: true\n", "io_stays: false\n"))["honest"]["finish"]
        self.assertLess(honest, metrics(text)["honest"]["finish"])

    def test_the_end_has_averages_and_the_use_of_the_cpus(self):
        end = run_json("cpu-rr-quantum", "--model", "--quantum", "40ms")[-1]
        self.assertEqual(end["averages"], {"processes": 3, "response": 42000, "turnaround": 334000, "weighted_turnaround": 2.783333, "wait": 214000, "longest_wait": 256000})
        self.assertEqual(end["usage"], {"utilisation": 0.957447, "busy": 360000, "idle": 0, "switching": 16000, "switches": 8,
                                        "timeouts": 6, "preemptions": 0})

    def test_busy_idle_and_switching_are_all_the_time_there_is(self):
        for args in ([], ["--cpus", "3"], ["--policy", "mlfq"], ["--policy", "stcf", "--cpus", "2"]):
            for name in ("cpu-rr-quantum", "cpu-io-overlap", "cpu-two-processors"):
                events = run_json(name, "--model", *args)
                usage = events[-1]["usage"]
                self.assertEqual(usage["busy"] + usage["idle"] + usage["switching"], events[-1]["time"] * events[0]["cpus"])
                self.assertEqual(usage["busy"], sum(p["cpu"] for p in events[-1]["processes"]))

    def test_a_worker_that_takes_anothers_place_is_counted_from_its_own_start_on(self):
        text = """scenario: workers
objects: {crew: {pool: {size: 2%s}}}
functions: {work: {params: [x], steps: [{compute: 30ms}, return: x]}}
main:
  - {sleep: 200ms}
  - {apply_async: crew, call: work, args: [1]}
%s  - {sleep: 100ms}
  - {map: crew, call: work, over: [1, 2, 3]}
"""
        for limits, more in ((", maxtasksperchild: 1", ""), ("", '  - {kill: "crew[1]"}\n')):
            for policy in ("rr", "fifo", "mlfq", "stcf", "stride"):
                with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                    file.write(text % (limits, more))
                    file.flush()
                    events = run_json(file.name, "--model", "--policy", policy)
                starts = {e["process"]: e["time"] for e in events if e["type"] == "process"}
                self.assertGreater(max(starts[w] for w in ("crew.1", "crew.2")), 200000, "one was replaced")
                for p in events[-1]["processes"]:
                    self.assertEqual(p["arrive"], starts[p["process"]])
                    self.assertGreaterEqual(p["response"] or 0, 0, p)
                    if p["turnaround"] is not None:
                        self.assertEqual(p["wait"] + p["cpu"] + p["blocked"], p["turnaround"], p)

    def test_why_the_cpu_was_lost(self):
        def lost(*args):
            return {e["why"] for e in run_json(*args, "--model") if e["type"] == "state" and (e["from"], e["to"]) == ("running", "ready")}
        self.assertEqual((lost("cpu-rr"), lost("cpu-stcf")), ({"time-out"}, {"preempted"}))

    def test_plain_closes_with_a_table(self):
        golden("lab/cpu-stcf.plain", run(["run", "cpu-stcf", "--plain", "--model"]).out)
        self.assertNotIn("turnaround", run(["run", "ticket-race", "--plain", "--model"]).out)
        self.assertIn("turnaround", run(["run", "ticket-race", "--plain", "--model", "--policy", "fifo"]).out)
        chinese = run(["run", "cpu-stcf", "--plain", "--model", "--lang", "zh"]).out
        self.assertNotIn("turnaround", chinese)
        self.assertRegex(chinese, r"到达时间 +响应时间 +周转时间 +等待时间 +CPU 时间 +阻塞时间")

    def test_tables_for_sheets(self):
        """The same numbers as JSON's, in ms; and the same cells in each form."""
        def table(form, *args):
            return run(["run", "cpu-edf", "--model", "--table", form, *args], env={"COLUMNS": "150"}).out
        rows = [line.split(",") for line in table("csv").split("\n\n")[0].splitlines()]
        end = run_json("cpu-edf", "--model")[-1]
        jobs = [p for p in end["processes"] if p["process"] != "main"]
        for row, job in zip(rows[1:], jobs):
            wanted = [job[key] / 1000 for key in ("arrive", "service", "finish", "turnaround")]
            self.assertEqual([row[0], *map(float, row[1:5])], [job["process"], *wanted])
            self.assertEqual(row[5:], ["%.2f" % job["weighted_turnaround"], *("%g" % (job[key] / 1000) for key in ("wait", "response", "deadline")),
                                       "yes" if job["missed"] else "no"])
        self.assertEqual(rows[-1], ["mean", "", "", "", "30", "1.18", "8.75", "3.75", "", ""])
        for form, between in (("markdown", "|"), ("latex", "&")):
            lines = table(form).split("\n\n")[0].splitlines()
            cells = [[cell.strip(" \\") for cell in line.strip("| ").split(between)] for line in lines if between in line and "---" not in line]
            self.assertEqual(cells[1:-1], rows[1:-1], form)
        self.assertRegex(table("text", "--lang", "zh"), r"到达时间 +服务时间 +完成时间 +周转时间 +带权周转时间 +等待时间 +响应时间 +截止时间 +错过截止时间")
        self.assertIn("yes", table("csv", "--policy", "fifo"))
        both = run(["run", "cpu-edf", "--model", "--table", "csv", "--json"])
        self.assertEqual((both.code, both.out), (2, ""))

    def test_a_name_is_harmless_in_every_form(self):
        text = "scenario: names\nprocesses: {a_b: {count: 1, steps: [{compute: 1ms}]}}\n"
        for form, name in (("latex", "a\\_b.1 &"), ("markdown", "| a\\_b.1 |"), ("csv", "a_b.1,")):
            self.assertIn(name, run(["run", "-", "--model", "--table", form], stdin=text).out)

    def test_compare(self):
        golden("lab/compare.txt", run(["compare", "cpu-io-overlap", "--quantum", "5ms,50ms"]).out)
        golden("lab/compare-zh.txt", run(["compare", "cpu-two-processors", "--policies", "fifo,stcf", "--lang", "zh"]).out)

    def test_what_a_limit_hides_is_no_number(self):
        """Nor is it the best: under fifo the first one looks for ever, and the other never runs."""
        text = ("scenario: looks\nshared: {x: 0}\ncpu: {quantum: 20ms}\n"
                "processes: {a: {steps: [{while: x == 0, do: [{compute: 1ms}]}]}, b: {steps: [x = 1]}}\n")
        out = run(["compare", "-", "--policies", "fifo,rr", "--max-steps", "500"], stdin=text).out
        fifo, rr = (re.search(r"^  %s +(.*)$" % policy, out, re.M)[1] for policy in ("fifo", "rr"))
        self.assertRegex(fifo, r"^(- +){7}limit reached$")
        self.assertRegex(rr, r"^([0-9.]+\* *){7}$")

    def test_compare_does_not_measure_a_deadlock(self):
        out = run(["compare", "dining-philosophers", "--policies", "fifo,rr"]).out
        deadlocked = [line for line in out.splitlines() if line.endswith("deadlock")]
        self.assertTrue(deadlocked, out)
        for line in deadlocked:
            self.assertEqual(line.split()[1:], ["-"] * 7 + ["deadlock"], out)

    def test_compare_has_no_best_among_equals(self):
        out = run(["compare", "cpu-fifo", "--policies", "fifo,fifo"]).out
        rows = [line for line in out.splitlines() if line.startswith("  fifo")]
        self.assertEqual(len(rows), 2, out)
        self.assertNotIn("*", "".join(rows))

    def test_compare_as_json(self):
        result = json.loads(run(["compare", "cpu-fifo", "--policies", "fifo,sjf,rr", "--quantum", "10ms,40ms", "--json"]).out)
        self.assertEqual([(r["policy"], r["quantum"]) for r in result["runs"]],
                         [("fifo", None), ("sjf", None), ("rr", 10000), ("rr", 40000)])
        turnarounds = [r["averages"]["turnaround"] for r in result["runs"]]
        self.assertEqual(turnarounds, [270000, 130000, 156666.667, 156666.667])
        self.assertEqual(result["best"]["turnaround"], [1])

    def test_compare_refuses(self):
        for args, words in ((["--policies", "fifo,sff"], "did you mean `sjf`"), (["--quantum", "0ms"], "`--quantum` can't be `0ms`"),
                            (["--policies", "host"], "no virtual time"), (["--quantum", "5"], "can't be `5`"), (["--cpus", "0"], "1 to 64")):
            result = run(["compare", "cpu-fifo", *args])
            self.assertEqual((result.code, result.out), (2, ""), result)
            self.assertIn(words, result.err)

    def test_a_quiz_names_processes_as_the_file_does(self):
        """In the order in which they run they would be the answer."""
        jobs = "".join("  %s: {steps: [{compute: %dms}]}\n" % job for job in (("long", 9), ("middle", 5), ("short", 2)))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "jobs.yaml")
            with open(path, "w") as file:
                file.write("scenario: jobs\ncpu: {policy: sjf, step: 0ms}\nprocesses:\n" + jobs)
            filled = run(["quiz", path, "--fill"], stdin="16 16 1.78 7 7\n7 7 1.4 2 2\n2 2 1 0 0\n")
            self.assertEqual(filled.code, 0, filled)
            self.assertEqual(re.findall(r"^(long|middle|short)$", filled.out, re.M), ["long", "middle", "short"])
            self.assertIn("none of the processes: long, middle, short.", run(["quiz", path], stdin="x\n").out)

    def test_what_a_viewer_would_choose_is_not_foretold(self):
        for lang, quizzed, played in (("en", "under `manual` the viewer chooses", "no one watches this run, so `manual` chooses as `rr` does"),
                                      ("zh", "调度算法 `manual` 由观看者选择", "无人观看，`manual` 改按 `rr` 调度")):
            asked = run(["quiz", "cpu-rr", "--policy", "manual", "--lang", lang])
            self.assertEqual((asked.code, asked.out), (2, ""))
            self.assertIn(quizzed, asked.err)
            for form in ("--plain", "--json", "--quiet"):
                ran = run(["run", "--model", "cpu-rr", "--policy", "manual", form, "--lang", lang])
                self.assertEqual(ran.code, 0)
                self.assertIn(played, ran.err)
        self.assertEqual(run(["run", "--model", "cpu-rr", "--plain"]).err, "")

    def test_quiz(self):
        right = run(["quiz", "cpu-fifo"], stdin="long short.1 short.2\nlong, short.1, short.2\n240\n240ms\n")
        self.assertEqual(right.code, 0, right)
        golden("lab/quiz.txt", right.out)
        wrong = run(["quiz", "cpu-fifo", "--lang", "zh"], stdin="short.1 long short.2\n\nx\n")
        self.assertEqual(wrong.code, 1, wrong)
        self.assertIn("不对，答案是：long、short.1、short.2", wrong.out)
        self.assertIn("答对 0 / 4 题。", wrong.out)
        self.assertNotIn("average", wrong.out)
        self.assertEqual(run(["quiz", "-"], stdin="").code, 2)

    def test_quiz_takes_what_a_chinese_keyboard_writes(self):
        right = run(["quiz", "cpu-fifo", "--lang", "zh"], stdin="long，short.1；short.2\nlong→short.1→short.2\n２４０ 毫秒\n240毫秒\n")
        self.assertEqual(right.code, 0, right)
        self.assertIn("答对 4 / 4 题。", right.out)

    def test_quiz_asks_again(self):
        """Nonsense is asked again, an empty answer too, and skipped the second time."""
        for lang, said in (("en", ("`middle` is none of the processes: long, short.1, short.2. Try again:", "Nothing was typed.", "Skipped. The answer: 240 ms",
                                   "`soon` is not a time.")),
                           ("zh", ("`middle` 不是这些进程之一：long、short.1、short.2。请重新作答：", "没有输入。", "已跳过，答案是：240 ms", "`soon` 不是时间。"))):
            out = run(["quiz", "cpu-fifo", "--lang", lang], stdin="long middle\nlong short.1 short.2\n\nlong short.1 short.2\n\n\nsoon\n240\n")
            for text in said:
                self.assertIn(text, out.out)
            self.assertEqual(out.code, 1)
            self.assertRegex(out.out, "3 of 4 right|答对 3 / 4 题")

    def test_quiz_marks_a_table_cell_by_cell(self):
        text = "scenario: jobs\ncpu: {step: 0ms, policy: fifo}\nprocesses:\n  A: {steps: [{compute: 3ms}]}\n  B: {arrive: 2ms, steps: [{compute: 6ms}]}\n"
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "jobs.yaml")
            with open(path, "w") as file:
                file.write(text)
            good = run(["quiz", path, "--fill"], stdin="3 3 1 0 0\n９，７，1.17，1 毫秒；1\n")
            self.assertEqual((good.code, "10 of 10 cells right." in good.out), (0, True), good)
            for cell, why in (("10 7 1.17 1 1", "completion of B: it has the CPU at 3-9 ms, so it ends at 9."),
                              ("9 9 1.17 1 1", "turnaround of B: completion - arrival = 9 - 2 = 7."),
                              ("9 7 1.5 1 1", "weighted turnaround of B: turnaround / service = 7 / 6 = 1.17."),
                              ("9 7 1.17 - 1", "waiting of B: it is ready, without a CPU, at 2-3 ms: 1 in all."),
                              ("9 7 1.17 1 3", "response of B: first run - arrival = 3 - 2 = 1.")):
                bad = run(["quiz", path, "--fill"], stdin="3 3 1\n3 3 1 0 0\n%s\n" % cell)
                self.assertEqual(bad.code, 1)
                self.assertIn("A row has 5 numbers", bad.out)
                self.assertIn("The first wrong cell, " + why, bad.out)
                self.assertIn("9 of 10 cells right.", bad.out)

    def test_quiz_asks_nothing_that_is_drawn(self):
        drawn = run(["quiz", "cpu-fifo", "--policy", "lottery"])
        self.assertEqual((drawn.code, "is drawn" in drawn.err), (2, True), drawn)
        out = run(["quiz", "ticket-race"], stdin="").out
        self.assertIn("In which order do they first get a CPU?", out)
        self.assertNotRegex(out, "In which order do they end|The turnaround|The waiting time")

    def test_quiz_beyond_scheduling(self):
        """What can be at the end, whether all can be stuck, who starts whom: as explore and the run have it."""
        race = run(["quiz", "ticket-race"], stdin="buyer.1 buyer.2 buyer.3\n0\n3、１ 2\n")
        self.assertEqual((race.code, "3 of 3 right" in race.out), (0, True), race)
        outcomes = json.loads(run(["explore", "ticket-race", "--json"]).out)["outcomes"]
        self.assertEqual({o["values"]["sold"] for o in outcomes}, {1, 2, 3})
        for answer, code in (("yes", 0), ("no", 1), ("是", 0)):
            locks = run(["quiz", "deadlock-abba"], stdin="80 100\n100 120\nperhaps\n%s\n" % answer)
            self.assertEqual((locks.code, "Can it deadlock?" in locks.out, "Yes or no? Try again:" in locks.out), (code, True, True), locks)
        tree = run(["quiz", "process-tree"], stdin="main parent.1 parent.2 kid.1 kid.2 kid.3 kid.4\n6\n").out
        self.assertIn("  main\n    parent.1\n      kid.1\n      kid.2\n    parent.2\n      kid.3\n      kid.4\n", tree)

    def test_quiz_shows_what_is_in_a_loop(self):
        shown = run(["quiz", "cpu-mlfq"], stdin="").out
        self.assertIn("  editor     arrives at 0 ms:\n      repeat: 8\n        io: 30ms\n        compute: 2ms\n", shown)
        self.assertIn("car.4      arrives at 0 ms:  as car.1\n", run(["quiz", "traffic-light"], stdin="").out)

    def test_compare_has_the_policy_that_the_scenario_is_about(self):
        runs = json.loads(run(["compare", "cpu-priority-starvation", "--json"]).out)["runs"]
        self.assertEqual([r["policy"] for r in runs], ["fifo", "sjf", "stcf", "rr", "mlfq", "priority"])
        asked = json.loads(run(["compare", "cpu-priority-starvation", "--policies", "rr", "--json"]).out)["runs"]
        self.assertEqual([r["policy"] for r in asked], ["rr"])


if __name__ == "__main__":
    unittest.main()
