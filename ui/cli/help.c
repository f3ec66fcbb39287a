/* --help, from the tables. */
#include "ui/cli/cli.h"
#include <string.h>

enum { INDENT = 26 };

static bool chinese(const struct call *c)
{
	return !strcmp(c->language, "zh");
}

static const char *in(const struct call *c, const char *en, const char *zh)
{
	return chinese(c) ? zh : en;
}

static void flag(const struct call *c, const struct option *o, FILE *out)
{
	char left[40];
	char letter[] = { '-', o->letter, ',', 0 };
	snprintf(left, sizeof left, "%-3s --%s%s%s", o->letter ? letter : "", o->word, o->argument ? " " : "",
	         o->argument ? o->argument : "");
	fprintf(out, "  %-*s  %s\n", INDENT, left, in(c, o->meaning, o->meaning_zh));
}

/* Those of one command, or those that every command has. */
static void flags(const struct call *c, bool common, FILE *out)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option *o = &option_rows[i];
		if (common ? o->commands == ~0u : o->commands != ~0u && o->commands >> (c->command - command_rows) & 1)
			flag(c, o, out);
	}
}

static void one_command(const struct call *c, FILE *out)
{
	const struct command *k = c->command;
	fprintf(out, "forklore %s%s%s [%s]\n  %s\n\n", k->word, *k->operands ? " " : "", k->operands, in(c, "flags", "选项"),
	        in(c, k->meaning, k->meaning_zh));
	if (strstr(k->operands, "FILE"))
		fprintf(out, "  %s\n\n", in(c, "FILE is a path, a name from the library (ticket-race), or - for standard input.",
		                            "FILE 是路径、库中的名字（如 ticket-race），或 -（标准输入）。"));
	flags(c, false, out);
	flags(c, true, out);
}

static void overview(const struct call *c, FILE *out)
{
	fprintf(out, "forklore - %s\n\n", in(c, "scenarios of processes that share things, played and examined",
	                                      "演示和检查多个进程如何共享资源"));
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command *k = &command_rows[i];
		char left[40];
		if (!k->function)
			continue;
		snprintf(left, sizeof left, "forklore %s %s", k->word, k->operands);
		fprintf(out, "  %-*s  %s\n", INDENT, left, in(c, k->meaning, k->meaning_zh));
	}
	fputc('\n', out);
	flags(c, true, out);
	fprintf(out, "\n%s\n", in(c, "Begin with: forklore run ticket-race. A command's own flags: forklore run --help",
	                          "从这里开始：forklore run ticket-race。命令自己的选项：forklore run --help"));
}

void help_print(const struct call *c, FILE *out)
{
	if (c->command)
		one_command(c, out);
	else
		overview(c, out);
}
