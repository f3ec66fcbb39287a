/* The metrics, as they grow. */
#include "sim/report/metrics.h"
#include "ui/dashboard/lab.h"
#include "ui/dashboard/mouse.h"

enum { COLUMNS = 6, WIDTH = 11, UNIT = 3, RATIO = 14, LEAST_NAMES = 8 };
static const enum word heads[COLUMNS] = {
	WORD_HEAD_ARRIVE, WORD_HEAD_RESPONSE, WORD_HEAD_TURNAROUND, WORD_HEAD_WAIT, WORD_HEAD_CPU, WORD_HEAD_BLOCKED,
};

/* Behind them the unit, and a ratio, which has none. */
static int after_columns(int names)
{
	return names + COLUMNS * WIDTH;
}

static void put_weighted(struct area a, int y, unsigned ink, int names, double weighted)
{
	struct text t = { 0 };

	if (weighted > 0)
		text_print(&t, "%.2f", weighted);
	else
		text_put(&t, "-");
	canvas_right(a, after_columns(names) + UNIT, y, RATIO - 1, ink, text_is(&t));
	text_free(&t);
}

static bool has_weighted(struct area a, int names)
{
	return after_columns(names) + UNIT + RATIO <= a.width;
}

/* On few columns, with long names, the unit stands before the headings. */
static void draw_headings(struct area a, const struct show *s, int names, int more)
{
	bool behind = after_columns(names) + UNIT <= a.width + 1;
	int x = 0;

	if (more > 0)
		x = canvas_print(a, 0, 0, ROLE_FAINT, "%s +%d", glyph_text(a.canvas->ascii, GLYPH_DOWN), more) + 1;
	canvas_put(a, behind ? after_columns(names) : x, 0, ROLE_FAINT, behind ? "ms" : "(ms)");
	for (int i = 0; i < COLUMNS; i++)
		canvas_right(a, names + i * WIDTH, 0, WIDTH - 1, ROLE_HEADING, say(s, heads[i]));
	if (has_weighted(a, names))
		canvas_right(a, after_columns(names) + UNIT, 0, RATIO - 1, ROLE_HEADING, say(s, WORD_HEAD_WEIGHTED));
}

/* after: "", or what says that it still grows. */
static void put_number(struct area a, int x, int y, unsigned ink, bool known, double micros, const char *after)
{
	struct text t = { 0 };

	if (known)
		metrics_ms(&t, micros), text_put(&t, after);
	else
		text_put(&t, "-");
	canvas_right(a, x, y, WIDTH - 1, ink, text_is(&t));
	text_free(&t);
}

static int64_t so_far(const struct show *s, const struct actor *a, enum state state, int64_t spent)
{
	return spent + (a->state == state ? s->y->at->now - a->since : 0);
}

static void draw_row(struct area a, int y, const struct show *s, proc_id p, int names)
{
	const struct actor *actor = &s->y->actor[p];
	bool came = actor->arrive >= 0, ran = actor->first_run >= 0, ended = actor->finish >= 0;
	double number[COLUMNS] = {
		actor->arrive, actor->first_run - actor->arrive, (ended ? actor->finish : s->y->at->now) - actor->arrive,
		so_far(s, actor, STATE_READY, actor->wait), so_far(s, actor, STATE_RUNNING, actor->used), so_far(s, actor, STATE_BLOCKED, actor->blocked),
	};
	bool known[COLUMNS] = { came, ran, came, came, came, came };

	area_spot(a, 0, y, AREA_REST, 1, SPOT_PROCESS, p);
	draw_name(a, 0, y, names, p == s->selected ? ROLE_TITLE : ROLE_TEXT, title_of(s->g, p));
	for (int i = 0; i < COLUMNS; i++)
		put_number(a, names + i * WIDTH, y, i == 2 && !ended ? ROLE_FAINT : ROLE_TEXT, known[i], number[i],
		           i == 2 && !ended ? glyph_text(a.canvas->ascii, GLYPH_ELLIPSIS) : "");
	if (has_weighted(a, names))
		put_weighted(a, y, ROLE_TEXT, names, ended && actor->used ? number[2] / (double)actor->used : 0);
}

static void draw_averages(struct area a, int y, const struct show *s, int names)
{
	struct averages m = metrics_average(s->y);

	canvas_fit(a, 0, y, names + WIDTH - 2, ROLE_HEADING, say(s, WORD_AVERAGE));
	put_number(a, names + WIDTH, y, ROLE_ACCENT, m.processes, m.response, "");
	put_number(a, names + 2 * WIDTH, y, ROLE_ACCENT, m.processes, m.turnaround, "");
	put_number(a, names + 3 * WIDTH, y, ROLE_ACCENT, m.processes, m.wait, "");
	if (has_weighted(a, names))
		put_weighted(a, y, ROLE_ACCENT, names, m.weighted);
}

static void draw_usage(struct area a, int y, const struct show *s)
{
	struct usage u = play_usage(s->y);
	struct strip t = { 0 };
	struct text part = { 0 }, idle = { 0 };

	text_print(&part, "%.0f", 100 * metrics_utilisation(s->y));
	metrics_ms(&idle, u.idle);
	strip_inked(&t, ROLE_FAINT, s->zh, WORD_USAGE, inked(ROLE_TEXT, text_is(&part)), inked(ROLE_TEXT, text_is(&idle)), inked_number(ROLE_TEXT, u.switches),
	            inked_number(ROLE_TEXT, u.timeouts), inked_number(ROLE_TEXT, u.preemptions));
	strip_draw(&t, a, 0, y, a.width);
	text_free(&part);
	text_free(&idle);
	strip_free(&t);
}

/* No more than leaves all columns theirs. */
static int room_for_names(struct area a)
{
	int most = a.width / 5, left = a.width - COLUMNS * WIDTH;

	return left < LEAST_NAMES ? LEAST_NAMES : left < most ? left : most;
}

static void draw(struct area a, struct show *s)
{
	int names = lab_names(s, a.canvas, room_for_names(a)), y = 1, rows = a.height - 2;
	bool virtual = s->y->settings.policy != POLICY_HOST;

	rows -= virtual;
	draw_headings(a, s, names, lab_count(s) - rows);
	for (proc_id p = lab_first(s, rows); p && y <= rows; p = lab_next(s, p))
		draw_row(a, y++, s, p, names);
	draw_averages(a, y++, s, names);
	if (virtual)
		draw_usage(a, y, s);
}

static int wish(const struct show *s, int width)
{
	(void)width;
	return lab_count(s) + 3;
}

const struct part lab_numbers = { draw, wish, 4, NULL };
