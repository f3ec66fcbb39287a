/* forklore: which command. */
#include "ui/cli/cli.h"
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sim/stage/stage.h"
#include "sim/world/footprint.h"

/* A process that was started with a standard stream closed must not get a file of ours in its place. The null device is
 * opened the wrong way round: using it fails, as using the closed stream would. */
static void open_streams(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", fd ? O_RDONLY : O_WRONLY);
}

static int bare(struct call *c)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		help_print(c, stderr);
		return EXIT_USAGE;
	}
	return browse(c);
}

static int obey(struct call *c)
{
	int which;
	if (call_has(c, OPTION_HELP)) {
		help_print(c, stdout);
		return EXIT_FINE;
	}
	if (call_has(c, OPTION_VERSION)) {
		puts("forklore " FORKLORE_VERSION);
		return EXIT_FINE;
	}
	if (!value_choice(c, OPTION_COLOR, &which))
		return EXIT_USAGE;
	int code = outputs_check(c);
	if (code != EXIT_FINE)
		return code;
	return c->command ? c->command->function(c) : bare(c);
}

/* Copies: where the words stand, the names of a scenario's processes will be written. */
static char **keep_words(struct arena *a, int count, char **words)
{
	char **kept = arena_get(a, (count + 1) * sizeof *kept);
	for (int i = 0; i < count; i++)
		kept[i] = arena_word(a, words[i], strlen(words[i]));
	return kept;
}

/* What starts this program again in the user's shell. */
static const char *as_typed(struct arena *a, const char *word)
{
	struct text t = { 0 };
	if (!word || !*word)
		return "forklore";
	text_shell(&t, word);
	const char *typed = arena_word(a, text_is(&t), t.length);
	text_free(&t);
	return typed;
}

int main(int count, char **words)
{
	struct call c = { 0 };
	open_streams();
	signal(SIGXFSZ, SIG_IGN);       /* a write past the limit on a file's size fails like any other: it is reported, and what was begun is removed */
	setlocale(LC_CTYPE, "");
	footprint_checked |= getenv("FORKLORE_CHECK") != NULL;          /* for the tests: release builds do not check otherwise */
	char **kept = keep_words(&c.arena, count, words);
	c.program = kept[0];
	say_program(as_typed(&c.arena, c.program));
	stage_title_area(count, words);
	int code = call_parse(&c, count > 0 ? count - 1 : 0, kept + (count > 0));
	if (code == EXIT_FINE)
		code = output_arrived(obey(&c));
	arena_free(&c.arena);
	return code;
}
