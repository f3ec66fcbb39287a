/* The only file that knows curses: a canvas onto the terminal, keys from it.
 *
 * Signals: curses would install handlers that end the program; they are taken out again. A new size is
 * learnt from SIGWINCH through a descriptor, and so is SIGCONT, after which the screen must be drawn anew;
 * both are read together with the keyboard, by one epoll descriptor. Keys are read byte by byte (keyboard.h), not by curses, which
 * is deaf for several keys after a byte that is no letter's. */
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <term.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#include "sim/base/arena.h"
#include "sim/base/say.h"
#include "ui/dashboard/asks.h"
#include "ui/dashboard/keyboard.h"
#include "ui/dashboard/restore.h"
#include "ui/dashboard/screen.h"

/* Colour pairs are made when first needed; more than these are never in use. */
enum { PAIRS = 255 };
/* The terminal's answers are waited for this long before the first picture; what comes later still counts, up to PATIENCE. */
enum { EARLY = 32, WAIT_MS = 150, PATIENCE_MS = 10000 };

struct screen {
	SCREEN *curses;
	FILE *input;
	int keys, signals, timer, all;  /* descriptors; all: the three in one */
	struct keyboard keyboard;
	int64_t heard;                  /* when bytes came last, in milliseconds */
	int64_t asked;                  /* when, in milliseconds */
	int early[EARLY], earlies, taken;       /* keys that came before the first picture */
	struct pressed { int key, x, y; } pending;      /* read already; */
	int x, y;                       /* where the mouse was, of the key before */
	bool ascii, resized;
	int colours;                    /* 0: none wanted, or none there */
	struct theme theme;
	struct paint pair[PAIRS];       /* pair i + 1 */
	int pairs;
	struct canvas shown;            /* what the terminal shows already; 0 x 0: nothing known */
	cchar_t *row;
};

static const int kept_signals[] = { SIGINT, SIGTERM, SIGTSTP };
enum { KEPT = sizeof kept_signals / sizeof *kept_signals };

static int refused_why;                 /* errno of what could not be had when the terminal was to be taken; 0: it is not known */

static const char *refused_text(void)
{
	static char text[200];

	snprintf(text, sizeof text, refused_why ? spoken("the terminal can't be used: %s", "终端无法使用：%s") : spoken("the terminal can't be used", "终端无法使用"),
	         error_named(refused_why));
	return text;
}

const char *screen_error_text(enum screen_error e)
{
	switch (e) {
	case SCREEN_OK:      return spoken("no error", "没有错误");
	case SCREEN_NO_TTY:  return spoken("there is no terminal to draw on", "没有可以显示的终端");
	case SCREEN_UNKNOWN: return spoken("this terminal is not known: check the variable TERM", "不认识这种终端：请检查变量 TERM");
	case SCREEN_DUMB:    return spoken("this terminal can't place the cursor", "这个终端不能移动光标");
	case SCREEN_REFUSED: return refused_text();
	}
	return spoken("unknown error", "未知错误");
}

/* ---- opening ---- */

static bool names_utf8(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		const char *value = getenv(variables[i]);
		if (value && *value)    /* the first that is set decides */
			return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
	}
	return false;
}

/* Only LC_CTYPE: numbers keep their decimal point. A language that is not installed is no reason to do without
 * its letters. The Linux console has too few signs in its fonts. */
const char *screen_few_letters(bool on_terminal)
{
	const char *term = getenv("TERM");

	if (!setlocale(LC_CTYPE, "") && names_utf8())
		setlocale(LC_CTYPE, "C.UTF-8");
	if (strcmp(nl_langinfo(CODESET), "UTF-8"))
		return nl_langinfo(CODESET);
	return on_terminal && term && !strncmp(term, "linux", 5) ? "TERM=linux" : NULL;
}

static bool able(const char *capability)
{
	const char *s = tigetstr(capability);

	return s && s != (char *)-1;
}

enum screen_error screen_probe(void)
{
	int error;
	bool addressable;

	if (!isatty(STDOUT_FILENO))
		return SCREEN_NO_TTY;
	if (setupterm(NULL, STDOUT_FILENO, &error) != OK)
		return SCREEN_UNKNOWN;
	addressable = able("cup");
	del_curterm(cur_term);
	return addressable ? SCREEN_OK : SCREEN_DUMB;
}

/* Keys come from standard input, or from the terminal itself if that is something else (a scenario, say). */
static FILE *open_input(void)
{
	FILE *tty;

	if (isatty(STDIN_FILENO))
		return stdin;
	tty = fopen("/dev/tty", "r+e");
	return tty;
}

static bool is_heard(const struct screen *s, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	return fd >= 0 && epoll_ctl(s->all, EPOLL_CTL_ADD, fd, &e) == 0;
}

static bool listen_to(struct screen *s)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGCONT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	s->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	s->all = epoll_create1(EPOLL_CLOEXEC);
	return s->all >= 0 && is_heard(s, s->keys) && is_heard(s, s->signals) && is_heard(s, s->timer);
}

/* Until it was left and entered again, ncurses 6.4 writes at every movement of the cursor: a picture comes in sixty pieces, which a slow
 * line shows one after another. Leaving is for its own sake; the terminal sees nothing of it. */
static void collect_pictures(void)
{
	int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC), terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

	refresh();
	if (nothing >= 0 && terminal >= 0 && dup2(nothing, STDOUT_FILENO) >= 0) {
		endwin();
		refresh();
		while (dup2(terminal, STDOUT_FILENO) < 0 && errno == EINTR)
			;
	}
	if (nothing >= 0)
		close(nothing);
	if (terminal >= 0)
		close(terminal);
}

/* newterm, without the handlers it brings. */
static SCREEN *start_curses(FILE *input)
{
	struct sigaction before[KEPT];
	SCREEN *curses;

	for (int i = 0; i < KEPT; i++)
		sigaction(kept_signals[i], NULL, &before[i]);
	curses = newterm(NULL, stdout, input);
	if (curses)
		collect_pictures();
	for (int i = 0; i < KEPT; i++)
		sigaction(kept_signals[i], &before[i], NULL);
	return curses;
}

/* Keys as terminfo has them; what is not among them is known from xterm. */
static void name_keys(struct keyboard *k)
{
	static const struct { const char *name; int press; } keys[] = {
		{ "kcuu1", PRESS_UP }, { "kcud1", PRESS_DOWN }, { "kcub1", PRESS_LEFT }, { "kcuf1", PRESS_RIGHT },
		{ "kpp", PRESS_PAGE_UP }, { "knp", PRESS_PAGE_DOWN }, { "ka3", PRESS_PAGE_UP }, { "kc3", PRESS_PAGE_DOWN },
		{ "khome", PRESS_HOME }, { "kfnd", PRESS_HOME }, { "ka1", PRESS_HOME },
		{ "kend", PRESS_END }, { "kslt", PRESS_END }, { "kll", PRESS_END }, { "kc1", PRESS_END },
		{ "kich1", PRESS_INSERT }, { "kdch1", PRESS_DELETE }, { "kcbt", PRESS_BACKTAB },
		{ "kent", PRESS_ENTER }, { "kbs", PRESS_BACKSPACE },
		{ "kf1", PRESS_F1 }, { "kf2", PRESS_F2 }, { "kf3", PRESS_F3 }, { "kf4", PRESS_F4 }, { "kf5", PRESS_F5 }, { "kf6", PRESS_F6 },
		{ "kf7", PRESS_F7 }, { "kf8", PRESS_F8 }, { "kf9", PRESS_F9 }, { "kf10", PRESS_F10 }, { "kf11", PRESS_F11 }, { "kf12", PRESS_F12 },
	};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (able(keys[i].name))
			keyboard_name(k, tigetstr(keys[i].name), keys[i].press);
}

static void set_modes(struct screen *s)
{
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);           /* that it sends what terminfo says */
	typeahead(-1);
	name_keys(&s->keyboard);
	idlok(stdscr, FALSE);
	leaveok(stdscr, FALSE);
	scrollok(stdscr, FALSE);
}

static void set_colours(struct screen *s, const struct screen_wish *wish)
{
	if (!colour_wanted(wish->colour) || !has_colors())
		return;
	start_color();
	use_default_colors();
	s->colours = COLORS;
}

static int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The Linux console and old terminals know none of the questions. */
static bool is_asked(void)
{
	static const char *const deaf[] = { "linux", "vt", "ansi", "cons", "dumb" };
	const char *term = getenv("TERM");

	for (size_t i = 0; term && i < sizeof deaf / sizeof *deaf; i++)
		if (!strncmp(term, deaf[i], strlen(deaf[i])))
			return false;
	return term;
}

static int key_now(struct screen *);

/* On the alternate screen: should a terminal show a question, the first picture covers it. */
static void ask(struct screen *s)
{
	static const char asks[] = ASKS;
	int64_t until;
	int key;

	s->keyboard.answers.over = !is_asked() || (refresh(), write(STDOUT_FILENO, asks, sizeof asks - 1)) < 0;
	s->asked = clock_ms();
	until = s->asked + WAIT_MS;
	while (!s->keyboard.answers.over && clock_ms() < until) {
		struct pollfd p = { .fd = s->keys, .events = POLLIN };
		if (poll(&p, 1, (int)(until - clock_ms()) + 1) > 0 && p.revents & (POLLHUP | POLLERR))
			return;
		while ((key = key_now(s)) != PRESS_NONE)
			if (s->earlies < EARLY && key != PRESS_RESIZE && !is_mouse(key))
				s->early[s->earlies++] = key;
	}
}

static struct screen *give_up(struct screen *s)
{
	refused_why = errno;
	if (s->input && s->input != stdin)
		fclose(s->input);
	if (s->signals >= 0)
		close(s->signals);
	if (s->timer >= 0)
		close(s->timer);
	if (s->all >= 0)
		close(s->all);
	free(s);
	return NULL;
}

/* ---- the mouse ---- */

static void write_mouse(bool on)
{
	static const char begins[] = "\033[?1000h\033[?1002h\033[?1006h", ends[] = "\033[?1006l\033[?1002l\033[?1000l";

	if (write(STDOUT_FILENO, on ? begins : ends, on ? sizeof begins - 1 : sizeof ends - 1) < 0)
		return;
}

static bool mouse_wanted(void)
{
	const char *is = getenv("FORKLORE_MOUSE");

	return able("kmous") && !(is && !strcmp(is, "off"));
}

void screen_use_mouse(struct screen *s, bool uses)
{
	if (s->keyboard.mouse != uses)
		write_mouse(uses);
	s->keyboard.mouse = uses;
}

bool screen_uses_mouse(const struct screen *s)
{
	return s->keyboard.mouse;
}

void screen_mouse_at(const struct screen *s, int *x, int *y)
{
	*x = s->x;
	*y = s->y;
}

struct screen *screen_open(const struct screen_wish *wish, enum screen_error *error)
{
	struct screen *s;

	*error = screen_probe();
	if (*error)
		return NULL;
	*error = SCREEN_REFUSED;
	errno = 0;
	s = must_have(calloc(1, sizeof *s));
	s->signals = s->timer = s->all = -1;
	s->ascii = screen_few_letters(true) || wish->ascii;
	s->input = open_input();
	if (!s->input || !terminal_remember(STDOUT_FILENO))
		return give_up(s);
	s->keys = fileno(s->input);
	if (!listen_to(s))
		return give_up(s);
	terminal_taken(true);           /* before, not after: a signal may come in between */
	s->curses = start_curses(s->input);
	if (!s->curses) {
		terminal_taken(false);
		return give_up(s);
	}
	terminal_hold_stderr(true);
	set_modes(s);
	terminal_modes_are_set();
	set_colours(s, wish);
	theme_make(&s->theme, wish->theme, s->colours);
	ask(s);
	screen_theme(s, wish->theme);
	screen_use_mouse(s, mouse_wanted());
	*error = SCREEN_OK;
	return s;
}

/* ---- giving back ---- */

/* A shell may have taken the terminal meanwhile; in the background endwin would stop us half way. */
static void leave(const struct screen *s)
{
	if (!terminal_is_ours()) {
		terminal_restore();
		return;
	}
	if (s->keyboard.mouse)
		write_mouse(false);
	if (able("rmcup")) {            /* tmux keeps rows of a full screen that has grown, and shows them */
		erase();
		refresh();
	}
	endwin();
	terminal_modes_back();          /* the shell may have taken the terminal since we asked: then endwin could not */
	terminal_taken(false);
	terminal_hold_stderr(false);
}

void screen_close(struct screen *s)
{
	if (!s)
		return;
	if (!s->keyboard.answers.over && clock_ms() < s->asked + PATIENCE_MS)
		tcflush(s->keys, TCIFLUSH); /* an answer that is still under way is nothing for the shell */
	leave(s);
	delscreen(s->curses);
	canvas_free(&s->shown);
	free(s->row);
	give_up(s);
}

/* Take the terminal again, after leave() or after somebody else has used it. */
static void enter(struct screen *s)
{
	terminal_taken(true);
	terminal_hold_stderr(true);
	if (!isendwin())
		endwin();               /* so that curses enters anew */
	screen_redraw(s);
	terminal_modes_are_set();
	if (s->keyboard.mouse)
		write_mouse(true);
	s->resized = true;
}

void screen_suspend(struct screen *s)
{
	struct sigaction before, stop = { .sa_handler = SIG_DFL };
	struct signalfd_siginfo info;
	sigset_t set, mask;

	leave(s);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigaction(SIGTSTP, &stop, &before);
	pthread_sigmask(SIG_UNBLOCK, &set, &mask);
	raise(SIGTSTP);                 /* here we stand still */
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	sigaction(SIGTSTP, &before, NULL);
	while (read(s->signals, &info, sizeof info) > 0)
		;                       /* of being continued we know */
	enter(s);
}

/* ---- drawing ---- */

void screen_size(const struct screen *s, int *width, int *height)
{
	(void)s;
	getmaxyx(stdscr, *height, *width);
}

bool screen_ascii(const struct screen *s)
{
	return s->ascii;
}

void screen_theme(struct screen *s, enum theme_id id)
{
	theme_make(&s->theme, id, s->colours);
	s->pairs = 0;
	screen_redraw(s);
}

static void put_base64(struct text *out, const char *s, size_t length)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < length; i += 3) {
		size_t n = length - i < 3 ? length - i : 3;
		uint32_t bits = 0;
		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < n ? (unsigned char)s[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			text_char(out, k <= n ? digit[bits >> (18 - 6 * k) & 63] : '=');
	}
}

void screen_copy(struct screen *s, const char *text)
{
	enum { MOST = 70000 };                  /* terminals take no more */
	struct text t = { 0 };
	size_t length = strlen(text), done = 0;
	ssize_t n;

	(void)s;
	if (length > MOST)
		return;
	text_put(&t, "\033]52;c;");
	put_base64(&t, text, length);
	text_put(&t, "\a");
	while (done < t.length && (n = write(STDOUT_FILENO, t.at + done, t.length - done)) > 0)
		done += (size_t)n;
	text_free(&t);
}

void screen_redraw(struct screen *s)
{
	canvas_resize(&s->shown, 0, 0);
	clearok(curscr, TRUE);
}

static short pair_of(struct screen *s, struct paint p)
{
	int i;

	if (!s->colours || (p.ink < 0 && p.ground < 0))
		return 0;
	for (i = 0; i < s->pairs; i++)
		if (s->pair[i].ink == p.ink && s->pair[i].ground == p.ground)
			return (short)(i + 1);
	if (i == PAIRS || i + 1 >= COLOR_PAIRS)
		return 0;
	s->pair[s->pairs++] = p;
	init_pair((short)(i + 1), p.ink, p.ground);
	return (short)(i + 1);
}

static attr_t looks(uint8_t look)
{
	attr_t a = A_NORMAL;

	if (look & LOOK_BOLD >> 8)
		a |= A_BOLD;
	if (look & LOOK_DIM >> 8)
		a |= A_DIM;
	if (look & LOOK_REVERSE >> 8)
		a |= A_REVERSE;
	if (look & LOOK_UNDERLINE >> 8)
		a |= A_UNDERLINE;
	return a;
}

/* The C library may know fewer characters than we do. One whose width it does not know as we do would
 * shift the rest of the row: it is shown as question marks instead. */
static int cell_letters(const struct cell *s, wchar_t *letters)
{
	int n = 0;

	letters[n++] = (wchar_t)s->code;
	if (s->code >= 0x80 && wcwidth(letters[0]) != s->width)
		letters[0] = '?';
	else
		for (int i = 0; i < 2 && s->mark[i] && wcwidth((wchar_t)s->mark[i]) == 0; i++)
			letters[n++] = (wchar_t)s->mark[i];
	letters[n] = 0;
	return n;
}

/* Curses wants an element for each character, not for each cell. */
static int row_of(struct screen *s, const struct canvas *c, int y)
{
	int n = 0;

	for (int x = 0; x < c->width; x++) {
		const struct cell *at = canvas_at(c, x, y);
		struct paint p = theme_paint(&s->theme, at);
		wchar_t letters[4];
		if (at->width == 0)
			continue;
		cell_letters(at, letters);
		setcchar(&s->row[n++], letters, looks(p.look), pair_of(s, p), NULL);
		if (letters[0] == '?' && at->width == 2)
			s->row[n] = s->row[n - 1], n++;
	}
	return n;
}

/* What stands between the two is shown at once. */
static void synchronize(const struct screen *s, bool begins)
{
	const char *sign = begins ? "\033[?2026h" : "\033[?2026l";

	if (s->keyboard.answers.synchronizes && write(STDOUT_FILENO, sign, strlen(sign)) < 0)
		return;
}

void screen_show(struct screen *s, const struct canvas *c)
{
	bool all = s->shown.width != c->width || s->shown.height != c->height;
	size_t row = (size_t)c->width * sizeof *c->cell;

	if (all) {
		canvas_resize(&s->shown, c->width, c->height);
		s->row = must_have(realloc(s->row, ((size_t)c->width + 1) * sizeof *s->row));
		erase();
	}
	for (int y = 0; y < c->height && y < LINES && c->width; y++) {
		struct cell *known = canvas_at(&s->shown, 0, y);
		if (!all && !memcmp(known, canvas_at(c, 0, y), row))
			continue;
		memcpy(known, canvas_at(c, 0, y), row);
		mvadd_wchnstr(y, 0, s->row, row_of(s, c, y));
	}
	synchronize(s, true);
	curs_set(c->cursor_x >= 0);
	move(c->cursor_y < 0 ? LINES - 1 : c->cursor_y, c->cursor_x < 0 ? COLS - 1 : c->cursor_x);
	refresh();
	synchronize(s, false);
}

/* ---- keys ---- */

/* The size may have changed, or somebody else may have drawn. */
static void read_signals(struct screen *s)
{
	struct signalfd_siginfo info;
	struct winsize size;
	bool continued = false;

	while (read(s->signals, &info, sizeof info) == (ssize_t)sizeof info) {
		s->resized = true;
		continued |= info.ssi_signo == SIGCONT;
	}
	if (continued)
		enter(s);
	if (!s->resized)
		return;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		resize_term(size.ws_row, size.ws_col);
	screen_redraw(s);
}

/* In the background it fails: SIGTTIN would stop us inside, and continued, we would wait there for what the shell has read. */
static ssize_t read_keys(const struct screen *s, char *at, size_t room)
{
	sigset_t stop, before;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTTIN);
	pthread_sigmask(SIG_BLOCK, &stop, &before);
	ssize_t n = read(s->keys, at, room);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return n;
}

static void read_bytes(struct screen *s)
{
	struct pollfd p = { .fd = s->keys, .events = POLLIN };
	int room;
	char *at = keyboard_room(&s->keyboard, &room);
	ssize_t n = room > 0 && poll(&p, 1, 0) > 0 && p.revents & POLLIN ? read_keys(s, at, (size_t)room) : 0;

	if (n <= 0)
		return;
	keyboard_took(&s->keyboard, (int)n);
	s->heard = clock_ms();
}

/* When nothing more comes, the bytes that have come are taken as they are. */
static void set_timer(const struct screen *s)
{
	int waits = keyboard_waits(&s->keyboard);
	int64_t left = waits ? s->heard + waits - clock_ms() : 0;
	struct itimerspec t = { 0 };

	if (waits)
		t.it_value.tv_nsec = (left < 1 ? 1 : left) * 1000000;
	timerfd_settime(s->timer, 0, &t, NULL);        /* and what has run out is no news any more */
}

static void take_in_answers(struct screen *s)
{
	const struct answers *a = &s->keyboard.answers;

	if (s->keyboard.answered && theme_ground(a->knows_ground, a->light)) {
		screen_theme(s, s->theme.id);
		s->resized = true;
	}
	s->keyboard.answered = false;
}

static struct pressed next_press(struct screen *s, bool over)
{
	struct pressed p = s->pending;

	s->pending.key = PRESS_NONE;
	if (p.key == PRESS_NONE)
		p = (struct pressed){ keyboard_press(&s->keyboard, over), s->keyboard.x, s->keyboard.y };
	return p;
}

/* While the mouse is dragged, only where it is by now counts. */
static int key_of_bytes(struct screen *s, bool over)
{
	struct pressed p = next_press(s, over), further = p;

	while (p.key == PRESS_DRAG && further.key == PRESS_DRAG) {
		p = further;
		further = next_press(s, over);
	}
	if (p.key == PRESS_DRAG)
		s->pending = further;
	s->x = p.x;
	s->y = p.y;
	return p.key;
}

static int key_now(struct screen *s)
{
	int waits, key;

	read_signals(s);
	read_bytes(s);
	waits = keyboard_waits(&s->keyboard);
	key = s->resized ? PRESS_NONE : key_of_bytes(s, waits && clock_ms() >= s->heard + waits);
	take_in_answers(s);
	set_timer(s);
	if (key == PRESS_NONE && s->resized) {
		s->resized = false;
		return PRESS_RESIZE;
	}
	return key;
}

int screen_fd(const struct screen *s)
{
	return s->all;
}

int screen_key(struct screen *s, int timeout)
{
	struct epoll_event event;

	if (s->taken < s->earlies)
		return s->early[s->taken++];
	int key = key_now(s);

	if (key != PRESS_NONE)
		return key;
	/* Also with no time to wait: a terminal that is gone shows only here. */
	if (epoll_wait(s->all, &event, 1, timeout) <= 0)
		return PRESS_NONE;
	if (event.data.fd == s->keys && event.events & (EPOLLHUP | EPOLLERR))
		return PRESS_HANGUP;
	return key_now(s);
}
