/* What somebody who chooses from a list wants done: this program, started again for it, or an editor, has the terminal meanwhile. */
#include "ui/cli/errands.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* By it a run knows that we wait for it. */
static const char browsed_mark[] = "FORKLORE_BROWSED";
extern char **environ;

bool is_browsed(void)
{
	return getenv(browsed_mark) != NULL;
}

/* ---- requests to end and to stop ---- */

static volatile sig_atomic_t ends, interrupted, stops;      /* ends: the number of the signal, which is not SIGINT */
static volatile sig_atomic_t started;           /* the process that is waited for; 0: none */
static int heard = -1;                          /* an eventfd: readable since a request came */

/* Perhaps it was sent to us alone. */
static void pass_on(int signal)
{
	if (started > 0 && (signal == SIGTERM || signal == SIGHUP))
		kill((pid_t)started, signal);
}

static void remember(int signal)
{
	int error = errno;
	const uint64_t one = 1;
	if (signal == SIGTSTP)
		stops = 1;
	else if (signal == SIGINT)
		interrupted = 1;
	else
		ends = signal;
	pass_on(signal);
	if (write(heard, &one, sizeof one) < 0)
		errno = error;                  /* it is readable already */
	errno = error;
}

bool errands_end(void)
{
	return errands_ended() != 0;
}

int errands_fd(void)
{
	return heard;
}

/* A request that comes after its descriptor was read makes that readable again: none is missed between here and the next poll. */
bool errands_stop(void)
{
	uint64_t count;
	ssize_t some = read(heard, &count, sizeof count);
	bool asked = stops != 0;
	(void)some;                             /* perhaps there was none */
	if (asked)
		stops = 0;
	return asked;
}

/* As one who has caught nothing would. */
void errands_stand_still(void)
{
	struct sigaction before, usual = { .sa_handler = SIG_DFL };
	sigaction(SIGTSTP, &usual, &before);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &before, NULL);
}

void errands_begin(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGTSTP };
	struct sigaction a = { .sa_handler = remember };
	heard = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &a, NULL);
	setenv(browsed_mark, "1", 1);
}

int errands_ended(void)
{
	return ends ? ends : interrupted ? SIGINT : 0;
}

/* ---- commands ---- */

/* It gets signals as a program does that a shell has started. 0, or an errno. */
static int start(pid_t *pid, const char *path, const char *const *words)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGPIPE, SIGXFSZ };
	posix_spawnattr_t how;
	sigset_t none, usual;
	sigemptyset(&none);
	sigemptyset(&usual);
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		sigaddset(&usual, ours[i]);
	posix_spawnattr_init(&how);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &usual);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	int error = posix_spawnp(pid, path, NULL, &how, (char **)(uintptr_t)words, environ);
	posix_spawnattr_destroy(&how);
	return error;
}

/* Its exit code, or 128 + the signal that ended it. If it is stopped, so are we: the shell has the terminal meanwhile. */
static int wait_for(pid_t pid)
{
	siginfo_t info;
	int status = 0;
	started = pid;
	pass_on(ends);                          /* what came before it was known whom to tell; what comes from here on the handler passes on */
	for (;;) {
		if (waitid(P_PID, (id_t)pid, &info, WEXITED | WSTOPPED | WNOWAIT) < 0) {
			if (errno == EINTR)
				continue;
			started = 0;
			return EXIT_REFUSED;
		}
		if (info.si_code != CLD_STOPPED)
			break;
		waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOHANG);
		raise(SIGSTOP);
		kill(pid, SIGCONT);
	}
	started = 0;                            /* before its number can be another's */
	stops = 0;                              /* ^Z was for it, whatever it made of that */
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_SIGNAL + WTERMSIG(status);
}

/* What it had to say can be read before the browser is drawn over it. */
void errand_wait(void)
{
	struct pollfd p[] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = heard, .events = POLLIN } };
	char c = 0;
	print_line(SAY(ENTER_RETURNS), stdout);
	output_error(true);
	while (!errands_end() && c != '\n') {
		int n = poll(p, 2, -1);
		if (errands_stop())
			errands_stand_still();
		if (n > 0 && p[0].revents && read(STDIN_FILENO, &c, 1) != 1)
			return;
	}
}

int errand_run(struct call *c, const char *command, const char *name, const char *more, const char **refused)
{
	static const enum option_id kept[] = { OPTION_LANG, OPTION_COLOR };
	const char *words[8] = { c->program ? c->program : "forklore", command, name };
	int n = 3;
	pid_t pid;
	if (more)
		words[n++] = more;
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (call_has(c, kept[i]))
			words[n++] = arena_print(&c->arena, "--%s=%s", option_rows[kept[i]].word, c->value[kept[i]]);
	fflush(NULL);
	int error = start(&pid, program_path(), words);
	if (error)
		*refused = say_word(&c->arena, SAY(PATH_PROBLEM, program_path(), error_named(error)));
	return error ? EXIT_REFUSED : wait_for(pid);
}

int errand_read(struct call *c, const char *command, const char *name, const char **refused)
{
	int code = errand_run(c, command, name, NULL, refused);
	if (!*refused)
		errand_wait();
	interrupted = 0;                        /* ^C was for what we have started */
	if (!*refused && code > EXIT_SIGNAL && code != EXIT_SIGNAL + SIGINT)
		*refused = say_word(&c->arena, SAY(ERRAND_KILLED, command, code - EXIT_SIGNAL));
	return code;
}

/* $VISUAL and $EDITOR are commands with their arguments; a shell takes them apart. */
void errand_edit(struct call *c, const char *name, const char **refused)
{
	const char *editor = getenv("VISUAL");
	if (!editor || !*editor)
		editor = getenv("EDITOR");
	if (!editor || !*editor)
		editor = "$(command -v sensible-editor || command -v nano || echo vi)";
	const char *words[] = { "sh", "-c", arena_print(&c->arena, "%s \"$1\"", editor), "sh", name, NULL };
	pid_t pid;
	int error = start(&pid, "sh", words), code = error ? 0 : wait_for(pid);
	if (error)
		*refused = say_word(&c->arena, SAY(PATH_PROBLEM, "sh", error_named(error)));
	else if (code == 127)
		*refused = spoken("There is no such editor: set EDITOR to one, as in EDITOR=nano", "没有这个编辑器：请设置 EDITOR，例如 EDITOR=nano");
	interrupted = 0;                        /* ^C was for what we have started */
}
