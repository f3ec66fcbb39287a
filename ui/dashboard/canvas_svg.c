/* A canvas as a picture: a terminal's window, drawn so that it looks the same with any fonts. Lines and
 * blocks are shapes, for fonts differ most in these; each run of letters is given its length; and each
 * wide character stands in the middle of its two cells. */
#include <string.h>
#include "ui/dashboard/canvas_write.h"

/* A cell's size has odd numbers, so that lines through its middle are sharp. */
enum { CELL = 9, ROW = 19, FONT = 15, BASE = 14, EDGE = 18, TITLE = 34 };

struct svg {
	const struct canvas *c;
	const struct theme *t;
	struct text *out;
	uint32_t ink, ground;           /* of the window */
};

/* What XML has no character for is left out. */
static void add_escaped(struct text *out, const char *s)
{
	uint32_t code;

	for (int n; (n = utf8_next(s, &code)); s += n) {
		switch (code) {
		case '<': text_put(out, "&lt;"); break;
		case '>': text_put(out, "&gt;"); break;
		case '&': text_put(out, "&amp;"); break;
		case '"': text_put(out, "&quot;"); break;
		default:
			if ((code >= ' ' || code == '\n') && code != 0xfffe && code != 0xffff)
				text_add(out, s, (size_t)n);
		}
	}
}

static void add_cell(struct text *out, const struct cell *s)
{
	struct text one = { 0 };

	cell_text(s, &one);
	add_escaped(out, text_is(&one));
	text_free(&one);
}

/* The palette's dark greys look dirty on the window's bluish ground: a little blue is added to them. */
static uint32_t ground_rgb(const struct svg *v, int colour)
{
	return theme_rgb(colour) + (colour >= 232 && colour < 244 && !v->t->light ? 0x0000040b : 0);
}

/* Of a cell, all settled: colours as rgb. */
struct tone { uint32_t ink, ground; bool bold, dim, underline; };

static struct tone tone_of(const struct svg *v, int x, int y)
{
	struct paint p = theme_paint(v->t, canvas_at(v->c, x, y));
	struct tone n = {
		.ink = p.ink < 0 || p.ink == v->t->screen.ink ? v->ink : theme_rgb(p.ink),
		.ground = p.ground < 0 || p.ground == v->t->screen.ground ? v->ground
			: ground_rgb(v, p.ground),
		.bold = p.look & LOOK_BOLD >> 8,
		.dim = p.look & LOOK_DIM >> 8,
		.underline = p.look & LOOK_UNDERLINE >> 8,
	};

	if (p.look & LOOK_REVERSE >> 8) {
		uint32_t ink = n.ink;
		n.ink = n.ground;
		n.ground = ink;
	}
	return n;
}

static bool same_letters(struct tone a, struct tone b)
{
	return a.ink == b.ink && a.bold == b.bold && a.dim == b.dim && a.underline == b.underline;
}

/* ---- shapes ---- */

static void add_rect(struct svg *v, int x, int y, int width, int height, uint32_t colour, int percent)
{
	text_print(v->out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#%06x\"",
		x, y, width, height, colour);
	if (percent < 100)
		text_print(v->out, " opacity=\".%02d\"", percent);
	text_put(v->out, "/>\n");
}

/* Arms of the line characters, as bits: left 1, right 2, up 4, down 8; round 16, heavy 32. */
enum { LEFT = 1, RIGHT = 2, ABOVE = 4, BELOW = 8, ROUND = 16, HEAVY = 32 };

static int arms(uint32_t code)
{
	switch (code) {
	case 0x2500: return LEFT | RIGHT;
	case 0x2501: return LEFT | RIGHT | HEAVY;
	case 0x2502: return ABOVE | BELOW;
	case 0x250c: return RIGHT | BELOW;
	case 0x2510: return LEFT | BELOW;
	case 0x2514: return RIGHT | ABOVE;
	case 0x2518: return LEFT | ABOVE;
	case 0x251c: return RIGHT | ABOVE | BELOW;
	case 0x2524: return LEFT | ABOVE | BELOW;
	case 0x252c: return LEFT | RIGHT | BELOW;
	case 0x2534: return LEFT | RIGHT | ABOVE;
	case 0x253c: return LEFT | RIGHT | ABOVE | BELOW;
	case 0x256d: return RIGHT | BELOW | ROUND;
	case 0x256e: return LEFT | BELOW | ROUND;
	case 0x256f: return LEFT | ABOVE | ROUND;
	case 0x2570: return RIGHT | ABOVE | ROUND;
	default:     return 0;
	}
}

/* How much of a block is filled, in percent. */
static int shade(uint32_t code)
{
	switch (code) {
	case 0x2588: return 100;
	case 0x2593: return 62;
	case 0x2592: return 40;
	case 0x2591: return 28;
	default:     return 0;
	}
}

static bool is_shape(uint32_t code)
{
	return arms(code) || shade(code);
}

static void add_corner(struct svg *v, int x, int y, int a, uint32_t ink)
{
	int cx = x + CELL / 2, cy = y + ROW / 2;
	int before = a & ABOVE ? cy - 5 : cy + 5, after = a & LEFT ? cx - 4 : cx + 5;

	text_print(v->out, "<path d=\"M%d.5 %dV%d.5Q%d.5 %d.5 %d %d.5\" stroke=\"#%06x\"/>\n",
		cx, a & ABOVE ? y : y + ROW, before, cx, cy, after, cy, ink);
}

static void add_lines(struct svg *v, int x, int y, int cells, int a, uint32_t ink)
{
	int middle = x + CELL / 2;
	int from = a & LEFT ? x : middle, to = a & RIGHT ? x + cells * CELL : middle + 1;

	if (a & ROUND) {
		add_corner(v, x, y, a, ink);
		return;
	}
	text_put(v->out, "<path d=\"");
	if (a & (LEFT | RIGHT))
		text_print(v->out, "M%d %d.5H%d", from, y + ROW / 2, to);
	if (a & (ABOVE | BELOW))
		text_print(v->out, "M%d.5 %dV%d", middle, a & ABOVE ? y : y + ROW / 2,
			a & BELOW ? y + ROW : y + ROW / 2 + 1);
	text_print(v->out, "\" stroke=\"#%06x\"%s/>\n", ink, a & HEAVY ? " stroke-width=\"3\"" : "");
}

/* Blocks leave a little room above and below, so that bars in successive rows stay apart. */
static void add_block(struct svg *v, int x, int y, int cells, int percent, uint32_t ink)
{
	add_rect(v, x, y + 3, cells * CELL, ROW - 6, ink, percent);
}

/* ---- rows ---- */

static int x_of(int x)
{
	return EDGE + x * CELL;
}

static int y_of(int y)
{
	return TITLE + y * ROW;
}

/* A bar over the whole row goes from one edge of the window to the other. */
static void add_ground(struct svg *v, int x, int end, int y, uint32_t colour)
{
	if (x == 0 && end == v->c->width)
		add_rect(v, 1, y_of(y), 2 * EDGE + end * CELL - 2, ROW, colour, 100);
	else
		add_rect(v, x_of(x), y_of(y), (end - x) * CELL, ROW, colour, 100);
}

static void add_grounds(struct svg *v, int y)
{
	for (int x = 0, next; x < v->c->width; x = next) {
		struct tone n = tone_of(v, x, y);
		for (next = x + 1; next < v->c->width && tone_of(v, next, y).ground == n.ground; next++)
			;
		if (n.ground != v->ground)
			add_ground(v, x, next, y, n.ground);
	}
}

static void add_shapes(struct svg *v, int y)
{
	for (int x = 0, next; x < v->c->width; x = next) {
		uint32_t code = canvas_at(v->c, x, y)->code;
		struct tone n = tone_of(v, x, y);
		int a = arms(code);
		bool runs = shade(code) || ((a & LEFT) && (a & RIGHT) && !(a & (ABOVE | BELOW)));

		next = x + 1;
		while (runs && next < v->c->width && canvas_at(v->c, next, y)->code == code
				&& same_letters(tone_of(v, next, y), n))
			next++;
		if (a)
			add_lines(v, x_of(x), y_of(y), next - x, a, n.ink);
		else if (shade(code))
			add_block(v, x_of(x), y_of(y), next - x, shade(code), n.ink);
	}
}

static bool is_letter(const struct cell *s)
{
	return s->code > ' ' && !is_shape(s->code);
}

/* A run of letters: equal in tone, all narrow or all wide, single spaces within. */
static int run_end(struct svg *v, int x, int y)
{
	struct tone n = tone_of(v, x, y);
	int width = canvas_at(v->c, x, y)->width, end = x + width;

	for (int i = end; i < v->c->width; i += width) {
		const struct cell *s = canvas_at(v->c, i, y);
		if (s->width == width && is_letter(s) && same_letters(tone_of(v, i, y), n))
			end = i + width;
		else if (width == 2 || s->code != ' ' || i > end || n.underline)
			break;
	}
	return end;
}

static void add_run(struct svg *v, int x, int end, int y)
{
	struct tone n = tone_of(v, x, y);
	int wide = canvas_at(v->c, x, y)->width == 2;

	text_print(v->out, "<text y=\"%d\" fill=\"#%06x\"", y_of(y) + BASE, n.ink);
	text_put(v->out, n.bold ? " font-weight=\"bold\"" : "");
	text_put(v->out, n.dim ? " opacity=\".6\"" : "");
	text_put(v->out, n.underline ? " text-decoration=\"underline\"" : "");
	if (wide)
		text_print(v->out, " font-size=\"%d\" text-anchor=\"middle\">", FONT + 1);
	else
		text_print(v->out, " x=\"%d\" textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\">",
			x_of(x), (end - x) * CELL);
	for (; x < end; x += 1 + wide) {
		if (wide)
			text_print(v->out, "<tspan x=\"%d\">", x_of(x) + CELL);
		add_cell(v->out, canvas_at(v->c, x, y));
		if (wide)
			text_put(v->out, "</tspan>");
	}
	text_put(v->out, "</text>\n");
}

static void add_letters(struct svg *v, int y)
{
	for (int x = 0; x < v->c->width;) {
		if (!is_letter(canvas_at(v->c, x, y))) {
			x++;
			continue;
		}
		int end = run_end(v, x, y);
		add_run(v, x, end, y);
		x = end;
	}
}

/* ---- the window ---- */

static void add_window(struct svg *v, const char *title, int width, int height)
{
	static const uint32_t buttons[] = { 0xff5f57, 0xfebc2e, 0x28c840 };
	uint32_t edge = v->t->light ? 0xd0d7de : 0x3a3f4b;

	text_print(v->out, "<rect x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"10\" fill=\"#%06x\" "
		"stroke=\"#%06x\"/>\n", width - 1, height - 1, v->ground, edge);
	for (int i = 0; i < 3; i++)
		text_print(v->out, "<circle cx=\"%d\" cy=\"17\" r=\"5.5\" fill=\"#%06x\"/>\n",
			EDGE + 3 + i * 19, buttons[i]);
	text_print(v->out, "<text x=\"%d\" y=\"22\" font-size=\"13\" text-anchor=\"middle\" fill=\"#%06x\">",
		width / 2, v->t->light ? 0x57606a : 0x8b93a3);
	add_escaped(v->out, title);
	text_put(v->out, "</text>\n");
}

static void add_words(struct svg *v, const char *title, const char *about)
{
	struct text plain = { 0 };

	if (!about)
		canvas_text(v->c, &plain);
	text_put(v->out, "<title id=\"title\">");
	add_escaped(v->out, title);
	text_put(v->out, "</title>\n<desc id=\"desc\">");
	add_escaped(v->out, about ? about : text_is(&plain));
	text_put(v->out, "</desc>\n");
	text_free(&plain);
}

/* Not the palette's: a window has finer greys than a terminal. */
static void window_colours(struct svg *v)
{
	bool sharp = v->t->id == THEME_CONTRAST;

	v->ink = v->t->light ? 0x24292f : sharp ? 0xffffff : 0xd7dce4;
	v->ground = v->t->light ? 0xffffff : sharp ? 0x000000 : 0x16191f;
}

void canvas_svg(const struct canvas *c, const struct theme *t, const char *language, const char *title, const char *about,
		struct text *out)
{
	struct svg v = { c, t, out, 0, 0 };
	int width = 2 * EDGE + c->width * CELL, height = TITLE + c->height * ROW + EDGE - 4;

	window_colours(&v);
	text_print(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"title desc\" fill=\"none\" "
		"font-size=\"%d\" xml:lang=\"%s\" xml:space=\"preserve\" "
		"font-family=\"ui-monospace, 'SF Mono', SFMono-Regular, Menlo, 'DejaVu Sans Mono', Consolas, "
		"'Noto Sans Mono CJK SC', 'PingFang SC', 'Microsoft YaHei', "
		"'Noto Sans CJK SC', monospace\">\n",
		width, height, width, height, FONT, language);
	add_words(&v, title, about);
	add_window(&v, title, width, height);
	for (int y = 0; y < c->height; y++) {
		add_grounds(&v, y);
		add_shapes(&v, y);
		add_letters(&v, y);
	}
	text_put(out, "</svg>\n");
}
