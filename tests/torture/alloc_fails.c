/* For LD_PRELOAD: before main begins, the process forks itself again and again, each time with the next allocation failing, and goes on to
 * main in the child. So a program is loaded once for thousands of tries.
 *
 * FORKLORE_TORTURE_ALLOCATIONS="FIRST STEP LAST SECONDS": the FIRST-th allocation fails, then the one STEP later, .. to LAST or until a
 * try ends without having come so far. Each try has that many seconds. Prints a line for each that went wrong, "N: what", and at the end
 * "tried N". */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);

static long left;               /* 0: it has failed, or none is to */
static volatile int *reached;   /* in memory that all the processes of a try share */

static bool fails(void)
{
	if (!left || --left)
		return false;
	*reached = 1;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t n) { return fails() ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t size) { return fails() ? NULL : __libc_calloc(n, size); }
void *realloc(void *at, size_t n) { return fails() ? NULL : __libc_realloc(at, n); }

static void read_back(int fd, char *text, size_t room)
{
	ssize_t n = pread(fd, text, room - 1, 0);
	text[n > 0 ? n : 0] = '\0';
}

/* All that are left have become our children: do they end within the time? */
static bool all_end(int seconds)
{
	pid_t pid = 0;
	for (time_t until = time(NULL) + seconds; time(NULL) <= until && (pid = waitpid(-1, NULL, WNOHANG)) >= 0; )
		if (!pid)
			usleep(1000);
	return pid < 0;
}

/* NULL: it ended as it should. */
static const char *judge(int status, const char *out, const char *err)
{
	static char what[40];
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
	snprintf(what, sizeof what, "exit code %d", code);
	if (code < 0 || code > 5 || strstr(err, "Sanitizer") || strstr(err, "Assertion"))
		return what;
	if (code < 2 && strstr(err, "out of memory"))
		return "a process had no memory, and the run went on";
	return (code == 2 || code == 3 || code == 5) && !*out && !*err ? "not a word" : NULL;
}

static void goes_wrong(FILE *to, long n, const char *what, char *err)
{
	for (char *c = err; *c; c++)
		*c = *c == '\n' ? ' ' : *c;
	fprintf(to, "%ld: %s: %.300s\n", n, what, err);
	fflush(to);
}

static void begin(long n, const int fd[2])
{
	setsid();
	dup2(fd[0], 1);
	dup2(fd[1], 2);
	for (int i = 0; i < 2; i++)
		close(fd[i]);
	left = n;
}

__attribute__((constructor)) static void tries(void)
{
	const char *asked = getenv("FORKLORE_TORTURE_ALLOCATIONS");
	long first = 0, step = 0, last = 0, count = 0;
	int seconds = 0, status, fd[2];
	if (!asked || sscanf(asked, "%ld %ld %ld %d", &first, &step, &last, &seconds) != 4)
		return;
	unsetenv("FORKLORE_TORTURE_ALLOCATIONS");
	unsetenv("LD_PRELOAD");
	FILE *to = fdopen(fcntl(1, F_DUPFD_CLOEXEC, 10), "w");
	reached = mmap(NULL, sizeof *reached, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (long n = first; n <= last; n += step, count++) {
		static char out[2000], err[2000];
		*reached = 0;
		fd[0] = memfd_create("out", 0);
		fd[1] = memfd_create("err", 0);
		pid_t pid = fork();
		if (!pid) {
			prctl(PR_SET_CHILD_SUBREAPER, 0);
			begin(n, fd);
			return;
		}
		int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
		bool hung = poll(&(struct pollfd){ .fd = pidfd, .events = POLLIN }, 1, seconds * 1000) != 1;
		if (hung)
			kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		close(pidfd);
		read_back(fd[0], out, sizeof out);
		read_back(fd[1], err, sizeof err);
		const char *wrong = hung ? "still running" : !all_end(seconds) ? "left a process behind" : judge(status, out, err);
		if (wrong)
			goes_wrong(to, n, wrong, err);
		close(fd[0]);
		close(fd[1]);
		if (!*reached)
			break;
	}
	fprintf(to, "tried %ld\n", count);
	fflush(to);
	_exit(0);
}
