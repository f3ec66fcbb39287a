/* learn as lines: what has come is printed, and what is to be done is typed. For screen readers, scripts, and wherever there is no screen. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "ui/browser/browser.h"
#include "ui/cli/errands.h"
#include "ui/cli/learn.h"
#include "ui/dashboard/press.h"

enum { LINE = 400 };
struct lines {
	struct learner *learner;
	char line[LINE + 1];
	size_t length;
	bool over, quits, typed;        /* the input has ended; it comes from somebody who types */
	bool refused;                   /* what was last to be opened could not be */
	enum study_file told;           /* how the file stood when that was last printed */
	unsigned printed;               /* which grade was */
};

static const struct study *current(const struct lines *v)
{
	return study_selected(&v->learner->page);
}

/* ---- what is printed ---- */

static void put(const char *line)
{
	puts(line);
	output_error(true);
}

static void put_list(const struct lines *v)
{
	const struct study_page *p = &v->learner->page;
	for (int i = 0; i < p->count; i++) {
		const struct study *s = &p->all[i];
		printf("%2d  %s  %s, %lld/%lld", i + 1, s->name, study_stands(s), (long long)s->points, (long long)s->most);
		printf(*s->title ? "  %s\n" : "%s\n", s->title);
	}
	put(spoken("Type a number or a name to open one, help for the commands, quit to leave.", "键入编号或名称打开练习，help 列出命令，quit 退出。"));
}

static void put_task(const struct lines *v)
{
	const struct study *s = current(v);
	printf("%s\n%s\n", *s->title ? s->title : s->name, s->task);
	struct text rules = { 0 };
	study_rules(&rules, s);
	if (rules.length)
		puts(text_is(&rules));
	text_free(&rules);
	printf(spoken("Your file: %s. It is graded whenever it is saved.\n", "您的文件：%s。每次保存后都会评测。\n"), s->file);
	output_error(true);
}

static void put_hint(const struct lines *v)
{
	const struct study *s = current(v);
	if (s->shown)
		printf(spoken("Hint %d of %d: %s\n", "提示 %d/%d：%s\n"), s->shown, s->hints, s->hint[s->shown - 1]);
	else
		puts(spoken("This exercise has no hints.", "这个练习没有提示。"));
	output_error(true);
}

static void put_question(const struct lines *v)
{
	const struct study *s = current(v);
	puts(study_question_asked(v->learner->page.question));
	for (int i = 0; i < s->claims; i++)
		printf("  %d  %s\n", i + 1, s->claim[i]);
	put(spoken("Type their numbers, 0 for none, or an empty line to skip the question.", "键入它们的编号，没有则键入 0，空行跳过。"));
}

static void put_help(const struct lines *v)
{
	for (int i = 0; i < study_key_count; i++) {
		const struct study_key *k = &study_keys[i];
		if ((v->learner->page.opened ? k->open : k->list) && *k->label && strcmp(k->label, "begin"))
			printf("%s%s%s: %s\n", k->label, spoken("", " "), spoken("", k->label_zh), spoken(k->meaning, k->meaning_zh));
	}
	put(spoken("NUMBER or NAME: opens that exercise", "编号或名称：打开那个练习"));
}

/* Why it can't be graded, or the grade, as `grade` prints it. */
static void put_state(struct lines *v)
{
	struct learner *l = v->learner;
	const struct study_page *p = &l->page;
	struct text t = { 0 };
	if (p->file == STUDY_GRADED && p->grade) {
		grades_print(&t, GRADES_TEXT, &(struct gradebook){ l->exercise, p->grade, 1 });
		fputs(text_is(&t), stdout);
		output_error(true);
	} else if (p->file == STUDY_ABSENT) {
		printf(spoken("%s is not there: begin copies the exercise again\n", "%s 不存在：begin 重新复制练习\n"), current(v)->file);
		output_error(true);
	} else if (p->file == STUDY_UNREADABLE) {
		printf(spoken("%s can't be read: %s\n", "无法读取 %s：%s\n"), current(v)->file, p->problem);
		output_error(true);
	}
	text_free(&t);
}

/* What has come since. */
static void put_news(struct lines *v)
{
	const struct learner *l = v->learner;
	if (!l->exercise || l->page.file == STUDY_GRADING || l->wanted)
		return;
	if (l->page.file != v->told || (l->page.file == STUDY_GRADED && l->graded != v->printed))
		put_state(v);
	v->told = l->page.file;
	v->printed = l->graded;
	if (l->page.question == QUESTION_AFTER && v->typed)
		put_question(v);
}

/* ---- what is typed ---- */

static void say_refused(struct lines *v)
{
	if (v->learner->refused)
		put(v->learner->refused);
	v->learner->refused = NULL;
}

static void open_current(struct lines *v)
{
	struct learner *l = v->learner;
	const struct study *s = current(v);
	if (!learner_may_begin(l)) {
		v->refused = true;
		say_refused(v);
		return;
	}
	if (v->typed && !s->begun && s->claims && !s->before && !l->page.question) {
		l->page.question = QUESTION_BEFORE;
		put_question(v);
		return;
	}
	l->page.question = QUESTION_NONE;
	v->told = STUDY_GRADING;
	v->refused = !learner_open(l);
	if (!v->refused)
		put_task(v);
	say_refused(v);
}

static void answer(struct lines *v, const char *line)
{
	struct learner *l = v->learner;
	enum study_question asked = l->page.question;
	bool some = false;
	l->page.marked = 0;
	for (const char *s = line; *s;) {
		char *end;
		long n = strtol(s, &end, 10);
		some |= end != s;
		if (end != s && n >= 1 && n <= current(v)->claims)
			l->page.marked |= 1ull << (n - 1);
		s = end != s ? end : s + 1;
	}
	if (some)
		learner_answer(l);
	if (asked == QUESTION_BEFORE)
		open_current(v);
	l->page.question = QUESTION_NONE;
}

static void replay(struct lines *v)
{
	struct learner *l = v->learner;
	const char *of, *schedule = learner_schedule(l, &of), *refused = NULL;
	if (schedule)
		errand_run(l->call, "run", of, arena_print(&l->call->arena, "--schedule=%s", schedule), &refused);
	else
		put(learner_no_replay(l));
	if (refused)
		put(refused);
}

static void edit(struct lines *v)
{
	const char *refused = NULL;
	errand_edit(v->learner->call, current(v)->file, &refused);
	if (refused)
		put(refused);
}

static int key_called(const struct lines *v, const char *word)
{
	for (int i = 0; i < study_key_count; i++) {
		const struct study_key *k = &study_keys[i];
		bool named = !strcasecmp(k->label, word) || !strcmp(k->label_zh, word) || !strcasecmp(k->name, word);
		if (named && *k->label && (v->learner->page.opened ? k->open : k->list))
			return k->key;
	}
	return PRESS_NONE;
}

static void obey_key(struct lines *v, int key)
{
	struct learner *l = v->learner;
	const char *refused = NULL;
	switch (key) {
	case 'q': v->quits = true; break;
	case '?': put_help(v); break;
	case 'n':
		if (learner_next(l))
			open_current(v);
		else
			put(spoken("All exercises are solved.", "所有练习都已解决。"));
		break;
	case 'p':
		errand_run(l->call, "run", !l->page.opened || l->exercise->answered ? current(v)->name : current(v)->file, NULL, &refused);
		if (refused)
			put(refused);
		break;
	case 'e': edit(v); break;
	case 'g':
		v->told = STUDY_GRADING;
		learner_again(l);
		break;
	case 'i':
		l->page.hints = current(v)->shown > 0;
		learner_hint(l);
		put_hint(v);
		break;
	case PRESS_ESCAPE:
		learner_close(l);
		put_list(v);
		break;
	case PRESS_ENTER: replay(v); break;
	default: break;
	}
}

static void obey(struct lines *v, char *line)
{
	struct learner *l = v->learner;
	char *end, *word = line + strspn(line, " \t");
	for (size_t n = strlen(word); n && strchr(" \t\r", word[n - 1]); n--)
		word[n - 1] = '\0';
	long number = strtol(word, &end, 10);
	int key = key_called(v, word);
	if (l->page.question) {
		answer(v, word);
	} else if (!*word) {
		put_state(v);
	} else if (l->page.opened && (!strcasecmp(word, "begin") || !strcmp(word, "开始"))) {
		if (learner_begin_file(l))
			learner_again(l);
		say_refused(v);
	} else if (key) {
		obey_key(v, key);
	} else if ((!*end && number >= 1 && number <= l->page.count) || learner_select(l, word)) {
		if (!*end)
			l->page.selected = (int)number - 1;
		open_current(v);
	} else {
		put(spoken("No such command: help lists them.", "没有这个命令：help 列出全部。"));
	}
}

/* A line, if one is there; what is too long for one is cut. */
static void take_input(struct lines *v)
{
	char c;
	ssize_t n = read(STDIN_FILENO, &c, 1);
	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		v->over = true;
		return;
	}
	if (c != '\n') {
		if (v->length < LINE)
			v->line[v->length++] = c;
		return;
	}
	v->line[v->length] = '\0';
	v->length = 0;
	obey(v, v->line);
}

/* ---- the loop ---- */

static bool grades(const struct learner *l)
{
	return l->exercise && (l->wanted || l->judging.busy);
}

/* A script's next line is taken when what came of the one before is known. */
static void wait(struct lines *v)
{
	struct learner *l = v->learner;
	bool reads = !v->over && (v->typed || !grades(l));
	struct pollfd p[2 + LEARNER_FDS] = { { .fd = reads ? STDIN_FILENO : -1, .events = POLLIN }, { .fd = errands_fd(), .events = POLLIN } };
	if (poll(p, (nfds_t)(2 + learner_fds(l, p + 2)), learner_patience(l)) > 0 && reads && p[0].revents)
		take_input(v);
}

static int how_it_ended(const struct lines *v)
{
	const struct learner *l = v->learner;
	const struct grade *e = l->page.grade;
	if (!l->exercise)
		return v->refused ? EXIT_REFUSED : EXIT_FINE;
	if (l->page.file != STUDY_GRADED || !e)
		return EXIT_INPUT;
	return e->fate == FATE_FAILED ? EXIT_REFUSED : e->fate != FATE_JUDGED || e->score < e->most ? EXIT_FINDING : EXIT_FINE;
}

int learn_linear(struct learner *l, bool opened)
{
	struct lines v = { .learner = l, .typed = isatty(STDIN_FILENO) };
	if (opened)
		open_current(&v);
	else
		put_list(&v);
	const char *why = opened ? NULL : learner_no_room(l);
	if (why)
		put(why);
	while (!v.quits && !errands_end() && !(v.over && !grades(l))) {
		learner_look(l);
		put_news(&v);
		if (errands_stop())
			errands_stand_still();
		if (learner_lost(l) && v.typed)         /* else it is said at the end, which is soon */
			put(l->lost);
		if (!v.over || grades(l))
			wait(&v);
	}
	return how_it_ended(&v);
}
