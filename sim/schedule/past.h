/* The past of a run: any of its moments again, on the model. A run that is watched offers its moments as it goes; some are
 * kept, at distances that double whenever the room for them is used up. From the nearest one before it, a moment that was
 * asked for is reached by following the run's history. */
#ifndef SCHEDULE_PAST_H
#define SCHEDULE_PAST_H
#include "sim/schedule/play.h"

struct past;

/* A listener gathers what can't be read from the world of the present. It is kept beside each moment. */
struct companion {
	void *(*keep)(struct companion *);                      /* a copy, to be freed by free() */
	void (*back)(struct companion *, const void *kept);     /* here it goes on */
	size_t bytes;                   /* of a copy, about */
};

/* Of a run of this program under these settings, whose history this is; it may still grow. All three must outlive it. The
 * listener when the run comes again, and what is kept of that: NULL, none and nothing. */
struct past *past_new(const struct program *, const struct settings *, const struct history *, struct listener *, struct companion *);
void past_free(struct past *);
/* After a step of that run: its present moment may be kept, and what its own companion has gathered. */
void past_offer(struct past *, const struct play *, struct companion *);
/* The run as it was after n actions (0: at its beginning), until the next call; it can be gone on from by nobody else. Fewer
 * actions, if the history holds no more. */
struct play *past_go(struct past *, uint64_t n);
/* The same, and the listener has heard all since that many actions before, at least. */
struct play *past_hear(struct past *, uint64_t n, uint64_t before);
/* How many bytes its kept moments take. */
size_t past_bytes(const struct past *);
#endif
