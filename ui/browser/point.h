/* What the mouse can point at in the browser and in `learn`; n: */
#ifndef BROWSER_POINT_H
#define BROWSER_POINT_H

enum point {
	POINT_KEY,                      /* that key is pressed */
	POINT_ROW,                      /* that row of the list is selected, or, if it is so already, opened */
	POINT_CLAIM,                    /* of a question that one is marked, or no longer */
	POINT_CARD,                     /* what lies over the rest */
	POINT_TEXT,                     /* may be scrolled */
};
#endif
