/* A list of processes that does not fit: processes that are alike (of one group, in the same state, on account of the same object)
 * share one row with their number, which can be opened. */
#ifndef DASHBOARD_FOLDING_H
#define DASHBOARD_FOLDING_H
#include "sim/schedule/play.h"

struct show;
struct folding;

/* A process; or, alike not 0, so many of them, of which who is the first that has no row of its own. */
struct process_row { proc_id who; int alike; bool open, within; };

struct folding *folding_new(const struct program *);
void folding_free(struct folding *);
/* The list anew, for a picture in which so many rows fit. */
void folding_make(struct show *, int fit);
int  folding_rows(const struct show *);
const struct process_row *folding_row(const struct show *, int row);
/* The next one that is alike, in the order of the list; 0: it was the last. Of a row: its first. */
proc_id folding_first(const struct show *, const struct process_row *);
proc_id folding_next(const struct show *, proc_id);
bool folding_has(const struct show *, const struct process_row *, proc_id);
bool folding_holds(const struct show *, const struct process_row *);    /* do they hold anything? */
int  folding_selected(const struct show *);             /* the selected row */
void folding_select(struct show *, int further);
/* Is a row of several processes selected? What a key does with one process it can't do then. */
bool is_on_crowd(const struct show *);
void folding_toggle(struct show *);                     /* open it, or close it */
#endif
