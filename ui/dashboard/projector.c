/* For a lecture hall: fewer panels with more room. The processes and what they share come first; the story has the rest. Where the
 * screen is large, also who waits for whom, and the program of each group beside the others, at the place of its own process. */
#include <string.h>
#include "ui/dashboard/card.h"

enum { WIDE = 150, TWO_BESIDE = 110, HIGH = 34, BESIDE = 3, MOST_PROGRAMS = 4, LEAST_STORY = 4, LEAST_OBJECTS = 4 };

static int lesser(int a, int b)
{
	return a < b ? a : b;
}

static struct area upper(struct area *a, int height)
{
	struct area top = area_part(*a, 0, 0, AREA_REST, height - 1);

	*a = area_part(*a, 0, height, AREA_REST, AREA_REST);
	return top;
}

/* What each process waits for, as on its card. */
void waits_draw(struct area a, struct show *s)
{
	struct text title = { 0 };
	struct card c = { area_part(a, 1, a.height > 4 ? 2 : 1, AREA_REST, AREA_REST), 0 };

	text_say(&title, SAY(WHY_TITLE));
	struct frame f = { .title = text_is(&title), .past = is_past(s) };
	canvas_head(a, &f);
	s->waits_shown = true;
	put_why(&c, s);
	text_free(&title);
}

/* ---- programs ---- */

/* The process at whose place a group's text is shown: the selected one, else the one that moved last, else the first that still runs. */
static proc_id reader_of(const struct show *s, uint32_t group)
{
	proc_id first = 0;

	if (s->g->process[s->selected].group == group)
		return s->selected;
	if (s->v->last && s->g->process[s->v->last].group == group)
		return s->v->last;
	for (proc_id p = (proc_id)s->g->processes - 1; p >= MAIN; p--)
		if (s->g->process[p].group == group && (!first || !has_ended(s, p)))
			first = p;
	return first;
}

static int find_readers(const struct show *s, proc_id *reader)
{
	int count = 0;

	for (uint32_t g = 0; g < s->g->groups && count < MOST_PROGRAMS; g++) {
		proc_id p = s->g->group[g].service ? 0 : reader_of(s, g);
		if (p && !(p == MAIN && s->g->default_main))
			reader[count++] = p;
	}
	return count;
}

static void draw_programs(struct area a, struct show *s)
{
	proc_id reader[MOST_PROGRAMS], selected = s->selected;
	int count = find_readers(s, reader), top = s->top[PANEL_PROGRAM];

	for (int i = 0; i < count; i++) {
		int x = a.width * i / count;
		s->selected = reader[i];
		s->top[PANEL_PROGRAM] = reader[i] == selected ? top : 0;
		panel_draw(area_part(a, x, 0, a.width * (i + 1) / count - x - (i < count - 1 ? BESIDE : 0), AREA_REST), s, PANEL_PROGRAM);
		top = reader[i] == selected ? s->top[PANEL_PROGRAM] : top;
	}
	s->selected = selected;
	s->top[PANEL_PROGRAM] = top;
}

/* ---- the screen ---- */

/* A panel that the viewer calls by its number, and that has no place of its own here, takes that of the story. */
static enum panel_id in_place_of_story(const struct show *s, bool wide)
{
	switch (s->focus) {
	case PANEL_TIMELINE: case PANEL_OUTPUT: return s->focus;
	case PANEL_PROGRAM: return wide ? PANEL_STORY : PANEL_PROGRAM;
	default: return PANEL_STORY;
	}
}

/* Rows of the upper two: what they wish, if the rest is enough for the others. */
static int height_of(const struct show *s, enum panel_id id, int width, int least, int most)
{
	int wish = panels[id]->wish(s, width) + 3;

	return wish < least ? lesser(least, most) : lesser(wish, most);
}

static void draw_narrow(struct area a, struct show *s)
{
	int list = height_of(s, PANEL_PROCESSES, a.width, 4, a.height / 2 - 1);
	int left = a.height - list, objects = height_of(s, PANEL_OBJECTS, a.width, LEAST_OBJECTS, left - LEAST_STORY);

	panel_draw(upper(&a, list), s, PANEL_PROCESSES);
	panel_draw(upper(&a, objects), s, PANEL_OBJECTS);
	enum panel_id last = in_place_of_story(s, false);
	if (a.width >= TWO_BESIDE && last == PANEL_STORY) {
		int half = a.width / 2;
		panel_draw(area_part(a, half + BESIDE, 0, AREA_REST, AREA_REST), s, PANEL_PROGRAM);
		a = area_part(a, 0, 0, half, AREA_REST);
	}
	panel_draw(a, s, last);
}

static void draw_wide(struct area a, struct show *s)
{
	int half = a.width * 11 / 20, most = a.height * 2 / 5;
	int list = height_of(s, PANEL_PROCESSES, half, 8, most);
	struct area top = upper(&a, list);
	int objects = height_of(s, PANEL_OBJECTS, half, 8, a.height / 2);

	panel_draw(area_part(top, 0, 0, half, AREA_REST), s, PANEL_PROCESSES);
	waits_draw(area_part(top, half + BESIDE, 0, AREA_REST, AREA_REST), s);
	top = upper(&a, objects);
	panel_draw(area_part(top, 0, 0, half, AREA_REST), s, PANEL_OBJECTS);
	panel_draw(area_part(top, half + BESIDE, 0, AREA_REST, AREA_REST), s, s->focus == PANEL_OUTPUT ? PANEL_OUTPUT : PANEL_TIMELINE);
	int programs = lesser(panels[PANEL_PROGRAM]->wish(s, half) + 3, a.height / 2);
	draw_programs(upper(&a, programs), s);
	panel_draw(area_part(a, 0, 0, half, AREA_REST), s, PANEL_STORY);
	panel_draw(area_part(a, half + BESIDE, 0, AREA_REST, AREA_REST), s, s->focus == PANEL_OUTPUT ? PANEL_TIMELINE : PANEL_OUTPUT);
}

void projector_draw(struct area a, struct show *s)
{
	if (a.width >= WIDE && a.height >= HIGH)
		draw_wide(a, s);
	else
		draw_narrow(a, s);
}
