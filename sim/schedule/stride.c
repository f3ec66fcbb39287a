/* Stride (Waldspurger and Weihl, 1995): of those that are ready the one with the smallest pass runs for a slice; then its pass grows
 * by its stride, which is the smaller the more tickets it has. Of equal ones the first in the line. */
#include "sim/schedule/play.h"

enum { STRIDE_OF_ONE_TICKET = 720720000 };     /* every number of tickets up to 16 divides it, and 100, and 250: no equal ones differ */

/* The pass at which the slices begin that are over grows, too: a process that comes begins there. What it has not used it can't
 * save up. */
static void charge(struct play *y, proc_id p)
{
	struct actor *a = &y->actor[p];
	if (y->at->pass < a->pass)
		y->at->pass = a->pass;
	a->pass += STRIDE_OF_ONE_TICKET / tickets_of(y, p);
}

static void happens(struct play *y, proc_id p, enum why why)
{
	struct actor *a = &y->actor[p];
	a->slice = y->settings.quantum;
	if (why == WHY_EXPIRED || why == WHY_BLOCKED)
		charge(y, p);
	else if (a->pass < y->at->pass)
		a->pass = y->at->pass;
	if (why != WHY_BLOCKED)
		ready_add(y, p);
}

static proc_id draw(struct play *y)
{
	proc_id best = ready_first(y);
	for (proc_id p = best; p; p = y->actor[p].next)
		if (!y->actor[p].holds && y->actor[p].pass < y->actor[best].pass)
			best = p;
	return best;
}

const struct chooser chooser_stride = { .happens = happens, .draw = draw, .order = ORDER_PASS };
