/* The way with the fewest preemptions, and of those the one with the fewest actions: Dijkstra's search, by
 * preemptions, then actions (cf. Musuvathi and Qadeer, Iterative context bounding, 2007). A node is a state and who
 * moved last. Nothing is taken together here; who can't be told apart still is not. */
#include "sim/explore/search.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_NODES = 30000000 };

/* A node that waits to be looked at, and where it was come to from. */
struct waiting { place at, from; };
struct bucket { struct waiting *list; size_t count, room; };
/* Those with so many preemptions, by their number of actions. */
struct rank { struct bucket *bucket; size_t count, room; };

struct seeker {
	struct search *search;
	struct store store;
	struct rank now, next;
	uint8_t *done; size_t done_room;        /* a bit by place: it was looked at */
	struct target *target; size_t targets, left;
	struct global_state *at, *copy;
	place here;
	uint32_t last;                          /* the own part of who moved last */
	bool last_goes_on;
	size_t actions;
	uint32_t preemptions;
	bool full;
};

static void put_waiting(struct rank *l, size_t actions, struct waiting w)
{
	while (l->count <= actions) {
		GROW(l->bucket, l->count, l->room);
		l->bucket[l->count++] = (struct bucket){ 0 };
	}
	struct bucket *b = &l->bucket[actions];
	GROW(b->list, b->count, b->room);
	b->list[b->count++] = w;
}

static void rank_free(struct rank *l)
{
	for (size_t k = 0; k < l->count; k++)
		free(l->bucket[k].list);
	free(l->bucket);
	*l = (struct rank){ 0 };
}

static bool is_done(const struct seeker *k, place p)
{
	return p / 8 < k->done_room && k->done[p / 8] >> p % 8 & 1;
}

static void set_done(struct seeker *k, place p)
{
	while (p / 8 >= k->done_room) {
		size_t was = k->done_room;
		k->done = grow(k->done, &k->done_room, 1);
		memset(k->done + was, 0, k->done_room - was);
	}
	k->done[p / 8] |= 1 << p % 8;
}

/* What a move costs: 1 if who moved last is left, and could have gone on. */
static uint32_t cost_of(const struct seeker *k, const struct move *m)
{
	return k->last && m->piece != k->last && k->last_goes_on;
}

static bool reach(void *with, const struct global_state *next, const struct move *m)
{
	struct seeker *k = with;
	bool is_new;
	uint32_t cost = cost_of(k, m);
	place p = store_put(&k->store, next, m->after, k->here, &is_new);
	if (!p || k->store.count > MOST_NODES) {
		k->full = true;
		return false;
	}
	if (is_new || !is_done(k, p))
		put_waiting(cost ? &k->next : &k->now, k->actions + 1 + m->alone, (struct waiting){ p, k->here });
	return true;
}

/* ---- is it what is sought? ---- */

static bool in_dead_end(struct seeker *k)
{
	struct search *x = k->search;
	return x->deads && is_dead_end(x, store_find(&x->store, k->at, 0));
}

static bool meets(struct seeker *k, const struct target *t, uint32_t moves)
{
	struct search *x = k->search;
	bool truth = truth_of(x, k->at) >> t->expect & 1;
	bool ends = (t->kind == TARGET_END_TRUE || t->kind == TARGET_END_FALSE) && !moves && completion_of(x, k->at) == ENDS_WELL;
	switch (t->kind) {
	case TARGET_TRUE:      return truth;
	case TARGET_FALSE:     return !truth;
	case TARGET_END_TRUE:  return ends && truth;
	case TARGET_END_FALSE: return ends && !truth;
	case TARGET_DEADLOCK:  return !moves && completion_of(x, k->at) == ENDS_DEADLOCKED;
	case TARGET_DEAD_END:  return in_dead_end(k);
	default:               return k->at->uncaught;
	}
}

/* ---- the way back ---- */

struct step_sought { struct seeker *seeker; const struct global_state *to; uint32_t after, cost; struct move move; bool found; };

static bool is_step(void *with, const struct global_state *next, const struct move *m)
{
	struct step_sought *s = with;
	uint32_t cost = cost_of(s->seeker, m);
	if (m->after != s->after || next->shared != s->to->shared || next->uncaught != s->to->uncaught ||
	    next->parts != s->to->parts || memcmp(next->part, s->to->part, next->parts * sizeof *next->part))
		return true;
	if (!s->found || cost < s->cost) {
		s->cost = cost;
		s->move = *m;
	}
	s->found = true;
	return true;
}

static void walk_node(struct seeker *k, struct walk *w, struct way *way, place from, place to, proc_id *last)
{
	struct search *x = k->search;
	struct step_sought s = { .seeker = k, .to = k->copy };
	store_get(&k->store, from, x->at, &k->last);
	store_get(&k->store, to, k->copy, &s.after);
	k->last_goes_on = k->last && space_goes_on(&x->space, x->at, k->last);
	space_moves(&x->space, x->at, false, is_step, &s);
	*last = walk_on(w, way, s.move.piece, &s.move.choice, *last);
}

static void write_way(struct seeker *k, struct way *way, place p)
{
	struct walk w;
	place *list = NULL;
	size_t n = 0, room = 0;
	proc_id last = 0;
	uint32_t kept = k->last;
	bool kept_goes_on = k->last_goes_on;
	for (place q = p; q; q = store_from(&k->store, q)) {
		GROW(list, n, room);
		list[n++] = q;
	}
	walk_begin(&w, &k->search->space);
	for (; n > 1; n--)
		walk_node(k, &w, way, list[n - 1], list[n - 2], &last);
	free(list);
	way->found = way->cheapest = true;
	way->preemptions = k->preemptions;
	way->steps = w.steps;
	walk_free(&w);
	k->last = kept;
	k->last_goes_on = kept_goes_on;
}

/* ---- the search ---- */

static void look_at_node(struct seeker *k, struct waiting n)
{
	struct search *x = k->search;
	k->here = n.at;
	k->store.cells[n.at] = n.from;          /* this is the cheapest way to it */
	store_get(&k->store, n.at, k->at, &k->last);
	k->last_goes_on = k->last && space_goes_on(&x->space, k->at, k->last);
	uint32_t moves = space_moves(&x->space, k->at, false, reach, k);
	for (size_t t = 0; t < k->targets; t++)
		if (!k->target[t].met && meets(k, &k->target[t], moves)) {
			k->target[t].met = true;
			k->left--;
			write_way(k, k->target[t].way, n.at);
		}
}

static void look_at_rank(struct seeker *k)
{
	for (k->actions = 0; k->actions < k->now.count && k->left && !k->full; k->actions++) {
		for (size_t i = 0; i < k->now.bucket[k->actions].count && k->left && !k->full; i++) {
			struct waiting n = k->now.bucket[k->actions].list[i];
			if (is_done(k, n.at))
				continue;
			set_done(k, n.at);
			if (!search_goes_on(k->search))
				k->full = true;
			else
				look_at_node(k, n);
		}
		free(k->now.bucket[k->actions].list);
		k->now.bucket[k->actions] = (struct bucket){ 0 };
	}
}

void find_cheapest(struct search *x, struct target *target, size_t count)
{
	struct seeker k = { .search = x, .target = target, .targets = count, .left = count };
	bool is_new;
	if (!count || !store_open(&k.store, x->g))
		return;
	k.at = must_have(calloc(1, state_bytes(x->g)));
	k.copy = must_have(calloc(1, state_bytes(x->g)));
	space_begin(&x->space, k.at, false);
	put_waiting(&k.now, 0, (struct waiting){ store_put(&k.store, k.at, 0, 0, &is_new), 0 });
	while (k.left && !k.full && k.now.count) {
		look_at_rank(&k);
		rank_free(&k.now);
		k.now = k.next;
		k.next = (struct rank){ 0 };
		k.preemptions++;
	}
	rank_free(&k.now);
	free(k.done);
	free(k.at);
	free(k.copy);
	store_close(&k.store);
}
