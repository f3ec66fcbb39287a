/* quiz: what its files offer each other.
 *
 *   quiz.c            asking and marking; what the scheduler will do, and what every interleaving shows
 *   quiz_moments.c    at a moment of the run: which processes go on, what is in a queue, which are zombies
 *   quiz_tree.c       which process starts which
 *   quiz_own.c        what the scenario itself asks */
#ifndef CLI_QUIZ_H
#define CLI_QUIZ_H
#include "ui/cli/cli.h"

struct quiz {
	struct call *call;
	struct trial trial;
	struct play *play;
	proc_id *order, *finish, *row;  /* those that count, as they first ran, as they ended, as in the file */
	int processes;
	char *line; size_t room;        /* the last answer */
	int asked, right;
	bool skipped;                   /* the last question */
	bool left;                      /* no more questions: q was typed */
	struct { bool order, finish, times; } drawn;    /* these depend on the seed */
};

enum { MOST_NUMBERS = 64 };

static inline const char *quiz_name(const struct quiz *q, proc_id p) { return q->trial.g->process[p].name; }

/* ---- asking: false: nothing was typed, or there is no input any more ---- */

bool quiz_ask(struct quiz *, struct message question);
/* The same in two parts: the number of the question with its first line, then, after what else is to be shown, the answer is read. */
void quiz_begin(struct quiz *, struct message);
bool quiz_read(struct quiz *);                          /* an answer, or another one in place of one that can't be meant */
const char *quiz_typed(const struct quiz *);            /* without blanks around it; it stays as it is */
void quiz_make_plain(char *line);                       /* marks and digits as a Chinese keyboard writes them become plain ones */
bool quiz_separates(char);                              /* words of an answer */
bool quiz_is_one_of(const char *word, const char *const *words);        /* whatever its case; words ends with NULL */
/* "1 2 3". false: a word, *strange, is no number. */
bool quiz_read_numbers(const struct quiz *, int64_t number[MOST_NUMBERS], int *count, const char **strange);
/* Says whether it was right, or what is, and counts. */
void quiz_judge(struct quiz *, bool right, const char *answer);

/* ---- further questions, where there is anything to ask ---- */

void quiz_ask_of_moments(struct quiz *);
void quiz_ask_of_tree(struct quiz *);
void quiz_ask_own(struct quiz *);
#endif
