/* The processes: state, place, what each holds and waits for. */
#include <string.h>
#include "ui/dashboard/show.h"

enum { GUTTER = 3, STATE_WIDTH = 13, GAP = 2 };

/* words: there is room for them where else a sign must do. */
struct columns {
	int name, pid, state, cpu, at, holds, waits;
	int name_width, at_width, holds_width, waits_width;
	bool words;
};

static int rows_of(const struct show *s)
{
	return (int)s->g->processes - 1;
}

static int longest_name(const struct show *s, const struct canvas *c)
{
	int longest = 4;

	for (proc_id p = MAIN; p < s->g->processes; p++) {
		int cells = canvas_cells(c, title_of(s->g, p));
		longest = cells > longest ? cells : longest;
	}
	return longest;
}

static int longest_object(const struct show *s, const struct canvas *c)
{
	int longest = 5;

	for (uint32_t o = 1; o < s->g->objects; o++) {
		int cells = canvas_cells(c, s->g->object[o].name);
		longest = cells > longest ? cells : longest;
	}
	return longest;
}

static int between(int least, int n, int most)
{
	return n < least ? least : n > most ? most : n;
}

/* Widths depend on the program and the room only: columns that move with every step could not be read.
 * What is waited for gets its room first; where a process is, the program's panel shows too. */
static struct columns columns_for(const struct area a, const struct show *s)
{
	struct columns c = { .name = GUTTER };
	bool roomy = a.width >= 100, cpus = s->y->settings.cpus > 1 || roomy;
	int name = longest_name(s, a.canvas), object = longest_object(s, a.canvas), x, rest, most;

	c.name_width = between(4, name, a.width / 6 + 1);    /* pool.callbacks, on 80 */
	x = c.name + c.name_width + GAP;
	c.pid = a.width >= 70 ? x : -1;
	x += c.pid < 0 ? 0 : 6 + (roomy ? GAP : 1);
	c.state = x;
	x += STATE_WIDTH + (roomy ? 1 : 0);
	c.cpu = cpus ? x : -1;
	x += cpus ? 3 + GAP : 0;
	c.at = x;
	rest = a.width - x - 2 * GAP;
	c.holds_width = between(5, object + (roomy ? 6 : 0), rest / 4);
	most = roomy ? rest / 2 : rest * 9 / 20;
	c.words = object + name + 11 <= most;
	c.waits_width = between(rest / 3, object + name + 11, most);
	c.at_width = rest - c.holds_width - c.waits_width;
	c.holds = c.at + c.at_width + GAP;
	c.waits = c.holds + c.holds_width + GAP;
	return c;
}

static void draw_heading(struct area a, const struct show *s, const struct columns *c)
{
	canvas_fit(a, c->name, 0, c->name_width + 1, ROLE_HEADING, say(s, WORD_NAME));
	if (c->pid >= 0)
		canvas_right(a, c->pid, 0, 6, ROLE_HEADING, say(s, WORD_PID));
	canvas_fit(a, c->state + 2, 0, STATE_WIDTH, ROLE_HEADING, say(s, WORD_STATE));
	if (c->cpu >= 0)
		canvas_put(a, c->cpu, 0, ROLE_HEADING, say(s, WORD_CPU));
	canvas_fit(a, c->at, 0, c->at_width, ROLE_HEADING, say(s, WORD_AT));
	canvas_fit(a, c->holds, 0, c->holds_width, ROLE_HEADING, say(s, WORD_HOLDS));
	canvas_fit(a, c->waits, 0, c->waits_width, ROLE_HEADING, say(s, WORD_WAITS_FOR));
}

static void how_it_ended(const struct show *s, struct strip *t, proc_id p)
{
	int32_t code = (int32_t)who_is(s->y->world.shared, p)->code;
	unsigned ink = code ? ROLE_WARNING : ROLE_ENDED;

	if (code < 0)
		strip_print(t, ink, "%s %d", say(s, WORD_KILLED_BY), -code);
	else
		strip_print(t, ink, "%s %d", say(s, WORD_EXIT_CODE), code);
}

/* The step it is about to do: "19 tickets = n - 1". */
static void where_it_is(const struct show *s, struct strip *t, proc_id p)
{
	const struct step *step = world_step_of(s->g, play_own(s->y, p));

	if (step->place.line)
		strip_print(t, ROLE_NUMBER, "%3u ", step->place.line);
	else if (s->y->g->code[((struct own *)play_own(s->y, p))->pc].op != OP_FINISH)
		strip_put(t, ROLE_NUMBER, "    ");
	else {
		strip_print(t, ROLE_FAINT, "    %s", say(s, WORD_THE_END));
		return;
	}
	strip_put(t, ROLE_CODE, step->text);
}

static void draw_stopped(struct area a, int x, int y, const struct show *s)
{
	x = canvas_print(a, x, y, ROLE_STOPPED | LOOK_BOLD, "%c ", mark_rows[MARK_STOPPED].letter);
	canvas_fit(a, x, y, STATE_WIDTH - 5, ROLE_STOPPED, mark_word(s, MARK_STOPPED));
}

static void draw_state(struct area a, int y, const struct show *s, const struct columns *c, proc_id p)
{
	uint8_t state = shown_state(s, p);
	const struct shown *look = shown_as(state);
	int x = canvas_print(a, c->state, y, look->role | LOOK_BOLD, "%c ", look->letter);

	if (is_stopped(s, p))           /* what it is beside that; its letter stays */
		draw_stopped(a, x, y, s);
	else
		canvas_fit(a, x, y, STATE_WIDTH - 3, look->role, shown_word(s, state));
	if (c->cpu >= 0 && s->y->actor[p].cpu)
		canvas_print(a, c->cpu, y, ROLE_RUNNING, "%2u", s->y->actor[p].cpu);
}

static void draw_marks(struct area a, int y, const struct show *s, proc_id p)
{
	if (p == s->v->last)
		canvas_glyph(a, 0, y, ROLE_MARK, GLYPH_BULLET);
	if (p == s->selected) {
		canvas_ground(area_part(a, 0, y, AREA_REST, 1), ROLE_SELECTED);
		canvas_glyph(a, 1, y, ROLE_ACCENT, GLYPH_HERE);
		area_cursor(a, 1, y);
	}
}

static void draw_row(struct area a, int y, const struct show *s, const struct columns *c, proc_id p)
{
	struct strip t = { 0 }, held = { 0 };
	uint8_t state = shown_state(s, p);
	unsigned faint = state == STATE_NEW || state == STATE_TERMINATED ? ROLE_ENDED : ROLE_TEXT;

	canvas_fit(a, c->name, y, c->name_width, p == s->selected ? faint | LOOK_BOLD : faint, title_of(s->g, p));
	if (state != STATE_NEW && c->pid >= 0)
		canvas_print(a, c->pid, y, ROLE_FAINT, "%6u", who_is(s->y->world.shared, p)->pid);
	draw_state(a, y, s, c, p);
	if (has_ended(s, p))
		how_it_ended(s, &t, p);
	else if (state != STATE_NEW)
		where_it_is(s, &t, p);
	strip_ink(&held, has_ended(s, p) ? ROLE_ERROR : ROLE_ACCENT);
	put_held(s, &held.text, p);
	/* How it ended may take the room of what it neither holds nor waits for. */
	strip_draw(&t, a, c->at, y, has_ended(s, p) && !held.text.length ? a.width - c->at : c->at_width);
	strip_draw(&held, a, c->holds, y, c->holds_width);
	strip_clear(&t);
	put_wait(s, a.canvas, &t, p, c->words, c->waits_width);
	strip_draw(&t, a, c->waits, y, c->waits_width);
	strip_free(&t);
	strip_free(&held);
	draw_marks(a, y, s, p);
}

static void draw(struct area a, struct show *s)
{
	struct columns c = columns_for(a, s);
	int rows = rows_of(s), height = a.height - 1;
	bool more = height > 0 && rows > height;
	int list = more ? height - 1 : height;

	if (s->focus == PANEL_PROCESSES)
		s->page = list;
	s->top[PANEL_PROCESSES] = scrolled(s->top[PANEL_PROCESSES], (int)s->selected - 1, rows, list);
	draw_heading(a, s, &c);
	for (int i = 0; i < list && i < rows; i++)
		draw_row(a, i + 1, s, &c, (proc_id)(s->top[PANEL_PROCESSES] + i + 1));
	if (more) {
		bool below = s->top[PANEL_PROCESSES] + list < rows;
		int x = canvas_glyph(a, GUTTER, height, ROLE_FAINT, below ? GLYPH_DOWN : GLYPH_UP);
		canvas_print(a, x + 1, height, ROLE_FAINT, "+%d %s", rows - list, say(s, WORD_MORE));
	}
}

static int wish(const struct show *s, int width)
{
	(void)width;
	return rows_of(s) + 1;
}

static void note(const struct show *s, const struct canvas *c, struct text *t)
{
	(void)c;
	for (size_t i = 0; i < SHOWN_COUNT; i++)
		if (s->count[shown_order[i]])
			text_print(t, "%s%d %s", t->length ? "  " : "", s->count[shown_order[i]], shown_word(s, shown_order[i]));
	if (s->stopped)
		text_print(t, "%s%d %s", t->length ? "  " : "", s->stopped, mark_word(s, MARK_STOPPED));
}

const struct panel panel_processes = { WORD_PROCESSES, '1', draw, wish, note, NULL };
