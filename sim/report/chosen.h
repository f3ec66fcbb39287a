/* Why a policy chose a process: NEWS_CHOICE as a sentence, and in JSON. */
#ifndef REPORT_CHOSEN_H
#define REPORT_CHOSEN_H
#include "sim/schedule/play.h"

/* "hrrn chooses B: response ratio A 1.4, B 2.0, C 1.7". */
void chosen_put(struct text *, const struct play *, const struct news *);
/* `, "process": "B", "cpu": 0, "by": "ratio", "ready": [..], ..` */
void chosen_json(struct text *, const struct play *, const struct news *);
const char *tie_word(enum tie, bool chinese);
#endif
