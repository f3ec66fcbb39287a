/* What exploring found, for programs and for people. */
#ifndef REPORT_EXPLORED_H
#define REPORT_EXPLORED_H
#include <stdio.h>
#include "sim/explore/mutants.h"
#include "sim/report/rulings.h"
#include "sim/schedule/play.h"

/* How it is to be read. */
struct reading {
	const char *file;               /* as the user named the scenario */
	const char *command;            /* what explores it so again; flags may follow */
	const char *settings;           /* of parameters, as --set takes them; NULL: as the file says */
	bool color, fair;
	int columns, lines;             /* of the terminal: what does not fit is cut, with a word how to see it; 0: it is none */
	bool all_outcomes;
	uint32_t samples;               /* so many random runs are described, too */
	const struct mutants *mutants;  /* what is noticed without them is reported in place of stories; NULL: it was not asked for */
	uint64_t mutant_states;         /* the limit of each of these */
	uint64_t states;                /* the limits that bounded the search; seconds: 0 for none */
	double seconds;
};

/* One JSON object. mutants: NULL if they were not asked for. */
void explored_json(struct text *, const struct exploration *, const struct mutants *);
/* The answer, then what shows it, in words. */
void explored_text(struct text *, const struct exploration *, const struct reading *);
/* The one story of this name, whole: an expectation's, an outcome's, "deadlock", .. false: there is none of that name. */
bool explored_story(struct text *, const struct exploration *, const struct reading *, const char *name);
/* The names of all stories; *n of them, to be freed with story_names_free. */
char **story_names(const struct exploration *, const struct reading *, size_t *n);
void story_names_free(char **, size_t n);

/* What is assumed of lines, if the program has any for which it matters; else NOTHING_TO_SAY. */
struct message explored_lines(const struct program *, bool fair);

/* What may come of an expectation over values (not of an event), or of a deadlock, a dead end, an uncaught exception: the word, and in
 * how many executions. how: NOTHING_TO_SAY if that is not decided. */
struct prospect { enum ruling word; bool good, bad; struct message how; const struct judged *judged; };
struct prospect explored_expectation(const struct exploration *, uint32_t expectation);
struct prospect explored_event(const struct exploration *, enum expect_kind);
/* Outcomes by what is expected of ends: wrong ones first. To be freed by free(). */
/* DECLARED: a deadlock or an exception, and the scenario says that there may be one. NONE: nothing is expected, or it does not say
 * whether this one is right. */
enum side { SIDE_WRONG, SIDE_DECLARED, SIDE_EITHER, SIDE_NONE, SIDE_RIGHT, SIDES };
const struct outcome_found **outcomes_in_order(const struct exploration *);
enum side outcome_side(const struct exploration *, const struct outcome_found *);
struct message outcome_side_word(enum side);
/* "deadlock: tickets = 0, sold = 2": of any values, and of an outcome. */
void ending_name(struct text *, const struct program *, enum ending, const char *const *name, const value *is, size_t n);
void outcome_name(struct text *, const struct exploration *, const struct outcome_found *);

/* A schedule as a list in YAML: [buyer.1 x2, buyer.2]. */
void schedule_text(struct text *, const struct program *, const struct way *);
void schedule_json(struct text *, const struct program *, const struct way *);  /* a list of texts; null: no way was found */
/* What plays a way on real processes. */
void explored_command(struct text *, const struct exploration *, const struct reading *, const struct way *);

/* An expectation, or an event that is not to happen, in one line: "BROKEN: in some orders, not in others"; the name of its story; what is
 * claimed of the event: "no deadlock". */
void explored_line(struct text *, const struct exploration *, const struct reading *, uint32_t expectation);
void explored_event_line(struct text *, const struct exploration *, const struct reading *, enum expect_kind);
const char *explored_story_name(const struct exploration *, uint32_t expectation);
const char *explored_event_name(enum expect_kind);
const char *explored_event_claim(enum expect_kind);
/* The way that shows best what is wrong, or else what was asked for: NULL if there is none. */
const struct way *explored_counterexample(const struct exploration *);
/* A run of the model along a way that was found; the listener, if there is one, hears it. way_step: false at the
 * way's end. */
struct play *way_begin(const struct exploration *, const struct way *, struct listener *);
bool way_step(struct play *, const struct way *);
#endif
