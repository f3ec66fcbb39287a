/* A column for each stretch of time: `#` for those at work, `.` above them for those that wait. */
#include "sim/report/crowd.h"
#include <stdlib.h>
#include <string.h>

enum { HEIGHT = 8 };
enum { GONE, AT_WORK, WAITING };

static bool is_counted(const struct program *g, proc_id p)
{
	return p != MAIN && !g->process[p].within && (!g->group[g->process[p].group].service || worker_of(g, p));
}

uint32_t crowd_size(const struct program *g)
{
	uint32_t n = 0;
	for (proc_id p = MAIN; p < g->processes; p++)
		n += is_counted(g, p);
	return n;
}

/* One that sleeps, or does I/O, has what it needs. */
static int what_it_does(const struct turning *t)
{
	switch (t->to) {
	case STATE_RUNNING: return AT_WORK;
	case STATE_READY:   return WAITING;
	case STATE_BLOCKED: return t->asleep ? AT_WORK : WAITING;
	default:            return GONE;
	}
}

struct count { uint32_t of[3]; };
struct census { const struct program *g; uint8_t *does; struct count now; };

static void census_begin(struct census *c, const struct program *g)
{
	*c = (struct census){ .g = g, .does = must_have(calloc(g->processes + 1, 1)) };
}

static void census_take(struct census *c, const struct turning *t)
{
	if (!is_counted(c->g, t->who))
		return;
	c->now.of[c->does[t->who]]--;
	c->does[t->who] = (uint8_t)what_it_does(t);
	c->now.of[c->does[t->who]]++;
}

uint32_t crowd_peak(const struct play *y, const struct chart *chart)
{
	struct census c;
	uint32_t peak = 0;
	census_begin(&c, y->g);
	for (size_t i = 0; i < chart->turnings; i++) {
		census_take(&c, &chart->turning[i]);
		uint32_t n = c.now.of[AT_WORK] + c.now.of[WAITING];
		peak = n > peak ? n : peak;
	}
	free(c.does);
	return peak;
}

/* So many lines high; one is never drawn as none. */
static int lines_of(uint32_t n, uint32_t peak)
{
	int lines = (int)((double)n * HEIGHT / peak + .5);
	return n && !lines ? 1 : lines;
}

void crowd_print(struct text *t, const struct play *y, const struct chart *chart, int width, int64_t span, uint32_t peak)
{
	struct count *at = must_have(calloc((size_t)width + 1, sizeof *at));
	int64_t unit = chart_unit(span ? span : chart->end, width);
	int columns = (int)(chart->end / unit) + 1;
	struct census c;
	size_t i = 0;
	columns = columns > width ? width : columns;
	census_begin(&c, y->g);
	for (int x = 0; x < columns; x++) {             /* as it is in the middle of the stretch */
		for (; i < chart->turnings && chart->turning[i].time <= x * unit + unit / 2; i++)
			census_take(&c, &chart->turning[i]);
		at[x] = c.now;
	}
	for (int line = HEIGHT; line; line--) {
		text_print(t, "  %4u |", (uint32_t)((uint64_t)peak * (uint64_t)line / HEIGHT));
		size_t blank = t->length;
		for (int x = 0; x < columns; x++) {
			int work = lines_of(at[x].of[AT_WORK], peak), all = lines_of(at[x].of[AT_WORK] + at[x].of[WAITING], peak);
			text_char(t, line <= work ? '#' : line <= all ? '.' : ' ');
		}
		while (t->length > blank && t->at[t->length - 1] == ' ')
			t->length--;
		text_char(t, '\n');
	}
	free(c.does);
	free(at);
}

void crowd_legend(struct text *t, int width, bool zh)
{
	enum { INDENT = 2 };
	text_print(t, "%*s", INDENT, "");
	text_wrap(t, zh ? "# 在工作（运行、睡眠或 I/O），. 在等待（就绪或阻塞）；左边是进程数，时间向右" :
	          "# at work (running, sleeping, I/O), . waiting (ready or blocked); processes upwards, time to the right", INDENT, INDENT, width);
	text_char(t, '\n');
}
