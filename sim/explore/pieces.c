/* Strings of cells, stored once, found by an open hash table; equal ones are compared, not only hashed. */
#include "sim/explore/pieces.h"
#include <stdlib.h>
#include <string.h>
#include "sim/base/arena.h"

uint64_t hash_bytes(const void *bytes, size_t n)
{
	const unsigned char *at = bytes;
	uint64_t h = n * 0x9e3779b97f4a7c15ull, word;
	for (; n >= 8; n -= 8, at += 8) {
		memcpy(&word, at, 8);
		h = (h ^ word) * 0x9fb21c651e98df25ull;
		h ^= h >> 29;
	}
	word = 0;
	memcpy(&word, at, n);
	return hash_mix(h ^ word);
}

/* Where memory is at its limit, the table gets fuller: the search, which is stopped by that, needs few more. */
static bool is_full(struct pieces *s)
{
	size_t bytes = s->slots * 2 * sizeof *s->slot;
	if ((s->count + 1) * 2 <= s->slots)
		return false;
	return s->count + 1 > s->slots / 8 * 7 || guard_allows(s->guard, bytes);
}

static void make_room(struct pieces *s)
{
	size_t slots = s->slots ? s->slots * 2 : 64;
	free(s->slot);
	s->slot = must_have(calloc(slots, sizeof *s->slot));
	s->slots = slots;
	for (uint32_t n = 1; n <= s->count; n++) {
		size_t count;
		const uint32_t *cells = piece_cells(s, n, &count);
		size_t k = hash_bytes(cells, count * sizeof *cells) & (slots - 1);
		while (s->slot[k])
			k = (k + 1) & (slots - 1);
		s->slot[k] = n;
	}
}

static uint32_t add(struct pieces *s, const uint32_t *cells, size_t count)
{
	while (s->used + count >= s->room)      /* also for an empty one, which then has an address */
		s->cells = grow(s->cells, &s->room, sizeof *s->cells);
	memcpy(s->cells + s->used, cells, count * sizeof *cells);
	s->used += count;
	while (s->count + 3 > s->at_room)
		s->at = grow(s->at, &s->at_room, sizeof *s->at);
	s->count++;
	s->at[s->count] = s->used - count;
	s->at[s->count + 1] = s->used;
	return s->count;
}

uint32_t piece_of(struct pieces *s, const uint32_t *cells, size_t count)
{
	if (is_full(s))
		make_room(s);
	size_t k = hash_bytes(cells, count * sizeof *cells) & (s->slots - 1);
	for (; s->slot[k]; k = (k + 1) & (s->slots - 1)) {
		size_t n;
		const uint32_t *same = piece_cells(s, s->slot[k], &n);
		if (n == count && !memcmp(same, cells, n * sizeof *cells))
			return s->slot[k];
	}
	return s->slot[k] = add(s, cells, count);
}

size_t pieces_bytes(const struct pieces *s)
{
	return s->room * sizeof *s->cells + s->at_room * sizeof *s->at + s->slots * sizeof *s->slot;
}

void pieces_free(struct pieces *s)
{
	free(s->cells);
	free(s->at);
	free(s->slot);
	*s = (struct pieces){ .guard = s->guard };
}
