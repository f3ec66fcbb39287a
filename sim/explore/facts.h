/* What is known of a program before it is explored, from its code alone: what each point of it may still
 * touch, which variables can't be read any more, which processes can't be told apart. */
#ifndef EXPLORE_FACTS_H
#define EXPLORE_FACTS_H
#include "sim/explore/origin.h"
#include "sim/explore/flow.h"
#include "sim/world/footprint.h"

struct facts {
	const struct program *g;
	bool reduce;            /* false: no reductions; then nothing is alike, dead or safe */
	uint32_t words;         /* of 64 bits, for a set of things */
	struct guard *guard;
	struct flow *flow;      /* the ways through the code; its walks are made again and again */
	uint64_t *future; uint32_t futures; size_t future_room; /* what may be read, `words`, then what may be written: .. */
	uint32_t *future_of;    /* by node of the ways: .. which of these from there on */
	bool *circle;           /* by node: it can be come to again from itself */
	uint64_t *live;         /* by node: which of its frame's first 64 slots may still be read */
	uint64_t *seen;         /* what the expectations over all states depend on */
	uint64_t *others;       /* the things that are part of what other processes are */
	bool *alike;            /* by process: it can't be told apart from the others of its group */
	bool *prey;             /* by process: a process may send it a signal */
	bool *parent;           /* by process: it may start others */
	bool *shares;           /* by process: another sees its variables, or its private steps see who its parent is */
	bool *owned;            /* by object: it matters who owns it */
	bool unknown;           /* there are instructions that may touch everything: nobody is alike */
	bool any_prey;
	bool violence;          /* some process may be killed, or crash */
	bool served;            /* managers live as long as any process may ask them */
	bool arrivals_noticed;  /* a process may notice whether the default main has started a process yet */
	bool main_seen;         /* expectations over all states may see what the default main does */
};
enum { REDUCE_NOTHING, REDUCE_ALL };

/* Stopped by the guard: then the facts must not be used. */
void facts_make(struct facts *, const struct program *, bool reduce, const struct origin *, struct guard *);
void facts_free(struct facts *);

/* What p's next action touches, added to the sets. */
void facts_touch(const struct facts *, const cell *own, proc_id p, uint64_t *reads, uint64_t *writes);
/* What p may touch from here on, added to the sets: in its function, and in those that called it. */
void facts_future(const struct facts *, const cell *own, proc_id p, uint64_t *reads, uint64_t *writes);
/* The same for a process that was not started yet. */
void facts_future_of_new(const struct facts *, proc_id p, uint64_t *reads, uint64_t *writes);

/* The slots that may still be read in a frame when the call that returns to `back` is over. */
uint64_t facts_live_after_call(const struct facts *, uint32_t back, bool handler);
/* Does code that only looks (an expectation's) look at processes, or at which of them wait? */
bool facts_peeks_at_processes(const struct facts *, uint32_t code);
/* Has the program no loop that can be come to, and no function that calls itself? Then no state comes twice. */
bool facts_loop_free(const struct facts *);

static inline bool bit_is(const uint64_t *set, uint32_t n) { return set[n / 64] >> n % 64 & 1; }
static inline void bit_add(uint64_t *set, uint32_t n)      { set[n / 64] |= 1ull << n % 64; }
/* Lives are written by several, but each process's own are not: so two writes of them never meet. */
static inline uint64_t bits_that_meet(uint32_t word)       { return word ? ~0ull : ~0ull << LIFE_THINGS; }
#endif
