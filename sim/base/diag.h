/* What is wrong with a scenario, reported to people: where, what, how to mend it. Collected, so that
 * one run reports everything. Printing is ui's business, all but the GNU form needs the source. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H
#include <stdbool.h>
#include <stdint.h>
#include "sim/base/arena.h"
#include "sim/base/say.h"
#include "sim/base/text.h"

/* A stretch of the source. line and column count from 1, column and length in bytes of that line;
 * line 0: the whole file. */
struct place { uint32_t line, column, length; };

struct source {
	const char *name;               /* as the user gave it */
	const char *text;               /* 0 behind it */
	size_t length;
	const uint32_t *line;           /* line[i]: offset of line i + 1; lines of them */
	uint32_t lines;
	struct counted *counted;        /* where characters were counted last */
};

/* Each kind of diagnostic is a row in diag.def: code, default severity, title, explanation. */
enum diag_id {
#define DIAG(id, ...) DIAG_##id,
#include "sim/base/diag.def"
#undef DIAG
	DIAG_COUNT
};
enum severity { ERROR, WARNING };
struct diag_kind { const char *code; enum severity severity; const char *title, *explanation, *title_zh, *explanation_zh; };
extern const struct diag_kind diag_kinds[DIAG_COUNT];

struct diag {
	enum diag_id id;
	struct place place;
	const char *message;            /* lowercase, no full stop */
	const char *help;               /* how to mend it, or NULL */
	struct place other;             /* another place that matters (line 0: none), */
	const char *note;               /* and what it is */
};

/* More than so many of a severity are only counted. */
enum { MOST_FINDINGS = 100 };

struct diags {
	struct arena *arena;            /* holds the messages */
	const struct source *source;
	struct diag *list;
	size_t count, room;
	size_t errors, warnings;        /* found; they may be more than are in the list */
	struct diag unlisted;           /* what diag_add returns of those */
};

void source_init(struct source *, struct arena *, const char *name, const char *text, size_t length);
struct place source_place(const struct source *, size_t offset, size_t length); /* of a byte offset */
/* A place as people count: in characters. Fast for places that come in order. */
struct counted_place { uint32_t line; int column, length; };
struct counted_place source_counted(const struct source *, struct place);

/* Add one; returns it so that other, note can be filled in. help may be NOTHING_TO_SAY. */
struct diag *diag_add(struct diags *, enum diag_id, struct place, struct message help, struct message);
bool diags_full(const struct diags *);                          /* errors are only counted from here on */
void diags_sort(struct diags *);                                /* by place; last how many are not in the list */
void diags_free(struct diags *);

/* "file:line:column: error: message [CODE]", column in characters; no newline. */
void diag_line(struct text *, const struct diags *, const struct diag *);
/* "= help: did you mean `sell`?", if there is help. */
void diag_help(struct text *, const struct diag *);
/* The line, then the source line with the place underlined, then help and note; ends with a newline. */
void diag_text(struct text *, const struct diags *, const struct diag *);
#endif
