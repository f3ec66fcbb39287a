/* Two programs beside each other: what of them means the same? What the first leaves open, what is filled in closes. Both must have been
 * read as a whole: without errors, or with blanks alone. */
#ifndef LANGUAGE_SAME_H
#define LANGUAGE_SAME_H
#include "sim/language/tree.h"

/* in, of: whose locals and private variables are meant; NULL: nobody's. */
struct side { const struct program *g; const struct routine *in; const struct group *of; };
struct sides { struct side a, b; };
/* Either may be NULL: nothing. */
bool same_expr(const struct sides *, const struct expr *, const struct expr *);
bool same_statement(const struct sides *, const struct statement *, const struct statement *);
/* Two steps, but for the steps within them. */
bool same_step(const struct sides *, const struct tree_step *, const struct tree_step *);
/* What is declared by this name in both: an object, or a list of them; */
bool same_object(const struct program *, const struct program *, const char *name);
/* a group of processes, which both have: how many they are, and how they are set; not what they do. */
bool same_group(const struct program *, const struct program *, const char *name);
#endif
