/* The past of a run: every moment of it comes again as it was, wherever one goes from; and the viewer's choices are
 * followed like everything else. */
#include "tests/unit/test.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "sim/schedule/past.h"

static const char busy[] =
	"scenario: busy\n"
	"shared: {n: 0, l: [0, 0]}\n"
	"private: {mine: 0}\n"
	"objects: {door: lock, q: {queue: 2}, changed: condition, pool: {pool: 2}}\n"
	"functions: {twice: {params: [x], steps: [{sleep: 1ms..9ms}, {return: x * 2}]}}\n"
	"processes:\n"
	"  w: {count: 3, steps: [{repeat: 6, as: i, do: [{with: door, do: [n += 1]}, {sleep: 1ms..20ms}, 'mine = random(1, 6)', 'l[0] += mine']}]}\n"
	"  put: {steps: [{repeat: 8, as: i, do: [{put: q, item: i}]}]}\n"
	"  get: {count: 2, daemon: true, steps: [{forever: , do: [{get: q, into: x}, {compute: 7ms}]}]}\n"
	"  task: {arrive: 30ms, steps: [{apply: pool, call: twice, args: [3], into: r}, 'l[1] = r']}\n";

static struct program *load(const char *text)
{
	struct program *g = program_load("test", text, strlen(text), "en");
	assert_int_equal(g->diags.errors, 0);
	world_layout(g, true);
	return g;
}

static struct settings under(enum policy policy)
{
	return (struct settings){ .seed = 5, .max_steps = 100000, .policy = policy, .cpus = 2, .quantum = 30000, .fair = true, .remembers = true };
}

/* What must be the same again. */
struct sight { uint64_t world; int64_t now; uint64_t states; };

static uint64_t mixed(uint64_t hash, const void *at, size_t bytes)
{
	for (const unsigned char *c = at; bytes--; c++)
		hash = (hash ^ *c) * 1099511628211u;
	return hash;
}

static struct sight look_at(const struct play *y)
{
	struct sight s = { .world = mixed(1, y->world.shared, world_bytes(y->g)), .now = y->at->now, .states = 1 };
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		const struct actor *a = &y->actor[p];
		int64_t told[] = { a->state, a->on, a->cpu, a->wait, a->used, a->blocked, a->slice, (int64_t)a->dice };
		s.states = mixed(s.states, told, sizeof told);
	}
	return s;
}

static void assert_same(struct sight a, struct sight b)
{
	assert_true(a.world == b.world && a.now == b.now && a.states == b.states);
}

enum { MANY = 4000 };

/* Plays it to its end; a process is killed on the way. Returns the number of actions. */
static uint64_t play_all(struct play *y, struct past *p, struct sight *seen)
{
	seen[0] = look_at(y);
	while (play_step(y)) {
		assert_true(y->at->steps < MANY);
		seen[y->at->steps] = look_at(y);
		if (p)
			past_offer(p, y, NULL);
		if (y->at->steps == 40)
			play_killed(y, 2, SIGKILL, 0);
	}
	return y->at->steps;
}

static void every_moment_comes_again(void **state)
{
	static const enum policy policies[] = { POLICY_RR, POLICY_STCF, POLICY_MLFQ, POLICY_RANDOM, POLICY_FIFO, POLICY_PRIORITY };
	static struct sight seen[MANY];
	(void)state;
	for (size_t i = 0; i < 2 * COUNT(policies); i++) {
		struct program *g = load(busy);
		struct settings s = under(policies[i / 2]);
		struct play *y = play_new(g, &s, NULL, NULL);
		struct past *p = past_new(g, &s, y->history, NULL, NULL);
		uint64_t n = play_all(y, i % 2 ? p : NULL, seen), dice = i;
		for (int k = 0; k < 300; k++) {
			uint64_t to = (uint64_t)dice_draw(&dice, 0, (int64_t)n - 1);
			struct play *then = past_go(p, to);
			assert_int_equal(then->at->steps, to);
			assert_same(look_at(then), seen[to]);
		}
		assert_int_equal(past_go(p, n + 1)->at->verdict, y->at->verdict);
		past_free(p);
		play_free(y);
		program_free(g);
	}
}

/* Backwards, an action at a time, while the run still goes on. */
static void while_it_goes_on(void **state)
{
	static struct sight seen[MANY];
	(void)state;
	struct program *g = load(busy);
	struct settings s = under(POLICY_RR);
	struct play *y = play_new(g, &s, NULL, NULL);
	struct past *p = past_new(g, &s, y->history, NULL, NULL);
	seen[0] = look_at(y);
	while (play_step(y)) {
		seen[y->at->steps] = look_at(y);
		past_offer(p, y, NULL);
		for (uint64_t back = 0; y->at->steps % 37 == 0 && back < 20 && back <= y->at->steps; back++)
			assert_same(look_at(past_go(p, y->at->steps - back)), seen[y->at->steps - back]);
	}
	past_free(p);
	play_free(y);
	program_free(g);
}

static void a_moment_can_be_gone_on_from_again_and_again(void **state)
{
	static struct sight seen[MANY];
	(void)state;
	struct program *g = load(busy);
	struct settings s = under(POLICY_RANDOM);
	struct play *y = play_new(g, &s, NULL, NULL);
	for (int k = 0; k < 50; k++)
		play_step(y);
	struct moment *m = moment_keep(y);
	uint64_t n = play_all(y, NULL, seen);
	struct sight end = look_at(y);
	for (int k = 0; k < 3; k++) {
		moment_return(y, m);
		assert_int_equal(y->at->steps, 50);
		assert_int_equal(y->at->verdict, VERDICT_NONE);
		while (play_step(y))
			assert_same(look_at(y), seen[y->at->steps]);
		assert_int_equal(y->at->steps, n);
		assert_same(look_at(y), end);
	}
	free(m);
	play_free(y);
	program_free(g);
}

/* ---- the viewer chooses ---- */

/* The last of those who could; every third time it can't make up its mind. Now and then one that sleeps, or whose wait has a
 * timeout. What it draws is as small as can be. */
struct whim { struct viewer viewer; unsigned asked, awaited, given; };

static struct choice last_in_line(struct viewer *v, const struct play *y)
{
	struct whim *w = (struct whim *)v;
	proc_id last = 0;
	struct choice c = { 0 };
	int64_t lo, hi;
	for (proc_id p = y->at->ready_head; p; p = y->actor[p].next)
		if (!y->actor[p].holds)
			last = p;
	for (proc_id p = MAIN; (!last || w->asked % 7 == 0) && p < y->g->processes; p++)
		if (manual_may_await(y, p))
			last = p;
	if (++w->asked % 3 == 0)
		return c;
	c.who = last;
	w->awaited += !manual_may_choose(y, last);
	c.draws = world_draw(y->g, play_own(y, last), last, &lo, &hi);
	w->given += c.draws;
	c.draw = c.draws ? lo : 0;
	return c;
}

static void the_viewer_is_followed(void **state)
{
	static struct sight seen[MANY];
	(void)state;
	struct program *g = load(busy);
	struct whim whim = { .viewer = { last_in_line } };
	struct settings s = under(POLICY_MANUAL);
	s.viewer = &whim.viewer;
	struct play *y = play_new(g, &s, NULL, NULL);
	bool killed = false;
	seen[0] = look_at(y);
	while (play_step(y)) {
		if (y->asks && y->at->steps > 60 && !killed) {          /* it comes in while the viewer is asked */
			play_killed(y, 3, SIGKILL, 0);
			killed = true;
		}
		if (!y->asks)
			seen[y->at->steps] = look_at(y);
	}
	assert_true(killed);
	assert_true(whim.asked > 100);
	assert_true(whim.awaited > 0);
	assert_true(whim.given > 0);
	s.viewer = NULL;
	s.follows = y->history;
	struct play *again = play_new(g, &s, NULL, NULL);
	while (play_step(again))
		assert_same(look_at(again), seen[again->at->steps]);
	assert_int_equal(again->at->steps, y->at->steps);
	assert_int_equal(again->at->verdict, y->at->verdict);
	play_free(again);
	play_free(y);
	program_free(g);
}

static void without_a_viewer_it_is_round_robin(void **state)
{
	static struct sight seen[MANY];
	(void)state;
	struct program *g = load(busy);
	struct settings rr = under(POLICY_RR), manual = under(POLICY_MANUAL);
	struct play *y = play_new(g, &rr, NULL, NULL), *z = play_new(g, &manual, NULL, NULL);
	uint64_t n = play_all(y, NULL, seen);
	assert_int_equal(play_all(z, NULL, seen), n);
	assert_same(look_at(y), look_at(z));
	play_free(y);
	play_free(z);
	program_free(g);
}

/* ---- rules that change while it goes on ---- */

/* Whether it fits or not. */
static void wish_a_list(struct play *y, uint64_t *dice)
{
	struct turn turn[6];
	size_t n = (size_t)dice_draw(dice, 1, (int64_t)COUNT(turn));
	for (size_t k = 0; k < n; k++)
		turn[k] = (struct turn){ .who = (proc_id)dice_draw(dice, MAIN + 1, (int64_t)y->g->processes - 1),
		                         .times = (uint32_t)dice_draw(dice, 1, 3) };
	play_list(y, turn, n);
}

static void change_a_rule(struct play *y, uint64_t *dice)
{
	static const enum policy policies[] = { POLICY_RR, POLICY_STCF, POLICY_MLFQ, POLICY_RANDOM, POLICY_FIFO, POLICY_PRIORITY, POLICY_SJF,
		                                POLICY_MANUAL, POLICY_MANUAL };
	switch (dice_draw(dice, 0, 4)) {
	case 0: play_rule(y, CAUSE_CPUS, dice_draw(dice, 1, 5)); break;
	case 1: play_rule(y, CAUSE_QUANTUM, dice_draw(dice, 1, 50) * 1000); break;
	case 2: wish_a_list(y, dice); break;
	default: play_rule(y, CAUSE_POLICY, policies[dice_draw(dice, 0, (int64_t)COUNT(policies) - 1)]); break;
	}
}

/* Between two actions, and while the viewer is asked: every moment comes again, and the run as a whole. */
static void rules_may_change(void **state)
{
	static struct sight seen[MANY];
	(void)state;
	for (uint64_t round = 0; round < 20; round++) {
		struct program *g = load(busy);
		struct whim whim = { .viewer = { last_in_line } };
		struct settings s = under(round % 2 ? POLICY_MANUAL : POLICY_RR);
		s.viewer = &whim.viewer;
		struct play *y = play_new(g, &s, NULL, NULL);
		struct past *p = past_new(g, &s, y->history, NULL, NULL);
		uint64_t dice = round + 1, changes = 0, last = 0;
		seen[0] = look_at(y);
		while (play_step(y)) {
			assert_true(y->at->steps < MANY);
			if (!y->asks)
				past_offer(p, y, NULL);
			if (y->at->steps != last)
				seen[last = y->at->steps] = look_at(y);
			if (dice_draw(&dice, 0, 5) == 0 && ++changes)
				change_a_rule(y, &dice);
		}
		assert_true(changes > 10);
		struct usage u = play_usage(y);
		assert_true(u.busy > 0 && u.idle >= 0);
		for (int k = 0; k < 100; k++) {
			uint64_t to = (uint64_t)dice_draw(&dice, 0, (int64_t)last - 1);
			assert_same(look_at(past_go(p, to)), seen[to]);
		}
		assert_int_equal(past_go(p, last + 1)->at->verdict, y->at->verdict);
		past_free(p);
		play_free(y);
		program_free(g);
	}
}

/* It repeats the beginning of a run, then goes its own way. */
static void a_run_branches(void **state)
{
	static struct sight seen[MANY];
	(void)state;
	struct program *g = load(busy);
	struct settings s = under(POLICY_RR);
	struct play *y = play_new(g, &s, NULL, NULL);
	uint64_t n = play_all(y, NULL, seen);
	s.follows = y->history;
	struct play *branch = play_new(g, &s, NULL, NULL);
	while (branch->at->steps < 60)
		play_step(branch);
	assert_same(look_at(branch), seen[60]);
	play_release(branch);
	play_rule(branch, CAUSE_POLICY, POLICY_FIFO);
	while (play_step(branch))
		;
	assert_int_equal(branch->at->verdict, VERDICT_OK);
	assert_true(branch->at->steps == n || look_at(branch).now != look_at(y).now);
	s.follows = branch->history;
	struct play *again = play_new(g, &s, NULL, NULL);
	while (play_step(again))
		;
	assert_int_equal(again->at->verdict, VERDICT_OK);
	assert_same(look_at(again), look_at(branch));
	play_free(again);
	play_free(branch);
	play_free(y);
	program_free(g);
}

/* ---- time is up within private steps ---- */

static const char counting[] =
	"scenario: counting\n"
	"shared: {n: 0}\n"
	"objects: {door: lock}\n"
	"main: [{start: w}, {repeat: 20, as: i, do: [y = i]}, {join: w}]\n"
	"processes:\n"
	"  w: {count: 3, steps: [{repeat: 9, as: a, do: [x = a]}, {repeat: 3, do: [{with: door, do: [n += x]}, {repeat: 9, as: b, do: [x = x + b]}]}]}\n";

static const enum policy of_all_kinds[] = { POLICY_RR, POLICY_SJF, POLICY_STCF, POLICY_HRRN, POLICY_RANDOM, POLICY_MLFQ };

/* Mixes what is reported; after so many reports time is up. */
struct hearing { struct listener listener; uint64_t heard, until, mixed; };

static void hear(struct listener *l, const struct play *y, const struct news *n)
{
	struct hearing *h = (struct hearing *)l;
	int64_t told[] = { n->kind, n->who, n->kind == NEWS_CHANGE ? (int64_t)n->change->value : 0, y->at->now };
	h->mixed = mixed(h->mixed, told, sizeof told);
	if (++h->heard == h->until)
		world_abandons = true;
}

static void assert_follows(const struct program *g, struct settings s, const struct play *y, const struct hearing *heard)
{
	struct hearing again = { .listener = { .hear = hear } };
	s.follows = y->history;
	struct play *z = play_new(g, &s, NULL, &again.listener);
	while (play_step(z))
		;
	assert_int_equal(z->at->verdict, y->at->verdict);
	assert_int_equal(z->at->steps, y->at->steps);
	assert_int_equal(again.heard, heard->heard);
	assert_int_equal(again.mixed, heard->mixed);
	assert_same(look_at(z), look_at(y));
	play_free(z);
}

/* Whatever was reported last. */
static void time_may_be_up_anywhere(void **state)
{
	(void)state;
	struct program *g = load(counting);
	for (size_t i = 0; i < COUNT(of_all_kinds); i++) {
		struct settings s = under(of_all_kinds[i]);
		bool ended = false;
		unsigned cuts = 0;
		for (uint64_t until = 1; !ended; until++) {
			struct hearing heard = { .listener = { .hear = hear }, .until = until };
			struct play *y = play_new(g, &s, NULL, &heard.listener);
			while (!world_abandons && play_step(y))
				;
			ended = !world_abandons;
			play_stop(y, VERDICT_LIMIT);
			world_abandons = false;
			cuts += y->at->cut;
			assert_follows(g, s, y, &heard);
			play_free(y);
		}
		assert_true(cuts > 20);
	}
	program_free(g);
}

/* After so many actions and private steps. */
static struct history cut_there(const struct history *h, uint64_t actions, int64_t steps)
{
	struct history cut = { 0 };
	uint64_t n = 0;
	for (size_t k = 0; k < h->count && n < actions; k++) {
		struct happening e = h->entry[k];
		if (e.cause == CAUSE_MOVED && e.times > actions - n)
			e.times = (uint32_t)(actions - n);
		n += e.cause == CAUSE_MOVED ? e.times : 0;
		history_add(&cut, e);
	}
	history_add(&cut, (struct happening){ .cause = CAUSE_CUT, .who = MAIN, .value = steps });
	history_add(&cut, (struct happening){ .cause = CAUSE_ENDED, .value = VERDICT_STOPPED, .actions = n });
	return cut;
}

/* Each of the private steps, those that are only foreseen included. */
static void time_may_be_up_at_any_private_step(void **state)
{
	(void)state;
	struct program *g = load(counting);
	for (size_t i = 0; i < COUNT(of_all_kinds); i++) {
		struct settings s = under(of_all_kinds[i]);
		struct play *whole = play_new(g, &s, NULL, NULL);
		while (play_step(whole))
			;
		uint64_t before = 0, looks = 0;
		for (uint64_t n = 0; n < whole->at->steps; n += 5) {
			bool cut = true;
			for (int64_t k = 0; cut; k++) {
				struct hearing heard = { .listener = { .hear = hear } };
				struct history h = cut_there(whole->history, n, k);
				struct settings follows = s;
				follows.follows = &h;
				struct play *y = play_new(g, &follows, NULL, &heard.listener);
				while (play_step(y))
					;
				cut = y->at->cut;               /* there are so many */
				if (cut) {
					assert_int_equal(y->at->verdict, VERDICT_STOPPED);
					assert_int_equal(y->at->stretch.done, k);
					looks += heard.mixed != before;
					before = heard.mixed;
					assert_follows(g, s, y, &heard);
				}
				play_free(y);
				history_free(&h);
			}
		}
		assert_true(looks > 5);         /* the reports were not always the same */
		play_free(whole);
	}
	program_free(g);
}

/* ---- what does not fit ---- */

static void another_history_is_no_history_of_it(void **state)
{
	(void)state;
	struct program *g = load(busy);
	struct settings s = under(POLICY_RR);
	struct play *y = play_new(g, &s, NULL, NULL);
	while (play_step(y))
		;
	for (size_t i = 0; i < y->history->count; i++) {
		struct happening *e = &y->history->entry[i], before = *e;
		if (e->cause != CAUSE_MOVED)
			continue;
		e->who = e->who % 3 + 1 == e->who ? 1 : e->who % 3 + 1;
		struct settings follows = s;
		follows.follows = y->history;
		struct play *z = play_new(g, &follows, NULL, NULL);
		while (play_step(z))
			;
		assert_int_equal(z->at->verdict, VERDICT_MISFIT);
		assert_non_null(z->problem);
		play_free(z);
		*e = before;
	}
	play_free(y);
	program_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_moment_comes_again),
		cmocka_unit_test(while_it_goes_on),
		cmocka_unit_test(a_moment_can_be_gone_on_from_again_and_again),
		cmocka_unit_test(the_viewer_is_followed),
		cmocka_unit_test(rules_may_change),
		cmocka_unit_test(a_run_branches),
		cmocka_unit_test(time_may_be_up_anywhere),
		cmocka_unit_test(time_may_be_up_at_any_private_step),
		cmocka_unit_test(without_a_viewer_it_is_round_robin),
		cmocka_unit_test(another_history_is_no_history_of_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
