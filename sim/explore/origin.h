/* A moment of a run, from which everything that may follow is explored. The lines may have other rules there than in the
 * run: so it is reached by the run's actions, one after the other, in a world of the search's own. */
#ifndef EXPLORE_ORIGIN_H
#define EXPLORE_ORIGIN_H
#include "sim/world/world.h"

struct deed { proc_id who; enum can how; int64_t choice; };    /* an action of the run */
struct origin_thrown { proc_id who; value name; };
struct origin {
	struct world world;
	uint64_t steps;                 /* actions up to there */
	bool uncaught;                  /* some process has ended by an exception, these: */
	struct origin_thrown *thrown; size_t throws, throw_room;
	struct turn *turn; size_t turns, turn_room;     /* the way there, as a schedule */
};
/* false: deed number *misfit can't be done there. */
bool origin_make(struct origin *, const struct program *, const struct deed *, size_t deeds, size_t *misfit);
void origin_free(struct origin *);
/* Are all processes of a group as they are alike, except for their names? */
bool origin_alike(const struct origin *, const struct program *, uint32_t group);
#endif
