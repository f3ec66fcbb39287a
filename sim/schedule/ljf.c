/* Longest job first: the longest next burst, to its completion; of equal ones the first in the line. */
#include "sim/schedule/play.h"

static bool before(const struct play *y, proc_id a, proc_id b)
{
	return !y->actor[b].holds && (y->actor[a].holds || y->actor[a].burst > y->actor[b].burst);
}

const struct chooser chooser_ljf = { .happens = happens_to_bursts, .before = before, .foresees = true, .order = ORDER_BURST };
