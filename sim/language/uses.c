/* What is wrong with an expression that could be read, where its value is taken or something is assigned to it: a function on an object of
 * another kind, a field inside of `atomic`, .. */
#include "sim/language/compile.h"
#include <string.h>

/* The argument of a function that asks about something: what it is, as far as it is known. */
static void check_tag(struct compiler *c, const struct expr *e, const struct function_row *row)
{
	bool object = row->of == OF_OBJECT, result = row->of == OF_RESULT;
	if (e->kind != EXPR_CONSTANT || !e->constant || value_tag(e->constant) == (object ? TAG_OBJECT : result ? TAG_HANDLE : TAG_PROCESS))
		return;
	const char *what = type_named(c, e->constant);
	wrong(c, DIAG_KIND, e->place, function_help(row), object ? SAY(FUNCTION_NEEDS_OBJECT, row->word, what) :
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

/* Of a pipe, one of its ends is meant; of a one-way pipe it is known which: left receives, right sends. */
void check_end(struct compiler *c, const char *word, bool sends, const struct expr *e)
{
	const struct object *o = &c->g->object[value_object(e->constant)];
	bool either = o->duplex || !strcmp(word, "close");
	if (o->kind == KIND_PIPE && !value_end(e->constant))
		wrong(c, DIAG_KIND, e->place, either ? SAY(WRITE_AN_END, o->name) : SAY(WRITE_STATEMENT, arena_print(c->a, sends ? "%s.right" : "%s.left", o->name)),
		      SAY(NEEDS_AN_END, word, o->name));
}

static void check_asked(struct compiler *c, const struct expr *e, const struct function_row *row)
{
	const struct expr *of = e->child[0];
	check_tag(c, of, row);
	if (row->of != OF_OBJECT || of->kind != EXPR_CONSTANT || value_tag(of->constant) != TAG_OBJECT)
		return;
	const struct object *o = &c->g->object[value_object(of->constant)];
	if (o->kind && !(function_kinds(e->number) >> o->kind & 1))
		wrong(c, DIAG_KIND, of->place, function_help(row), SAY(NOT_ON_OBJECT, row->word, o->name, kind_named(c, o->kind)));
	else if (e->number == FUNCTION_POLL)
		check_end(c, row->word, false, of);
}

static void check_function(struct compiler *c, const struct expr *e)
{
	const struct function_row *row = &function_rows[e->number];
	if (row->of == DRAW && (c->looks || c->atomic))
		wrong(c, DIAG_CONTROL, e->place, SAY(DRAW_FIRST), SAY(NO_DRAW));
	else if (row->of != PURE && row->of != DRAW)
		check_asked(c, e, row);
}

static void check_field(struct compiler *c, const struct expr *e)
{
	if (c->atomic)
		wrong(c, DIAG_CONTROL, e->place, SAY(USE_A_LOCK), SAY(NOT_IN_ATOMIC));
}

void expr_used(struct compiler *c, const struct expr *e)
{
	if (e->kind == EXPR_FUNCTION)
		check_function(c, e);
	if (e->kind == EXPR_FIELD)
		check_field(c, e);
	if (e->kind == EXPR_LOCAL)
		c->local[e->number].read = true;
	if (e->kind == EXPR_RANGE)
		wrong(c, DIAG_TYPE, e->place, NOTHING_TO_SAY, SAY(NO_VALUE));
	for (uint32_t i = 0; i < e->children; i++)
		expr_used(c, e->child[i]);
}

void range_used(struct compiler *c, const struct expr *e)
{
	if (e->kind != EXPR_RANGE) {
		expr_used(c, e);
		return;
	}
	expr_used(c, e->child[0]);
	expr_used(c, e->child[1]);
}

void target_used(struct compiler *c, const struct expr *e)
{
	if (e->kind == EXPR_FIELD)
		check_field(c, e);
	if (e->kind != EXPR_INDEX)
		return;
	expr_used(c, e->child[0]);
	expr_used(c, e->child[1]);
	if (changes_a_copy(c->g, e))
		wrong(c, DIAG_COPY, e->place, SAY(ASSIGN_BACK, place_text(c, e->child[0]->place)), SAY(CHANGES_A_COPY));
}

void statement_used(struct compiler *c, const struct statement *s)
{
	if (s->op != OP_MOVE)
		expr_used(c, s->target);
	expr_used(c, s->source);
	target_used(c, s->target);
}
