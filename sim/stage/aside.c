/* Processes of our own, beside those of a run. */
#include "sim/stage/aside.h"
#include <errno.h>
#include <stdio.h>
#include "sim/stage/memory.h"

static volatile sig_atomic_t asked;

static void remember(int signal)
{
	(void)signal;
	asked = 1;
}

bool aside_is_asked(void)
{
	return asked;
}

/* A signal from the terminal reaches it, too; but the process that began it decides what is to be done then. */
static void settle_signals(void)
{
	struct sigaction usual = { .sa_handler = SIG_DFL }, ignored = { .sa_handler = SIG_IGN };
	struct sigaction ends = { .sa_handler = remember, .sa_flags = SA_RESTART };
	sigset_t none;
	for (int number = 1; number < NSIG; number++)
		sys_sigaction(number, &usual, NULL);
	sys_sigaction(SIGINT, &ignored, NULL);
	sys_sigaction(SIGQUIT, &ignored, NULL);
	sys_sigaction(SIGHUP, &ignored, NULL);
	sys_sigaction(SIGTERM, &ends, NULL);
	sigemptyset(&none);
	sys_sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_from(int first, int last)
{
	struct rlimit r;
	if (!sys_close_range(first, last, 0))
		return;
	if (sys_getrlimit(RLIMIT_NOFILE, &r))
		return;
	for (int fd = first; fd <= last && (rlim_t)fd < r.rlim_cur; fd++)
		sys_close(fd);
}

/* What the run's processes have open they must be the only ones to have: they wait for its end. Its exit code says that it had no
 * memory: on stderr that would be taken for the run's, or stand in the middle of a screen. Builds that check themselves keep stderr for
 * what they find. */
static void close_all_but(int fd)
{
	enum { LAST = 0x7fffffff };
	int nothing = sys_open("/dev/null", O_RDWR, 0);
	if (nothing >= 0) {
		sys_dup2(nothing, STDIN_FILENO);
		sys_dup2(nothing, STDOUT_FILENO);
#ifndef FORKLORE_CHECKED
		sys_dup2(nothing, STDERR_FILENO);
#endif
	}
	close_from(STDERR_FILENO + 1, fd - 1);
	close_from(fd + 1, LAST);
}

static void live(void (*work)(void *, int), void *with, int fd, pid_t parent) __attribute__((noreturn));
static void live(void (*work)(void *, int), void *with, int fd, pid_t parent)
{
	sys_prctl(PR_SET_PDEATHSIG, SIGKILL, NULL);
	if (getppid() != parent)
		_exit(1);               /* it died before we asked for that */
	settle_signals();
	title_set("search");
	close_all_but(fd);
	world_abandons = 0;
	work(with, fd);
	_exit(0);
}

bool aside_begin(struct aside *a, void (*work)(void *with, int fd), void *with)
{
	int end[2];
	pid_t parent = getpid();
	*a = (struct aside){ .fd = -1 };
	if (sys_pipe2(end, O_CLOEXEC))
		return false;
	fflush(NULL);                   /* or both would write what is waiting */
	a->pid = fork_blocked();
	if (!a->pid)
		live(work, with, end[1], parent);
	int error = errno;
	sys_close(end[1]);
	a->fd = end[0];
	sys_fcntl(a->fd, F_SETFL, O_NONBLOCK);
	if (a->pid > 0)
		return true;
	sys_close(a->fd);
	errno = error;
	return false;
}

void aside_ask(const struct aside *a)
{
	if (a->pid > 0)
		sys_kill(a->pid, SIGTERM);
}

int aside_over(struct aside *a)
{
	int status = -1;
	pid_t pid = a->pid;
	if (pid <= 0)
		return -1;
	sys_close(a->fd);
	a->fd = -1;
	a->pid = 0;
	while (sys_waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

int aside_kill(struct aside *a)
{
	if (a->pid > 0)
		sys_kill(a->pid, SIGKILL);
	return aside_over(a);
}
