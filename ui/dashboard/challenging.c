/* Beginning a challenge, counting, and the searches: from the beginning, for what is possible at all; from the moment that is shown,
 * for a hint; where it is too late there, from moments before; and from the present, if the goal is a dead end. */
#include <errno.h>
#include "sim/explore/apart.h"
#include "ui/dashboard/inside.h"

/* It searches while somebody works at this machine. */
enum { MOST_STATES = 5000000 };
static const uint64_t MOST_MEMORY = 1u << 30;

static struct apart *search(struct dashboard *d, const struct settings *run, uint64_t from, bool fair, bool could_end)
{
	struct apart_wishes w = { .from = { run, from, fair, run, could_end }, .limits = { .states = MOST_STATES, .memory = MOST_MEMORY } };

	return apart_begin(d->g, &w);
}

static void search_whole(struct dashboard *d)
{
	struct challenge *c = &d->challenge;

	if (!c->whole && c->goals)
		c->whole = search(d, NULL, 0, false, false);
}

/* Whether the program can end, as far as the search from the beginning knows. *known: it will not learn more. */
static bool can_end(const struct challenge *c, bool *known)
{
	*known = c->whole && apart_fd(c->whole) < 0 && (apart_found(c->whole)->some_end || apart_found(c->whole)->endless);
	return *known && apart_found(c->whole)->some_end;
}

static struct apart *search_from(struct dashboard *d, uint64_t from, bool could_end)
{
	struct settings run = d->again;

	run.follows = d->play->history;
	run.remembers = false;
	run.max_steps = UINT64_MAX;
	run.max_output = 0;
	return search(d, &run, from, run.fair, could_end);
}

void challenge_open(struct dashboard *d)
{
	challenge_find_goals(&d->challenge, d->g);
	d->show.challenge = &d->challenge;
}

static void end_hint(struct dashboard *d)
{
	apart_free(d->challenge.hint.search);
	d->challenge.hint = (struct hint){ .level = 0 };
}

static void end_present(struct dashboard *d)
{
	apart_free(d->challenge.here.search);
	d->challenge.here = (struct present){ .begun = false };
}

void challenge_close(struct dashboard *d)
{
	end_hint(d);
	end_present(d);
	apart_free(d->challenge.whole);
	d->challenge.whole = NULL;
}

void show_challenges(struct dashboard *d)
{
	search_whole(d);
	d->show.cover = COVER_CHALLENGES;
	d->show.cover_top = 0;
	d->show.goal = d->challenge.on ? d->challenge.on - 1 : 0;
}

/* ---- counting ---- */

void challenge_anew(struct dashboard *d)
{
	struct challenge *c = &d->challenge;

	c->now = c->then = (struct tally){ .moves = 0 };
	c->is_reached = false;
	c->last = 0;
	end_hint(d);
	end_present(d);
}

/* Could the process that moved last go on? To be asked before the next step. */
bool challenge_could_go_on(const struct dashboard *d)
{
	return d->challenge.last && play_goes_on(d->play, d->challenge.last);
}

/* Has the run been given a way that a search had found? */
static bool was_shown_the_way(const struct play *y)
{
	for (size_t i = 0; y->history && i < y->history->count; i++)
		if (y->history->entry[i].cause == CAUSE_LISTED && y->history->entry[i].value)
			return true;
	return false;
}

static void goal_reached(struct dashboard *d, uint64_t after, struct tally tally)
{
	struct challenge *c = &d->challenge;

	c->is_helped = was_shown_the_way(d->play);
	c->is_reached = true;
	c->reached = after;
	c->then = tally;
	if (d->options->reached && !c->is_helped)
		d->options->reached(d->options->arg);
	d->until = 0;
	d->show.running = false;
}

void look_whether_reached(struct dashboard *d)
{
	struct challenge *c = &d->challenge;

	if (c->on && !c->is_reached && goal_is_reached(d->play, c->goal[c->on - 1]))
		goal_reached(d, d->play->at->steps, c->now);
}

void challenge_count(struct dashboard *d, uint64_t steps_before, bool could_go_on)
{
	struct challenge *c = &d->challenge;
	proc_id who = d->play->at->last.who;

	if (d->play->at->steps != steps_before && !(who == MAIN && d->g->default_main)) {
		c->now.forced += could_go_on && who != c->last;
		c->now.moves++;
		c->last = who;
	}
	look_whether_reached(d);
}

/* ---- is the present in a dead end? ---- */

/* Moves that come while it searches begin it anew; a run that goes on by itself lets it finish. */
static bool wants_present(struct dashboard *d)
{
	const struct challenge *c = &d->challenge;
	bool searches = c->here.search && apart_fd(c->here.search) >= 0;

	if (!c->on || c->is_reached || c->goal[c->on - 1].kind != EXPECT_DEAD_END || d->play->at->verdict || d->show.repeats)
		return false;
	return c->here.begun && c->here.from == d->play->at->steps ? false : !searches || !is_playing(d);
}

/* Only the search from the beginning knows whether the program could have ended another way. */
void search_present(struct dashboard *d)
{
	struct challenge *c = &d->challenge;
	bool known, could_end = can_end(c, &known);
	const struct way *way;

	if (!wants_present(d) || !c->whole || apart_fd(c->whole) >= 0 || goal_prospects(c->whole, *challenge_goal(&d->show), &way) == PROSPECT_CANT)
		return;
	end_present(d);
	c->here = (struct present){ search_from(d, d->play->at->steps, could_end), d->play->at->steps, c->now, true, known };
}

/* The way into one that begins here: none. */
static void take_in_present(struct dashboard *d)
{
	struct challenge *c = &d->challenge;
	const struct way *way = &apart_found(c->here.search)->dead_end.way;

	if (!apart_take_in(c->here.search) && way->found && !way->turns && !c->is_reached)
		goal_reached(d, c->here.from, c->here.tally);
	d->dirty = true;
}

/* ---- beginning one ---- */

/* The viewer decides, on one CPU, and lines are as explore has them: so each order that it finds can be played. */
void challenge_rules(struct dashboard *d)
{
	struct settings *s = &d->settings;

	s->policy = POLICY_MANUAL;
	s->cpus = 1;
	s->fair = false;
	s->turn = NULL;
	s->turns = 0;
	s->follows = d->recording = NULL;
	s->viewer = &d->viewer;
	d->show.branched = false;
}

void begin_challenge(struct dashboard *d, int which)
{
	if (which < 1 || which > d->challenge.goals)
		return;
	search_whole(d);
	play_stop(d->play, VERDICT_STOPPED);
	end_run(d);
	challenge_rules(d);
	world_layout(d->program, false);
	d->challenge.on = which;
	begin_anew(d, true);
}

bool dashboard_challenge(const struct program *g, const char *name)
{
	struct challenge c;

	challenge_find_goals(&c, g);
	return !*name || challenge_find(&c, g, name);
}

void challenge_wished(struct dashboard *d, const char *name)
{
	int which = name && *name ? challenge_find(&d->challenge, d->g, name) : 0;

	if (!name)
		return;
	if (which) {
		d->show.begun = true;
		d->show.cover = COVER_NONE;
		begin_challenge(d, which);
	} else {
		show_challenges(d);
	}
}

/* ---- hints ---- */

static bool hint_from(struct dashboard *d, uint64_t from)
{
	struct hint *h = &d->challenge.hint;
	bool could_end = can_end(&d->challenge, &h->ends_known);

	apart_free(h->search);
	h->from = from;
	h->search = search_from(d, from, could_end);
	if (!h->search) {
		text_clear(&d->show.notice);
		text_say(&d->show.notice, SAY(HINT_REFUSED, error_named(errno)));
		h->level = 0;
	}
	return h->search;
}

void give_hint(struct dashboard *d)
{
	struct hint *h = &d->challenge.hint;
	uint64_t here = d->show.moment->at->steps;

	text_clear(&d->show.notice);
	if (!d->challenge.goals) {
		text_say(&d->show.notice, SAY(HINT_NO_GOAL));
	} else if (d->challenge.is_reached && here >= d->challenge.reached) {
		text_say(&d->show.notice, SAY(HINT_IS_SO));
	} else if (h->level == 2 && h->asked == here) {
		text_say(&d->show.notice, SAY(HINT_NO_MORE));
	} else if (h->level && h->asked == here) {
		h->level = 2;
	} else {
		end_hint(d);
		h->asked = here;
		h->level = 1;
		search_whole(d);
		hint_from(d, here);
	}
}

/* What was searched for a hint is known: if it is too late, from which step on is found by halves. */
static void next_hint(struct dashboard *d)
{
	struct hint *h = &d->challenge.hint;
	const struct way *way;
	enum prospects p = hint_prospects(&d->challenge, *challenge_goal(&d->show), &way);

	if (!h->back && p == PROSPECT_CANT) {
		h->back = true;
		h->least = 0;
		h->most = h->from;
	} else if (!h->back || p == PROSPECT_UNKNOWN) {
		return;
	} else if (p == PROSPECT_CAN) {
		h->least = h->from;
	} else {
		h->most = h->from;
	}
	h->known = h->most && h->most - h->least <= 1 && h->from == h->least;
	if (!h->known && h->most)
		hint_from(d, h->least + (h->most - h->least) / 2);
}

/* ---- taking in ---- */

static int fd_of(const struct apart *a)
{
	return a ? apart_fd(a) : -1;
}

int challenge_fd(const struct dashboard *d, enum challenge_search which)
{
	const struct challenge *c = &d->challenge;

	return fd_of(which == SEARCH_HINT ? c->hint.search : which == SEARCH_PRESENT ? c->here.search : c->whole);
}

void take_in_challenge(struct dashboard *d)
{
	struct challenge *c = &d->challenge;

	if (fd_of(c->whole) >= 0) {
		apart_take_in(c->whole);
		d->dirty = true;
	}
	if (fd_of(c->hint.search) >= 0) {
		if (!apart_take_in(c->hint.search))
			next_hint(d);
		d->dirty = true;
	}
	if (fd_of(c->here.search) >= 0)
		take_in_present(d);
}
