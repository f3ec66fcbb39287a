/* Each picture is a few strips, one for each row; what is said beside it is a strip, too. */
#include "ui/dashboard/things.h"
#include <string.h>

enum { LONGEST_NAME = 16, LEAST_SLOT = 4, MOST_SLOTS_SHOWN = 12, LEAST_NOTE = 16, ROWS = 3, PIPE_ROWS = 4 };

/* ---- those who wait ---- */

void crowd_join(struct crowd *c, const struct show *s, proc_id p)
{
	if (c->count < MOST_NAMED)
		c->name[c->count] = title_of(s->g, p);
	c->count++;
}

void crowd_gather(struct crowd *c, const struct show *s, uint32_t o, int op)
{
	for (proc_id w = s->waiter[o]; w; w = s->next[w])
		if (op < 0 || world_next(s->g, play_own(s->y, w))->op == op)
			crowd_join(c, s, w);
}

void crowd_gather_unnotified(struct crowd *c, const struct show *s, uint32_t o)
{
	for (proc_id w = s->waiter[o]; w; w = s->next[w])
		if (!notified_of(s, w))
			crowd_join(c, s, w);
}

void crowd_gather_notified(struct crowd *c, const struct show *s, uint32_t o)
{
	for (proc_id w = MAIN; w < s->g->processes; w++)
		if (notified_of(s, w) == o)
			crowd_join(c, s, w);
}

void crowd_put(const struct crowd *c, const struct show *s, const struct canvas *canvas, struct strip *t, enum word what, int room)
{
	if (!c->count)
		return;
	int before = strip_cells(t, canvas);
	strip_ink(t, ROLE_BLOCKED);
	text_say(&t->text, SAY(IS_SAID_OF, say(s, what), ""));
	put_fitting(&t->text, canvas, c->name, MOST_NAMED, c->count, room - (strip_cells(t, canvas) - before));
}

bool is_its_lock(const struct object *condition, const struct object *lock)
{
	return condition->kind == KIND_CONDITION && !strcmp(condition->name, lock->name);
}

/* ---- parts of pictures ---- */

/* One thing as it is made. */
struct sketch { struct thing *t; const struct show *s; const struct canvas *c; int room; bool narrow; };

static void repeat_glyph(struct sketch *k, struct strip *row, unsigned ink, enum glyph glyph, int cells)
{
	while (cells-- > 0)
		strip_glyph(row, k->c, ink, glyph);
}

static void blanks(struct strip *row, int cells)
{
	strip_print(row, ROLE_TEXT, "%*s", cells > 0 ? cells : 0, "");
}

/* In the middle of so many cells. */
static void put_centred(struct sketch *k, struct strip *row, unsigned ink, const char *text, int width)
{
	struct text name = { 0 };
	int free_cells;

	put_short(&name, k->c, text, width);
	free_cells = width - canvas_cells(k->c, text_is(&name));
	blanks(row, free_cells / 2);
	strip_put(row, ink, text_is(&name));
	blanks(row, free_cells - free_cells / 2);
	text_free(&name);
}

static const char *name_of(struct sketch *k, struct text *t, proc_id p)
{
	text_clear(t);
	if (has_ended(k->s, p))
		put_filled(t, k->s->zh, WORD_DEAD, title_of(k->s->g, p));
	else
		text_put(t, title_of(k->s->g, p));
	return text_is(t);
}

static unsigned ink_of(struct sketch *k, proc_id p)
{
	return has_ended(k->s, p) ? ROLE_ERROR : ROLE_ACCENT;
}

static int fit_into(int cells, int least, int most)
{
	return cells < least ? least : cells > most ? most : cells;
}

static void note_crowd(struct sketch *k, int row, enum word what, const struct crowd *c)
{
	int width = strip_cells(&k->t->row[0], k->c);
	bool below = k->narrow && width > k->room / 2;
	struct strip *t = below ? &k->t->below : &k->t->note[row];
	int room = below ? k->room - 2 : k->room - width - 4;

	if (!c->count)
		return;
	if (t->text.length)
		strip_put(t, ROLE_TEXT, "  ");
	strip_glyph(t, k->c, ROLE_BLOCKED, GLYPH_FROM);
	strip_put(t, ROLE_BLOCKED, " ");
	crowd_put(c, k->s, k->c, t, what, room - strip_cells(t, k->c));
}

/* Once the picture is made: what is beside it knows its room then. */
static void note_waiters(struct sketch *k, int row, enum word what, uint32_t o, int op)
{
	struct crowd c = { .count = 0 };

	crowd_gather(&c, k->s, o, op);
	note_crowd(k, row, what, &c);
}

static enum word line_of(const struct object *o)
{
	return o->lined && o->in_order ? WORD_LINE : WORD_WAITING;
}

/* Places side by side, with who or what is in each. */
struct slots { int count, width; unsigned wall; };
static void slots_edge(struct sketch *k, struct strip *row, const struct slots *l, bool top)
{
	for (int i = 0; i < l->count; i++) {
		strip_glyph(row, k->c, l->wall, i ? top ? GLYPH_TEE_DOWN : GLYPH_TEE_UP : top ? GLYPH_SQUARE_TL : GLYPH_SQUARE_BL);
		repeat_glyph(k, row, l->wall, GLYPH_RULE, l->width + 2);
	}
	strip_glyph(row, k->c, l->wall, top ? GLYPH_SQUARE_TR : GLYPH_SQUARE_BR);
}

static void slots_edges(struct sketch *k, const struct slots *l)
{
	slots_edge(k, &k->t->row[0], l, true);
	slots_edge(k, &k->t->row[2], l, false);
}

static void slot_wall(struct sketch *k, const struct slots *l)
{
	strip_glyph(&k->t->row[1], k->c, l->wall, GLYPH_POLE);
}

static void put_slot(struct sketch *k, const struct slots *l, unsigned ink, const char *text)
{
	slot_wall(k, l);
	strip_put(&k->t->row[1], ink, " ");
	put_centred(k, &k->t->row[1], ink, text, l->width);
	strip_put(&k->t->row[1], ink, " ");
}

/* So many fit, as wide as the widest needs, or at least as wide that it says something. false: they don't fit. */
static bool fit_slots(struct sketch *k, struct slots *l, int widest, int less)
{
	int room = k->room - (k->narrow ? 0 : LEAST_NOTE) - less;

	l->width = fit_into(widest, LEAST_SLOT, LONGEST_NAME);
	while (l->width > LEAST_SLOT && l->count * (l->width + 3) + 1 > room)
		l->width--;
	return l->count && l->count * (l->width + 3) + 1 <= room;
}

/* ---- a lock: a door ---- */

static void put_door(struct sketch *k, const struct lock_cells *l)
{
	bool shut = l->owner;
	unsigned ink = shut ? ink_of(k, l->owner) : ROLE_FAINT;
	struct text name = { 0 };
	struct strip *row = k->t->row;

	if (shut)
		name_of(k, &name, l->owner);
	else
		text_put(&name, say(k->s, WORD_FREE));
	if (l->depth > 1)
		text_print(&name, " x%u", l->depth);
	int width = fit_into(canvas_cells(k->c, text_is(&name)), LEAST_SLOT, LONGEST_NAME);
	for (int i = 0; i < 3; i += 2) {
		strip_glyph(&row[i], k->c, ink, i ? GLYPH_SQUARE_BL : GLYPH_SQUARE_TL);
		repeat_glyph(k, &row[i], ink, GLYPH_RULE, width + 4);
		if (shut)
			strip_glyph(&row[i], k->c, ink, i ? GLYPH_SQUARE_BR : GLYPH_SQUARE_TR);
		else
			blanks(&row[i], 1);
	}
	strip_glyph(&row[1], k->c, ink, GLYPH_POLE);
	strip_put(&row[1], ink, " ");
	strip_glyph(&row[1], k->c, ink, shut ? GLYPH_LOCKED : GLYPH_OPEN);
	strip_put(&row[1], ink, " ");
	put_centred(k, &row[1], ink, text_is(&name), width);
	strip_put(&row[1], ink, " ");
	if (shut)
		strip_glyph(&row[1], k->c, ink, GLYPH_POLE);
	else
		blanks(&row[1], 1);
	text_free(&name);
}

static bool lock_thing(struct sketch *k, uint32_t o, const struct object *row, const void *cells)
{
	put_door(k, cells);
	note_waiters(k, 1, line_of(row), o, -1);
	return true;
}

/* A condition: the door of its lock; beside it both lines, and those between them. */
static bool condition_thing(struct sketch *k, uint32_t o, const struct object *row, const void *cells)
{
	const struct object *lock = &k->s->g->object[row->lock];
	struct crowd line = { .count = 0 }, waiting = { .count = 0 }, notified = { .count = 0 };

	(void)cells;
	if (!is_its_lock(row, lock))
		return false;           /* the lock has a picture of its own */
	put_door(k, (const struct lock_cells *)(k->s->y->world.shared + lock->at));
	crowd_gather_unnotified(&line, k->s, row->lock);
	crowd_gather_unnotified(&waiting, k->s, o);
	crowd_gather_notified(&notified, k->s, o);
	note_crowd(k, 0, WORD_FOR_NOTIFY, &waiting);
	note_crowd(k, 1, line_of(lock), &line);
	note_crowd(k, 2, WORD_NOTIFIED, &notified);
	return true;
}

/* ---- a semaphore: places ---- */

static int widest_holder(struct sketch *k, uint32_t o)
{
	int widest = canvas_cells(k->c, say(k->s, WORD_FREE));
	struct text name = { 0 };

	for (int i = view_unit(k->s->v, -1, o); i >= 0; i = view_unit(k->s->v, i, o)) {
		int cells = canvas_cells(k->c, name_of(k, &name, k->s->v->unit[i].who));
		widest = cells > widest ? cells : widest;
	}
	text_free(&name);
	return widest;
}

static bool semaphore_thing(struct sketch *k, uint32_t o, const struct object *row, const void *cells)
{
	int64_t left = ((const struct semaphore_cells *)cells)->units, total = left > row->size ? left : row->size;
	struct slots l = { total > MOST_SLOTS_SHOWN ? 0 : (int)total, 0, left ? ROLE_BORDER : ROLE_WARNING };
	struct text name = { 0 };
	int i = view_unit(k->s->v, -1, o);

	if (!fit_slots(k, &l, widest_holder(k, o), 0))
		return false;
	slots_edges(k, &l);
	for (int64_t n = 0; n < total; n++) {
		if (n >= total - left)
			put_slot(k, &l, ROLE_FAINT, say(k->s, WORD_FREE));
		else if (i >= 0)
			put_slot(k, &l, ink_of(k, k->s->v->unit[i].who), name_of(k, &name, k->s->v->unit[i].who));
		else                    /* taken, and not given back by the one who did */
			put_slot(k, &l, ROLE_ACCENT, glyph_text(k->c->ascii, GLYPH_TAKEN));
		i = i >= 0 ? view_unit(k->s->v, i, o) : i;
	}
	slot_wall(k, &l);
	if (row->textbook) {            /* a negative value says how many wait */
		int64_t shown = story_textbook(k->s->g, k->s->y->world.shared, o);
		strip_print(&k->t->note[0], shown < 0 ? ROLE_WARNING : ROLE_ACCENT, "S = %lld  ", (long long)shown);
	}
	strip_filled(&k->t->note[0], left ? ROLE_TEXT : ROLE_WARNING, k->s->zh, WORD_UNITS, total - left, left);
	note_waiters(k, 1, line_of(row), o, -1);
	text_free(&name);
	return true;
}

/* ---- a barrier: a gate, and those who stand before it ---- */

static bool barrier_thing(struct sketch *k, uint32_t o, const struct object *row, const void *cells)
{
	const struct barrier_cells *b = cells;
	struct slots l = { row->size > MOST_SLOTS_SHOWN ? 0 : (int)row->size, 0, ROLE_FAINT };
	struct crowd c = { .count = 0 };
	int widest = 0;

	crowd_gather(&c, k->s, o, -1);
	for (int i = 0; i < c.count && i < MOST_NAMED; i++)
		widest = canvas_cells(k->c, c.name[i]) > widest ? canvas_cells(k->c, c.name[i]) : widest;
	if (!fit_slots(k, &l, widest, 2))
		return false;
	slots_edges(k, &l);
	for (int i = 0; i < l.count; i++)
		put_slot(k, &l, ROLE_BLOCKED, i < (int)b->arrived && i < c.count ? c.name[i] : i < (int)b->arrived ? glyph_text(k->c->ascii, GLYPH_TAKEN) : "");
	slot_wall(k, &l);
	for (int i = 0; i < ROWS; i++) {
		strip_put(&k->t->row[i], ROLE_TEXT, " ");
		strip_glyph(&k->t->row[i], k->c, b->broken ? ROLE_ERROR : ROLE_ACCENT, GLYPH_GATE);
	}
	if (b->broken)
		strip_put(&k->t->note[1], ROLE_ERROR, say(k->s, WORD_BROKEN_BARRIER));
	else
		strip_filled(&k->t->note[1], ROLE_TEXT, k->s->zh, WORD_HERE, b->arrived, row->size);
	return true;
}

/* ---- an event: a lamp ---- */

static void lamp_row(struct sketch *k, int i, bool lit, const enum glyph *glyph)
{
	unsigned ray = lit ? ROLE_WARNING : ROLE_FAINT, bulb = lit ? ROLE_GOOD : ROLE_FAINT;

	for (int x = 0; x < 5; x++)
		if ((x == 0 || x == 4) && !lit)
			blanks(&k->t->row[i], 1);
		else
			strip_glyph(&k->t->row[i], k->c, x == 0 || x == 4 ? ray : bulb, glyph[x]);
}

static bool event_thing(struct sketch *k, uint32_t o, const struct object *row, const void *cells)
{
	bool set = ((const struct event_cells *)cells)->flag;
	const enum glyph lamp[ROWS][5] = {
		{ GLYPH_FALLING, GLYPH_TOP_LEFT, GLYPH_RULE, GLYPH_TOP_RIGHT, GLYPH_RISING },
		{ GLYPH_RULE, GLYPH_POLE, set ? GLYPH_TAKEN : GLYPH_FREE, GLYPH_POLE, GLYPH_RULE },
		{ GLYPH_RISING, GLYPH_LOW_LEFT, GLYPH_RULE, GLYPH_LOW_RIGHT, GLYPH_FALLING },
	};

	(void)row;
	for (int i = 0; i < ROWS; i++)
		lamp_row(k, i, set, lamp[i]);
	strip_put(&k->t->note[1], set ? ROLE_GOOD : ROLE_TEXT, say(k->s, set ? WORD_SET : WORD_CLEAR));
	note_waiters(k, 1, WORD_WAITING, o, -1);
	return true;
}

/* ---- a queue: a pipe; what is in it goes out at the left, and comes in at the right ---- */

static void put_queue_end(struct sketch *k, bool out)
{
	const char *word = out ? "get" : "put";

	for (int i = 0; i < ROWS; i += 2)
		blanks(&k->t->row[i], 6);
	if (out)
		strip_print(&k->t->row[1], ROLE_FAINT, "%s ", word);
	else
		strip_put(&k->t->row[1], ROLE_FAINT, " ");
	strip_glyph(&k->t->row[1], k->c, ROLE_FAINT, GLYPH_FROM);
	if (out)
		strip_put(&k->t->row[1], ROLE_FAINT, " ");
	else
		strip_print(&k->t->row[1], ROLE_FAINT, " %s", word);
}

static const char *item_text(struct sketch *k, const struct queue_cells *q, uint32_t room, uint32_t i, struct text *t)
{
	text_clear(t);
	program_value(k->s->g, q->item[(q->head + i) % room], t);
	return text_is(t);
}

static void put_count(struct sketch *k, unsigned ink, enum word what, int64_t n)
{
	strip_put(&k->t->note[0], ink, "  ");
	strip_filled(&k->t->note[0], ink, k->s->zh, what, n);
}

static bool queue_thing(struct sketch *k, uint32_t o, const struct object *row, const void *cells)
{
	const struct queue_cells *q = cells;
	bool bounded = row->size && row->size <= MOST_SLOTS_SHOWN;
	int count = bounded ? (int)row->size : q->count < MOST_SLOTS_SHOWN ? (int)q->count : MOST_SLOTS_SHOWN, widest = 0;
	struct slots l = { count ? count : 1, 0, row->size && q->count == row->size ? ROLE_WARNING : ROLE_BORDER };
	struct text item = { 0 };

	for (uint32_t i = 0; i < q->count && i < (uint32_t)l.count; i++) {
		int cells_of = canvas_cells(k->c, item_text(k, q, row->room, i, &item));
		widest = cells_of > widest ? cells_of : widest;
	}
	while (!fit_slots(k, &l, widest, 12) && l.count > 1 && !bounded)
		l.count--;
	if (!fit_slots(k, &l, widest, 12)) {
		text_free(&item);
		return false;
	}
	put_queue_end(k, true);
	for (int i = 0; i < ROWS; i += 2)
		repeat_glyph(k, &k->t->row[i], l.wall, GLYPH_RULE_PAST, l.count * (l.width + 3) + 1);
	for (int i = 0; i < l.count; i++)
		put_slot(k, &l, ROLE_VOICE, (uint32_t)i < q->count ? item_text(k, q, row->room, (uint32_t)i, &item) : "");
	slot_wall(k, &l);
	put_queue_end(k, false);
	if (row->size)
		strip_filled(&k->t->note[0], q->count == row->size ? ROLE_WARNING : ROLE_TEXT, k->s->zh, WORD_N_OF, q->count, row->size);
	else
		strip_print(&k->t->note[0], ROLE_TEXT, q->count > (uint32_t)l.count ? "%u (+%u)" : "%u", q->count, q->count - (uint32_t)l.count);
	if (row->feeder && q->count > row->through)
		put_count(k, ROLE_WARNING, WORD_NOT_THROUGH, q->count - row->through);
	if (row->joinable)
		put_count(k, ROLE_FAINT, WORD_UNFINISHED, q->unfinished);
	note_waiters(k, 1, WORD_PUTTING, o, OP_PUT);
	note_waiters(k, k->t->note[1].text.length ? 2 : 1, WORD_GETTING, o, OP_GET);
	note_waiters(k, 2, WORD_JOINING, o, OP_JOIN);
	text_free(&item);
	return true;
}

/* ---- a pipe: two ways, and who has its ends ---- */

static void put_ends_names(struct sketch *k, struct text *t, uint32_t end, bool open)
{
	struct crowd c = { .count = 0 };

	for (proc_id p = MAIN; p < k->s->g->processes; p++)
		if (process_body(k->s->g, p) == p && who_is(k->s->y->world.shared, p)->life == LIFE_ALIVE && end_is_open(k->s->g, k->s->y->world.shared, p, end))
			crowd_join(&c, k->s, p);
	if (!open || !c.count)
		text_put(t, say(k->s, WORD_CLOSED));
	else
		put_fitting(t, k->c, c.name, MOST_NAMED, c.count, LONGEST_NAME);
}

/* What is on its way to this end. */
static void put_way(struct sketch *k, struct strip *row, uint32_t o, uint32_t end, int width)
{
	const struct ring_cells *r = pipe_ring(k->s->g, k->s->y->world.shared, value_make(TAG_OBJECT, o | end << OBJECT_END), true);
	struct text items = { 0 };

	for (uint32_t i = 0; r && i < r->count && i < MOST_SLOTS_SHOWN; i++) {
		if (i)
			text_print(&items, " %s ", glyph_text(k->c->ascii, GLYPH_POLE));
		program_value(k->s->g, r->item[(r->head + i) % k->s->g->object[o].room], &items);
	}
	strip_put(row, ROLE_TEXT, " ");
	strip_glyph(row, k->c, items.length ? ROLE_ACCENT : ROLE_FAINT, end == END_RIGHT ? GLYPH_TO : GLYPH_FROM);
	strip_put(row, ROLE_TEXT, " ");
	struct text fit = { 0 };
	put_short(&fit, k->c, !r ? "" : items.length ? text_is(&items) : say(k->s, WORD_EMPTY), width);
	strip_put(row, items.length ? ROLE_VOICE : ROLE_FAINT, text_is(&fit));
	blanks(row, width - canvas_cells(k->c, text_is(&fit)) + 1);
	text_free(&fit);
	text_free(&items);
}

static void put_end_name(struct sketch *k, struct strip *row, const char *name, bool closed, int width, bool right)
{
	unsigned ink = closed ? ROLE_WARNING : ROLE_ACCENT;
	int free_cells = width - canvas_cells(k->c, name);

	if (!right)
		blanks(row, free_cells);
	strip_put(row, ink, name);
	if (right)
		blanks(row, free_cells);
}

static bool pipe_thing(struct sketch *k, uint32_t o, const struct object *row, const void *cells)
{
	const struct pipe_cells *pipe = cells;
	enum { LEAST_INSIDE = 12, MOST_INSIDE = 40 };
	struct text left = { 0 }, right = { 0 };

	put_ends_names(k, &left, row->end, pipe->open[0]);
	put_ends_names(k, &right, row->end + 1, pipe->open[1]);
	int at_left = canvas_cells(k->c, text_is(&left)), at_right = canvas_cells(k->c, text_is(&right));
	int inside = k->room - at_left - at_right - 10;

	inside = fit_into(inside - (k->narrow ? 0 : LEAST_NOTE), 0, MOST_INSIDE);
	if (inside >= LEAST_INSIDE) {
		for (int i = 0; i < PIPE_ROWS; i++) {
			struct strip *t = &k->t->row[i];
			put_end_name(k, t, i == 1 ? text_is(&left) : "", !pipe->open[0], at_left, false);
			strip_put(t, ROLE_TEXT, " ");
			if (i == 0 || i == PIPE_ROWS - 1) {
				repeat_glyph(k, t, ROLE_BORDER, GLYPH_RULE_PAST, inside + 6);
			} else {
				strip_glyph(t, k->c, ROLE_BORDER, GLYPH_POLE);
				put_way(k, t, o, i == 1 ? END_RIGHT : END_LEFT, inside);
				strip_glyph(t, k->c, ROLE_BORDER, GLYPH_POLE);
			}
			strip_put(t, ROLE_TEXT, " ");
			put_end_name(k, t, i == 1 ? text_is(&right) : "", !pipe->open[1], at_right, true);
		}
		note_waiters(k, 1, WORD_RECEIVING, o, OP_RECV);
		note_waiters(k, 2, WORD_SENDING, o, OP_SEND);
	}
	text_free(&left);
	text_free(&right);
	return inside >= LEAST_INSIDE;
}

/* ---- all of them ---- */

static const struct { int rows; bool (*make)(struct sketch *, uint32_t, const struct object *, const void *cells); } pictures[KIND_COUNT] = {
	[KIND_LOCK] = { ROWS, lock_thing }, [KIND_RLOCK] = { ROWS, lock_thing }, [KIND_CONDITION] = { ROWS, condition_thing },
	[KIND_SEMAPHORE] = { ROWS, semaphore_thing }, [KIND_BARRIER] = { ROWS, barrier_thing }, [KIND_EVENT] = { ROWS, event_thing },
	[KIND_QUEUE] = { ROWS, queue_thing }, [KIND_PIPE] = { PIPE_ROWS, pipe_thing }, [KIND_CONNECTION] = { PIPE_ROWS, pipe_thing },
};

int thing_rows(enum kind kind)
{
	return pictures[kind].rows;
}

bool thing_make(struct thing *t, const struct show *s, const struct canvas *c, uint32_t o, int room, bool narrow)
{
	const struct object *row = &s->g->object[o];
	struct sketch k = { t, s, c, room, narrow };

	for (int i = 0; i < THING_ROWS; i++) {
		strip_clear(&t->row[i]);
		strip_clear(&t->note[i]);
	}
	strip_clear(&t->below);
	t->rows = thing_rows(row->kind);
	if (!pictures[row->kind].make || !pictures[row->kind].make(&k, o, row, s->y->world.shared + row->at))
		return false;
	t->width = strip_cells(&t->row[0], c);
	return true;
}

static void draw_strip(const struct strip *t, struct area a, int x, int y)
{
	if (y >= 0 && y < a.height)
		strip_draw(t, a, x, y, a.width - x);
}

void thing_draw(const struct thing *t, struct area a, int x, int y, int above)
{
	for (int i = 0; i < t->rows; i++) {
		draw_strip(&t->row[i], a, x, y + i);
		if (i || !above)
			draw_strip(&t->note[i], a, x + t->width + 2, y + i);
	}
	if (above)
		draw_strip(&t->note[0], a, above, y - 1);
	draw_strip(&t->below, a, x, y + t->rows);
}

void thing_free(struct thing *t)
{
	for (int i = 0; i < THING_ROWS; i++) {
		strip_free(&t->row[i]);
		strip_free(&t->note[i]);
	}
	strip_free(&t->below);
}
