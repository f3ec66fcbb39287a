/* Things that are stored once: strings of cells, each with a number, 1, 2, .. */
#ifndef EXPLORE_PIECES_H
#define EXPLORE_PIECES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "sim/explore/limits.h"

struct pieces {
	struct guard *guard;
	uint32_t *cells; size_t used, room;             /* all of them, one after the other */
	size_t *at; size_t count, at_room;              /* where each begins; the next one's begin is its end */
	uint32_t *slot; size_t slots;                   /* by hash: their numbers */
};
/* The number of this one; it is added if it is new. */
uint32_t piece_of(struct pieces *, const uint32_t *cells, size_t count);
static inline const uint32_t *piece_cells(const struct pieces *s, uint32_t n, size_t *count)
{
	*count = s->at[n + 1] - s->at[n];
	return s->cells + s->at[n];
}
size_t pieces_bytes(const struct pieces *);
void pieces_free(struct pieces *);
uint64_t hash_bytes(const void *, size_t bytes);
static inline uint64_t hash_mix(uint64_t h)     /* the end of MurmurHash3 (Appleby), which spreads every bit */
{
	h = (h ^ h >> 33) * 0xff51afd7ed558ccdull;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53ull;
	return h ^ h >> 33;
}
#endif
