/* The space of states, as the search sees it: a state is a shared part and a bag of processes' own parts, each
 * a number of something that is stored once (Holzmann, State compression in Spin: recursive indexing, 1997).
 * A process that can't be told apart from another is in the bag without a name: so states that differ only by which
 * is which are one (symmetry reduction: Ip and Dill, Better verification through symmetry, 1996). What a process's
 * move does to the shared part and its own is remembered, too: the same move elsewhere is only looked up. */
#ifndef EXPLORE_SPACE_H
#define EXPLORE_SPACE_H
#include "sim/explore/origin.h"
#include "sim/explore/facts.h"
#include "sim/explore/pieces.h"

struct part { uint32_t piece, count; };
struct global_state {
	uint32_t shared;        /* a piece */
	uint32_t uncaught;      /* some process has ended by an exception */
	uint32_t parts;
	struct part part[];     /* by rising piece; their counts add up to the number of processes */
};

/* What is known of an own part. */
struct piece_info {
	uint32_t life_key[2];   /* who, and what others may know of its life */
	proc_id who;            /* it, or the first of its group if it can't be told apart */
	uint32_t pc;            /* 1 and less: it is about to end, or has ended */
	uint8_t life;
	bool alike, asleep, doomed;
	bool handles;           /* its next action is to enter a handler of a signal */
	bool local_can, local_do;       /* whether, and how, it moves depends on itself and the shared part only */
	bool lives_can;         /* whether it moves depends on itself and on which processes are alive only */
	bool nothing;           /* its next action touches nothing that others can see */
	bool waits;             /* if it can't move: for something other than the end of others */
	bool dies;              /* its next action is its end */
	uint64_t *sets;         /* what its next action reads, writes; what it may read, write from here on: `words` each */
};

struct thrown { proc_id who; value name; };      /* who: 0 in a move, for the process that moves */
struct outcome { uint32_t shared, piece; value thrown; bool raised; };   /* thrown: an exception's name, that no handler caught */
struct memo { uint32_t shared, piece, first, count; uint8_t can; bool global, draws; };

/* A world with real names, kept in step with the state that is being visited. */
struct concrete {
	struct world world;
	uint32_t shared;        /* the piece it holds; 0: none */
	uint32_t *piece;        /* by process */
	uint32_t *used;         /* cells of its own part that are in use */
	proc_id *of_part;       /* by part of the state: one process that is in it */
	proc_id *given;         /* by first of a group: how far its names are given away */
};

struct space {
	struct facts facts;
	struct guard *guard;
	const struct program *g;
	const struct origin *origin;    /* where it begins; NULL: at the program's beginning */
	bool ordered;           /* there are lines with an order */
	bool marked;            /* there are owners that are in the bag */
	bool chains;            /* the last moves that were asked for were with chains */
	struct pieces shared, own, lives;
	struct piece_info *info; size_t infos, info_room;
	struct outcome *outcome; size_t outcomes, outcome_room;
	struct memo *memo; size_t memos, memo_slots;
	struct memo untrue;     /* what came of private steps that were abandoned: not to be remembered */
	struct concrete now;
	struct journal *journal;
	struct trace trace;
	uint32_t *scratch;      /* to write a piece in */
	cell *peek;
	struct global_state *next;     /* where moves are made */
	struct global_state *spare, *trial;     /* and where they are tried */
	bool *dirty; proc_id *dirty_list; uint32_t dirties;
	bool shared_dirty;
	uint32_t *log, logged;  /* by whom, by their own parts before, the last chain went on */
	uint32_t alone;         /* actions of the default main in it */
	uint32_t watched, followed; bool watched_slept;         /* an own part that is followed through it; it slept before one of its actions */
	uint32_t too_wide;      /* an instruction that draws from more values than can be tried; 0: none */
	struct thrown *thrown; size_t throws, thrown_room;      /* by the last action: those that no handler caught */
	struct thrown *told; size_t tells, told_room;           /* by the move that is being made */
	uint64_t (*look)(void *with, const struct global_state *);      /* what expectations over all states say of one; .. */
	void *look_with;                                        /* .. NULL: the default main changes nothing of that */
	uint64_t before; bool before_known;     /* of the state before the last action that any process can see */
	const struct global_state *from;        /* which that is, where it is not known; NULL: that which is being changed */
	uint32_t last;                          /* set by the caller that needs it: the own part of the process that moved last; 0: of none */
};
enum { MANY_DRAWS = 1000, LONG_CHAIN = 1000 };

/* One move from a state: who, and what came of it. */
struct move {
	uint32_t piece;         /* the mover's own part before */
	uint32_t alone;         /* actions of the default main after it */
	uint32_t logged;        /* and those of any process that were taken together with it: the space's log has them */
	uint32_t at_last;       /* the mover's own part after all of that. The default main takes no process's CPU: of a move of it,
	                         * the part of the process that moved last (the space's `last`; 0: nobody) */
	bool left_free;         /* where it slept in between: leaving it there is no preemption */
	int64_t choice;         /* drawn */
	const struct thrown *thrown; size_t throws;     /* exceptions that no handler caught, with those of what main did after it */
};
/* next is gone after the call; false: no more moves are wanted. */
typedef bool on_move(void *with, const struct global_state *next, const struct move *);

/* chains: actions that no other process can tell from not yet done are taken together with the move before. */
/* In how many lines a process may stand, beside the one in which it stands without a handler. */
static inline uint32_t space_more_waiters(const struct program *g, proc_id p)
{
	return bits_in(g->group[g->process[p].group].handles);
}
void space_open(struct space *, const struct program *, bool reduce, const struct origin *, struct guard *);
void space_close(struct space *);
size_t state_bytes(const struct program *);
void state_copy(struct global_state *to, const struct global_state *from);
bool state_equal(const struct global_state *, const struct global_state *);
void space_begin(struct space *, struct global_state *, bool chains);
/* All moves from a state: how many. The default main moves alone where it can and nothing but that would be seen; while
 * it sleeps until an arrival it is one of those that may move. Stopped by the guard, it has not said all of them. */
uint32_t space_moves(struct space *, const struct global_state *, bool chains, on_move *, void *with);
/* Those of one part only, by its number in the state. */
uint32_t space_moves_of(struct space *, const struct global_state *, uint32_t part, bool chains, on_move *, void *with);
/* Does the default main go on from it before any other process, so that it is only passed through? */
bool space_passes(struct space *, const struct global_state *);
/* Could this part go on, without the clock and without its timeout? */
bool space_goes_on(struct space *, const struct global_state *, uint32_t piece);
/* The state with names, for peeking; valid until the next call with a state. */
const struct world *space_world(struct space *, const struct global_state *);
/* Cell `at` of `cells` in this shared piece. */
uint32_t space_shared_cell(const struct space *, uint32_t piece, uint32_t at, uint32_t cells);
/* The private part that an own piece holds, so far as it is in use: *used cells. */
const struct own *space_own_cells(const struct space *, uint32_t piece, uint32_t *used);
size_t space_bytes(const struct space *);

/* May an arrival come at any moment? Else it comes as soon as possible, as nobody can tell. */
static inline bool main_may_be_late(const struct space *s)
{
	return s->facts.arrivals_noticed || !s->chains;
}
/* Does the default main move in this own part, of its own accord? It takes no process's CPU. */
static inline bool is_default_main(const struct space *s, uint32_t piece)
{
	return s->g->default_main && s->info[piece].who == MAIN;
}

/* A walk with names: the same moves, by processes. */
struct walk {
	struct space *space;
	struct world world;
	uint32_t *piece;        /* by process */
	bool uncaught;
	struct thrown *thrown; size_t throws, thrown_room;      /* at the beginning, before any choice */
	uint64_t steps;         /* all, with those of the default main */
	struct event last;
};
void walk_begin(struct walk *, struct space *);
struct walk walk_copy(const struct walk *);
void walk_free(struct walk *);
/* Some process whose own part is this; `last` if it is one. 0: none. */
proc_id walk_find(const struct walk *, uint32_t piece, proc_id last);
/* One action, and the default main's after it, as far as a move of the space goes. */
bool walk_step(struct walk *, proc_id, int64_t choice);
/* p will move next, as a schedule says: the default main moves before it as long as it is not asleep, and until it has
 * started p. */
void walk_settle(struct walk *, proc_id p);
void walk_state(struct walk *, struct global_state *);
#endif
