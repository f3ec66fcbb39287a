/* A scenario as a call of the program wants it: with the parameters that --set gives, or those a schedule was made with. */
#include "ui/cli/cli.h"
#include <string.h>
#include "sim/world/world.h"

struct program *scenario_read(struct call *c, const struct file *f)
{
	return program_load_set(f->source.name, f->text, f->length, c->language, c->value[OPTION_SET]);
}

void scenario_warn(struct program *g)
{
	if (!g->diags.errors)
		world_layout(g, true);
	program_warn(g);
}

int scenario_misset(const struct program *g)
{
	if (!g->misset || g->diags.errors > g->blanks)
		return EXIT_FINE;
	return complain(EXIT_USAGE, g->misset_help ? SAY(AS_IT_IS, g->misset_help) : NOTHING_TO_SAY, SAY(AS_IT_IS, g->misset));
}

/* Commands that are offered repeat what differs from the file, and no more. */
static void keep_what_differs(struct call *c, const struct program *g)
{
	struct text t = { 0 };
	program_settings(g, &t, true);
	c->value[OPTION_SET] = t.length ? arena_word(&c->arena, text_is(&t), t.length) : NULL;
	text_free(&t);
}

int scenario_load(struct call *c, struct file *f, struct schedule *s, struct program **g)
{
	if (!file_find(c, f, c->operand[0])) {
		findings_print(&f->diags, stderr);
		return EXIT_INPUT;
	}
	const char *made_with = s && call_has(c, OPTION_SCHEDULE) && !call_has(c, OPTION_SET) ? schedule_settings(c, s, c->value[OPTION_SCHEDULE]) : NULL;
	if (made_with)
		c->value[OPTION_SET] = made_with;
	*g = scenario_read(c, f);
	if (made_with && (*g)->misset && !(*g)->diags.errors)
		return complain(EXIT_INPUT, SAY(RECORD_AGAIN), SAY(AS_IT_IS, (*g)->misset));
	if (made_with)
		keep_what_differs(c, *g);
	return scenario_misset(*g);
}
