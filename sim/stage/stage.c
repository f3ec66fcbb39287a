/* The controller's side of the stage: it opens it, grants actions, closes it. */
#include "sim/stage/memory.h"
#include "sim/stage/sandbox.h"
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

volatile sig_atomic_t stage_interrupted;

/* ---- the shared memory ---- */

static void *shared_memory(size_t bytes)
{
	void *at = sys_mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return at == MAP_FAILED ? NULL : at;
}

static bool memory_open(struct stage *s)
{
	const struct program *g = s->g;
	uint32_t room = journal_room(g) + IN_A_ROW_CELLS, words = g->lines + g->objects + 1;
	size_t cells = (g->shared_cells + STAGE_CELLS + 15) / 16 * 16 * sizeof(cell);
	size_t journal = (sizeof *s->journal + room * sizeof s->journal->entry[0] + 63) / 64 * 64;
	size_t resting = (g->private_cells + 15) / 16 * 16 * sizeof(cell);
	s->bytes = cells + journal + resting + words * (sizeof *s->line + sizeof *s->sleepers + sizeof *s->port + sizeof *s->settled) + g->ends * sizeof *s->channel +
	           g->tasks * sizeof *s->message;
	char *at = shared_memory(s->bytes);
	s->common = shared_memory(sizeof *s->common);
	if (!at || !s->common)
		return false;
	s->shared = (cell *)at;
	s->journal = (struct journal *)(at + cells);
	s->journal->room = room;
	s->resting = (cell *)(at + cells + journal);
	s->line = (futex_word *)(at + cells + journal + resting);
	s->sleepers = (_Atomic uint32_t *)(s->line + words);
	s->port = s->sleepers + words;
	s->settled = (uint32_t *)(s->port + words);
	s->channel = (struct channel *)(s->settled + words);
	s->message = (uint32_t *)(s->channel + g->ends);
	s->scratch = must_have(calloc(threads_cells(g), sizeof *s->scratch));
	return true;
}

static void mutex_open(struct stage *s)
{
	pthread_mutexattr_t a;
	pthread_mutexattr_init(&a);
	pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&s->common->mutex, &a);
	pthread_mutexattr_destroy(&a);
}

/* ---- the lifeline: when the controller is gone, however, every process of the group is killed ---- */

static bool lifeline_open(int end[2])
{
	return !sys_pipe2(end, O_CLOEXEC);
}

/* In main: its group is killed by the kernel when the other end closes. It must be a group of its own: else that would be the controller's,
 * and that of the programs it was started with. false: errno says why not. */
static bool lifeline_hold(const int end[2])
{
	sys_close(end[1]);
	if (sys_setpgid(0, 0) && getpgrp() != getpid())         /* the controller does it, too */
		return false;
	if (sys_fcntl(end[0], F_SETSIG, SIGKILL) || sys_fcntl(end[0], F_SETOWN, -getpgrp()) ||
	    sys_fcntl(end[0], F_SETFL, O_ASYNC | sys_fcntl(end[0], F_GETFL, 0)))
		return false;
	if (sys_poll(&(struct pollfd){ .fd = end[0], .events = POLLIN }, 1, 0) > 0)     /* the controller may have died before */
		_exit(127);
	return true;
}

/* ---- opening ---- */

static char refusal[400];

void refused(struct message what)
{
	struct text t = { 0 };
	text_say(&t, what);
	snprintf(refusal, sizeof refusal, "%s", text_is(&t));
	text_free(&t);
}

const char *stage_refused(void)
{
	return refusal;
}

/* A descriptor for each process reports its death. 0, or an errno: there can't be enough. */
static int raise_limits(const struct program *g)
{
	struct rlimit r;
	if (sys_getrlimit(RLIMIT_NOFILE, &r))
		return 0;
	r.rlim_cur = r.rlim_max;
	sys_setrlimit(RLIMIT_NOFILE, &r);
	if (r.rlim_max >= g->processes + OTHER_FILES)
		return 0;
	refused(SAY(TOO_FEW_FILES, (int64_t)r.rlim_max, g->processes + OTHER_FILES));
	return EMFILE;
}

/* The same of processes, this one included; there may be even fewer, as all of a user's count. root may always start more. */
static int enough_processes(const struct program *g)
{
	struct rlimit r;
	uint32_t needed = 1;
	for (proc_id p = MAIN; p < g->processes; p++)
		needed += process_body(g, p) == p;
	if (!getuid() || sys_getrlimit(RLIMIT_NPROC, &r) || r.rlim_cur >= needed)
		return 0;
	refused(SAY(TOO_FEW_PROCESSES, (int64_t)r.rlim_cur, needed));
	return EAGAIN;
}

void main_refused(struct stage *s, int error)
{
	s->common->refused = error;
	stage_answer(s);
	_exit(127);
}

static void start_services(struct stage *s, const cell *own)
{
	for (proc_id p = MAIN + 1; p < s->g->processes; p++) {
		if (!s->g->group[s->g->process[p].group].service || process_body(s->g, p) != p)
			continue;
		pid_t pid = actor_fork(s, own, p);
		if (pid < 0)
			main_refused(s, errno);
		who_of(s->shared, p)->pid = (uint32_t)pid;
	}
}

static void main_lives(struct stage *s, const int lifeline[2]) __attribute__((noreturn));
static void main_lives(struct stage *s, const int lifeline[2])
{
	cell *own = must_have(calloc(threads_cells(s->g), sizeof *own));
	if (!lifeline_hold(lifeline))
		main_refused(s, errno);
	s->lifeline = lifeline[0];
	if (s->sweeper >= 0)
		sys_close(s->sweeper);
	s->group = getpgrp();
	sandbox_tighten(*s->folder ? s->folder : NULL, s->g->processes);
	actor_prepare_main(s);
	world_begin(s->g, s->shared, own, (uint32_t)getpid(), NULL);
	start_services(s, own);
	servers_leave(s, 0);
	threads_start(s, own);
	stage_answer(s);
	if (runs_freely(s))
		host_live(s, MAIN, own);
	actor_live(s, MAIN, own);
}

bool stage_gives_up(const struct stage *s)
{
	return stage_interrupted || (s->gives_up && s->gives_up());
}

static int fork_main(struct stage *s)
{
	int lifeline[2];
	if (!lifeline_open(lifeline))
		return errno;
	who_of(s->shared, 0)->pid = s->body.own_pid = (uint32_t)getpid();
	pid_t pid = fork_blocked();
	if (!pid)
		main_lives(s, lifeline);
	int error = errno;
	props_close(s);                 /* they are main's now, and those of the processes that main starts */
	servers_leave(s, 0);
	sys_close(lifeline[0]);
	s->lifeline = lifeline[1];
	if (pid < 0)
		return error;
	sys_setpgid(pid, pid);
	s->group = pid;
	s->common->box[MAIN].pid = pid;
	s->body.main_pid = (uint32_t)pid;
	deaths_watch(s, MAIN, pid);
	while (!s->common->answered) {
		futex_wait(&s->common->answered, 0, &(struct timespec){ 0, ANSWER_NANOS });
		if (!s->common->answered && deaths_is_dead(s, MAIN))
			return ESRCH;           /* killed from outside before it had begun */
		if (!s->common->answered && stage_gives_up(s))
			return GAVE_UP;
	}
	if (s->common->refused)
		return s->common->refused;
	for (proc_id p = MAIN + 1; p < s->g->processes; p++)
		if (s->g->group[s->g->process[p].group].service && process_body(s->g, p) == p)
			deaths_watch(s, p, s->common->box[p].pid);
	return 0;
}

static int move(struct body *, proc_id, enum can, int64_t choice, struct event *, uint32_t *child_pid);

static const cell *shared_of(struct body *b)
{
	return ((struct stage *)((char *)b - offsetof(struct stage, body)))->shared;
}

static uint32_t pid_of(struct body *b, proc_id p)
{
	return (uint32_t)((struct stage *)((char *)b - offsetof(struct stage, body)))->common->box[p].pid;
}

static void died(struct body *b, struct play *y, proc_id p)
{
	deaths_take_in((struct stage *)((char *)b - offsetof(struct stage, body)), y, p);
}

static void kill_again(struct body *b, struct play *y, proc_id p, int signal, int64_t time)
{
	deaths_repeat((struct stage *)((char *)b - offsetof(struct stage, body)), y, p, signal, time);
}

/* At full speed only one of all moves at a time: on one CPU they hand over to each other many times faster. */
static void share_a_cpu(struct stage *s)
{
	cpu_set_t one;
	int cpu = sched_getcpu();
	if (cpu < 0 || sys_sched_getaffinity(0, sizeof s->cpus, &s->cpus))
		return;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	s->pinned = s->quiet && !runs_freely(s) && !sys_sched_setaffinity(0, sizeof one, &one);
	s->one_cpu = s->pinned || CPU_COUNT(&s->cpus) == 1;
}

/* Running freely the processes come first: the controller, which follows them, takes no CPU away from one that runs, only that
 * of a process that goes to sleep. It would keep two from each other: one that is left without a CPU leaves the other without
 * work. */
static void give_way(const struct stage *s)
{
	if (s->quiet && runs_freely(s) && sys_sched_getscheduler(0) == SCHED_OTHER)
		sys_sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){ 0 });
}

struct stage *stage_open(const struct program *g, const struct settings *settings, bool quiet, bool (*gives_up)(void), int *error)
{
	struct stage *s = must_have(calloc(1, sizeof *s));
	*s = (struct stage){ .g = g, .settings = settings, .lifeline = -1, .sweeper = -1, .quiet = quiet, .gives_up = gives_up };
	s->body = (struct body){ .move = move, .died = died, .kill = kill_again, .pid_of = pid_of, .shared = shared_of };
	for (proc_id p = 0; p < MAX_PROCESSES + 2; p++)
		s->pidfd[p] = -1;
	refused(SAY(NO_PROCESSES));
	sys_prctl(PR_SET_CHILD_SUBREAPER, 1, NULL);
	s->epoll = sys_epoll_create1(EPOLL_CLOEXEC);
	share_a_cpu(s);
	*error = raise_limits(g);
	if (!*error)
		*error = enough_processes(g);
	if (!*error)
		*error = s->epoll >= 0 && memory_open(s) ? props_open(s) : errno;
	if (!*error) {
		mutex_open(s);
		s->common->start = clock_nanos();
		s->common->holding = runs_freely(s);
		s->common->turn = moves_at_once(s, MAIN) ? MAIN : 0;
		*error = fork_main(s);
		if (!*error)
			give_way(s);
	}
	if (!*error)
		return s;
	refused(*error == ESRCH ? SAY(MAIN_KILLED) : SAY(WHY_REFUSED, refusal, error_named(*error)));
	stage_close(s);
	return NULL;
}

struct body *stage_body(struct stage *s)
{
	return &s->body;
}

int stage_fd(const struct stage *s)
{
	return s->epoll;
}

/* A process or, if it is negative, all of a group. Other children of ours are not the stage's. */
static void wait_for(pid_t pid)
{
	while (pid && (sys_waitpid(pid, NULL, __WALL) > 0 || errno == EINTR))
		;
}

/* All die; orphans are our children by now, and are waited for like the rest. */
void stage_close(struct stage *s)
{
	if (!s)
		return;
	if (s->pinned)
		sys_sched_setaffinity(0, sizeof s->cpus, &s->cpus);
	if (s->group > 0)
		sys_kill(-s->group, SIGKILL);
	if (s->lifeline >= 0)
		sys_close(s->lifeline);
	wait_for(-s->group);
	wait_for(s->group);             /* main, if it could have no group of its own */
	records_remove(s);
	if (s->sweeper >= 0)
		sys_close(s->sweeper);
	if (s->sweeper_pid > 0)         /* somebody may have stopped it: it would be waited for for ever */
		sys_kill(s->sweeper_pid, SIGKILL);
	wait_for(s->sweeper_pid);
	for (proc_id p = 0; p < MAX_PROCESSES + 2; p++)
		deaths_forget(s, p);
	if (s->epoll >= 0)
		sys_close(s->epoll);
	if (s->shared)
		sys_munmap(s->shared, s->bytes);
	if (s->common)
		sys_munmap(s->common, sizeof *s->common);
	props_close(s);
	records_close(s);
	for (uint32_t o = 1; s->tasks && o < s->g->objects; o++)
		for (int k = 0; k < 2; k++)
			if (s->tasks[o][k] >= 0)
				sys_close(s->tasks[o][k]);
	free(s->tasks);
	free(s->fd);
	free(s->scratch);
	free(s);
}

/* ---- granting ---- */

static void grant(struct stage *s, proc_id p, int64_t choice)
{
	struct mailbox *box = &s->common->box[p];
	box->choice = choice;
	box->gate++;
	if (box->where == AT_LINE) {
		s->line[box->line]++;
		futex_wake_bits(&s->line[box->line], 1u << p % 32);
		return;
	}
	futex_wake(&box->gate, 1);
	if (box->where == AT_SYSCALL)
		poke(box);
}

void stage_compute(struct stage *s, const struct play *y, bool on)
{
	for (proc_id p = MAIN; p < s->g->processes; p++) {
		const struct actor *a = &y->actor[p];
		struct mailbox *box = &s->common->box[p];
		box->computes = on && a->state == STATE_RUNNING && a->holds && a->left > 0 && !y->at->verdict;
		if (box->computes)
			futex_wake(&box->gate, 1);
	}
}

/* The process that was to move is dead: did it before, or not? What it left half done is undone. */
static int move_of_dead(struct stage *s)
{
	if (!stage_lock_soon(s))
		return NO_ANSWER_YET;
	stage_unlock(s);
	return stage_next_record(s) ? 0 : ESRCH;
}

/* Until it has answered, or has died; a wait of a tenth of a second at a time. */
static int await_answer(struct stage *s, proc_id p, uint32_t before)
{
	static const struct timespec patience = { 0, ANSWER_NANOS };
	int waits = 0;
	p = process_body(s->g, p);
	while (s->common->answered == before) {
		futex_wait(&s->common->answered, before, &patience);
		if (stage_interrupted)
			return GAVE_UP;
		waits++;
		if (s->common->answered == before && deaths_is_dead(s, p))
			return move_of_dead(s);
		if (s->common->answered == before && waits >= 2)
			return NO_ANSWER_YET;   /* stopped from outside, perhaps: the viewer must not be, too */
	}
	return 0;
}

static int move(struct body *b, proc_id p, enum can how, int64_t choice, struct event *out, uint32_t *child_pid)
{
	struct stage *s = (struct stage *)((char *)b - offsetof(struct stage, body));
	(void)how;
	if (s->pending != p) {
		s->answers = s->common->answered;
		grant(s, p, choice);
	}
	s->pending = p;
	int error = await_answer(s, p, s->answers);
	if (error != NO_ANSWER_YET)
		s->pending = 0;
	if (error)
		return error;
	const struct record *r = stage_next_record(s);
	assert(r);
	*out = r->event;
	*child_pid = r->child_pid;
	error = r->error;
	s->common->head = ++s->taken;
	if (!error && out->child)
		deaths_watch(s, out->child, (pid_t)*child_pid);
	deaths_reap(s, p, who_is(s->shared, p)->life);
	return error;
}
