/* What exploring found, for programs and for people. */
#ifndef REPORT_EXPLORED_H
#define REPORT_EXPLORED_H
#include <stdio.h>
#include "sim/explore/explore.h"
#include "sim/schedule/play.h"

/* One JSON object. */
void explored_json(struct text *, const struct exploration *);
/* The same in words. file: as the user named the scenario; language: "en", "zh", .. */
void explored_text(struct text *, const struct exploration *, const char *file, const char *language);
/* A schedule as a list in YAML: [buyer.1 x2, buyer.2]. */
void schedule_text(struct text *, const struct program *, const struct way *);
/* The way that shows best what is wrong, or else what was asked for: NULL if there is none. */
const struct way *explored_counterexample(const struct exploration *);
/* A run of the model along a way that was found; the listener, if there is one, hears it. way_step: false at the
 * way's end. */
struct play *way_begin(const struct exploration *, const struct way *, struct listener *);
bool way_step(struct play *, const struct way *);
#endif
