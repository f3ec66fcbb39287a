/* Operations that can only raise TypeError: `l + 1` of a list, `len(3)`, `t[0] = "x"` of a text. Of each shared variable and local it is
 * gathered what kinds of values are ever stored in it, whatever the order; what is read from elsewhere may be anything. Only what is
 * impossible for all of these kinds is reported. */
#include "sim/language/messages.h"
#include "sim/language/tree.h"
#include <stdlib.h>
#include <string.h>

/* Sets of kinds of values, as bits; none: nothing is stored there that is known of. */
enum { A_NUMBER = 1, A_TEXT = 2, A_LIST = 4, A_DICT = 8, A_NONE = 16, ANOTHER = 32, ANYTHING = 63, SEQUENCE = A_TEXT | A_LIST };

struct types {
	struct program *g;
	uint8_t *shared;                        /* by variable */
	uint8_t **local;                        /* by routine, in the order of the walk; by slot */
	const struct routine *routine;          /* that is walked; NULL: none */
	uint8_t *here;                          /* those of its locals */
	struct place place;                     /* of the step that is walked */
	uint32_t handled;                       /* so many handlers would catch what it raises: that may be meant */
	bool reports, changed;
};

static uint8_t kind_of_value(value v)
{
	switch (value_tag(v)) {
	case TAG_TEXT: return A_TEXT;
	case TAG_LIST: return A_LIST;
	case TAG_DICT: return A_DICT;
	default:       return value_is_number(v) ? A_NUMBER : v == VALUE_NONE ? A_NONE : ANOTHER;
	}
}

static void gets(struct types *t, uint8_t *cell, uint8_t kinds)
{
	t->changed |= (kinds & ~*cell) != 0;
	*cell |= kinds;
}

/* ---- what can't be ---- */

static const char *kinds_named(uint8_t kinds)
{
	switch (kinds) {
	case A_NUMBER: return spoken("a number", "数");
	case A_TEXT:   return spoken("a text", "文本");
	case A_LIST:   return spoken("a list", "列表");
	case A_DICT:   return spoken("a dictionary", "字典");
	case A_NONE:   return spoken("`none`", "空值（`none`）");
	default:       return spoken("this", "这种值");
	}
}

static void warn_of(struct types *t, struct message help, struct message message)
{
	struct program *g = t->g;
	if (!t->reports || t->handled)
		return;
	for (size_t k = 0; k < g->diags.count; k++)
		if (g->diags.list[k].id == DIAG_TYPES && !memcmp(&g->diags.list[k].place, &t->place, sizeof t->place))
			return;                         /* one mistake in a step */
	diag_add(&g->diags, DIAG_TYPES, t->place, help, message);
}

static uint8_t sum_of(uint8_t a, uint8_t b)
{
	return (a & b & (A_NUMBER | SEQUENCE)) | ((a | b) & ANOTHER ? ANYTHING : 0);
}

static uint8_t product_of(uint8_t a, uint8_t b)
{
	uint8_t both = a & b & A_NUMBER;
	return both | (b & A_NUMBER ? a & SEQUENCE : 0) | (a & A_NUMBER ? b & SEQUENCE : 0) | ((a | b) & ANOTHER ? ANYTHING : 0);
}

/* Which results are possible: a number, but of + and *. */
static uint8_t possible(enum op op, uint8_t a, uint8_t b)
{
	uint8_t other = (a | b) & ANOTHER, numbers = a & b & (A_NUMBER | ANOTHER);
	switch (op) {
	case OP_ADD:      return sum_of(a, b);
	case OP_MULTIPLY: return product_of(a, b);
	case OP_SUBTRACT: case OP_DIVIDE: case OP_MODULO: return numbers | other;
	case OP_LESS: case OP_AT_MOST: case OP_GREATER: case OP_AT_LEAST: return (a & b) | other;
	default:          return ANYTHING;      /* == and != compare all, `in` is not checked */
	}
}

static const char *sign_of(enum op op)
{
	switch (op) {
	case OP_ADD:      return "+";
	case OP_SUBTRACT: return "-";
	case OP_MULTIPLY: return "*";
	case OP_DIVIDE:   return "//";
	case OP_MODULO:   return "%";
	case OP_LESS:     return "<";
	case OP_AT_MOST:  return "<=";
	case OP_GREATER:  return ">";
	default:          return ">=";
	}
}

static uint8_t operation(struct types *t, enum op op, uint8_t a, uint8_t b)
{
	bool text = (a == A_TEXT && b == A_NUMBER) || (a == A_NUMBER && b == A_TEXT), list = a == A_LIST && b && !(b & A_LIST);
	uint8_t can = possible(op, a, b);
	if (a && b && !can)
		warn_of(t, op == OP_ADD && text ? SAY(TEXT_OF_NUMBER) : op == OP_ADD && list ? SAY(LIST_OF_ONE) : NOTHING_TO_SAY,
		        SAY(NO_OPERATOR, sign_of(op), kinds_named(a), kinds_named(b)));
	return op == OP_END ? ANYTHING : op == OP_ADD || op == OP_MULTIPLY ? can : A_NUMBER;
}

static void check_function(struct types *t, enum function_id f, uint8_t a)
{
	uint8_t takes = ANYTHING;
	switch (f) {
	case FUNCTION_LEN: takes = SEQUENCE | A_DICT | ANOTHER; break;
	case FUNCTION_KEYS: takes = A_DICT | ANOTHER; break;
	case FUNCTION_ABS: takes = A_NUMBER | ANOTHER; break;
	case FUNCTION_UPPER: case FUNCTION_LOWER: case FUNCTION_SPLIT: takes = A_TEXT | ANOTHER; break;
	case FUNCTION_SUM: takes = A_LIST | A_DICT | ANOTHER; break;
	default: break;
	}
	if (a && !(a & takes))
		warn_of(t, NOTHING_TO_SAY, SAY(NO_ARGUMENT, function_rows[f].word, kinds_named(a)));
}

static uint8_t result_of(enum function_id f)
{
	switch (f) {
	case FUNCTION_LEN: case FUNCTION_RANDOM: return A_NUMBER;
	case FUNCTION_STR: case FUNCTION_UPPER: case FUNCTION_LOWER: return A_TEXT;
	case FUNCTION_SPLIT: case FUNCTION_KEYS: return A_LIST;
	default: return ANYTHING;
	}
}

/* a[b], or a[b] = ..: of a text, or of what has no elements at all */
static void check_element(struct types *t, uint8_t whole, bool assigned)
{
	uint8_t can = A_LIST | A_DICT | ANOTHER | (assigned ? 0 : A_TEXT);
	if (whole && !(whole & can))
		warn_of(t, whole & A_TEXT ? SAY(TEXTS_NEVER_CHANGE) : NOTHING_TO_SAY, assigned ? SAY(NO_ELEMENT_SET, kinds_named(whole)) : SAY(NO_ELEMENTS, kinds_named(whole)));
}

/* ---- expressions ---- */

static uint8_t kinds_of(struct types *t, const struct expr *e);

/* Those of its parts, of which the first is what it is about. */
static uint8_t kinds_of_parts(struct types *t, const struct expr *e)
{
	uint8_t first = 0;
	for (uint32_t i = 0; i < e->children; i++) {
		uint8_t kinds = kinds_of(t, e->child[i]);
		first = i ? first : kinds;
	}
	return first;
}

static uint8_t kinds_of(struct types *t, const struct expr *e)
{
	uint8_t a;
	switch (e->kind) {
	case EXPR_CONSTANT: return kind_of_value(e->constant);
	case EXPR_LOCAL:    return t->here[e->number];
	case EXPR_SHARED:   return t->shared[e->number];
	case EXPR_BINARY:
		a = kinds_of(t, e->child[0]);
		return operation(t, e->number, a, kinds_of(t, e->child[1]));
	case EXPR_INDEX:
		check_element(t, kinds_of_parts(t, e), false);
		return ANYTHING;
	case EXPR_FUNCTION:
		check_function(t, e->number, kinds_of_parts(t, e));
		return result_of(e->number);
	default:
		break;
	}
	kinds_of_parts(t, e);
	return e->kind == EXPR_UNARY ? A_NUMBER : e->kind == EXPR_LIST ? A_LIST : e->kind == EXPR_DICT ? A_DICT : e->kind == EXPR_FORMAT ? A_TEXT : ANYTHING;
}

static void walk_expr(struct types *t, const struct expr *e)
{
	if (e)
		kinds_of(t, e);
}

static void assign(struct types *t, const struct expr *target, uint8_t kinds)
{
	const struct expr *of = target->kind == EXPR_INDEX ? target->child[0] : NULL;
	if (target->kind == EXPR_SHARED)
		gets(t, &t->shared[target->number], kinds);
	if (target->kind == EXPR_LOCAL)
		gets(t, &t->here[target->number], kinds);
	if (!of)
		return;
	kinds_of(t, target->child[1]);
	if (of->kind != EXPR_INDEX) {
		check_element(t, kinds_of(t, of), true);        /* it stays what it is */
		return;
	}
	kinds_of(t, of);
	if (!changes_a_copy(t->g, target))
		assign(t, of, ANYTHING);
}

/* ---- steps ---- */

static void walk_statements(struct types *t, const struct statement *s)
{
	for (; s; s = s->next) {
		uint8_t was = s->op == OP_MOVE ? 0 : kinds_of(t, s->target), is = kinds_of(t, s->source);
		assign(t, s->target, s->op == OP_MOVE ? is : operation(t, s->op, was, is));
	}
}

/* set: tickets, acquire: n: a variable that only ever holds numbers, say. */
static void check_acted_on(struct types *t, const struct verb_row *row, const struct expr *e)
{
	bool acts = row->form == FORM_OBJECT || row->form == FORM_PROCESS || row->form == FORM_JOINED;
	uint8_t kinds = kinds_of(t, e);
	if (!acts || !kinds || kinds & ANOTHER)
		return;
	struct arena *a = &t->g->arena;
	const char *name = e->kind == EXPR_SHARED ? t->g->shared[e->number].name : e->kind == EXPR_LOCAL ? t->routine->local[e->number] : NULL;
	struct message help = row->form == FORM_PROCESS ? SAY(NAME_A_PROCESS) : row->form == FORM_JOINED ? SAY(NAME_PROCESS_OR_GROUP) :
	                      SAY(ACTS_ON, row->word, kinds_listed(a, row->control ? verb_rows[VERB_ACQUIRE].kinds : row->kinds));
	if (name && row->op == OP_SET)
		help = SAY(WRITE_STEP, arena_print(a, "%s = 1", name));
	warn_of(t, help, SAY(NOT_ON, row->word, kinds_named(kinds)));
}

static void walk_action(struct types *t, const struct verb_row *row, const struct action *x)
{
	if (x->a)
		check_acted_on(t, row, x->a);
	walk_expr(t, x->b);
	walk_expr(t, x->time);
	if (x->into)
		assign(t, x->into, ANYTHING);
}

static void walk_loop(struct types *t, const struct tree_step *s)
{
	const struct expr *over = s->loop.over;
	bool counts = s->verb == VERB_REPEAT || (over && over->kind == EXPR_RANGE);
	walk_expr(t, over);
	if (s->loop.variable)
		assign(t, s->loop.variable, counts ? A_NUMBER : ANYTHING);
}

static void walk_call(struct types *t, const struct tree_step *s)
{
	for (uint32_t i = 0; i < s->call.count; i++)
		kinds_of(t, s->call.arg[i]);
	if (s->call.into)
		assign(t, s->call.into, ANYTHING);
}

/* What it does itself. */
static void walk_step(struct types *t, const struct tree_step *s)
{
	walk_expr(t, s->note);
	walk_expr(t, s->ask);
	switch (s->verb) {
	case VERB_NONE: case VERB_ATOMIC: case VERB_DO: walk_statements(t, s->statements); break;
	case VERB_WHILE: case VERB_FOREVER: case VERB_REPEAT: case VERB_FOR: walk_loop(t, s); break;
	case VERB_IF:     kinds_of(t, s->choice.condition); break;
	case VERB_WITH:   check_acted_on(t, &verb_rows[VERB_WITH], s->with.object); break;
	case VERB_RAISE:  walk_expr(t, s->raise.name ? s->raise.message : NULL); break;
	case VERB_CALL:   walk_call(t, s); break;
	case VERB_RETURN: kinds_of(t, s->result); break;
	case VERB_TRY: case VERB_BREAK: case VERB_CONTINUE: break;
	default:          walk_action(t, &verb_rows[s->verb], &s->action); break;
	}
}

static void walk_block(struct types *t, const struct block *b)
{
	const struct block *inner;
	for (const struct tree_step *s = b ? b->first : NULL; s; s = s->next) {
		t->place = s->place;
		walk_step(t, s);
		for (uint32_t k = 0; tree_block(s, k, &inner); k++) {
			bool handled = s->verb == VERB_TRY && !k && s->attempt.except;
			t->handled += handled;
			walk_block(t, inner);
			t->handled -= handled;
		}
	}
}

/* ---- the whole ---- */

static void walk_look(struct types *t, const struct look *look)
{
	t->place = look->place;
	walk_expr(t, look->what);
}

static void walk(struct types *t)
{
	const struct program *g = t->g;
	const struct routine *r;
	for (uint32_t k = 0; (r = tree_routine(g->tree, k)); k++) {
		t->routine = r;
		t->here = t->local[k];
		walk_block(t, r->body);
	}
	t->routine = NULL;
	t->here = NULL;
	for (uint32_t k = 0; k < g->groups; k++)
		walk_look(t, &g->tree->group[k].named);
	for (size_t k = 0; k < g->expects; k++) {
		walk_look(t, &g->tree->expect[k].what);
		walk_look(t, &g->tree->expect[k].later);
	}
}

/* What a function is called with may be anything. */
static void begin(struct types *t)
{
	const struct program *g = t->g;
	const struct routine *r;
	uint32_t routines = 0;
	while (tree_routine(g->tree, routines))
		routines++;
	t->shared = must_have(calloc(g->shareds + 1, 1));
	t->local = must_have(calloc(routines + 1, sizeof *t->local));
	for (size_t v = 0; v < g->shareds; v++)
		t->shared[v] = kind_of_value(g->shared[v].first);
	for (uint32_t k = 0; (r = tree_routine(g->tree, k)); k++) {
		t->local[k] = must_have(calloc(r->locals + 1, 1));
		memset(t->local[k], ANYTHING, r->params);
	}
}

/* Nothing is reported of a program in which kinds go from variable to variable for more rounds than that. */
void warn_types(struct program *g)
{
	enum { ROUNDS = 40 };
	struct types t = { .g = g };
	begin(&t);
	int round = 0;
	do {
		t.changed = false;
		walk(&t);
	} while (t.changed && ++round < ROUNDS);
	t.reports = true;
	if (!t.changed)
		walk(&t);
	for (uint32_t k = 0; tree_routine(g->tree, k); k++)
		free(t.local[k]);
	free(t.local);
	free(t.shared);
}
