/* What bounds a search. Every part of it asks the guard, in every loop, whether it may go on: so no part can take
 * longer, or more, than was allowed for the whole. */
#ifndef EXPLORE_LIMITS_H
#define EXPLORE_LIMITS_H
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct exploration;
/* What a search finds. Of the last three there are several, by number. */
enum finding { FOUND_DEADLOCK, FOUND_DEAD_END, FOUND_EXCEPTION, FOUND_STARVATION, FOUND_EXPECT, FOUND_OUTCOME, FOUND_THROWN, FINDINGS };
struct limits {
	uint64_t states;                /* each part of the search keeps at most so many */
	uint64_t memory;                /* bytes that the program may have in memory; 0: half of what is free. Never more than
	                                 * setrlimit and cgroups leave it */
	int64_t until;                  /* on CLOCK_MONOTONIC, in microseconds; 0: whenever */
	bool verdicts_only;             /* no ways are sought, nor written down */
	uint32_t outcomes;              /* of so many outcomes the cheapest way is sought; some way is shown to each */
	bool (*stop)(void);             /* asked now and then; NULL: nobody wants to stop it */
	void (*progress)(void *with, uint64_t states, uint64_t transitions);    /* called now and then; may be NULL */
	void (*found)(void *with, const struct exploration *, enum finding, size_t n);  /* called as soon as something is known of it, how
	                                 * to get there not yet; and again if more is. May be NULL */
	void *with;
};
enum stop { STOP_NOT, STOP_STATES, STOP_TIME, STOP_MEMORY, STOP_WISH, STOP_LOST, STOPS };     /* LOST: the process that searched is dead */
extern const char *const stop_words[STOPS];

/* An eighth of the time and of the memory is kept to write down what was found before a limit stopped the search. */
struct guard {
	const struct limits *limits;
	enum stop why;                  /* what stopped the search */
	bool writing, over;             /* what was found is being written down; nothing may go on */
	bool hurried;                   /* somebody wants to stop while it is being written */
	volatile sig_atomic_t abandons; /* enum stop: for this, the private steps under way have been abandoned */
	bool abandoned;                 /* that was so: where a process stands after them is not where it would */
	uint32_t left, every;           /* asked so often more, it looks at the clock again; how often between two looks */
	int64_t began, looked, asked;   /* looked: at the clock; asked: for all else */
	int64_t until;                  /* as limits say, or a little earlier; 0: whenever */
	uint64_t room, most;            /* memory: for the search; for all. UINT64_MAX: no limit */
	int statm;                      /* where the kernel says how much memory is in use; -1: it does not */
	const uint64_t *states, *transitions;   /* for reports of the progress; may be NULL */
};
/* Until it is closed it looks around also while a process is in the middle of private steps, which may take hours: it has
 * them abandoned (world_abandons), by a signal, SIGVTALRM. One guard at a time. */
void guard_open(struct guard *, const struct limits *);
void guard_close(struct guard *);
bool guard_look(struct guard *);
static inline bool guard_goes_on(struct guard *g) { return --g->left ? true : guard_look(g); }
void guard_stop(struct guard *, enum stop why);
/* To be called after private steps: if they were abandoned, the search is stopped, and what came of them is not used. */
void guard_stepped(struct guard *);
/* May this number of bytes be taken in one piece? If not, the search is stopped. */
bool guard_allows(struct guard *, uint64_t bytes);
/* What each of so many processes that search at the same time may have in memory, if together they may take half of what is free. */
uint64_t memory_for_each(size_t processes);
int64_t now_micros(void);       /* CLOCK_MONOTONIC */
double guard_seconds(const struct guard *);     /* since it was opened */
/* The search is over, or was stopped: what was found may be written down. */
void guard_write(struct guard *);
#endif
