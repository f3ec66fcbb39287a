/* The browser: the library on a terminal, a card and a preview of each scenario, and what may be done with it.
 *
 * It knows neither files nor commands: its host has them. */
#ifndef BROWSER_BROWSER_H
#define BROWSER_BROWSER_H
#include <stdint.h>
#include "ui/dashboard/canvas.h"

/* What the viewer has behind them of a scenario. */
enum progress { SEEN = 1, BROKEN = 2, SOLVED = 4 };

struct browsed {
	const char *name;               /* as it is named on the command line: of the library, or a file */
	const char *title, *about;      /* "" where it has none */
	const char *topic;              /* under which it stands, in the viewer's language */
	const char *const *lesson;
	int lessons;
	const char *also;               /* more words by which it is found */
	const char *wrong;              /* why it can't be played: findings, as `check` prints them; NULL: it can */
	unsigned progress;              /* bits of enum progress */
	int right, asked;               /* of the questions about it, at best; 0 of 0: none were answered */
	bool own;                       /* a file of the viewer's */
	bool exercise;                  /* of the library: it is begun in `learn` */
};

enum errand { ERRAND_PLAY, ERRAND_EXPLORE, ERRAND_QUIZ, ERRAND_EDIT, ERRAND_LEARN };

struct browser_host {
	/* All that there is, in the order in which it teaches, the viewer's own first; stays until the next call. */
	const struct browsed *(*shelf)(void *, int *count);
	/* Done on the terminal, which is free meanwhile. Returns the name of what is to be played next, or NULL; the terminal is
	 * to be taken again then. *refused: what is to be said of it, such as why it could not be done, or NULL. */
	const char *(*errand)(void *, const char *name, enum errand, const char **refused);
	const char *(*copy)(void *, const char *name, const char **refused);   /* the name of the viewer's copy; NULL: refused says why */
	bool (*preview)(void *, const char *name, struct canvas *);            /* false: there is none */
	int64_t (*changed)(void *, const char *name);                          /* when the file was written last */
	const char *(*next)(void *, const char *name);                         /* the lesson after it; NULL: there is none */
	void *arg;
};
struct browser_wish {
	const char *theme, *color;      /* auto .. */
	bool (*ends)(void);             /* was the program asked to end? */
	bool (*stops)(void);            /* .. to stop, as by ^Z? Says so once. */
	int heard;                      /* readable from such a request on, until stops() is asked; -1: there is none */
};
/* Until the viewer leaves. false: the terminal can't be used, and *why says why. */
bool browser_run(const struct browser_host *, const struct browser_wish *, const char **why);
/* What is shown for a key that has no meaning there; "" for what is no key that a person types. */
const char *key_unknown(int key);
#endif
