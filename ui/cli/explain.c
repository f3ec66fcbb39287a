/* explain: what a code or a word means, from the tables that the program itself works by. */
#include "ui/cli/cli.h"
#include <ctype.h>
#include <strings.h>
#include <stdlib.h>
#include <string.h>
#include "sim/language/examples.h"

static FILE *out;               /* where to: for a command that is standard output */

struct key { const char *where; enum example_of of; const char *word, *meaning, *meaning_zh; };
static const struct key keys[] = {
#define KEY(where, word, form, meaning, zh) { #where, OF_##where, word, meaning, zh },
#include "sim/language/keys.def"
#undef KEY
};
enum { KEYS = sizeof keys / sizeof *keys };

/* Where a key stands, as keys.def calls it, and as people do. */
static const char *mapping_of(const char *where)
{
	static const char *const mappings[][3] = {
		{ "SCENARIO", "at the top level", "顶层" }, { "GROUP", "of a group of processes", "进程组" }, { "MAIN", "of main", "main" },
		{ "FUNCTION", "of a function", "函数" }, { "CPU", "of cpu", "cpu" }, { "EXPECT", "of an expectation", "预期" },
		{ "EXERCISE", "of exercise", "练习" },
	};
	for (size_t i = 0; i < sizeof mappings / sizeof *mappings; i++)
		if (!strcmp(mappings[i][0], where))
			return spoken(mappings[i][1], mappings[i][2]);
	return "";
}

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);
	for (const char *s = n ? words : NULL; s && (s = strstr(s, word)); s += n)
		if ((s == words || s[-1] == ' ') && (!s[n] || s[n] == ' '))
			return true;
	return false;
}

/* ---- examples ---- */

/* As a file has it, what it shows as a comment: it can be copied as it is. */
static void example(const struct example *e)
{
	struct arena a = { 0 };
	const char *about = e->of == OF_WORD ? "" : spoken(e->about, e->about_zh), *objects = example_objects(&a, e);
	fputc('\n', out);
	if (*about)
		fprintf(out, "  # %s\n", about);
	if (*objects)
		fprintf(out, "  # objects: {%s}\n", objects);
	for (const char *s = example_shown(&a, e, spoken("en", "zh")); *s; s = strchr(s, '\n') + 1)
		fprintf(out, "  %.*s\n", (int)strcspn(s, "\n"), s);
	arena_free(&a);
}

static bool example_has(const struct example *e, const char *key)
{
	size_t n = strlen(key);
	for (const char *s = e->text; (s = strstr(s, key)); s += n)
		if (s > e->text && strchr(" {", s[-1]) && s[n] == ':')
			return true;
	return false;
}

/* with: a key that must be in it; NULL: any */
static void examples(enum example_of of, const char *word, const char *with)
{
	for (int i = 0; i < example_count; i++)
		if (example_rows[i].of == of && !strcmp(example_rows[i].word, word) && (!with || example_has(&example_rows[i], with))) {
			example(&example_rows[i]);
			if (with)
				return;
		}
}

/* ---- one row of each table. line: for a list of all ---- */

/* The words of a list are so wide, at least. */
enum { SHORT = 12, LONG = 22, LETTER = 2 };

static void row_of(const char *word, int width, const char *meaning)
{
	int columns = 0, lines;
	is_terminal(out, &columns, &lines);
	print_row(word, width, meaning, columns, out);
}

static void row(const char *word, const char *meaning)
{
	row_of(word, SHORT, meaning);
}

static void row_said(const char *word, struct message m)
{
	struct text t = { 0 };
	text_say(&t, m);
	row(word, text_is(&t));
	text_free(&t);
}

static void head(struct message m)
{
	print_line(m, out);
}

static void line_of(const char *meaning)
{
	enum { INDENT = 2 };
	fprintf(out, "%*s", INDENT, "");
	print_prose(meaning, INDENT, INDENT, out);
}

static void show_code(int i, bool line)
{
	const struct diag_kind *k = &diag_kinds[i];
	const char *title = spoken(k->title, k->title_zh);
	if (line) {
		row_of(k->code, 0, title);
		return;
	}
	head(k->severity == ERROR ? SAY(EXPLAIN_ERROR, k->code, title) : SAY(EXPLAIN_WARNING, k->code, title));
	line_of(spoken(k->explanation, k->explanation_zh));
}

/* "lock, event"; "": there is none. */
static const char *words(struct arena *a, unsigned bits, int count, const char *(*word)(int))
{
	const char *all = "";
	for (int i = 1; i < count; i++)
		if (bits >> i & 1)
			all = word_list(a, all, word(i));
	return all;
}

static const char *verb_word(int i)      { return verb_rows[i].word; }
static const char *kind_word(int i)      { return kind_rows[i].word; }

/* What has no form of its own in Python is described there in words. */
static const char *in_python(const char *python)
{
	return *python == '(' ? spoken(python, "（没有对应的写法）") : python;
}

static void show_verb(int i, bool line)
{
	const struct verb_row *v = &verb_rows[i];
	struct arena a = { 0 };
	if (line) {
		row(v->word, spoken(v->meaning, v->meaning_zh));
		return;
	}
	head(SAY(EXPLAIN_VERB, v->word));
	line_of(spoken(v->meaning, v->meaning_zh));
	if (v->kinds)
		head(SAY(EXPLAIN_ACTS_ON, words(&a, v->kinds, KIND_COUNT, kind_word)));
	head(SAY(EXPLAIN_MODIFIERS, arena_print(&a, "%s%snote ask", v->modifiers, *v->modifiers ? " " : "")));
	head(SAY(EXPLAIN_PYTHON, in_python(v->python)));
	arena_free(&a);
}

static void show_kind(int i, bool line)
{
	const struct kind_row *k = &kind_rows[i];
	const char *verbs = "";
	struct arena a = { 0 };
	if (line) {
		row(k->word, spoken(k->meaning, say_word(&a, SAY(IS_SAID_OF, k->word_zh, k->meaning_zh))));
		arena_free(&a);
		return;
	}
	head(SAY(EXPLAIN_KIND, k->word, k->word_zh));
	line_of(spoken(k->meaning, k->meaning_zh));
	if (*k->keys)
		head(SAY(EXPLAIN_LONG_FORM, k->word, k->keys));
	for (int v = 1; v < VERB_COUNT; v++)
		if (verb_rows[v].kinds >> i & 1)
			verbs = word_list(&a, verbs, verb_rows[v].word);
	head(SAY(EXPLAIN_VERBS, *verbs ? verbs : "-"));
	head(SAY(EXPLAIN_PYTHON, in_python(k->python)));
	arena_free(&a);
}

static void show_function(int i, bool line)
{
	const struct function_row *f = &function_rows[i];
	if (line) {
		row(f->word, spoken(f->meaning, f->meaning_zh));
		return;
	}
	head(SAY(EXPLAIN_FUNCTION, f->word));
	line_of(spoken(f->meaning, f->meaning_zh));
	head(SAY(EXPLAIN_PYTHON, in_python(f->python)));
}

static void show_policy(int i, bool line)
{
	const struct policy_row *p = &policy_rows[i];
	const char *title = spoken(p->title, p->title_zh), *meaning = spoken(p->meaning, p->meaning_zh);
	if (line && !strcasecmp(p->word, title)) {
		row(p->word, meaning);
		return;
	}
	if (line) {
		row_said(p->word, SAY(EXPLAIN_POLICY_LINE, title, meaning));
		return;
	}
	head(SAY(EXPLAIN_POLICY, p->word, p->title, p->title_zh));
	head(SAY(EXPLAIN_RUNS_NEXT, meaning));
	line_of(spoken(p->question, p->question_zh));
}

/* The states, then what may be shown beside them. */
static const struct state_row *state_row(int i)
{
	return i < STATE_COUNT ? &state_rows[i] : &mark_rows[i - STATE_COUNT];
}

static void show_state(int i, bool line)
{
	const struct state_row *s = state_row(i);
	char letter[] = { s->letter, 0 };
	if (line) {
		struct arena a = { 0 };
		row_of(arena_print(&a, "%c %s", s->letter, s->word), LETTER + SHORT, spoken(s->meaning, say_word(&a, SAY(IS_SAID_OF, s->word_zh, s->meaning_zh))));
		arena_free(&a);
		return;
	}
	head(i < STATE_COUNT ? SAY(EXPLAIN_STATE, s->word, s->word_zh, letter) : SAY(EXPLAIN_MARK, s->word, s->word_zh, letter));
	line_of(spoken(s->meaning, s->meaning_zh));
}

static void show_key(int i, bool line)
{
	const char *mapping = mapping_of(keys[i].where), *meaning = spoken(keys[i].meaning, keys[i].meaning_zh);
	if (line) {
		struct arena a = { 0 };
		row(keys[i].word, say_word(&a, SAY(IS_NOTED, meaning, mapping)));
		arena_free(&a);
		return;
	}
	head(SAY(EXPLAIN_KEY, keys[i].word, mapping));
	line_of(meaning);
}

static void show_exception(int i, bool line)
{
	const char *meaning = spoken(exception_rows[i].meaning, exception_rows[i].meaning_zh);
	if (line) {
		row_of(exception_words[i], LONG, meaning);
		return;
	}
	head(SAY(EXPLAIN_EXCEPTION, exception_words[i]));
	head(SAY(EXPLAIN_RAISED_BY, meaning));
}

/* Those of the language that stand in no other table come first among the examples. */
static void show_word(int i, bool line)
{
	const struct example *e = &example_rows[i];
	if (line) {
		row(e->word, spoken(e->about, e->about_zh));
		return;
	}
	head(SAY(EXPLAIN_WORD, e->word));
	line_of(spoken(e->about, e->about_zh));
}

/* ---- concepts ---- */

/* The first of "deadlock|circular wait". */
static const char *first_of(struct arena *a, const char *names)
{
	return arena_word(a, names, strcspn(names, "|"));
}

static void show_concept(int i, bool line)
{
	const struct concept *c = &concept_rows[i];
	struct arena a = { 0 };
	const char *en = first_of(&a, c->words), *zh = first_of(&a, c->words_zh), *meaning = spoken(c->meaning, c->meaning_zh);
	if (line) {
		row_of(en, LONG, spoken(meaning, say_word(&a, SAY(IS_SAID_OF, zh, meaning))));
	} else {
		head(SAY(EXPLAIN_CONCEPT, en, zh));
		line_of(meaning);
		if (*c->command)
			head(SAY(EXPLAIN_SHOWN_BY, c->command));
	}
	arena_free(&a);
}

/* ---- the tables ---- */

static const char *code_word(int i)      { return diag_kinds[i].code; }
static const char *function_word(int i)  { return function_rows[i].word; }
static const char *policy_word(int i)    { return policy_rows[i].word; }
static const char *state_word(int i)     { return state_row(i)->word; }
static const char *key_word(int i)       { return keys[i].word; }
static const char *exception_word(int i) { return exception_words[i]; }

static const char *concept_word(int i)   { return concept_rows[i].words; }

/* Under which other names a row is found: its Chinese, a policy's title. */
static const char *kind_chinese(int i)    { return kind_rows[i].word_zh; }
static const char *state_chinese(int i)   { return state_row(i)->word_zh; }
static const char *policy_title(int i)    { return policy_rows[i].title; }
static const char *policy_chinese(int i)  { return policy_rows[i].title_zh; }
static const char *concept_chinese(int i) { return concept_rows[i].words_zh; }

static const char *language_word(int i)  { return example_rows[i].word; }

static int language_words(void)
{
	int n = 0;
	while (n < example_count && example_rows[n].of == OF_WORD)
		n++;
	return n;
}

enum { TO_THE_LAST_WORD = -1, TO_THE_LAST_CONCEPT = -2, NO_EXAMPLES = -1, BY_ROW = -2 };
static const struct table {
	const char *name;
	int first, end;
	int of;                 /* the examples' */
	const char *(*word)(int);
	void (*show)(int, bool line);
	const char *(*other[2])(int);
} tables[] = {
	{ "concepts", 0, TO_THE_LAST_CONCEPT, OF_CONCEPT, concept_word, show_concept, { concept_chinese } },
	{ "codes", 0, DIAG_COUNT, NO_EXAMPLES, code_word, show_code, { NULL } },
	{ "verbs", 1, VERB_COUNT, OF_VERB, verb_word, show_verb, { NULL } },
	{ "kinds", 1, KIND_COUNT, OF_KIND, kind_word, show_kind, { kind_chinese } },
	{ "functions", 0, FUNCTION_COUNT, OF_CALL, function_word, show_function, { NULL } },
	{ "policies", 0, POLICY_COUNT, OF_POLICY, policy_word, show_policy, { policy_title, policy_chinese } },
	{ "states", 0, STATE_COUNT + MARK_COUNT, OF_STATE, state_word, show_state, { state_chinese } },
	{ "keys", 0, KEYS, BY_ROW, key_word, show_key, { NULL } },
	{ "exceptions", 0, EXCEPTION_COUNT, OF_EXCEPTION, exception_word, show_exception, { NULL } },
	{ "words", 0, TO_THE_LAST_WORD, OF_WORD, language_word, show_word, { NULL } },
};
enum { TABLES = sizeof tables / sizeof *tables, MOST_WORDS = 1000 };

static int table_end(const struct table *t)
{
	return t->end == TO_THE_LAST_WORD ? language_words() : t->end == TO_THE_LAST_CONCEPT ? concept_count : t->end;
}

static void explain_row(const struct table *t, int i)
{
	t->show(i, false);
	if (t->of != NO_EXAMPLES)
		examples(t->of == BY_ROW ? keys[i].of : (enum example_of)t->of, t->word(i), NULL);
}

/* `dead_end` and `dead-end` are the dead end. */
static bool same_name(const char *name, size_t length, const char *word)
{
	for (size_t i = 0; i < length; i++)
		if (tolower((unsigned char)name[i]) != tolower((unsigned char)word[i]) && !(name[i] == ' ' && word[i] && strchr("_-", word[i])))
			return false;
	return !word[length];
}

/* "步长" is 步长调度, too. */
static size_t without_tail(const char *name, size_t length)
{
	static const char tail[] = "调度";
	size_t n = sizeof tail - 1;
	return length > n && !memcmp(name + length - n, tail, n) ? length - n : length;
}

static bool is_among(const char *names, const char *word)
{
	for (size_t n; *names; names += n + (names[n] == '|')) {
		n = strcspn(names, "|");
		if (same_name(names, n, word) || same_name(names, without_tail(names, n), word))
			return true;
	}
	return false;
}

static bool is_called(const struct table *t, int i, const char *word)
{
	bool called = is_among(t->word(i), word);
	for (int k = 0; k < 2 && t->other[k] && !called; k++)
		called = is_among(t->other[k](i), word);
	return called;
}

static int explain_word(const char *word, int found)
{
	int before = found;
	for (const struct table *t = tables; t < tables + TABLES; t++)
		for (int i = t->first; i < table_end(t); i++)
			if (is_called(t, i, word)) {
				fprintf(out, "%s", found++ ? "\n" : "");
				explain_row(t, i);
			}
	return found - before;
}

/* A word that stands with others: `timeout` with verbs, `fair` with kinds. */
static int explain_part(const char *word, int found)
{
	struct arena a = { 0 };
	const char *verbs = "", *kinds = "";
	for (int v = 1; v < VERB_COUNT; v++)
		if (has_word(verb_rows[v].modifiers, word))
			verbs = word_list(&a, verbs, verb_rows[v].word);
	for (int k = 1; k < KIND_COUNT; k++)
		if (has_word(kind_rows[k].keys, word))
			kinds = word_list(&a, kinds, kind_rows[k].word);
	int more = (*verbs != 0) + (*kinds != 0);
	if (more && found)
		fputc('\n', out);
	if (*verbs)
		head(SAY(EXPLAIN_MODIFIER_OF, verbs));
	for (int v = 1; v < VERB_COUNT; v++)
		if (has_word(verb_rows[v].modifiers, word))
			examples(OF_VERB, verb_rows[v].word, word);
	if (*verbs && *kinds)
		fputc('\n', out);
	if (*kinds)
		head(SAY(EXPLAIN_KEY_OF, kinds));
	for (int k = 1; k < KIND_COUNT; k++)
		if (has_word(kind_rows[k].keys, word))
			examples(OF_KIND, kind_rows[k].word, word);
	arena_free(&a);
	return more;
}

static int list_table(const char *name)
{
	for (const struct table *t = tables; t < tables + TABLES; t++) {
		if (strcmp(t->name, name))
			continue;
		head(SAY(EXPLAIN_LIST, t->name));
		for (int i = t->first; i < table_end(t); i++)
			t->show(i, true);
		return 1;
	}
	return 0;
}

struct names { struct arena *arena; const char **list; int count; };

static void names_add(struct names *n, const char *names)
{
	for (size_t length; *names && n->count < MOST_WORDS; names += length + (names[length] == '|')) {
		length = strcspn(names, "|");
		n->list[n->count++] = arena_word(n->arena, names, length);
	}
}

struct choices explain_choices(struct call *c)
{
	struct names n = { &c->arena, arena_get(&c->arena, MOST_WORDS * sizeof *n.list), 0 };
	for (const struct table *t = tables; t < tables + TABLES; t++) {
		names_add(&n, t->name);
		for (int i = t->first; i < table_end(t); i++) {
			names_add(&n, t->word(i));
			for (int k = 0; k < 2 && t->other[k]; k++)
				names_add(&n, t->other[k](i));
		}
	}
	return (struct choices){ n.list, n.count };
}

/* Names of which the word is a part, 锁 of 互斥锁; "": of none, or of so many that it says nothing. */
static const char *names_with(struct arena *a, const struct choices *known, const char *word)
{
	enum { MOST = 12 };
	const char *with = "";
	int n = 0;
	for (int i = 0; i < known->count && *word; i++) {
		bool again = false;
		for (int k = 0; k < i && !again; k++)
			again = !strcmp(known->word[k], known->word[i]);
		if (strcasestr(known->word[i], word) && !again && ++n <= MOST)
			with = word_list(a, with, known->word[i]);
	}
	return n <= MOST ? with : "";
}

static int unknown(struct call *c, const char *word)
{
	struct choices known = explain_choices(c);
	for (const struct command *k = command_rows; k < command_rows + COMMAND_COUNT; k++)
		if (k->function && !strcmp(k->word, word))
			return complain(EXIT_USAGE, SAY(IS_A_COMMAND, word), SAY(NO_ENTRY, word));
	const char *with = names_with(&c->arena, &known, word);
	return complain(EXIT_USAGE, *with ? SAY(ENTRIES_WITH, with) : did_you_mean(word, known.word, known.count, SAY(THE_LISTS)), SAY(NO_ENTRY, word));
}

/* `explain dead end`: a name may have blanks in it. */
static const char *words_typed(struct call *c)
{
	const char *all = c->operand[0];
	for (int i = 1; i < c->operands; i++)
		all = arena_print(&c->arena, "%s %s", all, c->operand[i]);
	return all;
}

static int explain(const char *word, int found)
{
	found += explain_word(word, found);
	return found + explain_part(word, found);
}

char *explained(const char *word)
{
	char *text = NULL;
	size_t length;
	out = must_have(open_memstream(&text, &length));
	int found = explain(word, 0);
	fclose(out);
	if (found)
		return must_have(text);
	free(text);
	return NULL;
}

int command_EXPLAIN(struct call *c)
{
	const char *word = words_typed(c);
	out = stdout;
	int found = explain(word, list_table(word));
	return found ? EXIT_FINE : unknown(c, word);
}
