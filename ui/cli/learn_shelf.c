/* learn: which exercises there are, and how far the learner is with each. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ui/browser/browser.h"
#include "ui/cli/learn.h"

static const char *const order[] = {
#define EXERCISE(name) name,
#include "ui/cli/exercises.def"
#undef EXERCISE
};
enum { ORDERED = sizeof order / sizeof *order };

static size_t rank_of(const char *name)
{
	size_t i = 0;
	while (i < ORDERED && strcmp(order[i], name))
		i++;
	return i;
}

static int by_rank(const void *a, const void *b)
{
	const struct study *x = a, *y = b;
	size_t at = rank_of(x->name), other = rank_of(y->name);
	return at != other ? (at < other ? -1 : 1) : strcmp(x->name, y->name);
}

static const char *kept(struct call *c, const char *s)
{
	return s ? arena_word(&c->arena, s, strlen(s)) : "";
}

static const char **all_kept(struct call *c, const char **list, uint32_t n)
{
	const char **copy = arena_get(&c->arena, (n + 1) * sizeof *copy);
	for (uint32_t i = 0; i < n; i++)
		copy[i] = kept(c, list[i]);
	return copy;
}

/* It gives no points: without it, a program that does nothing would get those of the others. */
static bool is_condition(const struct expect *e)
{
	return e->required && !e->points;
}

/* What a submission will be asked: known before only where the exercise itself is one. Conditions at the end are no question. */
static void put_claims(struct call *c, struct study *s, const struct program *g)
{
	enum { MOST = 64 };
	const char **claim;
	size_t n = g->answered || g->blanks ? 0 : grade_claims(&c->arena, g, &claim);
	while (n && n <= g->expects && is_condition(&g->expect[n - 1]))
		n--;
	s->claims = n > MOST ? MOST : (int)n;
	s->claim = n ? claim : NULL;
}

static struct study study_of(struct call *c, const char *name, const struct program *g)
{
	struct study s = { .name = kept(c, name), .title = kept(c, g->title), .about = kept(c, g->about), .task = kept(c, g->task), .most = g->points };
	s.hint = all_kept(c, g->hint, g->hints);
	s.hints = (int)g->hints;
	s.file = arena_print(&c->arena, "%s%s.yaml", name, g->answered ? "-answer" : "");
	s.may = g->answered ? "" : grade_may_change(&c->arena, g);
	s.barred = g->answered ? "" : grade_must_not_use(&c->arena, g);
	put_claims(c, &s, g);
	return s;
}

static void remember(struct call *c, struct study *s, const char *progress, const char *memories)
{
	const char *points = memory_of(c, memories, s->name, MEMORY_POINTS), *hints = memory_of(c, memories, s->name, MEMORY_HINTS);
	unsigned bits = progress_of(progress, s->name);
	s->points = points ? strtoll(points, NULL, 10) : 0;
	s->shown = hints ? atoi(hints) : 0;
	s->points = s->points < 0 ? 0 : s->points > s->most ? s->most : s->points;
	s->shown = s->shown < 0 ? 0 : s->shown > s->hints ? s->hints : s->shown;
	s->before = memory_of(c, memories, s->name, MEMORY_BEFORE);
	s->after = memory_of(c, memories, s->name, MEMORY_AFTER);
	s->solved = bits & SOLVED;
	s->begun = points || !access(s->file, F_OK);
}

struct study *learn_shelf(struct call *c, int *count)
{
	struct choices names = library_choices(c);
	struct study *all = arena_get(&c->arena, ((size_t)names.count + 1) * sizeof *all);
	const char *progress = progress_read(c), *memories = memories_read(c);
	*count = 0;
	for (int i = 0; i < names.count; i++) {
		struct file f = { 0 };
		const char *path = library_path(c, names.word[i]);
		struct program *g = path && file_read(&f, path) ? program_load(f.path, f.text, f.length, c->language) : NULL;
		if (g && g->is_exercise && g->points && g->diags.errors == g->blanks) {
			all[*count] = study_of(c, names.word[i], g);
			remember(c, &all[(*count)++], progress, memories);
		}
		program_free(g);
		file_free(&f);
	}
	if (*count)
		qsort(all, (size_t)*count, sizeof *all, by_rank);
	return all;
}
