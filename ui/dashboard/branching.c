/* Branches: what a run has done is done again up to a moment, and then it goes another way. */
#include <signal.h>
#include "sim/stage/stage.h"
#include "ui/dashboard/inside.h"

/* A process that the other run had stopped is really stopped only now: there it had no turn. */
static void stop_again(struct dashboard *d)
{
	for (proc_id p = MAIN; d->stage && p < d->g->processes; p++)
		if (d->play->actor[p].stopped && process_body(d->g, p) == p)
			kill((pid_t)who_is(d->play->world.shared, p)->pid, SIGSTOP);
}

/* Which way it goes from here, the viewer says, up to whom another policy decided. */
static void let_choose(struct dashboard *d)
{
	struct show *s = &d->show;

	if (list_is_on(d->play))
		drop_list(d);
	if (d->play->settings.policy != POLICY_MANUAL) {
		s->before = d->play->settings.policy;
		s->branched = true;
		play_rule(d->play, CAUSE_POLICY, POLICY_MANUAL);
	}
	go_to_question(d);
}

/* If the run that it repeats had ended here, so does this one. Else it goes its own way; which way, the viewer says. */
static void go_own_way(struct dashboard *d)
{
	while (d->ended && !told_to_end && play_step(d->play))
		;
	look_whether_reached(d);
	d->show.repeats = 0;
	d->show.running = false;
	d->settings.follows = d->staged.follows = NULL;
	play_release(d->play);
	if (d->play->problem)
		text_put(&d->show.notice, d->play->problem);
	if (d->play->at->verdict)
		return;
	stop_again(d);
	if (d->play->settings.policy == POLICY_HOST)
		play_rule(d->play, CAUSE_POLICY, POLICY_RR);    /* the kernel can't take it up */
	if (d->along)
		begin_list(d);
	else if (d->chooses)
		let_choose(d);
	else if (d->play->at->rules.asks)
		go_to_question(d);      /* the viewer chose when it was left */
	d->along = false;
}

void repeat(struct dashboard *d, int64_t now)
{
	bool goes_on = true;

	while (goes_on && d->play->at->steps < d->show.repeats && !told_to_end && wall_clock_now() < now + burst)
		goes_on = make_step(d);
	if (!goes_on || d->play->at->steps >= d->show.repeats)
		go_own_way(d);
	d->dirty = true;
}

/* The processes are started anew, and repeat what that history says, up to so many actions. */
static void repeat_another(struct dashboard *d, const struct history *h, uint64_t steps)
{
	d->show.repeats = steps;
	end_run(d);
	d->settings.follows = h;
	d->quits = !begin_run(d);
	if (!d->quits)
		repeat(d, wall_clock_now());        /* what takes a moment only is done before the next key */
}

static void branch_at(struct dashboard *d, uint64_t from, bool chooses)
{
	branches_leave(&d->branches, d->play);
	d->ended = false;
	d->chooses = chooses;
	d->along = !chooses;
	d->show.still.other |= from < d->show.still.from;
	repeat_another(d, branches_add(&d->branches, from), from);
}

void branch_off(struct dashboard *d)
{
	branch_at(d, d->show.y->at->steps, true);
}

void branch_along(struct dashboard *d, uint64_t from)
{
	branch_at(d, from, false);
}

void go_back_to_branch(struct dashboard *d)
{
	branches_leave(&d->branches, d->play);
	const struct history *h = branches_return(&d->branches);
	struct branch_end end = d->branches.at[d->branches.here].end;

	if (!h)
		return;
	d->ended = end.ended;
	d->chooses = d->along = false;
	d->show.still.other = true;
	repeat_another(d, h, end.steps);
}
