"""CPython's multiprocessing doing what a scenario does. usage: peers.py start|queue|pipe|pipe-duplex|manager|lock|lock-apart|pool N; prints the seconds taken."""
import multiprocessing as mp
import os
import sys
import time


def nothing():
    pass


def start(n):
    begun = time.perf_counter()
    processes = [mp.Process(target=nothing) for _ in range(n)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    return time.perf_counter() - begun


def produce(q, n):
    for i in range(n):
        q.put(i)


def consume(q, n):
    for _ in range(n):
        q.get()


def queue(n):
    q = mp.Queue(64)
    both = [mp.Process(target=f, args=(q, n)) for f in (produce, consume)]
    return run(both)


def send(end, n):
    for i in range(n):
        end.send(i)


def receive(end, n):
    for _ in range(n):
        end.recv()


def pipe(n, duplex=False):
    left, right = mp.Pipe(duplex)
    return run([mp.Process(target=send, args=(right, n)), mp.Process(target=receive, args=(left, n))])


def pipe_duplex(n):
    return pipe(n, True)


def increment(bank, door, n):
    for _ in range(n):
        with door:
            bank["n"] += 1


def manager(n):
    with mp.Manager() as m:
        bank, door = m.dict(n=0), mp.Lock()
        return run([mp.Process(target=increment, args=(bank, door, n // 2)) for _ in range(2)])


def pairs(door, n, core):
    """On a core of its own: two on the same core would hardly ever meet."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    acquire, release = door.acquire, door.release
    for _ in range(n):
        acquire()
        release()


def lock(n, apart=False):
    door, cores = mp.Lock(), sorted(os.sched_getaffinity(0))
    return run([mp.Process(target=pairs, args=(door, n // 2, cores[i % len(cores)] if apart else None)) for i in range(2)])


def lock_apart(n):
    return lock(n, True)


def square(n):
    return n * n


def pool(n):
    """500 tasks at a time: then the last result is waited for."""
    begun = time.perf_counter()
    workers = mp.Pool(4)
    for _ in range(n // 500):
        for i in range(500):
            last = workers.apply_async(square, (i,))
        last.get()
    workers.close()
    workers.join()
    return time.perf_counter() - begun


def run(processes):
    begun = time.perf_counter()
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    return time.perf_counter() - begun


if __name__ == "__main__":
    mp.set_start_method("fork")
    work = {"start": start, "queue": queue, "pipe": pipe, "pipe-duplex": pipe_duplex, "manager": manager, "lock": lock,
            "lock-apart": lock_apart, "pool": pool}
    print("%.9f" % work[sys.argv[1]](int(sys.argv[2])))
