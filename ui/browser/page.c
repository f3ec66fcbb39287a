/* Drawing the browser: the list at the left, the card and the preview of what is selected at the right, keys in the last line. */
#include <string.h>
#include "sim/base/say.h"
#include "ui/browser/page.h"
#include "ui/browser/point.h"
#include "ui/dashboard/press.h"

enum { LIST_LEAST = 24, LIST_MOST = 46, NARROW = 60, PREVIEW_WIDTH = 60, PREVIEW_HEIGHT = 16, CARD_LEAST = 8, LOWEST = 6 };

const struct browser_key browser_keys[] = {
#define KEY(key, ...) { key, __VA_ARGS__ },
#include "ui/browser/browser.def"
#undef KEY
};
const int browser_key_count = sizeof browser_keys / sizeof *browser_keys;

/* ---- what is behind the viewer ---- */

static const struct { unsigned progress; enum role role; enum glyph glyph; const char *word, *zh; } marks[] = {
	{ SOLVED, ROLE_GOOD, GLYPH_CHECK, "solved", "已解决" },
	{ BROKEN, ROLE_ERROR, GLYPH_CROSS, "broken by you", "您已找到反例" },
	{ SEEN, ROLE_TEXT, GLYPH_FREE, "seen", "看过" },
	{ 0, ROLE_FAINT, GLYPH_DOT, "not seen", "没看过" },
};
enum { MARKS = sizeof marks / sizeof *marks };

static int mark_of(unsigned progress)
{
	int i = 0;
	while (marks[i].progress & ~progress)
		i++;
	return i;
}

static const char *mark_said(int i)
{
	return spoken(marks[i].word, marks[i].zh);
}

/* ---- the list ---- */

static void draw_row(struct area a, int y, const struct page *p, int i)
{
	const struct row *r = &p->row[i];
	if (r->heading) {
		canvas_fit(a, 1, y, a.width - 2, ROLE_HEADING, r->heading);
		return;
	}
	const struct browsed *b = &p->all[r->at];
	int mark = mark_of(b->progress);
	area_spot(a, 0, y, AREA_REST, 1, POINT_ROW, i);
	if (i == p->selected) {
		canvas_ground(area_part(a, 0, y, AREA_REST, 1), ROLE_SELECTED);
		canvas_glyph(a, 0, y, ROLE_ACCENT, GLYPH_HERE);
	}
	canvas_glyph(a, 2, y, b->wrong ? ROLE_ERROR : marks[mark].role, b->wrong ? GLYPH_UNKNOWN : marks[mark].glyph);
	canvas_fit(a, 4, y, a.width - 5, i == p->selected ? ROLE_TITLE : ROLE_TEXT, *b->title ? b->title : b->name);
}

/* The selected row stays in sight, with its topic's heading where that is next to it. */
static void scroll_list(struct page *p)
{
	int first = p->selected > 0 && p->row[p->selected - 1].heading ? p->selected - 1 : p->selected;
	if (p->selected >= p->top + p->height)
		p->top = p->selected - p->height + 1;
	if (first >= 0 && first < p->top)
		p->top = first;
	if (p->top > p->rows - p->height)
		p->top = p->rows - p->height;
	if (p->top < 0)
		p->top = 0;
}

static void draw_list(struct area a, struct page *p)
{
	struct text more = { 0 }, title = { 0 };
	p->height = a.height - 2;
	scroll_list(p);
	if (p->top)
		text_print(&more, "%s", glyph_text(a.canvas->ascii, GLYPH_UP));
	if (p->rows > p->top + p->height)
		text_print(&more, "%s", glyph_text(a.canvas->ascii, GLYPH_DOWN));
	text_print(&title, *p->words ? "%s / %s" : "%s", spoken("Scenarios", "场景"), p->words);
	struct area inner = canvas_box(a, &(struct frame){ .title = text_is(&title), .note = more.length ? more.at : NULL, .focus = true });
	for (int y = 0; y < inner.height && p->top + y < p->rows; y++)
		draw_row(inner, y, p, p->top + y);
	if (!p->rows)
		canvas_wrap(inner, 0, 0, &(struct span){ ROLE_FAINT, spoken("Nothing has these words. Esc shows all.", "没有符合的场景。按 Esc 显示全部。") }, 1);
	text_free(&more);
	text_free(&title);
}

/* ---- the card ---- */

struct card { struct area a; int y; };

static void paragraph(struct card *c, int indent, unsigned ink, const char *text)
{
	struct span s = { ink, text };
	c->y += canvas_wrap(c->a, c->y, indent, &s, 1);
}

static void put_lessons(struct card *c, const struct browsed *b)
{
	for (int i = 0; i < b->lessons; i++) {
		struct text t = { 0 };
		text_print(&t, "%s %s", glyph_text(c->a.canvas->ascii, GLYPH_BULLET), b->lesson[i]);
		paragraph(c, 2, ROLE_TEXT, text_is(&t));
		text_free(&t);
	}
}

static void put_wrong(struct card *c, const struct browsed *b)
{
	paragraph(c, 0, ROLE_ERROR, spoken("It can't be played yet:", "还不能演示："));
	for (const char *s = b->wrong; *s;) {
		size_t n = strcspn(s, "\n");
		struct text line = { 0 };
		text_add(&line, s, n);
		paragraph(c, 0, ROLE_CODE, text_is(&line));
		text_free(&line);
		s += n + (s[n] == '\n');
	}
}

/* Before a scenario its lesson, after it questions. */
static void put_questions(struct card *c, const struct browsed *b)
{
	struct text t = { 0 };
	int from = c->y;
	if (!(b->progress & SEEN) || b->exercise || b->wrong)
		return;
	if (!b->asked)
		text_put(&t, spoken("Quiz about what you saw: a", "按 a 做本场景的测验"));
	else if (b->right < b->asked)
		text_print(&t, spoken("Quiz: %d of %d right. Again: a", "测验：答对 %d / %d 题。按 a 再做一次"), b->right, b->asked);
	else
		text_print(&t, spoken("Quiz: all %d right", "测验：%d 题全部答对"), b->asked);
	paragraph(c, 0, b->asked && b->right == b->asked ? ROLE_GOOD : ROLE_ACCENT, text_is(&t));
	area_spot(c->a, 0, from, AREA_REST, c->y - from, POINT_KEY, 'a');
	text_free(&t);
}

static void put_card(struct card *c, const struct page *p, const struct browsed *b)
{
	int mark = mark_of(b->progress);
	struct text t = { 0 };
	if (b->own)
		text_put(&t, spoken("your file", "您的文件"));
	text_print(&t, "%s%s %s", b->own ? "  " : "", glyph_text(c->a.canvas->ascii, marks[mark].glyph), mark_said(mark));
	paragraph(c, 0, ROLE_FAINT, b->name);
	paragraph(c, 0, marks[mark].role, text_is(&t));
	put_questions(c, b);
	if (b->exercise)
		paragraph(c, 0, ROLE_ACCENT, spoken("An exercise: Enter opens it", "练习：按回车打开"));
	c->y++;
	if (b->wrong)
		put_wrong(c, b);
	if (*b->about)
		paragraph(c, 0, ROLE_TEXT, b->about);
	c->y += *b->about && b->lessons;
	put_lessons(c, b);
	const char *next = p->host->next(p->host->arg, b->name);
	if (next) {
		c->y++;
		text_clear(&t);
		text_print(&t, spoken("Next lesson: %s", "下一课：%s"), next);
		paragraph(c, 0, ROLE_FAINT, text_is(&t));
	}
	text_free(&t);
}

static int card_lines(struct area inner, const struct page *p, const struct browsed *b)
{
	struct card c = { .a = area_part(inner, 0, 0, AREA_REST, 0) };
	put_card(&c, p, b);
	return c.y;
}

static struct area draw_card(struct area a, struct page *p, const struct browsed *b)
{
	struct area inner = area_part(canvas_box(a, &(struct frame){ .title = *b->title ? b->title : b->name }), 1, 0, -1, AREA_REST);
	area_spot(a, 0, 0, AREA_REST, AREA_REST, POINT_TEXT, 0);
	int lines = card_lines(inner, p, b), hidden = lines - inner.height;
	p->card_lines = hidden > 0 ? hidden : 0;
	if (p->card_top > p->card_lines)
		p->card_top = p->card_lines;
	struct card c = { inner, -p->card_top };
	put_card(&c, p, b);
	if (p->card_lines > p->card_top)
		canvas_print(a, a.width - 10, a.height - 1, ROLE_FAINT, " %s %d ", glyph_text(a.canvas->ascii, GLYPH_DOWN), p->card_lines - p->card_top);
	return inner;
}

/* ---- the preview ---- */

static void draw_preview(struct area a, struct page *p, const struct browsed *b)
{
	enum { FOOTER = 1 };                    /* the keys in it do nothing here: it is drawn, and left out */
	bool fits = p->previewed == b->name && p->preview.width == a.width && p->preview.height == a.height + FOOTER;
	if (!fits) {
		p->preview.ascii = a.canvas->ascii;
		canvas_resize(&p->preview, a.width, a.height + FOOTER);
		p->has_preview = !b->wrong && p->host->preview(p->host->arg, b->name, &p->preview);
		p->previewed = b->name;
	}
	for (int y = 0; p->has_preview && y < a.height; y++)
		for (int x = 0; x < a.width;)
			x = canvas_put_cell(a, x, y, canvas_at(&p->preview, x, y));
}

/* The card gets the lines it needs, the preview the rest, where that is enough to see something. */
static void draw_right(struct area a, struct page *p)
{
	const struct browsed *b = page_selected(p);
	if (!b)
		return;
	int needs = card_lines(area_part(a, 2, 1, -2, -1), p, b) + 2;
	int card = needs > a.height - PREVIEW_HEIGHT ? a.height - PREVIEW_HEIGHT : needs;
	bool both = a.width >= PREVIEW_WIDTH && card >= CARD_LEAST && !b->wrong;
	draw_card(both ? area_part(a, 0, 0, AREA_REST, card) : a, p, b);
	if (both)
		draw_preview(area_part(a, 0, card, AREA_REST, AREA_REST), p, b);
}

/* ---- first and last line ---- */

static void draw_header(struct area a, const struct page *p)
{
	int has[MARKS] = { 0 }, x;
	for (int i = 0; i < p->count; i++)
		has[mark_of(p->all[i].progress)]++;
	canvas_ground(a, ROLE_BAR);
	x = canvas_put(a, 1, 0, ROLE_TITLE, "forklore");
	x = canvas_print(a, x + 2, 0, ROLE_TEXT, spoken("%d scenarios", "%d 个场景"), p->count) + 2;
	for (int i = 0; i + 1 < MARKS; i++) {
		if (!has[i] || x + 20 > a.width)
			continue;
		x = canvas_glyph(a, x, 0, marks[i].role, marks[i].glyph);
		x = canvas_print(a, x + 1, 0, ROLE_TEXT, "%d %s", has[i], mark_said(i)) + 2;
	}
}

static const char *key_named(const struct browser_key *k)
{
	return k->key == PRESS_ENTER ? spoken(k->name, "回车") : k->name;
}

static void draw_keys(struct area a)
{
	int x = 1;
	for (int i = 0; i < browser_key_count; i++) {
		const struct browser_key *k = &browser_keys[i];
		const char *label = spoken(k->label, k->label_zh), *name = key_named(k);
		int width = canvas_cells(a.canvas, name) + 1 + canvas_cells(a.canvas, label);
		if (x + width >= a.width)
			continue;
		area_spot(a, x, 0, width, 1, POINT_KEY, k->key);
		x = canvas_put(a, x, 0, ROLE_KEY, name);
		x = canvas_put(a, x + 1, 0, ROLE_KEY_LABEL, label) + 2;
	}
}

static void draw_footer(struct area a, const struct page *p)
{
	canvas_ground(a, ROLE_BAR);
	if (p->searches) {
		enum { LEAST_WORDS = 16 };
		const char *how = spoken("Enter keeps these, Esc shows all", "回车保留结果，Esc 显示全部");
		int x = canvas_put(a, 1, 0, ROLE_KEY, "/"), left = a.width - x - 5 - canvas_cells(a.canvas, how);
		x = canvas_fit(a, x + 1, 0, left > LEAST_WORDS ? left : LEAST_WORDS, ROLE_TEXT, p->words);
		area_cursor(a, x, 0);
		canvas_fit(a, x + 3, 0, a.width - x - 4, ROLE_FAINT, how);
	} else if (p->notice.length) {
		canvas_fit(a, 1, 0, a.width - 2, ROLE_WARNING, text_is(&p->notice));
	} else {
		draw_keys(a);
	}
}

/* ---- help ---- */

static int put_help(struct area a, bool draws)
{
	struct card c = { draws ? a : area_part(a, 0, 0, AREA_REST, 0), 0 };
	for (int i = 0; i < browser_key_count; i++) {
		const struct browser_key *k = &browser_keys[i];
		struct text t = { 0 };
		text_print(&t, "%s%*s%s", key_named(k), 7 - canvas_cells(a.canvas, key_named(k)), "", spoken(k->meaning, k->meaning_zh));
		paragraph(&c, 7, ROLE_TEXT, text_is(&t));
		text_free(&t);
	}
	c.y++;
	for (int i = 0; i < MARKS; i++, c.y++) {
		canvas_glyph(c.a, 0, c.y, marks[i].role, marks[i].glyph);
		canvas_put(c.a, 2, c.y, ROLE_TEXT, mark_said(i));
	}
	return c.y;
}

static void draw_help(struct area a)
{
	enum { WIDTH = 74 };
	int width = a.width < WIDTH ? a.width : WIDTH;
	int height = put_help(area_part(a, 0, 0, width - 4, AREA_REST), false) + 2;
	if (height > a.height)
		height = a.height;
	struct area box = area_part(a, (a.width - width) / 2, (a.height - height) / 2, width, height);
	canvas_blank(box);
	area_spot(box, 0, 0, AREA_REST, AREA_REST, POINT_CARD, 0);
	put_help(area_part(canvas_box(box, &(struct frame){ .title = spoken("Help", "帮助"), .focus = true }), 1, 0, -1, AREA_REST), true);
}

/* ---- all ---- */

/* As wide as the longest title needs, within what leaves room for the card. */
static int list_width(const struct canvas *c, const struct page *p)
{
	int width = LIST_LEAST, most = c->width / 5 * 2;
	for (int i = 0; i < p->count; i++) {
		int needs = canvas_cells(c, *p->all[i].title ? p->all[i].title : p->all[i].name) + 8;
		width = needs > width ? needs : width;
	}
	most = most > LIST_MOST ? LIST_MOST : most;
	return c->width < NARROW ? c->width : width > most ? most : width;
}

void page_draw(struct canvas *c, struct page *p)
{
	struct area a = canvas_area(c), room = area_part(a, 0, 1, AREA_REST, -1);
	int width = list_width(c, p);
	canvas_clear(c);
	if (c->height < LOWEST) {
		canvas_fit(a, 0, 0, a.width, ROLE_WARNING, spoken("forklore: the terminal is too small", "forklore：终端太小"));
		return;
	}
	draw_header(area_part(a, 0, 0, AREA_REST, 1), p);
	draw_list(area_part(room, 0, 0, width, AREA_REST), p);
	if (width < c->width)
		draw_right(area_part(room, width, 0, AREA_REST, AREA_REST), p);
	if (p->helps)
		draw_help(room);
	draw_footer(area_part(a, 0, c->height - 1, AREA_REST, 1), p);
}
