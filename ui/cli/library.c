/* The library of scenarios: where it is, what is in it, and a copy of one to begin with. */
#include "ui/cli/copies.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

static const char suffix[] = ".yaml";

const char *program_path(void)
{
	static const char self[] = "/proc/self/exe";
	const char *began = (const char *)getauxval(AT_EXECFN);
	return access(self, X_OK) && began ? began : self;
}

/* Beside the program, so that it can be used where it was built; else where it was installed. */
const char *library_root(struct call *c, int number)
{
	char path[PATH_MAX];
	if (number == 1)
		return FORKLORE_DATADIR "/scenarios";
	if (!realpath(program_path(), path))
		return "scenarios";
	*strrchr(path, '/') = 0;
	return arena_print(&c->arena, "%s/scenarios", path);
}
enum { IN_EACH = 2, FOLDERS = LIBRARY_ROOTS * IN_EACH };

/* Exercises have a folder of their own. */
static const char *library_folder(struct call *c, int number)
{
	const char *root = library_root(c, number / IN_EACH);
	return number % IN_EACH ? arena_print(&c->arena, "%s/exercises", root) : root;
}

const char *library_path(struct call *c, const char *name)
{
	for (int i = 0; is_scenario_name(name) && i < FOLDERS; i++) {
		const char *path = arena_print(&c->arena, "%s/%s%s", library_folder(c, i), name, suffix);
		if (!access(path, R_OK))
			return path;
	}
	return NULL;
}

/* ---- all names ---- */

struct names { const char **list; size_t count, room; };

static void names_add(struct call *c, struct names *n, const char *file)
{
	size_t length = strlen(file), tail = sizeof suffix - 1;
	if (length <= tail || strcmp(file + length - tail, suffix))
		return;
	const char *name = arena_word(&c->arena, file, length - tail);
	for (size_t i = 0; i < n->count; i++)
		if (!strcmp(n->list[i], name))
			return;
	if (!is_scenario_name(name))
		return;
	GROW(n->list, n->count, n->room);
	n->list[n->count++] = name;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct names library_names(struct call *c)
{
	struct names n = { 0 };
	for (int i = 0; i < FOLDERS; i++) {
		const char *folder = library_folder(c, i);
		DIR *d = opendir(folder);
		if (!d && errno != ENOENT && errno != ENOTDIR)          /* one that can't be read is not taken for an empty one */
			exit(complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(PATH_PROBLEM, folder, error_named(errno))));
		for (struct dirent *e; d && (e = readdir(d));)
			names_add(c, &n, e->d_name);
		if (d)
			closedir(d);
	}
	if (n.count)
		qsort(n.list, n.count, sizeof *n.list, by_name);
	return n;
}

struct choices library_choices(struct call *c)
{
	struct names n = library_names(c);
	const char **word = arena_get(&c->arena, (n.count + 1) * sizeof *word);
	for (size_t i = 0; i < n.count; i++)
		word[i] = n.list[i];
	free(n.list);
	return (struct choices){ word, (int)n.count };
}

/* ---- by words ---- */

static const char *kept(struct call *c, const char *s)
{
	return s ? arena_word(&c->arena, s, strlen(s)) : "";
}

/* Of the file, the line in which its titles stand, in all languages. */
static const char *title_line(struct call *c, const char *path)
{
	char line[1024];
	const char *found = "";
	FILE *f = fopen(path, "re");
	while (f && !*found && fgets(line, sizeof line, f))
		if (!strncmp(line, "title:", 6))
			found = kept(c, line + 6);
	if (f)
		fclose(f);
	return found;
}

static size_t next_word(const char **words)
{
	static const char between[] = " \t-_";
	*words += strspn(*words, between);
	return strcspn(*words, between);
}

/* Does each of these words stand in one of the two? */
static bool has_words(struct call *c, const char *words, const char *name, const char *title)
{
	bool any = false;
	for (size_t n; (n = next_word(&words)); words += n) {
		const char *word = arena_word(&c->arena, words, n);
		if (!strcasestr(name, word) && !strcasestr(title, word))
			return false;
		any = true;
	}
	return any;
}

const char *library_by_words(struct call *c, const char *words)
{
	struct names n = library_names(c);
	const char *best = NULL;
	size_t least = 0;
	for (size_t i = 0; i < n.count; i++) {
		enum { EXERCISE = 4096 };       /* that comes behind all lessons; else the one with the fewest other words */
		const char *path = library_path(c, n.list[i]), *title = path ? title_line(c, path) : "";
		size_t length = strlen(n.list[i]) + strlen(title) + (path && strstr(path, "/exercises/") ? EXERCISE : 0);
		if ((best && length >= least) || !has_words(c, words, n.list[i], title))
			continue;
		best = n.list[i];
		least = length;
	}
	free(n.list);
	return best;
}

struct message library_suggest(struct call *c, const char *name)
{
	struct message policies;
	if (call_policies(c, name, &policies))
		return policies;
	const char *meant = library_by_words(c, name);
	if (meant)
		return SAY(DID_YOU_MEAN, meant);
	struct names n = library_names(c);
	struct message help = did_you_mean(name, n.list, n.count, SAY(LISTS_LIBRARY));
	free(n.list);
	return help;
}

/* ---- list ---- */

/* What is shown of a scenario. */
struct entry { const char *name, *file, *title, *about, **topic; uint32_t topics; bool wrong; };

/* The program itself is not kept: each takes much address space. */
static struct entry entry_of(struct call *c, const char *name, const struct program *g)
{
	struct entry e = { name, kept(c, g->source.name), kept(c, g->title), kept(c, g->about),
	                   arena_get(&c->arena, (g->topics + 1) * sizeof *e.topic), g->topics, g->diags.errors > g->blanks };
	for (uint32_t i = 0; i < g->topics; i++)
		e.topic[i] = kept(c, g->topic[i]);
	return e;
}

static struct entry *library_load(struct call *c, size_t *count)
{
	struct names n = library_names(c);
	struct entry *all = must_have(calloc(n.count + 1, sizeof *all));
	*count = 0;
	for (size_t i = 0; i < n.count; i++) {
		struct file f;
		if (file_find(c, &f, library_path(c, n.list[i]))) {
			struct program *g = program_load(f.path, f.text, f.length, c->language);
			all[(*count)++] = entry_of(c, n.list[i], g);
			program_free(g);
		}
		file_free(&f);
	}
	free(n.list);
	return all;
}

/* The word under which a scenario is shown. */
static const char *topic_of(const struct entry *e)
{
	return e->topics ? e->topic[0] : "";
}

static const char *title_of(const struct entry *e)
{
	return e->wrong ? spoken("(it has errors: `check` shows them)", "（有错误：用 `check` 查看）") : e->title;
}

static int by_topic(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(topic_of(x), topic_of(y));
	return order ? order : strcmp(x->name, y->name);
}

static void entry_json(const struct entry *e, bool first)
{
	struct text t = { 0 };
	text_put(&t, first ? "[\n {\"name\": " : ",\n {\"name\": ");
	text_json(&t, e->name);
	text_put(&t, ", \"title\": ");
	text_json(&t, e->title);
	text_put(&t, ", \"about\": ");
	text_json(&t, e->about);
	text_put(&t, ", \"topics\": [");
	for (uint32_t i = 0; i < e->topics; i++) {
		text_put(&t, i ? ", " : "");
		text_json(&t, e->topic[i]);
	}
	text_put(&t, "], \"file\": ");
	text_json(&t, e->file);
	text_put(&t, "}");
	fputs(text_is(&t), stdout);
	text_free(&t);
}

/* Cells of the longest name below a heading, of which this entry is the first: its titles stand below each other. */
static int names_width(const struct entry *e, const struct entry *end, const char *topic)
{
	int width = 20;
	for (const struct entry *x = e; x < end && (topic || !strcmp(topic_of(x), topic_of(e))); x++)
		width = (int)strlen(x->name) > width ? (int)strlen(x->name) : width;
	return width;
}

static void entry_print(const struct entry *e, int width, FILE *out)
{
	struct text t = { 0 };
	text_shown(&t, title_of(e), strlen(title_of(e)));
	fprintf(out, "  %-*s  %s\n", width, e->name, text_is(&t));
	text_free(&t);
}

/* ---- topics ---- */

static const struct topic { const char *word, *word_zh; } topics[] = {
#define TOPIC(word, zh) { word, zh },
#include "ui/cli/topics.def"
#undef TOPIC
};
enum { TOPICS = sizeof topics / sizeof *topics };

const char *topic_shown(const char *word)
{
	for (int i = 0; i < TOPICS; i++)
		if (!strcmp(topics[i].word, word))
			return spoken(word, topics[i].word_zh);
	return word;
}

struct choices topic_choices(struct call *c)
{
	const char **word = arena_get(&c->arena, TOPICS * sizeof *word);
	for (int i = 0; i < TOPICS; i++)
		word[i] = spoken(topics[i].word, topics[i].word_zh);
	return (struct choices){ word, TOPICS };
}

/* As scenarios write it: of a word in either language. */
static const char *topic_meant(const char *word)
{
	for (int i = 0; i < TOPICS; i++)
		if (!strcasecmp(topics[i].word, word) || !strcmp(topics[i].word_zh, word))
			return topics[i].word;
	return word;
}

static bool has_topic(const struct entry *e, const char *word)
{
	for (uint32_t i = 0; i < e->topics; i++)
		if (!strcasecmp(e->topic[i], word))
			return true;
	return false;
}

/* Keeps those of the topic. */
static size_t of_topic(struct entry *all, size_t count, const char *word)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (has_topic(&all[i], word))
			all[kept++] = all[i];
	return kept;
}

struct list { const char **word; size_t count, room; };

static void list_add(struct list *l, const char *word)
{
	for (size_t i = 0; i < l->count; i++)
		if (!strcmp(l->word[i], word))
			return;
	GROW(l->word, l->count, l->room);
	l->word[l->count++] = word;
}

/* Each topic of these once, as it is shown. */
static struct list topics_of(const struct entry *all, size_t count)
{
	struct list l = { 0 };
	for (size_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < all[i].topics; k++)
			list_add(&l, topic_shown(all[i].topic[k]));
	return l;
}

static const char *listed(struct call *c, const struct list *l)
{
	const char *all = "";
	for (size_t i = 0; i < l->count; i++)
		all = word_list(&c->arena, all, l->word[i]);
	return all;
}

static int unknown_topic(struct call *c, const char *word, const struct entry *all, size_t count)
{
	struct list l = topics_of(all, count);
	if (l.count)
		qsort(l.word, l.count, sizeof *l.word, by_name);
	struct message help = library_path(c, word) ? SAY(IS_A_SCENARIO, word) : did_you_mean(word, l.word, l.count, SAY(THE_TOPICS, listed(c, &l)));
	free(l.word);
	return complain(EXIT_USAGE, help, SAY(NO_TOPIC, word));
}

/* ---- long ---- */

enum { INDENT = 4, WIDE = 76 };

/* A line may end behind a blank, and between two wide characters, but a mark stays with what it follows. */
static bool breaks_between(uint32_t before, uint32_t next)
{
	bool mark = (next >= 0x3001 && next <= 0x3002) || (next >= 0xff01 && next <= 0xff1f) || next == 0x201d;
	return before == ' ' || (utf8_width(before) == 2 && utf8_width(next) == 2 && !mark);
}

/* The bytes of the first line. */
static size_t line_length(const char *s)
{
	size_t n = 0, end = 0;
	int cells = 0;
	for (uint32_t code, before = 0; s[n]; before = code) {
		int bytes = utf8_next(s + n, &code);
		if (before && breaks_between(before, code))
			end = n;
		if ((cells += utf8_width(code)) > WIDE - INDENT && end)
			return end;
		n += bytes;
	}
	return n;
}

static void indented(const char *s, FILE *out)
{
	struct text t = { 0 };
	text_shown(&t, s, strlen(s));
	for (const char *rest = text_is(&t); *rest;) {
		size_t n = line_length(rest), shown = n;
		while (shown && rest[shown - 1] == ' ')
			shown--;
		fprintf(out, "%*s%.*s\n", INDENT, "", (int)shown, rest);
		rest += n;
	}
	text_free(&t);
}

static void entry_long(struct call *c, const struct entry *e, FILE *out)
{
	struct list l = topics_of(e, 1);
	entry_print(e, 0, out);
	indented(e->about, out);
	indented(say_word(&c->arena, SAY(LIST_TOPICS, listed(c, &l))), out);
	fprintf(out, "%*s%s\n", INDENT, "", say_word(&c->arena, SAY(LIST_FILE, e->file)));  /* to be copied: it is not divided */
	free(l.word);
}

static void entries_print(struct call *c, struct entry *all, size_t n, const char *topic, FILE *out)
{
	int width = 0;
	qsort(all, n, sizeof *all, by_topic);
	for (size_t i = 0; i < n; i++) {
		const char *head = topic ? topic : topic_of(&all[i]);
		if (!i || (!topic && strcmp(head, topic_of(&all[i - 1])))) {
			width = names_width(&all[i], all + n, topic);
			fprintf(out, "%s%s\n", i ? "\n" : "", *head ? topic_shown(head) : "-");
		}
		if (call_has(c, OPTION_LONG))
			entry_long(c, &all[i], out);
		else
			entry_print(&all[i], width, out);
	}
}

void library_print(struct call *c, FILE *out)
{
	size_t n;
	struct entry *all = library_load(c, &n);
	entries_print(c, all, n, NULL, out);
	if (!n)
		print_line(SAY(NO_LIBRARY), out);
	free(all);
}

static const char *const course[] = {
#define LESSON(name) name,
#include "ui/cli/course.def"
#undef LESSON
};
enum { LESSONS = sizeof course / sizeof *course };

size_t lesson_rank(const char *name)
{
	size_t i = 0;
	while (i < LESSONS && strcmp(course[i], name))
		i++;
	return i;
}

const char *library_next(struct call *c, const char *name)
{
	size_t i = lesson_rank(name);
	return i + 1 < LESSONS && library_path(c, course[i + 1]) ? course[i + 1] : NULL;
}

static void entries_json(const struct entry *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		entry_json(&all[i], !i);
	puts(n ? "\n]" : "[]");
}

int command_LIST(struct call *c)
{
	size_t n, kept;
	const char *topic = c->operands ? topic_meant(c->operand[0]) : NULL;
	struct entry *all = library_load(c, &n);
	int code = EXIT_FINE;
	kept = topic ? of_topic(all, n, topic) : n;
	if (topic && !kept && n)
		code = unknown_topic(c, c->operand[0], all, n);
	else if (call_has(c, OPTION_JSON))
		entries_json(all, kept);
	else if (!n)
		print_line(SAY(NO_LIBRARY), stdout);
	else
		entries_print(c, all, kept, topic, stdout);
	free(all);
	return code;
}

/* ---- new ---- */

/* The line by which editors find the schema, where it is installed; nothing if the text has one, or there is no schema. */
static void put_modeline(struct call *c, const char *text, struct text *out)
{
	for (int i = 0; !strstr(text, "yaml-language-server:") && i < FOLDERS; i++) {
		const char *path = arena_print(&c->arena, "%s/forklore.schema.json", library_folder(c, i));
		if (!access(path, R_OK)) {
			text_print(out, "# yaml-language-server: $schema=%s\n", path);
			return;
		}
	}
}

/* The text with another identifier behind `scenario:`; with --lang in that language alone. */
static bool renamed(struct call *c, struct file *f, const char *id, struct text *out)
{
	source_init(&f->source, &f->arena, f->path ? f->path : "<stdin>", f->text, f->length);
	const struct node *root = yaml_read(&f->diags, &f->source), *old = yaml_find(root, "scenario");
	if (!old || old->kind != NODE_SCALAR || !old->exact) {
		if (!f->diags.errors)
			diag_add(&f->diags, DIAG_MISSING, (struct place){ 0 }, NOTHING_TO_SAY, SAY(NOTHING_TO_COPY));
		return false;
	}
	put_modeline(c, f->source.text, out);
	copy_text(out, &f->source, root, id, call_has(c, OPTION_LANG) ? c->language : NULL);
	return true;
}

int file_create(const char *path, const struct text *t)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return errno;
	int error = write_all(fd, t->at, t->length);
	if (close(fd) && !error)
		error = errno;
	if (error)
		unlink(path);
	return error;
}

static int write_new(const char *path, const struct text *t)
{
	int error = file_create(path, t);
	if (error == EEXIST)
		return complain(EXIT_REFUSED, SAY(CHOOSE_OTHER_NAME), SAY(FILE_EXISTS, path));
	return error ? complain(EXIT_REFUSED, NOTHING_TO_SAY, SAY(PATH_PROBLEM, path, error_named(error))) : EXIT_FINE;
}

/* Where the solution of an exercise of the library is; NULL: there is none. */
static const char *solution_of(struct call *c, const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	const char *solution = slash ? arena_print(&c->arena, "%.*s/solutions%s", (int)(slash - path), path, slash) : NULL;
	return solution && !access(solution, R_OK) ? solution : NULL;
}

/* For the person who gives the exercise. */
static int write_solution(struct call *c, const char *from, const char *stem, const char *id)
{
	const char *path = arena_print(&c->arena, "%s-solution%s", stem, suffix);
	struct text t = { 0 };
	struct file f;
	int code = EXIT_INPUT;
	bool read = file_read(&f, from), whole = read && handout_is_answer(c, &f);
	if (whole)
		text_add(&t, f.text, f.length);
	if (read && (whole || renamed(c, &f, arena_print(&c->arena, "%s-solution", id), &t)))
		code = write_new(path, &t);
	else
		findings_print(&f.diags, stderr);
	if (code == EXIT_FINE)
		print_line(SAY(ITS_SOLUTION, path), stdout);
	text_free(&t);
	file_free(&f);
	return code;
}

/* Lines to begin with, and what they mean, in the language of the viewer. */
static void template_text(struct call *c, const char *id, struct text *out)
{
	static const struct { const char *en, *zh; } lines[] = {
#define LINE(english, chinese) { english, chinese },
#include "ui/cli/template.def"
#undef LINE
	};
	put_modeline(c, "", out);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const char *line = spoken(lines[i].en, lines[i].zh), *slot = strstr(line, "{scenario}");
		if (slot)
			text_print(out, "%.*s%s%s\n", (int)(slot - line), line, id, slot + strlen("{scenario}"));
		else
			text_print(out, "%s\n", line);
	}
}

static int new_blank(struct call *c, const char *path, const char *id)
{
	struct text t = { 0 };
	if (call_has(c, OPTION_STUDENT))
		return complain(EXIT_USAGE, SAY(STUDENT_OF_EXERCISE), SAY(STUDENT_NEEDS_FROM));
	template_text(c, id, &t);
	int code = write_new(path, &t);
	if (code == EXIT_FINE)
		print_line(SAY(IS_YOURS, path, file_word(c, path)), stdout);
	text_free(&t);
	return code;
}

static int new_copy(struct call *c, const char *from, const char *path, const char *stem, const char *id)
{
	struct text t = { 0 };
	struct file f;
	bool student = call_has(c, OPTION_STUDENT), less = false;
	int code = EXIT_INPUT;
	if (file_find(c, &f, from) && renamed(c, &f, id, &t)) {
		less = student && handout_without_hints(c, &t);
		code = write_new(path, &t);
	} else {
		findings_print(&f.diags, stderr);
	}
	if (code == EXIT_FINE)
		print_line(SAY(IS_YOURS, path, file_word(c, path)), stdout);
	const char *solution = code == EXIT_FINE ? solution_of(c, f.path) : NULL;
	if (solution && handout_asks_for_schedule(c, &f))
		print_line(SAY(TO_ANSWER_IT, file_word(c, arena_print(&c->arena, "%s-answer%s", stem, suffix)), file_word(c, from)), stdout);
	else if (solution)
		print_line(SAY(TO_GRADE_IT, file_word(c, from), file_word(c, path)), stdout);
	if (student && code == EXIT_FINE && !solution && !less)
		remark(SAY(NO_SOLUTION, from));
	if (solution && !student)
		code = write_solution(c, solution, stem, id);
	text_free(&t);
	file_free(&f);
	return code;
}

int command_NEW(struct call *c)
{
	size_t length = strlen(c->operand[0]), tail = sizeof suffix - 1;
	bool has_suffix = length > tail && !strcmp(c->operand[0] + length - tail, suffix);
	const char *stem = arena_word(&c->arena, c->operand[0], has_suffix ? length - tail : length);
	const char *id = strrchr(stem, '/') ? strrchr(stem, '/') + 1 : stem;
	const char *path = arena_print(&c->arena, "%s%s", stem, suffix);
	if (!is_scenario_name(id))
		return complain(EXIT_USAGE, SAY(NAME_OF_SCENARIO), SAY(CANT_BE_SCENARIO, id));
	return call_has(c, OPTION_FROM) ? new_copy(c, c->value[OPTION_FROM], path, stem, id) : new_blank(c, path, id);
}

const char *library_copy(struct call *c, const char *name, const char **refused)
{
	enum { MOST = 99 };
	struct file f;
	const char *path = NULL;
	const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
	size_t length = strlen(base), tail = sizeof suffix - 1;
	const char *stem = arena_word(&c->arena, base, length > tail && !strcmp(base + length - tail, suffix) ? length - tail : length);
	*refused = NULL;
	bool read = file_find(c, &f, name);
	for (int i = 1; read && !path && !*refused && i <= MOST; i++) {
		const char *id = i == 1 ? stem : arena_print(&c->arena, "%s-%d", stem, i);
		const char *to = arena_print(&c->arena, "%s%s", id, suffix);
		struct text t = { 0 };
		int error;
		if (!renamed(c, &f, id, &t))
			*refused = spoken("it can't be copied: it has no `scenario: name`", "无法复制：没有 `scenario: 名称`");
		else if (!(error = file_create(to, &t)))
			path = to;
		else if (error != EEXIST)
			*refused = say_word(&c->arena, SAY(PATH_PROBLEM, to, error_named(error)));
		text_free(&t);
	}
	file_free(&f);
	if (!path && !*refused)
		*refused = spoken("it can't be copied", "无法复制");
	return path;
}
