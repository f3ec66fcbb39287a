/* Managers as the kernel has them: a server process with a record of its own, asked over a real socket. What it gives is held
 * against the world. */
#include "sim/stage/memory.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the server ----
 * It has no address: none but the run's own processes can ask it. They have one end of a pair of sockets, over which a process that
 * asks for the first time sends one end of a connection of its own. Nobody but the server has a descriptor of its side: so the
 * kernel ends every connection, and refuses new ones, as soon as the server is dead. */

#define CUT "cut"

/* false: it is too much, and this is its beginning. */
static bool whole_json(const struct stage *s, value v, struct text *t)
{
	bool whole = program_json(s->g, v, t) == FITS && t->length <= REQUEST;
	if (t->length > REQUEST)
		t->length = REQUEST;
	return whole;
}

int servers_open(struct stage *s)
{
	const struct program *g = s->g;
	s->server = must_have(malloc(g->objects * sizeof *s->server));
	for (uint32_t o = 0; o < g->objects; o++)
		s->server[o] = (struct door){ -1, -1 };
	for (uint32_t o = 1; o < g->objects; o++) {
		int fd[2];
		if (g->object[o].kind != KIND_MANAGER)
			continue;
		if (sys_socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fd))
			return errno;
		s->server[o] = (struct door){ .inner = fd[0], .outer = fd[1] };
	}
	return 0;
}

static void close_once(int *fd)
{
	if (*fd >= 0)
		sys_close(*fd);
	*fd = -1;
}

void servers_close(struct stage *s)
{
	servers_leave(s, 0);
	for (uint32_t o = 1; o < s->g->objects; o++)
		close_once(&s->server[o].outer);
	free(s->server);
}

void servers_leave(struct stage *s, uint32_t manager)
{
	for (uint32_t o = 1; o < s->g->objects; o++)
		if (o != manager)
			close_once(&s->server[o].inner);
}

/* A field is JSON, as program_json writes it. cut: not all of it, where it was too much; then its elements are not known. */
struct field { struct text json; bool cut; };

struct server {
	struct stage *s;
	uint32_t o;
	struct field *field;
	unsigned deaths;                /* as many as the latest request knew of: what a dead process asked before may come after it */
	struct pollfd at[CLIENTS];
	nfds_t count;
};

/* ---- elements of a list or dictionary in JSON ---- */

/* Behind the text that begins at i. */
static size_t behind_text(const char *s, size_t i)
{
	for (i++; s[i] != '"'; i++)
		i += s[i] == '\\';
	return i + 1;
}

/* Element number `at`, from 1 on, with its key: from its first byte to the one behind it. false: there are not so many. */
static bool find_element(const char *s, size_t n, uint32_t at, size_t *from, size_t *to)
{
	int depth = 0;
	*from = 1;
	for (size_t i = 1; i < n; ) {
		bool ends = !depth && (s[i] == ',' || i == n - 1);
		*to = i;
		if (ends && !--at)
			return i > *from;
		if (ends)
			*from = i + 2;
		depth += strchr("[{", s[i]) ? 1 : strchr("]}", s[i]) ? -1 : 0;
		i = s[i] == '"' ? behind_text(s, i) : i + 1;
	}
	return false;
}

/* What stands under the key of an element of a dictionary; of a list, all of it. */
static size_t value_begins(const char *json, size_t from)
{
	return *json == '{' ? behind_text(json, from) + 2 : from;
}

/* Another element in place of that; behind the last one: one more. piece NULL: it is taken out. */
static void put_element(struct text *json, uint32_t at, const char *piece, size_t n)
{
	struct text now = { 0 };
	size_t from, to, end = json->length - 1;
	bool more = !find_element(json->at, json->length, at, &from, &to);
	if (more)
		from = to = end;
	text_add(&now, json->at, from);
	if (piece) {
		text_put(&now, more && end > 1 ? ", " : "");
		text_add(&now, piece, n);
	} else if (to < end) {
		to += 2;                /* with the comma behind it */
	} else if (from > 1) {
		now.length -= 2;        /* or before it */
	}
	text_add(&now, json->at + to, json->length - to);
	text_free(json);
	*json = now;
}

static void answer_element(struct field *f, const char *verb, uint32_t at, const char *piece, size_t n, struct text *reply)
{
	size_t from, to;
	bool puts = !strcmp(verb, "put"), is_there = find_element(f->json.at, f->json.length, at, &from, &to);
	if (puts) {
		put_element(&f->json, at, piece, n);
		text_put(reply, "ok");
	} else if (is_there) {
		from = value_begins(f->json.at, from);
		text_add(reply, f->json.at + from, to - from);
		if (!strcmp(verb, "take"))
			put_element(&f->json, at, NULL, 0);
	} else {
		text_put(reply, "?");
	}
}

/* get, set: a whole field; cut: as `set`, but it is not all. item, put, take: one element. */
static void answer(struct server *v, const char *request, size_t n, struct text *reply)
{
	char verb[8] = "";
	unsigned deaths = 0, number = 0, at = 0;
	int used = 0;
	text_clear(reply);
	if (sscanf(request, "%7s %u %u %u %n", verb, &deaths, &number, &at, &used) < 4 || number >= v->s->g->object[v->o].fields || deaths < v->deaths) {
		text_put(reply, "?");
		return;
	}
	struct field *f = &v->field[number];
	v->deaths = deaths;
	if (at && f->cut) {
		text_put(reply, CUT);
	} else if (at) {
		answer_element(f, verb, at, request + used, n - (size_t)used, reply);
	} else if (!strcmp(verb, "get")) {
		text_add(reply, text_is(&f->json), f->json.length);
	} else {
		f->cut = !strcmp(verb, "cut");
		text_clear(&f->json);
		text_add(&f->json, request + used, n - (size_t)used);
		text_put(reply, "ok");
	}
}

/* One request, or the end of a connection. false: there is nothing yet. */
static bool serve_client(struct server *v, nfds_t i)
{
	static char request[REQUEST + 64];
	static struct text reply;
	ssize_t n = sys_recv(v->at[i].fd, request, sizeof request - 1, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		sys_close(v->at[i].fd);
		v->at[i] = v->at[--v->count];
		return true;
	}
	request[n] = 0;
	answer(v, request, (size_t)n, &reply);
	do
		n = sys_write(v->at[i].fd, text_is(&reply), reply.length);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		sys_shutdown(v->at[i].fd, SHUT_RDWR);
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
	struct label l;
	int fd[MOST_ENDS];
	if (v->at[0].revents && v->count < CLIENTS && rights_receive(v->at[0].fd, &l, fd, 0) == 1)
		v->at[v->count++] = (struct pollfd){ .fd = fd[0], .events = POLLIN };
}

static void server_open(struct server *v, struct stage *s, proc_id p)
{
	v->s = s;
	v->o = s->g->group[s->g->process[p].group].service;
	v->field = must_have(calloc(s->g->object[v->o].fields + 1, sizeof *v->field));
	for (uint32_t f = 0; f < s->g->object[v->o].fields; f++)
		v->field[f].cut = !whole_json(s, s->g->object[v->o].first[f], &v->field[f].json);
	v->at[0] = (struct pollfd){ .fd = s->server[v->o].inner, .events = POLLIN };
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
	int pair[2];
	if (sys_socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -1;
	int error = rights_send(s->server[o].outer, (struct label){ .count = 1 }, &pair[1], 1);
	sys_close(pair[1]);
	if (error) {
		sys_close(pair[0]);
		errno = error;
		return -1;
	}
	return s->record_fd[o] = pair[0];
}

/* The answer often comes within some microseconds: look a while before going to sleep. A server that is stopped is waited
 * for; one that dies ends the wait. */
static ssize_t read_soon(int fd, char *to, size_t room)
{
	ssize_t n;
	for (int looks = 0; looks < ANSWER_LOOKS; looks++) {
		n = sys_recv(fd, to, room, MSG_DONTWAIT);
		if (n >= 0 || (errno != EAGAIN && errno != EINTR))
			return n;
		sched_yield();
	}
	do
		n = sys_read(fd, to, room);
	while (n < 0 && errno == EINTR);
	return n;
}

/* Killed from outside. Its death will be reported as later than this action: so what the world holds is right. A connection alone may
 * also end because the system refused something, here or there: then what the manager holds is not known. With the server's death the
 * kernel closes its side of the door, too, if not before the connection then immediately after it. */
static bool is_gone(const struct stage *s, uint32_t o, int error)
{
	struct pollfd door = { .fd = s->server[o].outer };
	int n = 0;
	if (error != EPIPE && error != ECONNRESET && error != ECONNREFUSED)
		return false;
	do
		n = sys_poll(&door, 1, DOOR_MILLIS);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

static int ask(struct stage *s, uint32_t o, const struct text *request, const char *expected, size_t m, bool of_element)
{
	static char reply[REQUEST + 64];
	int fd = s->record_fd[o] >= 0 ? s->record_fd[o] : connect_to(s, o);
	ssize_t n = -1;
	if (fd < 0)
		return errno;
	do                      /* a poke that comes late finds us here */
		n = sys_write(fd, request->at, request->length);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno;
	n = read_soon(fd, reply, sizeof reply);
	if (n <= 0)
		return n ? errno : EPIPE;
	return (size_t)n == m && !memcmp(reply, expected, m) ? 0 : of_element && (size_t)n == strlen(CUT) && !memcmp(reply, CUT, strlen(CUT)) ? EMSGSIZE : EPROTO;
}

struct asked { uint32_t o, f, at; };

static int request(struct stage *s, struct asked a, const char *verb, const char *sent, size_t n, const char *expected, size_t m)
{
	struct text request = { 0 };
	text_print(&request, "%s %u %u %u ", verb, (unsigned)s->common->deaths, a.f, a.at);
	text_add(&request, sent, n);
	int error = ask(s, a.o, &request, expected, m, a.at > 0);
	text_free(&request);
	return is_gone(s, a.o, error) ? 0 : error;
}

int server_do(struct stage *s, uint32_t o, uint32_t f, value v, bool stores)
{
	struct text json = { 0 };
	bool whole = whole_json(s, v, &json);
	int error = request(s, (struct asked){ o, f, 0 }, !stores ? "get" : whole ? "set" : "cut", text_is(&json), stores ? json.length : 0,
	                    stores ? "ok" : text_is(&json), stores ? 2 : json.length);
	text_free(&json);
	return error;
}

/* One element of what the field holds now; taken: of what it held. */
static int element_do(struct stage *s, struct asked a, enum op op, const struct text *now, value v)
{
	struct text json = { 0 };
	size_t from = 0, to = 0;
	int error;
	whole_json(s, v, &json);
	if (op == OP_APPEND || op == OP_STORE_ELEMENT) {
		find_element(now->at, now->length, a.at, &from, &to);
		error = request(s, a, "put", now->at + from, to - from, "ok", 2);
	} else {
		error = request(s, a, op == OP_LOAD_ELEMENT ? "item" : "take", "", 0, text_is(&json), json.length);
	}
	text_free(&json);
	return error;
}

/* Where all of a field is not known, on either side, all that is known is exchanged. */
int server_do_element(struct stage *s, uint32_t o, uint32_t f, const struct event *e)
{
	enum op op = s->g->code[e->pc].op;
	value field = record_at(s, o)->field[f];
	struct text now = { 0 };
	int error = e->element && whole_json(s, field, &now) ? element_do(s, (struct asked){ o, f, e->element }, op, &now, e->result) : EMSGSIZE;
	text_free(&now);
	return error == EMSGSIZE ? server_do(s, o, f, field, op != OP_LOAD_ELEMENT) : error;
}

/* A process that died may have set what the world does not know. */
int server_settle(struct stage *s, uint32_t o)
{
	int error = 0;
	for (uint32_t f = 0; f < s->g->object[o].fields && !error; f++)
		error = server_do(s, o, f, record_at(s, o)->field[f], true);
	return error;
}
