/* schema: a JSON Schema (draft-07) of a scenario, for editors: from the tables that the program itself works by. The meaning of
 * a word stands in `description`, in Chinese in `title`, and its example in `examples`. What a schema can't say, such as
 * which names there are, is left to `check`. */
#include "ui/cli/cli.h"
#include "sim/language/examples.h"
#include "sim/language/yaml.h"
#include <stdlib.h>
#include <string.h>

/* ---- definitions: what a value of each form looks like ---- */

#define LETTER "([A-Za-z_]|[^\\\\x00-\\\\x7f])"
#define NAME "^" LETTER "([A-Za-z0-9_]|[^\\\\x00-\\\\x7f])*$"
#define OR_COMPUTED(schema) "{\"anyOf\": [" schema ", " REF("computed") "]}"
#define INTEGER(bounds) OR_COMPUTED("{\"type\": \"integer\"" bounds "}")
#define REF(word) "{\"$ref\": \"#/definitions/" word "\"}"

static const struct { const char *word, *schema; } definitions[] = {
	{ "name", "{\"type\": \"string\", \"pattern\": \"" NAME "\", \"not\": " REF("reserved") "}" },
	{ "identifier", "{\"type\": \"string\", \"pattern\": \"^([a-z0-9-]|[^\\\\x00-\\\\x7f])+$\"}" },
	{ "computed", "{\"type\": \"string\", \"pattern\": \"(^|[-+*/%(, ])" LETTER "\"}" },          /* of parameters */
	{ "scalar", "{\"type\": [\"string\", \"number\", \"boolean\", \"null\"]}" },
	{ "word", "{\"type\": [\"string\", \"number\", \"boolean\"]}" },
	{ "prose", "{\"anyOf\": [" REF("scalar") ", {\"type\": \"object\", \"minProperties\": 1, \"propertyNames\": " REF("language") ", \"additionalProperties\": " REF("word") "}]}" },
	{ "proses", "{\"type\": \"array\", \"items\": " REF("prose") "}" },
	{ "words", "{\"type\": \"array\", \"items\": " REF("prose") "}" },
	{ "value", "{\"anyOf\": [" REF("scalar") ", {\"type\": \"array\", \"items\": " REF("value") "}, " REF("dictionary") "]}" },
	{ "dictionary", "{\"type\": \"object\", \"additionalProperties\": " REF("value") ","     /* {n} is a text without its quotes */
	                " \"not\": {\"minProperties\": 1, \"anyOf\": [{\"additionalProperties\": {\"type\": \"null\"}},"
	                " {\"maxProperties\": 1, \"propertyNames\": {\"enum\": [\"rlock\", \"semaphore\", \"condition\", \"barrier\", \"latch\", \"manager\"]}}]}}" },
	{ "values", "{\"type\": \"array\", \"items\": " REF("value") "}" },
	{ "variables", "{\"type\": \"object\", \"propertyNames\": " REF("name") ", \"additionalProperties\": " REF("value") "}" },
	{ "each", "{\"type\": \"object\", \"minProperties\": 1, \"propertyNames\": " REF("name") ","
	          " \"additionalProperties\": {\"type\": \"array\", \"minItems\": 1, \"items\": " REF("value") "}}" },
	{ "record", "{\"type\": \"object\", \"propertyNames\": {\"pattern\": \"" NAME "\"}, \"additionalProperties\": " REF("value") "}" },
	{ "number", INTEGER("") },
	{ "truth", "{\"anyOf\": [{\"type\": \"boolean\"}, {\"allOf\": [" REF("name") ","
	           " {\"not\": {\"enum\": [\"yes\", \"no\", \"on\", \"off\", \"y\", \"n\", \"Yes\", \"No\", \"On\", \"Off\", \"True\", \"False\", \"TRUE\", \"FALSE\"]}}]}]}" },
	{ "time", "{\"anyOf\": [{\"type\": \"integer\", \"minimum\": 0}, {\"type\": \"string\", \"pattern\": \"^[0-9]+(us|ms|s)$\"}, " REF("computed") "]}" },
	{ "positive_time", "{\"anyOf\": [{\"type\": \"integer\", \"minimum\": 1}, {\"type\": \"string\", \"pattern\": \"^0*[1-9][0-9]*(us|ms|s)$\"}, " REF("computed") "]}" },
	{ "duration", "{\"anyOf\": [{\"type\": \"integer\", \"minimum\": 0}, {\"type\": \"string\", \"minLength\": 1, \"pattern\": \"^(?!-[0-9])\"}]}" },
	{ "expression", "{\"anyOf\": [{\"type\": [\"integer\", \"boolean\"]}, {\"type\": \"string\", \"minLength\": 1}]}" },
	{ "condition", REF("expression") },
	{ "text", "{\"type\": \"string\", \"minLength\": 1}" },
	{ "names", "{\"type\": \"array\", \"items\": " REF("text") "}" },
	{ "params", "{\"type\": \"array\", \"items\": " REF("name") "}" },
	{ "schedule", "{\"type\": \"array\", \"items\": {\"type\": \"string\", \"pattern\": \"^\\\\S+([ \\\\t]+(x[1-9][0-9]*|=-?[0-9]+))?$\"}}" },
	{ "outcomes", "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"object\", \"properties\": {\"end\": {\"enum\": [\"ok\", \"deadlock\", \"exception\"]}}, \"additionalProperties\": " REF("value") "}}" },
	{ "modality", "{\"enum\": [\"never\", \"possible\"]}" },
	{ "pair", "{\"type\": \"array\", \"items\": " REF("expression") ", \"minItems\": 2, \"maxItems\": 2}" },
	{ "frequency", "{\"enum\": [\"never\", \"sometimes\", \"always\"]}" },
	{ "statement", "{\"type\": \"string\", \"pattern\": \"^\\\\s*" LETTER "([^=]*[^=!<>])?=[^=]\"}" },
	{ "statements", "{\"anyOf\": [" REF("statement") ", {\"type\": \"array\", \"items\": " REF("statement") "}]}" },
	{ "steps", "{\"type\": \"array\", \"items\": " REF("step") "}" },
	{ "handlers", "{\"type\": \"object\", \"propertyNames\": {\"pattern\": \"" NAME "\"}, \"additionalProperties\": " REF("steps") "}" },
	{ "list", "{\"anyOf\": [" REF("text") ", " REF("values") "]}" },
	{ "lists", "{\"anyOf\": [" REF("text") ", {\"type\": \"array\", \"items\": {\"allOf\": [" REF("value") ", {\"not\": {\"type\": \"number\"}}]}}]}" },
	{ "levels", "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"object\", \"additionalProperties\": false, \"properties\":"
	            " {\"quantum\": " REF("positive_time") ", \"allotment\": " INTEGER(", \"minimum\": 1") ", \"policy\": {\"enum\": [\"rr\", \"fifo\"]}},"
	            " \"anyOf\": [{\"required\": [\"quantum\"]}, {\"required\": [\"policy\"], \"properties\": {\"policy\": {\"const\": \"fifo\"}}}]}}" },
	{ "objects", "{\"type\": \"object\", \"propertyNames\": " REF("name") ", \"additionalProperties\": {\"anyOf\": [" REF("object") ", " REF("object_list") "]}}" },
	{ "object_list", "{\"type\": \"object\", \"required\": [\"list\", \"count\"], \"additionalProperties\": false,"
	                 " \"properties\": {\"list\": " REF("object") ", \"count\": " INTEGER(", \"minimum\": 1, \"maximum\": 1000") "}}" },
	{ "groups", "{\"type\": \"object\", \"propertyNames\": " REF("name") ", \"additionalProperties\": " REF("group") "}" },
	{ "functions", "{\"type\": \"object\", \"propertyNames\": " REF("name") ", \"additionalProperties\": " REF("function") "}" },
	{ "expects", "{\"type\": \"array\", \"items\": " REF("expect") "}" },
	{ "main", "{\"anyOf\": [" REF("steps") ", " REF("main_map") "]}" },
};

/* A key whose form says less than is known of it. */
static const struct { const char *where, *word, *schema; } special[] = {
	{ "SCENARIO", "params",   "{\"type\": \"object\", \"propertyNames\": " REF("name") ", \"additionalProperties\": " REF("word") "}" },
	{ "GROUP",    "each",     REF("each") },
	{ "GROUP",    "on",       REF("signals") },
	{ "MAIN",     "on",       REF("signals") },
	{ "GROUP",    "count",    INTEGER(", \"minimum\": 1, \"maximum\": 1000") },
	{ "GROUP",    "tickets",  INTEGER(", \"minimum\": 1") },
	{ "GROUP",    "deadline", REF("positive_time") },
	{ "GROUP",    "color",    REF("text") },
	{ "MAIN",     "color",    REF("text") },
	{ "FUNCTION", "params",   REF("params") },
	{ "EXERCISE", "answer",   "{\"enum\": [\"schedule\", \"outcomes\"]}" },
	{ "CPU",      "count",    INTEGER(", \"minimum\": 1, \"maximum\": 64") },
	{ "CPU",      "batch",    INTEGER(", \"minimum\": 1, \"maximum\": 1000") },
	{ "CPU",      "quantum",  REF("positive_time") },
	{ "CPU",      "levels",   REF("levels") },
	{ "CPU",      "aging",    REF("positive_time") },
	{ "CPU",      "estimate", "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {\"alpha\": {\"type\": \"number\", \"minimum\": 0, \"maximum\": 1}, \"first\": " REF("time") "}}" },
};

/* The keys of a step beside its verb, and those of objects. What is not listed may be anything. */
static const struct { const char *word, *schema; } modifiers[] = {
	{ "then", REF("steps") }, { "else", REF("steps") }, { "do", REF("steps") }, { "finally", REF("steps") },
	{ "except", REF("handlers") }, { "as", REF("name") }, { "in", REF("list") }, { "over", REF("list") },
	{ "item", REF("value") }, { "args", REF("values") }, { "wait", REF("truth") }, { "timeout", REF("duration") },
	{ "into", REF("text") }, { "call", REF("name") }, { "callback", REF("name") }, { "error_callback", REF("name") }, { "message", REF("prose") },
	{ "count", REF("expression") }, { "index", REF("value") }, { "with", REF("signal") },
};
static const struct { const char *word, *schema; } properties[] = {
	{ "fair", REF("truth") }, { "bounded", REF("truth") }, { "binary", REF("truth") }, { "view", "{\"const\": \"textbook\"}" }, { "joinable", REF("truth") }, { "duplex", REF("truth") }, { "spurious", REF("truth") }, { "feeder", REF("truth") }, { "set", REF("truth") },
	{ "lock", REF("name") }, { "value", INTEGER(", \"minimum\": 0") },
	{ "maxsize", INTEGER(", \"minimum\": 0, \"maximum\": 4096") },
	{ "count", INTEGER(", \"minimum\": 1") },
	{ "parties", INTEGER(", \"minimum\": 1, \"maximum\": 1000") },
	{ "size", INTEGER(", \"minimum\": 1, \"maximum\": 1000") },
	{ "initializer", REF("name") }, { "args", REF("values") }, { "maxtasksperchild", INTEGER(", \"minimum\": 1") },
	{ "capacity", INTEGER(", \"minimum\": 1, \"maximum\": 1024") },
};

/* What a verb can't do without. */
static const struct { const char *verb, *required; } needed[] = {
	{ "if", "\"anyOf\": [{\"required\": [\"then\"]}, {\"required\": [\"else\"]}], " },
	{ "try", "\"anyOf\": [{\"required\": [\"except\"]}, {\"required\": [\"finally\"]}], " },
};
static const struct { const char *verb, *also; } also_needed[] = {
	{ "while", "do" }, { "forever", "do" }, { "repeat", "do" }, { "with", "do" }, { "for", "in\", \"do" },
	{ "signal", "with" }, { "put", "item" }, { "append", "item" }, { "remove", "item" }, { "update", "item" }, { "send", "item" }, { "apply", "call" }, { "apply_async", "call" }, { "map", "call\", \"over" }, { "starmap", "call\", \"over" }, { "imap", "call\", \"over" }, { "imap_unordered", "call\", \"over" },
};

#define LOOK_UP(table, key, word, found, otherwise) \
	const char *found = otherwise; \
	for (size_t i_ = 0; i_ < sizeof table / sizeof *table; i_++) \
		if (!strcmp(table[i_].key, word)) \
			found = table[i_].schema;

/* ---- examples as JSON ---- */

static void put_node(struct text *t, const struct node *n)
{
	int64_t number;
	if (n->kind == NODE_SCALAR && !n->quoted && !n->length)
		text_put(t, "null");
	else if (n->kind == NODE_SCALAR && !n->quoted && (!strcmp(n->text, "true") || !strcmp(n->text, "false") ||
	         (number_read(n->text, n->length, &number) && strspn(n->text, "-0123456789") == n->length)))
		text_put(t, n->text);
	else if (n->kind == NODE_SCALAR)
		text_json(t, n->text);
	for (size_t i = 0; n->kind != NODE_SCALAR && i < n->count; i++) {
		text_put(t, i ? ", " : n->kind == NODE_LIST ? "[" : "{");
		if (n->kind == NODE_MAP) {
			text_json(t, n->key[i]->text);
			text_put(t, ": ");
		}
		put_node(t, n->item[i]);
	}
	if (n->kind != NODE_SCALAR)
		text_put(t, n->kind == NODE_LIST ? n->count ? "]" : "[]" : n->count ? "}" : "{}");
}

/* Of a step: the one with this verb. Of a key: its value, wherever it first stands. */
static const struct node *find_example(const struct node *n, const char *word, bool verb)
{
	const struct node *found = NULL;
	if (n->kind == NODE_MAP && yaml_find(n, word))
		return verb ? n : yaml_find(n, word);
	for (size_t i = 0; n->kind != NODE_SCALAR && i < n->count && !found; i++)
		found = find_example(n->item[i], word, verb);
	return found;
}

/* The examples of a row, as `"examples": [..], `; nothing if it has none. */
static void put_examples(struct text *t, enum example_of of, const char *word)
{
	bool first = true;
	for (int i = 0; i < example_count; i++) {
		const struct example *e = &example_rows[i];
		struct arena a = { 0 };
		struct source s;
		struct diags d = { .arena = &a, .source = &s };
		if (e->of != of || strcmp(e->word, word))
			continue;
		source_init(&s, &a, "", e->text, strlen(e->text));
		const struct node *root = yaml_read(&d, &s), *found = root ? find_example(root, word, of == OF_VERB) : NULL;
		if (found) {
			text_put(t, first ? "\"examples\": [" : ", ");
			put_node(t, found);
			first = false;
		}
		diags_free(&d);
		arena_free(&a);
	}
	text_put(t, first ? "" : "], ");
}

/* ---- the parts ---- */

/* "word": {title, description, examples, and what the schema says}. Beside a reference nothing else would count. */
static void put_described(struct text *t, const char *word, const char *meaning, const char *zh, enum example_of of, const char *schema)
{
	text_json(t, word);
	text_put(t, ": {\"title\": ");
	text_json(t, zh);
	text_put(t, ", \"description\": ");
	text_json(t, meaning);
	text_put(t, ", ");
	put_examples(t, of, word);
	text_print(t, "\"allOf\": [%s]}", schema);
}

struct key { const char *where, *word, *form, *meaning, *zh; enum example_of of; };
static const struct key keys[] = {
#define KEY(where, word, form, meaning, zh) { #where, word, #form, meaning, zh, OF_##where },
#include "sim/language/keys.def"
#undef KEY
};

static char *lower(const char *word)
{
	char *s = must_have(strdup(word));
	for (char *c = s; *c; c++)
		*c |= *c >= 'A' && *c <= 'Z' ? 32 : 0;
	return s;
}

static void put_policies(struct text *t)
{
	text_put(t, "{\"enum\": [");
	for (int p = 0; p < POLICY_COUNT; p++)
		text_print(t, "%s\"%s\"", p ? ", " : "", policy_rows[p].word);
	text_put(t, "]}");
}

static void put_key(struct text *t, const struct key *k)
{
	struct text schema = { 0 };
	char *form = lower(k->form);
	const char *known = NULL;
	for (size_t i = 0; i < sizeof special / sizeof *special; i++)
		if (!strcmp(special[i].where, k->where) && !strcmp(special[i].word, k->word))
			known = special[i].schema;
	if (!strcmp(k->word, "policy"))
		put_policies(&schema);
	else if (known)
		text_put(&schema, known);
	else
		text_print(&schema, REF("%s"), !strcmp(form, "exercise") || !strcmp(form, "cpu") ? form : !strcmp(k->form, "NAME") ? "name" : form);
	put_described(t, k->word, k->meaning, k->zh, k->of, text_is(&schema));
	text_free(&schema);
	free(form);
}

/* A mapping with the keys of one kind; more: what else holds of it, `"required": [..], `. */
static void put_map(struct text *t, const char *where, const char *more)
{
	bool first = true;
	text_print(t, "{\"type\": \"object\", \"additionalProperties\": false, %s\"properties\": {", more);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!strcmp(keys[i].where, where)) {
			text_put(t, first ? "\n   " : ",\n   ");
			put_key(t, &keys[i]);
			first = false;
		}
	text_put(t, "}}");
}

static const char *operand_schema(const struct verb_row *v)
{
	if (!strcmp(v->word, "crash"))
		return "{\"enum\": [\"segv\", \"abort\", \"fpe\", \"ill\"]}";
	if (!strcmp(v->word, "raise"))
		return "{\"anyOf\": [{\"type\": \"null\"}, {\"type\": \"string\", \"pattern\": \"" NAME "\"}]}";
	if (!strcmp(v->word, "return"))
		return REF("value");
	switch (v->form) {
	case FORM_NOTHING:    return "{\"type\": \"null\"}";
	case FORM_CONDITION:
	case FORM_EXPRESSION: return REF("expression");
	case FORM_NAME:       return REF("name");
	case FORM_STEPS:      return REF("steps");
	case FORM_STATEMENTS: return REF("statements");
	case FORM_TEXT:       return REF("prose");
	case FORM_DURATION:   return REF("duration");
	default:              return REF("text");
	}
}

/* The words of a list with blanks between, each with its schema. */
#define FOR_WORDS(list, word) \
	for (const char *at_ = (list); *at_; at_ += strcspn(at_, " "), at_ += *at_ == ' ') \
		for (char word[32] = ""; !*word && snprintf(word, sizeof word, "%.*s", (int)strcspn(at_, " "), at_) > 0; )

static void put_verb(struct text *t, const struct verb_row *v)
{
	struct text more = { 0 };
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		text_put(&more, strcmp(needed[i].verb, v->word) ? "" : needed[i].required);
	text_print(&more, "\"required\": [\"%s", v->word);
	for (size_t i = 0; i < sizeof also_needed / sizeof *also_needed; i++)
		if (!strcmp(also_needed[i].verb, v->word))
			text_print(&more, "\", \"%s", also_needed[i].also);
	text_put(&more, "\"], ");
	text_put(t, "{\"type\": \"object\", \"additionalProperties\": false, ");
	put_examples(t, OF_VERB, v->word);
	text_print(t, "%s\"properties\": {", text_is(&more));
	struct text plain = { 0 };
	text_json(&plain, v->meaning);
	text_json(t, v->word);
	text_put(t, ": {\"title\": ");
	text_json(t, v->meaning_zh);
	text_print(t, ", \"description\": %s, \"allOf\": [%s]}", text_is(&plain), operand_schema(v));
	FOR_WORDS(v->modifiers, word) {
		LOOK_UP(modifiers, word, word, schema, "{}")
		if (!strcmp(v->word, "starmap") && !strcmp(word, "over"))       /* each element is a list of arguments */
			schema = REF("lists");
		text_print(t, ", \"%s\": %s", word, schema);
	}
	text_put(t, ", \"note\": " REF("prose") ", \"ask\": " REF("prose") "}}");
	text_free(&plain);
	text_free(&more);
}

static void put_steps(struct text *t)
{
	text_put(t, "{\"anyOf\": [" REF("statement") ", {\"enum\": [\"break\", \"continue\"]}");
	for (int v = 1; v < VERB_COUNT; v++) {
		text_put(t, ",\n   ");
		put_verb(t, &verb_rows[v]);
	}
	text_put(t, "]}");
}

/* ---- objects ---- */

static bool is_declared_kind(int k)
{
	return k != KIND_CONNECTION;
}

static void put_long_form(struct text *t, int k)
{
	const struct kind_row *row = &kind_rows[k];
	if (k == KIND_MANAGER || k == KIND_FILE) {
		text_put(t, "{\"anyOf\": [{\"type\": \"null\"}, " REF("record") "]}");
		return;
	}
	text_put(t, kind_needs_size(k) ? "{\"anyOf\": [" : "{\"anyOf\": [{\"type\": \"null\"}, ");
	if (row->short_key) {
		LOOK_UP(properties, word, row->short_key, schema, "{}")
		text_print(t, "%s, ", schema);
	}
	text_put(t, "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {");
	bool first = true;
	FOR_WORDS(row->keys, word) {
		LOOK_UP(properties, word, word, schema, "{}")
		text_print(t, "%s\"%s\": %s", first ? "" : ", ", word, schema);
		first = false;
	}
	text_put(t, "}");
	if (kind_needs_size(k))
		text_print(t, ", \"required\": [\"%s\"]", row->short_key);
	text_put(t, "}]}");
}

static void put_objects(struct text *t)
{
	bool first = true;
	text_put(t, "{\"anyOf\": [{\"enum\": [");
	for (int k = 1; k < KIND_COUNT; k++)
		if (is_declared_kind(k) && !kind_needs_size(k)) {
			text_print(t, "%s\"%s\"", first ? "" : ", ", kind_rows[k].word);
			first = false;
		}
	text_put(t, "]}");
	for (int k = 1; k < KIND_COUNT; k++) {
		struct text schema = { 0 };
		if (!is_declared_kind(k))
			continue;
		put_long_form(&schema, k);
		text_print(t, ",\n   {\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"%s\"], \"properties\": {", kind_rows[k].word);
		put_described(t, kind_rows[k].word, kind_rows[k].meaning, kind_rows[k].meaning_zh, OF_KIND, text_is(&schema));
		text_put(t, "}}");
		text_free(&schema);
	}
	text_put(t, "]}");
}

/* All of them, or those that can have handlers. */
static void put_signals(struct text *t, bool handled)
{
	bool first = true;
	text_put(t, "{\"enum\": [");
	for (int s = 0; s < SIGNAL_COUNT; s++)
		if (!handled || signal_rows[s].without != SIGNAL_HELD) {
			text_print(t, "%s\"%s\"", first ? "" : ", ", signal_rows[s].word);
			first = false;
		}
	text_put(t, "]}");
}

static void put_reserved(struct text *t)
{
	text_put(t, "{\"enum\": [");
	for (int i = 0; reserved_words[i]; i++)
		text_print(t, "%s\"%s\"", i ? ", " : "", reserved_words[i]);
	text_put(t, "]}");
}

static void put_expect_kinds(struct text *t)
{
	text_put(t, "\"dependencies\": {\"verdict\": {\"not\": {\"anyOf\": [");
	for (int k = EXPECT_DEADLOCK; k < EXPECT_KINDS; k++)
		text_print(t, "%s{\"required\": [\"%s\"]}", k > EXPECT_DEADLOCK ? ", " : "", expect_words[k]);
	text_put(t, "]}}}, ");
	text_put(t, "\"oneOf\": [");
	for (int k = 0; k < EXPECT_KINDS; k++)
		text_print(t, "%s{\"required\": [\"%s\"]}", k ? ", " : "", expect_words[k]);
	text_put(t, "], ");
}

/* Of texts in several. */
static void put_languages(struct text *t)
{
	text_put(t, "{\"enum\": [");
	for (const char *s = language_codes; *s; s += strcspn(s, " ") + (strchr(s, ' ') != NULL))
		text_print(t, "%s\"%.*s\"", s > language_codes ? ", " : "", (int)strcspn(s, " "), s);
	text_put(t, "]}");
}

static void put_definitions(struct text *t)
{
	struct text kinds = { 0 };
	put_expect_kinds(&kinds);
	text_put(t, " \"definitions\": {");
	for (size_t i = 0; i < sizeof definitions / sizeof *definitions; i++)
		text_print(t, "%s\n  \"%s\": %s", i ? "," : "", definitions[i].word, definitions[i].schema);
	text_put(t, ",\n  \"signal\": ");
	put_signals(t, false);
	text_put(t, ",\n  \"signals\": {\"type\": \"object\", \"minProperties\": 1, \"propertyNames\": ");
	put_signals(t, true);
	text_put(t, ", \"additionalProperties\": " REF("steps") "}");
	text_put(t, ",\n  \"language\": ");
	put_languages(t);
	text_put(t, ",\n  \"reserved\": ");
	put_reserved(t);
	text_put(t, ",\n  \"group\": ");
	put_map(t, "GROUP", "\"oneOf\": [{\"required\": [\"steps\"]}, {\"required\": [\"call\"]}], \"not\": {\"required\": [\"count\", \"each\"]}, ");
	text_put(t, ",\n  \"main_map\": ");
	put_map(t, "MAIN", "\"required\": [\"steps\"], ");
	text_put(t, ",\n  \"function\": ");
	put_map(t, "FUNCTION", "\"required\": [\"steps\"], ");
	text_put(t, ",\n  \"cpu\": ");
	put_map(t, "CPU", "");
	text_put(t, ",\n  \"expect\": ");
	put_map(t, "EXPECT", text_is(&kinds));
	text_put(t, ",\n  \"exercise\": ");
	put_map(t, "EXERCISE", "");
	text_put(t, ",\n  \"object\": ");
	put_objects(t);
	text_put(t, ",\n  \"step\": ");
	put_steps(t);
	text_put(t, "\n }");
	text_free(&kinds);
}

void schema_print(FILE *out)
{
	struct text t = { 0 }, map = { 0 };
	text_put(&t, "{\"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"
	             " \"title\": \"forklore 场景\", \"description\": \"a scenario of forklore: processes, what they share, and what they do\",\n");
	put_definitions(&t);
	put_map(&map, "SCENARIO", "\"required\": [\"scenario\"], \"anyOf\": [{\"required\": [\"processes\"]}, {\"required\": [\"main\"]}], ");
	text_print(&t, ",\n %s\n", text_is(&map) + 1);        /* its brace is open */
	text_free(&map);
	fputs(text_is(&t), out);
	text_free(&t);
}

int command_SCHEMA(struct call *c)
{
	(void)c;
	schema_print(stdout);
	return EXIT_FINE;
}
