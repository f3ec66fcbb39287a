/* A line for each expectation, and for each of what may happen besides: whether it is so, its name, and in how many
 * executions. */
#include "sim/report/explored_words.h"
#include <string.h>
#include "sim/report/rulings.h"

/* What a line says. */
struct answer {
	enum ruling word;
	enum paint paint;
	const char *name;
	struct message how, then;       /* in how many executions; and what to think of that, its first slot open for it, or NOTHING_TO_SAY */
	bool code;                      /* the name is code */
	bool thrown, cannot_fail;
};

bool all_is_well(const struct exploration *x)
{
	return x->complete && !exploration_finds(x);
}

bool is_unnamed(const struct expect *e)
{
	const char *kind = expect_words[e->kind];
	return !strncmp(e->name, kind, strlen(kind)) && e->name[strlen(kind)] == ':';
}

/* ---- why the search stopped ---- */

enum { FURTHER = 10 };

static void say_stopped_at(struct text *t, const struct report *r)
{
	struct text n = { 0 }, next = { 0 };
	text_print(&n, "%.9g", r->as->seconds);
	text_print(&next, "%.9g", r->as->seconds * FURTHER);
	text_say(t, SAY(X_AT_TIME, text_is(&n), text_is(&next)));
	text_free(&n);
	text_free(&next);
}

void say_stopped(struct text *t, const struct report *r)
{
	switch (r->x->stopped) {
	case STOP_STATES: text_say(t, SAY(X_AT_STATES, r->as->states, r->as->states * FURTHER)); break;
	case STOP_TIME:   say_stopped_at(t, r); break;
	case STOP_MEMORY: text_say(t, SAY(X_AT_MEMORY)); break;
	case STOP_LOST:   text_say(t, SAY(X_AT_LOST)); break;
	case STOP_WISH:   text_say(t, SAY(X_AT_WISH)); break;
	default:          text_say(t, SAY(X_OPEN));
	}
}

/* ---- in how many executions ---- */

/* No execution is ever complete: the reachable states were counted. */
static bool counts_states(const struct exploration *x)
{
	return x->endless && !x->deadlock.holds && !x->dead_end.holds;
}

/* In all of those that were counted. But there may be others, which never stop. */
static struct message in_all(const struct exploration *x, struct message every)
{
	return x->goes_on ? SAY(X_STOPPING) : x->goes_unknown ? SAY(X_STOPS_MAYBE) : every;
}

static struct message how_holds(const struct exploration *x, const struct expect *e, const struct judged *j)
{
	if (e->kind == EXPECT_FINALLY && j->often != OFTEN_ALWAYS)
		return j->often == OFTEN_SOMETIMES ? SAY(X_HOLDS_ENDS) : SAY(X_HOLDS_AT_END);
	return counts_states(x) && e->kind != EXPECT_LEADS_TO ? SAY(X_HOLDS_STATES) : SAY(X_HOLDS_EVERY);
}

static struct message how_broken(const struct exploration *x, const struct expect *e, const struct judged *j)
{
	bool states = counts_states(x);
	if (e->kind == EXPECT_LEADS_TO)
		return j->often == OFTEN_NEVER ? SAY(X_BROKEN_EVERY) : SAY(X_BROKEN_SOME);
	if (e->kind == EXPECT_FINALLY && x->endless)
		return SAY(X_BROKEN_NO_END);
	switch (j->often) {
	case OFTEN_NEVER:     return states ? SAY(X_BROKEN_ALL_STATES) : in_all(x, SAY(X_BROKEN_EVERY));
	case OFTEN_SOMETIMES: return states ? SAY(X_BROKEN_STATES) : SAY(X_BROKEN_SOME);
	default:              return SAY(X_BROKEN_ONCE);
	}
}

static struct message how_can(const struct exploration *x, const struct judged *j)
{
	bool states = counts_states(x);
	switch (j->often) {
	case OFTEN_ALWAYS:    return states ? SAY(X_CAN_ALL_STATES) : in_all(x, SAY(X_CAN_EVERY));
	case OFTEN_SOMETIMES: return states ? SAY(X_CAN_STATES) : SAY(X_CAN_SOME);
	default:              return SAY(X_CAN_ONCE);
	}
}

/* ---- of an expectation over values ---- */

static void judge_declared(struct answer *l, const struct expect *e, const struct judged *j)
{
	const char *declared = often_words[e->declared];
	if (!j->settled)
		l->then = SAY(X_DECLARED_OPEN, "", declared);
	else if (!j->met)
		l->then = SAY(X_DECLARED_OTHER, "", declared);
	else if (l->word != RULING_HOLDS)
		l->then = SAY(X_AS_SHOWN, "");
}

static struct answer line_of_values(const struct exploration *x, uint32_t k)
{
	const struct expect *e = &x->g->expect[k];
	const struct judged *j = &x->expect[k];
	bool can = e->kind == EXPECT_REACHABLE || e->kind == EXPECT_ENDS;
	struct answer l = { .word = RULING_UNDECIDED, .paint = PAINT_OPEN, .name = e->name, .code = is_unnamed(e) };
	if (!j->decided)
		return l;
	l.word = can ? (j->holds ? RULING_CAN : RULING_CANNOT) : j->holds ? RULING_HOLDS : RULING_FAILS;
	l.how = can ? (j->holds ? how_can(x, j) : SAY(X_CANNOT)) : j->holds ? how_holds(x, e, j) : how_broken(x, e, j);
	l.paint = l.word == RULING_FAILS || (j->settled && !j->met) ? PAINT_BAD : j->settled ? PAINT_GOOD : PAINT_OPEN;
	l.cannot_fail = j->holds && !can && expect_in(x->cannot_fail, k);
	if (e->declared)
		judge_declared(&l, e, j);
	else if (l.word == RULING_CANNOT)
		l.then = SAY(X_BUT_EXPECTED, "");
	return l;
}

/* ---- of a deadlock, a dead end, an exception ---- */

static struct message how_event(const struct exploration *x, enum expect_kind kind, const struct judged *j, bool possible)
{
	if (j->often == OFTEN_ALWAYS && x->goes_on && kind <= EXPECT_DEAD_END)
		return kind == EXPECT_DEADLOCK ? SAY(X_STOPS_SO) : SAY(X_STOPS_STUCK);
	if (possible)
		return how_can(x, j);
	switch (j->often) {
	case OFTEN_ALWAYS:    return counts_states(x) ? SAY(X_BROKEN_ALL_STATES) : in_all(x, SAY(X_BROKEN_EVERY));
	case OFTEN_SOMETIMES: return counts_states(x) ? SAY(X_BROKEN_STATES) : SAY(X_BROKEN_SOME);
	default:              return SAY(X_BROKEN_ONCE);
	}
}

/* Where each execution that stops is deadlocked, none comes to an end, and nothing can be too late for one: that there is no dead end
 * holds, and is no praise. */
static struct message how_absent(const struct exploration *x, enum expect_kind kind)
{
	bool idle = kind == EXPECT_DEAD_END && x->endless && x->deadlock.holds;
	return idle ? SAY(X_NO_END_TO_MISS) : SAY(X_HOLDS_EVERY);
}

static const char *claim(enum expect_kind kind, bool possible)
{
	static const struct sentence *const claims[][2] = { { &sentence_X_NO_DEADLOCK, &sentence_X_SOME_DEADLOCK },
		{ &sentence_X_NO_DEAD_END, &sentence_X_SOME_DEAD_END }, { &sentence_X_NO_EXCEPTION, &sentence_X_SOME_EXCEPTION },
		{ &sentence_X_NO_STARVATION, &sentence_X_SOME_STARVATION } };
	return claims[kind - EXPECT_DEADLOCK][possible]->in[says_chinese()];
}

/* name: an expectation's own, or NULL. */
static struct answer line_of_event(const struct report *r, enum expect_kind kind, bool possible, const char *name)
{
	const struct exploration *x = r->x;
	const struct judged *events[] = { &x->deadlock, &x->dead_end, &x->exception, &x->starvation }, *j = events[kind - EXPECT_DEADLOCK];
	struct answer l = { .word = RULING_UNDECIDED, .paint = PAINT_OPEN, .name = name ? name : claim(kind, possible) };
	if (!j->decided)
		return l;
	l.word = j->holds == possible ? RULING_HOLDS : RULING_FAILS;
	l.paint = j->holds == possible ? PAINT_GOOD : PAINT_BAD;
	l.how = j->holds ? how_event(x, kind, j, possible) : possible ? SAY(X_CANNOT) : how_absent(x, kind);
	l.then = !possible ? NOTHING_TO_SAY : j->holds ? SAY(X_AS_SHOWN, "") : SAY(X_BUT_EXPECTED, "");
	l.thrown = kind == EXPECT_EXCEPTION && j->holds;
	return l;
}

static struct answer line_of_expectation(const struct report *r, uint32_t k)
{
	const struct expect *e = &r->x->g->expect[k];
	if (e->kind < EXPECT_DEADLOCK)
		return line_of_values(r->x, k);
	return line_of_event(r, e->kind, e->possible, is_unnamed(e) ? NULL : e->name);
}

/* ---- the same for callers that draw it themselves ---- */

/* A word that says more, where it is known in how many executions. */
static void sharpen(const struct exploration *x, struct prospect *p)
{
	bool all_counted = !counts_states(x) && !x->goes_on && !x->goes_unknown;
	if (p->word == RULING_CAN && p->judged->often == OFTEN_ALWAYS && all_counted) {
		p->word = RULING_MUST;
		p->how = SAY(X_MUST);
	} else if (p->word == RULING_FAILS && p->judged->often == OFTEN_SOMETIMES) {
		p->word = RULING_MAY_FAIL;
	}
}

struct prospect explored_expectation(const struct exploration *x, uint32_t k)
{
	struct answer l = line_of_values(x, k);
	struct prospect p = { l.word, l.paint == PAINT_GOOD, l.paint == PAINT_BAD, l.how, &x->expect[k] };
	sharpen(x, &p);
	return p;
}

struct prospect explored_event(const struct exploration *x, enum expect_kind kind)
{
	const struct judged *j = kind == EXPECT_DEADLOCK ? &x->deadlock : kind == EXPECT_DEAD_END ? &x->dead_end : &x->exception;
	bool possible = exploration_expects(x->g, kind, true);
	if (!j->decided)
		return (struct prospect){ .word = RULING_UNDECIDED, .judged = j };
	struct prospect p = { j->holds ? RULING_CAN : RULING_CANNOT, !j->holds || possible, j->holds && !possible,
		j->holds ? how_event(x, kind, j, true) : SAY(X_CANNOT), j };
	sharpen(x, &p);
	return p;
}

/* ---- in words ---- */

/* A sentence about what has been said: that goes into its first slot. */
static void say_more(struct text *t, struct message m)
{
	struct text all = { 0 };
	if (!m.sentence)
		return;
	m.slot[0] = FILL(text_is(t));
	text_say(&all, m);
	text_free(t);
	*t = all;
}

/* Which exception, of which process. */
static struct message thrown(const struct exploration *x)
{
	if (!x->exceptions)
		return NOTHING_TO_SAY;
	const struct exception_found *e = &x->exception_of[0];
	const char *name = value_text(x->g->pool, e->name, NULL), *who = x->g->process[e->who].name;
	return x->exceptions == 1 ? SAY(X_THROWN, "", name, who) : SAY(X_THROWN_MORE, "", name, who, x->exceptions - 1);
}

/* "name: in every order, ..". */
static void put_said(struct text *t, const struct report *r, const struct answer *l, const char *name)
{
	struct text how = { 0 };
	if (l->how.sentence)
		text_say(&how, l->how);
	else
		say_stopped(&how, r);
	say_more(&how, l->then);
	say_more(&how, l->thrown ? thrown(r->x) : NOTHING_TO_SAY);
	say_more(&how, l->cannot_fail ? SAY(X_CANNOT_FAIL, "") : NOTHING_TO_SAY);
	text_say(t, SAY(IS_SAID_OF, name, text_is(&how)));
	text_free(&how);
}

static void put_line(const struct report *r, const struct answer *l)
{
	int column = says_chinese() ? 12 : 14, cells;
	struct text word = { 0 }, name = { 0 }, rest = { 0 };
	ruling_headline(&word, l->word, says_chinese());
	put_painted(r, l->paint, text_is(&word));
	cells = utf8_cells(text_is(&word), word.length);
	text_print(r->out, "%*s", column - cells, "");
	text_print(&name, l->code ? "`%s`" : "%s", l->name);
	put_said(&rest, r, l, text_is(&name));
	put_wrapped(r, text_is(&rest), column, column, r->as->columns);
	text_char(r->out, '\n');
	text_free(&word);
	text_free(&name);
	text_free(&rest);
}

static void put_nameless(const struct report *r, const struct answer *l)
{
	struct text word = { 0 };
	ruling_headline(&word, l->word, says_chinese());
	put_said(r->out, r, l, text_is(&word));
	text_free(&word);
}

void explored_line(struct text *t, const struct exploration *x, const struct reading *as, uint32_t k)
{
	const struct report r = { t, x, as };
	const struct answer l = line_of_expectation(&r, k);
	put_nameless(&r, &l);
}

void explored_event_line(struct text *t, const struct exploration *x, const struct reading *as, enum expect_kind kind)
{
	const struct report r = { t, x, as };
	const struct answer l = line_of_event(&r, kind, false, NULL);
	put_nameless(&r, &l);
}

const char *explored_event_claim(enum expect_kind kind)
{
	return claim(kind, false);
}

void put_verdicts(const struct report *r)
{
	struct answer l;
	for (uint32_t k = 0; k < r->x->g->expects; k++) {
		l = line_of_expectation(r, k);
		put_line(r, &l);
	}
	for (enum expect_kind kind = EXPECT_DEADLOCK; kind <= EXPECT_EXCEPTION; kind++)
		if (!exploration_expects(r->x->g, kind, true) && !exploration_expects(r->x->g, kind, false)) {
			l = line_of_event(r, kind, false, NULL);
			put_line(r, &l);
		}
}
