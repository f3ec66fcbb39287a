/* Shortest job first: the shortest next burst, to its completion; of equal ones the first in the line. */
#include "sim/schedule/play.h"

void happens_to_bursts(struct play *y, proc_id p, enum why why)
{
	y->actor[p].slice = UNLIMITED;
	if (why != WHY_NEW && why != WHY_WOKEN)
		return;
	foresee(y, p);
	estimate(y, p, why);
	ready_add(y, p);
}

static bool is_shorter(const struct play *y, proc_id a, proc_id b)
{
	return is_estimated(y) ? estimate_left(y, a) < estimate_left(y, b) : y->actor[a].burst < y->actor[b].burst;
}

static bool before(const struct play *y, proc_id a, proc_id b)
{
	return !y->actor[b].holds && (y->actor[a].holds || is_shorter(y, a, b));
}

const struct chooser chooser_sjf = { .happens = happens_to_bursts, .before = before, .foresees = true, .order = ORDER_BURST };
