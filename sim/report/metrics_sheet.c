/* The numbers of a run as a table for a sheet or a spreadsheet. */
#include <stdio.h>
#include <string.h>
#include "sim/report/metrics.h"

static const char *const unknown = "-";

/* Milliseconds; in CSV what is not known is left out. */
static void put_ms(struct table *t, bool known, double micros, enum table_form form)
{
	struct text s = { 0 };
	if (known)
		metrics_ms(&s, micros);
	table_cell(t, known ? text_is(&s) : form == TABLE_CSV ? "" : unknown);
	text_free(&s);
}

static void put_ratio(struct table *t, bool known, double ratio, enum table_form form)
{
	char s[40];
	snprintf(s, sizeof s, "%.2f", ratio);
	table_cell(t, known ? s : form == TABLE_CSV ? "" : unknown);
}

static bool is_row(const struct play *y, proc_id p)
{
	return y->actor[p].arrive >= 0 && !(p == MAIN && y->g->default_main);
}

static bool has_deadlines(const struct play *y)
{
	for (proc_id p = MAIN; p < y->g->processes; p++)
		if (is_row(y, p) && deadline_of(y, p) != UNLIMITED)
			return true;
	return false;
}

static void put_heads(struct table *t, bool deadlines, bool zh)
{
	static const char *const words[][2] = { { "process", "进程" }, { "arrival", "到达时间" }, { "service", "服务时间" },
		{ "completion", "完成时间" }, { "turnaround", "周转时间" }, { "weighted turnaround", "带权周转时间" }, { "waiting", "等待时间" },
		{ "response", "响应时间" }, { "deadline", "截止时间" }, { "missed", "错过截止时间" } };
	t->columns = sizeof words / sizeof *words - (deadlines ? 0 : 2);
	for (size_t i = 0; i < t->columns; i++)
		table_cell(t, words[i][zh]);
}

static void put_deadline(struct table *t, const struct play *y, proc_id p, bool ended, bool zh, enum table_form form)
{
	int64_t deadline = deadline_of(y, p);
	bool missed = (ended ? y->actor[p].finish : y->at->now) > deadline;
	put_ms(t, deadline != UNLIMITED, deadline, form);
	if (deadline == UNLIMITED || (!ended && !missed))
		table_cell(t, form == TABLE_CSV ? "" : unknown);
	else
		table_cell(t, missed ? (zh ? "是" : "yes") : zh ? "否" : "no");
}

static void put_process(struct table *t, const struct play *y, proc_id p, bool deadlines, bool zh, enum table_form form)
{
	const struct actor *a = &y->actor[p];
	bool ended = who_is(y->world.shared, p)->life >= LIFE_ZOMBIE && a->finish >= 0;
	double turnaround = (double)(a->finish - a->arrive);
	table_cell(t, y->g->process[p].name);
	put_ms(t, true, a->arrive, form);
	put_ms(t, ended, a->used, form);
	put_ms(t, ended, a->finish, form);
	put_ms(t, ended, turnaround, form);
	put_ratio(t, ended && a->used, a->used ? turnaround / a->used : 0, form);
	put_ms(t, true, a->wait, form);
	put_ms(t, a->first_run >= 0, a->first_run - a->arrive, form);
	if (deadlines)
		put_deadline(t, y, p, ended, zh, form);
}

static void put_means(struct table *t, const struct play *y, bool deadlines, bool zh, enum table_form form)
{
	struct averages a = metrics_average(y);
	bool known = a.processes != 0;
	table_cell(t, zh ? "平均" : "mean");
	for (int i = 0; i < 3; i++)
		table_cell(t, "");
	put_ms(t, known, a.turnaround, form);
	put_ratio(t, known && a.weighted > 0, a.weighted, form);
	put_ms(t, known, a.wait, form);
	put_ms(t, known, a.response, form);
	for (int i = 0; deadlines && i < 2; i++)
		table_cell(t, "");
}

/* What the CPUs did: a table of its own, of one row. */
static void put_use(struct text *out, const struct play *y, bool zh, enum table_form form, int width)
{
	static const char *const words[][2] = { { "policy", "调度算法" }, { "throughput (per s)", "吞吐量（个/s）" }, { "CPU utilisation (%)", "CPU 利用率（%）" },
		{ "idle", "空闲时间" }, { "context switches", "上下文切换" }, { "time-outs", "时间片用完" }, { "preemptions", "抢占" } };
	struct table t = { .columns = sizeof words / sizeof *words, .width = width };
	struct usage u = play_usage(y);
	char s[40];
	for (size_t i = 0; i < t.columns; i++)
		table_cell(&t, words[i][zh]);
	table_cell(&t, policy_rows[y->settings.policy].word);
	put_ratio(&t, y->at->now > 0, y->at->now ? metrics_average(y).processes * 1e6 / (double)y->at->now : 0, form);
	snprintf(s, sizeof s, "%.1f", 100 * metrics_utilisation(y));
	table_cell(&t, s);
	put_ms(&t, true, u.idle, form);
	for (int i = 0; i < 3; i++) {
		snprintf(s, sizeof s, "%u", i == 0 ? u.switches : i == 1 ? u.timeouts : u.preemptions);
		table_cell(&t, s);
	}
	table_print(out, &t, form);
	table_free(&t);
}

void metrics_sheet(struct text *out, const struct play *y, bool zh, enum table_form form, int width)
{
	struct table t = { .width = width };
	bool deadlines = has_deadlines(y);
	put_heads(&t, deadlines, zh);
	for (proc_id p = MAIN; p < y->g->processes; p++)
		if (is_row(y, p))
			put_process(&t, y, p, deadlines, zh, form);
	put_means(&t, y, deadlines, zh, form);
	table_print(out, &t, form);
	text_char(out, '\n');
	if (y->settings.policy != POLICY_HOST)
		put_use(out, y, zh, form, width);
	table_free(&t);
}
