/* The sentences themselves. */
#include "sim/language/messages.h"

#define MESSAGE DEFINE_SENTENCE
#include "sim/language/messages.def"
#undef MESSAGE
