/* Which panels the viewer has hidden, and which are larger or smaller than they would be; kept as a few lines of text. */
#ifndef DASHBOARD_ARRANGEMENT_H
#define DASHBOARD_ARRANGEMENT_H
#include <stdbool.h>
#include "sim/base/text.h"

enum { ARRANGED = 6 };                  /* the panels that can be: the first ones, 1 to 6 */
/* Zeroed memory: as the program arranges them. */
struct arrangement { bool hidden[ARRANGED]; int more[ARRANGED]; };      /* more: rows, may be below 0 */

/* A text that is not wholly understood changes nothing. */
void arrangement_read(struct arrangement *, const char *text);
void arrangement_put(struct text *, const struct arrangement *);
bool arrangement_is_same(const struct arrangement *, const struct arrangement *);
#endif
