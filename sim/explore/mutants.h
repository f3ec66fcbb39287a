/* What if a lock, a wait or an `atomic` were missing? Each is taken out of the program alone, and what is left is explored: an
 * expectation that bites notices it. */
#ifndef EXPLORE_MUTANTS_H
#define EXPLORE_MUTANTS_H
#include "sim/explore/explore.h"

/* LOCK: all that one function acquires and releases of it, or one `with`. WAIT: one step that waits for others. */
enum mutant_kind { MUTANT_LOCK, MUTANT_WAIT, MUTANT_ATOMIC, MUTANT_KINDS };
extern const char *const mutant_words[MUTANT_KINDS];
/* OPEN: a limit came before anything was noticed; or the scenario is not as expected even with it. */
enum noticed { NOTICED_OPEN, NOTICED_NO, NOTICED_YES };
struct mutant {
	enum mutant_kind kind;
	uint32_t function, step;        /* where it stands: the first of its steps */
	enum noticed noticed;
	enum stop stopped;              /* OPEN: what limit that was */
	uint64_t by;                    /* expectations that are met as it is, and not without it, .. */
	bool deadlock, dead_end, exception;     /* .. and what can happen only without it, though nobody expects it */
};
struct mutants { struct mutant *list; size_t count, room; };

/* found: what exploring the program as it is has found. It is loaded again for each mutant; language: of its texts, and fair
 * as for world_layout. limits bound each of them, but for the time and the wish to stop, which bound all. */
void mutants_explore(struct mutants *, const struct exploration *found, const char *language, bool fair, const struct limits *);
void mutants_free(struct mutants *);
#endif
