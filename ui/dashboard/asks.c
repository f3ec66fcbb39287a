/* What a terminal's answers say. */
#include <stdlib.h>
#include <string.h>
#include "ui/dashboard/asks.h"

/* Two hexadecimal digits at least for each: "rgb:ffff/ffff/ffff". The eye sees green as brighter than red, and blue hardly at all. */
static void read_ground(struct answers *a, const char *answer)
{
	const char *at = strstr(answer, "rgb:");
	double light = 0;
	static const double weight[3] = { 0.30, 0.59, 0.11 };

	at = at ? at + 4 : NULL;
	for (int i = 0; i < 3; i++) {
		char *end;
		unsigned long n = at ? strtoul(at, &end, 16) : 0, most = 1;
		if (!at || end == at || end - at > 4)
			return;
		for (int k = 0; k < end - at; k++)
			most *= 16;
		light += weight[i] * (double)n / (double)(most - 1);
		at = *end == '/' ? end + 1 : NULL;
	}
	a->knows_ground = true;
	a->light = light > 0.5;
}

/* "CSI ? 2026 ; n $ y": 1, 2: it is known, and may be set. */
bool answers_read(struct answers *a, const char *answer)
{
	size_t length = strlen(answer);

	if (!strncmp(answer, "\033]11;", 5))
		read_ground(a, answer);
	else if (!strncmp(answer, "\033[?2026;", 8))
		a->synchronizes = answer[8] == '1' || answer[8] == '2';
	else if (!strncmp(answer, "\033[?", 3) && answer[length - 1] == 'c')
		a->over = true;
	else
		return false;
	return true;
}
