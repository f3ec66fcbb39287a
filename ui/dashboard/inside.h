/* The dashboard's loop from inside: what it holds, and what its files do with it.
 *
 *   dashboard.c     the loop, its beginning and end    running.c    a run, and its next actions
 *   through_time.c  the past, and going on from it     branching.c  the same again up to a moment, then another way
 *   steering.c      signals, and rules that change    searching.c  what can still happen
 *   telling.c       the story of one process, object or value    challenging.c   challenges, and hints
 *   predicting.c    questions before the next action   interrupts.c  ^C
 *   looking_back.c  from which step on it could not be avoided   answering.c  a key of which nothing is to be seen says so */
#ifndef DASHBOARD_INSIDE_H
#define DASHBOARD_INSIDE_H
#include <signal.h>
#include "sim/explore/explore.h"
#include "sim/explore/hindsight.h"
#include "sim/schedule/past.h"
#include "ui/dashboard/plain_names.h"
#include "ui/dashboard/branches.h"
#include "ui/dashboard/challenge.h"
#include "ui/dashboard/dashboard.h"
#include "ui/dashboard/keys.h"
#include "ui/dashboard/predict.h"

static const int64_t second = 1000000, burst = 20000;

enum { TYPED_AHEAD = 64 };

struct dashboard {
	struct viewer viewer;           /* first: the run asks it whom to let move */
	struct choice chosen;           /* its answer; who 0: it has not made up its mind */
	const struct program *g;
	struct program *program;        /* the same: its lines may be laid out anew, between two runs */
	struct settings settings;
	const struct dashboard_options *options;
	struct screen *screen;          /* or lines in its place, and it is NULL: */
	struct linear *lines;
	struct canvas canvas;
	struct canvas unsaid;           /* the last picture, without what was said in it */
	int pressed;                    /* the last key since then, or PRESS_NONE; */
	bool several, seen_elsewhere;   /* there were different ones, which may have undone each other; what one does is not seen in the picture; */
	bool wishes;                    /* it asked something of the run that may still come */
	struct plain_names plain;       /* what names are called where the canvas lacks their letters */
	struct stage *stage;            /* NULL: the model alone */
	struct play *play;
	struct view *view;
	struct past *past;              /* of that run; */
	struct view *seen;              /* and the listener when it comes again */
	struct show show;
	struct arrangement arranged;    /* of its panels, when it began */
	struct settings again;          /* as the run has them when it comes again */
	struct way found;               /* that is played, or will be where what is repeated ends; */
	bool lists, along, pauses;      /* it is being played; it will be; behind it the run is paused */
	bool unfit;                     /* a schedule did not fit after a signal: that has been said */
	struct apart *check;            /* it looks for the point of no return of the schedule; NULL: nobody does */
	uint64_t first_no_return;       /* which is this; 0: not known */
	struct hindsight *hindsight;    /* of a run that has ended: it looks for its point of no return; NULL: nobody does */
	bool looked_back;               /* it was begun */
	struct settings staged;         /* as the stage has them: it never runs freely where a history is followed */
	struct branches branches;
	struct challenge challenge;
	struct predict predict;
	const struct history *recording;        /* what the first run follows, or NULL */
	proc_id awaited;                /* or only until this one has moved; 0: nobody; */
	bool awaits_change;             /* or until this has changed: */
	struct subject changing;
	bool ended, chooses;            /* what is repeated has ended there; there the viewer is to choose */
	uint64_t until;                 /* it goes at full speed up to so many actions, then pauses; 0: it does not */
	int64_t due;                    /* when the next action is, on the wall's clock */
	int64_t drawn;                  /* when the screen was drawn last */
	int64_t looked;                 /* when it was looked for processes that are stopped */
	int64_t ends;                   /* when the run's time is up; INT64_MAX: never */
	bool late;                      /* it was */
	struct { int key[TYPED_AHEAD], count; } ahead;  /* typed while a run repeated another: meant for what comes then */
	bool dirty;                     /* it is not up to date; */
	bool answers;                   /* a key has made it so: the next picture is not waited for */
	bool quits;
	int leaves;                     /* enum leave, or 0 */
	int refused;                    /* the errno for which a run could not begin */
};

extern volatile sig_atomic_t told_to_end;       /* by this signal; 0: it was not */
int64_t wall_clock_now(void);

/* ---- a run (running.c) ---- */

bool begin_run(struct dashboard *);             /* false: refused says why it could not */
void end_run(struct dashboard *);
void restart(struct dashboard *, int64_t seeds_further);
void begin_anew(struct dashboard *, bool goes_on);       /* another run, under the settings as they are now; the last one has been ended */
bool is_host(const struct dashboard *);         /* the kernel decides */
bool is_playing(const struct dashboard *);
struct choice take_choice(struct viewer *, const struct play *);
bool make_step(struct dashboard *);             /* false: the run has ended, or the viewer is asked */
void step_once(struct dashboard *);
void play_on(struct dashboard *);               /* what is due */
void look_at_time(struct dashboard *);           /* is it up? */
void go_to_question(struct dashboard *);        /* the viewer's next choice, if that is not far; else on the way to it */
void let_compute(struct dashboard *);

/* ---- keys of which nothing is to be seen (answering.c) ---- */

void note_pressed(struct dashboard *, int press, struct wish);
void draw_answer(struct dashboard *);

/* ---- through time (through_time.c) ---- */

void go_to(struct dashboard *, int64_t n, bool ahead);
void run_to(struct dashboard *, uint64_t n);
void go_to_action(struct dashboard *, proc_id, bool back);
void go_on(struct dashboard *, int64_t n);
void go_to_change(struct dashboard *, struct subject, bool back);      /* of an object or variable (changes.c); */
bool has_changed(const struct play *, struct subject);                  /* by the last action */

/* ---- branches (branching.c) ---- */

void repeat(struct dashboard *, int64_t now);
void branch_off(struct dashboard *);
void go_back_to_branch(struct dashboard *);
void branch_along(struct dashboard *, uint64_t from);   /* after so many actions, the way that was found */

/* ---- the point of no return of a run that has ended (looking_back.c) ---- */

void look_back(struct dashboard *);
int look_back_fd(const struct dashboard *);     /* to be polled; -1: nothing comes */
void take_in_hindsight(struct dashboard *);
void end_hindsight(struct dashboard *);

/* ---- what can still happen (searching.c) ---- */

void search_here(struct dashboard *);
void end_search(struct dashboard *);
int search_fd(const struct dashboard *);        /* to be polled; -1: nothing comes */
void take_in_search(struct dashboard *);
/* The same once at the beginning: where is the point of no return of the schedule that is played? */
void begin_check(struct dashboard *);
int check_fd(const struct dashboard *);
void take_in_check(struct dashboard *);
void end_check(struct dashboard *);
void play_found(struct dashboard *);            /* what the selected row says */
void begin_list(struct dashboard *);
bool list_has_ended(const struct dashboard *);  /* the one that is played */
void look_for_list_end(struct dashboard *);

/* ---- the story of one (telling.c) ---- */

void begin_story(struct dashboard *, struct subject);
bool is_telling(const struct dashboard *);      /* it is not whole yet, and somebody looks at it */
void tell_on(struct dashboard *);
void end_story(struct dashboard *);

/* ---- challenges (challenging.c) ---- */

void challenge_open(struct dashboard *);
void challenge_close(struct dashboard *);
void challenge_wished(struct dashboard *, const char *name);   /* NULL: none; "", or one that is not there: they are listed */
void show_challenges(struct dashboard *);
void begin_challenge(struct dashboard *, int which);            /* 1, 2, .. */
void challenge_rules(struct dashboard *);                       /* of its next run */
void give_hint(struct dashboard *);
void challenge_anew(struct dashboard *);                        /* a run begins */
/* Every step is counted: before it, it is asked whether the process that moved last could go on. */
bool challenge_could_go_on(const struct dashboard *);
void challenge_count(struct dashboard *, uint64_t steps_before, bool could_go_on);
void look_whether_reached(struct dashboard *);
void search_present(struct dashboard *);                       /* begins the search from the present, if the goal needs one that is not there */
enum challenge_search { SEARCH_WHOLE, SEARCH_HINT, SEARCH_PRESENT };
int challenge_fd(const struct dashboard *, enum challenge_search);     /* to be polled; -1: nothing comes */
void take_in_challenge(struct dashboard *);

/* ---- questions before the next action (predicting.c) ---- */

void toggle_predictions(struct dashboard *);
bool predict_asks(struct dashboard *);          /* about the next action, before it is done: is it to be waited for the answer? */
void predict_go_on(struct dashboard *, bool skipped);
void conclude_predictions(struct dashboard *);

/* ---- signals, and rules that change (steering.c) ---- */

void note_meanwhile(struct dashboard *);
/* ^C (interrupts.c): */
void interrupts_begin(const struct dashboard *);        /* a run begins, */
void interrupts_end(void);                      /* or is over */
bool interrupt_is_for_them(void);               /* asked at each one, by the handler of it: is it for the processes? */
void hand_interrupt_on(struct dashboard *);     /* it was, perhaps */
void look_for_stopped(struct dashboard *);
void send_signal(struct dashboard *, proc_id, int number);
void toggle_manual(struct dashboard *);
void drop_list(struct dashboard *);
void next_policy(struct dashboard *);
void change_cpus(struct dashboard *, int64_t more);
void change_quantum(struct dashboard *, int64_t more);
#endif
