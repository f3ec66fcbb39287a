/* Typed lines become keys, what changes becomes lines. A panel or a card is drawn on a canvas that is as high as it needs, and
 * printed without its frame. */
#include "ui/dashboard/linear.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "sim/base/output.h"
#include "ui/dashboard/canvas_write.h"
#include "ui/dashboard/keys.h"
#include "ui/dashboard/screen.h"

enum { WIDTH = 78, HIGHEST = 400, KEYS = 64, LINE = 400, STORY_ROWS = 20, CHOICES_KEPT = 512 };

/* Why a policy chose as it did, before the action behind so many. */
struct reason { uint64_t after; char text[WHY]; };

struct linear {
	struct listener listener;       /* first: of choices */
	bool explains;                  /* each of them is printed */
	struct reason *reason;          /* the last ones: a ring; or NULL */
	uint64_t reasons, given;        /* how many there were, and so many of them have been printed */
	char line[LINE + 1], last[LINE + 1];    /* being typed; the one before, which an empty line repeats */
	size_t length;
	bool over;                      /* the input has ended */
	int key[KEYS], keys, taken;     /* typed, and not taken yet */
	bool answers;                   /* a line has been typed: how it stands is to be said, even if nothing has changed */
	struct text said;               /* what is to be printed before anything else */
	const struct view *view;        /* whose sentences have been printed, */
	uint64_t told;                  /* so many of them */
	uint64_t step;                  /* of the moment that was shown last */
	bool was_past;
	struct text state;              /* as it was said last */
	enum cover cover;
	enum question question;
	enum panel_id focus;
	bool searches;                  /* for what can still happen: what it finds is printed when it is over */
	bool began;
	struct canvas canvas;
};

static void hear(struct listener *listener, const struct play *y, const struct news *n)
{
	struct linear *l = (struct linear *)listener;
	if (n->kind == NEWS_BEGIN)
		l->reasons = l->given = 0;
	if (n->kind != NEWS_CHOICE)
		return;
	struct reason *r = &l->reason[l->reasons++ % CHOICES_KEPT];
	r->after = y->at->steps;
	view_why(r->text, y, n);
}

struct listener *linear_hears(struct linear *l, struct listener *also)
{
	l->listener.next = also;
	return &l->listener;
}

struct linear *linear_open(bool explains)
{
	struct linear *l = must_have(calloc(1, sizeof *l));
	l->listener.hear = hear;
	l->explains = explains;
	l->reason = must_have(calloc(CHOICES_KEPT, sizeof *l->reason));
	canvas_init(&l->canvas, WIDTH, HIGHEST, screen_few_letters(isatty(STDOUT_FILENO)) != NULL);
	return l;
}

void linear_close(struct linear *l)
{
	if (!l)
		return;
	text_free(&l->said);
	text_free(&l->state);
	canvas_free(&l->canvas);
	free(l->reason);
	free(l);
}

int linear_fd(const struct linear *l)
{
	return l->over ? -1 : STDIN_FILENO;
}

/* ---- what is typed ---- */

static void add_key(struct linear *l, int key)
{
	if (l->keys < KEYS)
		l->key[l->keys++] = key;
}

/* The number that a word is, or -1. */
static int64_t number_of(const char *word)
{
	int64_t n = 0;
	if (!*word || strlen(word) > 9)
		return -1;
	for (const char *c = word; *c; c++) {
		if (*c < '0' || *c > '9')
			return -1;
		n = n * 10 + *c - '0';
	}
	return n;
}

static void add_number(struct linear *l, int64_t n)
{
	char digits[24];
	snprintf(digits, sizeof digits, "%lld", (long long)n);
	for (const char *c = digits; *c; c++)
		add_key(l, *c);
}

static int named_key(const char *word)
{
	static const struct { const char *word; int key; } names[] = {
		{ "enter", PRESS_ENTER }, { "回车", PRESS_ENTER }, { "esc", PRESS_ESCAPE }, { "escape", PRESS_ESCAPE }, { "space", ' ' }, { "空格", ' ' },
		{ "tab", PRESS_TAB }, { "backspace", PRESS_BACKSPACE }, { "pgup", PRESS_PAGE_UP }, { "pgdn", PRESS_PAGE_DOWN },
		{ "home", PRESS_HOME }, { "f1", PRESS_F1 }, { "f9", PRESS_F9 }, { "f10", PRESS_F10 },
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcasecmp(names[i].word, word))
			return names[i].key;
	return PRESS_NONE;
}

/* What those are called in Chinese that have no label on the screen. */
static const char *chinese_name(const struct key_row *k)
{
	static const struct { const char *id, *name; } names[] = {
		{ "choose_number", "数字" }, { "choose", "选择" }, { "branch_here", "分支" }, { "next", "下一个" }, { "challenge", "挑战" }, { "hint", "提示" },
		{ "predict", "提问" }, { "predictions", "得分" }, { "explore", "完整探索" }, { "earlier", "上一分支" }, { "branches", "各分支" },
		{ "signal", "信号" }, { "policy", "算法" }, { "more", "增加" }, { "fewer", "减少" }, { "usual_speed", "常速" }, { "palette", "命令" },
		{ "copy", "分享" }, { "filter", "筛选" }, { "up", "上" }, { "down", "下" }, { "left", "左" }, { "right", "右" }, { "page_up", "上一页" },
		{ "page_down", "下一页" }, { "home", "开头" }, { "end", "末尾" }, { "last_panel", "上一面板" }, { "panel", "面板号" }, { "hide", "隐藏" },
		{ "larger", "调高" }, { "smaller", "调矮" }, { "arrange", "布局" }, { "follow", "跟随" }, { "restart_now", "重新开始" },
		{ "reseed_now", "换种子" }, { "projector", "投影" }, { "redraw", "重画" }, { "mouse", "鼠标" }, { "quit_now", "立即退出" },
	};
	for (size_t i = 0; i < sizeof names / sizeof *names && !*k->label_zh; i++)
		if (!strcmp(names[i].id, k->id))
			return names[i].name;
	return k->label_zh;
}

/* By its key; "next_lesson" as "next lesson" or "next-lesson"; or by its label in either language. */
static bool is_called(const struct key_row *k, const char *word)
{
	char id[40];
	for (int i = 0; i < PRESSES && word[0] && !word[1]; i++)
		if (k->press[i] == word[0])
			return true;
	snprintf(id, sizeof id, "%s", k->id);
	for (char *c = id; *c; c++)
		*c = *c == '_' ? ' ' : *c;
	if (!strcasecmp(id, word) || (*k->label && !strcasecmp(k->label, word)) || !strcmp(chinese_name(k), word))
		return true;
	for (char *c = id; *c; c++)
		*c = *c == ' ' ? '-' : *c;
	return !strcasecmp(id, word);
}

/* One that does something now goes before one that would otherwise. */
static const struct key_row *row_called(const struct show *s, const char *word)
{
	const struct key_row *found = NULL;
	for (int i = 0; i < key_count; i++) {
		if (!key_rows[i].press[0] || !is_called(&key_rows[i], word))
			continue;
		if (key_works(s, &key_rows[i]))
			return &key_rows[i];
		found = found ? found : &key_rows[i];
	}
	return found;
}

static bool is_panel(const struct show *s, enum panel_id id, const char *word)
{
	const char *name = word_in(false, panels[id]->name);
	return !strcasecmp(name, word) || !strcmp(say(s, panels[id]->name), word) || (strlen(word) > 3 && !strncasecmp(name, word, strlen(word)));
}

static bool type_panel(struct linear *l, const struct show *s, const char *word)
{
	for (enum panel_id id = 0; id < PANEL_COUNT; id++)
		if (id != PANEL_STILL && is_panel(s, id, word)) {
			add_key(l, panels[id]->key);
			l->focus = PANEL_COUNT;                 /* it is printed also if it has the focus already */
			return true;
		}
	return false;
}

/* A process, object or variable becomes the selected one. */
static bool type_name(struct show *s, const char *word)
{
	for (proc_id p = MAIN; p < s->g->processes; p++)
		if (!strcmp(title_of(s->g, p), word)) {
			s->selected = p;
			s->on_crowd = false;
			s->follows = false;
			s->focus = PANEL_PROCESSES;
			return true;
		}
	for (uint32_t i = 1; i < s->g->objects + s->g->shareds; i++) {  /* object 0 is nobody */
		bool object = i < s->g->objects;
		uint32_t n = object ? i : i - s->g->objects;
		if (!strcmp(object ? s->g->object[n].name : s->g->shared[n].name, word)) {
			s->thing = (struct subject){ object ? SUBJECT_OBJECT : SUBJECT_VARIABLE, n };
			s->focus = PANEL_OBJECTS;
			return true;
		}
	}
	return false;
}

/* "5s", "s", "3": as on the keyboard. */
static bool type_keys(struct linear *l, const char *line)
{
	size_t digits = strspn(line, "0123456789");
	uint32_t code = 0;
	int bytes = utf8_next(line + digits, &code);
	if ((!digits && !bytes) || line[digits + (size_t)bytes])
		return false;
	for (size_t i = 0; i < digits; i++)
		add_key(l, line[i]);
	if (bytes)
		add_key(l, (int)code);
	return true;
}

static void say_command(struct linear *l, const char *word, const char *key, const char *meaning)
{
	struct text called = { 0 };

	text_say(&called, *word ? SAY(IS_NOTED, word, key) : SAY(AS_IT_IS, key));
	text_put(&l->said, "  ");
	text_say(&l->said, SAY(IS_SAID_OF, text_is(&called), meaning));
	text_char(&l->said, '\n');
	text_free(&called);
}

static void say_commands(struct linear *l, const struct show *s, bool acting)
{
	for (int i = 0; i < key_count; i++) {
		const struct key_row *k = &key_rows[i];
		const char *word = s->zh ? chinese_name(k) : k->label;
		if (*k->meaning && key_acts_here(s, k) == acting)
			say_command(l, word, key_called(s, k->name), s->zh ? k->meaning_zh : k->meaning);
	}
}

/* Each of them once, by its word: those that act here and now first, as on the menu of keys. */
static void say_help(struct linear *l, const struct show *s)
{
	text_print(&l->said, "%s\n", say(s, WORD_LINEAR_HELP));
	say_commands(l, s, true);
	say_command(l, "", s->zh ? "理由" : "explain", say(s, WORD_LINEAR_REASON));
	text_print(&l->said, "%s\n", say(s, WORD_LINEAR_NOT_NOW));
	say_commands(l, s, false);
}

/* A word with a number before or behind it: "step 5", "5 step", "go -5". */
static bool type_command(struct linear *l, const struct show *s, const char *line)
{
	char copy[LINE + 1], *rest = copy;
	snprintf(copy, sizeof copy, "%s", line);
	const struct key_row *k = row_called(s, line);
	int64_t n = -1;
	if (!k) {
		char *word = strtok_r(rest, " ", &rest);
		n = number_of(word);
		k = row_called(s, n >= 0 ? rest : word);
		if (k && n < 0 && !strcmp(k->id, "go")) {
			add_key(l, k->press[0]);
			for (const char *c = rest; *c; c++)
				add_key(l, *c);
			add_key(l, PRESS_ENTER);
			return true;
		}
		if (k && n < 0)
			n = number_of(rest);
		if (n < 0)
			return false;
	}
	if (!k)
		return false;
	if (n >= 0)
		add_number(l, n);
	add_key(l, k->press[0]);
	return true;
}

static void say_unknown(struct linear *l, const struct show *s, const char *line)
{
	enum { SHOWN = 40 };
	struct text shown = { 0 };
	size_t length = strlen(line), n = 0;
	uint32_t code;
	while (n < length && n < SHOWN)
		n += (size_t)utf8_next(line + n, &code);
	text_shown(&shown, line, n);
	text_put(&shown, n < length ? glyph_text(l->canvas.ascii, GLYPH_ELLIPSIS) : "");
	put_filled(&l->said, s->zh, WORD_LINEAR_UNKNOWN, text_is(&shown));
	text_char(&l->said, '\n');
	text_free(&shown);
}

/* Why the process was chosen that has the CPU; in the past, the one that had it then. */
static void say_reason(struct linear *l, const struct show *s)
{
	uint64_t i = l->reasons, oldest = l->reasons > CHOICES_KEPT ? l->reasons - CHOICES_KEPT : 0;
	while (i > oldest && is_past(s) && l->reason[(i - 1) % CHOICES_KEPT].after >= s->y->at->steps)
		i--;
	if (i > oldest)
		text_print(&l->said, "   %s\n", l->reason[(i - 1) % CHOICES_KEPT].text);
	else
		text_print(&l->said, "%s\n", say(s, WORD_LINEAR_NO_REASON));
}

static void type_line(struct linear *l, struct show *s, const char *line)
{
	int key;
	s->prefix = 0;
	l->answers = true;
	if (s->question == QUESTION_STEP || s->question == QUESTION_DRAW || (s->question == QUESTION_PREDICT && named_key(line) == PRESS_NONE)) {
		for (const char *c = line; *c; c++)
			add_key(l, *c);
		if (s->question != QUESTION_PREDICT || !s->predict->now.choices)
			add_key(l, PRESS_ENTER);
	} else if (!strcasecmp(line, "help") || !strcmp(line, "帮助") || !strcmp(line, "?") || !strcmp(line, "h") || !strcasecmp(line, "f1")) {
		say_help(l, s);
	} else if (!strcasecmp(line, "explain") || !strcmp(line, "理由")) {
		say_reason(l, s);
	} else if ((key = named_key(line)) != PRESS_NONE) {
		add_key(l, key);
	} else if (type_name(s, line)) {
		l->focus = s->focus;            /* what is selected is asked for by the next command */
	} else if (!type_panel(l, s, line) && !type_keys(l, line) && !type_command(l, s, line)) {
		say_unknown(l, s, line);
	}
}

/* Letters and marks as an input method writes them mean the plain ones. */
static void take_line(struct linear *l, struct show *s)
{
	struct text t = { 0 };
	for (const char *c = l->line; *c;) {
		uint32_t code;
		c += utf8_next(c, &code);
		text_code(&t, code == 0x3000 || code == '\t' ? ' ' : code >= 0xff01 && code <= 0xff5e ? code - 0xff01 + '!' : code);
	}
	const char *line = text_is(&t) + strspn(text_is(&t), " ");
	size_t length = strlen(line);
	while (length && (line[length - 1] == ' ' || line[length - 1] == '\r'))
		length--;
	if (length)
		snprintf(l->last, sizeof l->last, "%.*s", (int)(length > LINE ? LINE : length), line);
	if (*l->last)
		type_line(l, s, l->last);
	l->length = 0;
	text_free(&t);
}

/* One line at a time: what it does is printed before the next one is taken. */
static bool read_line(struct linear *l)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	while (poll(&p, 1, 0) > 0) {
		char c;
		ssize_t n = read(STDIN_FILENO, &c, 1);
		if (n <= 0)
			l->over |= n == 0 || errno != EINTR;
		else if (c != '\n' && l->length < LINE)
			l->line[l->length++] = c;
		l->line[l->length] = '\0';
		if (l->over || (n == 1 && c == '\n'))
			return !l->over || l->length;
	}
	return false;
}

bool linear_answers(const struct linear *l)
{
	return l->answers || !l->began;
}

int linear_key(struct linear *l, struct show *s)
{
	if (l->taken < l->keys)
		return l->key[l->taken++];
	l->keys = l->taken = 0;
	if (linear_answers(l))
		return PRESS_NONE;
	l->over |= output_error(false) != 0;    /* nobody sees what would come of a line */
	if (!l->over && read_line(l)) {
		take_line(l, s);
		return l->taken < l->keys ? l->key[l->taken++] : PRESS_NONE;
	}
	return l->over ? 'Q' : PRESS_NONE;
}

/* ---- what is printed ---- */

static bool is_frame(uint32_t code)
{
	return code >= 0x2500 && code <= 0x257f;
}

/* A line of the canvas without the frame at its ends; "" if it is a part of the frame. Blanks before it stay, so that columns do. */
static void put_row(struct text *out, const struct canvas *c, int y)
{
	int from = 0, to = c->width;
	for (int x = 0; x < to && (canvas_at(c, x, y)->code == ' ' || is_frame(canvas_at(c, x, y)->code)); x++)
		from = is_frame(canvas_at(c, x, y)->code) ? x + 1 : from;
	while (to > from && (canvas_at(c, to - 1, y)->code == ' ' || is_frame(canvas_at(c, to - 1, y)->code)))
		to--;
	for (int x = from; x < to; x++)
		cell_text(canvas_at(c, x, y), out);
}

static void print_rows(const struct canvas *c)
{
	struct text t = { 0 };
	for (int y = 0; y < c->height; y++) {
		text_clear(&t);
		put_row(&t, c, y);
		if (t.length)
			printf("  %s\n", t.at);
	}
	text_free(&t);
}

static void print_panel(struct linear *l, struct show *s, enum panel_id id)
{
	int rows = panels[id]->wish(s, WIDTH);
	rows = id == PANEL_STORY || id == PANEL_OUTPUT || rows < 1 ? STORY_ROWS : rows > HIGHEST ? HIGHEST : rows;
	canvas_resize(&l->canvas, WIDTH, rows);
	printf(spoken("%s:\n", "%s：\n"), say(s, panels[id]->name));
	show_draw_part(&l->canvas, s, id);
	print_rows(&l->canvas);
}

static void print_card(struct linear *l, struct show *s)
{
	canvas_resize(&l->canvas, WIDTH + 4, HIGHEST);
	show_draw_part(&l->canvas, s, PANEL_COUNT);
	print_rows(&l->canvas);
}

static void print_tale(const struct show *s, const struct tale *t)
{
	struct text clock = { 0 }, shown = { 0 }, attention = { 0 };
	story_clock(&clock, t->time);
	text_shown(&shown, text_is(&t->text), t->text.length);
	put_filled(&attention, s->zh, WORD_ATTENTION, text_is(&shown));
	if (t->kind == TALE_STEP)
		printf("%llu  %s  %s\n", (unsigned long long)t->n, text_is(&clock), text_is(&shown));
	else if (t->kind == TALE_ALARM)
		printf("%s\n", text_is(&attention));
	else
		printf("   %s\n", text_is(&shown));
	text_free(&attention);
	text_free(&clock);
	text_free(&shown);
}

/* Those before that action. */
static void print_reasons(struct linear *l, uint64_t n)
{
	if (l->given + CHOICES_KEPT < l->reasons)
		l->given = l->reasons - CHOICES_KEPT;
	for (; l->explains && l->given < l->reasons && l->reason[l->given % CHOICES_KEPT].after < n; l->given++)
		printf("   %s\n", l->reason[l->given % CHOICES_KEPT].text);
}

/* The sentences that have come; where the past is shown, that of its last action. */
static void print_news(struct linear *l, const struct show *s)
{
	const struct view *v = s->v;
	uint64_t from = l->view == v ? l->told : 0, oldest = view_oldest(v->tales, TALES, v->first_tale);
	if (is_past(s)) {
		if (s->y->at->steps != l->step || !l->was_past)
			for (uint64_t i = oldest; i < v->tales; i++)
				if (v->tale[i % TALES].kind == TALE_STEP && v->tale[i % TALES].n == s->y->at->steps)
					print_tale(s, &v->tale[i % TALES]);
		return;
	}
	if (from > v->tales)
		from = 0;                       /* it began anew */
	if (from < oldest)
		printf("...\n");
	for (uint64_t i = from < oldest ? oldest : from; i < v->tales; i++) {
		print_reasons(l, v->tale[i % TALES].n);
		print_tale(s, &v->tale[i % TALES]);
	}
	l->view = v;
	l->told = v->tales;
}

/* The word says the same as the sign before it. */
static const char *without_sign(const struct canvas *c, const char *state)
{
	static const enum glyph signs[] = { GLYPH_PAUSED, GLYPH_PLAYING, GLYPH_HERE };
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		const char *sign = glyph_text(c->ascii, signs[i]);
		if (!strncmp(state, sign, strlen(sign)))
			state += strlen(sign);
	}
	return state + strspn(state, " ");
}

static void print_state(struct linear *l, const struct show *s, bool always)
{
	struct strip t = { 0 };
	show_state(s, &l->canvas, &t);
	const char *state = without_sign(&l->canvas, text_is(&t.text));
	size_t length = strlen(state);
	while (length && state[length - 1] == ' ')
		length--;
	if (always || strcmp(state, text_is(&l->state))) {
		struct text clock = { 0 };
		story_clock(&clock, s->y->at->now);
		struct text line = { 0 }, word = { 0 };
		text_add(&word, state, length);
		put_filled(&line, s->zh, WORD_LINEAR_STATE, text_is(&word), (int64_t)s->y->at->steps, text_is(&clock));
		puts(text_is(&line));
		text_free(&line);
		text_free(&word);
		text_free(&clock);
	}
	text_clear(&l->state);
	text_put(&l->state, state);
	strip_free(&t);
}

/* A question about the next action, or what the answer to it was. */
static void print_prediction(struct linear *l, struct show *s)
{
	canvas_resize(&l->canvas, WIDTH, STORY_ROWS);
	if (predict_draw(canvas_area(&l->canvas), s))
		print_rows(&l->canvas);
}

/* The processes that may be chosen, or what is asked. */
static void print_question(struct linear *l, struct show *s)
{
	print_prediction(l, s);
	if (is_asked(s) && !s->cover)
		print_panel(l, s, PANEL_PROCESSES);
	if (s->question || (key_situation(s) & (WAY | KILLING))) {
		canvas_resize(&l->canvas, WIDTH, 1);
		footer_draw(canvas_area(&l->canvas), s);
		print_rows(&l->canvas);
	}
}

void linear_tell(struct linear *l, struct show *s)
{
	bool anew = !l->began || s->cover != l->cover, answers = l->answers, searches = s->still.open && !still_is_over(&s->still);
	enum panel_id focus = l->focus;
	canvas_resize(&l->canvas, 2 * WIDTH, 2 * STORY_ROWS);
	show_draw(&l->canvas, s);               /* what is gathered for the panels */
	fputs(text_is(&l->said), stdout);
	text_clear(&l->said);
	print_news(l, s);
	if (s->notice.length)
		printf("%s\n", text_is(&s->notice));
	if (s->cover && anew)
		print_card(l, s);
	else if (s->focus != focus && l->began)
		print_panel(l, s, s->focus);
	else if (s->still.open && l->searches && !searches)
		print_panel(l, s, PANEL_STILL);
	print_state(l, s, answers && !s->running);
	if (answers || !l->began || s->question != l->question)
		print_question(l, s);
	if (!l->began)
		printf("%s\n", say(s, WORD_LINEAR_BEGIN));
	text_clear(&s->notice);
	l->step = s->y->at->steps;
	l->was_past = is_past(s);
	l->cover = s->cover;
	l->question = s->question;
	l->focus = s->focus;
	l->searches = searches;
	l->began = true;
	l->answers = false;
	if (answers && isatty(STDIN_FILENO))
		fputs("> ", stdout);
	output_error(true);
}
