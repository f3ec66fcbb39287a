#include "sim/report/table.h"
#include <stdlib.h>
#include <string.h>
#include "sim/base/arena.h"

const char *const table_forms[TABLE_FORMS] = { "text", "markdown", "csv", "latex" };

void table_cell(struct table *t, const char *s)
{
	GROW(t->cell, t->cells, t->room);
	t->cell[t->cells++] = must_have(strdup(s));
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->cells; i++)
		free(t->cell[i]);
	free(t->cell);
}

static const char *cell_at(const struct table *t, size_t row, size_t column)
{
	size_t i = row * t->columns + column;
	return i < t->cells ? t->cell[i] : "";
}

/* The words of a heading that stand in one of its lines, which may be so wide: bytes. */
static size_t line_of_heading(const char *s, int width)
{
	size_t n = strcspn(s, " ");
	for (size_t more; s[n]; n = more) {
		more = n + 1 + strcspn(s + n + 1, " ");
		if (utf8_cells(s, more) > width)
			break;
	}
	return n;
}

/* widest: of its lines */
static int lines_of_heading(const char *s, int width, int *widest)
{
	int lines = 0;
	*widest = 0;
	for (size_t n; *s; s += n + (s[n] == ' '), lines++) {
		n = line_of_heading(s, width);
		*widest = utf8_cells(s, n) > *widest ? utf8_cells(s, n) : *widest;
	}
	return lines;
}

static bool fits_broken(const char *heading, int width)
{
	int widest;
	return lines_of_heading(heading, width, &widest) <= 2 && widest <= width;
}

/* As wide as the widest of its column; broken: the heading may take two lines. */
static int width_of(const struct table *t, size_t column, bool broken)
{
	int width = 0, heading = utf8_cells(cell_at(t, 0, column), strlen(cell_at(t, 0, column)));
	for (size_t i = column + t->columns; i < t->cells; i += t->columns) {
		int cells = utf8_cells(t->cell[i], strlen(t->cell[i]));
		width = cells > width ? cells : width;
	}
	while (width < heading && !(broken && fits_broken(cell_at(t, 0, column), width)))
		width++;
	return width;
}

static bool is_left(const struct table *t, size_t column)
{
	return !column || (t->worded && column >= t->worded);
}

static void put_padded(struct text *out, const char *s, size_t bytes, int width, bool left)
{
	int pad = width - utf8_cells(s, bytes);
	text_print(out, "%*s%.*s%*s", left ? 0 : pad, "", (int)bytes, s, left ? pad : 0, "");
}

/* What stands for itself in no form, made harmless. */
static void put_escaped(struct text *out, const char *s, enum table_form form)
{
	const char *special = form == TABLE_MARKDOWN ? "|\\*_`<" : form == TABLE_LATEX ? "#$%&_{}" : "";
	bool quoted = form == TABLE_CSV && strpbrk(s, ",\"\n");
	if (quoted)
		text_char(out, '"');
	for (; *s; s++) {
		if (quoted && *s == '"')
			text_char(out, '"');
		if (form == TABLE_LATEX && (*s == '\\' || *s == '~' || *s == '^')) {
			text_print(out, "\\char%d{}", *s);
			continue;
		}
		if (strchr(special, *s))
			text_char(out, '\\');
		text_char(out, *s);
	}
	if (quoted)
		text_char(out, '"');
}

/* ---- as text ---- */

enum { INDENT = 2, BETWEEN = 2 };

/* Columns that stand side by side, behind that of names. */
struct block { const struct table *t; const int *width; int between; size_t from, to; };

static void end_line(struct text *out)
{
	while (out->length && out->at[out->length - 1] == ' ')
		out->at[--out->length] = 0;
	text_char(out, '\n');
}

static void put_cell(struct text *out, const struct block *b, size_t column, const char *s, size_t bytes)
{
	text_print(out, "%*s", column ? b->between : INDENT, "");
	put_padded(out, s, bytes, b->width[column], is_left(b->t, column));
}

/* Words at the end of a row may need several lines. */
static void put_text_row(struct text *out, const struct block *b, size_t row)
{
	int at = INDENT + b->width[0] + b->between;
	for (size_t i = 0; i < b->to; i = i ? i + 1 : b->from) {
		const char *s = cell_at(b->t, row, i);
		if (i && i == b->to - 1 && is_left(b->t, i)) {
			text_print(out, "%*s", b->between, "");
			text_wrap(out, s, at, at, b->t->width);
		} else {
			put_cell(out, b, i, s, strlen(s));
		}
		at += i ? b->between + b->width[i] : 0;
	}
	end_line(out);
}

/* Headings end in the line above the first row; where all are empty, there is none. */
static void put_heading(struct text *out, const struct block *b)
{
	int lines = 0, widest;
	for (size_t i = 0; i < b->to; i = i ? i + 1 : b->from) {
		int n = lines_of_heading(cell_at(b->t, 0, i), b->width[i], &widest);
		lines = n > lines ? n : lines;
	}
	for (int line = lines; line > 0; line--) {
		for (size_t i = 0; i < b->to; i = i ? i + 1 : b->from) {
			const char *s = cell_at(b->t, 0, i);
			int n = lines_of_heading(s, b->width[i], &widest);
			for (int k = n; k > line; k--)
				s += line_of_heading(s, b->width[i]) + 1;
			put_cell(out, b, i, s, n < line ? 0 : line_of_heading(s, b->width[i]));
		}
		end_line(out);
	}
}

static bool is_empty(const struct block *b, size_t row)
{
	for (size_t i = b->from; i < b->to; i++)
		if (*cell_at(b->t, row, i))
			return false;
	return true;
}

static int widths_of(const struct table *t, int *width, bool broken, int between)
{
	int whole = INDENT - between;
	for (size_t i = 0; i < t->columns; i++) {
		width[i] = width_of(t, i, broken);
		whole += between + width[i];
	}
	return whole;
}

/* A table that is too wide has its headings broken, then less between its columns; if that is not enough, they stand in several
 * blocks, each behind the names. */
static void put_text(struct text *out, const struct table *t)
{
	int *width = must_have(calloc(t->columns, sizeof *width));
	struct block b = { t, width, BETWEEN, 1, 1 };
	if (widths_of(t, width, false, BETWEEN) > t->width && t->width && widths_of(t, width, true, BETWEEN) > t->width)
		b.between = widths_of(t, width, true, 1) > t->width ? BETWEEN : 1;
	for (; b.from < t->columns; b.from = b.to) {
		int used = INDENT + width[0];
		while (b.to < t->columns && (b.to == b.from || !t->width || used + b.between + width[b.to] <= t->width))
			used += b.between + width[b.to++];
		if (b.from > 1)
			text_char(out, '\n');
		put_heading(out, &b);
		for (size_t row = 1; row * t->columns < t->cells; row++)
			if (b.from == 1 || !is_empty(&b, row))
				put_text_row(out, &b, row);
	}
	free(width);
}

/* ---- in the other forms ---- */

static void put_row(struct text *out, const struct table *t, size_t row, enum table_form form)
{
	static const char *const between[TABLE_FORMS] = { [TABLE_MARKDOWN] = " | ", [TABLE_CSV] = ",", [TABLE_LATEX] = " & " };
	static const char *const begin[TABLE_FORMS] = { [TABLE_MARKDOWN] = "| ", [TABLE_CSV] = "", [TABLE_LATEX] = "" };
	static const char *const end[TABLE_FORMS] = { [TABLE_MARKDOWN] = " |\n", [TABLE_CSV] = "\n", [TABLE_LATEX] = " \\\\\n" };
	text_put(out, begin[form]);
	for (size_t i = 0; i < t->columns; i++) {
		text_put(out, i ? between[form] : "");
		put_escaped(out, cell_at(t, row, i), form);
	}
	text_put(out, end[form]);
}

static void put_rule(struct text *out, const struct table *t)
{
	for (size_t i = 0; i < t->columns; i++)
		text_put(out, i ? " ---: |" : "| :--- |");
	text_char(out, '\n');
}

void table_print(struct text *out, const struct table *t, enum table_form form)
{
	if (form == TABLE_TEXT) {
		put_text(out, t);
		return;
	}
	if (form == TABLE_LATEX) {
		text_put(out, "\\begin{tabular}{l");
		for (size_t i = 1; i < t->columns; i++)
			text_char(out, 'r');
		text_put(out, "}\n\\hline\n");
	}
	for (size_t row = 0; row * t->columns < t->cells; row++) {
		put_row(out, t, row, form);
		if (!row && form == TABLE_MARKDOWN)
			put_rule(out, t);
		if (!row && form == TABLE_LATEX)
			text_put(out, "\\hline\n");
	}
	if (form == TABLE_LATEX)
		text_put(out, "\\hline\n\\end{tabular}\n");
}
