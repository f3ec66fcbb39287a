/* The browser's loop: what the keys do. What they do outside of it, its host does. */
#include "ui/browser/browser.h"
#include <ctype.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "sim/base/arena.h"
#include "sim/base/say.h"
#include "ui/browser/page.h"
#include "ui/browser/point.h"
#include "ui/dashboard/screen.h"

/* Milliseconds: how often the viewer's own file is checked; without a descriptor that says so, how soon a request to end is heard. */
enum { GLANCE = 500, PATIENCE = 2000 };

struct browser {
	const struct browser_host *host;
	const struct browser_wish *wish;
	struct screen *screen;
	struct canvas canvas;
	struct page page;
	int64_t changed;                /* when the selected file was written last */
	const char *refused;            /* why the screen could not be taken again */
	bool quits;
};

/* ---- what is found ---- */

const struct browsed *page_selected(const struct page *p)
{
	return p->selected >= 0 ? &p->all[p->row[p->selected].at] : NULL;
}

static bool has_word(const struct browsed *b, const char *word)
{
	return strcasestr(b->name, word) || strcasestr(b->title, word) || strcasestr(b->about, word) || strcasestr(b->topic, word) ||
	       strcasestr(b->also, word);
}

static bool begins_word(const char *text, const char *word)
{
	for (const char *at = text; (at = strcasestr(at, word)); at++)
		if (at == text || !isalnum((unsigned char)at[-1]))
			return true;
	return false;
}

static bool is_called(const struct browsed *b, const char *word)
{
	return begins_word(b->name, word) || begins_word(b->title, word);
}

/* Each of the words is there in this way. */
static bool is_found(const struct browsed *b, const char *words, bool (*there)(const struct browsed *, const char *word))
{
	bool found = true;
	char *copy = must_have(strdup(words)), *rest = copy;
	for (char *word; found && (word = strtok_r(rest, " ", &rest));)
		found = there(b, word);
	free(copy);
	return found;
}

static void add_row(struct page *p, const struct browsed *b)
{
	const struct browsed *before = p->rows ? &p->all[p->row[p->rows - 1].at] : NULL;
	if (!before || strcmp(before->topic, b->topic))
		p->row[p->rows++] = (struct row){ .heading = b->topic };
	p->row[p->rows++] = (struct row){ .at = (int)(b - p->all) };
}

/* Selected is the one of that name, else the first that is called so, not the first that has the letters somewhere. */
void page_find(struct page *p, const char *name)
{
	enum { NONE, FOUND, CALLED, NAMED } best = NONE;
	p->row = must_have(realloc(p->row, (2 * (size_t)p->count + 1) * sizeof *p->row));
	p->rows = 0;
	p->selected = -1;
	for (int i = 0; i < p->count; i++) {
		if (!is_found(&p->all[i], p->words, has_word))
			continue;
		add_row(p, &p->all[i]);
		int is = name && !strcmp(p->all[i].name, name) ? NAMED : is_found(&p->all[i], p->words, is_called) ? CALLED : FOUND;
		if (is <= (int)best)
			continue;
		best = is;
		p->selected = p->rows - 1;
	}
	p->card_top = 0;
}

/* The same scenario stays selected, if it is still there. */
static void shelf_again(struct browser *b, const char *name)
{
	struct page *p = &b->page;
	const struct browsed *s = page_selected(p);
	char *kept = name || s ? must_have(strdup(name ? name : s->name)) : NULL;
	p->all = b->host->shelf(b->host->arg, &p->count);
	p->previewed = NULL;
	page_find(p, kept);
	free(kept);
}

static void move(struct page *p, int by)
{
	int to = p->selected, step = by < 0 ? -1 : 1;
	for (int left = abs(by); left && p->selected >= 0;) {
		to += step;
		if (to < 0 || to >= p->rows)
			break;
		if (p->row[to].heading)
			continue;
		p->selected = to;
		left--;
	}
	p->card_top = 0;
}

/* ---- errands ---- */

static void notice(struct browser *b, const char *what)
{
	text_clear(&b->page.notice);
	text_put(&b->page.notice, what);
}

const char *key_unknown(int key)
{
	return key >= ' ' && key < PRESS_UP ? spoken("This key does nothing here; ? shows all keys.", "这个按键在这里没有作用；按 ? 查看所有按键。") : "";
}

static bool take_screen(struct browser *b)
{
	const char *color = b->wish->color;
	int theme = theme_find(b->wish->theme);
	enum screen_error error;
	struct screen_wish wish = {
		.theme = theme >= 0 ? (enum theme_id)theme : THEME_AUTO,
		.colour = !strcmp(color, "always") ? WHEN_ALWAYS : !strcmp(color, "never") ? WHEN_NEVER : WHEN_AUTO,
	};
	b->screen = screen_open(&wish, &error);
	if (!b->screen) {
		b->refused = screen_error_text(error);
		b->quits = true;
	}
	return b->screen != NULL;
}

/* From one to the next, as the viewer wishes. */
static void go(struct browser *b, enum errand errand)
{
	const struct browsed *s = page_selected(&b->page);
	const char *refused = NULL, *name = s ? s->name : NULL, *last = name;
	if (!s)
		return;
	screen_close(b->screen);
	for (; name && !refused && !b->wish->ends(); errand = ERRAND_PLAY) {
		last = name;
		name = b->host->errand(b->host->arg, name, errand, &refused);
	}
	if (!take_screen(b))
		return;
	canvas_free(&b->canvas);
	canvas_init(&b->canvas, 0, 0, screen_ascii(b->screen));
	shelf_again(b, last);
	if (refused)
		notice(b, refused);
}

static void copy(struct browser *b, const struct browsed *s)
{
	const char *refused = NULL, *name = b->host->copy(b->host->arg, s->name, &refused);
	if (name) {
		struct text t = { 0 };
		text_print(&t, spoken("%s is yours now: e edits it", "%s 现在是您的文件：按 e 编辑"), name);
		b->page.words[0] = '\0';
		shelf_again(b, name);
		notice(b, text_is(&t));
		text_free(&t);
	} else {
		notice(b, refused);
	}
}

/* What is of the library is copied first. */
static void edit(struct browser *b)
{
	if (!page_selected(&b->page)->own)
		copy(b, page_selected(&b->page));
	if (page_selected(&b->page)->own)
		go(b, ERRAND_EDIT);
}

/* The first in the order of the list, behind the selected one, that was never seen. */
static void next_lesson(struct browser *b)
{
	struct page *p = &b->page;
	p->words[0] = '\0';
	page_find(p, page_selected(p) ? page_selected(p)->name : NULL);
	for (int i = 1; i <= p->rows; i++) {
		int at = (p->selected + i) % p->rows;
		if (p->row[at].heading || p->all[p->row[at].at].progress || p->all[p->row[at].at].own)
			continue;
		p->selected = at;
		p->card_top = 0;
		return;
	}
	notice(b, spoken("You have seen all of them.", "全部都看过了。"));
}

/* ---- keys ---- */

/* false: it means what it means otherwise. */
static bool search_key(struct page *p, int key)
{
	if (key == PRESS_ENTER) {
		p->searches = false;
		return true;
	}
	if (key >= ' ' && key < PRESS_UP && key != PRESS_BACKSPACE)
		letter_type(p->words, sizeof p->words, key);
	else if (!letters_erase(p->words, key))
		return false;
	page_find(p, NULL);
	return true;
}

static void escape(struct page *p)
{
	const struct browsed *s = page_selected(p);
	p->searches = false;
	p->words[0] = '\0';
	page_find(p, s ? s->name : NULL);
}

/* Those that need a scenario. */
static void key_on(struct browser *b, int key)
{
	struct page *p = &b->page;
	const struct browsed *s = page_selected(p);
	if (!s)
		return;
	switch (key) {
	case PRESS_ENTER: s->exercise ? go(b, ERRAND_LEARN) : s->wrong ? notice(b, spoken("It has errors: e edits it.", "有错误：按 e 编辑。")) : go(b, ERRAND_PLAY); break;
	case 'x':         s->wrong ? notice(b, spoken("It has errors: e edits it.", "有错误：按 e 编辑。")) : go(b, ERRAND_EXPLORE); break;
	case 'a':         s->wrong ? notice(b, spoken("It has errors: e edits it.", "有错误：按 e 编辑。")) : go(b, ERRAND_QUIZ); break;
	case 'c':         copy(b, s); break;
	case 'e':         edit(b); break;
	default:          notice(b, key_unknown(key)); break;
	}
}

static void key_press(struct browser *b, int key)
{
	struct page *p = &b->page;
	text_clear(&p->notice);
	if (p->helps && key != PRESS_RESIZE) {
		p->helps = false;
		return;
	}
	if (p->searches && search_key(p, key))
		return;
	switch (key) {
	case PRESS_UP: case 'k':   move(p, -1); break;
	case PRESS_DOWN: case 'j': move(p, 1); break;
	case PRESS_PAGE_UP:        move(p, -p->height); break;
	case PRESS_PAGE_DOWN:      move(p, p->height); break;
	case PRESS_HOME:           move(p, -p->rows); break;
	case PRESS_END:            move(p, p->rows); break;
	case PRESS_LEFT:           p->card_top -= p->card_top > 0; break;
	case PRESS_RIGHT:          p->card_top += p->card_top < p->card_lines; break;
	case PRESS_ESCAPE:         escape(p); break;
	case '/':                  p->searches = true; break;
	case '?': case PRESS_F1:   p->helps = true; break;
	case 'n':                  next_lesson(b); break;
	case 'q': case PRESS_HANGUP: b->quits = true; break;
	case PRESS_REDRAW:         screen_redraw(b->screen); break;
	default:                   key_on(b, key); break;
	}
}

/* ---- the mouse ---- */

static void click(struct browser *b, const struct spot *spot)
{
	struct page *p = &b->page;
	bool key = spot && spot->what == POINT_KEY, row = spot && spot->what == POINT_ROW && spot->n < p->rows && !p->row[spot->n].heading;
	if (p->helps)
		key_press(b, PRESS_ESCAPE);             /* which puts it away */
	else if (key || (row && p->selected == spot->n))
		key_press(b, key ? (int)spot->n : PRESS_ENTER);
	else if (row) {
		p->selected = (int)spot->n;
		p->card_top = 0;
		p->searches = false;
	}
}

/* The wheel scrolls the card under it; else it moves in the list. */
static void mouse(struct browser *b, int press)
{
	int x, y;
	screen_mouse_at(b->screen, &x, &y);
	bool up = press == PRESS_WHEEL_UP, text = canvas_spot_of(&b->canvas, x, y, POINT_TEXT);
	if (press == PRESS_CLICK)
		click(b, canvas_spot_at(&b->canvas, x, y));
	else if ((up || press == PRESS_WHEEL_DOWN) && !b->page.helps)
		key_press(b, text ? up ? PRESS_LEFT : PRESS_RIGHT : up ? PRESS_UP : PRESS_DOWN);
}

/* ---- the loop ---- */

/* A file that an editor elsewhere has written is read again. */
static void look_at_file(struct browser *b, bool *own)
{
	const struct browsed *s = page_selected(&b->page);
	*own = s && s->own;
	int64_t changed = *own ? b->host->changed(b->host->arg, s->name) : 0;
	if (changed != b->changed && changed && b->changed)
		shelf_again(b, NULL);
	b->changed = changed;
}

static void draw(struct browser *b)
{
	int width, height;
	screen_size(b->screen, &width, &height);
	if (width != b->canvas.width || height != b->canvas.height)
		canvas_resize(&b->canvas, width, height);
	page_draw(&b->canvas, &b->page);
	screen_show(b->screen, &b->canvas);
}

/* Requests are polled for, too: a signal that comes after they were asked for, and before the wait, does not wait for a key. */
static int key_or_request(struct browser *b, int timeout)
{
	struct pollfd p[] = { { .fd = screen_fd(b->screen), .events = POLLIN }, { .fd = b->wish->heard, .events = POLLIN } };
	int key = screen_key(b->screen, 0);
	if (key != PRESS_NONE)
		return key;
	return poll(p, 2, timeout) > 0 && p[0].revents ? screen_key(b->screen, 0) : PRESS_NONE;
}

static void loop(struct browser *b)
{
	const char *selected = NULL;
	bool own;
	while (!b->quits && !b->wish->ends()) {
		const struct browsed *s = page_selected(&b->page);
		if (!s || s->name != selected)
			b->changed = 0;
		selected = s ? s->name : NULL;
		look_at_file(b, &own);
		draw(b);
		int key = key_or_request(b, own ? GLANCE : PATIENCE);
		if (is_mouse(key))
			mouse(b, key);
		else if (key != PRESS_NONE)
			key_press(b, key);
		if (!b->quits && b->wish->stops())
			screen_suspend(b->screen);
	}
}

bool browser_run(const struct browser_host *host, const struct browser_wish *wish, const char **why)
{
	struct browser b = { .host = host, .wish = wish, .page = { .host = host, .selected = -1 } };
	shelf_again(&b, NULL);
	if (take_screen(&b)) {
		canvas_init(&b.canvas, 0, 0, screen_ascii(b.screen));
		canvas_init(&b.page.preview, 0, 0, screen_ascii(b.screen));
		loop(&b);
		screen_close(b.quits && b.refused ? NULL : b.screen);
	}
	canvas_free(&b.canvas);
	canvas_free(&b.page.preview);
	free(b.page.row);
	text_free(&b.page.notice);
	*why = b.refused;
	return !b.refused;
}
