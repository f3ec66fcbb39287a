/* A schedule: a list of processes that move, in the author's order. While it lasts, it decides, on CPU 1;
 * the clock moves on for an entry whose process sleeps or waits for its timeout.
 *
 * The default main moves by itself. But where an entry names it, the list says when its sleeps until the arrivals are
 * over, early or late: then it starts the process that arrives. */
#include "sim/schedule/play.h"

bool list_names_main(const struct turn *turn, size_t turns)
{
	for (size_t k = 0; k < turns; k++)
		if (turn[k].who == MAIN)
			return true;
	return false;
}

bool list_holds_main(const struct play *y)
{
	return list_is_on(y) && y->arrivals_listed && ((struct own *)play_own(y, MAIN))->asleep;
}

/* One that was wished on the way is dropped: what decided before does so again. */
static bool misfit(struct play *y, const struct turn *t, struct message why)
{
	struct arena a = { 0 };
	if (y->at->rules.listed) {
		y->at->list.at = y->settings.turns;
		y->at->rules.dropped = true;
		return false;
	}
	play_problem(y, SAY(SCHEDULE_MISFIT, y->at->list.at + 1, y->g->process[t->who].name, say_word(&a, why)));
	arena_free(&a);
	judge_end(y, VERDICT_MISFIT);
	return false;
}

static struct message why_not(const struct play *y, proc_id p)
{
	switch (who_is(y->world.shared, p)->life) {
	case LIFE_NEW:    return SAY(NOT_BEEN_STARTED);
	case LIFE_ZOMBIE:
	case LIFE_GONE:   return SAY(HAS_ENDED);
	default:          return SAY(IS_BLOCKED);
	}
}

/* The clock moves on until p may move; false if that can't come about by time alone. */
static bool wait_until_ready(struct play *y, proc_id p)
{
	while (!play_may_move(y, p)) {
		const struct actor *a = &y->actor[p];
		bool main_comes = y->g->default_main && y->actor[MAIN].timed && who_is(y->world.shared, p)->life == LIFE_NEW;
		if (!a->timed && !main_comes)
			return false;
		int64_t to = main_comes ? y->actor[MAIN].deadline : a->deadline;
		bool is_over = to <= y->at->now;
		if (!is_over)
			play_clock(y, to);
		lives_settle(y);
		if (main_comes || (is_over && !play_may_move(y, p)))
			return false;                   /* main moves first; or p waits for something else than time */
	}
	return true;
}

static bool drawn_value(struct play *y, const struct turn *t, int64_t *choice)
{
	int64_t lo, hi;
	if (!world_choices(y->g, y->world.shared, play_own(y, t->who), t->who, &lo, &hi))
		return !t->draws || misfit(y, t, SAY(DRAWS_NOTHING));
	if (!t->draws)
		return true;
	if (t->draw < lo || t->draw > hi)
		return misfit(y, t, SAY(DRAWS_OUTSIDE));
	else
		*choice = t->draw;
	return true;
}

static void entry_done(struct play *y, const struct turn *t)
{
	if (++y->at->list.done >= t->times) {
		y->at->list.at++;
		y->at->list.done = 0;
	}
}

bool list_step(struct play *y)
{
	const struct turn *t = &y->settings.turn[y->at->list.at];
	int64_t choice = 0;
	if (!wait_until_ready(y, t->who)) {
		if (y->g->default_main && play_may_move(y, MAIN)) {
			play_act(y, MAIN, 0, 0, BY_ITSELF); /* its turn: the loop comes back here */
			return true;
		}
		return misfit(y, t, why_not(y, t->who));
	}
	if (t->who == MAIN && y->g->default_main) {
		entry_done(y, t);
		play_act(y, MAIN, 0, 0, BY_SCHEDULE);
		return true;
	}
	if (!drawn_value(y, t, &choice))
		return false;
	ready_remove(y, t->who);
	lives_set(y, t->who, STATE_RUNNING, ON_NOTHING, 1);
	entry_done(y, t);
	play_act(y, t->who, 1, choice, t->draws ? BY_GIVEN : BY_SCHEDULE);
	return true;
}
