/* What the mouse does. The left button alone: a click selects, and opens what is selected already, as Enter does; it presses a key that the
 * last line or a card names; it drags the scrubber. The wheel scrolls what lies under it. */
#include "ui/dashboard/key_functions.h"
#include "ui/dashboard/mouse.h"

enum { WHEEL_LINES = 3 };

/* The panel there; PANEL_COUNT: none. */
static enum panel_id panel_at(const struct canvas *c, int x, int y)
{
	const struct spot *spot = canvas_spot_of(c, x, y, SPOT_PANEL);

	return spot ? (enum panel_id)spot->n : PANEL_COUNT;
}

/* ---- the scrubber ---- */

static struct wish scrub(struct show *s, int x)
{
	int64_t all = (int64_t)s->now->at->steps, parts = s->scrubber.width - 1, n;

	x -= s->scrubber.x;
	x = x < 0 ? 0 : x > parts ? (int)parts : x;
	n = parts > 0 ? (2 * x * all + parts) / (2 * parts) : all;
	if (n == (int64_t)s->moment->at->steps)
		return nothing;
	return n >= all ? (struct wish){ WISH_NOW, 0, 0 } : (struct wish){ WISH_GO, n, 0 };
}

/* ---- a click ---- */

/* The same row once more, in the panel that has the keys already: it is opened. */
static bool select_row(struct show *s, enum panel_id panel, const struct spot *spot)
{
	bool again = s->focus == panel && panel != PANEL_COUNT;
	struct subject thing = { spot->what == SPOT_VARIABLE ? SUBJECT_VARIABLE : SUBJECT_OBJECT, (uint32_t)spot->n }, now = subject_selected(s);
	struct still_row row = { (enum still_kind)(spot->n >> 32), (uint32_t)spot->n };

	if (panel != PANEL_COUNT)
		s->focus = panel;
	switch (spot->what) {
	case SPOT_ROW:
		again &= folding_selected(s) == (int)spot->n && !s->follows;
		folding_select(s, (int)spot->n - folding_selected(s));
		s->follows = false;
		s->top[PANEL_PROGRAM] = 0;
		return again;
	case SPOT_PROCESS:
		again &= s->selected == (proc_id)spot->n && !s->follows && !s->on_crowd;
		s->selected = (proc_id)spot->n;
		s->on_crowd = false;
		s->follows = false;
		s->top[PANEL_PROGRAM] = 0;
		return again;
	case SPOT_OBJECT: case SPOT_VARIABLE:
		s->thing = thing;
		return again && now.kind == thing.kind && now.n == thing.n;
	case SPOT_STILL:
		again &= s->still.row.kind == row.kind && s->still.row.n == row.n;
		s->still.row = row;
		s->still.moved = true;
		return again;
	default:
		return false;
	}
}

static struct wish click_on_card(struct show *s, const struct spot *spot)
{
	bool again = true;

	switch (spot ? spot->what : SPOT_PANEL) {
	case SPOT_CARD:
		return nothing;
	case SPOT_GOAL:
		again = s->goal == (int)spot->n;
		s->goal = (int)spot->n;
		break;
	case SPOT_MISSED:
		again = s->predict->selected == (size_t)spot->n;
		s->predict->selected = (size_t)spot->n;
		break;
	case SPOT_COMMAND:
		s->picked = (int)spot->n;
		break;
	default:                        /* beside it */
		return key_press(s, PRESS_ESCAPE);
	}
	return again ? key_press(s, PRESS_ENTER) : nothing;
}

/* What is being typed is ended first: words that lines are searched for stay, and a question before an action waits for its answer. */
static bool leave_question(struct show *s)
{
	switch (s->question) {
	case QUESTION_FILTER:  key_press(s, PRESS_ENTER); return true;
	case QUESTION_PREDICT: return false;
	case QUESTION_NONE:    return true;
	default:               key_press(s, PRESS_ESCAPE); return true;
	}
}

static struct wish click(struct show *s, const struct canvas *c, int x, int y)
{
	const struct spot *spot = canvas_spot_at(c, x, y);

	if (spot && spot->what == SPOT_PRESS)
		return spot->n == PRESS_NONE ? nothing : key_press(s, (int)spot->n);
	if (s->cover)
		return click_on_card(s, spot);
	if (!spot || s->repeats || !leave_question(s))
		return nothing;
	text_clear(&s->notice);
	s->leaving = 0;
	s->prefix = 0;
	if (spot->what == SPOT_SCRUBBER) {
		s->scrubber.held = true;
		s->scrubber.x = spot->x;
		s->scrubber.width = spot->width;
		return scrub(s, x);
	}
	if (spot->what == SPOT_PANEL)
		s->focus = (enum panel_id)spot->n;
	return select_row(s, panel_at(c, x, y), spot) ? key_press(s, PRESS_ENTER) : nothing;
}

/* ---- the wheel ---- */

static struct wish wheel_on_card(struct show *s, int press)
{
	bool list = s->cover == COVER_PALETTE || s->cover == COVER_CHALLENGES || s->cover == COVER_PREDICTIONS;

	for (int n = list ? 1 : WHEEL_LINES; n > 0 && s->cover; n--)
		key_press(s, press);
	return nothing;
}

static struct wish wheel(struct show *s, const struct canvas *c, int further, int x, int y)
{
	enum panel_id panel = panel_at(c, x, y);
	bool list = panel == PANEL_PROCESSES || panel == PANEL_TIMELINE || panel == PANEL_OBJECTS || panel == PANEL_STILL;

	if (s->cover)
		return wheel_on_card(s, further < 0 ? PRESS_UP : PRESS_DOWN);
	if (panel != PANEL_COUNT && !s->repeats)
		panel_move(s, panel, list ? further : further * WHEEL_LINES);
	return nothing;
}

struct wish mouse_press(struct show *s, const struct canvas *c, int press, int x, int y)
{
	bool held = s->scrubber.held;

	s->scrubber.held &= press == PRESS_DRAG;
	switch (press) {
	case PRESS_CLICK:      return click(s, c, x, y);
	case PRESS_DRAG:       return held && !s->cover && !s->repeats ? scrub(s, x) : nothing;
	case PRESS_WHEEL_UP:   return wheel(s, c, -1, x, y);
	case PRESS_WHEEL_DOWN: return wheel(s, c, 1, x, y);
	default:               return nothing;
	}
}

/* ---- off and on ---- */

struct wish key_mouse(struct show *s, int press)
{
	(void)press;
	s->no_mouse = !s->no_mouse;
	text_put(&s->notice, say(s, s->no_mouse ? WORD_MOUSE_OFF : WORD_MOUSE_ON));
	return (struct wish){ WISH_MOUSE, !s->no_mouse, 0 };
}
