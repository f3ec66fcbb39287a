/* Operations that can only raise TypeError: `l + 1` of a list, `len(3)`, `t[0] = "x"` of a text. Of each shared variable and local it is
 * gathered what kinds of values are ever stored in it, whatever the order; what is read from elsewhere may be anything. Only what is
 * impossible for all of these kinds is reported. */
#include "sim/language/program.h"
#include "sim/language/messages.h"
#include <stdlib.h>
#include <string.h>

/* Sets of kinds of values, as bits; none: nothing is stored there that is known of. */
enum { A_NUMBER = 1, A_TEXT = 2, A_LIST = 4, A_DICT = 8, A_NONE = 16, ANOTHER = 32, ANYTHING = 63, SEQUENCE = A_TEXT | A_LIST };
enum { TEMPS = 256 };

struct types {
	struct program *g;
	uint8_t *shared;                        /* by variable */
	uint8_t **local;                        /* by function, by slot */
	uint8_t temp[TEMPS];                    /* where the walk is: what they hold */
	bool *entered;                          /* by instruction: some jump leads there */
	int32_t *handled;                       /* by instruction: how many handlers would catch what it raises */
	uint32_t function;                      /* whose code is walked */
	bool changed;
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

static uint8_t *cell_of(struct types *t, operand o)
{
	uint32_t n = o & OPERAND_INDEX;
	if (o == NO_OPERAND)
		return NULL;
	if ((o & OPERAND_WHERE) == TEMPORARY)
		return n < TEMPS ? &t->temp[n] : NULL;
	return (o & OPERAND_WHERE) == IN_FRAME && n < t->g->function[t->function].slots ? &t->local[t->function][n] : NULL;
}

static uint8_t kinds_of(struct types *t, operand o)
{
	if (o != NO_OPERAND && (o & OPERAND_WHERE) == CONSTANT)
		return kind_of_value(t->g->constant[o & OPERAND_INDEX]);
	const uint8_t *cell = cell_of(t, o);
	return cell ? *cell : ANYTHING;
}

static void gets(struct types *t, operand o, uint8_t kinds)
{
	uint8_t *cell = cell_of(t, o);
	if (cell && (o & OPERAND_WHERE) == TEMPORARY) {
		*cell = kinds;
		return;
	}
	t->changed |= cell && kinds & ~*cell;
	if (cell)
		*cell |= kinds;
}

static void stores(struct types *t, uint32_t variable, uint8_t kinds)
{
	t->changed |= (kinds & ~t->shared[variable]) != 0;
	t->shared[variable] |= kinds;
}

/* ---- what comes of an operation ---- */

static uint8_t sum_of(uint8_t a, uint8_t b)
{
	return (a & b & (A_NUMBER | SEQUENCE)) | ((a | b) & ANOTHER ? ANYTHING : 0);
}

static uint8_t product_of(uint8_t a, uint8_t b)
{
	uint8_t both = a & b & A_NUMBER;
	return both | (b & A_NUMBER ? a & SEQUENCE : 0) | (a & A_NUMBER ? b & SEQUENCE : 0) | ((a | b) & ANOTHER ? ANYTHING : 0);
}

static uint8_t result_of(struct types *t, const struct ins *i)
{
	uint8_t a = kinds_of(t, i->a), b = kinds_of(t, i->b);
	switch (i->op) {
	case OP_MOVE:       return a;
	case OP_ADD:        return sum_of(a, b);
	case OP_MULTIPLY:   return product_of(a, b);
	case OP_SUBTRACT: case OP_DIVIDE: case OP_MODULO: case OP_NEGATE: case OP_NOT: case OP_DRAW:
	case OP_EQUAL: case OP_UNEQUAL: case OP_LESS: case OP_AT_MOST: case OP_GREATER: case OP_AT_LEAST: case OP_IN: case OP_NOT_IN:
		return A_NUMBER;
	case OP_LIST: case OP_MEMBERS: return A_LIST;
	case OP_DICT:       return A_DICT;
	case OP_FORMAT:     return A_TEXT;
	case OP_LOAD:       return t->shared[i->a];
	case OP_FUNCTION:
		return i->b == FUNCTION_LEN ? A_NUMBER : i->b == FUNCTION_STR || i->b == FUNCTION_UPPER || i->b == FUNCTION_LOWER ? A_TEXT :
		       i->b == FUNCTION_SPLIT || i->b == FUNCTION_KEYS ? A_LIST : ANYTHING;
	default:            return ANYTHING;
	}
}

/* ---- what can't be ---- */

static const char *kinds_named(uint8_t kinds)
{
	switch (kinds) {
	case A_NUMBER: return spoken("a number", "数");
	case A_TEXT:   return spoken("a text", "文本");
	case A_LIST:   return spoken("a list", "列表");
	case A_DICT:   return spoken("a dictionary", "字典");
	case A_NONE:   return spoken("`none`", "`none`");
	default:       return spoken("this", "这种值");
	}
}

static void warn_of(struct types *t, const struct ins *i, struct message help, struct message message)
{
	struct program *g = t->g;
	for (size_t k = 0; k < g->diags.count; k++)
		if (g->diags.list[k].id == DIAG_TYPES && !memcmp(&g->diags.list[k].place, &g->step[i->step].place, sizeof(struct place)))
			return;                         /* one mistake in a step */
	diag_add(&g->diags, DIAG_TYPES, g->step[i->step].place, help, message);
}

static void check_operator(struct types *t, const struct ins *i, const char *sign, uint8_t possible)
{
	uint8_t a = kinds_of(t, i->a), b = kinds_of(t, i->b);
	bool text = (a == A_TEXT && b == A_NUMBER) || (a == A_NUMBER && b == A_TEXT), list = a == A_LIST && b && !(b & A_LIST);
	if (a && b && !possible)
		warn_of(t, i, i->op == OP_ADD && text ? SAY(TEXT_OF_NUMBER) : i->op == OP_ADD && list ? SAY(LIST_OF_ONE) : NOTHING_TO_SAY,
		        SAY(NO_OPERATOR, sign, kinds_named(a), kinds_named(b)));
}

static void check_function(struct types *t, const struct ins *i)
{
	uint8_t a = i->to ? kinds_of(t, i->a) : 0, takes = ANYTHING;
	switch (i->b) {
	case FUNCTION_LEN: takes = SEQUENCE | A_DICT | ANOTHER; break;
	case FUNCTION_KEYS: takes = A_DICT | ANOTHER; break;
	case FUNCTION_ABS: takes = A_NUMBER | ANOTHER; break;
	case FUNCTION_UPPER: case FUNCTION_LOWER: case FUNCTION_SPLIT: takes = A_TEXT | ANOTHER; break;
	case FUNCTION_SUM: takes = A_LIST | A_DICT | ANOTHER; break;
	default: break;
	}
	if (a && !(a & takes))
		warn_of(t, i, NOTHING_TO_SAY, SAY(NO_ARGUMENT, function_rows[i->b].word, kinds_named(a)));
}

/* a[b] = ..: of a text, or of what has no elements at all */
static void check_element(struct types *t, const struct ins *i, uint8_t whole, bool assigned)
{
	uint8_t can = A_LIST | A_DICT | ANOTHER | (assigned ? 0 : A_TEXT);
	if (whole && !(whole & can))
		warn_of(t, i, whole & A_TEXT ? SAY(TEXTS_NEVER_CHANGE) : NOTHING_TO_SAY, assigned ? SAY(NO_ELEMENT_SET, kinds_named(whole)) : SAY(NO_ELEMENTS, kinds_named(whole)));
}

static void check(struct types *t, const struct ins *i)
{
	uint8_t a = kinds_of(t, i->a), b = kinds_of(t, i->b), numbers = a & b & (A_NUMBER | ANOTHER), other = (a | b) & ANOTHER;
	switch (i->op) {
	case OP_ADD:        check_operator(t, i, "+", sum_of(a, b)); break;
	case OP_MULTIPLY:   check_operator(t, i, "*", product_of(a, b)); break;
	case OP_SUBTRACT:   check_operator(t, i, "-", numbers | other); break;
	case OP_DIVIDE:     check_operator(t, i, "//", numbers | other); break;
	case OP_MODULO:     check_operator(t, i, "%", numbers | other); break;
	case OP_LESS:       check_operator(t, i, "<", (a & b) | other); break;
	case OP_AT_MOST:    check_operator(t, i, "<=", (a & b) | other); break;
	case OP_GREATER:    check_operator(t, i, ">", (a & b) | other); break;
	case OP_AT_LEAST:   check_operator(t, i, ">=", (a & b) | other); break;
	case OP_INDEX:      check_element(t, i, a, false); break;
	case OP_LOAD_ITEM:  check_element(t, i, t->shared[i->a], false); break;
	case OP_STORE_ITEM: check_element(t, i, t->shared[i->dst], true); break;
	case OP_REPLACE:    check_element(t, i, kinds_of(t, i->dst), true); break;
	case OP_FUNCTION:   check_function(t, i); break;
	default: break;
	}
}

/* ---- the walk ---- */

static bool has_target(enum op op)
{
	return op == OP_JUMP || op == OP_UNLESS || op == OP_WHEN || op == OP_REPEAT || op == OP_REPEAT_TO || op == OP_EACH;
}

static void step(struct types *t, const struct ins *i)
{
	if (i->op == OP_STORE) {
		stores(t, i->dst, kinds_of(t, i->a));
		return;
	}
	if (i->op == OP_STORE_ITEM || i->op == OP_REPLACE || i->op == OP_STORE_FIELD || i->op == OP_STORE_ELEMENT)
		return;                                 /* it stays what it is */
	if (i->op == OP_REPEAT || i->op == OP_REPEAT_TO || i->op == OP_EACH)
		gets(t, i->b, i->op == OP_EACH ? ANYTHING : A_NUMBER);
	gets(t, i->dst, result_of(t, i));
}

static void walk(struct types *t, bool reports)
{
	const struct program *g = t->g;
	for (t->function = 1; t->function < g->functions; t->function++)
		for (uint32_t pc = g->function[t->function].entry; pc < g->function[t->function].end; pc++) {
			if (t->entered[pc] || pc == g->function[t->function].entry)
				memset(t->temp, ANYTHING, sizeof t->temp);
			if (reports && !t->handled[pc])
				check(t, &g->code[pc]);
			step(t, &g->code[pc]);
		}
}

/* Where a handler would catch an exception: what raises one there may be meant to. */
static void mark_handled(struct types *t)
{
	const struct program *g = t->g;
	t->handled = must_have(calloc(g->codes + 1, sizeof *t->handled));
	for (size_t k = 0; k < g->handlers; k++)
		if (g->handler[k].kind == HANDLES_ANY || g->handler[k].kind == HANDLES_NAME) {
			t->handled[g->handler[k].from]++;
			t->handled[g->handler[k].to]--;
		}
	for (uint32_t pc = 1; pc <= g->codes; pc++)     /* how many begin there, less how many end: now, how many there are */
		t->handled[pc] += t->handled[pc - 1];
}

static void begin(struct types *t)
{
	const struct program *g = t->g;
	t->shared = must_have(calloc(g->shareds + 1, 1));
	t->local = must_have(calloc(g->functions + 1, sizeof *t->local));
	t->entered = must_have(calloc(g->codes + 1, sizeof *t->entered));
	for (size_t v = 0; v < g->shareds; v++)
		t->shared[v] = kind_of_value(g->shared[v].first);
	for (uint32_t f = 1; f < g->functions; f++) {
		t->local[f] = must_have(calloc(g->function[f].slots + 1, 1));
		memset(t->local[f], ANYTHING, g->function[f].params);
	}
	for (uint32_t pc = 0; pc < g->codes; pc++)
		if (has_target(g->code[pc].op))
			t->entered[g->code[pc].to] = true;
	for (size_t k = 0; k < g->handlers; k++)
		t->entered[g->handler[k].target] = true;
	mark_handled(t);
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
		walk(&t, false);
	} while (t.changed && ++round < ROUNDS);
	if (!t.changed)
		walk(&t, true);
	for (uint32_t f = 1; f < g->functions; f++)
		free(t.local[f]);
	free(t.local);
	free(t.shared);
	free(t.entered);
	free(t.handled);
}
