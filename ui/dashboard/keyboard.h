/* The bytes that a terminal sends, and the keys they are: letters in the locale's encoding, sequences of the terminal's own (terminfo's, and
 * those of xterm, which nearly all share), and between them answers to what it was asked. It knows neither curses nor descriptors.
 *
 * A byte that belongs to nothing costs itself alone; a sequence that is unknown is passed over whole; one that never ends is
 * given up when nothing more has come for a moment, or when a byte comes that can't be within it, which is a key again. */
#ifndef DASHBOARD_KEYBOARD_H
#define DASHBOARD_KEYBOARD_H
#include "ui/dashboard/asks.h"
#include "ui/dashboard/press.h"

enum { KEYBOARD_ROOM = 1024, KEYBOARD_NAMES = 48 };

struct keyboard {
	char at[KEYBOARD_ROOM];         /* what has come, and is no key yet */
	int length;
	struct { const char *bytes; int press; } name[KEYBOARD_NAMES];  /* keys as terminfo has them */
	int names;
	struct answers answers;
	bool mouse;                     /* there is one: */
	int x, y;                       /* where it was when it was pressed last, from 0 on */
	bool answered;                  /* one has come; to be taken back by the one who looks */
};

void keyboard_name(struct keyboard *, const char *bytes, int press);
/* Room for bytes that come: read into this, then say how many there were. */
char *keyboard_room(struct keyboard *, int *room);
void keyboard_took(struct keyboard *, int bytes);
/* The next key, or PRESS_NONE: more must come. `over`: nothing more has come for as long as was said. */
int keyboard_press(struct keyboard *, bool over);
/* Milliseconds after which what has begun to come is over; 0: nothing has. */
int keyboard_waits(const struct keyboard *);
#endif
