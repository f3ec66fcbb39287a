/* The panels as the viewer has arranged them: the text that is kept, and the keys that change it. */
#include "ui/dashboard/arrangement.h"
#include <stdio.h>
#include <string.h>
#include "ui/dashboard/key_functions.h"

enum { MOST_MORE = 30, BY = 2 };
static const char first_line[] = "forklore panels 1";
static const char *const names[ARRANGED] = { "processes", "shared", "program", "timeline", "story", "output" };

/* ---- the text: "hide program", "rows shared 4" ---- */

static int panel_named(const char *name)
{
	int i = ARRANGED - 1;

	while (i >= 0 && strcmp(names[i], name))
		i--;
	return i;
}

static bool read_line(struct arrangement *a, const char *line)
{
	char name[16], rest;
	int rows;

	if (sscanf(line, "hide %15s %c", name, &rest) == 1 && panel_named(name) >= 0) {
		a->hidden[panel_named(name)] = true;
		return true;
	}
	if (sscanf(line, "rows %15s %3d %c", name, &rows, &rest) == 2 && panel_named(name) >= 0 && rows >= -MOST_MORE && rows <= MOST_MORE) {
		a->more[panel_named(name)] = rows;
		return true;
	}
	return false;
}

static int shown_panels(const struct arrangement *a)
{
	int shown = 0;

	for (int i = 0; i < ARRANGED; i++)
		shown += !a->hidden[i];
	return shown;
}

void arrangement_read(struct arrangement *a, const char *text)
{
	struct arrangement read = { 0 };
	char line[64];
	bool good = !strncmp(text, first_line, strlen(first_line)) && text[strlen(first_line)] == '\n';

	for (text += good ? sizeof first_line : 0; good && *text;) {
		size_t length = strcspn(text, "\n");
		good = length < sizeof line && text[length] == '\n';
		if (!good)
			break;
		memcpy(line, text, length);
		line[length] = '\0';
		good = read_line(&read, line);
		text += length + 1;
	}
	if (good && shown_panels(&read))
		*a = read;
}

void arrangement_put(struct text *t, const struct arrangement *a)
{
	text_print(t, "%s\n", first_line);
	for (int i = 0; i < ARRANGED; i++) {
		if (a->hidden[i])
			text_print(t, "hide %s\n", names[i]);
		if (a->more[i])
			text_print(t, "rows %s %d\n", names[i], a->more[i]);
	}
}

bool arrangement_is_same(const struct arrangement *a, const struct arrangement *b)
{
	return !memcmp(a->hidden, b->hidden, sizeof a->hidden) && !memcmp(a->more, b->more, sizeof a->more);
}

/* ---- keys ---- */

bool can_be_arranged(const struct show *s)
{
	return (int)s->focus < ARRANGED && !s->lab && !s->projector;
}

static bool may_arrange(struct show *s)
{
	if (can_be_arranged(s))
		return true;
	text_put(&s->notice, say(s, WORD_NOT_ARRANGED));
	return false;
}

struct wish key_hide(struct show *s, int press)
{
	(void)press;
	if (!may_arrange(s))
		return nothing;
	if (shown_panels(&s->arranged) == 1) {
		text_put(&s->notice, say(s, WORD_LAST_PANEL));
		return nothing;
	}
	s->arranged.hidden[s->focus] = true;
	s->zoomed = false;
	const char key[2] = { panels[s->focus]->key, '\0' };
	if (is_asked(s))                /* its digit chooses a process */
		put_filled(&s->notice, s->zh, WORD_HIDDEN_AMONG_CHOICES, say(s, panels[s->focus]->name));
	else
		put_filled(&s->notice, s->zh, WORD_HIDDEN, say(s, panels[s->focus]->name), &key[0]);
	while (s->arranged.hidden[s->focus])
		s->focus = (enum panel_id)((s->focus + 1) % ARRANGED);
	return nothing;
}

static struct wish resize(struct show *s, int rows)
{
	if (!may_arrange(s))
		return nothing;
	int *more = &s->arranged.more[s->focus];
	*more += rows;
	*more = *more > MOST_MORE ? MOST_MORE : *more < -MOST_MORE ? -MOST_MORE : *more;
	return nothing;
}

struct wish key_larger(struct show *s, int press)  { (void)press; return resize(s, BY); }
struct wish key_smaller(struct show *s, int press) { (void)press; return resize(s, -BY); }

struct wish key_arrange(struct show *s, int press)
{
	(void)press;
	s->arranged = (struct arrangement){ 0 };
	text_put(&s->notice, say(s, WORD_ARRANGED_ANEW));
	return nothing;
}
