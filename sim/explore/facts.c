/* Facts of the code, by going over it until nothing changes: what may be touched later (for partial order
 * reduction: Godefroid, Partial-Order Methods for the Verification of Concurrent Systems, 1996) and which
 * variables are dead (Holzmann, The engineering of a model checker, 1999). */
#include "sim/explore/facts.h"
#include <stdlib.h>
#include <string.h>


static uint32_t entry_of(const struct program *g, proc_id p)
{
	return g->function[g->group[g->process[p].group].function].entry;
}

/* ---- what an instruction touches ---- */

struct touch { const struct facts *f; uint64_t *reads, *writes; };

/* A manager that lives as long as any process may ask it is always there to answer. */
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
	struct flow *flow = t->f->flow;
	flow_walk_block(flow, pc + 1);
	for (size_t k = 0; k < flow->count; k++)
		footprint_each(g, &g->code[flow->list[k]], constant_of(g, g->code[flow->list[k]].a), 0, touch_thing, t);
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

static uint64_t *future_at(const struct facts *f, uint32_t node)
{
	return f->future + (size_t)f->future_of[node] * 2 * f->words;
}

static void unite(uint64_t *to, const uint64_t *from, uint32_t words)
{
	for (uint32_t k = 0; k < words; k++)
		to[k] |= from[k];
}

static void add_own_touches(const struct facts *f, uint64_t *set, uint32_t node)
{
	struct touch t = { f, set, set + f->words };
	if (flow_is_code(f->flow, node))
		footprint_each(f->g, &f->g->code[node], constant_of(f->g, f->g->code[node].a), 0, touch_thing, &t);
}

/* All of a part may touch the same; and what comes after it, which is known. Most instructions add nothing to that, and
 * share the set. */
static void add_part(void *with, const uint32_t *node, uint32_t count)
{
	struct facts *f = with;
	size_t bytes = 2 * f->words * sizeof *f->future;
	uint32_t n = f->futures, to, after = 0;
	bool circle = count > 1;
	while (f->futures >= f->future_room)
		f->future = grow(f->future, &f->future_room, bytes);
	uint64_t *set = memset(f->future + (size_t)n * 2 * f->words, 0, bytes);
	for (uint32_t k = 0; k < count; k++) {
		add_own_touches(f, set, node[k]);
		for (uint32_t way = 0; flow_next(f->flow, node[k], way, &to); way++) {
			circle |= to == node[k];
			if (f->future_of[to])
				unite(set, future_at(f, after = to), 2 * f->words);
		}
	}
	if (after && !memcmp(set, future_at(f, after), bytes))
		n = f->future_of[after];
	else
		f->futures++;
	for (uint32_t k = 0; k < count; k++) {
		f->future_of[node[k]] = n;
		f->circle[node[k]] = circle;
	}
}

static void make_futures(struct facts *f)
{
	size_t bytes = 2 * f->words * sizeof *f->future;
	f->future = grow(f->future, &f->future_room, bytes);
	memset(f->future, 0, bytes);
	f->futures = 1;                         /* 0 is that of nodes that no part has yet */
	flow_parts(f->flow, add_part, f);
}

struct sets { const struct facts *f; uint64_t *reads, *writes; };

static void add_future(const struct sets *s, uint32_t node)
{
	unite(s->reads, future_at(s->f, node), s->f->words);
	unite(s->writes, future_at(s->f, node) + s->f->words, s->f->words);
}

/* Whatever it does, a signal may come. */
static void add_handlers(const struct sets *s, proc_id p)
{
	for (int k = 0; s->f->prey[p] && k < SIGNAL_COUNT; k++)
		if (handler_of(s->f->g, p, k))
			add_future(s, s->f->g->function[handler_of(s->f->g, p, k)].entry);
}

/* Whatever else it does, it may end, or be killed. */
static void add_end(const struct facts *f, proc_id p, uint64_t *reads, uint64_t *writes)
{
	struct touch t = { f, reads, writes };
	if (f->prey[p])
		footprint_death(f->g, p, how_to_touch(f, OP_FINISH, p), &t);
	footprint_each(f->g, &f->g->code[1], VALUE_UNSET, p, how_to_touch(f, OP_FINISH, p), &t);
}

void facts_future(const struct facts *f, const cell *own, proc_id p, uint64_t *reads, uint64_t *writes)
{
	const struct own *me = (const struct own *)own;
	const struct sets s = { f, reads, writes };
	add_end(f, p, reads, writes);
	add_handlers(&s, p);
	add_future(&s, me->pc);
	for (uint32_t depth = me->depth, frame = me->frame; depth; depth--) {
		uint32_t back = own[frame + FRAME_RETURN];
		add_future(&s, back);
		if (!frame_handles(f->g, own, frame) && f->flow->inner[back - 1])
			add_future(&s, f->flow->inner[back - 1]);
		frame = own[frame + FRAME_BASE];
	}
}

void facts_future_of_new(const struct facts *f, proc_id p, uint64_t *reads, uint64_t *writes)
{
	const struct sets s = { f, reads, writes };
	add_end(f, p, reads, writes);
	add_handlers(&s, p);
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
	case OP_IN: case OP_NOT_IN: case OP_INDEX: case OP_SLICE: case OP_END: case OP_LIST: case OP_DICT: case OP_FORMAT: case OP_FUNCTION: case OP_MEMBERS:
	case OP_LOAD: case OP_LOAD_ITEM: case OP_LOAD_FIELD: case OP_LOAD_ELEMENT: case OP_POP: case OP_ASK: case OP_DRAW: case OP_GET: case OP_RECV:
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

/* In a block: what its handlers may read, and those around it. */
static void live_in_block(struct facts *f, uint32_t node, uint32_t end)
{
	const struct flow *flow = f->flow;
	uint32_t outer = flow->block[node - f->g->codes].outer, to;
	if (outer && flow->block[outer - f->g->codes].to == end)
		live_in_block(f, outer, end);
	for (uint32_t way = 0; flow_next(flow, node, way, &to); way++)
		f->live[node] |= f->live[to];
}

static uint64_t live_at(struct facts *f, uint32_t pc)
{
	const struct ins *i = &f->g->code[pc];
	uint32_t inner = f->flow->inner[pc], to;
	uint64_t next = 0;
	for (uint32_t way = 0; flow_on(f->flow, pc, way, &to); way++)
		next |= f->live[to];
	return (next & ~(overwrites(i) ? slot_bit(i->dst) : 0)) | (inner ? f->live[inner] : 0) | reads_slots(i);
}

uint64_t facts_live_after_call(const struct facts *f, uint32_t back, bool handler)
{
	if (handler)                            /* back to what was interrupted, which is still to be done */
		return f->live[back];
	uint32_t inner = f->flow->inner[back - 1];
	return f->live[back] | (inner ? f->live[inner] : 0);
}

/* What loops and handlers keep has no name, and counts as read for ever. */
static void keep_unnamed(struct facts *f, const struct function *row)
{
	uint64_t set = ~0ull;
	for (uint32_t k = 0; k < row->locals && k < 64; k++)
		if (row->local[k])
			set &= ~(1ull << k);
	for (uint32_t pc = row->entry; pc < row->end; pc++)
		f->live[pc] = set;
}

/* Backwards, so that most of what comes later is known; again for each loop inside another. */
static void make_live(struct facts *f)
{
	bool changed = f->reduce;
	for (uint32_t pc = 0; pc < f->g->codes; pc++)
		f->live[pc] = ~0ull;
	for (uint32_t k = 1; k < f->g->functions && f->reduce; k++)
		keep_unnamed(f, &f->g->function[k]);
	while (changed) {
		changed = false;
		for (uint32_t pc = f->g->codes; pc-- > 0 && guard_goes_on(f->guard); ) {
			uint32_t inner = f->flow->inner[pc];
			if (inner && f->flow->block[inner - f->g->codes].to == pc + 1)
				live_in_block(f, inner, pc + 1);
			uint64_t live = f->live[pc] | live_at(f, pc);
			changed |= live != f->live[pc];
			f->live[pc] = live;
		}
	}
}

/* ---- which processes can be told apart ---- */

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
	const value *part = value_parts(f->g->pool, v, &count);
	for (uint32_t k = 0; k < count; k++)
		apart_by_value(f, part[k], false);
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

static void look_at_code_of(struct facts *f, uint32_t group, uint32_t function)
{
	const struct group *row = &f->g->group[group];
	flow_walk(f->flow, f->g->function[function].entry);
	for (size_t k = 0; k < f->flow->count; k++) {
		uint32_t pc = f->flow->list[k];
		if (!flow_is_code(f->flow, pc))
			continue;
		const struct ins *i = &f->g->code[pc];
		bool oneself = i->op == OP_FUNCTION && i->b >= FUNCTION_COUNT && !only_said(f->g, pc);
		if (oneself || op_starts(i->op))
			tell_apart(f, group);
		for (uint32_t p = 0; op_starts(i->op) && p < row->count; p++)
			f->parent[row->first + p] = true;
		f->violence |= op_signals(i->op) || op_orphans(i->op);
	}
}

static void look_at_program_of(struct facts *f, uint32_t group)
{
	const struct group *row = &f->g->group[group];
	look_at_code_of(f, group, row->function);
	for (int k = 0; k < SIGNAL_COUNT; k++)
		if (row->on[k])
			look_at_code_of(f, group, row->on[k]);
	if (row->handles)                       /* what is pending, and where it stands in lines, is of a process with a name */
		tell_apart(f, group);
}

/* The default main starts all of a group in order, and no other moves in between. */
static bool is_default_start(const struct program *g, uint32_t pc)
{
	const struct function *main = &g->function[g->group[0].function];
	return g->default_main && pc >= main->entry && pc < main->end && g->code[pc].op == OP_START;
}

/* What is not through in a queue names the process that has it. */
static void find_alike(struct facts *f)
{
	const struct program *g = f->g;
	for (proc_id p = MAIN + 1; p < g->processes; p++) {
		const struct group *row = &g->group[g->process[p].group];
		f->alike[p] = f->reduce && !f->unknown && !g->feeds && g->default_main && row->count > 1 && !row->daemon && !row->service;
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

/* Which processes may be sent a signal: a daemon, when its parent ends; any that an instruction that signals may name. */
static void find_prey(struct facts *f)
{
	const struct program *g = f->g;
	for (proc_id p = MAIN; p < g->processes; p++)
		f->any_prey |= f->prey[p] = g->group[g->process[p].group].daemon || g->group[g->process[p].group].on[SIGNAL_CHLD];
	for (uint32_t pc = 0; pc < g->codes; pc++) {
		value v = constant_of(g, g->code[pc].a);
		if (!op_signals(g->code[pc].op))
			continue;
		for (proc_id p = MAIN; p < g->processes; p++)
			f->prey[p] |= v == VALUE_UNSET || v == value_make(TAG_PROCESS, p);
	}
}

/* A callback sees the variables of the pool's owner, and changes them: then nothing that either does is its own. Nor
 * is it where a process may ask for a parent that may be killed. */
static void find_sharing(struct facts *f)
{
	const struct program *g = f->g;
	bool callbacks = false;
	for (uint32_t pc = 0; pc < g->codes; pc++)
		callbacks |= g->code[pc].op == OP_SUBMIT && (g->code[pc].lo != NO_OPERAND || g->code[pc].hi != NO_OPERAND);
	for (proc_id p = MAIN; p < g->processes; p++)
		f->shares[p] = g->asks_parent && f->violence;
	for (proc_id p = MAIN; p < g->processes; p++)
		if (g->process[p].within && callbacks)
			f->shares[p] = f->shares[g->process[p].within] = true;
}

/* A manager ends with main. The default main waits for all but daemons and the children that a killed parent left behind. */
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

static void find_seen_by(struct facts *f, uint32_t code, struct touch *t)
{
	flow_walk(f->flow, code);
	for (size_t n = 0; n < f->flow->count; n++)
		footprint_each(f->g, &f->g->code[f->flow->list[n]], constant_of(f->g, f->g->code[f->flow->list[n]].a), 0, touch_thing, t);
}

static void find_seen(struct facts *f)
{
	struct touch t = { f, f->seen, f->seen };
	for (size_t k = 0; k < f->g->expects; k++) {
		const struct expect *e = &f->g->expect[k];
		if (e->kind == EXPECT_ALWAYS || e->kind == EXPECT_REACHABLE || e->kind == EXPECT_LEADS_TO)
			find_seen_by(f, e->code, &t);
		if (e->kind == EXPECT_LEADS_TO)
			find_seen_by(f, e->later, &t);
	}
}

/* ---- what the default main does ---- */

/* Are they all daemons who arrive last? Then the end of main, which ends them, may come with their arrival; it can't
 * come before the end of any other that arrives. */
static bool daemons_arrive_last(const struct program *g)
{
	int64_t last = 0;
	bool daemons = false;
	for (uint32_t k = 1; k < g->groups; k++)
		last = g->group[k].arrive > last ? g->group[k].arrive : last;
	for (uint32_t k = 1; k < g->groups; k++)
		if (g->group[k].arrive == last) {
			if (!g->group[k].daemon)
				return false;
			daemons = true;
		}
	return last && daemons;
}

/* A process that does not depend on whether another has begun can't tell whether that was started yet: it might as well have been,
 * and not have moved. */
static void find_arrivals(struct facts *f)
{
	uint64_t *sets = must_have(calloc(f->words, sizeof *sets));
	for (proc_id p = MAIN + 1; p < f->g->processes; p++)
		facts_future_of_new(f, p, sets, sets);
	f->arrivals_noticed = bit_is(sets, THING_BEGUN) || bit_is(f->seen, THING_BEGUN) || daemons_arrive_last(f->g);
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
	struct glance x = { f->g, false };
	flow_walk(f->flow, code);
	for (size_t k = 0; k < f->flow->count; k++)
		footprint_each(f->g, &f->g->code[f->flow->list[k]], constant_of(f->g, f->g->code[f->flow->list[k]].a), 0, glance_at, &x);
	return x.at_others;
}

/* A handler that sends signals may do so to itself, for ever. */
static bool is_loop_free(const struct facts *f, uint32_t function)
{
	bool handler = f->g->function[function].handles;
	flow_walk(f->flow, f->g->function[function].entry);
	for (size_t k = 0; k < f->flow->count; k++) {
		uint32_t node = f->flow->list[k];
		if (f->circle[node] || (handler && flow_is_code(f->flow, node) && op_signals(f->g->code[node].op)))
			return false;
	}
	return true;
}

bool facts_loop_free(const struct facts *f)
{
	for (uint32_t g = 0; g < f->g->groups; g++) {
		if (!is_loop_free(f, f->g->group[g].function))
			return false;
		for (int k = 0; k < SIGNAL_COUNT; k++)
			if (f->g->group[g].on[k] && !is_loop_free(f, f->g->group[g].on[k]))
				return false;
	}
	return true;
}

/* Of a group whose members have come to different points of it each has its name. */
static void apart_at_origin(struct facts *f, const struct origin *o)
{
	for (uint32_t k = 0; k < f->g->groups; k++)
		for (uint32_t n = 0; !origin_alike(o, f->g, k) && n < f->g->group[k].count; n++)
			f->alike[f->g->group[k].first + n] = false;
}

void facts_make(struct facts *f, const struct program *g, bool reduce, const struct origin *origin, struct guard *guard)
{
	*f = (struct facts){ .g = g, .reduce = reduce, .guard = guard, .words = (things(g) + 63) / 64 };
	f->flow = must_have(malloc(sizeof *f->flow));
	flow_open(f->flow, g, guard);
	f->future_of = must_have(calloc(f->flow->nodes, sizeof *f->future_of));
	f->circle = must_have(calloc(f->flow->nodes, sizeof *f->circle));
	f->live = must_have(calloc(f->flow->nodes, sizeof *f->live));
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
	if (origin)
		apart_at_origin(f, origin);
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
	flow_close(f->flow);
	free(f->flow);
	free(f->future_of);
	free(f->future);
	free(f->circle);
	free(f->live);
	free(f->seen);
	free(f->others);
	free(f->alike);
	free(f->prey);
	free(f->parent);
	free(f->shares);
	free(f->owned);
}
