/* Queues: line 0 waits for items, line 1 for room.
 *
 * One with a feeder is as CPython's: what a process puts goes, in the order of all puts, into a pipe of so many items. What has no room
 * there yet stays with the process, which does not end before it is through; if it is killed, that is lost. */
#include "sim/world/machine.h"

enum { QUEUE = 1u << KIND_QUEUE };

static uint32_t room_of(const struct mover *m, uint32_t o)
{
	struct queue_cells *q = object_cells(m, o);
	const cell *lost = queue_lost(object_row(m, o), q);
	return object_row(m, o)->room - q->count - (lost ? *lost : 0);
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

/* Of the n-th item in the queue, from 0 on. */
static cell *who_has(const struct mover *m, uint32_t o, uint32_t n)
{
	struct queue_cells *q = object_cells(m, o);
	const struct object *row = object_row(m, o);
	return queue_who(row, q) + (q->head + n) % row->room;
}

static void put_item(struct mover *m, uint32_t o, value v)
{
	struct queue_cells *q = object_cells(m, o);
	store(m, &q->item[(q->head + q->count) % object_row(m, o)->room], v);
	if (object_row(m, o)->feeder && q->count >= object_row(m, o)->through)
		store(m, who_has(m, o, q->count), process_body(m->g, m->p));
	store(m, &q->count, q->count + 1);
	if (object_row(m, o)->joinable)
		store(m, &q->unfinished, q->unfinished + 1);
}

static value get_item(struct mover *m, uint32_t o)
{
	struct queue_cells *q = object_cells(m, o);
	const struct object *row = object_row(m, o);
	value v = q->item[q->head];
	if (row->feeder && q->count > row->through)
		store(m, who_has(m, o, row->through), 0);       /* it has room in the pipe now */
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

/* ---- what is not through ---- */

uint32_t world_not_through(const struct program *g, const cell *shared, proc_id p, uint32_t *queue)
{
	uint32_t n = 0;
	*queue = 0;
	for (uint32_t o = 1; g->feeds && o < g->objects; o++) {
		const struct object *row = &g->object[o];
		struct queue_cells *q = (struct queue_cells *)(shared + row->at);
		for (uint32_t k = row->through; row->feeder && k < q->count; k++)
			if (queue_who(row, q)[(q->head + k) % row->room] == p) {
				*queue = *queue ? *queue : o;
				n++;
			}
	}
	return n;
}

static void move_up(struct mover *m, uint32_t o, uint32_t from, uint32_t to)
{
	struct queue_cells *q = object_cells(m, o);
	const uint32_t room = object_row(m, o)->room;
	store(m, &q->item[(q->head + to) % room], q->item[(q->head + from) % room]);
	store(m, who_has(m, o, to), *who_has(m, o, from));
}

static void lose_from(struct mover *m, uint32_t o)
{
	struct queue_cells *q = object_cells(m, o);
	const struct object *row = object_row(m, o);
	uint32_t kept = row->through, count = q->count;
	for (uint32_t k = kept; k < count; k++)
		if (*who_has(m, o, k) != m->p) {
			if (kept != k)
				move_up(m, o, k, kept);
			kept++;
		}
	for (uint32_t k = kept; k < count; k++) {
		store(m, &q->item[(q->head + k) % row->room], VALUE_UNSET);
		store(m, who_has(m, o, k), 0);
	}
	if (kept < count) {
		store(m, queue_lost(row, q), *queue_lost(row, q) + count - kept);
		store(m, &q->count, kept);
	}
}

void items_lost(struct mover *m)
{
	for (uint32_t o = 1; m->g->feeds && o < m->g->objects; o++)
		if (object_row(m, o)->feeder)
			lose_from(m, o);
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
