/* The sentences of messages.def, for SAY. */
#ifndef WORLD_MESSAGES_H
#define WORLD_MESSAGES_H
#include "sim/base/say.h"

#define MESSAGE DECLARE_SENTENCE
#include "sim/world/messages.def"
#undef MESSAGE
#endif
