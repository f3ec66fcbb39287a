/* Names of a scenario in letters that a terminal can't show: what each is called there instead, by its kind and number. */
#include "ui/dashboard/plain_names.h"
#include <stdlib.h>
#include <string.h>
#include "sim/base/arena.h"

static bool is_plain(const char *s)
{
	while (*s && (unsigned char)*s < 0x80)
		s++;
	return !*s;
}

static void each_name(const struct program *g, void (*take)(void *, const char *name, char kind), void *arg)
{
	for (size_t i = 1; i < g->groups; i++)
		take(arg, g->group[i].name, 'g');
	for (size_t i = 1; i < g->objects; i++)
		take(arg, g->object[i].name, 'o');
	for (size_t i = 1; i < g->functions; i++)
		take(arg, g->function[i].name, 'f');
	for (size_t i = 0; i < g->shareds; i++)
		take(arg, g->shared[i].name, 'v');
	for (size_t i = 0; i < g->privates; i++)
		take(arg, g->private[i].name, 'v');
	for (size_t i = 0; i < g->groups; i++)
		for (size_t k = 0; k < g->group[i].privates; k++)
			take(arg, g->group[i].private[k].name, 'v');
}

struct search { const char *word; bool found; };

static void compare(void *arg, const char *name, char kind)
{
	struct search *s = arg;
	(void)kind;
	s->found |= !strcmp(s->word, name);
}

struct taking { struct plain_names *names; const struct program *g; };

const char *plain_name(const struct plain_names *n, const char *word, size_t length)
{
	for (size_t i = 0; i < n->count; i++)
		if (strlen(n->list[i].word) == length && !memcmp(n->list[i].word, word, length))
			return n->list[i].plain;
	return NULL;
}

/* g1, g2, ..: the first that nothing in the scenario is called. */
static void add_name(void *arg, const char *name, char kind)
{
	struct taking *t = arg;
	struct plain_names *n = t->names;
	struct plain_name one = { .word = name };
	if (!name || is_plain(name) || plain_name(n, name, strlen(name)))
		return;
	for (struct search s = { one.plain, true }; s.found;) {
		s.found = false;
		snprintf(one.plain, sizeof one.plain, "%c%u", kind, ++n->last[kind - 'a']);
		each_name(t->g, compare, &s);
	}
	GROW(n->list, n->count, n->room);
	n->list[n->count++] = one;
}

void plain_names_init(struct plain_names *n, const struct program *g)
{
	struct taking t = { n, g };
	*n = (struct plain_names){ 0 };
	each_name(g, add_name, &t);
}

void plain_names_free(struct plain_names *n)
{
	free(n->list);
	*n = (struct plain_names){ 0 };
}

static bool in_word(const char *s)
{
	uint32_t code;
	utf8_next(s, &code);
	return (code < 0x80 ? code == '_' || (code >= '0' && code <= '9') || ((code | 32) >= 'a' && (code | 32) <= 'z') : plain_lacks(code));
}

/* A word that is no name: what is of other letters in it is said to be so. */
static void put_letters(struct text *t, const char *s, size_t length)
{
	uint32_t code = 0;
	bool lacking = false;
	for (size_t i = 0, n; i < length; i += n) {
		n = (size_t)utf8_next(s + i, &code);
		if (code < 0x80)
			text_add(t, s + i, n);
		else if (!lacking)
			text_put(t, code >= 0x2e80 && code < 0xa000 ? "[zh]" : "[..]");
		lacking = code >= 0x80;
	}
}

bool plain_needed(const char *s)
{
	uint32_t code;
	for (int n; (n = utf8_next(s, &code)); s += n)
		if (code >= 0x80 && plain_lacks(code))
			return true;
	return false;
}

void plain_text(struct text *t, const struct plain_names *n, const char *s)
{
	uint32_t code;
	while (*s) {
		size_t length = 0;
		while (s[length] && in_word(s + length))
			length += (size_t)utf8_next(s + length, &code);
		const char *name = length && n ? plain_name(n, s, length) : NULL;
		if (name)
			text_put(t, name);
		else
			put_letters(t, s, length);
		s += length;
		if (!length) {
			length = (size_t)utf8_next(s, &code);
			text_add(t, s, length);
			s += length;
		}
	}
}
