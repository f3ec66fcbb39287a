/* grade: submissions to an exercise, each judged in a process of its own, as many at a time as there are CPUs. */
#include "ui/cli/cli.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sim/stage/sandbox.h"
#include "ui/cli/judging.h"

enum { MICROS = 1000000, MOST_STATES = 1000000000, MOST_JOBS = 1024 };

struct submission { const char *name; uint64_t key; bool done; struct grade grade; };
struct job { struct judging judging; size_t which; };

struct grader {
	struct call *call;
	struct grading how;
	struct submission *list;
	size_t count, next, done;
	struct job *job;
	int jobs;
	int results;                    /* where rows go as they come; -1: nowhere */
	struct text others;             /* rows that are there already, of files that are not graded now: they stay */
	int lost;                       /* errno: why rows could not be written any more */
	unsigned missing;               /* what the kernel does not do of the sandbox around those that judge */
	struct file standard;           /* standard input, kept: it can't be read again */
	bool opened, readable;          /* has it been? was it? */
};

/* ---- reading a submission ---- */

static bool is_standard(const char *name)
{
	return !strcmp(name, "-");
}

static bool submission_read(struct grader *r, const char *name, struct file *f)
{
	if (!is_standard(name))
		return file_find(r->call, f, name);
	if (!r->opened)
		r->readable = file_read(&r->standard, name);
	r->opened = true;
	*f = r->standard;
	return r->readable;
}

static void submission_close(const char *name, struct file *f)
{
	if (!is_standard(name))
		file_free(f);
}

/* ---- what was graded before ---- */

static uint64_t mix(uint64_t h, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 1099511628211u;
	return (h ^ n) * 1099511628211u;
}

/* All that the result depends on. */
static uint64_t key_of(const struct grader *r, const char *text, size_t length)
{
	const struct source *s = &r->how.exercise->source;
	struct text with = { 0 };
	text_print(&with, "%s %d %s %llu %llu %llu %.9g", FORKLORE_VERSION, r->how.feedback, r->how.language, (unsigned long long)r->how.limits.states,
	           (unsigned long long)r->how.limits.memory, (unsigned long long)r->how.output, r->how.seconds);
	const char *set = r->how.settings ? r->how.settings : "";
	uint64_t h = mix(14695981039346656037u, s->text, s->length);
	h = mix(mix(mix(h, text_is(&with), with.length), set, strlen(set)), text, length);
	text_free(&with);
	return h;
}

static void take_row(struct grader *r, const struct grade *e)
{
	bool ours = false;
	for (size_t i = 0; i < r->count; i++) {
		struct submission *s = &r->list[i];
		bool same = !strcmp(s->name, e->file);
		ours |= same;
		if (same && !s->done && s->key == e->key) {
			s->grade = *e;
			s->done = true;
			r->done++;
		}
	}
	if (!ours) {
		grade_row(&r->others, e);
		text_char(&r->others, '\n');
	}
}

/* The rows of a file; one that was being written when the grader ended is none. */
static bool take_rows(struct grader *r, const char *text, size_t length, bool *ends)
{
	bool some = !length;
	*ends = !length || text[length - 1] == '\n';
	for (const char *at = text, *end = text + length; at < end;) {
		const char *line = memchr(at, '\n', end - at);
		size_t n = (line ? line : end) - at;
		struct grade e;
		if (n && grade_read(&r->call->arena, at, n, &e) && (some = true))
			take_row(r, &e);
		at += n + 1;
	}
	return some;
}

static bool is_still(int fd, const char *path)
{
	struct stat ours, there;
	return !fstat(fd, &ours) && !stat(path, &there) && ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

/* One grader at a time writes there. One that was killed leaves it as soon as its processes have gone; one that is done puts another
 * file in its place. -1: errno says why not. */
static int results_take(const char *path)
{
	enum { PATIENCE = 3 * MICROS, WAIT_MS = 50 };
	for (int64_t until = wall_clock() + PATIENCE; ; poll(NULL, 0, WAIT_MS)) {
		int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
		bool taken = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
		if (fd < 0 || (!taken && is_still(fd, path)))
			return fd;
		close(fd);
		if (taken && wall_clock() >= until) {
			errno = EWOULDBLOCK;
			return -1;
		}
	}
}

static int results_open(struct grader *r)
{
	const char *path = r->call->value[OPTION_OUTPUT];
	struct file f;
	bool ends = true;
	if (!path)
		return EXIT_FINE;
	if (!strcmp(path, "-"))
		return complain(EXIT_USAGE, SAY(NAME_A_FILE), SAY(FLAG_CANT_BE, option_rows[OPTION_OUTPUT].word, path));
	int code = EXIT_FINE, error = 0;
	r->results = results_take(path);
	if (r->results < 0 && errno == EWOULDBLOCK)
		return complain(EXIT_REFUSED, SAY(FILE_FOR_EACH), SAY(OTHER_GRADER, path));
	if (r->results < 0) {
		error = errno;
	} else if (!file_read_recording(&f, path)) {
		findings_print(&f.diags, stderr);
		file_free(&f);
		return EXIT_INPUT;
	} else {
		if (!take_rows(r, f.text, f.length, &ends))
			code = complain(EXIT_INPUT, SAY(NAME_ANOTHER_FILE), SAY(NO_RESULTS_FILE, path));
		error = code == EXIT_FINE && !ends ? append_all(r->results, "\n", 1) : 0;
		file_free(&f);
	}
	return error ? complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(PATH_PROBLEM, path, error_named(error))) : code;
}

/* All of them, in the order of the files, behind those of other files. */
static int results_close(struct grader *r)
{
	struct text t = { 0 };
	const char *path = r->call->value[OPTION_OUTPUT];
	if (r->lost)
		return complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(PATH_PROBLEM, path, error_named(r->lost)));
	if (r->results < 0)
		return EXIT_FINE;
	text_add(&t, text_is(&r->others), r->others.length);
	for (size_t i = 0; i < r->count; i++) {
		grade_row(&t, &r->list[i].grade);
		text_char(&t, '\n');
	}
	int code = file_write(path, text_is(&t), t.length);
	close(r->results);
	text_free(&t);
	return code;
}

/* ---- one submission ---- */

static void settle(struct grader *r, size_t which, const char *row, size_t length)
{
	struct submission *s = &r->list[which];
	const char *kept = arena_word(&r->call->arena, row, length);
	if (r->results >= 0 && !r->lost) {
		struct text line = { 0 };
		text_add(&line, row, length);
		text_char(&line, '\n');
		r->lost = append_all(r->results, text_is(&line), line.length);
		text_free(&line);
	}
	s->done = grade_read(&r->call->arena, kept, length, &s->grade);
	s->grade.file = s->name;
	r->done++;
}

static void settle_without(struct grader *r, size_t which, enum fate fate, const char *reason)
{
	struct text row = { 0 };
	grade_without_words(&row, &r->how, r->list[which].name, r->list[which].key, fate, reason);
	settle(r, which, text_is(&row), row.length);
	text_free(&row);
}

/* false: the system refused. */
static bool begin(struct grader *r, struct job *j, const struct file *f, size_t which)
{
	j->which = which;
	return judging_begin(&j->judging, &r->how, r->list[which].name, r->list[which].key, f);
}

/* The next that is still to be judged gets a process. What can't even be read gets none. */
static bool begin_next(struct grader *r, struct job *j)
{
	bool good = true;
	while (good && !j->judging.busy && r->next < r->count) {
		size_t which = r->next++;
		struct file f;
		if (r->list[which].done)
			continue;
		if (submission_read(r, r->list[which].name, &f)) {
			r->list[which].key = key_of(r, f.text, f.length);
			good = begin(r, j, &f, which);
		} else {
			struct text why = { 0 };
			diag_line(&why, &f.diags, &f.diags.list[0]);
			settle_without(r, which, FATE_INVALID, text_is(&why));
			text_free(&why);
		}
		submission_close(r->list[which].name, &f);
	}
	return good;
}

/* What has come of one. */
static void take_in(struct grader *r, struct job *j)
{
	if (!judging_over(&j->judging))
		return;
	r->missing |= j->judging.missing;
	settle(r, j->which, text_is(&j->judging.row), j->judging.row.length);
}

/* ---- all of them ---- */

static void wait_for_some(struct grader *r)
{
	enum { WAIT_MS = 200 };
	struct pollfd *p = must_have(calloc(r->jobs + 1, sizeof *p));
	for (int i = 0; i < r->jobs; i++)
		p[i] = (struct pollfd){ .fd = r->job[i].judging.busy ? r->job[i].judging.aside.fd : -1, .events = POLLIN };
	poll(p, r->jobs, WAIT_MS);
	free(p);
}

static int judge_all(struct grader *r)
{
	int code = EXIT_FINE;
	while (code == EXIT_FINE && r->done < r->count && !ends_caught()) {
		bool busy = false;
		for (int i = 0; i < r->jobs && code == EXIT_FINE; i++) {
			if (!r->job[i].judging.busy && !begin_next(r, &r->job[i]))
				code = complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(NO_GRADER, error_named(errno)));
			busy |= r->job[i].judging.busy;
		}
		if (busy)
			wait_for_some(r);
		for (int i = 0; i < r->jobs; i++)
			if (r->job[i].judging.busy)
				take_in(r, &r->job[i]);
	}
	for (int i = 0; i < r->jobs; i++)
		judging_stop(&r->job[i].judging);
	return ends_caught() ? EXIT_SIGNAL + ends_caught() : code;
}

static int print_all(struct grader *r, int format)
{
	struct gradebook b = { .exercise = r->how.exercise, .count = r->count };
	struct grade *all = must_have(calloc(r->count + 1, sizeof *all));
	struct text t = { 0 };
	bool lost_some = false, failed = false;
	for (size_t i = 0; i < r->count; i++) {
		all[i] = r->list[i].grade;
		lost_some |= all[i].score < all[i].most || all[i].fate != FATE_JUDGED;
		failed |= all[i].fate == FATE_FAILED;
	}
	b.grade = all;
	sandbox_missing(r->call, SANDBOX_ALL & ~r->missing);
	grades_print(&t, format, &b);
	fwrite(text_is(&t), 1, t.length, stdout);
	text_free(&t);
	free(all);
	return failed ? EXIT_REFUSED : lost_some ? EXIT_FINDING : EXIT_FINE;
}

static int grade_all(struct grader *r)
{
	struct call *c = r->call;
	int format = GRADES_TEXT, feedback = FEEDBACK_FULL, code;
	int64_t states = USUAL_STATES, jobs = 0, micros = USUAL_SECONDS * (int64_t)MICROS;
	cpu_set_t cpus;
	if (!value_choice(c, OPTION_FORMAT, &format) || !value_choice(c, OPTION_FEEDBACK, &feedback) || !value_seconds(c, OPTION_TIMEOUT, &micros) ||
	    !value_number(c, OPTION_MAX_STATES, 1, MOST_STATES, &states) || !value_bytes(c, OPTION_MAX_MEMORY, &r->how.limits.memory) ||
	    !value_bytes(c, OPTION_MAX_OUTPUT, &r->how.output) || !value_number(c, OPTION_JOBS, 1, MOST_JOBS, &jobs))
		return EXIT_USAGE;
	if (!grade_format_holds_many(format) && c->operands > 2)
		return complain(EXIT_USAGE, SAY(ONE_AT_A_TIME), SAY(ONE_SUBMISSION, grade_format_words[format]));
	if (!jobs)
		jobs = sched_getaffinity(0, sizeof cpus, &cpus) ? 1 : CPU_COUNT(&cpus);
	r->how.limits.states = states;
	r->how.limits.verdicts_only = feedback > FEEDBACK_SCHEDULE;
	r->how.feedback = feedback;
	r->how.seconds = (double)micros / MICROS;
	r->count = c->operands - 1;
	r->list = arena_get(&c->arena, (r->count + 1) * sizeof *r->list);
	r->jobs = (size_t)jobs > r->count ? (int)r->count : (int)jobs;
	r->job = arena_get(&c->arena, (r->jobs + 1) * sizeof *r->job);
	for (size_t i = 0; i < r->count; i++) {
		struct file f;
		r->list[i].name = c->operand[i + 1];
		if (call_has(c, OPTION_OUTPUT) && submission_read(r, r->list[i].name, &f))
			r->list[i].key = key_of(r, f.text, f.length);
		if (call_has(c, OPTION_OUTPUT))
			submission_close(r->list[i].name, &f);
	}
	r->how.bare = call_has(c, OPTION_NO_SANDBOX);
	if ((code = sandbox_wish(c)) != EXIT_FINE)
		return code;
	if (call_has(c, OPTION_REQUIRE_SANDBOX) && (code = sandbox_missing(c, SANDBOX_ALL & ~judging_missing())) != EXIT_FINE)
		return code;
	ends_catch();
	if ((code = results_open(r)) == EXIT_FINE && (code = judge_all(r)) == EXIT_FINE) {
		int lost = results_close(r);
		code = print_all(r, format);
		code = lost != EXIT_FINE ? lost : code;
	}
	if (r->opened)
		file_free(&r->standard);
	text_free(&r->others);
	return code;
}

/* ---- the exercise ---- */

static int load(struct call *c, struct file *f, struct program **g)
{
	const char *name = c->operand[0];
	if (!file_find(c, f, name)) {
		findings_print(&f->diags, stderr);
		return EXIT_INPUT;
	}
	*g = scenario_read(c, f);
	if ((*g)->diags.errors > (*g)->blanks) {
		findings_print(&(*g)->diags, stderr);
		return EXIT_INPUT;
	}
	if (!(*g)->is_exercise)
		return complain(EXIT_INPUT, SAY(ADD_EXERCISE), SAY(NO_EXERCISE, name));
	if (!(*g)->points)
		return complain(EXIT_INPUT, SAY(ADD_EXPECT), SAY(NO_POINTS, name));
	return scenario_misset(*g);
}

int command_GRADE(struct call *c)
{
	struct file f = { 0 };
	struct program *g = NULL;
	struct grader r = { .call = c, .results = -1 };
	int code = load(c, &f, &g);
	if (code == EXIT_FINE) {
		grading_usual(&r.how, g, c->language);
		r.how.settings = c->value[OPTION_SET];
		code = grade_all(&r);
	}
	program_free(g);
	file_free(&f);
	return code;
}
