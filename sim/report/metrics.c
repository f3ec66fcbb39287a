/* The numbers of a run. */
#include "sim/report/metrics.h"
#include "sim/report/phrases.h"
#include "sim/report/table.h"
#include <stdio.h>
#include <string.h>

bool metrics_count(const struct play *y, proc_id p)
{
	const struct group *g = &y->g->group[y->g->process[p].group];
	bool counts = !(p == MAIN && y->g->default_main) && !g->service && !g->daemon;
	return counts && who_is(y->world.shared, p)->life >= LIFE_ZOMBIE && y->actor[p].finish >= 0;
}

struct averages metrics_average(const struct play *y)
{
	struct averages sum = { 0 };
	uint32_t worked = 0;            /* of others there is no weighted turnaround */
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		const struct actor *a = &y->actor[p];
		if (!metrics_count(y, p))
			continue;
		sum.processes++;
		sum.response += a->first_run < 0 ? 0 : a->first_run - a->arrive;
		sum.turnaround += a->finish - a->arrive;
		sum.weighted += a->used ? (double)(a->finish - a->arrive) / a->used : 0;
		worked += a->used != 0;
		sum.wait += a->wait;
		sum.longest_wait = a->wait > sum.longest_wait ? a->wait : sum.longest_wait;
	}
	if (sum.processes) {
		sum.response /= sum.processes;
		sum.turnaround /= sum.processes;
		sum.weighted /= worked ? worked : 1;
		sum.wait /= sum.processes;
	}
	return sum;
}

double metrics_utilisation(const struct play *y)
{
	struct usage u = play_usage(y);
	return y->at->now ? (double)u.busy / (double)(u.busy + u.switching + u.idle) : 0;
}

void metrics_ms(struct text *t, double micros)
{
	char s[40];
	snprintf(s, sizeof s, "%.3f", micros / 1000);
	char *end = s + strlen(s);
	while (end[-1] == '0')
		end--;
	end -= end[-1] == '.';
	*end = 0;
	text_put(t, s);
}

static void put_cell(struct table *t, bool known, double micros)
{
	struct text s = { 0 };
	if (known)
		metrics_ms(&s, micros);
	else
		text_put(&s, "-");
	table_cell(t, text_is(&s));
	text_free(&s);
}

static void row(struct table *t, const struct play *y, proc_id p)
{
	const struct actor *a = &y->actor[p];
	bool ended = who_is(y->world.shared, p)->life >= LIFE_ZOMBIE && a->finish >= 0;
	table_cell(t, y->g->process[p].name);
	put_cell(t, true, a->arrive);
	put_cell(t, a->first_run >= 0, a->first_run - a->arrive);
	put_cell(t, ended, a->finish - a->arrive);
	put_cell(t, true, a->wait);
	put_cell(t, true, a->used);
	put_cell(t, true, a->blocked);
	table_cell(t, "");
}

static struct table head(bool chinese)
{
	static const char *const words[][2] = { { "process", "进程" }, { "arrive", "到达时间" }, { "response", "响应时间" }, { "turnaround", "周转时间" },
		{ "wait", "等待时间" }, { "cpu", "CPU 时间" }, { "blocked", "阻塞时间" }, { "(ms)", "（ms）" } };
	struct table t = { .columns = sizeof words / sizeof *words, .worded = sizeof words / sizeof *words - 1 };
	for (size_t i = 0; i < t.columns; i++)
		table_cell(&t, words[i][chinese]);
	return t;
}

static void usage_line(struct text *t, const struct play *y)
{
	struct usage u = play_usage(y);
	struct text used = { 0 }, idle = { 0 }, count = { 0 }, time = { 0 }, switches = { 0 }, timeouts = { 0 }, preemptions = { 0 };
	text_print(&used, "%.1f%%", 100 * metrics_utilisation(y));
	metrics_ms(&idle, u.idle);
	text_int(&count, u.switches);
	metrics_ms(&time, u.switching);
	text_int(&timeouts, u.timeouts);
	text_int(&preemptions, u.preemptions);
	const struct slot cost[] = { { "n", text_is(&count) }, { "time", text_is(&time) }, { 0 } };
	if (u.switching)
		phrase_fill(&switches, y->g, PHRASE_TAKE_TIME, cost);
	const struct slot slots[] = { { "used", text_is(&used) }, { "idle", text_is(&idle) }, { "switches", text_is(u.switching ? &switches : &count) },
		{ "timeouts", text_is(&timeouts) }, { "preemptions", text_is(&preemptions) }, { 0 } };
	text_put(t, "  ");
	phrase_fill(t, y->g, y->settings.cpus > 1 ? PHRASE_USAGE_MANY : PHRASE_USAGE, slots);
	text_char(t, '\n');
	struct text *const all[] = { &used, &idle, &count, &time, &switches, &timeouts, &preemptions };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		text_free(all[i]);
}

void metrics_table(struct text *t, const struct play *y, bool chinese)
{
	struct averages a = metrics_average(y);
	struct table table = head(chinese);
	for (proc_id p = MAIN; p < y->g->processes; p++)
		if (y->actor[p].arrive >= 0 && !(p == MAIN && y->g->default_main))
			row(&table, y, p);
	if (a.processes) {
		table_cell(&table, chinese ? "平均" : "average");
		table_cell(&table, "");
		put_cell(&table, true, a.response);
		put_cell(&table, true, a.turnaround);
		put_cell(&table, true, a.wait);
	}
	table_print(t, &table, TABLE_TEXT);
	table_free(&table);
	usage_line(t, y);
}

void metrics_json(struct text *t, const struct play *y)
{
	struct averages a = metrics_average(y);
	struct usage u = play_usage(y);
	text_print(t, ", \"averages\": {\"processes\": %u, \"response\": %.3f, \"turnaround\": %.3f, \"weighted_turnaround\": %.6f, "
	              "\"wait\": %.3f, \"longest_wait\": %lld}", a.processes, a.response, a.turnaround, a.weighted, a.wait, (long long)a.longest_wait);
	if (y->settings.policy == POLICY_HOST)
		return;
	text_print(t, ", \"usage\": {\"utilisation\": %.6f, \"busy\": %lld, \"idle\": %lld, \"switching\": %lld, "
	              "\"switches\": %u, \"timeouts\": %u, \"preemptions\": %u}", metrics_utilisation(y), (long long)u.busy,
	           (long long)u.idle, (long long)u.switching, u.switches, u.timeouts, u.preemptions);
}
