/* Whole texts go over a socket to the process that writes them; the answer is whether it could. */
#include "sim/stage/writer.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct parcel { uint32_t which; uint64_t length; };

static struct { int fd; pid_t pid; } writer = { .fd = -1 };

static bool pass(int fd, const void *from, size_t length)
{
	for (const char *at = from; length;) {
		ssize_t n = send(fd, at, length, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		at += n;
		length -= (size_t)n;
	}
	return true;
}

static bool take(int fd, void *to, size_t length)
{
	for (char *at = to; length;) {
		ssize_t n = read(fd, at, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		length -= (size_t)n;
	}
	return true;
}

/* What has not come whole when the run is gone is not written. */
static void serve(int fd, int (*write)(uint32_t which, const char *text, size_t length)) __attribute__((noreturn));
static void serve(int fd, int (*write)(uint32_t which, const char *text, size_t length))
{
	struct parcel p;
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);   /* ^C is for the run: its recording is written after that */
	while (take(fd, &p, sizeof p)) {
		char *text = malloc(p.length ? p.length : 1);
		if (!text || !take(fd, text, p.length))
			break;
		int error = write(p.which, text, p.length);
		free(text);
		if (!pass(fd, &error, sizeof error))
			break;
	}
	_exit(0);
}

void writer_begin(int (*write)(uint32_t which, const char *text, size_t length))
{
	int end[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end))
		return;
	fflush(NULL);                           /* or both would write what is waiting */
	writer.pid = fork();
	if (!writer.pid) {
		close(end[0]);
		serve(end[1], write);
	}
	close(end[1]);
	if (writer.pid > 0)
		writer.fd = end[0];
	else
		close(end[0]);
}

bool writer_writes(uint32_t which, const char *text, size_t length, int *error)
{
	struct parcel p = { which, length };
	if (writer.fd < 0)
		return false;
	if (!pass(writer.fd, &p, sizeof p) || !pass(writer.fd, text, length) || !take(writer.fd, error, sizeof *error))
		*error = EPIPE;
	return true;
}

void writer_end(void)
{
	if (writer.fd < 0)
		return;
	close(writer.fd);
	writer.fd = -1;
	while (waitpid(writer.pid, NULL, 0) < 0 && errno == EINTR)
		;
}
