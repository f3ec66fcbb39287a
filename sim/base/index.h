/* An index: finds by a hash which of many numbered things is meant. The things themselves are the caller's: number 0, 1, ..
 * in the order in which they were added; a caller that looks something up compares the candidates:
 *
 *   for (uint32_t i = INDEX_END; index_next(&x, hash_text(name), &i); )
 *           if (!strcmp(thing[i].name, name)) ..                            the newest first */
#ifndef BASE_INDEX_H
#define BASE_INDEX_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct index {
	struct indexed { uint32_t hash, next; } *of; size_t count, room;        /* next: the one added before with the same first */
	uint32_t *first; size_t firsts;                 /* by the low bits of a hash; a power of two */
};
enum { INDEX_END = UINT32_MAX };

void index_add(struct index *, uint32_t hash);          /* its number is the count before */
bool index_next(const struct index *, uint32_t hash, uint32_t *at);     /* false: no more that have this hash */
void index_cut(struct index *, size_t count);           /* forgets those added last, down to so many */
void index_free(struct index *);
uint32_t hash_text(const char *);
uint32_t hash_number(uint32_t);
#endif
