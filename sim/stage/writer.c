/* Whole texts go over a socket to the process that writes them; the answer is whether it could. */
#include "sim/stage/writer.h"
#include "sim/stage/system.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct parcel { uint32_t which; uint64_t length; };

static struct { int fd; pid_t pid; } writer = { .fd = -1 };

/* 0 or an errno; EPIPE: there is nobody at the other end. */
static int pass(int fd, const void *from, size_t length)
{
	for (const char *at = from; length;) {
		ssize_t n = sys_send(fd, at, length, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		at += n;
		length -= (size_t)n;
	}
	return 0;
}

static int take(int fd, void *to, size_t length)
{
	for (char *at = to; length;) {
		ssize_t n = sys_read(fd, at, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? errno : EPIPE;
		at += n;
		length -= (size_t)n;
	}
	return 0;
}

/* What has not come whole when the run is gone is not written. */
static int serve_one(int fd, int (*keep)(uint32_t which, const char *text, size_t length))
{
	struct parcel p;
	int error = take(fd, &p, sizeof p);
	char *text = error ? NULL : malloc(p.length ? p.length : 1);
	if (!error && !text)
		error = ENOMEM;
	if (!error)
		error = take(fd, text, p.length);
	bool whole = !error;
	if (whole)
		error = keep(p.which, text, p.length);
	free(text);
	int lost = pass(fd, &error, sizeof error);
	return whole ? lost : error;
}

static void serve(int fd, int (*keep)(uint32_t which, const char *text, size_t length)) __attribute__((noreturn));
static void serve(int fd, int (*keep)(uint32_t which, const char *text, size_t length))
{
	while (!serve_one(fd, keep))
		;
	_exit(0);
}

int writer_begin(int (*keep)(uint32_t which, const char *text, size_t length))
{
	int end[2];
	if (sys_socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end))
		return errno;
	fflush(NULL);                           /* or both would write what is waiting */
	writer.pid = fork_blocked();            /* it never unblocks them: ^C is for the run, whose recording is written after that */
	int error = errno;
	if (!writer.pid) {
		sys_close(end[0]);
		serve(end[1], keep);
	}
	sys_close(end[1]);
	if (writer.pid > 0)
		writer.fd = end[0];
	else
		sys_close(end[0]);
	return writer.pid > 0 ? 0 : error;
}

void writer_writes(uint32_t which, const char *text, size_t length, int *error)
{
	struct parcel p = { which, length };
	int answer = 0;
	assert(writer.fd >= 0);
	*error = pass(writer.fd, &p, sizeof p);
	if (!*error)
		*error = pass(writer.fd, text, length);
	if (*error)                     /* it may have said why before it ended; else it ends now */
		sys_shutdown(writer.fd, SHUT_WR);
	int lost = take(writer.fd, &answer, sizeof answer);
	if (!*error || *error == EPIPE)
		*error = lost ? lost : answer;
}

void writer_end(void)
{
	if (writer.fd < 0)
		return;
	sys_close(writer.fd);
	writer.fd = -1;
	while (sys_waitpid(writer.pid, NULL, 0) < 0 && errno == EINTR)
		;
}
