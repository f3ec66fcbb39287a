/* Through time: the past is shown while the run waits, and it goes on from there. */
#include "ui/dashboard/inside.h"
#include "ui/dashboard/key_functions.h"

/* What takes a moment only is done before the next key. */
void run_to(struct dashboard *d, uint64_t n)
{
	d->until = n;
	d->show.running = !d->play->at->verdict;
	d->due = wall_clock_now();
	if (is_playing(d))
		play_on(d);
}

/* The moment after n actions: the run waits meanwhile. What lies ahead of it is gone to. */
void go_to(struct dashboard *d, int64_t n, bool ahead)
{
	int64_t now = (int64_t)d->play->at->steps, before = (int64_t)d->show.moment->at->steps;

	d->show.running = false;
	d->predict.passed = 0;          /* from there on it is asked again */
	n = n < 0 ? 0 : n;
	if (n >= now)
		show_moment(&d->show, d->play, d->view);
	else
		show_moment(&d->show, past_hear(d->past, (uint64_t)n, TALES), d->seen);
	if (!ahead)
		return;
	if (n == before || (n > now && before == now && d->play->at->verdict))
		put_filled(&d->show.notice, d->show.zh, n > now ? WORD_THERE_ENDED : WORD_THERE_ALREADY, before);
	else if (n > now)
		run_to(d, (uint64_t)n);
}

/* The number of p's first action after the n-th; of its last one before that, if back. 0: there is none. */
static uint64_t action_of(const struct history *h, proc_id p, uint64_t n, bool back)
{
	uint64_t before = 0, found = 0;

	for (const struct happening *e = h->entry; e < h->entry + h->count; e++) {
		if (e->cause != CAUSE_MOVED)
			continue;
		uint64_t first = before + 1, last = before += e->times;
		if (e->who != p)
			continue;
		if (back && first < n)
			found = last < n ? last : n - 1;
		else if (!back && last > n)
			return first > n ? first : n + 1;
	}
	return found;
}

/* Behind the present, the run goes on until p has moved. */
void go_to_action(struct dashboard *d, proc_id p, bool back)
{
	uint64_t here = d->show.moment->at->steps, n = action_of(d->play->history, p, here, back);

	if (n) {
		go_to(d, (int64_t)n, false);
		return;
	}
	if (!back && !d->play->at->verdict && who_is(d->play->world.shared, p)->life < LIFE_ZOMBIE) {
		go_to(d, INT64_MAX, false);
		if (is_asked(&d->show)) {
			say_choose(&d->show);
			return;
		}
		d->awaited = p;
		step_once(d);
		if (d->play->at->last.who != p)
			run_to(d, UINT64_MAX);
		return;
	}
	text_clear(&d->show.notice);
	put_filled(&d->show.notice, d->show.zh, back ? WORD_NO_PREVIOUS : WORD_NO_NEXT, title_of(d->g, p));
}

void go_on(struct dashboard *d, int64_t n)
{
	if (is_past(&d->show) && n == 1 && predict_asks(d))
		return;
	if (is_past(&d->show))
		go_to(d, (int64_t)d->show.y->at->steps + n, false);
	else if (n > 1)
		run_to(d, d->play->at->steps + (uint64_t)n);
	else if (!d->play->at->verdict)
		step_once(d);
}
