/* A submission is judged in a process of its own. */
#include "ui/cli/judging.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sim/report/grades_words.h"
#include "sim/stage/fence.h"
#include "sim/stage/sandbox.h"

enum { MICROS = 1000000, GRACE = 5, SPARE = 128 << 20, USUAL_MEMORY = 512 << 20, OUTCOMES_SHOWN = 64, USUAL_OUTPUT = 256 << 10, SPARE_ROW = 1 << 20, ESCAPED = 2, OUT_OF_MEMORY = 5 };
static const char whole = '0';          /* before a row, what the kernel does not do of the sandbox is added to it */

void grading_usual(struct grading *w, const struct program *exercise, const char *language)
{
	*w = (struct grading){ .exercise = exercise, .language = language, .feedback = FEEDBACK_FULL, .output = USUAL_OUTPUT, .seconds = USUAL_SECONDS,
		.limits = { .states = USUAL_STATES, .memory = USUAL_MEMORY, .outcomes = exercise->matched ? OUTCOMES_SHOWN : 0 } };
}

/* ---- there ---- */

struct work { const struct judging *judging; const struct file *file; };

static void judge(void *with, int fd)
{
	const struct work *w = with;
	const struct judging *j = w->judging;
	struct grading how = *j->how;
	struct text row = { 0 };
	if (!how.own)
		say_program("forklore");        /* as students call it, wherever it is here */
	unsigned got = how.bare ? SANDBOX_ALL : fence(how.limits.memory * 3 + SPARE, (uint64_t)how.seconds + GRACE);
	text_char(&row, (char)(whole + (SANDBOX_ALL & ~got)));
	how.limits.until = wall_clock() + (int64_t)(how.seconds * MICROS);
	grade_judge(&row, &how, j->name, j->key, w->file->text, w->file->length);
	if (write_all(fd, text_is(&row), row.length))
		_exit(EXIT_REFUSED);
}

/* ---- here ---- */

bool judging_begin(struct judging *j, const struct grading *how, const char *name, uint64_t key, const struct file *f)
{
	struct work w = { j, f };
	j->how = how;
	j->name = name;
	j->key = key;
	j->late = false;
	j->missing = 0;
	j->until = wall_clock() + (int64_t)(how->seconds * MICROS) + GRACE * MICROS;
	text_clear(&j->row);
	j->busy = aside_begin(&j->aside, judge, &w);
	return j->busy;
}

/* It ended without a grade: the row says why. */
static void lost(struct judging *j, int status)
{
	struct arena a = { 0 };
	int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	struct text seconds = { 0 };
	text_print(&seconds, "%.9g", j->how->seconds);
	bool time = j->late || number == SIGXCPU, memory = WIFEXITED(status) && WEXITSTATUS(status) == OUT_OF_MEMORY;
	const char *why = say_word(&a, time ? SAY(G_AT_TIME, text_is(&seconds)) : memory ? SAY(G_AT_MEMORY) :
	                               number ? SAY(G_KILLED, number, strsignal(number)) : SAY(G_DIED));
	text_clear(&j->row);
	grade_without_words(&j->row, j->how, j->name, j->key, time || memory ? FATE_UNDECIDED : FATE_FAILED, why);
	text_free(&seconds);
	arena_free(&a);
}

static void finish(struct judging *j)
{
	int status = j->late ? aside_kill(&j->aside) : aside_over(&j->aside);
	struct arena a = { 0 };
	struct grade e;
	j->busy = false;
	if (j->row.length) {
		j->missing = (unsigned)(*j->row.at - whole) & SANDBOX_ALL;
		memmove(j->row.at, j->row.at + 1, j->row.length);       /* and the 0 behind it */
		j->row.length--;
	}
	if (j->late || !WIFEXITED(status) || WEXITSTATUS(status) || !grade_read(&a, text_is(&j->row), j->row.length, &e))
		lost(j, status);
	arena_free(&a);
}

bool judging_over(struct judging *j)
{
	char piece[4096];
	ssize_t n = 1;
	while (n > 0 && j->row.length < SPARE_ROW + ESCAPED * j->how->output) {
		n = read(j->aside.fd, piece, sizeof piece);
		if (n > 0)
			text_add(&j->row, piece, n);
	}
	bool waits = n < 0 && (errno == EAGAIN || errno == EINTR);
	j->late = waits && wall_clock() > j->until;
	if (waits && !j->late)
		return false;
	finish(j);
	return true;
}

void judging_stop(struct judging *j)
{
	if (j->busy)
		aside_kill(&j->aside);
	j->busy = false;
	text_free(&j->row);
}

static void try_fence(void *with, int fd)
{
	char missing = (char)(SANDBOX_ALL & ~fence(0, 0));
	(void)with;
	write_all(fd, &missing, 1);
}

unsigned judging_missing(void)
{
	struct aside a;
	char missing = SANDBOX_ALL;
	if (!aside_begin(&a, try_fence, NULL))
		return SANDBOX_ALL;
	fcntl(a.fd, F_SETFL, 0);
	if (read(a.fd, &missing, 1) != 1)
		missing = SANDBOX_ALL;
	aside_over(&a);
	return (unsigned)missing;
}
