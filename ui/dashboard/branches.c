#include <stdlib.h>
#include <string.h>
#include "ui/dashboard/branches.h"

static void forget(struct branch *b)
{
	history_free(b->history);
	free(b->history);
	b->history = NULL;
}

static void add(struct branches *b, struct branch new)
{
	GROW(b->at, b->count, b->room);
	b->here = b->count;
	b->at[b->count++] = new;
}

void branches_free(struct branches *b)
{
	for (size_t i = 0; i < b->count; i++)
		forget(&b->at[i]);
	free(b->at);
	*b = (struct branches){ 0 };
}

void branches_begin(struct branches *b)
{
	branches_free(b);
	add(b, (struct branch){ 0 });
}

struct branch_end branch_end(const struct play *y)
{
	return (struct branch_end){ y->at->steps, y->at->verdict, y->at->verdict ? ruling_of(y) : (enum ruling)0 };
}

void branches_leave(struct branches *b, const struct play *y)
{
	struct branch *here = &b->at[b->here];

	forget(here);
	here->history = history_copy(y->history);
	here->end = branch_end(y);
}

const struct history *branches_add(struct branches *b, uint64_t from)
{
	size_t parent = b->here;

	add(b, (struct branch){ .parent = parent, .from = from });
	return b->at[parent].history;
}

const struct history *branches_return(struct branches *b)
{
	if (!b->here)
		return NULL;
	b->here = b->at[b->here].parent;
	return b->at[b->here].history;
}
