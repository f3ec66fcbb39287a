/* The Gantt chart of a run, as text: a row for each CPU and for each process. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H
#include "sim/schedule/play.h"

enum { CHART_MOST = 1 << 18 };          /* changes of state that are kept; a chart ends where they do */
struct chart {
	struct listener listener;       /* first: it is what the run calls */
	struct turning { int64_t time; proc_id who; uint8_t to, why; uint8_t cpu; bool asleep; } *turning;
	size_t turnings, room;
	struct chart_mark { int64_t time, until; proc_id who; uint8_t cpu, kind, tie; } *mark;  /* what a policy did beside */
	size_t marks, mark_room;
	int64_t end;                    /* up to here it is known what happened */
};
/* A slice is over, and its process goes on; the CPU is busy changing process; the written rule for ties decided. */
enum chart_marked { MARKED_RENEWED, MARKED_SWITCH, MARKED_TIE };
void chart_init(struct chart *);
void chart_hear(struct chart *, const struct play *, const struct news *);     /* for a listener that passes on what it hears */
void chart_free(struct chart *);
/* So many columns wide. span: the time that has to fit; 0: as long as the run took. */
void chart_print(struct text *, const struct play *, const struct chart *, int width, int64_t span);
/* The signs of these charts, once; in lines so wide. */
void chart_legend(struct text *, const struct play *, const struct chart *const *, int charts, int width, bool zh);

/* For who draws it otherwise: rows of signs, one for each column. */
enum { CHART_READY = '.', CHART_BLOCKED = '~', CHART_SLEEPING = 'z', CHART_TIMED_OUT = '>', CHART_PREEMPTED = '!', CHART_NOBODY = '_',
       CHART_RENEWED = ':', CHART_SWITCH = '/', CHART_TIE = '=' };
struct sheet {
	const struct play *y;
	const struct chart *chart;
	int64_t unit;                   /* microseconds that a column stands for */
	int columns, names;             /* widths */
	bool sleepers;                  /* a process blocked on the clock alone has a sign of its own */
	bool named;                     /* all names are short: the CPUs' rows are of names */
	char *letter;                   /* by process: how the CPUs' rows call it; from chart_names */
};
int64_t chart_unit(int64_t total, int columns);         /* so that the total has room */
/* How the processes are called: each by its own name where that is one letter, else by a letter that is free. To be freed: sheet.letter. */
void chart_names(struct sheet *);
bool chart_shows(const struct play *, proc_id);         /* all but the default main and servers */
/* How many columns the stretch is long that begins at x of a CPU's row; *name: the name to be written there, then dashes, or NULL. */
int chart_stretch(const struct sheet *, const char *row, int x, const char **name);
bool chart_ties(const struct sheet *, uint32_t cpu, char *row);        /* where ties were decided; false: nowhere */
void chart_process(const struct sheet *, proc_id, char *row);
/* Where there is no row for ties: p's own row, in which it begins to run, says so, but for CPUs in this mask. false: nowhere. */
bool chart_tied(const struct sheet *, proc_id, uint64_t cpus, char *row);
void chart_cpu(const struct sheet *, uint32_t cpu, char *row);         /* cpu: 1, 2, .. */
#endif
