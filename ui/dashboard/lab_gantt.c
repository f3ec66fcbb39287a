/* The Gantt chart: time runs to the right, all of the run in the width there is. A row for each CPU (a change of ground
 * is a switch), one for each process (» a slice ended, ! preempted). */
#include <stdlib.h>
#include "sim/report/metrics.h"
#include "ui/dashboard/lab.h"
#include "ui/dashboard/mouse.h"

enum { MOST_CPUS = 4 };

static void draw_sign(struct area a, int x, int y, char sign)
{
	switch (sign) {
	case ' ':             break;
	case CHART_READY:     canvas_glyph(a, x, y, ROLE_READY, GLYPH_T_READY); break;
	case CHART_BLOCKED:   canvas_glyph(a, x, y, ROLE_BLOCKED, GLYPH_T_BLOCKED); break;
	case CHART_SLEEPING:  canvas_glyph(a, x, y, ROLE_SLEEPING, GLYPH_T_SLEEPING); break;
	case CHART_NOBODY:    canvas_glyph(a, x, y, ROLE_FAINT, GLYPH_DOT); break;
	case CHART_RENEWED:   canvas_put(a, x, y, ROLE_WARNING, ":"); break;
	case CHART_SWITCH:    canvas_put(a, x, y, ROLE_WARNING, "/"); break;
	case CHART_TIE:       canvas_put(a, x, y, ROLE_ACCENT, "="); break;
	case CHART_TIMED_OUT: canvas_glyph(a, x, y, ROLE_WARNING, GLYPH_T_TIME_OUT); break;
	case CHART_PREEMPTED: canvas_glyph(a, x, y, ROLE_ERROR & ~LOOK_REVERSE, GLYPH_T_PREEMPTED); break;
	default:              canvas_glyph(a, x, y, ROLE_RUNNING & ~LOOK_BOLD, GLYPH_T_RUNNING); break;
	}
}

/* tied: the CPUs whose ties stand in a row of their own. true: some stand here. */
static bool draw_process(struct area a, int y, const struct sheet *sheet, const struct show *s, proc_id p, uint64_t tied, char *row)
{
	area_spot(a, 0, y, AREA_REST, 1, SPOT_PROCESS, p);
	draw_name(a, 0, y, sheet->names, p == s->selected ? ROLE_TITLE : ROLE_TEXT, title_of(s->g, p));
	canvas_print(a, sheet->names + 1, y, ROLE_FAINT, "%c", sheet->letter[p]);
	chart_process(sheet, p, row);
	bool ties = chart_tied(sheet, p, tied, row);
	for (int x = 0; x < sheet->columns; x++)
		draw_sign(a, sheet->names + 3 + x, y, row[x]);
	return ties;
}

/* One process, for so many columns: its name and dashes, or its letter. */
static void draw_stretch(struct area a, int x, int y, unsigned ink, const char *name, char letter, int length)
{
	char sign[2] = { name ? '-' : letter, 0 };
	int used = name ? canvas_put(a, x, y, ink, name) - x : 0;

	for (int i = used; i < length; i++)
		canvas_put(a, x + i, y, ink, sign);
}

static void draw_cpu(struct area a, int y, const struct sheet *sheet, uint32_t cpu, char *row)
{
	bool dark = false;
	const char *name;
	int length;

	canvas_print(a, 0, y, ROLE_HEADING, "CPU %u", cpu - 1);
	chart_cpu(sheet, cpu, row);
	for (int x = 0; x < sheet->columns; x += length, dark = !dark) {
		length = chart_stretch(sheet, row, x, &name);
		if (row[x] != CHART_NOBODY && row[x] != CHART_SWITCH)
			draw_stretch(a, sheet->names + 3 + x, y, ROLE_RUNNING | (dark ? LOOK_REVERSE : 0), name, row[x], length);
		else
			for (int i = 0; i < length; i++)
				draw_sign(a, sheet->names + 3 + x + i, y, row[x]);
	}
}

/* Below the CPU's row, where there is any. */
static bool draw_ties(struct area a, int y, const struct sheet *sheet, uint32_t cpu, char *row)
{
	if (!chart_ties(sheet, cpu, row))
		return false;
	for (int x = 0; x < sheet->columns; x++)
		draw_sign(a, sheet->names + 3 + x, y, row[x]);
	return true;
}

static void draw_axis(struct area a, int y, const struct sheet *sheet)
{
	struct text t = { 0 };

	for (int x = 0, next = 0; x <= sheet->columns; x += 10) {
		text_clear(&t);
		metrics_ms(&t, (double)x * sheet->unit);
		text_put(&t, x ? "" : "ms");
		if (x < next || sheet->names + 3 + x + (int)t.length > a.width)
			continue;
		canvas_put(a, sheet->names + 3 + x, y, ROLE_FAINT, text_is(&t));
		next = x + (int)t.length + 1;
	}
	text_free(&t);
}

static int put_sign(struct area a, int x, int y, char sign, const char *word)
{
	draw_sign(a, x, y, sign);
	return canvas_put(a, x + 2, y, ROLE_FAINT, word) + 2;
}

static bool is_marked(const struct show *s, enum chart_marked kind)
{
	const struct chart *c = &s->v->chart;

	for (size_t i = 0; i < c->marks; i++)
		if (c->mark[i].kind == kind)
			return true;
	return false;
}

/* What is rare comes first: there may be no room for all. */
static void draw_legend(struct area a, int y, const struct show *s, bool ties)
{
	const struct { char sign; const char *word; } signs[] = {
		{ CHART_TIE, ties ? say(s, WORD_SIGN_TIE) : NULL },
		{ CHART_RENEWED, is_marked(s, MARKED_RENEWED) ? say(s, WORD_SIGN_RENEWED) : NULL },
		{ CHART_SWITCH, is_marked(s, MARKED_SWITCH) ? say(s, WORD_SWITCHING) : NULL },
		{ '#', shown_word(s, STATE_RUNNING) }, { CHART_READY, shown_word(s, STATE_READY) },
		{ CHART_BLOCKED, shown_word(s, STATE_BLOCKED) }, { CHART_SLEEPING, shown_word(s, SHOWN_SLEEPING) },
		{ CHART_TIMED_OUT, say(s, WORD_MOVE_TIME_OUT) }, { CHART_PREEMPTED, say(s, WORD_MOVE_PREEMPTED) },
		{ CHART_NOBODY, say(s, WORD_IDLE) },
	};
	int x = 0;

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (signs[i].word && x + 2 + canvas_cells(a.canvas, signs[i].word) <= a.width)
			x = put_sign(a, x, y, signs[i].sign, signs[i].word);
	if (canvas_cells(a.canvas, say(s, WORD_SIGN_SWITCH)) <= a.width - x)
		canvas_put(a, x, y, ROLE_FAINT, say(s, WORD_SIGN_SWITCH));
}

static int shown_cpus(const struct show *s)
{
	int cpus = s->y->settings.policy == POLICY_HOST ? 0 : (int)s->y->settings.cpus;

	return cpus < MOST_CPUS ? cpus : MOST_CPUS;
}

/* How many of them have had ties. */
static int tied_cpus(const struct show *s)
{
	const struct chart *c = &s->v->chart;
	uint64_t tied = 0;

	for (size_t i = 0; i < c->marks; i++)
		if (c->mark[i].kind == MARKED_TIE && c->mark[i].cpu <= shown_cpus(s))
			tied |= 1ull << c->mark[i].cpu;
	return __builtin_popcountll(tied);
}

/* The last rows are for the axis and, where there is room, the legend. */
static void draw(struct area a, struct show *s)
{
	struct sheet sheet = { .y = s->y, .chart = &s->v->chart, .names = lab_names(s, a.canvas, a.width / 5), .sleepers = true };
	int room = a.width - sheet.names - 3, y = 0, rows;
	char *row;
	bool ties = false;
	uint64_t tied = 0;

	if (room < 10)
		return;
	rows = a.height - (a.height > 2) - (a.height > 3);
	sheet.unit = chart_unit(s->v->chart.end, room);
	sheet.columns = (int)(s->v->chart.end / sheet.unit + (s->v->chart.end % sheet.unit != 0));
	row = must_have(malloc((size_t)sheet.columns + 1));
	chart_names(&sheet);
	bool apart = shown_cpus(s) + tied_cpus(s) + lab_count(s) <= rows;      /* else ties stand in the rows of the processes */
	for (int i = 0; i < shown_cpus(s) && y < rows; i++) {
		draw_cpu(a, y++, &sheet, (uint32_t)i + 1, row);
		if (apart && draw_ties(a, y, &sheet, (uint32_t)i + 1, row)) {
			ties = true;
			tied |= 1ull << i;
			y++;
		}
	}
	for (proc_id p = lab_first(s, rows - y); p && y < rows; p = lab_next(s, p))
		ties |= draw_process(a, y++, &sheet, s, p, tied, row);
	if (a.height > 2)
		draw_axis(a, y++, &sheet);
	if (a.height > 3)
		draw_legend(a, y, s, ties);
	free(sheet.letter);
	free(row);
}

static int wish(const struct show *s, int width)
{
	(void)width;
	return shown_cpus(s) + lab_count(s) + 2;
}

const struct part lab_gantt = { draw, wish, 5, tied_cpus };
