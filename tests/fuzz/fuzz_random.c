/* A random scenario, which the bytes choose: explored with and without reductions, which must agree, and played on the model and on real
 * processes, which must come to the same end, each action the same. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/agree.h"
#include <stdio.h>
#include "sim/stage/stage.h"

enum { MOST_BYTES = 64, MOST_STEPS = 120, MOST_STATES = 3000 };

struct bytes { const uint8_t *at; size_t left; };

/* A number below n; 0 when there are no more bytes. */
static unsigned pick(struct bytes *b, unsigned n)
{
	if (!b->left)
		return 0;
	b->left--;
	return *b->at++ % n;
}

static const char *const step[] = {
	"n += 1", "{atomic: n += 1}", "m = n", "x = n", "n = x + 1", "'l[0] = x'", "'x = l[n % 2]'", "m -= 1",
	"{with: door, do: [n += 1]}", "{acquire: door}", "{release: door}", "{acquire: door, wait: false, into: x}",
	"{acquire: door, timeout: 1ms, into: x}", "{with: again, do: [{with: again, do: [m += 1]}]}", "{acquire: seats}", "{release: seats}",
	"{set: go}", "{clear: go}", "{wait: go}", "{wait: go, timeout: 1ms, into: x}", "{put: q, item: x}", "{get: q, into: x}",
	"{try: [{get: q, wait: false, into: x}], except: {any: [n = 2]}}", "{wait: gate}", "{abort: gate}", "{reset: gate}",
	"{count_down: ready}", "{wait: ready}", "{with: door, do: [{wait: changed}]}", "{with: door, do: [{wait: changed, timeout: 1ms}]}",
	"{with: door, do: [{notify: changed}]}", "{with: door, do: [{notify_all: changed}]}", "{sleep: 1ms}", "{compute: 2ms}", "{say: 'x is {x}'}",
	"{if: x > 0, then: [n -= 1], else: [m += 1]}", "{while: n < 2, do: [n += 1]}", "{repeat: 2, do: [m += 1]}", "'x = random(0, 1)'",
	"{terminate: b.1}", "{kill: a.1}", "{signal: a.1, with: SIGUSR1}", "{exit: 3}", "{raise: Oops}", "{if: n > 1, then: [{raise: Oops}]}",
	"{send: link.left, item: x}", "{recv: link.right, into: x}", "bank.count += 1", "x = bank.count", "db.n = x", "x = db.n",
	"{try: [{release: seats}, {raise: Oops}], except: {any: [x = 2]}, finally: [m = 0]}",
};
static const char *const main_step[] = { "{start: a}", "{start: b}", "{join: a}", "{join: b}", "{set: go}", "n += 1", "{sleep: 1ms}", "{put: q, item: 1}" };
static const char *const objects[] = {
	"door: lock", "door: {lock: {fair: false}}", "seats: {semaphore: 1}", "seats: {semaphore: {value: 2, bounded: true}}",
	"q: queue", "q: {queue: {maxsize: 1}}",
};

static void steps(struct text *t, struct bytes *b, const char *const *of, unsigned count, unsigned most)
{
	for (unsigned k = 1 + pick(b, most); k--; )
		text_print(t, "%s%s", of[pick(b, count)], k ? ", " : "");
}

static void write_scenario(struct text *t, struct bytes *b)
{
	enum { STEPS = sizeof step / sizeof *step, MAINS = sizeof main_step / sizeof *main_step };
	text_print(t, "scenario: random\nshared: {n: 0, m: 0, l: [0, 1]}\nprivate: {x: 1}\n"
	              "objects: {%s, %s, %s, again: rlock, go: event, gate: {barrier: 2}, ready: {latch: 2}, changed: {condition: door}, link: {pipe: {capacity: 1}}, "
	              "bank: {manager: {count: 0}}, db: {file: {n: 0}}}\n", objects[pick(b, 2)], objects[2 + pick(b, 2)], objects[4 + pick(b, 2)]);
	text_print(t, "processes:\n  a:\n    count: %u\n%s    steps: [", 1 + pick(b, 2), pick(b, 3) ? "" : "    on: {SIGUSR1: [m += 1]}\n");
	steps(t, b, step, STEPS, 4);
	text_print(t, "]\n  b:\n    count: %u\n%s    steps: [", 1 + pick(b, 2), pick(b, 4) ? "" : "    daemon: true\n");
	steps(t, b, step, STEPS, 4);
	text_put(t, "]\n");
	if (!pick(b, 3)) {
		text_put(t, "main: [{start: a}, {start: b}, ");
		steps(t, b, main_step, MAINS, 3);
		text_put(t, "]\n");
	}
	text_put(t, "expect:\n  - always: n <= 2\n  - finally: m == n\n  - reachable: n == 2\n");
}

static struct settings settings_for(struct bytes *b)
{
	static const enum policy policies[] = { POLICY_RR, POLICY_RANDOM, POLICY_SJF };
	return (struct settings){ .seed = 1 + pick(b, 5), .max_steps = MOST_STEPS, .policy = policies[pick(b, 3)], .cpus = 1 + pick(b, 2), .quantum = 10000 };
}

static void same_on_processes(const struct program *g, const struct settings *settings)
{
	int error;
	struct play *model = play_new(g, settings, NULL, NULL);
	play_out(model);
	struct stage *stage = stage_open(g, settings, true, NULL, &error);
	if (stage) {                    /* else the machine has no room for it */
		struct play *real = play_new(g, settings, stage_body(stage), NULL);
		play_out(real);
		stage_close(stage);
		assert(real->at->verdict == model->at->verdict && real->at->steps == model->at->steps && real->at->now == model->at->now);
		play_free(real);
	}
	play_free(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct bytes b = { bytes, length };
	struct text t = { 0 };
	if (!length || length > MOST_BYTES)
		return 0;
	const struct settings settings = settings_for(&b);
	write_scenario(&t, &b);
	if (getenv("FORKLORE_FUZZ_SHOW"))
		fputs(text_is(&t), stderr);
	struct program *g = program_load("fuzz.yaml", text_is(&t), t.length, "en");
	if (!g->diags.errors) {
		world_layout(g, true);
		same_on_processes(g, &settings);
		search(g, MOST_STATES);
	} else if (getenv("FORKLORE_FUZZ_SHOW")) {
		struct text said = { 0 };
		for (size_t i = 0; i < g->diags.count; i++)
			diag_text(&said, &g->diags, &g->diags.list[i]);
		fputs(text_is(&said), stderr);
		text_free(&said);
	}
	program_free(g);
	text_free(&t);
	return 0;
}
