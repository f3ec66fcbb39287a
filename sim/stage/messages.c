/* The sentences themselves. */
#include "sim/stage/messages.h"

#define MESSAGE DEFINE_SENTENCE
#include "sim/stage/messages.def"
#undef MESSAGE
