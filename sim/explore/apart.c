/* A search in a process of its own. */
#include "sim/explore/apart.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sim/explore/stream.h"
#include "sim/stage/aside.h"

struct apart {
	struct program g;               /* as it was given, but with a pool that only the two processes have */
	struct apart_wishes wishes;
	struct aside aside;
	struct text came;               /* what has come and not been read: from here on */
	size_t read;
	struct arena arena;
	struct exploration found, whole;
	struct reaching reached;
	struct heard heard;
	int killed_by;
};

/* ---- in that process ---- */

static void tell_progress(void *with, uint64_t states, uint64_t transitions)
{
	enum { MICROS = 100000 };
	static int64_t told;
	int64_t now = now_micros();
	if (now - told < MICROS)
		return;
	told = now;
	stream_progress(with, states, transitions);
	stream_flush(with);
}

static void tell_found(void *with, const struct exploration *x, enum finding what, size_t n)
{
	stream_finding(with, x, what, n);
}

/* Where a limit has come before the moment it was to begin at. */
static void nothing_decided(const struct program *g, uint64_t steps, enum stop why, struct exploration *x)
{
	*x = (struct exploration){ .g = g, .expect = must_have(calloc(g->expects + 1, sizeof *x->expect)), .from = steps, .stopped = why };
}

static void search(struct apart *a, const struct origin *origin, struct stream *s)
{
	struct exploration x;
	if (explore(&a->g, origin, !a->wishes.full, &a->wishes.limits, &x))
		stream_all(s, &x);
}

static void search_from(struct apart *a, struct stream *s)
{
	const struct apart_wishes *w = &a->wishes;
	struct exploration x;
	struct origin o;
	struct reaching r = origin_of_run(&o, &a->g, &w->from, &w->limits);
	if (r.how == REACHED) {
		search(a, &o, s);
	} else if (r.how == REACHED_LIMIT) {
		nothing_decided(&a->g, w->from.steps, (enum stop)r.number, &x);
		stream_all(s, &x);
	} else {
		stream_nowhere(s, &r);
	}
}

static void work(void *with, int fd)
{
	struct apart *a = with;
	struct stream s = { .fd = fd };
	a->wishes.limits.stop = aside_is_asked;
	a->wishes.limits.progress = tell_progress;
	a->wishes.limits.found = tell_found;
	a->wishes.limits.with = &s;
	if (a->wishes.from.run) {
		search_from(a, &s);
	} else {
		world_layout(&a->g, a->wishes.from.fair);
		search(a, NULL, &s);
	}
	stream_flush(&s);
}

/* ---- in ours ---- */

struct apart *apart_begin(const struct program *g, const struct apart_wishes *w)
{
	struct pool *pool = pool_copy(g->pool);
	if (!pool)
		return NULL;
	struct apart *a = must_have(calloc(1, sizeof *a));
	a->g = *g;
	a->g.pool = pool;
	a->wishes = *w;
	a->found = (struct exploration){ .g = &a->g, .expect = must_have(calloc(g->expects + 1, sizeof *a->found.expect)), .from = w->from.run ? w->from.steps : 0 };
	a->heard = (struct heard){ .x = &a->found, .whole = &a->whole, .arena = &a->arena, .nowhere = &a->reached };
	if (aside_begin(&a->aside, work, a))
		return a;
	int error = errno;
	apart_free(a);
	errno = error;
	return NULL;
}

pid_t apart_pid(const struct apart *a)
{
	return a->aside.pid;
}

int apart_fd(const struct apart *a)
{
	return a->aside.fd;
}

/* Each message that is there as a whole; false: it makes no sense. */
static bool read_messages(struct apart *a)
{
	struct head h;
	while (a->came.length - a->read >= sizeof h) {
		memcpy(&h, a->came.at + a->read, sizeof h);
		if (h.message >= MESSAGES || h.bytes > LONGEST_MESSAGE)
			return false;
		if (a->came.length - a->read - sizeof h < h.bytes)
			break;
		if (!stream_read(&a->heard, (enum stream_message)h.message, a->came.at + a->read + sizeof h, h.bytes))
			return false;
		a->read += sizeof h + h.bytes;
	}
	a->came.length -= a->read;
	memmove(a->came.at, a->came.at + a->read, a->came.length);
	a->read = 0;
	return true;
}

/* It has reported everything, or it never will. */
static void close_down(struct apart *a, int status, enum stop why)
{
	if (a->heard.ended)
		return;
	a->killed_by = status >= 0 && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	if (a->heard.anew)
		exploration_free(&a->whole);
	a->heard.anew = false;
	a->found.complete = false;
	a->found.stopped = why;
}

bool apart_take_in(struct apart *a)
{
	enum { PART = 1 << 16, PARTS = 16 };
	char part[PART];
	for (int k = 0; k < PARTS && a->aside.fd >= 0; k++) {
		ssize_t n = read(a->aside.fd, part, sizeof part);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (n > 0)
			text_add(&a->came, part, (size_t)n);
		if (n > 0 && !read_messages(a))
			close_down(a, aside_kill(&a->aside), STOP_LOST);
		else if (n <= 0)
			close_down(a, aside_over(&a->aside), STOP_LOST);
	}
	return a->aside.fd >= 0;
}

const struct exploration *apart_found(const struct apart *a)
{
	return &a->found;
}

const struct reaching *apart_reached(const struct apart *a)
{
	return &a->reached;
}

void apart_ask(struct apart *a)
{
	aside_ask(&a->aside);
}

void apart_give_up(struct apart *a, enum stop why)
{
	if (a->aside.fd >= 0)
		close_down(a, aside_kill(&a->aside), why);
}

int apart_killed_by(const struct apart *a)
{
	return a->killed_by;
}

void apart_free(struct apart *a)
{
	if (!a)
		return;
	aside_kill(&a->aside);
	if (a->heard.anew)
		exploration_free(&a->whole);
	exploration_free(&a->found);
	pool_close(a->g.pool);
	arena_free(&a->arena);
	text_free(&a->came);
	free(a);
}
