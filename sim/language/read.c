/* Reading what stands in nodes: numbers, times, truth values, texts in several languages, first
 * values of variables; and the check for unknown keys. */
#include "sim/language/compile.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- the table of keys ---- */

struct key_row { enum where where; const char *word; };
static const struct key_row keys[] = {
#define KEY(where, word, form, meaning, zh) { WHERE_##where, word },
#include "sim/language/keys.def"
#undef KEY
};
enum { KEYS = sizeof keys / sizeof *keys, LONGEST_LINE = 72 };

static const char *where_said(enum where where)
{
	switch (where) {
	case WHERE_SCENARIO: return spoken("at the top level", "顶层");
	case WHERE_GROUP:    return spoken("in a group of `processes:`", "`processes:` 的进程组里");
	case WHERE_MAIN:     return spoken("in `main:`", "`main:` 里");
	case WHERE_FUNCTION: return spoken("in a function of `functions:`", "`functions:` 的函数里");
	case WHERE_CPU:      return spoken("in `cpu:`", "`cpu:` 里");
	case WHERE_EXPECT:   return spoken("in an item of `expect:`", "`expect:` 的一项里");
	default:             return spoken("in `exercise:`", "`exercise:` 里");
	}
}

bool key_here(enum where where, const char *word)
{
	for (int i = 0; i < KEYS; i++)
		if (keys[i].where == where && same_word(keys[i].word, word))
			return true;
	return false;
}

/* The kinds of objects whose long form has this key; NULL: none has. */
const char *kinds_having(struct compiler *c, const char *key)
{
	const char *all = "";
	for (int k = 1; k < KIND_COUNT; k++)
		if (word_among(kind_rows[k].keys, key))
			all = listed(c, all, kind_rows[k].word);
	return *all ? all : NULL;
}

/* The nearest key here; else where such a key belongs; else all that are known here. */
struct message key_meant(struct compiler *c, enum where where, const char *word)
{
	const char *words[KEYS], *all = "";
	size_t n = 0;
	if (diags_full(c->d))
		return NOTHING_TO_SAY;
	for (int i = 0; i < KEYS; i++)
		if (keys[i].where == where)
			words[n++] = keys[i].word;
	const char *near = name_nearest(c, word, words, n);
	if (verb_find(word) && (where == WHERE_GROUP || where == WHERE_FUNCTION))
		return SAY(STEP_BELOW_STEPS);
	if (!strcasecmp(word, "true") && (where == WHERE_GROUP || where == WHERE_MAIN))
		return SAY(KEY_ON_MISREAD);
	const char *here = foreign_key(word, where);
	if (here)
		return SAY(HERE_IT_IS, here);
	if (near)
		return SAY(DID_YOU_MEAN, near);
	for (int i = 0; i < KEYS; i++)
		if (!strcmp(keys[i].word, word))
			return SAY(KEY_BELONGS, word, where_said(keys[i].where));
	if (*word == '-' && is_identifier(word + 1))
		return SAY(BLANK_AFTER_DASH, word + 1);
	if (where == WHERE_EXPECT && !strcmp(word, "never"))
		return SAY(WRITE_STEP, "always: not (..)");
	if (kinds_having(c, word))
		return SAY(KEY_OF_KINDS, word, kinds_having(c, word));
	for (size_t i = 0; i < n; i++)
		all = listed(c, all, words[i]);
	return SAY(KEYS_HERE, all);
}

/* n:0, shared:{n: 1}: to YAML the key goes on behind the colon; what stands in brackets, to the end of the line. */
bool key_glued(struct compiler *c, const struct node *key)
{
	size_t colon = key->kind == NODE_SCALAR ? word_length(key->text, key->length) : 0;
	if (key->quoted || !key->exact || !colon || key->text[colon] != ':' || diags_full(c->d))
		return false;
	const struct source *s = &c->g->source;
	const char *at = s->text + s->line[key->place.line - 1] + key->place.column - 1;
	bool bracket = strpbrk(key->text + colon, "[{") != NULL;
	int rest = bracket ? (int)strcspn(at + colon + 1, "\r\n") : (int)(key->length - colon - 1);
	return !wrong(c, DIAG_YAML, yaml_inside(key, colon, 1), rest > LONGEST_LINE ? NOTHING_TO_SAY :
	              SAY(BLANK_AFTER_COLON, arena_print(c->a, "%.*s: %.*s", (int)colon, at, rest, at + colon + 1)), SAY(BLANK_MISSING));
}

static bool blank_missing(struct compiler *c, enum where where, const struct node *key)
{
	return key_here(where, arena_word(c->a, key->text, strcspn(key->text, ":"))) && key_glued(c, key);
}

/* What looks like a colon, but is another character: it is part of the key. */
bool key_lookalike(struct compiler *c, const struct node *key)
{
	size_t at = lookalike_find(key->text, key->length);
	if (at == key->length)
		return false;
	struct lookalike_said said = lookalike_said(c->a, key->text + at);
	return !wrong(c, DIAG_LOOKALIKE, yaml_inside(key, at, lookalike_at(key->text + at, key->length - at)), said.help, said.message);
}

/* By key of the root: the section that is meant by it; NULL: the one that it says, or none. Looked for once, however many are asked for. */
static const char **sections_meant(struct compiler *c, const struct node *root)
{
	const char *words[KEYS];
	size_t n = 0;
	if (c->section)
		return c->section;
	for (int i = 0; i < KEYS; i++)
		if (keys[i].where == WHERE_SCENARIO)
			words[n++] = keys[i].word;
	c->section = arena_get(c->a, (root->count + 1) * sizeof *c->section);
	for (size_t i = 0; i < root->count && !diags_full(c->d); i++) {
		const char *key = root->key[i]->text, *here = foreign_key(key, WHERE_SCENARIO);
		c->section[i] = here || key_here(WHERE_SCENARIO, key) ? here : name_nearest(c, key, words, n);
	}
	return c->section;
}

const struct node *section_find(struct compiler *c, const struct node *root, const char *word)
{
	const struct node *found = yaml_find(root, word);
	const char **section = found ? NULL : sections_meant(c, root);
	for (size_t i = 0; !found && i < root->count; i++) {
		bool meant = section[i] && !strcmp(section[i], word);
		if (meant && root->item[i]->kind == NODE_MAP)
			found = root->item[i];
		c->section_lost |= meant && !found;
	}
	return found;
}

bool key_misplaced(struct compiler *c, const struct node *key, const struct node *n)
{
	bool program = n->kind == NODE_MAP && (yaml_find(n, "steps") || yaml_find(n, "call"));
	enum where where = key_here(WHERE_SCENARIO, key->text) ? WHERE_SCENARIO : key_here(WHERE_GROUP, key->text) ? WHERE_GROUP : WHERE_COUNT;
	if (program || where == WHERE_COUNT)
		return false;
	wrong(c, DIAG_KEY, key->place, SAY(KEY_BELONGS, key->text, where_said(where)), SAY(UNKNOWN_KEY, key->text));
	return true;
}

static bool stands_for(const char *key, const char *word, enum where where)
{
	const char *here = foreign_key(key, where);
	return here && !strcmp(here, word);
}

const struct node *key_find(const struct node *n, const char *word, enum where where)
{
	const struct node *found = yaml_find(n, word);
	for (size_t i = 0; !found && n->kind == NODE_MAP && i < n->count; i++)
		if (!key_here(where, n->key[i]->text) && stands_for(n->key[i]->text, word, where))
			found = n->item[i];
	return found;
}

bool section_meant(struct compiler *c, const struct node *root, const char *word)
{
	for (size_t i = 0; i < root->count && !diags_full(c->d); i++)
		if (!key_here(WHERE_SCENARIO, root->key[i]->text) && (name_nearest(c, root->key[i]->text, &word, 1) || stands_for(root->key[i]->text, word, WHERE_SCENARIO)))
			return true;
	return false;
}

bool map_check(struct compiler *c, const struct node *n, enum where where)
{
	if (n->kind != NODE_MAP)
		return wrong(c, DIAG_TYPE, n->place, section_remedy(c, n, where), SAY(MAPPING_EXPECTED));
	for (size_t i = 0; i < n->count; i++)
		if (!key_here(where, n->key[i]->text) && !blank_missing(c, where, n->key[i]) && !key_lookalike(c, n->key[i]))
			wrong(c, DIAG_KEY, n->key[i]->place, key_meant(c, where, n->key[i]->text),
			      SAY(UNKNOWN_KEY_IN, n->key[i]->text, where_said(where)));
	return true;
}

/* ---- scalars ---- */

/* A word where a number belongs: a parameter, mistyped perhaps. */
static struct message number_help(struct compiler *c, const struct node *n)
{
	const char **words = arena_get(c->a, (c->g->params + 1) * sizeof *words);
	for (size_t i = 0; i < c->g->params; i++)
		words[i] = c->g->param[i].name;
	const char *near = n->kind == NODE_SCALAR && !n->quoted && is_identifier(n->text) ? name_nearest(c, n->text, words, c->g->params) : NULL;
	return near ? SAY(DID_YOU_MEAN, near) : NOTHING_TO_SAY;
}

bool read_number(struct compiler *c, const struct node *n, int64_t least, int64_t most, int64_t *out)
{
	if (is_of_params(c, n)) {
		if (!params_number(c, n, out))
			return false;
	} else if (n->kind != NODE_SCALAR || n->quoted || !number_read(n->text, n->length, out)) {
		return wrong(c, DIAG_TYPE, n->place, number_help(c, n), SAY(NUMBER_EXPECTED));
	}
	if (*out < least || *out > most)
		return wrong(c, DIAG_RANGE, n->place, SAY(NEAREST_ALLOWED, (*out < least ? least : most)),
		             SAY(OUT_OF_RANGE, *out, least, most));
	return true;
}

void time_without_unit(struct compiler *c, struct place place, const char *text)
{
	size_t digits = strspn(text, "0123456789");
	bool few = digits < 2;                  /* 3 is rather meant as seconds, 100 as milliseconds */
	if (digits && !text[digits])
		wrong(c, DIAG_UNIT, place, SAY(WRITE_UNIT, arena_print(c->a, few ? "%ss" : "%sms", text), arena_print(c->a, few ? "%sms" : "%ss", text),
		                               arena_print(c->a, "%sus", text)), SAY(TIME_NO_UNIT, text));
}

bool read_time(struct compiler *c, const struct node *n, int64_t least, int64_t *out)
{
	bool computed = is_of_params(c, n), plain = n->kind == NODE_SCALAR && !n->quoted;
	if (computed) {
		if (!params_number(c, n, out))
			return false;
	} else if (!plain || !number_read(n->text, n->length, out)) {
		if (plain && time_too_long(n->text))
			return wrong(c, DIAG_RANGE, n->place, NOTHING_TO_SAY, SAY(TIME_TOO_LONG));
		return wrong(c, DIAG_TYPE, n->place, SAY(WRITE_TIME), SAY(TIME_EXPECTED));
	}
	if (*out < least)
		return wrong(c, DIAG_RANGE, n->place, NOTHING_TO_SAY, least ? SAY(TIME_POSITIVE) : SAY(TIME_NEGATIVE));
	if (*out > LONGEST_TIME)
		return wrong(c, DIAG_RANGE, n->place, NOTHING_TO_SAY, SAY(TIME_TOO_LONG));
	if (*out && (!computed || params_lack_unit(c, n)))
		time_without_unit(c, n->place, computed ? arena_print(c->a, "%lld", (long long)*out) : n->text);
	return true;
}

/* What YAML 1.1, Python and people call so. */
static struct message truth_help(const struct node *n)
{
	const char *meant = n->kind == NODE_SCALAR ? foreign_truth(n->text) : NULL;
	return meant ? SAY(WRITE_STATEMENT, meant) : SAY(WRITE_TRUTH);
}

bool read_truth(struct compiler *c, const struct node *n, bool *out)
{
	if (is_of_params(c, n)) {
		value v = params_value(c, n);
		*out = v == VALUE_TRUE;
		return v == VALUE_TRUE || v == VALUE_FALSE || (v != VALUE_UNSET && wrong(c, DIAG_TYPE, n->place, SAY(WRITE_TRUTH), SAY(TRUTH_EXPECTED)));
	}
	bool yes = n->kind == NODE_SCALAR && !n->quoted && !strcmp(n->text, "true");
	if (!yes && (n->kind != NODE_SCALAR || n->quoted || strcmp(n->text, "false")))
		return wrong(c, DIAG_TYPE, n->place, truth_help(n), SAY(TRUTH_EXPECTED));
	*out = yes;
	return true;
}

/* ---- texts ---- */

const struct node *in_language(const struct node *n, const char *language)
{
	const struct node *found = yaml_find(n, language);
	if (!found)
		found = yaml_find(n, "en");
	return found ? found : n->item[0];
}

/* What people call languages; all else that is known has the code that locales have for it. */
static const char *language_meant(struct compiler *c, const char *word)
{
	static const char *const known[][2] = {
		{ "cn", "zh" }, { "zho", "zh" }, { "chi", "zh" }, { "chs", "zh" }, { "chinese", "zh" }, { "中文", "zh" }, { "汉语", "zh" }, { "英文", "en" },
		{ "英语", "en" }, { "eng", "en" }, { "english", "en" }, { "us", "en" }, { "jp", "ja" }, { "german", "de" }, { "french", "fr" },
		{ "spanish", "es" }, { "japanese", "ja" }, { "korean", "ko" },
	};
	const char *code = arena_word(c->a, word, strcspn(word, "_-."));
	for (char *s = (char *)code; *s; s++)
		*s |= *s >= 'A' && *s <= 'Z' ? 32 : 0;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(known[i][0], code))
			return known[i][1];
	return word_among(language_codes, code) ? code : NULL;
}

/* Once for a text: the first key that is no language, or that has no text, whichever is shown. */
static bool languages_known(struct compiler *c, const struct node *n)
{
	for (size_t i = 0; i < n->count; i++) {
		const char *word = n->key[i]->text, *meant = language_meant(c, word);
		if (n->item[i]->kind != NODE_SCALAR)
			return wrong(c, DIAG_TYPE, n->item[i]->place, SAY(WRITE_PROSE), SAY(TEXT_EXPECTED));
		if (!word_among(language_codes, word))
			return wrong(c, DIAG_KEY, n->key[i]->place, meant ? SAY(WRITE_LANGUAGE, meant) : SAY(LANGUAGES_ARE), SAY(NO_SUCH_LANGUAGE, word));
	}
	return true;
}

/* say: {n}: a template without its quotes. Where a dictionary may stand, it may hold lists, too. */
static bool is_bare_template(const struct node *n, bool or_dict)
{
	for (size_t i = 0; n->kind == NODE_MAP && i < n->count; i++)
		if (n->item[i]->kind == NODE_SCALAR ? n->item[i]->quoted || n->item[i]->length : or_dict)
			return false;
	return n->kind == NODE_MAP && n->count > 0;
}

static struct message template_help(struct compiler *c, const struct node *n, const char **text)
{
	const struct source *s = &c->g->source;
	*text = arena_word(c->a, s->text + s->line[n->place.line - 1] + n->place.column - 1, n->place.length);
	return SAY(TEMPLATE_QUOTES, arena_print(c->a, strchr(*text, '"') ? "'%s'" : "\"%s\"", *text));
}

/* {en: Race, zh：抢票}: to YAML `zh：抢票` is a key without a text. */
static bool languages_glued(struct compiler *c, const struct node *n)
{
	bool glued = false;
	for (size_t i = 0; i < n->count; i++) {
		bool empty = n->item[i]->kind == NODE_SCALAR && !n->item[i]->quoted && !n->item[i]->length;
		glued |= empty && (key_lookalike(c, n->key[i]) || key_glued(c, n->key[i]));
	}
	return glued;
}

bool bare_template(struct compiler *c, const struct node *n, bool or_dict)
{
	const char *text;
	if (!is_bare_template(n, or_dict))
		return false;
	struct message help = template_help(c, n, &text);
	return !wrong(c, DIAG_TYPE, n->place, help, SAY(NO_LANGUAGE, text));
}

const struct node *prose_node(struct compiler *c, const struct node *n)
{
	if (n->kind == NODE_MAP && languages_glued(c, n))
		return NULL;
	if (bare_template(c, n, false))
		return NULL;
	if (n->kind == NODE_MAP && !languages_known(c, n))
		return NULL;
	if (n->kind == NODE_MAP && n->count)
		n = in_language(n, c->language);
	if (n->kind == NODE_SCALAR)
		return n;
	wrong(c, DIAG_TYPE, n->place, SAY(WRITE_PROSE), SAY(TEXT_EXPECTED));
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
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_ITEMS), SAY(TEXTS_EXPECTED));
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
	if (is_of_params(c, n))
		return params_value(c, n);
	if (!strcmp(n->text, "true") || !strcmp(n->text, "false"))
		return value_bool(*n->text == 't');
	if (!strcmp(n->text, "none") || !n->length)
		return VALUE_NONE;
	if (number_read(n->text, n->length, &number))
		return pool_int(c->g->pool, number);
	size_t point = strspn(n->text + (*n->text == '-'), "0123456789") + (*n->text == '-');
	if (point && n->text[point] == '.' && n->text[point + 1] && !n->text[point + 1 + strspn(n->text + point + 1, "0123456789")])
		wrong(c, DIAG_WORD, n->place, SAY(NO_FRACTIONS, n->text), SAY(ONLY_A_WORD, n->text));
	if (foreign_value(n->text))
		wrong(c, DIAG_WORD, n->place, SAY(WRITE_VALUE_OR_QUOTE, foreign_value(n->text), n->text), SAY(ONLY_A_WORD, n->text));
	size_t digits = strspn(n->text + (*n->text == '-'), "0123456789");
	if (digits && !n->text[digits + (*n->text == '-')])
		wrong(c, DIAG_RANGE, n->place, NOTHING_TO_SAY, SAY(NUMBER_TOO_LARGE));
	return pool_text(c->g->pool, n->text, n->length);
}

/* `shared: {door: {semaphore: 1}}`: a dictionary by its form, meant as an object. Of the kinds those whose words are no others. */
static bool object_meant(struct compiler *c, const struct node *n)
{
	static const enum kind kinds[] = { KIND_RLOCK, KIND_SEMAPHORE, KIND_CONDITION, KIND_BARRIER, KIND_LATCH, KIND_MANAGER };
	size_t k = 0;
	while (k < sizeof kinds / sizeof *kinds && (n->count != 1 || strcmp(kind_rows[kinds[k]].word, n->key[0]->text)))
		k++;
	return k < sizeof kinds / sizeof *kinds && !wrong(c, DIAG_TYPE, n->place, SAY(OBJECT_IN_OBJECTS, n->key[0]->text), SAY(VALUE_EXPECTED_HERE));
}

static value first_dict(struct compiler *c, const struct node *n)
{
	value *pair = arena_get(c->a, (2 * n->count + 1) * sizeof *pair), key, v;
	uint32_t count = 0;
	if (object_meant(c, n) || bare_template(c, n, true))
		return VALUE_UNSET;
	for (size_t i = 0; i < n->count; i++) {
		if (!(key = first_value(c, n->key[i])) || !(v = first_value(c, n->item[i])))
			return VALUE_UNSET;
		count = value_put(c->g->pool, pair, count, key, v);
	}
	return pool_dict(c->g->pool, pair, count);
}

value first_value(struct compiler *c, const struct node *n)
{
	if (n->kind == NODE_SCALAR)
		return first_scalar(c, n);
	if (n->kind == NODE_MAP)
		return first_dict(c, n);
	value *list = arena_get(c->a, (n->count + 1) * sizeof *list);
	for (size_t i = 0; i < n->count; i++)
		if (!(list[i] = first_value(c, n->item[i])))
			return VALUE_UNSET;
	return pool_list(c->g->pool, list, n->count);
}
