/* Themes: which colours and looks a role has. The same table serves terminals and pictures. */
#ifndef DASHBOARD_THEME_H
#define DASHBOARD_THEME_H
#include "ui/dashboard/canvas.h"

/* auto is dark or light, as the terminal seems to be, on the terminal's own ground. */
enum theme_id { THEME_AUTO, THEME_DARK, THEME_LIGHT, THEME_CONTRAST, THEME_MONO, THEME_COLORBLIND, THEME_COUNT };

/* Colours are numbers of xterm's palette; -1: the terminal's own. look: of enum look, >> 8. */
struct paint { int16_t ink, ground; uint8_t look; };

struct theme {
	enum theme_id id;
	bool light;                     /* dark letters on light ground */
	struct paint screen;            /* the ground of everything, and its letters */
	struct paint role[ROLE_COUNT];
};

/* As the terminal has answered, its ground is light, or dark; auto is so from then on. true: that is news. */
bool theme_ground(bool known, bool light);
/* colours: how many there are: 256 or more, 8 or more, or none. */
void theme_make(struct theme *, enum theme_id, int colours);
struct paint theme_paint(const struct theme *, const struct cell *);    /* all of a cell taken together */

int  theme_find(const char *name);                              /* -1: no such theme */
const char *theme_name(enum theme_id);
const char *role_name(enum role);
uint32_t theme_rgb(int colour);                                 /* 0xrrggbb of one of xterm's 256 */
/* Whether colours are wanted: the flag --color, else NO_COLOR. */
enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };
bool colour_wanted(enum when);
#endif
