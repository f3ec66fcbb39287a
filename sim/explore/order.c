/* In which order a way's actions are described. The search takes actions that no other process can notice together with the move
 * before; here each is put off until its process moves on, or can be left for nothing, so that there are no more
 * switches than the way needs. */
#include "sim/explore/search.h"
#include <stdlib.h>
#include "sim/explore/inside.h"

void acts_free(struct acts *a)
{
	free(a->list);
	*a = (struct acts){ 0 };
}

proc_id act_by(struct walk *w, struct acts *a, proc_id p, const int64_t *choice, bool later)
{
	int64_t lo = 0, hi;
	const struct program *g = w->space->g;
	bool draws = p && !who_is(w->world.shared, p)->doom && world_choices(g, w->world.shared, world_own(g, &w->world, p), p, &lo, &hi);
	int64_t drawn = choice ? *choice : lo;
	draws = draws && world_names_choice(g, world_own(g, &w->world, p), drawn);
	bool wakes = p && ((struct own *)world_own(g, &w->world, p))->asleep;
	if (!p || a->lost || !walk_step(w, p, drawn)) {
		a->lost = true;
		return 0;
	}
	GROW(a->list, a->count, a->room);
	a->list[a->count++] = (struct act){ p, draws, later, who_is(w->world.shared, p)->life != LIFE_ALIVE, wakes, drawn };
	return p;
}

proc_id act_of_piece(struct walk *w, struct acts *a, uint32_t piece, const int64_t *choice, proc_id rather, bool later)
{
	return act_by(w, a, walk_find(w, piece, rather), choice, later);
}

void act_again(struct walk *w, struct acts *a, proc_id p, uint32_t times)
{
	while (times--)
		act_by(w, a, p, NULL, false);
}

/* The acts played: what each process has put off, by process a list of indices that are played in order. */
struct order {
	struct walk walk;
	const struct acts *acts;
	struct way *way;
	size_t *first, *last, *next;            /* by process, by process, by act: 1 more than the index; 0: none */
	proc_id who;                            /* the process that moved last */
	bool *ending;                           /* by process: an end is among what it has put off */
	uint32_t preemptions;
	bool lost;
};

static bool goes_on(const struct order *o, proc_id p)
{
	const struct program *g = o->walk.space->g;
	const cell *own = world_own(g, &o->walk.world, p);
	enum can can = world_can(g, o->walk.world.shared, own, p);
	return can != CAN_NOT && can != CAN_LAPSE && !((const struct own *)own)->asleep;
}

/* The default main takes no process's CPU. Where ends have been put off, it may have done this already. */
static void play_main(struct order *o, const struct act *a)
{
	const struct program *g = o->walk.space->g;
	bool named = main_is_named(&o->walk);
	if (((struct own *)world_own(g, &o->walk.world, MAIN))->asleep != a->wakes)
		return;
	if (walk_step(&o->walk, MAIN, 0) && named)
		way_add(o->way, MAIN, false, 0);
}

static void play_act(struct order *o, const struct act *a)
{
	if (o->lost)
		return;
	if (a->who == MAIN && o->walk.space->g->default_main) {
		play_main(o, a);
		return;
	}
	walk_settle(&o->walk, 0);
	o->preemptions += o->who && o->who != a->who && goes_on(o, o->who);
	o->who = a->who;
	o->lost = !guard_goes_on(o->walk.space->guard) || !walk_step(&o->walk, a->who, a->choice);
	way_add(o->way, a->who, a->draws, a->choice);
}

static void put_off(struct order *o, size_t k)
{
	proc_id p = o->acts->list[k].who;
	o->ending[p] |= o->acts->list[k].ends;
	if (o->last[p])
		o->next[o->last[p] - 1] = k + 1;
	else
		o->first[p] = k + 1;
	o->last[p] = k + 1;
}

static void catch_up(struct order *o, proc_id p)
{
	size_t k = o->first[p] - 1;
	play_act(o, &o->acts->list[k]);
	o->first[p] = o->next[k];
	if (!o->first[p])
		o->last[p] = 0;
}

/* Ends that have been put off come now, as long as this one waits for them. */
static void let_end(struct order *o, proc_id who)
{
	const struct walk *w = &o->walk;
	const struct program *g = w->space->g;
	for (proc_id p = MAIN; p < g->processes; p++)
		while (o->first[p] && o->ending[p] && !o->lost && world_can(g, w->world.shared, world_own(g, &w->world, who), who) == CAN_NOT)
			catch_up(o, p);
}

/* The process that moved last before the beginning goes on to where it can be left for nothing. */
static void leave_first(struct order *o)
{
	while (o->who && o->first[o->who] && !o->lost && goes_on(o, o->who))
		catch_up(o, o->who);
}

static void play_all(struct order *o, bool to_the_end)
{
	const struct acts *a = o->acts;
	bool begun = false;
	for (size_t k = 0; k < a->count && !o->lost; k++) {
		proc_id p = a->list[k].who;
		if (a->list[k].later) {
			put_off(o, k);
			continue;
		}
		if (to_the_end && !begun)
			leave_first(o);
		begun = true;
		while (o->first[p])
			catch_up(o, p);
		let_end(o, p);
		play_act(o, &a->list[k]);
		while (k + 1 < a->count && a->list[k + 1].later)
			put_off(o, ++k);
		while (o->first[p] && goes_on(o, p))    /* where it sleeps, waits or ends it can be left for nothing */
			catch_up(o, p);
	}
	if (to_the_end && !begun)
		leave_first(o);
	for (proc_id p = MAIN; to_the_end && p < o->walk.space->g->processes; p++)
		while (o->first[p] && !o->lost)
			catch_up(o, p);
}

/* Those that can't be told apart are named in the order of their first actions. */
static void name_in_order(const struct space *s, struct way *way)
{
	const struct program *g = s->g;
	proc_id *name = must_have(calloc(g->processes, sizeof *name)), *given = must_have(calloc(g->groups, sizeof *given));
	for (size_t k = 0; k < way->turns; k++) {
		proc_id p = way->turn[k].who;
		uint32_t group = g->process[p].group;
		if (s->facts.alike[p] && !name[p])
			name[p] = g->group[group].first + given[group]++;
		if (name[p])
			way->turn[k].who = name[p];
	}
	free(name);
	free(given);
}

void way_clear(struct way *way)
{
	free(way->turn);
	*way = (struct way){ 0 };
}

void way_of_acts(struct search *x, struct way *way, const struct acts *a, bool to_the_end, struct global_state *at_last)
{
	uint32_t n = x->g->processes;
	struct order o = { .acts = a, .way = way, .lost = a->lost, .who = x->origin ? x->origin->last : 0 };
	o.ending = must_have(calloc(n, sizeof *o.ending));
	o.first = must_have(calloc(n, sizeof *o.first));
	o.last = must_have(calloc(n, sizeof *o.last));
	o.next = must_have(calloc(a->count + 1, sizeof *o.next));
	way_clear(way);
	walk_begin(&o.walk, &x->space);
	play_all(&o, to_the_end);
	name_in_order(&x->space, way);
	way_ends(&o.walk, way);
	way->preemptions = o.preemptions;
	way->found = !o.lost && !x->guard->abandoned;
	walk_state(&o.walk, at_last);
	walk_free(&o.walk);
	free(o.ending);
	free(o.first);
	free(o.last);
	free(o.next);
}
