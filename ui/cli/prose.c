/* How wide what is written may be, and words that are broken to fit. */
#include "ui/cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { USUAL_COLUMNS = 80, FEWEST_COLUMNS = 20, MOST_COLUMNS = 10000 };

/* What COLUMNS says, which comes before what the terminal says, as in ncurses; 0: nothing. */
static int columns_said(void)
{
	const char *said = getenv("COLUMNS");
	char *end;
	long n = said ? strtol(said, &end, 10) : 0;
	return said && *said && !*end && n >= FEWEST_COLUMNS && n <= MOST_COLUMNS ? (int)n : 0;
}

bool is_terminal(FILE *out, int *columns, int *lines)
{
	struct winsize size;
	if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col)
		return false;
	*columns = columns_said() ? columns_said() : size.ws_col;
	*lines = size.ws_row;
	return true;
}

int columns_of(FILE *out)
{
	int columns = columns_said() ? columns_said() : USUAL_COLUMNS, lines;
	is_terminal(out, &columns, &lines);
	return columns;
}

static void print_within(const char *words, int taken, int indent, int columns, FILE *out)
{
	struct text shown = { 0 }, t = { 0 };
	text_shown(&shown, words, strlen(words));
	text_wrap(&t, text_is(&shown), taken, indent, columns);
	text_char(&t, '\n');
	fputs(text_is(&t), out);
	text_free(&shown);
	text_free(&t);
}

void print_prose(const char *words, int taken, int indent, FILE *out)
{
	int columns = 0, lines;
	is_terminal(out, &columns, &lines);
	print_within(words, taken, indent, columns, out);
}

void print_fitting(struct message message, int indent, FILE *out)
{
	struct text t = { 0 };
	text_say(&t, message);
	fprintf(out, "%*s", indent, "");
	print_within(text_is(&t), indent, indent, columns_of(out), out);
	text_free(&t);
}

void print_row(const char *word, int width, const char *meaning, int columns, FILE *out)
{
	enum { INDENT = 2, BETWEEN = 2 };
	int cells = utf8_cells(word, strlen(word)), indent = INDENT + width + BETWEEN;
	fprintf(out, "%*s%s", INDENT, "", word);
	if (cells > width && columns && indent + cells > columns / 2) {        /* no room is left beside it */
		fputc('\n', out);
		cells = -INDENT;
	}
	int gap = cells < width ? indent - INDENT - cells : BETWEEN;
	fprintf(out, "%*s", gap, "");
	print_within(meaning, INDENT + cells + gap, indent, columns, out);
}
