/* The reference, from the tables that the program itself works by: a page of docs/reference for each, the
 * commands and options of the one manual page, the words of the language in the other, and the schema of scenarios.
 *
 * usage: docgen FOLDER CHINESE [MANPAGE MANPAGE]      as `docgen docs/reference docs/zh/reference man/forklore.1 man/forklore-scenario.5` */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "sim/language/examples.h"
#include "sim/world/world.h"
#include "ui/cli/cli.h"
#include "ui/dashboard/keys.h"

static FILE *out;

/* ---- Markdown ---- */

static void open_page(const char *folder, const char *name, const char *title, const char *about)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s.md", folder, name);
	out = fopen(path, "we");
	if (!out) {
		perror(path);
		exit(EXIT_REFUSED);
	}
	fprintf(out, "<!-- %s -->\n# %s\n\n%s\n", spoken("`make docs` writes this page from the program's tables.", "本页由 `make docs` 根据程序的表格生成。"),
	        title, about);
}

static void close_page(void)
{
	if (fclose(out)) {
		perror("docgen");
		exit(EXIT_REFUSED);
	}
}

/* In a cell of a table, what would end it is escaped. */
static void cell_text(const char *s)
{
	for (; *s; s++)
		fprintf(out, *s == '|' ? "\\%c" : "%c", *s);
}

static void put(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void put(const char *format, ...)
{
	char line[2000];
	va_list args;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	fputs("| ", out);
	cell_text(line);
	fputc(' ', out);
}

static void head(int columns, const char *const *words)
{
	fputc('\n', out);
	for (int i = 0; i < columns; i++)
		put("%s", words[i]);
	fputs("|\n", out);
	for (int i = 0; i < columns; i++)
		fputs("|---", out);
	fputs("|\n", out);
}
#define HEAD(...) head(sizeof(const char *[]){ __VA_ARGS__ } / sizeof(char *), (const char *[]){ __VA_ARGS__ })

static void end_row(void)
{
	fputs("|\n", out);
}

/* ---- examples ---- */

static void example(const struct example *e)
{
	struct arena a = { 0 };
	const char *about = spoken(e->about, e->about_zh), *objects = example_objects(&a, e);
	fputs("\n```yaml fragment\n", out);
	if (*about)
		fprintf(out, "# %s\n", about);
	if (*objects)
		fprintf(out, "# objects: {%s}\n", objects);
	fprintf(out, "%s```\n", example_shown(&a, e, spoken("en", "zh")));
	arena_free(&a);
}

/* A heading for each word. within: said behind each word, or "" */
static void examples_of(enum example_of of, const char *within)
{
	for (int i = 0; i < example_count; i++)
		if (example_rows[i].of == of) {
			if (!i || example_rows[i - 1].of != of || strcmp(example_rows[i - 1].word, example_rows[i].word))
				fprintf(out, "\n### `%s`%s\n", example_rows[i].word, within);
			example(&example_rows[i]);
		}
}

static void examples(enum example_of of)
{
	fprintf(out, "\n## %s\n", spoken("Examples", "示例"));
	examples_of(of, "");
}

/* "wait timeout" -> "`wait` `timeout`"; nothing: a dash. */
static const char *quoted(const char *words, char *room, size_t size)
{
	size_t n = 0;
	room[0] = 0;
	while (words && *words) {
		size_t length = strcspn(words, " ");
		n += snprintf(room + n, size - n, "%s`%.*s`", n ? " " : "", (int)length, words);
		words += length + strspn(words + length, " ");
	}
	return n ? room : "-";
}

static void code(const char *text)
{
	if (text[0] == '(')             /* Python has no form of its own for it: the row says so in words */
		put("%s", spoken(text, "（没有对应的写法）"));
	else
		put("`%s`", text);
}

/* ---- the language ---- */

static const char *form_word(enum form form)
{
	static const char *const words[][2] = {
		[FORM_NOTHING] = { "-", "-" }, [FORM_CONDITION] = { "a condition", "条件" }, [FORM_EXPRESSION] = { "an expression", "表达式" },
		[FORM_NAME] = { "a name", "名称" }, [FORM_STEPS] = { "a list of steps", "步骤的列表" }, [FORM_OBJECT] = { "an object", "对象" },
		[FORM_STATEMENTS] = { "a statement, or a list of them", "一条语句，或语句的列表" },
		[FORM_FIELD] = { "a field of a manager", "管理器的一个字段" },
		[FORM_TEXT] = { "a text (a template)", "文本（模板）" },
		[FORM_DURATION] = { "a duration, or a range of durations", "时间，或时间的范围" },
		[FORM_PROCESS] = { "a process or a group", "进程或进程组" }, [FORM_JOINED] = { "a process, a group", "进程、进程组" },
	};
	return spoken(words[form][0], words[form][1]);
}

/* The section at the end of a page; *words ends with NULL. */
static void later(const char *title, const char *const *words)
{
	fprintf(out, "\n## %s\n\n", title);
	for (int i = 0; words[i]; i++)
		fprintf(out, "%s`%s`", i ? spoken(", ", "、") : "", words[i]);
	fputs(words[0] ? "\n" : spoken("Nothing.\n", "无。\n"), out);
}

static const char *kinds_of(unsigned kinds, char *room, size_t size)
{
	size_t n = 0;
	room[0] = 0;
	for (int k = 1; k < KIND_COUNT; k++)
		if (kinds >> k & 1)
			n += snprintf(room + n, size - n, "%s[%s](objects.md)", n ? spoken(", ", "、") : "", kind_rows[k].word);
	return room;
}

/* A signal goes to one process. */
static const char *form_text(const struct verb_row *v)
{
	return v->op == OP_SIGNAL ? spoken("a process", "进程") : form_word(v->form);
}

static void verb_row(const struct verb_row *v)
{
	char a[400], b[800];
	const char *kinds = kinds_of(v->kinds, b, sizeof b);
	put("`%s`", v->word);
	if (v->form == FORM_FIELD)
		kinds = "";
	put("%s%s%s", !*kinds || v->form == FORM_JOINED ? form_text(v) : "", *kinds && v->form == FORM_JOINED ? spoken(", ", "、") : "", kinds);
	put("%s", quoted(v->modifiers, a, sizeof a));
	put("%s", spoken(v->meaning, v->meaning_zh));
	code(v->python);
	end_row();
}

static void verbs_head(void)
{
	HEAD(spoken("verb", "动词"), spoken("operand", "操作数"), spoken("modifiers", "修饰键"), spoken("meaning", "含义"), spoken("in Python", "Python 写法"));
}

static void verbs(const char *folder)
{
	open_page(folder, "verbs", spoken("Verbs", "动词"), spoken("A step is a statement (`n = tickets - 1`) or a mapping whose first word is one of these verbs. The value behind\n"
	          "it is the operand; the other keys are modifiers. Every step may also have a `note`, a text that is shown while the\n"
	          "step is next, and an `ask`, the words of the question that the dashboard asks before it, after `a`. What an action is: [the language](../language.md#actions).",
	          "步骤是一条语句（`n = tickets - 1`），或一个映射，它的第一个词是下面的一个动词。动词后面的值是操作数；其余的键是修饰键。\n"
	          "每个步骤还可以有 `note`：该步骤即将执行时显示的文本；以及 `ask`：按 `a` 之后，仪表盘在该步骤之前提问用的话。什么是一个动作：[语言](../language.md#动作)。"));
	fputs(spoken("\n## Control flow\n\nThese are no actions of their own, but for the `acquire` and `release` that are in `with`, and for `atomic`.\n",
	             "\n## 控制流\n\n它们本身不是动作，但 `with` 里的 `acquire` 和 `release`，以及 `atomic` 是。\n"), out);
	verbs_head();
	for (int i = 1; i < VERB_COUNT; i++)
		if (verb_rows[i].control)
			verb_row(&verb_rows[i]);
	fprintf(out, "\n## %s\n", spoken("Actions", "动作"));
	verbs_head();
	for (int i = 1; i < VERB_COUNT; i++)
		if (!verb_rows[i].control)
			verb_row(&verb_rows[i]);
	examples(OF_VERB);
	close_page();
}

static void verbs_on(enum kind k, char *room, size_t size)
{
	size_t n = 0;
	room[0] = 0;
	for (int v = 1; v < VERB_COUNT; v++)
		if (verb_rows[v].kinds >> k & 1)
			n += snprintf(room + n, size - n, "%s`%s`", n ? " " : "", verb_rows[v].word);
}

static void objects(const char *folder)
{
	char a[400], b[400];
	open_page(folder, "objects", spoken("Objects", "对象"), spoken("Under `objects:` every name has a kind. Short form: `door: lock`, or with one value, `stalls: {semaphore: 3}`.\n"
	          "Long form: `stalls: {semaphore: {value: 3, fair: false}}`. Several alike: `forks: {list: lock, count: 5}` makes\n"
	          "`forks[0]` to `forks[4]`. A manager and a file hold a record, `bank: {manager: {count: 100}}`: `bank.count` is one of its\n"
	          "fields.",
	          "`objects:` 下的每个名称都有一个种类。简写：`door: lock`，或带一个值，`stalls: {semaphore: 3}`。\n"
	          "完整写法：`stalls: {semaphore: {value: 3, fair: false}}`。若干个同样的：`forks: {list: lock, count: 5}` 得到\n"
	          "`forks[0]` 到 `forks[4]`。管理器和文件保存一条记录，`bank: {manager: {count: 100}}`：`bank.count` 是它的一个字段。"));
	HEAD(spoken("kind", "种类"), spoken("the value of the short form", "简写的值"), spoken("keys of the long form", "完整写法的键"),
	     spoken("verbs", "动词"), spoken("meaning", "含义"), spoken("in Python", "Python 写法"));
	for (int k = 1; k < KIND_COUNT; k++) {
		const struct kind_row *r = &kind_rows[k];
		verbs_on(k, b, sizeof b);
		put("`%s`", r->word);
		put("%s", quoted(r->short_key, a, sizeof a));
		put("%s", quoted(r->keys, a, sizeof a));
		put("%s%s", b, k == KIND_LOCK || k == KIND_RLOCK || k == KIND_SEMAPHORE || k == KIND_CONDITION ? " `with`" : "");
		put("%s%s%s", spoken("", r->word_zh), spoken("", "："), spoken(r->meaning, r->meaning_zh));
		code(r->python);
		end_row();
	}
	examples(OF_KIND);
	close_page();
}

static void functions(const char *folder)
{
	static const char *const of[][2] = {
		[PURE] = { "values", "值" }, [DRAW] = { "values; each draw is an action", "值；每次抽取是一个动作" },
		[OF_OBJECT] = { "an object; each use is an action", "对象；每次使用是一个动作" },
		[OF_PROCESS] = { "a process; each use is an action", "进程；每次使用是一个动作" },
		[OF_RESULT] = { "a result of a pool's task; each use is an action", "进程池任务的结果；每次使用是一个动作" },
	};
	open_page(folder, "functions", spoken("Functions", "函数"), spoken("Functions in expressions. Beside them stand the words `name`, `group`, `index`, `pid` and `ppid`: what a process\n"
	          "knows of itself.",
	          "表达式里的函数。此外还有 `name`、`group`、`index`、`pid` 和 `ppid`：进程自身的信息。"));
	HEAD(spoken("function", "函数"), spoken("arguments", "参数个数"), spoken("of", "用于"), spoken("meaning", "含义"), spoken("in Python", "Python 写法"));
	for (int i = 0; i < FUNCTION_COUNT; i++) {
		const struct function_row *f = &function_rows[i];
		put("`%s`", f->word);
		if (f->least == f->most)
			put("%d", f->least);
		else
			put(spoken("%d to %d", "%d 到 %d"), f->least, f->most);
		put("%s", spoken(of[f->of][0], of[f->of][1]));
		put("%s", spoken(f->meaning, f->meaning_zh));
		code(f->python);
		end_row();
	}
	examples(OF_CALL);
	close_page();
}

static const struct key { const char *where, *word, *form, *meaning, *meaning_zh; } keys[] = {
#undef KEY
#define KEY(where, word, form, meaning, zh) { #where, word, #form, meaning, zh },
#include "sim/language/keys.def"
#undef KEY
};

static const char *key_form(const char *form)
{
	static const char *const words[][3] = {
		{ "IDENTIFIER", "a word", "一个词" }, { "PROSE", "a text, or `{en: .., zh: ..}`", "文本，或 `{en: .., zh: ..}`" },
		{ "WORDS", "a list of words", "词的列表" }, { "PROSES", "a list of texts", "文本的列表" },
		{ "VARIABLES", "`{name: value}`", "`{名称: 值}`" }, { "OBJECTS", "`{name: kind}`: [objects](objects.md)", "`{名称: 种类}`：[对象](objects.md)" },
		{ "FUNCTIONS", "`{name: function}`", "`{名称: 函数}`" }, { "GROUPS", "`{name: group}`", "`{名称: 进程组}`" },
		{ "MAIN", "a list of steps, or a mapping", "步骤的列表，或映射" }, { "CPU", "a mapping", "映射" },
		{ "EXPECTS", "a list of expectations", "预期的列表" }, { "NAMES", "a list of names", "名称的列表" },
		{ "SCHEDULE", "a list of turns: `buyer.1`, `buyer.2 x3`, `buyer.1 =2`", "轮次的列表：`buyer.1`、`buyer.2 x3`、`buyer.1 =2`" },
		{ "EXERCISE", "a mapping", "映射" }, { "NUMBER", "an integer", "整数" }, { "TRUTH", "`true` or `false`", "`true` 或 `false`" },
		{ "TIME", "a duration: `200ms`", "时间：`200ms`" }, { "STEPS", "a list of steps: [verbs](verbs.md)", "步骤的列表：[动词](verbs.md)" },
		{ "NAME", "a name", "名称" }, { "VALUES", "a list of values", "值的列表" }, { "CONDITION", "a condition", "条件" },
		{ "OUTCOMES", "a list of outcomes: `{x: 1, y: 2}`", "结局的列表：`{x: 1, y: 2}`" },
		{ "HANDLERS", "`{signal: steps}`", "`{信号: 步骤}`" },
		{ "PAIR", "a list of two conditions", "两个条件的列表" },
		{ "MODALITY", "`never` or `possible`", "`never` 或 `possible`" },
		{ "FREQUENCY", "`never`, `sometimes` or `always`", "`never`、`sometimes` 或 `always`" },
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i][0], form))
			return spoken(words[i][1], words[i][2]);
	fprintf(stderr, "docgen: say in key_form what %s is\n", form);
	exit(EXIT_REFUSED);
}

static void keys_page(const char *folder)
{
	static const struct { const char *id, *words, *words_zh; enum example_of of; } mappings[] = {
		{ "SCENARIO", "At the top level", "顶层", OF_SCENARIO }, { "GROUP", "In a group of `processes:`", "`processes:` 的进程组里", OF_GROUP },
		{ "MAIN", "In `main:`", "`main:` 里", OF_MAIN }, { "FUNCTION", "In a function of `functions:`", "`functions:` 的函数里", OF_FUNCTION },
		{ "CPU", "In `cpu:`", "`cpu:` 里", OF_CPU }, { "EXPECT", "In an item of `expect:`", "`expect:` 的一项里", OF_EXPECT },
		{ "EXERCISE", "In `exercise:`", "`exercise:` 里", OF_EXERCISE },
	};
	open_page(folder, "keys", spoken("Keys", "键"), spoken("Every key of a scenario, by the place where it stands. The keys of steps: [verbs](verbs.md). Those of objects:\n"
	          "[objects](objects.md).",
	          "场景的每个键，按所在位置排列。步骤的键：[动词](verbs.md)。对象的键：[对象](objects.md)。"));
	for (size_t i = 0; i < sizeof mappings / sizeof *mappings; i++) {
		fprintf(out, "\n## %s\n", spoken(mappings[i].words, mappings[i].words_zh));
		HEAD(spoken("key", "键"), spoken("value", "值"), spoken("meaning", "含义"));
		for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
			if (!strcmp(keys[k].where, mappings[i].id)) {
				put("`%s`", keys[k].word);
				put("%s", key_form(keys[k].form));
				put("%s", spoken(keys[k].meaning, keys[k].meaning_zh));
				end_row();
			}
	}
	fprintf(out, "\n## %s\n", spoken("Examples", "示例"));
	for (size_t i = 0; i < sizeof mappings / sizeof *mappings; i++) {
		char within[100];
		snprintf(within, sizeof within, spoken(" (%s)", "（%s）"), spoken(mappings[i].words, mappings[i].words_zh));
		examples_of(mappings[i].of, within);
	}
	close_page();
}

/* What stands in no other table. */
static void words_page(const char *folder)
{
	open_page(folder, "words", spoken("Words", "词"), spoken("Words of the language that are no verbs, kinds, functions, policies or keys.",
	                                                     "语言中不是动词、种类、函数、调度算法或键的词。"));
	HEAD(spoken("word", "词"), spoken("meaning", "含义"));
	for (int i = 0; i < example_count; i++)
		if (example_rows[i].of == OF_WORD) {
			put("`%s`", example_rows[i].word);
			put("%s", spoken(example_rows[i].about, example_rows[i].about_zh));
			end_row();
		}
	examples(OF_WORD);
	close_page();
}

/* The first of the names by which it is found. */
static void put_name(const char *names)
{
	put("%.*s", (int)strcspn(names, "|"), names);
}

static void concepts(const char *folder)
{
	open_page(folder, "concepts", spoken("Concepts", "概念"), spoken("What the screens and `explore` say of programs. `forklore explain deadlock` prints one, with an example.",
	                                                             "屏幕和 `explore` 说明程序时所用的词。`forklore explain 死锁` 打印其中一个，附有示例。"));
	HEAD(spoken("in English", "英文"), spoken("in Chinese", "中文"), spoken("meaning", "含义"), spoken("see it", "实例"));
	for (int i = 0; i < concept_count; i++) {
		put_name(concept_rows[i].words);
		put_name(concept_rows[i].words_zh);
		put("%s", spoken(concept_rows[i].meaning, concept_rows[i].meaning_zh));
		put(*concept_rows[i].command ? "`forklore %s`" : "%s", concept_rows[i].command);
		end_row();
	}
	close_page();
}

static void policies(const char *folder)
{
	open_page(folder, "policies", spoken("Scheduling policies", "调度算法"), spoken("Under `cpu: {policy: ..}`, or `--policy`.", "写在 `cpu: {policy: ..}` 里，或用 `--policy`。"));
	HEAD(spoken("policy", "词"), spoken("its name", "英文"), "中文", spoken("which process runs next", "下一个运行的进程"), spoken("a question it raises", "思考题"));
	for (int i = 0; i < POLICY_COUNT; i++) {
		const struct policy_row *p = &policy_rows[i];
		put("`%s`", p->word);
		put("%s", p->title);
		put("%s", p->title_zh);
		put("%s", spoken(p->meaning, p->meaning_zh));
		put("%s", spoken(p->question, p->question_zh));
		end_row();
	}
	examples(OF_POLICY);
	close_page();
}

static void state(const struct state_row *s)
{
	put("`%c`", s->letter);
	put("%s", s->word);
	put("%s", s->word_zh);
	put("%s", spoken(s->meaning, s->meaning_zh));
	end_row();
}

static void verdicts(const char *folder)
{
	open_page(folder, "verdicts", spoken("How a run ends", "运行的结果"), spoken("In these words the dashboard, `run` and `compare` say what came out of a run. If there are several, what was not expected comes\n"
	          "before what the scenario is there to show, then in this order: broken, deadlock, exception. The others stand below it.",
	          "仪表盘、`run` 和 `compare` 用这些词说明运行的结果。有多种时，先说意料之外的，再说场景本来要演示的；\n"
	          "同类中依次为：不成立、死锁、异常。其余的列在下面。"));
	HEAD(spoken("word", "英文"), "中文", spoken("meaning", "含义"));
#define RUN(id, word, word_zh, loud, sentence, sentence_zh, meaning, meaning_zh) \
	put("%s", word); put("%s", word_zh); put("%s", spoken(meaning, meaning_zh)); end_row();
#define SEARCHED(...)
#include "sim/report/rulings.def"
#undef RUN
#undef SEARCHED
	close_page();
}

static void states(const char *folder)
{
	open_page(folder, "states", spoken("States of a process", "进程的状态"), spoken("A state is derived from the world each time it is shown; it is stored nowhere.",
	                                                                       "每次显示时，状态都由当前情形得出；它不存储在任何地方。"));
	HEAD(spoken("letter", "字母"), spoken("state", "英文"), "中文", spoken("meaning", "含义"));
	for (int i = 0; i < STATE_COUNT; i++)
		state(&state_rows[i]);
	fputs(spoken("\nThe dashboard has two more words. Neither is a state of the world.\n", "\n仪表盘还有两个词，它们不是上面意义上的状态。\n"), out);
	HEAD(spoken("letter", "字母"), spoken("word", "英文"), "中文", spoken("meaning", "含义"));
	for (int i = 0; i < MARK_COUNT; i++)
		state(&mark_rows[i]);
	fputs(spoken("\nA stopped process is shown as stopped, whatever it is beside that: if it waits for something, it does not go on when that\n"
	             "comes. The run waits for a stopped process as soon as it is its turn; the last line says so.\n",
	             "\n暂停的进程只显示为暂停，不再显示原来的状态：如果它在等待某件事，即使等到了也不会继续。轮到暂停的进程时，运行会等它；\n"
	             "最后一行会说明。\n"), out);
	examples(OF_STATE);
	close_page();
}

static void exceptions(const char *folder)
{
	open_page(folder, "exceptions", spoken("Exceptions", "异常"), spoken("What the language itself raises. `except` matches the exact name; `any` matches all but `SystemExit`. A scenario may\n"
	          "raise others under names of its own.",
	          "语言本身会引发的异常。`except` 按名称匹配；`any` 匹配除 `SystemExit` 外的所有异常。场景还可以用自己的名称引发异常。"));
	HEAD(spoken("exception", "异常"), spoken("raised by", "引发的原因"));
	for (int i = 0; i < EXCEPTION_COUNT; i++) {
		put("`%s`", exception_words[i]);
		put("%s", spoken(exception_rows[i].meaning, exception_rows[i].meaning_zh));
		end_row();
	}
	examples(OF_EXCEPTION);
	close_page();
}

static void diagnostics(const char *folder)
{
	open_page(folder, "diagnostics", spoken("Diagnostics", "诊断"), spoken("What `forklore check` finds. `forklore explain E020` prints a row of this page.",
	                                                                  "`forklore check` 能发现的问题。`forklore explain E020` 打印本页的一行。"));
	HEAD(spoken("code", "编号"), spoken("severity", "严重程度"), spoken("title", "标题"), spoken("explanation", "说明"));
	for (int i = 0; i < DIAG_COUNT; i++) {
		const struct diag_kind *k = &diag_kinds[i];
		put("%s", k->code);
		put("%s", k->severity == ERROR ? spoken("error", "错误") : spoken("warning", "警告"));
		put("%s", spoken(k->title, k->title_zh));
		put("%s", spoken(k->explanation, k->explanation_zh));
		end_row();
	}
	close_page();
}

/* ---- the program ---- */

static bool for_all(const struct option *o)
{
	return o->commands == ~0u;
}

static void option_row(const struct option *o)
{
	if (o->letter)
		put("`-%c` `--%s%s%s`", o->letter, o->word, o->argument && !may_leave_out(o) ? " " : "", o->argument ? o->argument : "");
	else
		put("`--%s%s%s`", o->word, o->argument && !may_leave_out(o) ? " " : "", o->argument ? o->argument : "");
	put("%s", spoken(o->meaning, o->meaning_zh));
	end_row();
}

static void commands(const char *folder)
{
	const char *words[COMMAND_COUNT + 1] = { 0 };
	int n = 0;
	open_page(folder, "commands", spoken("Commands and options", "命令和选项"), spoken("FILE is a path, a name from the library (`ticket-race`), or `-` for standard input. Options may stand before or behind\n"
	          "operands. What the exit codes mean: [JSON and exit codes](../json.md#exit-codes).",
	          "FILE 是路径、场景库中的名称（`ticket-race`），或表示标准输入的 `-`。选项可以写在操作数之前或之后。\n"
	          "退出码的含义：[JSON 和退出码](../json.md#退出码)。"));
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command *c = &command_rows[i];
		bool any = false;
		if (!c->function)
			continue;
		fprintf(out, "\n## forklore %s%s%s\n\n%s\n", c->word, *c->operands ? " " : "", c->operands, spoken(c->meaning, c->meaning_zh));
		for (int o = 0; o < OPTION_COUNT; o++)
			if (!for_all(&option_rows[o]) && option_rows[o].commands >> i & 1) {
				if (!any)
					HEAD(spoken("option", "选项"), spoken("meaning", "含义"));
				any = true;
				option_row(&option_rows[o]);
			}
	}
	fprintf(out, "\n## %s\n", spoken("Options of every command", "所有命令都有的选项"));
	HEAD(spoken("option", "选项"), spoken("meaning", "含义"));
	for (int o = 0; o < OPTION_COUNT; o++)
		if (for_all(&option_rows[o]))
			option_row(&option_rows[o]);
	for (int i = 0; i < COMMAND_COUNT; i++)
		if (!command_rows[i].function)
			words[n++] = command_rows[i].word;
	later(spoken("Known, but not in this version", "已知、但本版本还没有的"), words);
	close_page();
}

static void dashboard_keys(const char *folder)
{
	open_page(folder, "dashboard-keys", spoken("Keys of the dashboard", "仪表盘的按键"), spoken("The last line of the screen shows those that matter now; `?` shows all.",
	                                                                               "屏幕的最后一行显示此刻可用的按键；`?` 显示全部。"));
	HEAD(spoken("key", "按键"), spoken("what it does", "作用"));
	for (int i = 0; i < key_count; i++)
		if (*key_rows[i].meaning) {
			put("`%s`", key_rows[i].name);
			put("%s", spoken(key_rows[i].meaning, key_rows[i].meaning_zh));
			end_row();
		}
	fputs(spoken("\nWhen the run has ended:\n", "\n运行结束之后：\n"), out);
	HEAD(spoken("key", "按键"), spoken("what it does", "作用"));
	for (int i = 0; i < key_count; i++)
		if (key_rows[i].when & ENDED && !(key_rows[i].when & (PLAYING | PAUSED)) && *key_rows[i].label) {
			put("`%s`", key_rows[i].name);
			put("%s", spoken(key_rows[i].label, key_rows[i].label_zh));
			end_row();
		}
	close_page();
}

static void machine(const char *folder)
{
	open_page(folder, "machine", "The machine", "What scenarios are compiled to. An *action* is granted, counted and shown; a *private* instruction touches the process's\n"
	          "own memory only and runs together with the action before it. `dst`, `a`, `b`, `lo`, `hi`, `to` are operands.");
	for (int action = 1; action >= 0; action--) {
		fprintf(out, "\n## %s instructions\n", action ? "Action" : "Private");
		HEAD("instruction", "what it does");
		for (int i = 0; i < OP_COUNT; i++)
			if (op_rows[i].action == action) {
				put("`%s`", op_rows[i].word);
				put("%s", op_rows[i].meaning);
				end_row();
			}
	}
	close_page();
}

static const struct page { const char *name, *about, *about_zh; void (*write)(const char *folder); bool english_only; } pages[] = {
	{ "verbs", "what steps do", "步骤做什么", verbs, false },
	{ "objects", "what processes share, beside variables", "变量之外进程共用的东西", objects, false },
	{ "functions", "what expressions can ask", "表达式可以查询的", functions, false },
	{ "keys", "the keys of a scenario", "场景的键", keys_page, false },
	{ "concepts", "concepts: deadlock, race, fairness, ..", "概念：死锁、竞态条件、公平……", concepts, false },
	{ "words", "the other words of the language", "语言中其他的词", words_page, false },
	{ "policies", "which process runs next", "调度算法", policies, false },
	{ "states", "new, ready, running, ..", "创建、就绪、运行等状态", states, false },
	{ "verdicts", "how a run ends: finished, as expected, broken, ..", "运行的结果：运行结束、符合预期、不成立等", verdicts, false },
	{ "exceptions", "what is raised, and by what", "异常及其原因", exceptions, false },
	{ "diagnostics", "what `check` finds", "`check` 能发现的问题", diagnostics, false },
	{ "commands", "commands and options", "命令和选项", commands, false },
	{ "dashboard-keys", "what keys do while it plays", "演示时的按键", dashboard_keys, false },
	{ "machine", "the instructions behind it", "", machine, true },         /* for those who read the code, which is English */
};

static void contents(const char *folder)
{
	open_page(folder, "README", spoken("Reference", "参考手册"), spoken("Made from the program's own tables: what stands here is what the program does. The rules behind it:\n"
	          "[the language](../language.md), [JSON and exit codes](../json.md).\n",
	          "由程序自己的表格生成：这里写的就是程序所做的。`forklore explain 词 --lang zh` 打印同样的内容。\n"
	          "背后的规则：[语言](../language.md)、[JSON 和退出码](../json.md)。\n"));
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		if (!says_chinese() || !pages[i].english_only)
			fprintf(out, spoken("- [%s](%s.md): %s\n", "- [%s](%s.md)：%s\n"), pages[i].name, pages[i].name, spoken(pages[i].about, pages[i].about_zh));
	close_page();
}

static void reference(const char *folder, bool chinese)
{
	say_in_chinese(chinese);
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		if (!chinese || !pages[i].english_only)
			pages[i].write(folder);
	contents(folder);
	say_in_chinese(false);
}

/* ---- the manual page ---- */

/* A sentence begins on a line of its own. */
static bool ends_sentence(const char *word, size_t length)
{
	length -= length > 1 && strchr("`)", word[length - 1]);
	return length > 1 && word[length - 1] == '.' && word[length - 2] != '.';
}

/* One line of source is at most 78 bytes; a hyphen is escaped, and what would make a line a command. */
static void mdoc_text(const char *s)
{
	enum { WIDTH = 78 };
	int column = 0;
	bool ends = false;
	while (*s) {
		size_t length = strcspn(s, " ");
		if (column && (column + 1 + length > WIDTH || ends))
			column = fputc('\n', out) == EOF;
		if (column)
			column += fputc(' ', out) != EOF;
		else if (*s == '\'' || *s == '.')
			column += fprintf(out, "\\&");
		for (size_t i = 0; i < length; i++)
			column += fprintf(out, s[i] == '-' ? "\\%c" : s[i] == '\\' ? "%ce" : "%c", s[i]);
		ends = ends_sentence(s, length);
		s += length + strspn(s + length, " ");
	}
	fputc('\n', out);
}

static void mdoc_options(bool common, int command)
{
	bool any = false;
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option *o = &option_rows[i];
		if (common ? !for_all(o) : for_all(o) || !(o->commands >> command & 1))
			continue;
		if (!any)
			fputs(".Bl -tag -width Ds\n", out);
		any = true;
		fputs(".It", out);
		if (o->letter)
			fprintf(out, " Fl %c ,", o->letter);
		fprintf(out, " Fl Fl %s%s%s\n", o->word, may_leave_out(o) ? " Ns " : o->argument ? " Ar " : "", o->argument ? o->argument : "");
		mdoc_text(o->meaning);
	}
	if (any)
		fputs(".El\n", out);
}

static void mdoc(void)
{
	fputs(".Bl -tag -width Ds\n", out);
	for (int i = 0; i < COMMAND_COUNT; i++)
		if (command_rows[i].function) {
			fprintf(out, ".It Cm %s%s%s\n", command_rows[i].word, *command_rows[i].operands ? " Ar " : "", command_rows[i].operands);
			mdoc_text(command_rows[i].meaning);
			mdoc_options(false, i);
		}
	fputs(".El\n.Pp\nEvery command knows:\n", out);
	mdoc_options(true, 0);
}

/* ---- the manual page of the language ---- */

static void mdoc_word(const char *word, const char *text)
{
	fprintf(out, ".It Cm \\&%s\n", word);
	mdoc_text(text);
}

static void mdoc_list(const char *title, const char *about)
{
	fprintf(out, ".Ss %s\n", title);
	if (*about)
		mdoc_text(about);
	fputs(".Bl -tag -width Ds\n", out);
}

static void mdoc_keys(void)
{
	static const char *const mappings[][2] = {
		{ "SCENARIO", "Keys of a scenario" }, { "GROUP", "Keys of a group of processes" }, { "MAIN", "Keys of main" },
		{ "FUNCTION", "Keys of a function" }, { "CPU", "Keys of cpu" }, { "EXPECT", "Keys of an expectation" }, { "EXERCISE", "Keys of exercise" },
	};
	for (size_t i = 0; i < sizeof mappings / sizeof *mappings; i++) {
		mdoc_list(mappings[i][1], "");
		for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
			if (!strcmp(keys[k].where, mappings[i][0]))
				mdoc_word(keys[k].word, keys[k].meaning);
		fputs(".El\n", out);
	}
}

/* "take a lock (lock, rlock; wait, timeout, into)" */
static void mdoc_verbs(void)
{
	mdoc_list("Verbs of steps", "In parentheses: the kinds of objects that a verb acts on; then its modifiers, the keys that may stand beside it. "
	                            "Every step may also have `note` and `ask`.");
	for (int v = 1; v < VERB_COUNT; v++) {
		const struct verb_row *row = &verb_rows[v];
		struct arena a = { 0 };
		const char *kinds = "", *modifiers = "";
		for (int k = 1; k < KIND_COUNT; k++)
			if (row->kinds >> k & 1)
				kinds = word_list(&a, kinds, kind_rows[k].word);
		for (const char *m = row->modifiers; *m; m += strcspn(m, " ") + (strchr(m, ' ') != NULL))
			modifiers = word_list(&a, modifiers, arena_word(&a, m, strcspn(m, " ")));
		const char *between = *kinds && *modifiers ? "; " : "";
		bool any = *kinds || *modifiers;
		mdoc_word(row->word, arena_print(&a, any ? "%s (%s%s%s)" : "%s", row->meaning, kinds, between, modifiers));
		arena_free(&a);
	}
	fputs(".El\n", out);
}

static void mdoc_kinds(void)
{
	mdoc_list("Kinds of objects", "In parentheses: the keys of the long form, {lock: {fair: false}}. Several alike: {list: lock, count: 5}.");
	for (int k = 1; k < KIND_COUNT; k++) {
		struct arena a = { 0 };
		mdoc_word(kind_rows[k].word, arena_print(&a, *kind_rows[k].keys ? "%s (%s)" : "%s", kind_rows[k].meaning, kind_rows[k].keys));
		arena_free(&a);
	}
	fputs(".El\n", out);
}

static void mdoc_language(void)
{
	mdoc_keys();
	mdoc_verbs();
	mdoc_kinds();
	mdoc_list("Functions", "");
	for (int i = 0; i < FUNCTION_COUNT; i++)
		mdoc_word(function_rows[i].word, function_rows[i].meaning);
	fputs(".El\n", out);
	mdoc_list("Other words", "");
	for (int i = 0; i < example_count; i++)
		if (example_rows[i].of == OF_WORD)
			mdoc_word(example_rows[i].word, example_rows[i].about);
	fputs(".El\n", out);
	mdoc_list("Signals", "Of `signal` and `on`.");
	for (int i = 0; i < SIGNAL_COUNT; i++)
		mdoc_word(signal_rows[i].word, signal_rows[i].meaning);
	fputs(".El\n", out);
	mdoc_list("Exceptions", "What raises each.");
	for (int i = 0; i < EXCEPTION_COUNT; i++)
		mdoc_word(exception_words[i], exception_rows[i].meaning);
	fputs(".El\n", out);
	mdoc_list("Scheduling policies", "Which process runs next.");
	for (int i = 0; i < POLICY_COUNT; i++)
		mdoc_word(policy_rows[i].word, policy_rows[i].meaning);
	fputs(".El\n", out);
}

/* What stands between the marks of a part is replaced. */
static void manual(const char *path, const char *part, void (*write)(void))
{
	static char text[1 << 17];
	char begin[100], end[100];
	FILE *in = fopen(path, "re");
	size_t length = in ? fread(text, 1, sizeof text - 1, in) : 0;
	snprintf(begin, sizeof begin, ".\\\" %s, written by make docs:\n", part);
	snprintf(end, sizeof end, ".\\\" end of %s\n", part);
	text[length] = 0;
	char *from = strstr(text, begin), *to = from ? strstr(from, end) : NULL;
	if (in)
		fclose(in);
	if (!to || length == sizeof text - 1) {
		fprintf(stderr, "docgen: %s: no marks of the %s\n", path, part);
		exit(EXIT_REFUSED);
	}
	out = fopen(path, "we");
	if (!out) {
		perror(path);
		exit(EXIT_REFUSED);
	}
	from += strlen(begin);
	fwrite(text, 1, from - text, out);
	write();
	fputs(to, out);
	close_page();
}

/* Beside the library, where `forklore new` finds it for editors. */
static void schema(const char *path)
{
	out = fopen(path, "we");
	if (!out) {
		perror(path);
		exit(EXIT_REFUSED);
	}
	schema_print(out);
	close_page();
}

int main(int count, char **words)
{
	if (count != 3 && count != 5) {
		fputs("usage: docgen FOLDER CHINESE [MANPAGE MANPAGE]\n", stderr);
		return EXIT_USAGE;
	}
	reference(words[1], false);
	reference(words[2], true);
	manual(count > 3 ? words[3] : "man/forklore.1", "commands", mdoc);
	manual(count > 3 ? words[4] : "man/forklore-scenario.5", "language", mdoc_language);
	schema("scenarios/forklore.schema.json");
	return EXIT_FINE;
}
