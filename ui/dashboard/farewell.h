/* What stays in the terminal when the dashboard has closed. */
#ifndef DASHBOARD_FAREWELL_H
#define DASHBOARD_FAREWELL_H
#include "ui/dashboard/dashboard.h"
#include "ui/dashboard/show.h"

/* The run that is shown: how it ended, or how far it has come; shared values; commands. */
void farewell_put(struct text *, const struct show *, const struct canvas *, const struct commands *);
#endif
