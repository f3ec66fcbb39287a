/* The things of the kernel that actions are about: real pipes and sockets. What an action means is world_step's; here the
 * same is done to the kernel's own object, under the mutex and so in the same order, and what the kernel
 * gives back is held against what the world says. */
#include "sim/stage/memory.h"
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

/* A message travels as its JSON text, its length before it; of a long one the beginning. A pipe of the
 * kernel's takes 64 KiB: so many bytes let it hold as many messages as the scenario's. */

static bool pipe_open(struct stage *s, const struct object *o)
{
	int fd[2];
	if (o->duplex ? sys_socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd) :
	                sys_pipe2(fd, O_NONBLOCK | O_CLOEXEC))
		return false;
	int room = (int)o->room * FRAME;
	if (o->duplex) {                /* the kernel counts its own use of memory, too */
		room *= 3;
		sys_setsockopt(fd[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
		sys_setsockopt(fd[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	} else if (room > 65536) {
		sys_fcntl(fd[1], F_SETPIPE_SZ, room);
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
	int error = ends_open(s);
	return error ? error : records_open(s);
}

void props_close(struct stage *s)
{
	for (uint32_t e = 0; s->fd && e < s->g->ends; e++)
		if (s->fd[e] >= 0) {
			sys_close(s->fd[e]);
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

/* ---- messages ----
 * The messages that a process sends, or receives, in a row travel in one system call: they are gathered, and
 * props_flush does it before the actions take effect. So a process that is killed in between may leave in the kernel what was
 * never sent, or take out of it what was never received. A channel on which that may have happened is in doubt:
 * the process that receives from it next empties it. What the world says is in it is received all the same. */

static struct {
	value end;                      /* where, if there are any */
	bool incoming;
	uint32_t count;
	struct text frames;
} gathered;

/* The channel that leads to this end of a pipe, or from it to the other. */
static struct channel *channel_at(const struct stage *s, value end, bool incoming)
{
	return &s->channel[s->g->object[value_object(end)].end + ((value_end(end) == END_RIGHT) == incoming)];
}

static void gather_frame(const struct stage *s, value v)
{
	struct text *t = &gathered.frames;
	uint32_t n = 0, at = (uint32_t)t->length, begin = at + sizeof n;
	text_add(t, (const char *)&n, sizeof n);
	program_json(s->g, v, t);
	if (t->length > begin + MESSAGE)
		t->length = begin + MESSAGE;
	n = (uint32_t)t->length - begin;
	memcpy(t->at + at, &n, sizeof n);
	gathered.count++;
}

/* More than the kernel takes in one call stays in the world alone: a process that waits for it in the kernel must look there. The world
 * may not know yet that no process reads any more. */
static int send_gathered(struct stage *s, int fd, struct channel *c)
{
	ssize_t n = sys_write(fd, gathered.frames.at, gathered.frames.length);
	if (n < 0 && errno != EAGAIN && errno != EPIPE && errno != ECONNRESET)
		return errno;
	if (n == (ssize_t)gathered.frames.length)
		return 0;
	c->settled = s->common->deaths - 1;
	deaths_stir_sleepers(s);
	return 0;
}

/* false: errno says why; ETIMEDOUT: it is not yet. */
static bool ready(int fd, short events, int patience)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n;
	do                      /* a poke that comes late finds us here */
		n = sys_poll(&p, 1, patience);
	while (n < 0 && errno == EINTR);
	if (!n)
		errno = ETIMEDOUT;
	return n == 1;
}

/* The world says that it has been sent; through TCP it may still be on its way. */
static bool comes(int fd, int patience)
{
	return ready(fd, POLLIN, patience);
}

/* So many bytes; fewer if the other side was reset. */
static ssize_t read_bytes(int fd, char *to, size_t n)
{
	size_t done = 0;
	while (done < n) {
		ssize_t got = sys_read(fd, to + done, n - done);
		if (got < 0 && (errno == ECONNRESET || errno == EINTR || (errno == EAGAIN && comes(fd, MESSAGE_MILLIS))))
			continue;               /* a reset is reported once; what came before can still be read */
		if (got <= 0)
			return got ? -1 : (ssize_t)done;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

static void empty(int fd, bool tcp)
{
	char rest[4096];
	while ((!tcp || comes(fd, REST_MILLIS)) && sys_read(fd, rest, sizeof rest) > 0)
		;
}

/* What was sent or received by halves is forgotten; the world knows what is there. */
static void settle(const struct stage *s, value end, int fd)
{
	struct channel *c = channel_at(s, end, true);
	empty(fd, s->g->object[value_object(end)].kind == KIND_CONNECTION);
	c->missing = pipe_ring(s->g, s->shared, end, true)->count;
	c->settled = s->common->deaths;
}

/* What was gathered is what the world says; the kernel must say the same. */
static int receive_gathered(const struct stage *s, int fd, struct channel *c)
{
	static char found[MESSAGES_IN_A_ROW * FRAME];
	size_t length = gathered.frames.length;
	bool tcp = s->g->object[value_object(gathered.end)].kind == KIND_CONNECTION;
	if (c->settled != s->common->deaths) {
		settle(s, gathered.end, fd);
		return 0;
	}
	if (c->missing) {
		c->missing--;
		return 0;
	}
	ssize_t n = read_bytes(fd, found, length);
	if (n >= 0 && n < (ssize_t)length && tcp) {
		c->settled--;
		return 0;
	}
	if (n < 0)
		return errno;
	return n == (ssize_t)length && !memcmp(found, gathered.frames.at, length) ? 0 : EPROTO;
}

uint32_t props_gathered(void)
{
	return gathered.count;
}

int props_flush(struct stage *s)
{
	value end = gathered.end;
	if (!props_gathered())
		return 0;
	struct channel *c = channel_at(s, end, gathered.incoming);
	int fd = props_fd(s, end);
	int error = gathered.incoming ? receive_gathered(s, fd, c) : send_gathered(s, fd, c);
	gathered.count = 0;
	text_clear(&gathered.frames);
	return error;
}

/* Those that are not in the kernel are received one by one. */
static int gather(struct stage *s, value end, bool incoming, value v)
{
	int error = 0;
	if (gathered.end != end || gathered.incoming != incoming)
		error = props_flush(s);
	assert(gathered.count < MESSAGES_IN_A_ROW);     /* so many end a row of actions */
	const struct channel *c = channel_at(s, end, incoming);
	gathered.end = end;
	gathered.incoming = incoming;
	gather_frame(s, v);
	if (incoming && !error && (c->missing || c->settled != s->common->deaths))
		error = props_flush(s);
	return error;
}

static int close_end(struct stage *s, value end)
{
	int error = props_flush(s);
	uint32_t e = s->g->object[value_object(end)].end + (value_end(end) == END_RIGHT);
	if (s->fd[e] >= 0)
		sys_close(s->fd[e]);
	s->fd[e] = -1;
	return error;
}

int props_bed(struct stage *s, const cell *own, proc_id p)
{
	int fd = props_awaited(s, own, p);
	value end = fd >= 0 ? world_target(s->g, own, p) : VALUE_UNSET;
	if (fd >= 0 && value_end(end) && channel_at(s, end, true)->settled != s->common->deaths)
		settle(s, end, fd);
	return fd;
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
	int fd = sys_socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || sys_bind(fd, (struct sockaddr *)&a, sizeof a) || sys_listen(fd, CONNECTIONS + MAX_PROCESSES) ||
	    sys_getsockname(fd, (struct sockaddr *)&a, &n))
		return errno;
	s->fd[s->g->object[o].end] = fd;
	s->port[o] = a.sin_port;
	return 0;
}

static int no_delay(int fd)
{
	int yes = 1;
	return sys_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) || sys_fcntl(fd, F_SETFL, O_NONBLOCK);
}

/* What failed says errno, then. */
static int kept_unless(int fd, bool failed)
{
	int error = errno;
	if (!failed)
		return fd;
	sys_close(fd);
	errno = error;
	return -1;
}

static void keep_end(struct stage *s, value end, int fd)
{
	s->fd[s->g->object[value_object(end)].end + (value_end(end) == END_RIGHT)] = fd;
}

/* Nothing has been sent, either way. Later, when the other side accepts, something may have been, or be in doubt. */
static void nothing_sent(struct stage *s, value end)
{
	*channel_at(s, end, true) = *channel_at(s, end, false) = (struct channel){ .settled = s->common->deaths };
}

/* One end of a connection that the kernel has no more, and the world still has: nothing comes, none reads. */
static int half_a_connection(void)
{
	int fd[2];
	if (sys_socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fd))
		return -1;
	sys_close(fd[1]);
	return fd[0];
}

/* Whatever other programs do to the listener's backlog, it is not waited for without end: the mutex is held. */
static bool tcp_reaches(int fd, const struct sockaddr_in *to)
{
	int error = 0;
	socklen_t n = sizeof error;
	if (!sys_connect(fd, (const struct sockaddr *)to, sizeof *to))
		return true;
	if (errno != EINPROGRESS)
		return false;
	if (!ready(fd, POLLOUT, MESSAGE_MILLIS) || sys_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n))
		error = errno;
	errno = error;
	return !error;
}

/* -1: none listens. */
static int tcp_reach(uint16_t port, struct sockaddr_in *own)
{
	struct sockaddr_in a = loopback(port);
	socklen_t n = sizeof *own;
	int fd = sys_socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return fd < 0 ? fd : kept_unless(fd, !tcp_reaches(fd, &a) || no_delay(fd) || sys_getsockname(fd, (struct sockaddr *)own, &n));
}

/* The listener may be dead, and that not taken in yet: its death will be reported as later. */
static int tcp_connect(struct stage *s, uint32_t o, value end)
{
	struct sockaddr_in own = { .sin_port = 0 };
	int fd = tcp_reach((uint16_t)s->port[o], &own);
	if (fd < 0 && (errno == ECONNREFUSED || errno == ECONNRESET))
		fd = half_a_connection();
	if (fd < 0)
		return errno;
	s->port[value_object(end)] = own.sin_port;
	nothing_sent(s, end);
	keep_end(s, end, fd);
	return 0;
}

/* A port alone says little: another program at 127.0.0.2 may have the same. */
static bool is_from(const struct sockaddr_in *a, uint16_t port)
{
	struct sockaddr_in ours = loopback(port);
	return a->sin_family == ours.sin_family && a->sin_port == ours.sin_port && a->sin_addr.s_addr == ours.sin_addr.s_addr;
}

/* The connection that comes from there. One from elsewhere is another program's, or of a process that was killed before its connecting
 * took effect. A process that was killed before its accepting did has taken with it what is waited for. */
static int accept_from(const struct stage *s, int listener, uint16_t port)
{
	struct sockaddr_in a;
	while (comes(listener, s->common->deaths ? REST_MILLIS : MESSAGE_MILLIS)) {
		socklen_t n = sizeof a;
		int fd = sys_accept4(listener, (struct sockaddr *)&a, &n, SOCK_CLOEXEC);
		if (fd < 0 || is_from(&a, port))
			return fd < 0 ? fd : kept_unless(fd, no_delay(fd));
		sys_close(fd);
	}
	return errno == ETIMEDOUT && s->common->deaths ? half_a_connection() : -1;
}

static int tcp_accept(struct stage *s, uint32_t o, value end)
{
	int fd = accept_from(s, s->fd[s->g->object[o].end], (uint16_t)s->port[value_object(end)]);
	if (fd < 0)
		return errno;
	keep_end(s, end, fd);
	return 0;
}

/* What was gathered is for ends that may be closed now. */
static int with_ends(struct stage *s, const struct event *e, uint32_t pool)
{
	int error = props_flush(s);
	return error ? error : ends_do(s, e, pool);
}

/* target: the object that the action was on, seen before it was done. 0, or what the kernel said otherwise. */
int props_do(struct stage *s, const struct event *e, value target)
{
	enum op op = s->g->code[e->pc].op;
	if (op_names(op) == NAMES_RECORD_A || op_names(op) == NAMES_RECORD_DST)
		return e->how == CAN_GO ? records_do(s, e) : 0;
	if (e->how != CAN_GO || e->result == VALUE_UNSET)
		return 0;
	if (s->g->object[value_object(target)].kind == KIND_POOL)
		return s->g->ends ? with_ends(s, e, value_object(target)) : 0;
	switch (op) {
	case OP_LISTEN:  return tcp_listen(s, value_object(target));
	case OP_CONNECT: return tcp_connect(s, value_object(target), e->result);
	case OP_ACCEPT:  return tcp_accept(s, value_object(target), e->result);
	case OP_SEND:    return gather(s, target, false, e->result);
	case OP_RECV:    return gather(s, target, true, e->result);
	case OP_CLOSE:   return close_end(s, target);
	default:
		return 0;
	}
}
