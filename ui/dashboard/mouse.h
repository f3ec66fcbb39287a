/* The mouse: what lies under it was noted while it was drawn (canvas_spot), and it does what a key would do there. */
#ifndef DASHBOARD_MOUSE_H
#define DASHBOARD_MOUSE_H
#include "ui/dashboard/keys.h"

/* What a place means; n: */
enum spot_kind {
	SPOT_PANEL,                     /* the panel */
	SPOT_CARD,                      /* a card that lies over them, and there nothing else; that of the palette, .. */
	SPOT_PRESS,                     /* this key is pressed */
	SPOT_ROW, SPOT_PROCESS, SPOT_OBJECT, SPOT_VARIABLE,       /* of the processes' list, a row; this one is selected; */
	SPOT_STILL,                     /* of what can still happen, the row: its kind above 32 bits of its number; */
	SPOT_GOAL, SPOT_MISSED, SPOT_COMMAND,           /* of a list on a card, this row */
	SPOT_SCRUBBER,                  /* the run from its beginning to now */
};

/* A place that was drawn; a key of the mouse that was pressed there. */
struct wish mouse_press(struct show *, const struct canvas *, int press, int x, int y);
#endif
