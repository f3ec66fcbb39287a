/* Errors of the command line, in the form that diagnostics have. What the user typed may hold anything, so
 * nothing reaches the terminal unshown. */
#include "ui/cli/cli.h"
#include <errno.h>
#include <string.h>

static void show_line(FILE *out, const char *prefix, const char *s)
{
	struct text t = { 0 };
	text_put(&t, prefix);
	text_shown(&t, s, strlen(s));
	text_char(&t, '\n');
	fputs(text_is(&t), out);
	text_free(&t);
}

int complain(int code, const char *help, const char *format, ...)
{
	struct text t = { 0 };
	va_list list;
	va_start(list, format);
	text_vprint(&t, format, list);
	va_end(list);
	show_line(stderr, "forklore: error: ", text_is(&t));
	if (help)
		show_line(stderr, "  = help: ", help);
	text_free(&t);
	return code;
}

const char *did_you_mean(struct call *c, const char *word, const char *const *words, size_t count,
                         const char *otherwise)
{
	const char *near = word_nearest(word, words, count);
	return near ? arena_print(&c->arena, "did you mean `%s`?", near) : otherwise;
}

/* The first failure counts; what fails after it says nothing new. */
int output_error(bool flush)
{
	static int first;
	bool failed = flush && fflush(stdout);
	if (!first && (failed || ferror(stdout)))
		first = errno ? errno : EIO;
	return first;
}

void findings_print(const struct diags *d, FILE *out)
{
	struct text t = { 0 };
	size_t warnings = d->count - d->errors;
	for (size_t i = 0; i < d->count; i++)
		diag_text(&t, d, &d->list[i]);
	if (d->errors)
		text_print(&t, "%zu error%s", d->errors, d->errors == 1 ? "" : "s");
	if (warnings)
		text_print(&t, "%s%zu warning%s", d->errors ? ", " : "", warnings, warnings == 1 ? "" : "s");
	if (d->count)
		text_print(&t, ". More about the first: forklore explain %s\n", diag_kinds[d->list[0].id].code);
	fputs(text_is(&t), out);
	text_free(&t);
}
