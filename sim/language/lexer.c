/* The words of expressions. */
#include "sim/language/compile.h"
#include <ctype.h>
#include <string.h>

/* Longest first, so that the first match is the right one. */
static const char *const signs[] = { "//=", "==", "!=", "<=", ">=", "+=", "-=", "*=", "%=", "//", "..", "+", "-", "*", "%",
                                     "<", ">", "=", "(", ")", "[", "]", ",", ".", "{", "}", ":" };

enum { LONGEST_OFFER = 200, WIDE_0 = 0xff10 };

/* Inside of `[..]` and `{..}` YAML ends a text at a comma, also at one between brackets: the whole is offered in quotes. */
static struct message cut_at_comma(struct lexer *x, struct place *offered)
{
	const struct source *s = &x->c->g->source;
	const struct node *n = x->node;
	if (n->quoted || !n->exact || diags_full(x->c->d))
		return NOTHING_TO_SAY;
	uint32_t from = s->line[n->place.line - 1] + (uint32_t)n->place.column - 1, to = from + (uint32_t)n->length;
	if (s->text[to] != ',')
		return NOTHING_TO_SAY;
	int open = 0;
	for (to = from; s->text[to] && s->text[to] != '\n'; to++) {
		if (to - from == LONGEST_OFFER)
			return NOTHING_TO_SAY;
		open += s->text[to] == '(';
		open -= s->text[to] == ')';
		if (!open && strchr(",]}", s->text[to]))
			break;
	}
	if (open)                       /* the brackets around it would be in the quotes, too */
		return NOTHING_TO_SAY;
	*offered = n->place;
	offered->length = to - from;
	char quote = memchr(s->text + from, '"', to - from) ? '\'' : '"';
	return SAY(COMMA_ENDS_IT, arena_print(x->c->a, "%c%.*s%c", quote, (int)(to - from), s->text + from, quote));
}

bool lexer_error(struct lexer *x, struct token t, struct message help, struct message expected)
{
	struct place place = yaml_inside(x->node, t.at, t.length ? t.length : 1);
	const char *what = say_word(x->c->a, expected);
	if (t.kind == TOKEN_END) {
		struct place offered = x->c->offered;
		wrong(x->c, DIAG_SYNTAX, place, help.sentence ? help : cut_at_comma(x, &offered), SAY(EXPECTED_AT_END, what));
		x->c->offered = offered;        /* further reports on its parts add nothing */
		return false;
	}
	if (t.kind != TOKEN_BAD)
		wrong(x->c, DIAG_SYNTAX, place, help, SAY(EXPECTED_INSTEAD, what, arena_word(x->c->a, x->text + t.at, t.length)));
	return false;
}

static bool unit_of(const char *s, size_t n, int64_t *unit)
{
	static const struct { const char *word; int64_t micros; } units[] = { { "us", 1 }, { "ms", 1000 }, { "s", 1000000 } };
	for (size_t i = 0; i < 3; i++)
		if (strlen(units[i].word) == n && !memcmp(s, units[i].word, n)) {
			*unit = units[i].micros;
			return true;
		}
	return false;
}

bool time_too_long(const char *s)
{
	int64_t unit;
	size_t digits = strspn(s, "0123456789");
	return digits && unit_of(s + digits, strlen(s + digits), &unit);
}

bool number_read(const char *s, size_t length, int64_t *out)
{
	size_t i = 0, digits = 0;
	bool minus = length && s[0] == '-';
	int64_t n = 0, unit = 1;
	for (i = minus; i < length && isdigit((unsigned char)s[i]); i++, digits++)
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_sub_overflow(n, s[i] - '0', &n))
			return false;           /* counted below zero: the range reaches further there */
	if (!digits || (i < length && !unit_of(s + i, length - i, &unit)))
		return false;
	if (__builtin_mul_overflow(n, unit, &n) || (!minus && n == INT64_MIN))
		return false;
	*out = minus ? n : -n;
	return true;
}

static void read_word(struct lexer *x)
{
	uint32_t from = x->at;
	x->at += (uint32_t)word_length(x->text + x->at, x->end - x->at);
	if (isdigit((unsigned char)x->text[from]) && x->at + 1 < x->end && x->text[x->at] == '.' &&
	    isdigit((unsigned char)x->text[x->at + 1]))             /* 1.5 is reported as a whole */
		x->at += 1 + (uint32_t)word_length(x->text + x->at + 1, x->end - x->at - 1);
	x->now.length = x->at - from;
	x->now.text = arena_word(x->c->a, x->text + from, x->now.length);
	if (!isdigit((unsigned char)x->text[from])) {
		x->now.kind = TOKEN_NAME;
	} else if (number_read(x->now.text, x->now.length, &x->now.number)) {
		x->now.kind = TOKEN_NUMBER;
	} else {
		const char *meant = number_meant(x->c, x->now.text);
		struct place place = yaml_inside(x->node, from, x->now.length);
		if (time_too_long(x->now.text))
			wrong(x->c, DIAG_RANGE, place, NOTHING_TO_SAY, SAY(TIME_TOO_LONG));
		else
			wrong(x->c, DIAG_SYNTAX, place, meant ? SAY(WRITE_STATEMENT, meant) : SAY(NUMBER_FORM),
			      SAY(NOT_A_NUMBER, x->now.text));
		x->now.kind = TOKEN_BAD;
	}
}

/* "text" or 'text'; its braces are parsed by the caller that wants them. */
static void read_text(struct lexer *x)
{
	char quote = x->text[x->at];
	uint32_t from = x->at++;
	while (x->at < x->end && x->text[x->at] != quote)
		x->at++;
	x->now.kind = TOKEN_TEXT;
	x->now.text = arena_word(x->c->a, x->text + from + 1, x->at - from - 1);
	if (x->at < x->end) {
		x->at++;
	} else {
		wrong(x->c, DIAG_SYNTAX, yaml_inside(x->node, from, 1), SAY(CLOSE_QUOTE), SAY(TEXT_NEVER_ENDS));
		x->now.kind = TOKEN_BAD;
	}
	x->now.length = x->at - from;
}

static void read_bad(struct lexer *x, uint32_t length, struct message help, enum diag_id id, struct message message)
{
	wrong(x->c, id, yaml_inside(x->node, x->at, length), help, message);
	x->now = (struct token){ TOKEN_BAD, x->at, length, 0, "" };
	x->at = x->end;
}

/* A character that only looks right, or a sign of another language that is longer than one of this. */
static bool read_foreign(struct lexer *x, size_t known)
{
	const char *s = x->text + x->at, *here;
	size_t left = x->end - x->at, length = lookalike_at(s, left);
	if (length) {
		struct lookalike_said said = lookalike_said(x->c->a, s);
		read_bad(x, (uint32_t)length, said.help, DIAG_LOOKALIKE, said.message);
	} else if (sign_remedy(x).sentence) {
		read_bad(x, 1, sign_remedy(x), DIAG_SYNTAX, SAY(NO_SUCH_SIGN, arena_word(x->c->a, s, 1)));
	} else if (left > 1 && *s == '*' && s[1] == '*') {
		read_bad(x, 2, SAY(NO_POWER), DIAG_SYNTAX, SAY(NO_SUCH_SIGN, "**"));
	} else if (*s == ';') {
		read_bad(x, 1, semicolon_remedy(x->c, x->text, x->at, x->end), DIAG_SYNTAX, SAY(NO_SEMICOLON));
	} else if ((here = foreign_sign(s, left, &length)) && length > known) {
		read_bad(x, (uint32_t)length, SAY(HERE_IT_IS, here), DIAG_SYNTAX, SAY(NO_SUCH_SIGN, arena_word(x->c->a, s, length)));
	} else {
		return false;
	}
	return true;
}

static const char *known_sign(const char *s, size_t left)
{
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (*signs[i] == *s && strlen(signs[i]) <= left && !memcmp(s, signs[i], strlen(signs[i])))
			return signs[i];
	return NULL;
}

static void read_sign(struct lexer *x)
{
	const char *sign = known_sign(x->text + x->at, x->end - x->at);
	uint32_t n = sign ? (uint32_t)strlen(sign) : 0;
	if (read_foreign(x, n))
		return;
	if (!sign) {
		read_bad(x, 1, x->text[x->at] == '#' ? SAY(COMMENT_FORM) : NOTHING_TO_SAY, DIAG_SYNTAX, SAY(NO_MEANING, arena_word(x->c->a, x->text + x->at, 1)));
		return;
	}
	x->now = (struct token){ TOKEN_SIGN, x->at, n, 0, sign };
	x->at += n;
}

void lexer_next(struct lexer *x)
{
	while (x->at < x->end && isspace((unsigned char)x->text[x->at]))
		x->at++;
	x->now = (struct token){ .kind = TOKEN_END, .at = x->at, .text = "" };
	if (x->at >= x->end)
		return;
	char ch = x->text[x->at];
	uint32_t code;
	utf8_next(x->text + x->at, &code);
	if (code >= WIDE_0 && code <= WIDE_0 + 9) {             /* a digit begins no name */
		struct lookalike_said said = lookalike_said(x->c->a, x->text + x->at);
		read_bad(x, 3, said.help, DIAG_LOOKALIKE, said.message);
		return;
	}
	if (x->c->open && !strncmp(x->text + x->at, blank_mark, strlen(blank_mark)))
		x->now = (struct token){ TOKEN_SIGN, x->at, (uint32_t)strlen(blank_mark), 0, blank_mark };
	if (x->now.length)
		x->at += x->now.length;
	else if (word_length(x->text + x->at, x->end - x->at))
		read_word(x);
	else if (ch == '"' || ch == '\'')
		read_text(x);
	else
		read_sign(x);
}

void lexer_init(struct lexer *x, struct compiler *c, const struct node *n, uint32_t from, uint32_t to)
{
	*x = (struct lexer){ .c = c, .node = n, .text = n->text, .at = from, .end = to };
	lexer_next(x);
}

bool lexer_is(const struct lexer *x, const char *s)
{
	return (x->now.kind == TOKEN_SIGN || x->now.kind == TOKEN_NAME) && !strcmp(x->now.text, s);
}

bool lexer_skip(struct lexer *x, const char *s)
{
	bool is = lexer_is(x, s);
	if (is)
		lexer_next(x);
	return is;
}
