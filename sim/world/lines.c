/* Lines: which processes wait for what, in which order. With k units free, the first k in a fair line may move;
 * in an unfair one any may. To wait in a line is to be enqueued in it, an action; where no process
 * cares for the order or the number of those that wait, none is enqueued at all. */
#include "sim/world/footprint.h"
#include "sim/world/machine.h"

struct line *line_of(const struct mover *m, uint32_t line)
{
	return (struct line *)line_at(m->g, m->shared, line);
}

/* Of the k first in the line that it stands in. */
static bool among_first(const struct mover *m, uint32_t line, uint32_t k)
{
	for (proc_id p = line_of(m, line)->head; k; p = who_of(m->shared, p)->next, k--)
		if (p == m->waiter)
			return true;
	return false;
}

static bool is_enqueued(const struct mover *m, uint32_t line)
{
	return my_waiter(m)->in_line == line + 1;
}

bool line_may_go(const struct mover *m, const struct object *o, uint32_t line, uint32_t units)
{
	if (!units)
		return false;
	if (!o->lined || !o->in_order)
		return true;
	return is_enqueued(m, line) ? among_first(m, line, units) : units > line_of(m, line)->length;
}

/* Where none is enqueued, it does not matter which line it is. */
static uint32_t line_for(const struct mover *m, const struct ins *i, const struct object *o)
{
	return o->lined ? footprint_line_of(o, i->op, look(m, i->a)) : 0;
}

enum can line_can(const struct mover *m, const struct ins *i, const struct object *o, uint32_t units)
{
	uint32_t line = line_for(m, i, o);
	if (i->flags & INS_NO_WAIT || line_may_go(m, o, line, units))
		return CAN_GO;
	if (o->lined && !is_enqueued(m, line))
		return CAN_ENQUEUE;
	return i->flags & INS_TIMEOUT ? CAN_LAPSE : CAN_NOT;
}

void stay(struct mover *m)
{
	m->next = m->pc;
}

enum taken line_take(struct mover *m, const struct ins *i, const struct object *o, uint32_t units)
{
	uint32_t line = line_for(m, i, o);
	if (m->can == CAN_ENQUEUE) {
		line_join(m, line);
		stay(m);
		return ENQUEUED;
	}
	bool get = m->can == CAN_GO && line_may_go(m, o, line, units);
	if (o->lined && is_enqueued(m, line))
		line_leave(m, m->waiter);
	return get ? TAKEN : FAILED;
}

void line_join(struct mover *m, uint32_t line)
{
	struct line *l = line_of(m, line);
	store(m, &my_waiter(m)->in_line, line + 1);
	store(m, l->tail ? &who_of(m->shared, l->tail)->next : &l->head, m->waiter);
	store(m, &l->tail, m->waiter);
	store(m, &l->length, l->length + 1);
}

/* p leaves the line it stands in, wherever in it. */
void line_leave(struct mover *m, uint32_t p)
{
	struct who *w = who_of(m->shared, p);
	struct line *l = line_of(m, w->in_line - 1);
	cell *link = &l->head;
	proc_id before = 0;
	while (*link != p) {
		before = *link;
		link = &who_of(m->shared, *link)->next;
	}
	store(m, link, w->next);
	if (l->tail == p)
		store(m, &l->tail, before);
	store(m, &l->length, l->length - 1);
	if (w->next)
		store(m, &w->next, 0);
	if (w->freed)
		store(m, &w->freed, 0);
	store(m, &w->in_line, 0);       /* at last: until then, all that was written is about this line */
}

/* ---- waiters that another process frees ---- */

enum can freed_can(const struct mover *m, const struct ins *i, uint32_t line, bool now)
{
	if (!is_enqueued(m, line))
		return now ? CAN_GO : CAN_ENQUEUE;
	if (my_waiter(m)->freed)
		return CAN_GO;
	return i->flags & INS_TIMEOUT ? CAN_LAPSE : CAN_NOT;
}

void free_all(struct mover *m, uint32_t line, enum freed how)
{
	for (proc_id p = line_of(m, line)->head; p; p = who_of(m->shared, p)->next)
		if (!who_of(m->shared, p)->freed)
			store(m, &who_of(m->shared, p)->freed, how);
}

/* ---- objects that operands name ---- */

uint32_t object_seen(const struct mover *m, operand o, unsigned kinds)
{
	value v = look(m, o);
	uint32_t n = value_object(v);
	return value_tag(v) == TAG_OBJECT && kinds >> m->g->object[n].kind & 1 ? n : 0;
}

static __attribute__((noinline, cold)) uint32_t is_no_such(struct mover *m, value v)
{
	const struct object *o = &m->g->object[value_object(v)];
	raise_error(m, EXCEPTION_TYPE, value_tag(v) != TAG_OBJECT ? SAY(NOT_WITH, value_type(v)) :
	            SAY(NOT_WITH_KIND, spoken(kind_rows[o->kind].word, kind_rows[o->kind].word_zh)));
	return 0;
}

uint32_t object_of(struct mover *m, value v, unsigned kinds)
{
	uint32_t n = value_object(v);
	if (v == VALUE_UNSET)
		return 0;
	return value_tag(v) == TAG_OBJECT && kinds >> m->g->object[n].kind & 1 ? n : is_no_such(m, v);
}
