/* The table of choosers, and the line of those who are ready. */
#include "sim/schedule/play.h"

const struct chooser *const choosers[POLICY_COUNT] = {
	[POLICY_FIFO] = &chooser_fifo,
	[POLICY_RR] = &chooser_rr,
	[POLICY_RANDOM] = &chooser_random,
	[POLICY_MANUAL] = &chooser_rr,
	[POLICY_HOST] = &chooser_fifo,          /* never asked */
};

const struct state_row state_rows[STATE_COUNT] = {
#define STATE(id, word, zh, letter, meaning) [STATE_##id] = { word, zh, letter, meaning },
#include "sim/schedule/states.def"
#undef STATE
};

void ready_add(struct play *y, proc_id p)
{
	struct actor *l = &y->actor[p];
	if (l->queued)
		return;
	l->queued = true;
	l->next = 0;
	l->before = y->ready_tail;
	if (y->ready_tail)
		y->actor[y->ready_tail].next = p;
	else
		y->ready_head = p;
	y->ready_tail = p;
}

void ready_remove(struct play *y, proc_id p)
{
	struct actor *l = &y->actor[p];
	if (!l->queued)
		return;
	l->queued = false;
	if (l->before)
		y->actor[l->before].next = l->next;
	else
		y->ready_head = l->next;
	if (l->next)
		y->actor[l->next].before = l->before;
	else
		y->ready_tail = l->before;
}
