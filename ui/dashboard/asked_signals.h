/* The signals that the viewer may send to a process: where it is asked which, a key for each. */
#ifndef ASKED_SIGNALS_H
#define ASKED_SIGNALS_H
#include "ui/dashboard/show.h"

struct asked_signal { char key[2]; int number; bool always; enum word word, handled; };
/* The n-th that p may be sent, in the order in which they are offered; NULL: there are no more. */
const struct asked_signal *asked_signal_nth(const struct program *, proc_id p, size_t n);
/* The one with this key; NULL: p is not offered any. */
const struct asked_signal *asked_signal(const struct program *, proc_id p, int press);
/* What it does to p. */
enum word asked_signal_does(const struct program *, proc_id p, const struct asked_signal *);
#endif
