/* An expression, whatever it is: main assigns its value, and an expectation asks for it again in the end. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/agree.h"

enum { MOST_BYTES = 2000, MOST_STEPS = 200, MOST_STATES = 200 };

/* As a text in double quotes, where YAML needs every special character escaped. */
static void quote(struct text *t, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] == '"' || bytes[i] == '\\')
			text_print(t, "\\%c", bytes[i]);
		else if (bytes[i] < ' ' || bytes[i] == 127)
			text_print(t, "\\x%02x", bytes[i]);
		else
			text_add(t, (const char *)&bytes[i], 1);
}

static struct program *load(const uint8_t *bytes, size_t length, bool asks_again)
{
	struct text t = { 0 };
	text_put(&t, "scenario: e\nshared: {a: 3, b: [1, 2, 3], t: word, d: {k: 1}, kept: none}\nobjects: {s: {semaphore: 2}, q: queue, go: event}\n"
	             "main:\n  - \"kept = ");
	quote(&t, bytes, length);
	text_put(&t, "\"\n");
	if (asks_again) {
		text_put(&t, "expect:\n  - finally: \"kept == (");
		quote(&t, bytes, length);
		text_put(&t, ")\"\n");
	}
	struct program *g = program_load("fuzz.yaml", text_is(&t), t.length, length % 2 ? "zh" : "en");
	text_free(&t);
	for (size_t i = 0; i < g->diags.count; i++) {
		struct text said = { 0 };
		diag_text(&said, &g->diags, &g->diags.list[i]);
		text_free(&said);
	}
	return g;
}

static bool holds(const uint8_t *bytes, size_t length, const char *word)
{
	return memmem(bytes, length, word, strlen(word));
}

/* Returns whether it could be compiled. */
static bool evaluate(const uint8_t *bytes, size_t length, bool asks_again)
{
	const struct settings settings = { .seed = 1, .max_steps = MOST_STEPS, .policy = POLICY_RR, .cpus = 1, .quantum = 10000 };
	struct program *g = load(bytes, length, asks_again);
	bool good = !g->diags.errors;
	if (good) {
		world_layout(g, true);
		struct play *y = play_new(g, &settings, NULL, NULL);
		play_out(y);
		bool ended = who_is(y->world.shared, MAIN)->life != LIFE_ALIVE && !who_is(y->world.shared, MAIN)->code;
		if (ended && asks_again && !holds(bytes, length, "kept") && !holds(bytes, length, "random") && !holds(bytes, length, ".."))
			assert(y->at->verdict != VERDICT_VIOLATED);
		play_free(y);
		search(g, MOST_STATES);
	}
	program_free(g);
	return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (length <= MOST_BYTES && !evaluate(bytes, length, true))
		evaluate(bytes, length, false);
	return 0;
}
