/* lsp: a server of the Language Server Protocol (3.17) for editors: what `check` finds, what `explain` says, and completion
 * from the same tables. Documents are in memory only; no file is read.
 *
 *   lsp.c            which message, and in which order they may come
 *   lsp_wire.c       messages on standard input and output
 *   lsp_document.c   documents, places in them, what is wrong with them
 *   lsp_hover.c      what the word under the cursor means
 *   lsp_where.c      where in a scenario the cursor is, which need not be YAML yet
 *   lsp_complete.c   what may stand there */
#ifndef CLI_LSP_H
#define CLI_LSP_H
#include "sim/base/json_read.h"
#include "ui/cli/cli.h"

/* ---- messages ---- */

enum { MOST_MESSAGE = 16 };             /* MiB */
enum wire_got { WIRE_MESSAGE, WIRE_TOO_LARGE, WIRE_LOST, WIRE_NO_LENGTH, WIRE_END };     /* LOST: so large that nothing behind it can be found */
struct wire { char bytes[1 << 16]; size_t at, end; int64_t unread; struct text message; };
/* The next one, whole; of one that is too large, only that it is there: its bytes are passed over by the next call. */
enum wire_got wire_read(struct wire *);
bool wire_waits(const struct wire *);   /* is nothing there now? */
void wire_write(const struct text *message);

/* ---- documents ---- */

enum units { UNITS_UTF16, UNITS_UTF8, UNITS_UTF32, UNITS };     /* what the client counts characters in */

struct document {
	char *uri, *text;
	size_t length;
	size_t *line, lines, room;      /* where each line begins: a place is found at once, however long the text is */
	int64_t version;
	bool numbered;                  /* it has a version */
	bool changed;                   /* since it was checked */
	struct program *names;          /* of the last text that was YAML: what it declares; NULL: there was none */
};
struct server {
	struct call *call;
	enum { LSP_NEW, LSP_AT_WORK, LSP_OVER } state;
	enum units units;
	bool markdown, related;         /* what the client can show: Markdown in a hover; other places of a diagnostic */
	struct document *document;
	size_t documents, room;
	struct wire wire;
};

enum { MOST_DOCUMENTS = 256 };
struct document *document_find(struct server *, const char *uri);      /* NULL: it is not open */
struct document *document_open(struct server *, const char *uri);      /* a new one, or the same; NULL: there are too many */
void document_set(struct document *, const char *text, size_t length);
void document_close(struct server *, struct document *);
void document_publish(struct server *, struct document *);             /* checks it, and sends what it found */
void documents_publish(struct server *);                                /* all that have changed */
void documents_free(struct server *);

/* A line of a text, from 0 on, without its end; nothing behind the last one. */
struct piece { const char *at; size_t length; };
struct piece document_line(const struct document *, int64_t line);
/* From a client's place to a byte of its line, and back. */
size_t bytes_of(enum units, struct piece, int64_t character);
int64_t units_of(enum units, struct piece, size_t bytes);
/* The word that stands around a byte of a line. */
struct piece word_around(struct piece, size_t at);

/* ---- names that a document declares ---- */

enum declared { DECLARED_PARAM, DECLARED_SHARED, DECLARED_PRIVATE, DECLARED_OBJECT, DECLARED_FUNCTION, DECLARED_PROCESS, DECLARED_COUNT };
struct name { const char *name; enum declared what; enum kind kind; uint32_t line; };     /* kind: of an object; KIND_NONE: not known */
/* The i-th; false: there are no more. */
bool document_name(const struct document *, size_t i, struct name *);

/* ---- answers: a JSON value ---- */

void put_hover(struct text *, struct server *, const struct document *, int64_t line, int64_t character);
void put_completion(struct text *, struct server *, const struct document *, int64_t line, int64_t character);

/* ---- where the cursor is ---- */

enum { MOST_LEVELS = 48 };
struct where {
	struct arena *arena;
	const char *path[MOST_LEVELS];  /* the keys around it from the top; "-": in an item of a list */
	int levels;
	const char *head;               /* the first key of the mapping that it is in, or "" */
	const char *key;                /* the key whose value it is in; NULL: a key, or an item, may stand there */
	bool shown;                     /* the key that is being typed has its `:` already */
};
void where_is(struct where *, const struct document *, int64_t line, size_t byte);
#endif
