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
#include "sim/schedule/past.h"
#include "sim/stage/stage.h"
#include "ui/dashboard/dashboard.h"
#include "ui/dashboard/farewell.h"
#include "ui/dashboard/guard.h"
#include "ui/dashboard/keys.h"
#include "ui/dashboard/restore.h"
#include "ui/dashboard/screen.h"

enum { EXIT_SYSTEM = 5, EXIT_BY_SIGNAL = 128 };
static const int64_t second = 1000000, frame = 1000000 / 30, burst = 20000, glance = 300000;

struct dashboard {
	struct viewer viewer;           /* first: the run asks it whom to let move */
	proc_id chosen;                 /* its answer; 0: it has not made up its mind */
	const struct program *g;
	struct settings settings;
	const struct dashboard_options *options;
	struct screen *screen;
	struct canvas canvas;
	struct stage *stage;            /* NULL: the model alone */
	struct play *play;
	struct view *view;
	struct past *past;              /* of that run; */
	struct view *seen;              /* and who listens when it comes again */
	struct show show;
	struct settings staged;         /* as the stage has them: it never runs freely where a history is followed */
	struct branches branches;
	const struct history *recording;        /* what the first run follows, or NULL */
	proc_id awaited;                /* or only until this one has moved; 0: nobody */
	enum policy before;             /* that the viewer chooses: this one decided */
	bool ended, chooses;            /* what is repeated has ended there; there the viewer is to choose */
	uint64_t until;                 /* it goes at full speed up to so many actions, then pauses; 0: it does not */
	int64_t due;                    /* when the next action is, on the wall's clock */
	int64_t drawn;                  /* when the screen was drawn last */
	int64_t looked;                 /* when it was looked for processes that are stopped */
	bool dirty;                     /* it is not up to date */
	bool quits;
	int leaves;                     /* enum leave, or 0 */
	int refused;                    /* the errno for which a run could not begin */
};

static int64_t wall_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * second + t.tv_nsec / 1000;
}

/* ---- signals: remembered, and one byte so that poll returns ---- */

static volatile sig_atomic_t told_to_end, told_to_stop;
static int alarm_fd = -1;

static void remember(int number)
{
	uint64_t one = 1;
	int saved = errno;

	if (number == SIGTSTP) {
		told_to_stop = 1;
	} else {
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

/* ---- a run ---- */

static void end_run(struct dashboard *d)
{
	past_free(d->past);
	view_free(d->seen);
	play_free(d->play);
	stage_close(d->stage);
	view_free(d->view);
	d->past = NULL;
	d->seen = NULL;
	d->play = NULL;
	d->stage = NULL;
	d->view = NULL;
}

static bool is_host(const struct dashboard *d)
{
	return d->play->settings.policy == POLICY_HOST && !d->play->follows && d->stage;
}

static proc_id take_choice(struct viewer *v, const struct play *y)
{
	struct dashboard *d = (struct dashboard *)v;
	proc_id p = d->chosen;

	(void)y;
	d->chosen = 0;
	return p;
}

static bool begin_run(struct dashboard *d)
{
	d->view = view_new(d->g, d->show.zh, d->options->also);
	if (!d->options->model) {
		d->staged = d->settings;
		if (d->staged.policy == POLICY_HOST && d->staged.follows)
			d->staged.policy = POLICY_RR;
		d->stage = stage_open(d->g, &d->staged, false, NULL, &d->refused);
		if (!d->stage)
			return false;
	}
	d->play = play_new(d->g, &d->settings, d->stage ? stage_body(d->stage) : NULL, view_listener(d->view));
	d->play->watched = true;
	d->seen = view_new(d->g, d->show.zh, NULL);
	d->seen->whole = d->view;
	struct settings again = d->settings;
	if (!d->play->at->rules.asks)
		again.viewer = NULL;
	d->past = past_new(d->g, &again, d->play->history, view_listener(d->seen), &d->seen->companion);
	d->until = 0;
	d->due = wall_clock();
	show_begin(&d->show, d->play, d->view);
	d->dirty = true;
	return true;
}

/* What the viewer has made of them holds in the next run, too. */
static void keep_rules(struct dashboard *d)
{
	const struct settings *now = &d->play->settings;

	d->settings.policy = now->policy;
	d->settings.cpus = now->cpus;
	d->settings.quantum = now->quantum;
	d->settings.has_quantum = now->has_quantum;
}

static void restart(struct dashboard *d, int64_t seeds_further)
{
	bool goes_on = d->show.running || d->play->at->verdict;

	if (!d->recording || seeds_further)
		keep_rules(d);
	play_stop(d->play, VERDICT_STOPPED);
	end_run(d);
	d->settings.seed += (uint64_t)seeds_further;
	if (seeds_further)
		d->recording = NULL;            /* it is another run */
	d->settings.follows = d->recording;
	branches_begin(&d->branches);
	d->show.repeats = 0;
	d->show.running = goes_on;
	d->quits = !begin_run(d);
	d->due = wall_clock();
}

static bool is_playing(const struct dashboard *d)
{
	bool waits = d->play->asks && d->play->at->rules.asks && !d->chosen;

	return d->show.repeats || (d->show.running && !d->show.cover && !d->play->at->verdict && !waits);
}

/* false: the run has ended, or the viewer is asked. */
static bool step(struct dashboard *d)
{
	bool goes_on = play_step(d->play);

	past_offer(d->past, d->play, &d->view->companion);
	return goes_on && !(d->play->asks && d->play->at->rules.asks);
}

/* More of them than there are CPUs can move: under manual, the viewer is asked next, unless the default main moves by itself. */
static bool is_choice(const struct play *y)
{
	uint32_t n = 0;

	if (y->g->default_main && y->actor[MAIN].state == STATE_READY)
		return false;
	for (proc_id p = y->at->ready_head; p && n <= y->settings.cpus; p = y->actor[p].next)
		n++;
	return y->at->rules.asks && n > y->settings.cpus;
}

static bool is_there(const struct dashboard *d)
{
	bool moved = d->awaited && d->play->at->steps && d->play->at->last.who == d->awaited;

	return d->until && (moved || d->play->at->steps >= d->until);
}

/* Under `host`: what happens within so many milliseconds. */
static void follow(struct dashboard *d, int wait_ms)
{
	stage_follow(d->stage, d->play, wait_ms);
	past_offer(d->past, d->play, &d->view->companion);
}

/* The actions that are due; not more than fit into a moment, so that keys are answered. */
static void play_virtually(struct dashboard *d, int64_t now)
{
	int64_t until = now + burst;
	bool goes_on = true;

	if (d->show.speed == 0 || d->until) {
		while (goes_on && !is_there(d) && !told_to_end && wall_clock() < until)
			goes_on = step(d);
		d->due = now;
		return;
	}
	for (; goes_on && !told_to_end && d->due <= now; d->due += (int64_t)(second / d->show.speed)) {
		goes_on = step(d);
		if (wall_clock() >= until)
			d->due = now;   /* it can't go as fast as that */
		while (goes_on && is_choice(d->play) && wall_clock() < until)
			goes_on = step(d);      /* a question is asked at once */
	}
}

/* Who computes on the screen really does, as long as the picture lasts; at full speed there is no time to. */
static void let_compute(struct dashboard *d)
{
	if (d->stage && !is_host(d))
		stage_compute(d->stage, d->play, is_playing(d) && d->show.speed > 0);
}

/* Whom the other run had stopped is really stopped only now: there it had no turn. */
static void stop_again(struct dashboard *d)
{
	for (proc_id p = MAIN; d->stage && p < d->g->processes; p++)
		if (d->play->actor[p].stopped && process_body(d->g, p) == p)
			kill((pid_t)who_is(d->play->world.shared, p)->pid, SIGSTOP);
}

/* If the run that it repeats had ended here, so does this one. Else it goes its own way; which way, the viewer says. */
static void go_own_way(struct dashboard *d)
{
	while (d->ended && !told_to_end && play_step(d->play))
		;
	d->show.repeats = 0;
	d->show.running = false;
	d->settings.follows = d->staged.follows = NULL;
	play_release(d->play);
	if (d->play->problem)
		text_put(&d->show.notice, d->play->problem);
	if (d->play->at->verdict)
		return;
	stop_again(d);
	if (d->play->settings.policy == POLICY_HOST)
		play_rule(d->play, CAUSE_POLICY, POLICY_RR);    /* the kernel can't take it up */
	if (d->chooses && d->play->settings.policy != POLICY_MANUAL) {
		d->before = d->play->settings.policy;
		play_rule(d->play, CAUSE_POLICY, POLICY_MANUAL);
	}
	d->show.running = d->chooses && is_choice(d->play);     /* to the first question */
	d->due = wall_clock();
}

static void repeat(struct dashboard *d, int64_t now)
{
	bool goes_on = true;

	while (goes_on && d->play->at->steps < d->show.repeats && !told_to_end && wall_clock() < now + burst)
		goes_on = step(d);
	if (!goes_on || d->play->at->steps >= d->show.repeats)
		go_own_way(d);
	d->dirty = true;
}

static void play_on(struct dashboard *d)
{
	uint64_t before = d->play->at->steps, resumed = d->play->at->resumed;
	bool asked = d->play->asks;
	int64_t now = wall_clock();

	if (d->show.repeats) {
		repeat(d, now);
	} else if (is_host(d)) {
		stage_pause(d->stage, false);
		follow(d, 5);
	} else if (d->due <= now) {
		play_virtually(d, now);
	}
	if (d->play->at->steps != before || d->play->at->resumed != resumed || d->play->asks != asked || d->play->at->verdict)
		d->dirty = true;
	if (d->play->at->verdict || is_there(d)) {
		d->show.running = false;
		d->until = 0;
	}
}

static void step_once(struct dashboard *d)
{
	if (is_host(d)) {               /* what happens within a moment */
		stage_pause(d->stage, false);
		follow(d, 1);
		stage_pause(d->stage, true);
	} else {
		step(d);
	}
	d->dirty = true;
}

/* ---- through time ---- */

/* What takes a moment only is done before the next key. */
static void run_to(struct dashboard *d, uint64_t n)
{
	d->until = n;
	d->show.running = !d->play->at->verdict;
	if (is_playing(d))
		play_on(d);
}

/* The moment after n actions: the run waits meanwhile. What lies ahead of it is gone to. */
static void go_to(struct dashboard *d, int64_t n, bool ahead)
{
	int64_t now = (int64_t)d->play->at->steps;

	d->show.running = false;
	n = n < 0 ? 0 : n;
	if (n >= now)
		show_moment(&d->show, d->play, d->view);
	else
		show_moment(&d->show, past_hear(d->past, (uint64_t)n, TALES), d->seen);
	if (n > now && ahead)
		run_to(d, (uint64_t)n);
}

/* The number of p's first action after the n-th; of its last one before that, if back. 0: there is none. */
static uint64_t action_of(const struct history *h, proc_id p, uint64_t n, bool back)
{
	uint64_t before = 0, found = 0;

	for (const struct happening *e = h->entry; e < h->entry + h->count; e++) {
		if (e->cause != CAUSE_MOVED)
			continue;
		uint64_t first = before + 1, last = before += e->times;
		if (e->who != p)
			continue;
		if (back && first < n)
			found = last < n ? last : n - 1;
		else if (!back && last > n)
			return first > n ? first : n + 1;
	}
	return found;
}

/* Behind the present, the run goes on until p has moved. */
static void go_to_action(struct dashboard *d, proc_id p, bool back)
{
	uint64_t here = d->show.moment->at->steps, n = action_of(d->play->history, p, here, back);

	if (n) {
		go_to(d, (int64_t)n, false);
		return;
	}
	if (!back && !d->play->at->verdict && who_is(d->play->world.shared, p)->life < LIFE_ZOMBIE) {
		go_to(d, INT64_MAX, false);
		d->awaited = p;
		step_once(d);
		if (d->play->at->last.who != p)
			run_to(d, UINT64_MAX);
		return;
	}
	text_clear(&d->show.notice);
	text_print(&d->show.notice, "%s %s", title_of(d->g, p), say(&d->show, back ? WORD_NO_PREVIOUS : WORD_NO_NEXT));
}

static void go_on(struct dashboard *d, int64_t n)
{
	if (is_past(&d->show))
		go_to(d, (int64_t)d->show.y->at->steps + n, false);
	else if (n > 1)
		run_to(d, d->play->at->steps + (uint64_t)n);
	else if (!d->play->at->verdict)
		step_once(d);
}

static bool has_stopped(const struct dashboard *d, proc_id p)
{
	p = process_body(d->g, p);
	return d->play->actor[p].stopped && who_is(d->play->world.shared, p)->life == LIFE_ALIVE;
}

/* While the past is shown, something has happened to the run: its last sentence. */
static void note_meanwhile(struct dashboard *d)
{
	const struct view *v = d->view;

	if (!is_past(&d->show) || !v->tales)
		return;
	text_clear(&d->show.notice);
	text_print(&d->show.notice, "%s%s", say(&d->show, WORD_MEANWHILE), text_is(&v->tale[(v->tales - 1) % TALES].text));
}

/* Has somebody stopped a process, or let it go on? Who was told to move, and did not because of that, has done so now: */
static void look_for_stopped(struct dashboard *d)
{
	proc_id p = d->play->stalled.who;
	bool was = p && has_stopped(d, p);

	d->looked = wall_clock();
	if (!stage_stops(d->stage, d->play))
		return;
	d->dirty = true;
	note_meanwhile(d);
	if (was && !has_stopped(d, p) && !is_playing(d))
		step_once(d);
}

/* ---- branches ---- */

/* The processes are started anew, and repeat what that history says, up to so many actions. */
static void repeat_another(struct dashboard *d, const struct history *h, uint64_t steps)
{
	end_run(d);
	d->settings.follows = h;
	d->show.repeats = steps;
	d->quits = !begin_run(d);
	if (!d->quits)
		repeat(d, wall_clock());        /* what takes a moment only is done before the next key */
}

static void branch(struct dashboard *d)
{
	uint64_t from = d->show.y->at->steps;

	branches_leave(&d->branches, d->play);
	d->ended = false;
	d->chooses = true;
	repeat_another(d, branches_add(&d->branches, from), from);
}

static void go_back_to_branch(struct dashboard *d)
{
	branches_leave(&d->branches, d->play);
	const struct history *h = branches_return(&d->branches);
	struct branch_end end = d->branches.at[d->branches.here].end;

	if (!h)
		return;
	d->ended = end.ended;
	d->chooses = false;
	repeat_another(d, h, end.steps);
}

/* ---- signals, and rules that change ---- */

/* As from another terminal: it is found out as there. The model alone has nobody to send it to. */
static void send_signal(struct dashboard *d, proc_id p, int number)
{
	p = process_body(d->g, p);
	if (who_is(d->play->world.shared, p)->life != LIFE_ALIVE)
		return;
	if (d->stage) {
		kill((pid_t)who_is(d->play->world.shared, p)->pid, number);
		d->looked = 0;
	} else if (number != SIGSTOP && number != SIGCONT) {
		play_killed(d->play, p, number, d->play->at->now);
	} else if (d->play->actor[p].stopped != (number == SIGSTOP)) {
		play_stopped(d->play, p, number == SIGSTOP, d->play->at->now);
	}
}

/* May the viewer change who decides? If not, it is said why. */
static bool may_change(struct dashboard *d)
{
	const struct play *y = d->play;

	if (y->at->verdict || y->follows || is_host(d) || list_is_on(y)) {
		text_clear(&d->show.notice);
		text_put(&d->show.notice, say(&d->show, is_host(d) ? WORD_KERNEL_DECIDES : WORD_LIST_DECIDES));
		return false;
	}
	return true;
}

static void set_policy(struct dashboard *d, enum policy p)
{
	if (may_change(d))
		play_rule(d->play, CAUSE_POLICY, p);
}

/* Back to the policy that decided before. */
static void toggle_manual(struct dashboard *d)
{
	enum policy now = d->play->settings.policy;

	if (!may_change(d))
		return;
	if (now != POLICY_MANUAL)
		d->before = now;
	set_policy(d, now != POLICY_MANUAL ? POLICY_MANUAL : d->before);
	if (now != POLICY_MANUAL && is_choice(d->play))
		d->show.running = true;         /* to the question */
	else if (now == POLICY_MANUAL)
		d->show.running = false;
}

static void next_policy(struct dashboard *d)
{
	enum policy p = d->play->settings.policy;

	do
		p = (enum policy)((p + 1) % POLICY_COUNT);
	while (p == POLICY_HOST || p == POLICY_MANUAL);
	set_policy(d, p);
}

static void change_cpus(struct dashboard *d, int64_t more)
{
	int64_t n = d->play->settings.cpus + more;

	if (may_change(d) && n >= 1 && n <= MAX_CPUS)
		play_rule(d->play, CAUSE_CPUS, n);
}

/* Twice or half as long, of a millisecond at least. */
static void change_quantum(struct dashboard *d, int64_t more)
{
	int64_t now = d->play->settings.quantum, n = more > 0 ? now * 2 : now / 2;

	if (may_change(d) && n >= 1000 && n <= 1000000000)
		play_rule(d->play, CAUSE_QUANTUM, n);
}

/* ---- keys ---- */

static void grant(struct dashboard *d, struct wish wish)
{
	if (wish.kind != WISH_NOTHING && wish.kind != WISH_THEME && wish.kind != WISH_REDRAW)
		d->until = d->awaited = 0;
	switch (wish.kind) {
	case WISH_RUN:     d->show.running = true; break;
	case WISH_PAUSE:   d->show.running = false; break;
	case WISH_STEP:    d->show.running = false; go_on(d, wish.n); break;
	case WISH_BACK:    go_to(d, (int64_t)d->show.y->at->steps - wish.n, false); break;
	case WISH_GO:      go_to(d, wish.n < 0 ? (int64_t)d->play->at->steps + wish.n : wish.n, true); break;
	case WISH_NOW:     go_to(d, INT64_MAX, false); break;
	case WISH_NEXT:    go_to_action(d, wish.who, wish.n < 0); break;
	case WISH_BRANCH:  branch(d); break;
	case WISH_RETURN:  go_back_to_branch(d); break;
	case WISH_CHOOSE:  d->show.running = true; d->chosen = (proc_id)wish.n; break;
	case WISH_SIGNAL:  send_signal(d, wish.who, (int)wish.n); break;
	case WISH_MANUAL:  toggle_manual(d); break;
	case WISH_POLICY:  next_policy(d); break;
	case WISH_CPUS:    change_cpus(d, wish.n); break;
	case WISH_QUANTUM: change_quantum(d, wish.n); break;
	case WISH_RESTART: restart(d, wish.n); break;
	case WISH_THEME:   screen_theme(d->screen, d->show.theme); break;
	case WISH_REDRAW:  screen_redraw(d->screen); break;
	case WISH_QUIT:    d->quits = true; break;
	case WISH_LEAVE:   d->quits = true; d->leaves = (int)wish.n; break;
	case WISH_NOTHING: break;
	}
}

static void take_keys(struct dashboard *d)
{
	int key;

	while (!d->quits && (key = screen_key(d->screen, 0)) != PRESS_NONE) {
		bool was_playing = is_playing(d);
		double speed = d->show.speed;
		if (key == PRESS_HANGUP) {
			told_to_end = SIGHUP;
			return;
		}
		if (key != PRESS_RESIZE)
			grant(d, key_press(&d->show, key));
		if (!d->quits && is_playing(d) && (!was_playing || d->show.speed != speed))
			d->due = wall_clock();
		if (!d->quits && is_host(d) && is_playing(d) != was_playing)
			stage_pause(d->stage, !is_playing(d));
		d->dirty = true;
	}
}

/* ---- drawing and waiting ---- */

static void draw(struct dashboard *d)
{
	int width, height;

	screen_size(d->screen, &width, &height);
	if (width != d->canvas.width || height != d->canvas.height)
		canvas_resize(&d->canvas, width, height);
	show_draw(&d->canvas, &d->show);
	screen_show(d->screen, &d->canvas);
	d->drawn = wall_clock();
	d->dirty = false;
}

/* Milliseconds until something is to be done; -1: nothing is. */
static int patience(const struct dashboard *d)
{
	int64_t now = wall_clock(), next = -1;

	if (is_playing(d)) {
		next = is_host(d) ? now : d->due;
		if (d->show.speed > 30 && next < d->drawn + frame)
			next = d->drawn + frame;        /* several actions for one picture */
	}
	if (d->dirty && (next < 0 || next > d->drawn + frame))
		next = d->drawn + frame;
	if (d->stage && (next < 0 || next > d->looked + glance))
		next = d->looked + glance;
	return next < 0 ? -1 : next <= now ? 0 : (int)((next - now + 999) / 1000);
}

static void wait_for_something(struct dashboard *d)
{
	struct pollfd fds[3] = {
		{ .fd = screen_fd(d->screen), .events = POLLIN }, { .fd = alarm_fd, .events = POLLIN },
		{ .fd = d->stage ? stage_fd(d->stage) : -1, .events = POLLIN },
	};
	uint64_t count;
	int n = poll(fds, 3, patience(d));

	if (n > 0 && fds[1].revents && read(alarm_fd, &count, sizeof count) < 0)
		return;
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
	screen_suspend(d->screen);
	if (is_host(d))
		stage_pause(d->stage, !is_playing(d));
	d->due = wall_clock();
	d->dirty = true;
}

static void loop(struct dashboard *d)
{
	while (!d->quits && !told_to_end) {
		if (told_to_stop)
			stand_still(d);
		take_keys(d);
		if (!d->quits && is_playing(d))
			play_on(d);
		if (!d->quits && d->stage && wall_clock() - d->looked >= glance)
			look_for_stopped(d);
		if (!d->quits)
			let_compute(d);
		if (!d->quits && !told_to_end && d->dirty && wall_clock() - d->drawn >= frame)
			draw(d);
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

	if (!d->play || d->play->problem || !isatty(STDOUT_FILENO) || (told_to_end && told_to_end != SIGINT))
		return;
	show_moment(&d->show, d->play, d->view);
	farewell_put(&t, &d->show, &d->canvas, &d->options->type);
	fwrite(t.at, 1, t.length, stdout);
	fflush(stdout);
	text_free(&t);
}

static void finish(struct dashboard *d)
{
	if (d->play)
		play_stop(d->play, VERDICT_STOPPED);
	screen_close(d->screen);
	say_farewell(d);
	if (d->refused && !told_to_end)
		fprintf(stderr, "forklore: %s: %s\n", stage_refused(), error_named(d->refused));
	else if (d->play && d->play->problem)
		fprintf(stderr, "forklore: %s\n", d->play->problem);
}

static int control(void *arg)
{
	struct dashboard *d = arg;
	enum screen_error error;
	int code;

	catch_signals();
	prepare_show(d);
	d->screen = take_screen(d, &error);
	if (!d->screen) {
		fprintf(stderr, "forklore: %s\n", screen_error_text(error));
		return EXIT_SYSTEM;
	}
	canvas_init(&d->canvas, 0, 0, screen_ascii(d->screen));
	d->before = d->settings.policy == POLICY_MANUAL ? POLICY_RR : d->settings.policy;
	d->recording = d->settings.follows;
	branches_begin(&d->branches);
	d->show.branches = &d->branches;
	if (begin_run(d))
		loop(d);
	finish(d);
	code = result(d);
	end_run(d);
	branches_free(&d->branches);
	show_free(&d->show);
	canvas_free(&d->canvas);
	return code;
}

const char *dashboard_refused(const struct dashboard_options *o)
{
	enum screen_error error = screen_probe();

	(void)o;
	return error ? screen_error_text(error) : NULL;
}

int dashboard_run(const struct program *g, const struct settings *settings, const struct dashboard_options *o)
{
	struct dashboard d = { .viewer = { take_choice }, .g = g, .settings = *settings, .options = o };

	d.settings.viewer = &d.viewer;
	d.settings.remembers = true;
	int code = guard_run(control, &d);

	if (code < 0)
		fprintf(stderr, "forklore: %s%s\n", spoken("no processes can be started: ", "无法启动进程："), error_named(errno));
	return code < 0 ? EXIT_SYSTEM : code;
}
