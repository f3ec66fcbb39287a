/* The reference, from the tables that the program itself works by: a page of docs/reference for each, and the
 * commands and options of the manual page.
 *
 * usage: docgen FOLDER [MANPAGE]      as `docgen docs/reference man/forklore.1` */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
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
	fprintf(out, "<!-- `make docs` writes this page from the program's tables. -->\n# %s\n\n%s\n", title, about);
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
		put("%s", text);
	else
		put("`%s`", text);
}

/* ---- the language ---- */

static const char *const form_words[] = {
	[FORM_NOTHING] = "-", [FORM_CONDITION] = "a condition", [FORM_EXPRESSION] = "an expression", [FORM_NAME] = "a name",
	[FORM_STEPS] = "a list of steps", [FORM_OBJECT] = "an object", [FORM_STATEMENTS] = "a statement, or a list of them",
	[FORM_TEXT] = "a text (a template)", [FORM_DURATION] = "a duration, or a range of durations",
	[FORM_PROCESS] = "a process or a group", [FORM_JOINED] = "a process, a group",
};

/* The section at the end of a page; *words ends with NULL. */
static void later(const char *title, const char *const *words)
{
	fprintf(out, "\n## %s\n\n", title);
	for (int i = 0; words[i]; i++)
		fprintf(out, "%s`%s`", i ? ", " : "", words[i]);
	fputs(words[0] ? "\n" : "Nothing.\n", out);
}

static const char *kinds_of(unsigned kinds, char *room, size_t size)
{
	size_t n = 0;
	room[0] = 0;
	for (int k = 1; k < KIND_COUNT; k++)
		if (kinds >> k & 1)
			n += snprintf(room + n, size - n, "%s[%s](objects.md)", n ? ", " : "", kind_rows[k].word);
	return room;
}

/* A signal goes to one process. */
static const char *form_text(const struct verb_row *v)
{
	return v->op == OP_SIGNAL ? "a process" : form_words[v->form];
}

static void verb_row(const struct verb_row *v)
{
	char a[400], b[800];
	const char *kinds = kinds_of(v->kinds, b, sizeof b);
	put("`%s`", v->word);
	put("%s%s%s", !*kinds || v->form == FORM_JOINED ? form_text(v) : "", *kinds && v->form == FORM_JOINED ? ", " : "", kinds);
	put("%s", quoted(v->modifiers, a, sizeof a));
	put("%s", v->meaning);
	code(v->python);
	end_row();
}

static void verbs(const char *folder)
{
	open_page(folder, "verbs", "Verbs", "A step is a statement (`n = tickets - 1`) or a mapping whose first word is one of these verbs. The value behind\n"
	          "it is the operand; the other keys are modifiers. Every step may also have a `note`, a text that is shown while the\n"
	          "step is next. What an action is: [the language](../language.md#actions).");
	fputs("\n## Control flow\n\nThese are no actions of their own, but for the `acquire` and `release` that are in `with`, and for `atomic`.\n", out);
	HEAD("verb", "operand", "modifiers", "meaning", "in Python");
	for (int i = 1; i < VERB_COUNT; i++)
		if (verb_rows[i].control)
			verb_row(&verb_rows[i]);
	fputs("\n## Actions\n", out);
	HEAD("verb", "operand", "modifiers", "meaning", "in Python");
	for (int i = 1; i < VERB_COUNT; i++)
		if (!verb_rows[i].control)
			verb_row(&verb_rows[i]);
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
	open_page(folder, "objects", "Objects", "Under `objects:` every name has a kind. Short form: `door: lock`, or with one value, `stalls: {semaphore: 3}`.\n"
	          "Long form: `stalls: {semaphore: {value: 3, fair: false}}`. Several alike: `forks: {list: lock, count: 5}` makes\n"
	          "`forks[0]` to `forks[4]`. A manager and a file hold a record, `bank: {manager: {count: 100}}`: `bank.count` is one of its\n"
	          "fields.");
	HEAD("kind", "the value of the short form", "keys of the long form", "verbs", "meaning", "in Python");
	for (int k = 1; k < KIND_COUNT; k++) {
		const struct kind_row *r = &kind_rows[k];
		verbs_on(k, b, sizeof b);
		put("`%s`", r->word);
		put("%s", quoted(r->short_key, a, sizeof a));
		put("%s", quoted(r->keys, a, sizeof a));
		put("%s%s", b, k == KIND_LOCK || k == KIND_RLOCK || k == KIND_SEMAPHORE || k == KIND_CONDITION ? " `with`" : "");
		put("%s", r->meaning);
		code(r->python);
		end_row();
	}
	close_page();
}

static void functions(const char *folder)
{
	static const char *const of[] = {
		[PURE] = "values", [DRAW] = "values; each draw is an action", [OF_OBJECT] = "an object; each use is an action",
		[OF_PROCESS] = "a process; each use is an action", [OF_RESULT] = "a result of a pool's task; each use is an action",
	};
	open_page(folder, "functions", "Functions", "Functions in expressions. Beside them stand the words `name`, `group`, `index`, `pid` and `ppid`: what a process\n"
	          "knows of itself.");
	HEAD("function", "arguments", "of", "meaning", "in Python");
	for (int i = 0; i < FUNCTION_COUNT; i++) {
		const struct function_row *f = &function_rows[i];
		put("`%s`", f->word);
		if (f->least == f->most)
			put("%d", f->least);
		else
			put("%d to %d", f->least, f->most);
		put("%s", of[f->of]);
		put("%s", f->meaning);
		code(f->python);
		end_row();
	}
	close_page();
}

static const struct key { const char *where, *word, *form, *meaning; } keys[] = {
#undef KEY
#define KEY(where, word, form, meaning, zh) { #where, word, #form, meaning },
#include "sim/language/keys.def"
#undef KEY
};

static const char *key_form(const char *form)
{
	static const char *const words[][2] = {
		{ "IDENTIFIER", "a word" }, { "PROSE", "a text, or `{en: .., zh: ..}`" }, { "WORDS", "a list of words" },
		{ "PROSES", "a list of texts" }, { "VARIABLES", "`{name: value}`" }, { "OBJECTS", "`{name: kind}`: [objects](objects.md)" },
		{ "FUNCTIONS", "`{name: function}`" }, { "GROUPS", "`{name: group}`" }, { "MAIN", "a list of steps, or a mapping" },
		{ "CPU", "a mapping" }, { "EXPECTS", "a list of expectations" }, { "NAMES", "a list of names" },
		{ "SCHEDULE", "a list of turns: `buyer.1`, `buyer.2 x3`, `buyer.1 =2`" }, { "EXERCISE", "a mapping" },
		{ "NUMBER", "an integer" }, { "TRUTH", "`true` or `false`" }, { "TIME", "a duration: `200ms`" },
		{ "STEPS", "a list of steps: [verbs](verbs.md)" }, { "NAME", "a name" }, { "VALUES", "a list of values" },
		{ "CONDITION", "a condition" }, { "MODALITY", "`never` or `possible`" },
		{ "FREQUENCY", "`never`, `sometimes` or `always`" },
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i][0], form))
			return words[i][1];
	fprintf(stderr, "docgen: say in key_form what %s is\n", form);
	exit(EXIT_REFUSED);
}

static void keys_page(const char *folder)
{
	static const char *const places[][2] = {
		{ "SCENARIO", "At the top level" }, { "GROUP", "In a group of `processes:`" }, { "MAIN", "In `main:`" },
		{ "FUNCTION", "In a function of `functions:`" }, { "CPU", "In `cpu:`" }, { "EXPECT", "In an item of `expect:`" },
		{ "EXERCISE", "In `exercise:`" },
	};
	open_page(folder, "keys", "Keys", "Every key of a scenario, by the place where it stands. The keys of steps: [verbs](verbs.md). Those of objects:\n"
	          "[objects](objects.md).");
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		fprintf(out, "\n## %s\n", places[i][1]);
		HEAD("key", "value", "meaning");
		for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
			if (!strcmp(keys[k].where, places[i][0])) {
				put("`%s`", keys[k].word);
				put("%s", key_form(keys[k].form));
				put("%s", keys[k].meaning);
				end_row();
			}
	}
	close_page();
}

static void policies(const char *folder)
{
	open_page(folder, "policies", "Scheduling policies", "Under `cpu: {policy: ..}`, or `--policy`.");
	HEAD("policy", "its name", "中文", "who runs next", "a question it raises");
	for (int i = 0; i < POLICY_COUNT; i++) {
		const struct policy_row *p = &policy_rows[i];
		put("`%s`", p->word);
		put("%s", p->title);
		put("%s", p->title_zh);
		put("%s", p->meaning);
		put("%s", p->question);
		end_row();
	}
	close_page();
}

static void state(const struct state_row *s)
{
	put("`%c`", s->letter);
	put("%s", s->word);
	put("%s", s->word_zh);
	put("%s", s->meaning);
	end_row();
}

static void verdicts(const char *folder)
{
	open_page(folder, "verdicts", "How a run ends", "In these words the dashboard, `run` and `compare` say what came out of a run. Of several, what was not expected comes\n"
	          "before what the scenario is there to show, then in this order: broken, deadlock, exception. The others stand below it.");
	HEAD("word", "中文", "meaning");
#define RUN(id, word, word_zh, loud, sentence, sentence_zh, meaning, meaning_zh) \
	put("%s", word); put("%s", word_zh); put("%s", meaning); end_row();
#define SEARCHED(...)
#include "sim/report/rulings.def"
#undef RUN
#undef SEARCHED
	close_page();
}

static void states(const char *folder)
{
	open_page(folder, "states", "States of a process", "A state is derived from the world each time it is shown; it is stored nowhere.");
	HEAD("letter", "state", "中文", "meaning");
	for (int i = 0; i < STATE_COUNT; i++)
		state(&state_rows[i]);
	fputs("\nThe dashboard has two words more. Neither is a state of the world's.\n", out);
	HEAD("letter", "word", "中文", "meaning");
	for (int i = 0; i < MARK_COUNT; i++)
		state(&mark_rows[i]);
	fputs("\nWho is stopped keeps its state's letter: `B T stopped` waits for something, and would not go on if it came. The run waits\n"
	      "for a stopped process as soon as it is its turn; the last line says so.\n", out);
	close_page();
}

static void exceptions(const char *folder)
{
	open_page(folder, "exceptions", "Exceptions", "What the language itself raises. `except` matches the exact name; `any` matches all but `SystemExit`. A scenario may\n"
	          "raise others under names of its own. A row whose verb is not carried out yet can't be raised yet.");
	HEAD("exception", "raised by");
	for (int i = 0; i < EXCEPTION_COUNT; i++) {
		put("`%s`", exception_words[i]);
		put("%s", exception_rows[i].meaning);
		end_row();
	}
	close_page();
}

static void diagnostics(const char *folder)
{
	open_page(folder, "diagnostics", "Diagnostics", "What `forklore check` finds. `forklore explain E020` prints a row of this page.");
	HEAD("code", "severity", "title", "explanation");
	for (int i = 0; i < DIAG_COUNT; i++) {
		const struct diag_kind *k = &diag_kinds[i];
		put("%s", k->code);
		put("%s", k->severity == ERROR ? "error" : "warning");
		put("%s", k->title);
		put("%s", k->explanation);
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
		put("`-%c` `--%s%s%s`", o->letter, o->word, o->argument ? " " : "", o->argument ? o->argument : "");
	else
		put("`--%s%s%s`", o->word, o->argument ? " " : "", o->argument ? o->argument : "");
	put("%s", o->meaning);
	end_row();
}

static void commands(const char *folder)
{
	const char *words[COMMAND_COUNT + 1] = { 0 };
	int n = 0;
	open_page(folder, "commands", "Commands and options", "FILE is a path, a name from the library (`ticket-race`), or `-` for standard input. Options may stand before or behind\n"
	          "operands. What the exit codes mean: [JSON and exit codes](../json.md#exit-codes).");
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command *c = &command_rows[i];
		bool any = false;
		if (!c->function)
			continue;
		fprintf(out, "\n## forklore %s%s%s\n\n%s\n", c->word, *c->operands ? " " : "", c->operands, c->meaning);
		for (int o = 0; o < OPTION_COUNT; o++)
			if (!for_all(&option_rows[o]) && option_rows[o].commands >> i & 1) {
				if (!any)
					HEAD("option", "meaning");
				any = true;
				option_row(&option_rows[o]);
			}
	}
	fputs("\n## Options of every command\n", out);
	HEAD("option", "meaning");
	for (int o = 0; o < OPTION_COUNT; o++)
		if (for_all(&option_rows[o]))
			option_row(&option_rows[o]);
	for (int i = 0; i < COMMAND_COUNT; i++)
		if (!command_rows[i].function)
			words[n++] = command_rows[i].word;
	later("Known, but not in this version", words);
	close_page();
}

static void dashboard_keys(const char *folder)
{
	open_page(folder, "dashboard-keys", "Keys of the dashboard", "The last line of the screen shows those that matter now; `?` shows all.");
	HEAD("key", "what it does", "中文");
	for (int i = 0; i < key_count; i++)
		if (*key_rows[i].meaning) {
			put("`%s`", key_rows[i].name);
			put("%s", key_rows[i].meaning);
			put("%s", key_rows[i].meaning_zh);
			end_row();
		}
	fputs("\nWhen the run has ended:\n", out);
	HEAD("key", "what it does", "中文");
	for (int i = 0; i < key_count; i++)
		if (key_rows[i].when & ENDED && !(key_rows[i].when & (PLAYING | PAUSED)) && *key_rows[i].label) {
			put("`%s`", key_rows[i].name);
			put("%s", key_rows[i].label);
			put("%s", key_rows[i].label_zh);
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

static const struct page { const char *name, *about; void (*write)(const char *folder); } pages[] = {
	{ "verbs", "what steps do", verbs },
	{ "objects", "what processes share, beside variables", objects },
	{ "functions", "what expressions can ask", functions },
	{ "keys", "the keys of a scenario", keys_page },
	{ "policies", "who runs next", policies },
	{ "states", "new, ready, running, ..", states },
	{ "verdicts", "how a run ends: finished, as expected, broken, ..", verdicts },
	{ "exceptions", "what is raised, and by what", exceptions },
	{ "diagnostics", "what `check` finds", diagnostics },
	{ "commands", "commands and options", commands },
	{ "dashboard-keys", "what keys do while it plays", dashboard_keys },
	{ "machine", "the instructions behind it", machine },
};

static void contents(const char *folder)
{
	open_page(folder, "README", "Reference", "Made from the program's own tables: what stands here is what the program does. The rules behind it:\n"
	          "[the language](../language.md), [JSON and exit codes](../json.md).\n");
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		fprintf(out, "- [%s](%s.md): %s\n", pages[i].name, pages[i].name, pages[i].about);
	close_page();
}

/* ---- the manual page ---- */

/* One line of source is at most 78 bytes; a hyphen is escaped, and what would make a line a command. */
static void mdoc_text(const char *s)
{
	enum { WIDTH = 78 };
	int column = 0;
	while (*s) {
		size_t length = strcspn(s, " ");
		if (column && column + 1 + length > WIDTH)
			column = fputc('\n', out) == EOF;
		if (column)
			column += fputc(' ', out) != EOF;
		else if (*s == '\'' || *s == '.')
			column += fprintf(out, "\\&");
		for (size_t i = 0; i < length; i++)
			column += fprintf(out, s[i] == '-' ? "\\%c" : s[i] == '\\' ? "%ce" : "%c", s[i]);
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
		fprintf(out, " Fl Fl %s%s%s\n", o->word, o->argument ? " Ar " : "", o->argument ? o->argument : "");
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

/* What stands between the marks is replaced. */
static void manual(const char *path)
{
	static const char begin[] = ".\\\" commands, written by make docs:\n", end[] = ".\\\" end of commands\n";
	static char text[1 << 16];
	FILE *in = fopen(path, "re");
	size_t length = in ? fread(text, 1, sizeof text - 1, in) : 0;
	char *from = strstr(text, begin), *to = from ? strstr(from, end) : NULL;
	if (in)
		fclose(in);
	if (!to || length == sizeof text - 1) {
		fprintf(stderr, "docgen: %s: no marks of the commands\n", path);
		exit(EXIT_REFUSED);
	}
	out = fopen(path, "we");
	if (!out) {
		perror(path);
		exit(EXIT_REFUSED);
	}
	from += sizeof begin - 1;
	fwrite(text, 1, from - text, out);
	mdoc();
	fputs(to, out);
	close_page();
}

int main(int count, char **words)
{
	if (count < 2 || count > 3) {
		fputs("usage: docgen FOLDER [MANPAGE]\n", stderr);
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		pages[i].write(words[1]);
	contents(words[1]);
	manual(count > 2 ? words[2] : "man/forklore.1");
	return EXIT_FINE;
}
