/* The history of a run: all that made it what it is, in order. With the program, the settings and the seed it is the
 * run: following it on another body gives the same news at the same times.
 *
 * A policy decides by itself, and a seed draws by itself; where a history is followed, what they did then is held
 * against what they do now. What came from outside (a kill, the end of the viewer's patience), what the viewer chose,
 * and which processes the kernel let move is taken from the history. */
#ifndef SCHEDULE_HISTORY_H
#define SCHEDULE_HISTORY_H
#include "sim/world/world.h"

enum cause {
#define CAUSE(id, ...) CAUSE_##id,
#define DECIDER(...)
#include "sim/schedule/history.def"
#undef CAUSE
#undef DECIDER
	CAUSE_COUNT
};
enum decider {
#define CAUSE(...)
#define DECIDER(id, ...) BY_##id,
#include "sim/schedule/history.def"
#undef CAUSE
#undef DECIDER
	DECIDER_COUNT
};
extern const char *const cause_words[CAUSE_COUNT], *const decider_words[DECIDER_COUNT];

struct happening {
	int64_t time;                   /* microseconds; of the first of several actions */
	int64_t value;                  /* MOVED: what was drawn; CHOSEN: what it is to draw; BORN: the pid; SIGNALLED: which; ENDED: enum verdict;
	                                 * a rule: the new one; LISTED: how many actions the list has; CUT: how many steps */
	uint64_t turn;                  /* of what comes from outside: in which turn of the loop, or behind which; */
	uint64_t actions;               /* ENDED: how many there had been */
	proc_id who;
	uint32_t times;                 /* MOVED: how many actions in a row */
	uint8_t cause, by;
	bool draws;                     /* MOVED, CHOSEN */
	bool within;                    /* the turn: just before an action that had been granted */
};
/* What of a run's settings may change while it goes on. */
static inline bool is_rule(enum cause c)
{
	return c == CAUSE_POLICY || c == CAUSE_CPUS || c == CAUSE_QUANTUM || c == CAUSE_LISTED;
}
/* It came from outside, at a turn of the loop. */
static inline bool has_turn(enum cause c)
{
	return is_rule(c) || c == CAUSE_SIGNALLED || c == CAUSE_ENDED;
}
/* What the viewer chose: who moves next; and, if it draws, which value. */
struct choice { proc_id who; bool draws; int64_t draw; };
/* One for each LISTED, in order. A list stays where it is until the history is freed. */
struct wished_list { struct turn *turn; size_t turns, room; };
struct history { struct happening *entry; size_t count, room; struct wished_list *list; size_t lists, list_room; };

/* Append one. Actions in a row of one process become one entry. */
void history_add(struct history *, struct happening);
void history_free(struct history *);
/* The same in memory of its own; to be freed by history_free and free. */
struct history *history_copy(const struct history *);
/* A list is kept, and lies here from now on. Its entry in the history is the caller's business. */
const struct wished_list *history_list(struct history *, const struct turn *, size_t turns);

struct play;
struct event;
/* A copy of the play's own, as if it were stopped here, if it has not ended: what follows that comes to this moment, and ends there. To be
 * freed by history_free and free. */
struct history *history_stopped(const struct play *);
/* inside sim/schedule: a play writes its history where it keeps one, */
void history_moved(struct play *, const struct event *, enum decider);
void history_note(struct play *, enum cause, proc_id, int64_t value);
void history_chosen(struct play *, const struct choice *);
/* and follows another, if it is to; then, and only then, these are asked. What came from outside at this point of the loop happens
 * again; true if anything did. */
bool follow_outside(struct play *, bool within);
/* May p do the next action? false: it does not fit, and the run has ended. */
bool follow_allows(struct play *, proc_id);
/* p's action, whose result is known now, is taken off; false: it does not fit. */
bool follow_moved(struct play *, const struct event *);
/* Nobody can move any more: did that run end so, too? false: it does not fit, and this one has ended. */
bool follow_ends(struct play *, int verdict);
/* How many private steps may be done here; UINT64_MAX: all. If the recorded ones were cut, and these too: that has come about. */
uint64_t follow_stretch(const struct play *);
void follow_cut(struct play *);
uint32_t follow_pid(struct play *, proc_id, uint32_t otherwise);
/* What the viewer chose next; who 0: nothing. */
struct choice follow_choice(struct play *);
/* Under `host`: the next entry; false: the run has ended. */
bool follow_kernel(struct play *);
#endif
