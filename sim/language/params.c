/* Parameters: constants of a scenario that a call of the program may set. They, and what is computed of them alone, may stand
 * wherever a number may. */
#include "sim/language/compile.h"
#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- declaring ---- */

/* What kind of value does a text stand for? */
static enum param_kind kind_of(const char *text, bool quoted, int64_t *number)
{
	if (quoted)
		return PARAM_TEXT;
	if (!strcmp(text, "true") || !strcmp(text, "false"))
		return PARAM_TRUTH;
	if (!number_read(text, strlen(text), number))
		return PARAM_TEXT;
	return text[strspn(text, "-0123456789")] ? PARAM_TIME : PARAM_NUMBER;
}

static void param_take(struct program *g, struct param *p, const char *text, enum param_kind kind, int64_t number)
{
	p->text = text;
	p->v = kind == PARAM_TRUTH ? value_bool(*text == 't') : kind == PARAM_TEXT ? pool_text(g->pool, text, strlen(text)) :
	       pool_int(g->pool, number);
}

static void declare_one(struct compiler *c, const struct node *key, const struct node *n)
{
	struct program *g = c->g;
	struct param p = { .name = key->text, .place = key->place };
	int64_t number = 0;
	if (!name_check(c, key))
		return;
	struct symbol *s = name_declare(c, key->text, SYMBOL_PARAM, key->place);
	if (n->kind != NODE_SCALAR || (!n->quoted && (!n->length || !strcmp(n->text, "none"))))
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_PARAM_VALUES), SAY(PARAM_VALUE_EXPECTED));
	else
		p.kind = kind_of(n->text, n->quoted, &number);
	p.declared = n->kind == NODE_SCALAR ? n->text : "";
	param_take(g, &p, p.declared, p.kind, number);
	if (!s)
		return;
	s->number = (uint32_t)g->params;
	GROW(g->param, g->params, g->param_room);
	g->param[g->params++] = p;
}

/* ---- setting ---- */

static void misset(struct compiler *c, struct message help, struct message message)
{
	if (c->g->misset)
		return;
	c->g->misset = say_word(c->a, message);
	c->g->misset_help = say_word(c->a, help);
}

static struct param *param_find(const struct program *g, const char *name)
{
	for (size_t i = 0; i < g->params; i++)
		if (!strcmp(g->param[i].name, name))
			return &g->param[i];
	return NULL;
}

static struct message params_there(struct compiler *c, const char *name)
{
	struct program *g = c->g;
	const char **words = arena_get(c->a, (g->params + 1) * sizeof *words), *all = "";
	for (size_t i = 0; i < g->params; i++) {
		words[i] = g->param[i].name;
		all = listed(c, all, words[i]);
	}
	const char *near = name ? word_nearest(name, words, g->params) : NULL;
	return near ? SAY(DID_YOU_MEAN, near) : g->params ? SAY(PARAMS_ARE, all) : SAY(DECLARE_PARAMS, name ? name : "N");
}

/* A number without its unit would be a time of microseconds: only 0 needs none. */
static bool fits(enum param_kind declared, enum param_kind given, int64_t number)
{
	return declared == given || (declared == PARAM_TIME && given == PARAM_NUMBER && !number);
}

static void set_one(struct compiler *c, const char *name, const char *text, bool quoted)
{
	static const char *const examples[] = { "3", "200ms", "true", "..." };
	struct param *p = param_find(c->g, name);
	int64_t number = 0;
	if (!p) {
		struct message help = params_there(c, name);
		misset(c, help, SAY(NO_SUCH_PARAM, name));
		return;
	}
	if (p->set)
		misset(c, SAY(SET_IT_ONCE), SAY(SET_TWICE, name));
	p->set = true;
	enum param_kind kind = p->kind == PARAM_TEXT ? PARAM_TEXT : kind_of(text, quoted, &number);
	if (!fits(p->kind, kind, number)) {
		const char *what[] = { spoken("a number", "一个数"), spoken("a time with its unit", "带单位的时间"), spoken("true or false", "true 或 false"), "" };
		misset(c, SAY(WRITE_STATEMENT, arena_print(c->a, "--set %s=%s", name, examples[p->kind])),
		       SAY(PARAM_CANT_BE, name, text, what[p->kind]));
		return;
	}
	param_take(c->g, p, text, p->kind == PARAM_TIME ? PARAM_TIME : kind, number);
}

/* Up to the next comma that is not in quotes. */
static size_t setting_length(const char *s)
{
	size_t n = strcspn(s, "=,\n");
	const char *end = s[n] == '=' && s[n + 1] == '"' ? strchr(s + n + 2, '"') : NULL;
	n = end ? (size_t)(end - s) : n;
	return n + strcspn(s + n, ",\n");
}

void params_set(struct compiler *c, const char *settings)
{
	for (const char *at = settings; ; at++) {
		size_t n = setting_length(at), name = strcspn(at, "=");
		const char *text = at + name + 1;
		if (!n || name >= n || !name) {
			struct message help = params_there(c, NULL);
			misset(c, c->g->params ? SAY(WRITE_SETTING, c->g->param[0].name, c->g->param[0].declared) : help,
			       SAY(NO_SETTING, arena_word(c->a, at, n)));
		} else {
			size_t length = n - name - 1;
			bool quoted = length > 1 && *text == '"' && text[length - 1] == '"';
			set_one(c, arena_word(c->a, at, name), arena_word(c->a, text + quoted, length - 2 * quoted), quoted);
		}
		at += n;
		if (!*at)
			return;
	}
}

void params_declare(struct compiler *c, const struct node *n)
{
	if (n->kind != NODE_MAP) {
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_PARAMETERS), SAY(PARAMETERS_EXPECTED));
		c->section_lost = true;
		return;
	}
	for (size_t i = 0; i < n->count; i++)
		declare_one(c, n->key[i], n->item[i]);
}

/* Only now do parameters no longer change: what the names stand for. */
void params_settle(struct compiler *c)
{
	for (size_t i = 0; i < c->symbols; i++) {
		assert(c->symbol[i].kind == SYMBOL_PARAM);      /* nothing else has been declared yet */
		c->symbol[i].constant = c->g->param[c->symbol[i].number].v;
	}
}

void setting_put(struct text *t, const char *name, const char *is)
{
	bool quoted = strpbrk(is, ",\n") || *is == '"';
	text_print(t, quoted ? "%s%s=\"%s\"" : "%s%s=%s", t->length ? "," : "", name, is);
}

void program_settings(const struct program *g, struct text *t, bool changed)
{
	for (size_t i = 0; i < g->params; i++)
		if (!changed || strcmp(g->param[i].text, g->param[i].declared))
			setting_put(t, g->param[i].name, g->param[i].text);
}

void params_json(const struct program *g, struct text *t)
{
	text_char(t, '{');
	for (size_t i = 0; i < g->params; i++) {
		text_put(t, i ? ", " : "");
		text_json(t, g->param[i].name);
		text_put(t, ": ");
		program_json(g, g->param[i].v, t);
	}
	text_char(t, '}');
}

/* ---- what is computed of them ---- */

/* Numbers, parameters and what joins them: nothing else, and at least one parameter. */
bool is_of_params(const struct compiler *c, const struct node *n)
{
	bool some = false;
	if (n->kind != NODE_SCALAR || !c->g->params)
		return false;
	for (size_t i = 0; i < n->length; ) {
		size_t word = word_length(n->text + i, n->length - i);
		if (!word && !strchr("+-*/%(), ", n->text[i]))
			return false;
		if (word && !isdigit((unsigned char)n->text[i])) {
			const char *name = arena_word(c->a, n->text + i, word);
			const struct symbol *s = name_find(c, name);
			bool param = s && s->kind == SYMBOL_PARAM;
			if (!param && strcmp(name, "min") && strcmp(name, "max") && strcmp(name, "abs"))
				return false;
			some |= param;
		}
		i += word ? word : 1;
	}
	return some;
}

static bool floor_divide(int64_t x, int64_t y, int64_t *quotient, int64_t *rest)
{
	if (!y || (x == INT64_MIN && y == -1))
		return false;
	*quotient = x / y;
	*rest = x % y;
	if (*rest && (*rest < 0) != (y < 0)) {
		--*quotient;
		*rest += y;
	}
	return true;
}

static bool compute_two(uint32_t op, int64_t x, int64_t y, int64_t *out)
{
	int64_t unused;
	switch (op) {
	case OP_ADD:      return !__builtin_add_overflow(x, y, out);
	case OP_SUBTRACT: return !__builtin_sub_overflow(x, y, out);
	case OP_MULTIPLY: return !__builtin_mul_overflow(x, y, out);
	case OP_DIVIDE:   return floor_divide(x, y, out, &unused);
	case OP_MODULO:   return floor_divide(x, y, &unused, out);
	default:          return false;
	}
}

/* What an expression without parts stands for: a constant; of the process it is computed for its index, or a variable of its group. */
static value known_value(const struct compiler *c, const struct expr *e)
{
	const struct process *p = c->computed_for;
	if (p && e->kind == EXPR_SELF && e->number == SELF_INDEX)
		return value_small((int32_t)p->index);
	if (p && e->kind == EXPR_PRIVATE && e->number >= c->g->privates)
		return p->private[e->number - c->g->privates];
	return e->kind == EXPR_CONSTANT ? e->constant : VALUE_UNSET;
}

bool params_compute(const struct compiler *c, const struct expr *e, int64_t *out)
{
	int64_t x = 0, next;
	value known = known_value(c, e);
	if (value_is_int(known)) {
		*out = value_int(c->g->pool, known);
		return true;
	}
	if (known != VALUE_UNSET || !e->children || !params_compute(c, e->child[0], &x))
		return false;
	if ((e->kind == EXPR_UNARY && e->number == OP_NEGATE) || (e->kind == EXPR_FUNCTION && e->number == FUNCTION_ABS && x < 0))
		return !__builtin_sub_overflow((int64_t)0, x, out);
	if (e->kind == EXPR_BINARY)
		return params_compute(c, e->child[1], &next) && compute_two(e->number, x, next, out);
	if (e->kind != EXPR_FUNCTION)
		return false;
	for (uint32_t i = 1; i < e->children; i++) {
		if (!params_compute(c, e->child[i], &next))
			return false;
		x = e->number == FUNCTION_MIN ? (next < x ? next : x) : next > x ? next : x;
	}
	*out = x;
	return true;
}

value params_value(struct compiler *c, const struct node *n)
{
	struct expr *e = expr_read(c, n);
	int64_t number;
	if (!e)
		return VALUE_UNSET;
	if (e->kind == EXPR_CONSTANT)
		return e->constant;
	if (params_compute(c, e, &number))
		return pool_int(c->g->pool, number);
	wrong(c, DIAG_RANGE, n->place, NOTHING_TO_SAY, SAY(PARAMS_NOT_COMPUTED));
	return VALUE_UNSET;
}

bool params_number(struct compiler *c, const struct node *n, int64_t *out)
{
	value v = params_value(c, n);
	if (v == VALUE_UNSET)
		return false;
	if (!value_is_int(v))
		return wrong(c, DIAG_TYPE, n->place, NOTHING_TO_SAY, SAY(NUMBER_EXPECTED));
	*out = value_int(c->g->pool, v);
	return true;
}

bool params_lack_unit(const struct compiler *c, const struct node *n)
{
	for (size_t i = 0; i < n->length; ) {
		size_t word = word_length(n->text + i, n->length - i);
		const struct param *p = word ? param_find(c->g, arena_word(c->a, n->text + i, word)) : NULL;
		if ((p && p->kind == PARAM_TIME) || (word && isdigit((unsigned char)n->text[i]) && !isdigit((unsigned char)n->text[i + word - 1])))
			return false;
		i += word ? word : 1;
	}
	return true;
}
