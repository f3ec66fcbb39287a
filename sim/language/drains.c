/* Join before drain: a process joins others first, and takes what they put into a queue out of it afterwards. In Python a process does
 * not end before what it has put has gone through a pipe; a queue with a feeder is like that here, too. */
#include "sim/language/messages.h"
#include "sim/language/program.h"
#include <stdlib.h>

static value constant_of(const struct program *g, operand o)
{
	return o != NO_OPERAND && (o & OPERAND_WHERE) == CONSTANT ? g->constant[o & OPERAND_INDEX] : VALUE_UNSET;
}

static bool does(const struct program *g, const struct ins *i, enum op op, value queue)
{
	return i->op == op && constant_of(g, i->a) == queue;
}

/* Does this function do that, or one that it calls? seen: functions that were visited. */
static bool does_in(const struct program *g, uint32_t function, enum op op, value queue, bool *seen)
{
	const struct function *f = &g->function[function];
	if (seen[function])
		return false;
	seen[function] = true;
	for (uint32_t pc = f->entry; pc < f->end; pc++)
		if (does(g, &g->code[pc], op, queue) || ((g->code[pc].op == OP_CALL || g->code[pc].op == OP_PREPARE) && does_in(g, g->code[pc].to, op, queue, seen)))
			return true;
	return false;
}

static bool group_does(const struct program *g, uint32_t group, enum op op, value queue)
{
	bool *seen = must_have(calloc(g->functions + 1, sizeof *seen));
	bool it_does = does_in(g, g->group[group].function, op, queue, seen);
	free(seen);
	return it_does;
}

static bool anybody_else_gets(const struct program *g, uint32_t group, value queue)
{
	for (uint32_t k = 0; k < g->groups; k++)
		if (k != group && !g->group[k].service && group_does(g, k, OP_GET, queue))
			return true;
	return false;
}

/* The group whose end a step waits for, however long that takes; 0: none, or main's. */
static uint32_t group_joined(const struct program *g, const struct ins *i)
{
	value v = i->op == OP_JOIN && !(i->flags & INS_TIMEOUT) ? constant_of(g, i->a) : VALUE_UNSET;
	if (value_tag(v) != TAG_PROCESS)
		return 0;
	return value_payload(v) & PROCESS_GROUP ? value_payload(v) & ~PROCESS_GROUP : g->process[value_payload(v)].group;
}

/* The first step of this program that takes something out of the queue; 0: there is none. */
static uint32_t first_get(const struct program *g, const struct function *f, value queue)
{
	for (uint32_t pc = f->entry; pc < f->end; pc++)
		if (does(g, &g->code[pc], OP_GET, queue))
			return pc;
	return 0;
}

static void warn_of(struct program *g, uint32_t pc, const struct object *queue)
{
	const struct step *s = &g->step[g->code[pc].step];
	diag_add(&g->diags, DIAG_DRAIN, s->place, SAY(DRAIN_FIRST, queue->name, s->text),
	         queue->feeder ? SAY(JOINED_UNDRAINED, queue->name) : SAY(HANGS_IN_PYTHON, queue->name));
}

static void look_at(struct program *g, uint32_t group, uint32_t o)
{
	const struct function *f = &g->function[g->group[group].function];
	const value queue = value_make(TAG_OBJECT, o);
	const uint32_t get = first_get(g, f, queue);
	for (uint32_t pc = f->entry; pc < get; pc++) {
		const uint32_t joined = group_joined(g, &g->code[pc]);
		if (joined && group_does(g, joined, OP_PUT, queue) && !anybody_else_gets(g, group, queue)) {
			warn_of(g, pc, &g->object[o]);
			return;
		}
	}
}

void warn_drains(struct program *g)
{
	for (uint32_t o = 1; o < g->objects; o++)
		for (uint32_t k = 0; g->object[o].kind == KIND_QUEUE && k < g->groups; k++)
			if (!g->group[k].service)
				look_at(g, k, o);
}
