/* What stands in a file, and what it means: by its place, what was read of it is found in the tree. */
#include "sim/language/same.h"
#include "sim/language/yaml.h"
#include <stdlib.h>
#include <string.h>

/* ---- of one file ---- */

static void keep(struct meaning_list *m, struct meaning one)
{
	GROW(m->list, m->count, m->room);
	m->list[m->count++] = one;
}

/* The elements of a list may be scalars of their own. */
static void gather_expr(struct meanings *m, const struct expr *e, const struct routine *in, const struct group *of)
{
	if (!e)
		return;
	keep(&m->scalar, (struct meaning){ .place = e->place, .expr = e, .in = in, .of = of });
	for (uint32_t k = 0; (e->kind == EXPR_LIST || e->kind == EXPR_DICT) && k < e->children; k++)
		gather_expr(m, e->child[k], in, of);
}

static void gather_block(struct meanings *m, const struct block *b, const struct routine *in, const struct group *of)
{
	const struct block *inner;
	const struct expr *e;
	for (const struct tree_step *s = b ? b->first : NULL; s; s = s->next) {
		keep(&m->step, (struct meaning){ .place = s->place, .step = s, .in = in, .of = of });
		for (uint32_t k = 0; tree_expr(s, k, &e); k++)
			gather_expr(m, e, in, of);
		for (const struct statement *t = tree_statements(s); t; t = t->next)
			if (t->source)                  /* else it could not be read: blanks have to be filled in before */
				keep(&m->scalar, (struct meaning){ .place = t->target->place, .statement = t, .in = in, .of = of });
		for (uint32_t k = 0; tree_block(s, k, &inner); k++)
			gather_block(m, inner, in, of);
	}
}

static void gather_group(struct meanings *m, const struct group_tree *t, const struct group *of)
{
	gather_expr(m, t->named.what, NULL, of);
	gather_block(m, t->program.body, &t->program, of);
	for (int k = 0; k < SIGNAL_COUNT; k++)
		gather_block(m, t->on[k].body, &t->on[k], of);
}

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	return x->line != y->line ? (x->line > y->line) - (x->line < y->line) : (x->column > y->column) - (x->column < y->column);
}

static void sort(struct meaning_list *m)
{
	if (m->count)
		qsort(m->list, m->count, sizeof *m->list, by_place);
}

void meanings_gather(struct meanings *m, const struct program *g)
{
	const struct tree *t = g->tree;
	m->g = g;
	for (uint32_t k = 0; k < t->functions; k++)
		gather_block(m, t->function[k].body, &t->function[k], NULL);
	for (uint32_t k = 0; k < t->groups; k++)
		gather_group(m, &t->group[k], &g->group[k]);
	for (size_t k = 0; k < g->expects; k++) {
		gather_expr(m, t->expect[k].what.what, NULL, NULL);
		gather_expr(m, t->expect[k].later.what, NULL, NULL);
	}
	sort(&m->scalar);
	sort(&m->step);
}

void meanings_free(struct meanings *m)
{
	free(m->scalar.list);
	free(m->step.list);
}

/* The one that begins within this place: not always where it begins, `(n) > 0`. NULL: there is none. */
static const struct meaning *at(const struct meaning_list *m, struct place p)
{
	size_t from = 0, to = m->count;
	while (from < to) {
		size_t k = from + (to - from) / 2;
		if (by_place(&m->list[k].place, &p) < 0)
			from = k + 1;
		else
			to = k;
	}
	const struct meaning *x = from < m->count ? &m->list[from] : NULL;
	return x && x->place.line == p.line && x->place.column < p.column + p.length ? x : NULL;
}

/* ---- of two ---- */

static struct sides sides(const struct meanings *a, const struct meaning *x, const struct meanings *b, const struct meaning *y)
{
	return (struct sides){ { a->g, x->in, x->of }, { b->g, y->in, y->of } };
}

bool meanings_same(const struct meanings *a, struct place place_a, const struct meanings *b, struct place place_b)
{
	const struct meaning *x = at(&a->scalar, place_a), *y = at(&b->scalar, place_b);
	if (!x || !y || !x->expr != !y->expr)
		return false;
	const struct sides p = sides(a, x, b, y);
	return x->expr ? same_expr(&p, x->expr, y->expr) : same_statement(&p, x->statement, y->statement);
}

/* The step that is this mapping: its place is that of its verb, which need not be the first key. NULL: it is none. */
static const struct meaning *step_at(const struct meanings *m, const struct node *n)
{
	const struct meaning *step = NULL;
	for (size_t i = 0; !step && i < n->count; i++)
		step = at(&m->step, n->key[i]->place);
	return step;
}

const struct tree_step *meanings_same_step(const struct meanings *a, const struct node *node_a, const struct meanings *b, const struct node *node_b)
{
	const struct meaning *x = step_at(a, node_a), *y = x ? step_at(b, node_b) : NULL;
	if (!y)
		return NULL;
	const struct sides p = sides(a, x, b, y);
	return same_step(&p, x->step, y->step) ? x->step : NULL;
}
