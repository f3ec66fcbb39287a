/* All states and moves as a graph: the parts in which it goes round, and how. */
#include "sim/explore/graph.h"
#include <stdlib.h>
#include "sim/explore/inside.h"

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

bool make_graph(struct graph *g, struct search *x)
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

void graph_free(struct graph *g)
{
	free(g->state);
	free(g->edge);
	free(g->first);
	free(g->can);
	free(g->waits);
}

static bool is_left_out(const struct tarjan *t, uint32_t e)
{
	const struct edge *d = &t->g->edge[e];
	return d->who == t->without || (t->only && !(t->only[d->from] && t->only[d->to]));
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

void find_parts(struct tarjan *t, const struct graph *g, proc_id without, const uint8_t *only)
{
	uint32_t **arrays[] = { &t->index, &t->low, &t->part, &t->stack, &t->path, &t->edge };
	*t = (struct tarjan){ .g = g, .without = without, .only = only };
	for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
		*arrays[k] = must_have(calloc(g->nodes + 1, sizeof **arrays[k]));
	for (uint32_t n = 0; n < g->nodes && !g->search->guard->over; n++)
		if (!t->index[n] && (!only || only[n]))
			search_from(t, n);
}

void tarjan_free(struct tarjan *t)
{
	free(t->index);
	free(t->low);
	free(t->part);
	free(t->stack);
	free(t->path);
	free(t->edge);
}

struct part_sets *sets_of_parts(const struct tarjan *t)
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

/* ---- once round ---- */

/* What is still to be met on the way round: by each process, a move of it, or a node in which it can't move. */
struct round {
	const struct tarjan *t;
	struct edges *edges;
	uint32_t *by, *line;            /* by node: the edge it was come to by, from 1; those in line */
	uint64_t left;
	uint32_t home;
};

static void take_edge(struct round *r, uint32_t e)
{
	const struct edge *d = &r->t->g->edge[e];
	GROW(r->edges->list, r->edges->count, r->edges->room);
	r->edges->list[r->edges->count++] = e;
	r->left &= ~bit_of(d->who) & r->t->g->can[d->to];
}

/* The edges to a node, as its search came there. */
static void take_way(struct round *r, uint32_t from, uint32_t to)
{
	struct edges back = { 0 };
	for (; to != from; to = r->t->g->edge[r->by[to] - 1].from) {
		GROW(back.list, back.count, back.room);
		back.list[back.count++] = r->by[to] - 1;
	}
	while (back.count)
		take_edge(r, back.list[--back.count]);
	free(back.list);
}

/* Is something met by this edge that is to be met? Nothing is left: back home. */
static bool is_wanted(const struct round *r, const struct edge *d)
{
	return r->left ? r->left & bit_of(d->who) || r->left & ~r->t->g->can[d->to] : d->to == r->home;
}

/* The nearest such edge from here, and where it leads. */
static uint32_t go_to_wanted(struct round *r, uint32_t from)
{
	const struct graph *g = r->t->g;
	uint32_t in_line = 0, done = 0;
	for (uint32_t n = 0; n < g->nodes; n++)
		r->by[n] = 0;
	for (r->line[in_line++] = from; done < in_line; done++) {
		uint32_t n = r->line[done];
		for (uint32_t e = g->first[n]; e < g->first[n + 1]; e++) {
			uint32_t to = g->edge[e].to;
			if (is_left_out(r->t, e) || r->t->part[to] != r->t->part[from])
				continue;
			if (is_wanted(r, &g->edge[e])) {
				take_way(r, from, n);
				take_edge(r, e);
				return to;
			}
			if (to != from && !r->by[to]) {
				r->by[to] = e + 1;
				r->line[in_line++] = to;
			}
		}
	}
	r->left = 0;                    /* nothing of the part meets it: it is not fair */
	return from;
}

void go_round(const struct tarjan *t, uint32_t node, struct edges *edges)
{
	const struct graph *g = t->g;
	struct round r = { .t = t, .edges = edges, .left = g->can[node], .home = node };
	uint32_t at = node;
	r.by = must_have(calloc(g->nodes + 1, sizeof *r.by));
	r.line = must_have(calloc(g->nodes + 1, sizeof *r.line));
	while (r.left && search_goes_on(g->search))
		at = go_to_wanted(&r, at);
	if (at != node || !edges->count)
		go_to_wanted(&r, at);
	free(r.by);
	free(r.line);
}

void route_edges(struct route *r, const struct graph *g, const struct edges *edges)
{
	for (size_t k = 0; k < edges->count; k++) {
		const struct edge *d = &g->edge[edges->list[k]];
		route_add(r, g->state[d->from], g->state[d->to], d->who);
	}
}
