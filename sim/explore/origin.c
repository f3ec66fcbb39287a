/* Where a search begins, if that is not the program's beginning: a moment of some run. */
#include "sim/explore/origin.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "sim/schedule/play.h"

static void add_turn(struct origin *o, proc_id who, bool draws, int64_t choice)
{
	GROW(o->turn, o->turns, o->turn_room);
	o->turn[o->turns++] = (struct turn){ .who = who, .times = 1, .draws = draws, .draw = choice };
}

/* What a schedule says of it: the default main moves by itself, but when its sleep is over may be said. */
static void note_turn(struct origin *o, const struct program *g, const struct deed *d)
{
	const struct own *own = (const struct own *)world_own(g, &o->world, d->who);
	int64_t lo, hi;
	bool draws = world_choices(g, o->world.shared, (const cell *)own, d->who, &lo, &hi) && world_names_choice(g, (const cell *)own, d->choice);
	if (d->who != MAIN || !g->default_main || own->asleep)
		add_turn(o, d->who, draws, draws ? d->choice : 0);
}

static void note_thrown(struct origin *o, proc_id who, const struct trace *t, uint32_t before)
{
	if (t->uncaught == before)
		return;
	GROW(o->thrown, o->throws, o->throw_room);
	o->thrown[o->throws++] = (struct origin_thrown){ who, t->ended_by };
}

static void do_again(struct origin *o, const struct program *g, const struct deed *d, enum can can, struct trace *t)
{
	struct event e;
	uint32_t before = t->uncaught;
	cell *own = world_own(g, &o->world, d->who);
	note_turn(o, g, d);
	world_do(g, o->world.shared, own, d->who, can, d->choice, NULL, t, &e);
	if (e.child) {
		proc_id body = process_body(g, d->who);
		who_of(o->world.shared, e.child)->pid = worker_of(g, e.child) ? model_pid(g, o->world.shared, e.child) : MODEL_PID + e.child;
		note_thrown(o, d->who, t, before);
		before = t->uncaught;
		world_birth(g, o->world.shared, body, world_own(g, &o->world, body), world_own(g, &o->world, e.child), e.child, t);
		note_thrown(o, e.child, t, before);
		before = t->uncaught;
	}
	world_go_on(g, o->world.shared, own, d->who, t);
	note_thrown(o, d->who, t, before);
	o->steps++;
}

static void kill_again(struct origin *o, const struct program *g, const struct deed *d)
{
	struct event e;
	if (!signal_kills(g, d->who, (int)d->choice)) {
		world_signal(g, o->world.shared, d->who, signal_numbered((int)d->choice), NULL);
		return;
	}
	world_kill(g, o->world.shared, world_own(g, &o->world, d->who), d->who, (int)d->choice, NULL, &e);
}

bool origin_make(struct origin *o, const struct program *g, const struct deed *deed, size_t deeds, size_t *misfit, struct guard *guard)
{
	struct trace t = { .deaf = true };
	cell *all = must_have(calloc(1, world_bytes(g)));
	*o = (struct origin){ .world = { all, all + g->shared_cells } };
	world_of_beginning(g, &o->world, &t);
	note_thrown(o, MAIN, &t, 0);
	for (*misfit = 0; *misfit < deeds && guard_goes_on(guard); ++*misfit) {
		const struct deed *d = &deed[*misfit];
		if (d->how == CAN_NOT) {
			kill_again(o, g, d);
			continue;
		}
		enum can can = world_can(g, o->world.shared, world_own(g, &o->world, d->who), d->who);
		if (d->how == CAN_ENQUEUE && can != CAN_ENQUEUE)
			continue;               /* here none is queued in that line */
		if (can != d->how)
			break;
		do_again(o, g, d, can, &t);
		guard_stepped(guard);
	}
	free(t.list);
	o->uncaught = o->throws > 0;
	return *misfit == deeds && !guard->over;
}

/* ---- the run up to it ---- */

struct deeds { struct listener listener; struct deed *list; size_t count, room; bool killed; uint64_t killed_at; };

static void add_deed(struct deeds *d, struct deed deed)
{
	GROW(d->list, d->count, d->room);
	d->list[d->count++] = deed;
}

static bool is_deadly(int signal)
{
	return signal != SIGSTOP && signal != SIGCONT;
}

static void hear(struct listener *l, const struct play *y, const struct news *n)
{
	struct deeds *d = (struct deeds *)l;
	if (n->kind == NEWS_STEP)
		add_deed(d, (struct deed){ n->who, (enum can)n->event->how, n->event->choice });
	if (n->kind != NEWS_SIGNAL || !is_deadly(n->signal))
		return;
	add_deed(d, (struct deed){ n->who, CAN_NOT, n->signal });
	if (!d->killed)
		d->killed_at = y->at->steps;
	d->killed = true;
}

/* A process that was killed after the last action is dead at that moment, too; the run hears of it only in its next turn. */
static void add_last_deaths(const struct history *h, uint64_t steps, struct deeds *d)
{
	uint64_t n = 0;
	for (size_t k = 0; h && k < h->count && n <= steps; k++) {
		const struct happening *e = &h->entry[k];
		if (e->cause == CAUSE_MOVED)
			n += e->times;
		else if (e->cause == CAUSE_SIGNALLED && n == steps && is_deadly((int)e->value))
			add_deed(d, (struct deed){ e->who, CAN_NOT, e->value });
	}
}

/* What the first actions of the run are. */
static struct reaching play_to(const struct program *g, const struct settings *s, uint64_t steps, struct deeds *d, struct guard *guard)
{
	struct reaching r = { REACHED, 0, NULL };
	struct play *y = play_new(g, s, NULL, &d->listener);
	guard_stepped(guard);
	while (y->at->steps < steps && guard_goes_on(guard) && play_step(y))
		guard_stepped(guard);
	if (guard->over)
		r = (struct reaching){ REACHED_LIMIT, guard->why, NULL };
	else if (y->at->verdict == VERDICT_MISFIT)
		r = (struct reaching){ REACHED_MISFIT, 0, must_have(strdup(y->problem)) };
	else if (y->at->steps < steps)
		r = (struct reaching){ REACHED_END, y->at->steps, NULL };
	play_free(y);
	return r;
}

/* The default main takes no process's CPU. */
static proc_id moved_last(const struct program *g, const struct deeds *d)
{
	proc_id last = 0;
	for (size_t k = 0; k < d->count; k++)
		if (d->list[k].how != CAN_NOT && !(d->list[k].who == MAIN && g->default_main))
			last = d->list[k].who;
	return last;
}

struct reaching origin_of_run(struct origin *o, struct program *g, const struct reach *to, const struct limits *limits)
{
	struct deeds d = { .listener = { .hear = hear } };
	struct settings s = *to->run;
	struct guard guard;
	size_t misfit;
	if (s.policy == POLICY_HOST && !s.follows)
		s.policy = POLICY_RR;
	guard_open(&guard, limits);
	world_layout(g, s.fair);
	struct reaching r = play_to(g, &s, to->steps, &d, &guard);
	world_layout(g, to->fair);
	*o = (struct origin){ 0 };
	if (r.how == REACHED && d.killed && !to->from_here)
		r = (struct reaching){ REACHED_KILLED, d.killed_at, NULL };
	if (r.how == REACHED && to->from_here)
		add_last_deaths(s.follows, to->steps, &d);
	if (r.how == REACHED && !origin_make(o, g, d.list, d.count, &misfit, &guard))
		r = guard.over ? (struct reaching){ REACHED_LIMIT, guard.why, NULL } : (struct reaching){ REACHED_LINES, misfit + 1, NULL };
	o->last = moved_last(g, &d);
	o->could_end = to->could_end;
	if (to->from_here)
		o->turns = 0;
	guard_close(&guard);
	free(d.list);
	return r;
}

void origin_free(struct origin *o)
{
	world_free(&o->world);
	free(o->turn);
	free(o->thrown);
}

/* ---- which processes can't be told apart there ---- */

static bool owns_anything(const struct program *g, const cell *shared, proc_id p)
{
	for (uint32_t k = 1; k < g->objects; k++)
		if ((g->object[k].kind == KIND_LOCK || g->object[k].kind == KIND_RLOCK) &&
		    ((const struct lock_cells *)(shared + g->object[k].at))->owner == p)
			return true;
	return false;
}

static bool is_like(const struct origin *o, const struct program *g, proc_id p, proc_id q)
{
	const cell *shared = o->world.shared;
	struct who a = *who_is(shared, p), b = *who_is(shared, q);
	uint32_t ends = end_cells(g);
	a.pid = b.pid = 0;
	if (a.in_line || b.in_line || memcmp(&a, &b, sizeof a) || owns_anything(g, shared, p) || owns_anything(g, shared, q))
		return false;
	return !memcmp(shared + g->ends_at + p * ends, shared + g->ends_at + q * ends, ends * sizeof *shared) &&
	       !memcmp(world_own(g, &o->world, p), world_own(g, &o->world, q), g->private_cells * sizeof *shared);
}

bool origin_alike(const struct origin *o, const struct program *g, uint32_t group)
{
	const struct group *row = &g->group[group];
	for (uint32_t k = 1; k < row->count; k++)
		if (!is_like(o, g, row->first, row->first + k))
			return false;
	return true;
}
