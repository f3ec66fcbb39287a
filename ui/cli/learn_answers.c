/* learn: what is remembered of the exercises, a line for each thing; and the table that a course evaluates. */
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include "ui/cli/learn.h"

static const char memory_file[] = "learn";
static const char *const memory_words[MEMORIES] = { "points", "hints", "before", "after" };

const char *memories_read(struct call *c)
{
	return state_read(c, memory_file);
}

/* The last line that says it: `points three-stalls 3`. */
const char *memory_of(struct call *c, const char *all, const char *exercise, enum memory m)
{
	const char *front = arena_print(&c->arena, "%s %s ", memory_words[m], exercise), *found = NULL;
	size_t n = strlen(front), length = 0;
	for (const char *line = all; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (!strncmp(line, front, n)) {
			found = line + n;
			length = strcspn(found, "\n");
		}
	return found ? arena_word(&c->arena, found, length) : NULL;
}

void memory_note(struct call *c, const char *exercise, enum memory m, const char *words)
{
	struct text t = { 0 };
	text_print(&t, "%s %s %s\n", memory_words[m], exercise, words);
	state_add(c, memory_file, &t);
	text_free(&t);
}

/* ---- the table ---- */

/* A field as RFC 4180 has it. */
static void put_field(struct text *t, const char *s)
{
	bool quoted = strpbrk(s, ",\"\r\n") != NULL;
	text_put(t, quoted ? "\"" : "");
	for (; *s; s++) {
		if (*s == '"')
			text_char(t, '"');
		text_char(t, *s);
	}
	text_put(t, quoted ? "\"" : "");
}

static const char *answer_word(const char *answers, int claim)
{
	return !answers || (size_t)claim >= strlen(answers) ? "" : answers[claim] == EXPECTS_BROKEN ? "broken" : answers[claim] == EXPECTS_HOLDS ? "holds" : "";
}

/* What is true of the exercise as it is. false: it could not be judged. */
static bool exercise_judged(struct call *c, const char *name, struct grade *e)
{
	struct file f = { 0 };
	struct judging j = { 0 };
	struct grading how;
	bool good = false;
	const char *path = library_path(c, name);
	struct program *g = path && file_read(&f, path) ? program_load(f.source.name, f.text, f.length, c->language) : NULL;
	if (g && g->is_exercise) {
		grading_usual(&how, g, c->language);
		how.limits.verdicts_only = true;
		how.feedback = FEEDBACK_NONE;
		good = judging_begin(&j, &how, name, 0, &f);
		while (good && !judging_over(&j)) {
			enum { WAIT_MS = 200 };
			poll(&(struct pollfd){ .fd = j.aside.fd, .events = POLLIN }, 1, WAIT_MS);
		}
		good = good && grade_read(&c->arena, text_is(&j.row), j.row.length, e) && e->fate == FATE_JUDGED;
		judging_stop(&j);
	}
	program_free(g);
	file_free(&f);
	return good;
}

static void put_rows(struct call *c, struct text *t, const struct study *s)
{
	struct grade e = { 0 };
	bool known = exercise_judged(c, s->name, &e);
	for (int i = 0; i < s->claims; i++) {
		put_field(t, s->name);
		text_print(t, ",%d,", i + 1);
		put_field(t, s->claim[i]);
		text_print(t, ",%s,%s,%s,%d,%lld,%lld\r\n", !known || (size_t)i >= e.checks ? "" : e.check[i].passed ? "holds" : "broken",
		           answer_word(s->before, i), answer_word(s->after, i), s->shown, (long long)s->points, (long long)s->most);
	}
}

int learn_export(struct call *c, const char *exercise, const char *path)
{
	struct text t = { 0 };
	int count;
	struct study *all = learn_shelf(c, &count);
	text_put(&t, "exercise,number,claim,truth,before,after,hints,points,max\r\n");
	for (int i = 0; i < count; i++)
		if ((all[i].before || all[i].after) && (!exercise || !strcmp(all[i].name, exercise)))
			put_rows(c, &t, &all[i]);
	int code = file_write(path, text_is(&t), t.length);
	text_free(&t);
	return code;
}
