/* Answering a question about the next action, and what is drawn of it. */
#include <string.h>
#include "ui/dashboard/card.h"
#include "ui/dashboard/key_functions.h"
#include "ui/dashboard/mouse.h"
#include "ui/dashboard/predict.h"

/* ---- keys ---- */

static struct wish answered(struct show *s, bool skipped)
{
	s->question = QUESTION_NONE;
	s->typed[0] = 0;
	return (struct wish){ WISH_PREDICTED, skipped, 0 };
}

/* What is no answer is asked again. */
static void ask_again(struct show *s)
{
	const struct asked *q = &s->predict->now;

	s->typed[0] = 0;
	text_clear(&s->notice);
	text_say(&s->notice, q->choices ? SAY(PREDICT_ONLY_DIGIT, q->choices) : q->truth ? SAY(PREDICT_ONLY_TRUTH) : SAY(PREDICT_ONLY_NUMBER));
}

static struct wish press_choice(struct show *s, int press)
{
	if (press == 'a') {
		s->predict->on = false;
		return answered(s, true);
	}
	if (predict_answer_digit(s->predict, digit_of(press)))
		return answered(s, false);
	ask_again(s);
	return nothing;
}

static struct wish press_text(struct show *s, int press)
{
	size_t length = strlen(s->typed);

	press = narrow(press);
	if (letters_erase(s->typed, press))
		return nothing;
	if (press == PRESS_ENTER) {
		if (predict_answer_typed(s->predict, s->typed))
			return answered(s, false);
		ask_again(s);
	} else if (press >= ' ' && press < 127 && length < TYPED) {
		s->typed[length] = (char)press;
		s->typed[length + 1] = 0;
	}
	return nothing;
}

struct wish type_prediction(struct show *s, int press)
{
	if (press == PRESS_ESCAPE)
		return answered(s, true);
	if (press == 'Q')
		return (struct wish){ WISH_QUIT, 0, 0 };
	return s->predict->now.choices ? press_choice(s, press) : press_text(s, press);
}

struct wish key_predict(struct show *s, int press)
{
	(void)s, (void)press;
	return (struct wish){ WISH_PREDICT, 0, 0 };
}

struct wish key_predictions(struct show *s, int press)
{
	(void)press;
	if (!s->predict) {
		text_put(&s->notice, say(s, WORD_NOT_NOW));
		return nothing;
	}
	s->predict->selected = 0;
	return open_card(s, COVER_PREDICTIONS);
}

struct wish key_missed_up(struct show *s, int press)
{
	(void)press;
	s->predict->selected -= s->predict->selected > 0;
	return nothing;
}

struct wish key_missed_down(struct show *s, int press)
{
	(void)press;
	s->predict->selected += predict_missed(s->predict, s->predict->selected + 1) != NULL;
	return nothing;
}

/* Back to just before its action: there it is asked again. */
struct wish key_go_missed(struct show *s, int press)
{
	const struct asked *q = predict_missed(s->predict, s->predict->selected);

	close_card(s, press);
	if (!q)
		return nothing;
	s->predict->on = true;
	s->predict->passed = 0;
	return (struct wish){ WISH_GO, (int64_t)q->n - 1, 0 };
}

/* ---- above the panels ---- */

void put_score(struct text *t, const struct predict *p)
{
	text_say(t, SAY(PREDICT_SCORE, predict_right(p), (int64_t)p->count));
}

static int draw_lines(struct area a, int y, struct span *span, int spans)
{
	enum { MOST = 4 };
	int lines = canvas_wrap_lines(a.canvas, a.width - 2, 0, span, spans);

	if (y >= a.height / 3)
		return 0;
	lines = lines < MOST ? lines : MOST;
	canvas_wrap(area_part(a, 1, y, -1, lines), 0, 0, span, spans);
	return lines;
}

/* "1 eater.2   2 eater.3   3 none" */
static int draw_choices(struct area a, int y, const struct asked *q)
{
	struct text t = { 0 };
	struct span span = { ROLE_TEXT, NULL };
	int lines;

	int at[CHOICES + 1] = { 0 };
	for (int i = 0; i < q->choices; i++) {
		text_print(&t, "%s%d %s", i ? "   " : "", i + 1, text_is(&q->choice[i]));
		at[i + 1] = canvas_cells(a.canvas, text_is(&t)) + 3;
	}
	span.text = text_is(&t);
	lines = t.length ? draw_lines(a, y, &span, 1) : 0;
	for (int i = 0; lines == 1 && i < q->choices; i++)      /* where they stand in one line, as they nearly always do */
		area_spot(a, 1 + at[i], y, at[i + 1] - at[i] - 3, 1, SPOT_PRESS, '1' + i);
	text_free(&t);
	return lines;
}

int predict_draw(struct area a, const struct show *s)
{
	const struct predict *p = s->predict;
	const struct asked *q = p ? &p->now : NULL;
	struct text t = { 0 }, score = { 0 };
	struct span span[2] = { { ROLE_WARNING | LOOK_BOLD, NULL }, { ROLE_FAINT, NULL } };
	int y = 0;

	if (p && s->question == QUESTION_PREDICT) {
		span[0].text = text_is(&q->words);
		y = draw_lines(a, 0, span, 1);
		y += draw_choices(a, y, q);
	} else if (p && p->told_at && p->told_at == s->moment->at->steps) {
		text_say(&t, p->right ? SAY(PREDICT_RIGHT, text_is(&q->answer), text_is(&q->why)) :
		                        SAY(PREDICT_WRONG, text_is(&q->answer), text_is(&q->given), text_is(&q->why)));
		text_put(&score, s->zh ? "" : " ");
		put_score(&score, p);
		span[0] = (struct span){ (p->right ? ROLE_GOOD : ROLE_ERROR) | LOOK_BOLD, text_is(&t) };
		span[1].text = text_is(&score);
		y = draw_lines(a, 0, span, 2);
	}
	text_free(&t);
	text_free(&score);
	return y;
}

void predict_draw_footer(struct area a, const struct show *s)
{
	const struct asked *q = &s->predict->now;
	struct text how = { 0 };
	int x = 1;

	text_say(&how, q->choices ? SAY(PREDICT_BY_DIGIT, q->choices) : q->truth ? SAY(PREDICT_BY_TRUTH) : SAY(PREDICT_BY_NUMBER));
	if (!q->choices) {
		x = canvas_put(a, x, 0, ROLE_WARNING | LOOK_BOLD, "> ");
		x = canvas_put(a, x, 0, ROLE_TITLE, s->typed);
		area_cursor(a, x, 0);
		x += 3;
	}
	canvas_fit(a, x, 0, a.width - x - 1, ROLE_KEY_LABEL, text_is(&how));
	text_free(&how);
}

/* ---- the card ---- */

static void put_missed(struct card *c, const struct show *s, size_t i)
{
	const struct asked *q = predict_missed(s->predict, i);
	struct text row = { 0 };
	struct span span[2] = { { ROLE_ACCENT, s->predict->selected == i ? glyph_text(c->a.canvas->ascii, GLYPH_HERE) : " " }, { ROLE_TEXT, NULL } };

	text_put(&row, " ");
	if (q->since)
		text_say(&row, SAY(PREDICT_ROW_SINCE, (int64_t)q->n, text_is(&q->words), text_is(&q->answer)));
	else
		text_say(&row, SAY(PREDICT_ROW, (int64_t)q->n, text_is(&q->words), text_is(&q->answer), text_is(&q->given)));
	span[1].text = text_is(&row);
	int y = c->y;
	put_paragraph(c, 2, span, 2);
	area_spot(c->a, 0, y, AREA_REST, c->y - y, SPOT_MISSED, (int64_t)i);
	text_free(&row);
}

static void put_message(struct card *c, unsigned ink, struct message m)
{
	struct text t = { 0 };

	text_say(&t, m);
	put_line(c, ink, text_is(&t));
	text_free(&t);
}

void put_predictions(struct card *c, const struct show *s)
{
	const struct predict *p = s->predict;

	if (!p->count) {
		put_message(c, ROLE_TEXT, SAY(PREDICT_EMPTY));
		return;
	}
	put_message(c, ROLE_TITLE, SAY(PREDICT_SCORE, predict_right(p), (int64_t)p->count));
	c->y++;
	put_message(c, ROLE_FAINT, predict_missed(p, 0) ? SAY(PREDICT_MISSED) : SAY(PREDICT_ALL_RIGHT));
	for (size_t i = 0; predict_missed(p, i); i++)
		put_missed(c, s, i);
}
