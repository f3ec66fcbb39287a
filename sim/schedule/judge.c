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

static bool is_so(struct play *y, uint32_t code)
{
	value v = world_peek(y->g, y->world.shared, NULL, 0, code, y->scratch);
	return v != VALUE_UNSET && value_truth(y->g->pool, v);
}

bool expectation_is_true(struct play *y, uint32_t expect)
{
	return is_so(y, y->g->expect[expect].code);
}

/* leads_to: since when has the second been owed? */
static void judge_owed(struct play *y, const struct expect *e, struct standing *s)
{
	bool was = s->owed;
	s->owed = !is_so(y, e->later) && (was || is_so(y, e->code));
	s->is_true = !s->owed;
	if (s->owed && !was)
		s->since = y->at->steps;
}

/* Of `finally`, when it became false last is remembered, in case it stays so. */
void judge_expectations(struct play *y)
{
	for (size_t i = 0; i < y->g->expects; i++) {
		struct standing *s = &y->standing[i];
		if (!judges(&y->g->expect[i]) || s->broken)
			continue;
		if (y->g->expect[i].kind == EXPECT_LEADS_TO) {
			judge_owed(y, &y->g->expect[i], s);
			continue;
		}
		bool was = s->is_true;
		s->is_true = is_so(y, y->g->expect[i].code);
		if (was && !s->is_true)
			s->since = y->at->steps;
		s->broken = y->g->expect[i].kind == EXPECT_ALWAYS && !s->is_true;
	}
}

/* Is it decided by this end of the run? What is owed never comes in a deadlock, either. */
static bool decides(enum verdict verdict, enum expect_kind kind)
{
	return kind == EXPECT_ALWAYS || verdict == VERDICT_OK || (kind == EXPECT_LEADS_TO && verdict == VERDICT_DEADLOCK);
}

static void tell_expectations(struct play *y, enum verdict verdict)
{
	for (uint32_t i = 0; i < y->g->expects; i++) {
		bool at_end = y->g->expect[i].kind != EXPECT_ALWAYS;
		if (!judges(&y->g->expect[i]) || !decides(verdict, y->g->expect[i].kind))
			continue;
		y->standing[i].broken |= at_end && !y->standing[i].is_true;
		tell(y, (struct news){ .kind = NEWS_EXPECT, .expect = i, .holds = !y->standing[i].broken });
	}
}

/* ---- what was found ---- */

static bool is_declared(const struct play *y, enum expect_kind kind)
{
	for (size_t i = 0; i < y->g->expects; i++)
		if (y->g->expect[i].kind == kind && y->g->expect[i].possible)
			return true;
	return false;
}

static bool is_broken(const struct play *y, bool declared)
{
	for (size_t i = 0; i < y->g->expects; i++)
		if (y->standing[i].broken && may_break(&y->g->expect[i]) == declared)
			return true;
	return false;
}

bool run_has(const struct play *y, enum expect_kind kind, bool declared)
{
	switch (kind) {
	case EXPECT_DEADLOCK:  return y->at->cause == VERDICT_DEADLOCK && is_declared(y, kind) == declared;
	case EXPECT_EXCEPTION: return y->at->uncaught && is_declared(y, kind) == declared;
	default:               return is_broken(y, declared);
	}
}

static bool has_finding(const struct play *y)
{
	return run_has(y, EXPECT_ALWAYS, false) || run_has(y, EXPECT_DEADLOCK, false) || run_has(y, EXPECT_EXCEPTION, false);
}

/* verdict: what stopped the run; OK or DEADLOCK: none can move any more. */
void judge_end(struct play *y, enum verdict verdict)
{
	bool natural = verdict == VERDICT_OK || verdict == VERDICT_DEADLOCK;
	y->at->cause = verdict;
	history_note(y, CAUSE_ENDED, 0, verdict);
	tell_expectations(y, verdict);
	if (natural || verdict == VERDICT_LIMIT || verdict == VERDICT_STOPPED) {
		if (y->at->uncaught && verdict != VERDICT_DEADLOCK)
			verdict = VERDICT_EXCEPTION;
		if (is_broken(y, false) || is_broken(y, true))
			verdict = VERDICT_VIOLATED;
	}
	y->at->verdict = verdict;
	for (proc_id p = MAIN; p < y->g->processes; p++)
		lives_count(y, &y->actor[p]);
	tell(y, (struct news){ .kind = NEWS_END });
}

int exit_status(const struct play *y)
{
	switch (y->at->cause) {
	case VERDICT_MISFIT:    return 3;
	case VERDICT_REFUSED:
	case VERDICT_DISAGREES: return 5;
	case VERDICT_LIMIT:
	case VERDICT_STOPPED:   return has_finding(y) ? 1 : 4;
	default:                return has_finding(y) ? 1 : 0;
	}
}
