/* Challenges: the viewer is the scheduler, and has a goal, such as a deadlock, made from what the scenario expects. Whether it can be
 * reached, and how with the fewest forced switches, is searched meanwhile, in processes of their own.
 *
 *   challenge.c     goals, how far the viewer is, what is drawn     challenging.c   beginning one, and the searches */
#ifndef DASHBOARD_CHALLENGE_H
#define DASHBOARD_CHALLENGE_H
#include "sim/base/say.h"
#include "sim/schedule/play.h"
#include "ui/dashboard/canvas.h"

#define MESSAGE DECLARE_SENTENCE
#include "ui/dashboard/challenge.def"
#undef MESSAGE

struct apart;
struct way;

/* An expectation to be broken, or one that asks for a state or an end; or an event. expect: of the first four kinds. */
struct goal { enum expect_kind kind; uint32_t expect; };
enum { GOALS = 9 };                     /* as many as there are digits */

/* What can be said of a goal from some moment on. */
enum prospects { PROSPECT_OPEN, PROSPECT_CAN, PROSPECT_CANT, PROSPECT_UNKNOWN };        /* OPEN: the search goes on */

/* What the run has done so far, but for what its default main did. */
struct tally { uint64_t moves; uint32_t forced; };

struct hint {
	struct apart *search;           /* NULL: none is wanted */
	uint64_t from;                  /* the moment that it begins at: after so many actions; */
	uint64_t asked;                 /* the one that the viewer asked at */
	uint64_t least, most;           /* from the first of these the goal can be reached, from the second it can't */
	bool back;                      /* how far back that is, is what is searched */
	bool known;                     /* it is */
	int level;                      /* how often it was asked for: 0: not */
	bool ends_known;                /* whether the program could end was known when the search began: dead ends depend on it */
};

/* A moment alone does not show that it is in a dead end: what can follow is searched. */
struct present {
	struct apart *search;           /* NULL: none was wanted, or the system refused it */
	uint64_t from;                  /* the moment that it begins at: after so many actions; */
	struct tally tally;             /* what it had taken to come there */
	bool begun;                     /* there is such a moment */
	bool ends_known;                /* as of a hint */
};

struct challenge {
	struct goal goal[GOALS];
	int goals;
	int on;                         /* the goal that is played for: 1, 2, ..; 0: none */
	struct apart *whole;            /* the search from the beginning; NULL: not begun */
	struct tally now, then;         /* then: when it was reached, */
	uint64_t reached;               /* after so many actions */
	bool is_reached;
	bool is_helped;                 /* before that the program had played a way that it had found */
	proc_id last;                   /* the process that moved last, the default main aside */
	struct hint hint;
	struct present here;
};

struct show;
struct card;
struct canvas;
void challenge_find_goals(struct challenge *, const struct program *);
/* By its number, a part of how it is called, or its kind (`deadlock`); 0: there is none such. */
int challenge_find(const struct challenge *, const struct program *, const char *name);
/* Is it reached at this moment? Of a dead end a moment does not show it: false. */
bool goal_is_reached(struct play *, struct goal);
/* 'Break "no ticket is sold twice"' */
void put_goal(struct text *, const struct program *, struct goal);
/* What a search has found of it: the way there, or NULL. */
enum prospects goal_prospects(const struct apart *, struct goal, const struct way **);
/* The same of the search for a hint. */
enum prospects hint_prospects(const struct challenge *, struct goal, const struct way **);
/* Actions of a way, without the default main's. */
uint64_t way_moves(const struct program *, const struct way *);
const struct goal *challenge_goal(const struct show *);         /* that a hint is about; NULL: there is none */
/* Above the panels: the goal, how far it is, and the hint. Returns the rows that it takes. */
int  challenge_draw(struct area, const struct show *);
void put_challenges(struct card *, const struct show *);
void put_challenge_offer(struct card *, const struct show *);   /* on the first card */
void challenge_farewell(struct text *, const struct show *);
#endif
