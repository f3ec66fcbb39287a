/* Objects look like things, where there is room: a lock is a door, a semaphore a row of places, a queue and a pipe lie there with
 * what is in them, an event is a lamp, a barrier a gate. Three or four rows each; beside them, who waits. */
#ifndef DASHBOARD_THINGS_H
#define DASHBOARD_THINGS_H
#include "ui/dashboard/show.h"

enum { THING_ROWS = 4, MOST_NAMED = 16 };
struct thing {
	int rows, width;                /* how high; cells of each row of the picture */
	struct strip row[THING_ROWS], note[THING_ROWS];
	struct strip below;             /* where it is narrow, what has no room beside the picture */
};
/* Rows of things of this kind; 0: they have no picture. */
int  thing_rows(enum kind);
/* false: it can't be shown in so many cells. It is cleared first. */
bool thing_make(struct thing *, const struct show *, const struct canvas *, uint32_t object, int room, bool narrow);
/* Where it is narrow, the first note stands above the picture, at this column. */
void thing_draw(const struct thing *, struct area, int x, int y, int above);
void thing_free(struct thing *);

/* Those in front of an object that want to do op (-1: anything). */
struct crowd { const char *name[MOST_NAMED]; int count; };
void crowd_join(struct crowd *, const struct show *, proc_id);
void crowd_gather(struct crowd *, const struct show *, uint32_t object, int op);
/* Those that a condition or its lock keeps waiting, without those that have been notified. */
void crowd_gather_unnotified(struct crowd *, const struct show *, uint32_t object);
void crowd_gather_notified(struct crowd *, const struct show *, uint32_t condition);
/* "in line: guest.4, guest.5 +2": as many as fit; of the others, how many they are. */
void crowd_put(const struct crowd *, const struct show *, const struct canvas *, struct strip *, enum word what, int room);
/* The lock that a condition has for itself, and of the same name. */
bool is_its_lock(const struct object *condition, const struct object *lock);
#endif
