/* How many processes were at work, and how many waited, as a run went on: where there are too many for a row each. */
#ifndef REPORT_CROWD_H
#define REPORT_CROWD_H
#include "sim/report/chart.h"

/* The processes that are counted: neither main, nor a manager's server, nor what tends a pool. */
uint32_t crowd_size(const struct program *);
/* The most of them that there were at the same time. */
uint32_t crowd_peak(const struct play *, const struct chart *);
/* So many columns wide; the same span of time and the same peak make two of them comparable. */
void crowd_print(struct text *, const struct play *, const struct chart *, int width, int64_t span, uint32_t peak);
/* What the signs mean. */
void crowd_legend(struct text *, int width, bool zh);
#endif
