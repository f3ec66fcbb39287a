/* Sleeps that are to put things in order. `explore` has found an order that breaks the scenario; runs of the model, which keep the
 * times, never meet it, but do as soon as one sleep takes no time: then it is this sleep that the scenario relies on. */
#include "ui/cli/cli.h"
#include <string.h>
#include "sim/world/world.h"

enum { NAP_SEEDS = 6, NAP_STEPS = 20000 };

static void take_no_time(struct program *g, uint32_t step)
{
	operand zero = CONSTANT | (uint32_t)g->constants;
	GROW(g->constant, g->constants, g->constant_room);
	g->constant[g->constants++] = value_small(0);
	for (uint32_t pc = 0; pc < g->codes; pc++)
		if (g->code[pc].op == OP_SLEEP && g->code[pc].step == step)
			g->code[pc].lo = g->code[pc].hi = zero;
}

static struct program *load_again(const struct program *g, const char *language)
{
	struct text set = { 0 };
	program_settings(g, &set, false);
	struct program *again = program_load_set(g->source.name, g->source.text, g->source.length, language, set.length ? text_is(&set) : NULL);
	text_free(&set);
	return again;
}

/* What a finished run has found, in words; empty: nothing. */
static const char *found_by(struct program *g, const struct play *y)
{
	switch (y->at->verdict) {
	case VERDICT_DEADLOCK:
		return spoken("a run ends in a deadlock", "运行会死锁");
	case VERDICT_EXCEPTION:
		return spoken("a run ends with an uncaught exception", "运行会以未捕获的异常结束");
	case VERDICT_VIOLATED:
		for (uint32_t k = 0; k < g->expects; k++)
			if (y->standing[k].broken)
				return arena_print(&g->arena, spoken("a run breaks `%s`", "运行不满足“%s”"), g->expect[k].name);
		return spoken("a run breaks an expectation", "运行有预期不满足");
	default:
		return "";
	}
}

/* By the scenario's own policy, and at random, with a few seeds each. NULL: not all of them came to an end, before one found anything. */
static const char *runs_find(struct program *g)
{
	const enum policy policies[] = { g->cpu.policy, POLICY_RANDOM };
	for (size_t p = 0; p < sizeof policies / sizeof *policies; p++)
		for (uint64_t seed = 1; seed <= NAP_SEEDS; seed++) {
			struct settings s = { .seed = seed, .max_steps = NAP_STEPS, .policy = policies[p], .cpus = g->cpu.count,
			                      .quantum = g->cpu.quantum, .has_quantum = g->cpu.has_quantum, .fair = true };
			struct play *y = play_new(g, &s, NULL, NULL);
			while (!ends_now() && play_step(y))
				;
			const char *found = found_by(g, y);
			bool ended = y->at->verdict == VERDICT_OK;
			play_free(y);
			if (*found || !ended)
				return *found ? found : NULL;
		}
	return "";
}

/* What runs find if this sleep takes no time, or if step is 0 as it is. */
static const char *find_without(struct program *g, uint32_t step, const char *language)
{
	struct program *other = load_again(g, language);
	const char *found = NULL;
	if (step)
		take_no_time(other, step);
	if (!other->diags.errors)
		world_layout(other, true);
	if (!other->diags.errors)
		found = runs_find(other);
	found = found ? arena_word(&g->arena, found, strlen(found)) : NULL;
	program_free(other);
	return found;
}

/* The group that this function starts before it sleeps, the last one; NULL: none, or one that need not end. */
static const char *started_before(const struct program *g, uint32_t sleep)
{
	const char *name = NULL;
	uint32_t entry = 0;
	for (uint32_t f = 1; f < g->functions; f++)
		if (g->function[f].entry <= sleep && sleep < g->function[f].end)
			entry = g->function[f].entry;
	for (uint32_t pc = entry; pc < sleep; pc++) {
		const struct step *s = &g->step[g->code[pc].step];
		if (s->verb != VERB_START || strncmp(s->text, "start: ", 7))
			continue;
		const char *who = s->text + 7;
		size_t n = strcspn(who, ".[");
		for (uint32_t k = 1; k < g->groups; k++)
			if (strlen(g->group[k].name) == n && !strncmp(who, g->group[k].name, n))
				name = g->group[k].daemon ? NULL : who;
	}
	return name;
}

void warn_of_naps(struct program *g, const char *language)
{
	const char *as_it_is = NULL;
	uint32_t before = 0;
	for (uint32_t pc = 0; pc < g->codes && !ends_now(); pc++) {
		uint32_t step = g->code[pc].step;
		if (g->code[pc].op != OP_SLEEP || step == before)
			continue;
		before = step;
		if (!as_it_is && !(as_it_is = find_without(g, 0, language)))
			return;
		const char *found = *as_it_is ? "" : find_without(g, step, language), *started = started_before(g, pc);
		if (!found || !*found)
			continue;
		diag_add(&g->diags, DIAG_SLEEP, g->step[step].place, started ? SAY(JOIN_INSTEAD, started) : SAY(WAIT_INSTEAD),
		         SAY(SLEEP_ORDERS_NOTHING, g->step[step].text, found));
	}
}
