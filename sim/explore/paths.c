/* From states to schedules: the way through them is walked again, by processes with names. */
#include "sim/explore/search.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "sim/explore/inside.h"

void way_add(struct way *w, proc_id p, bool draws, int64_t choice)
{
	struct turn *last = w->turns ? &w->turn[w->turns - 1] : NULL;
	if (last && last->who == p && !last->draws && !draws) {
		last->times++;
		return;
	}
	GROW(w->turn, w->turns, w->turn_room);
	w->turn[w->turns++] = (struct turn){ .who = p, .times = 1, .draws = draws, .draw = choice };
}

/* The default main moves by itself, whatever a schedule says. But that its sleep until an arrival is over is said,
 * where a process may notice. */
bool main_is_named(const struct walk *w)
{
	const struct space *s = w->space;
	return !s->g->default_main || (s->facts.arrivals_noticed && ((struct own *)world_own(s->g, &w->world, MAIN))->asleep);
}

proc_id walk_on(struct walk *w, struct way *way, uint32_t piece, const int64_t *choice, proc_id last)
{
	int64_t lo = 0, hi;
	const struct program *g = w->space->g;
	proc_id p = walk_find(w, piece, last);
	assert(p);
	bool doomed = who_is(w->world.shared, p)->doom;
	bool draws = !doomed && world_choices(g, w->world.shared, world_own(g, &w->world, p), p, &lo, &hi);
	int64_t drawn = choice ? *choice : lo;
	draws = draws && world_names_choice(g, world_own(g, &w->world, p), drawn);
	bool told = p != MAIN || main_is_named(w);
	bool moved = walk_step(w, p, drawn);
	assert(moved);
	if (told)
		way_add(way, p, draws, drawn);
	return p;
}

/* Where a schedule does not name the default main, it is not late: so the next arrival is named, if it has not come. */
void way_ends(const struct walk *w, struct way *way)
{
	way->found = true;
	way->steps = w->steps;
	for (size_t k = 0; k < way->turns; k++)
		if (way->turn[k].who == MAIN)
			return;
	if ((way->turns || w->space->origin) && w->space->g->default_main && main_is_named(w))
		way_add(way, MAIN, false, 0);
}

/* ---- through the states of the search ---- */

struct leg { struct search *search; const struct global_state *to; proc_id who; struct move move; bool found; };   /* who: 0: any */

/* Is it this move that, with what was taken together with it, leads to the next state? */
static bool is_leg(void *with, const struct global_state *next, const struct move *m)
{
	struct leg *l = with;
	l->found = state_equal(next, l->to) && (!l->who || l->search->space.info[m->piece].who == l->who);
	l->move = *m;
	return !l->found;
}

/* What the space's log has, which the walk overwrites: the process that moved last. */
static proc_id walk_logged(struct search *x, struct walk *w, struct way *way, proc_id p)
{
	uint32_t n = x->space.logged, *log = must_have(malloc((n + 1) * sizeof *log));
	memcpy(log, x->space.log, n * sizeof *log);
	for (uint32_t k = 0; k < n && !x->guard->abandoned; k++)
		p = walk_on(w, way, log[k], NULL, p);
	free(log);
	return p;
}

/* false: a limit was reached. */
static bool walk_leg(struct search *x, struct walk *w, struct way *way, state_id from, state_id to, proc_id who)
{
	struct leg l = { .search = x, .to = x->other, .who = who };
	store_get(&x->store, from, x->at, NULL);
	store_get(&x->store, to, x->other, NULL);
	space_moves(&x->space, x->at, x->chains, is_leg, &l);
	if (!l.found && !search_goes_on(x))
		return false;
	assert(l.found);
	walk_logged(x, w, way, walk_on(w, way, l.move.piece, &l.move.choice, 0));
	return !x->guard->abandoned;
}

/* What is taken together at the very beginning. */
static bool walk_in(struct search *x, struct walk *w, struct way *way)
{
	space_begin(&x->space, x->at, x->chains);
	walk_begin(w, &x->space);
	walk_logged(x, w, way, 0);
	return search_goes_on(x);
}

/* The states on the way to one, the first one last. */
static state_id *states_to(const struct search *x, state_id id, size_t *n)
{
	size_t room = 0;
	state_id *list = NULL;
	*n = 0;
	for (state_id s = id; s; s = store_from(&x->store, s)) {
		GROW(list, *n, room);
		list[(*n)++] = s;
	}
	return list;
}

static bool walk_to(struct search *x, struct walk *w, struct way *way, state_id id)
{
	size_t n;
	state_id *list = states_to(x, id, &n);
	bool on = walk_in(x, w, way);
	for (; n > 1 && on; n--)
		on = search_goes_on(x) && walk_leg(x, w, way, list[n - 1], list[n - 2], 0);
	free(list);
	return on;
}

/* It is there only if all of it is. */
static void end_way(const struct walk *w, struct way *way, bool found)
{
	way->turns = found ? way->turns : 0;
	if (found)
		way_ends(w, way);
}

void way_of_states(struct search *x, struct way *way, state_id id)
{
	struct walk w;
	if (!id)
		return;
	end_way(&w, way, walk_to(x, &w, way, id));
	walk_free(&w);
}

void route_add(struct route *r, state_id from, state_id to, proc_id who)
{
	GROW(r->hop, r->hops, r->room);
	r->hop[r->hops++] = (struct hop){ from, to, who };
}

void route_to(struct search *x, struct route *r, state_id id)
{
	size_t n;
	state_id *list = states_to(x, id, &n);
	for (; n > 1; n--)
		route_add(r, list[n - 1], list[n - 2], 0);
	r->round = r->hops;
	free(list);
}

static bool walk_route(struct search *x, struct walk *w, struct way *way, const struct hop *h, size_t n)
{
	for (; n; n--, h++)
		if (!search_goes_on(x) || !walk_leg(x, w, way, h->from, h->to, h->who))
			return false;
	return true;
}

void ways_of_route(struct search *x, const struct route *r, struct judged *j)
{
	struct walk w;
	bool found = walk_in(x, &w, &j->way) && walk_route(x, &w, &j->way, r->hop, r->round);
	end_way(&w, &j->way, found);
	if (found && r->hops > r->round && walk_route(x, &w, &j->loop, r->hop + r->round, r->hops - r->round)) {
		j->loop.found = true;
		j->loop.steps = w.steps;
	}
	walk_free(&w);
}

/* Those of a group that can't be told apart change their names: the one that threw it becomes the one that is asked for. */
static void rename_turns(struct way *way, proc_id a, proc_id b)
{
	for (size_t k = 0; k < way->turns; k++)
		way->turn[k].who = way->turn[k].who == a ? b : way->turn[k].who == b ? a : way->turn[k].who;
}

void way_of_exception(struct search *x, size_t n)
{
	struct walk w;
	struct exception_found *e = &x->out->exception_of[n];
	const struct thrown_from *from = &x->of_exception[n];
	bool found = true;
	if (!from->known)
		return;
	if (from->from)
		found = walk_to(x, &w, &e->way, from->from);
	else
		found = walk_in(x, &w, &e->way);        /* it was thrown before any choice */
	if (from->piece && found) {
		proc_id p = walk_on(&w, &e->way, from->piece, &from->choice, 0);
		if (p != e->who && x->space.facts.alike[p])
			rename_turns(&e->way, p, e->who);
	}
	end_way(&w, &e->way, found && search_goes_on(x));
	walk_free(&w);
}

/* ---- to all outcomes ----
 * Their ways have much in common: they are the branches of a tree, and each part of it is walked once. Where it branches, a
 * copy goes each way; the longest branch comes last, so that there are never more copies than times that it can be
 * halved. */

struct tree {
	struct search *search;
	state_id *at; size_t count, room;          /* the states in it, rising */
	uint32_t *before, *child, *next, *weight;       /* by state, counted from 1, 0: none: where it was come to from; .. */
	uint32_t *outcome, *same;               /* an outcome that is there, from 1; by outcome: another there */
	uint64_t entries, most;                 /* of the schedules: so many are there; may be */
	struct stop_over *stack; size_t depth, stack_room;
};
struct stop_over { uint32_t node, child; struct walk walk; struct way way; };   /* child: the next one to go to */

static int by_state(const void *a, const void *b)
{
	state_id x = *(const state_id *)a, y = *(const state_id *)b;
	return x < y ? -1 : x > y;
}

/* Numbers begin with 1. */
static uint32_t number_of(const struct tree *t, state_id id)
{
	state_id *at = id && t->count ? bsearch(&id, t->at, t->count, sizeof *t->at, by_state) : NULL;
	return at ? at - t->at + 1 : 0;
}

static void gather_states(struct tree *t)
{
	struct search *x = t->search;
	uint8_t *seen = must_have(calloc(store_end(&x->store) / 8 + 1, 1));
	for (size_t k = 0; k < x->out->outcomes; k++)
		for (state_id id = x->of_outcome[k]; id && !(seen[id / 8] >> id % 8 & 1); id = store_from(&x->store, id)) {
			seen[id / 8] |= 1 << id % 8;
			GROW(t->at, t->count, t->room);
			t->at[t->count++] = id;
		}
	free(seen);
	if (t->count)
		qsort(t->at, t->count, sizeof *t->at, by_state);
}

/* A state that was reached from another comes after it. */
static void grow_tree(struct tree *t)
{
	struct search *x = t->search;
	uint32_t **arrays[] = { &t->before, &t->child, &t->next, &t->weight, &t->outcome };
	gather_states(t);
	for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
		*arrays[k] = must_have(calloc(t->count + 1, sizeof **arrays[k]));
	t->same = must_have(calloc(x->out->outcomes + 1, sizeof *t->same));
	for (uint32_t n = t->count; n; n--) {
		uint32_t before = t->before[n] = number_of(t, store_from(&x->store, t->at[n - 1]));
		t->next[n] = t->child[before];
		t->child[before] = n;
		t->weight[before] += ++t->weight[n];
	}
	for (uint32_t k = x->out->outcomes; k; k--) {
		uint32_t n = number_of(t, x->of_outcome[k - 1]);
		t->same[k] = t->outcome[n];
		t->outcome[n] = k;
	}
}

static uint32_t heaviest(const struct tree *t, uint32_t node)
{
	uint32_t best = t->child[node];
	for (uint32_t n = best; n; n = t->next[n])
		best = t->weight[n] > t->weight[best] ? n : best;
	return best;
}

static void copy_turns(struct way *to, const struct way *from)
{
	*to = *from;
	to->turn = must_have(malloc((from->turns + 1) * sizeof *to->turn));
	if (from->turns)
		memcpy(to->turn, from->turn, from->turns * sizeof *to->turn);
	to->turn_room = from->turns + 1;
}

static void arrive(struct tree *t, const struct stop_over *s)
{
	for (uint32_t k = t->outcome[s->node]; k; k = t->same[k]) {
		struct way *way = &t->search->out->outcome[k - 1].way;
		if (way->found)                 /* the cheapest */
			continue;
		t->entries += s->way.turns;
		if (t->entries > t->most)
			return;
		copy_turns(way, &s->way);
		way_ends(&s->walk, way);
	}
}

static void push(struct tree *t, struct stop_over s)
{
	s.child = t->child[s.node];
	GROW(t->stack, t->depth, t->stack_room);
	t->stack[t->depth++] = s;
	arrive(t, &s);
}

static void drop(struct stop_over *s)
{
	walk_free(&s->walk);
	free(s->way.turn);
}

/* From the last state where the walk branched. */
static void go_on(struct tree *t)
{
	struct stop_over *here = &t->stack[t->depth - 1], s;
	uint32_t node = here->node, last = heaviest(t, node), to = here->child == last ? t->next[last] : here->child;
	if (to) {
		here->child = t->next[to];
		s.walk = walk_copy(&here->walk);
		copy_turns(&s.way, &here->way);
	} else {
		s = *here;
		t->depth--;
		to = last;
	}
	s.node = to;
	if (to && walk_leg(t->search, &s.walk, &s.way, t->at[node - 1], t->at[to - 1], 0))
		push(t, s);
	else
		drop(&s);
}

/* In a search that was stopped, schedules may be as long as the search: so all together are bounded by that. */
void ways_of_outcomes(struct search *x)
{
	enum { ENTRIES_PER_STATE = 16, BYTES_PER_STATE = 64 };
	struct tree t = { .search = x, .most = x->whole ? UINT64_MAX : x->store.count * ENTRIES_PER_STATE };
	struct stop_over s = { 0 };
	if (!x->out->outcomes || !guard_allows(x->guard, x->whole ? 0 : x->store.count * BYTES_PER_STATE))
		return;
	grow_tree(&t);
	s.node = number_of(&t, store_first(&x->store));
	if (walk_in(x, &s.walk, &s.way) && s.node)
		push(&t, s);
	else
		drop(&s);
	while (t.depth && t.entries <= t.most && search_goes_on(x))
		go_on(&t);
	while (t.depth)
		drop(&t.stack[--t.depth]);
	uint32_t *arrays[] = { t.at, t.before, t.child, t.next, t.weight, t.outcome, t.same };
	for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
		free(arrays[k]);
	free(t.stack);
}
