/* Which question there is about the next action, and what is right. */
#include <stdlib.h>
#include <string.h>
#include "sim/report/story.h"
#include "ui/dashboard/predict.h"
#include "ui/dashboard/show.h"

/* About one step of the program, with the same answer; more would only be counting. Answers are told apart by their number, so far. */
enum { MOST_TIMES = 2, ANSWERS = 4 };

/* ---- what may be asked ---- */

/* May it set a process free that waits for what it acts on? */
static bool may_free(enum op op)
{
	return op == OP_RELEASE || op == OP_SET || op == OP_COUNT_DOWN;
}

static bool hands_over(enum op op)
{
	return op == OP_PUT || op == OP_GET || op == OP_SEND || op == OP_RECV || op == OP_TASK_DONE;
}

/* May its process have to wait for it? */
static bool may_wait(enum op op)
{
	return op == OP_ACQUIRE || op == OP_GET || op == OP_PUT || op == OP_WAIT || op == OP_SEND || op == OP_RECV || op == OP_JOIN || op == OP_ACCEPT;
}

/* "n = 7" says itself what n is then. */
static bool is_plain(const char *step)
{
	const char *is = strchr(step, '='), *c;

	if (!is || is == step || strchr("+-*/<>=!", is[-1]) || strpbrk(step, ":"))
		return false;
	for (c = is + 1; *c == ' ' || *c == '-' || (*c >= '0' && *c <= '9'); c++)
		;
	return !*c || !strcmp(c, "true") || !strcmp(c, "false");
}

/* More of the same step comes: "total = total + 5" has read total, and writes it next. */
static bool is_halfway(const struct ahead *a, const struct show *s)
{
	proc_id p = (proc_id)a->event.who;
	const struct ins *did = &s->g->code[a->event.pc], *next;

	if (who_is(a->play->world.shared, p)->life != LIFE_ALIVE)
		return false;
	next = world_next(s->g, play_own(a->play, p));
	return next > did && next->step == did->step;
}

static bool kind_of(const struct predict *p, const struct show *s, enum predict_kind *kind)
{
	const struct ahead *a = &p->ahead;
	enum op op = (enum op)s->g->code[a->event.pc].op;
	bool condition = a->object && s->g->object[a->object].kind == KIND_CONDITION;
	const struct step *step = &s->g->step[s->g->code[a->event.pc].step];

	if (a->object && !condition && a->waiters && (may_free(op) || hands_over(op)))
		*kind = a->waiters > 1 && a->frees <= 1 ? ABOUT_WHO : ABOUT_ANYBODY;
	else if (a->object && !condition && may_free(op))
		*kind = ABOUT_ANYBODY;
	else if (may_wait(op) && who_is(s->moment->world.shared, world_waiter(s->g, play_own(s->moment, (proc_id)a->event.who), (proc_id)a->event.who))->in_line)
		return false;                   /* it has been asked before it stood there */
	else if (may_wait(op))
		*kind = ABOUT_STATE;
	else if (a->has_set && (step->ask || !is_plain(step->text ? step->text : "")))
		*kind = ABOUT_VALUE;
	else
		*kind = ABOUT_STATE;
	return *kind != ABOUT_STATE || may_wait(op) || (step->ask && !is_halfway(a, s));
}

static struct asked *asked_before(const struct predict *p, uint64_t n)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->list[i].n == n)
			return &p->list[i];
	return NULL;
}

/* Not too often; but what was missed is always asked again. */
static bool is_wanted(struct predict *p, const struct show *s)
{
	const struct asked *q = &p->now, *before = asked_before(p, q->n);
	size_t answer = q->kind == ABOUT_STATE || q->kind == ABOUT_ANYBODY ? (size_t)q->right - 1 : 0;
	size_t row = ((size_t)q->kind * s->g->steps + q->step) * ANSWERS + answer;

	if (before)
		return !before->was_right;
	if (s->g->step[q->step].ask)
		return true;
	if (!p->times)
		p->times = must_have(calloc((size_t)PREDICT_KINDS * s->g->steps * ANSWERS, sizeof *p->times));
	p->worn = p->times[row] >= MOST_TIMES;
	if (p->worn)
		return false;
	p->times[row]++;
	return true;
}

/* ---- what is right ---- */

static struct text *add_choice(struct asked *q)
{
	struct text *t = &q->choice[q->choices++];

	text_clear(t);
	return t;
}

/* All that wait, as far as there are digits; the one that is right among them. */
static void choose_who(struct asked *q, const struct ahead *a, const struct show *s)
{
	int shown = a->waiters < CHOICES - 1 ? a->waiters : CHOICES - 1, free = 0;

	while (free < a->waiters && !a->freed[free])
		free++;
	for (int i = 0; i < shown; i++)
		text_put(add_choice(q), title_of(s->g, a->waiter[i == shown - 1 && free >= shown && free < a->waiters ? free : i]));
	text_say(add_choice(q), SAY(PREDICT_NOBODY));
	q->right = free == a->waiters ? q->choices : free < shown ? free + 1 : shown;
}

static void choose_anybody(struct asked *q, const struct ahead *a)
{
	text_say(add_choice(q), SAY(PREDICT_YES));
	text_say(add_choice(q), SAY(PREDICT_NO));
	q->right = a->frees ? 1 : 2;
}

static void choose_state(struct asked *q, const struct show *s, const struct play *rested)
{
	const struct actor *a = &rested->actor[q->who];

	text_say(add_choice(q), SAY(PREDICT_OR, shown_word(s, STATE_RUNNING), shown_word(s, STATE_READY)));
	text_put(add_choice(q), shown_word(s, STATE_BLOCKED));
	text_put(add_choice(q), shown_word(s, SHOWN_SLEEPING));
	text_put(add_choice(q), shown_word(s, STATE_ZOMBIE));
	q->right = a->state == STATE_BLOCKED ? a->on == ON_CLOCK ? 3 : 2 : a->state >= STATE_ZOMBIE ? 4 : 1;
}

static void value_words(struct asked *q)
{
	text_clear(&q->answer);
	if (q->truth)
		text_put(&q->answer, q->value ? "true" : "false");
	else
		text_int(&q->answer, q->value);
}

/* ---- why ---- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c & 0x80;
}

static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += length)
		if ((at == text || !is_letter(at[-1])) && !is_letter(at[length]))
			return true;
	return false;
}

/* The private variables that the step looks at, as they are before it: "n = 1". */
static void put_known(struct text *t, const struct show *s, const struct asked *q)
{
	const char *name[PRIVATES], *step = s->g->step[q->step].text;
	int count = private_names(s->g, name);
	struct text one = { 0 };
	value now;
	bool fresh;

	for (int i = 0; i < count; i++) {
		if (!step || !has_word(step, name[i]) || !private_of(s, q->who, name[i], &now, &fresh))
			continue;
		text_clear(&one);
		text_print(&one, "%s = ", name[i]);
		put_value(s, &one, now);
		text_list(t, &sentence_NAMES_ARE, text_is(&one));
	}
	text_free(&one);
}

static void put_freed(struct text *t, const struct ahead *a, const struct show *s)
{
	enum { NAMES = 3 };
	proc_id name[NAMES];
	int named = 0;

	for (int i = 0; i < a->waiters && named < NAMES; i++)
		if (a->freed[i])
			name[named++] = a->waiter[i];
	story_freed(t, s->g, name, named, a->frees - named, value_make(TAG_OBJECT, a->object));
}

static void say_whole(struct text *t)
{
	struct text all = { 0 };

	text_say(&all, SAY(PREDICT_IT_WAS, text_is(t)));
	text_free(t);
	*t = all;
}

static void put_reason(struct asked *q, const struct ahead *a, const struct show *s, const struct play *rested)
{
	const struct situation now = situation_of(rested);
	struct text more = { 0 }, all = { 0 };

	text_clear(&q->why);
	text_put(&all, text_is(&a->sentence));
	if (q->kind == ABOUT_VALUE) {
		put_known(&more, s, q);
		text_clear(&all);
		if (more.length)
			text_say(&all, SAY(PREDICT_KNEW, text_is(&a->sentence), text_is(&more)));
		else
			text_say(&all, SAY(PREDICT_IT_WAS, text_is(&a->sentence)));
	} else if (q->kind == ABOUT_STATE) {
		if (q->right == 2 && a->event.how != CAN_ENQUEUE)
			story_wait(&more, &now, q->who);
		if (more.length)
			text_list(&all, &sentence_PARTS_ARE, text_is(&more));
		say_whole(&all);
	} else if (a->frees) {
		put_freed(&more, a, s);
		text_list(&all, &sentence_PARTS_ARE, text_is(&more));
		say_whole(&all);
	} else {
		text_clear(&all);
		text_say(&all, a->waiters ? SAY(PREDICT_NONE_FREED, text_is(&a->sentence), s->g->object[a->object].name) :
		                            SAY(PREDICT_NONE_WAITS, text_is(&a->sentence), s->g->object[a->object].name));
	}
	text_put(&q->why, text_is(&all));
	text_free(&more);
	text_free(&all);
}

/* ---- the question ---- */

/* What the scenario asks there, in its own words; false: nothing. */
static bool put_own_question(struct text *t, const struct show *s, const struct asked *q)
{
	uint32_t code = s->g->step[q->step].ask;
	value v = code ? world_peek(s->g, s->moment->world.shared, play_own(s->moment, q->who), q->who, code, s->moment->scratch) : VALUE_UNSET;

	put_value(s, t, v);
	return v != VALUE_UNSET;
}

static void put_words(struct asked *q, const struct ahead *a, const struct show *s)
{
	struct text step = { 0 }, own = { 0 };
	const char *who = title_of(s->g, q->who);

	text_clear(&q->words);
	put_next_action(&step, s->g, play_own(s->moment, q->who));
	switch (put_own_question(&own, s, q) ? PREDICT_KINDS : q->kind) {
	case PREDICT_KINDS: text_say(&q->words, SAY(PREDICT_OWN, who, text_is(&step), text_is(&own))); break;
	case ABOUT_VALUE:   text_say(&q->words, SAY(PREDICT_VALUE, who, text_is(&step), s->g->shared[a->variable].name)); break;
	case ABOUT_WHO:     text_say(&q->words, SAY(PREDICT_WHO, who, text_is(&step))); break;
	case ABOUT_ANYBODY: text_say(&q->words, SAY(PREDICT_ANYBODY, who, text_is(&step))); break;
	default:            text_say(&q->words, SAY(PREDICT_STATE, who, text_is(&step))); break;
	}
	text_free(&step);
	text_free(&own);
}

bool predict_find(struct predict *p, const struct show *s, const struct play *rested)
{
	const struct ahead *a = &p->ahead;
	struct asked *q = &p->now;
	enum predict_kind kind;

	if ((a->event.who == MAIN && s->g->default_main) || a->event.how == CAN_DIE || a->event.how == CAN_HANDLE || !kind_of(p, s, &kind))
		return false;
	q->kind = kind;
	q->n = s->moment->at->steps + 1;
	q->who = a->event.who;
	q->step = s->g->code[a->event.pc].step;
	q->choices = 0;
	q->since = q->was_right = false;
	text_clear(&q->given);
	if (kind == ABOUT_VALUE) {
		q->truth = a->value == VALUE_TRUE || a->value == VALUE_FALSE;
		q->value = q->truth ? a->value == VALUE_TRUE : value_int(s->g->pool, a->value);
		value_words(q);
	} else if (kind == ABOUT_WHO) {
		choose_who(q, a, s);
	} else if (kind == ABOUT_ANYBODY) {
		choose_anybody(q, a);
	} else {
		choose_state(q, s, rested);
	}
	if (q->choices) {
		text_clear(&q->answer);
		text_put(&q->answer, text_is(&q->choice[q->right - 1]));
	}
	if (!is_wanted(p, s))
		return false;
	put_words(q, a, s);
	put_reason(q, a, s, rested);
	return true;
}

/* ---- answers ---- */

static void copy(struct text *to, const struct text *from)
{
	*to = (struct text){ 0 };
	text_put(to, text_is(from));
}

/* Only the first answer counts. */
static void note_answer(struct predict *p, const char *given, bool right)
{
	struct asked *q = &p->now, *before = asked_before(p, q->n);

	p->right = right;
	text_clear(&q->given);
	text_put(&q->given, given);
	if (before) {
		before->since |= right;
		return;
	}
	q->was_right = right;
	GROW(p->list, p->count, p->room);
	before = &p->list[p->count++];
	*before = (struct asked){ .kind = q->kind, .n = q->n, .who = q->who, .step = q->step, .was_right = right };
	copy(&before->words, &q->words);
	copy(&before->answer, &q->answer);
	copy(&before->given, &q->given);
}

bool predict_answer_digit(struct predict *p, int digit)
{
	if (digit < 1 || digit > p->now.choices)
		return false;
	note_answer(p, text_is(&p->now.choice[digit - 1]), digit == p->now.right);
	return true;
}

/* Blanks and case do not matter. */
static void tidy(char *to, const char *from)
{
	for (; *from; from++)
		if (*from != ' ')
			*to++ = (char)(*from >= 'A' && *from <= 'Z' ? *from - 'A' + 'a' : *from);
	*to = 0;
}

static bool read_truth(const char *typed, int64_t *n)
{
	static const char *const yes[] = { "true", "t", "yes", "y", "1" }, *const no[] = { "false", "f", "no", "n", "0" };

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		*n = !strcmp(typed, yes[i]);
		if (*n || !strcmp(typed, no[i]))
			return true;
	}
	return false;
}

static bool read_number(const char *typed, int64_t *n)
{
	char *end;

	*n = strtoll(typed, &end, 10);
	return end > typed && !*end;
}

bool predict_answer_typed(struct predict *p, const char *typed)
{
	char tidied[TYPED + 1];
	int64_t n;

	tidy(tidied, typed);
	if (!(p->now.truth ? read_truth(tidied, &n) : read_number(tidied, &n)))
		return false;
	note_answer(p, p->now.truth ? n ? "true" : "false" : tidied, n == p->now.value);
	return true;
}

/* ---- all of them ---- */

int predict_right(const struct predict *p)
{
	int n = 0;

	for (size_t i = 0; i < p->count; i++)
		n += p->list[i].was_right;
	return n;
}

struct asked *predict_missed(const struct predict *p, size_t i)
{
	for (size_t k = 0; k < p->count; k++)
		if (!p->list[k].was_right && !i--)
			return &p->list[k];
	return NULL;
}

static void forget(struct asked *q)
{
	text_free(&q->words);
	text_free(&q->answer);
	text_free(&q->why);
	text_free(&q->given);
	for (int i = 0; i < CHOICES; i++)
		text_free(&q->choice[i]);
}

void predict_anew(struct predict *p, uint64_t same)
{
	size_t left = 0;

	for (size_t i = 0; i < p->count; i++)
		if (p->list[i].n <= same)
			p->list[left++] = p->list[i];
		else
			forget(&p->list[i]);
	p->count = left;
	p->passed = p->told_at = 0;
	p->concluded = false;
	p->selected = 0;
	if (!same) {
		free(p->times);
		p->times = NULL;
		p->came = p->worn_told = false;
	}
	ahead_end(&p->ahead);
}

void predict_free(struct predict *p)
{
	predict_anew(p, 0);
	forget(&p->now);
	free(p->list);
	free(p->times);
}
