/* The scheduling laboratory, as a panel: its parts, one below the other. */
#include "sim/report/metrics.h"
#include "ui/dashboard/lab.h"

proc_id lab_next(const struct show *s, proc_id p)
{
	while (++p < s->g->processes) {
		bool silent = p == MAIN && s->g->default_main;
		if (!silent && !s->g->group[s->g->process[p].group].service)
			return p;
	}
	return 0;
}

int lab_count(const struct show *s)
{
	int n = 0;

	for (proc_id p = lab_next(s, 0); p; p = lab_next(s, p))
		n++;
	return n;
}

proc_id lab_first(const struct show *s, int rows)
{
	proc_id p = lab_next(s, 0);

	for (int skip = scrolled(s->top[PANEL_CPU], -1, lab_count(s), rows); skip > 0 && p; skip--)
		p = lab_next(s, p);
	return p;
}

int lab_names(const struct show *s, const struct canvas *c, int limit)
{
	int longest = 5;

	for (proc_id p = lab_next(s, 0); p; p = lab_next(s, p)) {
		int cells = canvas_cells(c, title_of(s->g, p));
		longest = cells > longest ? cells : longest;
	}
	return longest < limit ? longest : limit;
}

static const struct part *const parts[] = { &lab_states, &lab_lines, &lab_gantt, &lab_numbers };
enum { PARTS = sizeof parts / sizeof *parts };

/* The first gets all that it wishes for if the others do, too, else the least: nothing between suits it. The others get
 * the least, then a row in turn until they have what they wish for. */
static void share(const struct show *s, int width, int rows, int height[PARTS])
{
	int left = rows, wishes = 0;

	for (int i = 0; i < PARTS; i++)
		wishes += parts[i]->wish(s, width);
	for (int i = 0; i < PARTS; i++) {
		int least = i || wishes > rows ? parts[i]->least : parts[i]->wish(s, width);
		height[i] = least < left ? least : left;
		left -= height[i];
	}
	for (bool grown = true; left > 0 && grown;) {
		grown = false;
		for (int i = PARTS - 1; i > 0 && left > 0; i--)
			if (height[i] < parts[i]->wish(s, width)) {
				height[i]++;
				left--;
				grown = true;
			}
	}
	for (int i = 0; i < PARTS; i++) {
		int extra = parts[i]->extra ? parts[i]->extra(s) : 0;
		if (left >= extra) {
			height[i] += extra;
			left -= extra;
		}
	}
}

static void draw(struct area a, struct show *s)
{
	int height[PARTS], used = 0, y = 0;

	s->top[PANEL_CPU] = scrolled(s->top[PANEL_CPU], -1, lab_count(s), 1);
	share(s, a.width, a.height, height);
	for (int i = 0; i < PARTS; i++)
		used += height[i];
	int gap = a.height - used >= PARTS - 1;
	for (int i = 0; i < PARTS; i++) {
		if (height[i] > 0)
			parts[i]->draw(area_part(a, 1, y, -1, height[i]), s);
		y += height[i] + gap;
	}
	if (s->focus == PANEL_CPU)
		area_cursor(a, 0, 0);
}

static int wish(const struct show *s, int width)
{
	int rows = PARTS - 1;

	for (int i = 0; i < PARTS; i++)
		rows += parts[i]->wish(s, width);
	return rows;
}

static void note(const struct show *s, const struct canvas *c, struct text *t)
{
	const struct settings *set = &s->y->settings;
	bool rounds = policy_has_slices(set->policy, set->has_quantum);

	const char *title = s->zh ? policy_rows[set->policy].title_zh : policy_rows[set->policy].title;
	struct text ms = { 0 };

	(void)c;
	metrics_ms(&ms, set->quantum);
	if (rounds)
		put_filled(t, s->zh, WORD_WITH_SLICES, title, ms.at);
	else
		text_put(t, title);
	text_free(&ms);
}

const struct panel panel_cpu = { WORD_SCHEDULER, '7', draw, wish, note, NULL };
