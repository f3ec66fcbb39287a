/* The words for what came out of a run, or of all of them: out of rulings.def, and nowhere else. */
#ifndef REPORT_RULINGS_H
#define REPORT_RULINGS_H
#include "sim/explore/hindsight.h"

enum ruling {
#define RUN(id, ...) RULING_##id,
#define SEARCHED(id, ...) RULING_##id,
#include "sim/report/rulings.def"
#undef RUN
#undef SEARCHED
	RULINGS
};
const char *ruling_word(enum ruling, bool chinese);
const char *ruling_sentence(enum ruling, bool chinese);         /* of a run */
bool ruling_is_loud(enum ruling);
/* The word as it stands in a headline: "BROKEN". */
void ruling_headline(struct text *, enum ruling, bool chinese);
/* What is to be said first of a run that has ended: what was not expected comes before what the scenario is there to show. */
enum ruling ruling_of(const struct play *);
/* Did something go wrong? And which: of several broken expectations it is the first one that the ruling is about. */
bool ruling_is_mishap(enum ruling);
struct mishap ruling_mishap(const struct play *);
/* Is that what the scenario is there to show? */
bool ruling_is_shown(const struct play *);
#endif
