/* Join before drain: a process joins others first, and takes what they put into a queue out of it afterwards. In Python a process does
 * not end before what it has put has gone through a pipe; a queue with a feeder is like that here, too. */
#include "sim/language/messages.h"
#include "sim/language/tree.h"
#include <stdlib.h>

/* Looks for steps that do this with the queue. seen: functions that were visited. */
struct quest { const struct program *g; enum op op; value queue; bool *seen; };

static bool does(const struct tree_step *s, enum op op, value queue)
{
	const struct verb_row *row = &verb_rows[s->verb];
	return s->verb && !row->control && row->op == op && s->action.a->kind == EXPR_CONSTANT && s->action.a->constant == queue;
}

static bool does_in(struct quest *, uint32_t function);

/* Does some step of it do that, or a function that it calls? */
static bool block_does(struct quest *x, const struct block *b)
{
	const struct block *inner;
	for (const struct tree_step *s = b ? b->first : NULL; s; s = s->next) {
		if (does(s, x->op, x->queue) || (s->verb == VERB_CALL && does_in(x, s->call.function)))
			return true;
		for (uint32_t k = 0; tree_block(s, k, &inner); k++)
			if (block_does(x, inner))
				return true;
	}
	return false;
}

static bool does_in(struct quest *x, uint32_t function)
{
	if (x->seen[function])
		return false;
	x->seen[function] = true;
	return block_does(x, x->g->tree->function[function].body);
}

static bool group_does(const struct program *g, uint32_t group, enum op op, value queue)
{
	struct quest x = { g, op, queue, must_have(calloc(g->functions + 1, sizeof *x.seen)) };
	const struct object *pool = &g->object[g->group[group].service];
	bool it_does = pool->begins ? does_in(&x, g->tree->beginning[pool->begins - 1].function) : block_does(&x, g->tree->group[group].program.body);
	free(x.seen);
	return it_does;
}

/* Does a task do it that one of these steps hands to a pool? Its workers are other processes. */
static bool tasks_do(struct quest *x, const struct block *b)
{
	const struct block *inner;
	for (const struct tree_step *s = b ? b->first : NULL; s; s = s->next) {
		enum op op = verb_rows[s->verb].op;
		if ((op == OP_SUBMIT || op == OP_SUBMIT_ALL) && does_in(x, s->action.to))
			return true;
		for (uint32_t k = 0; tree_block(s, k, &inner); k++)
			if (tasks_do(x, inner))
				return true;
	}
	return false;
}

static bool any_task_gets(const struct program *g, value queue)
{
	struct quest x = { g, OP_GET, queue, must_have(calloc(g->functions + 1, sizeof *x.seen)) };
	const struct routine *r;
	bool does = false;
	for (uint32_t k = 0; !does && (r = tree_routine(g->tree, k)); k++)
		does = tasks_do(&x, r->body);
	free(x.seen);
	return does;
}

static bool anybody_else_gets(const struct program *g, uint32_t group, value queue)
{
	for (uint32_t k = 0; k < g->groups; k++)
		if (k != group && group_does(g, k, OP_GET, queue))
			return true;
	return any_task_gets(g, queue);
}

/* The group whose end a step waits for, however long that takes; 0: none, or main's. */
static uint32_t group_joined(const struct program *g, const struct tree_step *s)
{
	bool waits = s->verb == VERB_JOIN && !s->action.time && s->action.a->kind == EXPR_CONSTANT;
	value v = waits ? s->action.a->constant : VALUE_UNSET;
	if (value_tag(v) != TAG_PROCESS)
		return 0;
	return value_payload(v) & PROCESS_GROUP ? value_payload(v) & ~PROCESS_GROUP : g->process[value_payload(v)].group;
}

/* The first step that takes something out of the queue, and the first before it that joins a group which puts something in. */
struct order { const struct program *g; value queue; const struct tree_step *joins; };

static bool find_get(struct order *o, const struct block *b)
{
	const struct block *inner;
	for (const struct tree_step *s = b ? b->first : NULL; s; s = s->next) {
		const uint32_t joined = o->joins ? 0 : group_joined(o->g, s);
		if (does(s, OP_GET, o->queue))
			return true;
		if (joined && group_does(o->g, joined, OP_PUT, o->queue))
			o->joins = s;
		for (uint32_t k = 0; tree_block(s, k, &inner); k++)
			if (find_get(o, inner))
				return true;
	}
	return false;
}

static void look_at(struct program *g, uint32_t group, uint32_t number)
{
	const struct object *queue = &g->object[number];
	struct order o = { g, value_make(TAG_OBJECT, number), NULL };
	if (!find_get(&o, g->tree->group[group].program.body) || !o.joins || anybody_else_gets(g, group, o.queue))
		return;
	diag_add(&g->diags, DIAG_DRAIN, o.joins->place, SAY(DRAIN_FIRST, queue->name, o.joins->text),
	         queue->feeder ? SAY(JOINED_UNDRAINED, queue->name) : SAY(HANGS_IN_PYTHON, queue->name));
}

void warn_drains(struct program *g)
{
	for (uint32_t o = 1; o < g->objects; o++)
		for (uint32_t k = 0; g->object[o].kind == KIND_QUEUE && k < g->groups; k++)
			if (!g->group[k].service)
				look_at(g, k, o);
}
