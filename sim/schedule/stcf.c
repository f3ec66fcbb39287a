/* Shortest time to completion first: the shortest remaining burst. Only a strictly shorter one takes the CPU away;
 * of equal ones that wait the first to arrive goes first. */
#include "sim/schedule/play.h"

static void happens(struct play *y, proc_id p, enum why why)
{
	y->actor[p].slice = UNLIMITED;
	if (why == WHY_NEW || why == WHY_WOKEN) {
		foresee(y, p);
		estimate(y, p, why);
	}
	if (why != WHY_BLOCKED)
		ready_add(y, p);
}

static bool before(const struct play *y, proc_id a, proc_id b)
{
	bool guessed = is_estimated(y);
	int64_t mine = guessed ? estimate_left(y, a) : burst_left(y, a), other = guessed ? estimate_left(y, b) : burst_left(y, b);
	if (mine != other)
		return mine < other;
	return first_of_equals(y, a, b);
}

const struct chooser chooser_stcf = { .happens = happens, .before = before, .foresees = true, .first_arrived = true, .order = ORDER_BURST };
