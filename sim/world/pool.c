/* Pools: tasks that wait for a worker, workers that carry them out, results. A worker is a process like
 * others; its program is TAKE, the task's function, GIVE. A thread of the owner's tends the pool: it joins
 * workers that have ended, starts others in their place, and calls callbacks. Lines: 0, workers that wait for a
 * task; 1, the thread: none is ever enqueued in it. */
#include "sim/world/machine.h"
#include <stdio.h>
#include <string.h>

enum { POOL = 1u << KIND_POOL };

static struct pool_cells *pool_cells(const struct mover *m, uint32_t o)
{
	return object_cells(m, o);
}

/* ---- handles: the generation above 16 bits, below the task's number among all ---- */

enum { HANDLE_TASK = 16, HANDLE_GENERATIONS = 1 << 13 };

uint32_t handle_pool(const struct program *g, value handle)
{
	uint32_t task = value_payload(handle) & ((1u << HANDLE_TASK) - 1), o = 1;
	while (g->object[o].kind != KIND_POOL || task - g->object[o].task >= g->object[o].room)
		o++;
	return o;
}

value task_handle(const struct program *g, const cell *shared, uint32_t o, uint32_t slot)
{
	const struct task_cells *t = &((const struct pool_cells *)(shared + g->object[o].at))->task[slot];
	return value_make(TAG_HANDLE, (g->object[o].task + slot) | t->generation << HANDLE_TASK);
}

struct task_cells *task_of(const struct program *g, cell *shared, value handle, uint32_t *pool)
{
	uint32_t o = *pool = handle_pool(g, handle), task = value_payload(handle) & ((1u << HANDLE_TASK) - 1);
	struct task_cells *t = &((struct pool_cells *)(shared + g->object[o].at))->task[task - g->object[o].task];
	return t->state && t->generation == value_payload(handle) >> HANDLE_TASK ? t : NULL;
}

/* ---- slots ---- */

static void set(struct mover *m, cell *at, cell v)
{
	if (*at != v)
		store(m, at, v);
}

/* Empty again: two worlds in the same situation are equal. */
static void task_free(struct mover *m, struct pool_cells *p, struct task_cells *t)
{
	cell generation = t->generation, *at = (cell *)t;
	for (size_t k = 0; k < sizeof *t / sizeof *at; k++)
		set(m, &at[k], &at[k] == &t->generation ? generation : 0);
	store(m, &p->used, p->used - 1);
	if (!p->used)
		store(m, &p->last, 0);
}

static bool is_over(const struct task_cells *t)
{
	return t->state == TASK_READY || t->state == TASK_FAILED;
}

/* A slot, + 1; 0: all are in use. If none is free, the result that was there longest is forgotten. */
static uint32_t slot_take(struct mover *m, uint32_t o)
{
	struct pool_cells *p = pool_cells(m, o);
	uint32_t room = object_row(m, o)->room;
	bool full = p->used == room;
	for (uint32_t k = 0; k < room; k++) {
		uint32_t slot = (p->last + k) % room;
		struct task_cells *t = &p->task[slot];
		if (full ? !is_over(t) : t->state != TASK_FREE)
			continue;
		if (full) {
			task_free(m, p, t);
			store(m, &t->generation, (t->generation + 1) % HANDLE_GENERATIONS);
		}
		store(m, &p->last, slot + 1);
		store(m, &p->used, p->used + 1);
		return slot + 1;
	}
	return 0;
}

static uint32_t slots_left(const struct mover *m, uint32_t o)
{
	const struct pool_cells *p = pool_cells(m, o);
	uint32_t n = 0;
	for (uint32_t k = 0; k < object_row(m, o)->room; k++)
		n += p->task[k].state == TASK_FREE || is_over(&p->task[k]);
	return n;
}

/* ---- ends of pipes and connections among the arguments: one in a waiting task counts as open ---- */

typedef void end_function(struct mover *, uint32_t end);

static void each_end(struct mover *m, value v, end_function *f)
{
	uint32_t n;
	const value *part = value_parts(m->g->pool, v, &n);
	for (uint32_t k = 0; k < n; k++)
		if (value_holds_ends(m->g->pool, part[k]))
			each_end(m, part[k], f);
	if (value_tag(v) == TAG_OBJECT && value_end(v))
		f(m, object_row(m, value_object(v))->end + (value_end(v) == END_RIGHT));
}

static void end_sent(struct mover *m, uint32_t end)
{
	end_count(m, end, 1);
}

static void end_dropped(struct mover *m, uint32_t end)
{
	end_count(m, end, -1);
}

/* It is the worker's now; if that has it open already, it is one less. */
static void end_received(struct mover *m, uint32_t end)
{
	if (end_is_open(m->g, m->shared, m->p, end))
		end_count(m, end, -1);
	else
		end_open(m, end);
}

/* The ends among arguments, before they are sent. Of a list that is in itself many times over there may be very many; more
 * than MOST_ENDS can't be sent, nor what stands deeper than texts of lists go. */
enum { MOST_ENDS = 250 };
struct ends { uint32_t count, depth; value closed; bool too_deep; };

static void look_at_ends(const struct mover *m, value v, struct ends *e)
{
	uint32_t n = 0;
	if (!value_holds_ends(m->g->pool, v) || e->count > MOST_ENDS || e->too_deep)
		return;
	const value *part = value_parts(m->g->pool, v, &n);
	e->too_deep = ++e->depth > DEEPEST_TEXT;
	for (uint32_t k = 0; k < n; k++)
		look_at_ends(m, part[k], e);
	e->depth--;
	if (part)
		return;
	e->count++;
	if (!end_is_here(m, v) && e->closed == VALUE_UNSET)
		e->closed = v;
}

static const char *side_of(value end)
{
	return value_end(end) == END_LEFT ? "left" : "right";
}

/* Why they can't be sent, as a message; VALUE_UNSET: they can. */
static value why_unsent(const struct mover *m, value args)
{
	struct ends e = { .closed = VALUE_UNSET };
	char text[240] = "";
	look_at_ends(m, args, &e);
	if (e.too_deep)
		snprintf(text, sizeof text, "an end of a pipe or a connection lies too deep in lists to be sent");
	else if (e.count > MOST_ENDS)
		snprintf(text, sizeof text, "more than %d ends can't be sent with one task", MOST_ENDS);
	else if (e.closed != VALUE_UNSET)
		snprintf(text, sizeof text, "%.150s.%s was closed when the task was handed over", object_row(m, value_object(e.closed))->name, side_of(e.closed));
	return *text ? pool_text(m->g->pool, text, (uint32_t)strlen(text)) : VALUE_UNSET;
}

/* ---- handing over ---- */

static void append(struct mover *m, struct pool_cells *p, cell *head, cell *tail, uint32_t slot)
{
	store(m, *tail ? &p->task[*tail - 1].next : head, slot);
	store(m, tail, slot);
}

/* A task whose arguments can't be sent is no error here: as in Python, its result is one. */
static void put_task(struct mover *m, uint32_t o, uint32_t slot, const struct ins *i, value args)
{
	struct pool_cells *p = pool_cells(m, o);
	struct task_cells *t = &p->task[slot - 1];
	value unsent = why_unsent(m, args);
	store(m, &t->state, unsent ? TASK_UNSENT : TASK_WAITING);
	store(m, &t->function, i->to);
	store(m, &t->args, args);
	set(m, &t->callback, i->op == OP_SUBMIT && i->lo != NO_OPERAND ? i->lo : 0);
	set(m, &t->error_callback, i->op == OP_SUBMIT && i->hi != NO_OPERAND ? i->hi : 0);
	store(m, &p->unfinished, p->unfinished + 1);
	if (unsent) {
		store(m, &t->result, m->g->exception[EXCEPTION_OS]);
		store(m, &t->message, unsent);
		append(m, p, &p->unsent_head, &p->unsent_tail, slot);
	} else {
		append(m, p, &p->head, &p->tail, slot);
		store(m, &p->waiting, p->waiting + 1);
		each_end(m, args, end_sent);
	}
}

/* Does the pool take tasks, and has it room for so many? Of one, slot_take says that. false after raising. */
static bool takes_tasks(struct mover *m, uint32_t o, uint32_t n)
{
	if (pool_cells(m, o)->state != POOL_OPEN)
		return raise_error(m, EXCEPTION_VALUE, SAY(POOL_NOT_RUNNING, object_row(m, o)->name));
	if (n > 1 && slots_left(m, o) < n)
		return raise_error(m, EXCEPTION_MEMORY, SAY(POOL_TASKS, TASKS));
	return true;
}

void run_SUBMIT(struct mover *m, const struct ins *i)
{
	value pool, args;
	if (!take_two(m, i, &pool, &args))
		return;
	uint32_t o = object_of(m, pool, POOL), slot = 0;
	if (!o || !takes_tasks(m, o, 1))
		return;
	if (!(slot = slot_take(m, o))) {
		raise_error(m, EXCEPTION_MEMORY, SAY(POOL_TASKS, TASKS));
		return;
	}
	put_task(m, o, slot, i, args);
	m->event->result = task_handle(m->g, m->shared, o, slot - 1);
	if (i->dst != NO_OPERAND)
		store(m, &pool_cells(m, o)->task[slot - 1].held, 1);
	put(m, i->dst, m->event->result);
}

static void put_items(struct mover *m, uint32_t o, uint32_t whole, const struct ins *i, const value *list, uint32_t n)
{
	struct pool_cells *p = pool_cells(m, o);
	cell *link = &p->task[whole - 1].item;
	for (uint32_t k = 0; k < n; k++) {
		uint32_t slot = slot_take(m, o);
		put_task(m, o, slot, i, i->flags & INS_SPREAD ? list[k] : pool_list(m->g->pool, &list[k], 1));
		store(m, &p->task[slot - 1].batch, whole);
		store(m, link, slot);
		link = &p->task[slot - 1].item;
	}
}

/* Places for the results, in the order in which the tasks will be over. They share a number: that of the first one's handle. */
static cell put_promises(struct mover *m, uint32_t o, const struct ins *i, value *handle, uint32_t n)
{
	cell turn = 0;
	for (uint32_t k = 0; k < n; k++) {
		uint32_t slot = slot_take(m, o);
		struct task_cells *t = &pool_cells(m, o)->task[slot - 1];
		handle[k] = task_handle(m->g, m->shared, o, slot - 1);
		turn = turn ? turn : value_payload(handle[k]) + 1;
		store(m, &t->state, TASK_PROMISE);
		store(m, &t->function, i->to);
		store(m, &t->held, 1);
		set(m, &t->left, k);
		store(m, &t->turn, turn);
	}
	return turn;
}

/* A result for each: a list of handles. */
static void submit_each(struct mover *m, uint32_t o, const struct ins *i, const value *list, uint32_t n)
{
	bool wanted = i->dst != NO_OPERAND, turns = wanted && i->flags & INS_TURNS;
	value handle[TASKS];
	if (slots_left(m, o) < (turns ? 2 * n : n)) {
		raise_error(m, EXCEPTION_MEMORY, SAY(POOL_TASKS, TASKS));
		return;
	}
	cell turn = turns ? put_promises(m, o, i, handle, n) : 0;
	for (uint32_t k = 0; k < n; k++) {
		uint32_t slot = slot_take(m, o);
		struct task_cells *t = &pool_cells(m, o)->task[slot - 1];
		put_task(m, o, slot, i, pool_list(m->g->pool, &list[k], 1));
		set(m, &t->turn, turn);
		set(m, &t->held, wanted && !turns);
		handle[k] = turns ? handle[k] : task_handle(m->g, m->shared, o, slot - 1);
	}
	m->event->result = pool_list(m->g->pool, handle, n);
	put(m, i->dst, m->event->result);
}

void run_SUBMIT_ALL(struct mover *m, const struct ins *i)
{
	value pool, over;
	uint32_t n, o, whole;
	if (!take_two(m, i, &pool, &over) || !(o = object_of(m, pool, POOL)))
		return;
	if (value_tag(over) != TAG_LIST) {
		raise_error(m, EXCEPTION_TYPE, SAY(MAP_NEEDS_LIST, verb_rows[m->g->step[i->step].verb].word, value_type(over)));
		return;
	}
	const value *list = value_list(m->g->pool, over, &n);
	bool each = i->flags & (INS_EACH | INS_TURNS);
	if (each && takes_tasks(m, o, 0))
		submit_each(m, o, i, list, n);
	if (each || !takes_tasks(m, o, n + 1))
		return;
	if (!(whole = slot_take(m, o))) {               /* even an empty list has a result */
		raise_error(m, EXCEPTION_MEMORY, SAY(POOL_TASKS, TASKS));
		return;
	}
	struct task_cells *t = &pool_cells(m, o)->task[whole - 1];
	store(m, &t->state, n ? TASK_BATCH : TASK_READY);
	store(m, &t->held, 1);
	set(m, &t->left, n);
	if (!n)
		store(m, &t->result, over);
	put_items(m, o, whole, i, list, n);
	m->event->result = task_handle(m->g, m->shared, o, whole - 1);
	put(m, i->dst, m->event->result);
}

/* ---- results ---- */

static struct task_cells *task_seen(const struct mover *m, value handle)
{
	uint32_t o;
	return task_of(m->g, m->shared, handle, &o);
}

static struct task_cells *task_asked(struct mover *m, value handle)
{
	struct task_cells *t = task_seen(m, handle);
	if (!t)
		raise_error(m, EXCEPTION_VALUE, SAY(RESULT_FORGOTTEN, TASKS));
	return t;
}

enum can result_can(const struct mover *m, const struct ins *i, value handle)
{
	const struct task_cells *t = task_seen(m, handle);
	if (!t || is_over(t) || i->flags & INS_NO_WAIT)
		return CAN_GO;
	return i->flags & INS_TIMEOUT ? CAN_LAPSE : CAN_NOT;
}

void result_get(struct mover *m, const struct ins *i, value handle)
{
	struct task_cells *t = task_asked(m, handle);
	if (!t)
		return;
	if (!is_over(t)) {
		raise_error(m, EXCEPTION_TIMEOUT, SAY(RESULT_NOT_IN_TIME));
		return;
	}
	if (t->state == TASK_FAILED) {
		raise_value(m, t->result, t->message, i->step);
		return;
	}
	m->event->result = t->result;
	put(m, i->dst, t->result);
}

void result_wait(struct mover *m, const struct ins *i, value handle)
{
	const struct task_cells *t = task_asked(m, handle);
	if (!t)
		return;
	m->event->result = value_bool(is_over(t));
	put(m, i->dst, m->event->result);
}

value result_ask(struct mover *m, enum function_id f, value v)
{
	const struct task_cells *t = NULL;
	if (value_tag(v) != TAG_HANDLE)
		raise_error(m, EXCEPTION_TYPE, SAY(NEEDS_RESULT, function_rows[f].word, value_type(v)));
	else
		t = task_asked(m, v);
	if (!t)
		return VALUE_UNSET;
	if (f == FUNCTION_READY)
		return value_bool(is_over(t));
	if (!is_over(t)) {
		raise_error(m, EXCEPTION_VALUE, SAY(RESULT_NOT_READY));
		return VALUE_UNSET;
	}
	return value_bool(t->state == TASK_READY);
}

enum can can_collect(const struct mover *m, const struct ins *i)
{
	return result_can(m, i, look(m, i->a));
}

/* Of `apply` and `map`: none will ask for it again. */
void run_COLLECT(struct mover *m, const struct ins *i)
{
	value handle = take(m, i->a), result, message;
	struct task_cells *t = task_asked(m, handle);
	if (!t)
		return;
	bool failed = t->state == TASK_FAILED;
	result = t->result;
	message = t->message;
	task_free(m, pool_cells(m, handle_pool(m->g, handle)), t);
	if (failed) {
		raise_value(m, result, message, i->step);
		return;
	}
	m->event->result = result;
	put(m, i->dst, result);
}

/* ---- a task's end ---- */

/* All its items are there: their results in order, or the exception of the one that failed first. */
static void batch_ready(struct mover *m, struct pool_cells *p, struct task_cells *whole)
{
	value list[TASKS];
	uint32_t n = 0;
	for (uint32_t slot = whole->item, next; slot; slot = next) {
		next = p->task[slot - 1].item;
		list[n++] = p->task[slot - 1].result;
		task_free(m, p, &p->task[slot - 1]);
	}
	set(m, &whole->item, 0);
	store(m, &whole->state, whole->result ? TASK_FAILED : TASK_READY);
	if (!whole->result)
		store(m, &whole->result, pool_list(m->g->pool, list, n));
}

static void item_over(struct mover *m, struct pool_cells *p, const struct task_cells *t)
{
	struct task_cells *whole = &p->task[t->batch - 1];
	if (t->state == TASK_FAILED && !whole->result) {
		store(m, &whole->result, t->result);
		store(m, &whole->message, t->message);
	}
	store(m, &whole->left, whole->left - 1);
	if (!whole->left)
		batch_ready(m, p, whole);
}

/* The slot of the first promise that is not kept yet, of those that have this number. */
static uint32_t promise_of(const struct program *g, const cell *shared, uint32_t o, cell turn)
{
	const struct pool_cells *p = (const struct pool_cells *)(shared + g->object[o].at);
	uint32_t first = 0;
	for (uint32_t k = 0; k < g->object[o].room; k++)
		if (p->task[k].state == TASK_PROMISE && p->task[k].turn == turn && (!first || p->task[k].left < p->task[first - 1].left))
			first = k + 1;
	return first;
}

static void promise_keep(struct mover *m, struct pool_cells *p, struct task_cells *t)
{
	uint32_t slot = promise_of(m->g, m->shared, value_object(look(m, m->g->code[m->pc].a)), t->turn);
	struct task_cells *to = &p->task[slot - 1];
	store(m, &to->state, t->state);
	store(m, &to->result, t->result);
	set(m, &to->message, t->message);
	set(m, &to->left, 0);
	store(m, &to->turn, 0);
	task_free(m, p, t);
}

/* Its result is there. A process that has a handle finds it; else it is done with. */
static void task_over(struct mover *m, struct pool_cells *p, struct task_cells *t, enum task_state state)
{
	store(m, &t->state, state);
	set(m, &t->args, VALUE_UNSET);
	store(m, &p->unfinished, p->unfinished - 1);
	if (t->batch)
		item_over(m, p, t);
	else if (t->turn)
		promise_keep(m, p, t);
	else if (!t->held)
		task_free(m, p, t);
}

/* It has ended. What is to be called back first, is; then its result is there. */
static void task_ended(struct mover *m, struct pool_cells *p, struct task_cells *t, enum task_state state)
{
	bool failed = state == TASK_FAILED;
	if (!(failed ? t->error_callback : t->callback)) {
		task_over(m, p, t, state);
		return;
	}
	store(m, &t->state, failed ? TASK_ERRED : TASK_DONE);
	set(m, &t->args, VALUE_UNSET);
	append(m, p, &p->done_head, &p->done_tail, (uint32_t)(t - p->task) + 1);
}

static void task_lost(struct mover *m, struct task_cells *t)
{
	set(m, &t->next, 0);
	set(m, &t->worker, 0);
	set(m, &t->args, VALUE_UNSET);
	set(m, &t->result, VALUE_UNSET);
	store(m, &t->state, TASK_LOST);
}

/* ---- workers ---- */

/* Is there nothing more to come for its workers? */
static bool work_is_over(const cell *shared, const struct pool_cells *p)
{
	return p->state == POOL_TERMINATED || (p->state == POOL_CLOSED && !p->unfinished) || who_is(shared, MAIN)->life != LIFE_ALIVE;
}

enum can can_take(const struct mover *m, const struct ins *i)
{
	uint32_t o = value_object(look(m, i->a));
	const struct pool_cells *p = pool_cells(m, o);
	if (work_is_over(m->shared, p))
		return CAN_GO;
	return line_can(m, i, object_row(m, o), p->waiting);
}

static uint32_t take_first(struct mover *m, struct pool_cells *p)
{
	uint32_t slot = p->head;
	struct task_cells *t = &p->task[slot - 1];
	store(m, &p->head, t->next);
	if (p->tail == slot)
		store(m, &p->tail, 0);
	store(m, &p->waiting, p->waiting - 1);
	set(m, &t->next, 0);
	return slot;
}

/* Of what `starmap` was given, nobody knew before what it is; as in Python, the task fails. */
static bool are_arguments(struct mover *m, const struct function *f, value args)
{
	uint32_t n = 0;
	if (value_tag(args) != TAG_LIST)
		return raise_error(m, EXCEPTION_TYPE, SAY(TASK_NEEDS_LIST, value_type(args)));
	value_list(m->g->pool, args, &n);
	return n == f->params || raise_error(m, EXCEPTION_TYPE, SAY(TASK_ARGUMENTS, f->name, f->params, n));
}

void run_PREPARE(struct mover *m, const struct ins *i)
{
	uint32_t n;
	m->event->result = look(m, i->b);
	enter_call(m, i->to, NO_OPERAND, value_list(m->g->pool, m->event->result, &n));
}

void run_TAKE(struct mover *m, const struct ins *i)
{
	uint32_t o = value_object(look(m, i->a)), n;
	struct pool_cells *p = pool_cells(m, o);
	if (work_is_over(m->shared, p)) {
		if (me(m)->in_line)
			line_leave(m, m->p);
		m->next = 1;
		return;
	}
	if (line_take(m, i, object_row(m, o), p->waiting) == ENQUEUED)
		return;
	uint32_t slot = take_first(m, p);
	struct task_cells *t = &p->task[slot - 1];
	store(m, &t->state, TASK_RUNNING);
	store(m, &t->worker, m->p);
	each_end(m, t->args, end_received);
	put(m, i->b, value_small((int32_t)slot));
	m->event->result = t->args;
	if (are_arguments(m, &m->g->function[t->function], t->args))
		enter_call(m, t->function, i->dst, value_list(m->g->pool, t->args, &n));
}

static struct task_cells *task_at_hand(struct mover *m, const struct ins *i, struct pool_cells **p)
{
	*p = pool_cells(m, value_object(look(m, i->a)));
	struct task_cells *t = &(*p)->task[value_small_int(look(m, i->b)) - 1];
	put(m, i->b, VALUE_UNSET);
	store(m, &t->worker, 0);
	ends_close_all(m);              /* what came as an argument goes with it */
	return t;
}

void run_GIVE(struct mover *m, const struct ins *i)
{
	struct pool_cells *p;
	struct task_cells *t = task_at_hand(m, i, &p);
	m->event->result = look(m, i->dst);
	store(m, &t->result, look(m, i->dst));
	put(m, i->dst, VALUE_UNSET);
	if (p->state == POOL_TERMINATED) {
		task_lost(m, t);
		return;
	}
	task_ended(m, p, t, TASK_READY);
}

void run_FAIL(struct mover *m, const struct ins *i)
{
	struct pool_cells *p;
	struct task_cells *t = task_at_hand(m, i, &p);
	value *kept = m->frame + (i->dst & OPERAND_INDEX);
	m->event->result = kept[0];
	store(m, &t->result, kept[0]);
	store(m, &t->message, kept[1]);
	memset(kept, 0, 3 * sizeof *kept);
	if (p->state == POOL_TERMINATED)
		task_lost(m, t);
	else
		task_ended(m, p, t, TASK_FAILED);
}

void worker_died(struct mover *m)
{
	uint32_t o = worker_of(m->g, m->p);
	struct pool_cells *p = pool_cells(m, o);
	for (uint32_t k = 0; k < object_row(m, o)->room; k++)
		if (p->task[k].state == TASK_RUNNING && p->task[k].worker == m->p)
			task_lost(m, &p->task[k]);
}

/* ---- the threads that tend it ---- */

/* What there is to do: a worker to be joined, or to be started; a task that is to fail, or whose callback is to be called
 * (its slot). */
struct care { proc_id join, start; uint32_t fail, call; };

/* For which of the threads? thread: 0: for any of them. */
static struct care care_for(const struct program *g, const cell *shared, uint32_t o, proc_id thread)
{
	const struct object *row = &g->object[o];
	const struct pool_cells *p = (const struct pool_cells *)(shared + row->at);
	bool tends = !thread || thread == row->handler, calls = !thread || thread == row->callbacks;
	struct care c = { .fail = tends ? p->unsent_head : 0, .call = calls ? p->done_head : 0 };
	for (uint32_t k = 0; tends && k < (uint32_t)row->size; k++) {
		enum life life = who_is(shared, row->server + k)->life;
		if (life == LIFE_ZOMBIE && !c.join)
			c.join = row->server + k;
		if (life == LIFE_GONE && !c.start && !work_is_over(shared, p))
			c.start = row->server + k;
	}
	return c;
}

static bool is_anything(struct care c)
{
	return c.join || c.start || c.fail || c.call;
}

enum can can_tend(const struct mover *m, const struct ins *i)
{
	return is_anything(care_for(m->g, m->shared, value_object(look(m, i->a)), m->p)) ? CAN_GO : CAN_NOT;
}

/* The first task of those that are to be called back, or to fail. */
static struct task_cells *take_from(struct mover *m, struct pool_cells *p, cell *head, cell *tail)
{
	struct task_cells *t = &p->task[*head - 1];
	store(m, head, t->next);
	if (!t->next)
		store(m, tail, 0);
	set(m, &t->next, 0);
	return t;
}

static void call_back(struct mover *m, struct pool_cells *p)
{
	store(m, &p->calling, p->done_head);
	struct task_cells *t = take_from(m, p, &p->done_head, &p->done_tail);
	m->event->result = t->result;
	enter_call(m, task_calls_back(t), NO_OPERAND, &t->result);
}

void run_TEND(struct mover *m, const struct ins *i)
{
	uint32_t o = value_object(look(m, i->a));
	struct pool_cells *p = pool_cells(m, o);
	struct care c = care_for(m->g, m->shared, o, m->p);
	if (!c.join && !c.start && !c.fail) {
		call_back(m, p);
		return;
	}
	if (!c.join && !c.start) {
		m->event->result = task_handle(m->g, m->shared, o, c.fail - 1);
		m->next = m->pc;
		task_ended(m, p, take_from(m, p, &p->unsent_head, &p->unsent_tail), TASK_FAILED);
		return;
	}
	proc_id worker = c.join ? c.join : c.start;
	struct who *w = who_of(m->shared, worker);
	m->event->result = value_make(TAG_PROCESS, worker);
	m->next = m->pc;                /* it looks again */
	if (c.join) {
		store(m, &w->life, LIFE_GONE);
		m->event->reaped = worker;
		return;
	}
	struct who *owner = who_of(m->shared, process_body(m->g, m->p));
	store(m, &w->life, LIFE_ALIVE);
	set(m, &w->parent, process_body(m->g, m->p));
	set(m, &w->code, 0);
	store(m, &owner->children, owner->children + 1);
	m->event->child = worker;
}

void run_CALLED(struct mover *m, const struct ins *i)
{
	struct pool_cells *p = pool_cells(m, value_object(look(m, i->a)));
	struct task_cells *t = &p->task[p->calling - 1];
	store(m, &p->calling, 0);
	task_over(m, p, t, t->state == TASK_ERRED ? TASK_FAILED : TASK_READY);
}

uint32_t workers_units(const struct program *g, const cell *shared, uint32_t o, uint32_t line)
{
	const struct pool_cells *p = (const struct pool_cells *)(shared + g->object[o].at);
	if (line)               /* whichever of them it is for */
		return is_anything(care_for(g, shared, o, 0)) ? 2 : 0;
	return work_is_over(shared, p) ? (uint32_t)g->object[o].size : p->waiting;
}

/* ---- close, terminate, join ---- */

void workers_close(struct mover *m, uint32_t o)
{
	if (pool_cells(m, o)->state == POOL_OPEN)
		store(m, &pool_cells(m, o)->state, POOL_CLOSED);
}

/* No task is begun any more, and no callback called. */
static void pool_stop(struct mover *m, struct pool_cells *p)
{
	store(m, &p->state, POOL_TERMINATED);
	while (p->head) {
		struct task_cells *t = &p->task[take_first(m, p) - 1];
		each_end(m, t->args, end_dropped);
		task_lost(m, t);
	}
	while (p->done_head)
		task_lost(m, take_from(m, p, &p->done_head, &p->done_tail));
	while (p->unsent_head)
		task_lost(m, take_from(m, p, &p->unsent_head, &p->unsent_tail));
}

static proc_id worker_to_signal(const struct mover *m, uint32_t o)
{
	const struct object *row = object_row(m, o);
	for (uint32_t k = 0; k < (uint32_t)row->size; k++)
		if (who_is(m->shared, row->server + k)->life == LIFE_ALIVE && !who_is(m->shared, row->server + k)->doom)
			return row->server + k;
	return 0;
}

/* Is a callback under way? One that has raised an exception has ended its thread. */
static bool calls_back(const struct program *g, const cell *shared, uint32_t o)
{
	const struct pool_cells *p = (const struct pool_cells *)(shared + g->object[o].at);
	return p->calling && who_is(shared, g->object[o].callbacks)->life == LIFE_ALIVE;
}

proc_id world_calls_back(const struct program *g, const cell *shared)
{
	for (uint32_t o = 1; o < g->objects && g->tasks; o++)
		if (g->object[o].kind == KIND_POOL && calls_back(g, shared, o))
			return g->object[o].callbacks;
	return 0;
}

static bool is_called_back(const struct mover *m, uint32_t o);

void workers_terminate(struct mover *m, uint32_t o)
{
	enum { SIGTERM_NUMBER = 15 };
	struct pool_cells *p = pool_cells(m, o);
	proc_id worker = worker_to_signal(m, o);
	m->event->result = value_make(TAG_OBJECT, o);
	if (p->state != POOL_TERMINATED) {
		pool_stop(m, p);
	} else if (worker) {
		store(m, &who_of(m->shared, worker)->doom, SIGTERM_NUMBER);
		m->event->result = value_make(TAG_PROCESS, worker);
		m->event->signalled = worker;
		m->event->signal = SIGTERM_NUMBER;
	} else {                /* the callback is over that was under way */
		m->event->result = VALUE_NONE;
	}
	if (worker_to_signal(m, o) || is_called_back(m, o))
		stay(m);
}

/* As Python's `terminate`, it comes back when a callback that is under way is over; that may call it itself. */
static bool is_called_back(const struct mover *m, uint32_t o)
{
	return object_row(m, o)->callbacks != m->p && calls_back(m->g, m->shared, o);
}

enum can terminate_can(const struct mover *m, uint32_t o)
{
	bool stopped = pool_cells(m, o)->state == POOL_TERMINATED && !worker_to_signal(m, o);
	return stopped && is_called_back(m, o) ? CAN_NOT : CAN_GO;
}

bool workers_are_stopped(const struct mover *m)
{
	for (uint32_t o = 1; o < m->g->objects; o++)
		if (object_row(m, o)->kind == KIND_POOL && pool_cells(m, o)->state != POOL_TERMINATED)
			return false;
	return true;
}

void workers_terminate_all(struct mover *m)
{
	for (uint32_t o = 1; o < m->g->objects; o++)
		if (object_row(m, o)->kind == KIND_POOL && pool_cells(m, o)->state != POOL_TERMINATED)
			pool_stop(m, pool_cells(m, o));
}

/* Its workers have ended and been joined by the thread that tends it, and it calls nobody back; when that thread has ended with its
 * process, they are orphans, which nobody joins. A pool that runs is never waited for: that is an error at once. */
bool workers_have_ended(const struct mover *m, uint32_t o)
{
	const struct object *row = object_row(m, o);
	const struct pool_cells *p = pool_cells(m, o);
	for (uint32_t k = 0; p->state != POOL_OPEN && k < (uint32_t)row->size; k++)
		if (who_is(m->shared, row->server + k)->life != LIFE_GONE)
			return false;
	return p->state == POOL_OPEN || (p->state == POOL_CLOSED ? !p->unfinished : !calls_back(m->g, m->shared, o));
}

void workers_join(struct mover *m, uint32_t o)
{
	if (pool_cells(m, o)->state == POOL_OPEN)
		raise_error(m, EXCEPTION_VALUE, SAY(POOL_STILL_RUNNING, object_row(m, o)->name));
}

/* ---- looking ---- */

bool world_fails(const struct program *g, const cell *shared, const cell *own, proc_id p, struct failure *f)
{
	const struct ins *i = world_next(g, own);
	if (i->op != OP_FAIL || world_can(g, shared, own, p) != CAN_GO)
		return false;
	const struct own *o = (const struct own *)own;
	const value *frame = (const value *)own + o->frame + FRAME_HEAD, *kept = frame + (i->dst & OPERAND_INDEX);
	uint32_t pool = worker_of(g, p), slot = (uint32_t)value_small_int(frame[i->b & OPERAND_INDEX]) - 1;
	const struct task_cells *t = &((const struct pool_cells *)(shared + g->object[pool].at))->task[slot];
	if (t->batch || t->turn)        /* with what it is fetched by */
		slot = (t->batch ? t->batch : promise_of(g, shared, pool, t->turn)) - 1;
	*f = (struct failure){ task_handle(g, shared, pool, slot), t->function, t->args, kept[0], kept[1],
	                       (uint32_t)value_small_int(kept[2]) };
	return true;
}

value world_fetches(const struct program *g, const cell *shared, const cell *own, proc_id p)
{
	enum op op = world_next(g, own)->op;
	value v = op == OP_GET || op == OP_COLLECT || op == OP_TEND ? world_operand(g, own, p) : VALUE_UNSET;
	if (op == OP_TEND) {            /* it hands the exception to a callback: a thread that calls does nothing else */
		uint32_t o = value_object(v);
		struct care c = care_for(g, shared, o, p);
		return c.call ? task_handle(g, shared, o, c.call - 1) : VALUE_UNSET;
	}
	return value_tag(v) == TAG_HANDLE && world_can(g, shared, own, p) == CAN_GO ? v : VALUE_UNSET;
}
