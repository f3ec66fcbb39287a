/* A canvas as lines of text, plain or with ANSI sequences. */
#include <string.h>
#include "ui/dashboard/canvas_write.h"

static bool same(struct paint a, struct paint b)
{
	return a.ink == b.ink && a.ground == b.ground && a.look == b.look;
}

void cell_text(const struct cell *s, struct text *out)
{
	if (!s->code)
		return;
	text_code(out, s->code);
	for (int i = 0; i < 2 && s->mark[i]; i++)
		text_code(out, s->mark[i]);
}

static bool is_blank(const struct cell *s, const struct theme *t)
{
	struct paint p;

	if (s->code != ' ' || s->mark[0])
		return false;
	if (!t)
		return true;
	p = theme_paint(t, s);
	return p.ground == t->screen.ground && !(p.look & (LOOK_REVERSE | LOOK_UNDERLINE) >> 8);
}

/* Cells up to the last one that shows something. */
static int row_end(const struct canvas *c, int y, const struct theme *t)
{
	int end = c->width;

	while (end > 0 && is_blank(canvas_at(c, end - 1, y), t))
		end--;
	return end;
}

void canvas_text(const struct canvas *c, struct text *out)
{
	for (int y = 0; y < c->height; y++) {
		int end = row_end(c, y, NULL);
		for (int x = 0; x < end; x++)
			cell_text(canvas_at(c, x, y), out);
		text_char(out, '\n');
	}
}

static void add_colour(struct text *out, int base, int colour)
{
	if (colour < 0)
		return;
	if (colour < 8)
		text_print(out, ";%d", base + colour);
	else
		text_print(out, ";%d;5;%d", base + 8, colour);
}

static void add_paint(struct text *out, struct paint p)
{
	text_put(out, "\033[0");
	text_put(out, p.look & LOOK_BOLD >> 8 ? ";1" : "");
	text_put(out, p.look & LOOK_DIM >> 8 ? ";2" : "");
	text_put(out, p.look & LOOK_UNDERLINE >> 8 ? ";4" : "");
	text_put(out, p.look & LOOK_REVERSE >> 8 ? ";7" : "");
	add_colour(out, 30, p.ink);
	add_colour(out, 40, p.ground);
	text_char(out, 'm');
}

void canvas_ansi(const struct canvas *c, const struct theme *t, struct text *out)
{
	const struct paint plain = { -1, -1, 0 };

	for (int y = 0; y < c->height; y++) {
		struct paint now = plain;
		int end = t->screen.ground < 0 ? row_end(c, y, t) : c->width;
		for (int x = 0; x < end; x++) {
			const struct cell *s = canvas_at(c, x, y);
			struct paint p = theme_paint(t, s);
			if (!same(p, now))
				add_paint(out, p);
			now = p;
			cell_text(s, out);
		}
		text_put(out, same(now, plain) ? "\n" : "\033[0m\n");
	}
}
