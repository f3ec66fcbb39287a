/* A scenario's file, whatever is in it: it is read, checked and, if it is one, played on the model and explored twice, with and without
 * reductions, which must agree. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/agree.h"
#include <assert.h>
#include "sim/language/exercise.h"
#include "sim/language/tree.h"

enum { MOST_BYTES = 1 << 16, MOST_STATES = 400, MOST_STEPS = 300, MOST_PROCESSES = 40 };

static void report(const struct program *g)
{
	struct text t = { 0 };
	for (size_t i = 0; i < g->diags.count; i++)
		diag_text(&t, &g->diags, &g->diags.list[i]);
	text_free(&t);
}

/* Everything in it with itself: as an exercise, which may have blanks, and as what is handed in. */
static void compare(const struct program *g)
{
	struct meanings m = { 0 };
	if (!g->tree || (g->diags.errors && !g->blanks))
		return;
	meanings_gather(&m, g);
	for (size_t k = 0; k < m.scalar.count; k++)
		meanings_same(&m, m.scalar.list[k].place, &m, m.scalar.list[k].place);
	meanings_free(&m);
	struct text path = { 0 };
	struct place place;
	assert(!exercise_differs(g, g, &path, &place));
	text_free(&path);
}

static void play(const struct program *g, enum policy policy)
{
	const struct settings settings = { .seed = 1, .max_steps = MOST_STEPS, .policy = policy, .cpus = 1, .quantum = 10000 };
	struct play *y = play_new(g, &settings, NULL, NULL);
	play_out(y);
	play_free(y);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (length > MOST_BYTES)
		return 0;
	struct program *g = program_load("fuzz.yaml", (const char *)bytes, length, length % 2 ? "zh" : "en");
	report(g);
	compare(g);
	if (!g->diags.errors && g->processes <= MOST_PROCESSES) {
		world_layout(g, true);
		play(g, POLICY_RR);
		play(g, POLICY_SJF);
		search(g, MOST_STATES);
	}
	program_free(g);
	return 0;
}
