/* LD_PRELOAD: the first wait of at least FORKLORE_TORTURE_WAIT milliseconds is preceded by SIGTERM, at the worst time: all that would notice it has
 * been asked already. That wait then has no limit of time, so that what missed the signal never ends, instead of late. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>

static int after_the_signal(int timeout)
{
	static int sent;
	const char *least = getenv("FORKLORE_TORTURE_WAIT");
	if (sent || !least || timeout < atoi(least))
		return timeout;
	sent = 1;
	raise(SIGTERM);
	return -1;
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	int (*real)(struct pollfd *, nfds_t, int) = (int (*)(struct pollfd *, nfds_t, int))dlsym(RTLD_NEXT, "poll");
	return real(fds, count, after_the_signal(timeout));
}

/* What `poll` is where the program was built with _FORTIFY_SOURCE. */
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t bytes)
{
	(void)bytes;
	return poll(fds, count, timeout);
}

int epoll_wait(int fd, struct epoll_event *events, int most, int timeout)
{
	int (*real)(int, struct epoll_event *, int, int) = (int (*)(int, struct epoll_event *, int, int))dlsym(RTLD_NEXT, "epoll_wait");
	return real(fd, events, most, after_the_signal(timeout));
}
