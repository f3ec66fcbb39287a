/* What came out, in words. */
#include "sim/report/rulings.h"
#include <ctype.h>

static const struct row { const char *word[2], *sentence[2]; bool loud; } rows[RULINGS] = {
#define RUN(id, en, zh, red, sentence_en, sentence_zh, meaning, meaning_zh) { { en, zh }, { sentence_en, sentence_zh }, red },
#define SEARCHED(id, en, zh) { .word = { en, zh } },
#include "sim/report/rulings.def"
#undef RUN
#undef SEARCHED
};

const char *ruling_word(enum ruling r, bool chinese)
{
	return rows[r].word[chinese];
}

const char *ruling_sentence(enum ruling r, bool chinese)
{
	return rows[r].sentence[chinese];
}

bool ruling_is_loud(enum ruling r)
{
	return rows[r].loud;
}

void ruling_headline(struct text *t, enum ruling r, bool chinese)
{
	for (const char *at = ruling_word(r, chinese); *at; at++)
		text_char(t, (char)(chinese ? *at : toupper((unsigned char)*at)));
}

/* ---- of a run ---- */

static enum ruling found(const struct play *y, bool declared)
{
	return run_has(y, EXPECT_ALWAYS, declared) ? RULING_BROKEN : run_has(y, EXPECT_DEADLOCK, declared) ? RULING_DEADLOCK
	       : run_has(y, EXPECT_EXCEPTION, declared) ? RULING_EXCEPTION : RULINGS;
}

static bool is_as_expected(const struct play *y)
{
	bool some = false;
	for (uint32_t k = 0; k < y->g->expects; k++) {
		some |= judges(&y->g->expect[k]);
		if (judges(&y->g->expect[k]) && y->g->expect[k].declared == OFTEN_NEVER)
			return false;
	}
	return some;
}

enum ruling ruling_of(const struct play *y)
{
	enum ruling first;
	switch (y->at->cause) {
	case VERDICT_MISFIT:    return RULING_MISFIT;
	case VERDICT_REFUSED:   return RULING_REFUSED;
	case VERDICT_DISAGREES: return RULING_DISAGREES;
	default:                break;
	}
	if ((first = found(y, false)) != RULINGS || (first = found(y, true)) != RULINGS)
		return first;
	switch (y->at->cause) {
	case VERDICT_LIMIT:   return RULING_LIMIT;
	case VERDICT_STOPPED: return RULING_BY_USER;
	default:              return is_as_expected(y) ? RULING_AS_EXPECTED : RULING_FINISHED;
	}
}

bool ruling_is_shown(const struct play *y)
{
	return found(y, false) == RULINGS && ruling_of(y) == found(y, true);
}

bool ruling_is_mishap(enum ruling r)
{
	return r == RULING_BROKEN || r == RULING_DEADLOCK || r == RULING_EXCEPTION;
}

struct mishap ruling_mishap(const struct play *y)
{
	enum ruling r = ruling_of(y);
	bool shown = ruling_is_shown(y);
	for (uint32_t k = 0; k < y->g->expects && r == RULING_BROKEN; k++)
		if (y->standing[k].broken && may_break(&y->g->expect[k]) == shown)
			return (struct mishap){ y->g->expect[k].kind, k };
	return (struct mishap){ r == RULING_EXCEPTION ? EXPECT_EXCEPTION : EXPECT_DEADLOCK, 0 };
}
