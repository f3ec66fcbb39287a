/* What can still happen from a moment of the run on: a search in a process of its own, while the dashboard goes on. The panel that
 * shows it lists what may come; each row can be played from that moment.
 *
 *   panel_still.c  the panel      searching.c  the search, and playing a row */
#ifndef DASHBOARD_STILL_H
#define DASHBOARD_STILL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "sim/base/say.h"
#include "sim/base/text.h"

#define MESSAGE DECLARE_SENTENCE
#include "ui/dashboard/sentences.def"
#undef MESSAGE

enum still_kind { STILL_EVENT, STILL_EXPECT, STILL_OUTCOME };
/* n: an enum expect_kind; an expectation; the number of an outcome, as it was found. */
struct still_row { enum still_kind kind; uint32_t n; };

struct apart;
struct way;
struct show;
struct still {
	bool open;                      /* the panel is shown */
	struct apart *search;           /* NULL: there was none */
	uint64_t from;                  /* the moment after so many actions */
	bool ended;                     /* the run had: so it is its beginning */
	size_t entries;                 /* of the history, then */
	uint64_t broken;                /* by expectation: it had been broken before */
	bool other;                     /* what is shown now is another run */
	struct still_row row;           /* that is selected; */
	bool moved;                     /* by the viewer */
	int top;
};

/* What the panel is called: from which step on it searches. */
void still_title(struct text *, const struct still *);
/* All rows, in order; to be freed by free(). */
struct still_row *still_rows(const struct still *, size_t *count);
/* From which moment on x would search: the one that is shown; at the end of a run, where nothing can happen any more, its beginning. */
uint64_t still_origin(const struct show *);
/* Is it about another moment than the one that is shown? */
bool still_is_stale(const struct show *);
bool still_is_over(const struct still *);               /* it searches no more */
/* The way to what a row says; NULL: there is none, or it is not known yet. */
const struct way *still_way(const struct still *, struct still_row);
void still_select(struct show *, int rows_further);
/* Unless the viewer has selected a row: the first one that shows what should not be. */
void still_point_out(struct show *);
#endif
