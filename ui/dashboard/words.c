/* The table of words. */
#include <string.h>
#include "ui/dashboard/words.h"

static const char *const words[WORD_COUNT][2] = {
#define WORD(id, en, zh) { en, zh },
#include "ui/dashboard/words.def"
#undef WORD
};

const char *word_in(bool zh, enum word w)
{
	return words[w][zh];
}

bool is_chinese(const char *language)
{
	return language && !strncmp(language, "zh", 2);
}
