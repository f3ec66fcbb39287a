/* usage: stop_inside PID
 *
 * Follows a process that runs already, one instruction at a time, until it holds a robust mutex (the kernel knows the list of those it
 * holds), and stops it there with SIGSTOP. Prints "follows" when it has begun to, "stopped" when it has. Exit code 1: the process ended
 * before; 2: it can't be followed here. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include "robust.h"

static void say(const char *word)
{
	puts(word);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	pid_t pid = argc == 2 ? (pid_t)atol(argv[1]) : 0;
	int status;
	if (pid <= 0 || ptrace(PTRACE_SEIZE, pid, NULL, NULL) || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL)) {
		fputs("usage: stop_inside PID (of a process that may be traced)\n", stderr);
		return 2;
	}
	for (bool said = false; waitpid(pid, &status, 0) == pid && WIFSTOPPED(status); said = true) {
		int signal = WSTOPSIG(status);
		if (!said)
			say("follows");
		if (holds_one(pid)) {
			kill(pid, SIGSTOP);
			ptrace(PTRACE_DETACH, pid, NULL, NULL);
			say("stopped");
			return 0;
		}
		ptrace(PTRACE_SINGLESTEP, pid, NULL, (void *)(long)(signal == SIGTRAP ? 0 : signal));
	}
	return 1;
}
