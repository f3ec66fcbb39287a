/* How many schedules there are: ways to an end, where no state comes twice and each stands for itself alone. Counted
 * on the way, if the search comes to the states in topological order; else afterwards. */
#include "sim/explore/search.h"
#include <stdlib.h>
#include <sys/mman.h>
#include "sim/base/arena.h"

/* ---- on the way ---- */

enum { FORGET_AT_ONCE = 1 << 24 };

static unsigned __int128 *ways_to(const struct counted *c, state_id id)
{
	return &c->ways[id / c->apart];
}

void count_begin(struct search *x)
{
	struct counted *c = &x->counted;
	count_close(c);
	if (!x->out->loop_free || x->space.facts.reduce)
		return;
	c->apart = store_apart(x->g->processes - 1);
	c->room = (x->store.room / c->apart + 1) * sizeof *c->ways;
	void *room = mmap(NULL, c->room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (room == MAP_FAILED)
		return;
	c->ways = room;
	c->on = true;
	*ways_to(c, store_first(&x->store)) = 1;
}

/* As many as states have come so far, or twice that. */
static bool has_room(struct counted *c, state_id id)
{
	size_t bytes = (id / c->apart + 1) * sizeof *c->ways;
	if (bytes <= c->room)
		return true;
	void *room = mremap(c->ways, c->room, 2 * bytes, MREMAP_MAYMOVE);
	if (room == MAP_FAILED)
		return false;
	c->ways = room;
	c->room = 2 * bytes;
	return true;
}

void count_move(struct counted *c, state_id from, state_id to)
{
	if (to <= from || !has_room(c, to))
		count_close(c);
	else
		c->too_many |= __builtin_add_overflow(*ways_to(c, to), *ways_to(c, from), ways_to(c, to));
}

void count_end(struct counted *c, state_id id)
{
	c->too_many |= __builtin_add_overflow(c->ends, *ways_to(c, id), &c->ends);
}

void count_forget(struct counted *c, state_id before)
{
	size_t bytes = before / c->apart * sizeof *c->ways / FORGET_AT_ONCE * FORGET_AT_ONCE;
	if (bytes > c->gone)
		madvise((char *)c->ways + c->gone, bytes - c->gone, MADV_DONTNEED);
	c->gone = bytes;
}

void count_close(struct counted *c)
{
	if (c->ways)
		munmap(c->ways, c->room);
	*c = (struct counted){ 0 };
}

/* ---- afterwards ---- */

/* By state: how many moves lead to it that were not counted yet; and how many ways there are to it. */
struct counts { struct search *search; uint32_t *comes; unsigned __int128 *ways; state_id *list; size_t count; unsigned __int128 here; bool too_many; };

static bool count_coming(void *with, const struct global_state *next, const struct move *m)
{
	struct counts *c = with;
	(void)m;
	c->comes[store_find(&c->search->store, next, 0)]++;
	return true;
}

static bool count_ways(void *with, const struct global_state *next, const struct move *m)
{
	struct counts *c = with;
	state_id id = store_find(&c->search->store, next, 0);
	(void)m;
	c->too_many |= __builtin_add_overflow(c->ways[id], c->here, &c->ways[id]);
	if (!--c->comes[id])
		c->list[c->count++] = id;
	return true;
}

static void put_digits(char *to, unsigned __int128 n)
{
	char digits[48];
	int k = 0;
	do {
		digits[k++] = '0' + (int)(n % 10);
	} while (n /= 10);
	while (k)
		*to++ = digits[--k];
	*to = 0;
}

/* Ways to the ends, in topological order (Kahn). Only where no state comes twice, and where each is one. */
void count_schedules(struct search *x)
{
	struct counts c = { .search = x };
	unsigned __int128 all = 0;
	if (!x->out->loop_free || x->space.facts.reduce || !x->whole || x->guard->why)
		return;
	if (x->counted.on) {
		if (!x->counted.too_many)
			put_digits(x->out->schedules, x->counted.ends);
		return;
	}
	if (!guard_allows(x->guard, store_end(&x->store) * (sizeof *c.comes + sizeof *c.ways + sizeof *c.list)))
		return;
	c.comes = must_have(calloc(store_end(&x->store), sizeof *c.comes));
	c.ways = must_have(calloc(store_end(&x->store), sizeof *c.ways));
	c.list = must_have(malloc(x->store.count * sizeof *c.list));
	for (state_id id = store_first(&x->store), next; id < store_end(&x->store) && search_goes_on(x); id = next) {
		next = store_get(&x->store, id, x->at, NULL);
		space_moves(&x->space, x->at, false, count_coming, &c);
	}
	c.list[c.count++] = store_first(&x->store);
	c.ways[store_first(&x->store)] = 1;
	for (size_t k = 0; k < c.count && search_goes_on(x); k++) {
		store_get(&x->store, c.list[k], x->at, NULL);
		c.here = c.ways[c.list[k]];
		if (!space_moves(&x->space, x->at, false, count_ways, &c))
			c.too_many |= __builtin_add_overflow(all, c.here, &all);
	}
	if (!c.too_many && search_goes_on(x))
		put_digits(x->out->schedules, all);
	free(c.comes);
	free(c.ways);
	free(c.list);
}
