/* The next action of a run, as the model does it: what it sets, which processes waited for what it acts on, and which of them it sets
 * free. The run itself does not notice. */
#include <stddef.h>
#include <string.h>
#include "sim/report/story.h"
#include "ui/dashboard/predict.h"

static int waiter_of(const struct ahead *a, proc_id p)
{
	for (int i = 0; i < a->waiters; i++)
		if (a->waiter[i] == p)
			return i;
	return -1;
}

static void note_waiters(struct ahead *a, const struct play *y, const struct news *n)
{
	value target = world_target(y->g, n->own, n->who);

	if (value_tag(target) != TAG_OBJECT)
		return;
	a->object = value_object(target);
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		const struct actor *actor = &y->actor[p];
		bool waits = actor->state == STATE_BLOCKED && value_tag(actor->on) == TAG_OBJECT && value_object(actor->on) == a->object;
		if (waits && p != n->who && a->waiters < WAITERS)
			a->waiter[a->waiters++] = p;
	}
}

static void note_set(struct ahead *a, const struct news *n)
{
	for (size_t k = 0; k < n->changes && !a->has_set; k++) {
		const struct change *c = &n->change[k];
		if (c->kind != CHANGE_SHARED || !value_is_number(c->value) || value_tag(c->value) == TAG_BIG)
			continue;
		a->has_set = true;
		a->variable = c->which;
		a->value = c->value;
	}
}

/* The time up to it passes before; what is heard then is not due to it. */
static void hear(struct listener *l, const struct play *y, const struct news *n)
{
	struct ahead *a = (struct ahead *)l;
	const struct scene in = scene_of(y, n);
	int i;

	if (n->kind == NEWS_STEP && !a->happened) {
		a->happened = true;
		a->event = *n->event;
		story_step(&a->sentence, &in);
		note_waiters(a, y, n);
		note_set(a, n);
	} else if (n->kind == NEWS_STATE && a->happened && n->from == STATE_BLOCKED && (i = waiter_of(a, n->who)) >= 0 && !a->freed[i]) {
		a->freed[i] = true;
		a->frees++;
	}
}

static struct choice choose(struct viewer *v, const struct play *y)
{
	(void)y;
	return ((struct ahead *)((char *)v - offsetof(struct ahead, viewer)))->chosen;
}

void ahead_end(struct ahead *a)
{
	play_free(a->own);
	past_free(a->past);
	text_free(&a->sentence);
	*a = (struct ahead){ .play = NULL };
}

static void begin(struct ahead *a)
{
	a->listener.hear = hear;
	a->viewer.choose = choose;
	a->happened = a->has_set = false;
	a->object = 0;
	a->waiters = a->frees = 0;
	memset(a->freed, 0, sizeof a->freed);
	text_clear(&a->sentence);
}

/* A million time slices may pass without an action; then it is given up. */
static bool step(struct ahead *a, uint64_t n)
{
	return play_step(a->play) && a->happened && a->play->at->steps == n + 1;
}

bool ahead_of_now(struct ahead *a, const struct play *y, struct choice chosen)
{
	struct settings s = y->settings;

	begin(a);
	s.viewer = &a->viewer;
	s.follows = y->follows;
	s.remembers = false;
	s.max_steps = UINT64_MAX;
	s.max_output = 0;
	a->chosen = chosen;
	if (!a->own)
		a->own = play_new(y->g, &s, NULL, &a->listener);
	a->play = a->own;
	a->play->settings = s;
	a->play->follows = y->follows;
	moment_return(a->play, y->at);
	a->play->chooser = y->chooser;
	begin(a);
	return step(a, y->at->steps);
}

bool ahead_of_past(struct ahead *a, const struct play *y, const struct settings *again, uint64_t n)
{
	begin(a);
	if (!a->past)
		a->past = past_new(y->g, again, y->history, &a->listener, NULL);
	a->play = past_go(a->past, n);
	begin(a);
	return step(a, n);
}
