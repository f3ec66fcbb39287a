/* The tables of commands and flags, made from their rows. */
#include "ui/cli/cli.h"

const struct command command_rows[COMMAND_COUNT] = {
#define READY(id, word, operands, least, most, meaning, zh) \
	[COMMAND_##id] = { word, operands, least, most, meaning, zh, command_##id },
#define LATER(id, word) [COMMAND_##id] = { word, "", 0, MANY, NULL, NULL, NULL },
#include "ui/cli/commands.def"
#undef READY
#undef LATER
};

#define OF(command) (1u << COMMAND_##command)
#define EVERY (~0u)
const struct option option_rows[OPTION_COUNT] = {
#define OPTION(id, word, letter, argument, commands, meaning, zh) \
	[OPTION_##id] = { word, letter, argument, commands, meaning, zh },
#include "ui/cli/options.def"
#undef OPTION
};
