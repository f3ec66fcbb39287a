/* The scheduling laboratory: one panel of four parts, from top to bottom.
 *
 *   panel_cpu.c    the panel, and which part gets which rows
 *   lab_states.c   the states as a diagram, and the transition that has just happened
 *   lab_lines.c    the CPUs, and the policy's lines as lines
 *   lab_gantt.c    the Gantt chart, per CPU and per process
 *   lab_numbers.c  the metrics, as they grow */
#ifndef DASHBOARD_LAB_H
#define DASHBOARD_LAB_H
#include "ui/dashboard/show.h"

struct part {
	void (*draw)(struct area, struct show *);
	int (*wish)(const struct show *, int width);    /* rows it could fill */
	int least;
	int (*extra)(const struct show *);      /* rows that it has a use for when all have what they wish for; NULL: none */
};
extern const struct part lab_states, lab_lines, lab_gantt, lab_numbers;

/* The next process to be shown: all are but the default main and servers. 0: none is left. Begin with 0. */
proc_id lab_next(const struct show *, proc_id);
int lab_count(const struct show *);
/* The first to be shown where rows of them have room: as far as the viewer has scrolled. */
proc_id lab_first(const struct show *, int rows);
int lab_names(const struct show *, const struct canvas *, int limit);   /* cells of the longest name, at most limit */
#endif
