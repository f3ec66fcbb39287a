/* What was expected, and how a run ends. */
#include "sim/schedule/play.h"

const char *const verdict_causes[VERDICT_COUNT] = {
	[VERDICT_OK] = "ok", [VERDICT_DEADLOCK] = "deadlock", [VERDICT_LIMIT] = "limit", [VERDICT_STOPPED] = "stopped",
	[VERDICT_MISFIT] = "misfit", [VERDICT_REFUSED] = "refused", [VERDICT_DISAGREES] = "disagrees",
};
const char *const verdict_words[VERDICT_COUNT] = {
	[VERDICT_NONE] = "", [VERDICT_OK] = "ok", [VERDICT_DEADLOCK] = "deadlock", [VERDICT_VIOLATED] = "violated",
	[VERDICT_EXCEPTION] = "exception", [VERDICT_LIMIT] = "limit", [VERDICT_STOPPED] = "stopped",
	[VERDICT_MISFIT] = "stopped", [VERDICT_REFUSED] = "stopped", [VERDICT_DISAGREES] = "stopped",
};

static bool is_true(struct play *y, const struct expect *e)
{
	value v = world_peek(y->g, y->world.shared, NULL, 0, e->code, y->scratch);
	return v != VALUE_UNSET && value_truth(y->g->pool, v);
}

void judge_state(struct play *y)
{
	for (size_t i = 0; i < y->g->expects; i++)
		if (y->g->expect[i].kind == EXPECT_ALWAYS && !y->violated[i])
			y->violated[i] = !is_true(y, &y->g->expect[i]);
}

static bool is_possible(const struct play *y, enum expect_kind kind)
{
	for (size_t i = 0; i < y->g->expects; i++)
		if (y->g->expect[i].kind == kind && y->g->expect[i].possible)
			return true;
	return false;
}

static void tell_expectations(struct play *y, bool ended)
{
	for (uint32_t i = 0; i < y->g->expects; i++) {
		const struct expect *e = &y->g->expect[i];
		if (e->kind == EXPECT_FINALLY && ended)
			y->violated[i] = !is_true(y, e);
		if (e->kind == EXPECT_ALWAYS || (e->kind == EXPECT_FINALLY && ended))
			tell(y, (struct news){ .kind = NEWS_EXPECT, .expect = i, .holds = !y->violated[i] });
	}
}

static bool any_violated(const struct play *y)
{
	for (size_t i = 0; i < y->g->expects; i++)
		if (y->violated[i])
			return true;
	return false;
}

/* verdict: what stopped the run; OK or DEADLOCK: nobody can move any more. */
void judge_end(struct play *y, enum verdict verdict)
{
	bool natural = verdict == VERDICT_OK || verdict == VERDICT_DEADLOCK;
	y->at->cause = verdict;
	history_note(y, CAUSE_ENDED, 0, verdict);
	tell_expectations(y, verdict == VERDICT_OK);
	if (natural || verdict == VERDICT_LIMIT || verdict == VERDICT_STOPPED) {
		if (y->at->uncaught && verdict != VERDICT_DEADLOCK)
			verdict = VERDICT_EXCEPTION;
		if (any_violated(y))
			verdict = VERDICT_VIOLATED;
	}
	y->at->verdict = verdict;
	for (proc_id p = MAIN; p < y->g->processes; p++)
		lives_count(y, &y->actor[p]);
	tell(y, (struct news){ .kind = NEWS_END });
}

int exit_status(const struct play *y)
{
	switch (y->at->verdict) {
	case VERDICT_OK:        return 0;
	case VERDICT_DEADLOCK:  return is_possible(y, EXPECT_DEADLOCK) && (!y->at->uncaught || is_possible(y, EXPECT_EXCEPTION)) ? 0 : 1;
	case VERDICT_EXCEPTION: return is_possible(y, EXPECT_EXCEPTION) ? 0 : 1;
	case VERDICT_VIOLATED:  return 1;
	case VERDICT_LIMIT:
	case VERDICT_STOPPED:   return 4;
	case VERDICT_MISFIT:    return 3;
	case VERDICT_REFUSED:
	case VERDICT_DISAGREES: return 5;
	default:                return 0;
	}
}
