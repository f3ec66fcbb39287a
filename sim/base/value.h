/* Values of the scenario language in 32 bits, so that the world is small and equality is ==.
 *
 * A value is a tag in the low three bits and a payload above. Small integers stand in the payload
 * itself; large ones, texts, lists and dictionaries are interned in a pool, once each, and the payload says where.
 * So two values are equal as Python means it (but for True == 1, and the order of a dictionary's keys) exactly if they
 * are the same number.
 * 0 is UNSET: zeroed memory holds variables that were never assigned. */
#ifndef BASE_VALUE_H
#define BASE_VALUE_H
#include <stdbool.h>
#include <stdint.h>
#include "sim/base/text.h"

typedef uint32_t value;

enum tag { TAG_SPECIAL, TAG_INT, TAG_BIG, TAG_TEXT, TAG_LIST, TAG_OBJECT, TAG_PROCESS, TAG_HANDLE, TAG_DICT };
enum { VALUE_UNSET = 0, VALUE_NONE = 1 << 3, VALUE_FALSE = 2 << 3, VALUE_TRUE = 3 << 3 };
enum { SMALL_MAX = (1 << 28) - 1, SMALL_MIN = -(1 << 28) };

/* Three bits hold eight tags: a dictionary is a special value with its highest bit set. */
enum { DICT_AT = 1 << 28 };
static inline enum tag value_tag(value v)           { return (v & (7 | (value)DICT_AT << 3)) == (value)DICT_AT << 3 ? TAG_DICT : (enum tag)(v & 7); }
static inline uint32_t value_payload(value v)       { return v >> 3; }
static inline value    value_make(enum tag t, uint32_t payload) { return payload << 3 | t; }
static inline value    value_small(int32_t n)       { return (uint32_t)n << 3 | TAG_INT; }
static inline int32_t  value_small_int(value v)     { return (int32_t)v >> 3; }
static inline value    value_bool(bool b)           { return b ? VALUE_TRUE : VALUE_FALSE; }
static inline bool     value_is_int(value v)        { return value_tag(v) == TAG_INT || value_tag(v) == TAG_BIG; }
static inline bool     value_is_number(value v)     { return value_is_int(v) || v == VALUE_TRUE || v == VALUE_FALSE; }

/* Objects: payload is the object's number, and above 20 bits which end of it (0 the whole, 1 left, 2 right).
 * Processes: payload is the process's number; of a whole group: the group's number with PROCESS_GROUP. */
enum { OBJECT_END = 20, PROCESS_GROUP = 1 << 20 };

/* The pool: append-only, in memory shared by every process of a run, without a lock: a process that is
 * killed while it adds to it loses a few bytes of room and nothing else. */
struct pool;
struct pool *pool_open(void);           /* NULL and errno if there is no memory for it */
void   pool_close(struct pool *);
/* Another one that holds the same, at first: every value means the same in both. NULL as above. */
struct pool *pool_copy(const struct pool *);
/* Could this have come from the pool? */
bool   pool_holds(const struct pool *, value);
value  pool_int(struct pool *, int64_t);
value  pool_text(struct pool *, const char *, uint32_t bytes);
value  pool_list(struct pool *, const value *, uint32_t count);
/* A dictionary: its keys, no two of them equal, each with its value behind it: `count` of both together. */
value  pool_dict(struct pool *, const value *, uint32_t count);
/* All four return VALUE_UNSET when the pool is full. */

int64_t      value_int(const struct pool *, value);                      /* an integer or a truth value (0, 1) */
const char  *value_text(const struct pool *, value, uint32_t *bytes);    /* bytes may be NULL; ends with 0 */
const value *value_list(const struct pool *, value, uint32_t *count);
/* The elements of a list; the keys and values of a dictionary, as pool_dict takes them; of all else NULL, and none. */
const value *value_parts(const struct pool *, value, uint32_t *count);
bool         value_is_key(value);                                        /* may it be a dictionary's key? */
const value *value_under(const struct pool *, value dict, value key);    /* what stands there under this key; NULL: nothing */
/* To `count` keys and values one more pair: returns how many there are now. A key that is there keeps its place. */
uint32_t     value_put(const struct pool *, value *pair, uint32_t count, value key, value v);
bool         value_holds_ends(const struct pool *, value);              /* ends of pipes or connections, however deep in lists */
bool         value_truth(const struct pool *, value);                    /* as Python's */
bool         value_equal(const struct pool *, value, value);             /* True == 1, elements of lists likewise; the order of keys is not asked */
/* Order of two integers, texts or lists: -1, 0, 1; *comparable is false if they have none. */
int          value_order(const struct pool *, value, value, bool *comparable);
const char  *value_type(value);         /* "integer", "text", .. for messages */
#endif
