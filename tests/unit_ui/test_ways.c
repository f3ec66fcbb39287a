/* Ways that a search finds, played in a run in which the viewer decides: each comes to what it is a way to, and nothing is asked before. */
#include "tests/unit/load.h"
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include "sim/explore/explore.h"
#include "sim/explore/origin.h"
#include "ui/dashboard/challenge.h"

static struct program *load(const char *file, bool fair)
{
	struct program *g = load_file(file);

	assert_int_equal(g->diags.errors, 0);
	world_layout(g, fair);
	return g;
}

/* A viewer who lets the first that can move do so, then has no wish: a question ends the run. */
struct easy { struct viewer viewer; uint64_t until; };

static struct choice choose(struct viewer *v, const struct play *y)
{
	proc_id p = MAIN;

	if (y->at->steps >= ((struct easy *)v)->until)
		return (struct choice){ 0 };
	while (p < y->g->processes && !manual_may_choose(y, p))
		p++;
	if (p == y->g->processes)
		for (p = MAIN; p < y->g->processes && !manual_may_await(y, p);)
			p++;
	return (struct choice){ .who = p };
}

/* from: the way was searched after so many actions. */
struct played { const char *file; struct program *g; bool fair; uint32_t cpus; uint64_t from; unsigned ways; };

/* The run up to there, as a viewer has played it. */
static struct play *begin(const struct played *t)
{
	static struct easy easy = { { choose }, 0 };
	const struct settings s = { .seed = 1, .max_steps = UINT64_MAX, .policy = POLICY_MANUAL, .cpus = t->cpus, .quantum = 10000, .fair = t->fair,
		.remembers = true, .viewer = &easy.viewer };
	struct play *y = play_new(t->g, &s, NULL, NULL);

	easy.until = t->from;
	while (y->at->steps < t->from && play_step(y) && !y->asks)
		;
	return y;
}

static void fail_way(const struct played *t, const struct play *y, const struct way *w, const char *what)
{
	fail_msg("%s, %s, %u CPUs, from step %llu: the way to %s, %llu steps long, ends at step %llu: %s", t->file, t->fair ? "fair" : "not fair",
	         t->cpus, (unsigned long long)t->from, what, (unsigned long long)w->steps, (unsigned long long)y->at->steps,
	         y->asks ? "a question" : verdict_words[y->at->verdict]);
}

/* NULL: all are to end. */
static bool is_there(struct play *y, const struct goal *goal)
{
	return goal ? goal_is_reached(y, *goal) : y->at->cause == VERDICT_OK;
}

/* What is seen on the way may be gone at its end. */
static void reach(struct played *t, const struct way *w, const struct goal *goal, const char *what)
{
	struct play *y = w->found ? begin(t) : NULL;

	if (!y)
		return;
	play_list(y, w->turn, w->turns);
	while (!is_there(y, goal) && play_step(y) && !y->asks)
		;
	if (!is_there(y, goal))
		fail_way(t, y, w, what);
	t->ways++;
	play_free(y);
}

static void reach_all(struct played *t, const struct exploration *x)
{
	static const struct goal deadlock = { EXPECT_DEADLOCK, 0 }, exception = { EXPECT_EXCEPTION, 0 };
	static const struct goal *const ends[] = { [ENDING_OK] = NULL, [ENDING_DEADLOCK] = &deadlock, [ENDING_EXCEPTION] = &exception };

	reach(t, &x->deadlock.way, &deadlock, "a deadlock");
	reach(t, &x->exception.way, &exception, "an exception");
	for (uint32_t k = 0; k < t->g->expects; k++)
		if (t->g->expect[k].kind <= EXPECT_ENDS)
			reach(t, &x->expect[k].way, &(struct goal){ t->g->expect[k].kind, k }, t->g->expect[k].name);
	for (size_t k = 0; k < x->outcomes; k++)
		reach(t, &x->outcome[k].way, ends[x->outcome[k].ending], ending_words[x->outcome[k].ending]);
}

static void find_and_reach(struct played *t)
{
	enum { STATES = 1000 };
	const struct limits l = { .states = STATES };
	struct play *y = begin(t);
	struct settings run = y->begun;
	struct origin o = { 0 };
	struct exploration x;

	run.follows = y->history;
	run.remembers = false;
	if (!y->at->verdict && y->at->steps == t->from) {
		assert_int_equal(origin_of_run(&o, t->g, &(struct reach){ &run, t->from, t->fair, true, false }, &l).how, REACHED);
		assert_true(explore(t->g, &o, true, &l, &x));
		reach_all(t, &x);
		exploration_free(&x);
		origin_free(&o);
	}
	play_free(y);
}

static unsigned ways_of(const char *file, bool fair)
{
	enum { CPUS = 2, FROM = 7 };
	struct played t = { .file = file, .g = load(file, fair), .fair = fair };

	for (t.cpus = 1; t.cpus <= CPUS; t.cpus++)
		for (t.from = 0; t.from <= FROM; t.from += FROM)
			find_and_reach(&t);
	program_free(t.g);
	return t.ways;
}

static void ways_of_the_library_are_played_to_their_end(void **state)
{
	unsigned ways = 0;
	glob_t files;

	(void)state;
	assert_int_equal(glob("scenarios/*.yaml", 0, NULL, &files), 0);
	for (size_t k = 0; k < files.gl_pathc; k++)
		for (int fair = 0; fair <= 1; fair++)
			ways += ways_of(files.gl_pathv[k], fair);
	globfree(&files);
	assert_true(ways > 20 * files.gl_pathc);
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(ways_of_the_library_are_played_to_their_end) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
