/* Cards that lie over the panels: the lesson, the help, all about a process. */
#include <string.h>
#include "ui/dashboard/asked_signals.h"
#include "ui/dashboard/card.h"
#include "ui/dashboard/keys.h"
#include "ui/dashboard/mouse.h"
#include "sim/report/metrics.h"
#include "sim/report/phrases.h"

enum { CARD_WIDTH = 76 };

void put_paragraph(struct card *c, int indent, const struct span *span, int spans)
{
	int width = c->a.width, lines = canvas_wrap_lines(c->a.canvas, width, indent, span, spans);

	canvas_wrap(c->a, c->y, indent, span, spans);
	c->y += lines;
}

void put_line(struct card *c, unsigned ink, const char *text)
{
	struct span span = { ink, text };

	put_paragraph(c, 0, &span, 1);
}

/* A blank line above and below, where there is room. */
static int card_margin(struct area a, int height)
{
	return height + 4 <= a.height;
}

/* Lines of a card that are in sight, of so many. */
static int card_rows(struct area a, int height)
{
	return height + 2 <= a.height ? height : a.height - 2;
}

static struct area card_area(struct area a, int height, const struct frame *f)
{
	int width = a.width < CARD_WIDTH + 2 ? a.width : CARD_WIDTH + 2, margin = card_margin(a, height);
	struct area card;

	height = card_rows(a, height) + 2 + 2 * margin;
	card = area_part(a, (a.width - width) / 2, (a.height - height) / 2, width, height);
	canvas_blank(card);
	area_spot(card, 0, 0, AREA_REST, AREA_REST, SPOT_CARD, 0);
	card = canvas_box(card, f);
	return area_part(card, 2, margin, -2, margin ? -margin : AREA_REST);
}

/* Its lines are scrolled if they are too many: how many are above and below. */
static void scroll_card(struct show *s, struct text *note, const struct canvas *c, int all, int rows)
{
	s->cover_top = scrolled(s->cover_top, -1, all, rows);
	s->cover_rows = rows;
	if (s->cover_top)
		text_print(note, "%s %d", glyph_text(c->ascii, GLYPH_UP), s->cover_top);
	if (all - rows > s->cover_top)
		text_print(note, "%s%s %d", note->length ? "  " : "", glyph_text(c->ascii, GLYPH_DOWN), all - rows - s->cover_top);
}

/* ---- the lesson ---- */

static void put_lesson(struct card *c, const struct show *s)
{
	const struct program *g = s->g;

	put_line(c, ROLE_TITLE, g->title ? g->title : g->name);
	if (g->title && strcmp(g->title, g->name))
		put_line(c, ROLE_FAINT, g->name);
	if (g->params) {
		struct text params = { 0 };
		phrase_params(&params, g);
		put_line(c, ROLE_FAINT, text_is(&params));
		text_free(&params);
	}
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

/* Signs and what they mean, one after the other, in as many lines as they need. */
struct legend { struct area a; int x, y; bool draws; };

static void put_sign(struct legend *l, unsigned ink, const char *sign, unsigned word_ink, const char *word)
{
	int width = canvas_cells(l->a.canvas, sign) + 1 + canvas_cells(l->a.canvas, word);

	if (l->x && l->x + width > l->a.width) {
		l->x = 0;
		l->y++;
	}
	if (l->draws && l->y >= 0 && l->y < l->a.height) {
		int x = canvas_put(l->a, l->x, l->y, ink, sign) + 1;
		canvas_fit(l->a, x, l->y, l->a.width - x, word_ink, word);
	}
	l->x += width + 2;
}

static void put_letter(struct legend *l, unsigned ink, char letter, const char *word)
{
	char sign[2] = { letter, 0 };

	put_sign(l, ink | LOOK_BOLD, sign, ink, word);
}

static void next_line(struct legend *l)
{
	l->x = 0;
	l->y++;
}

/* So that a sleep, and the moment at which it ends, add up. */
static void put_when(struct legend *l, const struct show *s)
{
	struct text when = { 0 }, ms = { 0 };

	metrics_ms(&ms, (double)s->g->cpu.step);
	put_filled(&when, s->zh, WORD_SIGN_BEGAN, text_is(&ms));
	next_line(l);
	put_sign(l, ROLE_FAINT, "", ROLE_FAINT, text_is(&when));
	text_free(&when);
	text_free(&ms);
}

/* What letters and signs mean. Returns the line behind it. */
static int put_legend(struct area a, int y, bool draws, const struct show *s)
{
	struct legend l = { a, 0, y, draws };
	bool ascii = a.canvas->ascii;

	for (size_t i = 0; shown_order[i] != SHOWN_STOPPED; i++) {
		const struct shown *look = shown_as(shown_order[i]);
		put_letter(&l, look->role, look->letter, shown_word(s, shown_order[i]));
	}
	next_line(&l);
	put_sign(&l, ROLE_ACCENT, glyph_text(ascii, GLYPH_HERE), ROLE_TEXT, say(s, WORD_SIGN_SELECTED));
	put_sign(&l, ROLE_MARK, glyph_text(ascii, GLYPH_BULLET), ROLE_TEXT, say(s, WORD_SIGN_MOVED));
	put_sign(&l, ROLE_MARK, glyph_text(ascii, GLYPH_PAST), ROLE_TEXT, say(s, WORD_SIGN_DONE));
	next_line(&l);
	put_sign(&l, ROLE_TEXT, "?", ROLE_TEXT, say(s, WORD_SIGN_OPEN));
	put_sign(&l, ROLE_GOOD, glyph_text(ascii, GLYPH_CHECK), ROLE_TEXT, say(s, WORD_SIGN_HOLDS));
	put_sign(&l, ROLE_ERROR, glyph_text(ascii, GLYPH_CROSS), ROLE_TEXT, say(s, WORD_SIGN_BROKEN));
	put_sign(&l, ROLE_ENDED, glyph_text(ascii, GLYPH_T_ZOMBIE), ROLE_TEXT, say(s, WORD_SIGN_ZOMBIE));
	next_line(&l);
	put_letter(&l, ROLE_STOPPED, mark_rows[MARK_STOPPED].letter, mark_word(s, MARK_STOPPED));
	put_sign(&l, ROLE_FAINT, "", ROLE_FAINT, say(s, WORD_SIGN_TIME));
	if (s->g->cpu.step)
		put_when(&l, s);
	return l.y + 1;
}

/* What letters and signs mean stays where it leaves room for the keys above it, which are scrolled if they are too many. */
static void draw_help(struct area a, struct show *s)
{
	enum { KEYS_IN_SIGHT = 8 };
	struct text more = { 0 }, title = { 0 };
	struct frame f = { .title = NULL };
	struct area inner = area_part(a, 0, 0, (a.width < CARD_WIDTH + 2 ? a.width : CARD_WIDTH + 2) - 6, AREA_REST), card;
	int keys = menu_lines(inner, s), line = menu_line(inner, s), signs = put_legend(inner, 0, false, s), all = keys + 1 + signs, rows = card_rows(a, all);
	bool stays = rows - signs >= KEYS_IN_SIGHT;

	if (stays && rows < all)
		all--;                          /* no blank line between them */
	s->cover_top = scrolled(s->cover_top, line == keys - 1 && !stays ? all - 1 : line, all, rows);
	scroll_card(s, &more, a.canvas, all, rows);
	put_filled(&title, s->zh, WORD_HELP, say(s, panels[s->focus]->name));
	f.title = text_is(&title);
	f.note = more.length ? more.at : NULL;
	card = card_area(a, keys + 1 + signs, &f);
	menu_draw(area_part(card, 0, 0, AREA_REST, stays ? rows - signs : rows), s);
	put_legend(card, stays ? rows - signs : keys + 1 - s->cover_top, true, s);
	text_free(&title);
	text_free(&more);
}

static void put_own_variables(struct card *c, const struct show *s)
{
	struct strip t = { 0 };

	if (!has_ended(s, s->selected))
		put_privates(s, &t, s->selected);
	c->y += t.text.length != 0;
	if (c->y >= 0 && c->y < c->a.height && t.text.length) {
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
	struct text t = { 0 }, from = { 0 }, how = { 0 };

	if (i)
		put_filled(&from, s->zh, WORD_BRANCH_OF, b->parent + 1, (int64_t)b->from);
	else
		text_put(&from, say(s, WORD_BRANCH_FIRST));
	if (here && end.ended)
		put_filled(&how, s->zh, WORD_BRANCH_ENDED, ruling_word(end.ruling, s->zh));
	else
		text_put(&how, end.ended ? ruling_word(end.ruling, s->zh) : say(s, here ? WORD_BRANCH_HERE : WORD_BRANCH_LEFT));
	text_print(&t, "%s ", here ? glyph_text(c->a.canvas->ascii, GLYPH_HERE) : " ");
	put_filled(&t, s->zh, WORD_BRANCH_LINE, i + 1, from.at, how.at, (int64_t)end.steps);
	put_line(c, here ? ROLE_TITLE : ROLE_TEXT, t.at);
	text_free(&t);
	text_free(&from);
	text_free(&how);
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
	const struct asked_signal *of;
	struct text held = { 0 }, line = { 0 };

	put_held(s, c->a.canvas, &held, s->selected, c->a.width);
	if (held.length) {
		put_line(c, ROLE_WARNING, say(s, WORD_SIGNAL_HELD));
		put_line(c, ROLE_ACCENT, held.at);
	} else {
		put_line(c, ROLE_TEXT, say(s, WORD_SIGNAL_NOTHING));
	}
	c->y++;
	for (size_t i = 0; (of = asked_signal_nth(s->g, s->selected, i)); i++) {
		struct span span[2] = { { ROLE_KEY, of->key }, { ROLE_TEXT, NULL } };
		text_clear(&line);
		text_print(&line, "  %s", say(s, asked_signal_does(s->g, s->selected, of)));
		span[1].text = line.at;
		int y = c->y;
		put_paragraph(c, 2, span, 2);
		area_spot(c->a, 0, y, AREA_REST, c->y - y, SPOT_PRESS, *of->key);
	}
	text_free(&held);
	text_free(&line);
}

/* ---- drawing a card that is as high as its text ---- */

static void put_card(struct card *c, const struct show *s)
{
	if (s->cover == COVER_LESSON) {
		put_lesson(c, s);
		put_challenge_offer(c, s);
	} else if (s->cover == COVER_BRANCHES) {
		put_branches(c, s);
	} else if (s->cover == COVER_CHALLENGES) {
		put_challenges(c, s);
	} else if (s->cover == COVER_PALETTE) {
		put_palette(c, s);
	} else if (s->cover == COVER_PREDICTIONS) {
		put_predictions(c, s);
	} else if (s->cover == COVER_SIGNAL) {
		put_signals(c, s);
	} else if (s->cover == COVER_WHY) {
		put_why(c, s);
	} else if (s->cover == COVER_THING) {
		put_thing(c, s);
	} else {
		put_process(c, s);
		put_own_variables(c, s);
		put_forked(c, s);
		c->y++;
		put_chronicle(c, s, (struct subject){ SUBJECT_PROCESS, s->selected });
	}
}

static int card_height(struct area a, const struct show *s)
{
	int width = a.width < CARD_WIDTH + 2 ? a.width - 6 : CARD_WIDTH - 4;
	struct card c = { .a = area_part(a, 0, 0, width, 0) };

	put_card(&c, s);
	return c.y;
}

static const char *card_title(const struct show *s, struct text *t)
{
	struct subject of = subject_selected(s);

	switch (s->cover) {
	case COVER_LESSON:   return "forklore";
	case COVER_BRANCHES: return say(s, WORD_BRANCHES);
	case COVER_CHALLENGES: return say(s, WORD_CHALLENGES);
	case COVER_PALETTE:  return say(s, WORD_PALETTE);
	case COVER_PREDICTIONS: text_say(t, SAY(PREDICT_TITLE)); return text_is(t);
	case COVER_THING:    return of.kind == SUBJECT_VARIABLE ? s->g->shared[of.n].name : s->g->object[of.n].name;
	case COVER_WHY:      text_say(t, why_is_of_writes(s) ? SAY(WHY_TITLE_WRITES) : SAY(WHY_TITLE)); return text_is(t);
	default:             return title_of(s->g, s->selected);
	}
}

void cover_draw(struct area a, struct show *s)
{
	struct text title = { 0 };
	struct frame f = { .title = NULL };
	struct card c = { 0 };
	struct text more = { 0 };
	int height;

	if (s->cover == COVER_HELP) {
		draw_help(a, s);
		return;
	}
	f.title = card_title(s, &title);
	height = card_height(a, s);
	scroll_card(s, &more, a.canvas, height, card_rows(a, height));
	f.note = more.length ? more.at : NULL;
	c.a = card_area(a, height, &f);
	c.y = -s->cover_top;
	put_card(&c, s);
	text_free(&title);
	text_free(&more);
}
