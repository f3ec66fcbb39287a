/* Inside the report of `explore`: what its files offer each other.
 *
 *   explored_text.c     the answer, the outcomes; what of all fits a terminal
 *   explored_verdicts.c a line for each expectation, and for each of what may happen besides
 *   explored_story.c    stories: a way, described in one sentence for each switch
 *   explored_mutants.c  what is noticed if a lock, a wait or an `atomic` is missing
 *   explored_words.c    the sentences of explored.def, colours, lines of a terminal's width */
#ifndef REPORT_EXPLORED_WORDS_H
#define REPORT_EXPLORED_WORDS_H
#include "sim/report/explored.h"
#include "sim/base/say.h"

#define MESSAGE DECLARE_SENTENCE
#include "sim/report/explored.def"
#undef MESSAGE

/* What is being written, about what, and for which reader. */
struct report { struct text *out; const struct exploration *x; const struct reading *as; };

void say_actions(struct text *, uint64_t n);                    /* "1 action", "13 actions" */

enum paint { PAINT_HEADING, PAINT_GOOD, PAINT_BAD, PAINT_OPEN, PAINT_PLAIN };
void put_painted(const struct report *, enum paint, const char *);
void put_painted_message(const struct report *, enum paint, struct message);
int painted_cells(const char *, size_t bytes);                  /* without what colours take */
/* In lines of so many columns that begin below each other. The first one has reached column `at`. columns 0: in one line. */
void put_wrapped(const struct report *, const char *words, int at, int indent, int columns);
enum { WIDTH = 80 };

/* explored_verdicts.c */
void put_verdicts(const struct report *);
/* Why the search stopped, and how to go on. */
void say_stopped(struct text *, const struct report *);
/* Is it called by its kind and its text, as the file gives it no name? */
bool is_unnamed(const struct expect *);
/* Is everything as the scenario says, and known? */
bool all_is_well(const struct exploration *);

/* explored_story.c */
struct story {
	const struct way *way;
	const char *name;               /* by which it is asked for */
	struct message heading;
	enum expect_kind of;
	uint32_t expect;                /* of an expectation: which */
};
bool story_to_show(const struct report *, struct story *);      /* the one that shows best; false: there is none */
void put_story(const struct report *, const struct story *);
void put_more_stories(const struct report *, const struct story *told);        /* how to see the others */
/* Where nothing is to be shown: one run of many, and which end it comes to. */
const struct outcome_found *put_sample(const struct report *);
void put_samples(const struct report *);
void put_command(const struct report *, const struct way *, bool however_long);

/* explored_mutants.c */
void put_mutants(const struct report *, const struct mutants *, uint64_t states);       /* states: the limit of each */
void mutants_json(struct text *, const struct exploration *, const struct mutants *);   /* a key of the object */
#endif
