/* `:`: every command by words. The rows are those of the table of keys, each with its key; Enter does what the key does. */
#include <string.h>
#include <strings.h>
#include "ui/dashboard/card.h"
#include "ui/dashboard/key_functions.h"
#include "ui/dashboard/mouse.h"

enum { PALETTE_ROWS = 10 };

/* Do the letters of the words occur in this order, whatever stands between them? What a text of few letters lacks, one whose letters stand
 * together has sooner: how far apart they are, or -1. */
static int distance(const char *text, const char *words)
{
	const char *at = text, *first = NULL;

	if (strcasestr(text, words))
		return 0;
	for (const char *w = words; *w; w++) {
		if (*w == ' ')
			continue;
		while (*at && strncasecmp(at, w, 1))
			at++;
		if (!*at)
			return -1;
		first = first ? first : at;
		at++;
	}
	return first ? (int)(at - first) : 0;
}

/* Of the row's words in both languages, the nearest. */
static int row_distance(const struct key_row *k, const char *words)
{
	const char *texts[] = { k->label, k->meaning, k->label_zh, k->meaning_zh, k->id };
	int least = -1;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		int d = *texts[i] ? distance(texts[i], words) : -1;
		if (d >= 0 && (least < 0 || d < least))
			least = d;
	}
	return least;
}

static bool is_command(const struct key_row *k)
{
	return *k->meaning && k->press[0] && strcmp(k->id, "palette");
}

/* Those that the words find, the nearest first; equally near ones as the table has them. Returns how many. */
static int find_rows(const struct show *s, const struct key_row *row[PALETTE_ROWS])
{
	enum { FARTHEST = 40 };
	int n = 0;

	for (int far = 0; far < FARTHEST; far++)
		for (int i = 0; i < key_count && n < PALETTE_ROWS; i++)
			if (is_command(&key_rows[i]) && row_distance(&key_rows[i], s->words) == far)
				row[n++] = &key_rows[i];
	return n;
}

struct wish key_palette(struct show *s, int press)
{
	(void)press;
	s->words[0] = '\0';
	s->picked = 0;
	return open_card(s, COVER_PALETTE);
}

void put_palette(struct card *c, const struct show *s)
{
	const struct key_row *row[PALETTE_ROWS];
	int n = find_rows(s, row);
	struct text t = { 0 };

	text_print(&t, "%s%s", s->words, glyph_text(c->a.canvas->ascii, GLYPH_BAR_REST));
	put_line(c, ROLE_TITLE, text_is(&t));
	c->y++;
	for (int i = 0; i < PALETTE_ROWS; i++, c->y++) {
		if (i >= n || c->y < 0 || c->y >= c->a.height)
			continue;
		bool works = key_works_below(s, row[i]);
		area_spot(c->a, 0, c->y, AREA_REST, 1, SPOT_COMMAND, i);
		if (i == s->picked)
			canvas_glyph(c->a, 0, c->y, ROLE_ACCENT, GLYPH_HERE);
		canvas_fit(c->a, 2, c->y, 11, works ? ROLE_KEY : ROLE_FAINT, key_called(s, row[i]->name));
		canvas_fit(c->a, 14, c->y, c->a.width - 14, !works ? ROLE_FAINT : i == s->picked ? ROLE_TITLE : ROLE_TEXT,
		           s->zh ? row[i]->meaning_zh : row[i]->meaning);
	}
	if (!n)
		canvas_fit(c->a, 2, c->y - PALETTE_ROWS, c->a.width - 2, ROLE_FAINT, say(s, WORD_NOTHING_FOUND));
	text_free(&t);
}

struct wish palette_press(struct show *s, int press)
{
	const struct key_row *row[PALETTE_ROWS];
	int n = find_rows(s, row);

	switch (press) {
	case PRESS_ESCAPE: case PRESS_PALETTE:
		s->cover = COVER_NONE;
		return nothing;
	case PRESS_ENTER:
		if (!n) {
			text_put(&s->notice, say(s, WORD_NOTHING_FOUND));
			return nothing;
		}
		s->cover = COVER_NONE;
		return key_press(s, row[s->picked]->press[0]);
	case PRESS_UP:
		s->picked -= s->picked > 0;
		return nothing;
	case PRESS_DOWN:
		s->picked += s->picked + 1 < n;
		return nothing;
	default:
		if (!letters_erase(s->words, press) && press >= ' ' && press < PRESS_UP)
			letter_type(s->words, sizeof s->words, press);
	}
	s->picked = 0;
	return nothing;
}
