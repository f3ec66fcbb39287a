/* Grades for people, and for programs as JSON. */
#include "sim/report/grades_words.h"
#include <string.h>

const char *const grade_format_words[GRADE_FORMATS] = {
#define GRADE_FORMAT(id, word, many) word,
#include "sim/report/grades_formats.def"
#undef GRADE_FORMAT
};

bool grade_format_holds_many(enum grade_format f)
{
	enum { ONE, MANY };
	static const bool many_of[GRADE_FORMATS] = {
#define GRADE_FORMAT(id, word, many) many,
#include "sim/report/grades_formats.def"
#undef GRADE_FORMAT
	};
	return many_of[f];
}

void grades_print(struct text *t, enum grade_format f, const struct gradebook *b)
{
	static void (*const as[GRADE_FORMATS])(struct text *, const struct gradebook *) = {
#define GRADE_FORMAT(id, word, many) grades_as_##id,
#include "sim/report/grades_formats.def"
#undef GRADE_FORMAT
	};
	as[f](t, b);
}

static void put_indented(struct text *t, const char *s, int by)
{
	while (*s) {
		size_t n = strcspn(s, "\n");
		text_print(t, "%*s%.*s\n", by, "", (int)n, s);
		s += n + (s[n] == '\n');
	}
}

static void put_check(struct text *t, const struct checked *m)
{
	struct text word = { 0 };
	text_say(&word, m->passed ? SAY(G_PASSED) : SAY(G_LOST));
	text_print(t, "  %s%*s %lld/%lld  %s\n", text_is(&word), 4 - utf8_cells(text_is(&word), word.length), "", (long long)m->points,
	           (long long)m->most, m->name);
	if (!m->passed)
		put_indented(t, m->message, 12);
	text_free(&word);
}

static void put_grade(struct text *t, const struct grade *e)
{
	struct text file = { 0 }, first = { 0 };
	const char *reason = e->reason ? e->reason : "";
	size_t n = strcspn(reason, "\n");
	text_shown(&file, e->file, strlen(e->file));
	text_add(&first, reason, n);
	text_say(t, *reason ? SAY(G_NO_POINTS, text_is(&file), e->most, text_is(&first)) : SAY(G_POINTS, text_is(&file), e->score, e->most));
	text_char(t, '\n');
	put_indented(t, reason + n + (reason[n] == '\n'), 2);
	text_free(&first);
	for (size_t i = 0; e->fate == FATE_JUDGED && i < e->checks; i++)
		put_check(t, &e->check[i]);
	text_free(&file);
}

void grades_as_TEXT(struct text *t, const struct gradebook *b)
{
	size_t full = 0, none = 0;
	for (size_t i = 0; i < b->count; i++) {
		put_grade(t, &b->grade[i]);
		full += b->grade[i].score == b->grade[i].most && b->grade[i].fate == FATE_JUDGED;
		none += b->grade[i].fate != FATE_JUDGED;
	}
	if (b->count > 1) {
		text_say(t, SAY(G_SUMMARY, b->count, full, none));
		text_char(t, '\n');
	}
}

void grades_as_JSON(struct text *t, const struct gradebook *b)
{
	for (size_t i = 0; i < b->count; i++) {
		text_put(t, i ? ",\n " : "[\n ");
		grade_row(t, &b->grade[i]);
	}
	text_put(t, b->count ? "\n]\n" : "[]\n");
}
