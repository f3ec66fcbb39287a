/* The dashboard without a terminal: pictures, the ledger of semaphores, keys. */
#include "tests/unit/load.h"
#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sim/explore/apart.h"
#include "sim/schedule/past.h"
#include "ui/dashboard/keyboard.h"
#include "ui/dashboard/canvas_write.h"
#include "ui/dashboard/dashboard.h"
#include "ui/dashboard/inside.h"
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

static struct program *laid_out(struct program *g)
{
	assert_int_equal(g->diags.errors, 0);
	world_layout(g, true);
	return g;
}

static struct program *load_text(const char *text, const char *language)
{
	return laid_out(program_load("stalls.yaml", text, strlen(text), language));
}

static struct program *load(const char *language)
{
	return load_text(scenario, language);
}

static const struct settings settings = { .seed = 1, .max_steps = 1000, .policy = POLICY_RR, .cpus = 1, .quantum = 10000 };

/* A screen after so many actions; to be freed. */
static char *picture(const char *language, uint64_t steps, int width, int height, const char *format)
{
	struct program *g = load(language);
	struct dashboard_options o = { .theme = "dark", .language = language, .speed = 4, .model = true };
	struct text out = { 0 };

	assert_true(dashboard_picture(g, &settings, &o, steps, width, height, format, &out));
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

static struct showing begin_of(struct program *g)
{
	struct showing c = { .g = g };

	c.v = view_new(c.g, false, NULL);
	c.y = play_new(c.g, &settings, NULL, view_listener(c.v));
	show_init(&c.s, c.g, false);
	show_begin(&c.s, c.y, c.v);
	c.s.begun = true;
	c.s.speed = c.s.usual_speed = 4;
	return c;
}

static struct showing begin(void)
{
	return begin_of(load("en"));
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

static void the_ledger_knows_which_process_has_a_unit(void **state)
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

/* ---- the past ---- */

/* Its processes do for ever what changes all that a screen shows. */
static const char forever[] =
	"scenario: forever\n"
	"objects: {stalls: {semaphore: 2}, q: {queue: 2}}\n"
	"shared: {n: 0}\n"
	"private: {mine: 0}\n"
	"processes:\n"
	"  guest: {count: 3, steps: [{forever: , do: [{acquire: stalls}, \"n += 1\", {sleep: 1ms..30ms}, {release: stalls}, \"mine = random(1, 6)\"]}]}\n"
	"  put: {steps: [{forever: , do: [{put: q, item: n}]}]}\n"
	"  early: {steps: [{say: hello}]}\n"
	"  get: {steps: [{forever: , do: [{get: q, into: mine}, {compute: 7ms}]}]}\n";

static uint64_t hash_of(const struct showing *c, const struct play *y, struct view *v, enum panel_id focus)
{
	struct show s;
	struct canvas canvas;
	struct text t = { 0 };
	uint64_t hash = 5381;

	show_init(&s, c->g, false);
	s.focus = focus;
	s.lab = focus == PANEL_CPU;
	show_begin(&s, y, v);
	canvas_init(&canvas, 120, 40, false);
	show_draw(&canvas, &s);
	canvas_text(&canvas, &t);
	for (const char *at = t.at; *at; at++)
		hash = hash * 33 + (unsigned char)*at;
	text_free(&t);
	canvas_free(&canvas);
	show_free(&s);
	return hash;
}

static bool is_looked_at(uint64_t n, uint64_t last)
{
	return n % 101 == 0 || n + 9 > last;
}

/* Every screen of a run, all of its panels, comes again, long after what it shows has left the lists of the present. */
static void every_screen_comes_again(void **state)
{
	enum { ACTIONS = 3000, KINDS = 2 };
	static uint64_t seen[ACTIONS + 1][KINDS];
	static const enum panel_id focus[KINDS] = { PANEL_PROCESSES, PANEL_CPU };
	struct settings s = settings;
	struct showing c = { .g = program_load("forever.yaml", forever, sizeof forever - 1, "en") };

	(void)state;
	assert_int_equal(c.g->diags.errors, 0);
	world_layout(c.g, true);
	s.max_steps = ACTIONS + 1;
	s.remembers = true;
	c.v = view_new(c.g, false, NULL);
	c.y = play_new(c.g, &s, NULL, view_listener(c.v));
	struct view *again = view_new(c.g, false, NULL);
	again->whole = c.v;
	struct past *p = past_new(c.g, &s, c.y->history, view_listener(again), &again->companion);
	for (uint64_t n = 0; n <= ACTIONS; n = c.y->at->steps) {
		for (int k = 0; k < KINDS && is_looked_at(n, ACTIONS); k++)
			seen[n][k] = hash_of(&c, c.y, c.v, focus[k]);
		past_offer(p, c.y, &c.v->companion);
		if (n == ACTIONS)
			break;
		play_step(c.y);
		assert_int_equal(c.y->at->steps, n + 1);
	}
	for (uint64_t i = 0; i < ACTIONS; i++) {
		uint64_t n = i * 1009 % ACTIONS;        /* to and fro */
		if (!is_looked_at(n, ACTIONS))
			continue;
		struct play *y = past_hear(p, n, TALES);
		assert_int_equal(y->at->steps, n);
		for (int k = 0; k < KINDS; k++)
			assert_true(hash_of(&c, y, again, focus[k]) == seen[n][k]);
	}
	past_free(p);
	view_free(again);
	play_free(c.y);
	view_free(c.v);
	program_free(c.g);
}

/* What is typed at a question, and before a key. */
static void numbers_are_typed(void **state)
{
	static const struct { int press[8]; enum wish_kind kind; int64_t n; } typed[] = {
		{ { 'g', '1', '2', PRESS_ENTER }, WISH_GO, 12 },
		{ { 'g', 0xff11, 0xff12, PRESS_ENTER }, WISH_GO, 12 },          /* full-width, as an input method writes them */
		{ { 'g', '-', '5', PRESS_ENTER }, WISH_GO, -5 },
		{ { 'g', 0xff0d, 0xff15, PRESS_ENTER }, WISH_GO, -5 },
		{ { 'g', '1', '3', PRESS_BACKSPACE, '2', PRESS_ENTER }, WISH_GO, 12 },
		{ { 'g', 'e', 'n', 'd', PRESS_ENTER }, WISH_GO, INT64_MAX },        /* of the run; out of the past: now */
		{ { 'g', 'x', '1', PRESS_ENTER }, WISH_NOTHING, 0 },
		{ { 'g', '-', PRESS_ENTER }, WISH_NOTHING, 0 },
		{ { 'g', PRESS_ENTER }, WISH_NOTHING, 0 },
		{ { 'g', '1', PRESS_ESCAPE }, WISH_NOTHING, 0 },
		{ { 'S' }, WISH_BACK, 1 },
		{ { '1', '0', ',' }, WISH_BACK, 1 },             /* there are no more */
		{ { '3', 's' }, WISH_STEP, 3 },
	};
	struct showing c = begin();

	(void)state;
	for (size_t i = 0; i < COUNT(typed); i++) {
		struct wish w = { WISH_NOTHING, 0, 0 };
		c.s.focus = PANEL_STORY;
		for (int k = 0; typed[i].press[k]; k++)
			w = key_press(&c.s, typed[i].press[k]);
		assert_int_equal(w.kind, typed[i].kind);
		assert_int_equal(w.n, typed[i].n);
		assert_int_equal(c.s.question, QUESTION_NONE);
		assert_int_equal(c.s.focus, PANEL_STORY);       /* the digits of a count have shown panels: no longer */
	}
	key_press(&c.s, '2');
	assert_int_equal(c.s.focus, PANEL_OBJECTS);
	end(&c);
}

/* What stands on the screen, as text; to be freed. */
static char *drawn(struct showing *c, int width, int height)
{
	struct canvas canvas;
	struct text t = { 0 };

	canvas_init(&canvas, width, height, false);
	show_draw(&canvas, &c->s);
	canvas_text(&canvas, &t);
	canvas_free(&canvas);
	return t.at;
}

static const char diners[] =
	"scenario: diners\n"
	"objects: {forks: {list: lock, count: 3}}\n"
	"processes:\n"
	"  philosopher:\n"
	"    each: {left: [0, 1, 2]}\n"
	"    steps: [\"right = forks[(left + 1) % 3]\", \"hungry = 100\", {acquire: \"forks[left]\"}, {acquire: right}, {sleep: 1s}]\n";

static void v_lists_variables_alone(void **state)
{
	struct showing c = begin_of(load_text(diners, "en"));
	char *text;

	(void)state;
	for (int i = 0; i < 7; i++)
		play_step(c.y);
	text = drawn(&c, 80, 24);
	assert_non_null(strstr(text, "NEXT ACTION"));
	assert_null(strstr(text, "hungry     "));
	free(text);
	key_press(&c.s, 'v');
	text = drawn(&c, 80, 24);
	assert_null(strstr(text, "NEXT ACTION"));
	assert_non_null(strstr(text, "STATE      left           right             hungry\n"));
	assert_non_null(strstr(text, "philosopher.2 "));
	assert_non_null(strstr(text, ". ready      1              forks[2]          100\n"));
	free(text);
	key_press(&c.s, 'v');
	text = drawn(&c, 80, 24);
	assert_non_null(strstr(text, "NEXT ACTION"));
	free(text);
	end(&c);
}

/* Among the hints of one situation no key stands twice, and each does what it says. */
static void check_hints(struct show *s)
{
	for (int a = 0; a < key_count; a++) {
		if (!*key_rows[a].label || !key_works(s, &key_rows[a]))
			continue;
		for (int b = 0; b < a; b++)
			if (*key_rows[b].label && key_works(s, &key_rows[b]))
				assert_int_not_equal(key_rows[a].press[0], key_rows[b].press[0]);
	}
}

static bool is_hinted(const struct show *s, int press)
{
	for (int i = 0; i < key_count; i++)
		if (*key_rows[i].label && key_rows[i].press[0] == press && key_works(s, &key_rows[i]))
			return true;
	return false;
}

static void hints_fit_what_can_be_done(void **state)
{
	struct showing c = begin();
	struct show *s = &c.s;

	(void)state;
	for (int zoomed = 0; zoomed < 2; zoomed++) {
		s->zoomed = zoomed;
		s->running = true;
		check_hints(s);
		s->running = false;
		check_hints(s);
	}
	s->zoomed = false;
	assert_false(is_hinted(s, 'S'));
	assert_true(is_hinted(s, ']'));
	s->speed = 0;
	assert_false(is_hinted(s, ']'));
	while (play_step(c.y))
		;
	check_hints(s);
	assert_true(is_hinted(s, 'S'));
	assert_true(is_hinted(s, 'r'));
	assert_false(is_hinted(s, 's'));
	assert_false(is_hinted(s, '>'));        /* nobody has said which lesson comes next */
	end(&c);
}

static void a_key_that_does_nothing_says_so(void **state)
{
	struct showing c = begin();
	struct show *s = &c.s;

	(void)state;
	assert_int_equal(key_press(s, '=').kind, WISH_NOTHING);
	assert_string_equal(text_is(&s->notice), "=: does nothing; ? shows all keys");
	key_press(s, ' ');
	assert_string_equal(text_is(&s->notice), "");
	key_press(s, PRESS_RIGHT);
	assert_string_equal(text_is(&s->notice), "Right: only in the time line: press 4 first");
	while (play_step(c.y))
		;
	key_press(s, 's');
	assert_string_equal(text_is(&s->notice), "s: the run has ended; r plays it again, S goes back");
	key_press(s, '?');
	key_press(s, '=');
	assert_string_equal(text_is(&s->notice), "=: does nothing; ? shows all keys");
	assert_int_equal(s->cover, COVER_HELP);
	key_press(s, PRESS_ESCAPE);             /* it puts the card away */
	assert_string_equal(text_is(&s->notice), "");
	assert_int_equal(s->cover, COVER_NONE);
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
			for (int i = 0; i < PRESSES && key_rows[a].press[i]; i++)
				for (int k = 0; k < PRESSES && key_rows[b].press[k]; k++)
					if (key_rows[a].press[i] == key_rows[b].press[k] && !(key_rows[a].when & ZOOMED))
						assert_int_equal(key_rows[a].when & key_rows[b].when & ~(unsigned)FIRST, 0);
}

/* The moment that is drawn is when an action is over; the run itself stays where it is. */
static void a_step_is_shown_when_it_is_over(void **state)
{
	struct showing c = begin(), unseen = begin();
	bool slept = false;

	(void)state;
	while (play_step(c.y)) {
		proc_id p = c.y->at->last.who;
		const struct play *rested = play_rested(c.s.spare, c.y);
		play_step(unseen.y);
		free(drawn(&c, 80, 24));
		assert_memory_equal(c.y->at, unseen.y->at, c.y->at->bytes);
		assert_int_equal(rested->at->steps, c.y->at->steps);
		assert_true(rested->at->now >= c.y->at->now);
		if (((const struct own *)play_own(c.y, p))->asleep) {
			assert_int_equal(c.y->actor[p].state, STATE_RUNNING);
			assert_int_equal(rested->actor[p].state, STATE_BLOCKED);
			slept = true;
		}
	}
	assert_true(slept);
	end(&c);
	end(&unseen);
}

static const char family[] =
	"scenario: family\n"
	"objects: {link: pipe, door: lock, board: lock}\n"
	"main: [{start: mother}, {join: mother}]\n"
	"processes:\n"
	"  mother:\n"
	"    steps: [{close: link.left}, n = 7, {acquire: door}, {acquire: board}, {start: kid}, {join: kid}]\n"
	"  kid:\n"
	"    count: 2\n"
	"    steps: [{acquire: door}]\n";

static void a_process_has_all_about_it_on_its_card(void **state)
{
	struct showing c = begin_of(load_text(family, "en"));
	char *text;

	(void)state;
	while (play_step(c.y))
		;
	c.s.follows = false;
	c.s.selected = program_find(c.g, "mother");
	c.s.cover = COVER_PROCESS;
	text = drawn(&c, 80, 24);
	assert_non_null(strstr(text, "holds               door, board"));
	assert_non_null(strstr(text, "waits for           mother waits for all of kid to end"));
	assert_non_null(strstr(text, "descriptors         link.right "));
	assert_non_null(strstr(text, "parent              main"));
	assert_non_null(strstr(text, "children            kid.1, kid.2"));
	assert_non_null(strstr(text, "n = 7"));
	free(text);
	c.s.selected = program_find(c.g, "kid.2");
	text = drawn(&c, 80, 24);
	assert_non_null(strstr(text, "waits for           kid.2 waits for door, which mother holds"));
	assert_non_null(strstr(text, "descriptors         link.right "));
	assert_non_null(strstr(text, "parent              mother"));
	assert_null(strstr(text, "children"));
	free(text);
	end(&c);
}

/* Also those that are typed before anything has been drawn. */
static void random_keys_and_sizes_break_nothing(void **state)
{
	static const int others[] = {
		PRESS_UP, PRESS_DOWN, PRESS_LEFT, PRESS_RIGHT, PRESS_PAGE_UP, PRESS_PAGE_DOWN, PRESS_HOME, PRESS_END, PRESS_TAB, PRESS_BACKTAB,
		PRESS_ENTER, PRESS_ESCAPE, PRESS_BACKSPACE, PRESS_F1,
	};
	static const char *const files[] = {
		"scenarios/process-tree.yaml", "scenarios/condition-buffer.yaml", "scenarios/cpu-mlfq.yaml", "scenarios/crawler.yaml",
		"scenarios/echo-server.yaml", "scenarios/manager-dict-list.yaml",
	};
	const char *more = getenv("FORKLORE_KEYS");     /* so many for each file */
	int keys = more ? atoi(more) : 60;
	uint64_t dice = 1;

	(void)state;
	for (size_t k = 0; k < COUNT(files); k++) {
		struct showing c = begin_of(laid_out(load_file(files[k])));
		key_press(&c.s, PRESS_DOWN);
		key_press(&c.s, PRESS_ENTER);
		for (int i = 0; i < keys; i++) {
			bool other = dice_draw(&dice, 0, 1);
			free(drawn(&c, (int)dice_draw(&dice, 1, 230), (int)dice_draw(&dice, 1, 70)));
			assert_in_range(c.s.selected, MAIN, c.g->processes - 1);
			key_press(&c.s, other ? others[dice_draw(&dice, 0, COUNT(others) - 1)] : (int)dice_draw(&dice, ' ', '~'));
			for (int64_t n = dice_draw(&dice, 0, 3); n > 0; n--)
				play_step(c.y);
		}
		end(&c);
	}
}

/* Also where the memory was used before. */
static void nothing_has_changed_before_the_first_action(void **state)
{
	struct showing c;

	(void)state;
	mallopt(M_PERTURB, 165);
	c = begin();
	mallopt(M_PERTURB, 0);
	assert_int_equal(c.y->at->steps, 0);
	assert_false(has_changed(c.y, (struct subject){ SUBJECT_OBJECT, 1 }));
	assert_false(has_changed(c.y, (struct subject){ SUBJECT_VARIABLE, 0 }));
	end(&c);
}

static void put_press(struct text *t, int press)
{
	static const struct { int press; const char *name; } names[] = {
		{ PRESS_UP, "<up>" }, { PRESS_DOWN, "<down>" }, { PRESS_LEFT, "<left>" }, { PRESS_RIGHT, "<right>" }, { PRESS_HOME, "<home>" },
		{ PRESS_END, "<end>" }, { PRESS_PAGE_UP, "<pgup>" }, { PRESS_BACKTAB, "<backtab>" }, { PRESS_ESCAPE, "<esc>" }, { PRESS_ENTER, "<enter>" },
		{ PRESS_F1, "<f1>" }, { PRESS_F5, "<f5>" }, { PRESS_F9, "<f9>" }, { PRESS_F12, "<f12>" }, { PRESS_BACKSPACE, "<bs>" },
	};

	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i].press == press) {
			text_put(t, names[i].name);
			return;
		}
	text_code(t, (uint32_t)press);
}

static void take_presses(struct keyboard *k, struct text *t, bool over)
{
	for (int press; (press = keyboard_press(k, over)) != PRESS_NONE;)
		put_press(t, press);
}

/* In pieces of so many bytes; at the end nothing more comes. */
static void type_bytes(struct keyboard *k, struct text *keys, const char *bytes, size_t piece)
{
	for (size_t left = strlen(bytes); left; left -= left < piece ? left : piece) {
		int room, n = (int)(left < piece ? left : piece);
		memcpy(keyboard_room(k, &room), bytes + strlen(bytes) - left, (size_t)n);
		assert_true(room >= n);
		keyboard_took(k, n);
		take_presses(k, keys, false);
	}
	take_presses(k, keys, keyboard_waits(k) > 0);
	assert_int_equal(k->length, 0);
}

/* However the bytes come: each is part of a key, of an answer, or of nothing, and then costs no key but itself. */
static void bytes_are_keys(void **state)
{
	static const struct { const char *bytes, *keys; bool over, knows, light, synchronizes; } cases[] = {
		{ "\033]11;rgb:ffff/ffff/ffff\033\\\033[?2026;2$y\033[?62;22c", "", true, true, true, true },
		{ "a\033]11;rgb:00/00/00\abc\033[?6c", "abc", true, true, false, false },
		{ "\033[?2026;0$y\033[?1c", "", true, false, false, false },
		{ "\033]11;rgb:0000/ffff/0000\a", "", false, true, true, false },          /* green is bright */
		{ "\033]11;rgb:zz/0/0\a\033[?2026;4$yx", "zz/0/0x", false, false, false, false },
		{ "\033[A\033x\033\033[?1;2c\033", "<up><esc>x<esc><esc>", true, false, false, false },
		/* an answer that never ends: what can't be within it is a key, and so is what comes behind */
		{ "\033]11;rgb:ffff/ffsgend\r", "sgend<enter>", false, false, false, false },
		{ "\033]11;rgb:ffff/ff", "", false, false, false, false },
		{ "\033]11;rgb:ff\033[Ax", "<up>x", false, false, false, false },
		{ "\033]0;a title\002x", "x", false, false, false, false },
		{ "\033P1$r0m\033\\x\033P>|XTerm(379)\033\\y", "xy", false, false, false, false },
		/* bytes that are no letters */
		{ "\377s\200\201s", "ss", false, false, false, false },
		{ "\346s\346\261s\346\261\211s", "ss汉s", false, false, false, false },
		{ "\360\237x\303", "x", false, false, false, false },
		{ "\300\257x\355\240\200y\364\220\200\200z", "xyz", false, false, false, false },
		/* keys of terminfo, xterm, the Linux console, the keypad; modifiers have no meaning here */
		{ "\033OA\033OB\033[C\033[D\033[H\033OF\033[1~\033[4~\033[7~\033[5~\033[Z", "<up><down><right><left><home><end><home><end><home><pgup><backtab>", false, false, false, false },
		{ "\033OP\033[11~\033[[A\033[[E\033[20~\033[24~\033[1;5A\033[5;2~", "<f1><f1><f1><f5><f9><f12><up><pgup>", false, false, false, false },
		{ "\033Oq\033Ok\033OM\r\b\177", "1+<enter><enter><bs><bs>", false, false, false, false },
		{ "\033[x~", "<f12>", false, false, false, false },                       /* as this terminal's F12 is */
		/* what is unknown is passed over whole; two keys after each other are two */
		{ "\033[I\033[O\033[200~x\033[99;99u\033[<0;3;4My", "xy", false, false, false, false },
		{ "\033q\033[", "<esc>q<esc>[", false, false, false, false },
		{ "\033O", "<esc>O", false, false, false, false },
		{ "\033]x\033Px\033]", "<esc>]x<esc>Px<esc>]", false, false, false, false },
		{ "\033[12\001x\033[1\377y", "xy", false, false, false, false },
	};

	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	for (size_t piece = 1; piece < 40; piece += piece < 4 ? 1 : 13)
		for (size_t i = 0; i < COUNT(cases); i++) {
			struct keyboard k = { .length = 0 };
			struct text keys = { 0 };
			keyboard_name(&k, "\033[x~", PRESS_F12);
			type_bytes(&k, &keys, cases[i].bytes, piece);
			assert_string_equal(text_is(&keys), cases[i].keys);
			assert_int_equal(k.answers.over, cases[i].over);
			assert_int_equal(k.answers.knows_ground, cases[i].knows);
			assert_int_equal(k.answers.light, cases[i].light);
			assert_int_equal(k.answers.synchronizes, cases[i].synchronizes);
			text_free(&keys);
		}
}

/* Whatever comes: there is room for more soon, and a key behind it is a key. */
static void no_bytes_make_it_deaf(void **state)
{
	static const char likely[] = "\033\033\033[[]OP?;:0123456789<Mm~ABZc\a\\\200\303\346\377\r x";
	unsigned dice = 7;

	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	for (int i = 0; i < 3000; i++) {
		struct keyboard k = { .length = 0 };
		struct text keys = { 0 };
		char bytes[400];
		size_t n = 0, most = 1 + (size_t)i % 390;
		while (n < most) {
			dice = dice * 1103515245 + 12345;
			bytes[n++] = i % 3 ? likely[(dice >> 16) % (sizeof likely - 1)] : (char)(1 + (dice >> 16) % 255);
		}
		bytes[n] = 0;
		type_bytes(&k, &keys, bytes, 1 + (size_t)i % 7);
		text_clear(&keys);
		type_bytes(&k, &keys, "s", 1);
		assert_string_equal(text_is(&keys), "s");
		text_free(&keys);
	}
}

static void a_name_that_is_cut_keeps_its_number(void **state)
{
	static const struct { const char *name; int room; const char *shown; } cases[] = {
		{ "buyer.1", 7, "buyer.1" }, { "buyer.12", 7, "buy….12" }, { "philosopher.3", 11, "philos…er.3" },
		{ "philosopher.3", 5, "ph….3" }, { "very-long-name", 9, "very-l…me" }, { "forks[11]", 7, "fo…[11]" },
		{ "急着回家的人.1", 10, "急着…人.1" }, { "被叫醒的人", 7, "被叫…人" }, { "a.b.c12", 5, "a.…12" },
	};
	struct canvas c;

	(void)state;
	canvas_init(&c, 20, 1, false);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text t = { 0 };
		put_short(&t, &c, cases[i].name, cases[i].room);
		assert_string_equal(text_is(&t), cases[i].shown);
		text_free(&t);
	}
	canvas_free(&c);
}

static void what_does_not_fit_is_counted(void **state)
{
	static const char *const held[] = { "door", "board", "forks[10]" }, *const hired[] = { "hired.3", "hired.4", "hired.5" };
	static const struct { const char *const *name; int count, room; const char *shown; } cases[] = {
		{ held, 0, 9, "" }, { held, 1, 4, "door" }, { held, 2, 11, "door, board" }, { held, 2, 10, "door +1" },
		{ held, 3, 22, "door, board, forks[10]" },
		{ held, 3, 15, "door, board +1" }, { held, 3, 9, "door +2" }, { held, 3, 6, "do… +2" }, { held, 3, 5, "+3" },
		{ held, 9, 40, "door, board, forks[10] +6" }, { hired, 98, 8, "h….3 +97" }, { hired, 98, 7, "+98" },
	};
	struct canvas c;

	(void)state;
	canvas_init(&c, 20, 1, false);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text t = { 0 };
		put_fitting(&t, &c, cases[i].name, 3, cases[i].count, cases[i].room);
		assert_string_equal(text_is(&t), cases[i].shown);
		text_free(&t);
	}
	canvas_free(&c);
}

/* A `with` is one step and two actions: at its end it releases. */
static void the_end_of_a_with_is_a_release(void **state)
{
	static const char text[] = "scenario: keys\nobjects: {cellar: lock}\nprocesses:\n  a: {steps: [{with: cellar, do: [{say: x}]}]}\n";
	struct program *g = load_text(text, "en");
	struct dashboard_options o = { .theme = "dark", .language = "en", .speed = 4, .model = true };
	int with = 0, release = 0;

	(void)state;
	for (uint64_t n = 0; n < 6; n++) {
		struct text out = { 0 };
		const char *row;
		assert_true(dashboard_picture(g, &settings, &o, n, 80, 24, "text", &out));
		row = strstr(out.at, "1002 ");
		if (row) {
			char line[200];
			snprintf(line, sizeof line, "%.*s", (int)strcspn(row, "\n"), row);
			bool takes = strstr(line, "with: cellar") != NULL, gives = strstr(line, "release: cellar") != NULL;
			with += takes;
			release += gives;
			assert_false(takes && release);
		}
		text_free(&out);
	}
	assert_true(with && release);
	program_free(g);
}

/* ---- challenges ---- */

static const char goals[] =
	"scenario: goals\n"
	"shared: {n: 0}\n"
	"objects: {door: lock}\n"
	"processes:\n"
	"  a: {steps: [{acquire: door}, n = 2, {release: door}]}\n"
	"expect:\n"
	"  - {name: small, always: n < 2}\n"
	"  - {name: nothing, finally: n == 0, verdict: never}\n"
	"  - {name: two, reachable: n == 2}\n"
	"  - {name: zero, ends: n == 0}\n"
	"  - exception: possible\n"
	"  - dead_end: never\n";

/* What never holds is broken by every run: that is no goal. */
static void goals_are_made_from_what_is_expected(void **state)
{
	static const enum expect_kind kinds[] = { EXPECT_ALWAYS, EXPECT_REACHABLE, EXPECT_ENDS, EXPECT_DEADLOCK, EXPECT_DEAD_END, EXPECT_EXCEPTION };
	struct program *g = load_text(goals, "en"), *none = load_text("scenario: none\nprocesses: {a: {steps: [{say: a}]}}\n", "en");
	struct challenge c;

	(void)state;
	challenge_find_goals(&c, none);
	assert_int_equal(c.goals, 0);
	assert_int_equal(challenge_find(&c, none, "1"), 0);
	challenge_find_goals(&c, g);
	assert_int_equal(c.goals, 6);
	for (int k = 0; k < c.goals; k++)
		assert_int_equal(c.goal[k].kind, kinds[k]);
	assert_int_equal(challenge_find(&c, g, "6"), 6);
	assert_int_equal(challenge_find(&c, g, "7"), 0);
	assert_int_equal(challenge_find(&c, g, "TWO"), 2);
	assert_int_equal(challenge_find(&c, g, "deadlock"), 4);
	assert_int_equal(challenge_find(&c, g, "dead_end"), 5);
	assert_int_equal(challenge_find(&c, g, "Dead End"), 5);
	assert_int_equal(challenge_find(&c, g, "nothing"), 0);
	program_free(none);
	program_free(g);
}

/* A state when it is there, an end when it has come; what has happened once stays so. */
static void a_goal_is_reached_when_it_is_so(void **state)
{
	struct showing c = begin_of(load_text(goals, "en"));
	struct challenge all;
	bool written = false;

	(void)state;
	challenge_find_goals(&all, c.g);
	do {
		written |= value_int(c.g->pool, world_variable(c.g, c.y->world.shared, 0)) == 2;
		assert_int_equal(goal_is_reached(c.y, all.goal[0]), written);
		assert_int_equal(goal_is_reached(c.y, all.goal[1]), written);
		for (int k = 2; k < all.goals; k++)
			assert_false(goal_is_reached(c.y, all.goal[k]));
	} while (play_step(c.y));
	assert_true(written);
	end(&c);
}

/* ---- what can still happen ---- */

static void search_all(struct showing *c)
{
	struct apart_wishes w = { .from = { .fair = true }, .limits = { .states = 100000 } };

	c->s.still = (struct still){ .open = true, .search = apart_begin(c->g, &w) };
	assert_non_null(c->s.still.search);
	while (apart_take_in(c->s.still.search))
		usleep(1000);
	c->s.focus = PANEL_STILL;
}

/* Whatever the size, and wherever the keys are, something is drawn; the selection stays among the rows. */
static void what_can_still_happen_fits_every_size(void **state)
{
	struct showing c = begin();
	struct canvas canvas;
	size_t rows;

	(void)state;
	search_all(&c);
	free(still_rows(&c.s.still, &rows));
	assert_int_equal(rows, 4);              /* three events, and the one end */
	for (int width = 20; width < 220; width += 29)
		for (int height = 5; height < 70; height += 5)
			for (int focus = 0; focus < PANEL_COUNT; focus++) {
				canvas_init(&canvas, width, height, false);
				c.s.focus = (enum panel_id)focus;
				c.s.lab = false;
				show_draw(&canvas, &c.s);
				canvas_free(&canvas);
			}
	still_select(&c.s, 100);
	assert_int_equal(c.s.still.row.kind, STILL_OUTCOME);
	still_select(&c.s, -100);
	assert_int_equal(c.s.still.row.kind, STILL_EVENT);
	assert_null(still_way(&c.s.still, c.s.still.row));
	assert_false(still_is_stale(&c.s));
	play_step(c.y);
	assert_true(still_is_stale(&c.s));
	apart_free(c.s.still.search);
	end(&c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ascii_needs_nothing_but_ascii),
		cmocka_unit_test(every_format_is_written),
		cmocka_unit_test(no_size_and_no_moment_is_too_much),
		cmocka_unit_test(random_keys_and_sizes_break_nothing),
		cmocka_unit_test(nothing_has_changed_before_the_first_action),
		cmocka_unit_test(bytes_are_keys),
		cmocka_unit_test(no_bytes_make_it_deaf),
		cmocka_unit_test(v_lists_variables_alone),
		cmocka_unit_test(hints_fit_what_can_be_done),
		cmocka_unit_test(a_key_that_does_nothing_says_so),
		cmocka_unit_test(a_step_is_shown_when_it_is_over),
		cmocka_unit_test(a_process_has_all_about_it_on_its_card),
		cmocka_unit_test(a_name_that_is_cut_keeps_its_number),
		cmocka_unit_test(what_does_not_fit_is_counted),
		cmocka_unit_test(the_end_of_a_with_is_a_release),
		cmocka_unit_test(the_ledger_knows_which_process_has_a_unit),
		cmocka_unit_test(a_dead_holder_stays_in_the_ledger),
		cmocka_unit_test(keys_do_what_the_situation_allows),
		cmocka_unit_test(every_screen_comes_again),
		cmocka_unit_test(numbers_are_typed),
		cmocka_unit_test(the_speed_has_a_top_and_a_bottom),
		cmocka_unit_test(no_key_has_two_meanings),
		cmocka_unit_test(goals_are_made_from_what_is_expected),
		cmocka_unit_test(a_goal_is_reached_when_it_is_so),
		cmocka_unit_test(what_can_still_happen_fits_every_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
