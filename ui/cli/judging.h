/* A submission is judged in a process of its own, behind a fence, while we go on. */
#ifndef CLI_JUDGING_H
#define CLI_JUDGING_H
#include "sim/report/grades.h"
#include "sim/stage/aside.h"
#include "ui/cli/cli.h"

enum { USUAL_STATES = 2000000, USUAL_SECONDS = 60 };    /* how far one is explored if nothing else is said */
void grading_usual(struct grading *, const struct program *exercise, const char *language);

struct judging {
	struct aside aside;             /* its fd is to be polled */
	const struct grading *how;
	const char *name;               /* as the submission is named */
	uint64_t key;
	bool busy, late;
	unsigned missing;               /* of the sandbox: what the kernel does not do of SANDBOX_ALL */
	int64_t until;                  /* that it takes too long is noticed there, or, should it not be, by us */
	struct text row;                /* when it is over: the grade, whatever has happened */
};
/* how, name: must outlive it. false: the system refused, see errno. */
bool judging_begin(struct judging *, const struct grading *how, const char *name, uint64_t key, const struct file *);
/* Takes in what has come, without waiting. true: it is over. */
bool judging_over(struct judging *);
unsigned judging_missing(void);         /* the same, found out by trying */
void judging_stop(struct judging *);    /* wherever it is, and frees it */
#endif
