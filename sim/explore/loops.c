/* What goes round for ever: in a dead end, and where a process starves. */
#include "sim/explore/graph.h"
#include <stdlib.h>
#include <string.h>
#include "sim/explore/inside.h"

enum { LONG_WALK = 20000 };

/* ---- the loop of a dead end ---- */

/* The process that can move and did so longest ago. 0: none can. */
static proc_id next_in_turn(const struct walk *w, const uint64_t *moved)
{
	const struct program *g = w->space->g;
	proc_id best = 0;
	for (proc_id p = MAIN; p < g->processes; p++)
		if (world_can(g, w->world.shared, world_own(g, &w->world, p), p) != CAN_NOT && (!best || moved[p] < moved[best]))
			best = p;
	return best;
}

/* The default main does not wait for its turn. */
static bool main_is_next(const struct walk *w)
{
	const struct program *g = w->space->g;
	const cell *own = world_own(g, &w->world, MAIN);
	return g->default_main && !((const struct own *)own)->asleep && world_can(g, w->world.shared, own, MAIN) != CAN_NOT;
}

static void move_in_turn(struct walk *w, struct way *way, uint64_t *moved)
{
	proc_id p = main_is_next(w) ? MAIN : next_in_turn(w, moved);
	moved[p] = w->steps + 1;
	walk_on(w, way, w->piece[p], NULL, p);
}

static void walk_way(struct search *x, struct walk *w, const struct way *way)
{
	for (size_t k = 0; k < way->turns; k++)
		for (uint32_t n = 0; n < way->turn[k].times && search_goes_on(x); n++) {
			walk_settle(w, way->turn[k].who);
			walk_step(w, way->turn[k].who, way->turn[k].draw);
		}
	walk_settle(w, 0);
}

/* From a dead end on, all processes move in turn; the first state that comes again closes the loop. */
void find_dead_loop(struct search *x)
{
	struct way *way = &x->out->dead_end.way;
	struct walk w;
	struct store seen;
	bool is_new = true;
	if (!way->found || !store_open(&seen, x->g, x->guard))
		return;
	uint64_t *moved = must_have(calloc(x->g->processes, sizeof *moved));
	struct way on = { 0 };
	walk_begin(&w, &x->space);
	walk_way(x, &w, way);
	for (uint32_t n = 0; n < LONG_WALK && is_new && search_goes_on(x) && next_in_turn(&w, moved); n++) {
		walk_state(&w, x->other);
		store_put(&seen, x->other, 0, 0, &is_new);
		if (is_new)
			move_in_turn(&w, &on, moved);
	}
	on.found = !is_new && search_goes_on(x);
	on.steps = w.steps;
	x->out->dead_loop = on;
	walk_free(&w);
	store_close(&seen);
	free(moved);
}

/* ---- starvation ----
 * A process starves if the others can go round for ever, every process that can always move moving in the end (weak
 * fairness), while it waits and never moves. So: take away its moves; look for a strongly connected part of what is
 * left (Tarjan, 1972) in which it waits somewhere, and in which each other process moves, or somewhere can't. */

/* The first state of a part in which p starves, if there is one. */
static bool starves(const struct graph *g, proc_id p, struct route *route)
{
	struct tarjan t;
	struct edges round = { 0 };
	bool found = false;
	if (!guard_allows(g->search->guard, tarjan_bytes(g)))
		return false;
	find_parts(&t, g, p, NULL);
	struct part_sets *s = sets_of_parts(&t);
	for (uint32_t n = 0; n < g->nodes && !found && search_goes_on(g->search); n++) {
		const struct part_sets *c = &s[t.part[n]];
		found = is_fair(c) && c->waits & bit_of(p) && g->waits[n] & bit_of(p);
		if (found) {
			route_to(g->search, route, g->state[n]);
			go_round(&t, n, &round);
			route_edges(route, g, &round);
		}
	}
	free(round.list);
	free(s);
	tarjan_free(&t);
	return found;
}

/* The parts are those of the states that the search has stored: of processes that can't be told apart, one moves for all. So it may
 * take an execution for fair that is not quite; but there is one, and it does not stop. */
bool some_go_on(struct search *x)
{
	struct graph g;
	struct tarjan t;
	bool found = false;
	if (!make_graph(&g, x) || !guard_allows(x->guard, tarjan_bytes(&g))) {
		graph_free(&g);
		return false;
	}
	find_parts(&t, &g, 0, NULL);
	struct part_sets *s = sets_of_parts(&t);
	for (uint32_t n = 0; n < g.nodes && !found; n++) {
		const struct part_sets *c = &s[t.part[n]];
		found = is_fair(c) && !is_dead_end(x, g.state[n]);
	}
	found &= search_goes_on(x);
	free(s);
	tarjan_free(&t);
	graph_free(&g);
	return found;
}

/* x has searched all states, with the names of all processes. */
void find_starvation(struct search *x, struct judged *j, proc_id *who, struct route *route)
{
	struct graph g;
	*j = (struct judged){ 0 };
	if (!x->whole || x->g->processes > MOST_PROCESSES)
		return;
	bool made = make_graph(&g, x);
	for (int daemons = 0; daemons < 2 && made && !j->holds; daemons++)      /* they come last: others matter more */
		for (proc_id p = MAIN; p < x->g->processes && !j->holds; p++)
			if (x->g->group[x->g->process[p].group].daemon == daemons && starves(&g, p, route)) {
				j->holds = true;
				*who = p;
			}
	j->decided = j->holds || (made && search_goes_on(x));
	j->often = !j->decided ? OFTEN_UNKNOWN : j->holds ? OFTEN_SOMETIMES : OFTEN_NEVER;
	graph_free(&g);
}
