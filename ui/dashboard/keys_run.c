/* Keys that ask something of the run. */
#include "ui/dashboard/asked_signals.h"
#include "ui/dashboard/key_functions.h"

/* ---- the run ---- */

struct wish key_run(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_RUN, 0, 0 };
}

struct wish key_pause(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_PAUSE, 0, 0 };
}

/* ---- through time ---- */

/* The number that was typed before this key, but no more than there are; or 1. Its digits have shown panels: that is undone, and said,
 * as digits do both. */
static int64_t counted(struct show *s, uint64_t most)
{
	int64_t n = (uint64_t)s->prefix < most ? s->prefix : (int64_t)most;

	if (!s->prefix)
		return 1;
	s->focus = s->counted.focus;
	s->beside = s->counted.beside;
	s->lab = s->counted.lab;
	if (n > 1)
		put_filled(&s->notice, s->zh, WORD_STEPS_COUNTED, n);
	return n ? n : 1;
}

struct wish key_step(struct show *s, int press)
{
	(void)press;
	return (struct wish){ WISH_STEP, counted(s, is_past(s) ? s->now->at->steps - s->y->at->steps : UINT64_MAX), 0 };
}

struct wish key_back(struct show *s, int press)
{
	(void)press;
	return (struct wish){ WISH_BACK, counted(s, s->y->at->steps), 0 };
}

struct wish ask(struct show *s, enum question q)
{
	s->question = q;
	s->typed[0] = 0;
	return nothing;
}

struct wish key_go(struct show *s, int press)   { (void)press; return ask(s, QUESTION_STEP); }
struct wish key_way(struct show *s, int press)  { (void)press; return ask(s, QUESTION_WAY); }
struct wish key_stay(struct show *s, int press) { (void)press; return ask(s, QUESTION_NONE); }

struct wish key_now(struct show *s, int press)
{
	(void)press;
	s->question = QUESTION_NONE;
	return (struct wish){ WISH_NOW, 0, 0 };
}

/* What would drop the run is asked for twice: the first time says what it would do. */
static bool is_sure(struct show *s, int press, struct message what)
{
	if (s->leaving == press)
		return true;
	text_clear(&s->notice);
	text_say(&s->notice, what);
	s->leaving = press;
	return false;
}

/* Has the viewer, or somebody outside, made it what it is? A seed does not bring that again. What a recording says does not count. */
static bool is_made_by_hand(const struct show *s)
{
	const struct history *h = s->now->history;

	if (s->branches && s->branches->count > 1)
		return true;
	for (size_t i = 0; h && !s->now->begun.follows && i < h->count; i++)
		if (h->entry[i].cause == CAUSE_CHOSEN || h->entry[i].cause == CAUSE_SIGNALLED || is_rule((enum cause)h->entry[i].cause))
			return true;
	return false;
}

static struct wish begin_again(struct show *s, int press, int64_t seeds_further)
{
	const char key[] = { (char)press, 0 };

	if (is_made_by_hand(s) && !is_sure(s, press, SAY(RESTART_DROPS, key)))
		return nothing;
	return (struct wish){ WISH_RESTART, seeds_further, 0 };
}

struct wish key_restart(struct show *s, int press) { return begin_again(s, press, 0); }
struct wish key_reseed(struct show *s, int press)  { return begin_again(s, press, 1); }

struct wish key_next_lesson(struct show *s, int press)
{
	(void)press;
	return s->next_lesson ? (struct wish){ WISH_LEAVE, LEAVE_FOR_NEXT, 0 } : nothing;
}

struct wish key_search(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_SEARCH, 0, 0 };
}

struct wish key_search_all(struct show *s, int press)
{
	return key_search(s, press);
}

struct wish key_no_search(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_NO_SEARCH, 0, 0 };
}

struct wish key_play_found(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_FOUND, 0, 0 };
}

/* What is not over is not left unasked. */
struct wish key_explore(struct show *s, int press)
{
	if (!s->now->at->verdict && !is_sure(s, press, SAY(STILL_LEAVING)))
		return nothing;
	return s->type && s->type->explore ? (struct wish){ WISH_LEAVE, LEAVE_TO_EXPLORE, 0 } : nothing;
}

struct wish key_restart_now(struct show *s, int press)
{
	return key_restart(s, press);
}

struct wish key_reseed_now(struct show *s, int press)
{
	return key_reseed(s, press);
}

void put_policy_again(const struct show *s, struct text *t)
{
	const struct policy_row *p = &policy_rows[s->before];

	put_filled(t, s->zh, WORD_POLICY_AGAIN, s->zh ? p->title_zh : p->title);
}

/* Which keys choose now; and the one that ends choosing. */
void say_choose(struct show *s)
{
	struct text *t = &s->notice;

	text_clear(t);
	if (!first_choice(s)) {
		text_put(t, say(s, WORD_NOBODY_CAN));
		return;
	}
	struct text keys = { 0 }, again = { 0 };
	for (int n = 0; n <= DIGITS; n++)
		if (choice_of(s, n))
			text_print(&keys, "%s%d", keys.length ? " " : "", n);
	put_policy_again(s, &again);
	put_filled(t, s->zh, WORD_CHOOSE_BY, text_is(&keys), text_is(&again));
	text_free(&keys);
	text_free(&again);
}

struct wish key_choose(struct show *s, int press)
{
	(void)press;
	if (s->on_crowd && s->focus == PANEL_PROCESSES) {
		folding_toggle(s);
		return nothing;
	}
	if (may_be_chosen(s, s->selected))
		return choose_process(s, s->selected);
	say_choose(s);
	return nothing;
}

struct wish key_choose_step(struct show *s, int press)
{
	return key_choose(s, press);
}

struct wish key_choose_space(struct show *s, int press)
{
	(void)press;
	say_choose(s);
	return nothing;
}

struct wish key_choose_number(struct show *s, int press)
{
	proc_id p = choice_of(s, press - '0');

	if (!p)
		return key_choose_space(s, press);
	s->selected = p;
	s->on_crowd = false;
	s->top[PANEL_PROGRAM] = 0;
	s->chose = true;
	return choose_process(s, p);
}

struct wish key_manual(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_MANUAL, 0, 0 };
}

struct wish key_policy(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_POLICY, 1, 0 };
}

/* Where the scheduler panel has the focus, the time slice; else the number of CPUs. */
struct wish key_more(struct show *s, int press)
{
	(void)press;
	return (struct wish){ s->focus == PANEL_CPU ? WISH_QUANTUM : WISH_CPUS, 1, 0 };
}

struct wish key_fewer(struct show *s, int press)
{
	(void)press;
	return (struct wish){ s->focus == PANEL_CPU ? WISH_QUANTUM : WISH_CPUS, -1, 0 };
}

struct wish key_slower(struct show *s, int press)
{
	(void)press;
	if (s->speed == 0)
		s->speed = FASTEST;
	else if (s->speed * SLOWEST_PARTS > 1)
		s->speed /= 2;
	return nothing;
}

struct wish key_faster(struct show *s, int press)
{
	(void)press;
	s->speed = s->speed * 2 > FASTEST ? 0 : s->speed * 2;
	return nothing;
}

struct wish key_usual_speed(struct show *s, int press)
{
	(void)press;
	s->speed = s->usual_speed;
	return nothing;
}

/* Where the panel of objects has the focus, of the one that is selected; else of the process, with which the selection stays then. */
static struct wish go_along(struct show *s, int further)
{
	if (s->focus == PANEL_OBJECTS && has_things(s))
		return (struct wish){ WISH_CHANGE, further, 0 };
	s->follows = false;
	return (struct wish){ WISH_NEXT, further, s->selected };
}

struct wish key_next(struct show *s, int press)     { (void)press; return go_along(s, 1); }
struct wish key_previous(struct show *s, int press) { (void)press; return go_along(s, -1); }

struct wish key_branch(struct show *s, int press)
{
	(void)press;
	s->question = QUESTION_NONE;
	return (struct wish){ WISH_BRANCH, 0, 0 };
}

struct wish key_branch_here(struct show *s, int press)
{
	return key_branch(s, press);
}

struct wish key_earlier(struct show *s, int press)
{
	(void)press;
	if (s->branches && s->branches->here)
		return (struct wish){ WISH_RETURN, 0, 0 };
	text_put(&s->notice, say(s, WORD_NO_BRANCH));
	return nothing;
}

/* ---- challenges ---- */

struct wish key_challenge(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_CHALLENGES, 0, 0 };
}

static struct wish begin_challenge(struct show *s, int which)
{
	if (which > s->challenge->goals)
		return nothing;
	s->begun = true;
	s->cover = COVER_NONE;
	return (struct wish){ WISH_CHALLENGE, which, 0 };
}

struct wish key_which_challenge(struct show *s, int press)
{
	return begin_challenge(s, press - '0');
}

struct wish key_begin_challenge(struct show *s, int press)
{
	return s->challenge->goals ? begin_challenge(s, s->goal + 1) : close_card(s, press);
}

struct wish key_goal_up(struct show *s, int press)
{
	(void)press;
	s->goal -= s->goal > 0;
	return nothing;
}

struct wish key_goal_down(struct show *s, int press)
{
	(void)press;
	s->goal += s->goal + 1 < s->challenge->goals;
	return nothing;
}

struct wish key_no_challenge(struct show *s, int press)
{
	return close_card(s, press);
}

struct wish key_hint(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_HINT, 0, 0 };
}

struct wish key_no_missed(struct show *s, int press)
{
	return close_card(s, press);
}

/* ---- signals ---- */

static bool lives(const struct show *s, proc_id p)
{
	return who_is(s->y->world.shared, process_body(s->g, p))->life == LIFE_ALIVE;
}

struct wish key_signal(struct show *s, int press)
{
	(void)press;
	if (is_past(s))
		return ask(s, QUESTION_WAY);
	s->follows = false;             /* it stays selected, whatever comes of it */
	if (s->y->at->verdict) {
		text_put(&s->notice, say(s, WORD_NO_SIGNAL_LATE));
		return nothing;
	}
	if (lives(s, s->selected))
		return open_card(s, COVER_SIGNAL);
	put_filled(&s->notice, s->zh, WORD_NO_SIGNAL, title_of(s->g, s->selected));
	return nothing;
}

struct wish key_no_signal(struct show *s, int press) { (void)press; return open_card(s, COVER_NONE); }

struct wish key_which_signal(struct show *s, int press)
{
	const struct asked_signal *of = asked_signal(s->g, s->selected, press);

	if (!of)
		return nothing;
	s->cover = COVER_NONE;
	return (struct wish){ WISH_SIGNAL, of->number, s->selected };
}

struct wish key_handled_signal(struct show *s, int press) { return key_which_signal(s, press); }
