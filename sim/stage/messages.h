/* The sentences of messages.def, for SAY. */
#ifndef STAGE_MESSAGES_H
#define STAGE_MESSAGES_H
#include "sim/base/say.h"

#define MESSAGE DECLARE_SENTENCE
#include "sim/stage/messages.def"
#undef MESSAGE
#endif
