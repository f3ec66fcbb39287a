/* Reading what stands in nodes: numbers, times, truth values, texts in several languages, first
 * values of variables; and the check for unknown keys. */
#include "sim/language/compile.h"
#include <stdlib.h>
#include <string.h>

/* ---- the table of keys ---- */

struct key_row { enum where where; const char *word, *meaning; };
static const struct key_row keys[] = {
#define KEY(where, word, form, meaning) { WHERE_##where, word, meaning },
#include "sim/language/keys.def"
#undef KEY
};
enum { KEYS = sizeof keys / sizeof *keys };

static const char *const where_words[WHERE_COUNT] = {
	[WHERE_SCENARIO] = "at the top level", [WHERE_GROUP] = "in a group of `processes:`", [WHERE_MAIN] = "in `main:`",
	[WHERE_FUNCTION] = "in a function of `functions:`", [WHERE_CPU] = "in `cpu:`",
	[WHERE_EXPECT] = "in an item of `expect:`", [WHERE_EXERCISE] = "in `exercise:`",
};

static bool key_known(enum where where, const char *word)
{
	for (int i = 0; i < KEYS; i++)
		if (keys[i].where == where && !strcmp(keys[i].word, word))
			return true;
	return false;
}

/* The nearest key here; else where such a key belongs; else all that are known here. */
static const char *key_help(struct compiler *c, enum where where, const char *word)
{
	const char *words[KEYS], *all = "";
	size_t n = 0;
	for (int i = 0; i < KEYS; i++)
		if (keys[i].where == where)
			words[n++] = keys[i].word;
	const char *near = word_nearest(word, words, n);
	if (near)
		return diag_help(c->d, "a similar key exists: `%s`", near);
	for (int i = 0; i < KEYS; i++)
		if (!strcmp(keys[i].word, word))
			return diag_help(c->d, "`%s` belongs %s; check the indentation", word, where_words[keys[i].where]);
	for (size_t i = 0; i < n; i++)
		all = arena_print(c->a, "%s%s%s", all, i ? ", " : "", words[i]);
	return diag_help(c->d, "the keys here are: %s", all);
}

bool map_check(struct compiler *c, const struct node *n, enum where where)
{
	if (n->kind != NODE_MAP)
		return wrong(c, DIAG_TYPE, n->place, "write `key: value` lines, indented below it", "a mapping is expected here");
	for (size_t i = 0; i < n->count; i++)
		if (!key_known(where, n->key[i]->text))
			wrong(c, DIAG_KEY, n->key[i]->place, key_help(c, where, n->key[i]->text), "unknown key `%s` %s",
			      n->key[i]->text, where_words[where]);
	return true;
}

/* ---- scalars ---- */

bool read_number(struct compiler *c, const struct node *n, int64_t least, int64_t most, int64_t *out)
{
	if (n->kind != NODE_SCALAR || n->quoted || !number_read(n->text, n->length, out))
		return wrong(c, DIAG_TYPE, n->place, NULL, "a number is expected here");
	if (*out < least || *out > most)
		return wrong(c, DIAG_RANGE, n->place, diag_help(c->d, "the nearest that is allowed is %lld", (long long)(*out < least ? least : most)),
		             "%lld is out of range: %lld to %lld is allowed here", (long long)*out, (long long)least, (long long)most);
	return true;
}

bool read_time(struct compiler *c, const struct node *n, int64_t least, int64_t *out)
{
	if (n->kind != NODE_SCALAR || n->quoted || !number_read(n->text, n->length, out))
		return wrong(c, DIAG_TYPE, n->place, "write a number and a unit: `200ms`, `3s`, `50us`", "a time is expected here");
	if (*out < least)
		return wrong(c, DIAG_RANGE, n->place, NULL, least ? "the time must be more than 0" : "a time can't be negative");
	if (*out > LONGEST_TIME)
		return wrong(c, DIAG_RANGE, n->place, NULL, "a time can't be longer than 1000000000s");
	return true;
}

bool read_truth(struct compiler *c, const struct node *n, bool *out)
{
	bool yes = n->kind == NODE_SCALAR && !n->quoted && !strcmp(n->text, "true");
	if (!yes && (n->kind != NODE_SCALAR || n->quoted || strcmp(n->text, "false")))
		return wrong(c, DIAG_TYPE, n->place, "write `true` or `false`", "a truth value is expected here");
	*out = yes;
	return true;
}

/* ---- texts ---- */

static const struct node *in_language(const struct node *n, const char *language)
{
	const struct node *found = yaml_find(n, language);
	if (!found)
		found = yaml_find(n, "en");
	return found ? found : n->item[0];
}

const struct node *prose_node(struct compiler *c, const struct node *n)
{
	if (n->kind == NODE_MAP && n->count)
		n = in_language(n, c->language);
	if (n->kind == NODE_SCALAR)
		return n;
	wrong(c, DIAG_TYPE, n->place, "write a text, or one for each language: {en: .., zh: ..}", "a text is expected here");
	return NULL;
}

const char *prose(struct compiler *c, const struct node *n)
{
	n = prose_node(c, n);
	return n ? n->text : NULL;
}

const char **prose_list(struct compiler *c, const struct node *n, uint32_t *count)
{
	const char **list = arena_get(c->a, (n->count + 1) * sizeof *list);
	*count = 0;
	if (n->kind != NODE_LIST) {
		wrong(c, DIAG_TYPE, n->place, "write each as an item: `- text`", "a list of texts is expected here");
		return list;
	}
	for (size_t i = 0; i < n->count; i++)
		if ((list[*count] = prose(c, n->item[i])))
			++*count;
	return list;
}

/* ---- first values ---- */

static value first_scalar(struct compiler *c, const struct node *n)
{
	int64_t number;
	if (n->quoted)
		return pool_text(c->g->pool, n->text, n->length);
	if (!strcmp(n->text, "true") || !strcmp(n->text, "false"))
		return value_bool(*n->text == 't');
	if (!strcmp(n->text, "none") || !n->length)
		return VALUE_NONE;
	if (number_read(n->text, n->length, &number))
		return pool_int(c->g->pool, number);
	size_t digits = strspn(n->text + (*n->text == '-'), "0123456789");
	if (digits && !n->text[digits + (*n->text == '-')])
		wrong(c, DIAG_RANGE, n->place, NULL, "the number does not fit into 64 bits");
	return pool_text(c->g->pool, n->text, n->length);
}

value first_value(struct compiler *c, const struct node *n)
{
	if (n->kind == NODE_SCALAR)
		return first_scalar(c, n);
	if (n->kind == NODE_MAP) {
		wrong(c, DIAG_TYPE, n->place, "a record lives in a manager: `objects: {bank: {manager: {..}}}`",
		      "a number, a text, `true`, `false`, `none` or a list is expected here");
		return VALUE_UNSET;
	}
	value *list = arena_get(c->a, (n->count + 1) * sizeof *list);
	for (size_t i = 0; i < n->count; i++)
		if (!(list[i] = first_value(c, n->item[i])))
			return VALUE_UNSET;
	return pool_list(c->g->pool, list, n->count);
}
