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

static int width_of(const struct table *t, size_t column)
{
	int width = 0;
	for (size_t i = column; i < t->cells; i += t->columns) {
		int cells = utf8_cells(t->cell[i], strlen(t->cell[i]));
		width = cells > width ? cells : width;
	}
	return width;
}

static void put_padded(struct text *out, const char *s, int width, bool left)
{
	int pad = width - utf8_cells(s, strlen(s));
	text_print(out, "%*s%s%*s", left ? 0 : pad, "", s, left ? pad : 0, "");
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

static void put_text_row(struct text *out, const struct table *t, size_t row)
{
	text_put(out, "  ");
	for (size_t i = 0; i < t->columns; i++) {
		if (i)
			text_put(out, "  ");
		put_padded(out, cell_at(t, row, i), width_of(t, i), !i);
	}
	while (out->length && out->at[out->length - 1] == ' ')
		out->at[--out->length] = 0;
	text_char(out, '\n');
}

static void put_row(struct text *out, const struct table *t, size_t row, enum table_form form)
{
	static const char *const between[TABLE_FORMS] = { [TABLE_MARKDOWN] = " | ", [TABLE_CSV] = ",", [TABLE_LATEX] = " & " };
	static const char *const begin[TABLE_FORMS] = { [TABLE_MARKDOWN] = "| ", [TABLE_CSV] = "", [TABLE_LATEX] = "" };
	static const char *const end[TABLE_FORMS] = { [TABLE_MARKDOWN] = " |\n", [TABLE_CSV] = "\n", [TABLE_LATEX] = " \\\\\n" };
	if (form == TABLE_TEXT) {
		put_text_row(out, t, row);
		return;
	}
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
