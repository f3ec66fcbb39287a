/* Steps -> instructions. */
#include "sim/language/emit.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

uint32_t step_add(struct coder *c, struct place place, enum verb verb, const char *text)
{
	struct program *g = c->g;
	GROW(g->step, g->steps, g->step_room);
	g->step[g->steps] = (struct step){ .place = place, .text = text, .verb = verb };
	return c->step = g->steps++;
}

/* ---- verbs that are one action ---- */

static operand result_operand(struct coder *c, const struct expr *into)
{
	if (into->kind == EXPR_LOCAL)
		return IN_FRAME | into->number;
	return into->kind == EXPR_PRIVATE ? IN_PROCESS | into->number : temp_new(c);
}

/* The instruction's result, which came into a temporary if it can't come where it belongs by itself. */
static void emit_result(struct coder *c, const struct expr *into, operand dst)
{
	if (into && is_temporary(dst))
		emit_assign(c, into, dst);
	else
		assigned(c, dst);
}

struct operands { operand a, b, lo, hi; };

static struct operands no_operands(void)
{
	return (struct operands){ NO_OPERAND, NO_OPERAND, NO_OPERAND, NO_OPERAND };
}

static void emit_one(struct coder *c, enum op op, const struct operands *o, const struct action *x)
{
	temp_free(c, o->hi);
	temp_free(c, o->lo);
	temp_free(c, o->b);
	temp_free(c, o->a);
	operand dst = x->into ? result_operand(c, x->into) : NO_OPERAND;
	struct ins *i = emit_at(c, emit(c, op, dst, o->a, o->b));
	i->lo = o->lo;
	i->hi = o->hi;
	i->flags |= x->flags;
	i->to = x->to;
	emit_result(c, x->into, dst);
}

/* `start: group`: an action for each of its processes. */
static void emit_start(struct coder *c, operand who)
{
	operand list = kept_new(c, 3), next = list + 1, one = list + 2;
	emit(c, OP_MEMBERS, list, who, NO_OPERAND);
	temp_free(c, who);
	emit(c, OP_MOVE, next, emit_constant(c, value_small(0)), NO_OPERAND);
	uint32_t head = emit(c, OP_EACH, next, list, one);
	emit(c, OP_START, NO_OPERAND, one, NO_OPERAND);
	emit_jump(c, head);
	emit_at(c, head)->to = emit_here(c);
	kept_free(c, list, 3);
}

static bool is_one_process(const struct expr *e)
{
	if (e->kind != EXPR_CONSTANT)
		return false;
	assert(value_tag(e->constant) == TAG_PROCESS);          /* another one was reported, and then nothing is compiled */
	return !(value_payload(e->constant) & PROCESS_GROUP);
}

/* ---- tasks of pools ---- */

void pool_widen(struct object *o, uint64_t tasks)
{
	o->room = o->room + tasks < TASKS ? o->room + (uint32_t)tasks : TASKS;
}

/* A pool has room for as many tasks as the program could leave in it, up to a limit. */
static void need_room(struct coder *c, const struct expr *pool, uint64_t tasks)
{
	if (pool->kind != EXPR_CONSTANT) {
		c->any_tasks += tasks;
		return;
	}
	struct object *o = &c->g->object[value_object(pool->constant)];
	assert(value_tag(pool->constant) == TAG_OBJECT && o->kind == KIND_POOL);
	pool_widen(o, tasks);
}

static void emit_submit(struct coder *c, enum verb verb, const struct action *x, operand handle)
{
	operand a = emit_expr(c, x->a), b = emit_expr(c, x->b);
	temp_free(c, b);
	temp_free(c, a);
	struct ins *i = emit_at(c, emit(c, verb_rows[verb].op, handle, a, b));
	i->flags |= verb == VERB_STARMAP ? INS_SPREAD : verb == VERB_IMAP ? INS_EACH : verb == VERB_IMAP_UNORDERED ? INS_TURNS : 0;
	i->to = x->to;
	i->lo = x->callback;
	i->hi = x->error_callback;
}

/* `apply`, `map` and `starmap` wait for what `apply_async` gives a handle to. */
static void emit_task(struct coder *c, enum verb verb, const struct action *x)
{
	bool each = verb == VERB_IMAP || verb == VERB_IMAP_UNORDERED, later = verb == VERB_APPLY_ASYNC || each;
	uint64_t many = expr_elements(c->g, x->b);
	many = verb_rows[verb].op != OP_SUBMIT_ALL ? 1 : each ? 2 * many : 1 + many;    /* with the whole, or each with a place for its result */
	need_room(c, x->a, (later ? (uint64_t)c->times : (uint64_t)c->members) * many);
	operand dst = !later ? temp_new(c) : x->into ? result_operand(c, x->into) : NO_OPERAND;
	emit_submit(c, verb, x, dst);
	if (later) {
		emit_result(c, x->into, dst);
		return;
	}
	struct operands o = no_operands();
	o.a = dst;
	emit_one(c, OP_COLLECT, &o, &(struct action){ .into = x->into });
}

/* A request to a manager: it and its field as numbers, the item or index as an operand. */
static void emit_request(struct coder *c, enum op op, const struct action *x)
{
	struct operands o = no_operands();
	o.lo = x->b ? emit_expr(c, x->b) : NO_OPERAND;
	o.a = x->a->number;
	o.b = x->a->constant;
	emit_one(c, op, &o, x);
}

static void emit_action(struct coder *c, enum verb verb, const struct action *x)
{
	const struct verb_row *row = &verb_rows[verb];
	struct operands o = no_operands();
	if (row->op == OP_SUBMIT || row->op == OP_SUBMIT_ALL) {
		emit_task(c, verb, x);
		return;
	}
	if (row->form == FORM_FIELD) {
		emit_request(c, row->op, x);
		return;
	}
	o.a = x->a ? emit_expr(c, x->a) : NO_OPERAND;
	o.b = x->b ? emit_expr(c, x->b) : NO_OPERAND;
	if (x->time)
		emit_range(c, x->time, &o.lo, &o.hi);
	if (verb == VERB_START && !is_one_process(x->a))
		emit_start(c, o.a);
	else
		emit_one(c, row->op, &o, x);
}

/* ---- control flow: small helpers ---- */

static uint32_t jump(struct coder *c)
{
	return emit(c, OP_JUMP, NO_OPERAND, NO_OPERAND, NO_OPERAND);
}

static void land(struct coder *c, uint32_t at)
{
	emit_at(c, at)->to = emit_here(c);
}

static void enclosure_jump(struct coder *c, struct enclosure *e)
{
	GROW(e->jump, e->jumps, e->jump_room);
	e->jump[e->jumps++] = jump(c);
}

static void enclosure_land(struct coder *c, struct enclosure *e)
{
	for (size_t i = 0; i < e->jumps; i++)
		land(c, e->jump[i]);
	free(e->jump);
	e->jump = NULL;
}

static void enter(struct coder *c, struct enclosure *e)
{
	e->outer = c->enclosure;
	c->enclosure = e;
}

static void move(struct coder *c, operand to, operand from)
{
	emit(c, OP_MOVE, to, from, NO_OPERAND);
	temp_free(c, from);
}

/* A condition: returns the jump that is taken when it is false. */
static uint32_t condition(struct coder *c, const struct expr *e)
{
	operand v = emit_expr(c, e);
	temp_free(c, v);
	return emit(c, OP_UNLESS, NO_OPERAND, v, NO_OPERAND);
}

/* ---- if, loops ---- */

static void emit_IF(struct coder *c, const struct tree_step *s)
{
	uint32_t otherwise = condition(c, s->choice.condition), end;
	uint64_t before = c->assigned, then;
	emit_block(c, s->choice.then);
	then = c->assigned;
	c->assigned = before;
	if (!s->choice.otherwise) {
		land(c, otherwise);
		return;
	}
	end = jump(c);
	land(c, otherwise);
	emit_block(c, s->choice.otherwise);
	land(c, end);
	c->assigned &= then;
}

/* So often at most, as far as the scenario says: what follows is in a loop that is gone through n times. */
static uint32_t times_in(const struct coder *c, int64_t n)
{
	return n < 0 ? 0 : n < TASKS && n * c->times < TASKS ? (uint32_t)n * c->times : TASKS;
}

/* turns: how often it is gone through at most; TASKS: not known. variable: has a value in it. */
static void loop_body(struct coder *c, const struct loop *loop, uint32_t head, operand variable, int64_t turns)
{
	uint64_t before = c->assigned;
	struct enclosure e = { .kind = IN_LOOP, .again = head };
	uint32_t times = c->times;
	enter(c, &e);
	c->times = times_in(c, turns);
	assigned(c, variable);
	emit_block(c, loop->body);
	c->assigned = before;
	c->times = times;
	emit_jump(c, head);
	c->enclosure = e.outer;
	enclosure_land(c, &e);
}

static void emit_WHILE(struct coder *c, const struct tree_step *s)
{
	uint32_t head = emit_here(c), out = condition(c, s->loop.over);
	loop_body(c, &s->loop, head, NO_OPERAND, TASKS);
	land(c, out);
}

static void emit_FOREVER(struct coder *c, const struct tree_step *s)
{
	loop_body(c, &s->loop, emit_here(c), NO_OPERAND, TASKS);
}

static operand loop_variable(const struct expr *e)
{
	return e ? (e->kind == EXPR_LOCAL ? IN_FRAME : IN_PROCESS) | e->number : NO_OPERAND;
}

/* From lo up to limit; head: with it, or not. */
static void counted_loop(struct coder *c, const struct loop *loop, enum op head, operand lo, operand limit, int64_t turns)
{
	operand next = kept_new(c, 2), end = next + 1, variable = loop_variable(loop->variable);
	move(c, end, limit);
	move(c, next, lo);
	uint32_t at = emit(c, head, next, end, variable);
	loop_body(c, loop, at, variable, turns);
	land(c, at);
	kept_free(c, next, 2);
}

static int64_t known_number(const struct coder *c, const struct expr *e, int64_t otherwise)
{
	return e->kind == EXPR_CONSTANT && value_is_int(e->constant) ? value_int(c->g->pool, e->constant) : otherwise;
}

static void emit_REPEAT(struct coder *c, const struct tree_step *s)
{
	operand times = emit_expr(c, s->loop.over);
	counted_loop(c, &s->loop, OP_REPEAT, emit_constant(c, value_small(0)), times, known_number(c, s->loop.over, TASKS));
}

static void loop_over_list(struct coder *c, const struct loop *loop)
{
	operand list = kept_new(c, 2), next = list + 1, variable = loop_variable(loop->variable);
	move(c, list, emit_expr(c, loop->over));
	move(c, next, emit_constant(c, value_small(0)));
	uint32_t head = emit(c, OP_EACH, next, list, variable);
	loop_body(c, loop, head, variable, expr_elements(c->g, loop->over));
	land(c, head);
	kept_free(c, list, 2);
}

static int64_t range_length(const struct coder *c, const struct expr *e)
{
	int64_t n;
	if (e->child[0]->kind != EXPR_CONSTANT || e->child[1]->kind != EXPR_CONSTANT ||
	    __builtin_sub_overflow(value_int(c->g->pool, e->child[1]->constant), value_int(c->g->pool, e->child[0]->constant), &n))
		return TASKS;
	return n < 0 ? 0 : n < TASKS ? n + 1 : TASKS;
}

static void emit_FOR(struct coder *c, const struct tree_step *s)
{
	const struct expr *over = s->loop.over;
	if (over->kind != EXPR_RANGE) {
		loop_over_list(c, &s->loop);
		return;
	}
	operand lo = emit_expr(c, over->child[0]), hi = emit_expr(c, over->child[1]);
	counted_loop(c, &s->loop, OP_REPEAT_TO, lo, hi, range_length(c, over));
}

/* ---- leaving: break, continue, return, through every finally block on the way ---- */

static operand path_number(struct coder *c, struct enclosure *e, enum verb verb)
{
	size_t i = 0;
	while (i < e->paths && e->path[i] != verb)
		i++;
	if (i == e->paths) {
		GROW(e->path, e->paths, e->path_room);
		e->path[e->paths++] = verb;
	}
	return emit_constant(c, value_small((int32_t)i + 1));
}

static void leave(struct coder *c, enum verb verb)
{
	for (struct enclosure *e = c->enclosure; e; e = e->outer) {
		if (e->kind == IN_TRY) {
			emit(c, OP_MOVE, e->reason, path_number(c, e, verb), NO_OPERAND);
			enclosure_jump(c, e);
			return;
		}
		if (e->kind == IN_HANDLER)
			for (int i = 0; i < 3; i++)
				emit(c, OP_MOVE, e->kept + i, emit_constant(c, VALUE_UNSET), NO_OPERAND);
		if (e->kind == IN_LOOP && verb == VERB_CONTINUE)
			emit_jump(c, e->again);
		if (e->kind == IN_LOOP && verb == VERB_BREAK)
			enclosure_jump(c, e);
		if (e->kind == IN_LOOP && verb != VERB_RETURN)
			return;
	}
	emit(c, OP_RETURN, NO_OPERAND, c->returns, NO_OPERAND);
}

static void emit_BREAK(struct coder *c, const struct tree_step *s)
{
	leave(c, s->verb);
}

static void emit_CONTINUE(struct coder *c, const struct tree_step *s)
{
	leave(c, s->verb);
}

static void emit_RETURN(struct coder *c, const struct tree_step *s)
{
	operand v = emit_expr(c, s->result);
	if (c->returns == NO_OPERAND)
		c->returns = kept_new(c, 1);
	move(c, c->returns, v);
	leave(c, s->verb);
}

/* ---- exceptions ---- */

/* What loops and handlers around it keep stays; what those inside it kept is emptied when it is entered. */
static void handler_add(struct coder *c, struct handler h)
{
	for (size_t i = 0; i < c->slots && i < 64; i++)
		if (i < c->named || c->in_use[i])
			h.live |= (uint64_t)1 << i;
	GROW(c->g->handler, c->g->handlers, c->g->handler_room);
	c->g->handler[c->g->handlers++] = h;
}

/* What a finally block does: steps of the file, or the release of a `with`. */
struct finish { const struct block *steps; operand object; };

static void finish_emit(struct coder *c, const struct finish *f)
{
	if (f->steps)
		emit_block(c, f->steps);
	else
		emit(c, OP_RELEASE, NO_OPERAND, f->object, NO_OPERAND);
}

/* Behind the finally block: on to where its reason says. */
static void take_paths(struct coder *c, struct enclosure *e)
{
	for (size_t i = 0; i < e->paths; i++) {
		operand is = temp_new(c);
		emit(c, OP_EQUAL, is, e->reason, emit_constant(c, value_small((int32_t)i + 1)));
		uint32_t no = emit(c, OP_UNLESS, NO_OPERAND, is, NO_OPERAND);
		temp_free(c, is);
		emit(c, OP_MOVE, e->reason, emit_constant(c, VALUE_UNSET), NO_OPERAND);
		leave(c, e->path[i]);
		land(c, no);
	}
	free(e->path);
}

static void try_begin(struct coder *c, struct enclosure *e)
{
	*e = (struct enclosure){ .kind = IN_TRY, .kept = kept_new(c, 4), .assigned = c->assigned };
	e->reason = e->kept + 3;
	emit(c, OP_MOVE, e->reason, emit_constant(c, value_small(0)), NO_OPERAND);
	enter(c, e);
}

/* May the code from here to its end be left in another way: by returning, by a jump out of it, by raising? */
static bool may_be_left(const struct program *g, uint32_t from)
{
	for (uint32_t pc = from; pc < g->codes; pc++) {
		const struct ins *i = &g->code[pc];
		bool jumps = i->op == OP_JUMP || i->op == OP_UNLESS || i->op == OP_WHEN || i->op == OP_REPEAT || i->op == OP_REPEAT_TO || i->op == OP_EACH;
		bool raises = i->op == OP_RAISE || i->op == OP_EXIT || (i->op == OP_RERAISE && i->b != NO_OPERAND);
		if (i->op == OP_RETURN || raises || (jumps && i->to < from))       /* not landed yet: 0 */
			return true;
	}
	return false;
}

static void try_end(struct coder *c, struct enclosure *e, uint32_t from, const struct finish *f)
{
	size_t block = c->g->handlers;
	uint32_t begin = emit_here(c);
	c->enclosure = e->outer;
	handler_add(c, (struct handler){ from, emit_here(c), emit_here(c), HANDLES_FINALLY, VALUE_UNSET,
	                                 e->kept & OPERAND_INDEX, 0 });
	enclosure_land(c, e);
	uint64_t normally = c->assigned;        /* so the block is left, but it is come to from anywhere */
	c->assigned = e->assigned;
	finish_emit(c, f);
	c->assigned |= normally;
	bool may_discard = may_be_left(c->g, begin);
	uint32_t again = emit(c, OP_RERAISE, NO_OPERAND, e->kept, NO_OPERAND);
	if (may_discard) {
		c->g->handler[block].kind = HANDLES_DISCARDING;
		emit_at(c, again)->lo = emit_constant(c, VALUE_TRUE);
	}
	take_paths(c, e);
	kept_free(c, e->kept, 4);
}

static void emit_WITH(struct coder *c, const struct tree_step *s)
{
	struct enclosure e;
	const struct expr *object = s->with.object;
	bool known = object->kind == EXPR_CONSTANT;
	struct finish f = { NULL, NO_OPERAND };
	if (known) {
		f.object = emit_constant(c, object->constant);
	} else {
		operand v = emit_expr(c, object);
		f.object = kept_new(c, 1);
		move(c, f.object, v);
	}
	emit(c, OP_ACQUIRE, NO_OPERAND, f.object, NO_OPERAND);
	try_begin(c, &e);
	uint32_t from = emit_here(c);
	emit_block(c, s->with.body);
	try_end(c, &e, from, &f);
	if (!known)
		kept_free(c, f.object, 1);
}

static void handler_block(struct coder *c, const struct block *steps, operand kept)
{
	struct enclosure e = { .kind = IN_HANDLER, .kept = kept };
	enter(c, &e);
	emit_block(c, steps);
	c->enclosure = e.outer;
	for (int i = 0; i < 3; i++)
		emit(c, OP_MOVE, kept + i, emit_constant(c, VALUE_UNSET), NO_OPERAND);
}

/* before: which locals have a value before the `try`. */
static void except_blocks(struct coder *c, const struct attempt *t, uint32_t from, uint32_t to, operand kept, uint64_t before)
{
	struct enclosure over = { 0 };          /* jumps to behind all of them */
	uint64_t normally = c->assigned;
	for (uint32_t k = 0; k < t->handlers; k++) {
		const struct except *x = &t->except[k];
		const char *name = x->name ? x->name : "any";
		handler_add(c, (struct handler){ from, to, emit_here(c), x->name ? HANDLES_NAME : HANDLES_ANY,
		                                 pool_text(c->g->pool, name, strlen(name)), kept & OPERAND_INDEX, 0 });
		c->assigned = before;
		handler_block(c, x->steps, kept);
		normally &= c->assigned;
		enclosure_jump(c, &over);
	}
	c->assigned = normally;
	enclosure_land(c, &over);
}

static void try_body(struct coder *c, const struct attempt *t)
{
	operand kept = t->excepts ? kept_new(c, 3) : NO_OPERAND;
	uint64_t before = c->assigned;
	uint32_t from = emit_here(c);
	emit_block(c, t->body);
	uint32_t to = emit_here(c);
	emit_block(c, t->otherwise);
	if (!t->excepts)
		return;
	uint32_t over = jump(c);
	except_blocks(c, t, from, to, kept, before);
	land(c, over);
	kept_free(c, kept, 3);
}

static void emit_TRY(struct coder *c, const struct tree_step *s)
{
	struct finish f = { s->attempt.last, NO_OPERAND };
	struct enclosure e;
	if (!f.steps) {
		try_body(c, &s->attempt);
		return;
	}
	try_begin(c, &e);
	uint32_t from = emit_here(c);
	try_body(c, &s->attempt);
	try_end(c, &e, from, &f);
}

static void raise_again(struct coder *c)
{
	const struct enclosure *e = c->enclosure;
	while (e->kind != IN_HANDLER)
		e = e->outer;
	emit(c, OP_RERAISE, NO_OPERAND, e->kept, emit_constant(c, VALUE_TRUE));
}

static void emit_RAISE(struct coder *c, const struct tree_step *s)
{
	const struct expr *message = s->raise.message;
	if (!s->raise.name) {
		raise_again(c);
		return;
	}
	operand v = message ? emit_expr(c, message) : emit_constant(c, pool_text(c->g->pool, "", 0));
	temp_free(c, v);
	emit(c, OP_RAISE, NO_OPERAND, emit_constant(c, pool_text(c->g->pool, s->raise.name, strlen(s->raise.name))), v);
}

/* ---- functions ---- */

static void emit_CALL(struct coder *c, const struct tree_step *s)
{
	uint32_t temps = c->temps;
	operand first = TEMPORARY | temps;
	for (uint32_t i = 0; i < s->call.count; i++)
		emit_fresh(c, s->call.arg[i]);
	c->temps = temps;
	operand dst = s->call.into ? temp_new(c) : NO_OPERAND;
	emit_at(c, emit(c, OP_CALL, dst, first, s->call.count))->to = s->call.function;
	if (s->call.into)
		emit_assign(c, s->call.into, dst);
}

/* ---- statements ---- */

static void emit_DO(struct coder *c, const struct tree_step *s)
{
	for (const struct statement *x = s->statements; x; x = x->next)
		emit_statement(c, x);
}

static void emit_ATOMIC(struct coder *c, const struct tree_step *s)
{
	emit(c, OP_ATOMIC, NO_OPERAND, NO_OPERAND, NO_OPERAND);
	c->atomic = true;
	emit_DO(c, s);
	c->atomic = false;
}

/* ---- any step ---- */

static void (*const controls[VERB_COUNT])(struct coder *, const struct tree_step *) = {
#define CONTROL(id, ...) [VERB_##id] = emit_##id,
#define ACTION_VERB(...)
#include "sim/language/verbs.def"
#undef CONTROL
#undef ACTION_VERB
};

static void emit_step(struct coder *c, const struct tree_step *s)
{
	uint32_t outer = c->step, temps = c->temps, step = step_add(c, s->place, s->verb, s->text);
	uint32_t note = s->note ? peek_code(c, s->note) : 0, ask = s->ask ? peek_code(c, s->ask) : 0;
	c->g->step[step].note = note;
	c->g->step[step].ask = ask;
	if (s->verb == VERB_NONE)
		emit_DO(c, s);
	else if (controls[s->verb])
		controls[s->verb](c, s);
	else
		emit_action(c, s->verb, &s->action);
	c->temps = temps;
	c->step = outer;
}

void emit_block(struct coder *c, const struct block *b)
{
	for (const struct tree_step *s = b ? b->first : NULL; s; s = s->next)
		emit_step(c, s);
}
