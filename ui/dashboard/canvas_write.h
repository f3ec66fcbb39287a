/* A canvas as text, as text with colours, and as a picture. */
#ifndef DASHBOARD_CANVAS_WRITE_H
#define DASHBOARD_CANVAS_WRITE_H
#include "sim/base/text.h"
#include "ui/dashboard/theme.h"

/* One line for each row, without trailing blanks. */
void canvas_text(const struct canvas *, struct text *);
/* The same with ANSI sequences for colours and looks. */
void canvas_ansi(const struct canvas *, const struct theme *, struct text *);
/* A self-contained SVG that looks like a terminal's window. about describes it for those who do not
 * see it; NULL: the canvas as text does. */
void canvas_svg(const struct canvas *, const struct theme *, const char *language, const char *title, const char *about,
		struct text *);
/* One cell as UTF-8; nothing for the right half of a wide character. */
void cell_text(const struct cell *, struct text *);
#endif
