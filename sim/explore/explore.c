/* The search: breadth first, so that what is found first is near. */
#include "sim/explore/search.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *const often_words[] = { [OFTEN_UNKNOWN] = "unknown", [OFTEN_NEVER] = "never", [OFTEN_SOMETIMES] = "sometimes", [OFTEN_ALWAYS] = "always" };
const char *const ending_words[] = { [ENDING_OK] = "ok", [ENDING_DEADLOCK] = "deadlock", [ENDING_EXCEPTION] = "exception" };

enum { LOOK_EVERY = 4096, MICROS = 1000000 };

int64_t now_micros(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * (int64_t)MICROS + t.tv_nsec / 1000;
}

/* ---- what is true in a state ---- */

static bool is_over_states(const struct expect *e)
{
	return e->kind == EXPECT_ALWAYS || e->kind == EXPECT_REACHABLE;
}

static bool is_over_values(const struct expect *e)
{
	return e->kind < EXPECT_DEADLOCK;
}

static uint64_t look(struct search *x, const struct world *w)
{
	uint64_t bits = 0;
	for (uint32_t k = 0; k < x->g->expects; k++) {
		if (!is_over_values(&x->g->expect[k]))
			continue;
		value v = world_peek(x->g, w->shared, NULL, 0, x->g->expect[k].code, x->space.peek);
		bits |= (uint64_t)(v != VALUE_UNSET && value_truth(x->g->pool, v)) << k;
	}
	return bits;
}

uint64_t truth_of(struct search *x, const struct global_state *s)
{
	if (!x->g->expects)
		return 0;
	if (x->any_by_name)
		return look(x, space_world(&x->space, s));
	while (x->truths <= s->shared) {
		GROW(x->truth, x->truths, x->truth_room);
		GROW(x->truth_known, x->truths, x->known_room);
		x->truth_known[x->truths++] = false;
	}
	if (!x->truth_known[s->shared]) {
		x->truth[s->shared] = look(x, space_world(&x->space, s));
		x->truth_known[s->shared] = true;
	}
	return x->truth[s->shared];
}

/* What expectations over all states say of one. */
static uint64_t look_over_states(void *with, const struct global_state *s)
{
	struct search *x = with;
	return truth_of(x, s) & x->over_states;
}

enum completion completion_of(struct search *x, const struct global_state *s)
{
	return world_everyone_ended(x->g, space_world(&x->space, s)->shared) ? ENDS_WELL : ENDS_DEADLOCKED;
}

/* ---- what is found on the way ---- */

static enum ending ending_of(const struct global_state *s, enum completion c)
{
	return c == ENDS_DEADLOCKED ? ENDING_DEADLOCK : s->uncaught ? ENDING_EXCEPTION : ENDING_OK;
}

static void note_outcome(struct search *x, place p, enum ending ending)
{
	size_t n = x->g->observes;
	struct exploration *out = x->out;
	value *values = arena_get((struct arena *)&x->g->arena, (n + 1) * sizeof *values);
	const struct world *w = space_world(&x->space, x->at);
	for (size_t k = 0; k < n; k++)
		values[k] = world_observed(x->g, w->shared, &x->g->observe[k]);
	for (size_t k = 0; k < out->outcomes; k++)
		if (out->outcome[k].ending == ending && !memcmp(out->outcome[k].values, values, n * sizeof *values))
			return;
	GROW(out->outcome, out->outcomes, out->outcome_room);
	GROW(x->of_outcome, out->outcomes, x->of_room);
	x->of_outcome[out->outcomes] = p;
	out->outcome[out->outcomes++] = (struct outcome_found){ .values = values, .ending = ending };
}

static void note_first(struct search *x, enum target_kind kind, uint64_t bits, place p)
{
	for (uint32_t k = 0; bits; k++, bits >>= 1)
		if (bits & 1 && !x->first[kind][k])
			x->first[kind][k] = p;
}

static void note_end(struct search *x, place p)
{
	enum completion c = completion_of(x, x->at);
	uint64_t truth = truth_of(x, x->at);
	if (c == ENDS_DEADLOCKED) {
		x->deadlocks++;
		note_first(x, TARGET_DEADLOCK, 1, p);
	} else {
		note_first(x, TARGET_END_TRUE, truth & ~x->end_true, p);
		note_first(x, TARGET_END_FALSE, ~truth & ~x->end_false, p);
		x->ends++;
		x->end_true |= truth;
		x->end_false |= ~truth;
	}
	note_outcome(x, p, ending_of(x->at, c));
	if (x->counted.on)
		count_end(&x->counted, p);
}

static bool is_known_exception(const struct exploration *out, proc_id who, value name)
{
	for (size_t e = 0; e < out->exceptions; e++)
		if (out->exception_of[e].who == who && out->exception_of[e].name == name)
			return true;
	return false;
}

static void add_exception(struct search *x, proc_id who, value name, struct thrown_from from)
{
	struct exploration *out = x->out;
	x->thrown = true;
	if (is_known_exception(out, who, name))
		return;
	GROW(out->exception_of, out->exceptions, out->exception_room);
	GROW(x->of_exception, out->exceptions, x->exception_room);
	x->of_exception[out->exceptions] = from;
	out->exception_of[out->exceptions++] = (struct exception_found){ .who = who, .name = name };
}

/* Of movers that can't be told apart, one has thrown it: then each of them can. A child is started by its name. */
static void note_exceptions(struct search *x, place from, const struct move *m)
{
	const struct piece_info *i = &x->space.info[m->piece];
	uint32_t alike = i->alike ? x->g->group[x->g->process[i->who].group].count : 1;
	for (uint32_t t = 0; t < m->throws; t++)
		for (uint32_t k = 0; k < (m->thrown[t].who ? 1 : alike); k++)
			add_exception(x, m->thrown[t].who ? m->thrown[t].who : i->who + k, m->thrown[t].name,
			              (struct thrown_from){ from, m->piece, m->choice });
}

/* Some end before anybody could choose: the default main starts them, and they throw before their first action. */
static void note_early_exceptions(struct search *x)
{
	struct walk w;
	walk_begin(&w, &x->space);
	for (size_t k = 0; k < w.throws; k++)
		add_exception(x, w.thrown[k].who, w.thrown[k].name, (struct thrown_from){ 0, 0, 0 });
	x->quiet |= x->g->default_main || !w.uncaught;         /* nobody has been started at the very beginning */
	walk_free(&w);
}

/* ---- the search ---- */

static void halt(struct search *x, bool *how, const char *why)
{
	*how = true;
	x->out->stopped = why;
}

bool search_goes_on(struct search *x)
{
	const struct limits *l = x->limits;
	if (x->halted)
		return false;
	if (x->looked++ % LOOK_EVERY)
		return true;
	if (l->progress)
		l->progress(l->with, x->store.count, x->out->transitions, x->store.used);
	if (l->until && now_micros() >= l->until)
		halt(x, &x->halted, "the time limit was reached");
	else if (l->stop && l->stop())
		halt(x, &x->halted, "it was stopped");
	return !x->halted;
}

struct step_from { struct search *search; place from; };

static void put_state(struct search *x, uint32_t n, place from)
{
	bool is_new;
	place p = store_next(&x->store, n, from, &is_new);
	if (!p) {
		halt(x, &x->full, x->store.count >= x->store.most ? "the limit of states was reached" : "there is no room for more states");
		return;
	}
	x->out->transitions++;
	if (x->counted.on)
		count_move(&x->counted, from, p);
}

static void put_states(struct search *x, place from)
{
	for (uint32_t n = 0; n < x->store.soons && !x->full; n++)
		put_state(x, n, from);
	store_no_more(&x->store);
}

static bool found_state(void *with, const struct global_state *next, const struct move *m)
{
	struct step_from *f = with;
	struct search *x = f->search;
	note_exceptions(x, f->from, m);
	if (!store_soon(&x->store, next)) {
		put_states(x, f->from);
		store_soon(&x->store, next);
	}
	return !x->full;
}

static void look_at_state(struct search *x, place p)
{
	struct step_from f = { x, p };
	uint64_t truth = truth_of(x, x->at);
	note_first(x, TARGET_TRUE, truth & ~x->seen_true, p);
	note_first(x, TARGET_FALSE, ~truth & ~x->seen_false, p);
	x->quiet |= !x->at->uncaught;
	if (x->at->uncaught)
		note_first(x, TARGET_THROWN, 1, p);
	x->seen_true |= truth;
	x->seen_false |= ~truth;
	uint32_t moves = space_moves(&x->space, x->at, x->chains, found_state, &f);
	put_states(x, p);
	if (!moves && !x->full && !x->space.too_wide)
		note_end(x, p);
}

static void search_all(struct search *x, bool chains)
{
	bool is_new;
	x->chains = chains;
	space_begin(&x->space, x->at, x->chains);
	note_early_exceptions(x);
	store_put(&x->store, x->at, 0, 0, &is_new);
	count_begin(x);
	for (place p = store_first(&x->store), next; p < store_end(&x->store); p = next) {
		if (!search_goes_on(x) || x->full || x->space.too_wide)
			return;
		next = store_get(&x->store, p, x->at, NULL);
		look_at_state(x, p);
		if (x->counted.on)
			count_forget(&x->counted, p);
	}
	x->out->complete = !x->full;
}

/* ---- the whole ---- */

static void ways_to_what_was_found(struct search *x)
{
	for (size_t k = 0; k < x->out->outcomes; k++)
		way_of_places(x, &x->out->outcome[k].way, x->of_outcome[k]);
	for (size_t k = 0; k < x->out->exceptions; k++)
		way_of_exception(x, k);
}

static bool open_store(struct search *x)
{
	if (!store_open(&x->store, x->g))
		return false;
	x->store.most = x->limits->states;
	return true;
}

static bool begin(struct search *x, const struct program *g, bool reduce)
{
	if (!open_store(x))
		return false;
	space_open(&x->space, g, reduce);
	x->at = must_have(calloc(1, state_bytes(g)));
	x->other = must_have(calloc(1, state_bytes(g)));
	x->chained = must_have(calloc(1, state_bytes(g)));
	for (uint32_t k = 0; k < g->expects; k++)
		x->any_by_name |= is_over_values(&g->expect[k]) && facts_peeks_at_processes(&x->space.facts, g->expect[k].code);
	for (uint32_t k = 0; k < g->expects; k++)
		x->over_states |= (uint64_t)is_over_states(&g->expect[k]) << k;
	if (x->space.facts.main_seen) {
		x->space.look = look_over_states;
		x->space.look_with = x;
	}
	return true;
}

static void end(struct search *x)
{
	space_close(&x->space);
	store_close(&x->store);
	count_close(&x->counted);
	free(x->at);
	free(x->other);
	free(x->chained);
	free(x->truth);
	free(x->truth_known);
	free(x->dead);
	free(x->of_outcome);
	free(x->of_exception);
}

/* There are dead ends: where they begin is only to be seen among all states, those between actions that are taken
 * together too. */
static void search_again(struct search *x)
{
	struct exploration *out = x->out;
	free(x->dead);
	x->dead = NULL;
	x->deads = x->ends = x->deadlocks = 0;
	x->seen_true = x->seen_false = x->end_true = x->end_false = 0;
	memset(x->first, 0, sizeof x->first);
	out->outcomes = out->exceptions = 0;
	out->complete = x->thrown = x->quiet = false;
	out->transitions = 0;
	store_close(&x->store);
	if (!open_store(x)) {
		out->stopped = "there is no memory for all states";
		return;
	}
	search_all(x, false);
	if (out->complete)
		find_dead_ends(x);
}

/* Who starves has a name, and fairness is about each: another search, without reductions. */
static bool look_for_starvation(const struct program *g, const struct limits *limits, struct exploration *out)
{
	struct exploration all = { .g = g };
	struct search x = { .g = g, .limits = limits, .out = &all };
	if (!exploration_expects(g, EXPECT_STARVATION, true) && !exploration_expects(g, EXPECT_STARVATION, false))
		return true;
	if (!begin(&x, g, false))
		return false;
	search_all(&x, false);
	find_starvation(&x, &out->starvation, &out->starved);
	end(&x);
	free(all.outcome);
	free(all.exception_of);
	return true;
}

bool explore(const struct program *g, bool reduce, const struct limits *limits, struct exploration *out)
{
	int64_t began = now_micros();
	*out = (struct exploration){ .g = g };
	struct search x = { .g = g, .limits = limits, .out = out };
	if (!begin(&x, g, reduce) || !look_for_starvation(g, limits, out))
		return false;
	out->expect = must_have(calloc(g->expects + 1, sizeof *out->expect));
	out->loop_free = facts_loop_free(&x.space.facts);
	search_all(&x, reduce);
	if (out->complete)
		find_dead_ends(&x);
	if (x.deads && reduce)
		search_again(&x);
	out->states = x.store.count;
	out->too_wide = x.space.too_wide;
	judge_all(&x);
	ways_to_what_was_found(&x);
	if (!out->complete)
		name_what_grew(&x);
	out->bytes = store_bytes(&x.store) + space_bytes(&x.space);
	out->seconds = (now_micros() - began) / 1e6;
	end(&x);
	return true;
}

void exploration_free(struct exploration *out)
{
	for (size_t k = 0; k < out->outcomes; k++)
		free(out->outcome[k].way.turn);
	for (size_t k = 0; k < out->exceptions; k++)
		free(out->exception_of[k].way.turn);
	for (size_t k = 0; k < out->g->expects; k++)
		free(out->expect[k].way.turn);
	free(out->deadlock.way.turn);
	free(out->dead_end.way.turn);
	free(out->exception.way.turn);
	free(out->starvation.way.turn);
	free(out->dead_loop.turn);
	free(out->outcome);
	free(out->exception_of);
	free(out->expect);
}

/* ---- is it as it should be? ---- */

bool exploration_expects(const struct program *g, enum expect_kind kind, bool possible)
{
	for (size_t k = 0; k < g->expects; k++)
		if (g->expect[k].kind == kind && g->expect[k].possible == possible)
			return true;
	return false;
}

static bool is_reached_against_will(const struct exploration *out, const struct judged *j, enum expect_kind kind)
{
	return j->decided && j->holds && !exploration_expects(out->g, kind, true);
}

bool exploration_finds(const struct exploration *out)
{
	for (size_t k = 0; k < out->g->expects; k++)
		if (out->expect[k].decided && !out->expect[k].holds)
			return true;
	return is_reached_against_will(out, &out->deadlock, EXPECT_DEADLOCK) ||
	       is_reached_against_will(out, &out->dead_end, EXPECT_DEAD_END) ||
	       is_reached_against_will(out, &out->exception, EXPECT_EXCEPTION);
}
