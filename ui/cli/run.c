/* run: a scenario, played. */
#include "ui/cli/cli.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "sim/report/json.h"
#include "sim/report/story.h"
#include "sim/stage/sandbox.h"
#include "sim/stage/stage.h"
#include "sim/world/world.h"
#include "ui/browser/browser.h"
#include "ui/dashboard/dashboard.h"
#include "ui/dashboard/theme.h"

enum { MAX_STEPS = 1000000, MAX_OUTPUT = 64 << 20, HOST_WAIT = 50, LOOK_EVERY = 64, LONGEST_SET = 1 << 16 };
static const double default_speed = 1;         /* slow enough to read each sentence; a viewer who knows the scenario makes it faster */

/* What the flags ask for. -1: they say nothing. */
struct wishes {
	bool plain, json, explain, quiet, model, paused;
	int64_t seed, cpus, quantum, batch, max_steps, timeout, at;
	uint64_t max_output;
	int policy, table;
	double speed;
	int columns, lines;
	const char *schedule, *record, *screen, *theme, *challenge;
};

struct run {
	struct call *call;
	struct wishes want;
	struct file file;
	struct program *g;
	struct schedule schedule;
	struct settings settings;
	struct recorder recorder;
	struct leaving leaving;
	struct watcher watcher;
	const char *why;                        /* there is no dashboard; "": nobody expected one; NULL: there is one */
	char *set;                              /* the parameters it was played with, if others than were typed: for the guard */
	struct stage *stage;                    /* NULL: the model alone */
	int64_t looked;                         /* on the wall's clock: when it was last looked for processes that are stopped */
	bool handed_on;                         /* ^C, to the processes that handle SIGINT; */
	bool awaited;                           /* and they have not noticed yet */
};

/* ---- the flags ---- */

static bool read_numbers(struct call *c, struct wishes *w)
{
	return value_number(c, OPTION_SEED, 0, INT64_MAX, &w->seed) &&
	       value_number(c, OPTION_CPUS, 1, MAX_CPUS, &w->cpus) &&
	       value_number(c, OPTION_BATCH, 1, MOST_IN_A_BATCH, &w->batch) &&
	       value_number(c, OPTION_MAX_STEPS, 1, INT64_MAX, &w->max_steps) &&
	       value_bytes(c, OPTION_MAX_OUTPUT, &w->max_output) &&
	       value_number(c, OPTION_AT, 0, INT64_MAX, &w->at) &&
	       value_duration(c, OPTION_QUANTUM, &w->quantum) && value_seconds(c, OPTION_TIMEOUT, &w->timeout) &&
	       value_speed(c, OPTION_SPEED, &w->speed) && value_size(c, OPTION_SIZE, &w->columns, &w->lines);
}

static bool read_wishes(struct call *c, struct wishes *w)
{
	int theme;
	*w = (struct wishes){
		.plain = call_has(c, OPTION_PLAIN), .json = call_has(c, OPTION_JSON),
		.explain = call_has(c, OPTION_EXPLAIN), .quiet = call_has(c, OPTION_QUIET), .model = call_has(c, OPTION_MODEL),
		.paused = call_has(c, OPTION_STEP), .schedule = c->value[OPTION_SCHEDULE], .record = c->value[OPTION_RECORD],
		.screen = c->value[OPTION_SCREEN], .theme = c->value[OPTION_THEME], .challenge = c->value[OPTION_CHALLENGE], .seed = -1, .cpus = -1, .quantum = -1, .batch = -1,
		.max_steps = MAX_STEPS, .max_output = MAX_OUTPUT, .timeout = -1, .policy = -1, .table = -1, .speed = default_speed, .columns = 80, .lines = 24,
	};
	if (!read_numbers(c, w) || !value_choice(c, OPTION_POLICY, &w->policy) || !value_choice(c, OPTION_THEME, &theme) ||
	    !value_choice(c, OPTION_TABLE, &w->table))
		return false;
	if (w->table >= 0 && (w->plain || w->json || w->screen || w->challenge || call_has(c, OPTION_LINEAR)))
		return complain(EXIT_USAGE, SAY(LEAVE_ONE_OUT), SAY(TABLE_ALONE, w->plain ? "plain" : w->json ? "json" : w->screen ? "screen" :
		                                                w->challenge ? "challenge" : "linear")), false;
	w->quiet = w->quiet || w->table >= 0;
	if (w->explain && (w->quiet || w->screen || (w->challenge && !call_has(c, OPTION_LINEAR))))
		return complain(EXIT_USAGE, SAY(LEAVE_ONE_OUT), SAY(EXPLAIN_ALONE, call_has(c, OPTION_TABLE) ? "table" : w->quiet ? "quiet" :
		                                                    w->screen ? "screen" : "challenge")), false;
	w->plain = w->plain || (w->explain && !w->json && !call_has(c, OPTION_LINEAR));
	if (w->plain && w->json)
		return complain(EXIT_USAGE, SAY(LEAVE_ONE_OUT), SAY(TWO_FORMS)), false;
	if (w->screen && (w->plain || w->json || w->quiet))
		return complain(EXIT_USAGE, SAY(LEAVE_ONE_OUT), SAY(ONE_MOMENT, w->json ? "json" : w->plain ? "plain" : "quiet")), false;
	if (call_has(c, OPTION_LINEAR) && (w->plain || w->json || w->quiet || w->screen))
		return complain(EXIT_USAGE, SAY(LEAVE_ONE_OUT), SAY(LINEAR_ALONE, w->plain ? "plain" : w->json ? "json" : w->quiet ? "quiet" : "screen")), false;
	if (call_has(c, OPTION_LINEAR) && (!strcmp(c->operand[0], "-") || (w->schedule && !strcmp(w->schedule, "-"))))
		return complain(EXIT_USAGE, SAY(NAME_FILE_FOR_ONE), SAY(LINEAR_READS)), false;
	if (w->challenge && (w->plain || w->json || w->quiet || w->screen || w->schedule))
		return complain(EXIT_USAGE, SAY(LEAVE_ONE_OUT), SAY(CHALLENGE_ALONE, w->plain ? "plain" : w->json ? "json" : w->quiet ? "quiet" :
		                                                    w->screen ? "screen" : "schedule")), false;
	if (w->record && !strcmp(w->record, "-"))
		return complain(EXIT_USAGE, SAY(NAME_RECORD), SAY(NO_RECORD_THERE)), false;
	return true;
}

/* ---- the scenario ---- */

static int load(struct run *r)
{
	struct call *c = r->call;
	int code = scenario_load(c, &r->file, &r->schedule, &r->g);
	if (code != EXIT_FINE)
		return code;
	if (r->g->diags.count)
		findings_print(&r->g->diags, stderr);
	return r->g->diags.errors ? EXIT_INPUT : EXIT_FINE;
}

/* Only the kernel can play `host`, and it takes no orders. */
static int check_host(const struct run *r)
{
	if (r->settings.policy != POLICY_HOST || r->settings.follows)
		return EXIT_FINE;
	if (r->want.model || r->want.screen)
		return complain(EXIT_USAGE, SAY(OTHER_POLICY), SAY(HOST_NEEDS_PROCESSES));
	if (r->want.explain)
		return complain(EXIT_USAGE, SAY(OTHER_POLICY), SAY(KERNEL_CHOOSES));
	if (r->want.schedule)
		return complain(EXIT_USAGE, SAY(OTHER_POLICY), SAY(HOST_NO_SCHEDULE));
	return EXIT_FINE;
}

static int settle(struct run *r)
{
	const struct wishes *w = &r->want;
	struct settings *s = &r->settings;
	*s = settings_of(r->g);
	s->max_steps = w->max_steps;
	s->max_output = w->max_output;
	if (w->policy >= 0)
		s->policy = w->policy;
	s->remembers = w->record;
	int code = schedule_take(r->call, &r->schedule, r->g, r->want.schedule, s);
	if (code == EXIT_FINE)
		code = check_host(r);
	if (code != EXIT_FINE)
		return code;
	if (!s->follows)
		idle_under(r->call, s->policy);
	if (w->seed >= 0)
		s->seed = w->seed;
	if (w->cpus >= 0)
		s->cpus = w->cpus;
	if (w->batch >= 0)
		s->batch = w->batch;
	if (w->quantum >= 0) {
		s->quantum = w->quantum;
		s->has_quantum = true;
	}
	world_layout(r->g, s->fair);
	if (r->g->diags.errors)
		findings_print(&r->g->diags, stderr);
	return r->g->diags.errors ? EXIT_INPUT : EXIT_FINE;
}

/* ---- playing without a dashboard ---- */

static void say_stopped(void)
{
	if (ends_caught() == SIGINT)
		remark(SAY(STOPPED_BY_KEY));
}

/* ^C at a terminal goes to the processes. Those of a run are in groups of their own, where it does not come: so the first goes to the
 * ones that have a handler for it, and if there is none, or at the second, the run ends. */
static void hand_on(struct run *r, struct play *y)
{
	proc_id first = play_next_handler(y, SIGNAL_INT, 0), others = 0;
	if (!ends_handed_on() || r->handed_on)
		return;
	r->handed_on = true;
	if (!first)
		ends_after_all();
	for (proc_id p = first; p && !y->at->verdict; p = play_next_handler(y, SIGNAL_INT, p)) {
		others += p != first;
		if (r->stage)
			stage_send(y, p, SIGINT);
		else
			play_sent(y, p, SIGINT);
	}
	r->awaited = first && r->stage;
	if (first && others)
		remark(SAY(HANDED_ON_TO_MANY, others + 1));
	else if (first)
		remark(SAY(HANDED_ON, y->g->process[first].name));
}

/* Between two actions: is there a reason to end the run? */
static void look_up(struct run *r, struct play *y)
{
	hand_on(r, y);
	if (ends_caught()) {
		say_stopped();
		play_stop(y, VERDICT_STOPPED);
	} else if (output_error(false)) {
		play_stop(y, VERDICT_STOPPED);
	} else if (ends_late()) {
		play_stop(y, VERDICT_LIMIT);
	}
}

/* A process may have been stopped from outside: that is reported immediately, not when there is more to report. */
static void look_for_stopped(struct run *r, struct play *y)
{
	if (!y->at->verdict && stage_stops(r->stage, y)) {
		r->awaited = false;
		output_error(true);
	}
	r->looked = wall_clock();
}

/* It may have been killed there. */
static void look_outside(struct run *r, struct play *y)
{
	struct pollfd p = { .fd = r->stage ? stage_fd(r->stage) : -1, .events = POLLIN };
	if (p.fd < 0)
		return;
	if (poll(&p, 1, 0) > 0)
		stage_deaths(r->stage, y);
	if (y->stalled.who || r->awaited || wall_clock() > r->looked + HOST_WAIT * 1000)
		look_for_stopped(r, y);
}

static void play_virtually(struct run *r, struct play *y)
{
	for (uint64_t n = 1; play_step(y); n++) {
		look_up(r, y);
		if (n % LOOK_EVERY == 0 || y->stalled.who || r->awaited)
			look_outside(r, y);
	}
}

static void play_really(struct run *r, struct play *y)
{
	stage_pause(r->stage, false);
	while (stage_follow(r->stage, y, HOST_WAIT) && !y->at->verdict) {
		output_error(true);
		look_up(r, y);
		look_for_stopped(r, y);
	}
}

static void say_late(const struct run *r)
{
	remark(SAY(STOPPED_BY_TIME, arena_print(&r->call->arena, "%g", r->want.timeout / 1e6)));
}

static void say_run_late(void *r)
{
	say_late(r);
}

static void say_full(const struct play *y)
{
	struct text size = { 0 };
	uint64_t n = y->settings.max_output;
	int unit = 0;
	while (unit < 4 && n % 1024 == 0)
		n /= 1024, unit++;
	text_print(&size, "%llu %s", (unsigned long long)n, (const char *const[]){ "B", "KiB", "MiB", "GiB", "TiB" }[unit]);
	remark(SAY(STOPPED_BY_OUTPUT, text_is(&size)));
	text_free(&size);
}

static void say_run_full(const struct play *y)
{
	if (y->at->cause == VERDICT_LIMIT && play_is_full(y))
		say_full(y);
}

static int outcome(const struct run *r, const struct play *y)
{
	int code = exit_status(y);
	if (y->problem)
		complain(code, NOTHING_TO_SAY, SAY(AS_IT_IS, y->problem));
	if (y->at->verdict == VERDICT_LIMIT && ends_late())
		say_late(r);
	else if (y->at->cause == VERDICT_LIMIT && play_is_full(y))
		say_full(y);
	else if (y->at->verdict == VERDICT_LIMIT && y->follows && y->at->steps < y->settings.max_steps)
		remark(SAY(STOPPED_AS_RECORDED, y->at->steps));
	else if (y->at->verdict == VERDICT_LIMIT && !y->problem)
		remark(SAY(STOPPED_BY_STEPS, y->settings.max_steps));
	output_error(true);
	if (ends_caught())
		return EXIT_SIGNAL + ends_caught();
	return r->recorder.failed ? EXIT_REFUSED : code;
}

static int play(struct run *r, struct listener *listener)
{
	struct play *y = play_new(r->g, &r->settings, r->stage ? stage_body(r->stage) : NULL, listener);
	r->looked = wall_clock();               /* nobody can have stopped any of them yet */
	ends_hand_on(program_handles(r->g, SIGNAL_INT) && !y->follows);
	look_up(r, y);
	if (r->settings.policy == POLICY_HOST && !r->settings.follows)
		play_really(r, y);
	else
		play_virtually(r, y);
	int code = outcome(r, y);
	if (r->stage)
		stage_close(r->stage);
	play_free(y);
	return code;
}

/* Before there was a run. */
static int stopped_early(const struct run *r)
{
	if (ends_caught())
		say_stopped();
	else
		say_late(r);
	return ends_caught() ? EXIT_SIGNAL + ends_caught() : EXIT_UNDECIDED;
}

static int open_stage(struct run *r)
{
	int error = 0;
	if (r->want.model)
		return EXIT_FINE;
	fflush(NULL);                           /* what is buffered must not be written by every child, too */
	r->stage = stage_open(r->g, &r->settings, true, ends_now, &error);
	if (r->stage)
		return EXIT_FINE;
	if (error == GAVE_UP)
		return stopped_early(r);
	return complain(EXIT_REFUSED, error == ESRCH ? NOTHING_TO_SAY : SAY(MODEL_PLAYS), SAY(AS_IT_IS, stage_refused()));
}

/* --quiet: passes on how it ended, nothing else. */
struct hush { struct listener listener, *inner; };

static void hush_hear(struct listener *l, const struct play *y, const struct news *n)
{
	struct listener *inner = ((struct hush *)l)->inner;
	if (n->kind == NEWS_END)
		inner->hear(inner, y, n);
}

static int play_told(struct run *r, struct listener *teller)
{
	struct hush hush = { .listener = { .hear = hush_hear, .end_only = true }, .inner = teller };
	struct listener *first = r->want.quiet ? &hush.listener : teller;
	first->next = r->recorder.path ? &r->recorder.listener : NULL;
	return play(r, first);
}

/* Under `manual` with nobody to ask, which a recording does not need. */
static void say_nobody_chooses(const struct run *r)
{
	if (r->settings.policy == POLICY_MANUAL && !r->settings.follows)
		remark(SAY(NOBODY_CHOOSES));
}

static int play_as_lines(struct run *r)
{
	struct json json;
	struct plain plain;
	say_nobody_chooses(r);
	ends_catch();
	ends_stretch(r->want.timeout);
	int code = open_stage(r);
	if (code != EXIT_FINE)
		return code;
	if (r->want.json) {
		json_init(&json, stdout, r->want.model ? "model" : "processes");
		json.explains = r->want.explain;
		code = play_told(r, &json.listener);
		json_free(&json);
	} else {
		plain_init(&plain, stdout);
		plain.numbers = !r->want.quiet && (r->g->cpu.given || r->want.policy >= 0 || r->want.cpus >= 0 || r->want.quantum >= 0);
		plain.sheet = r->want.table;
		plain.width = columns_of(stdout);
		plain.explains = r->want.explain;
		code = play_told(r, &plain.listener);
		plain_free(&plain);
	}
	return code;
}

/* ---- the dashboard ---- */

static void note_solved(void *arg)
{
	const struct run *r = arg;
	progress_note(r->call, r->watcher.name, SOLVED);
}

static const char arrangement[] = "panels";
static void keep_arrangement(void *arg, const char *text)
{
	const struct run *r = arg;
	state_replace(r->call, arrangement, text);
}

static struct dashboard_options dashboard_wishes(struct run *r)
{
	const struct call *c = r->call;
	r->leaving = (struct leaving){ r->call, &r->file, &r->settings, &r->schedule, &r->recorder };
	return (struct dashboard_options){
		.type = commands_after(&r->leaving),
		.theme = r->want.theme ? r->want.theme : "auto",
		.color = c->value[OPTION_COLOR] ? c->value[OPTION_COLOR] : "auto",
		.language = c->language, .speed = r->want.speed, .paused = r->want.paused, .timeout = r->want.timeout,
		.late = say_run_late, .arg = r, .full = say_run_full, .model = r->want.model, .lines = call_has(c, OPTION_LINEAR), .explains = r->want.explain, .challenge = r->want.challenge, .gives_up = ends_now,
		.reached = note_solved,
		.also = r->recorder.path ? (struct listener *)&r->recorder.listener : NULL, .also_failed = &r->recorder.failed,
	};
}

/* By how its name ends. NULL: it would be taken for something else. */
static const char *picture_format(const char *path)
{
	static const char *const formats[][2] = { { ".svg", "svg" }, { ".ansi", "ansi" }, { ".txt", "text" } };
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
	for (size_t i = 0; dot && i < sizeof formats / sizeof *formats; i++)
		if (!strcmp(dot, formats[i][0]))
			return formats[i][1];
	return dot && dot > name ? NULL : "text";
}

static int write_picture(struct run *r)
{
	struct dashboard_options o = dashboard_wishes(r);
	const char *format = picture_format(r->want.screen);
	struct text picture = { 0 };
	if (!format)
		return complain(EXIT_USAGE, SAY(PICTURE_NAMES), SAY(NO_PICTURE, r->want.screen));
	ends_catch();
	ends_stretch(r->want.timeout);
	bool there = dashboard_picture(r->g, &r->settings, &o, r->want.at, r->want.columns, r->want.lines, format, &picture);
	int code = there ? EXIT_FINE : stopped_early(r);
	if (there)
		code = file_write(r->want.screen, text_is(&picture), picture.length);
	text_free(&picture);
	return r->recorder.failed ? EXIT_REFUSED : code;
}

/* Why there is no dashboard; NULL: there can be one. "": nobody expected one. */
static const char *no_dashboard(struct run *r)
{
	struct dashboard_options o = dashboard_wishes(r);
	if (o.lines)
		return NULL;
	if (r->want.plain || r->want.json || r->want.quiet || !isatty(STDOUT_FILENO))
		return "";
	return isatty(STDIN_FILENO) ? dashboard_refused(&o) : spoken("standard input is not a terminal", "标准输入不是终端");
}

static int show(struct run *r)
{
	const char *why = r->why;
	if (r->want.challenge && !dashboard_challenge(r->g, r->want.challenge))
		return complain(EXIT_USAGE, SAY(LISTS_CHALLENGES), SAY(NO_SUCH_CHALLENGE, r->want.challenge));
	if (r->want.challenge && why)
		return complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(CHALLENGE_NEEDS, *why ? why : spoken("standard output is not a terminal", "标准输出不是终端")));
	if (why && *why)
		remark(SAY(NO_DASHBOARD, why));
	if (why)
		return play_as_lines(r);
	struct dashboard_options o = dashboard_wishes(r);
	o.arrangement = state_read(r->call, arrangement);
	o.keep = keep_arrangement;
	watcher_init(&r->watcher, r->call, r->call->operand[0], o.also);
	o.also = &r->watcher.listener;
	return dashboard_run(r->g, &r->settings, &o);
}

/* ---- the command ---- */

static bool has_sockets(const struct program *g)
{
	for (uint32_t o = 1; o < g->objects; o++)
		if (g->object[o].kind == KIND_SOCKET)
			return true;
	return false;
}

/* From here on all happens in the sandbox. */
static int play_file(struct run *r)
{
	int code = confine(r->call, !r->why);
	if (code == EXIT_FINE)
		code = load(r);
	if (code == EXIT_FINE)
		code = settle(r);
	if (code == EXIT_FINE)
		code = outputs_ready(r->call);
	if (code != EXIT_FINE)
		return code;
	if (!has_sockets(r->g))
		sandbox_no_sockets();
	if (r->want.record)
		recorder_init(&r->recorder, r->call->operand[0], r->want.record);
	return r->want.screen ? write_picture(r) : show(r);
}

static int play_and_tidy(struct run *r)
{
	int code = play_file(r);
	state_say_lost(r->call);
	confined_end();
	schedule_free(&r->schedule);
	program_free(r->g);
	file_free(&r->file);
	return code;
}

static int play_guarded(void *arg)
{
	struct run *r = arg;
	int code = play_and_tidy(r);
	code = output_error(true) == EPIPE ? EXIT_SIGNAL + SIGPIPE : output_arrived(code);      /* the dashboard ignores the signal */
	const char *set = r->call->value[OPTION_SET];
	if (code >= LEAVE_FOR_NEXT && set && r->set && strlen(set) < LONGEST_SET)
		memcpy(r->set, set, strlen(set) + 1);
	return code;
}

/* The guard of a dashboard's terminal stays outside of the sandbox: it reads no scenario, and may start what comes next. */
static int run(struct run *r)
{
	r->why = r->want.screen ? "" : no_dashboard(r);
	if (r->why)
		return play_and_tidy(r);
	if (call_has(r->call, OPTION_NO_MOUSE))
		setenv("FORKLORE_MOUSE", "off", 1);      /* also for the lesson that comes next */
	char *set = mmap(NULL, LONGEST_SET, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	r->set = set == MAP_FAILED ? NULL : set;
	int code = dashboard_guarded(play_guarded, r);
	if (code < LEAVE_FOR_NEXT || is_browsed())
		return code;
	if (r->set && *r->set)
		r->call->value[OPTION_SET] = r->set;
	return leave_for(r->call, (enum leave)code);
}

int command_RUN(struct call *c)
{
	struct run r = { .call = c };
	if (!read_wishes(c, &r.want))
		return EXIT_USAGE;
	int code = sandbox_wish(c);
	if (code == EXIT_FINE)
		code = idle_check(c);
	if (code == EXIT_FINE)
		code = run(&r);
	return code;
}
