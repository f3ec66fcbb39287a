/* Steps: what a list of them is, which names they make, and the verbs that are one action. */
#include "sim/language/compile.h"
#include <string.h>

/* ---- the table of verbs ---- */

bool word_among(const char *words, const char *word)
{
	size_t n = strlen(word);
	for (const char *w = words; w && *w; w = strchr(w, ' ') ? strchr(w, ' ') + 1 : NULL)
		if (!strncmp(w, word, n) && (w[n] == ' ' || !w[n]))
			return true;
	return false;
}

/* ---- steps as people see them ---- */

static void describe(struct text *t, const struct node *n)
{
	if (n->kind == NODE_SCALAR)
		text_add(t, n->text, n->length);
	for (size_t i = 0; n->kind == NODE_LIST && i < n->count; i++) {
		text_put(t, i ? "; " : "");
		describe(t, n->item[i]);
	}
}

uint32_t step_new(struct compiler *c, const struct node *n, enum verb verb, const char *text)
{
	struct program *g = c->g;
	GROW(g->step, g->steps, g->step_room);
	g->step[g->steps] = (struct step){ .place = n->place, .text = text, .verb = verb };
	return c->step = g->steps++;
}

static const char *step_text(struct compiler *c, enum verb verb, const struct node *n)
{
	struct text t = { 0 };
	text_put(&t, verb_rows[verb].word);
	if (verb_rows[verb].form == FORM_TEXT && n->kind == NODE_MAP && n->count)
		n = in_language(n, c->language);
	if (verb != VERB_TRY && n->kind != NODE_MAP && !(n->kind == NODE_SCALAR && !n->length)) {
		text_put(&t, ": ");
		describe(&t, n);
	}
	const char *s = arena_word(c->a, text_is(&t), t.length);
	text_free(&t);
	return s;
}

/* ---- names made by assigning ---- */

static void local_new(struct compiler *c, const char *name, struct place place)
{
	if (c->too_many || !name || !is_identifier(name) || name_is_reserved(name) || name_find(c, name))
		return;
	if (!names_left(c, c->locals, place))
		return;
	local_add(c, (struct symbol){ .name = name, .place = place });
}

void steps_collect_locals(struct compiler *c, const struct node *n)
{
	if (n->kind == NODE_SCALAR)
		local_new(c, statement_target(c, n), n->place);
	for (size_t i = 0; n->kind != NODE_SCALAR && i < n->count; i++) {
		const struct node *key = n->kind == NODE_MAP ? n->key[i] : NULL, *item = n->item[i];
		bool scalar = key && item->kind == NODE_SCALAR;
		if (scalar && (!strcmp(key->text, "into") || !strcmp(key->text, "as") || !strcmp(key->text, "for")))
			local_new(c, item->text, item->place);
		else if (!scalar || !strcmp(key->text, "do") || !strcmp(key->text, "atomic"))
			steps_collect_locals(c, item);
	}
}

/* ---- statements ---- */

static void statement_compile(struct compiler *c, const struct node *n)
{
	struct statement s = { NULL, NULL, OP_MOVE };
	uint32_t at = 0;
	if (n->kind != NODE_SCALAR) {
		wrong(c, n->kind == NODE_MAP ? DIAG_CONTROL : DIAG_TYPE, n->place,
		      SAY(ONLY_ASSIGNMENTS), SAY(STATEMENT_EXPECTED));
		return;
	}
	if (statement_read(c, n, &at, &s))
		emit_statement(c, &s);
}

void statements_compile(struct compiler *c, const struct node *n)
{
	if (n->kind != NODE_LIST) {
		statement_compile(c, n);
		return;
	}
	for (size_t i = 0; i < n->count; i++)
		statement_compile(c, n->item[i]);
}

/* ---- verbs that are one action ---- */

bool assign_target(struct compiler *c, const struct node *n, struct expr **e)
{
	*e = expr_read(c, n);
	if (!*e)
		return false;
	const struct expr *root = *e;
	while (root->kind == EXPR_INDEX)
		root = root->child[0];
	if (root->kind == EXPR_LOCAL || root->kind == EXPR_PRIVATE || root->kind == EXPR_SHARED || root->kind == EXPR_FIELD)
		return true;
	return wrong(c, DIAG_TYPE, n->place, SAY(NAME_A_VARIABLE), SAY(NO_PLACE_FOR_RESULT));
}

static const char *kinds_text(struct compiler *c, unsigned kinds)
{
	const char *s = "";
	for (int k = 1; k < KIND_COUNT; k++)
		if (kinds >> k & 1)
			s = listed(c, s, kind_rows[k].word);
	return s;
}

static void check_joinable(struct compiler *c, const struct object *o, struct place place)
{
	if (o->kind == KIND_QUEUE && !o->joinable)
		wrong(c, DIAG_KIND, place, SAY(DECLARE_JOINABLE), SAY(NOT_JOINABLE, o->name));
}

/* Not so if its declaration was wrong: that has been said. */
static bool is_declared(value v)
{
	return v != VALUE_UNSET && v != value_make(TAG_OBJECT, 0);
}

static const char *value_named(struct compiler *c, value v)
{
	struct text t = { 0 };
	const char *s = program_value(c->g, v, &t);
	s = arena_word(c->a, s, t.length);
	text_free(&t);
	return s;
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

/* What is known before the run: a constant that is no object, or one of another kind. */
void check_object(struct compiler *c, const struct verb_row *row, const struct expr *e)
{
	if (e->kind != EXPR_CONSTANT || !is_declared(e->constant))
		return;
	if (value_tag(e->constant) != TAG_OBJECT) {
		bool joins = row->op == OP_WAIT && value_tag(e->constant) == TAG_PROCESS;
		wrong(c, DIAG_KIND, e->place, joins ? SAY(WRITE_STEP, arena_print(c->a, "join: %s", value_named(c, e->constant))) :
		      SAY(ACTS_ON, row->word, kinds_text(c, row->kinds)),
		      SAY(NOT_ON, row->word, value_tag(e->constant) == TAG_LIST ? spoken("a whole list of objects", "整个对象列表") : type_named(c, e->constant)));
		return;
	}
	const struct object *o = &c->g->object[value_object(e->constant)];
	const char *verb = verb_instead((enum verb)(row - verb_rows), o->kind);
	if (!(row->kinds >> o->kind & 1))
		wrong(c, DIAG_KIND, e->place, verb ? SAY(WRITE_STEP, arena_print(c->a, "%s: %s", verb, o->name)) : SAY(ACTS_ON, row->word, kinds_text(c, row->kinds)),
		      SAY(NOT_ON_OBJECT, row->word, o->name, kind_named(c, o->kind)));
	else
		check_end(c, row->word, row->op == OP_SEND, e);
	if (row->op == OP_TASK_DONE)
		check_joinable(c, o, e->place);
}

static void check_process(struct compiler *c, const struct verb_row *row, const struct expr *e)
{
	bool joined = row->form == FORM_JOINED;
	bool group = e->kind == EXPR_CONSTANT && value_tag(e->constant) == TAG_PROCESS && value_payload(e->constant) & PROCESS_GROUP;
	if (group && row->op == OP_SIGNAL)
		wrong(c, DIAG_KIND, e->place, SAY(NAME_ONE_OF, c->g->group[value_payload(e->constant) & ~PROCESS_GROUP].name),
		      SAY(NOT_ON_GROUP, row->word));
	if (e->kind != EXPR_CONSTANT || value_tag(e->constant) == TAG_PROCESS || !is_declared(e->constant))
		return;
	if (joined && value_tag(e->constant) == TAG_OBJECT) {
		check_object(c, row, e);
		if (row->op == OP_JOIN)
			check_joinable(c, &c->g->object[value_object(e->constant)], e->place);
		return;
	}
	const struct object *o = value_tag(e->constant) == TAG_OBJECT ? &c->g->object[value_object(e->constant)] : NULL;
	const char *verb = o ? verb_instead((enum verb)(row - verb_rows), o->kind) : NULL;
	wrong(c, DIAG_KIND, e->place, verb ? SAY(WRITE_STEP, arena_print(c->a, "%s: %s", verb, o->name)) : row->op == OP_SIGNAL ? SAY(NAME_A_PROCESS) : SAY(NAME_PROCESS_OR_GROUP), SAY(NEEDS_PROCESS, row->word, type_named(c, e->constant)));
}

static const struct node *modifier(const struct node *step, const struct verb_row *row, const char *word)
{
	return word_among(row->modifiers, word) ? yaml_find(step, word) : NULL;
}

struct action { operand a, b, lo, hi; uint8_t flags; uint32_t to; struct expr *into; bool good; };

const struct crash crash_rows[] = { { "segv", 11 }, { "abort", 6 }, { "fpe", 8 }, { "ill", 4 }, { NULL, 0 } };

static uint32_t signal_of(struct compiler *c, const struct node *n)
{
	for (int i = 0; n->kind == NODE_SCALAR && crash_rows[i].word; i++)
		if (!strcmp(n->text, crash_rows[i].word))
			return crash_rows[i].number;
	wrong(c, DIAG_RANGE, n->place, SAY(WRITE_CRASH), SAY(NO_CRASH));
	return 0;
}

/* The instruction's arguments beside its operands. */
static void read_special(struct compiler *c, enum verb verb, const struct node *step, struct action *x)
{
	const struct node *n = yaml_find(step, verb_rows[verb].word), *with = yaml_find(step, "with");
	if (verb == VERB_TERMINATE)
		x->to = 15;
	else if (verb == VERB_KILL)
		x->to = 9;
	else if (verb == VERB_SIGNAL && with)
		x->to = signal_read(c, with);
	else if (verb == VERB_SIGNAL)
		wrong(c, DIAG_MISSING, step->place, SAY(ADD_WITH), SAY(NEEDS_WITH));
	else if (verb == VERB_CRASH)
		x->to = signal_of(c, n);
	else if (verb == VERB_NOTIFY && x->b == NO_OPERAND)
		x->b = emit_constant(c, value_small(1));
}

/* A duration that is known now must be one. */
static bool check_time(struct compiler *c, const struct expr *e)
{
	if (e->kind != EXPR_CONSTANT)
		return true;
	if (!value_is_int(e->constant))
		return wrong(c, DIAG_TYPE, e->place, SAY(WRITE_TIME), SAY(TIME_EXPECTED_NOT, type_named(c, e->constant)));
	if (value_int(c->g->pool, e->constant) > LONGEST_TIME)
		return wrong(c, DIAG_RANGE, e->place, NOTHING_TO_SAY, SAY(TIME_TOO_LONG));
	return value_int(c->g->pool, e->constant) >= 0 || wrong(c, DIAG_RANGE, e->place, NOTHING_TO_SAY, SAY(TIME_NEGATIVE));
}

static bool has_unit(const char *s, size_t length)
{
	return length && strchr("sm", s[length - 1]) != NULL;
}

const char *place_text(struct compiler *c, struct place p)
{
	const struct source *s = &c->g->source;
	return arena_word(c->a, s->text + s->line[p.line - 1] + p.column - 1, p.length);
}

static void check_unit(struct compiler *c, const struct expr *e)
{
	const struct symbol *s = e->kind == EXPR_CONSTANT && e->name ? name_find(c, e->name) : NULL;
	const struct param *p = s && s->kind == SYMBOL_PARAM ? &c->g->param[s->number] : NULL;
	if (e->kind == EXPR_CONSTANT && value_is_int(e->constant) && value_int(c->g->pool, e->constant))
		time_without_unit(c, e->place, p ? p->text : place_text(c, e->place));
}

/* 1-3s: a difference below zero, where a range is meant. */
static bool minus_for_range(struct compiler *c, const struct expr *e)
{
	const struct expr *lo = e->child[0], *hi = e->child[1];
	if (lo->kind != EXPR_CONSTANT || hi->kind != EXPR_CONSTANT || !value_is_int(lo->constant) || !value_is_int(hi->constant) ||
	    value_int(c->g->pool, lo->constant) >= value_int(c->g->pool, hi->constant))
		return false;
	const char *from = place_text(c, lo->place), *to = place_text(c, hi->place);
	const char *unit = has_unit(from, strlen(from)) ? "" : to + strspn(to, "0123456789");
	return !wrong(c, DIAG_RANGE, e->place, SAY(WRITE_TIME_RANGE, arena_print(c->a, "%s%s..%s", from, unit, to)), SAY(TIME_NEGATIVE));
}

static void emit_duration(struct compiler *c, const struct expr *e, operand *lo, operand *hi)
{
	const struct expr *from = e->kind == EXPR_RANGE ? e->child[0] : e, *to = e->kind == EXPR_RANGE ? e->child[1] : e;
	if (e->kind == EXPR_BINARY && e->number == OP_SUBTRACT && minus_for_range(c, e))
		return;
	check_unit(c, from);
	if (to != from)
		check_unit(c, to);
	bool known = check_time(c, from) && (to == from || check_time(c, to)) && from->kind == EXPR_CONSTANT &&
	             to->kind == EXPR_CONSTANT;
	if (known && value_int(c->g->pool, from->constant) > value_int(c->g->pool, to->constant))
		wrong(c, DIAG_RANGE, e->place, SAY(SMALLER_FIRST), SAY(EMPTY_TIMES));
	emit_range(c, e, lo, hi);
}

/* wait: n == 0 */
static bool is_comparison(const struct expr *e)
{
	bool compares = e->kind == EXPR_BINARY && e->number >= OP_EQUAL && e->number <= OP_NOT_IN;
	return compares || (e->kind == EXPR_UNARY && e->number == OP_NOT);
}

static void read_operand(struct compiler *c, const struct verb_row *row, const struct node *n, struct action *x)
{
	if (row->form == FORM_NAME)
		return;
	struct message help = row->form == FORM_OBJECT || row->form == FORM_PROCESS || row->form == FORM_JOINED ? operand_remedy(c, row, n) : NOTHING_TO_SAY;
	if (help.sentence) {
		x->good = wrong(c, DIAG_TYPE, n->place, help, SAY(NOT_AN_OBJECT, row->word));
		return;
	}
	c->acts = row->form == FORM_OBJECT || row->form == FORM_PROCESS || row->form == FORM_JOINED ? row : NULL;
	struct expr *e = row->form == FORM_TEXT ? expr_template(c, n) :
	                 row->form == FORM_DURATION ? expr_range_or_value(c, n) : expr_read(c, n);
	c->acts = NULL;
	x->good = e != NULL;
	if (!e)
		return;
	if (row->form != FORM_TEXT && row->form != FORM_DURATION && row->form != FORM_EXPRESSION && is_comparison(e)) {
		x->good = wrong(c, DIAG_KIND, e->place, row->op == OP_WAIT ? SAY(WAIT_UNTIL, place_text(c, e->place)) :
		                *kinds_text(c, row->kinds) ? SAY(ACTS_ON, row->word, kinds_text(c, row->kinds)) : NOTHING_TO_SAY,
		                SAY(NOT_ON, row->word, spoken("a comparison", "比较")));
		return;
	}
	if (row->form == FORM_OBJECT)
		check_object(c, row, e);
	if (row->form == FORM_PROCESS || row->form == FORM_JOINED)
		check_process(c, row, e);
	if (row->form == FORM_DURATION)
		emit_duration(c, e, &x->lo, &x->hi);
	else
		x->a = emit_expr(c, e);
}

static void read_modifiers(struct compiler *c, const struct verb_row *row, const struct node *step, struct action *x)
{
	const struct node *item = modifier(step, row, "item"), *wait = modifier(step, row, "wait");
	const struct node *timeout = modifier(step, row, "timeout"), *into = modifier(step, row, "into");
	const struct node *count = modifier(step, row, "count");
	struct expr *e;
	bool waits = true;
	if (item && (e = expr_value(c, item)))
		x->b = emit_expr(c, e);
	else if (word_among(row->modifiers, "item"))
		x->good = item || modifier_mistyped(step, row) ? false : wrong(c, DIAG_MISSING, step->place, SAY(ADD_ITEM), SAY(NEEDS_ITEM, row->word));
	if (count && (e = expr_read(c, count)))
		x->b = emit_expr(c, e);
	if (wait && read_truth(c, wait, &waits) && !waits)
		x->flags |= INS_NO_WAIT;
	if (timeout && (e = expr_range_or_value(c, timeout))) {
		x->flags |= INS_TIMEOUT;
		emit_duration(c, e, &x->lo, &x->hi);
	}
	if (into && !assign_target(c, into, &x->into))
		x->good = false;
}

static operand result_operand(struct compiler *c, const struct expr *into)
{
	if (into->kind == EXPR_LOCAL)
		return IN_FRAME | into->number;
	return into->kind == EXPR_PRIVATE ? IN_PROCESS | into->number : temp_new(c);
}

static void emit_one(struct compiler *c, enum op op, const struct action *x)
{
	temp_free(c, x->hi);
	temp_free(c, x->lo);
	temp_free(c, x->b);
	temp_free(c, x->a);
	operand dst = x->into ? result_operand(c, x->into) : NO_OPERAND;
	struct ins *i = emit_at(c, emit(c, op, dst, x->a, x->b));
	i->lo = x->lo;
	i->hi = x->hi;
	i->flags |= x->flags;
	i->to = x->to;
	if (x->into && dst != NO_OPERAND && (dst & OPERAND_WHERE) == TEMPORARY) {
		emit_assign(c, x->into, dst);
		temp_free(c, dst);
	} else {
		assigned(c, dst);
	}
}

/* `start: group`: an action for each of its processes. */
static void emit_start(struct compiler *c, operand who)
{
	operand list = kept_new(c, 3), next = list + 1, one = list + 2;
	emit(c, OP_MEMBERS, list, who, NO_OPERAND);
	temp_free(c, who);
	emit(c, OP_MOVE, next, emit_constant(c, value_small(0)), NO_OPERAND);
	uint32_t head = emit(c, OP_EACH, next, list, one);
	emit(c, OP_START, NO_OPERAND, one, NO_OPERAND);
	emit_at(c, emit(c, OP_JUMP, NO_OPERAND, NO_OPERAND, NO_OPERAND))->to = head;
	emit_at(c, head)->to = emit_here(c);
	kept_free(c, list, 3);
}

static bool is_one_process(const struct compiler *c, operand o)
{
	if ((o & OPERAND_WHERE) != CONSTANT)
		return false;
	value v = c->g->constant[o & OPERAND_INDEX];
	return value_tag(v) == TAG_PROCESS && !(value_payload(v) & PROCESS_GROUP);
}

/* ---- tasks of pools ---- */

static const struct node *need(struct compiler *c, const struct node *step, const char *word, struct message what)
{
	const struct node *n = yaml_find(step, word);
	if (!n && !modifier_mistyped(step, &verb_rows[c->g->step[c->step].verb]))
		wrong(c, DIAG_MISSING, step->place, what, SAY(IS_MISSING, word));
	return n;
}

/* `over: 1..100`: the numbers as a list. */
static struct expr *range_as_list(struct compiler *c, struct expr *e)
{
	value v[TASKS];
	uint32_t n = 0;
	if (e->child[0]->kind != EXPR_CONSTANT || e->child[1]->kind != EXPR_CONSTANT ||
	    !value_is_int(e->child[0]->constant) || !value_is_int(e->child[1]->constant)) {
		wrong(c, DIAG_TYPE, e->place, SAY(WRITE_ENDS), SAY(RANGE_NOT_KNOWN));
		return NULL;
	}
	int64_t lo = value_int(c->g->pool, e->child[0]->constant), hi = value_int(c->g->pool, e->child[1]->constant);
	for (int64_t i = lo; i <= hi; i++) {
		if (n >= TASKS - 1) {
			wrong(c, DIAG_LIMIT, e->place, SAY(SEVERAL_PARTS), SAY(POOL_HOLDS, TASKS));
			return NULL;
		}
		v[n++] = pool_int(c->g->pool, i);
	}
	return expr_constant(c, pool_list(c->g->pool, v, n), e->place);
}

static struct expr *read_over(struct compiler *c, const struct node *n)
{
	if (!n || n->kind != NODE_SCALAR || n->quoted)
		return n ? expr_value(c, n) : NULL;
	struct expr *e = expr_range_or_value(c, n);
	return e && e->kind == EXPR_RANGE ? range_as_list(c, e) : e;
}

/* Has it a task for each element of a list? */
static bool is_for_all(enum verb verb)
{
	return verb_rows[verb].op == OP_SUBMIT_ALL;
}

/* A task's arguments as one list: `args`, or of `map` what is in `over`. */
static struct expr *read_arguments(struct compiler *c, enum verb verb, const struct node *step)
{
	const struct node *args = yaml_find(step, "args");
	const value nothing = VALUE_UNSET;
	if (is_for_all(verb))
		return read_over(c, need(c, step, "over", SAY(ADD_OVER)));
	if (!args)
		return expr_constant(c, pool_list(c->g->pool, &nothing, 0), step->place);
	if (args->kind == NODE_LIST)
		return expr_value(c, args);
	wrong(c, DIAG_TYPE, args->place, SAY(WRITE_ARGS), SAY(ARGS_LIST));
	return NULL;
}

static uint32_t elements(const struct compiler *c, const struct expr *e)
{
	uint32_t n = TASKS;
	if (e->kind == EXPR_LIST)
		n = e->children;
	else if (e->kind == EXPR_CONSTANT && value_tag(e->constant) == TAG_LIST)
		value_list(c->g->pool, e->constant, &n);
	return n;
}

void pool_widen(struct object *o, uint64_t tasks)
{
	o->room = o->room + tasks < TASKS ? o->room + (uint32_t)tasks : TASKS;
}

/* A pool has room for as many tasks as the program could leave in it, up to a limit. */
static void need_room(struct compiler *c, const struct expr *pool, uint64_t tasks)
{
	if (pool->kind != EXPR_CONSTANT)
		c->any_tasks += tasks;
	else if (value_tag(pool->constant) == TAG_OBJECT && c->g->object[value_object(pool->constant)].kind == KIND_POOL)
		pool_widen(&c->g->object[value_object(pool->constant)], tasks);
}

/* Is element k of `over`, as far as it is known, a list of as many arguments as the function takes? */
static bool check_element(struct compiler *c, const struct node *call, const struct expr *over, uint32_t k, uint32_t *function)
{
	const struct expr *e = over->kind == EXPR_LIST ? over->child[k] : over;
	uint32_t n = 0;
	value v = e->kind == EXPR_CONSTANT ? e->constant : VALUE_UNSET;
	if (over->kind != EXPR_LIST)
		v = value_list(c->g->pool, over->constant, &n)[k];
	if (e->kind == EXPR_LIST)
		return function_check(c, call, e->children, NOTHING_TO_SAY, function);
	if (v == VALUE_UNSET)
		return true;
	if (value_tag(v) != TAG_LIST)
		return wrong(c, DIAG_TYPE, e->place, SAY(WRITE_LISTS), SAY(ELEMENT_NO_LIST));
	value_list(c->g->pool, v, &n);
	return function_check(c, call, n, NOTHING_TO_SAY, function);
}

static bool check_elements(struct compiler *c, const struct node *call, const struct expr *over, uint32_t *function)
{
	bool known = over->kind == EXPR_LIST || (over->kind == EXPR_CONSTANT && value_tag(over->constant) == TAG_LIST);
	uint32_t n = known ? elements(c, over) : 0;
	bool good = function_named(c, call, function);
	for (uint32_t k = 0; good && k < n; k++)
		good = check_element(c, call, over, k, function);
	return good;
}

/* What a task calls, and with how many arguments that is possible. */
static bool read_functions(struct compiler *c, enum verb verb, const struct node *step, const struct expr *args, struct action *x)
{
	static const char *const words[] = { "callback", "error_callback" };
	const struct node *call = need(c, step, "call", SAY(ADD_CALL));
	uint32_t function[] = { NO_OPERAND, NO_OPERAND };
	bool good = true;
	if (!call || !(verb == VERB_STARMAP ? check_elements(c, call, args, &x->to) :
	               function_check(c, call, is_for_all(verb) ? 1 : elements(c, args), NOTHING_TO_SAY, &x->to)))
		return false;
	for (int k = 0; k < 2; k++) {
		const struct node *n = verb == VERB_APPLY_ASYNC ? yaml_find(step, words[k]) : NULL;
		good &= !n || function_check(c, n, 1, k ? SAY(CALLED_WITH_NAME) : SAY(CALLED_WITH_RESULT), &function[k]);
	}
	x->lo = function[0];
	x->hi = function[1];
	return good;
}

static void emit_submit(struct compiler *c, enum verb verb, const struct expr *pool, const struct expr *args,
                        const struct action *x, operand handle)
{
	operand a = emit_expr(c, pool), b = emit_expr(c, args);
	temp_free(c, b);
	temp_free(c, a);
	struct ins *i = emit_at(c, emit(c, verb_rows[verb].op, handle, a, b));
	i->flags |= verb == VERB_STARMAP ? INS_SPREAD : verb == VERB_IMAP ? INS_EACH : verb == VERB_IMAP_UNORDERED ? INS_TURNS : 0;
	i->to = x->to;
	i->lo = x->lo;
	i->hi = x->hi;
}

/* `apply`, `map` and `starmap` wait for what `apply_async` gives a handle to. */
static void emit_task(struct compiler *c, enum verb verb, const struct node *step)
{
	const struct verb_row *row = &verb_rows[verb];
	const struct node *into = yaml_find(step, "into");
	struct action x = { NO_OPERAND, NO_OPERAND, NO_OPERAND, NO_OPERAND, 0, 0, NULL, true };
	struct expr *pool = expr_read(c, yaml_find(step, row->word)), *args = read_arguments(c, verb, step);
	bool each = verb == VERB_IMAP || verb == VERB_IMAP_UNORDERED, later = verb == VERB_APPLY_ASYNC || each;
	uint64_t many = 1;
	if (pool)
		check_object(c, row, pool);
	if (!pool || !args || !read_functions(c, verb, step, args, &x) || (into && !assign_target(c, into, &x.into)))
		return;
	if (is_for_all(verb))           /* with the whole, or each with a place for its result */
		many = each ? 2 * (uint64_t)elements(c, args) : 1 + elements(c, args);
	need_room(c, pool, (later ? (uint64_t)c->times : (uint64_t)c->members) * many);
	operand dst = !later ? temp_new(c) : x.into ? result_operand(c, x.into) : NO_OPERAND;
	emit_submit(c, verb, pool, args, &x, dst);
	if (!later) {
		struct action y = { dst, NO_OPERAND, NO_OPERAND, NO_OPERAND, 0, 0, x.into, true };
		emit_one(c, OP_COLLECT, &y);
	} else if (dst != NO_OPERAND && (dst & OPERAND_WHERE) == TEMPORARY) {
		emit_assign(c, x.into, dst);
	} else {
		assigned(c, dst);
	}
}

/* ---- requests to managers ---- */

static struct message field_remedy(struct compiler *c, const struct verb_row *row, const struct node *step, const struct expr *e)
{
	const struct node *n = yaml_find(step, row->word), *item = yaml_find(step, "item");
	bool list = row->op == OP_APPEND && item && item->kind == NODE_SCALAR;
	if (e->kind == EXPR_FIELD)
		return SAY(FIELD_WHOLE);
	if (e->kind == EXPR_CONSTANT && value_tag(e->constant) == TAG_OBJECT && c->g->object[value_object(e->constant)].kind == KIND_MANAGER)
		return SAY(NAME_A_FIELD, row->word, c->g->object[value_object(e->constant)].name);
	if (e->kind == EXPR_INDEX)
		return SAY(ASSIGN_BACK, place_text(c, e->place));
	if (e->kind != EXPR_SHARED && e->kind != EXPR_PRIVATE && e->kind != EXPR_LOCAL)
		return NOTHING_TO_SAY;
	return list ? SAY(WRITE_STEP, arena_print(c->a, item->quoted ? "%s += [\"%s\"]" : "%s += [%s]", n->text, item->text)) :
	       row->op == OP_UPDATE ? SAY(DICT_BY_ELEMENTS) : SAY(LIST_BY_PARTS);
}

static const char *no_field_named(struct compiler *c, const struct expr *e)
{
	return e->kind == EXPR_CONSTANT ? type_named(c, e->constant) : e->kind == EXPR_FIELD ? spoken("a field of a file", "文件的字段") :
	       e->kind == EXPR_INDEX ? spoken("an element, which is a copy", "元素，它是副本") : spoken("a variable", "变量");
}

/* The manager and its field as numbers, the item or index as an operand. */
static void emit_request(struct compiler *c, const struct verb_row *row, const struct node *step)
{
	struct action x = { NO_OPERAND, NO_OPERAND, NO_OPERAND, NO_OPERAND, 0, 0, NULL, true };
	struct expr *e = expr_read(c, yaml_find(step, row->word));
	const struct node *with = modifier(step, row, "item"), *into = modifier(step, row, "into");
	if (e && !is_manager_field(c, e)) {
		wrong(c, DIAG_KIND, e->place, field_remedy(c, row, step, e), SAY(FIELD_NEEDED, row->word, no_field_named(c, e)));
		return;
	}
	if (!with && row->op != OP_POP && !modifier_mistyped(step, row))
		wrong(c, DIAG_MISSING, step->place, SAY(ADD_ITEM), SAY(NEEDS_ITEM, row->word));
	with = with ? with : modifier(step, row, "index");
	struct expr *given = with ? expr_value(c, with) : NULL;
	if (!e || (with && !given) || (!with && row->op != OP_POP) || (into && !assign_target(c, into, &x.into)))
		return;
	x.lo = given ? emit_expr(c, given) : NO_OPERAND;
	x.a = e->number;
	x.b = e->constant;
	emit_one(c, row->op, &x);
}

/* ---- any action ---- */

void emit_action(struct compiler *c, enum verb verb, const struct node *step)
{
	const struct verb_row *row = &verb_rows[verb];
	struct action x = { NO_OPERAND, NO_OPERAND, NO_OPERAND, NO_OPERAND, 0, 0, NULL, true };
	uint32_t temps = c->temps;
	if (c->atomic)
		wrong(c, DIAG_CONTROL, step->place, NOTHING_TO_SAY, SAY(NO_VERB_IN_ATOMIC));
	if (row->op == OP_SUBMIT || row->op == OP_SUBMIT_ALL) {
		emit_task(c, verb, step);
		c->temps = temps;
		return;
	}
	if (row->form == FORM_FIELD) {
		emit_request(c, row, step);
		c->temps = temps;
		return;
	}
	size_t errors = c->d->errors;
	read_operand(c, row, yaml_find(step, row->word), &x);
	if (x.good)
		read_modifiers(c, row, step, &x);
	if (x.good && c->d->errors == errors)
		read_special(c, verb, step, &x);
	if (x.good && verb == VERB_START && !is_one_process(c, x.a))
		emit_start(c, x.a);
	else if (x.good)
		emit_one(c, row->op, &x);
	c->temps = temps;
}

/* ---- one step ---- */

static struct message nearest_verb(struct compiler *c, const char *word, struct message otherwise)
{
	const char *words[VERB_COUNT];
	for (int v = 1; v < VERB_COUNT; v++)
		words[v - 1] = verb_rows[v].word;
	const char *near = name_nearest(c, word, words, VERB_COUNT - 1);
	return near ? SAY(DID_YOU_MEAN, near) : otherwise;
}

static void lone_word(struct compiler *c, const struct node *n)
{
	bool idle = !strcmp(n->text, "pass") || !strcmp(n->text, "skip") || !strcmp(n->text, "noop") || !strcmp(n->text, "nop");
	wrong(c, DIAG_VERB, n->place, idle ? SAY(LEAVE_IT_OUT, n->text) : thing_alone(c, n->text, nearest_verb(c, n->text, SAY(STEP_FORM))), SAY(NO_STEP, n->text));
}

/* `- else:`: a modifier of some verb, which stands as a step. */
static void unknown_verb(struct compiler *c, const struct node *key, const struct node *of)
{
	struct message help = diags_full(c->d) ? NOTHING_TO_SAY : verb_remedy(c, key, of, NOTHING_TO_SAY);
	if (!help.sentence)
		help = nearest_verb(c, key->text, SAY(LISTS_VERBS));
	wrong(c, DIAG_VERB, key->place, help, SAY(UNKNOWN_VERB, key->text));
}

bool is_for_all_steps(const char *modifier)
{
	return !strcmp(modifier, "note") || !strcmp(modifier, "ask");
}

/* The key that is the verb: the first one, or the first that is one. `do` and `with` are modifiers, too: behind a key that is none
 * of theirs, of that one: loop: 3 */
static size_t verb_key(const struct node *n)
{
	size_t i = 0;
	while (i < n->count && verb_find(n->key[i]->text) == VERB_NONE)
		i++;
	if (i == n->count)
		return 0;
	const char *modifiers = verb_rows[verb_find(n->key[i]->text)].modifiers, *first = n->key[0]->text;
	return i && modifier_owner(n->key[i]->text) && !modifier_owner(first) && !word_among(modifiers, first) && !is_for_all_steps(first) ? 0 : i;
}

static struct message modifier_help(struct compiler *c, const struct verb_row *row, const char *word)
{
	const char *words[16];
	size_t count = 0;
	if (row->op == OP_ACQUIRE && !row->control && !strcmp(word, "do"))
		return SAY(WRITE_STEP_AND, "with: ..", "do");
	for (const char *w = row->modifiers; *w && count < 16; w += strcspn(w, " "), w += *w == ' ')
		words[count++] = arena_word(c->a, w, strcspn(w, " "));
	const char *near = name_nearest(c, word, words, count), *here = foreign_modifier(word, row->modifiers);
	if (here)
		return SAY(HERE_IT_IS, here);
	if (!strncmp(word, "except ", 7) && word_among(row->modifiers, "except"))
		return SAY(WRITE_STATEMENT, arena_print(c->a, "except: {%s: [..]}", word + 7));
	return near ? SAY(DID_YOU_MEAN, near) : *row->modifiers ? SAY(VERB_TAKES, row->word, row->modifiers) : SAY(ONLY_NOTE, row->word);
}

const char *block_key(const struct verb_row *row)
{
	return word_among(row->modifiers, "do") ? "do" : word_among(row->modifiers, "then") ? "then" : NULL;
}

static void check_modifiers(struct compiler *c, const struct node *n, size_t verb_at, const struct verb_row *row)
{
	for (size_t i = 0; i < n->count; i++) {
		if (i == verb_at || word_among(row->modifiers, n->key[i]->text) || is_for_all_steps(n->key[i]->text))
			continue;
		struct message help = modifier_help(c, row, n->key[i]->text);
		if (verb_find(n->key[i]->text) && !foreign_modifier(n->key[i]->text, row->modifiers) && !(row->op == OP_ACQUIRE && !row->control && !strcmp(n->key[i]->text, "do")))
			help = block_key(row) && !yaml_find(n, block_key(row)) ? SAY(DO_ABOVE, block_key(row)) : SAY(STEP_IS_ITEM);
		if (!strcmp(row->word, "if") && (!strcmp(n->key[i]->text, "elif") || !strcmp(n->key[i]->text, "else if")))
			help = SAY(WRITE_ELSE_IF);
		wrong(c, DIAG_KEY, n->key[i]->place, help, SAY(NO_MODIFIER, n->key[i]->text, row->word));
	}
}

static control_function *const controls[VERB_COUNT] = {
#define CONTROL(id, ...) [VERB_##id] = steps_##id,
#define ACTION_VERB(...)
#include "sim/language/verbs.def"
#undef CONTROL
#undef ACTION_VERB
};

static void verb_step(struct compiler *c, const struct node *n)
{
	size_t at = n->count ? verb_key(n) : 0;
	enum verb verb = n->count ? verb_find(n->key[at]->text) : VERB_NONE;
	if (!n->count)
		wrong(c, DIAG_TYPE, n->place, NOTHING_TO_SAY, SAY(STEP_EXPECTED));
	else if (verb == VERB_NONE)
		unknown_verb(c, n->key[at], n->item[at]);
	if (verb == VERB_NONE)
		return;
	const struct verb_row *row = &verb_rows[verb];
	if (swapped_operands(c, n, row))
		return;
	check_modifiers(c, n, at, row);
	uint32_t step = step_new(c, n->key[at], verb, step_text(c, verb, n->item[at]));
	const struct node *note = yaml_find(n, "note"), *question = yaml_find(n, "ask");
	uint32_t noted = note ? peek_code(c, note, true) : 0, asked = question ? peek_code(c, question, true) : 0;
	c->g->step[step].note = noted;
	c->g->step[step].ask = asked;
	if (controls[verb])
		controls[verb](c, n, n->item[at]);
	else
		emit_action(c, verb, n);
}

static void scalar_step(struct compiler *c, const struct node *n)
{
	enum verb verb = verb_find(n->text);
	if (verb == VERB_BREAK || verb == VERB_CONTINUE) {
		step_new(c, n, verb, n->text);
		controls[verb](c, n, n);
		return;
	}
	if (step_misread(c, n))
		return;
	if (verb != VERB_NONE) {
		const char *line = verb == VERB_EXIT ? "exit: 0" : verb == VERB_RETURN ? "return: none" : NULL;
		wrong(c, DIAG_TYPE, n->place, line ? SAY(WRITE_STEP, line) : SAY(WRITE_OPERAND, n->text), SAY(VERB_ALONE, n->text));
		return;
	}
	if (is_identifier(n->text)) {
		lone_word(c, n);
		return;
	}
	step_new(c, n, VERB_NONE, n->text);
	statement_compile(c, n);
}

void step_compile(struct compiler *c, const struct node *n)
{
	uint32_t outer = c->step;
	if (n->kind == NODE_MAP)
		verb_step(c, n);
	else if (n->kind == NODE_SCALAR && n->length)
		scalar_step(c, n);
	else
		wrong(c, DIAG_TYPE, n->place, n->kind == NODE_LIST && n->count ? SAY(ONE_DASH) : SAY(STEP_IS), SAY(STEP_EXPECTED));
	c->step = outer;
}

/* - put: buns
 * - item: 3          a modifier of the step above it, as a step */
static bool belongs_above(struct compiler *c, const struct node *above, const struct node *n)
{
	if (above->kind != NODE_MAP || n->kind != NODE_MAP || !above->count || !n->count || verb_find(n->key[0]->text))
		return false;
	const struct verb_row *row = &verb_rows[verb_find(above->key[verb_key(above)]->text)];
	if (!row->word || !word_among(row->modifiers, n->key[0]->text))
		return false;
	wrong(c, DIAG_VERB, n->key[0]->place, SAY(BELONGS_ABOVE, n->key[0]->text, row->word), SAY(NO_STEP_ALONE, n->key[0]->text));
	return true;
}

void steps_compile(struct compiler *c, const struct node *n)
{
	if (n->kind != NODE_LIST) {
		wrong(c, DIAG_TYPE, n->place, SAY(BEGIN_STEPS), SAY(STEPS_EXPECTED));
		return;
	}
	for (size_t i = 0; i < n->count; i++)
		if (i + 1 < n->count && belongs_above(c, n->item[i], n->item[i + 1]))
			i++;                    /* what is missing in the first stands in the second: that is said once */
		else
			step_compile(c, n->item[i]);
}
