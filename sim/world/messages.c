/* The sentences themselves. */
#include "sim/world/messages.h"

#define MESSAGE DEFINE_SENTENCE
#include "sim/world/messages.def"
#undef MESSAGE
