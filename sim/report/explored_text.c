/* What exploring found, in words: the answer, then what shows it, then how it can end. */
#include "sim/report/explored_words.h"
#include "sim/report/phrases.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- what was searched ---- */

static void put_title(const struct report *r)
{
	const struct exploration *x = r->x;
	struct text after = { 0 }, titled = { 0 };
	phrase_title(&titled, x->g);
	const char *title = text_is(&titled);
	text_say(&after, SAY(X_AFTER, x->from));
	struct message all = x->from ? SAY(X_EVERY_FROM, title, text_is(&after)) : SAY(X_EVERY, title),
		part = x->from ? SAY(X_PARTLY_FROM, title, text_is(&after)) : SAY(X_PARTLY, title);
	put_painted_message(r, PAINT_HEADING, x->complete ? all : part);
	text_char(r->out, '\n');
	text_free(&after);
	text_free(&titled);
}

/* An object with a line in which it matters who came first. */
static bool has_order(const struct object *o)
{
	return strstr(kind_rows[o->kind].keys, "fair") != NULL;
}

struct message explored_lines(const struct program *g, bool fair)
{
	const struct kind_row *kind = NULL;
	bool several = false;
	for (uint32_t o = 1; o < g->objects; o++)
		if (has_order(&g->object[o])) {
			several |= kind && kind != &kind_rows[g->object[o].kind];
			kind = &kind_rows[g->object[o].kind];
		}
	if (!kind)
		return NOTHING_TO_SAY;
	const char *what = several ? spoken("object", "对象") : spoken(kind->word, kind->word_zh);
	return fair ? SAY(X_LINES_FAIR, what) : SAY(X_LINES_UNFAIR, what);
}

static void put_size(const struct report *r)
{
	const struct exploration *x = r->x;
	struct text states = { 0 }, moves = { 0 }, seconds = { 0 }, size = { 0 }, lines = { 0 }, all = { 0 };
	text_say(&states, x->states == 1 ? SAY(X_A_STATE) : SAY(X_STATES, x->states));
	text_say(&moves, x->transitions == 1 ? SAY(X_A_MOVE) : SAY(X_MOVES, x->transitions));
	text_print(&seconds, "%.2f", x->seconds);
	text_say(&size, SAY(X_SIZE, text_is(&states), text_is(&moves), text_is(&seconds)));
	text_say(&lines, explored_lines(x->g, r->as->fair));
	text_say(&all, SAY(X_SIZE_LINES, text_is(&size), text_is(&lines)));
	text_put(r->out, "  ");
	put_wrapped(r, text_is(lines.length ? &all : &size), 2, 2, r->as->columns);
	text_char(r->out, '\n');
	text_free(&size);
	text_free(&all);
	text_free(&lines);
	text_free(&states);
	text_free(&moves);
	text_free(&seconds);
}

static void put_note(const struct report *r, struct message m)
{
	struct text words = { 0 };
	text_say(&words, m);
	text_put(r->out, "  ");
	put_wrapped(r, text_is(&words), 2, 2, r->as->columns);
	text_char(r->out, '\n');
	text_free(&words);
}

/* Does the line of something that is not decided say it? */
static bool line_says_stopped(const struct exploration *x)
{
	bool open = !x->deadlock.decided || !x->dead_end.decided || !x->exception.decided;
	for (uint32_t k = 0; k < x->g->expects; k++)
		open |= !x->expect[k].decided;
	return open;
}

static void put_notes(const struct report *r)
{
	static const double LONG = 0.05;        /* less is not worth a line */
	const struct exploration *x = r->x;
	struct text stopped = { 0 }, seconds = { 0 };
	say_stopped(&stopped, r);
	text_print(&seconds, "%.2f", x->seeking);
	if (x->seeking >= LONG && !r->as->lines)
		put_note(r, SAY(X_SEEKING, text_is(&seconds)));
	if (*x->schedules)
		put_note(r, strcmp(x->schedules, "1") ? SAY(X_SCHEDULES, (const char *)x->schedules) : SAY(X_A_SCHEDULE));
	if (x->stopped && !line_says_stopped(x))
		put_note(r, x->complete ? SAY(X_WAYS_CUT, text_is(&stopped)) : SAY(X_STOPPED, text_is(&stopped)));
	if (x->grew)
		put_note(r, SAY(X_GREW, x->grew, x->grown));
	if (x->endless && !x->deadlock.holds && !x->dead_end.holds)
		put_note(r, SAY(X_ENDLESS));
	text_free(&stopped);
	text_free(&seconds);
}

static void put_answer(const struct report *r)
{
	put_title(r);
	put_size(r);
	put_notes(r);
	text_char(r->out, '\n');
	put_verdicts(r);
}

/* ---- outcomes ---- */

static bool is_over_ends(const struct expect *e)
{
	return e->kind == EXPECT_FINALLY || e->kind == EXPECT_ALWAYS;
}

/* A run that finished can have broken on its way what is to hold always. */
enum side outcome_side(const struct exploration *x, const struct outcome_found *o)
{
	bool some = false, wrong = false, either = false, open = false;
	if (o->ending != ENDING_OK)
		return exploration_expects(x->g, o->ending == ENDING_DEADLOCK ? EXPECT_DEADLOCK : EXPECT_EXCEPTION, true) ? SIDE_DECLARED : SIDE_WRONG;
	for (uint32_t k = 0; k < x->g->expects; k++) {
		if (!is_over_ends(&x->g->expect[k]))
			continue;
		some = true;
		wrong |= k < MOST_EXPECTS && !expect_in(o->met, k);
		either |= expect_in(o->missed, k);
		open |= k >= MOST_EXPECTS;
		open |= x->g->expect[k].kind == EXPECT_ALWAYS && !(x->expect[k].decided && x->expect[k].holds);
	}
	return wrong ? SIDE_WRONG : either ? SIDE_EITHER : some && !open ? SIDE_RIGHT : SIDE_NONE;
}

void ending_name(struct text *t, const struct program *g, enum ending e, const char *const *name, const value *is, size_t n)
{
	struct text values = { 0 }, one = { 0 }, ending = { 0 };
	for (size_t v = 0; v < n; v++) {
		text_clear(&one);
		text_print(&one, "%s = ", name[v]);
		if (is[v] == VALUE_UNSET)
			text_say(&one, SAY(X_UNASSIGNED));
		else
			phrase_shown(&one, g, is[v]);
		text_list(&values, &sentence_CLAUSES_ARE, text_is(&one));
	}
	text_say(&ending, e == ENDING_OK ? SAY(X_ENDS) : e == ENDING_DEADLOCK ? SAY(X_DEADLOCK) : SAY(X_EXCEPTION));
	if (!values.length)
		text_put(t, text_is(&ending));
	else if (e == ENDING_OK)
		text_put(t, text_is(&values));
	else
		text_say(t, SAY(IS_SAID_OF, text_is(&ending), text_is(&values)));
	text_free(&values);
	text_free(&one);
	text_free(&ending);
}

void outcome_name(struct text *t, const struct exploration *x, const struct outcome_found *o)
{
	const struct program *g = x->g;
	const char **name = must_have(calloc(g->observes + 1, sizeof *name));
	for (size_t v = 0; v < g->observes; v++)
		name[v] = g->observe[v].name;
	ending_name(t, g, o->ending, name, o->values, g->observes);
	free(name);
}

struct message outcome_side_word(enum side m)
{
	switch (m) {
	case SIDE_WRONG:    return SAY(X_WRONG);
	case SIDE_DECLARED: return SAY(X_DECLARED);
	case SIDE_EITHER:   return SAY(X_EITHER);
	case SIDE_RIGHT:    return SAY(X_RIGHT);
	default:            return NOTHING_TO_SAY;
	}
}

static int side_cells(enum side m)
{
	struct text word = { 0 };
	text_say(&word, outcome_side_word(m));
	int cells = utf8_cells(text_is(&word), word.length);
	text_free(&word);
	return cells;
}

/* The column that the marks take; 0: there are none. */
static int sides_width(const struct exploration *x)
{
	int width = 0;
	for (size_t k = 0; k < x->outcomes; k++) {
		int cells = side_cells(outcome_side(x, &x->outcome[k]));
		width = cells > width ? cells : width;
	}
	return width ? width + 2 : 0;
}

static void put_side(const struct report *r, enum side m, int width)
{
	static const enum paint paints[] = { [SIDE_WRONG] = PAINT_BAD, [SIDE_DECLARED] = PAINT_PLAIN, [SIDE_EITHER] = PAINT_OPEN, [SIDE_NONE] = PAINT_PLAIN, [SIDE_RIGHT] = PAINT_GOOD };
	text_put(r->out, "  ");
	put_painted_message(r, paints[m], outcome_side_word(m));
	text_print(r->out, "%*s", width - side_cells(m), "");
}

/* Wrong ones first. */
const struct outcome_found **outcomes_in_order(const struct exploration *x)
{
	const struct outcome_found **list = must_have(calloc(x->outcomes + 1, sizeof *list));
	size_t n = 0;
	for (enum side m = SIDE_WRONG; m < SIDES; m++)
		for (size_t k = 0; k < x->outcomes; k++)
			if (outcome_side(x, &x->outcome[k]) == m)
				list[n++] = &x->outcome[k];
	return list;
}

static void put_outcome(const struct report *r, const struct outcome_found *o, int width, bool command)
{
	struct text name = { 0 };
	put_side(r, outcome_side(r->x, o), width);
	outcome_name(&name, r->x, o);
	text_put(r->out, text_is(&name));
	text_free(&name);
	if (command) {
		text_put(r->out, "\n      ");
		put_command(r, &o->way, r->as->all_outcomes);
	}
	text_char(r->out, '\n');
}

static void put_outcomes(const struct report *r, size_t most, bool commands)
{
	const struct exploration *x = r->x;
	const struct outcome_found **list = outcomes_in_order(x);
	int width = sides_width(x);
	put_painted_message(r, PAINT_HEADING, x->complete ? SAY(X_OUTCOMES, x->outcomes) : SAY(X_SO_FAR, x->outcomes));
	text_char(r->out, '\n');
	for (size_t k = 0; k < x->outcomes && k < most; k++)
		put_outcome(r, list[k], width, commands);
	if (x->outcomes > most || !commands) {
		text_put(r->out, "  ");
		text_say(r->out, x->outcomes > most ? SAY(X_MORE, x->outcomes - most) : SAY(X_COMMANDS));
		text_char(r->out, '\n');
	}
	free(list);
}

/* ---- what fits a terminal ---- */

/* Of a text's lines: where each begins, and how many of a terminal's it takes. */
struct lines { const char **at; int *rows; size_t count; int all; };

static struct lines lines_of(const char *words, int columns)
{
	struct lines l = { 0 };
	size_t room = 1;
	for (const char *w = words; *w; w++)
		room += *w == '\n';
	l.at = must_have(calloc(room + 1, sizeof *l.at));
	l.rows = must_have(calloc(room + 1, sizeof *l.rows));
	for (; *words; l.count++) {
		size_t n = strcspn(words, "\n");
		int cells = painted_cells(words, n);
		l.at[l.count] = words;
		l.rows[l.count] = columns && cells > columns ? (cells + columns - 1) / columns : 1;
		l.all += l.rows[l.count];
		words += n + (words[n] == '\n');
	}
	l.at[l.count] = words;
	return l;
}

static void lines_free(struct lines *l)
{
	free(l->at);
	free(l->rows);
}

static int rows_of(const char *words, int columns)
{
	struct lines l = lines_of(words, columns);
	int all = l.all;
	lines_free(&l);
	return all;
}

/* A story begins with its name, and ends with what it comes to, and the command that plays it: so its middle is left out. */
static void put_cut(const struct report *r, const char *story, const char *name, int room)
{
	struct lines l = lines_of(story, r->as->columns);
	size_t head = 0, tail = l.count;
	struct text quoted = { 0 }, words = { 0 };
	text_shell(&quoted, name);
	text_say(&words, SAY(X_LEFT_OUT, l.count, r->as->command, text_is(&quoted)));
	int used = rows_of(text_is(&words), r->as->columns - 2);
	while (tail > head && used + l.rows[tail - 1] <= (tail == l.count ? room - 1 : (room + 1) / 2))
		used += l.rows[--tail];
	while (head < tail && used + l.rows[head] <= room)
		used += l.rows[head++];
	text_add(r->out, story, l.at[head] - story);
	text_put(r->out, "  ");
	text_say(r->out, SAY(X_LEFT_OUT, tail - head, r->as->command, text_is(&quoted)));
	text_print(r->out, "\n%s", l.at[tail]);
	text_free(&quoted);
	text_free(&words);
	lines_free(&l);
}

enum { FEW = 5 };               /* lines of a story that say something of it */

/* The outcomes in so few lines that a story has room beside them; all of them if they were asked for. */
static void cut_outcomes(const struct report *r, struct text *outcomes, int story, int room)
{
	enum { MOST = 3 };
	const struct report there = { outcomes, r->x, r->as };
	int wanted = story < FEW ? story : FEW;
	if (!r->x->outcomes || r->as->all_outcomes || story + rows_of(text_is(outcomes), r->as->columns) + 2 <= room)
		return;
	for (int most = MOST; most >= 0; most--) {
		text_clear(outcomes);
		put_outcomes(&there, most, false);
		if (wanted + rows_of(text_is(outcomes), r->as->columns) + 2 <= room)
			return;
	}
}

/* What remains on a terminal's screen is the answer: the rest is cut, the outcomes first. Elsewhere nothing is. */
static void put_what_fits(const struct report *r, const char *story, const char *name, struct text *outcomes)
{
	int room = r->as->lines ? r->as->lines - 1 - rows_of(text_is(r->out), r->as->columns) : INT_MAX;
	int rows = rows_of(story, r->as->columns);
	cut_outcomes(r, outcomes, rows, room);
	int ends = outcomes->length ? rows_of(text_is(outcomes), r->as->columns) + 1 : 0, left = room - ends - 1;
	if (*story) {
		text_char(r->out, '\n');
		if (rows > left)
			put_cut(r, story, name, left);
		else
			text_put(r->out, story);
	}
	if (ends)
		text_print(r->out, "\n%s", text_is(outcomes));
}

void explored_text(struct text *t, const struct exploration *x, const struct reading *as)
{
	enum { SHOWN = 10 };
	struct text story = { 0 }, outcomes = { 0 };
	const struct report r = { t, x, as }, in_story = { &story, x, as }, at_ends = { &outcomes, x, as };
	struct story shown;
	struct text name = { 0 };       /* of the story, or of the run's end */
	const struct outcome_found *sample = NULL;
	put_answer(&r);
	if (as->mutants) {
		text_char(t, '\n');
		put_mutants(&r, as->mutants, as->mutant_states);
		return;
	}
	if (story_to_show(&r, &shown)) {
		put_story(&in_story, &shown);
		put_more_stories(&in_story, &shown);
		text_put(&name, shown.name);
	} else if (!as->samples && (sample = put_sample(&in_story))) {
		outcome_name(&name, x, sample);
	}
	if (x->outcomes)
		put_outcomes(&at_ends, as->all_outcomes ? x->outcomes : SHOWN, true);
	put_what_fits(&r, text_is(&story), text_is(&name), &outcomes);
	put_samples(&r);
	text_free(&name);
	text_free(&story);
	text_free(&outcomes);
}
