/* What may stand in a place of the command line, where that is one of some words: for the flags themselves, and for completion. */
#include "ui/cli/cli.h"
#include "sim/report/grades.h"
#include "sim/report/table.h"
#include "ui/dashboard/theme.h"

static const char *const when[] = { "auto", "always", "never" };
static const char *const tongues[] = { "en", "zh" };
static const char *const sheet_formats[] = { "text", "markdown", "latex" };     /* of exercises */
static const char *const formats[FORMATS] = {
	[FORMAT_TEXT] = "text", [FORMAT_SHORT] = "short", [FORMAT_JSON] = "json", [FORMAT_GITHUB] = "github", [FORMAT_SARIF] = "sarif",
};

#define CHOICES(list) (struct choices){ (list), sizeof(list) / sizeof *(list) }

static struct choices policies(struct call *c)
{
	const char **word = arena_get(&c->arena, POLICY_COUNT * sizeof *word);
	for (int i = 0; i < POLICY_COUNT; i++)
		word[i] = policy_rows[i].word;
	return (struct choices){ word, POLICY_COUNT };
}

static struct choices themes(struct call *c)
{
	const char **word = arena_get(&c->arena, THEME_COUNT * sizeof *word);
	for (int i = 0; i < THEME_COUNT; i++)
		word[i] = theme_name(i);
	return (struct choices){ word, THEME_COUNT };
}

struct choices choices_of(struct call *c, enum option_id o)
{
	switch (o) {
	case OPTION_COLOR:  return CHOICES(when);
	case OPTION_LANG:   return CHOICES(tongues);
	case OPTION_FORMAT:
		if (c->command == &command_rows[COMMAND_PROBLEM])
			return CHOICES(sheet_formats);
		return c->command && c->command == &command_rows[COMMAND_GRADE] ? CHOICES(grade_format_words) : CHOICES(formats);
	case OPTION_TABLE:  return (struct choices){ table_forms, TABLE_FORMS };
	case OPTION_FEEDBACK: return CHOICES(feedback_words);
	case OPTION_POLICY: return policies(c);
	case OPTION_THEME:  return themes(c);
	default:            return (struct choices){ 0 };
	}
}

bool value_choice(struct call *c, enum option_id o, int *which)
{
	struct choices all = choices_of(c, o);
	return value_word(c, o, all.word, all.count, which);
}
