/* explain: what a code or a word means, from the tables that the program itself works by. */
#include "ui/cli/cli.h"
#include <strings.h>
#include <string.h>

struct key { const char *where, *word, *meaning; };
static const struct key keys[] = {
#define KEY(where, word, form, meaning) { #where, word, meaning },
#include "sim/language/keys.def"
#undef KEY
};
enum { KEYS = sizeof keys / sizeof *keys };

/* Where a key stands, as keys.def calls it, and as people do. */
static const char *place_of(const char *where)
{
	static const char *const places[][2] = {
		{ "SCENARIO", "at the top level" }, { "GROUP", "of a group of processes" }, { "MAIN", "of main" },
		{ "FUNCTION", "of a function" }, { "CPU", "of cpu" }, { "EXPECT", "of an expectation" },
		{ "EXERCISE", "of exercise" },
	};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (!strcmp(places[i][0], where))
			return places[i][1];
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

/* ---- one row of each table. line: for a list of all ---- */

static void show_code(int i, bool line)
{
	const struct diag_kind *k = &diag_kinds[i];
	if (line)
		printf("  %s  %s\n", k->code, k->title);
	else
		printf("%s, %s: %s\n  %s\n", k->code, k->severity == ERROR ? "an error" : "a warning", k->title, k->explanation);
}

static void show_verb(int i, bool line)
{
	const struct verb_row *v = &verb_rows[i];
	if (line) {
		printf("  %-12s  %s\n", v->word, v->meaning);
		return;
	}
	printf("%s: a verb of steps\n", v->word);
	printf("  %s\n", v->meaning);
	if (v->kinds) {
		const char *comma = "";
		printf("  acts on: ");
		for (int k = 1; k < KIND_COUNT; k++)
			if (v->kinds >> k & 1) {
				printf("%s%s", comma, kind_rows[k].word);
				comma = ", ";
			}
		puts("");
	}
	printf("  modifiers: %s%snote\n  in Python: %s\n", v->modifiers, *v->modifiers ? " " : "", v->python);
}

static void show_kind(int i, bool line)
{
	const struct kind_row *k = &kind_rows[i];
	const char *comma = "";
	if (line) {
		printf("  %-12s  %s\n", k->word, k->meaning);
		return;
	}
	printf("%s: a kind of object\n  %s\n", k->word, k->meaning);
	if (*k->keys)
		printf("  long form: {%s: {..}} with %s\n", k->word, k->keys);
	printf("  verbs: ");
	for (int v = 1; v < VERB_COUNT; v++)
		if (verb_rows[v].kinds >> i & 1) {
			printf("%s%s", comma, verb_rows[v].word);
			comma = ", ";
		}
	printf("%s\n  in Python: %s\n", *comma ? "" : "-", k->python);
}

static void show_function(int i, bool line)
{
	const struct function_row *f = &function_rows[i];
	if (line)
		printf("  %-12s  %s\n", f->word, f->meaning);
	else
		printf("%s: a function of expressions\n  %s\n  in Python: %s\n", f->word, f->meaning, f->python);
}

static void show_policy(int i, bool line)
{
	const struct policy_row *p = &policy_rows[i];
	if (line)
		printf("  %-12s  %s\n", p->word, p->title);
	else
		printf("%s: a scheduling policy (%s, %s)\n  runs next: %s\n  %s\n", p->word, p->title, p->title_zh,
		       p->meaning, p->question);
}

/* The states, then what may be shown beside them. */
static const struct state_row *state_row(int i)
{
	return i < STATE_COUNT ? &state_rows[i] : &mark_rows[i - STATE_COUNT];
}

static void show_state(int i, bool line)
{
	const struct state_row *s = state_row(i);
	if (line)
		printf("  %c %-12s  %s\n", s->letter, s->word, s->meaning);
	else if (i >= STATE_COUNT)
		printf("%s: what the dashboard shows beside a process's state (%s, as %c)\n  %s\n", s->word, s->word_zh, s->letter,
		       s->meaning);
	else
		printf("%s: a state of a process (%s, shown as %c)\n  %s\n", s->word, s->word_zh, s->letter, s->meaning);
}

static void show_key(int i, bool line)
{
	if (line)
		printf("  %-12s  %s (%s)\n", keys[i].word, keys[i].meaning, place_of(keys[i].where));
	else
		printf("%s: a key %s\n  %s\n", keys[i].word, place_of(keys[i].where), keys[i].meaning);
}

static void show_exception(int i, bool line)
{
	printf(line ? "  %s\n" : "%s: an exception that the language itself raises\n", exception_words[i]);
}

/* ---- the tables ---- */

static const char *code_word(int i)      { return diag_kinds[i].code; }
static const char *verb_word(int i)      { return verb_rows[i].word; }
static const char *kind_word(int i)      { return kind_rows[i].word; }
static const char *function_word(int i)  { return function_rows[i].word; }
static const char *policy_word(int i)    { return policy_rows[i].word; }
static const char *state_word(int i)     { return state_row(i)->word; }
static const char *key_word(int i)       { return keys[i].word; }
static const char *exception_word(int i) { return exception_words[i]; }

static const struct table {
	const char *name;
	int first, end;
	const char *(*word)(int);
	void (*show)(int, bool line);
} tables[] = {
	{ "codes", 0, DIAG_COUNT, code_word, show_code },
	{ "verbs", 1, VERB_COUNT, verb_word, show_verb },
	{ "kinds", 1, KIND_COUNT, kind_word, show_kind },
	{ "functions", 0, FUNCTION_COUNT, function_word, show_function },
	{ "policies", 0, POLICY_COUNT, policy_word, show_policy },
	{ "states", 0, STATE_COUNT + MARK_COUNT, state_word, show_state },
	{ "keys", 0, KEYS, key_word, show_key },
	{ "exceptions", 0, EXCEPTION_COUNT, exception_word, show_exception },
};
enum { TABLES = sizeof tables / sizeof *tables, MOST_WORDS = 500 };

static int explain_word(const char *word)
{
	int found = 0;
	for (const struct table *t = tables; t < tables + TABLES; t++)
		for (int i = t->first; i < t->end; i++)
			if (!strcasecmp(t->word(i), word)) {
				printf("%s", found++ ? "\n" : "");
				t->show(i, false);
			}
	return found;
}

/* A word that stands with others: `timeout` with verbs, `fair` with kinds. */
static int explain_part(const char *word)
{
	int verbs = 0, kinds = 0;
	for (int v = 1; v < VERB_COUNT; v++)
		if (has_word(verb_rows[v].modifiers, word))
			printf("%s%s", verbs++ ? ", " : "a modifier of the verbs ", verb_rows[v].word);
	printf("%s", verbs ? "\n" : "");
	for (int k = 1; k < KIND_COUNT; k++)
		if (has_word(kind_rows[k].keys, word))
			printf("%s%s", kinds++ ? ", " : "a key in the long form of ", kind_rows[k].word);
	printf("%s", kinds ? "\n" : "");
	return verbs + kinds;
}

static int list_table(const char *name)
{
	for (const struct table *t = tables; t < tables + TABLES; t++) {
		if (strcmp(t->name, name))
			continue;
		printf("%s:\n", t->name);
		for (int i = t->first; i < t->end; i++)
			t->show(i, true);
		return 1;
	}
	return 0;
}

static int unknown(const char *word)
{
	const char *words[MOST_WORDS];
	size_t n = 0;
	for (const struct table *t = tables; t < tables + TABLES; t++) {
		words[n++] = t->name;
		for (int i = t->first; i < t->end && n < MOST_WORDS; i++)
			words[n++] = t->word(i);
	}
	return complain(EXIT_USAGE, did_you_mean(word, words, n, SAY(THE_LISTS)), SAY(NO_ENTRY, word));
}

int command_EXPLAIN(struct call *c)
{
	const char *word = c->operand[0];
	int found = list_table(word) + explain_word(word);
	found += explain_part(word);
	return found ? EXIT_FINE : unknown(word);
}
