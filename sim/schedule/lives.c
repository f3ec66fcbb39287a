/* The states of processes, derived from the world and from which have a CPU; and how long each lasted. */
#include "sim/schedule/play.h"
#include <assert.h>
#include <string.h>

/* A pool's worker may take the place of one that has ended: it is another process, and nothing of that one is counted for it. */
void lives_begin(struct play *y, proc_id p)
{
	struct actor *a = &y->actor[p];
	a->since = a->arrive = y->at->now;
	a->first_run = a->finish = -1;
	a->wait = a->used = a->blocked = 0;
	a->timeouts = a->preempted = 0;
	a->entered = false;             /* the policy forgets what it knew of another one: */
	a->level = 0;
	a->allotment = a->pass = a->spent = a->gained = 0;
	a->estimate = y->g->cpu.first * 1000;
	tell(y, (struct news){ .kind = NEWS_PROCESS, .who = p });
}

void lives_count(struct play *y, struct actor *a)
{
	int64_t d = y->at->now - a->since;
	if (a->state == STATE_READY)
		a->wait += d;
	else if (a->state == STATE_RUNNING)
		a->used += d;
	else if (a->state == STATE_BLOCKED)
		a->blocked += d;
	a->since = y->at->now;
}

static void set(struct play *y, proc_id p, enum state to, value on, uint32_t cpu, enum why why)
{
	struct actor *a = &y->actor[p];
	enum state from = a->state;
	if (from == to && a->on == on && a->cpu == cpu)
		return;
	lives_count(y, a);
	a->state = to;
	a->on = on;
	a->cpu = cpu;
	if (to == STATE_RUNNING && a->first_run < 0)
		a->first_run = y->at->now;
	if ((to == STATE_ZOMBIE || to == STATE_TERMINATED) && a->finish < 0)
		a->finish = y->at->now;
	tell(y, (struct news){ .kind = NEWS_STATE, .who = p, .from = from, .to = to, .on = on, .cpu = cpu, .why = why });
}

void lives_set(struct play *y, proc_id p, enum state to, value on, uint32_t cpu)
{
	set(y, p, to, on, cpu, WHY_WOKEN);
}

void lives_lose_cpu(struct play *y, proc_id p, enum why why)
{
	if (y->actor[p].state != STATE_RUNNING)         /* the CPU was still switching to it */
		return;
	set(y, p, STATE_READY, ON_NOTHING, 0, why);
	why == WHY_EXPIRED ? y->actor[p].timeouts++ : y->actor[p].preempted++;
}

static bool is_free_main(const struct play *y, proc_id p)
{
	return p == MAIN && y->g->default_main;
}

bool play_may(const struct play *y, proc_id p, enum can can)
{
	const struct actor *a = &y->actor[p];
	bool due = a->timed && a->deadline <= (is_free_main(y, p) ? y->at->now : y->at->rung);
	switch (can) {
	case CAN_NOT:   return false;
	case CAN_DIE:
	case CAN_HANDLE: return true;
	case CAN_LAPSE: return due;
	default:        return !((struct own *)play_own(y, p))->asleep || !a->timed || due;
	}
}

enum can play_can(const struct play *y, proc_id p)
{
	return world_can(y->g, y->world.shared, play_own(y, p), p);
}

bool play_may_move(const struct play *y, proc_id p)
{
	return play_may(y, p, play_can(y, p));
}

bool play_goes_on(const struct play *y, proc_id p)
{
	enum can can = play_can(y, p);
	return can != CAN_NOT && can != CAN_LAPSE && !((const struct own *)play_own(y, p))->asleep;
}

/* A child that p, at its end, waits for; or the one that calls it back; or a queue in which what p has put is not through. */
static value waits_for_child(const struct play *y, proc_id p)
{
	uint32_t queue;
	proc_id caller = p == MAIN ? world_calls_back(y->g, y->world.shared) : 0;
	if (caller)
		return value_make(TAG_PROCESS, caller);
	for (proc_id k = 1; k < y->g->processes; k++)
		if (who_is(y->world.shared, k)->parent == p && who_is(y->world.shared, k)->life == LIFE_ALIVE)
			return value_make(TAG_PROCESS, k);
	return world_not_through(y->g, y->world.shared, p, &queue) ? value_make(TAG_OBJECT, queue) : ON_NOTHING;
}

value lives_on(const struct play *y, proc_id p)
{
	const struct own *own = (struct own *)play_own(y, p);
	const struct actor *a = &y->actor[p];
	bool slept = a->timed && a->deadline <= y->at->rung;        /* and has not moved since: something else is in its way */
	if (own->asleep && a->timed && !slept)
		return ON_CLOCK;
	if (y->g->code[own->pc].op == OP_FINISH)
		return waits_for_child(y, p);
	return world_target(y->g, (cell *)own, p);
}

/* A wait with a timeout begins when it is first found to be one. */
static void start_timeout(struct play *y, proc_id p)
{
	struct actor *a = &y->actor[p];
	int64_t lo, hi;
	if (a->timed || ((struct own *)play_own(y, p))->asleep)
		return;
	if (world_timeout(y->g, play_own(y, p), p, &lo, &hi)) {
		alarm_set(y, p, y->at->now + (lo <= 0 ? 0 : dice_draw(&a->dice, lo, hi < lo ? lo : hi)));
	}
}

static void become_ready(struct play *y, proc_id p)
{
	struct actor *a = &y->actor[p];
	if (!a->queued && !is_free_main(y, p))
		line_hears(y, p, a->entered ? WHY_WOKEN : WHY_NEW);
	a->entered = true;
	lives_set(y, p, STATE_READY, ON_NOTHING, 0);
}

/* While it has a CPU, what it can do is asked when its action is over. */
static bool is_busy(const struct actor *a)
{
	return a->holds || (a->cpu && a->state == STATE_RUNNING);
}

/* What its state is, as the world has it. on: what it is blocked on. */
static enum state state_of(const struct play *y, proc_id p, enum can can, value *on)
{
	bool may = play_may(y, p, can);
	*on = ON_NOTHING;
	switch (who_is(y->world.shared, p)->life) {
	case LIFE_NEW:    return STATE_NEW;
	case LIFE_ZOMBIE: return STATE_ZOMBIE;
	case LIFE_GONE:   return STATE_TERMINATED;
	default:          break;
	}
	if (may)
		return y->settings.policy == POLICY_HOST ? STATE_RUNNING : STATE_READY;
	*on = lives_on(y, p);
	return STATE_BLOCKED;
}

void lives_settle_one(struct play *y, proc_id p)
{
	enum life life = who_is(y->world.shared, p)->life;
	value on;
	if (life == LIFE_NEW || (life == LIFE_ALIVE && is_busy(&y->actor[p])))
		return;
	enum can can = play_can(y, p);
	if (can == CAN_LAPSE)
		start_timeout(y, p);
	enum state state = state_of(y, p, can, &on);
	if (state == STATE_READY) {
		become_ready(y, p);
		return;
	}
	ready_remove(y, p);
	lives_set(y, p, state, on, 0);
}

#ifdef FORKLORE_CHECKED
/* Is every process's state as it would be if all were derived anew? Where not, an action has freed or blocked a process
 * that was not checked. Under `host` clocks ring in the processes alone. */
static void lives_check(const struct play *y)
{
	value on;
	if (y->settings.policy == POLICY_HOST)
		return;
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		const struct actor *a = &y->actor[p];
		if (who_is(y->world.shared, p)->life == LIFE_ALIVE && is_busy(a))
			continue;
		enum can can = play_can(y, p);
		assert(can != CAN_LAPSE || a->timed || ((struct own *)play_own(y, p))->asleep);
		assert(state_of(y, p, can, &on) == a->state);
		assert(on == a->on);
	}
}
#endif

/* ---- whose states an action has changed ---- */

static const struct wait *what_ends_waiting(struct play *y, proc_id p)
{
	struct actor *a = &y->actor[p];
	if (!a->awaits_noted)
		footprint_wait(y->g, play_own(y, p), p, &a->awaits);
	a->awaits_noted = true;
	return &a->awaits;
}

/* A process that lives in the same memory may wait for what stands in a variable that has changed. */
static bool are_housemates(const struct play *y, proc_id a, proc_id b)
{
	return y->actor[a].shares && process_body(y->g, a) == process_body(y->g, b);
}

void lives_settle_after(struct play *y, const struct event *e)
{
	struct changes c;
	c.count = 0;                    /* to empty it whole would take longer than an action */
	c.lives = c.all = false;
	footprint_changes(y->g, y->world.shared, y->journal, 0, &c);
	y->actor[e->who].awaits_noted = false;
	if (c.lives || c.all) {
		lives_settle(y);
	} else {
		for (proc_id p = MAIN; (c.count || y->actor[e->who].shares) && p < y->g->processes; p++)
			if (p != e->who && (changes_concern(&c, what_ends_waiting(y, p)) || are_housemates(y, p, e->who)))
				lives_settle_one(y, p);
		lives_settle_one(y, e->who);
	}
#ifdef FORKLORE_CHECKED
	lives_check(y);
#endif
}

void lives_settle_due(struct play *y)
{
	y->at->rung = y->at->now;
	for (proc_id p; (p = alarm_ring(y));)
		lives_settle_one(y, p);
}

void lives_settle(struct play *y)
{
	for (proc_id p = MAIN; p < y->g->processes; p++)
		y->actor[p].awaits_noted = false;
	for (proc_id p = MAIN; p < y->g->processes; p++)
		lives_settle_one(y, p);
}

const char *on_word(const struct program *g, value on)
{
	uint32_t n = value_payload(on);
	switch (value_tag(on)) {
	case TAG_OBJECT:  return g->object[value_object(on)].name;
	case TAG_PROCESS: return n & PROCESS_GROUP ? g->group[n & ~PROCESS_GROUP].name : g->process[n].name;
	default:          return on == ON_CLOCK ? "clock" : NULL;
	}
}

static const char *process_variable(const struct program *g, proc_id p, uint32_t slot)
{
	const struct group *group = &g->group[g->process[p].group];
	if (slot < g->privates)
		return g->private[slot].name;
	return slot - g->privates < group->privates ? group->private[slot - g->privates].name : "";
}

const char *change_name(const struct program *g, proc_id p, const struct change *c)
{
	switch (c->kind) {
	case CHANGE_SHARED:  return g->shared[c->which].name;
	case CHANGE_FIELD:   return g->object[c->which].full[c->where];
	case CHANGE_PROCESS: return process_variable(g, p, c->which);
	case CHANGE_LOCAL:   return g->function[c->where].local[c->which];
	default:             return "";
	}
}
