/* A strip: one line of text in several inks, put together before its width is known. */
#ifndef DASHBOARD_STRIP_H
#define DASHBOARD_STRIP_H
#include "sim/base/text.h"
#include "ui/dashboard/canvas.h"
#include "ui/dashboard/words.h"

enum { STRIP_PARTS = 48 };
/* Zeroed memory is an empty one. */
struct strip {
	struct text text;
	struct { unsigned ink; size_t from; } part[STRIP_PARTS];
	int parts;
};

void strip_ink(struct strip *, unsigned ink);           /* of what is added to strip.text from here on */
void strip_put(struct strip *, unsigned ink, const char *text);
void strip_print(struct strip *, unsigned ink, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A row of words.def with slots, filled in. */
#define strip_filled(strip, ink, zh, word, ...) (strip_ink(strip, ink), put_filled(&(strip)->text, zh, word, __VA_ARGS__))
void strip_add(struct strip *, const struct strip *);     /* all of another one */
/* What stands in a slot: a text in an ink of its own, or, text NULL, what was put together before, in several; else a number. */
struct inked { unsigned ink; const char *text; const struct strip *strip; int64_t number; };
static inline struct inked inked(unsigned ink, const char *text) { return (struct inked){ .ink = ink, .text = text }; }
static inline struct inked inked_number(unsigned ink, int64_t n) { return (struct inked){ .ink = ink, .number = n }; }
static inline struct inked inked_strip(const struct strip *s) { return (struct inked){ .strip = s }; }
/* A row of words.def in several inks: its slots, in the order of the English, in theirs, what stands between them in ink. */
void strip_say(struct strip *, unsigned ink, bool zh, enum word, const struct inked *, int count);
#define strip_inked(strip, ink, zh, word, ...) strip_say(strip, ink, zh, word, (const struct inked[]){ __VA_ARGS__ }, \
                                                        sizeof((const struct inked[]){ __VA_ARGS__ }) / sizeof(struct inked))
void strip_comma(struct strip *, unsigned ink);          /* what stands between names of different inks */
void strip_glyph(struct strip *, const struct canvas *, unsigned ink, enum glyph);
int  strip_cells(const struct strip *, const struct canvas *);
/* In width cells, cut with an ellipsis; returns the column behind what was drawn. */
int  strip_draw(const struct strip *, struct area, int x, int y, int width);
void strip_clear(struct strip *);
void strip_free(struct strip *);
#endif
