/* A terminal that shows canvases and reads keys. Only canvas_curses.c knows curses. */
#ifndef DASHBOARD_SCREEN_H
#define DASHBOARD_SCREEN_H
#include "ui/dashboard/press.h"
#include "ui/dashboard/theme.h"

struct screen;

enum screen_error {
	SCREEN_OK,
	SCREEN_NO_TTY,                  /* standard output is no terminal */
	SCREEN_UNKNOWN,                 /* nothing is known about $TERM */
	SCREEN_DUMB,                    /* it can't move the cursor */
	SCREEN_REFUSED,                 /* something else, see errno */
};
const char *screen_error_text(enum screen_error);

/* Can letters beyond ASCII be shown here, as the locale is and, if asked for, the terminal? NULL, or what can't: a
 * character set, "TERM=linux". */
const char *screen_few_letters(bool on_terminal);
enum screen_error screen_probe(void);                          /* would it work? the terminal is untouched */

struct screen_wish { enum theme_id theme; enum when colour; bool ascii; };

/* Take the terminal. NULL: the terminal is untouched and the error says why. ^C and ^Z stay signals; the
 * handlers of SIGINT, SIGTERM, SIGTSTP stay as they are. SIGWINCH and SIGCONT are blocked from here on
 * (children that must have them free have to unblock them). What is written to stderr meanwhile appears when
 * the screen is given back. */
struct screen *screen_open(const struct screen_wish *, enum screen_error *);
void screen_close(struct screen *);                             /* NULL is allowed */

void screen_size(const struct screen *, int *width, int *height);
bool screen_ascii(const struct screen *);                       /* whether canvases for it must be ASCII */
void screen_theme(struct screen *, enum theme_id);

void screen_show(struct screen *, const struct canvas *);       /* sends what has changed */
void screen_redraw(struct screen *);                            /* the next screen_show sends everything */

/* To the terminal's clipboard (OSC 52), if it has one and lets programs use it. */
void screen_copy(struct screen *, const char *text);

/* The next key, waiting up to timeout milliseconds (-1: for ever); PRESS_NONE: none came. A caller that polls
 * screen_fd() for input instead then calls with 0 until none is left. */
int  screen_key(struct screen *, int timeout);
int  screen_fd(const struct screen *);
/* Where the mouse was when it was pressed last: the last key was one of its. Can it be used (the environment's FORKLORE_MOUSE=off says that it is
 * not to be), and is it: where it is, the terminal itself selects text only while Shift is held. */
void screen_mouse_at(const struct screen *, int *x, int *y);
void screen_use_mouse(struct screen *, bool);
bool screen_uses_mouse(const struct screen *);
/* Give the terminal back, stop (as ^Z does), and take it again when continued; PRESS_RESIZE follows. */
void screen_suspend(struct screen *);
#endif
