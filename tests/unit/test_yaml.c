/* YAML text -> nodes: what is accepted and where it stands, what is refused, and how errors are reported. */
#include "tests/unit/test.h"
#include <stdlib.h>
#include <string.h>
#include "sim/language/yaml.h"

struct bench { struct arena arena; struct source source; struct diags diags; struct node *root; };

static void read_bytes(struct bench *b, const char *text, size_t length)
{
	*b = (struct bench){0};
	source_init(&b->source, &b->arena, "f.yaml", text, length);
	b->diags = (struct diags){.arena = &b->arena, .source = &b->source};
	b->root = yaml_read(&b->diags, &b->source);
	diags_sort(&b->diags);
}

static void read_yaml(struct bench *b, const char *text)
{
	read_bytes(b, text, strlen(text));
}

static void clear_away(struct bench *b)
{
	diags_free(&b->diags);
	arena_free(&b->arena);
}

static void list_node(struct text *t, const struct node *n);

static void list_children(struct text *t, const struct node *n)
{
	text_print(t, n->kind == NODE_LIST ? "[" : "{");
	for (size_t i = 0; i < n->count; i++) {
		text_put(t, i ? " " : "");
		if (n->kind == NODE_MAP) {
			list_node(t, n->key[i]);
			text_char(t, '=');
		}
		list_node(t, n->item[i]);
	}
	text_print(t, n->kind == NODE_LIST ? "]" : "}");
}

/* line:column+length, then the text (' quoted, ~ not exact), or the children. */
static void list_node(struct text *t, const struct node *n)
{
	text_print(t, "%u:%u+%u", n->place.line, n->place.column, n->place.length);
	if (n->kind != NODE_SCALAR) {
		list_children(t, n);
		return;
	}
	text_print(t, "%s%s(%s)", n->quoted ? "'" : "", n->exact ? "" : "~", n->text);
	assert_int_equal(strlen(n->text), n->length);
}

static void nodes_remember_where_they_stand(void **state)
{
	static const struct { const char *input, *expected; } rows[] = {
		{"a: 1", "1:1+4{1:1+1(a)=1:4+1(1)}"},
		{"a:\n  - b\n  - c d  # x\n", "1:1+1{1:1+1(a)=2:3+3[2:5+1(b) 3:5+3(c d)]}"},
		{"a: [ 1, two ]  # x\n", "1:1+13{1:1+1(a)=1:4+10[1:6+1(1) 1:9+3(two)]}"},
		{"a: {b: c,\n  d: }\n", "1:1+8{1:1+1(a)=1:4+5{1:5+1(b)=1:8+1(c) 2:3+1(d)=2:6+0()}}"},
		{"a:\nb:", "1:1+2{1:1+1(a)=1:3+0() 2:1+1(b)=2:3+0()}"},
		{"- \"x y\"\n- 'z'\n", "1:1+7[1:3+5'(x y) 2:3+3'(z)]"},
		{"- \"a\\tb\"\n- 'it''s'\n", "1:1+8[1:3+6'~(a\tb) 2:3+7'~(it's)]"},
		{"- a\n  b\n- \"c\n  d\"\n", "1:1+3[1:3+1~(a b) 3:3+2'~(c d)]"},
		{"- |\n  a\n  b\n- >-\n  c\n", "1:1+3[1:3+1'~(a\nb\n) 4:3+2'~(c)]"},
		{"- |1-\n 1\n- >1-\n 1\n- \">\"", "1:1+5[1:3+3'~(1) 3:3+3'~(1) 5:3+3'(>)]"},
		{"- |\n- ''", "1:1+3[1:3+1'~() 2:3+2'()]"},
		{"抢: 票 é\nb: \"票\"\n", "1:1+11{1:1+3(抢)=1:6+6(票 é) 2:1+1(b)=2:4+5'(票)}"},
		{"\xef\xbb\xbf" "a: 1\r\nb: 2\r\n", "1:1+4{1:1+1(a)=1:4+1(1) 2:1+1(b)=2:4+1(2)}"},
		{"a: x\xe2\x80\xa8\n\nb: [c]\n", "1:1+4{1:1+1(a)=1:4+1(x) 3:1+1(b)=3:4+3[3:5+1(c)]}"},
		{"--- \na: 1\n...\n", "2:1+4{2:1+1(a)=2:4+1(1)}"},
		{"- - a\n  - b:\n      c\n", "1:1+5[1:3+3[1:5+1(a) 2:5+1{2:5+1(b)=3:7+1(c)}]]"},
		{"n = tickets", "1:1+11(n = tickets)"},
		{"[a: b, c]", "1:1+9[1:2+4{1:2+1(a)=1:5+1(b)} 1:8+1(c)]"},
		{"[]", "1:1+2[]"},
		{"{}", "1:1+2{}"},
		{"? a\n: b\n", "1:1+3{1:3+1(a)=2:3+1(b)}"},
		{"\"<<\": yes", "1:1+9{1:1+4'(<<)=1:7+3(yes)}"},
		{"- |\r\n  a\r\n- b\r\n", "1:1+3[1:3+1'~(a\n) 3:3+1(b)]"},
		{"- \"\\_\"", "1:1+6[1:3+4'~(\xc2\xa0)]"},
		{"a: \"\\e[31m\"", "1:1+11{1:1+1(a)=1:4+8'~(\x1b[31m)}"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct text t = {0};
		struct bench b;

		read_yaml(&b, rows[i].input);
		assert_int_equal(b.diags.count, 0);
		assert_non_null(b.root);
		list_node(&t, b.root);
		assert_string_equal(text_is(&t), rows[i].expected);
		text_free(&t);
		clear_away(&b);
	}
}

/* Each is one error: "line:column+length code message | help | note line:column". */
static void errors_say_where_what_and_how_to_mend_it(void **state)
{
	static const struct { const char *input, *expected; } rows[] = {
		/* the scenario as a whole */
		{"", "0:0+0 E002 the file is empty | begin with a line `scenario: my-race`; `forklore new my-race` writes a file to start from"},
		{"# only a comment\n", "0:0+0 E002 the file is empty | begin with a line `scenario: my-race`; `forklore new my-race` writes a file to start from"},
		{"---\n", "0:0+0 E002 the file is empty | begin with a line `scenario: my-race`; `forklore new my-race` writes a file to start from"},
		{"a: 1\n---\nb: 2\n",
			"2:1+3 E005 a second document begins here | one file holds one scenario"},
		{"a: 1\n...\nb: 2\n", "3:1+1 E004 nothing may follow here: the scenario has ended"
			" | all keys of the scenario begin in the same column; check the indentation"},
		{"%YAML 1.3\n---\na: 1\n", "1:1+9 E005 directives are not allowed"},
		{"%TAG ! tag:x,2000:\n---\na: 1\n", "1:1+1 E005 the directive `%TAG` is not allowed"},
		{"a: \xff\n", "1:4+1 E003 this is not UTF-8 text | save the file as UTF-8"},
		{"抢: 1\nb: \xc0\xaf\n", "2:4+1 E003 this is not UTF-8 text | save the file as UTF-8"},
		{"a: 1\nb: \x1b[31m\n", "2:4+1 E003 a scenario can't contain the control character U+001B"},
		/* what YAML has, and scenarios have not */
		{"a: &x 1\n",
			"1:4+2 E005 the anchor `&x` is not allowed"
			" | a text that begins with `&` needs quotes"},
		{"a: &x [1]\n",
			"1:4+2 E005 the anchor `&x` is not allowed"
			" | a text that begins with `&` needs quotes"},
		{"a: *x\n",
			"1:4+2 E005 the alias `*x` is not allowed"
			" | a text that begins with `*` needs quotes"},
		{"say: *bold*\n",
			"1:6+6 E005 the alias `*bold*` is not allowed"
			" | a text that begins with `*` needs quotes"},
		{"a: !!int 3\n",
			"1:4+5 E005 the tag `!!int` is not allowed"
			" | a text that begins with `!` needs quotes"},
		{"a: !x {b: 1}\n",
			"1:4+2 E005 the tag `!x` is not allowed | a text that begins with `!` needs quotes"},
		{"a: ! b\n",
			"1:4+1 E005 the tag `!` is not allowed | a text that begins with `!` needs quotes"},
		{"a: !x!y b\n",
			"1:4+4 E005 the tag `!x!y` is not allowed"
			" | a text that begins with `!` needs quotes"},
		{"<<: {a: 1}\n",
			"1:1+2 E005 the merge key `<<` is not allowed | write out the keys here"},
		{"[a]: 1\n", "1:1+1 E005 a list can't be a key | if it is meant as text, put it in quotes"},
		{"{a: b}: 1\n",
			"1:1+1 E005 a mapping can't be a key | if it is meant as text, put it in quotes"},
		{"a: \"x\\0y\"\n", "1:4+6 E005 a text can't contain the character `\\0`"},
		{"a: 1\nb: 2\n\"a\": 3\n",
			"3:1+3 E022 key `a` is given twice, first in line 1 || first given here 1:1"},
		{"x:\n  {a: 1, b: 2, b: 3}\n", "2:16+1 E022 key `b` is given twice, first in line 2"
			" || first given here 2:10"},
		/* brackets */
		{"a: 1\nb: [c,\n  d\n", "2:4+1 E004 this `[` is never closed"
			" | close it with `]`; a text that contains `[`, `{` or `: ` needs quotes"
			" | the file ends here 3:4"},
		{"b: {c: mutex\nd:\n  e: 3\n", "1:4+1 E004 this `{` is never closed"
			" | close it with `}`; a text that contains `[`, `{` or `: ` needs quotes"
			" | `,` or `}` was expected here 2:2"},
		{"b: [c: ", "1:4+1 E004 this `[` is never closed"
			" | close it with `]`; a text that contains `[`, `{` or `: ` needs quotes"
			" | the file ends here 1:8"},
		{"s: [l[0] = 1]\n",
			"1:5+8 E004 inside `[..]` and `{..}` a statement with `[`, `{` or `:` needs quotes"
			" | put it in quotes: \"l[0] = 1\" | inside the list that begins here 1:4"},
		{"s: {if: a[0] > f(1, 2), then: []}\n",
			"1:9+14 E004 inside `[..]` and `{..}` a statement with `[`,"
			" `{` or `:` needs quotes | put it in quotes: \"a[0] > f(1, 2)\""
			" | inside the mapping that begins here 1:4"},
		{"s: [\n  l[0] = 1,\n]\n",
			"2:3+8 E004 inside `[..]` and `{..}` a statement with `[`, `{` or `:` needs"
			" quotes | put it in quotes: \"l[0] = 1\" | inside the list that begins here 1:4"},
		{"s: [say: \"a\": b]\n",
			"1:10+6 E004 inside `[..]` and `{..}` a statement with `[`, `{` or `:` needs"
			" quotes | put it in quotes: '\"a\": b' | inside the list that begins here 1:4"},
		{"s: [a, , b]\n",
			"1:8+1 E004 a value is missing before this `,` || inside the list that begins here"
			" 1:4"},
		{"s: {a: [b}\n",
			"1:10+1 E004 `,` or `]` is expected here || inside the list that begins here 1:8"},
		{"s: [a]]\n", "1:7+1 E004 this bracket has no opening bracket"},
		{"s: {a:[1]}\n",
			"1:6+1 E004 a space is missing after this `:`"
			" | or put the text that contains it in quotes"},
		/* colons and quotes */
		{"say: hello: you  # x\n", "1:6+10 E004 a text that contains `: ` needs quotes"
			" | put it in quotes: \"hello: you\""},
		{"a: b\n  c: d\n", "2:3+1 E004 a key can't begin here: the line above already has a value"
			" | is the indentation one step too deep, or is a `:` missing in the line above?"},
		{"a: 1\nfoo\nb: 2\n", "2:1+3 E004 a `:` is missing after this key"
			" | in a mapping every line is `key: value`; check the indentation"},
		{"a: @x y # z\n",
			"1:4+4 E004 a text can't begin with `@` unless it is quoted"
			" | put it in quotes: \"@x y\""},
		{"a: [`x`, y]\n",
			"1:5+3 E004 a text can't begin with ``` unless it is quoted"
			" | put it in quotes: \"`x`\""},
		{"a: %x\n",
			"1:4+2 E004 a text can't begin with `%` unless it is quoted"
			" | put it in quotes: \"%x\""},
		{"a: 'x\n\n", "1:4+1 E004 this quote is never closed || the file ends here 2:1"},
		{"- \"a\" + b\n", "1:7+3 E004 nothing may follow here | write `\"a{b}\"`"},
		{"- say: \"a\n- say: \"b\"\n", "2:9+2 E004 nothing may follow here"
			" | a text that contains brackets or quotes needs quotes around all of it"
			" | a closing quote may be missing in the text that begins here 1:8"},
		{"a: \"\\d\"\n", "1:5+2 E004 double quotes have no such escape"
			" | write `\\\\` for a backslash, or use single quotes"},
		{"if: > 3\n", "1:7+1 E004 only a comment may follow `|` or `>` on its line"
			" | a text that begins with `|` or `>` needs quotes"},
		/* indentation */
		{"a:\n\tb: 1\n", "2:1+1 E004 a tab can't be used for indentation | indent with spaces"},
		{"a: - b\n", "1:4+1 E004 a list item can't begin here"
			" | begin the list on a new line, or write [..]; a text that begins with `- ` needs"
			" quotes"},
		{"a:\n  - b\n  c: d\n", "3:3+4 E004 this list can only contain items, `- ...`"
			" | lines of the same level begin in the same column | the list begins here 2:3"},
		{"a: 1\n- b\n", "2:1+3 E004 a list item can't stand among the keys of a mapping"
			" | lines of the same level begin in the same column"
			" | the mapping begins here 1:1"},
		{"a:\n   b: 1\n  c: 2\n", "3:3+4 E004 the indentation matches nothing above"
			" | lines of the same level begin in the same column"
			" | the mapping begins here 1:1"},
		{"  a: 1\nb: 2\n", "2:1+1 E004 nothing may follow here: the scenario has ended"
			" | all keys of the scenario begin in the same column; check the indentation"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct text t = {0};
		const struct diag *e;
		struct bench b;

		read_yaml(&b, rows[i].input);
		assert_null(b.root);
		assert_int_equal(b.diags.count, 1);
		e = b.diags.list;
		text_print(&t, "%u:%u+%u %s %s", e->place.line, e->place.column, e->place.length,
			diag_kinds[e->id].code, e->message);
		if (e->help || e->note)
			text_print(&t, " |%s%s", e->help ? " " : "", e->help ? e->help : "");
		if (e->note)
			text_print(&t, "%s| %s %u:%u", e->help ? " " : "", e->note,
				e->other.line, e->other.column);
		assert_string_equal(text_is(&t), rows[i].expected);
		text_free(&t);
		clear_away(&b);
	}
}

static void all_that_is_refused_is_reported_in_one_run(void **state)
{
	struct bench b;

	(void)state;
	read_yaml(&b, "a: &x 1\nb: *x\nc: !!int 2\na: 3\n<<: 4\n[k]: 5\n");
	assert_null(b.root);
	assert_int_equal(b.diags.errors, 6);
	for (uint32_t i = 0; i < 6; i++)
		assert_int_equal(b.diags.list[i].place.line, i + 1);
	clear_away(&b);
}

static void a_flood_of_errors_is_cut_off(void **state)
{
	struct text t = {0};
	struct bench b;

	(void)state;
	for (int i = 0; i < 20000; i++)
		text_put(&t, "- &a b\n- {a, a}\n");
	read_yaml(&b, t.at);
	assert_null(b.root);
	assert_int_equal(b.diags.errors, 40000);
	assert_int_equal(b.diags.count, 101);           /* the last one says how many there are beside them */
	clear_away(&b);
	text_clear(&t);
	for (int i = 0; i < 20000; i++)
		text_put(&t, "a:\n");
	read_yaml(&b, t.at);
	assert_null(b.root);
	assert_int_equal(b.diags.errors, 19999);
	assert_int_equal(b.diags.count, 101);
	clear_away(&b);
	text_free(&t);
}

/* The message of the only error; "" if the text was accepted. */
static const char *verdict(struct bench *b, const struct text *t)
{
	read_bytes(b, t->at, t->length);
	assert_int_equal(b->diags.count, b->root ? 0 : 1);
	return b->root ? "" : b->diags.list[0].message;
}

static void put_often(struct text *t, const char *unit, size_t times)
{
	while (times--)
		text_put(t, unit);
}

static void limits_hold_to_the_unit(void **state)
{
	static const char deep[] = "lists and mappings are nested more than 32 deep";
	static const char text_long[] = "a text is longer than 65536 bytes";
	static const char many[] = "the file has more than 200000 parts";
	static const char large[] = "the file is larger than 1 MiB";
	static const struct { const char *unit; size_t times; const char *end, *expected; } rows[] = {
		{"- ", 32, "a", ""},
		{"- ", 33, "a", deep},
		{"[", 1000000, "", deep},
		{"{a: ", 200000, "", deep},
		{"- [", 5000, "", "`,` or `]` is expected here"},
		{"x", 65536, "", ""},
		{"x", 65537, "", text_long},
		{"- a\n", 200000 - 6, "", ""},          /* six parts are no items: stream, document, list */
		{"- a\n", 200000 - 5, "", many},
		{" ", 1 << 20, "", "the file is empty"},
		{"a ", (1 << 19) - 1, "", text_long},
		{" ", (1 << 20) + 1, "", large},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct text t = {0};
		struct bench b;

		put_often(&t, rows[i].unit, rows[i].times);
		text_put(&t, rows[i].end);
		assert_string_equal(verdict(&b, &t), rows[i].expected);
		clear_away(&b);
		text_free(&t);
	}
}

static void a_raw_nul_is_refused_where_it_stands(void **state)
{
	struct bench b;

	(void)state;
	read_bytes(&b, "a: 1\nb: x\0y\n", 12);
	assert_null(b.root);
	assert_int_equal(b.diags.list[0].id, DIAG_BINARY);
	assert_int_equal(b.diags.list[0].place.line, 2);
	assert_int_equal(b.diags.list[0].place.column, 5);
	clear_away(&b);
}

static void a_long_key_is_quoted_in_part(void **state)
{
	struct text t = {0};
	struct bench b;

	(void)state;
	for (int i = 0; i < 2; i++) {
		put_often(&t, "抢", 100);
		text_put(&t, ": 1\n");
	}
	assert_string_equal(verdict(&b, &t), "key `抢抢抢抢抢抢抢抢抢抢抢抢抢` is given twice, first in line 1");
	clear_away(&b);
	text_free(&t);
}

static void a_value_is_found_by_its_key(void **state)
{
	struct bench b;

	(void)state;
	read_yaml(&b, "a: 1\nbc: 2\n\"\": 3\n");
	assert_string_equal(yaml_find(b.root, "a")->text, "1");
	assert_string_equal(yaml_find(b.root, "bc")->text, "2");
	assert_string_equal(yaml_find(b.root, "")->text, "3");
	assert_null(yaml_find(b.root, "b"));
	assert_null(yaml_find(b.root->item[0], "a"));
	assert_null(yaml_find(NULL, "a"));
	clear_away(&b);
}

static void a_place_inside_a_scalar_is_exact_or_the_whole(void **state)
{
	static const struct { const char *input; size_t offset, length; struct place place; } rows[] = {
		{"- sold > 1", 7, 1, {1, 10, 1}},
		{"- \"sold > 1\"", 7, 1, {1, 11, 1}},
		{"- 'sold > 1'", 0, 4, {1, 4, 4}},
		{"- 'it''s > 1'", 0, 4, {1, 3, 11}},
		{"- a >\n  1", 4, 1, {1, 3, 3}},
		{"- abc", 1, 99, {1, 4, 2}},
		{"- abc", 99, 1, {1, 6, 0}},
		{"- [abc]", 1, 1, {1, 3, 5}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench b;
		struct place p;

		read_yaml(&b, rows[i].input);
		p = yaml_inside(b.root->item[0], rows[i].offset, rows[i].length);
		assert_memory_equal(&p, &rows[i].place, sizeof p);
		clear_away(&b);
	}
}

/* Damaged text must be survived, with a tree or with errors, never with both or neither. */
static void every_beginning_of_a_text_is_survived(void **state)
{
	static const char whole[] =
		"\xef\xbb\xbf# c\r\nscenario: \"a\\u62a2\\e\"\ntitle: {en: 'x''y', 抢: 票}\nl: [1, [a: b], {c},"
		" ]\n"
		"s:\n- - x = y[0]\n  - |2-\n     z\n  - >+\n   f\n\n- &a !t *b\n? [k]\n: v\n...\n--- \n%YAML"
		" 1.1\n";

	(void)state;
	for (size_t n = 0; n < sizeof whole; n++) {
		struct bench b;
		char *copy = malloc(n + 1);             /* just as long, so that reading too far is seen */

		memcpy(copy, whole, n);
		read_bytes(&b, copy, n);
		assert_true(!b.root == (b.diags.errors > 0));
		free(copy);
		clear_away(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_remember_where_they_stand),
		cmocka_unit_test(errors_say_where_what_and_how_to_mend_it),
		cmocka_unit_test(all_that_is_refused_is_reported_in_one_run),
		cmocka_unit_test(a_flood_of_errors_is_cut_off),
		cmocka_unit_test(limits_hold_to_the_unit),
		cmocka_unit_test(a_raw_nul_is_refused_where_it_stands),
		cmocka_unit_test(a_long_key_is_quoted_in_part),
		cmocka_unit_test(a_value_is_found_by_its_key),
		cmocka_unit_test(a_place_inside_a_scalar_is_exact_or_the_whole),
		cmocka_unit_test(every_beginning_of_a_text_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
