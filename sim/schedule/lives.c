/* The states of processes, derived from the world and from who has a CPU; and how long each lasted. */
#include "sim/schedule/play.h"
#include <assert.h>
#include <stddef.h>
#include <string.h>

void lives_begin(struct play *y, proc_id p)
{
	struct actor *l = &y->actor[p];
	l->since = l->arrive = y->at->now;
	l->finish = -1;
	tell(y, (struct news){ .kind = NEWS_PROCESS, .who = p });
}

void lives_count(struct play *y, struct actor *l)
{
	int64_t d = y->at->now - l->since;
	if (l->state == STATE_READY)
		l->wait += d;
	else if (l->state == STATE_RUNNING)
		l->used += d;
	else if (l->state == STATE_BLOCKED)
		l->blocked += d;
	l->since = y->at->now;
}

static void set(struct play *y, proc_id p, enum state to, value on, uint32_t cpu, enum why why)
{
	struct actor *l = &y->actor[p];
	enum state from = l->state;
	if (from == to && l->on == on && l->cpu == cpu)
		return;
	lives_count(y, l);
	l->state = to;
	l->on = on;
	l->cpu = cpu;
	if (to == STATE_RUNNING && l->first_run < 0)
		l->first_run = y->at->now;
	if ((to == STATE_ZOMBIE || to == STATE_TERMINATED) && l->finish < 0)
		l->finish = y->at->now;
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

static bool may_move(const struct play *y, proc_id p, enum can can)
{
	const struct actor *l = &y->actor[p];
	bool due = l->timed && l->deadline <= (is_free_main(y, p) ? y->at->now : y->at->rung);
	switch (can) {
	case CAN_NOT:   return false;
	case CAN_DIE:   return true;
	case CAN_LAPSE: return due;
	default:        return !((struct own *)play_own(y, p))->asleep || !l->timed || due;
	}
}

bool play_may_move(const struct play *y, proc_id p)
{
	return may_move(y, p, world_can(y->g, y->world.shared, play_own(y, p), p));
}

/* A child that p, at its end, waits for; or who calls it back. */
static value waits_for_child(const struct play *y, proc_id p)
{
	proc_id caller = p == MAIN ? world_calls_back(y->g, y->world.shared) : 0;
	if (caller)
		return value_make(TAG_PROCESS, caller);
	for (proc_id k = 1; k < y->g->processes; k++)
		if (who_is(y->world.shared, k)->parent == p && who_is(y->world.shared, k)->life == LIFE_ALIVE)
			return value_make(TAG_PROCESS, k);
	return ON_NOTHING;
}

value lives_on(const struct play *y, proc_id p)
{
	const struct own *own = (struct own *)play_own(y, p);
	const struct actor *l = &y->actor[p];
	bool slept = l->timed && l->deadline <= y->at->rung;        /* and has not moved since: something else is in its way */
	if (own->asleep && !slept)
		return ON_CLOCK;
	if (y->g->code[own->pc].op == OP_FINISH)
		return waits_for_child(y, p);
	return world_target(y->g, (cell *)own, p);
}

/* A wait with a timeout begins when it is first found to be one. */
static void start_timeout(struct play *y, proc_id p)
{
	struct actor *l = &y->actor[p];
	int64_t lo, hi;
	if (l->timed || ((struct own *)play_own(y, p))->asleep)
		return;
	if (world_timeout(y->g, play_own(y, p), p, &lo, &hi)) {
		alarm_set(y, p, y->at->now + (lo <= 0 ? 0 : dice_draw(&l->dice, lo, hi < lo ? lo : hi)));
	}
}

static void become_ready(struct play *y, proc_id p)
{
	struct actor *l = &y->actor[p];
	if (!l->queued && !is_free_main(y, p))
		y->chooser->happens(y, p, l->entered ? WHY_WOKEN : WHY_NEW);
	l->entered = true;
	lives_set(y, p, STATE_READY, ON_NOTHING, 0);
}

/* While it has a CPU, what it can do is asked when its action is over. */
static bool is_busy(const struct actor *l)
{
	return l->holds || (l->cpu && l->state == STATE_RUNNING);
}

/* What its state is, as the world has it. on: what it is blocked on. */
static enum state state_of(const struct play *y, proc_id p, value *on)
{
	bool may = play_may_move(y, p);
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
	if (world_can(y->g, y->world.shared, play_own(y, p), p) == CAN_LAPSE)
		start_timeout(y, p);
	enum state state = state_of(y, p, &on);
	if (state == STATE_READY) {
		become_ready(y, p);
		return;
	}
	ready_remove(y, p);
	lives_set(y, p, state, on, 0);
}

#ifdef FORKLORE_CHECKED
/* Is everybody's state as it would be if all were derived anew? Where not, an action has freed somebody, or stood in his
 * way, who was not looked at. Under `host` clocks ring in the processes alone. */
static void lives_check(const struct play *y)
{
	value on;
	if (y->settings.policy == POLICY_HOST)
		return;
	for (proc_id p = MAIN; p < y->g->processes; p++) {
		const struct actor *l = &y->actor[p];
		if (who_is(y->world.shared, p)->life == LIFE_ALIVE && is_busy(l))
			continue;
		assert(world_can(y->g, y->world.shared, play_own(y, p), p) != CAN_LAPSE || l->timed || ((struct own *)play_own(y, p))->asleep);
		assert(state_of(y, p, &on) == l->state);
		assert(on == l->on);
	}
}
#endif

/* ---- whose states an action has changed ---- */

/* What waits for the same: both ends of a pipe, a condition and its lock. */
static uint32_t concern(const struct program *g, value target)
{
	if (value_tag(target) != TAG_OBJECT)
		return target;
	const struct object *o = &g->object[value_object(target)];
	return value_make(TAG_OBJECT, o->kind == KIND_CONDITION ? o->lock : value_object(target));
}

/* The object whose cell this is: they stand in order, and the last that begins there or before is it. */
static uint32_t object_with_cell(const struct program *g, uint32_t at)
{
	uint32_t from = 1, to = g->objects;
	while (to - from > 1) {
		uint32_t middle = from + (to - from) / 2;
		*(g->object[middle].at <= at ? &from : &to) = middle;
	}
	return from;
}

enum { WHO_CELLS = sizeof(struct who) / sizeof(cell), LINE_CELLS = sizeof(struct line) / sizeof(cell) };

/* LIVES: they begin or end, or are about to; that may concern anybody who joins, was left behind, or is at its end. */
enum touches { TOUCHES_VARIABLES, TOUCHES_OBJECTS, TOUCHES_LIVES };

/* Marks what the last action has stored something in. */
static enum touches mark_touched(struct play *y)
{
	static const bool of_lives[WHO_CELLS] = { [offsetof(struct who, life) / sizeof(cell)] = true, [offsetof(struct who, parent) / sizeof(cell)] = true,
		[offsetof(struct who, children) / sizeof(cell)] = true, [offsetof(struct who, doom) / sizeof(cell)] = true };
	const struct program *g = y->g;
	enum touches most = TOUCHES_VARIABLES;
	for (uint32_t k = 0; k < y->journal->count; k++) {
		uint32_t at = y->journal->entry[k].at;
		if (at >= g->variables_at)
			continue;
		most = most > TOUCHES_OBJECTS ? most : TOUCHES_OBJECTS;
		if (at < g->ends_at) {
			y->process_touched[at / WHO_CELLS] = true;
			most = of_lives[at % WHO_CELLS] ? TOUCHES_LIVES : most;
		} else if (at < g->lines_at) {
			y->process_touched[(at - g->ends_at) / end_cells(g)] = true;
		} else if (at < g->objects_at) {
			y->object_touched[g->line_object[(at - g->lines_at) / LINE_CELLS]] = true;
		} else {
			uint32_t o = object_with_cell(g, at);
			y->object_touched[o] = true;
			y->process_touched[MAIN] |= g->object[o].kind == KIND_POOL;     /* its end waits for all of them */
		}
	}
	return most;
}

static void forget_touched(struct play *y)
{
	memset(y->object_touched, 0, (y->g->objects + 1) * sizeof *y->object_touched);
	memset(y->process_touched, 0, y->g->processes * sizeof *y->process_touched);
}

static bool is_touched(const struct play *y, proc_id p)
{
	value v = y->actor[p].target;
	return y->process_touched[p] || (value_tag(v) == TAG_OBJECT && y->object_touched[value_object(v)]);
}

/* Who waits with a condition waits for its lock, and the other way round. */
static void mark_locks(struct play *y)
{
	for (uint32_t o = 1; o < y->g->objects; o++)
		if (y->object_touched[o] && y->g->object[o].kind == KIND_CONDITION)
			y->object_touched[y->g->object[o].lock] = true;
}

/* Who lives in the same memory may wait for what stands in a variable that has changed. */
static void mark_housemates(struct play *y, proc_id who)
{
	for (proc_id p = MAIN; y->actor[who].shares && p < y->g->processes; p++)
		y->process_touched[p] |= process_body(y->g, p) == process_body(y->g, who);
}

static void settle_touched(struct play *y, proc_id who)
{
	mark_locks(y);
	mark_housemates(y, who);
	for (proc_id p = MAIN; p < y->g->processes; p++)
		if (is_touched(y, p) && p != who)
			lives_settle_one(y, p);
	forget_touched(y);
}

void lives_settle_after(struct play *y, const struct event *e)
{
	bool is_thread = process_body(y->g, e->who) != e->who;
	enum touches touches = mark_touched(y);
	if (touches == TOUCHES_LIVES || e->reaped || is_thread) {
		forget_touched(y);
		lives_settle(y);
	} else {
		y->actor[e->who].target = concern(y->g, world_target(y->g, play_own(y, e->who), e->who));
		if (touches || y->actor[e->who].shares)
			settle_touched(y, e->who);
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
		if (who_is(y->world.shared, p)->life == LIFE_ALIVE)
			y->actor[p].target = concern(y->g, world_target(y->g, play_own(y, p), p));
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
