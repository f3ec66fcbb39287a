/* Looking and taking are two actions: a ticket is sold twice. */
#ifndef N
#define N 3
#endif
byte tickets = 1, sold = 0;

active [N] proctype buyer()
{	byte n;
	n = tickets;
	if
	:: n > 0 ->
		skip;			/* the sleep */
		tickets = n - 1;
		atomic { sold++; assert(sold <= 1) }
	:: else
	fi
}
