/* The canvas: a grid of character cells. Panels draw on it; canvas_write.h makes text and pictures of
 * it, screen.h shows it on a terminal. It knows neither processes nor terminals.
 *
 * Panels draw into areas: rectangles with their own 0,0, beyond which nothing is drawn. Text may come from
 * anybody's scenario: control characters, bidi controls and invisible characters never reach a cell. */
#ifndef DASHBOARD_CANVAS_H
#define DASHBOARD_CANVAS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum role {
#define ROLE(id, ...) ROLE_##id,
#include "ui/dashboard/roles.def"
#undef ROLE
	ROLE_COUNT
};

/* Added to a role, together they are the ink: ROLE_READY | LOOK_BOLD. */
enum look { LOOK_BOLD = 0x100, LOOK_DIM = 0x200, LOOK_REVERSE = 0x400, LOOK_UNDERLINE = 0x800 };

enum glyph {
#define GLYPH(id, ...) GLYPH_##id,
#include "ui/dashboard/glyphs.def"
#undef GLYPH
	GLYPH_COUNT
};

struct cell {
	uint32_t code;                  /* 0: the right half of the wide character before it */
	uint32_t mark[2];               /* combining marks upon it, or 0 */
	uint8_t role, ground;           /* what it means; what lies behind it (a role, 0: nothing) */
	uint8_t look;                   /* enum look >> 8 */
	uint8_t width;                  /* 1 or 2; 0: the right half */
};

struct canvas {
	int width, height;
	struct cell *cell;              /* row after row; blank where nothing was drawn */
	bool ascii;                     /* only ASCII: glyphs have their plain form, and so have */
	const struct plain_names *names;        /* these names in other letters; NULL: none is known */
	int cursor_x, cursor_y;         /* where the reader is led to; -1: nowhere */
	struct spot *spot;              /* what lies where, for who points there: what was noted last lies above */
	size_t spots, spot_room;
};

/* What a place means, in words of the one who draws; n belongs to it. */
struct spot { int x, y, width, height, what; int64_t n; };

/* A rectangle of a canvas. Passed by value; never reaches beyond the canvas. */
struct area { struct canvas *canvas; int x, y, width, height; };

void canvas_init(struct canvas *, int width, int height, bool ascii);
void canvas_resize(struct canvas *, int width, int height);     /* and blank it */
void canvas_clear(struct canvas *);
void canvas_free(struct canvas *);
struct cell *canvas_at(const struct canvas *, int x, int y);

struct area canvas_area(struct canvas *);                       /* all of it */
/* A part of an area, cut to it. A width or height below 0 leaves that much free at the far side:
 * area_part(a, 2, 1, -1, AREA_REST). */
enum { AREA_REST = 1 << 20 };
struct area area_part(struct area, int x, int y, int width, int height);
void area_cursor(struct area, int x, int y);                    /* lead the reader here */

/* Note what this part of an area means. What lies at a cell: the uppermost, or the uppermost of this meaning; NULL: nothing was noted. */
void area_spot(struct area, int x, int y, int width, int height, int what, int64_t n);
const struct spot *canvas_spot_at(const struct canvas *, int x, int y);
const struct spot *canvas_spot_of(const struct canvas *, int x, int y, int what);

/* Cells that a text takes here; not the same as utf8_cells(), which does not know what is left out. */
int  canvas_cells(const struct canvas *, const char *text);
/* The next cell of a text (base and marks; role and look as they are); returns its width, 0 at the end. */
int  canvas_cell(const struct canvas *, const char **text, struct cell *);
/* Put one cell; what is drawn of text ends here. Returns the column behind it. */
int  canvas_put_cell(struct area, int x, int y, const struct cell *);

/* All that draw text return the column behind it, so that calls can be chained. A wide character that
 * would be cut in half becomes a space. What lies behind a cell (its ground) stays as it is. */
int  canvas_put(struct area, int x, int y, unsigned ink, const char *text);
int  canvas_print(struct area, int x, int y, unsigned ink, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
int  canvas_glyph(struct area, int x, int y, unsigned ink, enum glyph);
/* In width cells, cut with an ellipsis; what is left of the width is not touched. Returns x + width. */
int  canvas_fit(struct area, int x, int y, int width, unsigned ink, const char *text);
int  canvas_right(struct area, int x, int y, int width, unsigned ink, const char *text);
int  canvas_center(struct area, int x, int y, int width, unsigned ink, const char *text);

void canvas_blank(struct area);
void canvas_ground(struct area, enum role ground);              /* put it behind what is drawn, and will be */
void canvas_rule(struct area, int x, int y, int width, unsigned ink);   /* ─── */
void canvas_pole(struct area, int x, int y, int height, unsigned ink);  /* │ downwards */
/* A gauge, part of whole: ━━━━━─── */
int  canvas_bar(struct area, int x, int y, int width, unsigned ink, long part, long whole);

/* The frame around a panel. A viewer who sees no colour sees [1] for 1 where the focus is. */
struct frame {
	const char *title, *note;       /* upper left; upper right, or NULL */
	char key;                       /* that leads here, or 0 */
	bool focus, square;
	bool past;                      /* what is shown is past: its upper line is doubled */
};
struct area canvas_box(struct area, const struct frame *);      /* returns the room within */
struct area canvas_head(struct area, const struct frame *);     /* the upper line only; the room below */

/* A paragraph: words wrapped, Chinese and Japanese broken anywhere but before closing or after opening
 * punctuation; \n ends a line; further lines are indented. Returns the lines needed; those that find
 * no room are not drawn, and the last one then ends in an ellipsis. */
struct span { unsigned ink; const char *text; };
int  canvas_wrap(struct area, int y, int indent, const struct span *, int count);
int  canvas_wrap_lines(const struct canvas *, int width, int indent, const struct span *, int count);

const char *glyph_text(bool ascii, enum glyph);
#endif
