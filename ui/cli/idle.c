/* Flags that do nothing beside another one, or without it. That is said: nobody types a flag for nothing. */
#include "ui/cli/cli.h"

static const struct idle { enum command_id command; enum option_id option, beside; } idle[] = {
	{ COMMAND_RUN,     OPTION_SPEED,    OPTION_PLAIN },
	{ COMMAND_RUN,     OPTION_SPEED,    OPTION_JSON },
	{ COMMAND_RUN,     OPTION_SPEED,    OPTION_QUIET },
	{ COMMAND_RUN,     OPTION_STEP,     OPTION_PLAIN },
	{ COMMAND_RUN,     OPTION_STEP,     OPTION_JSON },
	{ COMMAND_RUN,     OPTION_STEP,     OPTION_QUIET },
	{ COMMAND_RUN,     OPTION_STEP,     OPTION_SCREEN },
	{ COMMAND_RUN,     OPTION_THEME,    OPTION_PLAIN },
	{ COMMAND_RUN,     OPTION_THEME,    OPTION_JSON },
	{ COMMAND_RUN,     OPTION_THEME,    OPTION_QUIET },
	{ COMMAND_RUN,     OPTION_THEME,    OPTION_LINEAR },
	{ COMMAND_RUN,     OPTION_NO_MOUSE, OPTION_PLAIN },
	{ COMMAND_RUN,     OPTION_NO_MOUSE, OPTION_JSON },
	{ COMMAND_RUN,     OPTION_NO_MOUSE, OPTION_QUIET },
	{ COMMAND_RUN,     OPTION_NO_MOUSE, OPTION_LINEAR },
	{ COMMAND_RUN,     OPTION_NO_MOUSE, OPTION_SCREEN },
	{ COMMAND_EXPLORE, OPTION_STORY,    OPTION_JSON },
	{ COMMAND_EXPLORE, OPTION_SAMPLES,  OPTION_JSON },
	{ COMMAND_EXPLORE, OPTION_OUTCOMES, OPTION_JSON },
};

/* What only one moment's picture has: without one, something else was meant. */
static const enum option_id of_picture[] = { OPTION_AT, OPTION_SIZE };

int idle_check(struct call *c)
{
	enum command_id command = (enum command_id)(c->command - command_rows);
	for (size_t i = 0; i < sizeof of_picture / sizeof *of_picture; i++)
		if (command == COMMAND_RUN && call_has(c, of_picture[i]) && !call_has(c, OPTION_SCREEN))
			return complain(EXIT_USAGE, SAY(WRITE_SCREEN), SAY(IDLE_WITHOUT, option_rows[of_picture[i]].word, "screen"));
	for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
		if (command == idle[i].command && call_has(c, idle[i].option) && call_has(c, idle[i].beside))
			remark(SAY(IDLE_BESIDE, option_rows[idle[i].option].word, option_rows[idle[i].beside].word));
	return EXIT_FINE;
}

void idle_under(struct call *c, enum policy policy)
{
	static const struct { enum option_id option; bool host; } of[] = { { OPTION_CPUS, true }, { OPTION_QUANTUM, true }, { OPTION_BATCH, false } };
	for (size_t i = 0; i < sizeof of / sizeof *of; i++)
		if (call_has(c, of[i].option) && (policy == POLICY_HOST) == of[i].host)
			remark(SAY(IDLE_UNDER, option_rows[of[i].option].word, policy_rows[policy].word));
}
