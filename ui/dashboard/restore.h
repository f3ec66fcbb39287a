/* The way back to a usable terminal, whatever has happened. Nothing here allocates once prepared. */
#ifndef DASHBOARD_RESTORE_H
#define DASHBOARD_RESTORE_H
#include <stdbool.h>
#include <termios.h>

/* Remember how the terminal is now and what makes it so again. Does nothing the second time. After this,
 * processes forked from here share the knowledge whether the terminal is taken. */
bool terminal_remember(int fd);
void terminal_taken(bool);                                      /* is there something to restore? */
void terminal_modes_are_set(void);                              /* as the terminal's modes are now, the screen's owner wants them */
void terminal_modes_back(void);         /* as they were before, where they are still those that were set */
bool terminal_is_taken(void);
/* Make the terminal as it was, if it is taken, and show what was written to stderr since. May be called
 * from a signal handler, more than once, and in a process that shares the knowledge. */
void terminal_restore(void);
bool terminal_is_ours(void);                                    /* we are in the foreground, or can't tell */
/* stderr's text is kept while the screen is taken (on), and shown afterwards (off). */
void terminal_hold_stderr(bool on);
/* On a crash, and on signals that nobody handles: restore, then die of it all the same. On a stack of its
 * own, so that an overflown stack is no obstacle. */
void terminal_catch(void);
#endif
