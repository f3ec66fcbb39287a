/* The search: breadth first, so that what is found first is near. */
#include "sim/explore/search.h"
#include "sim/explore/certain.h"
#include <stdlib.h>
#include <string.h>

const char *const ending_words[] = { [ENDING_OK] = "ok", [ENDING_DEADLOCK] = "deadlock", [ENDING_EXCEPTION] = "exception" };

/* ---- what is true in a state ---- */

static bool is_over_states(const struct expect *e)
{
	return e->kind == EXPECT_ALWAYS || e->kind == EXPECT_REACHABLE;
}

static bool is_over_values(const struct expect *e)
{
	return e->kind < EXPECT_LEADS_TO;
}

static uint64_t look(struct search *x, const struct world *w)
{
	uint64_t bits = 0;
	for (uint32_t k = 0; k < x->g->expects && k < MOST_EXPECTS; k++) {
		if (!is_over_values(&x->g->expect[k]))
			continue;
		value v = world_peek(x->g, w->shared, NULL, 0, x->g->expect[k].code, x->space.peek);
		bits |= v != VALUE_UNSET && value_truth(x->g->pool, v) ? expect_bit(k) : 0;
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
	uint64_t seen = truth_of(x, s) & x->over_states;
	for (uint32_t k = 0; k < x->g->expects && x->leads; k++) {
		const struct expect *e = &x->g->expect[k];
		if (e->kind != EXPECT_LEADS_TO)
			continue;
		const struct world *w = space_world(&x->space, s);
		seen ^= (leads_true(x, e->code, w) ? 1ull << k % MOST_EXPECTS : 0) ^ (leads_true(x, e->later, w) ? (k + 1) * 0x9E3779B97F4A7C15ull : 0);
	}
	return seen;
}

enum completion completion_of(struct search *x, const struct global_state *s)
{
	return world_everyone_ended(x->g, space_world(&x->space, s)->shared) ? ENDS_WELL : ENDS_DEADLOCKED;
}

/* ---- what is found on the way ---- */

static void tell(const struct search *x, enum finding what, size_t n)
{
	if (x->tells)
		x->guard->limits->found(x->guard->limits->with, x->out, what, n);
}

static void tell_event(const struct search *x, enum finding what, struct judged *j)
{
	if (!x->tells || j->holds)
		return;
	j->holds = j->decided = true;
	tell(x, what, 0);
}

/* One such state decides it, but not what verdict it has. */
static void tell_expect(const struct search *x, enum target_kind kind, uint32_t k)
{
	const struct expect *e = &x->g->expect[k];
	if (!x->tells || !is_over_values(e) || target_sought(e->kind) != kind || x->out->expect[k].decided)
		return;
	struct judged *j = &x->out->expect[k];
	j->decided = true;
	j->holds = kind == TARGET_TRUE || kind == TARGET_END_TRUE;
	j->settled = !e->declared;
	j->met = j->settled && j->holds;
	tell(x, FOUND_EXPECT, k);
}

/* With their verdicts. */
static void tell_all(const struct search *x)
{
	const struct exploration *out = x->out;
	const bool known[] = { [FOUND_DEADLOCK] = out->deadlock.decided, [FOUND_DEAD_END] = out->dead_end.decided,
		[FOUND_EXCEPTION] = out->exception.decided, [FOUND_STARVATION] = out->starvation.decided };
	for (size_t k = 0; k < sizeof known / sizeof *known; k++)
		if (known[k])
			tell(x, (enum finding)k, 0);
	for (size_t k = 0; k < out->g->expects; k++)
		if (out->expect[k].decided)
			tell(x, FOUND_EXPECT, k);
}

static enum ending ending_of(const struct global_state *s, enum completion c)
{
	return c == ENDS_DEADLOCKED ? ENDING_DEADLOCK : s->uncaught ? ENDING_EXCEPTION : ENDING_OK;
}

static value *observe(struct search *x, const struct global_state *s)
{
	const struct world *w = space_world(&x->space, s);
	for (size_t k = 0; k < x->g->observes; k++)
		x->observed[k] = world_observed(x->g, w->shared, &x->g->observe[k]);
	return x->observed;
}

bool is_outcome(struct search *x, const struct global_state *s, size_t outcome)
{
	const struct outcome_found *o = &x->out->outcome[outcome];
	enum completion c = completion_of(x, s);
	return c != GOES_ON && ending_of(s, c) == o->ending && !memcmp(observe(x, s), o->values, x->g->observes * sizeof *o->values);
}

static void note_outcome(struct search *x, state_id id, enum ending ending)
{
	size_t n = x->g->observes, which;
	struct exploration *out = x->out;
	value *values = observe(x, x->at);
	values[n] = ending;
	which = piece_of(&x->endings, values, n + 1) - 1;
	if (which == out->outcomes) {
		GROW(out->outcome, out->outcomes, out->outcome_room);
		GROW(x->of_outcome, out->outcomes, x->of_room);
		values = arena_copy((struct arena *)&x->g->arena, values, n * sizeof *values);
		x->of_outcome[out->outcomes] = 0;
		out->outcome[out->outcomes++] = (struct outcome_found){ .values = values, .ending = ending };
		tell(x, FOUND_OUTCOME, which);
	}
	if (!x->of_outcome[which])
		x->of_outcome[which] = id;
	out->outcome[which].met |= truth_of(x, x->at);
	out->outcome[which].missed |= ~truth_of(x, x->at);
}

static void note_first(struct search *x, enum target_kind kind, uint64_t bits, state_id id)
{
	bits &= ~x->noted[kind];
	x->noted[kind] |= bits;
	for (uint32_t k = 0; bits; k++, bits >>= 1)
		if (bits & 1) {
			x->first[kind][k] = id;
			if (kind <= TARGET_END_FALSE && k < x->g->expects)
				tell_expect(x, kind, k);
		}
}

static void note_end(struct search *x, state_id id)
{
	enum completion c = completion_of(x, x->at);
	uint64_t truth = truth_of(x, x->at);
	if (c == ENDS_DEADLOCKED) {
		x->deadlocks++;
		note_first(x, TARGET_DEADLOCK, 1, id);
		tell_event(x, FOUND_DEADLOCK, &x->out->deadlock);
	} else {
		note_first(x, TARGET_END_TRUE, truth, id);
		note_first(x, TARGET_END_FALSE, ~truth, id);
		x->ends++;
		x->end_true |= truth;
		x->end_false |= ~truth;
	}
	x->end_thrown |= x->at->uncaught;
	x->end_quiet |= !x->at->uncaught;
	note_outcome(x, id, ending_of(x->at, c));
	if (x->counted.on)
		count_end(&x->counted, id);
}

static size_t known_exception(const struct exploration *out, proc_id who, value name)
{
	size_t e = 0;
	while (e < out->exceptions && (out->exception_of[e].who != who || out->exception_of[e].name != name))
		e++;
	return e;
}

static void add_exception(struct search *x, proc_id who, value name, struct thrown_from from)
{
	struct exploration *out = x->out;
	size_t e = known_exception(out, who, name);
	x->thrown = true;
	if (e == out->exceptions) {
		GROW(out->exception_of, out->exceptions, out->exception_room);
		GROW(x->of_exception, out->exceptions, x->exception_room);
		x->of_exception[out->exceptions] = from;
		out->exception_of[out->exceptions++] = (struct exception_found){ .who = who, .name = name };
		tell(x, FOUND_THROWN, e);
		tell_event(x, FOUND_EXCEPTION, &out->exception);
	}
	if (!x->of_exception[e].known)
		x->of_exception[e] = from;
}

/* Of movers that can't be told apart, one has thrown it: then each of them can. A child is started by its name. */
static void note_exceptions(struct search *x, state_id from, const struct move *m)
{
	const struct piece_info *info = &x->space.info[m->piece];
	uint32_t alike = info->alike ? x->g->group[x->g->process[info->who].group].count : 1;
	for (uint32_t t = 0; t < m->throws; t++)
		for (uint32_t k = 0; k < (m->thrown[t].who ? 1 : alike); k++)
			add_exception(x, m->thrown[t].who ? m->thrown[t].who : info->who + k, m->thrown[t].name,
			              (struct thrown_from){ true, from, m->piece, m->choice });
}

/* Some end before any choice: the default main starts them, and they throw before their first action. */
static void note_early_exceptions(struct search *x)
{
	struct walk w;
	walk_begin(&w, &x->space);
	for (size_t k = 0; k < w.throws && !x->guard->abandoned; k++)
		add_exception(x, w.thrown[k].who, w.thrown[k].name, (struct thrown_from){ true, 0, 0, 0 });
	x->quiet |= (x->g->default_main && !x->origin) || (!w.uncaught && !x->guard->abandoned);        /* none has been started at the very beginning */
	walk_free(&w);
}

/* ---- the search ---- */

struct step_from { struct search *search; state_id from; };

static void put_state(struct search *x, uint32_t n, state_id from)
{
	bool is_new;
	state_id id = store_next(&x->store, n, from, &is_new);
	if (!id) {
		x->full = true;
		return;
	}
	x->out->transitions++;
	if (x->counted.on)
		count_move(&x->counted, from, id);
}

static void put_states(struct search *x, state_id from)
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

static void look_at_state(struct search *x, state_id id)
{
	struct step_from f = { x, id };
	uint64_t truth = truth_of(x, x->at);
	note_first(x, TARGET_TRUE, truth, id);
	note_first(x, TARGET_FALSE, ~truth, id);
	x->quiet |= !x->at->uncaught;
	if (x->at->uncaught)
		note_first(x, TARGET_THROWN, 1, id);
	x->seen_true |= truth;
	x->seen_false |= ~truth;
	uint32_t moves = space_moves(&x->space, x->at, x->chains, found_state, &f);
	put_states(x, id);
	if (!moves && !x->full && !x->space.too_wide && !x->guard->abandoned)
		note_end(x, id);
}

static void search_all(struct search *x, bool chains)
{
	bool is_new;
	x->chains = chains;
	if (x->guard->over)
		return;         /* the facts of the code are not known */
	space_begin(&x->space, x->at, x->chains);
	note_early_exceptions(x);
	if (!search_goes_on(x))
		return;
	store_put(&x->store, x->at, 0, 0, &is_new);
	count_begin(x);
	for (state_id id = store_first(&x->store), next; id < store_end(&x->store); id = next) {
		if (!search_goes_on(x) || x->full || x->space.too_wide)
			return;
		next = store_get(&x->store, id, x->at, NULL);
		look_at_state(x, id);
		if (x->counted.on)
			count_forget(&x->counted, id);
	}
	x->whole = !x->full && !x->guard->over && !x->space.too_wide;
}

/* ---- the whole ---- */

static bool begin(struct search *x, bool reduce)
{
	const struct program *g = x->g;
	if (!store_open(&x->store, g, x->guard))
		return false;
	space_open(&x->space, g, reduce, x->origin, x->guard);
	x->endings.guard = x->guard;
	x->at = must_have(calloc(1, state_bytes(g)));
	x->other = must_have(calloc(1, state_bytes(g)));
	x->chained = must_have(calloc(1, state_bytes(g)));
	x->observed = must_have(calloc(g->observes + 1, sizeof *x->observed));
	for (uint32_t k = 0; k < g->expects; k++)
		x->any_by_name |= is_over_values(&g->expect[k]) && facts_peeks_at_processes(&x->space.facts, g->expect[k].code);
	for (uint32_t k = 0; k < g->expects; k++)
		x->over_states |= is_over_states(&g->expect[k]) ? expect_bit(k) : 0;
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
	pieces_free(&x->endings);
	free(x->at);
	free(x->other);
	free(x->chained);
	free(x->observed);
	free(x->truth);
	free(x->truth_known);
	free(x->dead);
	free(x->of_outcome);
	free(x->of_exception);
}

/* What was found stays found, but where it was found must be found again. */
static void forget_states(struct search *x)
{
	free(x->dead);
	x->dead = NULL;
	x->deads = 0;
	memset(x->first, 0, sizeof x->first);
	memset(x->noted, 0, sizeof x->noted);
	for (size_t k = 0; k < x->out->outcomes; k++)
		x->of_outcome[k] = 0;
	for (size_t k = 0; k < x->out->exceptions; k++)
		x->of_exception[k].known = false;
}

/* There are dead ends: where they begin is only to be seen among all states, those between actions that are taken
 * together too. If a limit stops that, dead ends are known without their ways. */
static void search_again(struct search *x)
{
	forget_states(x);
	x->whole = x->dead_known = false;
	x->out->transitions = 0;
	store_close(&x->store);
	if (!store_open(&x->store, x->g, x->guard))
		guard_stop(x->guard, STOP_MEMORY);
	search_all(x, false);
	if (x->whole)
		find_dead_ends(x);
}

/* A process that starves has a name, and fairness is about each: another search, without reductions. */
struct unreduced { struct exploration all; struct search search; struct route starves, *leads; bool on; };

static bool wants_unreduced(const struct program *g)
{
	bool wanted = false;
	for (size_t k = 0; k < g->expects; k++)
		wanted |= g->expect[k].kind == EXPECT_STARVATION || g->expect[k].kind == EXPECT_LEADS_TO;
	return wanted;
}

static void judge_leads_to(struct unreduced *u, struct search *x, uint32_t k)
{
	struct judged *j = &x->out->expect[k];
	find_leads_to(&u->search, k, j, &u->leads[k]);
	settle_declared(x, k, j);
	x->undecided |= !j->decided;
	if (j->decided)
		tell(x, FOUND_EXPECT, k);
}

static bool search_unreduced(struct unreduced *u, struct search *x)
{
	const struct program *g = x->g;
	bool wanted = !x->again && wants_unreduced(g);
	*u = (struct unreduced){ .all = { .g = g }, .search = { .g = g, .origin = x->origin, .guard = x->guard, .out = &u->all, .leads = true } };
	u->on = wanted && x->whole && !x->guard->why;
	x->undecided |= wanted && !u->on;
	if (!u->on)
		return true;
	u->leads = must_have(calloc(g->expects + 1, sizeof *u->leads));
	if (!begin(&u->search, false))
		return false;
	search_all(&u->search, false);
	if (exploration_expects(g, EXPECT_STARVATION, true) || exploration_expects(g, EXPECT_STARVATION, false)) {
		find_starvation(&u->search, &x->out->starvation, &x->out->starved, &u->starves);
		x->undecided |= !x->out->starvation.decided && (u->search.full || x->guard->why);
	}
	for (uint32_t k = 0; k < g->expects; k++)
		if (g->expect[k].kind == EXPECT_LEADS_TO)
			judge_leads_to(u, x, k);
	return true;
}

static void write_routes(struct unreduced *u, struct exploration *out)
{
	if (out->starvation.holds)
		ways_of_route(&u->search, &u->starves, &out->starvation);
	for (size_t k = 0; k < out->g->expects && u->on; k++)
		if (out->g->expect[k].kind == EXPECT_LEADS_TO && out->expect[k].decided && !out->expect[k].holds)
			ways_of_route(&u->search, &u->leads[k], &out->expect[k]);
}

static void end_unreduced(struct unreduced *u)
{
	if (u->on)
		end(&u->search);
	for (size_t k = 0; k < u->all.g->expects && u->leads; k++)
		free(u->leads[k].hop);
	free(u->leads);
	free(u->starves.hop);
	free(u->all.outcome);
	free(u->all.exception_of);
}

static void search_states(struct search *x)
{
	x->out->loop_free = facts_loop_free(&x->space.facts);
	search_all(x, x->space.facts.reduce);
	if (x->whole)
		find_dead_ends(x);
	x->dead_found = x->deads > 0;
	if (x->deads && x->space.facts.reduce)
		search_again(x);
}

static void write_down(struct search *x)
{
	if (x->guard->limits->verdicts_only) {
		judge_events(x);
		return;
	}
	show_all(x);
	if (!x->whole)
		name_what_grew(x);
	for (size_t k = 0; k < x->out->exceptions; k++)
		way_of_exception(x, k);
	ways_of_outcomes(x);
}

static enum stop what_stopped(const struct search *x, const struct unreduced *u)
{
	bool full = x->full || u->search.full || x->cut;
	return x->guard->why ? x->guard->why : full ? STOP_STATES : STOP_NOT;
}

/* ---- from a moment on ---- */

/* A schedule is one from the program's beginning. */
static void lengthen(const struct search *x, struct way *way)
{
	const struct origin *o = x->origin;
	struct turn *all = must_have(malloc((o->turns + way->turns + 1) * sizeof *all));
	size_t n = 0;
	for (size_t k = 0; k < o->turns; k++)
		if (o->turn[k].who != MAIN || !x->g->default_main || x->space.facts.arrivals_noticed)
			all[n++] = o->turn[k];
	if (way->turns)
		memcpy(all + n, way->turn, way->turns * sizeof *all);
	free(way->turn);
	way->turn = all;
	way->turns = way->turn_room = n + way->turns;
}

static void lengthen_all(struct search *x)
{
	struct exploration *out = x->out;
	struct judged *events[] = { &out->deadlock, &out->dead_end, &out->exception, &out->starvation };
	for (size_t k = 0; k < sizeof events / sizeof *events; k++)
		if (events[k]->way.found)
			lengthen(x, &events[k]->way);
	for (size_t k = 0; k < out->g->expects; k++)
		if (out->expect[k].way.found)
			lengthen(x, &out->expect[k].way);
	for (size_t k = 0; k < out->outcomes; k++)
		if (out->outcome[k].way.found)
			lengthen(x, &out->outcome[k].way);
	for (size_t k = 0; k < out->exceptions; k++)
		if (out->exception_of[k].way.found)
			lengthen(x, &out->exception_of[k].way);
	out->from = x->origin->steps;
}

/* The order is that of importance: what a limit leaves no time for is what can best be done without. again: it has been
 * explored without reductions, and the process that starves is known. */
static bool explore_once(const struct program *g, const struct origin *origin, bool reduce, bool again, const struct limits *limits,
                         struct exploration *out)
{
	struct guard guard;
	struct unreduced all;
	*out = (struct exploration){ .g = g, .expect = must_have(calloc(g->expects + 1, sizeof *out->expect)) };
	struct search x = { .g = g, .origin = origin, .guard = &guard, .out = out, .again = again, .tells = limits->found && !again };
	guard_open(&guard, limits);
	guard.states = &x.store.count;
	guard.transitions = &out->transitions;
	if (!begin(&x, reduce))
		return false;
	search_states(&x);
	if (guard.why)
		guard_write(&guard);
	out->states = x.store.count;
	out->too_wide = x.space.too_wide;
	judge_all(&x);
	tell_all(&x);
	if (!limits->verdicts_only)
		seek_all(&x);
	if (!search_unreduced(&all, &x))
		return false;
	guard_write(&guard);
	if (!limits->verdicts_only)
		write_routes(&all, out);
	write_down(&x);
	put_in_order(out);
	if (origin)
		lengthen_all(&x);
	out->stopped = what_stopped(&x, &all);
	out->complete = x.whole && x.dead_known && !x.undecided;
	out->cannot_fail = expectations_that_cannot_fail(g);
	out->bytes = store_bytes(&x.store) + space_bytes(&x.space);
	out->seconds = guard_seconds(&guard);
	end_unreduced(&all);
	end(&x);
	guard_close(&guard);
	return true;
}

/* Without reductions the same ways are shown as with them: only what they show is found without. */
static bool show_the_same(const struct origin *origin, const struct limits *limits, struct exploration *out)
{
	struct exploration reduced;
	bool done = explore_once(out->g, origin, true, true, limits, &reduced);
	if (done && reduced.complete)
		take_ways_of(out, &reduced);
	out->seconds += reduced.seconds;
	out->seeking += reduced.seeking;
	exploration_free(&reduced);
	return done;
}

bool explore(const struct program *g, const struct origin *origin, bool reduce, const struct limits *limits, struct exploration *out)
{
	return explore_once(g, origin, reduce, false, limits, out) &&
	       (reduce || !out->complete || show_the_same(origin, limits, out));
}

static void free_judged(struct judged *j)
{
	free(j->way.turn);
	free(j->loop.turn);
}

void exploration_free(struct exploration *out)
{
	for (size_t k = 0; k < out->outcomes; k++)
		free(out->outcome[k].way.turn);
	for (size_t k = 0; k < out->exceptions; k++)
		free(out->exception_of[k].way.turn);
	for (size_t k = 0; k < out->g->expects; k++)
		free_judged(&out->expect[k]);
	free_judged(&out->deadlock);
	free_judged(&out->dead_end);
	free_judged(&out->exception);
	free_judged(&out->starvation);
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
		if (out->expect[k].settled && !out->expect[k].met)
			return true;
	return is_reached_against_will(out, &out->deadlock, EXPECT_DEADLOCK) ||
	       is_reached_against_will(out, &out->dead_end, EXPECT_DEAD_END) ||
	       is_reached_against_will(out, &out->exception, EXPECT_EXCEPTION);
}
