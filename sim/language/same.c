/* Two programs beside each other: which of their values, expressions, steps and declarations mean the same, though they are not written
 * alike? `n=(n+1)` means what `n = n + 1` does, 1000ms what 1s does, and `door: {lock: {}}` what `door: lock` does. Numbers of objects,
 * variables and slots differ from program to program, so what has a name is compared by it. */
#include "sim/language/same.h"
#include <string.h>

/* ---- values ---- */

static bool same_name(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static const char *process_named(const struct program *g, value v)
{
	uint32_t n = value_payload(v);
	return n & PROCESS_GROUP ? g->group[n & ~PROCESS_GROUP].name : g->process[n].name;
}

static bool same_value(const struct sides *p, value a, value b);

static bool same_parts(const struct sides *p, value a, value b)
{
	uint32_t n, m;
	const value *x = value_parts(p->a.g->pool, a, &n), *y = value_parts(p->b.g->pool, b, &m);
	bool same = n == m;
	for (uint32_t k = 0; same && k < n; k++)
		same = same_value(p, x[k], y[k]);
	return same;
}

static bool same_value(const struct sides *p, value a, value b)
{
	if (value_tag(a) != value_tag(b))
		return false;
	switch (value_tag(a)) {
	case TAG_SPECIAL: return a == b;
	case TAG_INT:
	case TAG_BIG:     return value_int(p->a.g->pool, a) == value_int(p->b.g->pool, b);
	case TAG_TEXT:    return !strcmp(value_text(p->a.g->pool, a, NULL), value_text(p->b.g->pool, b, NULL));
	case TAG_LIST:
	case TAG_DICT:    return same_parts(p, a, b);
	case TAG_OBJECT:  return value_end(a) == value_end(b) && same_name(p->a.g->object[value_object(a)].name, p->b.g->object[value_object(b)].name);
	case TAG_PROCESS: return (value_payload(a) ^ value_payload(b)) < PROCESS_GROUP && same_name(process_named(p->a.g, a), process_named(p->b.g, b));
	default:          return false;
	}
}

/* ---- expressions ---- */

/* Behind the private variables of all groups come its own. */
static const char *private_named(const struct program *g, uint32_t slot, const struct group *of)
{
	return slot < g->privates ? g->private[slot].name : of->private[slot - g->privates].name;
}

/* The name by which this says what it is; NULL: it has none. */
static const char *name_of(const struct side *s, const struct expr *e)
{
	const struct program *g = s->g;
	bool constant = e->kind == EXPR_CONSTANT;
	switch (e->kind) {
	case EXPR_LOCAL:   return s->in->local[e->number];
	case EXPR_PRIVATE: return private_named(g, e->number, s->of);
	case EXPR_SHARED:  return g->shared[e->number].name;
	default:           break;
	}
	if (e->param)
		return e->param->name;
	if (constant && value_tag(e->constant) == TAG_OBJECT)
		return value_end(e->constant) ? NULL : g->object[value_object(e->constant)].name;
	return constant && value_tag(e->constant) == TAG_PROCESS ? process_named(g, e->constant) : NULL;
}

/* What the exercise leaves open: a name that is filled in must be that name. */
static bool fits(const struct sides *p, const struct expr *open, const struct expr *e)
{
	const char *name = open->constant == VALUE_UNSET ? NULL : value_text(p->a.g->pool, open->constant, NULL), *is = name ? name_of(&p->b, e) : NULL;
	return !name || (is && same_name(name, is));
}

static bool same_field(const struct sides *p, const struct expr *a, const struct expr *b)
{
	const struct object *x = &p->a.g->object[a->number], *y = &p->b.g->object[b->number];
	bool known = a->constant != NO_FIELD && b->constant != NO_FIELD;        /* else the letters decide */
	return known && same_name(x->name, y->name) && same_name(x->field[a->constant], y->field[b->constant]);
}

/* Of two of one kind: what is not in their parts. */
static bool same_itself(const struct sides *p, const struct expr *a, const struct expr *b)
{
	switch (a->kind) {
	case EXPR_CONSTANT: return same_value(p, a->constant, b->constant) && same_name(a->param ? a->param->name : "", b->param ? b->param->name : "");
	case EXPR_LOCAL: case EXPR_PRIVATE: case EXPR_SHARED: return same_name(name_of(&p->a, a), name_of(&p->b, b));
	case EXPR_FIELD:    return same_field(p, a, b);
	case EXPR_SELF: case EXPR_UNARY: case EXPR_BINARY: case EXPR_FUNCTION: return a->number == b->number;
	default:            return true;
	}
}

bool same_expr(const struct sides *p, const struct expr *a, const struct expr *b)
{
	if (!a || !b)
		return a == b;
	if (a->kind == EXPR_OPEN)
		return fits(p, a, b);
	bool same = a->kind == b->kind && a->children == b->children && same_itself(p, a, b);
	for (uint32_t k = 0; same && a->kind != EXPR_FIELD && k < a->children; k++)
		same = same_expr(p, a->child[k], b->child[k]);
	return same;
}

/* ---- statements ---- */

/* `n = n + 1` for `n += 1`: the same instructions. Where the target is an element they are not: which one it is, is asked once or twice. */
static bool is_written_out(const struct statement *s, const struct statement *of)
{
	return s->op == OP_MOVE && of->op != OP_MOVE && of->target->kind != EXPR_INDEX && s->source->kind == EXPR_BINARY && s->source->number == of->op;
}

bool same_statement(const struct sides *p, const struct statement *a, const struct statement *b)
{
	if (!a->source)
		return false;                   /* it can't be read before its blank is filled in */
	if (!same_expr(p, a->target, b->target))
		return false;
	if (is_written_out(a, b))
		return same_expr(p, a->source->child[0], b->target) && same_expr(p, a->source->child[1], b->source);
	if (is_written_out(b, a))
		return same_expr(p, a->target, b->source->child[0]) && same_expr(p, a->source, b->source->child[1]);
	return a->op == b->op && same_expr(p, a->source, b->source);
}

static bool same_statements(const struct sides *p, const struct statement *a, const struct statement *b)
{
	for (; a && b; a = a->next, b = b->next)
		if (!same_statement(p, a, b))
			return false;
	return a == b;
}

/* ---- steps ---- */

static bool same_function(const struct sides *p, uint32_t a, uint32_t b)
{
	return same_name(p->a.g->function[a].name, p->b.g->function[b].name);
}

/* NO_OPERAND: none. */
static bool same_callback(const struct sides *p, operand a, operand b)
{
	return a == NO_OPERAND || b == NO_OPERAND ? a == b : same_function(p, a, b);
}

static bool same_action(const struct sides *p, enum op op, const struct action *a, const struct action *b)
{
	bool calls = op == OP_SUBMIT || op == OP_SUBMIT_ALL;
	return a->flags == b->flags && (calls ? same_function(p, a->to, b->to) : a->to == b->to) &&
	       same_callback(p, a->callback, b->callback) && same_callback(p, a->error_callback, b->error_callback);
}

static bool same_exprs(const struct sides *p, const struct tree_step *a, const struct tree_step *b)
{
	const struct expr *x, *y;
	bool more = true, same = true;
	for (uint32_t k = 0; more && same; k++) {
		more = tree_expr(a, k, &x);
		same = tree_expr(b, k, &y) == more && (!more || same_expr(p, x, y));
	}
	return same;
}

bool same_step(const struct sides *p, const struct tree_step *a, const struct tree_step *b)
{
	if (a->verb != b->verb || !same_exprs(p, a, b) || !same_statements(p, tree_statements(a), tree_statements(b)))
		return false;
	switch (a->verb) {
	case VERB_NONE:  return tree_statements(a);     /* else it is a blank */
	case VERB_RAISE: return same_name(a->raise.name ? a->raise.name : "", b->raise.name ? b->raise.name : "");
	case VERB_CALL:  return same_function(p, a->call.function, b->call.function);
	default:         return verb_rows[a->verb].control || same_action(p, verb_rows[a->verb].op, &a->action, &b->action);
	}
}

/* ---- what is declared ---- */

/* The next object, after the one of this number, that was declared by this name: itself, or an element of a list of this name. 0: there is none. */
static uint32_t object_after(const struct program *g, uint32_t o, const char *name)
{
	size_t n = strlen(name);
	while (++o < g->objects)
		if (!strncmp(g->object[o].name, name, n) && (!g->object[o].name[n] || g->object[o].name[n] == '['))
			return o;
	return 0;
}

static bool same_record(const struct sides *p, const struct object *a, const struct object *b)
{
	bool same = a->fields == b->fields;
	for (uint32_t k = 0; same && k < a->fields; k++) {
		uint32_t with = object_field(b, a->field[k]);
		same = with != NO_FIELD && same_value(p, a->first[k], b->first[with]);
	}
	return same;
}

static bool same_beginning(const struct sides *p, uint32_t a, uint32_t b)
{
	if (!a || !b)
		return a == b;
	const struct beginning *x = &p->a.g->tree->beginning[a - 1], *y = &p->b.g->tree->beginning[b - 1];
	return same_function(p, x->function, y->function) && same_value(p, x->args, y->args);
}

static bool same_one(const struct sides *p, const struct object *a, const struct object *b)
{
	return same_name(a->name, b->name) && a->kind == b->kind && a->fair == b->fair && a->textbook == b->textbook && a->bounded == b->bounded &&
	       a->binary == b->binary && a->joinable == b->joinable && a->duplex == b->duplex && a->spurious == b->spurious && a->feeder == b->feeder &&
	       a->size == b->size && a->room == b->room && a->through == b->through && a->lasts == b->lasts &&
	       same_name(p->a.g->object[a->lock].name, p->b.g->object[b->lock].name) && same_record(p, a, b) && same_beginning(p, a->begins, b->begins);
}

bool same_object(const struct program *a, const struct program *b, const char *name)
{
	const struct sides p = { { .g = a }, { .g = b } };
	uint32_t x = object_after(a, 0, name), y = object_after(b, 0, name);
	bool same = true;
	while (same && x && y) {
		same = same_one(&p, &a->object[x], &b->object[y]);
		x = object_after(a, x, name);
		y = object_after(b, y, name);
	}
	return same && !x && !y;
}

static const struct group *group_of(const struct program *g, const char *name)
{
	size_t k = 0;
	while (strcmp(g->group[k].name, name))
		k++;
	return &g->group[k];
}

static bool same_process(const struct sides *p, const struct group *a, const struct group *b, uint32_t k)
{
	const struct process *x = &p->a.g->process[a->first + k], *y = &p->b.g->process[b->first + k];
	bool same = x->arrive == y->arrive;
	for (uint32_t v = 0; same && v < a->privates; v++)
		same = same_value(p, x->private[v], y->private[v]);
	return same;
}

bool same_group(const struct program *a, const struct program *b, const char *name)
{
	const struct sides p = { { .g = a }, { .g = b } };
	const struct group *x = group_of(a, name), *y = group_of(b, name);
	bool same = x->count == y->count && x->numbered == y->numbered && x->daemon == y->daemon && x->priority == y->priority &&
	            x->deadline == y->deadline && x->tickets == y->tickets && x->privates == y->privates;
	for (uint32_t k = 0; same && k < x->privates; k++)
		same = same_name(x->private[k].name, y->private[k].name);
	for (uint32_t k = 0; same && k < x->count; k++)
		same = same_process(&p, x, y, k);
	return same;
}
