/* A table, written as text, Markdown, CSV or LaTeX. The first column is of names, the others of numbers. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H
#include "sim/base/text.h"

enum table_form { TABLE_TEXT, TABLE_MARKDOWN, TABLE_CSV, TABLE_LATEX, TABLE_FORMS };
extern const char *const table_forms[TABLE_FORMS];

/* Zeroed but for the number of columns, it is an empty table. The first row is the heading. */
struct table {
	size_t columns, cells, room;
	char **cell;
	int width;                      /* text: in so many columns of a screen; 0: any */
	size_t worded;                  /* the columns from this one on are of words; 0: none */
};
void table_cell(struct table *, const char *);          /* row after row */
void table_print(struct text *, const struct table *, enum table_form);
void table_free(struct table *);
#endif
