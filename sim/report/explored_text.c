/* What exploring found, in words. */
#include "sim/report/explored.h"
#include <stdlib.h>
#include <string.h>
#include "sim/report/story.h"

/* ---- along a way ---- */

struct play *way_begin(const struct exploration *x, const struct way *w, struct listener *l)
{
	const struct settings s = { .seed = 1, .max_steps = UINT64_MAX, .policy = POLICY_FIFO, .cpus = 1,
		.quantum = x->g->cpu.quantum, .turn = w->turn, .turns = w->turns };
	return play_new(x->g, &s, NULL, l);
}

bool way_step(struct play *y, const struct way *w)
{
	return y->steps < w->steps && play_step(y);
}

/* Tells a way: one sentence for each switch. */
struct teller {
	struct listener listener;
	struct text *out, line, sentence;
	const struct way *way;
	uint64_t from;          /* actions up to here are not told */
	proc_id who;
	uint32_t part;
	bool could_go_on;
};

static void end_sentence(struct teller *t, bool left)
{
	if (t->line.length)
		text_print(t->out, "  %3u  %s%s\n", t->part, text_is(&t->line), left && t->could_go_on && !t->from ? "  [preempted]" : "");
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
	story_step(&t->sentence, y, n->event);
	const char *said = text_is(&t->sentence);
	if (t->line.length && !strncmp(said, name, length) && said[length] == ' ')
		text_print(&t->line, "; %s", said + length + 1);
	else
		text_print(&t->line, "%s%s", t->line.length ? "; " : "", said);
}

static void hear(struct listener *l, const struct play *y, const struct news *n)
{
	struct teller *t = (struct teller *)l;
	if (n->kind == NEWS_END)
		end_sentence(t, false);
	if (n->kind != NEWS_STEP || n->n <= t->from || (n->who == MAIN && y->g->default_main))
		return;
	if (n->who != t->who) {
		end_sentence(t, true);
		t->part++;
		t->who = n->who;
	}
	add_action(t, y, n);
	if (n->n == t->way->no_return && t->way->no_return < t->way->steps) {
		end_sentence(t, false);
		text_put(t->out, "       ---- the point of no return: from here on it can't be avoided ----\n");
	}
}

static void tell_from(struct text *out, const struct exploration *x, const struct way *w, uint64_t from)
{
	struct teller t = { .listener = { .hear = hear }, .out = out, .way = w, .from = from };
	struct play *y = way_begin(x, w, &t.listener);
	while (way_step(y, w))
		t.could_go_on = t.who && can_go_on(y, t.who);
	play_stop(y, VERDICT_STOPPED);
	play_free(y);
	text_free(&t.line);
	text_free(&t.sentence);
}

static void tell_way(struct text *out, const struct exploration *x, const struct way *w)
{
	tell_from(out, x, w, 0);
}

/* What goes round for ever behind a dead end. */
static void tell_loop(struct text *out, const struct exploration *x)
{
	const struct way *to = &x->dead_end.way, *on = &x->dead_loop;
	struct way both = *on;
	if (!on->found)
		return;
	both.turns = to->turns + on->turns;
	both.turn = must_have(malloc((both.turns + 1) * sizeof *both.turn));
	memcpy(both.turn, to->turn, to->turns * sizeof *both.turn);
	memcpy(both.turn + to->turns, on->turn, on->turns * sizeof *both.turn);
	text_put(out, "  and from there round and round:\n");
	tell_from(out, x, &both, to->steps);
	free(both.turn);
}

/* ---- verdicts ---- */

static const char *often_word(const struct judged *j)
{
	return j->often == OFTEN_UNKNOWN ? "unknown" : often_words[j->often];
}

static void put_verdict(struct text *t, const struct judged *j, bool good, const char *what)
{
	text_print(t, "  %-9s  %s%s\n", often_word(j), what, good ? "" : !j->decided ? "   (not decided)" : "   <- not as it should be");
}

static void put_expectations(struct text *t, const struct exploration *x)
{
	static const struct { enum expect_kind kind; const char *what; } events[] = {
		{ EXPECT_DEADLOCK, "deadlock" }, { EXPECT_DEAD_END, "dead end" }, { EXPECT_EXCEPTION, "uncaught exception" } };
	const struct judged *judged[] = { &x->deadlock, &x->dead_end, &x->exception };
	for (size_t k = 0; k < x->g->expects; k++) {
		const struct expect *e = &x->g->expect[k];
		struct text what = { 0 };
		text_put(&what, e->name);
		if (e->kind < EXPECT_DEADLOCK && strncmp(e->name, expect_words[e->kind], strlen(expect_words[e->kind])))
			text_print(&what, "  (%s)", expect_words[e->kind]);
		put_verdict(t, &x->expect[k], x->expect[k].decided && x->expect[k].holds, text_is(&what));
		text_free(&what);
	}
	for (size_t k = 0; k < 3; k++)
		if (!exploration_expects(x->g, events[k].kind, true) && !exploration_expects(x->g, events[k].kind, false))
			put_verdict(t, judged[k], judged[k]->decided && judged[k]->often == OFTEN_NEVER, events[k].what);
}

/* ---- outcomes ---- */

static void put_command(struct text *t, const struct exploration *x, const struct way *w, const char *file)
{
	enum { LONG = 60 };
	if (w->turns > LONG) {
		text_print(t, "(a schedule of %zu entries: --json prints it, -o writes the counterexample's)", w->turns);
		return;
	}
	text_put(t, "echo '");
	schedule_text(t, x->g, w);
	text_print(t, "' | forklore run %s --schedule -", file);
}

static void put_outcome(struct text *t, const struct exploration *x, const struct outcome_found *o)
{
	text_print(t, "  %s", ending_words[o->ending]);
	for (size_t v = 0; v < x->g->observes; v++) {
		text_print(t, "%s%s = ", v ? ", " : ": ", x->g->observe[v].name);
		if (o->values[v] == VALUE_UNSET)
			text_put(t, "never assigned");
		else
			program_value(x->g, o->values[v], t);
	}
}

static void put_outcomes(struct text *t, const struct exploration *x, const char *file)
{
	enum { SHOWN = 12 };
	if (!x->outcomes)
		return;
	text_print(t, "\nHow it can end (%zu way%s%s):\n", x->outcomes, x->outcomes == 1 ? "" : "s", x->complete ? "" : " so far");
	for (size_t k = 0; k < x->outcomes && k < SHOWN; k++) {
		put_outcome(t, x, &x->outcome[k]);
		text_put(t, "\n      ");
		put_command(t, x, &x->outcome[k].way, file);
		text_char(t, '\n');
	}
	if (x->outcomes > SHOWN)
		text_print(t, "  .. and %zu more: --json lists them all\n", x->outcomes - SHOWN);
}

/* ---- the counterexample ---- */

struct shown { const struct way *way; const char *what; enum expect_kind of; };

static bool is_against_will(const struct exploration *x, const struct judged *j, enum expect_kind kind)
{
	return j->way.found && !exploration_expects(x->g, kind, true);
}

/* What is wrong comes first; where nothing is, what the scenario is there to show. */
static struct shown what_to_show(const struct exploration *x)
{
	for (int wrong = 1; wrong >= 0; wrong--) {
		for (size_t k = 0; k < x->g->expects; k++)
			if (x->expect[k].way.found && (!wrong || !x->expect[k].holds))
				return (struct shown){ &x->expect[k].way, x->g->expect[k].name, x->g->expect[k].kind };
		if (is_against_will(x, &x->deadlock, EXPECT_DEADLOCK))
			return (struct shown){ &x->deadlock.way, "a deadlock", EXPECT_DEADLOCK };
		if (is_against_will(x, &x->dead_end, EXPECT_DEAD_END))
			return (struct shown){ &x->dead_end.way, "a dead end: no end can be reached any more", EXPECT_DEAD_END };
		if (is_against_will(x, &x->exception, EXPECT_EXCEPTION))
			return (struct shown){ &x->exception.way, "an uncaught exception", EXPECT_EXCEPTION };
	}
	return (struct shown){ 0 };
}

const struct way *explored_counterexample(const struct exploration *x)
{
	return what_to_show(x).way;
}

static void put_plural(struct text *t, uint64_t n, const char *word)
{
	text_print(t, "%llu %s%s", (unsigned long long)n, word, n == 1 ? "" : "s");
}

/* Nothing is to be shown: then one run of many. */
static void put_sample(struct text *t, const struct exploration *x)
{
	if (!x->outcomes || !x->outcome[0].way.found)
		return;
	text_put(t, "\nA sample run\n");
	tell_way(t, x, &x->outcome[0].way);
}

static void put_shown(struct text *t, const struct exploration *x, const char *file)
{
	struct shown s = what_to_show(x);
	if (!s.way) {
		put_sample(t, x);
		return;
	}
	text_print(t, "\n%s: %s\n", s.way->cheapest ? "The simplest way there" : "A way there", s.what);
	text_put(t, "  ");
	if (s.way->cheapest) {
		put_plural(t, s.way->preemptions, "preemption");
		text_put(t, ", ");
	}
	put_plural(t, s.way->steps, "action");
	text_put(t, s.way->cheapest ? "; none needs less\n" : "\n");
	tell_way(t, x, s.way);
	if (s.of == EXPECT_DEAD_END)
		tell_loop(t, x);
	if (s.of == EXPECT_STARVATION)
		text_print(t, "  from there on %s can wait for ever, and the others go on\n", x->g->process[x->starved].name);
	text_put(t, "  on real processes: ");
	put_command(t, x, s.way, file);
	text_char(t, '\n');
}

static void put_head(struct text *t, const struct exploration *x)
{
	text_print(t, "%s: %s interleaving%s\n", x->g->title ? x->g->title : x->g->name, x->complete ? "every" : "not every",
	           x->complete ? "" : " was tried");
	text_print(t, "  %llu states, %llu moves between them, %.2f s%s%s\n", (unsigned long long)x->states,
	           (unsigned long long)x->transitions, x->seconds, x->stopped ? "; stopped: " : "", x->stopped ? x->stopped : "");
	if (*x->schedules)
		text_print(t, "  %s schedules\n", x->schedules);
	if (x->grew)
		text_print(t, "  %s: does it grow for ever?\n", x->grew);
	if (x->endless)
		text_put(t, "  no execution ends: it is meant to run for ever\n");
	text_char(t, '\n');
}

void explored_text(struct text *t, const struct exploration *x, const char *file)
{
	put_head(t, x);
	put_expectations(t, x);
	put_outcomes(t, x, file);
	put_shown(t, x, file);
}
