/* explore: every interleaving of a scenario. */
#include "ui/cli/cli.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sim/explore/apart.h"
#include "sim/report/explored.h"

enum { MOST_STATES = 100000000, MICROS = 1000000, MOST_SAMPLES = 1000, MANY_NAMES = 12 };

/* ---- while it goes on ---- */

struct progress { int64_t began, told; bool shown; };

static void progress(void *with, uint64_t states, uint64_t transitions)
{
	struct progress *p = with;
	int64_t now = wall_clock();
	if (now - p->began < MICROS || now - p->told < MICROS / 4)
		return;
	p->told = now;
	p->shown = true;
	struct text t = { 0 };
	text_say(&t, SAY(PROGRESS, states, transitions, (now - p->began) / MICROS));
	fprintf(stderr, "\r%s\033[K", text_is(&t));
	text_free(&t);
}

static bool wants_to_stop(void)
{
	return ends_caught() != 0;
}

/* ---- the result ---- */

static int write_counterexample(struct call *c, const struct exploration *x)
{
	const char *path = c->value[OPTION_OUTPUT];
	const struct way *way = explored_counterexample(x);
	if (!path)
		return EXIT_FINE;
	if (!way) {
		remark(SAY(NOTHING_TO_WRITE, path));
		return EXIT_FINE;
	}
	struct text t = { 0 };
	schedule_header(&t, x->g, &(struct header){ false, c->operand[0], 1, call_has(c, OPTION_FAIR) });
	text_put(&t, "schedule: ");
	schedule_text(&t, x->g, way);
	text_char(&t, '\n');
	int code = file_write(path, text_is(&t), t.length);
	text_free(&t);
	return code;
}

/* What is printed depends on the terminal, if it is one. */
/* What explores it so again, except for what it prints. */
static const char *typed(struct call *c)
{
	static const bool unsaid[OPTION_COUNT] = { [OPTION_COLOR] = true, [OPTION_OUTPUT] = true, [OPTION_OUTCOMES] = true,
	                                           [OPTION_STORY] = true, [OPTION_SAMPLES] = true, [OPTION_MUTATE] = true };
	struct text t = { 0 };
	put_typed(&t, c, unsaid);
	const char *word = arena_word(&c->arena, text_is(&t), t.length);
	text_free(&t);
	return word;
}

static struct reading reading_of(struct call *c, const struct limits *l, int64_t timeout, int64_t samples)
{
	struct reading as = { .file = c->operand[0], .command = typed(c), .settings = c->value[OPTION_SET], .color = wants_color(c), .fair = call_has(c, OPTION_FAIR),
		.all_outcomes = call_has(c, OPTION_OUTCOMES), .samples = (uint32_t)samples, .states = l->states,
		.seconds = timeout > 0 ? (double)timeout / MICROS : 0 };
	is_terminal(stdout, &as.columns, &as.lines);
	return as;
}

static int no_such_story(struct call *c, const struct exploration *x, const struct reading *as, const char *name)
{
	size_t n;
	char **names = story_names(x, as, &n);
	const char *all = "";
	for (size_t k = 0; k < n && k < MANY_NAMES; k++)
		all = word_list(&c->arena, all, arena_print(&c->arena, "`%s`", names[k]));
	if (n > MANY_NAMES)
		all = say_word(&c->arena, SAY(AND_SO_ON, all));
	int code = complain(EXIT_USAGE, did_you_mean(name, (const char *const *)names, n, SAY(STORIES_ARE, all)), SAY(NO_SUCH_STORY, name));
	story_names_free(names, n);
	return code;
}

static int print_result(struct call *c, const struct exploration *x, const struct reading *as)
{
	struct text t = { 0 };
	const char *story = c->value[OPTION_STORY];
	int code = EXIT_FINE;
	if (call_has(c, OPTION_JSON))
		explored_json(&t, x, as->mutants);
	else if (!story)
		explored_text(&t, x, as);
	else if (!explored_story(&t, x, as, story))
		code = no_such_story(c, x, as, story);
	fwrite(text_is(&t), 1, t.length, stdout);
	text_free(&t);
	return code;
}

static int too_wide(struct program *g, const struct exploration *x)
{
	diag_add(&g->diags, DIAG_LIMIT, g->step[g->code[x->too_wide].step].place, SAY(FEWER_VALUES),
	         SAY(TOO_MANY_DRAWS, MANY_DRAWS));
	findings_print(&g->diags, stderr);
	return EXIT_INPUT;
}

/* Is everything known that was asked for? */
static bool is_decided(const struct exploration *x)
{
	bool all = x->complete;
	for (size_t k = 0; k < x->g->expects; k++)
		all &= x->expect[k].settled;
	return all;
}

static int outcome(struct call *c, struct program *g, const struct exploration *x, const struct reading *as)
{
	if (x->too_wide)
		return too_wide(g, x);
	int code = print_result(c, x, as);
	if (code == EXIT_FINE)
		code = write_counterexample(c, x);
	if (output_error(true))
		return EXIT_REFUSED;
	if (code != EXIT_FINE)
		return code;
	if (exploration_finds(x))
		return EXIT_FINDING;
	if (ends_caught())
		return EXIT_SIGNAL + ends_caught();
	return is_decided(x) ? EXIT_FINE : EXIT_UNDECIDED;
}

/* ---- from a moment of a run: in a process of its own ---- */

static int no_moment(const struct call *c, const struct reaching *r)
{
	switch (r->how) {
	case REACHED_MISFIT:
		return complain(EXIT_INPUT, NOTHING_TO_SAY, SAY(AS_IT_IS, r->problem));
	case REACHED_END:
		return complain(EXIT_INPUT, NOTHING_TO_SAY, SAY(RUN_ENDS_BEFORE, r->number, c->value[OPTION_AT]));
	case REACHED_KILLED:
		return complain(EXIT_INPUT, SAY(EARLIER_MOMENT), SAY(KILLED_BEFORE, r->number));
	default:
		return complain(EXIT_INPUT, call_has(c, OPTION_FAIR) ? SAY(WITHOUT_FAIR) : SAY(WITH_FAIR), SAY(CANT_DO_ACTION, r->number));
	}
}

/* Until it has reported everything. It looks at the limits itself; should it be kept from that, it is given up a little later. */
static void listen_to(struct apart *a, const struct limits *l, struct progress *p)
{
	enum { WAIT_MS = 100, GRACE = 3 * MICROS };
	bool asked = false;
	while (apart_take_in(a)) {
		struct pollfd f = { .fd = apart_fd(a), .events = POLLIN };
		if (l->progress)
			l->progress(p, apart_found(a)->states, apart_found(a)->transitions);
		if (ends_caught() && !asked)
			apart_ask(a);
		asked = ends_caught();
		if (l->until && wall_clock() > l->until + GRACE)
			apart_give_up(a, STOP_TIME);
		else
			poll(&f, 1, WAIT_MS);
	}
}

static void say_lost(const struct apart *a)
{
	int number = apart_killed_by(a);
	complain(EXIT_UNDECIDED, NOTHING_TO_SAY, number ? SAY(SEARCH_KILLED, number, strsignal(number)) : SAY(SEARCH_DIED));
}

static int search_from(struct call *c, struct program *g, struct schedule *schedule, uint64_t steps, const struct limits *limits,
                       struct progress *p, const struct reading *as)
{
	struct settings run = settings_of(g);
	int code = schedule_take(c, schedule, g, c->value[OPTION_SCHEDULE], &run);
	struct apart_wishes w = { .from = { &run, steps, call_has(c, OPTION_FAIR), false, false }, .full = call_has(c, OPTION_FULL), .limits = *limits };
	struct apart *a = code == EXIT_FINE ? apart_begin(g, &w) : NULL;
	if (code == EXIT_FINE && !a)
		code = complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(NO_SEARCH_PROCESS, error_named(errno)));
	if (a) {
		listen_to(a, limits, p);
		if (p->shown)
			fprintf(stderr, "\r\033[K");
		if (apart_found(a)->stopped == STOP_LOST)
			say_lost(a);
		code = apart_reached(a)->how ? no_moment(c, apart_reached(a)) : outcome(c, g, apart_found(a), as);
	}
	apart_free(a);
	return code;
}

/* ---- the search ---- */

/* The mutants, too, if they are asked for: each is explored within limits of its own. */
static int reported(struct call *c, struct program *g, const struct exploration *x, struct reading *as, struct limits *limits,
                    struct progress *p)
{
	struct mutants mutants = { 0 };
	if (call_has(c, OPTION_MUTATE) && !x->too_wide) {
		if (!call_has(c, OPTION_MAX_STATES))
			limits->states = MUTANT_STATES;
		as->mutant_states = limits->states;
		mutants_explore(&mutants, x, c->language, call_has(c, OPTION_FAIR), limits);
		as->mutants = &mutants;
		if (p->shown)
			fprintf(stderr, "\r\033[K");
	}
	int code = outcome(c, g, x, as);
	mutants_free(&mutants);
	return code;
}

static int search(struct call *c, const struct file *f, struct program *g, struct schedule *schedule)
{
	int64_t states = MOST_STATES, timeout = -1, at = -1, samples = 0;
	uint64_t memory = 0;
	struct progress p = { .began = wall_clock() };
	struct exploration x;
	if (!value_number(c, OPTION_MAX_STATES, 1, MOST_STATES * 10LL, &states) || !value_seconds(c, OPTION_TIMEOUT, &timeout) ||
	    !value_bytes(c, OPTION_MAX_MEMORY, &memory) || !value_number(c, OPTION_AT, 0, INT64_MAX, &at) ||
	    !value_number(c, OPTION_SAMPLES, 1, MOST_SAMPLES, &samples))
		return EXIT_USAGE;
	if (call_has(c, OPTION_JOBS) && !call_has(c, OPTION_SWEEP))
		return complain(EXIT_USAGE, NOTHING_TO_SAY, SAY(IDLE_WITHOUT, "jobs", "sweep"));
	if (call_has(c, OPTION_SCHEDULE) && at < 0)
		return complain(EXIT_USAGE, SAY(SAY_WHICH_MOMENT), SAY(SCHEDULE_NEEDS_AT));
	if (call_has(c, OPTION_MUTATE) && at >= 0)
		return complain(EXIT_USAGE, SAY(MUTATE_AND_AT), SAY(MUTATE_FROM_START));
	if (samples && at >= 0)
		return complain(EXIT_USAGE, SAY(SAMPLES_AND_AT), SAY(SAMPLES_FROM_START));
	int code = outputs_ready(c);
	if (code != EXIT_FINE)
		return code;
	remark_not_judged(g);
	struct limits limits = { .states = states, .memory = memory, .until = timeout >= 0 ? p.began + timeout : 0, .stop = wants_to_stop,
		.progress = isatty(STDERR_FILENO) ? progress : NULL, .with = &p };
	ends_catch();
	struct reading as = reading_of(c, &limits, timeout, samples);
	if (call_has(c, OPTION_SWEEP))
		return explore_sweep(c, f, g, &limits, timeout);
	if (at >= 0)
		return search_from(c, g, schedule, (uint64_t)at, &limits, &p, &as);
	if (!explore(g, NULL, !call_has(c, OPTION_FULL), &limits, &x))
		return complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(NO_MEMORY, error_named(errno)));
	if (p.shown)
		fprintf(stderr, "\r\033[K");
	code = reported(c, g, &x, &as, &limits, &p);
	exploration_free(&x);
	return code;
}

static int load(struct call *c, struct file *f, struct schedule *s, struct program **g)
{
	int code = scenario_load(c, f, s, g);
	if (code != EXIT_FINE)
		return code;
	if (!(*g)->diags.errors)
		world_layout(*g, call_has(c, OPTION_FAIR));
	if ((*g)->diags.count)
		findings_print(&(*g)->diags, stderr);
	return (*g)->diags.errors ? EXIT_INPUT : EXIT_FINE;
}

int command_EXPLORE(struct call *c)
{
	struct file f = { 0 };
	struct schedule schedule = { 0 };
	struct program *g = NULL;
	int code = idle_check(c);
	if (code == EXIT_FINE)
		code = load(c, &f, &schedule, &g);
	if (code == EXIT_FINE)
		code = search(c, &f, g, &schedule);
	schedule_free(&schedule);
	program_free(g);
	file_free(&f);
	return code;
}
