/* Managers and files: what an action does to a record outside of the world. A file is a JSON file in the run's scratch folder;
 * managers are in servers.c. As in props.c, what they give is held against the world. */
#include "sim/stage/memory.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_records(const struct program *g, enum kind kind)
{
	for (uint32_t o = 1; o < g->objects; o++)
		if (g->object[o].kind == kind)
			return true;
	return false;
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
	ssize_t n = sys_write(fd, t->at, t->length);
	int error = n == (ssize_t)t->length ? 0 : n < 0 ? errno : ENOSPC;
	if (!error && sys_ftruncate(fd, n))         /* another may have emptied it, too, and written more */
		error = errno;
	sys_close(fd);
	return error;
}

static int file_create(struct stage *s, uint32_t o)
{
	char path[512];
	struct text t = { 0 };
	file_path(s, o, path, sizeof path);
	int fd = sys_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
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
			sys_unlink(path);
		}
	sys_rmdir(s->folder);
}

static int report(int controller, const void *what, size_t n)
{
	ssize_t done;
	while ((done = sys_write(controller, what, n)) < 0 && errno == EINTR)
		;
	return done < 0 ? errno : 0;
}

/* Makes the folder and says which, waits for the controller's end, however that comes, and then takes the folder away: at no
 * moment is there one without a process that will. */
static void sweep(struct stage *s, int controller) __attribute__((noreturn));
static void sweep(struct stage *s, int controller)
{
	static const struct timespec moment = { 0, LOOK_NANOS };
	char byte;
	ssize_t n;
	sys_setpgid(0, 0);
	props_close(s);         /* a process that waits for the end of a pipe waits until none has it open */
	servers_leave(s, 0);
	title_set("sweeper");
	bool made = sys_mkdtemp(s->folder);
	int error = made ? report(controller, s->folder, sizeof s->folder) : errno;
	if (error)
		report(controller, &error, sizeof error);
	while (!error && (n = sys_read(controller, &byte, 1)))  /* whatever goes wrong, it stays as long as the controller does */
		if (n < 0 && errno != EINTR)
			sys_nanosleep(&moment, NULL);
	if (made)
		folder_remove(s);
	_exit(0);
}

/* What the sweeper reports: the folder's name, or an errno. EPIPE: nothing, it is dead. */
static int folder_made(struct stage *s)
{
	union { char name[sizeof s->folder]; int error; } report;
	ssize_t n;
	bool gave_up = false;
	while ((n = sys_recv(s->sweeper, &report, sizeof report, MSG_DONTWAIT)) < 0 && (errno == EAGAIN || errno == EINTR)) {
		if ((gave_up = stage_gives_up(s)))
			break;
		sys_poll(&(struct pollfd){ .fd = s->sweeper, .events = POLLIN }, 1, ANSWER_NANOS / 1000000);
	}
	int error = n < 0 ? gave_up ? GAVE_UP : errno : n == sizeof report.error ? report.error : n == sizeof report.name ? 0 : EPIPE;
	if (!error)
		memcpy(s->folder, report.name, sizeof s->folder);
	else
		*s->folder = 0;
	return error;
}

static int sweeper_start(struct stage *s)
{
	int end[2];
	if (sys_socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, end))
		return errno;
	pid_t pid = fork_blocked();             /* it never unblocks them: it ends when the controller has */
	int error = errno;
	if (!pid) {
		sys_close(end[1]);
		sweep(s, end[0]);
	}
	sys_close(end[0]);
	s->sweeper = end[1];
	s->sweeper_pid = pid;
	if (pid < 0)
		*s->folder = 0;
	else
		error = folder_made(s);
	if (error && pid > 0) {         /* whatever it has made, it takes away by itself */
		sys_close(s->sweeper);
		s->sweeper = -1;
		s->sweeper_pid = 0;
	}
	return error;
}

static int folder_open(struct stage *s)
{
	const char *tmp = getenv("TMPDIR");
	tmp = tmp && *tmp ? tmp : "/tmp";
	snprintf(s->folder, sizeof s->folder, "%.200s/forklore-XXXXXX", tmp);
	refused(SAY(NO_FOLDER, tmp));
	int error = sweeper_start(s);
	for (uint32_t o = 1; !error && o < s->g->objects; o++)
		if (s->g->object[o].kind == KIND_FILE)
			error = file_create(s, o);
	if (!error)
		refused(SAY(NO_PROCESSES));
	return error;
}

static int file_empty(struct stage *s, uint32_t o)
{
	char path[512];
	file_path(s, o, path, sizeof path);
	if (s->record_fd[o] >= 0)
		sys_close(s->record_fd[o]);         /* emptied once before, and then not written */
	s->record_fd[o] = sys_open(path, O_WRONLY | O_TRUNC | O_CLOEXEC, 0);
	return s->record_fd[o] < 0 ? errno : 0;
}

/* A process that died left it in a state that the world does not know. */
static int file_settle(struct stage *s, uint32_t o)
{
	char path[512];
	struct text t = { 0 };
	file_path(s, o, path, sizeof path);
	int fd = sys_open(path, O_WRONLY | O_TRUNC | O_CLOEXEC, 0);
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
	int fd = sys_open(path, O_RDONLY | O_CLOEXEC, 0);
	ssize_t n = fd < 0 ? -1 : sys_read(fd, found, t.length + 1);
	int error = n < 0 ? errno : n != (ssize_t)t.length || memcmp(found, text_is(&t), t.length) ? ESTALE : 0;
	if (fd >= 0)
		sys_close(fd);
	free(found);
	text_free(&t);
	return error;
}

/* ---- what the others call ---- */

int records_open(struct stage *s)
{
	const struct program *g = s->g;
	s->record_fd = must_have(malloc(g->objects * sizeof *s->record_fd));
	for (uint32_t o = 0; o < g->objects; o++)
		s->record_fd[o] = -1;
	int error = servers_open(s);
	return error || !has_records(g, KIND_FILE) ? error : folder_open(s);
}

/* A child asks over connections of its own. */
void records_forget(struct stage *s)
{
	for (uint32_t o = 1; o < s->g->objects; o++) {
		if (s->record_fd[o] >= 0)
			sys_close(s->record_fd[o]);
		s->record_fd[o] = -1;
	}
}

void records_remove(struct stage *s)
{
	if (*s->folder)
		folder_remove(s);
}

void records_close(struct stage *s)
{
	if (!s->record_fd)
		return;
	records_forget(s);
	servers_close(s);
	free(s->record_fd);
}

int records_do(struct stage *s, const struct event *e)
{
	const struct ins *i = &s->g->code[e->pc];
	bool stores = i->op == OP_STORE_FIELD, whole = stores || i->op == OP_LOAD_FIELD, settles;
	uint32_t o = op_names(i->op) == NAMES_RECORD_DST ? i->dst : i->a;
	bool manager = s->g->object[o].kind == KIND_MANAGER;
	if (manager && (e->result == VALUE_UNSET || who_is(s->shared, s->g->object[o].server)->doom))
		return 0;               /* it is about to take the mutex that we hold, and answers none any more */
	int error = 0;
	settles = s->settled[o] != s->common->deaths;
	if (settles)
		error = manager ? server_settle(s, o) : file_settle(s, o);
	if (error)
		return error;
	s->settled[o] = s->common->deaths;
	if (manager && !whole)          /* what is settled has been changed, too */
		return settles && i->op != OP_LOAD_ELEMENT ? 0 : server_do_element(s, o, i->b, e);
	if (manager)
		return server_do(s, o, i->b, e->result, stores);
	if (i->op == OP_EMPTY)
		return file_empty(s, o);
	if (stores && e->result == VALUE_UNSET)
		return 0;               /* there is no such field: it stays empty */
	return stores ? file_store(s, o) : i->b == NO_FIELD ? 0 : file_load(s, o);
}
