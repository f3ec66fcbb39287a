/* Managers and files as the kernel has them: a server process with a record of its own, asked over a real
 * socket; a JSON file in the run's scratch folder. As in props.c, what they give is held against the world. */
#include "sim/stage/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { MESSAGE = 32768, CLIENTS = 1024 };

static bool has_records(const struct program *g, enum kind kind)
{
	for (uint32_t o = 1; o < g->objects; o++)
		if (g->object[o].kind == kind)
			return true;
	return false;
}

static const struct record_cells *record_at(const struct stage *s, uint32_t o)
{
	return (const struct record_cells *)(s->shared + s->g->object[o].at);
}

/* ---- files ---- */

static void file_path(const struct stage *s, uint32_t o, char *path, size_t room)
{
	snprintf(path, room, "%s/%s.json", s->folder, s->g->object[o].name);
}

static void file_text(const struct stage *s, uint32_t o, const value *field, struct text *t)
{
	const struct object *row = &s->g->object[o];
	text_char(t, '{');
	for (uint32_t f = 0; f < row->fields; f++) {
		text_put(t, f ? ", " : "");
		text_json(t, row->field[f]);
		text_put(t, ": ");
		program_json(s->g, field[f], t);
	}
	text_put(t, "}\n");
}

static int file_write(int fd, const struct text *t)
{
	ssize_t n = write(fd, t->at, t->length);
	int error = n == (ssize_t)t->length ? 0 : n < 0 ? errno : ENOSPC;
	if (!error && ftruncate(fd, n))         /* another may have emptied it, too, and written more */
		error = errno;
	close(fd);
	return error;
}

static int file_create(struct stage *s, uint32_t o)
{
	char path[512];
	struct text t = { 0 };
	file_path(s, o, path, sizeof path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;
	file_text(s, o, s->g->object[o].first, &t);
	int error = file_write(fd, &t);
	text_free(&t);
	return error;
}

static void folder_remove(const struct stage *s)
{
	char path[512];
	for (uint32_t o = 1; o < s->g->objects; o++)
		if (s->g->object[o].kind == KIND_FILE) {
			file_path(s, o, path, sizeof path);
			unlink(path);
		}
	rmdir(s->folder);
}

/* A process that waits for the controller's end, however that comes, and then takes the folder away. */
static int sweeper_start(struct stage *s)
{
	int end[2];
	char byte;
	sigset_t all;
	if (pipe2(end, O_CLOEXEC))
		return errno;
	pid_t pid = fork();
	if (!pid) {
		setpgid(0, 0);
		sigfillset(&all);
		sigprocmask(SIG_SETMASK, &all, NULL);
		close(end[1]);
		props_close(s);         /* who waits for the end of a pipe waits until nobody has it open */
		servers_leave(s, 0);
		title_set("sweeper");
		while (read(end[0], &byte, 1) < 0 && errno == EINTR)
			;
		folder_remove(s);
		_exit(0);
	}
	close(end[0]);
	s->sweeper = end[1];
	s->sweeper_pid = pid;
	return pid < 0 ? errno : 0;
}

static int folder_open(struct stage *s)
{
	const char *tmp = getenv("TMPDIR");
	tmp = tmp && *tmp ? tmp : "/tmp";
	snprintf(s->folder, sizeof s->folder, "%.200s/forklore-XXXXXX", tmp);
	refused("the scenario's files can't be made in %s (TMPDIR)", tmp);
	if (!mkdtemp(s->folder)) {
		int error = errno;
		*s->folder = 0;
		return error;
	}
	int error = sweeper_start(s);
	for (uint32_t o = 1; !error && o < s->g->objects; o++)
		if (s->g->object[o].kind == KIND_FILE)
			error = file_create(s, o);
	if (!error)
		refused("no processes can be started");
	return error;
}

static int file_empty(struct stage *s, uint32_t o)
{
	char path[512];
	file_path(s, o, path, sizeof path);
	if (s->record_fd[o] >= 0)
		close(s->record_fd[o]);         /* emptied once before, and then not written */
	s->record_fd[o] = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	return s->record_fd[o] < 0 ? errno : 0;
}

/* Who died left it as the world does not say. */
static int file_settle(struct stage *s, uint32_t o)
{
	char path[512];
	struct text t = { 0 };
	file_path(s, o, path, sizeof path);
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (!record_at(s, o)->empty)
		file_text(s, o, record_at(s, o)->field, &t);
	int error = file_write(fd, &t);
	text_free(&t);
	return error;
}

static int file_store(struct stage *s, uint32_t o)
{
	struct text t = { 0 };
	if (s->record_fd[o] < 0)
		return EBADF;
	file_text(s, o, record_at(s, o)->field, &t);
	int error = file_write(s->record_fd[o], &t);
	s->record_fd[o] = -1;
	text_free(&t);
	return error;
}

static int file_load(struct stage *s, uint32_t o)
{
	char path[512];
	struct text t = { 0 };
	if (!record_at(s, o)->empty)
		file_text(s, o, record_at(s, o)->field, &t);
	char *found = must_have(malloc(t.length + 2));
	file_path(s, o, path, sizeof path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, found, t.length + 1);
	int error = n < 0 ? errno : n != (ssize_t)t.length || memcmp(found, text_is(&t), t.length) ? EPROTO : 0;
	if (fd >= 0)
		close(fd);
	free(found);
	text_free(&t);
	return error;
}

/* ---- managers: the server ----
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
	static char request[MESSAGE + 64];
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

/* Who asked often asks again: look a while before going to sleep. */
static void serve_again(struct server *v, nfds_t i, struct unless u)
{
	enum { LOOKS = 60 };
	for (int looks = 0; looks < LOOKS && i < v->count && *(const volatile uint32_t *)u.word == u.seen; looks++)
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

/* It answers until it is told to die: by a grant, or, running freely, by a signal. */
void server_live(struct stage *s, proc_id p, cell *own)
{
	static struct server v;
	bool host = runs_freely(s);
	struct unless u = host ? (struct unless){ &who_is(s->shared, p)->doom, 0 } : (struct unless){ &s->common->box[p].gate, 0 };
	server_open(&v, s, p);
	while (host ? !who_is(s->shared, p)->doom : !s->common->box[p].gate)
		serve_once(&v, u);
	stage_lock_to_move(s, p);
	actor_move(s, own, p, world_can(s->g, s->shared, own, p), VALUE_UNSET, 0, stage_slot(s));
	turn_give(s);
	stage_unlock(s);
	s->common->answered++;
	futex_wake(&s->common->answered, 1);
	actor_end(s, p);
}

/* ---- managers: who asks ---- */

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
	enum { LOOKS = 40 };
	ssize_t n;
	for (int looks = 0; looks < LOOKS; looks++) {
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

/* Killed from outside. Its death will be told as later than this action: so the world's word stands. */
static bool is_gone(int error)
{
	return error == EPIPE || error == ECONNRESET || error == ECONNREFUSED;
}

static int ask(struct stage *s, uint32_t o, const struct text *request, const char *expected, size_t m)
{
	static char reply[MESSAGE + 64];
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

static int manager_do(struct stage *s, uint32_t o, uint32_t f, value v, bool stores)
{
	struct text request = { 0 }, json = { 0 };
	program_json(s->g, v, &json);
	if (json.length > MESSAGE)
		json.length = MESSAGE;
	text_print(&request, "%s %u %u ", stores ? "set" : "get", (unsigned)s->common->deaths, f);
	if (stores)
		text_add(&request, json.at, json.length);
	int error = ask(s, o, &request, stores ? "ok" : text_is(&json), stores ? 2 : json.length);
	text_free(&request);
	text_free(&json);
	return is_gone(error) ? 0 : error;
}

/* Who died may have set what the world does not know. */
static int manager_settle(struct stage *s, uint32_t o)
{
	int error = 0;
	for (uint32_t f = 0; f < s->g->object[o].fields && !error; f++)
		error = manager_do(s, o, f, record_at(s, o)->field[f], true);
	return error;
}

/* ---- what the others call ---- */

int records_open(struct stage *s)
{
	const struct program *g = s->g;
	s->record_fd = must_have(malloc(g->objects * sizeof *s->record_fd));
	s->server_fd = must_have(malloc(g->objects * sizeof *s->server_fd));
	s->server_at = must_have(calloc(g->objects, sizeof *s->server_at));
	int error = 0;
	for (uint32_t o = 0; o < g->objects; o++)
		s->record_fd[o] = s->server_fd[o] = -1;
	for (uint32_t o = 1; o < g->objects && !error; o++)
		error = g->object[o].kind == KIND_MANAGER ? server_listen(s, o) : 0;
	return error || !has_records(g, KIND_FILE) ? error : folder_open(s);
}

/* A child asks over connections of its own. */
void records_forget(struct stage *s)
{
	for (uint32_t o = 1; o < s->g->objects; o++) {
		if (s->record_fd[o] >= 0)
			close(s->record_fd[o]);
		s->record_fd[o] = -1;
	}
}

void records_close(struct stage *s)
{
	if (!s->record_fd)
		return;
	records_forget(s);
	if (*s->folder)
		folder_remove(s);       /* the sweeper is dead by now */
	servers_leave(s, 0);
	free(s->record_fd);
	free(s->server_fd);
	free(s->server_at);
}

int records_do(struct stage *s, const struct event *e)
{
	const struct ins *i = &s->g->code[e->pc];
	bool stores = i->op == OP_STORE_FIELD;
	uint32_t o = stores ? i->dst : i->a;
	bool manager = s->g->object[o].kind == KIND_MANAGER;
	if (manager && (e->result == VALUE_UNSET || who_is(s->shared, s->g->object[o].server)->doom))
		return 0;               /* it is about to take the mutex that we hold, and answers nobody any more */
	int error = 0;
	if (s->settled[o] != s->common->deaths)
		error = manager ? manager_settle(s, o) : file_settle(s, o);
	if (error)
		return error;
	s->settled[o] = s->common->deaths;
	if (manager)
		return manager_do(s, o, i->b, e->result, stores);
	if (i->op == OP_EMPTY)
		return file_empty(s, o);
	if (stores && e->result == VALUE_UNSET)
		return 0;               /* there is no such field: it stays empty */
	return stores ? file_store(s, o) : i->b == NO_FIELD ? 0 : file_load(s, o);
}
