/* usage: screen_back SCENARIO N: plays N actions on the model, watched by a view, as the dashboard does it; then shows what was.
 * Prints, one a line: seconds from a key to a drawn canvas of 120x40 for one action on; for the first action back; for the longest
 * of fifty further ones. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "sim/schedule/past.h"
#include "ui/dashboard/show.h"

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + t.tv_nsec / 1e9;
}

static double longest(double a, double b)
{
	return a > b ? a : b;
}

int main(int count, char **words)
{
	static char text[1 << 20];
	enum { FURTHER = 50 };
	FILE *f = count == 3 ? fopen(words[1], "r") : NULL;
	if (!f)
		return 2;
	size_t length = fread(text, 1, sizeof text - 1, f);
	uint64_t n = strtoull(words[2], NULL, 10);
	struct program *g = program_load(words[1], text, length, "en");
	if (g->diags.errors)
		return 3;
	world_layout(g, true);
	struct settings s = { .seed = 1, .max_steps = n + FURTHER, .policy = g->cpu.policy, .cpus = g->cpu.count, .quantum = g->cpu.quantum,
	                      .fair = true, .remembers = true };
	struct view *now = view_new(g, false, NULL), *then = view_new(g, false, NULL);
	struct play *y = play_new(g, &s, NULL, view_listener(now));
	then->whole = now;
	struct past *p = past_new(g, &s, y->history, view_listener(then), &then->companion);
	struct canvas canvas;
	struct show show;
	show_init(&show, g, false);
	show_begin(&show, y, now);
	canvas_init(&canvas, 120, 40, false);
	while (y->at->steps < n && play_step(y))
		past_offer(p, y, &now->companion);
	double on = 0, first = 0, further = 0;
	for (int k = 0; k < FURTHER && !y->at->verdict; k++) {
		double begun = seconds();
		play_step(y);
		past_offer(p, y, &now->companion);
		show_draw(&canvas, &show);
		on = longest(on, seconds() - begun);
	}
	n = y->at->steps;
	for (uint64_t k = 1; k <= FURTHER && k <= n; k++) {
		double begun = seconds();
		struct play *was = past_hear(p, n - k, TALES);
		if (was->at->steps != n - k)
			return 4;
		show_moment(&show, was, then);
		show_draw(&canvas, &show);
		*(k == 1 ? &first : &further) = longest(k == 1 ? first : further, seconds() - begun);
	}
	printf("%.6f\n%.6f\n%.6f\n", on, first, further);
	return 0;
}
