/* Lottery (Waldspurger and Weihl, 1994): for each slice a ticket is drawn from the seed among those of all ready processes. */
#include "sim/schedule/play.h"

int64_t tickets_of(const struct play *y, proc_id p)
{
	int64_t given = y->g->group[y->g->process[p].group].tickets;
	return given ? given : 1;
}

static proc_id draw(struct play *y)
{
	int64_t all = 0;
	proc_id p = ready_first(y);
	for (proc_id q = p; q; q = y->actor[q].next)
		all += y->actor[q].holds ? 0 : tickets_of(y, q);
	int64_t ticket = all ? dice_draw(&y->at->dice, 0, all - 1) : 0;
	y->ticket = ticket + 1;
	for (; p; p = y->actor[p].next) {
		ticket -= y->actor[p].holds ? 0 : tickets_of(y, p);
		if (ticket < 0)
			break;
	}
	return p;
}

const struct chooser chooser_lottery = { .happens = happens_in_turn, .draw = draw, .order = ORDER_TICKETS };
