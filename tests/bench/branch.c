/* usage: branch SCENARIO N: plays N actions on the model, then starts real processes and lets them repeat those, as a branch does.
 * Prints the seconds that took. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "sim/stage/stage.h"

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + t.tv_nsec / 1e9;
}

int main(int count, char **words)
{
	static char text[1 << 20];
	FILE *f = count == 3 ? fopen(words[1], "r") : NULL;
	if (!f)
		return 2;
	size_t length = fread(text, 1, sizeof text - 1, f);
	uint64_t n = strtoull(words[2], NULL, 10);
	struct program *g = program_load(words[1], text, length, "en");
	if (g->diags.errors)
		return 3;
	world_layout(g, true);
	struct settings s = { .seed = 1, .max_steps = n + 1, .policy = g->cpu.policy, .cpus = g->cpu.count, .quantum = g->cpu.quantum,
	                      .fair = true, .remembers = true };
	struct play *y = play_new(g, &s, NULL, NULL);
	while (y->at->steps < n && play_step(y))
		;
	int error = 0;
	double begun = seconds();
	s.follows = y->history;
	struct stage *stage = stage_open(g, &s, false, NULL, &error);
	if (!stage)
		return 4;
	struct play *branch = play_new(g, &s, stage_body(stage), NULL);
	while (branch->at->steps < n && play_step(branch))
		;
	play_release(branch);
	double took = seconds() - begun;
	bool there = branch->at->steps == n && !branch->at->verdict;
	play_free(branch);
	stage_close(stage);
	play_free(y);
	printf("%.6f\n", took);
	return there ? 0 : 5;
}
