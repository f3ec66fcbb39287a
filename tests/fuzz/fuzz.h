/* What every fuzz target includes. Each is one function of bytes that may be anything: it must come back, whatever they are.
 * With libFuzzer (`make fuzz`) bytes are sought that break it; with replay.c, in every build, kept files are given to it again. */
#ifndef FUZZ_H
#define FUZZ_H
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
#endif
