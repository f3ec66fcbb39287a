/* The Gantt chart of a run, as text: a row for each CPU and for each process. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H
#include "sim/schedule/play.h"

enum { CHART_MOST = 1 << 18 };          /* changes of state that are kept; a chart ends where they do */
struct chart {
	struct listener listener;       /* first: it is what the run calls */
	struct turning { int64_t time; proc_id who; uint8_t to, why; uint8_t cpu; } *turning;
	size_t turnings, room;
	int64_t end;                    /* up to here it is known what happened */
};
void chart_init(struct chart *);
void chart_free(struct chart *);
/* So many columns wide. span: the time that has to fit; 0: as long as the run took. */
void chart_print(struct text *, const struct play *, const struct chart *, int width, int64_t span);
void chart_legend(struct text *, const struct play *, bool zh);
#endif
