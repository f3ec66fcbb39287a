/* Cards that lie over the panels: cover.c draws them; what stands on that of a process is card_process.c's. */
#ifndef DASHBOARD_CARD_H
#define DASHBOARD_CARD_H
#include "ui/dashboard/show.h"

/* A card's text is made of paragraphs, drawn from top on. */
struct card { struct area a; int y; };

/* All about the selected process but its variables. */
void put_process(struct card *, const struct show *);
#endif
