/* Earliest deadline first (Liu and Layland, 1973), preemptive: the group's `deadline`, counted from the arrival. A process without
 * one stands behind all that have one; of equal ones the first to arrive goes first. */
#include "sim/schedule/play.h"

int64_t deadline_of(const struct play *y, proc_id p)
{
	int64_t after = y->g->group[y->g->process[p].group].deadline;
	return after ? y->actor[p].arrive + after : UNLIMITED;
}

static void happens(struct play *y, proc_id p, enum why why)
{
	y->actor[p].slice = UNLIMITED;
	if (why != WHY_BLOCKED)
		ready_add(y, p);
}

static bool before(const struct play *y, proc_id a, proc_id b)
{
	int64_t mine = deadline_of(y, a), other = deadline_of(y, b);
	return mine != other ? mine < other : first_of_equals(y, a, b);
}

const struct chooser chooser_edf = { .happens = happens, .before = before, .first_arrived = true, .order = ORDER_DEADLINE };
