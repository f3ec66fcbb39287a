/* Strings that grow, JSON strings, text made safe for terminals, and words that look alike. */
#include "sim/base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "sim/base/arena.h"

/* Room for so many more bytes and the 0 behind them. */
static void make_room(struct text *t, size_t bytes)
{
	size_t room = t->room ? t->room : 32;

	if (bytes >= SIZE_MAX / 2 - t->length)
		must_have(NULL);
	while (room < t->length + bytes + 1)
		room *= 2;
	if (room == t->room)
		return;
	t->at = must_have(realloc(t->at, room));
	t->room = room;
}

void text_add(struct text *t, const char *from, size_t bytes)
{
	make_room(t, bytes);
	if (bytes)
		memcpy(t->at + t->length, from, bytes);
	t->length += bytes;
	t->at[t->length] = 0;
}

void text_put(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void text_char(struct text *t, char c)
{
	text_add(t, &c, 1);
}

void text_code(struct text *out, uint32_t c)
{
	if (c < 0x80) {
		text_char(out, (char)c);
	} else if (c < 0x800) {
		text_char(out, (char)(0xc0 | c >> 6));
	} else if (c < 0x10000) {
		text_char(out, (char)(0xe0 | c >> 12));
		text_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
	} else {
		text_char(out, (char)(0xf0 | c >> 18));
		text_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
		text_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	if (c >= 0x80)
		text_char(out, (char)(0x80 | (c & 0x3f)));
}

void text_int(struct text *t, int64_t n)
{
	char digits[24], *at = digits + sizeof digits;
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do
		*--at = (char)('0' + rest % 10);
	while (rest /= 10);
	if (n < 0)
		*--at = '-';
	text_add(t, at, (size_t)(digits + sizeof digits - at));
}

void text_print(struct text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_vprint(t, format, args);
	va_end(args);
}

void text_vprint(struct text *t, const char *format, va_list args)
{
	va_list again;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)                                 /* only memory can be the reason */
		must_have(NULL);
	make_room(t, (size_t)length);
	vsnprintf(t->at + t->length, (size_t)length + 1, format, args);
	t->length += (size_t)length;
}

void text_clear(struct text *t)
{
	t->length = 0;
	if (t->at)
		t->at[0] = 0;
}

void text_free(struct text *t)
{
	free(t->at);
	*t = (struct text){0};
}

const char *text_is(const struct text *t)
{
	return t->at ? t->at : "";
}

/* Characters that would move the cursor, reorder the line, or hide. */
static bool is_unsafe(uint32_t c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200b || c == 0x200e || c == 0x200f
		|| (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069)
		|| c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb);
}

static void json_ascii(struct text *t, char c)
{
	static const char names[][2] = {
		{'"', '"'}, {'\\', '\\'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}, {'\b', 'b'}, {'\f', 'f'},
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i][0] == c) {
			text_print(t, "\\%c", names[i][1]);
			return;
		}
	if ((unsigned char)c < ' ' || c == 0x7f)
		text_print(t, "\\u%04x", (unsigned)c);
	else
		text_char(t, c);
}

/* How many bytes stand in a JSON string as they are. */
static size_t plain_json(const char *s)
{
	size_t n = 0;

	while (s[n] >= ' ' && s[n] < 0x7f && s[n] != '"' && s[n] != '\\')
		n++;
	return n;
}

void text_json(struct text *t, const char *s)
{
	uint32_t code;
	int bytes;

	text_char(t, '"');
	for (;; s += bytes) {
		size_t plain = plain_json(s);
		text_add(t, s, plain);
		s += plain;
		if (!(bytes = utf8_next(s, &code)))
			break;
		if (code < 0x80)
			json_ascii(t, *s);
		else if (bytes == 1)
			text_put(t, "\xef\xbf\xbd");
		else if (is_unsafe(code))
			text_print(t, "\\u%04x", (unsigned)code);
		else
			text_add(t, s, (size_t)bytes);
	}
	text_char(t, '"');
}

static bool is_shown_whole(const char *word)
{
	uint32_t code;

	for (int n; (n = utf8_next(word, &code)); word += n)
		if (is_unsafe(code) || (n == 1 && code >= 0x80))
			return false;
	return true;
}

/* $'e\x1b.yaml': what must not reach a terminal is written as bytes, in the form that bash, zsh and ksh read. */
static void shell_escaped(struct text *t, const char *word)
{
	uint32_t code;

	text_put(t, "$'");
	for (int n; (n = utf8_next(word, &code)); word += n)
		for (int i = 0; i < n; i++)
			if (is_unsafe(code) || (n == 1 && code >= 0x80))
				text_print(t, "\\x%02x", (unsigned char)word[i]);
			else
				text_print(t, word[i] == '\'' || word[i] == '\\' ? "\\%c" : "%c", word[i]);
	text_char(t, '\'');
}

void text_shell(struct text *t, const char *word)
{
	if (*word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@%+")]) {
		text_put(t, word);
		return;
	}
	if (!is_shown_whole(word)) {
		shell_escaped(t, word);
		return;
	}
	text_char(t, '\'');
	for (; *word; word++)
		if (*word == '\'')
			text_put(t, "'\\''");
		else
			text_char(t, *word);
	text_char(t, '\'');
}

/* How many bytes of a text are letters and marks of ASCII: nothing in them needs a second look. */
static size_t plain_shown(const char *s, size_t bytes)
{
	size_t n = 0;

	while (n < bytes && s[n] >= ' ' && s[n] < 0x7f)
		n++;
	return n;
}

void text_shown(struct text *t, const char *s, size_t bytes)
{
	const char *end = s + bytes;

	for (;;) {
		uint32_t code = 0;
		size_t plain = plain_shown(s, (size_t)(end - s));
		int n;

		text_add(t, s, plain);
		s += plain;
		if (s >= end)
			return;
		n = utf8_next(s, &code);
		if (n > end - s || (n == 1 && (unsigned char)*s >= 0x80))
			text_print(t, "\\x%02x", (unsigned char)*s), n = 1;
		else if (code == '\t')
			text_char(t, ' ');
		else if (code == '\n')
			text_put(t, "\\n");
		else if (is_unsafe(code))
			text_print(t, code < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)code);
		else
			text_add(t, s, (size_t)n);
		s += n ? n : 1;
	}
}

/* Words longer than this are nobody's misspelling. */
enum { WORD = 40 };

/* A word as characters: a slip of the hand is one of these, whatever its bytes. */
struct letters { uint32_t at[WORD]; int count; };

/* False: it is too long. */
static bool letters_read(struct letters *l, const char *word)
{
	uint32_t code;

	l->count = 0;
	for (int n; (n = utf8_next(word, &code)); word += n) {
		if (l->count == WORD)
			return false;
		l->at[l->count++] = code;
	}
	return true;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* The cost of a[0..i) -> b[0..j), from the three rows above: row[0] is row i, row[1] is i - 1, ... */
static int step_cost(const uint32_t *a, const uint32_t *b, int i, int j, int *const row[3])
{
	int cost = row[1][j - 1] + (a[i - 1] != b[j - 1]);

	cost = least(cost, least(row[1][j], row[0][j - 1]) + 1);
	if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
		cost = least(cost, row[2][j - 2] + 1);
	return cost;
}

/* Only what is near the diagonal is computed: elsewhere more than limit letters were put in or left out. */
static int distance_of(const struct letters *a, const struct letters *b, int limit)
{
	int m = a->count, n = b->count;
	int cells[3][WORD + 1], *row[3] = {cells[0], cells[1], cells[2]};

	if (m - n > limit || n - m > limit)
		return limit + 1;
	for (int j = 0; j <= n; j++)
		row[0][j] = j;
	for (int i = 1; i <= m; i++) {
		int *oldest = row[2], from = i > limit ? i - limit : 1, to = least(n, i + limit), best = i;

		row[2] = row[1];
		row[1] = row[0];
		row[0] = oldest;
		row[0][from - 1] = from == 1 ? i : limit + 1;
		for (int j = from; j <= to; j++) {
			row[0][j] = step_cost(a->at, b->at, i, j, row);
			best = least(best, row[0][j]);
		}
		if (to < n)
			row[0][to + 1] = limit + 1;
		if (best > limit)
			return limit + 1;
	}
	return least(row[0][n], limit + 1);
}

int word_distance(const char *a, const char *b, int limit)
{
	struct letters x, y;

	return letters_read(&x, a) && letters_read(&y, b) ? distance_of(&x, &y, limit) : limit + 1;
}

enum { FAR = 10000 };

/* How far a candidate is from what was written; small is near, FAR is not meant. Spelling counts
 * first, then that one begins with the other, then that one contains the other. A part is only meant
 * if it is half of the whole; but a beginning may be short for any word. */
static int how_far(const char *word, const struct letters *w, const char *candidate)
{
	struct letters c;

	if (!strcasecmp(word, candidate))
		return 0;
	if (!letters_read(&c, candidate))
		return FAR;
	int limit = w->count / 3 ? w->count / 3 : 1, shorter = least(w->count, c.count), longer = w->count + c.count - shorter;
	int distance = distance_of(w, &c, limit);
	bool half = 2 * shorter >= longer;

	if (distance <= limit && distance < shorter)
		return distance;
	if (shorter >= 2 && (half || shorter == w->count) && !strncasecmp(word, candidate, least((int)strlen(word), (int)strlen(candidate))))
		return WORD + longer - shorter;
	if (shorter >= 3 && half && (strstr(word, candidate) || strstr(candidate, word)))
		return FAR / 2 + longer - shorter;
	return FAR;
}

const char *word_nearest(const char *word, const char *const *words, size_t count)
{
	const char *nearest = NULL;
	struct letters w;
	int best = FAR;
	bool is_long = !letters_read(&w, word);

	for (size_t i = 0; i < count; i++) {
		int far = !is_long ? how_far(word, &w, words[i]) : strcasecmp(word, words[i]) ? FAR : 0;

		if (far < best) {
			best = far;
			nearest = words[i];
		}
	}
	return nearest;
}

/* ---- lines ---- */

static const char closing[] = "，。；：、！？）”…", opening[] = "（“";

static bool is_mark(const char *marks, const char *s, size_t bytes)
{
	char mark[8] = { 0 };
	memcpy(mark, s, bytes < sizeof mark ? bytes : 0);
	return bytes && strstr(marks, mark);
}

bool text_opens_wide(const char *s)
{
	uint32_t code;
	return *s && is_mark(opening, s, utf8_next(s, &code));
}

bool text_closes_wide(const char *s)
{
	size_t n = strlen(s), last = n;
	while (last && ((unsigned char)s[--last] & 0xc0) == 0x80)
		;
	return is_mark(closing, s + last, n - last);
}

/* "=", "+=", "<=": it is not parted from what stands around it. */
static bool is_assigning(const char *s, const char *words)
{
	size_t n = strspn(s, "=<>!+-*/%");
	bool alone = (s == words || s[-1] == ' ') && (!s[n] || s[n] == ' ');
	return n && alone && memchr(s, '=', n);
}

/* May the line end at this blank? Behind an operator it may, if nothing stands before that. */
static bool may_break(const char *words, size_t at)
{
	size_t last = at;
	while (last && words[last - 1] != ' ')
		last--;
	return !is_assigning(words + at + 1, words) && !(last && is_assigning(words + last, words));
}

/* Chinese has no blanks between words: a line may end beside each wide character, but not before a mark that closes, nor behind one
 * that opens. */
static size_t word_length(const char *words)
{
	uint32_t code;
	size_t n = utf8_next(words, &code);
	for (size_t last = 0; words[n] && !(words[n] == ' ' && may_break(words, n)); ) {
		bool wide = utf8_width(code) == 2;
		size_t next = utf8_next(words + n, &code);
		if ((wide || utf8_width(code) == 2) && !is_mark(closing, words + n, next) && !is_mark(opening, words + last, n - last))
			return n;
		last = n;
		n += next;
	}
	return n;
}

void text_wrap(struct text *t, const char *words, int at, int indent, int width)
{
	bool blank = false;
	for (size_t n; *words; words += n) {
		if ((blank = *words == ' '))
			words++;
		n = word_length(words);
		int cells = utf8_cells(words, n);
		if (width && at > indent && at + blank + cells > width) {
			words += strspn(words, " ");    /* more than one blank */
			n = word_length(words);
			text_print(t, "\n%*s", indent, "");
			at = indent;
		} else if (blank) {
			text_char(t, ' ');
			at++;
		}
		text_add(t, words, n);
		at += cells;
	}
}
