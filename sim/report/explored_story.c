/* Stories: a way, described in one sentence for each switch. */
#include "sim/report/explored_words.h"
#include <stdlib.h>
#include <string.h>
#include "sim/report/rulings.h"
#include "sim/report/story.h"

enum { INDENT = 7 };

/* ---- along a way ---- */

static struct settings settings_along(const struct exploration *x)
{
	return (struct settings){ .seed = 1, .max_steps = UINT64_MAX, .policy = POLICY_FIFO, .cpus = 1, .quantum = x->g->cpu.quantum };
}

struct play *way_begin(const struct exploration *x, const struct way *w, struct listener *l)
{
	struct settings s = settings_along(x);
	s.turn = w->turn;
	s.turns = w->turns;
	return play_new(x->g, &s, NULL, l);
}

bool way_step(struct play *y, const struct way *w)
{
	return y->at->steps < w->steps && play_step(y);
}

/* Describes a way: one sentence for each switch. */
struct teller {
	struct listener listener;
	const struct report *report;
	struct text line, sentence;
	const struct way *way;
	uint64_t from;          /* actions up to here are not described */
	proc_id who, named;     /* the process that has the CPU; the one whose name the sentence began with last */
	uint64_t first;         /* the line's first action: its number, as everywhere */
	bool could_go_on;
};

static int columns(const struct report *r)
{
	return r->as->columns ? r->as->columns : WIDTH;
}

/* Is it the way to what the scenario wants to be reached? Nobody would avoid that. */
static bool is_wished(const struct teller *t)
{
	const struct exploration *x = t->report->x;
	for (uint32_t k = 0; k < x->g->expects; k++)
		if (&x->expect[k].way == t->way)
			return x->g->expect[k].kind == EXPECT_REACHABLE || x->g->expect[k].kind == EXPECT_ENDS;
	return false;
}

static void end_sentence(struct teller *t)
{
	struct text *out = t->report->out;
	if (!t->line.length)
		return;
	size_t begin = out->length;
	text_print(out, "  %3llu  ", (unsigned long long)t->first);
	put_wrapped(t->report, text_is(&t->line), (int)(out->length - begin), INDENT, columns(t->report));
	text_char(out, '\n');
	text_clear(&t->line);
	t->named = 0;
}

static bool can_go_on(const struct play *y, proc_id p)
{
	enum can can = world_can(y->g, y->world.shared, play_own(y, p), p);
	return (can == CAN_GO || can == CAN_ENQUEUE || can == CAN_DIE || can == CAN_HANDLE) && !((struct own *)play_own(y, p))->asleep;
}

/* The sentence without the name it begins with, if that has been said; before it, from which process the CPU was taken. */
static void add_action(struct teller *t, const struct play *y, const struct news *n, proc_id forced_from)
{
	const char *name = y->g->process[n->who].name;
	size_t length = strlen(name);
	text_clear(&t->sentence);
	struct scene in = scene_of(y, n);
	in.drawn = NOT_DRAWN;           /* what is shown holds for any of them */
	story_step(&t->sentence, &in);
	const char *words = text_is(&t->sentence);
	bool again = n->who == t->named && !strncmp(words, name, length) && words[length] == ' ';
	if (forced_from && !t->from) {
		text_say(&t->line, SAY(X_FORCED, y->g->process[forced_from].name));
		text_char(&t->line, ' ');
		text_put(&t->line, words);
	} else {
		text_list(&t->line, &sentence_PARTS_ARE, again ? words + length + 1 : words);
	}
	t->named = n->who;
}

/* Why a process jumps to a handler, or ends. */
static void add_exception(struct teller *t, const struct play *y, const struct news *n)
{
	text_clear(&t->sentence);
	story_change(&t->sentence, y->g, n->who, n->change);
	text_list(&t->line, &sentence_PARTS_ARE, text_is(&t->sentence));
}

static bool is_arrival(const struct program *g, proc_id child)
{
	return child && g->group[g->process[child].group].arrive > 0;
}

/* The default main goes without saying. But where an end comes between its starts, and when a process arrives, that is
 * said. */
static bool is_hidden(const struct teller *t, const struct play *y, const struct news *n)
{
	if (n->who != MAIN || !y->g->default_main)
		return false;
	bool ends_there = n->n == t->way->steps && !t->way->turns;
	return !n->event->child || !(ends_there || is_arrival(y->g, n->event->child));
}

static void hear(struct listener *l, const struct play *y, const struct news *n)
{
	struct teller *t = (struct teller *)l;
	if (n->kind == NEWS_END)
		end_sentence(t);
	if (n->kind == NEWS_CHANGE && n->change->kind == CHANGE_EXCEPTION && n->who == t->who)
		add_exception(t, y, n);
	if (n->kind != NEWS_STEP || n->n <= t->from || is_hidden(t, y, n))
		return;
	proc_id forced_from = 0;
	bool aside = n->who == MAIN && y->g->default_main;      /* it takes no process's CPU: the process that had it goes on */
	if (n->who != t->who && !(aside && t->who)) {
		end_sentence(t);
		forced_from = t->could_go_on ? t->who : 0;
		t->who = aside ? 0 : n->who;
	}
	if (!t->line.length)
		t->first = n->n;
	add_action(t, y, n, forced_from);
	if (n->n == t->way->no_return && t->way->no_return < t->way->steps) {
		end_sentence(t);
		text_print(t->report->out, "%*s", INDENT, "");
		put_painted_message(t->report, PAINT_HEADING, is_wished(t) ? SAY(X_SURE, n->n) : SAY(X_NO_RETURN, n->n));
		text_char(t->report->out, '\n');
	}
}

static void free_teller(struct teller *t, struct play *y)
{
	play_free(y);
	text_free(&t->line);
	text_free(&t->sentence);
}

static void tell_waits(const struct report *r, const struct play *y, struct message words)
{
	const struct situation now = situation_of(y);
	struct text who = { 0 };
	story_waits(&who, &now, "\n         ");
	if (who.length) {
		text_print(r->out, "%*s", INDENT, "");
		put_painted_message(r, PAINT_HEADING, words);
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
		;               /* a process that still sleeps wakes up, and takes its place in the line */
	play_stop(y, VERDICT_STOPPED);
	if (deadlock)
		tell_waits(r, y, SAY(X_STUCK));
	else if (loop)
		tell_waits(r, y, SAY(X_FOR_EVER));        /* a process that does not move while the others go round */
	free_teller(&t, y);
}

/* What goes round for ever behind a way. */
static void tell_loop(const struct report *r, const struct way *to, const struct way *on)
{
	struct way both = *on;
	if (!on->found)
		return;
	both.turns = to->turns + on->turns;
	both.turn = must_have(malloc((both.turns + 1) * sizeof *both.turn));
	if (to->turns)
		memcpy(both.turn, to->turn, to->turns * sizeof *both.turn);
	if (on->turns)
		memcpy(both.turn + to->turns, on->turn, on->turns * sizeof *both.turn);
	text_put(r->out, "  ");
	put_painted_message(r, PAINT_HEADING, SAY(X_LOOP));
	text_char(r->out, '\n');
	tell_from(r, &both, to->steps, false, true);
	free(both.turn);
}

/* ---- which there are ---- */

static struct message heading_of_event(enum expect_kind kind)
{
	switch (kind) {
	case EXPECT_DEADLOCK: return SAY(X_HOW_DEADLOCKS);
	case EXPECT_DEAD_END: return SAY(X_HOW_DEAD_ENDS);
	case EXPECT_STARVATION: return SAY(X_HOW_STARVES);
	default:              return SAY(X_HOW_THROWS);
	}
}

static struct message heading_of(const struct exploration *x, uint32_t k)
{
	const struct expect *e = &x->g->expect[k];
	if (e->kind >= EXPECT_DEADLOCK)
		return heading_of_event(e->kind);
	if (e->kind == EXPECT_REACHABLE || e->kind == EXPECT_ENDS)
		return SAY(X_HOW_HAPPENS, e->name);
	return x->expect[k].way.cheapest ? SAY(X_HOW_BREAKS, e->name) : SAY(X_HOW_BREAKS_SOME, e->name);
}

/* An event is called by its kind, unless its expectation has a name of its own. */
static const char *const event_names[EXPECT_KINDS] = { [EXPECT_DEADLOCK] = "deadlock", [EXPECT_DEAD_END] = "dead end",
	[EXPECT_EXCEPTION] = "exception", [EXPECT_STARVATION] = "starvation" };

const char *explored_event_name(enum expect_kind kind)
{
	return event_names[kind];
}

const char *explored_story_name(const struct exploration *x, uint32_t k)
{
	const struct expect *e = &x->g->expect[k];
	return e->kind >= EXPECT_DEADLOCK && is_unnamed(e) ? event_names[e->kind] : e->name;
}

static struct story story_of_expectation(const struct report *r, uint32_t k)
{
	return (struct story){ &r->x->expect[k].way, explored_story_name(r->x, k), heading_of(r->x, k), r->x->g->expect[k].kind, k };
}

static const struct judged *event_of(const struct exploration *x, enum expect_kind kind)
{
	return kind == EXPECT_DEADLOCK ? &x->deadlock : kind == EXPECT_DEAD_END ? &x->dead_end : &x->exception;
}

static bool is_expected(const struct exploration *x, enum expect_kind kind)
{
	return exploration_expects(x->g, kind, true) || exploration_expects(x->g, kind, false);
}

static struct story story_of_event(const struct report *r, enum expect_kind kind)
{
	return (struct story){ &event_of(r->x, kind)->way, event_names[kind], heading_of_event(kind), kind, 0 };
}

/* Those that can be described, but for outcomes: expectations first, as the file has them. */
static size_t stories_of(const struct report *r, struct story *list)
{
	size_t n = 0;
	for (uint32_t k = 0; k < r->x->g->expects; k++)
		if (r->x->expect[k].way.found)
			list[n++] = story_of_expectation(r, k);
	for (enum expect_kind kind = EXPECT_DEADLOCK; kind <= EXPECT_EXCEPTION; kind++)
		if (!is_expected(r->x, kind) && event_of(r->x, kind)->way.found)
			list[n++] = story_of_event(r, kind);
	return n;
}

static struct story *all_stories(const struct report *r, size_t *n)
{
	struct story *list = must_have(calloc(r->x->g->expects + 3, sizeof *list));
	*n = stories_of(r, list);
	return list;
}

/* What is wrong comes first; where nothing is, what the scenario is there to show. */
static const struct way *best_way(const struct exploration *x, uint32_t *expectation, enum expect_kind *event)
{
	*expectation = 0;
	for (int wrong = 1; wrong >= 0; wrong--) {
		for (uint32_t k = 0; k < x->g->expects; k++)
			if (x->expect[k].way.found && (!wrong || !x->expect[k].met)) {
				*expectation = k + 1;
				return &x->expect[k].way;
			}
		for (*event = EXPECT_DEADLOCK; *event <= EXPECT_EXCEPTION; ++*event)
			if (event_of(x, *event)->way.found && !exploration_expects(x->g, *event, true))
				return &event_of(x, *event)->way;
	}
	return NULL;
}

const struct way *explored_counterexample(const struct exploration *x)
{
	uint32_t k;
	enum expect_kind event;
	return best_way(x, &k, &event);
}

bool story_to_show(const struct report *r, struct story *s)
{
	uint32_t k;
	enum expect_kind event;
	if (!best_way(r->x, &k, &event))
		return false;
	*s = k ? story_of_expectation(r, k - 1) : story_of_event(r, event);
	return true;
}

/* ---- one of them ---- */

/* A way to where it goes round is the first that was found: nobody has looked for a simpler one. */
static void put_cost(const struct report *r, const struct way *w, bool any)
{
	struct text actions = { 0 }, words = { 0 };
	say_actions(&actions, w->steps);
	if (any)
		text_put(&words, text_is(&actions));
	else
		text_say(&words, !w->cheapest ? SAY(X_NOT_SIMPLEST, text_is(&actions)) : !w->preemptions ? SAY(X_NO_SWITCH, text_is(&actions)) :
		         w->preemptions == 1 ? SAY(X_A_SWITCH, text_is(&actions)) : SAY(X_SWITCHES, w->preemptions, text_is(&actions)));
	text_put(r->out, "  ");
	put_wrapped(r, text_is(&words), 2, 2, columns(r));
	text_char(r->out, '\n');
	text_free(&actions);
	text_free(&words);
}

void put_command(const struct report *r, const struct way *w, bool however_long)
{
	enum { LONG = 60 };
	if (!w->found) {
		text_say(r->out, SAY(X_UNWRITTEN));
	} else if (w->turns > LONG && !however_long) {
		text_say(r->out, SAY(X_LONG, w->turns));
	} else {
		struct text schedule = { 0 };
		schedule_text(&schedule, r->x->g, w);
		text_print(r->out, "%s run ", said_program());
		text_shell(r->out, r->as->file);
		for (const char *at = r->as->settings; at && *at; at += strspn(at, "\n")) {
			size_t n = strcspn(at, "\n");
			char *one = must_have(strndup(at, n));
			text_put(r->out, " --set ");
			text_shell(r->out, one);
			free(one);
			at += n;
		}
		text_put(r->out, " --schedule ");
		text_shell(r->out, text_is(&schedule));
		text_put(r->out, said_flags());
		text_free(&schedule);
	}
}

void explored_command(struct text *t, const struct exploration *x, const struct reading *as, const struct way *w)
{
	const struct report r = { t, x, as };
	put_command(&r, w, true);
}

static void put_heading(const struct report *r, struct message m)
{
	put_painted_message(r, PAINT_HEADING, m);
	text_char(r->out, '\n');
}

static void put_sentence(const struct report *r, struct message m)
{
	struct text words = { 0 };
	text_say(&words, m);
	text_put(r->out, "  ");
	put_wrapped(r, text_is(&words), 2, 2, columns(r));
	text_char(r->out, '\n');
	text_free(&words);
}

static void put_play(const struct report *r, const struct way *w)
{
	struct text command = { 0 };
	const struct report there = { &command, r->x, r->as };
	put_command(&there, w, true);
	text_put(r->out, "  ");
	text_say(r->out, SAY(X_PLAY, text_is(&command)));
	text_char(r->out, '\n');
	text_free(&command);
}

void put_story(const struct report *r, const struct story *s)
{
	put_heading(r, s->heading);
	const struct way *loop = s->of == EXPECT_LEADS_TO ? &r->x->expect[s->expect].loop : &r->x->starvation.loop;
	put_cost(r, s->way, s->of == EXPECT_LEADS_TO || s->of == EXPECT_STARVATION);
	tell_from(r, s->way, r->x->from, s->of == EXPECT_DEADLOCK || (s->of == EXPECT_LEADS_TO && !loop->found), false);
	if (s->of == EXPECT_DEAD_END)
		tell_loop(r, s->way, &r->x->dead_loop);
	if (s->of == EXPECT_STARVATION)
		put_sentence(r, SAY(X_STARVES, r->x->g->process[r->x->starved].name));
	if (s->of == EXPECT_LEADS_TO)
		put_sentence(r, loop->found ? SAY(X_NEED_NOT_COME, r->x->g->expect[s->expect].later_text)
		                            : SAY(X_NEVER_COMES, r->x->g->expect[s->expect].later_text));
	if (s->of == EXPECT_STARVATION || s->of == EXPECT_LEADS_TO)
		tell_loop(r, s->way, loop);
	put_play(r, s->way);
}

void put_more_stories(const struct report *r, const struct story *told)
{
	enum { MOST = 3 };
	struct text names = { 0 }, one = { 0 };
	size_t n, some = 0;
	struct story *list = all_stories(r, &n);
	for (size_t k = 0; k < n && some < MOST; k++) {
		if (list[k].way == told->way)
			continue;
		some++;
		text_clear(&one);
		text_put(&one, "--story ");
		text_shell(&one, list[k].name);
		text_list(&names, &sentence_CLAUSES_ARE, text_is(&one));
	}
	if (some) {
		text_put(r->out, "  ");
		text_say(r->out, SAY(X_MORE_STORIES, text_is(&names)));
		text_char(r->out, '\n');
	}
	text_free(&names);
	text_free(&one);
	free(list);
}

const struct outcome_found *put_sample(const struct report *r)
{
	const struct exploration *x = r->x;
	size_t k = 0;
	while (k < x->outcomes && (!x->outcome[k].way.found || x->outcome[k].ending != ENDING_OK))
		k++;
	if (k == x->outcomes)
		return NULL;
	put_heading(r, all_is_well(x) ? SAY(X_A_GOOD_RUN) : SAY(X_A_RUN));
	tell_from(r, &x->outcome[k].way, x->from, false, false);
	put_play(r, &x->outcome[k].way);
	return &x->outcome[k];
}

/* ---- by name ---- */

static void put_outcome_story(const struct report *r, const struct outcome_found *o, const char *name)
{
	put_heading(r, SAY(X_HOW_ENDS, name));
	tell_from(r, &o->way, r->x->from, o->ending == ENDING_DEADLOCK, false);
	put_play(r, &o->way);
}

static bool tell_outcome(const struct report *r, const char *wanted)
{
	struct text name = { 0 };
	bool found = false;
	for (size_t k = 0; k < r->x->outcomes && !found; k++) {
		text_clear(&name);
		outcome_name(&name, r->x, &r->x->outcome[k]);
		found = !strcmp(text_is(&name), wanted);
		if (found)
			put_outcome_story(r, &r->x->outcome[k], text_is(&name));
	}
	text_free(&name);
	return found;
}

static bool is_event(enum expect_kind kind, const char *wanted)
{
	return kind >= EXPECT_DEADLOCK && (!strcmp(event_names[kind], wanted) || !strcmp(expect_words[kind], wanted));
}

/* An expectation or event of which no execution shows anything, as it holds in all of them, or in none. */
static bool tell_nothing(const struct report *r, const char *wanted)
{
	bool known = false;
	for (enum expect_kind kind = EXPECT_DEADLOCK; kind <= EXPECT_EXCEPTION; kind++)
		known |= is_event(kind, wanted);
	for (uint32_t k = 0; k < r->x->g->expects; k++)
		known |= !strcmp(story_of_expectation(r, k).name, wanted);
	if (!known)
		return false;
	struct text stopped = { 0 };
	say_stopped(&stopped, r);
	text_say(r->out, r->x->complete ? SAY(X_NOTHING_SHOWS, wanted) : SAY(X_NOTHING_YET, wanted, text_is(&stopped)));
	text_free(&stopped);
	text_put(r->out, "\n\n");
	put_sample(r);
	return true;
}

bool explored_story(struct text *t, const struct exploration *x, const struct reading *as, const char *name)
{
	const struct report r = { t, x, as };
	size_t n, k = 0;
	struct story *list = all_stories(&r, &n);
	while (k < n && strcmp(list[k].name, name) && !is_event(list[k].of, name))
		k++;
	if (k < n)
		put_story(&r, &list[k]);
	free(list);
	return k < n || tell_outcome(&r, name) || tell_nothing(&r, name);
}

char **story_names(const struct exploration *x, const struct reading *as, size_t *n)
{
	const struct report r = { NULL, x, as };
	struct story *list = all_stories(&r, n);
	char **names = must_have(calloc(*n + x->g->expects + x->outcomes + EXPECT_KINDS, sizeof *names));
	for (size_t k = 0; k < *n; k++)
		names[k] = must_have(strdup(list[k].name));
	free(list);
	for (uint32_t k = 0; k < x->g->expects; k++)
		if (!x->expect[k].way.found)
			names[(*n)++] = must_have(strdup(story_of_expectation(&r, k).name));
	for (enum expect_kind kind = EXPECT_DEADLOCK; kind <= EXPECT_EXCEPTION; kind++)
		if (!event_of(x, kind)->way.found)
			names[(*n)++] = must_have(strdup(event_names[kind]));
	for (size_t k = 0; k < x->outcomes; k++) {
		struct text name = { 0 };
		outcome_name(&name, x, &x->outcome[k]);
		names[(*n)++] = must_have(strdup(text_is(&name)));
		text_free(&name);
	}
	return names;
}

void story_names_free(char **names, size_t n)
{
	for (size_t k = 0; k < n; k++)
		free(names[k]);
	free(names);
}

/* ---- at random ---- */

/* What makes a run another one than those before: which processes moved, and what was drawn. */
struct sample { uint64_t *move; size_t count, room; };
enum { LONGEST_SAMPLE = 400, TRIES = 20 };

struct taker { struct listener listener; struct sample *into; };

static void take_move(struct listener *l, const struct play *y, const struct news *n)
{
	struct taker *t = (struct taker *)l;
	(void)y;
	if (n->kind != NEWS_STEP)
		return;
	GROW(t->into->move, t->into->count, t->into->room);
	t->into->move[t->into->count++] = (uint64_t)n->who << 48 ^ (uint64_t)n->event->how << 40 ^ (uint64_t)n->event->choice;
}

static struct play *begin_sample(const struct report *r, uint64_t seed, struct listener *l)
{
	struct settings s = settings_along(r->x);
	s.policy = POLICY_RANDOM;
	s.seed = seed;
	s.max_steps = LONGEST_SAMPLE;
	return play_new(r->x->g, &s, NULL, l);
}

static bool is_new(const struct sample *list, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (list[k].count == list[n].count && !memcmp(list[k].move, list[n].move, list[n].count * sizeof *list[n].move))
			return false;
	return true;
}

static void tell_sample(const struct report *r, uint64_t seed, uint32_t k)
{
	const struct way all = { .steps = UINT64_MAX };
	struct text told = { 0 };
	const struct report there = { &told, r->x, r->as };
	struct teller t = { .listener = { .hear = hear }, .report = &there, .way = &all };
	struct play *y = begin_sample(r, seed, &t.listener);
	while (play_step(y))
		t.could_go_on = t.who && can_go_on(y, t.who);
	end_sentence(&t);
	if (y->at->cause == VERDICT_DEADLOCK)
		tell_waits(&there, y, SAY(X_STUCK));
	text_char(r->out, '\n');
	put_heading(r, SAY(X_SAMPLE, k + 1, r->as->samples, ruling_word(ruling_of(y), says_chinese())));
	text_put(r->out, text_is(&told));
	free_teller(&t, y);
	text_free(&told);
}

void put_samples(const struct report *r)
{
	uint32_t wanted = r->as->samples, n = 0;
	struct sample *list = must_have(calloc(wanted + 1, sizeof *list));
	for (uint64_t seed = 1; n < wanted && seed <= (uint64_t)wanted * TRIES; seed++) {
		struct taker t = { { .hear = take_move }, &list[n] };
		struct play *y = begin_sample(r, seed, &t.listener);
		while (play_step(y))
			;
		play_free(y);
		if (is_new(list, n))
			tell_sample(r, seed, n++);
		else
			list[n].count = 0;
	}
	if (n < wanted) {
		text_char(r->out, '\n');
		text_say(r->out, n == 1 ? SAY(X_ONE_SAMPLE) : SAY(X_FEWER_SAMPLES, n));
		text_char(r->out, '\n');
	}
	for (uint32_t k = 0; k <= wanted; k++)
		free(list[k].move);
	free(list);
}
