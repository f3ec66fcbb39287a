/* forklore alone: the browser. What it shows is read here, and what its viewer wants done is done by this program, started again. */
#include "ui/cli/cli.h"
#include <sys/stat.h>
#include "ui/browser/browser.h"
#include "ui/cli/errands.h"
#include "ui/dashboard/dashboard.h"

enum { PREVIEWED_AT = 12 };             /* after so many actions something is to be seen */

/* arg of the host's functions. What stands on the shelf is kept apart: it is read anew again and again. */
struct host { struct call *call, shelf; };

/* ---- commands, on the terminal ---- */

static void learn_from_browser(struct call *c, const char *name, const char **refused)
{
	int code = errand_run(c, "learn", name, NULL, refused);
	if (code > EXIT_FINDING && code < EXIT_SIGNAL && !*refused)
		errand_wait();                  /* why it could not be opened */
}

/* What came of it is said under the list; the best of all times stays on the card. */
static void quiz_from_browser(struct call *c, const char *name, const char **said)
{
	int code = errand_read(c, "quiz", name, said);
	if (!*said && code == EXIT_FINE)
		*said = spoken("All questions were answered right.", "全部答对。");
	else if (!*said && code == EXIT_FINDING)
		*said = spoken("Not all were right: a asks again.", "没有全部答对：按 a 再做一次。");
}

static const char *errand(void *arg, const char *name, enum errand errand, const char **refused)
{
	struct call *c = ((struct host *)arg)->call;
	int code;
	*refused = NULL;
	switch (errand) {
	case ERRAND_EXPLORE: errand_read(c, "explore", name, refused); return NULL;
	case ERRAND_QUIZ:    quiz_from_browser(c, name, refused); return NULL;
	case ERRAND_EDIT:    errand_edit(c, name, refused); return NULL;
	case ERRAND_LEARN:   learn_from_browser(c, name, refused); return NULL;
	case ERRAND_PLAY:    break;
	}
	code = errand_run(c, "run", name, NULL, refused);
	if (code == LEAVE_TO_EXPLORE)
		errand_read(c, "explore", name, refused);
	else if (code >= EXIT_USAGE && code < EXIT_SIGNAL && code != EXIT_UNDECIDED && !*refused)
		errand_wait();               /* why there was no run */
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
	struct browser_wish wish = { "auto", call_has(c, OPTION_COLOR) ? c->value[OPTION_COLOR] : "auto", errands_end, errands_stop, -1 };
	struct dashboard_options o = { .language = c->language };
	const char *why = dashboard_refused(&o);
	if (why) {
		library_print(c, stdout);
		puts("");
		print_line(SAY(PLAY_ONE), stdout);
		return EXIT_FINE;
	}
	if (!library_choices(c).count)
		return complain(EXIT_INPUT, NOTHING_TO_SAY, SAY(NO_LIBRARY));
	errands_begin();
	wish.heard = errands_fd();
	bool shown = browser_run(&host, &wish, &why);
	arena_free(&h.shelf.arena);
	if (!shown)
		return complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(AS_IT_IS, why));
	return errands_ended() ? EXIT_SIGNAL + errands_ended() : EXIT_FINE;
}
