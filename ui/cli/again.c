/* The same run again, as a command. What flags alone bring again is said by them; what somebody chose, changed on the way or killed
 * is not: a short list of who moved says it, if that is the same run, else a recording, which is written if there is none yet. */
#include "ui/cli/cli.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "sim/report/recording.h"
#include "ui/dashboard/dashboard.h"

enum { SHORT_LIST = 400, LONGEST_KEPT = 1 << 20 };

/* ---- what brings it again? ---- */

/* The entries that decide something: neither numbers of processes, nor where it was left. */
static size_t next_deed(const struct history *h, size_t i)
{
	while (i < h->count && (h->entry[i].cause == CAUSE_BORN || h->entry[i].cause == CAUSE_ENDED))
		i++;
	return i;
}

/* Was all that happened decided by the settings, or by what they follow? */
static bool decides_itself(const struct history *h)
{
	for (size_t i = next_deed(h, 0); i < h->count; i = next_deed(h, i + 1))
		if (h->entry[i].cause != CAUSE_MOVED || h->entry[i].by == BY_KERNEL)
			return false;
	return true;
}

static bool is_same_deed(const struct happening *a, const struct happening *b, bool as_often)
{
	return a->cause == b->cause && a->who == b->who && a->value == b->value && a->draws == b->draws && a->time == b->time &&
	       (as_often ? a->times == b->times : a->times <= b->times);
}

/* Does one begin as the other does, as far as it goes? */
static bool is_beginning_of(const struct history *h, const struct history *all)
{
	size_t i = next_deed(h, 0), k = next_deed(all, 0), next;
	for (; i < h->count; i = next, k = next_deed(all, k + 1)) {
		next = next_deed(h, i + 1);
		if (k == all->count || !is_same_deed(&h->entry[i], &all->entry[k], next < h->count))
			return false;
	}
	return true;
}

static bool follows_recording(const struct leaving *l, const struct play *y)
{
	return schedule_is_recording(l->schedule) && y->begun.follows == &l->schedule->history &&
	       is_beginning_of(y->history, &l->schedule->history);
}

/* ---- the command ---- */

/* Each as it was given. */
void put_settings(struct text *t, struct call *c)
{
	const char *at = c->value[OPTION_SET];
	for (; at && *at; at += strspn(at, "\n")) {
		size_t n = strcspn(at, "\n");
		text_put(t, " --set ");
		text_shell(t, arena_word(&c->arena, at, n));
		at += n;
	}
}

void put_typed(struct text *t, struct call *c, const bool *unsaid)
{
	text_print(t, "%s %s ", said_program(), c->command->word);
	text_shell(t, c->operand[0]);
	for (int i = 0; i < OPTION_COUNT; i++) {
		if (!call_has(c, i) || i == OPTION_RECORD || i == OPTION_STEP || unsaid[i])
			continue;
		if (i == OPTION_SET) {
			put_settings(t, c);
			continue;
		}
		text_print(t, " --%s", option_rows[i].word);
		if (option_rows[i].argument && *c->value[i]) {
			text_char(t, may_leave_out(&option_rows[i]) ? '=' : ' ');
			text_shell(t, c->value[i]);
		}
	}
}

static const char *taken(struct call *c, struct text *t)
{
	const char *s = arena_word(&c->arena, text_is(t), t->length);
	text_free(t);
	return s;
}

/* What an earlier run has left to it, and its seed, come behind what was typed. */
static const char *by_flags(struct leaving *l, const struct play *y)
{
	const struct settings *now = &y->begun, *asked = l->asked;
	bool unsaid[OPTION_COUNT] = { [OPTION_SEED] = true, [OPTION_POLICY] = now->policy != asked->policy,
	                              [OPTION_CPUS] = now->cpus != asked->cpus, [OPTION_QUANTUM] = now->quantum != asked->quantum };
	struct text t = { 0 };
	put_typed(&t, l->call, unsaid);
	if (now->policy != asked->policy)
		text_print(&t, " --policy %s", policy_rows[now->policy].word);
	if (now->cpus != asked->cpus)
		text_print(&t, " --cpus %u", now->cpus);
	if (now->quantum != asked->quantum)
		text_print(&t, " --quantum %lldus", (long long)now->quantum);
	text_print(&t, " --seed %llu", (unsigned long long)now->seed);
	return taken(l->call, &t);
}

/* seed: NULL: the schedule says it. */
static const char *by_schedule(struct leaving *l, const char *schedule, const uint64_t *seed)
{
	static const bool unsaid[OPTION_COUNT] = { [OPTION_SEED] = true, [OPTION_POLICY] = true, [OPTION_CPUS] = true, [OPTION_QUANTUM] = true,
	                                           [OPTION_SCHEDULE] = true, [OPTION_CHALLENGE] = true };
	struct text t = { 0 };
	put_typed(&t, l->call, unsaid);
	text_put(&t, " --schedule ");
	text_shell(&t, schedule);
	if (seed)
		text_print(&t, " --seed %llu", (unsigned long long)*seed);
	return taken(l->call, &t);
}

static const char *as_typed(struct leaving *l)
{
	static const bool unsaid[OPTION_COUNT] = { 0 };
	struct text t = { 0 };
	put_typed(&t, l->call, unsaid);
	return taken(l->call, &t);
}

/* ---- by a list ---- */

/* On one line; NULL: it is too long to be typed. */
static const char *short_list(struct leaving *l, const struct play *y)
{
	struct text list = { 0 }, line = { 0 };
	recording_list(&list, y->g, y->history);
	for (const char *at = text_is(&list); *at; at += *at == '\n', at += strspn(at, " ")) {
		text_add(&line, at, strcspn(at, "\n"));
		at += strcspn(at, "\n");
		if (line.at[line.length - 1] == ',')
			text_char(&line, ' ');
	}
	text_free(&list);
	if (line.length <= SHORT_LIST)
		return taken(l->call, &line);
	text_free(&line);
	return NULL;
}

/* An action after the other. */
struct deeds { const struct history *h; size_t i; uint32_t done; };

static const struct happening *next_move(struct deeds *d, bool *begins)
{
	while (d->i < d->h->count && (d->h->entry[d->i].cause != CAUSE_MOVED || d->done == d->h->entry[d->i].times)) {
		d->i++;
		d->done = 0;
	}
	*begins = !d->done++;
	return d->i < d->h->count ? &d->h->entry[d->i] : NULL;
}

/* Did the same processes do the same? Of actions in a row the history has the time of the first one. */
static bool are_same_deeds(const struct history *a, const struct history *b)
{
	struct deeds one = { a, 0, 0 }, other = { b, 0, 0 };
	const struct happening *x, *y;
	bool x_begins, y_begins;
	do {
		x = next_move(&one, &x_begins);
		y = next_move(&other, &y_begins);
		if (x && y && (x->who != y->who || x->draws != y->draws || x->value != y->value || (x_begins && y_begins && x->time != y->time)))
			return false;
	} while (x && y);
	return !x && !y;
}

static bool is_same_end(const struct play *a, const struct play *b)
{
	bool same = a->at->steps == b->at->steps && a->at->verdict == b->at->verdict && (a->at->verdict == VERDICT_STOPPED || a->at->now == b->at->now);
	for (uint32_t v = 0; same && v < a->g->shareds; v++)
		same = world_variable(a->g, a->world.shared, v) == world_variable(b->g, b->world.shared, v);
	return same;
}

/* Nobody was killed or stopped, no rule was changed but who decides: it was chosen. A list can't say the rest. */
static bool is_chosen_only(const struct history *h)
{
	for (size_t i = next_deed(h, 0); i < h->count; i = next_deed(h, i + 1)) {
		enum cause c = (enum cause)h->entry[i].cause;
		if (c != CAUSE_CHOSEN && c != CAUSE_POLICY && c != CAUSE_LISTED && (c != CAUSE_MOVED || h->entry[i].by == BY_KERNEL))
			return false;
	}
	return true;
}

/* Is it the same run that this list makes? It is played, on the model, of a program of its own. */
static bool is_made_by(struct leaving *l, const char *list, const struct play *y)
{
	struct text set = { 0 };
	program_settings(y->g, &set, false);
	struct program *g = program_load_set(l->file->source.name, l->file->text, l->file->length, l->call->language, set.length ? text_is(&set) : NULL);
	text_free(&set);
	struct settings s = settings_of(g);
	struct schedule from = { 0 };
	bool same = false;
	s.remembers = true;
	if (schedule_take(l->call, &from, g, list, &s) == EXIT_FINE) {
		s.seed = y->begun.seed;
		world_layout(g, s.fair);
		struct play *again = play_new(g, &s, NULL, NULL);
		while (again->at->steps < y->at->steps && play_step(again))
			;
		if (y->at->cause != VERDICT_STOPPED)
			while (play_step(again))
				;
		play_stop(again, VERDICT_STOPPED);
		same = !again->problem && are_same_deeds(y->history, again->history) && is_same_end(y, again);
		play_free(again);
	}
	schedule_free(&from);
	program_free(g);
	return same;
}

static const char *by_list(struct leaving *l, const struct play *y)
{
	if (!is_chosen_only(y->history) || y->history->count > SHORT_LIST)
		return NULL;
	const char *list = short_list(l, y);
	return list && is_made_by(l, list, y) ? by_schedule(l, list, &y->begun.seed) : NULL;
}

/* ---- by a recording ---- */

const char *state_folder(struct call *c)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	if (state && *state == '/')
		return arena_print(&c->arena, "%s/forklore", state);
	return home && *home == '/' ? arena_print(&c->arena, "%s/.local/state/forklore", home) : NULL;
}

int make_folders(struct call *c, const char *path)
{
	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'))
		mkdir(arena_word(&c->arena, path, (size_t)(slash - path)), 0700);
	return mkdir(path, 0700) && errno != EEXIST ? errno : 0;
}

/* Of so many names for a scenario's runs the first that is free, or else the file that was written longest ago; NULL: there is none. */
static const char *name_for(struct call *c, const char *folder, const char *scenario)
{
	enum { KEPT = 9 };
	const char *oldest = NULL;
	time_t since = 0;
	for (int i = 1; i <= KEPT; i++) {
		struct text name = { 0 };
		struct stat is;
		text_print(&name, "%s/", folder);
		for (const char *s = scenario; *s; s++)
			text_char(&name, *s == '/' ? '-' : *s);
		text_print(&name, "-%d.yaml", i);
		const char *path = taken(c, &name);
		if (lstat(path, &is))
			return path;
		if (!S_ISREG(is.st_mode))
			continue;               /* not ours: to write to it could reach another file, or never end */
		if (!oldest || is.st_mtime < since) {
			oldest = path;
			since = is.st_mtime;
		}
	}
	return oldest;
}

/* Nothing was asked for: what is written is said, and where; or why it could not be. */
static const char *by_recording(struct leaving *l, const struct play *y, const char **note)
{
	struct call *c = l->call;
	const char *folder = state_folder(c);
	int error = folder ? make_folders(c, folder) : ENOENT;
	if (y->history->count > LONGEST_KEPT) {
		*note = say_word(&c->arena, SAY(TOO_LONG_TO_KEEP));
		return NULL;
	}
	const char *path = error ? NULL : name_for(c, folder, y->g->name);
	if (!error && !path)
		error = EEXIST;
	if (!error)
		error = recording_keep(path, c->operand[0], y);
	*note = say_word(&c->arena, error ? SAY(NOT_KEPT, folder ? folder : "$HOME", error_named(error)) : SAY(KEPT));
	return error ? NULL : by_schedule(l, path, NULL);
}

const char *run_again(struct leaving *l, const struct play *y, const char **note)
{
	*note = NULL;
	if (follows_recording(l, y))
		return as_typed(l);
	if (!schedule_is_recording(l->schedule) && decides_itself(y->history))
		return by_flags(l, y);
	if (l->recorder->path)
		return l->recorder->failed ? NULL : by_schedule(l, l->recorder->path, NULL);
	const char *listed = by_list(l, y);
	return listed ? listed : by_recording(l, y, note);
}
