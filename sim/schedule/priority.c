/* Priority: the smallest number. Preemptive, unless the scenario says otherwise. Of equal ones the first to arrive;
 * with a quantum they go round, and a process that lost the CPU stands behind its equals with a new slice. With aging a waiting
 * process gains a level for each interval. It keeps what it has gained while it has the CPU; when it has left that, it begins anew. */
#include "sim/schedule/play.h"

static void happens(struct play *y, proc_id p, enum why why)
{
	bool rounds = y->settings.has_quantum;
	y->actor[p].gained = 0;
	y->actor[p].slice = rounds ? y->settings.quantum : UNLIMITED;
	if (why != WHY_BLOCKED)
		ready_add(y, p);
}

static int64_t gained(const struct play *y, proc_id p)
{
	const struct actor *a = &y->actor[p];
	if (a->holds || a->state != STATE_READY || !y->g->cpu.aging)
		return a->gained;
	return (y->at->now - a->since) / y->g->cpu.aging;
}

int64_t priority_now(const struct play *y, proc_id p)
{
	return y->g->group[y->g->process[p].group].priority - gained(y, p);
}

int64_t priority_changes(const struct play *y)
{
	int64_t next = UNLIMITED, every = y->g->cpu.aging, then;
	bool runs = false;
	for (proc_id p = every ? y->at->ready_head : 0; p; p = y->actor[p].next) {
		const struct actor *a = &y->actor[p];
		runs |= a->holds;
		then = a->since + ((y->at->now - a->since) / every + 1) * every;
		next = !a->holds && then < next ? then : next;
	}
	return runs ? next : UNLIMITED;
}

/* It takes with it what it has gained. */
static proc_id draw(struct play *y)
{
	proc_id p = ready_first(y);
	if (p)
		y->actor[p].gained = gained(y, p);
	return p;
}

static bool reorders(const struct play *y)
{
	return y->g->cpu.aging;
}

static int64_t ready_since(const struct play *y, proc_id p)
{
	return y->actor[p].state == STATE_READY ? y->actor[p].since : y->at->now;
}

/* Of equals that go round, one that has become equal by waiting stands where it would had it always been. */
static bool waits_longer(const struct play *y, proc_id a, proc_id b)
{
	return y->g->cpu.aging && !y->actor[a].holds && !y->actor[b].holds && ready_since(y, a) < ready_since(y, b);
}

static bool before(const struct play *y, proc_id a, proc_id b)
{
	int64_t mine = priority_now(y, a), other = priority_now(y, b);
	if (!y->g->cpu.preemptive && (y->actor[a].holds || y->actor[b].holds))
		return !y->actor[b].holds;
	if (mine != other)
		return mine < other;
	return y->settings.has_quantum ? waits_longer(y, a, b) : first_of_equals(y, a, b);
}

const struct chooser chooser_priority = { .happens = happens, .before = before, .reorders = reorders, .draw = draw, .first_arrived = true, .order = ORDER_PRIORITY };
