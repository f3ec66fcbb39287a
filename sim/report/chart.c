/* The Gantt chart. A column stands for a stretch of time; what matters most in it is drawn: running before ready
 * before blocked. */
#include "sim/report/chart.h"
#include "sim/report/chosen.h"
#include "sim/report/metrics.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


/* ---- collecting ---- */

static void add_mark(struct chart *c, const struct news *n, enum chart_marked kind, int64_t until, enum tie tie)
{
	GROW(c->mark, c->marks, c->mark_room);
	c->mark[c->marks++] = (struct chart_mark){ n->time, until, n->who, (uint8_t)n->cpu, (uint8_t)kind, (uint8_t)tie };
}

static void hear_choice(struct chart *c, const struct play *y, const struct news *n)
{
	proc_id last = y->cpu[n->cpu - 1].last;
	enum tie tie = choice_tie(y, n);
	if (n->why == WHY_EXPIRED)
		add_mark(c, n, MARKED_RENEWED, n->time, TIE_NONE);
	else if (last && last != n->who && y->g->cpu.change)
		add_mark(c, n, MARKED_SWITCH, n->time + y->g->cpu.change, TIE_NONE);
	if (tie)
		add_mark(c, n, MARKED_TIE, n->time, tie);
}

void chart_hear(struct chart *c, const struct play *y, const struct news *n)
{
	if (c->turnings == CHART_MOST || c->marks >= CHART_MOST)
		return;
	c->end = y->at->now;
	if (n->kind == NEWS_CHOICE)
		hear_choice(c, y, n);
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
	free(c->mark);
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

enum { SHORT = 3 };             /* cells of a name that is written into the CPUs' rows */

bool chart_shows(const struct play *y, proc_id p)
{
	return y->actor[p].arrive >= 0 && !(p == MAIN && y->g->default_main) && !y->g->group[y->g->process[p].group].service;
}

static int cells_of(const struct play *y, proc_id p)
{
	return utf8_cells(y->g->process[p].name, strlen(y->g->process[p].name));
}

/* Its name is a letter. */
static char own_letter(const struct play *y, proc_id p)
{
	const char *name = y->g->process[p].name;
	return !name[1] && isalpha((unsigned char)*name) ? *name : 0;
}

/* "A", .., "Z", "a", ..: the n-th from 0 on. */
static char nth_letter(uint32_t n)
{
	return n < 26 ? (char)('A' + n) : n < 52 ? (char)('a' + n - 26) : '#';
}

void chart_names(struct sheet *s)
{
	const struct play *y = s->y;
	bool taken[128] = { false };
	uint32_t next = 0;
	s->letter = must_have(calloc(y->g->processes + 1, 1));
	s->named = true;
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		taken[(unsigned char)own_letter(y, p)] = true;
		s->named &= !chart_shows(y, p) || cells_of(y, p) <= SHORT;
	}
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		if (own_letter(y, p) || p == MAIN) {
			s->letter[p] = p == MAIN ? '0' : own_letter(y, p);
			continue;
		}
		while (nth_letter(next) != '#' && taken[(unsigned char)nth_letter(next)])
			next++;
		s->letter[p] = nth_letter(next++);
	}
}

static proc_id called(const struct sheet *s, char letter)
{
	for (proc_id p = MAIN; p < s->y->g->processes; p++)
		if (s->letter[p] == letter && chart_shows(s->y, p))
			return p;
	return 0;
}

int chart_stretch(const struct sheet *s, const char *row, int x, const char **name)
{
	proc_id p = s->named && row[x] != '#' ? called(s, row[x]) : 0;
	int length = 1;
	while (x + length < s->columns && row[x + length] == row[x])
		length++;
	*name = p && !own_letter(s->y, p) && cells_of(s->y, p) <= length ? s->y->g->process[p].name : NULL;
	return length;
}

static char runs_as(const struct sheet *s, uint32_t cpu)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@#";
	return s->y->settings.cpus > 1 ? digits[cpu - 1] : '#';
}

static int weight(char c)
{
	return c == ' ' || c == CHART_NOBODY ? 0 : c == CHART_BLOCKED || c == CHART_SLEEPING || c == CHART_SWITCH ? 1 : c == CHART_READY ? 2 : 3;
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
	for (size_t i = 0; i < s->chart->marks; i++) {
		const struct chart_mark *m = &s->chart->mark[i];
		int64_t x = (m->time - 1) / s->unit;
		if (m->who == p && m->kind == MARKED_RENEWED && m->time && x < s->columns && weight(row[x]) == 3 &&
		    row[x] != CHART_TIMED_OUT && row[x] != CHART_PREEMPTED)
			row[x] = CHART_RENEWED;
	}
}

bool chart_ties(const struct sheet *s, uint32_t cpu, char *row)
{
	bool any = false;
	memset(row, ' ', s->columns);
	for (size_t i = 0; i < s->chart->marks; i++) {
		const struct chart_mark *m = &s->chart->mark[i];
		if (m->kind != MARKED_TIE || m->cpu != cpu || m->time / s->unit >= s->columns)
			continue;
		row[m->time / s->unit] = CHART_TIE;
		any = true;
	}
	return any;
}

bool chart_tied(const struct sheet *s, proc_id p, uint64_t cpus, char *row)
{
	bool any = false;
	for (size_t i = 0; i < s->chart->marks; i++) {
		const struct chart_mark *m = &s->chart->mark[i];
		int64_t x = m->time / s->unit;
		if (m->kind != MARKED_TIE || m->who != p || (m->cpu <= 64 && cpus >> (m->cpu - 1) & 1) || x >= s->columns || weight(row[x]) != 3)
			continue;
		if (row[x] == CHART_TIMED_OUT || row[x] == CHART_PREEMPTED || row[x] == CHART_RENEWED)
			continue;
		row[x] = CHART_TIE;
		any = true;
	}
	return any;
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
			fill(s, row, since[t->who], t->time, s->letter[t->who]);
		since[t->who] = t->to == STATE_RUNNING && t->cpu == cpu ? t->time : -1;
	}
	for (proc_id p = MAIN; p < s->y->g->processes; p++)
		if (since[p] >= 0)
			fill(s, row, since[p], s->chart->end, s->letter[p]);
	for (size_t i = 0; i < s->chart->marks; i++) {
		const struct chart_mark *m = &s->chart->mark[i];
		if (m->kind == MARKED_SWITCH && m->cpu == cpu)
			fill(s, row, m->time, m->until < s->chart->end ? m->until : s->chart->end, CHART_SWITCH);
	}
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

/* By names where there is room for them. */
static void put_cpu_row(struct text *t, const struct sheet *s, uint32_t cpu, char *row)
{
	char label[16];
	const char *name;
	int length;
	snprintf(label, sizeof label, "CPU %u", cpu - 1);
	chart_cpu(s, cpu, row);
	text_print(t, "  %-*s   |", s->names, label);
	for (int x = 0; x < s->columns; x += length) {
		length = chart_stretch(s, row, x, &name);
		text_put(t, name ? name : "");
		for (int i = name ? utf8_cells(name, strlen(name)) : 0; i < length; i++)
			text_char(t, name ? '-' : row[x]);
	}
	text_char(t, '\n');
	if (chart_ties(s, cpu, row))
		put_row(t, s, s->y->g->chinese ? "并列" : "ties", ' ', row);
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

/* A process had a CPU for less than a cell: not every switch can be drawn. */
static bool hides_switches(const struct sheet *s)
{
	const struct chart *c = s->chart;
	for (size_t i = 0; i < c->turnings; i++) {
		size_t k = i + 1;
		if (c->turning[i].to != STATE_RUNNING)
			continue;
		while (k < c->turnings && c->turning[k].who != c->turning[i].who)
			k++;
		int64_t end = k < c->turnings ? c->turning[k].time : c->end, ran = end - c->turning[i].time;
		if (ran > 0 && ran < s->unit)
			return true;
	}
	return false;
}

static void put_hidden(struct text *t, const struct sheet *s)
{
	struct text unit = { 0 };
	metrics_ms(&unit, (double)s->unit);
	if (hides_switches(s))
		text_print(t, s->y->g->chinese ? "  每格 %s ms：短于一格的切换画不出来\n" : "  a cell is %s ms: switches that are shorter can't be drawn\n", text_is(&unit));
	text_free(&unit);
}

void chart_print(struct text *t, const struct play *y, const struct chart *c, int width, int64_t span)
{
	struct sheet s = { .y = y, .chart = c, .names = 6 };
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		int cells = utf8_cells(y->g->process[p].name, strlen(y->g->process[p].name));
		if (chart_shows(y, p) && cells > s.names)
			s.names = cells;
	}
	int room = width - s.names - 6 < 10 ? 10 : width - s.names - 6;
	s.unit = chart_unit(span > c->end ? span : c->end, room);
	s.columns = c->end / s.unit + (c->end % s.unit != 0);
	char *row = must_have(malloc(s.columns + 1));
	chart_names(&s);
	for (uint32_t cpu = 1; cpu <= y->settings.cpus; cpu++)
		put_cpu_row(t, &s, cpu, row);
	for (proc_id p = MAIN; p < y->g->processes; p++)
		if (chart_shows(y, p)) {
			chart_process(&s, p, row);
			put_row(t, &s, y->g->process[p].name, s.letter[p], row);
		}
	put_axis(t, &s);
	put_hidden(t, &s);
	free(s.letter);
	free(row);
}

/* Signs with what they mean: none is broken over two lines. */
struct legend { struct text *t; int at, width; };

static void put_entry(struct legend *l, const char *words)
{
	enum { INDENT = 2, BETWEEN = 3 };
	int cells = utf8_cells(words, strlen(words));
	if (l->at && l->at + BETWEEN + cells > l->width) {
		text_char(l->t, '\n');
		l->at = 0;
	}
	int before = l->at ? BETWEEN : INDENT;
	text_print(l->t, "%*s%s", before, "", words);
	l->at += before + cells;
}

static void put_sign(struct legend *l, const char *sign, const char *meaning)
{
	struct text words = { 0 };
	text_print(&words, "%s %s", sign, meaning);
	put_entry(l, text_is(&words));
	text_free(&words);
}

static void put_mark(struct legend *l, char sign, const char *meaning)
{
	put_sign(l, (char[]){ sign, 0 }, meaning);
}

static void end_legend(struct legend *l)
{
	if (l->at)
		text_char(l->t, '\n');
	l->at = 0;
}

/* What a sign says is said where it stands. */
static void put_marks(struct legend *l, const struct chart *const *charts, int count, bool zh)
{
	bool kind[MARKED_TIE + 1] = { false }, tie[TIES] = { false };
	for (int i = 0; i < count; i++)
		for (size_t k = 0; k < charts[i]->marks; k++) {
			kind[charts[i]->mark[k].kind] = true;
			tie[charts[i]->mark[k].tie] = true;
		}
	if (kind[MARKED_RENEWED])
		put_mark(l, CHART_RENEWED, zh ? "时间片用完，继续运行" : "slice over, goes on");
	if (kind[MARKED_SWITCH])
		put_mark(l, CHART_SWITCH, zh ? "进程切换" : "switching");
	struct text ties = { 0 }, what = { 0 };
	for (enum tie k = TIE_NONE + 1; k < TIES; k++)
		if (tie[k])
			text_list(&ties, &sentence_PARTS_ARE, tie_word(k, zh));
	text_print(&what, zh ? "并列：%s" : "tie: %s", text_is(&ties));
	if (kind[MARKED_TIE])
		put_mark(l, CHART_TIE, text_is(&what));
	text_free(&ties);
	text_free(&what);
	end_legend(l);
}

void chart_legend(struct text *t, const struct play *y, const struct chart *const *charts, int count, int width, bool zh)
{
	struct legend l = { t, 0, width };
	put_sign(&l, y->settings.cpus > 1 ? "0 1 .." : "#", zh ? "运行" : "running");
	put_mark(&l, CHART_TIMED_OUT, zh ? "时间片用完" : "time-out");
	put_mark(&l, CHART_PREEMPTED, zh ? "被抢占" : "preempted");
	put_mark(&l, CHART_READY, zh ? "就绪" : "ready");
	put_mark(&l, CHART_BLOCKED, zh ? "阻塞" : "blocked");
	put_entry(&l, zh ? "CPU 行：谁在运行，_ 空闲" : "CPU rows: who runs, _ nobody");
	end_legend(&l);
	put_marks(&l, charts, count, zh);
}
