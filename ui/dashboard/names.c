/* Names in little room. What tells a process from its siblings is its number, which stands at the end: it is never what is
 * left out. */
#include <stdlib.h>
#include <string.h>
#include "sim/base/say.h"
#include "ui/dashboard/show.h"

enum { BEFORE_NUMBER = 2, LEAST_FIRST = 3 };    /* "…er.12" */

/* Where the number begins: ".12" of "buyer.12", "[3]" of "forks[3]"; the end, where there is none. */
static size_t number_of(const char *name)
{
	size_t all = strlen(name), from = all, digits;

	from -= from && name[from - 1] == ']';
	for (digits = 0; from && name[from - 1] >= '0' && name[from - 1] <= '9'; digits++)
		from--;
	return digits && from && (name[from - 1] == '.' || name[from - 1] == '[') ? from - 1 : all;
}

static int cells_between(const struct canvas *c, const char *name, size_t from, size_t to)
{
	struct text part = { 0 };
	int cells;

	text_add(&part, name + from, to - from);
	cells = canvas_cells(c, text_is(&part));
	text_free(&part);
	return cells;
}

/* Bytes of a name's beginning that fit into so many cells. */
static size_t head_of(const struct canvas *c, const char *name, size_t most, int room)
{
	size_t length = 0;
	uint32_t code;

	while (length < most) {
		size_t after = length + (size_t)utf8_next(name + length, &code);
		if (cells_between(c, name, 0, after) > room)
			break;
		length = after;
	}
	return length;
}

/* Where a tail begins that ends at a byte and takes so many cells, or one character. */
static size_t tail_of(const struct canvas *c, const char *name, size_t end, int room)
{
	size_t from = end, last = end;

	while (from) {
		do
			from--;
		while (from && ((unsigned char)name[from] & 0xc0) == 0x80);
		if (cells_between(c, name, from, end) > room)
			break;
		last = from;
	}
	return last;
}

void put_short(struct text *t, const struct canvas *c, const char *name, int room)
{
	size_t all = strlen(name), number = number_of(name), tail = tail_of(c, name, number, BEFORE_NUMBER);
	int left;

	if (canvas_cells(c, name) <= room) {
		text_put(t, name);
		return;
	}
	left = room - 1 - cells_between(c, name, tail, all);
	if (left < 2) {                 /* too little for a beginning and an end: its number, then */
		tail = number;
		left = room - 1 - cells_between(c, name, tail, all);
	}
	if (left < 0 && name[tail] == '.') {    /* its digits alone */
		tail++;
		left++;
	}
	text_add(t, name, head_of(c, name, tail, left > 0 ? left : 0));
	text_put(t, glyph_text(c->ascii, GLYPH_ELLIPSIS));
	text_put(t, name + tail);
}

void put_beginning(struct text *t, const struct canvas *c, const char *text, int room)
{
	bool whole = canvas_cells(c, text) <= room;

	text_add(t, text, whole ? strlen(text) : head_of(c, text, strlen(text), room > 1 ? room - 1 : 0));
	if (!whole)
		text_put(t, glyph_text(c->ascii, GLYPH_ELLIPSIS));
}

int draw_name(struct area a, int x, int y, int width, unsigned ink, const char *name)
{
	struct text t = { 0 };

	put_short(&t, a.canvas, name, width);
	canvas_fit(a, x, y, width, ink, text_is(&t));
	text_free(&t);
	return x + width;
}

/* A letter of its beginning, and its number: less would not tell which it is. */
static int least_first(const struct canvas *c, const char *name)
{
	int cut = 2 + cells_between(c, name, number_of(name), strlen(name));

	return cut > LEAST_FIRST ? cut : LEAST_FIRST;
}

/* As many as fit are named, the last one perhaps cut; of the others it is said how many they are. */
void put_fitting(struct text *t, const struct canvas *c, const char *const *name, int known, int count, int room)
{
	struct text all = { 0 };
	int named;

	for (named = known < count ? known : count; named > 0; named--) {
		text_clear(&all);
		for (int i = 0; i < named; i++)
			text_list(&all, &sentence_NAMES_ARE, name[i]);
		if (named < count)
			text_print(&all, " +%d", count - named);
		if (canvas_cells(c, text_is(&all)) <= room)
			break;
	}
	if (named || !count) {
		text_put(t, text_is(&all));
		text_free(&all);
		return;
	}
	text_clear(&all);
	if (count > 1)
		text_print(&all, " +%d", count - 1);
	room -= canvas_cells(c, text_is(&all));
	if (count > 1 && room < least_first(c, name[0])) {      /* too little for the first: how many they are */
		text_print(t, "+%d", count);
	} else {
		put_short(t, c, name[0], room);
		text_put(t, text_is(&all));
	}
	text_free(&all);
}
