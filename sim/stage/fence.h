/* A fence around a process of our own that reads what somebody else wrote: should it ever be made to do what it was not meant
 * to, it can't start processes, open files but the system's own, reach the network, or signal others. */
#ifndef STAGE_FENCE_H
#define STAGE_FENCE_H
#include <stdbool.h>
#include <stdint.h>

/* memory: bytes it may have of its own; seconds: of CPU time. Nothing it writes to standard error is seen any more. Returns what of
 * SANDBOX_ALL the kernel does; what can be limited is. */
unsigned fence(uint64_t memory, uint64_t seconds);
#endif
