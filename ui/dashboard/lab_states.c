/* The states as a diagram, the processes in their places, and the transition that has just happened, by its name. */
#include "ui/dashboard/lab.h"

enum { NEW, READY, RUNNING, ENDED, BLOCKED, BOXES, TALL_ROWS = 7, FLAT_ROWS = 3 };

static const enum word titles[BOXES] = { WORD_BOX_NEW, WORD_BOX_READY, WORD_BOX_RUNNING, WORD_BOX_ENDED, WORD_BOX_BLOCKED };
static const enum role roles[BOXES] = { ROLE_NEW, ROLE_READY, ROLE_RUNNING, ROLE_ENDED, ROLE_BLOCKED };

static int box_of(enum state state)
{
	switch (state) {
	case STATE_NEW:     return NEW;
	case STATE_READY:   return READY;
	case STATE_RUNNING: return RUNNING;
	case STATE_BLOCKED: return BLOCKED;
	default:            return ENDED;
	}
}

/* As many as fit into so many cells; of the others, how many they are. */
static void put_members(const struct show *s, const struct canvas *c, struct text *t, int box, int room)
{
	enum { MOST = 16 };
	const char *name[MOST];
	int count = 0;

	for (proc_id p = lab_next(s, 0); p; p = lab_next(s, p))
		if (box_of(s->y->actor[p].state) == box && count++ < MOST)
			name[count - 1] = title_of(s->g, p);
	put_fitting(t, c, name, MOST, count, room);
}

/* ---- transitions ---- */

static enum word name_of(const struct moved *m)
{
	int from = box_of(m->from), to = box_of(m->to);

	if (m->from == STATE_ZOMBIE)
		return WORD_MOVE_JOINED;
	if (to == ENDED)
		return WORD_MOVE_ENDED;
	if (to == BLOCKED)
		return WORD_MOVE_WAITS;
	if (to == RUNNING)
		return WORD_MOVE_DISPATCHED;
	if (from == RUNNING)
		return m->why == WHY_EXPIRED ? WORD_MOVE_TIME_OUT : WORD_MOVE_PREEMPTED;
	return from == BLOCKED ? WORD_MOVE_WOKEN : WORD_MOVE_ADMITTED;
}

/* The same of one process, where the picture has only the name of the arrow. */
static enum word told_as(const struct moved *m)
{
	enum word name = name_of(m);

	if (name == WORD_MOVE_WAITS && m->on == ON_CLOCK)
		return WORD_TOLD_SLEEPS;
	return name == WORD_MOVE_DISPATCHED ? WORD_TOLD_DISPATCHED : name == WORD_MOVE_ADMITTED ? WORD_TOLD_ADMITTED : name;
}

static bool is_told(const struct show *s, const struct moved *m)
{
	return m->time == s->y->at->now && !(m->who == MAIN && s->g->default_main);
}

/* Those of this instant, the oldest first: as many as fit. */
static void draw_sentence(struct area a, int y, const struct show *s)
{
	const struct view *v = s->v;
	struct strip t = { 0 };
	uint64_t first = v->moves > MOVES ? v->moves - MOVES : 0, from;

	for (from = v->moves; from > first && v->moves - from < 5 && is_told(s, &v->moved[(from - 1) % MOVES]);)
		from--;
	for (uint64_t i = from; i < v->moves; i++) {
		const struct moved *m = &v->moved[i % MOVES];
		const struct inked who = inked(ROLE_TEXT, title_of(s->g, m->who));
		const struct inked move = inked(i + 1 == v->moves ? ROLE_CHANGED : ROLE_ACCENT, say(s, told_as(m)));
		strip_put(&t, ROLE_FAINT, i > from ? "  " : "");
		if (told_as(m) == WORD_MOVE_WAITS && on_word(s->g, m->on))
			strip_inked(&t, ROLE_TEXT, s->zh, WORD_MOVED_ON, who, move, inked(ROLE_TEXT, on_word(s->g, m->on)));
		else
			strip_inked(&t, ROLE_TEXT, s->zh, WORD_MOVED, who, move);
	}
	if (from == v->moves)
		strip_put(&t, ROLE_FAINT, say(s, v->moves ? WORD_NO_MOVE : WORD_NOTHING_YET));
	strip_draw(&t, a, 0, y, a.width);
	strip_free(&t);
}

/* The name of the last transition, if it is one of these: it is shown in its place. */
static unsigned ink_of(const struct show *s, enum word word)
{
	const struct view *v = s->v;
	const struct moved *m = v->moves ? &v->moved[(v->moves - 1) % MOVES] : NULL;

	return m && is_told(s, m) && name_of(m) == word ? ROLE_CHANGED : ROLE_FAINT;
}

/* ---- the diagram ---- */

static void draw_box(struct area a, const struct show *s, int box)
{
	struct text t = { 0 };
	struct area room = canvas_box(a, &(struct frame){ .title = say(s, titles[box]) });

	put_members(s, a.canvas, &t, box, room.width);
	canvas_fit(room, 0, 0, room.width, roles[box], text_is(&t));
	text_free(&t);
}

static void arrow(struct area a, int x, int y, const struct show *s, enum word word, enum glyph glyph, bool before)
{
	unsigned ink = ink_of(s, word);

	if (before)
		x = canvas_glyph(a, x, y, ink, glyph) + 1;
	x = canvas_put(a, x, y, ink, say(s, word));
	if (!before)
		canvas_glyph(a, x + 1, y, ink, glyph);
}

static void draw_tall(struct area a, const struct show *s)
{
	static const int least[4] = { 9, 11, 13, 11 }, part[4] = { 1, 4, 2, 3 }, arrows[4] = { 12, 14, 9, 0 };
	int extra = a.width - 44 - 35, width[4], x[4], at = 0;

	for (int i = 0; i < 4; i++) {
		width[i] = least[i] + (extra > 0 ? extra * part[i] / 10 : 0);
		x[i] = at;
		draw_box(area_part(a, at, 0, width[i], 3), s, i);
		at += width[i] + arrows[i];
	}
	arrow(a, x[1] - arrows[0] + 1, 1, s, WORD_MOVE_ADMITTED, GLYPH_TO, false);
	arrow(a, x[2] - arrows[1] + 1, 0, s, WORD_MOVE_DISPATCHED, GLYPH_TO, false);
	arrow(a, x[2] - arrows[1] + 1, 1, s, WORD_MOVE_TIME_OUT, GLYPH_FROM, true);
	arrow(a, x[2] - arrows[1] + 1, 2, s, WORD_MOVE_PREEMPTED, GLYPH_FROM, true);
	arrow(a, x[3] - arrows[2] + 1, 1, s, WORD_MOVE_ENDED, GLYPH_TO, false);
	int left = x[1] + width[1] / 2, right = x[2] + width[2];
	draw_box(area_part(a, left, 3, right - left - width[2] / 2, 3), s, BLOCKED);
	arrow(a, left - 9 > 0 ? left - 9 : 0, 4, s, WORD_MOVE_WOKEN, GLYPH_UP, true);
	arrow(a, right - width[2] / 2 + 2, 4, s, WORD_MOVE_WAITS, GLYPH_FROM, true);
	draw_sentence(a, 6, s);
}

static void put_flat(struct strip *t, const struct canvas *c, const struct show *s, int box, int room)
{
	struct text members = { 0 };

	put_members(s, c, &members, box, room);
	strip_print(t, ROLE_HEADING, "%s", say(s, titles[box]));
	strip_print(t, roles[box], "[%s]", text_is(&members));
	text_free(&members);
}

static void put_arrow(struct strip *t, const struct canvas *c, const struct show *s, enum word word, enum glyph glyph)
{
	strip_print(t, ink_of(s, word), " %s", say(s, word));
	strip_glyph(t, c, ink_of(s, word), glyph);
	strip_put(t, ROLE_TEXT, " ");
}

/* The boxes that stand in one line, each with so many cells for its members. */
static void put_line(struct strip *t, const struct canvas *c, const struct show *s, const int *room)
{
	strip_clear(t);
	put_flat(t, c, s, NEW, room[NEW]);
	put_arrow(t, c, s, WORD_MOVE_ADMITTED, GLYPH_TO);
	put_flat(t, c, s, READY, room[READY]);
	put_arrow(t, c, s, WORD_MOVE_DISPATCHED, GLYPH_TO);
	put_flat(t, c, s, RUNNING, room[RUNNING]);
	put_arrow(t, c, s, WORD_MOVE_ENDED, GLYPH_TO);
	put_flat(t, c, s, ENDED, room[ENDED]);
}

/* Those that have ended and those that are still to come give their room first, the one that runs gives last. */
static void put_line_within(struct strip *t, const struct canvas *c, const struct show *s, int width)
{
	enum { LEAST_MEMBERS = 4, IN_LINE = 4 };
	static const int giving[IN_LINE] = { ENDED, NEW, READY, RUNNING };
	int room[BOXES] = { 0 };

	for (int i = 0; i < IN_LINE; i++)
		room[giving[i]] = width;
	put_line(t, c, s, room);
	for (int i = 0; i < IN_LINE; i++)
		for (; strip_cells(t, c) > width && room[giving[i]] > LEAST_MEMBERS; put_line(t, c, s, room))
			room[giving[i]]--;
}

/* Where there is little room: in two lines. */
static void draw_flat(struct area a, const struct show *s)
{
	struct strip t = { 0 };

	put_line_within(&t, a.canvas, s, a.width);
	strip_draw(&t, a, 0, 0, a.width);
	strip_clear(&t);
	strip_put(&t, ROLE_TEXT, "   ");
	put_flat(&t, a.canvas, s, BLOCKED, a.width / 4);
	put_arrow(&t, a.canvas, s, WORD_MOVE_WOKEN, GLYPH_UP);
	put_arrow(&t, a.canvas, s, WORD_MOVE_WAITS, GLYPH_FROM);
	strip_put(&t, ROLE_FAINT, " · ");
	put_arrow(&t, a.canvas, s, WORD_MOVE_TIME_OUT, GLYPH_FROM);
	put_arrow(&t, a.canvas, s, WORD_MOVE_PREEMPTED, GLYPH_FROM);
	strip_draw(&t, a, 0, 1, a.width);
	strip_free(&t);
	if (a.height > 2)
		draw_sentence(a, 2, s);
}

static void draw(struct area a, struct show *s)
{
	if (a.height >= TALL_ROWS && a.width >= 78)
		draw_tall(a, s);
	else
		draw_flat(a, s);
}

static int wish(const struct show *s, int width)
{
	(void)s;
	return width >= 80 ? TALL_ROWS : FLAT_ROWS;
}

const struct part lab_states = { draw, wish, FLAT_ROWS, NULL };
