/* News as sentences: which process did what to what, and why one waits. In Chinese, if the scenario's texts are; what an exception
 * says is a value of the language, and stays English. */
#ifndef REPORT_STORY_H
#define REPORT_STORY_H
#include <stdio.h>
#include "sim/report/rulings.h"

/* Sentences are made of values. They look at no run: so any step can be described at any time, long after it was done. */

/* An action: the world before it, what happened, the world after it. */
struct scene {
	const struct program *g;
	const cell *own;                /* before: the private part of the process that acted; of a thread as in a world, where its process's
	                                 * variables stand before it */
	const struct event *event;
	const struct change *change;    /* what it changed of what is shared, in order */
	size_t changes;
	const cell *shared;             /* after: the shared part */
	int64_t drawn;                  /* how long it lasts; NOT_DRAWN: any time between its bounds */
};
enum { NOT_DRAWN = -1 };
/* A moment at which processes wait. */
struct situation {
	const struct program *g;
	struct world world;
	const struct actor *actor;      /* by process: its state, what it is blocked on, until when */
};
struct ended {
	enum ruling ruling;             /* what is said first, */
	struct mishap mishap;           /* and, if that went wrong, what it was; */
	bool shown;                     /* it is what the scenario is there to show */
	enum verdict cause;             /* how the run ended, whatever else was found */
	uint64_t steps;
	int64_t time;
	const struct standing *standing;        /* by expectation */
	const struct fault *fault; uint32_t faults;             /* exceptions that ended processes */
	const struct failure *failure; uint32_t failures;       /* tasks whose exceptions nobody fetched */
	const char *problem;            /* or NULL */
	struct too_late late;           /* what it is called after */
	bool goes_there;                /* there are keys that go to a step: they are named */
};

/* What an action was: "buyer.1 reads tickets: 1". Empty for an action that has no sentence of its own. */
void story_step(struct text *, const struct scene *);
/* What a change was: "buyer.1's n is now 1"; "ValueError in buyer.1: ..". */
void story_change(struct text *, const struct program *, proc_id, const struct change *);
/* "SIGKILL"; false: it has no name, but a number alone. */
bool story_signal_name(struct text *, int signal);
/* "buyer.1 is killed by signal 9 (SIGKILL)". */
void story_death(struct text *, const struct program *, proc_id, int signal);
/* What came from outside: "buyer.1 was killed from outside (SIGKILL)". */
void story_signal(struct text *, const struct play *, proc_id, int signal);
/* Why a process waits: "buyer.1 waits for door, which buyer.2 holds". Empty if it does not wait. */
void story_wait(struct text *, const struct situation *, proc_id);
/* Processes that were freed together: "cook.1, cook.2 and 3 more no longer wait for buns". */
void story_freed(struct text *, const struct program *, const proc_id *, int named, int more, value on);
/* Which processes wait for what, and which hold it: one sentence each, with this before it. */
void story_waits(struct text *, const struct situation *, const char *before);
/* A semaphore's value as textbooks have it: its units less the processes that wait for one. */
int64_t story_textbook(const struct program *, const cell *shared, uint32_t object);
/* "broken since step 19: nobody buys twice"; shown: as the scenario is there to show. */
void story_broken(struct text *, const struct program *, uint32_t expect, const struct standing *, bool shown);
/* What is shared, managers' and files' records among it: "tickets = 0, sold = 3". Nothing, if nothing is. */
void story_values(struct text *, const struct play *);
/* How the run ended; a deadlock by name: which processes wait for what, and which hold it. May be several lines. */
void story_end(struct text *, const struct situation *, const struct ended *);

/* The values of a run as it is now, for its listeners; they are valid until it goes on. */
struct scene scene_of(const struct play *, const struct news *);       /* of NEWS_STEP */
struct situation situation_of(const struct play *);
struct ended ended_of(const struct play *);

/* "0.412s": for columns, always seconds with milliseconds. */
void story_clock(struct text *, int64_t micros);

/* A listener that prints one sentence per event. */
struct plain {
	struct listener listener;
	FILE *out;
	struct text line;
	bool numbers;                   /* the closing table, too */
	int sheet;                      /* an enum table_form: nothing but these tables; -1: not so */
	int width;                      /* of these tables as text; 0: any */
	bool explains;                  /* choices are reported */
};
void plain_init(struct plain *, FILE *out);
void plain_free(struct plain *);
#endif
