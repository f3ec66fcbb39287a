/* What happened, one sentence after the other, the newest last; and what the processes have said. */
#include <string.h>
#include "ui/dashboard/show.h"

enum { NUMBER = 6, CLOCK = 10 };

/* The newest entry that is shown, when it was scrolled back by so many; clamps it. */
static uint64_t scrolled_back(int *back, uint64_t count, uint64_t oldest, int height)
{
	uint64_t have = count - oldest;
	int most = have > (uint64_t)height ? (int)have - height : 0;

	if (*back > most)
		*back = most;
	if (*back < 0)
		*back = 0;
	return count - (uint64_t)*back;
}

/* ---- the story ---- */

static int body_column(struct area a)
{
	return a.width >= 70 ? 1 + NUMBER + CLOCK + 1 : 1 + NUMBER + 1;
}

/* The end is shown across the panel: it has neither number nor time. */
static int column_of(struct area a, const struct tale *t)
{
	return t->kind == TALE_END ? 2 : body_column(a);
}

static unsigned tale_ink(const struct tale *t, bool newest)
{
	switch (t->kind) {
	case TALE_ALARM: return ROLE_ERROR;
	case TALE_END:   return *text_is(&t->text) == ' ' ? ROLE_TEXT : ROLE_TITLE;
	case TALE_MORE:  return newest ? ROLE_TEXT : ROLE_FAINT;
	default:         return newest ? ROLE_TITLE : ROLE_TEXT;
	}
}

/* Rows that an entry takes at this width: the newest may take more than one; none, if it is not one of those to be shown. */
static int tale_rows(struct area a, const struct show *s, const struct tale *t, bool newest)
{
	if (!is_found(s, PANEL_STORY, text_is(&t->text)))
		return 0;
	struct span span = { ROLE_TEXT, text_is(&t->text) };
	int width = a.width - column_of(a, t) - 1;
	int lines = newest ? canvas_wrap_lines(a.canvas, width, 2, &span, 1) : 1;

	return lines < 1 ? 1 : lines > 3 ? 3 : lines;
}

static void draw_tale(struct area a, int y, const struct tale *t, bool newest, int rows)
{
	struct text clock = { 0 };
	int x = column_of(a, t);
	struct span span = { tale_ink(t, newest), text_is(&t->text) };

	if (newest && t->kind == TALE_STEP)
		canvas_glyph(a, 0, y, ROLE_MARK, GLYPH_BULLET);
	if (t->kind == TALE_STEP) {
		canvas_print(a, 1, y, ROLE_NUMBER, "%*llu", NUMBER - 1, (unsigned long long)t->n);
		story_clock(&clock, t->time);
		if (x > NUMBER + 2)
			canvas_right(a, 1 + NUMBER, y, CLOCK - 1, ROLE_FAINT, text_is(&clock));
	} else if (t->kind == TALE_ALARM) {
		canvas_glyph(a, x - 2, y, ROLE_ERROR, GLYPH_CROSS);
	} else if (t->kind == TALE_MORE) {
		canvas_glyph(a, x - 2, y, ROLE_FAINT, GLYPH_BRANCH);
	}
	if (rows > 1)
		canvas_wrap(area_part(a, x, y, -1, rows), 0, 2, &span, 1);
	else
		canvas_fit(a, x, y, a.width - x - 1, span.ink, span.text);
	text_free(&clock);
}

/* The last action and what followed from it are new. */
static bool is_new(const struct show *s, const struct tale *t)
{
	return t->n == s->v->n || t->kind == TALE_END;
}

static uint64_t oldest_tale(const struct show *s)
{
	return view_oldest(s->v->tales, TALES, s->v->first_tale);
}

/* How many of the entries before end fit. */
static uint64_t fitting(struct area a, const struct show *s, uint64_t end)
{
	uint64_t kept = end - oldest_tale(s), n;
	int rows = 0;

	for (n = 0; n < kept; n++) {
		const struct tale *t = &s->v->tale[(end - n - 1) % TALES];
		rows += tale_rows(a, s, t, is_new(s, t));
		if (rows > a.height)
			break;
	}
	return n;
}

/* How the run ended takes many lines if it is a deadlock: then they are read from the first on. */
static uint64_t first_of_end(const struct show *s)
{
	uint64_t first = s->v->tales;

	while (first > oldest_tale(s) && s->v->tales - first < TALES - 1 && s->v->tale[(first - 1) % TALES].kind == TALE_END)
		first--;
	return first;
}

static void draw_more(struct area a, int count)
{
	struct text t = { 0 };

	text_print(&t, "  +%d %s", count, glyph_text(a.canvas->ascii, GLYPH_DOWN));
	canvas_right(a, 0, a.height - 1, a.width - 1, ROLE_FAINT, t.at);
	text_free(&t);
}

/* ---- what must stay in sight ---- */

enum { PINS = 2 };
struct pins { const struct tale *tale[PINS]; int count; };

/* Is it said again among the lines in sight? */
static bool is_repeated(const struct show *s, uint64_t from, int rows, const struct tale *t)
{
	for (uint64_t i = from; i < s->v->tales && i < from + (uint64_t)rows; i++)
		if (strstr(text_is(&s->v->tale[i % TALES].text), text_is(&t->text)))
			return true;
	return false;
}

/* What went wrong (an exception, a death, a broken expectation) is often the cause of what is seen much later: the last of it
 * before the lines in sight. */
static struct pins find_pins(const struct show *s, uint64_t from, int rows, int most)
{
	struct pins p = { .count = 0 };

	for (uint64_t i = from; i > oldest_tale(s) && p.count < most; i--) {
		const struct tale *t = &s->v->tale[(i - 1) % TALES];
		if (t->kind == TALE_ALARM && !is_repeated(s, from, rows, t))
			p.tale[p.count++] = t;
	}
	return p;
}

static void draw_pins(struct area a, const struct pins *p)
{
	for (int i = 0; i < p->count; i++) {
		const struct tale *t = p->tale[p->count - 1 - i];
		draw_tale(a, i, t, false, 1);
		canvas_print(a, 1, i, ROLE_NUMBER, "%*llu", NUMBER - 2, (unsigned long long)t->n);
	}
}

/* The first line in sight: the newest stand lowest; how the run ended is read from its first line on. */
static uint64_t first_in_sight(struct area a, const struct show *s, uint64_t end)
{
	uint64_t from = end - fitting(a, s, end);

	return end == s->v->tales && first_of_end(s) < from ? first_of_end(s) : from;
}

static bool any_found(const struct show *s)
{
	uint64_t i = oldest_tale(s);

	while (i < s->v->tales && !is_found(s, PANEL_STORY, text_is(&s->v->tale[i % TALES].text)))
		i++;
	return i < s->v->tales;
}

static void draw(struct area a, struct show *s)
{
	uint64_t all = s->v->tales, end = scrolled_back(&s->top[PANEL_STORY], all, oldest_tale(s), a.height);
	struct pins pins = { .count = 0 };
	uint64_t from;
	int y = 0, most = a.height >= 6 ? PINS : a.height >= 3;

	if (s->focus == PANEL_STORY) {
		s->page = a.height;
		area_cursor(a, 0, a.height - 1);
	}
	if (!end)
		canvas_put(a, 1, 0, ROLE_FAINT, say(s, WORD_NOTHING_YET));
	if (end == all && most) {
		struct area less = area_part(a, 0, most, AREA_REST, AREA_REST);
		pins = find_pins(s, first_in_sight(less, s, end), less.height, most);
	}
	draw_pins(a, &pins);
	a = area_part(a, 0, pins.count, AREA_REST, AREA_REST);
	from = first_in_sight(a, s, end);
	if (end && !pins.count && !any_found(s))
		canvas_put(a, 1, 0, ROLE_FAINT, say(s, WORD_NO_LINE_FOUND));
	for (uint64_t i = from; i < all && y < a.height; i++) {
		const struct tale *t = &s->v->tale[i % TALES];
		int more = tale_rows(a, s, t, is_new(s, t));
		if (!more)
			continue;
		draw_tale(a, y, t, is_new(s, t), more);
		y += more;
		if (y >= a.height && i + 1 < all && end == all)
			draw_more(a, (int)(all - i - 1));
	}
}

static int wish(const struct show *s, int width)
{
	(void)s, (void)width;
	return 12;
}

static void note(const struct show *s, const struct canvas *c, struct text *t)
{
	if (s->top[PANEL_STORY])
		text_print(t, "%s %d", glyph_text(c->ascii, GLYPH_DOWN), s->top[PANEL_STORY]);
}

const struct panel panel_story = { WORD_STORY, '5', draw, wish, note, NULL };

/* ---- the shared terminal ---- */

/* Those to be shown, the oldest first. */
static uint64_t find_sayings(const struct show *s, const struct saying *found[SAYINGS])
{
	uint64_t n = 0;

	for (uint64_t i = view_oldest(s->v->sayings, SAYINGS, s->v->first_saying); i < s->v->sayings; i++) {
		const struct saying *said = &s->v->saying[i % SAYINGS];
		if (is_found(s, PANEL_OUTPUT, text_is(&said->text)) || is_found(s, PANEL_OUTPUT, title_of(s->g, said->who)))
			found[n++] = said;
	}
	return n;
}

static int longest_speaker(const struct show *s, const struct canvas *c, const struct saying *const *said, int count, int limit)
{
	int longest = 0;

	for (int i = 0; i < count; i++) {
		int cells = canvas_cells(c, title_of(s->g, said[i]->who));
		longest = cells > longest ? cells : longest;
	}
	return longest < limit ? longest : limit;
}

static void draw_output(struct area a, struct show *s)
{
	const struct saying *said[SAYINGS];
	uint64_t count = find_sayings(s, said), end = scrolled_back(&s->top[PANEL_OUTPUT], count, 0, a.height);
	uint64_t rows = end < (uint64_t)a.height ? end : (uint64_t)a.height;
	int name = longest_speaker(s, a.canvas, said + end - rows, (int)rows, a.width / 3);

	if (s->focus == PANEL_OUTPUT) {
		s->page = a.height;
		area_cursor(a, 0, a.height - 1);
	}
	if (!end)
		canvas_fit(a, 1, 0, a.width - 1, ROLE_FAINT, say(s, *s->filter[PANEL_OUTPUT] ? WORD_NO_LINE_FOUND : WORD_NOTHING_SAID));
	for (uint64_t i = 0; i < rows; i++) {
		const struct saying *line = said[end - rows + i];
		bool fresh = line->n == s->v->n;
		if (fresh)
			canvas_glyph(a, 0, (int)i, ROLE_MARK, GLYPH_BULLET);
		draw_name(a, 1, (int)i, name, ROLE_FAINT, title_of(s->g, line->who));
		canvas_fit(a, 1 + name + 2, (int)i, a.width - name - 4, fresh ? ROLE_VOICE | LOOK_BOLD : ROLE_VOICE,
		           text_is(&line->text));
	}
}

const struct panel panel_output = { WORD_OUTPUT, '6', draw_output, wish, NULL, NULL };
