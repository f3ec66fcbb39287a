/* The Gantt chart. A column stands for a stretch of time; what matters most in it is drawn: running before ready
 * before blocked. */
#include "sim/report/chart.h"
#include "sim/report/metrics.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


/* ---- collecting ---- */

void chart_hear(struct chart *c, const struct play *y, const struct news *n)
{
	if (c->turnings == CHART_MOST)
		return;
	c->end = y->at->now;
	if (n->kind != NEWS_STATE)
		return;
	GROW(c->turning, c->turnings, c->room);
	c->turning[c->turnings++] = (struct turning){ n->time, n->who, n->to, n->why, n->cpu, n->on == ON_CLOCK };
}

static void hear(struct listener *l, const struct play *y, const struct news *n)
{
	chart_hear((struct chart *)l, y, n);
}

void chart_init(struct chart *c)
{
	*c = (struct chart){ .listener = { .hear = hear } };
}

void chart_free(struct chart *c)
{
	free(c->turning);
}

/* ---- drawing ---- */

/* 1, 2, 5, 10, 20, ..: the finest that has room. */
int64_t chart_unit(int64_t total, int columns)
{
	int64_t unit = 1;
	for (int i = 0; total / unit >= columns; i++)
		unit = i % 3 == 1 ? unit / 2 * 5 : unit * 2;
	return unit;
}

/* "A", .., "Z", "a", ..: how a process is called in the CPUs' rows. */
char chart_letter(proc_id p)
{
	uint32_t n = p - MAIN;
	return n == 0 ? '0' : n <= 26 ? 'A' + n - 1 : n <= 52 ? 'a' + n - 27 : '#';
}

static char runs_as(const struct sheet *s, uint32_t cpu)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@#";
	return s->y->settings.cpus > 1 ? digits[cpu - 1] : '#';
}

static int weight(char c)
{
	return c == ' ' || c == CHART_NOBODY ? 0 : c == CHART_BLOCKED || c == CHART_SLEEPING ? 1 : c == CHART_READY ? 2 : 3;
}

static void fill(const struct sheet *s, char *row, int64_t from, int64_t to, char sign)
{
	for (int64_t x = from / s->unit; x * s->unit < to && x < s->columns; x++)
		if (weight(sign) > weight(row[x]))
			row[x] = sign;
}

static char sign_of(const struct sheet *s, const struct turning *t)
{
	switch (t->to) {
	case STATE_RUNNING: return runs_as(s, t->cpu ? t->cpu : 1);
	case STATE_READY:   return CHART_READY;
	case STATE_BLOCKED: return s->sleepers && t->asleep ? CHART_SLEEPING : CHART_BLOCKED;
	default:            return ' ';
	}
}

/* What p is in from one turning to the next; the last column of a run that was cut off says so. */
void chart_process(const struct sheet *s, proc_id p, char *row)
{
	memset(row, ' ', s->columns);
	const struct turning *before = NULL;
	for (size_t i = 0; i <= s->chart->turnings; i++) {
		const struct turning *t = i < s->chart->turnings ? &s->chart->turning[i] : NULL;
		if (t && t->who != p)
			continue;
		int64_t now = t ? t->time : s->chart->end;
		if (before)
			fill(s, row, before->time, now, sign_of(s, before));
		bool cut = t && t->to == STATE_READY && before && before->to == STATE_RUNNING && now > before->time;
		if (cut && (now - 1) / s->unit < s->columns)
			row[(now - 1) / s->unit] = t->why == WHY_EXPIRED ? CHART_TIMED_OUT : CHART_PREEMPTED;
		before = t;
	}
}

void chart_cpu(const struct sheet *s, uint32_t cpu, char *row)
{
	int64_t *since = must_have(calloc(s->y->g->processes, sizeof *since));
	memset(row, CHART_NOBODY, s->columns);
	for (proc_id p = MAIN; p < s->y->g->processes; p++)
		since[p] = -1;
	for (size_t i = 0; i < s->chart->turnings; i++) {
		const struct turning *t = &s->chart->turning[i];
		if (since[t->who] >= 0)
			fill(s, row, since[t->who], t->time, chart_letter(t->who));
		since[t->who] = t->to == STATE_RUNNING && t->cpu == cpu ? t->time : -1;
	}
	for (proc_id p = MAIN; p < s->y->g->processes; p++)
		if (since[p] >= 0)
			fill(s, row, since[p], s->chart->end, chart_letter(p));
	free(since);
}

static void put_row(struct text *t, const struct sheet *s, const char *name, char letter, char *row)
{
	int used = s->columns, pad = s->names - utf8_cells(name, strlen(name));
	while (used && row[used - 1] == ' ')
		used--;
	text_print(t, "  %s%*s %c |", name, pad > 0 ? pad : 0, "", letter);
	text_add(t, row, used);
	text_char(t, '\n');
}

static void put_axis(struct text *t, const struct sheet *s)
{
	struct text label = { 0 };
	size_t begin = t->length;
	int free_from = 0;
	text_print(t, "  %*s    ", s->names, "");
	begin = t->length;
	for (int x = 0; x < s->columns; x += 10) {
		text_clear(&label);
		metrics_ms(&label, (double)x * s->unit);
		if (!x)
			text_put(&label, " ms");
		if (x < free_from)
			continue;
		text_print(t, "%*s", (int)(begin + x - t->length), "");
		text_put(t, text_is(&label));
		free_from = x + label.length + 1;
	}
	text_char(t, '\n');
	text_free(&label);
}

static bool is_shown(const struct play *y, proc_id p)
{
	return y->actor[p].arrive >= 0 && !(p == MAIN && y->g->default_main) && !y->g->group[y->g->process[p].group].service;
}

void chart_print(struct text *t, const struct play *y, const struct chart *c, int width, int64_t span)
{
	struct sheet s = { .y = y, .chart = c, .names = 6 };
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		int cells = utf8_cells(y->g->process[p].name, strlen(y->g->process[p].name));
		if (is_shown(y, p) && cells > s.names)
			s.names = cells;
	}
	int room = width - s.names - 6 < 10 ? 10 : width - s.names - 6;
	s.unit = chart_unit(span > c->end ? span : c->end, room);
	s.columns = c->end / s.unit + (c->end % s.unit != 0);
	char *row = must_have(malloc(s.columns + 1));
	for (uint32_t cpu = 1; cpu <= y->settings.cpus; cpu++) {
		char name[16];
		snprintf(name, sizeof name, "CPU %u", cpu - 1);
		chart_cpu(&s, cpu, row);
		put_row(t, &s, name, ' ', row);
	}
	for (proc_id p = MAIN; p < y->g->processes; p++)
		if (is_shown(y, p)) {
			chart_process(&s, p, row);
			put_row(t, &s, y->g->process[p].name, chart_letter(p), row);
		}
	put_axis(t, &s);
	free(row);
}

void chart_legend(struct text *t, const struct play *y, bool zh)
{
	const char *runs = y->settings.cpus > 1 ? "0 1 .." : "#";
	text_print(t, zh ? "  %s 运行   %c 时间片用完   %c 被抢占   %c 就绪   %c 阻塞   CPU 行：谁在运行，%c 空闲\n"
	                 : "  %s running   %c time-out   %c preempted   %c ready   %c blocked   CPU rows: who runs, %c nobody\n",
	           runs, CHART_TIMED_OUT, CHART_PREEMPTED, CHART_READY, CHART_BLOCKED, CHART_NOBODY);
}
