/* Round robin: the head of the line for one quantum, then to the tail. What is left of a slice is lost. */
#include "sim/schedule/play.h"

void happens_in_turn(struct play *y, proc_id p, enum why why)
{
	y->actor[p].slice = y->settings.quantum;
	if (why != WHY_BLOCKED)
		ready_add(y, p);
}

const struct chooser chooser_rr = { .happens = happens_in_turn };
