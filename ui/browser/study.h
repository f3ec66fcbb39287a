/* What `forklore learn` shows: the exercises and how far each is; of the one that is open its task, what is proved of the learner's file,
 * and how it breaks. It draws, and knows neither files nor commands. */
#ifndef BROWSER_STUDY_H
#define BROWSER_STUDY_H
#include "sim/base/text.h"
#include "sim/report/grades.h"
#include "ui/dashboard/canvas.h"

/* An exercise, and how far the learner is. */
struct study {
	const char *name, *title, *about, *task;        /* "": it has none */
	const char *may;                /* what may be changed, in words; "": all of it */
	const char *barred;             /* the words that may not be used there; "": there is none */
	const char *const *hint;
	const char *const *claim;       /* what is judged, if that can be asked for before: names, in the order of the grade's checks */
	int hints, claims;
	const char *file;               /* the learner's */
	bool begun, solved;             /* begun: the file is there, or was */
	int64_t points, most;           /* the best so far */
	int shown;                      /* so many hints have been shown */
	const char *before, *after;     /* what the learner expects of each claim of the exercise as it is: a letter each; NULL: not asked */
};
enum { EXPECTS_HOLDS = 'h', EXPECTS_BROKEN = 'b' };

/* How the learner's file stands. */
enum study_file { STUDY_ABSENT, STUDY_UNREADABLE, STUDY_GRADING, STUDY_GRADED };
enum study_question { QUESTION_NONE, QUESTION_BEFORE, QUESTION_AFTER };

struct study_page {
	struct study *all;
	int count, selected;
	int top, height;                /* of the list */
	bool opened;                    /* the selected one; else the list is shown */
	enum study_file file;
	const char *problem;            /* UNREADABLE: why */
	int seconds;                    /* GRADING: for so long */
	const struct grade *grade;      /* the last one; NULL: none yet */
	int check;                      /* of it, whose message is shown */
	bool hints;                     /* shown in place of that */
	int scrolled, hidden;           /* the lines of that: above, and below what is in sight */
	enum study_question question;
	uint64_t marked;                /* the claims that are said to be broken */
	int at;                         /* the claim that the next mark is for */
	bool helps;
	struct text notice;             /* in the last line, until the next key */
};

extern const struct study_key { int key; const char *name; bool list, open, asked; const char *label, *label_zh, *meaning, *meaning_zh; } study_keys[];
extern const int study_key_count;

static inline struct study *study_selected(const struct study_page *p) { return p->count ? &p->all[p->selected] : NULL; }
int  study_breaks_width(int width);      /* cells for how it breaks, on a screen of so many */
void study_draw(struct canvas *, struct study_page *);
/* "HOLDS", "BROKEN", ..: what a check came to. */
void study_verdict(struct text *, const struct checked *);
void study_rules(struct text *, const struct study *);    /* what may be changed, and which words are forbidden there */
const char *study_stands(const struct study *); /* "solved", "in progress", "not begun" */
const char *study_question_asked(enum study_question);
#endif
