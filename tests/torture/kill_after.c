/* usage: kill_after WHICH AFTER [WHICH AFTER]... -- COMMAND...
 *
 * Runs the command, follows every process that it and its descendants start, and kills the WHICH-th of them (0: the command itself; 1: the
 * first that it starts) with SIGKILL AFTER so many of its instructions, one at a time, counted from its beginning; then the next
 * pair's, counted from that kill or from its own beginning, whichever comes later. AFTER may be CALLS+INSTRUCTIONS: it runs freely to
 * that many entries to system calls and returns from them, and the instructions are counted from there. All others go on as they
 * would. A system call is one instruction, however long it takes.
 *
 * Ends when all of them have, with the command's exit code (128 and its signal, if one killed it). The last line on the standard error
 * says for each pair what happened, and how many processes there were: "3 killed after 0+4000, 2 killed inside after 8+17, 1 ended after
 * 5+0, of 5". Inside: it held a robust mutex. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include "robust.h"

enum {
	EVENTS = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL,
	MOST = 4096, KILLS = 512, A_CALL = SIGTRAP | 0x80,
};

static pid_t born[MOST];        /* the command first */
static size_t count;
static struct { size_t which; long calls, called, after, done; bool killed, inside; } kills[KILLS];
static size_t planned, now;     /* the pair whose turn it is */

static pid_t victim(void)
{
	return now < planned && kills[now].which < count ? born[kills[now].which] : 0;
}

static void go_on(pid_t pid, int signal)
{
	int how = pid != victim() ? PTRACE_CONT : kills[now].called < kills[now].calls ? PTRACE_SYSCALL : PTRACE_SINGLESTEP;
	ptrace(how, pid, NULL, (void *)(long)signal);
}

/* The kernel reports a new process twice, its parent's stop and its own; which of them comes first is not certain. */
static void is_born(pid_t pid)
{
	for (size_t i = 0; i < count; i++)
		if (born[i] == pid)
			return;
	if (count < MOST)
		born[count++] = pid;
}

static bool lives(pid_t pid)
{
	return !kill(pid, 0);
}

/* The next pair's process may be running: a stop makes it one that can be led. */
static void next_victim(void)
{
	do
		now++;
	while (victim() && !lives(victim()));
	if (victim())
		kill(victim(), SIGSTOP);
}

/* One instruction more of it is done, or a system call is entered or left; true: that was its last. */
static bool one_more(pid_t pid)
{
	if (kills[now].called < kills[now].calls && ++kills[now].called)
		return false;
	if (++kills[now].done < kills[now].after)
		return false;
	kills[now].inside = holds_one(pid);
	kills[now].killed = true;
	kill(pid, SIGKILL);
	next_victim();
	return true;
}

static void stopped(pid_t pid, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;
	unsigned long child = 0;
	bool ours = signal == SIGTRAP || signal == A_CALL;
	if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE) {
		ptrace(PTRACE_GETEVENTMSG, pid, NULL, &child);
		is_born((pid_t)child);
	}
	if (ours && !event && pid == victim() && one_more(pid))
		return;
	if (signal == SIGSTOP)
		is_born(pid);
	go_on(pid, ours || signal == SIGSTOP ? 0 : signal);
}

static int follow(void)
{
	int status, result = 125;
	for (pid_t pid; (pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR; ) {
		if (pid > 0 && WIFSTOPPED(status)) {
			stopped(pid, status);
			continue;
		}
		if (pid == victim())
			next_victim();          /* it ended by itself */
		if (pid == born[0])
			result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
	return result;
}

static char **planned_in(char **word)
{
	for (; word[0] && word[1] && strcmp(word[0], "--") && planned < KILLS; word += 2, planned++) {
		char *plus = strchr(word[1], '+');
		kills[planned].which = (size_t)atol(word[0]);
		kills[planned].calls = plus ? atol(word[1]) : 0;
		kills[planned].after = atol(plus ? plus + 1 : word[1]);
	}
	return word[0] && !strcmp(word[0], "--") && word[1] && planned ? word + 1 : NULL;
}

int main(int argc, char **argv)
{
	int status;
	char **what = argc > 1 ? planned_in(argv + 1) : NULL;
	if (!what) {
		fputs("usage: kill_after WHICH AFTER [WHICH AFTER]... -- COMMAND...\n", stderr);
		return 2;
	}
	signal(SIGINT, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	pid_t command = fork();
	if (!command) {
		signal(SIGINT, SIG_DFL);
		signal(SIGTSTP, SIG_DFL);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execvp(what[0], what);
		_exit(126);
	}
	born[count++] = command;
	if (command < 0 || waitpid(command, &status, 0) != command || ptrace(PTRACE_SETOPTIONS, command, NULL, (void *)(long)EVENTS)) {
		fputs("nothing can be traced here\n", stderr);
		return 126;
	}
	go_on(command, 0);
	int result = follow();
	for (size_t i = 0; i < planned; i++)
		fprintf(stderr, "%s%zu %s%s after %ld+%ld", i ? ", " : "", kills[i].which, kills[i].killed ? "killed" : "ended",
		        kills[i].inside ? " inside" : "", kills[i].called, kills[i].done);
	fprintf(stderr, ", of %zu\n", count - 1);
	return result;
}
