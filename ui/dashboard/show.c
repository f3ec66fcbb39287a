/* What several panels need: states, names, values, which processes wait for what. */
#include <stdlib.h>
#include <string.h>
#include "ui/dashboard/show.h"

const struct panel *const panels[PANEL_COUNT] = {
	[PANEL_PROCESSES] = &panel_processes, [PANEL_OBJECTS] = &panel_objects, [PANEL_PROGRAM] = &panel_program,
	[PANEL_TIMELINE] = &panel_timeline, [PANEL_STORY] = &panel_story, [PANEL_OUTPUT] = &panel_output,
	[PANEL_CPU] = &panel_cpu, [PANEL_STILL] = &panel_still,
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
	[SHOWN_STOPPED]    = { ROLE_STOPPED,  GLYPH_T_STOPPED,  'T' },
};

const uint8_t shown_order[SHOWN_COUNT] = {
	STATE_RUNNING, STATE_READY, STATE_BLOCKED, SHOWN_SLEEPING, STATE_NEW, STATE_ZOMBIE, STATE_TERMINATED, SHOWN_STOPPED,
};

const struct shown *shown_as(uint8_t state)
{
	return &looks[state];
}

const char *mark_word(const struct show *s, enum mark m)
{
	return s->zh ? mark_rows[m].word_zh : mark_rows[m].word;
}

const char *kind_word(const struct show *s, enum kind kind)
{
	return s->zh ? kind_rows[kind].word_zh : kind_rows[kind].word;
}

const char *shown_word(const struct show *s, uint8_t state)
{
	if (state >= STATE_COUNT)
		return mark_word(s, state == SHOWN_SLEEPING ? MARK_SLEEPING : MARK_STOPPED);
	return s->zh ? state_rows[state].word_zh : state_rows[state].word;
}

uint8_t shown_state(const struct show *s, proc_id p)
{
	return is_stopped(s, p) ? SHOWN_STOPPED : state_beneath(s, p);
}

uint8_t state_beneath(const struct show *s, proc_id p)
{
	const struct actor *a = &s->y->actor[p];

	return a->state == STATE_BLOCKED && a->on == ON_CLOCK ? SHOWN_SLEEPING : (uint8_t)a->state;
}

bool has_ended(const struct show *s, proc_id p)
{
	return who_is(s->y->world.shared, p)->life >= LIFE_ZOMBIE;
}

void put_how_it_ended(struct text *t, const struct show *s, proc_id p)
{
	int32_t code = (int32_t)who_is(s->y->world.shared, p)->code;
	struct text name = { 0 };

	if (code >= 0)
		put_filled(t, s->zh, WORD_EXIT_CODE, code);
	else if (story_signal_name(&name, -code))
		put_filled(t, s->zh, WORD_KILLED_BY, -code, text_is(&name));
	else
		put_filled(t, s->zh, WORD_KILLED_BY_NUMBER, -code);
	text_free(&name);
}

bool is_stopped(const struct show *s, proc_id p)
{
	proc_id body = process_body(s->g, p);

	return (s->y->actor[body].stopped || s->y->held == body) && who_is(s->y->world.shared, p)->life == LIFE_ALIVE;
}

/* ---- texts ---- */

void put_value(const struct show *s, struct text *t, value v)
{
	if (v != VALUE_UNSET)
		program_value(s->g, v, t);
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

/* Which waiter it is: a handler of a signal is one of its own. */
static uint32_t waiter_of(const struct show *s, proc_id p)
{
	return world_waiter(s->g, play_own(s->y, p), p);
}

uint32_t notified_of(const struct show *s, proc_id p)
{
	uint32_t o = s->y->actor[p].state == STATE_BLOCKED ? object_in(s->y->actor[p].on) : 0;

	const uint32_t freed = who_is(s->y->world.shared, waiter_of(s, p))->freed;

	return o && s->g->object[o].kind == KIND_CONDITION && freed && freed != FREED_SPURIOUSLY ? o : 0;
}

bool can_be_held(const struct object *o)
{
	return o->kind == KIND_LOCK || o->kind == KIND_RLOCK || o->kind == KIND_SEMAPHORE;
}

bool holds_anything(const struct program *g)
{
	for (uint32_t o = 1; o < g->objects; o++)
		if (can_be_held(&g->object[o]))
			return true;
	return false;
}

void put_held(const struct show *s, const struct canvas *c, struct text *t, proc_id p, int room)
{
	enum { MOST = 16 };
	const char *name[MOST];
	int count = 0;

	for (uint32_t o = 1; o < s->g->objects; o++)
		if (owner_of(s, o) == p && count++ < MOST)
			name[count - 1] = s->g->object[o].name;
	for (size_t i = 0; i < s->v->units; i++)
		if (s->v->unit[i].who == p && count++ < MOST)
			name[count - 1] = s->g->object[s->v->unit[i].object].name;
	put_fitting(t, c, name, MOST, count, room);
}

void note_holders(const struct show *s, bool *holds)
{
	memset(holds, 0, s->g->processes * sizeof *holds);
	for (uint32_t o = 1; o < s->g->objects; o++)
		holds[owner_of(s, o)] = true;
	for (size_t i = 0; i < s->v->units; i++)
		holds[s->v->unit[i].who] = true;
}

void put_held_together(const struct show *s, const struct canvas *c, struct text *t, const struct process_row *r, int room)
{
	enum { MOST = 4 };              /* more have no room */
	const char *name[MOST];
	int count = 0;

	if (!folding_holds(s, r))
		return;
	for (uint32_t o = 1; o < s->g->objects; o++)
		if (folding_has(s, r, owner_of(s, o)) && count++ < MOST)
			name[count - 1] = s->g->object[o].name;
	for (size_t i = 0; i < s->v->units; i++)
		if (folding_has(s, r, s->v->unit[i].who) && count++ < MOST)
			name[count - 1] = s->g->object[s->v->unit[i].object].name;
	put_fitting(t, c, name, MOST, count, room);
}

/* What it waits for, and who holds that. */
static void put_owned(const struct show *s, const struct canvas *c, struct strip *t, const struct strip *what, proc_id owner, bool words, int room)
{
	unsigned ink = has_ended(s, owner) ? ROLE_ERROR : ROLE_TEXT;
	struct text who = { 0 };

	if (has_ended(s, owner))
		put_filled(&who, s->zh, WORD_DEAD, title_of(s->g, owner));
	else
		text_put(&who, title_of(s->g, owner));
	if (words)
		strip_inked(t, ink, s->zh, WORD_HELD_BY_ONE, inked_strip(what), inked(ink, text_is(&who)));
	if (!words || strip_cells(t, c) > room) {
		strip_clear(t);
		strip_add(t, what);
		strip_put(t, ink, " ");
		strip_glyph(t, c, ROLE_FAINT, GLYPH_FROM);
		strip_put(t, ink, " ");
		put_short(&t->text, c, text_is(&who), room - strip_cells(t, c));
	}
	text_free(&who);
}

/* "clock until 0.412s", or "until 0.412s": the state says what it waits for. */
static void put_clock(const struct show *s, const struct canvas *c, struct strip *t, const struct actor *a, int room)
{
	struct text time = { 0 }, until = { 0 };

	story_clock(&time, a->deadline);
	put_filled(&until, s->zh, WORD_CLOCK_UNTIL, time.at);
	if (!a->timed)
		strip_put(t, ROLE_SLEEPING, say(s, WORD_CLOCK));
	else if (canvas_cells(c, until.at) <= room)
		strip_put(t, ROLE_SLEEPING, until.at);
	else
		strip_filled(t, ROLE_SLEEPING, s->zh, WORD_UNTIL, time.at);
	text_free(&time);
	text_free(&until);
}

void put_wait(const struct show *s, const struct canvas *c, struct strip *t, proc_id p, bool words, int room)
{
	const struct actor *a = &s->y->actor[p];
	uint32_t o = notified_of(s, p) ? s->g->object[notified_of(s, p)].lock : object_in(a->on);
	proc_id owner = o ? owner_of(s, o) : 0;

	if (a->state != STATE_BLOCKED)
		return;
	if (a->on == ON_CLOCK) {
		put_clock(s, c, t, a, room);
		return;
	}
	struct strip what = { 0 }, wait = { 0 };
	if (world_next(s->g, play_own(s->y, p))->op == OP_SERVE)
		strip_put(&what, ROLE_BLOCKED, say(s, WORD_REQUEST));   /* it is asked by its own name */
	else if (notified_of(s, p))
		strip_put(&what, ROLE_BLOCKED, s->g->object[o].name);
	else if (on_word(s->g, a->on))
		strip_put(&what, ROLE_BLOCKED, on_word(s->g, a->on));
	if (owner)
		put_owned(s, c, &wait, &what, owner, words, room);
	else if (value_tag(a->on) == TAG_PROCESS)
		strip_inked(&wait, ROLE_TEXT, s->zh, WORD_TO_END, inked_strip(&what));
	if (!owner && (!wait.text.length || strip_cells(&wait, c) > room)) {
		strip_clear(&wait);
		strip_add(&wait, &what);
	}
	if (ends_by_timeout(s->g, a, play_own(s->y, p), p)) {
		struct text time = { 0 };
		story_clock(&time, a->deadline);
		strip_inked(t, ROLE_FAINT, s->zh, WORD_AT_MOST, inked_strip(&wait), inked(ROLE_FAINT, time.at));
		text_free(&time);
	} else {
		strip_add(t, &wait);
	}
	strip_free(&what);
	strip_free(&wait);
}

/* ---- what is shown ---- */

static int longest_line_number(const struct program *g)
{
	uint32_t last = 0;
	int digits = 1;

	for (size_t i = 1; i < g->steps; i++)
		last = g->step[i].place.line > last ? g->step[i].place.line : last;
	for (; last > 9; last /= 10)
		digits++;
	return digits;
}

void show_init(struct show *s, const struct program *g, bool zh)
{
	*s = (struct show){ .g = g, .zh = zh, .follows = true, .beside = PANEL_PROGRAM };
	s->lab = g->cpu.given;
	s->focus = s->lab ? PANEL_CPU : PANEL_PROCESSES;
	listing_make(&s->listing, g);
	s->waiter = must_have(calloc(g->objects + 1, sizeof *s->waiter));
	s->next = must_have(calloc(g->processes + 1, sizeof *s->next));
	s->order = must_have(calloc(g->processes + 1, sizeof *s->order));
	s->depth = must_have(calloc(g->processes + 1, sizeof *s->depth));
	s->kid = must_have(calloc(g->processes + 1, sizeof *s->kid));
	s->sibling = must_have(calloc(g->processes + 1, sizeof *s->sibling));
	s->folding = folding_new(g);
	measure_first_values(s);
	s->line_width = longest_line_number(g) + 1;
}

void show_free(struct show *s)
{
	listing_free(&s->listing);
	free(s->waiter);
	free(s->next);
	text_free(&s->notice);
	play_free(s->spare);
	free(s->rested);
	free(s->order);
	free(s->depth);
	free(s->kid);
	free(s->sibling);
	folding_free(s->folding);
}

void show_moment(struct show *s, const struct play *y, struct view *v)
{
	s->y = s->moment = y;
	s->v = v;
	s->top[PANEL_STORY] = s->top[PANEL_OUTPUT] = 0;
}

/* Behind those that are there already, if the line has an order; else by number. */
static void gather_line(struct show *s, uint32_t o)
{
	const struct object *row = &s->g->object[o];
	proc_id *link = &s->waiter[o];

	for (int k = 0; k < kind_rows[row->kind].lines; k++) {
		cell *at = line_at(s->g, s->y->world.shared, row->line + (uint32_t)k);
		const struct line *l = (const struct line *)at;
		for (proc_id w = l->head; w; w = who_is(s->y->world.shared, w)->next) {
			proc_id p = waiter_owner(s->g, w);
			if (s->y->actor[p].state == STATE_BLOCKED && waiter_of(s, p) == w) {
				*link = p;
				link = &s->next[p];
			}
		}
	}
	*link = 0;
}

/* ---- the family ---- */

proc_id parent_of(const struct show *s, proc_id p)
{
	const struct who *w = who_is(s->y->world.shared, p);

	return w->life == LIFE_NEW ? 0 : s->g->process[p].within ? s->g->process[p].within : w->parent;
}

/* A process that has no parent, or lost it, stands at the left; below each process its children. */
static void list_below(struct show *s, proc_id root, int *rows)
{
	proc_id p = root;
	int depth = 0;

	for (;;) {
		s->order[(*rows)++] = p;
		s->depth[p] = (uint8_t)depth;
		if (s->kid[p]) {
			p = s->kid[p];
			depth++;
			continue;
		}
		while (p != root && !s->sibling[p]) {
			p = parent_of(s, p);
			depth--;
		}
		if (p == root)
			return;
		p = s->sibling[p];
	}
}

/* By its name, or the word for its state; all, if none is found. */
static int keep_found(struct show *s, int rows)
{
	int kept = 0;

	for (int i = 0; i < rows; i++) {
		proc_id p = s->order[i];
		if (!is_found(s, PANEL_PROCESSES, title_of(s->g, p)) && !is_found(s, PANEL_PROCESSES, shown_word(s, shown_state(s, p))))
			continue;
		for (int k = i; k > kept; k--)          /* the others stay behind them */
			s->order[k] = s->order[k - 1];
		s->order[kept++] = p;
	}
	s->none_found = !kept;
	return kept ? kept : rows;
}

static void gather_family(struct show *s)
{
	int rows = 0;

	s->tree = false;
	memset(s->kid, 0, s->g->processes * sizeof *s->kid);
	for (proc_id p = (proc_id)s->g->processes - 1; p >= MAIN; p--) {
		proc_id parent = parent_of(s, p);
		s->tree |= parent && parent != MAIN;
		s->sibling[p] = parent ? s->kid[parent] : 0;
		if (parent)
			s->kid[parent] = p;
	}
	for (proc_id p = MAIN; p < s->g->processes; p++)
		if (!s->tree)
			s->order[rows++] = p, s->depth[p] = 0;
		else if (!parent_of(s, p))
			list_below(s, p, &rows);
	s->listed = keep_found(s, rows);
}

int row_of(const struct show *s, proc_id p)
{
	int row = 0;

	while (row < s->listed - 1 && s->order[row] != p)
		row++;
	return row;
}

proc_id neighbour(const struct show *s, proc_id p, int rows)
{
	int to = row_of(s, p) + rows, last = s->listed - 1;

	return s->order[to < 0 ? 0 : to > last ? last : to];
}

static bool stands_in_line(const struct show *s, proc_id p)
{
	return who_is(s->y->world.shared, waiter_of(s, p))->in_line;
}

static bool moves_now(const struct show *s, proc_id p)
{
	return manual_may_choose(s->moment, p) && !is_stopped(s, p);
}

void show_gather(struct show *s)
{
	memset(s->count, 0, sizeof s->count);
	gather_family(s);
	for (uint32_t o = 1; o < s->g->objects; o++)
		gather_line(s, o);
	for (proc_id p = (proc_id)s->g->processes - 1; p >= MAIN; p--) {
		uint32_t o = s->y->actor[p].state == STATE_BLOCKED ? object_in(s->y->actor[p].on) : 0;
		s->count[shown_state(s, p)]++;
		s->next[p] = stands_in_line(s, p) ? s->next[p] : 0;
		if (o && !stands_in_line(s, p)) {
			s->next[p] = s->waiter[o];
			s->waiter[o] = p;
		}
	}
	if (s->follows && s->v->last && !(s->v->last == MAIN && s->g->default_main))
		s->selected = s->v->last;       /* the default main only starts and joins */
	if (s->follows && s->question == QUESTION_PREDICT)
		s->selected = s->predict->now.who;
	else if (s->follows && is_asked(s) && !moves_now(s, s->selected) && first_choice(s))
		s->selected = first_choice(s);
	s->on_crowd &= !s->follows;
	if (*s->filter[PANEL_PROCESSES] && s->order[row_of(s, s->selected)] != s->selected)
		s->selected = s->order[0];
	folding_make(s, s->list_room);
}

/* ---- which processes may move, under manual ---- */

bool may_be_chosen(const struct show *s, proc_id p)
{
	return moves_now(s, p) || is_awaitable(s, p);
}

/* One that can move now goes before those for which time must pass. */
proc_id first_choice(const struct show *s)
{
	proc_id first = 0;

	for (proc_id p = MAIN; p < s->g->processes; p++) {
		if (moves_now(s, p))
			return p;
		first = first ? first : is_awaitable(s, p) ? p : 0;
	}
	return first;
}

/* As long as there are digits for all, each has its own for ever, the default main 0; else those that may be chosen now have the first
 * ones. */
int choice_number(const struct show *s, proc_id p)
{
	proc_id first = s->g->default_main ? MAIN + 1 : MAIN;
	int n = 1;

	if (s->g->processes - first <= DIGITS)
		return p - first + 1;
	for (proc_id q = MAIN; q < p; q++)
		n += may_be_chosen(s, q);
	return n;
}

proc_id choice_of(const struct show *s, int number)
{
	for (proc_id p = MAIN; p < s->g->processes; p++)
		if (may_be_chosen(s, p) && choice_number(s, p) == number)
			return p;
	return 0;
}

bool is_forced_switch(const struct show *s, proc_id p)
{
	proc_id last = s->v->last;

	return last && p != last && moves_now(s, last) && play_goes_on(s->moment, last);
}

static void hear_rested(struct listener *l, const struct play *y, const struct news *n)
{
	if (n->kind == NEWS_CHOICE)
		view_why(((struct rested *)l)->why, y, n);
}

void show_begin(struct show *s, const struct play *y, struct view *v)
{
	s->now = y;
	play_free(s->spare);
	if (!s->rested)
		s->rested = must_have(calloc(1, sizeof *s->rested));
	s->rested->listener.hear = hear_rested;
	s->spare = play_spare(y, &s->rested->listener);
	show_moment(s, y, v);
	s->question = QUESTION_NONE;
	gather_family(s);
	s->follows = true;
	s->selected = MAIN;
	folding_make(s, s->listed);     /* a key may come before the first picture */
	memset(s->top, 0, sizeof s->top);
}
