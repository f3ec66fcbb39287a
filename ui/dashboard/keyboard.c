/* Bytes to keys. Each time, what has come is read from its beginning: there is no state but the bytes themselves. */
#include <string.h>
#include <wchar.h>
#include "ui/dashboard/keyboard.h"

/* An Escape alone is a key soon; what is certainly the beginning of a sequence may take longer on a slow line. */
enum { ALONE_MS = 25, BEGUN_MS = 250 };
enum { ESCAPE = 27, LONGEST_STRING = 256, LONGEST_SEQUENCE = 64 };

/* So many bytes are this key, or none; length 0: more must come. */
struct piece { int length, press; };
static const struct piece more = { 0, PRESS_NONE };

void keyboard_name(struct keyboard *k, const char *bytes, int press)
{
	if (!bytes || !*bytes || k->names == KEYBOARD_NAMES)
		return;
	k->name[k->names].bytes = bytes;
	k->name[k->names++].press = press;
}

char *keyboard_room(struct keyboard *k, int *room)
{
	*room = KEYBOARD_ROOM - k->length;
	return k->at + k->length;
}

void keyboard_took(struct keyboard *k, int bytes)
{
	k->length += bytes;
}

/* ---- letters ---- */

static int plain_key(wchar_t code)
{
	switch (code) {
	case '\r': case '\n':  return PRESS_ENTER;
	case '\b': case 127:   return PRESS_BACKSPACE;
	case '\t':             return PRESS_TAB;
	case ESCAPE:           return PRESS_ESCAPE;
	case 'L' & 31:         return PRESS_REDRAW;
	case 'P' & 31:         return PRESS_PALETTE;
	case 'U' & 31:         return PRESS_ERASE_ALL;
	case 'W' & 31:         return PRESS_ERASE_WORD;
	default:               return code >= ' ' && code < PRESS_UP ? (int)code : PRESS_NONE;
	}
}

static struct piece letter(const struct keyboard *k, bool over)
{
	mbstate_t fresh = { 0 };
	wchar_t code = 0;
	size_t n = mbrtowc(&code, k->at, (size_t)k->length, &fresh);

	if (n == (size_t)-2)
		return over ? (struct piece){ k->length, PRESS_NONE } : more;
	if (n == (size_t)-1 || n == 0)
		return (struct piece){ 1, PRESS_NONE };
	return (struct piece){ (int)n, plain_key(code) };
}

/* ---- sequences ---- */

/* The longest of terminfo's keys that has come. */
static struct piece named(const struct keyboard *k)
{
	struct piece found = more;

	for (int i = 0; i < k->names; i++) {
		int n = (int)strlen(k->name[i].bytes);
		if (n > found.length && n <= k->length && !memcmp(k->at, k->name[i].bytes, (size_t)n))
			found = (struct piece){ n, k->name[i].press };
	}
	return found;
}

/* Has one of them only begun to come? */
static bool is_begun(const struct keyboard *k)
{
	for (int i = 0; i < k->names; i++)
		if ((int)strlen(k->name[i].bytes) > k->length && !memcmp(k->at, k->name[i].bytes, (size_t)k->length))
			return true;
	return false;
}

static int key_of_final(char c)
{
	static const struct { char final; int press; } keys[] = {
		{ 'A', PRESS_UP }, { 'B', PRESS_DOWN }, { 'C', PRESS_RIGHT }, { 'D', PRESS_LEFT }, { 'F', PRESS_END }, { 'H', PRESS_HOME },
		{ 'P', PRESS_F1 }, { 'Q', PRESS_F2 }, { 'R', PRESS_F3 }, { 'S', PRESS_F4 }, { 'Z', PRESS_BACKTAB }, { 'M', PRESS_ENTER },
	};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (keys[i].final == c)
			return keys[i].press;
	return PRESS_NONE;
}

/* "CSI n ~" */
static int key_of_number(int n)
{
	static const int low[] = { 0, PRESS_HOME, PRESS_INSERT, PRESS_DELETE, PRESS_END, PRESS_PAGE_UP, PRESS_PAGE_DOWN, PRESS_HOME, PRESS_END };

	if (n < (int)(sizeof low / sizeof *low))
		return low[n];
	return n >= 11 && n <= 15 ? PRESS_F1 + n - 11 : n >= 17 && n <= 21 ? PRESS_F6 + n - 17 : n == 23 || n == 24 ? PRESS_F11 + n - 23 : PRESS_NONE;
}

/* Which button, as the bits of xterm say: 32 that it is held and moves, 64 the wheel; Shift, Alt and Control have no meaning. */
static int mouse_key(int bits, bool released)
{
	bits &= ~(4 | 8 | 16);
	return released ? bits ? PRESS_NONE : PRESS_RELEASE :
	       bits == 0 ? PRESS_CLICK : bits == 32 ? PRESS_DRAG : bits == 64 ? PRESS_WHEEL_UP : bits == 65 ? PRESS_WHEEL_DOWN : PRESS_NONE;
}

/* "CSI < bits ; x ; y M", or m where it is released. */
static int read_mouse(struct keyboard *k, int length)
{
	int number[3] = { 0 }, at = 0;

	for (int i = 3; i < length - 1; i++)
		if (k->at[i] == ';' && at < 2)
			at++;
		else if (k->at[i] >= '0' && k->at[i] <= '9' && number[at] < 100000)
			number[at] = number[at] * 10 + k->at[i] - '0';
		else
			return PRESS_NONE;
	if (at < 2 || !k->mouse)
		return PRESS_NONE;
	k->x = number[1] - 1;
	k->y = number[2] - 1;
	return mouse_key(number[0], k->at[length - 1] == 'm');
}

/* "CSI M" and three bytes: terminals that know the older form alone. */
static struct piece old_mouse(struct keyboard *k, bool over)
{
	int bits;

	if (k->length < 6)
		return over ? (struct piece){ k->length, PRESS_NONE } : more;
	bits = (unsigned char)k->at[3] - ' ';
	k->x = (unsigned char)k->at[4] - ' ' - 1;
	k->y = (unsigned char)k->at[5] - ' ' - 1;
	return (struct piece){ 6, (bits & 3) == 3 ? PRESS_RELEASE : mouse_key(bits, false) };
}

/* A sequence that is whole: without its modifiers, of which no key has any use. */
static int key_of_sequence(struct keyboard *k, int length)
{
	char final = k->at[length - 1], answer[LONGEST_SEQUENCE + 1];
	int n = 0;

	if (k->at[2] == '?') {
		memcpy(answer, k->at, (size_t)length);
		answer[length] = 0;
		k->answered |= answers_read(&k->answers, answer);
		return PRESS_NONE;
	}
	if (k->at[2] == '<')
		return final == 'M' || final == 'm' ? read_mouse(k, length) : PRESS_NONE;
	if (final != '~')
		return final == 'M' ? PRESS_NONE : key_of_final(final);
	for (int i = 2; k->at[i] >= '0' && k->at[i] <= '9' && n < 1000; i++)
		n = n * 10 + k->at[i] - '0';
	return key_of_number(n);
}

/* "CSI ..": parameters, then one letter. The Linux console has a second [ before that of a function key. */
static struct piece sequence(struct keyboard *k, bool over)
{
	if (k->length > 2 && k->at[2] == '[') {
		if (k->length == 3)
			return over ? (struct piece){ 3, PRESS_NONE } : more;
		return (struct piece){ 4, k->at[3] >= 'A' && k->at[3] <= 'E' ? PRESS_F1 + k->at[3] - 'A' : PRESS_NONE };
	}
	if (k->mouse && k->length > 2 && k->at[2] == 'M')
		return old_mouse(k, over);
	for (int i = 2; i < k->length; i++) {
		char c = k->at[i];
		if (c < ' ' || c > '~' || i == LONGEST_SEQUENCE)
			return (struct piece){ i, PRESS_NONE };
		if (c >= '@')
			return (struct piece){ i + 1, key_of_sequence(k, i + 1) };
	}
	if (k->length == 2)             /* two keys, one after the other */
		return over ? (struct piece){ 1, PRESS_ESCAPE } : more;
	return over ? (struct piece){ k->length, PRESS_NONE } : more;
}

/* "SS3 .": arrows, function keys, and the keypad's, whose letters are their signs' further on in the table of characters. */
static struct piece shifted(const struct keyboard *k, bool over)
{
	int i = 2, press;

	while (i < k->length && i < 6 && ((k->at[i] >= '0' && k->at[i] <= '9') || k->at[i] == ';'))
		i++;
	if (i == k->length)
		return !over ? more : i == 2 ? (struct piece){ 1, PRESS_ESCAPE } : (struct piece){ i, PRESS_NONE };
	press = k->at[i] >= 'j' && k->at[i] <= 'y' ? k->at[i] - 'j' + '*' : key_of_final(k->at[i]);
	return press == PRESS_NONE || (i > 2 && press < PRESS_UP) ? (struct piece){ 1, PRESS_ESCAPE } : (struct piece){ i + 1, press };
}

/* An answer of our own has these letters only: any other is a key, though the answer's end was lost. */
static bool may_be_within(const struct keyboard *k, int i)
{
	char c = k->at[i];

	if (c < ' ' || c > '~' || i == LONGEST_STRING)
		return false;
	return i < 5 || strncmp(k->at + 1, "]11;", 4) || strchr("0123456789abcdefABCDEF/:;#rgi", c);
}

/* "OSC ..", "DCS ..": up to BEL, or ESC \. */
static struct piece string(struct keyboard *k, bool over)
{
	char answer[LONGEST_STRING + 1];

	for (int i = 2; i < k->length; i++) {
		bool ends = k->at[i] == '\a', escape = k->at[i] == ESCAPE;
		if (escape && i + 1 == k->length)
			return over ? (struct piece){ i, PRESS_NONE } : more;
		if (ends || (escape && k->at[i + 1] == '\\')) {
			memcpy(answer, k->at, (size_t)i);
			answer[i] = 0;
			k->answered |= answers_read(&k->answers, answer);
			return (struct piece){ i + (ends ? 1 : 2), PRESS_NONE };
		}
		if (!may_be_within(k, i))
			return (struct piece){ i, PRESS_NONE };
	}
	return over ? (struct piece){ k->length, PRESS_NONE } : more;
}

/* What no terminal sends after an Escape is the next key. */
static struct piece after_escape(struct keyboard *k, bool over)
{
	const struct piece alone = { 1, PRESS_ESCAPE };
	struct piece known = named(k);
	char kind = k->length > 1 ? k->at[1] : 0, first = k->length > 2 ? k->at[2] : 0;

	if (known.length)
		return known;
	if (k->length == 1)
		return over ? alone : more;
	if (!over && is_begun(k))
		return more;
	if (kind == '[')
		return sequence(k, over);
	if (kind == 'O')
		return shifted(k, over);
	if (kind != ']' && kind != 'P')
		return alone;
	if (k->length == 2)
		return over ? alone : more;
	return (first >= '0' && first <= '9') || (kind == 'P' && strchr(">!|+$", first)) ? string(k, over) : alone;
}

int keyboard_press(struct keyboard *k, bool over)
{
	while (k->length) {
		struct piece p = *k->at == ESCAPE ? after_escape(k, over) : named(k);
		if (!p.length && *k->at != ESCAPE)
			p = letter(k, over);
		if (!p.length)
			return PRESS_NONE;
		k->length -= p.length;
		memmove(k->at, k->at + p.length, (size_t)k->length);
		if (p.press != PRESS_NONE)
			return p.press;
	}
	return PRESS_NONE;
}

int keyboard_waits(const struct keyboard *k)
{
	return !k->length ? 0 : k->length == 1 && *k->at == ESCAPE ? ALONE_MS : BEGUN_MS;
}
