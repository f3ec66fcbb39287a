/* The machine: one action, then every private instruction up to the next one. */
#include "sim/world/machine.h"
#include "sim/world/footprint.h"
#include <assert.h>
#include <stdatomic.h>
#include <string.h>

static run_function *const runs[OP_COUNT] = {
#define PRIVATE(id, ...) [OP_##id] = run_##id,
#define ACTION(id, ...) [OP_##id] = run_##id,
#include "sim/language/ops.def"
#undef PRIVATE
#undef ACTION
};

static can_function *const cans[OP_COUNT] = {
#define PRIVATE(id, ...)
#define ACTION(id, can, ...) [OP_##id] = can,
#include "sim/language/ops.def"
#undef PRIVATE
#undef ACTION
};

/* ---- operands ---- */

/* Only a CHECK finds that: what reads a name that may have no value stands behind one (sim/language/emit.c). */
static bool never_assigned(struct mover *m, operand o)
{
	assert(m->g->code[m->pc].op == OP_CHECK && (o & OPERAND_WHERE) == IN_FRAME);
	const struct function *f = &m->g->function[((cell *)m->own)[m->own->frame + FRAME_FUNCTION]];
	assert(f->local[o & OPERAND_INDEX]);
	return raise_error(m, EXCEPTION_NAME, SAY(NEVER_ASSIGNED, f->local[o & OPERAND_INDEX]));
}

value take(struct mover *m, operand o)
{
	uint32_t n = o & OPERAND_INDEX;
	value v;
	switch (o & OPERAND_WHERE) {
	case CONSTANT:
		return m->g->constant[n];
	case TEMPORARY:
		v = m->frame[n];
		m->frame[n] = VALUE_UNSET;
		return v;
	default:
		v = look(m, o);
		if (v == VALUE_UNSET)
			never_assigned(m, o);
		return v;
	}
}

bool take_two(struct mover *m, const struct ins *i, value *a, value *b)
{
	*a = take(m, i->a);
	*b = take(m, i->b);
	return *a != VALUE_UNSET && *b != VALUE_UNSET;
}

void put(struct mover *m, operand o, value v)
{
	uint32_t n = o & OPERAND_INDEX;
	if (o == NO_OPERAND)
		return;
	if ((o & OPERAND_WHERE) == IN_PROCESS)
		m->variable[n] = v;
	else
		m->frame[n] = v;
	if (m->trace && (o & OPERAND_WHERE) != TEMPORARY) {
		bool local = (o & OPERAND_WHERE) == IN_FRAME;
		uint32_t f = ((cell *)m->own)[m->own->frame + FRAME_FUNCTION];
		if (!local || m->g->function[f].local[n])
			changed(m, (struct change){ local ? CHANGE_LOCAL : CHANGE_PROCESS, n, local ? f : 0, v, 0, false });
	}
}

/* ---- changes ---- */

static inline void store_unchecked(struct mover *m, cell *at, cell v)
{
	uint32_t n = at - m->shared;
	struct journal *j = m->journal;
	if (j) {
		assert(j->count < j->room);
		j->entry[j->count].at = n;
		j->entry[j->count].old = *at;
		__atomic_store_n(&j->count, j->count + 1, __ATOMIC_RELEASE);
		atomic_signal_fence(memory_order_seq_cst);      /* the change comes after it, also in the compiler's eyes */
	}
	if (m->event)
		m->event->digest = (m->event->digest ^ (n * 0x9e3779b1u + v)) * 0x85ebca6bu;
	*(volatile cell *)at = v;
}

/* The whole way of a checked run stands apart: a call on the usual way would cost that more than all it does. */
static __attribute__((noinline, cold)) void store_checked(struct mover *m, cell *at, cell v)
{
	footprint_check_store(m->g, m->shared, m->doing, m->named, m->p, at - m->shared, v);
	store_unchecked(m, at, v);
}

void store(struct mover *m, cell *at, cell v)
{
	if (__builtin_expect(footprint_checked, 0))
		store_checked(m, at, v);
	else
		store_unchecked(m, at, v);
}

void journal_undo(struct journal *j, cell *shared)
{
	while (j->count) {
		shared[j->entry[j->count - 1].at] = j->entry[j->count - 1].old;
		__atomic_store_n(&j->count, j->count - 1, __ATOMIC_RELEASE);
	}
}

static bool same_variable(const struct change *a, const struct change *b)
{
	return a->kind == b->kind && a->which == b->which && a->where == b->where;
}

/* A variable that changes twice in one step is reported once, with what it is in the end. Of the exceptions that are
 * raised and caught between two actions, a million perhaps, the first ones are reported. */
void changed(struct mover *m, struct change c)
{
	enum { MANY = 1000 };
	struct trace *t = m->trace;
	if (!t || (t->deaf && c.kind != CHANGE_EXCEPTION))
		return;
	if (c.kind == CHANGE_EXCEPTION && c.caught && t->count >= MANY)
		return;
	for (size_t i = 0; c.kind < CHANGE_SAY && i < t->count; i++)
		if (same_variable(&t->list[i], &c)) {
			t->list[i].value = c.value;
			return;
		}
	GROW(t->list, t->count, t->room);
	t->list[t->count++] = c;
}

/* ---- the loop ---- */

inline void frame_enter(struct mover *m)
{
	m->frame = (value *)m->own + m->own->frame + FRAME_HEAD;
}

static __attribute__((noinline, cold)) void note_for_checks(struct mover *m, const struct ins *i)
{
	m->doing = i;
	m->named = op_names(i->op) == NAMES_VALUE && i->a != NO_OPERAND ? look(m, i->a) : VALUE_UNSET;
}

static inline void run_one(struct mover *m, const struct ins *i)
{
	if (__builtin_expect(footprint_checked, 0))
		note_for_checks(m, i);
	m->next = m->pc + 1;
	runs[i->op](m, i);
	m->pc = m->next;
}

volatile sig_atomic_t world_abandons;

/* Is the next private step done no more? Else it is counted. */
static bool is_cut(struct mover *m)
{
	struct stretch *s = m->stretch;
	if (!s)
		return world_abandons;
	s->cut |= world_abandons || s->done >= s->most;
	s->done += !s->cut;
	return s->cut;
}

/* Private steps between two actions. */
static void run_between(struct mover *m, struct trace *t)
{
	struct event ignored = { 0 };
	m->trace = t && !t->mute ? t : NULL;
	m->stretch = t ? t->stretch : NULL;
	m->event = &ignored;
	m->between = true;
	machine_run(m);
	m->own->pc = m->pc;
}

static __attribute__((noinline, cold)) void raise_endless(struct mover *m)
{
	raise_error(m, EXCEPTION_ENDLESS, SAY(ENDLESS_STEPS));
	m->pc = m->next;
}

void machine_run(struct mover *m)
{
	uint32_t fuel = MAX_PRIVATE_STEPS;
	const struct ins *i = &m->g->code[m->pc];
	while (!(i->flags & INS_ACTION)) {
		if (m->between && is_cut(m)) {
			abandon(m);
		} else if (!fuel--) {
			raise_endless(m);
			fuel = MAX_PRIVATE_STEPS;
		} else {
			run_one(m, i);
		}
		if (m->stopped)
			return;
		i = &m->g->code[m->pc];
	}
}

/* One after the other: an initializer, and a copy of it, cost more than many an action. */
static inline __attribute__((always_inline)) void mover_begin(struct mover *m, const struct program *g, const cell *shared,
                                                              const cell *own, proc_id p)
{
	m->g = g;
	m->shared = (cell *)shared;
	m->own = (struct own *)own;
	m->variable = world_variables(g, (cell *)own, p);
	m->p = p;
	m->waiter = ((const struct own *)own)->handling ? world_waiter(g, own, p) : p;
	m->starter = 0;
	m->can = CAN_NOT;
	m->choice = 0;
	m->pc = m->own->pc;
	m->next = 0;
	frame_enter(m);
	m->journal = NULL;
	m->trace = NULL;
	m->event = NULL;
	m->peeking = m->stopped = m->between = false;
	m->returned = VALUE_UNSET;
	m->kept = 0;
	m->doing = NULL;
	m->named = VALUE_UNSET;
}

enum can can_go(const struct mover *m, const struct ins *i)
{
	(void)m;
	(void)i;
	return CAN_GO;
}

enum can can_never(const struct mover *m, const struct ins *i)
{
	(void)m;
	(void)i;
	return CAN_NOT;
}

/* What waits at a condition takes its lock again before an exception is raised there. */
static bool leaves_with_lock(const struct program *g, const cell *own, proc_id p)
{
	const struct ins *i = world_next(g, own);
	value v = i->op == OP_WAIT ? world_target(g, own, p) : VALUE_UNSET;
	return value_tag(v) == TAG_OBJECT && g->object[value_object(v)].kind == KIND_CONDITION;
}

enum can world_can(const struct program *g, const cell *shared, const cell *own, proc_id p)
{
	const struct who *who = who_is(shared, p);
	if (who->life != LIFE_ALIVE)
		return CAN_NOT;
	if (who->doom)
		return CAN_DIE;
	if (who_is(shared, process_body(g, p))->doom)
		return CAN_NOT;                 /* a thread: it ends with its process */
	if (world_thrown(g, own) != VALUE_UNSET && !leaves_with_lock(g, own, p))
		return CAN_GO;
	if (world_thrown(g, own) == VALUE_UNSET && who->pending & ~((const struct own *)own)->handling & ~ASKED_TO_END)
		return CAN_HANDLE;
	const struct ins *i = &g->code[((const struct own *)own)->pc];
	if (cans[i->op] == can_go)
		return CAN_GO;                  /* most can, always */
	struct mover m;
	mover_begin(&m, g, shared, own, p);
	return cans[i->op](&m, i);
}

static void end_step(struct mover *m)
{
	m->own->pc = m->pc;
	m->event->who = m->p;
}

bool world_step(const struct program *g, cell *shared, cell *own, proc_id p, int64_t choice,
                struct journal *j, struct trace *t, struct event *out)
{
	return world_do(g, shared, own, p, world_can(g, shared, own, p), choice, j, t, out);
}

bool world_do(const struct program *g, cell *shared, cell *own, proc_id p, enum can can, int64_t choice,
              struct journal *j, struct trace *t, struct event *out)
{
	*out = (struct event){ .how = can, .pc = ((struct own *)own)->pc, .choice = choice };
	struct mover m;
	mover_begin(&m, g, shared, own, p);
	if (out->how == CAN_NOT)
		return false;
	if (__builtin_expect(footprint_checked, 0))
		footprint_check_reads(g, shared, own, p, can, choice);
	m.can = out->how;
	m.choice = choice;
	m.journal = j;
	m.trace = t;
	m.event = out;
	cell asleep = m.own->asleep;
	m.own->asleep = 0;
	if (m.can == CAN_DIE) {
		die(&m, -(int32_t)me(&m)->doom);
	} else if (m.can == CAN_HANDLE) {
		signal_enter(&m, asleep);
	} else if (m.can == CAN_GO && signal_thrown(&m) && !leaves_with_lock(g, own, p)) {
		if (__builtin_expect(footprint_checked, 0))
			note_for_checks(&m, &g->code[m.pc]);
		signal_throw(&m);
	} else {
		run_one(&m, &g->code[m.pc]);
		if (g->code[out->pc].op == OP_ATOMIC)
			machine_run(&m);
	}
	end_step(&m);
	return true;
}

void world_go_on(const struct program *g, cell *shared, cell *own, proc_id p, struct trace *t)
{
	if (world_next(g, own)->flags & INS_ACTION)
		return;
	struct mover m;
	mover_begin(&m, g, shared, own, p);
	run_between(&m, t);
}

bool world_go_on_for(const struct program *g, cell *shared, cell *own, proc_id p, uint32_t most)
{
	if (world_next(g, own)->flags & INS_ACTION)
		return true;
	struct event ignored = { 0 };
	struct mover m;
	mover_begin(&m, g, shared, own, p);
	m.event = &ignored;
	while (!(g->code[m.pc].flags & INS_ACTION) && most--)
		run_one(&m, &g->code[m.pc]);
	m.own->pc = m.pc;
	return g->code[m.pc].flags & INS_ACTION;
}

void world_signal(const struct program *g, cell *shared, proc_id p, enum signal_id signal, struct journal *j)
{
	struct mover m = { .g = g, .shared = shared, .p = p, .waiter = p, .journal = j };
	signal_send(&m, p, signal_rows[signal].number);
}

void world_kill(const struct program *g, cell *shared, cell *own, proc_id p, int signal, struct journal *j, struct event *out)
{
	*out = (struct event){ .how = CAN_DIE, .pc = ((struct own *)own)->pc, .choice = signal };
	struct mover m;
	mover_begin(&m, g, shared, own, p);
	m.journal = j;
	m.event = out;
	die(&m, -signal);
	end_step(&m);
}

/* ---- beginnings ---- */

static void begin(const struct program *g, cell *shared, proc_id starter, cell *own, proc_id p, struct trace *t)
{
	struct own *o = (struct own *)own;
	const struct process *row = &g->process[p];
	const struct group *group = &g->group[row->group];
	for (uint32_t k = 0; k < group->privates; k++)
		o->slot[group->private[k].slot] = row->private[k];
	o->frame = OWN_HEAD + g->process_slots;
	o->pc = g->function[group->function].entry;
	own[o->frame + FRAME_FUNCTION] = group->function;
	struct mover m;
	mover_begin(&m, g, shared, own, p);
	m.starter = starter;
	run_between(&m, t);
}

void world_begin(const struct program *g, cell *shared, cell *own, uint32_t pid, struct trace *t)
{
	struct who *w = who_of(shared, MAIN);
	for (uint32_t o = 1; o < g->objects; o++) {
		const struct object *row = &g->object[o];
		if (row->kind == KIND_SEMAPHORE || row->kind == KIND_EVENT || row->kind == KIND_LATCH)
			shared[row->at] = row->size;
		for (uint32_t f = 0; f < row->fields; f++)
			((struct record_cells *)(shared + row->at))->field[f] = row->first[f];
		if (row->kind == KIND_PIPE)
			((struct pipe_cells *)(shared + row->at))->open[0] = ((struct pipe_cells *)(shared + row->at))->open[1] = 1;
	}
	for (uint32_t v = 0; v < g->shareds; v++)
		shared[g->variables_at + v] = g->shared[v].first;
	for (uint32_t v = 0; v < g->privates; v++)
		((struct own *)own)->slot[v] = g->private[v].first;
	for (uint32_t e = 0; e < g->ends; e++)
		if (g->object[g->end_object[e]].kind == KIND_PIPE)
			shared[g->ends_at + MAIN * end_cells(g) + e / 32] |= 1u << e % 32;
	for (proc_id p = MAIN + 1; p < g->processes; p++)
		if (process_body(g, p) != p) {
			*who_of(shared, p) = (struct who){ .life = LIFE_ALIVE, .pid = pid };
		} else if (g->group[g->process[p].group].service) {
			*who_of(shared, p) = (struct who){ .life = LIFE_ALIVE, .parent = MAIN };
			w->children++;
		}
	w->life = LIFE_ALIVE;
	w->pid = pid;
	begin(g, shared, 0, own, MAIN, t);
}

void world_birth(const struct program *g, cell *shared, proc_id parent, const cell *parents_own, cell *own, proc_id p,
                 struct trace *t)
{
	memset(own, 0, g->private_cells * sizeof *own);
	if (process_body(g, p) == p)
		memcpy(((struct own *)own)->slot, ((const struct own *)parents_own)->slot, g->privates * sizeof(value));
	begin(g, shared, parent, own, p, t);
}

void world_of_beginning(const struct program *g, struct world *w, struct trace *t)
{
	for (proc_id p = 0; p < g->processes; p++)
		who_of(w->shared, p)->pid = MODEL_PID + p;
	world_begin(g, w->shared, world_own(g, w, MAIN), MODEL_PID + MAIN, t);
	for (proc_id p = MAIN + 1; p < g->processes; p++)
		if (g->group[g->process[p].group].service) {
			who_of(w->shared, p)->pid = MODEL_PID + process_body(g, p);
			world_birth(g, w->shared, 0, world_own(g, w, MAIN), world_own(g, w, p), p, NULL);
		}
}

/* ---- looking ---- */

/* The code of functions follows each other, in the order of their numbers. */
static uint32_t function_at(const struct program *g, uint32_t code)
{
	uint32_t from = 0, to = g->functions;
	while (to - from > 1) {
		uint32_t middle = from + (to - from) / 2;
		if (g->function[middle].entry <= code)
			from = middle;
		else
			to = middle;
	}
	return from;
}

/* Only what is used of the private part is copied; a function that is not the one p is in gets a frame
 * of its own, in place of the first. */
static void peek_frame(const struct program *g, const cell *own, uint32_t f, cell *scratch)
{
	uint32_t first = OWN_HEAD + g->process_slots, size = FRAME_HEAD + g->function[f].slots;
	const struct own *from = (const struct own *)own;
	if (from && own[from->frame + FRAME_FUNCTION] == f) {
		memcpy(scratch, own, (from->frame + size) * sizeof *own);
		return;
	}
	if (from)
		memcpy(scratch, own, first * sizeof *own);
	else
		memset(scratch, 0, first * sizeof *scratch);
	memset(scratch + first, 0, size * sizeof *scratch);
	scratch[first + FRAME_FUNCTION] = f;
	((struct own *)scratch)->frame = first;
}

value world_peek(const struct program *g, const cell *shared, const cell *own, proc_id p, uint32_t code, cell *scratch)
{
	struct event ignored = { 0 };
	peek_frame(g, own, function_at(g, code), scratch);
	struct mover m;
	mover_begin(&m, g, shared, scratch, p);
	m.pc = code;
	m.variable = ((struct own *)scratch)->slot;
	if (own)
		memcpy(m.variable, world_variables(g, (cell *)own, p), g->process_slots * sizeof(value));
	m.peeking = true;
	m.event = &ignored;
	machine_run(&m);
	return m.returned;
}

/* What p's next instruction has as its first operand. */
static value first_operand(const struct program *g, const cell *own, proc_id p, const struct ins *i)
{
	const uint32_t n = i->a & OPERAND_INDEX;
	if (i->a == NO_OPERAND)
		return VALUE_UNSET;
	switch (i->a & OPERAND_WHERE) {
	case CONSTANT:   return g->constant[n];
	case IN_PROCESS: return world_variables(g, (cell *)own, p)[n];
	default:         return own[((const struct own *)own)->frame + FRAME_HEAD + n];
	}
}

value world_operand(const struct program *g, const cell *own, proc_id p)
{
	const struct ins *i = world_next(g, own);
	return op_names(i->op) == NAMES_VALUE ? first_operand(g, own, p, i) : VALUE_UNSET;
}

value world_index(const struct program *g, const cell *own, proc_id p)
{
	struct mover m;
	mover_begin(&m, g, NULL, own, p);
	const struct ins *i = &g->code[m.pc];
	bool item = i->op == OP_LOAD_ITEM || i->op == OP_STORE_ITEM, of_field = i->op == OP_LOAD_ELEMENT || i->op == OP_STORE_ELEMENT;
	return item ? look(&m, i->b) : of_field ? look(&m, i->lo) : VALUE_UNSET;
}

value world_target(const struct program *g, const cell *own, proc_id p)
{
	const struct ins *i = world_next(g, own);
	enum naming names = op_names(i->op);
	if (names == NAMES_RECORD_A || names == NAMES_RECORD_DST)
		return value_make(TAG_OBJECT, names == NAMES_RECORD_A ? i->a : i->dst);
	if (names != NAMES_VALUE)
		return VALUE_UNSET;
	value v = first_operand(g, own, p, i);
	if (value_tag(v) == TAG_HANDLE)
		return value_make(TAG_OBJECT, handle_pool(g, v));
	return value_tag(v) == TAG_OBJECT || value_tag(v) == TAG_PROCESS ? v : VALUE_UNSET;
}

static int64_t bound(const struct mover *m, operand o, int64_t otherwise)
{
	value v = o == NO_OPERAND ? VALUE_UNSET : look(m, o);
	return value_is_int(v) ? value_int(m->g->pool, v) : otherwise;
}

bool world_timeout(const struct program *g, const cell *own, proc_id p, int64_t *lo, int64_t *hi)
{
	const struct ins *i = world_next(g, own);
	if (!(i->flags & INS_TIMEOUT))
		return false;
	struct mover m;
	mover_begin(&m, g, NULL, own, p);
	*lo = bound(&m, i->lo, 0);
	*hi = bound(&m, i->hi, *lo);
	*lo = *lo < LONGEST_TIME ? *lo : LONGEST_TIME;
	*hi = *hi < LONGEST_TIME ? *hi : LONGEST_TIME;
	return true;
}

bool world_computes(const struct program *g, const cell *own, proc_id p)
{
	struct mover m;
	mover_begin(&m, g, NULL, own, p);
	const struct ins *i = &g->code[m.pc];
	assert(i->op == OP_COMPUTE);
	return bound(&m, i->hi == NO_OPERAND ? i->lo : i->hi, -1) != 0;
}

bool world_may_wake(const struct program *g, const cell *shared, const cell *own, proc_id p)
{
	struct mover m;
	mover_begin(&m, g, shared, own, p);
	const struct ins *i = world_next(g, own);
	assert(i->op == OP_WAIT);
	uint32_t o = object_seen(&m, i->a, 1u << KIND_CONDITION);
	return o && g->object[o].spurious && condition_can(&m, i, o) == CAN_ENQUEUE;
}

bool world_bounds(const struct program *g, const cell *own, proc_id p, int64_t *lo, int64_t *hi)
{
	const struct ins *i = world_next(g, own);
	struct mover m;
	mover_begin(&m, g, NULL, own, p);
	*lo = bound(&m, i->a, 0);
	*hi = bound(&m, i->b, 0);
	return *lo <= *hi;
}
