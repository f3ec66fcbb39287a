/* A run as a text that can be played again: the lines of a recording's `history:`, one for each entry of the history.
 *
 *     0 pid buyer.1 4711              a real process has this number
 *     10000 move buyer.1 x3           at this time (microseconds) it began to do three actions in a row,
 *     40000 move buyer.2 =5 by given  drew 5, as a schedule had said
 *     41000 signal buyer.3 9 turn 17  killed from outside, behind the 17th turn of the loop (`within`: in the middle of it)
 *     80000 choose buyer.1            the viewer wished that it moves next
 *     85000 policy - manual turn 90   from here on this policy decides; in the same way `cpus` and `quantum`
 *     90000 end - ok actions 7 turn 99          the run, with this verdict
 */
#ifndef REPORT_RECORDING_H
#define REPORT_RECORDING_H
#include "sim/schedule/play.h"

void recording_write(struct text *, const struct program *, const struct history *);
/* The moves as a schedule's list, with its brackets: what people read, and `explore -o` writes, too. */
void recording_list(struct text *, const struct program *, const struct history *);

struct turns { struct turn *turn; size_t count, room; };
/* The lines from this offset of the source on; also what of them a schedule decided, as one. false: see the diags. */
bool recording_read(struct diags *, const struct program *, const struct source *, size_t from, struct history *, struct turns *);
#endif
