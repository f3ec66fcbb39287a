/* One run of a program: which process moves next, the virtual clock, and what is reported of it.
 *
 * The same loop drives the model alone and the stage's real processes: it keeps a world of its own
 * (the twin), asks a chooser which process moves, lets the body do the action where there is one, does the same
 * action on the twin, compares the two, and notifies its listeners.
 *
 *   play.c      the loop                   cpus.c      virtual processors, and what happens at an instant
 *   alarms.c    sleeps and timeouts        moment.c    the present moment as a value, and copies of it
 *   lives.c     states, times              judge.c     expectations, the end
 *   history.c   what a run is made of      follow.c    the same run again      past.c      any of its moments
 *   rules.c     policy, CPUs, quantum: they may change while it goes on
 *   policies.c  the table of choosers, and the line of those that can run      list.c      a schedule
 *   fifo.c sjf.c stcf.c ljf.c lrtf.c hrrn.c rr.c priority.c mlq.c mlfq.c lottery.c stride.c edf.c random.c manual.c     a policy each
 *   foresee.c   the next burst             estimate.c  what it is guessed to be            dice.c
 *   choices.c   why a policy chose as it did                written.c   how much is put out */
#ifndef SCHEDULE_PLAY_H
#define SCHEDULE_PLAY_H
#include "sim/schedule/history.h"
#include "sim/schedule/messages.h"
#include "sim/world/footprint.h"

/* ---- states ---- */

enum state {
#define STATE(id, ...) STATE_##id,
#include "sim/schedule/states.def"
#undef STATE
	STATE_COUNT
};
enum mark {
#define STATE(...)
#define MARK(id, ...) MARK_##id,
#include "sim/schedule/states.def"
#undef STATE
#undef MARK
	MARK_COUNT
};
struct state_row { const char *word, *word_zh; char letter; const char *meaning, *meaning_zh; };
extern const struct state_row state_rows[STATE_COUNT], mark_rows[MARK_COUNT];

/* What a process is blocked on: an object or process as a value, or one of these. */
enum { ON_NOTHING = VALUE_UNSET, ON_CLOCK = VALUE_NONE };

/* Why a process came into the line, or left the CPU. */
enum why { WHY_NEW, WHY_WOKEN, WHY_EXPIRED, WHY_PREEMPTED, WHY_BLOCKED };

/* What the loop knows of a process beside the world. Times in microseconds. */
struct actor {
	enum state state;
	value on;
	uint32_t cpu;                   /* valid while running: 1, 2, ..; 0: none */
	int64_t deadline;               /* valid if timed: its sleep, or its timeout, ends then */
	bool timed;
	int64_t left;                   /* of its compute: CPU time still to be used */
	int64_t since;                  /* when it came into its state */
	int64_t arrive, first_run, finish;      /* -1: not yet */
	int64_t wait, used, blocked;            /* time spent ready, running, blocked */
	uint64_t dice;
	uint64_t actions;
	struct wait awaits;             /* what may end its waiting, if it waits: */
	bool awaits_noted;              /* found out when somebody asks for the first time after its action */
	proc_id next, before;           /* in the policy's line, */
	bool queued;                    /* where all stand that are ready or have a CPU; */
	bool entered;                   /* it has been there; */
	enum why came;                  /* how it came there last */
	uint32_t holds;                 /* the CPU that it has, or that is switching to it: 1, 2, ..; 0: none */
	int64_t slice;                  /* what is left of its time slice; UNLIMITED, or ONE_ACTION */
	uint32_t level;                 /* mlfq: 0 is the top; */
	int64_t allotment;              /* slices it has left there */
	int64_t pass;                   /* stride: what it has had of the CPU, by its tickets */
	int64_t burst;                  /* sjf, stcf, ljf, hrrn: what is left of the CPU time until it would next block or end, or ENDLESS; */
	int64_t spent;                  /* CPU time that it has had of its present burst, or, while it is blocked, of its last one; */
	int64_t estimate;               /* what its present burst was guessed to be, in nanoseconds */
	int64_t gained;                 /* priority: levels that it had gained by waiting when it was given the CPU */
	uint64_t foreseen;              /* so many changes by others (changes of all, without its own) had there been then; */
	uint64_t looks_again;           /* no end was found: it is looked for again at this action; 0: not so */
	uint64_t changes;               /* of the shared part, by what it did as foreseen */
	bool shares;                    /* others live in its memory: what it does concerns them, too */
	uint64_t issued;                /* its present sleep or timeout began with this action */
	uint32_t alarm;                 /* where it stands among the alarms; 0: its time has come, or it is not timed */
	uint32_t timeouts, preempted;   /* how often its slice ended with others waiting; how often it lost the CPU within one */
	int killed;                     /* from outside, by this signal; 0: it was not */
	bool stopped;                   /* from outside: whatever its state, it does nothing */
	uint32_t handlers;              /* of signals, that it is in: what they interrupt is kept in the play */
	bool given;                     /* the viewer has said what its next action draws: */
	int64_t draw;
};
/* What a handler of a signal interrupted. */
struct interrupted { int64_t deadline; uint64_t issued; uint32_t pc; bool timed; };
#define UNLIMITED INT64_MAX
#define ENDLESS INT64_MAX
#define ONE_ACTION (INT64_MAX - 1)      /* a slice that ends with the next action, however long that takes */

/* A virtual processor. */
struct processor {
	proc_id who, last;
	bool acting;                    /* its process is in the middle of an action, until: */
	int64_t until;
	int64_t begun;                  /* up to when the present activity is accounted for */
	bool switching;                 /* the activity is the switch itself */
	int64_t busy, switched;         /* time spent running processes, and switching between them */
	uint32_t switches;
};

/* ---- news ---- */

enum news_kind { NEWS_BEGIN, NEWS_PROCESS, NEWS_STATE, NEWS_CHOICE, NEWS_STEP, NEWS_CHANGE, NEWS_EXIT, NEWS_SIGNAL, NEWS_RULE, NEWS_EXPECT, NEWS_END };
struct news {
	enum news_kind kind;
	int64_t time;
	proc_id who;
	enum state from, to;            /* STATE */
	value on;
	uint32_t cpu;
	enum why why;                   /* STATE, from running to ready: EXPIRED or PREEMPTED; CHOICE: EXPIRED: the process that has the CPU keeps it */
	uint64_t n;                     /* STEP: 1, 2, .. */
	const struct event *event;      /* STEP */
	const cell *own;                /* STEP: the private part of the process that acted, as it was before */
	const struct change *change;    /* CHANGE; STEP: all that the action itself changed, */
	size_t changes;                 /* so many */
	int32_t code;                   /* EXIT */
	enum cause rule;                /* RULE: which has changed, */
	int64_t number;                 /* to this; CHOICE under lottery: the ticket that was drawn, from 1 on */
	int signal;                     /* SIGNAL, from outside: it was killed, or stopped (SIGSTOP), or goes on (SIGCONT) */
	uint32_t expect;                /* EXPECT: which; */
	bool holds;
};
struct play;
struct listener {
	void (*hear)(struct listener *, const struct play *, const struct news *);
	struct listener *next;
	bool end_only;                  /* it wants the last news only: nothing need be reported before */
};

enum { NO_ANSWER_YET = -1, GAVE_UP = -2 };
/* ---- the body: it really does the actions ---- */

struct body {
	/* p does its next action, which is `how`; out is what it reports. child_pid: of the process that was started.
	 * 0, or an errno: the system refused (EPROTO: it gave something else; ESTALE: another program changed a file);
	 * NO_ANSWER_YET: ask again for the same; or GAVE_UP: interrupted, or out of time. */
	int (*move)(struct body *, proc_id p, enum can how, int64_t choice, struct event *out, uint32_t *child_pid);
	/* p died of itself or was killed from outside, and move has failed with ESRCH: take that in with play_killed. */
	void (*died)(struct body *, struct play *, proc_id p);
	/* Kill p by a signal, as somebody did from outside in the run that is followed, at that time; then the same. */
	void (*kill)(struct body *, struct play *, proc_id p, int signal, int64_t time);
	/* The shared part as the processes have it, to be held against the twin's. NULL: not now. */
	const cell *(*shared)(struct body *);
	uint32_t (*pid_of)(struct body *, proc_id p);           /* of a server, alive from the start */
	uint32_t main_pid, own_pid;
};

/* ---- a run ---- */

enum verdict { VERDICT_NONE, VERDICT_OK, VERDICT_DEADLOCK, VERDICT_VIOLATED, VERDICT_EXCEPTION, VERDICT_LIMIT,
               VERDICT_STOPPED, VERDICT_MISFIT, VERDICT_REFUSED, VERDICT_DISAGREES, VERDICT_COUNT };
extern const char *const verdict_words[VERDICT_COUNT];
extern const char *const verdict_causes[VERDICT_COUNT];         /* each its own, as recordings write what ended a run */

struct settings {
	uint64_t seed;
	uint64_t max_steps;
	uint64_t max_output;            /* bytes; 0: as much as it likes */
	enum policy policy;
	uint32_t cpus;
	int64_t quantum;
	bool has_quantum;               /* it was asked for: `priority` goes round with it */
	uint32_t batch;                 /* host: how many actions for one taking of the shared mutex */
	const struct turn *turn;        /* a schedule, or NULL */
	size_t turns;
	bool fair;
	bool remembers;                 /* it keeps its history */
	const struct history *follows;  /* the history of another run, which this one is to repeat; or NULL */
	struct viewer *viewer;          /* it decides under `manual`; NULL: nobody, then it is as `rr` */
};

/* An exception that no handler catches. */
struct fault { proc_id who; struct change what; };
enum { FAULTS = 8, FAILURES = 16 };             /* the first ones are remembered */
/* The process that the viewer wishes to move next: one of those in the line that have no CPU; or one that time will bring there, then
 * the clock goes on until it can move. who 0: no wish yet; the run waits. */
struct viewer { struct choice (*choose)(struct viewer *, const struct play *); };

/* How an expectation that one run can judge stands: always, finally, leads_to. */
struct standing {
	bool broken;
	bool is_true;                   /* now; leads_to: nothing is owed */
	bool owed;                      /* leads_to: the first was true, and the second has not been since */
	uint64_t since;                 /* the action after which it became false last; 0: it was so from the beginning */
};
static inline bool judges(const struct expect *e) { return e->kind == EXPECT_ALWAYS || e->kind == EXPECT_FINALLY || e->kind == EXPECT_LEADS_TO; }
/* Its author says that it does not hold in every run. */
static inline bool may_break(const struct expect *e) { return e->declared == OFTEN_NEVER || e->declared == OFTEN_SOMETIMES; }

/* A moment of a run: all that decides how it goes on, as one plain value. What the run is wired to (its body, its
 * listeners, its settings) is not in it. In the same block of memory, behind it, stand the virtual processors, what the
 * loop knows of each process, the alarms, how the expectations stand, and the world. So one memcpy keeps a
 * moment, and another goes back to it. */
struct moment {
	size_t bytes;                   /* of the whole block */
	struct { enum policy policy; uint32_t cpus; int64_t quantum; bool has_quantum, asks;         /* asks: the viewer chooses */
	         const struct turn *turn; size_t turns;         /* the list that decides, as long as it lasts: somebody else's memory; */
	         bool names_main, listed, dropped; } rules;     /* listed: it was wished while the run went on, not given at its
	                                                         * beginning; dropped: it did not fit any more */
	int64_t offered, offered_up_to; /* CPU time there was, up to when there were as many CPUs as now */
	int64_t now;
	int64_t rung;                   /* up to when clocks have rung: behind now while an instant begins */
	int64_t boost;                  /* mlfq: when all go to the top again; UNLIMITED: never */
	uint64_t steps;                 /* actions so far */
	uint64_t turns;                 /* of the loop, so far: what comes from outside comes in between two of them, or within one */
	uint64_t written;               /* bytes that processes have put out: written.c */
	uint64_t resumed;               /* how often a compute has gone on after an interruption */
	uint64_t changes, foreseen;     /* of the shared part; as it was when bursts were last computed */
	uint64_t dice;                  /* of the policies that draw: random, lottery */
	proc_id awaited;                /* manual: the process that was chosen before its time: the clock goes on to it; 0: none */
	int64_t pass;                   /* stride: the greatest at which a slice began that is over */
	proc_id ready_head, ready_tail; /* the policy's line: the first run, as many as there are CPUs */
	uint32_t alarms;
	uint32_t uncaught;              /* exceptions that have ended a process; */
	uint32_t faults;                /* those that no handler will catch; */
	struct fault fault[FAULTS];     /* the first of them */
	uint32_t failures;              /* of tasks, whose exceptions nobody has fetched: */
	struct failure failure[FAILURES];
	enum verdict verdict;           /* NONE while it goes on; */
	enum verdict cause;             /* what ended it, whatever else was found */
	struct { size_t at; uint32_t done; } list;      /* how much of the schedule has been played */
	struct { size_t at; uint32_t times; } followed; /* how much of the history that is followed has come about */
	struct event last;              /* the last action */
	int64_t drawn;                  /* how long it keeps its CPU, or sleeps; valid if it spends time */
	struct stretch stretch;         /* the private steps since then, also those that were only foreseen; */
	bool cut;                       /* they have been cut, and its history says so */
};

struct play {
	const struct program *g;
	struct settings settings;       /* as they are now; */
	struct settings begun;          /* as they were at the beginning */
	struct moment *at;              /* the present moment; these stand in its block: */
	struct processor *cpu;
	struct actor *actor;            /* by process */
	proc_id *alarm;                 /* a heap, from 1 on: alarms.c */
	struct interrupted *interrupted;        /* by waiter, the processes themselves left out: the outermost first */
	struct standing *standing;      /* by expectation */
	struct world world;             /* the twin */
	cell *scratch;                  /* for peeking */
	cell *before;                   /* the private parts: of the process that acted last, as it was before; NULL: nobody listens */
	struct body *body;              /* NULL: the model alone */
	struct listener *listener;
	bool closely;                   /* somebody listens to everything */
	bool arrivals_listed;           /* the schedule says when the default main's sleeps are over */
	bool watched;                   /* somebody looks after every play_step: it also ends where a compute goes on on a CPU */
	struct trace trace;
	struct journal *journal;        /* of the last action: what it stored where */
	cell *copy;                     /* room for two copies of the world, for looking ahead */
	const struct chooser *chooser;
	bool halts;                     /* it is for looking only: where an action is due, it halts */
	const char *problem;            /* MISFIT, REFUSED, DISAGREES: what, in words */
	char problem_text[400];
	struct { proc_id who; uint32_t cpu; int64_t choice; enum decider by; } stalled;         /* granted, and not answered yet */
	proc_id inside;                 /* a process that was stopped from outside in the middle of an action: no other can act; 0: none */
	proc_id held;                   /* of a run that follows another: what it waits for, a process that really is stopped; 0: nothing */
	struct history *history;        /* its own, or NULL; */
	struct history kept;
	const struct history *follows;  /* or NULL */
	bool asks;                      /* the viewer is to choose, and has not yet; */
	size_t asked_at;                /* at which entry of the history that is followed that was, + 1 */
	int64_t ticket;                 /* lottery: what was drawn last */
	bool disturbed;                 /* a signal came from outside: seed and settings alone do not make this run again */
};

/* What a policy looks at, and what decides among equals. */
enum order {
#define ORDER(id, ...) ORDER_##id,
#define TIE(...)
#include "sim/schedule/orders.def"
#undef ORDER
#undef TIE
	ORDERS
};
enum tie {
	TIE_NONE,
#define ORDER(...)
#define TIE(id, ...) TIE_##id,
#include "sim/schedule/orders.def"
#undef ORDER
#undef TIE
	TIES
};

/* A chooser: a policy, as one small file. It keeps the line in its order: the first in it run. */
struct chooser {
	/* This happened to p: give it its slice, and its place in the line by ready_add or ready_front. p leaves the line
	 * after WHY_BLOCKED. */
	void (*happens)(struct play *, proc_id, enum why);
	bool (*before)(const struct play *, proc_id a, proc_id b);     /* must a stand before b? NULL: none must */
	bool (*reorders)(const struct play *);          /* does that change as time passes? NULL: never */
	proc_id (*draw)(struct play *); /* one of those in the line who have no CPU; NULL: the first of them */
	bool expired_first;             /* at an instant, expired processes queue before those that become ready */
	bool foresees;                  /* its order is by bursts */
	bool by_actions;                /* after every action others may have their turn, whatever comes next */
	bool first_arrived;             /* of equals the first to arrive goes first; or else the first in the line */
	enum order order;
};
extern const struct chooser *const choosers[POLICY_COUNT];
extern const struct chooser chooser_fifo, chooser_sjf, chooser_stcf, chooser_rr, chooser_priority, chooser_mlfq, chooser_random,
	chooser_manual, chooser_hrrn, chooser_ljf, chooser_lrtf, chooser_edf, chooser_lottery, chooser_stride, chooser_mlq;
/* What several of them do: a process keeps the CPU to the end of its burst; or for a quantum, then it goes to the tail. */
void happens_to_bursts(struct play *, proc_id, enum why);
void happens_in_turn(struct play *, proc_id, enum why);
void line_hears(struct play *, proc_id, enum why);      /* notes it, and the policy's `happens` */
void ready_add(struct play *, proc_id);                 /* behind all whom it need not stand before; if it is in line, anew */
void ready_front(struct play *, proc_id);               /* before all who need not stand before it */
void ready_remove(struct play *, proc_id);
void ready_sort(struct play *);                         /* anew: what `before` looks at has changed */
proc_id ready_first(const struct play *);               /* the first that has no CPU; 0: none */
/* A process that has a CPU; then the first to arrive; of one instant, as in the file. */
bool first_of_equals(const struct play *, proc_id a, proc_id b);
/* sjf, stcf, ljf, lrtf, hrrn: p's burst, the CPU time until it would next block or end if no other moved. If no end is found
 * FORESIGHT actions ahead, it is endless. */
enum { FORESIGHT = 10000 };
void foresee(struct play *, proc_id p);
void foresee_again(struct play *, proc_id p);           /* if what was foreseen may have become wrong */
void foresee_check(struct play *y);                     /* in debug builds: it is what looking ahead anew would find */
/* What is left of the burst it was seen to have. */
int64_t burst_left(const struct play *, proc_id p);
/* sjf, stcf: does it go by estimates of bursts? What happens to p begins a burst; what of its estimate is left, in nanoseconds. */
bool is_estimated(const struct play *);
void estimate(struct play *, proc_id p, enum why);
int64_t estimate_left(const struct play *, proc_id p);
/* priority: p's number, less what it has gained by waiting; when the next process gains a level, UNLIMITED: never. */
int64_t priority_now(const struct play *, proc_id p);
int64_t priority_changes(const struct play *);
/* manual: can p move now, and has no CPU? */
bool manual_may_choose(const struct play *, proc_id);
/* Does it sleep, or wait with a timeout, so that the clock alone may let it move? Then it may be chosen, too. */
bool manual_may_await(const struct play *, proc_id);
bool manual_has_others(const struct play *);             /* is there any such? */
bool manual_has_answer(const struct play *);             /* is there any to choose, if only when its time comes, or when it is stopped no more? */
/* Could it go on by itself now? To leave it is a forced switch. To leave one that sleeps or whose timeout fires is none. */
bool play_goes_on(const struct play *, proc_id);
uint32_t manual_asks_for(const struct play *);          /* for which CPU, while the viewer is asked: 1, 2, .. */
/* mlfq: all to the top, with a full slice and allotment. */
void mlfq_boost(struct play *);
uint32_t levels_of(const struct play *);                /* mlfq, mlq: how many levels; other policies have none: 0 */
struct level level_of(const struct play *, uint32_t level);     /* 0 is the top; a level of mlq that is fifo has no quantum */
/* hrrn: how long p has waited, ready, and its next burst, in microseconds; ENDLESS is a burst, too. */
struct response_ratio { int64_t waited, service; };
struct response_ratio response_ratio(const struct play *, proc_id p);
/* edf: the point of time, in microseconds, at which p must have ended; UNLIMITED: never. */
int64_t deadline_of(const struct play *, proc_id p);
int64_t tickets_of(const struct play *, proc_id p);     /* lottery, stride */
/* Of NEWS_CHOICE, for those that hear it: what the policy looked at; those that were ready, the chosen one among them: the first (p 0)
 * and the next, 0: none is left; what counts for p, as a fraction, in the clock's unit where it is a time; by which rule the chosen one
 * came before others that count as much. */
struct choice_key { int64_t n, of; };
enum order choice_order(const struct play *);
proc_id choice_next(const struct play *, const struct news *, proc_id p);
struct choice_key choice_key(const struct play *, proc_id p);
enum tie choice_tie(const struct play *, const struct news *);

/* The present moment, copied: to be freed by free(). */
struct moment *moment_keep(const struct play *);
/* Go back to a moment of this run, or of another of the same program under the same settings. Listeners are not notified, and
 * there may be no body: real processes can't go back. */
void moment_return(struct play *, const struct moment *);

/* Begin a run. body may be NULL. Listeners are notified immediately. */
struct play *play_new(const struct program *, const struct settings *, struct body *, struct listener *);
void play_free(struct play *);
/* One action, and the time until it; if the play is watched, also a compute's going on after an interruption. A million time
 * slices may pass without one: then it returns in between, for there may be a limit of time, or a key. false when the run has
 * ended. */
bool play_step(struct play *);
/* End it here: the viewer stopped it, or a limit was reached. */
void play_stop(struct play *, enum verdict);
/* Under `host`: an action that has happened, and when. */
void play_happened(struct play *, const struct event *, uint32_t child_pid, int64_t time);
/* The body failed at an action, with this errno: the run ends, and says so. Returns false. */
/* Say what keeps it from going on: y->problem. */
void play_problem(struct play *, struct message);
bool play_not_moved(struct play *, proc_id, int error);
/* Under `host`: everything so far has been reported. If there is no listener, states are derived only now. */
void play_looked(struct play *);
/* Under `host`: nothing more will happen. */
void play_over(struct play *);

/* A process was killed from outside, by a signal; or it was stopped, or goes on. time: under `host`, when. */
void play_killed(struct play *, proc_id, int signal, int64_t time);
void play_signalled(struct play *, proc_id, enum signal_id, int64_t time);       /* from outside, too: it handles it */
/* Any signal, now, where no real process gets it: the model alone. */
void play_sent(struct play *, proc_id, int signal);
/* The next process behind this one that lives and has a handler for the signal; 0: none. */
proc_id play_next_handler(const struct play *, enum signal_id, proc_id behind);
void play_stopped(struct play *, proc_id, bool stopped, int64_t time);
/* A run that follows another waits for this process, which really is stopped; 0: for none. It is news, and no part of what is followed:
 * the clock goes on as it did there. */
void play_held(struct play *, proc_id);
/* The viewer wishes that from now on this policy decides, or there are so many CPUs, or a time slice is so long. */
void play_rule(struct play *, enum cause, int64_t);
/* The same of a list: it decides as long as it lasts and fits; then what decided before does so again. It is copied where the run has a
 * history, and else must last as long as the run. Not under `host`. */
void play_list(struct play *, const struct turn *, size_t turns);
/* It follows no history any more: from here on it goes its own way. */
void play_release(struct play *);

/* ---- looking ---- */

/* What the CPUs did so far: time in which they ran processes, switched, had nothing to do. */
struct usage { int64_t busy, switching, idle; uint32_t switches, timeouts, preemptions; };
struct usage play_usage(const struct play *);
static inline cell *play_own(const struct play *y, proc_id p) { return world_own(y->g, &y->world, p); }
bool play_may_move(const struct play *, proc_id);
enum can play_can(const struct play *, proc_id);
bool play_may(const struct play *, proc_id, enum can);          /* the same, of a process that can */
/* The moment at which the last action is over, or the next one is due, if that is sooner: as viewers of a run see it
 * step by step. An action takes effect at its beginning; only when it is over does its process sleep, wait, or lose its CPU.
 * It is set up in a spare play, made for this by play_spare and used for nothing else; what is returned is that, or the play. */
const struct play *play_rested(struct play *spare, const struct play *);
struct play *play_spare(const struct play *, struct listener *);        /* the listener, or NULL, hears what the spare does */
/* Does p's wait end at its deadline? It may still have that of the sleep before. */
static inline bool ends_by_timeout(const struct program *g, const struct actor *a, const cell *own, proc_id p)
{
	int64_t lo, hi;
	return a->timed && world_timeout(g, own, p, &lo, &hi);
}
const char *on_word(const struct program *, value on);  /* "door", "clock", or NULL */
const char *change_name(const struct program *, proc_id, const struct change *);        /* the variable that changed */
/* Was an expectation broken (EXPECT_ALWAYS: any), is there a deadlock, or an uncaught exception? declared: one that the
 * scenario says there may be; or else one that is a finding. */
bool run_has(const struct play *, enum expect_kind, bool declared);
bool expectation_is_true(struct play *, uint32_t expect);        /* at this moment, whatever its kind */
bool play_is_full(const struct play *);                  /* its processes have put out as much as they may */
bool play_is_done(const struct play *);                  /* nobody can move, now or later */
int exit_status(const struct play *);                   /* as in the table of exit codes */

/* inside sim/schedule */
void tell_all(struct play *, struct news);
/* Before and after private steps of p: they may be cut. */
void stretch_begins(struct play *);
void stretch_ends(struct play *, proc_id);
static inline void tell(struct play *y, struct news n)  /* to all listeners */
{
	if (y->closely || n.kind == NEWS_END)
		tell_all(y, n);
}
void lives_begin(struct play *, proc_id);
void lives_count(struct play *, struct actor *);        /* the time spent in its state up to now */
void lives_settle(struct play *);                       /* derive every state, tell what changed */
/* The same after one action, of those it can have changed: the process that did it, those that wait for what it stored something in. */
void lives_settle_after(struct play *, const struct event *);
void lives_settle_one(struct play *, proc_id);
void lives_settle_due(struct play *);                   /* clocks ring: of those whose time has come, in the order they went to sleep */
void lives_set(struct play *, proc_id, enum state, value on, uint32_t cpu);
void lives_lose_cpu(struct play *, proc_id, enum why);  /* running no more, but ready */
value lives_on(const struct play *, proc_id);
void judge_expectations(struct play *);                 /* how do they stand now? */
static inline void judge_state(struct play *y)
{
	if (y->g->expects)
		judge_expectations(y);
}
void judge_end(struct play *, enum verdict);
int64_t dice_draw(uint64_t *dice, int64_t lo, int64_t hi);
uint64_t dice_seed(uint64_t seed, const char *name);
/* Are there entries of the schedule that have not been played? */
static inline bool list_is_on(const struct play *y) { return y->at->list.at < y->settings.turns; }
bool list_names_main(const struct turn *, size_t turns);
bool list_holds_main(const struct play *);              /* an entry says when the default main's sleep is over */
/* Does the schedule's next entry's action now; false: it does not fit: the run has ended, or the list decides no more. */
bool list_step(struct play *);
/* p does its next action, on a CPU (0: it needs none). choice counts if `by` is GIVEN. */
void play_act(struct play *, proc_id, uint32_t cpu, int64_t choice, enum decider by);
void play_clock(struct play *, int64_t now);            /* set it; all alarms up to then ring */
bool takes_no_time(const struct play *, const cell *shared, const struct event *);
bool main_moves(struct play *);                         /* the default main, which is ready: no CPU, no time; true if it moved */
static inline bool free_main_moves(struct play *y)
{
	return y->g->default_main && y->actor[MAIN].state == STATE_READY && main_moves(y);
}
/* written.c */
void written_by(struct play *, const struct event *);
void written_of(struct play *, const struct change *);
/* moment.c */
void moment_begin(struct play *);                       /* zeroed, and the play's parts point into it */
void moment_end(struct play *);
/* rules.c */
void rules_begin(struct play *);
void rules_return(struct play *);                       /* as the present moment has them */
void rules_list_again(struct play *, const struct happening *);        /* the list that the history which is followed has for this entry */
/* alarms.c */
void alarm_set(struct play *, proc_id, int64_t deadline);
void alarm_clear(struct play *, proc_id);
void interruptions(struct play *, const struct event *);       /* p, which did this, may have entered handlers of signals, or left them */
int64_t alarm_next(const struct play *);                /* INT64_MAX: there is none */
proc_id alarm_ring(struct play *);                      /* the next whose time has come, which stays timed; 0: nobody */
/* cpus.c */
bool cpus_dispatch(struct play *);                      /* what happens at this instant, up to one action; false: nothing more */
bool cpus_pass_time(struct play *);                     /* to the next instant at which something happens; false: there is none */
void cpus_count(struct play *);                         /* what they did up to now is charged */
void cpus_end(struct play *, uint32_t left);            /* there are only so many left: a process that was on another has none */
void cpus_leave(struct play *, proc_id);                /* p has its CPU no more, if it had one */
void cpus_acted(struct play *, proc_id, int64_t cost);  /* p did an action on its CPU, which takes so long */
#endif
