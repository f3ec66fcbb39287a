/* Pipes. A two-way pipe carries messages both ways, a one-way pipe from right to left. Lines: 0, 1 wait for
 * a message at the left, right end; 2, 3 for room to send from there. */
#include "sim/world/machine.h"
#include <assert.h>

/* incoming: what can be received at this end; else what is sent from it. NULL: that way is none. */
struct ring_cells *pipe_ring(const struct program *g, cell *shared, value end, bool incoming)
{
	const struct object *o = &g->object[value_object(end)];
	bool to_left = (value_end(end) == END_LEFT) == incoming;
	cell *rings = shared + o->at + sizeof(struct pipe_cells) / sizeof(cell);
	if (to_left)
		return (struct ring_cells *)rings;
	return o->duplex ? (struct ring_cells *)(rings + sizeof(struct ring_cells) / sizeof(cell) + o->room) : NULL;
}

static uint32_t end_number(const struct mover *m, value end)
{
	return object_row(m, value_object(end))->end + (value_end(end) == END_RIGHT);
}

static struct pipe_cells *pipe_cells(const struct mover *m, value end)
{
	return object_cells(m, value_object(end));
}

static uint32_t others(const struct mover *m, value end)
{
	return pipe_cells(m, end)->open[value_end(end) == END_LEFT];
}

/* Only pipes and connections have ends. */
static bool is_end(value v)
{
	return value_tag(v) == TAG_OBJECT && value_end(v);
}

/* An end that this process can use, in this direction? */
static bool usable(const struct mover *m, value end, bool incoming)
{
	return is_end(end) && end_is_open(m->g, m->shared, m->p, end_number(m, end)) &&
	       pipe_ring(m->g, m->shared, end, incoming);
}

void run_END(struct mover *m, const struct ins *i)
{
	value pipe, side;
	if (!take_two(m, i, &pipe, &side))
		return;
	if (value_tag(pipe) == TAG_OBJECT && !value_end(pipe) && object_row(m, value_object(pipe))->kind == KIND_PIPE)
		put(m, i->dst, value_make(TAG_OBJECT, value_object(pipe) | (uint32_t)value_small_int(side) << OBJECT_END));
	else
		raise_error(m, EXCEPTION_ATTRIBUTE, SAY(ONLY_PIPE_HAS_ENDS));
}

static bool check_end(struct mover *m, value end, bool incoming)
{
	if (!is_end(end))
		return raise_error(m, EXCEPTION_TYPE, SAY(END_NEEDED));
	const char *name = object_row(m, value_object(end))->name, *side = value_end(end) == END_LEFT ? "left" : "right";
	if (!end_is_open(m->g, m->shared, m->p, end_number(m, end)))
		return raise_error(m, EXCEPTION_OS, SAY(END_CLOSED, name, side));
	if (!pipe_ring(m->g, m->shared, end, incoming))
		return raise_error(m, EXCEPTION_OS, incoming ? SAY(CANT_RECEIVE, name, side) : SAY(CANT_SEND, name, side));
	return true;
}

/* ---- receiving ---- */

enum can can_recv(const struct mover *m, const struct ins *i)
{
	value end = look(m, i->a);
	if (!usable(m, end, true))
		return CAN_GO;
	const struct ring_cells *r = pipe_ring(m->g, m->shared, end, true);
	if (!r->count && !others(m, end))
		return CAN_GO;                  /* the end of it */
	return line_can(m, i, object_row(m, value_object(end)), r->count);
}

static value take_message(struct mover *m, value end)
{
	struct ring_cells *r = pipe_ring(m->g, m->shared, end, true);
	value v = r->item[r->head];
	store(m, &r->item[r->head], VALUE_UNSET);
	store(m, &r->count, r->count - 1);
	store(m, &r->head, r->count ? (r->head + 1) % object_row(m, value_object(end))->room : 0);
	return v;
}

void run_RECV(struct mover *m, const struct ins *i)
{
	value end = look(m, i->a);
	if (!check_end(m, end, true))
		return;
	const struct ring_cells *r = pipe_ring(m->g, m->shared, end, true);
	bool over = !r->count && !others(m, end);
	if (over && my_waiter(m)->in_line)
		line_leave(m, m->waiter);
	enum taken taken = over ? FAILED : line_take(m, i, object_row(m, value_object(end)), r->count);
	if (taken == ENQUEUED)
		return;
	take(m, i->a);
	if (taken == TAKEN) {
		m->event->result = take_message(m, end);
		put(m, i->dst, m->event->result);
	} else if (over) {
		raise_error(m, EXCEPTION_EOF, SAY(NOTHING_LEFT));
	} else {
		raise_error(m, EXCEPTION_TIMEOUT, SAY(NOTHING_IN_TIME));
	}
}

value pipe_poll(struct mover *m, value end)
{
	if (!check_end(m, end, true))
		return VALUE_UNSET;
	return value_bool(pipe_ring(m->g, m->shared, end, true)->count || !others(m, end));
}

/* ---- sending ---- */

enum can can_send(const struct mover *m, const struct ins *i)
{
	value end = look(m, i->a);
	if (!usable(m, end, false) || !others(m, end) || look(m, i->b) == VALUE_UNSET)
		return CAN_GO;
	const struct object *o = object_row(m, value_object(end));
	return line_can(m, i, o, o->room - pipe_ring(m->g, m->shared, end, false)->count);
}

static void put_message(struct mover *m, value end, value v)
{
	struct ring_cells *r = pipe_ring(m->g, m->shared, end, false);
	store(m, &r->item[(r->head + r->count) % object_row(m, value_object(end))->room], v);
	store(m, &r->count, r->count + 1);
}

void run_SEND(struct mover *m, const struct ins *i)
{
	value end = look(m, i->a), v;
	if (!check_end(m, end, false))
		return;
	const struct object *o = object_row(m, value_object(end));
	bool broken = !others(m, end);
	if (broken && my_waiter(m)->in_line)
		line_leave(m, m->waiter);
	enum taken taken = broken ? FAILED : line_take(m, i, o, o->room - pipe_ring(m->g, m->shared, end, false)->count);
	if (taken == ENQUEUED)
		return;
	take(m, i->a);
	if ((v = take(m, i->b)) == VALUE_UNSET)
		return;
	if (taken == FAILED) {
		raise_error(m, EXCEPTION_BROKEN_PIPE, SAY(OTHER_END_CLOSED));
		return;
	}
	put_message(m, end, v);
	m->event->result = v;
}

/* ---- open and closed ends ---- */

static cell *ends_of(const struct mover *m, proc_id p)
{
	return m->shared + m->g->ends_at + process_body(m->g, p) * end_cells(m->g);
}

/* Of a connection: it has both directions. */
static void forget_messages(struct mover *m, uint32_t o)
{
	for (int side = END_LEFT; side <= END_RIGHT; side++) {
		struct ring_cells *r = pipe_ring(m->g, m->shared, value_make(TAG_OBJECT, o | (uint32_t)side << OBJECT_END), true);
		for (uint32_t k = 0; k < object_row(m, o)->room; k++)
			if (r->item[k])
				store(m, &r->item[k], VALUE_UNSET);
		if (r->head || r->count) {
			store(m, &r->head, 0);
			store(m, &r->count, 0);
		}
	}
}

/* How many have this end open; with the last, no process is left that could receive what was sent. */
void end_count(struct mover *m, uint32_t end, int change)
{
	uint32_t o = m->g->end_object[end];
	const struct object *row = object_row(m, o);
	cell *open = (cell *)object_cells(m, o) + (end - row->end);
	store(m, open, *open + (cell)change);
	if (row->kind == KIND_SOCKET && !*open)
		socket_forget(m, o);
	else if (row->kind == KIND_CONNECTION && !((struct pipe_cells *)object_cells(m, o))->open[0] &&
	         !((struct pipe_cells *)object_cells(m, o))->open[1])
		forget_messages(m, o);
}

void end_open(struct mover *m, uint32_t end)
{
	store(m, ends_of(m, m->p) + end / 32, ends_of(m, m->p)[end / 32] | 1u << end % 32);
}

void ends_inherit(struct mover *m, proc_id child)
{
	for (uint32_t e = 0; e < m->g->ends; e++)
		if (end_is_open(m->g, m->shared, m->p, e))
			end_count(m, e, 1);
	for (uint32_t k = 0; k < end_cells(m->g); k++)
		store(m, ends_of(m, child) + k, ends_of(m, m->p)[k]);
}

void ends_close_all(struct mover *m)
{
	for (uint32_t e = 0; e < m->g->ends; e++)
		if (end_is_open(m->g, m->shared, m->p, e))
			end_count(m, e, -1);
	for (uint32_t k = 0; k < end_cells(m->g); k++)
		if (ends_of(m, m->p)[k])
			store(m, ends_of(m, m->p) + k, 0);
}

bool end_is_here(const struct mover *m, value v)
{
	assert(is_end(v));
	return end_is_open(m->g, m->shared, m->p, end_number(m, v));
}

void end_close(struct mover *m, uint32_t e)
{
	store(m, ends_of(m, m->p) + e / 32, ends_of(m, m->p)[e / 32] & ~(1u << e % 32));
	end_count(m, e, -1);
}

void run_CLOSE(struct mover *m, const struct ins *i)
{
	value end = take(m, i->a);
	if (end == VALUE_UNSET)
		return;
	enum kind kind = value_tag(end) == TAG_OBJECT ? object_row(m, value_object(end))->kind : KIND_NONE;
	bool listener = kind == KIND_SOCKET;
	if (kind == KIND_POOL) {
		workers_close(m, value_object(end));
		m->event->result = end;
		return;
	}
	if (!is_end(end) && !listener) {
		raise_error(m, EXCEPTION_TYPE, SAY(END_NEEDED));
		return;
	}
	uint32_t e = end_number(m, end);
	m->event->result = end;
	if (!end_is_open(m->g, m->shared, m->p, e))             /* closing twice is no error, as in Python */
		return;
	end_close(m, e);
}
