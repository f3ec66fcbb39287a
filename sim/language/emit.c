/* A tree -> instructions.
 *
 * Operands are slots, constants, or temporaries. A temporary is emptied by being read, so that the
 * worlds of two runs that came the same way are equal to the bit. Temporaries are taken and freed
 * like a stack, and those that one instruction takes as a list lie side by side. */
#include "sim/language/compile.h"
#include <stdlib.h>
#include <string.h>

uint32_t emit(struct compiler *c, enum op op, operand dst, operand a, operand b)
{
	struct program *g = c->g;
	GROW(g->code, g->codes, g->code_room);
	struct ins *i = &g->code[g->codes];
	*i = (struct ins){ .op = op, .dst = dst, .a = a, .b = b, .lo = NO_OPERAND, .hi = NO_OPERAND, .step = c->step };
	if (op_rows[op].action && !c->peeking && (!c->atomic || op == OP_ATOMIC))
		i->flags |= INS_ACTION;
	return g->codes++;
}

struct ins *emit_at(struct compiler *c, uint32_t at)
{
	return &c->g->code[at];
}

uint32_t emit_here(struct compiler *c)
{
	return c->g->codes;
}

operand emit_constant(struct compiler *c, value v)
{
	struct program *g = c->g;
	for (uint32_t i = INDEX_END; index_next(&c->constants, hash_number(v), &i); )
		if (g->constant[i] == v)
			return CONSTANT | i;
	if (g->constants >= OPERAND_INDEX) {
		if (!c->too_many)
			wrong(c, DIAG_LIMIT, (struct place){ 0 }, NOTHING_TO_SAY, SAY(TOO_MANY_VALUES, OPERAND_INDEX));
		c->too_many = true;
		return CONSTANT;
	}
	GROW(g->constant, g->constants, g->constant_room);
	g->constant[g->constants] = v;
	index_add(&c->constants, hash_number(v));
	return CONSTANT | g->constants++;
}

operand temp_new(struct compiler *c)
{
	if (++c->temps > c->most_temps)
		c->most_temps = c->temps;
	return TEMPORARY | (c->temps - 1);
}

static bool is_temp(operand o)
{
	return o != NO_OPERAND && (o & OPERAND_WHERE) == TEMPORARY;
}

void temp_free(struct compiler *c, operand o)
{
	if (is_temp(o))
		c->temps--;
}

/* A slot without a name whose constant is set is free to be used again. */
static bool are_free(const struct compiler *c, size_t from, int count)
{
	for (int i = 0; i < count; i++)
		if (from + i >= c->locals || c->local[from + i].name || !c->local[from + i].constant)
			return false;
	return true;
}

operand kept_new(struct compiler *c, int count)
{
	size_t from = c->named;
	while (from < c->locals && !are_free(c, from, count))
		from++;
	for (size_t i = from; i < from + count; i++) {
		if (i == c->locals)
			local_add(c, (struct symbol){ 0 });
		c->local[i].constant = 0;
	}
	return IN_FRAME | from;
}

void kept_free(struct compiler *c, operand o, int count)
{
	for (int i = 0; i < count; i++) {
		emit(c, OP_MOVE, o + i, emit_constant(c, VALUE_UNSET), NO_OPERAND);
		c->local[(o & OPERAND_INDEX) + i].constant = 1;
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

void assigned(struct compiler *c, operand o)
{
	c->assigned |= local_bit(o);
}

static operand emit_local(struct compiler *c, const struct expr *e)
{
	operand o = IN_FRAME | e->number;
	bool named = c->local[e->number].name != NULL;
	c->local[e->number].read = true;
	if (named && !c->peeking && !(c->assigned & local_bit(o)))
		emit(c, OP_CHECK, NO_OPERAND, o, NO_OPERAND);
	assigned(c, o);
	return o;
}

/* ---- functions ---- */

void function_begin(struct compiler *c, const char *name, struct place place)
{
	struct program *g = c->g;
	GROW(g->function, g->functions, g->function_room);
	g->function[g->functions] = (struct function){ .name = name, .entry = g->codes, .place = place };
	c->function = g->functions++;
	locals_cut(c);
	c->temps = c->most_temps = 0;
	c->enclosure = NULL;
	c->returns = NO_OPERAND;
	c->peeking = c->atomic = false;
	c->assigned = 0;
}

/* Temporaries lie behind the locals, whose number is known only now. */
static void assign_temps(const struct function *f, operand *o)
{
	if (is_temp(*o))
		*o += f->locals;
}

static void assign_operands(struct compiler *c, const struct function *f)
{
	for (uint32_t n = f->entry; n < f->end; n++) {
		struct ins *i = &c->g->code[n];
		operand *all[] = { &i->dst, &i->a, &i->b, &i->lo, &i->hi };
		for (size_t k = 0; k < 5; k++)
			assign_temps(f, all[k]);
	}
}

/* tickst = 3: a variable that nobody reads, and nearly one that is declared. */
static void check_slip(struct compiler *c, const struct symbol *local)
{
	const char *near = local->name && !local->read && local->place.line ? name_one_off(c, local->name) : NULL;
	if (near)
		wrong(c, DIAG_SIMILAR, local->place, SAY(MEANT_DECLARED, near), SAY(NEARLY_DECLARED, local->name, near));
}

void function_end(struct compiler *c)
{
	struct function *f = &c->g->function[c->function];
	const char **name = arena_get(c->a, (c->locals + 1) * sizeof *name);
	for (size_t i = 0; i < c->locals; i++) {
		name[i] = c->local[i].name;
		check_slip(c, &c->local[i]);
	}
	f->local = name;
	f->locals = c->locals;
	f->slots = c->locals + c->most_temps;
	f->end = c->g->codes;
	if (f->slots > OPERAND_INDEX)
		wrong(c, DIAG_LIMIT, f->place, SAY(STEP_BY_STEP), SAY(TOO_MANY_PARTS, OPERAND_INDEX));
	assign_operands(c, f);
	locals_cut(c);
}

/* ---- expressions ---- */

static operand emit_self(struct compiler *c, const struct expr *e)
{
	operand dst = temp_new(c);
	uint32_t at = emit(c, OP_FUNCTION, dst, NO_OPERAND, NO_OPERAND);
	emit_at(c, at)->b = FUNCTION_COUNT + e->number;
	c->g->asks_parent |= e->number == SELF_PPID;
	return dst;
}

/* A private variable is read where it is written, together with what precedes it. An action reads its operands when it is done: a handler of
 * a signal may have changed it by then. */
static operand emit_private(struct compiler *c, const struct expr *e)
{
	if (!c->g->handles || c->peeking || c->atomic)
		return IN_PROCESS | e->number;
	operand dst = temp_new(c);
	emit(c, OP_MOVE, dst, IN_PROCESS | e->number, NO_OPERAND);
	return dst;
}

static operand emit_shared(struct compiler *c, const struct expr *e)
{
	operand dst = temp_new(c);
	emit(c, OP_LOAD, dst, e->number, NO_OPERAND);
	return dst;
}

static void check_field(struct compiler *c, const struct expr *e)
{
	if (c->atomic && !c->peeking)
		wrong(c, DIAG_CONTROL, e->place, SAY(USE_A_LOCK), SAY(NOT_IN_ATOMIC));
}

static operand emit_field(struct compiler *c, const struct expr *e)
{
	operand dst = temp_new(c);
	check_field(c, e);
	emit(c, OP_LOAD_FIELD, dst, e->number, e->constant);
	return dst;
}

/* A file is rewritten as open(.., "w") does: it is emptied, then written. */
static void emit_store_field(struct compiler *c, const struct expr *e, operand source)
{
	check_field(c, e);
	if (c->g->object[e->number].kind == KIND_FILE)
		emit(c, OP_EMPTY, NO_OPERAND, e->number, NO_OPERAND);
	emit(c, OP_STORE_FIELD, e->number, source, e->constant);
}

static operand emit_two(struct compiler *c, enum op op, const struct expr *left, const struct expr *right)
{
	operand a = emit_expr(c, left), b = right ? emit_expr(c, right) : NO_OPERAND;
	temp_free(c, b);
	temp_free(c, a);
	operand dst = temp_new(c);
	emit(c, op, dst, a, b);
	return dst;
}

bool is_manager_field(const struct compiler *c, const struct expr *e)
{
	return e->kind == EXPR_FIELD && c->g->object[e->number].kind == KIND_MANAGER;
}

/* An element of what is shared is read by itself; of all else the whole is taken first. */
static operand emit_index(struct compiler *c, const struct expr *e)
{
	const struct expr *of = e->child[0];
	bool field = is_manager_field(c, of);
	if (of->kind != EXPR_SHARED && !field)
		return emit_two(c, OP_INDEX, of, e->child[1]);
	operand at = emit_expr(c, e->child[1]);
	temp_free(c, at);
	operand dst = temp_new(c);
	if (!field) {
		emit(c, OP_LOAD_ITEM, dst, of->number, at);
		return dst;
	}
	check_field(c, of);
	emit_at(c, emit(c, OP_LOAD_ELEMENT, dst, of->number, of->constant))->lo = at;
	return dst;
}

/* The whole list is read by one action, then a part of it is taken. */
static operand emit_slice(struct compiler *c, const struct expr *e)
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
static operand emit_logic(struct compiler *c, const struct expr *e)
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
static operand emit_row(struct compiler *c, const struct expr *e)
{
	operand first = TEMPORARY | c->temps;
	for (uint32_t i = 0; i < e->children; i++)
		emit_fresh(c, e->child[i]);
	for (uint32_t i = e->children; i--; )
		temp_free(c, TEMPORARY);
	return first;
}

static operand emit_many(struct compiler *c, enum op op, const struct expr *e)
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
static value dict_of(struct compiler *c, value *v, uint32_t n)
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
static value made_as_written(struct compiler *c, const struct expr *e)
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

static operand emit_made(struct compiler *c, const struct expr *e)
{
	value made = e->children <= OPERAND_INDEX ? made_as_written(c, e) : VALUE_UNSET;       /* the limit of parts is the same for all */
	return made == VALUE_UNSET ? emit_many(c, e->kind == EXPR_LIST ? OP_LIST : OP_DICT, e) : emit_constant(c, made);
}

static bool is_object(const struct compiler *c, const struct expr *e, const struct function_row *row)
{
	bool object = row->of == OF_OBJECT, result = row->of == OF_RESULT;
	if (e->kind != EXPR_CONSTANT || !e->constant || value_tag(e->constant) == (object ? TAG_OBJECT : result ? TAG_HANDLE : TAG_PROCESS))
		return true;
	const char *what = type_named((struct compiler *)c, e->constant);
	return wrong((struct compiler *)c, DIAG_KIND, e->place, function_help(row), object ? SAY(FUNCTION_NEEDS_OBJECT, row->word, what) :
	             result ? SAY(FUNCTION_NEEDS_RESULT, row->word, what) : SAY(NEEDS_PROCESS, row->word, what));
}

static unsigned function_kinds(enum function_id f)
{
	switch (f) {
	case FUNCTION_IS_SET:  return 1u << KIND_EVENT;
	case FUNCTION_LOCKED:  return 1u << KIND_LOCK | 1u << KIND_RLOCK;
	case FUNCTION_VALUE:   return 1u << KIND_SEMAPHORE | 1u << KIND_LATCH;
	case FUNCTION_POLL:    return 1u << KIND_PIPE | 1u << KIND_CONNECTION;
	case FUNCTION_QSIZE: case FUNCTION_EMPTY: case FUNCTION_FULL: return 1u << KIND_QUEUE;
	default:               return ~0u;
	}
}

static operand emit_ask(struct compiler *c, const struct expr *e, const struct function_row *row)
{
	const struct expr *of = e->child[0];
	is_object(c, of, row);
	if (row->of == OF_OBJECT && of->kind == EXPR_CONSTANT && value_tag(of->constant) == TAG_OBJECT) {
		struct object *o = &c->g->object[value_object(of->constant)];
		o->asked |= e->number == FUNCTION_WAITING;
		if (o->kind && !(function_kinds(e->number) >> o->kind & 1))
			wrong(c, DIAG_KIND, of->place, function_help(row), SAY(NOT_ON_OBJECT, row->word, o->name, kind_named(c, o->kind)));
		else if (e->number == FUNCTION_POLL)
			check_end(c, row->word, false, of);
	} else if (e->number == FUNCTION_WAITING) {
		c->asks_all = true;
	}
	operand a = emit_expr(c, of);
	temp_free(c, a);
	operand dst = temp_new(c);
	emit(c, OP_ASK, dst, a, e->number);
	return dst;
}

static operand emit_function(struct compiler *c, const struct expr *e)
{
	const struct function_row *row = &function_rows[e->number];
	if (row->of == PURE)
		return emit_many(c, OP_FUNCTION, e);
	if (row->of != DRAW)
		return emit_ask(c, e, row);
	if (c->peeking || c->atomic)
		wrong(c, DIAG_CONTROL, e->place, SAY(DRAW_FIRST), SAY(NO_DRAW));
	return emit_two(c, OP_DRAW, e->child[0], e->child[1]);
}

operand emit_expr(struct compiler *c, const struct expr *e)
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
	case EXPR_RANGE:    break;
	}
	wrong(c, DIAG_TYPE, e->place, NOTHING_TO_SAY, SAY(NO_VALUE));
	return emit_constant(c, VALUE_NONE);
}

operand emit_fresh(struct compiler *c, const struct expr *e)
{
	operand want = TEMPORARY | c->temps, is = emit_expr(c, e);
	if (is == want)
		return is;
	temp_new(c);
	emit(c, OP_MOVE, want, is, NO_OPERAND);
	return want;
}

bool emit_range(struct compiler *c, const struct expr *e, operand *lo, operand *hi)
{
	if (e->kind == EXPR_RANGE) {
		*lo = emit_expr(c, e->child[0]);
		*hi = emit_expr(c, e->child[1]);
		return true;
	}
	*lo = emit_expr(c, e);
	*hi = NO_OPERAND;
	return false;
}

/* ---- assignment ---- */

/* What `bank.rows[0]` gives is a copy, and a change of it is lost, as in Python. */
static bool changes_a_copy(struct compiler *c, const struct expr *e)
{
	const struct expr *of = e;
	while (of->kind == EXPR_INDEX)
		of = of->child[0];
	if (e->child[0]->kind != EXPR_INDEX || !is_manager_field(c, of))
		return false;
	wrong(c, DIAG_COPY, e->place, SAY(ASSIGN_BACK, place_text(c, e->child[0]->place)), SAY(CHANGES_A_COPY));
	return true;
}

static void emit_assign_item(struct compiler *c, const struct expr *e, operand source)
{
	const struct expr *list = e->child[0];
	operand whole = list->kind == EXPR_LOCAL ? emit_local(c, list) : IN_PROCESS | list->number;     /* of one's own list */
	operand at = emit_expr(c, e->child[1]);
	if (list->kind == EXPR_SHARED) {
		emit(c, OP_STORE_ITEM, list->number, source, at);
	} else if (is_manager_field(c, list)) {
		check_field(c, list);
		emit_at(c, emit(c, OP_STORE_ELEMENT, list->number, source, list->constant))->lo = at;
	} else if (list->kind == EXPR_FIELD) {
		whole = emit_field(c, list);
		emit(c, OP_REPLACE, whole, at, source);
		emit_store_field(c, list, whole);
		temp_free(c, whole);
	} else if (list->kind == EXPR_INDEX) {                  /* l[i][j] = x: replace in a copy of l[i], and put that into l */
		operand row = emit_fresh(c, list);
		emit(c, OP_REPLACE, row, at, source);
		if (!changes_a_copy(c, e))
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

static struct expr *keep_index(struct compiler *c, struct expr *e, struct indices *x)
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

static const struct expr *keep_indices(struct compiler *c, const struct expr *target, struct indices *x)
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

static void free_indices(struct compiler *c, const struct indices *x)
{
	for (int i = 0; i < x->count; i++)
		kept_free(c, x->kept[i], 1);
}

static void emit_assign_element(struct compiler *c, const struct expr *target, operand source)
{
	struct indices x = { 0 };
	if (target->child[0]->kind == EXPR_INDEX)
		target = keep_indices(c, target, &x);
	emit_assign_item(c, target, source);
	free_indices(c, &x);
}

void emit_assign(struct compiler *c, const struct expr *target, operand source)
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

void emit_statement(struct compiler *c, const struct statement *s)
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

uint32_t peek_code(struct compiler *c, const struct node *n, bool template)
{
	struct expr *e = template ? expr_template(c, n) : expr_read(c, n);
	uint32_t over = emit(c, OP_JUMP, NO_OPERAND, NO_OPERAND, NO_OPERAND);
	bool was = c->peeking;
	c->peeking = true;
	uint32_t entry = emit_here(c);
	operand v = e ? emit_expr(c, e) : emit_constant(c, VALUE_NONE);
	emit(c, OP_RETURN, NO_OPERAND, v, NO_OPERAND);
	temp_free(c, v);
	c->peeking = was;
	emit_at(c, over)->to = emit_here(c);
	return entry;
}

uint32_t peek_function(struct compiler *c, const struct node *n, bool template)
{
	function_begin(c, "", n->place);
	uint32_t entry = peek_code(c, n, template);
	function_end(c);
	return entry;
}
