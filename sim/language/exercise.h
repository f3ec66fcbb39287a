/* Exercises: what a submission may change. */
#ifndef LANGUAGE_EXERCISE_H
#define LANGUAGE_EXERCISE_H
#include "sim/language/program.h"
#include "sim/language/yaml.h"

enum difference { DIFFERS_NOT, DIFFERS_CHANGED, DIFFERS_MISSING, DIFFERS_ADDED };
/* Does a submission differ from the exercise in its structure, in what may not be changed? Comments, the order of keys, the
 * way it is written, and its identifier do not count, nor whether it still says that it is an exercise, and has the hints. path: added to it: the first path that differs; *place: where, in the submission
 * (line 0: nowhere: it is missing). Both have been read. */
enum difference exercise_differs(const struct program *exercise, const struct program *submission, struct text *path, struct place *place);
/* The first word that a submission uses where it may change something, and must not: the exercise forbids it, or a run can't do with it
 * what the search for all interleavings does (pids). To forbid one of `kill`, `terminate`, `signal` is to forbid all. NULL: there is none. */
const char *exercise_forbids(const struct program *exercise, const struct program *submission, struct place *place);
/* The text of a file without its exercise's hints, as far as they stand on lines of their own. false: there are none. */
bool exercise_without_hints(struct text *, const struct source *, const struct node *root);
/* Do two nodes say the same? Either may be NULL: nothing. */
bool nodes_same(const struct node *, const struct node *);
#endif
