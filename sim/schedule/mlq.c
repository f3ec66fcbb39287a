/* Multilevel queue: a process stays in the level that its `priority` names, 0 is the top; a higher level takes the CPU away. In a
 * level whose policy is rr processes go round; in one whose policy is fifo each keeps the CPU. A process that loses the CPU to a
 * higher level keeps its place in the line, and what is left of its slice. */
#include "sim/schedule/play.h"

static uint32_t fixed_level(const struct play *y, proc_id p)
{
	int64_t priority = y->g->group[y->g->process[p].group].priority, last = levels_of(y) - 1;
	return priority < 0 ? 0 : priority > last ? last : priority;
}

static void happens(struct play *y, proc_id p, enum why why)
{
	struct actor *a = &y->actor[p];
	if (why == WHY_PREEMPTED || why == WHY_BLOCKED)
		return;
	a->level = fixed_level(y, p);
	struct level level = level_of(y, a->level);
	a->slice = level.policy == POLICY_FIFO ? UNLIMITED : level.quantum;
	ready_add(y, p);
}

static bool before(const struct play *y, proc_id a, proc_id b)
{
	return y->actor[a].level < y->actor[b].level;
}

const struct chooser chooser_mlq = { .happens = happens, .before = before, .order = ORDER_LEVEL };
