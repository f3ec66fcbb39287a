/* The table of choosers, and the line of those that can run, kept in the chooser's order. */
#include "sim/schedule/play.h"

const struct chooser *const choosers[POLICY_COUNT] = {
	[POLICY_FIFO] = &chooser_fifo,
	[POLICY_SJF] = &chooser_sjf,
	[POLICY_STCF] = &chooser_stcf,
	[POLICY_RR] = &chooser_rr,
	[POLICY_PRIORITY] = &chooser_priority,
	[POLICY_MLFQ] = &chooser_mlfq,
	[POLICY_LRTF] = &chooser_lrtf,
	[POLICY_HRRN] = &chooser_hrrn,
	[POLICY_LJF] = &chooser_ljf,
	[POLICY_EDF] = &chooser_edf,
	[POLICY_LOTTERY] = &chooser_lottery,
	[POLICY_STRIDE] = &chooser_stride,
	[POLICY_MLQ] = &chooser_mlq,
	[POLICY_RANDOM] = &chooser_random,
	[POLICY_MANUAL] = &chooser_rr,
	[POLICY_HOST] = &chooser_fifo,          /* never asked */
};

const struct state_row state_rows[STATE_COUNT] = {
#define STATE(id, word, zh, letter, meaning, meaning_zh) [STATE_##id] = { word, zh, letter, meaning, meaning_zh },
#include "sim/schedule/states.def"
#undef STATE
};
const struct state_row mark_rows[MARK_COUNT] = {
#define STATE(...)
#define MARK(id, word, zh, letter, meaning, meaning_zh) [MARK_##id] = { word, zh, letter, meaning, meaning_zh },
#include "sim/schedule/states.def"
#undef STATE
#undef MARK
};

/* ---- levels: those of the scenario, or the usual ones ---- */

static const struct level usual_mlfq[] = { { 100000, 1, POLICY_RR }, { 200000, 1, POLICY_RR }, { 400000, 1, POLICY_RR } };
static const struct level usual_mlq[] = { { 100000, 1, POLICY_RR }, { UNLIMITED, 1, POLICY_FIFO } };

uint32_t levels_of(const struct play *y)
{
	switch (y->settings.policy) {
	case POLICY_MLFQ: return y->g->cpu.levels ? y->g->cpu.levels : sizeof usual_mlfq / sizeof *usual_mlfq;
	case POLICY_MLQ:  return y->g->cpu.levels ? y->g->cpu.levels : sizeof usual_mlq / sizeof *usual_mlq;
	default:          return 0;
	}
}

struct level level_of(const struct play *y, uint32_t level)
{
	if (y->g->cpu.levels)
		return y->g->cpu.level[level];
	return y->settings.policy == POLICY_MLQ ? usual_mlq[level] : usual_mlfq[level];
}

/* ---- the line ---- */

static bool must_stand_before(const struct play *y, proc_id a, proc_id b)
{
	return y->chooser->before && y->chooser->before(y, a, b);
}

/* Behind q; 0: at the head. */
static void insert_behind(struct play *y, proc_id p, proc_id q)
{
	struct actor *a = &y->actor[p];
	a->queued = true;
	a->before = q;
	a->next = q ? y->actor[q].next : y->at->ready_head;
	*(q ? &y->actor[q].next : &y->at->ready_head) = p;
	*(a->next ? &y->actor[a->next].before : &y->at->ready_tail) = p;
}

void line_hears(struct play *y, proc_id p, enum why why)
{
	y->actor[p].came = why;
	y->chooser->happens(y, p, why);
}

void ready_add(struct play *y, proc_id p)
{
	ready_remove(y, p);
	proc_id q = y->at->ready_tail;
	while (q && must_stand_before(y, p, q))
		q = y->actor[q].before;
	insert_behind(y, p, q);
}

void ready_front(struct play *y, proc_id p)
{
	ready_remove(y, p);
	proc_id q = 0, next = y->at->ready_head;
	for (; next && must_stand_before(y, next, p); next = y->actor[next].next)
		q = next;
	insert_behind(y, p, q);
}

void ready_remove(struct play *y, proc_id p)
{
	struct actor *a = &y->actor[p];
	if (!a->queued)
		return;
	a->queued = false;
	*(a->before ? &y->actor[a->before].next : &y->at->ready_head) = a->next;
	*(a->next ? &y->actor[a->next].before : &y->at->ready_tail) = a->before;
}

void ready_sort(struct play *y)
{
	proc_id p = y->at->ready_head, next;
	bool again = y->at->foreseen != y->at->changes;
	y->at->foreseen = y->at->changes;
	y->at->ready_head = y->at->ready_tail = 0;
	for (proc_id q = p; q && again; q = y->actor[q].next)
		foresee_again(y, q);
	for (; p; p = next) {
		next = y->actor[p].next;
		y->actor[p].queued = false;
		ready_add(y, p);
	}
}

proc_id ready_first(const struct play *y)
{
	proc_id p = y->at->ready_head;
	while (p && y->actor[p].holds)
		p = y->actor[p].next;
	return p;
}

bool first_of_equals(const struct play *y, proc_id a, proc_id b)
{
	const struct actor *one = &y->actor[a], *other = &y->actor[b];
	if (!one->holds != !other->holds)
		return one->holds;
	return one->arrive < other->arrive || (one->arrive == other->arrive && a < b);
}
