/* The dashboard's own words. */
#ifndef DASHBOARD_WORDS_H
#define DASHBOARD_WORDS_H
#include <stdbool.h>
#include "sim/base/say.h"

enum word {
#define WORD(id, ...) WORD_##id,
#include "ui/dashboard/words.def"
#undef WORD
	WORD_COUNT
};
const char *word_in(bool zh, enum word);
/* A row with slots, filled in: the values come in the order in which the English has their slots. */
void fill_words(struct text *, bool zh, enum word, const struct filling *, int count);
#define put_filled(t, zh, word, ...) \
	fill_words(t, zh, word, (const struct filling[]){ FILL_N(COUNT_WORDS(__VA_ARGS__), __VA_ARGS__) }, COUNT_WORDS(__VA_ARGS__))
/* The next piece of a row: so many bytes of words, then a slot: which of the English ones, from 0 on; -1: the row ends there. */
int  words_piece(bool zh, enum word, const char **at, const char **words, size_t *length);
bool is_chinese(const char *language);          /* "zh", "zh_CN", ..; NULL is English */
#endif
