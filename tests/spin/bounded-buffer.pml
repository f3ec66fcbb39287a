/* A buffer of two places, three items from each of N producers, three for each of N consumers. */
#ifndef N
#define N 2
#endif
#define acquire(semaphore) atomic { semaphore > 0 -> semaphore-- }
#define release(semaphore) semaphore++
byte places = 2, items = 0, door = 1;
byte next_in, next_out, slots[2];
short filled;

active [N] proctype producer()
{	byte i, at;
	do
	:: i < 3 ->
		i++;
		acquire(places);
		acquire(door);
		at = next_in;
		slots[at] = 1;
		next_in = (at + 1) % 2;
		atomic { filled++; assert(filled <= 2) };
		release(door);
		release(items)
	:: else -> break
	od
}

active [N] proctype consumer()
{	byte i, at;
	do
	:: i < 3 ->
		i++;
		acquire(items);
		acquire(door);
		at = next_out;
		slots[at] = 0;
		next_out = (at + 1) % 2;
		atomic { filled--; assert(filled >= 0) };
		release(door);
		release(places)
	:: else -> break
	od
}
