/* The search for what can still happen: begun at the moment that is shown, taken in while the dashboard goes on. What it finds is
 * played from that moment: by the same processes, if the run is still there; else by a branch. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "sim/explore/apart.h"
#include "ui/dashboard/inside.h"

/* It searches while somebody works at this machine. */
enum { MOST_STATES = 10000000 };
static const uint64_t MOST_MEMORY = 1u << 30;

void end_search(struct dashboard *d)
{
	apart_free(d->show.still.search);
	d->show.still = (struct still){ .open = false };
	if (d->show.focus == PANEL_STILL)
		d->show.focus = PANEL_PROCESSES;
	d->dirty = true;
}

static uint64_t broken_at(const struct play *y)
{
	uint64_t broken = 0;

	for (uint32_t k = 0; k < y->g->expects && k < 64; k++)
		if (y->g->expect[k].kind == EXPECT_ALWAYS && y->standing[k].broken)
			broken |= 1ull << k;
	return broken;
}

static void notice(struct dashboard *d, struct message m)
{
	text_clear(&d->show.notice);
	text_say(&d->show.notice, m);
}

static void search_from(struct dashboard *d, uint64_t from)
{
	struct settings run = d->again;
	struct apart_wishes w = { .from = { &run, from, run.fair, true, false }, .limits = { .states = MOST_STATES, .memory = MOST_MEMORY } };
	struct still *t = &d->show.still;

	run.follows = d->play->history;
	run.remembers = false;
	run.max_steps = UINT64_MAX;
	run.max_output = 0;
	apart_free(t->search);
	*t = (struct still){ .from = from, .ended = from < d->show.moment->at->steps, .entries = d->play->history->count, .row = { STILL_EVENT, EXPECT_DEADLOCK } };
	t->broken = from == d->show.moment->at->steps ? broken_at(d->show.moment) : 0;
	t->search = apart_begin(d->g, &w);
	t->open = t->search;
	if (!t->open)
		notice(d, SAY(STILL_REFUSED, error_named(errno)));
	else
		d->show.focus = PANEL_STILL;
	d->show.lab = d->show.zoomed = false;
}

/* The panel is opened, gets the keys, is asked about another moment, or goes, whatever of these is next. */
void search_here(struct dashboard *d)
{
	struct show *s = &d->show;

	if (s->still.open && !still_is_stale(s) && (s->focus != PANEL_STILL || s->lab)) {
		s->focus = PANEL_STILL;
		s->lab = s->zoomed = false;
	} else if (s->still.open && !still_is_stale(s)) {
		end_search(d);
	} else {
		search_from(d, still_origin(s));
	}
}

int search_fd(const struct dashboard *d)
{
	return d->show.still.search ? apart_fd(d->show.still.search) : -1;
}

void take_in_search(struct dashboard *d)
{
	if (search_fd(d) < 0)
		return;
	if (!apart_take_in(d->show.still.search))
		still_point_out(&d->show);
	d->dirty = true;
}

/* ---- the point of no return of a schedule ---- */

static const struct turn *next_turn(const struct turn *t, const struct turn *end, uint32_t *done)
{
	if (++*done < t->times)
		return t;
	*done = 0;
	return t + 1 < end ? t + 1 : NULL;
}

/* The same actions, however they are put together. */
static bool is_same_way(const struct turn *a, size_t as, const struct turn *b, size_t bs)
{
	const struct turn *a_end = a + as, *b_end = b + bs;
	uint32_t a_done = 0, b_done = 0;

	if (!as || !bs)
		return false;
	while (a && b && a->who == b->who && a->draws == b->draws && (!a->draws || a->draw == b->draw)) {
		a = next_turn(a, a_end, &a_done);
		b = next_turn(b, b_end, &b_done);
	}
	return !a && !b;
}

static uint64_t no_return_of(const struct exploration *x, const struct settings *s)
{
	const struct judged *events[] = { &x->deadlock, &x->dead_end, &x->exception };

	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (events[i]->way.found && is_same_way(events[i]->way.turn, events[i]->way.turns, s->turn, s->turns))
			return events[i]->way.no_return;
	for (uint32_t k = 0; k < x->g->expects; k++)
		if (x->expect[k].way.found && is_same_way(x->expect[k].way.turn, x->expect[k].way.turns, s->turn, s->turns))
			return x->expect[k].way.no_return;
	return 0;
}

/* A schedule is often a counterexample that `explore` has printed: then it is found once more, and with it its point of no return. */
void begin_check(struct dashboard *d)
{
	enum { SECONDS = 20, STATES = 500000 };
	struct apart_wishes w = { .from = { .fair = d->settings.fair },
		.limits = { .states = STATES, .memory = MOST_MEMORY, .until = wall_clock_now() + SECONDS * second } };

	if (d->settings.turns && !d->settings.follows)
		d->check = apart_begin(d->g, &w);
}

int check_fd(const struct dashboard *d)
{
	return d->check ? apart_fd(d->check) : -1;
}

void take_in_check(struct dashboard *d)
{
	if (check_fd(d) < 0 || apart_take_in(d->check))
		return;
	d->first_no_return = no_return_of(apart_found(d->check), &d->settings);
	if (!d->branches.here)
		d->show.no_return = d->first_no_return;
	end_check(d);
	d->dirty = true;
}

void end_check(struct dashboard *d)
{
	apart_free(d->check);
	d->check = NULL;
}

/* ---- playing what was found ---- */

static bool can_go_on_here(const struct dashboard *d)
{
	return !is_past(&d->show) && !still_is_stale(&d->show) && d->play->at->steps == d->show.still.from && !d->play->at->verdict && !is_host(d);
}

void begin_list(struct dashboard *d)
{
	play_list(d->play, d->found.turn, d->found.turns);
	d->show.no_return = d->found.no_return;
	d->lists = d->show.running = true;
	d->due = wall_clock_now();
}

static void keep_way(struct dashboard *d, const struct way *w)
{
	free(d->found.turn);
	d->found = *w;
	d->found.turn = must_have(malloc((w->turns + 1) * sizeof *w->turn));
	memcpy(d->found.turn, w->turn, w->turns * sizeof *w->turn);
}

/* What is to be seen on the way is shown where it is; an end is gone on to. */
static bool is_on_the_way(const struct program *g, struct still_row r)
{
	enum expect_kind kind = r.kind == STILL_EVENT ? (enum expect_kind)r.n : r.kind == STILL_EXPECT ? g->expect[r.n].kind : EXPECT_ENDS;

	return kind == EXPECT_ALWAYS || kind == EXPECT_REACHABLE || kind == EXPECT_DEAD_END || kind == EXPECT_EXCEPTION;
}

void play_found(struct dashboard *d)
{
	const struct still *t = &d->show.still;
	const struct way *way = t->search && !t->other ? still_way(t, t->row) : NULL;

	if (!way) {
		notice(d, t->other ? SAY(STILL_OTHER) : still_is_over(t) ? SAY(STILL_NO_WAY) : SAY(STILL_WAY_UNKNOWN));
		return;
	}
	if (!way->turns) {
		notice(d, SAY(STILL_IS_SO));
		return;
	}
	keep_way(d, way);
	d->pauses = is_on_the_way(d->g, t->row);
	uint64_t from = t->from;
	if (can_go_on_here(d)) {
		notice(d, SAY(STILL_PLAYS));
		begin_list(d);
	} else {
		branch_along(d, from);
		notice(d, SAY(STILL_BRANCHES, d->branches.here + 1, from));
	}
	end_search(d);                  /* it would lie over what is played now */
}

/* The default main moves by itself: it may still have something to do when the list is over. */
bool list_has_ended(const struct dashboard *d)
{
	const struct moment *at = d->play->at;

	return d->lists && !list_is_on(d->play) && (at->rules.dropped || at->verdict || at->steps >= d->found.steps);
}

void look_for_list_end(struct dashboard *d)
{
	bool dropped = d->play->at->rules.dropped, news = dropped && !d->unfit;

	d->unfit = dropped;
	if (news && !d->lists)
		notice(d, SAY(SCHEDULE_UNFIT));
	if (!list_has_ended(d))
		return;
	d->lists = false;
	if (d->pauses || dropped)
		d->show.running = false;
	if (dropped)
		notice(d, SAY(STILL_UNFIT));
}
