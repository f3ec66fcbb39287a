/* Files that a run in its sandbox leaves behind are written by a process that stays outside of it: it knows which files these are, and
 * writes nothing else. */
#ifndef STAGE_WRITER_H
#define STAGE_WRITER_H
#include <stddef.h>
#include <stdint.h>

/* Starts it; keep(which, ..): in it. Both return 0 or an errno. */
int  writer_begin(int (*keep)(uint32_t which, const char *text, size_t length));
void writer_writes(uint32_t which, const char *text, size_t length, int *error);         /* once it is there */
void writer_end(void);
#endif
