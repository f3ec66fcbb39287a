/* What the browser shows: the scenarios in the folder where we are, then the library. */
#include "ui/cli/cli.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include "ui/browser/browser.h"

static const char suffix[] = ".yaml";

static const char *kept(struct call *c, const char *s)
{
	return s ? arena_word(&c->arena, s, strlen(s)) : "";
}

static const char *findings_of(struct call *c, const struct diags *d)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	findings_print(d, must_have(out));
	fclose(out);
	const char *kept = arena_word(&c->arena, text, length);
	free(text);
	return kept;
}

static const char *topics_said(struct call *c, const struct program *g)
{
	const char *all = "";
	for (uint32_t i = 0; i < g->topics; i++)
		all = arena_print(&c->arena, "%s %s %s", all, g->topic[i], topic_shown(g->topic[i]));
	return all;
}

static struct browsed browsed_of(struct call *c, const char *name, struct file *f, bool read)
{
	struct browsed b = { .name = name, .title = "", .about = "", .topic = "-", .also = "" };
	struct program *g = read ? program_load(f->path, f->text, f->length, c->language) : NULL;
	const struct diags *wrong = !g ? &f->diags : g->diags.errors ? &g->diags : NULL;
	if (wrong)
		b.wrong = findings_of(c, wrong);
	if (g) {
		const char **lesson = arena_get(&c->arena, (g->lessons + 1) * sizeof *lesson);
		for (uint32_t i = 0; i < g->lessons; i++)
			lesson[i] = kept(c, g->lesson[i]);
		b.title = kept(c, g->title);
		b.about = kept(c, g->about);
		b.topic = g->topics ? kept(c, topic_shown(g->topic[0])) : "-";
		b.also = topics_said(c, g);
		b.exercise = g->is_exercise;
		b.lesson = lesson;
		b.lessons = (int)g->lessons;
		program_free(g);
	}
	return b;
}

struct placed { struct browsed b; size_t topic, lesson; };

static int by_lesson(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	if (x->topic != y->topic)
		return x->topic < y->topic ? -1 : 1;
	int topic = strcmp(x->b.topic, y->b.topic);
	return topic ? topic : x->lesson != y->lesson ? (x->lesson < y->lesson ? -1 : 1) : strcmp(x->b.name, y->b.name);
}

/* A topic stands where its first lesson does. */
static void place(struct placed *all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		all[i].topic = all[i].lesson;
		for (size_t k = 0; k < n; k++)
			if (!strcmp(all[k].b.topic, all[i].b.topic) && all[k].lesson < all[i].topic)
				all[i].topic = all[k].lesson;
	}
	if (n)
		qsort(all, n, sizeof *all, by_lesson);
}

/* Is this a scenario, or meant to be one? Any file may have this suffix. */
static bool is_meant(const struct file *f)
{
	return !strncmp(f->text, "scenario:", 9) || strstr(f->text, "\nscenario:");
}

enum { MOST_OWN = 200 };

static int by_file_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t own_files(struct call *c, const char **name)
{
	DIR *d = opendir(".");
	size_t tail = sizeof suffix - 1, n = 0;
	for (struct dirent *e; d && n < MOST_OWN && (e = readdir(d));) {
		size_t length = strlen(e->d_name);
		if (length > tail && !strcmp(e->d_name + length - tail, suffix) && *e->d_name != '-')
			name[n++] = arena_word(&c->arena, e->d_name, length);
	}
	if (d)
		closedir(d);
	qsort(name, n, sizeof *name, by_file_name);
	return n;
}

static size_t shelve_own(struct call *c, struct browsed *all)
{
	const char *name[MOST_OWN];
	size_t files = own_files(c, name), count = 0;
	for (size_t i = 0; i < files; i++) {
		struct file f;
		if (file_read(&f, name[i]) && is_meant(&f)) {
			all[count] = browsed_of(c, name[i], &f, true);
			all[count].own = true;
			all[count].exercise = false;
			all[count++].topic = spoken("Yours", "您的场景");
		}
		file_free(&f);
	}
	return count;
}

static size_t shelve_library(struct call *c, struct placed *all, struct choices names)
{
	for (int i = 0; i < names.count; i++) {
		struct file f;
		bool read = file_find(c, &f, names.word[i]);
		all[i] = (struct placed){ browsed_of(c, names.word[i], &f, read), 0, lesson_rank(names.word[i]) };
		file_free(&f);
	}
	place(all, (size_t)names.count);
	return (size_t)names.count;
}

struct browsed *library_shelf(struct call *c, int *count)
{
	struct choices names = library_choices(c);
	struct browsed *all = arena_get(&c->arena, ((size_t)names.count + MOST_OWN) * sizeof *all);
	struct placed *placed = arena_get(&c->arena, ((size_t)names.count + 1) * sizeof *placed);
	size_t own = shelve_own(c, all), others = shelve_library(c, placed, names);
	const char *behind = progress_read(c);
	for (size_t i = 0; i < others; i++)
		all[own + i] = placed[i].b;
	for (size_t i = 0; i < own + others; i++) {
		struct score score = score_of(behind, all[i].name);
		all[i].progress = progress_of(behind, all[i].name);
		all[i].right = score.right;
		all[i].asked = score.asked;
	}
	*count = (int)(own + others);
	return all;
}
