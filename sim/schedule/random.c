/* Random: drawn from the seed, at every action. */
#include "sim/schedule/play.h"

static void happens(struct play *y, proc_id p, enum why why)
{
	y->actor[p].slice = ONE_ACTION;
	if (why != WHY_BLOCKED)
		ready_add(y, p);
}

static proc_id draw(struct play *y)
{
	int64_t count = 0;
	proc_id p = ready_first(y);
	for (proc_id q = p; q; q = y->actor[q].next)
		count += !y->actor[q].holds;
	for (int64_t k = count ? dice_draw(&y->at->dice, 0, count - 1) : 0; k; k -= !y->actor[p].holds)
		p = y->actor[p].next;
	return p;
}

const struct chooser chooser_random = { .happens = happens, .draw = draw, .by_actions = true, .order = ORDER_CHANCE };
