/* The sentences of messages.def, for SAY. */
#ifndef CLI_MESSAGES_H
#define CLI_MESSAGES_H
#include "sim/base/say.h"

#define MESSAGE DECLARE_SENTENCE
#include "ui/cli/messages.def"
#undef MESSAGE
#endif
