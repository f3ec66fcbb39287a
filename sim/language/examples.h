/* An example of each word of the language, for people; and a whole scenario around it, for a test. */
#ifndef LANGUAGE_EXAMPLES_H
#define LANGUAGE_EXAMPLES_H
#include <stdbool.h>
#include "sim/base/arena.h"

/* Of a row of which table. The keys of a scenario's mappings go by the mapping, as in keys.def. */
enum example_of { OF_WORD, OF_VERB, OF_KIND, OF_CALL, OF_POLICY, OF_STATE, OF_EXCEPTION, OF_SCENARIO, OF_GROUP, OF_MAIN, OF_FUNCTION,
                  OF_CPU, OF_EXPECT, OF_EXERCISE, OF_CONCEPT };
struct example { enum example_of of; const char *word, *about, *about_zh, *text; };
extern const struct example example_rows[];
extern const int example_count;

/* What the screens say of programs, under all the words that lead there: "deadlock|circular wait". The example's word is the first. */
struct concept { const char *words, *words_zh, *meaning, *meaning_zh, *command, *example; };
extern const struct concept concept_rows[];
extern const int concept_count;

/* What is declared for examples in which the name occurs: `where`: {name: declaration}. */
struct given { const char *where, *name, *declaration; };
extern const struct given given_rows[];
extern const int given_count;
bool example_needs(const struct example *, const struct given *);

const char *example_scenario(struct arena *, const struct example *);   /* the example as a whole scenario */
/* As people read it: of what it says in both languages on one line, {en: .., zh: ..}, the one; "en" or "zh". */
const char *example_shown(struct arena *, const struct example *, const char *language);
const char *example_objects(struct arena *, const struct example *);    /* "door: lock, link: pipe": what is given; "": nothing */
#endif
