/* An arena: memory that is taken piece by piece and given back all at once. One arena holds
 * everything that was read from one scenario. Running out of memory ends the program with exit
 * code 5 and one line on stderr: nothing above this floor has to check. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include <stdarg.h>
#include <stddef.h>

struct arena { struct arena_block *last; };

void *arena_get(struct arena *, size_t bytes);                  /* zeroed, aligned for anything */
void *arena_copy(struct arena *, const void *, size_t bytes);
char *arena_word(struct arena *, const char *, size_t bytes);   /* a copy with a 0 behind it */
char *arena_print(struct arena *, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprint(struct arena *, const char *format, va_list)
	__attribute__((format(printf, 2, 0), nonnull(2)));
void  arena_free(struct arena *);

/* Make room for one more element in an array that lives outside arenas:
 * GROW(list, count, room); list[count++] = x; */
#define GROW(array, count, room) \
	((count) < (room) ? (void)0 : (void)((array) = grow((array), &(room), sizeof *(array))))
void *grow(void *array, size_t *room, size_t element);
void *must_have(void *memory);                                  /* passes on what is not NULL */
#endif
