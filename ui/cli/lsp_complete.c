/* Completion: what may stand where the cursor is, from the tables of the language and from what the document declares. */
#include "ui/cli/lsp.h"
#include <string.h>

/* As the protocol numbers them. */
enum item { ITEM_FUNCTION = 3, ITEM_FIELD = 5, ITEM_VARIABLE = 6, ITEM_CLASS = 7, ITEM_MODULE = 9, ITEM_PROPERTY = 10, ITEM_VALUE = 12,
            ITEM_KEYWORD = 14, ITEM_EVENT = 23 };

struct list {
	struct text *t;
	const struct document *d;
	const struct where *w;
	const char *range;              /* what is replaced, as JSON */
	const char *front;              /* what stands before each word: "", "- " */
	bool any;
};

/* behind: what is typed for the user behind the word: ": ", ":", "" */
static void offer(struct list *l, enum item item, const char *word, const char *behind, const char *about)
{
	struct text typed = { 0 };
	text_print(&typed, "%s%s%s", l->front, word, l->w->shown ? "" : behind);
	text_put(l->t, l->any ? ",\n " : "\n ");
	text_put(l->t, "{\"label\": ");
	text_json(l->t, word);
	text_print(l->t, ", \"kind\": %d, \"detail\": ", item);
	text_json(l->t, about);
	text_print(l->t, ", \"textEdit\": {\"range\": %s, \"newText\": ", l->range);
	text_json(l->t, text_is(&typed));
	text_put(l->t, "}}");
	text_free(&typed);
	l->any = true;
}

static bool is(const char *a, const char *b)
{
	return !strcmp(a, b);
}

/* The words of "then else", each. */
static void offer_words(struct list *l, enum item item, const char *words, const char *behind)
{
	for (size_t n; *words; words += n + strspn(words + n, " ")) {
		char word[64];
		n = strcspn(words, " ");
		snprintf(word, sizeof word, "%.*s", (int)n, words);
		offer(l, item, word, behind, "");
	}
}

/* ---- names that the document declares ---- */

enum { ANY_KIND = ~0 };
static const unsigned variables = 1 << DECLARED_PARAM | 1 << DECLARED_SHARED | 1 << DECLARED_PRIVATE;

static void offer_names(struct list *l, unsigned what, unsigned kinds)
{
	static const enum item items[] = { [DECLARED_PARAM] = ITEM_VARIABLE, [DECLARED_SHARED] = ITEM_VARIABLE, [DECLARED_PRIVATE] = ITEM_VARIABLE,
	                                   [DECLARED_OBJECT] = ITEM_FIELD, [DECLARED_FUNCTION] = ITEM_FUNCTION, [DECLARED_PROCESS] = ITEM_MODULE };
	struct name n;
	for (size_t i = 0; document_name(l->d, i, &n); i++) {
		bool fits = n.what != DECLARED_OBJECT || n.kind == KIND_NONE || kinds >> n.kind & 1;
		if (what >> n.what & 1 && fits)
			offer(l, items[n.what], n.name, "", n.kind == KIND_NONE ? "" : spoken(kind_rows[n.kind].word, kind_rows[n.kind].word_zh));
	}
}

/* ---- the tables ---- */

static const struct key { const char *where, *word, *form, *meaning, *zh; } keys[] = {
#define KEY(where, word, form, meaning, zh) { #where, word, #form, meaning, zh },
#include "sim/language/keys.def"
#undef KEY
};
enum { KEYS = sizeof keys / sizeof *keys };

static const struct key *key_find(const char *where, const char *word)
{
	for (int i = 0; i < KEYS; i++)
		if (is(keys[i].where, where) && is(keys[i].word, word))
			return &keys[i];
	return NULL;
}

/* What stands on lines of its own below its key. */
static bool is_below(const char *form)
{
	static const char *const forms[] = { "VARIABLES", "OBJECTS", "FUNCTIONS", "GROUPS", "MAIN", "CPU", "EXPECTS", "EXERCISE", "STEPS", "HANDLERS" };
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (is(forms[i], form))
			return true;
	return false;
}

static void offer_keys(struct list *l, const char *where)
{
	for (int i = 0; i < KEYS; i++)
		if (is(keys[i].where, where))
			offer(l, ITEM_PROPERTY, keys[i].word, is_below(keys[i].form) ? ":" : ": ", spoken(keys[i].meaning, keys[i].zh));
}

static void offer_kinds(struct list *l, const char *behind)
{
	for (int k = 1; k < KIND_COUNT; k++)
		if (k != KIND_CONNECTION)
			offer(l, ITEM_CLASS, kind_rows[k].word, behind, spoken(kind_rows[k].meaning, kind_rows[k].meaning_zh));
}

static void offer_policies(struct list *l)
{
	for (int p = 0; p < POLICY_COUNT; p++)
		offer(l, ITEM_VALUE, policy_rows[p].word, "", spoken(policy_rows[p].title, policy_rows[p].title_zh));
}

static void offer_exceptions(struct list *l, const char *behind)
{
	for (int i = 0; i < EXCEPTION_COUNT; i++)
		offer(l, ITEM_CLASS, exception_words[i], behind, spoken(exception_rows[i].meaning, exception_rows[i].meaning_zh));
}

static void offer_signals(struct list *l, bool handled, const char *behind)
{
	for (int i = 0; i < SIGNAL_COUNT; i++)
		if (!handled || signal_rows[i].without != SIGNAL_HELD)
			offer(l, ITEM_EVENT, signal_rows[i].word, behind, spoken(signal_rows[i].meaning, signal_rows[i].meaning_zh));
}

/* ---- expressions and steps ---- */

static void offer_expression(struct list *l)
{
	offer_names(l, variables | 1 << DECLARED_OBJECT | 1 << DECLARED_PROCESS, ANY_KIND);
	for (int i = 0; i < FUNCTION_COUNT; i++)
		offer(l, ITEM_FUNCTION, function_rows[i].word, "", spoken(function_rows[i].meaning, function_rows[i].meaning_zh));
	for (const char *const *word = reserved_words; *word; word++)
		offer(l, ITEM_KEYWORD, *word, "", "");
}

static void offer_verbs(struct list *l)
{
	for (int v = 1; v < VERB_COUNT; v++) {
		const struct verb_row *row = &verb_rows[v];
		bool alone = row->form == FORM_NOTHING && !*row->modifiers;     /* break, continue */
		bool below = row->form == FORM_STEPS || row->form == FORM_NOTHING;
		offer(l, ITEM_KEYWORD, row->word, alone ? "" : below ? ":" : ": ", spoken(row->meaning, row->meaning_zh));
	}
	offer_names(l, variables, ANY_KIND);
}

/* The row of the verb that this word is; NULL: it is none. */
static const struct verb_row *verb_named(const char *word)
{
	enum verb verb = verb_find(word);
	return verb == VERB_NONE ? NULL : &verb_rows[verb];
}

/* Are steps listed below these keys? */
static bool are_steps(const struct where *w, int levels)
{
	if (levels < 1 || !(is(w->path[0], "main") || is(w->path[0], "processes") || is(w->path[0], "functions")))
		return false;
	const char *last = w->path[levels - 1], *before = levels > 1 ? w->path[levels - 2] : "";
	return (levels == 1 && is(last, "main")) || key_holds_steps(last) || is(before, "except") || is(before, "on");
}

/* The operand of a verb. */
static void offer_operand(struct list *l, const struct verb_row *v)
{
	if (v->form == FORM_OBJECT)
		offer_names(l, 1 << DECLARED_OBJECT | 1 << DECLARED_PRIVATE, v->kinds);
	else if (v->form == FORM_FIELD)
		offer_names(l, 1 << DECLARED_OBJECT, 1 << KIND_MANAGER);
	else if (v->form == FORM_PROCESS || v->form == FORM_JOINED)
		offer_names(l, 1 << DECLARED_PROCESS | (v->kinds ? 1 << DECLARED_OBJECT : 0), v->kinds);
	else if (is(v->word, "raise"))
		offer_exceptions(l, "");
	else if (is(v->word, "call"))
		offer_names(l, 1 << DECLARED_FUNCTION, 0);
	else if (is(v->word, "crash"))
		offer_words(l, ITEM_VALUE, "segv abort fpe ill", "");
	else if (v->form == FORM_CONDITION || v->form == FORM_EXPRESSION || v->form == FORM_STATEMENTS)
		offer_expression(l);
}

static void offer_modifier_value(struct list *l, const struct verb_row *v, const char *key)
{
	if (is(v->word, "signal") && is(key, "with"))
		offer_signals(l, false, "");
	else if (is(key, "wait"))
		offer_words(l, ITEM_VALUE, "true false", "");
	else if (is(key, "call") || is(key, "callback") || is(key, "error_callback"))
		offer_names(l, 1 << DECLARED_FUNCTION, 0);
	else if (is(key, "into"))
		offer_names(l, variables, 0);
	else if (!is(key, "as") && !is(key, "note") && !is(key, "ask") && !is(key, "message"))
		offer_expression(l);
}

/* ---- by place ---- */

/* Which rows of keys.def belong below these keys; NULL: none. */
static const char *mapping_at(const struct where *w)
{
	static const struct { int levels; const char *first, *second, *where; } maps[] = {
		{ 2, "functions", NULL, "FUNCTION" }, { 2, "processes", NULL, "GROUP" }, { 1, "main", NULL, "MAIN" }, { 1, "cpu", NULL, "CPU" },
		{ 2, "expect", "-", "EXPECT" }, { 1, "exercise", NULL, "EXERCISE" },
	};
	if (!w->levels)
		return "SCENARIO";
	for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
		if (w->levels == maps[i].levels && is(w->path[0], maps[i].first) && (!maps[i].second || is(w->path[1], maps[i].second)))
			return maps[i].where;
	return NULL;
}

static void offer_object_part(struct list *l, const struct where *w)
{
	const char *last = w->path[w->levels - 1];
	if (w->levels == 2) {
		offer_kinds(l, ": ");
		offer_words(l, ITEM_PROPERTY, "list count", ": ");
		return;
	}
	for (int k = 1; k < KIND_COUNT; k++)
		if (is(kind_rows[k].word, last))
			offer_words(l, ITEM_PROPERTY, kind_rows[k].keys, ": ");
	if (is(last, "list"))
		offer_kinds(l, ": ");
}

/* A key, or a whole item, is being typed. */
static void offer_at_key(struct list *l, const struct where *w)
{
	const char *where = mapping_at(w), *last = w->levels ? w->path[w->levels - 1] : "";
	const struct verb_row *v = verb_named(w->head);
	if (w->levels > 1 && is(last, "-") && are_steps(w, w->levels - 1)) {
		if (!*w->head)
			offer_verbs(l);
		else if (v)
			offer_words(l, ITEM_PROPERTY, v->modifiers, ": ");
		if (*w->head)
			offer_words(l, ITEM_PROPERTY, "note ask", ": ");
	} else if (are_steps(w, w->levels) && !is(last, "main")) {      /* on a line of its own below `steps:`, without a dash */
		l->front = "- ";
		offer_verbs(l);
	} else if (where) {
		offer_keys(l, where);
	} else if (is(last, "except")) {
		offer_exceptions(l, ":");
		offer(l, ITEM_KEYWORD, "any", ":", "");
	} else if (is(last, "on")) {
		offer_signals(l, true, ":");
	} else if (w->levels > 1 && is(w->path[0], "objects")) {
		offer_object_part(l, w);
	} else if (w->levels == 3 && is(w->path[1], "levels")) {
		offer_words(l, ITEM_PROPERTY, "quantum allotment policy", ": ");
	} else if (w->levels == 2 && is(w->path[0], "observe")) {
		offer_names(l, 1 << DECLARED_SHARED | 1 << DECLARED_OBJECT, 1 << KIND_MANAGER | 1 << KIND_FILE);
	} else if (w->levels == 2 && is(w->path[0], "schedule")) {
		offer_names(l, 1 << DECLARED_PROCESS, 0);
	} else if (is(last, "-") && w->path[0] && !is(w->path[0], "topics") && !is(w->path[0], "lesson")) {
		offer_expression(l);
	}
}

/* The value of a key of keys.def. */
static void offer_key_value(struct list *l, const struct key *k)
{
	if (is(k->word, "policy"))
		offer_policies(l);
	else if (is(k->form, "TRUTH"))
		offer_words(l, ITEM_VALUE, "true false", "");
	else if (is(k->form, "MODALITY"))
		offer_words(l, ITEM_VALUE, "never possible", "");
	else if (is(k->form, "FREQUENCY"))
		offer_words(l, ITEM_VALUE, "never sometimes always", "");
	else if (is(k->form, "CONDITION") || is(k->form, "PAIR"))
		offer_expression(l);
	else if (is(k->form, "NAME"))
		offer_names(l, 1 << DECLARED_FUNCTION, 0);
	else if (is(k->form, "NUMBER") || is(k->form, "TIME"))
		offer_names(l, 1 << DECLARED_PARAM, 0);
	else if (is(k->word, "answer"))
		offer_words(l, ITEM_VALUE, "schedule outcomes", "");
}

static void offer_at_value(struct list *l, const struct where *w)
{
	const char *where = mapping_at(w), *last = w->levels ? w->path[w->levels - 1] : "";
	const struct verb_row *v = verb_named(w->head);
	const struct key *k = where ? key_find(where, w->key) : NULL;
	if (is(last, "-") && are_steps(w, w->levels - 1)) {
		if (v && is(w->head, w->key))
			offer_operand(l, v);
		else if (v)
			offer_modifier_value(l, v, w->key);
	} else if (k) {
		offer_key_value(l, k);
	} else if (w->levels && is(w->path[0], "objects")) {
		if (is(w->key, "lock") || (is(w->key, "condition") && w->levels == 2))
			offer_names(l, 1 << DECLARED_OBJECT, 1 << KIND_LOCK | 1 << KIND_RLOCK);
		else if (is(w->key, "initializer"))
			offer_names(l, 1 << DECLARED_FUNCTION, 0);
		else if (w->levels == 1 || is(w->key, "list"))
			offer_kinds(l, "");
		else
			offer_words(l, ITEM_VALUE, "true false", "");
	} else if (is(w->key, "policy")) {
		offer_words(l, ITEM_VALUE, "rr fifo", "");
	}
}

void put_completion(struct text *t, struct server *s, const struct document *d, int64_t line, int64_t character)
{
	struct arena a = { 0 };
	struct where w = { .arena = &a };
	struct piece text = document_line(d, line);
	size_t at = bytes_of(s->units, text, character);
	struct piece begun = word_around((struct piece){ text.at, at }, at);
	where_is(&w, d, line, at - begun.length);
	struct list l = { .t = t, .d = d, .w = &w, .front = "" };
	l.range = arena_print(&a, "{\"start\": {\"line\": %lld, \"character\": %lld}, \"end\": {\"line\": %lld, \"character\": %lld}}", (long long)line,
	                      (long long)units_of(s->units, text, at - begun.length), (long long)line, (long long)units_of(s->units, text, at));
	text_put(t, "{\"isIncomplete\": false, \"items\": [");
	if (w.key)
		offer_at_value(&l, &w);
	else
		offer_at_key(&l, &w);
	text_put(t, "]}");
	arena_free(&a);
}
