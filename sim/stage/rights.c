/* Descriptors that go to another process through a socket: SCM_RIGHTS, see unix(7). */
#include "sim/stage/memory.h"
#include <errno.h>
#include <string.h>

union rights { struct cmsghdr head; char room[CMSG_SPACE(MOST_ENDS * sizeof(int))]; };

static struct msghdr message_with(struct iovec *data, union rights *r, size_t fds)
{
	return (struct msghdr){ .msg_iov = data, .msg_iovlen = 1, .msg_control = r->room, .msg_controllen = CMSG_SPACE(fds * sizeof(int)) };
}

int rights_send(int socket, struct label label, const int *fd, uint32_t count)
{
	union rights r = { .head = { .cmsg_len = CMSG_LEN(count * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
	struct iovec data = { &label, sizeof label };
	struct msghdr m = message_with(&data, &r, count);
	memcpy(CMSG_DATA(&r.head), fd, count * sizeof(int));
	return sys_sendmsg(socket, &m, MSG_NOSIGNAL) < 0 ? errno : 0;
}

int rights_receive(int socket, struct label *label, int *fd, int how)
{
	union rights r = { 0 };
	struct iovec data = { label, sizeof *label };
	struct msghdr m = message_with(&data, &r, MOST_ENDS);
	if (sys_recvmsg(socket, &m, MSG_CMSG_CLOEXEC | how) < (ssize_t)sizeof *label)
		return -1;
	const struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	size_t got = c && c->cmsg_type == SCM_RIGHTS ? (c->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;
	memcpy(fd, got ? CMSG_DATA(c) : (const unsigned char *)"", got * sizeof(int));
	return (int)got;
}

/* Where there is no room for descriptors the kernel installs none. */
int rights_label(int socket, struct label *label, int how)
{
	struct iovec data = { label, sizeof *label };
	struct msghdr m = { .msg_iov = &data, .msg_iovlen = 1 };
	return sys_recvmsg(socket, &m, how) < (ssize_t)sizeof *label ? errno : 0;
}
