/* The dashboard's loop: it plays a run at the viewer's speed, takes the keys, and draws what has changed.
 * While it is paused nothing wakes it up but a key, a signal, a process's death, and now and then the question whether somebody
 * has stopped a process. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include "sim/base/output.h"
#include "sim/stage/stage.h"
#include "ui/dashboard/farewell.h"
#include "ui/dashboard/guard.h"
#include "ui/dashboard/inside.h"
#include "ui/dashboard/linear.h"
#include "ui/dashboard/mouse.h"
#include "ui/dashboard/restore.h"
#include "ui/dashboard/screen.h"

enum { EXIT_SYSTEM = 5, EXIT_BY_SIGNAL = 128 };
static const int64_t frame = 1000000 / 30, answer = 5000, glance = 300000;

int64_t wall_clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * second + t.tv_nsec / 1000;
}

/* ---- signals: remembered, and one byte so that poll returns ---- */

volatile sig_atomic_t told_to_end;
static volatile sig_atomic_t told_to_stop;
static int alarm_fd = -1;

static void remember(int number)
{
	uint64_t one = 1;
	int saved = errno;

	if (number == SIGTSTP) {
		told_to_stop = 1;
	} else if (number != SIGINT || !interrupt_is_for_them()) {
		told_to_end = number;
		stage_interrupted = 1;
		world_abandons = 1;     /* and nobody waits for a stretch of private steps */
	}
	if (write(alarm_fd, &one, sizeof one) < 0)
		errno = saved;          /* full: then it wakes up anyway */
	errno = saved;
}

static void catch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGTSTP };
	struct sigaction a = { .sa_handler = remember, .sa_flags = SA_RESTART };

	alarm_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &a, NULL);
	signal(SIGPIPE, SIG_IGN);
	terminal_catch();
}

/* ---- keys ---- */

/* The terminal may have no clipboard, or not let us: the farewell says the command, too. */
static void copy_command(struct dashboard *d)
{
	enum { BREAKS = 30 };           /* cells that may stay empty where a line ends at a blank */
	const struct commands *type = &d->options->type;
	struct text said = { 0 }, shown = { 0 };
	const char *note = NULL, *command = type->again ? type->again(type->arg, d->play, &note) : NULL;

	if (!command) {
		text_put(&d->show.notice, note ? note : say(&d->show, WORD_NO_COMMAND));
		return;
	}
	if (!d->screen) {
		put_filled(&d->show.notice, d->show.zh, WORD_COPY_IT, command);
		return;
	}
	enum word copied = note ? WORD_COPIED_AND_FILE : WORD_COPIED;
	screen_copy(d->screen, command);
	put_filled(&said, d->show.zh, copied, "");
	put_short(&shown, &d->canvas, command, NOTICE_LINES * (d->canvas.width - 2) - BREAKS - canvas_cells(&d->canvas, text_is(&said)));
	put_filled(&d->show.notice, d->show.zh, copied, text_is(&shown));
	text_free(&said);
	text_free(&shown);
}

static void grant(struct dashboard *d, struct wish wish)
{
	if (wish.kind != WISH_NOTHING && wish.kind != WISH_THEME && wish.kind != WISH_REDRAW)
		d->until = d->awaited = 0, d->awaits_change = false;
	switch (wish.kind) {
	case WISH_RUN:     d->show.running = true; break;
	case WISH_PAUSE:   d->show.running = false; break;
	case WISH_STEP:    d->show.running = false; go_on(d, wish.n); break;
	case WISH_BACK:    go_to(d, (int64_t)d->show.y->at->steps - wish.n, false); break;
	case WISH_GO:      go_to(d, wish.n < 0 ? (int64_t)d->play->at->steps + wish.n : wish.n, true); break;
	case WISH_NOW:     go_to(d, INT64_MAX, false); break;
	case WISH_NEXT:    go_to_action(d, wish.who, wish.n < 0); break;
	case WISH_CHANGE:  go_to_change(d, subject_selected(&d->show), wish.n < 0); break;
	case WISH_BRANCH:  branch_off(d); break;
	case WISH_RETURN:  go_back_to_branch(d); break;
	case WISH_CHOOSE:
	case WISH_DRAW:
		d->chosen = (struct choice){ wish.who, wish.kind == WISH_DRAW, wish.n };
		go_to_question(d);              /* before the next key, which may answer that */
		break;
	case WISH_SIGNAL:  send_signal(d, wish.who, (int)wish.n); break;
	case WISH_MANUAL:  toggle_manual(d); break;
	case WISH_POLICY:  next_policy(d); break;
	case WISH_CPUS:    change_cpus(d, wish.n); break;
	case WISH_QUANTUM: change_quantum(d, wish.n); break;
	case WISH_RESTART: restart(d, wish.n); break;
	case WISH_THEME:   if (d->screen) screen_theme(d->screen, d->show.theme); break;
	case WISH_MOUSE:   if (d->screen) screen_use_mouse(d->screen, wish.n); break;
	case WISH_REDRAW:  if (d->screen) screen_redraw(d->screen); break;
	case WISH_QUIT:    d->quits = true; break;
	case WISH_LEAVE:   d->quits = true; d->leaves = (int)wish.n; break;
	case WISH_STORY:   begin_story(d, (struct subject){ (enum subject_kind)wish.n, wish.who }); break;
	case WISH_SEARCH:  search_here(d); break;
	case WISH_NO_SEARCH: end_search(d); break;
	case WISH_FOUND:   play_found(d); break;
	case WISH_CHALLENGES: show_challenges(d); break;
	case WISH_CHALLENGE: begin_challenge(d, (int)wish.n); break;
	case WISH_HINT:    give_hint(d); break;
	case WISH_COPY:    copy_command(d); break;
	case WISH_PREDICT: toggle_predictions(d); break;
	case WISH_PREDICTED: predict_go_on(d, wish.n); break;
	case WISH_NOTHING: break;
	}
}

/* What was typed ahead, in its order. */
static int next_ahead(struct dashboard *d)
{
	int key = d->ahead.key[0];

	memmove(d->ahead.key, d->ahead.key + 1, (size_t)--d->ahead.count * sizeof *d->ahead.key);
	return key;
}

/* A run that begins by repeating another has no use for most keys before it is there: they wait, as they do in a shell. */
static bool waits_for_branch(struct dashboard *d, int key)
{
	if (!d->show.repeats || is_mouse(key) || key == PRESS_RESIZE || key_acts(&d->show, key))
		return false;
	if (d->ahead.count < TYPED_AHEAD)
		d->ahead.key[d->ahead.count++] = key;
	return true;
}

/* So do lines, unread; those of a script also while the run goes to where it was sent, which a viewer's would end, but not where the
 * viewer is asked. */
static int next_line(struct dashboard *d)
{
	return d->show.repeats || (d->until && !is_asked(&d->show) && !isatty(STDIN_FILENO)) ? PRESS_NONE : linear_key(d->lines, &d->show);
}

static int next_key(struct dashboard *d)
{
	if (!d->show.repeats && d->ahead.count)
		return next_ahead(d);
	return d->lines ? next_line(d) : screen_key(d->screen, 0);
}

/* What is seen counts, that is, the last picture. */
static struct wish take_mouse(struct dashboard *d, int key)
{
	int x, y;

	screen_mouse_at(d->screen, &x, &y);
	return mouse_press(&d->show, &d->canvas, key, x, y);
}

static void press(struct dashboard *d, int key)
{
	struct wish wish = key_press(&d->show, key);

	note_pressed(d, key, wish);
	grant(d, wish);
}

/* A key that was pressed before a question could be read is no answer to it. */
static bool is_too_early(const struct dashboard *d, int key)
{
	return d->show.question == QUESTION_PREDICT && d->predict.unseen && key != 'Q' && key != PRESS_REDRAW && key != PRESS_RESIZE && !is_mouse(key);
}

static void take_keys(struct dashboard *d)
{
	int key;

	while (!d->quits && (key = next_key(d)) != PRESS_NONE) {
		bool was_playing = is_playing(d);
		double speed = d->show.speed;
		if (key == PRESS_HANGUP) {
			told_to_end = SIGHUP;
			return;
		}
		if (is_too_early(d, key) || waits_for_branch(d, key))
			continue;
		if (is_mouse(key))
			grant(d, take_mouse(d, key));
		else if (key != PRESS_RESIZE)
			press(d, key);
		if (!d->quits && is_playing(d) && (!was_playing || d->show.speed != speed))
			d->due = wall_clock_now();
		if (!d->quits && is_host(d) && is_playing(d) != was_playing)
			stage_pause(d->stage, !is_playing(d));
		d->dirty = d->answers = true;
	}
	if (d->lines && linear_answers(d->lines))
		d->dirty = d->answers = true;
}

/* ---- drawing and waiting ---- */

/* When the next picture is due: what a key does is seen immediately. */
static int64_t next_picture(const struct dashboard *d)
{
	return d->drawn + (d->answers ? answer : frame);
}

static void draw(struct dashboard *d)
{
	int width, height;

	if (d->lines) {
		draw_answer(d);
		linear_tell(d->lines, &d->show);
	} else {
		screen_size(d->screen, &width, &height);
		if (width != d->canvas.width || height != d->canvas.height)
			canvas_resize(&d->canvas, width, height);
		draw_answer(d);
		screen_show(d->screen, &d->canvas);
	}
	d->drawn = wall_clock_now();
	d->dirty = d->answers = false;
}

/* The question can be read from now on. */
static void begin_answers(struct dashboard *d)
{
	if (d->show.question != QUESTION_PREDICT || !d->predict.unseen)
		return;
	take_keys(d);
	d->predict.unseen = false;
}

/* Milliseconds until something is to be done; -1: nothing is. */
static int patience(const struct dashboard *d)
{
	int64_t now = wall_clock_now(), next = -1;

	if (is_playing(d)) {
		next = is_host(d) ? now : d->due;
		if (d->show.speed > 30 && next < d->drawn + frame)
			next = d->drawn + frame;        /* several actions for one picture */
	}
	if (is_telling(d) || (d->ahead.count && !d->show.repeats))
		return 0;
	if (d->dirty && (next < 0 || next > next_picture(d)))
		next = next_picture(d);
	if (d->stage && (next < 0 || next > d->looked + glance))
		next = d->looked + glance;
	if (!d->play->at->verdict && d->ends < (next < 0 ? INT64_MAX : next))
		next = d->ends;
	return next < 0 ? -1 : next <= now ? 0 : (int)((next - now + 999) / 1000);
}

static void wait_for_something(struct dashboard *d)
{
	struct pollfd fds[9] = {
		{ .fd = d->lines ? linear_fd(d->lines) : screen_fd(d->screen), .events = POLLIN }, { .fd = alarm_fd, .events = POLLIN },
		{ .fd = d->stage ? stage_fd(d->stage) : -1, .events = POLLIN }, { .fd = search_fd(d), .events = POLLIN },
		{ .fd = check_fd(d), .events = POLLIN }, { .fd = challenge_fd(d, SEARCH_WHOLE), .events = POLLIN },
		{ .fd = challenge_fd(d, SEARCH_HINT), .events = POLLIN }, { .fd = challenge_fd(d, SEARCH_PRESENT), .events = POLLIN },
		{ .fd = look_back_fd(d), .events = POLLIN },
	};
	uint64_t count;
	int n = poll(fds, 9, patience(d));

	if (n > 0 && fds[1].revents && read(alarm_fd, &count, sizeof count) < 0)
		return;
	if (n > 0 && fds[3].revents)
		take_in_search(d);
	if (n > 0 && fds[4].revents)
		take_in_check(d);
	if (n > 0 && (fds[5].revents || fds[6].revents || fds[7].revents))
		take_in_challenge(d);
	if (n > 0 && fds[8].revents)
		take_in_hindsight(d);
	if (n > 0 && fds[2].revents) {
		uint64_t tales = d->view->tales;
		stage_deaths(d->stage, d->play);
		if (d->view->tales != tales)
			note_meanwhile(d);
		d->dirty |= d->view->tales != tales;
	}
}

static void stand_still(struct dashboard *d)
{
	told_to_stop = 0;
	if (d->stage && !is_host(d))
		stage_compute(d->stage, d->play, false);
	if (is_host(d))
		stage_pause(d->stage, true);
	if (d->lines)
		raise(SIGSTOP);
	else
		screen_suspend(d->screen);
	if (is_host(d))
		stage_pause(d->stage, !is_playing(d));
	d->due = wall_clock_now();
	d->dirty = true;
}

/* The guard alone was stopped: the shell has the terminal, and we are in the background. Where nobody could continue us, we don't stop
 * either, and the terminal is gone for good. */
static void stop_in_the_background(struct dashboard *d)
{
	if (d->lines || terminal_is_ours())
		return;
	stand_still(d);
	if (!terminal_is_ours())
		told_to_end = SIGHUP;
}

static void loop(struct dashboard *d)
{
	while (!d->quits && !told_to_end) {
		if (told_to_stop)
			stand_still(d);
		stop_in_the_background(d);
		hand_interrupt_on(d);
		take_keys(d);
		if (!d->quits && is_playing(d))
			play_on(d);
		if (!d->quits)
			look_at_time(d);
		if (!d->quits)
			look_back(d);
		if (!d->quits)
			conclude_predictions(d);
		if (!d->quits && d->stage && wall_clock_now() - d->looked >= glance)
			look_for_stopped(d);
		if (!d->quits)
			tell_on(d);
		if (!d->quits)
			let_compute(d);
		if (!d->quits)
			search_present(d);
		if (!d->quits && !told_to_end && d->dirty && wall_clock_now() >= next_picture(d)) {
			draw(d);
			begin_answers(d);
		}
		if (!d->quits && !told_to_end && !told_to_stop)
			wait_for_something(d);
	}
}

/* ---- beginning and end ---- */

static struct screen *take_screen(const struct dashboard *d, enum screen_error *error)
{
	const char *color = d->options->color ? d->options->color : "auto";
	struct screen_wish wish = {
		.theme = d->show.theme,
		.colour = !strcmp(color, "always") ? WHEN_ALWAYS : !strcmp(color, "never") ? WHEN_NEVER : WHEN_AUTO,
	};
	return screen_open(&wish, error);
}

/* In English, as where that is so nothing else can be read; it stands there again when the screen is left. */
static void say_plain_names(const struct plain_names *n)
{
	const char *why = n->count ? screen_few_letters(true) : NULL;
	if (why)
		fprintf(stderr, *why == 'T' ? "forklore: %s can't show all letters: some names are shown as g1 (a group), o1 (an object), v1 (a variable)\n" :
		        "forklore: this locale's character set, %s, lacks letters: some names are shown as g1 (a group), o1 (an object), "
		        "v1 (a variable); try LC_ALL=C.UTF-8\n", why);
}

static bool has_lesson(const struct program *g)
{
	return g->about || g->lessons;
}

static void prepare_show(struct dashboard *d)
{
	const struct dashboard_options *o = d->options;
	int theme = o->theme ? theme_find(o->theme) : THEME_AUTO;

	show_init(&d->show, d->g, is_chinese(o->language));
	d->show.theme = d->show.usual_theme = theme >= 0 ? (enum theme_id)theme : THEME_AUTO;
	d->show.speed = d->show.usual_speed = o->speed;
	d->show.model = o->model;
	d->show.type = &o->type;
	d->show.starts = !o->paused;
	d->show.cover = has_lesson(d->g) ? COVER_LESSON : COVER_NONE;
	d->show.begun = !d->show.cover;
	d->show.running = d->show.begun && d->show.starts;
	if (o->arrangement && !o->lines)
		arrangement_read(&d->show.arranged, o->arrangement);
	d->arranged = d->show.arranged;
}

static void keep_arrangement(const struct dashboard *d)
{
	struct text t = { 0 };

	if (!d->screen || !d->options->keep || arrangement_is_same(&d->show.arranged, &d->arranged))
		return;
	arrangement_put(&t, &d->show.arranged);
	d->options->keep(d->options->arg, text_is(&t));
	text_free(&t);
}

/* The viewer may leave before the end: that alone is no finding. */
static int result(const struct dashboard *d)
{
	if (told_to_end)
		return EXIT_BY_SIGNAL + told_to_end;
	if (d->refused)
		return EXIT_SYSTEM;
	if (d->options->also_failed && *d->options->also_failed)
		return EXIT_SYSTEM;
	if (d->leaves)
		return d->leaves;
	return d->play->at->verdict == VERDICT_STOPPED && !d->play->problem ? 0 : exit_status(d->play);
}

/* Where the screen was, what it said in short; and what may be typed next. */
static void say_farewell(struct dashboard *d)
{
	struct text t = { 0 };

	if (!d->play || d->play->problem || !(d->lines || isatty(STDOUT_FILENO)) || (told_to_end && told_to_end != SIGINT))
		return;
	show_moment(&d->show, d->play, d->view);
	farewell_put(&t, &d->show, &d->canvas, &d->options->type);
	fwrite(t.at, 1, t.length, stdout);
	output_error(true);
	text_free(&t);
}

static void finish(struct dashboard *d)
{
	if (d->play) {
		d->show.left_at = view_time(d->view, d->play->at->now);
		play_stop(d->play, VERDICT_STOPPED);
	}
	keep_arrangement(d);
	screen_close(d->screen);
	linear_close(d->lines);
	say_farewell(d);
	if (d->refused && !told_to_end)
		fprintf(stderr, "forklore: %s\n", stage_refused());
	else if (d->play && d->play->problem)
		fprintf(stderr, "forklore: %s\n", d->play->problem);
	else if (d->late && d->options->late)
		d->options->late(d->options->arg);
	else if (d->play && d->options->full)
		d->options->full(d->play);
}

static int control(void *arg)
{
	struct dashboard *d = arg;
	enum screen_error error;
	int code;

	catch_signals();
	prepare_show(d);
	d->lines = d->options->lines ? linear_open(d->options->explains) : NULL;
	plain_names_init(&d->plain, d->g);
	say_plain_names(&d->plain);
	d->screen = d->lines ? NULL : take_screen(d, &error);
	if (!d->screen && !d->lines) {
		fprintf(stderr, "forklore: %s\n", screen_error_text(error));
		return EXIT_SYSTEM;
	}
	canvas_init(&d->canvas, 0, 0, d->screen && screen_ascii(d->screen));
	canvas_init(&d->unsaid, 0, 0, false);
	d->show.no_mouse = !d->screen || !screen_uses_mouse(d->screen);
	d->canvas.names = &d->plain;
	d->show.before = d->settings.policy == POLICY_MANUAL ? POLICY_RR : d->settings.policy;
	d->recording = d->settings.follows;
	branches_begin(&d->branches);
	d->show.branches = &d->branches;
	begin_check(d);
	challenge_open(d);
	d->show.predict = &d->predict;
	if (begin_run(d)) {
		challenge_wished(d, d->options->challenge);
		loop(d);
	}
	finish(d);
	code = result(d);
	end_search(d);
	end_check(d);
	challenge_close(d);
	free(d->found.turn);
	end_run(d);
	branches_free(&d->branches);
	predict_free(&d->predict);
	show_free(&d->show);
	canvas_free(&d->canvas);
	canvas_free(&d->unsaid);
	plain_names_free(&d->plain);
	return code;
}

const char *dashboard_refused(const struct dashboard_options *o)
{
	enum screen_error error = screen_probe();

	(void)o;
	return error ? screen_error_text(error) : NULL;
}

int dashboard_run(struct program *g, const struct settings *settings, const struct dashboard_options *o)
{
	struct dashboard d = { .viewer = { take_choice }, .g = g, .program = g, .settings = *settings, .options = o };

	d.settings.viewer = &d.viewer;
	d.settings.remembers = true;
	return control(&d);
}

int dashboard_guarded(int (*show)(void *), void *arg)
{
	if (!terminal_remember(STDOUT_FILENO) && isatty(STDOUT_FILENO)) {
		fprintf(stderr, spoken("forklore: how the terminal is now can't be remembered: %s\n", "forklore：无法记下终端现在的状态：%s\n"), error_named(errno));
		return EXIT_SYSTEM;
	}
	int code = guard_run(show, arg);

	if (code < 0)
		fprintf(stderr, spoken("forklore: no processes can be started: %s\n", "forklore：无法启动进程：%s\n"), error_named(errno));
	return code < 0 ? EXIT_SYSTEM : code;
}
