/* From which action of a run on what went wrong in it could not be avoided any more: the point of no return. It is sought among the
 * run's moments, in a process of its own, so nothing waits for it. What it has not found is not known, and never claimed. */
#ifndef EXPLORE_HINDSIGHT_H
#define EXPLORE_HINDSIGHT_H
#include "sim/schedule/play.h"

/* What went wrong: a deadlock, an exception, or this expectation. */
struct mishap { enum expect_kind kind; uint32_t expect; };
/* After so many actions of the run; 0: from the beginning on. Only if it is known. */
struct too_late { bool known; uint64_t after; };

struct hindsight;
struct limits;
/* The run has ended so. `run` is as it comes again: with its history, if it kept one; or else by its seed alone. The limits are those
 * of each search. NULL: nothing can be said of this run; or the system refused it. */
struct hindsight *hindsight_begin(const struct play *, const struct mishap *, const struct settings *run, const struct limits *);
int hindsight_fd(const struct hindsight *);             /* to be polled; -1: nothing more will come */
bool hindsight_take_in(struct hindsight *);             /* never waits. false: nothing more will come */
struct too_late hindsight_found(const struct hindsight *);
void hindsight_free(struct hindsight *);                /* it ends immediately; NULL is allowed */
/* The same for a caller that waits, and therefore only where that is not for long: few states, and then the clock. */
struct too_late hindsight_at_once(const struct play *, const struct mishap *, const struct settings *run);
#endif
