/* Stands in until ui/dashboard/dashboard.c is there; weak, so that the real one wins. To be removed then. */
#include "ui/dashboard/dashboard.h"
#define WEAK __attribute__((weak))

WEAK const char *dashboard_refused(const struct dashboard_options *o)
{
	(void)o;
	return "this version has none yet";
}

WEAK int dashboard_run(const struct program *g, const struct settings *s, const struct dashboard_options *o)
{
	(void)g, (void)s, (void)o;
	return 5;
}

WEAK int dashboard_picture(const struct program *g, const struct settings *s, const struct dashboard_options *o,
                           uint64_t steps, int columns, int lines, const char *format, FILE *out)
{
	(void)g, (void)s, (void)o, (void)steps, (void)columns, (void)lines, (void)format, (void)out;
	return 5;
}
