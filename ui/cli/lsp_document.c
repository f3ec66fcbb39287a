/* Documents of a client: their texts, places in them, and what is wrong with them. */
#include "ui/cli/lsp.h"
#include <stdlib.h>
#include <string.h>

/* ---- which are open ---- */

struct document *document_find(struct server *s, const char *uri)
{
	for (size_t i = 0; i < s->documents; i++)
		if (!strcmp(s->document[i].uri, uri))
			return &s->document[i];
	return NULL;
}

struct document *document_open(struct server *s, const char *uri)
{
	struct document *d = document_find(s, uri);
	if (d || s->documents == MOST_DOCUMENTS)
		return d;
	GROW(s->document, s->documents, s->room);
	d = &s->document[s->documents++];
	*d = (struct document){ .uri = must_have(strdup(uri)) };
	document_set(d, "", 0);
	return d;
}

/* LF, CR LF and CR end a line. */
static const char *line_end(const struct document *d, const char *at)
{
	const char *end = d->text + d->length;
	while (at < end && *at != '\n' && *at != '\r')
		at++;
	return at;
}

static void find_lines(struct document *d)
{
	const char *at = d->text, *end = at + d->length, *to;
	for (d->lines = 0; ; at = to + 1 + (*to == '\r' && to + 1 < end && to[1] == '\n')) {
		GROW(d->line, d->lines, d->room);
		d->line[d->lines++] = (size_t)(at - d->text);
		to = line_end(d, at);
		if (to == end)
			return;
	}
}

void document_set(struct document *d, const char *text, size_t length)
{
	free(d->text);
	d->text = must_have(malloc(length + 1));
	memcpy(d->text, text, length);
	d->text[length] = 0;
	d->length = length;
	find_lines(d);
	d->changed = true;
}

static void document_free(struct document *d)
{
	program_free(d->names);
	free(d->uri);
	free(d->text);
	free(d->line);
}

void document_close(struct server *s, struct document *d)
{
	document_free(d);
	*d = s->document[--s->documents];
}

void documents_free(struct server *s)
{
	for (size_t i = 0; i < s->documents; i++)
		document_free(&s->document[i]);
	free(s->document);
}

/* ---- places ---- */

static bool is_tail(char c)             /* of a character */
{
	return (c & 0xc0) == 0x80;
}

/* What one byte counts for, so that those of a character do together. */
static int64_t units_in(enum units units, char c)
{
	if (units == UNITS_UTF8)
		return 1;
	return !is_tail(c) + (units == UNITS_UTF16 && (c & 0xf8) == 0xf0);
}

int64_t units_of(enum units units, struct piece line, size_t bytes)
{
	int64_t n = 0;
	for (size_t i = 0; i < bytes && i < line.length; i++)
		n += units_in(units, line.at[i]);
	return n;
}

size_t bytes_of(enum units units, struct piece line, int64_t character)
{
	size_t i = 0;
	for (int64_t n = 0; i < line.length; i++) {
		n += units_in(units, line.at[i]);
		if (n > character && !is_tail(line.at[i]))
			break;
	}
	return i;
}

struct piece document_line(const struct document *d, int64_t line)
{
	if (line >= (int64_t)d->lines)
		return (struct piece){ d->text + d->length, 0 };
	const char *at = d->text + d->line[line];
	return (struct piece){ at, (size_t)(line_end(d, at) - at) };
}

static bool is_of_word(char c)
{
	return c == '_' || (c & 0x80) || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

struct piece word_around(struct piece line, size_t at)
{
	size_t from = at, to = at;
	while (from && is_of_word(line.at[from - 1]))
		from--;
	while (to < line.length && is_of_word(line.at[to]))
		to++;
	return (struct piece){ line.at + from, to - from };
}

/* ---- what is wrong ---- */

static void put_range(struct text *t, enum units units, const struct source *s, struct place p, size_t bom)
{
	struct piece line = { "", 0 };
	size_t at = p.column ? p.column - 1 : 0, to;
	if (p.line && p.line <= s->lines) {
		line.at = s->text + s->line[p.line - 1];
		line.length = (p.line < s->lines ? s->line[p.line] : s->length) - s->line[p.line - 1];
	}
	to = at + p.length;
	int64_t before = p.line == 1 && bom ? units_of(units, (struct piece){ "\xef\xbb\xbf", bom }, bom) : 0;
	unsigned number = p.line ? p.line - 1 : 0;
	text_print(t, "\"range\": {\"start\": {\"line\": %u, \"character\": %lld}, \"end\": {\"line\": %u, \"character\": %lld}}",
	           number, (long long)(before + units_of(units, line, at)), number, (long long)(before + units_of(units, line, to)));
}

/* What is wrong, and what to write instead. */
static void put_message(struct text *t, const struct diag *e)
{
	struct text said = { 0 };
	text_put(&said, e->message);
	if (e->help) {
		text_char(&said, '\n');
		text_say(&said, SAY(HELP_IS, e->help));
	}
	text_json(t, text_is(&said));
	text_free(&said);
}

static void put_diagnostic(struct text *t, const struct server *s, const struct document *d, const struct diags *found, const struct diag *e)
{
	size_t bom = d->length - found->source->length;         /* what source_init has taken away */
	text_char(t, '{');
	put_range(t, s->units, found->source, e->place, bom);
	text_print(t, ", \"severity\": %d, \"code\": \"%s\", \"source\": \"forklore\", \"message\": ", diag_kinds[e->id].severity == ERROR ? 1 : 2,
	           diag_kinds[e->id].code);
	put_message(t, e);
	if (s->related && e->other.line) {
		text_put(t, ", \"relatedInformation\": [{\"location\": {\"uri\": ");
		text_json(t, d->uri);
		text_put(t, ", ");
		put_range(t, s->units, found->source, e->other, bom);
		text_put(t, "}, \"message\": ");
		text_json(t, e->note ? e->note : "");
		text_put(t, "}]");
	}
	text_char(t, '}');
}

static void publish(const struct server *s, const struct document *d, const struct diags *found)
{
	struct text t = { 0 };
	text_put(&t, "{\"jsonrpc\": \"2.0\", \"method\": \"textDocument/publishDiagnostics\", \"params\": {\"uri\": ");
	text_json(&t, d->uri);
	if (d->numbered)
		text_print(&t, ", \"version\": %lld", (long long)d->version);
	text_put(&t, ", \"diagnostics\": [");
	for (size_t i = 0; found && i < found->count; i++) {
		text_put(&t, i ? ", " : "");
		put_diagnostic(&t, s, d, found, &found->list[i]);
	}
	text_put(&t, "]}}");
	wire_write(&t);
	text_free(&t);
}

static int hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c | 32 : c) : NULL;
	return at ? (int)(at - digits) : -1;
}

/* "file:///home/ann/my%20race.yaml" as a path; any other URI as it is. */
static const char *path_of(struct arena *a, const char *uri)
{
	static const char local[] = "file://";
	struct text t = { 0 };
	if (strncmp(uri, local, sizeof local - 1))
		return uri;
	for (const char *s = uri + sizeof local - 1; *s; s++) {
		bool coded = *s == '%' && hex(s[1]) >= 0 && hex(s[2]) >= 0;
		char c = coded ? (char)(hex(s[1]) << 4 | hex(s[2])) : *s;
		if (c)
			text_char(&t, c);
		s += coded ? 2 : 0;
	}
	const char *path = arena_word(a, text_is(&t), t.length);
	text_free(&t);
	return path;
}

void document_publish(struct server *s, struct document *d)
{
	struct arena a = { 0 };
	struct program *g = program_load(path_of(&a, d->uri), d->text, d->length, s->call->language);
	scenario_warn(g);
	publish(s, d, &g->diags);
	d->changed = false;
	if (g->root) {
		program_free(d->names);
		d->names = g;
	} else {
		program_free(g);
	}
	arena_free(&a);
}

void documents_publish(struct server *s)
{
	for (size_t i = 0; i < s->documents; i++)
		if (s->document[i].changed)
			document_publish(s, &s->document[i]);
}

/* ---- what it declares ---- */

static enum kind kind_named(const char *word)
{
	for (int k = 1; k < KIND_COUNT; k++)
		if (!strcmp(kind_rows[k].word, word))
			return (enum kind)k;
	return KIND_NONE;
}

/* lock; {lock: ..}; {list: lock, count: 3} */
static enum kind kind_of(const struct node *n)
{
	const struct node *list = n->kind == NODE_MAP ? yaml_find(n, "list") : NULL;
	if (list)
		return kind_of(list);
	if (n->kind == NODE_MAP)
		return n->count ? kind_named(n->key[0]->text) : KIND_NONE;
	return n->kind == NODE_SCALAR ? kind_named(n->text) : KIND_NONE;
}

/* The i-th name of a map; how many there were before it are taken off *i. */
static bool name_in(const struct node *map, enum declared what, size_t *i, struct name *name)
{
	if (!map || map->kind != NODE_MAP)
		return false;
	if (*i >= map->count) {
		*i -= map->count;
		return false;
	}
	const struct node *key = map->key[*i];
	*name = (struct name){ key->text, what, what == DECLARED_OBJECT ? kind_of(map->item[*i]) : KIND_NONE, key->place.line };
	return true;
}

/* What a group or function has of its own. */
static bool name_within(const struct node *groups, size_t *i, struct name *name)
{
	for (size_t k = 0; groups && groups->kind == NODE_MAP && k < groups->count; k++) {
		const struct node *group = groups->item[k];
		if (group->kind == NODE_MAP && (name_in(yaml_find(group, "private"), DECLARED_PRIVATE, i, name) || name_in(yaml_find(group, "each"), DECLARED_PRIVATE, i, name)))
			return true;
	}
	return false;
}

bool document_name(const struct document *d, size_t i, struct name *name)
{
	static const struct { const char *section; enum declared what; } sections[] = {
		{ "params", DECLARED_PARAM }, { "shared", DECLARED_SHARED }, { "private", DECLARED_PRIVATE }, { "objects", DECLARED_OBJECT },
		{ "functions", DECLARED_FUNCTION }, { "processes", DECLARED_PROCESS },
	};
	const struct node *root = d->names ? d->names->root : NULL;
	for (size_t k = 0; root && k < sizeof sections / sizeof *sections; k++)
		if (name_in(yaml_find(root, sections[k].section), sections[k].what, &i, name))
			return true;
	return root && name_within(yaml_find(root, "processes"), &i, name);
}
