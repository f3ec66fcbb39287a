/* Under manual, what the viewer may choose: who moves next, whose time comes, and what a random draw gives. */
#include <stdlib.h>
#include <string.h>
#include "ui/dashboard/key_functions.h"

/* ---- whose time may come ---- */

bool is_awaitable(const struct show *s, proc_id p)
{
	return manual_may_await(s->moment, p) && !is_stopped(s, p);
}

/* What time does has words of its own: "let it wake at 0.340s". Where that does not fit: "wake: 0.340s". Canvas NULL: there is room. */
void put_awaited(const struct show *s, const struct canvas *c, struct text *t, proc_id p, int room)
{
	const struct actor *a = &s->moment->actor[p];
	bool arrives = p == MAIN && s->g->default_main, times_out = ends_by_timeout(s->g, a, play_own(s->moment, p), p);
	struct text time = { 0 }, all = { 0 };
	const char *at;

	story_clock(&time, a->deadline);
	at = text_is(&time);
	text_say(&all, arrives ? SAY(LET_ARRIVE, at) : times_out ? SAY(LET_TIME_OUT, at) : SAY(LET_WAKE, at));
	if (!c || canvas_cells(c, text_is(&all)) <= room)
		text_put(t, text_is(&all));
	else
		text_say(t, arrives ? SAY(ARRIVES, at) : times_out ? SAY(TIMES_OUT, at) : SAY(WAKES, at));
	text_free(&time);
	text_free(&all);
}

/* ---- choosing ---- */

/* From which values its next action draws one, or whether a wait will end for no reason; false: there is no choice. */
static bool draws_from(const struct show *s, proc_id p, int64_t *lo, int64_t *hi)
{
	return play_can(s->moment, p) != CAN_DIE && world_choices(s->g, s->moment->world.shared, play_own(s->moment, p), p, lo, hi) && *lo < *hi;
}

/* Then it draws nothing: what is chosen is whether the wait will end for no reason. */
static bool is_to_wait(const struct show *s, proc_id p)
{
	return world_next(s->g, play_own(s->moment, p))->op == OP_WAIT;
}

struct wish choose_process(struct show *s, proc_id p)
{
	int64_t lo, hi;

	if (!draws_from(s, p, &lo, &hi))
		return (struct wish){ WISH_CHOOSE, 0, p };
	s->selected = p;
	s->follows = false;
	return ask(s, QUESTION_DRAW);
}

/* Enter alone leaves it to the seed; what it can't draw is asked again. */
static struct wish answer_draw(struct show *s)
{
	int64_t lo = 0, hi = 0, n;
	proc_id p = s->selected;

	n = strtoll(s->typed, NULL, 10);
	if (!*s->typed || (draws_from(s, p, &lo, &hi) && n >= lo && n <= hi)) {
		s->question = QUESTION_NONE;
		s->follows = true;
		return (struct wish){ *s->typed ? WISH_DRAW : WISH_CHOOSE, n, p };
	}
	s->typed[0] = 0;
	text_say(&s->notice, is_to_wait(s, p) ? SAY(WAKES_HOW) : SAY(DRAWS_ONLY, title_of(s->g, p), lo, hi));
	return nothing;
}

struct wish type_draw(struct show *s, int press)
{
	size_t length = strlen(s->typed);

	if (press == PRESS_ENTER)
		return answer_draw(s);
	if (press == PRESS_ESCAPE) {
		s->question = QUESTION_NONE;
		s->follows = true;
	} else if (!letters_erase(s->typed, press) && (digit_of(press) >= 0 || (press == '-' && !length)) && length < TYPED) {
		s->typed[length] = (char)(press == '-' ? '-' : '0' + digit_of(press));
		s->typed[length + 1] = 0;
	}
	return nothing;
}

void draw_draw_question(struct area a, const struct show *s)
{
	int64_t lo = 0, hi = 0;
	struct text what = { 0 }, how = { 0 };
	int x;

	draws_from(s, s->selected, &lo, &hi);
	bool waits = is_to_wait(s, s->selected);
	text_say(&what, waits ? SAY(WAKES_WHAT, title_of(s->g, s->selected)) : SAY(DRAWS_WHAT, title_of(s->g, s->selected)));
	text_say(&how, waits ? SAY(WAKES_HOW) : SAY(DRAWS_HOW, lo, hi));
	x = canvas_put(a, 1, 0, ROLE_WARNING | LOOK_BOLD, text_is(&what));
	x = canvas_put(a, x + 1, 0, ROLE_TITLE, s->typed);
	area_cursor(a, x, 0);
	canvas_fit(a, x + 2, 0, a.width - x - 3, ROLE_KEY_LABEL, text_is(&how));
	text_free(&what);
	text_free(&how);
}
