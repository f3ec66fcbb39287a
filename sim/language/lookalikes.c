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
	return bytes && bytes <= left && (is_wide_mark(code) || row_of(code)) ? bytes : 0;
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
