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

void fill_words(struct text *t, bool zh, enum word w, const struct filling *value, int count)
{
	for (const char *at = words[w][zh]; *at;) {
		size_t plain = strcspn(at, "{"), length = at[plain] ? strcspn(at + plain, "}") + 1 : 0;
		int slot = length ? slot_of(words[w][false], at + plain, length) : -1;
		text_add(t, at, plain);
		at += plain + length;
		assert(slot < count && (slot >= 0 || !length));
		if (length && value[slot].text)
			text_put(t, value[slot].text);
		else if (length)
			text_int(t, value[slot].number);
	}
}

bool is_chinese(const char *language)
{
	return language && !strncmp(language, "zh", 2);
}
