/* Expectations that can't fail, whatever the program does: known from the numbers that it can write, without looking at the
 * order in which it does. `sold >= 0` of what is only ever incremented is one. */
#ifndef EXPLORE_CERTAIN_H
#define EXPLORE_CERTAIN_H
#include "sim/language/program.h"

/* By expectation, of `always` and `finally`, a bit: it surely can't be false. */
uint64_t expectations_that_cannot_fail(const struct program *);
#endif
