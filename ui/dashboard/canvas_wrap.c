/* Paragraphs: where lines may break, and drawing them. */
#include <stdlib.h>
#include "sim/base/arena.h"
#include "sim/base/text.h"
#include "ui/dashboard/canvas.h"
#include "ui/dashboard/plain_names.h"

/* A paragraph's cells one after another; a line's end is a cell of width 0 and code \n. */
struct flow { struct cell *cell; size_t count, room; };

static void flow_add(struct flow *f, const struct cell *s)
{
	GROW(f->cell, f->count, f->room);
	f->cell[f->count++] = *s;
}

static void flow_shown(struct flow *f, const struct canvas *c, unsigned ink, const char *text)
{
	struct cell s = { .role = (uint8_t)ink, .look = (uint8_t)(ink >> 8) };

	for (;;) {
		if (*text == '\n') {
			struct cell end = { .code = '\n' };
			flow_add(f, &end);
			text++;
		} else if (canvas_cell(c, &text, &s)) {
			flow_add(f, &s);
		} else {
			return;
		}
	}
}

static void flow_text(struct flow *f, const struct canvas *c, unsigned ink, const char *text)
{
	struct text plain = { 0 };

	if (c->ascii && plain_needed(text))
		plain_text(&plain, c->names, text);
	flow_shown(f, c, ink, plain.at ? plain.at : text);
	text_free(&plain);
}

static bool among(uint32_t code, const char *set)
{
	uint32_t one;
	int bytes;

	while ((bytes = utf8_next(set, &one))) {
		if (one == code)
			return true;
		set += bytes;
	}
	return false;
}

/* Between a cell and the one before it. */
static bool may_break(const struct cell *s)
{
	if (s->code == ' ')
		return false;           /* spaces stay at a line's end, where they are not seen */
	if (s[-1].code == ' ')
		return true;
	if (s->width < 2 && s[-1].width < 2)
		return false;
	return !among(s->code, "，。、；：！？）」』】》〉”’…—～,.;:!?)]}%")
		&& !among(s[-1].code, "（「『【《〈“‘([{");
}

/* The line that begins at from: returns the cell behind its last one; next gets the next line's first. */
static size_t line_end(const struct flow *f, size_t from, int width, size_t *next)
{
	size_t i, end, chance = from;
	int used = 0;

	for (i = from; i < f->count && f->cell[i].code != '\n'; i++) {
		const struct cell *s = &f->cell[i];
		if (i > from && may_break(s))
			chance = i;
		if (used + s->width > width && s->code != ' ')
			break;
		used += s->width;
	}
	if (i == f->count || f->cell[i].code == '\n') {
		end = i;
		*next = i + 1;          /* past the end: no further line */
	} else {
		end = chance > from ? chance : i > from ? i : from + 1;
		*next = end;            /* one cell at least, however narrow it is */
	}
	while (end > from && f->cell[end - 1].code == ' ')
		end--;
	return end;
}

static void draw_line(struct area a, int x, int y, const struct flow *f, size_t from, size_t end)
{
	while (from < end)
		x = canvas_put_cell(a, x, y, &f->cell[from++]);
}

/* The last line there is room for, of more: shortened until an ellipsis finds its place. */
static void draw_last(struct area a, int x, int y, const struct flow *f, size_t from, size_t end)
{
	int used = 1;

	for (size_t i = from; i < end; i++)
		used += f->cell[i].width;
	while (end > from && used > a.width - x)
		used -= f->cell[--end].width;
	draw_line(a, x, y, f, from, end);
	canvas_glyph(a, x + used - 1, y, ROLE_FAINT, GLYPH_ELLIPSIS);
}

/* Go through all lines; draw those that have room. */
static int flow_lines(const struct flow *f, int width, int indent, const struct area *a, int y)
{
	size_t next;
	int count = 0;

	for (size_t from = 0; from < f->count; from = next, count++, y++) {
		int x = count ? indent : 0;
		size_t end = line_end(f, from, width - x, &next);
		if (!a || y < 0 || y >= a->height)
			continue;
		if (y == a->height - 1 && next < f->count)
			draw_last(*a, x, y, f, from, end);
		else
			draw_line(*a, x, y, f, from, end);
	}
	return count;
}

static int wrap(const struct canvas *c, int width, int indent, const struct span *s, int count,
		const struct area *a, int y)
{
	struct flow f = { 0 };
	int lines;

	for (int i = 0; i < count; i++)
		flow_text(&f, c, s[i].ink, s[i].text);
	lines = flow_lines(&f, width, indent, a, y);
	free(f.cell);
	return lines;
}

int canvas_wrap(struct area a, int y, int indent, const struct span *s, int count)
{
	return wrap(a.canvas, a.width, indent, s, count, &a, y);
}

int canvas_wrap_lines(const struct canvas *c, int width, int indent, const struct span *s, int count)
{
	return wrap(c, width, indent, s, count, NULL, 0);
}
