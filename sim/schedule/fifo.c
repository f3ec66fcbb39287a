/* First in, first out: the longest in the line; it keeps the CPU until it blocks or ends. */
#include "sim/schedule/play.h"

static void happens(struct play *y, proc_id p, enum why why)
{
	y->actor[p].slice = UNLIMITED;
	if (why == WHY_NEW || why == WHY_WOKEN)
		ready_add(y, p);
}

const struct chooser chooser_fifo = { .happens = happens };
