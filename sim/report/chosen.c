/* Why a policy chose a process, in words. */
#include "sim/report/chosen.h"
#include <stdio.h>
#include <string.h>
#include "sim/report/metrics.h"
#include "sim/report/phrases.h"

enum { MOST_NAMED = 8, MOST_DIGITS = 6 };

static const struct { const char *json, *word[2]; } orders[ORDERS] = {
#define ORDER(id, json, en, zh) { json, { en, zh } },
#define TIE(...)
#include "sim/schedule/orders.def"
#undef ORDER
#undef TIE
}, ties[TIES] = {
	  [TIE_NONE] = { 0 },
#define ORDER(...)
#define TIE(id, json, en, zh) { json, { en, zh } },
#include "sim/schedule/orders.def"
#undef ORDER
#undef TIE
};

const char *tie_word(enum tie tie, bool chinese)
{
	return ties[tie].word[chinese];
}

static const char *name_of(const struct play *y, proc_id p)
{
	return y->g->process[p].name;
}

static bool is_time(enum order order)
{
	return order == ORDER_SINCE || order == ORDER_BURST || order == ORDER_ESTIMATE || order == ORDER_DEADLINE;
}

/* There is nothing to be written beside a name. */
static bool is_bare(enum order order, struct choice_key key)
{
	return order >= ORDER_CHANCE || !key.of || (order == ORDER_DEADLINE && key.n == UNLIMITED);
}

/* Ratios that differ must be seen to differ. */
static int digits_for(const struct play *y, const struct news *n)
{
	char mine[40], other[40];
	struct choice_key a = choice_key(y, n->who);
	for (int digits = 1; digits < MOST_DIGITS; digits++) {
		bool clash = false;
		snprintf(mine, sizeof mine, "%.*f", digits, a.of ? (double)a.n / (double)a.of : 0);
		for (proc_id q = choice_next(y, n, 0); q; q = choice_next(y, n, q)) {
			struct choice_key b = choice_key(y, q);
			snprintf(other, sizeof other, "%.*f", digits, b.of ? (double)b.n / (double)b.of : 0);
			clash |= !strcmp(mine, other) && (__int128)a.n * b.of != (__int128)b.n * a.of;
		}
		if (!clash)
			return digits;
	}
	return MOST_DIGITS;
}

static void put_key(struct text *t, const struct play *y, enum order order, struct choice_key key, int digits)
{
	bool bare = is_bare(order, key);
	if (bare && order != ORDER_DEADLINE)
		return;
	text_char(t, ' ');
	if (bare) {
		text_put(t, phrase_in(y->g, PHRASE_NO_DEADLINE));
	} else if (order == ORDER_BURST && key.n == ENDLESS) {
		text_put(t, phrase_in(y->g, PHRASE_ENDLESS_BURST));
	} else if (is_time(order)) {
		metrics_ms(t, (double)key.n / (double)key.of);
		text_put(t, "ms");
	} else if (order == ORDER_RATIO) {
		text_print(t, "%.*f", digits, (double)key.n / (double)key.of);
	} else {
		text_print(t, "%.10g", (double)key.n / (double)key.of);
	}
}

/* One more of what is said so far. */
static void wrap(struct text *so_far, const struct program *g, enum phrase which, struct slot *slots)
{
	struct text before = *so_far;
	*so_far = (struct text){ 0 };
	slots[0].is = text_is(&before);
	phrase_fill(so_far, g, which, slots);
	text_free(&before);
}

static void put_number_of(struct text *t, int64_t n)
{
	text_clear(t);
	text_int(t, n);
}

/* The first of them with what counts for each; the chosen one is always named. */
static void put_list(struct text *t, const struct play *y, const struct news *n)
{
	enum order order = choice_order(y);
	int digits = order == ORDER_RATIO ? digits_for(y, n) : 0, named = 0;
	struct text one = { 0 };
	int64_t more = 0;
	for (proc_id q = choice_next(y, n, 0); q; q = choice_next(y, n, q)) {
		if (named >= MOST_NAMED && q != n->who) {
			more++;
			continue;
		}
		text_clear(&one);
		text_put(&one, name_of(y, q));
		put_key(&one, y, order, choice_key(y, q), digits);
		text_list(t, &sentence_NAMES_ARE, text_is(&one));
		named++;
	}
	put_number_of(&one, more);
	if (more)
		wrap(t, y->g, PHRASE_AND_MORE_READY, (struct slot[]){ { "list", "" }, { "n", text_is(&one) }, { 0 } });
	text_free(&one);
}

static bool is_alone(const struct play *y, const struct news *n)
{
	proc_id first = choice_next(y, n, 0);
	return !choice_next(y, n, first);
}

static int64_t tickets_of_all(const struct play *y, const struct news *n)
{
	int64_t all = 0;
	for (proc_id q = choice_next(y, n, 0); q; q = choice_next(y, n, q))
		all += tickets_of(y, q);
	return all;
}

static void put_reason(struct text *t, const struct play *y, const struct news *n)
{
	enum tie tie = choice_tie(y, n);
	struct text list = { 0 }, ticket = { 0 }, all = { 0 };
	if (is_alone(y, n)) {
		text_put(t, phrase_in(y->g, PHRASE_ALONE_READY));
		return;
	}
	put_list(&list, y, n);
	put_number_of(&ticket, n->number);
	phrase_fill(t, y->g, PHRASE_COUNTS, (struct slot[]){ { "by", orders[choice_order(y)].word[y->g->chinese] }, { "list", text_is(&list) }, { 0 } });
	if (choice_order(y) == ORDER_TICKETS) {
		put_number_of(&all, tickets_of_all(y, n));
		wrap(t, y->g, PHRASE_TICKET_DRAWN, (struct slot[]){ { "why", "" }, { "n", text_is(&ticket) }, { "of", text_is(&all) }, { 0 } });
	}
	if (tie)
		wrap(t, y->g, PHRASE_EQUAL, (struct slot[]){ { "why", "" }, { "rule", tie_word(tie, y->g->chinese) }, { 0 } });
	text_free(&list);
	text_free(&ticket);
	text_free(&all);
}

void chosen_put(struct text *t, const struct play *y, const struct news *n)
{
	const struct policy_row *row = &policy_rows[y->settings.policy];
	bool keeps = n->why == WHY_EXPIRED, several = y->settings.cpus > 1;
	struct text cpu = { 0 }, why = { 0 };
	put_number_of(&cpu, n->cpu - 1);
	put_reason(&why, y, n);
	phrase_fill(t, y->g, keeps && several ? PHRASE_KEEPS_ITS_CPU : keeps ? PHRASE_KEEPS_CPU : several ? PHRASE_CHOOSES_FOR : PHRASE_CHOOSES,
	            (struct slot[]){ { "policy", y->g->chinese ? row->title_zh : row->word }, { "who", name_of(y, n->who) },
	                             { "n", text_is(&cpu) }, { "why", text_is(&why) }, { 0 } });
	text_free(&cpu);
	text_free(&why);
}

/* ---- JSON ---- */

static void put_number(struct text *t, enum order order, struct choice_key key)
{
	if (is_bare(order, key) || (order == ORDER_BURST && key.n == ENDLESS))
		text_put(t, "null");
	else
		text_print(t, "%.12g", (double)key.n / (double)key.of);
}

void chosen_json(struct text *t, const struct play *y, const struct news *n)
{
	enum order order = choice_order(y);
	enum tie tie = choice_tie(y, n);
	text_put(t, ", \"process\": ");
	text_json(t, name_of(y, n->who));
	text_print(t, ", \"cpu\": %u, \"policy\": \"%s\", \"keeps\": %s, \"by\": \"%s\", \"ready\": [", n->cpu - 1, policy_rows[y->settings.policy].word,
	           n->why == WHY_EXPIRED ? "true" : "false", orders[order].json);
	for (proc_id q = choice_next(y, n, 0), first = q; q; q = choice_next(y, n, q)) {
		text_put(t, q == first ? "{\"process\": " : ", {\"process\": ");
		text_json(t, name_of(y, q));
		text_put(t, ", \"value\": ");
		put_number(t, order, choice_key(y, q));
		text_char(t, '}');
	}
	text_put(t, "], \"equal\": ");
	if (tie)
		text_json(t, ties[tie].json);
	else
		text_put(t, "null");
	if (order == ORDER_TICKETS)
		text_print(t, ", \"drawn\": %lld", (long long)n->number);
}
