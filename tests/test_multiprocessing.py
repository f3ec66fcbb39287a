"""As Python does: small programs with Python's own multiprocessing beside the same scenario on real processes. Both tell
what they saw as a list, `r`, and the lists must be the same, and as written here. The examples of docs/multiprocessing.md
are played, too."""
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from forklore_test import PATIENCE, ROOT, no_process_left, run

DOCUMENTS = [ROOT / "docs/multiprocessing.md", ROOT / "docs/zh/multiprocessing.md"]
BLOCK = re.compile(r"^```yaml\n(scenario: (\S+)\n.*?)^```$", re.M | re.S)

BEFORE = """
import json, os, queue, signal, socket, sys, time
import multiprocessing
mp = multiprocessing.get_context("fork")
r = []
def gives(f, *args, **more):
    try:
        f(*args, **more)
        r.append("nothing")
    except Exception as e:
        r.append(type(e).__name__)
def child(f, **more):
    p = mp.Process(target=f, **more)
    p.start()
    return p
def wait_until(holds):
    end = time.monotonic() + 60
    while not holds() and time.monotonic() < end:
        time.sleep(0.001)
"""
AFTER = "\nprint(json.dumps(list(r)))\n"

# What a scenario does where Python's program says gives(..).
GIVES = '{ try: [%s], except: {%s: ["r += [\\"%s\\"]"]}, else: ["r += [\\"nothing\\"]"] }'


def gives(step, name):
    return GIVES % (step, name, name)


def in_python(program):
    done = subprocess.run([sys.executable, "-c", BEFORE + program + AFTER], capture_output=True, text=True, timeout=20 * PATIENCE)
    if done.returncode:
        raise AssertionError("Python: exit code %d\n%s" % (done.returncode, done.stderr))
    return json.loads(done.stdout.splitlines()[-1])


def in_forklore(scenario, *args):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "beside.yaml")
        path.write_text("scenario: beside\n" + scenario)
        result = run(["run", "--json", *args, path])
    no_process_left(result.mark)
    end = json.loads(result.out.splitlines()[-1]) if result.out else {}
    if end.get("type") != "end":
        raise AssertionError(repr(result))
    return end["shared"]["r"]


class Beside(unittest.TestCase):
    maxDiff = None

    def same(self, wanted, python, scenario, *args):
        self.assertEqual(in_python(python), wanted, "Python")
        self.assertEqual(in_forklore(scenario, *args), wanted, "forklore")

    def test_exit_codes(self):
        self.same([0, 3, 1, -15, -9, -11], """
def broken(): raise ValueError("no")
def crash(): os.kill(os.getpid(), signal.SIGSEGV)
def sleep(): time.sleep(100)
ps = [child(f) for f in (lambda: None, lambda: sys.exit(3), broken, sleep, sleep, crash)]
ps[3].terminate()
ps[4].kill()
for p in ps:
    p.join()
    r.append(p.exitcode)
""", """
shared: {r: []}
main:
  - {for: p, in: [good, refused, broken, stuck, dead, crashed], do: [{start: p}]}
  - terminate: stuck
  - kill: dead
  - {for: p, in: [good, refused, broken, stuck, dead, crashed], do: [{join: p}, 'r += [exitcode(p)]']}
processes:
  good: {steps: [{compute: 1ms}]}
  refused: {steps: [{exit: 3}]}
  broken: {steps: [{raise: ValueError, message: "no"}]}
  stuck: {steps: [{sleep: 100s}]}
  dead: {steps: [{sleep: 100s}]}
  crashed: {steps: [{crash: segv}]}
""")

    def test_life(self):
        """is_alive and exitcode before, during and after; join with a timeout raises nothing."""
        self.same([False, None, True, None, None, False, -15, "nothing", -15], """
p = mp.Process(target=time.sleep, args=(100,))
r += [p.is_alive(), p.exitcode]
p.start()
r += [p.is_alive(), p.exitcode]
p.join(0.05)
r.append(p.exitcode)
p.terminate()
p.join()
r += [p.is_alive(), p.exitcode]
gives(p.terminate)
r.append(p.exitcode)
""", """
shared: {r: []}
main:
  - r += [alive(p)]
  - r += [exitcode(p)]
  - start: p
  - r += [alive(p)]
  - r += [exitcode(p)]
  - {join: p, timeout: 50ms}
  - r += [exitcode(p)]
  - terminate: p
  - join: p
  - r += [alive(p)]
  - r += [exitcode(p)]
  - %s
  - r += [exitcode(p)]
processes: {p: {steps: [{sleep: 100s}]}}
""" % gives("{terminate: p}", "any"))

    def test_handlers_of_signals(self):
        self.same([0, 1, -15, 1, 3, 1, -10, 1, True, 0], """
def polite(up, done):
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    up.set()
    while not stop:
        time.sleep(0.001)
    done.value += 1
def rude(up, done):
    try:
        up.set()
        time.sleep(100)
    finally:
        done.value += 10
def leaves(up, never):
    signal.signal(signal.SIGUSR1, lambda *_: sys.exit(3))
    up.set()
    never.wait()
def goes_on(up, never, go, got):
    signal.signal(signal.SIGUSR1, lambda *_: got.set())
    up.set()
    go.wait()
def plain(up):
    up.set()
    time.sleep(100)
up, never, go, got, done = mp.Event(), mp.Event(), mp.Event(), mp.Event(), mp.Value("i", 0)
for f, args, number in (polite, (up, done), signal.SIGTERM), (rude, (up, done), signal.SIGTERM), (leaves, (up, never), signal.SIGUSR1), (plain, (up,), signal.SIGUSR1):
    up.clear()
    p = child(f, args=args)
    up.wait()
    os.kill(p.pid, number)
    p.join()
    r += [p.exitcode, done.value]
up.clear()
p = child(goes_on, args=(up, never, go, got))
up.wait()
os.kill(p.pid, signal.SIGUSR1)
got.wait()
r.append(p.is_alive())
go.set()
p.join()
r.append(p.exitcode)
""", """
shared: {r: [], done: 0}
objects: {up: event, never: event, go: event, got: event}
processes:
  polite:
    private: {stop: false}
    on: {SIGTERM: [stop = true]}
    steps: [{set: up}, {while: not stop, do: [{sleep: 1ms}]}, done += 1]
  rude: {steps: [{try: [{set: up}, {sleep: 100s}], finally: [done += 10]}]}
  leaves: {on: {SIGUSR1: [{exit: 3}]}, steps: [{set: up}, {wait: never}]}
  plain: {steps: [{set: up}, {sleep: 100s}]}
  goes_on: {on: {SIGUSR1: [{set: got}]}, steps: [{set: up}, {wait: go}]}
main:
  - for: p
    in: [polite, rude, leaves, plain]
    do:
      - clear: up
      - start: p
      - wait: up
      - if: p == polite or p == rude
        then: [{signal: p, with: SIGTERM}]
        else: [{signal: p, with: SIGUSR1}]
      - join: p
      - "r += [exitcode(p), done]"
  - clear: up
  - start: goes_on
  - wait: up
  - {signal: goes_on, with: SIGUSR1}
  - wait: got
  - r += [alive(goes_on)]
  - set: go
  - join: goes_on
  - r += [exitcode(goes_on)]
""")

    def test_a_signal_when_a_child_ends(self):
        self.same([1, 0, 2, -9], """
ended = []
signal.signal(signal.SIGCHLD, lambda *_: ended.append(1))
def works():
    pass
def waits(never):
    never.wait()
never = mp.Event()
p = child(works)
wait_until(lambda: ended)
r += [len(ended), p.exitcode]
q = child(waits, args=(never,))
q.kill()
q.join()
r += [len(ended), q.exitcode]
""", """
shared: {r: []}
objects: {never: event}
main:
  private: {ended: 0}
  on: {SIGCHLD: [ended += 1]}
  steps:
    - start: works
    - {while: ended == 0, do: [{sleep: 1ms}]}
    - "r += [ended, exitcode(works)]"
    - start: waits
    - kill: waits
    - join: waits
    - "r += [ended, exitcode(waits)]"
processes:
  works: {steps: [{sleep: 0ms}]}
  waits: {steps: [wait: never]}
""")

    def test_what_a_process_refuses(self):
        self.same(["AssertionError", "AttributeError", "AssertionError", "AssertionError"], """
p = mp.Process(target=time.sleep, args=(0,))
gives(p.join)
gives(p.terminate)
p.start()
gives(p.start)
p.join()
r = mp.Manager().list(r)
def try_it():
    try:
        child(time.sleep, args=(0,))
        r.append("nothing")
    except AssertionError as e:
        r.append(type(e).__name__)
child(try_it, daemon=True).join()
""", """
shared: {r: []}
main: [%s, %s, {start: p}, %s, {join: p}, {start: d}, {join: d}]
processes:
  p: {steps: [{sleep: 0s}]}
  d: {daemon: true, steps: [%s]}
  e: {steps: [{sleep: 0s}]}
""" % (gives("{join: p}", "AssertionError"), gives("{terminate: p}", "AttributeError"), gives("{start: p}", "AssertionError"),
       gives("{start: e}", "AssertionError")))

    def test_daemons_die_with_their_parent(self):
        """A daemon gets no time to say what it would say; others are waited for."""
        self.same(["waited for"], """
end, write = os.pipe()
if os.fork() == 0:
    def later(text, seconds):
        time.sleep(seconds)
        os.write(write, text)
    child(later, args=(b"never", 100), daemon=True)
    child(later, args=(b"waited for", 0.2))
    sys.exit()
os.wait()
os.close(write)
r.append(os.read(end, 100).decode())
""", """
shared: {r: []}
main: [{start: d}, {start: p}]
processes:
  d: {daemon: true, steps: [{sleep: 100s}, 'r += ["never"]']}
  p: {steps: [{sleep: 200ms}, 'r += ["waited for"]']}
""")

    def test_memory(self):
        """What is private is copied at the start and not seen by anybody else; what is shared is."""
        self.same([7, 1, 5], """
private, shared, given = 1, mp.Value("i", 0), mp.Value("i", 0)
private = 7
def change():
    global private
    given.value = private
    private = 100
    shared.value = 5
p = child(change)
p.join()
r += [given.value, 1 if private == 7 else 0, shared.value]
""", """
shared: {r: [], seen: 0, given: 0}
private: {mine: 1}
main: [mine = 7, {start: p}, {join: p}, 'r = [given, 0, seen]', {if: mine == 7, then: ['r[1] = 1']}]
processes: {p: {steps: [given = mine, mine = 100, seen = 5]}}
""")

    def test_locks(self):
        self.same(["ValueError", True, False, False, "AssertionError", "nothing", "AssertionError", "ValueError", False], """
l, m, s = mp.Lock(), mp.RLock(), mp.BoundedSemaphore(1)
gives(l.release)
r += [l.acquire(), l.acquire(False), l.acquire(timeout=0.05)]
gives(m.release)
m.acquire()
gives(m.acquire)
m.release()
m.release()
gives(m.release)
gives(s.release)
s.acquire()
r.append(s.acquire(False))
""", """
shared: {r: []}
objects: {l: lock, m: rlock, s: {semaphore: {value: 1, bounded: true}}}
main:
  - %s
  - {acquire: l, into: x}
  - r += [x]
  - {acquire: l, wait: false, into: x}
  - r += [x]
  - {acquire: l, timeout: 50ms, into: x}
  - r += [x]
  - %s
  - acquire: m
  - %s
  - release: m
  - release: m
  - %s
  - %s
  - acquire: s
  - {acquire: s, wait: false, into: x}
  - r += [x]
""" % (gives("{release: l}", "ValueError"), gives("{release: m}", "AssertionError"), gives("{acquire: m}", "any"),
       gives("{release: m}", "AssertionError"), gives("{release: s}", "ValueError")))

    def test_an_rlock_of_another(self):
        self.same(["AssertionError"], """
r, m = mp.Manager().list(r), mp.RLock()
def other():
    try:
        m.release()
    except AssertionError as e:
        r.append(type(e).__name__)
m.acquire()
child(other).join()
""", """
shared: {r: []}
objects: {m: rlock}
main: [{acquire: m}, {start: p}, {join: p}]
processes: {p: {steps: [%s]}}
""" % gives("{release: m}", "AssertionError"))

    def test_a_lock_of_the_dead_stays_locked(self):
        self.same([-15, False], """
l, inside = mp.Lock(), mp.Event()
def hold():
    with l:
        inside.set()
        time.sleep(100)
p = child(hold)
inside.wait()
p.terminate()
p.join()
r += [p.exitcode, l.acquire(timeout=0.1)]
""", """
shared: {r: []}
objects: {l: lock, inside: event}
main: [{start: p}, {wait: inside}, {terminate: p}, {join: p}, {acquire: l, timeout: 100ms, into: x}, 'r = [exitcode(p), x]']
processes: {p: {steps: [{with: l, do: [{set: inside}, {sleep: 100s}]}]}}
""")

    def test_at_most_two_guests(self):
        python = """
s, door, now, most = mp.Semaphore(2), mp.Lock(), mp.Value("i", 0), mp.Value("i", 0)
def guest():
    with s:
        with door:
            now.value += 1
            most.value = max(most.value, now.value)
        wait_until(lambda: most.value > 1)  # else, on a busy machine, the first may have left before the second has come
        time.sleep(0.05)
        with door:
            now.value -= 1
ps = [child(guest) for _ in range(6)]
for p in ps:
    p.join()
r += [most.value, now.value]
"""
        scenario = """
shared: {r: [0, 0], now: 0, most: 0}
objects: {s: {semaphore: 2}, door: lock}
processes:
  guest:
    count: 6
    steps:
      - with: s
        do:
          - with: door
            do: [now += 1, 'most = max(most, now)']
          - sleep: 50ms
          - with: door
            do: [now -= 1]
main: [{start: guest}, {join: guest}, 'r = [most, now]']
expect: [{always: now <= 2}]
"""
        self.same([2, 0], python, scenario)
        self.assertEqual(in_forklore(scenario, "--policy", "host"), [2, 0])

    def test_queues(self):
        self.same(["Full", "Full", True, 1, 2, "Empty", "Empty"], """
q = mp.Queue(2)
q.put(1)
q.put(2)
gives(q.put, 3, False)
gives(q.put, 3, timeout=0.05)
r += [q.full(), q.get(), q.get()]
gives(q.get, False)
gives(q.get, timeout=0.05)
""", """
shared: {r: []}
objects: {q: {queue: 2}}
main:
  - {put: q, item: 1}
  - {put: q, item: 2}
  - %s
  - %s
  - r += [full(q)]
  - {repeat: 2, do: [{get: q, into: x}, 'r += [x]']}
  - %s
  - %s
""" % (gives("{put: q, item: 3, wait: false}", "Full"), gives("{put: q, item: 3, timeout: 50ms}", "Full"),
       gives("{get: q, into: x, wait: false}", "Empty"), gives("{get: q, into: x, timeout: 50ms}", "Empty")))

    def test_a_process_ends_when_its_items_are_through(self):
        """Two of these items fit into a pipe."""
        self.same([True, 0, 2], """
q = mp.Queue()
def puts():
    for i in range(3):
        q.put("x" * 30000)
p = child(puts)
p.join(0.2)
r.append(p.is_alive())
q.get()
p.join()
r += [p.exitcode, q.qsize()]
""", """
shared: {r: []}
objects: {q: {queue: {feeder: true, capacity: 2}}}
processes: {p: {steps: [{repeat: 3, do: [{put: q, item: 1}]}]}}
main: [{start: p}, {join: p, timeout: 200ms}, 'r = [alive(p)]', {get: q}, {join: p}, 'r += [exitcode(p), qsize(q)]']
""")

    def test_task_done_too_often(self):
        self.same(["nothing", "ValueError", "nothing"], """
q = mp.JoinableQueue()
q.put(1)
q.get()
gives(q.task_done)
gives(q.task_done)
gives(q.join)
""", """
shared: {r: []}
objects: {q: {queue: {joinable: true}}}
main: [{put: q, item: 1}, {get: q}, %s, %s, %s]
""" % (gives("{task_done: q}", "any"), gives("{task_done: q}", "ValueError"), gives("{join: q}", "any")))

    def test_events(self):
        self.same([False, False, True, True, False], """
e = mp.Event()
r += [e.is_set(), e.wait(0.05)]
e.set()
r += [e.wait(), e.is_set()]
e.clear()
r.append(e.is_set())
""", """
shared: {r: []}
objects: {e: event}
main:
  - r += [is_set(e)]
  - {wait: e, timeout: 50ms, into: x}
  - r += [x]
  - set: e
  - {wait: e, into: x}
  - r += [x]
  - r += [is_set(e)]
  - clear: e
  - r += [is_set(e)]
""")

    def test_conditions(self):
        self.same(["AssertionError", "AssertionError", False, True], """
c, waits = mp.Condition(), mp.Event()
gives(c.wait)
gives(c.notify)
with c:
    r.append(c.wait(0.05))
out = mp.Value("i", 0)
def waiter():
    with c:
        waits.set()
        out.value = c.wait()
p = child(waiter)
waits.wait()
with c:
    c.notify()
p.join()
r.append(bool(out.value))
""", """
shared: {r: [], out: none}
objects: {c: condition, waits: event}
main:
  - %s
  - %s
  - {with: c, do: [{wait: c, timeout: 50ms, into: x}]}
  - r += [x]
  - start: p
  - wait: waits
  - {with: c, do: [{notify: c}]}
  - join: p
  - r += [out]
processes: {p: {steps: [{with: c, do: [{set: waits}, {wait: c, into: x}, out = x]}]}}
""" % (gives("{wait: c}", "AssertionError"), gives("{notify: c}", "AssertionError")))

    def test_barriers(self):
        self.same([0, 0, "BrokenBarrierError", "BrokenBarrierError"], """
one, two = mp.Barrier(1), mp.Barrier(2)
r += [one.wait(), one.wait()]
gives(two.wait, 0.05)
gives(two.wait)
""", """
shared: {r: []}
objects: {one: {barrier: 1}, two: {barrier: 2}}
main:
  - {repeat: 2, do: [{wait: one, into: x}, 'r += [x]']}
  - %s
  - %s
""" % (gives("{wait: two, timeout: 50ms}", "BrokenBarrierError"), gives("{wait: two}", "BrokenBarrierError")))

    def test_barriers_that_are_broken_and_reset(self):
        self.same(["BrokenBarrierError", "BrokenBarrierError", "BrokenBarrierError", 0, 0], """
one, two = mp.Barrier(1), mp.Barrier(2)
def wait_at(barrier, left, out):
    left.wait()
    try:
        barrier.wait()
    except Exception as e:
        out.put(type(e).__name__)
def broken_by(how):
    left, out = mp.Barrier(2), mp.Queue()
    p = mp.Process(target=wait_at, args=(two, left, out))
    p.start()
    left.wait()
    while not two.n_waiting:
        time.sleep(0.01)
    how()
    r.append(out.get())
    p.join()
broken_by(two.reset)
broken_by(two.abort)
gives(two.wait)
r.append(two.n_waiting)
one.abort()
one.reset()
r.append(one.wait())
""", """
shared: {r: []}
objects: {one: {barrier: 1}, two: {barrier: 2}, out: queue}
main:
  - start: waiter
  - {while: waiting(two) == 0, do: [{sleep: 10ms}]}
  - reset: two
  - {get: out, into: x}
  - r += [x]
  - start: other
  - {while: waiting(two) == 0, do: [{sleep: 10ms}]}
  - abort: two
  - {get: out, into: x}
  - r += [x]
  - %s
  - r += [waiting(two)]
  - abort: one
  - reset: one
  - {wait: one, into: x}
  - r += [x]
functions:
  come: {steps: [{try: [{wait: two}], except: {BrokenBarrierError: [{put: out, item: "BrokenBarrierError"}]}}]}
processes:
  waiter: {call: come}
  other: {call: come}
""" % gives("{wait: two}", "BrokenBarrierError"))

    def test_pipes(self):
        self.same(["OSError", "OSError", True, 1, [2, "x"], False, "EOFError", "OSError"], """
left, right = mp.Pipe(duplex=False)
gives(left.send, 1)
gives(right.recv)
right.send(1)
right.send([2, "x"])
r += [left.poll(), left.recv(), left.recv(), left.poll()]
right.close()
gives(left.recv)
left.close()
gives(left.recv)
""", """
shared: {r: []}
objects: {link: {pipe: {duplex: false}}}
main:
  - %s
  - %s
  - {send: link.right, item: 1}
  - {send: link.right, item: [2, "x"]}
  - r += [poll(link.left)]
  - {repeat: 2, do: [{recv: link.left, into: x}, 'r += [x]']}
  - r += [poll(link.left)]
  - close: link.right
  - %s
  - close: link.left
  - %s
""" % (gives("{send: link.left, item: 1}", "OSError"), gives("{recv: link.right}", "OSError"), gives("{recv: link.left}", "EOFError"),
       gives("{recv: link.left}", "OSError")))

    def test_a_broken_pipe(self):
        self.same(["BrokenPipeError", "BrokenPipeError"], """
for duplex in False, True:
    left, right = mp.Pipe(duplex)
    left.close()
    gives(right.send, 1)
""", """
shared: {r: []}
objects: {one: {pipe: {duplex: false}}, two: pipe}
main: [{close: one.left}, %s, {close: two.left}, %s]
""" % (gives("{send: one.right, item: 1}", "BrokenPipeError"), gives("{send: two.right, item: 1}", "BrokenPipeError")))

    def test_a_forgotten_end(self):
        """The end is not reported while the reader's parent has the sending end open; then it is."""
        self.same(["nothing yet", "EOFError"], """
left, right = mp.Pipe(duplex=False)
p = child(lambda: right.send(1))
p.join()
left.recv()
r.append("something" if left.poll(0.1) else "nothing yet")
right.close()
gives(left.recv)
""", """
shared: {r: []}
objects: {link: {pipe: {duplex: false}}}
main:
  - start: p
  - join: p
  - recv: link.left
  - sleep: 100ms
  - {if: poll(link.left), then: ['r += ["something"]'], else: ['r += ["nothing yet"]']}
  - close: link.right
  - %s
processes: {p: {steps: [{send: link.right, item: 1}]}}
""" % gives("{recv: link.left}", "EOFError"))

    def test_managers(self):
        self.same(["KeyError", 2, ["a", "b"]], """
m = mp.Manager()
d, l = m.dict(n=1), m.list(["a"])
gives(lambda: d["nobody"])
def change():
    d["n"] += 1
    l.append("b")
child(change).join()
r += [d["n"], list(l)]
""", """
shared: {r: []}
objects: {m: {manager: {n: 1, l: [a]}}}
main: [%s, {start: p}, {join: p}, 'r += [m.n]', 'r += [m.l]']
processes: {p: {steps: [m.n += 1, 'm.l += ["b"]']}}
""" % gives('"x = m.nobody"', "KeyError"))

    def test_what_managers_are_asked(self):
        """Each is one request; what fails changes nothing. What a proxy gives is a copy: a change of an inner list is lost."""
        self.same(["IndexError", "IndexError", "ValueError", "KeyError", "KeyError", "TypeError", "IndexError", "AttributeError", "TypeError",
                   ["a", "c", "z", "b"], "a", "b", ["c", "z"], {"n": 5, "k": 2}, 2, True, False, 1, [[1, 2], [3]], [[1, 2], [3, 4]]], """
m = mp.Manager()
l, d, rows = m.list(), m.dict(n=1), m.list([[1, 2], [3]])
gives(lambda: l.pop())
gives(lambda: l.pop(3))
gives(lambda: l.remove("x"))
gives(lambda: d.pop("x"))
gives(lambda: d["x"])
gives(lambda: d.pop())
gives(lambda: l.__setitem__(0, 1))
gives(lambda: d.append(1))
gives(lambda: d.update(5))
def change():
    l.append("a"); l.append("b"); l.append("z"); l.append("b")
    l[1] = "c"
    d["n"] += 1
    d.update({"n": 5, "k": 2})
child(change).join()
r += [list(l), l.pop(0), l.pop(), l[:], dict(d), d.pop("k"), "n" in d, "k" in d, len(d)]
rows[1].append(9)
rows[0][1] = 9
r.append(rows[:])
row = rows[1]
row.append(4)
rows[1] = row
r.append(rows[:])
m.shutdown()
""", """
shared: {r: []}
objects: {m: {manager: {l: [], d: {n: 1}, rows: [[1, 2], [3]]}}}
main:
  - %s
  - {start: p}
  - {join: p}
  - r += [m.l]
  - {pop: m.l, index: 0, into: a}
  - {pop: m.l, into: b}
  - r += [a, b]
  - r += [m.l]
  - r += [m.d]
  - {pop: m.d, index: "k", into: k}
  - r += [k]
  - 'r += ["n" in m.d]'
  - 'r += ["k" in m.d]'
  - r += [len(m.d)]
  - row = m.rows[1]
  - row += [9]
  - m.rows[0][1] = 9
  - r += [m.rows]
  - row = m.rows[1]
  - row += [4]
  - m.rows[1] = row
  - r += [m.rows]
processes:
  p:
    steps:
      - {append: m.l, item: "a"}
      - {append: m.l, item: "b"}
      - {append: m.l, item: "z"}
      - {append: m.l, item: "b"}
      - m.l[1] = "c"
      - m.d["n"] += 1
      - {update: m.d, item: {n: 5, k: 2}}
""" % "\n  - ".join([gives("{pop: m.l}", "IndexError"), gives("{pop: m.l, index: 3}", "IndexError"), gives('{remove: m.l, item: "x"}', "ValueError"),
                      gives('{pop: m.d, index: "x"}', "KeyError"), gives("'x = m.d[\"x\"]'", "KeyError"), gives("{pop: m.d}", "TypeError"),
                      gives("'m.l[0] = 1'", "IndexError"), gives("{append: m.d, item: 1}", "AttributeError"), gives("{update: m.d, item: 5}", "TypeError")]))

    def test_dictionaries(self):
        """As values: what is sent is another one. The order of keys is that in which they came; a changed one keeps its place."""
        self.same([["b", "a", 3, "c"], 4, True, False, True, True, False, "KeyError", "TypeError", {"b": 1, "a": [5]}, {"b": 2, "a": [5]},
                   ["a", "b"], "b", 3, ["b", "a"]], """
def change(d, q):
    d["b"] = 2
    q.put(d)
d = {"b": 1, "a": [5], 3: None, "c": {}}
d["b"] = 0
r += [list(d.keys()), len(d), "a" in d, "z" in d, 3 in d, {"x": 1, "y": [{}]} == {"y": [{}], "x": True}, {"x": 1} == {"x": 1, "y": 2}]
gives(lambda: d["z"])
gives(lambda: d[[1]])
e, q = {"b": 1, "a": [5]}, mp.Queue()
p = child(change, args=(e, q))
got = q.get()
p.join()
r += [e, got, sorted(e), max(e), sum({1: 0, 2: 0})]
r.append([k for k in e])
""", """
shared: {r: []}
objects: {q: queue}
functions: {change: {params: [d, to], steps: ['d["b"] = 2', {put: to, item: d}]}}
processes: {p: {call: change, args: [{b: 1, a: [5]}, q]}}
main:
  - "d = {b: 1, a: [5], 3: none, c: {}}"
  - d["b"] = 0
  - 'r += [keys(d), len(d), "a" in d, "z" in d, 3 in d, {x: 1, y: [{}]} == {y: [{}], x: true}, {x: 1} == {x: 1, y: 2}]'
  - %s
  - %s
  - "e = {b: 1, a: [5]}"
  - start: p
  - {get: q, into: got}
  - join: p
  - 'r += [e, got, sorted(e), max(e), sum({1: 0, 2: 0})]'
  - l = []
  - {for: k, in: e, do: ["l += [k]"]}
  - r += [l]
""" % (gives("'x = d[\"z\"]'", "KeyError"), gives("'x = d[[1]]'", "TypeError")))

    def test_files(self):
        """Emptied by open(.., "w"), and not written yet."""
        self.same(["ValueError", 2], """
import tempfile
with tempfile.NamedTemporaryFile("w+") as f:
    with open(f.name, "w") as writer:
        try:
            json.load(open(f.name))
        except ValueError:
            r.append("ValueError")
        json.dump({"n": 2}, writer)
    r.append(json.load(open(f.name))["n"])
""", """
shared: {r: []}
objects: {f: {file: {n: 1}}}
schedule: [main, w, main, w]
main: [{start: w}, %s, {join: w}, 'r += [f.n]']
processes: {w: {steps: [f.n = 2]}}
""" % gives('"x = f.n"', "ValueError"))

    def test_sockets(self):
        self.same(["ConnectionRefusedError", "hello", "the end"], """
s = socket.socket()
s.bind(("127.0.0.1", 0))
gives(socket.create_connection, s.getsockname())
s.listen()
def client():
    with socket.create_connection(s.getsockname()) as c:
        c.sendall(b"hello")
p = child(client)
line, _ = s.accept()
r += [line.recv(100).decode(), line.recv(100).decode() or "the end"]
p.join()
""", """
shared: {r: []}
objects: {s: socket}
main:
  - %s
  - listen: s
  - start: client
  - {accept: s, into: line}
  - {recv: line, into: x}
  - r += [x]
  - {try: [{recv: line}], except: {EOFError: ['r += ["the end"]']}}
processes: {client: {steps: [{connect: s, into: line}, {send: line, item: "hello"}]}}
""" % gives("{connect: s, into: line}", "ConnectionRefusedError"))

    def test_apply_is_sequential_and_apply_async_is_not(self):
        """How many were at it at the same time, at most."""
        self.same([1, 1, 2, [0, 1, 2, 3]], """
busy, most = mp.Value("i", 0), mp.Value("i", 0)
def work(n, others=False):
    with busy:
        busy.value += 1
        most.value = max(most.value, busy.value)
    if others:
        wait_until(lambda: most.value > 1)
    time.sleep(0.1)
    with busy:
        busy.value -= 1
    return n
pool = mp.Pool(2)
for n in 0, 1:
    pool.apply(work, (n,))
    r.append(most.value)
later = [pool.apply_async(work, (n, True)) for n in range(4)]
results = [x.get() for x in later]
r += [most.value, results]
pool.terminate()
""", """
shared: {r: [], busy: 0, most: 0}
objects: {pool: {pool: 2}}
functions:
  work: {params: [n], steps: [{atomic: [busy += 1, "most = max(most, busy)"]}, {sleep: 200ms}, {atomic: busy -= 1}, {return: n}]}
main:
  - {repeat: 2, as: i, do: [{apply: pool, call: work, args: [i]}, 'r += [most]']}
  - later = []
  - {repeat: 4, as: i, do: [{apply_async: pool, call: work, args: [i], into: x}, 'later += [x]']}
  - results = []
  - {for: x, in: later, do: [{get: x, into: y}, 'results += [y]']}
  - r += [most]
  - r += [results]
""")

    def test_callbacks_run_in_the_owner(self):
        """With its pid, on its variables, before the result is ready, and not for a task that failed."""
        self.same([False, True, True, [4], "ValueError", [4]], """
heard, owner, same = [], os.getpid(), []
def square(n):
    if n == 0:
        raise ValueError
    return n * n
def away():
    return os.getpid() == owner
def hear(x):
    time.sleep(0.1)
    heard.append(x)
    same.append(os.getpid() == owner)
pool = mp.Pool(2)
r.append(pool.apply(away))
later = pool.apply_async(square, (2,), callback=hear)
later.wait()
r += [same[0], later.ready(), list(heard)]
gives(pool.apply_async(square, (0,), callback=hear).get)
r.append(heard)
pool.terminate()
""", """
private: {heard: []}
shared: {r: [], owner: 0, same: none}
objects: {pool: {pool: 2}}
functions:
  square: {params: [n], steps: [{if: n == 0, then: [{raise: ValueError}]}, {return: n * n}]}
  away: {params: [], steps: [{return: pid == owner}]}
  hear: {params: [x], steps: [{sleep: 100ms}, 'heard += [x]', same = pid == owner]}
main:
  - owner = pid
  - {apply: pool, call: away, into: x}
  - r += [x]
  - {apply_async: pool, call: square, args: [2], callback: hear, into: later}
  - wait: later
  - r += [same]
  - r += [ready(later)]
  - r += [heard]
  - {apply_async: pool, call: square, args: [0], callback: hear, into: later}
  - %s
  - r += [heard]
""" % gives("{get: later}", "ValueError"))

    def test_error_callbacks_run_in_the_owner(self):
        """For a task that failed, and for one that can't be sent; the other callback for one that did not fail."""
        self.same([True, ["ValueError", 4], False], """
owner, log, same = os.getpid(), [], []
def square(n):
    if n == 0:
        raise ValueError
    return n * n
def hear(x):
    log.append(x)
def mourn(e):
    time.sleep(0.1)
    log.append(type(e).__name__)
    same.append(os.getpid() == owner)
pool = mp.Pool(1)
bad = pool.apply_async(square, (0,), callback=hear, error_callback=mourn)
bad.wait()
good = pool.apply_async(square, (2,), callback=hear, error_callback=mourn)
good.wait()
r += [same[0], log, bad.successful()]
pool.terminate()
""", """
private: {log: []}
shared: {r: [], owner: 0, same: none}
objects: {pool: {pool: 1}}
functions:
  square: {params: [n], steps: [{if: n == 0, then: [{raise: ValueError}]}, {return: n * n}]}
  hear: {params: [x], steps: ['log += [x]']}
  mourn: {params: [e], steps: [{sleep: 100ms}, 'log += [e]', same = pid == owner]}
main:
  - owner = pid
  - {apply_async: pool, call: square, args: [0], callback: hear, error_callback: mourn, into: bad}
  - wait: bad
  - {apply_async: pool, call: square, args: [2], callback: hear, error_callback: mourn, into: good}
  - wait: good
  - r += [same]
  - r += [log]
  - r += [successful(bad)]
""")

    def test_results_of_a_pool(self):
        """A task's exception is raised at every `get`; what is not there in time; a list's first failure."""
        self.same(["ZeroDivisionError", "ZeroDivisionError", False, "TimeoutError", "ValueError", False, True, 7, 7, [1, 4, 9],
                   "ZeroDivisionError"], """
def divide(n): return 6 // n
asked = mp.Event()
def slow(): asked.wait(100); return 7
def square(n): return n * n
pool = mp.Pool(2)
bad = pool.apply_async(divide, (0,))
gives(bad.get)
gives(bad.get)
r.append(bad.successful())
late = pool.apply_async(slow)
gives(late.get, 0.05)
gives(late.successful)
r.append(late.ready())
asked.set()
late.wait()
r += [late.successful(), late.get(), late.get(), pool.map(square, [1, 2, 3])]
gives(pool.map, divide, [1, 0, 2])
pool.terminate()
""", """
shared: {r: []}
objects: {pool: {pool: 2}}
functions:
  divide: {params: [n], steps: [{return: 6 // n}]}
  slow: {params: [], steps: [{sleep: 300ms}, {return: 7}]}
  square: {params: [n], steps: [{return: n * n}]}
main:
  - {apply_async: pool, call: divide, args: [0], into: bad}
  - %s
  - %s
  - r += [successful(bad)]
  - {apply_async: pool, call: slow, into: late}
  - %s
  - %s
  - r += [ready(late)]
  - wait: late
  - r += [successful(late)]
  - {repeat: 2, do: [{get: late, into: x}, 'r += [x]']}
  - {map: pool, call: square, over: [1, 2, 3], into: x}
  - r += [x]
  - %s
""" % (gives("{get: bad}", "ZeroDivisionError"), gives("{get: bad}", "ZeroDivisionError"), gives("{get: late, timeout: 50ms}", "TimeoutError"),
       gives('"x = successful(late)"', "ValueError"), gives("{map: pool, call: divide, over: [1, 0, 2]}", "ZeroDivisionError")))

    def test_starmap(self):
        """A list of arguments for each call; what is none, or has too many, is a TypeError that the worker raises."""
        self.same([[2, 12], [], "TypeError", "TypeError", "ZeroDivisionError", 3], """
def area(x, y): return x * y
def divide(x, y): return x // y
pool = mp.Pool(2)
r += [pool.starmap(area, [(1, 2), (3, 4)]), pool.starmap(area, [])]
gives(pool.starmap, area, [(1, 2), (3,)])
gives(pool.starmap, area, [1, 2])
gives(pool.starmap, divide, [(1, 1), (1, 0)])
r.append(pool.apply(area, (1, 3)))
pool.terminate()
""", """
shared: {r: []}
private: {few: [[1, 2], [3]], numbers: [1, 2]}
objects: {pool: {pool: 2}}
functions:
  area: {params: [x, y], steps: [{return: x * y}]}
  divide: {params: [x, y], steps: [{return: x // y}]}
main:
  - {starmap: pool, call: area, over: [[1, 2], [3, 4]], into: x}
  - r += [x]
  - {starmap: pool, call: area, over: [], into: x}
  - r += [x]
  - %s
  - %s
  - %s
  - {apply: pool, call: area, args: [1, 3], into: x}
  - r += [x]
""" % (gives("{starmap: pool, call: area, over: few}", "TypeError"), gives("{starmap: pool, call: area, over: numbers}", "TypeError"),
       gives("{starmap: pool, call: divide, over: [[1, 1], [1, 0]]}", "ZeroDivisionError")))

    def test_imap(self):
        """Results one by one: in the order of the elements, or in that in which they are there; what failed is raised in its place."""
        self.same([[1, "ValueError", 4], ["ValueError", 4, 1], [], "TimeoutError", 4], """
gates = [mp.Event() for _ in range(3)]
def work(n):
    gates[n].wait()
    if n == 0:
        raise ValueError
    return n * n
def each(results, order):
    got = []
    for n in order + [0]:           # one more than there are
        gates[n].set()
        try:
            got.append(next(results))
        except StopIteration:
            return got
        except ValueError:
            got.append("ValueError")
def shut():
    for gate in gates:
        gate.clear()
pool = mp.Pool(3)
r.append(each(pool.imap(work, [1, 0, 2]), [1, 0, 2]))
shut()
r.append(each(pool.imap_unordered(work, [1, 0, 2]), [0, 2, 1]))
r.append(each(pool.imap(work, []), []))
shut()
late = pool.imap(work, [2])
gives(late.next, 0.01)
gates[2].set()
r.append(late.next())
pool.terminate()
""", """
shared: {r: []}
private: {got: []}
objects: {pool: {pool: 3}}
functions:
  work: {params: [n], steps: [{sleep: "{1: 600, 0: 0, 2: 300}[n] * 1ms"}, {if: n == 0, then: [{raise: ValueError}]}, {return: n * n}]}
  each:
    params: [results]
    steps:
      - l = []
      - {for: one, in: results, do: [{try: [{get: one, into: x}, 'l += [x]'], except: {ValueError: ['l += ["ValueError"]']}}]}
      - return: l
main:
  - {imap: pool, call: work, over: [1, 0, 2], into: rs}
  - {call: each, args: [rs], into: got}
  - r += [got]
  - {imap_unordered: pool, call: work, over: [1, 0, 2], into: rs}
  - {call: each, args: [rs], into: got}
  - r += [got]
  - {imap: pool, call: work, over: [], into: rs}
  - {call: each, args: [rs], into: got}
  - r += [got]
  - {imap: pool, call: work, over: [2], into: rs}
  - late = rs[0]
  - %s
  - {get: late, into: x}
  - r += [x]
""" % gives("{get: late, timeout: 10ms}", "TimeoutError"))

    def test_a_worker_that_has_done_its_share(self):
        """After so many tasks a worker ends, failed ones counted, and another process takes its place; a closed pool still does what it has."""
        self.same([True, False, True, "ValueError", False, 3], """
done = mp.Value("i", 0)
def who():
    return os.getpid()
def bad():
    raise ValueError
def work():
    with done:
        done.value += 1
pool = mp.Pool(1, maxtasksperchild=2)
pids = [pool.apply(who) for _ in range(5)]
r += [pids[0] == pids[1], pids[1] == pids[2], pids[2] == pids[3]]
gives(pool.apply, bad)
r.append(pool.apply(who) == pids[4])
for _ in range(3):
    pool.apply_async(work)
pool.close()
pool.join()
r.append(done.value)
""", """
shared: {r: [], done: 0}
objects: {pool: {pool: {size: 1, maxtasksperchild: 2}}}
private: {pids: []}
functions:
  who: {params: [], steps: [{return: pid}]}
  bad: {params: [], steps: [{raise: ValueError}]}
  work: {params: [], steps: [{atomic: done += 1}]}
main:
  - {repeat: 5, do: [{apply: pool, call: who, into: one}, 'pids += [one]']}
  - r += [pids[0] == pids[1], pids[1] == pids[2], pids[2] == pids[3]]
  - %s
  - {apply: pool, call: who, into: last}
  - r += [last == pids[4]]
  - {repeat: 3, do: [{apply_async: pool, call: work}]}
  - close: pool
  - join: pool
  - r += [done]
""" % gives("{apply: pool, call: bad}", "ValueError"))

    def test_what_a_worker_does_first(self):
        """Each calls the initializer before its first task, one that takes another's place, too; what it sets is the worker's own."""
        self.same([11, 12, 13, 2, 0], """
n = 0
begun = mp.Value("i", 0)
def prepare(x):
    global n
    n = x
    with begun:
        begun.value += 1
def add(x):
    return n + x
pool = mp.Pool(1, prepare, (10,), 2)
r += [pool.apply(add, (x,)) for x in (1, 2, 3)]
r += [begun.value, n]
pool.terminate()
""", """
shared: {r: [], begun: 0}
objects: {pool: {pool: {size: 1, initializer: prepare, args: [10], maxtasksperchild: 2}}}
private: {n: 0}
functions:
  prepare: {params: [x], steps: [n = x, {atomic: begun += 1}]}
  add: {params: [x], steps: [{return: n + x}]}
main:
  - {map: pool, call: add, over: [1, 2, 3], into: l}
  - r += l
  - r += [begun, n]
""")

    def test_a_worker_that_can_not_begin(self):
        """An initializer that raises ends its worker; another one is started, and so on; no task is ever taken."""
        self.same(["TimeoutError", 0], """
begun = mp.Value("i", 0)
done = mp.Value("i", 0)
def prepare():
    with begun:
        begun.value += 1
    raise ValueError
def work():
    done.value += 1
pool = mp.Pool(1, prepare)
late = pool.apply_async(work)
wait_until(lambda: begun.value >= 3)
gives(late.get, 0.05)
pool.terminate()
r.append(done.value)
""", """
shared: {r: [], begun: 0, done: 0}
objects: {pool: {pool: {size: 1, initializer: prepare}}}
functions:
  prepare: {params: [], steps: [{atomic: begun += 1}, {raise: ValueError}]}
  work: {params: [], steps: [done += 1]}
main:
  - {apply_async: pool, call: work, into: late}
  - {while: begun < 3, do: [{sleep: 1ms}]}
  - %s
  - terminate: pool
  - r += [done]
""" % gives("{get: late, timeout: 10ms}", "TimeoutError"))

    def test_the_life_of_a_pool(self):
        """join needs close, close lets nothing in; a closed pool does what it has; workers end with 0, terminated ones with -15."""
        self.same(["ValueError", "ValueError", 3, "nothing", "ValueError"], """
done = mp.Value("i", 0)
def work():
    time.sleep(0.1)
    with done:
        done.value += 1
pool = mp.Pool(2)
for _ in range(3):
    pool.apply_async(work)
gives(pool.join)
pool.close()
gives(pool.apply, work)
pool.join()
r.append(done.value)
other = mp.Pool(1)
other.apply_async(time.sleep, (100,))
gives(other.terminate)
gives(other.apply, work)
other.join()
""", """
shared: {r: [], done: 0}
objects: {pool: {pool: 2}, other: {pool: 1}}
functions:
  work: {params: [], steps: [{sleep: 100ms}, {atomic: done += 1}]}
  long: {params: [], steps: [{sleep: 100s}]}
main:
  - {repeat: 3, do: [{apply_async: pool, call: work}]}
  - %s
  - close: pool
  - %s
  - join: pool
  - r += [done]
  - {apply_async: other, call: long}
  - %s
  - %s
  - join: other
""" % (gives("{join: pool}", "ValueError"), gives("{apply: pool, call: work}", "ValueError"), gives("{terminate: other}", "ValueError"),
       gives("{apply: other, call: work}", "ValueError")))

    def test_a_worker_that_exits_is_replaced(self):
        """Its task is lost, and a process that closes and joins the pool then waits for ever. The same pids come again and again, else."""
        self.same([1, "TimeoutError", True, False, "still waiting"], """
import threading
pool = mp.Pool(1)
pids = [pool.apply(os.getpid) for _ in range(10)]
r.append(len(set(pids)))
lost = pool.apply_async(sys.exit, (3,))
gives(lost.get, 0.5)
r += [pool.apply(os.getpid) not in pids, lost.ready()]
pool.close()
t = threading.Thread(target=pool.join, daemon=True)
t.start()
t.join(0.5)
r.append("still waiting" if t.is_alive() else "joined")
pool.terminate()
""", """
shared: {r: []}
objects: {pool: {pool: 1}}
functions: {who: {params: [], steps: [{return: pid}]}, quit: {params: [], steps: [{exit: 3}]}}
main:
  - pids = []
  - {repeat: 10, do: [{apply: pool, call: who, into: p}, {if: p not in pids, then: ["pids += [p]"]}]}
  - r += [len(pids)]
  - {apply_async: pool, call: quit, into: lost}
  - %s
  - {apply: pool, call: who, into: p}
  - r += [p not in pids]
  - r += [ready(lost)]
  - close: pool
  - start: joiner
  - {join: pool, timeout: 500ms}
  - {if: alive(joiner), then: ['r += ["still waiting"]'], else: ['r += ["joined"]']}
processes: {joiner: {daemon: true, steps: [{join: pool}]}}
""" % gives("{get: lost, timeout: 500ms}", "TimeoutError"))

    def test_a_worker_that_is_killed_is_replaced(self):
        """In the middle of its task, which is lost: its result never comes. The other worker goes on with its own, and a new process,
        under the old one's number, does the next tasks."""
        self.same(["TimeoutError", False, 7, True, True, 8], """
inside, go, never = mp.Event(), mp.Event(), mp.Event()      # in Python, set waits for every process that waits, also for a killed one
def hold():
    inside.set()
    go.wait()
    return 7
def stuck():
    inside.set()
    never.wait()
def inc(n):
    return n + 1
pool = mp.Pool(1)
other = mp.Pool(1)
first = pool.apply(os.getpid)
kept = other.apply_async(hold)
inside.wait()
inside.clear()
lost = pool.apply_async(stuck)
inside.wait()
pool._pool[0].kill()
gives(lost.get, 0.5)
r.append(lost.ready())
go.set()
r.append(kept.get())
second = pool.apply(os.getpid)
r += [first != second, second == pool._pool[0].pid, pool.apply(inc, (7,))]
pool.terminate()
other.terminate()
""", """
shared: {r: []}
objects: {inside: event, go: event, never: event, pool: {pool: 1}, other: {pool: 1}}
functions:
  who: {params: [], steps: [{return: pid}]}
  hold: {params: [], steps: [{set: inside}, {wait: go}, {return: 7}]}
  stuck: {params: [], steps: [{set: inside}, {wait: never}]}
  inc: {params: [n], steps: [{return: n + 1}]}
main:
  - {apply: pool, call: who, into: first}
  - {apply_async: other, call: hold, into: kept}
  - wait: inside
  - clear: inside
  - {apply_async: pool, call: stuck, into: lost}
  - wait: inside
  - kill: pool[1]
  - %s
  - r += [ready(lost)]
  - set: go
  - {get: kept, into: k}
  - r += [k]
  - {apply: pool, call: who, into: second}
  - r += [first != second, second == pid(pool[1])]
  - {apply: pool, call: inc, args: [7], into: n}
  - r += [n]
  - {terminate: pool}
  - {terminate: other}
""" % gives("{get: lost, timeout: 500ms}", "TimeoutError"))

    def test_connections_go_to_a_pool(self):
        """A worker gets it open; when the task is over and the owner has closed its own, that is the end."""
        self.same(["from the task", "EOFError"], """
def tell(c, text): c.send(text)
left, right = mp.Pipe()
pool = mp.Pool(1)
pool.apply(tell, (right, "from the task"))
right.close()
r.append(left.recv())
pool.close()
pool.join()
gives(left.recv)
""", """
shared: {r: []}
objects: {link: pipe, pool: {pool: 1}}
functions: {tell: {params: [c, text], steps: [{send: c, item: text}]}}
main:
  - {apply: pool, call: tell, args: [link.right, "from the task"]}
  - close: link.right
  - {recv: link.left, into: x}
  - r += [x]
  - close: pool
  - join: pool
  - %s
""" % gives("{recv: link.left}", "EOFError"))


class Document(unittest.TestCase):
    def test_the_examples_do_what_they_expect(self):
        examples = [example for document in DOCUMENTS for example in BLOCK.findall(document.read_text())]
        self.assertGreater(len(examples), 24)
        for text, name in examples:
            with self.subTest(name):
                checked = run(["check", "--format", "short", "-"], stdin=text)
                self.assertEqual((checked.code, checked.out), (0, ""), checked)
                result = run(["run", "--quiet", "-"], stdin=text)
                self.assertEqual(result.code, 0, result)
                self.assertIn("expect:", text)
                no_process_left(result.mark)

    def test_the_table_names_words_of_the_language(self):
        for word in re.findall(r"^\|[^|]*\| `([a-z_]+): ", DOCUMENTS[0].read_text(), re.M):
            explained = run(["explain", word])
            self.assertEqual(explained.code, 0, explained)


if __name__ == "__main__":
    unittest.main()
