/* From one change of an object or a variable to the next: which process took it, waits for it, wrote it. Which actions changed it is
 * found by doing the run again, on the model. */
#include "ui/dashboard/inside.h"
#include "ui/dashboard/key_functions.h"

/* Did the last action store anything in it? Its line belongs to an object. */
bool has_changed(const struct play *y, struct subject of)
{
	const struct program *g = y->g;

	for (uint32_t i = 0; i < y->journal->count; i++) {
		uint32_t at = y->journal->entry[i].at;
		bool in_object = at >= g->lines_at && at < g->variables_at;
		if (of.kind == SUBJECT_VARIABLE ? at == g->variables_at + of.n : in_object && g->cell_object[at - g->lines_at] == of.n)
			return true;
	}
	return false;
}

/* The number of the first action behind the n-th that changed it; of the last one before that, if back. 0: there is none. */
static uint64_t change_of(const struct dashboard *d, struct subject of, uint64_t n, bool back)
{
	uint64_t found = 0, last = !back ? d->play->at->steps : n ? n - 1 : 0;
	struct settings again = d->again;
	bool goes_on = true;

	again.follows = d->play->history;
	again.remembers = false;
	again.max_steps = UINT64_MAX;
	again.max_output = 0;
	struct play *y = play_new(d->g, &again, NULL, NULL);
	while (goes_on && y->at->steps < last && (back || !found) && !told_to_end) {
		uint64_t before = y->at->steps;
		goes_on = play_step(y);
		if (y->at->steps != before && (back || y->at->steps > n) && has_changed(y, of))
			found = y->at->steps;
	}
	play_free(y);
	return found;
}

/* Behind the present, the run goes on until it has changed. */
void go_to_change(struct dashboard *d, struct subject of, bool back)
{
	uint64_t n = change_of(d, of, d->show.moment->at->steps, back);
	const char *name = of.kind == SUBJECT_VARIABLE ? d->g->shared[of.n].name : d->g->object[of.n].name;

	if (n) {
		go_to(d, (int64_t)n, false);
	} else if (!back && !d->play->at->verdict) {
		go_to(d, INT64_MAX, false);
		if (is_asked(&d->show)) {
			say_choose(&d->show);
			return;
		}
		d->awaits_change = true;
		d->changing = of;
		uint64_t before = d->play->at->steps;
		step_once(d);
		if (d->play->at->steps == before || !has_changed(d->play, of))  /* else what was stored before */
			run_to(d, UINT64_MAX);
	} else {
		text_clear(&d->show.notice);
		put_filled(&d->show.notice, d->show.zh, back ? WORD_NO_CHANGE_BEFORE : WORD_NO_CHANGE_MORE, name);
	}
}
