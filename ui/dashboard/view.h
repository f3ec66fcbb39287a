/* What has been seen of a run: gathered by listening to the news, for what can't be read from the world of
 * the present. Bounded, however long the run. It is kept beside moments of the run's past: not the lists of what happened, but
 * how long they were. */
#ifndef DASHBOARD_VIEW_H
#define DASHBOARD_VIEW_H
#include "sim/report/chart.h"
#include "sim/report/story.h"
#include "sim/schedule/past.h"

enum { WHY = 240, TALES = 512, SAYINGS = 4096, TURNS = 1 << 15, NAMED = 3, MOVES = 16 };

/* A state as people see it: a process that waits for the clock is told apart from one that waits for something else. */
enum { SHOWN_SLEEPING = STATE_COUNT, SHOWN_STOPPED, SHOWN_COUNT };

/* A sentence. */
enum tale_kind {
	TALE_STEP,                      /* an action; n is its number */
	TALE_MORE,                      /* what follows from it */
	TALE_ALARM,                     /* what must not be */
	TALE_END,                       /* how the run ended */
};
struct tale { enum tale_kind kind; uint64_t n; int64_t time; proc_id who; int rule; struct text text; };        /* rule: which has changed, or -1 */

/* One line on the shared terminal. */
struct saying { proc_id who; uint64_t n; struct text text; };

/* A process came into another state. */
struct turned { int64_t time; uint16_t who; uint8_t from, to; };

/* The same, with what the scheduler says of it. */
struct moved { int64_t time; proc_id who; uint8_t from, to, why; value on; };

struct remembered { value old; proc_id by; uint64_t n; };       /* of a shared variable; n 0: it never changed */
struct unit { uint32_t object; proc_id who; };                  /* a semaphore's unit that was taken */

struct view {
	struct listener listener;       /* first: it is what the run calls */
	struct companion companion;     /* what keeps it beside a moment */
	const struct program *g;
	bool zh;
	bool waits;                     /* for what is known only after a search, if that is short */
	struct too_late late;           /* since when what went wrong could not be avoided */
	const struct view *whole;       /* of the same run, seen from its beginning, by a viewer that began later; or NULL */
	struct tale tale[TALES];        /* a ring: number i is at i % TALES */
	struct saying saying[SAYINGS];
	struct turned turned[TURNS];
	uint64_t first_tale, first_saying, first_turn;  /* those before it has not heard */
	struct chart chart;
	struct unit *unit; size_t unit_room;    /* in the order in which they were taken */
	/* Parts of one block of memory: */
	size_t bytes;
	struct remembered *variable;
	struct changed { struct remembered was; uint32_t field; } *record;      /* by object: its last change */
	cell *left;                     /* by object: a semaphore's units, as known */
	value *target;                  /* by process: what its next action acts on */
	value *on;                      /* by process: what it waited for when that was reported last */
	uint32_t *step;                 /* by process: its last action's step that has a place in the text */
	uint8_t *shown;                 /* by process: its state, with sleeping told apart; */
	uint8_t *look;                  /* the same, or stopped */
	bool *broken;                   /* by expectation */
	/* From here on it is a plain value. */
	uint64_t tales, sayings, turns; /* how many there were */
	size_t units;
	char why[WHY];                  /* the last choice of a policy, as a sentence; empty: there was none */
	struct moved moved[MOVES];
	uint64_t moves;
	uint64_t n;                     /* actions so far */
	proc_id last;                   /* the process that did the last one */
	uint32_t last_step;             /* which step that was */
	proc_id dying;                  /* the one whose death is an action that was reported */
	int changes;                    /* variables of its own that it changed by it: */
	struct change change[4];
	/* Those who were freed together, while the sentence is open. */
	struct { value on; int count; proc_id name[NAMED]; } freed;
};

struct view *view_new(const struct program *, bool zh, struct listener *also);
void view_free(struct view *);
struct listener *view_listener(struct view *);
/* The oldest that it still has of a ring of so many places, of `count` that there were. */
static inline uint64_t view_oldest(uint64_t count, uint64_t room, uint64_t first)
{
	return count > room && count - room > first ? count - room : first;
}
/* As the story has it: when the last action began; or this, if there was none. */
int64_t view_time(const struct view *, int64_t otherwise);
/* Before it is drawn: ends sentences that are still open. */
void view_settle(struct view *, const struct play *);

/* What became known of its end after it: how it ended is said anew. */
void view_too_late(struct view *, const struct play *, struct too_late);
/* The sentence for NEWS_CHOICE, with its time. */
void view_why(char why[WHY], const struct play *, const struct news *);
const char *title_of(const struct program *, proc_id);
/* What a semaphore's units are held by: the next one after i (begin with -1), or -1. */
int  view_unit(const struct view *, int i, uint32_t object);
#endif
