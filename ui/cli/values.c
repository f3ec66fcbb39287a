/* What flags are given: numbers, durations, words. */
#include "ui/cli/cli.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static bool bad(const struct call *c, enum option_id o, struct message help)
{
	complain(EXIT_USAGE, help, SAY(FLAG_CANT_BE, option_rows[o].word, c->value[o]));
	return false;
}

/* Digits alone. */
static bool whole(const char *s, int64_t *out)
{
	return *s && !s[strspn(s, "0123456789")] && number_read(s, strlen(s), out);
}

bool value_number(const struct call *c, enum option_id o, int64_t least, int64_t most, int64_t *out)
{
	int64_t n;
	if (!call_has(c, o))
		return true;
	if (!whole(c->value[o], &n) || n < least || n > most)
		return bad(c, o, SAY(NUMBER_FROM_TO, least, most));
	*out = n;
	return true;
}

bool time_read(const char *s, int64_t *micros)
{
	int64_t n;
	return !whole(s, &n) && number_read(s, strlen(s), micros) && *micros > 0 && *micros <= LONGEST_TIME;
}

bool value_duration(const struct call *c, enum option_id o, int64_t *micros)
{
	const char *s = c->value[o];
	int64_t n;
	if (!s)
		return true;
	if (!time_read(s, &n))
		return bad(c, o, SAY(WANT_TIME));
	*micros = n;
	return true;
}

/* 12, 0.5: strtod alone would also take 0x1p3, inf and nan. */
static bool decimal(const char *s, double *out)
{
	char *end;
	if (!*s || s[strspn(s, "0123456789.")])
		return false;
	*out = strtod(s, &end);
	return !*end;
}

bool value_seconds(const struct call *c, enum option_id o, int64_t *micros)
{
	const char *s = c->value[o];
	double seconds;
	int64_t n;
	if (!s)
		return true;
	if (decimal(s, &seconds) && seconds > 0 && seconds < 1e9)
		n = (int64_t)(seconds * 1e6);
	else if (!time_read(s, &n))
		return bad(c, o, SAY(WANT_SECONDS));
	*micros = n ? n : 1;
	return true;
}

/* Digits, perhaps a point, perhaps K, M, G or T: 1024, 1024 times that, .., as in 2G, 2GB, 2GiB. */
static bool size_read(const char *s, double *bytes)
{
	static const char units[] = "KMGT";
	char number[32], *end;
	size_t n = strspn(s, "0123456789.");
	if (!n || n >= sizeof number)
		return false;
	memcpy(number, s, n);
	number[n] = 0;
	*bytes = strtod(number, &end);
	if (*end)
		return false;
	const char *unit = s[n] ? strchr(units, toupper((unsigned char)s[n])) : NULL;
	for (const char *u = units; unit && u <= unit; u++)
		*bytes *= 1024;
	const char *rest = s + n + (unit != NULL);
	return !*rest || !strcasecmp(rest, "B") || (unit && !strcasecmp(rest, "iB"));
}

bool value_bytes(const struct call *c, enum option_id o, uint64_t *bytes)
{
	const char *s = c->value[o];
	double n;
	if (!s)
		return true;
	if (!size_read(s, &n) || n < 1 || n >= 1e18)
		return bad(c, o, SAY(WANT_SIZE));
	*bytes = (uint64_t)n;
	return true;
}

bool value_speed(const struct call *c, enum option_id o, double *per_second)
{
	const char *s = c->value[o];
	double n = 0;
	if (!s)
		return true;
	if (strcmp(s, "max") && (!decimal(s, &n) || n <= 0 || n > 1e9))
		return bad(c, o, SAY(WANT_SPEED));
	*per_second = n;
	return true;
}

bool value_size(const struct call *c, enum option_id o, int *columns, int *lines)
{
	const char *s = c->value[o];
	int x, y, end = 0;
	if (!s)
		return true;
	bool numbers = !s[strspn(s, "0123456789x")] && sscanf(s, "%4dx%4d%n", &x, &y, &end) == 2 && !s[end];
	if (!numbers || x < 20 || x > 1000 || y < 5 || y > 1000)
		return bad(c, o, SAY(WANT_COLUMNS));
	*columns = x;
	*lines = y;
	return true;
}

bool value_word(struct call *c, enum option_id o, const char *const *words, int count, int *which)
{
	const char *s = c->value[o], *all = "";
	if (!s)
		return true;
	for (int i = 0; i < count; i++)
		if (!strcmp(words[i], s)) {
			*which = i;
			return true;
		}
	for (int i = 0; i < count; i++)
		all = word_list(&c->arena, all, words[i]);
	return bad(c, o, did_you_mean(s, words, count, SAY(ONE_OF, all)));
}

bool wants_color(const struct call *c)
{
	const char *when = c->value[OPTION_COLOR], *no = getenv("NO_COLOR"), *term = getenv("TERM");
	if (when && strcmp(when, "auto"))
		return !strcmp(when, "always");
	return isatty(STDOUT_FILENO) && !(no && *no) && term && strcmp(term, "dumb");
}
