/* The sentences of explored.def, colours, lines of a terminal's width. */
#include "sim/report/explored_words.h"
#include <string.h>

#define MESSAGE DEFINE_SENTENCE
#include "sim/report/explored.def"
#undef MESSAGE

void say_actions(struct text *t, uint64_t n)
{
	text_say(t, n == 1 ? SAY(X_AN_ACTION) : SAY(X_ACTIONS, n));
}

/* ---- colours ---- */

void put_painted(const struct report *r, enum paint paint, const char *words)
{
	static const char *const codes[] = { [PAINT_HEADING] = "1", [PAINT_GOOD] = "1;32", [PAINT_BAD] = "1;31", [PAINT_OPEN] = "1;33" };
	if (!r->as->color || paint == PAINT_PLAIN)
		text_put(r->out, words);
	else
		text_print(r->out, "\033[%sm%s\033[m", codes[paint], words);
}

int painted_cells(const char *words, size_t bytes)
{
	int cells = 0;
	for (size_t n, at = 0; at < bytes; at += n) {
		if (words[at] == '\033') {
			n = strcspn(words + at, "m") + 1;
			continue;
		}
		n = strcspn(words + at, "\033");
		n = n < bytes - at ? n : bytes - at;
		cells += utf8_cells(words + at, n);
	}
	return cells;
}

/* ---- lines ---- */

/* Chinese has no blanks between words: a line may end behind each character that no mark follows. */
static size_t word_length(const char *words)
{
	static const char marks[] = "，。；：、！？）”…";
	uint32_t code;
	size_t n = utf8_next(words, &code);
	bool wide = utf8_width(code) == 2;
	while (words[n] && words[n] != ' ') {
		size_t next = utf8_next(words + n, &code);
		char mark[8] = { 0 };
		memcpy(mark, words + n, next < sizeof mark ? next : 0);
		if ((wide || utf8_width(code) == 2) && !strstr(marks, mark))
			return n;
		n += next;
	}
	return n;
}

void put_painted_message(const struct report *r, enum paint paint, struct message m)
{
	struct text words = { 0 };
	text_say(&words, m);
	put_painted(r, paint, text_is(&words));
	text_free(&words);
}

void put_wrapped(const struct report *r, const char *words, int at, int indent, int columns)
{
	bool blank = false;
	for (size_t n; *words; words += n) {
		if ((blank = *words == ' '))
			words++;
		n = word_length(words);
		int cells = utf8_cells(words, n);
		if (columns && at > indent && at + blank + cells > columns) {
			words += strspn(words, " ");    /* more than one blank */
			n = word_length(words);
			text_print(r->out, "\n%*s", indent, "");
			at = indent;
		} else if (blank) {
			text_char(r->out, ' ');
			at++;
		}
		text_add(r->out, words, n);
		at += cells;
	}
}
