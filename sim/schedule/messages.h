/* The sentences of messages.def, for SAY. */
#ifndef SCHEDULE_MESSAGES_H
#define SCHEDULE_MESSAGES_H
#include "sim/base/say.h"

#define MESSAGE DECLARE_SENTENCE
#include "sim/schedule/messages.def"
#undef MESSAGE
#endif
