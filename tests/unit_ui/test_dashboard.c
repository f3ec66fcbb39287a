/* The dashboard without a terminal: pictures, the ledger of semaphores, keys. */
#include "tests/unit/test.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ui/dashboard/dashboard.h"
#include "ui/dashboard/keys.h"

static const char scenario[] =
	"scenario: stalls\n"
	"title: {en: Stalls, zh: 坑位}\n"
	"about: {en: Two stalls., zh: 两个坑位。}\n"
	"objects: {stalls: {semaphore: 2}, door: lock}\n"
	"shared: {n: 0}\n"
	"processes:\n"
	"  guest:\n"
	"    count: 3\n"
	"    steps: [{acquire: stalls}, {acquire: door}, \"n += 1\", {release: door}, {sleep: 1s}, {release: stalls}]\n";

static struct program *load(const char *language)
{
	struct program *g = program_load("stalls.yaml", scenario, sizeof scenario - 1, language);

	assert_int_equal(g->diags.errors, 0);
	world_layout(g, true);
	return g;
}

static const struct settings settings = { .seed = 1, .max_steps = 1000, .policy = POLICY_RR, .cpus = 1, .quantum = 10000 };

/* A screen after so many actions; to be freed. */
static char *picture(const char *language, uint64_t steps, int width, int height, const char *format)
{
	struct program *g = load(language);
	struct dashboard_options o = { .theme = "dark", .language = language, .speed = 4, .model = true };
	struct text out = { 0 };

	assert_int_equal(dashboard_picture(g, &settings, &o, steps, width, height, format, &out), 0);
	program_free(g);
	return out.at;
}

static void ascii_needs_nothing_but_ascii(void **state)
{
	char *text = picture("zh", 12, 100, 30, "ascii");

	(void)state;
	for (const char *c = text; *c; c++)
		assert_in_range((unsigned char)*c, '\n', '~');
	assert_non_null(strstr(text, "stalls"));
	free(text);
}

static void every_format_is_written(void **state)
{
	char *svg = picture("en", 5, 80, 24, "svg"), *ansi = picture("en", 5, 80, 24, "ansi");

	(void)state;
	assert_non_null(strstr(svg, "<svg"));
	assert_non_null(strstr(svg, "</svg>"));
	assert_non_null(strstr(ansi, "\033["));
	free(svg);
	free(ansi);
}

static void no_size_and_no_moment_is_too_much(void **state)
{
	(void)state;
	for (int width = 1; width < 220; width += 13)
		for (int height = 1; height < 70; height += 7)
			free(picture("en", (uint64_t)width, width, height, "text"));
}

/* ---- a run that is shown ---- */

struct showing { struct program *g; struct view *v; struct play *y; struct show s; };

static struct showing begin(void)
{
	struct showing c = { .g = load("en") };

	c.v = view_new(c.g, false, NULL);
	c.y = play_new(c.g, &settings, NULL, view_listener(c.v));
	show_init(&c.s, c.g, false);
	show_begin(&c.s, c.y, c.v);
	c.s.begun = true;
	c.s.speed = c.s.usual_speed = 4;
	return c;
}

static void end(struct showing *c)
{
	show_free(&c->s);
	play_free(c->y);
	view_free(c->v);
	program_free(c->g);
}

static int units_of(const struct showing *c, proc_id p)
{
	int n = 0;

	for (int i = view_unit(c->v, -1, 1); i >= 0; i = view_unit(c->v, i, 1))
		n += c->v->unit[i].who == p;
	return n;
}

static void the_ledger_knows_who_has_a_unit(void **state)
{
	struct showing c = begin();
	int most = 0;

	(void)state;
	while (play_step(c.y)) {
		int all = 0;
		for (proc_id p = MAIN; p < c.g->processes; p++)
			all += units_of(&c, p);
		assert_int_equal((size_t)all, c.v->units);
		assert_int_equal(all, 2 - ((const struct semaphore_cells *)(c.y->world.shared + c.g->object[1].at))->units);
		most = all > most ? all : most;
	}
	assert_int_equal(most, 2);
	assert_int_equal(c.v->units, 0);
	end(&c);
}

static void a_dead_holder_stays_in_the_ledger(void **state)
{
	struct showing c = begin();
	proc_id guest = program_find(c.g, "guest.1");

	(void)state;
	while (!units_of(&c, guest))
		play_step(c.y);
	play_killed(c.y, guest, 9, c.y->at->now);
	assert_int_equal(units_of(&c, guest), 1);
	assert_int_equal(c.v->tale[(c.v->tales - 1) % TALES].kind, TALE_ALARM);
	end(&c);
}

static void keys_do_what_the_situation_allows(void **state)
{
	struct showing c = begin();
	struct show *s = &c.s;

	(void)state;
	assert_int_equal(key_press(s, ' ').kind, WISH_RUN);
	s->running = true;
	assert_int_equal(key_press(s, ' ').kind, WISH_PAUSE);
	assert_int_equal(key_press(s, 's').kind, WISH_STEP);
	assert_int_equal(key_press(s, 's').n, 1);
	assert_int_equal(key_press(s, 'z').kind, WISH_NOTHING);
	assert_true(s->zoomed);
	assert_int_equal(key_press(s, 'q').kind, WISH_NOTHING);      /* closes what is open first */
	assert_false(s->zoomed);
	assert_int_equal(key_press(s, 'q').kind, WISH_QUIT);
	while (play_step(c.y))
		;
	assert_int_equal(key_press(s, 's').kind, WISH_NOTHING);
	assert_int_equal(key_press(s, 'r').kind, WISH_RESTART);
	assert_int_equal(key_press(s, 'r').n, 0);
	assert_int_equal(key_press(s, 'R').n, 1);
	end(&c);
}

static void the_speed_has_a_top_and_a_bottom(void **state)
{
	struct showing c = begin();

	(void)state;
	for (int i = 0; i < 20; i++)
		key_press(&c.s, ']');
	assert_true(c.s.speed == 0);
	for (int i = 0; i < 40; i++)
		key_press(&c.s, '[');
	assert_true(c.s.speed > 0);
	key_press(&c.s, PRESS_BACKSPACE);
	assert_true(c.s.speed == 4);
	end(&c);
}

static void no_key_has_two_meanings(void **state)
{
	(void)state;
	for (int a = 0; a < key_count; a++)
		for (int b = a + 1; b < key_count; b++)
			for (int i = 0; i < 7 && key_rows[a].press[i]; i++)
				for (int k = 0; k < 7 && key_rows[b].press[k]; k++)
					if (key_rows[a].press[i] == key_rows[b].press[k] && !(key_rows[a].when & ZOOMED))
						assert_int_equal(key_rows[a].when & key_rows[b].when & ~(unsigned)FIRST, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ascii_needs_nothing_but_ascii),
		cmocka_unit_test(every_format_is_written),
		cmocka_unit_test(no_size_and_no_moment_is_too_much),
		cmocka_unit_test(the_ledger_knows_who_has_a_unit),
		cmocka_unit_test(a_dead_holder_stays_in_the_ledger),
		cmocka_unit_test(keys_do_what_the_situation_allows),
		cmocka_unit_test(the_speed_has_a_top_and_a_bottom),
		cmocka_unit_test(no_key_has_two_meanings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
