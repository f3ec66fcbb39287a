/* What grew, where a limit stopped the search: the variable that took most values. */
#include "sim/explore/search.h"
#include <stdlib.h>

enum { MANY = 1000 };                   /* fewer are no sign of growing for ever */

/* stopped: a limit was reached; what was not visited may have taken more. */
struct spread { struct search *search; uint32_t *list; size_t count; uint32_t most; const char *name; bool stopped; };

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static bool goes_on(struct spread *s)
{
	s->stopped |= !search_goes_on(s->search);
	return !s->stopped;
}

/* The values that were listed are those of this variable. */
static void weigh(struct spread *s, const char *name)
{
	uint32_t distinct = 0;
	if (s->stopped)
		return;
	qsort(s->list, s->count, sizeof *s->list, by_value);
	for (size_t k = 0; k < s->count; k++)
		distinct += !k || s->list[k] != s->list[k - 1];
	s->count = 0;
	if (distinct <= s->most)
		return;
	s->most = distinct;
	s->name = name;
}

static void weigh_shared_cell(struct spread *s, uint32_t at, const char *name)
{
	const struct program *g = s->search->g;
	for (uint32_t k = 1; k <= s->search->space.shared.count && goes_on(s); k++)
		s->list[s->count++] = space_shared_cell(&s->search->space, k, at - g->objects_at, g->shared_cells - g->objects_at);
	weigh(s, name);
}

/* Shared variables; how much is in semaphores and queues; fields. */
static void weigh_shared(struct spread *s)
{
	const struct program *g = s->search->g;
	for (uint32_t v = 0; v < g->shareds; v++)
		weigh_shared_cell(s, g->variables_at + v, g->shared[v].name);
	for (uint32_t o = 1; o < g->objects; o++) {
		const struct object *row = &g->object[o];
		if (row->kind == KIND_SEMAPHORE)
			weigh_shared_cell(s, row->at + offsetof(struct semaphore_cells, units) / sizeof(cell), row->name);
		else if (row->kind == KIND_QUEUE)
			weigh_shared_cell(s, row->at + offsetof(struct queue_cells, count) / sizeof(cell), row->name);
		for (uint32_t f = 0; f < row->fields; f++)
			weigh_shared_cell(s, row->at + offsetof(struct record_cells, field) / sizeof(cell) + f, row->full[f]);
	}
}

/* A named variable of a function, in whatever process is in it. */
static void weigh_local(struct spread *s, uint32_t function, uint32_t local)
{
	for (uint32_t k = 1; k <= s->search->space.own.count && goes_on(s); k++) {
		uint32_t used;
		const struct own *own = space_own_cells(&s->search->space, k, &used);
		const cell *cells = (const cell *)own;
		if (used && cells[own->frame + FRAME_FUNCTION] == function)
			s->list[s->count++] = cells[own->frame + FRAME_HEAD + local];
	}
	weigh(s, s->search->g->function[function].local[local]);
}

static void weigh_private(struct spread *s, uint32_t slot, const char *name)
{
	for (uint32_t k = 1; k <= s->search->space.own.count && goes_on(s); k++) {
		uint32_t used;
		const struct own *own = space_own_cells(&s->search->space, k, &used);
		if (used)
			s->list[s->count++] = own->slot[slot];
	}
	weigh(s, name);
}

static void weigh_own(struct spread *s)
{
	const struct program *g = s->search->g;
	for (uint32_t f = 1; f < g->functions; f++)
		for (uint32_t k = 0; k < g->function[f].locals; k++)
			if (g->function[f].local[k])
				weigh_local(s, f, k);
	for (uint32_t v = 0; v < g->privates; v++)
		weigh_private(s, g->private[v].slot, g->private[v].name);
	for (uint32_t k = 0; k < g->groups; k++)
		for (uint32_t v = 0; v < g->group[k].privates; v++)
			weigh_private(s, g->group[k].private[v].slot, g->group[k].private[v].name);
}

void name_what_grew(struct search *x)
{
	size_t shared = x->space.shared.count, own = x->space.own.count;
	if (!guard_allows(x->guard, (shared > own ? shared : own) * sizeof(uint32_t)))
		return;
	struct spread s = { .search = x, .list = must_have(malloc(((shared > own ? shared : own) + 1) * sizeof *s.list)) };
	weigh_shared(&s);
	weigh_own(&s);
	free(s.list);
	if (s.most < MANY)
		return;
	x->out->grew = s.name;
	x->out->grown = s.most;
}
