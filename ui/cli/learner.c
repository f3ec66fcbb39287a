/* learn: one exercise is open. The learner's file is watched, and graded at each save, by a process of its own. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>
#include "sim/language/exercise.h"
#include "ui/browser/browser.h"
#include "ui/cli/learn.h"

/* Milliseconds: how long a file is left alone before it is graded, and how long that is put off at most; how often it is checked
 * where nothing says that it was written. */
enum { MILLI = 1000, QUIET = 60, LONGEST = 500, GLANCE = 1000, PATIENCE = 2000 };
enum { MICROS = 1000000, FIRST = MAIN + 1 };

static struct study *selected(const struct learner *l)
{
	return study_selected(&l->page);
}

/* ---- notices ---- */

static bool refuse(struct learner *l, const char *why)
{
	l->refused = why;
	return false;
}

/* ---- the file ---- */

static struct seen look_at(const char *path)
{
	struct stat s;
	struct seen seen = { 0 };
	if (stat(path, &s)) {
		seen.error = errno;
		return seen;
	}
	return (struct seen){ 0, s.st_dev, s.st_ino, s.st_size, s.st_mtim, s.st_ctim };
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool same_seen(const struct seen *a, const struct seen *b)
{
	return a->error == b->error && a->device == b->device && a->number == b->number && a->size == b->size &&
	       same_time(a->written, b->written) && same_time(a->changed, b->changed);
}

/* Of an exercise that is answered by a schedule: where to write it, with the names of its own processes. */
static void put_answer_form(struct text *t, const struct program *g)
{
	const char *one = g->process[g->processes > FIRST ? FIRST : MAIN].name, *other = g->process[g->processes - 1].name;
	text_print(t, spoken("# Write an order that breaks the exercise, as in [%s, %s x3], or, if there is none, one line in place of\n# it: `answer: safe`.\n",
	                     "# 请写一种使练习出错的执行次序，例如 [%s, %s x3]；如果没有这样的次序，则改写成一行：`answer: safe`。\n"), one, other);
	text_put(t, "schedule: []\n");
}

static bool is_exercise_itself(struct learner *l, const char *path)
{
	struct stat a, b;
	const char *library = library_path(l->call, selected(l)->name);
	return library && !stat(path, &a) && !stat(library, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* NULL: a file can be created in this folder. Only the attempt says so: a file without a name, or, where that is refused, one that is removed. */
static const char *folder_problem(void)
{
	char name[] = ".forklore-XXXXXX";
	int fd = open(".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	bool named = fd < 0 && (fd = mkostemp(name, O_CLOEXEC)) >= 0;
	if (fd < 0)
		return error_named(errno);
	close(fd);
	if (named)
		unlink(name);
	return NULL;
}

const char *learner_no_room(struct learner *l)
{
	const char *why = folder_problem();
	return why ? arena_print(&l->call->arena, spoken("Begin in another folder: no file can be created here (%s).", "请换一个文件夹：这里无法创建文件（%s）。"), why) : NULL;
}

bool learner_may_begin(struct learner *l)
{
	const char *why = access(selected(l)->file, F_OK) ? learner_no_room(l) : NULL;
	return !why || refuse(l, why);
}

bool learner_begin_file(struct learner *l)
{
	struct study *s = selected(l);
	struct call *c = l->call;
	struct text t = { 0 };
	if (is_exercise_itself(l, s->file))
		return refuse(l, spoken("This is the exercise itself: begin in a folder of your own.", "这是练习本身：请在您自己的文件夹里开始。"));
	if (l->exercise->answered)
		put_answer_form(&t, l->exercise);
	else
		exercise_without_hints(&t, &l->exercise->source, l->exercise->root);
	int error = file_create(s->file, &t);
	text_free(&t);
	if (error && error != EEXIST)
		return refuse(l, say_word(&c->arena, SAY(PATH_PROBLEM, s->file, error_named(error))));
	s->begun = true;
	progress_note(c, s->name, SEEN);
	return true;
}

/* ---- grading ---- */

static void want(struct learner *l)
{
	int64_t now = wall_clock();
	if (!l->wanted)
		l->latest = now + LONGEST * MILLI;
	l->wanted = true;
	l->due = now + QUIET * MILLI;
}

static void stop_grading(struct learner *l)
{
	judging_stop(&l->judging);
}

static void cant_read(struct learner *l, const struct file *f)
{
	l->page.file = l->seen.error == ENOENT ? STUDY_ABSENT : STUDY_UNREADABLE;
	l->page.problem = f->diags.count ? arena_word(&l->call->arena, f->diags.list[0].message, strlen(f->diags.list[0].message)) : "";
}

static void begin_grading(struct learner *l)
{
	struct file f;
	stop_grading(l);
	l->wanted = false;
	l->seen = look_at(selected(l)->file);
	if (!file_read(&f, selected(l)->file)) {
		cant_read(l, &f);
	} else if (judging_begin(&l->judging, &l->how, selected(l)->file, 0, &f)) {
		l->page.file = STUDY_GRADING;
		l->page.seconds = 0;
		l->began = wall_clock();
	} else {
		l->page.file = STUDY_UNREADABLE;
		l->page.problem = error_named(errno);
	}
	file_free(&f);
}

static void note_points(struct learner *l)
{
	struct study *s = selected(l);
	struct call *c = l->call;
	if (l->grade.score > s->points || (l->grade.score == s->points && !l->page.grade)) {
		if (l->grade.score > s->points)
			memory_note(c, s->name, MEMORY_POINTS, arena_print(&c->arena, "%lld", (long long)l->grade.score));
		s->points = l->grade.score;
	}
	if (l->grade.score < s->most || l->grade.fate != FATE_JUDGED)
		return;
	s->solved = true;
	progress_note(c, s->name, SOLVED);
	if (s->before && !s->after && !l->page.question) {
		l->page.question = QUESTION_AFTER;
		l->page.marked = 0;
		l->page.at = 0;
	}
}

/* What fails is shown first, above all what a run can show. */
static int check_first(const struct grade *e)
{
	int failed = -1;
	for (size_t i = 0; i < e->checks; i++) {
		if (e->check[i].passed)
			continue;
		if (e->check[i].schedule)
			return (int)i;
		failed = failed < 0 ? (int)i : failed;
	}
	return failed < 0 ? 0 : failed;
}

static void take_grade(struct learner *l)
{
	struct grade e;
	struct arena a = { 0 };
	if (!grade_read(&a, text_is(&l->judging.row), l->judging.row.length, &e)) {
		arena_free(&a);
		return;
	}
	arena_free(&l->arena);
	l->arena = a;
	l->grade = e;
	l->graded++;
	l->page.grade = &l->grade;
	l->page.file = STUDY_GRADED;
	l->page.check = check_first(&e);
	l->page.scrolled = 0;
	l->page.hints &= e.fate == FATE_JUDGED; /* else why not is shown, which is not to be selected */
	note_points(l);
}

/* ---- watching ---- */

static void watch(struct learner *l)
{
	l->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (l->watch >= 0 && inotify_add_watch(l->watch, ".", IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO) < 0) {
		close(l->watch);
		l->watch = -1;
	}
}

/* Is something reported of our file? A queue that ran over may have held that. */
static bool watch_reports(struct learner *l)
{
	_Alignas(struct inotify_event) char some[4096];
	bool ours = false;
	ssize_t n;
	while (l->watch >= 0 && (n = read(l->watch, some, sizeof some)) > 0)
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *e = (const struct inotify_event *)(some + at);
			ours |= e->mask & IN_Q_OVERFLOW || (e->len && !strcmp(e->name, selected(l)->file));
			at += (ssize_t)sizeof *e + e->len;
		}
	return ours;
}

bool learner_look(struct learner *l)
{
	if (!l->exercise)
		return false;
	bool changed = false;
	struct seen now = look_at(selected(l)->file);
	if (watch_reports(l) || !same_seen(&now, &l->seen))
		want(l);
	l->seen = now;
	int64_t clock = wall_clock();
	if (l->judging.busy && judging_over(&l->judging)) {
		take_grade(l);
		changed = true;
	}
	if (l->wanted && (clock >= l->due || clock >= l->latest)) {
		begin_grading(l);
		changed = true;
	}
	int seconds = l->judging.busy ? (int)((clock - l->began) / MICROS) : 0;
	changed |= seconds != l->page.seconds;
	l->page.seconds = seconds;
	return changed;
}

bool learner_lost(struct learner *l)
{
	const char *before = l->lost;
	l->lost = before ? before : state_lost(l->call);
	return l->lost && !before;
}

int learner_fds(const struct learner *l, struct pollfd *p)
{
	int n = 0;
	if (l->watch >= 0)
		p[n++] = (struct pollfd){ .fd = l->watch, .events = POLLIN };
	if (l->judging.busy)
		p[n++] = (struct pollfd){ .fd = l->judging.aside.fd, .events = POLLIN };
	return n;
}

int learner_patience(const struct learner *l)
{
	if (!l->exercise)
		return PATIENCE;
	if (!l->wanted)
		return GLANCE;
	int64_t next = l->due < l->latest ? l->due : l->latest, left = next - wall_clock();
	return left <= 0 ? 0 : (int)(left / MILLI) + 1;
}

/* ---- opening ---- */

void learner_init(struct learner *l, struct call *c)
{
	*l = (struct learner){ .call = c, .watch = -1 };
	l->page.all = learn_shelf(c, &l->page.count);
}

bool learner_select(struct learner *l, const char *name)
{
	for (int i = 0; i < l->page.count; i++)
		if (!strcmp(l->page.all[i].name, name)) {
			l->page.selected = i;
			return true;
		}
	return false;
}

static bool load(struct learner *l)
{
	const char *path = library_path(l->call, selected(l)->name);
	if (!path || !file_read(&l->file, path)) {
		file_free(&l->file);
		l->file = (struct file){ 0 };
		return refuse(l, spoken("The exercise can't be read any more.", "练习已无法读取。"));
	}
	l->exercise = program_load(l->file.source.name, l->file.text, l->file.length, l->call->language);
	grading_usual(&l->how, l->exercise, l->call->language);
	l->how.own = true;
	return true;
}

bool learner_open(struct learner *l)
{
	struct study_page *p = &l->page;
	learner_close(l);
	l->refused = NULL;
	if (!p->count || !load(l))
		return false;
	if (!learner_begin_file(l)) {
		learner_close(l);
		return false;
	}
	p->opened = true;
	p->file = STUDY_GRADING;
	p->grade = NULL;
	p->hints = false;
	p->check = p->scrolled = 0;
	watch(l);
	learner_again(l);
	return true;
}

void learner_close(struct learner *l)
{
	stop_grading(l);
	if (l->watch >= 0)
		close(l->watch);
	l->watch = -1;
	program_free(l->exercise);
	l->exercise = NULL;
	file_free(&l->file);
	l->file = (struct file){ 0 };
	arena_free(&l->arena);
	l->wanted = false;
	l->page.opened = false;
	l->page.grade = NULL;
	l->page.question = QUESTION_NONE;
}

void learner_free(struct learner *l)
{
	learner_close(l);
	text_free(&l->page.notice);
}

/* ---- what the learner wants ---- */

void learner_again(struct learner *l)
{
	want(l);
	l->due = wall_clock();
}

void learner_hint(struct learner *l)
{
	struct study *s = selected(l);
	struct call *c = l->call;
	bool more = s->shown < s->hints && (l->page.hints || !s->shown);
	l->page.hints = true;
	l->page.scrolled = 0;
	if (!more)
		return;
	s->shown++;
	memory_note(c, s->name, MEMORY_HINTS, arena_print(&c->arena, "%d", s->shown));
}

bool learner_next(struct learner *l)
{
	struct study_page *p = &l->page;
	for (int i = 1; i <= p->count; i++) {
		int at = (p->selected + i) % p->count;
		if (p->all[at].solved)
			continue;
		learner_close(l);
		p->selected = at;
		return true;
	}
	return false;
}

void learner_answer(struct learner *l)
{
	struct study *s = selected(l);
	struct study_page *p = &l->page;
	char *answer = arena_get(&l->call->arena, (size_t)s->claims + 1);
	bool after = p->question == QUESTION_AFTER;
	for (int i = 0; i < s->claims; i++)
		answer[i] = p->marked >> i & 1 ? EXPECTS_BROKEN : EXPECTS_HOLDS;
	*(after ? &s->after : &s->before) = answer;
	memory_note(l->call, s->name, after ? MEMORY_AFTER : MEMORY_BEFORE, answer);
	p->question = QUESTION_NONE;
}

/* The last grade is not of a file that was saved since. */
static bool still_graded(const struct learner *l)
{
	return l->page.file == STUDY_GRADED && !l->wanted;
}

static const struct checked *marked(const struct learner *l)
{
	const struct grade *e = l->page.grade;
	bool some = still_graded(l) && e && e->fate == FATE_JUDGED && (size_t)l->page.check < e->checks;
	return some ? &e->check[l->page.check] : NULL;
}

/* Is the answer a schedule, and no claim? */
static bool answers_by_order(const struct learner *l)
{
	struct file f;
	bool order = l->exercise->answered && file_read(&f, selected(l)->file);
	if (order) {
		struct diags d = { .arena = &f.arena, .source = &f.source };
		source_init(&f.source, &f.arena, f.path, f.text, f.length);
		const struct node *root = yaml_read(&d, &f.source);
		order = root && (root->kind == NODE_LIST || yaml_find(root, "schedule"));
		diags_free(&d);
	}
	if (l->exercise->answered)
		file_free(&f);
	return order;
}

/* Of an answer that is a schedule, right or wrong: the file itself. */
const char *learner_schedule(const struct learner *l, const char **of)
{
	const struct checked *m = marked(l);
	*of = l->exercise && l->exercise->answered ? selected(l)->name : selected(l)->file;
	return m && !m->schedule && answers_by_order(l) ? selected(l)->file : m ? m->schedule : NULL;
}

const char *learner_no_replay(const struct learner *l)
{
	const struct checked *m = marked(l);
	if (l->page.file == STUDY_GRADING || l->wanted)
		return spoken("It is being graded: what breaks it is not known yet.", "正在评测：还不知道反例。");
	if (!m)
		return spoken("It could not be judged: there is nothing to replay.", "无法评测：没有可以重演的。");
	return m->passed ? spoken("It holds: there is no counterexample.", "成立：没有反例。")
	                 : spoken("There is no single run that shows it.", "没有哪一次运行能单独说明它。");
}
