/* Beside each cell of a process's private part: from which reading its value comes. The private steps behind an action are done once
 * more in a copy, one after the other; whatever an instruction changes comes from where its operands come from. */
#include "sim/report/readings.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_PRIVATE = 4000000 };        /* private steps that are followed in all; behind them nothing is known */

struct readings {
	const struct program *g;
	struct read_value **of;            /* by process: a reading for each cell; NULL: none yet */
	cell *copy, *before;
	uint32_t left;
};

struct readings *readings_new(const struct program *g)
{
	struct readings *r = must_have(calloc(1, sizeof *r));
	r->g = g;
	r->of = must_have(calloc(g->processes, sizeof *r->of));
	r->copy = must_have(calloc(g->private_cells, sizeof *r->copy));
	r->before = must_have(calloc(g->private_cells, sizeof *r->before));
	r->left = MOST_PRIVATE;
	return r;
}

void readings_free(struct readings *r)
{
	if (!r)
		return;
	for (proc_id p = 0; p < r->g->processes; p++)
		free(r->of[p]);
	free(r->of);
	free(r->copy);
	free(r->before);
	free(r);
}

/* ---- cells ---- */

/* The cell of an operand, 0: it is none. */
static uint32_t cell_of(const cell *own, operand o)
{
	uint32_t n = o & OPERAND_INDEX, where = o & OPERAND_WHERE;
	if (o == NO_OPERAND || where == CONSTANT)
		return 0;
	return where == IN_PROCESS ? OWN_HEAD + n : ((const struct own *)own)->frame + FRAME_HEAD + n;
}

static const char *name_of(const struct program *g, proc_id p, const cell *own, operand o)
{
	uint32_t f = own[((const struct own *)own)->frame + FRAME_FUNCTION];
	struct change c = { .kind = (o & OPERAND_WHERE) == IN_PROCESS ? CHANGE_PROCESS : CHANGE_LOCAL, .which = o & OPERAND_INDEX, .where = f };
	bool named = (o & OPERAND_WHERE) == IN_PROCESS || ((o & OPERAND_WHERE) == IN_FRAME && c.which < g->function[f].locals);
	return named ? change_name(g, p, &c) : NULL;
}

static void put_reading(struct read_value *of, const struct program *g, proc_id p, const cell *own, operand o, struct read_value r)
{
	uint32_t at = cell_of(own, o);
	if (!at || at >= g->private_cells)
		return;
	const char *name = name_of(g, p, own, o);
	r.via = name && *name ? name : r.via;
	of[at] = r;
}

static struct read_value reading_at(const struct program *g, const struct read_value *of, const cell *own, operand o)
{
	uint32_t at = cell_of(own, o);
	return at && at < g->private_cells ? of[at] : (struct read_value){ 0 };
}

/* ---- private steps ---- */

static struct read_value of_operands(const struct program *g, const struct read_value *of, const cell *own, const struct ins *i)
{
	bool many = i->op == OP_LIST || i->op == OP_DICT || i->op == OP_FORMAT || i->op == OP_FUNCTION || i->op == OP_CALL;
	struct read_value r = reading_at(g, of, own, i->a);
	uint32_t first = cell_of(own, i->a), count = many ? i->op == OP_FUNCTION ? i->to : i->b : 0;
	for (uint32_t k = 1; k < count && !r.n && first + k < g->private_cells; k++)
		r = of[first + k];
	return r.n || many ? r : reading_at(g, of, own, i->b);
}

static void follow_one(struct readings *r, const struct play *y, proc_id p)
{
	const struct ins *i = world_next(r->g, r->copy);
	struct read_value *of = r->of[p], from = of_operands(r->g, of, r->copy, i);
	uint32_t used = own_used(r->g, r->copy), cells;
	memcpy(r->before, r->copy, used * sizeof *r->copy);
	world_go_on_for(r->g, y->world.shared, r->copy, p, 1);
	cells = own_used(r->g, r->copy);
	for (uint32_t k = OWN_HEAD; k < cells; k++)
		if (k >= used || r->before[k] != r->copy[k])
			of[k] = from;
	if (((struct own *)r->copy)->frame == ((struct own *)r->before)->frame && i->dst != NO_OPERAND)
		put_reading(of, r->g, p, r->copy, i->dst, from);
}

static void follow_private(struct readings *r, const struct play *y, proc_id p)
{
	memcpy(r->copy, play_own(y, p), r->g->private_cells * sizeof *r->copy);
	while (r->left && !(world_next(r->g, r->copy)->flags & INS_ACTION)) {
		follow_one(r, y, p);
		r->left--;
	}
}

/* ---- actions ---- */

static uint32_t thing_read(const struct ins *i)
{
	return i->op == OP_LOAD_FIELD || i->op == OP_LOAD_ELEMENT ? thing_of_field(i->a, i->b) : i->a;
}

static struct read_value do_action(struct readings *r, const struct news *n)
{
	const struct ins *i = &r->g->code[n->event->pc];
	struct read_value *of = r->of[n->who], none = { 0 };
	switch (i->op) {
	case OP_STORE: case OP_STORE_ITEM: case OP_STORE_FIELD: case OP_STORE_ELEMENT:
		return reading_at(r->g, of, n->own, i->a);
	case OP_LOAD: case OP_LOAD_ITEM: case OP_LOAD_FIELD: case OP_LOAD_ELEMENT:
		put_reading(of, r->g, n->who, n->own, i->dst, (struct read_value){ thing_read(i), n->n, n->event->result, NULL });
		return none;
	case OP_ATOMIC:
		return none;
	default:
		if (i->dst != NO_OPERAND && (i->dst & OPERAND_WHERE) != CONSTANT)
			put_reading(of, r->g, n->who, n->own, i->dst, none);
		return none;
	}
}

static struct read_value *readings_of(struct readings *r, proc_id p)
{
	if (!r->of[p])
		r->of[p] = must_have(calloc(r->g->private_cells, sizeof *r->of[p]));
	return r->of[p];
}

/* Threads share the variables of their process: of those nothing is said. */
struct read_value readings_step(struct readings *r, const struct play *y, const struct news *n)
{
	struct read_value from = { 0 };
	proc_id child = n->event->child;
	if (!r->left || !n->own || y->actor[n->who].shares || n->event->how != CAN_GO)
		return from;
	readings_of(r, n->who);
	from = do_action(r, n);
	if (child)
		memcpy(readings_of(r, child), r->of[n->who], (OWN_HEAD + r->g->process_slots) * sizeof(struct read_value));
	follow_private(r, y, n->who);
	return from;
}
