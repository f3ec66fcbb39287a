/* Examples: each is what `check` accepts, and no word of the language is without. */
#include "tests/unit/test.h"
#include <stdio.h>
#include <string.h>
#include "sim/language/compile.h"
#include "sim/language/examples.h"
#include "sim/schedule/play.h"

static void each_example_is_a_valid_scenario(void **state)
{
	int wrong = 0;
	(void)state;
	for (int i = 0; i < example_count; i++) {
		struct arena a = { 0 };
		const char *text = example_scenario(&a, &example_rows[i]);
		struct program *g = program_load("example.yaml", text, strlen(text), "en");
		if (g->diags.count) {
			struct text t = { 0 };
			diag_text(&t, &g->diags, &g->diags.list[0]);
			print_error("%s:\n%s%s\n", example_rows[i].word, text, text_is(&t));
			text_free(&t);
			wrong++;
		}
		program_free(g);
		arena_free(&a);
	}
	assert_int_equal(wrong, 0);
}

/* Is the text, from here on, in one language: is no choice left in it? */
static bool is_in_one(const char *text)
{
	return !strstr(text, "{en: ") && !strstr(text, ", zh: ");
}

/* What is shown of an example has each text in the reader's language, once, and is otherwise what stands in the table. */
static void each_example_is_shown_in_one_language(void **state)
{
	int texts = 0, pairs = 0;
	(void)state;
	for (int i = 0; i < example_count; i++) {
		struct arena a = { 0 };
		const char *en = example_shown(&a, &example_rows[i], "en"), *zh = example_shown(&a, &example_rows[i], "zh");
		bool is_spoken = !is_in_one(example_rows[i].text);
		texts += is_spoken;
		pairs += strstr(example_objects(&a, &example_rows[i]), "}, crew: {") != NULL;
		assert_true(is_in_one(en) && is_in_one(zh));
		assert_int_equal(is_spoken, strcmp(en, zh) != 0);
		assert_int_equal(is_spoken, strcmp(en, example_rows[i].text) != 0);
		arena_free(&a);
	}
	assert_true(texts > 0 && pairs > 0);
}

static bool has_part(const char *text, const char *before, const char *word, const char *after)
{
	char part[100];
	snprintf(part, sizeof part, "%s%s%s", before, word, after);
	return strstr(text, part) != NULL;
}

/* Has one of the word's examples `part:` in it? "": is there any? */
static bool shown(enum example_of of, const char *word, const char *part)
{
	for (int i = 0; i < example_count; i++)
		if (example_rows[i].of == of && !strcmp(example_rows[i].word, word) &&
		    (!*part || has_part(example_rows[i].text, "", part, ":")))
			return true;
	return false;
}

static int missing(bool there, const char *word, const char *part)
{
	if (!there)
		print_error("sim/language/examples.def: no example of `%s` %s\n", word, part);
	return !there;
}

/* Of each word in a list of them. */
static int missing_parts(enum example_of of, const char *word, const char *parts)
{
	char copy[200], *rest = copy;
	int n = 0;
	snprintf(copy, sizeof copy, "%s", parts);
	for (char *part; (part = strtok_r(rest, " ", &rest));)
		n += missing(shown(of, word, part), word, part);
	return n;
}

static bool declares(const struct given *g, enum kind k)
{
	const char *word = g->declaration + (*g->declaration == '{');
	return !strcmp(g->where, "objects") && !strncmp(word, kind_rows[k].word, strlen(kind_rows[k].word));
}

/* Does an example of the verb act on an object of the kind? In all of them a connection is called `line`. */
static bool shown_on(const char *verb, enum kind k)
{
	for (int i = 0; i < example_count; i++) {
		const struct example *e = &example_rows[i];
		if (e->of != OF_VERB || strcmp(e->word, verb))
			continue;
		if (k == KIND_CONNECTION && has_part(e->text, verb, ": ", "line"))
			return true;
		for (int g = 0; g < given_count; g++)
			if (declares(&given_rows[g], k) && has_part(e->text, verb, ": ", given_rows[g].name))
				return true;
	}
	return false;
}

static void each_verb_has_one_for_each_modifier_and_each_kind_of_object(void **state)
{
	int n = 0;
	(void)state;
	for (int v = 1; v < VERB_COUNT; v++) {
		n += missing(shown(OF_VERB, verb_rows[v].word, ""), verb_rows[v].word, "");
		n += missing_parts(OF_VERB, verb_rows[v].word, verb_rows[v].modifiers);
		for (int k = 1; k < KIND_COUNT; k++)
			if (verb_rows[v].kinds >> k & 1)
				n += missing(shown_on(verb_rows[v].word, k), verb_rows[v].word, kind_rows[k].word);
	}
	assert_int_equal(n, 0);
}

static void each_kind_has_one_for_each_of_its_keys(void **state)
{
	int n = 0;
	(void)state;
	for (int k = 1; k < KIND_COUNT; k++) {
		n += missing(shown(OF_KIND, kind_rows[k].word, ""), kind_rows[k].word, "");
		n += missing_parts(OF_KIND, kind_rows[k].word, kind_rows[k].keys);
	}
	assert_int_equal(n, 0);
}

static void each_row_of_the_other_tables_has_one(void **state)
{
	int n = 0;
	(void)state;
	for (int i = 0; i < FUNCTION_COUNT; i++)
		n += missing(shown(OF_CALL, function_rows[i].word, ""), function_rows[i].word, "");
	for (int i = 0; i < POLICY_COUNT; i++)
		n += missing(shown(OF_POLICY, policy_rows[i].word, ""), policy_rows[i].word, "");
	for (int i = 0; i < STATE_COUNT; i++)
		n += missing(shown(OF_STATE, state_rows[i].word, ""), state_rows[i].word, "");
	for (int i = 0; i < MARK_COUNT; i++)
		n += missing(shown(OF_STATE, mark_rows[i].word, ""), mark_rows[i].word, "");
	for (int i = 0; i < EXCEPTION_COUNT; i++)
		n += missing(shown(OF_EXCEPTION, exception_words[i], ""), exception_words[i], "");
#define KEY(where, word, ...) n += missing(shown(OF_##where, word, word), word, #where);
#include "sim/language/keys.def"
#undef KEY
	assert_int_equal(n, 0);
}

static void each_reserved_word_and_each_way_to_crash_has_an_entry(void **state)
{
	int n = 0;
	(void)state;
	for (int i = 0; reserved_words[i]; i++)
		n += missing(shown(OF_WORD, reserved_words[i], "") || shown(OF_CALL, reserved_words[i], ""), reserved_words[i], "");
	for (int i = 0; crash_rows[i].word; i++)
		n += missing(shown(OF_WORD, crash_rows[i].word, ""), crash_rows[i].word, "");
	assert_int_equal(n, 0);
}

/* A word that the tables do not have would never be found. */
static void no_example_is_of_a_word_that_does_not_exist(void **state)
{
	(void)state;
	for (int i = 0; i < example_count; i++) {
		const struct example *e = &example_rows[i];
		bool there = e->of == OF_WORD || e->of >= OF_SCENARIO;
		for (int v = 1; e->of == OF_VERB && v < VERB_COUNT; v++)
			there |= !strcmp(e->word, verb_rows[v].word);
		for (int k = 1; e->of == OF_KIND && k < KIND_COUNT; k++)
			there |= !strcmp(e->word, kind_rows[k].word);
		for (int f = 0; e->of == OF_CALL && f < FUNCTION_COUNT; f++)
			there |= !strcmp(e->word, function_rows[f].word);
		for (int p = 0; e->of == OF_POLICY && p < POLICY_COUNT; p++)
			there |= !strcmp(e->word, policy_rows[p].word);
		for (int s = 0; e->of == OF_STATE && s < STATE_COUNT; s++)
			there |= !strcmp(e->word, state_rows[s].word);
		for (int m = 0; e->of == OF_STATE && m < MARK_COUNT; m++)
			there |= !strcmp(e->word, mark_rows[m].word);
		for (int x = 0; e->of == OF_EXCEPTION && x < EXCEPTION_COUNT; x++)
			there |= !strcmp(e->word, exception_words[x]);
		if (!there)
			print_error("sim/language/examples.def: `%s` is in no table\n", e->word);
		assert_true(there);
	}
}

static void a_name_is_given_to_an_example_that_has_it_as_a_word(void **state)
{
	static const struct { const char *text; bool has; } rows[] = {
		{ "- n = 1\n", true }, { "- m = (n)\n", true }, { "- m = n", true }, { "-n", true }, { "- m = n_ + n\n", true },
		{ "- m = n_\n", false }, { "- m = my_n\n", false }, { "- m = n1\n", false }, { "- m = an\n", false }, { "n: 1\n", false },
	};
	const struct given n = { "shared", "n", "1" };
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct example e = { OF_VERB, "", "", "", rows[i].text };
		if (example_needs(&e, &n) != rows[i].has)
			fail_msg("`n` in %s", rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_example_is_a_valid_scenario),
		cmocka_unit_test(each_example_is_shown_in_one_language),
		cmocka_unit_test(each_verb_has_one_for_each_modifier_and_each_kind_of_object),
		cmocka_unit_test(each_kind_has_one_for_each_of_its_keys),
		cmocka_unit_test(each_row_of_the_other_tables_has_one),
		cmocka_unit_test(each_reserved_word_and_each_way_to_crash_has_an_entry),
		cmocka_unit_test(no_example_is_of_a_word_that_does_not_exist),
		cmocka_unit_test(a_name_is_given_to_an_example_that_has_it_as_a_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
