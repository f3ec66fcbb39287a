/* The one name space of a scenario, and the locals of the function being compiled. */
#include "sim/language/compile.h"
#include <ctype.h>
#include <stdarg.h>
#include <string.h>

const char *const self_words[SELF_COUNT] = { "name", "group", "index", "pid", "ppid" };
static const char *const reserved_words[] = {
	"main", "true", "false", "none", "and", "or", "not", "in", "name", "group", "index", "pid", "ppid",
};
enum { RESERVED_WORDS = sizeof reserved_words / sizeof *reserved_words, MOST_SUGGESTIONS = 200 };

bool wrong(struct compiler *c, enum diag_id id, struct place place, const char *help, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	const char *message = arena_vprint(c->a, format, list);
	va_end(list);
	const struct diag *last = c->d->count ? &c->d->list[c->d->count - 1] : NULL;
	bool told = last && last->id == id && !memcmp(&last->place, &place, sizeof place) && !strcmp(last->message, message);
	if (!told)
		diag_add(c->d, id, place, help, "%s", message);
	return false;
}

bool name_is_reserved(const char *name)
{
	for (int i = 0; i < RESERVED_WORDS; i++)
		if (!strcmp(name, reserved_words[i]))
			return true;
	return false;
}

/* A letter or _, then letters, digits, _; letters of any script: every byte above ASCII counts as one. */
bool is_identifier(const char *s)
{
	if (!isalpha((unsigned char)*s) && *s != '_' && (unsigned char)*s < 0x80)
		return false;
	while (isalnum((unsigned char)*s) || *s == '_' || (unsigned char)*s >= 0x80)
		s++;
	return !*s;
}

const char *with_article(struct compiler *c, const char *word)
{
	return !strcmp(word, "none") ? word : arena_print(c->a, "%s %s", strchr("aeiou", *word) ? "an" : "a", word);
}

bool name_check(struct compiler *c, const struct node *n)
{
	if (n->kind != NODE_SCALAR || !is_identifier(n->text))
		return wrong(c, DIAG_NAME, n->place, "a name is a letter or `_`, then letters, digits, `_`",
		             "`%s` is not a name", n->kind == NODE_SCALAR ? n->text : "this");
	if (name_is_reserved(n->text))
		return wrong(c, DIAG_RESERVED, n->place, "choose another name", "`%s` is a reserved word", n->text);
	return true;
}

bool names_left(struct compiler *c, size_t count, struct place place)
{
	if (count >= MOST_NAMES && !c->too_many)
		wrong(c, DIAG_LIMIT, place, "use lists, or groups of processes", "more than %d names", MOST_NAMES);
	c->too_many |= count >= MOST_NAMES;
	return count < MOST_NAMES;
}

struct symbol *name_declare(struct compiler *c, const char *name, enum symbol_kind kind, struct place place)
{
	const struct symbol *old;
	if (!names_left(c, c->symbols, place))
		return NULL;
	if ((old = name_find(c, name))) {
		struct diag *d = diag_add(c->d, DIAG_DUPLICATE, place,
		                          "variables, objects, processes and functions share one name space",
		                          "the name `%s` is given twice", name);
		d->other = old->place;
		d->note = "first given here";
		return NULL;
	}
	GROW(c->symbol, c->symbols, c->symbol_room);
	c->symbol[c->symbols] = (struct symbol){ .name = name, .kind = kind, .place = place };
	return &c->symbol[c->symbols++];
}

static const struct symbol *find_in(const struct symbol *s, size_t count, const char *name)
{
	while (count--)
		if (s[count].name && !strcmp(s[count].name, name))
			return &s[count];
	return NULL;
}

const struct symbol *name_find(const struct compiler *c, const char *name)
{
	const struct symbol *s = find_in(c->local, c->locals, name);
	return s ? s : find_in(c->symbol, c->symbols, name);
}

const char *name_suggest(struct compiler *c, const char *name)
{
	if (!name || c->d->errors > MOST_SUGGESTIONS)          /* what is no scalar has no text */
		return NULL;
	size_t count = c->symbols + c->locals + SELF_COUNT, n = 0;
	const char **words = arena_get(c->a, count * sizeof *words);
	for (size_t i = 0; i < c->locals; i++)
		if (c->local[i].name)
			words[n++] = c->local[i].name;
	for (size_t i = 0; i < c->symbols; i++)
		words[n++] = c->symbol[i].name;
	for (int i = 0; i < SELF_COUNT; i++)
		words[n++] = self_words[i];
	const char *near = word_nearest(name, words, n);
	return near ? diag_help(c->d, "a similar name exists: `%s`", near)
	            : "declare it under `shared`, `private` or `objects`, or assign to it first";
}
