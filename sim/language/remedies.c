/* What people write who come from Python, C or a shell, and the line to write instead. Nothing here is valid, so nothing
 * is compiled: a text is taken apart as far as it takes to offer the line. */
#include "sim/language/compile.h"
#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum foreign_kind { FOREIGN_VERB, FOREIGN_VALUE, FOREIGN_TRUTH, FOREIGN_SIGN, FOREIGN_FUNCTION, FOREIGN_MODIFIER, FOREIGN_KEY, FOREIGN_KIND,
                    FOREIGN_POLICY };
static const struct { enum foreign_kind kind; size_t length; const char *word, *here; } foreign[] = {
#define FOREIGN(kind, word, here) { FOREIGN_##kind, sizeof word - 1, word, here },
#include "sim/language/foreign.def"
#undef FOREIGN
};
enum { FOREIGNERS = sizeof foreign / sizeof *foreign };

/* Where the rows of a kind begin, and where they end. */
struct rows { int from, to; };

static struct rows rows_of(enum foreign_kind kind)
{
	static struct rows rows[FOREIGN_POLICY + 1];
	static bool known;
	for (int i = 0; i < FOREIGNERS && !known; i++) {
		struct rows *r = &rows[foreign[i].kind];
		assert(!r->to || r->to == i);   /* no others stand between */
		r->from = r->to ? r->from : i;
		r->to = i + 1;
	}
	known = true;
	return rows[kind];
}

static const char *foreign_word(enum foreign_kind kind, const char *word)
{
	struct rows r = rows_of(kind);
	for (int i = r.from; i < r.to; i++)
		if (same_word(foreign[i].word, word))
			return foreign[i].here;
	return NULL;
}

const char *foreign_value(const char *word)
{
	return foreign_word(FOREIGN_VALUE, word);
}

const char *foreign_truth(const char *word)
{
	const char *here = foreign_value(word);
	return here && (*here == 't' || *here == 'f') ? here : foreign_word(FOREIGN_TRUTH, word);
}

const char *foreign_function(const char *word)
{
	return foreign_word(FOREIGN_FUNCTION, word);
}

const char *foreign_kind(const char *word)
{
	return foreign_word(FOREIGN_KIND, word);
}

const char *foreign_policy(const char *word)
{
	return foreign_word(FOREIGN_POLICY, word);
}

const char *foreign_modifier(const char *word, const char *modifiers)
{
	struct rows r = rows_of(FOREIGN_MODIFIER);
	for (int i = r.from; i < r.to; i++)
		if (same_word(foreign[i].word, word) && word_among(modifiers, foreign[i].here))
			return foreign[i].here;
	return NULL;
}

const char *foreign_key(const char *word, enum where where)
{
	struct rows r = rows_of(FOREIGN_KEY);
	for (int i = r.from; i < r.to; i++)
		if (same_word(foreign[i].word, word) && key_here(where, foreign[i].here))
			return foreign[i].here;
	return NULL;
}

const char *foreign_sign(const char *at, size_t left, size_t *length)
{
	struct rows r = rows_of(FOREIGN_SIGN);
	for (int i = r.from; i < r.to; i++)
		if (*foreign[i].word == *at && foreign[i].length <= left && !memcmp(at, foreign[i].word, foreign[i].length)) {
			*length = foreign[i].length;
			return foreign[i].here;
		}
	return NULL;
}

/* ---- pieces of text ---- */

struct piece { const char *at; size_t length; };

static struct piece trim(struct piece p)
{
	while (p.length && isspace((unsigned char)*p.at)) {
		p.at++;
		p.length--;
	}
	while (p.length && isspace((unsigned char)p.at[p.length - 1]))
		p.length--;
	return p;
}

static const char *word_of(struct compiler *c, struct piece p)
{
	p = trim(p);
	return arena_word(c->a, p.at, p.length);
}

static bool ends_with(struct piece p, char ch)
{
	return p.length && p.at[p.length - 1] == ch;
}

static struct piece without_end(struct piece p)
{
	p.length--;
	return trim(p);
}

/* The verb that a word stands for: one of this language, in any case, or of another. */
static enum verb verb_meant(const char *word)
{
	const char *here = foreign_word(FOREIGN_VERB, word);
	for (int v = 1; v < VERB_COUNT; v++)
		if (!strcasecmp(verb_rows[v].word, here ? here : word))
			return v;
	return VERB_NONE;
}

/* ---- the line for a verb and what stands behind it ---- */

/* Would YAML end a text there: with a colon, or with a comment? */
static bool is_cut(const char *s)
{
	for (; *s; s++)
		if ((*s == ':' && isspace((unsigned char)s[1])) || (isspace((unsigned char)*s) && s[1] == '#'))
			return true;
	return false;
}

/* What YAML would take for something else needs quotes. */
static const char *text_text(struct compiler *c, const char *s)
{
	bool format = *s == 'f' && (s[1] == '"' || s[1] == '\'');       /* Python's f"..": the braces are the same here */
	s += format;
	bool quoted = *s && strchr("\"'", *s) && strchr(s + 1, *s);     /* else YAML has cut it at a # */
	bool plain = quoted || (*s && !strchr("\"'{[&*!|>%@`#,?:-", *s) && !is_cut(s));
	return plain ? s : arena_print(c->a, strchr(s, '"') ? "'%s'" : "\"%s\"", s);
}

/* ---- numbers and times ---- */

const char *unit_meant(const char *word)
{
	static const char *const units[][2] = {
		{ "s", "s" }, { "sec", "s" }, { "secs", "s" }, { "second", "s" }, { "seconds", "s" }, { "S", "s" }, { "秒", "s" },
		{ "ms", "ms" }, { "msec", "ms" }, { "millis", "ms" }, { "milliseconds", "ms" }, { "毫秒", "ms" },
		{ "us", "us" }, { "usec", "us" }, { "microseconds", "us" }, { "微秒", "us" },
	};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (!strcmp(word, units[i][0]))
			return units[i][1];
	return NULL;
}

/* 1_000, 0x1F, 1e3, 2min */
static const char *number_elsewhere(struct compiler *c, const char *s)
{
	static const struct { const char *word; int seconds; } units[] = {
		{ "m", 60 }, { "min", 60 }, { "mins", 60 }, { "minute", 60 }, { "minutes", 60 }, { "分", 60 }, { "分钟", 60 },
		{ "h", 3600 }, { "hour", 3600 }, { "hours", 3600 }, { "小时", 3600 },
	};
	enum { LONGEST = 12 };
	size_t n = strlen(s), digits = strspn(s, "0123456789");
	char plain[LONGEST + 1], *end;
	size_t k = 0;
	if (n > LONGEST || !digits)
		return NULL;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (digits < 7 && !strcmp(s + digits, units[i].word))
			return arena_print(c->a, "%lds", strtol(s, NULL, 10) * units[i].seconds);
	for (size_t i = 0; i < n; i++)
		if (s[i] != '_')
			plain[k++] = s[i];
	plain[k] = 0;
	if (k < n && strspn(plain, "0123456789") == k)
		return arena_word(c->a, plain, k);
	if (!strncasecmp(s, "0x", 2) && s[2]) {
		long number = strtol(s, &end, 16);
		return *end ? NULL : arena_print(c->a, "%ld", number);
	}
	if (digits + 2 == n && (s[digits] | 32) == 'e' && isdigit((unsigned char)s[digits + 1]))
		return arena_print(c->a, "%.*s%.*s", (int)digits, s, s[digits + 1] - '0', "000000000");
	return NULL;
}

const char *number_meant(struct compiler *c, const char *s)
{
	const char *other = number_elsewhere(c, s);
	if (other)
		return other;
	size_t digits = strspn(s, "0123456789"), more = s[digits] == '.' ? strspn(s + digits + 1, "0123456789") : 0;
	const char *unit = unit_meant(s + digits + (more ? 1 + more : 0)), *finer = !unit ? NULL : !strcmp(unit, "s") ? "ms" : "us";
	if (digits && !more && unit)
		return arena_print(c->a, "%.*s%s", (int)digits, s, unit);
	if (!digits || !more || !unit || !strcmp(unit, "us") || digits > 6)
		return NULL;
	long whole = strtol(s, NULL, 10), part = 0;
	for (size_t i = 0; i < 3; i++)
		part = part * 10 + (i < more ? s[digits + 1 + i] - '0' : 0);
	return arena_print(c->a, "%ld%s", whole * 1000 + part, finer);
}

/* `sleep 3` is three seconds, as in a shell and in Python; 0.5 are half of one. */
static const char *duration_text(struct compiler *c, const char *s)
{
	bool bare = *s && strspn(s, "0123456789.") == strlen(s);
	const char *meant = number_meant(c, bare ? arena_print(c->a, "%ss", s) : s);
	return meant ? meant : s;
}

static struct message loop_remedy(struct compiler *c, const char *rest)
{
	size_t n = word_length(rest, strlen(rest));
	const char *name = arena_word(c->a, rest, n), *in = strstr(rest + n, " in ");
	if (!n || !in)
		return SAY(WRITE_FOR, "x", "1..3");
	struct piece list = trim((struct piece){ in + 4, strlen(in + 4) });
	if (list.length < 7 || memcmp(list.at, "range(", 6) || !ends_with(list, ')'))
		return SAY(WRITE_FOR, name, word_of(c, list));
	const char *args = word_of(c, (struct piece){ list.at + 6, list.length - 7 });
	return !*args || strchr(args, ',') ? SAY(WRITE_FOR, name, range_meant(c, args)) : SAY(WRITE_COUNTED, args, name);
}

static bool is_constant_truth(const char *s)
{
	return !strcasecmp(s, "true") || !strcmp(s, "1");
}

/* loop: 3 */
static bool is_number_of_times(struct compiler *c, const char *s)
{
	return *s && (strspn(s, "0123456789") == strlen(s) || (is_identifier(s) && name_find(c, s)));
}

static struct message line_for(struct compiler *c, enum verb verb, const char *rest)
{
	if (verb == VERB_FOREVER && is_number_of_times(c, rest))
		verb = VERB_REPEAT;
	const struct verb_row *row = &verb_rows[verb];
	if (verb == VERB_FOR)
		return loop_remedy(c, rest);
	if (verb == VERB_FOREVER || (verb == VERB_WHILE && is_constant_truth(rest)))
		return SAY(WRITE_STEP_AND, "forever:", "do");
	if (verb == VERB_IF)
		return SAY(WRITE_STEP_AND, arena_print(c->a, "if: %s", rest), "then");
	if (!strncmp(row->modifiers, "do", 2))
		return SAY(WRITE_STEP_AND, arena_print(c->a, "%s: %s", row->word, rest), "do");
	if (row->form == FORM_DURATION)
		rest = duration_text(c, rest);
	if (verb == VERB_EXIT && !*rest)
		rest = "0";
	if (row->form == FORM_TEXT)
		rest = text_text(c, rest);
	if (!*rest)
		return SAY(WRITE_OPERAND, row->word);
	return SAY(WRITE_STEP, arena_print(c->a, "%s: %s", row->word, rest));
}

/* ---- a text that was meant as a step ---- */

static bool say_misread(struct compiler *c, const struct node *n, struct message help)
{
	wrong(c, DIAG_VERB, n->place, help, SAY(NOT_A_STEP, n->text));
	return true;
}

/* int n = 3, let n = 3, set n = 3 */
static bool declaration_misread(struct compiler *c, const struct node *n)
{
	static const char *const words[] = { "int", "let", "var", "const", "long", "local", "global", "set", "shared", "private", "bool", "auto" };
	size_t length = word_length(n->text, n->length), after;
	struct piece rest = trim((struct piece){ n->text + length, n->length - length });
	bool is = false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		is |= strlen(words[i]) == length && !memcmp(words[i], n->text, length);
	if (ends_with(rest, ';'))
		rest = without_end(rest);
	after = word_length(rest.at, rest.length);
	while (after < rest.length && rest.at[after] == ' ')
		after++;
	if (!is || !after || n->text[length] != ' ')
		return false;
	if (after == rest.length)       /* int n */
		return say_misread(c, n, SAY(WRITE_STEP, arena_print(c->a, "%s = 0", word_of(c, rest))));
	if (rest.at[after] != '=' || rest.at[after + 1] == '=')
		return false;
	return say_misread(c, n, SAY(WRITE_STEP, word_of(c, rest)));
}

static struct piece without_sign(struct piece p, const char *sign)
{
	size_t n = strlen(sign);
	return p.length > n && !memcmp(p.at, sign, n) ? trim((struct piece){ p.at + n, p.length - n }) : p;
}

/* << "hi" << endl: what stands between the first two signs */
static struct piece printed(struct piece p)
{
	p = without_sign(p, "<<");
	const char *next = memchr(p.at, '<', p.length);
	return next ? trim((struct piece){ p.at, (size_t)(next - p.at) }) : p;
}

/* door, stalls[1]: what is declared by the name that it begins with; NULL: nothing, or it is more than one word. */
static const struct symbol *thing_begun(struct compiler *c, const char *text)
{
	return strchr(text, ' ') ? NULL : name_find(c, arena_word(c->a, text, word_length(text, strlen(text))));
}

/* wait until green, get x from buns, put 3 in buns, acquire door and stalls: as one says it */
static struct message as_spoken(struct compiler *c, const struct verb_row *row, const char *text)
{
	static const char *const between[] = { " from ", " into ", " in ", " to ", " on ", " at " };
	static const char *const before[] = { "until ", "for ", "from ", "on ", "at ", "the " };
	bool item = !strncmp(row->modifiers, "item", 4), into = word_among(row->modifiers, "into");
	for (size_t i = 0; (item || into) && i < sizeof between / sizeof *between; i++) {
		const char *word = strstr(text, between[i]), *of = word ? word + strlen(between[i]) : "";
		const char *what = word ? arena_word(c->a, text, (size_t)(word - text)) : "";
		const struct symbol *s = name_find(c, of);
		bool there = s ? s->kind == SYMBOL_OBJECT : is_identifier(of) && (item || !i);  /* from a queue that is not declared */
		if (there && (item || is_identifier(what)))
			return SAY(WRITE_STEP, arena_print(c->a, "{%s: %s, %s: %s}", row->word, of, item ? "item" : "into", what));
	}
	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		if (!strncmp(text, before[i], strlen(before[i])) && is_identifier(text + strlen(before[i])))
			return SAY(WRITE_STEP, arena_print(c->a, "%s: %s", row->word, text + strlen(before[i])));
	const char *joint = strstr(text, " and "), *comma = strchr(text, ',');
	const char *other = joint ? joint + 5 : comma ? comma + 1 + strspn(comma + 1, " ") : "";
	const char *one = *other ? arena_word(c->a, text, (size_t)((joint ? joint : comma) - text)) : "";
	const struct symbol *second = thing_begun(c, other);
	bool both = thing_begun(c, one) && (second ? !is_variable(second) : joint && is_identifier(other));
	return both && !item ? SAY(STEP_EACH, arena_print(c->a, "%s: %s", row->word, one), arena_print(c->a, "%s: %s", row->word, other)) : NOTHING_TO_SAY;
}

static bool acts_on_things(const struct verb_row *row)
{
	return row->form == FORM_OBJECT || row->form == FORM_PROCESS || row->form == FORM_JOINED;
}

static struct message line_for_things(struct compiler *c, enum verb verb, const char *rest)
{
	struct message so = as_spoken(c, &verb_rows[verb], rest);
	if (so.sentence)
		return so;
	char next = rest[word_length(rest, strlen(rest))];
	bool several = next == ' ' || next == ',';      /* which of them it acts on is not known */
	return several ? SAY(WRITE_OPERAND, verb_rows[verb].word) : line_for(c, verb, rest);
}

/* Where the parenthesis is closed that is open at `at`. */
static size_t closing(const char *s, size_t at, size_t end)
{
	int depth = 0;
	for (size_t i = at; i < end; i++) {
		depth += (s[i] == '(') - (s[i] == ')');
		if (!depth)
			return i + 1;
	}
	return end;
}

/* acquire door; say hi; sleep(3); acquire:door; also of control flow: if n > 0: */
static bool verb_misread(struct compiler *c, const struct node *n)
{
	struct piece all = trim((struct piece){ n->text, n->length });
	size_t length = word_length(all.at, all.length);
	enum verb verb = length ? verb_meant(arena_word(c->a, all.at, length)) : VERB_NONE;
	struct piece rest = trim((struct piece){ all.at + length, all.length - length });
	char next = length < all.length ? all.at[length] : 0;
	if (ends_with(rest, ';'))
		rest = without_end(rest);
	if (!verb || !rest.length)
		return false;
	if (verb_rows[verb].control && (ends_with(rest, ':') || ends_with(rest, '{')))  /* while (n > 0) { */
		rest = without_end(rest);
	if (next == '(' && closing(rest.at, 0, rest.length) == rest.length && ends_with(rest, ')'))
		rest = without_sign(trim((struct piece){ rest.at + 1, rest.length - 2 }), "&");
	else if (verb_rows[verb].form == FORM_TEXT && !strncmp(rest.at, "<<", 2))       /* cout << "hi" << endl */
		rest = printed(rest);
	else if (next == ':')
		rest = trim((struct piece){ rest.at + 1, rest.length - 1 });
	else if (next != ' ' || strchr("=+-*/%<>!.[", *rest.at))
		return false;
	return say_misread(c, n, acts_on_things(&verb_rows[verb]) ? line_for_things(c, verb, word_of(c, rest)) : line_for(c, verb, word_of(c, rest)));
}

/* f(1): a function of the scenario */
static bool call_misread(struct compiler *c, const struct node *n)
{
	size_t length = word_length(n->text, n->length);
	const struct symbol *s = length ? name_find(c, arena_word(c->a, n->text, length)) : NULL;
	if (!s || s->kind != SYMBOL_FUNCTION || n->text[length] != '(' || n->text[n->length - 1] != ')')
		return false;
	const char *args = word_of(c, (struct piece){ n->text + length + 1, n->length - length - 2 });
	return say_misread(c, n, SAY(WRITE_STEP, *args ? arena_print(c->a, "{call: %s, args: [%s]}", s->name, args) :
	                                                 arena_print(c->a, "call: %s", s->name)));
}

/* bank.names: the field of a manager. */
static bool is_field_of_manager(const struct compiler *c, const char *object)
{
	size_t n = word_length(object, strlen(object));
	const struct symbol *s = n && object[n] == '.' ? name_find(c, arena_word(c->a, object, n)) : NULL;
	return s && s->kind == SYMBOL_OBJECT && c->g->object[s->number].kind == KIND_MANAGER && is_identifier(object + n + 1);
}

static struct message request_line(struct compiler *c, const struct verb_row *row, const char *object, const char *args, const char *into)
{
	const char *more = into ? arena_print(c->a, ", into: %s", into) : "";
	if (*args)
		return SAY(WRITE_STEP, arena_print(c->a, "{%s: %s, %s: %s%s}", row->word, object, row->op == OP_POP ? "index" : "item", args, more));
	return SAY(WRITE_STEP, into ? arena_print(c->a, "{%s: %s%s}", row->word, object, more) : arena_print(c->a, "%s: %s", row->word, object));
}

/* The line for object.method(args); into: what the result is for, or NULL. */
static struct message method_line(struct compiler *c, const char *object, const char *method, const char *args, const char *into)
{
	enum verb verb = verb_meant(method);
	const struct verb_row *row = &verb_rows[verb];
	enum verb asked = verb_find(method);
	if (asked != VERB_NONE && verb_rows[asked].form == FORM_FIELD && is_field_of_manager(c, object))
		return request_line(c, &verb_rows[asked], object, args, into);
	const struct symbol *s = name_find(c, object);
	bool variable = is_variable(s);
	if (!strcmp(method, "append") || (variable && (!strcmp(method, "push") || !strcmp(method, "add"))))
		return SAY(WRITE_STEP, arena_print(c->a, "%s += [%s]", object, args));
	if (variable && (!strcmp(method, "pop") || !strcmp(method, "remove") || !strcmp(method, "insert")))
		return SAY(LIST_BY_PARTS);
	if (verb == VERB_NONE || row->control || row->form == FORM_FIELD)
		return NOTHING_TO_SAY;
	if (row->form == FORM_DURATION || row->form == FORM_TEXT)
		return line_for(c, verb, args);
	if (!strncmp(row->modifiers, "item", 4))
		return SAY(WRITE_STEP, arena_print(c->a, "{%s: %s, item: %s}", row->word, object, args));
	if (into && strstr(row->modifiers, "into"))
		return SAY(WRITE_STEP, arena_print(c->a, "{%s: %s, into: %s}", row->word, object, into));
	return SAY(WRITE_STEP, arena_print(c->a, "%s: %s", row->word, object));
}

/* door.release, without its parentheses */
static bool bare_method_misread(struct compiler *c, const struct node *n)
{
	size_t length = word_length(n->text, n->length), end = length;
	if (!length || n->text[length] != '.')
		return false;
	end += 1 + word_length(n->text + length + 1, n->length - length - 1);
	const char *method = arena_word(c->a, n->text + length + 1, end - length - 1);
	enum verb verb = end == n->length ? verb_meant(method) : VERB_NONE;
	if (!verb || verb_rows[verb].control || strstr(verb_rows[verb].modifiers, "item"))
		return false;
	return say_misread(c, n, method_line(c, arena_word(c->a, n->text, length), method, "", NULL));
}

/* door.acquire(): the last dot before the first parenthesis parts object and method */
static bool method_step_misread(struct compiler *c, const struct node *n)
{
	const char *open = strchr(n->text, '('), *dot = open;
	struct piece all = trim((struct piece){ n->text, n->length });
	if (ends_with(all, ';'))
		all = without_end(all);
	while (dot && dot > n->text && *dot != '.')
		dot--;
	if (!dot || dot == n->text || !ends_with(all, ')') || !word_length(n->text, n->length) || isdigit((unsigned char)*n->text))
		return false;
	const char *object = word_of(c, (struct piece){ n->text, (size_t)(dot - n->text) });
	const char *method = word_of(c, (struct piece){ dot + 1, (size_t)(open - dot - 1) });
	const char *args = word_of(c, (struct piece){ open + 1, (size_t)(all.at + all.length - open - 2) });
	struct message help = method_line(c, object, method, args, NULL);
	if (!is_identifier(method) || !help.sentence)
		return false;
	return say_misread(c, n, help);
}

/* n++, n--, ++n */
static bool increment_misread(struct compiler *c, const struct node *n)
{
	struct piece all = trim((struct piece){ n->text, n->length });
	if (ends_with(all, ';'))
		all = without_end(all);
	bool before = all.length > 2 && (!strncmp(all.at, "++", 2) || !strncmp(all.at, "--", 2));
	const char *sign = before ? all.at : all.length > 2 ? all.at + all.length - 2 : "";
	bool plus = !strncmp(sign, "++", 2);
	if (!plus && strncmp(sign, "--", 2))
		return false;
	const char *name = word_of(c, (struct piece){ before ? all.at + 2 : all.at, all.length - 2 });
	wrong(c, DIAG_SYNTAX, yaml_inside(n, (size_t)(sign - n->text), 2), SAY(WRITE_STATEMENT, arena_print(c->a, "%s %s 1", name, plus ? "+=" : "-=")),
	      SAY(NO_INCREMENT, plus ? "++" : "--"));
	return true;
}

/* - a = 1
 *     - b = 2        to YAML that is one text: a = 1 - b = 2 */
static bool step_below(struct compiler *c, const struct node *n)
{
	const struct source *s = &c->g->source;
	if (n->quoted || n->exact || n->place.line >= s->lines || n->length <= n->place.length)
		return false;
	uint32_t line = n->place.line;
	const char *at = s->text + s->line[line];
	size_t blanks = strspn(at, " "), length = strcspn(at, "\r\n");
	if (strncmp(at + blanks, "- ", 2) || blanks + 1 <= n->place.column - 1)
		return false;
	struct place place = { line + 1, (uint32_t)blanks + 1, (uint32_t)(length - blanks) };
	wrong(c, DIAG_YAML, place, SAY(STEP_COLUMN), SAY(STEP_TOO_DEEP));
	return true;
}

bool step_misread(struct compiler *c, const struct node *n)
{
	size_t at = lookalike_find(n->text, n->length);
	if (step_below(c, n))
		return true;
	if (n->quoted || !n->exact || diags_full(c->d))
		return false;
	if (at < n->length) {
		struct lookalike_said said = lookalike_said(c->a, n->text + at);
		wrong(c, DIAG_LOOKALIKE, yaml_inside(n, at, lookalike_at(n->text + at, n->length - at)), said.help, said.message);
		return true;
	}
	if (statement_target(c, n))
		return false;
	return slip_misread(c, n) || increment_misread(c, n) || declaration_misread(c, n) || call_misread(c, n) || verb_misread(c, n) || method_step_misread(c, n) ||
	       bare_method_misread(c, n);
}

/* ---- a key that is no verb ---- */

/* then, else, do, item, ..: the verb that has it. */
const char *modifier_owner(const char *modifier)
{
	size_t n = strlen(modifier);
	for (int v = 1; v < VERB_COUNT; v++)
		for (const char *w = verb_rows[v].modifiers; w && *w; w = strchr(w, ' ') ? strchr(w, ' ') + 1 : NULL)
			if (!strncmp(w, modifier, n) && (w[n] == ' ' || !w[n]))
				return verb_rows[v].word;
	return NULL;
}

/* From there on, without a comment at its end. */
static const char *rest_of_line(struct compiler *c, const struct node *n)
{
	const struct source *s = &c->g->source;
	const char *at = s->text + s->line[n->place.line - 1] + n->place.column - 1;
	size_t length = n->place.length;
	while (!strchr("\r\n", at[length]) && (at[length] != '#' || !isspace((unsigned char)at[length - 1])))
		length++;
	return word_of(c, (struct piece){ at, length });
}

/* n: 1, f: [1], n = get: q, n = a ? b: what is no verb, but a name, or a statement with a colon in it. */
static struct message key_remedy(struct compiler *c, const struct node *key, const struct node *of, struct message otherwise)
{
	const struct symbol *s = name_find(c, key->text);
	const char *given = of->kind == NODE_SCALAR && of->length ? of->text : NULL, *into = statement_target(c, key);
	const char *equals = strchr(key->text, '=');
	if (into)
		name_is_news(c, into);          /* it would have been assigned here: that it was not is said once */
	if (into && strstr(key->text, "lambda "))
		return SAY(WRITE_FUNCTION, into);
	enum verb verb = equals ? verb_meant(word_of(c, (struct piece){ equals + 1, strlen(equals + 1) })) : VERB_NONE;
	if (s && s->kind == SYMBOL_FUNCTION)
		return SAY(WRITE_STEP, given ? arena_print(c->a, "{call: %s, args: [%s]}", s->name, given) : arena_print(c->a, "call: %s", s->name));
	if (s && given && (s->kind == SYMBOL_OBJECT || s->kind == SYMBOL_GROUP) && verb_meant(given))     /* door: acquire */
		return SAY(WRITE_STEP, arena_print(c->a, "%s: %s", verb_rows[verb_meant(given)].word, key->text));
	if (given && is_variable(s))
		return SAY(WRITE_STEP, arena_print(c->a, "%s = %s", key->text, given));
	if (s && given)
		return thing_alone(c, key->text, otherwise);
	enum verb below = of->kind == NODE_MAP && of->count ? verb_find(of->key[0]->text) : VERB_NONE;
	if (is_identifier(key->text) && below && word_among(verb_rows[below].modifiers, "into") && of->item[0]->kind == NODE_SCALAR)
		return SAY(WRITE_STEP, arena_print(c->a, "{%s: %s, into: %s}", of->key[0]->text, of->item[0]->text, key->text));   /* n: {get: q} */
	if (into && verb && given && strstr(verb_rows[verb].modifiers, "into"))
		return SAY(WRITE_STEP, arena_print(c->a, "{%s: %s, into: %s}", verb_rows[verb].word, given, into));
	if (equals && strchr(equals, '{'))      /* d = {a: 1} */
		return SAY(WRITE_STEP, text_text(c, rest_of_line(c, key)));
	if (into && strchr(key->text, '?'))
		return SAY(WRITE_IF_STEP);
	return otherwise;
}

struct message verb_remedy(struct compiler *c, const struct node *key, const struct node *of, struct message otherwise)
{
	const char *s = key->text, *owner = modifier_owner(s);
	size_t length = word_length(s, key->length);
	enum verb verb = length ? verb_meant(arena_word(c->a, s, length)) : VERB_NONE;
	struct piece rest = trim((struct piece){ s + length, key->length - length });
	if (!strncmp(s, "elif", 4) || !strncmp(s, "else if", 7))
		return SAY(WRITE_ELSE_IF);
	if (owner)
		return SAY(BELONGS_BELOW, s, owner);
	if (!strncmp(s, "def ", 4))
		return SAY(WRITE_FUNCTION, arena_word(c->a, s + 4, word_length(s + 4, key->length - 4)));
	if (!verb)
		return key_remedy(c, key, of, otherwise);
	if (rest.length && (s[length] == ' ' || (s[length] == '(' && verb_rows[verb].control)))
		return line_for(c, verb, word_of(c, rest));
	if (rest.length && s[length] == ':')
		return line_for(c, verb, word_of(c, (struct piece){ rest.at + 1, rest.length - 1 }));
	bool counted = verb == VERB_FOREVER && of->kind == NODE_SCALAR && is_number_of_times(c, of->text);
	if (!rest.length && of->kind == NODE_SCALAR && of->length && (!verb_rows[verb].control || counted))
		return line_for(c, verb, of->quoted ? arena_print(c->a, "\"%s\"", of->text) : of->text);
	return rest.length ? otherwise : SAY(DID_YOU_MEAN, verb_rows[verb].word);
}

bool modifier_mistyped(const struct node *step, const struct verb_row *row)
{
	for (size_t i = 0; i < step->count; i++) {
		const char *key = step->key[i]->text, *found = row->modifiers;
		size_t n = strlen(key);
		while ((found = strstr(found, key)) && !((found == row->modifiers || found[-1] == ' ') && (!found[n] || found[n] == ' ')))
			found += n;
		if (!found && strcmp(key, row->word) && !is_for_all_steps(key))
			return true;
	}
	return false;
}

/* ---- what stands behind a verb ---- */

/* put: buns, 3   get: buns -> n   acquire: [door]   wait: 3s */
struct message operand_remedy(struct compiler *c, const struct verb_row *row, const struct node *n)
{
	bool item = !strncmp(row->modifiers, "item", 4), into = strstr(row->modifiers, "into") != NULL;
	int64_t time;
	if (n->kind == NODE_LIST && n->count == 1 && n->item[0]->kind == NODE_SCALAR && name_find(c, n->item[0]->text))
		return SAY(WRITE_STEP, arena_print(c->a, "%s: %s", row->word, n->item[0]->text));
	if (n->kind == NODE_LIST && n->count > 1 && n->item[0]->kind == NODE_SCALAR && n->item[1]->kind == NODE_SCALAR)
		return SAY(STEP_EACH, arena_print(c->a, "%s: %s", row->word, n->item[0]->text), arena_print(c->a, "%s: %s", row->word, n->item[1]->text));
	if (n->kind == NODE_MAP && n->count == 1 && name_find(c, n->key[0]->text))       /* acquire: {door} */
		return SAY(WRITE_STEP, arena_print(c->a, "%s: %s", row->word, n->key[0]->text));
	if (n->kind != NODE_SCALAR || n->quoted)
		return NOTHING_TO_SAY;
	struct message said = as_spoken(c, row, n->text);
	if (said.sentence)
		return said;
	if (row->op == OP_SET && statement_target(c, n))        /* set: n = 1 */
		return SAY(WRITE_STEP, n->text);
	size_t comma = strcspn(n->text, ",");
	if (row->op == OP_SET && is_variable(name_find(c, arena_word(c->a, n->text, comma))) && n->text[comma])         /* set: n, 1 */
		return SAY(WRITE_STEP, arena_print(c->a, "%.*s =%s%s", (int)comma, n->text, n->text[comma + 1] == ' ' ? "" : " ", n->text + comma + 1));
	if (row->op == OP_WAIT && number_read(n->text, n->length, &time))
		return SAY(WRITE_STEP, arena_print(c->a, "sleep: %s", n->text));
	size_t called = word_length(n->text, n->length);
	if (called && !strcmp(n->text + called, "()") && name_find(c, arena_word(c->a, n->text, called)))       /* start: worker() */
		return SAY(WRITE_STEP, arena_print(c->a, "%s: %.*s", row->word, (int)called, n->text));
	if (called && n->text[called] == '.' && n->text[n->length - 1] == ')' && verb_meant(arena_word(c->a, n->text + called + 1, word_length(n->text + called + 1, n->length - called - 1))) == (enum verb)(row - verb_rows) &&
	    name_find(c, arena_word(c->a, n->text, called)))        /* acquire: door.acquire() */
		return SAY(WRITE_STEP, arena_print(c->a, "%s: %.*s", row->word, (int)called, n->text));
	size_t length = strcspn(n->text, " ,"), gap = strspn(n->text + length, " ,->");
	const char *rest = n->text + length + gap;
	if (!strncmp(rest, "into ", 5))
		rest += 5;
	if (!gap || !*rest || strpbrk(n->text, "[]()"))
		return NOTHING_TO_SAY;
	const char *object = arena_word(c->a, n->text, length);
	const struct symbol *s = name_find(c, object);
	bool timed = isdigit((unsigned char)*rest) && number_read(rest, strlen(rest), &time) && !isdigit((unsigned char)rest[strlen(rest) - 1]);
	if (s && s->kind == SYMBOL_OBJECT && timed && word_among(row->modifiers, "timeout"))     /* acquire: door 1s */
		return SAY(WRITE_STEP, arena_print(c->a, "{%s: %s, timeout: %s}", row->word, object, rest));
	if (s && s->kind == SYMBOL_GROUP && row->op == OP_SIGNAL && n->text[length] == ' ' && !strcmp(n->text + length + strspn(n->text + length, " "), "-9"))      /* kill: p -9 */
		return SAY(WRITE_STEP, arena_print(c->a, "kill: %s", object));
	bool apart = s && s->kind == SYMBOL_OBJECT && !strchr("+-*/%<>=!.", *rest);     /* put: buns 3 */
	if (item && (n->text[length] == ',' || apart))
		return SAY(WRITE_STEP, arena_print(c->a, "{%s: %s, item: %s}", row->word, object, rest));
	if (into && is_identifier(rest) && (n->text[length] == ',' || strstr(n->text, "->") || strstr(n->text, " into ")))
		return SAY(WRITE_STEP, arena_print(c->a, "{%s: %s, into: %s}", row->word, object, rest));
	return NOTHING_TO_SAY;
}

/* ---- a line that YAML can't read ---- */

/* if: n > 0:   acquire: door, timeout: 1s */
struct message yaml_remedy(struct arena *a, const char *line, size_t length)
{
	struct compiler c = { .a = a };
	struct piece all = trim((struct piece){ line, length });
	size_t key = word_length(all.at, all.length);
	if (strncmp(all.at + key, ": ", 2))
		return NOTHING_TO_SAY;
	enum verb verb = verb_meant(arena_word(a, all.at, key));
	struct piece given = trim((struct piece){ all.at + key + 1, all.length - key - 1 });
	bool text = !verb || verb_rows[verb].form == FORM_TEXT;         /* there it is more likely to be meant */
	if (!text && ends_with(given, ':'))
		return line_for(&c, verb, word_of(&c, without_end(given)));
	const char *semicolon = memmem(given.at, given.length, "; ", 2);
	size_t next = semicolon ? word_length(semicolon + 2, given.length - (size_t)(semicolon + 2 - given.at)) : 0;
	if (verb && next && semicolon[2 + next] == ':')         /* acquire: door; release: door */
		return SAY(TWO_STEPS, arena_word(a, all.at, (size_t)(semicolon - all.at)),
		           arena_word(a, semicolon + 2, (size_t)(all.at + all.length - semicolon) - 2));
	const char *comma = memchr(given.at, ',', given.length);
	size_t word = comma ? word_length(comma + 1 + (comma[1] == ' '), given.length) : 0;
	if (!text && word && comma[1 + (comma[1] == ' ') + word] == ':')
		return SAY(WRITE_STEP, arena_print(a, "{%.*s}", (int)all.length, all.at));
	return NOTHING_TO_SAY;
}

/* ---- in expressions ---- */

struct message semicolon_remedy(struct compiler *c, const char *text, size_t at, size_t length)
{
	const char *one = word_of(c, (struct piece){ text, at });
	struct piece other = trim((struct piece){ text + at + 1, length - at - 1 });
	if (ends_with(other, ';'))
		other = without_end(other);
	return other.length ? SAY(TWO_STEPS, one, word_of(c, other)) : SAY(LEAVE_OUT_SEMICOLON);
}

struct message functions_help(struct compiler *c)
{
	for (int f = c->functions ? FUNCTION_COUNT : 0; f < FUNCTION_COUNT; f++)
		c->functions = listed(c, c->functions ? c->functions : "", function_rows[f].word);
	return SAY(THE_FUNCTIONS, c->functions);
}

bool method_misread(struct compiler *c, const struct node *n, uint32_t from, uint32_t name_at, const char *method)
{
	size_t open = name_at + strlen(method), end = closing(n->text, open, n->length);
	const char *object = word_of(c, (struct piece){ n->text + from, name_at - 1 - from });
	const char *args = end > open + 1 ? word_of(c, (struct piece){ n->text + open + 1, end - open - 2 }) : "";
	const char *into = statement_target(c, n);
	struct message help = NOTHING_TO_SAY;
	for (int f = 0; f < FUNCTION_COUNT; f++)
		if (!strcmp(function_rows[f].word, method))
			help = SAY(WRITE_CALL, arena_print(c->a, *args ? "%s(%s, %s)" : "%s(%s)", method, object, args));
	const char *called = foreign_function(method);
	if (!help.sentence && called && !*args)
		help = SAY(WRITE_CALL, arena_print(c->a, "%s(%s)", called, object));
	if (!help.sentence)
		help = method_line(c, object, method, args, into ? into : "x");
	return wrong(c, DIAG_SYNTAX, yaml_inside(n, from, end - from), help.sentence ? help : functions_help(c),
	             SAY(NOT_AN_EXPRESSION, arena_word(c->a, n->text + from, end - from)));
}

/* x = q.get: the verb, and where its result goes */
struct message verb_of_field(struct compiler *c, const struct node *n, const char *object, enum verb verb)
{
	const char *into = word_among(verb_rows[verb].modifiers, "into") ? statement_target(c, n) : NULL;
	return SAY(WRITE_STEP, arena_print(c->a, into ? "{%s: %s, into: %s}" : "%s: %s", verb_rows[verb].word, object, into));
}

/* ---- sections ---- */

struct message section_remedy(struct compiler *c, const struct node *n, enum where where)
{
	int64_t number;
	const char *s = n->kind == NODE_SCALAR && n->length && n->exact ? n->text : NULL;
	if (s && where == WHERE_CPU && number_read(s, n->length, &number))
		return SAY(WRITE_STATEMENT, arena_print(c->a, "cpu: {count: %s}", s));
	if (s && where == WHERE_CPU)
		return SAY(WRITE_STATEMENT, arena_print(c->a, "cpu: {policy: %s}", s));
	if (s && where == WHERE_EXERCISE)
		return SAY(WRITE_STATEMENT, arena_print(c->a, "exercise: {task: %s}", s));
	if (n->kind == NODE_LIST && where == WHERE_FUNCTION)
		return SAY(WRITE_STATEMENT, "{params: [], steps: [..]}");
	return SAY(WRITE_MAPPING);
}
