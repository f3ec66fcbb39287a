/* One screen of a run, without a terminal: the model plays, the canvas is written. */
#include <string.h>
#include "ui/dashboard/canvas_write.h"
#include "ui/dashboard/card.h"
#include "ui/dashboard/dashboard.h"
#include "ui/dashboard/predict.h"
#include "ui/dashboard/show.h"

enum { PALETTE = 256 };

/* The title comes from a file: nothing in it may act on what shows the picture, nor be what XML does not allow. */
static void write_svg(const struct canvas *c, const struct theme *theme, const struct show *s, struct text *out)
{
	const char *given = s->g->title ? s->g->title : s->g->name;
	struct text title = { 0 };

	text_shown(&title, given, strlen(given));
	canvas_svg(c, theme, s->zh ? "zh-CN" : "en", text_is(&title), NULL, out);
	text_free(&title);
}

static void write_canvas(const struct canvas *c, const struct show *s, const char *format, struct text *out)
{
	struct theme theme;

	theme_make(&theme, s->theme, PALETTE);
	if (!strcmp(format, "svg"))
		write_svg(c, &theme, s, out);
	else if (!strcmp(format, "ansi"))
		canvas_ansi(c, &theme, out);
	else
		canvas_text(c, out);
}

/* What is drawn after so many actions. false: it was given up before. */
struct drawing { struct view *v; struct play *y; struct show s; };

/* No process can move any more, now or later. */
static bool is_stuck(const struct play *y)
{
	struct ahead a = { 0 };
	bool stuck = !ahead_of_now(&a, y, (struct choice){ 0 }) && a.play->at->verdict;

	ahead_end(&a);
	return stuck;
}

static bool draw_at(struct drawing *d, const struct program *g, const struct settings *settings, const struct dashboard_options *o, uint64_t steps,
                    struct canvas *canvas)
{
	bool gives_up = false;
	int theme = o->theme ? theme_find(o->theme) : THEME_AUTO;

	d->v = view_new(g, is_chinese(o->language), o->also);
	d->v->waits = true;
	d->y = play_new(g, settings, NULL, view_listener(d->v));
	d->y->watched = true;
	while (d->y->at->steps < steps && !gives_up && play_step(d->y))
		gives_up = o->gives_up && o->gives_up();
	if (!gives_up && !d->y->at->verdict && is_stuck(d->y))
		play_step(d->y);        /* which only finds that out */
	show_init(&d->s, g, is_chinese(o->language));
	d->s.theme = theme >= 0 ? (enum theme_id)theme : THEME_AUTO;
	d->s.speed = o->speed;
	d->s.model = o->model;
	d->s.type = &o->type;
	show_begin(&d->s, d->y, d->v);
	d->s.no_return = d->v->late.known ? d->v->late.after : 0;
	show_draw(canvas, &d->s);
	if (reads_writes(&d->s)) {      /* the run comes again, for what was written in it */
		d->s.writes = chronicle_new(g, settings, d->s.zh, (struct subject){ SUBJECT_WRITES, 0 }, d->y->at->steps);
		while (!chronicle_is_over(d->s.writes) && !gives_up) {
			chronicle_go_on(d->s.writes, 1);
			gives_up = o->gives_up && o->gives_up();
		}
		show_draw(canvas, &d->s);
	}
	return !gives_up;
}

static void end_drawing(struct drawing *d)
{
	play_stop(d->y, VERDICT_STOPPED);       /* the other listeners hear that it is over */
	chronicle_free(d->s.writes);
	show_free(&d->s);
	play_free(d->y);
	view_free(d->v);
}

/* format may also be "ascii": text in which only ASCII occurs. */
bool dashboard_picture(const struct program *g, const struct settings *settings, const struct dashboard_options *o,
                       uint64_t steps, int columns, int lines, const char *format, struct text *out)
{
	struct drawing d;
	struct canvas canvas;

	canvas_init(&canvas, columns, lines, !strcmp(format, "ascii"));
	bool there = draw_at(&d, g, settings, o, steps, &canvas);
	write_canvas(&canvas, &d.s, format, out);
	end_drawing(&d);
	canvas_free(&canvas);
	return there;
}

void dashboard_preview(const struct program *g, const struct settings *settings, const struct dashboard_options *o, uint64_t steps,
                       struct canvas *canvas)
{
	struct drawing d;

	draw_at(&d, g, settings, o, steps, canvas);
	end_drawing(&d);
}
