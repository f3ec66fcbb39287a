/* What goes round for ever: in a dead end, and where a process starves. */
#include "sim/explore/search.h"
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
 * left (Tarjan, 1972) in which it waits somewhere, and in which each other process moves, or somewhere can't. A
 * smaller part can only be worse: the whole part decides. */

struct edge { uint32_t from, to; proc_id who; };
struct graph {
	struct search *search;
	uint32_t nodes;
	state_id *state; size_t state_room;
	struct edge *edge; size_t edges, edge_room;     /* sorted by from, as they come */
	uint32_t *first;                                /* by node: its first edge; the next node's is its end */
	uint64_t *can, *waits; size_t can_room, waits_room;     /* by node, a bit for each process: it can move; it waits */
	uint32_t now;
};
enum { MOST_PROCESSES = 64 };

static uint64_t bit_of(proc_id p) { return 1ull << p % MOST_PROCESSES; }

static uint32_t node_of(const struct graph *g, state_id id)
{
	uint32_t low = 0, high = g->nodes;
	while (low + 1 < high) {
		uint32_t middle = (low + high) / 2;
		if (g->state[middle] <= id)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static bool add_edge(void *with, const struct global_state *next, const struct move *m)
{
	struct graph *g = with;
	proc_id who = g->search->space.info[m->piece].who;
	GROW(g->edge, g->edges, g->edge_room);
	g->edge[g->edges++] = (struct edge){ g->now, node_of(g, store_find(&g->search->store, next, 0)), who };
	g->can[g->now] |= bit_of(who);
	return true;
}

static uint64_t who_waits(const struct search *x, const struct global_state *s, uint64_t can)
{
	uint64_t set = 0;
	for (uint32_t k = 0; k < s->parts; k++) {
		const struct piece_info *info = &x->space.info[s->part[k].piece];
		if (info->life == LIFE_ALIVE && info->waits && !(can & bit_of(info->who)))
			set |= bit_of(info->who);
	}
	return set;
}

/* false: a limit was reached. */
static bool make_graph(struct graph *g, struct search *x)
{
	*g = (struct graph){ .search = x };
	for (state_id id = store_first(&x->store), next; id < store_end(&x->store) && search_goes_on(x); id = next) {
		next = store_get(&x->store, id, x->at, NULL);
		GROW(g->state, g->nodes, g->state_room);
		GROW(g->can, g->nodes, g->can_room);
		GROW(g->waits, g->nodes, g->waits_room);
		g->can[g->nodes] = g->waits[g->nodes] = 0;
		g->state[g->nodes++] = id;
	}
	g->first = must_have(calloc(g->nodes + 1, sizeof *g->first));
	for (g->now = 0; g->now < g->nodes && search_goes_on(x); g->now++) {
		store_get(&x->store, g->state[g->now], x->at, NULL);
		g->first[g->now] = g->edges;
		space_moves(&x->space, x->at, x->chains, add_edge, g);
		g->waits[g->now] = who_waits(x, x->at, g->can[g->now]);
	}
	g->first[g->nodes] = g->edges;
	return search_goes_on(x) && g->edges <= UINT32_MAX;
}

static void graph_free(struct graph *g)
{
	free(g->state);
	free(g->edge);
	free(g->first);
	free(g->can);
	free(g->waits);
}

/* Tarjan's search, without recursion, without the moves of `without`. */
struct tarjan {
	const struct graph *g;
	proc_id without;
	uint32_t *index, *low, *part, *stack, *path, *edge;     /* by node; edge: where its search stands */
	uint32_t count, depth, length, parts;
};

static bool is_left_out(const struct tarjan *t, uint32_t e)
{
	return t->g->edge[e].who == t->without;
}

static void close_part(struct tarjan *t, uint32_t n)
{
	uint32_t m;
	t->parts++;
	do {
		m = t->stack[--t->depth];
		t->part[m] = t->parts;
	} while (m != n);
}

static void open_node(struct tarjan *t, uint32_t n)
{
	t->index[n] = t->low[n] = ++t->count;
	t->stack[t->depth++] = t->path[t->length++] = n;
	t->edge[n] = t->g->first[n];
}

static void search_from(struct tarjan *t, uint32_t root)
{
	open_node(t, root);
	while (t->length && search_goes_on(t->g->search)) {
		uint32_t n = t->path[t->length - 1];
		if (t->edge[n] < t->g->first[n + 1]) {
			uint32_t e = t->edge[n]++, to = t->g->edge[e].to;
			if (is_left_out(t, e))
				continue;
			if (!t->index[to])
				open_node(t, to);
			else if (!t->part[to] && t->index[to] < t->low[n])
				t->low[n] = t->index[to];
			continue;
		}
		t->length--;
		if (t->low[n] == t->index[n])
			close_part(t, n);
		if (t->length && t->low[n] < t->low[t->path[t->length - 1]])
			t->low[t->path[t->length - 1]] = t->low[n];
	}
}

static void find_parts(struct tarjan *t, const struct graph *g, proc_id without)
{
	uint32_t **arrays[] = { &t->index, &t->low, &t->part, &t->stack, &t->path, &t->edge };
	*t = (struct tarjan){ .g = g, .without = without };
	for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
		*arrays[k] = must_have(calloc(g->nodes + 1, sizeof **arrays[k]));
	for (uint32_t n = 0; n < g->nodes && !g->search->guard->over; n++)
		if (!t->index[n])
			search_from(t, n);
}

static void tarjan_free(struct tarjan *t)
{
	free(t->index);
	free(t->low);
	free(t->part);
	free(t->stack);
	free(t->path);
	free(t->edge);
}

/* Of each part: which processes move in it, can move in all of it, wait somewhere. */
struct part_sets { uint64_t moves, always_can, waits; };

static struct part_sets *sets_of_parts(const struct tarjan *t)
{
	struct part_sets *s = must_have(calloc(t->parts + 1, sizeof *s));
	for (uint32_t k = 0; k <= t->parts; k++)
		s[k].always_can = ~0ull;
	for (uint32_t n = 0; n < t->g->nodes; n++) {
		s[t->part[n]].always_can &= t->g->can[n];
		s[t->part[n]].waits |= t->g->waits[n];
	}
	for (uint32_t e = 0; e < t->g->edges; e++) {
		const struct edge *d = &t->g->edge[e];
		if (!is_left_out(t, e) && t->part[d->from] == t->part[d->to])
			s[t->part[d->from]].moves |= bit_of(d->who);
	}
	return s;
}

/* The first state of a part in which p starves, if there is one. */
static bool starves(const struct graph *g, proc_id p, state_id *where)
{
	struct tarjan t;
	bool found = false;
	if (!guard_allows(g->search->guard, 8ull * g->nodes * sizeof *t.index))
		return false;
	find_parts(&t, g, p);
	struct part_sets *s = sets_of_parts(&t);
	for (uint32_t n = 0; n < g->nodes && !found && search_goes_on(g->search); n++) {
		const struct part_sets *c = &s[t.part[n]];
		found = c->moves && !(c->always_can & ~c->moves) && c->waits & bit_of(p) && g->waits[n] & bit_of(p);
		*where = g->state[n];
	}
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
	if (!make_graph(&g, x) || !guard_allows(x->guard, 8ull * g.nodes * sizeof *t.index)) {
		graph_free(&g);
		return false;
	}
	find_parts(&t, &g, 0);
	struct part_sets *s = sets_of_parts(&t);
	for (uint32_t n = 0; n < g.nodes && !found; n++) {
		const struct part_sets *c = &s[t.part[n]];
		found = c->moves && !(c->always_can & ~c->moves) && !is_dead_end(x, g.state[n]);
	}
	found &= search_goes_on(x);
	free(s);
	tarjan_free(&t);
	graph_free(&g);
	return found;
}

/* x has searched all states, with the names of all processes. */
void find_starvation(struct search *x, struct judged *j, proc_id *who, state_id *where)
{
	struct graph g;
	*j = (struct judged){ 0 };
	if (!x->whole || x->g->processes > MOST_PROCESSES)
		return;
	bool made = make_graph(&g, x);
	for (int daemons = 0; daemons < 2 && made && !j->holds; daemons++)      /* they come last: others matter more */
		for (proc_id p = MAIN; p < x->g->processes && !j->holds; p++)
			if (x->g->group[x->g->process[p].group].daemon == daemons && starves(&g, p, where)) {
				j->holds = true;
				*who = p;
			}
	j->decided = j->holds || (made && search_goes_on(x));
	j->often = !j->decided ? OFTEN_UNKNOWN : j->holds ? OFTEN_SOMETIMES : OFTEN_NEVER;
	graph_free(&g);
}
