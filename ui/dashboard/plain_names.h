/* Where only ASCII can be shown: names in other letters by their kind and number (g1 a group, o1 an object, f1 a function, v1 a
 * variable), other words of such letters as [zh] or [..]. */
#ifndef DASHBOARD_PLAIN_NAMES_H
#define DASHBOARD_PLAIN_NAMES_H
#include <stdio.h>
#include "sim/base/text.h"
#include "sim/language/program.h"

struct plain_name { const char *word; char plain[14]; };
struct plain_names { struct plain_name *list; size_t count, room; unsigned last[26]; };

void plain_names_init(struct plain_names *, const struct program *);
void plain_names_free(struct plain_names *);
const char *plain_name(const struct plain_names *, const char *word, size_t length);   /* NULL: it is none */

bool plain_lacks(uint32_t code);                /* has this character nothing in ASCII that stands for it? */
bool plain_needed(const char *);                /* is there one in this text? */
void plain_text(struct text *, const struct plain_names *, const char *);       /* names: NULL: none are known */
#endif
