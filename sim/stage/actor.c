/* A process's side of the stage: it waits for a grant, moves, answers. */
#include "sim/stage/memory.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- being born ---- */

/* The controller's, the scenario's and the students' signals: one that the scenario sent is kept for the moment at which
 * the death, or the handler's beginning, is an action; one from outside that has no handler kills immediately. */
static struct stage *my_stage;
static proc_id my_number;
static sigset_t none;

/* Sent by an action, which the world knows of; or by the kernel, for a child that has ended. */
static bool is_ours(int number, const siginfo_t *info)
{
	bool bare = info->si_code == SI_USER && !info->si_pid;          /* the kernel had no room for what came with it */
	bool of_child = number == SIGCHLD && info->si_code > SI_USER;
	return bare || of_child || (info->si_code == SI_QUEUE && info->si_value.sival_int == OF_AN_ACTION);
}

static void signalled(int number, siginfo_t *info, void *context)
{
	const struct who *w = who_is(my_stage->shared, my_number);
	(void)context;
	if (w->doom || w->life >= LIFE_ZOMBIE || is_ours(number, info)) {       /* or it came late: the death is an action already */
		poked(number);                  /* asleep or about to be: it is to look up */
		return;
	}
	if (!signal_kills(my_stage->g, my_number, number)) {    /* the controller takes it in, if there is a handler */
		my_stage->common->box[my_number].outside |= 1u << signal_numbered(number);
		my_stage->common->outside = 1;
		return;
	}
	signal(number, SIG_DFL);
	sys_raise(number);
}

static void be(struct stage *s, proc_id p)
{
	my_stage = s;
	my_number = p;
	title_set(s->g->process[p].name);
	sys_sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In main. How signals are taken is the same in each process of a run, and a fork hands it on. */
void actor_prepare_main(struct stage *s)
{
	enum { FROM_TERMINAL = 4 };
	static const int usual[] = { SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGWINCH,
	                             SIGCHLD, SIGALRM, SIGUSR1, SIGUSR2 };
	struct sigaction a = { .sa_sigaction = signalled, .sa_flags = SA_RESTART | SA_SIGINFO };
	for (size_t i = 0; i < FROM_TERMINAL; i++)
		signal(usual[i], SIG_IGN);      /* what came before main had a group of its own was for the controller */
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		signal(usual[i], SIG_DFL);
	signal(SIGPIPE, SIG_IGN);               /* as in Python: an exception reports it */
	sys_sigaction(SIGTERM, &a, NULL);
	for (int k = 0; k < SIGNAL_COUNT; k++)
		if (s->g->signals >> k & 1 && signal_rows[k].without != SIGNAL_HELD)
			sys_sigaction(signal_rows[k].number, &a, NULL);
	interruptible_init();
	sigemptyset(&none);
	be(s, MAIN);
}

/* The kernel kills the group when the controller is gone: a process that is being forked at that moment may be left out. */
static bool lifeline_is_cut(const struct stage *s)
{
	struct pollfd p = { .fd = s->lifeline };
	return sys_poll(&p, 1, 0) == 1;
}

pid_t actor_fork(struct stage *s, const cell *parents_own, proc_id child)
{
	struct mailbox *box = &s->common->box[child];
	const proc_id parent = my_number;
	const uint32_t hidden = s->g->group[s->g->process[child].group].service;
	const bool service = hidden && !worker_of(s->g, child);
	box->where = service ? AT_SYSCALL : AT_GATE;
	box->gate = 0;
	pid_t pid = fork_blocked();             /* until it knows who it is, it would take a SIGTERM for its parent's */
	if (pid > 0)
		box->pid = pid;
	if (pid)
		return pid;
	be(s, child);
	if (lifeline_is_cut(s))
		_exit(127);
	servers_leave(s, service ? hidden : 0);
	cell few[FEW_CELLS], *own = s->g->private_cells <= FEW_CELLS ? few : malloc(s->g->private_cells * sizeof *own);
	if (!service)                           /* a server must not wait for a process that may be waiting for it */
		stage_lock_to_move(s, child);   /* its start is committed, or its parent died in it */
	bool started = who_is(s->shared, child)->life == LIFE_ALIVE;
	if (!service)
		stage_unlock(s);
	if (!own || !started)
		_exit(127);
	records_forget(s);
	if (hidden)
		props_close(s);                 /* it holds no ends */
	world_birth(s->g, s->shared, parent, parents_own, own, child, NULL);
	if (service)
		server_live(s, child, own);
	if (runs_freely(s))
		host_live(s, child, own);
	actor_live(s, child, own);
}

/* ---- dying ---- */

/* Its end has been committed and reported: now really. */
void actor_end(struct stage *s, proc_id p)
{
	int32_t code = (int32_t)who_is(s->shared, p)->code;
	if (process_body(s->g, p) != p)
		pthread_exit(NULL);             /* the process goes on */
	if (code < 0) {
		sys_setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		signal(-code, SIG_DFL);
		sys_raise(-code);
	}
	_exit(code);
}

/* ---- waiting for a grant ---- */

int waiting_word(const struct stage *s, const cell *own, proc_id p)
{
	const struct who *w = who_is(s->shared, world_waiter(s->g, own, p));
	uint32_t line = w->in_line ? w->in_line : footprint_line(s->g, world_next(s->g, own), world_operand(s->g, own, p));
	struct wait wait;
	if (line)
		return (int)line - 1;
	footprint_wait(s->g, own, p, &wait);
	return wait.object ? (int)(s->g->lines + wait.object) : -1;    /* it joins it, or waits for a pool's result */
}

/* The child that p, at a join or at its end, waits for; 0: none. */
pid_t awaited_child(const struct stage *s, const cell *own, proc_id p)
{
	const struct ins *i = world_next(s->g, own);
	value v = world_target(s->g, own, p);
	uint32_t n = value_payload(v);
	if (i->op == OP_FINISH && p == MAIN && world_calls_back(s->g, s->shared))
		return 0;               /* it waits for a thread of its own */
	const struct group *group = value_tag(v) == TAG_PROCESS && n & PROCESS_GROUP ? &s->g->group[n & ~PROCESS_GROUP] : NULL;
	for (proc_id k = 1; k < s->g->processes && (i->op == OP_JOIN || i->op == OP_FINISH); k++) {
		const struct who *w = who_is(s->shared, k);
		bool wanted = i->op == OP_FINISH || (group ? k >= group->first && k < group->first + group->count : k == n);
		if (wanted && w->life == LIFE_ALIVE && w->parent == p && (i->op == OP_FINISH || value_tag(v) == TAG_PROCESS))
			return s->common->box[k].pid;
	}
	return 0;
}

/* Where it will sleep, decided while no other moves. */
struct bed { enum where where; int word, fd; pid_t child; bool clock; };

static struct bed choose_bed(const struct stage *s, const cell *own, proc_id p)
{
	struct bed b = { AT_GATE, -1, -1, 0, false };
	enum can can = world_can(s->g, s->shared, own, p);
	b.clock = ((const struct own *)own)->asleep;
	if (b.clock) {
		b.where = AT_SYSCALL;
	} else if (can == CAN_NOT || can == CAN_LAPSE) {
		b.fd = props_awaited(s, own, p);
		b.word = b.fd < 0 ? waiting_word(s, own, p) : -1;
		b.child = b.word < 0 ? awaited_child(s, own, p) : 0;
		b.where = b.word >= 0 ? AT_LINE : b.child || b.fd >= 0 ? AT_SYSCALL : AT_GATE;
	}
	s->common->box[p].line = b.word >= 0 ? (uint32_t)b.word : 0;
	s->common->box[p].where = b.where;
	return b;
}

static uint32_t my_bit(proc_id p)
{
	return 1u << p % 32;
}

/* What a watched process does while its compute lasts: it is as busy as it seems, also in `top`. */
static void compute(const struct mailbox *box, uint32_t grants)
{
	while (box->computes && box->gate == grants)
		for (volatile int i = 0; i < 1000; i++)
			;
}

static void sleep_until_granted(struct stage *s, proc_id p, const struct bed *b, uint32_t grants)
{
	struct mailbox *box = &s->common->box[p];
	struct unless granted = { &box->gate, grants };
	enum { A_DAY = 86400 };
	bool over = b->where != AT_SYSCALL;
	while (!over && box->gate == grants)    /* the poke of an earlier grant may come now: to be slept through */
		over = b->clock ? interruptible_sleep(A_DAY * 1000000ll, granted) :      /* of virtual time: a poke announces its end */
		       b->fd >= 0 ? interruptible_poll(b->fd, granted) : interruptible_join(b->child, granted);
	while (b->where == AT_LINE) {
		uint32_t seen = s->line[b->word];
		if (box->gate != grants)
			return;
		futex_wait_bits(&s->line[b->word], seen, my_bit(p), NULL);
	}
	while (box->gate == grants)
		if (box->computes)
			compute(box, grants);
		else
			futex_wait(&box->gate, grants, NULL);
}

void stage_answer(struct stage *s)
{
	s->common->answered++;
	futex_wake(&s->common->answered, 1);
}

void actor_live(struct stage *s, proc_id p, cell *own)
{
	struct bed bed = { AT_GATE, -1, -1, 0, false };
	for (uint32_t grants = 0; ; grants++) {
		sleep_until_granted(s, p, &bed, grants);
		stage_lock(s);
		value target = world_target(s->g, own, p);
		struct record *r = action_take(s, own, p, world_can(s->g, s->shared, own, p), target, s->common->box[p].choice, 0);
		action_effect(s, r);
		struct event event = r->event;
		stage_unlock(s);
		world_go_on(s->g, s->shared, own, p, NULL);
		bool ended = who_is(s->shared, p)->life != LIFE_ALIVE;
		action_after(s, &event, p);
		if (!ended)
			bed = choose_bed(s, own, p);
		stage_answer(s);
		if (ended)
			actor_end(s, p);
	}
}
