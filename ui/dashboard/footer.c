/* The last line: what the keys do now, or what has to be said instead. */
#include <string.h>
#include "ui/dashboard/keys.h"
#include "ui/dashboard/mouse.h"

const char *key_called(const struct show *s, const char *name)
{
	static const char *const called[][2] = {
		{ "Space", "空格" }, { "Enter", "回车" }, { "Backspace", "退格" }, { "Up k", "上 k" }, { "Down j", "下 j" },
		{ "Left", "左" }, { "Right", "右" },
	};

	for (size_t i = 0; s->zh && i < sizeof called / sizeof *called; i++)
		if (!strcmp(called[i][0], name))
			return called[i][1];
	return name;
}

/* A number that was typed stands before a key that takes it. */
static void put_label(const struct show *s, const struct key_row *k, struct text *t)
{
	bool on = !strcmp(k->id, "step"), counts = s->prefix > 1 && (on || !strcmp(k->id, "back"));

	if (counts)
		put_filled(t, s->zh, on ? WORD_STEPS_ON : WORD_STEPS_BACK, s->prefix);
	else
		text_put(t, s->zh ? k->label_zh : k->label);
}

static int label_cells(const struct canvas *c, const struct show *s, const struct key_row *k)
{
	struct text label = { 0 };

	put_label(s, k, &label);
	int cells = label.length ? canvas_cells(c, key_called(s, k->name)) + 1 + canvas_cells(c, text_is(&label)) + 3 : 0;
	text_free(&label);
	return cells;
}

static bool is_put_away(const struct show *s, int panel)
{
	return panel < ARRANGED && s->arranged.hidden[panel];
}

/* What leads those that the viewer has hidden, and the blank behind it: a full-width colon has its own. */
static int lead_cells(const struct canvas *c, const struct show *s)
{
	return canvas_cells(c, say(s, WORD_HIDDEN_ONES)) + !s->zh;
}

/* The panels that are not seen, and the key that shows each: those that found no room, or those that the viewer has hidden. Returns the
 * column behind them. */
static int draw_unseen(struct area a, int x, const struct show *s, bool put_away)
{
	const char *lead = put_away ? say(s, WORD_HIDDEN_ONES) : "";
	for (int i = 0; i < PANEL_COUNT; i++) {
		const char *name = say(s, panels[i]->name);
		char key[2] = { panels[i]->key, 0 };
		int before = *lead ? lead_cells(a.canvas, s) : 0;
		if (i == PANEL_STILL || s->seen >> i & 1 || is_put_away(s, i) != put_away || x + before + 2 + canvas_cells(a.canvas, name) >= a.width)
			continue;
		if (before)
			x = canvas_put(a, x, 0, ROLE_KEY_LABEL, lead) + !s->zh;
		lead = "";
		int from = x;
		x = canvas_put(a, x, 0, ROLE_KEY, key);
		x = canvas_put(a, x + 1, 0, ROLE_KEY_LABEL, name) + 3;
		area_spot(a, from, 0, x - 3 - from, 1, SPOT_PRESS, *key);
	}
	return x;
}

/* Why nothing goes on, and what helps; the keys need not be said then. */
static bool draw_stopped(struct area a, const struct show *s)
{
	enum { LONGEST = 20 };
	proc_id inside = s->y->inside, p = inside ? inside : s->y->stalled.who;
	struct text name = { 0 }, command = { 0 };
	struct strip t = { 0 };

	if (!p || !is_stopped(s, p))
		return false;
	put_short(&name, a.canvas, title_of(s->g, p), LONGEST);
	text_print(&command, "kill -CONT %u", who_is(s->y->world.shared, process_body(s->g, p))->pid);
	strip_inked(&t, ROLE_WARNING, s->zh, inside ? WORD_INSIDE : WORD_ITS_TURN, inked(ROLE_WARNING | LOOK_BOLD, text_is(&name)), inked(ROLE_WARNING | LOOK_BOLD, text_is(&command)));
	strip_draw(&t, a, 1, 0, a.width - 1);
	strip_free(&t);
	text_free(&name);
	text_free(&command);
	return true;
}

/* The keys are never left out: of what the selected one would do, there may be no room for more than its beginning. */
static void put_move(const struct canvas *c, const struct show *s, const struct strip *question, struct strip *all, int room)
{
	const struct inked key = inked(ROLE_KEY, key_called(s, "Enter"));
	struct text whole = { 0 }, what = { 0 };

	put_next_action(&whole, s->g, play_own(s->y, s->selected));
	strip_inked(all, ROLE_KEY_LABEL, s->zh, WORD_LET_IT_MOVE, inked_strip(question), inked(ROLE_CODE, ""), key);
	put_beginning(&what, c, text_is(&whole), room - strip_cells(all, c));
	strip_clear(all);
	strip_inked(all, ROLE_KEY_LABEL, s->zh, WORD_LET_IT_MOVE, inked_strip(question), inked(ROLE_CODE, text_is(&what)), key);
	text_free(&whole);
	text_free(&what);
}

/* Which process moves next? What the selected one would do, if it can move. */
static bool draw_question(struct area a, const struct show *s)
{
	const struct inked key = inked(ROLE_KEY, key_called(s, "Enter"));
	struct strip question = { 0 }, all = { 0 };
	struct text again = { 0 }, what = { 0 };
	bool moves = may_be_chosen(s, s->selected) && !is_awaitable(s, s->selected);
	int x;

	if (!is_asked(s) || s->cover || key_situation(s) & SEARCHED)
		return false;
	if (may_be_chosen(s, s->selected))
		area_spot(a, 0, 0, AREA_REST, 1, SPOT_PRESS, PRESS_ENTER);
	strip_inked(&question, ROLE_WARNING | LOOK_BOLD, s->zh, WORD_WHO_MOVES, inked(ROLE_KEY_LABEL, title_of(s->g, s->selected)));
	if (!may_be_chosen(s, s->selected)) {
		strip_inked(&all, ROLE_KEY_LABEL, s->zh, first_choice(s) ? WORD_ANOTHER_ONE : WORD_NO_OTHER, inked_strip(&question));
	} else if (is_awaitable(s, s->selected)) {
		put_awaited(s, a.canvas, &what, s->selected, a.width);
		strip_inked(&all, ROLE_KEY_LABEL, s->zh, WORD_LET_IT_WAIT, inked_strip(&question), key, inked(ROLE_KEY_LABEL, text_is(&what)));
	} else {
		put_move(a.canvas, s, &question, &all, a.width - 2);
		put_policy_again(s, &again);
	}
	x = strip_draw(&all, a, 1, 0, a.width - 2);
	if (moves && x + 3 + canvas_cells(a.canvas, again.at) < a.width)
		canvas_put(a, x + 3, 0, ROLE_KEY_LABEL, again.at);
	text_free(&again);
	text_free(&what);
	strip_free(&question);
	strip_free(&all);
	return true;
}

/* What was just said, or what is typed. */
static bool draw_typing(struct area a, const struct show *s)
{
	int x;

	if (s->notice.length) {
		const struct span said = { ROLE_WARNING, s->notice.at };
		canvas_wrap(area_part(a, 1, 0, a.width - 2, AREA_REST), 0, 0, &said, 1);
		return true;
	}
	if (s->question == QUESTION_DRAW)
		draw_draw_question(a, s);
	if (s->question == QUESTION_FILTER) {
		x = canvas_put(a, 1, 0, ROLE_KEY, "/");
		x = canvas_put(a, x + 1, 0, ROLE_TITLE, s->filter[s->focus]);
		area_cursor(a, x, 0);
		canvas_fit(a, x + 2, 0, a.width - x - 3, ROLE_KEY_LABEL, say(s, WORD_FILTER_HOW));
		return true;
	}
	if (s->question == QUESTION_PREDICT)
		predict_draw_footer(a, s);
	if (s->question != QUESTION_STEP)
		return s->question == QUESTION_DRAW || s->question == QUESTION_PREDICT;
	x = canvas_put(a, 1, 0, ROLE_WARNING | LOOK_BOLD, say(s, WORD_TO_STEP));
	x = canvas_put(a, x + !s->zh, 0, ROLE_TITLE, s->typed);
	area_cursor(a, x, 0);
	canvas_fit(a, x + 2, 0, a.width - x - 3, ROLE_KEY_LABEL, say(s, WORD_TO_STEP_HOW));
	return true;
}

/* At the end of a run: why it ended so, and back to where it began to. */
static bool explains_end(const struct show *s, const struct key_row *k)
{
	return key_situation(s) & ENDED && (!strcmp(k->id, "why_ended") || !strcmp(k->id, "back"));
}

/* Keys that do something now; those of FIRST rows are never left out. kept: so much of the room is for others, but for what explains an
 * end. Returns the column behind them. */
static int draw_keys(struct area a, int x, int room, int kept, const struct show *s)
{
	for (int i = 0; i < key_count; i++)
		if (key_rows[i].when & FIRST && key_works(s, &key_rows[i]))
			room -= label_cells(a.canvas, s, &key_rows[i]);
	struct text label = { 0 };

	for (int i = 0; i < key_count; i++) {
		const struct key_row *k = &key_rows[i];
		int cells = label_cells(a.canvas, s, k);
		if (!cells || !key_works(s, k) || (!(k->when & FIRST) && cells > room - (explains_end(s, k) ? 0 : kept)))
			continue;
		room -= k->when & FIRST ? 0 : cells;
		int from = x;
		x = canvas_put(a, x, 0, ROLE_KEY, key_called(s, k->name));
		text_clear(&label);
		put_label(s, k, &label);
		x = canvas_put(a, x + 1, 0, ROLE_KEY_LABEL, text_is(&label)) + 3;
		area_spot(a, from, 0, x - 3 - from, 1, SPOT_PRESS, key_pointed_at(k));
	}
	text_free(&label);
	return x;
}

/* The ways to go on from the past: where they need all the room, the sentence before them is left out. */
static int ways_cells(const struct canvas *c, const struct show *s)
{
	int cells = 0;

	for (int i = 0; i < key_count; i++)
		cells += key_rows[i].when & WAY ? label_cells(c, s, &key_rows[i]) : 0;
	return cells;
}

int footer_lines(const struct canvas *c, const struct show *s)
{
	const struct span said = { ROLE_WARNING, text_is(&s->notice) };
	int lines = s->notice.length ? canvas_wrap_lines(c, c->width - 2, 0, &said, 1) : 1;

	return lines < NOTICE_LINES ? lines : NOTICE_LINES;
}

void footer_draw(struct area a, const struct show *s)
{
	int room = a.width - 1, kept = 0, x = 1;

	canvas_blank(a);                /* a notice of several lines lies over the last ones of a panel */
	canvas_ground(a, ROLE_BAR);
	if (s->cover && !s->notice.length && !(key_situation(s) & (KILLING | CHALLENGES | PREDICTED | HELPED))) {
		bool first = s->cover == COVER_LESSON && !s->begun;
		if (s->cover != COVER_PALETTE)
			area_spot(a, 0, 0, AREA_REST, 1, SPOT_PRESS, ' ');
		canvas_put(a, 1, 0, ROLE_KEY_LABEL, say(s, s->cover == COVER_PALETTE ? WORD_PALETTE_HOW : first ? WORD_ANY_KEY : key_card_runs(s) ? WORD_ANY_KEY_RUN : WORD_ANY_KEY_BACK));
		return;
	}
	if (draw_typing(a, s) || draw_stopped(a, s) || draw_question(a, s))
		return;
	if (key_situation(s) & WAY && canvas_cells(a.canvas, say(s, WORD_WHICH_WAY)) + 2 + ways_cells(a.canvas, s) <= room) {
		x = canvas_put(a, x, 0, ROLE_WARNING, say(s, WORD_WHICH_WAY)) + 2;
		room -= x;
	}
	for (int i = 0; i < PANEL_COUNT && !is_asked(s); i++)   /* with one of those, at least; but where a digit chooses, none shows a panel */
		if (i != PANEL_STILL && !(s->seen >> i & 1) && !s->zoomed) {
			kept = 2 + canvas_cells(a.canvas, say(s, panels[i]->name)) + 3 +
			       (is_put_away(s, i) ? lead_cells(a.canvas, s) : 0);
			break;
		}
	x = draw_keys(a, x, room, kept, s);
	if (!s->zoomed && !s->question && !s->cover && !is_asked(s))
		draw_unseen(a, draw_unseen(a, x, s, true), s, false);
}
