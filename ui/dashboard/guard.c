/* The guard does nothing but wait. All signals it must not die of are blocked and fetched one by one, so
 * there is no handler and no race. */
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include "sim/stage/system.h"
#include "ui/dashboard/guard.h"
#include "ui/dashboard/restore.h"

struct guard {
	pid_t child;
	sigset_t watched;
	bool frozen;                    /* the child was stopped with the screen in its hands: */
	struct termios modes;           /* then the modes it had set */
};

static void run_child(int (*controller)(void *), void *arg, const sigset_t *before, pid_t guard)
{
	sys_prctl(PR_SET_PDEATHSIG, SIGTERM, NULL);
	sys_sigprocmask(SIG_SETMASK, before, NULL);
	if (getppid() != guard)
		sys_raise(SIGTERM);     /* it died before we asked to be notified */
	exit(controller(arg));
}

/* Stop as the child did, by the same signal ^Z sends: where nobody could continue us, it has no effect. */
static void stop_too(struct guard *g)
{
	sigset_t stop;

	g->frozen = terminal_is_taken() && terminal_is_ours();
	if (g->frozen) {                /* it could not give the screen back by itself */
		tcgetattr(STDOUT_FILENO, &g->modes);
		terminal_restore();
	}
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	signal(SIGTSTP, SIG_DFL);
	sys_raise(SIGTSTP);
	sys_sigprocmask(SIG_UNBLOCK, &stop, NULL);      /* here we stand still */
	sys_sigprocmask(SIG_BLOCK, &stop, NULL);
}

static void go_on(struct guard *g)
{
	if (g->frozen && terminal_is_ours())
		tcsetattr(STDOUT_FILENO, TCSANOW, &g->modes);
	if (g->frozen)
		terminal_taken(true);
	g->frozen = false;
	sys_kill(g->child, SIGCONT);
}

/* The child's exit code, or -1 while it lives. */
static int news(struct guard *g)
{
	int status;
	pid_t who;

	while ((who = sys_waitpid(g->child, &status, WNOHANG | WUNTRACED)) == g->child || (who < 0 && errno == EINTR)) {
		if (who < 0)
			continue;
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
		if (WIFSTOPPED(status))
			stop_too(g);
	}
	return -1;
}

/* A key's signal has reached the child too, being in the same group; one that a process sent has not. */
static bool from_a_process(const siginfo_t *info)
{
	return info->si_code <= 0;
}

static int watch(struct guard *g)
{
	siginfo_t info;
	int code;

	while ((code = news(g)) < 0) {
		int number = sigwaitinfo(&g->watched, &info);
		if (number == SIGCONT)
			go_on(g);
		else if (number > 0 && number != SIGCHLD && from_a_process(&info))
			sys_kill(g->child, number);
	}
	return code;
}

int guard_run(int (*controller)(void *), void *arg)
{
	static const int signals[] = {
		SIGCHLD, SIGCONT, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGTTOU, SIGTTIN,
		SIGUSR1, SIGUSR2,
	};
	struct guard g = { 0 };
	sigset_t before;
	pid_t self = getpid();
	int code;

	sigemptyset(&g.watched);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaddset(&g.watched, signals[i]);
	signal(SIGCHLD, SIG_DFL);       /* ignored, it would take the exit code away */
	sys_sigprocmask(SIG_BLOCK, &g.watched, &before);
	fflush(NULL);                   /* or both would write what is waiting */
	g.child = sys_fork();
	if (g.child == 0)
		run_child(controller, arg, &before, self);
	code = g.child < 0 ? -1 : watch(&g);
	terminal_restore();
	sys_sigprocmask(SIG_SETMASK, &before, NULL);
	return code;
}
