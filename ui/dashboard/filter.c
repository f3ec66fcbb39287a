/* `/`: of the panel that has the keys, only the lines with these words are shown. */
#include <string.h>
#include <strings.h>
#include "ui/dashboard/key_functions.h"

bool is_found(const struct show *s, enum panel_id id, const char *text)
{
	return !*s->filter[id] || strcasestr(text, s->filter[id]);
}

bool can_be_filtered(enum panel_id id)
{
	return id == PANEL_PROCESSES || id == PANEL_OBJECTS || id == PANEL_STORY || id == PANEL_OUTPUT;
}

struct wish key_filter(struct show *s, int press)
{
	(void)press;
	if (!can_be_filtered(s->focus)) {
		text_put(&s->notice, say(s, WORD_NO_FILTER_HERE));
		return nothing;
	}
	s->filter[s->focus][0] = '\0';
	return ask(s, QUESTION_FILTER);
}

struct wish type_filter(struct show *s, int press)
{
	char *words = s->filter[s->focus];

	if (press == PRESS_ESCAPE)
		words[0] = '\0';
	if (press == PRESS_ESCAPE || press == PRESS_ENTER)
		s->question = QUESTION_NONE;
	else if (!letters_erase(words, press) && press >= ' ' && press < PRESS_UP)
		letter_type(words, sizeof s->filter[0], press);
	s->top[s->focus] = 0;
	s->follows &= s->focus != PANEL_PROCESSES;
	return nothing;
}
