/* The grid of a sweep, as people read it: a table for the first two parameters, one for each combination of the others. */
#include "ui/cli/sweep.h"
#include <stdlib.h>
#include <string.h>
#include "sim/explore/space.h"

enum { INDENT = 2, GAP = 2 };

struct grid { struct text *out; const struct sweep *s; int columns; bool color, letters; int label, width; };

static void put_blanks(struct text *t, int n)
{
	for (; n > 0; n--)
		text_char(t, ' ');
}

static void put_word(struct text *t, const struct grid *g, const struct cell *one)
{
	const struct cell_row *row = &cell_rows[one->is];
	text_put(t, g->letters ? row->letter : spoken(row->word, row->zh));
	text_put(t, one->more ? "+" : "");
}

static int cells_of(const char *s)
{
	return utf8_cells(s, strlen(s));
}

/* "P = 3" */
static const char *value_named(const struct sweep *s, size_t axis, size_t i)
{
	return arena_print(&s->call->arena, "%s = %s", s->axis[axis].name, s->axis[axis].value[i]);
}

static int widest_value(const struct sweep *s, size_t axis)
{
	int most = 0;
	for (size_t i = 0; axis < s->axes && i < s->axis[axis].values; i++) {
		int n = cells_of(value_named(s, axis, i));
		most = n > most ? n : most;
	}
	return most;
}

static int widest_word(const struct grid *g)
{
	int most = 0;
	struct text t = { 0 };
	for (size_t i = 0; i < g->s->cells; i++) {
		text_clear(&t);
		put_word(&t, g, &g->s->cell[i]);
		int n = utf8_cells(text_is(&t), t.length);
		most = n > most ? n : most;
	}
	text_free(&t);
	return most;
}

/* Between letters there is no room for the name in each. */
static const char *column_named(const struct grid *g, size_t k)
{
	return g->letters ? g->s->axis[1].value[k] : value_named(g->s, 1, k);
}

static int widest(const struct grid *g)
{
	int word = widest_word(g), name = 0;
	for (size_t k = 0; g->s->axes > 1 && k < g->s->axis[1].values; k++) {
		int n = cells_of(column_named(g, k));
		name = n > name ? n : name;
	}
	return word > name ? word : name;
}

static void put_cell(const struct grid *g, const struct cell *one, bool last)
{
	struct text t = { 0 };
	put_word(&t, g, one);
	const char *paint = cell_rows[one->is].bad ? "\033[1;31m" : one->is == CELL_HOLDS ? "\033[32m" : "\033[33m";
	if (g->color)
		text_put(g->out, paint);
	text_put(g->out, text_is(&t));
	if (g->color)
		text_put(g->out, "\033[0m");
	if (!last)
		put_blanks(g->out, g->width - utf8_cells(text_is(&t), t.length) + GAP);
	text_free(&t);
}

/* Of the second axis from one value on, so many columns. */
static void put_columns(const struct grid *g, size_t first, size_t from, size_t to)
{
	const struct sweep *s = g->s;
	size_t columns = s->axes > 1 ? s->axis[1].values : 1, deep = s->cells / s->axis[0].values / columns;
	if (s->axes > 1) {
		const char *named = g->letters ? arena_print(&s->call->arena, "%s =", s->axis[1].name) : "";
		put_blanks(g->out, INDENT + g->label - cells_of(named));
		text_put(g->out, named);
		put_blanks(g->out, GAP);
		for (size_t k = from; k < to; k++) {
			const char *name = column_named(g, k);
			text_put(g->out, name);
			put_blanks(g->out, k + 1 < to ? g->width - cells_of(name) + GAP : 0);
		}
		text_char(g->out, '\n');
	}
	for (size_t i = 0; i < s->axis[0].values; i++) {
		const char *name = value_named(s, 0, i);
		put_blanks(g->out, INDENT);
		text_put(g->out, name);
		put_blanks(g->out, g->label - cells_of(name) + GAP);
		for (size_t k = from; k < to; k++)
			put_cell(g, &s->cell[(i * columns + k) * deep + first], k + 1 == to);
		text_char(g->out, '\n');
	}
}

/* Where the values of the third axis and those behind it are as in the cell of this number. */
static void put_table(const struct grid *g, size_t first)
{
	const struct sweep *s = g->s;
	size_t columns = s->axes > 1 ? s->axis[1].values : 1, rest = s->cells / s->axis[0].values / columns;
	struct text others = { 0 };
	for (size_t k = 2; k < s->axes; k++) {
		rest /= s->axis[k].values;
		text_list(&others, &sentence_CLAUSES_ARE, value_named(s, k, first / rest % s->axis[k].values));
	}
	if (s->axes > 2)
		text_print(g->out, "%s\n", text_is(&others));
	text_free(&others);
	int room = (g->columns - INDENT - g->label) / (g->width + GAP);
	size_t many = room < 1 ? 1 : (size_t)room;
	for (size_t from = 0; from < columns; from += many)
		put_columns(g, first, from, from + many < columns ? from + many : columns);
}

/* How often each; and the letters, if they are shown. */
static void put_counts(const struct grid *g)
{
	size_t count[CELLS] = { 0 };
	struct text all = { 0 }, one = { 0 };
	bool more = false;
	for (size_t i = 0; i < g->s->cells; i++) {
		count[g->s->cell[i].is]++;
		more |= g->s->cell[i].more;
	}
	for (int k = 0; k < CELLS; k++) {
		if (!count[k])
			continue;
		text_clear(&one);
		if (g->letters)
			text_print(&one, "%s ", cell_rows[k].letter);
		text_say(&one, SAY(CELLS_OF, spoken(cell_rows[k].word, cell_rows[k].zh), count[k]));
		text_list(&all, &sentence_CLAUSES_ARE, text_is(&one));
	}
	text_clear(&one);
	text_say(&one, more ? SAY(CELL_AND_MORE) : NOTHING_TO_SAY);
	if (more)
		text_list(&all, &sentence_PARTS_ARE, text_is(&one));
	put_blanks(g->out, INDENT);
	text_print(g->out, "%s\n", text_is(&all));
	text_free(&all);
	text_free(&one);
}

static void put_first(const struct grid *g, enum cell_is is, struct message (*said)(const struct cell *))
{
	for (size_t i = 0; i < g->s->cells; i++)
		if (g->s->cell[i].is == is && g->s->cell[i].why) {
			put_blanks(g->out, INDENT);
			text_say(g->out, said(&g->s->cell[i]));
			text_char(g->out, '\n');
			return;
		}
}

static struct message why_undecided(const struct cell *c)
{
	return !strcmp(c->why, "time") ? SAY(CELL_TIME) : !strcmp(c->why, "states") ? SAY(CELL_STATES) :
	       !strcmp(c->why, "memory") ? SAY(CELL_MEMORY) : !strcmp(c->why, "draws") ? SAY(CELL_DRAWS, MANY_DRAWS) : SAY(CELL_STOPPED);
}

static struct message why_invalid(const struct cell *c)
{
	return SAY(CELL_NOT_VALID, c->set, c->why);
}

/* The one that is most worth a look. */
static void put_next(const struct grid *g)
{
	const struct sweep *s = g->s;
	const struct cell *at = &s->cell[0];
	for (size_t i = 0; i < s->cells; i++)
		if (s->cell[i].is < at->is)
			at = &s->cell[i];
	struct text command = { 0 };
	text_print(&command, "%s explore ", said_program());
	text_shell(&command, s->call->operand[0]);
	text_put(&command, " --set ");
	text_shell(&command, at->set);
	text_put(&command, said_flags());
	put_blanks(g->out, INDENT);
	text_say(g->out, SAY(CELL_WHOLE, text_is(&command)));
	text_char(g->out, '\n');
	text_free(&command);
}

void sweep_text(struct text *t, const struct sweep *s, int columns, bool color)
{
	struct grid g = { .out = t, .s = s, .columns = columns, .color = color, .label = widest_value(s, 0) };
	size_t across = s->axes > 1 ? s->axis[1].values : 1, tables = s->cells / s->axis[0].values / across;
	g.width = widest(&g);
	if (INDENT + g.label + (int)across * (g.width + GAP) > columns) {
		g.letters = true;
		g.width = widest(&g);
	}
	text_say(t, SAY(SWEEP_HEAD, s->g->title ? s->g->title : s->g->name, s->cells));
	text_char(t, '\n');
	for (size_t i = 0; i < tables; i++) {
		text_char(t, '\n');
		put_table(&g, i);
	}
	text_char(t, '\n');
	put_counts(&g);
	put_first(&g, CELL_INVALID, why_invalid);
	put_first(&g, CELL_UNDECIDED, why_undecided);
	put_next(&g);
}
