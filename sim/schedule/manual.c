/* Manual: the viewer says who moves, at every action. Where a history is followed, the viewer of that run does. Without a
 * viewer it is as `rr`. */
#include "sim/schedule/play.h"

static void happens(struct play *y, proc_id p, enum why why)
{
	y->actor[p].slice = ONE_ACTION;
	if (why != WHY_BLOCKED)
		ready_add(y, p);
}

bool manual_may_choose(const struct play *y, proc_id p)
{
	return p && p < y->g->processes && y->actor[p].queued && !y->actor[p].holds;
}

uint32_t manual_asks_for(const struct play *y)
{
	uint32_t i = 0;
	while (i + 1 < y->settings.cpus && y->cpu[i].who)
		i++;
	return i + 1;
}

static proc_id draw(struct play *y)
{
	if (y->asks || !ready_first(y))
		return 0;
	proc_id p = y->follows ? follow_choice(y) : y->settings.viewer->choose(y->settings.viewer, y);
	y->asks = !manual_may_choose(y, p);
	if (y->asks)
		return 0;
	history_note(y, CAUSE_CHOSEN, p, 0);
	return p;
}

const struct chooser chooser_manual = { .happens = happens, .draw = draw, .by_actions = true };
