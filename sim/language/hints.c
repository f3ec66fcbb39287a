/* Exercises: a copy for students, without the hints. */
#include <stdlib.h>
#include <string.h>
#include "sim/base/arena.h"
#include "sim/language/exercise.h"

struct lines { const struct source *source; bool *cut; bool some; };

static const char *line_at(const struct lines *l, uint32_t line, size_t *indent)
{
	const char *s = l->source->text + l->source->line[line - 1];
	*indent = strspn(s, " ");
	return s + *indent;
}

static bool is_empty(const char *s)
{
	return !*s || *s == '\n' || *s == '\r' || *s == '#';
}

/* A key that stands first on its line, and all that is indented below it. */
static void cut(struct lines *l, const struct node *key)
{
	size_t own = key->place.column - 1, indent;
	uint32_t last = key->place.line;
	line_at(l, last, &indent);
	if (indent != own)
		return;
	for (uint32_t line = last + 1; line <= l->source->lines; line++) {
		const char *s = line_at(l, line, &indent);
		if (is_empty(s))
			continue;
		if (indent < own || (indent == own && strncmp(s, "- ", 2)))
			break;
		last = line;
	}
	for (uint32_t line = key->place.line; line <= last; line++)
		l->cut[line - 1] = true;
	l->some = true;
}

static void cut_key(struct lines *l, const struct node *map, const char *key)
{
	for (size_t i = 0; map && map->kind == NODE_MAP && map->count > 1 && i < map->count; i++)
		if (!strcmp(map->key[i]->text, key))
			cut(l, map->key[i]);
}

bool exercise_without_hints(struct text *t, const struct source *source, const struct node *root)
{
	struct lines l = { source, must_have(calloc(source->lines + 1, sizeof *l.cut)), false };
	const struct node *expect = yaml_find(root, "expect");
	cut_key(&l, yaml_find(root, "exercise"), "hints");
	for (size_t i = 0; expect && expect->kind == NODE_LIST && i < expect->count; i++)
		cut_key(&l, expect->item[i], "hint");
	for (uint32_t line = 0; line < source->lines; line++) {
		size_t at = source->line[line], end = line + 1 < source->lines ? source->line[line + 1] : source->length;
		if (!l.cut[line])
			text_add(t, source->text + at, end - at);
	}
	free(l.cut);
	return l.some;
}
