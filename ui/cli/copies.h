/* Copies of a scenario's text, for `new`. */
#ifndef CLI_COPIES_H
#define CLI_COPIES_H
#include "ui/cli/cli.h"

/* The source, of which root was read, with another name; language: of its texts in several languages this one alone, or NULL: all. */
void copy_text(struct text *out, const struct source *, const struct node *root, const char *id, const char *language);
#endif
