/* Examples: the rows, and the scenario that makes a file of each. */
#include "sim/language/examples.h"
#include <ctype.h>
#include <string.h>

const struct example example_rows[] = {
#define GIVEN(where, name, declaration)
#define WORD(word, meaning, meaning_zh, text) { OF_WORD, word, meaning, meaning_zh, text },
#define EXAMPLE(of, word, about, about_zh, text) { OF_##of, word, about, about_zh, text },
#include "sim/language/examples.def"
#undef GIVEN
#undef WORD
#undef EXAMPLE
#define CONCEPT(words, words_zh, meaning, meaning_zh, command, example) { OF_CONCEPT, words, "", "", example },
#include "sim/language/concepts.def"
#undef CONCEPT
};
const int example_count = sizeof example_rows / sizeof *example_rows;

const struct concept concept_rows[] = {
#define CONCEPT(words, words_zh, meaning, meaning_zh, command, example) { words, words_zh, meaning, meaning_zh, command, example },
#include "sim/language/concepts.def"
#undef CONCEPT
};
const int concept_count = sizeof concept_rows / sizeof *concept_rows;

const struct given given_rows[] = {
#define GIVEN(where, name, declaration) { where, name, declaration },
#define WORD(...)
#define EXAMPLE(...)
#include "sim/language/examples.def"
#undef GIVEN
#undef WORD
#undef EXAMPLE
};
const int given_count = sizeof given_rows / sizeof *given_rows;

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* As a word of its own, behind the `-` that the text begins with. */
static bool occurs(const char *word, const char *text)
{
	size_t n = strlen(word);
	for (const char *s = text; (s = strstr(s, word)); s += n)
		if (!in_word(s[-1]) && !in_word(s[n]))
			return true;
	return false;
}

static bool is_steps(const struct example *e)
{
	return *e->text == '-';
}

bool example_needs(const struct example *e, const struct given *g)
{
	return is_steps(e) && occurs(g->name, e->text);
}

/* "where:\n  name: declaration\n..": what the example needs of one mapping. */
static const char *declared(struct arena *a, const struct example *e, const char *where)
{
	const char *all = "";
	for (int i = 0; i < given_count; i++)
		if (!strcmp(given_rows[i].where, where) && example_needs(e, &given_rows[i]))
			all = arena_print(a, "%s  %s: %s\n", all, given_rows[i].name, given_rows[i].declaration);
	return *all ? arena_print(a, "%s:\n%s", where, all) : "";
}

static const char *indented(struct arena *a, const char *text)
{
	const char *all = "";
	for (size_t n; *text; text += n) {
		n = strcspn(text, "\n") + 1;
		all = arena_print(a, "%s  %.*s", all, (int)n, text);
	}
	return all;
}

const char *example_scenario(struct arena *a, const struct example *e)
{
	const char *head = e->of == OF_SCENARIO && !strcmp(e->word, "scenario") ? "" : "scenario: example\n";
	if (!is_steps(e))
		return arena_print(a, "%s%s%s", head, e->text,
		                   strstr(e->text, "main:") || strstr(e->text, "processes:") ? "" : "main: [{say: hello}]\n");
	return arena_print(a, "%s%s%s%s%s%smain:\n%s", head, declared(a, e, "shared"), declared(a, e, "private"), declared(a, e, "objects"),
	                   declared(a, e, "functions"), declared(a, e, "processes"), indented(a, e->text));
}

const char *example_objects(struct arena *a, const struct example *e)
{
	const char *all = "";
	for (int i = 0; i < given_count; i++)
		if (!strcmp(given_rows[i].where, "objects") && example_needs(e, &given_rows[i]))
			all = arena_print(a, "%s%s%s: %s", all, *all ? ", " : "", given_rows[i].name, given_rows[i].declaration);
	return all;
}

/* Where a text of a flow mapping ends: at its closing brace, or at a comma. */
static const char *end_of_text(const char *s)
{
	if (*s == '"')
		return strchr(s + 1, '"') + 1;
	return s + strcspn(s, ",}");
}

const char *example_shown(struct arena *a, const struct example *e, const char *language)
{
	static const char both[] = "{en: ", between[] = ", zh: ";
	const char *all = "", *at = e->text;
	for (const char *s; (s = strstr(at, both)); ) {
		const char *en = s + strlen(both), *en_end = end_of_text(en), *zh = en_end + strlen(between), *zh_end = end_of_text(zh);
		bool is_zh = !strcmp(language, "zh");
		all = arena_print(a, "%s%.*s%.*s", all, (int)(s - at), at, (int)(is_zh ? zh_end - zh : en_end - en), is_zh ? zh : en);
		at = zh_end + 1;
	}
	return arena_print(a, "%s%s", all, at);
}
