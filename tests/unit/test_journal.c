/* A change of the shared part takes effect whole or not at all, whichever process is killed when: the journal undoes every kind of
 * action, from every store on; and a process that is really killed, at many of its instructions, leaves the shared
 * part as it was before its action or as it is after it, also where the process that repairs it is killed, too.
 * FORKLORE_SLOW=1: at more of them; FORKLORE_STRIDE=N: at every N-th, 1: at each; FORKLORE_SECONDS=N: until then at most.
 * usage: test_journal [PATTERN]        of the tests' names. */
#include "tests/unit/test.h"
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "sim/stage/memory.h"
#include "sim/world/footprint.h"

static const char everything[] =
	"scenario: everything\n"
	"shared: {n: 0, l: [0, 0, 0], t: '', big: 0}\n"
	"private: {mine: 0}\n"
	"objects: {door: lock, rude: {lock: {fair: false}}, again: rlock, s: {semaphore: 2}, b: {semaphore: {value: 1, bounded: true}},\n"
	"          go: event, q: {queue: {maxsize: 2, joinable: true}}, gate: {barrier: 2}, other: {barrier: 3}, done: {latch: 2}, changed: {condition: door}}\n"
	"processes:\n"
	"  a:\n"
	"    count: 3\n"
	"    steps:\n"
	"      - wait: go\n"
	"      - repeat: 4\n"
	"        do:\n"
	"          - with: door\n"
	"            do: [n += 1, 'l[index - 1] += n']\n"
	"          - {acquire: rude, timeout: 1ms, into: got}\n"
	"          - {if: got, then: [{release: rude}]}\n"
	"          - with: again\n"
	"            do: [{with: again, do: [{atomic: [n += 1, big = n * 1000000007, 'l[0] = n']}]}]\n"
	"          - x = random(1, 3)\n"
	"          - {acquire: s, wait: false, into: got}\n"
	"          - {if: got, then: [{sleep: 1ms}, {release: s}]}\n"
	"          - try: [{release: b}]\n"
	"            except: {any: [{say: 'no {x}'}]}\n"
	"          - t = 'round {x}'\n"
	"      - clear: go\n"
	"  maker: {count: 2, steps: [{repeat: 4, as: i, do: [{put: q, item: '{i} of {name}'}, {compute: 1ms}]}, {join: q}]}\n"
	"  taker: {count: 2, daemon: true, steps: [{forever: , do: [{get: q, into: x}, {task_done: q}]}]}\n"
	"  pair: {count: 2, steps: [{wait: gate}, {wait: gate, into: n2}, {count_down: done}, {wait: done}]}\n"
	"  breaker: {steps: [{reset: other}, {abort: other}, {reset: other}]}\n"
	"  waiter: {count: 2, steps: [{with: changed, do: [{wait: changed, timeout: 1ms}]}]}\n"
	"  parent: {steps: [{start: kid}, {start: pest}, {join: kid, timeout: 1ms}, mine = pid(kid)]}\n"
	"  kid: {steps: [{sleep: 1ms}, {exit: 4}]}\n"
	"  pest: {daemon: true, steps: [{acquire: s}, {sleep: 1s}]}\n"
	"  victim: {steps: [{acquire: b}, {sleep: 1s}]}\n"
	"main:\n"
	"  - {start: a}\n"
	"  - {start: maker}\n"
	"  - {start: taker}\n"
	"  - {start: pair}\n"
	"  - {start: breaker}\n"
	"  - {start: waiter}\n"
	"  - {start: parent}\n"
	"  - {start: victim}\n"
	"  - {set: go}\n"
	"  - {with: changed, do: [{notify_all: changed}]}\n"
	"  - {terminate: victim}\n"
	"  - {join: victim}\n"
	"  - {join: pair}\n";

/* What must have been done, so that the test means something. */
static const enum op wanted[] = { OP_ATOMIC, OP_LOAD, OP_STORE, OP_LOAD_ITEM, OP_STORE_ITEM, OP_ASK, OP_DRAW, OP_SAY, OP_COMPUTE,
	OP_SLEEP, OP_START, OP_JOIN, OP_EXIT, OP_ACQUIRE, OP_RELEASE, OP_SET, OP_CLEAR, OP_WAIT, OP_COUNT_DOWN, OP_ABORT, OP_RESET, OP_PUT, OP_GET, OP_TASK_DONE,
	OP_NOTIFY, OP_SIGNAL, OP_FINISH };

static struct program *g;

static int load(void **state)
{
	(void)state;
	footprint_checked = false;      /* the check is many times as long as the action: it would be killed in the check alone */
	g = program_load("everything", everything, sizeof everything - 1, "en");
	for (size_t i = 0; i < g->diags.count; i++)
		print_error("%s\n", g->diags.list[i].message);
	if (g->diags.errors)
		return -1;
	world_layout(g, true);
	return g->diags.errors;
}

static int unload(void **state)
{
	(void)state;
	program_free(g);
	return 0;
}

/* ---- a random walk through the world ---- */

struct walk { struct world w; uint64_t dice; proc_id p; int64_t choice; };

/* The process that moves next; false: none can. */
static bool walk_choose(struct walk *k)
{
	int64_t lo, hi, from = dice_draw(&k->dice, 0, (int64_t)g->processes - 1);
	for (proc_id i = 0; i < g->processes; i++) {
		proc_id p = (proc_id)(from + i) % g->processes;
		if (!p || world_can(g, k->w.shared, world_own(g, &k->w, p), p) == CAN_NOT)
			continue;
		cell *own = world_own(g, &k->w, p);
		k->p = p;
		k->choice = world_draw(g, own, p, &lo, &hi) ? dice_draw(&k->dice, lo, hi) : 0;
		return true;
	}
	return false;
}

static void walk_born(struct walk *k, const struct event *e)
{
	if (e->child)
		world_birth(g, k->w.shared, e->who, world_own(g, &k->w, e->who), world_own(g, &k->w, e->child), e->child, NULL);
	world_go_on(g, k->w.shared, world_own(g, &k->w, e->who), e->who, NULL);
}

static struct walk walk_new(uint64_t seed)
{
	return (struct walk){ .w = world_new(g), .dice = dice_seed(seed, "walk") };
}

/* ---- undone from every store on ---- */

static struct journal *journal_new(uint32_t room)
{
	struct journal *j = must_have(calloc(1, sizeof *j + room * sizeof j->entry[0]));
	j->room = room;
	return j;
}

/* The value that the journal's i-th store wrote: what the next one of that cell found, or what is there in the end. */
static cell written(const struct journal *j, uint32_t i, const cell *after)
{
	for (uint32_t k = i + 1; k < j->count; k++)
		if (j->entry[k].at == j->entry[i].at)
			return j->entry[k].old;
	return after[j->entry[i].at];
}

/* Killed when `entries` were made, and the last of them was carried out or not. */
static void undo_from(const struct journal *j, uint32_t entries, bool carried_out, const cell *before, const cell *after)
{
	size_t bytes = g->shared_cells * sizeof(cell);
	struct journal *part = journal_new(j->room);
	cell *shared = must_have(malloc(bytes));
	memcpy(shared, before, bytes);
	part->count = entries;
	memcpy(part->entry, j->entry, j->room * sizeof j->entry[0]);
	for (uint32_t i = 0; i < entries; i++)
		if (carried_out || i + 1 < entries)
			shared[j->entry[i].at] = written(j, i, after);
	journal_undo(part, shared);
	assert_int_equal(part->count, 0);
	assert_memory_equal(shared, before, bytes);
	free(shared);
	free(part);
}

static void one_action_is_undone(struct walk *k, uint32_t room)
{
	size_t bytes = g->shared_cells * sizeof(cell);
	cell *before = must_have(malloc(bytes)), *after = must_have(malloc(bytes));
	struct journal *j = journal_new(room);
	struct event e;
	memcpy(before, k->w.shared, bytes);
	assert_true(world_step(g, k->w.shared, world_own(g, &k->w, k->p), k->p, k->choice, j, NULL, &e));
	memcpy(after, k->w.shared, bytes);
	for (uint32_t n = 0; n <= j->count; n++) {
		undo_from(j, n, true, before, after);
		undo_from(j, n, false, before, after);
	}
	walk_born(k, &e);
	free(before);
	free(after);
	free(j);
}

static void test_every_action_can_be_undone(void **state)
{
	bool seen[OP_COUNT] = { false };
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct walk k = walk_new(seed);
		for (int n = 0; n < 1000 && walk_choose(&k); n++) {
			seen[world_next(g, world_own(g, &k.w, k.p))->op] = true;
			one_action_is_undone(&k, 8 * g->processes + 64);
		}
		world_free(&k.w);
	}
	for (size_t i = 0; i < COUNT(wanted); i++)
		if (!seen[wanted[i]])
			fail_msg("no walk did %s", op_rows[wanted[i]].word);
}

static void test_a_death_can_be_undone(void **state)
{
	size_t bytes = g->shared_cells * sizeof(cell);
	cell *before = must_have(malloc(bytes)), *after = must_have(malloc(bytes));
	(void)state;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		struct walk k = walk_new(seed);
		for (int n = 0; n < 400 && walk_choose(&k); n++) {
			struct journal *j = journal_new(8 * g->processes + 64);
			struct event e;
			memcpy(before, k.w.shared, bytes);
			cell *own = must_have(malloc(g->private_cells * sizeof *own));
			memcpy(own, world_own(g, &k.w, k.p), g->private_cells * sizeof *own);
			world_kill(g, k.w.shared, own, k.p, 9, j, &e);
			memcpy(after, k.w.shared, bytes);
			for (uint32_t i = 0; i <= j->count; i++)
				undo_from(j, i, true, before, after);
			journal_undo(j, k.w.shared);
			assert_memory_equal(k.w.shared, before, bytes);
			assert_true(world_step(g, k.w.shared, world_own(g, &k.w, k.p), k.p, k.choice, NULL, NULL, &e));
			walk_born(&k, &e);
			free(own);
			free(j);
		}
		world_free(&k.w);
	}
	free(before);
	free(after);
}

/* ---- really killed ---- */

static void *shared_memory(size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(at != MAP_FAILED);
	return at;
}

static size_t cells_bytes(void)
{
	return (g->shared_cells + STAGE_CELLS) * sizeof(cell);
}

static void mutex_new(struct common *c)
{
	pthread_mutexattr_t a;
	pthread_mutexattr_init(&a);
	pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&c->mutex, &a);
	pthread_mutexattr_destroy(&a);
}

/* A stage without processes: only what is shared. */
static struct stage *stage_new(void)
{
	static const struct settings settings = { .policy = POLICY_RR };
	struct stage *s = must_have(calloc(1, sizeof *s));
	uint32_t room = 8 * g->processes + 64;
	s->g = g;
	s->settings = &settings;
	s->common = shared_memory(sizeof *s->common);
	s->shared = shared_memory(cells_bytes());
	s->journal = shared_memory(sizeof *s->journal + room * sizeof s->journal->entry[0]);
	s->journal->room = room;
	mutex_new(s->common);
	return s;
}

static void stage_free(struct stage *s)
{
	munmap(s->common, sizeof *s->common);
	munmap(s->shared, cells_bytes());
	munmap(s->journal, sizeof *s->journal + s->journal->room * sizeof s->journal->entry[0]);
	free(s);
}

/* In a child: the action, as a process of the stage does it, between two stops. */
static void perform(struct stage *s, struct walk *k)
{
	cell *own = world_own(g, &k->w, k->p);
	raise(SIGSTOP);
	stage_lock(s);
	action_take(s, own, k->p, world_can(g, s->shared, own, k->p), world_target(g, own, k->p), k->choice, 0);
	stage_unlock(s);
	raise(SIGSTOP);
	_exit(0);
}

/* A fresh mutex, empty journal, the shared part as it was before. */
static void reset(struct stage *s, const cell *before)
{
	memcpy(s->shared, before, g->shared_cells * sizeof(cell));
	s->shared[g->shared_cells + TAIL] = 0;
	s->journal->count = 0;
	s->common->committed = 0;
	mutex_new(s->common);
}

static bool stopped_by(int status, int signal)
{
	return WIFSTOPPED(status) && WSTOPSIG(status) == signal;
}

/* In a child: the first to take the mutex after a death. */
static void repair(struct stage *s, struct walk *k)
{
	(void)k;
	raise(SIGSTOP);
	stage_lock(s);
	stage_unlock(s);
	raise(SIGSTOP);
	_exit(0);
}

typedef void body_of(struct stage *, struct walk *);

/* A child that does that, stopped before it begins. */
static pid_t begin(struct stage *s, struct walk *k, body_of *what)
{
	int status;
	pid_t pid = fork();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		what(s, k);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(stopped_by(status, SIGSTOP));
	return pid;
}

/* Goes on in this way until it stops again; true: within its action. */
static bool goes_on(pid_t pid, int how)
{
	int status;
	return !ptrace(how, pid, NULL, NULL) && waitpid(pid, &status, 0) == pid && stopped_by(status, SIGTRAP);
}

static void end(pid_t pid)
{
	int status;
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) == pid && !WIFSIGNALED(status))
		;
}

/* The way of a child through what it does. All children are forked from the same parent, and go the same way; so all but the first
 * run to the last instruction that is new on it before the one that is sought (the processor stops them there), and only the rest is
 * stepped. */
enum { LONGEST = 1 << 16 };
struct way {
	int steps;
	struct { uintptr_t at; int milestone; } step[LONGEST];
};

static uintptr_t instruction(pid_t pid)
{
#ifdef __x86_64__
	return (uintptr_t)ptrace(PTRACE_PEEKUSER, pid, offsetof(struct user_regs_struct, rip), NULL);
#else
	return 0;
#endif
}

/* at: 0 takes it away. false: it can't be had here. */
static bool breakpoint(pid_t pid, uintptr_t at)
{
#ifdef __x86_64__
	return (!at || !ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, u_debugreg[0]), at)) &&
	       !ptrace(PTRACE_POKEUSER, pid, offsetof(struct user, u_debugreg[7]), at ? 1l : 0l);
#else
	return false;
#endif
}

static bool is_new(const struct way *w, int n)
{
	for (int i = 0; i < n; i++)
		if (w->step[i].at == w->step[n].at)
			return false;
	return true;
}

static void find_way(struct way *w, struct stage *s, struct walk *k, body_of *what)
{
	pid_t pid = begin(s, k, what);
	w->steps = 0;
	do {
		int n = w->steps++;
		assert_true(n < LONGEST);
		w->step[n].at = instruction(pid);
		w->step[n].milestone = n && is_new(w, n) ? n : n ? w->step[n - 1].milestone : 0;
	} while (goes_on(pid, PTRACE_SINGLESTEP));
	end(pid);
}

/* Kill a child that does that after n instructions; n = w->steps: it has finished by then. */
static void kill_after(struct stage *s, struct walk *k, const struct way *w, int n, body_of *what)
{
	pid_t pid = begin(s, k, what);
	int done = 0, milestone = n < w->steps ? w->step[n].milestone : 0;
	if (milestone && breakpoint(pid, w->step[milestone].at) && goes_on(pid, PTRACE_CONT)) {
		assert_int_equal(instruction(pid), w->step[milestone].at);
		breakpoint(pid, 0);
		done = milestone;
	}
	while (done++ < n && goes_on(pid, PTRACE_SINGLESTEP))
		;
	end(pid);
}

/* Everybody's view after that death: the lock can be had, and the shared part is one of the two. 0: before, 1: after. */
static int check_whole(struct stage *s, const cell *before, const cell *after, int n)
{
	bool told = s->common->committed == 1;
	stage_lock(s);
	assert_int_equal(s->journal->count, 0);
	bool happened = s->shared[g->shared_cells + TAIL] == 1;
	assert_true(happened || !told);                 /* nothing is reported that is undone */
	if (memcmp(s->shared, happened ? after : before, g->shared_cells * sizeof(cell)))
		fail_msg("torn after %d instructions, told as %s", n, happened ? "done" : "not done");
	stage_unlock(s);
	assert_int_equal(s->common->committed, happened);
	return happened;
}

static bool can_trace(void)
{
#if !defined(__x86_64__) || defined(__SANITIZE_ADDRESS__)
	return false;
#else
	int status;
	pid_t pid = fork();
	if (!pid)
		_exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? 1 : 0);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status);
#endif
}

/* The shared part before an action and after it. */
struct both { cell *before, *after; };

static struct both both_of(struct walk *k)
{
	size_t bytes = g->shared_cells * sizeof(cell);
	struct both b = { must_have(malloc(bytes)), must_have(malloc(bytes)) };
	struct world copy = world_new(g);
	struct event e;
	memcpy(b.before, k->w.shared, bytes);
	memcpy(copy.shared, k->w.shared, world_bytes(g));
	world_step(g, copy.shared, world_own(g, &copy, k->p), k->p, k->choice, NULL, NULL, &e);
	memcpy(b.after, copy.shared, bytes);
	world_free(&copy);
	return b;
}

static void both_free(struct both *b)
{
	free(b->before);
	free(b->after);
}

static struct way the_way, the_repair;

static bool time_is_over(void)
{
	static time_t began;
	const char *seconds = getenv("FORKLORE_SECONDS");
	if (!began)
		began = time(NULL);
	return seconds && time(NULL) - began >= atol(seconds);
}

/* Which instructions of an action, and of each repair: from, from + every, .. and each inner-th. */
struct which { int from, every, inner; };

/* Returns how often it was killed. */
static int kill_everywhere(struct stage *s, struct walk *k, struct which of)
{
	struct both b = both_of(k);
	int kills = 0;
	reset(s, b.before);
	find_way(&the_way, s, k, perform);
	for (int n = of.from; n < the_way.steps && !time_is_over(); n += of.every, kills++) {
		reset(s, b.before);
		kill_after(s, k, &the_way, n, perform);
		check_whole(s, b.before, b.after, n);
	}
	reset(s, b.before);
	kill_after(s, k, &the_way, the_way.steps, perform);
	assert_true(check_whole(s, b.before, b.after, the_way.steps));
	both_free(&b);
	return kills;
}

/* All that a death leaves: the mutex, the shared part, the journal. */
struct left { struct common common; cell *shared; struct journal *journal; size_t journal_bytes; };

static struct left left_new(const struct stage *s)
{
	size_t bytes = sizeof *s->journal + s->journal->room * sizeof s->journal->entry[0];
	return (struct left){ .shared = must_have(malloc(cells_bytes())), .journal = must_have(malloc(bytes)), .journal_bytes = bytes };
}

static void left_keep(struct left *l, const struct stage *s)
{
	l->common = *s->common;
	memcpy(l->shared, s->shared, cells_bytes());
	memcpy(l->journal, s->journal, l->journal_bytes);
}

static void left_put(const struct left *l, struct stage *s)
{
	*s->common = l->common;
	memcpy(s->shared, l->shared, cells_bytes());
	memcpy(s->journal, l->journal, l->journal_bytes);
}

/* It is killed with its change under way, and then the process that undoes that: returns how often. */
static int kill_repairers(struct stage *s, struct walk *k, struct which of)
{
	struct both b = both_of(k);
	struct left l = left_new(s);
	int kills = 0;
	reset(s, b.before);
	find_way(&the_way, s, k, perform);
	for (int n = of.from; n < the_way.steps && !time_is_over(); n += of.every) {
		reset(s, b.before);
		kill_after(s, k, &the_way, n, perform);
		left_keep(&l, s);
		if (!s->journal->count)
			continue;
		find_way(&the_repair, s, k, repair);
		for (int m = of.from % of.inner; m < the_repair.steps && !time_is_over(); m += of.inner, kills++) {
			left_put(&l, s);
			kill_after(s, k, &the_repair, m, repair);
			check_whole(s, b.before, b.after, n);
		}
	}
	free(l.shared);
	free(l.journal);
	both_free(&b);
	return kills;
}

typedef int kills_of(struct stage *, struct walk *, struct which);

/* Each kind of action in each way it can be taken, once. */
static int kill_in_walks(struct stage *s, kills_of *kills_in, int every, int inner, int pass, int passes)
{
	bool done[OP_COUNT][CAN_DIE + 1] = { { false } };
	int kills = 0;
	uint64_t dice = dice_seed(1, "kills");
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct walk k = walk_new(seed);
		for (int n = 0; n < 600 && walk_choose(&k); n++) {
			struct event e;
			cell *own = world_own(g, &k.w, k.p);
			enum op op = world_next(g, own)->op;
			bool *this = &done[op][world_can(g, k.w.shared, own, k.p)];
			int from = (int)dice_draw(&dice, 0, every - 1) + pass * every;
			if (!*this && op != OP_START && !time_is_over())        /* a start would really fork */
				kills += kills_in(s, &k, (struct which){ from, passes * every, inner });
			*this = true;
			assert_true(world_step(g, k.w.shared, own, k.p, k.choice, NULL, NULL, &e));
			walk_born(&k, &e);
		}
		world_free(&k.w);
	}
	return kills;
}

/* A stop that goes from one CPU to another takes several times as long. */
static void stay_on_one_cpu(cpu_set_t *before)
{
	cpu_set_t one;
	int cpu = sched_getcpu();
	sched_getaffinity(0, sizeof *before, before);
	CPU_ZERO(&one);
	CPU_SET(cpu < 0 ? 0 : cpu, &one);
	sched_setaffinity(0, sizeof one, &one);
}

/* Where there is a limit of time it is gone through again and again, for other instructions each time: no action is left out. */
static int kill_in_time(kills_of *kills_in, int every, int inner)
{
	const int passes = getenv("FORKLORE_SECONDS") ? 8 : 1;
	int kills = 0;
	struct stage *s = stage_new();
	cpu_set_t before;
	stay_on_one_cpu(&before);
	for (int i = 0; i < passes; i++)
		kills += kill_in_walks(s, kills_in, every, inner, i, passes);
	sched_setaffinity(0, sizeof before, &before);
	stage_free(s);
	return kills;
}

static int stride(int quick)
{
	const char *asked = getenv("FORKLORE_STRIDE");
	return asked && atoi(asked) > 0 ? atoi(asked) : getenv("FORKLORE_SLOW") ? 7 : quick;
}

static void test_killed_at_many_instructions(void **state)
{
	(void)state;
	if (!can_trace())
		skip();
	int kills = kill_in_time(kill_everywhere, stride(211), 1);
	print_message("killed %d times\n", kills);
	assert_true(kills > 100 || time_is_over());
}

static void test_killed_while_it_repairs(void **state)
{
	(void)state;
	if (!can_trace())
		skip();
	int every = stride(100);
	int kills = kill_in_time(kill_repairers, 5 * every, every);
	print_message("killed %d times while it repaired\n", kills);
	assert_true(kills > 20 || time_is_over());
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_action_can_be_undone),
		cmocka_unit_test(test_a_death_can_be_undone),
		cmocka_unit_test(test_killed_at_many_instructions),
		cmocka_unit_test(test_killed_while_it_repairs),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, load, unload);
}
