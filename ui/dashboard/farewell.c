/* What stays in the terminal when the dashboard has closed: how the run stands, what is shared, and what may be typed next. */
#include <string.h>
#include "ui/dashboard/farewell.h"

enum { MOST_LINES = 8 };

/* Of how it ended, so many lines; of the others it is said how many they are. */
static void put_end(struct text *t, const struct show *s)
{
	const struct situation now = situation_of(s->y);
	const struct ended e = ended_of(s->y);
	struct text all = { 0 };
	int lines = 0, more = 0;

	story_end(&all, &now, &e);
	for (const char *line = text_is(&all), *end; *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		if (lines++ < MOST_LINES)
			text_add(t, line, (size_t)(end - line)), text_char(t, '\n');
		else
			more++;
	}
	if (more)
		text_print(t, "  +%d %s\n", more, say(s, WORD_MORE));
	text_free(&all);
}

static void put_left(struct text *t, const struct show *s)
{
	text_print(t, "%s %llu%s", say(s, WORD_LEFT_EARLY), (unsigned long long)s->y->at->steps, s->zh ? "，" : ", ");
	story_clock(t, s->y->at->now);
	text_char(t, '\n');
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

/* Can flags alone bring this run again? Not what somebody chose, changed on the way, or killed. */
static bool comes_again(const struct play *y)
{
	for (size_t i = 0; y->history && i < y->history->count; i++) {
		enum cause c = (enum cause)y->history->entry[i].cause;
		if (c == CAUSE_CHOSEN || c == CAUSE_SIGNALLED || is_rule(c))
			return false;
	}
	return true;
}

/* The same run: what is said of the seed, and of rules that an earlier run has left to it, comes behind what was typed. */
static void put_again(struct text *t, const struct show *s, const char *typed)
{
	const struct settings *now = &s->y->begun, *asked = &s->asked;

	text_put(t, typed);
	if (now->policy != asked->policy)
		text_print(t, " --policy %s", policy_rows[now->policy].word);
	if (now->cpus != asked->cpus)
		text_print(t, " --cpus %u", now->cpus);
	if (now->quantum != asked->quantum)
		text_print(t, " --quantum %lldus", (long long)now->quantum);
	text_print(t, " --seed %llu", (unsigned long long)now->seed);
}

void farewell_put(struct text *t, const struct show *s, const struct canvas *c, const struct commands *type)
{
	const char *title = s->g->title ? s->g->title : s->g->name;
	struct text values = { 0 }, again = { 0 };

	text_shown(t, title, strlen(title));
	text_print(t, "%s%s %llu\n", s->zh ? "，" : ", ", say(s, WORD_SEED), (unsigned long long)s->y->settings.seed);
	if (s->y->at->verdict && s->y->at->cause != VERDICT_STOPPED)
		put_end(t, s);
	else
		put_left(t, s);
	story_values(&values, s->y);
	if (values.length)
		text_print(t, "  %s\n", values.at);
	if (type->again && comes_again(s->y))
		put_again(&again, s, type->again);
	put_command(t, s, c, WORD_TYPE_AGAIN, again.at);
	put_command(t, s, c, WORD_TYPE_NEXT, s->asked_for_next ? s->next_lesson : type->next ? type->next(type->arg) : NULL);
	put_command(t, s, c, WORD_TYPE_EXPLORE, type->explore);
	text_free(&values);
	text_free(&again);
}
