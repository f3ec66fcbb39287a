/* First in, first out: the longest in the line; it keeps the CPU until it blocks or ends. */
#include "sim/schedule/play.h"

static proc_id next(struct play *y)
{
	return y->ready_head;
}

static int64_t slice(const struct play *y, proc_id p)
{
	(void)y;
	(void)p;
	return INT64_MAX;
}

const struct chooser chooser_fifo = { next, slice };
