/* problem: a scheduling exercise, drawn from a seed, and its key. What is drawn is a scenario; the key is its run on the model.
 *
 * An answer must not depend on a tie that no rule decides. Whether it does is tried: each arrival (and each return from I/O, and where
 * bursts decide, each burst) is made earlier and later by a microsecond. If any number then changes by a millisecond, the draw is
 * thrown away; so is one whose answer first come, first served gives as well. */
#include "ui/cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include "sim/report/metrics.h"
#include "sim/report/table.h"
#include "sim/world/world.h"

enum { JOBS = 5, TRIES = 5000, MOST_COUNT = 1000, MS = 1000, CHART_WIDTH = 78 };

struct job { int64_t arrive, work[3]; int parts; int64_t priority, deadline; };         /* work: CPU, I/O, CPU; microseconds */
struct exercise { enum policy policy; int level; struct job job[JOBS]; int jobs; int64_t quantum; uint64_t seed; };
struct answer { int64_t first, finish, wait; };

/* Which policies have exercises: those that have one answer that can be found on paper. */
static bool is_offered(enum policy p)
{
	switch (p) {
	case POLICY_FIFO: case POLICY_SJF: case POLICY_STCF: case POLICY_LJF: case POLICY_HRRN: case POLICY_RR: case POLICY_PRIORITY:
	case POLICY_MLFQ: case POLICY_EDF: return true;
	default: return false;
	}
}

static bool goes_by_bursts(enum policy p)
{
	return p == POLICY_SJF || p == POLICY_STCF || p == POLICY_LJF || p == POLICY_HRRN;
}

/* ---- drawing ---- */

static bool is_taken(const struct exercise *e, int jobs, int64_t arrive, int64_t priority)
{
	for (int i = 0; i < jobs; i++)
		if ((e->level > 1 && e->job[i].arrive == arrive) || e->job[i].priority == priority)
			return true;
	return false;
}

static void draw_io(struct job *j, uint64_t *dice)
{
	j->parts = 3;
	for (int k = 0; k < j->parts; k++)
		j->work[k] = dice_draw(dice, 1, 4) * MS;
}

/* Level 1: three processes that are all there; 2: four that arrive one after the other; 3: five, at least one of which does I/O. */
static void draw_job(struct exercise *e, int i, uint64_t *dice)
{
	struct job *j = &e->job[i];
	do {
		j->arrive = e->level == 1 || !i ? 0 : dice_draw(dice, 1, 3 * e->jobs - 3) * MS;
		j->priority = dice_draw(dice, 1, 9);
	} while (is_taken(e, i, j->arrive, j->priority));
	j->parts = 1;
	j->work[0] = dice_draw(dice, 1, e->level == 1 ? 10 : 8) * MS;
	if (e->level == 3 && dice_draw(dice, 0, 2) == 0)
		draw_io(j, dice);
	j->deadline = dice_draw(dice, 0, 12) * MS;
	for (int k = 0; k < j->parts; k++)
		j->deadline += j->work[k];
}

static bool some_io(const struct exercise *e)
{
	for (int i = 0; i < e->jobs; i++)
		if (e->job[i].parts == 3)
			return true;
	return false;
}

static int by_arrival(const void *a, const void *b)
{
	const struct job *one = a, *other = b;
	return (one->arrive > other->arrive) - (one->arrive < other->arrive);
}

static void draw(struct exercise *e, uint64_t *dice)
{
	e->jobs = 2 + e->level;
	e->quantum = dice_draw(dice, 1 + (e->level == 1), 4) * MS;
	for (int i = 0; i < e->jobs; i++)
		draw_job(e, i, dice);
	if (e->level == 3 && !some_io(e))
		draw_io(&e->job[dice_draw(dice, 0, e->jobs - 1)], dice);
	if (e->level > 1)
		qsort(e->job, e->jobs, sizeof *e->job, by_arrival);
}

/* ---- the scenario ---- */

static void write_scenario(struct text *t, const struct exercise *e)
{
	text_print(t, "scenario: problem\ncpu: {policy: %s, step: 0ms", policy_rows[e->policy].word);
	if (e->policy == POLICY_RR)
		text_print(t, ", quantum: %lldus", (long long)e->quantum);
	if (e->policy == POLICY_MLFQ)
		text_put(t, ", levels: [{quantum: 1ms}, {quantum: 2ms}, {quantum: 4ms}]");
	text_put(t, "}\nprocesses:\n");
	for (int i = 0; i < e->jobs; i++) {
		const struct job *j = &e->job[i];
		text_print(t, "  %c: {arrive: %lldus, priority: %lld, ", 'A' + i, (long long)j->arrive, (long long)j->priority);
		if (e->policy == POLICY_EDF)
			text_print(t, "deadline: %lldus, ", (long long)j->deadline);
		text_put(t, "steps: [");
		for (int k = 0; k < j->parts; k++)
			text_print(t, "%s{%s: %lldus}", k ? ", " : "", k == 1 ? "io" : "compute", (long long)j->work[k]);
		text_put(t, "]}\n");
	}
}

/* The run of it; t is to be freed after. */
static struct play *solve(struct trial *t, const struct exercise *e)
{
	struct text s = { 0 };
	write_scenario(&s, e);
	t->g = program_load("problem", text_is(&s), s.length, "en");
	text_free(&s);
	world_layout(t->g, true);
	t->settings = (struct settings){ .seed = 1, .max_steps = 100000, .fair = true };
	trial_settle(t, e->policy, -1);
	return trial_play(t);
}

static void solved(struct trial *t, struct play *y)
{
	play_free(y);
	chart_free(&t->chart);
	program_free(t->g);
}

static void answer(const struct exercise *e, struct answer *a)
{
	struct trial t = { 0 };
	struct play *y = solve(&t, e);
	for (int i = 0; i < e->jobs; i++) {
		const struct actor *p = &y->actor[MAIN + 1 + i];
		a[i] = (struct answer){ p->first_run, p->finish, p->wait };
	}
	solved(&t, y);
}

static bool is_near(int64_t a, int64_t b)
{
	return llabs(a - b) < MS / 2;
}

/* Does it come to the same if this is a little more, and a little less? */
static bool is_firm(struct exercise *e, const struct answer *right, int64_t *what)
{
	struct answer a[JOBS];
	int64_t is = *what;
	bool same = true;
	for (int sign = -1; same && sign <= 1; sign += 2) {
		*what = is + sign;
		if (*what < 0)
			continue;
		answer(e, a);
		for (int i = 0; i < e->jobs; i++)
			same = same && is_near(a[i].first, right[i].first) && is_near(a[i].finish, right[i].finish) && is_near(a[i].wait, right[i].wait);
	}
	*what = is;
	return same;
}

/* Of level 1 all are there at the beginning: the order of the table is a rule that the exercise states. */
static bool has_no_ties(struct exercise *e)
{
	struct answer right[JOBS];
	bool good = true;
	answer(e, right);
	for (int i = 0; good && i < e->jobs; i++) {
		struct job *j = &e->job[i];
		good = (e->level == 1 || is_firm(e, right, &j->arrive)) && (j->parts < 3 || is_firm(e, right, &j->work[1])) &&
		       (e->policy != POLICY_EDF || is_firm(e, right, &j->deadline));
		for (int k = 0; good && goes_by_bursts(e->policy) && k < j->parts; k += 2)
			good = is_firm(e, right, &j->work[k]);
	}
	return good;
}

/* Does its policy matter? One that comes to what first come, first served comes to has not been exercised: no slice has run out before
 * others, no process was preempted, none was taken out of turn. */
static bool is_of_its_policy(struct exercise *e)
{
	struct answer own[JOBS], plain[JOBS];
	enum policy policy = e->policy;
	bool differs = policy == POLICY_FIFO;
	answer(e, own);
	e->policy = POLICY_FIFO;
	answer(e, plain);
	e->policy = policy;
	for (int i = 0; i < e->jobs; i++)
		differs |= own[i].first != plain[i].first || own[i].finish != plain[i].finish || own[i].wait != plain[i].wait;
	return differs;
}

/* ---- writing ---- */

struct sheet_wishes { enum table_form form; bool key; int64_t count; };

static const char *ms(struct call *c, double micros)
{
	struct text t = { 0 };
	metrics_ms(&t, micros);
	const char *word = arena_word(&c->arena, text_is(&t), t.length);
	text_free(&t);
	return word;
}

static void put_heading(struct text *t, struct call *c, const struct exercise *e, int64_t number, const struct sheet_wishes *w)
{
	const struct policy_row *p = &policy_rows[e->policy];
	const char *policy = spoken(p->title, p->title_zh);
	const char *title = say_word(&c->arena, w->key ? SAY(PROBLEM_KEY, number, policy, p->word) : SAY(PROBLEM_TITLE, number, policy, p->word));
	switch (w->form) {
	case TABLE_MARKDOWN: text_print(t, "## %s\n\n", title); break;
	case TABLE_LATEX:    text_print(t, "\\subsection*{%s}\n\n", title); break;
	default:             text_print(t, "%s\n\n", title); break;
	}
}

static struct message rule_of(enum policy p)
{
	switch (p) {
	case POLICY_FIFO:     return SAY(PROBLEM_FIFO);
	case POLICY_SJF:      return SAY(PROBLEM_SJF);
	case POLICY_STCF:     return SAY(PROBLEM_STCF);
	case POLICY_LJF:      return SAY(PROBLEM_LJF);
	case POLICY_HRRN:     return SAY(PROBLEM_HRRN);
	case POLICY_RR:       return SAY(PROBLEM_RR);
	case POLICY_PRIORITY: return SAY(PROBLEM_PRIORITY);
	case POLICY_MLFQ:     return SAY(PROBLEM_MLFQ);
	case POLICY_EDF:      return SAY(PROBLEM_EDF);
	default:              return NOTHING_TO_SAY;
	}
}

/* The rules that the answers rest on: whatever might be a tie is none, but for these. */
static void put_rules(struct text *t, struct call *c, const struct exercise *e)
{
	const char *all = say_word(&c->arena, SAY(PROBLEM_POLICY, say_word(&c->arena, rule_of(e->policy))));
	const struct { bool is; struct message rule; } rules[] = { { e->policy == POLICY_RR, SAY(PROBLEM_SLICE, ms(c, e->quantum)) },
		{ e->policy == POLICY_MLFQ, SAY(PROBLEM_LEVELS) }, { e->level == 1, SAY(PROBLEM_ARRIVALS) }, { e->level == 3, SAY(PROBLEM_IO) } };
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i].is)
			all = say_word(&c->arena, SAY(SENTENCES_ARE, all, say_word(&c->arena, rules[i].rule)));
	text_print(t, "%s\n\n", all);
}

static void put_given(struct text *t, struct call *c, const struct exercise *e, enum table_form form)
{
	struct table table = { .columns = 3 };
	bool priority = e->policy == POLICY_PRIORITY, deadline = e->policy == POLICY_EDF;
	table.columns += priority + deadline;
	table_cell(&table, spoken("process", "进程"));
	table_cell(&table, spoken("arrival", "到达时间"));
	table_cell(&table, spoken(e->level == 3 ? "CPU, I/O, CPU" : "service", e->level == 3 ? "CPU、I/O、CPU" : "服务时间"));
	if (priority)
		table_cell(&table, spoken("priority", "优先数"));
	if (deadline)
		table_cell(&table, spoken("deadline", "截止时间"));
	for (int i = 0; i < e->jobs; i++) {
		const struct job *j = &e->job[i];
		struct text work = { 0 };
		table_cell(&table, (char[]){ (char)('A' + i), 0 });
		table_cell(&table, ms(c, j->arrive));
		for (int k = 0; k < j->parts; k++)
			text_list(&work, &sentence_NAMES_ARE, ms(c, j->work[k]));
		table_cell(&table, text_is(&work));
		text_free(&work);
		if (priority)
			table_cell(&table, arena_print(&c->arena, "%lld", (long long)j->priority));
		if (deadline)
			table_cell(&table, ms(c, j->arrive + j->deadline));
	}
	table_print(t, &table, form);
	table_free(&table);
}

static void put_task(struct text *t, enum table_form form)
{
	text_put(t, form == TABLE_TEXT || form == TABLE_MARKDOWN ? "\n" : "\n\\medskip\n");
	text_put(t, spoken("Draw the Gantt chart. Find for each process the completion time, turnaround time, weighted turnaround time, waiting "
	                   "time and response time, and the means.\n",
	                   "画出甘特图。求每个进程的完成时间、周转时间、带权周转时间、等待时间和响应时间，以及它们的平均值。\n"));
}

/* "A 0-3, B 3-5": as the CPU went from one to the next. */
static void put_gantt(struct text *t, struct call *c, const struct trial *trial, const struct play *y)
{
	proc_id now = 0;
	int64_t since = 0;
	const char *all = "";
	for (size_t i = 0; i < trial->chart.turnings; i++) {
		const struct turning *turn = &trial->chart.turning[i];
		bool begins = turn->to == STATE_RUNNING && turn->who != now, ends = turn->who == now && turn->to != STATE_RUNNING;
		if ((begins || ends) && now && turn->time > since) {
			const char *bar = arena_print(&c->arena, "%s %s-%s", y->g->process[now].name, ms(c, since), ms(c, turn->time));
			all = *all ? say_word(&c->arena, SAY(CLAUSES_ARE, all, bar)) : bar;
		}
		if (begins || ends) {
			now = begins ? turn->who : 0;
			since = turn->time;
		}
	}
	text_say(t, SAY(PROBLEM_GANTT, all));
	text_put(t, "\n\n");
}

static void put_key(struct text *t, struct call *c, const struct exercise *e, enum table_form form)
{
	static const char *const heads[][2] = { { "process", "进程" }, { "completion", "完成时间" }, { "turnaround", "周转时间" },
		{ "weighted turnaround", "带权周转时间" }, { "waiting", "等待时间" }, { "response", "响应时间" } };
	struct table table = { .columns = sizeof heads / sizeof *heads };
	struct trial trial = { 0 };
	struct play *y = solve(&trial, e);
	struct averages mean = metrics_average(y);
	put_gantt(t, c, &trial, y);
	for (size_t i = 0; i < table.columns; i++)
		table_cell(&table, spoken(heads[i][0], heads[i][1]));
	for (int i = 0; i < e->jobs; i++) {
		const struct actor *a = &y->actor[MAIN + 1 + i];
		table_cell(&table, y->g->process[MAIN + 1 + i].name);
		table_cell(&table, ms(c, a->finish));
		table_cell(&table, ms(c, a->finish - a->arrive));
		table_cell(&table, arena_print(&c->arena, "%.2f", (double)(a->finish - a->arrive) / a->used));
		table_cell(&table, ms(c, a->wait));
		table_cell(&table, ms(c, a->first_run - a->arrive));
	}
	table_cell(&table, spoken("mean", "平均"));
	table_cell(&table, "");
	table_cell(&table, arena_print(&c->arena, "%.2f", mean.turnaround / MS));
	table_cell(&table, arena_print(&c->arena, "%.2f", mean.weighted));
	table_cell(&table, arena_print(&c->arena, "%.2f", mean.wait / MS));
	table_cell(&table, arena_print(&c->arena, "%.2f", mean.response / MS));
	table_print(t, &table, form);
	table_free(&table);
	solved(&trial, y);
}

static void write_one(struct text *t, struct call *c, const struct exercise *e, int64_t number, const struct sheet_wishes *w)
{
	if (number > 1)
		text_char(t, '\n');
	put_heading(t, c, e, number, w);
	if (w->key) {
		put_key(t, c, e, w->form);
		return;
	}
	put_rules(t, c, e);
	put_given(t, c, e, w->form);
	put_task(t, w->form);
}

/* ---- the command ---- */

/* The scenarios of those that stand on the sheet already: all are different. */
struct drawn { char **text; size_t count, room; };

static bool is_new(struct drawn *d, const struct exercise *e)
{
	struct text s = { 0 };
	bool fresh = true;
	write_scenario(&s, e);
	for (size_t i = 0; fresh && i < d->count; i++)
		fresh = strcmp(d->text[i], text_is(&s)) != 0;
	if (fresh) {
		GROW(d->text, d->count, d->room);
		d->text[d->count++] = must_have(strdup(text_is(&s)));
	}
	text_free(&s);
	return fresh;
}

static int write_sheet(struct call *c, struct exercise *e, const struct sheet_wishes *w)
{
	struct drawn drawn = { 0 };
	uint64_t dice = dice_seed(e->seed, policy_rows[e->policy].word);
	int code = EXIT_FINE;
	ends_catch();
	for (int64_t n = 1; code == EXIT_FINE && n <= w->count; n++) {
		int tries = 0;
		do
			draw(e, &dice);
		while (++tries < TRIES && !ends_now() && (!is_of_its_policy(e) || !has_no_ties(e) || !is_new(&drawn, e)));
		if (ends_now())
			code = EXIT_SIGNAL + ends_caught();
		else if (tries == TRIES)
			code = complain(EXIT_UNDECIDED, SAY(PROBLEM_FEWER), SAY(PROBLEM_NO_MORE, n - 1));
		if (code != EXIT_FINE)
			break;
		struct text t = { 0 };
		write_one(&t, c, e, n, w);
		fwrite(t.at, 1, t.length, stdout);
		text_free(&t);
	}
	for (size_t i = 0; i < drawn.count; i++)
		free(drawn.text[i]);
	free(drawn.text);
	return code;
}

int command_PROBLEM(struct call *c)
{
	struct exercise e = { 0 };
	struct sheet_wishes w = { .count = 1, .key = call_has(c, OPTION_KEY) };
	int policy = POLICY_RR, form = TABLE_TEXT;
	int64_t level = 1, seed = 1;
	if (!value_choice(c, OPTION_POLICY, &policy) || !value_choice(c, OPTION_FORMAT, &form) || !value_number(c, OPTION_LEVEL, 1, 3, &level) ||
	    !value_number(c, OPTION_SEED, 0, INT64_MAX, &seed) || !value_number(c, OPTION_EXERCISES, 1, MOST_COUNT, &w.count))
		return EXIT_USAGE;
	if (!is_offered((enum policy)policy))
		return complain(EXIT_USAGE, SAY(PROBLEM_POLICIES), SAY(NO_PROBLEM, policy_rows[policy].word));
	e.policy = (enum policy)policy;
	e.level = (int)level;
	e.seed = (uint64_t)seed;
	w.form = form == 2 ? TABLE_LATEX : (enum table_form)form;
	return write_sheet(c, &e, &w);
}
