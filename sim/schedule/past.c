#include "sim/schedule/past.h"
#include <stdlib.h>

enum { ROOM = 64 << 20, MOST = 4096, LEAST = 16 };

/* Kept moments, by the number of actions before them: at i there are i times the distance. */
struct kept { struct moment **at; size_t count; uint64_t distance; size_t most; };

struct past {
	const struct program *g;
	struct settings settings;
	struct play *play;              /* the run again, at some moment */
	struct kept kept;
};

struct past *past_new(const struct program *g, const struct settings *s, const struct history *h)
{
	struct past *p = must_have(calloc(1, sizeof *p));
	*p = (struct past){ .g = g, .settings = *s };
	p->settings.follows = h;
	p->settings.remembers = false;
	p->settings.max_steps = UINT64_MAX;
	p->play = play_new(g, &p->settings, NULL, NULL);
	size_t most = ROOM / p->play->at->bytes;
	p->kept = (struct kept){ .distance = 1, .most = most < LEAST ? LEAST : most > MOST ? MOST : most };
	p->kept.at = must_have(calloc(p->kept.most, sizeof *p->kept.at));
	past_offer(p, p->play);
	return p;
}

void past_free(struct past *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->kept.count; i++)
		free(p->kept.at[i]);
	free(p->kept.at);
	play_free(p->play);
	free(p);
}

/* Every second one goes. */
static void thin_out(struct kept *k)
{
	for (size_t i = 0; i < k->count; i++)
		if (i % 2)
			free(k->at[i]);
		else
			k->at[i / 2] = k->at[i];
	k->count = (k->count + 1) / 2;
	k->distance *= 2;
}

void past_offer(struct past *p, const struct play *y)
{
	struct kept *k = &p->kept;
	if (y->at->steps != k->count * k->distance || y->stalled.who || y->at->verdict)
		return;
	if (k->count == k->most)
		thin_out(k);
	if (y->at->steps != k->count * k->distance)
		return;
	struct moment *m = k->at[k->count++] = moment_keep(y);
	if (y != p->play) {             /* whoever goes on from it follows the history from its present end */
		const struct history *h = p->settings.follows;
		bool moved = h->count && h->entry[h->count - 1].cause == CAUSE_MOVED;
		m->followed.at = h->count - moved;
		m->followed.times = moved ? h->entry[h->count - 1].times : 0;
	}
}

/* Between here and there may be a kept moment; else it goes on from where it is. */
static void jump(struct past *p, uint64_t n)
{
	const struct kept *k = &p->kept;
	uint64_t here = p->play->at->steps, nearest = n / k->distance;
	nearest = nearest < k->count ? nearest : k->count - 1;
	if (here > n || p->play->at->verdict || here < nearest * k->distance)
		moment_return(p->play, k->at[nearest]);
}

struct play *past_go(struct past *p, uint64_t n)
{
	jump(p, n);
	while (p->play->at->steps < n && play_step(p->play))
		past_offer(p, p->play);
	return p->play;
}

size_t past_bytes(const struct past *p)
{
	return p->kept.count * p->play->at->bytes;
}
