/* The runs of a sitting that belong together: each but the first begins as another one did, and left it at some action. What
 * makes a run, its history, is enough to have it again. */
#ifndef DASHBOARD_BRANCHES_H
#define DASHBOARD_BRANCHES_H
#include "sim/report/rulings.h"
#include "sim/schedule/play.h"

struct branch {
	struct history *history;        /* up to where it was left; NULL: it has not been left yet */
	struct branch_end { uint64_t steps; bool ended; enum ruling ruling; } end;         /* there */
	size_t parent;                  /* which one it left, */
	uint64_t from;                  /* after so many actions */
};
struct branches { struct branch *at; size_t count, room, here; };

/* One run, which has not been left. */
void branches_begin(struct branches *);
void branches_free(struct branches *);
/* The present run is left as it is now. */
void branches_leave(struct branches *, const struct play *);
/* Another one leaves the present one after so many actions, and is the present one from now on. Returns what it has to follow. */
const struct history *branches_add(struct branches *, uint64_t from);
/* The one that the present one left is the present one again; NULL: there is none. */
const struct history *branches_return(struct branches *);
struct branch_end branch_end(const struct play *);
#endif
