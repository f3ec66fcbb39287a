/* The sentences themselves. */
#include "ui/cli/messages.h"

#define MESSAGE DEFINE_SENTENCE
#include "ui/cli/messages.def"
#undef MESSAGE
