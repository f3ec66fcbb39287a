/* What the CPUs and the processes did, in numbers: the closing table, and the same in JSON. */
#ifndef REPORT_METRICS_H
#define REPORT_METRICS_H
#include "sim/report/table.h"
#include "sim/schedule/play.h"

/* Over the processes that have ended; the default main, servers and daemons, which others end, do not count. */
struct averages { double response, turnaround, weighted, wait; int64_t longest_wait; uint32_t processes; };
bool metrics_count(const struct play *, proc_id);       /* does it count? */
struct averages metrics_average(const struct play *);
double metrics_utilisation(const struct play *);        /* of all CPUs, from 0 to 1 */
/* A row for each process, the averages, and a line on the CPUs; times in milliseconds. */
void metrics_table(struct text *, const struct play *, bool chinese);
/* Two tables for a sheet or a spreadsheet: the processes and their means; what the CPUs did. */
void metrics_sheet(struct text *, const struct play *, bool chinese, enum table_form, int width);
/* `, "averages": {..}, "usage": {..}` */
void metrics_json(struct text *, const struct play *);
/* "12.5": milliseconds without zeros that say nothing. */
void metrics_ms(struct text *, double micros);
#endif
