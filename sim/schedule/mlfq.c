/* Multilevel feedback queue, as the simulator of "Operating Systems: Three Easy Pieces" has it: level 0 is the top; a
 * used-up slice is charged from the allotment; a process that has none left falls one level. One that is preempted keeps its place
 * in the line and what is left of its slice. */
#include "sim/schedule/play.h"

static void refill(struct play *y, struct actor *a)
{
	a->slice = level_of(y, a->level).quantum;
	a->allotment = level_of(y, a->level).allotment;
}

static void charge(struct play *y, struct actor *a)
{
	a->slice = level_of(y, a->level).quantum;
	if (--a->allotment > 0)
		return;
	a->level += a->level + 1 < levels_of(y);
	refill(y, a);
}

/* A slice that was used up by the very I/O is charged in spite of `io_stays`: after it has refilled the allotment. */
static void give_up_cpu(struct play *y, struct actor *a, bool io)
{
	bool used_up = a->slice <= 0;
	if (io && y->g->cpu.io_stays)
		refill(y, a);
	if (used_up)
		charge(y, a);
}

static void happens(struct play *y, proc_id p, enum why why)
{
	struct actor *a = &y->actor[p];
	bool io = ((struct own *)play_own(y, p))->asleep;
	if (why == WHY_NEW)
		refill(y, a);
	if (why == WHY_EXPIRED)
		charge(y, a);
	if (why == WHY_BLOCKED)
		give_up_cpu(y, a, io);
	if (why == WHY_WOKEN && io && y->g->cpu.io_to_front)
		ready_front(y, p);
	else if (why != WHY_PREEMPTED && why != WHY_BLOCKED)
		ready_add(y, p);
}

/* With `finish_slice`, a process that has begun its slice stays to the end of it. */
static bool keeps_cpu(const struct play *y, proc_id p)
{
	const struct actor *a = &y->actor[p];
	const struct processor *c = a->holds ? &y->cpu[a->holds - 1] : NULL;
	if (!y->g->cpu.finish_slice || !c || c->switching)
		return false;
	return a->slice < level_of(y, a->level).quantum || (c->acting && y->at->now > c->begun);
}

static bool before(const struct play *y, proc_id a, proc_id b)
{
	bool mine = keeps_cpu(y, a), other = keeps_cpu(y, b);
	return mine != other ? mine : y->actor[a].level < y->actor[b].level;
}

/* The runnable of the lower levels go to the tail of the top, lowest level first. */
static void raise_all(struct play *y)
{
	proc_id p, next;
	for (uint32_t level = levels_of(y) - 1; level; level--)
		for (p = y->at->ready_head; p; p = next) {
			next = y->actor[p].next;
			if (y->actor[p].level != level)
				continue;
			y->actor[p].level = 0;
			refill(y, &y->actor[p]);        /* before: its place may depend on whether its slice has begun */
			ready_add(y, p);
		}
}

void mlfq_boost(struct play *y)
{
	raise_all(y);
	for (proc_id p = MAIN; p < y->g->processes; p++)
		if (y->actor[p].entered) {
			y->actor[p].level = 0;
			refill(y, &y->actor[p]);
		}
}

const struct chooser chooser_mlfq = { .happens = happens, .before = before, .expired_first = true, .order = ORDER_LEVEL };
