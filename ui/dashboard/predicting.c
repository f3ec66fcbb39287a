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
	put_score(&score, p);
	if (p->on)
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
	if (!(is_past(s) ? ahead_of_past(&p->ahead, d->play, &d->again, n) : ahead_of_now(&p->ahead, d->play, d->chosen)) ||
	    !predict_find(p, s, play_rested(s->spare, p->ahead.play)))
		return false;
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

	if (!p->on || p->concluded || !p->count || !d->play->at->verdict || d->show.cover || d->show.question)
		return;
	p->concluded = true;
	p->selected = 0;
	d->show.cover = COVER_PREDICTIONS;
	d->show.cover_top = 0;
	d->dirty = true;
}
