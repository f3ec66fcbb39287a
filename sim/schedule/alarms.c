/* Processes that sleep or wait with a timeout, as a heap: at its top the one whose time comes first; of one instant, the one that
 * began first. */
#include "sim/schedule/play.h"

static bool sooner(const struct play *y, proc_id a, proc_id b)
{
	const struct actor *one = &y->actor[a], *other = &y->actor[b];
	return one->deadline < other->deadline || (one->deadline == other->deadline && one->issued < other->issued);
}

static void put(struct play *y, uint32_t at, proc_id p)
{
	y->alarm[at] = p;
	y->actor[p].alarm = at;
}

static void rise(struct play *y, uint32_t at, proc_id p)
{
	for (; at > 1 && sooner(y, p, y->alarm[at / 2]); at /= 2)
		put(y, at, y->alarm[at / 2]);
	put(y, at, p);
}

static void sink(struct play *y, uint32_t at, proc_id p)
{
	for (uint32_t child; (child = 2 * at) <= y->at->alarms; at = child) {
		child += child < y->at->alarms && sooner(y, y->alarm[child + 1], y->alarm[child]);
		if (!sooner(y, y->alarm[child], p))
			break;
		put(y, at, y->alarm[child]);
	}
	put(y, at, p);
}

static void forget(struct play *y, proc_id p)
{
	uint32_t at = y->actor[p].alarm;
	proc_id last = y->alarm[y->at->alarms--];
	y->actor[p].alarm = 0;
	if (last == p)
		return;
	rise(y, at, last);
	sink(y, y->actor[last].alarm, last);
}

void alarm_set(struct play *y, proc_id p, int64_t deadline)
{
	struct actor *a = &y->actor[p];
	if (a->alarm)
		forget(y, p);
	a->timed = true;
	a->deadline = deadline;
	a->issued = y->at->steps;
	rise(y, ++y->at->alarms, p);
}

void alarm_clear(struct play *y, proc_id p)
{
	if (y->actor[p].alarm)
		forget(y, p);
	y->actor[p].timed = false;
}

int64_t alarm_next(const struct play *y)
{
	return y->at->alarms ? y->actor[y->alarm[1]].deadline : INT64_MAX;
}

proc_id alarm_ring(struct play *y)
{
	proc_id p = y->at->alarms ? y->alarm[1] : 0;
	if (!p || y->actor[p].deadline > y->at->now)
		return 0;
	forget(y, p);
	return p;
}
