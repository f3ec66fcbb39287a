/* Following the history of an earlier run. */
#include "sim/schedule/play.h"
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

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

static bool __attribute__((format(printf, 2, 3))) misfit(struct play *y, const char *format, ...)
{
	char says[200];
	va_list list;
	va_start(list, format);
	vsnprintf(says, sizeof says, format, list);
	va_end(list);
	snprintf(y->problem_text, sizeof y->problem_text, "the recording does not fit at action %llu: %s",
	         (unsigned long long)y->at->steps + 1, says);
	y->problem = y->problem_text;
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
		misfit(y, "the recorded run ends after %llu actions", (unsigned long long)e->actions);
		return;
	}
	static const char *const problems[] = {
		[VERDICT_MISFIT] = "the recorded run did not fit its schedule here",
		[VERDICT_REFUSED] = "the recorded run was refused something by the system here",
		[VERDICT_DISAGREES] = "a process and its twin disagreed here in the recorded run",
	};
	y->problem = e->value < (int64_t)(sizeof problems / sizeof *problems) ? problems[e->value] : NULL;
	judge_end(y, (enum verdict)e->value);
}

/* Nobody need really be stopped: it has no turn meanwhile. */
static void signal_as_told(struct play *y, const struct happening *e)
{
	int number = (int)e->value;
	if (number == SIGSTOP || number == SIGCONT)
		play_stopped(y, e->who, number == SIGSTOP, e->time);
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
	else
		end_as_told(y, e);
}

static bool is_from_outside(const struct happening *e)
{
	return e->cause == CAUSE_SIGNALLED || e->cause == CAUSE_ENDED;
}

bool follow_outside(struct play *y, bool within)
{
	const struct happening *e;
	bool any = false;
	while (y->follows && !y->at->verdict && (e = next_entry(y)) && is_from_outside(e) && !is_natural(e) &&
	       e->turn == y->at->turns && e->within == within) {
		happen_again(y, e);
		any = true;
	}
	return any;
}

bool follow_allows(struct play *y, proc_id p)
{
	const struct happening *e = y->follows ? next_entry(y) : NULL;
	const char *name = p ? y->g->process[p].name : "";
	if (!y->follows)
		return true;
	if (!e)
		return misfit(y, "it is not complete: it has no end");
	if (e->cause == CAUSE_ENDED)
		return misfit(y, "the recorded run ends before that");
	if (e->cause != CAUSE_MOVED)
		return misfit(y, "something else comes first in it");
	if (e->who != p)
		return misfit(y, "%s moves in it, and here %s", y->g->process[e->who].name, p ? name : "nobody");
	return world_can(y->g, y->world.shared, play_own(y, p), p) != CAN_NOT || misfit(y, "%s moves in it, and can't here", name);
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
		return misfit(y, "it is not complete: it has no end");
	if (e->cause != CAUSE_ENDED)
		return misfit(y, "the recorded run goes on");
	if (e->value != verdict || e->actions != y->at->steps)
		return misfit(y, "the recorded run ends after %llu actions (%s), and here after %llu (%s)", (unsigned long long)e->actions,
		              word(e->value), (unsigned long long)y->at->steps, word(verdict));
	return true;
}

bool follow_moved(struct play *y, const struct event *done)
{
	const struct happening *e = y->follows ? next_entry(y) : NULL;
	if (!e)
		return true;
	bool same_draw = !e->draws || e->value == done->choice, first = !is_begun(y, e);
	take_off(y, e);
	if (!same_draw)
		return misfit(y, "%s draws another number in it", y->g->process[done->who].name);
	return !first || e->time == y->at->now ||
	       misfit(y, "%s moves at %lld us in it, and here at %lld us", y->g->process[done->who].name, (long long)e->time, (long long)y->at->now);
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

proc_id follow_choice(struct play *y)
{
	const struct happening *e = next_entry(y);
	if (!e || e->cause != CAUSE_CHOSEN)
		return 0;
	take_off(y, e);
	return e->who;
}

bool follow_kernel(struct play *y)
{
	const struct happening *e = next_entry(y);
	if (!e)
		return misfit(y, "it is not complete: it has no end");
	y->at->now = y->at->rung = e->time > y->at->now ? e->time : y->at->now;
	if (e->cause == CAUSE_MOVED)
		play_act(y, e->who, 0, 0, BY_KERNEL);
	else if (is_natural(e))
		play_over(y);
	else
		happen_again(y, e);
	return !y->at->verdict;
}
