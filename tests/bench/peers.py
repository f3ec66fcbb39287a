"""CPython's multiprocessing doing what a scenario does. usage: peers.py start|queue|lock|lock-apart|pool N; prints the seconds taken."""
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
    print("%.9f" % {"start": start, "queue": queue, "lock": lock, "lock-apart": lock_apart, "pool": pool}[sys.argv[1]](int(sys.argv[2])))
