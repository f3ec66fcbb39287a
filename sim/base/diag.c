/* Diagnostics: collecting them, and telling them to people. What is quoted from the scenario may
 * hold anything, so every byte of it goes through text_shown. */
#include "sim/base/diag.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An excerpt wider than WIDE cells is cut to that, with BEFORE cells in front of the place. */
enum { WIDE = 160, BEFORE = 60, ELLIPSIS = 3 };

/* What a message quotes is shown by its first HEAD and its last TAIL bytes if it has more than LONG. */
enum { LONG = 400, HEAD = 240, TAIL = 120 };

/* A line of the source, its first bytes, and how many characters they are. */
struct counted { uint32_t line; size_t bytes; int characters; };

const struct diag_kind diag_kinds[DIAG_COUNT] = {
#define DIAG(id, code, severity, title, explanation, title_zh, explanation_zh) \
	{code, severity, title, explanation, title_zh, explanation_zh},
#include "sim/base/diag.def"
#undef DIAG
};

/* A stretch of text that has no 0 of its own behind it. */
struct span { const char *at; size_t length; };

/* The line that begins at offset i: where the next one begins. LF, CR LF and CR end a line. */
static size_t next_line(const char *text, size_t length, size_t i)
{
	while (i < length && text[i] != '\n' && text[i] != '\r')
		i++;
	if (i + 1 < length && text[i] == '\r' && text[i + 1] == '\n')
		i++;
	return i < length ? i + 1 : length;
}

static uint32_t count_lines(const char *text, size_t length)
{
	uint32_t lines = 1;

	for (size_t i = next_line(text, length, 0); i < length; i = next_line(text, length, i))
		lines++;
	return lines;
}

void source_init(struct source *s, struct arena *a, const char *name, const char *text, size_t length)
{
	static const char bom[] = "\xef\xbb\xbf";
	uint32_t *line;
	size_t at = 0;

	assert(length < UINT32_MAX);
	if (length >= 3 && !memcmp(text, bom, 3)) {     /* no part of the first line: columns stay true */
		text += 3;
		length -= 3;
	}
	s->name = arena_word(a, name, strlen(name));
	s->text = arena_word(a, text, length);
	s->length = length;
	s->lines = count_lines(text, length);
	s->line = line = arena_get(a, s->lines * sizeof *line);
	for (uint32_t i = 0; i < s->lines; i++, at = next_line(text, length, at))
		line[i] = (uint32_t)at;
	s->counted = arena_get(a, sizeof *s->counted);
}

/* A line, counted from 1, without its end; nothing if there is no such line. */
static struct span source_line(const struct source *s, uint32_t line)
{
	struct span l = {"", 0};
	size_t end;

	if (!s || !line || line > s->lines)
		return l;
	l.at = s->text + s->line[line - 1];
	end = line < s->lines ? s->line[line] : s->length;
	l.length = end - s->line[line - 1];
	while (l.length && (l.at[l.length - 1] == '\n' || l.at[l.length - 1] == '\r'))
		l.length--;
	return l;
}

/* The index of the line that holds a byte offset. */
static uint32_t line_of(const struct source *s, size_t offset)
{
	uint32_t low = 0, high = s->lines;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (s->line[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct place source_place(const struct source *s, size_t offset, size_t length)
{
	uint32_t line = line_of(s, offset);
	size_t width = source_line(s, line + 1).length, column = offset - s->line[line];

	if (column > width)
		column = width;
	if (length > width - column)
		length = width - column;
	return (struct place){line + 1, (uint32_t)column + 1, (uint32_t)length};
}

static bool is_tail(char c)             /* of a character */
{
	return (c & 0xc0) == 0x80;
}

/* Nobody reads a name of 60,000 letters: a long text without its middle. */
static const char *shortened(struct arena *a, const char *text)
{
	size_t length = strlen(text), head = HEAD, from = length - TAIL;

	if (length <= LONG)
		return text;
	while (is_tail(text[head]))
		head--;
	while (is_tail(text[from]))
		from++;
	return arena_print(a, "%.*s\u2026%s", (int)head, text, text + from);
}

/* A message as a text; what it quotes is shortened. */
static const char *said(struct diags *d, struct message m)
{
	for (int i = 0; i < MOST_SLOTS; i++)
		if (m.slot[i].text)
			m.slot[i].text = shortened(d->arena, m.slot[i].text);
	return say_word(d->arena, m);
}

bool diags_full(const struct diags *d)
{
	return d->errors >= MOST_FINDINGS;
}

struct diag *diag_add(struct diags *d, enum diag_id id, struct place place, struct message help, struct message message)
{
	size_t *found = diag_kinds[id].severity == ERROR ? &d->errors : &d->warnings;
	struct diag *new = &d->unlisted;

	if (++*found > MOST_FINDINGS) {
		*new = (struct diag){.id = id, .place = place, .message = ""};
		return new;
	}
	GROW(d->list, d->count, d->room);
	new = &d->list[d->count++];
	*new = (struct diag){.id = id, .place = place, .help = said(d, help), .message = said(d, message)};
	return new;
}

/* How many findings of a severity there are beside those in the list. */
static void say_rest(struct diags *d, struct message rest)
{
	GROW(d->list, d->count, d->room);
	d->list[d->count++] = (struct diag){.id = DIAG_LIMIT, .message = said(d, rest)};
}

static int by_place(const void *a, const void *b)
{
	const struct diag *x = *(const struct diag *const *)a, *y = *(const struct diag *const *)b;

	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	if (x->place.column != y->place.column)
		return x->place.column < y->place.column ? -1 : 1;
	return x < y ? -1 : x > y;                      /* of one place: as they were found */
}

void diags_sort(struct diags *d)
{
	struct diag *sorted, **order;

	if (!d->count)
		return;
	sorted = must_have(calloc(d->count, sizeof *sorted));
	order = must_have(calloc(d->count, sizeof *order));
	for (size_t i = 0; i < d->count; i++)
		order[i] = &d->list[i];
	qsort(order, d->count, sizeof *order, by_place);
	for (size_t i = 0; i < d->count; i++)
		sorted[i] = *order[i];
	memcpy(d->list, sorted, d->count * sizeof *sorted);
	free(order);
	free(sorted);
	if (d->errors > MOST_FINDINGS)
		say_rest(d, SAY(MORE_ERRORS, d->errors - MOST_FINDINGS));
	if (d->warnings > MOST_FINDINGS)
		say_rest(d, SAY(MORE_WARNINGS, d->warnings - MOST_FINDINGS));
}

void diags_free(struct diags *d)
{
	free(d->list);
	d->list = NULL;
	d->count = d->room = d->errors = d->warnings = 0;
}

/* Cells that a stretch of source takes when shown. */
static int cells(const char *s, size_t bytes)
{
	struct text t = {0};
	size_t plain = 0;
	int n;

	while (plain < bytes && s[plain] >= ' ' && s[plain] < 0x7f)
		plain++;
	if (plain == bytes)
		return (int)bytes;
	text_shown(&t, s + plain, bytes - plain);
	n = (int)plain + utf8_cells(text_is(&t), t.length);
	text_free(&t);
	return n;
}

/* Characters in a stretch of source. */
static int characters(const char *s, size_t bytes)
{
	int n = 0;

	for (size_t i = 0; i < bytes; i++)
		n += !is_tail(s[i]);
	return n;
}

/* The same for the first bytes of a line: counted from where the last count ended, if that is on the way. */
static int characters_to(const struct source *s, uint32_t line, size_t bytes)
{
	const char *at = s->text + s->line[line - 1];
	struct counted *c = s->counted;

	if (c->line != line || c->bytes > bytes)
		*c = (struct counted){line, 0, 0};
	c->characters += characters(at + c->bytes, bytes - c->bytes);
	c->bytes = bytes;
	return c->characters;
}

/* Characters in front of a place in its line. */
static int characters_before(const struct source *s, struct place at)
{
	size_t bytes = at.column ? at.column - 1 : 0, length = source_line(s, at.line).length;

	return at.line && at.line <= s->lines ? characters_to(s, at.line, bytes < length ? bytes : length) : 0;
}

struct counted_place source_counted(const struct source *s, struct place p)
{
	struct span line = source_line(s, p.line);
	struct counted_place counted = {p.line, p.line ? 1 : 0, 0};
	size_t at = p.column ? p.column - 1 : 0;

	if (!p.column || at > line.length)
		return counted;
	counted.column += characters_before(s, p);
	counted.length = characters(line.at + at, p.length < line.length - at ? p.length : line.length - at);
	return counted;
}

static void put_shown(struct text *t, const char *s)
{
	text_shown(t, s, strlen(s));
}

/* What a sentence quotes is from the scenario, too. */
static void put_said(struct text *t, struct message m)
{
	struct text raw = {0};

	text_say(&raw, m);
	text_shown(t, text_is(&raw), raw.length);
	text_free(&raw);
}

static void put_place(struct text *t, const struct source *s, struct place at)
{
	put_shown(t, s->name);
	if (at.line)
		text_print(t, ":%u:%d", (unsigned)at.line, characters_before(s, at) + 1);
}

void diag_line(struct text *t, const struct diags *d, const struct diag *e)
{
	const struct diag_kind *kind = &diag_kinds[e->id];

	if (d->source) {
		put_place(t, d->source, e->place);
		text_put(t, ": ");
	}
	put_said(t, kind->severity == ERROR ? SAY(ERROR_IS, e->message) : SAY(WARNING_IS, e->message));
	text_print(t, " [%s]", kind->code);
}

static void put_repeated(struct text *t, char c, int times)
{
	while (times-- > 0)
		text_char(t, c);
}

/* Cells of the character at `at`, of which so many bytes are left; *bytes: how many it has. */
static int cells_of_one(const char *at, size_t left, size_t *bytes)
{
	uint32_t code;
	size_t n = (size_t)utf8_next(at, &code);

	*bytes = n ? n : 1;                             /* a NUL */
	if (*bytes > left)
		*bytes = left;
	return cells(at, *bytes);
}

/* How many bytes of a text stand in its first cells, so many or less. A character is never cut. */
static size_t bytes_in(struct span part, int most)
{
	size_t i = 0, bytes;

	for (int used = 0; i < part.length; i += bytes) {
		used += cells_of_one(part.at + i, part.length - i, &bytes);
		if (used > most)
			break;
	}
	return i;
}

/* How many bytes of a text stand in its last cells, so many or less. What takes no cell belongs to what stands before it. */
static size_t bytes_at_end(struct span part, int most)
{
	size_t from = part.length, whole = from, bytes;

	for (int used = 0; from; ) {
		size_t at = from - 1;
		int one;

		while (at && from - at < 4 && is_tail(part.at[at]))
			at--;
		one = cells_of_one(part.at + at, from - at, &bytes);
		used += one;
		if (bytes < from - at)                  /* no character, but bytes that belong to none */
			at = from - 1;
		if (used > most)
			break;
		from = at;
		whole = one ? from : whole;
	}
	return part.length - whole;
}

/* What is shown of a line: all of it, or what stands around a byte of it. */
static struct span window(struct span line, size_t column)
{
	struct span part = line;

	if (bytes_in(line, WIDE) == line.length)
		return line;
	part.length = column;
	part.length = bytes_at_end(part, BEFORE);
	part.at = line.at + column - part.length;
	part.length = bytes_in((struct span){part.at, line.length - (size_t)(part.at - line.at)}, WIDE - 2 * ELLIPSIS);
	return part;
}

/* Show a line and underline a place in it:
 *    |
 * 14 |       - aquire: counter
 *    |         ^~~~~~                 */
static void put_excerpt(struct text *t, struct span line, struct place at, int gutter)
{
	size_t column = at.column - 1 < line.length ? at.column - 1 : line.length;
	struct span part = window(line, column);
	size_t skipped = (size_t)(part.at - line.at);
	int marked;

	column -= skipped;
	marked = cells(part.at + column, at.length < part.length - column ? at.length : part.length - column);
	text_print(t, "%*s |\n%*u | %s", gutter, "", gutter, (unsigned)at.line, skipped ? "..." : "");
	text_shown(t, part.at, part.length);
	text_put(t, skipped + part.length < line.length ? "...\n" : "\n");
	text_print(t, "%*s | ", gutter, "");
	put_repeated(t, ' ', cells(part.at, column) + (skipped ? ELLIPSIS : 0));
	text_char(t, '^');
	put_repeated(t, '~', marked - 1);
	text_char(t, '\n');
}

static void put_note(struct text *t, const struct diags *d, const struct diag *e, int gutter)
{
	struct text place = {0};

	if (!e->note && !e->other.line)
		return;
	if (e->other.line && d->source)
		put_place(&place, d->source, e->other);
	text_print(t, "%*s = ", gutter, "");
	put_said(t, !place.length ? SAY(NOTE_IS, e->note) : e->note ? SAY(NOTE_AT, e->note, text_is(&place)) :
		SAY(SEE_PLACE, text_is(&place)));
	text_char(t, '\n');
	text_free(&place);
}

void diag_help(struct text *t, const struct diag *e)
{
	if (!e->help)
		return;
	text_put(t, "= ");
	put_said(t, SAY(HELP_IS, e->help));
}

void diag_text(struct text *t, const struct diags *d, const struct diag *e)
{
	bool has_line = d->source && e->place.line && e->place.line <= d->source->lines && e->place.column;
	int gutter = has_line ? snprintf(NULL, 0, "%u", (unsigned)e->place.line) : 2;

	diag_line(t, d, e);
	text_char(t, '\n');
	if (has_line)
		put_excerpt(t, source_line(d->source, e->place.line), e->place, gutter);
	if (e->help) {
		text_print(t, "%*s ", gutter, "");
		diag_help(t, e);
		text_char(t, '\n');
	}
	put_note(t, d, e, gutter);
}
