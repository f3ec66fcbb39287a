/* The story of one process, object or value. */
#include "ui/dashboard/chronicle.h"
#include <stdlib.h>

enum { MOST = 5000 };                  /* sentences, and writes */

/* ---- which actions concern it ---- */

static bool is_variable(const struct program *g, struct subject of, const struct change *c)
{
	(void)g;
	if (of.kind == SUBJECT_WRITES)
		return c->kind == CHANGE_SHARED || c->kind == CHANGE_FIELD;
	return of.kind == SUBJECT_VARIABLE ? c->kind == CHANGE_SHARED && c->which == of.n
	       : of.kind == SUBJECT_OBJECT && c->kind == CHANGE_FIELD && c->which == of.n;
}

/* An action that reads the variable, or acts on the object. */
static bool is_about(const struct program *g, struct subject of, const struct news *n)
{
	const struct ins *i = &g->code[n->event->pc];
	value target = n->own ? world_target(g, n->own, n->who) : VALUE_UNSET;

	if (of.kind == SUBJECT_VARIABLE)
		return (i->op == OP_LOAD || i->op == OP_LOAD_ITEM) && i->a == of.n;
	if (of.kind != SUBJECT_OBJECT)
		return false;
	return (value_tag(target) == TAG_OBJECT && value_object(target) == of.n) || ((i->op == OP_LOAD_FIELD || i->op == OP_LOAD_ELEMENT) && i->a == of.n);
}

/* ---- writes ---- */

/* What others have written since this one read it, and overwrites now, is lost. */
static void find_lost(struct chronicle *c, const struct written *w)
{
	if (!w->from.n || w->from.thing != w->thing)
		return;
	for (size_t i = c->writes; i-- && c->written[i].n > w->from.n;)
		if (c->written[i].who != w->who && c->written[i].thing == w->thing && !c->written[i].lost_at) {
			c->written[i].lost_at = w->n;
			c->written[i].lost_by = w->who;
		}
}

static void note_write(struct chronicle *c, const struct play *y, const struct news *n, const struct change *change, struct read_value from)
{
	struct written w = { n->n, y->at->now, n->who, thing_of_change(change), change->value, y->g->code[n->event->pc].op == OP_ATOMIC, from, 0, 0 };

	find_lost(c, &w);
	if (c->writes >= MOST) {
		c->left_out++;
		return;
	}
	GROW(c->written, c->writes, c->write_room);
	c->written[c->writes++] = w;
}

static void hear_step(struct chronicle *c, const struct play *y, const struct news *n)
{
	struct read_value from = c->readings ? readings_step(c->readings, y, n) : (struct read_value){ 0 };

	c->concerned = is_about(y->g, c->of, n);
	for (size_t i = 0; i < n->changes; i++)
		if (is_variable(y->g, c->of, &n->change[i])) {
			c->concerned = true;
			note_write(c, y, n, &n->change[i], from);
		}
}

static void hear(struct listener *l, const struct play *y, const struct news *n)
{
	struct chronicle *c = (struct chronicle *)l;

	if (c->of.kind == SUBJECT_PROCESS)
		forked_hear(&c->forked, (proc_id)c->of.n, y, n);
	if (n->kind == NEWS_STEP)
		hear_step((struct chronicle *)l, y, n);
}

/* ---- sentences ---- */

static void keep(struct chronicle *c, const struct tale *t)
{
	struct told new = { t->kind, t->n, t->time, { 0 } };

	if (c->count >= MOST) {
		c->left_out++;
		return;
	}
	text_put(&new.text, text_is(&t->text));
	GROW(c->told, c->count, c->room);
	c->told[c->count++] = new;
}

static void look_at_tales(struct chronicle *c)
{
	view_settle(c->view, c->play);
	for (; c->heard < c->view->tales; c->heard++) {
		const struct tale *t = &c->view->tale[c->heard % TALES];
		if (t->kind != TALE_END && c->of.kind != SUBJECT_WRITES && (c->of.kind == SUBJECT_PROCESS ? t->who == c->of.n : c->concerned))
			keep(c, t);
	}
}

/* ---- the run again ---- */

struct chronicle *chronicle_new(const struct program *g, const struct settings *s, bool zh, struct subject of, uint64_t to)
{
	struct chronicle *c = must_have(calloc(1, sizeof *c));

	*c = (struct chronicle){ .listener = { .hear = hear }, .of = of, .to = to };
	c->view = view_new(g, zh, NULL);
	c->listener.next = view_listener(c->view);
	c->readings = of.kind == SUBJECT_PROCESS ? NULL : readings_new(g);
	c->play = play_new(g, s, NULL, &c->listener);
	look_at_tales(c);
	return c;
}

void chronicle_free(struct chronicle *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->count; i++)
		text_free(&c->told[i].text);
	free(c->told);
	free(c->written);
	free(c->forked.page);
	readings_free(c->readings);
	play_free(c->play);
	view_free(c->view);
	free(c);
}

bool chronicle_is_over(const struct chronicle *c)
{
	return c->play->at->steps >= c->to || c->play->at->verdict;
}

void chronicle_go_on(struct chronicle *c, int actions)
{
	for (; actions && !chronicle_is_over(c); actions--) {
		c->concerned = false;
		play_step(c->play);
		look_at_tales(c);
	}
}
