/* The CPUs and what is left of their slices; the policy's line as a line, its head on the left: with bursts for sjf and
 * stcf, with priorities for priority, in levels for mlfq; and why the last choice was made. */
#include "sim/report/metrics.h"
#include "ui/dashboard/lab.h"

enum { GAUGE = 12, MOST_CPUS = 4 };

static int64_t since(const struct show *s, proc_id p)
{
	const struct actor *a = &s->y->actor[p];
	const struct processor *c = a->holds ? &s->y->cpu[a->holds - 1] : NULL;

	return c && c->acting && !c->switching ? s->y->at->now - c->begun : 0;
}

static bool has_slices(const struct show *s, proc_id p)
{
	return s->y->actor[p].slice < ONE_ACTION;
}

static int64_t slice_left(const struct show *s, proc_id p)
{
	int64_t left = s->y->actor[p].slice - since(s, p);

	return left > 0 ? left : 0;
}

static int64_t whole_slice(const struct show *s, proc_id p)
{
	if (levels_of(s->y))
		return level_of(s->y, s->y->actor[p].level).quantum;
	return s->y->settings.quantum;
}

static void put_ms(struct strip *t, unsigned ink, int64_t micros)
{
	strip_ink(t, ink);
	metrics_ms(&t->text, micros);
}

/* ---- the CPUs ---- */

/* At an instant at which a CPU has become free and has not chosen yet, it is not for want of work that it stands. */
static bool somebody_is_ready(const struct show *s)
{
	for (proc_id p = s->y->at->ready_head; p; p = s->y->actor[p].next)
		if (s->y->actor[p].state == STATE_READY && !s->y->actor[p].holds)
			return true;
	return false;
}

static void draw_cpu(struct area a, int y, const struct show *s, uint32_t cpu)
{
	const struct processor *c = &s->y->cpu[cpu - 1];
	struct strip t = { 0 };
	int x = canvas_print(a, 0, y, ROLE_HEADING, "CPU %-2u ", cpu - 1);

	if (!c->who) {
		canvas_put(a, x, y, ROLE_FAINT, say(s, !s->y->at->verdict && somebody_is_ready(s) ? WORD_CHOOSES : WORD_IDLE));
		return;
	}
	if (has_slices(s, c->who))
		x = canvas_bar(a, x, y, GAUGE, ROLE_ACCENT, slice_left(s, c->who), whole_slice(s, c->who)) + 1;
	if (c->switching)
		strip_filled(&t, ROLE_WARNING, s->zh, WORD_SWITCHING_TO, title_of(s->g, c->who));
	else
		strip_put(&t, ROLE_RUNNING, title_of(s->g, c->who));
	if (has_slices(s, c->who)) {
		struct text left = { 0 }, all = { 0 };
		metrics_ms(&left, slice_left(s, c->who));
		metrics_ms(&all, whole_slice(s, c->who));
		strip_put(&t, ROLE_FAINT, "  ");
		strip_filled(&t, ROLE_TEXT, s->zh, WORD_SLICE_LEFT, left.at, all.at);
		text_free(&left);
		text_free(&all);
	}
	strip_draw(&t, a, x, y, a.width - x);
	strip_free(&t);
}

/* ---- the line ---- */

static void put_burst(const struct show *s, struct strip *t, int64_t burst)
{
	if (burst == ENDLESS) {
		strip_put(t, ROLE_ACCENT, say(s, WORD_ENDLESS));
		return;
	}
	put_ms(t, ROLE_ACCENT, burst);
	strip_put(t, ROLE_FAINT, "ms");
}

/* What is guessed stands beside what is true. */
static void put_estimate(const struct show *s, struct strip *t, proc_id p)
{
	if (!is_estimated(s->y))
		return;
	struct text ms = { 0 };
	metrics_ms(&ms, estimate_left(s->y, p) / 1000.0);
	strip_put(t, ROLE_FAINT, " ");
	strip_filled(t, ROLE_WARNING, s->zh, WORD_ESTIMATE, text_is(&ms));
	text_free(&ms);
}

/* An endless burst has the lowest ratio that there is. */
static void put_ratio(struct strip *t, struct response_ratio r)
{
	if (r.service)
		strip_print(t, ROLE_ACCENT, " %.1f", r.service == ENDLESS ? 1 : (double)(r.waited + r.service) / r.service);
}

/* A process in its line, with what its place depends on. */
static void put_member(const struct show *s, const struct canvas *c, struct strip *t, proc_id p)
{
	const struct actor *a = &s->y->actor[p];

	strip_put(t, ROLE_TEXT, "  ");
	if (a->holds)
		strip_glyph(t, c, ROLE_RUNNING, GLYPH_HERE);
	strip_put(t, a->holds ? ROLE_RUNNING : ROLE_READY, title_of(s->g, p));
	switch (s->y->settings.policy) {
	case POLICY_SJF: case POLICY_STCF: case POLICY_LJF: case POLICY_LRTF:
		strip_put(t, ROLE_FAINT, " ");
		put_burst(s, t, burst_left(s->y, p));
		put_estimate(s, t, p);
		break;
	case POLICY_HRRN:
		put_ratio(t, response_ratio(s->y, p));
		break;
	case POLICY_EDF:
		if (deadline_of(s->y, p) != UNLIMITED) {
			strip_put(t, ROLE_FAINT, " ");
			put_ms(t, ROLE_ACCENT, deadline_of(s->y, p));
			strip_put(t, ROLE_FAINT, "ms");
		}
		break;
	case POLICY_LOTTERY: case POLICY_STRIDE:
		strip_print(t, ROLE_ACCENT, " %lld", (long long)tickets_of(s->y, p));
		break;
	case POLICY_PRIORITY:
		strip_print(t, ROLE_ACCENT, " %lld", (long long)priority_now(s->y, p));
		break;
	case POLICY_MLFQ:
		strip_put(t, ROLE_FAINT, " ");
		put_ms(t, ROLE_ACCENT, slice_left(s, p));
		strip_print(t, ROLE_FAINT, "ms/%lld", (long long)a->allotment);
		break;
	default:
		break;
	}
}

/* Returns the column behind it. */
static int draw_line(struct area a, int y, const struct show *s, const char *name, int level)
{
	struct strip t = { 0 };
	bool any = false;

	strip_put(&t, ROLE_HEADING, name);
	for (proc_id p = s->y->at->ready_head; p; p = s->y->actor[p].next)
		if (level < 0 || s->y->actor[p].level == (uint32_t)level) {
			put_member(s, a.canvas, &t, p);
			any = true;
		}
	if (!any)
		strip_print(&t, ROLE_FAINT, "  %s", say(s, WORD_NOBODY));
	int x = strip_draw(&t, a, 0, y, a.width);
	strip_free(&t);
	return x;
}

static int shown_cpus(const struct show *s, int rows, int lines)
{
	int cpus = s->y->settings.policy == POLICY_HOST ? 0 : (int)s->y->settings.cpus;

	return cpus > rows - lines && rows - lines > 0 ? rows - lines : cpus;
}

static void draw_levels(struct area a, int y, const struct show *s)
{
	for (uint32_t i = 0; i < levels_of(s->y) && y < a.height; i++, y++) {
		struct level level = level_of(s->y, i);
		struct text name = { 0 }, ms = { 0 };
		metrics_ms(&ms, level.quantum);
		if (level.policy == POLICY_FIFO)
			put_filled(&name, s->zh, WORD_LEVEL_FIFO, i, policy_rows[POLICY_FIFO].word);
		else if (s->y->settings.policy == POLICY_MLFQ)
			put_filled(&name, s->zh, WORD_LEVEL_TURNS, i, text_is(&ms), (int64_t)level.allotment);
		else
			put_filled(&name, s->zh, WORD_LEVEL_SLICE, i, text_is(&ms));
		text_free(&ms);
		int x = draw_line(a, y, s, text_is(&name), (int)i);
		if (!i && x + 2 + canvas_cells(a.canvas, say(s, WORD_BY_LEVEL)) <= a.width)
			canvas_put(a, a.width - canvas_cells(a.canvas, say(s, WORD_BY_LEVEL)), y, ROLE_FAINT, say(s, WORD_BY_LEVEL));
		text_free(&name);
	}
}

/* By what the next one is chosen; -1: by its place in the line alone, or by nothing that stands beside it. */
static int order_word(enum policy p)
{
	switch (p) {
	case POLICY_SJF: case POLICY_STCF:
	case POLICY_LJF: case POLICY_LRTF:                  return WORD_BY_BURST;
	case POLICY_PRIORITY:                               return WORD_BY_PRIORITY;
	case POLICY_HRRN:                                   return WORD_BY_RATIO;
	case POLICY_EDF:                                    return WORD_BY_DEADLINE;
	case POLICY_LOTTERY: case POLICY_STRIDE:            return WORD_BY_TICKETS;
	default:                                            return -1;
	}
}

/* The one line of the other policies, and what its order depends on. */
static void draw_queue(struct area a, int y, const struct show *s)
{
	enum policy p = s->y->settings.policy;
	struct text name = { 0 };

	if (order_word(p) >= 0)
		put_filled(&name, s->zh, WORD_RUN_QUEUE_BY, say(s, order_word(p)));
	else
		text_put(&name, say(s, WORD_RUN_QUEUE));
	draw_line(a, y, s, text_is(&name), -1);
	text_free(&name);
}

static int line_rows(const struct show *s)
{
	return levels_of(s->y) ? (int)levels_of(s->y) : 1;
}

static void draw(struct area a, struct show *s)
{
	int cpus = shown_cpus(s, a.height, line_rows(s) < a.height ? line_rows(s) : 1);

	if (s->y->settings.policy == POLICY_HOST) {
		canvas_fit(a, 0, 0, a.width, ROLE_FAINT, say(s, WORD_KERNEL_DECIDES));
		return;
	}
	for (int i = 0; i < cpus; i++)
		draw_cpu(a, i, s, (uint32_t)i + 1);
	if (levels_of(s->y))
		draw_levels(a, cpus, s);
	else
		draw_queue(a, cpus, s);
	if (cpus + line_rows(s) < a.height)
		canvas_fit(a, 0, cpus + line_rows(s), a.width, ROLE_FAINT, *s->rested->why ? s->rested->why : s->v->why);
}

static int wish(const struct show *s, int width)
{
	int cpus = (int)s->y->settings.cpus;

	(void)width;
	return line_rows(s) + (cpus < MOST_CPUS ? cpus : MOST_CPUS);
}

/* Why the last choice was made. */
static int extra(const struct show *s)
{
	(void)s;
	return 1;
}

const struct part lab_lines = { draw, wish, 2, extra };
