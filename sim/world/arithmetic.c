/* Operators: Python's, on 64 bits. */
#include "sim/world/machine.h"
#include <stdlib.h>
#include <string.h>

static bool numbers(const struct mover *m, value a, value b, int64_t *x, int64_t *y)
{
	bool are = value_is_number(a) && value_is_number(b);
	if (are) {
		*x = value_int(m->g->pool, a);
		*y = value_int(m->g->pool, b);
	}
	return are;
}

static void no_operator(struct mover *m, const char *sign, value a, value b)
{
	raise_error(m, EXCEPTION_TYPE, SAY(OPERATOR_NOT_ON, sign, value_type(a), value_type(b)));
}

static void put_interned(struct mover *m, operand dst, value v)
{
	if (v == VALUE_UNSET)
		raise_error(m, EXCEPTION_MEMORY, SAY(NO_ROOM_FOR_TEXTS));
	else
		put(m, dst, v);
}

static void put_int(struct mover *m, const struct ins *i, bool overflow, int64_t n)
{
	if (overflow)
		raise_error(m, EXCEPTION_OVERFLOW, SAY(RESULT_TOO_LARGE));
	else
		put_interned(m, i->dst, pool_int(m->g->pool, n));
}

/* A million of bytes or elements are enough: the pool keeps every text and list there ever was. */
enum { MOST = LONGEST_TEXT };

static bool too_long(struct mover *m, uint64_t length)
{
	return length > MOST && !raise_error(m, EXCEPTION_MEMORY, SAY(TEXT_TOO_MANY_PARTS, MOST));
}

bool put_text(struct mover *m, value v, struct text *t)
{
	enum fits fits = program_text(m->g, v, t);
	if (fits == TOO_DEEP)
		return raise_error(m, EXCEPTION_RECURSION, SAY(LISTS_TOO_DEEP, DEEPEST_TEXT));
	return fits == FITS && t->length <= MOST ? true : raise_error(m, EXCEPTION_MEMORY, SAY(TEXT_TOO_MANY_BYTES, MOST));
}

static void join_texts(struct mover *m, const struct ins *i, value a, value b)
{
	uint32_t na, nb;
	const char *ta = value_text(m->g->pool, a, &na), *tb = value_text(m->g->pool, b, &nb);
	if (too_long(m, (uint64_t)na + nb))
		return;
	char small[512], *s = (size_t)na + nb <= sizeof small ? small : must_have(malloc((size_t)na + nb));
	memcpy(s, ta, na);
	memcpy(s + na, tb, nb);
	put_interned(m, i->dst, pool_text(m->g->pool, s, na + nb));
	if (s != small)
		free(s);
}

static void join_lists(struct mover *m, const struct ins *i, value a, value b)
{
	uint32_t na, nb;
	const value *la = value_list(m->g->pool, a, &na), *lb = value_list(m->g->pool, b, &nb);
	if (too_long(m, (uint64_t)na + nb))
		return;
	value small[128], *s = (size_t)na + nb <= 128 ? small : must_have(malloc(((size_t)na + nb) * sizeof *s));
	memcpy(s, la, na * sizeof *s);
	memcpy(s + na, lb, nb * sizeof *s);
	put_interned(m, i->dst, pool_list(m->g->pool, s, na + nb));
	if (s != small)
		free(s);
}

void run_ADD(struct mover *m, const struct ins *i)
{
	value a, b;
	int64_t x, y, n;
	if (!take_two(m, i, &a, &b))
		return;
	if (numbers(m, a, b, &x, &y)) {
		bool over = __builtin_add_overflow(x, y, &n);
		put_int(m, i, over, n);
	} else if (value_tag(a) == TAG_TEXT && value_tag(b) == TAG_TEXT) {
		join_texts(m, i, a, b);
	} else if (value_tag(a) == TAG_LIST && value_tag(b) == TAG_LIST) {
		join_lists(m, i, a, b);
	} else {
		no_operator(m, "+", a, b);
	}
}

void run_SUBTRACT(struct mover *m, const struct ins *i)
{
	value a, b;
	int64_t x, y, n;
	if (!take_two(m, i, &a, &b))
		return;
	if (!numbers(m, a, b, &x, &y)) {
		no_operator(m, "-", a, b);
		return;
	}
	bool over = __builtin_sub_overflow(x, y, &n);
	put_int(m, i, over, n);
}

/* [0] * 3, "ab" * 2: as often as that, one after the other. */
static void repeat(struct mover *m, const struct ins *i, value many, value times)
{
	bool text = value_tag(many) == TAG_TEXT;
	uint32_t n, size = text ? 1 : sizeof(value);
	const void *one = text ? (const void *)value_text(m->g->pool, many, &n) : (const void *)value_list(m->g->pool, many, &n);
	int64_t k = value_int(m->g->pool, times);
	k = k < 0 || !n ? 0 : k > MOST ? MOST + 1 : k;
	if (too_long(m, (uint64_t)n * (uint64_t)k))
		return;
	char *all = must_have(malloc((size_t)n * (size_t)k * size + 1));
	for (int64_t c = 0; c < k; c++)
		memcpy(all + (size_t)c * n * size, one, (size_t)n * size);
	uint32_t count = n * (uint32_t)k;
	put_interned(m, i->dst, text ? pool_text(m->g->pool, all, count) : pool_list(m->g->pool, (const value *)all, count));
	free(all);
}

void run_MULTIPLY(struct mover *m, const struct ins *i)
{
	value a, b;
	int64_t x, y, n;
	if (!take_two(m, i, &a, &b))
		return;
	bool left = value_tag(a) == TAG_TEXT || value_tag(a) == TAG_LIST, right = value_tag(b) == TAG_TEXT || value_tag(b) == TAG_LIST;
	if (numbers(m, a, b, &x, &y)) {
		bool over = __builtin_mul_overflow(x, y, &n);
		put_int(m, i, over, n);
	} else if (left && value_is_number(b)) {
		repeat(m, i, a, b);
	} else if (right && value_is_number(a)) {
		repeat(m, i, b, a);
	} else {
		no_operator(m, "*", a, b);
	}
}

/* Python's division: rounded down; the remainder has the divisor's sign. */
static void divide(struct mover *m, const struct ins *i, const char *sign, bool remainder)
{
	value a, b;
	int64_t x, y;
	if (!take_two(m, i, &a, &b))
		return;
	if (!numbers(m, a, b, &x, &y)) {
		no_operator(m, sign, a, b);
	} else if (!y) {
		raise_error(m, EXCEPTION_ZERO, SAY(DIVISION_BY_ZERO));
	} else if (y == -1) {                           /* INT64_MIN // -1 would trap */
		int64_t n = 0;
		bool over = !remainder && __builtin_sub_overflow(0, x, &n);
		put_int(m, i, over, n);
	} else {
		int64_t down = x % y && (x < 0) != (y < 0);
		put_int(m, i, false, remainder ? x % y + (down ? y : 0) : x / y - down);
	}
}

void run_DIVIDE(struct mover *m, const struct ins *i)
{
	divide(m, i, "//", false);
}

void run_MODULO(struct mover *m, const struct ins *i)
{
	divide(m, i, "%", true);
}

void run_NEGATE(struct mover *m, const struct ins *i)
{
	value a = take(m, i->a);
	int64_t x, y, n;
	if (a == VALUE_UNSET)
		return;
	if (!numbers(m, a, a, &x, &y)) {
		raise_error(m, EXCEPTION_TYPE, SAY(MINUS_NOT_ON, value_type(a)));
		return;
	}
	bool over = __builtin_sub_overflow(0, x, &n);
	put_int(m, i, over, n);
}

void run_NOT(struct mover *m, const struct ins *i)
{
	value a = take(m, i->a);
	if (a != VALUE_UNSET)
		put(m, i->dst, value_bool(!value_truth(m->g->pool, a)));
}

void run_EQUAL(struct mover *m, const struct ins *i)
{
	value a, b;
	if (take_two(m, i, &a, &b))
		put(m, i->dst, value_bool(value_equal(m->g->pool, a, b)));
}

void run_UNEQUAL(struct mover *m, const struct ins *i)
{
	value a, b;
	if (take_two(m, i, &a, &b))
		put(m, i->dst, value_bool(!value_equal(m->g->pool, a, b)));
}

#define ORDER(id, sign, test) \
void run_##id(struct mover *m, const struct ins *i) \
{ \
	value a, b; \
	bool comparable; \
	if (!take_two(m, i, &a, &b)) \
		return; \
	int c = value_order(m->g->pool, a, b, &comparable); \
	if (comparable) \
		put(m, i->dst, value_bool(c test 0)); \
	else \
		no_operator(m, sign, a, b); \
}
ORDER(LESS, "<", <)
ORDER(AT_MOST, "<=", <=)
ORDER(GREATER, ">", >)
ORDER(AT_LEAST, ">=", >=)

/* -1: b can't be searched. */
static int contains(const struct mover *m, value a, value b)
{
	uint32_t n;
	if (value_tag(b) == TAG_DICT)
		return !value_is_key(a) ? -1 : value_under(m->g->pool, b, a) != NULL;
	if (value_tag(b) == TAG_LIST) {
		const value *list = value_list(m->g->pool, b, &n);
		while (n && !value_equal(m->g->pool, list[n - 1], a))
			n--;
		return n != 0;
	}
	if (value_tag(b) == TAG_TEXT && value_tag(a) == TAG_TEXT)
		return strstr(value_text(m->g->pool, b, NULL), value_text(m->g->pool, a, NULL)) != NULL;
	return -1;
}

static void search(struct mover *m, const struct ins *i, const char *sign, bool wanted)
{
	value a, b;
	if (!take_two(m, i, &a, &b))
		return;
	int c = contains(m, a, b);
	if (c < 0)
		no_operator(m, sign, a, b);
	else
		put(m, i->dst, value_bool(c == wanted));
}

void run_IN(struct mover *m, const struct ins *i)
{
	search(m, i, "in", true);
}

void run_NOT_IN(struct mover *m, const struct ins *i)
{
	search(m, i, "not in", false);
}

void run_LIST(struct mover *m, const struct ins *i)
{
	value small[256], *v = i->b <= 256 ? small : must_have(malloc(i->b * sizeof *v));
	for (uint32_t k = 0; k < i->b; k++)
		v[k] = take(m, i->a + k);
	put_interned(m, i->dst, pool_list(m->g->pool, v, i->b));
	if (v != small)
		free(v);
}

void run_FORMAT(struct mover *m, const struct ins *i)
{
	struct text t = { 0 };
	bool good = true;
	for (uint32_t k = 0; k < i->b; k++) {
		value v = take(m, i->a + k);
		good = good && put_text(m, v, &t);
	}
	if (good)
		put_interned(m, i->dst, pool_text(m->g->pool, text_is(&t), t.length));
	text_free(&t);
}
