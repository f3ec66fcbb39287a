#include "sim/report/recording.h"
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 110 };

/* ---- writing ---- */

static const char *name_of(const struct program *g, proc_id p)
{
	return p ? g->process[p].name : "-";
}

static void write_move(struct text *t, const struct happening *e)
{
	if (e->draws) {
		text_put(t, " =");
		text_int(t, e->value);
	} else if (e->times > 1) {
		text_put(t, " x");
		text_int(t, e->times);
	}
	if (e->by != BY_POLICY) {
		text_put(t, " by ");
		text_put(t, decider_words[e->by]);
	}
}

static void write_other(struct text *t, const struct happening *e)
{
	if (e->cause == CAUSE_CHOSEN && e->draws) {
		text_put(t, " =");
		text_int(t, e->value);
	}
	if (e->cause == CAUSE_CHOSEN)
		return;
	text_char(t, ' ');
	if (e->cause == CAUSE_ENDED) {
		text_put(t, verdict_causes[e->value]);
		text_put(t, " actions ");
		text_int(t, (int64_t)e->actions);
	} else if (e->cause == CAUSE_POLICY) {
		text_put(t, policy_rows[e->value].word);
	} else {
		text_int(t, e->value);
	}
	if (!has_turn((enum cause)e->cause))
		return;
	text_put(t, " turn ");
	text_int(t, (int64_t)e->turn);
	if (e->within)
		text_put(t, " within");
}

void recording_write(struct text *t, const struct program *g, const struct history *h)
{
	for (const struct happening *e = h->entry; e < h->entry + h->count; e++) {
		text_put(t, "  ");
		text_int(t, e->time);
		text_char(t, ' ');
		text_put(t, cause_words[e->cause]);
		text_char(t, ' ');
		text_put(t, name_of(g, e->who));
		if (e->cause == CAUSE_MOVED)
			write_move(t, e);
		else
			write_other(t, e);
		text_char(t, '\n');
	}
}

/* An entry of the list, several of the history perhaps. */
static void put_turn(struct text *t, const struct program *g, const struct turn *turn, size_t *column)
{
	size_t before = t->length;
	if (!turn->who)
		return;
	text_put(t, *column ? ", " : "\n  ");
	text_put(t, g->process[turn->who].name);
	if (turn->draws)
		text_print(t, " =%lld", (long long)turn->draw);
	else if (turn->times > 1)
		text_print(t, " x%u", turn->times);
	*column += t->length - before;
	if (*column > WIDTH) {
		text_char(t, ',');
		*column = 0;
	}
}

void recording_list(struct text *t, const struct program *g, const struct history *h)
{
	enum { MOST_TIMES = 1000000000 };
	struct turn last = { 0 };
	size_t column = 0;
	text_char(t, '[');
	for (const struct happening *e = h->entry; e < h->entry + h->count; e++) {
		if (e->cause != CAUSE_MOVED || (e->who == MAIN && g->default_main))     /* the default main moves by itself */
			continue;
		if (last.who == e->who && !last.draws && !e->draws && last.times <= MOST_TIMES - e->times) {
			last.times += e->times;
			continue;
		}
		put_turn(t, g, &last, &column);
		last = (struct turn){ .who = e->who, .times = e->times, .draws = e->draws, .draw = e->value };
	}
	put_turn(t, g, &last, &column);
	text_put(t, "\n]\n");
}

/* ---- reading ---- */

struct reader {
	struct diags *diags;
	const struct program *g;
	const struct source *source;
	const char *at, *end;           /* the rest of the line */
	proc_id recent;                 /* the one that stood in the line before: often the same again */
};

static bool bad(struct reader *r, struct message what)
{
	size_t here = r->at - r->source->text, length = r->end - r->at;
	diag_add(r->diags, DIAG_SYNTAX, source_place(r->source, here, length), SAY(WRITTEN_BY_RECORD), what);
	return false;
}

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end && *r->at == ' ')
		r->at++;
}

/* The next word of the line; its length, 0 at the end. */
static size_t word(struct reader *r, const char **at)
{
	skip_blanks(r);
	*at = r->at;
	while (r->at < r->end && *r->at != ' ')
		r->at++;
	return r->at - *at;
}

static bool is_word(const char *at, size_t length, const char *is)
{
	return length == strlen(is) && !memcmp(at, is, length);
}

static bool read_number(struct reader *r, int64_t least, int64_t *out)
{
	const char *at;
	size_t n = word(r, &at);
	if (n && number_read(at, n, out) && *out >= least)
		return true;
	r->at = at;
	return bad(r, SAY(NUMBER_EXPECTED));
}

/* Which of these words comes next; -1: none. */
static int read_word(struct reader *r, const char *const *words, int count, struct message expected)
{
	const char *at;
	size_t n = word(r, &at);
	for (int i = 0; i < count; i++)
		if (words[i] && is_word(at, n, words[i]))
			return i;
	r->at = at;
	bad(r, expected);
	return -1;
}

static bool read_process(struct reader *r, struct happening *e)
{
	const char *at;
	size_t n = word(r, &at);
	if (is_word(at, n, "-") && (e->cause == CAUSE_BORN || e->cause == CAUSE_ENDED || is_rule((enum cause)e->cause)))
		return true;
	if (r->recent && is_word(at, n, r->g->process[r->recent].name))
		e->who = r->recent;
	for (proc_id p = 1; p < r->g->processes && !e->who; p++)
		if (is_word(at, n, r->g->process[p].name))
			e->who = p;
	r->recent = e->who;
	if (e->who)
		return true;
	r->at = at;
	return bad(r, SAY(NO_SUCH_PROCESS));
}

static bool read_move(struct reader *r, struct happening *e)
{
	const char *at;
	int64_t number = 1;
	int by = BY_POLICY;
	size_t n;
	while ((n = word(r, &at)))
		if (*at == '=' && number_read(at + 1, n - 1, &e->value)) {
			e->draws = true;
		} else if (is_word(at, n, "by")) {
			by = read_word(r, decider_words, DECIDER_COUNT, SAY(DECIDER_EXPECTED));
			if (by < 0)
				return false;
		} else if (*at != 'x' || !number_read(at + 1, n - 1, &number) || number < 1 || number > UINT32_MAX) {
			r->at = at;
			return bad(r, SAY(NOT_OF_A_MOVE));
		}
	e->times = (uint32_t)number;
	e->by = (uint8_t)by;
	return !e->draws || number == 1 || bad(r, SAY(ONE_DRAW));
}

/* And what the viewer said that it draws. */
static bool read_choice(struct reader *r, struct happening *e)
{
	const char *at;
	size_t n = word(r, &at);
	if (!n)
		return true;
	e->draws = *at == '=' && number_read(at + 1, n - 1, &e->value);
	r->at = e->draws ? r->at : at;
	return e->draws || bad(r, SAY(NUMBER_EXPECTED));
}

/* The one that is played from there on. Nobody can go over to the kernel's. */
static bool read_policy(struct reader *r, int64_t *policy)
{
	const char *words[POLICY_COUNT];
	for (int i = 0; i < POLICY_COUNT; i++)
		words[i] = i == POLICY_HOST ? NULL : policy_rows[i].word;
	*policy = read_word(r, words, POLICY_COUNT, SAY(POLICY_EXPECTED));
	return *policy >= 0;
}

static bool read_other(struct reader *r, struct happening *e)
{
	static const char *const turn_word[] = { "turn" }, *const within_word[] = { "within" }, *const actions_word[] = { "actions" };
	int verdict = e->cause == CAUSE_ENDED ? read_word(r, verdict_causes, VERDICT_COUNT, SAY(VERDICT_EXPECTED)) : 0;
	int64_t turn, actions = 0;
	if (e->cause == CAUSE_CHOSEN)
		return read_choice(r, e);
	if (verdict < 0 || (e->cause == CAUSE_POLICY && !read_policy(r, &e->value)) ||
	    (e->cause != CAUSE_ENDED && e->cause != CAUSE_POLICY && !read_number(r, e->cause != CAUSE_CUT && e->cause != CAUSE_LISTED, &e->value)))
		return false;
	if (e->cause == CAUSE_CPUS && e->value > MAX_CPUS)
		return bad(r, SAY(TOO_MANY_CPUS, MAX_CPUS));
	if (e->cause == CAUSE_ENDED) {
		e->value = verdict;
		if (read_word(r, actions_word, 1, SAY(ACTIONS_EXPECTED)) < 0 || !read_number(r, 0, &actions))
			return false;
		e->actions = (uint64_t)actions;
	}
	if (!has_turn((enum cause)e->cause))
		return true;
	if (read_word(r, turn_word, 1, SAY(TURN_EXPECTED)) < 0 || !read_number(r, 0, &turn))
		return false;
	e->turn = (uint64_t)turn;
	skip_blanks(r);
	e->within = r->at < r->end && !read_word(r, within_word, 1, SAY(WITHIN_EXPECTED));
	return !r->diags->errors;
}

static bool read_line(struct reader *r, struct happening *e)
{
	int cause;
	if (!read_number(r, 0, &e->time) || (cause = read_word(r, cause_words, CAUSE_COUNT, SAY(EVENT_EXPECTED))) < 0)
		return false;
	e->cause = (uint8_t)cause;
	if (!read_process(r, e) || !(cause == CAUSE_MOVED ? read_move(r, e) : read_other(r, e)))
		return false;
	skip_blanks(r);
	return r->at == r->end || bad(r, SAY(LINE_END_EXPECTED));
}

/* Of the list that decides there: the one that the run began with, or the last that was wished on the way. */
static void add_turn(struct history *h, struct turns *first, const struct happening *e)
{
	struct turn t = { .who = e->who, .times = e->times, .draws = e->by == BY_GIVEN && e->draws, .draw = e->value };
	struct wished_list *last = h->lists ? &h->list[h->lists - 1] : NULL;
	if (e->cause == CAUSE_LISTED)
		history_list(h, NULL, 0);
	if (e->cause != CAUSE_MOVED || e->by < BY_SCHEDULE)
		return;
	if (last) {
		GROW(last->turn, last->turns, last->room);
		last->turn[last->turns++] = t;
	} else {
		GROW(first->turn, first->count, first->room);
		first->turn[first->count++] = t;
	}
}

bool recording_read(struct diags *d, const struct program *g, const struct source *s, size_t from, struct history *h,
                    struct turns *turns)
{
	struct reader r = { .diags = d, .g = g, .source = s };
	const char *at = s->text + from, *end = s->text + s->length;
	while (at < end && !d->errors) {
		const char *newline = memchr(at, '\n', end - at);
		struct happening e = { 0 };
		r.at = at;
		r.end = newline ? newline : end;
		at = newline ? newline + 1 : end;
		skip_blanks(&r);
		if (r.at == r.end)
			continue;
		if (read_line(&r, &e)) {
			history_add(h, e);
			add_turn(h, turns, &e);
		}
	}
	return !d->errors;
}
