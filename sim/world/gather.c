/* Condition and barrier: waiting until others say so, or are there too. */
#include "sim/world/machine.h"
#include <assert.h>

/* ---- condition ----
 * To wait is to give up the lock and be enqueued in the condition's line (one action), and to go on with the
 * lock taken again (another). A process that is notified competes for the lock: where its line is fair,
 * `notify` moves it to the end of that line.
 *
 * Whether a wait will end for no reason is chosen when it begins. When it does, it is as if a timeout had fired: the process goes
 * on as soon as it can have the lock, or is enqueued in the lock's line; to the process it is a notification. */

static struct lock_cells *lock_cells(const struct mover *m, uint32_t condition)
{
	return object_cells(m, object_row(m, condition)->lock);
}

static bool holds_lock(const struct mover *m, uint32_t o)
{
	return lock_cells(m, o)->owner == m->p;
}

static const struct object *lock_row(const struct mover *m, uint32_t o)
{
	return object_row(m, object_row(m, o)->lock);
}

/* Its wait is to end for no reason, and to compete for the lock it still has to be enqueued. */
static bool is_to_wake(const struct mover *m, uint32_t o)
{
	return my_waiter(m)->freed == FREED_SPURIOUSLY && lock_row(m, o)->lined && my_waiter(m)->in_line == object_row(m, o)->line + 1;
}

/* An exception is to be raised there, and to compete for the lock, without which the wait can't be left, it still has to be enqueued. */
static bool is_to_leave(const struct mover *m)
{
	return signal_thrown(m) && !my_waiter(m)->freed;
}

enum can condition_can(const struct mover *m, const struct ins *i, uint32_t o)
{
	const struct object *lock = lock_row(m, o);
	if (!my_waiter(m)->in_line)
		return holds_lock(m, o) ? CAN_ENQUEUE : CAN_GO;         /* without the lock: an error */
	if (is_to_wake(m, o) || is_to_leave(m))
		return CAN_GO;
	if (my_waiter(m)->freed)        /* in an unfair line every notified process may be the one that a ticket wakes */
		return line_may_go(m, lock, lock->line, !lock_cells(m, o)->owner) ? CAN_GO : CAN_NOT;
	return i->flags & INS_TIMEOUT ? CAN_LAPSE : CAN_NOT;
}

/* From the condition's line to the end of its lock's, if that one is a line. */
static void compete(struct mover *m, uint32_t o, uint32_t p, enum freed how)
{
	const struct object *lock = lock_row(m, o);
	struct who *w = who_of(m->shared, p);
	if (lock->lined) {
		line_leave(m, p);
		uint32_t self = m->waiter;
		m->waiter = p;
		line_join(m, lock->line);
		m->waiter = self;
	}
	store(m, &w->freed, how);
}

static void enqueue(struct mover *m, uint32_t o)
{
	struct lock_cells *l = lock_cells(m, o);
	m->own->kept = l->depth;
	store(m, &l->depth, 0);
	store(m, &l->owner, 0);
	line_join(m, object_row(m, o)->line);
	if (m->choice && object_row(m, o)->spurious) {
		store(m, &my_waiter(m)->freed, FREED_SPURIOUSLY);
		m->own->asleep = 1;
	}
	stay(m);
}

static void use_ticket(struct mover *m, uint32_t o)
{
	struct condition_cells *c = object_cells(m, o);
	if (object_row(m, o)->in_order || my_waiter(m)->freed != FREED)
		return;
	assert(c->tickets);     /* what is notified has one: with the last one the others are no longer */
	store(m, &c->tickets, c->tickets - 1);
	for (proc_id p = c->tickets ? 0 : line_of(m, object_row(m, o)->line)->head; p; p = who_of(m->shared, p)->next)
		if (p != m->waiter && who_of(m->shared, p)->freed == FREED)
			store(m, &who_of(m->shared, p)->freed, NOT_FREED);
}

static void go_on(struct mover *m, const struct ins *i, uint32_t o)
{
	struct lock_cells *l = lock_cells(m, o);
	bool notified = my_waiter(m)->freed != FREED_LATE;     /* nobody can tell a wake-up for no reason from a notification */
	use_ticket(m, o);
	store(m, &l->owner, m->p);
	store(m, &l->depth, m->own->kept);
	m->own->kept = 0;
	if (signal_thrown(m)) {
		line_leave(m, m->waiter);
		signal_raise(m);
	} else {
		wait_ends(m, i, value_bool(notified));
	}
}

void condition_wait(struct mover *m, const struct ins *i, uint32_t o)
{
	if (m->can == CAN_ENQUEUE) {
		enqueue(m, o);
	} else if (!my_waiter(m)->in_line) {
		take(m, i->a);
		raise_error(m, EXCEPTION_ASSERTION, SAY(WAIT_WITHOUT_LOCK));
	} else if (m->can == CAN_LAPSE || is_to_wake(m, o) || is_to_leave(m)) {
		const struct object *lock = lock_row(m, o);
		bool now = !lock_cells(m, o)->owner && (!lock->lined || !line_of(m, lock->line)->length);
		compete(m, o, m->waiter, m->can == CAN_LAPSE || is_to_leave(m) ? FREED_LATE : FREED_SPURIOUSLY);
		if (now)
			go_on(m, i, o);
		else
			stay(m);
	} else {
		go_on(m, i, o);
	}
}

/* In order: the first of them. Otherwise as many tickets, for those of the present waiters that come first. */
static void notify(struct mover *m, uint32_t o, int64_t count)
{
	struct condition_cells *c = object_cells(m, o);
	const struct object *row = object_row(m, o);
	uint32_t waiting = line_of(m, row->line)->length, late = 0;
	if (!row->in_order) {
		for (proc_id p = line_of(m, row->line)->head; p; p = who_of(m->shared, p)->next)
			late += who_of(m->shared, p)->freed == FREED_LATE || who_of(m->shared, p)->freed == FREED_SPURIOUSLY;
		int64_t tickets = c->tickets + count;
		store(m, &c->tickets, tickets > waiting - late ? waiting - late : (uint32_t)tickets);
		free_all(m, row->line, FREED);
		return;
	}
	for (proc_id p = line_of(m, row->line)->head, next; p && count; p = next) {
		next = who_of(m->shared, p)->next;
		if (!who_of(m->shared, p)->freed) {
			compete(m, o, p, FREED);
			count--;
		}
	}
}

void run_NOTIFY(struct mover *m, const struct ins *i)
{
	value count = i->b == NO_OPERAND ? value_small(SMALL_MAX) : look(m, i->b);
	uint32_t o = object_of(m, take(m, i->a), 1u << KIND_CONDITION);
	if (i->b != NO_OPERAND)
		take(m, i->b);
	if (!o)
		return;
	if (!holds_lock(m, o))
		raise_error(m, EXCEPTION_ASSERTION, SAY(NOTIFY_WITHOUT_LOCK));
	else if (!value_is_int(count))
		raise_error(m, EXCEPTION_TYPE, SAY(COUNT_IS_NUMBER, value_type(count)));
	else if (value_int(m->g->pool, count) > 0)
		notify(m, o, value_int(m->g->pool, count));
}

/* ---- barrier ---- */

enum can barrier_can(const struct mover *m, const struct ins *i, uint32_t o)
{
	const struct barrier_cells *b = object_cells(m, o);
	return freed_can(m, i, object_row(m, o)->line, b->broken || b->arrived + 1 >= object_row(m, o)->size);
}

static void broken(struct mover *m, const struct ins *i)
{
	take(m, i->a);
	if (my_waiter(m)->in_line)
		line_leave(m, m->waiter);
	m->own->kept = 0;
	raise_error(m, EXCEPTION_BARRIER, SAY(BARRIER_BROKEN));
}

static void arrive(struct mover *m, uint32_t o)
{
	struct barrier_cells *b = object_cells(m, o);
	m->own->kept = b->arrived;
	store(m, &b->arrived, b->arrived + 1);
	line_join(m, object_row(m, o)->line);
	stay(m);
}

/* The last one frees the others, and the barrier is as new. */
static void complete(struct mover *m, const struct ins *i, uint32_t o)
{
	struct barrier_cells *b = object_cells(m, o);
	value mine = value_small((int32_t)b->arrived);
	free_all(m, object_row(m, o)->line, FREED);
	store(m, &b->arrived, 0);
	wait_ends(m, i, mine);
}

void barrier_wait(struct mover *m, const struct ins *i, uint32_t o)
{
	struct barrier_cells *b = object_cells(m, o);
	if (m->can == CAN_ENQUEUE) {
		arrive(m, o);
	} else if (m->can == CAN_LAPSE) {
		store(m, &b->broken, 1);
		free_all(m, object_row(m, o)->line, FREED_BROKEN);
		broken(m, i);
	} else if (my_waiter(m)->in_line && my_waiter(m)->freed == FREED) {
		value mine = value_small((int32_t)m->own->kept);
		m->own->kept = 0;
		wait_ends(m, i, mine);
	} else if (b->broken || my_waiter(m)->in_line) {               /* a reset breaks it for those that wait, not for ever */
		broken(m, i);
	} else {
		complete(m, i, o);
	}
}

/* In CPython, too, one that leaves by an exception does not count any more. */
void arrival_withdrawn(struct mover *m, const struct ins *i)
{
	uint32_t o = object_seen(m, i->a, 1u << KIND_BARRIER);
	struct barrier_cells *b = o ? object_cells(m, o) : NULL;
	if (b && !my_waiter(m)->freed)          /* else the others were there, or the barrier is broken */
		store(m, &b->arrived, b->arrived - 1);
}

static void break_for_all(struct mover *m, const struct ins *i, bool for_ever)
{
	uint32_t o = object_of(m, take(m, i->a), 1u << KIND_BARRIER);
	struct barrier_cells *b = o ? object_cells(m, o) : NULL;
	if (!o)
		return;
	free_all(m, object_row(m, o)->line, FREED_BROKEN);
	store(m, &b->broken, for_ever);
	if (!for_ever)
		store(m, &b->arrived, 0);
}

void run_ABORT(struct mover *m, const struct ins *i)
{
	break_for_all(m, i, true);
}

void run_RESET(struct mover *m, const struct ins *i)
{
	break_for_all(m, i, false);
}
