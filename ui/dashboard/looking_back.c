/* From which step on what went wrong in a run could no longer be avoided: sought when the run has ended, and said as soon as it is
 * known. Lines don't change once they are printed: there it is waited for, where that is not for long (view.c). */
#include "ui/dashboard/inside.h"

enum { MOST_STATES = 1000000, SECONDS = 120 };
static const uint64_t MOST_MEMORY = 1u << 30;

static void mark_no_return(struct dashboard *d)
{
	if (d->view->late.known && d->view->late.after)
		d->show.no_return = d->view->late.after;
}

void look_back(struct dashboard *d)
{
	const struct limits limits = { .states = MOST_STATES, .memory = MOST_MEMORY, .until = wall_clock_now() + SECONDS * second };
	struct settings run = d->again;

	if (d->looked_back || !d->play->at->verdict)
		return;
	d->looked_back = true;
	if (!d->lines && ruling_is_mishap(ruling_of(d->play))) {
		const struct mishap what = ruling_mishap(d->play);
		run.follows = d->play->history;
		d->hindsight = hindsight_begin(d->play, &what, &run, &limits);
	}
	mark_no_return(d);
}

int look_back_fd(const struct dashboard *d)
{
	return d->hindsight ? hindsight_fd(d->hindsight) : -1;
}

void take_in_hindsight(struct dashboard *d)
{
	if (look_back_fd(d) < 0 || hindsight_take_in(d->hindsight))
		return;
	view_too_late(d->view, d->play, hindsight_found(d->hindsight));
	mark_no_return(d);
	d->dirty = true;
}

void end_hindsight(struct dashboard *d)
{
	hindsight_free(d->hindsight);
	d->hindsight = NULL;
	d->looked_back = false;
}
