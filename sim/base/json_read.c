/* JSON, read by descent. */
#include "sim/base/json_read.h"
#include <string.h>
#include "sim/base/text.h"

struct reader { struct arena *arena; const char *at, *end; int depth, values; };

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r'))
		r->at++;
}

static bool take(struct reader *r, char c)
{
	if (r->at >= r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static bool take_word(struct reader *r, const char *word)
{
	size_t n = strlen(word);
	if ((size_t)(r->end - r->at) < n || memcmp(r->at, word, n))
		return false;
	r->at += n;
	return true;
}

/* ---- numbers ---- */

static bool take_digits(struct reader *r)
{
	const char *from = r->at;
	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return r->at > from;
}

static bool take_number(struct reader *r)
{
	take(r, '-');
	if (!take(r, '0') && !take_digits(r))
		return false;
	if (take(r, '.') && !take_digits(r))
		return false;
	if (!take(r, 'e') && !take(r, 'E'))
		return true;
	if (!take(r, '+'))
		take(r, '-');
	return take_digits(r);
}

/* ---- texts ---- */

/* Four hexadecimal digits. */
static bool take_unit(struct reader *r, uint32_t *unit)
{
	*unit = 0;
	for (int i = 0; i < 4; i++, r->at++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit = r->at < r->end && *r->at ? strchr(digits, *r->at | (*r->at >= 'A' && *r->at <= 'F' ? 32 : 0)) : NULL;
		if (!digit)
			return false;
		*unit = *unit << 4 | (uint32_t)(digit - digits);
	}
	return true;
}

/* Behind \u: a code point, perhaps of two units. */
static bool take_code(struct reader *r, uint32_t *code)
{
	uint32_t low;
	if (!take_unit(r, code))
		return false;
	if (*code < 0xd800 || *code > 0xdfff)
		return true;
	const char *behind = r->at;
	if (*code < 0xdc00 && take_word(r, "\\u")) {
		if (!take_unit(r, &low))
			return false;
		if (low >= 0xdc00 && low <= 0xdfff) {
			*code = 0x10000 + ((*code & 0x3ff) << 10) + (low & 0x3ff);
			return true;
		}
		r->at = behind;
	}
	*code = 0xfffd;
	return true;
}

static bool take_escape(struct reader *r, struct text *t)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	uint32_t code;
	if (take(r, 'u')) {
		if (!take_code(r, &code))
			return false;
		text_code(t, code);
		return true;
	}
	const char *letter = r->at < r->end && *r->at ? strchr(letters, *r->at) : NULL;
	if (!letter)
		return false;
	r->at++;
	text_char(t, meant[letter - letters]);
	return true;
}

/* One character, which must be UTF-8; at the end, nothing behind the last byte is read. */
static bool take_character(struct reader *r, struct text *t)
{
	char one[5] = "";
	uint32_t code;
	size_t left = (size_t)(r->end - r->at);
	memcpy(one, r->at, left < 4 ? left : 4);
	int bytes = utf8_next(one, &code);
	if (bytes < 1 || code < 0x20 || (bytes == 1 && code >= 0x80))
		return false;
	text_add(t, r->at, (size_t)bytes);
	r->at += bytes;
	return true;
}

static bool take_rest_of_text(struct reader *r, struct text *t)
{
	while (r->at < r->end) {
		const char *plain = r->at;
		while (plain < r->end && *plain >= ' ' && *plain < 0x7f && *plain != '"' && *plain != '\\')
			plain++;
		text_add(t, r->at, (size_t)(plain - r->at));
		r->at = plain;
		if (take(r, '"'))
			return true;
		if (take(r, '\\') ? !take_escape(r, t) : r->at < r->end && !take_character(r, t))
			return false;
	}
	return false;
}

static const char *take_text(struct reader *r, size_t *length)
{
	struct text t = { 0 };
	const char *text = NULL;
	if (take(r, '"') && take_rest_of_text(r, &t)) {
		text = arena_word(r->arena, text_is(&t), t.length);
		*length = t.length;
	}
	text_free(&t);
	return text;
}

/* ---- values ---- */

static struct json_node *take_value(struct reader *r);

static bool take_key(struct reader *r, const char **key)
{
	size_t length;
	skip_blanks(r);
	*key = take_text(r, &length);
	skip_blanks(r);
	return *key && take(r, ':');
}

/* Behind the bracket: what is in it, and the other bracket. */
static bool take_parts(struct reader *r, struct json_node *in, char close)
{
	struct json_node **to = &in->first;
	const char *key = NULL;
	skip_blanks(r);
	if (take(r, close))
		return true;
	do {
		if (close == '}' && !take_key(r, &key))
			return false;
		*to = take_value(r);
		if (!*to)
			return false;
		(*to)->key = key;
		to = &(*to)->next;
	} while (take(r, ','));
	return take(r, close);
}

static bool take_nested(struct reader *r, struct json_node *n, char close)
{
	n->kind = close == ']' ? JSON_LIST : JSON_MAP;
	r->at++;
	if (++r->depth > JSON_DEPTH || !take_parts(r, n, close))
		return false;
	r->depth--;
	return true;
}

static bool take_plain(struct reader *r, struct json_node *n)
{
	static const struct { const char *word; enum json_kind kind; } words[] = { { "null", JSON_NULL }, { "false", JSON_FALSE }, { "true", JSON_TRUE } };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (take_word(r, words[i].word)) {
			n->kind = words[i].kind;
			return true;
		}
	n->kind = JSON_NUMBER;
	return take_number(r);
}

/* A value, and the blanks around it; NULL: there is none. */
static struct json_node *take_value(struct reader *r)
{
	skip_blanks(r);
	if (r->at >= r->end || ++r->values > JSON_VALUES)
		return NULL;
	struct json_node *n = arena_get(r->arena, sizeof *n);
	bool good;
	n->raw = r->at;
	switch (*r->at) {
	case '[': good = take_nested(r, n, ']'); break;
	case '{': good = take_nested(r, n, '}'); break;
	case '"':
		n->kind = JSON_TEXT;
		n->text = take_text(r, &n->length);
		good = n->text;
		break;
	default:
		good = take_plain(r, n);
	}
	n->raw_length = (size_t)(r->at - n->raw);
	skip_blanks(r);
	return good ? n : NULL;
}

struct json_node *json_read(struct arena *a, const char *text, size_t length)
{
	struct reader r = { .arena = a, .at = text, .end = text + length };
	struct json_node *n = take_value(&r);
	return r.at == r.end ? n : NULL;
}

/* ---- asking ---- */

static const struct json_node *find(const struct json_node *n, const char *key, size_t length)
{
	for (n = n && n->kind == JSON_MAP ? n->first : NULL; n; n = n->next)
		if (!strncmp(n->key, key, length) && !n->key[length])
			return n;
	return NULL;
}

const struct json_node *json_find(const struct json_node *n, const char *key)
{
	return find(n, key, strlen(key));
}

const struct json_node *json_path(const struct json_node *n, const char *path)
{
	for (size_t length; *path; path += length + (path[length] == '.')) {
		length = strcspn(path, ".");
		n = find(n, path, length);
	}
	return n;
}

const char *json_word(const struct json_node *n)
{
	return n && n->kind == JSON_TEXT ? n->text : NULL;
}

bool json_int(const struct json_node *n, int64_t *out)
{
	const char *s = n ? n->raw : NULL;
	bool negative = s && *s == '-';
	size_t digits = n ? n->raw_length - negative : 0;
	int64_t sum = 0;
	if (!n || n->kind != JSON_NUMBER || digits > 18)
		return false;
	for (s += negative; digits; digits--, s++) {
		if (*s < '0' || *s > '9')
			return false;
		sum = 10 * sum + (*s - '0');
	}
	*out = negative ? -sum : sum;
	return true;
}
