/* From which reading a value comes that a process writes: `tickets = n - 1` from the action at which it read `tickets` into `n`. Found
 * by following values through the private steps between its actions. */
#ifndef REPORT_READINGS_H
#define REPORT_READINGS_H
#include "sim/schedule/play.h"

/* What was read: a shared variable by its number, or a field of an object, as below. n: at which action; 0: nothing is known. */
struct read_value { uint32_t thing; uint64_t n; value value; const char *via; };   /* via: the private variable that it is in, or NULL */
static inline uint32_t thing_of_field(uint32_t object, uint32_t field) { return 1u << 31 | object << 14 | field; }
static inline bool is_field(uint32_t thing) { return thing >> 31; }
static inline uint32_t object_of_thing(uint32_t thing) { return (thing & ~(1u << 31)) >> 14; }
static inline uint32_t field_of_thing(uint32_t thing) { return thing & NO_FIELD; }
static inline uint32_t thing_of_change(const struct change *c)
{
	return c->kind == CHANGE_SHARED ? c->which : thing_of_field(c->which, c->where);
}

struct readings;
struct readings *readings_new(const struct program *);
void readings_free(struct readings *);
/* Of each action, as a listener hears of it (NEWS_STEP). From which reading the value comes that it writes. */
struct read_value readings_step(struct readings *, const struct play *, const struct news *);
#endif
