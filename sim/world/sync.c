/* Lock, rlock, semaphore, event, latch. What waits at a condition or a barrier is in gather.c. */
#include "sim/world/machine.h"

enum { LOCKS = 1u << KIND_LOCK | 1u << KIND_RLOCK, HELD = LOCKS | 1u << KIND_SEMAPHORE | 1u << KIND_CONDITION,
       WAITED = 1u << KIND_EVENT | 1u << KIND_LATCH | 1u << KIND_CONDITION | 1u << KIND_BARRIER };

/* To hold a condition is to hold its lock. */
static uint32_t lock_of(const struct mover *m, uint32_t o)
{
	return object_row(m, o)->kind == KIND_CONDITION ? object_row(m, o)->lock : o;
}

static uint32_t units_of(const struct mover *m, uint32_t o)
{
	if (object_row(m, o)->kind == KIND_SEMAPHORE)
		return ((struct semaphore_cells *)object_cells(m, o))->units;
	return !((struct lock_cells *)object_cells(m, o))->owner;
}

/* An rlock's owner need not wait: it has the lock. */
static bool is_mine(const struct mover *m, uint32_t o)
{
	return object_row(m, o)->kind == KIND_RLOCK && ((struct lock_cells *)object_cells(m, o))->owner == m->p;
}

enum can can_acquire(const struct mover *m, const struct ins *i)
{
	uint32_t o = lock_of(m, object_seen(m, i->a, HELD));
	if (!o || is_mine(m, o))
		return CAN_GO;
	return line_can(m, i, object_row(m, o), units_of(m, o));
}

static void hold(struct mover *m, uint32_t o)
{
	struct lock_cells *l = object_cells(m, o);
	struct semaphore_cells *s = object_cells(m, o);
	if (object_row(m, o)->kind == KIND_SEMAPHORE) {
		store(m, &s->units, s->units - 1);
		return;
	}
	if (l->owner != m->p)
		store(m, &l->owner, m->p);
	store(m, &l->depth, l->depth + 1);
}

void run_ACQUIRE(struct mover *m, const struct ins *i)
{
	uint32_t o = lock_of(m, object_of(m, look(m, i->a), HELD));
	if (!o)
		return;
	enum taken taken = is_mine(m, o) ? TAKEN : line_take(m, i, object_row(m, o), units_of(m, o));
	if (taken == ENQUEUED)
		return;
	take(m, i->a);
	m->event->result = value_bool(taken == TAKEN);
	if (taken == TAKEN)
		hold(m, o);
	put(m, i->dst, m->event->result);
}

static void release_lock(struct mover *m, uint32_t o)
{
	struct lock_cells *l = object_cells(m, o);
	bool again = object_row(m, o)->kind == KIND_RLOCK;
	if (again && l->owner != m->p) {
		raise_error(m, EXCEPTION_ASSERTION, SAY(RLOCK_NOT_OWNED));
	} else if (!l->owner) {
		raise_error(m, EXCEPTION_VALUE, SAY(LOCK_NOT_HELD));
	} else {
		store(m, &l->depth, l->depth - 1);
		if (!l->depth)
			store(m, &l->owner, 0);
	}
}

void run_RELEASE(struct mover *m, const struct ins *i)
{
	uint32_t o = lock_of(m, object_of(m, take(m, i->a), HELD));
	if (!o)
		return;
	const struct object *row = object_row(m, o);
	struct semaphore_cells *s = object_cells(m, o);
	if (row->kind != KIND_SEMAPHORE)
		release_lock(m, o);
	else if (row->bounded && s->units >= row->size)
		raise_error(m, EXCEPTION_VALUE, SAY(SEMAPHORE_RELEASED));
	else if (row->binary && s->units)
		return;                                         /* it is lost */
	else if (s->units >= SMALL_MAX)
		raise_error(m, EXCEPTION_VALUE, SAY(SEMAPHORE_TOO_LARGE));
	else
		store(m, &s->units, s->units + 1);
}

void run_SET(struct mover *m, const struct ins *i)
{
	uint32_t o = object_of(m, take(m, i->a), 1u << KIND_EVENT);
	if (!o)
		return;
	struct event_cells *e = object_cells(m, o);
	store(m, &e->flag, 1);
	free_all(m, object_row(m, o)->line, FREED);
}

void run_CLEAR(struct mover *m, const struct ins *i)
{
	uint32_t o = object_of(m, take(m, i->a), 1u << KIND_EVENT);
	if (o)
		store(m, &((struct event_cells *)object_cells(m, o))->flag, 0);
}

static bool is_set(const struct mover *m, uint32_t o)
{
	return ((struct event_cells *)object_cells(m, o))->flag;
}

/* For an event or a latch, which is `open` now or not. */
static void flag_wait(struct mover *m, const struct ins *i, uint32_t o, bool open)
{
	if (m->can == CAN_ENQUEUE) {
		line_join(m, object_row(m, o)->line);
		stay(m);
		return;
	}
	wait_ends(m, i, value_bool(open));
}

/* ---- latch: an event that can't be cleared, set by the last of those that count ---- */

void run_COUNT_DOWN(struct mover *m, const struct ins *i)
{
	uint32_t o = object_of(m, take(m, i->a), 1u << KIND_LATCH);
	struct latch_cells *l = o ? object_cells(m, o) : NULL;
	if (!o || !l->left)
		return;
	store(m, &l->left, l->left - 1);
	if (!l->left)
		free_all(m, object_row(m, o)->line, FREED);
}

static bool is_open(const struct mover *m, uint32_t o)
{
	return !((struct latch_cells *)object_cells(m, o))->left;
}

/* ---- wait: on whatever it is ---- */

void wait_ends(struct mover *m, const struct ins *i, value result)
{
	take(m, i->a);
	if (my_waiter(m)->in_line)
		line_leave(m, m->waiter);
	m->event->result = result;
	put(m, i->dst, result);
}

enum can can_wait(const struct mover *m, const struct ins *i)
{
	if (value_tag(look(m, i->a)) == TAG_HANDLE)
		return result_can(m, i, look(m, i->a));
	uint32_t o = object_seen(m, i->a, WAITED);
	switch (object_row(m, o)->kind) {
	case KIND_EVENT:     return freed_can(m, i, object_row(m, o)->line, is_set(m, o));
	case KIND_LATCH:     return freed_can(m, i, object_row(m, o)->line, is_open(m, o));
	case KIND_CONDITION: return condition_can(m, i, o);
	case KIND_BARRIER:   return barrier_can(m, i, o);
	default:             return CAN_GO;
	}
}

void run_WAIT(struct mover *m, const struct ins *i)
{
	if (value_tag(look(m, i->a)) == TAG_HANDLE) {
		result_wait(m, i, take(m, i->a));
		return;
	}
	uint32_t o = object_of(m, look(m, i->a), WAITED);
	switch (object_row(m, o)->kind) {
	case KIND_EVENT:     flag_wait(m, i, o, is_set(m, o)); break;
	case KIND_LATCH:     flag_wait(m, i, o, is_open(m, o)); break;
	case KIND_CONDITION: condition_wait(m, i, o); break;
	case KIND_BARRIER:   barrier_wait(m, i, o); break;
	default:             break;
	}
}
