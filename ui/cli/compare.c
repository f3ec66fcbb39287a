/* compare: the same work under several policies, or several scenarios or settings side by side, on the model. */
#include "ui/cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include "sim/report/crowd.h"
#include "sim/report/json.h"
#include "sim/report/metrics.h"
#include "sim/report/phrases.h"
#include "sim/report/rulings.h"
#include "sim/report/table.h"

enum { MOST_RUNS = 64, WIDTH = 100, MOST_CHART_ROWS = 24, CROWD_WIDTH = 70, CROWD_BESIDE = 8 };

/* One of what is compared, beside its policy. */
struct side { struct variant is; struct trial trial; };
struct one_run {
	enum policy policy;
	int64_t quantum;                /* 0: as the scenario says */
	const char *label;              /* "rr 4ms" */
	struct side *of;
	struct play *play;
	struct chart chart;
};
struct comparison {
	struct call *call;
	struct side *side;
	size_t sides;
	int64_t timeout;                /* -1: none */
	int table;                      /* an enum table_form; -1: none is asked for */
	struct one_run run[MOST_RUNS];
	int runs;
	int64_t quantum[MOST_RUNS];
	int quanta;
};

/* The columns: what is measured, and whether more is better. */
struct measure { const char *key, *word, *word_zh; bool most; double (*of)(const struct play *); };

static double turnaround(const struct play *y) { return metrics_average(y).turnaround; }
static double response(const struct play *y)   { return metrics_average(y).response; }
static double waiting(const struct play *y)    { return metrics_average(y).wait; }
static double longest(const struct play *y)    { return metrics_average(y).longest_wait; }
static double finished(const struct play *y)   { return y->at->now; }
static double used(const struct play *y)       { return metrics_utilisation(y) * 100000; }     /* as a percentage times 1000 */
static double switches(const struct play *y)   { return play_usage(y).switches * 1000.0; }

static const struct measure measures[] = {
	{ "turnaround",   "turnaround",   "周转时间",     false, turnaround },
	{ "response",     "response",     "响应时间",     false, response },
	{ "wait",         "wait",         "等待时间",     false, waiting },
	{ "longest_wait", "longest wait", "最长等待", false, longest },
	{ "time",         "all done",     "全部完成", false, finished },
	{ "utilisation",  "CPU used %",   "CPU 利用率%",  true,  used },
	{ "switches",     "switches",     "进程切换",     false, switches },
};
enum { MEASURES = sizeof measures / sizeof *measures };

/* ---- the flags ---- */

static bool add_quantum(struct comparison *k, const char *word)
{
	int64_t n;
	if (!time_read(word, &n))
		return complain(EXIT_USAGE, SAY(WANT_TIMES),
		                SAY(FLAG_CANT_BE, "quantum", word)), false;
	if (k->quanta < MOST_RUNS)
		k->quantum[k->quanta++] = n;
	return true;
}

static bool takes_quantum(const struct comparison *k, enum policy p)
{
	return k->quanta && policy_has_slices(p, true);
}

static bool add_run_of(struct comparison *k, struct side *of, enum policy p, int64_t quantum)
{
	struct text label = { 0 };
	bool own = k->sides > 1 && !call_has(k->call, OPTION_POLICIES);         /* its policy is not what is compared */
	if (k->runs == MOST_RUNS)
		return complain(EXIT_USAGE, NOTHING_TO_SAY, SAY(TOO_MANY_RUNS, MOST_RUNS)), false;
	text_print(&label, "%s%s%s", k->sides > 1 ? of->is.label : "", k->sides > 1 && !own ? " " : "", own ? "" : policy_rows[p].word);
	if (quantum) {
		text_char(&label, ' ');
		metrics_ms(&label, quantum);
		text_put(&label, "ms");
	}
	k->run[k->runs++] = (struct one_run){ .policy = p, .quantum = quantum, .of = of,
	                                      .label = arena_word(&k->call->arena, text_is(&label), label.length) };
	text_free(&label);
	return true;
}

static bool add_run(struct comparison *k, enum policy p, int64_t quantum)
{
	for (size_t i = 0; i < k->sides; i++)
		if (!add_run_of(k, &k->side[i], p, quantum))
			return false;
	return true;
}

static bool add_policy(struct comparison *k, const char *word)
{
	const char *words[POLICY_COUNT];
	enum policy p = policy_find(word);
	for (int i = 0; i < POLICY_COUNT; i++)
		words[i] = policy_rows[i].word;
	if (p == POLICY_COUNT || p == POLICY_HOST)
		return complain(EXIT_USAGE, p == POLICY_HOST ? SAY(NO_VIRTUAL_TIME) : did_you_mean(word, words,
		                POLICY_COUNT, SAY(LISTS_POLICIES)), SAY(CANT_COMPARE, word)), false;
	if (!takes_quantum(k, p))
		return add_run(k, p, 0);
	for (int i = 0; i < k->quanta; i++)
		if (!add_run(k, p, k->quantum[i]))
			return false;
	return true;
}

/* Each word of a list with commas. */
static bool each(struct comparison *k, const char *list, bool (*take)(struct comparison *, const char *))
{
	for (const char *at = list;; at++) {
		size_t n = strcspn(at, ",");
		if (!take(k, arena_word(&k->call->arena, at, n)))
			return false;
		at += n;
		if (!*at)
			return true;
	}
}

static bool read_flags(struct comparison *k)
{
	const char *quanta = k->call->value[OPTION_QUANTUM], *policies = k->call->value[OPTION_POLICIES];
	k->timeout = -1;
	for (size_t i = 0; i < k->sides; i++)
		if (!trial_wishes(k->call, &k->side[i].trial))
			return false;
	return value_seconds(k->call, OPTION_TIMEOUT, &k->timeout) && (!quanta || each(k, quanta, add_quantum)) &&
	       (k->sides > 1 && !policies ? true : each(k, policies ? policies : "fifo,sjf,stcf,rr,mlfq", add_policy));
}

/* Of several, each is run as it says itself. */
static bool add_own_policies(struct comparison *k)
{
	for (size_t i = 0; i < k->sides; i++) {
		enum policy own = k->side[i].trial.g->cpu.policy;
		if (!add_run_of(k, &k->side[i], own == POLICY_HOST || own == POLICY_MANUAL ? POLICY_RR : own, k->quanta ? k->quantum[0] : 0))
			return false;
	}
	return true;
}

/* Where nobody says what to compare, what the scenario is there to show is compared, too. */
static bool add_own_policy(struct comparison *k)
{
	enum policy own = k->side->trial.g->cpu.policy;
	if (k->sides > 1)
		return call_has(k->call, OPTION_POLICIES) || add_own_policies(k);
	if (call_has(k->call, OPTION_POLICIES) || own == POLICY_HOST || own == POLICY_MANUAL)
		return true;
	for (int i = 0; i < k->runs; i++)
		if (k->run[i].policy == own)
			return true;
	return add_policy(k, policy_rows[own].word);
}

/* ---- telling ---- */

/* What a run would have come to that did not reach its end is not known: neither in a deadlock nor at a limit. */
static bool is_whole(const struct play *y)
{
	return y->at->cause != VERDICT_LIMIT && y->at->cause != VERDICT_STOPPED && y->at->cause != VERDICT_DEADLOCK;
}

static bool is_best(const struct comparison *k, const struct measure *m, int which)
{
	const struct play *y = k->run[which].play;
	for (int i = 0; i < k->runs; i++) {
		const struct play *other = k->run[i].play;
		if (is_whole(other) && (m->most ? m->of(other) > m->of(y) : m->of(other) < m->of(y)))
			return false;
	}
	return is_whole(y);
}

/* A column of equal numbers has no best; a number is better than none. */
static bool is_starred(const struct comparison *k, const struct measure *m, int which)
{
	bool differs = false;
	for (int i = 0; i < k->runs; i++)
		differs = differs || !is_best(k, m, i);
	return differs && is_best(k, m, which);
}

/* How it ended, and what was broken. */
static void put_ruling(struct text *t, const struct comparison *k, const struct play *y)
{
	const char *word = ruling_word(ruling_of(y), !strcmp(k->call->language, "zh"));
	struct text broken = { 0 };
	for (uint32_t i = 0; i < y->g->expects; i++)
		if (y->standing[i].broken)
			text_list(&broken, &sentence_PARTS_ARE, y->g->expect[i].name);
	text_say(t, broken.length ? SAY(IS_SAID_OF, word, text_is(&broken)) : SAY(AS_IT_IS, word));
	text_free(&broken);
}

static void put_number(struct table *table, const struct measure *m, const struct play *y, const char *unknown, const char *mark)
{
	struct text s = { 0 };
	if (is_whole(y))
		metrics_ms(&s, (double)(int64_t)(m->of(y) + 0.5));
	else
		text_put(&s, unknown);
	text_put(&s, mark);
	table_cell(table, text_is(&s));
	text_free(&s);
}

static void put_table(struct text *t, const struct comparison *k)
{
	struct table table = { .columns = MEASURES + 2, .width = columns_of(stdout), .worded = MEASURES + 1 };
	struct text s = { 0 };
	table_cell(&table, "");
	for (int m = 0; m < MEASURES; m++)
		table_cell(&table, spoken(measures[m].word, measures[m].word_zh));
	table_cell(&table, "");
	for (int i = 0; i < k->runs; i++) {
		const struct play *y = k->run[i].play;
		table_cell(&table, k->run[i].label);
		for (int m = 0; m < MEASURES; m++)
			put_number(&table, &measures[m], y, "-", is_starred(k, &measures[m], i) ? "*" : " ");
		text_clear(&s);
		if (y->at->verdict != VERDICT_OK)
			put_ruling(&s, k, y);
		table_cell(&table, text_is(&s));
	}
	table_print(t, &table, TABLE_TEXT);
	text_say(t, SAY(COMPARE_AVERAGES));
	text_char(t, '\n');
	table_free(&table);
	text_free(&s);
}

/* The same numbers for a sheet or a spreadsheet; what is not known is left out in CSV. */
static void put_sheet(struct text *t, const struct comparison *k, enum table_form form)
{
	bool zh = !strcmp(k->call->language, "zh");
	const char *unknown = form == TABLE_CSV ? "" : "-";
	struct table table = { .columns = MEASURES + 3, .width = columns_of(stdout), .worded = MEASURES + 2 };
	table_cell(&table, spoken("run", "运行"));
	for (int m = 0; m < MEASURES; m++) {
		table_cell(&table, spoken(measures[m].word, measures[m].word_zh));
		if (!m)
			table_cell(&table, spoken("weighted turnaround", "带权周转时间"));
	}
	table_cell(&table, spoken("result", "结果"));
	for (int i = 0; i < k->runs; i++) {
		const struct play *y = k->run[i].play;
		double weighted = metrics_average(y).weighted;
		table_cell(&table, k->run[i].label);
		for (int m = 0; m < MEASURES; m++) {
			put_number(&table, &measures[m], y, unknown, "");
			if (!m)
				table_cell(&table, is_whole(y) && weighted > 0 ? arena_print(&k->call->arena, "%.2f", weighted) : unknown);
		}
		table_cell(&table, ruling_word(ruling_of(y), zh));
	}
	table_print(t, &table, form);
	table_free(&table);
}

/* All charts have the same scale. */
static int64_t longest_run(const struct comparison *k)
{
	int64_t longest = 0;
	for (int i = 0; i < k->runs; i++)
		longest = k->run[i].chart.end > longest ? k->run[i].chart.end : longest;
	return longest;
}

/* A row for each process is more than anybody reads. */
static bool is_crowded(const struct comparison *k, uint32_t *peak)
{
	bool crowded = false;
	*peak = 1;
	for (int i = 0; i < k->runs; i++) {
		uint32_t n = crowd_peak(k->run[i].play, &k->run[i].chart);
		crowded |= crowd_size(k->run[i].play->g) > MOST_CHART_ROWS;
		*peak = n > *peak ? n : *peak;
	}
	return crowded;
}

static void put_head(struct text *t, const struct comparison *k)
{
	const struct play *y = k->run[0].play;
	struct text title = { 0 };
	if (k->sides > 1 && k->call->operands > 1)
		text_say(&title, SAY(COMPARE_SEVERAL, k->call->operands));
	else if (k->sides > 1)
		text_put(&title, y->g->title ? y->g->title : y->g->name);
	else
		phrase_title(&title, y->g);
	text_say(t, SAY(COMPARE_HEAD, text_is(&title), y->settings.seed, y->settings.cpus));
	text_char(t, '\n');
	text_free(&title);
}

static void put_legend(struct text *t, const struct comparison *k, int width, bool zh)
{
	const struct chart *charts[MOST_RUNS];
	for (int i = 0; i < k->runs; i++)
		charts[i] = &k->run[i].chart;
	chart_legend(t, k->run[0].play, charts, k->runs, width, zh);
}

static void put_people(struct text *t, const struct comparison *k)
{
	uint32_t peak;
	bool crowded = is_crowded(k, &peak), zh = !strcmp(k->call->language, "zh");
	int columns = columns_of(stdout), crowd = columns < CROWD_WIDTH + CROWD_BESIDE ? columns - CROWD_BESIDE : CROWD_WIDTH;
	put_head(t, k);
	put_table(t, k);
	for (int i = 0; i < k->runs; i++) {
		const struct policy_row *p = &policy_rows[k->run[i].policy];
		text_char(t, '\n');
		text_say(t, SAY(COMPARE_CHART, k->run[i].label, spoken(p->title, p->title_zh)));
		text_char(t, '\n');
		if (crowded)
			crowd_print(t, k->run[i].play, &k->run[i].chart, crowd, longest_run(k), peak);
		else
			chart_print(t, k->run[i].play, &k->run[i].chart, columns < WIDTH ? columns : WIDTH, longest_run(k));
	}
	if (crowded)
		crowd_legend(t, columns, zh);
	else
		put_legend(t, k, columns, zh);
}

static void put_json(struct text *t, const struct comparison *k)
{
	text_put(t, "{\"scenario\": ");
	text_json(t, k->run[0].play->g->name);
	text_print(t, ", \"seed\": %llu, \"cpus\": %u, \"runs\": [", (unsigned long long)k->run[0].play->settings.seed,
	           k->run[0].play->settings.cpus);
	for (int i = 0; i < k->runs; i++) {
		const struct play *y = k->run[i].play;
		text_print(t, "%s{\"policy\": \"%s\", \"quantum\": ", i ? ", " : "", policy_rows[k->run[i].policy].word);
		if (policy_has_slices(k->run[i].policy, k->run[i].quantum))
			text_print(t, "%lld", (long long)y->settings.quantum);
		else
			text_put(t, "null");
		text_put(t, ", \"label\": ");
		text_json(t, k->run[i].label);
		text_put(t, ", \"file\": ");
		text_json(t, k->run[i].of->is.name);
		text_put(t, ", \"scenario\": ");
		text_json(t, y->g->name);
		text_put(t, ", \"params\": ");
		params_json(y->g, t);
		text_print(t, ", \"verdict\": \"%s\", \"time\": %lld", verdict_words[y->at->verdict], (long long)y->at->now);
		json_processes(t, y);
		metrics_json(t, y);
		text_char(t, '}');
	}
	text_put(t, "], \"best\": {");
	for (int m = 0; m < MEASURES; m++) {
		const char *between = "";
		text_print(t, "%s\"%s\": [", m ? ", " : "", measures[m].key);
		for (int i = 0; i < k->runs; i++)
			if (is_best(k, &measures[m], i)) {
				text_print(t, "%s%d", between, i);
				between = ", ";
			}
		text_char(t, ']');
	}
	text_put(t, "}}\n");
}

/* ---- the command ---- */

/* The worst of the runs' codes: a finding comes before a limit. */
static int outcome(const struct comparison *k)
{
	int code = EXIT_FINE;
	for (int i = 0; i < k->runs; i++) {
		int one = exit_status(k->run[i].play);
		if (one != EXIT_FINE && code != EXIT_FINDING)
			code = one;
	}
	return code;
}

/* What a run had not come to would be compared as if it were its end. */
static int stopped(const struct comparison *k, const struct one_run *at)
{
	if (ends_caught())
		return EXIT_SIGNAL + ends_caught();
	return complain(EXIT_UNDECIDED, SAY(COMPARE_FEWER),
	                SAY(COMPARING_STOPPED, arena_print(&k->call->arena, "%g", k->timeout / 1e6), at->label));
}

static int play_all(struct comparison *k)
{
	ends_catch();
	ends_stretch(k->timeout);
	for (int i = 0; i < k->runs; i++) {
		struct one_run *r = &k->run[i];
		trial_settle(&r->of->trial, r->policy, r->quantum);
		r->play = trial_play(&r->of->trial);
		r->chart = r->of->trial.chart;
		if (!r->play->at->verdict)
			return stopped(k, r);
	}
	return EXIT_FINE;
}

static int compare(struct comparison *k)
{
	struct text t = { 0 };
	int code = EXIT_FINE;
	for (size_t i = 0; i < k->sides && code == EXIT_FINE; i++)
		code = trial_load_as(k->call, &k->side[i].trial, k->side[i].is.name, k->side[i].is.set);
	if (code != EXIT_FINE)
		return code;
	if (!add_own_policy(k))
		return EXIT_USAGE;
	code = play_all(k);
	if (code != EXIT_FINE)
		return code;
	if (call_has(k->call, OPTION_JSON))
		put_json(&t, k);
	else if (k->table >= 0)
		put_sheet(&t, k, (enum table_form)k->table);
	else
		put_people(&t, k);
	fwrite(t.at, 1, t.length, stdout);
	text_free(&t);
	return outcome(k);
}

int command_COMPARE(struct call *c)
{
	struct comparison k = { .call = c, .table = -1 };
	if (!value_choice(c, OPTION_TABLE, &k.table))
		return EXIT_USAGE;
	if (k.table >= 0 && call_has(c, OPTION_JSON))
		return complain(EXIT_USAGE, SAY(LEAVE_ONE_OUT), SAY(TABLE_ALONE, "json"));
	if (call_has(c, OPTION_SEEDS))
		return compare_seeds(c, k.table);
	struct variant v[MOST_VARIANTS];
	k.sides = variants_of(c, v);
	if (k.sides > MOST_VARIANTS)
		return complain(EXIT_USAGE, NOTHING_TO_SAY, SAY(TOO_MANY_RUNS, MOST_RUNS));
	k.side = arena_get(&c->arena, k.sides * sizeof *k.side);
	for (size_t i = 0; i < k.sides; i++)
		k.side[i].is = v[i];
	int code = read_flags(&k) ? compare(&k) : EXIT_USAGE;
	for (int i = 0; i < k.runs; i++) {
		play_free(k.run[i].play);
		chart_free(&k.run[i].chart);
	}
	for (size_t i = 0; i < k.sides; i++)
		trial_free(&k.side[i].trial);
	return code;
}
