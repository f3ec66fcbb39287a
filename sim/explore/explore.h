/* Every interleaving of a program: what can happen, how often, and the simplest way to it.
 *
 *   explore.c   the search, breadth first, and what is found on the way      verdicts.c  never, sometimes, always
 *   cheapest.c  the way with the fewest preemptions, then the fewest actions  paths.c     from states to schedules
 *   order.c     in which order its actions are described                      limits.c  what bounds all of it
 *   canon.c     one answer, with and without reductions
 *   space.c, moves.c  states and moves      store.c  where states are kept
 *   facts.c  what the code says before      flow.c   the ways through the code
 *   mutants.c   what if a lock, a wait or an `atomic` were missing
 *   origin.c    a moment from which it begins
 *   apart.c     a search in a process of its own      stream.c  what it reports
 *   count.c     how many schedules there are      growth.c  what grew, where the search did not end
 *   certain.c   expectations that can't fail, whatever the program does
 *   noreturn.c  the point of no return            loops.c   what goes round for ever, and starvation
 *   hindsight.c the same of a run that went wrong
 *   leads.c     what must come: leads_to          graph.c   states and moves as a graph, with its loops */
#ifndef EXPLORE_EXPLORE_H
#define EXPLORE_EXPLORE_H
#include "sim/explore/origin.h"
#include "sim/explore/space.h"

/* A set of expectations over values. Those behind the 64th have no place in one: they are not judged, and nothing is claimed of them. */
enum { MOST_EXPECTS = 64 };
static inline bool expect_in(uint64_t set, size_t k) { return k < MOST_EXPECTS && set >> k & 1; }
static inline uint64_t expect_bit(size_t k)          { return k < MOST_EXPECTS ? 1ull << k : 0; }

/* A way to a state. turns is 0 and found is false if there is none, or a limit came before it was written down. */
struct way {
	bool found;
	bool cheapest;                  /* no way has fewer preemptions, and no such fewer actions */
	struct turn *turn; size_t turns, turn_room;
	uint64_t steps;                 /* actions, with those of the default main */
	uint32_t preemptions;
	uint64_t no_return;             /* after this many actions, as steps counts them, failure can't be avoided; 0: not known */
};
enum ending { ENDING_OK, ENDING_DEADLOCK, ENDING_EXCEPTION };
extern const char *const ending_words[];

struct judged {
	enum often often;               /* OFTEN_UNKNOWN: a limit came before it was decided */
	bool holds, decided;            /* of an event: it is reachable. decided: whether it holds is known */
	bool met, settled;              /* of an expectation: it is as the scenario says, its declared verdict too. settled: that is known */
	struct way way;
	struct way loop;                /* of starvation, leads_to: from there on, once round; its steps count from the beginning */
};
/* values: as g->observe. met, missed: by expectation, whether it is true, or false, in some state that ends so. */
struct outcome_found { value *values; enum ending ending; struct way way; uint64_t met, missed; };
struct exception_found { proc_id who; value name; struct way way; };

struct exploration {
	const struct program *g;
	bool complete;                  /* no limit left anything undecided */
	enum stop stopped;              /* the limit that some part of the search came to */
	bool endless, some_end;         /* no execution ends; some do. Neither: not known */
	bool goes_on;                   /* endless, though some stop in a deadlock or a dead end: others go on for ever, weakly fair */
	bool goes_unknown;              /* whether some do is not known: a limit came before */
	uint64_t cannot_fail;           /* by expectation: whatever the program does, it can't be false */
	bool loop_free;
	uint64_t from;                  /* it begins after so many actions */
	uint64_t states, transitions;
	double seconds, seeking;        /* in all; of these, for the cheapest ways */
	size_t bytes;
	struct judged deadlock, dead_end, exception, starvation;        /* the last only if the scenario asks for it */
	proc_id starved;
	struct way dead_loop;           /* from the dead end: what goes round for ever; its last action closes the loop */
	struct judged *expect;          /* by expectation */
	struct outcome_found *outcome; size_t outcomes, outcome_room;
	struct exception_found *exception_of; size_t exceptions, exception_room;
	const char *grew; uint32_t grown;       /* stopped by a limit: the variable that took most values, and how many; or NULL */
	uint32_t too_wide;              /* an instruction that draws from too many values; 0: none */
	char schedules[48];             /* how many there are, in digits, where that is known: unreduced, without loops; or "" */
};
/* Explore g, whose world has been laid out (unfair, or as wished); from the origin on, or, if that is NULL, from the
 * beginning. All schedules are from the beginning. false: the system refused memory. */
bool explore(const struct program *, const struct origin *, bool reduce, const struct limits *, struct exploration *);
void exploration_free(struct exploration *);
/* Is something not as the scenario says it should be? */
bool exploration_finds(const struct exploration *);
bool exploration_expects(const struct program *, enum expect_kind, bool possible);
#endif
