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
	y->at->rules.turn = s->turn;
	y->at->rules.turns = s->turns;
	y->at->rules.names_main = y->arrivals_listed;
	y->chooser = chooser_of(y);
	set_boost(y);
}

void rules_return(struct play *y)
{
	y->settings.policy = y->at->rules.policy;
	y->settings.cpus = y->at->rules.cpus;
	y->settings.quantum = y->at->rules.quantum;
	y->settings.has_quantum = y->at->rules.has_quantum;
	y->settings.turn = y->at->rules.turn;
	y->settings.turns = y->at->rules.turns;
	y->arrivals_listed = y->at->rules.names_main;
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
		line_hears(y, p, WHY_NEW);
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

/* ---- a list ---- */

/* Nobody has a CPU while it decides: the rest of the actions under way is let off. */
void play_list(struct play *y, const struct turn *turn, size_t turns)
{
	int64_t actions = 0;
	for (size_t k = 0; k < turns; k++)
		actions += turn[k].times;
	turn = y->history ? history_list(y->history, turn, turns)->turn : turn;
	if (y->asks && !y->follows) {   /* the question is answered; that turn of the loop begins again, with the list */
		y->asks = false;
		y->at->turns--;
	}
	history_note(y, CAUSE_LISTED, 0, actions);
	cpus_count(y);
	cpus_end(y, 0);
	y->at->rules.turn = turn;
	y->at->rules.turns = turns;
	y->at->rules.names_main = y->g->default_main && list_names_main(turn, turns);
	y->at->rules.listed = true;
	y->at->rules.dropped = false;
	y->at->list.at = y->at->list.done = 0;
	rules_return(y);
	tell(y, (struct news){ .kind = NEWS_RULE, .rule = CAUSE_LISTED, .number = actions });
}

void rules_list_again(struct play *y, const struct happening *e)
{
	size_t which = 0;
	for (const struct happening *b = y->follows->entry; b < e; b++)
		which += b->cause == CAUSE_LISTED;
	if (which < y->follows->lists)
		play_list(y, y->follows->list[which].turn, y->follows->list[which].turns);
}
