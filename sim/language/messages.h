/* The sentences of messages.def, for SAY. */
#ifndef LANGUAGE_MESSAGES_H
#define LANGUAGE_MESSAGES_H
#include "sim/base/say.h"

#define MESSAGE DECLARE_SENTENCE
#include "sim/language/messages.def"
#undef MESSAGE
#endif
