/* Footprints are true: whatever is changed, and whatever matters, is in them. Where a row said less than the truth, that would be
 * noticed; where it says EVERYTHING, `explore` says the same as before. */
#include "tests/unit/load.h"
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sim/explore/explore.h"

/* Loaded and laid out; NULL: it can't be run, as some of the tests' files should not. */
static struct program *load(const char *file)
{
	struct program *g = load_file(file);

	if (!g->diags.errors)
		world_layout(g, false);
	if (!g->diags.errors)
		return g;
	program_free(g);
	return NULL;
}

static glob_t files_of(const char *const *patterns, size_t count)
{
	glob_t found = { 0 };
	for (size_t k = 0; k < count; k++)
		assert_int_equal(glob(patterns[k], k ? GLOB_APPEND : 0, NULL, &found), 0);
	return found;
}

static glob_t all_files(void)
{
	static const char *const patterns[] = { "scenarios/*.yaml", "tests/meaning/*.yaml", "tests/explore/*.yaml" };
	return files_of(patterns, COUNT(patterns));
}

static void explore_some(const char *file, uint64_t states)
{
	struct exploration e;
	struct program *g = load(file);
	if (!g)
		return;
	const struct limits l = { .states = states };
	assert_true(explore(g, NULL, false, &l, &e));
	exploration_free(&e);
	program_free(g);
}

static void every_action_is_as_its_row_says(void **state)
{
	enum { STATES = 1000 };
	glob_t files = all_files();
	(void)state;
	footprint_checked = true;
	for (size_t k = 0; k < files.gl_pathc; k++)
		explore_some(files.gl_pathv[k], STATES);
	footprint_checked = false;
	globfree(&files);
}

/* ---- a row that says less ---- */

/* Does some file end the program, if op's row said NOTHING? Most do so immediately. */
static bool is_noticed(const glob_t *files, enum op op)
{
	enum { STATES = 200 };
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		signal(SIGABRT, SIG_DFL);
		footprint_checked = true;
		footprint_pretend(op, false);
		for (size_t k = 0; k < files->gl_pathc; k++)
			explore_some(files->gl_pathv[k], STATES);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void count_thing(void *with, uint32_t thing, enum access access)
{
	(void)thing;
	(void)access;
	++*(int *)with;
}

static void a_row_that_says_nothing_is_noticed(void **state)
{
	struct program *g = load("scenarios/ticket-race.yaml");
	glob_t files = all_files();
	(void)state;
	for (enum op op = 0; op < OP_COUNT; op++) {
		int touched = 0;
		const struct ins i = { .op = (uint8_t)op, .b = FUNCTION_ALIVE };    /* about object and variable 0 */
		footprint_each(g, &i, VALUE_UNSET, 0, count_thing, &touched);
		if (touched && !is_noticed(&files, op))
			fail_msg("nobody noticed that %s said NOTHING", op_rows[op].word);
	}
	globfree(&files);
	program_free(g);
}

/* ---- a row that says EVERYTHING ---- */

/* What explore says, as a text. */
static void say(struct text *t, const struct program *g, const struct exploration *e)
{
	text_print(t, "deadlock %s, dead end %s, exception %s\n", often_words[e->deadlock.often], often_words[e->dead_end.often],
	            often_words[e->exception.often]);
	for (size_t k = 0; k < g->expects; k++)
		text_print(t, "%s: %s\n", g->expect[k].name, often_words[e->expect[k].often]);
	text_print(t, "%zu outcomes, %zu exceptions\n", e->outcomes, e->exceptions);
}

/* false: there is too much of it. */
static bool explore_and_say(const char *file, struct text *t)
{
	enum { STATES = 1000 };
	struct exploration e;
	struct program *g = load(file);
	const struct limits l = { .states = STATES };
	assert_non_null(g);
	assert_true(explore(g, NULL, true, &l, &e));
	bool complete = e.complete;
	text_clear(t);
	say(t, g, &e);
	exploration_free(&e);
	program_free(g);
	return complete;
}

static void is_the_same_if_unknown(const char *file, enum op op, const struct text *known, int *compared)
{
	struct text unknown = { 0 };
	footprint_pretend(op, true);
	bool complete = explore_and_say(file, &unknown);
	footprint_pretend_no_more();
	if (complete && strcmp(text_is(known), text_is(&unknown)))
		fail_msg("%s: if %s is unknown, what is said is\n%s\nand it was\n%s", file, op_rows[op].word, text_is(&unknown), text_is(known));
	*compared += complete;
	text_free(&unknown);
}

static void unknown_means_everything(void **state)
{
	static const char *const patterns[] = { "tests/explore/*.yaml" };
	glob_t files = files_of(patterns, COUNT(patterns));
	struct text known = { 0 };
	int compared = 0, all = 0;
	(void)state;
	for (size_t k = 0; k < files.gl_pathc; k++) {
		bool complete = explore_and_say(files.gl_pathv[k], &known);
		for (enum op op = 0; op < OP_COUNT && complete; op++)
			if (op_rows[op].action) {
				is_the_same_if_unknown(files.gl_pathv[k], op, &known, &compared);
				all++;
			}
	}
	assert_true(compared > all / 2);
	text_free(&known);
	globfree(&files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_action_is_as_its_row_says),
		cmocka_unit_test(a_row_that_says_nothing_is_noticed),
		cmocka_unit_test(unknown_means_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
