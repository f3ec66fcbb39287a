/* Drawing `forklore learn`: the list with a card, or the exercise that is open: its task, what is proved, how it breaks. */
#include "ui/browser/study.h"
#include <string.h>
#include "sim/base/say.h"
#include "ui/browser/point.h"
#include "ui/dashboard/press.h"

enum { LIST_LEAST = 30, LIST_MOST = 52, NARROW = 60, LOWEST = 10, WIDE = 110, BREAKS_LEAST = 5, VERDICT_WIDTH = 16 };

const struct study_key study_keys[] = {
#define KEY(key, ...) { key, __VA_ARGS__ },
#include "ui/browser/study.def"
#undef KEY
};
const int study_key_count = sizeof study_keys / sizeof *study_keys;

/* ---- how far ---- */

enum mark { MARK_SOLVED, MARK_BEGUN, MARK_NEW, MARKS };
static const struct { enum role role; enum glyph glyph; const char *word, *zh; } marks[MARKS] = {
	[MARK_SOLVED] = { ROLE_GOOD, GLYPH_CHECK, "solved", "已解决" },
	[MARK_BEGUN] = { ROLE_WARNING, GLYPH_FREE, "in progress", "进行中" },
	[MARK_NEW] = { ROLE_FAINT, GLYPH_DOT, "not begun", "未开始" },
};

static enum mark mark_of(const struct study *s)
{
	return s->solved ? MARK_SOLVED : s->begun ? MARK_BEGUN : MARK_NEW;
}

const char *study_stands(const struct study *s)
{
	return spoken(marks[mark_of(s)].word, marks[mark_of(s)].zh);
}

/* A message begins with the verdict, where it is one. */
void study_verdict(struct text *t, const struct checked *m)
{
	static const char wide[] = "：";
	size_t line = strcspn(m->message, "\n"), n = strcspn(m->message, ":");
	const char *colon = strstr(m->message, wide);
	if (colon && (size_t)(colon - m->message) < n)
		n = (size_t)(colon - m->message);
	if (n < line && utf8_cells(m->message, n) < VERDICT_WIDTH)
		text_add(t, m->message, n);
	else
		text_put(t, m->passed ? spoken("HOLDS", "成立") : spoken("BROKEN", "不成立"));
}

const char *study_question_asked(enum study_question q)
{
	return q == QUESTION_AFTER ? spoken("Now that it is solved: which of these are false for the program as it was given?", "解决之后：对练习的初始程序，下列哪些预期不成立？")
	                           : spoken("Before you begin: which of these are false for the program as it is given?", "开始之前：对练习的初始程序，下列哪些预期不成立？");
}

/* ---- paragraphs ---- */

struct card { struct area a; int y; };

static void paragraph(struct card *c, int indent, unsigned ink, const char *text)
{
	struct span s = { ink, text };
	c->y += canvas_wrap(c->a, c->y, indent, &s, 1);
}

/* Each line of it one, indented as it is. */
static void paragraphs(struct card *c, unsigned ink, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n"), blank = strspn(text, " ");
		struct text line = { 0 };
		struct card in = { area_part(c->a, (int)(blank < n ? blank : n), 0, AREA_REST, AREA_REST), c->y };
		text_add(&line, text + (blank < n ? blank : n), n - (blank < n ? blank : n));
		paragraph(&in, 2, ink, text_is(&line));
		c->y = in.y;
		text_free(&line);
		text += n + (text[n] == '\n');
	}
}

/* Nothing is drawn: how many lines would it be? */
static struct card measured(struct area a)
{
	return (struct card){ .a = area_part(a, 0, 0, AREA_REST, 0) };
}

/* ---- the list ---- */

static void draw_row(struct area a, int y, const struct study *s, bool selected)
{
	struct text points = { 0 };
	enum mark mark = mark_of(s);
	text_print(&points, "%lld/%lld", (long long)s->points, (long long)s->most);
	int right = canvas_cells(a.canvas, text_is(&points)), at = a.width - right - 1;
	if (selected) {
		canvas_ground(area_part(a, 0, y, AREA_REST, 1), ROLE_SELECTED);
		canvas_glyph(a, 0, y, ROLE_ACCENT, GLYPH_HERE);
		area_cursor(a, 0, y);
	}
	canvas_glyph(a, 2, y, marks[mark].role, marks[mark].glyph);
	canvas_fit(a, 4, y, at - 5, selected ? ROLE_TITLE : ROLE_TEXT, *s->title ? s->title : s->name);
	canvas_put(a, at, y, marks[mark].role, text_is(&points));
	text_free(&points);
}

static void scroll_list(struct study_page *p)
{
	if (p->selected >= p->top + p->height)
		p->top = p->selected - p->height + 1;
	if (p->selected < p->top)
		p->top = p->selected;
	if (p->top > p->count - p->height)
		p->top = p->count - p->height;
	if (p->top < 0)
		p->top = 0;
}

static void draw_list(struct area a, struct study_page *p)
{
	struct text more = { 0 };
	p->height = a.height - 2;
	scroll_list(p);
	if (p->top)
		text_put(&more, glyph_text(a.canvas->ascii, GLYPH_UP));
	if (p->count > p->top + p->height)
		text_put(&more, glyph_text(a.canvas->ascii, GLYPH_DOWN));
	struct area inner = canvas_box(a, &(struct frame){ .title = spoken("Exercises", "练习"), .note = more.length ? more.at : NULL, .focus = true });
	for (int y = 0; y < inner.height && p->top + y < p->count; y++)
		draw_row(inner, y, &p->all[p->top + y], p->top + y == p->selected);
	for (int y = 0; y < inner.height && p->top + y < p->count; y++)
		area_spot(inner, 0, y, AREA_REST, 1, POINT_ROW, p->top + y);
	text_free(&more);
}

void study_rules(struct text *t, const struct study *s)
{
	if (*s->may)
		text_print(t, spoken("You may change: %s.", "可以改动：%s。"), s->may);
	if (*s->barred)
		text_print(t, spoken(" Forbidden there: %s.", "其中禁止使用：%s。"), s->barred);
}

static void put_task(struct card *c, const struct study *s)
{
	struct text t = { 0 };
	paragraph(c, 0, ROLE_TEXT, s->task);
	study_rules(&t, s);
	if (t.length)
		paragraph(c, 0, ROLE_FAINT, text_is(&t));
	text_free(&t);
}

static void draw_card(struct area a, const struct study *s)
{
	struct area inner = area_part(canvas_box(a, &(struct frame){ .title = *s->title ? s->title : s->name }), 1, 0, -1, AREA_REST);
	struct card c = { inner, 0 };
	struct text t = { 0 };
	enum mark mark = mark_of(s);
	text_print(&t, "%s %s", glyph_text(a.canvas->ascii, marks[mark].glyph), study_stands(s));
	if (mark != MARK_NEW)
		text_print(&t, spoken("   best: %lld of %lld points", "   最好成绩：%lld / %lld 分"), (long long)s->points, (long long)s->most);
	paragraph(&c, 0, ROLE_FAINT, s->begun ? s->file : s->name);
	paragraph(&c, 0, marks[mark].role, text_is(&t));
	c.y++;
	if (*s->about) {
		paragraph(&c, 0, ROLE_TEXT, s->about);
		c.y++;
	}
	put_task(&c, s);
	text_free(&t);
}

/* ---- one that is open ---- */

static const char *next_letter(const char *s)
{
	do
		s++;
	while ((*s & 0xc0) == 0x80);
	return s;
}

/* What of a text is left where so many cells have been cut off at its front. */
static const char *tail_of(const struct canvas *c, const char *s, int cells)
{
	while (*s && canvas_cells(c, s) > cells)
		s = next_letter(s);
	return s;
}

/* Is there another one that begins as this one does, as far as there is room for it? */
static bool looks_alike(const struct canvas *c, const struct grade *e, const struct checked *m, int room)
{
	size_t n = (size_t)(tail_of(c, m->name, canvas_cells(c, m->name) - room) - m->name);
	for (size_t i = 0; i < e->checks; i++)
		if (&e->check[i] != m && !strncmp(e->check[i].name, m->name, n))
			return true;
	return false;
}

/* Cut at its end, or, where others begin as it does, in its first half, so that they can be told apart. */
static void put_name(struct area a, int x, int y, int room, unsigned ink, const struct grade *e, const struct checked *m)
{
	const char *tail = canvas_cells(a.canvas, m->name) > room && looks_alike(a.canvas, e, m, room / 2) ? tail_of(a.canvas, m->name, room * 2 / 3) : "";
	int cells = canvas_cells(a.canvas, tail);
	canvas_put(a, canvas_fit(a, x, y, room - cells, ink, m->name), y, ink, tail);
}

static int put_check(struct area a, int y, const struct grade *e, const struct checked *m, bool selected)
{
	struct text verdict = { 0 }, points = { 0 };
	study_verdict(&verdict, m);
	text_print(&points, "%lld/%lld", (long long)m->points, (long long)m->most);
	unsigned ink = m->passed ? ROLE_GOOD : ROLE_ERROR;
	if (selected) {
		canvas_ground(area_part(a, 0, y, AREA_REST, 1), ROLE_SELECTED);
		canvas_glyph(a, 0, y, ROLE_ACCENT, GLYPH_HERE);
		area_cursor(a, 0, y);
	}
	canvas_glyph(a, 2, y, ink, m->passed ? GLYPH_CHECK : GLYPH_CROSS);
	int x = canvas_put(a, 4, y, ink, text_is(&verdict)) + 2;
	x = x < 18 ? 18 : x;
	x = canvas_put(a, x, y, ROLE_FAINT, text_is(&points)) + 2;
	put_name(a, x, y, a.width - x - 1, selected ? ROLE_TITLE : ROLE_TEXT, e, m);
	text_free(&verdict);
	text_free(&points);
	return y + 1;
}

static void put_state(struct text *t, const struct study_page *p)
{
	const struct study *s = study_selected(p);
	const struct grade *e = p->grade;
	switch (p->file) {
	case STUDY_ABSENT:
		text_print(t, spoken("%s is not there: Enter copies the exercise again", "%s 不存在：按回车重新复制练习"), s->file);
		break;
	case STUDY_UNREADABLE:
		text_print(t, spoken("%s can't be read: %s", "无法读取 %s：%s"), s->file, p->problem ? p->problem : "");
		break;
	case STUDY_GRADING:
		text_put(t, spoken("every interleaving is explored ..", "正在探索全部交错执行次序……"));
		if (p->seconds)
			text_print(t, spoken(" %d s", " %d 秒"), p->seconds);
		break;
	case STUDY_GRADED:
		if (!e)
			break;
		if (e->fate == FATE_JUDGED && e->score == e->most)
			text_put(t, spoken("All points. n goes to the next exercise.", "满分。按 n 转到下一个练习。"));
		else if (e->fate == FATE_JUDGED)
			text_print(t, spoken("%lld of %lld points. Graded again whenever it is saved.", "%lld / %lld 分。每次保存后重新评测。"), (long long)e->score, (long long)e->most);
		else
			text_put(t, spoken("No points: it could not be judged.", "不得分：无法评测。"));
		break;
	}
}

static void put_proof(struct card *c, const struct study_page *p)
{
	const struct grade *e = p->grade;
	struct text t = { 0 };
	put_state(&t, p);
	bool full = p->file == STUDY_GRADED && e && e->fate == FATE_JUDGED && e->score == e->most;
	paragraph(c, 0, full ? ROLE_GOOD : p->file == STUDY_GRADING ? ROLE_ACCENT : ROLE_WARNING, text_is(&t));
	text_free(&t);
	int room = c->a.height - c->y, first = room > 0 && p->check >= room ? p->check - room + 1 : 0;    /* the selected one is in sight */
	for (size_t i = (size_t)first; e && e->fate == FATE_JUDGED && i < e->checks; i++) {
		int y = c->y;
		c->y = put_check(c->a, y, e, &e->check[i], (int)i == p->check);
		area_spot(c->a, 0, y, AREA_REST, c->y - y, POINT_ROW, (int64_t)i);
	}
}

static void put_hints(struct card *c, const struct study *s)
{
	for (int i = 0; i < s->shown && i < s->hints; i++) {
		struct text t = { 0 };
		text_print(&t, spoken("%d of %d  %s", "%d/%d  %s"), i + 1, s->hints, s->hint[i]);
		paragraph(c, 8, i == s->shown - 1 ? ROLE_TITLE : ROLE_TEXT, text_is(&t));
		text_free(&t);
	}
	if (!s->hints)
		paragraph(c, 0, ROLE_FAINT, spoken("This exercise has no hints.", "这个练习没有提示。"));
	else if (s->shown < s->hints)
		paragraph(c, 0, ROLE_FAINT, spoken("i shows the next one", "按 i 显示下一条"));
}

static const struct checked *check_shown(const struct study_page *p)
{
	const struct grade *e = p->grade;
	return e && e->fate == FATE_JUDGED && p->check >= 0 && (size_t)p->check < e->checks ? &e->check[p->check] : NULL;
}

static void put_breaks(struct card *c, const struct study_page *p)
{
	const struct checked *m = check_shown(p);
	const struct grade *e = p->grade;
	if (p->hints)
		put_hints(c, study_selected(p));
	else if (m) {
		paragraphs(c, ROLE_TEXT, m->message);
		if (e->reason && !m->passed && !m->most)
			paragraphs(c, ROLE_WARNING, e->reason);
	} else if (e && e->reason)
		paragraphs(c, ROLE_TEXT, e->reason);
}

static const char *breaks_title(const struct study_page *p)
{
	const struct checked *m = check_shown(p);
	return p->hints ? spoken("Hints", "提示") : m ? m->name : p->grade ? spoken("Why", "原因") : spoken("How it breaks", "反例");
}

/* What the key of the table's second row does here. */
static const char *breaks_note(const struct study_page *p)
{
	const struct checked *m = check_shown(p);
	return m && !p->hints && !m->passed ? spoken("Enter plays this counterexample", "按回车演示这个反例") : NULL;
}

/* As much of it as there is room for, from where it is scrolled to. */
static void draw_breaks(struct area a, struct study_page *p)
{
	struct area inner = area_part(canvas_box(a, &(struct frame){ .title = breaks_title(p), .note = breaks_note(p) }), 1, 0, -1, AREA_REST);
	area_spot(a, 0, 0, AREA_REST, AREA_REST, POINT_TEXT, 0);
	struct card all = measured(inner);
	put_breaks(&all, p);
	int hidden = all.y - inner.height;
	if (p->scrolled > hidden)
		p->scrolled = hidden > 0 ? hidden : 0;
	p->hidden = hidden - p->scrolled > 0 ? hidden - p->scrolled : 0;
	struct card c = { inner, -p->scrolled };
	put_breaks(&c, p);
	if (p->scrolled || p->hidden)
		canvas_print(a, a.width - 20 > 0 ? a.width - 20 : 0, a.height - 1, ROLE_FAINT, spoken(" PgUp/PgDn %s%d ", " PgUp/PgDn %s%d "),
		             glyph_text(a.canvas->ascii, p->hidden ? GLYPH_DOWN : GLYPH_UP), p->hidden ? p->hidden : p->scrolled);
}

static int lines_of(struct area a, void (*put)(struct card *, const struct study_page *), const struct study_page *p)
{
	struct card c = measured(area_part(a, 2, 1, -2, -1));
	put(&c, p);
	return c.y + 2;
}

static void put_task_of(struct card *c, const struct study_page *p)
{
	put_task(c, study_selected(p));
}

int study_breaks_width(int width)
{
	enum { FRAME = 4 };
	return (width >= WIDE ? width - width / 2 : width) - FRAME;
}

/* At the left, or above: the task, and below it what is proved; the rest is for how it breaks. */
static void draw_open(struct area a, struct study_page *p)
{
	const struct study *s = study_selected(p);
	bool wide = a.width >= WIDE;
	struct area left = wide ? area_part(a, 0, 0, a.width / 2, AREA_REST) : a;
	int least = wide ? 0 : BREAKS_LEAST, task = lines_of(left, put_task_of, p), proof = lines_of(left, put_proof, p);
	if (proof > left.height - least)
		proof = left.height - least;
	if (task > left.height - proof - least)
		task = left.height - proof - least;
	if (wide)
		proof = left.height - task;
	struct area box = area_part(left, 0, 0, AREA_REST, task);
	if (task > 2)
		put_task(&(struct card){ area_part(canvas_box(box, &(struct frame){ .title = spoken("Task", "任务") }), 1, 0, -1, AREA_REST), 0 }, s);
	else
		task = 0;
	struct frame f = { .title = spoken("Verdicts", "评测结果"), .note = s->file, .focus = true };
	box = area_part(left, 0, task, AREA_REST, proof);
	put_proof(&(struct card){ area_part(canvas_box(box, &f), 1, 0, -1, AREA_REST), 0 }, p);
	draw_breaks(wide ? area_part(a, left.width, 0, AREA_REST, AREA_REST) : area_part(a, 0, task + proof, AREA_REST, AREA_REST), p);
}

/* ---- a question ---- */

static void put_question(struct card *c, const struct study_page *p)
{
	const struct study *s = study_selected(p);
	paragraph(c, 0, ROLE_TITLE, study_question_asked(p->question));
	c->y++;
	for (int i = 0; i < s->claims; i++) {
		struct text t = { 0 };
		bool marked = p->marked >> i & 1;
		text_print(&t, "%s %d [%s] %s", i == p->at ? glyph_text(c->a.canvas->ascii, GLYPH_HERE) : " ", i + 1, marked ? "x" : " ", s->claim[i]);
		if (i == p->at)
			area_cursor(c->a, 0, c->y);
		int y = c->y;
		paragraph(c, 8, marked ? ROLE_TITLE : ROLE_TEXT, text_is(&t));
		area_spot(c->a, 0, y, AREA_REST, c->y - y, POINT_CLAIM, i);
		text_free(&t);
	}
	c->y++;
	paragraph(c, 0, ROLE_FAINT, spoken("A statement is false if even one order breaks it. Space marks it, Enter answers, Esc skips the question. It gives no points.",
	                                    "只要有一次执行违反，就不成立。空格标记，回车提交，Esc 跳过。不计分。"));
}

/* ---- help ---- */

static const char *key_named(const struct study_key *k)
{
	return spoken(k->name, k->key == PRESS_ENTER ? "回车" : k->key == ' ' ? "空格" : k->name);
}

static bool is_of_use(const struct study_key *k, const struct study_page *p)
{
	return p->question ? k->asked : p->opened ? k->open : k->list;
}

static void put_help(struct card *c, const struct study_page *p)
{
	for (int i = 0; i < study_key_count; i++) {
		const struct study_key *k = &study_keys[i];
		struct text t = { 0 };
		if (!is_of_use(k, p))
			continue;
		text_print(&t, "%s%*s%s", key_named(k), 7 - canvas_cells(c->a.canvas, key_named(k)), "", spoken(k->meaning, k->meaning_zh));
		paragraph(c, 7, ROLE_TEXT, text_is(&t));
		text_free(&t);
	}
	c->y++;
	for (int i = 0; i < MARKS && !p->question; i++, c->y++) {
		canvas_glyph(c->a, 0, c->y, marks[i].role, marks[i].glyph);
		canvas_put(c->a, 2, c->y, ROLE_TEXT, spoken(marks[i].word, marks[i].zh));
	}
}

/* In the middle, over everything else. */
static void draw_over(struct area a, const struct study_page *p, const char *title, void (*put)(struct card *, const struct study_page *))
{
	enum { WIDTH = 76 };
	int width = a.width < WIDTH ? a.width : WIDTH, height = lines_of(area_part(a, 0, 0, width, AREA_REST), put, p);
	if (height > a.height)
		height = a.height;
	struct area box = area_part(a, (a.width - width) / 2, (a.height - height) / 2, width, height);
	canvas_blank(box);
	area_spot(box, 0, 0, AREA_REST, AREA_REST, POINT_CARD, 0);
	put(&(struct card){ area_part(canvas_box(box, &(struct frame){ .title = title, .focus = true }), 1, 0, -1, AREA_REST), 0 }, p);
}

/* ---- first and last line ---- */

static void draw_header(struct area a, const struct study_page *p)
{
	int has[MARKS] = { 0 }, x;
	int64_t points = 0, most = 0;
	const struct study *s = study_selected(p);
	canvas_ground(a, ROLE_BAR);
	x = canvas_put(a, 1, 0, ROLE_TITLE, "forklore");
	x = canvas_put(a, x + 2, 0, ROLE_TEXT, spoken("learn", "练习"));
	for (int i = 0; i < p->count; i++) {
		has[mark_of(&p->all[i])]++;
		points += p->all[i].points;
		most += p->all[i].most;
	}
	if (p->opened && s) {
		canvas_fit(a, x + 2, 0, a.width - x - 3, ROLE_TITLE, *s->title ? s->title : s->name);
		return;
	}
	for (int i = 0; i < MARKS; i++) {
		x = canvas_glyph(a, x + 2, 0, marks[i].role, marks[i].glyph);
		x = canvas_print(a, x + 1, 0, ROLE_TEXT, "%d %s", has[i], spoken(marks[i].word, marks[i].zh));
	}
	struct text t = { 0 };
	text_print(&t, spoken("%lld of %lld points ", "%lld / %lld 分 "), (long long)points, (long long)most);
	canvas_right(a, x + 1, 0, a.width - x - 1, ROLE_TEXT, text_is(&t));
	text_free(&t);
}

/* Where the file is gone, Enter copies the exercise again. */
static const char *key_label(const struct study_key *k, const struct study_page *p)
{
	if (k->key == PRESS_ENTER && p->opened && p->file == STUDY_ABSENT)
		return spoken("copy", "复制");
	return spoken(k->label, k->label_zh);
}

static void draw_footer(struct area a, const struct study_page *p)
{
	int x = 1;
	canvas_ground(a, ROLE_BAR);
	if (p->notice.length) {
		canvas_fit(a, 1, 0, a.width - 2, ROLE_WARNING, text_is(&p->notice));
		return;
	}
	for (int i = 0; i < study_key_count; i++) {
		const struct study_key *k = &study_keys[i];
		const char *label = key_label(k, p), *name = key_named(k);
		int width = canvas_cells(a.canvas, name) + 1 + canvas_cells(a.canvas, label);
		if (!*label || !is_of_use(k, p) || x + width >= a.width)
			continue;
		area_spot(a, x, 0, width, 1, POINT_KEY, k->key);
		x = canvas_put(a, x, 0, ROLE_KEY, name);
		x = canvas_put(a, x + 1, 0, ROLE_KEY_LABEL, label) + 2;
	}
}

/* ---- all ---- */

static int list_width(const struct canvas *c, const struct study_page *p)
{
	int width = LIST_LEAST, most = c->width / 2;
	for (int i = 0; i < p->count; i++) {
		int needs = canvas_cells(c, *p->all[i].title ? p->all[i].title : p->all[i].name) + 14;
		width = needs > width ? needs : width;
	}
	most = most > LIST_MOST ? LIST_MOST : most;
	return c->width < NARROW ? c->width : width > most ? most : width;
}

static void draw_choice(struct area a, struct study_page *p)
{
	int width = list_width(a.canvas, p);
	draw_list(area_part(a, 0, 0, width, AREA_REST), p);
	if (width < a.width && p->count)
		draw_card(area_part(a, width, 0, AREA_REST, AREA_REST), study_selected(p));
}

void study_draw(struct canvas *c, struct study_page *p)
{
	struct area a = canvas_area(c), room = area_part(a, 0, 1, AREA_REST, -1);
	canvas_clear(c);
	if (c->height < LOWEST) {
		canvas_fit(a, 0, 0, a.width, ROLE_WARNING, spoken("forklore: the terminal is too small", "forklore：终端太小"));
		return;
	}
	draw_header(area_part(a, 0, 0, AREA_REST, 1), p);
	if (p->opened)
		draw_open(room, p);
	else
		draw_choice(room, p);
	if (p->question)
		draw_over(room, p, spoken("A question", "提问"), put_question);
	if (p->helps)
		draw_over(room, p, spoken("Help", "帮助"), put_help);
	draw_footer(area_part(a, 0, c->height - 1, AREA_REST, 1), p);
}
