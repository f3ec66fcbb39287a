/* The point of no return: the action of a way after which what it shows can't be avoided any more. */
#include "sim/explore/search.h"
#include <stdlib.h>
#include <string.h>
#include "sim/explore/inside.h"

enum { MOST_STATES = 3000000 };

/* A search for one execution that avoids it. */
struct escape {
	struct search *search;
	struct store store;
	const struct target *target;
	state_id *stack; size_t count, room;
	struct global_state *at;
	bool unknown;                   /* there were too many states */
};

/* Once in such a state, it has happened. */
static bool has_happened(struct escape *e, const struct global_state *s)
{
	bool truth = truth_of(e->search, s) >> e->target->expect & 1;
	switch (e->target->kind) {
	case TARGET_TRUE:   return truth;
	case TARGET_FALSE:  return !truth;
	case TARGET_THROWN: return s->uncaught;
	default:            return false;
	}
}

/* Is this end one that avoided it? */
static bool is_escape(struct escape *e, const struct global_state *s)
{
	bool truth = truth_of(e->search, s) >> e->target->expect & 1, ends = completion_of(e->search, s) == ENDS_WELL;
	switch (e->target->kind) {
	case TARGET_END_TRUE:  return ends && !truth;
	case TARGET_END_FALSE: return ends && truth;
	case TARGET_DEADLOCK:  return ends;
	default:               return true;
	}
}

static bool run_on(void *with, const struct global_state *next, const struct move *m)
{
	struct escape *e = with;
	bool is_new;
	(void)m;
	if (has_happened(e, next))
		return true;
	state_id id = store_put(&e->store, next, 0, 0, &is_new);
	e->unknown |= !id || e->store.count > MOST_STATES;
	if (is_new && id) {
		GROW(e->stack, e->count, e->room);
		e->stack[e->count++] = id;
	}
	return !e->unknown;
}

/* Can it still be avoided from here? */
static bool avoidable(struct search *x, const struct target *t, struct global_state *from, bool *unknown)
{
	struct escape e = { .search = x, .target = t, .at = x->at };
	bool found = false;
	if (!store_open(&e.store, x->g, x->guard)) {
		*unknown = true;
		return true;
	}
	if (x->chains)
		chain(&x->space, from, true);
	run_on(&e, from, NULL);
	while (e.count && !found && !e.unknown && search_goes_on(x)) {
		store_get(&e.store, e.stack[--e.count], e.at, NULL);
		found = !space_moves(&x->space, e.at, x->chains, run_on, &e) && is_escape(&e, e.at);
	}
	*unknown |= e.unknown || x->guard->over;
	free(e.stack);
	store_close(&e.store);
	return found;
}

/* The state after so many entries of the way; and how many actions that were, as a run counts them. */
static uint64_t state_after(struct search *x, const struct way *way, uint64_t actions, struct global_state *s)
{
	struct walk w;
	walk_begin(&w, &x->space);
	for (size_t k = 0; k < way->turns; k++)
		for (uint32_t n = 0; n < way->turn[k].times && actions && search_goes_on(x); n++, actions--) {
			walk_settle(&w, way->turn[k].who);
			walk_step(&w, way->turn[k].who, way->turn[k].draw);
		}
	walk_settle(&w, 0);
	walk_state(&w, s);
	uint64_t steps = w.steps < way->steps ? w.steps : way->steps;   /* it may end before the default main has done all */
	walk_free(&w);
	return steps;
}

void find_no_return(struct search *x, const struct target *t)
{
	struct way *way = t->way;
	uint64_t least = 0, most = 0;
	bool unknown = false;
	for (size_t k = 0; k < way->turns; k++)
		most += way->turn[k].times;
	if ((x->out->endless && !x->out->loop_free) || t->kind == TARGET_DEAD_END) {
		way->no_return = t->kind == TARGET_DEAD_END ? way->steps : 0;
		return;
	}
	/* Once it can't be avoided it never can: the first such action is found by halving. */
	while (least < most && !unknown && search_goes_on(x)) {
		uint64_t middle = (least + most) / 2;
		state_after(x, way, middle, x->other);
		if (avoidable(x, t, x->other, &unknown))
			least = middle + 1;
		else
			most = middle;
	}
	if (!unknown)
		way->no_return = state_after(x, way, most, x->other);
	if (x->guard->over)
		way->no_return = 0;
}
