/* Priority: the smallest number. Preemptive, unless the scenario says otherwise. Of equal ones the first to arrive;
 * with a quantum they go round, and a process that lost the CPU stands behind its equals with a new slice. */
#include "sim/schedule/play.h"

static void happens(struct play *y, proc_id p, enum why why)
{
	bool rounds = y->settings.has_quantum;
	y->actor[p].slice = rounds ? y->settings.quantum : UNLIMITED;
	if (why != WHY_BLOCKED)
		ready_add(y, p);
}

static int64_t priority(const struct play *y, proc_id p)
{
	return y->g->group[y->g->process[p].group].priority;
}

static bool before(const struct play *y, proc_id a, proc_id b)
{
	int64_t mine = priority(y, a), other = priority(y, b);
	if (!y->g->cpu.preemptive && (y->actor[a].holds || y->actor[b].holds))
		return !y->actor[b].holds;
	if (mine != other || y->settings.has_quantum)
		return mine < other;
	return first_of_equals(y, a, b);
}

const struct chooser chooser_priority = { .happens = happens, .before = before };
