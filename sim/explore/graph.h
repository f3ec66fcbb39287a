/* Inside sim/explore only: all states and moves as a graph, the parts in which it goes round, and ways through them. */
#ifndef EXPLORE_GRAPH_H
#define EXPLORE_GRAPH_H
#include "sim/explore/search.h"

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
static inline uint64_t bit_of(proc_id p) { return 1ull << p % MOST_PROCESSES; }

bool make_graph(struct graph *, struct search *);       /* false: a limit was reached */
void graph_free(struct graph *);

/* Tarjan's search for strongly connected parts (1972), without recursion; without the moves of `without`, and, if `only` is
 * given, among those nodes alone. The parts count from 1; 0: left out. */
struct tarjan {
	const struct graph *g;
	proc_id without;
	const uint8_t *only;
	uint32_t *index, *low, *part, *stack, *path, *edge;     /* by node; edge: where its search stands */
	uint32_t count, depth, length, parts;
};
void find_parts(struct tarjan *, const struct graph *, proc_id without, const uint8_t *only);
void tarjan_free(struct tarjan *);
static inline size_t tarjan_bytes(const struct graph *g) { return 8ull * g->nodes * sizeof(uint32_t); }

/* Of each part: which processes move in it, can move in all of it, wait somewhere. */
struct part_sets { uint64_t moves, always_can, waits; };
struct part_sets *sets_of_parts(const struct tarjan *);
/* Can it go round there for ever, every process that can always move moving in the end? A smaller part can only be worse: the
 * whole part decides. */
static inline bool is_fair(const struct part_sets *c) { return c->moves && !(c->always_can & ~c->moves); }

/* Edges, one after the other. */
struct edges { uint32_t *list; size_t count, room; };
/* Once round in the part of this node, back to it, so that it is fair. */
void go_round(const struct tarjan *, uint32_t node, struct edges *round);
void route_edges(struct route *, const struct graph *, const struct edges *);    /* the route goes on by them */
#endif
