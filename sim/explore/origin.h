/* A moment of a run, from which everything that may follow is explored. The lines may have other rules there than in the
 * run: so it is reached by the run's actions, one after the other, in a world of the search's own. */
#ifndef EXPLORE_ORIGIN_H
#define EXPLORE_ORIGIN_H
#include "sim/explore/limits.h"
#include "sim/world/world.h"

/* An action of the run; or, with how CAN_NOT, a death from outside, by the signal `choice`. */
struct deed { proc_id who; enum can how; int64_t choice; };
struct origin_thrown { proc_id who; value name; };
struct origin {
	struct world world;
	uint64_t steps;                 /* actions up to there */
	bool uncaught;                  /* some process has ended by an exception, these: */
	struct origin_thrown *thrown; size_t throws, throw_room;
	struct turn *turn; size_t turns, turn_room;     /* the way there, as a schedule */
	proc_id last;                   /* this process moved last before: to leave it here may be a preemption. 0: none */
	bool could_end;                 /* some execution from the beginning ends: where none does any more, it is not meant to run for ever */
};
/* false: deed number *misfit can't be done there, or the guard wants no more. */
bool origin_make(struct origin *, const struct program *, const struct deed *, size_t deeds, size_t *misfit, struct guard *);

struct settings;
enum reached {
	REACHED,
	REACHED_MISFIT,                 /* the run's schedule, or history, does not fit: problem says why */
	REACHED_END,                    /* the run ends after so many actions: number */
	REACHED_LINES,                  /* the action of this number can't be done with lines as they are here */
	REACHED_KILLED,                 /* a process was killed from outside before it, after so many actions: no schedule leads there */
	REACHED_LIMIT                   /* a limit came before: number is which, enum stop */
};
struct reaching { enum reached how; uint64_t number; char *problem; };
/* The moment of a run after so many actions. The program's world is laid out anew: fair, or not, as what follows is to be. A run
 * that is left to the kernel has no moments that come again: it is played round robin. The problem is to be freed.
 * from_here: schedules begin at the moment, not at the beginning; so it does not matter which processes were killed before.
 * could_end: as in the origin; false also where that is not known. */
struct reach { const struct settings *run; uint64_t steps; bool fair, from_here, could_end; };
struct reaching origin_of_run(struct origin *, struct program *, const struct reach *, const struct limits *);
void origin_free(struct origin *);
/* Are all processes of a group as they are alike, except for their names? */
bool origin_alike(const struct origin *, const struct program *, uint32_t group);
#endif
