/* Keys, as panels see them. A key that writes something is its code point; the others are: */
#ifndef DASHBOARD_PRESS_H
#define DASHBOARD_PRESS_H
#include <stdbool.h>
#include <stddef.h>

enum press {
	PRESS_NONE = 0,
	PRESS_TAB = '\t', PRESS_ENTER = '\n', PRESS_ESCAPE = 27, PRESS_BACKSPACE = 127,
	PRESS_UP = 0x110000,            /* behind the last code point */
	PRESS_DOWN, PRESS_LEFT, PRESS_RIGHT,
	PRESS_PAGE_UP, PRESS_PAGE_DOWN, PRESS_HOME, PRESS_END, PRESS_INSERT, PRESS_DELETE,
	PRESS_BACKTAB,
	PRESS_F1, PRESS_F2, PRESS_F3, PRESS_F4, PRESS_F5, PRESS_F6,
	PRESS_F7, PRESS_F8, PRESS_F9, PRESS_F10, PRESS_F11, PRESS_F12,
	PRESS_REDRAW,                   /* ^L */
	PRESS_PALETTE,                  /* ^P */
	PRESS_ERASE_WORD, PRESS_ERASE_ALL,      /* ^W, ^U: of what is typed */
	/* the mouse: of its buttons the left one alone */
	PRESS_CLICK, PRESS_DRAG, PRESS_RELEASE, PRESS_WHEEL_UP, PRESS_WHEEL_DOWN,
	/* and what is no key: */
	PRESS_RESIZE,                   /* the screen has another size, or must be drawn anew */
	PRESS_HANGUP,                   /* there is no terminal any more */
};

static inline bool is_mouse(int press) { return press >= PRESS_CLICK && press <= PRESS_WHEEL_DOWN; }

/* What is typed, letter by letter: the last one goes; the one of this key comes, if there is room for it. A blank may be full-width. */
/* Is it a key that takes back what was typed: a letter, a word, or all? Then that is done. */
bool letters_erase(char *typed, int press);
void letter_type(char *typed, size_t room, int press);
#endif
