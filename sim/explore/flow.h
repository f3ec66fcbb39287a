/* The ways through the code, as a graph. Its nodes are the instructions; each block that handlers stand around: from an
 * instruction a way leads to the innermost one around it, from there to its handlers, and to the block around it; and
 * all that is handed to pools. So there are not many more ways than instructions. */
#ifndef EXPLORE_FLOW_H
#define EXPLORE_FLOW_H
#include "sim/explore/limits.h"
#include "sim/world/world.h"

struct flow_block { uint32_t from, to, outer, first, count; };  /* outer: a node, or 0; its handlers: `count` from `first` */
struct flow {
	const struct program *g;
	struct guard *guard;
	uint32_t nodes;
	struct flow_block *block; uint32_t blocks;      /* outer ones come before those inside them */
	uint32_t *handler;              /* handlers, block by block */
	uint32_t *inner;                /* by instruction: the node of the innermost block around it, or 0 */
	uint32_t *task, *callback; uint32_t tasks, callbacks;  /* what is handed to pools, and is called back: where it begins */
	uint32_t *seen, now;            /* by node: seen in the walk `now` */
	uint32_t *list; size_t count;   /* those that the last walk came to */
};
/* Stopped by the guard, these do less than they should, and what they found must not be used. */
void flow_open(struct flow *, const struct program *, struct guard *);
void flow_close(struct flow *);
/* Where the k-th way from a node leads. false: there are no more. */
bool flow_next(const struct flow *, uint32_t node, uint32_t k, uint32_t *to);
/* The k-th of those that go on in the same function, without an exception. */
bool flow_on(const struct flow *, uint32_t pc, uint32_t k, uint32_t *to);
static inline bool flow_is_code(const struct flow *f, uint32_t node) { return node < f->g->codes; }
/* Walks to all nodes that can be come to from here: f->list has them. */
void flow_walk(struct flow *, uint32_t from);
/* The same inside a block of `atomic`: up to the next action, without exceptions. Is never stopped. */
void flow_walk_block(struct flow *, uint32_t from);

/* Called for each strongly connected part of the graph, after those that ways lead to from it (Tarjan, 1972). */
typedef void on_part(void *with, const uint32_t *node, uint32_t count);
void flow_parts(const struct flow *, on_part *, void *with);
#endif
