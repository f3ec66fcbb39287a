/* The canvas: what gets into cells, and what comes out of them again. */
#include "tests/unit/test.h"
#include <stdio.h>
#include <string.h>
#include "ui/dashboard/canvas_write.h"

/* What a canvas was like when it was last looked at. */
static char seen[4096];

static const char *dump(const struct canvas *c)
{
	struct text t = { 0 };

	canvas_text(c, &t);
	assert_true(t.length < sizeof seen);
	memcpy(seen, text_is(&t), t.length + 1);
	text_free(&t);
	return seen;
}

static struct canvas make(int width, int height)
{
	struct canvas c;

	canvas_init(&c, width, height, false);
	return c;
}

/* A wide character has its right half behind it, and no half stands alone. */
static void check_halves(const struct canvas *c)
{
	for (int y = 0; y < c->height; y++)
		for (int x = 0; x < c->width; x++) {
			const struct cell *s = canvas_at(c, x, y);
			bool after_wide = x > 0 && s[-1].width == 2;
			assert_int_equal(s->width == 0, after_wide);
			assert_int_equal(s->code == 0, after_wide);
			assert_true(s->width < 2 || x + 1 < c->width);
		}
}

static void text_is_cut_at_the_edges_of_its_area(void **state)
{
	static const struct { int x; const char *text, *row; } cases[] = {
		{ 0, "abcdefgh", "..abcd.." }, { 2, "abc", "..  ab.." }, { -1, "abc", "..bc  .." },
		{ 4, "a", "..    .." }, { -9, "abc", "..    .." },
		{ 0, "票票票", "..票票.." }, { 1, "票票", ".. 票 .." }, { -1, "票票", ".. 票 .." },
		{ 3, "票", "..    .." }, { -1, "票", "..    .." },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct canvas c = make(8, 1);
		struct area a = area_part(canvas_area(&c), 2, 0, 4, 1);
		char wanted[64];
		canvas_put(canvas_area(&c), 0, 0, 0, "..");
		canvas_put(canvas_area(&c), 6, 0, 0, "..");
		canvas_put(a, cases[i].x, 0, 0, cases[i].text);
		snprintf(wanted, sizeof wanted, "%s\n", cases[i].row);
		assert_string_equal(dump(&c), wanted);
		check_halves(&c);
		canvas_free(&c);
	}
}

static void writing_over_half_a_wide_character_leaves_a_blank(void **state)
{
	struct canvas c = make(6, 1);
	(void)state;
	canvas_put(canvas_area(&c), 0, 0, 0, "票票票");
	canvas_put(canvas_area(&c), 1, 0, 0, "x");
	canvas_put(canvas_area(&c), 4, 0, 0, "y");
	assert_string_equal(dump(&c), " x票y\n");
	canvas_put(canvas_area(&c), 1, 0, 0, "票");
	assert_string_equal(dump(&c), " 票 y\n");
	check_halves(&c);
	canvas_free(&c);
}

static void a_part_never_reaches_beyond_its_area(void **state)
{
	static const struct { int x, y, w, h; struct area is; } cases[] = {
		{ 2, 1, 3, 2, { NULL, 3, 2, 3, 2 } }, { 2, 1, -1, -1, { NULL, 3, 2, 5, 2 } },
		{ 0, 0, AREA_REST, AREA_REST, { NULL, 1, 1, 8, 4 } }, { -2, -1, 4, 4, { NULL, 1, 1, 2, 3 } },
		{ 20, 20, 3, 3, { NULL, 9, 5, 0, 0 } }, { 7, 0, -3, 1, { NULL, 8, 1, 0, 1 } },
	};
	struct canvas c = make(10, 6);
	struct area a = area_part(canvas_area(&c), 1, 1, -1, -1);
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct area p = area_part(a, cases[i].x, cases[i].y, cases[i].w, cases[i].h);
		assert_int_equal(p.x, cases[i].is.x);
		assert_int_equal(p.y, cases[i].is.y);
		assert_int_equal(p.width, cases[i].is.width);
		assert_int_equal(p.height, cases[i].is.height);
	}
	canvas_free(&c);
}

static void what_is_too_long_ends_in_an_ellipsis(void **state)
{
	static const struct { int width; const char *text, *row; } cases[] = {
		{ 5, "abcde", "abcde" }, { 5, "abcdef", "abcd…" }, { 1, "ab", "…" },
		{ 0, "ab", "" }, { -3, "ab", "" },
		{ 4, "票票", "票票" }, { 4, "票票票", "票…" }, { 5, "票票票", "票票…" }, { 2, "票票", "…" },
		{ 3, "e\u0301a\u0301ab", "e\u0301a\u0301…" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct canvas c = make(8, 1);
		char wanted[64];
		canvas_fit(canvas_area(&c), 0, 0, cases[i].width, 0, cases[i].text);
		snprintf(wanted, sizeof wanted, "%s\n", cases[i].row);
		assert_string_equal(dump(&c), wanted);
		canvas_free(&c);
	}
}

static void text_stands_at_the_right_and_in_the_middle(void **state)
{
	struct canvas c = make(10, 3);
	struct area a = canvas_area(&c);
	(void)state;
	assert_int_equal(canvas_right(a, 0, 0, 10, 0, "票1"), 10);
	canvas_center(a, 0, 1, 10, 0, "four");
	canvas_right(a, 6, 2, 4, 0, "too long");
	assert_string_equal(dump(&c), "       票1\n   four\n      too…\n");
	canvas_free(&c);
}

static void nothing_hostile_reaches_a_cell(void **state)
{
	static const struct { const char *text, *shown; } cases[] = {
		{ "a\033[31mb", "a\ufffd[31mb" }, { "a\x7f\x01" "b", "a\ufffd\ufffdb" },
		{ "a\tb\nc", "a b c" },
		{ "a\u202eb\u2066c\u200fd", "a\ufffdb\ufffdc\ufffdd" }, { "a\u200db\ufeff\u00adc", "abc" },
		{ "\xc2\x9b" "31m", "\ufffd31m" }, { "\xff\xc0z", "\ufffd\ufffdz" }, { "\u0301", " \u0301" },
		{ "e\u0301\u0302\u0303\u0304x", "e\u0301\u0302x" }, { "\U000e0041tag", "tag" },
		{ "\xed\xa0\x80", "\ufffd\ufffd\ufffd" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct canvas c = make(20, 1);
		char wanted[64];
		canvas_put(canvas_area(&c), 0, 0, 0, cases[i].text);
		snprintf(wanted, sizeof wanted, "%s\n", cases[i].shown);
		assert_string_equal(dump(&c), wanted);
		canvas_free(&c);
	}
}

static void an_ascii_canvas_holds_only_ascii(void **state)
{
	struct canvas c;
	struct area a;
	const char *row;
	(void)state;
	canvas_init(&c, 40, 4, true);
	a = canvas_area(&c);
	canvas_put(a, 0, 0, 0, "票 é → “x” … ▶");
	canvas_fit(a, 0, 1, 4, 0, "abcdef");
	canvas_box(area_part(a, 0, 2, 10, 2), &(struct frame){ .title = "t" });
	row = dump(&c);
	assert_string_equal(row, "[zh] [..] > \"x\" ~ >\nabc~\n+- t ----+\n+--------+\n");
	for (; *row; row++)
		assert_true((unsigned char)*row < 0x80);
	canvas_free(&c);
}

static void every_glyph_takes_one_cell(void **state)
{
	(void)state;
	for (int g = 0; g < GLYPH_COUNT; g++) {
		uint32_t code;
		int bytes = utf8_next(glyph_text(false, (enum glyph)g), &code);
		assert_int_equal(bytes, (int)strlen(glyph_text(false, (enum glyph)g)));
		assert_int_equal(utf8_width(code), 1);
		assert_int_equal(strlen(glyph_text(true, (enum glyph)g)), 1);
	}
}

static void boxes_have_titles_and_notes(void **state)
{
	struct canvas c = make(24, 6);
	struct area a = canvas_area(&c), in;
	(void)state;
	in = canvas_box(area_part(a, 0, 0, 24, 3), &(struct frame){ "Objects", "3 of 9", '2', false, false, false });
	canvas_put(in, 0, 0, 0, "in here, but not beyond its edge");
	canvas_box(area_part(a, 0, 3, 12, 2), &(struct frame){ "Objects", "3 of 9", '2', true, true, false });
	canvas_head(area_part(a, 0, 5, 20, 1), &(struct frame){ "Why", NULL, 0, false, false, false });
	assert_string_equal(dump(&c),
		"╭─ 2 Objects ─ 3 of 9 ─╮\n"
		"│in here, but not beyon│\n"
		"╰──────────────────────╯\n"
		"┌─[2] Ob… ─┐\n"
		"└──────────┘\n"
		"── Why ─────────────\n");
	canvas_free(&c);
}

static void paragraphs_wrap(void **state)
{
	static const struct { int width, indent; const char *text, *rows; } cases[] = {
		{ 10, 0, "one two three four", "one two\nthree four\n\n\n" },
		{ 7, 0, "one two three", "one two\nthree\n\n\n" },
		{ 5, 0, "incomprehensible", "incom\nprehe\nnsibl\ne\n" },
		{ 10, 2, "one two three four", "one two\n  three\n  four\n\n" },
		{ 10, 0, "a\n\nb", "a\n\nb\n\n" },
		{ 6, 0, "两个人同时看到", "两个人\n同时看\n到\n\n" },
		{ 6, 0, "两个人，同时", "两个\n人，同\n时\n\n" },
		{ 6, 0, "两个（人同时）", "两个\n（人同\n时）\n\n" },
		{ 8, 0, "ab票cd票ef", "ab票cd票\nef\n\n\n" },
		{ 6, 0, "one    two", "one\ntwo\n\n\n" },
		{ 4, 0, "a b c d e f g h i j k l", "a b\nc d\ne f\ng h…\n" },
		{ 1, 0, "票a", "\na\n\n\n" },
		{ 6, 0, "", "\n\n\n\n" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct canvas c = make(cases[i].width, 4);
		struct span s = { 0, cases[i].text };
		int lines = canvas_wrap(canvas_area(&c), 0, cases[i].indent, &s, 1);
		assert_string_equal(dump(&c), cases[i].rows);
		assert_int_equal(canvas_wrap_lines(&c, cases[i].width, cases[i].indent, &s, 1), lines);
		check_halves(&c);
		canvas_free(&c);
	}
}

static void spans_of_a_paragraph_keep_their_ink(void **state)
{
	struct canvas c = make(6, 2);
	const struct span s[] = { { ROLE_ERROR | LOOK_BOLD, "one" }, { 0, " two" } };
	(void)state;
	canvas_wrap(canvas_area(&c), 0, 0, s, 2);
	assert_string_equal(dump(&c), "one\ntwo\n");
	assert_int_equal(canvas_at(&c, 2, 0)->role, ROLE_ERROR);
	assert_int_equal(canvas_at(&c, 2, 0)->look, LOOK_BOLD >> 8);
	assert_int_equal(canvas_at(&c, 2, 1)->role, ROLE_TEXT);
	canvas_free(&c);
}

static void gauges_show_parts_of_a_whole(void **state)
{
	static const struct { long part, whole; const char *row; } cases[] = {
		{ 0, 8, "────\n" }, { 4, 8, "━━──\n" }, { 8, 8, "━━━━\n" }, { 1, 100, "━───\n" },
		{ 99, 100, "━━━─\n" }, { 9, 8, "━━━━\n" }, { 1, 0, "────\n" },
	};
	struct canvas c = make(4, 1);
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		canvas_bar(canvas_area(&c), 0, 0, 4, 0, cases[i].part, cases[i].whole);
		assert_string_equal(dump(&c), cases[i].row);
	}
	canvas_free(&c);
}

static void a_ground_stays_under_what_is_drawn_upon_it(void **state)
{
	struct canvas c = make(4, 1);
	struct theme t;
	(void)state;
	canvas_ground(canvas_area(&c), ROLE_SELECTED);
	canvas_put(canvas_area(&c), 0, 0, ROLE_RUNNING, "R");
	theme_make(&t, THEME_DARK, 256);
	assert_int_equal(theme_paint(&t, canvas_at(&c, 0, 0)).ground, t.role[ROLE_SELECTED].ground);
	assert_int_equal(theme_paint(&t, canvas_at(&c, 0, 0)).ink, t.role[ROLE_RUNNING].ink);
	theme_make(&t, THEME_MONO, 256);
	assert_true(theme_paint(&t, canvas_at(&c, 0, 0)).look & LOOK_REVERSE >> 8);
	canvas_blank(canvas_area(&c));
	assert_int_equal(canvas_at(&c, 0, 0)->ground, 0);
	canvas_free(&c);
}

/* How bright a colour is, 0 to 1. The exact curve has the power 2.4; this one never differs by more
 * than .02 and needs no mathematical library. */
static double light(uint32_t rgb)
{
	static const double weight[] = { .0722, .7152, .2126 };
	double sum = 0;

	for (int i = 0; i < 3; i++, rgb >>= 8) {
		double v = (rgb & 255) / 255.0;
		sum += weight[i] * v * (v * (v * 0.305306011 + 0.682171111) + 0.012522878);
	}
	return sum;
}

static void every_role_can_be_read_on_its_ground(void **state)
{
	static const enum theme_id themes[] = { THEME_DARK, THEME_LIGHT, THEME_CONTRAST, THEME_COLORBLIND };
	(void)state;
	for (size_t i = 0; i < COUNT(themes); i++)
		for (int role = 0; role < ROLE_COUNT; role++) {
			struct cell s = { .code = 'x', .role = (uint8_t)role, .width = 1 };
			struct theme t;
			struct paint p;
			double a, b;
			theme_make(&t, themes[i], 256);
			p = theme_paint(&t, &s);
			a = light(theme_rgb(p.ink));
			b = light(theme_rgb(p.ground));
			if (role == ROLE_BORDER)
				continue;       /* lines, not letters */
			if ((a > b ? (a + .05) / (b + .05) : (b + .05) / (a + .05)) < 4.5)
				fail_msg("%s in theme %s", role_name((enum role)role), theme_name(themes[i]));
		}
}

/* A viewer who sees no colour at all can tell the states apart, too. */
static void states_differ_in_lightness(void **state)
{
	static const enum role states[] = { ROLE_RUNNING, ROLE_READY, ROLE_BLOCKED, ROLE_SLEEPING, ROLE_ZOMBIE, ROLE_ENDED };
	struct theme t;
	(void)state;
	theme_make(&t, THEME_COLORBLIND, 256);
	for (size_t i = 0; i < COUNT(states); i++)
		for (size_t k = 0; k < i; k++) {
			double a = light(theme_rgb(t.role[states[i]].ink)) + .05, b = light(theme_rgb(t.role[states[k]].ink)) + .05;
			if ((a > b ? a / b : b / a) < 1.15)
				fail_msg("%s and %s are of one lightness", role_name(states[i]), role_name(states[k]));
		}
}

static void the_contrast_theme_never_dims(void **state)
{
	struct theme t;
	(void)state;
	theme_make(&t, THEME_CONTRAST, 256);
	for (int role = 0; role < ROLE_COUNT; role++)
		assert_false(t.role[role].look & LOOK_DIM >> 8);
}

static void ansi_text_ends_each_row_plain(void **state)
{
	struct canvas c = make(6, 2);
	struct theme t;
	struct text out = { 0 };
	(void)state;
	theme_make(&t, THEME_AUTO, 256);
	canvas_put(canvas_area(&c), 0, 0, ROLE_RUNNING, "R");
	canvas_put(canvas_area(&c), 2, 0, ROLE_TEXT, "票");
	canvas_ansi(&c, &t, &out);
	assert_string_equal(text_is(&out), "\033[0;1;38;5;35mR\033[0m 票\n\n");
	text_free(&out);
	canvas_free(&c);
}

/* Enough to catch a forgotten escape or end: tags nest, quotes close, no bare & or <. */
static void check_xml(const char *s)
{
	char open[16][32];
	int depth = 0;

	for (; *s; s++) {
		if (*s == '&')
			assert_true(!strncmp(s, "&lt;", 4) || !strncmp(s, "&gt;", 4) ||
				!strncmp(s, "&amp;", 5) || !strncmp(s, "&quot;", 6));
		if (*s != '<')
			continue;
		const char *end = strchr(s, '>');
		size_t name = strcspn(s + 1 + (s[1] == '/'), " />");
		assert_non_null(end);
		assert_true(name > 0 && name < 32);
		if (s[1] == '/') {
			assert_true(depth-- > 0);
			assert_true(!strncmp(open[depth], s + 2, name) && !open[depth][name]);
		} else if (end[-1] != '/') {
			assert_true(depth < 16);
			memcpy(open[depth], s + 1, name);
			open[depth++][name] = 0;
		}
		int quotes = 0;
		for (; s < end; s++)
			quotes += *s == '"';
		assert_int_equal(quotes % 2, 0);
	}
	assert_int_equal(depth, 0);
}

static void a_picture_is_well_formed_and_says_what_it_shows(void **state)
{
	struct canvas c = make(30, 4);
	struct theme t;
	struct text out = { 0 };
	(void)state;
	canvas_box(canvas_area(&c), &(struct frame){ .title = "<a & \"b\">" });
	canvas_put(canvas_area(&c), 2, 1, ROLE_RUNNING, "票<x>\033 █▓░");
	canvas_ground(area_part(canvas_area(&c), 1, 2, 5, 1), ROLE_SELECTED);
	for (int i = 0; i < THEME_COUNT; i++) {
		theme_make(&t, (enum theme_id)i, 256);
		text_clear(&out);
		canvas_svg(&c, &t, "en", "a < b & \"c\"", NULL, &out);
		check_xml(text_is(&out));
		assert_non_null(strstr(text_is(&out), "role=\"img\""));
		assert_non_null(strstr(text_is(&out), ">a &lt; b &amp; &quot;c&quot;</title>"));
		assert_non_null(strstr(text_is(&out), "票&lt;x&gt;"));
		assert_null(strchr(text_is(&out), '\033'));
		assert_null(strstr(text_is(&out), "http://www.w3.org/1999"));
	}
	text_free(&out);
	canvas_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_at_the_edges_of_its_area),
		cmocka_unit_test(writing_over_half_a_wide_character_leaves_a_blank),
		cmocka_unit_test(a_part_never_reaches_beyond_its_area),
		cmocka_unit_test(what_is_too_long_ends_in_an_ellipsis),
		cmocka_unit_test(text_stands_at_the_right_and_in_the_middle),
		cmocka_unit_test(nothing_hostile_reaches_a_cell),
		cmocka_unit_test(an_ascii_canvas_holds_only_ascii),
		cmocka_unit_test(every_glyph_takes_one_cell),
		cmocka_unit_test(boxes_have_titles_and_notes),
		cmocka_unit_test(paragraphs_wrap),
		cmocka_unit_test(spans_of_a_paragraph_keep_their_ink),
		cmocka_unit_test(gauges_show_parts_of_a_whole),
		cmocka_unit_test(a_ground_stays_under_what_is_drawn_upon_it),
		cmocka_unit_test(every_role_can_be_read_on_its_ground),
		cmocka_unit_test(states_differ_in_lightness),
		cmocka_unit_test(the_contrast_theme_never_dims),
		cmocka_unit_test(ansi_text_ends_each_row_plain),
		cmocka_unit_test(a_picture_is_well_formed_and_says_what_it_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
