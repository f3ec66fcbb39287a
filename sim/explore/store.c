/* States, packed into bytes: numbers that are small take one byte, and most are. */
#include "sim/explore/store.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "sim/base/arena.h"

enum { LARGEST_NUMBER = 5 };            /* bytes of one, at most */
enum { FIRST_CELLS = 1 << 16, FIRST_SLOTS = 1 << 10 };
static const size_t most_cells = (size_t)1 << 31;       /* so that twice a state_id is a number of 32 bits, too */

/* Memory comes as it is written to. NULL: there is none. */
static void *map(void *old, size_t was, size_t bytes)
{
	void *at = old ? mremap(old, was, bytes, MREMAP_MAYMOVE)
	               : mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return at == MAP_FAILED ? NULL : at;
}

bool store_open(struct store *s, const struct program *g, struct guard *guard)
{
	*s = (struct store){ .room = FIRST_CELLS, .used = 1, .slots = FIRST_SLOTS, .most = guard->limits->states, .guard = guard };
	s->cells = map(NULL, 0, s->room * sizeof *s->cells);
	s->slot = map(NULL, 0, s->slots * sizeof *s->slot);
	if (!s->cells || !s->slot)
		return false;
	s->packed_room = (g->processes + 4) * 2 * LARGEST_NUMBER;
	s->packed = must_have(malloc(s->packed_room));
	s->soon_packed = must_have(malloc(s->packed_room * AT_ONCE));
	s->soon = must_have(calloc(AT_ONCE, sizeof *s->soon));
	return true;
}

void store_close(struct store *s)
{
	munmap(s->cells, s->room * sizeof *s->cells);
	munmap(s->slot, s->slots * sizeof *s->slot);
	free(s->packed);
	free(s->soon_packed);
	free(s->soon);
}

/* ---- packing ---- */

static uint8_t *put_number(uint8_t *to, uint32_t n)
{
	for (; n >= 128; n >>= 7)
		*to++ = n | 128;
	*to++ = n;
	return to;
}

static const uint8_t *get_number(const uint8_t *from, uint32_t *n)
{
	*n = 0;
	for (int shift = 0; ; shift += 7) {
		*n |= (uint32_t)(*from & 127) << shift;
		if (!(*from++ & 128))
			return from;
	}
}

static size_t pack(uint8_t *packed, const struct global_state *state, uint32_t tag)
{
	uint8_t *to = packed;
	uint32_t before = 0;
	to = put_number(to, state->shared);
	to = put_number(to, state->parts * 2 + state->uncaught);
	to = put_number(to, tag);
	for (uint32_t k = 0; k < state->parts; k++) {
		bool many = state->part[k].count > 1;
		to = put_number(to, (state->part[k].piece - before) * 2 + many);
		if (many)
			to = put_number(to, state->part[k].count);
		before = state->part[k].piece;
	}
	return to - packed;
}

state_id store_get(const struct store *s, state_id id, struct global_state *state, uint32_t *tag)
{
	const uint8_t *from = (const uint8_t *)(s->cells + id + 1);
	uint32_t n, piece = 0, ignored;
	from = get_number(from, &state->shared);
	from = get_number(from, &n);
	from = get_number(from, tag ? tag : &ignored);
	state->parts = n / 2;
	state->uncaught = n & 1;
	for (uint32_t k = 0; k < state->parts; k++) {
		from = get_number(from, &n);
		piece += n / 2;
		state->part[k] = (struct part){ piece, 1 };
		if (n & 1)
			from = get_number(from, &state->part[k].count);
	}
	return id + 1 + (from - (const uint8_t *)(s->cells + id + 1) + 3) / 4;
}

/* ---- finding ---- */

/* Twice as many, in the same memory: there is never a second table. An entry that is taken out finds its new slot free, or
 * one that was freed before it: a run of full slots is gone through in order, and begins after an empty one. */
static bool more_slots(struct store *s)
{
	size_t was = s->slots, slots = was * 2, empty = 0;
	uint64_t *slot = guard_allows(s->guard, was * sizeof *slot) ? map(s->slot, was * sizeof *slot, slots * sizeof *slot) : NULL;
	if (!slot) {
		guard_stop(s->guard, STOP_MEMORY);
		return false;
	}
	s->slot = slot;
	while (slot[empty])
		empty++;
	for (size_t n = 1; n <= was; n++) {
		size_t from = (empty + n) & (was - 1);
		uint64_t one = slot[from];
		slot[from] = 0;
		size_t to = one >> 32 & (slots - 1);
		while (one && slot[to])
			to = (to + 1) & (slots - 1);
		if (one)
			slot[to] = one;
	}
	s->slots = slots;
	madvise(slot, slots * sizeof *slot, MADV_HUGEPAGE);     /* it is looked into all over: fewer pages, fewer misses */
	return true;
}

static bool more_cells(struct store *s)
{
	size_t bytes = s->room * sizeof *s->cells;
	uint32_t *cells = s->room < most_cells ? map(s->cells, bytes, 2 * bytes) : NULL;
	if (!cells) {
		guard_stop(s->guard, STOP_MEMORY);
		return false;
	}
	s->cells = cells;
	s->room *= 2;
	return true;
}

/* The slot where this one is, or would be. The hash's upper half is kept with the number. */
static size_t slot_of(const struct store *s, const uint8_t *packed, size_t bytes, uint64_t hash)
{
	uint32_t mark = hash >> 32;
	size_t k = mark & (s->slots - 1);
	for (; s->slot[k]; k = (k + 1) & (s->slots - 1))
		if (s->slot[k] >> 32 == mark && !memcmp(s->cells + (uint32_t)s->slot[k] + 1, packed, bytes))
			break;
	return k;
}

state_id store_find(struct store *s, const struct global_state *state, uint32_t tag)
{
	size_t bytes = pack(s->packed, state, tag);
	return (state_id)s->slot[slot_of(s, s->packed, bytes, hash_bytes(s->packed, bytes))];
}

static state_id put(struct store *s, const uint8_t *packed, size_t bytes, uint64_t hash, state_id from, bool *is_new)
{
	if (s->count >= s->slots / 4 * 3 && !more_slots(s))
		return 0;
	size_t k = slot_of(s, packed, bytes, hash);
	*is_new = !s->slot[k];
	if (s->slot[k])
		return (state_id)s->slot[k];
	if (s->count >= s->most || (s->used + 2 + bytes / 4 >= s->room && !more_cells(s)))
		return 0;
	state_id id = s->used;
	s->cells[id] = from;
	memcpy(s->cells + id + 1, packed, bytes);
	s->used += 1 + (bytes + 3) / 4;
	s->slot[k] = hash >> 32 << 32 | id;
	s->count++;
	return id;
}

state_id store_put(struct store *s, const struct global_state *state, uint32_t tag, state_id from, bool *is_new)
{
	size_t bytes = pack(s->packed, state, tag);
	return put(s, s->packed, bytes, hash_bytes(s->packed, bytes), from, is_new);
}

/* ---- many in one go ---- */

bool store_soon(struct store *s, const struct global_state *state)
{
	if (s->soons == AT_ONCE)
		return false;
	uint8_t *packed = s->soon_packed + s->soons * s->packed_room;
	struct soon *soon = &s->soon[s->soons++];
	soon->bytes = pack(packed, state, 0);
	soon->hash = hash_bytes(packed, soon->bytes);
	__builtin_prefetch(&s->slot[soon->hash >> 32 & (s->slots - 1)]);
	return true;
}

/* Their slots have come: now for what most of them name. */
static void ask_for_cells(const struct store *s, uint32_t n)
{
	for (uint32_t k = 0; !n && k < s->soons; k++)
		__builtin_prefetch(s->cells + (uint32_t)s->slot[s->soon[k].hash >> 32 & (s->slots - 1)]);
}

state_id store_next(struct store *s, uint32_t n, state_id from, bool *is_new)
{
	ask_for_cells(s, n);
	return put(s, s->soon_packed + n * s->packed_room, s->soon[n].bytes, s->soon[n].hash, from, is_new);
}

state_id store_seek(struct store *s, uint32_t n)
{
	ask_for_cells(s, n);
	return (state_id)s->slot[slot_of(s, s->soon_packed + n * s->packed_room, s->soon[n].bytes, s->soon[n].hash)];
}

size_t store_bytes(const struct store *s)
{
	return s->used * sizeof *s->cells + s->slots * sizeof *s->slot;
}
