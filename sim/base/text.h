/* Text: a string that grows, and what terminals and JSON need to know about UTF-8. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A string that grows. Zeroed memory is an empty one; at is NULL until the first addition. */
struct text { char *at; size_t length, room; };

void text_add(struct text *, const char *, size_t bytes);
void text_put(struct text *, const char *);
void text_char(struct text *, char);
void text_code(struct text *, uint32_t code);                    /* a code point, as UTF-8 */
void text_print(struct text *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vprint(struct text *, const char *format, va_list)
	__attribute__((format(printf, 2, 0), nonnull(2)));
void text_int(struct text *, int64_t);                          /* in decimal; much faster than text_print */
void text_json(struct text *, const char *);                    /* as a JSON string, with its quotes */
void text_shell(struct text *, const char *);                   /* as a word that a shell takes: in quotes if it must be, safe for terminals */
/* For people at terminals: bytes of a string on one line, nothing in it that a terminal obeys. Control
 * characters, bidi controls and bad bytes become \x1b, \u202e; a tab one space; a newline \n. */
void text_shown(struct text *, const char *, size_t bytes);
/* Words, of which some stand in a line already, up to column at: lines are so wide (0: without end), and after the first they begin
 * at indent. */
void text_wrap(struct text *, const char *words, int at, int indent, int width);
/* Does it begin with a mark of full width that opens, or end with one that closes? */
bool text_opens_wide(const char *);
bool text_closes_wide(const char *);
void text_clear(struct text *);                                 /* empty it, keep its memory */
void text_free(struct text *);
const char *text_is(const struct text *);                       /* never NULL */

/* One code point of UTF-8: returns its bytes (0 at the end of the string; a byte that is no UTF-8
 * counts as one, as U+FFFD). */
int utf8_next(const char *, uint32_t *code);
int utf8_width(uint32_t code);                                  /* cells: 0, 1 or 2; no locale is needed */
int utf8_cells(const char *, size_t bytes);                     /* cells of the first bytes of a string */

/* For tables of many words: most differ in their first letter. */
static inline bool same_word(const char *a, const char *b)
{
	return *a == *b && !strcmp(a, b);
}

/* Two words' edit distance (Damerau) in characters, for suggestions; gives up above limit. */
int  word_distance(const char *, const char *, int limit);
/* The nearest of count words, or NULL if none is near enough to be meant. */
const char *word_nearest(const char *word, const char *const *words, size_t count);
#endif
