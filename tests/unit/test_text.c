/* Strings that grow, UTF-8, JSON, what terminals are shown, similar words, and the arena below them. */
#include "tests/unit/test.h"
#include <stdlib.h>
#include <string.h>
#include "sim/base/arena.h"
#include "sim/base/text.h"

static void an_arena_gives_zeroed_aligned_memory(void **state)
{
	struct arena a = {0};

	(void)state;
	for (size_t bytes = 0; bytes < 3000; bytes += 7) {
		char *piece = arena_get(&a, bytes);

		assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < bytes; i++)
			assert_int_equal(piece[i], 0);
		memset(piece, 0xff, bytes);
	}
	arena_free(&a);
	assert_null(a.last);
}

static void an_arena_holds_pieces_larger_than_a_block(void **state)
{
	struct arena a = {0};
	char *small = arena_word(&a, "before", 6), *large = arena_get(&a, 1 << 20);

	(void)state;
	memset(large, 'x', 1 << 20);
	assert_string_equal(small, "before");
	assert_string_equal(arena_print(&a, "%d of %s", 3, "four"), "3 of four");
	arena_free(&a);
}

static void an_arena_copies_words_and_bytes(void **state)
{
	static const int numbers[] = {1, 2, 3};
	struct arena a = {0};

	(void)state;
	assert_string_equal(arena_word(&a, "lock and unlock", 4), "lock");
	assert_string_equal(arena_word(&a, NULL, 0), "");
	assert_memory_equal(arena_copy(&a, numbers, sizeof numbers), numbers, sizeof numbers);
	assert_non_null(arena_copy(&a, NULL, 0));
	arena_free(&a);
}

static void an_array_grows_and_keeps_its_elements(void **state)
{
	int *list = NULL;
	size_t count = 0, room = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		GROW(list, count, room);
		list[count++] = i;
	}
	assert_true(room >= count);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(list[i], i);
	free(list);
}

static void text_grows_by_every_kind_of_addition(void **state)
{
	struct text t = {0};

	(void)state;
	assert_string_equal(text_is(&t), "");
	text_put(&t, "one");
	text_char(&t, ',');
	text_add(&t, "two and more", 3);
	text_print(&t, " %03d %s", 7, "end");
	assert_string_equal(text_is(&t), "one,two 007 end");
	assert_int_equal(t.length, 15);
	text_clear(&t);
	assert_string_equal(text_is(&t), "");
	text_free(&t);
	assert_null(t.at);
}

static void text_takes_ten_thousand_additions(void **state)
{
	struct text t = {0};

	(void)state;
	for (int i = 0; i < 10000; i++)
		text_print(&t, "%d", i % 10);
	assert_int_equal(t.length, 10000);
	assert_int_equal(strlen(t.at), 10000);
	assert_int_equal(t.at[9999], '9');
	text_free(&t);
}

static void a_json_string_is_escaped(void **state)
{
	static const struct { const char *input, *expected; } rows[] = {
		{"", "\"\""},
		{"plain", "\"plain\""},
		{"say \"hi\"", "\"say \\\"hi\\\"\""},
		{"a\\b", "\"a\\\\b\""},
		{"\n\r\t\b\f", "\"\\n\\r\\t\\b\\f\""},
		{"\x1b[31m", "\"\\u001b[31m\""},
		{"\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\""},
		{"抢票 é", "\"抢票 é\""},
		{"a\xff" "b", "\"a\xef\xbf\xbd" "b\""},
		{"\xe6\x8a", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
		{"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	};
	struct text t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		text_clear(&t);
		text_json(&t, rows[i].input);
		assert_string_equal(text_is(&t), rows[i].expected);
	}
	text_free(&t);
}

static void a_shown_text_commands_no_terminal(void **state)
{
	static const struct { const char *input, *expected; } rows[] = {
		{"plain 抢票 é", "plain 抢票 é"},
		{"\x1b[31m", "\\x1b[31m"},
		{"a\tb\nc\r", "a b\\nc\\x0d"},
		{"\x7f", "\\x7f"},
		{"\xc2\x9b", "\\x9b"},                  /* C1: some terminals take it for ESC [ */
		{"\xe2\x80\xae" "abc", "\\u202eabc"},
		{"\xe2\x81\xa6", "\\u2066"},
		{"\xe2\x80\x8f\xd8\x9c", "\\u200f\\u061c"},
		{"\xe2\x80\xa8", "\\u2028"},
		{"\xef\xbb\xbf", "\\ufeff"},
		{"\xff\xc0\xaf", "\\xff\\xc0\\xaf"},
		{"\xe6\x8a", "\\xe6\\x8a"},
	};
	struct text t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		text_clear(&t);
		text_shown(&t, rows[i].input, strlen(rows[i].input));
		assert_string_equal(text_is(&t), rows[i].expected);
	}
	text_clear(&t);
	text_shown(&t, "a\0b", 3);
	text_shown(&t, "抢", 2);                        /* a character cut in two stays inside its bounds */
	assert_string_equal(text_is(&t), "a\\x00b\\xe6\\x8a");
	text_free(&t);
}

static void a_word_for_a_shell_is_quoted_if_it_must_be(void **state)
{
	static const struct { const char *input, *expected; } rows[] = {
		{"race.yaml", "race.yaml"},
		{"", "''"},
		{"a b", "'a b'"},
		{"[x, y x2]", "'[x, y x2]'"},
		{"it's", "'it'\\''s'"},
		{"$HOME;*", "'$HOME;*'"},
		{"不超卖", "'不超卖'"},
	};
	struct text t = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		text_clear(&t);
		text_shell(&t, rows[i].input);
		assert_string_equal(text_is(&t), rows[i].expected);
	}
	text_free(&t);
}

static void utf8_is_decoded_strictly(void **state)
{
	static const struct { const char *input; int bytes; uint32_t code; } rows[] = {
		{"", 0, 7},
		{"a", 1, 'a'},
		{"\x7f", 1, 0x7f},
		{"\xc2\x80", 2, 0x80},
		{"é", 2, 0xe9},
		{"\xe0\xa0\x80", 3, 0x800},
		{"抢", 3, 0x62a2},
		{"\xf0\x9f\x98\x80", 4, 0x1f600},
		{"\xf4\x8f\xbf\xbf", 4, 0x10ffff},
		{"\xf4\x90\x80\x80", 1, 0xfffd},        /* beyond Unicode */
		{"\xc0\x80", 1, 0xfffd},                /* overlong forms */
		{"\xc1\xbf", 1, 0xfffd},
		{"\xe0\x80\xaf", 1, 0xfffd},
		{"\xf0\x80\x80\xaf", 1, 0xfffd},
		{"\xed\xa0\x80", 1, 0xfffd},            /* a surrogate */
		{"\x80", 1, 0xfffd},
		{"\xff", 1, 0xfffd},
		{"\xe6\x8a", 1, 0xfffd},                /* cut short */
		{"\xe6" "aa", 1, 0xfffd},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t code = 7;

		assert_int_equal(utf8_next(rows[i].input, &code), rows[i].bytes);
		assert_int_equal(code, rows[i].code);
	}
}

static void characters_have_the_width_that_terminals_give_them(void **state)
{
	static const struct { uint32_t code; int cells; } rows[] = {
		{0, 0}, {0x1b, 0}, {0x7f, 0}, {0x9b, 0},
		{' ', 1}, {'a', 1}, {'~', 1}, {0xa0, 1}, {0xad, 1}, {0xe9, 1},
		{0x3b1, 1}, {0x2500, 1}, {0x25cf, 1},
		{0x300, 0}, {0x5b0, 0}, {0x200b, 0}, {0x200d, 0}, {0xfe0f, 0}, {0xe0100, 0}, {0x20e3, 0},
		{0x1100, 2}, {0x1160, 0}, {0xac00, 2}, {0x3042, 2}, {0x30a2, 2}, {0x62a2, 2}, {0x7968, 2},
		{0xff21, 2}, {0xff61, 1}, {0x3000, 2}, {0x303f, 1}, {0x20000, 2}, {0x3fffd, 2}, {0x3fffe, 1},
		{0x1f600, 2}, {0x1f680, 2}, {0x231a, 2}, {0x2603, 1}, {0x10ffff, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(utf8_width(rows[i].code), rows[i].cells);
}

static void cells_are_counted_in_the_first_bytes_only(void **state)
{
	static const struct { const char *input; size_t bytes; int cells; } rows[] = {
		{"abc", 3, 3}, {"abc", 2, 2}, {"abc", 99, 3}, {"", 0, 0},
		{"抢票", 6, 4}, {"抢票", 3, 2}, {"e\xcc\x81", 3, 1}, {"é抢a", 6, 4},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(utf8_cells(rows[i].input, rows[i].bytes), rows[i].cells);
}

static void the_distance_of_words_counts_slips_of_the_hand(void **state)
{
	static const struct { const char *a, *b; int limit, expected; } rows[] = {
		{"lock", "lock", 2, 0},
		{"", "", 1, 0},
		{"", "ab", 3, 2},
		{"aquire", "acquire", 2, 1},
		{"acquiree", "acquire", 2, 1},
		{"lick", "lock", 2, 1},
		{"lokc", "lock", 2, 1},                 /* an exchange is one slip */
		{"olkc", "lock", 3, 2},
		{"ca", "abc", 5, 3},
		{"kitten", "sitting", 5, 3},
		{"kitten", "sitting", 2, 3},            /* given up: more than the limit */
		{"signal", "barrier", 3, 4},
		{"死所", "死锁", 2, 1},                 /* characters, not bytes */
		{"死锁", "锁死", 2, 1},
		{"竞态条", "竞态条件", 2, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(word_distance(rows[i].a, rows[i].b, rows[i].limit), rows[i].expected);
		assert_int_equal(word_distance(rows[i].b, rows[i].a, rows[i].limit), rows[i].expected);
	}
}

static void a_word_too_long_to_compare_is_far(void **state)
{
	char word[1000];

	(void)state;
	memset(word, 'a', sizeof word - 1);
	word[sizeof word - 1] = 0;
	assert_int_equal(word_distance(word, word, 3), 4);
}

static void the_nearest_word_is_one_that_may_be_meant(void **state)
{
	static const char *const words[] = {
		"acquire", "release", "lock", "unlock", "semaphore", "set", "wait", "i", "for", "in", "死锁", "竞态条件", "锁",
	};
	static const struct { const char *input, *expected; } rows[] = {
		{"aquire", "acquire"},
		{"Acquire", "acquire"},
		{"LOCK", "lock"},
		{"lokc", "lock"},
		{"unlok", "unlock"},
		{"relase", "release"},
		{"sem", "set"},                         /* one slip counts before a beginning */
		{"sema", "semaphore"},
		{"waiting", "wait"},
		{"phore", "semaphore"},
		{"j", NULL},                            /* any letter is one slip from any other */
		{"banana", NULL},
		{"information", NULL},                  /* `in` is too small a part of it */
		{"meteor for", NULL},
		{"semafor", NULL},
		{"死所", "死锁"},
		{"锁死", "死锁"},
		{"竞态", "竞态条件"},
		{"竞争条件", "竞态条件"},
		{"可重入的锁", NULL},
		{"进程", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *found = word_nearest(rows[i].input, words, COUNT(words));

		assert_string_equal(found ? found : "(none)", rows[i].expected ? rows[i].expected : "(none)");
	}
	assert_null(word_nearest("lock", NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arena_gives_zeroed_aligned_memory),
		cmocka_unit_test(an_arena_holds_pieces_larger_than_a_block),
		cmocka_unit_test(an_arena_copies_words_and_bytes),
		cmocka_unit_test(an_array_grows_and_keeps_its_elements),
		cmocka_unit_test(text_grows_by_every_kind_of_addition),
		cmocka_unit_test(text_takes_ten_thousand_additions),
		cmocka_unit_test(a_json_string_is_escaped),
		cmocka_unit_test(a_shown_text_commands_no_terminal),
		cmocka_unit_test(a_word_for_a_shell_is_quoted_if_it_must_be),
		cmocka_unit_test(utf8_is_decoded_strictly),
		cmocka_unit_test(characters_have_the_width_that_terminals_give_them),
		cmocka_unit_test(cells_are_counted_in_the_first_bytes_only),
		cmocka_unit_test(the_distance_of_words_counts_slips_of_the_hand),
		cmocka_unit_test(a_word_too_long_to_compare_is_far),
		cmocka_unit_test(the_nearest_word_is_one_that_may_be_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
