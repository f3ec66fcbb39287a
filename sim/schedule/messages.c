/* The sentences themselves. */
#include "sim/schedule/messages.h"

#define MESSAGE DEFINE_SENTENCE
#include "sim/schedule/messages.def"
#undef MESSAGE
