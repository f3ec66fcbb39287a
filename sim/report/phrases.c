/* Phrases out of story.def. */
#include "sim/report/phrases.h"
#include <string.h>

static const char *const phrases[PHRASES][2] = {
#define PHRASE(id, en, zh) { en, zh },
#include "sim/report/story.def"
#undef PHRASE
};

const char *phrase_in(const struct program *g, enum phrase which)
{
	return phrases[which][g->chinese];
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
void phrase_put(struct text *t, const struct program *g, enum phrase which, ...)
{
	struct text raw = { 0 };
	va_list list;
	va_start(list, which);
	text_vprint(&raw, phrase_in(g, which), list);
	va_end(list);
	text_shown(t, text_is(&raw), raw.length);
	text_free(&raw);
}
#pragma GCC diagnostic pop

static const char *slot_find(const struct slot *s, const char *word, size_t length)
{
	while (s->word && (strlen(s->word) != length || memcmp(s->word, word, length)))
		s++;
	return s->is ? s->is : "";
}

void slots_fill(struct text *t, const char *sentence, const struct slot *slots)
{
	for (const char *at = sentence; *at;) {
		size_t plain = strcspn(at, "{"), word = strcspn(at + plain, "}");
		bool blank = plain && at[plain - 1] == ' ';
		text_add(t, at, plain);
		at += plain;
		if (!*at)
			return;
		at = text_slot(t, slot_find(slots, at + 1, word - 1), blank, at + word + 1);
	}
}

void phrase_fill(struct text *t, const struct program *g, enum phrase which, const struct slot *slots)
{
	slots_fill(t, phrase_in(g, which), slots);
}

void phrase_params(struct text *t, const struct program *g)
{
	struct text one = { 0 }, all = { 0 };
	for (size_t i = 0; i < g->params; i++) {
		text_clear(&one);
		text_print(&one, "%s = %s", g->param[i].name, g->param[i].text);
		text_list(&all, &sentence_CLAUSES_ARE, text_is(&one));
	}
	text_put(t, text_is(&all));
	text_free(&one);
	text_free(&all);
}

void phrase_title(struct text *t, const struct program *g)
{
	struct text params = { 0 };
	const char *title = g->title ? g->title : g->name;
	phrase_params(&params, g);
	text_say(t, g->params ? SAY(IS_NOTED, title, text_is(&params)) : SAY(AS_IT_IS, title));
	text_free(&params);
}

void phrase_shown(struct text *t, const struct program *g, value v)
{
	struct text raw = { 0 };
	program_value(g, v, &raw);
	text_shown(t, text_is(&raw), raw.length);
	text_free(&raw);
}

void phrase_code(struct text *t, const struct program *g, value v)
{
	if (value_tag(v) == TAG_TEXT)
		program_json(g, v, t);
	else
		phrase_shown(t, g, v);
}

void phrase_value(struct text *t, const struct program *g, value v)
{
	if (value_tag(v) == TAG_TEXT && g->chinese) {
		text_put(t, "“");
		phrase_shown(t, g, v);
		text_put(t, "”");
	} else {
		phrase_code(t, g, v);
	}
}

void phrase_call(struct text *t, const struct program *g, uint32_t function, value args)
{
	uint32_t n = 0;
	const value *list = value_tag(args) == TAG_LIST ? value_list(g->pool, args, &n) : NULL;
	text_print(t, "%s(", g->function[function].name);
	for (uint32_t k = 0; k < n; k++) {
		text_put(t, k ? ", " : "");
		phrase_code(t, g, list[k]);
	}
	if (!list && args != VALUE_UNSET)               /* `starmap` was given it instead of a list */
		phrase_code(t, g, args);
	text_char(t, ')');
}
