/* Free running: the kernel decides who moves, all gates stand open. Every action is still taken under
 * the mutex and recorded; the controller follows the records at its own pace. */
#include "sim/stage/memory.h"
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- waking those that may have become free ---- */

/* Which processes stand among the first k of a line: a bit for each, as they sleep on the line's futex. */
static uint32_t bits_of_first(const struct stage *s, uint32_t line, uint32_t k)
{
	const struct line *l = (const struct line *)line_at(s->g, s->shared, line);
	uint32_t bits = 0;
	for (proc_id p = l->head; p && k; p = who_is(s->shared, p)->next, k--)
		bits |= 1u << waiter_owner(s->g, p) % 32;
	return bits;
}

/* What to wake once the mutex is given back: each word once, however many actions in a row free one there.
 * Of more words than there is room for, all of them. */
struct wakes { uint32_t count; bool all; struct wake { uint32_t word, bits; int most; } at[MOST_WAKES]; };

static void wake_later(struct stage *s, struct wakes *w, uint32_t word, uint32_t bits, int most)
{
	uint32_t i = 0;
	s->line[word]++;
	if (!bits)
		return;
	while (i < w->count && w->at[i].word != word)
		i++;
	if (i == MOST_WAKES) {
		w->all = true;
		return;
	}
	if (i == w->count)
		w->at[w->count++] = (struct wake){ .word = word };
	w->at[i].bits |= bits;
	if (w->at[i].most < most)
		w->at[i].most = most;
}

static void stir_line(struct stage *s, uint32_t line, struct wakes *w)
{
	const struct object *o = &s->g->object[s->g->line_object[line]];
	uint32_t units = s->sleepers[line] ? world_units(s->g, s->shared, line) : 0;
	if (units)
		wake_later(s, w, line, o->lined && o->in_order ? bits_of_first(s, line, units) : ~0u, (int)units);
}

/* over: a process that joins it, or waits for a result, may have become free. */
static void stir_object(struct stage *s, uint32_t o, bool over, struct wakes *w)
{
	uint32_t joiners = s->g->lines + o;
	for (int k = 0; k < kind_rows[s->g->object[o].kind].lines; k++)
		stir_line(s, s->g->object[o].line + k, w);
	if (s->sleepers[joiners] && over)
		wake_later(s, w, joiners, ~0u, INT_MAX);
}

/* The object; of a lock also those that were notified at its conditions. */
static void stir(struct stage *s, uint32_t o, bool over, struct wakes *w)
{
	const struct object *row = s->g->object;
	stir_object(s, o, over, w);
	for (uint32_t c = 1; (row[o].kind == KIND_LOCK || row[o].kind == KIND_RLOCK) && c < s->g->objects; c++)
		if (row[c].kind == KIND_CONDITION && row[c].lock == o)
			stir_object(s, c, false, w);
	/* A process that was notified stands in the lock's line by now, but still sleeps here. */
	if (row[o].kind == KIND_CONDITION && s->sleepers[row[o].line])
		wake_later(s, w, row[o].line, ~0u, INT_MAX);
}

/* All that may wait for something that was changed. That main is alive keeps pools going. */
static void stir_changed(struct stage *s, const struct changes *c, struct wakes *w)
{
	for (uint32_t i = 0; i < c->count; i++)
		stir(s, c->at[i].object, c->at[i].over, w);
	for (uint32_t o = 1; c->lives && s->g->tasks && o < s->g->objects; o++)
		if (s->g->object[o].kind == KIND_POOL)
			stir(s, o, true, w);
	w->all |= c->all;
}

static void wake_all(struct stage *s, const struct wakes *w)
{
	for (uint32_t i = 0; i < w->count && !w->all; i++)
		if (w->at[i].bits == ~0u)
			futex_wake(&s->line[w->at[i].word], w->at[i].most);
		else
			futex_wake_bits(&s->line[w->at[i].word], w->at[i].bits);
	if (w->all)
		host_stir_all(s);
}

void host_stir_all(struct stage *s)
{
	for (uint32_t w = 0; w < s->g->lines + s->g->objects; w++) {
		s->line[w]++;
		futex_wake(&s->line[w], INT_MAX);
	}
}

/* ---- a process's side ---- */

struct pause { const struct ins *next; int64_t until, deadline; bool timed; };

struct runner {
	struct stage *s;
	proc_id p;
	cell *own;
	uint64_t dice;                  /* the same as the controller has for it */
	value target;                   /* what its next action is on; */
	struct wait wait;               /* what it has had to wait for since its last action; zeros: nothing */
	int64_t choice;                 /* what it draws */
	bool looked;                    /* these are known */
	bool shares;                    /* a thread sees its variables, or it is one, or a process asks for its parent: its
	                                 * private steps are done under the mutex only */
	int64_t time;                   /* of its next action, microseconds */
	bool timed;                     /* it waits with a timeout, until: */
	int64_t deadline;               /* in CLOCK_MONOTONIC nanoseconds */
	int64_t until;                  /* its present or last sleep; likewise */
	struct pause interrupted[SIGNAL_COUNT];         /* by handlers of signals, */
	uint32_t handlers;              /* that it is in */
};

static struct timespec from_nanos(int64_t n)
{
	return (struct timespec){ n / 1000000000, n % 1000000000 };
}

static bool doomed(const struct runner *r)
{
	return who_is(r->s->shared, r->p)->doom;
}

/* Is it to die, or to handle a signal? */
static bool called(const struct runner *r)
{
	const struct who *w = who_is(r->s->shared, r->p);
	return w->doom || w->pending & ~((const struct own *)r->own)->handling & ~ASKED_TO_END;
}

/* A process that signals it stirs it after that. It is read before the check whether there is a signal. */
static struct unless unless_stirred(const struct runner *r)
{
	const futex_word *gate = &r->s->common->box[r->p].gate;
	return (struct unless){ gate, *gate };
}

/* A CPU is really used: by its own time, not the wall's. */
static void compute(const struct runner *r, int64_t micros)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	int64_t until = t.tv_sec * 1000000000ll + t.tv_nsec + micros * 1000;
	do
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	while (t.tv_sec * 1000000000ll + t.tv_nsec < until && !doomed(r));
}

static void spend(struct runner *r, const struct event *e)
{
	if (!e->spends)
		return;
	int64_t micros = dice_draw(&r->dice, e->lo, e->hi);
	if (e->spends == SPENDS_CPU)
		compute(r, micros);
	r->until = clock_nanos() + micros * 1000;
}

/* What the world says is asleep. A signal's handler interrupts it: it goes on behind that, until the same time. */
static void sleep_on(struct runner *r)
{
	while (((const struct own *)r->own)->asleep && clock_nanos() < r->until) {
		struct unless stirred = unless_stirred(r);
		if (called(r))
			return;
		interruptible_sleep((r->until - clock_nanos() + 999) / 1000, stirred);
	}
}

/* ---- what handlers of signals interrupt ---- */

static void interrupt(struct runner *r)
{
	r->interrupted[r->handlers++] = (struct pause){ world_next(r->s->g, r->own), r->until, r->deadline, r->timed };
	r->timed = false;
}

static void resume(struct runner *r)
{
	uint32_t left = world_handlers(r->own);
	if (r->handlers <= left)
		return;
	const struct pause *i = &r->interrupted[r->handlers = left];
	r->until = i->until;
	r->deadline = i->deadline;
	r->timed = i->timed && i->next == world_next(r->s->g, r->own) && world_thrown(r->s->g, r->own) == VALUE_UNSET;
}

/* The end of its timeout, drawn once for each wait. */
static const struct timespec *time_left(struct runner *r, enum can can, struct timespec *left)
{
	int64_t lo, hi;
	if (can != CAN_LAPSE)
		return NULL;
	bool has_one = world_timeout(r->s->g, r->own, r->p, &lo, &hi);
	assert(has_one);
	if (!r->timed) {
		r->timed = true;
		r->deadline = clock_nanos() + 1000 * (lo <= 0 ? 0 : dice_draw(&r->dice, lo, hi < lo ? lo : hi));
	}
	int64_t n = r->deadline - clock_nanos();
	*left = from_nanos(n > 0 ? n : 0);
	return left;
}

static bool is_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	return sys_poll(&p, 1, 0) == 1;
}

/* It can't move: sleep where it will be woken when it can. Called with the mutex, returns without. */
static void wait_in_kernel(struct runner *r, enum can can)
{
	struct stage *s = r->s;
	struct timespec left;
	const struct timespec *timeout = time_left(r, can, &left);
	static const struct timespec moment = { 0, LOOK_NANOS };
	int word = waiting_word(s, r->own, r->p), fd = props_bed(s, r->own, r->p);
	struct unless stirred = unless_stirred(r);
	if (fd >= 0 && !is_readable(fd) && !timeout) {
		stage_unlock(s);
		interruptible_poll(fd, stirred);
		return;
	}
	if (word < 0) {
		pid_t child = awaited_child(s, r->own, r->p);
		stage_unlock(s);
		if (child && !timeout)
			interruptible_join(child, moves_at_once(s, r->p) ? (struct unless){ &s->common->turn, 0 } : stirred);
		else
			sys_clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, NULL);
		return;
	}
	uint32_t seen = s->line[word];
	s->sleepers[word]++;
	s->common->asleep++;
	stage_unlock(s);
	interruptible_wait(&s->line[word], seen, s->g->lines > (uint32_t)word ? 1u << r->p % 32 : ~0u, timeout, stirred);
	stage_lock(s);
	s->sleepers[word]--;
	s->common->asleep--;
	stage_unlock(s);
}

static bool ring_is_full(struct stage *s)
{
	uint32_t tail = s->shared[s->g->shared_cells + TAIL];
	if (tail - s->seen_head >= RING - 1)
		s->seen_head = s->common->head;
	return tail - s->seen_head >= RING - 1;
}

static bool may_go(struct runner *r, enum can can)
{
	if (can == CAN_LAPSE)
		return r->timed && clock_nanos() >= r->deadline;
	return can != CAN_NOT;
}

/* All wait before their next action while the controller holds them. */
static void wait_while_held(struct stage *s)
{
	static const struct timespec moment = { 0, RING_NANOS };
	while (s->common->holding)
		futex_wait(&s->common->holding, 1, NULL);
	if (ring_is_full(s))
		futex_wait(&s->common->head, s->common->head, &moment);
}

/* What it waits for often comes within a microsecond: look a while before going to sleep. Looking without the
 * mutex may see a change half done; so what is seen is only a reason to try. */
static bool comes_soon(struct runner *r)
{
	if (!r->wait.object || r->s->one_cpu)
		return false;
	for (int i = 0; i < LINE_LOOKS; i++) {
		enum can can = world_can(r->s->g, r->s->shared, r->own, r->p);
		if (can == CAN_GO || can == CAN_DIE || can == CAN_HANDLE)
			return true;
		for (int k = 0; k < LINE_PAUSES; k++)
			pause_cpu();
	}
	return false;
}

/* What can be known of its next action without the mutex: it is of its own memory only. */
static void look_ahead(struct runner *r)
{
	int64_t lo, hi;
	if (r->looked && !r->shares)
		return;
	r->target = world_target(r->s->g, r->own, r->p);
	if (!r->looked)
		r->choice = world_draw(r->s->g, r->own, r->p, &lo, &hi) ? dice_draw(&r->dice, lo, hi) : 0;
	r->looked = true;
}

/* Nothing is left to be done about it but to go on? */
static bool is_plain(const struct runner *r, const struct event *e)
{
	return e->how == CAN_GO && !e->spends && !e->child && !e->signalled && !e->reaped &&
	       who_is(r->s->shared, r->p)->life == LIFE_ALIVE;
}

/* May it do one more action before it gives the mutex back? What it runs in between is its own, and short. */
static bool goes_on(struct runner *r, const struct event *e)
{
	struct stage *s = r->s;
	if (!is_plain(r, e) || !world_go_on_for(s->g, s->shared, r->own, r->p, SHORT))
		return false;
	look_ahead(r);
	return !ring_is_full(s) && !s->common->holding && !((const struct own *)r->own)->asleep && world_can(s->g, s->shared, r->own, r->p) == CAN_GO;
}

/* What its last action changed, from this entry of the journal on; and what it waited for: it may have been woken for what it then
 * did not take. */
static void add_changes(struct runner *r, uint32_t from, struct changes *c)
{
	struct stage *s = r->s;
	footprint_changes(s->g, s->shared, s->journal, from, c);
	if (r->wait.object)
		changes_add(c, r->wait.lock, false);
	if (r->wait.object != r->wait.lock)
		changes_add(c, r->wait.object, false);
}

/* c: what was changed, where a process sleeps that may wait for it. */
static struct record *act_one(struct runner *r, enum can can, struct changes *c)
{
	struct stage *s = r->s;
	uint32_t from = s->journal->count;
	struct record *record = action_take(s, r->own, r->p, can, r->target, r->choice, r->time);
	r->looked = r->timed = false;
	if (s->common->asleep)
		add_changes(r, from, c);
	r->wait.object = r->wait.lock = 0;
	return record;
}

/* After so many actions in a row, is it enough? One action for each taking of the mutex hides no interleaving; more are for scenarios
 * that ask for them. A system call costs more than the mutex: then messages that travel together may be more still, where there is
 * nothing between them. */
static bool is_enough(const struct stage *s, uint32_t done)
{
	uint32_t most = s->settings->batch;
	bool messages = most > 1 && props_gathered() == done;
	return done >= (messages ? MESSAGES_FOR_AN_ACTION * most : most) || props_gathered() == MESSAGES_IN_A_ROW;
}

/* A few actions in a row; returns the last. Each takes effect by itself, but for those whose messages travel
 * together. */
static struct event act(struct runner *r, enum can can)
{
	struct stage *s = r->s;
	struct changes c;
	struct wakes w;
	c.count = 0;                            /* to empty them whole would take longer than an action */
	c.lives = c.all = false;
	w.count = 0;
	w.all = false;
	struct record *last = act_one(r, can, &c);
	for (uint32_t done = 1; !is_enough(s, done) && goes_on(r, &last->event); done++) {
		if (!props_gathered() || s->journal->count > IN_A_ROW_CELLS)
			action_effect(s, last);
		last = act_one(r, CAN_GO, &c);
	}
	stir_changed(s, &c, &w);
	if (who_is(s->shared, r->p)->life != LIFE_ALIVE)
		wake_all(s, &w);                /* a kill from here on is the kill of a dead: none would check which it left asleep */
	action_effect(s, last);
	struct event e = last->event;
	if (r->shares)
		world_go_on(s->g, s->shared, r->own, r->p, NULL);
	stage_unlock(s);
	wake_all(s, &w);
	world_go_on(s->g, s->shared, r->own, r->p, NULL);
	return e;
}

static void rest(struct runner *r)
{
	if (!moves_at_once(r->s, r->p))
		return;
	stage_lock(r->s);
	turn_rest(r->s, r->p, r->own);
	stage_unlock(r->s);
}

void host_live(struct stage *s, proc_id p, cell *own)
{
	struct runner r = { .s = s, .p = p, .own = own, .shares = threads_share(s->g, p) || s->g->asks_parent,
	                    .dice = dice_seed(s->settings->seed, s->g->process[p].name) };
	bool patient = true;
	for (;;) {
		wait_while_held(s);
		if (!r.shares)
			look_ahead(&r);
		r.time = stage_time(s);
		stage_lock_to_move(s, p);
		look_ahead(&r);
		enum can can = world_can(s->g, s->shared, own, p);
		bool must_wait = can != CAN_GO && can != CAN_DIE && can != CAN_HANDLE;
		if (must_wait) {
			turn_rest(s, p, own);
			footprint_wait(s->g, own, p, &r.wait);
		}
		if (ring_is_full(s) || s->common->holding || (must_wait && patient)) {
			stage_unlock(s);
			patient = !must_wait || comes_soon(&r);
			continue;
		}
		patient = true;
		if (!may_go(&r, can)) {
			wait_in_kernel(&r, can);
			continue;
		}
		if (can == CAN_HANDLE)
			interrupt(&r);
		struct event e = act(&r, can);
		resume(&r);
		bool ended = who_is(s->shared, p)->life != LIFE_ALIVE;
		action_after(s, &e, p);
		if (ended)
			actor_end(s, p);
		if (e.spends)
			rest(&r);
		spend(&r, &e);
		sleep_on(&r);
	}
}

/* ---- the controller's side ---- */

void stage_pause(struct stage *s, bool pause)
{
	s->common->holding = pause;
	if (!pause)
		futex_wake(&s->common->holding, INT_MAX);
}

/* The slot is not used again before the head is published as being past it. */
static void take_in(struct stage *s, struct play *y, const struct record *r)
{
	proc_id p = r->event.who;
	s->taken++;
	if (r->event.child && !r->error)
		deaths_watch(s, r->event.child, (pid_t)r->child_pid);
	play_happened(y, &r->event, r->child_pid, r->time);
	if (r->error && !y->at->verdict)
		play_not_moved(y, p, r->error);
	deaths_reap(s, p, who_is(y->world.shared, p)->life);
	if (s->taken % PUBLISH == 0)
		s->common->head = s->taken;
}

/* Seen in the twin, which has taken in everything. */
static bool is_over(const struct stage *s, const struct play *y)
{
	return !stage_next_record(s) && play_is_done(y);
}

/* Up to so many: where actions never cease there must be time for other things, too. Where time is up within a stretch of private
 * steps, the twin has not come to its end, and is of no use any more. */
static bool take_in_some(struct stage *s, struct play *y, uint32_t most)
{
	const struct record *r;
	bool any = false;
	for (; most-- && !y->at->verdict && !world_abandons && (r = stage_next_record(s)); any = true)
		take_in(s, y, r);
	s->common->head = s->taken;
	if (any)
		play_looked(y);
	if (any)
		futex_wake(&s->common->head, INT_MAX);
	return any;
}

void host_catch_up(struct stage *s, struct play *y)
{
	if (runs_freely(s))
		take_in_some(s, y, UINT32_MAX);
}

bool stage_follow(struct stage *s, struct play *y, int wait_ms)
{
	int64_t until = clock_nanos() + wait_ms * 1000000ll;
	do {
		bool any = take_in_some(s, y, AT_A_TIME);
		if (!y->at->verdict)
			stage_deaths(s, y);
		if (world_abandons)
			break;
		if (!any && !y->at->verdict) {
			static const struct timespec moment = { 0, FOLLOW_NANOS };
			if (is_over(s, y))
				play_over(y);
			else
				sys_nanosleep(&moment, NULL);
		}
	} while (!y->at->verdict && !stage_interrupted && clock_nanos() < until);
	return !y->at->verdict;
}
