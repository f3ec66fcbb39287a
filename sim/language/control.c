/* The verbs that are control flow: one function a verb, as verbs.def names them. */
#include "sim/language/compile.h"
#include <stdlib.h>
#include <string.h>

/* ---- small helpers ---- */

static uint32_t jump(struct compiler *c)
{
	return emit(c, OP_JUMP, NO_OPERAND, NO_OPERAND, NO_OPERAND);
}

static void jump_to(struct compiler *c, uint32_t target)
{
	emit_at(c, jump(c))->to = target;
}

static void land(struct compiler *c, uint32_t at)
{
	emit_at(c, at)->to = emit_here(c);
}

static void enclosure_jump(struct compiler *c, struct enclosure *e)
{
	GROW(e->jump, e->jumps, e->jump_room);
	e->jump[e->jumps++] = jump(c);
}

static void enclosure_land(struct compiler *c, struct enclosure *e)
{
	for (size_t i = 0; i < e->jumps; i++)
		land(c, e->jump[i]);
	free(e->jump);
	e->jump = NULL;
}

static void enter(struct compiler *c, struct enclosure *e)
{
	e->outer = c->enclosure;
	c->enclosure = e;
}

static void block(struct compiler *c, const struct node *step, const char *key, bool required)
{
	const struct node *n = yaml_find(step, key);
	if (n)
		steps_compile(c, n);
	else if (required && !modifier_mistyped(step, &verb_rows[c->g->step[c->step].verb]))
		wrong(c, DIAG_MISSING, step->place, SAY(ADD_STEPS_UNDER, key), SAY(IS_MISSING, key));
}

/* A condition: returns the jump that is taken when it is false. */
static uint32_t condition(struct compiler *c, const struct node *n)
{
	struct expr *e = expr_read(c, n);
	operand v = e ? emit_expr(c, e) : emit_constant(c, VALUE_NONE);
	temp_free(c, v);
	return emit(c, OP_UNLESS, NO_OPERAND, v, NO_OPERAND);
}

/* ---- if, loops ---- */

void steps_IF(struct compiler *c, const struct node *step, const struct node *n)
{
	uint32_t otherwise = condition(c, n), end;
	uint64_t before = c->assigned, then;
	block(c, step, "then", !yaml_find(step, "else"));
	then = c->assigned;
	c->assigned = before;
	if (!yaml_find(step, "else")) {
		land(c, otherwise);
		return;
	}
	end = jump(c);
	land(c, otherwise);
	block(c, step, "else", true);
	land(c, end);
	c->assigned &= then;
}

/* How often at most, as far as the scenario says. */
static uint32_t times_in(const struct compiler *c, const struct expr *turns)
{
	int64_t n = turns && turns->kind == EXPR_CONSTANT && value_is_int(turns->constant) ? value_int(c->g->pool, turns->constant) : TASKS;
	return n < 0 ? 0 : n < TASKS && n * c->times < TASKS ? (uint32_t)n * c->times : TASKS;
}

/* turns: how often it is gone through; NULL: not known. variable: has a value in it. */
static void loop_body(struct compiler *c, const struct node *step, uint32_t head, operand variable, const struct expr *turns)
{
	uint64_t before = c->assigned;
	struct enclosure e = { .kind = IN_LOOP, .again = head };
	uint32_t times = c->times;
	enter(c, &e);
	c->times = times_in(c, turns);
	assigned(c, variable);
	block(c, step, "do", true);
	c->assigned = before;
	c->times = times;
	jump_to(c, head);
	c->enclosure = e.outer;
	enclosure_land(c, &e);
}

void steps_WHILE(struct compiler *c, const struct node *step, const struct node *n)
{
	uint32_t head = emit_here(c), out = condition(c, n);
	loop_body(c, step, head, NO_OPERAND, NULL);
	land(c, out);
}

void steps_FOREVER(struct compiler *c, const struct node *step, const struct node *n)
{
	if (n->kind != NODE_SCALAR || n->length)
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_FOREVER), SAY(FOREVER_OPERAND));
	loop_body(c, step, emit_here(c), NO_OPERAND, NULL);
}

/* The variable of a loop: one that is the process's own. */
static operand loop_variable(struct compiler *c, const struct node *n)
{
	struct expr *e = n ? expr_read(c, n) : NULL;
	if (!e)
		return NO_OPERAND;
	if (e->kind == EXPR_LOCAL)
		return IN_FRAME | e->number;
	if (e->kind == EXPR_PRIVATE)
		return IN_PROCESS | e->number;
	wrong(c, DIAG_TYPE, n->place, SAY(USE_OWN_NAME),
	      SAY(LOOP_OWN_VARIABLE));
	return NO_OPERAND;
}

/* From lo up to limit; head: with it, or not. */
static void counted_loop(struct compiler *c, const struct node *step, enum op head, operand lo, operand limit, operand variable,
                         const struct expr *turns)
{
	operand next = kept_new(c, 2), end = next + 1;
	emit(c, OP_MOVE, end, limit, NO_OPERAND);
	temp_free(c, limit);
	emit(c, OP_MOVE, next, lo, NO_OPERAND);
	temp_free(c, lo);
	uint32_t at = emit(c, head, next, end, variable);
	loop_body(c, step, at, variable, turns);
	land(c, at);
	kept_free(c, next, 2);
}

void steps_REPEAT(struct compiler *c, const struct node *step, const struct node *n)
{
	struct expr *e = expr_read(c, n);
	operand times = e ? emit_expr(c, e) : emit_constant(c, value_small(0));
	counted_loop(c, step, OP_REPEAT, emit_constant(c, value_small(0)), times, loop_variable(c, yaml_find(step, "as")), e);
}

static const struct expr *list_length(struct compiler *c, const struct expr *e)
{
	uint32_t n;
	if (e->kind == EXPR_LIST)
		return expr_constant(c, value_small((int32_t)e->children), e->place);
	if (e->kind != EXPR_CONSTANT || value_tag(e->constant) != TAG_LIST)
		return NULL;
	value_list(c->g->pool, e->constant, &n);
	return expr_constant(c, value_small((int32_t)n), e->place);
}

static void loop_over_list(struct compiler *c, const struct node *step, const struct expr *e, operand variable)
{
	operand list = kept_new(c, 2), next = list + 1, v = emit_expr(c, e);
	emit(c, OP_MOVE, list, v, NO_OPERAND);
	temp_free(c, v);
	emit(c, OP_MOVE, next, emit_constant(c, value_small(0)), NO_OPERAND);
	uint32_t head = emit(c, OP_EACH, next, list, variable);
	loop_body(c, step, head, variable, list_length(c, e));
	land(c, head);
	kept_free(c, list, 2);
}

static const struct expr *range_length(struct compiler *c, const struct expr *e)
{
	int64_t n;
	if (e->child[0]->kind != EXPR_CONSTANT || e->child[1]->kind != EXPR_CONSTANT ||
	    __builtin_sub_overflow(value_int(c->g->pool, e->child[1]->constant), value_int(c->g->pool, e->child[0]->constant), &n) ||
	    n >= TASKS)
		return NULL;
	return expr_constant(c, value_small(n < 0 ? 0 : (int32_t)n + 1), e->place);
}

void steps_FOR(struct compiler *c, const struct node *step, const struct node *n)
{
	const struct node *in = yaml_find(step, "in");
	const char *both = n->kind == NODE_SCALAR ? strstr(n->text, " in ") : NULL;
	if (both && !in) {                      /* for: i in 1..3 */
		wrong(c, DIAG_MISSING, step->place, SAY(WRITE_FOR, arena_word(c->a, n->text, (size_t)(both - n->text)), both + 4), SAY(IS_MISSING, "in"));
		return;
	}
	operand variable = loop_variable(c, n);
	if (!in && modifier_mistyped(step, &verb_rows[VERB_FOR]))
		return;
	if (!in) {
		wrong(c, DIAG_MISSING, step->place, SAY(ADD_IN), SAY(IS_MISSING, "in"));
		return;
	}
	struct expr *e = in->kind == NODE_LIST ? expr_value(c, in) : expr_range_or_value(c, in);
	if (!e)
		return;
	if (e->kind != EXPR_RANGE) {
		loop_over_list(c, step, e, variable);
		return;
	}
	operand lo = emit_expr(c, e->child[0]), hi = emit_expr(c, e->child[1]);
	counted_loop(c, step, OP_REPEAT_TO, lo, hi, variable, range_length(c, e));
}

/* ---- leaving: break, continue, return, through every finally block on the way ---- */

static operand path_number(struct compiler *c, struct enclosure *e, enum verb verb)
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

static void leave(struct compiler *c, enum verb verb)
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
			jump_to(c, e->again);
		if (e->kind == IN_LOOP && verb == VERB_BREAK)
			enclosure_jump(c, e);
		if (e->kind == IN_LOOP && verb != VERB_RETURN)
			return;
	}
	emit(c, OP_RETURN, NO_OPERAND, c->returns, NO_OPERAND);
}

static bool is_in(const struct compiler *c, enum enclosure_kind kind)
{
	const struct enclosure *e = c->enclosure;
	while (e && e->kind != kind)
		e = e->outer;
	return e != NULL;
}

static void leave_loop(struct compiler *c, const struct node *step, enum verb verb)
{
	if (is_in(c, IN_LOOP))
		leave(c, verb);
	else
		wrong(c, DIAG_CONTROL, step->place, NOTHING_TO_SAY, SAY(NOT_IN_LOOP, verb_rows[verb].word));
}

void steps_BREAK(struct compiler *c, const struct node *step, const struct node *n)
{
	(void)n;
	leave_loop(c, step, VERB_BREAK);
}

void steps_CONTINUE(struct compiler *c, const struct node *step, const struct node *n)
{
	(void)n;
	leave_loop(c, step, VERB_CONTINUE);
}

void steps_RETURN(struct compiler *c, const struct node *step, const struct node *n)
{
	if (!c->in_function) {
		wrong(c, DIAG_CONTROL, step->place, SAY(EXIT_ENDS), SAY(NOT_IN_FUNCTION));
		return;
	}
	bool nothing = n->kind == NODE_SCALAR && !n->quoted && !n->length;
	struct expr *e = nothing ? expr_constant(c, VALUE_NONE, n->place) : expr_value(c, n);
	operand v = e ? emit_expr(c, e) : emit_constant(c, VALUE_NONE);
	if (c->returns == NO_OPERAND)
		c->returns = kept_new(c, 1);
	emit(c, OP_MOVE, c->returns, v, NO_OPERAND);
	temp_free(c, v);
	leave(c, VERB_RETURN);
}

/* ---- exceptions ---- */

/* What loops and handlers around it keep stays; what those inside it kept is emptied when it is entered. */
static void handler_add(struct compiler *c, struct handler h)
{
	for (size_t i = 0; i < c->locals && i < 64; i++)
		if (c->local[i].name || !c->local[i].constant)
			h.live |= (uint64_t)1 << i;
	GROW(c->g->handler, c->g->handlers, c->g->handler_room);
	c->g->handler[c->g->handlers++] = h;
}

/* What a finally block does: steps of the file, or the release of a `with`. */
struct finish { const struct node *steps; operand object; };

static void finish_emit(struct compiler *c, const struct finish *f)
{
	if (f->steps)
		steps_compile(c, f->steps);
	else
		emit(c, OP_RELEASE, NO_OPERAND, f->object, NO_OPERAND);
}

/* Behind the finally block: on to where its reason says. */
static void take_paths(struct compiler *c, struct enclosure *e)
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

static void try_begin(struct compiler *c, struct enclosure *e)
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
		if (i->op == OP_RETURN || raises || (jumps && (i->to < from || i->to > g->codes)))      /* not landed yet: 0 */
			return true;
	}
	return false;
}

static void try_end(struct compiler *c, struct enclosure *e, uint32_t from, const struct finish *f)
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

void steps_WITH(struct compiler *c, const struct node *step, const struct node *n)
{
	struct enclosure e;
	struct expr *object = expr_read(c, n);
	if (!object)
		return;
	struct verb_row row = verb_rows[VERB_ACQUIRE];
	row.word = "with";
	check_object(c, &row, object);
	struct finish f = { NULL, emit_constant(c, object->constant) };
	if (object->kind != EXPR_CONSTANT) {
		operand v = emit_expr(c, object);
		f.object = kept_new(c, 1);
		emit(c, OP_MOVE, f.object, v, NO_OPERAND);
		temp_free(c, v);
	}
	emit(c, OP_ACQUIRE, NO_OPERAND, f.object, NO_OPERAND);
	try_begin(c, &e);
	uint32_t from = emit_here(c);
	block(c, step, "do", true);
	try_end(c, &e, from, &f);
	if (object->kind != EXPR_CONSTANT)
		kept_free(c, f.object, 1);
}

static void handler_block(struct compiler *c, const struct node *steps, operand kept)
{
	struct enclosure e = { .kind = IN_HANDLER, .kept = kept };
	enter(c, &e);
	steps_compile(c, steps);
	c->enclosure = e.outer;
	for (int i = 0; i < 3; i++)
		emit(c, OP_MOVE, kept + i, emit_constant(c, VALUE_UNSET), NO_OPERAND);
}

/* before: which locals have a value before the `try`. */
static void except_blocks(struct compiler *c, const struct node *except, uint32_t from, uint32_t to, operand kept, uint64_t before)
{
	if (except->kind != NODE_MAP) {
		wrong(c, DIAG_TYPE, except->place, SAY(WRITE_EXCEPT), SAY(EXCEPT_MAPPING));
		return;
	}
	uint32_t *end = arena_get(c->a, (except->count + 1) * sizeof *end);
	uint64_t normally = c->assigned;
	for (size_t i = 0; i < except->count; i++) {
		const char *name = except->key[i]->text;
		bool any = !strcmp(name, "any");
		if (!is_identifier(name))
			wrong(c, DIAG_NAME, except->key[i]->place, NOTHING_TO_SAY, SAY(NO_EXCEPTION_NAME, name));
		handler_add(c, (struct handler){ from, to, emit_here(c), any ? HANDLES_ANY : HANDLES_NAME,
		                                 pool_text(c->g->pool, name, strlen(name)), kept & OPERAND_INDEX, 0 });
		c->assigned = before;
		handler_block(c, except->item[i], kept);
		normally &= c->assigned;
		end[i] = jump(c);
	}
	c->assigned = normally;
	for (size_t i = 0; i < except->count; i++)
		land(c, end[i]);
}

static void try_body(struct compiler *c, const struct node *step, const struct node *body)
{
	const struct node *except = yaml_find(step, "except");
	operand kept = except ? kept_new(c, 3) : NO_OPERAND;
	uint64_t before = c->assigned;
	uint32_t from = emit_here(c);
	steps_compile(c, body);
	uint32_t to = emit_here(c);
	block(c, step, "else", false);
	if (!except)
		return;
	uint32_t over = jump(c);
	except_blocks(c, except, from, to, kept, before);
	land(c, over);
	kept_free(c, kept, 3);
}

void steps_TRY(struct compiler *c, const struct node *step, const struct node *body)
{
	struct finish f = { yaml_find(step, "finally"), NO_OPERAND };
	struct enclosure e;
	if (!f.steps && !yaml_find(step, "except") && !modifier_mistyped(step, &verb_rows[VERB_TRY]))
		wrong(c, DIAG_MISSING, step->place, SAY(ADD_EXCEPT), SAY(TRY_NO_HANDLER));
	if (!f.steps) {
		try_body(c, step, body);
		return;
	}
	try_begin(c, &e);
	uint32_t from = emit_here(c);
	try_body(c, step, body);
	try_end(c, &e, from, &f);
}

static void raise_again(struct compiler *c, const struct node *step)
{
	const struct enclosure *e = c->enclosure;
	while (e && e->kind != IN_HANDLER)
		e = e->outer;
	if (e)
		emit(c, OP_RERAISE, NO_OPERAND, e->kept, emit_constant(c, VALUE_TRUE));
	else
		wrong(c, DIAG_CONTROL, step->place, SAY(NAME_EXCEPTION), SAY(RAISE_ALONE));
}

void steps_RAISE(struct compiler *c, const struct node *step, const struct node *n)
{
	const struct node *message = yaml_find(step, "message");
	struct expr *text = message ? expr_template(c, message) : NULL;
	if (n->kind != NODE_SCALAR || !n->length) {
		raise_again(c, step);
		return;
	}
	if (!is_identifier(n->text)) {
		size_t name = word_length(n->text, n->length);
		bool called = name && n->text[name] == '(' && n->text[n->length - 1] == ')' && name + 2 < n->length;
		wrong(c, DIAG_NAME, n->place, called ? SAY(WRITE_STEP, arena_print(c->a, "{raise: %.*s, message: %.*s}", (int)name, n->text,
		      (int)(n->length - name - 2), n->text + name + 1)) :
		      SAY(WRITE_STEP, arena_print(c->a, strchr(n->text, '"') ? "{raise: Error, message: '%s'}" : "{raise: Error, message: \"%s\"}", n->text)), SAY(NO_EXCEPTION_NAME, n->text));
		return;
	}
	operand v = text ? emit_expr(c, text) : emit_constant(c, pool_text(c->g->pool, "", 0));
	temp_free(c, v);
	emit(c, OP_RAISE, NO_OPERAND, emit_constant(c, pool_text(c->g->pool, n->text, n->length)), v);
}

/* ---- functions ---- */

/* call: f(1), or a function that is nearly so called. */
static struct message function_remedy(struct compiler *c, const struct node *n)
{
	const char *open = n->kind == NODE_SCALAR ? strchr(n->text, '(') : NULL;
	const char **words = arena_get(c->a, (c->symbols + 1) * sizeof *words);
	size_t count = 0;
	if (open && n->text[n->length - 1] == ')')
		return SAY(WRITE_STEP, arena_print(c->a, "{call: %.*s, args: [%.*s]}", (int)(open - n->text), n->text,
		                                   (int)(n->length - (size_t)(open - n->text) - 2), open + 1));
	for (size_t i = 0; i < c->symbols; i++)
		if (c->symbol[i].kind == SYMBOL_FUNCTION)
			words[count++] = c->symbol[i].name;
	const char *near = n->kind == NODE_SCALAR ? name_nearest(c, n->text, words, count) : NULL;
	return near ? SAY(DID_YOU_MEAN, near) : n->kind == NODE_SCALAR && is_identifier(n->text) ? SAY(WRITE_FUNCTION, n->text) : NOTHING_TO_SAY;
}

bool function_named(struct compiler *c, const struct node *n, uint32_t *number)
{
	const struct symbol *s = n->kind == NODE_SCALAR ? name_find(c, n->text) : NULL;
	if (!s && n->kind == NODE_SCALAR && (c->section_lost || !name_is_news(c, n->text)))
		return false;
	if (!s || s->kind != SYMBOL_FUNCTION)
		return wrong(c, DIAG_NAME, n->place, function_remedy(c, n), SAY(NO_FUNCTION, n->kind == NODE_SCALAR ? n->text : ".."));
	*number = s->number;
	return true;
}

bool function_check(struct compiler *c, const struct node *n, size_t args, struct message help, uint32_t *number)
{
	if (!function_named(c, n, number))
		return false;
	if (args != c->g->function[*number].params)
		return wrong(c, DIAG_TYPE, n->place, help, c->g->function[*number].params == 1 ?
		             SAY(ONE_ARGUMENT, n->text, args) : SAY(ARGUMENTS, n->text, c->g->function[*number].params, args));
	return true;
}

/* The function that n names, with the keys of step, or of the group whose program it is. */
void call_compile(struct compiler *c, const struct node *step, const struct node *n)
{
	const struct node *args = yaml_find(step, "args"), *into = yaml_find(step, "into");
	size_t count = args && args->kind == NODE_LIST ? args->count : 0;
	struct expr *target = NULL;
	uint32_t function = 0, temps = c->temps;
	if (args && args->kind != NODE_LIST) {
		wrong(c, DIAG_TYPE, args->place, SAY(WRITE_ARGS), SAY(ARGS_LIST));
		return;
	}
	if (!function_check(c, n, count, NOTHING_TO_SAY, &function) || (into && !assign_target(c, into, &target)))
		return;
	operand first = TEMPORARY | c->temps;
	for (size_t i = 0; i < count; i++) {
		struct expr *e = expr_value(c, args->item[i]);
		if (e)
			emit_fresh(c, e);
	}
	c->temps = temps;
	operand dst = target ? temp_new(c) : NO_OPERAND;
	emit_at(c, emit(c, OP_CALL, dst, first, count))->to = function;
	if (target)
		emit_assign(c, target, dst);
	c->temps = temps;
}

void steps_CALL(struct compiler *c, const struct node *step, const struct node *n)
{
	if (yaml_find(step, "args") || !modifier_mistyped(step, &verb_rows[VERB_CALL]))         /* else it has some under another word: that has been said */
		call_compile(c, step, n);
}

/* ---- statements ---- */

void steps_ATOMIC(struct compiler *c, const struct node *step, const struct node *n)
{
	(void)step;
	if (c->atomic)
		wrong(c, DIAG_CONTROL, n->place, NOTHING_TO_SAY, SAY(ATOMIC_IN_ATOMIC));
	emit(c, OP_ATOMIC, NO_OPERAND, NO_OPERAND, NO_OPERAND);
	c->atomic = true;
	statements_compile(c, n);
	c->atomic = false;
}

void steps_DO(struct compiler *c, const struct node *step, const struct node *n)
{
	(void)step;
	c->g->step[c->step].text = n->kind == NODE_SCALAR ? n->text : "do";
	statements_compile(c, n);
}
