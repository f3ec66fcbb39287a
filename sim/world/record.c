/* Managers and files: records whose fields are read and written one at a time. */
#include "sim/world/machine.h"

static struct record_cells *record_at(const struct mover *m, uint32_t o)
{
	return object_cells(m, o);
}

/* Is there such a field, and somebody to answer? An expectation asks nobody. */
bool record_reachable(struct mover *m, uint32_t o, uint32_t field)
{
	const struct object *row = object_row(m, o);
	if (row->server && who_is(m->shared, row->server)->life != LIFE_ALIVE && !m->peeking)
		return raise_error(m, EXCEPTION_EOF, SAY(MANAGER_GONE, row->name));
	if (field == NO_FIELD)
		return raise_error(m, EXCEPTION_KEY, SAY(NO_SUCH_FIELD, row->name));
	return true;
}

void run_LOAD_FIELD(struct mover *m, const struct ins *i)
{
	const struct record_cells *r = record_at(m, i->a);
	if (!record_reachable(m, i->a, i->b))
		return;
	if (r->empty && !m->peeking) {
		raise_error(m, EXCEPTION_VALUE, SAY(FILE_BEING_WRITTEN, object_row(m, i->a)->name));
		return;
	}
	m->event->result = world_field(m->g, m->shared, i->a, i->b);
	put(m, i->dst, m->event->result);
}

void run_EMPTY(struct mover *m, const struct ins *i)
{
	store(m, &record_at(m, i->a)->empty, 1);
}

void record_store(struct mover *m, uint32_t o, uint32_t field, value v)
{
	struct record_cells *r = record_at(m, o);
	changed(m, (struct change){ CHANGE_FIELD, o, field, v, r->field[field], false });
	store(m, &r->field[field], v);
	if (r->empty)
		store(m, &r->empty, 0);
}

void run_STORE_FIELD(struct mover *m, const struct ins *i)
{
	value v = take(m, i->a);
	if (v == VALUE_UNSET || !record_reachable(m, i->dst, i->b))
		return;
	m->event->result = v;
	record_store(m, i->dst, i->b, v);
}

void run_SERVE(struct mover *m, const struct ins *i)
{
	(void)i;
	stay(m);                /* it answers inside the action of the process that asks */
}
