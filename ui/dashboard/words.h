/* The dashboard's own words. */
#ifndef DASHBOARD_WORDS_H
#define DASHBOARD_WORDS_H
#include <stdbool.h>

enum word {
#define WORD(id, ...) WORD_##id,
#include "ui/dashboard/words.def"
#undef WORD
	WORD_COUNT
};
const char *word_in(bool zh, enum word);
bool is_chinese(const char *language);          /* "zh", "zh_CN", ..; NULL is English */
#endif
