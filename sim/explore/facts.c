/* Facts of the code, by going over it until nothing changes: what may be touched later (for partial order
 * reduction: Godefroid, Partial-Order Methods for the Verification of Concurrent Systems, 1996) and which
 * variables are dead (Holzmann, The engineering of a model checker, 1999). */
#include "sim/explore/facts.h"
#include <stdlib.h>
#include <string.h>

/* ---- the ways through the code ---- */

struct ways { uint32_t to[2]; int count; };

static struct ways ways_on(const struct program *g, uint32_t pc)
{
	const struct ins *i = &g->code[pc];
	switch (i->op) {
	case OP_JUMP:   return (struct ways){ { i->to }, 1 };
	case OP_UNLESS:
	case OP_WHEN:
	case OP_REPEAT:
	case OP_REPEAT_TO:
	case OP_EACH:   return (struct ways){ { pc + 1, i->to }, 2 };
	case OP_RETURN:
	case OP_RAISE:
	case OP_EXIT:
	case OP_CRASH:
	case OP_FINISH: return (struct ways){ { 0 }, 0 };
	case OP_TAKE:   return (struct ways){ { pc + 1, 1 }, 2 };
	default:        return (struct ways){ { pc + 1 }, 1 };
	}
}

typedef void each_way(void *, uint32_t to);

static void each_next(const struct program *g, uint32_t pc, each_way *visit, void *with)
{
	struct ways w = ways_on(g, pc);
	for (int k = 0; k < w.count; k++)
		if (w.to[k] < g->codes)
			visit(with, w.to[k]);
}

/* The functions that it may call: its own, or whatever is handed to pools. */
static void each_called(const struct program *g, uint32_t pc, each_way *visit, void *with)
{
	const struct ins *i = &g->code[pc];
	if (i->op == OP_CALL)
		visit(with, g->function[i->to].entry);
	for (uint32_t k = 0; (i->op == OP_TAKE || i->op == OP_TEND) && k < g->codes; k++) {
		const struct ins *task = &g->code[k];
		bool submits = task->op == OP_SUBMIT || task->op == OP_SUBMIT_ALL;
		if (submits && i->op == OP_TAKE)
			visit(with, g->function[task->to].entry);
		else if (submits && task->lo != NO_OPERAND)
			visit(with, g->function[task->lo].entry);
	}
}

/* Where an exception may lead from here, inside the function. */
static void each_handler(const struct program *g, uint32_t pc, each_way *visit, void *with)
{
	for (size_t h = 0; h < g->handlers; h++)
		if (pc >= g->handler[h].from && pc < g->handler[h].to)
			visit(with, g->handler[h].target);
}

/* The instructions that a process's program, or a function, can come to. */
struct reach { const struct program *g; bool *seen; uint32_t *list; size_t count; };

static void reach_add(void *with, uint32_t pc)
{
	struct reach *r = with;
	if (r->seen[pc])
		return;
	r->seen[pc] = true;
	r->list[r->count++] = pc;
}

static void reach_from(struct reach *r, const struct program *g, uint32_t entry)
{
	*r = (struct reach){ g, must_have(calloc(g->codes, sizeof *r->seen)), must_have(calloc(g->codes, sizeof *r->list)), 0 };
	reach_add(r, entry);
	for (size_t k = 0; k < r->count; k++) {
		each_next(g, r->list[k], reach_add, r);
		each_handler(g, r->list[k], reach_add, r);
		each_called(g, r->list[k], reach_add, r);
	}
}

static void reach_free(struct reach *r)
{
	free(r->seen);
	free(r->list);
}

static uint32_t entry_of(const struct program *g, proc_id p)
{
	return g->function[g->group[g->process[p].group].function].entry;
}

/* ---- what an instruction touches ---- */

struct touch { const struct facts *f; uint64_t *reads, *writes; };

/* A manager that lives as long as anybody may ask it is always there to answer. */
static bool is_certain(const struct facts *f, uint32_t thing)
{
	uint32_t first = thing_object(f->g, 0);
	return f->served && thing >= first && thing_is_of_others(f->g, thing) && f->g->object[(thing - first) / 2].kind == KIND_MANAGER;
}

static void touch_thing(void *with, uint32_t thing, enum access access)
{
	const struct touch *t = with;
	if (access != AWAITS && !is_certain(t->f, thing))
		bit_add(access == WRITES ? t->writes : t->reads, thing);
}

/* The end of a process that never had children. */
static void touch_childless(void *with, uint32_t thing, enum access access)
{
	if (thing >= LIFE_THINGS || (thing == THING_ENDED && access == WRITES) || (thing == THING_ORPHANED && access == READS))
		touch_thing(with, thing, access);
}

static each_thing *how_to_touch(const struct facts *f, enum op op, proc_id p)
{
	return op_ends(op) && !op_is_unknown(op) && !f->parent[p] ? touch_childless : touch_thing;
}

static value constant_of(const struct program *g, operand o)
{
	return o != NO_OPERAND && (o & OPERAND_WHERE) == CONSTANT ? g->constant[o & OPERAND_INDEX] : VALUE_UNSET;
}

/* The block of an `atomic` is one action: all that it touches. */
static void touch_block(struct touch *t, uint32_t pc)
{
	const struct program *g = t->f->g;
	struct reach r = { g, must_have(calloc(g->codes, sizeof *r.seen)), must_have(calloc(g->codes, sizeof *r.list)), 0 };
	reach_add(&r, pc + 1);
	for (size_t k = 0; k < r.count; k++) {
		const struct ins *i = &g->code[r.list[k]];
		if (i->flags & INS_ACTION)
			continue;
		footprint_each(g, i, constant_of(g, i->a), 0, touch_thing, t);
		each_next(g, r.list[k], reach_add, &r);
	}
	reach_free(&r);
}

void facts_touch(const struct facts *f, const cell *own, proc_id p, uint64_t *reads, uint64_t *writes)
{
	struct touch t = { f, reads, writes };
	uint32_t pc = ((const struct own *)own)->pc;
	const struct ins *i = &f->g->code[pc];
	if (i->op == OP_ATOMIC)
		touch_block(&t, pc);
	else
		footprint_each(f->g, i, world_operand(f->g, own, p), p, how_to_touch(f, i->op, p), &t);
}

/* ---- what may still be touched ---- */

static uint64_t *future_at(const struct facts *f, uint32_t pc)
{
	return f->future + (size_t)pc * 2 * f->words;
}

static bool unite(uint64_t *to, const uint64_t *from, uint32_t words)
{
	uint64_t new = 0;
	for (uint32_t k = 0; k < words; k++) {
		new |= from[k] & ~to[k];
		to[k] |= from[k];
	}
	return new;
}

struct flow { struct facts *f; uint32_t pc; bool changed; };

static void future_from(void *with, uint32_t to)
{
	struct flow *x = with;
	x->changed |= unite(future_at(x->f, x->pc), future_at(x->f, to), 2 * x->f->words);
}

static void make_futures(struct facts *f)
{
	const struct program *g = f->g;
	struct flow x = { .f = f, .changed = true };
	for (uint32_t pc = 0; pc < g->codes; pc++) {
		struct touch t = { f, future_at(f, pc), future_at(f, pc) + f->words };
		footprint_each(g, &g->code[pc], constant_of(g, g->code[pc].a), 0, touch_thing, &t);
	}
	while (x.changed) {
		x.changed = false;
		for (x.pc = g->codes; x.pc-- > 0; ) {
			each_next(g, x.pc, future_from, &x);
			each_handler(g, x.pc, future_from, &x);
			each_called(g, x.pc, future_from, &x);
		}
	}
}

struct sets { const struct facts *f; uint64_t *reads, *writes; };

static void add_future(void *with, uint32_t pc)
{
	const struct sets *s = with;
	unite(s->reads, future_at(s->f, pc), s->f->words);
	unite(s->writes, future_at(s->f, pc) + s->f->words, s->f->words);
}

/* Whatever else it does, it may end, or be killed. */
static void add_end(const struct facts *f, proc_id p, uint64_t *reads, uint64_t *writes)
{
	struct touch t = { f, reads, writes };
	footprint_end(f->g, p, f->prey[p], how_to_touch(f, OP_FINISH, p), &t);
	footprint_each(f->g, &f->g->code[1], VALUE_UNSET, p, how_to_touch(f, OP_FINISH, p), &t);
}

void facts_future(const struct facts *f, const cell *own, proc_id p, uint64_t *reads, uint64_t *writes)
{
	const struct own *me = (const struct own *)own;
	struct sets s = { f, reads, writes };
	add_end(f, p, reads, writes);
	add_future(&s, me->pc);
	for (uint32_t depth = me->depth, frame = me->frame; depth; depth--) {
		uint32_t back = own[frame + FRAME_RETURN];
		add_future(&s, back);
		each_handler(f->g, back - 1, add_future, &s);
		frame = own[frame + FRAME_BASE];
	}
}

void facts_future_of_new(const struct facts *f, proc_id p, uint64_t *reads, uint64_t *writes)
{
	struct sets s = { f, reads, writes };
	add_end(f, p, reads, writes);
	add_future(&s, entry_of(f->g, p));
}

/* ---- which variables are dead ---- */

static uint64_t slot_bit(operand o)
{
	uint32_t n = o & OPERAND_INDEX;
	return o != NO_OPERAND && (o & OPERAND_WHERE) == IN_FRAME && n < 64 ? 1ull << n : 0;
}

/* Does it write dst, whole, before it reads it? */
static bool overwrites(const struct ins *i)
{
	switch (i->op) {
	case OP_MOVE: case OP_NEGATE: case OP_NOT: case OP_ADD: case OP_SUBTRACT: case OP_MULTIPLY: case OP_DIVIDE:
	case OP_MODULO: case OP_EQUAL: case OP_UNEQUAL: case OP_LESS: case OP_AT_MOST: case OP_GREATER: case OP_AT_LEAST:
	case OP_IN: case OP_NOT_IN: case OP_INDEX: case OP_END: case OP_LIST: case OP_FORMAT: case OP_FUNCTION: case OP_MEMBERS:
	case OP_LOAD: case OP_LOAD_ITEM: case OP_LOAD_FIELD: case OP_ASK: case OP_DRAW: case OP_GET: case OP_RECV:
	case OP_ACCEPT: case OP_CONNECT: case OP_SUBMIT: case OP_SUBMIT_ALL: case OP_COLLECT:
		return true;
	default:
		return false;
	}
}

/* What it may read. A field that is no operand may look like one: then a slot lives longer than it must. */
static uint64_t reads_slots(const struct ins *i)
{
	uint64_t kept = i->op == OP_RERAISE ? ~0ull : 0;
	return kept | slot_bit(i->a) | slot_bit(i->b) | slot_bit(i->lo) | slot_bit(i->hi) |
	       (overwrites(i) ? 0 : slot_bit(i->dst));
}

struct lives { const struct facts *f; uint64_t live; };

static void live_from(void *with, uint32_t to)
{
	struct lives *x = with;
	x->live |= x->f->live[to];
}

static uint64_t live_at(struct facts *f, uint32_t pc)
{
	struct lives next = { f, 0 }, caught = { f, 0 };
	const struct ins *i = &f->g->code[pc];
	each_next(f->g, pc, live_from, &next);
	each_handler(f->g, pc, live_from, &caught);
	return (next.live & ~(overwrites(i) ? slot_bit(i->dst) : 0)) | caught.live | reads_slots(i);
}

uint64_t facts_live_after_call(const struct facts *f, uint32_t back)
{
	struct lives x = { f, f->live[back] };
	each_handler(f->g, back - 1, live_from, &x);
	return x.live;
}

/* What loops and handlers keep has no name, and counts as read for ever. */
static uint64_t unnamed(const struct program *g, uint32_t pc)
{
	uint64_t set = ~0ull;
	for (uint32_t f = 1; f < g->functions; f++)
		if (pc >= g->function[f].entry && pc < g->function[f].end)
			for (uint32_t k = 0; k < g->function[f].locals && k < 64; k++)
				if (g->function[f].local[k])
					set &= ~(1ull << k);
	return set;
}

static void make_live(struct facts *f)
{
	bool changed = true;
	for (uint32_t pc = 0; pc < f->g->codes; pc++)
		f->live[pc] = f->reduce ? unnamed(f->g, pc) : ~0ull;
	while (changed) {
		changed = false;
		for (uint32_t pc = f->g->codes; pc-- > 0; ) {
			uint64_t live = f->live[pc] | live_at(f, pc);
			changed |= live != f->live[pc];
			f->live[pc] = live;
		}
	}
}

/* ---- who can be told apart ---- */

/* Is this a text that is made for a `say`, and used by nothing else? Then it may hold a name. */
static bool only_said(const struct program *g, uint32_t pc)
{
	for (; pc < g->codes; pc++) {
		const struct ins *i = &g->code[pc];
		if (i->op == OP_SAY)
			return true;
		if (i->flags & INS_ACTION || (i->op != OP_FUNCTION && i->op != OP_FORMAT && i->op != OP_MOVE && i->op != OP_CHECK) ||
		    (i->dst & OPERAND_WHERE) != TEMPORARY)
			return false;
	}
	return false;
}

static void tell_apart(struct facts *f, uint32_t group)
{
	const struct group *row = &f->g->group[group];
	for (uint32_t k = 0; k < row->count; k++)
		f->alike[row->first + k] = false;
}

static void apart_by_value(struct facts *f, value v, bool whole)
{
	uint32_t n = value_payload(v), count;
	if (value_tag(v) == TAG_LIST) {
		const value *list = value_list(f->g->pool, v, &count);
		for (uint32_t k = 0; k < count; k++)
			apart_by_value(f, list[k], false);
	}
	if (value_tag(v) != TAG_PROCESS)
		return;
	if (!(n & PROCESS_GROUP))
		tell_apart(f, f->g->process[n].group);
	else if (!whole)
		tell_apart(f, n & ~PROCESS_GROUP);
}

/* An instruction that names a process, or a group otherwise than to join all of it. */
static void apart_by_ins(struct facts *f, const struct ins *i)
{
	bool whole = i->op == OP_JOIN;
	apart_by_value(f, constant_of(f->g, i->a), whole);
	apart_by_value(f, constant_of(f->g, i->b), false);
}

/* Members that begin with other values of their own: what one of them does another may never do. */
static void apart_by_each(struct facts *f, uint32_t group)
{
	const struct group *row = &f->g->group[group];
	for (uint32_t k = 1; row->privates && k < row->count; k++)
		if (memcmp(f->g->process[row->first].private, f->g->process[row->first + k].private, row->privates * sizeof(value)))
			tell_apart(f, group);
}

static void look_at_program_of(struct facts *f, uint32_t group)
{
	const struct group *row = &f->g->group[group];
	struct reach r;
	reach_from(&r, f->g, f->g->function[row->function].entry);
	for (size_t k = 0; k < r.count; k++) {
		const struct ins *i = &f->g->code[r.list[k]];
		bool oneself = i->op == OP_FUNCTION && i->b >= FUNCTION_COUNT && !only_said(f->g, r.list[k]);
		if (oneself || op_starts(i->op))
			tell_apart(f, group);
		for (uint32_t p = 0; op_starts(i->op) && p < row->count; p++)
			f->parent[row->first + p] = true;
		f->violence |= op_signals(i->op) || op_orphans(i->op);
	}
	reach_free(&r);
}

/* The default main starts everybody in order, before anybody moves. */
static bool is_default_start(const struct program *g, uint32_t pc)
{
	const struct function *main = &g->function[g->group[0].function];
	return g->default_main && pc >= main->entry && pc < main->end && g->code[pc].op == OP_START;
}

static void find_alike(struct facts *f)
{
	const struct program *g = f->g;
	for (proc_id p = MAIN + 1; p < g->processes; p++) {
		const struct group *row = &g->group[g->process[p].group];
		f->alike[p] = f->reduce && !f->unknown && g->default_main && row->count > 1 && !row->daemon && !row->service;
	}
	for (uint32_t k = 0; k < g->groups; k++) {
		look_at_program_of(f, k);
		apart_by_each(f, k);
	}
	for (uint32_t pc = 0; pc < g->codes; pc++)
		if (!is_default_start(g, pc))
			apart_by_ins(f, &g->code[pc]);
	for (uint32_t v = 0; v < g->shareds; v++)
		apart_by_value(f, g->shared[v].first, false);
	for (proc_id p = MAIN + 1; p < g->processes; p++)
		for (uint32_t k = 0; k < g->group[g->process[p].group].privates; k++)
			apart_by_value(f, g->process[p].private[k], false);
	f->parent[MAIN] = true;
}

/* Who may be sent a signal: a daemon, when its parent ends; whoever an instruction that signals may name. */
static void find_prey(struct facts *f)
{
	const struct program *g = f->g;
	for (proc_id p = MAIN; p < g->processes; p++)
		f->any_prey |= f->prey[p] = g->group[g->process[p].group].daemon;
	for (uint32_t pc = 0; pc < g->codes; pc++) {
		value v = constant_of(g, g->code[pc].a);
		if (!op_signals(g->code[pc].op))
			continue;
		for (proc_id p = MAIN; p < g->processes; p++)
			f->prey[p] |= v == VALUE_UNSET || v == value_make(TAG_PROCESS, p);
	}
}

/* A callback sees the variables of who owns the pool, and changes them: then nothing that either does is its own. Nor
 * is it where somebody may ask for a parent that may be killed. */
static void find_sharing(struct facts *f)
{
	const struct program *g = f->g;
	bool callbacks = false;
	for (uint32_t pc = 0; pc < g->codes; pc++)
		callbacks |= g->code[pc].op == OP_SUBMIT && g->code[pc].lo != NO_OPERAND;
	for (proc_id p = MAIN; p < g->processes; p++)
		f->shares[p] = g->asks_parent && f->violence;
	for (proc_id p = MAIN; p < g->processes; p++)
		if (g->process[p].within && callbacks)
			f->shares[p] = f->shares[g->process[p].within] = true;
}

/* A manager ends with main. The default main waits for all but daemons, and for whom a killed parent left behind. */
static void find_served(struct facts *f)
{
	const struct program *g = f->g;
	f->served = g->default_main && !f->violence;
	for (uint32_t k = 0; k < g->groups; k++)
		f->served &= !g->group[k].daemon || g->object[g->group[k].service].kind == KIND_MANAGER;
}

static void find_owned(struct facts *f)
{
	const struct program *g = f->g;
	for (uint32_t o = 1; o < g->objects; o++) {
		f->owned[o] |= !f->reduce || f->unknown || g->object[o].kind == KIND_RLOCK;
		if (g->object[o].kind == KIND_CONDITION)
			f->owned[g->object[o].lock] = true;
	}
}

/* ---- what expectations look at ---- */

static void find_seen(struct facts *f)
{
	struct touch t = { f, f->seen, f->seen };
	for (size_t k = 0; k < f->g->expects; k++) {
		const struct expect *e = &f->g->expect[k];
		if (e->kind != EXPECT_ALWAYS && e->kind != EXPECT_REACHABLE)
			continue;
		struct reach r;
		reach_from(&r, f->g, e->code);
		for (size_t n = 0; n < r.count; n++)
			footprint_each(f->g, &f->g->code[r.list[n]], constant_of(f->g, f->g->code[r.list[n]].a), 0, touch_thing, &t);
		reach_free(&r);
	}
}

/* ---- what the default main does ---- */

/* Who does not depend on whether another has begun can't tell whether that was started yet. A daemon can: the later the
 * last arrival, the later main ends it. */
static void find_arrivals(struct facts *f)
{
	uint64_t *sets = must_have(calloc(f->words, sizeof *sets));
	for (proc_id p = MAIN + 1; p < f->g->processes; p++)
		facts_future_of_new(f, p, sets, sets);
	f->arrivals_noticed = f->any_prey || bit_is(sets, THING_BEGUN) || bit_is(f->seen, THING_BEGUN);
	free(sets);
}

/* It starts processes, and its end closes what it has open. */
static void find_main_seen(struct facts *f)
{
	const struct program *g = f->g;
	bool seen = false;
	for (uint32_t t = 0; t < LIFE_THINGS; t++)
		seen |= bit_is(f->seen, t);
	for (uint32_t o = 1; o < g->objects; o++) {
		enum kind kind = g->object[o].kind;
		seen |= (kind == KIND_PIPE || kind == KIND_SOCKET || kind == KIND_CONNECTION) && bit_is(f->seen, thing_object(g, o));
	}
	f->main_seen = g->default_main && seen;
}

struct glance { const struct program *g; bool at_others; };

static void glance_at(void *with, uint32_t thing, enum access access)
{
	struct glance *x = with;
	(void)access;
	x->at_others |= thing_is_of_others(x->g, thing);
}

bool facts_peeks_at_processes(const struct facts *f, uint32_t code)
{
	struct reach r;
	struct glance x = { f->g, false };
	reach_from(&r, f->g, code);
	for (size_t k = 0; k < r.count; k++)
		footprint_each(f->g, &f->g->code[r.list[k]], constant_of(f->g, f->g->code[r.list[k]].a), 0, glance_at, &x);
	reach_free(&r);
	return x.at_others;
}

/* How often each place is come to from others; and, in order, those that nobody is left to come to. */
struct order { uint32_t *comes; uint32_t *list; size_t count; };

static void comes_to(void *with, uint32_t to)
{
	((struct order *)with)->comes[to]++;
}

static void came_to(void *with, uint32_t to)
{
	struct order *x = with;
	if (!--x->comes[to])
		x->list[x->count++] = to;
}

static void each_onward(const struct program *g, uint32_t pc, each_way *visit, void *with)
{
	each_next(g, pc, visit, with);
	each_handler(g, pc, visit, with);
	each_called(g, pc, visit, with);
}

/* Kahn's topological order: whatever is left over is in a circle, or behind one. */
static bool circle_free(const struct program *g, uint32_t entry)
{
	struct reach r;
	reach_from(&r, g, entry);
	struct order x = { must_have(calloc(g->codes, sizeof *x.comes)), must_have(calloc(g->codes, sizeof *x.list)), 0 };
	for (size_t k = 0; k < r.count; k++)
		each_onward(g, r.list[k], comes_to, &x);
	if (!x.comes[entry])
		x.list[x.count++] = entry;
	for (size_t k = 0; k < x.count; k++)
		each_onward(g, x.list[k], came_to, &x);
	bool all = x.count == r.count;
	reach_free(&r);
	free(x.comes);
	free(x.list);
	return all;
}

bool facts_loop_free(const struct facts *f)
{
	for (uint32_t k = 0; k < f->g->groups; k++)
		if (!circle_free(f->g, f->g->function[f->g->group[k].function].entry))
			return false;
	return true;
}

void facts_make(struct facts *f, const struct program *g, bool reduce)
{
	*f = (struct facts){ .g = g, .reduce = reduce, .words = (things(g) + 63) / 64 };
	f->future = must_have(calloc((size_t)g->codes * 2 * f->words, sizeof *f->future));
	f->live = must_have(calloc(g->codes, sizeof *f->live));
	f->seen = must_have(calloc(f->words, sizeof *f->seen));
	f->alike = must_have(calloc(g->processes, sizeof *f->alike));
	f->prey = must_have(calloc(g->processes, sizeof *f->prey));
	f->parent = must_have(calloc(g->processes, sizeof *f->parent));
	f->shares = must_have(calloc(g->processes, sizeof *f->shares));
	f->owned = must_have(calloc(g->objects + 1, sizeof *f->owned));
	f->others = must_have(calloc(f->words, sizeof *f->others));
	for (uint32_t t = 0; t < things(g); t++)
		if (thing_is_of_others(g, t))
			bit_add(f->others, t);
	for (uint32_t pc = 0; pc < g->codes; pc++)
		f->unknown |= op_is_unknown(g->code[pc].op);
	find_alike(f);
	find_prey(f);
	find_sharing(f);
	find_served(f);
	find_owned(f);
	make_futures(f);
	make_live(f);
	find_seen(f);
	find_arrivals(f);
	find_main_seen(f);
}

void facts_free(struct facts *f)
{
	free(f->future);
	free(f->live);
	free(f->seen);
	free(f->others);
	free(f->alike);
	free(f->prey);
	free(f->parent);
	free(f->shares);
	free(f->owned);
}
