/* Which processes were ready when a policy chose, and what it looked at. Listeners ask this before the chosen process has its CPU. */
#include "sim/schedule/play.h"

enum { STRIDE_SHOWN = 72072 };          /* the stride of one ticket is then 10,000, as in "Operating Systems: Three Easy Pieces" */

enum order choice_order(const struct play *y)
{
	return is_estimated(y) ? ORDER_ESTIMATE : y->chooser->order;
}

proc_id choice_next(const struct play *y, const struct news *n, proc_id p)
{
	do
		p = p ? y->actor[p].next : y->at->ready_head;
	while (p && y->actor[p].holds && p != n->who);
	return p;
}

static int64_t ready_since(const struct play *y, proc_id p)
{
	return y->actor[p].state == STATE_READY ? y->actor[p].since : y->at->now;
}

/* An endless burst has the ratio 1; one that takes no time has none. */
static struct choice_key ratio(struct response_ratio r)
{
	if (r.service == ENDLESS)
		return (struct choice_key){ 1, 1 };
	return (struct choice_key){ r.waited + r.service, r.service };
}

static struct choice_key key_by(const struct play *y, enum order order, proc_id p)
{
	switch (order) {
	case ORDER_SINCE:    return (struct choice_key){ ready_since(y, p), 1 };
	case ORDER_BURST:    return (struct choice_key){ burst_left(y, p), 1 };
	case ORDER_ESTIMATE: return (struct choice_key){ estimate_left(y, p), 1000 };
	case ORDER_RATIO:    return ratio(response_ratio(y, p));
	case ORDER_PRIORITY: return (struct choice_key){ priority_now(y, p), 1 };
	case ORDER_LEVEL:    return (struct choice_key){ y->actor[p].level, 1 };
	case ORDER_DEADLINE: return (struct choice_key){ deadline_of(y, p), 1 };
	case ORDER_PASS:     return (struct choice_key){ y->actor[p].pass, STRIDE_SHOWN };
	case ORDER_TICKETS:  return (struct choice_key){ tickets_of(y, p), 1 };
	default:             return (struct choice_key){ 0, 1 };
	}
}

struct choice_key choice_key(const struct play *y, proc_id p)
{
	return key_by(y, choice_order(y), p);
}

/* Is q's key a, which is p's? Levels are lines: in one of them the processes stand as they came. */
static bool is_equal(const struct play *y, enum order order, struct choice_key a, proc_id p, proc_id q)
{
	struct choice_key b = key_by(y, order, q);
	return (__int128)a.n * b.of == (__int128)b.n * a.of && (order != ORDER_LEVEL || ready_since(y, p) == ready_since(y, q));
}

/* Those that arrive at one instant come in the order of the file. */
static bool came_together(const struct play *y, proc_id p, proc_id q)
{
	const struct actor *a = &y->actor[p], *b = &y->actor[q];
	return y->g->default_main && a->arrive == b->arrive && ready_since(y, p) == a->arrive && ready_since(y, q) == b->arrive;
}

static bool is_newcomer(const struct actor *a)
{
	return a->came == WHY_NEW || a->came == WHY_WOKEN;
}

/* Why p stands before q in the line: they may have come there at one instant, for different reasons. */
static enum tie line_tie(const struct play *y, proc_id p, proc_id q)
{
	const struct actor *a = &y->actor[p], *b = &y->actor[q];
	if (came_together(y, p, q))
		return TIE_FILE;
	if (ready_since(y, p) != ready_since(y, q))
		return TIE_LINE;
	if (is_newcomer(a) && b->came == WHY_EXPIRED)
		return TIE_NEWCOMER;
	if (a->came == WHY_EXPIRED && is_newcomer(b))
		return TIE_SPENT;
	return a->came == WHY_NEW && b->came == WHY_WOKEN ? TIE_NEW : TIE_LINE;
}

static enum tie tie_of(const struct play *y, proc_id p, proc_id q)
{
	bool turns = y->settings.policy == POLICY_PRIORITY && y->settings.has_quantum;
	if (!y->chooser->first_arrived || turns)
		return line_tie(y, p, q);
	return y->actor[p].arrive == y->actor[q].arrive ? TIE_FILE : TIE_ARRIVAL;
}

/* Asked at every choice, among all that are ready. */
enum tie choice_tie(const struct play *y, const struct news *n)
{
	enum order order = choice_order(y);
	enum tie tie = TIE_NONE;
	if (n->why == WHY_EXPIRED || order >= ORDER_TICKETS)
		return TIE_NONE;
	struct choice_key key = key_by(y, order, n->who);
	for (proc_id q = choice_next(y, n, 0); q; q = choice_next(y, n, q))
		if (q != n->who && is_equal(y, order, key, n->who, q)) {
			enum tie one = tie_of(y, n->who, q);
			tie = one > tie ? one : tie;
		}
	return tie;
}
