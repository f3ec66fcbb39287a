/* Errors of the command line, in the form that diagnostics have. What the user typed may hold anything, so
 * nothing reaches the terminal unshown. */
#include "ui/cli/cli.h"
#include "sim/explore/explore.h"
#include <errno.h>
#include <signal.h>
#include <string.h>

void remark_not_judged(const struct program *g)
{
	if (g->expects > MOST_EXPECTS)
		remark(SAY(NOT_ALL_JUDGED, MOST_EXPECTS));
}

/* Where both go to one place, a complaint stands behind what was printed before it, not in the middle. */
static void in_order(FILE *out)
{
	if (out == stderr)
		output_error(true);
}

void print_line(struct message message, FILE *out)
{
	struct text raw = { 0 }, t = { 0 };
	in_order(out);
	text_say(&raw, message);
	text_shown(&t, text_is(&raw), raw.length);
	text_char(&t, '\n');
	fputs(text_is(&t), out);
	text_free(&raw);
	text_free(&t);
}

int complain(int code, struct message help, struct message message)
{
	struct arena a = { 0 };
	print_line(SAY(FORKLORE_ERROR, say_word(&a, message)), stderr);
	if (help.sentence)
		print_line(SAY(FORKLORE_HELP, say_word(&a, help)), stderr);
	arena_free(&a);
	return code;
}

void remark(struct message message)
{
	struct arena a = { 0 };
	print_line(SAY(FORKLORE_SAYS, say_word(&a, message)), stderr);
	arena_free(&a);
}

struct message did_you_mean(const char *word, const char *const *words, size_t count, struct message otherwise)
{
	const char *near = word_nearest(word, words, count);
	return near ? SAY(DID_YOU_MEAN, near) : otherwise;
}

/* Where a reader has seen enough nothing is reported, as where nobody catches the signal. */
int output_arrived(int code)
{
	int error = output_error(true);
	if (error == EPIPE && ends_caught() == SIGPIPE)
		return EXIT_SIGNAL + SIGPIPE;
	return error && code < EXIT_SIGNAL ? complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(STANDARD_OUTPUT, error_named(error))) : code;
}

void findings_print(const struct diags *d, FILE *out)
{
	struct text t = { 0 }, warnings = { 0 };
	for (size_t i = 0; i < d->count; i++)
		diag_text(&t, d, &d->list[i]);
	in_order(out);
	fputs(text_is(&t), out);
	text_clear(&t);
	if (d->errors)
		text_say(&t, d->errors == 1 ? SAY(ONE_ERROR) : SAY(ERRORS, d->errors));
	text_say(&warnings, d->warnings == 1 ? SAY(ONE_WARNING) : SAY(WARNINGS, d->warnings));
	if (d->warnings)
		text_list(&t, &sentence_CLAUSES_ARE, text_is(&warnings));
	if (d->count)
		print_line(SAY(COUNTED, text_is(&t), diag_kinds[d->list[0].id].code), out);
	text_free(&t);
	text_free(&warnings);
}
