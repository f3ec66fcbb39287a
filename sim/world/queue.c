/* Queues: line 0 waits for items, line 1 for room. */
#include "sim/world/machine.h"

enum { QUEUE = 1u << KIND_QUEUE };

static uint32_t room_of(const struct mover *m, uint32_t o)
{
	const struct queue_cells *q = object_cells(m, o);
	return object_row(m, o)->room - q->count;
}

enum can can_get(const struct mover *m, const struct ins *i)
{
	if (value_tag(look(m, i->a)) == TAG_HANDLE)
		return result_can(m, i, look(m, i->a));
	uint32_t o = object_seen(m, i->a, QUEUE);
	if (!o)
		return CAN_GO;
	return line_can(m, i, object_row(m, o), ((struct queue_cells *)object_cells(m, o))->count);
}

enum can can_put(const struct mover *m, const struct ins *i)
{
	uint32_t o = object_seen(m, i->a, QUEUE);
	if (!o || look(m, i->b) == VALUE_UNSET || !object_row(m, o)->size)      /* without a maxsize, none waits for room */
		return CAN_GO;
	return line_can(m, i, object_row(m, o), room_of(m, o));
}

static void put_item(struct mover *m, uint32_t o, value v)
{
	struct queue_cells *q = object_cells(m, o);
	store(m, &q->item[(q->head + q->count) % object_row(m, o)->room], v);
	store(m, &q->count, q->count + 1);
	if (object_row(m, o)->joinable)
		store(m, &q->unfinished, q->unfinished + 1);
}

static value get_item(struct mover *m, uint32_t o)
{
	struct queue_cells *q = object_cells(m, o);
	value v = q->item[q->head];
	store(m, &q->item[q->head], VALUE_UNSET);
	store(m, &q->count, q->count - 1);
	store(m, &q->head, q->count ? (q->head + 1) % object_row(m, o)->room : 0);
	return v;
}

void run_PUT(struct mover *m, const struct ins *i)
{
	uint32_t o = object_of(m, look(m, i->a), QUEUE);
	if (!o)
		return;
	const struct object *row = object_row(m, o);
	enum taken taken = row->size ? line_take(m, i, row, room_of(m, o)) : room_of(m, o) ? TAKEN : RAISED;
	if (taken == ENQUEUED)
		return;
	take(m, i->a);
	value v = take(m, i->b);
	if (v == VALUE_UNSET)
		return;
	if (taken == RAISED) {
		raise_error(m, EXCEPTION_MEMORY, SAY(QUEUE_HOLDS, QUEUE_ROOM));
	} else if (taken == FAILED) {
		raise_error(m, EXCEPTION_FULL, SAY(QUEUE_FULL, row->name));
	} else {
		put_item(m, o, v);
		m->event->result = v;
	}
}

void run_GET(struct mover *m, const struct ins *i)
{
	if (value_tag(look(m, i->a)) == TAG_HANDLE) {
		result_get(m, i, take(m, i->a));
		return;
	}
	uint32_t o = object_of(m, look(m, i->a), QUEUE);
	if (!o)
		return;
	const struct object *row = object_row(m, o);
	enum taken taken = line_take(m, i, row, ((struct queue_cells *)object_cells(m, o))->count);
	if (taken == ENQUEUED)
		return;
	take(m, i->a);
	if (taken == FAILED) {
		raise_error(m, EXCEPTION_EMPTY, SAY(QUEUE_EMPTY, row->name));
		return;
	}
	m->event->result = get_item(m, o);
	put(m, i->dst, m->event->result);
}

void run_TASK_DONE(struct mover *m, const struct ins *i)
{
	uint32_t o = object_of(m, take(m, i->a), QUEUE);
	if (!o)
		return;
	struct queue_cells *q = object_cells(m, o);
	if (!object_row(m, o)->joinable)
		raise_error(m, EXCEPTION_ATTRIBUTE, SAY(QUEUE_NOT_JOINABLE, object_row(m, o)->name));
	else if (!q->unfinished)
		raise_error(m, EXCEPTION_VALUE, SAY(TASK_DONE_TOO_OFTEN));
	else
		store(m, &q->unfinished, q->unfinished - 1);
}
