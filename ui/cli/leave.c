/* Commands that may be typed next, as the user began: by the same name, and with the same flags. */
#include "ui/cli/cli.h"
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include "ui/dashboard/dashboard.h"

const char *command_on(struct call *c, const char *command, const char *file, bool sets)
{
	struct text t = { 0 };
	text_print(&t, "%s %s ", said_program(), command);
	text_shell(&t, file);
	if (sets)
		put_settings(&t, c);
	if (call_has(c, OPTION_LANG)) {
		text_put(&t, " --lang ");
		text_shell(&t, c->value[OPTION_LANG]);
	}
	const char *s = arena_word(&c->arena, text_is(&t), t.length);
	text_free(&t);
	return s;
}

/* The lesson after this one, if it is one of the library. */
static const char *next_lesson(void *arg)
{
	struct call *c = ((struct leaving *)arg)->call;
	const char *next = library_next(c, c->operand[0]);
	return next ? command_on(c, "run", next, false) : NULL;
}

static const char *again(void *arg, const struct play *y, const char **note)
{
	return run_again(arg, y, note);
}

struct commands commands_after(struct leaving *l)
{
	struct call *c = l->call;
	bool reads_input = !strcmp(c->operand[0], "-") || (call_has(c, OPTION_SCHEDULE) && !strcmp(c->value[OPTION_SCHEDULE], "-"));
	if (reads_input)                        /* it can be read once only */
		return (struct commands){ .again = NULL };
	return (struct commands){ again, command_on(c, "explore", c->operand[0], true), next_lesson, l };
}

int leave_for(struct call *c, enum leave to)
{
	static const enum option_id kept[] = { OPTION_LANG, OPTION_MODEL, OPTION_THEME, OPTION_SPEED, OPTION_NO_SANDBOX, OPTION_REQUIRE_SANDBOX };
	const char *words[16] = { c->program ? c->program : "forklore", to == LEAVE_FOR_NEXT ? "run" : "explore",
	                          to == LEAVE_FOR_NEXT ? library_next(c, c->operand[0]) : c->operand[0] };
	int n = 3;
	for (size_t i = 0; i < (to == LEAVE_FOR_NEXT ? sizeof kept / sizeof *kept : 1); i++)
		if (call_has(c, kept[i]))
			words[n++] = arena_print(&c->arena, "--%s%s%s", option_rows[kept[i]].word, option_rows[kept[i]].argument ? "=" : "",
			                         c->value[kept[i]]);
	if (to != LEAVE_FOR_NEXT && call_has(c, OPTION_SET))
		words[n++] = arena_print(&c->arena, "--set=%s", c->value[OPTION_SET]);
	fflush(NULL);
	execv(program_path(), (char **)(uintptr_t)words);
	return complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(PATH_PROBLEM, program_path(), error_named(errno)));
}
