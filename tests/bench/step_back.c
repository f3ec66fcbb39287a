/* usage: step_back SCENARIO N: plays N actions on the model, as a run that is watched; then goes to the action before the
 * last, and to others. Prints, one a line: seconds of the run; of the first step back; the longest of a hundred further steps back;
 * the longest of fifty jumps anywhere; bytes of the history and the kept moments; bytes of the process at most. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include "sim/schedule/past.h"

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + t.tv_nsec / 1e9;
}

static double going(struct past *p, uint64_t n)
{
	double begun = seconds();
	if (past_go(p, n)->at->steps != n)
		exit(2);
	return seconds() - begun;
}

int main(int count, char **words)
{
	static char text[1 << 20];
	FILE *f = count == 3 ? fopen(words[1], "r") : NULL;
	if (!f)
		return 2;
	size_t length = fread(text, 1, sizeof text - 1, f);
	uint64_t n = strtoull(words[2], NULL, 10), dice = 1;
	struct program *g = program_load(words[1], text, length, "en");
	if (g->diags.errors)
		return 3;
	world_layout(g, true);
	struct settings s = { .seed = 1, .max_steps = n, .policy = g->cpu.policy, .cpus = g->cpu.count, .quantum = g->cpu.quantum, .fair = true,
	                      .remembers = true };
	struct play *y = play_new(g, &s, NULL, NULL);
	struct past *p = past_new(g, &s, y->history, NULL, NULL);
	double begun = seconds();
	while (y->at->steps < n && play_step(y))
		past_offer(p, y, NULL);
	printf("%.6f\n", seconds() - begun);
	n = y->at->steps;
	going(p, n);
	printf("%.6f\n", going(p, n - 1));
	double longest = 0;
	for (uint64_t k = 2; k < 102; k++) {
		double t = going(p, n - k);
		longest = t > longest ? t : longest;
	}
	printf("%.6f\n", longest);
	longest = 0;
	for (int k = 0; k < 50; k++) {
		double t = going(p, (uint64_t)dice_draw(&dice, 0, (int64_t)n));
		longest = t > longest ? t : longest;
	}
	printf("%.6f\n%zu\n", longest, past_bytes(p) + y->history->room * sizeof *y->history->entry);
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	printf("%ld\n", u.ru_maxrss * 1024L);
	return 0;
}
