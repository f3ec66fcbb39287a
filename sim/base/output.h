/* What goes to standard output: has it arrived? */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H
#include <stdbool.h>

/* Has writing to it failed, and why (an errno)? To be asked soon after writing, for what fails later has an errno of its own; the first
 * failure is remembered. */
int output_error(bool flush);
#endif
