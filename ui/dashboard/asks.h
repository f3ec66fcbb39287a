/* What a terminal is asked when it is taken, and its answers, which come between the keys: the colour of its ground (OSC 11), whether it
 * shows a picture as one (DEC 2026), and, last, what it is (DA1), which nearly every terminal answers. Byte by byte; no answer is ever
 * a key, whenever it comes. */
#ifndef DASHBOARD_ASKS_H
#define DASHBOARD_ASKS_H
#include <stdbool.h>

#define ASKS "\033]11;?\033\\\033[?2026$p\033[c"

enum { ANSWER_ROOM = 64 };
struct answers {
	bool over;                      /* the last one has come */
	bool knows_ground, light;       /* the ground's colour is known; it is light */
	bool synchronizes;
	char at[ANSWER_ROOM];           /* as it has begun to come */
	int length;
};

/* The next byte. What is no part of an answer is a key: KEYS: those in `at`, `length` of them, and then there are none any more. */
enum heard { HEARD_MORE, HEARD_ANSWER, HEARD_KEYS };
enum heard answers_hear(struct answers *, int byte);
/* Nothing more has come: what has begun is no answer, if it is an Escape alone. */
bool answers_are_keys(const struct answers *);
#endif
