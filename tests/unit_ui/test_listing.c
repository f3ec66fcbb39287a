/* The program as its panel shows it. */
#include "tests/unit/load.h"
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include "ui/dashboard/listing.h"

static struct program *load(const char *text, size_t length, const char *language)
{
	return program_load("listing.yaml", text, length, language);
}

static void check(const char *text, const char *language, const char *wanted)
{
	struct program *g = load(text, strlen(text), language);
	struct listing l;
	struct text t = { 0 };

	assert_int_equal(g->diags.errors, 0);
	listing_make(&l, g);
	for (size_t i = 0; i < l.rows; i++)
		text_print(&t, "%2u %*s%s\n", l.row[i].line, 2 * l.row[i].indent, "", l.row[i].text);
	assert_string_equal(text_is(&t), wanted);
	text_free(&t);
	listing_free(&l);
	program_free(g);
}

/* What a narrow panel would cut has lines of its own, and braces around a single thing say nothing. */
static void what_is_declared_is_not_cut(void **state)
{
	(void)state;
	check("scenario: long\n"
	      "shared: {left: 10, right: 20, middle: 30}\n"
	      "objects: {buns: {queue: {maxsize: 3, joinable: true}}}\n"
	      "processes:\n"
	      "  cook:\n"
	      "    each: {food: [bun, bone, swill]}\n"
	      "    steps: [{put: buns, item: \"{food}\"}]\n", "en",
	      " 2 shared:\n"
	      " 2   left: 10\n"
	      " 2   right: 20\n"
	      " 2   middle: 30\n"
	      " 3 objects:\n"
	      " 3   buns: queue {maxsize: 3, joinable: true}\n"
	      " 4 processes:\n"
	      " 5   cook:\n"
	      " 6     each food: bun, bone, swill\n"
	      " 7     put: buns, item: {food}\n");
}

static void each_step_has_a_line_of_its_own(void **state)
{
	(void)state;
	check("scenario: flow\n"
	      "title: {en: Flow, zh: 流}\n"
	      "shared: {n: 0}\n"
	      "objects:\n"
	      "  door: lock\n"
	      "  full: {semaphore: {value: 2, bounded: true}}\n"
	      "processes:\n"
	      "  p:\n"
	      "    count: 2\n"
	      "    color: red\n"
	      "    steps: [{acquire: door, timeout: 1s, into: got}, {if: not got, then: [{say: no}, exit: 1], else: [n += 1]}, {release: door}]\n"
	      "expect: [{finally: n >= 0}]\n", "en",
	      " 3 shared: {n: 0}\n"
	      " 4 objects:\n"
	      " 5   door: lock\n"
	      " 6   full: semaphore {value: 2, bounded: true}\n"
	      " 7 processes:\n"
	      " 8   p: count: 2\n"
	      "11     acquire: door, timeout: 1s, into: got\n"
	      "11     if: not got\n"
	      "11       say: no\n"
	      "11       exit: 1\n"
	      "11     else:\n"
	      "11       n += 1\n"
	      "11     release: door\n");
}

static void texts_are_in_one_language(void **state)
{
	static const char text[] =
		"scenario: words\n"
		"main:\n"
		"  - say: {en: hello, zh: 你好}\n"
		"  - try:\n"
		"      - {raise: Wrong, message: {en: no, zh: 不行}, note: {en: see, zh: 看}}\n"
		"    except:\n"
		"      Wrong:\n"
		"        - {do: n = 1, note: counts}\n"
		"        - {note: counts, do: n = 2}\n"
		"    finally:\n"
		"      - say: bye\n";

	(void)state;
	check(text, "en", " 2 main:\n 3   say: hello\n 4   try:\n 5     raise: Wrong, message: no\n 7   except Wrong:\n"
	                  " 8     n = 1\n 9     n = 2\n10   finally:\n11     say: bye\n");
	check(text, "zh", " 2 main:\n 3   say: 你好\n 4   try:\n 5     raise: Wrong, message: 不行\n 7   except Wrong:\n"
	                  " 8     n = 1\n 9     n = 2\n10   finally:\n11     say: bye\n");
}

static void every_step_of_a_file_has_its_line(void **state)
{
	glob_t files = { 0 };

	(void)state;
	assert_int_equal(glob("scenarios/*.yaml", 0, NULL, &files), 0);
	assert_int_equal(glob("tests/meaning/*.yaml", GLOB_APPEND, NULL, &files), 0);
	for (size_t k = 0; k < files.gl_pathc; k++) {
		struct program *g = load_file(files.gl_pathv[k]);
		struct listing l;
		listing_make(&l, g);
		for (size_t i = 0; i < g->steps && !g->diags.errors; i++)
			if (g->step[i].place.line && l.of_step[i] < 0)
				fail_msg("%s:%u:%u: %s", files.gl_pathv[k], g->step[i].place.line, g->step[i].place.column, g->step[i].text);
		listing_free(&l);
		program_free(g);
	}
	globfree(&files);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_step_has_a_line_of_its_own), cmocka_unit_test(what_is_declared_is_not_cut),
		cmocka_unit_test(texts_are_in_one_language),
		cmocka_unit_test(every_step_of_a_file_has_its_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
