/* Never, sometimes, always: of all complete executions, in how many is it so? */
#include "sim/explore/search.h"
#include <stdlib.h>
#include <string.h>

/* ---- dead ends ---- */

/* One bit for each state. */
struct marks { uint8_t *bits; };

static struct marks marks_new(const struct store *s)
{
	return (struct marks){ must_have(calloc(store_end(s) / 8 + 1, 1)) };
}

static bool marked(const struct marks *m, state_id id) { return m->bits[id / 8] >> id % 8 & 1; }
static void mark(struct marks *m, state_id id)         { m->bits[id / 8] |= 1 << id % 8; }

static bool is_daemon(const struct search *x, uint32_t piece)
{
	return x->g->group[x->g->process[x->space.info[piece].who].group].daemon;
}

/* Where no execution ends, nor has ended another way, the program is meant to run for ever as long as others than daemons move. */
static bool lives_on(const struct search *x, const struct move *m)
{
	bool daemons = is_daemon(x, m->piece);
	for (uint32_t k = 0; k < x->space.logged; k++)
		daemons &= is_daemon(x, x->space.log[k]);
	return !x->ends && !daemons && !(x->origin && x->origin->could_end);
}

struct onward { struct search *search; struct marks *good; bool found; uint32_t moves; };

static bool leads_to_good(void *with, const struct global_state *next, const struct move *m)
{
	struct onward *o = with;
	o->found = marked(o->good, store_find(&o->search->store, next, 0)) || lives_on(o->search, m);
	return !o->found;
}

static bool becomes_good(struct search *x, struct marks *good, state_id id)
{
	struct onward o = { x, good, false, 0 };
	store_get(&x->store, id, x->at, NULL);
	uint32_t n = space_moves(&x->space, x->at, x->chains, leads_to_good, &o);
	return o.found || !n;
}

/* A state that is only passed through belongs to the action before: what begins with that begins with the state after. */
static size_t without_passed(struct search *x, state_id *list, size_t count)
{
	size_t left = 0;
	for (size_t k = 0; k < count; k++) {
		store_get(&x->store, list[k], x->at, NULL);
		if (!space_passes(&x->space, x->at))
			list[left++] = list[k];
	}
	return left;
}

/* From where an end, or something that is meant to go on, can be reached: backwards through the states, again and again
 * until nothing changes. */
static bool find_good(struct search *x, struct marks *good, state_id *list, size_t *left)
{
	size_t was;
	do {
		was = *left;
		*left = 0;
		for (size_t k = was; k-- > 0 && search_goes_on(x); )
			if (becomes_good(x, good, list[k]))
				mark(good, list[k]);
		for (size_t k = 0; k < was; k++)
			if (!marked(good, list[k]))
				list[(*left)++] = list[k];
	} while (*left && *left < was && search_goes_on(x));
	return search_goes_on(x);
}

void find_dead_ends(struct search *x)
{
	state_id *list;
	size_t left = 0;
	x->dead_known = true;
	if (x->out->loop_free)
		return;         /* always at an end soon */
	x->dead_known = guard_allows(x->guard, x->store.count * sizeof *list);
	if (!x->dead_known)
		return;
	struct marks good = marks_new(&x->store);
	list = must_have(malloc((x->store.count + 1) * sizeof *list));
	for (state_id id = store_first(&x->store); id < store_end(&x->store); id = store_get(&x->store, id, x->at, NULL))
		list[left++] = id;
	x->dead_known = find_good(x, &good, list, &left);
	free(good.bits);
	x->dead = list;
	x->deads = x->dead_known ? without_passed(x, list, left) : 0;
}

static int by_state(const void *a, const void *b)
{
	state_id x = *(const state_id *)a, y = *(const state_id *)b;
	return x < y ? -1 : x > y;
}

bool is_dead_end(const struct search *x, state_id id)
{
	return x->deads && bsearch(&id, x->dead, x->deads, sizeof *x->dead, by_state);
}

/* ---- is there a complete execution of which this is so? ---- */

static bool some_is_complete(const struct search *x) { return x->ends || x->deadlocks || x->dead_found; }

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
	state_id *stack; size_t count, room;       /* twice the state, plus whether there was one */
	bool met;
};

static void tread(struct trail *t, const struct global_state *s, state_id id)
{
	bool fits = has(t->search, s, t->what) == t->wanted, met = t->keeps ? fits : t->met || fits;
	if (!id || (t->keeps && !fits) || marked(&t->been[met], id))
		return;
	mark(&t->been[met], id);
	GROW(t->stack, t->count, t->room);
	t->stack[t->count++] = id * 2 + met;
}

static bool step_along(void *with, const struct global_state *next, const struct move *m)
{
	struct trail *t = with;
	(void)m;
	tread(t, next, store_find(&t->search->store, next, 0));
	return true;
}

/* A limit may come before one is found. */
static bool some_execution(struct search *x, uint32_t what, bool wanted, bool keeps)
{
	struct trail t = { .search = x, .what = what, .wanted = wanted, .keeps = keeps,
		.been = { marks_new(&x->store), marks_new(&x->store) } };
	bool found = false;
	store_get(&x->store, store_first(&x->store), x->other, NULL);
	tread(&t, x->other, store_first(&x->store));
	while (t.count && !found && search_goes_on(x)) {
		state_id at = t.stack[--t.count], id = at / 2;
		t.met = at % 2;
		store_get(&x->store, id, x->at, NULL);
		bool complete = is_dead_end(x, id) || !space_moves(&x->space, x->at, x->chains, step_along, &t);
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

static bool bit(uint64_t set, uint32_t k) { return expect_in(set, k); }

/* All executions are known, and where they are complete. */
static bool all_is_known(const struct search *x) { return x->whole && x->dead_known; }

/* Of complete executions, by what one has in all its states, or another in some. */
static enum often often_in_executions(struct search *x, uint32_t what, bool keeps)
{
	bool some = some_execution(x, what, true, keeps), some_not = some_execution(x, what, false, !keeps);
	if (!x->guard->over || (some && some_not))
		return often(some, some_not);
	x->undecided = true;
	return OFTEN_UNKNOWN;
}

static enum often judge_states(struct search *x, uint32_t k, bool always)
{
	if (!some_is_complete(x))       /* then the reachable states are counted instead */
		return often(bit(x->seen_true, k), bit(x->seen_false, k));
	if (!bit(always ? x->seen_false : x->seen_true, k))
		return always ? OFTEN_ALWAYS : OFTEN_NEVER;
	return often_in_executions(x, k, always);
}

static enum often judge_end(const struct search *x, uint32_t k)
{
	bool otherwise = x->deadlocks || x->deads || bit(x->end_false, k);
	return often(bit(x->end_true, k), otherwise);
}

/* ---- judging by a part of the executions ---- */

/* all: it is so from the first state on. Of executions that were not found, only that is known. */
static enum often often_so_far(const struct search *x, bool some, bool some_not, bool all, bool none)
{
	if (some && some_not)
		return OFTEN_SOMETIMES;
	return !some_is_complete(x) ? OFTEN_UNKNOWN : all ? OFTEN_ALWAYS : none ? OFTEN_NEVER : OFTEN_UNKNOWN;
}

/* The way by which a complete execution was found shows what was true all the way, and what was somewhere. */
static bool look_along(struct search *x, state_id end, uint64_t *most)
{
	uint64_t held = ~0ull, met = 0;
	for (state_id id = end; id; id = store_from(&x->store, id), --*most) {
		if (!*most || !search_goes_on(x))
			return false;
		store_get(&x->store, id, x->at, NULL);
		uint64_t truth = truth_of(x, x->at);
		held &= truth;
		met |= truth;
	}
	x->kept_true |= held;
	x->kept_false |= ~met;
	x->met_true |= met;
	x->met_false |= ~held;
	return true;
}

/* No more of them are visited than there are states. */
static void look_at_executions(struct search *x)
{
	uint64_t most = x->store.count;
	for (size_t k = 0; k < x->out->outcomes; k++)
		if (x->of_outcome[k] && !look_along(x, x->of_outcome[k], &most))
			return;
}

/* Has a complete execution been found in which it is so, and one in which it is not? */
struct tally { bool some, some_not; };

static struct tally tally_so_far(const struct search *x, uint32_t k)
{
	switch (x->g->expect[k].kind) {
	case EXPECT_ALWAYS:    return (struct tally){ bit(x->kept_true, k), bit(x->met_false, k) };
	case EXPECT_REACHABLE: return (struct tally){ bit(x->met_true, k), bit(x->kept_false, k) };
	case EXPECT_LEADS_TO:  return (struct tally){ 0 };
	default:               return (struct tally){ bit(x->end_true, k), x->deadlocks || x->dead_found || bit(x->end_false, k) };
	}
}

static enum often judge_so_far(const struct search *x, uint32_t k)
{
	struct tally seen = tally_so_far(x, k);
	enum expect_kind kind = x->g->expect[k].kind;
	state_id start = store_first(&x->store);
	bool all = kind == EXPECT_REACHABLE && start && x->first[TARGET_TRUE][k] == start;
	bool none = kind == EXPECT_ALWAYS && start && x->first[TARGET_FALSE][k] == start;
	return often_so_far(x, seen.some, seen.some_not, all, none);
}

/* ---- each that may be asked for ---- */

static enum often judge_often(struct search *x, const struct expect *e, uint32_t k)
{
	bool states = e->kind == EXPECT_ALWAYS || e->kind == EXPECT_REACHABLE;
	if (!all_is_known(x))
		return judge_so_far(x, k);
	return states ? judge_states(x, k, e->kind == EXPECT_ALWAYS) : judge_end(x, k);
}

/* One execution is enough to know that a declared verdict is not the right one. */
static bool is_refuted(const struct search *x, uint32_t k)
{
	struct tally seen = all_is_known(x) ? (struct tally){ 0 } : tally_so_far(x, k);
	enum often declared = x->g->expect[k].declared;
	return (declared == OFTEN_NEVER && seen.some) || (declared == OFTEN_ALWAYS && seen.some_not);
}

void settle_declared(const struct search *x, uint32_t k, struct judged *j)
{
	enum often declared = x->g->expect[k].declared;
	if (declared == OFTEN_SOMETIMES && x->origin && x->origin->steps) {     /* some of the executions refute nothing */
		j->settled = j->met = true;
		return;
	}
	j->settled = declared ? j->often != OFTEN_UNKNOWN || is_refuted(x, k) : j->decided;
	j->met = declared ? j->often == declared : j->holds;
}

/* What is reachable is known before all has been searched; what is not reachable is known only then. */
static struct judged judge_value(struct search *x, uint32_t k)
{
	const struct expect *e = &x->g->expect[k];
	x->undecided |= k >= MOST_EXPECTS;
	if (k >= MOST_EXPECTS)
		return (struct judged){ .often = OFTEN_UNKNOWN };
	bool ends = e->kind == EXPECT_FINALLY || e->kind == EXPECT_ENDS;
	bool some = bit(ends ? x->end_true : x->seen_true, k), some_not = bit(ends ? x->end_false : x->seen_false, k);
	bool shown = e->kind == EXPECT_ALWAYS || e->kind == EXPECT_FINALLY ? some_not : some;
	struct judged j = { .decided = x->whole || shown, .often = judge_often(x, e, k) };
	switch (e->kind) {
	case EXPECT_ALWAYS:  j.holds = !some_not; break;
	case EXPECT_FINALLY: j.holds = some && !some_not; break;
	default:             j.holds = some; break;
	}
	settle_declared(x, k, &j);
	return j;
}

static struct judged judge_deadlock(const struct search *x)
{
	struct judged j = { .decided = x->whole || x->deadlocks, .holds = x->deadlocks };
	bool other = x->ends || x->dead_found;
	j.often = !j.decided ? OFTEN_UNKNOWN : !j.holds ? OFTEN_NEVER : other ? OFTEN_SOMETIMES : all_is_known(x) ? OFTEN_ALWAYS : OFTEN_UNKNOWN;
	return j;
}

static struct judged judge_dead_end(const struct search *x)
{
	struct judged j = { .decided = all_is_known(x) || x->dead_found, .holds = x->dead_found };
	j.often = !j.decided ? OFTEN_UNKNOWN : often(j.holds, x->ends || x->deadlocks);
	return j;
}

static enum often judge_thrown(struct search *x)
{
	state_id start = store_first(&x->store);
	if (!all_is_known(x))
		return often_so_far(x, x->end_thrown, x->end_quiet, start && x->first[TARGET_THROWN][0] == start, false);
	if (!x->thrown || !some_is_complete(x))
		return often(x->thrown, x->quiet);
	return often_in_executions(x, THROWN, false);
}

static struct judged judge_exception(struct search *x)
{
	struct judged j = { .decided = x->whole || x->thrown, .holds = x->thrown };
	j.often = x->whole && !x->thrown ? OFTEN_NEVER : judge_thrown(x);
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

static void judge_event(struct search *x, uint32_t k)
{
	const struct expect *e = &x->g->expect[k];
	struct judged j = *event_of(x, e->kind);
	j.holds = j.met = e->possible == j.holds;
	j.settled = j.decided;
	j.way = x->out->expect[k].way;
	j.loop = x->out->expect[k].loop;
	x->out->expect[k] = j;
}

void judge_all(struct search *x)
{
	struct exploration *out = x->out;
	out->some_end = x->ends;
	out->endless = x->whole && !x->ends;
	if (!all_is_known(x))
		look_at_executions(x);
	out->deadlock = judge_deadlock(x);
	out->dead_end = judge_dead_end(x);
	out->exception = judge_exception(x);
	bool may_go_on = out->endless && some_is_complete(x);
	out->goes_on = may_go_on && all_is_known(x) && some_go_on(x);
	out->goes_unknown = may_go_on && !out->goes_on && (!all_is_known(x) || !search_goes_on(x));
	for (uint32_t k = 0; k < x->g->expects; k++)
		if (x->g->expect[k].kind < EXPECT_LEADS_TO)
			out->expect[k] = judge_value(x, k);
		else if (x->g->expect[k].kind >= EXPECT_DEADLOCK)
			judge_event(x, k);
}

/* ---- what shows it ---- */

enum target_kind target_sought(enum expect_kind kind)
{
	static const enum target_kind sought[EXPECT_KINDS] = {
		[EXPECT_ALWAYS] = TARGET_FALSE, [EXPECT_FINALLY] = TARGET_END_FALSE, [EXPECT_REACHABLE] = TARGET_TRUE,
		[EXPECT_ENDS] = TARGET_END_TRUE };
	return sought[kind];
}

/* Is there a state that shows it? */
static bool target_of(struct search *x, uint32_t k, enum target_kind *kind)
{
	const uint64_t there[] = { [TARGET_TRUE] = x->seen_true, [TARGET_FALSE] = x->seen_false,
		[TARGET_END_TRUE] = x->end_true, [TARGET_END_FALSE] = x->end_false };
	enum expect_kind e = x->g->expect[k].kind;
	*kind = target_sought(e);
	return e < EXPECT_LEADS_TO && bit(there[*kind], k);
}

/* All that is there to be shown. */
static struct target *targets_of(struct search *x, size_t *n)
{
	struct target *list = must_have(calloc(x->g->expects + 3 + x->guard->limits->outcomes, sizeof *list));
	enum target_kind kind;
	*n = 0;
	if (x->deadlocks)
		list[(*n)++] = (struct target){ TARGET_DEADLOCK, 0, &x->out->deadlock.way, false };
	if (x->deads)
		list[(*n)++] = (struct target){ TARGET_DEAD_END, 0, &x->out->dead_end.way, false };
	if (x->thrown)
		list[(*n)++] = (struct target){ TARGET_THROWN, 0, &x->out->exception.way, false };
	for (uint32_t k = 0; k < x->g->expects; k++)
		if (target_of(x, k, &kind))
			list[(*n)++] = (struct target){ kind, k, &x->out->expect[k].way, false };
	return list;
}

void seek_all(struct search *x)
{
	size_t n;
	struct target *list = targets_of(x, &n);
	for (uint32_t k = 0; k < x->out->outcomes && k < x->guard->limits->outcomes; k++)
		list[n++] = (struct target){ TARGET_OUTCOME, k, &x->out->outcome[k].way, false };
	find_cheapest(x, list, n);
	for (size_t k = 0; k < n; k++)
		if (list[k].way->found && list[k].kind != TARGET_OUTCOME)
			find_no_return(x, &list[k]);
	free(list);
	find_dead_loop(x);
	count_schedules(x);
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

static state_id state_of(const struct search *x, const struct target *t)
{
	return t->kind == TARGET_DEAD_END ? x->dead[0] : x->first[t->kind][t->expect];
}

/* Starvation is known only behind the search. */
void judge_events(struct search *x)
{
	for (uint32_t k = 0; k < x->g->expects; k++)
		if (x->g->expect[k].kind >= EXPECT_DEADLOCK)
			judge_event(x, k);
}

void show_all(struct search *x)
{
	size_t n;
	struct target *list = targets_of(x, &n);
	for (size_t k = 0; k < n; k++) {
		if (!list[k].way->found)
			way_of_states(x, list[k].way, state_of(x, &list[k]));
		if (!list[k].met && list[k].way->found && !x->guard->why)
			find_no_return(x, &list[k]);
	}
	free(list);
	judge_events(x);
	for (uint32_t k = 0; k < x->g->expects; k++)
		if (x->g->expect[k].kind >= EXPECT_DEADLOCK) {
			copy_way(&x->out->expect[k].way, &event_of(x, x->g->expect[k].kind)->way);
			copy_way(&x->out->expect[k].loop, &event_of(x, x->g->expect[k].kind)->loop);
		}
}
