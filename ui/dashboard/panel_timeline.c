/* The time line: which process was in which state when. Each stretch of time in which nothing changed takes columns by
 * the logarithm of its length, at least one: so a long sleep does not push the interesting moments off the
 * screen. The picture is painted from the present backwards, from what the view has kept. */
#include <stdlib.h>
#include <string.h>
#include "ui/dashboard/mouse.h"
#include "ui/dashboard/show.h"

enum { FULL, TIGHT };                   /* how long stretches may become */
enum { LONGEST_TIGHT = 2 };

/* The instants at which something changed, newest first, and their columns counted from the right end. */
struct instant { int64_t time; int back; };
struct rows {
	struct area a;                  /* of the cells alone */
	struct show *s;
	int pitch;                      /* rows from one process to the next: 2 where there is room */
	int64_t unit;
	struct instant *instant; int instants;
	int used;                       /* columns that the painted part takes */
	bool whole;                     /* it reaches back to the beginning */
};

/* The point of no return: its column, or -1; that of the words; and what they take together, or nothing. */
struct label { int arrow, at, from, to; };

static int columns_of(int64_t length, int64_t unit, int mode)
{
	int64_t units = (length + unit - 1) / unit;
	int columns = 3;

	if (mode == TIGHT)
		return units <= 1 ? 1 : LONGEST_TIGHT;
	if (units <= 3)
		return units < 1 ? 1 : (int)units;
	for (; units > 3; units /= 2)
		columns++;
	return columns;
}

static const struct turned *turned_at(const struct view *v, uint64_t i)
{
	return &v->turned[i % TURNS];
}

static uint64_t oldest(const struct view *v)
{
	return view_oldest(v->turns, TURNS, v->first_turn);
}

/* Back from the present until the width is full. */
static void measure(struct rows *r, int mode)
{
	const struct view *v = r->s->v;
	int64_t later = r->s->y->at->now;
	int back = 1, limit = r->a.width;       /* the present has a column of its own */

	r->instants = 0;
	r->instant[r->instants++] = (struct instant){ later, back };
	for (uint64_t i = v->turns; i > oldest(v) && back < limit; i--) {
		int64_t time = turned_at(v, i - 1)->time;
		if (time == later)
			continue;
		back += columns_of(later - time, r->unit, mode);
		r->instant[r->instants++] = (struct instant){ time, back };
		later = time;
	}
	if (later > 0 && !oldest(v) && back < limit) {
		back += columns_of(later, r->unit, mode);
		r->instant[r->instants++] = (struct instant){ 0, back };
	}
	r->used = back;
	r->whole = back <= r->a.width;
}

/* The column of an instant; what was before all that is painted lies left of column 0. */
static int column_of(const struct rows *r, int back)
{
	return (r->whole ? r->used : r->a.width) - back;
}

static void fill(const struct rows *r, int y, int from, int to, uint8_t state)
{
	const struct shown *look = shown_as(state);

	if (from < 0)
		from = 0;
	for (int x = from; x < to && x < r->a.width; x++)
		if (look->glyph != GLYPH_COUNT)
			canvas_glyph(r->a, x, y, look->role & ~LOOK_BOLD, look->glyph);
}

static void mark_end(const struct rows *r, int y, int x)
{
	if (x >= 0 && x < r->a.width)
		canvas_glyph(r->a, x, y, ROLE_ENDED, GLYPH_T_ENDED);
}

/* Backwards through everything that happened: each change ends a stretch that begins left of it. */
static void paint(const struct rows *r, proc_id first, int rows)
{
	const struct view *v = r->s->v;
	int right[256], at = 0;
	uint8_t state[256];
	uint64_t i;

	for (int y = 0; y < rows; y++) {        /* the present has a column of its own */
		right[y] = column_of(r, 1);
		fill(r, y * r->pitch, right[y], column_of(r, 0), shown_state(r->s, first + (proc_id)y));
		state[y] = v->shown[first + (proc_id)y];
	}
	for (i = v->turns; i > oldest(v); i--) {
		const struct turned *t = turned_at(v, i - 1);
		int y = (int)t->who - (int)first, x;
		while (at < r->instants && r->instant[at].time != t->time)
			at++;
		if (at == r->instants)
			break;
		if (y < 0 || y >= rows)
			continue;
		x = column_of(r, r->instant[at].back);
		fill(r, y * r->pitch, x, right[y], t->to);
		if ((t->to == STATE_TERMINATED || t->to == STATE_ZOMBIE) && t->from != STATE_ZOMBIE)
			mark_end(r, y * r->pitch, x);
		right[y] = x < right[y] ? x : right[y];
		state[y] = t->from;
	}
	for (int y = 0; y < rows; y++)
		fill(r, y * r->pitch, 0, right[y], state[y]);
}

/* "0.3", "12": without the zeros that say nothing. */
static void short_time(struct text *t, int64_t micros)
{
	int64_t milli = micros / 1000 % 1000;

	text_print(t, "%lld", (long long)(micros / 1000000));
	if (milli % 100 == 0 && milli)
		text_print(t, ".%lld", (long long)milli / 100);
	else if (milli % 10 == 0 && milli)
		text_print(t, ".%02lld", (long long)milli / 10);
	else if (milli)
		text_print(t, ".%03lld", (long long)milli);
	text_char(t, 's');
}

/* Its place in all of the run can be pointed at, be it drawn or not. */
static void note_scrubber(struct area a, int y, const struct show *s)
{
	struct text end = { 0 };

	text_print(&end, "%llu", (unsigned long long)s->now->at->steps);
	if (s->now->at->steps && a.width > (int)end.length + 5)
		area_spot(a, 2, y, -1 - (int)end.length, 1, SPOT_SCRUBBER, 0);
	text_free(&end);
}

/* Where the moment stands in all of the run: "0 ━━━●────── 57". */
static void draw_scrubber(struct area a, int y, const struct show *s)
{
	uint64_t all = s->now->at->steps, here = s->y->at->steps;
	struct text end = { 0 };
	int x = canvas_put(a, 0, y, ROLE_PAST, "0") + 1, width;

	text_print(&end, "%llu", (unsigned long long)all);
	width = a.width - x - (int)end.length - 1;
	if (width > 2) {
		canvas_bar(a, x, y, width, ROLE_PAST, (long)here, (long)all);
		canvas_glyph(a, x + (int)(here * (uint64_t)(width - 1) / all), y, ROLE_PAST | LOOK_BOLD, GLYPH_TAKEN);
		if (s->no_return && s->no_return <= all)
			canvas_glyph(a, x + (int)(s->no_return * (uint64_t)(width - 1) / all), y, ROLE_ERROR, GLYPH_CROSS);
		canvas_put(a, x + width + 1, y, ROLE_PAST, text_is(&end));
	}
	text_free(&end);
}

/* ---- the point of no return ---- */

/* When that action happened; -1: it has not, or too much has happened since. */
static int64_t time_of_step(const struct view *v, uint64_t n)
{
	for (uint64_t i = v->tales; i > view_oldest(v->tales, TALES, v->first_tale); i--) {
		const struct tale *t = &v->tale[(i - 1) % TALES];
		if (t->kind == TALE_STEP && t->n == n)
			return t->time;
	}
	return -1;
}

static int column_of_time(const struct rows *r, int64_t time)
{
	int i = 0;

	while (i + 1 < r->instants && r->instant[i].time > time)
		i++;
	return column_of(r, r->instant[i].back);
}

/* In words, and where they stand: beside the arrow, or at the right end, if it lies ahead. */
static bool place_label(const struct rows *r, struct label *l, const char *words)
{
	int cells = canvas_cells(r->a.canvas, words);

	l->at = l->arrow < 0 ? r->a.width - 1 - cells : l->arrow + 2 + cells <= r->a.width ? l->arrow + 2 : l->arrow - cells - 1;
	l->from = l->arrow >= 0 && l->arrow < l->at ? l->arrow : l->at;
	l->to = l->at + cells > l->arrow + 1 ? l->at + cells : l->arrow + 1;
	return l->at >= 0;
}

/* Of the way that is played: where it lies, or which step it will be. Where the words have no room, its number has. */
static struct label label_of(const struct rows *r, struct text *words)
{
	uint64_t n = r->s->no_return;
	bool ahead = n > r->s->y->at->steps;
	int64_t time = ahead ? -1 : time_of_step(r->s->v, n);
	struct label l = { .arrow = time < 0 ? -1 : column_of_time(r, time), .to = -1 };

	if (!n || is_past(r->s) || (!ahead && l.arrow < 0))
		return l;
	text_say(words, ahead ? SAY(NO_RETURN_AHEAD, n) : SAY(NO_RETURN_PASSED, n));
	if (place_label(r, &l, text_is(words)))
		return l;
	text_clear(words);
	if (!ahead)
		text_print(words, "%llu", (unsigned long long)n);
	if (ahead || !place_label(r, &l, text_is(words)))
		text_clear(words), l = (struct label){ .arrow = l.arrow, .from = l.arrow, .to = l.arrow + 1 };
	return l;
}

static void draw_label(const struct rows *r, int y, struct label l, const char *words)
{
	if (*words)
		canvas_put(r->a, l.at, y, l.arrow < 0 ? ROLE_WARNING : ROLE_ERROR, words);
	if (l.arrow >= 0)
		canvas_glyph(r->a, l.arrow, y, ROLE_ERROR, GLYPH_UP);
}

/* What the label of the point of no return needs keeps its place: a time that would touch it is left out whole. */
static void draw_axis(const struct rows *r, int y, struct label label)
{
	struct text t = { 0 };
	int free = 0;

	for (int i = r->instants - 1; i >= 0; i--) {
		int x = column_of(r, r->instant[i].back), cells;
		text_clear(&t);
		short_time(&t, r->instant[i].time);
		cells = (int)t.length;
		if (x < free || x < 0 || x + cells > r->a.width || (x <= label.to && x + cells >= label.from))
			continue;
		canvas_put(r->a, x, y, ROLE_FAINT, text_is(&t));
		free = x + cells + 3;
	}
	text_free(&t);
}

static void draw_times(const struct rows *r, int y)
{
	struct text words = { 0 };
	struct label label = label_of(r, &words);

	draw_axis(r, y, label);
	draw_label(r, y, label, text_is(&words));
	text_free(&words);
}

/* ---- the panel ---- */

/* The default main only starts and joins: its row would say nothing. */
static proc_id first_row(const struct show *s)
{
	return s->g->default_main && s->g->processes > 2 ? MAIN + 1 : MAIN;
}

static int rows_of(const struct show *s)
{
	return (int)s->g->processes - (int)first_row(s);
}

static int longest_name(const struct show *s, const struct canvas *c, int limit)
{
	int longest = 0;

	for (proc_id p = first_row(s); p < s->g->processes; p++) {
		int cells = canvas_cells(c, title_of(s->g, p));
		longest = cells > longest ? cells : longest;
	}
	return longest < limit ? longest : limit;
}

static void draw_names(struct area a, const struct show *s, proc_id first, int rows, int width, int pitch)
{
	for (int i = 0; i < rows; i++) {
		proc_id p = first + (proc_id)i;
		int y = i * pitch;
		area_spot(a, 0, y, AREA_REST, 1, SPOT_PROCESS, p);
		if (p == s->v->last)
			canvas_glyph(a, 0, y, ROLE_MARK, GLYPH_BULLET);
		if (p == s->selected)
			canvas_glyph(a, 1, y, ROLE_ACCENT, GLYPH_HERE);
		draw_name(a, 3, y, width, p == s->selected ? ROLE_TITLE : ROLE_TEXT, title_of(s->g, p));
	}
}

static void prepare(struct rows *r)
{
	r->unit = r->s->g->cpu.step > 0 ? r->s->g->cpu.step : 1000;
	r->instant = must_have(malloc(((size_t)r->a.width + 4) * sizeof *r->instant));
	measure(r, FULL);
	if (!r->whole) {
		measure(r, TIGHT);
		if (!r->whole)
			measure(r, FULL);
	}
}

static void draw(struct area a, struct show *s)
{
	int width = longest_name(s, a.canvas, a.width / 5), all = rows_of(s);
	int height = a.height > 2 || all < a.height ? a.height - 1 : a.height, rows = all < height ? all : height;
	struct rows r = { .a = area_part(a, width + 5, 0, -1, AREA_REST), .s = s };
	proc_id first;

	if (rows > 256)
		rows = 256;
	r.pitch = a.height >= 2 * all + 1 && all > 0 ? 2 : 1;
	if (r.a.width < 8 || rows < 1)
		return;
	first = first_row(s);
	s->top[PANEL_TIMELINE] = scrolled(s->top[PANEL_TIMELINE], (int)s->selected - (int)first, all, rows);
	first = first + (proc_id)s->top[PANEL_TIMELINE];
	draw_names(a, s, first, rows, width, r.pitch);
	prepare(&r);
	paint(&r, first, rows);
	if (rows < all && rows < a.height)
		canvas_print(a, 3, rows * r.pitch, ROLE_FAINT, "%s +%d", glyph_text(a.canvas->ascii, GLYPH_DOWN), all - rows);
	if (rows < a.height)
		note_scrubber(r.a, rows * r.pitch, s);
	if (rows < a.height && is_past(s))
		draw_scrubber(r.a, rows * r.pitch, s);
	else if (rows < a.height)
		draw_times(&r, rows * r.pitch);
	free(r.instant);
	if (s->focus == PANEL_TIMELINE) {
		s->page = rows;
		area_cursor(a, 1, ((int)s->selected - (int)first) * r.pitch);
	}
}

static int wish(const struct show *s, int width)
{
	(void)width;
	return rows_of(s) + 2;
}

static void note(const struct show *s, const struct canvas *c, struct text *t)
{
	static const uint8_t order[] = { STATE_RUNNING, STATE_READY, STATE_BLOCKED, SHOWN_SLEEPING };

	for (size_t i = 0; i < sizeof order; i++)
		text_print(t, "%s%s %s", i ? "  " : "", glyph_text(c->ascii, shown_as(order[i])->glyph),
		           shown_word(s, order[i]));
	text_print(t, "  %s %s", glyph_text(c->ascii, GLYPH_T_ENDED), say(s, WORD_ENDED));
}

/* The legend has the colours of what it explains. */
static void tint(struct area a)
{
	for (uint8_t state = 0; state < SHOWN_COUNT; state++) {
		const struct shown *look = shown_as(state);
		uint32_t sign;
		if (look->glyph == GLYPH_COUNT)
			continue;
		utf8_next(glyph_text(a.canvas->ascii, look->glyph), &sign);
		for (int x = a.width / 4; x < a.width; x++) {
			struct cell *c = canvas_at(a.canvas, a.x + x, a.y);
			if (c->code == sign && c->role == ROLE_FAINT)
				c->role = look->role;
		}
	}
}

const struct panel panel_timeline = { WORD_TIMELINE, '4', draw, wish, note, tint };
