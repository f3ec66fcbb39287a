/* What keys do, from the table. */
#include <signal.h>
#include <string.h>
#include "ui/dashboard/keys.h"

static const struct wish nothing = { WISH_NOTHING, 0, 0 };

/* ---- the run ---- */

static struct wish key_run(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_RUN, 0, 0 };
}

static struct wish key_pause(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_PAUSE, 0, 0 };
}

/* ---- through time ---- */

/* The number that was typed before this key, or 1; its digits have shown panels, which is undone. */
static int64_t counted(struct show *s)
{
	int64_t n = s->prefix;

	if (!n)
		return 1;
	s->focus = s->counted.focus;
	s->beside = s->counted.beside;
	s->lab = s->counted.lab;
	return n;
}

static struct wish key_step(struct show *s, int press)
{
	(void)press;
	return (struct wish){ WISH_STEP, counted(s), 0 };
}

static struct wish key_back(struct show *s, int press)
{
	(void)press;
	return (struct wish){ WISH_BACK, counted(s), 0 };
}

static struct wish ask(struct show *s, enum question q)
{
	s->question = q;
	s->typed[0] = 0;
	return nothing;
}

static struct wish key_go(struct show *s, int press)   { (void)press; return ask(s, QUESTION_STEP); }
static struct wish key_way(struct show *s, int press)  { (void)press; return ask(s, QUESTION_WAY); }
static struct wish key_stay(struct show *s, int press) { (void)press; return ask(s, QUESTION_NONE); }

static struct wish key_now(struct show *s, int press)
{
	(void)press;
	s->question = QUESTION_NONE;
	return (struct wish){ WISH_NOW, 0, 0 };
}

static struct wish key_restart(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_RESTART, 0, 0 };
}

static struct wish key_reseed(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_RESTART, 1, 0 };
}

static struct wish key_next_lesson(struct show *s, int press)
{
	(void)press;
	return s->next_lesson ? (struct wish){ WISH_LEAVE, LEAVE_FOR_NEXT, 0 } : nothing;
}

static struct wish key_explore(struct show *s, int press)
{
	(void)press;
	return s->type && s->type->explore ? (struct wish){ WISH_LEAVE, LEAVE_TO_EXPLORE, 0 } : nothing;
}

static struct wish key_restart_now(struct show *s, int press)
{
	return key_restart(s, press);
}

static struct wish key_reseed_now(struct show *s, int press)
{
	return key_reseed(s, press);
}

static void say_choose(struct show *s)
{
	text_clear(&s->notice);
	text_put(&s->notice, say(s, choice_of(s, 1) ? WORD_CHOOSE_FIRST : WORD_NOBODY_CAN));
}

static struct wish key_choose(struct show *s, int press)
{
	(void)press;
	if (may_be_chosen(s, s->selected))
		return (struct wish){ WISH_CHOOSE, s->selected, 0 };
	say_choose(s);
	return nothing;
}

static struct wish key_choose_step(struct show *s, int press)
{
	return key_choose(s, press);
}

static struct wish key_choose_space(struct show *s, int press)
{
	(void)press;
	say_choose(s);
	return nothing;
}

static struct wish key_choose_number(struct show *s, int press)
{
	proc_id p = choice_of(s, press - '0');

	if (!p)
		return key_choose_space(s, press);
	s->selected = p;
	s->top[PANEL_PROGRAM] = 0;
	return (struct wish){ WISH_CHOOSE, p, 0 };
}

static struct wish key_manual(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_MANUAL, 0, 0 };
}

static struct wish key_policy(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_POLICY, 1, 0 };
}

/* Where the scheduler is looked at, the time slice; else the number of CPUs. */
static struct wish key_more(struct show *s, int press)
{
	(void)press;
	return (struct wish){ s->focus == PANEL_CPU ? WISH_QUANTUM : WISH_CPUS, 1, 0 };
}

static struct wish key_fewer(struct show *s, int press)
{
	(void)press;
	return (struct wish){ s->focus == PANEL_CPU ? WISH_QUANTUM : WISH_CPUS, -1, 0 };
}

enum { SLOWEST_PARTS = 8, FASTEST = 1024 };

static struct wish key_slower(struct show *s, int press)
{
	(void)press;
	if (s->speed == 0)
		s->speed = FASTEST;
	else if (s->speed * SLOWEST_PARTS > 1)
		s->speed /= 2;
	return nothing;
}

static struct wish key_faster(struct show *s, int press)
{
	(void)press;
	s->speed = s->speed * 2 > FASTEST ? 0 : s->speed * 2;
	return nothing;
}

static struct wish key_usual_speed(struct show *s, int press)
{
	(void)press;
	s->speed = s->usual_speed;
	return nothing;
}

/* The selection stays with the process whose actions are looked for. */
static struct wish key_next(struct show *s, int press)
{
	(void)press;
	s->follows = false;
	return (struct wish){ WISH_NEXT, 1, s->selected };
}

static struct wish key_previous(struct show *s, int press)
{
	(void)press;
	s->follows = false;
	return (struct wish){ WISH_NEXT, -1, s->selected };
}

static struct wish key_branch(struct show *s, int press)
{
	(void)press;
	s->question = QUESTION_NONE;
	return (struct wish){ WISH_BRANCH, 0, 0 };
}

static struct wish key_earlier(struct show *s, int press)
{
	(void)press;
	if (s->branches && s->branches->here)
		return (struct wish){ WISH_RETURN, 0, 0 };
	text_put(&s->notice, say(s, WORD_NO_BRANCH));
	return nothing;
}

/* ---- moving ---- */

/* In lists of processes the selection moves; other panels scroll: the story and the output from their end. */
static void move(struct show *s, int rows)
{
	switch (s->focus) {
	case PANEL_PROCESSES: case PANEL_TIMELINE:
		s->selected = neighbour(s, s->selected, rows);
		s->follows = false;
		s->top[PANEL_PROGRAM] = 0;
		break;
	case PANEL_STORY: case PANEL_OUTPUT:
		s->top[s->focus] -= rows;
		break;
	default:
		s->top[s->focus] += rows;
		break;
	}
}

enum { FAR = 1 << 20 };
static int page(const struct show *s)
{
	return s->page > 2 ? s->page - 1 : 1;
}

#define MOVES(id, rows) \
	static struct wish key_##id(struct show *s, int press) { (void)press; move(s, rows); return nothing; }
MOVES(up, -1)
MOVES(down, 1)
MOVES(page_up, -page(s))
MOVES(page_down, page(s))
#undef MOVES

static struct wish key_home(struct show *s, int press)
{
	(void)press;
	if (s->focus == PANEL_TIMELINE)
		return (struct wish){ WISH_GO, 0, 0 };
	move(s, -FAR);
	return nothing;
}

static struct wish key_end(struct show *s, int press)
{
	(void)press;
	if (s->focus == PANEL_TIMELINE)
		return (struct wish){ WISH_NOW, 0, 0 };
	move(s, FAR);
	return nothing;
}

static struct wish key_card_up(struct show *s, int press)
{
	(void)press;
	s->cover_top--;
	return nothing;
}

static struct wish key_card_down(struct show *s, int press)
{
	(void)press;
	s->cover_top++;
	return nothing;
}

static struct wish key_left(struct show *s, int press)
{
	(void)press;
	return s->focus == PANEL_TIMELINE ? (struct wish){ WISH_BACK, 1, 0 } : nothing;
}

static struct wish key_right(struct show *s, int press)
{
	(void)press;
	return s->focus == PANEL_TIMELINE && is_past(s) ? (struct wish){ WISH_STEP, 1, 0 } : nothing;
}

/* ---- panels and cards ---- */

/* A panel that shares its place is put there. */
static void focus_on(struct show *s, int id)
{
	s->focus = (enum panel_id)id;
	s->lab = id == PANEL_CPU;
	if (id == PANEL_PROGRAM || id == PANEL_TIMELINE || id == PANEL_OUTPUT)
		s->beside = (enum panel_id)id;
}

static struct wish key_next_panel(struct show *s, int press)
{
	(void)press;
	focus_on(s, (s->focus + 1) % PANEL_COUNT);
	return nothing;
}

static struct wish key_last_panel(struct show *s, int press)
{
	(void)press;
	focus_on(s, (s->focus + PANEL_COUNT - 1) % PANEL_COUNT);
	return nothing;
}

static struct wish key_panel(struct show *s, int press)
{
	focus_on(s, press - '1');
	return nothing;
}

static struct wish key_zoom(struct show *s, int press)
{
	(void)press;
	s->zoomed = !s->zoomed;
	return nothing;
}

static struct wish key_unzoom(struct show *s, int press)
{
	return key_zoom(s, press);
}

static bool has_privates(const struct show *s)
{
	const char *name[PRIVATES];

	return private_names(s->g, name) > 0;
}

static struct wish key_variables(struct show *s, int press)
{
	(void)press;
	s->variables = !s->variables && has_privates(s);
	if (s->variables && (s->lab || s->zoomed))
		focus_on(s, PANEL_PROCESSES);   /* where they are listed */
	return nothing;
}

static struct wish open_card(struct show *s, enum cover cover)
{
	s->cover = cover;
	s->cover_top = 0;
	return nothing;
}

static struct wish key_help(struct show *s, int press)    { (void)press; return open_card(s, COVER_HELP); }
static struct wish key_lesson(struct show *s, int press)  { (void)press; return open_card(s, COVER_LESSON); }
static struct wish key_branches(struct show *s, int press) { (void)press; return open_card(s, COVER_BRANCHES); }
/* ---- signals ---- */

static bool lives(const struct show *s, proc_id p)
{
	return who_is(s->y->world.shared, process_body(s->g, p))->life == LIFE_ALIVE;
}

static struct wish key_signal(struct show *s, int press)
{
	(void)press;
	if (is_past(s))
		return ask(s, QUESTION_WAY);
	s->follows = false;             /* it stays selected, whatever comes of it */
	if (lives(s, s->selected))
		return open_card(s, COVER_SIGNAL);
	text_print(&s->notice, "%s %s", title_of(s->g, s->selected), say(s, WORD_NO_SIGNAL));
	return nothing;
}

static struct wish key_no_signal(struct show *s, int press) { (void)press; return open_card(s, COVER_NONE); }

static struct wish key_which_signal(struct show *s, int press)
{
	static const struct { int press, signal; } signals[] = {
		{ 'k', SIGKILL }, { 't', SIGTERM }, { 's', SIGSTOP }, { 'c', SIGCONT }, { 'v', SIGSEGV },
	};
	struct wish w = { WISH_SIGNAL, 0, s->selected };

	s->cover = COVER_NONE;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		w.n = signals[i].press == press ? signals[i].signal : w.n;
	return w;
}

static struct wish key_details(struct show *s, int press) { (void)press; return open_card(s, COVER_PROCESS); }

static struct wish key_follow(struct show *s, int press)
{
	(void)press;
	s->follows = true;
	for (int i = 0; i < PANEL_COUNT; i++)
		s->top[i] = 0;
	return nothing;
}

/* ---- the screen ---- */

static struct wish key_theme(struct show *s, int press)
{
	(void)press;
	s->theme = (enum theme_id)((s->theme + 1) % THEME_COUNT);
	return (struct wish){ WISH_THEME, 0, 0 };
}

static struct wish key_projector(struct show *s, int press)
{
	(void)press;
	if (s->theme == THEME_CONTRAST) {
		s->theme = s->usual_theme == THEME_CONTRAST ? THEME_AUTO : s->usual_theme;
	} else {
		s->usual_theme = s->theme;
		s->theme = THEME_CONTRAST;
	}
	return (struct wish){ WISH_THEME, 0, 0 };
}

static struct wish key_redraw(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_REDRAW, 0, 0 };
}

static struct wish key_quit(struct show *s, int press)
{
	(void)press;
	if (!s->zoomed)
		return (struct wish){ WISH_QUIT, 0, 0 };
	s->zoomed = false;
	return nothing;
}

static struct wish key_quit_now(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_QUIT, 0, 0 };
}

/* ---- the table ---- */

const struct key_row key_rows[] = {
#define K(...) { __VA_ARGS__ }
#define KEY(id, keys, when, name, label, label_zh, meaning, meaning_zh) \
	{ #id, keys, when, name, label, label_zh, meaning, meaning_zh, key_##id },
#include "ui/dashboard/keys.def"
#undef KEY
#undef K
};
const int key_count = sizeof key_rows / sizeof *key_rows;

unsigned key_situation(const struct show *s)
{
	if (s->cover)
		return s->cover == COVER_SIGNAL ? KILLING : COVERED;
	if (s->repeats)
		return REPEATING;
	if (s->question == QUESTION_WAY)
		return WAY;
	if (is_past(s))
		return PAST | (s->zoomed ? ZOOMED : 0);
	return (s->y->at->verdict ? ENDED : s->running ? PLAYING : PAUSED) | (s->zoomed ? ZOOMED : 0) | (is_asked(s) ? ASKED : 0);
}

static const struct key_row *find(int press, unsigned situation)
{
	if (press == PRESS_NONE)
		return NULL;
	for (const struct key_row *k = key_rows; k < key_rows + key_count; k++)
		for (int i = 0; i < PRESSES && k->press[i]; i++)
			if (k->press[i] == press && k->when & situation)
				return k;
	return NULL;
}

/* ---- what does nothing now ---- */

static const struct { const char *id; enum word why; } idle[] = {
	{ "back", WORD_AT_BEGINNING }, { "slower", WORD_SLOWEST }, { "faster", WORD_FASTEST }, { "left", WORD_TIMELINE_ONLY },
	{ "right", WORD_TIMELINE_ONLY }, { "follow", WORD_FOLLOWS_ALREADY }, { "next_lesson", WORD_NO_NEXT_LESSON },
	{ "explore", WORD_NO_FILE }, { "variables", WORD_NO_VARIABLES }, { "choose", WORD_ANOTHER_ONE },
};

static bool is_row(const struct key_row *k, const char *id)
{
	return !strcmp(k->id, id);
}

static bool has_scrolled(const struct show *s)
{
	bool any = false;

	for (int i = 0; i < PANEL_COUNT; i++)
		any |= s->top[i] != 0 && i != PANEL_PROCESSES && i != PANEL_TIMELINE;
	return any;
}

static bool is_idle(const struct show *s, const struct key_row *k)
{
	if (is_row(k, "back"))
		return !s->y->at->steps;
	if (is_row(k, "slower") || is_row(k, "faster"))
		return s->y->settings.policy == POLICY_HOST || (is_row(k, "faster") ? s->speed == 0 : s->speed > 0 && s->speed * SLOWEST_PARTS <= 1);
	if (is_row(k, "left") || is_row(k, "right"))
		return s->focus != PANEL_TIMELINE;
	if (is_row(k, "follow"))
		return s->follows && !has_scrolled(s);
	if (is_row(k, "next_lesson"))
		return !s->next_lesson;
	if (is_row(k, "explore"))
		return !s->type || !s->type->explore;
	if (is_row(k, "variables"))
		return !has_privates(s);
	return is_row(k, "choose") && !may_be_chosen(s, s->selected);
}

bool key_works(const struct show *s, const struct key_row *k)
{
	return find(k->press[0], key_situation(s)) == k && !is_idle(s, k);
}

/* The name of a key, if it has one: of one that writes a letter or a sign, that. */
static void put_key(const struct show *s, struct text *t, int press)
{
	if (press > ' ' && press < PRESS_BACKSPACE) {
		text_char(t, (char)press);
		return;
	}
	for (int i = 0; i < key_count; i++)
		for (int k = 0; k < PRESSES && key_rows[i].press[k]; k++)
			if (key_rows[i].press[k] == press && *key_rows[i].name) {
				const char *name = key_called(s, key_rows[i].name);
				text_add(t, name, strcspn(name, " "));
				return;
			}
}

/* A key that does nothing says so, and why. */
static void note_idle(struct show *s, int press, const struct key_row *k)
{
	unsigned situation = key_situation(s);
	enum word why = WORD_NO_KEY;
	bool known = find(press, ~0u & ~(unsigned)(FIRST | COVERED));

	if (known)
		why = situation & ENDED ? WORD_NOT_AT_END : situation & PAST ? WORD_NOT_IN_PAST : WORD_NOT_NOW;
	for (size_t i = 0; k && i < sizeof idle / sizeof *idle; i++)
		if (is_row(k, idle[i].id))
			why = idle[i].why;
	put_key(s, &s->notice, press);
	text_print(&s->notice, "%s%s", s->notice.length ? s->zh ? "：" : ": " : "", say(s, why));
}

bool key_card_runs(const struct show *s)
{
	return s->begun && !s->repeats && s->question != QUESTION_WAY && !is_past(s) && !s->y->at->verdict;
}

/* Any key puts a card away. The first lesson's card also holds the run back until then. */
static struct wish close_card(struct show *s, int press)
{
	bool first = s->cover == COVER_LESSON && !s->begun;

	s->cover = s->begun || first ? COVER_NONE : COVER_LESSON;       /* help was asked for on the first card */
	if (!first)                     /* Space lets it run, as it does without a card */
		return press == ' ' && key_card_runs(s) ? (struct wish){ WISH_RUN, 0, 0 } : nothing;
	if (press == '?' || press == 'h' || press == PRESS_F1)
		return open_card(s, COVER_HELP);
	s->begun = true;
	s->running = s->starts || press == ' ';
	if (press == 'q' || press == PRESS_F10)
		return (struct wish){ WISH_QUIT, 0, 0 };
	if (press == 's' || press == '.')
		return key_step(s, press);
	return press == 'm' ? key_manual(s, press) : nothing;
}

/* ---- what is typed ---- */

/* A digit, also a full-width one, as input methods for Chinese write them; -1: it is none. */
static int digit_of(int press)
{
	return press >= '0' && press <= '9' ? press - '0' : press >= 0xff10 && press <= 0xff19 ? press - 0xff10 : -1;
}

/* The letter that is meant by a full-width one. */
static int narrow(int press)
{
	return press >= 0xff01 && press <= 0xff5e ? press - 0xff01 + '!' : press == 0x2212 ? '-' : press;
}

/* "12", "-5", "end". */
static bool read_step(const char *typed, int64_t *n)
{
	bool back = *typed == '-';
	const char *c = typed + back;

	*n = INT64_MAX;
	if (!strcmp(typed, "end"))
		return true;
	for (*n = 0; *c >= '0' && *c <= '9'; c++)
		*n = *n * 10 + *c - '0';        /* TYPED digits at most */
	if (*c || c == typed + back)
		return false;
	*n = back ? -*n : *n;
	return true;
}

static struct wish type_step(struct show *s, int press)
{
	size_t length = strlen(s->typed);
	int64_t n;

	press = narrow(press);
	if (press == PRESS_ESCAPE) {
		s->question = QUESTION_NONE;
	} else if (press == PRESS_BACKSPACE) {
		s->typed[length ? length - 1 : 0] = 0;
	} else if (press == PRESS_ENTER) {
		s->question = QUESTION_NONE;
		if (read_step(s->typed, &n))
			return (struct wish){ n == INT64_MAX || (!n && *s->typed == '-') ? WISH_NOW : WISH_GO, n, 0 };
		if (length)
			text_print(&s->notice, "%s %s", say(s, WORD_NO_SUCH_STEP), s->typed);
	} else if (press > ' ' && press < 127 && length < TYPED) {
		s->typed[length] = (char)press;
		s->typed[length + 1] = 0;
	}
	return nothing;
}

static void count_digit(struct show *s, int digit)
{
	enum { MOST = 1000000000 };

	if (!s->prefix) {
		s->counted.focus = s->focus;
		s->counted.beside = s->beside;
		s->counted.lab = s->lab;
	}
	s->prefix = s->prefix < MOST ? s->prefix * 10 + digit : s->prefix;
}

struct wish key_press(struct show *s, int press)
{
	const struct key_row *k;
	struct wish w;

	text_clear(&s->notice);
	if (!s->cover && s->question == QUESTION_STEP && press != PRESS_REDRAW)
		return type_step(s, press);
	if (!s->cover && digit_of(press) >= 0 && !is_asked(s))
		count_digit(s, digit_of(press));
	k = find(press, key_situation(s));
	if (!k && s->question == QUESTION_WAY) {        /* another key: there is no question any more */
		s->question = QUESTION_NONE;
		k = find(press, key_situation(s));
	}
	if (!s->cover && (!k ? digit_of(press) < 0 : is_idle(s, k)))
		note_idle(s, press, k);
	w = k ? k->function(s, press) : s->cover ? close_card(s, press) : nothing;
	if (digit_of(press) < 0)
		s->prefix = 0;
	return w;
}
