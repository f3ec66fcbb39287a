/* Characters that look like one of the language's, or like nothing at all: what an input method, a word processor or a
 * web page leaves in a file. They are no part of a name, and each is reported by what should stand in its place. */
#include "sim/language/compile.h"
#include <string.h>

static const struct row { uint32_t code; const char *meant, *name, *name_zh; } rows[] = {
#define LOOKALIKE(code, meant, name, name_zh) { code, meant, name, name_zh },
#include "sim/language/lookalikes.def"
#undef LOOKALIKE
};

/* The full-width forms of ASCII lie side by side; their letters and digits are letters like those of other scripts. */
static bool is_wide_mark(uint32_t code)
{
	static const uint32_t marks[][2] = { { 0xff01, 0xff0f }, { 0xff1a, 0xff20 }, { 0xff3b, 0xff40 }, { 0xff5b, 0xff5e } };
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (code >= marks[i][0] && code <= marks[i][1])
			return true;
	return false;
}

static const struct row *row_of(uint32_t code)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].code == code)
			return &rows[i];
	return NULL;
}

size_t lookalike_at(const char *s, size_t left)
{
	uint32_t code;
	if (!left || (unsigned char)*s < 0x80)
		return 0;
	size_t bytes = (size_t)utf8_next(s, &code);
	return is_wide_mark(code) || row_of(code) ? bytes : 0;
}

size_t lookalike_find(const char *s, size_t length)
{
	char quote = 0;
	for (size_t i = 0; i < length; i++) {
		if (!quote && lookalike_at(s + i, length - i))
			return i;
		if (quote ? s[i] == quote : (s[i] == '"' || s[i] == '\''))
			quote = quote ? 0 : s[i];
	}
	return length;
}

size_t lookalike_meant(const char *s, char *meant)
{
	uint32_t code;
	size_t bytes = (size_t)utf8_next(s, &code);
	const struct row *row = row_of(code);
	if (row)
		strcpy(meant, row->meant);
	else
		memcpy(meant, (char[]){ (char)(code - 0xfee0), 0 }, 2);
	return bytes;
}

struct lookalike_said lookalike_said(struct arena *a, const char *s)
{
	uint32_t code;
	char meant[LOOKALIKE_MEANT];
	size_t bytes = (size_t)utf8_next(s, &code);
	const struct row *row = row_of(code);
	lookalike_meant(s, meant);
	bool last = !s[bytes], of_line = s[bytes] == '\n' || s[bytes] == '\r';
	if ((!strcmp(meant, ".") && (last || of_line)) || (!strcmp(meant, ",") && last))        /* it ends a sentence */
		return (struct lookalike_said){ SAY(NO_MARK_AT_THE_END), SAY(FULL_WIDTH, arena_word(a, s, bytes)) };
	if (!strcmp(meant, ";"))                /* nowhere in the language */
		return (struct lookalike_said){ SAY(LEAVE_OUT_SEMICOLON), SAY(FULL_WIDTH, arena_word(a, s, bytes)) };
	if (!row || !row->name)
		return (struct lookalike_said){ SAY(CLOSE_INPUT_METHOD, arena_word(a, meant, strlen(meant))),
		                                SAY(FULL_WIDTH, arena_word(a, s, bytes)) };
	const char *number = arena_print(a, "U+%04X", (unsigned)code), *name = spoken(row->name, row->name_zh);
	if (code == 0x3000)
		return (struct lookalike_said){ SAY(PLAIN_BLANK_WIDE), SAY(ODD_BLANK, number, name) };
	if (*meant == ' ')
		return (struct lookalike_said){ SAY(PLAIN_BLANK), SAY(ODD_BLANK, number, name) };
	if (!*meant)
		return (struct lookalike_said){ SAY(DELETE_IT), SAY(INVISIBLE, number, name) };
	return (struct lookalike_said){ SAY(WRITE_SIGN, arena_word(a, meant, strlen(meant))), SAY(ODD_SIGN, arena_word(a, s, bytes)) };
}

/* ---- all of them ---- */

/* What is left of a line as something that is read, not said to people: so far it goes before a comment, or a key behind which there is
 * prose. */
static size_t code_length(struct arena *a, const char *s, size_t length)
{
	char quote = 0, meant[LOOKALIKE_MEANT];
	for (size_t i = 0; i < length; i++) {
		size_t word = word_length(s + i, length - i), colon = i + word, wide = word ? lookalike_at(s + colon, length - colon) : 0;
		if (wide)
			lookalike_meant(s + colon, meant);
		if (!quote && i && s[i] == '#' && s[i - 1] == ' ')
			return i;
		if (!quote && word && (s[colon] == ':' || (wide && *meant == ':')) && key_holds_prose(arena_word(a, s + i, word)))
			return colon + (wide ? wide : 1);
		if (quote ? s[i] == quote : (s[i] == '"' || s[i] == '\''))
			quote = quote ? 0 : s[i];
		i += !quote && word ? word - 1 : 0;
	}
	return length;
}

/* Is it one that an input method left, and no odd blank, which can't be shown? */
static bool is_mark(const char *s)
{
	uint32_t code;
	utf8_next(s, &code);
	const struct row *row = row_of(code);
	return !row || !row->name;
}

/* The further marks of the line of a finding: its help names them, too. */
static void name_the_rest(struct diags *d, struct diag *found)
{
	const char *at = d->source->text + d->source->line[found->place.line - 1], *all = "";
	size_t end = code_length(d->arena, at, strcspn(at, "\r\n")), i = found->place.column - 1 + found->place.length;
	for (; i < end && (i += lookalike_find(at + i, end - i)) < end; i += lookalike_at(at + i, end - i)) {
		const char *mark = arena_print(d->arena, "`%.*s`", (int)lookalike_at(at + i, end - i), at + i);
		if (is_mark(at + i) && !strstr(all, mark))
			all = word_list(d->arena, all, mark);
	}
	if (*all)
		found->help = say_word(d->arena, SAY(ALSO_IN_THIS_LINE, found->help, all));
}

/* A line in which YAML sees a text, but a reader a step: `－ say: hi`, `- n ＝ 1`. Where its first mark is; its end: nowhere. */
static size_t step_like(const char *s, size_t length)
{
	size_t i = strspn(s, " "), bytes = i < length ? lookalike_at(s + i, length - i) : 0;
	char meant[LOOKALIKE_MEANT];
	if (bytes) {
		lookalike_meant(s + i, meant);
		return *meant == '-' && s[i + bytes] == ' ' ? i : length;
	}
	if (strncmp(s + i, "- ", 2))
		return length;
	i += 2;
	i += word_length(s + i, length - i);
	i += strspn(s + i, " ");
	if (i >= length || !lookalike_at(s + i, length - i))
		return length;
	lookalike_meant(s + i, meant);
	return *meant == '=' ? i : length;
}

static bool line_is_blamed(const struct diags *d, uint32_t line)
{
	bool blamed = false;
	for (size_t k = 0; k < d->count && !blamed; k++)
		blamed = d->list[k].place.line == line;
	return blamed;
}

void lookalikes_list(struct diags *d)
{
	const struct source *s = d->source;
	size_t found = 0;
	for (size_t k = 0; k < d->count; k++)
		found += d->list[k].id == DIAG_LOOKALIKE;
	for (uint32_t line = 1; found && line <= s->lines && !diags_full(d); line++) {
		const char *at = s->text + s->line[line - 1];
		size_t length = strcspn(at, "\r\n"), i = step_like(at, length);
		if (i == length || line_is_blamed(d, line))
			continue;
		struct lookalike_said said = lookalike_said(d->arena, at + i);
		diag_add(d, DIAG_LOOKALIKE, (struct place){ line, (uint32_t)i + 1, (uint32_t)lookalike_at(at + i, length - i) }, said.help, said.message);
	}
	for (size_t k = 0; k < d->count; k++) {
		struct diag *one = &d->list[k];
		bool last = k + 1 == d->count || d->list[k + 1].place.line != one->place.line;
		if (one->id == DIAG_LOOKALIKE && last)
			name_the_rest(d, one);
	}
}
