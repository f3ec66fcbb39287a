/* A schedule's or a recording's file, whatever is in it: it is read for one of two scenarios and, if it is one, played on the model. */
#include "tests/fuzz/fuzz.h"
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "sim/schedule/play.h"
#include "ui/cli/cli.h"

enum { MOST_BYTES = 1 << 16, MOST_STEPS = 2000 };

static const char race[] =
	"scenario: race\n"
	"shared: {tickets: 2, sold: 0}\n"
	"private: {n: 0}\n"
	"processes:\n"
	"  buyer: {count: 2, steps: [{forever: , do: [n = tickets, {if: n == 0, then: [break]}, {sleep: 1ms}, tickets = n - 1, sold += 1]}]}\n";
static const char hall[] =
	"scenario: hall\n"
	"objects: {door: lock, q: queue, go: event}\n"
	"processes:\n"
	"  a: {on: {SIGTERM: [{say: no}]}, steps: [{acquire: door, timeout: 1s, into: got}, 'x = random(1, 3)', {put: q, item: '{x}'}]}\n"
	"  b: {steps: [{with: door, do: [{wait: go, timeout: 1ms}]}, {get: q, into: y}, {signal: a, with: SIGTERM}]}\n";

static void play(const struct program *g, const struct schedule *s)
{
	struct settings settings = settings_of(g);
	settings.max_steps = MOST_STEPS;
	settings.turn = s->list.turn;
	settings.turns = s->list.count;
	struct play *y = play_new(g, &settings, NULL, NULL);
	uint64_t before;
	do                      /* a million time slices without an action are enough */
		before = y->at->steps;
	while (play_step(y) && y->at->steps != before);
	play_free(y);
}

static void read_for(const char *scenario, size_t bytes, const char *path)
{
	struct schedule s = { 0 };
	struct program *g = program_load("fuzz.yaml", scenario, bytes, "en");
	if (g->diags.errors)
		abort();
	world_layout(g, true);
	if (!schedule_read(&s, g, path))
		play(g, &s);
	schedule_free(&s);
	program_free(g);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char path[64];
	int fd = length > MOST_BYTES ? -1 : memfd_create("fuzz", 0);
	if (fd < 0)
		return 0;
	if (write(fd, bytes, length) == (ssize_t)length) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		read_for(race, sizeof race - 1, path);
		read_for(hall, sizeof hall - 1, path);
	}
	close(fd);
	return 0;
}
