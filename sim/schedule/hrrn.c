/* Highest response ratio next (Brinch Hansen, 1971): of those that are ready the one whose (waited + service) / service is the
 * highest, to the completion of its burst. The service is its next burst, the waiting that before it. Ratios change as time
 * passes, so the line stays as they came, and of equal ones the first in it is taken. */
#include "sim/schedule/play.h"

/* Fractions are compared without dividing; an endless burst has the ratio 1, the lowest there is. */
static bool is_higher(struct response_ratio a, struct response_ratio b)
{
	if (a.service == ENDLESS || b.service == ENDLESS)
		return a.service != ENDLESS && a.waited > 0;
	return (__int128)a.waited * b.service > (__int128)b.waited * a.service;
}

struct response_ratio response_ratio(const struct play *y, proc_id p)
{
	const struct actor *a = &y->actor[p];
	return (struct response_ratio){ a->state == STATE_READY ? y->at->now - a->since : 0, burst_left(y, p) };
}

static proc_id draw(struct play *y)
{
	proc_id best = ready_first(y);
	for (proc_id p = best; p; p = y->actor[p].next)
		if (!y->actor[p].holds && is_higher(response_ratio(y, p), response_ratio(y, best)))
			best = p;
	return best;
}

const struct chooser chooser_hrrn = { .happens = happens_to_bursts, .draw = draw, .foresees = true, .order = ORDER_RATIO };
