/* Playing a scenario on the model, to its end, for commands that look at the whole of a run. */
#include "ui/cli/cli.h"
#include "sim/world/world.h"

enum { MAX_STEPS = 1000000 };

static int lay_out(struct trial *t)
{
	if (!t->g->diags.errors)
		world_layout(t->g, true);
	if (t->g->diags.count)
		findings_print(&t->g->diags, stderr);
	return t->g->diags.errors ? EXIT_INPUT : EXIT_FINE;
}

int trial_load_as(struct call *c, struct trial *t, const char *name, const char *set)
{
	if (!file_find(c, &t->file, name)) {
		findings_print(&t->file.diags, stderr);
		return EXIT_INPUT;
	}
	t->g = program_load_set(t->file.source.name, t->file.text, t->file.length, c->language, set);
	int code = scenario_misset(t->g);
	return code == EXIT_FINE ? lay_out(t) : code;
}

int trial_load(struct call *c, struct trial *t)
{
	int code = scenario_load(c, &t->file, NULL, &t->g);
	if (code != EXIT_FINE)
		return code;
	return lay_out(t);
}

bool trial_wishes(struct call *c, struct trial *t)
{
	int64_t seed = 1, cpus = -1, steps = MAX_STEPS;
	if (!value_number(c, OPTION_SEED, 0, INT64_MAX, &seed) || !value_number(c, OPTION_CPUS, 1, MAX_CPUS, &cpus) ||
	    !value_number(c, OPTION_MAX_STEPS, 1, INT64_MAX, &steps))
		return false;
	t->settings = (struct settings){ .seed = seed, .max_steps = steps, .cpus = cpus > 0 ? cpus : 0, .fair = true };
	return true;
}

void trial_settle(struct trial *t, enum policy policy, int64_t quantum)
{
	const struct cpu *cpu = &t->g->cpu;
	t->settings.policy = policy;
	t->settings.cpus = t->settings.cpus ? t->settings.cpus : cpu->count;
	t->settings.quantum = quantum > 0 ? quantum : cpu->quantum;
	t->settings.has_quantum = quantum > 0 || cpu->has_quantum;
}

struct play *trial_play(struct trial *t)
{
	chart_init(&t->chart);
	struct play *y = play_new(t->g, &t->settings, NULL, &t->chart.listener);
	while (!ends_now() && play_step(y))
		;
	return y;
}

void trial_free(struct trial *t)
{
	program_free(t->g);
	file_free(&t->file);
}
