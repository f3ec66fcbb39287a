/* An exercise as it is handed out: what is cut from its text, and what is left. */
#include "tests/unit/test.h"
#include <string.h>
#include "sim/language/exercise.h"

static const struct { const char *about, *whole, *left; } rows[] = {
	{ "a list of hints, in the column of its key or deeper, with the lines between them",
	  "exercise:\n  task: t\n  hints:\n  - a\n\n  # b\n  - c\r\n\r\n  - d\n  edit: [main]\n",
	  "exercise:\n  task: t\n  edit: [main]\n" },
	{ "hints that end where less is indented",
	  "exercise:\n  hints:\n    - a\n  task: t\nmain: []\n",
	  "exercise:\n  task: t\nmain: []\n" },
	{ "hints that end with the exercise",
	  "exercise:\n  task: t\n  hints: [a,\n    b]\nmain: []\n",
	  "exercise:\n  task: t\nmain: []\n" },
	{ "hints at the end of the file, without an end of the line",
	  "exercise:\n  task: t\n  hints:\n    - a",
	  "exercise:\n  task: t\n" },
	{ "hints at the end of the file, and an empty line",
	  "exercise:\n  task: t\n  hints:\n    - a\n\n",
	  "exercise:\n  task: t\n\n" },
	{ "hints at the end of the file, and blanks without an end of the line",
	  "exercise:\n  task: t\n  hints:\n    - a\n  ",
	  "exercise:\n  task: t\n  " },
	{ "the hints of what is expected",
	  "expect:\n  - always: a\n    hint: b\n  - hint: c\n  - finally: d\n    name: e\n    hint:\n      f\n",
	  "expect:\n  - always: a\n  - hint: c\n  - finally: d\n    name: e\n" },
	{ "hints within a line", "exercise: {task: t, hints: [a]}\n", NULL },
	{ "no hints", "exercise:\n  task: t\n", NULL },
	{ "nothing but hints", "exercise:\n  hints: [a]\n", NULL },
	{ "no mappings and no lists", "exercise: hints\nexpect: hint\n", NULL },
	{ "an expectation that is no mapping", "expect: [hint]\n", NULL },
	{ "no exercise", "main: []\n", NULL },
};

static void hints_are_cut_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena a = { 0 };
		struct source s;
		struct diags d = { .arena = &a, .source = &s };
		struct text left = { 0 };
		source_init(&s, &a, "", rows[i].whole, strlen(rows[i].whole));
		const struct node *root = yaml_read(&d, &s);
		assert_non_null(root);
		bool some = exercise_without_hints(&left, &s, root);
		const char *want = rows[i].left ? rows[i].left : rows[i].whole;
		if (some != (rows[i].left != NULL) || strcmp(text_is(&left), want))
			fail_msg("%s: left is\n%s", rows[i].about, text_is(&left));
		text_free(&left);
		diags_free(&d);
		arena_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hints_are_cut_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
