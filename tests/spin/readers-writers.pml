/* The first of three readers takes the board from two writers, the last one gives it back. */
#define acquire(lock) atomic { !lock -> lock = true }
#define release(lock) lock = false
bool door, board;
byte readers, reading, writing;

active [3] proctype reader()
{	byte n;
	acquire(door);
	n = readers;
	readers = n + 1;
	n = readers;
	if
	:: n == 1 -> acquire(board)
	:: else
	fi;
	release(door);
	atomic { reading++; assert(writing == 0) };
	reading--;
	acquire(door);
	n = readers;
	readers = n - 1;
	n = readers;
	if
	:: n == 0 -> release(board)
	:: else
	fi;
	release(door)
}

active [2] proctype writer()
{	acquire(board);
	atomic { writing++; assert(reading == 0 && writing == 1) };
	writing--;
	release(board)
}
