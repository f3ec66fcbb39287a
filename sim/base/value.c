/* Values and the pool that interns them. See value.h. */
#include "sim/base/value.h"
#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

enum { POOL_SLOTS = 1 << 22, POOL_LOAD = POOL_SLOTS / 4 * 3 };
static const uint64_t POOL_UNITS = (uint64_t)1 << 27;   /* of 8 bytes: 1 GiB of address space, taken as used */

/* An entry of the pool: what it holds follows its head, at a multiple of 8 bytes. */
struct entry { uint32_t tag_count, hash; };             /* count << 3 | tag */

struct pool {
	_Atomic uint64_t used;                          /* units taken; unit 0 is never an entry */
	_Atomic uint32_t entries;
	_Atomic uint32_t slot[POOL_SLOTS];              /* hash table of entries: open addressing, 0 is free */
	uint64_t unit[];
};

struct pool *pool_open(void)
{
	struct pool *p = mmap(NULL, sizeof *p + POOL_UNITS * 8, PROT_READ | PROT_WRITE,
	                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	p->used = 1;
	return p;
}

void pool_close(struct pool *p)
{
	if (p)
		munmap(p, sizeof *p + POOL_UNITS * 8);
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

static uint32_t entry_add(struct pool *p, uint32_t tag_count, uint32_t hash, const void *bytes, size_t n)
{
	uint64_t units = (sizeof(struct entry) + n + 1 + 7) / 8;
	if (p->entries >= POOL_LOAD || p->used + units > POOL_UNITS)
		return 0;
	uint64_t at = atomic_fetch_add(&p->used, units);
	if (at + units > POOL_UNITS)
		return 0;
	struct entry *e = (struct entry *)&p->unit[at];
	*e = (struct entry){ tag_count, hash };
	memcpy(e + 1, bytes, n);
	return (uint32_t)at;
}

static value intern(struct pool *p, enum tag tag, uint32_t count, const void *bytes, size_t n)
{
	uint32_t tag_count = count << 3 | tag, hash = hash_bytes(tag_count, bytes, n), mine = 0;
	for (uint32_t i = hash; ; i++) {
		_Atomic uint32_t *slot = &p->slot[i % POOL_SLOTS];
		uint32_t at = atomic_load_explicit(slot, memory_order_acquire);
		if (!at) {
			if (!mine && !(mine = entry_add(p, tag_count, hash, bytes, n)))
				return VALUE_UNSET;
			if (atomic_compare_exchange_strong(slot, &at, mine)) {
				p->entries++;
				return value_make(tag, mine);
			}
		}
		const struct entry *e = entry_at(p, at);
		if (e->hash == hash && e->tag_count == tag_count && !memcmp(e + 1, bytes, n))
			return value_make(tag, at);
	}
}

value pool_int(struct pool *p, int64_t n)
{
	if (n >= SMALL_MIN && n <= SMALL_MAX)
		return value_small((int32_t)n);
	return intern(p, TAG_BIG, 1, &n, sizeof n);
}

value pool_text(struct pool *p, const char *s, uint32_t bytes)
{
	return intern(p, TAG_TEXT, bytes, s, bytes);
}

value pool_list(struct pool *p, const value *v, uint32_t count)
{
	return intern(p, TAG_LIST, count, v, count * sizeof *v);
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
		*bytes = e->tag_count >> 3;
	return (const char *)(e + 1);
}

const value *value_list(const struct pool *p, value v, uint32_t *count)
{
	const struct entry *e = entry_at(p, value_payload(v));
	*count = e->tag_count >> 3;
	return (const value *)(e + 1);
}

bool value_truth(const struct pool *p, value v)
{
	switch (value_tag(v)) {
	case TAG_SPECIAL: return v == VALUE_TRUE;
	case TAG_INT:     return value_small_int(v) != 0;
	case TAG_TEXT:
	case TAG_LIST:    return entry_at(p, value_payload(v))->tag_count >> 3 != 0;
	default:          return true;
	}
}

bool value_equal(const struct pool *p, value a, value b)
{
	if (a == b)
		return true;
	if (value_is_number(a) && value_is_number(b))
		return value_int(p, a) == value_int(p, b);
	if (value_tag(a) != TAG_LIST || value_tag(b) != TAG_LIST)
		return false;
	uint32_t na, nb, i = 0;
	const value *la = value_list(p, a, &na), *lb = value_list(p, b, &nb);
	while (na == nb && i < na && value_equal(p, la[i], lb[i]))
		i++;
	return na == nb && i == na;
}

static int order_text(const struct pool *p, value a, value b)
{
	uint32_t na, nb;
	const char *ta = value_text(p, a, &na), *tb = value_text(p, b, &nb);
	int c = memcmp(ta, tb, na < nb ? na : nb);
	return c ? (c > 0) - (c < 0) : (na > nb) - (na < nb);
}

static int order_list(const struct pool *p, value a, value b, bool *comparable)
{
	uint32_t na, nb;
	const value *la = value_list(p, a, &na), *lb = value_list(p, b, &nb);
	for (uint32_t i = 0; i < na && i < nb; i++)
		if (!value_equal(p, la[i], lb[i]))
			return value_order(p, la[i], lb[i], comparable);
	return (na > nb) - (na < nb);
}

int value_order(const struct pool *p, value a, value b, bool *comparable)
{
	*comparable = true;
	if (value_is_number(a) && value_is_number(b)) {
		int64_t x = value_int(p, a), y = value_int(p, b);
		return (x > y) - (x < y);
	}
	if (value_tag(a) == TAG_TEXT && value_tag(b) == TAG_TEXT)
		return order_text(p, a, b);
	if (value_tag(a) == TAG_LIST && value_tag(b) == TAG_LIST)
		return order_list(p, a, b, comparable);
	*comparable = false;
	return 0;
}

const char *value_type(value v)
{
	static const char *const word[] = {
		[TAG_INT] = "integer", [TAG_BIG] = "integer", [TAG_TEXT] = "text", [TAG_LIST] = "list",
		[TAG_OBJECT] = "object", [TAG_PROCESS] = "process", [TAG_HANDLE] = "result",
	};
	if (value_tag(v) != TAG_SPECIAL)
		return word[value_tag(v)];
	return v == VALUE_UNSET ? "unset" : v == VALUE_NONE ? "none" : "truth value";
}
