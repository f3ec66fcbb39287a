/* Asking what the next action will do before it is done, and going on when that was answered. */
#include "ui/dashboard/inside.h"

static void notice(struct dashboard *d, struct message m)
{
	text_clear(&d->show.notice);
	text_say(&d->show.notice, m);
}

void toggle_predictions(struct dashboard *d)
{
	struct predict *p = &d->predict;
	struct text score = { 0 };

	if (is_host(d)) {
		notice(d, SAY(PREDICT_HOST));
		return;
	}
	p->on = !p->on;
	p->passed = p->told_at = 0;
	p->came = p->worn_told = false;
	p->concluded |= d->play->at->verdict && !p->count;
	put_score(&score, p);
	if (p->on && d->play->at->verdict && !is_past(&d->show))
		notice(d, SAY(PREDICT_ON_ENDED));
	else if (p->on)
		notice(d, SAY(PREDICT_ON));
	else if (p->count)
		notice(d, SAY(PREDICT_OFF, text_is(&score)));
	else
		notice(d, SAY(PREDICT_OFF_EARLY));
	text_free(&score);
}

/* What is gone through at full speed, or again, is not asked about. */
static bool asks_now(const struct dashboard *d, uint64_t n)
{
	const struct play *y = d->play;
	bool waits = y->at->rules.asks && !list_is_on(y) && !d->chosen.who;

	if (!d->predict.on || d->until || d->show.question || d->show.repeats || is_host(d) || d->predict.passed == n + 1)
		return false;
	return is_past(&d->show) || !(y->at->verdict || y->stalled.who || waits);
}

/* Once: from then on there are fewer of them, or none. */
static void tell_worn(struct dashboard *d)
{
	struct predict *p = &d->predict;
	const struct play *y = d->show.moment;
	struct text step = { 0 };

	if (!p->worn || p->worn_told)
		return;
	p->worn_told = true;
	put_next_action(&step, d->g, play_own(y, p->now.who));
	notice(d, SAY(PREDICT_WORN, text_is(&step)));
	text_free(&step);
}

bool predict_asks(struct dashboard *d)
{
	struct predict *p = &d->predict;
	struct show *s = &d->show;
	uint64_t n = s->moment->at->steps;

	if (s->question == QUESTION_PREDICT)
		return true;
	if (!asks_now(d, n))
		return false;
	p->passed = n + 1;
	p->told_at = 0;
	p->worn = false;
	if (!(is_past(s) ? ahead_of_past(&p->ahead, d->play, &d->again, n) : ahead_of_now(&p->ahead, d->play, d->chosen)) ||
	    !predict_find(p, s, play_rested(s->spare, p->ahead.play))) {
		tell_worn(d);
		return false;
	}
	p->came = true;
	p->unseen = !d->lines;
	p->was_running = s->running;
	s->running = false;
	s->question = QUESTION_PREDICT;
	s->typed[0] = 0;
	d->dirty = true;
	return true;
}

void predict_go_on(struct dashboard *d, bool skipped)
{
	struct predict *p = &d->predict;
	uint64_t n = p->now.n;

	if (is_past(&d->show))
		go_to(d, (int64_t)n, false);
	else if (d->chosen.who)
		go_to_question(d);
	else
		step_once(d);
	p->told_at = skipped ? 0 : n;
	if (skipped && p->was_running && !d->play->at->verdict)
		d->show.running = true;
}

/* At the end of a run: how many were right, and which were not. */
void conclude_predictions(struct dashboard *d)
{
	struct predict *p = &d->predict;

	if (!p->on || p->concluded || !d->play->at->verdict || d->show.cover || d->show.question)
		return;
	p->concluded = true;
	d->dirty = true;
	if (!p->count) {
		if (!p->came)
			notice(d, SAY(PREDICT_NONE_CAME));
		return;
	}
	p->selected = 0;
	d->show.cover = COVER_PREDICTIONS;
	d->show.cover_top = 0;
}
