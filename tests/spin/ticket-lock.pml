/* A buyer that looks and takes holds the door: a ticket is sold once. */
#ifndef N
#define N 3
#endif
#define acquire(lock) atomic { !lock -> lock = true }
#define release(lock) lock = false
byte tickets = 1, sold = 0;
bool door;

active [N] proctype buyer()
{	byte n;
	acquire(door);
	n = tickets;
	if
	:: n > 0 ->
		skip;			/* the sleep */
		tickets = n - 1;
		atomic { sold++; assert(sold <= 1) }
	:: else
	fi;
	release(door)
}
