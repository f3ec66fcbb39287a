/* What a terminal is asked when it is taken, and its answers, which come between the keys (keyboard.h): the colour of its ground (OSC 11),
 * whether it shows a picture as one (DEC 2026), and, last, what it is (DA1), which nearly every terminal answers. */
#ifndef DASHBOARD_ASKS_H
#define DASHBOARD_ASKS_H
#include <stdbool.h>

#define ASKS "\033]11;?\033\\\033[?2026$p\033[c"

struct answers {
	bool over;                      /* the last one has come */
	bool knows_ground, light;       /* the ground's colour is known; it is light */
	bool synchronizes;
};

/* One that is whole, but for what ends a string; false: it is none. */
bool answers_read(struct answers *, const char *);
#endif
