/* Where states are kept: each once, packed, whole; two are equal only if all of them is. What is kept with a
 * state is where it came from. A state is known by a number, which rises in the order of coming. */
#ifndef EXPLORE_STORE_H
#define EXPLORE_STORE_H
#include "sim/explore/space.h"

typedef uint32_t state_id;              /* 0: none */
enum { AT_ONCE = 64 };                  /* states that are looked up in one go */
struct store {
	uint32_t *cells;
	size_t room, used;
	uint64_t *slot; size_t slots;   /* by hash: a part of the hash, and the state */
	uint64_t count, most;           /* states that are kept; that may be: as many as the guard's limits say */
	struct guard *guard;
	uint8_t *packed;                /* one state, being packed */
	struct soon { uint32_t bytes; uint64_t hash; } *soon; uint32_t soons;   /* those that are to be put soon: */
	uint8_t *soon_packed; size_t packed_room;                               /* packed, at equal distances */
};
/* false: no memory; errno */
bool store_open(struct store *, const struct program *, struct guard *);
void store_close(struct store *);
/* The number of a state; it is added if it is new. tag: told apart from the same state with another tag.
 * 0: a limit leaves no room for more: on memory, if the guard says so, else on states. */
state_id store_put(struct store *, const struct global_state *, uint32_t tag, state_id from, bool *is_new);
/* To put many at less cost: memory is asked for them all (store_soon) before the first is looked for (store_next).
 * store_soon: false if that many are waiting already. store_next: with untagged states, in the same order, the n-th. */
bool store_soon(struct store *, const struct global_state *);
state_id store_next(struct store *, uint32_t n, state_id from, bool *is_new);
state_id store_seek(struct store *, uint32_t n);       /* as store_next; but it is not added: 0: it is not there */
static inline void store_no_more(struct store *s) { s->soons = 0; }
state_id store_find(struct store *, const struct global_state *, uint32_t tag);
/* Read back. Returns the next one in the order of coming. */
state_id store_get(const struct store *, state_id, struct global_state *, uint32_t *tag);
static inline state_id store_from(const struct store *s, state_id id) { return s->cells[id]; }
static inline state_id store_first(const struct store *s) { return s->count ? 1 : 0; }
static inline state_id store_end(const struct store *s)  { return s->used; }
/* No two numbers are nearer than this where each state has that many parts: a number takes a byte at least. */
static inline uint32_t store_apart(uint32_t parts) { return 1 + (3 + parts + 3) / 4; }
size_t store_bytes(const struct store *);
#endif
