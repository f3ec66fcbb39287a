/* The next burst of a process, found by playing it alone on a copy of the world until it would block or end. It draws
 * what it will draw. What others will do meanwhile is not foreseen; so when they change the shared part, sjf and stcf ask
 * again. What it does itself is what was foreseen: then nothing is asked, and the burst is what is left of it. */
#include "sim/schedule/play.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- copies ---- */

/* chances: how often it has drawn one of several values. */
struct seer { struct world world; cell *own; uint64_t dice, chances; int64_t time; };

/* A process that moves may change the shared part, its own, and those of the threads that live in the same process. */
static bool is_concerned(const struct play *y, proc_id p, proc_id q)
{
	return process_body(y->g, q) == process_body(y->g, p);
}

/* Threads come after the process that they live in. */
static proc_id next_concerned(const struct play *y, proc_id p, proc_id q)
{
	if (!y->actor[p].shares)
		return q ? 0 : p;
	for (q = q ? q + 1 : process_body(y->g, p); q < y->g->processes; q++)
		if (is_concerned(y, p, q))
			return q;
	return 0;
}

static void copy_world(const struct play *y, proc_id p, struct world *to, const struct world *from)
{
	memcpy(to->shared, from->shared, y->g->shared_cells * sizeof *to->shared);
	for (proc_id q = 0; (q = next_concerned(y, p, q));)
		memcpy(world_own(y->g, to, q), world_own(y->g, from, q), y->g->private_cells * sizeof *to->private);
}

static bool same_world(const struct play *y, proc_id p, const struct world *a, const struct world *b)
{
	for (proc_id q = 0; (q = next_concerned(y, p, q));)
		if (memcmp(world_own(y->g, a, q), world_own(y->g, b, q), y->g->private_cells * sizeof *a->private))
			return false;
	return !memcmp(a->shared, b->shared, y->g->shared_cells * sizeof *a->shared);
}

/* Two whole worlds, so that whatever an action touches has its place there. */
static struct world room_for_copy(struct play *y, int which)
{
	if (!y->copy)
		y->copy = must_have(calloc(2, world_bytes(y->g)));
	cell *all = y->copy + which * (world_bytes(y->g) / sizeof *y->copy);
	return (struct world){ all, all + y->g->shared_cells };
}

static struct seer seer_of(struct play *y, proc_id p)
{
	struct seer s = { .world = room_for_copy(y, 0), .dice = y->actor[p].dice, .time = y->actor[p].left };
	copy_world(y, p, &s.world, &y->world);
	s.own = world_own(y->g, &s.world, p);
	return s;
}

/* ---- looking ahead ---- */

static bool goes_on(const struct play *y, const struct seer *s, proc_id p, bool first)
{
	const struct actor *a = &y->actor[p];
	enum can can = world_can(y->g, s->world.shared, s->own, p);
	if (can == CAN_LAPSE)
		return first && a->timed && a->deadline <= y->at->now;
	return can != CAN_NOT;
}

static int64_t draw(struct seer *s, int64_t lo, int64_t hi)
{
	s->chances += lo != hi;
	return dice_draw(&s->dice, lo, hi);
}

/* One action; false: after it, it sleeps or has ended. */
static bool act(struct play *y, struct seer *s, proc_id p)
{
	struct trace nothing = { .mute = true, .stretch = &y->at->stretch };
	struct event e;
	int64_t lo, hi, choice = 0;
	if (world_draw(y->g, s->own, p, &lo, &hi))
		choice = draw(s, lo, hi);
	world_step(y->g, s->world.shared, s->own, p, choice, NULL, NULL, &e);
	stretch_begins(y);
	world_go_on(y->g, s->world.shared, s->own, p, &nothing);
	stretch_ends(y, p);
	if (e.spends == SPENDS_CPU)
		s->time += draw(s, e.lo, e.hi);
	else if (!takes_no_time(y, s->world.shared, &e))
		s->time += y->g->cpu.step + (e.child ? y->g->cpu.fork : 0);
	return !((const struct own *)s->own)->asleep && who_is(s->world.shared, p)->life == LIFE_ALIVE;
}

/* What is accounted for ends where its CPU's activity is said to have begun. */
static int64_t present_action(const struct play *y, proc_id p)
{
	const struct actor *a = &y->actor[p];
	const struct processor *c = a->holds ? &y->cpu[a->holds - 1] : NULL;
	if (!c || !c->acting || c->switching)
		return 0;
	return a->left ? 0 : c->until - c->begun;
}

/* Is an action of it under way, or its computing? */
static bool is_under_way(const struct play *y, proc_id p)
{
	return y->actor[p].left || present_action(y, p);
}

/* Is the last action of its burst under way? A process that has its CPU again after a sleep, and has not moved yet, is asleep to the
 * world, too; but it has begun a burst. */
static bool is_going_to_sleep(const struct play *y, const struct seer *s, proc_id p)
{
	return ((const struct own *)s->own)->asleep && is_under_way(y, p);
}

/* A burst is endless if the same situation comes again, as in a busy wait, or if no end is found. Situations are held
 * against one that is kept, the 1st, 2nd, 4th, .. (Brent, An improved Monte Carlo factorization algorithm, 1980). */
static int64_t look_ahead(struct play *y, proc_id p)
{
	struct seer s = seer_of(y, p);
	struct world kept = room_for_copy(y, 1);
	uint64_t chances = 0;
	bool begins = !is_under_way(y, p);
	s.time += present_action(y, p);
	if (is_going_to_sleep(y, &s, p))
		return s.time;
	for (int n = 1, next = 1; s.time < LONGEST_RUN; n++) {
		if (!goes_on(y, &s, p, n == 1 && begins) || !act(y, &s, p))
			return s.time;
		if (n == next) {
			copy_world(y, p, &kept, &s.world);
			chances = s.chances;
			next *= 2;
		} else if (n == FORESIGHT || (s.chances == chances && same_world(y, p, &kept, &s.world))) {
			y->actor[p].looks_again = n == FORESIGHT ? y->at->steps + FORESIGHT / 100 : 0;
			return ENDLESS;
		}
	}
	return ENDLESS;
}

/* What was foreseen is still true as long as no other has changed anything. Where no end was found, looking anew after
 * every change would cost more than all else: it is looked for again after a while, or when it is to die. */
static bool is_still_true(const struct play *y, proc_id p)
{
	const struct actor *a = &y->actor[p];
	if (a->looks_again)
		return y->at->steps < a->looks_again && !who_is(y->world.shared, p)->doom && !who_is(y->world.shared, p)->pending;
	return a->foreseen == y->at->changes - a->changes;
}

void foresee(struct play *y, proc_id p)
{
	struct actor *a = &y->actor[p];
	a->looks_again = 0;
	a->foreseen = y->at->changes - a->changes;
	a->burst = look_ahead(y, p);
}

void foresee_again(struct play *y, proc_id p)
{
	if (!is_still_true(y, p))
		foresee(y, p);
}

#ifdef FORKLORE_CHECKED
/* What is known of the bursts of all in the line is what looking ahead would find now. Long bursts are believed: it takes long to
 * look so far at every choice. */
void foresee_check(struct play *y)
{
	enum { LONG = 1000000 };
	for (proc_id p = y->at->ready_head; p; p = y->actor[p].next) {
		struct actor *a = &y->actor[p];
		if (a->looks_again || a->burst > LONG)
			continue;
		int64_t anew = look_ahead(y, p);
		assert(anew == a->burst || y->at->stretch.cut);
		a->looks_again = 0;
	}
}
#endif

int64_t burst_left(const struct play *y, proc_id p)
{
	const struct actor *a = &y->actor[p];
	const struct processor *c = a->holds ? &y->cpu[a->holds - 1] : NULL;
	int64_t running = c && c->acting && !c->switching ? y->at->now - c->begun : 0;
	if (a->burst == ENDLESS)
		return ENDLESS;
	return running < a->burst ? a->burst - running : 0;
}
