/* Inside sim/report: phrases out of story.def, in the language of a program's texts. */
#ifndef REPORT_PHRASES_H
#define REPORT_PHRASES_H
#include "sim/language/program.h"

enum phrase {
#define PHRASE(id, en, zh) PHRASE_##id,
#include "sim/report/story.def"
#undef PHRASE
	PHRASES
};
const char *phrase_in(const struct program *, enum phrase);
/* Filled in as by printf. */
void phrase_put(struct text *, const struct program *, enum phrase, ...);
/* Filled in by name: a whole sentence, in which each language has its own order. The last slot has no word. */
struct slot { const char *word, *is; };
void slots_fill(struct text *, const char *sentence, const struct slot *);
void phrase_fill(struct text *, const struct program *, enum phrase, const struct slot *);
/* "N = 3, B = 1"; nothing where there are none. */
void phrase_params(struct text *, const struct program *);
/* The scenario's title, with its parameters: "Ticket race (N = 3)". */
void phrase_title(struct text *, const struct program *);
/* A value inside a sentence: texts in quotes. */
void phrase_shown(struct text *, const struct program *, value);         /* as it is, without quotes; safe for terminals */
void phrase_value(struct text *, const struct program *, value);
/* Where it stands in code, as in "sold = 1", texts have the language's own quotes. */
void phrase_code(struct text *, const struct program *, value);
/* A call of a function: "square(3)". */
void phrase_call(struct text *, const struct program *, uint32_t function, value args);
#endif
