/* A scenario's file, whatever is in it: it is read, checked and, if it is one, played on the model and explored twice, with and without
 * reductions, which must agree. */
#include "tests/fuzz/fuzz.h"
#include <assert.h>
#include "sim/explore/explore.h"
#include "sim/schedule/play.h"

enum { MOST_BYTES = 1 << 16, MOST_STATES = 400, MOST_STEPS = 300, MOST_PROCESSES = 40 };

static void report(const struct program *g)
{
	struct text t = { 0 };
	for (size_t i = 0; i < g->diags.count; i++)
		diag_text(&t, &g->diags, &g->diags.list[i]);
	text_free(&t);
}

static void play(const struct program *g, enum policy policy)
{
	const struct settings settings = { .seed = 1, .max_steps = MOST_STEPS, .policy = policy, .cpus = 1, .quantum = 10000 };
	struct play *y = play_new(g, &settings, NULL, NULL);
	uint64_t before;
	do                      /* a million time slices without an action are enough */
		before = y->at->steps;
	while (play_step(y) && y->at->steps != before);
	play_free(y);
}

static bool found(const struct program *g, bool reduce, struct exploration *x)
{
	const struct limits limits = { .states = MOST_STATES, .until = now_micros() + 2000000, .verdicts_only = true };
	return explore(g, NULL, reduce, &limits, x);
}

/* Only where both could be finished. */
static void agree(const struct program *g, const struct exploration *a, const struct exploration *b)
{
	if (!a->complete || !b->complete)
		return;
	assert(a->deadlock.often == b->deadlock.often);
	assert(a->dead_end.often == b->dead_end.often);
	assert(a->endless == b->endless);
	assert(a->outcomes == b->outcomes);
	assert(a->exceptions == b->exceptions);
	for (size_t k = 0; k < g->expects; k++)
		assert(a->expect[k].often == b->expect[k].often);
}

static void search(const struct program *g)
{
	struct exploration reduced = { 0 }, full = { 0 };
	if (found(g, true, &reduced) && found(g, false, &full))
		agree(g, &reduced, &full);
	exploration_free(&reduced);
	exploration_free(&full);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (length > MOST_BYTES)
		return 0;
	struct program *g = program_load("fuzz.yaml", (const char *)bytes, length, length % 2 ? "zh" : "en");
	report(g);
	if (!g->diags.errors && g->processes <= MOST_PROCESSES) {
		world_layout(g, true);
		play(g, POLICY_RR);
		play(g, POLICY_SJF);
		search(g);
	}
	program_free(g);
	return 0;
}
