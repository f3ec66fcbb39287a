/* Answers of a terminal, told apart from keys. */
#include <stdlib.h>
#include <string.h>
#include "ui/dashboard/asks.h"

/* Two hexadecimal digits at least for each: "rgb:ffff/ffff/ffff". The eye sees green as brighter than red, and blue hardly at all. */
static void read_ground(struct answers *a)
{
	char *at = strstr(a->at, "rgb:");
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
static void read_answer(struct answers *a)
{
	if (a->at[1] == ']')
		read_ground(a);
	else if (!strncmp(a->at, "\033[?2026;", 8))
		a->synchronizes = a->at[8] == '1' || a->at[8] == '2';
	else if (a->at[a->length - 1] == 'c')
		a->over = true;
}

/* Can what has come be the beginning of an answer? */
static bool may_begin(const char *at, int length)
{
	static const char *const begin[] = { "\033]11;", "\033[?" };

	for (int i = 0; i < 2; i++) {
		size_t n = strlen(begin[i]), most = (size_t)length < n ? (size_t)length : n;
		if (!strncmp(at, begin[i], most))
			return true;
	}
	return false;
}

static bool is_whole(const struct answers *a)
{
	char last = a->at[a->length - 1];

	if (a->length < 3)
		return false;
	if (a->at[1] == ']')
		return last == '\a' || (last == '\\' && a->at[a->length - 2] == '\033');
	return a->length > 3 && last >= '@' && last <= '~';
}

enum heard answers_hear(struct answers *a, int byte)
{
	if (byte <= 0 || byte >= 128)                           /* no answer has such */
		return HEARD_KEYS;
	if (a->length == ANSWER_ROOM - 1) {                     /* no answer of ours is so long; its end is waited for */
		memmove(a->at + 5, a->at + 6, (size_t)a->length - 6);
		a->length--;
	}
	a->at[a->length] = (char)byte;
	a->at[a->length + 1] = 0;
	if (!may_begin(a->at, a->length + 1))
		return HEARD_KEYS;
	a->length++;
	if (!is_whole(a))
		return HEARD_MORE;
	read_answer(a);
	a->length = 0;
	return HEARD_ANSWER;
}

bool answers_are_keys(const struct answers *a)
{
	return a->length > 0 && a->length < 3;
}
