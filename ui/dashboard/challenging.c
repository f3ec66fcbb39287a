/* Beginning a challenge, counting, and the searches: from the beginning, for what is possible at all; from the moment that is shown,
 * for a hint; and, where it is too late there, from moments before. */
#include <errno.h>
#include "sim/explore/apart.h"
#include "ui/dashboard/inside.h"

/* It searches while somebody works at this machine. */
enum { MOST_STATES = 5000000 };
static const uint64_t MOST_MEMORY = 1u << 30;

static struct apart *search(struct dashboard *d, const struct settings *run, uint64_t from, bool fair)
{
	struct apart_wishes w = { .from = { run, from, fair, run }, .limits = { .states = MOST_STATES, .memory = MOST_MEMORY } };

	return apart_begin(d->g, &w);
}

static void search_whole(struct dashboard *d)
{
	struct challenge *c = &d->challenge;

	if (!c->whole && c->goals)
		c->whole = search(d, NULL, 0, false);
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

void challenge_close(struct dashboard *d)
{
	end_hint(d);
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
}

/* Could the process that moved last go on? To be asked before the next step. */
bool challenge_could_go_on(const struct dashboard *d)
{
	return d->challenge.last && play_goes_on(d->play, d->challenge.last);
}

void look_whether_reached(struct dashboard *d)
{
	struct challenge *c = &d->challenge;

	if (!c->on || c->is_reached || !goal_is_reached(d->play, c->goal[c->on - 1]))
		return;
	c->is_reached = true;
	c->reached = d->play->at->steps;
	c->then = c->now;
	if (d->options->reached)
		d->options->reached(d->options->arg);
	d->until = 0;
	d->show.running = false;
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

/* ---- beginning one ---- */

/* The viewer decides, on one CPU, and lines are as explore has them: so each order that it finds can be played. */
void begin_challenge(struct dashboard *d, int which)
{
	struct settings *s = &d->settings;

	if (which < 1 || which > d->challenge.goals)
		return;
	search_whole(d);
	play_stop(d->play, VERDICT_STOPPED);
	end_run(d);
	s->policy = POLICY_MANUAL;
	s->cpus = 1;
	s->fair = false;
	s->turn = NULL;
	s->turns = 0;
	s->follows = d->recording = NULL;
	s->viewer = &d->viewer;
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
	struct settings run = d->again;

	run.follows = d->play->history;
	run.remembers = false;
	run.max_steps = UINT64_MAX;
	run.max_output = 0;
	apart_free(h->search);
	h->from = from;
	h->search = search(d, &run, from, run.fair);
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
	enum prospects p = goal_prospects(h->search, *challenge_goal(&d->show), &way);

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

int challenge_fd(const struct dashboard *d, bool hint)
{
	return fd_of(hint ? d->challenge.hint.search : d->challenge.whole);
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
}
