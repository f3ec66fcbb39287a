/* Longest remaining time first: the longest remaining burst. Only a strictly longer one takes the CPU away; of equal ones that wait
 * the first to arrive goes first. The burst of a process that runs becomes shorter, so it is compared again after each unit: that ends no
 * slice, so if another is longer then, it is preempted. */
#include "sim/schedule/play.h"

enum { UNIT = 1000 };

static void happens(struct play *y, proc_id p, enum why why)
{
	y->actor[p].slice = UNIT;
	if (why == WHY_NEW || why == WHY_WOKEN)
		foresee(y, p);
	if (why != WHY_BLOCKED && why != WHY_EXPIRED)
		ready_add(y, p);
}

static bool before(const struct play *y, proc_id a, proc_id b)
{
	int64_t mine = burst_left(y, a), other = burst_left(y, b);
	if (mine != other)
		return mine > other;
	return first_of_equals(y, a, b);
}

static bool reorders(const struct play *y)
{
	(void)y;
	return true;
}

const struct chooser chooser_lrtf = { .happens = happens, .before = before, .reorders = reorders, .foresees = true, .first_arrived = true, .order = ORDER_BURST };
