/* Files that a run in its sandbox leaves behind are written by a process that stays outside of it: it knows which files these are, and
 * writes nothing else. */
#ifndef STAGE_WRITER_H
#define STAGE_WRITER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Starts it; write(which, ..): in it: 0, or an errno. Where it can't be started, writer_writes says so. */
void writer_begin(int (*write)(uint32_t which, const char *text, size_t length));
bool writer_writes(uint32_t which, const char *text, size_t length, int *error);         /* false: there is none */
void writer_end(void);
#endif
