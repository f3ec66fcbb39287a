/* Rules: what of the settings may change while a run goes on, by the viewer's wish. They belong to the moment. */
#include "sim/schedule/play.h"

static const struct chooser *chooser_of(const struct play *y)
{
	return y->at->rules.asks ? &chooser_manual : choosers[y->at->rules.policy];
}

/* Is it the viewer who decides under `manual`? Where a history is followed: did the viewer of that run? */
static bool is_viewed(const struct play *y)
{
	for (size_t i = 0; y->follows && i < y->follows->count; i++) {
		const struct happening *e = &y->follows->entry[i];
		if (e->cause == CAUSE_CHOSEN)
			return true;
		if (e->cause == CAUSE_MOVED && e->by == BY_POLICY)
			return false;
	}
	return y->settings.viewer;
}

static void set_boost(struct play *y)
{
	bool boosts = y->settings.policy == POLICY_MLFQ && y->g->cpu.boost;
	y->at->boost = boosts ? (y->at->now / y->g->cpu.boost + 1) * y->g->cpu.boost : UNLIMITED;
}

void rules_begin(struct play *y)
{
	const struct settings *s = &y->settings;
	y->at->rules.policy = s->policy;
	y->at->rules.cpus = s->cpus;
	y->at->rules.quantum = s->quantum;
	y->at->rules.has_quantum = s->has_quantum;
	y->at->rules.asks = s->policy == POLICY_MANUAL && is_viewed(y);
	y->chooser = chooser_of(y);
	set_boost(y);
}

void rules_return(struct play *y)
{
	y->settings.policy = y->at->rules.policy;
	y->settings.cpus = y->at->rules.cpus;
	y->settings.quantum = y->at->rules.quantum;
	y->settings.has_quantum = y->at->rules.has_quantum;
	y->chooser = chooser_of(y);
}

/* All stand in the line anew, in its present order as far as the policy has none, with a new slice. A process that has a CPU
 * stays there. */
static void line_up(struct play *y)
{
	proc_id next, head = y->at->ready_head;
	y->at->ready_head = y->at->ready_tail = 0;
	y->at->foreseen = y->at->changes;
	for (proc_id p = head; p; p = y->actor[p].next)
		y->actor[p].queued = false;
	for (proc_id p = head; p; p = next) {
		next = y->actor[p].next;
		y->actor[p].level = 0;
		y->chooser->happens(y, p, WHY_NEW);
		if (y->chooser->by_actions && y->actor[p].holds)
			y->actor[p].slice = 0;          /* it has had its action */
	}
}

static void set_cpus(struct play *y, uint32_t count)
{
	y->at->offered += (y->at->now - y->at->offered_up_to) * y->settings.cpus;
	y->at->offered_up_to = y->at->now;
	cpus_end(y, count);
	y->at->rules.cpus = count;
}

void play_rule(struct play *y, enum cause rule, int64_t number)
{
	history_note(y, rule, 0, number);
	cpus_count(y);
	if (rule == CAUSE_CPUS)
		set_cpus(y, (uint32_t)number);
	if (rule == CAUSE_POLICY) {
		y->at->rules.policy = (enum policy)number;
		y->at->rules.asks = number == POLICY_MANUAL;    /* the viewer who wishes it is there */
	}
	if (rule == CAUSE_QUANTUM) {
		y->at->rules.quantum = number;
		y->at->rules.has_quantum = true;
	}
	y->at->awaited = 0;
	rules_return(y);
	if (rule != CAUSE_CPUS)
		line_up(y);
	set_boost(y);
	tell(y, (struct news){ .kind = NEWS_RULE, .rule = rule, .number = number });
}
