/* The sentences themselves. */
#include "sim/base/say.h"
#define MESSAGE DECLARE_SENTENCE
#include "ui/dashboard/predict.def"
#undef MESSAGE

#define MESSAGE DEFINE_SENTENCE
#include "ui/dashboard/predict.def"
#undef MESSAGE
