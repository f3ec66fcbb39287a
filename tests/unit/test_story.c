/* Sentences are pure: the sentence about an action, and about which processes wait for what, is the same long afterwards, made from values that
 * were kept, in any order, when the run is gone. */
#include "tests/unit/test.h"
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sim/report/story.h"

enum { STEPS = 250, MOST = 4 * STEPS };

/* Something that was said, and copies of all that it was made from. scene.event: NULL: which processes wait for what. */
struct told {
	char *words;
	struct scene scene;
	struct situation now;
	proc_id who;
	cell *cells;                    /* what the scene's pointers point into */
};
struct memory { struct listener listener; struct told told[MOST]; int count; };

static void *copy(const void *what, size_t bytes)
{
	void *mine = malloc(bytes + 1);
	assert_non_null(mine);
	if (bytes)
		memcpy(mine, what, bytes);
	return mine;
}

/* The private parts of a world in which only p's, and its process's, are known. */
static cell *copy_own(const struct program *g, const cell *own, proc_id p, cell **all)
{
	size_t behind = (size_t)(p - process_body(g, p)) * g->private_cells;
	*all = calloc(behind + g->private_cells, sizeof **all);
	assert_non_null(*all);
	memcpy(*all + behind, own, own_used(g, own) * sizeof *own);
	if (behind)
		memcpy(*all, own - behind, (OWN_HEAD + g->process_slots) * sizeof *own);
	return *all + behind;
}

static void keep_step(struct told *t, const struct play *y, const struct news *n)
{
	struct text words = { 0 };
	t->scene = scene_of(y, n);
	story_step(&words, &t->scene);
	t->words = copy(text_is(&words), words.length + 1);
	t->scene.event = copy(n->event, sizeof *n->event);
	t->scene.change = copy(n->change, n->changes * sizeof *n->change);
	t->scene.shared = copy(t->scene.shared, y->g->shared_cells * sizeof(cell));
	t->scene.own = copy_own(y->g, n->own, n->who, &t->cells);
	text_free(&words);
}

static void keep_wait(struct told *t, const struct play *y, proc_id p)
{
	struct text words = { 0 };
	t->who = p;
	t->now = situation_of(y);
	story_wait(&words, &t->now, p);
	t->words = copy(text_is(&words), words.length + 1);
	t->now.actor = copy(y->actor, y->g->processes * sizeof *y->actor);
	t->now.world = world_new(y->g);
	memcpy(t->now.world.shared, y->world.shared, world_bytes(y->g));
	text_free(&words);
}

static void hear(struct listener *l, const struct play *y, const struct news *n)
{
	struct memory *m = (struct memory *)l;
	bool waits = n->kind == NEWS_STATE && n->to == STATE_BLOCKED && world_bytes(y->g) < 100000;
	if (m->count == MOST || (n->kind != NEWS_STEP && !waits))
		return;
	struct told *t = &m->told[m->count++];
	*t = (struct told){ 0 };
	waits ? keep_wait(t, y, n->who) : keep_step(t, y, n);
}

static void tell_again(struct told *t)
{
	struct text words = { 0 };
	t->scene.event ? story_step(&words, &t->scene) : story_wait(&words, &t->now, t->who);
	assert_string_equal(text_is(&words), t->words);
	text_free(&words);
}

static void forget(struct told *t)
{
	free(t->words);
	free((void *)t->scene.event);
	free((void *)t->scene.change);
	free((void *)t->scene.shared);
	free((void *)t->now.actor);
	free(t->cells);
	if (t->now.world.shared)
		world_free(&t->now.world);
}

static char *read_file(const char *path, size_t *length)
{
	FILE *f = fopen(path, "r");
	char *text = malloc(1 << 20);
	assert_true(f && text);
	*length = fread(text, 1, 1 << 20, f);
	fclose(f);
	return text;
}

static int play_and_tell_again(const char *path, const char *language, struct memory *m)
{
	size_t length;
	char *text = read_file(path, &length);
	struct program *g = program_load(path, text, length, language);
	const struct settings settings = { .seed = 3, .max_steps = STEPS, .policy = POLICY_RANDOM, .cpus = 2, .quantum = 10000, .fair = true };
	if (!g->diags.errors)
		world_layout(g, true);
	m->count = 0;
	if (!g->diags.errors) {
		struct play *y = play_new(g, &settings, NULL, &m->listener);
		while (play_step(y))
			;
		play_free(y);
	}
	for (int i = m->count; i--;)
		tell_again(&m->told[i]);
	for (int i = 0; i < m->count; i++)
		forget(&m->told[i]);
	program_free(g);
	free(text);
	return m->count;
}

static void test_sentences_are_pure(void **state)
{
	(void)state;
	static struct memory m = { .listener = { .hear = hear } };
	glob_t files = { 0 };
	int told = 0;
	assert_int_equal(glob("scenarios/*.yaml", 0, NULL, &files), 0);
	assert_int_equal(glob("tests/meaning/[a-c]*.yaml", GLOB_APPEND, NULL, &files), 0);
	assert_int_equal(glob("tests/meaning/*pool*.yaml", GLOB_APPEND, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		told += play_and_tell_again(files.gl_pathv[i], i % 2 ? "zh" : "en", &m);
	print_message("%d sentences\n", told);
	assert_true(told > 3000);
	globfree(&files);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_sentences_are_pure) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
