/* Expressions and assignments -> instructions.
 *
 * Operands are slots, constants, or temporaries. A temporary is emptied by being read, so that the
 * worlds of two runs that came the same way are equal to the bit. Temporaries are taken and freed
 * like a stack, and those that one instruction takes as a list lie side by side. */
#include "sim/language/emit.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

uint32_t emit(struct coder *c, enum op op, operand dst, operand a, operand b)
{
	struct program *g = c->g;
	GROW(g->code, g->codes, g->code_room);
	struct ins *i = &g->code[g->codes];
	*i = (struct ins){ .op = op, .dst = dst, .a = a, .b = b, .lo = NO_OPERAND, .hi = NO_OPERAND, .step = c->step };
	if (op_rows[op].action && !c->peeking && !c->atomic)
		i->flags |= INS_ACTION;
	return g->codes++;
}

struct ins *emit_at(struct coder *c, uint32_t at)
{
	return &c->g->code[at];
}

uint32_t emit_here(struct coder *c)
{
	return c->g->codes;
}

void emit_jump(struct coder *c, uint32_t to)
{
	emit_at(c, emit(c, OP_JUMP, NO_OPERAND, NO_OPERAND, NO_OPERAND))->to = to;
}

operand emit_constant(struct coder *c, value v)
{
	struct program *g = c->g;
	for (uint32_t i = INDEX_END; index_next(&c->constants, hash_number(v), &i); )
		if (g->constant[i] == v)
			return CONSTANT | i;
	if (g->constants >= OPERAND_INDEX) {
		if (!c->too_many)
			diag_add(&g->diags, DIAG_LIMIT, (struct place){ 0 }, NOTHING_TO_SAY, SAY(TOO_MANY_VALUES, OPERAND_INDEX));
		c->too_many = true;
		return CONSTANT;
	}
	GROW(g->constant, g->constants, g->constant_room);
	g->constant[g->constants] = v;
	index_add(&c->constants, hash_number(v));
	return CONSTANT | g->constants++;
}

operand temp_new(struct coder *c)
{
	if (++c->temps > c->most_temps)
		c->most_temps = c->temps;
	return TEMPORARY | (c->temps - 1);
}

void temp_free(struct coder *c, operand o)
{
	if (is_temporary(o))
		c->temps--;
}

static bool are_free(const struct coder *c, size_t from, int count)
{
	for (int i = 0; i < count; i++)
		if (from + i >= c->slots || c->in_use[from + i])
			return false;
	return true;
}

operand kept_new(struct coder *c, int count)
{
	size_t from = c->named;
	while (from < c->slots && !are_free(c, from, count))
		from++;
	for (size_t i = from; i < from + count; i++) {
		if (i == c->slots) {
			GROW(c->in_use, c->slots, c->slot_room);
			c->slots++;
		}
		c->in_use[i] = true;
	}
	return IN_FRAME | from;
}

void kept_free(struct coder *c, operand o, int count)
{
	for (int i = 0; i < count; i++) {
		emit(c, OP_MOVE, o + i, emit_constant(c, VALUE_UNSET), NO_OPERAND);
		c->in_use[(o & OPERAND_INDEX) + i] = false;
	}
}

/* ---- which locals have a value ----
 * An action reads its operands when it is done, but a name is read where it is written: together with what precedes
 * it. So a local that may have no value there is checked there; one that surely has costs nothing. */

static uint64_t local_bit(operand o)
{
	uint32_t n = o & OPERAND_INDEX;
	return o != NO_OPERAND && (o & OPERAND_WHERE) == IN_FRAME && n < 64 ? (uint64_t)1 << n : 0;
}

void assigned(struct coder *c, operand o)
{
	c->assigned |= local_bit(o);
}

static operand emit_local(struct coder *c, const struct expr *e)
{
	operand o = IN_FRAME | e->number;
	if (e->number < c->named && !c->peeking && !(c->assigned & local_bit(o)))
		emit(c, OP_CHECK, NO_OPERAND, o, NO_OPERAND);
	assigned(c, o);
	return o;
}

/* ---- expressions ---- */

static operand emit_self(struct coder *c, const struct expr *e)
{
	operand dst = temp_new(c);
	uint32_t at = emit(c, OP_FUNCTION, dst, NO_OPERAND, NO_OPERAND);
	emit_at(c, at)->b = FUNCTION_COUNT + e->number;
	c->g->asks_parent |= e->number == SELF_PPID;
	return dst;
}

/* A private variable is read where it is written, together with what precedes it. An action reads its operands when it is done: a handler of
 * a signal may have changed it by then. */
static operand emit_private(struct coder *c, const struct expr *e)
{
	if (!c->g->handles || c->peeking || c->atomic)
		return IN_PROCESS | e->number;
	operand dst = temp_new(c);
	emit(c, OP_MOVE, dst, IN_PROCESS | e->number, NO_OPERAND);
	return dst;
}

static operand emit_shared(struct coder *c, const struct expr *e)
{
	operand dst = temp_new(c);
	emit(c, OP_LOAD, dst, e->number, NO_OPERAND);
	return dst;
}

static operand emit_field(struct coder *c, const struct expr *e)
{
	operand dst = temp_new(c);
	emit(c, OP_LOAD_FIELD, dst, e->number, e->constant);
	return dst;
}

/* A file is rewritten as open(.., "w") does: it is emptied, then written. */
static void emit_store_field(struct coder *c, const struct expr *e, operand source)
{
	if (c->g->object[e->number].kind == KIND_FILE)
		emit(c, OP_EMPTY, NO_OPERAND, e->number, NO_OPERAND);
	emit(c, OP_STORE_FIELD, e->number, source, e->constant);
}

static operand emit_two(struct coder *c, enum op op, const struct expr *left, const struct expr *right)
{
	operand a = emit_expr(c, left), b = right ? emit_expr(c, right) : NO_OPERAND;
	temp_free(c, b);
	temp_free(c, a);
	operand dst = temp_new(c);
	emit(c, op, dst, a, b);
	return dst;
}

/* An element of what is shared is read by itself; of all else the whole is taken first. */
static operand emit_index(struct coder *c, const struct expr *e)
{
	const struct expr *of = e->child[0];
	bool field = is_manager_field(c->g, of);
	if (of->kind != EXPR_SHARED && !field)
		return emit_two(c, OP_INDEX, of, e->child[1]);
	operand at = emit_expr(c, e->child[1]);
	temp_free(c, at);
	operand dst = temp_new(c);
	if (!field) {
		emit(c, OP_LOAD_ITEM, dst, of->number, at);
		return dst;
	}
	emit_at(c, emit(c, OP_LOAD_ELEMENT, dst, of->number, of->constant))->lo = at;
	return dst;
}

/* The whole list is read by one action, then a part of it is taken. */
static operand emit_slice(struct coder *c, const struct expr *e)
{
	operand part[3];
	for (int k = 0; k < 3; k++)
		part[k] = emit_expr(c, e->child[k]);
	for (int k = 3; k--; )
		temp_free(c, part[k]);
	operand dst = temp_new(c);
	emit_at(c, emit(c, OP_SLICE, dst, part[0], part[1]))->lo = part[2];
	return dst;
}

/* `and`, `or` give the value of the side that decided. */
static operand emit_logic(struct coder *c, const struct expr *e)
{
	operand left = emit_expr(c, e->child[0]);
	temp_free(c, left);
	operand dst = temp_new(c);
	uint32_t jump = emit(c, e->kind == EXPR_AND ? OP_UNLESS : OP_WHEN, dst, left, NO_OPERAND);
	temp_free(c, dst);
	uint64_t before = c->assigned;          /* the right side may be left out */
	operand right = emit_expr(c, e->child[1]);
	temp_free(c, right);
	c->assigned = before;
	temp_new(c);
	if (right != dst)
		emit(c, OP_MOVE, dst, right, NO_OPERAND);
	emit_at(c, jump)->to = emit_here(c);
	return dst;
}

/* The children side by side in temporaries; returns the first. */
static operand emit_row(struct coder *c, const struct expr *e)
{
	operand first = TEMPORARY | c->temps;
	for (uint32_t i = 0; i < e->children; i++)
		emit_fresh(c, e->child[i]);
	for (uint32_t i = e->children; i--; )
		temp_free(c, TEMPORARY);
	return first;
}

static operand emit_many(struct coder *c, enum op op, const struct expr *e)
{
	operand first = emit_row(c, e), dst = temp_new(c);
	uint32_t at = emit(c, op, dst, first, op == OP_FUNCTION ? e->number : e->children);
	emit_at(c, at)->to = e->children;
	return dst;
}

static bool is_made(const struct expr *e)
{
	return e->kind == EXPR_LIST || e->kind == EXPR_DICT;
}

/* The parts of a dictionary, each key once. A key that is none is an error of the run. */
static value dict_of(struct coder *c, value *v, uint32_t n)
{
	uint32_t count = 0;
	for (uint32_t k = 0; k < n; k += 2) {
		if (!value_is_key(v[k]))
			return VALUE_UNSET;
		count = value_put(c->g->pool, v, count, v[k], v[k + 1]);
	}
	return pool_dict(c->g->pool, v, count);
}

/* A list or dictionary of numbers, texts and more such, as it is written: its value; VALUE_UNSET: it is made when it is needed. */
static value made_as_written(struct coder *c, const struct expr *e)
{
	value made = VALUE_UNSET, *v = must_have(malloc((e->children + 1) * sizeof *v));
	uint32_t n = 0;
	for (; n < e->children; n++) {
		const struct expr *of = e->child[n];
		bool plain = of->kind == EXPR_CONSTANT && value_tag(of->constant) <= TAG_TEXT;
		v[n] = is_made(of) ? made_as_written(c, of) : plain ? of->constant : VALUE_UNSET;
		if (v[n] == VALUE_UNSET)
			break;
	}
	if (n == e->children)
		made = e->kind == EXPR_LIST ? pool_list(c->g->pool, v, n) : dict_of(c, v, n);
	free(v);
	return made;
}

static operand emit_made(struct coder *c, const struct expr *e)
{
	value made = e->children <= OPERAND_INDEX ? made_as_written(c, e) : VALUE_UNSET;       /* the limit of parts is the same for all */
	return made == VALUE_UNSET ? emit_many(c, e->kind == EXPR_LIST ? OP_LIST : OP_DICT, e) : emit_constant(c, made);
}

static operand emit_ask(struct coder *c, const struct expr *e)
{
	const struct expr *of = e->child[0];
	if (e->number == FUNCTION_WAITING && of->kind == EXPR_CONSTANT) {
		assert(value_tag(of->constant) == TAG_OBJECT);
		c->g->object[value_object(of->constant)].asked = true;
	} else if (e->number == FUNCTION_WAITING) {
		c->asks_all = true;
	}
	operand a = emit_expr(c, of);
	temp_free(c, a);
	operand dst = temp_new(c);
	emit(c, OP_ASK, dst, a, e->number);
	return dst;
}

static operand emit_function(struct coder *c, const struct expr *e)
{
	enum function_of of = function_rows[e->number].of;
	return of == PURE ? emit_many(c, OP_FUNCTION, e) : of == DRAW ? emit_two(c, OP_DRAW, e->child[0], e->child[1]) : emit_ask(c, e);
}

operand emit_expr(struct coder *c, const struct expr *e)
{
	switch (e->kind) {
	case EXPR_CONSTANT: return emit_constant(c, e->constant);
	case EXPR_LOCAL:    return emit_local(c, e);
	case EXPR_PRIVATE:  return emit_private(c, e);
	case EXPR_SHARED:   return emit_shared(c, e);
	case EXPR_SELF:     return emit_self(c, e);
	case EXPR_UNARY:    return emit_two(c, e->number, e->child[0], NULL);
	case EXPR_BINARY:   return emit_two(c, e->number, e->child[0], e->child[1]);
	case EXPR_AND:
	case EXPR_OR:       return emit_logic(c, e);
	case EXPR_INDEX:    return emit_index(c, e);
	case EXPR_FUNCTION: return emit_function(c, e);
	case EXPR_SLICE:    return emit_slice(c, e);
	case EXPR_LIST:
	case EXPR_DICT:     return emit_made(c, e);
	case EXPR_FORMAT:   return emit_many(c, OP_FORMAT, e);
	case EXPR_FIELD:    return emit_field(c, e);
	case EXPR_RANGE:                                /* is no value, and stands nowhere as one */
	case EXPR_OPEN:     break;                      /* never run */
	}
	return NO_OPERAND;
}

operand emit_fresh(struct coder *c, const struct expr *e)
{
	operand want = TEMPORARY | c->temps, is = emit_expr(c, e);
	if (is == want)
		return is;
	temp_new(c);
	emit(c, OP_MOVE, want, is, NO_OPERAND);
	return want;
}

void emit_range(struct coder *c, const struct expr *e, operand *lo, operand *hi)
{
	bool range = e->kind == EXPR_RANGE;
	*lo = emit_expr(c, range ? e->child[0] : e);
	*hi = range ? emit_expr(c, e->child[1]) : NO_OPERAND;
}

/* ---- assignment ---- */

static void emit_assign_item(struct coder *c, const struct expr *e, operand source)
{
	const struct expr *list = e->child[0];
	operand whole = list->kind == EXPR_LOCAL ? emit_local(c, list) : IN_PROCESS | list->number;     /* of one's own list */
	operand at = emit_expr(c, e->child[1]);
	if (list->kind == EXPR_SHARED) {
		emit(c, OP_STORE_ITEM, list->number, source, at);
	} else if (is_manager_field(c->g, list)) {
		emit_at(c, emit(c, OP_STORE_ELEMENT, list->number, source, list->constant))->lo = at;
	} else if (list->kind == EXPR_FIELD) {
		whole = emit_field(c, list);
		emit(c, OP_REPLACE, whole, at, source);
		emit_store_field(c, list, whole);
		temp_free(c, whole);
	} else if (list->kind == EXPR_INDEX) {                  /* l[i][j] = x: replace in a copy of l[i], and put that into l */
		operand row = emit_fresh(c, list);
		emit(c, OP_REPLACE, row, at, source);
		if (!changes_a_copy(c->g, e))
			emit_assign_item(c, list, row);
		temp_free(c, row);
	} else {
		emit(c, OP_REPLACE, whole, at, source);
	}
	temp_free(c, at);
}

/* A target that is used twice, as in l[i] += 1 and l[i][j] = 1: its indices are computed once, and kept. */
struct indices { operand *kept; int count; };

static int depth_of(const struct expr *e)
{
	int n = 0;
	for (; e->kind == EXPR_INDEX; e = e->child[0])
		n++;
	return n;
}

static struct expr *keep_index(struct coder *c, struct expr *e, struct indices *x)
{
	if (e->kind == EXPR_LOCAL)
		emit_local(c, e);
	if (e->kind == EXPR_CONSTANT || e->kind == EXPR_LOCAL || (e->kind == EXPR_PRIVATE && !c->g->handles))
		return e;
	operand v = emit_expr(c, e), kept = kept_new(c, 1);
	emit(c, OP_MOVE, kept, v, NO_OPERAND);
	temp_free(c, v);
	x->kept[x->count++] = kept;
	struct expr *local = arena_copy(c->a, e, sizeof *e);
	local->kind = EXPR_LOCAL;
	local->number = kept & OPERAND_INDEX;
	return local;
}

static const struct expr *keep_indices(struct coder *c, const struct expr *target, struct indices *x)
{
	int depth = depth_of(target);
	struct expr **link = arena_get(c->a, (depth + 1) * sizeof *link), *list = NULL;
	x->kept = arena_get(c->a, (depth + 1) * sizeof *x->kept);
	x->count = 0;
	for (int i = depth; i; i--, target = target->child[0])
		link[i] = (struct expr *)target;
	list = (struct expr *)target;
	if (list->kind == EXPR_LOCAL)
		emit_local(c, list);
	for (int i = 1; i <= depth; i++) {                      /* from the variable outwards: left to right */
		struct expr *both[2] = { list, keep_index(c, link[i]->child[1], x) };
		list = arena_copy(c->a, link[i], sizeof *list);
		list->child = arena_copy(c->a, both, sizeof both);
	}
	return list;
}

static void free_indices(struct coder *c, const struct indices *x)
{
	for (int i = 0; i < x->count; i++)
		kept_free(c, x->kept[i], 1);
}

static void emit_assign_element(struct coder *c, const struct expr *target, operand source)
{
	struct indices x = { 0 };
	if (target->child[0]->kind == EXPR_INDEX)
		target = keep_indices(c, target, &x);
	emit_assign_item(c, target, source);
	free_indices(c, &x);
}

void emit_assign(struct coder *c, const struct expr *target, operand source)
{
	switch (target->kind) {
	case EXPR_SHARED:  emit(c, OP_STORE, target->number, source, NO_OPERAND); break;
	case EXPR_FIELD:   emit_store_field(c, target, source); break;
	case EXPR_LOCAL:   emit(c, OP_MOVE, IN_FRAME | target->number, source, NO_OPERAND); break;
	case EXPR_PRIVATE: emit(c, OP_MOVE, IN_PROCESS | target->number, source, NO_OPERAND); break;
	default:           emit_assign_element(c, target, source); break;
	}
	if (target->kind == EXPR_LOCAL)
		assigned(c, IN_FRAME | target->number);
}

void emit_statement(struct coder *c, const struct statement *s)
{
	struct indices x = { 0 };
	const struct expr *target = s->target;
	operand v;
	if (s->op != OP_MOVE) {
		if (target->kind == EXPR_INDEX)
			target = keep_indices(c, target, &x);
		v = emit_two(c, s->op, target, s->source);
	} else if (s->source->kind == EXPR_CONSTANT) {
		v = emit_constant(c, s->source->constant);
	} else {
		v = emit_expr(c, s->source);
	}
	emit_assign(c, target, v);
	temp_free(c, v);
	free_indices(c, &x);
}

/* ---- code that only looks ---- */

uint32_t peek_code(struct coder *c, const struct expr *e)
{
	uint32_t over = emit(c, OP_JUMP, NO_OPERAND, NO_OPERAND, NO_OPERAND);
	bool was = c->peeking;
	c->peeking = true;
	uint32_t entry = emit_here(c);
	operand v = emit_expr(c, e);
	emit(c, OP_RETURN, NO_OPERAND, v, NO_OPERAND);
	temp_free(c, v);
	c->peeking = was;
	emit_at(c, over)->to = emit_here(c);
	return entry;
}
