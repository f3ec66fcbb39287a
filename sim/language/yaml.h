/* YAML text -> a tree of nodes that remember where they stand. Built on libyaml's events alone.
 * Knows nothing of scenarios. Never loops, never recurses deeper than YAML_DEPTH. */
#ifndef LANGUAGE_YAML_H
#define LANGUAGE_YAML_H
#include "sim/base/diag.h"
#include "sim/language/messages.h"

enum { YAML_DEPTH = 32, YAML_FILE = 1 << 20, YAML_SCALAR = 1 << 16, YAML_EVENTS = 200000 };

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	bool quoted;                    /* a scalar in '..' or ".." (block scalars count as quoted) */
	bool exact;                     /* the scalar's bytes stand in the source letter by letter, on one line, */
	                                /* from place.column (+ 1 if quoted): so an offset in text is a place */
	struct place place;             /* a scalar, quotes included; a list's or map's first line */
	size_t end;                     /* the byte behind it, in the source; of what has no brackets: behind its last item */
	const char *text;               /* scalar: UTF-8 without NUL, ... */
	size_t length;                  /* ... its bytes */
	size_t count;                   /* list: items; map: pairs */
	struct node **item;             /* list: the items; map: the values, */
	struct node **key;              /* map: the keys (scalars), each once */
};

/* Read one document into the arena that diags has. NULL if it has errors (then they are in diags):
 * not YAML, empty, anchors, aliases, tags, merge keys, duplicate keys, keys that are no scalars,
 * several documents, a NUL in a text, too deep, too long. */
struct node *yaml_read(struct diags *, const struct source *);
/* The same, but duplicate keys, though reported, are no reason to give nothing: what they are given is joined. */
struct node *yaml_read_on(struct diags *, const struct source *);

/* The value of a key of a map, or NULL. */
struct node *yaml_find(const struct node *map, const char *key);
/* A place inside a scalar: offset and length in bytes of its text; the whole scalar if it is not exact. */
struct place yaml_inside(const struct node *, size_t offset, size_t length);
#endif
