/* Listening to the news. */
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "sim/report/chosen.h"
#include "ui/dashboard/view.h"
#include "ui/dashboard/words.h"

const char *title_of(const struct program *g, proc_id p)
{
	return g->process[p].title && *g->process[p].title ? g->process[p].title : g->process[p].name;
}

/* ---- sentences ---- */

static struct text *tell_new(struct view *v, enum tale_kind kind, const struct play *y, proc_id who)
{
	struct tale *t = &v->tale[v->tales++ % TALES];

	t->kind = kind;
	t->n = v->n;
	t->time = y->at->now;
	t->who = who;
	t->rule = -1;
	text_clear(&t->text);
	return &t->text;
}

static struct tale *newest(struct view *v)
{
	return &v->tale[(v->tales - 1) % TALES];
}

/* Those that were freed by one action are reported together. */
static void tell_freed(struct view *v, const struct play *y)
{
	int named = v->freed.count < NAMED ? v->freed.count : NAMED;

	if (!named)
		return;
	story_freed(tell_new(v, TALE_MORE, y, v->freed.name[0]), v->g, v->freed.name, named, v->freed.count - named, v->freed.on);
	v->freed.count = 0;
}

/* What is known only at the end is said there. */
static void tell_broken(struct view *v, const struct play *y)
{
	for (uint32_t i = 0; i < v->g->expects; i++)
		if (y->standing[i].broken && !v->broken[i] && !y->at->verdict) {
			v->broken[i] = true;
			story_broken(tell_new(v, TALE_ALARM, y, v->last), v->g, i, &y->standing[i], may_break(&v->g->expect[i]));
		}
}

int64_t view_time(const struct view *v, int64_t otherwise)
{
	for (uint64_t i = v->tales; i > view_oldest(v->tales, TALES, v->first_tale); i--)
		if (v->tale[(i - 1) % TALES].kind == TALE_STEP)
			return v->tale[(i - 1) % TALES].time;
	return otherwise;
}

void view_settle(struct view *v, const struct play *y)
{
	tell_freed(v, y);
	tell_broken(v, y);
}

/* ---- the ledger of semaphores ---- */

int view_unit(const struct view *v, int i, uint32_t object)
{
	while ((size_t)++i < v->units)
		if (v->unit[i].object == object)
			return i;
	return -1;
}

static void take_unit(struct view *v, uint32_t object, proc_id who)
{
	GROW(v->unit, v->units, v->unit_room);
	v->unit[v->units++] = (struct unit){ object, who };
}

/* A process that gives back a unit need not have taken one: then the oldest is the one that is given back. */
static void give_unit(struct view *v, uint32_t object, proc_id who)
{
	int own = -1, oldest = view_unit(v, -1, object);

	for (int i = oldest; i >= 0 && own < 0; i = view_unit(v, i, object))
		if (v->unit[i].who == who)
			own = i;
	if (own < 0)
		own = oldest;
	if (own < 0)
		return;
	memmove(&v->unit[own], &v->unit[own + 1], (v->units - (size_t)own - 1) * sizeof *v->unit);
	v->units--;
}

static uint32_t object_in(value v)
{
	return value_tag(v) == TAG_OBJECT ? value_object(v) : 0;
}

static void keep_ledger(struct view *v, const struct play *y, uint32_t o, proc_id who)
{
	const struct object *row = &v->g->object[o];
	cell now;

	if (!o || row->kind != KIND_SEMAPHORE)
		return;
	now = ((const struct semaphore_cells *)(y->world.shared + row->at))->units;
	for (; v->left[o] > now; v->left[o]--)
		take_unit(v, o, who);
	for (; v->left[o] < now; v->left[o]++)
		give_unit(v, o, who);
}

static void begin_ledger(struct view *v, const struct play *y)
{
	v->units = 0;
	for (uint32_t o = 1; o < v->g->objects; o++)
		if (v->g->object[o].kind == KIND_SEMAPHORE)
			v->left[o] = ((const struct semaphore_cells *)(y->world.shared + v->g->object[o].at))->units;
}

/* ---- the news ---- */

static void hear_step(struct view *v, const struct play *y, const struct news *n)
{
	const struct event *e = n->event;
	const struct scene in = scene_of(y, n);

	view_settle(v, y);
	v->n = n->n;
	v->last = e->who;
	v->last_step = v->g->code[e->pc].step;
	if (v->g->step[v->last_step].place.line)
		v->step[e->who] = v->last_step;
	v->changes = 0;
	v->dying = e->how == CAN_DIE ? e->who : 0;
	keep_ledger(v, y, object_in(v->target[e->who]), e->who);
	v->target[e->who] = world_target(v->g, play_own(y, e->who), e->who);
	story_step(tell_new(v, TALE_STEP, y, e->who), &in);
}

static void hear_said(struct view *v, const struct news *n)
{
	struct saying *s = &v->saying[v->sayings++ % SAYINGS];

	s->who = n->who;
	s->n = v->n;
	text_clear(&s->text);
	program_value(v->g, n->change->value, &s->text);
}

/* A variable of its own: reported on the line of the action that changed it. */
static void hear_private(struct view *v, const struct news *n)
{
	struct tale *t = newest(v);
	const char *name = change_name(v->g, n->who, n->change);

	if (n->who == v->last && v->changes < (int)(sizeof v->change / sizeof *v->change))
		v->change[v->changes++] = *n->change;
	if (!name || !*name || !v->tales || t->who != n->who || t->n != v->n)
		return;
	struct text now = { 0 };
	text_print(&now, "%s = ", name);
	if (value_tag(n->change->value) == TAG_TEXT)
		program_json(v->g, n->change->value, &now);
	else
		program_value(v->g, n->change->value, &now);
	text_list(&t->text, &sentence_PARTS_ARE, text_is(&now));
	text_free(&now);
}

static void hear_change(struct view *v, const struct play *y, const struct news *n)
{
	const struct change *c = n->change;

	switch (c->kind) {
	case CHANGE_SHARED:
		v->variable[c->which] = (struct remembered){ c->message, n->who, v->n };
		break;
	case CHANGE_FIELD:
		v->record[c->which] = (struct changed){ { c->message, n->who, v->n }, c->where };
		break;
	case CHANGE_SAY:
		hear_said(v, n);
		break;
	case CHANGE_EXCEPTION:
		story_change(tell_new(v, c->caught ? TALE_MORE : TALE_ALARM, y, n->who), v->g, n->who, c);
		break;
	default:
		hear_private(v, n);
		break;
	}
}

/* Its own last action says already why it waits. */
static bool has_said_why(const struct play *y, proc_id p, value on)
{
	return on == ON_CLOCK || (y->at->last.who == p && y->at->last.how == CAN_ENQUEUE);
}

static void tell_blocked(struct view *v, const struct play *y, const struct news *n)
{
	const struct situation now = situation_of(y);

	if (!has_said_why(y, n->who, n->on) && on_word(v->g, n->on))
		story_wait(tell_new(v, TALE_MORE, y, n->who), &now, n->who);
}

static void note_freed(struct view *v, const struct play *y, proc_id p)
{
	if (v->freed.count && v->freed.on != v->on[p])
		tell_freed(v, y);
	v->freed.on = v->on[p];
	if (v->freed.count < NAMED)
		v->freed.name[v->freed.count] = p;
	v->freed.count++;
}

/* What the time line shows of it has changed, perhaps. */
static void note_look(struct view *v, const struct play *y, proc_id p)
{
	bool ended = v->shown[p] == STATE_ZOMBIE || v->shown[p] == STATE_TERMINATED;
	uint8_t look = y->actor[process_body(v->g, p)].stopped && !ended ? SHOWN_STOPPED : v->shown[p];

	if (v->look[p] != look)
		v->turned[v->turns++ % TURNS] = (struct turned){ y->at->now, (uint16_t)p, v->look[p], look };
	v->look[p] = look;
}

static void hear_state(struct view *v, const struct play *y, const struct news *n)
{
	uint8_t to = n->to == STATE_BLOCKED && n->on == ON_CLOCK ? SHOWN_SLEEPING : (uint8_t)n->to;
	bool waited = v->shown[n->who] == STATE_BLOCKED && on_word(v->g, v->on[n->who]);

	if (n->from != n->to)
		v->moved[v->moves++ % MOVES] = (struct moved){ n->time, n->who, n->from, n->to, n->why, n->on };
	if (waited && (n->to == STATE_READY || n->to == STATE_RUNNING))
		note_freed(v, y, n->who);
	v->shown[n->who] = to;
	note_look(v, y, n->who);
	v->on[n->who] = n->on;
	if (to == STATE_BLOCKED)
		tell_blocked(v, y, n);
}

static void hear_exit(struct view *v, const struct play *y, const struct news *n)
{
	bool told = v->dying == n->who;

	v->dying = 0;
	if (n->code < 0 && !told)
		story_death(tell_new(v, TALE_ALARM, y, n->who), v->g, n->who, -n->code);
}

static void hear_signal(struct view *v, const struct play *y, const struct news *n)
{
	bool kills = n->signal != SIGSTOP && n->signal != SIGCONT && signal_kills(v->g, n->who, n->signal);

	view_settle(v, y);
	for (proc_id p = MAIN; p < v->g->processes; p++)
		if (process_body(v->g, p) == n->who)
			note_look(v, y, p);
	if (kills)
		v->dying = n->who;              /* its exit need not be reported as well */
	story_signal(tell_new(v, kills ? TALE_ALARM : TALE_MORE, y, n->who), y, n->who, n->signal);
}

/* A rule under which no action was made need not be reported. */
static struct text *tell_rule(struct view *v, const struct play *y, enum cause rule)
{
	if (v->tales && newest(v)->rule == (int)rule && newest(v)->n == v->n)
		v->tales--;
	struct text *t = tell_new(v, TALE_MORE, y, 0);
	newest(v)->rule = (int)rule;
	return t;
}

static void hear_rule(struct view *v, const struct play *y, const struct news *n)
{
	struct text *t;

	view_settle(v, y);
	t = tell_rule(v, y, n->rule);
	if (n->rule == CAUSE_POLICY)
		put_filled(t, v->zh, WORD_FROM_HERE, v->zh ? policy_rows[n->number].title_zh : policy_rows[n->number].title);
	else if (n->rule == CAUSE_CPUS)
		put_filled(t, v->zh, n->number == 1 ? WORD_ONE_CPU_NOW : WORD_CPUS_NOW, n->number);
	else if (n->rule == CAUSE_LISTED && !n->number)
		put_filled(t, v->zh, WORD_LIST_DROPPED);
	else if (n->rule == CAUSE_LISTED)
		put_filled(t, v->zh, WORD_LISTED_NOW, n->number);
	else {
		struct text ms = { 0 };
		text_print(&ms, "%g", (double)n->number / 1000);
		put_filled(t, v->zh, WORD_QUANTUM_NOW, ms.at);
		text_free(&ms);
	}
}

static void tell_end(struct view *v, const struct play *y)
{
	const struct situation now = situation_of(y);
	struct ended e = ended_of(y);
	struct text all = { 0 };
	char *rest = NULL;

	e.late = v->late;
	e.goes_there = true;
	story_end(&all, &now, &e);
	for (char *line = all.at ? strtok_r(all.at, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest))
		text_put(tell_new(v, TALE_END, y, 0), line);
	text_free(&all);
}

static void hear_end(struct view *v, const struct play *y)
{
	const struct mishap what = ruling_mishap(y);
	struct settings run = y->begun;

	view_settle(v, y);
	if (y->history)
		run.follows = y->history;
	if (v->waits && ruling_is_mishap(ruling_of(y)))
		v->late = hindsight_at_once(y, &what, &run);
	tell_end(v, y);
}

void view_too_late(struct view *v, const struct play *y, struct too_late late)
{
	v->late = late;
	while (v->tales && newest(v)->kind == TALE_END)
		v->tales--;
	tell_end(v, y);
}

void view_why(char why[WHY], const struct play *y, const struct news *n)
{
	struct text t = { 0 };
	size_t length;

	story_clock(&t, n->time);
	text_put(&t, "  ");
	chosen_put(&t, y, n);
	for (length = t.length < WHY ? t.length : WHY - 1; length && length < t.length && ((unsigned char)t.at[length] & 0xc0) == 0x80;)
		length--;
	memcpy(why, t.at, length);
	why[length] = 0;
	text_free(&t);
}

static void hear(struct listener *l, const struct play *y, const struct news *n)
{
	struct view *v = (struct view *)l;

	chart_hear(&v->chart, y, n);
	switch (n->kind) {
	case NEWS_BEGIN:   begin_ledger(v, y); break;
	case NEWS_PROCESS: v->target[n->who] = world_target(v->g, play_own(y, n->who), n->who); break;
	case NEWS_STATE:   hear_state(v, y, n); break;
	case NEWS_CHOICE:  view_why(v->why, y, n); break;
	case NEWS_STEP:    hear_step(v, y, n); break;
	case NEWS_CHANGE:  hear_change(v, y, n); break;
	case NEWS_EXIT:    hear_exit(v, y, n); break;
	case NEWS_SIGNAL:  hear_signal(v, y, n); break;
	case NEWS_RULE:    hear_rule(v, y, n); break;
	case NEWS_END:     hear_end(v, y); break;
	default:           break;
	}
}

/* ---- kept beside a moment ---- */

/* A copy: the plain part, the block, the units that are taken; and how much of the chart there was. */
struct kept { size_t turnings, marks; int64_t end; char rest[]; };
enum { PLAIN = offsetof(struct view, tales) };

static void *keep(struct companion *c)
{
	struct view *v = (struct view *)((char *)c - offsetof(struct view, companion));
	size_t plain = sizeof *v - PLAIN;
	struct kept *k = must_have(malloc(sizeof *k + plain + v->bytes + v->units * sizeof *v->unit));

	k->turnings = v->chart.turnings;
	k->marks = v->chart.marks;
	k->end = v->chart.end;
	memcpy(k->rest, (char *)v + PLAIN, plain);
	memcpy(k->rest + plain, v->variable, v->bytes);
	if (v->units)
		memcpy(k->rest + plain + v->bytes, v->unit, v->units * sizeof *v->unit);
	return k;
}

/* What was said and what changed its state up to here, as far as the view that has seen all of it still has it. The sentences are
 * heard again. */
static void fill_in(struct view *v)
{
	const struct view *w = v->whole;
	uint64_t i;

	v->first_tale = v->tales;
	v->first_saying = v->sayings;
	v->first_turn = v->turns;
	if (!w)
		return;
	i = view_oldest(w->sayings, SAYINGS, w->first_saying);
	for (v->first_saying = i < v->sayings ? i : v->sayings; i < v->sayings; i++) {
		struct saying *to = &v->saying[i % SAYINGS];
		const struct saying *from = &w->saying[i % SAYINGS];
		to->who = from->who;
		to->n = from->n;
		text_clear(&to->text);
		text_put(&to->text, text_is(&from->text));
	}
	i = view_oldest(w->turns, TURNS, w->first_turn);
	for (v->first_turn = i < v->turns ? i : v->turns; i < v->turns; i++)
		v->turned[i % TURNS] = w->turned[i % TURNS];
}

/* The chart of a moment is the beginning of every later one. */
static void shorten_chart(struct view *v, const struct kept *k)
{
	struct chart *c = &v->chart;
	const struct chart *whole = v->whole ? &v->whole->chart : c;

	for (; c->turnings < k->turnings && c->turnings < whole->turnings; c->turnings++) {
		GROW(c->turning, c->turnings, c->room);
		c->turning[c->turnings] = whole->turning[c->turnings];
	}
	for (; c->marks < k->marks && c->marks < whole->marks; c->marks++) {
		GROW(c->mark, c->marks, c->mark_room);
		c->mark[c->marks] = whole->mark[c->marks];
	}
	c->turnings = k->turnings < c->turnings ? k->turnings : c->turnings;
	c->marks = k->marks < c->marks ? k->marks : c->marks;
	c->end = k->end;
}

static void back(struct companion *c, const void *kept)
{
	struct view *v = (struct view *)((char *)c - offsetof(struct view, companion));
	const struct kept *k = kept;
	size_t plain = sizeof *v - PLAIN;

	memcpy((char *)v + PLAIN, k->rest, plain);
	memcpy(v->variable, k->rest + plain, v->bytes);
	if (v->units > v->unit_room) {
		v->unit_room = v->units;
		v->unit = must_have(realloc(v->unit, v->units * sizeof *v->unit));
	}
	if (v->units)
		memcpy(v->unit, k->rest + plain + v->bytes, v->units * sizeof *v->unit);
	shorten_chart(v, k);
	fill_in(v);
}

/* ---- beginning and end ---- */

/* The next part of a block; no block yet: only its size is counted. */
static void *part(char *block, size_t *at, size_t count, size_t size)
{
	size_t here = (*at + 7) / 8 * 8;

	*at = here + (count + 1) * size;
	return block ? block + here : NULL;
}

static size_t divide(struct view *v, char *block)
{
	const struct program *g = v->g;
	size_t at = 0;

	v->variable = part(block, &at, g->shareds, sizeof *v->variable);
	v->record = part(block, &at, g->objects, sizeof *v->record);
	v->left = part(block, &at, g->objects, sizeof *v->left);
	v->target = part(block, &at, g->processes, sizeof *v->target);
	v->on = part(block, &at, g->processes, sizeof *v->on);
	v->step = part(block, &at, g->processes, sizeof *v->step);
	v->shown = part(block, &at, g->processes, sizeof *v->shown);
	v->look = part(block, &at, g->processes, sizeof *v->look);
	v->broken = part(block, &at, g->expects, sizeof *v->broken);
	return at;
}

struct view *view_new(const struct program *g, bool zh, struct listener *also)
{
	struct view *v = must_have(calloc(1, sizeof *v));

	v->listener = (struct listener){ .hear = hear, .next = also };
	v->g = g;
	v->zh = zh;
	v->bytes = divide(v, NULL);
	divide(v, must_have(calloc(1, v->bytes)));
	v->companion = (struct companion){ keep, back, sizeof(struct kept) + sizeof *v - PLAIN + v->bytes };
	return v;
}

struct listener *view_listener(struct view *v)
{
	return &v->listener;
}

void view_free(struct view *v)
{
	if (!v)
		return;
	for (int i = 0; i < TALES; i++)
		text_free(&v->tale[i].text);
	for (int i = 0; i < SAYINGS; i++)
		text_free(&v->saying[i].text);
	chart_free(&v->chart);
	free(v->variable);              /* the whole block */
	free(v->unit);
	free(v);
}
