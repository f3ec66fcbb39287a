/* What comes in between: signals, and rules that the viewer changes. */
#include <signal.h>
#include "sim/stage/stage.h"
#include "ui/dashboard/inside.h"

static bool has_stopped(const struct dashboard *d, proc_id p)
{
	p = process_body(d->g, p);
	return d->play->actor[p].stopped && who_is(d->play->world.shared, p)->life == LIFE_ALIVE;
}

/* While the past is shown, something has happened to the run: its last sentence. */
void note_meanwhile(struct dashboard *d)
{
	const struct view *v = d->view;

	if (!is_past(&d->show) || !v->tales)
		return;
	text_clear(&d->show.notice);
	put_filled(&d->show.notice, d->show.zh, WORD_MEANWHILE, text_is(&v->tale[(v->tales - 1) % TALES].text));
}

/* Has somebody stopped a process, or let it go on? A process that had an action granted, and was stopped before it, has done it now: */
void look_for_stopped(struct dashboard *d)
{
	proc_id p = d->play->stalled.who;
	bool was = p && has_stopped(d, p);

	d->looked = wall_clock_now();
	if (!stage_stops(d->stage, d->play))
		return;
	d->dirty = true;
	note_meanwhile(d);
	if (was && !has_stopped(d, p) && !is_playing(d))
		step_once(d);
}

/* As from another terminal: it is found out as there. The model alone has nobody to send it to. */
void send_signal(struct dashboard *d, proc_id p, int number)
{
	p = process_body(d->g, p);
	if (who_is(d->play->world.shared, p)->life != LIFE_ALIVE)
		return;
	if (d->stage)
		stage_send(d->play, p, number), d->looked = 0;
	else
		play_sent(d->play, p, number);
}

/* May the viewer change who decides? If not, it is said why. */
static bool may_change(struct dashboard *d)
{
	const struct play *y = d->play;

	if (y->at->verdict || y->follows || is_host(d) || list_is_on(y)) {
		text_clear(&d->show.notice);
		text_put(&d->show.notice, say(&d->show, is_host(d) ? WORD_KERNEL_DECIDES : WORD_LIST_DECIDES));
		return false;
	}
	return true;
}

/* The rest of a list is dropped: what decided before does so again. */
void drop_list(struct dashboard *d)
{
	play_list(d->play, NULL, 0);
	d->lists = false;
}

/* The viewer takes over from a list. */
static void choose_instead_of_list(struct dashboard *d)
{
	drop_list(d);
	if (d->play->settings.policy == POLICY_MANUAL)
		go_to_question(d);
	else
		toggle_manual(d);
}

static void set_policy(struct dashboard *d, enum policy p)
{
	if (may_change(d))
		play_rule(d->play, CAUSE_POLICY, p);
}

/* Back to the policy that decided before. */
void toggle_manual(struct dashboard *d)
{
	enum policy now = d->play->settings.policy;

	if (list_is_on(d->play) && !d->play->at->verdict && !d->play->follows && !is_host(d)) {
		choose_instead_of_list(d);
		return;
	}
	if (!may_change(d))
		return;
	d->show.branched = false;
	if (now != POLICY_MANUAL)
		d->show.before = now;
	set_policy(d, now != POLICY_MANUAL ? POLICY_MANUAL : d->show.before);
	if (now != POLICY_MANUAL)
		go_to_question(d);
	else
		d->show.running = false;
}

void next_policy(struct dashboard *d)
{
	enum policy p = d->play->settings.policy;

	do
		p = (enum policy)((p + 1) % POLICY_COUNT);
	while (p == POLICY_HOST || p == POLICY_MANUAL);
	if (d->play->at->rules.asks)
		d->show.running = false;        /* the viewer was asked: nobody has said that it should go on */
	set_policy(d, p);
}

void change_cpus(struct dashboard *d, int64_t more)
{
	int64_t n = d->play->settings.cpus + more;

	if (may_change(d) && n >= 1 && n <= MAX_CPUS)
		play_rule(d->play, CAUSE_CPUS, n);
}

/* Twice or half as long, of a millisecond at least. */
void change_quantum(struct dashboard *d, int64_t more)
{
	int64_t now = d->play->settings.quantum, n = more > 0 ? now * 2 : now / 2;

	if (may_change(d) && n >= 1000 && n <= 1000000000)
		play_rule(d->play, CAUSE_QUANTUM, n);
}
