/* Steps: what a list of them is, which names they make, and the verbs that are one action. */
#include "sim/language/compile.h"
#include <assert.h>
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

struct tree_step *step_new(struct compiler *c, struct place place, enum verb verb, const char *text)
{
	struct tree_step *s = arena_get(c->a, sizeof *s);
	s->verb = verb;
	s->place = place;
	s->text = text;
	return s;
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

static struct statement *statement_new(struct compiler *c, const struct node *n)
{
	struct statement *s = arena_get(c->a, sizeof *s);
	uint32_t at = 0;
	if (n->kind != NODE_SCALAR)
		wrong(c, n->kind == NODE_MAP ? DIAG_CONTROL : DIAG_TYPE, n->place, SAY(ONLY_ASSIGNMENTS), SAY(STATEMENT_EXPECTED));
	else if (statement_read(c, n, &at, s))
		statement_used(c, s);
	return s;
}

struct statement *statements_read(struct compiler *c, const struct node *n)
{
	struct statement *first = NULL, **next = &first;
	if (n->kind != NODE_LIST)
		return statement_new(c, n);
	for (size_t i = 0; i < n->count; i++, next = &(*next)->next)
		*next = statement_new(c, n->item[i]);
	return first;
}

/* A condition, or a text with values in it. */
struct look look_read(struct compiler *c, const struct node *n, bool template)
{
	struct look look = { template ? expr_template(c, n) : expr_read(c, n), n->place };
	bool looks = c->looks;
	c->looks = true;
	if (look.what)
		expr_used(c, look.what);
	c->looks = looks;
	return look;
}

/* ---- verbs that are one action ---- */

bool assign_target(struct compiler *c, const struct node *n, const struct expr **e)
{
	*e = expr_read(c, n);
	if (!*e)
		return false;
	const struct expr *root = *e;
	while (root->kind == EXPR_INDEX)
		root = root->child[0];
	if (root->kind != EXPR_OPEN && root->kind != EXPR_LOCAL && root->kind != EXPR_PRIVATE && root->kind != EXPR_SHARED && root->kind != EXPR_FIELD)
		return wrong(c, DIAG_TYPE, n->place, SAY(NAME_A_VARIABLE), SAY(NO_PLACE_FOR_RESULT));
	target_used(c, *e);
	return true;
}

static const char *kinds_text(struct compiler *c, unsigned kinds)
{
	return diags_full(c->d) ? "" : kinds_listed(c->a, kinds);
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

const struct crash crash_rows[] = { { "segv", 11 }, { "abort", 6 }, { "fpe", 8 }, { "ill", 4 }, { NULL, 0 } };

static uint32_t signal_of(struct compiler *c, const struct node *n)
{
	for (int i = 0; n->kind == NODE_SCALAR && crash_rows[i].word; i++)
		if (!strcmp(n->text, crash_rows[i].word))
			return crash_rows[i].number;
	wrong(c, DIAG_RANGE, n->place, SAY(WRITE_CRASH), SAY(NO_CRASH));
	return 0;
}

/* What stands beside the operands. */
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
	else if (verb == VERB_NOTIFY && !x->b)
		x->b = expr_constant(c, value_small(1), step->place);
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
	assert(length);
	return strchr("sm", s[length - 1]) != NULL;
}

/* Parts of a text below `>` or `|` have no place of their own: they are not repeated. */
const char *place_text(struct compiler *c, struct place p)
{
	const struct source *s = &c->g->source;
	const char *at = s->text + s->line[p.line - 1] + p.column - 1;
	return strchr("|>", *at) ? ".." : arena_word(c->a, at, p.length);
}

static void check_unit(struct compiler *c, const struct expr *e)
{
	if (e->kind == EXPR_CONSTANT && value_is_int(e->constant) && value_int(c->g->pool, e->constant))
		time_without_unit(c, e->place, e->param ? e->param->text : place_text(c, e->place));
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
	bool apart = memcmp(&lo->place, &hi->place, sizeof lo->place);          /* parts of a text of several lines are not */
	return !wrong(c, DIAG_RANGE, e->place, !apart ? NOTHING_TO_SAY : SAY(WRITE_TIME_RANGE, arena_print(c->a, "%s%s..%s", from, unit, to)), SAY(TIME_NEGATIVE));
}

static void check_duration(struct compiler *c, const struct expr *e)
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
	range_used(c, e);
}

/* wait: n == 0 */
static bool is_comparison(const struct expr *e)
{
	bool compares = e->kind == EXPR_BINARY && e->number >= OP_EQUAL && e->number <= OP_NOT_IN;
	return compares || (e->kind == EXPR_UNARY && e->number == OP_NOT);
}

static bool acts_on_thing(const struct verb_row *row)
{
	return row->form == FORM_OBJECT || row->form == FORM_PROCESS || row->form == FORM_JOINED;
}

static void check_operand(struct compiler *c, const struct verb_row *row, const struct expr *e)
{
	if (row->form == FORM_OBJECT)
		check_object(c, row, e);
	if (row->form == FORM_PROCESS || row->form == FORM_JOINED)
		check_process(c, row, e);
	if (row->form == FORM_DURATION)
		check_duration(c, e);
	else
		expr_used(c, e);
}

/* What stands behind the verb, but a name; false after a diagnostic. */
static bool read_operand(struct compiler *c, const struct verb_row *row, const struct node *n, struct action *x)
{
	if (row->form == FORM_NAME)
		return true;
	struct message help = acts_on_thing(row) ? operand_remedy(c, row, n) : NOTHING_TO_SAY;
	if (help.sentence)
		return wrong(c, DIAG_TYPE, n->place, help, SAY(NOT_AN_OBJECT, row->word));
	c->acts = acts_on_thing(row) ? row : NULL;
	const struct expr *e = row->form == FORM_TEXT ? expr_template(c, n) :
	                       row->form == FORM_DURATION ? expr_range_or_value(c, n) : expr_read(c, n);
	c->acts = NULL;
	if (!e)
		return false;
	if (row->form == FORM_TEXT)
		check_said(c, n);
	if (row->form != FORM_TEXT && row->form != FORM_DURATION && row->form != FORM_EXPRESSION && is_comparison(e))
		return wrong(c, DIAG_KIND, e->place, row->op == OP_WAIT ? SAY(WAIT_UNTIL, place_text(c, e->place)) :
		             *kinds_text(c, row->kinds) ? SAY(ACTS_ON, row->word, kinds_text(c, row->kinds)) : NOTHING_TO_SAY,
		             SAY(NOT_ON, row->word, spoken("a comparison", "比较")));
	check_operand(c, row, e);
	*(row->form == FORM_DURATION ? &x->time : &x->a) = e;
	return true;
}

static bool read_modifiers(struct compiler *c, const struct verb_row *row, const struct node *step, struct action *x)
{
	const struct node *item = modifier(step, row, "item"), *wait = modifier(step, row, "wait");
	const struct node *timeout = modifier(step, row, "timeout"), *into = modifier(step, row, "into");
	const struct node *count = modifier(step, row, "count");
	bool waits = true, good = true;
	if (item && (x->b = expr_value(c, item)))
		expr_used(c, x->b);
	else if (word_among(row->modifiers, "item"))
		good = !item && !modifier_mistyped(step, row) && wrong(c, DIAG_MISSING, step->place, SAY(ADD_ITEM), SAY(NEEDS_ITEM, row->word));
	if (count && (x->b = expr_read(c, count)))
		expr_used(c, x->b);
	if (wait && read_truth(c, wait, &waits) && !waits)
		x->flags |= INS_NO_WAIT;
	if (timeout && (x->time = expr_range_or_value(c, timeout))) {
		x->flags |= INS_TIMEOUT;
		check_duration(c, x->time);
	}
	return (!into || assign_target(c, into, &x->into)) && good;
}

/* ---- tasks of pools ---- */

static const struct node *need(struct compiler *c, const struct node *step, const char *word, struct message what)
{
	const struct node *n = yaml_find(step, word);
	if (!n && !modifier_mistyped(step, &verb_rows[c->verb]))
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
	uint32_t n = known ? expr_elements(c->g, over) : 0;
	bool good = function_named(c, call, function);
	for (uint32_t k = 0; good && k < n; k++)
		good = check_element(c, call, over, k, function);
	return good;
}

/* What a task calls, and with how many arguments that is possible. */
static bool read_called(struct compiler *c, enum verb verb, const struct node *step, const struct expr *args, struct action *x)
{
	static const char *const words[] = { "callback", "error_callback" };
	const struct node *call = need(c, step, "call", SAY(ADD_CALL));
	uint32_t called[] = { NO_OPERAND, NO_OPERAND };
	bool good = true;
	if (!call || !(verb == VERB_STARMAP ? check_elements(c, call, args, &x->to) :
	               function_check(c, call, is_for_all(verb) ? 1 : expr_elements(c->g, args), NOTHING_TO_SAY, &x->to)))
		return false;
	for (int k = 0; k < 2; k++) {
		const struct node *n = verb == VERB_APPLY_ASYNC ? yaml_find(step, words[k]) : NULL;
		good &= !n || function_check(c, n, 1, k ? SAY(CALLED_WITH_NAME) : SAY(CALLED_WITH_RESULT), &called[k]);
	}
	x->callback = called[0];
	x->error_callback = called[1];
	return good;
}

static void read_task(struct compiler *c, enum verb verb, const struct node *step, struct action *x)
{
	const struct verb_row *row = &verb_rows[verb];
	const struct node *into = yaml_find(step, "into");
	x->a = expr_read(c, yaml_find(step, row->word));
	x->b = read_arguments(c, verb, step);
	if (x->a)
		check_object(c, row, x->a);
	if (!x->a || !x->b || !read_called(c, verb, step, x->b, x) || (into && !assign_target(c, into, &x->into)))
		return;
	expr_used(c, x->a);
	expr_used(c, x->b);
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
	bool variable = e->kind == EXPR_SHARED || e->kind == EXPR_PRIVATE || e->kind == EXPR_LOCAL;
	return e->kind == EXPR_CONSTANT ? type_named(c, e->constant) : e->kind == EXPR_FIELD ? spoken("a field of a file", "文件的字段") :
	       e->kind == EXPR_INDEX ? spoken("an element, which is a copy", "元素，它是副本") : variable ? spoken("a variable", "变量") :
	       spoken("a value that is computed", "计算出的值");
}

static void read_request(struct compiler *c, const struct verb_row *row, const struct node *step, struct action *x)
{
	const struct expr *e = x->a = expr_read(c, yaml_find(step, row->word));
	const struct node *with = modifier(step, row, "item"), *into = modifier(step, row, "into");
	if (e && !is_manager_field(c->g, e)) {
		wrong(c, DIAG_KIND, e->place, field_remedy(c, row, step, e), SAY(FIELD_NEEDED, row->word, no_field_named(c, e)));
		return;
	}
	if (!with && row->op != OP_POP && !modifier_mistyped(step, row))
		wrong(c, DIAG_MISSING, step->place, SAY(ADD_ITEM), SAY(NEEDS_ITEM, row->word));
	with = with ? with : modifier(step, row, "index");
	x->b = with ? expr_value(c, with) : NULL;
	if (!e || (with && !x->b) || (into && !assign_target(c, into, &x->into)))
		return;
	if (x->b)
		expr_used(c, x->b);
}

/* ---- any action ---- */

static void read_action(struct compiler *c, enum verb verb, const struct node *step, struct action *x)
{
	const struct verb_row *row = &verb_rows[verb];
	x->callback = x->error_callback = NO_OPERAND;
	if (row->op == OP_SUBMIT || row->op == OP_SUBMIT_ALL) {
		read_task(c, verb, step, x);
		return;
	}
	if (row->form == FORM_FIELD) {
		read_request(c, row, step, x);
		return;
	}
	size_t errors = c->d->errors;
	bool good = read_operand(c, row, yaml_find(step, row->word), x) && read_modifiers(c, row, step, x);
	if (good && c->d->errors == errors)
		read_special(c, verb, step, x);
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
size_t step_verb_key(const struct node *n)
{
	size_t i = 0;
	while (i < n->count && verb_find(n->key[i]->text) == VERB_NONE)
		i++;
	if (i == n->count)
		return 0;
	const char *first = n->key[0]->text;
	return i && modifier_owner(n->key[i]->text) && !modifier_owner(first) && !is_for_all_steps(first) ? 0 : i;
}

static struct message modifier_help(struct compiler *c, const struct verb_row *row, const char *word)
{
	const char *words[16];
	size_t count = 0;
	if (row->op == OP_ACQUIRE && !strcmp(word, "do"))
		return SAY(WRITE_STEP_AND, "with: ..", "do");
	for (const char *w = row->modifiers; *w; w += strcspn(w, " "), w += *w == ' ') {
		assert(count < sizeof words / sizeof *words);
		words[count++] = arena_word(c->a, w, strcspn(w, " "));
	}
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
		if (verb_find(n->key[i]->text) && !foreign_modifier(n->key[i]->text, row->modifiers) && !(row->op == OP_ACQUIRE && !strcmp(n->key[i]->text, "do")))
			help = block_key(row) && !yaml_find(n, block_key(row)) ? SAY(DO_ABOVE, block_key(row)) : SAY(STEP_IS_ITEM);
		const struct node *given = n->item[verb_at], *new = n->item[i];
		if (row->op == OP_SET && given->kind == NODE_SCALAR && new->kind == NODE_SCALAR && is_variable(name_find(c, given->text)))
			help = SAY(WRITE_STEP, arena_print(c->a, "%s = %s", given->text, new->text));
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

static struct tree_step *verb_step(struct compiler *c, const struct node *n)
{
	size_t at = n->count ? step_verb_key(n) : 0;
	enum verb verb = n->count ? verb_find(n->key[at]->text) : VERB_NONE;
	if (!n->count)
		wrong(c, DIAG_TYPE, n->place, NOTHING_TO_SAY, SAY(STEP_EXPECTED));
	else if (verb == VERB_NONE)
		unknown_verb(c, n->key[at], n->item[at]);
	if (verb == VERB_NONE)
		return NULL;
	const struct verb_row *row = &verb_rows[verb];
	if (swapped_operands(c, n, row))
		return NULL;
	check_modifiers(c, n, at, row);
	struct tree_step *s = step_new(c, n->key[at]->place, verb, step_text(c, verb, n->item[at]));
	const struct node *note = yaml_find(n, "note"), *question = yaml_find(n, "ask");
	c->verb = verb;
	s->note = note ? look_read(c, note, true).what : NULL;
	s->ask = question ? look_read(c, question, true).what : NULL;
	if (controls[verb])
		controls[verb](c, n, n->item[at], s);
	else
		read_action(c, verb, n, &s->action);
	return s;
}

static struct tree_step *scalar_step(struct compiler *c, const struct node *n)
{
	if (c->open && !strcmp(n->text, blank_mark))
		return step_new(c, n->place, VERB_NONE, n->text);
	enum verb verb = verb_find(n->text);
	if (verb == VERB_BREAK || verb == VERB_CONTINUE) {
		struct tree_step *leaving = step_new(c, n->place, verb, n->text);
		controls[verb](c, n, n, leaving);
		return leaving;
	}
	if (step_misread(c, n))
		return NULL;
	if (verb != VERB_NONE) {
		const char *line = verb == VERB_EXIT ? "exit: 0" : verb == VERB_RETURN ? "return: none" : NULL;
		wrong(c, DIAG_TYPE, n->place, line ? SAY(WRITE_STEP, line) : SAY(WRITE_OPERAND, n->text), SAY(VERB_ALONE, n->text));
		return NULL;
	}
	if (is_identifier(n->text)) {
		lone_word(c, n);
		return NULL;
	}
	struct tree_step *s = step_new(c, n->place, VERB_NONE, n->text);
	c->verb = VERB_NONE;
	s->statements = statements_read(c, n);
	return s;
}

/* NULL after a diagnostic. */
static struct tree_step *step_read(struct compiler *c, const struct node *n)
{
	enum verb outer = c->verb;
	struct tree_step *s = NULL;
	if (n->kind == NODE_MAP)
		s = verb_step(c, n);
	else if (n->kind == NODE_SCALAR && n->length)
		s = scalar_step(c, n);
	else
		wrong(c, DIAG_TYPE, n->place, n->kind == NODE_LIST && n->count ? SAY(ONE_DASH) : SAY(STEP_IS), SAY(STEP_EXPECTED));
	c->verb = outer;
	return s;
}

/* - put: buns
 * - item: 3          a modifier of the step above it, as a step */
static bool belongs_above(struct compiler *c, const struct node *above, const struct node *n)
{
	if (above->kind != NODE_MAP || n->kind != NODE_MAP || !above->count || !n->count || verb_find(n->key[0]->text))
		return false;
	const struct verb_row *row = &verb_rows[verb_find(above->key[step_verb_key(above)]->text)];
	if (!row->word || !word_among(row->modifiers, n->key[0]->text))
		return false;
	wrong(c, DIAG_VERB, n->key[0]->place, SAY(BELONGS_ABOVE, n->key[0]->text, row->word), SAY(NO_STEP_ALONE, n->key[0]->text));
	return true;
}

const struct block *steps_read(struct compiler *c, const struct node *n)
{
	struct block *all = arena_get(c->a, sizeof *all);
	struct tree_step **next = &all->first;
	if (n->kind != NODE_LIST) {
		wrong(c, DIAG_TYPE, n->place, SAY(BEGIN_STEPS), SAY(STEPS_EXPECTED));
		return all;
	}
	for (size_t i = 0; i < n->count; i++) {
		if (i + 1 < n->count && belongs_above(c, n->item[i], n->item[i + 1])) {
			i++;                    /* what is missing in the first stands in the second: that is said once */
			continue;
		}
		if ((*next = step_read(c, n->item[i])))
			next = &(*next)->next;
	}
	return all;
}
