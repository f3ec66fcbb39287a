/* Never, sometimes, always: of all complete executions, in how many is it so? */
#include "sim/explore/search.h"
#include <stdlib.h>
#include <string.h>

/* ---- dead ends ---- */

/* One bit for each place. */
struct marks { uint8_t *bits; };

static struct marks marks_new(const struct store *s)
{
	return (struct marks){ must_have(calloc(store_end(s) / 8 + 1, 1)) };
}

static bool marked(const struct marks *m, place p) { return m->bits[p / 8] >> p % 8 & 1; }
static void mark(struct marks *m, place p)         { m->bits[p / 8] |= 1 << p % 8; }

static bool is_daemon(const struct search *x, uint32_t piece)
{
	return x->g->group[x->g->process[x->space.info[piece].who].group].daemon;
}

/* Where no execution ends, the program is meant to run for ever as long as others than daemons move. */
static bool lives_on(const struct search *x, const struct move *m)
{
	bool daemons = is_daemon(x, m->piece);
	for (uint32_t k = 0; k < x->space.logged; k++)
		daemons &= is_daemon(x, x->space.log[k]);
	return !x->ends && !daemons;
}

struct onward { struct search *search; struct marks *good; bool found; uint32_t moves; };

static bool leads_to_good(void *with, const struct global_state *next, const struct move *m)
{
	struct onward *o = with;
	o->found = marked(o->good, store_find(&o->search->store, next, 0)) || lives_on(o->search, m);
	return !o->found;
}

static bool becomes_good(struct search *x, struct marks *good, place p)
{
	struct onward o = { x, good, false, 0 };
	store_get(&x->store, p, x->at, NULL);
	uint32_t n = space_moves(&x->space, x->at, x->chains, leads_to_good, &o);
	return o.found || !n;
}

/* A state that is only passed through belongs to the action before: what begins with that begins with the state after. */
static size_t without_passed(struct search *x, place *list, size_t count)
{
	size_t left = 0;
	for (size_t k = 0; k < count; k++) {
		store_get(&x->store, list[k], x->at, NULL);
		if (!space_passes(&x->space, x->at))
			list[left++] = list[k];
	}
	return left;
}

/* From where an end, or something that is meant to go on, can be reached: backwards through the states, again and again until nothing changes. */
void find_dead_ends(struct search *x)
{
	place *list;
	size_t left = 0, was;
	x->out->endless = !x->ends;
	if (x->out->loop_free)
		return;         /* always at an end soon */
	struct marks good = marks_new(&x->store);
	list = must_have(malloc((x->store.count + 1) * sizeof *list));
	for (place p = store_first(&x->store); p < store_end(&x->store); p = store_get(&x->store, p, x->at, NULL))
		list[left++] = p;
	do {
		was = left;
		left = 0;
		for (size_t k = was; k-- > 0; )
			if (becomes_good(x, &good, list[k]))
				mark(&good, list[k]);
		for (size_t k = 0; k < was; k++)
			if (!marked(&good, list[k]))
				list[left++] = list[k];
	} while (left && left < was && search_goes_on(x));
	free(good.bits);
	x->dead = list;
	x->deads = without_passed(x, list, left);
}

static int by_place(const void *a, const void *b)
{
	place x = *(const place *)a, y = *(const place *)b;
	return x < y ? -1 : x > y;
}

bool is_dead_end(const struct search *x, place p)
{
	return x->deads && bsearch(&p, x->dead, x->deads, sizeof *x->dead, by_place);
}

/* ---- is there a complete execution of which this is so? ---- */

static bool some_is_complete(const struct search *x) { return x->ends || x->deadlocks || x->deads; }

/* What may be asked of a state: an expectation by its number, or whether an uncaught exception has happened. */
enum { THROWN = MOST_EXPECTS };

static bool has(struct search *x, const struct global_state *s, uint32_t what)
{
	return what == THROWN ? s->uncaught : truth_of(x, s) >> what & 1;
}

/* Executions are followed to the states in which they are complete. keeps: those in which every state has this value;
 * otherwise those in which some state has it: a state counts twice, before and after there was one. */
struct trail {
	struct search *search; uint32_t what; bool wanted, keeps;
	struct marks been[2];
	place *stack; size_t count, room;       /* twice the place, plus whether there was one */
	bool met;
};

static void tread(struct trail *t, const struct global_state *s, place p)
{
	bool fits = has(t->search, s, t->what) == t->wanted, met = t->keeps ? fits : t->met || fits;
	if (!p || (t->keeps && !fits) || marked(&t->been[met], p))
		return;
	mark(&t->been[met], p);
	GROW(t->stack, t->count, t->room);
	t->stack[t->count++] = p * 2 + met;
}

static bool step_along(void *with, const struct global_state *next, const struct move *m)
{
	struct trail *t = with;
	(void)m;
	tread(t, next, store_find(&t->search->store, next, 0));
	return true;
}

static bool some_execution(struct search *x, uint32_t what, bool wanted, bool keeps)
{
	struct trail t = { .search = x, .what = what, .wanted = wanted, .keeps = keeps,
		.been = { marks_new(&x->store), marks_new(&x->store) } };
	bool found = false;
	store_get(&x->store, store_first(&x->store), x->other, NULL);
	tread(&t, x->other, store_first(&x->store));
	while (t.count && !found && search_goes_on(x)) {
		place at = t.stack[--t.count], p = at / 2;
		t.met = at % 2;
		store_get(&x->store, p, x->at, NULL);
		bool complete = is_dead_end(x, p) || !space_moves(&x->space, x->at, x->chains, step_along, &t);
		found = complete && t.met;
	}
	free(t.been[0].bits);
	free(t.been[1].bits);
	free(t.stack);
	return found;
}

/* ---- judging ---- */

static enum often often(bool some, bool some_not)
{
	return !some ? OFTEN_NEVER : some_not ? OFTEN_SOMETIMES : OFTEN_ALWAYS;
}

static bool bit(uint64_t set, uint32_t k) { return set >> k & 1; }

/* Where no execution is complete, the reachable states are counted instead. */
static enum often often_in_states(const struct search *x, uint32_t k)
{
	return often(bit(x->seen_true, k), bit(x->seen_false, k));
}

static enum often judge_always(struct search *x, uint32_t k)
{
	if (!some_is_complete(x))
		return often_in_states(x, k);
	if (!bit(x->seen_false, k))
		return OFTEN_ALWAYS;
	return often(some_execution(x, k, true, true), some_execution(x, k, false, false));
}

static enum often judge_reachable(struct search *x, uint32_t k)
{
	if (!some_is_complete(x))
		return often_in_states(x, k);
	if (!bit(x->seen_true, k))
		return OFTEN_NEVER;
	return often(some_execution(x, k, true, false), some_execution(x, k, false, true));
}

static enum often judge_end(const struct search *x, uint32_t k)
{
	bool otherwise = x->deadlocks || x->deads || bit(x->end_false, k);
	return often(bit(x->end_true, k), otherwise);
}

/* A deadlock, a dead end, an uncaught exception. What is reachable is known before all has been searched; what is
 * not reachable is known only then. */
static struct judged judge_event(const struct search *x, bool some, bool some_not)
{
	bool complete = x->out->complete;
	return (struct judged){ .often = !some && !complete ? OFTEN_UNKNOWN : complete ? often(some, some_not) : OFTEN_SOMETIMES,
		.holds = some, .decided = some || complete };
}

static struct judged judge_exception(struct search *x)
{
	struct judged j = judge_event(x, x->thrown, x->quiet);
	if (x->out->complete && x->thrown && some_is_complete(x))
		j.often = often(some_execution(x, THROWN, true, false), some_execution(x, THROWN, false, true));
	return j;
}

static struct judged judge_value(struct search *x, uint32_t k)
{
	const struct expect *e = &x->g->expect[k];
	struct judged j = { .decided = x->out->complete };
	bool ends = e->kind == EXPECT_FINALLY || e->kind == EXPECT_ENDS;
	bool some = bit(ends ? x->end_true : x->seen_true, k), some_not = bit(ends ? x->end_false : x->seen_false, k);
	if (j.decided)
		j.often = e->kind == EXPECT_ALWAYS ? judge_always(x, k) : e->kind == EXPECT_REACHABLE ? judge_reachable(x, k) : judge_end(x, k);
	switch (e->kind) {
	case EXPECT_ALWAYS:  j.holds = !some_not; break;
	case EXPECT_FINALLY: j.holds = some && !some_not; break;
	default:             j.holds = some; break;
	}
	bool shown = e->kind == EXPECT_ALWAYS || e->kind == EXPECT_FINALLY ? some_not : some;
	j.decided |= shown;
	return j;
}

static const struct judged *event_of(const struct search *x, enum expect_kind kind)
{
	switch (kind) {
	case EXPECT_DEADLOCK: return &x->out->deadlock;
	case EXPECT_DEAD_END: return &x->out->dead_end;
	case EXPECT_STARVATION: return &x->out->starvation;
	default:              return &x->out->exception;
	}
}

static void judge_expectations(struct search *x)
{
	for (uint32_t k = 0; k < x->g->expects; k++) {
		const struct expect *e = &x->g->expect[k];
		if (e->kind < EXPECT_DEADLOCK) {
			x->out->expect[k] = judge_value(x, k);
			continue;
		}
		struct judged j = *event_of(x, e->kind);
		j.holds = e->possible == j.holds;
		x->out->expect[k] = j;
	}
}

/* ---- what shows it ---- */

/* Which expectation's kind asks for which state, if there is such a one; false: for none. */
static bool target_of(struct search *x, uint32_t k, enum target_kind *kind)
{
	static const enum target_kind sought[EXPECT_KINDS] = {
		[EXPECT_ALWAYS] = TARGET_FALSE, [EXPECT_FINALLY] = TARGET_END_FALSE, [EXPECT_REACHABLE] = TARGET_TRUE,
		[EXPECT_ENDS] = TARGET_END_TRUE };
	const uint64_t there[] = { [TARGET_TRUE] = x->seen_true, [TARGET_FALSE] = x->seen_false,
		[TARGET_END_TRUE] = x->end_true, [TARGET_END_FALSE] = x->end_false };
	enum expect_kind e = x->g->expect[k].kind;
	*kind = sought[e];
	return e < EXPECT_DEADLOCK && bit(there[*kind], k);
}

static void seek_all(struct search *x)
{
	struct target *list = must_have(calloc(x->g->expects + 3, sizeof *list));
	size_t n = 0;
	enum target_kind kind;
	if (x->deadlocks)
		list[n++] = (struct target){ TARGET_DEADLOCK, 0, &x->out->deadlock.way, false };
	if (x->deads)
		list[n++] = (struct target){ TARGET_DEAD_END, 0, &x->out->dead_end.way, false };
	if (x->thrown)
		list[n++] = (struct target){ TARGET_THROWN, 0, &x->out->exception.way, false };
	for (uint32_t k = 0; k < x->g->expects; k++)
		if (target_of(x, k, &kind))
			list[n++] = (struct target){ kind, k, &x->out->expect[k].way, false };
	find_cheapest(x, list, n);
	for (size_t k = 0; k < n; k++)
		if (!list[k].met && (list[k].kind != TARGET_DEAD_END))
			way_of_places(x, list[k].way, x->first[list[k].kind][list[k].expect]);
	for (size_t k = 0; k < n; k++)
		if (list[k].way->found)
			find_no_return(x, &list[k]);
	free(list);
}

static void copy_way(struct way *to, const struct way *from)
{
	*to = *from;
	to->turn = NULL;
	to->turn_room = 0;
	if (!from->turns)
		return;
	to->turn = must_have(malloc((from->turns + 1) * sizeof *to->turn));
	memcpy(to->turn, from->turn, from->turns * sizeof *to->turn);
	to->turn_room = from->turns;
}

void judge_all(struct search *x)
{
	bool other_than_deadlock = x->ends || x->deads;
	x->out->deadlock = judge_event(x, x->deadlocks, other_than_deadlock);
	x->out->dead_end = judge_event(x, x->deads, x->ends || x->deadlocks);
	x->out->exception = judge_exception(x);
	x->out->goes_on = x->out->endless && some_is_complete(x) && some_go_on(x);
	judge_expectations(x);
	seek_all(x);
	find_dead_loop(x);
	count_schedules(x);
	for (uint32_t k = 0; k < x->g->expects; k++)
		if (x->g->expect[k].kind >= EXPECT_DEADLOCK)
			copy_way(&x->out->expect[k].way, &event_of(x, x->g->expect[k].kind)->way);
}
