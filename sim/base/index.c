/* Chains: each thing knows the one before it in its chain, so the newest can be taken away again. */
#include "sim/base/index.h"
#include "sim/base/arena.h"
#include <stdlib.h>

enum { FIRSTS = 64 };

uint32_t hash_text(const char *s)
{
	uint64_t h = 14695981039346656037u;
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return (uint32_t)(h ^ h >> 32);
}

uint32_t hash_number(uint32_t n)
{
	uint64_t h = n * 0x9e3779b97f4a7c15u;
	return (uint32_t)(h ^ h >> 32);
}

static uint32_t *first_of(const struct index *x, uint32_t hash)
{
	return &x->first[hash & (x->firsts - 1)];
}

static void link_in(struct index *x, uint32_t number)
{
	uint32_t *first = first_of(x, x->of[number].hash);
	x->of[number].next = *first;
	*first = number;
}

/* As many chains as things, or more: they stay short. */
static void widen(struct index *x)
{
	size_t wanted = x->firsts ? 2 * x->firsts : FIRSTS;
	free(x->first);
	x->first = must_have(calloc(wanted, sizeof *x->first));
	x->firsts = wanted;
	for (size_t i = 0; i < wanted; i++)
		x->first[i] = INDEX_END;
	for (size_t i = 0; i < x->count; i++)
		link_in(x, (uint32_t)i);
}

void index_add(struct index *x, uint32_t hash)
{
	if (x->count >= x->firsts)
		widen(x);
	GROW(x->of, x->count, x->room);
	x->of[x->count].hash = hash;
	link_in(x, (uint32_t)x->count++);
}

bool index_next(const struct index *x, uint32_t hash, uint32_t *at)
{
	if (!x->count)
		return false;
	uint32_t i = *at == INDEX_END ? *first_of(x, hash) : x->of[*at].next;
	while (i != INDEX_END && x->of[i].hash != hash)
		i = x->of[i].next;
	*at = i;
	return i != INDEX_END;
}

void index_cut(struct index *x, size_t count)
{
	for (; x->count > count; x->count--)
		*first_of(x, x->of[x->count - 1].hash) = x->of[x->count - 1].next;
}

void index_free(struct index *x)
{
	free(x->of);
	free(x->first);
	*x = (struct index){ 0 };
}
