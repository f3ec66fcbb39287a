/* Random: drawn from the seed, at every action. */
#include "sim/schedule/play.h"

static proc_id next(struct play *y)
{
	int64_t count = 0;
	for (proc_id p = y->ready_head; p; p = y->actor[p].next)
		count++;
	if (!count)
		return 0;
	proc_id p = y->ready_head;
	for (int64_t k = dice_draw(&y->dice, 0, count - 1); k; k--)
		p = y->actor[p].next;
	return p;
}

static int64_t slice(const struct play *y, proc_id p)
{
	(void)y;
	(void)p;
	return 0;
}

const struct chooser chooser_random = { next, slice };
