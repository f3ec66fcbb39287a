/* Inside sim/report: why a process waits, as a sentence made of values. own: its private part, as in a world. */
#ifndef REPORT_WAITS_H
#define REPORT_WAITS_H
#include "sim/schedule/play.h"

/* "guest.2 waits for door, which guest.1 holds". who: its name, or "every guest". */
void wait_put(struct text *, const struct program *, const cell *shared, const cell *own, proc_id, const char *who);
/* Of the action that enqueues it: "guest.2 has to wait for door, ..". what: the name that stands in the file. */
void wait_put_enqueued(struct text *, const struct program *, const cell *shared, const cell *own, proc_id, const char *what);
#endif
