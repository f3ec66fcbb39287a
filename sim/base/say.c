/* Sentences, filled in. */
#include "sim/base/say.h"
#include <errno.h>
#include <string.h>

#define MESSAGE DEFINE_SENTENCE
#include "sim/base/messages.def"
#undef MESSAGE

static bool chinese;

void say_in_chinese(bool yes)
{
	chinese = yes;
}

bool says_chinese(void)
{
	return chinese;
}

const char *spoken(const char *en, const char *zh)
{
	return chinese ? zh : en;
}

static const char *program = "forklore";

void say_program(const char *word)
{
	program = word;
}

const char *said_program(void)
{
	return program;
}

static const char *flags = "";

void say_flags(const char *words)
{
	flags = words;
}

const char *said_flags(void)
{
	return flags;
}

const char *error_named(int error)
{
	static const struct { int error; const char *zh; } rows[] = {
#define ERROR_ZH(error, zh) { error, zh },
#include "sim/base/errors.def"
#undef ERROR_ZH
	};
	for (size_t i = 0; chinese && i < sizeof rows / sizeof *rows; i++)
		if (rows[i].error == error)
			return rows[i].zh;
	return strerror(error);
}

/* Which of a sentence's slots ("a, b") is called so; -1: none. */
static int slot_find(const char *slots, const char *word, size_t length)
{
	for (int i = 0; *slots; i++) {
		size_t n = strcspn(slots, ",");
		if (n == length && !memcmp(slots, word, n))
			return i;
		slots += n + strspn(slots + n, ", ");
	}
	return -1;
}

/* Which slot stands at a brace; -1: none. */
enum { SLOT_COMMAND = MOST_SLOTS, SLOT_PROGRAM };
static int slot_at(const struct sentence *s, const char *brace, size_t length)
{
	static const char word[] = "forklore", bare[] = "program";
	if (!length || brace[1 + length] != '}')
		return -1;
	if (length == sizeof word - 1 && !memcmp(brace + 1, word, length))
		return SLOT_COMMAND;
	if (length == sizeof bare - 1 && !memcmp(brace + 1, bare, length))
		return SLOT_PROGRAM;
	return slot_find(s->slots, brace + 1, length);
}

/* In Chinese no blank stands beside a mark of full width. */
const char *text_slot(struct text *t, const char *is, bool blank, const char *after)
{
	if (chinese && blank && text_opens_wide(is))
		t->at[--t->length] = 0;
	text_shown(t, is, strlen(is));
	return after + (chinese && text_closes_wide(is) && *after == ' ');
}

void text_say(struct text *t, struct message m)
{
	for (const char *at = m.sentence ? m.sentence->in[chinese] : ""; *at;) {
		size_t plain = strcspn(at, "{"), word = at[plain] ? strcspn(at + plain + 1, "{}") : 0;
		int slot = slot_at(m.sentence, at + plain, word);
		bool is_slot = slot >= 0, blank = plain && at[plain - 1] == ' ';
		text_add(t, at, plain + (!is_slot && at[plain] == '{'));
		at += plain + (at[plain] == '{') + (is_slot ? word + 1 : 0);
		if (slot >= SLOT_COMMAND)
			text_put(t, program);
		if (slot == SLOT_COMMAND)
			text_put(t, flags);
		if (slot >= SLOT_COMMAND)
			continue;
		if (is_slot && m.slot[slot].text)
			at = text_slot(t, m.slot[slot].text, blank, at);
		else if (is_slot)
			text_int(t, m.slot[slot].number);
	}
}

void text_list(struct text *list, const struct sentence *how, const char *next)
{
	struct text before = *list;
	if (!before.length) {
		text_put(list, next);
		return;
	}
	*list = (struct text){ 0 };
	text_say(list, (struct message){ how, { FILL(text_is(&before)), FILL(next) } });
	text_free(&before);
}

const char *word_list(struct arena *a, const char *so_far, const char *word)
{
	return *so_far ? say_word(a, SAY(NAMES_ARE, so_far, word)) : word;
}

const char *say_word(struct arena *a, struct message m)
{
	struct text t = { 0 };
	if (!m.sentence)
		return NULL;
	text_say(&t, m);
	const char *word = arena_word(a, text_is(&t), t.length);
	text_free(&t);
	return word;
}
