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

void put_painted_message(const struct report *r, enum paint paint, struct message m)
{
	struct text words = { 0 };
	text_say(&words, m);
	put_painted(r, paint, text_is(&words));
	text_free(&words);
}

void put_wrapped(const struct report *r, const char *words, int at, int indent, int columns)
{
	text_wrap(r->out, words, at, indent, columns);
}
