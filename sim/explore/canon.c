/* One answer, with and without reductions: what was found stands in one order, and of several ways that are equally
 * cheap the one is shown that the search with reductions comes to. */
#include "sim/explore/search.h"
#include <stdlib.h>
#include <string.h>

/* ---- one order ---- */

static int by_text(const struct program *g, value a, value b)
{
	struct text x = { 0 }, y = { 0 };
	program_json(g, a, &x);
	program_json(g, b, &y);
	int order = strcmp(text_is(&x), text_is(&y));
	text_free(&x);
	text_free(&y);
	return order;
}

static int by_value(const struct program *g, value a, value b)
{
	bool comparable = false;
	if (a == b)
		return 0;
	if (a == VALUE_UNSET || b == VALUE_UNSET)
		return a == VALUE_UNSET ? -1 : 1;
	int order = value_order(g->pool, a, b, &comparable);
	return comparable && order ? order : by_text(g, a, b);
}

static int by_outcome(const void *a, const void *b, void *with)
{
	const struct outcome_found *x = a, *y = b;
	const struct program *g = with;
	for (uint32_t k = 0; k < g->observes; k++) {
		int order = by_value(g, x->values[k], y->values[k]);
		if (order)
			return order;
	}
	return (int)x->ending - (int)y->ending;
}

static int by_thrower(const void *a, const void *b, void *with)
{
	const struct exception_found *x = a, *y = b;
	return x->who != y->who ? (x->who < y->who ? -1 : 1) : by_value(with, x->name, y->name);
}

void put_in_order(struct exploration *out)
{
	void *g = (void *)out->g;
	if (out->outcomes)
		qsort_r(out->outcome, out->outcomes, sizeof *out->outcome, by_outcome, g);
	if (out->exceptions)
		qsort_r(out->exception_of, out->exceptions, sizeof *out->exception_of, by_thrower, g);
}

/* ---- one of several ways ---- */

/* They are equally good: then the other one. Should the reductions ever miss a cheaper one, that is shown. */
static bool take_way(struct way *way, struct way *other)
{
	bool alike = way->cheapest == other->cheapest && (!way->cheapest || (way->preemptions == other->preemptions && way->steps == other->steps));
	if (!way->found || !other->found || !alike)
		return false;
	struct way kept = *way;
	*way = *other;
	*other = kept;
	return true;
}

static void take_loop(struct exploration *out, struct exploration *other)
{
	struct way kept = out->dead_loop;
	out->dead_loop = other->dead_loop;
	other->dead_loop = kept;
}

void take_ways_of(struct exploration *out, struct exploration *other)
{
	take_way(&out->deadlock.way, &other->deadlock.way);
	take_way(&out->exception.way, &other->exception.way);
	if (take_way(&out->dead_end.way, &other->dead_end.way))
		take_loop(out, other);
	for (uint32_t k = 0; k < out->g->expects; k++)
		take_way(&out->expect[k].way, &other->expect[k].way);
	for (size_t k = 0; k < out->outcomes && k < other->outcomes; k++)       /* both are in order */
		if (!by_outcome(&out->outcome[k], &other->outcome[k], (void *)out->g))
			take_way(&out->outcome[k].way, &other->outcome[k].way);
	for (size_t k = 0; k < out->exceptions && k < other->exceptions; k++)
		if (!by_thrower(&out->exception_of[k], &other->exception_of[k], (void *)out->g))
			take_way(&out->exception_of[k].way, &other->exception_of[k].way);
}
