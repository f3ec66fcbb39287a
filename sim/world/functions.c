/* Indexing, and the functions of expressions that touch nothing shared. */
#include "sim/world/machine.h"
#include <stdlib.h>
#include <string.h>

/* Element i of a list of n, as Python counts: -1 is the last. */
static bool list_index(struct mover *m, value index, uint32_t n, uint32_t *at)
{
	if (!value_is_number(index))
		return raise_error(m, EXCEPTION_TYPE, SAY(INDEX_IS_INTEGER, value_type(index)));
	int64_t i = value_int(m->g->pool, index);
	if (i < -(int64_t)n || i >= (int64_t)n)
		return raise_error(m, EXCEPTION_INDEX, SAY(INDEX_RANGE, i, n));
	*at = i < 0 ? i + n : i;
	return true;
}

/* What the pool gave, which may have been full. */
static value made(struct mover *m, value v)
{
	if (v == VALUE_UNSET)
		raise_error(m, EXCEPTION_MEMORY, SAY(NO_ROOM_FOR_TEXTS));
	return v;
}

static value character(const struct mover *m, value text, uint32_t at)
{
	const char *s = value_text(m->g->pool, text, NULL);
	uint32_t code;
	while (at--)
		s += utf8_next(s, &code);
	return pool_text(m->g->pool, s, utf8_next(s, &code));
}

static uint32_t characters(const struct mover *m, value text)
{
	uint32_t code, n = 0;
	for (const char *s = value_text(m->g->pool, text, NULL); *s; n++)
		s += utf8_next(s, &code);
	return n;
}

/* Of a group, whose processes are counted from 1. */
static value member(struct mover *m, const struct group *g, value index)
{
	int64_t i;
	if (!value_is_int(index)) {
		raise_error(m, EXCEPTION_TYPE, SAY(INDEX_IS_INTEGER, value_type(index)));
		return VALUE_UNSET;
	}
	i = value_int(m->g->pool, index);
	if (i >= 1 && i <= (int64_t)g->count)
		return value_make(TAG_PROCESS, g->first + (uint32_t)i - 1);
	raise_error(m, EXCEPTION_INDEX, SAY(GROUP_HAS_NO, g->name, i));
	return VALUE_UNSET;
}

value element(struct mover *m, value list, value index)
{
	uint32_t n, at;
	if (value_tag(list) == TAG_DICT)
		return dict_element(m, list, index);
	if (value_tag(list) == TAG_LIST) {
		const value *v = value_list(m->g->pool, list, &n);
		return list_index(m, index, n, &at) ? v[at] : VALUE_UNSET;
	}
	if (value_tag(list) == TAG_TEXT)
		return list_index(m, index, characters(m, list), &at) ? made(m, character(m, list, at)) : VALUE_UNSET;
	const struct group *g = group_named(m->g, list);
	if (g)
		return member(m, g, index);
	raise_error(m, EXCEPTION_TYPE, SAY(NOT_INDEXED, value_type(list)));
	return VALUE_UNSET;
}

value with_element(struct mover *m, value list, value index, value v)
{
	uint32_t n, at;
	if (value_tag(list) == TAG_DICT)
		return dict_with(m, list, index, v);
	if (value_tag(list) != TAG_LIST) {
		raise_error(m, EXCEPTION_TYPE, SAY(NOT_ASSIGNED, value_type(list)));
		return VALUE_UNSET;
	}
	const value *old = value_list(m->g->pool, list, &n);
	if (!list_index(m, index, n, &at))
		return VALUE_UNSET;
	value small[256], *copy = n <= 256 ? small : must_have(malloc(n * sizeof *copy));
	memcpy(copy, old, n * sizeof *copy);
	copy[at] = v;
	value list_now = pool_list(m->g->pool, copy, n);
	if (copy != small)
		free(copy);
	return made(m, list_now);
}

/* The elements or characters lo to hi, both included: numbers below zero count from the end; what is beyond it is not there. */
static value part_of(struct mover *m, value whole, int64_t lo, int64_t hi)
{
	struct pool *pool = m->g->pool;
	bool text = value_tag(whole) == TAG_TEXT;
	uint32_t n, code;
	const value *v = text ? NULL : value_list(pool, whole, &n);
	n = text ? characters(m, whole) : n;
	lo = lo < -(int64_t)n ? 0 : lo < 0 ? lo + n : lo;
	hi = hi < -(int64_t)n ? -1 : hi < 0 ? hi + n : hi >= n ? (int64_t)n - 1 : hi;
	uint32_t count = lo > hi ? 0 : (uint32_t)(hi - lo + 1);
	if (!text)
		return pool_list(pool, count ? v + lo : v, count);
	const char *from = value_text(pool, whole, NULL), *to;
	for (int64_t i = 0; count && i < lo; i++)
		from += utf8_next(from, &code);
	for (to = from; count; count--)
		to += utf8_next(to, &code);
	return pool_text(pool, from, to - from);
}

void run_SLICE(struct mover *m, const struct ins *i)
{
	value whole, lo, hi;
	if (!take_two(m, i, &whole, &lo))
		return;
	hi = take(m, i->lo);
	if (value_tag(whole) != TAG_LIST && value_tag(whole) != TAG_TEXT) {
		raise_error(m, EXCEPTION_TYPE, SAY(NOT_SLICED, value_type(whole)));
	} else if (!value_is_number(lo) || !value_is_number(hi)) {
		raise_error(m, EXCEPTION_TYPE, SAY(INDEX_IS_INTEGER, value_type(value_is_number(lo) ? hi : lo)));
	} else {
		value v = made(m, part_of(m, whole, value_int(m->g->pool, lo), value_int(m->g->pool, hi)));
		if (v != VALUE_UNSET)
			put(m, i->dst, v);
	}
}

void run_INDEX(struct mover *m, const struct ins *i)
{
	value a, b, v;
	if (take_two(m, i, &a, &b) && (v = element(m, a, b)) != VALUE_UNSET)
		put(m, i->dst, v);
}

void run_REPLACE(struct mover *m, const struct ins *i)
{
	value at, v, list = look(m, i->dst);
	if (list == VALUE_UNSET) {
		raise_error(m, EXCEPTION_NAME, SAY(LIST_UNASSIGNED));
		return;
	}
	if (take_two(m, i, &at, &v) && (list = with_element(m, list, at, v)) != VALUE_UNSET)
		put(m, i->dst, list);
}

/* ---- functions: each takes its arguments, and gives VALUE_UNSET after raising ---- */

static value needs(struct mover *m, struct message what)
{
	raise_error(m, EXCEPTION_TYPE, what);
	return VALUE_UNSET;
}

static value length_of(struct mover *m, value v)
{
	uint32_t n;
	if (value_tag(v) == TAG_TEXT)
		return value_small(characters(m, v));
	if (value_tag(v) == TAG_PROCESS && value_payload(v) & PROCESS_GROUP)
		return value_small(m->g->group[value_payload(v) & ~PROCESS_GROUP].count);
	if (!value_parts(m->g->pool, v, &n))
		return needs(m, SAY(LEN_NEEDS, value_type(v)));
	return value_small(value_tag(v) == TAG_DICT ? n / 2 : n);
}

static value extreme(struct mover *m, const value *v, uint32_t n, int wanted)
{
	bool comparable;
	if (n == 1 && value_tag(v[0]) != TAG_LIST)
		return needs(m, SAY(VALUES_NEEDED, value_type(v[0])));
	if (n == 1)
		v = value_list(m->g->pool, v[0], &n);
	if (!n) {
		raise_error(m, EXCEPTION_VALUE, SAY(LIST_EMPTY));
		return VALUE_UNSET;
	}
	value best = v[0];
	for (uint32_t i = 1; i < n; i++) {
		int c = value_order(m->g->pool, v[i], best, &comparable);
		if (!comparable)
			return needs(m, SAY(COMPARABLE_NEEDED, value_type(v[i])));
		best = c == wanted ? v[i] : best;
	}
	return best;
}

static value amount(struct mover *m, value v)
{
	if (!value_is_number(v))
		return needs(m, SAY(ABS_NEEDS, value_type(v)));
	int64_t n = value_int(m->g->pool, v);
	if (n == INT64_MIN) {
		raise_error(m, EXCEPTION_OVERFLOW, SAY(RESULT_TOO_LARGE));
		return VALUE_UNSET;
	}
	return made(m, pool_int(m->g->pool, n < 0 ? -n : n));
}

static value letters(struct mover *m, value v, char from, int shift)
{
	uint32_t n;
	if (value_tag(v) != TAG_TEXT)
		return needs(m, SAY(TEXT_NEEDED, value_type(v)));
	const char *s = value_text(m->g->pool, v, &n);
	struct text t = { 0 };
	for (uint32_t i = 0; i < n; i++)
		text_char(&t, s[i] >= from && s[i] < from + 26 ? s[i] + shift : s[i]);
	v = made(m, pool_text(m->g->pool, text_is(&t), n));
	text_free(&t);
	return v;
}

static value sum_of(struct mover *m, value list)
{
	uint32_t n;
	int64_t sum = 0;
	if (value_tag(list) != TAG_LIST)
		return needs(m, SAY(SUM_NEEDS, value_type(list)));
	const value *v = value_list(m->g->pool, list, &n);
	for (uint32_t i = 0; i < n; i++) {
		if (!value_is_number(v[i]))
			return needs(m, SAY(SUM_NEEDS, value_type(v[i])));
		if (__builtin_add_overflow(sum, value_int(m->g->pool, v[i]), &sum)) {
			raise_error(m, EXCEPTION_OVERFLOW, SAY(RESULT_TOO_LARGE));
			return VALUE_UNSET;
		}
	}
	return made(m, pool_int(m->g->pool, sum));
}

/* The two lists, each in order, as one: of equal elements that of the left one first, so that the order is stable.
 * false: two that have no order; *one of them. */
static bool merge(const struct pool *pool, const value *from, value *to, uint32_t middle, uint32_t n, value *one)
{
	bool comparable = true;
	uint32_t a = 0, b = middle;
	for (uint32_t i = 0; i < n; i++) {
		bool right = a == middle;
		if (a < middle && b < n) {
			right = value_order(pool, from[b], from[a], &comparable) < 0;
			if (!comparable)
				return *one = from[b], false;
		}
		to[i] = right ? from[b++] : from[a++];
	}
	return true;
}

/* Merge sort from the bottom up: lists of 1, 2, 4, .. elements that are in order become one, two at a time. */
static value sorted_list(struct mover *m, value list)
{
	uint32_t n;
	value one;
	if (value_tag(list) != TAG_LIST)
		return needs(m, SAY(SORTED_NEEDS, value_type(list)));
	const value *v = value_list(m->g->pool, list, &n);
	value *from = must_have(malloc((2 * (size_t)n + 1) * sizeof *from)), *to = from + n, *both = from;
	memcpy(from, v, n * sizeof *v);
	bool good = true;
	for (uint64_t run = 1; good && run < n; run *= 2) {
		for (uint64_t at = 0; good && at < n; at += 2 * run) {
			uint32_t left = n - at < run ? n - at : run, all = n - at < 2 * run ? n - at : 2 * run;
			good = merge(m->g->pool, from + at, to + at, left, all, &one);
		}
		value *swap = from;
		from = to;
		to = swap;
	}
	list = good ? made(m, pool_list(m->g->pool, from, n)) : needs(m, SAY(COMPARABLE_NEEDED, value_type(one)));
	free(both);
	return list;
}

static value split_text(struct mover *m, value text, value by)
{
	struct pool *pool = m->g->pool;
	if (value_tag(text) != TAG_TEXT || value_tag(by) != TAG_TEXT)
		return needs(m, SAY(SPLIT_NEEDS, value_type(value_tag(text) == TAG_TEXT ? by : text)));
	uint32_t n, most = 0, count = 0;
	const char *s = value_text(pool, text, NULL), *sign = value_text(pool, by, &n), *end;
	if (!n) {
		raise_error(m, EXCEPTION_VALUE, SAY(SPLIT_BY_NOTHING));
		return VALUE_UNSET;
	}
	for (end = s; (end = strstr(end, sign)); end += n)
		most++;
	value *part = must_have(malloc(((size_t)most + 1) * sizeof *part));
	for (; (end = strstr(s, sign)); s = end + n)
		part[count++] = pool_text(pool, s, end - s);
	part[count++] = pool_text(pool, s, strlen(s));
	bool good = true;
	for (uint32_t i = 0; i < count; i++)
		good &= part[i] != VALUE_UNSET;
	value parts = good ? pool_list(pool, part, count) : VALUE_UNSET;
	free(part);
	return made(m, parts);
}

static value as_text(struct mover *m, value v)
{
	struct text t = { 0 };
	v = put_text(m, v, &t) ? made(m, pool_text(m->g->pool, text_is(&t), t.length)) : VALUE_UNSET;
	text_free(&t);
	return v;
}

static value keys_of(struct mover *m, value v)
{
	return value_tag(v) == TAG_DICT ? dict_keys(m, v) : needs(m, SAY(KEYS_NEEDS, value_type(v)));
}

/* What goes over a list goes over the keys of a dictionary. */
static value of_elements(struct mover *m, enum function_id f, const value *v, uint32_t n)
{
	value keys = n == 1 && value_tag(v[0]) == TAG_DICT ? dict_keys(m, v[0]) : v[0];
	if (keys == VALUE_UNSET)
		return keys;
	v = n == 1 ? &keys : v;
	switch (f) {
	case FUNCTION_MIN: return extreme(m, v, n, -1);
	case FUNCTION_MAX: return extreme(m, v, n, 1);
	case FUNCTION_SUM: return sum_of(m, keys);
	default:           return sorted_list(m, keys);
	}
}

static value call_function(struct mover *m, enum function_id f, const value *v, uint32_t n)
{
	switch (f) {
	case FUNCTION_LEN:   return length_of(m, v[0]);
	case FUNCTION_KEYS:  return keys_of(m, v[0]);
	case FUNCTION_MIN:
	case FUNCTION_MAX:
	case FUNCTION_SUM:
	case FUNCTION_SORTED: return of_elements(m, f, v, n);
	case FUNCTION_SPLIT: return split_text(m, v[0], v[1]);
	case FUNCTION_ABS:   return amount(m, v[0]);
	case FUNCTION_STR:   return as_text(m, v[0]);
	case FUNCTION_UPPER: return letters(m, v[0], 'a', 'A' - 'a');
	case FUNCTION_LOWER: return letters(m, v[0], 'A', 'a' - 'A');
	default:             return VALUE_NONE;
	}
}

/* What a process knows of itself: `name`, `group`, `index`, `pid`, `ppid`. */
static value self_value(struct mover *m, uint32_t which)
{
	const struct process *p = &m->g->process[m->p];
	const struct who *w = who_is(m->shared, m->p);
	switch (which) {
	case 0:  return p->name_text;
	case 1:  return p->group_text;
	case 2:  return value_small((int32_t)p->index);
	case 3:  return pool_int(m->g->pool, w->pid);
	default: return pool_int(m->g->pool, who_is(m->shared, m->starter ? m->starter : w->parent)->pid);
	}
}

void run_FUNCTION(struct mover *m, const struct ins *i)
{
	value v[16];
	if (i->b >= FUNCTION_COUNT) {
		put(m, i->dst, self_value(m, i->b - FUNCTION_COUNT));
		return;
	}
	for (uint32_t k = 0; k < i->to; k++)
		if ((v[k] = take(m, i->a + k)) == VALUE_UNSET)
			return;
	value result = call_function(m, i->b, v, i->to);
	if (result != VALUE_UNSET)
		put(m, i->dst, result);
}
