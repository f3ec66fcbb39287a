/* Signals from outside that a process has a handler for, `kill -USR1`: its real handler notes them in its mailbox, and the controller takes
 * them in between two actions, in the world as in the twin. */
#include "sim/stage/memory.h"

/* Called with the mutex, returns without. */
static void take_in(struct stage *s, struct play *y, proc_id p, enum signal_id signal, int64_t time)
{
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

/* Those that came for p. false: the mutex can't be had, and they are still there. */
static bool take_in_all(struct stage *s, struct play *y, proc_id p, bool *any)
{
	for (enum signal_id k = 0; k < SIGNAL_COUNT && !y->at->verdict; k++) {
		bool came = s->common->box[p].outside >> k & 1, handled = came && handler_of(s->g, p, k);
		if (handled && !stage_lock_soon(s))
			return false;
		s->common->box[p].outside &= ~(1u << k);
		if (handled)
			take_in(s, y, p, k, -1);
		*any |= handled;
	}
	return true;
}

bool outside_take_in(struct stage *s, struct play *y)
{
	bool any = false;
	if (!s->common->outside || s->pending || y->stalled.who)        /* an action is under way: it comes first */
		return false;
	s->common->outside = 0;
	for (proc_id p = MAIN; p < s->g->processes; p++)
		if (!take_in_all(s, y, p, &any)) {
			s->common->outside = 1;
			break;
		}
	return any;
}

void stage_send(const struct play *y, proc_id p, int signal)
{
	pid_t pid = (pid_t)who_is(y->world.shared, p)->pid;
	if (pid > 0)                    /* others would be whole crowds */
		sys_kill(pid, signal);
}

void outside_repeat(struct stage *s, struct play *y, proc_id p, int number, int64_t time)
{
	if (stage_lock_patiently(s))
		take_in(s, y, p, signal_numbered(number), time);
}
