/* Why a process waits: what is missing, and what is there instead. */
#include "sim/report/waits.h"
#include <string.h>
#include "sim/report/phrases.h"

enum { NAMED = 4 };

/* Of a sentence: which, and what its slots are filled with. */
struct reason {
	enum phrase phrase;
	struct text what, names, call, n, of;
	uint32_t named;
};

/* p in a world; o: what it waits for, if that is an object. */
struct waiter { const struct program *g; const cell *shared, *own; proc_id p; const struct object *o; };

static const void *cells(const struct waiter *w)
{
	return w->shared + w->o->at;
}

static bool lives(const struct waiter *w, proc_id p)
{
	return who_is(w->shared, p)->life == LIFE_ALIVE;
}

static void number(struct text *t, uint32_t n)
{
	text_clear(t);
	text_int(t, n);
}

/* Of many, the first ones. */
static void name(struct reason *r, const struct waiter *w, proc_id p)
{
	if (r->named++ < NAMED)
		text_list(&r->names, &sentence_NAMES_ARE, w->g->process[p].name);
}

static void count(struct reason *r, uint32_t n, uint32_t of)
{
	number(&r->n, n);
	number(&r->of, of);
}

/* Where it stands now, in the innermost handler of a signal that it is in. */
static const struct who *standing(const struct waiter *w)
{
	return who_is(w->shared, world_waiter(w->g, w->own, w->p));
}

/* The first of the line that it stands in. */
static void behind(struct reason *r, const struct waiter *w, enum phrase phrase)
{
	cell line = standing(w)->in_line;
	proc_id first = line ? waiter_owner(w->g, ((const struct line *)line_at(w->g, (cell *)w->shared, line - 1))->head) : 0;
	r->phrase = first && first != w->p ? phrase : PHRASE_WAITS;
	if (first)
		name(r, w, first);
}

/* ---- locks ---- */

static void on_lock(struct reason *r, const struct waiter *w, const struct object *lock, enum phrase held, enum phrase left,
                    enum phrase in_line)
{
	proc_id owner = ((const struct lock_cells *)(w->shared + lock->at))->owner;
	if (!owner) {
		behind(r, w, in_line);
		return;
	}
	r->phrase = !lives(w, owner) ? left : owner == w->p && held == PHRASE_WAITS_HELD ? PHRASE_WAITS_OWN : held;
	name(r, w, owner);
}

static void on_condition(struct reason *r, const struct waiter *w)
{
	const struct object *lock = &w->g->object[w->o->lock];
	if (world_next(w->g, w->own)->op == OP_ACQUIRE)
		on_lock(r, w, lock, PHRASE_WAITS_HELD, PHRASE_WAITS_LEFT, PHRASE_WAITS_BEHIND);
	else if (standing(w)->freed == FREED_LATE)
		on_lock(r, w, lock, PHRASE_LAPSED_HELD, PHRASE_LAPSED_LEFT, PHRASE_LAPSED_BEHIND);
	else if (standing(w)->freed == FREED_SPURIOUSLY && standing(w)->in_line != w->o->line + 1)
		on_lock(r, w, lock, PHRASE_WOKEN_HELD, PHRASE_WOKEN_LEFT, PHRASE_WOKEN_BEHIND);
	else if (standing(w)->freed && standing(w)->freed != FREED_SPURIOUSLY)
		on_lock(r, w, lock, PHRASE_NOTIFIED_HELD, PHRASE_NOTIFIED_LEFT, PHRASE_NOTIFIED_BEHIND);
	else
		r->phrase = PHRASE_WAITS_NOTIFY;
}

/* ---- what is put and got ---- */

static void on_queue(struct reason *r, const struct waiter *w, enum op op)
{
	const struct queue_cells *q = cells(w);
	if (op == OP_JOIN) {
		r->phrase = PHRASE_WAITS_DONE;
		count(r, q->unfinished, 0);
	} else if (op == OP_PUT) {
		r->phrase = PHRASE_PUTS_FULL;
		count(r, q->count, w->o->room);
		if (q->count < w->o->room)
			behind(r, w, PHRASE_PUTS_BEHIND);
	} else {
		r->phrase = PHRASE_GETS_EMPTY;
		if (q->count)
			behind(r, w, PHRASE_GETS_BEHIND);
	}
}

/* Why the end of a pipe does not come: which processes could still send. */
static void name_open(struct reason *r, const struct waiter *w, value end)
{
	uint32_t other = w->o->end + (value_end(end) == END_LEFT);
	for (proc_id q = MAIN; q < w->g->processes; q++)
		if (process_body(w->g, q) == q && lives(w, q) && end_is_open(w->g, w->shared, q, other))
			name(r, w, q);
}

static void on_pipe(struct reason *r, const struct waiter *w, value end, enum op op)
{
	const struct ring_cells *ring = value_end(end) ? pipe_ring(w->g, (cell *)w->shared, end, op == OP_RECV) : NULL;
	if (!ring)
		return;
	if (op == OP_SEND) {
		r->phrase = PHRASE_SEND_FULL;
		count(r, ring->count, w->o->room);
		if (ring->count < w->o->room)
			behind(r, w, PHRASE_SEND_BEHIND);
		return;
	}
	if (ring->count) {
		behind(r, w, PHRASE_RECV_BEHIND);
		return;
	}
	name_open(r, w, end);
	r->phrase = r->named ? PHRASE_RECV_OPEN : PHRASE_RECV_EMPTY;
}

static void on_socket(struct reason *r, const struct waiter *w)
{
	r->phrase = PHRASE_ACCEPT_NONE;
	if (((const struct socket_cells *)cells(w))->count)
		behind(r, w, PHRASE_ACCEPT_BEHIND);
}

/* ---- processes ---- */

static void on_processes(struct reason *r, const struct waiter *w, value v)
{
	uint32_t n = value_payload(v), alive = 0;
	const struct group *group = n & PROCESS_GROUP ? &w->g->group[n & ~PROCESS_GROUP] : NULL;
	for (uint32_t k = 0; group && k < group->count; k++)
		if (lives(w, group->first + k)) {
			name(r, w, group->first + k);
			alive++;
		}
	count(r, alive, group ? group->count : 1);
	r->phrase = !group || group->count == 1 ? PHRASE_WAITS_END : alive == group->count ? PHRASE_WAITS_ALL : PHRASE_WAITS_SOME;
}

static void on_children(struct reason *r, const struct waiter *w)
{
	for (proc_id k = MAIN; k < w->g->processes; k++)
		if (who_is(w->shared, k)->parent == w->p && lives(w, k))
			name(r, w, k);
	uint32_t queue, n = r->named ? 0 : world_not_through(w->g, w->shared, w->p, &queue);
	r->phrase = r->named ? PHRASE_WAITS_CHILDREN : n ? PHRASE_NOT_THROUGH : PHRASE_WAITS_UNKNOWN;
	if (!n)
		return;
	text_clear(&r->what);
	text_put(&r->what, w->g->object[queue].name);
	count(r, n, 0);
}

/* ---- pools ---- */

static void on_pool(struct reason *r, const struct waiter *w)
{
	uint32_t workers = 0;
	for (uint32_t k = 0; k < (uint32_t)w->o->size; k++)
		workers += lives(w, w->o->server + k);
	r->phrase = PHRASE_WAITS_POOL;
	count(r, ((const struct pool_cells *)cells(w))->unfinished, workers);
}

static uint32_t items_of(const struct pool_cells *p, const struct task_cells *whole)
{
	uint32_t n = 0;
	for (uint32_t slot = whole->item; slot; slot = p->task[slot - 1].item)
		n++;
	return n;
}

/* What the task was called with, or for each element of a list. */
static void put_task(struct reason *r, const struct waiter *w, const struct task_cells *task, const struct pool_cells *p)
{
	const struct task_cells *one = task->item && task->state == TASK_BATCH ? &p->task[task->item - 1] : task;
	if (task->state == TASK_BATCH || task->args == VALUE_UNSET)
		text_put(&r->call, w->g->function[one->function].name);
	else
		phrase_call(&r->call, w->g, task->function, task->args);
}

/* The callback is still to come, is under way, or has raised an exception: that ends the thread that calls back. */
static enum phrase called_back(const struct waiter *w, const struct task_cells *task)
{
	const struct pool_cells *p = cells(w);
	if (!p->calling || lives(w, w->o->callbacks))
		return PHRASE_RESULT_CALLBACK;
	return task == &p->task[p->calling - 1] ? PHRASE_RESULT_FAILED : PHRASE_RESULT_UNCALLED;
}

/* Who can still keep a promise? */
static bool count_turns(struct reason *r, const struct waiter *w, const struct task_cells *promise)
{
	const struct pool_cells *p = cells(w);
	uint32_t n = 0;
	for (uint32_t k = 0; k < w->o->room; k++)
		n += p->task[k].turn == promise->turn && p->task[k].state != TASK_PROMISE && p->task[k].state != TASK_LOST;
	count(r, n, 0);
	return n;
}

static void on_result(struct reason *r, const struct waiter *w, value handle)
{
	static const enum phrase phrase_of[] = {
		[TASK_FREE] = PHRASE_WAITS, [TASK_READY] = PHRASE_WAITS, [TASK_FAILED] = PHRASE_WAITS, [TASK_UNSENT] = PHRASE_WAITS,
		[TASK_WAITING] = PHRASE_RESULT_WAITING,
		[TASK_RUNNING] = PHRASE_RESULT_RUNNING, [TASK_BATCH] = PHRASE_RESULT_SOME,
		[TASK_LOST] = PHRASE_RESULT_LOST, [TASK_PROMISE] = PHRASE_RESULT_NEXT,
	};
	uint32_t o;
	const struct task_cells *task = task_of(w->g, (cell *)w->shared, handle, &o);
	if (!task)
		return;
	r->phrase = task_calls_back(task) ? called_back(w, task) : phrase_of[task->state];
	put_task(r, w, task, cells(w));
	if (task->state == TASK_BATCH)
		count(r, task->left, items_of(cells(w), task));
	if (task->state == TASK_PROMISE && !count_turns(r, w, task))
		r->phrase = PHRASE_RESULT_LOST;
	if (task->state == TASK_RUNNING)
		name(r, w, task->worker);
}

/* ---- everything that can be waited for ---- */

static uint32_t waiting(const struct waiter *w)
{
	return world_waiting(w->g, w->shared, (uint32_t)(w->o - w->g->object));
}

static void on_object(struct reason *r, const struct waiter *w, value v, enum op op)
{
	value handle = world_operand(w->g, w->own, w->p);
	switch (w->o->kind) {
	case KIND_LOCK: case KIND_RLOCK:
		on_lock(r, w, w->o, PHRASE_WAITS_HELD, PHRASE_WAITS_LEFT, PHRASE_WAITS_BEHIND);
		break;
	case KIND_SEMAPHORE:
		r->phrase = PHRASE_WAITS_UNIT;
		if (w->o->textbook && waiting(w)) {
			r->phrase = PHRASE_WAITS_TEXTBOOK;
			count(r, waiting(w), 0);
		}
		if (((const struct semaphore_cells *)cells(w))->units)
			behind(r, w, PHRASE_WAITS_BEHIND);
		break;
	case KIND_EVENT:
		r->phrase = PHRASE_WAITS_SET;
		break;
	case KIND_LATCH:
		r->phrase = PHRASE_WAITS_LATCH;
		count(r, ((const struct latch_cells *)cells(w))->left, (uint32_t)w->o->size);
		break;
	case KIND_CONDITION:
		on_condition(r, w);
		break;
	case KIND_BARRIER:
		r->phrase = PHRASE_WAITS_OTHERS;
		count(r, ((const struct barrier_cells *)cells(w))->arrived, (uint32_t)w->o->size);
		break;
	case KIND_QUEUE:
		on_queue(r, w, op);
		break;
	case KIND_PIPE: case KIND_CONNECTION:
		on_pipe(r, w, v, op);
		break;
	case KIND_SOCKET:
		on_socket(r, w);
		break;
	case KIND_POOL:
		value_tag(handle) == TAG_HANDLE ? on_result(r, w, handle) : on_pool(r, w);
		break;
	default:
		break;
	}
}

static void put_what(struct text *t, const struct program *g, value v)
{
	const char *word = on_word(g, v);
	text_put(t, word ? word : "");
	if (value_tag(v) == TAG_OBJECT && g->object[value_object(v)].kind == KIND_PIPE && value_end(v))
		text_put(t, value_end(v) == END_LEFT ? ".left" : ".right");
}

/* what: its name, as the file says; NULL: as it is called. */
static struct reason reason_of(struct waiter *w, const char *what)
{
	value v = world_target(w->g, w->own, w->p);
	enum op op = world_next(w->g, w->own)->op;
	struct reason r = { .phrase = on_word(w->g, v) ? PHRASE_WAITS : PHRASE_WAITS_UNKNOWN };
	what ? text_put(&r.what, what) : put_what(&r.what, w->g, v);
	if (value_tag(v) == TAG_OBJECT)
		w->o = &w->g->object[value_object(v)];
	if (op == OP_FINISH)
		on_children(&r, w);
	else if (op == OP_SERVE || op == OP_TAKE || op == OP_TEND)
		r.phrase = op == OP_SERVE ? PHRASE_WAITS_REQUEST : op == OP_TAKE ? PHRASE_WAITS_TASK : PHRASE_WAITS_WORK;
	else if (value_tag(v) == TAG_PROCESS)
		on_processes(&r, w, v);
	else if (w->o)
		on_object(&r, w, v, op);
	return r;
}

static void reason_free(struct reason *r)
{
	struct text *const all[] = { &r->what, &r->names, &r->call, &r->n, &r->of };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		text_free(all[i]);
}

static void fill(struct text *t, const struct waiter *w, const struct reason *r, const char *who, enum phrase waits)
{
	struct text names = { 0 };
	const struct slot some[] = { { "names", text_is(&r->names) }, { 0 } };
	bool more = r->named > NAMED;
	if (more)
		phrase_fill(&names, w->g, PHRASE_AND_OTHERS, some);
	const struct slot slots[] = {
		{ "who", who }, { "waits", phrase_in(w->g, waits) }, { "what", text_is(&r->what) }, { "call", text_is(&r->call) },
		{ "names", text_is(more ? &names : &r->names) }, { "n", text_is(&r->n) }, { "of", text_is(&r->of) },
		{ "lock", w->o ? w->g->object[w->o->lock].name : "" }, { 0 },
	};
	phrase_fill(t, w->g, r->phrase, slots);
	text_free(&names);
}

void wait_put(struct text *t, const struct program *g, const cell *shared, const cell *own, proc_id p, const char *who)
{
	struct waiter w = { .g = g, .shared = shared, .own = own, .p = p };
	struct reason r = reason_of(&w, NULL);
	fill(t, &w, &r, who, PHRASE_NOW_WAITS);
	reason_free(&r);
}

void wait_put_enqueued(struct text *t, const struct program *g, const cell *shared, const cell *own, proc_id p, const char *what)
{
	struct waiter w = { .g = g, .shared = shared, .own = own, .p = p };
	struct reason r = reason_of(&w, what);
	if (r.phrase == PHRASE_WAITS_NOTIFY)
		r.phrase = strcmp(g->object[w.o->lock].name, w.o->name) ? PHRASE_ENQUEUED_NOTIFY : PHRASE_ENQUEUED_NOTIFY_ITS;
	if (r.phrase == PHRASE_RECV_OPEN)       /* which processes could still send is of interest only if none does */
		r.phrase = PHRASE_RECV_EMPTY;
	fill(t, &w, &r, g->process[p].name, PHRASE_HAS_TO_WAIT);
	reason_free(&r);
}
