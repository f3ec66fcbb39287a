/* Cards that lie over the panels: cover.c draws them; what stands on that of a process is card_process.c's, what says why card_why.c's. */
#ifndef DASHBOARD_CARD_H
#define DASHBOARD_CARD_H
#include "ui/dashboard/show.h"

/* A card's text is made of paragraphs, drawn from top on. */
struct card { struct area a; int y; };

void put_paragraph(struct card *, int indent, const struct span *, int spans);
void put_line(struct card *, unsigned ink, const char *text);
void put_why(struct card *, const struct show *);
bool reads_writes(const struct show *);         /* what is on the screen says whether an update was lost */
bool why_is_of_writes(const struct show *);     /* no process waits, and an expectation does not hold: then it is about what was written */
bool is_broken(const struct show *);                   /* does an expectation not hold, at the moment that is shown? */
/* The story from the beginning, as far as it has been put together. */
void put_chronicle(struct card *, const struct show *, struct subject);
/* Of the selected object or value. */
void put_thing(struct card *, const struct show *);
/* Commands, as far as the words find them. (palette.c) */
void put_palette(struct card *, const struct show *);
/* The memory of the selected process since its fork. (pages.c) */
void put_forked(struct card *, const struct show *);
/* What the keys do, as a menu: how many lines it has, in which the selected row is, and the lines from the card's first one on. (menu.c) */
int  menu_lines(struct area, const struct show *);
int  menu_line(struct area, const struct show *);
void menu_draw(struct area, struct show *);
/* All about the selected process but its variables. */
void put_process(struct card *, const struct show *);
#endif
