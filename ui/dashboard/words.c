/* The table of words. */
#include <assert.h>
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

/* Which slot of the English this is; -1: none. */
static int slot_of(const char *en, const char *slot, size_t length)
{
	for (int i = 0; (en = strchr(en, '{')); i++, en++)
		if (!strncmp(en, slot, length))
			return i;
	return -1;
}

int words_piece(bool zh, enum word w, const char **at, const char **plain, size_t *length)
{
	const char *from = *at ? *at : words[w][zh];
	size_t slot;

	*plain = from;
	*length = strcspn(from, "{");
	slot = from[*length] ? strcspn(from + *length, "}") + 1 : 0;
	*at = from + *length + slot;
	return slot ? slot_of(words[w][false], from + *length, slot) : -1;
}

void fill_words(struct text *t, bool zh, enum word w, const struct filling *value, int count)
{
	const char *at = NULL, *plain;
	size_t length;
	int slot;

	do {
		slot = words_piece(zh, w, &at, &plain, &length);
		text_add(t, plain, length);
		assert(slot < count);
		if (slot >= 0 && value[slot].text)
			text_put(t, value[slot].text);
		else if (slot >= 0)
			text_int(t, value[slot].number);
	} while (slot >= 0);
}

bool is_chinese(const char *language)
{
	return language && !strncmp(language, "zh", 2);
}
