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
 * where somebody may notice. */
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
	bool draws = !doomed && world_draw(g, world_own(g, &w->world, p), p, &lo, &hi);
	int64_t drawn = choice ? *choice : lo;
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
	if (way->turns && w->space->g->default_main && main_is_named(w))
		way_add(way, MAIN, false, 0);
}

/* ---- through the states of the search ---- */

struct leg { struct search *search; const struct global_state *to; struct move move; bool found; };

/* Is it this move that, with what was taken together with it, leads to the next place? */
static bool is_leg(void *with, const struct global_state *next, const struct move *m)
{
	struct leg *l = with;
	l->found = state_equal(next, l->to);
	l->move = *m;
	return !l->found;
}

/* What the space's log has, which the walk overwrites: who moved last. */
static proc_id walk_logged(struct search *x, struct walk *w, struct way *way, proc_id p)
{
	uint32_t n = x->space.logged, *log = must_have(malloc((n + 1) * sizeof *log));
	memcpy(log, x->space.log, n * sizeof *log);
	for (uint32_t k = 0; k < n; k++)
		p = walk_on(w, way, log[k], NULL, p);
	free(log);
	return p;
}

static void walk_leg(struct search *x, struct walk *w, struct way *way, const struct global_state *from, const struct global_state *to)
{
	struct leg l = { .search = x, .to = to };
	space_moves(&x->space, from, x->chains, is_leg, &l);
	assert(l.found);
	walk_logged(x, w, way, walk_on(w, way, l.move.piece, &l.move.choice, 0));
}

/* What is taken together at the very beginning. */
static void walk_in(struct search *x, struct walk *w, struct way *way)
{
	space_begin(&x->space, x->at, x->chains);
	walk_begin(w, &x->space);
	walk_logged(x, w, way, 0);
}

static void walk_to(struct search *x, struct walk *w, struct way *way, place p)
{
	size_t n = 0, room = 0;
	place *list = NULL;
	for (place q = p; q; q = store_from(&x->store, q)) {
		GROW(list, n, room);
		list[n++] = q;
	}
	walk_in(x, w, way);
	for (; n > 1; n--) {
		store_get(&x->store, list[n - 1], x->at, NULL);
		store_get(&x->store, list[n - 2], x->other, NULL);
		walk_leg(x, w, way, x->at, x->other);
	}
	free(list);
}

void way_of_places(struct search *x, struct way *way, place p)
{
	struct walk w;
	if (!p)
		return;
	walk_to(x, &w, way, p);
	way_ends(&w, way);
	walk_free(&w);
}

/* Those of a group that can't be told apart change their names: who threw it becomes the one that is asked for. */
static void rename_turns(struct way *way, proc_id a, proc_id b)
{
	for (size_t k = 0; k < way->turns; k++)
		way->turn[k].who = way->turn[k].who == a ? b : way->turn[k].who == b ? a : way->turn[k].who;
}

void way_of_exception(struct search *x, size_t n)
{
	struct walk w;
	struct exception_found *e = &x->out->exception_of[n];
	if (x->of_exception[n].from)
		walk_to(x, &w, &e->way, x->of_exception[n].from);
	else
		walk_in(x, &w, &e->way);        /* it was thrown before anybody could choose */
	if (x->of_exception[n].piece) {
		proc_id p = walk_on(&w, &e->way, x->of_exception[n].piece, &x->of_exception[n].choice, 0);
		if (p != e->who && x->space.facts.alike[p])
			rename_turns(&e->way, p, e->who);
	}
	way_ends(&w, &e->way);
	walk_free(&w);
}
