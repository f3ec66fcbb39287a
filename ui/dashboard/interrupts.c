/* ^C. The processes of a run are in groups of their own, where the terminal's does not come: the first one of a run goes to those that
 * have a handler for it; if there is none, and at the second, we end. */
#include "ui/dashboard/inside.h"

static volatile sig_atomic_t hands_on, handed_on;

void interrupts_begin(const struct dashboard *d)
{
	handed_on = 0;
	hands_on = program_handles(d->g, SIGNAL_INT);
}

void interrupts_end(void)
{
	hands_on = handed_on = 0;
}

bool interrupt_is_for_them(void)
{
	bool is = hands_on;

	hands_on = 0;
	handed_on |= is;
	return is;
}

/* How many got it. */
static uint32_t send_to_all(struct dashboard *d)
{
	uint32_t n = 0;

	for (proc_id p = 0; (p = play_next_handler(d->play, SIGNAL_INT, p)) != 0; n++)
		send_signal(d, p, SIGINT);
	return n;
}

void hand_interrupt_on(struct dashboard *d)
{
	struct text who = { 0 };
	proc_id first = play_next_handler(d->play, SIGNAL_INT, 0);

	if (!handed_on)
		return;
	handed_on = 0;
	if (!first || d->play->at->verdict || d->play->follows) {
		told_to_end = SIGINT;
		return;
	}
	uint32_t n = send_to_all(d);
	if (n > 1)
		text_print(&who, "%u", (unsigned)n);
	else
		text_put(&who, d->g->process[first].name);
	text_clear(&d->show.notice);
	text_put(&d->show.notice, d->lines ? "\n" : "");        /* the terminal has written ^C there */
	put_filled(&d->show.notice, d->show.zh, n > 1 ? WORD_INTERRUPTED_MANY : WORD_INTERRUPTED, text_is(&who));
	d->dirty = d->answers = true;
	text_free(&who);
}
