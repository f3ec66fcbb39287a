/* Values and the pool that interns them. See value.h. */
#include "sim/base/value.h"
#include "sim/base/say.h"
#include "sim/base/arena.h"
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum { POOL_SLOTS = 1 << 22, POOL_LOAD = POOL_SLOTS / 4 * 3 };
static const uint64_t POOL_UNITS = (uint64_t)1 << 27;   /* of 8 bytes: 1 GiB of address space, taken as used */
enum { POOL_PART = 4 };                                 /* no more than this part of the address space that may be used */

/* An entry of the pool: what it holds follows its head, at a multiple of 8 bytes. */
struct entry { uint32_t tag_count, hash; };             /* count << 3 | tag, of a dictionary TAG_SPECIAL; HOLDS_ENDS: ends are in it, however deep */
#define HOLDS_ENDS (1u << 31)

struct pool {
	uint64_t units;                                 /* that there is room for */
	_Atomic uint64_t used;                          /* units taken; unit 0 is never an entry */
	_Atomic uint32_t entries;
	_Atomic uint32_t slot[POOL_SLOTS];              /* hash table of entries: open addressing, 0 is free */
	uint64_t unit[];
};

/* All processes of a run have it at one address, so it can't grow later: it begins as large as it may become. */
static uint64_t units_allowed(void)
{
	struct rlimit r;
	if (getrlimit(RLIMIT_AS, &r) || r.rlim_cur == RLIM_INFINITY || r.rlim_cur / POOL_PART / 8 > POOL_UNITS)
		return POOL_UNITS;
	return r.rlim_cur / POOL_PART / 8;
}

static size_t bytes_of(uint64_t units)
{
	return sizeof(struct pool) + units * 8;
}

struct pool *pool_open(void)
{
	uint64_t units = units_allowed();
	struct pool *p = mmap(NULL, bytes_of(units), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	p->units = units;
	p->used = 1;
	return p;
}

void pool_close(struct pool *p)
{
	if (p)
		munmap(p, bytes_of(p->units));
}

/* FNV-1a over bytes, with a last stir: texts and lists here are short. */
static uint32_t hash_bytes(uint32_t tag_count, const void *bytes, size_t n)
{
	uint64_t h = 14695981039346656037u ^ tag_count;
	for (const unsigned char *b = bytes; n; n--, b++)
		h = (h ^ *b) * 1099511628211u;
	return (uint32_t)(h ^ h >> 32);
}

static const struct entry *entry_at(const struct pool *p, uint32_t at)
{
	return (const struct entry *)&p->unit[at];
}

static const struct entry *entry_of(const struct pool *p, value v)
{
	return entry_at(p, value_payload(v) & ~(uint32_t)DICT_AT);
}

static uint32_t count_of(const struct entry *e)
{
	return (e->tag_count & ~HOLDS_ENDS) >> 3;
}

static uint32_t entry_add(struct pool *p, uint32_t tag_count, uint32_t hash, const void *bytes, size_t n)
{
	uint64_t units = (sizeof(struct entry) + n + 1 + 7) / 8;
	if (p->entries >= POOL_LOAD || p->used + units > p->units)
		return 0;
	uint64_t at = atomic_fetch_add(&p->used, units);
	if (at + units > p->units)
		return 0;
	struct entry *e = (struct entry *)&p->unit[at];
	*e = (struct entry){ tag_count, hash };
	memcpy(e + 1, bytes, n);
	return (uint32_t)at;
}

static value intern(struct pool *p, uint32_t tag_count, const void *bytes, size_t n)
{
	const enum tag tag = tag_count & 7;
	const uint32_t also = tag == TAG_SPECIAL ? DICT_AT : 0;
	uint32_t hash = hash_bytes(tag_count, bytes, n), mine = 0;
	for (uint32_t i = hash; ; i++) {
		_Atomic uint32_t *slot = &p->slot[i % POOL_SLOTS];
		uint32_t at = atomic_load_explicit(slot, memory_order_acquire);
		if (!at) {
			if (!mine && !(mine = entry_add(p, tag_count, hash, bytes, n)))
				return VALUE_UNSET;
			if (atomic_compare_exchange_strong(slot, &at, mine)) {
				p->entries++;
				return value_make(tag, mine | also);
			}
		}
		const struct entry *e = entry_at(p, at);
		if (e->hash == hash && e->tag_count == tag_count && !memcmp(e + 1, bytes, n))
			return value_make(tag, at | also);
	}
}

value pool_int(struct pool *p, int64_t n)
{
	if (n >= SMALL_MIN && n <= SMALL_MAX)
		return value_small((int32_t)n);
	return intern(p, 1 << 3 | TAG_BIG, &n, sizeof n);
}

value pool_text(struct pool *p, const char *s, uint32_t bytes)
{
	return intern(p, bytes << 3 | TAG_TEXT, s, bytes);
}

static value intern_parts(struct pool *p, enum tag tag, const value *v, uint32_t count)
{
	uint32_t holds = 0;
	for (uint32_t k = 0; k < count && !holds; k++)
		holds = value_holds_ends(p, v[k]) ? HOLDS_ENDS : 0;
	return intern(p, holds | count << 3 | tag, v, count * sizeof *v);
}

value pool_list(struct pool *p, const value *v, uint32_t count)
{
	return intern_parts(p, TAG_LIST, v, count);
}

value pool_dict(struct pool *p, const value *v, uint32_t count)
{
	return intern_parts(p, TAG_SPECIAL, v, count);
}

/* ---- a copy ---- */

/* Is what stands there an entry that can be found? It may be one that somebody is just writing, or was killed while writing. */
static bool is_found(const struct pool *p, uint32_t at)
{
	for (uint32_t i = entry_at(p, at)->hash; ; i++) {
		uint32_t other = atomic_load_explicit(&p->slot[i % POOL_SLOTS], memory_order_acquire);
		if (!other || other == at)
			return other;
	}
}

static uint64_t units_of(const struct entry *e)
{
	const enum tag tag = e->tag_count & 7;
	size_t count = count_of(e), bytes = tag == TAG_TEXT ? count : tag == TAG_BIG ? sizeof(int64_t) : count * sizeof(value);
	return (sizeof *e + bytes + 1 + 7) / 8;
}

static void put_in(struct pool *p, uint32_t at)
{
	uint32_t i = entry_at(p, at)->hash;
	while (p->slot[i % POOL_SLOTS])
		i++;
	p->slot[i % POOL_SLOTS] = at;
	p->entries++;
}

struct pool *pool_copy(const struct pool *from)
{
	struct pool *p = pool_open();
	uint64_t used = atomic_load(&from->used);
	used = used < from->units ? used : from->units;
	if (!p || p->units < used) {
		pool_close(p);
		errno = ENOMEM;
		return NULL;
	}
	p->used = used;
	for (uint64_t at = 1, units; at < used; at += units) {
		units = 1;
		if (!is_found(from, (uint32_t)at))
			continue;
		units = units_of(entry_at(from, (uint32_t)at));
		memcpy(&p->unit[at], &from->unit[at], units * 8);
		put_in(p, (uint32_t)at);
	}
	return p;
}

bool pool_holds(const struct pool *p, value v)
{
	enum tag tag = value_tag(v);
	uint32_t at = value_payload(v) & ~(uint32_t)DICT_AT;
	if (tag != TAG_BIG && tag != TAG_TEXT && tag != TAG_LIST && tag != TAG_DICT)
		return true;
	return at && at < p->used && (entry_at(p, at)->tag_count & 7) == (tag & 7) && is_found(p, at);
}

int64_t value_int(const struct pool *p, value v)
{
	switch (value_tag(v)) {
	case TAG_INT:     return value_small_int(v);
	case TAG_BIG:     return *(const int64_t *)(entry_at(p, value_payload(v)) + 1);
	case TAG_SPECIAL: return v == VALUE_TRUE;
	default:          return 0;
	}
}

const char *value_text(const struct pool *p, value v, uint32_t *bytes)
{
	const struct entry *e = entry_at(p, value_payload(v));
	if (bytes)
		*bytes = count_of(e);
	return (const char *)(e + 1);
}

const value *value_list(const struct pool *p, value v, uint32_t *count)
{
	const struct entry *e = entry_of(p, v);
	*count = count_of(e);
	return (const value *)(e + 1);
}

static bool has_parts(value v)
{
	return value_tag(v) == TAG_LIST || value_tag(v) == TAG_DICT;
}

const value *value_parts(const struct pool *p, value v, uint32_t *count)
{
	*count = 0;
	return has_parts(v) ? value_list(p, v, count) : NULL;
}

bool value_is_key(value v)
{
	return value_is_number(v) || value_tag(v) == TAG_TEXT || v == VALUE_NONE;
}

/* Where the value of this key stands; behind all of them, if there is none. */
static uint32_t position_of(const struct pool *p, const value *pair, uint32_t count, value key)
{
	uint32_t k = 0;
	while (k < count && pair[k] != key &&
	       !(value_is_number(pair[k]) && value_is_number(key) && value_int(p, pair[k]) == value_int(p, key)))
		k += 2;
	return k + 1;
}

const value *value_under(const struct pool *p, value dict, value key)
{
	uint32_t n, at;
	const value *v = value_list(p, dict, &n);
	at = position_of(p, v, n, key);
	return at < n ? &v[at] : NULL;
}

uint32_t value_put(const struct pool *p, value *pair, uint32_t count, value key, value v)
{
	uint32_t at = position_of(p, pair, count, key);
	if (at > count)
		pair[count] = key;
	pair[at] = v;
	return at > count ? count + 2 : count;
}

bool value_truth(const struct pool *p, value v)
{
	switch (value_tag(v)) {
	case TAG_SPECIAL: return v == VALUE_TRUE;
	case TAG_INT:     return value_small_int(v) != 0;
	case TAG_TEXT:
	case TAG_LIST:
	case TAG_DICT:    return count_of(entry_of(p, v)) != 0;
	default:          return true;
	}
}

bool value_holds_ends(const struct pool *p, value v)
{
	if (value_tag(v) == TAG_OBJECT)
		return value_payload(v) >> OBJECT_END;
	return has_parts(v) && entry_of(p, v)->tag_count & HOLDS_ENDS;
}

/* ---- comparing ----
 * Two lists are compared element by element, two dictionaries key by key, those in them likewise. Lists may be as deep as there is memory, and the same
 * list may stand in another many times: so what is still to be compared stands on a stack of our own, and lists that were
 * found equal once are not compared again. */

struct frame { value a, b; uint32_t at; };
struct comparison {
	const struct pool *pool;
	struct frame *frame; size_t frames, frame_room;
	uint64_t *equal; size_t equals, equal_room;      /* pairs, as a hash table: half of it is free */
};

static uint64_t pair_of(value a, value b)
{
	return (uint64_t)a << 32 | b;
}

static uint64_t *pair_slot(uint64_t *table, size_t room, uint64_t pair)
{
	size_t k = (pair * 0x9e3779b97f4a7c15u) >> 20 & (room - 1);
	while (table[k] && table[k] != pair)
		k = (k + 1) & (room - 1);
	return &table[k];
}

static void keep_equal(struct comparison *c, uint64_t pair)
{
	if ((c->equals + 1) * 2 > c->equal_room) {
		size_t old = c->equal_room, room = old ? old * 2 : 64;
		uint64_t *table = must_have(calloc(room, sizeof *table));
		for (size_t k = 0; k < old; k++)
			if (c->equal[k])
				*pair_slot(table, room, c->equal[k]) = c->equal[k];
		free(c->equal);
		c->equal = table;
		c->equal_room = room;
	}
	*pair_slot(c->equal, c->equal_room, pair) = pair;
	c->equals++;
}

static bool is_known(const struct comparison *c, uint64_t pair)
{
	return c->equal_room && *pair_slot(c->equal, c->equal_room, pair);
}

static int order_text(const struct pool *p, value a, value b)
{
	uint32_t na, nb;
	const char *ta = value_text(p, a, &na), *tb = value_text(p, b, &nb);
	int c = memcmp(ta, tb, na < nb ? na : nb);
	return c ? (c > 0) - (c < 0) : (na > nb) - (na < nb);
}

enum { EQUAL = 0, NO_ORDER = 2 };

/* Of two that have no parts: -1, 0, 1, or NO_ORDER: they differ, and neither comes first. */
static int order_of_two(const struct pool *p, value a, value b)
{
	if (a == b)
		return EQUAL;
	if (value_is_number(a) && value_is_number(b)) {
		int64_t x = value_int(p, a), y = value_int(p, b);
		return (x > y) - (x < y);
	}
	return value_tag(a) == TAG_TEXT && value_tag(b) == TAG_TEXT ? order_text(p, a, b) : NO_ORDER;
}

static void push(struct comparison *c, value a, value b)
{
	GROW(c->frame, c->frames, c->frame_room);
	c->frame[c->frames++] = (struct frame){ a, b, 0 };
}

/* Two elements: what decides, if it is found. *deeper: they are compared first, before the two that they stand in go on. */
static int order_of_parts(struct comparison *c, value x, value y, bool *deeper)
{
	if (x == y || !has_parts(x) || value_tag(x) != value_tag(y))
		return order_of_two(c->pool, x, y);
	*deeper = !is_known(c, pair_of(x, y));
	if (*deeper)
		push(c, x, y);
	return EQUAL;
}

/* The lists on top of the stack: what decides their order, if it is found; EQUAL: nothing yet. */
static int go_on_list(struct comparison *c, const value *a, uint32_t na, const value *b, uint32_t nb, bool *deeper)
{
	uint32_t top = c->frames - 1, at = c->frame[top].at;
	int order = EQUAL;
	for (; at < na && at < nb && !order && !*deeper; at++)
		order = order_of_parts(c, a[at], b[at], deeper);
	c->frame[top].at = at;
	return order || *deeper ? order : (na > nb) - (na < nb);
}

/* Dictionaries: what stands under each key of the first in the second, wherever it is there. */
static int go_on_dict(struct comparison *c, const value *a, uint32_t na, const value *b, uint32_t nb, bool *deeper)
{
	uint32_t top = c->frames - 1, at = c->frame[top].at;
	int order = na == nb ? EQUAL : NO_ORDER;
	for (; at < na && !order && !*deeper; at += 2) {
		const value *other = a[at] == b[at] ? &b[at + 1] : value_under(c->pool, c->frame[top].b, a[at]);
		order = other ? order_of_parts(c, a[at + 1], *other, deeper) : NO_ORDER;
	}
	c->frame[top].at = at;
	return order ? NO_ORDER : EQUAL;
}

static int go_on(struct comparison *c)
{
	const struct frame f = c->frame[c->frames - 1];
	uint32_t na, nb;
	bool deeper = false;
	const value *a = value_list(c->pool, f.a, &na), *b = value_list(c->pool, f.b, &nb);
	int order = value_tag(f.a) == TAG_LIST ? go_on_list(c, a, na, b, nb, &deeper) : go_on_dict(c, a, na, b, nb, &deeper);
	if (order || deeper)
		return order;
	if (c->frames > 1)
		keep_equal(c, pair_of(f.a, f.b));
	c->frames--;
	return EQUAL;
}

/* Where lists differ in a dictionary, neither dictionary comes first. */
static bool within_dict(const struct comparison *c)
{
	for (size_t k = 0; k < c->frames; k++)
		if (value_tag(c->frame[k].a) == TAG_DICT)
			return true;
	return false;
}

static int order(const struct pool *p, value a, value b)
{
	if (a == b || !has_parts(a) || value_tag(a) != value_tag(b))
		return order_of_two(p, a, b);
	struct comparison c = { .pool = p };
	int found = EQUAL;
	push(&c, a, b);
	while (c.frames && !found)
		found = go_on(&c);
	if (found && within_dict(&c))
		found = NO_ORDER;
	free(c.frame);
	free(c.equal);
	return found;
}

bool value_equal(const struct pool *p, value a, value b)
{
	return order(p, a, b) == EQUAL;
}

static bool has_order(value a, value b)
{
	return (value_is_number(a) && value_is_number(b)) || (value_tag(a) == value_tag(b) && (value_tag(a) == TAG_TEXT || value_tag(a) == TAG_LIST));
}

int value_order(const struct pool *p, value a, value b, bool *comparable)
{
	int found = has_order(a, b) ? order(p, a, b) : NO_ORDER;
	*comparable = found != NO_ORDER;
	return *comparable ? found : 0;
}

const char *value_type(value v)
{
	switch (value_tag(v)) {
	case TAG_INT: case TAG_BIG: return spoken("integer", "整数");
	case TAG_TEXT:    return spoken("text", "文本");
	case TAG_LIST:    return spoken("list", "列表");
	case TAG_DICT:    return spoken("dictionary", "字典");
	case TAG_OBJECT:  return spoken("object", "对象");
	case TAG_PROCESS: return spoken("process", "进程");
	case TAG_HANDLE:  return spoken("result", "任务结果");
	default:          return v == VALUE_UNSET ? spoken("unset", "未赋值") : v == VALUE_NONE ? spoken("none", "空值（`none`）") : spoken("truth value", "真假值");
	}
}
