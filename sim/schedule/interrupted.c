/* Sleeps and timeouts that a handler of a signal interrupts: they go on until the same time, in which its own come and go. */
#include "sim/schedule/play.h"

static struct interrupted *interrupted_at(struct play *y, proc_id p, uint32_t level)
{
	return &y->interrupted[y->g->process[p].waiters - y->g->processes + level];
}

static void interrupt(struct play *y, const struct event *e)
{
	struct actor *a = &y->actor[e->who];
	*interrupted_at(y, e->who, a->handlers++) = (struct interrupted){ a->deadline, a->issued, e->pc, a->timed };
	alarm_clear(y, e->who);
}

/* Is it where it was interrupted? An exception may have led away from there. */
static bool goes_on_there(const struct play *y, proc_id p, const struct interrupted *i)
{
	const struct own *own = (const struct own *)play_own(y, p);
	return i->timed && own->pc == i->pc && world_thrown(y->g, (const cell *)own) == VALUE_UNSET &&
	       (own->asleep || y->g->code[own->pc].flags & INS_TIMEOUT);
}

void interruptions(struct play *y, const struct event *e)
{
	struct actor *a = &y->actor[e->who];
	if (e->how == CAN_HANDLE)
		interrupt(y, e);
	while (a->handlers > world_handlers(play_own(y, e->who))) {
		const struct interrupted *i = interrupted_at(y, e->who, --a->handlers);
		bool outermost = a->handlers == world_handlers(play_own(y, e->who));
		if (!outermost || who_is(y->world.shared, e->who)->life != LIFE_ALIVE || !goes_on_there(y, e->who, i))
			continue;
		alarm_set(y, e->who, i->deadline);
		a->issued = i->issued;
	}
}
