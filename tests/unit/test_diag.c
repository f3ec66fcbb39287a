/* Places in a source, and diagnostics as people see them. */
#include "tests/unit/test.h"
#include <stdio.h>
#include <string.h>
#include "sim/base/diag.h"
#include "sim/language/messages.h"

struct bench { struct arena arena; struct source source; struct diags diags; struct text text; };

static void lay(struct bench *b, const char *text)
{
	*b = (struct bench){0};
	source_init(&b->source, &b->arena, "file.yaml", text, strlen(text));
	b->diags = (struct diags){.arena = &b->arena, .source = &b->source};
}

static void clear_away(struct bench *b)
{
	diags_free(&b->diags);
	text_free(&b->text);
	arena_free(&b->arena);
}

/* The only diagnostic, as text. */
static const char *shown(struct bench *b)
{
	text_clear(&b->text);
	diag_text(&b->text, &b->diags, &b->diags.list[0]);
	return text_is(&b->text);
}

static void lines_are_found_whatever_ends_them(void **state)
{
	static const struct { const char *text; uint32_t lines, last; } rows[] = {
		{"", 1, 0}, {"a", 1, 0}, {"a\n", 1, 0}, {"a\nb", 2, 2}, {"a\nb\n", 2, 2}, {"\n\n", 2, 1},
		{"a\r\nb\r\n", 2, 3}, {"a\rb", 2, 2}, {"a\n\rb", 3, 3}, {"\r\n", 1, 0},
		{"\xef\xbb\xbf" "a\nb", 2, 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench b;

		lay(&b, rows[i].text);
		assert_int_equal(b.source.lines, rows[i].lines);
		assert_int_equal(b.source.line[b.source.lines - 1], rows[i].last);
		assert_int_equal(b.source.text[b.source.length], 0);
		clear_away(&b);
	}
}

static void a_byte_offset_becomes_line_and_column(void **state)
{
	static const struct { const char *text; size_t offset, length; struct place place; } rows[] = {
		{"ab\ncd\n", 0, 1, {1, 1, 1}},
		{"ab\ncd\n", 1, 9, {1, 2, 1}},          /* cut at the line's end */
		{"ab\ncd\n", 2, 1, {1, 3, 0}},
		{"ab\ncd\n", 3, 2, {2, 1, 2}},
		{"ab\ncd\n", 6, 1, {2, 3, 0}},          /* the file's end stands behind its last line */
		{"ab\ncd", 5, 1, {2, 3, 0}},
		{"ab\r\ncd", 1, 9, {1, 2, 1}},
		{"ab\r\ncd", 3, 1, {1, 3, 0}},
		{"ab\r\ncd", 4, 1, {2, 1, 1}},
		{"抢: b", 5, 1, {1, 6, 1}},             /* columns count bytes here */
		{"", 0, 5, {1, 1, 0}},
		{"ab", 99, 1, {1, 3, 0}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench b;
		struct place p;

		lay(&b, rows[i].text);
		p = source_place(&b.source, rows[i].offset, rows[i].length);
		assert_memory_equal(&p, &rows[i].place, sizeof p);
		clear_away(&b);
	}
}

static void a_diagnostic_quotes_and_underlines_its_line(void **state)
{
	struct bench b;
	struct diag *e;

	(void)state;
	lay(&b, "a\nb\nkey: 1\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n      - aquire: counter\n");
	e = diag_add(&b.diags, DIAG_VERB, (struct place){14, 9, 6},
		SAY(AS_IT_IS, "did you mean `acquire`?"), SAY(AS_IT_IS, "unknown verb `aquire`"));
	e->other = (struct place){3, 1, 3};
	e->note = "first given here";
	assert_string_equal(shown(&b),
		"file.yaml:14:9: error: unknown verb `aquire` [E021]\n"
		"   |\n"
		"14 |       - aquire: counter\n"
		"   |         ^~~~~~\n"
		"   = help: did you mean `acquire`?\n"
		"   = note: first given here: file.yaml:3:1\n");
	text_clear(&b.text);
	diag_line(&b.text, &b.diags, e);
	assert_string_equal(text_is(&b.text), "file.yaml:14:9: error: unknown verb `aquire` [E021]");
	clear_away(&b);
}

/* Each language has its own order; braces that are no slots are just braces. */
static void sentences_are_filled_in_by_name(void **state)
{
	struct bench b;

	(void)state;
	lay(&b, "x: 1\n");
	text_say(&b.text, SAY(OUT_OF_RANGE, 70, 1, 64));
	text_say(&b.text, SAY(LONG_FORM, "queue", "maxsize"));
	assert_string_equal(text_is(&b.text), "70 is out of range: 1 to 64 is allowed herethe long form is {queue: {maxsize: ..}}");
	say_in_chinese(true);
	diag_add(&b.diags, DIAG_KEY, (struct place){1, 1, 1}, SAY(LONG_FORM, "{keys}", "k"), SAY(UNKNOWN_KEY_IN, "x", "顶层"));
	assert_string_equal(shown(&b), "file.yaml:1:1: 错误：顶层没有 `x` 这个键 [E020]\n"
		"  |\n1 | x: 1\n  | ^\n  = 提示：完整写法是 {{keys}: {k: ..}}\n");
	say_in_chinese(false);
	clear_away(&b);
}

static void a_diagnostic_of_the_whole_file_quotes_nothing(void **state)
{
	struct bench b;

	(void)state;
	lay(&b, "");
	diag_add(&b.diags, DIAG_EMPTY, (struct place){0}, SAY(AS_IT_IS, "write something"), SAY(AS_IT_IS, "the file is empty"));
	assert_string_equal(shown(&b),
		"file.yaml: error: the file is empty [E002]\n   = help: write something\n");
	clear_away(&b);
}

static void columns_are_characters_and_the_underline_is_cells(void **state)
{
	struct bench b;

	(void)state;
	lay(&b, "\t抢票: é foo\n");
	diag_add(&b.diags, DIAG_NAME, (struct place){1, 2, 6}, NOTHING_TO_SAY, SAY(AS_IT_IS, "one"));
	assert_string_equal(shown(&b), "file.yaml:1:2: error: one [E024]\n"
		"  |\n1 |  抢票: é foo\n  |  ^~~~\n");
	b.diags.list[0].place = (struct place){1, 13, 3};
	assert_string_equal(shown(&b), "file.yaml:1:8: error: one [E024]\n"
		"  |\n1 |  抢票: é foo\n  |          ^~~\n");
	clear_away(&b);
}

static void a_warning_is_called_one_and_is_no_error(void **state)
{
	struct bench b;

	(void)state;
	lay(&b, "a: 1\n");
	diag_add(&b.diags, DIAG_UNUSED, (struct place){1, 1, 1}, NOTHING_TO_SAY, SAY(AS_IT_IS, "`a` is never used"));
	diag_line(&b.text, &b.diags, &b.diags.list[0]);
	assert_string_equal(text_is(&b.text), "file.yaml:1:1: warning: `a` is never used [W001]");
	assert_int_equal(b.diags.errors, 0);
	diag_add(&b.diags, DIAG_KEY, (struct place){1, 1, 1}, NOTHING_TO_SAY, SAY(AS_IT_IS, "no"));
	assert_int_equal(b.diags.errors, 1);
	clear_away(&b);
}

static void nothing_that_a_terminal_obeys_is_printed(void **state)
{
	struct bench b;
	struct diag *e;

	(void)state;
	lay(&b, "a: \x1b[31m\xe2\x80\xae red \xff x\n");
	b.source.name = "\x1b]0;title\x07.yaml";
	e = diag_add(&b.diags, DIAG_VERB, (struct place){1, 4, 5}, SAY(AS_IT_IS, "not \x1b[1m"),
		SAY(AS_IT_IS, "unknown `\x1b[31m\xe2\x80\xae`"));
	e->note = "\x9b";
	e->other = e->place;
	shown(&b);
	for (size_t i = 0; i < b.text.length; i++)
		assert_true(b.text.at[i] == '\n' || (b.text.at[i] >= ' ' && b.text.at[i] < 0x7f));
	assert_string_equal(text_is(&b.text),
		"\\x1b]0;title\\x07.yaml:1:4: error: unknown `\\x1b[31m\\u202e` [E021]\n"
		"  |\n"
		"1 | a: \\x1b[31m\\u202e red \\xff x\n"
		"  |    ^~~~~~~~\n"
		"  = help: not \\x1b[1m\n"
		"  = note: \\x9b: \\x1b]0;title\\x07.yaml:1:4\n");
	clear_away(&b);
}

static void a_long_line_is_cut_around_the_place(void **state)
{
	static const struct { size_t column; const char *begin, *end; } rows[] = {
		{1, "1 | aaaa", "aaaa...\n"},
		{500, "1 | ...aaaa", "aaaa...\n"},
		{1000, "1 | ...aaaa", "aaaX\n"},
	};
	char line[1001];

	(void)state;
	memset(line, 'a', 1000);
	line[1000] = 0;
	line[999] = 'X';
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench b;
		char *excerpt, *mark;

		lay(&b, line);
		diag_add(&b.diags, DIAG_SYNTAX, (struct place){1, (uint32_t)rows[i].column, 1}, NOTHING_TO_SAY, SAY(AS_IT_IS, "bad"));
		shown(&b);
		excerpt = strstr(b.text.at, "1 | ");
		mark = strstr(excerpt, "\n  | ");
		assert_memory_equal(excerpt, rows[i].begin, strlen(rows[i].begin));
		assert_memory_equal(mark + 1 - strlen(rows[i].end), rows[i].end, strlen(rows[i].end));
		assert_true(mark - excerpt <= 4 + 160);
		if (rows[i].column == 1000)             /* the caret stands below the X */
			assert_int_equal(strchr(mark, '^') - (mark + 1), strchr(excerpt, 'X') - excerpt);
		clear_away(&b);
	}
}

/* 200,000 bytes in a line: letters, characters of two cells, letters with marks above them that take none. */
static void the_place_in_a_very_long_line_is_underlined(void **state)
{
	static const char *const units[] = {"a", "\u7968", "e\u0301"};
	static const char found[] = "XY\u7968";  /* of four cells */
	enum { LONG = 200000, MOST = 160 };

	(void)state;
	for (size_t i = 0; i < 3 * COUNT(units); i++) {
		const char *unit = units[i % COUNT(units)], *of_it, *excerpt, *mark, *end;
		size_t bytes = strlen(unit), count = LONG / bytes, before = i / 3 * (count / 2);
		struct text line = {0};
		struct bench b;

		for (size_t k = 0; k <= count; k++)
			text_put(&line, k == before ? found : unit);
		lay(&b, text_is(&line));
		diag_add(&b.diags, DIAG_SYNTAX, (struct place){1, (uint32_t)(before * bytes) + 1, sizeof found - 1}, NOTHING_TO_SAY, SAY(AS_IT_IS, "bad"));
		shown(&b);
		excerpt = strstr(text_is(&b.text), "1 | ") + 4;
		end = strstr(excerpt, "\n  | ");
		mark = end + 5;
		of_it = strstr(excerpt, found);
		assert_non_null(of_it);
		assert_true(of_it < end);
		assert_true(utf8_cells(excerpt, (size_t)(end - excerpt)) <= MOST);
		assert_int_equal(utf8_cells(excerpt, (size_t)(of_it - excerpt)), strspn(mark, " "));
		assert_int_equal(strncmp(mark + strspn(mark, " "), "^~~~\n", 5), 0);
		if (before) {                           /* it begins with a whole character, and not with its mark */
			assert_int_equal(strncmp(excerpt, "...", 3), 0);
			assert_int_equal(strncmp(excerpt + 3, unit, bytes), 0);
		}
		if (before + 1 < count)
			assert_int_equal(strncmp(end - 3, "...", 3), 0);
		text_free(&line);
		clear_away(&b);
	}
}

static void a_place_beyond_its_line_is_survived(void **state)
{
	static const struct place rows[] = {
		{1, 99, 99}, {1, 1, 4000000000u}, {9, 1, 1}, {1, 0, 1}, {2, 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench b;

		lay(&b, "ab\n\n");
		diag_add(&b.diags, DIAG_TYPE, rows[i], NOTHING_TO_SAY, SAY(AS_IT_IS, "odd"))->other = rows[i];
		assert_non_null(strstr(shown(&b), "error: odd [E023]\n"));
		clear_away(&b);
	}
}

static void diagnostics_are_sorted_by_place_and_stay_in_order_within_one(void **state)
{
	static const struct place given[] = {
		{3, 1, 1}, {1, 5, 1}, {1, 5, 1}, {1, 2, 1}, {0, 0, 0}, {1, 5, 1},
	};
	static const char expected[] = "431250";
	struct bench b;

	(void)state;
	lay(&b, "a\n");
	for (size_t i = 0; i < COUNT(given); i++)
		diag_add(&b.diags, DIAG_TYPE, given[i], NOTHING_TO_SAY, SAY(ERROR_IS, i));
	diags_sort(&b.diags);
	for (size_t i = 0; i < COUNT(given); i++)
		assert_int_equal(b.diags.list[i].message[sizeof "error: " - 1], expected[i]);
	clear_away(&b);
}

static void every_kind_of_diagnostic_has_its_own_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < DIAG_COUNT; i++) {
		assert_int_equal(diag_kinds[i].code[0], diag_kinds[i].severity == ERROR ? 'E' : 'W');
		assert_true(*diag_kinds[i].title && *diag_kinds[i].explanation);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(diag_kinds[i].code, diag_kinds[j].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_found_whatever_ends_them),
		cmocka_unit_test(a_byte_offset_becomes_line_and_column),
		cmocka_unit_test(a_diagnostic_quotes_and_underlines_its_line),
		cmocka_unit_test(sentences_are_filled_in_by_name),
		cmocka_unit_test(a_diagnostic_of_the_whole_file_quotes_nothing),
		cmocka_unit_test(columns_are_characters_and_the_underline_is_cells),
		cmocka_unit_test(a_warning_is_called_one_and_is_no_error),
		cmocka_unit_test(nothing_that_a_terminal_obeys_is_printed),
		cmocka_unit_test(a_long_line_is_cut_around_the_place),
		cmocka_unit_test(the_place_in_a_very_long_line_is_underlined),
		cmocka_unit_test(a_place_beyond_its_line_is_survived),
		cmocka_unit_test(diagnostics_are_sorted_by_place_and_stay_in_order_within_one),
		cmocka_unit_test(every_kind_of_diagnostic_has_its_own_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
