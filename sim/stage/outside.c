/* Signals from outside that a process has a handler for, `kill -USR1`: its real handler notes them in its mailbox, and the controller takes
 * them in between two actions, in the world as in the twin. */
#include "sim/stage/memory.h"

static void take_in(struct stage *s, struct play *y, proc_id p, enum signal_id signal, int64_t time)
{
	stage_lock(s);
	host_catch_up(s, y);
	int64_t now = stage_time(s);
	bool alive = who_is(s->shared, p)->life == LIFE_ALIVE;
	if (alive)
		world_signal(s->g, s->shared, p, signal, s->journal);
	stage_unlock(s);
	actor_stir(s, p);
	if (alive && !y->at->verdict)
		play_signalled(y, p, signal, time < 0 ? now : time);
}

bool outside_take_in(struct stage *s, struct play *y)
{
	bool any = false;
	if (!s->common->outside || s->pending || y->stalled.who)        /* an action is under way: it comes first */
		return false;
	s->common->outside = 0;
	for (proc_id p = MAIN; p < s->g->processes; p++) {
		uint32_t mask = atomic_exchange(&s->common->box[p].outside, 0);
		for (enum signal_id k = 0; k < SIGNAL_COUNT && !y->at->verdict; k++)
			if (mask >> k & 1 && handler_of(s->g, p, k)) {
				take_in(s, y, p, k, -1);
				any = true;
			}
	}
	return any;
}

void stage_send(const struct play *y, proc_id p, int signal)
{
	pid_t pid = (pid_t)who_is(y->world.shared, p)->pid;
	if (pid > 0)                    /* others would be whole crowds */
		kill(pid, signal);
}

void outside_repeat(struct stage *s, struct play *y, proc_id p, int number, int64_t time)
{
	take_in(s, y, p, signal_numbered(number), time);
}
