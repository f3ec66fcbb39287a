/* What the program says to people: whole sentences, in English and Chinese, filled in by name.
 *
 * A row of a table, MESSAGE(id, (slots), English, Chinese), is one sentence. A slot stands in it as {name}; each
 * language has its own order. SAY(id, ..) fills the slots, in the order in which the row lists them:
 *
 *     MESSAGE(OUT_OF_RANGE, (number, least, most), "{number} is out of range: ..", "{number} 超出范围：..")
 *     SAY(OUT_OF_RANGE, n, 1, 64)
 *
 * The number of slots is checked by the compiler, that both languages fill the same ones by tools/texts.c, in every build.
 * One slot stands in any row without being listed: {forklore} is the program, as its user calls it in a shell. */
#ifndef BASE_SAY_H
#define BASE_SAY_H
#include <stdbool.h>
#include <stdint.h>
#include "sim/base/arena.h"
#include "sim/base/text.h"

enum { MOST_SLOTS = 6 };
struct sentence { const char *slots, *in[2]; };                 /* "number, least, most"; English, Chinese */
struct filling { const char *text; int64_t number; };           /* text NULL: the number */
struct message { const struct sentence *sentence; struct filling slot[MOST_SLOTS]; };

/* The language of sentences. It belongs to the whole program, as a locale does. */
void say_in_chinese(bool);
bool says_chinese(void);
/* Whichever it is. Where it is a format, the compiler checks both. */
const char *spoken(const char *en, const char *zh) __attribute__((format_arg(1), format_arg(2)));
void say_program(const char *);                                 /* as a shell takes it; kept, not copied */
void say_flags(const char *);                                   /* " --lang zh": what every command that is offered has, too; kept */
const char *said_flags(void);
const char *said_program(void);                                 /* "forklore", unless said otherwise */
const char *error_named(int);                                   /* an errno, as strerror has it */

void text_say(struct text *, struct message);
/* What fills a slot, made harmless. blank: one of the sentence stands before it. Returns where the sentence goes on. */
const char *text_slot(struct text *, const char *is, bool blank, const char *after);
/* One more of a list: how is the sentence that has a list and its next item, NAMES_ARE, CLAUSES_ARE or PARTS_ARE. */
void text_list(struct text *list, const struct sentence *how, const char *next);
const char *word_list(struct arena *, const char *so_far, const char *word);    /* "a", then "a, b"; "a、b" */
const char *say_word(struct arena *, struct message);           /* NULL: nothing is said */
#define NOTHING_TO_SAY ((struct message){ .sentence = NULL })

/* ---- how rows become sentences ---- */

#define COUNT_WORDS(...) COUNT_WORDS_(__VA_ARGS__ __VA_OPT__(, ) 6, 5, 4, 3, 2, 1, 0)
#define COUNT_WORDS_(a, b, c, d, e, f, n, ...) n
#define WORDS_AS_TEXT(...) #__VA_ARGS__
#define DECLARE_SENTENCE(id, slots, en, zh) \
	enum { SLOTS_OF_##id = COUNT_WORDS slots }; extern const struct sentence sentence_##id;
#define DEFINE_SENTENCE(id, slots, en, zh) const struct sentence sentence_##id = { WORDS_AS_TEXT slots, { en, zh } };

/* ---- how SAY fills them ---- */

static inline struct filling fill_text(const char *s) { return (struct filling){ s ? s : "", 0 }; }
static inline struct filling fill_number(int64_t n) { return (struct filling){ NULL, n }; }
#define FILL(x) _Generic((x), char *: fill_text, const char *: fill_text, default: fill_number)(x)
#define FILL_0()
#define FILL_1(a) FILL(a)
#define FILL_2(a, ...) FILL(a), FILL_1(__VA_ARGS__)
#define FILL_3(a, ...) FILL(a), FILL_2(__VA_ARGS__)
#define FILL_4(a, ...) FILL(a), FILL_3(__VA_ARGS__)
#define FILL_5(a, ...) FILL(a), FILL_4(__VA_ARGS__)
#define FILL_6(a, ...) FILL(a), FILL_5(__VA_ARGS__)
#define FILL_N(n, ...) FILL_N_(n, __VA_ARGS__)
#define FILL_N_(n, ...) FILL_##n(__VA_ARGS__)
#define SLOTS_FIT(id, n) sizeof(struct { _Static_assert(SLOTS_OF_##id == (n), "not as many values as " #id " has slots"); char unused; })
#define SAY(id, ...) \
	((struct message){ &sentence_##id + 0 * SLOTS_FIT(id, COUNT_WORDS(__VA_ARGS__)), \
	                   { FILL_N(COUNT_WORDS(__VA_ARGS__), __VA_ARGS__) } })

#define MESSAGE DECLARE_SENTENCE
#include "sim/base/messages.def"
#undef MESSAGE
#endif
