/* The things of the kernel that actions are about: real pipes and sockets. What an action means is world_step's; here the
 * same is done to the kernel's own object, under the mutex and so in the same order, and what the kernel
 * gives back is held against what the world says. */
#include "sim/stage/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A message travels as its JSON text, its length before it; of a long one the beginning. A pipe of the
 * kernel's takes 64 KiB: so many bytes let it hold as many messages as the scenario's. */
enum { MESSAGE = 1000, FRAME = MESSAGE + 4 };

static bool pipe_open(struct stage *s, const struct object *o)
{
	int fd[2];
	if (o->duplex ? socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd) :
	                pipe2(fd, O_NONBLOCK | O_CLOEXEC))
		return false;
	int room = (int)o->room * FRAME;
	if (o->duplex) {                /* the kernel counts its own use of memory, too */
		room *= 3;
		setsockopt(fd[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
		setsockopt(fd[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	} else if (room > 65536) {
		fcntl(fd[1], F_SETPIPE_SZ, room);
	}
	s->fd[o->end] = fd[0];          /* left receives */
	s->fd[o->end + 1] = fd[1];
	return true;
}

int props_open(struct stage *s)
{
	const struct program *g = s->g;
	s->fd = must_have(calloc(g->ends + 1, sizeof *s->fd));
	for (uint32_t e = 0; e < g->ends; e++)
		s->fd[e] = -1;
	for (uint32_t o = 1; o < g->objects; o++)
		if (g->object[o].kind == KIND_PIPE && !pipe_open(s, &g->object[o]))
			return errno;
	s->tasks = must_have(malloc(g->objects * sizeof *s->tasks));
	for (uint32_t o = 0; o < g->objects; o++)
		s->tasks[o][0] = s->tasks[o][1] = -1;
	for (uint32_t o = 1; o < g->objects && g->ends; o++)
		if (g->object[o].kind == KIND_POOL && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, s->tasks[o]))
			return errno;
	return records_open(s);
}

void props_close(struct stage *s)
{
	for (uint32_t e = 0; s->fd && e < s->g->ends; e++)
		if (s->fd[e] >= 0) {
			close(s->fd[e]);
			s->fd[e] = -1;
		}
}

static int props_fd(const struct stage *s, value end)
{
	return s->fd[s->g->object[value_object(end)].end + (value_end(end) == END_RIGHT)];
}

/* The end from which p, at its next action, would receive: its descriptor, or -1. */
int props_awaited(const struct stage *s, const cell *own, proc_id p)
{
	enum op op = world_next(s->g, own)->op;
	value v = op == OP_RECV || op == OP_ACCEPT ? world_target(s->g, own, p) : VALUE_UNSET;
	return value_tag(v) == TAG_OBJECT ? props_fd(s, v) : -1;
}

/* ---- messages ---- */

static size_t frame_of(const struct stage *s, value v, char *frame)
{
	struct text t = { 0 };
	program_json(s->g, v, &t);
	uint32_t n = t.length < MESSAGE ? t.length : MESSAGE;
	memcpy(frame, &n, sizeof n);
	memcpy(frame + sizeof n, text_is(&t), n);
	text_free(&t);
	return sizeof n + n;
}

static int send_message(int fd, const char *frame, size_t n)
{
	return write(fd, frame, n) == (ssize_t)n ? 0 : errno ? errno : EPROTO;
}

/* The world says that it has been sent; through TCP it may still be on its way. */
static bool comes(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	enum { PATIENCE = 2000 };
	int n;
	do                      /* a poke that comes late finds us here */
		n = poll(&p, 1, PATIENCE);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

static int read_all(int fd, char *to, size_t n)
{
	while (n) {
		ssize_t got = comes(fd) ? read(fd, to, n) : -1;
		if (got <= 0)
			return EPROTO;
		to += got;
		n -= (size_t)got;
	}
	return 0;
}

/* Exactly one frame: of a packet socket it is one packet, else so many bytes. */
static int receive_message(int fd, bool packets, char *frame, size_t *n)
{
	uint32_t length = 0;
	int error = packets ? 0 : read_all(fd, frame, sizeof length);
	if (packets && (!comes(fd) || read(fd, frame, FRAME) < (ssize_t)sizeof length))
		return EPROTO;
	memcpy(&length, frame, sizeof length);
	*n = sizeof length + length;
	if (error || length > MESSAGE)
		return EPROTO;
	return packets ? 0 : read_all(fd, frame + sizeof length, length);
}

static int check_received(const struct stage *s, value end, value v)
{
	char frame[FRAME], expected[FRAME];
	size_t n = 0, m = frame_of(s, v, expected);
	const struct object *o = &s->g->object[value_object(end)];
	int error = receive_message(props_fd(s, end), o->kind == KIND_PIPE && o->duplex, frame, &n);
	if (error)
		return error;
	return n == m && !memcmp(frame, expected, n) ? 0 : EPROTO;
}

static void close_end(struct stage *s, value end)
{
	uint32_t e = s->g->object[value_object(end)].end + (value_end(end) == END_RIGHT);
	if (s->fd[e] >= 0)
		close(s->fd[e]);
	s->fd[e] = -1;
}

/* ---- TCP on the loopback ---- */

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int tcp_listen(struct stage *s, uint32_t o)
{
	struct sockaddr_in a = loopback(0);             /* the system chooses the port */
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) || listen(fd, CONNECTIONS + 1) ||
	    getsockname(fd, (struct sockaddr *)&a, &n))
		return errno;
	s->fd[s->g->object[o].end] = fd;
	s->port[o] = a.sin_port;
	return 0;
}

static int no_delay(int fd)
{
	int yes = 1;
	return setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

static void keep_end(struct stage *s, value end, int fd)
{
	s->fd[s->g->object[value_object(end)].end + (value_end(end) == END_RIGHT)] = fd;
}

static int tcp_connect(struct stage *s, uint32_t o, value end)
{
	struct sockaddr_in a = loopback((uint16_t)s->port[o]);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) || no_delay(fd))
		return errno;
	keep_end(s, end, fd);
	return 0;
}

static int tcp_accept(struct stage *s, uint32_t o, value end)
{
	int fd = s->fd[s->g->object[o].end];
	fd = comes(fd) ? accept4(fd, NULL, NULL, SOCK_CLOEXEC) : -1;
	if (fd < 0 || no_delay(fd))
		return errno;
	keep_end(s, end, fd);
	return 0;
}

/* ---- ends that go to a pool's worker with its task ---- */

enum { MOST_ENDS = 250 };       /* the kernel's limit for one message is 253 */
struct ends { uint32_t end[MOST_ENDS], count; };
union rights { struct cmsghdr head; char room[CMSG_SPACE(MOST_ENDS * sizeof(int))]; };

static void ends_in(const struct stage *s, value v, struct ends *e)
{
	uint32_t n = 0;
	const value *list = value_tag(v) == TAG_LIST ? value_list(s->g->pool, v, &n) : NULL;
	for (uint32_t k = 0; k < n; k++)
		ends_in(s, list[k], e);
	if (value_tag(v) != TAG_OBJECT || !value_end(v))
		return;
	if (e->count < MOST_ENDS)
		e->end[e->count] = s->g->object[value_object(v)].end + (value_end(v) == END_RIGHT);
	e->count++;
}

static struct msghdr message_with(struct iovec *data, union rights *r, size_t fds)
{
	return (struct msghdr){ .msg_iov = data, .msg_iovlen = 1, .msg_control = r->room, .msg_controllen = CMSG_SPACE(fds * sizeof(int)) };
}

/* The real descriptors; they stay open here, too. */
static int send_ends(const struct stage *s, uint32_t o, value args)
{
	struct ends e = { .count = 0 };
	union rights r = { 0 };
	uint32_t count;
	struct iovec data = { &count, sizeof count };
	int fd[MOST_ENDS];
	ends_in(s, args, &e);
	if (!e.count)
		return 0;
	if (e.count > MOST_ENDS)
		return ETOOMANYREFS;
	count = e.count;
	for (uint32_t k = 0; k < e.count; k++)
		fd[k] = s->fd[e.end[k]];
	struct msghdr m = message_with(&data, &r, e.count);
	r.head = (struct cmsghdr){ .cmsg_len = CMSG_LEN(e.count * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&r.head), fd, e.count * sizeof(int));
	return sendmsg(s->tasks[o][0], &m, MSG_NOSIGNAL) < 0 ? errno : 0;
}

/* The oldest message; its descriptors, or -1. */
static int next_ends(const struct stage *s, uint32_t o, int *fd)
{
	union rights r = { 0 };
	uint32_t count;
	struct iovec data = { &count, sizeof count };
	struct msghdr m = message_with(&data, &r, MOST_ENDS);
	if (recvmsg(s->tasks[o][1], &m, MSG_CMSG_CLOEXEC) < (ssize_t)sizeof count)
		return -1;
	const struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	size_t got = c && c->cmsg_type == SCM_RIGHTS ? (c->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;
	memcpy(fd, got ? CMSG_DATA(c) : (const unsigned char *)"", got * sizeof(int));
	return (int)got;
}

/* Messages come in the order of the tasks; a task without ends has none. */
static int receive_ends(struct stage *s, uint32_t o, value args)
{
	struct ends e = { .count = 0 };
	int fd[MOST_ENDS];
	ends_in(s, args, &e);
	if (!e.count)
		return 0;
	int got = next_ends(s, o, fd);
	for (int k = 0; k < got && k < (int)e.count; k++)
		if (s->fd[e.end[k]] < 0)
			s->fd[e.end[k]] = fd[k];
		else
			close(fd[k]);
	return got == (int)e.count ? 0 : EPROTO;
}

void props_drop(struct stage *s, uint32_t object)
{
	int fd[MOST_ENDS], n;
	for (uint32_t o = 1; o < s->g->objects; o++)
		if ((!object || o == object) && s->tasks[o][1] >= 0)
			while ((n = next_ends(s, o, fd)) >= 0)
				while (n)
					close(fd[--n]);
}

static int tasks_do(struct stage *s, const struct event *e, uint32_t o)
{
	enum op op = s->g->code[e->pc].op;
	uint32_t pool, n = 0;
	if (op == OP_SUBMIT)
		return send_ends(s, o, task_of(s->g, s->shared, e->result, &pool)->args);
	if (op == OP_SUBMIT_ALL) {
		const struct pool_cells *p = (const struct pool_cells *)(s->shared + s->g->object[o].at);
		for (uint32_t slot = task_of(s->g, s->shared, e->result, &pool)->item; slot && !n; slot = p->task[slot - 1].item)
			n = (uint32_t)send_ends(s, o, p->task[slot - 1].args);
		return (int)n;
	}
	if (op == OP_TAKE)
		return receive_ends(s, o, e->result);
	if (op == OP_GIVE || op == OP_FAIL)
		props_close(s);
	else if (op == OP_SIGNAL && value_tag(e->result) == TAG_OBJECT)
		props_drop(s, o);
	return 0;
}

/* target: what the action was on, seen before it was done. 0, or what the kernel said otherwise. */
int props_do(struct stage *s, const struct event *e, value target)
{
	char frame[FRAME];
	enum op op = s->g->code[e->pc].op;
	if (op == OP_LOAD_FIELD || op == OP_STORE_FIELD || op == OP_EMPTY)
		return e->how == CAN_GO ? records_do(s, e) : 0;
	if (e->how != CAN_GO || e->result == VALUE_UNSET || value_tag(target) != TAG_OBJECT)
		return 0;
	if (s->g->object[value_object(target)].kind == KIND_POOL)
		return s->g->ends ? tasks_do(s, e, value_object(target)) : 0;
	switch (op) {
	case OP_LISTEN:  return tcp_listen(s, value_object(target));
	case OP_CONNECT: return tcp_connect(s, value_object(target), e->result);
	case OP_ACCEPT:  return tcp_accept(s, value_object(target), e->result);
	case OP_SEND:
		return send_message(props_fd(s, target), frame, frame_of(s, e->result, frame));
	case OP_RECV:
		return check_received(s, target, e->result);
	case OP_CLOSE:
		close_end(s, target);
		return 0;
	default:
		return 0;
	}
}
