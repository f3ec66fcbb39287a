/* explore --sweep: the same search for each combination of parameters, as many at a time as there are processors, each in a process of
 * its own. With -o, what is found is written down as it comes, a line for each combination; what stands there is not searched again. */
#include "ui/cli/sweep.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sim/explore/apart.h"
#include "sim/report/explored.h"

enum { MICROS = 1000000, MOST_AT_ONCE = 64 };

const struct cell_row cell_rows[CELLS] = {
#define CELL(id, letter, bad, word, zh, json) { letter, bad, word, zh, json },
#include "ui/cli/cells.def"
#undef CELL
};

/* ---- which values ---- */

static bool add_value(struct axis *a, const char *word)
{
	if (a->values == MOST_CELLS)
		return false;
	a->value[a->values++] = word;
	return true;
}

/* 1..4: each whole number from the one to the other. false: too many. */
static bool add_range(struct call *c, struct axis *a, const char *word)
{
	const char *dots = strstr(word, "..");
	int64_t lo, hi;
	if (!dots || !number_read(word, (size_t)(dots - word), &lo) || !number_read(dots + 2, strlen(dots + 2), &hi) ||
	    word[strspn(word, "-.0123456789")])
		return add_value(a, word);
	for (int64_t n = lo; n <= hi; n++)
		if (!add_value(a, arena_print(&c->arena, "%lld", (long long)n)))
			return false;
	return true;
}

static int too_many(void)
{
	return complain(EXIT_USAGE, SAY(SMALLER_RANGES), SAY(TOO_MANY_CELLS, MOST_CELLS));
}

/* P=1..4,C=1,2,4: what has no name of its own is one more value of the one before. */
static int read_axes(struct sweep *s)
{
	struct call *c = s->call;
	for (const char *at = c->value[OPTION_SWEEP]; ; at++) {
		size_t n = strcspn(at, ","), name = strcspn(at, "=");
		const char *word = arena_word(&c->arena, at, n);
		if (name < n && name) {
			if (s->axes == MOST_AXES)
				return complain(EXIT_USAGE, NOTHING_TO_SAY, SAY(TOO_MANY_AXES, MOST_AXES));
			s->axis[s->axes++] = (struct axis){ arena_word(&c->arena, at, name), arena_get(&c->arena, MOST_CELLS * sizeof(char *)), 0 };
			word += name + 1;
		}
		if (!s->axes || !n)
			return complain(EXIT_USAGE, SAY(WRITE_SWEEP), SAY(NO_SWEEP, word));
		struct axis *a = &s->axis[s->axes - 1];
		size_t before = a->values;
		if (!add_range(c, a, word))
			return too_many();
		if (a->values == before)
			return complain(EXIT_USAGE, SAY(SMALLER_NUMBER_FIRST), SAY(NO_VALUES, word));
		at += n;
		if (!*at)
			return EXIT_FINE;
	}
}

/* What --set says, and one value of each axis. */
static const char *setting_of(const struct sweep *s, size_t one)
{
	struct text t = { 0 };
	size_t rest = s->cells;
	for (const char *at = call_has(s->call, OPTION_SET) ? s->call->value[OPTION_SET] : ""; *at; at++)
		text_char(&t, *at == '\n' ? ',' : *at);
	for (size_t k = 0; k < s->axes; k++) {
		rest /= s->axis[k].values;
		setting_put(&t, s->axis[k].name, s->axis[k].value[one / rest % s->axis[k].values]);
	}
	const char *set = arena_word(&s->call->arena, text_is(&t), t.length);
	text_free(&t);
	return set;
}

static struct program *load_cell(const struct sweep *s, const char *set)
{
	const struct file *f = s->file;
	return program_load_set(f->source.name, f->text, f->length, s->call->language, set);
}

/* Is each value one that its parameter may have? */
static int check_values(const struct sweep *s)
{
	size_t rest = s->cells;
	int code = EXIT_FINE;
	for (size_t k = 0; k < s->axes; k++) {
		rest /= s->axis[k].values;
		for (size_t i = 0; i < s->axis[k].values && code == EXIT_FINE; i++) {
			struct program *g = load_cell(s, s->cell[i * rest].set);
			if (g->misset)
				code = complain(EXIT_USAGE, g->misset_help ? SAY(AS_IT_IS, g->misset_help) : NOTHING_TO_SAY, SAY(AS_IT_IS, g->misset));
			program_free(g);
		}
	}
	return code;
}

static int make_cells(struct sweep *s)
{
	s->cells = 1;
	for (size_t k = 0; k < s->axes; k++)
		if ((s->cells *= s->axis[k].values) > MOST_CELLS)
			return too_many();
	s->cell = arena_get(&s->call->arena, s->cells * sizeof *s->cell);
	for (size_t i = 0; i < s->cells; i++)
		s->cell[i] = (struct cell){ .set = setting_of(s, i), .is = CELL_UNDECIDED };
	return check_values(s);
}

/* ---- what was found ---- */

/* Of what can happen: was it found, and does the scenario not say that it may be? */
struct seen { bool is[CELLS], finding, open; };

static void see_event(struct seen *n, const struct exploration *x, const struct judged *j, enum cell_is as, enum expect_kind kind)
{
	bool said = exploration_expects(x->g, kind, true) || exploration_expects(x->g, kind, false);
	n->is[as] = j->decided && j->holds;
	n->finding |= n->is[as] && !exploration_expects(x->g, kind, true);
	n->open |= !j->decided && (kind != EXPECT_STARVATION || said);
}

static struct seen what_is_seen(const struct exploration *x)
{
	struct seen n = { 0 };
	see_event(&n, x, &x->deadlock, CELL_DEADLOCK, EXPECT_DEADLOCK);
	see_event(&n, x, &x->dead_end, CELL_DEAD_END, EXPECT_DEAD_END);
	see_event(&n, x, &x->exception, CELL_EXCEPTION, EXPECT_EXCEPTION);
	see_event(&n, x, &x->starvation, CELL_STARVATION, EXPECT_STARVATION);
	for (size_t k = 0; k < x->g->expects; k++) {
		const struct expect *e = &x->g->expect[k];
		bool event = e->kind == EXPECT_DEADLOCK || e->kind == EXPECT_DEAD_END || e->kind == EXPECT_EXCEPTION || e->kind == EXPECT_STARVATION;
		bool can = e->kind == EXPECT_REACHABLE || e->kind == EXPECT_ENDS, fails = x->expect[k].decided && !x->expect[k].holds;
		if (event)
			continue;
		n.is[can ? CELL_CANNOT : CELL_BROKEN] |= fails;
		n.finding |= fails && !can && !e->declared;
		n.open |= !x->expect[k].decided;
	}
	n.is[CELL_UNDECIDED] = n.open || !x->complete;
	n.is[CELL_HOLDS] = true;
	return n;
}

static void judge_cell(struct cell *one, const struct exploration *x)
{
	const struct seen n = what_is_seen(x);
	struct text t = { 0 }, found = { 0 };
	one->is = CELL_DEADLOCK;
	while (!n.is[one->is])
		one->is++;
	for (int i = one->is + 1; i < CELL_UNDECIDED; i++)
		one->more |= n.is[i];
	one->finding = n.finding;
	one->known = one->is != CELL_UNDECIDED;
	one->why = x->too_wide ? "draws" : x->stopped ? stop_words[x->stopped] : NULL;
	text_put(&t, "{\"set\":");
	text_json(&t, one->set);
	text_print(&t, ",\"verdict\":\"%s%s\",\"finding\":%s,", cell_rows[one->is].json, one->more ? "+" : "", one->finding ? "true" : "false");
	explored_json(&found, x, NULL);
	text_put(&t, text_is(&found) + 1);              /* what it says of itself, behind our words */
	one->line = strdup(text_is(&t));
	text_free(&t);
	text_free(&found);
}

/* With these parameters the scenario is none. */
static void judge_invalid(struct cell *one, struct program *g)
{
	struct text t = { 0 };
	one->is = CELL_INVALID;
	one->known = true;
	one->why = g->diags.list[0].message;
	text_put(&t, "{\"set\":");
	text_json(&t, one->set);
	text_print(&t, ",\"verdict\":\"%s\",\"finding\":false,\"scenario\":", cell_rows[CELL_INVALID].json);
	text_json(&t, g->name);
	text_put(&t, ",\"params\":");
	params_json(g, &t);
	text_put(&t, ",\"message\":");
	text_json(&t, one->why);
	text_put(&t, "}\n");
	one->line = strdup(text_is(&t));
	text_free(&t);
}

/* ---- what is written down ---- */

static uint64_t hash_of(const struct file *f)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < f->length; i++)
		h = (h ^ (unsigned char)f->text[i]) * 1099511628211u;
	return h;
}

static const char *first_line(const struct sweep *s)
{
	return arena_print(&s->call->arena, "{\"sweep\":\"%016llx\",\"fair\":%s}\n", (unsigned long long)hash_of(s->file),
	                   call_has(s->call, OPTION_FAIR) ? "true" : "false");
}

/* The cell whose line begins here, as far as it is there. A later line of the same cell counts. */
static void take_line(struct sweep *s, const char *line, size_t length)
{
	for (size_t i = 0; i < s->cells; i++) {
		struct cell *one = &s->cell[i];
		struct text head = { 0 };
		text_put(&head, "{\"set\":");
		text_json(&head, one->set);
		text_put(&head, ",\"verdict\":\"");
		bool same = length > head.length && !memcmp(line, head.at, head.length);
		const char *word = line + head.length;
		text_free(&head);
		if (!same)
			continue;
		size_t n = strcspn(word, "+\"");
		for (int k = 0; k < CELLS; k++)
			if (k != CELL_UNDECIDED && strlen(cell_rows[k].json) == n && !memcmp(cell_rows[k].json, word, n)) {
				free(one->line);
				*one = (struct cell){ .set = one->set, .is = k, .known = true, .more = word[n] == '+', .line = strndup(line, length) };
				one->finding = strstr(one->line, "\"finding\":true") != NULL;
			}
		return;
	}
}

/* A last line that is not whole was being written when somebody ended us: it is cut off. */
static int take_results(struct sweep *s, struct file *f, const char *path, const char *first, int fd)
{
	size_t n = strlen(first), at = n;
	if (f->length < n || memcmp(f->text, first, n))
		return complain(EXIT_INPUT, SAY(NAME_OTHER_RESULTS), f->length > 10 && !memcmp(f->text, "{\"sweep\":\"", 10) ?
		                SAY(OTHER_RESULTS, path) : SAY(NO_RESULTS, path));
	for (const char *end; at < f->length && (end = memchr(f->text + at, '\n', f->length - at)); at = (size_t)(end - f->text) + 1)
		take_line(s, f->text + at, (size_t)(end - f->text) + 1 - at);
	return ftruncate(fd, (off_t)at) ? complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(PATH_PROBLEM, path, error_named(errno))) : EXIT_FINE;
}

/* *fd: to add lines to; -1: none. */
static int open_results(struct sweep *s, struct file *f, int *fd)
{
	const char *path = s->call->value[OPTION_OUTPUT], *first = first_line(s);
	*fd = -1;
	if (!path)
		return EXIT_FINE;
	if (!strcmp(path, "-"))
		return complain(EXIT_USAGE, SAY(NAME_RESULTS), SAY(NO_RESULTS_THERE));
	*fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_NOCTTY | O_CLOEXEC, 0666);
	if (*fd < 0)
		return complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(PATH_PROBLEM, path, error_named(errno)));
	if (!file_read_recording(f, path)) {
		findings_print(&f->diags, stderr);
		return EXIT_INPUT;
	}
	if (f->length)
		return take_results(s, f, path, first, *fd);
	int error = append_all(*fd, first, strlen(first));
	return error ? complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(PATH_PROBLEM, path, error_named(error))) : EXIT_FINE;
}

/* ---- several at the same time ---- */

struct job { struct cell *cell; struct program *g; struct apart *a; int64_t until; bool asked; };
struct jobs { struct sweep *s; struct job job[MOST_AT_ONCE]; size_t many, running, next, done; int fd; uint64_t memory; int64_t told; bool shown; };

static int64_t at_once(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	return n < 1 ? 1 : n > MOST_AT_ONCE ? MOST_AT_ONCE : n;
}

static int keep_line(const struct jobs *j, const struct cell *one)
{
	int error = j->fd >= 0 && one->line && one->known ? append_all(j->fd, one->line, strlen(one->line)) : 0;
	return error ? complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(PATH_PROBLEM, j->s->call->value[OPTION_OUTPUT], error_named(error))) : EXIT_FINE;
}

static int begin_one(struct jobs *j, struct cell *one)
{
	const struct sweep *s = j->s;
	struct job *job = &j->job[j->running];
	*job = (struct job){ .cell = one, .g = load_cell(s, one->set) };
	if (!job->g->diags.errors)
		world_layout(job->g, call_has(s->call, OPTION_FAIR));
	if (job->g->diags.errors) {
		judge_invalid(one, job->g);
		one->why = arena_word(&s->call->arena, one->why, strlen(one->why));
		program_free(job->g);
		j->done++;
		return keep_line(j, one);
	}
	job->until = s->timeout >= 0 ? wall_clock() + s->timeout : 0;
	struct apart_wishes w = { .from = { .fair = call_has(s->call, OPTION_FAIR) }, .full = call_has(s->call, OPTION_FULL),
		.limits = { .states = s->states, .memory = j->memory, .until = job->until, .verdicts_only = true } };
	job->a = apart_begin(job->g, &w);
	if (!job->a) {
		int error = errno;
		program_free(job->g);
		return complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(NO_SEARCH_PROCESS, error_named(error)));
	}
	j->running++;
	return EXIT_FINE;
}

static int begin_more(struct jobs *j)
{
	int code = EXIT_FINE;
	while (code == EXIT_FINE && !ends_caught() && j->running < j->many && j->next < j->s->cells) {
		struct cell *one = &j->s->cell[j->next++];
		if (one->known)
			j->done++;
		else
			code = begin_one(j, one);
	}
	return code;
}

static void end_job(struct jobs *j, size_t i)
{
	apart_free(j->job[i].a);
	program_free(j->job[i].g);
	j->job[i] = j->job[--j->running];
}

/* What has come of it; false: it has ended, and is judged. */
static bool goes_on(struct job *job)
{
	enum { GRACE = 3 * MICROS };
	bool more = apart_take_in(job->a);
	if (ends_caught() && !job->asked)
		apart_ask(job->a);
	job->asked = ends_caught();
	if (more && job->until && wall_clock() > job->until + GRACE)
		apart_give_up(job->a, STOP_TIME);
	return more;
}

static void say_progress(struct jobs *j, int64_t began)
{
	int64_t now = wall_clock();
	if (!isatty(STDERR_FILENO) || now - began < MICROS || now - j->told < MICROS / 4)
		return;
	struct text t = { 0 };
	j->told = now;
	j->shown = true;
	text_say(&t, SAY(SWEEP_PROGRESS, j->done, j->s->cells, (now - began) / MICROS));
	fprintf(stderr, "\r%s\033[K", text_is(&t));
	text_free(&t);
}

static int take_in_all(struct jobs *j)
{
	int code = EXIT_FINE;
	for (size_t i = 0; i < j->running && code == EXIT_FINE; ) {
		struct job *job = &j->job[i];
		if (goes_on(job)) {
			i++;
			continue;
		}
		judge_cell(job->cell, apart_found(job->a));
		code = keep_line(j, job->cell);
		j->done++;
		end_job(j, i);
	}
	return code;
}

static int search_all(struct jobs *j)
{
	enum { WAIT_MS = 100 };
	int64_t began = wall_clock();
	int code = begin_more(j);
	while (code == EXIT_FINE && j->running) {
		struct pollfd f[MOST_AT_ONCE];
		for (size_t i = 0; i < j->running; i++)
			f[i] = (struct pollfd){ .fd = apart_fd(j->job[i].a), .events = POLLIN };
		poll(f, j->running, WAIT_MS);
		code = take_in_all(j);
		say_progress(j, began);
		if (code == EXIT_FINE)
			code = begin_more(j);
	}
	while (j->running)
		end_job(j, 0);
	if (j->shown)
		fprintf(stderr, "\r\033[K");
	return code;
}

/* ---- the command ---- */

static void put_json(struct text *t, const struct sweep *s)
{
	const char *between = "[\n";
	for (size_t i = 0; i < s->cells; i++) {
		const char *line = s->cell[i].line;
		if (!line)
			continue;
		text_put(t, between);
		text_add(t, line, strcspn(line, "\n"));
		between = ",\n";
	}
	text_put(t, *between == '[' ? "[]\n" : "\n]\n");
}

/* A cell that the search has not come to says so, too. */
static void complete_lines(struct sweep *s)
{
	for (size_t i = 0; i < s->cells; i++) {
		if (s->cell[i].line)
			continue;
		struct program *g = load_cell(s, s->cell[i].set);
		struct exploration x = { .g = g, .expect = must_have(calloc(g->expects + 1, sizeof *x.expect)), .stopped = STOP_WISH };
		judge_cell(&s->cell[i], &x);
		free(x.expect);
		program_free(g);
	}
}

static int outcome(struct sweep *s)
{
	bool finding = false, open = false;
	struct text t = { 0 };
	complete_lines(s);
	if (call_has(s->call, OPTION_JSON))
		put_json(&t, s);
	else
		sweep_text(&t, s, columns_of(stdout), wants_color(s->call));
	fwrite(text_is(&t), 1, t.length, stdout);
	text_free(&t);
	if (output_error(true))
		return EXIT_REFUSED;
	for (size_t i = 0; i < s->cells; i++) {
		finding |= s->cell[i].finding;
		open |= s->cell[i].is == CELL_UNDECIDED;
	}
	return finding ? EXIT_FINDING : ends_caught() ? EXIT_SIGNAL + ends_caught() : open ? EXIT_UNDECIDED : EXIT_FINE;
}

/* Flags about one search's ways, which a sweep does not seek. */
static int check_flags(struct call *c)
{
	static const enum option_id none[] = { OPTION_AT, OPTION_SCHEDULE, OPTION_STORY, OPTION_SAMPLES, OPTION_OUTCOMES, OPTION_MUTATE };
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (call_has(c, none[i]))
			return complain(EXIT_USAGE, SAY(EXPLORE_ONE_CELL), SAY(NOT_WITH_SWEEP, option_rows[none[i]].word));
	return EXIT_FINE;
}

int explore_sweep(struct call *c, const struct file *f, const struct program *g, const struct limits *limits, int64_t timeout)
{
	struct sweep s = { .call = c, .file = f, .g = g, .states = limits->states, .timeout = timeout };
	struct jobs j = { .s = &s };
	struct file results = { 0 };
	int64_t many = at_once();
	if (!value_number(c, OPTION_JOBS, 1, MOST_AT_ONCE, &many))
		return EXIT_USAGE;
	int code = check_flags(c);
	if (code == EXIT_FINE)
		code = read_axes(&s);
	if (code == EXIT_FINE)
		code = make_cells(&s);
	if (code == EXIT_FINE)
		code = open_results(&s, &results, &j.fd);
	if (code == EXIT_FINE) {
		j.many = (size_t)many > s.cells ? s.cells : (size_t)many;
		j.memory = limits->memory ? limits->memory / j.many : memory_for_each(j.many);
		code = search_all(&j);
		if (code == EXIT_FINE)
			code = outcome(&s);
		if (j.fd >= 0)
			close(j.fd);
	}
	for (size_t i = 0; i < s.cells && s.cell; i++)
		free(s.cell[i].line);
	file_free(&results);
	return code;
}
