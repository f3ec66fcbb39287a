/* A search in a process of its own: it says what a search here says; and whatever becomes of the two processes, nothing hangs,
 * nothing is left behind, and what was heard holds. */
#include "tests/unit/test.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sim/explore/apart.h"
#include "sim/explore/stream.h"
#include "sim/report/explored.h"
#include "sim/schedule/play.h"

static const char small[] =
	"scenario: small\n"
	"shared: {sold: 0, list: [], big: 0}\n"
	"objects: {a: lock, b: lock}\n"
	"processes:\n"
	"  x: {steps: [{acquire: a}, {acquire: b}, 'sold += 1', 'list = list + [sold, \"x{sold}\"]', {release: b}, {release: a}]}\n"
	"  y: {count: 2, steps: [{acquire: b}, {acquire: a}, 'sold += 1', 'big = 4000000000000 + sold', {if: sold > 2, then: [{raise: Much}]},\n"
	"      {release: a}, {release: b}]}\n"
	"expect:\n"
	"  - always: sold < 3\n"
	"  - reachable: sold == 2\n"
	"  - {finally: sold == 3, verdict: sometimes}\n";

/* It takes hours; an exception, and a broken expectation, are found in no time. */
static const char large[] =
	"scenario: large\n"
	"shared: {n: 0, m: 0}\n"
	"processes:\n"
	"  x: {steps: [{raise: Odd}]}\n"
	"  w: {count: 9, steps: [{forever: , do: ['k = random(1, 9)', 'n = n * 3 + k', 'm = n - m']}]}\n"
	"expect:\n"
	"  - always: n < 5\n"
	"  - always: m != -1000000001\n";

static struct program *load(const char *text)
{
	struct program *g = program_load("test", text, strlen(text), "en");
	assert_int_equal(g->diags.errors, 0);
	world_layout(g, false);
	return g;
}

static const struct settings round_robin = { .seed = 1, .max_steps = 1000, .policy = POLICY_RR, .cpus = 1, .quantum = 100000 };

static struct apart *begin(const struct program *g, const struct settings *run, uint64_t steps)
{
	struct apart_wishes w = { .from = { .run = run, .steps = steps }, .limits = { .states = 100000000, .memory = (uint64_t)2 << 30 } };
	struct apart *a = apart_begin(g, &w);
	assert_non_null(a);
	return a;
}

static void wait_for_news(struct apart *a)
{
	struct pollfd f = { .fd = apart_fd(a), .events = POLLIN };
	poll(&f, 1, -1);
}

static void hear_all(struct apart *a)
{
	while (apart_take_in(a))
		wait_for_news(a);
}

/* Until it knows of the exception and of the broken expectation; it goes on for hours then. */
static void hear_first(struct apart *a)
{
	while (apart_take_in(a) && !(apart_found(a)->exception.decided && apart_found(a)->expect[0].decided))
		wait_for_news(a);
	assert_true(apart_fd(a) >= 0);
	assert_true(apart_found(a)->exception.holds);
	assert_false(apart_found(a)->expect[0].holds);
	assert_false(apart_found(a)->expect[1].decided);
}

static char *json_of(const struct exploration *found)
{
	struct text t = { 0 };
	struct exploration x = *found;
	x.seconds = x.seeking = 0;
	explored_json(&t, &x, NULL);
	explored_text(&t, &x, &(struct reading){ .file = "small" });
	return t.at;
}

static bool is_there(pid_t pid)
{
	return !kill(pid, 0);
}

static void explore_here(const char *text, uint64_t steps, struct program **g, struct origin *o, struct exploration *x)
{
	struct limits l = { .states = 100000 };
	*g = load(text);
	assert_int_equal(origin_of_run(o, *g, &(struct reach){ .run = &round_robin, .steps = steps }, &l).how, REACHED);
	assert_true(explore(*g, o, true, &l, x));
}

static void says_what_a_search_here_says(void **state)
{
	(void)state;
	for (uint64_t steps = 0; steps < 14; steps++) {
		struct program *g, *h = load(small);
		struct origin o;
		struct exploration x;
		explore_here(small, steps, &g, &o, &x);
		struct apart *a = begin(h, &round_robin, steps);
		hear_all(a);
		assert_int_equal(apart_reached(a)->how, REACHED);
		assert_int_equal(apart_killed_by(a), 0);
		assert_true(apart_found(a)->complete);
		char *here = json_of(&x), *there = json_of(apart_found(a));
		assert_string_equal(here, there);
		free(here);
		free(there);
		apart_free(a);
		exploration_free(&x);
		origin_free(&o);
		program_free(g);
		program_free(h);
	}
}

/* The run that goes on meanwhile has its values for itself. */
static void our_values_are_ours(void **state)
{
	(void)state;
	struct program *g = load(small);
	value before = pool_text(g->pool, "before", 6);
	struct apart *a = begin(g, &round_robin, 3);
	value mine = pool_text(g->pool, "mine alone", 10);
	hear_all(a);
	const struct pool *theirs = apart_found(a)->g->pool;
	assert_true(pool_holds(theirs, before));
	assert_string_equal(value_text(theirs, before, NULL), "before");
	assert_string_equal(value_text(g->pool, mine, NULL), "mine alone");
	assert_false(pool_holds(theirs, mine) && value_tag(mine) == TAG_TEXT && !strcmp(value_text(theirs, mine, NULL), "mine alone"));
	apart_free(a);
	program_free(g);
}

static void no_such_moment(void **state)
{
	(void)state;
	static const struct turn nobody[] = { { .who = 2, .times = 900 } };
	struct settings listed = round_robin;
	listed.turn = nobody;
	listed.turns = 1;
	struct program *g = load(small);
	struct apart *a = begin(g, &round_robin, 900), *b = begin(g, &listed, 900);
	hear_all(a);
	hear_all(b);
	assert_int_equal(apart_reached(a)->how, REACHED_END);
	assert_true(apart_reached(a)->number > 10 && apart_reached(a)->number < 900);
	assert_int_equal(apart_reached(b)->how, REACHED_MISFIT);
	assert_non_null(strstr(apart_reached(b)->problem, "x"));
	apart_free(a);
	apart_free(b);
	program_free(g);
}

/* A process was killed from outside: it stays dead, and no schedule from the beginning leads there. */
static void nobody_comes_back_to_life(void **state)
{
	static const char held[] =
		"scenario: held\n"
		"objects: {door: lock}\n"
		"processes:\n"
		"  a: {steps: [{acquire: door}, {say: in}, {sleep: 1s}, {release: door}]}\n"
		"  b: {steps: [{sleep: 1ms}, {acquire: door}, {release: door}]}\n";
	enum { A = 2 };
	(void)state;
	struct program *g = load(held);
	struct settings s = round_robin;
	s.remembers = true;
	struct play *y = play_new(g, &s, NULL, NULL);
	while (y->at->steps < 4)
		play_step(y);
	play_killed(y, A, SIGKILL, 0);
	for (int later = 0; later < 2; later++, play_step(y)) {
		struct settings followed = s;
		followed.follows = y->history;
		struct apart_wishes w = { .from = { &followed, y->at->steps, false, true, false }, .limits = { .states = 1000 } };
		struct apart *here = apart_begin(g, &w), *before = begin(g, &round_robin, 4), *all = begin(g, &followed, y->at->steps);
		hear_all(here);
		hear_all(before);
		hear_all(all);
		assert_int_equal(apart_reached(here)->how, REACHED);
		assert_int_equal(apart_found(here)->deadlock.often, OFTEN_ALWAYS);
		assert_true(apart_found(here)->deadlock.way.found);
		for (size_t k = 0; k < apart_found(here)->deadlock.way.turns; k++)
			assert_int_not_equal(apart_found(here)->deadlock.way.turn[k].who, A);
		assert_int_equal(apart_found(before)->deadlock.often, OFTEN_NEVER);
		assert_int_equal(apart_reached(all)->how, later ? REACHED_KILLED : REACHED);    /* it was killed after that action */
		apart_free(here);
		apart_free(before);
		apart_free(all);
	}
	play_free(y);
	program_free(g);
}

static void limits_hold_there(void **state)
{
	(void)state;
	struct program *g = load(large);
	const struct limits some[] = { { .states = 5000 }, { .states = 1000000000, .memory = 1 }, { .states = 1000000000, .until = now_micros() + 300000 } };
	static const enum stop why[] = { STOP_STATES, STOP_MEMORY, STOP_TIME };
	for (size_t k = 0; k < COUNT(some); k++) {
		struct apart_wishes w = { .from = { .run = &round_robin, .steps = 1 }, .limits = some[k] };
		struct apart *a = apart_begin(g, &w);
		hear_all(a);
		assert_int_equal(apart_killed_by(a), 0);
		assert_false(apart_found(a)->complete);
		assert_int_equal(apart_found(a)->stopped, why[k]);
		apart_free(a);
	}
	program_free(g);
}

static void asked_to_end_it_shows_what_it_has(void **state)
{
	(void)state;
	struct program *g = load(large);
	struct apart *a = begin(g, &round_robin, 1);
	hear_first(a);
	assert_false(apart_found(a)->exception.way.found);
	apart_ask(a);
	hear_all(a);
	assert_int_equal(apart_found(a)->stopped, STOP_WISH);
	assert_true(apart_found(a)->exception.holds);
	assert_int_equal(apart_pid(a), 0);
	apart_free(a);
	program_free(g);
}

static void dropped_it_dies_at_once(void **state)
{
	(void)state;
	struct program *g = load(large);
	struct apart *a = begin(g, &round_robin, 1);
	hear_first(a);
	pid_t pid = apart_pid(a);
	assert_true(is_there(pid));
	apart_free(a);
	assert_false(is_there(pid));            /* also no zombie */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	program_free(g);
}

static void killed_it_leaves_what_was_heard(void **state)
{
	(void)state;
	struct program *g = load(large);
	struct apart *a = begin(g, &round_robin, 1);
	hear_first(a);
	kill(apart_pid(a), SIGSTOP);            /* whatever it is in the middle of */
	kill(apart_pid(a), SIGKILL);
	hear_all(a);
	assert_int_equal(apart_found(a)->stopped, STOP_LOST);
	assert_false(apart_found(a)->complete);
	assert_true(apart_found(a)->exception.holds);
	assert_false(apart_found(a)->expect[1].decided);
	assert_int_equal(apart_killed_by(a), SIGKILL);
	free(json_of(apart_found(a)));
	apart_free(a);
	program_free(g);
}

/* Stopped from outside, it can hear nothing: then it is given up. */
static void given_up(void **state)
{
	(void)state;
	struct program *g = load(large);
	struct apart *a = begin(g, &round_robin, 1);
	hear_first(a);
	pid_t pid = apart_pid(a);
	kill(pid, SIGSTOP);
	apart_ask(a);
	apart_give_up(a, STOP_TIME);
	assert_false(apart_take_in(a));
	assert_int_equal(apart_found(a)->stopped, STOP_TIME);
	assert_false(is_there(pid));
	apart_free(a);
	program_free(g);
}

/* The process that began it is killed: it can do nothing about that, and yet the search ends. */
static void it_dies_with_us(void **state)
{
	(void)state;
	int end[2];
	pid_t search = 0;
	assert_int_equal(pipe(end), 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);       /* the orphan becomes ours: its end is seen */
	pid_t owner = fork();
	if (!owner) {
		struct apart *a = begin(load(large), &round_robin, 1);
		hear_first(a);
		search = apart_pid(a);
		if (write(end[1], &search, sizeof search) != sizeof search)
			_exit(1);
		pause();
	}
	assert_int_equal(read(end[0], &search, sizeof search), sizeof search);
	assert_true(is_there(search));
	kill(owner, SIGKILL);
	int status = 0;
	assert_int_equal(waitpid(owner, NULL, 0), owner);
	assert_int_equal(waitpid(search, &status, 0), search);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	close(end[0]);
	close(end[1]);
}

/* What a run's processes wait to be closed must not stay open in it. */
static void nothing_of_ours_is_open_in_it(void **state)
{
	(void)state;
	int end[2];
	char byte;
	struct program *g = load(large);
	assert_int_equal(pipe(end), 0);
	struct apart *a = begin(g, &round_robin, 1);
	hear_first(a);
	close(end[1]);
	assert_int_equal(read(end[0], &byte, 1), 0);
	close(end[0]);
	apart_free(a);
	program_free(g);
}

/* ---- streams that are cut, or make no sense ---- */

struct bytes { char *at; size_t length; };

/* What that process would have written. */
static struct bytes stream_of(const struct exploration *x)
{
	char path[] = "/tmp/forklore-stream-XXXXXX";
	struct stream s = { .fd = mkstemp(path) };
	assert_true(s.fd >= 0);
	unlink(path);
	stream_progress(&s, 10, 20);
	stream_finding(&s, x, FOUND_DEADLOCK, 0);
	stream_all(&s, x);
	stream_flush(&s);
	struct bytes b = { .length = (size_t)lseek(s.fd, 0, SEEK_END) };
	b.at = malloc(b.length);
	assert_int_equal(pread(s.fd, b.at, b.length, 0), b.length);
	close(s.fd);
	text_free(&s.text);
	return b;
}

/* As far as it makes sense; what was found is reported then. true: all was there. */
static bool read_all(const struct program *g, struct bytes b)
{
	struct exploration x = { .g = g, .expect = calloc(g->expects + 1, sizeof *x.expect) }, whole;
	struct arena arena = { 0 };
	struct reaching nowhere = { 0 };
	struct heard h = { .x = &x, .whole = &whole, .arena = &arena, .nowhere = &nowhere };
	struct head head;
	for (size_t at = 0; b.length - at >= sizeof head; at += sizeof head + head.bytes) {
		memcpy(&head, b.at + at, sizeof head);
		if (head.message >= MESSAGES || head.bytes > b.length - at - sizeof head)
			break;
		if (!stream_read(&h, (enum stream_message)head.message, b.at + at + sizeof head, head.bytes))
			break;
	}
	struct text t = { 0 };
	explored_json(&t, &x, NULL);
	text_free(&t);
	if (h.anew)
		exploration_free(&whole);
	exploration_free(&x);
	arena_free(&arena);
	return h.ended;
}

static void whatever_comes_does_no_harm(void **state)
{
	(void)state;
	struct program *g;
	struct origin o;
	struct exploration x;
	uint64_t dice = 1;
	explore_here(small, 0, &g, &o, &x);
	struct bytes b = stream_of(&x), part = { malloc(b.length), 0 };
	assert_true(read_all(g, b));
	for (part.length = 0; part.length < b.length; part.length += 1 + part.length / 100) {
		memcpy(part.at, b.at, part.length);
		assert_false(read_all(g, part));
	}
	part.length = b.length;
	for (int k = 0; k < 3000; k++) {
		memcpy(part.at, b.at, b.length);
		for (int n = k % 4; n >= 0; n--)
			part.at[dice_draw(&dice, 0, (int64_t)b.length - 1)] = (char)dice_draw(&dice, -128, 127);
		read_all(g, part);
	}
	free(part.at);
	free(b.at);
	exploration_free(&x);
	origin_free(&o);
	program_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_a_search_here_says),
		cmocka_unit_test(our_values_are_ours),
		cmocka_unit_test(no_such_moment),
		cmocka_unit_test(nobody_comes_back_to_life),
		cmocka_unit_test(limits_hold_there),
		cmocka_unit_test(asked_to_end_it_shows_what_it_has),
		cmocka_unit_test(dropped_it_dies_at_once),
		cmocka_unit_test(killed_it_leaves_what_was_heard),
		cmocka_unit_test(given_up),
		cmocka_unit_test(it_dies_with_us),
		cmocka_unit_test(nothing_of_ours_is_open_in_it),
		cmocka_unit_test(whatever_comes_does_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
