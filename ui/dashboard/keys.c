/* What keys do, from the table. */
#include <string.h>
#include "ui/dashboard/key_functions.h"

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
	if (s->cover == COVER_HELP)
		return HELPED | COVERED;
	if (s->cover)
		return s->cover == COVER_SIGNAL ? KILLING : s->cover == COVER_CHALLENGES ? CHALLENGES | COVERED : s->cover == COVER_PREDICTIONS ? PREDICTED | COVERED : COVERED;
	if (s->repeats)
		return REPEATING;
	if (s->question == QUESTION_WAY)
		return WAY;
	unsigned also = (s->zoomed ? ZOOMED : 0) | (s->still.open && s->focus == PANEL_STILL ? SEARCHED : 0);
	if (is_past(s))
		return PAST | also;
	return (s->y->at->verdict ? ENDED : s->running ? PLAYING : PAUSED) | also | (is_asked(s) ? ASKED : 0);
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

bool key_acts(const struct show *s, int press)
{
	return find(press, key_situation(s)) != NULL;
}

/* ---- what does nothing now ---- */

static const struct { const char *id; enum word why; } idle[] = {
	{ "back", WORD_AT_BEGINNING }, { "slower", WORD_SLOWEST }, { "faster", WORD_FASTEST }, { "left", WORD_TIMELINE_ONLY },
	{ "right", WORD_TIMELINE_ONLY }, { "follow", WORD_FOLLOWS_ALREADY }, { "next_lesson", WORD_NO_NEXT_LESSON },
	{ "explore", WORD_NO_FILE }, { "variables", WORD_NO_VARIABLES }, { "choose", WORD_ANOTHER_ONE },
	{ "signal", WORD_OPEN_FIRST }, { "next", WORD_OPEN_FIRST }, { "previous", WORD_OPEN_FIRST }, { "choose_step", WORD_OPEN_FIRST },
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

/* What it does, it does with one process. */
static bool is_for_one(const struct show *s, const struct key_row *k)
{
	return is_row(k, "signal") || is_row(k, "choose_step") || ((is_row(k, "next") || is_row(k, "previous")) && s->focus != PANEL_OBJECTS);
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
		return s->follows && !has_scrolled(s) && !*s->filter[s->focus];
	if (is_row(k, "next_lesson"))
		return !s->next_lesson;
	if (is_row(k, "explore"))
		return !s->type || !s->type->explore;
	if (is_row(k, "variables"))
		return !has_privates(s);
	if (is_row(k, "begin_challenge") || is_row(k, "goal_down"))
		return !s->challenge->goals;
	if (is_row(k, "go_missed") || is_row(k, "missed_down"))
		return !predict_missed(s->predict, 0);
	if (s->on_crowd && is_for_one(s, k))
		return true;
	return is_row(k, "choose") && !s->on_crowd && !may_be_chosen(s, s->selected);
}

int key_pointed_at(const struct key_row *k)
{
	return strstr(k->name, "..") || is_row(k, "which_signal") ? PRESS_NONE : k->press[0];
}

bool key_works(const struct show *s, const struct key_row *k)
{
	return find(k->press[0], key_situation(s)) == k && !is_idle(s, k);
}

bool key_works_below(const struct show *s, const struct key_row *k)
{
	struct show below = *s;

	below.cover = COVER_NONE;
	const struct key_row *does = find(k->press[0], key_situation(&below));
	bool same = does == k || (does && !*does->meaning);     /* the same for another situation, such as pausing for running */
	return same && !is_idle(&below, does);
}

bool key_acts_here(const struct show *s, const struct key_row *k)
{
	if (is_row(k, "filter") && !can_be_filtered(s->focus))
		return false;
	if ((is_row(k, "hide") || is_row(k, "larger") || is_row(k, "smaller")) && !can_be_arranged(s))
		return false;
	return key_works_below(s, k);
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

static void say_of_key(struct show *s, int press, enum word why)
{
	struct text key = { 0 };

	put_key(s, &key, press);
	text_say(&s->notice, key.length ? SAY(IS_SAID_OF, text_is(&key), say(s, why)) : SAY(AS_IT_IS, say(s, why)));
	text_free(&key);
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
	if (k && is_row(k, "follow") && situation & ENDED)
		why = WORD_FOLLOWS_NOTHING;
	say_of_key(s, press, why);
}

static const struct { const char *id; enum word why; } unchanged[] = {
	{ "up", WORD_NOTHING_ABOVE }, { "page_up", WORD_NOTHING_ABOVE }, { "home", WORD_NOTHING_ABOVE },
	{ "down", WORD_NOTHING_BELOW }, { "page_down", WORD_NOTHING_BELOW }, { "end", WORD_NOTHING_BELOW },
	{ "card_up", WORD_NOTHING_ABOVE }, { "card_k", WORD_NOTHING_ABOVE }, { "card_page_up", WORD_NOTHING_ABOVE }, { "card_home", WORD_NOTHING_ABOVE },
	{ "card_down", WORD_NOTHING_BELOW }, { "card_j", WORD_NOTHING_BELOW }, { "card_page_down", WORD_NOTHING_BELOW }, { "card_end", WORD_NOTHING_BELOW },
	{ "menu_up", WORD_NOTHING_ABOVE }, { "menu_page_up", WORD_NOTHING_ABOVE }, { "menu_home", WORD_NOTHING_ABOVE },
	{ "menu_down", WORD_NOTHING_BELOW }, { "menu_page_down", WORD_NOTHING_BELOW }, { "menu_end", WORD_NOTHING_BELOW },
	{ "goal_up", WORD_NOTHING_ABOVE }, { "goal_down", WORD_NOTHING_BELOW }, { "missed_up", WORD_NOTHING_ABOVE }, { "missed_down", WORD_NOTHING_BELOW },
	{ "panel", WORD_PANEL_ALREADY }, { "usual_speed", WORD_USUAL_ALREADY }, { "more", WORD_NO_MORE }, { "fewer", WORD_NO_FEWER },
	{ "restart_now", WORD_BEGUN_ANEW }, { "larger", WORD_NO_ROOM }, { "smaller", WORD_NO_ROOM },
};

/* What is typed goes elsewhere than to the table. */
static bool is_typed(const struct show *s)
{
	return s->cover == COVER_PALETTE || (!s->cover && s->question && s->question != QUESTION_WAY);
}

void note_unchanged(struct show *s, int press)
{
	const struct key_row *k = is_typed(s) ? NULL : find(press, key_situation(s));
	bool full = s->question && s->question != QUESTION_FILTER && strlen(s->typed) == TYPED && press > ' ' && press < 127;
	enum word why = !is_typed(s) ? WORD_NOTHING_CHANGES : full ? WORD_TYPED_FULL : WORD_NOT_TYPED;

	for (size_t i = 0; k && i < sizeof unchanged / sizeof *unchanged; i++)
		if (is_row(k, unchanged[i].id))
			why = unchanged[i].why;
	say_of_key(s, press, why);
}

bool key_card_runs(const struct show *s)
{
	return s->begun && !s->repeats && s->question != QUESTION_WAY && !is_past(s) && !s->y->at->verdict && !s->moment->at->rules.asks;
}

/* Where digits choose, they are no choice in the past; there they are numbers before a key. */
static bool is_before_choices(const struct show *s)
{
	return is_past(s) && s->now->at->rules.asks && !s->repeats && !s->question;
}

/* Digits choose, but there is nothing to choose yet. */
static bool is_between_choices(const struct show *s)
{
	return s->moment->at->rules.asks && !s->moment->at->verdict && !is_asked(s) && !is_past(s) && !s->repeats && !s->question;
}

/* With the choice before, the run has ended: digits that were typed for more choices are neither panels nor a number. */
static bool is_behind_choices(const struct show *s)
{
	return s->chose && s->now->at->verdict && !is_past(s) && !s->question;
}

static bool is_first_card(const struct show *s)
{
	return s->cover == COVER_LESSON && !s->begun;
}

/* Does it put the card away, and nothing else? The key that shows a card does, too. */
static bool only_closes(const struct show *s, int press)
{
	static const char shows[] = { [COVER_LESSON] = 'l', [COVER_HELP] = '?', [COVER_BRANCHES] = 'B' };
	bool quits = press == 'q' || press == PRESS_F10;

	return press == ' ' || press == PRESS_ENTER || press == PRESS_ESCAPE || (quits && !is_first_card(s)) ||
	       (s->cover < sizeof shows && shows[s->cover] == press) || (s->cover == COVER_HELP && (press == 'h' || press == PRESS_F1));
}

/* The first lesson's card also holds the run back until it is put away. */
struct wish close_card(struct show *s, int press)
{
	bool first = is_first_card(s);

	s->cover = s->begun || first ? COVER_NONE : COVER_LESSON;       /* help was asked for on the first card */
	if (!first)                     /* Space lets it run, as it does without a card */
		return press == ' ' && key_card_runs(s) ? (struct wish){ WISH_RUN, 0, 0 } : nothing;
	s->begun = true;
	s->running = press != PRESS_ESCAPE && (s->starts || press == ' ');
	return nothing;
}

static struct wish press_key(struct show *, int press);

void put_card_away(struct show *s)
{
	s->cover = COVER_NONE;
	s->running &= s->begun;
	s->begun = true;
}

/* What has a meaning without the card puts it away and does it. Nobody has said then that the run should begin. */
static struct wish press_on_card(struct show *s, int press)
{
	struct show before = *s;
	const struct key_row *k;

	if (only_closes(s, press))
		return close_card(s, press);
	if (is_first_card(s) && (press == '?' || press == 'h' || press == PRESS_F1))
		return key_help(s, press);
	put_card_away(s);
	k = find(press, key_situation(s));
	if (digit_of(press) >= 0 || (k && !is_idle(s, k)))
		return press_key(s, press);
	note_idle(s, press, k);
	s->cover = before.cover;
	s->running = before.running;
	s->begun = before.begun;
	return nothing;
}

static struct wish press_key(struct show *s, int press)
{
	const struct key_row *k;

	if (digit_of(press) >= 0 && is_between_choices(s)) {
		text_put(&s->notice, say(s, WORD_NO_CHOICE_YET));
		return nothing;
	}
	if (digit_of(press) >= 0 && is_behind_choices(s)) {
		say_of_key(s, press, WORD_NOT_AT_END);
		return nothing;
	}
	if (digit_of(press) >= 0 && is_before_choices(s)) {
		count_digit(s, digit_of(press));
		say_of_key(s, press, WORD_COUNTS_IN_PAST);
		return nothing;
	}
	if (digit_of(press) >= 0 && !is_asked(s))
		count_digit(s, digit_of(press));
	k = find(press, key_situation(s));
	if (!k && s->question == QUESTION_WAY) {        /* another key: there is no question any more */
		s->question = QUESTION_NONE;
		k = find(press, key_situation(s));
	}
	if (!k ? digit_of(press) < 0 : is_idle(s, k))
		note_idle(s, press, k);
	else if (!k && is_asked(s))
		say_choose(s);
	if (k && s->on_crowd && is_for_one(s, k))
		return nothing;
	return k ? k->function(s, press) : nothing;
}

struct wish key_press(struct show *s, int press)
{
	const struct key_row *k;
	struct wish w;

	if (press == PRESS_REDRAW)      /* what was said, and what is asked, stays */
		return key_redraw(s, press);
	text_clear(&s->notice);
	s->leaving = press == s->leaving ? press : 0;
	s->chose &= digit_of(press) >= 0;
	if (digit_of(press) >= 0)       /* a full-width one, as input methods write them */
		press = '0' + digit_of(press);
	if (!s->cover && s->question == QUESTION_STEP)
		return type_step(s, press);
	if (s->cover == COVER_PALETTE)
		return palette_press(s, press);
	if (!s->cover && s->question == QUESTION_FILTER)
		return type_filter(s, press);
	if (!s->cover && s->question == QUESTION_DRAW)
		return type_draw(s, press);
	if (!s->cover && s->question == QUESTION_PREDICT)
		return type_prediction(s, press);
	k = s->cover ? find(press, key_situation(s)) : NULL;
	w = !s->cover ? press_key(s, press) : k ? k->function(s, press) : press_on_card(s, press);
	if (digit_of(press) < 0)
		s->prefix = 0;
	return w;
}
