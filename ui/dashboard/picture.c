/* One screen of a run, without a terminal: the model plays, the canvas is written. */
#include <string.h>
#include "ui/dashboard/canvas_write.h"
#include "ui/dashboard/dashboard.h"
#include "ui/dashboard/show.h"

enum { PALETTE = 256 };

static void write_canvas(const struct canvas *c, const struct show *s, const char *format, struct text *out)
{
	struct theme theme;

	theme_make(&theme, s->theme, PALETTE);
	if (!strcmp(format, "svg"))
		canvas_svg(c, &theme, s->zh ? "zh-CN" : "en", s->g->title ? s->g->title : s->g->name, NULL, out);
	else if (!strcmp(format, "ansi"))
		canvas_ansi(c, &theme, out);
	else
		canvas_text(c, out);
}

/* format may also be "ascii": text in which only ASCII occurs. */
bool dashboard_picture(const struct program *g, const struct settings *settings, const struct dashboard_options *o,
                       uint64_t steps, int columns, int lines, const char *format, struct text *out)
{
	struct view *v = view_new(g, is_chinese(o->language), o->also);
	struct play *y = play_new(g, settings, NULL, view_listener(v));
	struct canvas canvas;
	struct show s;
	int theme = o->theme ? theme_find(o->theme) : THEME_AUTO;

	bool gives_up = false;
	y->watched = true;
	while (y->at->steps < steps && !gives_up && play_step(y))
		gives_up = o->gives_up && o->gives_up();
	show_init(&s, g, is_chinese(o->language));
	s.theme = theme >= 0 ? (enum theme_id)theme : THEME_AUTO;
	s.speed = o->speed;
	s.model = o->model;
	s.type = &o->type;
	show_begin(&s, y, v);
	canvas_init(&canvas, columns, lines, !strcmp(format, "ascii"));
	show_draw(&canvas, &s);
	write_canvas(&canvas, &s, format, out);
	play_stop(y, VERDICT_STOPPED);          /* the other listeners hear that it is over */
	canvas_free(&canvas);
	show_free(&s);
	play_free(y);
	view_free(v);
	return !gives_up;
}
