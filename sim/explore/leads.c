/* leads_to: whenever the first is true, the second is, then or later, under weak fairness.
 *
 * A state counts twice: once where nothing is owed, once where the first was true and the second has not been since. An
 * execution breaks it if, from some moment on, something is owed for ever: it ends so, or it goes round so (a strongly
 * connected part in which each process moves, or somewhere can't). */
#include "sim/explore/graph.h"
#include <stdlib.h>

struct leads {
	const struct graph *g;
	uint8_t *asks, *comes;          /* by state: the first is true, and not the second; the second is true */
	struct graph twice;             /* node 2n: nothing is owed; 2n + 1: something is */
	uint8_t *reached, *owed;        /* by node: it can be reached; and something is owed there */
	uint32_t *by, *line, in_line;   /* by node: the edge it was reached by, from 1; all that are reached, the nearest first */
};

bool leads_true(struct search *x, uint32_t code, const struct world *w)
{
	value v = world_peek(x->g, w->shared, NULL, 0, code, x->space.peek);
	return v != VALUE_UNSET && value_truth(x->g->pool, v);
}

static void look_at_states(struct leads *l, const struct expect *e)
{
	struct search *x = l->g->search;
	for (uint32_t n = 0; n < l->g->nodes && search_goes_on(x); n++) {
		store_get(&x->store, l->g->state[n], x->at, NULL);
		const struct world *w = space_world(&x->space, x->at);
		l->comes[n] = leads_true(x, e->later, w);
		l->asks[n] = !l->comes[n] && leads_true(x, e->code, w);
	}
}

static uint32_t twin_of(const struct leads *l, uint32_t node, bool owed)
{
	return node * 2 + (l->asks[node] || (owed && !l->comes[node]));
}

static void make_twice(struct leads *l)
{
	const struct graph *g = l->g;
	struct graph *t = &l->twice;
	*t = (struct graph){ .search = g->search, .nodes = g->nodes * 2 };
	t->state = must_have(calloc(t->nodes + 1, sizeof *t->state));
	t->can = must_have(calloc(t->nodes + 1, sizeof *t->can));
	t->waits = must_have(calloc(t->nodes + 1, sizeof *t->waits));
	t->first = must_have(calloc(t->nodes + 1, sizeof *t->first));
	t->edge = must_have(calloc(2 * g->edges + 1, sizeof *t->edge));
	for (uint32_t n = 0; n < t->nodes; n++) {
		t->state[n] = g->state[n / 2];
		t->can[n] = g->can[n / 2];
		t->first[n] = t->edges;
		for (uint32_t e = g->first[n / 2]; e < g->first[n / 2 + 1]; e++)
			t->edge[t->edges++] = (struct edge){ n, twin_of(l, g->edge[e].to, n % 2), g->edge[e].who };
	}
	t->first[t->nodes] = t->edges;
}

static void reach(struct leads *l, uint32_t node, uint32_t by)
{
	if (l->reached[node])
		return;
	l->reached[node] = true;
	l->owed[node] = node % 2;
	l->by[node] = by;
	l->line[l->in_line++] = node;
}

static void reach_all(struct leads *l)
{
	const struct graph *t = &l->twice;
	reach(l, twin_of(l, 0, false), 0);
	for (uint32_t done = 0; done < l->in_line; done++)
		for (uint32_t n = l->line[done], e = t->first[n]; e < t->first[n + 1]; e++)
			reach(l, t->edge[e].to, e + 1);
}

static bool is_end(const struct graph *t, uint32_t node) { return t->first[node] == t->first[node + 1]; }

static void route_there(struct leads *l, struct route *r, uint32_t node)
{
	struct edges back = { 0 }, on = { 0 };
	for (uint32_t n = node; l->by[n]; n = l->twice.edge[l->by[n] - 1].from) {
		GROW(back.list, back.count, back.room);
		back.list[back.count++] = l->by[n] - 1;
	}
	while (back.count) {
		GROW(on.list, on.count, on.room);
		on.list[on.count++] = back.list[--back.count];
	}
	route_edges(r, &l->twice, &on);
	r->round = r->hops;
	free(back.list);
	free(on.list);
}

/* An execution in which something stays owed: the nearest. */
static bool some_break(struct leads *l, struct route *r)
{
	struct tarjan t;
	struct edges round = { 0 };
	bool found = false;
	find_parts(&t, &l->twice, 0, l->owed);
	struct part_sets *s = sets_of_parts(&t);
	for (uint32_t k = 0; k < l->in_line && !found; k++) {
		uint32_t n = l->line[k];
		bool ends = is_end(&l->twice, n);
		found = l->owed[n] && (ends || is_fair(&s[t.part[n]]));
		if (!found)
			continue;
		route_there(l, r, n);
		if (!ends)
			go_round(&t, n, &round);
		route_edges(r, &l->twice, &round);
	}
	free(round.list);
	free(s);
	tarjan_free(&t);
	return found;
}

/* One in which it holds: again and again nothing is owed, or it ends so. */
static bool some_keep(struct leads *l)
{
	struct tarjan t;
	bool found = false;
	find_parts(&t, &l->twice, 0, l->reached);
	struct part_sets *s = sets_of_parts(&t);
	for (uint32_t k = 0; k < l->in_line && !found; k++) {
		uint32_t n = l->line[k];
		found = !l->owed[n] && (is_end(&l->twice, n) || is_fair(&s[t.part[n]]));
	}
	free(s);
	tarjan_free(&t);
	return found;
}

static void open_leads(struct leads *l, const struct graph *g)
{
	size_t nodes = 2ul * g->nodes + 1;
	*l = (struct leads){ .g = g, .asks = must_have(calloc(nodes, 1)), .comes = must_have(calloc(nodes, 1)),
		.reached = must_have(calloc(nodes, 1)), .owed = must_have(calloc(nodes, 1)),
		.by = must_have(calloc(nodes, sizeof *l->by)), .line = must_have(calloc(nodes, sizeof *l->line)) };
}

static void close_leads(struct leads *l)
{
	graph_free(&l->twice);
	free(l->asks);
	free(l->comes);
	free(l->reached);
	free(l->owed);
	free(l->by);
	free(l->line);
}

static size_t leads_bytes(const struct graph *g)
{
	return 2 * (g->nodes * (4 * sizeof(uint64_t) + 12 * sizeof(uint32_t)) + g->edges * sizeof *g->edge);
}

void find_leads_to(struct search *x, uint32_t k, struct judged *j, struct route *r)
{
	struct graph g;
	struct leads l;
	*j = (struct judged){ 0 };
	if (!x->whole || x->g->processes > MOST_PROCESSES)
		return;
	if (!make_graph(&g, x) || g.nodes > UINT32_MAX / 4 || g.edges > UINT32_MAX / 4 || !guard_allows(x->guard, leads_bytes(&g))) {
		graph_free(&g);
		return;
	}
	open_leads(&l, &g);
	look_at_states(&l, &x->g->expect[k]);
	make_twice(&l);
	reach_all(&l);
	bool breaks = some_break(&l, r), keeps = some_keep(&l);
	if (search_goes_on(x))
		*j = (struct judged){ .decided = true, .holds = !breaks, .often = !breaks ? OFTEN_ALWAYS : keeps ? OFTEN_SOMETIMES : OFTEN_NEVER };
	close_leads(&l);
	graph_free(&g);
}
