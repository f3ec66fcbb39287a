/* The arguments. Flags may stand anywhere; the first word that is none is the command, the others are its
 * operands. What was wrong is said once everything is known, so that `--help` always helps. */
#include "ui/cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "ui/dashboard/screen.h"

struct reader {
	struct call *call;
	char **word;
	int count, at;
	bool only_operands;             /* behind `--` */
	const char *first;              /* the command as typed */
	const char *unknown;            /* the first flag that no command knows, as typed */
	const struct option *lacking;   /* the first that lacks its argument */
	struct message problem, help;   /* another problem with a flag */
};

bool call_has(const struct call *c, enum option_id o)
{
	return c->value[o] != NULL;
}

/* ---- flags ---- */

static int option_find(const char *word, size_t length)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (strlen(option_rows[i].word) == length && !memcmp(option_rows[i].word, word, length))
			return i;
	return -1;
}

static int option_by_letter(char letter)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (option_rows[i].letter == letter)
			return i;
	return -1;
}

static void problem(struct reader *r, struct message text, struct message help)
{
	if (!r->problem.sentence) {
		r->problem = text;
		r->help = help;
	}
}

/* `--seed 3`: the next word, whatever it looks like, but for another flag. */
static const char *next_word(struct reader *r, const struct option *o)
{
	const char *next = r->at < r->count ? r->word[r->at] : NULL;
	if (next && strncmp(next, "--", 2)) {
		r->at++;
		return next;
	}
	if (!r->problem.sentence)               /* its meaning is said when the language is known */
		r->lacking = o;
	problem(r, SAY(FLAG_NEEDS, o->word, o->argument), NOTHING_TO_SAY);
	return "";
}

static void take_option(struct reader *r, int which, const char *given)
{
	const struct option *o = &option_rows[which];
	if (given && !o->argument)
		problem(r, SAY(FLAG_TAKES_NONE, o->word), NOTHING_TO_SAY);
	const char *before = r->call->value[which];
	r->call->value[which] = given ? given : o->argument && !may_leave_out(o) ? next_word(r, o) : "";
	if (before && (which == OPTION_SET || which == OPTION_SWEEP))   /* all of them count */
		r->call->value[which] = arena_print(&r->call->arena, which == OPTION_SET ? "%s\n%s" : "%s,%s", before, r->call->value[which]);
}

static void read_long(struct reader *r, const char *word)
{
	size_t length = strcspn(word + 2, "=");
	int which = option_find(word + 2, length);
	if (which >= 0)
		take_option(r, which, word[2 + length] ? word + 2 + length + 1 : NULL);
	else if (!r->unknown)
		r->unknown = arena_word(&r->call->arena, word, 2 + length);
}

static void read_letters(struct reader *r, const char *word)
{
	for (const char *s = word + 1; *s; s++) {
		int which = option_by_letter(*s);
		if (which >= 0) {
			take_option(r, which, NULL);
		} else {
			r->unknown = r->unknown ? r->unknown : word;
			return;
		}
	}
}

static void read_word(struct reader *r, const char *word)
{
	struct call *c = r->call;
	if (r->only_operands || word[0] != '-' || !word[1]) {
		if (!r->first)
			r->first = word;
		else
			c->operand[c->operands++] = word;
	} else if (!strcmp(word, "--")) {
		r->only_operands = true;
	} else if (word[1] == '-') {
		read_long(r, word);
	} else {
		read_letters(r, word);
	}
}

/* ---- the language ---- */

/* What people call the languages that forklore speaks. */
static const char *const languages[][2] = {
	{ "en", "en" }, { "eng", "en" }, { "english", "en" }, { "英文", "en" }, { "英语", "en" }, { "c", "en" }, { "posix", "en" },
	{ "zh", "zh" }, { "cn", "zh" }, { "zho", "zh" }, { "chi", "zh" }, { "chinese", "zh" }, { "中文", "zh" }, { "汉语", "zh" },
};

/* "zh_CN.UTF-8", "zh-CN", "中文" -> "zh"; NULL: another one. */
static const char *language_known(const char *locale)
{
	size_t length = strcspn(locale, "_.@-");
	for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
		if (strlen(languages[i][0]) == length && !strncasecmp(languages[i][0], locale, length))
			return languages[i][1];
	return NULL;
}

/* A scenario's own texts may be in any language that a locale names. */
static const char *language_of(struct call *c, const char *locale)
{
	const char *known = language_known(locale);
	return known ? known : arena_word(&c->arena, locale, strcspn(locale, "_.@-"));
}

/* Written as the code of a language: "fr", "pt-BR", "nds". Where a text is not in it, another is shown. */
static bool is_language_code(const char *word)
{
	size_t letters = strspn(word, "abcdefghijklmnopqrstuvwxyz");
	return (letters == 2 || letters == 3) && letters == strcspn(word, "_.@-");
}

/* NULL: --lang asks for none, or for what is no language. */
static const char *language_asked(struct call *c)
{
	const char *word = c->value[OPTION_LANG];
	return word && (language_known(word) || is_language_code(word)) ? language_of(c, word) : NULL;
}

/* Is the output for programs? Its messages are the same everywhere unless a language is asked for. */
static bool for_programs(const struct call *c)
{
	const char *format = c->value[OPTION_FORMAT];
	return call_has(c, OPTION_JSON) || (format && strcmp(format, "text"));
}

void call_speak(struct call *c, const char *locale)
{
	const char *known = language_known(locale);
	if (known) {
		c->language = known;
		say_in_chinese(!strcmp(known, "zh"));
	}
}

/* What does not go to a terminal, whatever the locale: JSON is UTF-8. */
static bool for_editors(const struct call *c)
{
	return c->command && c->command - command_rows == COMMAND_LSP;
}

static void choose_language(struct call *c)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *asked = language_asked(c), *locale = NULL;
	for (int i = 0; i < 3 && !(locale && *locale); i++)
		locale = getenv(names[i]);
	c->language = asked ? asked : locale && *locale ? language_of(c, locale) : "en";
	const char *why = strcmp(c->language, "zh") || for_editors(c) ? NULL : screen_few_letters(isatty(STDOUT_FILENO) || isatty(STDERR_FILENO));
	if (why) {                              /* the one line that can't be Chinese */
		fprintf(stderr, *why == 'T' ? "forklore: in English: %s can't show Chinese\n" :
		        "forklore: in English: Chinese needs UTF-8, and this locale's character set is %s; try LC_ALL=C.UTF-8\n", why);
		c->language = "en";
	}
	if (asked && strcmp(asked, locale && *locale ? language_of(c, locale) : "en"))
		say_flags(arena_print(&c->arena, " --lang %s", asked));
	say_in_chinese(!strcmp(c->language, "zh") && (asked || !for_programs(c)));
}

static int unknown_language(const struct call *c)
{
	return complain(EXIT_USAGE, SAY(KNOWN_LANGUAGES), SAY(UNKNOWN_LANGUAGE, c->value[OPTION_LANG]));
}

/* ---- what was wrong ---- */

static bool applies(const struct call *c, int option)
{
	return !c->command || option_rows[option].commands >> (c->command - command_rows) & 1;
}

/* A policy that stands beside a file, as if it were one: with which flag it, and the others there, are to be written. */
bool call_policies(struct call *c, const char *word, struct message *help)
{
	static const int takes[] = { OPTION_POLICIES, OPTION_POLICY };
	const char *named = "";
	for (int i = 0; i < c->operands; i++)
		if (policy_find(c->operand[i]) != POLICY_COUNT)
			named = *named ? arena_print(&c->arena, "%s,%s", named, c->operand[i]) : c->operand[i];
	for (size_t i = 0; c->command && c->operands > 1 && policy_find(word) != POLICY_COUNT && i < sizeof takes / sizeof *takes; i++)
		if (applies(c, takes[i])) {
			*help = SAY(POLICY_BY_FLAG, option_rows[takes[i]].word, takes[i] == OPTION_POLICY ? word : named);
			return true;
		}
	return false;
}

static int unknown_flag(struct call *c, const char *flag)
{
	const char *words[OPTION_COUNT];
	size_t n = 0;
	for (int i = 0; i < OPTION_COUNT; i++)
		if (applies(c, i))
			words[n++] = option_rows[i].word;
	const char *near = flag[1] == '-' ? word_nearest(flag + 2, words, n) : NULL;
	return complain(EXIT_USAGE, near ? SAY(DID_YOU_MEAN_FLAG, near) : c->command ? SAY(LISTS_FLAGS, c->command->word) :
	                SAY(LISTS_ALL_FLAGS), SAY(UNKNOWN_FLAG, flag));
}

static int unknown_command(struct call *c, const char *word)
{
	const char *words[COMMAND_COUNT];
	size_t n = 0;
	for (int i = 0; i < COMMAND_COUNT; i++)
		if (command_rows[i].function)
			words[n++] = command_rows[i].word;
	struct message otherwise = library_path(c, word) ? SAY(TO_PLAY_IT, word) : SAY(LISTS_COMMANDS);
	return complain(EXIT_USAGE, did_you_mean(word, words, n, otherwise), SAY(UNKNOWN_COMMAND, word));
}

/* "`run`, `compare`"; empty: only commands of a later version know it. */
static const char *owners(struct call *c, int option)
{
	const char *of = "";
	for (int k = 0; k < COMMAND_COUNT; k++)
		if (command_rows[k].function && option_rows[option].commands >> k & 1)
			of = word_list(&c->arena, of, arena_print(&c->arena, "`%s`", command_rows[k].word));
	return of;
}

static int misplaced_flag(struct call *c)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		if (!call_has(c, i) || applies(c, i))
			continue;
		const char *of = owners(c, i);
		return complain(EXIT_USAGE, *of ? SAY(BELONGS_TO, of) : SAY(LATER_VERSION),
		                SAY(NOT_ITS_FLAG, c->command->word, option_rows[i].word));
	}
	return EXIT_FINE;
}

/* A scenario's title, typed as if it were its name. */
static const char *meant_by_all(struct call *c)
{
	const char *words = "";
	for (int i = 0; i < c->operands; i++)
		words = arena_print(&c->arena, "%s %s", words, c->operand[i]);
	return !strcmp(c->command->operands, "FILE") ? library_by_words(c, words) : NULL;
}

static int wrong_count(struct call *c)
{
	const struct command *k = c->command;
	struct message usage = SAY(USAGE, k->word, k->operands);
	const char *meant = c->operands > k->most ? meant_by_all(c) : NULL;
	if (meant)
		usage = SAY(DID_YOU_MEAN, meant);
	else if (c->operands > k->most)
		call_policies(c, c->operand[k->most], &usage);
	if (c->operands < k->least)
		return complain(EXIT_USAGE, usage, !strcmp(k->word, "explain") ? SAY(EXPLAIN_NEEDS) : SAY(COMMAND_NEEDS, k->word, k->operands));
	if (c->operands > k->most)
		return complain(EXIT_USAGE, usage, SAY(UNEXPECTED_ARGUMENT, c->operand[k->most]));
	return EXIT_FINE;
}

static int judge(struct reader *r)
{
	struct call *c = r->call;
	int code;
	if (r->first && !c->command)
		return unknown_command(c, r->first);
	if (c->command && !c->command->function)
		return complain(EXIT_USAGE, SAY(LISTS_COMMANDS), SAY(NOT_YET, c->command->word));
	if (call_has(c, OPTION_HELP) || call_has(c, OPTION_VERSION))
		return EXIT_FINE;
	if (call_has(c, OPTION_LANG) && r->lacking != &option_rows[OPTION_LANG] && !language_asked(c))
		return unknown_language(c);
	if (r->unknown)
		return unknown_flag(c, r->unknown);
	if (c->command && (code = misplaced_flag(c)))
		return code;
	if (r->lacking)
		r->help = SAY(WRITE_FLAG, r->lacking->word, r->lacking->argument, spoken(r->lacking->meaning, r->lacking->meaning_zh));
	if (r->problem.sentence)
		return complain(EXIT_USAGE, r->help, r->problem);
	return c->command ? wrong_count(c) : EXIT_FINE;
}

/* `help` is `--help`, and `help run` is `run --help`. */
static void read_help(struct reader *r)
{
	struct call *c = r->call;
	if (!r->first || strcmp(r->first, option_rows[OPTION_HELP].word) != 0)
		return;
	c->value[OPTION_HELP] = "";
	r->first = c->operands ? c->operand[0] : NULL;
	if (c->operands)
		memmove(c->operand, c->operand + 1, (size_t)--c->operands * sizeof *c->operand);
}

int call_parse(struct call *c, int count, char **words)
{
	struct reader r = { .call = c, .word = words, .count = count };
	c->operand = arena_get(&c->arena, (count + 1) * sizeof *c->operand);
	while (r.at < r.count)
		read_word(&r, r.word[r.at++]);
	read_help(&r);
	for (int i = 0; r.first && i < COMMAND_COUNT; i++)
		if (!strcmp(command_rows[i].word, r.first))
			c->command = &command_rows[i];
	choose_language(c);
	return judge(&r);
}
