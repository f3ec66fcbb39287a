/* quiz: what the scenario itself asks, before the steps that have `ask`. The questions are those of the dashboard, so are their answers: they
 * come from the model, run one action ahead. */
#include "ui/cli/quiz.h"
#include <stdlib.h>
#include <string.h>
#include "ui/dashboard/predict.h"
#include "ui/dashboard/show.h"

enum { MOST_ACTIONS = 5000 };

/* The run as a viewer would see it. */
struct seen { struct view *view; struct play *play; struct show show; struct predict predict; };

static bool asks_anything(const struct program *g)
{
	for (uint32_t i = 0; i < g->steps; i++)
		if (g->step[i].ask)
			return true;
	return false;
}

static void begin(struct seen *s, const struct quiz *q)
{
	const struct program *g = q->trial.g;
	bool zh = !strcmp(q->call->language, "zh");
	*s = (struct seen){ .view = view_new(g, zh, NULL) };
	s->play = play_new(g, &q->trial.settings, NULL, view_listener(s->view));
	show_init(&s->show, g, zh);
	s->show.predict = &s->predict;
	show_begin(&s->show, s->play, s->view);
}

static void end(struct seen *s)
{
	predict_free(&s->predict);
	show_free(&s->show);
	play_free(s->play);
	view_free(s->view);
}

/* Is there a question of the scenario's own about the next action? It is put together then. */
static bool has_question(struct seen *s, const bool *been)
{
	const struct ahead *a = &s->predict.ahead;
	const struct program *g = s->play->g;
	if (!ahead_of_now(&s->predict.ahead, s->play, (struct choice){ 0 }))
		return false;
	uint32_t step = g->code[a->event.pc].step;
	return g->step[step].ask && !been[step] && predict_find(&s->predict, &s->show, play_rested(s->show.spare, a->play));
}

/* By its number, or in its words. */
static bool is_choice(struct predict *p, const char *typed)
{
	const struct asked *q = &p->now;
	for (int i = 0; i < q->choices; i++)
		if (quiz_is_one_of(typed, (const char *const[]){ text_is(&q->choice[i]), NULL }))
			return predict_answer_digit(p, i + 1);
	return typed[0] && !typed[1] && predict_answer_digit(p, typed[0] - '0');
}

/* What can't be meant is asked again. */
static struct message again(const struct asked *q)
{
	return q->choices ? SAY(QUIZ_NO_CHOICE, q->choices) : q->truth ? SAY(QUIZ_NO_TRUTH) : SAY(QUIZ_ONE_NUMBER);
}

static void ask(struct quiz *q, struct predict *p)
{
	const struct asked *now = &p->now;
	bool answered = false;
	quiz_begin(q, SAY(AS_IT_IS, text_is(&now->words)));
	for (int i = 0; i < now->choices; i++)
		printf("     %d  %s\n", i + 1, text_is(&now->choice[i]));
	while (!answered && quiz_read(q)) {
		quiz_make_plain(q->line);
		const char *typed = quiz_typed(q);
		answered = now->choices ? is_choice(p, typed) : strlen(typed) <= TYPED && predict_answer_typed(p, typed);
		if (!answered)
			print_line(again(now), stdout);
	}
	quiz_judge(q, answered && p->right, text_is(&now->answer));
	if (!q->left)
		print_line(SAY(AS_IT_IS, text_is(&now->why)), stdout);
}

/* Each once, as the run comes to it. */
void quiz_ask_own(struct quiz *q)
{
	const struct program *g = q->trial.g;
	struct seen s;
	if (!asks_anything(g))
		return;
	bool *been = must_have(calloc(g->steps, sizeof *been));
	begin(&s, q);
	do {
		if (!has_question(&s, been))
			continue;
		been[s.predict.now.step] = true;
		ask(q, &s.predict);
	} while (!q->left && !ends_now() && s.play->at->steps < MOST_ACTIONS && play_step(s.play));
	end(&s);
	free(been);
}
