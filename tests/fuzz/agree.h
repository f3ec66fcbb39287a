/* What the explorer finds of a program, with and without reductions, is the same. */
#ifndef FUZZ_AGREE_H
#define FUZZ_AGREE_H
#include <assert.h>
#include "sim/explore/explore.h"
#include "sim/schedule/play.h"

/* Only where both could be finished. */
static inline void agree(const struct program *g, const struct exploration *a, const struct exploration *b)
{
	if (!a->complete || !b->complete)
		return;
	assert(a->deadlock.often == b->deadlock.often);
	assert(a->dead_end.often == b->dead_end.often);
	assert(a->endless == b->endless);
	assert(a->outcomes == b->outcomes);
	assert(a->exceptions == b->exceptions);
	for (size_t k = 0; k < g->expects; k++)
		assert(a->expect[k].often == b->expect[k].often);
}

static inline void search(const struct program *g, uint64_t states)
{
	struct exploration reduced = { 0 }, full = { 0 };
	const struct limits limits = { .states = states, .until = now_micros() + 2000000, .verdicts_only = true };
	if (explore(g, NULL, true, &limits, &reduced) && explore(g, NULL, false, &limits, &full))
		agree(g, &reduced, &full);
	exploration_free(&reduced);
	exploration_free(&full);
}

/* To its end, or until a million time slices are without an action. A process may take its time to answer. */
static inline void play_out(struct play *y)
{
	uint64_t before;
	do
		before = y->at->steps;
	while (play_step(y) && (y->at->steps != before || y->stalled.who));
}
#endif
