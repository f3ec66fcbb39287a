/* The program as its panel shows it: one step a line, also where the file has several on one; texts in one language; only
 * the keys that say what the processes do. Every line knows where in the file it comes from. */
#ifndef DASHBOARD_LISTING_H
#define DASHBOARD_LISTING_H
#include "sim/language/program.h"

struct listed {
	const char *text;
	uint32_t line;                  /* in the file */
	int indent;
};
struct listing {
	struct arena arena;
	struct listed *row;
	size_t rows, room;
	int *of_step;                   /* by step: its row, or -1: it has none */
};

void listing_make(struct listing *, const struct program *);
void listing_free(struct listing *);
/* The row that comes from this line of the file, or the last before it; 0 if there is none. */
int  listing_row(const struct listing *, uint32_t line);
#endif
