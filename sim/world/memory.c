/* Reads and writes of what is shared, one action each; and random draws. */
#include "sim/world/machine.h"

enum can can_draw(const struct mover *m, const struct ins *i)
{
	(void)m;
	(void)i;
	return CAN_GO;
}

static cell *variable_at(const struct mover *m, uint32_t v)
{
	return &m->shared[m->g->variables_at + v];
}

void run_ATOMIC(struct mover *m, const struct ins *i)
{
	(void)m;
	(void)i;
}

static void read_value(struct mover *m, const struct ins *i, value v)
{
	if (v == VALUE_UNSET)
		return;
	m->event->result = v;
	put(m, i->dst, v);
}

void run_LOAD(struct mover *m, const struct ins *i)
{
	read_value(m, i, *variable_at(m, i->a));
}

void run_LOAD_ITEM(struct mover *m, const struct ins *i)
{
	value index = take(m, i->b);
	if (index != VALUE_UNSET)
		read_value(m, i, element(m, *variable_at(m, i->a), index));
}

static void write_variable(struct mover *m, uint32_t variable, value v)
{
	cell *at = variable_at(m, variable);
	changed(m, (struct change){ CHANGE_SHARED, variable, 0, v, *at, false });
	store(m, at, v);
}

void run_STORE(struct mover *m, const struct ins *i)
{
	value v = take(m, i->a);
	if (v == VALUE_UNSET)
		return;
	m->event->result = v;
	write_variable(m, i->dst, v);
}

void run_STORE_ITEM(struct mover *m, const struct ins *i)
{
	value v, index, list;
	if (!take_two(m, i, &v, &index))
		return;
	m->event->result = v;
	if ((list = with_element(m, *variable_at(m, i->dst), index, v)) != VALUE_UNSET)
		write_variable(m, i->dst, list);
}

void run_DRAW(struct mover *m, const struct ins *i)
{
	value lo, hi;
	if (!take_two(m, i, &lo, &hi))
		return;
	if (!value_is_int(lo) || !value_is_int(hi))
		raise_error(m, EXCEPTION_TYPE, SAY(RANDOM_NEEDS));
	else if (value_int(m->g->pool, lo) > value_int(m->g->pool, hi))
		raise_error(m, EXCEPTION_VALUE, SAY(EMPTY_RANGE, value_int(m->g->pool, lo), value_int(m->g->pool, hi)));
	else
		read_value(m, i, pool_int(m->g->pool, m->choice));
}

/* ---- functions of objects and processes ---- */

static value ask_process(struct mover *m, enum function_id f, value v)
{
	if (value_tag(v) != TAG_PROCESS || value_payload(v) & PROCESS_GROUP) {
		raise_error(m, EXCEPTION_TYPE, SAY(FUNCTION_NEEDS_PROCESS, function_rows[f].word, value_tag(v) == TAG_PROCESS ? spoken("a group", "进程组") : value_type(v)));
		return VALUE_UNSET;
	}
	const struct who *w = who_is(m->shared, value_payload(v));
	bool ended = w->life == LIFE_ZOMBIE || w->life == LIFE_GONE;
	switch (f) {
	case FUNCTION_ALIVE:    return value_bool(w->life == LIFE_ALIVE);
	case FUNCTION_EXITCODE: return ended ? value_small((int32_t)w->code) : VALUE_NONE;
	default:                return w->life == LIFE_NEW ? VALUE_NONE : pool_int(m->g->pool, w->pid);
	}
}

static value ask_queue(const struct mover *m, enum function_id f, uint32_t o)
{
	struct queue_cells *q = object_cells(m, o);
	const cell *lost = queue_lost(object_row(m, o), q);
	uint32_t taken = q->count + (lost ? *lost : 0);         /* as in Python, it counts the room that is taken */
	switch (f) {
	case FUNCTION_QSIZE: return value_small((int32_t)taken);
	case FUNCTION_EMPTY: return value_bool(!q->count);
	default:             return value_bool(object_row(m, o)->size && taken == object_row(m, o)->room);
	}
}

static uint32_t units_of(const struct mover *m, uint32_t o)
{
	const void *cells = object_cells(m, o);
	return object_row(m, o)->kind == KIND_LATCH ? ((const struct latch_cells *)cells)->left : ((const struct semaphore_cells *)cells)->units;
}

static value ask_object(struct mover *m, enum function_id f, value v)
{
	static const unsigned kinds[FUNCTION_COUNT] = {
		[FUNCTION_IS_SET] = 1u << KIND_EVENT, [FUNCTION_LOCKED] = 1u << KIND_LOCK | 1u << KIND_RLOCK,
		[FUNCTION_VALUE] = 1u << KIND_SEMAPHORE | 1u << KIND_LATCH, [FUNCTION_QSIZE] = 1u << KIND_QUEUE,
		[FUNCTION_EMPTY] = 1u << KIND_QUEUE, [FUNCTION_FULL] = 1u << KIND_QUEUE, [FUNCTION_WAITING] = ~0u,
		[FUNCTION_POLL] = 1u << KIND_PIPE | 1u << KIND_CONNECTION,
	};
	uint32_t o = object_of(m, v, kinds[f]);
	if (!o)
		return VALUE_UNSET;
	switch (f) {
	case FUNCTION_IS_SET:  return value_bool(((struct event_cells *)object_cells(m, o))->flag);
	case FUNCTION_LOCKED:  return value_bool(((struct lock_cells *)object_cells(m, o))->owner);
	case FUNCTION_VALUE:   return value_small((int32_t)units_of(m, o));
	case FUNCTION_WAITING: return value_small((int32_t)world_waiting(m->g, m->shared, o));
	case FUNCTION_POLL:    return pipe_poll(m, v);
	default:               return ask_queue(m, f, o);
	}
}

void run_ASK(struct mover *m, const struct ins *i)
{
	value v = take(m, i->a);
	if (v == VALUE_UNSET)
		return;
	switch (function_rows[i->b].of) {
	case OF_PROCESS: read_value(m, i, ask_process(m, i->b, v)); break;
	case OF_RESULT:  read_value(m, i, result_ask(m, i->b, v)); break;
	default:         read_value(m, i, ask_object(m, i->b, v)); break;
	}
}
