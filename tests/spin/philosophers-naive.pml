/* Everybody takes the left fork first: all may wait for the right one. */
#ifndef N
#define N 3
#endif
#define acquire(lock) atomic { !lock -> lock = true }
#define release(lock) lock = false
bool forks[N];

active [N] proctype philosopher()
{	acquire(forks[_pid]);
	acquire(forks[(_pid + 1) % N]);
	release(forks[(_pid + 1) % N]);
	release(forks[_pid])
}
