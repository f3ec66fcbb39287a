/* What somebody who chooses from a list wants done, on the terminal, which is free meanwhile. */
#ifndef CLI_ERRANDS_H
#define CLI_ERRANDS_H
#include "ui/cli/cli.h"

/* From here on requests to end (^C and other signals) and to stop (^Z) are only remembered, and what is started knows that we wait
 * for it. */
void errands_begin(void);
bool errands_end(void);                 /* was the program asked to end? */
int  errands_ended(void);               /* by which signal; 0: it was not */
bool errands_stop(void);                /* .. to stop? Says so once */
void errands_stand_still(void);         /* until we are continued */
int  errands_fd(void);                  /* readable from a request on, until errands_stop() is asked; -1: there is none */

/* `forklore COMMAND NAME MORE`, with our --lang and --color: its exit code, or 128 + the signal that ended it. more: NULL: nothing.
 * *refused, of each: why it could not be done; else it stays as it is. */
int  errand_run(struct call *, const char *command, const char *name, const char *more, const char **refused);
/* The same, and what it had to say can be read before the screen is taken again. */
int  errand_read(struct call *, const char *command, const char *name, const char **refused);
void errand_wait(void);                 /* for Enter */
void errand_edit(struct call *, const char *name, const char **refused);        /* by $VISUAL or $EDITOR */
#endif
