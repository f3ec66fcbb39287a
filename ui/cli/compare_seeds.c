/* compare --seeds: which outcomes so many runs come to, beside those that are possible at all. */
#include "ui/cli/cli.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include "sim/explore/apart.h"
#include "sim/report/explored.h"
#include "sim/report/table.h"
#include "sim/world/world.h"

enum { MOST_SEEDS = 1000000, TRUTH_STATES = 1000000, MOST_ROWS = 4096, BAR = 30, NARROW_BAR = 10, BETWEEN = 2 };

/* A file with its parameters, under a policy. */
struct column {
	struct variant of;
	const char *label;
	struct trial trial;
	enum policy policy;
	bool complete;                  /* every interleaving was tried */
	enum stop stopped;
	int code;                       /* the worst of its runs' */
};
/* An outcome, by its text. */
struct row { char *name; char *json; enum side side; struct { int64_t runs; bool possible; } at[MOST_VARIANTS]; };
struct seeds {
	struct call *call;
	struct column column[MOST_VARIANTS];
	size_t columns;
	struct row *row;
	size_t rows, row_room;
	int64_t first, count, timeout, until;
	int table;                      /* an enum table_form; -1: none is asked for */
};

/* ---- what there is ---- */

static struct row *row_of(struct seeds *s, const char *name)
{
	for (size_t i = 0; i < s->rows; i++)
		if (!strcmp(s->row[i].name, name))
			return &s->row[i];
	GROW(s->row, s->rows, s->row_room);
	s->row[s->rows] = (struct row){ .name = strdup(name), .side = SIDE_NONE };
	return &s->row[s->rows++];
}

static void outcome_json(struct text *t, const struct program *g, const struct outcome_found *o)
{
	text_put(t, "\"values\": {");
	for (size_t v = 0; v < g->observes; v++) {
		text_put(t, v ? ", " : "");
		text_json(t, g->observe[v].name);
		text_put(t, ": ");
		program_json(g, o->values[v], t);
	}
	text_print(t, "}, \"end\": \"%s\"", ending_words[o->ending]);
}

static struct row *row_of_outcome(struct seeds *s, const struct program *g, const struct outcome_found *o)
{
	const struct exploration x = { .g = g };
	struct text name = { 0 }, json = { 0 };
	outcome_name(&name, &x, o);
	struct row *r = row_of(s, text_is(&name));
	outcome_json(&json, g, o);
	if (!r->json)
		r->json = strdup(text_is(&json));
	text_free(&name);
	text_free(&json);
	return r;
}

/* What a run has come to; one that a limit ended has come to nothing. */
static struct row *row_of_run(struct seeds *s, const struct play *y)
{
	const struct program *g = y->g;
	if (y->at->cause == VERDICT_LIMIT || y->at->cause == VERDICT_STOPPED) {
		struct text t = { 0 };
		text_say(&t, SAY(SEEDS_NO_END, y->settings.max_steps));
		struct row *r = row_of(s, text_is(&t));
		text_free(&t);
		return r;
	}
	struct outcome_found o = { .values = must_have(calloc(g->observes + 1, sizeof *o.values)),
		.ending = y->at->cause == VERDICT_DEADLOCK ? ENDING_DEADLOCK : y->at->uncaught ? ENDING_EXCEPTION : ENDING_OK };
	for (size_t v = 0; v < g->observes; v++)
		o.values[v] = world_observed(g, y->world.shared, &g->observe[v]);
	struct row *r = row_of_outcome(s, g, &o);
	free(o.values);
	return r;
}

/* ---- the runs ---- */

static int worse(int a, int b)
{
	return a == EXIT_FINDING || b == EXIT_FINDING ? EXIT_FINDING : a > b ? a : b;
}

/* false: the time was up, or somebody wants it to end. */
static bool play_all(struct seeds *s, size_t k)
{
	struct column *c = &s->column[k];
	for (int64_t i = 0; i < s->count; i++) {
		trial_settle(&c->trial, c->policy, -1);
		c->trial.settings.seed = (uint64_t)(s->first + i);
		struct play *y = play_new(c->trial.g, &c->trial.settings, NULL, NULL);
		while (!ends_now() && play_step(y))
			;
		bool whole = y->at->verdict != VERDICT_NONE;
		if (whole) {
			row_of_run(s, y)->at[k].runs++;
			c->code = worse(c->code, exit_status(y));
		}
		play_free(y);
		if (!whole)
			return false;
	}
	return true;
}

/* ---- every interleaving ---- */

static void take_truth(struct seeds *s, size_t k, const struct exploration *x)
{
	struct column *c = &s->column[k];
	c->complete = x->complete;
	c->stopped = x->stopped;
	for (size_t i = 0; i < x->outcomes && s->rows < MOST_ROWS; i++) {
		struct row *r = row_of_outcome(s, x->g, &x->outcome[i]);
		r->at[k].possible = true;
		if (r->side == SIDE_NONE)
			r->side = outcome_side(x, &x->outcome[i]);
	}
}

/* It searches while the runs are played. */
static int explore_beside(struct seeds *s, size_t k, bool *whole)
{
	enum { WAIT_MS = 50 };
	struct column *c = &s->column[k];
	struct apart_wishes w = { .limits = { .states = TRUTH_STATES, .until = s->until, .verdicts_only = true } };
	struct apart *a = apart_begin(c->trial.g, &w);
	if (!a)
		return complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(NO_SEARCH_PROCESS, error_named(errno)));
	*whole = play_all(s, k);
	while (apart_take_in(a) && *whole) {
		struct pollfd f = { .fd = apart_fd(a), .events = POLLIN };
		if (ends_caught())
			apart_give_up(a, STOP_WISH);
		else if (ends_now())
			apart_give_up(a, STOP_TIME);
		else
			poll(&f, 1, WAIT_MS);
	}
	if (*whole)
		take_truth(s, k, apart_found(a));
	apart_free(a);
	return EXIT_FINE;
}

/* ---- telling ---- */

static int by_runs(const void *a, const void *b, void *with)
{
	const struct row *x = a, *y = b;
	int64_t runs_x = 0, runs_y = 0;
	for (size_t k = 0; k < ((const struct seeds *)with)->columns; k++) {
		runs_x += x->at[k].runs;
		runs_y += y->at[k].runs;
	}
	return runs_x != runs_y ? (runs_x < runs_y) - (runs_x > runs_y) : strcmp(x->name, y->name);
}

static int cells_of(const char *s)
{
	return utf8_cells(s, strlen(s));
}

static void put_blanks(struct text *t, int n)
{
	for (; n > 0; n--)
		text_char(t, ' ');
}

/* "81  ########", "0   also possible", "-": explored, and not among what can happen. */
static void put_count(struct text *t, const struct seeds *s, const struct row *r, size_t k, int digits)
{
	int64_t n = r->at[k].runs;
	int bar = s->columns > 1 ? NARROW_BAR : BAR, filled = (int)((double)n * bar / (double)s->count + .5);
	if (!n && !r->at[k].possible) {
		text_print(t, "%*s", digits, s->column[k].complete ? "-" : "?");
		return;
	}
	text_print(t, "%*lld", digits, (long long)n);
	text_put(t, "  ");
	for (int i = 0; n && i < (filled ? filled : 1); i++)
		text_char(t, '#');
	if (!n)
		text_say(t, SAY(SEEDS_POSSIBLE));
}

/* The outcomes, each behind whether it is right, as far as that is judged. */
static void put_table(struct text *t, const struct seeds *s)
{
	struct table table = { .columns = s->columns + 1, .width = columns_of(stdout), .worded = 1 };
	struct text one = { 0 };
	int sides = 0, digits = (int)strlen(arena_print(&s->call->arena, "%lld", (long long)s->count));
	for (size_t i = 0; i < s->rows; i++) {
		text_clear(&one);
		text_say(&one, outcome_side_word(s->row[i].side));
		sides = cells_of(text_is(&one)) > sides ? cells_of(text_is(&one)) : sides;
	}
	table_cell(&table, "");
	for (size_t k = 0; k < s->columns; k++)
		table_cell(&table, s->columns > 1 ? s->column[k].label : "");
	for (size_t i = 0; i < s->rows; i++) {
		text_clear(&one);
		text_say(&one, outcome_side_word(s->row[i].side));
		put_blanks(&one, sides ? sides - cells_of(text_is(&one)) + BETWEEN : 0);
		text_put(&one, s->row[i].name);
		table_cell(&table, text_is(&one));
		for (size_t k = 0; k < s->columns; k++) {
			text_clear(&one);
			put_count(&one, s, &s->row[i], k, digits);
			table_cell(&table, text_is(&one));
		}
	}
	table_print(t, &table, TABLE_TEXT);
	table_free(&table);
	text_free(&one);
}

static void put_people(struct text *t, const struct seeds *s)
{
	const struct program *g = s->column[0].trial.g;
	const struct policy_row *p = &policy_rows[s->column[0].policy];
	bool dash = false, open = false;
	if (s->columns == 1)
		text_say(t, SAY(SEEDS_HEAD, g->title ? g->title : g->name, s->count, s->first, s->first + s->count - 1, spoken(p->word, p->title_zh)));
	else
		text_say(t, SAY(SEEDS_HEAD_MANY, s->count, s->first, s->first + s->count - 1));
	text_char(t, '\n');
	put_table(t, s);
	for (size_t k = 0; k < s->columns; k++) {
		open |= !s->column[k].complete;
		for (size_t i = 0; i < s->rows; i++)
			dash |= !s->row[i].at[k].runs && !s->row[i].at[k].possible && s->column[k].complete;
	}
	put_blanks(t, 2);
	text_say(t, open ? SAY(SEEDS_OPEN) : dash ? SAY(SEEDS_CANNOT) : SAY(SEEDS_ALL));
	text_char(t, '\n');
}

/* 0: possible, but no run came to it; -: not possible; ?: not known. */
static void put_sheet(struct text *t, const struct seeds *s, enum table_form form)
{
	struct table table = { .columns = s->columns + 2, .width = columns_of(stdout) };
	struct text word = { 0 };
	table_cell(&table, spoken("outcome", "结局"));
	table_cell(&table, spoken("judged", "判定"));
	for (size_t k = 0; k < s->columns; k++)
		table_cell(&table, s->columns > 1 ? s->column[k].label : spoken("runs", "运行次数"));
	for (size_t i = 0; i < s->rows; i++) {
		const struct row *r = &s->row[i];
		text_clear(&word);
		text_say(&word, outcome_side_word(r->side));
		table_cell(&table, r->name);
		table_cell(&table, text_is(&word));
		for (size_t k = 0; k < s->columns; k++)
			table_cell(&table, r->at[k].runs || r->at[k].possible ? arena_print(&s->call->arena, "%lld", (long long)r->at[k].runs)
			                                                      : s->column[k].complete ? "-" : "?");
	}
	table_print(t, &table, form);
	table_free(&table);
	text_free(&word);
}

static void put_json(struct text *t, const struct seeds *s)
{
	text_print(t, "{\"seeds\": {\"first\": %lld, \"count\": %lld}, \"compared\": [", (long long)s->first, (long long)s->count);
	for (size_t k = 0; k < s->columns; k++) {
		const struct column *c = &s->column[k];
		text_put(t, k ? ", {\"label\": " : "{\"label\": ");
		text_json(t, c->label);
		text_put(t, ", \"file\": ");
		text_json(t, c->of.name);
		text_put(t, ", \"scenario\": ");
		text_json(t, c->trial.g->name);
		text_put(t, ", \"params\": ");
		params_json(c->trial.g, t);
		text_print(t, ", \"policy\": \"%s\", \"complete\": %s, \"outcomes\": [", policy_rows[c->policy].word, c->complete ? "true" : "false");
		const char *between = "";
		for (size_t i = 0; i < s->rows; i++) {
			const struct row *r = &s->row[i];
			if (!r->at[k].runs && !r->at[k].possible)
				continue;
			text_print(t, "%s{\"name\": ", between);
			text_json(t, r->name);
			text_print(t, ", %s, \"runs\": %lld, \"possible\": %s}", r->json ? r->json : "\"values\": null, \"end\": null",
			           (long long)r->at[k].runs, r->at[k].possible ? "true" : "null");
			between = ", ";
		}
		text_put(t, "]}");
	}
	text_put(t, "]}\n");
}

/* ---- the command ---- */

/* policy: NULL: its own; alone: there is nothing else to tell it by. */
static int add_column(struct seeds *s, const struct variant *v, const char *policy, bool alone)
{
	struct call *c = s->call;
	if (s->columns == MOST_VARIANTS)
		return complain(EXIT_USAGE, NOTHING_TO_SAY, SAY(TOO_MANY_RUNS, MOST_VARIANTS));
	struct column *k = &s->column[s->columns++];
	*k = (struct column){ .of = *v };
	if (!trial_wishes(c, &k->trial))
		return EXIT_USAGE;
	int code = trial_load_as(c, &k->trial, v->name, v->set);
	if (code != EXIT_FINE)
		return code;
	enum policy own = k->trial.g->cpu.policy;
	k->policy = policy ? policy_find(policy) : own == POLICY_HOST || own == POLICY_MANUAL ? POLICY_RR : own;
	if (k->policy == POLICY_COUNT || k->policy == POLICY_HOST)
		return complain(EXIT_USAGE, k->policy == POLICY_HOST ? SAY(NO_VIRTUAL_TIME) : SAY(LISTS_POLICIES), SAY(CANT_COMPARE, policy));
	k->label = !policy ? v->label : alone ? policy : arena_print(&c->arena, "%s %s", v->label, policy);
	return EXIT_FINE;
}

static int add_columns(struct seeds *s, const struct variant *v, bool alone)
{
	struct call *c = s->call;
	const char *list = c->value[OPTION_POLICIES];
	int code = list ? EXIT_FINE : add_column(s, v, NULL, alone);
	for (const char *at = list; at && code == EXIT_FINE; at = *at ? at + 1 : NULL) {
		size_t n = strcspn(at, ",");
		code = add_column(s, v, arena_word(&c->arena, at, n), alone);
		at += n;
	}
	return code;
}

static int stopped(const struct seeds *s, size_t k)
{
	if (ends_caught())
		return EXIT_SIGNAL + ends_caught();
	return complain(EXIT_UNDECIDED, SAY(COMPARE_FEWER), SAY(COMPARING_STOPPED, arena_print(&s->call->arena, "%g", (double)s->timeout / 1e6), s->column[k].label));
}

static int compare_all(struct seeds *s)
{
	int code = EXIT_FINE;
	bool open = false;
	ends_catch();
	ends_stretch(s->timeout);
	s->until = s->timeout >= 0 ? wall_clock() + s->timeout : 0;
	for (size_t k = 0; k < s->columns; k++) {
		bool whole = false;
		int one = explore_beside(s, k, &whole);
		if (one != EXIT_FINE || !whole)
			return one != EXIT_FINE ? one : stopped(s, k);
		code = worse(code, s->column[k].code);
		open |= !s->column[k].complete;
	}
	qsort_r(s->row, s->rows, sizeof *s->row, by_runs, s);
	struct text t = { 0 };
	if (call_has(s->call, OPTION_JSON))
		put_json(&t, s);
	else if (s->table >= 0)
		put_sheet(&t, s, (enum table_form)s->table);
	else
		put_people(&t, s);
	fwrite(text_is(&t), 1, t.length, stdout);
	text_free(&t);
	return code == EXIT_FINE && open ? EXIT_UNDECIDED : code;
}

int compare_seeds(struct call *c, int table)
{
	struct seeds s = { .call = c, .first = 1, .count = 100, .timeout = -1, .table = table };
	struct variant v[MOST_VARIANTS];
	int code = EXIT_FINE;
	if (!value_number(c, OPTION_SEEDS, 1, MOST_SEEDS, &s.count) || !value_number(c, OPTION_SEED, 0, INT64_MAX - MOST_SEEDS, &s.first) ||
	    !value_seconds(c, OPTION_TIMEOUT, &s.timeout))
		return EXIT_USAGE;
	if (call_has(c, OPTION_QUANTUM))
		return complain(EXIT_USAGE, NOTHING_TO_SAY, SAY(NOT_WITH_SEEDS, "quantum"));
	size_t n = variants_of(c, v);
	if (n > MOST_VARIANTS)
		return complain(EXIT_USAGE, NOTHING_TO_SAY, SAY(TOO_MANY_RUNS, MOST_VARIANTS));
	for (size_t i = 0; i < n && code == EXIT_FINE; i++)
		code = add_columns(&s, &v[i], n == 1);
	if (code == EXIT_FINE)
		code = compare_all(&s);
	for (size_t k = 0; k < s.columns; k++)
		trial_free(&s.column[k].trial);
	for (size_t i = 0; i < s.rows; i++) {
		free(s.row[i].name);
		free(s.row[i].json);
	}
	free(s.row);
	return code;
}
