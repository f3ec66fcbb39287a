/* All about a process: its state, what it will do, what it holds and waits for, what it has open, its family, its times. */
#include <string.h>
#include "ui/dashboard/card.h"

enum { NAMES = 20 };                    /* cells for what a fact is called */

/* Of names, as many as fit into two lines; of the others it is said how many they are. */
enum { MOST = 64 };
struct names { const char *name[MOST]; struct arena arena; int count; };

static void put_fact(struct card *c, const char *name, const char *text)
{
	struct span span = { ROLE_TEXT, text };
	struct area a = area_part(c->a, NAMES, 0, AREA_REST, AREA_REST);
	int lines = *text ? canvas_wrap_lines(c->a.canvas, c->a.width - NAMES, 0, &span, 1) : 0;

	if (c->y >= 0 && c->y < c->a.height && *text)
		canvas_fit(c->a, 0, c->y, NAMES - 1, ROLE_FAINT, name);
	if (*text)
		canvas_wrap(a, c->y, 0, &span, 1);
	c->y += lines;
}

static void put_time(struct card *c, const char *name, int64_t micros)
{
	struct text t = { 0 };

	if (micros >= 0)
		story_clock(&t, micros);
	put_fact(c, name, text_is(&t));
	text_free(&t);
}

/* The time it has spent in a state, what it is in now included. */
static int64_t spent(const struct show *s, proc_id p, enum state state, int64_t so_far)
{
	const struct actor *a = &s->y->actor[p];

	return a->arrive < 0 ? -1 : so_far + (a->state == state ? s->y->at->now - a->since : 0);
}

static void put_state(struct card *c, const struct show *s, proc_id p)
{
	const char *state = shown_word(s, shown_state(s, p));
	struct text t = { 0 }, how = { 0 };

	put_how_it_ended(&how, s, p);
	if (has_ended(s, p))
		put_filled(&t, s->zh, WORD_ENDED_SO, state, text_is(&how));
	else if (is_stopped(s, p))
		put_filled(&t, s->zh, WORD_ELSE, state, shown_word(s, state_beneath(s, p)));
	else
		text_put(&t, state);
	put_fact(c, say(s, WORD_ITS_STATE), t.at);
	text_free(&t);
	text_free(&how);
}

static void put_next(struct card *c, const struct show *s, proc_id p)
{
	const struct step *step = world_step_of(s->g, play_own(s->y, p));
	struct text t = { 0 };

	if (who_is(s->y->world.shared, p)->life != LIFE_ALIVE)
		return;
	if (step->place.line) {
		text_print(&t, "%u  ", step->place.line);
		put_next_action(&t, s->g, play_own(s->y, p));
	} else {
		text_put(&t, say(s, WORD_THE_END));
	}
	put_fact(c, say(s, WORD_ITS_NEXT), text_is(&t));
	text_free(&t);
}

static void put_names_fact(struct card *c, enum word what, const struct show *s, const struct names *n)
{
	struct text t = { 0 };

	if (n->count)
		put_fitting(&t, c->a.canvas, n->name, MOST, n->count, 2 * (c->a.width - NAMES) - 8);
	put_fact(c, say(s, what), text_is(&t));
	text_free(&t);
}

static void put_children(struct card *c, const struct show *s, proc_id p)
{
	struct names n = { .count = 0 };

	for (proc_id k = MAIN; k < s->g->processes; k++)
		if (k != p && who_is(s->y->world.shared, k)->life != LIFE_NEW && who_is(s->y->world.shared, k)->parent == p && n.count++ < MOST)
			n.name[n.count - 1] = title_of(s->g, k);
	put_names_fact(c, WORD_CHILDREN, s, &n);
}

/* side: of which end it is, or "". */
static void note_end(const struct show *s, struct names *n, proc_id p, uint32_t o, const char *side, uint32_t number)
{
	if (end_is_open(s->g, s->y->world.shared, p, number) && n->count++ < MOST)
		n->name[n->count - 1] = arena_print(&n->arena, "%s%s", s->g->object[o].name, side);
}

/* Ends of pipes, connections, listeners: what it has open. */
static void put_descriptors(struct card *c, const struct show *s, proc_id p)
{
	struct names n = { .count = 0 };

	for (uint32_t o = 1; o < s->g->objects && who_is(s->y->world.shared, p)->life == LIFE_ALIVE; o++) {
		const struct object *row = &s->g->object[o];
		if (row->kind == KIND_SOCKET)
			note_end(s, &n, p, o, "", row->end);
		if (row->kind != KIND_PIPE && row->kind != KIND_CONNECTION)
			continue;
		note_end(s, &n, p, o, ".left", row->end);
		note_end(s, &n, p, o, ".right", row->end + 1);
	}
	put_names_fact(c, WORD_DESCRIPTORS, s, &n);
	arena_free(&n.arena);
}

/* In a sentence: what is missing, and which process has it. */
static void put_waiting(struct card *c, const struct show *s, proc_id p)
{
	const struct situation now = situation_of(s->y);
	struct text wait = { 0 };

	if (s->y->actor[p].state == STATE_BLOCKED)
		story_wait(&wait, &now, p);
	put_fact(c, say(s, WORD_ITS_WAIT), text_is(&wait));
	text_free(&wait);
}

static void put_number(struct card *c, const char *name, uint64_t n, bool known)
{
	struct text t = { 0 };

	if (known)
		text_print(&t, "%llu", (unsigned long long)n);
	put_fact(c, name, text_is(&t));
	text_free(&t);
}

void put_process(struct card *c, const struct show *s)
{
	proc_id p = s->selected;
	const struct who *w = who_is(s->y->world.shared, p);
	const struct actor *a = &s->y->actor[p];
	struct text held = { 0 };

	put_state(c, s, p);
	put_next(c, s, p);
	put_held(s, c->a.canvas, &held, p, 2 * (c->a.width - NAMES) - 8);
	put_fact(c, say(s, WORD_ITS_HOLD), text_is(&held));
	put_waiting(c, s, p);
	put_descriptors(c, s, p);
	put_number(c, say(s, WORD_ITS_PID), w->pid, w->life != LIFE_NEW);
	put_fact(c, say(s, WORD_PARENT), w->parent ? title_of(s->g, w->parent) : "");
	put_children(c, s, p);
	put_number(c, say(s, WORD_ACTIONS), a->actions, true);
	put_time(c, say(s, WORD_ARRIVED), a->arrive);
	put_time(c, say(s, WORD_SPENT_RUNNING), spent(s, p, STATE_RUNNING, a->used));
	put_time(c, say(s, WORD_SPENT_READY), spent(s, p, STATE_READY, a->wait));
	put_time(c, say(s, WORD_SPENT_BLOCKED), spent(s, p, STATE_BLOCKED, a->blocked));
	text_free(&held);
}
