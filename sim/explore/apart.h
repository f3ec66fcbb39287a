/* A search in a process of its own, with its own memory and its own values: the process that begins it goes on meanwhile, takes in what has
 * been found whenever there is something, and may end it at any time. However that process ends, what was taken in until then
 * holds. */
#ifndef EXPLORE_APART_H
#define EXPLORE_APART_H
#include <sys/types.h>
#include "sim/explore/explore.h"

struct apart;
struct apart_wishes {
	struct reach from;              /* the moment it begins at. run: NULL: at the program's beginning; only fair matters then */
	bool full;                      /* without reductions */
	struct limits limits;           /* those of that process; it asks nobody, and reports to us alone */
};
/* NULL: the system refused it (errno). The program's world has been laid out; it may belong to a run that goes on. */
struct apart *apart_begin(const struct program *, const struct apart_wishes *);
pid_t apart_pid(const struct apart *);          /* 0: it is there no more */
int  apart_fd(const struct apart *);            /* to be polled: readable when something has come. -1: nothing more will */
/* Takes in what has come; never waits, and not for long. false: nothing more will come. */
bool apart_take_in(struct apart *);
/* What is known so far. Its stop is STOP_LOST if that process died before it had reported everything. Valid until it takes in more. */
const struct exploration *apart_found(const struct apart *);
/* REACHED, unless there is no such moment. */
const struct reaching *apart_reached(const struct apart *);
/* It shall write down what it has found, and end; that takes it half a second at most. */
void apart_ask(struct apart *);
/* It is killed. This, and no longer that it may go on, is why nothing more comes. */
void apart_give_up(struct apart *, enum stop why);
/* STOP_LOST: the signal that killed it; 0: it ended in another way, as where there was no memory for it. */
int  apart_killed_by(const struct apart *);
void apart_free(struct apart *);                /* it dies immediately */
#endif
