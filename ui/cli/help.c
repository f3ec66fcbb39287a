/* --help, from the tables. */
#include "ui/cli/cli.h"
#include <string.h>

enum { INDENT = 26, BODY = 2 };

static void flag(const struct option *o, FILE *out)
{
	char left[40];
	char letter[] = { '-', o->letter, ',', 0 };
	snprintf(left, sizeof left, "%-3s --%s%s%s", o->letter ? letter : "", o->word, o->argument && !may_leave_out(o) ? " " : "",
	         o->argument ? o->argument : "");
	print_row(left, INDENT, spoken(o->meaning, o->meaning_zh), columns_of(out), out);
}

/* Those of one command, or those that every command has. */
static void flags(const struct call *c, bool common, FILE *out)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option *o = &option_rows[i];
		if (common ? o->commands == ~0u : o->commands != ~0u && o->commands >> (c->command - command_rows) & 1)
			flag(o, out);
	}
}

static void one_command(const struct call *c, FILE *out)
{
	const struct command *k = c->command;
	fprintf(out, "forklore %s%s%s [%s]\n", k->word, *k->operands ? " " : "", k->operands, spoken("flags", "选项"));
	print_fitting(SAY(AS_IT_IS, spoken(k->meaning, k->meaning_zh)), BODY, out);
	fputc('\n', out);
	if (strstr(k->operands, "FILE")) {
		print_fitting(SAY(HELP_FILE), BODY, out);
		fputc('\n', out);
	}
	flags(c, false, out);
	flags(c, true, out);
}

static void overview(const struct call *c, FILE *out)
{
	print_fitting(SAY(HELP_ABOUT), 0, out);
	fputc('\n', out);
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command *k = &command_rows[i];
		char left[40];
		if (!k->function)
			continue;
		snprintf(left, sizeof left, "forklore %s %s", k->word, k->operands);
		print_row(left, INDENT, spoken(k->meaning, k->meaning_zh), columns_of(out), out);
	}
	fputc('\n', out);
	flags(c, true, out);
	fputc('\n', out);
	print_line(SAY(HELP_BEGIN), out);
	print_line(SAY(HELP_OF_COMMAND), out);
}

void help_print(const struct call *c, FILE *out)
{
	if (c->command)
		one_command(c, out);
	else
		overview(c, out);
}
