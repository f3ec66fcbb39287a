/* The story that a card shows: put together while the card is shown, so that keys are answered however long the run was. */
#include "ui/dashboard/inside.h"

void begin_story(struct dashboard *d, struct subject of)
{
	struct settings again = d->again;

	again.follows = d->play->history;
	again.remembers = false;
	again.max_steps = UINT64_MAX;
	again.max_output = 0;
	end_story(d);
	d->show.chronicle = chronicle_new(d->g, &again, d->show.zh, of, d->show.moment->at->steps);
	tell_on(d);
}

bool is_telling(const struct dashboard *d)
{
	return d->show.chronicle && !chronicle_is_over(d->show.chronicle) && d->show.cover;
}

void tell_on(struct dashboard *d)
{
	enum { ACTIONS = 64 };
	int64_t until = wall_clock_now() + burst;

	while (is_telling(d) && wall_clock_now() < until && !told_to_end) {
		chronicle_go_on(d->show.chronicle, ACTIONS);
		d->dirty = true;
	}
}

void end_story(struct dashboard *d)
{
	chronicle_free(d->show.chronicle);
	d->show.chronicle = NULL;
}
