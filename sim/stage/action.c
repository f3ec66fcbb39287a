/* An action on the real shared part: the same for those that are granted one, those that run freely, and servers. */
#include "sim/stage/memory.h"
#include <errno.h>

/* The process itself, not one of its threads. */
static bool has_ended(const struct stage *s, proc_id p)
{
	return who_is(s->shared, p)->life >= LIFE_ZOMBIE && process_body(s->g, p) == p;
}

/* ---- with the mutex held ---- */

/* The slot of the next record. Nobody reads it until the tail is past it. */
static struct record *slot(struct stage *s)
{
	return &s->common->ring[s->shared[s->g->shared_cells + TAIL] % RING];
}

struct record *action_take(struct stage *s, cell *own, proc_id p, enum can can, value target, int64_t choice, int64_t time)
{
	struct record *r = slot(s);
	cell *tail = s->shared + s->g->shared_cells + TAIL;
	world_do(s->g, s->shared, own, p, can, choice, s->journal, NULL, &r->event);
	r->error = value_tag(target) == TAG_OBJECT ? props_do(s, &r->event, target) : 0;
	r->child_pid = 0;
	r->time = time;
	if (r->event.child || who_is(s->shared, p)->life != LIFE_ALIVE)
		r->error = r->error ? r->error : props_flush(s);        /* by the process that gathered it, and while it can */
	if (r->event.child) {
		size_t behind = (size_t)(p - process_body(s->g, p)) * s->g->private_cells;
		pid_t pid = actor_fork(s, own - behind, r->event.child);
		if (pid < 0)
			r->error = errno;
		else
			stage_store(s, &who_of(s->shared, r->event.child)->pid, r->child_pid = (uint32_t)pid);
	}
	if (p == MAIN && s->g->code[r->event.pc].op == OP_FINISH)
		ends_leave();
	if (has_ended(s, p))
		props_close(s);         /* now, so that the kernel says the end of a pipe as soon as the world does */
	stage_store(s, tail, *tail + 1);
	if (moves_at_once(s, p))
		turn_keep(s);
	/* What the default main can wait for: ends, its own, and its threads. */
	if (who_is(s->shared, p)->life != LIFE_ALIVE || r->event.signalled == MAIN || process_body(s->g, p) == MAIN)
		turn_give(s);
	return r;
}

void action_effect(struct stage *s, struct record *last)
{
	int error = props_flush(s);
	if (!last->error)
		last->error = error;
	stage_commit(s);
	error = ends_effect(s);
	if (!last->error)
		last->error = error;
}

/* ---- when it has taken effect, without the mutex ---- */

/* By itself, when all its children had: a process that is killed or crashes waits for none. */
static bool has_finished(const struct stage *s, proc_id p)
{
	return has_ended(s, p) && (int32_t)who_is(s->shared, p)->code >= 0;
}

/* The real counterpart of `join`: the children are taken off the kernel's list. */
static void reap_for_real(const struct stage *s, const struct event *e, proc_id p)
{
	const struct program *g = s->g;
	uint32_t n = e->reaped;
	proc_id first = n & PROCESS_GROUP ? g->group[n & ~PROCESS_GROUP].first : n;
	uint32_t count = !n ? 0 : n & PROCESS_GROUP ? g->group[n & ~PROCESS_GROUP].count : 1;
	for (uint32_t k = 0; k < count; k++)
		sys_waitpid(s->common->box[first + k].pid, NULL, 0);
	if (has_finished(s, p))         /* whatever it has not joined */
		while (sys_waitpid(-1, NULL, 0) > 0 || errno == EINTR)
			;
}

/* Under `host` no process is granted anything: a gate then counts reasons to look up. */
void actor_stir(struct stage *s, proc_id p)
{
	if (runs_freely(s))
		s->common->box[p].gate++;
	if (s->common->box[p].pid > 0)
		poke(&s->common->box[p]);
}

/* It may have a handler of SIGCHLD; the real one comes when this process has ended. Which process its parent was the world does not say any more: all
 * that have one are stirred. */
static void stir_parent(struct stage *s, proc_id p)
{
	for (proc_id q = MAIN; q < s->g->processes; q++)
		if (q != p && handler_of(s->g, q, SIGNAL_CHLD) && who_is(s->shared, q)->life == LIFE_ALIVE)
			actor_stir(s, q);
}

void action_after(struct stage *s, const struct event *e, proc_id p)
{
	if (e->signalled && s->common->box[e->signalled].pid <= 0)
		return;                         /* its start was refused: 0 and -1 would be whole crowds */
	if (e->signalled)                       /* SIGKILL and a fault can't be kept for later: the process does it itself, at its death */
		actor_stir(s, e->signalled);
	if (e->signalled && e->signal != SIGKILL && signal_numbered((int)e->signal) != SIGNAL_COUNT)
		sys_sigqueue(s->common->box[e->signalled].pid, (int)e->signal, (union sigval){ .sival_int = OF_AN_ACTION });
	if (s->g->notices && has_ended(s, p))
		stir_parent(s, p);
	if (e->reaped || has_finished(s, p))
		reap_for_real(s, e, p);
}
