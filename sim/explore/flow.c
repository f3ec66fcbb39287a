/* The ways through the code. */
#include "sim/explore/flow.h"
#include <stdlib.h>
#include <string.h>
#include "sim/base/arena.h"

/* ---- the blocks that handlers stand around ---- */

struct row { uint32_t from, to, handler; };

/* Outer blocks first; the handlers of a block in their own order. */
static int by_block(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to > y->to ? -1 : 1;
	return x->handler < y->handler ? -1 : x->handler > y->handler;
}

static uint32_t node_of_block(const struct flow *f, uint32_t block)
{
	return f->g->codes + block;
}

/* Blocks stand inside each other, or apart. */
static uint32_t outer_of(const struct flow *f, uint32_t block)
{
	const struct flow_block *all = f->block;
	uint32_t node = block ? node_of_block(f, block - 1) : 0;
	while (node && all[node - f->g->codes].to <= all[block].from)
		node = all[node - f->g->codes].outer;
	return node;
}

static void add_block(struct flow *f, const struct row *r, uint32_t first)
{
	uint32_t n = f->blocks++;
	f->block[n] = (struct flow_block){ .from = r->from, .to = r->to, .first = first };
	f->block[n].outer = outer_of(f, n);
	for (uint32_t pc = r->from; pc < r->to; pc++)
		f->inner[pc] = node_of_block(f, n);
}

static void find_blocks(struct flow *f)
{
	const struct program *g = f->g;
	struct row *row = must_have(calloc(g->handlers + 1, sizeof *row));
	uint32_t rows = 0;
	for (size_t h = 0; h < g->handlers; h++)
		if (g->handler[h].from < g->handler[h].to)
			row[rows++] = (struct row){ g->handler[h].from, g->handler[h].to, h };
	qsort(row, rows, sizeof *row, by_block);
	f->block = must_have(calloc(rows + 1, sizeof *f->block));
	f->handler = must_have(calloc(rows + 1, sizeof *f->handler));
	for (uint32_t k = 0; k < rows; k++) {
		f->handler[k] = row[k].handler;
		if (!k || row[k].from != row[k - 1].from || row[k].to != row[k - 1].to)
			add_block(f, &row[k], k);
		f->block[f->blocks - 1].count++;
	}
	free(row);
}

/* ---- what is handed to pools ---- */

static uint32_t tasks_node(const struct flow *f) { return f->g->codes + f->blocks; }
static uint32_t callbacks_node(const struct flow *f) { return tasks_node(f) + 1; }

static void find_tasks(struct flow *f)
{
	const struct program *g = f->g;
	f->task = must_have(calloc(g->codes + 1, sizeof *f->task));
	f->callback = must_have(calloc(2 * g->codes + 1, sizeof *f->callback));
	for (uint32_t pc = 0; pc < g->codes; pc++) {
		const struct ins *i = &g->code[pc];
		if (i->op != OP_SUBMIT && i->op != OP_SUBMIT_ALL)
			continue;
		f->task[f->tasks++] = g->function[i->to].entry;
		if (i->lo != NO_OPERAND)
			f->callback[f->callbacks++] = g->function[i->lo].entry;
		if (i->hi != NO_OPERAND)
			f->callback[f->callbacks++] = g->function[i->hi].entry;
	}
}

/* ---- the ways ---- */

enum { MOST_WAYS = 4 };
struct ways { uint32_t to[MOST_WAYS]; uint32_t count; };

static void add_way(struct ways *w, const struct flow *f, uint32_t to)
{
	if (to < f->nodes)
		w->to[w->count++] = to;
}

/* In the same function, without an exception. */
static struct ways ways_on(const struct flow *f, uint32_t pc)
{
	const struct ins *i = &f->g->code[pc];
	struct ways w = { .count = 0 };
	bool jumps = i->op == OP_UNLESS || i->op == OP_WHEN || i->op == OP_REPEAT || i->op == OP_REPEAT_TO || i->op == OP_EACH;
	bool ends = i->op == OP_RETURN || i->op == OP_RAISE || i->op == OP_EXIT || i->op == OP_CRASH || i->op == OP_FINISH;
	if (!ends && i->op != OP_JUMP && pc + 1 < f->g->codes)
		add_way(&w, f, pc + 1);
	if (jumps || i->op == OP_JUMP)
		add_way(&w, f, i->to);
	if (i->op == OP_TAKE)
		add_way(&w, f, 1);
	return w;
}

bool flow_on(const struct flow *f, uint32_t pc, uint32_t k, uint32_t *to)
{
	struct ways w = ways_on(f, pc);
	*to = k < w.count ? w.to[k] : 0;
	return k < w.count;
}

/* What is called there comes back to the next instruction, which is a way of its own. */
static struct ways ways_of_code(const struct flow *f, uint32_t pc)
{
	const struct ins *i = &f->g->code[pc];
	struct ways w = ways_on(f, pc);
	if (i->op == OP_CALL || i->op == OP_PREPARE)
		add_way(&w, f, f->g->function[i->to].entry);
	if (i->op == OP_TAKE)
		add_way(&w, f, tasks_node(f));
	if (i->op == OP_TEND)
		add_way(&w, f, callbacks_node(f));
	if (f->inner[pc])
		add_way(&w, f, f->inner[pc]);
	return w;
}

bool flow_next(const struct flow *f, uint32_t node, uint32_t k, uint32_t *to)
{
	if (flow_is_code(f, node)) {
		struct ways w = ways_of_code(f, node);
		*to = k < w.count ? w.to[k] : 0;
		return k < w.count;
	}
	if (node == tasks_node(f) || node == callbacks_node(f)) {
		bool tasks = node == tasks_node(f);
		*to = tasks ? f->task[k] : f->callback[k];
		return k < (tasks ? f->tasks : f->callbacks);
	}
	const struct flow_block *b = &f->block[node - f->g->codes];
	*to = k < b->count ? f->g->handler[f->handler[b->first + k]].target : b->outer;
	return k < b->count || (k == b->count && b->outer);
}

/* ---- walking ---- */

static void come_to(struct flow *f, uint32_t node)
{
	if (f->seen[node] == f->now)
		return;
	f->seen[node] = f->now;
	f->list[f->count++] = node;
}

void flow_walk(struct flow *f, uint32_t from)
{
	uint32_t to;
	f->now++;
	f->count = 0;
	come_to(f, from);
	for (size_t k = 0; k < f->count && guard_goes_on(f->guard); k++)
		for (uint32_t n = 0; flow_next(f, f->list[k], n, &to); n++)
			come_to(f, to);
}

void flow_walk_block(struct flow *f, uint32_t from)
{
	f->now++;
	f->count = 0;
	come_to(f, from);
	for (size_t k = 0; k < f->count; k++) {
		if (f->g->code[f->list[k]].flags & INS_ACTION) {
			f->list[k--] = f->list[--f->count];
			continue;
		}
		struct ways w = ways_on(f, f->list[k]);
		for (uint32_t n = 0; n < w.count; n++)
			come_to(f, w.to[n]);
	}
}

/* ---- strongly connected parts ---- */

struct visit { uint32_t index, low, way; bool closed; };
struct tarjan {
	const struct flow *flow;
	struct visit *at;                       /* by node */
	uint32_t *stack, *path, depth, length, count;
	on_part *tell; void *with;
};

static void open_node(struct tarjan *t, uint32_t n)
{
	t->at[n].index = t->at[n].low = ++t->count;
	t->stack[t->depth++] = t->path[t->length++] = n;
}

static void close_part(struct tarjan *t, uint32_t n)
{
	uint32_t top = t->depth;
	do
		t->at[t->stack[--t->depth]].closed = true;
	while (t->stack[t->depth] != n);
	t->tell(t->with, t->stack + t->depth, top - t->depth);
}

static void step_on(struct tarjan *t)
{
	uint32_t n = t->path[t->length - 1], to;
	struct visit *v = &t->at[n];
	if (flow_next(t->flow, n, v->way, &to)) {
		v->way++;
		if (!t->at[to].index)
			open_node(t, to);
		else if (!t->at[to].closed && t->at[to].index < v->low)
			v->low = t->at[to].index;
		return;
	}
	t->length--;
	if (v->low == v->index)
		close_part(t, n);
	if (t->length && v->low < t->at[t->path[t->length - 1]].low)
		t->at[t->path[t->length - 1]].low = v->low;
}

void flow_parts(const struct flow *f, on_part *tell, void *with)
{
	struct tarjan t = { .flow = f, .tell = tell, .with = with };
	t.at = must_have(calloc(f->nodes, sizeof *t.at));
	t.stack = must_have(calloc(f->nodes, sizeof *t.stack));
	t.path = must_have(calloc(f->nodes, sizeof *t.path));
	for (uint32_t n = 0; n < f->nodes; n++) {
		if (!t.at[n].index)
			open_node(&t, n);
		while (t.length && guard_goes_on(f->guard))
			step_on(&t);
		if (t.length)
			break;
	}
	free(t.at);
	free(t.stack);
	free(t.path);
}

/* ---- opening and closing ---- */

void flow_open(struct flow *f, const struct program *g, struct guard *guard)
{
	*f = (struct flow){ .g = g, .guard = guard };
	f->inner = must_have(calloc(g->codes, sizeof *f->inner));
	find_blocks(f);
	find_tasks(f);
	f->nodes = callbacks_node(f) + 1;
	f->seen = must_have(calloc(f->nodes, sizeof *f->seen));
	f->list = must_have(calloc(f->nodes, sizeof *f->list));
}

void flow_close(struct flow *f)
{
	free(f->block);
	free(f->handler);
	free(f->inner);
	free(f->task);
	free(f->callback);
	free(f->seen);
	free(f->list);
}
