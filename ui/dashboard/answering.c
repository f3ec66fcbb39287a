/* A key of which nothing is to be seen says why. Whether anything is, the pictures decide, without what is said: the one before the key, and
 * the one after it. So this holds for every key in every state, also for those that nobody has thought of. */
#include <stdlib.h>
#include <string.h>
#include "ui/dashboard/inside.h"

/* Where the run is shown as lines, pictures of this size. */
enum { WIDTH = 160, HEIGHT = 50 };

/* What it does is seen elsewhere than in the picture, or it has said something itself. */
static bool is_seen_elsewhere(enum wish_kind kind)
{
	return kind == WISH_THEME || kind == WISH_MOUSE || kind == WISH_COPY || kind == WISH_QUIT || kind == WISH_LEAVE;
}

void note_pressed(struct dashboard *d, int press, struct wish wish)
{
	if (wish.kind == WISH_REDRAW)   /* what was said stays */
		return;
	d->several |= d->pressed != PRESS_NONE && d->pressed != press;
	d->pressed = press;
	d->wishes |= wish.kind != WISH_NOTHING && wish.kind != WISH_RESTART;
	d->seen_elsewhere |= is_seen_elsewhere(wish.kind) || (d->lines && digit_of(press) >= 0);        /* there the panel is printed */
}

/* What it asked for is still to come. */
static bool is_at_work(const struct dashboard *d)
{
	return d->until || d->awaited || d->awaits_change || d->show.repeats || (is_host(d) && is_playing(d)) || is_telling(d);
}

static bool is_same(const struct canvas *a, const struct canvas *b)
{
	size_t cells = (size_t)a->width * (size_t)a->height;

	return a->width == b->width && a->height == b->height && a->cursor_x == b->cursor_x && a->cursor_y == b->cursor_y &&
	       !memcmp(a->cell, b->cell, cells * sizeof *a->cell);
}

static void keep(struct canvas *to, const struct canvas *from)
{
	if (to->width != from->width || to->height != from->height)
		canvas_resize(to, from->width, from->height);
	memcpy(to->cell, from->cell, (size_t)from->width * (size_t)from->height * sizeof *to->cell);
	to->cursor_x = from->cursor_x;
	to->cursor_y = from->cursor_y;
}

void draw_answer(struct dashboard *d)
{
	struct show *s = &d->show;
	struct text said = s->notice;
	bool one = d->pressed != PRESS_NONE && !d->several && !d->seen_elsewhere;

	if (d->lines && d->canvas.width != WIDTH)
		canvas_resize(&d->canvas, WIDTH, HEIGHT);
	s->notice = (struct text){ 0 };
	show_draw(&d->canvas, s);
	s->notice = said;
	if (one && !said.length && !(d->wishes && is_at_work(d)) && is_same(&d->canvas, &d->unsaid))
		note_unchanged(s, d->pressed);
	d->pressed = PRESS_NONE;
	d->several = d->seen_elsewhere = d->wishes = false;
	keep(&d->unsaid, &d->canvas);
	if (s->notice.length)
		show_draw(&d->canvas, s);
}
