/* The point of no return of a run that went wrong: searches from its moments, from its end towards its beginning. What can't be
 * avoided at a moment can't be avoided later; so it is found by going back in steps that double, and then by halving. */
#include "sim/explore/hindsight.h"
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#include "sim/explore/explore.h"
#include "sim/stage/aside.h"

enum { MOST_STEPS = 100000 };           /* the run is played anew for each moment that is searched from */

struct hindsight {
	struct program g;               /* with a pool that is its own */
	struct settings run;
	struct limits limits;
	struct mishap what;
	uint64_t seen;                  /* after so many actions it had happened */
	struct aside aside;
	uint64_t after;                 /* as it came, */
	size_t came;                    /* so many bytes of it */
};

/* ---- in a process of its own ---- */

/* Some execution comes to an end, of one kind or another, and none goes on for ever: so verdicts count executions, and all of them. */
static bool counts_all(const struct exploration *x)
{
	bool some = x->some_end || x->deadlock.often == OFTEN_SOMETIMES || x->deadlock.often == OFTEN_ALWAYS;
	return x->complete && some && !x->goes_on && !x->goes_unknown;
}

static bool comes_always(const struct exploration *x, const struct mishap *m)
{
	switch (m->kind) {
	case EXPECT_DEADLOCK:  return x->deadlock.often == OFTEN_ALWAYS;
	case EXPECT_EXCEPTION: return x->exception.often == OFTEN_ALWAYS;
	default:               return x->expect[m->expect].decided && x->expect[m->expect].often == OFTEN_NEVER;
	}
}

/* Does every execution come to it from there? */
static bool is_too_late(struct hindsight *h, uint64_t after, bool *unknown)
{
	struct reach to = { .run = &h->run, .steps = after, .fair = h->run.fair, .from_here = true };
	struct exploration x;
	struct origin o;
	bool late = false;
	struct reaching r = origin_of_run(&o, &h->g, &to, &h->limits);
	if (r.how == REACHED && explore(&h->g, &o, true, &h->limits, &x)) {
		*unknown |= !x.complete || x.goes_unknown;
		late = counts_all(&x) && comes_always(&x, &h->what);
		exploration_free(&x);
	} else {
		*unknown = true;
	}
	free(r.problem);
	origin_free(&o);
	return late;
}

static bool look_back(struct hindsight *h, uint64_t *after)
{
	uint64_t least = 0, most = h->seen;     /* there it is known to be too late */
	bool unknown = false;
	for (uint64_t back = 1; least < most && !unknown; back *= 2) {
		uint64_t at = h->seen > back ? h->seen - back : 0;
		if (is_too_late(h, at, &unknown))
			most = at;
		else
			least = at + 1;
		if (least)
			break;
	}
	while (least < most && !unknown) {
		uint64_t middle = least + (most - least) / 2;
		if (is_too_late(h, middle, &unknown))
			most = middle;
		else
			least = middle + 1;
	}
	*after = most;
	return !unknown;
}

static void work(void *with, int fd)
{
	struct hindsight *h = with;
	uint64_t after;
	h->limits.stop = aside_is_asked;
	if (look_back(h, &after) && write(fd, &after, sizeof after) < 0)
		_exit(1);
}

/* ---- in ours ---- */

/* What the kernel or a viewer decided, and what came from outside, comes again only from a history. */
static bool comes_again(const struct play *y, const struct settings *run)
{
	bool ended = y->at->cause == VERDICT_OK || y->at->cause == VERDICT_DEADLOCK;
	bool by_itself = run->policy != POLICY_HOST && !run->viewer && !y->disturbed;
	return ended && y->at->steps <= MOST_STEPS && (by_itself || run->follows);
}

struct hindsight *hindsight_begin(const struct play *y, const struct mishap *what, const struct settings *run, const struct limits *limits)
{
	if (!comes_again(y, run) || what->kind == EXPECT_LEADS_TO || what->expect >= MOST_EXPECTS)
		return NULL;
	struct hindsight *h = must_have(calloc(1, sizeof *h));
	h->what = *what;
	h->seen = what->kind == EXPECT_ALWAYS ? y->standing[what->expect].since : y->at->steps;
	h->run = *run;
	h->run.remembers = false;
	h->run.max_steps = UINT64_MAX;
	h->run.max_output = 0;
	h->limits = *limits;
	h->limits.verdicts_only = true;
	h->aside.fd = -1;
	h->g = *y->g;
	h->g.pool = pool_copy(y->g->pool);
	if (h->g.pool && aside_begin(&h->aside, work, h))
		return h;
	hindsight_free(h);
	return NULL;
}

int hindsight_fd(const struct hindsight *h)
{
	return h->aside.fd;
}

bool hindsight_take_in(struct hindsight *h)
{
	ssize_t n = 0;
	while (h->aside.fd >= 0 && h->came < sizeof h->after && (n = read(h->aside.fd, (char *)&h->after + h->came, sizeof h->after - h->came)) > 0)
		h->came += (size_t)n;
	if (h->aside.fd >= 0 && (!n || h->came == sizeof h->after))
		aside_over(&h->aside);
	return h->aside.fd >= 0;
}

struct too_late hindsight_found(const struct hindsight *h)
{
	return (struct too_late){ h->came == sizeof h->after, h->came == sizeof h->after ? h->after : 0 };
}

void hindsight_free(struct hindsight *h)
{
	if (!h)
		return;
	aside_kill(&h->aside);
	pool_close(h->g.pool);
	free(h);
}

struct too_late hindsight_at_once(const struct play *y, const struct mishap *what, const struct settings *run)
{
	enum { STATES = 3000, SECONDS = 10, STEPS = 2000, MICROS = 1000000 };
	struct limits few = { .states = STATES, .until = now_micros() + SECONDS * (int64_t)MICROS };
	struct hindsight *h = y->at->steps <= STEPS ? hindsight_begin(y, what, run, &few) : NULL;
	struct pollfd p = { .events = POLLIN };
	struct too_late late = { 0 };
	while (h && hindsight_take_in(h)) {
		p.fd = hindsight_fd(h);
		poll(&p, 1, -1);
	}
	if (h)
		late = hindsight_found(h);
	hindsight_free(h);
	return late;
}
