/* Two files beside each other: do a scalar of the one and a scalar of the other mean the same, though they are not written alike?
 * `n=(n+1)` means what `n = n + 1` does, and 1000ms what 1s does. Numbers of objects, variables and slots differ from program to program,
 * so what has a name is compared by it. */
#include "sim/language/tree.h"
#include <stdlib.h>
#include <string.h>

/* ---- of one file ---- */

static void keep(struct meanings *m, struct meaning one)
{
	if (m->count == m->room)
		m->list = must_have(realloc(m->list, (m->room = m->room ? 2 * m->room : 64) * sizeof *m->list));
	m->list[m->count++] = one;
}

/* The elements of a list may be scalars of their own. */
static void gather_expr(struct meanings *m, const struct expr *e, const struct routine *in, const struct group *of)
{
	if (!e)
		return;
	keep(m, (struct meaning){ e->place, e, NULL, in, of });
	for (uint32_t k = 0; (e->kind == EXPR_LIST || e->kind == EXPR_DICT) && k < e->children; k++)
		gather_expr(m, e->child[k], in, of);
}

static void gather_block(struct meanings *m, const struct block *b, const struct routine *in, const struct group *of)
{
	const struct block *inner;
	const struct expr *e;
	for (const struct tree_step *s = b ? b->first : NULL; s; s = s->next) {
		for (uint32_t k = 0; tree_expr(s, k, &e); k++)
			gather_expr(m, e, in, of);
		for (const struct statement *t = tree_statements(s); t; t = t->next)
			if (t->source)                  /* else it could not be read: blanks have to be filled in before */
				keep(m, (struct meaning){ t->target->place, NULL, t, in, of });
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
	if (m->count)
		qsort(m->list, m->count, sizeof *m->list, by_place);
}

void meanings_free(struct meanings *m)
{
	free(m->list);
}

/* The one that begins within this place: not always where it begins, `(n) > 0`. NULL: there is none. */
static const struct meaning *at(const struct meanings *m, struct place p)
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

struct pair { const struct program *a, *b; const struct meaning *x, *y; };

static bool same_name(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *process_named(const struct program *g, value v)
{
	uint32_t n = value_payload(v);
	return n & PROCESS_GROUP ? g->group[n & ~PROCESS_GROUP].name : g->process[n].name;
}

static bool same_value(const struct pair *p, value a, value b);

static bool same_parts(const struct pair *p, value a, value b)
{
	uint32_t n, m;
	const value *x = value_parts(p->a->pool, a, &n), *y = value_parts(p->b->pool, b, &m);
	bool same = n == m;
	for (uint32_t k = 0; same && k < n; k++)
		same = same_value(p, x[k], y[k]);
	return same;
}

static bool same_value(const struct pair *p, value a, value b)
{
	if (value_tag(a) != value_tag(b))
		return false;
	switch (value_tag(a)) {
	case TAG_SPECIAL: return a == b;
	case TAG_INT:
	case TAG_BIG:     return value_int(p->a->pool, a) == value_int(p->b->pool, b);
	case TAG_TEXT:    return !strcmp(value_text(p->a->pool, a, NULL), value_text(p->b->pool, b, NULL));
	case TAG_LIST:
	case TAG_DICT:    return same_parts(p, a, b);
	case TAG_OBJECT:  return value_end(a) == value_end(b) && same_name(p->a->object[value_object(a)].name, p->b->object[value_object(b)].name);
	case TAG_PROCESS: return (value_payload(a) ^ value_payload(b)) < PROCESS_GROUP && same_name(process_named(p->a, a), process_named(p->b, b));
	default:          return false;
	}
}

/* Behind the private variables of all groups come its own. */
static const char *private_named(const struct program *g, uint32_t slot, const struct group *of)
{
	return slot < g->privates ? g->private[slot].name : of->private[slot - g->privates].name;
}

/* The name by which this says what it is; NULL: it has none. */
static const char *name_of(const struct program *g, const struct meaning *m, const struct expr *e)
{
	bool constant = e->kind == EXPR_CONSTANT;
	switch (e->kind) {
	case EXPR_LOCAL:   return m->in->local[e->number];
	case EXPR_PRIVATE: return private_named(g, e->number, m->of);
	case EXPR_SHARED:  return g->shared[e->number].name;
	default:           break;
	}
	if (e->param)
		return e->param->name;
	if (constant && value_tag(e->constant) == TAG_OBJECT)
		return value_end(e->constant) ? NULL : g->object[value_object(e->constant)].name;
	return constant && value_tag(e->constant) == TAG_PROCESS ? process_named(g, e->constant) : NULL;
}

/* What the exercise leaves open: a name that is filled in must be that name. */
static bool fits(const struct pair *p, const struct expr *open, const struct expr *e)
{
	const char *name = open->constant == VALUE_UNSET ? NULL : value_text(p->a->pool, open->constant, NULL), *is = name ? name_of(p->b, p->y, e) : NULL;
	return !name || (is && same_name(name, is));
}

static bool same_field(const struct pair *p, const struct expr *a, const struct expr *b)
{
	const struct object *x = &p->a->object[a->number], *y = &p->b->object[b->number];
	bool known = a->constant != NO_FIELD && b->constant != NO_FIELD;        /* else the letters decide */
	return known && same_name(x->name, y->name) && same_name(x->field[a->constant], y->field[b->constant]);
}

/* Of two of one kind: what is not in their parts. */
static bool same_itself(const struct pair *p, const struct expr *a, const struct expr *b)
{
	switch (a->kind) {
	case EXPR_CONSTANT: return same_value(p, a->constant, b->constant) && same_name(a->param ? a->param->name : "", b->param ? b->param->name : "");
	case EXPR_LOCAL: case EXPR_PRIVATE: case EXPR_SHARED: return same_name(name_of(p->a, p->x, a), name_of(p->b, p->y, b));
	case EXPR_FIELD:    return same_field(p, a, b);
	case EXPR_SELF: case EXPR_UNARY: case EXPR_BINARY: case EXPR_FUNCTION: return a->number == b->number;
	default:            return true;
	}
}

static bool same_expr(const struct pair *p, const struct expr *a, const struct expr *b)
{
	if (a->kind == EXPR_OPEN)
		return fits(p, a, b);
	bool same = a->kind == b->kind && a->children == b->children && same_itself(p, a, b);
	for (uint32_t k = 0; same && a->kind != EXPR_FIELD && k < a->children; k++)
		same = same_expr(p, a->child[k], b->child[k]);
	return same;
}

bool meanings_same(const struct meanings *a, struct place place_a, const struct meanings *b, struct place place_b)
{
	const struct meaning *x = at(a, place_a), *y = at(b, place_b);
	if (!x || !y || !x->expr != !y->expr)
		return false;
	const struct pair p = { a->g, b->g, x, y };
	return x->expr ? same_expr(&p, x->expr, y->expr) :
	       x->statement->op == y->statement->op && same_expr(&p, x->statement->target, y->statement->target) &&
	       same_expr(&p, x->statement->source, y->statement->source);
}
