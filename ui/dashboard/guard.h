/* A thin parent that outlives the dashboard, only to leave the terminal as it was. */
#ifndef DASHBOARD_GUARD_H
#define DASHBOARD_GUARD_H

/* Fork; run controller(arg) in the child, which exits with its result; wait for it, pass signals on to it,
 * stop and go on with it. Returns the exit code, 128 + N if signal N ended it, -1 (errno) if fork refused.
 * If the guard is killed, the controller gets SIGTERM. No other children should exist yet. How the terminal is is remembered (restore.h). */
int guard_run(int (*controller)(void *), void *arg);
#endif
