"""The textbook schedulers, tick by tick, written from their rules and from nothing of the program: what test_scheduling
holds the program against.

A job is a dict: `arrive`, `work` (ticks of CPU and of I/O in turn: [3, 2, 4] computes 3, is away for 2, computes 4), and
for `priority` and `mlq` its `priority`, for `edf` its `deadline`, for `stride` and `lottery` its `tickets`. Each function gives, for each job, its first tick, its finish, and the ticks it was ready."""
from fractions import Fraction


class Job:
    def __init__(self, number, row):
        self.number, self.arrive, self.work = number, row["arrive"], list(row["work"])
        self.priority = row.get("priority", 0)
        self.due = row["arrive"] + row["deadline"] if row.get("deadline") else float("inf")
        self.tickets, self.passed = row.get("tickets", 1), 0
        self.queued = 0                                         # ticks in the line since it last came there
        self.expired = False                                    # it had the CPU up to now, to the end of its slice
        self.gained, self.runs = 0, False                       # aging: what it had gained as it was chosen
        self.over, self.of_burst = [], 0                        # the bursts that are over, and the ticks of the present one
        self.left, self.later = self.work[0], self.work[1:]     # of this burst; the I/O and bursts after it
        self.first = self.finish = self.wakes = None
        self.waited = self.used = 0
        self.level = self.slice = self.slices = None

    def ran(self, now):
        """One tick. "end", "io" or nothing."""
        if self.first is None:
            self.first = now
        self.used += 1
        self.of_burst += 1
        self.left -= 1
        if self.left:
            return None
        if not self.later:
            self.finish = now + 1
            return "end"
        self.wakes = now + 1 + self.later[0]
        self.over, self.of_burst = [*self.over, self.of_burst], 0
        self.left, self.later = self.later[1], self.later[2:]
        return "io"


def numbers(jobs):
    return [(job.first, job.finish, job.waited) for job in jobs]


class Machine:
    """What the tick simulators share: arrivals in the order of the list, then returns in the order the I/O was issued."""

    def __init__(self, rows):
        self.jobs = [Job(i, row) for i, row in enumerate(rows)]
        self.away = []
        self.now = 0

    def coming(self):
        return [j for j in self.jobs if j.arrive == self.now]

    def returning(self):
        back = [j for j in self.away if j.wakes == self.now]
        self.away = [j for j in self.away if j.wakes != self.now]
        return back

    def going_on(self):
        return any(j.finish is None for j in self.jobs)


def in_line(rows, cpus=1, key=None, quantum=None, preemptive=True, interval=None, pick=None):
    """fifo, rr (`quantum`), and the orders by a key (sjf, stcf, priority). `key(job)`: the smallest runs; of equal ones the
    one that runs already, then by the rest of the key. With both, round robin among those of equal key."""
    m = Machine(rows)
    line, spent, cpu = [], [], [None] * cpus
    while m.going_on():
        line += m.coming() + m.returning() + spent
        spent = []
        if key and preemptive:
            running = sorted((job for job in cpu if job), key=key)
            waiting = sorted(line, key=key)[cpus - len(running):]
            while waiting and running and key(waiting[0])[0] < key(running[-1])[0]:
                waiting.pop(0)
                lost = running.pop()
                cpu[cpu.index(lost)] = None
                lost.runs = False
                line.append(lost)
        for i in range(cpus):
            if line and not cpu[i]:
                cpu[i] = pick(line) if pick else min(line, key=key) if key else line[0]    # min: the first of those that are equal
                line.remove(cpu[i])
                cpu[i].gained = cpu[i].queued // interval if interval else 0
                cpu[i].runs = True
                cpu[i].queued = 0
                cpu[i].slice = quantum
        for job in line:
            job.waited += 1
            job.queued += 1
            job.expired = False
        for i, job in enumerate(cpu):
            if not job:
                continue
            what = job.ran(m.now)
            if quantum:
                job.slice -= 1
            if what == "io":
                m.away.append(job)
            elif not what and quantum and job.slice == 0:
                spent.append(job)
            job.expired = job in spent
            if what or job in spent:
                cpu[i] = None
                job.runs = False
        m.now += 1
    return numbers(m.jobs)


def fifo(rows, **options):
    return in_line(rows, **options)


def rr(rows, quantum, **options):
    return in_line(rows, quantum=quantum, **options)


def sjf(rows, **options):
    return in_line(rows, key=lambda j: (j.left,), preemptive=False, **options)


def stcf(rows, **options):
    return in_line(rows, key=lambda j: (j.left, j.arrive, j.number), **options)


def ljf(rows, **options):
    return in_line(rows, key=lambda j: (-j.left,), preemptive=False, **options)


def hrrn(rows, **options):
    return in_line(rows, key=lambda j: (-Fraction(j.queued + j.left, j.left),), preemptive=False, **options)


def lrtf(rows, **options):
    return in_line(rows, key=lambda j: (-j.left, j.arrive, j.number), **options)


def guessed(job, alpha, first):
    """What is left of the estimate of its present burst: an exponential average of the bursts that are over."""
    guess = Fraction(first)
    for burst in job.over:
        guess = alpha * burst + (1 - alpha) * guess
    return max(guess - job.of_burst, 0)


def sjf_guessed(rows, alpha, first, **options):
    return in_line(rows, key=lambda j: (guessed(j, alpha, first),), preemptive=False, **options)


def stcf_guessed(rows, alpha, first, **options):
    return in_line(rows, key=lambda j: (guessed(j, alpha, first), j.arrive, j.number), **options)


def aging(rows, interval, quantum=None, preemptive=True, **options):
    """What a job has gained by waiting it keeps while it runs; then it begins anew."""
    def now(job):
        return job.priority - (job.gained if job.runs else job.queued // interval)
    key = (lambda j: (now(j),)) if quantum else (lambda j: (now(j), j.arrive, j.number))
    return in_line(rows, key=key, quantum=quantum, preemptive=preemptive, interval=interval, **options)


def edf(rows, **options):
    return in_line(rows, key=lambda j: (j.due, j.arrive, j.number), **options)


def priority(rows, quantum=None, preemptive=True, **options):
    key = (lambda j: (j.priority,)) if quantum else (lambda j: (j.priority, j.arrive, j.number))
    return in_line(rows, key=key, quantum=quantum, preemptive=preemptive, **options)


class Dice:
    """SplitMix64 (Steele, Lea, Flood 2014), as a run's policy draws from it: begun by a hash (FNV's) of the seed and no name."""
    MASK = (1 << 64) - 1

    def __init__(self, seed):
        self.at = (seed * 0x9e3779b97f4a7c15 + 0x632be59bd9b4e019) & self.MASK
        self.next()

    def next(self):
        self.at = z = (self.at + 0x9e3779b97f4a7c15) & self.MASK
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9 & self.MASK
        z = (z ^ z >> 27) * 0x94d049bb133111eb & self.MASK
        return z ^ z >> 31

    def below(self, n):
        return self.next() % n


def by_chance(rows, seed):
    """random: after every action one of those that are ready is drawn. To begin a burst is an action, the burst is one, and so are to
    issue an I/O and to end; a job that is alone goes on without a draw."""
    m, dice = Machine(rows), Dice(seed)
    line, on = [], None
    todo = {}
    for job in m.jobs:
        todo[job.number] = [step for k, n in enumerate(job.work) for step in ([("io", n)] if k % 2 else [("begin", 0), ("burst", n)])] + [("end", 0)]
    until = None
    while m.going_on():
        line += m.coming() + m.returning()
        if on and until == m.now:
            until = None
            if line:
                line.append(on)
                on = None
        while not until and (on or line):
            if not on:
                on = line.pop(dice.below(len(line)))
                if on.first is None:
                    on.first = m.now
            does, n = todo[on.number].pop(0)
            if does == "burst":
                until = m.now + n
                continue
            if does == "io":
                on.wakes = m.now + n
                m.away.append(on)
            elif does == "end":
                on.finish = m.now
            elif line:
                line.append(on)
            if does != "begin" or line:
                on = None
        for job in line:
            job.waited += 1
        m.now += 1
    return numbers(m.jobs)


def lottery(rows, quantum, tickets):
    """Round robin in which each slice goes to the owner of the ticket that was drawn, counted along the line. tickets: those, or Dice."""
    drawn = tickets if isinstance(tickets, Dice) else iter(tickets)

    def pick(line):
        if isinstance(drawn, Dice):
            alone = len(line) == 1 and line[0].expired              # it goes on
            ticket = alone or drawn.below(sum(job.tickets for job in line)) + 1
        else:
            ticket = next(drawn)
        if len(line) == 1:
            return line[0]
        return [job for job in line for _ in range(job.tickets)][ticket - 1]
    return in_line(rows, quantum=quantum, pick=pick)


def lottery_on(rows, quantum, cpus, seed):
    """Several CPUs draw in the order of their numbers. One whose slice is over goes on if there is none that waits."""
    m, dice, line, on = Machine(rows), Dice(seed), [], [None] * cpus
    while m.going_on():
        line += m.coming() + m.returning()
        for i, job in enumerate(on):
            if job and job.slice == 0 and line:
                line.append(job)
                on[i] = None
            elif job and job.slice == 0:
                job.slice = quantum
        for i in range(cpus):
            if not on[i] and line:
                ticket = dice.below(sum(job.tickets for job in line))
                on[i] = [job for job in line for _ in range(job.tickets)][ticket]
                line.remove(on[i])
                on[i].slice = quantum
        for job in line:
            job.waited += 1
        for i, job in enumerate(on):
            if not job:
                continue
            what = job.ran(m.now)
            job.slice -= 1
            if what == "io":
                m.away.append(job)
            if what:
                on[i] = None
        m.now += 1
    return numbers(m.jobs)


def stride(rows, quantum, cpus=1):
    """Passes as fractions. A job that comes is not behind the pass at which a slice began that is over."""
    m = Machine(rows)
    line, on, now_passed, blocked = [], [None] * cpus, 0, []

    def charge(job):
        nonlocal now_passed
        now_passed = max(now_passed, job.passed)
        job.passed += Fraction(1, job.tickets)

    while m.going_on():
        for coming in (m.coming, m.returning):
            if coming == m.returning:
                for job in blocked:
                    charge(job)
                blocked = []
            for job in coming():
                job.passed = max(job.passed, now_passed)
                line.append(job)
        for i, job in enumerate(on):
            if job and job.slice == 0:
                charge(job)
                line.append(job)
                on[i] = None
        for i in range(cpus):
            if not on[i] and line:
                on[i] = min(line, key=lambda j: j.passed)
                line.remove(on[i])
                on[i].slice = quantum
        for job in line:
            job.waited += 1
        for i, job in enumerate(on):
            if not job:
                continue
            what = job.ran(m.now)
            job.slice -= 1
            if what == "io":
                m.away.append(job)
                blocked.append(job)
            if what:
                on[i] = None
        m.now += 1
    return numbers(m.jobs)


def mlq(rows, levels, cpus=1):
    """levels: the quantum of each, None: first come, first served. A job that a higher level preempts stays at the head."""
    m = Machine(rows)
    lines = [[] for _ in levels]
    spent = []
    while m.going_on():
        for job in [*m.coming(), *m.returning(), *spent]:
            job.level = min(max(job.priority, 0), len(levels) - 1)
            job.slice = levels[job.level]
            lines[job.level].append(job)
        spent = []
        there = [job for line in lines for job in line]
        for job in there[cpus:]:
            job.waited += 1
        for job in there[:cpus]:
            what = job.ran(m.now)
            if job.slice:
                job.slice -= 1
            if what == "io":
                m.away.append(job)
            elif not what and job.slice == 0:
                spent.append(job)
            if what or job in spent:
                lines[job.level].remove(job)
        m.now += 1
    return numbers(m.jobs)


def mlfq_on(rows, levels, cpus, boost=0, io_stays=False, io_to_front=False):
    """The same on several CPUs: the first of the queues have them. One whose slice is over leaves its CPU if another that has none is
    before it now."""
    m = Machine(rows)
    queues, on, over = [[] for _ in levels], [None] * cpus, {}

    def refill(job):
        job.slice, job.slices = levels[job.level]

    while m.going_on():
        for i, job in enumerate(on):
            if job in over:
                queues[over.pop(job)].remove(job)
                queues[job.level].append(job)
                on[i] = None
                if next(other for queue in queues for other in queue if other not in on) is job:
                    on[i] = job
        if boost and m.now and m.now % boost == 0:
            for lower in reversed(queues[1:]):
                queues[0] += lower
                lower.clear()
            for job in m.jobs:
                if job.level is not None and job.finish is None:
                    job.level = 0
                    refill(job)
        for job in m.coming():
            job.level = 0
            refill(job)
            queues[0].append(job)
        for job in m.returning():
            queues[job.level].insert(0 if io_to_front else len(queues[job.level]), job)
        there = [job for queue in queues for job in queue]
        on = [job if job in there[:cpus] else None for job in on]
        for i in range(cpus):
            on[i] = on[i] or next((job for job in there[:cpus] if job not in on), None)
        for job in there[cpus:]:
            job.waited += 1
        m.now += 1
        for i, job in enumerate(on):
            if not job:
                continue
            what, level = job.ran(m.now - 1), job.level
            if what == "end":
                queues[level].remove(job)
                on[i] = None
                continue
            job.slice -= 1
            used_up = job.slice == 0
            if what == "io":
                m.away.append(job)
                if io_stays:
                    refill(job)
            if used_up:
                job.slices -= 1
                job.slice = levels[job.level][0]
                if job.slices == 0:
                    job.level = min(job.level + 1, len(levels) - 1)
                    refill(job)
            if what == "io":
                queues[level].remove(job)
                on[i] = None
            elif used_up:
                over[job] = level
    return numbers(m.jobs)


def mlfq(rows, levels, boost=0, io_stays=False, io_to_front=False, finish_slice=False):
    """The simulator of *Operating Systems: Three Easy Pieces*. levels: (quantum, allotment), the top first."""
    m = Machine(rows)
    queues = [[] for _ in levels]
    begun = None            # a job in the middle of its slice

    def refill(job):
        job.slice, job.slices = levels[job.level]

    while m.going_on():
        if boost and m.now and m.now % boost == 0:
            begun = None
            for lower in reversed(queues[1:]):
                queues[0] += lower
                lower.clear()
            for job in m.jobs:
                if job.level is not None and job.finish is None:
                    job.level = 0
                    refill(job)
        for job in m.coming():
            job.level = 0
            refill(job)
            queues[0].append(job)
        for job in m.returning():
            queues[job.level].insert(0 if io_to_front else len(queues[job.level]), job)
        runnable = [job for queue in queues for job in queue]
        m.now += 1
        if not runnable:
            continue
        job = begun if begun and finish_slice else runnable[0]
        for other in runnable:
            other.waited += other is not job
        queues[job.level].remove(job)
        begun = None
        what = job.ran(m.now - 1)
        if what == "end":
            continue
        job.slice -= 1
        used_up = job.slice == 0
        if what == "io":
            m.away.append(job)
            if io_stays:
                refill(job)
        if used_up:
            job.slices -= 1
            job.slice = levels[job.level][0]
            if job.slices == 0:
                job.level = min(job.level + 1, len(levels) - 1)
                refill(job)
        if what != "io":
            queues[job.level].insert(len(queues[job.level]) if used_up else 0, job)
            begun = None if used_up else job
    return numbers(m.jobs)
