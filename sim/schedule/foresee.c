/* The next burst of a process, found by playing it alone on a copy of the world until it would block or end. It draws
 * what it will draw. What others will do meanwhile is not foreseen; so when the shared part changes, sjf and stcf ask
 * again. A burst without end counts as long as FORESIGHT actions take, or the longest run. */
#include "sim/schedule/play.h"
#include <stdlib.h>
#include <string.h>

struct seer { cell *shared, *own; uint64_t dice; int64_t time; };

static struct seer copy_world(struct play *y, proc_id p)
{
	const struct program *g = y->g;
	proc_id body = process_body(g, p);      /* of a thread: its variables are there, as far before it as in a world */
	size_t cells = (p - body + 1) * (size_t)g->private_cells;
	struct seer s = { .dice = y->actor[p].dice, .time = y->actor[p].left };
	if (y->copy_cells < g->shared_cells + cells) {
		y->copy_cells = g->shared_cells + cells;
		free(y->copy);
		y->copy = must_have(malloc(y->copy_cells * sizeof *y->copy));
	}
	s.shared = y->copy;
	s.own = y->copy + g->shared_cells + cells - g->private_cells;
	memcpy(s.shared, y->world.shared, g->shared_cells * sizeof *s.shared);
	memcpy(s.shared + g->shared_cells, play_own(y, body), g->private_cells * sizeof *s.own);
	memcpy(s.own, play_own(y, p), g->private_cells * sizeof *s.own);
	return s;
}

static bool goes_on(const struct play *y, const struct seer *s, proc_id p, bool first)
{
	const struct actor *l = &y->actor[p];
	enum can can = world_can(y->g, s->shared, s->own, p);
	if (can == CAN_LAPSE)
		return first && l->timed && l->deadline <= y->at->now;
	return can != CAN_NOT;
}

/* One action; false: after it, it sleeps or has ended. */
static bool act(const struct play *y, struct seer *s, proc_id p)
{
	struct event e;
	int64_t lo, hi, choice = 0;
	if (world_draw(y->g, s->own, p, &lo, &hi))
		choice = dice_draw(&s->dice, lo, hi);
	world_step(y->g, s->shared, s->own, p, choice, NULL, NULL, &e);
	world_go_on(y->g, s->shared, s->own, p, NULL);
	if (e.spends == SPENDS_CPU)
		s->time += dice_draw(&s->dice, e.lo, e.hi);
	else if (!takes_no_time(y, s->shared, &e))
		s->time += y->g->cpu.step + (e.child ? y->g->cpu.fork : 0);
	return e.spends != SPENDS_TIME && who_is(s->shared, p)->life == LIFE_ALIVE;
}

/* What is accounted for ends where its CPU's activity is said to have begun. */
static int64_t present_action(const struct play *y, proc_id p)
{
	const struct actor *l = &y->actor[p];
	const struct processor *c = l->holds ? &y->cpu[l->holds - 1] : NULL;
	if (!c || !c->acting || c->switching)
		return 0;
	return l->left ? 0 : c->until - c->begun;
}

int64_t foresee(struct play *y, proc_id p)
{
	struct seer s = copy_world(y, p);
	s.time += present_action(y, p);
	if (y->actor[p].holds && ((struct own *)s.own)->asleep)         /* its last action of the burst is under way */
		return s.time;
	for (int n = 0; n < FORESIGHT && s.time < LONGEST_RUN && goes_on(y, &s, p, !n) && act(y, &s, p); n++)
		;
	return s.time;
}

int64_t burst_left(const struct play *y, proc_id p)
{
	const struct actor *l = &y->actor[p];
	const struct processor *c = l->holds ? &y->cpu[l->holds - 1] : NULL;
	int64_t running = c && c->acting && !c->switching ? y->at->now - c->begun : 0;
	return running < l->burst ? l->burst - running : 0;
}
