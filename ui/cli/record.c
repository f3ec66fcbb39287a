/* A run as a schedule: who moved, how often in a row, and what was drawn. */
#include "ui/cli/cli.h"

enum { WIDTH = 110 };

void schedule_header(struct text *t, const struct program *g, const char *what, uint64_t seed, bool fair)
{
	text_print(t, "# %s Play it: forklore run %s --schedule THIS_FILE\n", what, g->name);
	text_print(t, "scenario: %s\nsections:\n", g->name);
	for (size_t i = 0; i < g->sections; i++)
		text_print(t, "  %s: \"%016llx\"\n", g->section[i].key, (unsigned long long)g->section[i].hash);
	text_print(t, "seed: %llu\nfair: %s\nschedule: ", (unsigned long long)seed, fair ? "true" : "false");
}

static void begin(struct recorder *r, const struct play *y)
{
	text_clear(&r->text);
	r->last = (struct turn){ 0 };
	r->column = 0;
	schedule_header(&r->text, y->g, "A recorded run.", y->settings.seed, y->settings.fair);
	text_char(&r->text, '[');
}

static void put_turn(struct recorder *r, const struct program *g)
{
	const struct turn *t = &r->last;
	size_t before = r->text.length;
	if (!t->who)
		return;
	text_put(&r->text, r->column ? ", " : "\n  ");
	text_put(&r->text, g->process[t->who].name);
	if (t->draws)
		text_print(&r->text, " =%lld", (long long)t->draw);
	else if (t->times > 1)
		text_print(&r->text, " x%u", t->times);
	r->column += r->text.length - before;
	if (r->column > WIDTH) {
		text_char(&r->text, ',');
		r->column = 0;
	}
}

/* The default main moves by itself, whatever a schedule says. */
static void hear_step(struct recorder *r, const struct play *y, const struct event *e)
{
	bool draws = y->g->code[e->pc].op == OP_DRAW;
	if (e->who == MAIN && y->g->default_main)
		return;
	if (r->last.who == e->who && !r->last.draws && !draws && r->last.times < 1000000000) {
		r->last.times++;
		return;
	}
	put_turn(r, y->g);
	r->last = (struct turn){ .who = e->who, .times = 1, .draws = draws, .draw = e->choice };
}

static void end(struct recorder *r, const struct play *y)
{
	put_turn(r, y->g);
	text_put(&r->text, "\n]\n");
	r->failed = file_write(r->path, r->text.at, r->text.length) != EXIT_FINE;
	if (r->failed)
		return;
	if (r->text.length > YAML_FILE)
		complain(EXIT_FINE, "stop it earlier with --max-steps", "%s: too long to be played again (1 MiB)", r->path);
}

static void hear(struct listener *l, const struct play *y, const struct news *n)
{
	struct recorder *r = (struct recorder *)l;
	if (n->kind == NEWS_BEGIN)
		begin(r, y);
	else if (n->kind == NEWS_STEP)
		hear_step(r, y, n->event);
	else if (n->kind == NEWS_END)
		end(r, y);
}

void recorder_init(struct recorder *r, const char *path)
{
	*r = (struct recorder){ .listener = { .hear = hear }, .path = path };
}

void recorder_free(struct recorder *r)
{
	text_free(&r->text);
}
