/* Everybody takes the fork with the smaller number first: nobody waits for ever. */
#ifndef N
#define N 3
#endif
#define acquire(lock) atomic { !lock -> lock = true }
#define release(lock) lock = false
#define first  (_pid == N - 1 -> 0 : _pid)
#define second (_pid == N - 1 -> _pid : _pid + 1)
bool forks[N];

active [N] proctype philosopher()
{	acquire(forks[first]);
	acquire(forks[second]);
	release(forks[second]);
	release(forks[first])
}
