/* As philosophers-ordered; they think, eat and count their meals, too. */
#ifndef N
#define N 3
#endif
#define acquire(lock) atomic { !lock -> lock = true }
#define release(lock) lock = false
#define first  (_pid == N - 1 -> 0 : _pid)
#define second (_pid == N - 1 -> _pid : _pid + 1)
bool forks[N];
byte meals;

active [N] proctype philosopher()
{	skip;				/* thinks */
	acquire(forks[first]);
	acquire(forks[second]);
	skip;				/* eats */
	meals++;
	release(forks[second]);
	release(forks[first])
}
