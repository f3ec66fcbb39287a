/* Keys: what they do to what is shown, and what they ask of the run. */
#ifndef DASHBOARD_KEYS_H
#define DASHBOARD_KEYS_H
#include "ui/dashboard/press.h"
#include "ui/dashboard/show.h"

/* What the viewer wishes of the run or of the screen: one value, from a key to the loop. */
enum wish_kind {
	WISH_NOTHING,
	WISH_RUN, WISH_PAUSE,
	WISH_STEP,                      /* n actions, then pause; in the past: n further on */
	WISH_BACK,                      /* n actions back */
	WISH_GO,                        /* to the moment after n actions; -1, -2, ..: before so many */
	WISH_NOW,                       /* out of the past */
	WISH_NEXT,                      /* to the next action of process who, or, n below 0, to its last one before */
	WISH_CHANGE,                    /* the same of the object or variable that is selected: to its next change, or its last one before */
	WISH_BRANCH,                    /* from the moment that is shown, another way */
	WISH_RETURN,                    /* the previous branch */
	WISH_CHOOSE,                    /* under `manual`: process who moves next; */
	WISH_DRAW,                      /* and draws n */
	WISH_SIGNAL,                    /* signal n to process who */
	WISH_MANUAL,                    /* the viewer says who moves next, or no longer */
	WISH_POLICY,                    /* the policy that is n further decides */
	WISH_CPUS,                      /* so many CPUs more; or, where the scheduler panel has the focus, a longer or shorter time slice */
	WISH_QUANTUM,
	WISH_RESTART,                   /* with the seed that is n further */
	WISH_LEAVE,                     /* quit, and what comes then is enum leave */
	WISH_STORY,                     /* that of process, object or variable `who`: n is the enum subject_kind */
	WISH_SEARCH, WISH_NO_SEARCH,    /* what can still happen: show it, put it away */
	WISH_FOUND,                     /* play what its selected row says */
	WISH_CHALLENGES,                /* list the challenges; */
	WISH_CHALLENGE,                 /* begin challenge n */
	WISH_HINT,
	WISH_COPY,                      /* the command that plays this run again, to the terminal's clipboard */
	WISH_PREDICT,                   /* questions before interesting moments, or none; */
	WISH_PREDICTED,                 /* one was answered, or (n) skipped */
	WISH_MOUSE,                     /* used (n), or not */
	WISH_THEME, WISH_REDRAW, WISH_QUIT,
};
struct wish { enum wish_kind kind; int64_t n; proc_id who; };
struct wish key_press(struct show *, int press);
void note_unchanged(struct show *, int press);          /* why nothing is to be seen of it */
int  digit_of(int press);                               /* a digit, also a full-width one, as input methods for Chinese write them; -1: it is none */

/* The rows of keys.def, for the last line, the help and the reference. */
enum {
	PLAYING = 1, PAUSED = 2, ENDED = 4, ZOOMED = 8, COVERED = 16,
	FIRST = 32, ASKED = 64,
	PAST = 128,                     /* a moment of the past is shown; */
	WAY = 256,                      /* and the question is where to go on from */
	KILLING = 1024,                 /* it is asked which signal the selected process gets */
	REPEATING = 512,                /* what another run did up to some action is done again */
	SEARCHED = 2048,                /* what can still happen has the keys */
	CHALLENGES = 4096,              /* they are listed: a digit begins one */
	PREDICTED = 8192,               /* so are the questions that were missed; */
	HELPED = 16384,                 /* and what the keys do */
	OPEN = PLAYING | PAUSED | ENDED | PAST,
};
enum { PRESSES = 10 };
struct key_row {
	const char *id;
	int press[PRESSES];
	unsigned when;
	const char *name, *label, *label_zh, *meaning, *meaning_zh;
	struct wish (*function)(struct show *, int press);
};
extern const struct key_row key_rows[];
extern const int key_count;
unsigned key_situation(const struct show *);
/* A key as its row names it, as people call it: those with words on them are called otherwise in Chinese. */
const char *key_called(const struct show *, const char *name);
/* The key that is meant where the row is pointed at; PRESS_NONE: its keys do different things. */
int key_pointed_at(const struct key_row *);
/* Has this key a meaning now? */
bool key_acts(const struct show *, int press);
/* Would the row's first key do something now? */
bool key_works(const struct show *, const struct key_row *);
/* Would it, if no card lay over the panels? */
bool key_works_below(const struct show *, const struct key_row *);
/* The same, and in the panel that has the keys: is it one of those that can do what it does? */
bool key_acts_here(const struct show *, const struct key_row *);
/* Would Space, while a card lies over the panels, put it away and let the run go on? */
bool key_card_runs(const struct show *);
#endif
