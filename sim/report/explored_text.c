/* What exploring found, in words. */
#include "sim/report/explored.h"
#include <stdlib.h>
#include <string.h>
#include "sim/report/story.h"

enum phrase {
#define PHRASE(id, en, zh) PHRASE_##id,
#include "sim/report/explored.def"
#undef PHRASE
	PHRASES
};
static const char *const phrases[PHRASES][2] = {
#define PHRASE(id, en, zh) { en, zh },
#include "sim/report/explored.def"
#undef PHRASE
};

/* What is being written, and about what. */
struct report { struct text *out; const struct exploration *x; const char *file; bool chinese; };

static const char *phrase(const struct report *r, enum phrase which)
{
	return phrases[which][r->chinese];
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void say(const struct report *r, const char *before, enum phrase which, ...)
{
	va_list list;
	va_start(list, which);
	text_put(r->out, before);
	text_vprint(r->out, phrase(r, which), list);
	va_end(list);
}
#pragma GCC diagnostic pop

/* ---- along a way ---- */

struct play *way_begin(const struct exploration *x, const struct way *w, struct listener *l)
{
	const struct settings s = { .seed = 1, .max_steps = UINT64_MAX, .policy = POLICY_FIFO, .cpus = 1,
		.quantum = x->g->cpu.quantum, .turn = w->turn, .turns = w->turns };
	return play_new(x->g, &s, NULL, l);
}

bool way_step(struct play *y, const struct way *w)
{
	return y->at->steps < w->steps && play_step(y);
}

/* Tells a way: one sentence for each switch. */
struct teller {
	struct listener listener;
	const struct report *report;
	struct text line, sentence;
	const struct way *way;
	uint64_t from;          /* actions up to here are not told */
	proc_id who;
	uint32_t part;
	bool could_go_on;
};

/* Words of a sentence, in lines of a terminal's width that begin below each other. */
static void put_wrapped(struct text *out, const char *words)
{
	enum { INDENT = 7, WIDTH = 80 };
	int at = INDENT;
	for (size_t n; *words; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		int cells = utf8_cells(words, n);
		if (at > INDENT && at + 1 + cells > WIDTH) {
			text_print(out, "\n%*s", INDENT, "");
			at = INDENT;
		} else if (at > INDENT) {
			text_char(out, ' ');
			at++;
		}
		text_add(out, words, n);
		at += cells;
	}
}

static void end_sentence(struct teller *t, bool left)
{
	struct text *out = t->report->out;
	if (t->line.length) {
		text_print(out, "  %3u  ", t->part);
		put_wrapped(out, text_is(&t->line));
	}
	if (t->line.length && left && t->could_go_on && !t->from)
		say(t->report, "  ", PHRASE_PREEMPTED);
	text_put(out, t->line.length ? "\n" : "");
	text_clear(&t->line);
}

static bool can_go_on(const struct play *y, proc_id p)
{
	enum can can = world_can(y->g, y->world.shared, play_own(y, p), p);
	return (can == CAN_GO || can == CAN_PLACE || can == CAN_DIE) && !((struct own *)play_own(y, p))->asleep;
}

/* The sentence without the name it begins with, if that has been said. */
static void add_action(struct teller *t, const struct play *y, const struct news *n)
{
	const char *name = y->g->process[n->who].name;
	size_t length = strlen(name);
	text_clear(&t->sentence);
	const struct scene in = scene_of(y, n);
	story_step(&t->sentence, &in);
	const char *said = text_is(&t->sentence);
	if (t->line.length && n->who == t->who && !strncmp(said, name, length) && said[length] == ' ')
		text_print(&t->line, "; %s", said + length + 1);
	else
		text_print(&t->line, "%s%s", t->line.length ? "; " : "", said);
}

/* Why somebody jumps to a handler, or ends. */
static void add_exception(struct teller *t, const struct play *y, const struct news *n)
{
	if (t->line.length)
		text_put(&t->line, "; ");
	story_change(&t->line, y->g, n->who, n->change);
}

/* The default main goes without saying. But where an end comes between its starts, or where it matters when somebody
 * arrives, they are told. */
static bool is_hidden(const struct teller *t, const struct play *y, const struct news *n)
{
	if (n->who != MAIN || !y->g->default_main)
		return false;
	bool ends_there = n->n == t->way->steps && !t->way->turns;
	return !(n->event->child && (ends_there || (y->arrivals_listed && y->at->list.at)));
}

static void hear(struct listener *l, const struct play *y, const struct news *n)
{
	struct teller *t = (struct teller *)l;
	if (n->kind == NEWS_END)
		end_sentence(t, false);
	if (n->kind == NEWS_CHANGE && n->change->kind == CHANGE_EXCEPTION && n->who == t->who)
		add_exception(t, y, n);
	if (n->kind != NEWS_STEP || n->n <= t->from || is_hidden(t, y, n))
		return;
	bool aside = n->who == MAIN && y->g->default_main;      /* it takes nobody's CPU: whoever had it goes on */
	if (n->who != t->who && !(aside && t->who)) {
		end_sentence(t, true);
		t->part++;
		t->who = aside ? 0 : n->who;
	}
	add_action(t, y, n);
	if (n->n == t->way->no_return && t->way->no_return < t->way->steps) {
		end_sentence(t, false);
		say(t->report, "       ", PHRASE_NO_RETURN);
		text_char(t->report->out, '\n');
	}
}

static void tell_waits(const struct report *r, const struct play *y)
{
	const struct situation now = situation_of(y);
	say(r, "       ", PHRASE_STUCK);
	story_waits(r->out, &now, "\n         ");
	text_char(r->out, '\n');
}

/* Who does not move while the others go round. */
static void tell_stuck(const struct report *r, const struct play *y)
{
	const struct situation now = situation_of(y);
	struct text who = { 0 };
	story_waits(&who, &now, "\n         ");
	if (who.length) {
		say(r, "       ", PHRASE_FOR_EVER);
		text_print(r->out, "%s\n", text_is(&who));
	}
	text_free(&who);
}

static void tell_from(const struct report *r, const struct way *w, uint64_t from, bool deadlock, bool loop)
{
	struct teller t = { .listener = { .hear = hear }, .report = r, .way = w, .from = from };
	struct play *y = way_begin(r->x, w, &t.listener);
	while (way_step(y, w))
		t.could_go_on = t.who && can_go_on(y, t.who);
	t.from = UINT64_MAX;
	while (deadlock && play_step(y))
		;               /* who still sleeps wakes up, and takes its place in the line */
	play_stop(y, VERDICT_STOPPED);
	if (deadlock)
		tell_waits(r, y);
	else if (loop)
		tell_stuck(r, y);
	play_free(y);
	text_free(&t.line);
	text_free(&t.sentence);
}

/* What goes round for ever behind a dead end. */
static void tell_loop(const struct report *r)
{
	const struct way *to = &r->x->dead_end.way, *on = &r->x->dead_loop;
	struct way both = *on;
	if (!on->found)
		return;
	both.turns = to->turns + on->turns;
	both.turn = must_have(malloc((both.turns + 1) * sizeof *both.turn));
	memcpy(both.turn, to->turn, to->turns * sizeof *both.turn);
	memcpy(both.turn + to->turns, on->turn, on->turns * sizeof *both.turn);
	say(r, "  ", PHRASE_LOOP);
	text_char(r->out, '\n');
	tell_from(r, &both, to->steps, false, true);
	free(both.turn);
}

/* ---- verdicts ---- */

/* `finally` looks at ends only, but what it is counted among also deadlocks and enters dead ends. */
static bool is_finally_of_some(const struct expect *e, const struct judged *j)
{
	return e && e->kind == EXPECT_FINALLY && j->decided && j->holds && j->often == OFTEN_SOMETIMES;
}

/* e: the expectation, or NULL. */
static void put_verdict(const struct report *r, const struct judged *j, const struct expect *e, bool good, const char *what)
{
	enum { COLUMN = 9 };
	bool shown = j->decided && j->often == OFTEN_UNKNOWN;   /* how often it is so is not known, but that it can be */
	const char *word = phrase(r, !shown ? PHRASE_UNKNOWN + j->often : j->holds ? PHRASE_HAPPENS : PHRASE_VIOLATED);
	text_print(r->out, "  %s%*s  %s", word, COLUMN - utf8_cells(word, strlen(word)), "", what);
	if (!good)
		say(r, "   ", (e ? j->settled : j->decided) ? PHRASE_WRONG : PHRASE_UNDECIDED);
	if (is_finally_of_some(e, j))
		say(r, "   ", PHRASE_AT_EVERY_END);
	text_char(r->out, '\n');
}

static void put_expectation(const struct report *r, const struct expect *e, const struct judged *j)
{
	struct text what = { 0 };
	const char *kind = expect_words[e->kind];
	text_put(&what, e->name);
	if (strncmp(e->name, kind, strlen(kind)))
		text_print(&what, "  (%s)", kind);
	put_verdict(r, j, e, j->settled && j->met, text_is(&what));
	text_free(&what);
}

static void put_verdicts(const struct report *r)
{
	const struct exploration *x = r->x;
	const struct { enum expect_kind kind; enum phrase what; const struct judged *judged; } events[] = {
		{ EXPECT_DEADLOCK, PHRASE_DEADLOCK, &x->deadlock }, { EXPECT_DEAD_END, PHRASE_DEAD_END, &x->dead_end },
		{ EXPECT_EXCEPTION, PHRASE_EXCEPTION, &x->exception } };
	for (size_t k = 0; k < x->g->expects; k++)
		put_expectation(r, &x->g->expect[k], &x->expect[k]);
	for (size_t k = 0; k < sizeof events / sizeof *events; k++)
		if (!exploration_expects(x->g, events[k].kind, true) && !exploration_expects(x->g, events[k].kind, false))
			put_verdict(r, events[k].judged, NULL, events[k].judged->decided && events[k].judged->often == OFTEN_NEVER,
			            phrase(r, events[k].what));
}

/* ---- outcomes ---- */

static void put_command(const struct report *r, const struct way *w)
{
	enum { LONG = 60 };
	if (!w->found) {
		say(r, "", PHRASE_UNWRITTEN);
		return;
	}
	if (w->turns > LONG) {
		say(r, "", PHRASE_LONG, w->turns);
		return;
	}
	text_print(r->out, "forklore run %s --schedule '", r->file);
	schedule_text(r->out, r->x->g, w);
	text_char(r->out, '\'');
}

static void put_outcome(const struct report *r, const struct outcome_found *o)
{
	static const enum phrase how[] = { [ENDING_OK] = PHRASE_OK, [ENDING_DEADLOCK] = PHRASE_DEADLOCK, [ENDING_EXCEPTION] = PHRASE_EXCEPTION };
	say(r, "  ", how[o->ending]);
	for (size_t v = 0; v < r->x->g->observes; v++) {
		text_print(r->out, "%s%s = ", v ? ", " : ": ", r->x->g->observe[v].name);
		if (o->values[v] == VALUE_UNSET)
			say(r, "", PHRASE_UNASSIGNED);
		else
			program_value(r->x->g, o->values[v], r->out);
	}
}

static void put_outcomes(const struct report *r)
{
	enum { SHOWN = 12 };
	const struct exploration *x = r->x;
	if (!x->outcomes)
		return;
	say(r, "\n", x->complete ? PHRASE_OUTCOMES : PHRASE_SO_FAR, x->outcomes);
	text_char(r->out, '\n');
	for (size_t k = 0; k < x->outcomes && k < SHOWN; k++) {
		put_outcome(r, &x->outcome[k]);
		text_put(r->out, "\n      ");
		put_command(r, &x->outcome[k].way);
		text_char(r->out, '\n');
	}
	if (x->outcomes > SHOWN) {
		say(r, "  ", PHRASE_MORE, x->outcomes - SHOWN);
		text_char(r->out, '\n');
	}
}

/* ---- the counterexample ---- */

/* name: an expectation's, or NULL: what else was found. */
struct shown { const struct way *way; const char *name; enum phrase what; enum expect_kind of; };

static bool is_against_will(const struct exploration *x, const struct judged *j, enum expect_kind kind)
{
	return j->way.found && !exploration_expects(x->g, kind, true);
}

/* What is wrong comes first; where nothing is, what the scenario is there to show. */
static struct shown what_to_show(const struct exploration *x)
{
	for (int wrong = 1; wrong >= 0; wrong--) {
		for (size_t k = 0; k < x->g->expects; k++)
			if (x->expect[k].way.found && (!wrong || !x->expect[k].met))
				return (struct shown){ &x->expect[k].way, x->g->expect[k].name, 0, x->g->expect[k].kind };
		if (is_against_will(x, &x->deadlock, EXPECT_DEADLOCK))
			return (struct shown){ &x->deadlock.way, NULL, PHRASE_A_DEADLOCK, EXPECT_DEADLOCK };
		if (is_against_will(x, &x->dead_end, EXPECT_DEAD_END))
			return (struct shown){ &x->dead_end.way, NULL, PHRASE_A_DEAD_END, EXPECT_DEAD_END };
		if (is_against_will(x, &x->exception, EXPECT_EXCEPTION))
			return (struct shown){ &x->exception.way, NULL, PHRASE_AN_EXCEPTION, EXPECT_EXCEPTION };
	}
	return (struct shown){ 0 };
}

const struct way *explored_counterexample(const struct exploration *x)
{
	return what_to_show(x).way;
}

/* Nothing is to be shown: then one run of many. */
static void put_sample(const struct report *r)
{
	if (!r->x->outcomes || !r->x->outcome[0].way.found)
		return;
	say(r, "\n", PHRASE_SAMPLE);
	text_char(r->out, '\n');
	tell_from(r, &r->x->outcome[0].way, r->x->from, r->x->outcome[0].ending == ENDING_DEADLOCK, false);
}

static void put_shown(const struct report *r)
{
	struct shown s = what_to_show(r->x);
	if (!s.way) {
		put_sample(r);
		return;
	}
	say(r, "\n", s.way->cheapest ? PHRASE_SIMPLEST : PHRASE_SOME_WAY, s.name ? s.name : phrase(r, s.what));
	if (s.way->cheapest)
		say(r, "\n  ", PHRASE_COST, s.way->preemptions, (unsigned long long)s.way->steps);
	else
		say(r, "\n  ", PHRASE_LENGTH, (unsigned long long)s.way->steps);
	text_char(r->out, '\n');
	tell_from(r, s.way, r->x->from, s.of == EXPECT_DEADLOCK, false);
	if (s.of == EXPECT_DEAD_END)
		tell_loop(r);
	if (s.of == EXPECT_STARVATION) {
		say(r, "  ", PHRASE_STARVES, r->x->g->process[r->x->starved].name);
		text_char(r->out, '\n');
	}
	say(r, "  ", PHRASE_PLAY);
	put_command(r, s.way);
	text_char(r->out, '\n');
}

static void put_head(const struct report *r)
{
	static const double LONG = 0.01;        /* less is not worth a line */
	const struct exploration *x = r->x;
	text_print(r->out, "%s: ", x->g->title ? x->g->title : x->g->name);
	say(r, "", x->complete ? PHRASE_EVERY : PHRASE_NOT_EVERY);
	if (x->from)
		say(r, "", PHRASE_FROM, (unsigned long long)x->from);
	say(r, "\n  ", x->states == 1 ? PHRASE_A_STATE : PHRASE_SOME_STATES, (unsigned long long)x->states);
	say(r, "", x->transitions == 1 ? PHRASE_A_MOVE : PHRASE_SOME_MOVES, (unsigned long long)x->transitions);
	say(r, "", PHRASE_SECONDS, x->seconds);
	if (x->seeking >= LONG)
		say(r, "\n  ", PHRASE_SEEKING, x->seeking);
	if (x->stopped)
		say(r, "\n  ", PHRASE_STATES + x->stopped - STOP_STATES);
	if (*x->schedules)
		say(r, "\n  ", strcmp(x->schedules, "1") ? PHRASE_SCHEDULES : PHRASE_A_SCHEDULE, x->schedules);
	if (x->grew)
		say(r, "\n  ", PHRASE_GREW, x->grew);
	if (x->endless)
		say(r, "\n  ", x->deadlock.holds && x->dead_end.holds ? PHRASE_ONLY_BOTH : x->deadlock.holds ? PHRASE_ONLY_DEADLOCKS
		                : x->dead_end.holds ? PHRASE_ONLY_DEAD_ENDS : PHRASE_ENDLESS);
	if (x->goes_on)
		say(r, "", PHRASE_OTHERS_GO_ON);
	text_put(r->out, "\n\n");
}

void explored_text(struct text *t, const struct exploration *x, const char *file, const char *language)
{
	const struct report r = { t, x, file, !strncmp(language, "zh", 2) };
	put_head(&r);
	put_verdicts(&r);
	put_outcomes(&r);
	put_shown(&r);
}
