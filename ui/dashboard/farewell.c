/* What stays in the terminal when the dashboard has closed: how the run stands, what is shared, and what may be typed next. */
#include <string.h>
#include "ui/dashboard/farewell.h"
#include "sim/report/phrases.h"

enum { MOST_LINES = 8 };

/* A line of prose, which may need several on the screen: those begin where it does. */
static void put_prose(struct text *t, const struct canvas *c, const char *line, size_t bytes)
{
	struct text words = { 0 };
	int indent;

	text_add(&words, line, bytes);
	indent = (int)strspn(text_is(&words), " ");
	text_print(t, "%*s", indent, "");
	text_wrap(t, text_is(&words) + indent, indent, indent, c->width);
	text_char(t, '\n');
	text_free(&words);
}

/* Of how it ended, so many lines; of the others it is said how many they are. */
static void put_end(struct text *t, const struct show *s, const struct canvas *c)
{
	const struct situation now = situation_of(s->y);
	struct ended e = ended_of(s->y);
	struct text all = { 0 };
	int lines = 0, more = 0;

	e.late = s->v->late;
	story_end(&all, &now, &e);
	for (const char *line = text_is(&all), *end; *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		if (lines++ < MOST_LINES)
			put_prose(t, c, line, (size_t)(end - line));
		else
			more++;
	}
	if (more)
		text_put(t, "  "), put_filled(t, s->zh, WORD_MORE, more), text_char(t, '\n');
	text_free(&all);
}

static void put_left(struct text *t, const struct show *s)
{
	struct text time = { 0 };

	story_clock(&time, s->left_at);
	put_filled(t, s->zh, WORD_LEFT_EARLY, (int64_t)s->y->at->steps, time.at);
	text_char(t, '\n');
	text_free(&time);
}

static void put_command(struct text *t, const struct show *s, const struct canvas *c, enum word what, const char *command)
{
	static const enum word all[] = { WORD_TYPE_AGAIN, WORD_TYPE_NEXT, WORD_TYPE_EXPLORE };
	int width = 0, cells = canvas_cells(c, say(s, what));

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (canvas_cells(c, say(s, all[i])) > width)
			width = canvas_cells(c, say(s, all[i]));
	if (command)
		text_print(t, "  %s%*s  %s\n", say(s, what), width - cells, "", command);
}

void farewell_put(struct text *t, const struct show *s, const struct canvas *c, const struct commands *type)
{
	struct text values = { 0 }, title = { 0 }, shown = { 0 }, seed = { 0 };
	const char *note = NULL;

	phrase_title(&title, s->g);
	text_shown(&shown, text_is(&title), title.length);
	text_print(&seed, "%llu", (unsigned long long)s->y->settings.seed);
	put_filled(t, s->zh, WORD_TITLE_SEED, text_is(&shown), text_is(&seed));
	text_char(t, '\n');
	text_free(&title);
	text_free(&shown);
	text_free(&seed);
	if (s->y->at->verdict && s->y->at->cause != VERDICT_STOPPED)
		put_end(t, s, c);
	else
		put_left(t, s);
	challenge_farewell(t, s);
	if (s->predict && s->predict->count)
		text_put(t, "  "), put_score(t, s->predict), text_char(t, '\n');
	story_values(&values, s->y);
	if (values.length)
		text_print(t, "  %s\n", values.at);
	put_command(t, s, c, WORD_TYPE_AGAIN, type->again ? type->again(type->arg, s->y, &note) : NULL);
	put_command(t, s, c, WORD_TYPE_NEXT, s->asked_for_next ? s->next_lesson : type->next ? type->next(type->arg) : NULL);
	put_command(t, s, c, WORD_TYPE_EXPLORE, type->explore);
	if (note)
		put_prose(t, c, note, strlen(note));
	text_free(&values);
}
