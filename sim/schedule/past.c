#include "sim/schedule/past.h"
#include <stdlib.h>

enum { ROOM = 64 << 20, MOST = 4096, LEAST = 16 };

/* Kept moments, in order, the first at the beginning; two that follow each other are at least the distance apart. */
struct stop { struct moment *moment; void *beside; };
struct kept { struct stop *at; size_t count, most; uint64_t distance; };

struct past {
	const struct program *g;
	struct settings settings;
	struct play *play;              /* the run again, at some moment */
	struct companion *companion;    /* of that; or NULL */
	struct kept kept;
};

static size_t bytes_of_one(const struct past *p)
{
	return p->play->at->bytes + (p->companion ? p->companion->bytes : 0);
}

struct past *past_new(const struct program *g, const struct settings *s, const struct history *h, struct listener *l, struct companion *c)
{
	struct past *p = must_have(calloc(1, sizeof *p));
	*p = (struct past){ .g = g, .settings = *s, .companion = c };
	p->settings.follows = h;
	p->settings.remembers = false;
	p->settings.max_steps = UINT64_MAX;
	p->settings.max_output = 0;
	p->play = play_new(g, &p->settings, NULL, l);
	size_t most = ROOM / bytes_of_one(p);
	p->kept = (struct kept){ .distance = 1, .most = most < LEAST ? LEAST : most > MOST ? MOST : most };
	p->kept.at = must_have(calloc(p->kept.most, sizeof *p->kept.at));
	past_offer(p, p->play, c);
	return p;
}

static void drop(struct stop *s)
{
	free(s->moment);
	free(s->beside);
}

void past_free(struct past *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->kept.count; i++)
		drop(&p->kept.at[i]);
	free(p->kept.at);
	play_free(p->play);
	free(p);
}

static uint64_t steps_at(const struct kept *k, size_t i)
{
	return k->at[i].moment->steps;
}

/* Whatever stands closer to the one before it than the distance goes. */
static void thin_out(struct kept *k)
{
	size_t left = 1;
	k->distance *= 2;
	for (size_t i = 1; i < k->count; i++)
		if (steps_at(k, i) < steps_at(k, left - 1) + k->distance)
			drop(&k->at[i]);
		else
			k->at[left++] = k->at[i];
	k->count = left;
}

static bool is_far_enough(const struct kept *k, uint64_t steps)
{
	return !k->count || steps >= steps_at(k, k->count - 1) + k->distance;
}

void past_offer(struct past *p, const struct play *y, struct companion *c)
{
	struct kept *k = &p->kept;
	if (!is_far_enough(k, y->at->steps) || y->stalled.who || y->asks || y->at->verdict)
		return;
	while (k->count == k->most)
		thin_out(k);
	if (!is_far_enough(k, y->at->steps))
		return;
	struct moment *m = moment_keep(y);
	k->at[k->count++] = (struct stop){ m, c ? c->keep(c) : NULL };
	if (y != p->play) {             /* a run that goes on from it follows the history from its present end */
		const struct history *h = p->settings.follows;
		bool moved = h->count && h->entry[h->count - 1].cause == CAUSE_MOVED;
		m->followed.at = h->count - moved;
		m->followed.times = moved ? h->entry[h->count - 1].times : 0;
	}
}

/* The last one at or before n. */
static size_t nearest(const struct kept *k, uint64_t n)
{
	size_t low = 0, high = k->count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (steps_at(k, middle) <= n)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void back_to(struct past *p, const struct stop *s)
{
	moment_return(p->play, s->moment);
	if (p->companion)
		p->companion->back(p->companion, s->beside);
}

static struct play *follow_to(struct past *p, uint64_t n)
{
	while (p->play->at->steps < n && play_step(p->play))
		past_offer(p, p->play, p->companion);
	return p->play;
}

/* Between here and there may be a kept moment; else it goes on from where it is. */
struct play *past_go(struct past *p, uint64_t n)
{
	size_t i = nearest(&p->kept, n);
	uint64_t here = p->play->at->steps;
	if (here > n || p->play->at->verdict || here < steps_at(&p->kept, i))
		back_to(p, &p->kept.at[i]);
	return follow_to(p, n);
}

struct play *past_hear(struct past *p, uint64_t n, uint64_t before)
{
	back_to(p, &p->kept.at[nearest(&p->kept, n > before ? n - before : 0)]);
	return follow_to(p, n);
}

size_t past_bytes(const struct past *p)
{
	return p->kept.count * bytes_of_one(p);
}
