/* completion: what a shell's Tab key offers. A shell gets a small script, which asks this program itself for the words, so that
 * they come from the same tables as everything else:
 *
 *   forklore completion words -- WORD...
 *
 * the words that stand behind `forklore` as far as the cursor, the last one perhaps begun, or empty. Printed is a line for each that
 * may stand there: the word, and behind a tab what it does, where that is known. A line `:files` says that files may, too. */
#include "ui/cli/cli.h"
#include <string.h>

static const char bash_script[] =
	"# forklore in bash. For this shell:  source <(forklore completion bash)\n"
	"# For all:  forklore completion bash > ~/.local/share/bash-completion/completions/forklore\n"
	"_forklore() {\n"
	"\tlocal word about cur=${COMP_WORDS[COMP_CWORD]}\n"
	"\t[[ $cur == = ]] && cur=\n"
	"\tCOMPREPLY=()\n"
	"\twhile IFS=$'\\t' read -r word about; do\n"
	"\t\tif [[ $word == :files ]]; then\n"
	"\t\t\tcompopt -o filenames 2>/dev/null\n"
	"\t\t\twhile IFS= read -r word; do COMPREPLY+=(\"$word\"); done < <(compgen -f -- \"$cur\")\n"
	"\t\telse\n"
	"\t\t\tCOMPREPLY+=(\"$word\")\n"
	"\t\tfi\n"
	"\tdone < <(\"${1/#\\~/$HOME}\" completion words -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
	"}\n"
	"complete -F _forklore forklore ./forklore\n";

static const char zsh_script[] =
	"#compdef forklore\n"
	"# forklore in zsh. For this shell:  source <(forklore completion zsh)\n"
	"# For all: written as _forklore to a folder of $fpath.\n"
	"_forklore() {\n"
	"\tlocal line files=; local -a said; said=()\n"
	"\tfor line in \"${(@f)$(\"${(Q)words[1]/#\\~/$HOME}\" completion words -- \"${(@Q)words[2,CURRENT]}\" 2>/dev/null)}\"; do\n"
	"\t\tcase $line in\n"
	"\t\t'') ;;\n"
	"\t\t:files) files=yes ;;\n"
	"\t\t*$'\\t'*) said+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
	"\t\t*) said+=(\"${line//:/\\\\:}\") ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\t(( $#said )) && _describe forklore said\n"
	"\t[[ -n $files ]] && _files\n"
	"}\n"
	"compdef _forklore forklore 2>/dev/null || { autoload -Uz compinit && compinit -C && compdef _forklore forklore; }\n"
	"[[ $funcstack[1] == _forklore ]] && _forklore \"$@\"\n";

static const char fish_script[] =
	"# forklore in fish. For this shell:  forklore completion fish | source\n"
	"# For all:  forklore completion fish > ~/.config/fish/completions/forklore.fish\n"
	"function __forklore_words\n"
	"\tset -l typed (commandline -opc) (commandline -ct)\n"
	"\tfor line in (command $typed[1] completion words -- $typed[2..-1] 2>/dev/null)\n"
	"\t\tif test \"$line\" = :files\n"
	"\t\t\t__fish_complete_path (commandline -ct)\n"
	"\t\telse\n"
	"\t\t\techo $line\n"
	"\t\tend\n"
	"\tend\n"
	"end\n"
	"complete -c forklore -f -a '(__forklore_words)'\n";

static const struct shell { const char *word, *script; } shells[] = {
	{ "bash", bash_script }, { "zsh", zsh_script }, { "fish", fish_script },
};
enum { SHELLS = sizeof shells / sizeof *shells };

/* ---- what may stand where the cursor is ---- */

struct asked {
	struct call *call;
	const char *begun;              /* what stands before the cursor */
	const char *front;              /* what stands before it in the same word, and stays: "--policy=" */
	const struct command *command;
	int operands;                   /* of the command, before this one */
};

static void offer(const struct asked *a, const char *word, const char *about)
{
	if (!strncmp(word, a->begun, strlen(a->begun)))
		printf("%s%s%s%s\n", a->front, word, *about ? "\t" : "", about);
}

static void offer_all(const struct asked *a, struct choices all)
{
	for (int i = 0; i < all.count; i++)
		offer(a, all.word[i], "");
}

static void offer_files(const struct asked *a)
{
	if (!*a->front)
		puts(":files");
}

static void offer_commands(const struct asked *a)
{
	for (int i = 0; i < COMMAND_COUNT; i++)
		if (command_rows[i].function)
			offer(a, command_rows[i].word, spoken(command_rows[i].meaning, command_rows[i].meaning_zh));
}

static bool knows(const struct command *k, const struct option *o)
{
	return o->commands == ~0u || (k && o->commands >> (k - command_rows) & 1);
}

static void offer_flags(const struct asked *a)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (knows(a->command, &option_rows[i]))
			offer(a, arena_print(&a->call->arena, "--%s", option_rows[i].word), spoken(option_rows[i].meaning, option_rows[i].meaning_zh));
}

static void offer_argument(const struct asked *a, const struct option *o)
{
	offer_all(a, choices_of(a->call, (enum option_id)(o - option_rows)));
	if (o - option_rows == OPTION_FROM)
		offer_all(a, library_choices(a->call));
	if (!strcmp(o->argument, "FILE"))
		offer_files(a);
}

static void offer_shells(const struct asked *a)
{
	for (int i = 0; i < SHELLS; i++)
		offer(a, shells[i].word, "");
}

/* By what the command's usage says of it. */
static void offer_operand(const struct asked *a)
{
	const struct command *k = a->command;
	if (a->operands >= k->most)
		return;
	if (strstr(k->operands, "FILE")) {
		offer_all(a, library_choices(a->call));
		offer_files(a);
	} else if (!strcmp(k->operands, "[NAME]")) {
		offer_all(a, exercise_choices(a->call));
	} else if (strstr(k->operands, "TOPIC")) {
		offer_all(a, topic_choices(a->call));
	} else if (strstr(k->operands, "WORD")) {
		offer_all(a, explain_choices(a->call));
	} else if (strstr(k->operands, "zsh") && !a->operands) {
		offer_shells(a);
	}
}

static const struct option *flag_named(const char *word, size_t length)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (strlen(option_rows[i].word) == length && !memcmp(option_rows[i].word, word, length))
			return &option_rows[i];
	return NULL;
}

/* The flag whose argument the next word is; NULL: none's. bash takes `--policy=rr` apart: `--policy`, `=`, `rr`. */
static const struct option *awaits(struct asked *a, const char *const *word, int n)
{
	bool apart = n >= 1 && !strcmp(word[n - 1], "=");
	if (n >= 1 && !strcmp(a->begun, "=")) {
		apart = true;
		a->begun = "";
		n++;
	}
	const char *flag = n >= 1 + apart ? word[n - 1 - apart] : "";
	const struct option *o = strncmp(flag, "--", 2) ? NULL : flag_named(flag + 2, strlen(flag + 2));
	return o && o->argument && (apart || !may_leave_out(o)) ? o : NULL;
}

/* The command, and how many operands it has got. */
static void find_command(struct asked *a, const char *const *word, int n)
{
	for (int i = 0; i < n; i++) {
		struct asked before = { .begun = word[i] };
		if (word[i][0] == '-' || !strcmp(word[i], "=") || awaits(&before, word, i))
			continue;
		a->operands += a->command != NULL;
		for (int k = 0; k < COMMAND_COUNT && !a->command; k++)
			if (command_rows[k].function && !strcmp(command_rows[k].word, word[i]))
				a->command = &command_rows[k];
	}
}

static int words(struct call *c, const char *const *word, int n)
{
	struct asked a = { .call = c, .begun = n ? word[n - 1] : "", .front = "" };
	n -= n > 0;
	find_command(&a, word, n);
	const struct option *o = awaits(&a, word, n);
	size_t flag = strncmp(a.begun, "--", 2) ? 0 : strcspn(a.begun, "=");
	if (!o && flag && a.begun[flag]) {
		o = flag_named(a.begun + 2, flag - 2);
		a.front = arena_word(&c->arena, a.begun, flag + 1);
		a.begun += flag + 1;
		if (!o || !o->argument)
			return EXIT_FINE;
	}
	if (o)
		offer_argument(&a, o);
	else if (*a.begun == '-')
		offer_flags(&a);
	else if (a.command)
		offer_operand(&a);
	else
		offer_commands(&a);
	return EXIT_FINE;
}

int command_COMPLETION(struct call *c)
{
	const char *word = c->operand[0], *known[SHELLS];
	if (!strcmp(word, "words"))
		return words(c, c->operand + 1, c->operands - 1);
	if (c->operands > 1)
		return complain(EXIT_USAGE, SAY(USAGE, c->command->word, c->command->operands), SAY(UNEXPECTED_ARGUMENT, c->operand[1]));
	for (int i = 0; i < SHELLS; i++) {
		known[i] = shells[i].word;
		if (!strcmp(shells[i].word, word)) {
			fputs(shells[i].script, stdout);
			return EXIT_FINE;
		}
	}
	return complain(EXIT_USAGE, did_you_mean(word, known, SHELLS, SAY(KNOWN_SHELLS)), SAY(UNKNOWN_SHELL, word));
}
