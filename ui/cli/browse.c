/* forklore alone: the browser. What it shows is read here, and what its viewer wants done is done by this program, started again. */
#include "ui/cli/cli.h"
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "ui/browser/browser.h"
#include "ui/dashboard/dashboard.h"

/* By it a run knows that the browser waits for it. */
static const char browsed_mark[] = "FORKLORE_BROWSED";
extern char **environ;

enum { PREVIEWED_AT = 12 };             /* after so many actions something is to be seen */

bool is_browsed(void)
{
	return getenv(browsed_mark) != NULL;
}

/* arg of the host's functions. What stands on the shelf is kept apart: it is read anew again and again. */
struct host { struct call *call, shelf; };

/* ---- requests to end and to stop ---- */

static volatile sig_atomic_t ends, stops;

static void remember(int signal)
{
	if (signal == SIGTSTP)
		stops = 1;
	else
		ends = signal;
}

static bool asked_to_end(void)
{
	return ends != 0;
}

static bool asked_to_stop(void)
{
	bool asked = stops != 0;
	stops = 0;
	return asked;
}

static void catch_requests(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGTSTP };
	struct sigaction a = { .sa_handler = remember };
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &a, NULL);
}

/* ---- commands, on the terminal ---- */

/* It gets signals as a program does that a shell has started. 0, or an errno. */
static int start(pid_t *pid, const char *path, const char *const *words)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGPIPE };
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
	int status = 0;
	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) < 0) {
			if (errno == EINTR)
				continue;
			return EXIT_REFUSED;
		}
		if (!WIFSTOPPED(status))
			break;
		raise(SIGSTOP);
		kill(pid, SIGCONT);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_SIGNAL + WTERMSIG(status);
}

/* What it had to say can be read before the browser is drawn over it. */
static void wait_for_enter(void)
{
	char c;
	print_line(SAY(ENTER_RETURNS), stdout);
	fflush(stdout);
	while (!ends && read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
		;
}

static int obeyed(struct call *c, const char *command, const char *name, const char **refused)
{
	static const enum option_id kept[] = { OPTION_LANG, OPTION_COLOR };
	const char *words[8] = { c->program ? c->program : "forklore", command, name };
	int n = 3;
	pid_t pid;
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (call_has(c, kept[i]))
			words[n++] = arena_print(&c->arena, "--%s=%s", option_rows[kept[i]].word, c->value[kept[i]]);
	fflush(NULL);
	int error = start(&pid, "/proc/self/exe", words);
	if (error)
		*refused = say_word(&c->arena, SAY(PATH_PROBLEM, "/proc/self/exe", error_named(error)));
	return error ? EXIT_REFUSED : wait_for(pid);
}

static void read_and_return(struct call *c, const char *command, const char *name, const char **refused)
{
	obeyed(c, command, name, refused);
	if (!*refused)
		wait_for_enter();
	ends = 0;                               /* ^C was for the command */
}

/* $VISUAL and $EDITOR are commands with their arguments; a shell takes them apart. */
static void edit(struct call *c, const char *name, const char **refused)
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
	ends = 0;
}

static const char *errand(void *arg, const char *name, enum errand errand, const char **refused)
{
	struct call *c = ((struct host *)arg)->call;
	int code;
	*refused = NULL;
	switch (errand) {
	case ERRAND_EXPLORE: read_and_return(c, "explore", name, refused); return NULL;
	case ERRAND_QUIZ:    read_and_return(c, "quiz", name, refused); return NULL;
	case ERRAND_EDIT:    edit(c, name, refused); return NULL;
	case ERRAND_PLAY:    break;
	}
	code = obeyed(c, "run", name, refused);
	if (code == LEAVE_TO_EXPLORE)
		read_and_return(c, "explore", name, refused);
	else if (code >= EXIT_USAGE && code < EXIT_SIGNAL && code != EXIT_UNDECIDED && !*refused)
		wait_for_enter();               /* why there was no run */
	return code == LEAVE_FOR_NEXT ? library_next(c, name) : NULL;
}

/* ---- what it shows ---- */

static const struct browsed *shelf(void *arg, int *count)
{
	struct host *h = arg;
	arena_free(&h->shelf.arena);
	h->shelf = *h->call;
	h->shelf.arena = (struct arena){ 0 };
	return library_shelf(&h->shelf, count);
}

static const char *copy(void *arg, const char *name, const char **refused)
{
	return library_copy(((struct host *)arg)->call, name, refused);
}

static const char *next(void *arg, const char *name)
{
	return library_next(((struct host *)arg)->call, name);
}

static int64_t changed(void *arg, const char *name)
{
	struct stat is;
	(void)arg;
	return stat(name, &is) ? -1 : is.st_mtim.tv_sec * 1000000000LL + is.st_mtim.tv_nsec;
}

static bool preview(void *arg, const char *name, struct canvas *canvas)
{
	struct call *c = ((struct host *)arg)->call;
	struct file f;
	struct program *g = file_find(c, &f, name) ? program_load(f.path, f.text, f.length, c->language) : NULL;
	if (g && !g->diags.errors)
		world_layout(g, true);
	bool can = g && !g->diags.errors;
	if (can) {
		struct settings s = settings_of(g);
		struct dashboard_options o = { .language = c->language, .speed = 1, .model = true };
		s.max_steps = PREVIEWED_AT + 1;
		dashboard_preview(g, &s, &o, PREVIEWED_AT, canvas);
	}
	program_free(g);
	file_free(&f);
	return can;
}

int browse(struct call *c)
{
	struct host h = { .call = c };
	struct browser_host host = { shelf, errand, copy, preview, changed, next, &h };
	struct browser_wish wish = { "auto", call_has(c, OPTION_COLOR) ? c->value[OPTION_COLOR] : "auto", asked_to_end, asked_to_stop };
	struct dashboard_options o = { .language = c->language };
	const char *why = dashboard_refused(&o);
	if (why) {
		library_print(c, stdout);
		puts("");
		print_line(SAY(PLAY_ONE), stdout);
		return EXIT_FINE;
	}
	catch_requests();
	setenv(browsed_mark, "1", 1);
	bool shown = browser_run(&host, &wish, &why);
	arena_free(&h.shelf.arena);
	if (!shown)
		return complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(AS_IT_IS, why));
	return ends ? EXIT_SIGNAL + ends : EXIT_FINE;
}
