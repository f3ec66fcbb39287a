/* The program, a step a line, around the place of the selected process; the places of all others stand beside the lines. Below it,
 * the selected process's own variables. */
#include <string.h>
#include "ui/dashboard/show.h"

enum { MARGIN = 7, PEOPLE = 3, MOST_ROWS = 200 };

/* Processes that stand at a line that is in sight. */
struct stop { int count; proc_id name[PEOPLE]; };
struct pane {
	struct area a;
	struct show *s;
	int first;                      /* the listing's row on the first row */
	int indent;                     /* that all rows in sight have, and that is left out */
	int now, done;                  /* where the selected one's next step is, and the step that was done last; -1: nowhere */
};

static bool has_place(const struct show *s, proc_id p)
{
	return who_is(s->y->world.shared, p)->life == LIFE_ALIVE;
}

/* The row of its next step; -1: it stands nowhere in the text. */
static int row_of_next(const struct show *s, proc_id p)
{
	if ((p == MAIN && s->g->default_main) || !has_place(s, p))
		return -1;
	return s->listing.of_step[world_next(s->g, play_own(s->y, p))->step];
}

static int common_indent(const struct pane *p)
{
	int least = 100;

	for (int y = 0; y < p->a.height && p->first + y < (int)p->s->listing.rows; y++)
		if (p->s->listing.row[p->first + y].indent < least)
			least = p->s->listing.row[p->first + y].indent;
	return least == 100 ? 0 : least;
}

/* ---- which process is where ---- */

static void note_people(struct pane *p, struct stop *stops)
{
	for (proc_id w = MAIN; w < p->s->g->processes; w++) {
		int row = row_of_next(p->s, w), y = row - p->first, at;
		struct stop *stop;
		if (row < 0 || y < 0 || y >= p->a.height)
			continue;
		stop = &stops[y];
		at = stop->count < PEOPLE ? stop->count : PEOPLE - 1;
		if (w == p->s->selected) {      /* always among those that are named, the first of them */
			stop->name[at] = stop->name[0];
			stop->name[0] = w;
		} else if (stop->count < PEOPLE) {
			stop->name[at] = w;
		}
		stop->count++;
	}
}

/* As many as fit into the room; the first one at least, if need be by its number. */
static void put_people(struct strip *t, const struct pane *p, const struct stop *stop, int room)
{
	const struct canvas *c = p->a.canvas;
	int named = stop->count < PEOPLE ? stop->count : PEOPLE;

	for (; named > 0; named--) {
		strip_clear(t);
		strip_put(t, ROLE_TEXT, "  ");
		strip_glyph(t, c, ROLE_BORDER, GLYPH_FROM);
		for (int i = 0; i < named; i++) {
			proc_id w = stop->name[i];
			unsigned ink = shown_as(shown_state(p->s, w))->role;
			int rest = room - strip_cells(t, c) - 1 - (stop->count > named ? 4 : 0);
			if (i)
				strip_comma(t, ink & ~LOOK_BOLD);
			else
				strip_put(t, ink & ~LOOK_BOLD, " ");
			strip_ink(t, w == p->s->selected ? ink | LOOK_BOLD : ink);
			if (named > 1)
				text_put(&t->text, title_of(p->s->g, w));
			else
				put_short(&t->text, c, title_of(p->s->g, w), rest > 4 ? rest : 4);
		}
		if (stop->count > named)
			strip_print(t, ROLE_FAINT, " +%d", stop->count - named);
		if (strip_cells(t, c) <= room)
			return;
	}
}

/* ---- a line ---- */

static void draw_margin(const struct pane *p, int y, const struct stop *stop)
{
	const struct listed *l = &p->s->listing.row[p->first + y];
	bool here = p->now == p->first + y, repeats = y && l[-1].line == l->line && !here;

	if (p->done == p->first + y)
		canvas_glyph(p->a, 0, y, ROLE_MARK, GLYPH_PAST);
	if (here)
		canvas_glyph(p->a, 1, y, ROLE_ACCENT | LOOK_BOLD, GLYPH_HERE);
	else if (stop->count)
		canvas_glyph(p->a, 1, y, ROLE_FAINT, GLYPH_BULLET);
	if (!repeats)                   /* what stands on one line of the file has its number once */
		canvas_print(p->a, 2, y, here ? ROLE_ACCENT : ROLE_NUMBER, "%4u", l->line);
}

/* The names get what the text leaves, but room for one of them at least. */
static void draw_line(const struct pane *p, int y, const struct stop *stop)
{
	enum { ONE_NAME = 14 };
	const struct listed *l = &p->s->listing.row[p->first + y];
	struct strip people = { 0 };
	bool here = p->now == p->first + y;
	int x = MARGIN + 2 * (l->indent - p->indent), width = p->a.width - x, cells = canvas_cells(p->a.canvas, l->text);
	int room = width - cells;

	draw_margin(p, y, stop);
	if (stop->count) {
		int most = ONE_NAME < width / 2 ? ONE_NAME : width / 2;
		put_people(&people, p, stop, room > most ? room : most);
		room = width - strip_cells(&people, p->a.canvas);
	} else {
		room = width;
	}
	cells = cells < room ? cells : room;
	canvas_fit(p->a, x, y, cells, here ? ROLE_ACCENT | LOOK_BOLD | LOOK_UNDERLINE : stop->count ? ROLE_CODE : ROLE_FAINT, l->text);
	strip_draw(&people, p->a, x + cells, y, width - cells);
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
static int middle(const struct show *s, int now)
{
	const struct group *g = &s->g->group[s->g->process[s->selected].group];

	if (now >= 0)
		return now;
	if (s->v->step[s->selected] && s->listing.of_step[s->v->step[s->selected]] >= 0)
		return s->listing.of_step[s->v->step[s->selected]];
	return listing_row(&s->listing, g->place.line ? g->place.line : s->g->function[g->function].place.line);
}

static void draw(struct area a, struct show *s)
{
	bool placed = has_place(s, s->selected);
	int below = draw_private(a, s, placed ? world_step_of(s->g, play_own(s->y, s->selected)) : NULL);
	int rows = (int)s->listing.rows, usual;
	struct pane p = { .s = s, .a = area_part(a, 0, 0, AREA_REST, a.height - below - (below && a.height > 8)) };
	struct stop stops[MOST_ROWS] = { { 0 } };

	if (p.a.height > MOST_ROWS)
		p.a.height = MOST_ROWS;
	p.now = row_of_next(s, s->selected);
	p.done = s->v->n ? s->listing.of_step[s->v->last_step] : -1;
	usual = scrolled(middle(s, p.now) - p.a.height / 2, -1, rows, p.a.height);
	p.first = scrolled(usual + s->top[PANEL_PROGRAM], -1, rows, p.a.height);
	s->top[PANEL_PROGRAM] = p.first - usual;        /* no farther than there are lines */
	p.indent = a.width < 100 ? common_indent(&p) : 0;
	note_people(&p, stops);
	for (int y = 0; y < p.a.height && p.first + y < rows; y++)
		draw_line(&p, y, &stops[y]);
	if (s->focus == PANEL_PROGRAM) {
		s->page = p.a.height;
		area_cursor(a, 1, p.now >= 0 ? p.now - p.first : 0);
	}
}

static int wish(const struct show *s, int width)
{
	(void)width;
	return (int)s->listing.rows + 2;
}

static void note(const struct show *s, const struct canvas *c, struct text *t)
{
	(void)c;
	text_put(t, title_of(s->g, s->selected));
}

const struct panel panel_program = { WORD_PROGRAM, '3', draw, wish, note, NULL };
