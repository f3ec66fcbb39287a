/* Round robin: the head of the line for one quantum, then to the tail. What is left of a slice is lost. */
#include "sim/schedule/play.h"

static proc_id next(struct play *y)
{
	return y->ready_head;
}

static int64_t slice(const struct play *y, proc_id p)
{
	(void)p;
	return y->settings.quantum;
}

const struct chooser chooser_rr = { next, slice };
