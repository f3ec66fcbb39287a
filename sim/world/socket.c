/* Sockets: a listener, connections that wait to be accepted, and connections. A connection is as a two-way
 * pipe: its right end belongs to the process that connected, its left one to that which accepts. Until it is accepted, the listener has
 * the left end open. */
#include "sim/world/machine.h"

enum { SOCKET = 1u << KIND_SOCKET };

static bool listens(const struct mover *m, uint32_t o)
{
	return end_is_open(m->g, m->shared, m->p, object_row(m, o)->end);
}

void run_LISTEN(struct mover *m, const struct ins *i)
{
	uint32_t o = object_of(m, take(m, i->a), SOCKET);
	if (!o)
		return;
	if (((struct socket_cells *)object_cells(m, o))->open) {
		raise_error(m, EXCEPTION_OS, SAY(LISTENS_ALREADY, object_row(m, o)->name));
		return;
	}
	end_open(m, object_row(m, o)->end);
	end_count(m, object_row(m, o)->end, 1);
	m->event->result = value_make(TAG_OBJECT, o);
}

/* ---- connect ---- */

static uint32_t unused_connection(const struct mover *m, uint32_t o)
{
	for (uint32_t c = object_row(m, o)->connection, n = 0; n < CONNECTIONS; n++) {
		const struct pipe_cells *p = object_cells(m, c + n);
		if (!p->open[0] && !p->open[1])
			return c + n;
	}
	return 0;
}

static void put_pending(struct mover *m, uint32_t o, uint32_t connection)
{
	struct socket_cells *s = object_cells(m, o);
	store(m, &s->pending[(s->head + s->count) % CONNECTIONS], connection);
	store(m, &s->count, s->count + 1);
}

void run_CONNECT(struct mover *m, const struct ins *i)
{
	uint32_t o = object_of(m, take(m, i->a), SOCKET), c = o ? unused_connection(m, o) : 0;
	if (!o)
		return;
	if (!((struct socket_cells *)object_cells(m, o))->open || !c) {
		raise_error(m, EXCEPTION_REFUSED, c ? SAY(NOBODY_LISTENS, object_row(m, o)->name) : SAY(TOO_MANY_CONNECTIONS, object_row(m, o)->name));
		return;
	}
	end_count(m, object_row(m, c)->end, 1);
	end_count(m, object_row(m, c)->end + 1, 1);
	end_open(m, object_row(m, c)->end + 1);
	put_pending(m, o, c);
	m->event->result = value_make(TAG_OBJECT, c | END_RIGHT << OBJECT_END);
	put(m, i->dst, m->event->result);
}

/* ---- accept ---- */

enum can can_accept(const struct mover *m, const struct ins *i)
{
	uint32_t o = object_seen(m, i->a, SOCKET);
	if (!o || !listens(m, o))
		return CAN_GO;
	return line_can(m, i, object_row(m, o), ((struct socket_cells *)object_cells(m, o))->count);
}

static uint32_t take_pending(struct mover *m, uint32_t o)
{
	struct socket_cells *s = object_cells(m, o);
	uint32_t c = s->pending[s->head];
	store(m, &s->pending[s->head], 0);
	store(m, &s->count, s->count - 1);
	store(m, &s->head, s->count ? (s->head + 1) % CONNECTIONS : 0);
	return c;
}

void run_ACCEPT(struct mover *m, const struct ins *i)
{
	uint32_t o = object_of(m, look(m, i->a), SOCKET);
	if (!o)
		return;
	if (!listens(m, o)) {
		raise_error(m, EXCEPTION_OS, SAY(DOES_NOT_LISTEN, object_row(m, o)->name));
		return;
	}
	if (line_take(m, i, object_row(m, o), ((struct socket_cells *)object_cells(m, o))->count) == ENQUEUED)
		return;
	take(m, i->a);
	uint32_t c = take_pending(m, o);
	end_open(m, object_row(m, c)->end);             /* the listener had it open until now */
	m->event->result = value_make(TAG_OBJECT, c | END_LEFT << OBJECT_END);
	put(m, i->dst, m->event->result);
}

/* The last listener is gone: so are connections that were never accepted. */
void socket_forget(struct mover *m, uint32_t o)
{
	while (((struct socket_cells *)object_cells(m, o))->count)
		end_count(m, object_row(m, take_pending(m, o))->end, -1);
}
