/* The story that a card shows: put together while the card is shown, so that keys are answered however long the run was. */
#include "ui/dashboard/card.h"
#include "ui/dashboard/inside.h"

static struct chronicle *chronicle_of(struct dashboard *d, struct subject of)
{
	struct settings again = d->again;

	again.follows = d->play->history;
	again.remembers = false;
	again.max_steps = UINT64_MAX;
	again.max_output = 0;
	return chronicle_new(d->g, &again, d->show.zh, of, d->show.moment->at->steps);
}

void begin_story(struct dashboard *d, struct subject of)
{
	chronicle_free(d->show.chronicle);
	d->show.chronicle = chronicle_of(d, of);
	tell_on(d);
}

/* Once the panel or the card that says why needs them, and again whenever another moment is shown. */
static void keep_writes(struct dashboard *d)
{
	struct show *s = &d->show;

	if (!reads_writes(s) || (s->writes && s->writes->to == s->moment->at->steps))
		return;
	chronicle_free(s->writes);
	s->writes = chronicle_of(d, (struct subject){ SUBJECT_WRITES, 0 });
	d->dirty = true;
}

static struct chronicle *unfinished(const struct dashboard *d)
{
	const struct show *s = &d->show;

	if (s->cover && s->chronicle && !chronicle_is_over(s->chronicle))
		return s->chronicle;
	return reads_writes(s) && s->writes && !chronicle_is_over(s->writes) ? s->writes : NULL;
}

bool is_telling(const struct dashboard *d)
{
	return unfinished(d) != NULL;
}

void tell_on(struct dashboard *d)
{
	enum { ACTIONS = 64 };
	int64_t until = wall_clock_now() + burst;

	keep_writes(d);
	while (is_telling(d) && wall_clock_now() < until && !told_to_end) {
		chronicle_go_on(unfinished(d), ACTIONS);
		d->dirty = true;
	}
}

void end_story(struct dashboard *d)
{
	chronicle_free(d->show.chronicle);
	chronicle_free(d->show.writes);
	d->show.chronicle = d->show.writes = NULL;
}
