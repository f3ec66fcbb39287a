/* The virtual processors, and what happens at an instant. In this order:
 *
 *   1  what ends now ends
 *   2  arrivals: the default main starts them, in the order of the file (under mlfq: after 5)
 *   3  a process that has a CPU does what takes no time: blocks, wakes others, ends
 *   4  mlfq: a process whose slice is used up leaves its CPU,
 *   5        and the boost
 *   6  clocks ring: processes that slept come back, in the order in which they went to sleep
 *   7  other policies: a process whose slice is used up leaves its CPU, behind those that just became ready
 *   8  a process that is no more among the first of the line loses its CPU; free CPUs take the first without one
 *   9  a process that has a CPU goes on: computes, or does its next action
 *
 * After every action it begins again from 1, at the same instant, until nothing is left to do. */
#include "sim/schedule/play.h"

static struct actor *holder(struct play *y, const struct processor *c)
{
	return &y->actor[c->who];
}

static uint32_t number(const struct play *y, const struct processor *c)
{
	return c - y->cpu + 1;
}

/* ---- activities ---- */

static bool is_computing(const struct play *y, const struct processor *c)
{
	return c->acting && !c->switching && y->actor[c->who].left;
}

/* The activity up to now is charged to the process it is for. */
static void account(struct play *y, struct processor *c)
{
	struct actor *a = holder(y, c);
	int64_t spent = y->at->now - c->begun;
	c->begun = y->at->now;
	if (c->switching) {
		c->switched += spent;
		return;
	}
	c->busy += spent;
	a->spent += spent;
	if (a->slice < ONE_ACTION)
		a->slice -= spent;
	a->left -= a->left ? spent : 0;
	if (a->burst != ENDLESS)
		a->burst -= spent < a->burst ? spent : a->burst;
}

static void end_activity(struct play *y, struct processor *c)
{
	account(y, c);
	c->acting = false;
	if (!c->switching && holder(y, c)->slice == ONE_ACTION)
		holder(y, c)->slice = 0;
	c->switching = false;
}

static void begin_activity(struct play *y, struct processor *c, int64_t length)
{
	c->acting = true;
	c->begun = y->at->now;
	c->until = y->at->now + length;
}

static void leave(struct play *y, struct processor *c)
{
	if (c->acting)
		account(y, c);
	holder(y, c)->cpu = holder(y, c)->holds = 0;
	c->who = 0;
	c->acting = c->switching = false;
}

void cpus_leave(struct play *y, proc_id p)
{
	if (y->actor[p].holds)
		leave(y, &y->cpu[y->actor[p].holds - 1]);
}

void cpus_count(struct play *y)
{
	for (uint32_t i = 0; i < y->settings.cpus; i++)
		if (y->cpu[i].who && y->cpu[i].acting)
			account(y, &y->cpu[i]);
}

static void block(struct play *y, struct processor *c)
{
	proc_id p = c->who;
	leave(y, c);
	line_hears(y, p, WHY_BLOCKED);
	ready_remove(y, p);
}

/* The rest of an action that it was in the middle of is let off. */
void cpus_end(struct play *y, uint32_t left)
{
	for (uint32_t i = left; i < y->settings.cpus; i++) {
		struct processor *c = &y->cpu[i];
		proc_id p = c->who;
		if (!p)
			continue;
		if (!y->actor[p].left && !play_may_move(y, p)) {
			block(y, c);
			lives_settle_one(y, p);
			continue;
		}
		y->at->changes += c->acting;            /* so its burst is shorter than was foreseen */
		leave(y, c);
		line_hears(y, p, WHY_PREEMPTED);
		lives_lose_cpu(y, p, WHY_PREEMPTED);
	}
}

static bool is_asleep(const struct play *y, proc_id p)
{
	return ((struct own *)play_own(y, p))->asleep;
}

void cpus_acted(struct play *y, proc_id p, int64_t cost)
{
	if (!y->actor[p].holds)
		return;                 /* its CPU was taken from it before it could act: what its action costs is let off */
	struct processor *c = &y->cpu[y->actor[p].holds - 1];
	if (who_is(y->world.shared, p)->life != LIFE_ALIVE) {
		leave(y, c);
		return;
	}
	begin_activity(y, c, cost);
	if (!cost && !y->actor[p].left && (is_asleep(y, p) || !play_may_move(y, p)))
		block(y, c);            /* immediately; also for a sleep of no time at all */
}

/* ---- what happens at an instant ---- */

static void end_activities(struct play *y)
{
	for (uint32_t i = 0; i < y->settings.cpus; i++)
		if (y->cpu[i].who && y->cpu[i].acting && y->cpu[i].until <= y->at->now)
			end_activity(y, &y->cpu[i]);
}

/* Does p's next action need CPU time? An end, an attempt that blocks, a compute of 0ms, and where actions
 * take no time any but a compute, do not: they happen at the very end of a slice, too. So a job as long as its slice ends
 * with it. */
static bool needs_time(const struct play *y, proc_id p, enum can can)
{
	const cell *own = play_own(y, p);
	enum op op = world_next(y->g, own)->op;
	if (can == CAN_DIE)
		return false;
	if (can == CAN_HANDLE && !y->actor[p].left)
		return y->g->cpu.step;
	if (y->actor[p].left || op == OP_COMPUTE)
		return y->actor[p].left || world_computes(y->g, own, p);
	if (can == CAN_ENQUEUE || (op == OP_FINISH && !who_is(y->world.shared, p)->children))
		return false;
	return y->g->cpu.step || (op == OP_START && y->g->cpu.fork);
}

static bool is_expired(const struct play *y, proc_id p)
{
	return y->actor[p].slice <= 0 && (y->chooser->by_actions || needs_time(y, p, play_can(y, p)));
}

/* A process on its CPU goes on: with its computing, or with its next action. True if that was an action. */
static bool go_on(struct play *y, struct processor *c)
{
	struct actor *a = holder(y, c);
	y->at->resumed += a->left && a->state != STATE_RUNNING;
	lives_set(y, c->who, STATE_RUNNING, ON_NOTHING, number(y, c));
	if (who_is(y->world.shared, c->who)->doom)              /* it computes no more: it dies */
		a->left = 0;
	if (a->left) {
		begin_activity(y, c, a->slice < a->left ? a->slice : a->left);
		return false;
	}
	play_act(y, c->who, number(y, c), 0, y->chooser == &chooser_manual ? BY_VIEWER : BY_POLICY);
	return true;
}

/* A handler of a signal has lasted longer than the sleep, or the timeout, that it interrupted: what was foreseen ends there, but the
 * process does not stop. */
static bool has_overslept(const struct play *y, proc_id p, enum can can)
{
	return y->g->handles && !y->actor[p].left && !y->actor[p].burst && (is_asleep(y, p) || can == CAN_LAPSE);
}

/* What takes no time, by those that have a CPU. A process that can't go on leaves it. */
static bool act_freely(struct play *y)
{
	for (uint32_t i = 0; i < y->settings.cpus; i++) {
		struct processor *c = &y->cpu[i];
		proc_id p = c->who;
		if (!p || c->acting)
			continue;
		enum can can = play_can(y, p);
		y->at->changes += has_overslept(y, p, can);
		if (!y->actor[p].left && !play_may(y, p, can)) {
			block(y, c);
			lives_settle_one(y, p);
		} else if (!needs_time(y, p, can) && !is_expired(y, p)) {
			return go_on(y, c);
		}
	}
	return false;
}

static void expire(struct play *y)
{
	for (uint32_t i = 0; i < y->settings.cpus; i++) {
		struct processor *c = &y->cpu[i];
		proc_id p = c->who;
		if (!p || c->acting || !is_expired(y, p))
			continue;
		y->actor[p].holds = 0;          /* it stands with those that have none, */
		line_hears(y, p, WHY_EXPIRED);
		bool leaves = (!y->chooser->foresees && ready_first(y) != p) || (y->chooser == &chooser_manual && manual_has_others(y));
		y->actor[p].holds = i + 1;      /* and keeps the CPU if it is their first */
		if (leaves) {
			leave(y, c);
			lives_lose_cpu(y, p, WHY_EXPIRED);
		} else if (!y->chooser->foresees && !y->chooser->by_actions) {
			tell(y, (struct news){ .kind = NEWS_CHOICE, .who = p, .cpu = i + 1, .why = WHY_EXPIRED });
		}
	}
}

/* A boost also reaches those that are in the middle of something. */
static void boost(struct play *y)
{
	if (y->at->now < y->at->boost)
		return;
	for (uint32_t i = 0; i < y->settings.cpus; i++) {
		struct processor *c = &y->cpu[i];
		if (is_computing(y, c))
			end_activity(y, c);
		else if (c->acting)
			account(y, c);
	}
	mlfq_boost(y);
	y->at->boost = (y->at->now / y->g->cpu.boost + 1) * y->g->cpu.boost;
}

/* An action is not divided, nor a switch: a process in the middle of one can't lose its CPU. */
static bool can_lose(const struct play *y, const struct processor *c)
{
	return c->who && (!c->acting || is_computing(y, c));
}

/* Do all that have a CPU stand before all that have none? */
static bool in_order(const struct play *y)
{
	proc_id p = y->at->ready_head;
	for (; p && y->actor[p].holds; p = y->actor[p].next)
		;
	for (; p; p = y->actor[p].next)
		if (y->actor[p].holds)
			return false;
	return true;
}

static bool is_fixed(const struct play *y, proc_id p)
{
	return p && y->actor[p].holds && !can_lose(y, &y->cpu[y->actor[p].holds - 1]);
}

/* Is p among the first n of the line, but for those that can't lose their CPU? */
static bool is_among(const struct play *y, proc_id p, uint32_t n)
{
	proc_id q = y->at->ready_head;
	for (; n && q && q != p; q = y->actor[q].next)
		n -= !is_fixed(y, q);
	return n && q == p;
}

static void preempt(struct play *y)
{
	bool moved = y->chooser->foresees && (y->at->foreseen != y->at->changes || y->settings.cpus > 1);
	if (moved || (y->chooser->reorders && y->chooser->reorders(y)))
		ready_sort(y);
	if (!y->chooser->before || in_order(y))
		return;
	if (y->chooser->foresees || y->settings.cpus > 1)
		ready_sort(y);          /* a process that ran has less left now; of equals that have a CPU, the last to arrive loses it */
	uint32_t free = y->settings.cpus;
	for (uint32_t i = 0; i < y->settings.cpus; i++)
		free -= is_fixed(y, y->cpu[i].who);
	for (uint32_t i = 0; i < y->settings.cpus; i++) {
		struct processor *c = &y->cpu[i];
		proc_id p = c->who;
		if (!can_lose(y, c) || is_among(y, p, free))
			continue;
		leave(y, c);
		line_hears(y, p, WHY_PREEMPTED);
		lives_lose_cpu(y, p, WHY_PREEMPTED);
	}
}

static void choose(struct play *y, struct processor *c)
{
	proc_id p = y->chooser->draw ? y->chooser->draw(y) : ready_first(y);
	if (!p)
		return;
	tell(y, (struct news){ .kind = NEWS_CHOICE, .who = p, .cpu = number(y, c), .number = y->ticket });
	bool changes = c->last && c->last != p;
	c->switches += changes;
	c->who = c->last = p;
	y->actor[p].holds = number(y, c);
	if (changes && y->g->cpu.change) {
		c->switching = true;
		begin_activity(y, c, y->g->cpu.change);
	}
}

bool cpus_dispatch(struct play *y)
{
	bool expired_first = y->chooser->expired_first;
	end_activities(y);
	if ((!expired_first && free_main_moves(y)) || act_freely(y))
		return true;
	if (expired_first)
		expire(y);
	boost(y);
	if (free_main_moves(y))
		return true;
	lives_settle_due(y);            /* again after every action: a sleep of no time ends at its own instant */
	if (!expired_first)
		expire(y);
	preempt(y);
#ifdef FORKLORE_CHECKED
	if (y->chooser->foresees)
		foresee_check(y);
#endif
	for (uint32_t i = 0; i < y->settings.cpus; i++)
		if (!y->cpu[i].who)
			choose(y, &y->cpu[i]);
	if (y->asks)
		return false;           /* none moves before the viewer has chosen for every CPU */
	for (uint32_t i = 0; i < y->settings.cpus; i++)
		if (y->cpu[i].who && !y->cpu[i].acting && go_on(y, &y->cpu[i]))
			return true;
	return false;
}

/* ---- time ---- */

static void sooner(int64_t *next, int64_t t)
{
	if (t < *next)
		*next = t;
}

bool cpus_pass_time(struct play *y)
{
	int64_t next = alarm_next(y);
	for (uint32_t i = 0; i < y->settings.cpus; i++)
		if (y->cpu[i].who && y->cpu[i].acting) {
			sooner(&next, y->cpu[i].until);
			sooner(&next, y->at->boost);        /* while none runs, the next one that does finds it done */
		}
	if (y->settings.policy == POLICY_PRIORITY)
		sooner(&next, priority_changes(y));
	if (next == INT64_MAX)
		return false;
	y->at->now = next;
	if (y->g->default_main && y->actor[MAIN].timed && y->actor[MAIN].deadline <= next)
		lives_settle_one(y, MAIN);
	return true;
}

struct usage play_usage(const struct play *y)
{
	struct usage u = { 0 };
	for (uint32_t i = 0; i < MAX_CPUS; i++) {
		const struct processor *c = &y->cpu[i];
		int64_t present = c->who && c->acting ? y->at->now - c->begun : 0;
		u.busy += c->busy + (c->switching ? 0 : present);
		u.switching += c->switched + (c->switching ? present : 0);
		u.switches += c->switches;
	}
	u.idle = y->at->offered + (y->at->now - y->at->offered_up_to) * y->settings.cpus - u.busy - u.switching;
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		u.timeouts += y->actor[p].timeouts;
		u.preemptions += y->actor[p].preempted;
	}
	return u;
}
