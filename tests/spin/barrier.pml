/* A barrier made of semaphores, passed twice by N processes (Downey, The Little Book of Semaphores, 3.7). */
#ifndef N
#define N 4
#endif
#define acquire(semaphore) atomic { semaphore > 0 -> semaphore-- }
#define release(semaphore) semaphore++
byte door = 1, way_in = 0, way_out = 1, count, arrived;

active [N] proctype walker()
{	byte round, n, seen;
	do
	:: round < 2 ->
		round++;
		arrived++;
		acquire(door);
		n = count;
		count = n + 1;
		n = count;
		if
		:: n == N -> acquire(way_out); release(way_in)
		:: else
		fi;
		release(door);
		acquire(way_in);
		release(way_in);
		seen = arrived;
		assert(seen >= round * N);
		acquire(door);
		n = count;
		count = n - 1;
		n = count;
		if
		:: n == 0 -> acquire(way_in); release(way_out)
		:: else
		fi;
		release(door);
		acquire(way_out);
		release(way_out)
	:: else -> break
	od
}
