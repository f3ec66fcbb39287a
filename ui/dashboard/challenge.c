/* Goals, how far the viewer is, and what is drawn of that. */
#include <stdlib.h>
#include <string.h>
#include "sim/explore/apart.h"
#include "ui/dashboard/card.h"
#include "ui/dashboard/challenge.h"
#include "ui/dashboard/mouse.h"

/* ---- goals ---- */

static bool has_objects(const struct program *g)
{
	return g->objects > 1;
}

/* An expectation that never holds, as its author says, is no goal: every run breaks it. */
static bool is_goal(const struct expect *e)
{
	return e->kind <= EXPECT_ENDS && e->declared != OFTEN_NEVER;
}

static void add(struct challenge *c, enum expect_kind kind, uint32_t expect)
{
	if (c->goals < GOALS)
		c->goal[c->goals++] = (struct goal){ kind, expect };
}

void challenge_find_goals(struct challenge *c, const struct program *g)
{
	bool deadlock = has_objects(g), dead_end = false, exception = false;

	*c = (struct challenge){ .goals = 0 };
	for (uint32_t k = 0; k < g->expects; k++) {
		if (is_goal(&g->expect[k]))
			add(c, g->expect[k].kind, k);
		deadlock |= g->expect[k].kind == EXPECT_DEADLOCK;
		dead_end |= g->expect[k].kind == EXPECT_DEAD_END;
		exception |= g->expect[k].kind == EXPECT_EXCEPTION;
	}
	if (deadlock)
		add(c, EXPECT_DEADLOCK, 0);
	if (dead_end)
		add(c, EXPECT_DEAD_END, 0);
	if (exception)
		add(c, EXPECT_EXCEPTION, 0);
}

bool goal_is_reached(struct play *y, struct goal w)
{
	bool ended = y->at->cause == VERDICT_OK;

	switch (w.kind) {
	case EXPECT_ALWAYS:    return y->standing[w.expect].broken;
	case EXPECT_FINALLY:   return ended && y->standing[w.expect].broken;
	case EXPECT_REACHABLE: return expectation_is_true(y, w.expect);
	case EXPECT_ENDS:      return ended && expectation_is_true(y, w.expect);
	case EXPECT_DEADLOCK:  return y->at->cause == VERDICT_DEADLOCK;
	case EXPECT_DEAD_END:  return false;
	default:               return y->at->uncaught;
	}
}

void put_goal(struct text *t, const struct program *g, struct goal w)
{
	const char *name = w.kind <= EXPECT_ENDS ? g->expect[w.expect].name : "";

	switch (w.kind) {
	case EXPECT_ALWAYS:
	case EXPECT_FINALLY:   text_say(t, SAY(GOAL_BREAK, name)); break;
	case EXPECT_REACHABLE: text_say(t, SAY(GOAL_REACH, name)); break;
	case EXPECT_ENDS:      text_say(t, SAY(GOAL_END, name)); break;
	case EXPECT_DEADLOCK:  text_say(t, SAY(GOAL_DEADLOCK)); break;
	case EXPECT_DEAD_END:  text_say(t, SAY(GOAL_DEAD_END)); break;
	default:               text_say(t, SAY(GOAL_EXCEPTION)); break;
	}
}

int challenge_find(const struct challenge *c, const struct program *g, const char *name)
{
	struct text goal = { 0 };
	char *end;
	long n = strtol(name, &end, 10);
	int found = 0;

	if (end > name && !*end && n >= 1 && n <= c->goals)
		return (int)n;
	for (int k = c->goals; k > 0; k--) {
		text_clear(&goal);
		put_goal(&goal, g, c->goal[k - 1]);
		if (strcasestr(text_is(&goal), name) || strcasestr(expect_words[c->goal[k - 1].kind], name))
			found = k;
	}
	text_free(&goal);
	return found;
}

const struct goal *challenge_goal(const struct show *s)
{
	const struct challenge *c = s->challenge;

	if (!c || !c->goals)
		return NULL;
	return &c->goal[c->on ? c->on - 1 : 0];
}

/* ---- what a search has found ---- */

static const struct judged *judged_of(const struct exploration *x, struct goal w)
{
	switch (w.kind) {
	case EXPECT_DEADLOCK:  return &x->deadlock;
	case EXPECT_DEAD_END:  return &x->dead_end;
	case EXPECT_EXCEPTION: return &x->exception;
	default:               return &x->expect[w.expect];
	}
}

/* Of an exception, any that is thrown shows it. */
static const struct way *way_of(const struct exploration *x, struct goal w)
{
	const struct way *way = &judged_of(x, w)->way;

	for (size_t k = 0; w.kind == EXPECT_EXCEPTION && !way->found && k < x->exceptions; k++)
		way = &x->exception_of[k].way;
	return way;
}

enum prospects goal_prospects(const struct apart *a, struct goal w, const struct way **way)
{
	const struct exploration *x = apart_found(a);
	const struct judged *j = judged_of(x, w);
	bool breaks = w.kind == EXPECT_ALWAYS || w.kind == EXPECT_FINALLY;

	*way = way_of(x, w)->found ? way_of(x, w) : NULL;
	if (apart_fd(a) >= 0)
		return PROSPECT_OPEN;
	if (*way)
		return PROSPECT_CAN;
	return !apart_reached(a)->how && j->decided && j->holds == breaks ? PROSPECT_CANT : PROSPECT_UNKNOWN;
}

/* Where no end is in reach, it matters whether there ever was one. */
enum prospects hint_prospects(const struct challenge *c, struct goal w, const struct way **way)
{
	enum prospects p = goal_prospects(c->hint.search, w, way);

	return p == PROSPECT_CANT && w.kind == EXPECT_DEAD_END && !c->hint.ends_known ? PROSPECT_UNKNOWN : p;
}

uint64_t way_moves(const struct program *g, const struct way *w)
{
	uint64_t n = 0;

	for (size_t k = 0; k < w->turns; k++)
		n += w->turn[k].who == MAIN && g->default_main ? 0 : w->turn[k].times;
	return n;
}

static uint64_t states_of(const struct apart *a)
{
	return apart_found(a)->states;
}

/* ---- in words ---- */

/* "3 moves, 1 forced switch" */
static void put_tally(struct text *t, uint64_t moves, uint32_t forced)
{
	struct text m = { 0 }, f = { 0 };

	text_say(&m, moves == 1 ? SAY(A_MOVE) : SAY(MOVES, moves));
	text_say(&f, forced == 1 ? SAY(A_SWITCH) : SAY(SWITCHES, forced));
	text_say(t, SAY(MOVES_AND_SWITCHES, text_is(&m), text_is(&f)));
	text_free(&m);
	text_free(&f);
}

static void put_prospects(struct text *t, const struct challenge *c, struct goal w)
{
	const struct way *way;

	if (!c->whole) {
		text_say(t, SAY(PROSPECT_REFUSED));
		return;
	}
	switch (goal_prospects(c->whole, w, &way)) {
	case PROSPECT_OPEN: text_say(t, SAY(PROSPECT_SEARCHING, states_of(c->whole))); break;
	case PROSPECT_CAN:  text_say(t, SAY(PROSPECT_POSSIBLE)); break;
	case PROSPECT_CANT: text_say(t, SAY(PROSPECT_IMPOSSIBLE)); break;
	default:            text_say(t, SAY(PROSPECT_UNDECIDED, states_of(c->whole))); break;
	}
}

static void put_goal_so_far(struct text *t, const struct challenge *c, const char *goal)
{
	text_say(t, !c->on ? SAY(GOAL_OF_HINT, goal) : !c->is_reached ? SAY(GOAL_SO_FAR, goal) : c->is_helped ? SAY(GOAL_HELPED, goal) : SAY(GOAL_REACHED, goal));
}

/* It is reached: with as few as can be? */
static void put_comparison(struct text *t, const struct show *s)
{
	const struct challenge *c = s->challenge;
	const struct way *way = NULL;
	enum prospects p = c->whole ? goal_prospects(c->whole, *challenge_goal(s), &way) : PROSPECT_UNKNOWN;
	struct text mine = { 0 }, best = { 0 };

	put_tally(&mine, c->then.moves, c->then.forced);
	if (way)
		put_tally(&best, way_moves(s->g, way), way->preemptions);
	if (c->is_helped)
		text_say(t, SAY(REACHED_HELPED, text_is(&mine)));
	else if (p == PROSPECT_OPEN)
		text_say(t, SAY(REACHED_OPEN, text_is(&mine)));
	else if (!way)
		text_say(t, SAY(REACHED_UNKNOWN, text_is(&mine)));
	else if (!way->cheapest)
		text_say(t, SAY(REACHED_KNOWN, text_is(&mine), text_is(&best), states_of(c->whole)));
	else if (c->then.forced <= way->preemptions && c->then.moves <= way_moves(s->g, way))
		text_say(t, SAY(REACHED_BEST, text_is(&mine)));
	else if (c->then.forced <= way->preemptions)
		text_say(t, SAY(REACHED_SHORTER, text_is(&mine), way_moves(s->g, way)));
	else
		text_say(t, SAY(REACHED_FEWEST, text_is(&mine), text_is(&best)));
	text_free(&mine);
	text_free(&best);
}

/* What is judged at the end alone: how it would be if this moment were the end. */
static void put_at_end(struct text *t, const struct show *s, struct goal w)
{
	bool is_true;

	if (w.kind != EXPECT_FINALLY && w.kind != EXPECT_ENDS)
		return;
	is_true = expectation_is_true((struct play *)s->moment, w.expect);
	text_say(t, is_true == (w.kind == EXPECT_ENDS) ? SAY(GOAL_AT_END_SO) : SAY(GOAL_AT_END));
}

/* Of a dead end: the search from the present came to its limits. */
static bool is_not_decided(const struct challenge *c)
{
	const struct apart *a = c->here.search;
	const struct exploration *x = a && apart_fd(a) < 0 ? apart_found(a) : NULL;

	return x && (!x->dead_end.decided || (!c->here.ends_known && !x->some_end && !x->deadlock.holds));
}

/* The second line, if there is one to say. */
static void put_standing(struct text *t, const struct show *s)
{
	const struct challenge *c = s->challenge;
	const struct way *way;

	if (c->is_reached)
		put_comparison(t, s);
	else if (c->whole && goal_prospects(c->whole, *challenge_goal(s), &way) == PROSPECT_CANT)
		text_say(t, SAY(GOAL_IMPOSSIBLE, states_of(c->whole)));
	else if (s->now->at->verdict)
		text_say(t, SAY(GOAL_MISSED));
	else if (is_not_decided(c))
		text_say(t, SAY(GOAL_HERE_UNDECIDED, states_of(c->here.search)));
	else
		put_at_end(t, s, *challenge_goal(s));
}

/* ---- hints ---- */

/* What stands next in its program, as the file has it; kept in t. */
static const char *step_of(struct text *t, const struct show *s, proc_id p)
{
	text_clear(t);
	put_next_action(t, s->g, play_own(s->moment, p));
	return t->length ? text_is(t) : say(s, WORD_THE_END);
}

static void put_move(struct text *t, const struct show *s, const struct turn *turn)
{
	struct text what = { 0 }, step = { 0 };
	const char *who = title_of(s->g, turn->who);

	if (is_awaitable(s, turn->who)) {
		put_awaited(s, NULL, &what, turn->who, 0);
		text_say(t, SAY(HINT_AWAIT, who, text_is(&what), step_of(&step, s, turn->who)));
	} else if (turn->draws) {
		bool waits = world_next(s->g, play_own(s->moment, turn->who))->op == OP_WAIT;
		const char *what_it_does = step_of(&step, s, turn->who);
		text_say(t, waits ? SAY(HINT_WAKE, who, what_it_does, turn->draw) : SAY(HINT_DRAW, who, what_it_does, turn->draw));
	} else {
		text_say(t, SAY(HINT_MOVE, who, step_of(&step, s, turn->who)));
	}
	text_free(&what);
	text_free(&step);
}

static proc_id last_moved(const struct show *s)
{
	proc_id last = s->v->last;

	return last == MAIN && s->g->default_main ? 0 : last;
}

static bool leaves_by_force(const struct show *s, proc_id p)
{
	proc_id last = last_moved(s);

	return last && p != last && play_goes_on(s->moment, last);
}

static void put_reason(struct text *t, const struct show *s, proc_id p)
{
	proc_id last = last_moved(s);
	struct text step = { 0 }, why = { 0 };

	if (!last)
		text_say(&why, SAY(WHY_FIRST));
	else if (p == last)
		text_say(&why, SAY(WHY_GOES_ON));
	else if (leaves_by_force(s, p))
		text_say(&why, SAY(WHY_FORCED, title_of(s->g, last), step_of(&step, s, last)));
	else
		text_say(&why, SAY(WHY_FREE, title_of(s->g, last)));
	text_say(t, s->moment->at->rules.asks ? SAY(AS_IT_IS, text_is(&why)) : SAY(HINT_MANUAL, text_is(&why)));
	text_free(&step);
	text_free(&why);
}

/* "buyer.2 x3, buyer.1, ..": its first parts. */
static void put_way(struct text *t, const struct show *s, const struct way *w)
{
	enum { PARTS = 12 };
	struct text all = { 0 }, one = { 0 };

	for (size_t k = 0; k < w->turns && k < PARTS; k++) {
		const struct turn *turn = &w->turn[k];
		const char *who = s->g->process[turn->who].name;
		text_clear(&one);
		text_say(&one, turn->draws ? SAY(HINT_WAY_DRAW, who, (int64_t)turn->draw) : turn->times > 1 ? SAY(HINT_WAY_PART, who, turn->times) : SAY(AS_IT_IS, who));
		text_list(&all, &sentence_NAMES_ARE, text_is(&one));
	}
	text_say(t, w->turns > PARTS ? SAY(AND_SO_ON, text_is(&all)) : SAY(AS_IT_IS, text_is(&all)));
	text_free(&all);
	text_free(&one);
}

static void put_way_hint(struct text *t, const struct show *s, const struct way *w)
{
	struct text what = { 0 }, why = { 0 }, counts = { 0 }, way = { 0 };
	proc_id p = w->turn[0].who;

	put_move(&what, s, &w->turn[0]);
	put_reason(&why, s, p);
	put_tally(&counts, way_moves(s->g, w), w->preemptions);
	put_way(&way, s, w);
	if (s->challenge->hint.level == 1)
		text_say(t, SAY(HINT_IT, text_is(&what), text_is(&why)));
	else if (!w->cheapest)
		text_say(t, SAY(HINT_MORE_KNOWN, text_is(&what), text_is(&why), text_is(&counts), text_is(&way)));
	else
		text_say(t, SAY(HINT_MORE, text_is(&what), text_is(&why), text_is(&counts), text_is(&way)));
	text_free(&what);
	text_free(&why);
	text_free(&counts);
	text_free(&way);
}

static void put_too_late(struct text *t, const struct show *s)
{
	const struct challenge *c = s->challenge;
	const struct hint *h = &c->hint;
	const struct way *way;
	enum prospects all = c->whole ? goal_prospects(c->whole, *challenge_goal(s), &way) : PROSPECT_UNKNOWN;

	if (all == PROSPECT_CANT && c->on)
		text_say(t, SAY(HINT_IMPOSSIBLE));
	else if (all == PROSPECT_CANT)
		text_say(t, SAY(GOAL_IMPOSSIBLE, states_of(c->whole)));
	else if (!h->most)
		text_say(t, SAY(HINT_NEVER));
	else if (h->known)
		text_say(t, SAY(HINT_GO_BACK, h->least));
	else if (h->search && apart_fd(h->search) < 0)
		text_say(t, SAY(HINT_BACK_UNKNOWN));
	else
		text_say(t, SAY(HINT_LOOKS_BACK));
}

static void put_hint(struct text *t, const struct show *s)
{
	const struct hint *h = &s->challenge->hint;
	const struct way *way;

	if (!h->level || h->asked != s->moment->at->steps)
		return;
	if (h->back) {
		put_too_late(t, s);
		return;
	}
	switch (hint_prospects(s->challenge, *challenge_goal(s), &way)) {
	case PROSPECT_OPEN: text_say(t, SAY(HINT_SEARCHING, states_of(h->search))); break;
	case PROSPECT_CAN:
		if (way->turns)
			put_way_hint(t, s, way);
		else
			text_say(t, SAY(HINT_IS_SO));
		break;
	case PROSPECT_CANT: text_say(t, SAY(HINT_TOO_LATE)); break;
	default:            text_say(t, SAY(HINT_NOT_DECIDED, states_of(h->search))); break;
	}
}

/* ---- above the panels ---- */

static int draw_text(struct area a, int y, unsigned ink, const struct text *t)
{
	enum { MOST = 4 };
	struct span span = { ink, text_is((struct text *)t) };
	int lines = canvas_wrap_lines(a.canvas, a.width - 2, 0, &span, 1);

	if (!t->length || y >= a.height / 3)
		return 0;
	lines = lines < MOST ? lines : MOST;
	canvas_wrap(area_part(a, 1, y, -1, lines), 0, 0, &span, 1);
	return lines;
}

/* The goal is never cut: beside the counts it may take rows. Returns how many. */
static int draw_goal(struct area a, const struct show *s)
{
	const struct challenge *c = s->challenge;
	struct text goal = { 0 }, line = { 0 }, counts = { 0 };
	unsigned ink = c->is_reached ? ROLE_GOOD | LOOK_BOLD | LOOK_REVERSE : ROLE_ACCENT | LOOK_BOLD;
	int cells, rows;

	put_goal(&goal, s->g, *challenge_goal(s));
	put_goal_so_far(&line, c, text_is(&goal));
	if (c->on)
		put_tally(&counts, c->now.moves, c->now.forced);
	cells = canvas_cells(a.canvas, text_is(&counts));
	canvas_put(a, a.width - 1 - cells, 0, ROLE_TITLE, text_is(&counts));
	rows = draw_text(area_part(a, 0, 0, a.width - cells - 2, AREA_REST), 0, ink, &line);
	text_free(&goal);
	text_free(&line);
	text_free(&counts);
	return rows ? rows : 1;
}

int challenge_draw(struct area a, const struct show *s)
{
	const struct challenge *c = s->challenge;
	struct text standing = { 0 }, hint = { 0 };
	int y = 0;

	if (!challenge_goal(s))
		return 0;
	put_hint(&hint, s);
	if (c->on || hint.length)
		y = draw_goal(a, s);
	if (c->on) {
		put_standing(&standing, s);
		y += draw_text(a, y, c->is_reached ? ROLE_GOOD : ROLE_WARNING, &standing);
	}
	y += draw_text(a, y, ROLE_WARNING, &hint);
	text_free(&standing);
	text_free(&hint);
	return y;
}

/* ---- the cards ---- */

void put_challenges(struct card *c, const struct show *s)
{
	const struct challenge *all = s->challenge;
	struct text goal = { 0 }, state = { 0 }, row = { 0 };

	if (!challenge_goal(s)) {
		text_say(&row, SAY(CHALLENGE_NONE));
		put_line(c, ROLE_TEXT, text_is(&row));
		text_free(&row);
		return;
	}
	text_say(&row, SAY(CHALLENGE_ABOUT));
	put_line(c, ROLE_TITLE, text_is(&row));
	c->y++;
	for (int k = 0; k < all->goals; k++) {
		text_clear(&goal), text_clear(&state), text_clear(&row);
		put_goal(&goal, s->g, all->goal[k]);
		put_prospects(&state, all, all->goal[k]);
		text_print(&row, "%d", k + 1);
		struct text line = { 0 };
		text_say(&line, SAY(CHALLENGE_ROW, text_is(&goal), text_is(&state)));
		struct span span[4] = {
			{ ROLE_ACCENT, s->goal == k ? glyph_text(c->a.canvas->ascii, GLYPH_HERE) : " " }, { ROLE_KEY, text_is(&row) },
			{ ROLE_TEXT, "  " }, { all->on == k + 1 ? ROLE_ACCENT : ROLE_TEXT, text_is(&line) },
		};
		int y = c->y;
		put_paragraph(c, 4, span, 4);
		area_spot(c->a, 0, y, AREA_REST, c->y - y, SPOT_GOAL, k);
		text_free(&line);
	}
	c->y++;
	text_clear(&row);
	text_say(&row, SAY(CHALLENGE_LINES));
	put_line(c, ROLE_FAINT, text_is(&row));
	text_clear(&row);
	text_say(&row, SAY(CHALLENGE_FORCED));
	put_line(c, ROLE_FAINT, text_is(&row));
	text_clear(&row);
	text_say(&row, SAY(CHALLENGE_HOW));
	put_line(c, ROLE_FAINT, text_is(&row));
	text_free(&goal);
	text_free(&state);
	text_free(&row);
}

void put_challenge_offer(struct card *c, const struct show *s)
{
	const struct challenge *all = s->challenge;
	struct text goal = { 0 }, line = { 0 };

	if (!challenge_goal(s) || s->begun)
		return;
	put_goal(&goal, s->g, all->goal[0]);
	text_say(&line, all->goals > 1 ? SAY(CHALLENGE_OFFERS, text_is(&goal), all->goals - 1) : SAY(CHALLENGE_OFFER, text_is(&goal)));
	c->y++;
	put_line(c, ROLE_ACCENT, text_is(&line));
	text_free(&goal);
	text_free(&line);
}

void challenge_farewell(struct text *t, const struct show *s)
{
	const struct challenge *c = s->challenge;
	struct text goal = { 0 };

	if (!c || !c->on)
		return;
	put_goal(&goal, s->g, *challenge_goal(s));
	text_put(t, "  ");
	put_goal_so_far(t, c, text_is(&goal));
	text_put(t, "\n");
	if (c->is_reached) {
		text_put(t, "  ");
		put_comparison(t, s);
		text_put(t, "\n");
	}
	text_free(&goal);
}
