/* What is typed: the number of a step, and numbers before a key. */
#include <string.h>
#include "ui/dashboard/key_functions.h"

int digit_of(int press)
{
	return press >= '0' && press <= '9' ? press - '0' : press >= 0xff10 && press <= 0xff19 ? press - 0xff10 : -1;
}

int narrow(int press)
{
	return press >= 0xff01 && press <= 0xff5e ? press - 0xff01 + '!' : press == 0x2212 ? '-' : press;
}

/* "12", "-5", "end". */
static bool read_step(const char *typed, int64_t *n)
{
	bool back = *typed == '-';
	const char *c = typed + back;

	*n = INT64_MAX;
	if (!strcmp(typed, "end"))
		return true;
	for (*n = 0; *c >= '0' && *c <= '9'; c++)
		*n = *n * 10 + *c - '0';        /* TYPED digits at most */
	if (*c || c == typed + back)
		return false;
	*n = back ? -*n : *n;
	return true;
}

struct wish type_step(struct show *s, int press)
{
	size_t length = strlen(s->typed);
	int64_t n;

	press = narrow(press);
	if (press == PRESS_ESCAPE) {
		s->question = QUESTION_NONE;
	} else if (letters_erase(s->typed, press)) {
		;
	} else if (press == PRESS_ENTER) {
		s->question = QUESTION_NONE;
		if (read_step(s->typed, &n))
			return (struct wish){ (is_past(s) && n == INT64_MAX) || (!n && *s->typed == '-') ? WISH_NOW : WISH_GO, n, 0 };
		if (length)
			put_filled(&s->notice, s->zh, WORD_NO_SUCH_STEP, (const char *)s->typed);
	} else if (press > ' ' && press < 127 && length < TYPED) {
		s->typed[length] = (char)press;
		s->typed[length + 1] = 0;
	}
	return nothing;
}

void count_digit(struct show *s, int digit)
{
	enum { MOST = 1000000000 };

	if (!s->prefix) {
		s->counted.focus = s->focus;
		s->counted.beside = s->beside;
		s->counted.lab = s->lab;
	}
	s->prefix = s->prefix < MOST ? s->prefix * 10 + digit : s->prefix;
}
