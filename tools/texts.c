/* Are all texts there in both languages, and do both say the same of the same things? Every build runs this: it prints
 * what is wrong with the tables, and fails. A row must have its Chinese; both languages must fill the same slots,
 * {name}, and, where a table is filled in as by printf, have the same conversions in the same order. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/say.h"

enum { MOST = 12, LONGEST = 40 };
struct parts { int count; char word[MOST][LONGEST]; };
static int wrongs;

static void wrong(const char *table, const char *id, const char *what, const char *part)
{
	fprintf(stderr, "%s: %s: %s%s\n", table, id, what, part);
	wrongs++;
}

static void part_add(struct parts *p, const char *at, size_t length)
{
	if (p->count < MOST && length < LONGEST) {
		memcpy(p->word[p->count], at, length);
		p->word[p->count++][length] = 0;
	}
}

static bool part_in(const struct parts *p, const char *word)
{
	for (int i = 0; i < p->count; i++)
		if (!strcmp(p->word[i], word))
			return true;
	return false;
}

static struct parts slots_of(const char *s)
{
	struct parts p = { 0 };
	for (; (s = strchr(s, '{')); s++) {
		size_t n = strspn(s + 1, "abcdefghijklmnopqrstuvwxyz_");
		if (n && s[1 + n] == '}')
			part_add(&p, s + 1, n);
	}
	return p;
}

static struct parts conversions_of(const char *s)
{
	struct parts p = { 0 };
	for (; (s = strchr(s, '%')); s++) {
		size_t n = 1 + strspn(s + 1, "-+ #0123456789.*lzh");
		if (s[n] == '%')
			s += n;
		else if (strchr("sdcufgxX", s[n]) && s[n])
			part_add(&p, s, n + 1);
	}
	return p;
}

static struct parts words_of(const char *s)
{
	struct parts p = { 0 };
	while (*s) {
		size_t n = strcspn(s, ", ");
		part_add(&p, s, n);
		s += n + strspn(s + n, ", ");
	}
	return p;
}

/* All of these are there. */
static void covered(const char *table, const char *id, const struct parts *these, const struct parts *by, const char *what)
{
	for (int i = 0; i < these->count; i++)
		if (!part_in(by, these->word[i]))
			wrong(table, id, what, these->word[i]);
}

static bool is_in(const char *list, const char *s, size_t length)
{
	for (; *list; list += strcspn(list, " "), list += strspn(list, " ")) {
		size_t n = strcspn(list, " ");
		if (n <= length && !memcmp(list, s, n))
			return true;
	}
	return false;
}

/* A text is whole: nothing is glued before or behind it. (Two blanks and more are the indentation of a line.) */
static void whole(const char *table, const char *id, const char *s)
{
	size_t n = strlen(s);
	const char *last = s + (n > 3 ? n - 3 : 0);
	if (n && (is_in(", ; : ， ； ： 、", s, n) || (*s == ' ' && s[1] != ' ')))
		wrong(table, id, "it begins as a part of a sentence: ", s);
	if (n && (s[n - 1] == ' ' || s[n - 1] == ',' || s[n - 1] == ';' || is_in("， ； 、", last, strlen(last))))
		wrong(table, id, "it ends as a part of a sentence: ", s);
}

/* A text, and its Chinese. What only Chinese needs (a measure word) has no English. */
static void both(const char *table, const char *id, const char *en, const char *zh)
{
	if (*en && !*zh)
		wrong(table, id, "it has no Chinese", "");
	whole(table, id, en);
	whole(table, id, zh);
}

static void sentence(const char *table, const char *id, const char *slots, const char *en, const char *zh)
{
	struct parts named = words_of(slots), english = slots_of(en), chinese = slots_of(zh);
	both(table, id, en, zh);
	static const char *const any[] = { "forklore", "program" };             /* any row may name a command of the program, or it alone */
	for (int i = 0; i < 2; i++)
		if (part_in(&english, any[i]) || part_in(&chinese, any[i]))
			part_add(&named, any[i], strlen(any[i]));
	covered(table, id, &named, &english, "the English leaves out the slot ");
	covered(table, id, &named, &chinese, "the Chinese leaves out the slot ");
	covered(table, id, &english, &named, "a slot that is not listed: ");
	covered(table, id, &chinese, &named, "a slot that is not listed: ");
}

/* Filled in by name or as by printf, as it has slots or conversions. */
static void phrase(const char *table, const char *id, const char *en, const char *zh)
{
	struct parts a = slots_of(en), b = slots_of(zh), c = conversions_of(en), d = conversions_of(zh);
	both(table, id, en, zh);
	covered(table, id, &a, &b, "the Chinese leaves out the slot ");
	covered(table, id, &b, &a, "the English leaves out the slot ");
	bool same = c.count == d.count;
	for (int i = 0; same && i < c.count; i++)
		same = !strcmp(c.word[i], d.word[i]);
	if (!same)
		wrong(table, id, "not the same conversions, in the same order, in both", "");
}

int main(void)
{
	const char *table;
#define MESSAGE(id, slots, en, zh) sentence(table, #id, WORDS_AS_TEXT slots, en, zh);
	table = "sim/base/messages.def";
#include "sim/base/messages.def"
	table = "sim/language/messages.def";
#include "sim/language/messages.def"
	table = "sim/world/messages.def";
#include "sim/world/messages.def"
	table = "sim/schedule/messages.def";
#include "sim/schedule/messages.def"
	table = "sim/stage/messages.def";
#include "sim/stage/messages.def"
	table = "ui/cli/messages.def";
#include "ui/cli/messages.def"
	table = "sim/report/explored.def";
#include "sim/report/explored.def"
	table = "sim/report/grades.def";
#include "sim/report/grades.def"
	table = "ui/dashboard/challenge.def";
#include "ui/dashboard/challenge.def"
	table = "ui/dashboard/predict.def";
#include "ui/dashboard/predict.def"
	table = "ui/dashboard/sentences.def";
#include "ui/dashboard/sentences.def"
#undef MESSAGE
#define PHRASE(id, en, zh) phrase(table, #id, en, zh);
	table = "sim/report/story.def";
#include "sim/report/story.def"
#undef PHRASE
#define WORD(id, en, zh) phrase(table, #id, en, zh);
	table = "ui/dashboard/words.def";
#include "ui/dashboard/words.def"
#undef WORD
#define KEY(id, keys, when, name, label, label_zh, meaning, meaning_zh) \
	both(table, #id, label, label_zh), both(table, #id, meaning, meaning_zh);
	table = "ui/dashboard/keys.def";
#include "ui/dashboard/keys.def"
#undef KEY
#define READY(id, word, operands, least, most, meaning, zh) both(table, #id, meaning, zh);
#define LATER(id, word)
	table = "ui/cli/commands.def";
#include "ui/cli/commands.def"
#undef READY
#undef LATER
#define EXCEPTION(id, word, meaning, zh) both(table, word, meaning, zh);
	table = "sim/language/exceptions.def";
#include "sim/language/exceptions.def"
#undef EXCEPTION
#define GIVEN(...)
#define WORD(word, meaning, zh, text) both(table, word, meaning, zh);
#define EXAMPLE(of, word, about, zh, text) \
	if (*about || *zh) \
		both(table, word, about, zh);
	table = "sim/language/examples.def";
#include "sim/language/examples.def"
#undef GIVEN
#undef WORD
#undef EXAMPLE
#define CONCEPT(words, words_zh, meaning, meaning_zh, command, example) \
	both(table, words, words, words_zh), both(table, words, meaning, meaning_zh);
	table = "sim/language/concepts.def";
#include "sim/language/concepts.def"
#undef CONCEPT
#define TOPIC(word, zh) both(table, word, word, zh);
	table = "ui/cli/topics.def";
#include "ui/cli/topics.def"
#undef TOPIC
#define OPTION(id, word, letter, argument, commands, meaning, zh) both(table, #id, meaning, zh);
	table = "ui/cli/options.def";
#include "ui/cli/options.def"
#undef OPTION
#define KIND(id, word, word_zh, lines, keys, short_key, meaning, meaning_zh, python) \
	both(table, #id, word, word_zh), both(table, #id, meaning, meaning_zh);
	table = "sim/language/kinds.def";
#include "sim/language/kinds.def"
#undef KIND
#define FUNCTION(id, word, of, least, most, meaning, zh, python) both(table, #id, meaning, zh);
	table = "sim/language/functions.def";
#include "sim/language/functions.def"
#undef FUNCTION
#define CONTROL(id, word, form, modifiers, meaning, zh, python) both(table, #id, meaning, zh);
#define ACTION_VERB(id, word, form, modifiers, op, kinds, en, sentence_zh, meaning, zh, python) \
	phrase(table, #id, en, sentence_zh), both(table, #id, meaning, zh);
	table = "sim/language/verbs.def";
#include "sim/language/verbs.def"
#undef CONTROL
#undef ACTION_VERB
#define KEY(where, word, form, meaning, zh) both(table, word, meaning, zh);
	table = "sim/language/keys.def";
#include "sim/language/keys.def"
#undef KEY
#define POLICY(id, word, title, title_zh, slices, meaning, meaning_zh, question, question_zh) \
	both(table, #id, title, title_zh), both(table, #id, meaning, meaning_zh), both(table, #id, question, question_zh);
	table = "sim/language/policies.def";
#include "sim/language/policies.def"
#undef POLICY
#define STATE(id, word, zh, letter, meaning, meaning_zh) both(table, #id, word, zh), both(table, #id, meaning, meaning_zh);
#define MARK STATE
	table = "sim/schedule/states.def";
#include "sim/schedule/states.def"
#undef STATE
#undef MARK
#define DIAG(id, code, severity, title, explanation, title_zh, explanation_zh) \
	both(table, code, title, title_zh), both(table, code, explanation, explanation_zh);
	table = "sim/base/diag.def";
#include "sim/base/diag.def"
#undef DIAG
	return wrongs ? EXIT_FAILURE : EXIT_SUCCESS;
}
