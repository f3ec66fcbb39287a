/* The story of one process, object or value from the beginning of a run: the run comes again on the model, a piece at a time, and what
 * concerns it is kept. Of a value: every write, from which reading it comes, and which writes were lost. */
#ifndef DASHBOARD_CHRONICLE_H
#define DASHBOARD_CHRONICLE_H
#include "sim/report/readings.h"
#include "ui/dashboard/pages.h"
#include "ui/dashboard/view.h"

/* WRITES: of all that is shared, what was written; n is 0. */
enum subject_kind { SUBJECT_PROCESS, SUBJECT_OBJECT, SUBJECT_VARIABLE, SUBJECT_WRITES };
struct subject { enum subject_kind kind; uint32_t n; };

/* A sentence; and a write of the value. lost_at: it was overwritten at this action, by `lost_by`, who had read the value before; 0: not. */
struct told { enum tale_kind kind; uint64_t n; int64_t time; struct text text; };
struct written { uint64_t n; int64_t time; proc_id who; uint32_t thing; value value; bool atomic; struct read_value from; uint64_t lost_at; proc_id lost_by; };

struct chronicle {
	struct listener listener;       /* first: it is what the run calls */
	struct subject of;
	uint64_t to;                    /* the moment after so many actions */
	struct view *view;
	struct play *play;
	struct readings *readings;
	uint64_t heard;                 /* sentences of the view that have been read */
	bool concerned;                 /* by the last action */
	struct told *told; size_t count, room;
	struct written *written; size_t writes, write_room;
	struct forked forked;           /* of a process: its memory since then */
	uint64_t left_out;              /* sentences and writes for which there was no room */
};

/* The run that these settings make (they follow its history), up to so many actions. */
struct chronicle *chronicle_new(const struct program *, const struct settings *, bool zh, struct subject, uint64_t to);
void chronicle_free(struct chronicle *);
bool chronicle_is_over(const struct chronicle *);
/* Some actions further. */
void chronicle_go_on(struct chronicle *, int actions);
#endif
