/* Expressions: tokens -> a tree, by precedence climbing. Names are resolved on the way. */
#include "sim/language/compile.h"
#include <assert.h>
#include <ctype.h>
#include <string.h>

/* How deep parts stand in parts, and how many operators may follow each other. */
enum { DEPTH = 60, OPERATORS = 1000 };

struct parser { struct lexer x; struct compiler *c; int depth; };

static struct expr *parse_or(struct parser *);

static struct expr *expr_new(struct parser *p, enum expr_kind kind, uint32_t from)
{
	struct expr *e = arena_get(p->c->a, sizeof *e);
	e->kind = kind;
	assert(p->x.now.at > from);             /* what it is made of has been read */
	e->place = yaml_inside(p->x.node, from, p->x.now.at - from);
	return e;
}

static struct expr *expr_with(struct expr *e, struct compiler *c, struct expr *a, struct expr *b)
{
	struct expr *both[2] = { a, b };
	e->children = b ? 2 : 1;
	e->child = arena_copy(c->a, both, e->children * sizeof *both);
	e->depth = 1 + (b && b->depth > a->depth ? b->depth : a->depth);
	return e;
}

static void child_add(struct compiler *c, struct expr *e, struct expr *child)
{
	bool full = (e->children & (e->children - 1)) == 0;     /* the room is the next power of two */
	if (full) {
		struct expr **more = arena_get(c->a, (e->children ? 2 * e->children : 1) * sizeof *more);
		if (e->children)
			memcpy(more, e->child, e->children * sizeof *more);
		e->child = more;
	}
	e->child[e->children++] = child;
	if (e->depth <= child->depth)
		e->depth = child->depth + 1;
}

/* a + b + c + .. is a tree as deep as it has operators, and code that walks it recurses as deep. */
static bool goes_on(struct parser *p, const struct expr *left, uint32_t from)
{
	if (left->depth < OPERATORS)
		return true;
	return wrong(p->c, DIAG_LIMIT, yaml_inside(p->x.node, from, 1), SAY(USE_VARIABLES), SAY(TOO_MANY_PARTS, OPERATORS));
}

struct expr *expr_constant(struct compiler *c, value v, struct place place)
{
	struct expr *e = arena_get(c->a, sizeof *e);
	*e = (struct expr){ .kind = EXPR_CONSTANT, .constant = v, .place = place };
	return e;
}

/* ---- names ---- */

static bool constant_word(const char *word, value *v)
{
	*v = !strcmp(word, "true") ? VALUE_TRUE : !strcmp(word, "false") ? VALUE_FALSE :
	     !strcmp(word, "none") ? VALUE_NONE : VALUE_UNSET;
	return *v != VALUE_UNSET;
}

static int self_find(const char *word)
{
	for (int i = 0; i < SELF_COUNT; i++)
		if (!strcmp(word, self_words[i]))
			return i;
	return -1;
}

/* name: VALUE_UNSET: of a blank. */
static struct expr *open_expr(struct parser *p, value name, struct token t)
{
	struct expr *e = expr_new(p, EXPR_OPEN, t.at);
	e->constant = name;
	return e;
}

static struct expr *symbol_expr(struct parser *p, const struct symbol *s, struct token t)
{
	static const enum expr_kind kinds[] = {
		[SYMBOL_SHARED] = EXPR_SHARED, [SYMBOL_PRIVATE] = EXPR_PRIVATE, [SYMBOL_LOCAL] = EXPR_LOCAL,
		[SYMBOL_OBJECT] = EXPR_CONSTANT, [SYMBOL_OBJECTS] = EXPR_CONSTANT, [SYMBOL_GROUP] = EXPR_CONSTANT,
		[SYMBOL_PARAM] = EXPR_CONSTANT,
	};
	if (s->kind == SYMBOL_FUNCTION) {
		wrong(p->c, DIAG_NAME, yaml_inside(p->x.node, t.at, t.length),
		      SAY(CALL_BY_STEP), SAY(FUNCTION_NO_VALUE, t.text));
		return NULL;
	}
	symbol_used(p->c, s);
	if (p->c->open && kinds[s->kind] == EXPR_CONSTANT && (s->constant == VALUE_UNSET || s->constant == value_make(TAG_OBJECT, 0)))
		return open_expr(p, pool_text(p->c->g->pool, t.text, strlen(t.text)), t);       /* its declaration has a blank */
	struct expr *e = expr_new(p, kinds[s->kind], t.at);
	e->number = s->number;
	e->constant = s->constant;
	e->param = s->kind == SYMBOL_PARAM ? &p->c->g->param[s->number] : NULL;
	return e;
}

static enum function_id function_find(const char *word)
{
	enum function_id f = 0;
	while (f < FUNCTION_COUNT && !same_word(function_rows[f].word, word))
		f++;
	return f;
}

static struct expr *parse_name(struct parser *p, struct token t)
{
	value v;
	int self;
	if (constant_word(t.text, &v)) {
		struct expr *e = expr_new(p, EXPR_CONSTANT, t.at);
		e->constant = v;
		return e;
	}
	const struct symbol *s = name_find(p->c, t.text);
	if (p->c->nobody && (s ? s->kind == SYMBOL_PRIVATE : self_find(t.text) >= 0)) {
		wrong(p->c, DIAG_NAME, yaml_inside(p->x.node, t.at, t.length), SAY(EXPECTATIONS_SEE),
		      SAY(PROCESS_OWN, t.text));
		return NULL;
	}
	if (s)
		return symbol_expr(p, s, t);
	if (!strcmp(t.text, "main"))
		return expr_constant(p->c, value_make(TAG_PROCESS, MAIN), yaml_inside(p->x.node, t.at, t.length));
	if ((self = self_find(t.text)) >= 0) {
		struct expr *e = expr_new(p, EXPR_SELF, t.at);
		e->number = (uint32_t)self;
		return e;
	}
	if (p->c->open)
		return open_expr(p, pool_text(p->c->g->pool, t.text, strlen(t.text)), t);
	const char *here = foreign_value(t.text);
	if (!here && t.length > 1)              /* yes, off; but y and n may be any variable */
		here = foreign_truth(t.text);
	if (!p->c->too_many && !p->c->section_lost && name_is_news(p->c, t.text))    /* else it may be one that found no room, or was not read */
		wrong(p->c, DIAG_NAME, yaml_inside(p->x.node, t.at, t.length), here ? SAY(HERE_IT_IS, here) :
		      function_find(t.text) < FUNCTION_COUNT ? SAY(WRITE_CALL, arena_print(p->c->a, "%s(..)", t.text)) :
		      name_remedy(&p->x, t.at, t.length, name_suggest(p->c, t.text)),
		      SAY(UNKNOWN_NAME, t.text));
	return NULL;
}

/* ---- function calls ---- */

static struct expr *unknown_function(struct parser *p, struct token t)
{
	const char *words[FUNCTION_COUNT];
	for (int i = 0; i < FUNCTION_COUNT; i++)
		words[i] = function_rows[i].word;
	const char *near = name_nearest(p->c, t.text, words, FUNCTION_COUNT);
	const struct symbol *s = name_find(p->c, t.text);
	wrong(p->c, DIAG_NAME, yaml_inside(p->x.node, t.at, t.length),
	      call_remedy(&p->x, t.at, t.text, s && s->kind == SYMBOL_FUNCTION ? SAY(CALL_BY_STEP) :
	                  near ? SAY(DID_YOU_MEAN, near) : functions_help(p->c)), SAY(UNKNOWN_FUNCTION, t.text));
	return NULL;
}

/* random(5, 1): it would raise ValueError. */
static void warn_empty_draw(struct compiler *c, const struct expr *e)
{
	if (e->number != FUNCTION_RANDOM)
		return;
	const struct expr *lo = e->child[0], *hi = e->child[1];
	if (lo->kind == EXPR_CONSTANT && hi->kind == EXPR_CONSTANT && value_is_int(lo->constant) && value_is_int(hi->constant) &&
	    value_int(c->g->pool, lo->constant) > value_int(c->g->pool, hi->constant))
		wrong(c, DIAG_EMPTY_RANGE, e->place, SAY(SMALLER_FIRST), SAY(DRAW_FROM_NOTHING));
}

static struct expr *parse_call(struct parser *p, struct token t)
{
	enum function_id f = function_find(t.text);
	if (f == FUNCTION_COUNT)
		return unknown_function(p, t);
	struct expr *e = expr_new(p, EXPR_FUNCTION, t.at);
	e->number = f;
	while (!lexer_is(&p->x, ")")) {
		struct expr *arg = parse_or(p);
		if (!arg)
			return NULL;
		child_add(p->c, e, arg);
		if (!lexer_skip(&p->x, ",") && !lexer_is(&p->x, ")"))
			return lexer_error(&p->x, p->x.now, unfinished(&p->x), SAY(WANT_COMMA_PARENTHESIS)), NULL;
	}
	lexer_next(&p->x);
	const struct function_row *row = &function_rows[f];
	if ((int)e->children < row->least || (int)e->children > row->most) {
		wrong(p->c, DIAG_TYPE, e->place, function_help(row), row->least < row->most ?
		      SAY(ARGUMENTS_AT_LEAST, row->word, row->least, e->children) :
		      row->least == 1 ? SAY(ONE_ARGUMENT, row->word, e->children) : SAY(ARGUMENTS, row->word, row->least, e->children));
		return NULL;
	}
	warn_empty_draw(p->c, e);
	return e;
}

/* ---- templates ---- */

static void template_text(struct compiler *c, struct expr *e, struct text *t)
{
	if (t->length)
		child_add(c, e, expr_constant(c, pool_text(c->g->pool, t->at, t->length), e->place));
	text_clear(t);
}

/* The end of the {expression} that begins behind at: braces nest, quotes hide them. */
static uint32_t brace_end(const char *s, uint32_t at, uint32_t end)
{
	int depth = 0;
	char quote = 0;
	for (; at < end; at++)
		if (quote)
			quote = s[at] == quote ? 0 : quote;
		else if (s[at] == '"' || s[at] == '\'')
			quote = s[at];
		else if (s[at] == '{')
			depth++;
		else if (s[at] == '}' && !depth--)
			break;
	return at;
}

static struct expr *parse_range(struct parser *p);

static struct expr *parse_whole(struct compiler *c, const struct node *n, uint32_t from, uint32_t to, int depth)
{
	struct parser p = { .c = c, .depth = depth };
	lexer_init(&p.x, c, n, from, to);
	if (p.x.now.kind == TOKEN_END) {
		lexer_error(&p.x, p.x.now, NOTHING_TO_SAY, SAY(WANT_EXPRESSION));
		return NULL;
	}
	struct expr *e = parse_range(&p);
	if (e && p.x.now.kind != TOKEN_END) {
		lexer_error(&p.x, p.x.now, after_value(&p.x), SAY(WANT_OPERATOR));
		return NULL;
	}
	return e;
}

static struct expr *template_part(struct compiler *c, const struct node *n, uint32_t from, uint32_t to, int depth)
{
	struct expr *e = arena_get(c->a, sizeof *e);
	struct text t = { 0 };
	bool good = depth < DEPTH, open = c->open;
	c->open = false;                        /* texts have no blanks */
	*e = (struct expr){ .kind = EXPR_FORMAT, .place = yaml_inside(n, from, to - from) };
	for (uint32_t i = from; good && i < to; i++) {
		char ch = n->text[i];
		if ((ch == '{' || ch == '}') && i + 1 < to && n->text[i + 1] == ch) {
			text_char(&t, ch);
			i++;
		} else if (ch == '{') {
			uint32_t end = brace_end(n->text, i + 1, to);
			template_text(c, e, &t);
			struct expr *part = end < to ? parse_whole(c, n, i + 1, end, depth + 1) : NULL;
			if (end >= to)
				wrong(c, DIAG_SYNTAX, yaml_inside(n, i, 1), SAY(CLOSE_BRACE_OR_DOUBLE),
				      SAY(BRACE_NOT_CLOSED));
			good = part != NULL;
			if (part)
				child_add(c, e, part);
			i = end;
		} else {
			text_char(&t, ch);
		}
	}
	template_text(c, e, &t);
	text_free(&t);
	c->open = open;
	if (!e->children)
		child_add(c, e, expr_constant(c, pool_text(c->g->pool, "", 0), e->place));
	if (e->children == 1 && e->child[0]->kind == EXPR_CONSTANT && value_tag(e->child[0]->constant) == TAG_TEXT)
		return good ? e->child[0] : NULL;
	return good ? e : NULL;
}

/* %d, ${n}, f"..": the templates of C, of a shell, of Python. One warning a text. */
static void check_template(struct compiler *c, const struct node *n)
{
	const char *s = n->text;
	bool prefix = !n->quoted && n->exact && (*s == 'f' || *s == 'F') && (s[1] == '"' || s[1] == '\'') && n->length > 2 && s[n->length - 1] == s[1];
	if (prefix) {
		wrong(c, DIAG_TEMPLATE, yaml_inside(n, 0, 1), SAY(NO_FORMAT_PREFIX), SAY(OF_ANOTHER_LANGUAGE, "f"));
		return;
	}
	for (size_t i = 0; i + 1 < n->length; i++) {
		size_t name = s[i] == '$' && s[i + 1] == '{' ? word_length(s + i + 2, n->length - i - 2) : 0;
		bool percent = s[i] == '%' && strchr("dsf", s[i + 1]) && !word_length(s + i + 2, n->length - i - 2) && !(i && isdigit((unsigned char)s[i - 1]));
		if (name && s[i + 2 + name] == '}')
			wrong(c, DIAG_TEMPLATE, yaml_inside(n, i, name + 3), SAY(WRITE_IN_BRACES, arena_word(c->a, s + i + 2, name)), SAY(OF_ANOTHER_LANGUAGE, "$"));
		else if (percent)
			wrong(c, DIAG_TEMPLATE, yaml_inside(n, i, 2), SAY(VALUES_IN_BRACES), SAY(OF_ANOTHER_LANGUAGE, arena_word(c->a, s + i, 2)));
		else
			continue;
		return;
	}
}

/* "forks[i]", "link.left", "len(l)": a text that would be an expression about something that there is. */
static bool reads_like_expression(const struct compiler *c, const char *text)
{
	size_t end = strlen(text), n = word_length(text, end);
	if (!n || n + 2 > end || strpbrk(text, "{}\"' "))
		return false;
	const char *name = arena_word(c->a, text, n);
	bool calls = text[n] == '(' && text[end - 1] == ')';
	for (int f = 0; calls && f < FUNCTION_COUNT; f++)
		if (!strcmp(function_rows[f].word, name))
			return true;
	const struct symbol *s = name_find(c, name);
	bool indexes = text[n] == '[' && text[end - 1] == ']', names_part = text[n] == '.' && s && s->kind == SYMBOL_OBJECT;
	return s && s->kind != SYMBOL_FUNCTION && (indexes || names_part);
}

/* say: n, say: str(n): what is said without quotes and braces, and reads like the value that is meant. */
void check_said(struct compiler *c, const struct node *n)
{
	const struct symbol *s = n->kind == NODE_SCALAR && !n->quoted ? name_find(c, n->text) : NULL;
	if (is_variable(s) || (s && s->kind == SYMBOL_PARAM) || (n->kind == NODE_SCALAR && !n->quoted && reads_like_expression(c, n->text)))
		wrong(c, DIAG_TEXT, n->place, SAY(IN_BRACES_OR_QUOTES, arena_print(c->a, "\"{%s}\"", n->text), arena_print(c->a, "\"%s\"", n->text)),
		      SAY(SAID_AS_IT_STANDS, n->text));
}

struct expr *expr_template(struct compiler *c, const struct node *n)
{
	n = prose_node(c, n);
	if (n)
		check_template(c, n);
	return n ? template_part(c, n, 0, n->length, 0) : NULL;
}

/* ---- precedence, from the tightest to the loosest ---- */

static struct expr *parse_list(struct parser *p, uint32_t from)
{
	struct expr *e = expr_new(p, EXPR_LIST, from);
	while (!lexer_is(&p->x, "]")) {
		struct expr *item = parse_or(p);
		if (!item)
			return NULL;
		child_add(p->c, e, item);
		if (!lexer_skip(&p->x, ",") && !lexer_is(&p->x, "]"))
			return lexer_error(&p->x, p->x.now, unfinished(&p->x), SAY(WANT_COMMA_BRACKET)), NULL;
	}
	lexer_next(&p->x);
	return e;
}

/* A word in front of the colon is a text, as in YAML; what is to be computed stands in parentheses. */
static struct expr *parse_key(struct parser *p)
{
	struct token t = p->x.now;
	value v;
	if (t.kind != TOKEN_NAME)
		return parse_or(p);
	lexer_next(&p->x);
	v = constant_word(t.text, &v) ? v : pool_text(p->c->g->pool, t.text, strlen(t.text));
	return expr_constant(p->c, v, yaml_inside(p->x.node, t.at, t.length));
}

static struct expr *parse_dict(struct parser *p, uint32_t from)
{
	struct expr *e = expr_new(p, EXPR_DICT, from), *key, *v;
	while (!lexer_is(&p->x, "}")) {
		if (!(key = parse_key(p)))
			return NULL;
		if (!lexer_skip(&p->x, ":"))
			return lexer_error(&p->x, p->x.now, SAY(KEY_FORM), SAY(WANT_COLON)), NULL;
		if (!(v = parse_or(p)))
			return NULL;
		child_add(p->c, e, key);
		child_add(p->c, e, v);
		if (!lexer_skip(&p->x, ",") && !lexer_is(&p->x, "}"))
			return lexer_error(&p->x, p->x.now, unfinished(&p->x), SAY(WANT_COMMA_BRACE)), NULL;
	}
	lexer_next(&p->x);
	return e;
}

static struct expr *parse_inside(struct parser *p, const char *end)
{
	struct expr *e = parse_or(p);
	if (e && !lexer_skip(&p->x, end))
		return lexer_error(&p->x, p->x.now, lexer_is(&p->x, ",") ? SAY(LIST_FORM) : unfinished(&p->x), *end == ')' ? SAY(WANT_PARENTHESIS) : SAY(WANT_BRACKET)), NULL;
	return e;
}

static struct expr *parse_atom(struct parser *p)
{
	struct token t = p->x.now;
	lexer_next(&p->x);
	if (t.kind == TOKEN_NAME && lexer_skip(&p->x, "("))
		return parse_call(p, t);
	if (t.kind == TOKEN_NAME)
		return parse_name(p, t);
	if (t.kind == TOKEN_NUMBER)
		return expr_constant(p->c, pool_int(p->c->g->pool, t.number), yaml_inside(p->x.node, t.at, t.length));
	if (t.kind == TOKEN_TEXT)
		return template_part(p->c, p->x.node, t.at + 1, t.at + t.length - 1, p->depth + 1);
	if (t.kind == TOKEN_SIGN && t.text == blank_mark)
		return open_expr(p, VALUE_UNSET, t);
	if (t.kind == TOKEN_SIGN && *t.text == '(')
		return parse_inside(p, ")");
	if (t.kind == TOKEN_SIGN && *t.text == '[')
		return parse_list(p, t.at);
	if (t.kind == TOKEN_SIGN && *t.text == '{')
		return parse_dict(p, t.at);
	p->x.now = t;
	lexer_error(&p->x, t, unfinished(&p->x), SAY(WANT_VALUE));
	return NULL;
}

/* ends[i].left, or of a pipe in a variable: what it is, is known when it runs. */
static struct expr *end_of(struct parser *p, struct expr *e, uint32_t end, uint32_t from)
{
	struct expr *side = expr_constant(p->c, value_small((int32_t)end), e->place);
	struct expr *of = expr_with(expr_new(p, EXPR_BINARY, from), p->c, e, side);
	of->number = OP_END;
	return of;
}

/* buyer[1], forks[0]: known when compiled if the index is. */
static struct expr *index_constant(struct parser *p, struct expr *e, const struct expr *list, const struct expr *index)
{
	const struct pool *pool = p->c->g->pool;
	if (list->kind != EXPR_CONSTANT || index->kind != EXPR_CONSTANT || !value_is_int(index->constant))
		return e;
	int64_t i = value_int(pool, index->constant);
	const struct group *g = group_named(p->c->g, list->constant);
	if (g) {
		if (i >= 1 && i <= (int64_t)g->count)
			return expr_constant(p->c, value_make(TAG_PROCESS, g->first + (uint32_t)i - 1), e->place);
		wrong(p->c, DIAG_RANGE, e->place, SAY(WRITE_MEMBERS, g->name, g->count),
		      SAY(GROUP_NO_NUMBER, g->name, i));
		return NULL;
	}
	if (value_tag(list->constant) != TAG_LIST)
		return e;
	uint32_t n;
	const value *v = value_list(pool, list->constant, &n);
	if (i >= -(int64_t)n && i < (int64_t)n)
		return expr_constant(p->c, v[i < 0 ? i + n : i], e->place);
	wrong(p->c, DIAG_RANGE, e->place, SAY(COUNT_FROM_0, n - 1),
	      SAY(NO_NUMBER, i));
	return NULL;
}

/* buyer.1: as buyer[1] */
static struct expr *parse_member(struct parser *p, struct expr *e, struct token t, uint32_t from)
{
	lexer_next(&p->x);
	struct expr *index = expr_constant(p->c, pool_int(p->c->g->pool, t.number), yaml_inside(p->x.node, t.at, t.length));
	struct expr *member = expr_with(expr_new(p, EXPR_INDEX, from), p->c, e, index);
	if (e->kind == EXPR_CONSTANT && group_named(p->c->g, e->constant))
		return index_constant(p, member, e, index);
	const char *of = arena_word(p->c->a, p->x.text + from, t.at - 1 - from);
	bool one = e->kind == EXPR_CONSTANT && value_tag(e->constant) == TAG_PROCESS;
	wrong(p->c, DIAG_NAME, member->place, one ? SAY(ONE_PROCESS, of) : NOTHING_TO_SAY, SAY(NOT_NUMBERED, of));
	return NULL;
}

static void no_such_field(struct compiler *c, const struct object *o, struct place place, const char *name)
{
	const char *near = name_nearest(c, name, (const char **)o->field, o->fields), *all = "";
	for (uint32_t k = 0; k < o->fields && !near; k++)
		all = listed(c, all, o->field[k]);
	wrong(c, DIAG_FIELD, place, near ? SAY(DID_YOU_MEAN, near) : *all ? SAY(ITS_FIELDS, all) : NOTHING_TO_SAY, SAY(FIELD_OF_RECORD, name, o->name));
}

static struct expr *parse_field(struct parser *p, struct expr *e, uint32_t from)
{
	struct token t = p->x.now;
	if (t.kind == TOKEN_NUMBER)
		return parse_member(p, e, t, from);
	if (t.kind != TOKEN_NAME)
		return lexer_error(&p->x, t, lexer_is(&p->x, "*") ? SAY(WRITE_STATEMENT, arena_word(p->c->a, p->x.text + from, t.at - 1 - from)) : NOTHING_TO_SAY, SAY(WANT_FIELD)), NULL;
	if (p->x.text[t.at + t.length] == '(')
		return method_misread(p->c, p->x.node, from, t.at, t.text), NULL;
	lexer_next(&p->x);
	struct expr *field = expr_with(expr_new(p, EXPR_FIELD, from), p->c, e, NULL);
	bool object = e->kind == EXPR_CONSTANT && value_tag(e->constant) == TAG_OBJECT;
	const struct object *o = object ? &p->c->g->object[value_object(e->constant)] : NULL;
	uint32_t end = !strcmp(t.text, "left") ? END_LEFT : !strcmp(t.text, "right") ? END_RIGHT : 0;
	if (o && o->kind == KIND_PIPE && end)
		return expr_constant(p->c, value_make(TAG_OBJECT, value_object(e->constant) | end << OBJECT_END), field->place);
	if (e->kind != EXPR_CONSTANT && end)
		return end_of(p, e, end, from);
	if (o && (o->kind == KIND_MANAGER || o->kind == KIND_FILE)) {
		field->number = value_object(e->constant);
		field->constant = object_field(o, t.text);          /* one that is not there is a KeyError of the run */
		if (field->constant == NO_FIELD)
			no_such_field(p->c, o, field->place, t.text);
		return field;
	}
	const char *of = arena_word(p->c->a, p->x.text + from, t.at - 1 - from), *meant = foreign_function(t.text);
	if (!meant && function_find(t.text) < FUNCTION_COUNT)
		meant = t.text;
	wrong(p->c, DIAG_NAME, field->place, meant ? SAY(WRITE_CALL, arena_print(p->c->a, "%s(%s)", meant, of)) :
	      o && verb_find(t.text) && !verb_rows[verb_find(t.text)].control ? verb_of_field(p->c, p->x.node, of, verb_find(t.text)) :
	      o && o->kind != KIND_PIPE ? SAY(WRITE_STATEMENT, of) : SAY(WHAT_HAS_FIELDS), SAY(NO_FIELD, t.text));
	return NULL;
}

/* l[i], l[lo..hi]: behind the bracket */
static struct expr *parse_brackets(struct parser *p, struct expr *e, uint32_t from)
{
	if (lexer_is(&p->x, ".."))
		return lexer_error(&p->x, p->x.now, SAY(BOTH_ENDS), SAY(WANT_VALUE)), NULL;
	struct expr *lo = parse_or(p), *hi = NULL;
	if (!lo)
		return NULL;
	if (!lexer_skip(&p->x, "..")) {
		if (!lexer_skip(&p->x, "]"))
			return lexer_error(&p->x, p->x.now, lexer_is(&p->x, ":") ? SAY(BOTH_ENDS) : unfinished(&p->x), SAY(WANT_BRACKET)), NULL;
		return index_constant(p, expr_with(expr_new(p, EXPR_INDEX, from), p->c, e, lo), e, lo);
	}
	if (lexer_is(&p->x, "]"))
		return lexer_error(&p->x, p->x.now, SAY(BOTH_ENDS), SAY(WANT_VALUE)), NULL;
	if (!(hi = parse_inside(p, "]")))
		return NULL;
	struct expr *part = expr_with(expr_new(p, EXPR_SLICE, from), p->c, e, lo);
	child_add(p->c, part, hi);
	return part;
}

static struct expr *parse_postfix(struct parser *p)
{
	uint32_t from = p->x.now.at;
	struct expr *e = parse_atom(p);
	while (e && (lexer_is(&p->x, "[") || lexer_is(&p->x, "."))) {
		if (lexer_skip(&p->x, ".")) {
			e = goes_on(p, e, from) ? parse_field(p, e, from) : NULL;
			continue;
		}
		lexer_next(&p->x);
		e = goes_on(p, e, from) ? parse_brackets(p, e, from) : NULL;
	}
	return e;
}

/* The lowest number is one, its amount is not: so its sign belongs to it. */
static bool skip_lowest(struct parser *p)
{
	static const char word[] = "-9223372036854775808";
	struct lexer *x = &p->x;
	size_t n = sizeof word - 1, at = x->now.at;
	if (x->end - at < n || memcmp(x->text + at, word, n) || (x->end - at > n && isalnum((unsigned char)x->text[at + n])))
		return false;
	x->at = at + n;
	lexer_next(x);
	return true;
}

static struct expr *parse_unary(struct parser *p)
{
	uint32_t from = p->x.now.at;
	if (++p->depth > DEPTH) {
		wrong(p->c, DIAG_LIMIT, yaml_inside(p->x.node, from, 1), SAY(USE_VARIABLES),
		      SAY(NESTED_TOO_DEEP, DEPTH));
		return NULL;
	}
	struct expr *e;
	if (skip_lowest(p)) {
		e = expr_constant(p->c, pool_int(p->c->g->pool, INT64_MIN), yaml_inside(p->x.node, from, 1));
	} else if (lexer_skip(&p->x, "-")) {
		struct expr *child = parse_unary(p);
		if (child && child->kind == EXPR_CONSTANT && value_is_int(child->constant) &&
		    value_int(p->c->g->pool, child->constant) != INT64_MIN) {
			e = expr_new(p, EXPR_CONSTANT, from);
			e->constant = pool_int(p->c->g->pool, -value_int(p->c->g->pool, child->constant));
		} else {
			e = child ? expr_with(expr_new(p, EXPR_UNARY, from), p->c, child, NULL) : NULL;
			if (e)
				e->number = OP_NEGATE;
		}
	} else {
		e = parse_postfix(p);
	}
	p->depth--;
	return e;
}

struct operator { const char *word; enum op op; };

static struct expr *parse_binary(struct parser *p, struct expr *(*tighter)(struct parser *),
                                 const struct operator *list, size_t count)
{
	uint32_t from = p->x.now.at;
	struct expr *left = tighter(p);
	for (size_t i = 0; left && i < count; i++) {
		if (!lexer_skip(&p->x, list[i].word))
			continue;
		struct expr *right = tighter(p);
		if (!right || !goes_on(p, left, from))
			return NULL;
		left = expr_with(expr_new(p, EXPR_BINARY, from), p->c, left, right);
		left->number = list[i].op;
		i = (size_t)-1;
	}
	return left;
}

static struct expr *parse_product(struct parser *p)
{
	static const struct operator list[] = { { "*", OP_MULTIPLY }, { "//", OP_DIVIDE }, { "%", OP_MODULO } };
	return parse_binary(p, parse_unary, list, 3);
}

static struct expr *parse_sum(struct parser *p)
{
	static const struct operator list[] = { { "+", OP_ADD }, { "-", OP_SUBTRACT } };
	return parse_binary(p, parse_product, list, 2);
}

static struct expr *parse_range(struct parser *p)
{
	uint32_t from = p->x.now.at;
	struct expr *lo = parse_or(p);
	if (!lo || !lexer_skip(&p->x, ".."))
		return lo;
	struct expr *hi = parse_sum(p);
	return hi ? expr_with(expr_new(p, EXPR_RANGE, from), p->c, lo, hi) : NULL;
}

static struct expr *parse_comparison(struct parser *p)
{
	static const struct operator list[] = { { "==", OP_EQUAL }, { "!=", OP_UNEQUAL }, { "<=", OP_AT_MOST },
		{ ">=", OP_AT_LEAST }, { "<", OP_LESS }, { ">", OP_GREATER }, { "in", OP_IN }, { "not", OP_NOT_IN } };
	uint32_t from = p->x.now.at;
	struct expr *left = parse_sum(p);
	for (size_t i = 0; left && i < sizeof list / sizeof *list; i++) {
		if (!lexer_skip(&p->x, list[i].word))
			continue;
		if (list[i].op == OP_NOT_IN && !lexer_skip(&p->x, "in"))
			return lexer_error(&p->x, p->x.now, NOTHING_TO_SAY, SAY(WANT_IN)), NULL;
		struct expr *right = parse_sum(p);
		if (!right)
			return NULL;
		left = expr_with(expr_new(p, EXPR_BINARY, from), p->c, left, right);
		left->number = list[i].op;
		for (size_t k = 0; k < 7; k++)
			if (lexer_is(&p->x, list[k].word))
				return lexer_error(&p->x, p->x.now, SAY(JOIN_WITH_AND), SAY(NO_CHAIN)), NULL;
		break;
	}
	return left;
}

static struct expr *parse_not(struct parser *p)
{
	uint32_t from = p->x.now.at;
	if (!lexer_skip(&p->x, "not"))
		return parse_comparison(p);
	if (++p->depth > DEPTH)
		return parse_unary(p);          /* says so */
	struct expr *child = parse_not(p);
	p->depth--;
	struct expr *e = child ? expr_with(expr_new(p, EXPR_UNARY, from), p->c, child, NULL) : NULL;
	if (e)
		e->number = OP_NOT;
	return e;
}

static struct expr *parse_logic(struct parser *p, const char *word, enum expr_kind kind, struct expr *(*tighter)(struct parser *))
{
	uint32_t from = p->x.now.at;
	struct expr *left = tighter(p);
	while (left && lexer_skip(&p->x, word)) {
		struct expr *right = tighter(p);
		left = right && goes_on(p, left, from) ? expr_with(expr_new(p, kind, from), p->c, left, right) : NULL;
	}
	return left;
}

static struct expr *parse_and(struct parser *p)
{
	return parse_logic(p, "and", EXPR_AND, parse_not);
}

static struct expr *parse_or(struct parser *p)
{
	return parse_logic(p, "or", EXPR_OR, parse_and);
}

/* ---- what the others call ---- */

struct expr *expr_range_or_value(struct compiler *c, const struct node *n)
{
	if (n->kind != NODE_SCALAR) {
		int64_t lo, hi;
		bool times = n->kind == NODE_LIST && n->count == 2 && number_read(n->item[0]->text ? n->item[0]->text : "", n->item[0]->length, &lo) &&
		             number_read(n->item[1]->text ? n->item[1]->text : "", n->item[1]->length, &hi);
		wrong(c, DIAG_TYPE, n->place, times ? SAY(WRITE_STATEMENT, arena_print(c->a, "%s..%s", n->item[0]->text, n->item[1]->text)) :
		      n->kind == NODE_LIST ? SAY(QUOTE_THE_LIST) : NOTHING_TO_SAY,
		      SAY(EXPRESSION_EXPECTED_HERE));
		return NULL;
	}
	return parse_whole(c, n, 0, n->length, 0);
}

static struct expr *no_range(struct compiler *c, struct expr *e)
{
	if (!e || e->kind != EXPR_RANGE)
		return e;
	wrong(c, DIAG_TYPE, e->place, SAY(RANGE_IS_FOR), SAY(RANGE_NO_VALUE));
	return NULL;
}

struct expr *expr_read(struct compiler *c, const struct node *n)
{
	return no_range(c, expr_range_or_value(c, n));
}

static void check_text(struct compiler *c, const struct node *n)
{
	if (reads_like_expression(c, n->text))
		wrong(c, DIAG_TEXT, n->place, SAY(WITHOUT_QUOTES, n->text),
		      SAY(ONLY_A_TEXT, n->text));
}

/* {a: n}: a dictionary; its keys are texts and numbers as they stand there, or templates. */
static struct expr *dict_value(struct compiler *c, const struct node *n)
{
	struct expr *e = arena_get(c->a, sizeof *e);
	*e = (struct expr){ .kind = EXPR_DICT, .place = n->place };
	if (bare_template(c, n, true))
		return NULL;
	for (size_t i = 0; i < n->count; i++) {
		struct expr *key = n->key[i]->quoted ? expr_template(c, n->key[i]) : expr_constant(c, first_value(c, n->key[i]), n->key[i]->place);
		struct expr *v = expr_value(c, n->item[i]);
		if (!key || !v)
			return NULL;
		child_add(c, e, key);
		child_add(c, e, v);
	}
	return e;
}

struct expr *expr_value(struct compiler *c, const struct node *n)
{
	if (n->kind == NODE_SCALAR && n->quoted)
		check_text(c, n);
	if (n->kind == NODE_SCALAR)
		return n->quoted ? expr_template(c, n) : expr_read(c, n);
	if (n->kind == NODE_MAP)
		return dict_value(c, n);
	struct expr *e = arena_get(c->a, sizeof *e);
	*e = (struct expr){ .kind = EXPR_LIST, .place = n->place };
	for (size_t i = 0; i < n->count; i++) {
		struct expr *item = expr_value(c, n->item[i]);
		if (!item)
			return NULL;
		child_add(c, e, item);
	}
	return e;
}

/* ---- statements ---- */

static const struct operator assignments[] = { { "=", OP_MOVE }, { "+=", OP_ADD }, { "-=", OP_SUBTRACT },
	{ "*=", OP_MULTIPLY }, { "//=", OP_DIVIDE }, { "%=", OP_MODULO } };
enum { ASSIGNMENTS = sizeof assignments / sizeof *assignments };

/* n = m = 1: the second name is read only to say what to write. */
static bool assigns_twice(struct parser *p, const struct token *first)
{
	struct parser ahead = *p;
	struct token name = p->x.now;
	if (name.kind != TOKEN_NAME)
		return false;
	lexer_next(&ahead.x);
	if (!lexer_is(&ahead.x, "="))
		return false;
	const char *rest = arena_word(p->c->a, ahead.x.text + ahead.x.at, ahead.x.end - ahead.x.at);
	return !lexer_error(&ahead.x, ahead.x.now, SAY(STATEMENT_EACH, arena_print(p->c->a, "%s =%s", name.text, rest),
		arena_print(p->c->a, "%s = %s", first->text, name.text)), SAY(WANT_OPERATOR));
}

static bool can_assign(struct compiler *c, const struct expr *e)
{
	bool variable = e->kind == EXPR_OPEN || e->kind == EXPR_LOCAL || e->kind == EXPR_PRIVATE || e->kind == EXPR_SHARED || e->kind == EXPR_FIELD;
	if (variable || (e->kind == EXPR_INDEX && can_assign(c, e->child[0])))
		return true;
	if (e->kind == EXPR_INDEX)
		return false;
	if (e->param)
		return wrong(c, DIAG_TYPE, e->place, SAY(SHARED_CHANGES, e->param->name), SAY(PARAM_IS_CONSTANT, e->param->name));
	return wrong(c, DIAG_TYPE, e->place, SAY(ASSIGN_TO),
	             SAY(CANT_ASSIGN));
}

bool statement_read(struct compiler *c, const struct node *n, uint32_t *at, struct statement *s)
{
	struct parser p = { .c = c };
	lexer_init(&p.x, c, n, *at, n->length);
	struct token first = p.x.now;
	s->target = parse_postfix(&p);
	if (!s->target)
		return false;
	for (int i = 0; i < ASSIGNMENTS; i++) {
		if (!lexer_skip(&p.x, assignments[i].word))
			continue;
		s->op = assignments[i].op;
		if (!i && assigns_twice(&p, &first))
			return false;
		s->source = can_assign(c, s->target) ? parse_or(&p) : NULL;
		if (s->source && p.x.now.kind != TOKEN_END)
			return lexer_error(&p.x, p.x.now, lexer_is(&p.x, "..") ? SAY(RANGE_IS_FOR) : after_value(&p.x), SAY(WANT_OPERATOR));
		return s->source != NULL;
	}
	static const char *const signs[] = { "!=", "<", ">", "<=", ">=" };
	struct message help = SAY(STEP_FORM);
	if (lexer_is(&p.x, "=="))
		help = SAY(ASSIGN_OR_CHECK, arena_print(c->a, "%.*s=%s", (int)p.x.now.at, n->text, n->text + p.x.at), n->text);
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (lexer_is(&p.x, signs[i]))
			help = SAY(WRITE_STEP_AND, arena_print(c->a, "if: %s", n->text), "then");
	return lexer_error(&p.x, p.x.now, help, SAY(WANT_ASSIGNMENT));
}

/* Only looks: no names are known yet, nothing is reported. */
const char *statement_target(struct compiler *c, const struct node *n)
{
	const char *s = n->text;
	size_t len = word_length(s, n->length), end;
	for (end = len; s[end] == ' '; end++)
		;
	if (!len || isdigit((unsigned char)s[0]))
		return NULL;
	if (!strncmp(s + end, "\uff1d", 3) || !strncmp(s + end, ":=", 2))       /* its sign is reported, not each use of the name */
		return arena_word(c->a, s, len);
	for (int i = 0; i < ASSIGNMENTS; i++) {
		size_t word = strlen(assignments[i].word);
		if (!strncmp(s + end, assignments[i].word, word) && s[end + word] != '=')
			return arena_word(c->a, s, len);
	}
	return NULL;
}
