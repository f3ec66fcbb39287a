/* What several panels need: states, names, values, who waits for what. */
#include <stdlib.h>
#include <string.h>
#include "ui/dashboard/show.h"

const struct panel *const panels[PANEL_COUNT] = {
	[PANEL_PROCESSES] = &panel_processes, [PANEL_OBJECTS] = &panel_objects, [PANEL_PROGRAM] = &panel_program,
	[PANEL_TIMELINE] = &panel_timeline, [PANEL_STORY] = &panel_story, [PANEL_OUTPUT] = &panel_output,
	[PANEL_CPU] = &panel_cpu,
};

/* ---- states ---- */

static const struct shown looks[SHOWN_COUNT] = {
	[STATE_NEW]        = { ROLE_NEW,      GLYPH_COUNT,      'N' },
	[STATE_READY]      = { ROLE_READY,    GLYPH_T_READY,    '.' },
	[STATE_RUNNING]    = { ROLE_RUNNING,  GLYPH_T_RUNNING,  'R' },
	[STATE_BLOCKED]    = { ROLE_BLOCKED,  GLYPH_T_BLOCKED,  'B' },
	[STATE_ZOMBIE]     = { ROLE_ZOMBIE,   GLYPH_T_ZOMBIE,   'Z' },
	[STATE_TERMINATED] = { ROLE_ENDED,    GLYPH_COUNT,      'X' },
	[SHOWN_SLEEPING]   = { ROLE_SLEEPING, GLYPH_T_SLEEPING, 'S' },
};

const uint8_t shown_order[SHOWN_COUNT] = {
	STATE_RUNNING, STATE_READY, STATE_BLOCKED, SHOWN_SLEEPING, STATE_NEW, STATE_ZOMBIE, STATE_TERMINATED,
};

const struct shown *shown_as(uint8_t state)
{
	return &looks[state];
}

const char *mark_word(const struct show *s, enum mark m)
{
	return s->zh ? mark_rows[m].word_zh : mark_rows[m].word;
}

const char *shown_word(const struct show *s, uint8_t state)
{
	if (state == SHOWN_SLEEPING)
		return mark_word(s, MARK_SLEEPING);
	return s->zh ? state_rows[state].word_zh : state_rows[state].word;
}

uint8_t shown_state(const struct show *s, proc_id p)
{
	const struct actor *a = &s->y->actor[p];

	return a->state == STATE_BLOCKED && a->on == ON_CLOCK ? SHOWN_SLEEPING : (uint8_t)a->state;
}

bool has_ended(const struct show *s, proc_id p)
{
	return who_is(s->y->world.shared, p)->life >= LIFE_ZOMBIE;
}

bool is_stopped(const struct show *s, proc_id p)
{
	return s->y->actor[process_body(s->g, p)].stopped && who_is(s->y->world.shared, p)->life == LIFE_ALIVE;
}

/* ---- texts ---- */

void put_value(const struct show *s, struct text *t, value v)
{
	if (v != VALUE_UNSET)
		program_value(s->g, v, t);
}

void put_names(struct text *t, const struct program *g, const proc_id *name, int named, int count)
{
	for (int i = 0; i < named && i < count; i++)
		text_print(t, "%s%s", i ? ", " : "", title_of(g, name[i]));
	if (count > named)
		text_print(t, "%s+%d", named ? " " : "", count - named);
}

int scrolled(int top, int row, int rows, int height)
{
	bool far = row >= 0 && (row < top - 1 || row > top + height);

	if (far)                        /* a jump: with as much before it as behind */
		top = row - height / 2;
	else if (row >= 0 && row < top)
		top = row;
	else if (row >= top + height)
		top = row - height + 1;
	if (top > rows - height)
		top = rows - height;
	return top < 0 ? 0 : top;
}

static uint32_t object_in(value v)
{
	return value_tag(v) == TAG_OBJECT ? value_object(v) : 0;
}

static proc_id owner_of(const struct show *s, uint32_t o)
{
	const struct object *row = &s->g->object[o];

	if (row->kind != KIND_LOCK && row->kind != KIND_RLOCK)
		return 0;
	return ((const struct lock_cells *)(s->y->world.shared + row->at))->owner;
}

void put_held(const struct show *s, struct text *t, proc_id p)
{
	const char *between = "";

	for (uint32_t o = 1; o < s->g->objects; o++)
		if (owner_of(s, o) == p) {
			text_print(t, "%s%s", between, s->g->object[o].name);
			between = ", ";
		}
	for (size_t i = 0; i < s->v->units; i++)
		if (s->v->unit[i].who == p) {
			text_print(t, "%s%s", between, s->g->object[s->v->unit[i].object].name);
			between = ", ";
		}
}

/* In so many cells: "philosopher.2", or "phil….2". Its number tells it from the others, and is not what is left out. */
static void put_short(const struct show *s, const struct canvas *c, struct strip *t, unsigned ink, proc_id p, int room)
{
	const char *title = title_of(s->g, p), *number = strrchr(title, '.');
	struct text head = { 0 };

	if (canvas_cells(c, title) <= room || !number || canvas_cells(c, number) + 2 > room) {
		strip_put(t, ink, title);
		return;
	}
	for (const char *at = title; at < number;) {
		uint32_t code;
		int bytes = utf8_next(at, &code);
		if (canvas_cells(c, text_is(&head)) + utf8_width(code) + 1 + canvas_cells(c, number) > room)
			break;
		text_add(&head, at, (size_t)bytes);
		at += bytes;
	}
	strip_put(t, ink, text_is(&head));
	strip_glyph(t, c, ink, GLYPH_ELLIPSIS);
	strip_put(t, ink, number);
	text_free(&head);
}

static void put_owner(const struct show *s, const struct canvas *c, struct strip *t, proc_id owner,
                      bool words, int room)
{
	if (words) {
		strip_print(t, ROLE_TEXT, ", %s ", say(s, WORD_HELD_BY));
	} else {
		strip_put(t, ROLE_FAINT, " ");
		strip_glyph(t, c, ROLE_FAINT, GLYPH_FROM);
		strip_put(t, ROLE_FAINT, " ");
	}
	if (has_ended(s, owner))
		strip_print(t, ROLE_ERROR, "%s ", say(s, WORD_DEAD));
	put_short(s, c, t, has_ended(s, owner) ? ROLE_ERROR : ROLE_TEXT, owner, room - strip_cells(t, c));
}

/* "clock until 0.412s", or "until 0.412s": the state says what it waits for. */
static void put_clock(const struct show *s, const struct canvas *c, struct strip *t, const struct actor *a, int room)
{
	struct text time = { 0 };
	const char *until = say(s, WORD_CLOCK_UNTIL);

	story_clock(&time, a->deadline);
	if (!a->timed)
		strip_put(t, ROLE_SLEEPING, say(s, WORD_CLOCK));
	else
		strip_print(t, ROLE_SLEEPING, "%s %s", canvas_cells(c, until) + 1 + (int)time.length <= room ? until : say(s, WORD_UNTIL),
		            time.at);
	text_free(&time);
}

void put_wait(const struct show *s, const struct canvas *c, struct strip *t, proc_id p, bool words, int room)
{
	const struct actor *a = &s->y->actor[p];
	uint32_t o = object_in(a->on);
	proc_id owner = o ? owner_of(s, o) : 0;

	if (a->state != STATE_BLOCKED)
		return;
	if (a->on == ON_CLOCK) {
		put_clock(s, c, t, a, room);
		return;
	}
	if (world_next(s->g, play_own(s->y, p))->op == OP_SERVE)
		strip_put(t, ROLE_BLOCKED, say(s, WORD_REQUEST));       /* it is asked by its own name */
	else if (on_word(s->g, a->on))
		strip_put(t, ROLE_BLOCKED, on_word(s->g, a->on));
	if (owner)
		put_owner(s, c, t, owner, words, room);
	if (value_tag(a->on) == TAG_PROCESS && strip_cells(t, c) + 1 + canvas_cells(c, say(s, WORD_TO_END)) <= room)
		strip_print(t, ROLE_TEXT, " %s", say(s, WORD_TO_END));
	if (ends_by_timeout(s->g, a, play_own(s->y, p), p)) {
		strip_print(t, ROLE_FAINT, "%s ", say(s, WORD_AT_MOST));
		story_clock(&t->text, a->deadline);
	}
}

/* ---- what is shown ---- */

void show_init(struct show *s, const struct program *g, bool zh)
{
	*s = (struct show){ .g = g, .zh = zh, .follows = true, .beside = PANEL_PROGRAM };
	s->lab = g->cpu.given;
	s->focus = s->lab ? PANEL_CPU : PANEL_PROCESSES;
	s->waiter = must_have(calloc(g->objects + 1, sizeof *s->waiter));
	s->next = must_have(calloc(g->processes + 1, sizeof *s->next));
}

void show_free(struct show *s)
{
	free(s->waiter);
	free(s->next);
	text_free(&s->notice);
}

void show_begin(struct show *s, const struct play *y, struct view *v)
{
	s->now = y;
	show_moment(s, y, v);
	s->question = QUESTION_NONE;
	s->follows = true;
	s->selected = MAIN;
	memset(s->top, 0, sizeof s->top);
}

void show_moment(struct show *s, const struct play *y, struct view *v)
{
	s->y = y;
	s->v = v;
	s->top[PANEL_STORY] = s->top[PANEL_OUTPUT] = 0;
}

/* Behind those who are there already, if the line has an order; else by number. */
static void gather_line(struct show *s, uint32_t o)
{
	const struct object *row = &s->g->object[o];
	proc_id *link = &s->waiter[o];

	for (int k = 0; k < kind_rows[row->kind].lines; k++) {
		cell *at = line_at(s->g, s->y->world.shared, row->line + (uint32_t)k);
		const struct line *l = (const struct line *)at;
		for (proc_id p = l->head; p; p = who_is(s->y->world.shared, p)->next)
			if (s->y->actor[p].state == STATE_BLOCKED) {
				*link = p;
				link = &s->next[p];
			}
	}
	*link = 0;
}

static bool stands_in_line(const struct show *s, proc_id p)
{
	return who_is(s->y->world.shared, p)->place;
}

void show_gather(struct show *s)
{
	view_settle(s->v, s->y);
	memset(s->count, 0, sizeof s->count);
	s->stopped = 0;
	for (uint32_t o = 1; o < s->g->objects; o++)
		gather_line(s, o);
	for (proc_id p = (proc_id)s->g->processes - 1; p >= MAIN; p--) {
		uint32_t o = s->y->actor[p].state == STATE_BLOCKED ? object_in(s->y->actor[p].on) : 0;
		s->count[shown_state(s, p)]++;
		s->stopped += is_stopped(s, p);
		s->next[p] = stands_in_line(s, p) ? s->next[p] : 0;
		if (o && !stands_in_line(s, p)) {
			s->next[p] = s->waiter[o];
			s->waiter[o] = p;
		}
	}
	if (s->follows && s->v->last && !(s->v->last == MAIN && s->g->default_main))
		s->selected = s->v->last;       /* the default main only starts and joins */
	if (s->follows && s->y->asks && !manual_may_choose(s->y, s->selected))
		s->selected = ready_first(s->y);
}
