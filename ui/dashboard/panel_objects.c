/* What the processes share: objects with their holders and waiters, variables, and what is expected. */
#include <string.h>
#include "ui/dashboard/mouse.h"
#include "ui/dashboard/things.h"

enum { GAP = 2 };

/* The rows are made one after the other; those in sight are drawn. The texts of an object come in pieces:
 * each follows the one before it, or begins a row if there is not room enough. */
enum { PIECES = 6 };
struct pen {
	struct area a;
	struct show *s;
	int kind_width, name_width;
	int row, top;                   /* the row that is made; the first one in sight */
	bool airy;                      /* there is room for blank rows; */
	bool cut;                       /* what is expected did not fit into its row */
	int spare;                      /* rows for the rest of it */
	bool generous;                  /* objects look like things */
	struct thing thing;
	int selected;                   /* the row in which the selected thing begins; -1: none is */
	struct strip piece[PIECES], *now;
};

static void next_piece(struct pen *p)
{
	if (p->now->text.length && p->now < p->piece + PIECES - 1)
		p->now++;
}

static void draw_pieces(struct pen *p, int x)
{
	int indent = p->a.width < 60 ? 3 : x, end = x;

	for (struct strip *t = p->piece; t <= p->now && t->text.length; t++) {
		int cells = strip_cells(t, p->a.canvas), at = t == p->piece ? x : end + 2;
		if (t > p->piece && at + cells > p->a.width) {
			p->row++;
			at = indent;
		}
		if (p->row >= p->top && p->row - p->top < p->a.height)
			strip_draw(t, p->a, at, p->row - p->top, p->a.width - at);
		end = at + cells;
	}
	p->row++;
	for (struct strip *t = p->piece; t <= p->now; t++)
		strip_clear(t);
	p->now = p->piece;
}

static void put_row(struct pen *p, const char *kind, const char *name, unsigned ink)
{
	int x = 1 + p->kind_width, y = p->row - p->top;

	/* What is expected has a sign of its own: where its words need the room, they get that of the kind. */
	if (!name && x + strip_cells(p->piece, p->a.canvas) > p->a.width) {
		kind = "";
		x = 1;
	}
	if (y >= 0 && y < p->a.height) {
		canvas_fit(p->a, 1, y, p->kind_width - 1, ROLE_FAINT, kind);
		canvas_fit(p->a, x, y, name ? p->name_width : 0, ink, name ? name : "");
	}
	draw_pieces(p, name ? x + p->name_width + GAP : x);
}

/* ---- waiters ---- */

/* How many of them are named: all, if they are few. */
static int named(const struct pen *p, int count)
{
	int most = p->a.width < 60 ? NAMED - 1 : NAMED;

	return count <= most + 1 ? count : most;
}

/* A row of its own has so many cells for what comes behind a piece's beginning. */
static int row_left(const struct pen *p)
{
	int indent = p->a.width < 60 ? 3 : 1 + p->kind_width + p->name_width + GAP;

	return p->a.width - indent - strip_cells(p->now, p->a.canvas);
}

static void put_crowd(struct pen *p, enum word what, const struct crowd *c)
{
	if (!c->count)
		return;
	next_piece(p);
	crowd_put(c, p->s, p->a.canvas, p->now, what, row_left(p));
}

/* Those in front of an object that want to do op (-1: anything). */
static void put_waiters(struct pen *p, uint32_t o, enum word what, int op)
{
	struct crowd c = { .count = 0 };

	crowd_gather(&c, p->s, o, op);
	put_crowd(p, what, &c);
}

/* What the last action changed stands out; then it fades. */
static unsigned ink_of_value(const struct show *s, const struct remembered *m)
{
	enum { FADES = 2 };

	if (!m || !m->n || m->n > s->v->n)
		return ROLE_TITLE;
	return m->n == s->v->n ? ROLE_CHANGED : s->v->n - m->n <= FADES ? ROLE_FADING : ROLE_TITLE;
}

/* Cells that are left in the row of the thing itself. */
static int first_left(const struct pen *p)
{
	return p->a.width - (1 + p->kind_width + p->name_width + GAP) - strip_cells(p->now, p->a.canvas);
}

/* "was 3, by customer.2", in so many cells: with less words, then with less of the name, then who wrote it alone. */
static void put_was(const struct pen *p, struct text *was, value old, const char *who, int room)
{
	enum { LEAST_WRITER = 4 };
	const struct canvas *c = p->a.canvas;
	struct text before = { 0 }, name = { 0 };
	int left;
	bool both;

	put_narrow_value(p->s, c, &before, old, room / 2);
	put_filled(was, p->s->zh, WORD_WAS, text_is(&before), who);
	if (canvas_cells(c, text_is(was)) > room) {
		text_clear(was);
		put_filled(was, p->s->zh, WORD_WAS_SHORT, text_is(&before), "");
		left = room - canvas_cells(c, text_is(was));
		both = left >= LEAST_WRITER || left >= canvas_cells(c, who);
		if (!both) {
			text_clear(was);
			put_filled(was, p->s->zh, WORD_WRITTEN_BY, "");
			left = room - canvas_cells(c, text_is(was));
		}
		put_short(&name, c, who, left);
		text_clear(was);
		if (both)
			put_filled(was, p->s->zh, WORD_WAS_SHORT, text_is(&before), text_is(&name));
		else
			put_filled(was, p->s->zh, WORD_WRITTEN_BY, text_is(&name));
	}
	text_free(&before);
	text_free(&name);
}

/* A value, and what it was before its last change. */
static void put_memory(struct pen *p, value now, const struct remembered *m)
{
	struct show *s = p->s;
	struct text was = { 0 };

	strip_ink(p->now, ink_of_value(s, m));
	put_value(s, &p->now->text, now);
	if (!m || !m->n)
		return;
	strip_put(p->now, ROLE_TEXT, "  ");
	put_was(p, &was, m->old, title_of(s->g, m->by), first_left(p));
	strip_put(p->now, ROLE_OLD, was.at);
	text_free(&was);
}

/* ---- kinds of objects ---- */

typedef void kind_function(struct pen *, uint32_t object, const struct object *, const void *cells);

static enum word line_word(const struct object *o)
{
	return o->lined && o->in_order ? WORD_LINE : WORD_WAITING;
}

static void put_holder(const struct pen *p, struct strip *t, proc_id who, int room)
{
	unsigned ink = has_ended(p->s, who) ? ROLE_ERROR : ROLE_ACCENT;
	struct text name = { 0 };

	if (has_ended(p->s, who))
		put_filled(&name, p->s->zh, WORD_DEAD, title_of(p->s->g, who));
	else
		text_put(&name, title_of(p->s->g, who));
	strip_ink(t, ink);
	put_short(&t->text, p->a.canvas, text_is(&name), room);
	text_free(&name);
}

static bool has_condition(const struct program *g, uint32_t lock)
{
	for (uint32_t o = 1; o < g->objects; o++)
		if (g->object[o].kind == KIND_CONDITION && g->object[o].lock == lock && is_its_lock(&g->object[o], &g->object[lock]))
			return true;
	return false;
}

/* "■ philo…er.2 x2" */
static void put_lock(struct pen *p, struct strip *t, const struct lock_cells *l, int room)
{
	enum { SIGN = 2, TIMES = 4 };
	const struct inked sign = inked(ROLE_ACCENT, glyph_text(p->a.canvas->ascii, GLYPH_LOCKED));
	struct strip who = { 0 };

	if (!l->owner) {
		strip_inked(t, ROLE_FAINT, p->s->zh, WORD_LOCK_FREE, inked(ROLE_FAINT, glyph_text(p->a.canvas->ascii, GLYPH_OPEN)));
		return;
	}
	put_holder(p, &who, l->owner, room - SIGN - (l->depth > 1 ? TIMES : 0));
	if (l->depth > 1)
		strip_inked(t, ROLE_FAINT, p->s->zh, WORD_LOCK_HELD_TIMES, sign, inked_strip(&who), inked_number(ROLE_FAINT, l->depth));
	else
		strip_inked(t, ROLE_FAINT, p->s->zh, WORD_LOCK_HELD, sign, inked_strip(&who));
	strip_free(&who);
}

static void lock_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	put_lock(p, p->now, cells, first_left(p));
	put_waiters(p, o, line_word(row), -1);
}

static void put_units(struct pen *p, int64_t taken, int64_t total)
{
	enum { MOST = 12 };

	for (int64_t i = 0; i < total && total <= MOST; i++)
		if (i < taken)
			strip_glyph(p->now, p->a.canvas, ROLE_ACCENT, GLYPH_TAKEN);
		else
			strip_glyph(p->now, p->a.canvas, ROLE_FAINT, GLYPH_FREE);
	if (total && total <= MOST)
		strip_put(p->now, ROLE_TEXT, "  ");
}

/* The first of them, each in so many cells, and how many more there are. */
static void put_first_holders(const struct pen *p, struct strip *who, uint32_t o, int most, int count, int room)
{
	strip_clear(who);
	for (int i = view_unit(p->s->v, -1, o), n = 0; i >= 0 && n < most; i = view_unit(p->s->v, i, o)) {
		if (n++)
			strip_comma(who, ROLE_ACCENT);
		put_holder(p, who, p->s->v->unit[i].who, room);
	}
	if (count > most)
		strip_print(who, ROLE_FAINT, " +%d", count - most);
}

static void put_holders(struct pen *p, uint32_t o)
{
	enum { MORE = 3 };
	struct strip who = { 0 };
	int count = 0, most, room;

	for (int i = view_unit(p->s->v, -1, o); i >= 0; i = view_unit(p->s->v, i, o))
		count++;
	if (!count)
		return;
	next_piece(p);
	strip_inked(p->now, ROLE_FAINT, p->s->zh, WORD_HELD_BY, inked_strip(&who));
	room = row_left(p);
	strip_clear(p->now);
	most = named(p, count);
	do
		put_first_holders(p, &who, o, most, count, most > 1 || count == 1 ? room : room - MORE);
	while (strip_cells(&who, p->a.canvas) > room && --most);
	strip_inked(p->now, ROLE_FAINT, p->s->zh, WORD_HELD_BY, inked_strip(&who));
	strip_free(&who);
}

static void semaphore_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	int64_t left = ((const struct semaphore_cells *)cells)->units;
	int64_t total = left > row->size ? left : row->size;

	if (row->textbook) {            /* a negative value says how many wait */
		int64_t shown = story_textbook(p->s->g, p->s->y->world.shared, o);

		strip_print(p->now, shown < 0 ? ROLE_WARNING : ROLE_ACCENT, "S = %lld  ", (long long)shown);
	}
	put_units(p, total - left, total);
	strip_filled(p->now, left ? ROLE_TEXT : ROLE_WARNING, p->s->zh, WORD_UNITS, total - left, left);
	put_holders(p, o);
	put_waiters(p, o, line_word(row), -1);
}

static void event_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	bool set = ((const struct event_cells *)cells)->flag;

	(void)row;
	strip_inked(p->now, set ? ROLE_GOOD : ROLE_TEXT, p->s->zh, set ? WORD_EVENT_SET : WORD_EVENT_CLEAR,
	            inked(set ? ROLE_GOOD : ROLE_FAINT, glyph_text(p->a.canvas->ascii, set ? GLYPH_TAKEN : GLYPH_FREE)));
	put_waiters(p, o, WORD_WAITING, -1);
}

static void put_item(const struct pen *p, struct strip *t, uint32_t i, value v)
{
	if (i) {
		strip_put(t, ROLE_FAINT, " ");
		strip_glyph(t, p->a.canvas, ROLE_FAINT, GLYPH_POLE);
		strip_put(t, ROLE_FAINT, " ");
	}
	strip_ink(t, ROLE_VOICE);
	program_value(p->s->g, v, &t->text);
}

/* What waits in a ring of so many places, the oldest first. */
static void put_items(const struct pen *p, struct strip *t, const value *item, uint32_t head, uint32_t count, uint32_t room)
{
	enum { MOST = 12 };

	for (uint32_t i = 0; i < count && i < MOST; i++)
		put_item(p, t, i, item[(head + i) % room]);
	if (count > MOST)
		strip_print(t, ROLE_FAINT, " +%u", count - MOST);
	if (!count)
		strip_put(t, ROLE_FAINT, say(p->s, WORD_EMPTY));
}

/* Which end is next: items go in at the right, and come out at the left. */
static void put_queue(struct pen *p, const struct queue_cells *q, uint32_t room)
{
	const struct inked sign = inked(ROLE_FAINT, glyph_text(p->a.canvas->ascii, GLYPH_FROM));
	struct strip items = { 0 };

	put_items(p, &items, q->item, q->head, q->count, room);
	if (q->count)
		strip_inked(p->now, ROLE_FAINT, p->s->zh, WORD_ENDS, sign, inked_strip(&items), sign);
	else
		strip_add(p->now, &items);
	strip_free(&items);
}

static void queue_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	const struct queue_cells *q = cells;

	if (row->size) {
		put_units(p, q->count, row->size);
		strip_filled(p->now, q->count == row->size ? ROLE_WARNING : ROLE_TEXT, p->s->zh, WORD_N_OF, q->count, row->size);
	} else {
		strip_print(p->now, ROLE_TEXT, "%u", q->count);
	}
	next_piece(p);
	put_queue(p, q, row->room);
	next_piece(p);
	if (row->feeder && q->count > row->through) {
		strip_filled(p->now, ROLE_WARNING, p->s->zh, WORD_NOT_THROUGH, q->count - row->through);
		next_piece(p);
	}
	if (row->joinable)
		strip_filled(p->now, ROLE_FAINT, p->s->zh, WORD_UNFINISHED, q->unfinished);
	put_waiters(p, o, WORD_GETTING, OP_GET);
	put_waiters(p, o, WORD_PUTTING, OP_PUT);
	put_waiters(p, o, WORD_JOINING, OP_JOIN);
}

/* Processes that wait to be notified, and those that have been and wait for nothing but the lock. */
static void condition_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	struct show *s = p->s;
	struct crowd line = { .count = 0 }, waiting = { .count = 0 }, notified = { .count = 0 };

	const struct object *lock = &s->g->object[row->lock];

	(void)cells;
	if (is_its_lock(row, lock)) {
		struct strip held = { 0 };
		strip_inked(p->now, ROLE_FAINT, s->zh, WORD_ITS_LOCK, inked_strip(&held));
		int words = strip_cells(p->now, p->a.canvas);
		strip_clear(p->now);
		put_lock(p, &held, (const struct lock_cells *)(s->y->world.shared + lock->at), first_left(p) - words);
		strip_inked(p->now, ROLE_FAINT, s->zh, WORD_ITS_LOCK, inked_strip(&held));
		strip_free(&held);
		crowd_gather_unnotified(&line, s, row->lock);
		put_crowd(p, line_word(lock), &line);
	} else {
		strip_filled(p->now, ROLE_FAINT, s->zh, WORD_WITH_LOCK, lock->name);
	}
	crowd_gather_unnotified(&waiting, s, o);
	crowd_gather_notified(&notified, s, o);
	put_crowd(p, WORD_FOR_NOTIFY, &waiting);
	put_crowd(p, WORD_NOTIFIED, &notified);
}

static void barrier_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	const struct barrier_cells *b = cells;

	put_units(p, b->arrived, row->size);
	if (b->broken)
		strip_put(p->now, ROLE_ERROR, say(p->s, WORD_BROKEN_BARRIER));
	else
		strip_filled(p->now, ROLE_TEXT, p->s->zh, WORD_HERE, b->arrived, row->size);
	put_waiters(p, o, WORD_WAITING, -1);
}

/* How many of its count are still to come. */
static void latch_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	uint32_t left = ((const struct latch_cells *)cells)->left;

	put_units(p, row->size - left, row->size);
	if (left)
		strip_print(p->now, ROLE_TEXT, "%u/%lld", left, (long long)row->size);
	else
		strip_put(p->now, ROLE_GOOD, say(p->s, WORD_OPEN_LATCH));
	put_waiters(p, o, WORD_WAITING, -1);
}

/* What is on its way to this end, or why nothing can be. */
static void pipe_end(struct pen *p, uint32_t o, uint32_t end, const struct pipe_cells *pipe)
{
	bool left = end == END_LEFT;
	value v = value_make(TAG_OBJECT, o | end << OBJECT_END);
	const struct ring_cells *r = pipe_ring(p->s->g, p->s->y->world.shared, v, true);

	bool receives = r && pipe->open[end - END_LEFT];
	struct strip items = { 0 };

	if (!pipe->open[end - END_LEFT])
		strip_put(&items, ROLE_WARNING, say(p->s, WORD_CLOSED));
	else if (r)
		put_items(p, &items, r->item, r->head, r->count, p->s->g->object[o].room);
	else
		strip_put(&items, ROLE_FAINT, say(p->s, WORD_ONLY_SENDS));
	strip_inked(p->now, ROLE_FAINT, p->s->zh, receives ? left ? WORD_TO_LEFT : WORD_TO_RIGHT : left ? WORD_LEFT_END : WORD_RIGHT_END, inked_strip(&items));
	strip_free(&items);
	next_piece(p);
}

static void pipe_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	(void)row;
	pipe_end(p, o, END_LEFT, cells);
	pipe_end(p, o, END_RIGHT, cells);
	put_waiters(p, o, WORD_RECEIVING, OP_RECV);
	put_waiters(p, o, WORD_SENDING, OP_SEND);
}

/* Managers and files: a row for each field. put_row comes after the last one. */
static void record_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	const struct record_cells *r = cells;
	const struct changed *last = &p->s->v->record[o];

	if (row->kind == KIND_FILE && r->empty)
		strip_put(p->now, ROLE_WARNING, say(p->s, WORD_EMPTY));
	for (uint32_t i = 0; i < row->fields; i++) {
		next_piece(p);
		strip_print(p->now, ROLE_TEXT, "%s ", row->field[i]);
		put_memory(p, r->empty ? VALUE_NONE : r->field[i], last->field == i ? &last->was : NULL);
		if (p->now == p->piece + PIECES - 1)
			strip_put(p->now, ROLE_TEXT, "  ");
	}
}

static void socket_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	const struct socket_cells *k = cells;

	(void)row;
	strip_put(p->now, k->open ? ROLE_GOOD : ROLE_FAINT, say(p->s, k->open ? WORD_LISTENS : WORD_CLOSED));
	if (k->count) {
		next_piece(p);
		strip_filled(p->now, ROLE_WARNING, p->s->zh, WORD_PENDING, k->count);
	}
	put_waiters(p, o, WORD_WAITING, -1);
}

/* "square(3)"; while its callback is called: "add(9)" */
static void put_task(const struct show *s, struct text *t, const struct task_cells *task)
{
	uint32_t back = task_calls_back(task);
	uint32_t n = 0;
	const value *list = value_tag(task->args) == TAG_LIST ? value_list(s->g->pool, task->args, &n) : NULL;

	text_print(t, "%s(", s->g->function[back ? back : task->function].name);
	if (back)
		put_value(s, t, task->result);
	for (uint32_t k = 0; k < n; k++) {
		text_put(t, k ? ", " : "");
		put_value(s, t, list[k]);
	}
	text_char(t, ')');
}

static void put_tasks(struct pen *p, const struct pool_cells *pool)
{
	enum { MOST = 6 };
	uint32_t slot = pool->head;
	struct strip tasks = { 0 };

	for (uint32_t k = 0; slot && k < MOST; k++, slot = pool->task[slot - 1].next) {
		strip_put(&tasks, ROLE_VOICE, k ? " " : "");
		put_task(p->s, &tasks.text, &pool->task[slot - 1]);
	}
	if (pool->waiting > MOST)
		strip_print(&tasks, ROLE_FAINT, " +%u", pool->waiting - MOST);
	if (pool->waiting)
		strip_inked(p->now, ROLE_FAINT, p->s->zh, WORD_TASKS, inked_number(ROLE_FAINT, pool->waiting), inked_strip(&tasks));
	else
		strip_put(p->now, ROLE_FAINT, say(p->s, pool->state == POOL_TERMINATED ? WORD_TERMINATED : WORD_NO_TASKS));
	if (pool->state == POOL_CLOSED)
		strip_print(p->now, ROLE_WARNING, "  %s", say(p->s, WORD_TAKES_NO_MORE));
	strip_free(&tasks);
}

/* Which worker is at which task, as long as there are rows for them; then how many more. */
static void pool_row(struct pen *p, uint32_t o, const struct object *row, const void *cells)
{
	const struct pool_cells *pool = cells;
	struct text call = { 0 };
	int named = 0, more = 0;

	put_tasks(p, pool);
	for (uint32_t k = 0; k < row->room; k++) {
		const struct task_cells *task = &pool->task[k];
		if (task->state != TASK_RUNNING && pool->calling != k + 1)
			continue;
		if (named == NAMED) {
			more++;
			continue;
		}
		if (!named++)
			next_piece(p);
		if (named > 1)
			strip_comma(p->now, ROLE_ACCENT);
		put_task(p->s, &call, task);
		if (task->worker)
			strip_print(p->now, ROLE_ACCENT, "%s %s", title_of(p->s->g, task->worker), text_is(&call));
		else
			strip_filled(p->now, ROLE_ACCENT, p->s->zh, WORD_CALLS_BACK, text_is(&call));
		text_clear(&call);
	}
	text_free(&call);
	if (more)
		strip_print(p->now, ROLE_FAINT, " +%d", more);
	put_waiters(p, o, WORD_RESULTS, OP_GET);
	put_waiters(p, o, WORD_RESULTS, OP_COLLECT);
	put_waiters(p, o, WORD_JOINING, OP_JOIN);
}

/* A socket has as many connections as it can have at a time: those in use are shown. */
static bool is_in_use(const struct show *s, uint32_t o)
{
	const struct object *row = &s->g->object[o];
	const struct pipe_cells *pipe = (const struct pipe_cells *)(s->y->world.shared + row->at);

	return (row->kind != KIND_CONNECTION || pipe->open[0] || pipe->open[1]) &&
	       !((row->kind == KIND_LOCK || row->kind == KIND_RLOCK) && has_condition(s->g, o));
}

static kind_function *const kinds[KIND_COUNT] = {
	[KIND_LOCK] = lock_row, [KIND_RLOCK] = lock_row, [KIND_SEMAPHORE] = semaphore_row,
	[KIND_EVENT] = event_row, [KIND_QUEUE] = queue_row, [KIND_CONDITION] = condition_row,
	[KIND_BARRIER] = barrier_row, [KIND_LATCH] = latch_row, [KIND_PIPE] = pipe_row, [KIND_CONNECTION] = pipe_row,
	[KIND_MANAGER] = record_row, [KIND_FILE] = record_row, [KIND_SOCKET] = socket_row,
	[KIND_POOL] = pool_row,
};

/* ---- the one that is selected ---- */

/* Is it listed, as the panel is filtered: by its name, or by what kind of thing it is. */
static bool is_listed(const struct show *s, struct subject t)
{
	bool object = t.kind == SUBJECT_OBJECT;

	return (!object || is_in_use(s, t.n)) &&
	       (is_found(s, PANEL_OBJECTS, object ? s->g->object[t.n].name : s->g->shared[t.n].name) ||
	        is_found(s, PANEL_OBJECTS, object ? kind_word(s, s->g->object[t.n].kind) : say(s, WORD_VARIABLE)));
}

static bool is_thing(const struct show *s, struct subject t)
{
	bool exists = t.kind == SUBJECT_VARIABLE ? t.n < s->g->shareds : t.kind == SUBJECT_OBJECT && t.n && t.n < s->g->objects;

	return exists && is_listed(s, t);
}

/* Objects first, then variables, as they are listed. back: before it. false: there is none. */
static bool next_thing(const struct show *s, struct subject *t, bool back)
{
	int64_t objects = (int64_t)s->g->objects, all = objects + (int64_t)s->g->shareds;
	int64_t at = t->kind == SUBJECT_VARIABLE ? objects + t->n : t->n;
	struct subject next;

	for (at += back ? -1 : 1; at > 0 && at < all; at += back ? -1 : 1) {
		next = at < objects ? (struct subject){ SUBJECT_OBJECT, (uint32_t)at } : (struct subject){ SUBJECT_VARIABLE, (uint32_t)(at - objects) };
		if (is_thing(s, next)) {
			*t = next;
			return true;
		}
	}
	return false;
}

struct subject subject_selected(const struct show *s)
{
	struct subject t = s->thing;

	if (!is_thing(s, t)) {
		t = (struct subject){ SUBJECT_OBJECT, 0 };
		next_thing(s, &t, false);
	}
	return t;
}

bool has_things(const struct show *s)
{
	return is_thing(s, subject_selected(s));
}

void thing_select(struct show *s, int further)
{
	s->thing = subject_selected(s);
	for (; further && next_thing(s, &s->thing, further < 0); further += further < 0 ? 1 : -1)
		;
}

/* Its row begins here. */
static void note_thing(struct pen *p, enum subject_kind kind, uint32_t n)
{
	struct subject t = subject_selected(p->s);

	if (p->s->focus == PANEL_OBJECTS && t.kind == kind && t.n == n)
		p->selected = p->row;
}

/* ---- variables, expectations ---- */

static void variable_row(struct pen *p, uint32_t i)
{
	struct show *s = p->s;
	const struct remembered *m = &s->v->variable[i];
	bool fresh = m->n && m->n == s->v->n;
	int first = p->row;

	note_thing(p, SUBJECT_VARIABLE, i);
	put_memory(p, world_variable(s->g, s->y->world.shared, i), m);
	put_row(p, say(s, WORD_VARIABLE), s->g->shared[i].name, fresh ? ROLE_TITLE : ROLE_TEXT);
	area_spot(p->a, 0, first - p->top, AREA_REST, p->row - first, SPOT_VARIABLE, i);
}

/* What is expected, in as many rows as it needs; false: there are not so many. */
static bool put_wrapped(struct pen *p, unsigned sign, unsigned ink, enum glyph glyph, const char *name)
{
	struct span span = { ink, name };
	struct area a = area_part(p->a, 3, 0, AREA_REST, AREA_REST);
	int lines = canvas_wrap_lines(p->a.canvas, a.width, 0, &span, 1);

	if (lines - 1 > p->spare)
		return false;
	canvas_glyph(p->a, 1, p->row, sign, glyph);
	canvas_wrap(a, p->row, 0, &span, 1);
	p->row += lines;
	p->spare -= lines - 1;
	return true;
}

/* One that is judged at the end is red as soon as it has become false: it may still become true again. */
static void expect_row(struct pen *p, uint32_t i)
{
	const struct play *y = p->s->y;
	const struct expect *e = &y->g->expect[i];
	const struct standing *is = &y->standing[i];
	bool over = y->at->cause == VERDICT_OK || (e->kind == EXPECT_LEADS_TO && y->at->cause == VERDICT_DEADLOCK);
	bool open = e->kind != EXPECT_ALWAYS && !over;
	/* What need only be so in the end may be otherwise on the way; but not what the scenario is there to show. */
	bool wrong = is->broken || (open && e->kind == EXPECT_FINALLY && is->since && !is->is_true && may_break(e));
	unsigned ink = wrong ? ROLE_ERROR : open ? ROLE_FAINT : ROLE_GOOD;

	enum glyph sign = wrong ? GLYPH_CROSS : open ? GLYPH_UNKNOWN : GLYPH_CHECK;

	if (3 + canvas_cells(p->a.canvas, e->name) > p->a.width) {
		p->cut = true;
		if (p->spare && put_wrapped(p, ink, wrong ? ROLE_ERROR : ROLE_TEXT, sign, e->name))
			return;
	}
	strip_glyph(p->now, p->a.canvas, ink, sign);
	strip_print(p->now, wrong ? ROLE_ERROR : ROLE_TEXT, " %s", e->name);
	put_row(p, say(p->s, WORD_EXPECTED), NULL, ROLE_TEXT);
}

/* ---- the panel ---- */

static void widen(int *width, const struct canvas *c, const char *text)
{
	int cells = canvas_cells(c, text);

	*width = cells > *width ? cells : *width;
}

static void measure(struct pen *p)
{
	const struct show *s = p->s;

	p->kind_width = p->name_width = 4;
	for (uint32_t o = 1; o < s->g->objects; o++) {
		if (!is_in_use(s, o))
			continue;
		widen(&p->kind_width, p->a.canvas, kind_word(s, s->g->object[o].kind));
		widen(&p->name_width, p->a.canvas, s->g->object[o].name);
	}
	for (uint32_t i = 0; i < s->g->shareds; i++)
		widen(&p->name_width, p->a.canvas, s->g->shared[i].name);
	if (s->g->shareds)
		widen(&p->kind_width, p->a.canvas, say(s, WORD_VARIABLE));
	for (uint32_t i = 0; i < s->g->expects; i++)
		if (judges(&s->g->expect[i]))
			widen(&p->kind_width, p->a.canvas, say(s, WORD_EXPECTED));
	p->kind_width++;
	if (p->name_width > p->a.width / 3)
		p->name_width = p->a.width / 3;
}

/* ---- as things ---- */

/* Beside its name, or, where it is narrow, below it. */
enum { WIDE_ENOUGH = 84, INDENT = 3 };
static bool put_thing(struct pen *p, uint32_t o, const struct object *row)
{
	bool wide = p->a.width >= WIDE_ENOUGH;
	int x = wide ? 1 + p->kind_width + p->name_width + GAP : INDENT, y = p->row - p->top, title = y + wide;

	if (!p->generous || !thing_make(&p->thing, p->s, p->a.canvas, o, p->a.width - x, !wide))
		return false;
	if (title >= 0 && title < p->a.height) {
		canvas_fit(p->a, 1, title, p->kind_width - 1, ROLE_FAINT, kind_word(p->s, row->kind));
		canvas_fit(p->a, 1 + p->kind_width, title, p->name_width, ROLE_TITLE, row->name);
	}
	p->selected += wide && p->selected == p->row;   /* the row of its name */
	thing_draw(&p->thing, p->a, x, y + !wide, wide ? 0 : 1 + p->kind_width + p->name_width + GAP);
	p->row += p->thing.rows + !wide + 1;
	return true;
}

static int rows_for(const struct object *, bool narrow);
static int wish_of(const struct show *s, int width, bool generous)
{
	int rows = (int)s->g->shareds;

	for (uint32_t o = 1; o < s->g->objects; o++) {
		const struct object *row = &s->g->object[o];
		int high = generous && is_in_use(s, o) ? thing_rows(row->kind) : 0;
		rows += high ? high + (width < WIDE_ENOUGH) + 1 : rows_for(row, width < 60);
	}
	for (uint32_t i = 0; i < s->g->expects; i++)
		rows += judges(&s->g->expect[i]);
	return rows ? rows : 1;
}

int objects_wish(const struct show *s, int width)
{
	return wish_of(s, width, false);
}

static void put_all(struct pen *p)
{
	struct show *s = p->s;

	for (uint32_t o = 1; o < s->g->objects; o++) {
		const struct object *row = &s->g->object[o];
		if (!is_listed(s, (struct subject){ SUBJECT_OBJECT, o }))
			continue;
		int first = p->row;
		note_thing(p, SUBJECT_OBJECT, o);
		bool drawn = put_thing(p, o, row);
		if (!drawn && kinds[row->kind])
			kinds[row->kind](p, o, row, s->y->world.shared + row->at);
		if (!drawn)
			put_row(p, kind_word(p->s, row->kind), row->name, ROLE_TEXT);
		area_spot(p->a, 0, first - p->top, AREA_REST, p->row - first, SPOT_OBJECT, o);
	}
	p->row += p->airy && p->row && s->g->shareds && !p->generous;
	for (uint32_t i = 0; i < s->g->shareds; i++)
		if (is_listed(s, (struct subject){ SUBJECT_VARIABLE, i }))
			variable_row(p, i);
	p->row += p->airy && p->row;
	for (uint32_t i = 0; i < s->g->expects; i++)
		if (judges(&s->g->expect[i]) && is_found(s, PANEL_OBJECTS, s->g->expect[i].name))
			expect_row(p, i);
	if (!p->row)
		canvas_put(p->a, 1, 0, ROLE_FAINT, say(s, *s->filter[PANEL_OBJECTS] ? WORD_NO_LINE_FOUND : WORD_NOTHING_SHARED));
}

/* Rows that an object takes when there is much to show: it is held, a process waits. */
static int rows_for(const struct object *o, bool narrow)
{
	switch (o->kind) {
	case KIND_CONNECTION: return 0;
	case KIND_LOCK: case KIND_RLOCK: case KIND_EVENT: case KIND_LATCH: case KIND_BARRIER: return 1 + narrow;
	case KIND_MANAGER: case KIND_FILE: return 1 + narrow * (int)(o->fields / 2);
	default: return 2 + narrow;
	}
}

static int wish(const struct show *s, int width)
{
	return wish_of(s, width, s->roomy);
}

static void draw(struct area a, struct show *s)
{
	struct pen p = { .a = a, .s = s, .top = s->top[PANEL_OBJECTS] };
	size_t spots = a.canvas->spots;

	p.now = p.piece;
	measure(&p);
	p.generous = s->pictured = s->roomy && a.height >= wish_of(s, a.width, true);
	p.airy = a.height >= wish_of(s, a.width, p.generous) + 2;
	p.selected = -1;
	put_all(&p);
	s->top[PANEL_OBJECTS] = scrolled(p.top, p.selected, p.row, a.height);
	if (p.cut && p.row < a.height)          /* now the number of rows is known */
		p.spare = a.height - p.row;
	if (s->top[PANEL_OBJECTS] != p.top || p.spare) {        /* scrolled too far, or there are rows left */
		canvas_blank(a);
		a.canvas->spots = spots;
		p.top = s->top[PANEL_OBJECTS];
		p.row = 0;
		put_all(&p);
	}
	if (p.row - p.top > a.height && a.height > 0) {
		struct text t = { 0 };
		text_print(&t, "  +%d %s", p.row - p.top - a.height, glyph_text(a.canvas->ascii, GLYPH_DOWN));
		int x = a.width - canvas_cells(a.canvas, t.at);
		bool cuts = x > 0 && canvas_at(a.canvas, a.x + x, a.y + a.height - 1)->code > ' ';
		canvas_right(a, 0, a.height - 1, a.width, ROLE_FAINT, t.at);
		if (cuts)
			canvas_glyph(a, x, a.height - 1, ROLE_FAINT, GLYPH_ELLIPSIS);
		text_free(&t);
	}
	if (s->focus == PANEL_OBJECTS) {
		s->page = a.height;
		area_cursor(a, 0, p.selected >= p.top ? p.selected - p.top : 0);
		if (p.selected >= p.top)
			canvas_glyph(a, 0, p.selected - p.top, ROLE_ACCENT, GLYPH_HERE);
	}
	for (int i = 0; i < PIECES; i++)
		strip_free(&p.piece[i]);
	thing_free(&p.thing);
}

static bool has_units(const struct object *o)
{
	return o->kind == KIND_SEMAPHORE || o->kind == KIND_BARRIER || (o->kind == KIND_QUEUE && o->size);
}

/* What the signs mean, where there are any. */
static void note(const struct show *s, const struct canvas *c, struct text *t)
{
	for (uint32_t o = 1; o < s->g->objects && !s->pictured; o++)
		if (has_units(&s->g->object[o])) {
			text_print(t, "%s %s  %s %s", glyph_text(c->ascii, GLYPH_TAKEN), say(s, WORD_UNITS_TAKEN_SIGN),
			           glyph_text(c->ascii, GLYPH_FREE), say(s, WORD_FREE));
			return;
		}
}

const struct panel panel_objects = { WORD_OBJECTS, '2', draw, wish, note, NULL };
