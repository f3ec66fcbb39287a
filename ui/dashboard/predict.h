/* Questions before interesting moments: the viewer says what the next action will do, before it is done. What is right comes from the
 * model, run one action ahead; nothing need be written for it in the scenario.
 *
 *   ahead.c       the next action, as the model does it
 *   predict.c     which question there is about it, and what is right
 *   predicted.c   answering; what is drawn
 *   predicting.c  asking it before the action, and going on */
#ifndef DASHBOARD_PREDICT_H
#define DASHBOARD_PREDICT_H
#include "sim/base/say.h"
#include "sim/schedule/past.h"
#include "ui/dashboard/canvas.h"

#define MESSAGE DECLARE_SENTENCE
#include "ui/dashboard/predict.def"
#undef MESSAGE

/* What the next action does. */
enum { WAITERS = 64 };
struct ahead {
	struct listener listener;       /* first: it is what the model calls */
	struct viewer viewer;           /* under `manual`: */
	struct choice chosen;           /* it chooses this */
	struct play *play;              /* the model; at a moment of the past it is the past's; */
	struct play *own;
	struct past *past;
	bool happened;                  /* the action has been heard: */
	struct event event;
	struct text sentence;           /* what it did, in words */
	bool has_set;                   /* it has set a shared variable: the first that holds a number, or true or false */
	uint32_t variable;
	value value;
	uint32_t object;                /* that it acted on, or 0; */
	proc_id waiter[WAITERS];        /* these had waited for that, */
	int waiters;
	bool freed[WAITERS];            /* and these wait no more */
	int frees;
};
void ahead_end(struct ahead *);
/* From the present moment of that run; chosen: under `manual`. false: it does nothing more, or that can't be known. */
bool ahead_of_now(struct ahead *, const struct play *, struct choice chosen);
/* From the moment of its past after n actions. */
bool ahead_of_past(struct ahead *, const struct play *, const struct settings *again, uint64_t n);

enum predict_kind { ABOUT_VALUE, ABOUT_WHO, ABOUT_ANYBODY, ABOUT_STATE, PREDICT_KINDS };
enum { CHOICES = 9 };
struct asked {
	enum predict_kind kind;
	uint64_t n;                     /* the action that it is about */
	proc_id who;                    /* which does it */
	uint32_t step;
	bool truth;                     /* ABOUT_VALUE: true or false, not a number; */
	int64_t value;                  /* this is right */
	struct text choice[CHOICES];    /* the others: what may be chosen, and which is right: 1, 2, .. */
	int choices, right;
	struct text words, answer, why; /* the question, what is right, and the reason */
	struct text given;              /* what the viewer has said first */
	bool was_right, since;          /* it was; it was not, but when it was asked again */
};
struct predict {
	bool on;
	struct ahead ahead;
	struct asked now;               /* what is asked, or what was asked last */
	bool right;                     /* what was answered last was */
	uint64_t told_at;               /* so many actions are done where the answer is shown; 0: nowhere */
	uint64_t passed;                /* the question about this action has been asked */
	bool unseen;                    /* the question is not on the screen yet: what was typed before is no answer to it */
	bool came;                      /* there has been one, since they are on */
	bool worn, worn_told;           /* a step has been asked about often enough; that was said */
	bool was_running;
	uint8_t *times;                 /* by kind, step and answer: how often it was asked */
	struct asked *list; size_t count, room; /* all that were answered */
	size_t selected;                /* of those that were missed */
	bool concluded;                 /* the run's end has been seen */
};

struct show;
struct card;
/* Is there a question about that action? If so, it is put together. */
bool predict_find(struct predict *, const struct show *, const struct play *rested);
void predict_free(struct predict *);
/* Another run begins, which is the same up to so many actions. */
void predict_anew(struct predict *, uint64_t same);
int  predict_right(const struct predict *);     /* how many were answered right */
/* The i-th of those that were missed, or NULL. */
struct asked *predict_missed(const struct predict *, size_t i);
/* What the viewer says, as typed, or by a digit. false: it is no answer. */
bool predict_answer_typed(struct predict *, const char *typed);
bool predict_answer_digit(struct predict *, int digit);
void put_score(struct text *, const struct predict *);

int  predict_draw(struct area, const struct show *);    /* above the panels; returns the rows that it takes */
void predict_draw_footer(struct area, const struct show *);
void put_predictions(struct card *, const struct show *);
#endif
