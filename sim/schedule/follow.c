/* Following the history of an earlier run. */
#include "sim/schedule/play.h"
#include <signal.h>

/* Actions in a row, all of them taken off? (The run that is followed may still be going on: then there may be more later.) */
static bool is_done(const struct play *y, size_t at)
{
	const struct happening *e = &y->follows->entry[at];
	return e->cause == CAUSE_MOVED && at == y->at->followed.at && y->at->followed.times >= e->times;
}

/* The next entry that is no pid; NULL: the history ends here. */
static const struct happening *next_entry(const struct play *y)
{
	const struct history *h = y->follows;
	size_t at = y->at->followed.at;
	while (at < h->count && (h->entry[at].cause == CAUSE_BORN || is_done(y, at)))
		at++;
	return at < h->count ? &h->entry[at] : NULL;
}

static bool is_begun(const struct play *y, const struct happening *e)
{
	return (size_t)(e - y->follows->entry) == y->at->followed.at && y->at->followed.times;
}

static void take_off(struct play *y, const struct happening *e)
{
	uint32_t times = is_begun(y, e) ? y->at->followed.times : 0;
	bool moved = e->cause == CAUSE_MOVED;
	y->at->followed.at = (size_t)(e - y->follows->entry) + !moved;
	y->at->followed.times = moved ? times + 1 : 0;
}

static bool misfit(struct play *y, struct message why)
{
	struct arena a = { 0 };
	play_problem(y, SAY(RECORDING_MISFIT, y->at->steps + 1, say_word(&a, why)));
	arena_free(&a);
	judge_end(y, VERDICT_MISFIT);
	return false;
}

static bool is_natural(const struct happening *e)
{
	return e->cause == CAUSE_ENDED && (e->value == VERDICT_OK || e->value == VERDICT_DEADLOCK);
}

static void end_as_told(struct play *y, const struct happening *e)
{
	if (e->actions != y->at->steps) {
		misfit(y, SAY(RECORD_ENDS, e->actions));
		return;
	}
	y->problem = NULL;
	if (e->value == VERDICT_MISFIT)
		play_problem(y, SAY(RECORD_MISFIT));
	else if (e->value == VERDICT_REFUSED)
		play_problem(y, SAY(RECORD_REFUSED));
	else if (e->value == VERDICT_DISAGREES)
		play_problem(y, SAY(RECORD_DISAGREES));
	judge_end(y, (enum verdict)e->value);
}

/* Nobody need really be stopped: it has no turn meanwhile. */
static void signal_as_told(struct play *y, const struct happening *e)
{
	int number = (int)e->value;
	if (number == SIGSTOP || number == SIGCONT)
		play_stopped(y, e->who, number == SIGSTOP, e->time);
	else if (!y->body && !signal_kills(y->g, e->who, number))
		play_signalled(y, e->who, signal_numbered(number), e->time);
	else if (y->body)
		y->body->kill(y->body, y, e->who, number, e->time);
	else
		play_killed(y, e->who, number, e->time);
}

static void happen_again(struct play *y, const struct happening *e)
{
	take_off(y, e);
	if (e->cause == CAUSE_SIGNALLED)
		signal_as_told(y, e);
	else if (e->cause == CAUSE_LISTED)
		rules_list_again(y, e);
	else if (is_rule((enum cause)e->cause))
		play_rule(y, (enum cause)e->cause, e->value);
	else if (e->cause == CAUSE_ENDED)
		end_as_told(y, e);
	else
		misfit(y, SAY(RECORD_OTHER_FIRST));
}

bool follow_outside(struct play *y, bool within)
{
	const struct happening *e;
	bool any = false;
	while (!y->at->verdict && (e = next_entry(y)) && has_turn((enum cause)e->cause) && !is_natural(e) &&
	       e->turn == y->at->turns && e->within == within) {
		happen_again(y, e);
		any = true;
	}
	return any;
}

bool follow_allows(struct play *y, proc_id p)
{
	const struct happening *e = next_entry(y);
	const char *name = p ? y->g->process[p].name : "";
	if (!e)
		return misfit(y, SAY(RECORD_NO_END));
	if (e->cause == CAUSE_ENDED)
		return misfit(y, SAY(RECORD_ENDS_BEFORE));
	if (e->cause != CAUSE_MOVED)
		return misfit(y, SAY(RECORD_OTHER_FIRST));
	if (e->who != p)
		return misfit(y, p ? SAY(RECORD_OTHER_MOVES, y->g->process[e->who].name, name) : SAY(RECORD_NOBODY_MOVES, y->g->process[e->who].name));
	return world_can(y->g, y->world.shared, play_own(y, p), p) != CAN_NOT || misfit(y, SAY(RECORD_CANT_MOVE, name));
}

static const char *word(int64_t verdict)
{
	return verdict_causes[verdict] ? verdict_causes[verdict] : "nothing";
}

bool follow_ends(struct play *y, int verdict)
{
	const struct happening *e = y->follows ? next_entry(y) : NULL;
	if (!y->follows)
		return true;
	if (!e)
		return misfit(y, SAY(RECORD_NO_END));
	if (e->cause != CAUSE_ENDED)
		return misfit(y, SAY(RECORD_GOES_ON));
	if (e->value != verdict || e->actions != y->at->steps)
		return misfit(y, SAY(RECORD_ENDS_OTHERWISE, e->actions, word(e->value), y->at->steps, word(verdict)));
	return true;
}

bool follow_moved(struct play *y, const struct event *done)
{
	const struct happening *e = next_entry(y);
	if (!e)
		return true;
	bool same_draw = !e->draws || e->value == done->choice, first = !is_begun(y, e);
	take_off(y, e);
	if (!same_draw)
		return misfit(y, SAY(RECORD_DRAWS, y->g->process[done->who].name));
	return !first || e->time == y->at->now ||
	       misfit(y, SAY(RECORD_TIME, y->g->process[done->who].name, e->time, y->at->now));
}

uint32_t follow_pid(struct play *y, proc_id p, uint32_t otherwise)
{
	const struct history *h = y->follows;
	size_t at = y->at->followed.at;
	if (!h)
		return otherwise;
	at += at < h->count && is_done(y, at);
	if (at >= h->count || h->entry[at].cause != CAUSE_BORN || h->entry[at].who != p)
		return otherwise;
	take_off(y, &h->entry[at]);
	return y->body ? otherwise : (uint32_t)h->entry[at].value;
}

static const struct happening *next_cut(const struct play *y)
{
	const struct happening *e = next_entry(y);
	return e && e->cause == CAUSE_CUT ? e : NULL;
}

uint64_t follow_stretch(const struct play *y)
{
	const struct happening *e = next_cut(y);
	return e ? (uint64_t)e->value : UINT64_MAX;
}

void follow_cut(struct play *y)
{
	const struct happening *e = next_cut(y);
	if (e)
		take_off(y, e);
}

struct choice follow_choice(struct play *y)
{
	const struct happening *e = next_entry(y);
	if (!e || e->cause != CAUSE_CHOSEN)
		return (struct choice){ 0 };
	take_off(y, e);
	return (struct choice){ e->who, e->draws, e->value };
}

bool follow_kernel(struct play *y)
{
	const struct happening *e = next_entry(y);
	if (!e)
		return misfit(y, SAY(RECORD_NO_END));
	y->at->now = y->at->rung = e->time > y->at->now ? e->time : y->at->now;
	if (e->cause == CAUSE_MOVED)
		play_act(y, e->who, 0, 0, BY_KERNEL);
	else if (is_natural(e))
		play_over(y);
	else
		happen_again(y, e);
	return !y->at->verdict;
}
