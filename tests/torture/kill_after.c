/* usage: kill_after WHICH INSTRUCTIONS [WHICH INSTRUCTIONS]... -- COMMAND...
 *
 * Runs the command, follows every process that it and its descendants start, and kills the WHICH-th of them (1: the first that the
 * command itself starts) with SIGKILL after so many of its instructions, one at a time, counted from its fork; then the next
 * pair's, counted from that kill or from its own fork, whichever comes later. All others go on as they would. A system call is
 * one instruction, however long it takes. Ends as the command does; the last line on the standard error says for each pair what
 * happened, and how many processes there were: "3 killed after 4000, 2 ended after 17, of 5". */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EVENTS = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL, MOST = 4096, KILLS = 8 };

static pid_t command, born[MOST];
static size_t count;
static struct { size_t which; long after, done; bool killed; } kills[KILLS];
static size_t planned, now;     /* the pair whose turn it is */

static pid_t victim(void)
{
	return now < planned && kills[now].which <= count ? born[kills[now].which - 1] : 0;
}

static void go_on(pid_t pid, int signal)
{
	ptrace(pid == victim() ? PTRACE_SINGLESTEP : PTRACE_CONT, pid, NULL, (void *)(long)signal);
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

/* The next pair's process may be running: a stop makes it one that can be led. */
static void next_victim(void)
{
	now++;
	if (victim())
		kill(victim(), SIGSTOP);
}

/* One instruction more of it is done; true: that was its last. */
static bool one_more(pid_t pid)
{
	kills[now].done++;
	if (kills[now].done < kills[now].after)
		return false;
	kills[now].killed = true;
	kill(pid, SIGKILL);
	next_victim();
	return true;
}

static void stopped(pid_t pid, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;
	unsigned long child = 0;
	if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE) {
		ptrace(PTRACE_GETEVENTMSG, pid, NULL, &child);
		is_born((pid_t)child);
	}
	if (signal == SIGTRAP && !event && pid == victim() && one_more(pid))
		return;
	if (signal == SIGSTOP && pid != command)
		is_born(pid);
	go_on(pid, signal == SIGTRAP || signal == SIGSTOP ? 0 : signal);
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
		if (pid == command)
			result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
	return result;
}

static char **planned_in(char **word)
{
	for (; word[0] && word[1] && strcmp(word[0], "--") && planned < KILLS; word += 2, planned++) {
		kills[planned].which = (size_t)atol(word[0]);
		kills[planned].after = atol(word[1]);
	}
	return word[0] && !strcmp(word[0], "--") && word[1] && planned ? word + 1 : NULL;
}

int main(int argc, char **argv)
{
	int status;
	char **what = argc > 1 ? planned_in(argv + 1) : NULL;
	if (!what) {
		fputs("usage: kill_after WHICH INSTRUCTIONS [WHICH INSTRUCTIONS]... -- COMMAND...\n", stderr);
		return 2;
	}
	if (!(command = fork())) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execvp(what[0], what);
		_exit(126);
	}
	if (command < 0 || waitpid(command, &status, 0) != command || ptrace(PTRACE_SETOPTIONS, command, NULL, (void *)(long)EVENTS)) {
		fputs("nothing can be traced here\n", stderr);
		return 126;
	}
	go_on(command, 0);
	int result = follow();
	for (size_t i = 0; i < planned; i++)
		fprintf(stderr, "%s%zu %s after %ld", i ? ", " : "", kills[i].which, kills[i].killed ? "killed" : "ended", kills[i].done);
	fprintf(stderr, ", of %zu\n", count);
	return result;
}
