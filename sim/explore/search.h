/* Inside sim/explore only: a search under way. */
#ifndef EXPLORE_SEARCH_H
#define EXPLORE_SEARCH_H
#include "sim/explore/explore.h"
#include "sim/explore/store.h"

/* What ways are sought to: a state or an end in which an expectation is true or false; an outcome, by its number; .. */
enum target_kind { TARGET_TRUE, TARGET_FALSE, TARGET_END_TRUE, TARGET_END_FALSE, TARGET_DEADLOCK, TARGET_DEAD_END, TARGET_THROWN,
                   TARGET_OUTCOME, TARGETS };
/* What a state is, as far as it can be said of it alone. */
enum completion { GOES_ON, ENDS_WELL, ENDS_DEADLOCKED };

/* How many ways there are to each state, counted while it is searched: right if no move leads to a state before its
 * own, so that all that lead to a state are known when it is visited. */
struct counted {
	bool on, too_many;              /* on: that is so */
	unsigned __int128 *ways, ends;  /* to the state; to all ends */
	uint32_t apart;                 /* no two numbers of states are nearer: ways are by number / apart */
	size_t room, gone;              /* bytes of ways; and those that are not needed any more */
};

struct search {
	const struct program *g;
	const struct origin *origin;    /* NULL: the beginning */
	struct guard *guard;
	struct exploration *out;
	struct space space;
	struct store store;
	struct global_state *at;               /* the state being visited */
	struct global_state *other, *chained;  /* for callers that need more of them */
	uint64_t *truth; bool *truth_known; size_t truths, truth_room, known_room;      /* by shared part: which expectations are true */
	bool any_by_name;
	uint64_t over_states;           /* by expectation: it is one over all states */
	uint64_t seen_true, seen_false; /* in some state: by expectation */
	uint64_t end_true, end_false;   /* at some end */
	uint64_t kept_true, kept_false; /* in some complete execution: in all its states; in some of them. Only where .. */
	uint64_t met_true, met_false;   /* .. a limit stopped the search */
	uint64_t ends, deadlocks;       /* how many states end so */
	bool thrown, quiet;             /* there are states after an uncaught exception; without one */
	bool end_thrown, end_quiet;     /* likewise, of those that end or are deadlocks */
	state_id *dead; size_t deads;   /* dead ends, rising */
	bool whole;                     /* all states have been found .. */
	bool dead_found, dead_known;    /* .. and whether any, and which, of them are dead ends */
	bool undecided;                 /* a limit left something undecided, even so */
	bool cut;                       /* a limit of states left a way that may not be the cheapest */
	value *observed;                /* room for the values of an outcome */
	struct pieces endings;          /* the values and the ending of each outcome: their numbers are those of outcomes, from 1 */
	state_id *of_outcome;           /* by outcome: a state that ends so; 0: not known */
	size_t of_room;
	struct thrown_from { bool known; state_id from; uint32_t piece; int64_t choice; } *of_exception; size_t exception_room;
	struct counted counted;
	bool again;                     /* it has been searched without reductions before */
	bool tells;                     /* what it finds is reported immediately */
	bool chains;                    /* actions are taken together */
	bool full;                      /* the limit of states was reached */
	bool leads;                     /* what `leads_to` asks of a state is seen, too */
	state_id first[TARGETS][MOST_EXPECTS];  /* where what may be sought was found first .. */
	uint64_t noted[TARGETS];                /* .. if it was */
};

uint64_t truth_of(struct search *, const struct global_state *);      /* bits: the expectations over values that are true */
enum completion completion_of(struct search *, const struct global_state *);   /* of one without moves */
bool is_dead_end(const struct search *, state_id);
bool is_outcome(struct search *, const struct global_state *, size_t outcome);  /* does it end here, and so? */
static inline bool search_goes_on(struct search *x) { return guard_goes_on(x->guard); }

void name_what_grew(struct search *);           /* growth.c: which variable took most values, if many */

/* count.c: how many schedules there are */
void count_begin(struct search *);
void count_move(struct counted *, state_id from, state_id to);
void count_end(struct counted *, state_id);
void count_forget(struct counted *, state_id);  /* what lies before it */
void count_close(struct counted *);
void count_schedules(struct search *);          /* in digits; "" if that can't be said */

/* verdicts.c */
void judge_all(struct search *);                /* what can be said of all that is asked */
void seek_all(struct search *);                 /* the cheapest ways to what shows it */
void show_all(struct search *);                 /* some way to what has none yet; for what is expected, too */
void settle_declared(const struct search *, uint32_t k, struct judged *);      /* is it as its author declares? */
void judge_events(struct search *);             /* those that the scenario expects, or not, anew */
void find_dead_ends(struct search *);
enum target_kind target_sought(enum expect_kind);       /* the state that shows an expectation, of those over values, broken, or met */

/* paths.c: the schedules of ways through stored states, to the last of them. */
void way_of_states(struct search *, struct way *, state_id);
void ways_of_outcomes(struct search *);
void way_of_exception(struct search *, size_t exception);
/* A way by these moves, from the first state on; from hop `round` on it goes round for ever. who: 0: any process. */
struct hop { state_id from, to; proc_id who; };
struct route { struct hop *hop; size_t hops, room, round; };
void route_add(struct route *, state_id from, state_id to, proc_id who);
void route_to(struct search *, struct route *, state_id);       /* as the search came to this state */
void ways_of_route(struct search *, const struct route *, struct judged *);
void way_add(struct way *, proc_id, bool draws, int64_t choice);        /* one more action */
/* Is the next action of the default main one that a schedule names: the end of its sleep? */
bool main_is_named(const struct walk *);
/* The way ends where the walk stands. */
void way_ends(const struct walk *, struct way *);
/* The process whose own part this is moves, and the way grows by it; it is `last` if that can be. choice: what it
 * draws, or NULL where there is no other. Returns who. */
proc_id walk_on(struct walk *, struct way *, uint32_t piece, const int64_t *choice, proc_id last);

/* canon.c: outcomes and exceptions in one order; and the ways that another exploration of the same came to, where they
 * are as good. */
void put_in_order(struct exploration *);
void take_ways_of(struct exploration *, struct exploration *other);

/* order.c: actions by processes with names, in some order; later: no other process can tell it from not yet done. */
struct act {
	proc_id who;
	bool draws, later, ends;        /* ends: it is the end of process `who` */
	bool wakes;                     /* the process that slept before it */
	int64_t choice;
};
struct acts { struct act *list; size_t count, room; bool lost; };      /* lost: one of them can't be made */
/* One more, in the walk and in the list; choice: what it draws, or NULL: the first there is. Returns who. */
proc_id act_by(struct walk *, struct acts *, proc_id, const int64_t *choice, bool later);
proc_id act_of_piece(struct walk *, struct acts *, uint32_t piece, const int64_t *choice, proc_id rather, bool later);
void act_again(struct walk *, struct acts *, proc_id, uint32_t times);
void acts_free(struct acts *);
/* The way by them, with as few preemptions as their order allows, and the state that it leads to; to_the_end: with
 * those that come later, all. */
void way_of_acts(struct search *, struct way *, const struct acts *, bool to_the_end, struct global_state *at_last);
void way_clear(struct way *);

/* cheapest.c: the cheapest way to each of these; those that are known to be reachable are sought. */
struct target { enum target_kind kind; uint32_t expect; struct way *way; bool met; };
void find_cheapest(struct search *, struct target *, size_t count);
/* loops.c: how a dead end goes on for ever; whether a process can starve, and which: x has all states, with names. */
void find_dead_loop(struct search *);
bool some_go_on(struct search *);               /* for ever, and not in a dead end; false, too, if a limit came before */
void find_starvation(struct search *x, struct judged *, proc_id *who, struct route *);
/* leads.c: expectation k, a `leads_to`, from the same search; and a way that breaks it. */
void find_leads_to(struct search *x, uint32_t k, struct judged *, struct route *);
bool leads_true(struct search *, uint32_t code, const struct world *);
/* noreturn.c: where on the way to it, which has been found, it was too late. */
void find_no_return(struct search *, const struct target *);
#endif
