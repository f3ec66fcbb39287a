/* Managers as the kernel has them: a server process with a record of its own, asked over a real socket. What it gives is held
 * against the world. */
#include "sim/stage/memory.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- the server ----
 * Nobody but the server has a descriptor of its side: so the kernel ends every connection, and refuses new ones, as soon
 * as the server is dead. */

struct address { struct sockaddr_un name; socklen_t length; };

static int server_listen(struct stage *s, uint32_t o)
{
	struct address *a = &s->server_at[o];
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	*a = (struct address){ { .sun_family = AF_UNIX }, sizeof a->name };     /* no path: the kernel finds a name that is in no folder */
	if (fd < 0 || bind(fd, (struct sockaddr *)&a->name, sizeof(sa_family_t)) || listen(fd, 128) ||
	    getsockname(fd, (struct sockaddr *)&a->name, &a->length))
		return errno;
	s->server_fd[o] = fd;
	return 0;
}

int servers_open(struct stage *s)
{
	const struct program *g = s->g;
	int error = 0;
	s->server_fd = must_have(malloc(g->objects * sizeof *s->server_fd));
	s->server_at = must_have(calloc(g->objects, sizeof *s->server_at));
	for (uint32_t o = 0; o < g->objects; o++)
		s->server_fd[o] = -1;
	for (uint32_t o = 1; o < g->objects && !error; o++)
		error = g->object[o].kind == KIND_MANAGER ? server_listen(s, o) : 0;
	return error;
}

void servers_close(struct stage *s)
{
	servers_leave(s, 0);
	free(s->server_fd);
	free(s->server_at);
}

void servers_leave(struct stage *s, uint32_t manager)
{
	for (uint32_t o = 1; o < s->g->objects; o++)
		if (o != manager && s->server_fd[o] >= 0) {
			close(s->server_fd[o]);
			s->server_fd[o] = -1;
		}
}

struct server {
	struct stage *s;
	uint32_t o;
	struct text *field;
	unsigned deaths;                /* as many as the latest request knew of: what a dead process asked before may come after it */
	struct pollfd at[CLIENTS];
	nfds_t count;
};

static void answer(struct server *v, const char *request, size_t n, struct text *reply)
{
	char verb[8] = "";
	unsigned deaths = 0, f = 0;
	int used = 0;
	text_clear(reply);
	if (sscanf(request, "%7s %u %u %n", verb, &deaths, &f, &used) < 3 || f >= v->s->g->object[v->o].fields || deaths < v->deaths) {
		text_put(reply, "?");
		return;
	}
	v->deaths = deaths;
	if (!strcmp(verb, "get")) {
		text_add(reply, text_is(&v->field[f]), v->field[f].length);
	} else {
		text_clear(&v->field[f]);
		text_add(&v->field[f], request + used, n - (size_t)used);
		text_put(reply, "ok");
	}
}

/* One request, or the end of a connection. false: there is nothing yet. */
static bool serve_client(struct server *v, nfds_t i)
{
	static char request[REQUEST + 64];
	static struct text reply;
	ssize_t n = recv(v->at[i].fd, request, sizeof request - 1, MSG_DONTWAIT);
	if (n < 0 && errno == EAGAIN)
		return false;
	if (n <= 0) {
		close(v->at[i].fd);
		v->at[i] = v->at[--v->count];
		return true;
	}
	request[n] = 0;
	answer(v, request, (size_t)n, &reply);
	if (write(v->at[i].fd, text_is(&reply), reply.length) < 0)
		shutdown(v->at[i].fd, SHUT_RDWR);
	return true;
}

/* A process that asked often asks again: check a while before going to sleep. */
static void serve_again(struct server *v, nfds_t i, struct unless u)
{
	for (int looks = 0; looks < REQUEST_LOOKS && i < v->count && *(const volatile uint32_t *)u.word == u.seen; looks++)
		if (serve_client(v, i))
			looks = 0;
		else
			sched_yield();
}

static void serve_once(struct server *v, struct unless u)
{
	nfds_t last = v->count;
	interruptible_requests(v->at, v->count, u);
	for (nfds_t i = v->count; i-- > 1; )
		if (v->at[i].revents && serve_client(v, i))
			last = i;
	serve_again(v, last, u);
	int fd = v->at[0].revents && v->count < CLIENTS ? accept4(v->at[0].fd, NULL, NULL, SOCK_CLOEXEC) : -1;
	if (fd >= 0)
		v->at[v->count++] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

static void server_open(struct server *v, struct stage *s, proc_id p)
{
	v->s = s;
	v->o = s->g->group[s->g->process[p].group].service;
	v->field = must_have(calloc(s->g->object[v->o].fields + 1, sizeof *v->field));
	for (uint32_t f = 0; f < s->g->object[v->o].fields; f++)
		program_json(s->g, s->g->object[v->o].first[f], &v->field[f]);
	v->at[0] = (struct pollfd){ .fd = s->server_fd[v->o], .events = POLLIN };
	v->count = 1;
}

/* It answers until it is to die: by a grant, or, running freely, by a signal. */
void server_live(struct stage *s, proc_id p, cell *own)
{
	static struct server v;
	bool host = runs_freely(s);
	struct unless u = host ? (struct unless){ &who_is(s->shared, p)->doom, 0 } : (struct unless){ &s->common->box[p].gate, 0 };
	server_open(&v, s, p);
	while (host ? !who_is(s->shared, p)->doom : !s->common->box[p].gate)
		serve_once(&v, u);
	stage_lock_to_move(s, p);
	action_take(s, own, p, world_can(s->g, s->shared, own, p), VALUE_UNSET, 0, stage_time(s));
	stage_unlock(s);
	stage_answer(s);
	actor_end(s, p);
}

/* ---- the processes that ask ---- */

static int connect_to(struct stage *s, uint32_t o)
{
	const struct address *a = &s->server_at[o];
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&a->name, a->length)) {
		int error = errno;
		close(fd);
		errno = error;
		fd = -1;
	}
	return s->record_fd[o] = fd;
}

/* The answer often comes within some microseconds: look a while before going to sleep. A server that is stopped is waited
 * for; one that dies ends the wait. */
static ssize_t read_soon(int fd, char *to, size_t room)
{
	ssize_t n;
	for (int looks = 0; looks < ANSWER_LOOKS; looks++) {
		n = recv(fd, to, room, MSG_DONTWAIT);
		if (n >= 0 || (errno != EAGAIN && errno != EINTR))
			return n;
		sched_yield();
	}
	do
		n = read(fd, to, room);
	while (n < 0 && errno == EINTR);
	return n;
}

/* Killed from outside. Its death will be reported as later than this action: so what the world holds is right. */
static bool is_gone(int error)
{
	return error == EPIPE || error == ECONNRESET || error == ECONNREFUSED;
}

static int ask(struct stage *s, uint32_t o, const struct text *request, const char *expected, size_t m)
{
	static char reply[REQUEST + 64];
	int fd = s->record_fd[o] >= 0 ? s->record_fd[o] : connect_to(s, o);
	ssize_t n = -1;
	if (fd < 0)
		return errno;
	do                      /* a poke that comes late finds us here */
		n = write(fd, request->at, request->length);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno;
	n = read_soon(fd, reply, sizeof reply);
	if (n <= 0)
		return n ? errno : EPIPE;
	return (size_t)n == m && !memcmp(reply, expected, m) ? 0 : EPROTO;
}

int server_do(struct stage *s, uint32_t o, uint32_t f, value v, bool stores)
{
	struct text request = { 0 }, json = { 0 };
	program_json(s->g, v, &json);
	if (json.length > REQUEST)
		json.length = REQUEST;
	text_print(&request, "%s %u %u ", stores ? "set" : "get", (unsigned)s->common->deaths, f);
	if (stores)
		text_add(&request, json.at, json.length);
	int error = ask(s, o, &request, stores ? "ok" : text_is(&json), stores ? 2 : json.length);
	text_free(&request);
	text_free(&json);
	return is_gone(error) ? 0 : error;
}

/* A process that died may have set what the world does not know. */
int server_settle(struct stage *s, uint32_t o)
{
	int error = 0;
	for (uint32_t f = 0; f < s->g->object[o].fields && !error; f++)
		error = server_do(s, o, f, record_at(s, o)->field[f], true);
	return error;
}
