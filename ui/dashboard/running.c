/* A run, and its next actions: at the viewer's speed, or as the kernel lets its processes go. */
#include "sim/stage/stage.h"
#include "ui/dashboard/inside.h"
#include "ui/dashboard/linear.h"

void end_run(struct dashboard *d)
{
	interrupts_end();
	end_story(d);
	end_hindsight(d);
	predict_anew(&d->predict, d->show.repeats);
	past_free(d->past);
	view_free(d->seen);
	play_free(d->play);
	stage_close(d->stage);
	view_free(d->view);
	d->past = NULL;
	d->seen = NULL;
	d->play = NULL;
	d->stage = NULL;
	d->view = NULL;
}

bool is_host(const struct dashboard *d)
{
	return d->play->settings.policy == POLICY_HOST && !d->play->follows && d->stage;
}

struct choice take_choice(struct viewer *v, const struct play *y)
{
	struct dashboard *d = (struct dashboard *)v;
	struct choice c = d->chosen;

	(void)y;
	d->chosen = (struct choice){ 0 };
	return c;
}

bool begin_run(struct dashboard *d)
{
	d->view = view_new(d->g, d->show.zh, d->lines ? linear_hears(d->lines, d->options->also) : d->options->also);
	if (!d->options->model) {
		d->staged = d->settings;
		if (d->staged.policy == POLICY_HOST && d->staged.follows)
			d->staged.policy = POLICY_RR;
		d->stage = stage_open(d->g, &d->staged, false, NULL, &d->refused);
		if (!d->stage)
			return false;
	}
	d->play = play_new(d->g, &d->settings, d->stage ? stage_body(d->stage) : NULL, view_listener(d->view));
	d->play->watched = true;
	d->view->waits = d->lines;
	d->seen = view_new(d->g, d->show.zh, NULL);
	d->seen->whole = d->view;
	d->again = d->settings;
	if (!d->play->at->rules.asks)
		d->again.viewer = NULL;
	d->past = past_new(d->g, &d->again, d->play->history, view_listener(d->seen), &d->seen->companion);
	challenge_anew(d);
	d->until = 0;
	d->lists = d->unfit = false;
	d->show.no_return = d->branches.here ? 0 : d->first_no_return;
	d->due = wall_clock_now();
	d->late = false;
	d->ends = d->options->timeout < 0 || !d->show.begun ? INT64_MAX : d->due + d->options->timeout;
	show_begin(&d->show, d->play, d->view);
	interrupts_begin(d);
	d->dirty = true;
	return true;
}

/* What the viewer has made of them holds in the next run, too. */
static void keep_rules(struct dashboard *d)
{
	const struct settings *now = &d->play->settings;

	d->settings.policy = now->policy == POLICY_MANUAL && d->show.branched ? d->show.before : now->policy;
	d->settings.cpus = now->cpus;
	d->settings.quantum = now->quantum;
	d->settings.has_quantum = now->has_quantum;
}

void restart(struct dashboard *d, int64_t seeds_further)
{
	bool asked = d->play->asks && d->play->at->rules.asks, goes_on = (d->show.running && !asked) || d->play->at->verdict;

	if (d->challenge.on)
		challenge_rules(d);
	else if (!d->recording || seeds_further)
		keep_rules(d);
	play_stop(d->play, VERDICT_STOPPED);
	end_run(d);
	d->settings.seed += (uint64_t)seeds_further;
	if (seeds_further)
		d->recording = NULL;            /* it is another run */
	d->settings.follows = d->recording;
	begin_anew(d, goes_on);
}

void begin_anew(struct dashboard *d, bool goes_on)
{
	branches_begin(&d->branches);
	d->show.still.other = true;
	d->along = false;
	d->show.repeats = 0;
	d->show.running = goes_on;
	d->quits = !begin_run(d);
	d->due = wall_clock_now();
	if (!d->quits && d->play->at->rules.asks)
		go_to_question(d);
}

bool is_playing(const struct dashboard *d)
{
	bool waits = d->play->asks && d->play->at->rules.asks && !d->chosen.who && manual_has_answer(d->play);

	return d->show.repeats || (d->show.running && d->show.question != QUESTION_PREDICT && !d->show.cover && !d->play->at->verdict && !waits);
}

bool make_step(struct dashboard *d)
{
	uint64_t before = d->play->at->steps;
	bool could = challenge_could_go_on(d), goes_on = play_step(d->play);

	challenge_count(d, before, could);
	past_offer(d->past, d->play, &d->view->companion);
	return goes_on && !(d->play->asks && d->play->at->rules.asks);
}

static bool is_there(const struct dashboard *d)
{
	bool moved = d->awaited && d->play->at->steps && d->play->at->last.who == d->awaited;
	bool changed = d->awaits_change && has_changed(d->play, d->changing);

	return (d->pauses && list_has_ended(d)) || (d->until && (moved || changed || d->play->at->steps >= d->until));
}

/* Under `host`: what happens within so many milliseconds. */
static void follow(struct dashboard *d, int wait_ms)
{
	stage_follow(d->stage, d->play, wait_ms);
	past_offer(d->past, d->play, &d->view->companion);
}

enum { AT_ONCE = 64 };          /* so many are done before the next key is heard, whatever else the machine does meanwhile */

/* The actions that are due; not more than fit into a moment, so that keys are answered. Where the viewer chooses, the pace is theirs:
 * the next question is asked immediately. */
static void play_virtually(struct dashboard *d, int64_t now)
{
	int64_t until = now + burst;
	bool goes_on = true;

	if (d->show.speed == 0 || d->until || (d->play->at->rules.asks && !list_is_on(d->play))) {
		for (int n = 0; goes_on && !is_there(d) && !told_to_end && ((n < AT_ONCE && !d->play->stalled.who) || wall_clock_now() < until); n++)
			goes_on = !predict_asks(d) && make_step(d);
		d->due = now;
		return;
	}
	for (; goes_on && !is_there(d) && !told_to_end && d->due <= now; d->due += (int64_t)(second / d->show.speed)) {
		goes_on = !predict_asks(d) && make_step(d);
		if (wall_clock_now() >= until)
			d->due = now;   /* it can't go as fast as that */
	}
}

/* A process that computes on the screen really does, as long as the picture lasts; at full speed there is no time to. */
void let_compute(struct dashboard *d)
{
	if (d->stage && !is_host(d))
		stage_compute(d->stage, d->play, is_playing(d) && d->show.speed > 0);
}

void play_on(struct dashboard *d)
{
	uint64_t before = d->play->at->steps, resumed = d->play->at->resumed;
	bool asked = d->play->asks;
	int64_t now = wall_clock_now();

	if (d->show.repeats) {
		repeat(d, now);
	} else if (is_host(d)) {
		stage_pause(d->stage, false);
		follow(d, 5);
	} else if (d->due <= now) {
		play_virtually(d, now);
	}
	if (d->play->at->steps != before || d->play->at->resumed != resumed || d->play->asks != asked || d->play->at->verdict)
		d->dirty = true;
	look_for_list_end(d);
	if (d->play->at->verdict || is_there(d)) {
		d->show.running = false;
		d->until = 0;
	}
}

void go_to_question(struct dashboard *d)
{
	d->show.running = true;
	d->due = wall_clock_now();
	if (is_playing(d))
		play_on(d);
}

/* Under `host`, at least one action, if one is done within half a second: all may sleep for longer. */
static void step_on_host(struct dashboard *d)
{
	uint64_t before = d->play->at->steps;
	int64_t until = wall_clock_now() + second / 2;

	stage_pause(d->stage, false);
	do
		follow(d, 1);
	while (d->play->at->steps == before && !d->play->at->verdict && !told_to_end && wall_clock_now() < until);
	stage_pause(d->stage, true);
}

void step_once(struct dashboard *d)
{
	if (is_host(d)) {
		step_on_host(d);
	} else if (!predict_asks(d)) {
		make_step(d);
		look_for_list_end(d);
	}
	d->dirty = true;
}

/* While the first lesson's card lies over it, its time has not begun. */
void look_at_time(struct dashboard *d)
{
	if (d->ends == INT64_MAX && d->options->timeout >= 0 && d->show.begun && !d->late)
		d->ends = wall_clock_now() + d->options->timeout;
	if (d->play->at->verdict || wall_clock_now() < d->ends)
		return;
	play_stop(d->play, VERDICT_LIMIT);
	d->ends = INT64_MAX;
	d->late = d->dirty = true;
	d->show.running = false;
	d->until = d->show.repeats = 0;
	note_meanwhile(d);
}
