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

bool manual_may_await(const struct play *y, proc_id p)
{
	return p && p < y->g->processes && y->actor[p].alarm && !y->actor[p].queued && !y->actor[p].holds;
}

bool manual_has_answer(const struct play *y)
{
	return y->at->ready_head || y->at->alarms;
}

uint32_t manual_asks_for(const struct play *y)
{
	uint32_t i = 0;
	while (i + 1 < y->settings.cpus && y->cpu[i].who)
		i++;
	return i + 1;
}

bool manual_has_others(const struct play *y)
{
	for (uint32_t i = 1; i <= y->at->alarms; i++)
		if (manual_may_await(y, y->alarm[i]))
			return true;
	return false;
}

/* How many could do something if their time came now? One that would only wait for something else is not counted. */
static uint32_t count_movable(const struct play *y)
{
	uint32_t n = 0;
	for (uint32_t i = 1; i <= y->at->alarms; i++) {
		proc_id p = y->alarm[i];
		n += manual_may_await(y, p) && play_can(y, p) != CAN_NOT;
	}
	return n;
}

/* While no process can move, the viewer says whose time comes first, if that matters: several could do something then. But what is
 * under way ends before. */
static bool is_question(const struct play *y)
{
	if (ready_first(y))
		return true;
	for (uint32_t i = 0; i < y->settings.cpus; i++)
		if (y->cpu[i].who)
			return false;
	return count_movable(y) > 1;
}

/* Only what it can draw. */
static void give(struct play *y, const struct choice *c)
{
	int64_t lo, hi;
	struct actor *a = &y->actor[c->who];
	a->given = c->draws && world_choices(y->g, y->world.shared, play_own(y, c->who), c->who, &lo, &hi) && c->draw >= lo && c->draw <= hi;
	a->draw = c->draw;
}

/* A process that was chosen before its time moves when that has come. Meanwhile the viewer is not asked. */
static proc_id take_awaited(struct play *y)
{
	proc_id p = y->at->awaited;
	if (manual_may_await(y, p))
		return 0;
	y->at->awaited = 0;
	return manual_may_choose(y, p) ? p : 0;
}

static proc_id draw(struct play *y)
{
	if (y->at->awaited) {
		proc_id p = take_awaited(y);
		if (p || y->at->awaited)
			return p;
	}
	if (y->asks || !is_question(y))
		return 0;
	struct choice c = y->follows ? follow_choice(y) : y->settings.viewer->choose(y->settings.viewer, y);
	bool now = manual_may_choose(y, c.who);
	y->asks = !now && !manual_may_await(y, c.who);
	if (y->asks)
		return 0;
	history_chosen(y, &c);
	give(y, &c);
	y->at->awaited = now ? 0 : c.who;
	return now ? c.who : 0;
}

const struct chooser chooser_manual = { .happens = happens, .draw = draw, .by_actions = true, .order = ORDER_VIEWER };
