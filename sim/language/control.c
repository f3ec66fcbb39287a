/* The verbs that are control flow: one function a verb, as verbs.def names them. */
#include "sim/language/compile.h"
#include <string.h>

/* ---- small helpers ---- */

/* The steps under one of its keys; NULL: it has none. */
static const struct block *block(struct compiler *c, const struct node *step, const char *key, bool required)
{
	const struct node *n = yaml_find(step, key);
	if (n)
		return steps_read(c, n);
	if (required && !modifier_mistyped(step, &verb_rows[c->verb]))
		wrong(c, DIAG_MISSING, step->place, SAY(ADD_STEPS_UNDER, key), SAY(IS_MISSING, key));
	return NULL;
}

static const struct expr *used(struct compiler *c, const struct expr *e)
{
	if (e)
		expr_used(c, e);
	return e;
}

/* ---- if, loops ---- */

void steps_IF(struct compiler *c, const struct node *step, const struct node *n, struct tree_step *s)
{
	bool otherwise = yaml_find(step, "else") != NULL, within = n->kind == NODE_SCALAR && strstr(n->text, " then ");
	s->choice.condition = used(c, expr_read(c, n));
	s->choice.then = block(c, step, "then", !otherwise && !within);       /* if: n > 0 then n = 1: that has been said */
	s->choice.otherwise = otherwise ? block(c, step, "else", true) : NULL;
}

static const struct block *loop_body(struct compiler *c, const struct node *step)
{
	c->loops++;
	const struct block *body = block(c, step, "do", true);
	c->loops--;
	return body;
}

void steps_WHILE(struct compiler *c, const struct node *step, const struct node *n, struct tree_step *s)
{
	s->loop.over = used(c, expr_read(c, n));
	s->loop.body = loop_body(c, step);
}

void steps_FOREVER(struct compiler *c, const struct node *step, const struct node *n, struct tree_step *s)
{
	if (n->kind != NODE_SCALAR || n->length)
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_FOREVER), SAY(FOREVER_OPERAND));
	s->loop.body = loop_body(c, step);
}

/* The variable of a loop: one that is the process's own. */
static const struct expr *loop_variable(struct compiler *c, const struct node *n)
{
	const struct expr *e = n ? expr_read(c, n) : NULL;
	if (e && e->kind != EXPR_LOCAL && e->kind != EXPR_PRIVATE)
		wrong(c, DIAG_TYPE, n->place, SAY(USE_OWN_NAME), SAY(LOOP_OWN_VARIABLE));
	return e;
}

void steps_REPEAT(struct compiler *c, const struct node *step, const struct node *n, struct tree_step *s)
{
	s->loop.over = used(c, expr_read(c, n));
	s->loop.variable = loop_variable(c, yaml_find(step, "as"));
	s->loop.body = loop_body(c, step);
}

void steps_FOR(struct compiler *c, const struct node *step, const struct node *n, struct tree_step *s)
{
	const struct node *in = yaml_find(step, "in");
	const char *both = n->kind == NODE_SCALAR ? strstr(n->text, " in ") : NULL;
	if (both && !in) {                      /* for: i in 1..3 */
		wrong(c, DIAG_MISSING, step->place, SAY(WRITE_FOR, arena_word(c->a, n->text, (size_t)(both - n->text)), both + 4), SAY(IS_MISSING, "in"));
		return;
	}
	s->loop.variable = loop_variable(c, n);
	if (!in && modifier_mistyped(step, &verb_rows[VERB_FOR]))
		return;
	if (!in) {
		wrong(c, DIAG_MISSING, step->place, SAY(ADD_IN), SAY(IS_MISSING, "in"));
		return;
	}
	s->loop.over = in->kind == NODE_LIST ? expr_value(c, in) : expr_range_or_value(c, in);
	if (!s->loop.over)
		return;
	range_used(c, s->loop.over);
	s->loop.body = loop_body(c, step);
}

static void check_in_loop(struct compiler *c, const struct node *step, enum verb verb)
{
	if (!c->loops)
		wrong(c, DIAG_CONTROL, step->place, NOTHING_TO_SAY, SAY(NOT_IN_LOOP, verb_rows[verb].word));
}

void steps_BREAK(struct compiler *c, const struct node *step, const struct node *n, struct tree_step *s)
{
	(void)n;
	check_in_loop(c, step, s->verb);
}

void steps_CONTINUE(struct compiler *c, const struct node *step, const struct node *n, struct tree_step *s)
{
	(void)n;
	check_in_loop(c, step, s->verb);
}

void steps_RETURN(struct compiler *c, const struct node *step, const struct node *n, struct tree_step *s)
{
	bool nothing = n->kind == NODE_SCALAR && !n->quoted && !n->length;
	if (!c->in_function)
		wrong(c, DIAG_CONTROL, step->place, SAY(EXIT_ENDS), SAY(NOT_IN_FUNCTION));
	else
		s->result = used(c, nothing ? expr_constant(c, VALUE_NONE, n->place) : expr_value(c, n));
}

/* ---- exceptions ---- */

void steps_WITH(struct compiler *c, const struct node *step, const struct node *n, struct tree_step *s)
{
	struct verb_row row = verb_rows[VERB_ACQUIRE];
	row.word = "with";
	s->with.object = expr_read(c, n);
	if (!s->with.object)
		return;
	check_object(c, &row, s->with.object);
	expr_used(c, s->with.object);
	s->with.body = block(c, step, "do", true);
}

static const struct except *read_excepts(struct compiler *c, const struct node *n)
{
	struct except *all = arena_get(c->a, (n->count + 1) * sizeof *all);
	if (n->kind != NODE_MAP) {
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_EXCEPT), SAY(EXCEPT_MAPPING));
		return NULL;
	}
	c->handlers++;
	for (size_t i = 0; i < n->count; i++) {
		const char *name = n->key[i]->text;
		if (!is_identifier(name))
			wrong(c, DIAG_NAME, n->key[i]->place, NOTHING_TO_SAY, SAY(NO_EXCEPTION_NAME, name));
		all[i].name = strcmp(name, "any") ? name : NULL;
		all[i].steps = steps_read(c, n->item[i]);
	}
	c->handlers--;
	return n->count ? all : NULL;
}

void steps_TRY(struct compiler *c, const struct node *step, const struct node *body, struct tree_step *s)
{
	const struct node *except = yaml_find(step, "except"), *last = yaml_find(step, "finally");
	if (!last && !except && !modifier_mistyped(step, &verb_rows[VERB_TRY]))
		wrong(c, DIAG_MISSING, step->place, SAY(ADD_EXCEPT), SAY(TRY_NO_HANDLER));
	s->attempt.body = steps_read(c, body);
	s->attempt.otherwise = block(c, step, "else", false);
	s->attempt.excepts = except != NULL;
	s->attempt.except = except ? read_excepts(c, except) : NULL;
	s->attempt.handlers = s->attempt.except ? (uint32_t)except->count : 0;
	s->attempt.last = last ? steps_read(c, last) : NULL;
}

/* raise: ValueError("bad"), raise: ValueError(), raise: it went wrong */
static struct message raise_remedy(struct compiler *c, const struct node *n)
{
	size_t name = word_length(n->text, n->length), more = n->length - name;
	bool called = name && n->text[name] == '(' && n->text[n->length - 1] == ')';
	if (called && more == 2)
		return SAY(WRITE_STEP, arena_print(c->a, "raise: %.*s", (int)name, n->text));
	if (called)
		return SAY(WRITE_STEP, arena_print(c->a, "{raise: %.*s, message: %.*s}", (int)name, n->text, (int)more - 2, n->text + name + 1));
	return SAY(WRITE_STEP, arena_print(c->a, strchr(n->text, '"') ? "{raise: Error, message: '%s'}" : "{raise: Error, message: \"%s\"}", n->text));
}

void steps_RAISE(struct compiler *c, const struct node *step, const struct node *n, struct tree_step *s)
{
	const struct node *message = yaml_find(step, "message");
	s->raise.message = message ? expr_template(c, message) : NULL;
	if (n->kind != NODE_SCALAR || !n->length) {
		if (!c->handlers)
			wrong(c, DIAG_CONTROL, step->place, SAY(NAME_EXCEPTION), SAY(RAISE_ALONE));
		return;
	}
	if (!is_identifier(n->text)) {
		wrong(c, DIAG_NAME, n->place, raise_remedy(c, n), SAY(NO_EXCEPTION_NAME, n->text));
		return;
	}
	s->raise.name = n->text;
	used(c, s->raise.message);
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
void call_read(struct compiler *c, const struct node *step, const struct node *n, struct tree_step *s)
{
	const struct node *args = yaml_find(step, "args"), *into = yaml_find(step, "into");
	s->call.count = args && args->kind == NODE_LIST ? args->count : 0;
	s->call.arg = arena_get(c->a, (s->call.count + 1) * sizeof *s->call.arg);
	if (args && args->kind != NODE_LIST) {
		wrong(c, DIAG_TYPE, args->place, SAY(WRITE_ARGS), SAY(ARGS_LIST));
		return;
	}
	if (!function_check(c, n, s->call.count, NOTHING_TO_SAY, &s->call.function) || (into && !assign_target(c, into, &s->call.into)))
		return;
	for (uint32_t i = 0; i < s->call.count; i++)
		s->call.arg[i] = used(c, expr_value(c, args->item[i]));
}

void steps_CALL(struct compiler *c, const struct node *step, const struct node *n, struct tree_step *s)
{
	if (yaml_find(step, "args") || !modifier_mistyped(step, &verb_rows[VERB_CALL]))         /* else it has some under another word: that has been said */
		call_read(c, step, n, s);
}

/* ---- statements ---- */

void steps_ATOMIC(struct compiler *c, const struct node *step, const struct node *n, struct tree_step *s)
{
	(void)step;
	c->atomic = true;
	s->statements = statements_read(c, n);
	c->atomic = false;
}

void steps_DO(struct compiler *c, const struct node *step, const struct node *n, struct tree_step *s)
{
	(void)step;
	s->text = n->kind == NODE_SCALAR ? n->text : "do";
	s->statements = statements_read(c, n);
}
