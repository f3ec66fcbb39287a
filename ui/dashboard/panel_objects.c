/* What the processes share: objects with who holds them and who waits, variables, and what is expected. */
#include <string.h>
#include "ui/dashboard/show.h"

enum { KIND_WIDTH = 10, GAP = 2 };

/* The rows are made one after the other; those in sight are drawn. */
struct pen { struct area a; struct show *s; int name_width, row, top; struct strip main, rest; };

static void next_row(struct pen *p, const struct strip *t, int x)
{
	int y = p->row++ - p->top;

	if (y >= 0 && y < p->a.height)
		strip_draw(t, p->a, x, y, p->a.width - x);
}

/* What is said of an object: on one row, or on two if there is not room enough. */
static void put_row(struct pen *p, const char *kind, const char *name, unsigned ink)
{
	int x = 1 + KIND_WIDTH, body = x + p->name_width + GAP, y = p->row - p->top;
	int needed = strip_cells(&p->main, p->a.canvas), rest = strip_cells(&p->rest, p->a.canvas);

	if (y >= 0 && y < p->a.height) {
		canvas_fit(p->a, 1, y, KIND_WIDTH - 1, ROLE_FAINT, kind);
		canvas_fit(p->a, x, y, p->name_width, ink, name);
	}
	if (rest && body + needed + 3 + rest <= p->a.width && y >= 0 && y < p->a.height)
		strip_draw(&p->rest, p->a, body + needed + 3, y, rest);
	next_row(p, &p->main, body);
	if (rest && body + needed + 3 + rest > p->a.width)
		next_row(p, &p->rest, p->a.width < 60 ? 3 : body);
	strip_clear(&p->main);
	strip_clear(&p->rest);
}

/* ---- who waits ---- */

static bool acts_with(const struct show *s, proc_id p, int op)
{
	return op < 0 || world_next(s->g, play_own(s->y, p))->op == op;
}

/* Those in front of an object that want to do op (-1: anything). */
static void put_waiters(struct pen *p, uint32_t o, enum word what, int op)
{
	struct show *s = p->s;
	proc_id name[NAMED + 1];
	int count = 0;

	for (proc_id w = s->waiter[o]; w; w = s->next[w])
		if (acts_with(s, w, op)) {
			if (count < NAMED + 1)
				name[count] = w;
			count++;
		}
	if (!count)
		return;
	strip_print(&p->rest, ROLE_BLOCKED, "%s%s: ", p->rest.text.length ? "  " : "", say(s, what));
	put_names(&p->rest.text, s->g, name, count == NAMED + 1 ? count : NAMED, count);
}

/* ---- kinds of objects ---- */

typedef void kind_function(struct pen *, uint32_t object, const struct object *, const void *cells);

static enum word line_word(const struct object *o)
{
	return o->lined && o->in_order ? WORD_LINE : WORD_WAITING;
}

static void put_holder(struct pen *p, proc_id who, const char *between)
{
	bool dead = has_ended(p->s, who);

	if (dead)
		strip_print(&p->main, ROLE_ERROR, "%s%s %s", between, say(p->s, WORD_DEAD), title_of(p->s->g, who));
	else
		strip_print(&p->main, ROLE_ACCENT, "%s%s", between, title_of(p->s->g, who));
}

static void lock_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	const struct lock_cells *l = cells;

	if (l->owner) {
		strip_glyph(&p->main, p->a.canvas, ROLE_ACCENT, GLYPH_LOCKED);
		put_holder(p, l->owner, " ");
		if (l->depth > 1)
			strip_print(&p->main, ROLE_FAINT, " x%u", l->depth);
	} else {
		strip_glyph(&p->main, p->a.canvas, ROLE_FAINT, GLYPH_OPEN);
		strip_print(&p->main, ROLE_FAINT, " %s", say(p->s, WORD_FREE));
	}
	put_waiters(p, o, line_word(row), -1);
}

static void put_units(struct pen *p, int64_t taken, int64_t total)
{
	enum { MOST = 12 };

	for (int64_t i = 0; i < total && total <= MOST; i++)
		strip_glyph(&p->main, p->a.canvas, i < taken ? ROLE_ACCENT : ROLE_FAINT, i < taken ? GLYPH_TAKEN : GLYPH_FREE);
	if (total && total <= MOST)
		strip_put(&p->main, ROLE_TEXT, "  ");
}

static void semaphore_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	int64_t left = ((const struct semaphore_cells *)cells)->units, total = left > row->size ? left : row->size;
	int shown = 0, count = 0;

	put_units(p, total - left, total);
	strip_print(&p->main, left ? ROLE_TEXT : ROLE_WARNING, "%lld %s %lld %s", (long long)left, say(p->s, WORD_OF),
	            (long long)total, say(p->s, WORD_FREE));
	for (int i = view_unit(p->s->v, -1, o); i >= 0; i = view_unit(p->s->v, i, o))
		if (count++ < NAMED) {
			if (!shown++)
				strip_print(&p->main, ROLE_FAINT, "  %s ", say(p->s, WORD_HELD_BY));
			put_holder(p, p->s->v->unit[i].who, shown > 1 ? ", " : "");
		}
	if (count > shown)
		strip_print(&p->main, ROLE_FAINT, " +%d", count - shown);
	put_waiters(p, o, line_word(row), -1);
}

static void event_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	bool set = ((const struct event_cells *)cells)->flag;

	(void)row;
	strip_glyph(&p->main, p->a.canvas, set ? ROLE_GOOD : ROLE_FAINT, set ? GLYPH_TAKEN : GLYPH_FREE);
	strip_print(&p->main, set ? ROLE_GOOD : ROLE_TEXT, " %s", say(p->s, set ? WORD_SET : WORD_CLEAR));
	put_waiters(p, o, WORD_WAITING, -1);
}

static void put_items(struct pen *p, const struct object *row, const struct queue_cells *q)
{
	enum { MOST = 12 };

	for (uint32_t i = 0; i < q->count && i < MOST; i++) {
		if (i) {
			strip_put(&p->main, ROLE_FAINT, " ");
			strip_glyph(&p->main, p->a.canvas, ROLE_FAINT, GLYPH_POLE);
			strip_put(&p->main, ROLE_FAINT, " ");
		}
		strip_ink(&p->main, ROLE_VOICE);
		program_value(p->s->g, q->item[(q->head + i) % row->room], &p->main.text);
	}
	if (q->count > MOST)
		strip_print(&p->main, ROLE_FAINT, " +%u", q->count - MOST);
	if (!q->count)
		strip_put(&p->main, ROLE_FAINT, say(p->s, WORD_EMPTY));
}

static void queue_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	const struct queue_cells *q = cells;

	if (row->size) {
		put_units(p, q->count, row->size);
		strip_print(&p->main, q->count == row->size ? ROLE_WARNING : ROLE_TEXT, "%u %s %lld  ", q->count,
		            say(p->s, WORD_OF), (long long)row->size);
	} else {
		strip_print(&p->main, ROLE_TEXT, "%u  ", q->count);
	}
	put_items(p, row, q);
	if (row->joinable)
		strip_print(&p->rest, ROLE_FAINT, "%s %u", say(p->s, WORD_UNFINISHED), q->unfinished);
	put_waiters(p, o, WORD_GETTING, OP_GET);
	put_waiters(p, o, WORD_PUTTING, OP_PUT);
	put_waiters(p, o, WORD_JOINING, OP_JOIN);
}

static kind_function *const kinds[KIND_COUNT] = {
	[KIND_LOCK] = lock_row, [KIND_RLOCK] = lock_row, [KIND_SEMAPHORE] = semaphore_row, [KIND_EVENT] = event_row,
	[KIND_QUEUE] = queue_row,
};

/* ---- variables, expectations ---- */

static void variable_row(struct pen *p, uint32_t i)
{
	struct show *s = p->s;
	const struct remembered *m = &s->v->variable[i];
	bool fresh = m->n && m->n == s->v->n;

	strip_ink(&p->main, fresh ? ROLE_CHANGED : ROLE_TITLE);
	if (fresh)
		text_put(&p->main.text, " ");
	put_value(s, &p->main.text, world_variable(s->g, s->y->world.shared, i));
	if (fresh)
		text_put(&p->main.text, " ");
	if (m->n) {
		strip_print(&p->main, ROLE_OLD, "  %s ", say(s, WORD_WAS));
		put_value(s, &p->main.text, m->old);
		strip_print(&p->main, ROLE_FAINT, ", %s %s", say(s, WORD_BY), title_of(s->g, m->by));
	}
	put_row(p, say(s, WORD_VARIABLE), s->g->shared[i].name, fresh ? ROLE_TITLE : ROLE_TEXT);
}

/* An expectation that one run can judge. */
static bool is_judged(const struct expect *e)
{
	return e->kind == EXPECT_ALWAYS || e->kind == EXPECT_FINALLY;
}

static void expect_row(struct pen *p, uint32_t i)
{
	const struct expect *e = &p->s->g->expect[i];
	bool broken = p->s->y->violated[i];
	bool open = e->kind == EXPECT_FINALLY && !broken && p->s->y->verdict != VERDICT_OK;
	unsigned ink = broken ? ROLE_ERROR : open ? ROLE_FAINT : ROLE_GOOD;
	int y = p->row - p->top;

	if (y >= 0 && y < p->a.height)
		canvas_fit(p->a, 1, y, KIND_WIDTH - 1, ROLE_FAINT, say(p->s, WORD_EXPECTED));
	strip_glyph(&p->main, p->a.canvas, ink, broken ? GLYPH_CROSS : open ? GLYPH_UNKNOWN : GLYPH_CHECK);
	strip_print(&p->main, broken ? ROLE_ERROR : ROLE_TEXT, " %s", e->name);
	next_row(p, &p->main, 1 + KIND_WIDTH);
	strip_clear(&p->main);
}

/* ---- the panel ---- */

static int name_width(const struct show *s, const struct canvas *c, int limit)
{
	int longest = 4;

	for (uint32_t o = 1; o < s->g->objects; o++) {
		int cells = canvas_cells(c, s->g->object[o].name);
		longest = cells > longest ? cells : longest;
	}
	for (uint32_t i = 0; i < s->g->shareds; i++) {
		int cells = canvas_cells(c, s->g->shared[i].name);
		longest = cells > longest ? cells : longest;
	}
	return longest < limit ? longest : limit;
}

static void put_all(struct pen *p)
{
	struct show *s = p->s;

	for (uint32_t o = 1; o < s->g->objects; o++) {
		const struct object *row = &s->g->object[o];
		if (kinds[row->kind])
			kinds[row->kind](p, o, row, s->y->world.shared + row->at);
		put_row(p, kind_rows[row->kind].word, row->name, ROLE_TEXT);
	}
	for (uint32_t i = 0; i < s->g->shareds; i++)
		variable_row(p, i);
	for (uint32_t i = 0; i < s->g->expects; i++)
		if (is_judged(&s->g->expect[i]))
			expect_row(p, i);
	if (!p->row)
		canvas_put(p->a, 1, 0, ROLE_FAINT, say(s, WORD_NOTHING_SHARED));
}

static void draw(struct area a, struct show *s)
{
	struct pen p = { .a = a, .s = s, .name_width = name_width(s, a.canvas, a.width / 3), .top = s->top[PANEL_OBJECTS] };

	put_all(&p);
	s->top[PANEL_OBJECTS] = scrolled(p.top, -1, p.row, a.height);
	if (s->top[PANEL_OBJECTS] != p.top) {   /* scrolled too far: now the number of rows is known */
		canvas_blank(a);
		p.top = s->top[PANEL_OBJECTS];
		p.row = 0;
		put_all(&p);
	}
	if (p.row - p.top > a.height && a.height > 0) {
		int more = p.row - p.top - a.height;
		canvas_print(a, a.width - 8, a.height - 1, ROLE_FAINT, " +%d %s", more, glyph_text(a.canvas->ascii, GLYPH_DOWN));
	}
	if (s->focus == PANEL_OBJECTS) {
		s->page = a.height;
		area_cursor(a, 0, 0);
	}
	strip_free(&p.main);
	strip_free(&p.rest);
}

static int wish(const struct show *s, int width)
{
	int rows = (int)s->g->shareds + (int)(s->g->objects - 1) * (width < 90 ? 2 : 1);

	for (uint32_t i = 0; i < s->g->expects; i++)
		rows += is_judged(&s->g->expect[i]);
	return rows ? rows : 1;
}

const struct panel panel_objects = { WORD_OBJECTS, '2', draw, wish, NULL };
