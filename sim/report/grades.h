/* Grades: what a submission to an exercise gets, and why.
 *
 *   grades.c        a submission is judged; its grade as a row of JSON, and back
 *   grades_text.c   for people, and as JSON         grades_tests.c   as lists of tests       grades_platforms.c   for platforms */
#ifndef REPORT_GRADES_H
#define REPORT_GRADES_H
#include <stdio.h>
#include "sim/explore/limits.h"
#include "sim/language/program.h"

/* How much students are shown: the counterexample as a story, only its schedule, only a hint, nothing. */
enum feedback { FEEDBACK_FULL, FEEDBACK_SCHEDULE, FEEDBACK_HINT, FEEDBACK_NONE, FEEDBACKS };
extern const char *const feedback_words[FEEDBACKS];

/* What became of it. Only what was JUDGED has points. FAILED: the grader itself. */
enum fate { FATE_JUDGED, FATE_INVALID, FATE_REFUSED, FATE_UNDECIDED, FATE_FAILED, FATES };
extern const char *const fate_words[FATES];

/* One thing that was checked. schedule: a JSON list of texts; NULL: none. */
struct checked { const char *name, *message, *schedule; bool passed; int64_t points, most; };
/* reason: why it was not judged, or, where it was, why nothing counts; else NULL. */
struct grade { const char *file, *reason; uint64_t key; enum fate fate; int64_t score, most; struct checked *check; size_t checks; };

struct grading {
	const struct program *exercise;
	const char *language;
	const char *settings;           /* of parameters, of the exercise and of submissions, as --set takes them; NULL: as they say */
	enum feedback feedback;
	bool bare;                      /* without a sandbox */
	bool own;                       /* a grade is read by its author, at this machine: commands are as the program was called here */
	uint64_t output;                /* bytes of messages and schedules that one submission may cause */
	struct limits limits;           /* of each submission */
	int columns;                    /* stories are divided into lines of so many; 0: as usual */
	double seconds;                 /* the time limit, as it is named to people; 0: none */
};
/* A submission's text -> its grade, as a row: one line of JSON. key: goes into it, to be known again. */
void grade_judge(struct text *row, const struct grading *, const char *file, uint64_t key, const char *text, size_t length);
/* What gets no points, for this reason. */
void grade_without(struct text *row, const struct grading *, const char *file, uint64_t key, enum fate, struct message reason);
void grade_without_words(struct text *row, const struct grading *, const char *file, uint64_t key, enum fate, const char *reason);
/* What is judged of each submission that is one, as its checks are named, in their order: how many. */
size_t grade_claims(struct arena *, const struct program *exercise, const char ***name);
/* What a submission may change, in words: "`objects`, `???`". */
const char *grade_may_change(struct arena *, const struct program *exercise);
const char *grade_must_not_use(struct arena *, const struct program *exercise); /* the forbidden words; "": there is none */
/* A row, read again into the arena. false: it is none. */
bool grade_read(struct arena *, const char *row, size_t length, struct grade *);
void grade_row(struct text *, const struct grade *);            /* without a newline */

/* How grades are printed: what comes before all of them, each, and what comes after. */
enum grade_format {
#define GRADE_FORMAT(id, word, many) GRADES_##id,
#include "sim/report/grades_formats.def"
#undef GRADE_FORMAT
	GRADE_FORMATS
};
extern const char *const grade_format_words[GRADE_FORMATS];
bool grade_format_holds_many(enum grade_format);
/* Of all of them, in the order of the files. */
struct gradebook { const struct program *exercise; const struct grade *grade; size_t count; };
void grades_print(struct text *, enum grade_format, const struct gradebook *);
#endif
