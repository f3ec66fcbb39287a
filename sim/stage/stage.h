/* The stage: one real process for each process of the scenario.
 *
 * The shared part of the world lies in memory that all of them share; each private part lies in that
 * process's own memory, inherited by a real fork. A process moves by calling world_step on both, under
 * a robust mutex, and its change of the shared part takes effect by one store. What it waits for, it
 * waits for in the kernel. The stage knows nothing of what actions mean. */
#ifndef STAGE_STAGE_H
#define STAGE_STAGE_H
#include <signal.h>
#include "sim/schedule/play.h"

struct stage;
/* Where the program's arguments stand: there the names of the processes are written, for `ps`; and the program's own. Call it
 * first thing in main; arguments that are needed later must have been copied. */
void stage_title_area(int argc, char **argv);
/* Set it (in a signal handler) to make a wait for a process's answer give up. */
extern volatile sig_atomic_t stage_interrupted;
/* Fork main; it waits for its first grant or, under `host`, is held until stage_pause(.., false): the twin must know who
 * is there before the place of any is taken by another. NULL and *error (an errno): the system refused.
 * quiet: full speed, nobody looks at single processes while it runs.
 * gives_up: asked while main, which may compute for hours before its first action, is not there yet; NULL: nobody. Then, or if
 * stage_interrupted, the error is GAVE_UP. */
struct stage *stage_open(const struct program *, const struct settings *, bool quiet, bool (*gives_up)(void), int *error);
/* What the system refused when that was NULL, and why: "no processes can be started: Cannot allocate memory". */
const char *stage_refused(void);
/* To be given to play_new. */
struct body *stage_body(struct stage *);
/* Kill what is left, wait for it; nothing stays behind. */
void stage_close(struct stage *);
/* Somebody watches, and for the moment nothing moves: a process that has a CPU and is in the middle of a compute really computes,
 * until this is called again. on false: none does. A call without a change does no harm, and reaches those that missed the first. */
void stage_compute(struct stage *, const struct play *, bool on);
/* Becomes readable when a process dies whose death was not granted; then call stage_deaths. -1: none. */
int  stage_fd(const struct stage *);
void stage_deaths(struct stage *, struct play *);
/* Whether processes were stopped from outside, or go on: taken in. true: something has changed. Of many, one call looks
 * at some only, the next at others; it costs microseconds for each. */
bool stage_stops(struct stage *, struct play *);
/* A signal to p, which lives, as from another terminal: what comes of it is found out as there. */
void stage_send(const struct play *, proc_id, int signal);
/* Under `host`: the processes run freely; take in what has happened since the last call, waiting for up
 * to wait_ms. false when nothing more will happen: play_over has been called. */
bool stage_follow(struct stage *, struct play *, int wait_ms);
/* Under `host`: let all go, or hold each before its next action. */
void stage_pause(struct stage *, bool);
#endif
