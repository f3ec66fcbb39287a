/* Arenas are chains of blocks; only the newest block is filled. */
#include "sim/base/arena.h"
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1 << 14, EXIT_MEMORY = 5 };

struct arena_block {
	struct arena_block *before;
	size_t used, room;
	alignas(max_align_t) char at[];
};

void *must_have(void *memory)
{
	if (memory)
		return memory;
	fputs("forklore: out of memory\n", stderr);
	exit(EXIT_MEMORY);
}

void *grow(void *array, size_t *room, size_t element)
{
	size_t wanted = *room ? *room * 2 : 8;

	if (wanted < *room)
		must_have(NULL);
	*room = wanted;
	return must_have(reallocarray(array, wanted, element));
}

static struct arena_block *add_block(struct arena *a, size_t bytes)
{
	size_t room = bytes > BLOCK ? bytes : BLOCK;
	struct arena_block *b = must_have(calloc(1, sizeof *b + room));

	b->before = a->last;
	b->room = room;
	return a->last = b;
}

void *arena_get(struct arena *a, size_t bytes)
{
	const size_t step = alignof(max_align_t);
	struct arena_block *b = a->last;
	void *piece;

	if (bytes > SIZE_MAX / 2)
		must_have(NULL);
	bytes = (bytes + step - 1) / step * step;
	if (!b || b->room - b->used < bytes)
		b = add_block(a, bytes);
	piece = b->at + b->used;
	b->used += bytes;
	return piece;
}

void *arena_copy(struct arena *a, const void *from, size_t bytes)
{
	void *to = arena_get(a, bytes);

	return bytes ? memcpy(to, from, bytes) : to;    /* from may be NULL when there is nothing to copy */
}

char *arena_word(struct arena *a, const char *from, size_t bytes)
{
	char *to = arena_get(a, bytes + 1);

	if (bytes)
		memcpy(to, from, bytes);
	return to;
}

char *arena_print(struct arena *a, const char *format, ...)
{
	va_list args;
	char *s;

	va_start(args, format);
	s = arena_vprint(a, format, args);
	va_end(args);
	return s;
}

char *arena_vprint(struct arena *a, const char *format, va_list args)
{
	va_list again;
	int length;
	char *s;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)                                 /* only memory can be the reason */
		must_have(NULL);
	s = arena_get(a, (size_t)length + 1);
	vsnprintf(s, (size_t)length + 1, format, args);
	return s;
}

void arena_free(struct arena *a)
{
	while (a->last) {
		struct arena_block *b = a->last;

		a->last = b->before;
		free(b);
	}
}
