/* What the viewer has behind them: of which scenarios, and how far. A line for each, `seen ticket-race`, is added to a file of the
 * viewer's own, and never taken away; so is `answered 4/6 ticket-race`, the questions about it; where there is no place for one, nothing is remembered. */
#include "ui/cli/cli.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sim/report/rulings.h"
#include "ui/browser/browser.h"

static const struct { unsigned bit; const char *word; } steps[] = { { SEEN, "seen" }, { BROKEN, "broken" }, { SOLVED, "solved" } };
enum { STEPS = sizeof steps / sizeof *steps, MOST = 1 << 20 };

/* ---- files of what is remembered ---- */

static const char *state_path(struct call *c, const char *file)
{
	const char *folder = state_folder(c);
	return folder ? arena_print(&c->arena, "%s/%s", folder, file) : NULL;
}

const char *state_read(struct call *c, const char *file)
{
	const char *path = state_path(c, file);
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW) : -1;
	if (fd < 0)
		return "";
	char *text = arena_get(&c->arena, MOST + 1);
	size_t length = 0;
	for (ssize_t n; length < MOST && (n = read(fd, text + length, MOST - length)) > 0;)
		length += (size_t)n;
	text[length] = '\0';
	close(fd);
	return text;
}

static struct { const char *path; int error; } lost;

static void note_lost(const char *path, int error)
{
	if (error && !lost.path) {
		lost.path = path;
		lost.error = error;
	}
}

const char *state_lost(struct call *c)
{
	return lost.path ? say_word(&c->arena, SAY(NOT_REMEMBERED, lost.path, error_named(lost.error))) : NULL;
}

void state_say_lost(struct call *c)
{
	if (lost.path)
		remark(SAY(AS_IT_IS, state_lost(c)));
}

/* A folder that may not be made is no place for anything; one for which the disk has no room is one. */
static bool is_place(struct call *c)
{
	int error = make_folders(c, state_folder(c));
	if (error == ENOSPC || error == EDQUOT || error == EIO)
		note_lost(state_folder(c), error);
	return !error;
}

/* As an editor or a full disk may have left it: then what comes next would be a part of that line. */
static bool ends_within_a_line(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
	char last;
	if (fd < 0)
		return false;
	bool within = lseek(fd, -1, SEEK_END) >= 0 && read(fd, &last, 1) == 1 && last != '\n';
	close(fd);
	return within;
}

/* In one piece: others may add to it at the same time. */
static int add_lines(int fd, const char *path, const struct text *lines)
{
	struct text whole = { 0 };
	if (ends_within_a_line(path))
		text_char(&whole, '\n');
	text_add(&whole, lines->at, lines->length);
	int error = append_all(fd, whole.at, whole.length);
	text_free(&whole);
	return error;
}

void state_add(struct call *c, const char *file, const struct text *lines)
{
	const char *path = state_path(c, file);
	if (!lines->length || !path || !is_place(c))
		return;
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW, 0600);
	note_lost(path, fd < 0 ? errno : add_lines(fd, path, lines));
	if (fd >= 0 && close(fd))
		note_lost(path, errno);
}

/* What is no plain file was put there by somebody else: it stays. */
void state_replace(struct call *c, const char *file, const char *text)
{
	const char *path = state_path(c, file);
	struct stat is;
	if (path && is_place(c) && (lstat(path, &is) || S_ISREG(is.st_mode)))
		note_lost(path, file_replace(path, text, strlen(text)));
}

/* ---- scenarios ---- */

static unsigned bit_of(const char *line, size_t length, const char *name)
{
	for (int i = 0; i < STEPS; i++) {
		size_t n = strlen(steps[i].word);
		if (length == n + 1 + strlen(name) && !memcmp(line, steps[i].word, n) && line[n] == ' ' && !memcmp(line + n + 1, name, length - n - 1))
			return steps[i].bit;
	}
	return 0;
}

const char *progress_read(struct call *c)
{
	return state_read(c, "progress");
}

unsigned progress_of(const char *all, const char *name)
{
	unsigned bits = 0;
	for (const char *line = all; *line; line += strcspn(line, "\n"), line += *line == '\n')
		bits |= bit_of(line, strcspn(line, "\n"), name);
	return bits;
}

void progress_note(struct call *c, const char *name, unsigned bits)
{
	unsigned had = progress_of(progress_read(c), name);
	struct text t = { 0 };
	for (int i = 0; i < STEPS; i++)
		if (bits & steps[i].bit & ~had)
			text_print(&t, "%s %s\n", steps[i].word, name);
	if (!strchr(name, '\n'))
		state_add(c, "progress", &t);
	text_free(&t);
}

/* ---- questions ---- */

static struct score score_in(const char *line, size_t length, const char *name)
{
	struct score s = { 0 };
	int at = 0;
	bool is = sscanf(line, "answered %6d/%6d %n", &s.right, &s.asked, &at) == 2 && at > 0 && (size_t)at < length;
	bool fits = is && s.right >= 0 && s.right <= s.asked && length - (size_t)at == strlen(name) && !memcmp(line + at, name, length - (size_t)at);
	return fits ? s : (struct score){ 0 };
}

/* A scenario that was changed may ask more, or less. */
static bool is_better(struct score a, struct score b)
{
	return (int64_t)a.right * b.asked > (int64_t)b.right * a.asked || (a.asked && !b.asked);
}

struct score score_of(const char *all, const char *name)
{
	struct score best = { 0 };
	for (const char *line = all; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		struct score s = score_in(line, strcspn(line, "\n"), name);
		if (is_better(s, best))
			best = s;
	}
	return best;
}

void score_note(struct call *c, const char *name, struct score s)
{
	struct text t = { 0 };
	if (strchr(name, '\n') || !is_better(s, score_of(progress_read(c), name)))
		return;
	text_print(&t, "answered %d/%d %s\n", s.right, s.asked, name);
	state_add(c, "progress", &t);
	text_free(&t);
}

/* ---- a run that is watched ---- */

/* The viewer chose who moved, sent a signal, or gave a schedule. A viewer who only watched what the policy did, or what a
 * recording or the scenario's own schedule says, has broken nothing. */
static bool is_by_hand(const struct play *y)
{
	const struct settings *s = &y->begun;
	if (s->follows)
		return false;
	for (size_t i = 0; y->history && i < y->history->count; i++)
		if (y->history->entry[i].cause == CAUSE_CHOSEN || y->history->entry[i].cause == CAUSE_SIGNALLED)
			return true;
	return s->turns && s->turn != y->g->turn;
}

static void watch(struct listener *l, const struct play *y, const struct news *n)
{
	const struct watcher *w = (const struct watcher *)l;
	enum ruling ruling = n->kind == NEWS_END ? ruling_of(y) : RULING_BY_USER;
	if ((ruling == RULING_BROKEN || ruling == RULING_DEADLOCK || ruling == RULING_EXCEPTION) && is_by_hand(y))
		progress_note(w->call, w->name, BROKEN);
}

void watcher_init(struct watcher *w, struct call *c, const char *name, struct listener *next)
{
	*w = (struct watcher){ .listener = { .hear = watch, .next = next, .end_only = true }, .call = c, .name = name };
	progress_note(c, name, SEEN);
}
