/* Processes whose death was not granted: killed from another terminal, by the kernel, by us. */
#include "sim/stage/memory.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NO_MORE = -1, LOOKED_UP = -2 };          /* in place of a descriptor that reports a death */

/* Where the kernel does not report it, it is looked up from time to time. */
void deaths_watch(struct stage *s, proc_id p, pid_t pid)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = (uint64_t)(uint32_t)pid << 32 | p };
	int fd = sys_pidfd_open(pid, 0);
	s->pidfd[p] = fd;
	if (fd >= 0 && !sys_epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e))
		return;
	deaths_forget(s, p);
	s->pidfd[p] = LOOKED_UP;
	s->looks_up = true;
}

void deaths_forget(struct stage *s, proc_id p)
{
	if (s->pidfd[p] >= 0)
		sys_close(s->pidfd[p]);
	s->pidfd[p] = NO_MORE;
}

/* A child of ours is joined by nobody else. It may not have come to its own end yet, or be stopped before it: its death is heard of
 * later, then. */
void deaths_see_to(struct stage *s, proc_id p, enum life life)
{
	bool ours = life == LIFE_GONE && process_body(s->g, p) == p;
	if (!(ours && s->pidfd[p] != NO_MORE && sys_waitpid(s->common->box[p].pid, NULL, WNOHANG) == 0))
		deaths_forget(s, p);
}

bool deaths_is_dead(const struct stage *s, proc_id p)
{
	struct pollfd f = { .fd = s->pidfd[p], .events = POLLIN };
	return s->pidfd[p] == LOOKED_UP ? state_of(s->common->box[p].pid) == 'Z' : sys_poll(&f, 1, 0) == 1;
}

/* How a process ended, as waitpid has it, which its parent has not joined yet: the last field of /proc/PID/stat. */
static int status_of(pid_t pid)
{
	char line[1024];
	const char *last = stat_line(pid, line, sizeof line) ? strrchr(line, ' ') : NULL;
	return last ? atoi(last + 1) : SIGKILL;
}

static void reap_own(pid_t pid, int *status)
{
	int its;
	if (sys_waitpid(pid, &its, WNOHANG) == pid)
		*status = its;
}

/* Those that sleep in a system call are to check again. What it had begun to receive is in the world again, and may be gone from the
 * kernel; and it may not have sent the signals that the world says it sent. */
void deaths_stir_sleepers(struct stage *s)
{
	for (proc_id p = MAIN; p < s->g->processes && runs_freely(s); p++)
		if (who_is(s->shared, p)->life == LIFE_ALIVE)
			actor_stir(s, p);
}

/* Taken in as what it is: on the real shared part as on the twin. Called with the mutex, returns without. time: of another run that is
 * followed, or -1: now. */
static void take_in_as(struct stage *s, struct play *y, proc_id p, pid_t pid, int signal, int64_t time)
{
	struct event e;
	deaths_forget(s, p);
	host_catch_up(s, y);            /* what was done before it died, by others too, comes first */
	int64_t now = stage_time(s);
	bool alive = who_is(s->shared, p)->life == LIFE_ALIVE && s->common->box[p].pid == pid;
	if (alive) {
		memset(s->scratch, 0, s->g->private_cells * sizeof *s->scratch);
		world_kill(s->g, s->shared, s->scratch, p, signal, s->journal, &e);
		turn_give(s);
	}
	ends_sweep(s);
	stage_unlock(s);
	host_stir_all(s);
	deaths_stir_sleepers(s);
	if (!y->at->verdict && alive)
		play_killed(y, p, signal, time < 0 ? now : time);
}

/* Asked under the mutex: the dead may have been in the middle of their own death's action, which is undone then. */
static bool was_alive(const struct stage *s, proc_id p)
{
	return who_is(s->shared, p)->life == LIFE_ALIVE;
}

/* Called with the mutex, returns without. */
static void take_in(struct stage *s, struct play *y, proc_id p, pid_t pid)
{
	int status = status_of(pid);
	bool lives = !y->at->verdict && was_alive(s, p);
	reap_own(pid, &status);
	take_in_as(s, y, p, pid, WIFSIGNALED(status) ? WTERMSIG(status) : SIGKILL, -1);
	if (lives && WIFEXITED(status) && !y->at->verdict) {    /* out of memory, a debugger: no action of its, and no signal */
		play_problem(y, SAY(ENDED_BY_ITSELF, s->g->process[p].name, WEXITSTATUS(status)));
		judge_end(y, VERDICT_REFUSED);
	}
}

/* In another run this signal killed it, whatever it did about it. If it does not now, SIGKILL does. */
void deaths_repeat(struct stage *s, struct play *y, proc_id p, int signal, int64_t time)
{
	enum { PATIENCE_MS = 1000 };
	p = process_body(s->g, p);
	if (!signal_kills(s->g, p, signal)) {
		outside_repeat(s, y, p, signal, time);
		return;
	}
	pid_t pid = s->common->box[p].pid;
	struct pollfd f = { .fd = s->pidfd[p], .events = POLLIN };
	int ignored = 0;
	sys_kill(pid, signal);
	if (f.fd >= 0 && sys_poll(&f, 1, PATIENCE_MS) != 1) {
		sys_kill(pid, SIGKILL);
		sys_poll(&f, 1, PATIENCE_MS);
	}
	reap_own(pid, &ignored);
	if (stage_lock_patiently(s))
		take_in_as(s, y, p, pid, signal, time);
}

/* A thread's death from outside is that of its process. */
void deaths_take_in(struct stage *s, struct play *y, proc_id p)
{
	p = process_body(s->g, p);
	if (stage_lock_soon(s))
		take_in(s, y, p, s->common->box[p].pid);
}

/* A child of ours that has ended by itself is joined by nobody else. */
static void take_off(struct stage *s, proc_id p)
{
	if (!who_is(s->shared, p)->parent)
		sys_waitpid(s->common->box[p].pid, NULL, WNOHANG);
	deaths_forget(s, p);
}

/* false: the mutex can't be had; the kernel reports the same again. */
static bool look_at(struct stage *s, struct play *y, proc_id p, pid_t pid)
{
	if (s->common->box[p].pid != pid) {
		deaths_forget(s, p);            /* a worker that has been replaced since */
		return true;
	}
	if (!stage_lock_soon(s))
		return false;
	if (was_alive(s, p)) {
		take_in(s, y, p, pid);
		return true;
	}
	stage_unlock(s);
	take_off(s, p);
	return true;
}

void deaths_look_up(struct stage *s, struct play *y)
{
	for (proc_id p = MAIN; s->looks_up && p < s->g->processes && !y->at->verdict; p++)
		if (s->pidfd[p] == LOOKED_UP && deaths_is_dead(s, p) && !look_at(s, y, p, s->common->box[p].pid))
			return;
}

void stage_deaths(struct stage *s, struct play *y)
{
	struct epoll_event e[16];
	int n;
	while ((n = sys_epoll_wait(s->epoll, e, 16, 0)) > 0)
		for (int i = 0; i < n; i++)
			if (!look_at(s, y, (proc_id)e[i].data.u64, (pid_t)(e[i].data.u64 >> 32)))
				return;
}
