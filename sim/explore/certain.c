/* From which number to which number each variable can be: of all that is ever written to it, whenever. What is not
 * understood may be anything, so what is said to be certain is. */
#include "sim/explore/certain.h"
#include "sim/explore/explore.h"
#include <stdlib.h>
#include <string.h>
#include "sim/world/world.h"

/* Numbers from lo to hi; truth values are 0 and 1. anything: also what is no number. lo > hi: nothing was written yet. */
struct range { bool anything; int64_t lo, hi; };

static const struct range ANYTHING = { .anything = true }, NOTHING_YET = { .lo = 1 };

struct ranges {
	const struct program *g;
	struct range *shared, *private, *local;         /* by variable, by slot; local: by slot of the function being analysed */
	uint32_t function;
	bool *entered;                                  /* by instruction: it is come to by a jump, too */
	const struct range *temporary;                  /* what they are, while an expectation is evaluated; else NULL */
	bool changed;                                   /* something of it */
	bool shared_changed, wide;                      /* wide: what still grows is taken to grow without end */
};

/* ---- ranges ---- */

static bool is_nothing(struct range r) { return !r.anything && r.lo > r.hi; }

static struct range number(int64_t n) { return (struct range){ false, n, n }; }

static struct range between(int64_t lo, int64_t hi) { return (struct range){ false, lo, hi }; }

static struct range range_of_value(const struct program *g, value v)
{
	return value_is_number(v) ? number(value_int(g->pool, v)) : ANYTHING;
}

static struct range joined(struct range a, struct range b)
{
	if (a.anything || b.anything)
		return ANYTHING;
	if (is_nothing(a) || is_nothing(b))
		return is_nothing(a) ? b : a;
	return between(a.lo < b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi);
}

/* A result that is too large is an exception, and nothing is written. */
static struct range added(struct range a, struct range b)
{
	int64_t lo, hi;
	if (__builtin_add_overflow(a.lo, b.lo, &lo))
		lo = a.lo < 0 ? INT64_MIN : INT64_MAX;
	if (__builtin_add_overflow(a.hi, b.hi, &hi))
		hi = a.hi < 0 ? INT64_MIN : INT64_MAX;
	return between(lo, hi);
}

static struct range negated(struct range a)
{
	return between(a.hi == INT64_MIN ? INT64_MAX : -a.hi, a.lo == INT64_MIN ? INT64_MAX : -a.lo);
}

static struct range multiplied(struct range a, struct range b)
{
	const int64_t ends[] = { a.lo, a.hi }, others[] = { b.lo, b.hi };
	struct range r = NOTHING_YET;
	for (int i = 0; i < 2; i++)
		for (int k = 0; k < 2; k++) {
			int64_t n;
			if (__builtin_mul_overflow(ends[i], others[k], &n))
				n = (ends[i] < 0) == (others[k] < 0) ? INT64_MAX : INT64_MIN;
			r = joined(r, number(n));
		}
	return r;
}

/* Can it be true, can it be false? */
static struct range truth(bool can, bool can_not)
{
	return between(!can_not, can);
}

static struct range compared(enum op op, struct range a, struct range b)
{
	bool apart = a.hi < b.lo || b.hi < a.lo, same = a.lo == a.hi && b.lo == b.hi && a.lo == b.lo;
	switch (op) {
	case OP_EQUAL:    return truth(!apart, !same);
	case OP_UNEQUAL:  return truth(!same, !apart);
	case OP_LESS:     return truth(a.lo < b.hi, a.hi >= b.lo);
	case OP_AT_MOST:  return truth(a.lo <= b.hi, a.hi > b.lo);
	case OP_GREATER:  return truth(a.hi > b.lo, a.lo <= b.hi);
	default:          return truth(a.hi >= b.lo, a.lo < b.hi);
	}
}

static struct range calculated(enum op op, struct range a, struct range b)
{
	if (is_nothing(a) || is_nothing(b))
		return NOTHING_YET;
	if (a.anything || b.anything)
		return ANYTHING;
	switch (op) {
	case OP_ADD:      return added(a, b);
	case OP_SUBTRACT: return added(a, negated(b));
	case OP_MULTIPLY: return multiplied(a, b);
	default:          return compared(op, a, b);
	}
}

static bool calculates(enum op op)
{
	return op == OP_ADD || op == OP_SUBTRACT || op == OP_MULTIPLY || (op >= OP_EQUAL && op <= OP_AT_LEAST);
}

static struct range asked(enum function_id f)
{
	bool count = f == FUNCTION_VALUE || f == FUNCTION_QSIZE || f == FUNCTION_WAITING;
	bool yes_or_no = f == FUNCTION_LOCKED || f == FUNCTION_IS_SET || f == FUNCTION_EMPTY || f == FUNCTION_FULL;
	return count ? between(0, INT64_MAX) : yes_or_no ? between(0, 1) : ANYTHING;
}

/* ---- what operands can be ---- */

enum { FAR = 64 };              /* a temporary is filled not long before it is read */

static struct range result_of(const struct ranges *r, uint32_t pc, int depth);

/* The instruction that filled a temporary: the last one before, if there is no other way to here. */
static struct range temporary(const struct ranges *r, operand o, uint32_t pc, int depth)
{
	if (r->temporary)
		return r->temporary[o & OPERAND_INDEX];
	for (uint32_t at = pc, back = 0; back < FAR && at > r->g->function[r->function].entry && !r->entered[at]; back++)
		if (r->g->code[--at].dst == o)
			return result_of(r, at, depth + 1);
	return ANYTHING;
}

static struct range range_of(const struct ranges *r, operand o, uint32_t pc, int depth)
{
	uint32_t n = o & OPERAND_INDEX;
	if (o == NO_OPERAND || depth > FAR)
		return ANYTHING;
	switch (o & OPERAND_WHERE) {
	case CONSTANT:   return range_of_value(r->g, r->g->constant[n]);
	case TEMPORARY:  return temporary(r, o, pc, depth);
	case IN_PROCESS: return r->private[n];
	default:         return r->local[n];
	}
}

/* What an instruction leaves in its dst. */
static struct range result_of(const struct ranges *r, uint32_t pc, int depth)
{
	const struct ins *i = &r->g->code[pc];
	if (calculates(i->op))
		return calculated(i->op, range_of(r, i->a, pc, depth), range_of(r, i->b, pc, depth));
	struct range a;
	switch (i->op) {
	case OP_MOVE:   return range_of(r, i->a, pc, depth);
	case OP_LOAD:   return r->shared[i->a];
	case OP_ASK:    return asked(i->b);
	case OP_NEGATE: return calculated(OP_SUBTRACT, number(0), range_of(r, i->a, pc, depth));
	case OP_NOT:
		a = range_of(r, i->a, pc, depth);
		return a.anything ? between(0, 1) : is_nothing(a) ? a : truth(a.lo <= 0 && a.hi >= 0, a.lo || a.hi);
	case OP_DRAW:
		a = calculated(OP_ADD, range_of(r, i->a, pc, depth), number(0));
		return a.anything ? a : joined(a, range_of(r, i->b, pc, depth));
	default:
		return ANYTHING;
	}
}

/* ---- what is written ---- */

/* Is that new? */
static bool write_to(struct ranges *r, struct range *to, struct range with)
{
	struct range both = joined(*to, with);
	if (both.anything == to->anything && both.lo == to->lo && both.hi == to->hi)
		return false;
	if (r->wide && !both.anything && !is_nothing(*to)) {
		both.lo = both.lo < to->lo ? INT64_MIN : both.lo;
		both.hi = both.hi > to->hi ? INT64_MAX : both.hi;
	}
	*to = both;
	r->changed = true;
	return true;
}

static void write_operand(struct ranges *r, operand o, struct range with)
{
	uint32_t n = o & OPERAND_INDEX;
	if (o == NO_OPERAND || (o & OPERAND_WHERE) == CONSTANT || (o & OPERAND_WHERE) == TEMPORARY)
		return;
	write_to(r, (o & OPERAND_WHERE) == IN_PROCESS ? &r->private[n] : &r->local[n], with);
}

static void look_at(struct ranges *r, uint32_t pc)
{
	const struct ins *i = &r->g->code[pc];
	switch (i->op) {
	case OP_STORE:
		r->shared_changed |= write_to(r, &r->shared[i->dst], range_of(r, i->a, pc, 0));
		break;
	case OP_STORE_ITEM:
		r->shared_changed |= write_to(r, &r->shared[i->dst], ANYTHING);
		break;
	case OP_STORE_FIELD:
	case OP_STORE_ELEMENT:
		break;
	case OP_REPEAT:
	case OP_REPEAT_TO:
	case OP_EACH:
	case OP_TAKE:           /* they write b, too */
		write_operand(r, i->b, ANYTHING);
		write_operand(r, i->dst, ANYTHING);
		break;
	default:
		write_operand(r, i->dst, result_of(r, pc, 0));
	}
}

enum { EXACT = 4 };             /* passes over what is written; what still grows after them has no end */

/* Of a function's slots, its parameters and what handlers keep can be anything. */
static void look_at_function(struct ranges *r, uint32_t f)
{
	const struct function *k = &r->g->function[f];
	bool wide = r->wide;
	r->function = f;
	for (uint32_t n = 0; n < k->slots; n++)
		r->local[n] = n < k->params || n >= k->locals || !k->local[n] ? ANYTHING : NOTHING_YET;
	r->changed = true;
	for (int times = 0; r->changed; times++) {
		r->changed = false;
		r->wide = wide || times >= EXACT;
		for (uint32_t pc = k->entry; pc < k->end; pc++)
			look_at(r, pc);
	}
	r->wide = wide;
}

static void mark_entered(struct ranges *r)
{
	const struct program *g = r->g;
	for (size_t pc = 0; pc < g->codes; pc++) {
		enum op op = g->code[pc].op;
		if (op == OP_JUMP || op == OP_UNLESS || op == OP_WHEN || op == OP_REPEAT || op == OP_REPEAT_TO || op == OP_EACH)
			r->entered[g->code[pc].to] = true;
	}
	for (size_t k = 0; k < g->handlers; k++)
		r->entered[g->handler[k].target] = true;
	for (size_t k = 0; k < g->functions; k++)
		r->entered[g->function[k].entry] = true;
}

static void begin(struct ranges *r)
{
	const struct program *g = r->g;
	for (size_t k = 0; k < g->shareds; k++)
		r->shared[k] = range_of_value(g, g->shared[k].first);
	for (uint32_t n = 0; n < g->process_slots; n++)
		r->private[n] = ANYTHING;       /* some processes have other variables there, or none yet */
	mark_entered(r);
}

static void find_ranges(struct ranges *r)
{
	r->shared_changed = true;
	for (int times = 0; r->shared_changed; times++) {
		r->wide = times >= EXACT;
		r->shared_changed = false;
		for (uint32_t f = 1; f < r->g->functions; f++)
			look_at_function(r, f);
	}
}

/* ---- expectations ---- */

static bool may_be_false_behind(struct ranges *, const struct ins *, const struct range *, uint32_t, int depth);

/* Runs its code. Where a condition is not certain both ways are taken. What is too large a number is an exception, and
 * then it is not true. */
static bool may_be_false(struct ranges *r, uint32_t pc, const struct range *before, uint32_t slots, int depth)
{
	enum { DEEPEST = 12 };
	struct range temporaries[slots + 1];
	memcpy(temporaries, before, slots * sizeof *before);
	for (uint32_t steps = 0; depth < DEEPEST && steps < r->g->codes; steps++, pc++) {
		const struct ins *i = &r->g->code[pc];
		bool branches = i->op == OP_WHEN || i->op == OP_UNLESS;
		r->temporary = temporaries;
		struct range a = branches || i->op == OP_RETURN ? range_of(r, i->a, pc, 0) : result_of(r, pc, 0);
		bool yes = !a.anything && (a.lo > 0 || a.hi < 0), no = !a.anything && !a.lo && !a.hi;
		bool unbounded = !a.anything && (a.lo == INT64_MIN || a.hi == INT64_MAX) && (i->op == OP_ADD || i->op == OP_SUBTRACT || i->op == OP_MULTIPLY || i->op == OP_NEGATE);
		if (i->op == OP_RETURN)
			return !yes;
		if (i->dst != NO_OPERAND && (i->dst & OPERAND_WHERE) == TEMPORARY)
			temporaries[i->dst & OPERAND_INDEX] = unbounded ? ANYTHING : a;
		if (unbounded)
			return true;
		if (branches && !yes && !no && may_be_false_behind(r, i, temporaries, slots, depth))
			return true;
		if (i->op == OP_JUMP || (branches && (i->op == OP_WHEN ? yes : no)))
			pc = i->to - 1;
	}
	return true;
}

/* Behind a jump that was taken by what is in dst: it is known whether that was true. */
static bool may_be_false_behind(struct ranges *r, const struct ins *i, const struct range *before, uint32_t slots, int depth)
{
	struct range temporaries[slots + 1], *is = &temporaries[i->dst & OPERAND_INDEX];
	memcpy(temporaries, before, slots * sizeof *before);
	if (i->dst != NO_OPERAND && i->op == OP_UNLESS)
		*is = number(0);
	else if (i->dst != NO_OPERAND && !is->anything)
		*is = between(is->lo + !is->lo, is->hi - !is->hi);
	return may_be_false(r, i->to, temporaries, slots, depth + 1);
}

static bool cannot_fail(struct ranges *r, const struct expect *e)
{
	for (uint32_t f = 1; f < r->g->functions; f++) {
		const struct function *k = &r->g->function[f];
		if (e->code < k->entry || e->code >= k->end)
			continue;
		struct range *none = must_have(calloc(k->slots + 1, sizeof *none));
		for (uint32_t n = 0; n < k->slots; n++)
			none[n] = ANYTHING;
		bool may = k->slots > FAR || may_be_false(r, e->code, none, k->slots, 0);
		free(none);
		return !may;
	}
	return false;
}

static uint32_t most_slots(const struct program *g)
{
	uint32_t most = g->process_slots;
	for (size_t f = 0; f < g->functions; f++)
		most = g->function[f].slots > most ? g->function[f].slots : most;
	return most;
}

uint64_t expectations_that_cannot_fail(const struct program *g)
{
	struct ranges r = { .g = g };
	uint64_t asked_for = 0, certain = 0;
	for (uint32_t k = 0; k < g->expects; k++)
		asked_for |= g->expect[k].kind == EXPECT_ALWAYS || g->expect[k].kind == EXPECT_FINALLY ? expect_bit(k) : 0;
	if (!asked_for)
		return 0;
	r.shared = must_have(calloc(g->shareds + 1, sizeof *r.shared));
	r.private = must_have(calloc(most_slots(g) + 1, sizeof *r.private));
	r.local = must_have(calloc(most_slots(g) + 1, sizeof *r.local));
	r.entered = must_have(calloc(g->codes + 1, sizeof *r.entered));
	begin(&r);
	find_ranges(&r);
	for (uint32_t k = 0; k < g->expects; k++)
		if (expect_in(asked_for, k) && cannot_fail(&r, &g->expect[k]))
			certain |= expect_bit(k);
	free(r.shared);
	free(r.private);
	free(r.local);
	free(r.entered);
	return certain;
}
