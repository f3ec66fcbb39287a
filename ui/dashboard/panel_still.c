/* What can still happen: whether it may deadlock, what becomes of each expectation, which ends are left. A search that goes on, or
 * that a limit has stopped, says so first; what it has not decided stays NOT DECIDED. */
#include <stdlib.h>
#include <string.h>
#include "sim/explore/apart.h"
#include "sim/report/explored.h"
#include "ui/dashboard/mouse.h"
#include "ui/dashboard/show.h"

enum { MARK = 2, WORD_ROOM = 14, WORD_ROOM_ZH = 12 };

/* ---- which rows there are ---- */

bool still_is_over(const struct still *t)
{
	return t->search && apart_fd(t->search) < 0;
}

static bool is_value(const struct expect *e)
{
	return e->kind < EXPECT_DEADLOCK;
}

/* The three events come first, as they need no expectation; then those of the file; then outcomes, wrong ones first. */
struct still_row *still_rows(const struct still *t, size_t *count)
{
	const struct exploration *x = apart_found(t->search);
	const struct outcome_found **ends = outcomes_in_order(x);
	struct still_row *row = must_have(calloc(3 + x->g->expects + x->outcomes, sizeof *row));

	*count = 0;
	for (uint32_t kind = EXPECT_DEADLOCK; kind <= EXPECT_EXCEPTION; kind++)
		row[(*count)++] = (struct still_row){ STILL_EVENT, kind };
	for (uint32_t k = 0; k < x->g->expects; k++)
		if (is_value(&x->g->expect[k]))
			row[(*count)++] = (struct still_row){ STILL_EXPECT, k };
	for (size_t k = 0; k < x->outcomes; k++)
		row[(*count)++] = (struct still_row){ STILL_OUTCOME, (uint32_t)(ends[k] - x->outcome) };
	free(ends);
	return row;
}

static bool is_same(struct still_row a, struct still_row b)
{
	return a.kind == b.kind && a.n == b.n;
}

static bool was_broken(const struct still *t, struct still_row r)
{
	return r.kind == STILL_EXPECT && t->broken >> r.n & 1;
}

static struct prospect prospect_of(const struct still *t, struct still_row r)
{
	const struct exploration *x = apart_found(t->search);

	return r.kind == STILL_EVENT ? explored_event(x, (enum expect_kind)r.n) : explored_expectation(x, r.n);
}

const struct way *still_way(const struct still *t, struct still_row r)
{
	const struct exploration *x = apart_found(t->search);
	const struct way *way = r.kind == STILL_OUTCOME ? &x->outcome[r.n].way : &prospect_of(t, r).judged->way;

	return way->found && !was_broken(t, r) ? way : NULL;
}

void still_select(struct show *s, int further)
{
	size_t count, at = 0;
	struct still_row *row;

	if (!s->still.search)
		return;
	row = still_rows(&s->still, &count);
	while (at + 1 < count && !is_same(row[at], s->still.row))
		at++;
	for (; further < 0 && at; further++)
		at--;
	for (; further > 0 && at + 1 < count; further--)
		at++;
	s->still.row = row[at];
	s->still.moved = true;
	free(row);
}

void still_point_out(struct show *s)
{
	size_t count;
	struct still_row *row = still_rows(&s->still, &count);

	for (size_t k = 0; k < count && row[k].kind != STILL_OUTCOME && !s->still.moved; k++)
		if (prospect_of(&s->still, row[k]).bad && still_way(&s->still, row[k])) {
			s->still.row = row[k];
			break;
		}
	free(row);
}

uint64_t still_origin(const struct show *s)
{
	return !is_past(s) && s->now->at->verdict ? 0 : s->moment->at->steps;
}

/* It went on, or a process was killed: what was found is not about what is shown. */
bool still_is_stale(const struct show *s)
{
	const struct still *t = &s->still;
	const struct history *h = s->now->history;

	for (size_t i = t->entries; h && i < h->count && !is_past(s); i++)
		if (h->entry[i].cause == CAUSE_SIGNALLED)
			return true;
	return t->other || still_origin(s) != t->from;
}

/* ---- in words ---- */

static const char *word_of(const struct program *g, struct still_row r, struct text *t)
{
	if (r.kind == STILL_EXPECT)
		return g->expect[r.n].name;
	text_say(t, r.n == EXPECT_DEADLOCK ? SAY(STILL_DEADLOCK) : r.n == EXPECT_DEAD_END ? SAY(STILL_DEAD_END) : SAY(STILL_EXCEPTION));
	return text_is(t);
}

/* In how many executions; and where nothing is decided, why. */
static void put_how(struct text *t, const struct still *s, struct still_row r, const struct prospect *p)
{
	struct text how = { 0 };

	text_say(&how, p->how);
	if (was_broken(s, r))
		text_say(t, SAY(STILL_BROKEN_BEFORE));
	else if (p->word == RULING_UNDECIDED)
		text_say(t, SAY(STILL_NOT_YET));
	else
		text_put(t, text_is(&how));
	text_free(&how);
}

static unsigned ink_of(const struct prospect *p, bool broken)
{
	return broken || p->bad ? ROLE_ERROR : p->word == RULING_UNDECIDED ? ROLE_WARNING : p->good ? ROLE_GOOD : ROLE_TEXT;
}

static void draw_prospect(struct area a, int y, const struct show *s, struct still_row r)
{
	const struct still *t = &s->still;
	struct prospect p = prospect_of(t, r);
	bool broken = was_broken(t, r);
	struct text word = { 0 }, name = { 0 }, how = { 0 }, line = { 0 };
	int x = MARK + (s->zh ? WORD_ROOM_ZH : WORD_ROOM);

	ruling_headline(&word, broken ? RULING_FAILS : p.word, s->zh);
	canvas_fit(a, MARK, y, x - MARK - 1, ink_of(&p, broken) | LOOK_BOLD, text_is(&word));
	put_how(&how, t, r, &p);
	text_say(&line, SAY(STILL_LINE, word_of(s->g, r, &name), text_is(&how)));
	canvas_fit(a, x, y, a.width - x - 1, ROLE_TEXT, text_is(&line));
	text_free(&word);
	text_free(&name);
	text_free(&how);
	text_free(&line);
}

static void draw_outcome(struct area a, int y, const struct show *s, uint32_t n)
{
	static const enum role roles[] = { [SIDE_WRONG] = ROLE_ERROR, [SIDE_DECLARED] = ROLE_WARNING, [SIDE_EITHER] = ROLE_WARNING, [SIDE_NONE] = ROLE_TEXT, [SIDE_RIGHT] = ROLE_GOOD };
	const struct exploration *x = apart_found(s->still.search);
	enum side side = outcome_side(x, &x->outcome[n]);
	struct text word = { 0 }, name = { 0 };
	int at = MARK + (s->zh ? WORD_ROOM_ZH : WORD_ROOM);

	text_say(&word, outcome_side_word(side));
	canvas_right(a, MARK, y, at - MARK - 1, roles[side], text_is(&word));
	outcome_name(&name, x, &x->outcome[n]);
	canvas_fit(a, at, y, a.width - at - 1, ROLE_TEXT, text_is(&name));
	text_free(&word);
	text_free(&name);
}

/* ---- the first lines: what all that follows rests on ---- */

static struct message why_cut(const struct exploration *x)
{
	switch (x->stopped) {
	case STOP_STATES: return SAY(STILL_AT_STATES);
	case STOP_MEMORY: return SAY(STILL_AT_MEMORY);
	case STOP_LOST:   return SAY(STILL_AT_LOST);
	default:          return SAY(STILL_OPEN);
	}
}

static void put_from(struct text *t, const struct still *s)
{
	text_say(t, s->from ? SAY(STILL_FROM, s->from) : SAY(STILL_FROM_START));
}

void still_title(struct text *t, const struct still *s)
{
	struct text from = { 0 };

	put_from(&from, s);
	text_say(t, s->ended ? SAY(STILL_TITLE_ENDED, text_is(&from)) : SAY(STILL_TITLE, text_is(&from)));
	text_free(&from);
}

static void put_state(struct text *t, const struct still *s, bool fair)
{
	const struct exploration *x = apart_found(s->search);
	const struct reaching *r = apart_reached(s->search);
	struct text from = { 0 }, states = { 0 }, why = { 0 }, order = { 0 }, lines = { 0 };

	text_say(&order, explored_lines(x->g, fair));
	if (order.length)
		text_say(&lines, fair ? SAY(STILL_AS_IN_RUN, text_is(&order)) : SAY(AS_IT_IS, text_is(&order)));
	put_from(&from, s);
	text_say(&states, x->states == 1 ? SAY(STILL_A_STATE) : SAY(STILL_STATES, x->states));
	if (r->how && r->problem)
		text_put(&why, r->problem);
	else
		text_say(&why, r->how ? SAY(STILL_NO_MOMENT) : why_cut(x));
	if (r->how)
		text_say(t, SAY(STILL_NOWHERE, text_is(&why)));
	else if (!still_is_over(s))
		text_say(t, SAY(STILL_SEARCHING, text_is(&from), text_is(&states)));
	else if (x->complete)
		text_say(t, lines.length ? SAY(STILL_ALL_LINES, text_is(&from), text_is(&states), text_is(&lines)) :
		                           SAY(STILL_ALL, text_is(&from), text_is(&states)));
	else
		text_say(t, SAY(STILL_CUT, text_is(&from), text_is(&why)));
	text_free(&from);
	text_free(&states);
	text_free(&why);
	text_free(&order);
	text_free(&lines);
}

/* At the end of a run the search begins at the beginning: did a signal from outside make the run what it was? */
static bool is_without_signals(const struct show *s)
{
	const struct history *h = s->now->history;

	for (size_t i = 0; h && s->still.ended && i < s->still.entries; i++)
		if (h->entry[i].cause == CAUSE_SIGNALLED)
			return !s->still.other;
	return false;
}

static int draw_warning(struct area a, int y, struct message what)
{
	struct text line = { 0 };

	text_say(&line, what);
	int rows = canvas_wrap(area_part(a, 1, y, -1, AREA_REST), 0, 0, &(struct span){ ROLE_WARNING | LOOK_BOLD, text_is(&line) }, 1);
	text_free(&line);
	return rows;
}

/* Returns the rows it takes. */
static int draw_state(struct area a, const struct show *s)
{
	const struct still *t = &s->still;
	struct text line = { 0 };
	bool sure = still_is_over(t) && apart_found(t->search)->complete;
	struct span span = { sure ? ROLE_TITLE : ROLE_WARNING | LOOK_BOLD, NULL };
	int y = 0;

	if (still_is_stale(s)) {
		text_say(&line, t->other ? SAY(STILL_OTHER) : SAY(STILL_STALE, t->from));
		canvas_fit(a, 1, y++, a.width - 2, ROLE_WARNING | LOOK_BOLD | LOOK_REVERSE, text_is(&line));
		text_clear(&line);
	}
	put_state(&line, t, s->now->settings.fair);
	span.text = text_is(&line);
	y += canvas_wrap(area_part(a, 1, y, -1, AREA_REST), 0, 0, &span, 1);
	if (is_without_signals(s))
		y += draw_warning(a, y, SAY(STILL_NO_SIGNALS));
	if (sure && !apart_found(t->search)->outcomes)          /* in none of its states all is over, or stuck */
		y += draw_warning(a, y, SAY(STILL_ENDLESS));
	text_free(&line);
	return y;
}

static int draw_heading(struct area a, int y, const struct show *s)
{
	const struct exploration *x = apart_found(s->still.search);
	struct text line = { 0 };

	text_say(&line, x->complete && still_is_over(&s->still) ? SAY(STILL_OUTCOMES, x->outcomes) : SAY(STILL_SO_FAR, x->outcomes));
	canvas_fit(a, MARK, y, a.width - MARK - 1, ROLE_HEADING, text_is(&line));
	text_free(&line);
	return y + 1;
}

/* ---- the panel ---- */

static size_t first_outcome(const struct still_row *row, size_t count)
{
	size_t k = 0;

	while (k < count && row[k].kind != STILL_OUTCOME)
		k++;
	return k;
}

static void draw_rows(struct area a, struct show *s, const struct still_row *row, size_t count)
{
	struct still *t = &s->still;
	int ends = (int)first_outcome(row, count), lines = (int)count + (ends < (int)count), at = 0, y = 0;
	int height = lines > a.height ? a.height - 1 : a.height;        /* the last one says how many more there are */
	struct text more = { 0 };

	while (at + 1 < (int)count && !is_same(row[at], t->row))
		at++;
	at += at >= ends;               /* a heading stands before the outcomes */
	t->top = scrolled(t->top, at, lines, height);
	for (int line = t->top; line < lines && y < height; line++, y++) {
		int k = line - (line > ends);
		if (line == ends && ends < (int)count) {
			draw_heading(a, y, s);
			continue;
		}
		if (line == at) {
			canvas_ground(area_part(a, 0, y, AREA_REST, 1), ROLE_SELECTED);
			canvas_glyph(a, 0, y, ROLE_ACCENT, GLYPH_HERE);
		}
		area_spot(a, 0, y, AREA_REST, 1, SPOT_STILL, (int64_t)row[k].kind << 32 | row[k].n);
		if (row[k].kind == STILL_OUTCOME)
			draw_outcome(a, y, s, row[k].n);
		else
			draw_prospect(a, y, s, row[k]);
	}
	if (lines > a.height && lines > t->top + height) {
		text_say(&more, SAY(STILL_MORE, lines - t->top - height));
		canvas_fit(a, MARK, a.height - 1, a.width - MARK - 1, ROLE_FAINT, text_is(&more));
	}
	if (s->focus == PANEL_STILL)
		area_cursor(a, 0, at - t->top);
	text_free(&more);
	s->page = height;
}

static void draw(struct area a, struct show *s)
{
	size_t count;
	struct still_row *row;
	int y;

	if (!s->still.search)
		return;
	row = still_rows(&s->still, &count);
	y = draw_state(a, s);
	if (!apart_reached(s->still.search)->how && a.height > y)
		draw_rows(area_part(a, 0, y, AREA_REST, AREA_REST), s, row, count);
	free(row);
}

static int wish(const struct show *s, int width)
{
	size_t count = 0;

	(void)width;
	if (s->still.search)
		free(still_rows(&s->still, &count));
	return (int)count + 4;
}

const struct panel panel_still = { WORD_STILL, 'x', draw, wish, NULL, NULL };
