/* learn: the exercises on a screen. What the keys do. */
#include "ui/cli/learn.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ui/browser/browser.h"
#include "ui/browser/point.h"
#include "ui/cli/errands.h"
#include "ui/dashboard/dashboard.h"
#include "ui/dashboard/screen.h"

struct shown {
	struct learner *learner;
	struct screen *screen;
	struct canvas canvas;
	const char *lost;               /* why the screen could not be taken again */
	bool quits;
};

static void notice(struct learner *l, const char *what)
{
	text_clear(&l->page.notice);
	text_put(&l->page.notice, what);
}

/* ---- the screen ---- */

static bool take_screen(struct shown *s)
{
	struct call *c = s->learner->call;
	const char *color = call_has(c, OPTION_COLOR) ? c->value[OPTION_COLOR] : "auto";
	enum screen_error error;
	struct screen_wish wish = {
		.theme = THEME_AUTO,
		.colour = !strcmp(color, "always") ? WHEN_ALWAYS : !strcmp(color, "never") ? WHEN_NEVER : WHEN_AUTO,
	};
	s->screen = screen_open(&wish, &error);
	if (!s->screen) {
		s->lost = screen_error_text(error);
		s->quits = true;
		return false;
	}
	canvas_free(&s->canvas);
	canvas_init(&s->canvas, 0, 0, screen_ascii(s->screen));
	return true;
}

static void draw(struct shown *s)
{
	int width, height;
	screen_size(s->screen, &width, &height);
	if (width != s->canvas.width || height != s->canvas.height)
		canvas_resize(&s->canvas, width, height);
	study_draw(&s->canvas, &s->learner->page);
	screen_show(s->screen, &s->canvas);
}

/* ---- errands ---- */

static void play(struct shown *s, const char *name, const char *schedule)
{
	struct learner *l = s->learner;
	struct call *c = l->call;
	const char *refused = NULL;
	screen_close(s->screen);
	s->screen = NULL;
	int code = errand_run(c, "run", name, schedule ? arena_print(&c->arena, "--schedule=%s", schedule) : NULL, &refused);
	if (code == LEAVE_TO_EXPLORE)
		errand_read(c, "explore", name, &refused);
	else if (code >= EXIT_USAGE && code < EXIT_SIGNAL && code != EXIT_UNDECIDED && code != LEAVE_FOR_NEXT && !refused)
		errand_wait();                  /* why there was no run */
	if (take_screen(s) && refused)
		notice(l, refused);
}

static void edit(struct shown *s)
{
	const char *refused = NULL;
	screen_close(s->screen);
	s->screen = NULL;
	errand_edit(s->learner->call, study_selected(&s->learner->page)->file, &refused);
	if (take_screen(s) && refused)
		notice(s->learner, refused);
}

static void replay(struct shown *s)
{
	struct learner *l = s->learner;
	const char *of, *schedule = learner_schedule(l, &of);
	if (l->page.file == STUDY_ABSENT) {
		if (!learner_begin_file(l))
			notice(l, l->refused);
		learner_again(l);
	} else if (schedule) {
		play(s, of, schedule);
	} else {
		notice(l, learner_no_replay(l));
	}
}

/* ---- keys ---- */

static void open_selected(struct shown *s)
{
	struct learner *l = s->learner;
	const struct study *e = study_selected(&l->page);
	if (!e)
		return;
	if (!learner_may_begin(l)) {
		notice(l, l->refused);
	} else if (!e->begun && e->claims && !e->before && !l->page.question) {
		l->page.question = QUESTION_BEFORE;
		l->page.marked = 0;
		l->page.at = 0;
	} else if (!learner_open(l)) {
		notice(l, l->refused);
	}
}

static void question_key(struct shown *s, int key)
{
	struct learner *l = s->learner;
	struct study_page *p = &l->page;
	const struct study *e = study_selected(p);
	enum study_question asked = p->question;
	if (key >= '1' && key <= '9' && key - '1' < e->claims) {
		p->at = key - '1';
		p->marked ^= 1ull << p->at;
	} else if (key == ' ') {
		p->marked ^= 1ull << p->at;
	} else if (key == PRESS_UP || key == 'k') {
		p->at -= p->at > 0;
	} else if (key == PRESS_DOWN || key == 'j') {
		p->at += p->at + 1 < e->claims;
	} else if (key == '?' || key == PRESS_F1) {
		p->helps = true;
	} else if (key == PRESS_ENTER || key == PRESS_ESCAPE) {
		if (key == PRESS_ENTER)
			learner_answer(l);
		p->question = QUESTION_NONE;
		if (asked == QUESTION_BEFORE && !learner_open(l))
			notice(l, l->refused);
	} else {
		notice(l, key_unknown(key));
	}
}

/* So many lines of the list, or checks. */
static void move(struct study_page *p, int by)
{
	int count = p->opened ? (p->grade ? (int)p->grade->checks : 0) : p->count, *at = p->opened ? &p->check : &p->selected;
	*at += by;
	if (*at >= count)
		*at = count - 1;
	if (*at < 0)
		*at = 0;
	p->scrolled = 0;
	p->hints = false;
}

static void scroll(struct study_page *p, int by)
{
	if (!p->opened) {
		move(p, by > 0 ? p->height : -p->height);
		return;
	}
	p->scrolled += by > p->hidden ? p->hidden : by;
	if (p->scrolled < 0)
		p->scrolled = 0;
}

static void next(struct learner *l)
{
	if (!learner_next(l))
		notice(l, spoken("All exercises are solved.", "所有练习都已解决。"));
}

/* Those that need an exercise. */
static void key_on(struct shown *s, int key)
{
	struct learner *l = s->learner;
	struct study_page *p = &l->page;
	if (!p->count)
		return;
	if (key == 'n')
		next(l);
	else if (key == 'p' && (!p->opened || l->exercise->answered))
		play(s, study_selected(p)->name, NULL);
	else if (key == 'p')
		play(s, study_selected(p)->file, NULL);
	else if (key == PRESS_ENTER && !p->opened)
		open_selected(s);
	else if (!p->opened)
		notice(l, key_unknown(key));
	else if (key == PRESS_ENTER)
		replay(s);
	else if (key == 'e')
		edit(s);
	else if (key == 'i')
		learner_hint(l);
	else if (key == 'g')
		learner_again(l);
	else if (key == PRESS_ESCAPE || key == PRESS_BACKSPACE)
		learner_close(l);
	else
		notice(l, key_unknown(key));
}

static void press(struct shown *s, int key)
{
	enum { SOME = 5 };
	struct learner *l = s->learner;
	struct study_page *p = &l->page;
	text_clear(&p->notice);
	if (key == PRESS_HANGUP || (key == 'q' && !p->helps)) {
		s->quits = true;
	} else if (key == PRESS_REDRAW) {
		screen_redraw(s->screen);
	} else if (key == PRESS_RESIZE) {
		return;
	} else if (p->helps) {
		p->helps = false;
	} else if (p->question) {
		question_key(s, key);
	} else {
		switch (key) {
		case PRESS_UP: case 'k':   move(p, -1); break;
		case PRESS_DOWN: case 'j': move(p, 1); break;
		case PRESS_HOME:           move(p, -p->count); break;
		case PRESS_END:            move(p, p->count); break;
		case PRESS_PAGE_UP:        scroll(p, -SOME); break;
		case PRESS_PAGE_DOWN:      scroll(p, SOME); break;
		case '?': case PRESS_F1:   p->helps = true; break;
		default:                   key_on(s, key); break;
		}
	}
}

/* ---- the mouse ---- */

static void click(struct shown *s, const struct spot *spot)
{
	struct study_page *p = &s->learner->page;
	int what = spot ? (int)spot->what : -1, n = spot ? (int)spot->n : 0, *at = p->opened ? &p->check : &p->selected;
	if (p->helps) {
		p->helps = false;
	} else if (what == POINT_KEY) {
		press(s, n);
	} else if (p->question) {
		if (what == POINT_CLAIM) {
			p->at = n;
			press(s, ' ');
		}
	} else if (what == POINT_ROW) {
		if (*at == n && !p->opened)
			press(s, PRESS_ENTER);
		else
			move(p, n - *at);
	}
}

/* The wheel scrolls the story under it; else it moves in the list. */
static void mouse(struct shown *s, int key)
{
	struct study_page *p = &s->learner->page;
	int x, y, by = key == PRESS_WHEEL_UP ? -1 : 1;
	screen_mouse_at(s->screen, &x, &y);
	if (key == PRESS_CLICK)
		click(s, canvas_spot_at(&s->canvas, x, y));
	else if ((key != PRESS_WHEEL_UP && key != PRESS_WHEEL_DOWN) || p->helps)
		return;
	else if (!p->question && canvas_spot_of(&s->canvas, x, y, POINT_TEXT))
		scroll(p, by);
	else
		press(s, by < 0 ? PRESS_UP : PRESS_DOWN);
}

/* ---- the loop ---- */

/* Stories are divided into lines when the file is graded. */
static void look(struct shown *s)
{
	enum { NARROWEST = 40 };
	int width, height;
	screen_size(s->screen, &width, &height);
	width = study_breaks_width(width);
	s->learner->how.columns = width < NARROWEST ? NARROWEST : width;
	learner_look(s->learner);
	if (learner_lost(s->learner))
		notice(s->learner, s->learner->lost);
}

static void wait(const struct shown *s)
{
	struct pollfd p[2 + LEARNER_FDS] = { { .fd = screen_fd(s->screen), .events = POLLIN }, { .fd = errands_fd(), .events = POLLIN } };
	poll(p, (nfds_t)(2 + learner_fds(s->learner, p + 2)), learner_patience(s->learner));
}

static void loop(struct shown *s)
{
	while (!s->quits && !errands_end()) {
		look(s);
		draw(s);
		wait(s);
		for (int key; !s->quits && s->screen && (key = screen_key(s->screen, 0)) != PRESS_NONE;)
			is_mouse(key) ? mouse(s, key) : press(s, key);
		if (!s->quits && errands_stop())
			screen_suspend(s->screen);
	}
}

static int on_screen(struct learner *l, bool opens)
{
	struct shown s = { .learner = l };
	if (take_screen(&s)) {
		const char *why = opens ? NULL : learner_no_room(l);
		if (opens)
			open_selected(&s);
		else if (why)
			notice(l, why);
		loop(&s);
	}
	screen_close(s.screen);
	canvas_free(&s.canvas);
	return s.lost ? complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(AS_IT_IS, s.lost)) : EXIT_FINE;
}

/* ---- the command ---- */

struct choices exercise_choices(struct call *c)
{
	int count;
	struct study *all = learn_shelf(c, &count);
	const char **word = arena_get(&c->arena, ((size_t)count + 1) * sizeof *word);
	for (int i = 0; i < count; i++)
		word[i] = all[i].name;
	return (struct choices){ word, count };
}

static int unknown(struct call *c)
{
	struct choices k = exercise_choices(c);
	return complain(EXIT_INPUT, did_you_mean(c->operand[0], k.word, (size_t)k.count, SAY(LEARN_LISTS)), SAY(NO_SUCH_EXERCISE, c->operand[0]));
}

int command_LEARN(struct call *c)
{
	struct dashboard_options o = { .language = c->language };
	struct learner l;
	int code;
	if (call_has(c, OPTION_NO_MOUSE))
		setenv("FORKLORE_MOUSE", "off", 1);     /* what is played from here inherits it */
	learner_init(&l, c);
	if (c->operands && !learner_select(&l, c->operand[0])) {
		code = unknown(c);
	} else if (call_has(c, OPTION_EXPORT_CSV)) {
		code = learn_export(c, c->operands ? c->operand[0] : NULL, c->value[OPTION_EXPORT_CSV]);
	} else if (!l.page.count) {
		code = complain(EXIT_INPUT, NOTHING_TO_SAY, SAY(NO_LIBRARY));
	} else {
		errands_begin();
		bool lines = call_has(c, OPTION_LINEAR) || !isatty(STDIN_FILENO) || dashboard_refused(&o);
		code = lines ? learn_linear(&l, c->operands > 0) : on_screen(&l, c->operands > 0);
	}
	learner_free(&l);
	if (state_lost(c))
		code = complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(AS_IT_IS, state_lost(c)));
	return errands_ended() ? EXIT_SIGNAL + errands_ended() : code;
}
