/* The processes: state, place, what each holds and waits for. */
#include <string.h>
#include "ui/dashboard/mouse.h"
#include "ui/dashboard/show.h"

enum { MARKS = 3, STATE_SIGN = 2, PID_WIDTH = 7, GAP = 2, CLOCK_WIDTH = 18, LEAST_CLOCK = 12, LEAST_NAME = 8, NARROW = 70, WITHIN = 2,
       LEAST_HOLDS = 5, LEAST_VARIABLE = 5, LEAST_KNOWN = 8, LONGEST_KNOWN = 16, LONGEST_STATE = 11 };
/* Cells for the text of a step: what nearly all of them have, less, and the least that says anything. */
enum { USUAL_STEP = 14, SHORT_STEP = 11, LEAST_STEP = 8 };

/* Columns that there is no room for are at -1. words: there is room for them where else a sign must do. */
struct columns {
	int name, pid, state, cpu, at, holds, waits;
	int name_width, state_width, at_width, holds_width, waits_width;
	const char *variable[PRIVATES];
	int var[PRIVATES], var_width[PRIVATES], vars, more, more_width, rest;   /* more: so many have no room */
	int gap;
	bool words;
};

/* What stands before a name: marks, and the number by which the viewer chooses it. */
static int gutter(const struct show *s)
{
	return s->y->at->rules.asks ? MARKS + 1 : MARKS;
}

static int rows_of(const struct show *s)
{
	return folding_rows(s);
}

static int least(int a, int b) { return a < b ? a : b; }
static int most(int a, int b)  { return a > b ? a : b; }

static int longest_name(const struct show *s, const struct canvas *c)
{
	int longest = 4, within = s->folds ? WITHIN : 0;

	for (proc_id p = MAIN; p < s->g->processes; p++)
		longest = most(longest, canvas_cells(c, title_of(s->g, p)) + 2 * s->depth[p] + within);
	return longest;
}

/* Digits behind the dot of "thinker.900", as many as there are of a group. */
static int longest_number(const struct show *s)
{
	int longest = 0;

	for (proc_id p = MAIN; p < s->g->processes; p++) {
		const char *name = title_of(s->g, p), *dot = strrchr(name, '.');
		int digits = dot ? (int)strspn(dot + 1, "0123456789") : 0;
		longest = most(longest, dot && !dot[1 + digits] ? digits : 0);
	}
	return longest;
}

static bool any_object(const struct object *o) { return o->kind != KIND_CONNECTION; }
static bool has_owner(const struct object *o)  { return o->kind == KIND_LOCK || o->kind == KIND_RLOCK; }

/* Of those of some kinds; 0: there are none. */
static int longest_object(const struct show *s, const struct canvas *c, bool (*is_meant)(const struct object *))
{
	int longest = 0;

	for (uint32_t o = 1; o < s->g->objects; o++)
		if (is_meant(&s->g->object[o]))
			longest = most(longest, canvas_cells(c, s->g->object[o].name));
	return longest;
}

static int longest_step(const struct show *s, const struct canvas *c)
{
	int longest = 0;

	for (size_t i = 1; i < s->g->steps; i++)
		if (s->g->step[i].place.line)
			longest = most(longest, canvas_cells(c, s->g->step[i].text));
	return most(longest, USUAL_STEP) + s->line_width;
}

/* What is left of the room is given out: the first column it is offered to takes up to what it wishes. */
static int take(int *left, int has, int wish)
{
	int more = least(*left, wish > has ? wish - has : 0);

	*left -= more;
	return has + more;
}

/* A column that has more than it needs gives some of it. */
static void give(int *left, int *width, int need)
{
	int more = least(-*left, *width - need);

	if (*left < 0 && more > 0) {
		*width -= more;
		*left += more;
	}
}

/* Room for its name, and for what a process begins with, if that is short. */
static int least_of_variable(const struct canvas *canvas, const struct show *s, const char *name)
{
	return most(most(canvas_cells(canvas, name), LEAST_VARIABLE), least(first_value_cells(s, name), LEAST_KNOWN));
}

static int variables_width(const struct canvas *canvas, const struct show *s)
{
	const char *name[PRIVATES];
	int all = private_names(s->g, name), width = 0;

	for (int i = 0; i < all; i++)
		width += least_of_variable(canvas, s, name[i]) + GAP;
	return width;
}

/* "+3" ends where the column before it ends: what it takes beyond that column, which has a heading of so many cells. */
static int more_width(int heading, int width, int more)
{
	return most(0, heading + 1 + (more < 10 ? 2 : 3) - width);
}

static int heading_of_state(const struct columns *c, const struct canvas *canvas, const struct show *s)
{
	return c->cpu >= 0 ? 3 : STATE_SIGN + canvas_cells(canvas, say(s, WORD_STATE));
}

static int more_behind_state(const struct columns *c, const struct canvas *canvas, const struct show *s, int more)
{
	return more_width(heading_of_state(c, canvas, s), c->cpu >= 0 ? 3 : c->state_width - GAP, more);
}

/* A column for each private variable, as long as there is room for one. */
static void take_variables(struct columns *c, const struct canvas *canvas, const struct show *s, int *left)
{
	const char *name[PRIVATES];
	int all = private_names(s->g, name);

	for (int i = 0; i < all; i++) {
		int heading = canvas_cells(canvas, name[i]), width = least_of_variable(canvas, s, name[i]), further = all - 1 - i;
		if (c->more || width + GAP + (further ? more_width(heading, width, further) : 0) > *left) {
			c->more++;
			continue;
		}
		*left -= width + GAP;
		c->variable[c->vars] = name[i];
		c->var_width[c->vars++] = width;
	}
	if (!c->more)
		return;
	c->more_width = c->vars ? more_width(canvas_cells(canvas, c->variable[c->vars - 1]), c->var_width[c->vars - 1], c->more) :
	                more_behind_state(c, canvas, s, c->more);
	*left -= c->more_width;
}

static void lay_out(struct columns *c, const struct show *s, bool roomy)
{
	int x = gutter(s) + c->name_width + c->gap;

	c->name = gutter(s);
	if (c->pid >= 0) {
		c->pid = x;
		x += PID_WIDTH + (roomy ? GAP - 1 : 0);
	}
	c->state = x;
	x += c->state_width + roomy;
	if (c->cpu >= 0) {
		c->cpu = x;
		x += 3 + GAP;
	}
	for (int i = 0; i < c->vars; i++) {
		c->var[i] = x;
		x += c->var_width[i] + GAP;
	}
	x += c->more_width;
	c->rest = x;
	if (c->at >= 0) {
		c->at = x;
		x += c->at_width + c->gap;
	}
	if (c->holds >= 0) {
		c->holds = x;
		x += c->holds_width + c->gap;
	}
	c->waits = x;
}

/* Can one process hold more than one? */
static bool holds_several(const struct show *s)
{
	int n = 0;

	for (uint32_t o = 1; o < s->g->objects; o++)
		n += can_be_held(&s->g->object[o]);
	return n > 1;
}

/* Its sign and the longest of the words; behind "terminated", one blank is enough. */
static int state_width(const struct show *s, const struct canvas *c)
{
	int longest = canvas_cells(c, say(s, WORD_STATE));

	for (int i = 0; i < SHOWN_COUNT; i++)
		longest = most(longest, canvas_cells(c, shown_word(s, shown_order[i])));
	return STATE_SIGN + most(longest + 1, least(longest + GAP, LONGEST_STATE));
}

/* Names, states and variables alone: more of them, with room for longer values. */
static struct columns columns_of_variables(const struct area a, const struct show *s)
{
	enum { LONGEST_VALUE = 24 };
	bool roomy = a.width >= 100;
	struct columns c = { .pid = -1, .cpu = -1, .at = -1, .holds = -1, .state_width = state_width(s, a.canvas), .gap = GAP };
	int left;

	c.name_width = least(longest_name(s, a.canvas), a.width / 5);
	left = a.width - gutter(s) - c.name_width - GAP - c.state_width - roomy;
	take_variables(&c, a.canvas, s, &left);
	for (int i = 0; i < c.vars && left > 0; i++)
		c.var_width[i] = take(&left, c.var_width[i], least(LONGEST_VALUE, c.var_width[i] + left / (c.vars - i)));
	lay_out(&c, s, roomy);
	return c;
}

/* What the program would fill its columns with. */
struct wishes {
	int name, object, step, wait, pid;
	int holder, some_of_holder, least_of_holder;    /* "door ← dead thief", "door ← phil…r.2", "door ← ph….2"; 0: nothing has an owner */
	bool narrow, roomy, holds, several;             /* something can be held; more than one thing */
};

/* What stands before the name of a holder that has ended. */
static int longest_death(const struct show *s, const struct canvas *c)
{
	struct text dead = { 0 };
	bool dies = false;
	int cells;

	for (size_t i = 0; i < s->g->codes && !dies; i++)
		dies = s->g->code[i].op == OP_SIGNAL;
	if (!dies)
		return 0;
	put_filled(&dead, s->zh, WORD_DEAD, "");
	cells = canvas_cells(c, text_is(&dead));
	text_free(&dead);
	return cells;
}

static struct wishes wishes_of(const struct area a, const struct show *s)
{
	struct wishes w = { .narrow = a.width < NARROW, .roomy = a.width >= 100, .holds = holds_anything(s->g), .several = holds_several(s) };
	int owned = longest_object(s, a.canvas, has_owner);

	w.name = longest_name(s, a.canvas);
	w.object = longest_object(s, a.canvas, w.holds ? can_be_held : any_object);
	w.step = longest_step(s, a.canvas);
	if (owned) {
		owned += 3 + longest_death(s, a.canvas);
		w.holder = least(owned + w.name, a.width / 3);
		w.some_of_holder = least(w.holder, owned + LEAST_NAME);
		w.least_of_holder = least(w.some_of_holder, owned + 4 + longest_number(s));
	}
	w.wait = most(most(w.holder, w.object), CLOCK_WIDTH);
	w.pid = PID_WIDTH + (w.roomy ? GAP - 1 : 0);
	return w;
}

/* Everything gets the least that says anything, and each private variable a column. Returns what is left of the room. */
static int take_least(struct columns *c, const struct wishes *w, const struct area a, const struct show *s)
{
	enum { SOME = 2 };              /* letters of a holder's name that may be missing */
	int left;

	c->at_width = s->line_width + (w->narrow ? LEAST_STEP : USUAL_STEP);
	c->name_width = least(w->name, a.width / 6 + 1);        /* pool.callbacks, on 80 */
	c->holds_width = w->holds ? most(canvas_cells(a.canvas, say(s, WORD_HOLDS)), least(w->object + (w->several ? 3 : 0), a.width / 8)) : 0;
	c->waits_width = most(LEAST_CLOCK, w->some_of_holder);
	left = a.width - gutter(s) - c->name_width - c->gap - c->state_width - w->roomy - (c->cpu >= 0 ? 3 + GAP : 0) - c->at_width - c->gap -
	       (w->holds ? c->holds_width + c->gap : 0) - c->waits_width;
	left -= variables_width(a.canvas, s);
	give(&left, &c->at_width, s->line_width + SHORT_STEP);
	give(&left, &c->name_width, most(LEAST_NAME, c->name_width - (s->folds ? WITHIN : 0)));
	give(&left, &c->waits_width, most(LEAST_CLOCK, w->least_of_holder));
	left += variables_width(a.canvas, s);
	take_variables(c, a.canvas, s, &left);
	give(&left, &c->name_width, LEAST_NAME);
	give(&left, &c->at_width, s->line_width + LEAST_STEP);
	if (left < 0 || (w->narrow && left < w->some_of_holder - SOME - c->waits_width)) {      /* where it is, the program's panel says, too */
		left += c->at_width + c->gap;
		c->at = -1;
	}
	give(&left, &c->holds_width, LEAST_HOLDS);
	give(&left, &c->waits_width, LEAST_CLOCK);
	return most(left, 0);
}

static void take_at(struct columns *c, int *left, int wish)
{
	if (c->at >= 0)
		c->at_width = take(left, c->at_width, wish);
}

static void take_holds(struct columns *c, const struct wishes *w, int *left, int wish)
{
	if (w->several)
		c->holds_width = take(left, c->holds_width, wish);
}

static void take_pid(struct columns *c, const struct wishes *w, const struct show *s, int *left)
{
	if (c->pid < 0 && *left >= w->pid && c->at >= 0 && !c->more && !s->projector) {
		c->pid = 0;
		*left -= w->pid;
	}
}

/* Widths depend on the program and the room only: columns that move with every step could not be read. Private variables
 * and where each process is come first, then so much of the holder's name that it is known, then values, the pid, the rest of
 * that name, the words of a wait. On few columns that name comes before the pid. */
static struct columns columns_for(const struct area a, const struct show *s)
{
	const struct wishes w = wishes_of(a, s);
	struct columns c = { .pid = -1, .cpu = (w.roomy && !s->projector) || s->y->settings.cpus > 1 ? 0 : -1, .holds = w.holds ? 0 : -1,
	                     .state_width = state_width(s, a.canvas), .gap = a.width < NARROW ? 1 : GAP };
	int left = take_least(&c, &w, a, s);

	take_at(&c, &left, s->line_width + (w.narrow ? LEAST_STEP : USUAL_STEP));
	c.waits_width = take(&left, c.waits_width, w.some_of_holder);
	take_at(&c, &left, least(w.step, s->line_width + USUAL_STEP + 1));
	take_holds(&c, &w, &left, w.object + 3);
	for (int i = 0; i < c.vars; i++)
		c.var_width[i] = take(&left, c.var_width[i], most(w.roomy ? 8 : 0, least(first_value_cells(s, c.variable[i]), LONGEST_KNOWN)));
	if (w.roomy)
		take_pid(&c, &w, s, &left);
	c.waits_width = take(&left, c.waits_width, w.holder);
	take_pid(&c, &w, s, &left);
	c.waits_width = take(&left, c.waits_width, least(w.wait, a.width / 3));
	take_at(&c, &left, least(w.step, 44));
	take_holds(&c, &w, &left, 2 * w.object + 2);
	c.waits_width = take(&left, c.waits_width, w.object + w.name + 11);
	c.words = w.object + w.name + 11 <= c.waits_width;
	take_at(&c, &left, a.width);
	lay_out(&c, s, w.roomy);
	return c;
}

/* While the viewer chooses, the column says of those that may be chosen what choosing them means; of the others, what they wait for. */
static const char *last_title(const struct show *s, const struct canvas *c, int room)
{
	const char *both = say(s, WORD_IF_CHOSEN_OR_WAITS);

	if (!is_asked(s) || !first_choice(s))
		return say(s, WORD_WAITS_FOR);
	return canvas_cells(c, both) <= room ? both : say(s, WORD_IF_CHOSEN);
}

static void draw_heading(struct area a, const struct show *s, const struct columns *c)
{
	canvas_fit(a, c->name, 0, c->name_width + 1, ROLE_HEADING, say(s, WORD_NAME));
	if (c->pid >= 0)
		canvas_right(a, c->pid, 0, 6, ROLE_HEADING, say(s, WORD_PID));
	canvas_fit(a, c->state + STATE_SIGN, 0, c->state_width - STATE_SIGN, ROLE_HEADING, say(s, WORD_STATE));
	if (c->cpu >= 0)
		canvas_put(a, c->cpu, 0, ROLE_HEADING, say(s, WORD_CPU_COLUMN));
	for (int i = 0; i < c->vars; i++)
		canvas_fit(a, c->var[i], 0, c->var_width[i], ROLE_ACCENT, c->variable[i]);
	if (c->more)
		canvas_print(a, c->rest - GAP - (c->more < 10 ? 2 : 3), 0, ROLE_FAINT, "+%d", c->more);
	if (c->at >= 0)
		canvas_fit(a, c->at, 0, c->at_width, ROLE_HEADING, say(s, WORD_AT));
	if (c->holds >= 0)
		canvas_fit(a, c->holds, 0, c->holds_width, ROLE_HEADING, say(s, WORD_HOLDS));
	if (c->waits_width)
		canvas_fit(a, c->waits, 0, c->waits_width, ROLE_HEADING, last_title(s, a.canvas, c->waits_width));
}

static void draw_variables(struct area a, int y, const struct show *s, const struct columns *c, proc_id p)
{
	struct text t = { 0 };
	value now;
	bool fresh;

	for (int i = 0; i < c->vars; i++) {
		if (!private_of(s, p, c->variable[i], &now, &fresh))
			continue;
		text_clear(&t);
		put_narrow_value(s, a.canvas, &t, now, c->var_width[i]);
		draw_name(a, c->var[i], y, c->var_width[i], fresh ? ROLE_CHANGED : has_ended(s, p) ? ROLE_FAINT : ROLE_TITLE, text_is(&t));
	}
	text_free(&t);
}

/* In so many cells. */
static void how_it_ended(const struct show *s, const struct canvas *canvas, struct strip *t, proc_id p, int room)
{
	int32_t code = (int32_t)who_is(s->y->world.shared, p)->code;
	struct text name = { 0 };

	strip_ink(t, code ? ROLE_WARNING : ROLE_ENDED);
	put_how_it_ended(&t->text, s, p);
	if (code < 0 && strip_cells(t, canvas) > room && story_signal_name(&name, -code)) {
		text_clear(&t->text);
		put_filled(&t->text, s->zh, WORD_KILLED_SHORTLY, text_is(&name));
		if (strip_cells(t, canvas) > room) {
			text_clear(&t->text);
			text_put(&t->text, text_is(&name));
		}
	}
	text_free(&name);
}

/* The step it is about to do: "19 tickets = n - 1". */
static void where_it_is(const struct show *s, struct strip *t, proc_id p)
{
	const struct step *step = world_step_of(s->g, play_own(s->y, p));

	if (step->place.line)
		strip_print(t, ROLE_NUMBER, "%*u ", s->line_width - 1, step->place.line);
	else if (s->y->g->code[((struct own *)play_own(s->y, p))->pc].op != OP_FINISH)
		strip_print(t, ROLE_NUMBER, "%*s", s->line_width, "");
	else {
		strip_print(t, ROLE_FAINT, "%*s%s", s->line_width, "", say(s, WORD_THE_END));
		return;
	}
	strip_ink(t, ROLE_CODE);
	put_next_action(&t->text, s->g, play_own(s->y, p));
}

static void draw_state(struct area a, int y, const struct show *s, const struct columns *c, proc_id p)
{
	uint8_t state = shown_state(s, p);
	const struct shown *look = shown_as(state);
	int x = c->state + STATE_SIGN;

	if (!s->projector)              /* where there is room, the word says it all */
		canvas_print(a, c->state, y, look->role | LOOK_BOLD, "%c ", look->letter);
	canvas_fit(a, x, y, c->state_width - STATE_SIGN - 1, s->projector ? look->role | LOOK_BOLD : look->role, shown_word(s, state));
	if (c->cpu >= 0 && s->y->actor[p].cpu)
		canvas_print(a, c->cpu, y, ROLE_RUNNING, "%2u", s->y->actor[p].cpu - 1);
}

static void mark_selected(struct area a, int y)
{
	canvas_ground(area_part(a, 0, y, AREA_REST, 1), ROLE_SELECTED);
	canvas_glyph(a, 1, y, ROLE_ACCENT, GLYPH_HERE);
	area_cursor(a, 1, y);
}

static void draw_marks(struct area a, int y, const struct show *s, proc_id p)
{
	if (p == s->v->last)
		canvas_glyph(a, 0, y, ROLE_MARK, GLYPH_BULLET);
	if (is_asked(s) && may_be_chosen(s, p) && choice_number(s, p) <= DIGITS)
		canvas_print(a, 2, y, ROLE_KEY, "%d", choice_number(s, p));
	if (p == s->selected && !s->on_crowd)
		mark_selected(a, y);
}

/* Below the row that it shares with others, it stands as a child stands below its parent. */
static int indent_of(const struct show *s, const struct process_row *r)
{
	enum { DEEPEST = 4 };

	return 2 * least(s->depth[r->who] + r->within, DEEPEST);
}

/* A child stands below its parent, and a step to the right. */
static int draw_branch(struct area a, int x, int y, int indent)
{

	if (indent)
		canvas_glyph(a, x + indent - 2, y, ROLE_FAINT, GLYPH_BRANCH);
	return x + indent;
}

/* What it would be if the viewer let it move. */
static void put_choice(const struct show *s, const struct canvas *c, struct strip *t, proc_id p, int room)
{
	if (is_awaitable(s, p)) {
		strip_ink(t, ROLE_SLEEPING);
		put_awaited(s, c, &t->text, p, room);
	} else if (p == s->v->last)
		strip_put(t, ROLE_FAINT, say(s, WORD_GOES_ON));
	else if (is_forced_switch(s, p))
		strip_put(t, ROLE_WARNING, say(s, WORD_FORCED));
	else
		strip_put(t, ROLE_FAINT, say(s, WORD_RUNS));
}

static void draw_process(struct area a, int y, const struct show *s, const struct columns *c, const struct process_row *r)
{
	proc_id p = r->who;
	struct strip t = { 0 }, held = { 0 };
	uint8_t state = shown_state(s, p);
	int x = c->at >= 0 ? c->at : c->rest;
	unsigned faint = state == STATE_NEW || state == STATE_TERMINATED ? ROLE_ENDED : ROLE_TEXT;

	draw_name(a, draw_branch(a, c->name, y, indent_of(s, r)), y, c->name_width - indent_of(s, r),
	          p == s->selected ? faint | LOOK_BOLD : faint, title_of(s->g, p));
	if (state != STATE_NEW && c->pid >= 0)
		canvas_print(a, c->pid, y, ROLE_FAINT, "%6u", who_is(s->y->world.shared, p)->pid);
	draw_state(a, y, s, c, p);
	strip_ink(&held, has_ended(s, p) ? ROLE_ERROR : ROLE_ACCENT);
	if (c->holds >= 0)
		put_held(s, a.canvas, &held.text, p, c->holds_width);
	/* How it ended may take the room of what it neither holds nor waits for. */
	bool wide = has_ended(s, p) && !held.text.length && !s->variables;
	if (has_ended(s, p))
		how_it_ended(s, a.canvas, &t, p, wide ? a.width - x : c->at_width);
	else if (state != STATE_NEW)
		where_it_is(s, &t, p);
	draw_variables(a, y, s, c, p);
	if (wide)
		strip_draw(&t, a, x, y, a.width - x);
	else if (c->at >= 0)
		strip_draw(&t, a, c->at, y, c->at_width);
	if (c->holds >= 0)
		strip_draw(&held, a, c->holds, y, c->holds_width);
	strip_clear(&t);
	if (is_asked(s) && may_be_chosen(s, p))
		put_choice(s, a.canvas, &t, p, c->waits_width);
	else
		put_wait(s, a.canvas, &t, p, c->words, c->waits_width);
	strip_draw(&t, a, c->waits, y, c->waits_width);
	strip_free(&t);
	strip_free(&held);
	draw_marks(a, y, s, p);
}

/* ---- processes that are alike ---- */

/* What can be said of all of them: a text that is the same for each, or none. */
typedef void said_of(const struct show *, struct strip *, proc_id);
static void draw_common(struct area a, int x, int y, int width, const struct show *s, const struct process_row *r, said_of *say_it)
{
	struct strip all = { 0 }, one = { 0 };
	bool same = true;

	say_it(s, &all, r->who);
	for (proc_id p = folding_first(s, r); p && same; p = folding_next(s, p)) {
		strip_clear(&one);
		say_it(s, &one, p);
		same = !strcmp(text_is(&one.text), text_is(&all.text));
	}
	if (same)
		strip_draw(&all, a, x, y, width);
	strip_free(&all);
	strip_free(&one);
}

static void how_or_where(const struct show *s, struct strip *t, proc_id p)
{
	if (has_ended(s, p))
		put_how_it_ended(&t->text, s, p);
	else if (shown_state(s, p) != STATE_NEW)
		where_it_is(s, t, p);
}

/* A value that all of them have. */
static void draw_common_values(struct area a, int y, const struct show *s, const struct columns *c, const struct process_row *r)
{
	struct text t = { 0 };
	value first, now;
	bool fresh;

	for (int i = 0; i < c->vars; i++) {
		bool same = private_of(s, r->who, c->variable[i], &first, &fresh);
		for (proc_id p = folding_first(s, r); p && same; p = folding_next(s, p))
			same = private_of(s, p, c->variable[i], &now, &fresh) && now == first;
		if (!same)
			continue;
		text_clear(&t);
		put_narrow_value(s, a.canvas, &t, first, c->var_width[i]);
		draw_name(a, c->var[i], y, c->var_width[i], has_ended(s, r->who) ? ROLE_FAINT : ROLE_TEXT, text_is(&t));
	}
	text_free(&t);
}

/* "97 buyer": how many of which group. It may take the room of the pid, which belongs to one process alone. */
static void draw_crowd(struct area a, int y, const struct show *s, const struct columns *c, const struct process_row *r)
{
	const struct group *group = &s->g->group[s->g->process[r->who].group];
	struct text name = { 0 }, held = { 0 };
	struct strip wait = { 0 };
	int x = draw_branch(a, c->name, y, indent_of(s, r)), width = c->name_width - indent_of(s, r);

	put_filled(&name, s->zh, WORD_ALIKE, r->alike, group->name);
	x = canvas_glyph(a, x, y, ROLE_ACCENT, r->open ? GLYPH_UNFOLDED : GLYPH_FOLDED);
	canvas_fit(a, x, y, width - 1 + (c->pid >= 0 ? PID_WIDTH : 0), ROLE_TITLE, text_is(&name));
	draw_state(a, y, s, c, r->who);
	draw_common_values(a, y, s, c, r);
	if (c->at >= 0)
		draw_common(a, c->at, y, c->at_width, s, r, how_or_where);
	put_held_together(s, a.canvas, &held, r, c->holds_width);
	if (c->holds >= 0)
		canvas_fit(a, c->holds, y, c->holds_width, ROLE_ACCENT, text_is(&held));
	if (shown_state(s, r->who) == STATE_BLOCKED)
		put_wait(s, a.canvas, &wait, r->who, c->words, c->waits_width);
	strip_draw(&wait, a, c->waits, y, c->waits_width);
	text_free(&name);
	text_free(&held);
	strip_free(&wait);
}

static void draw_row(struct area a, int y, const struct show *s, const struct columns *c, int row)
{
	const struct process_row *r = folding_row(s, row);

	area_spot(a, 0, y, AREA_REST, 1, SPOT_ROW, row);
	if (!r->alike)
		draw_process(a, y, s, c, r);
	else
		draw_crowd(a, y, s, c, r);
	if (r->alike && s->on_crowd && folding_selected(s) == row)
		mark_selected(a, y);
}

static void draw(struct area a, struct show *s)
{
	struct columns c = s->variables ? columns_of_variables(a, s) : columns_for(a, s);
	int rows = rows_of(s), height = a.height - 1, pitch = s->projector && height >= 2 * rows ? 2 : 1;
	bool more = height > 0 && rows > height;
	int list = more ? height - 1 : height;

	if (s->focus == PANEL_PROCESSES)
		s->page = list;
	s->top[PANEL_PROCESSES] = scrolled(s->top[PANEL_PROCESSES], folding_selected(s), rows, list);
	draw_heading(a, s, &c);
	for (int i = 0; i < list && i < rows; i++)
		draw_row(a, i * pitch + pitch, s, &c, s->top[PANEL_PROCESSES] + i);
	if (more) {
		bool below = s->top[PANEL_PROCESSES] + list < rows;
		int x = canvas_glyph(a, gutter(s), height, ROLE_FAINT, below ? GLYPH_DOWN : GLYPH_UP);
		struct text t = { 0 };
		put_filled(&t, s->zh, WORD_MORE, rows - list);
		canvas_put(a, x + 1, height, ROLE_FAINT, t.at);
		text_free(&t);
	}
}

static int wish(const struct show *s, int width)
{
	(void)width;
	return rows_of(s) * (1 + s->projector) + 1;
}

static void note(const struct show *s, const struct canvas *c, struct text *t)
{
	(void)c;
	if (s->none_found)
		text_put(t, say(s, WORD_NO_PROCESS_FOUND));
	for (size_t i = 0; i < SHOWN_COUNT && !s->none_found; i++)
		if (s->count[shown_order[i]])
			text_print(t, "%s%d %s", t->length ? "  " : "", s->count[shown_order[i]], shown_word(s, shown_order[i]));
}

const struct panel panel_processes = { WORD_PROCESSES, '1', draw, wish, note, NULL };
