/* Writing a run's history. */
#include "sim/schedule/play.h"
#include <stdlib.h>
#include <string.h>

const char *const cause_words[CAUSE_COUNT] = {
#define CAUSE(id, word) [CAUSE_##id] = word,
#define DECIDER(...)
#include "sim/schedule/history.def"
#undef CAUSE
#undef DECIDER
};
const char *const decider_words[DECIDER_COUNT] = {
#define CAUSE(...)
#define DECIDER(id, word) [BY_##id] = word,
#include "sim/schedule/history.def"
#undef CAUSE
#undef DECIDER
};

/* Does e go on with what `last` began? Under `host` only if no time has passed: there each action has its own. */
static bool goes_on(const struct happening *last, const struct happening *e)
{
	return last->cause == CAUSE_MOVED && e->cause == CAUSE_MOVED && last->who == e->who && last->by == e->by &&
	       !last->draws && !e->draws && (e->by != BY_KERNEL || last->time == e->time) && last->times <= UINT32_MAX - e->times;
}

void history_add(struct history *h, struct happening e)
{
	struct happening *last = h->count ? &h->entry[h->count - 1] : NULL;
	if (last && goes_on(last, &e)) {
		last->times += e.times;
		return;
	}
	GROW(h->entry, h->count, h->room);
	h->entry[h->count++] = e;
}

void history_free(struct history *h)
{
	if (!h)
		return;
	free(h->entry);
	for (size_t i = 0; i < h->lists; i++)
		free(h->list[i].turn);
	free(h->list);
	*h = (struct history){ 0 };
}

const struct wished_list *history_list(struct history *h, const struct turn *turn, size_t turns)
{
	struct wished_list l = { must_have(malloc((turns + 1) * sizeof *turn)), turns, turns + 1 };
	if (turns)
		memcpy(l.turn, turn, turns * sizeof *turn);
	GROW(h->list, h->lists, h->list_room);
	h->list[h->lists++] = l;
	return &h->list[h->lists - 1];
}

struct history *history_copy(const struct history *h)
{
	struct history *copy = must_have(calloc(1, sizeof *copy));
	copy->count = copy->room = h->count;
	copy->entry = must_have(malloc((h->count + 1) * sizeof *copy->entry));
	if (h->count)
		memcpy(copy->entry, h->entry, h->count * sizeof *copy->entry);
	for (size_t i = 0; i < h->lists; i++)
		history_list(copy, h->list[i].turn, h->list[i].turns);
	return copy;
}

void history_moved(struct play *y, const struct event *e, enum decider by)
{
	bool draws = (y->g->code[e->pc].op == OP_DRAW && e->how == CAN_GO) || (y->g->code[e->pc].op == OP_WAIT && e->choice);
	history_add(y->history, (struct happening){ .time = y->at->now, .value = draws ? e->choice : 0, .who = e->who, .times = 1,
	                                        .cause = CAUSE_MOVED, .by = by, .draws = draws });
}

void history_chosen(struct play *y, const struct choice *c)
{
	if (y->history)
		history_add(y->history, (struct happening){ .time = y->at->now, .value = c->draws ? c->draw : 0, .turn = y->at->turns,
		                                        .who = c->who, .cause = CAUSE_CHOSEN, .draws = c->draws, .within = y->stalled.who || y->asks });
}

static struct happening happening_now(const struct play *y, enum cause cause, proc_id who, int64_t number)
{
	return (struct happening){ .time = y->at->now, .value = number, .turn = y->at->turns, .who = who, .cause = cause,
	                           .actions = cause == CAUSE_ENDED ? y->at->steps : 0, .within = y->stalled.who || y->asks };
}

void history_note(struct play *y, enum cause cause, proc_id who, int64_t number)
{
	if (y->history)
		history_add(y->history, happening_now(y, cause, who, number));
}

struct history *history_stopped(const struct play *y)
{
	struct history *h = history_copy(y->history);
	if (!y->at->verdict)
		history_add(h, happening_now(y, CAUSE_ENDED, 0, VERDICT_STOPPED));
	return h;
}
