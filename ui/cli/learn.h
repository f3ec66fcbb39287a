/* learn: the exercises of the library, one after the other.
 *
 *   learn_shelf.c    which there are, and how far the learner is        learn_answers.c  what is remembered of them; --export-csv
 *   learner.c        one is open: its file is watched, and graded at each save
 *   learn.c          on a screen                                        learn_linear.c   as lines */
#ifndef CLI_LEARN_H
#define CLI_LEARN_H
#include <sys/stat.h>
#include "ui/browser/study.h"
#include "ui/cli/judging.h"

/* All exercises, in the order in which they are to be done; what is known of them. */
struct study *learn_shelf(struct call *, int *count);

/* ---- what is remembered ---- */

/* Of each exercise the last of each: the best points, how many hints were shown, what was answered before and after. */
enum memory { MEMORY_POINTS, MEMORY_HINTS, MEMORY_BEFORE, MEMORY_AFTER, MEMORIES };
const char *memory_of(struct call *, const char *all, const char *exercise, enum memory);      /* NULL: nothing */
const char *memories_read(struct call *);
void memory_note(struct call *, const char *exercise, enum memory, const char *words);
/* As a table for a course's own evaluation, without anything that identifies the learner: the exit code. */
int learn_export(struct call *, const char *exercise, const char *path);      /* exercise: of this one; NULL: of all */

/* ---- one that is open ---- */

struct seen { int error; dev_t device; ino_t number; off_t size; struct timespec written, changed; };

struct learner {
	struct call *call;
	struct study_page page;
	const char *refused;            /* why what was last asked for could not be done; NULL: it was done */
	const char *lost;               /* what can't be remembered, and why; NULL: all can */
	struct file file;               /* the exercise's */
	struct program *exercise;       /* NULL: none is open */
	struct grading how;
	struct judging judging;
	bool wanted;                    /* the learner's file is to be graded, */
	int64_t due, latest;            /* when it has been left alone for a while, and at the latest then */
	int64_t began;
	int watch;                      /* an inotify descriptor; -1: none */
	struct seen seen;
	unsigned graded;                /* so many grades have come */
	struct arena arena;             /* of the last */
	struct grade grade;
};
void learner_init(struct learner *, struct call *);
void learner_free(struct learner *);
/* false: there is no exercise of that name. */
bool learner_select(struct learner *, const char *name);
/* Opens the selected one; its file is begun where it is not there. false: refused says why. */
bool learner_open(struct learner *);
void learner_close(struct learner *);
const char *learner_no_room(struct learner *);  /* why no file can be begun in this folder; NULL: it can */
bool learner_may_begin(struct learner *);       /* the selected one: its file is there, or can be created. false: refused says why */
bool learner_begin_file(struct learner *);      /* a copy of the exercise, if nothing is there */
void learner_hint(struct learner *);
void learner_again(struct learner *);           /* grades once more */
/* The first behind the selected one that is not solved. false: there is none. */
bool learner_next(struct learner *);
void learner_answer(struct learner *);          /* to the question that the page asks, as marked */

/* Checks whether the file has changed, and how far the grading is. true: something is to be shown. */
bool learner_look(struct learner *);
bool learner_lost(struct learner *);            /* something can't be remembered: true once, then lost says why */
struct pollfd;
enum { LEARNER_FDS = 2 };
int  learner_fds(const struct learner *, struct pollfd *);      /* how many it has filled in */
int  learner_patience(const struct learner *);                  /* look again after so many milliseconds at the latest */
/* What shows that the selected check fails; NULL: nothing. *of: on which scenario. */
const char *learner_schedule(const struct learner *, const char **of);
const char *learner_no_replay(const struct learner *);          /* why there is none */

int learn_linear(struct learner *, bool opened);
#endif
