/* One line of text in several inks. */
#include <assert.h>
#include "ui/dashboard/strip.h"
#include "sim/base/say.h"
#include "ui/dashboard/plain_names.h"

void strip_ink(struct strip *s, unsigned ink)
{
	if (s->parts && s->part[s->parts - 1].ink == ink)
		return;
	if (s->parts == STRIP_PARTS)
		return;
	s->part[s->parts].ink = ink;
	s->part[s->parts++].from = s->text.length;
}

void strip_put(struct strip *s, unsigned ink, const char *text)
{
	strip_ink(s, ink);
	text_put(&s->text, text);
}

void strip_print(struct strip *s, unsigned ink, const char *format, ...)
{
	va_list list;

	strip_ink(s, ink);
	va_start(list, format);
	text_vprint(&s->text, format, list);
	va_end(list);
}

void strip_add(struct strip *s, const struct strip *other)
{
	for (int i = 0; i < other->parts; i++) {
		size_t from = other->part[i].from, to = i + 1 < other->parts ? other->part[i + 1].from : other->text.length;

		strip_ink(s, other->part[i].ink);
		text_add(&s->text, other->text.at + from, to - from);
	}
}

void strip_say(struct strip *s, unsigned ink, bool zh, enum word w, const struct inked *filling, int count)
{
	const char *at = NULL, *plain;
	size_t length;
	int slot;

	do {
		slot = words_piece(zh, w, &at, &plain, &length);
		assert(slot < count);
		if (length)
			strip_ink(s, ink);
		text_add(&s->text, plain, length);
		if (slot < 0)
			break;
		if (filling[slot].strip) {
			strip_add(s, filling[slot].strip);
			continue;
		}
		strip_ink(s, filling[slot].ink);
		if (filling[slot].text)
			text_put(&s->text, filling[slot].text);
		else
			text_int(&s->text, filling[slot].number);
	} while (true);
}

void strip_comma(struct strip *s, unsigned ink)
{
	strip_ink(s, ink);
	text_say(&s->text, SAY(NAMES_ARE, "", ""));
}

void strip_glyph(struct strip *s, const struct canvas *c, unsigned ink, enum glyph g)
{
	strip_put(s, ink, glyph_text(c->ascii, g));
}

int strip_cells(const struct strip *s, const struct canvas *c)
{
	return canvas_cells(c, text_is(&s->text));
}

static unsigned ink_at(const struct strip *s, const char *at)
{
	size_t offset = (size_t)(at - text_is(&s->text));
	unsigned ink = ROLE_TEXT;

	for (int i = 0; i < s->parts && s->part[i].from <= offset; i++)
		ink = s->part[i].ink;
	return ink;
}

/* The same with names in their plain form, part by part. */
static void make_plain(struct strip *plain, const struct strip *s, const struct canvas *c)
{
	for (int i = 0; i < s->parts; i++) {
		size_t from = s->part[i].from, to = i + 1 < s->parts ? s->part[i + 1].from : s->text.length;
		struct text part = { 0 };

		text_add(&part, s->text.at + from, to - from);
		strip_ink(plain, s->part[i].ink);
		plain_text(&plain->text, c->names, text_is(&part));
		text_free(&part);
	}
}

static int draw_letters(const struct strip *s, struct area a, int x, int y, int width)
{
	const char *at = text_is(&s->text);
	int end = x + width, step;
	bool cut = strip_cells(s, a.canvas) > width;
	struct cell one = { 0 };

	if (width <= 0)
		return x;
	for (;;) {
		unsigned ink = ink_at(s, at);
		one.role = (uint8_t)ink;
		one.look = (uint8_t)(ink >> 8);
		step = canvas_cell(a.canvas, &at, &one);
		if (!step)
			return x;
		if (cut && x + step >= end)
			return canvas_glyph(a, x, y, ink, GLYPH_ELLIPSIS);
		x = canvas_put_cell(a, x, y, &one);
	}
}

int strip_draw(const struct strip *s, struct area a, int x, int y, int width)
{
	struct strip plain = { 0 };

	if (!a.canvas->ascii || !s->text.length || !plain_needed(s->text.at))
		return draw_letters(s, a, x, y, width);
	make_plain(&plain, s, a.canvas);
	x = draw_letters(&plain, a, x, y, width);
	strip_free(&plain);
	return x;
}

void strip_clear(struct strip *s)
{
	text_clear(&s->text);
	s->parts = 0;
}

void strip_free(struct strip *s)
{
	text_free(&s->text);
	*s = (struct strip){ 0 };
}
