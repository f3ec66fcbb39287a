/* Cells, and how text gets into them. */
#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/arena.h"
#include "sim/base/text.h"
#include "ui/dashboard/canvas.h"
#include "ui/dashboard/plain_names.h"

static const struct cell blank = { .code = ' ', .width = 1 };

/* ---- glyphs ---- */

static const struct { const char *utf8, *ascii; } glyphs[GLYPH_COUNT] = {
#define GLYPH(id, utf8, ascii, meaning) { utf8, ascii },
#include "ui/dashboard/glyphs.def"
#undef GLYPH
};

const char *glyph_text(bool ascii, enum glyph g)
{
	return ascii ? glyphs[g].ascii : glyphs[g].utf8;
}

/* ---- the grid ---- */

void canvas_init(struct canvas *c, int width, int height, bool ascii)
{
	*c = (struct canvas){ .ascii = ascii };
	canvas_resize(c, width, height);
}

void canvas_resize(struct canvas *c, int width, int height)
{
	assert(width >= 0 && height >= 0 && width <= 10000 && height <= 10000);
	free(c->cell);
	c->cell = must_have(calloc((size_t)width * (size_t)height + 1, sizeof *c->cell));
	c->width = width;
	c->height = height;
	canvas_clear(c);
}

void canvas_clear(struct canvas *c)
{
	for (int i = 0; i < c->width * c->height; i++)
		c->cell[i] = blank;
	c->cursor_x = c->cursor_y = -1;
	c->spots = 0;
}

void canvas_free(struct canvas *c)
{
	free(c->spot);
	free(c->cell);
	*c = (struct canvas){ 0 };
}

struct cell *canvas_at(const struct canvas *c, int x, int y)
{
	assert(x >= 0 && y >= 0 && x < c->width && y < c->height);
	return &c->cell[y * c->width + x];
}

struct area canvas_area(struct canvas *c)
{
	return (struct area){ c, 0, 0, c->width, c->height };
}

/* One dimension of area_part: where a piece begins, and how much of it lies within. */
static void cut(int whole, int *from, int *size)
{
	if (*size < 0)
		*size = whole - *from + *size;
	if (*from < 0) {
		*size += *from;
		*from = 0;
	}
	if (*from > whole)
		*from = whole;
	if (*size > whole - *from)
		*size = whole - *from;
	if (*size < 0)
		*size = 0;
}

struct area area_part(struct area a, int x, int y, int width, int height)
{
	cut(a.width, &x, &width);
	cut(a.height, &y, &height);
	return (struct area){ a.canvas, a.x + x, a.y + y, width, height };
}

void area_cursor(struct area a, int x, int y)
{
	if (x < 0 || y < 0 || x >= a.width || y >= a.height)
		return;
	a.canvas->cursor_x = a.x + x;
	a.canvas->cursor_y = a.y + y;
}

void area_spot(struct area a, int x, int y, int width, int height, int what, int64_t n)
{
	struct canvas *c = a.canvas;

	a = area_part(a, x, y, width, height);
	if (!a.width || !a.height)
		return;
	GROW(c->spot, c->spots, c->spot_room);
	c->spot[c->spots++] = (struct spot){ a.x, a.y, a.width, a.height, what, n };
}

static bool lies_at(const struct spot *s, int x, int y)
{
	return x >= s->x && x < s->x + s->width && y >= s->y && y < s->y + s->height;
}

const struct spot *canvas_spot_at(const struct canvas *c, int x, int y)
{
	for (size_t i = c->spots; i > 0; i--)
		if (lies_at(&c->spot[i - 1], x, y))
			return &c->spot[i - 1];
	return NULL;
}

const struct spot *canvas_spot_of(const struct canvas *c, int x, int y, int what)
{
	for (size_t i = c->spots; i > 0; i--)
		if (c->spot[i - 1].what == what && lies_at(&c->spot[i - 1], x, y))
			return &c->spot[i - 1];
	return NULL;
}

/* Blank one half of a wide character whose other half is about to be written over. */
static void orphan(struct cell *s)
{
	s->code = ' ';
	s->width = 1;
	s->mark[0] = s->mark[1] = 0;
}

static void set(struct canvas *c, int x, int y, const struct cell *s)
{
	struct cell *at = canvas_at(c, x, y);
	uint8_t ground = at->ground;

	if (at->width == 2 && x + 1 < c->width)
		orphan(at + 1);
	if (at->width == 0 && x > 0)
		orphan(at - 1);
	*at = *s;
	at->ground = ground;
}

int canvas_put_cell(struct area a, int x, int y, const struct cell *given)
{
	struct cell s = *given;
	bool left = x >= 0 && x < a.width, right = s.width == 2 && x + 1 >= 0 && x + 1 < a.width;
	int end = x + s.width;

	if (y < 0 || y >= a.height || !(left || right))
		return end;
	if (s.width == 2 && left != right) {
		orphan(&s);             /* the half that is to be seen */
		x += right;
	}
	set(a.canvas, a.x + x, a.y + y, &s);
	if (s.width == 2) {
		s.code = 0;
		s.width = 0;
		s.mark[0] = s.mark[1] = 0;
		set(a.canvas, a.x + x + 1, a.y + y, &s);
	}
	return end;
}

/* ---- text into cells ---- */

static bool within(uint32_t code, const uint32_t (*range)[2], int count)
{
	for (int i = 0; i < count; i++)
		if (code >= range[i][0] && code <= range[i][1])
			return true;
	return false;
}
#define WITHIN(code, range) within(code, range, (int)(sizeof range / sizeof *range))

/* What stands for a code point on a screen; 0: nothing. Bidi controls are shown as U+FFFD rather than
 * left out, for a text that contains them is meant to be read otherwise than it is. */
static uint32_t tame(uint32_t code)
{
	static const uint32_t spaces[][2] = {
		{ '\t', '\r' }, { 0x85, 0x85 }, { 0xa0, 0xa0 }, { 0x2000, 0x200a }, { 0x2028, 0x2029 },
		{ 0x202f, 0x202f }, { 0x205f, 0x205f },
	};
	static const uint32_t hostile[][2] = {
		{ 0x01, 0x1f }, { 0x7f, 0x9f }, { 0x61c, 0x61c }, { 0x200e, 0x200f }, { 0x202a, 0x202e },
		{ 0x2066, 0x2069 }, { 0xd800, 0xdfff }, { 0xfdd0, 0xfdef }, { 0xfffe, 0xffff },
	};
	/* Joiners, variation selectors, skin tones, keycaps: terminals do not agree on the width of what
	 * they make of them. */
	static const uint32_t invisible[][2] = {
		{ 0xad, 0xad }, { 0x34f, 0x34f }, { 0x180b, 0x180f }, { 0x200b, 0x200d }, { 0x2060, 0x2065 },
		{ 0x206a, 0x206f }, { 0x20e3, 0x20e3 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
		{ 0xfff0, 0xfffb }, { 0x1f3fb, 0x1f3ff }, { 0xe0000, 0xe0fff },
	};

	if (code >= 0x20 && code < 0x7f)
		return code;
	if (WITHIN(code, spaces))
		return ' ';
	if (WITHIN(code, invisible))
		return 0;
	return WITHIN(code, hostile) || code > 0x10ffff ? 0xfffd : code;
}

/* The nearest ASCII character. */
static uint32_t fold(uint32_t code)
{
	static const struct { uint32_t from; char to; } others[] = {
		{ 0x2018, '\'' }, { 0x2019, '\'' }, { 0x201c, '"' }, { 0x201d, '"' }, { 0x2010, '-' },
		{ 0x2011, '-' }, { 0x2012, '-' }, { 0x2013, '-' }, { 0x2014, '-' }, { 0x2212, '-' },
		{ 0xff0c, ',' }, { 0x3002, '.' }, { 0xff1a, ':' }, { 0xff1b, ';' }, { 0xff01, '!' },
		{ 0xff08, '(' }, { 0xff09, ')' }, { 0x3000, ' ' },
	};

	if (code < 0x80)
		return code;
	for (int g = 0; g < GLYPH_COUNT; g++) {
		uint32_t one;
		utf8_next(glyphs[g].utf8, &one);
		if (one == code)
			return (uint32_t)glyphs[g].ascii[0];
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (others[i].from == code)
			return (uint32_t)others[i].to;
	return '?';
}

/* The combining marks that follow a base; more than a cell can carry are dropped. */
static const char *marks(const char *at, struct cell *s)
{
	uint32_t code;
	int bytes, count = 0;

	while ((bytes = utf8_next(at, &code)) && (uint8_t)*at >= 0x80) {
		code = tame(code);
		if (code && utf8_width(code) > 0)
			break;
		if (code && count < 2)
			s->mark[count++] = code;
		at += bytes;
	}
	return at;
}

int canvas_cell(const struct canvas *c, const char **text, struct cell *s)
{
	uint32_t code;
	int bytes;

	s->mark[0] = s->mark[1] = 0;
	do {
		bytes = utf8_next(*text, &code);
		*text += bytes;
	} while (bytes && !(code = tame(code)));
	s->width = 0;
	if (!bytes)
		return 0;

	s->code = code;
	s->width = (uint8_t)utf8_width(code);
	if (s->width == 0) {            /* a mark with nothing to stand on */
		s->code = ' ';
		s->mark[0] = code;
		s->width = 1;
	} else {
		*text = marks(*text, s);
	}
	if (c->ascii) {
		s->code = fold(s->code);
		s->mark[0] = s->mark[1] = 0;
		s->width = 1;
	}
	return s->width;
}

bool plain_lacks(uint32_t code)
{
	return code != '?' && fold(code) == '?' && utf8_width(code);
}

/* What is drawn of a text: where only ASCII can be shown, with names in their plain form. To be freed if it is not the text. */
static char *drawn(const struct canvas *c, const char *text)
{
	struct text t = { 0 };

	if (!c->ascii || !plain_needed(text))
		return NULL;
	plain_text(&t, c->names, text);
	return t.at;
}

int canvas_cells(const struct canvas *c, const char *text)
{
	struct cell s;
	int cells = 0, width;
	char *plain = drawn(c, text);

	if (plain)
		text = plain;
	while ((width = canvas_cell(c, &text, &s)))
		cells += width;
	free(plain);
	return cells;
}

static struct cell cell_in(unsigned ink)
{
	return (struct cell){ .role = (uint8_t)ink, .look = (uint8_t)(ink >> 8) };
}

int canvas_put(struct area a, int x, int y, unsigned ink, const char *text)
{
	struct cell s = cell_in(ink);
	char *plain = drawn(a.canvas, text);

	if (plain)
		text = plain;
	while (canvas_cell(a.canvas, &text, &s))
		x = canvas_put_cell(a, x, y, &s);
	free(plain);
	return x;
}

int canvas_print(struct area a, int x, int y, unsigned ink, const char *format, ...)
{
	struct text t = { 0 };
	va_list list;

	va_start(list, format);
	text_vprint(&t, format, list);
	va_end(list);
	x = canvas_put(a, x, y, ink, text_is(&t));
	text_free(&t);
	return x;
}

int canvas_glyph(struct area a, int x, int y, unsigned ink, enum glyph g)
{
	return canvas_put(a, x, y, ink, glyph_text(a.canvas->ascii, g));
}

/* Returns the column behind what was drawn. */
static int fit(struct area a, int x, int y, int width, unsigned ink, const char *text)
{
	struct cell s = cell_in(ink);
	int end = x + width, step;
	char *plain;

	if (canvas_cells(a.canvas, text) <= width)
		return canvas_put(a, x, y, ink, text);
	if (width <= 0)
		return x;
	if ((plain = drawn(a.canvas, text)))
		text = plain;
	while ((step = canvas_cell(a.canvas, &text, &s)) && x + step < end)
		x = canvas_put_cell(a, x, y, &s);
	free(plain);
	return canvas_glyph(a, x, y, ink, GLYPH_ELLIPSIS);
}

static int at_least_0(int n)
{
	return n > 0 ? n : 0;
}

int canvas_fit(struct area a, int x, int y, int width, unsigned ink, const char *text)
{
	fit(a, x, y, width, ink, text);
	return x + at_least_0(width);
}

int canvas_right(struct area a, int x, int y, int width, unsigned ink, const char *text)
{
	fit(a, x + at_least_0(width - canvas_cells(a.canvas, text)), y, width, ink, text);
	return x + at_least_0(width);
}

int canvas_center(struct area a, int x, int y, int width, unsigned ink, const char *text)
{
	fit(a, x + at_least_0(width - canvas_cells(a.canvas, text)) / 2, y, width, ink, text);
	return x + at_least_0(width);
}

/* ---- shapes ---- */

void canvas_blank(struct area a)
{
	for (int y = 0; y < a.height; y++)
		for (int x = 0; x < a.width; x++) {
			set(a.canvas, a.x + x, a.y + y, &blank);
			canvas_at(a.canvas, a.x + x, a.y + y)->ground = 0;
		}
}

void canvas_ground(struct area a, enum role ground)
{
	for (int y = 0; y < a.height; y++)
		for (int x = 0; x < a.width; x++)
			canvas_at(a.canvas, a.x + x, a.y + y)->ground = (uint8_t)ground;
}

void canvas_rule(struct area a, int x, int y, int width, unsigned ink)
{
	for (int end = x + width; x < end; x++)
		canvas_glyph(a, x, y, ink, GLYPH_RULE);
}

void canvas_pole(struct area a, int x, int y, int height, unsigned ink)
{
	for (int end = y + height; y < end; y++)
		canvas_glyph(a, x, y, ink, GLYPH_POLE);
}

int canvas_bar(struct area a, int x, int y, int width, unsigned ink, long part, long whole)
{
	long full = whole > 0 && part > 0 ? part >= whole ? width : part * width / whole : 0;

	if (full == 0 && part > 0 && whole > 0 && width > 0)
		full = 1;               /* something is not nothing */
	for (int i = 0; i < width; i++)
		if (i < full)
			canvas_glyph(a, x + i, y, ink, GLYPH_BAR_FULL);
		else
			canvas_glyph(a, x + i, y, ROLE_BORDER, GLYPH_BAR_REST);
	return x + at_least_0(width);
}

/* Title and note on the upper line, which is drawn already. */
/* As many of the note's facts as have room: they stand two blanks apart. */
static void put_facts(struct text *t, const struct canvas *c, const char *note, int room)
{
	text_put(t, note ? note : "");
	while (t->length && canvas_cells(c, t->at) > room) {
		const char *last = NULL;
		for (const char *s = t->at; (s = strstr(s, "  ")); s++)
			last = s;
		t->length = last ? (size_t)(last - t->at) : 0;
		t->at[t->length] = 0;
	}
}

static void frame_words(struct area a, const struct frame *f)
{
	unsigned ink = f->focus ? ROLE_FOCUS : ROLE_TITLE;
	int room = a.width - 4, x = 2, note;
	struct text facts = { 0 };
	int title = (f->title ? canvas_cells(a.canvas, f->title) + 1 : 0) + (f->key ? 3 : 0)
		+ (!f->key || f->focus);

	if (!f->key && title == room + 1) {     /* rather the line before it is given up than its end */
		x--;
		room++;
	}
	put_facts(&facts, a.canvas, f->note, room - title - 3);
	note = canvas_cells(a.canvas, text_is(&facts)) + 2;
	if (facts.length) {
		canvas_put(a, a.width - 2 - note, 0, ROLE_FAINT, " ");
		canvas_put(a, a.width - 1 - note, 0, ROLE_FAINT, facts.at);
		canvas_put(a, a.width - 3, 0, ROLE_FAINT, " ");
		room -= note + 1;
	}
	if (f->key && room >= 3) {
		canvas_put(a, x, 0, ROLE_FOCUS, f->focus ? "[ ]" : "   ");
		canvas_print(a, x + 1, 0, f->focus ? ROLE_FOCUS : ROLE_KEY, "%c", f->key);
		x += 3;
		room -= 3;
	}
	if (f->title && *f->title && room >= 3) {
		if (!f->key || f->focus) {
			x = canvas_put(a, x, 0, ink, " ");
			room--;
		}
		x = fit(a, x, 0, room - 1, ink, f->title);
		canvas_put(a, x, 0, ink, " ");
	}
	text_free(&facts);
}

struct area canvas_box(struct area a, const struct frame *f)
{
	unsigned ink = f->focus ? ROLE_FOCUS : ROLE_BORDER;
	int right = a.width - 1, low = a.height - 1;

	if (right < 1 || low < 1)
		return area_part(a, 0, 0, 0, 0);
	canvas_rule(a, 1, 0, right - 1, ink);
	canvas_rule(a, 1, low, right - 1, ink);
	canvas_pole(a, 0, 1, low - 1, ink);
	canvas_pole(a, right, 1, low - 1, ink);
	canvas_glyph(a, 0, 0, ink, f->square ? GLYPH_SQUARE_TL : GLYPH_TOP_LEFT);
	canvas_glyph(a, right, 0, ink, f->square ? GLYPH_SQUARE_TR : GLYPH_TOP_RIGHT);
	canvas_glyph(a, 0, low, ink, f->square ? GLYPH_SQUARE_BL : GLYPH_LOW_LEFT);
	canvas_glyph(a, right, low, ink, f->square ? GLYPH_SQUARE_BR : GLYPH_LOW_RIGHT);
	frame_words(a, f);
	return area_part(a, 1, 1, -1, -1);
}

struct area canvas_head(struct area a, const struct frame *f)
{
	for (int x = 0; x < a.width; x++)
		canvas_glyph(a, x, 0, f->focus ? ROLE_FOCUS : f->past ? ROLE_PAST : ROLE_BORDER, f->past ? GLYPH_RULE_PAST : GLYPH_RULE);
	frame_words(a, f);
	return area_part(a, 0, 1, AREA_REST, AREA_REST);
}
