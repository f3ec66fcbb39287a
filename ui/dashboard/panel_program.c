/* The program's text around the place of the selected process; everybody's place is told beside the line.
 * Below it, the selected process's own variables. */
#include <string.h>
#include "ui/dashboard/show.h"

enum { MARGIN = 7, PEOPLE = 3 };

/* Who stands at a line that is in sight. */
struct stop { int count; proc_id name[PEOPLE]; };
struct pane {
	struct area a;
	struct show *s;
	int first;                      /* the line on the first row */
	int indent;                     /* columns that all lines in sight have blank, and that are left out */
	const struct step *now, *done;  /* the selected one's next step; the step that was done last */
};

static bool has_place(const struct show *s, proc_id p)
{
	return who_is(s->y->world.shared, p)->life == LIFE_ALIVE;
}

static uint32_t line_of(const struct show *s, proc_id p)
{
	if (p == MAIN && s->g->default_main)    /* it stands nowhere in the text */
		return 0;
	return has_place(s, p) ? world_step_of(s->g, play_own(s->y, p))->place.line : 0;
}

/* ---- the text ---- */

static void line_text(const struct show *s, int line, struct text *t)
{
	const struct source *source = &s->g->source;
	uint32_t from = source->line[line - 1];
	uint32_t to = (uint32_t)line < source->lines ? source->line[line] : (uint32_t)source->length;

	text_clear(t);
	while (to > from && (source->text[to - 1] == '\n' || source->text[to - 1] == '\r'))
		to--;
	text_add(t, source->text + from, to - from);
}

static int blanks(const char *text)
{
	return (int)strspn(text, " ");
}

static int common_indent(const struct pane *p)
{
	struct text t = { 0 };
	int least = 100;

	for (int y = 0; y < p->a.height && p->first + y <= (int)p->s->g->source.lines; y++) {
		line_text(p->s, p->first + y, &t);
		if (t.length && blanks(t.at) < least && blanks(t.at) < (int)t.length)
			least = blanks(t.at);
	}
	text_free(&t);
	return least == 100 ? 0 : least;
}

/* The step as it stands on its line: the table knows where it begins; its text, where it ends. */
static size_t step_length(const struct step *step, const char *line)
{
	size_t length = strlen(step->text);

	if (strncmp(line + step->place.column - 1, step->text, length))
		length = step->place.length;
	return length;
}

static void put_text(struct strip *t, const char *line, const struct step *step, unsigned ink)
{
	size_t all = strlen(line), from = step ? step->place.column - 1 : all, length = 0;

	if (step && from < all)
		length = step_length(step, line);
	if (from + length > all)
		from = all, length = 0;
	strip_ink(t, ink);
	text_add(&t->text, line, from);
	strip_ink(t, ROLE_ACCENT | LOOK_BOLD | LOOK_UNDERLINE);
	text_add(&t->text, line + from, length);
	strip_ink(t, ink);
	text_add(&t->text, line + from + length, all - from - length);
}

/* ---- who is where ---- */

static void note_people(struct pane *p, struct stop *stops)
{
	for (proc_id w = MAIN; w < p->s->g->processes; w++) {
		int row = (int)line_of(p->s, w) - p->first;
		struct stop *stop;
		if (row < 0 || row >= p->a.height || !line_of(p->s, w))
			continue;
		stop = &stops[row];
		int at = stop->count < PEOPLE ? stop->count : PEOPLE - 1;
		if (w == p->s->selected) {      /* always among those who are named, the first of them */
			stop->name[at] = stop->name[0];
			stop->name[0] = w;
		} else if (stop->count < PEOPLE) {
			stop->name[at] = w;
		}
		stop->count++;
	}
}

static void put_people(struct strip *t, const struct pane *p, const struct stop *stop)
{
	int most = p->a.width < 60 ? 1 : PEOPLE;

	strip_put(t, ROLE_TEXT, "  ");
	strip_glyph(t, p->a.canvas, ROLE_BORDER, GLYPH_FROM);
	for (int i = 0; i < stop->count && i < most; i++) {
		proc_id w = stop->name[i];
		unsigned ink = shown_as(shown_state(p->s, w))->role;
		strip_put(t, ink & ~LOOK_BOLD, i ? ", " : " ");
		strip_put(t, w == p->s->selected ? ink | LOOK_BOLD : ink, title_of(p->s->g, w));
	}
	if (stop->count > most)
		strip_print(t, ROLE_FAINT, " +%d", stop->count - most);
}

static void draw_margin(const struct pane *p, int y, int line, const struct stop *stop)
{
	bool here = p->now && p->now->place.line == (uint32_t)line;
	bool past = p->done && p->done->place.line == (uint32_t)line;

	if (past)
		canvas_glyph(p->a, 0, y, ROLE_MARK, GLYPH_PAST);
	if (here)
		canvas_glyph(p->a, 1, y, ROLE_ACCENT | LOOK_BOLD, GLYPH_HERE);
	else if (stop->count)
		canvas_glyph(p->a, 1, y, ROLE_FAINT, GLYPH_BULLET);
	canvas_print(p->a, 2, y, here ? ROLE_ACCENT : ROLE_NUMBER, "%4d", line);
}

/* Columns of a long line that are left out so that the step at hand is in sight. */
static int shift_for(const struct pane *p, const char *line, int width)
{
	struct text part = { 0 };
	const struct step *step = p->now;
	size_t from = step->place.column - 1, all = strlen(line), end;
	int begin, behind;

	if (from >= all)
		return 0;
	end = from + step_length(step, line);
	text_add(&part, line, from);
	begin = canvas_cells(p->a.canvas, text_is(&part)) - p->indent;
	text_add(&part, line + from, (end < all ? end : all) - from);
	behind = canvas_cells(p->a.canvas, text_is(&part)) - p->indent;
	text_free(&part);
	if (behind < width)
		return 0;
	return behind - width + 2 < begin - 1 ? behind - width + 2 : begin > 1 ? begin - 1 : 0;
}

/* The text gets what the names leave, and the names not more than half. */
static void draw_line(const struct pane *p, int y, const struct stop *stop, struct text *line)
{
	struct strip text = { 0 }, people = { 0 };
	int number = p->first + y, width = p->a.width - MARGIN, names = 0, cells, shift;
	bool here = p->now && p->now->place.line == (uint32_t)number;

	line_text(p->s, number, line);
	draw_margin(p, y, number, stop);
	put_text(&text, text_is(line), here ? p->now : NULL, stop->count ? ROLE_CODE : ROLE_FAINT);
	if (stop->count)
		put_people(&people, p, stop);
	names = strip_cells(&people, p->a.canvas);
	names = names > width / 2 ? width / 2 : names;
	width -= names;
	shift = here ? shift_for(p, text_is(line), width) : 0;
	cells = strip_cells(&text, p->a.canvas) - p->indent - shift;
	cells = cells > width ? width : cells;
	shift += p->indent;
	strip_draw(&text, area_part(p->a, MARGIN, 0, width, AREA_REST), -shift, y, width + shift);
	if (shift > p->indent)
		canvas_glyph(p->a, MARGIN, y, ROLE_FAINT, GLYPH_ELLIPSIS);
	strip_draw(&people, p->a, MARGIN + cells, y, names);
	strip_free(&text);
	strip_free(&people);
}

/* ---- private variables ---- */

static void put_note(const struct show *s, struct strip *t, const struct step *step)
{
	value v;

	if (!step || !step->note)
		return;
	v = world_peek(s->g, s->y->world.shared, play_own(s->y, s->selected), s->selected, step->note, s->y->scratch);
	if (v == VALUE_UNSET)
		return;
	strip_put(t, ROLE_VOICE, "  ");
	put_value(s, &t->text, v);
}

/* The last row: what only this process knows. Returns the rows used. */
static int draw_private(struct area a, struct show *s, const struct step *now)
{
	struct strip t = { 0 };
	int used = 0;

	if (!has_place(s, s->selected) || a.height < 4)
		return 0;
	put_privates(s, &t, s->selected);
	if (t.text.length) {
		int x = canvas_put(a, 1, a.height - 1, ROLE_ACCENT, title_of(s->g, s->selected));
		strip_draw(&t, a, x, a.height - 1, a.width - x);
		used = 1;
	}
	strip_clear(&t);
	put_note(s, &t, now);
	if (t.text.length) {
		strip_draw(&t, a, 0, a.height - 1 - used, a.width);
		used++;
	}
	strip_free(&t);
	return used;
}

/* ---- the panel ---- */

/* Where the selected process is; where it has no place in the text: where it was last, or would begin. */
static int middle(const struct show *s, const struct step *now)
{
	const struct group *g = &s->g->group[s->g->process[s->selected].group];

	if (now && now->place.line)
		return (int)now->place.line;
	if (s->v->step[s->selected])
		return (int)s->g->step[s->v->step[s->selected]].place.line;
	if (g->place.line)
		return (int)g->place.line;
	return (int)s->g->function[g->function].place.line;
}

static void draw(struct area a, struct show *s)
{
	bool placed = has_place(s, s->selected);
	const struct step *now = placed ? world_step_of(s->g, play_own(s->y, s->selected)) : NULL;
	int below = draw_private(a, s, now), lines = (int)s->g->source.lines, usual;
	struct pane p = { .s = s, .a = area_part(a, 0, 0, AREA_REST, a.height - below - (below && a.height > 8)) };
	struct stop stops[200] = { { 0 } };
	struct text line = { 0 };

	if (p.a.height > 200)
		p.a.height = 200;
	p.now = now && now->place.line ? now : NULL;
	p.done = s->v->n && s->g->step[s->v->last_step].place.line ? &s->g->step[s->v->last_step] : NULL;
	usual = scrolled(middle(s, now) - 1 - p.a.height / 2, -1, lines, p.a.height) + 1;
	p.first = scrolled(usual - 1 + s->top[PANEL_PROGRAM], -1, lines, p.a.height) + 1;
	s->top[PANEL_PROGRAM] = p.first - usual;        /* no farther than there are lines */
	p.indent = a.width < 100 ? common_indent(&p) : 0;
	note_people(&p, stops);
	for (int y = 0; y < p.a.height && p.first + y <= lines; y++)
		draw_line(&p, y, &stops[y], &line);
	text_free(&line);
	if (s->focus == PANEL_PROGRAM) {
		s->page = p.a.height;
		area_cursor(a, 1, p.now ? (int)p.now->place.line - p.first : 0);
	}
}

static int wish(const struct show *s, int width)
{
	(void)width;
	return (int)s->g->source.lines + 2;
}

static void note(const struct show *s, const struct canvas *c, struct text *t)
{
	(void)c;
	text_put(t, title_of(s->g, s->selected));
}

const struct panel panel_program = { WORD_PROGRAM, '3', draw, wish, note, NULL };
