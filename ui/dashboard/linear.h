/* The dashboard as lines: what has happened is printed, and what a key does is typed, by the same table of keys. For screen readers,
 * braille displays, and wherever no screen can be drawn. */
#ifndef DASHBOARD_LINEAR_H
#define DASHBOARD_LINEAR_H
#include "ui/dashboard/show.h"

struct linear;

struct linear *linear_open(bool explains);                      /* explains: also why the policy chose, each time */
/* What hears the news of a run, and passes them on to `also`, which may be NULL. */
struct listener *linear_hears(struct linear *, struct listener *also);
void linear_close(struct linear *);                             /* NULL is allowed */
int  linear_fd(const struct linear *);                          /* to be polled; -1: there is nothing to wait for */
/* Is something to be printed, because a line was typed, or nothing has been printed yet? */
bool linear_answers(const struct linear *);
/* The next key that was typed, as a word or as itself; PRESS_NONE: none now. At the end of the input: what quits. */
int  linear_key(struct linear *, struct show *);
/* Prints what has changed since the last call. */
void linear_tell(struct linear *, struct show *);
#endif
