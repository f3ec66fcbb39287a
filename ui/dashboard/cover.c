/* Cards that lie over the panels: the lesson, the help, all about a process. */
#include <string.h>
#include "ui/dashboard/card.h"
#include "ui/dashboard/keys.h"

enum { CARD_WIDTH = 76 };

static void put_paragraph(struct card *c, int indent, const struct span *span, int spans)
{
	int width = c->a.width, lines = canvas_wrap_lines(c->a.canvas, width, indent, span, spans);

	if (c->y >= 0)
		canvas_wrap(area_part(c->a, 0, c->y, AREA_REST, AREA_REST), 0, indent, span, spans);
	c->y += lines;
}

static void put_line(struct card *c, unsigned ink, const char *text)
{
	struct span span = { ink, text };

	put_paragraph(c, 0, &span, 1);
}

static struct area card_area(struct area a, int height, const struct frame *f)
{
	int width = a.width < CARD_WIDTH + 2 ? a.width : CARD_WIDTH + 2;
	struct area card;

	height = height + 4 < a.height ? height + 4 : a.height;
	card = area_part(a, (a.width - width) / 2, (a.height - height) / 2, width, height);
	canvas_blank(card);
	card = canvas_box(card, f);
	return area_part(card, 2, 1, -2, -1);
}

/* ---- the lesson ---- */

static void put_lesson(struct card *c, const struct show *s)
{
	const struct program *g = s->g;

	put_line(c, ROLE_TITLE, g->title ? g->title : g->name);
	if (g->title && strcmp(g->title, g->name))
		put_line(c, ROLE_FAINT, g->name);
	if (g->about) {
		c->y++;
		put_line(c, ROLE_TEXT, g->about);
	}
	if (g->lessons) {
		c->y++;
		put_line(c, ROLE_HEADING, say(s, WORD_LESSON));
	}
	for (uint32_t i = 0; i < g->lessons; i++) {
		struct span span[2] = {
			{ ROLE_ACCENT, glyph_text(c->a.canvas->ascii, GLYPH_BULLET) }, { ROLE_TEXT, NULL },
		};
		struct text t = { 0 };
		text_print(&t, " %s", g->lesson[i]);
		span[1].text = t.at;
		put_paragraph(c, 2, span, 2);
		text_free(&t);
	}
}

/* ---- help ---- */

static int count_meanings(void)
{
	int n = 0;

	for (int i = 0; i < key_count; i++)
		n += *key_rows[i].meaning != 0;
	return n;
}

static void draw_key(struct area a, int y, const struct show *s, const struct key_row *k)
{
	canvas_put(a, 0, y, ROLE_KEY, key_called(s, k->name));
	canvas_fit(a, 10, y, a.width - 10, ROLE_TEXT, s->zh ? k->meaning_zh : k->meaning);
}

/* The keys in two columns, from row top on. */
static void draw_keys(struct area a, int top, const struct show *s)
{
	int all = count_meanings(), rows = (all + 1) / 2, n = 0, width = a.width / 2;

	for (int i = 0; i < key_count; i++) {
		if (!*key_rows[i].meaning)
			continue;
		if (n % rows >= top)
			draw_key(area_part(a, n / rows * width, 0, width - 1, AREA_REST), n % rows - top, s, &key_rows[i]);
		n++;
	}
}

static int draw_sign(struct area a, int x, int y, unsigned ink, enum glyph g, const char *meaning)
{
	x = canvas_glyph(a, x, y, ink, g);
	return canvas_put(a, x + 1, y, ROLE_TEXT, meaning) + 3;
}

static int draw_letter(struct area a, int x, int y, unsigned ink, char letter, const char *word)
{
	x = canvas_print(a, x, y, ink | LOOK_BOLD, "%c ", letter);
	return canvas_put(a, x, y, ink, word);
}

static void draw_states(struct area a, int y, const struct show *s)
{
	int x = 0;

	for (size_t i = 0; shown_order[i] != SHOWN_STOPPED; i++) {
		const struct shown *look = shown_as(shown_order[i]);
		x = draw_letter(a, x, y, look->role, look->letter, shown_word(s, shown_order[i])) + 2;
	}
	x = draw_sign(a, 0, y + 1, ROLE_ACCENT, GLYPH_HERE, say(s, WORD_SIGN_SELECTED));
	x = draw_sign(a, x, y + 1, ROLE_MARK, GLYPH_BULLET, say(s, WORD_SIGN_MOVED));
	draw_sign(a, x, y + 1, ROLE_MARK, GLYPH_PAST, say(s, WORD_SIGN_DONE));
	x = draw_letter(a, 0, y + 2, ROLE_STOPPED, mark_rows[MARK_STOPPED].letter, mark_word(s, MARK_STOPPED)) + 3;
	canvas_fit(a, x, y + 2, a.width - x, ROLE_FAINT, say(s, WORD_SIGN_TIME));
}

/* What letters and signs mean stays; the keys above it are scrolled where they are too many. */
static void draw_help(struct area a, struct show *s)
{
	enum { SIGNS = 3 };
	struct text more = { 0 };
	struct frame f = { .title = say(s, WORD_HELP) };
	int rows = (count_meanings() + 1) / 2, height = a.height - 4 - SIGNS;
	struct area card;

	if (rows > height) {
		s->cover_top = scrolled(s->cover_top, -1, rows, height);
		text_print(&more, "%s %s", glyph_text(a.canvas->ascii, GLYPH_UP), glyph_text(a.canvas->ascii, GLYPH_DOWN));
		f.note = more.at;
	}
	card = card_area(a, rows + 1 + SIGNS, &f);
	draw_keys(area_part(card, 0, 0, AREA_REST, rows > height ? height : rows), rows > height ? s->cover_top : 0, s);
	draw_states(card, rows < height ? rows + 1 : card.height - SIGNS, s);
	text_free(&more);
}

static void put_own_variables(struct card *c, const struct show *s)
{
	struct strip t = { 0 };

	if (!has_ended(s, s->selected))
		put_privates(s, &t, s->selected);
	c->y += t.text.length != 0;
	if (c->y < c->a.height && t.text.length) {
		canvas_fit(c->a, 0, c->y, 18, ROLE_FAINT, say(s, WORD_PRIVATE));
		strip_draw(&t, c->a, 18, c->y, c->a.width - 18);
	}
	c->y += t.text.length != 0;
	strip_free(&t);
}

/* ---- the branches ---- */

/* "▶ 2  from branch 1, step 9: DEADLOCK, step 31" */
static void put_branch(struct card *c, const struct show *s, size_t i)
{
	const struct branch *b = &s->branches->at[i];
	bool here = i == s->branches->here;
	struct branch_end end = here ? branch_end(s->now) : b->end;
	const char *comma = s->zh ? "，" : ", ";
	struct text t = { 0 };

	text_print(&t, "%s %zu  ", here ? glyph_text(c->a.canvas->ascii, GLYPH_HERE) : " ", i + 1);
	if (i)
		text_print(&t, "%s %zu%s%s %llu", say(s, WORD_BRANCH_OF), b->parent + 1, comma, say(s, WORD_STEP), (unsigned long long)b->from);
	else
		text_put(&t, say(s, WORD_BRANCH_FIRST));
	text_print(&t, "%s%s%s", s->zh ? "：" : ": ", here ? say(s, WORD_BRANCH_HERE) : "", here && end.ended ? comma : "");
	if (end.ended || !here)
		text_put(&t, end.ended ? ruling_word(end.ruling, s->zh) : say(s, WORD_BRANCH_LEFT));
	text_print(&t, "%s%s %llu", comma, say(s, WORD_STEP), (unsigned long long)end.steps);
	put_line(c, here ? ROLE_TITLE : ROLE_TEXT, t.at);
	text_free(&t);
}

static void put_branches(struct card *c, const struct show *s)
{
	for (size_t i = 0; s->branches && i < s->branches->count; i++)
		put_branch(c, s, i);
	c->y++;
	put_line(c, ROLE_FAINT, say(s, WORD_BRANCHES_HOW));
}

/* ---- a signal ---- */

/* What will stay held, if it is killed; and which signals there are. */
static void put_signals(struct card *c, const struct show *s)
{
	static const struct { const char *key; enum word word; } rows[] = {
		{ "k", WORD_SIG_KILL }, { "t", WORD_SIG_TERM }, { "v", WORD_SIG_SEGV }, { "s", WORD_SIG_STOP }, { "c", WORD_SIG_CONT },
	};
	struct text held = { 0 }, line = { 0 };

	put_held(s, c->a.canvas, &held, s->selected, c->a.width);
	if (held.length) {
		put_line(c, ROLE_WARNING, say(s, WORD_SIGNAL_HELD));
		put_line(c, ROLE_ACCENT, held.at);
	} else {
		put_line(c, ROLE_TEXT, say(s, WORD_SIGNAL_NOTHING));
	}
	c->y++;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct span span[2] = { { ROLE_KEY, rows[i].key }, { ROLE_TEXT, NULL } };
		text_clear(&line);
		text_print(&line, "  %s", say(s, rows[i].word));
		span[1].text = line.at;
		put_paragraph(c, 2, span, 2);
	}
	text_free(&held);
	text_free(&line);
}

/* ---- drawing a card that is as high as its text ---- */

static void put_card(struct card *c, const struct show *s)
{
	if (s->cover == COVER_LESSON) {
		put_lesson(c, s);
	} else if (s->cover == COVER_BRANCHES) {
		put_branches(c, s);
	} else if (s->cover == COVER_SIGNAL) {
		put_signals(c, s);
	} else {
		put_process(c, s);
		put_own_variables(c, s);
	}
}

static int card_height(struct area a, const struct show *s)
{
	int width = a.width < CARD_WIDTH + 2 ? a.width - 6 : CARD_WIDTH - 4;
	struct card c = { .a = area_part(a, 0, 0, width, 0) };

	put_card(&c, s);
	return c.y;
}

void cover_draw(struct area a, struct show *s)
{
	struct frame f = { .title = s->cover == COVER_LESSON ? "forklore" : s->cover == COVER_BRANCHES ? say(s, WORD_BRANCHES) : title_of(s->g, s->selected) };
	struct card c = { 0 };
	int height;

	if (s->cover == COVER_HELP) {
		draw_help(a, s);
		return;
	}
	height = card_height(a, s);
	c.a = card_area(a, height, &f);
	s->cover_top = scrolled(s->cover_top, -1, height, c.a.height);
	c.y = -s->cover_top;
	put_card(&c, s);
}
