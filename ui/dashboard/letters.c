/* Words that are typed, as UTF-8. */
#include <string.h>
#include "sim/base/text.h"
#include "ui/dashboard/press.h"

static void letter_drop(char *typed)
{
	size_t n = strlen(typed);

	while (n && (typed[n - 1] & 0xc0) == 0x80)
		n--;
	typed[n ? n - 1 : 0] = '\0';
}

bool letters_erase(char *typed, int press)
{
	size_t n = strlen(typed);

	if (press == PRESS_BACKSPACE)
		letter_drop(typed);
	else if (press == PRESS_ERASE_ALL)
		*typed = '\0';
	else if (press != PRESS_ERASE_WORD)
		return false;
	else {
		while (n && typed[n - 1] == ' ')
			n--;
		while (n && typed[n - 1] != ' ')
			n--;
		typed[n] = '\0';
	}
	return true;
}

void letter_type(char *typed, size_t room, int press)
{
	struct text t = { 0 };

	text_put(&t, typed);
	text_code(&t, press == 0x3000 ? ' ' : (uint32_t)press);
	if (t.length < room)
		memcpy(typed, t.at, t.length + 1);
	text_free(&t);
}
