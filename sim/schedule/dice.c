/* Random numbers: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). Each process has its own, seeded from
 * the run's seed and its name, so that what it draws does not depend on the interleaving. */
#include "sim/schedule/play.h"

static uint64_t next(uint64_t *dice)
{
	uint64_t z = *dice += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint64_t dice_seed(uint64_t seed, const char *name)
{
	uint64_t h = seed * 0x9e3779b97f4a7c15u + 0x632be59bd9b4e019u;
	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 1099511628211u;
	next(&h);
	return h;
}

/* From lo to hi, both included. Taken modulo the range: its bias is below range / 2^64. */
int64_t dice_draw(uint64_t *dice, int64_t lo, int64_t hi)
{
	uint64_t range = (uint64_t)hi - (uint64_t)lo + 1, r = next(dice);
	return (int64_t)((uint64_t)lo + (range ? r % range : r));
}
