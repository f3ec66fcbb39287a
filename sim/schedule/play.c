/* The loop: which process moves next, when, and what is reported of it. */
#include "sim/schedule/play.h"
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


void tell_all(struct play *y, struct news n)
{
	n.time = y->at->now;
	for (struct listener *l = y->listener; l; l = l->next)
		l->hear(l, y, &n);
}

/* It may take some actions until it ends its process: those of `finally`. */
static void keep_faults(struct play *y, proc_id who)
{
	struct moment *at = y->at;
	for (size_t i = 0; i < y->trace.count; i++) {
		const struct change *c = &y->trace.list[i];
		if (c->kind == CHANGE_EXCEPTION && !c->caught && at->faults++ < FAULTS)
			at->fault[at->faults - 1] = (struct fault){ who, *c };
	}
}

static void tell_all_changes(struct play *y, proc_id who)
{
	for (size_t i = 0; i < y->trace.count; i++) {
		const struct change *c = &y->trace.list[i];
		proc_id whose = c->kind == CHANGE_PROCESS ? process_body(y->g, who) : who;
		tell(y, (struct news){ .kind = NEWS_CHANGE, .who = whose, .change = c });
		written_of(y, c);
	}
	keep_faults(y, who);
	y->at->uncaught += y->trace.uncaught;
	y->trace.count = y->trace.uncaught = 0;
}

static inline void tell_changes(struct play *y, proc_id who)
{
	if (y->trace.count || y->trace.uncaught)
		tell_all_changes(y, who);
}

/* ---- private steps ----
 * Time may be up within them, and then nobody knows how far they come. So that is part of the run's history: where it is followed,
 * they are cut at the same one. */

void stretch_begins(struct play *y)
{
	if (!y->at->cut)
		y->at->stretch.most = y->follows ? follow_stretch(y) : UINT64_MAX;
}

void stretch_ends(struct play *y, proc_id p)
{
	if (!y->at->stretch.cut || y->at->cut)
		return;
	y->at->cut = true;
	history_note(y, CAUSE_CUT, p, (int64_t)y->at->stretch.done);
	if (y->follows)
		follow_cut(y);
}

/* The process that was at them stands where it never would: nothing can be done any more. */
static bool cut_off(struct play *y)
{
	if (y->follows)
		follow_outside(y, false);
	if (!y->at->verdict && follow_ends(y, VERDICT_STOPPED))
		judge_end(y, VERDICT_STOPPED);
	return false;
}

/* ---- an action, and what follows from it ---- */

static void be_born(struct play *y, proc_id child, proc_id parent, uint32_t pid)
{
	if (process_body(y->g, child) == child)
		who_of(y->world.shared, child)->pid = pid;
	y->actor[child].dice = dice_seed(y->settings.seed, y->g->process[child].name);
	parent = process_body(y->g, parent);
	stretch_begins(y);
	world_birth(y->g, y->world.shared, parent, play_own(y, parent), play_own(y, child), child, &y->trace);
	stretch_ends(y, child);
	lives_begin(y, child);
	tell_changes(y, child);
}

static inline void tell_exit(struct play *y, proc_id p)
{
	const struct who *w = who_is(y->world.shared, p);
	if (w->life >= LIFE_ZOMBIE)
		tell(y, (struct news){ .kind = NEWS_EXIT, .who = p, .code = (int32_t)w->code });
}

bool takes_no_time(const struct play *y, const cell *shared, const struct event *e)
{
	return e->how == CAN_ENQUEUE || e->how == CAN_DIE || (e->who == MAIN && y->g->default_main) ||
	       who_is(shared, e->who)->life != LIFE_ALIVE;
}

void play_clock(struct play *y, int64_t now)
{
	y->at->now = now;
	lives_settle_due(y);
}

/* How long the action keeps its CPU; where a sleep ends is noted in the process's life. */
static int64_t cost_of(struct play *y, const struct event *e)
{
	struct actor *a = &y->actor[e->who];
	int64_t drawn = e->spends ? y->at->drawn : 0, cost = 0;
	a->left = e->spends == SPENDS_CPU ? drawn : 0;
	if (!takes_no_time(y, y->world.shared, e) && e->spends != SPENDS_CPU)
		cost = y->g->cpu.step + (e->child ? y->g->cpu.fork : 0);
	/* Arrivals are counted from the beginning, also where a schedule has let time run on. */
	if (e->spends == SPENDS_TIME)
		alarm_set(y, e->who, (e->who == MAIN && y->g->default_main ? a->deadline : y->at->now + cost) + drawn);
	else if (a->timed && e->how != CAN_HANDLE)
		alarm_clear(y, e->who);
	if (y->g->handles)
		interruptions(y, e);
	return cost;
}

/* A thread's variables stand where its process's do. */
static void keep_own(struct play *y, proc_id p)
{
	proc_id body = process_body(y->g, p);
	struct world before = { NULL, y->before };
	memcpy(world_own(y->g, &before, p), play_own(y, p), own_used(y->g, play_own(y, p)) * sizeof(cell));
	if (body != p)
		memcpy(world_own(y->g, &before, body), play_own(y, body), (OWN_HEAD + y->g->process_slots) * sizeof(cell));
}

/* Does its task fail, or does it fetch what another's task has left? */
static void keep_failures(struct play *y, proc_id p)
{
	struct failure f;
	struct moment *at = y->at;
	value fetched = world_fetches(y->g, y->world.shared, play_own(y, p), p);
	if (world_fails(y->g, y->world.shared, play_own(y, p), p, &f) && at->failures < FAILURES)
		at->failure[at->failures++] = f;
	for (uint32_t k = at->failures; fetched != VALUE_UNSET && k--;)
		if (at->failure[k].handle == fetched)
			at->failure[k] = at->failure[--at->failures];
}

/* Before p acts: what will be asked of it as it was. */
static inline void keep_before(struct play *y, proc_id p)
{
	if (y->before)
		keep_own(y, p);
	if (y->g->tasks)
		keep_failures(y, p);
}

static void tell_step(struct play *y)
{
	const struct world before = { NULL, y->before };
	if (!y->closely)
		return;                 /* to put it together would take longer than the action */
	tell(y, (struct news){ .kind = NEWS_STEP, .who = y->at->last.who, .n = y->at->steps, .event = &y->at->last, .change = y->trace.list,
	                       .changes = y->trace.count, .own = y->before ? world_own(y->g, &before, y->at->last.who) : NULL });
}

/* What sjf and stcf have foreseen may be wrong now; but not what its doer was seen to do. */
static void note_change(struct play *y, const struct event *e, enum decider by)
{
	struct actor *a = &y->actor[e->who];
	bool changed = e->digest || a->shares;
	y->at->changes += changed;
	a->changes += changed && by < BY_SCHEDULE;
}

/* Real numbers of processes can't be foreseen. */
static void note_pid(struct play *y, proc_id p, uint32_t pid)
{
	if (y->body && process_body(y->g, p) == p)
		history_note(y, CAUSE_BORN, p, pid);
}

/* The event is the twin's own; everything that people see of it is reported here. */
static int64_t follow(struct play *y, const struct event *e, uint32_t child_pid, enum decider by)
{
	if (e->child)
		note_pid(y, e->child, child_pid);
	if (y->history)
		history_moved(y, e, by);
	if (!y->at->cut)
		y->at->stretch.done = 0;
	y->at->last = *e;
	if (e->spends)
		y->at->drawn = dice_draw(&y->actor[e->who].dice, e->lo, e->hi);
	note_change(y, e, by);
	y->actor[e->who].actions++;
	y->at->steps++;
	written_by(y, e);
	tell_step(y);
	if (e->child) {                 /* it inherits what its parent has now */
		tell_changes(y, e->who);
		be_born(y, e->child, e->who, child_pid);
	}
	stretch_begins(y);
	world_go_on(y->g, y->world.shared, play_own(y, e->who), e->who, &y->trace);
	stretch_ends(y, e->who);
	tell_changes(y, e->who);
	tell_exit(y, e->who);
	int64_t cost = cost_of(y, e);
	judge_state(y);
	return cost;
}

void play_problem(struct play *y, struct message what)
{
	struct text t = { 0 };
	text_say(&t, what);
	snprintf(y->problem_text, sizeof y->problem_text, "%s", text_is(&t));
	text_free(&t);
	y->problem = y->problem_text;
}

/* It may be the shared part, or what the process did. */
static bool disagree(struct play *y, proc_id p, bool shared)
{
	const char *name = y->g->process[p].name;
	play_problem(y, shared ? SAY(DISAGREE_SHARED, name, y->at->steps + 1) : SAY(DISAGREE_DEED, name, y->at->steps + 1));
	return false;
}

static bool same_shared(struct play *y)
{
	const cell *real = y->body->shared ? y->body->shared(y->body) : NULL;
	return !real || !memcmp(real, y->world.shared, y->g->shared_cells * sizeof(cell));
}

/* The body did not do the action: it was killed from outside, we were interrupted, or the system refused. */
bool play_not_moved(struct play *y, proc_id p, int error)
{
	if (error == ESRCH) {
		y->body->died(y->body, y, p);
		return false;
	}
	if (error == NO_ANSWER_YET)
		return false;           /* play_step comes back to it */
	if (error == GAVE_UP) {
		judge_end(y, VERDICT_STOPPED);
		return false;
	}
	const char *name = y->g->process[p].name;
	play_problem(y, error == EPROTO ? SAY(KERNEL_GAVE_OTHER, name) : error == ESTALE ? SAY(FILE_CHANGED, name) :
	             SAY(COULD_NOT_GO_ON, name, error_named(error)));
	judge_end(y, VERDICT_REFUSED);
	return false;
}

static uint32_t pid_of_child(struct play *y, proc_id child, uint32_t real)
{
	return follow_pid(y, child, y->body ? real : model_pid(y->g, y->world.shared, child));
}

/* On the body, then on the twin; false: the run has ended by it. */
static bool move_both(struct play *y, proc_id p, int64_t choice, struct event *e, uint32_t *child_pid)
{
	struct event real;
	enum can how = play_can(y, p);
	int error = y->body ? y->body->move(y->body, p, how, choice, &real, child_pid) : 0;
	if (error)
		return play_not_moved(y, p, error);
	keep_before(y, p);
	y->journal->count = 0;
	world_do(y->g, y->world.shared, play_own(y, p), p, how, choice, y->journal, &y->trace, e);
	if (y->body && memcmp(&real, e, sizeof real) && !disagree(y, p, false))
		judge_end(y, VERDICT_DISAGREES);
	else if (e->child)
		who_of(y->world.shared, e->child)->pid = *child_pid = pid_of_child(y, e->child, *child_pid);
	if (!y->at->verdict && y->body && !same_shared(y) && !disagree(y, p, true))
		judge_end(y, VERDICT_DISAGREES);
	return !y->at->verdict;
}

/* What the action draws, if it does. */
static int64_t draw_for(struct play *y, proc_id p, int64_t choice, enum decider by)
{
	int64_t lo, hi;
	struct actor *a = &y->actor[p];
	if (a->given && by == BY_VIEWER) {
		a->given = false;
		return a->draw;
	}
	return by != BY_GIVEN && play_can(y, p) != CAN_HANDLE && world_draw(y->g, play_own(y, p), p, &lo, &hi) ? dice_draw(&y->actor[p].dice, lo, hi) : choice;
}

/* The action's cost is set as that processor's activity. */
static void act(struct play *y)
{
	proc_id p = y->stalled.who;
	uint32_t child_pid = 0, cpu = y->stalled.cpu;
	enum decider by = y->stalled.by;
	struct event e;
	if (y->follows)
		follow_outside(y, true);
	if (y->at->verdict || y->stalled.who != p)
		return;                 /* it ended, or was killed, before it could */
	if ((y->follows && !follow_allows(y, p)) || !move_both(y, p, y->stalled.choice, &e, &child_pid))
		return;                 /* the run is over, or p was killed, or has not answered yet */
	y->stalled.who = 0;
	if (y->follows && !follow_moved(y, &e))
		return;
	int64_t cost = follow(y, &e, child_pid, by);
	if (list_is_on(y) || by >= BY_SCHEDULE) {       /* a schedule is played on one CPU, an action after the other */
		play_clock(y, y->at->now + cost + y->actor[p].left);
		y->actor[p].left = 0;
		y->actor[p].cpu = 0;
	} else if (cpu) {
		cpus_acted(y, p, cost);
	}
	lives_settle_after(y, &e);
}

void play_act(struct play *y, proc_id p, uint32_t cpu, int64_t choice, enum decider by)
{
	if (y->halts || y->at->cut)
		return;                 /* nor is it known who would move next */
	y->stalled.who = p;
	y->stalled.cpu = cpu;
	y->stalled.by = by;
	y->stalled.choice = draw_for(y, p, choice, by);
	act(y);
}

/* ---- the loop ---- */

/* The default main needs no CPU and no time: it moves whenever it can, before any other process. */
bool main_moves(struct play *y)
{
	if (list_holds_main(y) || !play_may_move(y, MAIN))
		return false;
	play_act(y, MAIN, 0, 0, BY_ITSELF);
	return true;
}

static void end_naturally(struct play *y)
{
	enum verdict v = world_everyone_ended(y->g, y->world.shared) ? VERDICT_OK : VERDICT_DEADLOCK;
	if (follow_ends(y, v))
		judge_end(y, v);
}

static __attribute__((noinline, cold)) void end_of_time(struct play *y)
{
	play_problem(y, SAY(END_OF_TIME));
	judge_end(y, VERDICT_LIMIT);
}

/* The viewer was asked whom to let move, and had no wish: that turn of the loop begins again. Where a history is followed,
 * what came from outside meanwhile comes first; or a process moves that has been chosen before. */
static void ask_again(struct play *y)
{
	if (y->follows && !follow_outside(y, true)) {
		if (y->asked_at == y->at->followed.at + 1)
			follow_allows(y, 0);    /* asked twice, and none was chosen there */
		y->asked_at = y->at->followed.at + 1;
	}
	y->asks = false;
	y->at->turns--;
}

/* What happens at one instant, or the way to the next one. */
static void turn(struct play *y)
{
	y->at->turns++;
	bool listed = list_is_on(y) && (free_main_moves(y) || list_step(y));
	if (!listed && !y->at->verdict && !cpus_dispatch(y) && !y->asks && !cpus_pass_time(y))
		end_naturally(y);
	if (y->asks && y->follows)
		ask_again(y);
}

bool play_is_done(const struct play *y)
{
	for (proc_id p = MAIN; p < y->g->processes; p++)
		if (world_can(y->g, y->world.shared, play_own(y, p), p) != CAN_NOT)
			return false;
	return true;
}

/* A run that has come to its end with the last action that it may take was not cut short. */
static bool is_cut_short(const struct play *y)
{
	return (y->at->steps >= y->settings.max_steps || play_is_full(y)) && !play_is_done(y);
}

static bool goes_on(struct play *y)
{
	if (y->at->verdict)
		return false;
	if (is_cut_short(y))
		judge_end(y, VERDICT_LIMIT);
	else if (y->at->now > LONGEST_RUN)
		end_of_time(y);
	return !y->at->verdict;
}

/* With the last action nothing may be left that could happen: then it is over immediately, not when it is asked to go on. */
static bool is_over(const struct play *y)
{
	bool busy = y->at->ready_head || y->at->alarms || y->asks || y->stalled.who || y->follows || list_is_on(y);
	for (uint32_t i = 0; i < y->settings.cpus; i++)
		busy |= y->cpu[i].who != 0;
	return !busy && !(y->g->default_main && y->actor[MAIN].state == STATE_READY);
}

bool play_step(struct play *y)
{
	enum { INSTANTS = 1000000 };
	uint64_t before = y->at->steps, resumed = y->at->resumed;
	if (y->asks)
		ask_again(y);
	if (y->stalled.who && !y->at->verdict) {
		act(y);
		return !y->at->verdict;
	}
	if (y->follows && y->settings.policy == POLICY_HOST)
		return goes_on(y) && follow_kernel(y);
	if (y->at->cut && !y->at->verdict)
		return cut_off(y);
	for (int n = 0; n < INSTANTS && y->at->steps == before && !y->stalled.who && !y->asks && !y->at->cut &&
	     !(y->watched && y->at->resumed != resumed); n++) {
		if (y->follows)
			follow_outside(y, false);
		if (!goes_on(y))
			return false;
		turn(y);
	}
	if (y->watched && !y->at->verdict && !y->at->cut && is_over(y) && goes_on(y))
		turn(y);
	return !y->at->verdict;
}

/* ---- the moment when an action is over ---- */

static struct choice choose_nobody(struct viewer *v, const struct play *y)
{
	(void)v, (void)y;
	return (struct choice){ 0 };
}

struct play *play_spare(const struct play *y, struct listener *l)
{
	static struct viewer nobody = { choose_nobody };
	struct settings s = y->settings;
	s.follows = NULL;
	s.remembers = false;
	s.viewer = &nobody;
	struct play *spare = play_new(y->g, &s, NULL, l);
	spare->halts = true;
	return spare;
}

/* Until when the last action lasts; a compute is nothing that one would wait for. */
static int64_t action_ends(const struct play *y)
{
	const struct actor *a = &y->actor[y->at->last.who];
	const struct processor *c = a->holds && !a->left ? &y->cpu[a->holds - 1] : NULL;
	return c && c->acting && !c->switching ? c->until : y->at->now;
}

const struct play *play_rested(struct play *spare, const struct play *y)
{
	if (!y->at->steps || y->at->verdict || y->settings.policy == POLICY_HOST || list_is_on(y) || spare->at->bytes != y->at->bytes)
		return y;
	struct viewer *nobody = spare->settings.viewer;
	spare->settings = y->settings;
	spare->settings.viewer = nobody;
	spare->settings.follows = NULL;
	moment_return(spare, y->at);
	spare->chooser = y->chooser;
	for (int64_t until = action_ends(y);;) {
		if (cpus_dispatch(spare) || spare->asks || spare->at->now >= until || !cpus_pass_time(spare))
			break;
	}
	spare->asks = y->asks;
	spare->stalled = y->stalled;
	spare->inside = y->inside;
	spare->held = y->held;
	spare->problem = y->problem;
	return spare;
}

void play_stop(struct play *y, enum verdict v)
{
	if (!y->at->verdict)
		judge_end(y, v);
}

/* ---- under the host's kernel ---- */

void play_happened(struct play *y, const struct event *real, uint32_t child_pid, int64_t time)
{
	struct event e;
	int64_t lo, hi;
	struct journal *j = y->closely ? y->journal : NULL;     /* else nobody asks after each action what it has changed */
	y->at->now = y->at->rung = time > y->at->now ? time : y->at->now;
	if (world_draw(y->g, play_own(y, real->who), real->who, &lo, &hi))
		dice_draw(&y->actor[real->who].dice, lo, hi);           /* the process has drawn the same */
	keep_before(y, real->who);
	y->journal->count = 0;
	bool moved = world_step(y->g, y->world.shared, play_own(y, real->who), real->who, real->choice, j, &y->trace, &e);
	if ((!moved || memcmp(real, &e, sizeof e)) && !disagree(y, real->who, false)) {
		judge_end(y, VERDICT_DISAGREES);
		return;
	}
	if (e.child)
		who_of(y->world.shared, e.child)->pid = child_pid;
	follow(y, &e, child_pid, BY_KERNEL);
	if (y->closely)
		lives_settle_after(y, &e);
	if (is_cut_short(y))
		play_stop(y, VERDICT_LIMIT);
}

void play_looked(struct play *y)
{
	if (!y->closely && !y->at->verdict)
		lives_settle(y);
}

void play_over(struct play *y)
{
	lives_settle(y);
	if (!y->at->verdict)
		end_naturally(y);
}

static void tell_signal(struct play *y, proc_id p, int signal, int64_t time)
{
	if (y->settings.policy == POLICY_HOST && time > y->at->now)
		y->at->now = y->at->rung = time;
	/* Where somebody watches, a schedule that does not fit any more after that is no mistake: the policy decides from there on. */
	if (list_is_on(y) && (y->watched || y->follows))
		y->at->rules.listed = true;
	y->disturbed = true;
	history_note(y, CAUSE_SIGNALLED, p, signal);
	tell(y, (struct news){ .kind = NEWS_SIGNAL, .who = p, .signal = signal });
}

void play_stopped(struct play *y, proc_id p, bool stopped, int64_t time)
{
	y->actor[p].stopped = stopped;
	tell_signal(y, p, stopped ? SIGSTOP : SIGCONT, time);
}

void play_held(struct play *y, proc_id p)
{
	proc_id was = y->held;
	y->held = p;
	if (was)
		tell(y, (struct news){ .kind = NEWS_SIGNAL, .who = was, .signal = SIGCONT });
	if (p)
		tell(y, (struct news){ .kind = NEWS_SIGNAL, .who = p, .signal = SIGSTOP });
}

/* The last action comes to its end, as viewers of the run have seen it already; no other action begins. */
static void let_action_end(struct play *y)
{
	if (!y->at->steps || y->at->verdict || y->settings.policy == POLICY_HOST || list_is_on(y) || y->stalled.who || y->asks)
		return;
	y->halts = true;
	for (int64_t until = action_ends(y); y->at->now < until;)
		if (cpus_dispatch(y) || y->asks || !cpus_pass_time(y))
			break;
	y->halts = false;
}

void play_killed(struct play *y, proc_id p, int signal, int64_t time)
{
	if (who_is(y->world.shared, p)->life != LIFE_ALIVE)
		return;
	let_action_end(y);
	y->actor[p].killed = signal;
	y->actor[p].stopped = false;
	tell_signal(y, p, signal, time);
	cpus_leave(y, p);
	y->at->changes++;
	world_kill(y->g, y->world.shared, play_own(y, p), p, signal, NULL, &y->at->last);
	alarm_clear(y, p);
	y->actor[p].left = 0;
	y->actor[p].handlers = 0;
	if (y->stalled.who && process_body(y->g, y->stalled.who) == p)
		y->stalled.who = 0;
	tell_exit(y, p);
	judge_state(y);
	lives_settle(y);
}

void play_signalled(struct play *y, proc_id p, enum signal_id signal, int64_t time)
{
	if (who_is(y->world.shared, p)->life != LIFE_ALIVE)
		return;
	let_action_end(y);
	tell_signal(y, p, signal_rows[signal].number, time);
	y->at->changes++;
	world_signal(y->g, y->world.shared, p, signal, NULL);
	lives_settle(y);
}

void play_sent(struct play *y, proc_id p, int signal)
{
	bool stops = signal == SIGSTOP || signal == SIGCONT;
	if (stops && y->actor[p].stopped != (signal == SIGSTOP))
		play_stopped(y, p, signal == SIGSTOP, y->at->now);
	else if (!stops && !signal_kills(y->g, p, signal))
		play_signalled(y, p, signal_numbered(signal), y->at->now);
	else if (!stops)
		play_killed(y, p, signal, y->at->now);
}

proc_id play_next_handler(const struct play *y, enum signal_id signal, proc_id behind)
{
	for (proc_id p = behind + 1; p < y->g->processes && y->g->signals >> signal & 1; p++)
		if (handler_of(y->g, p, signal) && who_is(y->world.shared, p)->life == LIFE_ALIVE)
			return p;
	return 0;
}

/* ---- beginning and end ---- */

static void begin_world(struct play *y)
{
	uint32_t own = follow_pid(y, 0, y->body ? y->body->own_pid : MODEL_PID);
	uint32_t mains = follow_pid(y, MAIN, y->body ? y->body->main_pid : MODEL_PID + MAIN);
	note_pid(y, 0, own);
	note_pid(y, MAIN, mains);
	who_of(y->world.shared, 0)->pid = own;
	stretch_begins(y);
	world_begin(y->g, y->world.shared, play_own(y, MAIN), mains, &y->trace);
	stretch_ends(y, MAIN);
}

static void begin_servers(struct play *y)
{
	for (proc_id p = MAIN + 1; p < y->g->processes; p++)
		if (y->g->group[y->g->process[p].group].service) {
			uint32_t pid = follow_pid(y, p, y->body ? y->body->pid_of(y->body, p) : MODEL_PID + p);
			note_pid(y, p, pid);
			be_born(y, p, MAIN, pid);
		}
}

void play_release(struct play *y)
{
	y->follows = y->settings.follows = NULL;
	y->asked_at = 0;
}

struct play *play_new(const struct program *g, const struct settings *s, struct body *body, struct listener *listener)
{
	struct play *y = must_have(calloc(1, sizeof *y));
	*y = (struct play){ .g = g, .settings = *s, .begun = *s, .body = body, .listener = listener, .follows = s->follows };
	y->history = s->remembers ? &y->kept : NULL;
	for (struct listener *l = listener; l; l = l->next)
		y->closely |= !l->end_only;
	y->trace.deaf = !y->closely;
	if (y->closely)
		y->before = must_have(calloc((g->processes - 1) * (size_t)g->private_cells, sizeof *y->before));
	y->arrivals_listed = g->default_main && list_names_main(s->turn, s->turns);
	y->scratch = must_have(calloc(g->private_cells, sizeof *y->scratch));
	y->journal = must_have(malloc(sizeof *y->journal + journal_room(g) * sizeof y->journal->entry[0]));
	y->journal->room = journal_room(g);
	y->journal->count = 0;          /* nobody has stored anything yet */
	moment_begin(y);
	y->trace.stretch = &y->at->stretch;
	y->at->dice = dice_seed(s->seed, "");
	rules_begin(y);
	for (proc_id p = MAIN; p < g->processes; p++)
		y->actor[p] = (struct actor){ .arrive = -1, .first_run = -1, .finish = -1, .dice = dice_seed(s->seed, g->process[p].name) };
	for (proc_id p = MAIN; p < g->processes; p++)
		if (process_body(g, p) != p)
			y->actor[p].shares = y->actor[process_body(g, p)].shares = true;
	begin_world(y);
	tell(y, (struct news){ .kind = NEWS_BEGIN });
	lives_begin(y, MAIN);
	tell_changes(y, MAIN);
	begin_servers(y);
	judge_state(y);
	lives_settle(y);
	return y;
}

void play_free(struct play *y)
{
	if (!y)
		return;
	moment_end(y);
	history_free(&y->kept);
	free(y->scratch);
	free(y->journal);
	free(y->before);
	free(y->copy);
	free(y->trace.list);
	free(y);
}
