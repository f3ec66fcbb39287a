/* Control flow: jumps, loops, calls. All private. */
#include "sim/world/machine.h"
#include <string.h>

void run_MOVE(struct mover *m, const struct ins *i)
{
	value v = take(m, i->a);
	if (v != VALUE_UNSET || (i->a & OPERAND_WHERE) == CONSTANT)
		put(m, i->dst, v);
}

void run_CHECK(struct mover *m, const struct ins *i)
{
	take(m, i->a);
}

void run_JUMP(struct mover *m, const struct ins *i)
{
	m->next = i->to;
}

static void jump_if(struct mover *m, const struct ins *i, bool when)
{
	value v = take(m, i->a);
	if (v == VALUE_UNSET || value_truth(m->g->pool, v) != when)
		return;
	put(m, i->dst, v);
	m->next = i->to;
}

void run_UNLESS(struct mover *m, const struct ins *i)
{
	jump_if(m, i, false);
}

void run_WHEN(struct mover *m, const struct ins *i)
{
	jump_if(m, i, true);
}

/* inclusive: up to the limit, and with it. */
static void count_on(struct mover *m, const struct ins *i, bool inclusive)
{
	value next = look(m, i->dst), limit = look(m, i->a);
	if (next == VALUE_UNSET) {
		m->next = i->to;
		return;
	}
	if (!value_is_number(next) || !value_is_number(limit)) {
		raise_error(m, EXCEPTION_TYPE, SAY(LOOP_COUNTS, value_type(value_is_number(next) ? limit : next)));
		return;
	}
	int64_t n = value_int(m->g->pool, next), end = value_int(m->g->pool, limit);
	if (n > end || (n == end && !inclusive)) {
		m->next = i->to;
		return;
	}
	put(m, i->b, pool_int(m->g->pool, n));
	put(m, i->dst, n < INT64_MAX ? pool_int(m->g->pool, n + 1) : VALUE_UNSET);
}

void run_REPEAT(struct mover *m, const struct ins *i)
{
	count_on(m, i, false);
}

void run_REPEAT_TO(struct mover *m, const struct ins *i)
{
	count_on(m, i, true);
}

void run_EACH(struct mover *m, const struct ins *i)
{
	value list = look(m, i->a);
	uint32_t n, at = value_small_int(look(m, i->dst));
	bool group = value_tag(list) == TAG_PROCESS && value_payload(list) & PROCESS_GROUP;
	const struct group *g = group ? &m->g->group[value_payload(list) & ~PROCESS_GROUP] : NULL;
	uint32_t step = value_tag(list) == TAG_DICT ? 2 : 1;            /* of a dictionary: the keys */
	const value *v = value_parts(m->g->pool, list, &n);
	if (!v && !group) {
		raise_error(m, EXCEPTION_TYPE, SAY(LOOP_OVER_LIST, value_type(list)));
		return;
	}
	if (at >= (group ? g->count : n / step)) {
		m->next = i->to;
		return;
	}
	put(m, i->b, group ? value_make(TAG_PROCESS, g->first + at) : v[at * step]);
	put(m, i->dst, value_small(at + 1));
}

void run_MEMBERS(struct mover *m, const struct ins *i)
{
	value v = take(m, i->a), list[MAX_PROCESSES];
	if (value_tag(v) == TAG_PROCESS && value_payload(v) & PROCESS_GROUP) {
		const struct group *g = &m->g->group[value_payload(v) & ~PROCESS_GROUP];
		for (uint32_t k = 0; k < g->count; k++)
			list[k] = value_make(TAG_PROCESS, g->first + k);
		put(m, i->dst, pool_list(m->g->pool, list, g->count));
	} else if (value_tag(v) == TAG_PROCESS) {
		put(m, i->dst, pool_list(m->g->pool, &v, 1));
	} else if (v != VALUE_UNSET) {
		raise_error(m, EXCEPTION_TYPE, SAY(PROCESS_OR_GROUP_NEEDED, value_type(v)));
	}
}

void enter_call(struct mover *m, uint32_t function, operand dst, const value *args)
{
	const struct function *f = &m->g->function[function];
	cell *own = (cell *)m->own;
	uint32_t from = m->own->frame, to = from + FRAME_HEAD + m->g->function[own[from + FRAME_FUNCTION]].slots;
	cell head[FRAME_HEAD] = { [FRAME_FUNCTION] = function, [FRAME_RETURN] = m->next, [FRAME_BASE] = from, [FRAME_INTO] = dst };
	memcpy(own + to, head, sizeof head);
	for (uint32_t k = 0; k < f->params; k++)
		own[to + FRAME_HEAD + k] = args[k];
	m->own->frame = to;
	m->own->depth++;
	m->next = f->entry;
	frame_enter(m);
}

void frame_restore(struct mover *m, uint32_t frame)
{
	const cell *own = (const cell *)m->own;
	uint32_t signal = frame_handles(m->g, own, frame);
	if (!signal)
		return;
	const cell *saved = own + frame + FRAME_HEAD + m->g->function[own[frame + FRAME_FUNCTION]].saves;
	m->own->asleep = saved[0];
	m->own->kept = saved[1];
	m->own->handling &= ~(1u << (signal - 1));
}

void run_CALL(struct mover *m, const struct ins *i)
{
	enum { MOST = OPERAND_INDEX + 1 };
	value args[MOST];
	if (m->own->depth + 1 >= MAX_CALLS) {
		raise_error(m, EXCEPTION_RECURSION, SAY(TOO_MANY_CALLS, MAX_CALLS));
		return;
	}
	for (uint32_t k = 0; k < m->g->function[i->to].params; k++)
		args[k] = take(m, i->a + k);
	enter_call(m, i->to, i->dst, args);
}

void run_RETURN(struct mover *m, const struct ins *i)
{
	value v = take(m, i->a);
	if (m->peeking) {
		m->returned = v;
		m->stopped = true;
		return;
	}
	cell *own = (cell *)m->own;
	uint32_t frame = m->own->frame;
	operand into = own[frame + FRAME_INTO];
	m->next = own[frame + FRAME_RETURN];
	m->own->frame = own[frame + FRAME_BASE];
	m->own->depth--;
	frame_restore(m, frame);
	memset(own + frame, 0, (FRAME_HEAD + m->g->function[own[frame + FRAME_FUNCTION]].slots) * sizeof *own);
	frame_enter(m);
	m->waiter = m->own->handling ? world_waiter(m->g, own, m->p) : m->p;
	put(m, into, v);
}
