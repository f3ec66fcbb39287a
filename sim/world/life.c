/* The life of processes: start, join, exit, the end, death; and how they spend time. */
#include "sim/world/machine.h"
#include <assert.h>
#include <signal.h>
#include <string.h>

/* ---- time ---- */

static int64_t micros(struct mover *m, operand o, int64_t otherwise)
{
	value v = o == NO_OPERAND ? VALUE_UNSET : take(m, o);
	return value_is_int(v) ? value_int(m->g->pool, v) : otherwise;
}

static void spend(struct mover *m, const struct ins *i, enum spends how)
{
	value lo = look(m, i->lo), hi = i->hi == NO_OPERAND ? lo : look(m, i->hi);
	if (!value_is_int(lo) || !value_is_int(hi)) {
		raise_error(m, EXCEPTION_TYPE, SAY(TIME_NEEDED, value_type(value_is_int(lo) ? hi : lo)));
		return;
	}
	m->event->lo = micros(m, i->lo, 0);
	m->event->hi = micros(m, i->hi, m->event->lo);
	if (m->event->lo < 0 || m->event->hi < m->event->lo) {
		raise_error(m, EXCEPTION_VALUE, SAY(TIME_BACKWARDS));
		return;
	}
	if (m->event->hi > LONGEST_TIME) {
		raise_error(m, EXCEPTION_OVERFLOW, SAY(TIME_AT_MOST));
		return;
	}
	m->event->spends = how;
	m->own->asleep = how == SPENDS_TIME;
}

void run_COMPUTE(struct mover *m, const struct ins *i)
{
	spend(m, i, SPENDS_CPU);
}

void run_SLEEP(struct mover *m, const struct ins *i)
{
	spend(m, i, SPENDS_TIME);
}

void run_SAY(struct mover *m, const struct ins *i)
{
	value v = take(m, i->a);
	if (v == VALUE_UNSET)
		return;
	m->event->result = v;
	changed(m, (struct change){ CHANGE_SAY, i->step, 0, v, 0, false });
}

/* ---- start ---- */

/* The process that an operand names: 0 after raising. */
static proc_id process_of(struct mover *m, value v)
{
	if (value_tag(v) == TAG_PROCESS && !(value_payload(v) & PROCESS_GROUP))
		return value_payload(v);
	if (v != VALUE_UNSET)
		raise_error(m, EXCEPTION_TYPE, SAY(PROCESS_NEEDED, value_tag(v) == TAG_PROCESS ? spoken("a whole group", "整个进程组") : value_type(v)));
	return 0;
}

static bool is_daemon(const struct program *g, proc_id p)
{
	return g->group[g->process[process_body(g, p)].group].daemon;
}

/* The parent of its children: of a thread, the process it lives in. */
static struct who *body(const struct mover *m)
{
	return who_of(m->shared, process_body(m->g, m->p));
}

void run_START(struct mover *m, const struct ins *i)
{
	proc_id p = process_of(m, take(m, i->a));
	assert(p);              /* what starts a group goes over its members */
	struct who *w = who_of(m->shared, p);
	if (is_daemon(m->g, m->p)) {
		raise_error(m, EXCEPTION_ASSERTION, SAY(DAEMON_CHILDREN));
	} else if (w->life != LIFE_NEW) {
		raise_error(m, EXCEPTION_ASSERTION, SAY(STARTED_TWICE));
	} else {
		store(m, &w->life, LIFE_ALIVE);
		store(m, &w->parent, process_body(m->g, m->p));
		store(m, &body(m)->children, body(m)->children + 1);
		ends_inherit(m, p);
		m->event->child = p;
		m->event->result = value_make(TAG_PROCESS, p);
	}
}

/* ---- join ---- */

static bool has_ended(const struct mover *m, proc_id p)
{
	return who_of(m->shared, p)->life >= LIFE_ZOMBIE;
}

/* The processes that a value stands for: [first, first + count). */
static uint32_t members(const struct mover *m, value v, proc_id *first)
{
	uint32_t n = value_payload(v);
	if (value_tag(v) != TAG_PROCESS)
		return 0;
	*first = n & PROCESS_GROUP ? m->g->group[n & ~PROCESS_GROUP].first : n;
	return n & PROCESS_GROUP ? m->g->group[n & ~PROCESS_GROUP].count : 1;
}

/* What is wrong with joining it, or NULL. */
static struct message join_error(const struct mover *m, proc_id p)
{
	const struct who *w = who_of(m->shared, p);
	if (w->life == LIFE_NEW)
		return SAY(JOIN_NOT_STARTED);
	return w->parent == process_body(m->g, m->p) ? NOTHING_TO_SAY : SAY(JOIN_NO_CHILD);
}

static bool all_ended(const struct mover *m, value v)
{
	proc_id first;
	uint32_t n = members(m, v, &first), ended = 0;
	for (uint32_t k = 0; k < n; k++) {
		if (join_error(m, first + k).sentence)
			return true;            /* it says so immediately */
		ended += has_ended(m, first + k);
	}
	return ended == n;
}

enum can can_join(const struct mover *m, const struct ins *i)
{
	value v = look(m, i->a);
	uint32_t o = value_tag(v) == TAG_OBJECT ? object_seen(m, i->a, 1u << KIND_QUEUE) : 0;
	uint32_t pool = value_tag(v) == TAG_OBJECT ? object_seen(m, i->a, 1u << KIND_POOL) : 0;
	bool done = pool ? workers_have_ended(m, pool) : o ? !((struct queue_cells *)object_cells(m, o))->unfinished : all_ended(m, v);
	if (done)
		return CAN_GO;
	return i->flags & INS_TIMEOUT ? CAN_LAPSE : CAN_NOT;
}

static void reap(struct mover *m, proc_id p)
{
	if (who_of(m->shared, p)->life == LIFE_ZOMBIE)
		store(m, &who_of(m->shared, p)->life, LIFE_GONE);
}

static void join_processes(struct mover *m, value v)
{
	proc_id first;
	uint32_t n = members(m, v, &first);
	struct message error = NOTHING_TO_SAY;
	for (uint32_t k = 0; k < n && !error.sentence; k++)
		error = join_error(m, first + k);
	if (error.sentence) {
		raise_error(m, EXCEPTION_ASSERTION, error);
		return;
	}
	if (m->can == CAN_LAPSE)
		return;
	for (uint32_t k = 0; k < n; k++)
		reap(m, first + k);
	m->event->reaped = value_payload(v);
}

void run_JOIN(struct mover *m, const struct ins *i)
{
	value v = take(m, i->a);
	if (value_tag(v) == TAG_PROCESS) {
		join_processes(m, v);
		return;
	}
	uint32_t o = object_of(m, v, 1u << KIND_QUEUE | 1u << KIND_POOL);
	if (o && object_row(m, o)->kind == KIND_POOL)
		workers_join(m, o);
	else if (o && !object_row(m, o)->joinable)
		raise_error(m, EXCEPTION_ATTRIBUTE, SAY(QUEUE_NOT_JOINABLE, object_row(m, o)->name));
}

/* ---- signals ---- */

/* p is sent a signal. If that is its death, a thread that signals the process it lives in does nothing any more: not even what would follow. */
static void doom(struct mover *m, proc_id p, uint32_t signal)
{
	signal_send(m, p, (int)signal);
	m->event->signalled = p;
	m->event->signal = signal;
	if (p == process_body(m->g, m->p) && who_of(m->shared, p)->doom)
		stay(m);
}

/* A process that terminates a pool waits until a callback that is under way is over. */
enum can can_signal(const struct mover *m, const struct ins *i)
{
	uint32_t pool = i->to == SIGTERM ? object_seen(m, i->a, 1u << KIND_POOL) : 0;
	return pool ? terminate_can(m, pool) : CAN_GO;
}

void run_SIGNAL(struct mover *m, const struct ins *i)
{
	uint32_t pool = i->to == SIGTERM ? object_seen(m, i->a, 1u << KIND_POOL) : 0;
	if (pool) {
		workers_terminate(m, pool);
		if (m->next != m->pc)
			take(m, i->a);
		return;
	}
	proc_id p = process_of(m, take(m, i->a));
	if (!p)
		return;
	struct who *w = who_of(m->shared, p);
	m->event->result = value_make(TAG_PROCESS, p);
	m->event->signal = i->to;               /* what it sends, also when nobody is there any more */
	if (w->life == LIFE_NEW) {
		raise_error(m, EXCEPTION_ATTRIBUTE, SAY(NOT_STARTED, m->g->process[p].name));
	} else if (w->life == LIFE_ALIVE && (!w->doom || i->to == SIGKILL)) {
		doom(m, p, i->to);
	}
}

void run_CRASH(struct mover *m, const struct ins *i)
{
	if (m->p == process_body(m->g, m->p)) {
		die(m, -(int32_t)i->to);
	} else {                                /* a thread's fault kills the whole process */
		doom(m, process_body(m->g, m->p), i->to);
	}
}

/* ---- the end ---- */

void run_EXIT(struct mover *m, const struct ins *i)
{
	value v = take(m, i->a);
	if (v == VALUE_UNSET)
		return;
	int64_t n = value_is_int(v) ? value_int(m->g->pool, v) : v == VALUE_NONE || v == VALUE_FALSE ? 0 : 1;
	value code = value_small(n & 0xff);
	m->event->result = code;
	raise_value(m, m->g->exception[EXCEPTION_EXIT], code, i->step);
}

/* Is a callback under way in this process? */
static bool is_called_back(const struct mover *m)
{
	return m->p == MAIN && world_calls_back(m->g, m->shared);
}

static bool is_service(const struct program *g, proc_id p)
{
	return g->group[g->process[p].group].service != 0;
}

/* As in Python, pools end first, then managers, then other daemons. */
static int rank(const struct program *g, proc_id p)
{
	return worker_of(g, p) ? 0 : is_service(g, p) ? 1 : 2;
}

/* A daemon child that has not been signalled yet, or 0. A pool has ended when the callback that is under way is over: what
 * comes after pools is signalled then. */
static proc_id daemon_child(const struct mover *m)
{
	proc_id found = 0;
	for (proc_id p = 1; me(m)->children && p < m->g->processes; p++) {
		const struct who *w = who_of(m->shared, p);
		if (w->life != LIFE_ALIVE || w->parent != m->p || !is_daemon(m->g, p) || w->doom || w->pending & ASKED_TO_END)
			continue;
		if (!found || rank(m->g, p) < rank(m->g, found))
			found = p;
	}
	return found && rank(m->g, found) && is_called_back(m) ? 0 : found;
}

/* Its feeders end when what it has put is through: that is after its children, as in Python. */
static bool has_items(const struct mover *m)
{
	uint32_t queue;
	return world_not_through(m->g, m->shared, m->p, &queue);
}

enum can can_finish(const struct mover *m, const struct ins *i)
{
	(void)i;
	bool stops = m->p == MAIN && !workers_are_stopped(m), waits = me(m)->children || is_called_back(m) || has_items(m);
	return !waits || stops || daemon_child(m) ? CAN_GO : CAN_NOT;
}

void run_FINISH(struct mover *m, const struct ins *i)
{
	proc_id p = daemon_child(m);
	(void)i;
	if (m->p == MAIN)
		workers_terminate_all(m);
	if (p) {
		signal_send(m, p, SIGTERM);
		if (!who_of(m->shared, p)->doom)
			store(m, &who_of(m->shared, p)->pending, who_of(m->shared, p)->pending | ASKED_TO_END);
		m->event->result = value_make(TAG_PROCESS, p);
		m->event->signalled = p;
		m->event->signal = SIGTERM;
		stay(m);
		return;
	}
	if (me(m)->children || is_called_back(m) || has_items(m)) {
		stay(m);
		return;
	}
	die(m, (int32_t)m->own->code);
}

/* Its children are orphans from now on; those that have ended are reaped by the process that adopts them. */
static void leave_children(struct mover *m)
{
	for (proc_id p = 1; p < m->g->processes; p++) {
		struct who *w = who_of(m->shared, p);
		if (w->parent != m->p)
			continue;
		reap(m, p);
		if (w->life == LIFE_ALIVE)
			store(m, &w->parent, 0);
	}
}

/* Its threads end with it. */
static void end_threads(struct mover *m)
{
	for (proc_id p = 1; p < m->g->processes; p++) {
		struct who *w = who_of(m->shared, p);
		if (m->g->process[p].within != m->p || w->life != LIFE_ALIVE)
			continue;
		if (w->in_line)
			line_leave(m, p);
		store(m, &w->life, LIFE_GONE);
		memset((cell *)m->own + (size_t)(p - m->p) * m->g->private_cells, 0, m->g->private_cells * sizeof(cell));
	}
}

void die(struct mover *m, int32_t code)
{
	struct who *w = me(m);
	waiters_leave(m, m->p);
	if (process_body(m->g, m->p) == m->p) {
		end_threads(m);
		leave_children(m);
		ends_close_all(m);
		items_lost(m);
	}
	if (worker_of(m->g, m->p))
		worker_died(m);
	if (w->children)
		store(m, &w->children, 0);
	store(m, &w->code, (cell)code);
	store(m, &w->life, w->parent ? LIFE_ZOMBIE : LIFE_GONE);
	if (w->doom)
		store(m, &w->doom, 0);
	if (w->pending)
		store(m, &w->pending, 0);
	if (m->g->handles)              /* a thread has no parent */
		signal_child_ended(m);
	if (w->parent)
		store(m, &who_of(m->shared, w->parent)->children, who_of(m->shared, w->parent)->children - 1);
	memset(m->own, 0, m->g->private_cells * sizeof(cell));
	m->own->pc = 1;
	m->own->frame = OWN_HEAD + m->g->process_slots;
	frame_enter(m);
	m->next = m->pc = 1;
	m->event->result = value_small(code);
}
