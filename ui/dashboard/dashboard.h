/* The dashboard: a run, watched and steered on a terminal. */
#ifndef DASHBOARD_DASHBOARD_H
#define DASHBOARD_DASHBOARD_H
#include "sim/schedule/play.h"

struct canvas;

/* What may be typed when it has closed. NULL: it is left out. */
struct commands {
	const char *(*again)(void *arg, const struct play *, const char **note);       /* the same run; may return NULL; note: a remark on it */
	const char *explore;            /* every interleaving */
	const char *(*next)(void *arg); /* the next lesson; may return NULL */
	void *arg;
};
/* What the viewer leaves for; dashboard_run returns it instead of an exit code. */
enum leave { LEAVE_FOR_NEXT = 240, LEAVE_TO_EXPLORE };
struct dashboard_options {
	struct commands type;
	const char *theme;              /* auto dark light contrast mono colorblind */
	const char *color;              /* auto always never */
	const char *language;
	double speed;                   /* actions per second; 0: as fast as it goes */
	bool paused;                    /* begin paused */
	int64_t timeout;                /* a run goes on for so many microseconds of the wall's clock; negative: for ever; */
	void (*late)(void *arg);        /* that one did not end within them is said so, when the screen is given back */
	void (*full)(const struct play *);      /* so is what the limit of output has ended */
	void (*reached)(void *arg);     /* the goal of a challenge was reached; or NULL */
	void *arg;
	bool model;                     /* no processes */
	const char *arrangement;        /* of the panels, as it was kept; NULL: none was. What the viewer makes of it is kept: */
	void (*keep)(void *arg, const char *arrangement);
	bool lines;                     /* printed and typed, without a screen; */
	bool explains;                  /* also why the policy chose, each time */
	const char *challenge;          /* which one to begin with; "": they are listed; NULL: none */
	bool (*gives_up)(void);         /* for a picture: asked on the way to its moment; or NULL */
	struct listener *also;          /* hears the news too (a recorder), or NULL; */
	const bool *also_failed;        /* true: it could not do what it should; or NULL */
};
/* Is there a challenge of this number, or with this in its name? "": yes. */
bool dashboard_challenge(const struct program *, const char *name);
/* Can this terminal show one? NULL, or why not. */
const char *dashboard_refused(const struct dashboard_options *);
/* Play until the viewer quits; returns the exit code, or enum leave. */
/* Calls `show` in a child, while we stay behind to give the terminal back, whatever becomes of it; returns what it returns. */
int dashboard_guarded(int (*show)(void *), void *arg);
int dashboard_run(struct program *, const struct settings *, const struct dashboard_options *);         /* within that */

/* The screen after a number of actions, without a terminal. format: "text", "ansi" or "svg". false: it was given up before. */
bool dashboard_picture(const struct program *, const struct settings *, const struct dashboard_options *, uint64_t steps,
                       int columns, int lines, const char *format, struct text *out);
/* The same, drawn on a canvas as it is. */
void dashboard_preview(const struct program *, const struct settings *, const struct dashboard_options *, uint64_t steps, struct canvas *);
#endif
