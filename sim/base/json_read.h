/* JSON -> a tree, strictly as RFC 8259 has it, whatever the bytes are: no deeper than JSON_DEPTH, no more than JSON_VALUES
 * values, never past the end. */
#ifndef BASE_JSON_READ_H
#define BASE_JSON_READ_H
#include <stdbool.h>
#include <stdint.h>
#include "sim/base/arena.h"

enum { JSON_DEPTH = 64, JSON_VALUES = 1 << 17 };

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_MAP };

struct json_node {
	enum json_kind kind;
	const char *key;                /* in a map: under which it stands; else NULL */
	const char *text;               /* a text: UTF-8 with 0 behind it, and maybe within, ... */
	size_t length;                  /* ... its bytes */
	const char *raw;                /* as it was written: into what was given to json_read */
	size_t raw_length;
	struct json_node *first, *next; /* what is in a list or map; what comes behind it there */
};

/* NULL: it is not JSON, or too large. Half a surrogate pair becomes U+FFFD. */
struct json_node *json_read(struct arena *, const char *, size_t length);
/* What stands under a key, the first of several; NULL: nothing, or no map. n may be NULL here and below. */
const struct json_node *json_find(const struct json_node *n, const char *key);
/* The same of keys within each other: "textDocument.uri". */
const struct json_node *json_path(const struct json_node *n, const char *path);
const char *json_word(const struct json_node *n);               /* its text; NULL: it is none */
bool json_int(const struct json_node *n, int64_t *);            /* is it an integer of 18 digits or less? */
#endif
