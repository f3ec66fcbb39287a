/* Threads of main: each tends a pool, and calls its callbacks, in main's process and with main's variables.
 * In everything else it is a process's side of the stage like others. */
#include "sim/stage/memory.h"
#include <stdio.h>
#include <stdlib.h>

/* As far as the private part of main's last thread: it lies as far behind main's as in a world. */
size_t threads_cells(const struct program *g)
{
	proc_id last = MAIN;
	for (proc_id p = MAIN; p < g->processes; p++)
		if (process_body(g, p) == MAIN)
			last = p;
	return (size_t)last * g->private_cells;
}

bool threads_share(const struct program *g, proc_id p)
{
	for (proc_id k = MAIN + 1; k < g->processes; k++)
		if (g->process[k].within && g->process[k].within == process_body(g, p))
			return true;
	return false;
}

struct beginning { struct stage *s; proc_id p; cell *own; };

/* Signals of the process are main's: a thread is only poked, and its faults are its own. */
static void block_signals(void)
{
	static const int own[] = { SIGURG, SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL };
	sigset_t blocked;
	sigfillset(&blocked);
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		sigdelset(&blocked, own[i]);
	pthread_sigmask(SIG_SETMASK, &blocked, NULL);
}

static void *live(void *arg)
{
	struct beginning b = *(struct beginning *)arg;
	struct mailbox *box = &b.s->common->box[b.p];
	char name[16];
	free(arg);
	block_signals();
	snprintf(name, sizeof name, "%s", b.s->g->process[b.p].name);
	pthread_setname_np(pthread_self(), name);
	box->thread = (uint32_t)gettid();
	futex_wake(&box->thread, 1);
	if (runs_freely(b.s))
		host_live(b.s, b.p, b.own);
	actor_live(b.s, b.p, b.own);
}

void threads_start(struct stage *s, cell *mains_own)
{
	const struct program *g = s->g;
	for (proc_id p = MAIN + 1; p < g->processes; p++) {
		struct mailbox *box = &s->common->box[p];
		pthread_t thread;
		if (g->process[p].within != MAIN)
			continue;
		struct beginning *b = must_have(malloc(sizeof *b));
		*b = (struct beginning){ s, p, mains_own + (size_t)(p - MAIN) * g->private_cells };
		box->pid = getpid();
		box->where = AT_GATE;
		world_birth(g, s->shared, 0, mains_own, b->own, p, NULL);
		int error = sys_pthread_create(&thread, NULL, live, b);
		if (error)
			main_refused(s, error);
		pthread_detach(thread);
		while (!box->thread)
			futex_wait(&box->thread, 0, NULL);
	}
}
