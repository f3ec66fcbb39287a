/* One run of a program: who moves next, the virtual clock, and what is told of it.
 *
 * The same loop drives the model alone and the stage's real processes: it keeps a world of its own
 * (the twin), asks a chooser who moves, lets the body do the action where there is one, does the same
 * action on the twin, holds the two against each other, and tells its listeners the news.
 *
 *   play.c      the loop          lives.c     states, times        choosers: fifo.c rr.c random.c list.c
 *   judge.c     expectations, the end         dice.c               policies.c  their table, and the ready lines */
#ifndef SCHEDULE_PLAY_H
#define SCHEDULE_PLAY_H
#include "sim/world/world.h"

/* ---- states ---- */

enum state {
#define STATE(id, ...) STATE_##id,
#include "sim/schedule/states.def"
#undef STATE
	STATE_COUNT
};
struct state_row { const char *word, *word_zh; char letter; const char *meaning; };
extern const struct state_row state_rows[STATE_COUNT];

/* What a process is blocked on: an object or process as a value, or one of these. */
enum { ON_NOTHING = VALUE_UNSET, ON_CLOCK = VALUE_NONE };

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
	value target;                   /* what its next action acts on (of a condition: its lock), or VALUE_UNSET */
	proc_id next, before;           /* in its ready line */
	bool queued;
	bool assigned;                  /* to a CPU that is still switching to it */
};

/* A virtual processor. */
struct processor {
	proc_id who, last;
	bool acting;                    /* its process is in the middle of an action, until: */
	int64_t until;
	int64_t begun;                  /* when the present activity began */
	int64_t slice;                  /* what is left of it */
	bool switching;                 /* the activity is the switch itself */
};

/* ---- news ---- */

enum news_kind { NEWS_BEGIN, NEWS_PROCESS, NEWS_STATE, NEWS_STEP, NEWS_CHANGE, NEWS_EXIT, NEWS_EXPECT, NEWS_END };
struct news {
	enum news_kind kind;
	int64_t time;
	proc_id who;
	enum state from, to;            /* STATE */
	value on;
	uint32_t cpu;
	uint64_t n;                     /* STEP: 1, 2, .. */
	const struct event *event;      /* STEP */
	const struct change *change;    /* CHANGE */
	int32_t code;                   /* EXIT */
	uint32_t expect;                /* EXPECT: which; */
	bool holds;
};
struct play;
struct listener {
	void (*hear)(struct listener *, const struct play *, const struct news *);
	struct listener *next;
	bool end_only;                  /* it wants the last news only: nothing need be told before */
};

struct play;
enum { NO_ANSWER_YET = -1 };
/* ---- the body: who really does the actions ---- */

struct body {
	/* p does its next action, which is `how`; out is what it reports. child_pid: of who was started.
	 * 0, or an errno: the system refused; or NO_ANSWER_YET: ask again for the same. */
	int (*move)(struct body *, proc_id p, enum can how, int64_t choice, struct event *out, uint32_t *child_pid);
	/* p died without being told to, and move has failed with ESRCH: take that in with play_killed. */
	void (*died)(struct body *, struct play *, proc_id p);
	/* The shared part as the processes have it, to be held against the twin's. NULL: not now. */
	const cell *(*shared)(struct body *);
	uint32_t (*pid_of)(struct body *, proc_id p);           /* of a server, alive from the start */
	uint32_t main_pid, own_pid;
};

/* ---- a run ---- */

enum verdict { VERDICT_NONE, VERDICT_OK, VERDICT_DEADLOCK, VERDICT_VIOLATED, VERDICT_EXCEPTION, VERDICT_LIMIT,
               VERDICT_STOPPED, VERDICT_MISFIT, VERDICT_REFUSED, VERDICT_DISAGREES };
extern const char *const verdict_words[];

struct settings {
	uint64_t seed;
	uint64_t max_steps;
	enum policy policy;
	uint32_t cpus;
	int64_t quantum;
	const struct turn *turn;        /* a schedule, or NULL */
	size_t turns;
	bool fair;
};

struct list { const struct turn *turn; size_t turns, at; uint32_t done; };

struct play {
	const struct program *g;
	struct settings settings;
	struct world world;             /* the twin */
	cell *scratch;                  /* for peeking */
	struct body *body;              /* NULL: the model alone */
	struct listener *listener;
	bool closely;                   /* somebody listens to everything */
	struct trace trace;
	int64_t now;
	uint64_t steps;
	struct actor *actor;             /* by process */
	struct processor cpu[MAX_CPUS];
	proc_id ready_head, ready_tail; /* the policy's line */
	const struct chooser *chooser;
	uint64_t dice;                  /* of the random policy */
	struct list list;
	bool *violated;                 /* by expectation */
	uint32_t uncaught;              /* exceptions */
	enum verdict verdict;           /* NONE while it goes on */
	const char *problem;            /* MISFIT, REFUSED, DISAGREES: what, in words */
	char problem_text[400];
	struct event last;              /* the last action */
	struct { proc_id who; uint32_t cpu; int64_t choice; bool chosen; } stalled;     /* granted, and not answered yet */
};

/* A chooser: a policy, as one small file. */
enum why { WHY_NEW, WHY_WOKEN, WHY_EXPIRED };
struct chooser {
	proc_id (*next)(struct play *);                         /* who runs next; still in the line; 0: nobody */
	int64_t (*slice)(const struct play *, proc_id);         /* 0: one action; INT64_MAX: as long as it can */
};
extern const struct chooser *const choosers[POLICY_COUNT];
extern const struct chooser chooser_fifo, chooser_rr, chooser_random;
void ready_add(struct play *, proc_id);                 /* to the tail */
void ready_remove(struct play *, proc_id);

/* Begin a run. body may be NULL. Listeners are told at once. */
struct play *play_new(const struct program *, const struct settings *, struct body *, struct listener *);
void play_free(struct play *);
/* One action, and the time until it; false when the run has ended. */
bool play_step(struct play *);
/* End it here: the viewer stopped it, or a limit was reached. */
void play_stop(struct play *, enum verdict);
/* Under `host`: an action that has happened, and when. */
void play_happened(struct play *, const struct event *, uint32_t child_pid, int64_t time);
/* The body failed at an action, with this errno: the run ends, and says so. Returns false. */
bool play_not_moved(struct play *, proc_id, int error);
/* Under `host`: everything so far has been told. If nobody listens, states are looked at only now. */
void play_looked(struct play *);
/* Under `host`: nothing more will happen. */
void play_over(struct play *);

/* A process was killed from outside, by a signal. */
void play_killed(struct play *, proc_id, int signal);

/* ---- looking ---- */

static inline cell *play_own(const struct play *p, proc_id who) { return world_own(p->g, &p->world, who); }
bool play_may_move(const struct play *, proc_id);
const char *on_word(const struct program *, value on);  /* "door", "clock", or NULL */
const char *change_name(const struct program *, proc_id, const struct change *);        /* the variable that changed */
int exit_status(const struct play *);                   /* as in the table of exit codes */

/* inside sim/schedule */
void tell_all(struct play *, struct news);
static inline void tell(struct play *y, struct news n)  /* to everybody who listens */
{
	if (y->closely || n.kind == NEWS_END)
		tell_all(y, n);
}
void lives_begin(struct play *, proc_id);
void lives_count(struct play *, struct actor *);        /* the time spent in its state up to now */
void lives_settle(struct play *);                       /* derive every state, tell what changed */
/* The same after one action, of those it can have changed: who did it, who waits for what it touched. */
void lives_settle_after(struct play *, const struct event *, value touched);
void lives_settle_one(struct play *, proc_id);
void lives_settle_due(struct play *);                   /* after time has passed: of those whose time has come */
void lives_set(struct play *, proc_id, enum state, value on, uint32_t cpu);
value lives_on(const struct play *, proc_id);
void judge_state(struct play *);
void judge_end(struct play *, enum verdict);
int64_t dice_draw(uint64_t *dice, int64_t lo, int64_t hi);
uint64_t dice_seed(uint64_t seed, const char *name);
bool list_is_on(const struct play *);
/* Does the schedule's next entry's action now; false: it does not fit. */
bool list_step(struct play *);
void play_act(struct play *, proc_id, uint32_t cpu, int64_t choice, bool chosen);
bool play_pass_time(struct play *, int64_t limit);      /* to the next instant at which something happens, at most to limit */
#endif
