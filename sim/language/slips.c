/* Slips of people who know Python, C or Java well and YAML badly: what stands in a step or an expression, and what was meant by it.
 * Called where something is wrong already; nothing here makes code. */
#include "sim/language/compile.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

/* ---- a text that is no step ---- */

/* break;  continue()  return; */
static const char *lone_word_meant(struct compiler *c, const struct node *n)
{
	size_t length = word_length(n->text, n->length);
	enum verb verb = length ? verb_find(arena_word(c->a, n->text, length)) : VERB_NONE;
	const char *rest = n->text + length;
	bool ended = !strcmp(rest, ";") || !strcmp(rest, "()") || !strcmp(rest, "();");
	if (!ended)
		return NULL;
	return verb == VERB_BREAK || verb == VERB_CONTINUE ? verb_rows[verb].word : verb == VERB_RETURN ? "return: none" :
	       verb == VERB_EXIT ? "exit: 0" : NULL;
}

/* a, b = 1, 2: the two statements */
static bool assigns_side_by_side(struct compiler *c, const struct node *n, struct message *help)
{
	size_t one = word_length(n->text, n->length), comma = one + strspn(n->text + one, " ");
	if (!one || n->text[comma] != ',')
		return false;
	size_t two = comma + 1 + strspn(n->text + comma + 1, " "), two_length = word_length(n->text + two, n->length - two);
	size_t equals = two + two_length + strspn(n->text + two + two_length, " ");
	const char *left = n->text + equals + 1, *right = n->text[equals] == '=' ? strchr(left, ',') : NULL;
	if (!two_length || !right)
		return false;
	left += strspn(left, " ");
	*help = SAY(STATEMENT_EACH, arena_print(c->a, "%.*s = %.*s", (int)one, n->text, (int)(right - left), left),
	            arena_print(c->a, "%.*s = %s", (int)two_length, n->text + two, right + 1 + strspn(right + 1, " ")));
	return true;
}

/* What is done with an object most often. */
static const char *usual_verb(const struct compiler *c, const struct symbol *s)
{
	static const char *const usual[KIND_COUNT] = { [KIND_LOCK] = "acquire", [KIND_RLOCK] = "acquire", [KIND_SEMAPHORE] = "acquire", [KIND_EVENT] = "wait",
		[KIND_CONDITION] = "wait", [KIND_BARRIER] = "wait", [KIND_LATCH] = "wait", [KIND_QUEUE] = "get" };
	return s->kind == SYMBOL_OBJECT ? usual[c->g->object[s->number].kind] : s->kind == SYMBOL_GROUP ? "start" : NULL;
}

struct message thing_alone(struct compiler *c, const char *word, struct message otherwise)
{
	const struct symbol *s = name_find(c, word);
	const char *verb = s ? usual_verb(c, s) : NULL;
	return verb ? SAY(WRITE_STEP, arena_print(c->a, "%s: %s", verb, word)) : otherwise;
}

/* assert n > 0, await green, yield, del l[0] */
static struct message python_step(struct compiler *c, const struct node *n)
{
	const char *s = n->text;
	if (begins(s, "assert "))
		return SAY(WRITE_ASSERTION, s + strlen("assert "));
	if (begins(s, "await "))
		return thing_alone(c, s + strlen("await "), SAY(NOTHING_YIELDS));
	if (!strcmp(s, "yield") || begins(s, "yield ") || !strcmp(s, "sched_yield()") || !strcmp(s, "yield()"))
		return SAY(NOTHING_YIELDS);
	return begins(s, "del ") && strchr(s, '[') ? SAY(LIST_BY_PARTS) : NOTHING_TO_SAY;
}

bool slip_misread(struct compiler *c, const struct node *n)
{
	static const char *const idle[] = { "import ", "from ", "#include", "global ", "nonlocal ", "del ", "package ", "using " };
	const char *word = lone_word_meant(c, n);
	struct message help = python_step(c, n);
	if (help.sentence)
		;
	else if (word)
		help = SAY(WRITE_STEP, word);
	else if (begins(n->text, "//") || begins(n->text, "/*") || begins(n->text, "--"))
		help = n->text[0] == '-' && is_identifier(n->text + 2) ? NOTHING_TO_SAY : SAY(COMMENT_FORM);
	for (size_t i = 0; !help.sentence && i < sizeof idle / sizeof *idle; i++)
		if (begins(n->text, idle[i]) && !strchr(n->text, '='))
			help = SAY(NO_IMPORT);
	if (!help.sentence && !assigns_side_by_side(c, n, &help))
		return false;
	wrong(c, DIAG_VERB, n->place, help, SAY(NOT_A_STEP, n->text));
	return true;
}

/* put: 3, into: q */
bool swapped_operands(struct compiler *c, const struct node *step, const struct verb_row *row)
{
	const struct node *given = yaml_find(step, row->word), *into = yaml_find(step, "into");
	if (!into)
		into = yaml_find(step, "to");
	if (!into)
		into = yaml_find(step, "in");
	bool sends = row->op == OP_PUT || row->op == OP_SEND;
	if (!sends || !into || into->kind != NODE_SCALAR || given->kind != NODE_SCALAR || yaml_find(step, "item"))
		return false;
	const struct symbol *s = name_find(c, arena_word(c->a, into->text, word_length(into->text, into->length)));
	if (!s || s->kind != SYMBOL_OBJECT)
		return false;
	const char *item = arena_print(c->a, given->quoted ? "\"%s\"" : "%s", given->text);
	wrong(c, DIAG_TYPE, given->place, SAY(WRITE_STEP, arena_print(c->a, "{%s: %s, item: %s}", row->word, into->text, item)), SAY(NOT_AN_OBJECT, row->word));
	return true;
}

/* ---- a verb on an object of another kind ---- */

const char *verb_instead(enum verb verb, enum kind kind)
{
	static const struct { enum verb verb; enum kind kind; const char *word; } rows[] = {
		{ VERB_WAIT, KIND_LOCK, "acquire" },        { VERB_WAIT, KIND_RLOCK, "acquire" },      { VERB_WAIT, KIND_SEMAPHORE, "acquire" },
		{ VERB_WAIT, KIND_QUEUE, "get" },           { VERB_WAIT, KIND_POOL, "join" },
		{ VERB_SIGNAL, KIND_SEMAPHORE, "release" }, { VERB_SIGNAL, KIND_LOCK, "release" },     { VERB_SIGNAL, KIND_EVENT, "set" },
		{ VERB_SIGNAL, KIND_CONDITION, "notify" },  { VERB_SIGNAL, KIND_LATCH, "count_down" }, { VERB_NOTIFY, KIND_EVENT, "set" },
		{ VERB_NOTIFY_ALL, KIND_EVENT, "set" },     { VERB_NOTIFY, KIND_SEMAPHORE, "release" }, { VERB_SET, KIND_SEMAPHORE, "release" },
		{ VERB_SET, KIND_CONDITION, "notify_all" }, { VERB_SET, KIND_LATCH, "count_down" },    { VERB_JOIN, KIND_EVENT, "wait" },
		{ VERB_JOIN, KIND_BARRIER, "wait" },        { VERB_JOIN, KIND_LATCH, "wait" },         { VERB_JOIN, KIND_LOCK, "acquire" },
		{ VERB_ACQUIRE, KIND_EVENT, "wait" },       { VERB_ACQUIRE, KIND_BARRIER, "wait" },    { VERB_ACQUIRE, KIND_LATCH, "wait" },
		{ VERB_RELEASE, KIND_EVENT, "set" },        { VERB_RELEASE, KIND_LATCH, "count_down" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].verb == verb && rows[i].kind == kind)
			return rows[i].word;
	return NULL;
}

/* ---- in expressions ---- */

/* The text up to here, without the blanks at its end. */
struct lexer_text { const char *at; size_t length; };
static struct lexer_text text_before(const struct lexer *x, size_t at)
{
	while (at && x->text[at - 1] == ' ')
		at--;
	return (struct lexer_text){ x->text, at };
}

static const char *with_unit(struct compiler *c, const char *from, size_t length, const char *to)
{
	bool bare = strspn(from, "0123456789") == length && to[strspn(to, "0123456789")];
	return arena_print(c->a, "%.*s%s..%s", (int)length, from, bare ? to + strspn(to, "0123456789") : "", to);
}

/* random(1, 3)s */
static const char *draw_with_unit(struct compiler *c, const char *s, size_t length, const char *unit)
{
	int lo, hi, end = 0;
	if (sscanf(s, "random(%d , %d)%n", &lo, &hi, &end) < 2 || (size_t)end != length)
		return NULL;
	return arena_print(c->a, "%d%s..%d%s", lo, unit, hi, unit);
}

static struct message word_after_value(struct lexer *x, struct lexer_text before)
{
	const char *text = arena_word(x->c->a, before.at, before.length), *rest = x->text + x->at;
	const char *unit = unit_meant(x->now.text), *drawn = unit ? draw_with_unit(x->c, text, before.length, unit) : NULL;
	size_t from = before.length;
	while (from && isdigit((unsigned char)before.at[from - 1]))
		from--;
	rest += strspn(rest, " ");
	if (drawn)
		return SAY(WRITE_STATEMENT, drawn);
	if (unit && from < before.length)
		return SAY(WRITE_STATEMENT, arena_print(x->c->a, "%.*s%s", (int)(before.length - from), before.at + from, unit));
	if (unit)                               /* tickets s */
		return SAY(WRITE_STATEMENT, arena_print(x->c->a, "%s * 1%s", text, unit));
	if (lexer_is(x, "if"))
		return SAY(WRITE_IF_STEP);
	if (lexer_is(x, "is") && begins(rest, "not "))
		return SAY(HERE_IT_IS, "!=");
	if (lexer_is(x, "is"))
		return SAY(HERE_IT_IS, "==");
	if ((lexer_is(x, "to") || lexer_is(x, "until")) && isdigit((unsigned char)*rest))
		return SAY(WRITE_STATEMENT, with_unit(x->c, text, before.length, rest));
	if (lexer_is(x, "then") && x->c->verb == VERB_IF && *rest)
		return SAY(WRITE_STEP_AND, arena_print(x->c->a, "if: %s", text), "then");
	if (lexer_is(x, "then") || lexer_is(x, "times") || lexer_is(x, "do") || lexer_is(x, "as"))
		return SAY(WRITE_STATEMENT, text);
	return NOTHING_TO_SAY;
}

/* Of what stands in the braces of a text up to here, the value. */
static struct message without_format(const struct lexer *x, struct lexer_text before)
{
	size_t from = before.length;
	while (before.at[from - 1] != '{')
		from--;
	return SAY(NO_FORMATS, arena_word(x->c->a, before.at + from, before.length - from));
}

struct message after_value(struct lexer *x)
{
	struct lexer_text before = text_before(x, x->now.at);
	struct message help = x->now.kind == TOKEN_NAME ? word_after_value(x, before) : NOTHING_TO_SAY;
	size_t digits = strspn(x->text + x->at, "0123456789");
	if (help.sentence)
		return help;
	if (!x->node->quoted && !x->node->exact)
		return SAY(STATEMENT_ITEMS);
	if (lexer_is(x, ",") && digits == 3 && isdigit((unsigned char)before.at[before.length - 1])) {    /* 1,000 */
		size_t from = before.length;
		while (from && isdigit((unsigned char)before.at[from - 1]))
			from--;
		return SAY(WRITE_STATEMENT, arena_print(x->c->a, "%.*s%.3s", (int)(before.length - from), before.at + from, x->text + x->at));
	}
	if (lexer_is(x, ":") && x->end < x->node->length)       /* {n:03d} */
		return without_format(x, before);
	return unfinished(x);
}

/* n =+ 1, m = n--: another way to write an assignment */
static struct message assigned_oddly(struct lexer *x, struct lexer_text before)
{
	const char *s = x->text, *rest = s + x->now.at + x->now.length;
	size_t n = before.length, name = n;
	rest += strspn(rest, " ");
	if (lexer_is(x, "+") && n > 1 && s[n - 1] == '=' && x->now.at == n && s[n - 2] == ' ' && *rest)
		return SAY(WRITE_STATEMENT, arena_print(x->c->a, "%.*s+= %s", (int)n - 1, s, rest));
	bool ends = x->now.kind == TOKEN_END && x->end == x->node->length && n > 2 && s[n - 1] == '-' && s[n - 2] == '-';
	if (!ends || !statement_target(x->c, x->node))
		return NOTHING_TO_SAY;
	for (name = n - 2; isalnum((unsigned char)s[name - 1]) || s[name - 1] == '_'; name--)
		;
	return name == n - 2 ? NOTHING_TO_SAY : SAY(STATEMENT_EACH, arena_word(x->c->a, s, n - 2), arena_print(x->c->a, "%.*s -= 1", (int)(n - 2 - name), s + name));
}

/* What would close the brackets that are open at the end of a text; "": none is. */
static const char *closers(struct lexer *x)
{
	enum { MOST = 16 };
	char open[MOST + 1], quote = 0;
	int depth = 0;
	for (size_t i = 0; i < x->end; i++) {
		const char *brackets = "([{)]}", *is = strchr(brackets, x->text[i]);
		if (quote ? x->text[i] == quote : x->text[i] == '"' || x->text[i] == '\'')
			quote = quote ? 0 : x->text[i];
		else if (quote || !is)
			continue;
		else if (is >= brackets + 3)
			depth--;                /* the right one: others have been found already */
		else if (depth == MOST)
			return "";
		else
			open[depth++] = is[3];
	}
	char *all = arena_get(x->c->a, MOST + 1);
	for (int i = 0; i < depth; i++)
		all[i] = open[depth - 1 - i];
	return all;
}

/* n > 0 and < 5: the name once more */
static const char *compared_again(struct lexer *x, struct lexer_text before)
{
	size_t name = word_length(x->text, x->end), sign = name + strspn(x->text + name, " ");
	bool joined = before.length > 4 && (begins(before.at + before.length - 4, " and") || begins(before.at + before.length - 3, " or"));
	if (!name || !joined || x->end < x->node->length || !strchr("<>=!", x->text[sign]))
		return NULL;
	return arena_print(x->c->a, "%.*s %.*s %.*s", (int)before.length, before.at, (int)name, x->text, (int)(x->end - x->now.at), x->text + x->now.at);
}

struct message unfinished(struct lexer *x)
{
	struct lexer_text before = text_before(x, x->now.at);
	const char *again = lexer_is(x, "<") || lexer_is(x, ">") || lexer_is(x, "<=") || lexer_is(x, ">=") ? compared_again(x, before) : NULL;
	const struct source *s = &x->c->g->source;
	const struct node *n = x->node;
	bool cut = !n->quoted && n->exact && s->text[s->line[n->place.line - 1] + n->place.column - 1 + n->length] == ',';  /* `[n = min(2, 3)]` */
	const char *close = x->now.kind == TOKEN_END && x->end == n->length && !cut ? closers(x) : "";
	const char *number = lexer_is(x, ".") ? number_meant(x->c, arena_print(x->c->a, "0%s", x->text + x->now.at)) : NULL;
	struct message odd = assigned_oddly(x, before);
	bool doubled = before.length && before.at[before.length - 1] == x->text[x->now.at];
	if (odd.sentence)
		return odd;
	if (again)
		return SAY(WRITE_STATEMENT, again);
	if (doubled && (lexer_is(x, "<") || lexer_is(x, ">")))
		return SAY(NO_BITS);
	if (*close)
		return SAY(WRITE_STATEMENT, arena_print(x->c->a, "%.*s%s", (int)x->end, x->text, close));
	if (number)
		return SAY(WRITE_STATEMENT, number);
	return lexer_is(x, "for") ? SAY(NO_COMPREHENSION) : lexer_is(x, "=") ? SAY(COMPARE_WITH) : NOTHING_TO_SAY;
}

/* {n!r}, ~n, n ^ 1: what is no sign here, and stands for nothing else */
struct message sign_remedy(const struct lexer *x)
{
	const char *s = x->text + x->at;
	struct lexer_text before = text_before(x, x->at);
	char last = before.length ? before.at[before.length - 1] : 0;
	bool behind = last && (isalnum((unsigned char)last) || last & 0x80 || strchr("_)]\"'", last));
	if (*s == '!' && behind && x->end < x->node->length && strchr("rsa", s[1]) && (x->at + 2 == x->end || s[2] == ':'))
		return without_format(x, before);
	return *s == '^' || (*s == '~' && !behind) ? SAY(NO_BITS) : NOTHING_TO_SAY;
}

/* n = get q */
static const char *verb_as_value(struct lexer *x, uint32_t at, const char *name)
{
	enum verb verb = verb_find(name);
	const char *into = verb ? statement_target(x->c, x->node) : NULL, *object = x->text + at + strlen(name);
	object += strspn(object, " ");
	if (!into || !word_among(verb_rows[verb].modifiers, "into") || word_length(object, strlen(object)) != strlen(object) || !*object)
		return NULL;
	return arena_print(x->c->a, "{%s: %s, into: %s}", name, object, into);
}

struct message name_remedy(struct lexer *x, uint32_t at, uint32_t length, struct message otherwise)
{
	if (diags_full(x->c->d))
		return otherwise;
	struct lexer_text before = text_before(x, at);
	const char *name = arena_word(x->c->a, x->text + at, length), *line = verb_as_value(x, at, name);
	const char *sign = before.length >= 2 ? before.at + before.length - 2 : "  ";
	bool whole = at + length == x->end;
	size_t next = at + length + strspn(x->text + at + length, " ");
	if (!at && x->node->quoted && verb_find(name) && begins(x->text + length, ": "))        /* - "acquire: door" */
		return SAY(WRITE_STEP, x->text);
	if (x->c->verb == VERB_EXIT && x->node->quoted)
		return SAY(EXIT_CODE_IS);
	const char *open = memrchr(x->text, '(', at);
	bool within = open && open > x->text && isalnum((unsigned char)open[-1]);
	if (next < x->end && x->text[next] == '=' && x->text[next + 1] != '=' && within)        /* f(l, key=abs) */
		return SAY(NO_NAMED_ARGUMENTS);
	if (line)
		return SAY(WRITE_STEP, line);
	if (verb_find(name) && otherwise.sentence == SAY(DECLARE_IT).sentence)  /* if: get buns */
		return SAY(VERB_IS_A_STEP, name);
	if (begins(sign, "//") && sign[-1] == ' ')
		return SAY(COMMENT_FORM);
	if ((begins(sign, "==") || begins(sign, "!=")) && whole && otherwise.sentence == SAY(DECLARE_IT).sentence)
		return SAY(QUOTE_A_TEXT, name);
	return otherwise;
}

/* What stands between the parentheses that open here; NULL: they are not closed, or something follows. */
static const char *arguments(struct lexer *x, uint32_t at)
{
	const char *open = strchr(x->text + at, '('), *close = x->text + x->end;
	while (close[-1] == ' ')
		close--;
	return close > open + 1 && close[-1] == ')' ? arena_word(x->c->a, open + 1, (size_t)(close - open - 2)) : NULL;
}

const char *range_meant(struct compiler *c, const char *args)
{
	int lo = 0, hi, end = 0;
	if (sscanf(args, "%d , %d%n", &lo, &hi, &end) < 2 && (lo = 0, sscanf(args, "%d%n", &hi, &end) < 1))
		return "lo..hi";
	return args[end] ? "lo..hi" : arena_print(c->a, "%d..%d", lo, hi - 1);
}

struct message call_remedy(struct lexer *x, uint32_t at, const char *name, struct message otherwise)
{
	if (diags_full(x->c->d))
		return otherwise;
	const struct symbol *s = name_find(x->c, name);
	const char *args = arguments(x, at), *into = statement_target(x->c, x->node), *here = foreign_function(name);
	enum verb verb = verb_find(name);
	const struct symbol *of = args ? name_find(x->c, args) : NULL;
	if (verb && of && of->kind == SYMBOL_OBJECT && into && word_among(verb_rows[verb].modifiers, "into"))    /* x = get(q) */
		return SAY(WRITE_STEP, arena_print(x->c->a, "{%s: %s, into: %s}", name, args, into));
	if (s && s->kind == SYMBOL_FUNCTION && args && into)
		return SAY(WRITE_STEP, arena_print(x->c->a, *args ? "{call: %s, args: [%s], into: %s}" : "{call: %s%s, into: %s}", name, args, into));
	if (!strcmp(name, "range"))
		return SAY(RANGE_FORM, range_meant(x->c, args ? args : ""));
	if (verb)
		return SAY(VERB_IS_A_STEP, name);
	return here ? SAY(HERE_IT_IS, here) : otherwise;
}
