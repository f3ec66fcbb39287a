/* The length of a burst, as a real scheduler guesses it: an exponential average of those that are over. The first one is given, each
 * further one is alpha of the last burst and the rest of the last estimate. In nanoseconds, so that halves of halves stay exact. */
#include "sim/schedule/play.h"

enum { NANOS = 1000, MILLIONTHS = 1000000 };

bool is_estimated(const struct play *y)
{
	return y->g->cpu.estimates && (y->settings.policy == POLICY_SJF || y->settings.policy == POLICY_STCF);
}

void estimate(struct play *y, proc_id p, enum why why)
{
	struct actor *a = &y->actor[p];
	int64_t alpha = y->g->cpu.alpha;
	if (why == WHY_WOKEN && a->spent)          /* one that blocked without having run is none */
		a->estimate = (int64_t)(((__int128)alpha * a->spent * NANOS + (__int128)(MILLIONTHS - alpha) * a->estimate) / MILLIONTHS);
	a->spent = 0;
}

int64_t estimate_left(const struct play *y, proc_id p)
{
	const struct actor *a = &y->actor[p];
	const struct processor *c = a->holds ? &y->cpu[a->holds - 1] : NULL;
	int64_t running = c && c->acting && !c->switching ? y->at->now - c->begun : 0;
	int64_t left = a->estimate - (a->spent + running) * NANOS;
	return left > 0 ? left : 0;
}
