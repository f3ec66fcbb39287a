/* The one name space of a scenario, and the locals of the function being compiled. */
#include "sim/language/compile.h"
#include <assert.h>
#include <ctype.h>
#include <string.h>

const char *const self_words[SELF_COUNT] = { "name", "group", "index", "pid", "ppid" };
const char *const reserved_words[] = {
	"main", "true", "false", "none", "and", "or", "not", "in", "name", "group", "index", "pid", "ppid", NULL,
};

/* Is it about something that can't be understood, and is the reason a character that only looks right? Then that is said. */
static bool tell_lookalike(struct compiler *c, enum diag_id *id, struct place *place, struct message *help, struct message *message)
{
	static const bool not_understood[DIAG_COUNT] = { [DIAG_KEY] = true, [DIAG_VERB] = true, [DIAG_NAME] = true, [DIAG_KIND] = true,
	                                                 [DIAG_RANGE] = true, [DIAG_TYPE] = true, [DIAG_SYNTAX] = true };
	const struct source *s = &c->g->source;
	if (!not_understood[*id] || !place->length || diags_full(c->d))
		return false;
	const char *at = s->text + s->line[place->line - 1] + place->column - 1;
	size_t length = place->length, i;
	if ((*at == '[' || *at == '{') && length > 1)           /* much may stand in it that is not meant */
		return false;
	if (length > 1 && (*at == '"' || *at == '\'') && (*id == DIAG_NAME || *id == DIAG_KEY)) {
		at++;
		place->column++;
		length -= 2;
	}
	if ((i = lookalike_find(at, length)) >= length)
		return false;
	struct lookalike_said said = lookalike_said(c->a, at + i);
	*id = DIAG_LOOKALIKE;
	place->column += (uint32_t)i;
	place->length = (uint32_t)lookalike_at(at + i, length - i);
	*help = said.help;
	*message = said.message;
	return true;
}

/* Where a full-width colon stands behind the first word of a line, which may follow `- `; 0: it has none. */
static size_t colon_like(const char *line)
{
	size_t length = strcspn(line, "\r\n");
	char meant[LOOKALIKE_MEANT];
	size_t i = strspn(line, " "), word;
	i += !strncmp(line + i, "- ", 2) ? 2 : 0;
	for (word = i; i < length && line[i] != ' ' && !lookalike_at(line + i, length - i); i++)
		if (strchr(":\"'[{#", line[i]))
			return 0;
	if (i == word || i == length || !lookalike_at(line + i, length - i))
		return 0;
	lookalike_meant(line + i, meant);
	return *meant == ':' ? i : 0;
}

/* A text stands where a mapping is expected, because of a full-width colon: YAML takes the lines below it for more of the text. They
 * may have the same colon. place: where it stands in the first line. */
static void tell_lines_below(struct compiler *c, size_t indent, struct place place)
{
	const struct source *s = &c->g->source;
	for (uint32_t line = place.line + 1; line <= s->lines && !diags_full(c->d); line++) {
		const char *at = s->text + s->line[line - 1];
		size_t blanks = strspn(at, " "), colon = colon_like(at);
		if (blanks < indent && !strchr("\r\n", at[blanks]))
			return;
		if (!colon)
			continue;
		struct lookalike_said said = lookalike_said(c->a, at + colon);
		diag_add(c->d, DIAG_LOOKALIKE, (struct place){ line, (uint32_t)colon + 1, (uint32_t)lookalike_at(at + colon, strcspn(at + colon, "\r\n")) }, said.help, said.message);
	}
}

bool wrong(struct compiler *c, enum diag_id id, struct place place, struct message help, struct message message)
{
	const struct place *o = &c->offered;
	const struct source *s = &c->g->source;
	struct place whole = place;
	bool mapping = id == DIAG_TYPE, below = false;
	if (!tell_lookalike(c, &id, &place, &help, &message))
		place = whole;
	else
		below = mapping && colon_like(s->text + s->line[place.line - 1]) == place.column - 1;
	if (place.line == o->line && place.column > o->column && place.column < o->column + o->length)
		return false;
	if (diags_full(c->d)) {                 /* it is only counted: there are too many to compare */
		diag_add(c->d, id, place, help, message);
		return false;
	}
	const struct diag *last = c->d->count ? &c->d->list[c->d->count - 1] : NULL;
	bool told = last && last->id == id && !memcmp(&last->place, &place, sizeof place) &&
	            !strcmp(last->message, say_word(c->a, message));
	if (!told)
		diag_add(c->d, id, place, help, message);
	if (!told && below)
		tell_lines_below(c, whole.column - 1, place);
	return false;
}

bool name_is_reserved(const char *name)
{
	for (int i = 0; reserved_words[i]; i++)
		if (!strcmp(name, reserved_words[i]))
			return true;
	return false;
}

size_t word_length(const char *s, size_t left)
{
	size_t n = 0;
	while (n < left && (isalnum((unsigned char)s[n]) || s[n] == '_' || (s[n] & 0xc0) == 0x80 ||       /* within a character */
	                    ((unsigned char)s[n] >= 0x80 && !lookalike_at(s + n, left - n))))
		n++;
	return n;
}

bool is_identifier(const char *s)
{
	return *s && !isdigit((unsigned char)*s) && !s[word_length(s, strlen(s))];
}

static const char *with_article(struct compiler *c, const char *word)
{
	return !strcmp(word, "none") ? word : arena_print(c->a, "%s %s", strchr("aeiou", *word) || !strcmp(word, "rlock") ? "an" : "a", word);
}

const char *kind_named(struct compiler *c, enum kind kind)
{
	return says_chinese() ? kind_rows[kind].word_zh : with_article(c, kind_rows[kind].word);
}

const char *type_named(struct compiler *c, value v)
{
	return says_chinese() ? value_type(v) : with_article(c, value_type(v));
}

struct message function_help(const struct function_row *f)
{
	return SAY(AS_IT_IS, spoken(f->meaning, f->meaning_zh));
}

const char *listed(struct compiler *c, const char *so_far, const char *word)
{
	return diags_full(c->d) ? so_far : word_list(c->a, so_far, word);
}

bool name_check(struct compiler *c, const struct node *n)
{
	if (n->kind == NODE_SCALAR && (key_lookalike(c, n) || key_glued(c, n)))
		return false;
	if (n->kind != NODE_SCALAR || !is_identifier(n->text))
		return wrong(c, DIAG_NAME, n->place, SAY(NAME_FORM),
		             SAY(NOT_A_NAME, n->kind == NODE_SCALAR ? n->text : ".."));
	if (name_is_reserved(n->text))
		return wrong(c, DIAG_RESERVED, n->place, SAY(OTHER_NAME), SAY(RESERVED_WORD, n->text));
	return true;
}

bool names_left(struct compiler *c, size_t count, struct place place)
{
	if (count >= MOST_NAMES && !c->too_many)
		wrong(c, DIAG_LIMIT, place, SAY(USE_LISTS), SAY(TOO_MANY_NAMES, MOST_NAMES));
	c->too_many |= count >= MOST_NAMES;
	return count < MOST_NAMES;
}

void name_taken(struct compiler *c, const char *name, struct place place, const struct symbol *by)
{
	struct diag *d = diag_add(c->d, DIAG_DUPLICATE, place, SAY(ONE_NAME_SPACE), SAY(NAME_TWICE, name));
	d->other = by->place;
	d->note = say_word(c->a, SAY(FIRST_GIVEN));
}

struct symbol *name_declare(struct compiler *c, const char *name, enum symbol_kind kind, struct place place)
{
	const struct symbol *old;
	if (!names_left(c, c->symbols, place))
		return NULL;
	if ((old = name_find(c, name))) {
		name_taken(c, name, place, old);
		return NULL;
	}
	GROW(c->symbol, c->symbols, c->symbol_room);
	c->symbol[c->symbols] = (struct symbol){ .name = name, .kind = kind, .place = place };
	index_add(&c->names, hash_text(name));
	return &c->symbol[c->symbols++];
}

void names_cut(struct compiler *c, size_t count)
{
	index_cut(&c->names, count);
	c->symbols = count;
}

void local_add(struct compiler *c, struct symbol s)
{
	GROW(c->local, c->locals, c->local_room);
	s.kind = SYMBOL_LOCAL;
	s.number = (uint32_t)c->locals;
	index_add(&c->locals_by_name, s.name ? hash_text(s.name) : 0);
	c->local[c->locals++] = s;
}

void locals_cut(struct compiler *c)
{
	index_cut(&c->locals_by_name, 0);
	c->locals = 0;
}

static const struct symbol *find_in(const struct symbol *s, const struct index *x, const char *name, uint32_t hash)
{
	for (uint32_t i = INDEX_END; index_next(x, hash, &i); )
		if (s[i].name && !strcmp(s[i].name, name))
			return &s[i];
	return NULL;
}

const struct symbol *name_find(const struct compiler *c, const char *name)
{
	uint32_t hash = hash_text(name);
	const struct symbol *s = find_in(c->local, &c->locals_by_name, name, hash);
	return s ? s : find_in(c->symbol, &c->names, name, hash);
}

bool is_variable(const struct symbol *s)
{
	return s && (s->kind == SYMBOL_SHARED || s->kind == SYMBOL_PRIVATE || s->kind == SYMBOL_LOCAL);
}

void symbol_used(struct compiler *c, const struct symbol *s)
{
	uint32_t n = 0;
	const value *v = s->kind == SYMBOL_OBJECTS && s->constant ? value_list(c->g->pool, s->constant, &n) : NULL;
	if (s->kind == SYMBOL_OBJECT)
		c->g->object[s->number].used = true;
	if (s->kind == SYMBOL_PARAM)
		c->g->param[s->number].used = true;
	if (n && c->g->object[value_object(v[0])].used)
		return;                         /* all of them are, then */
	for (uint32_t i = 0; i < n; i++)
		c->g->object[value_object(v[i])].used = true;
}

const char *name_nearest(struct compiler *c, const char *name, const char *const *words, size_t count)
{
	return diags_full(c->d) ? NULL : word_nearest(name, words, count);
}

/* One letter more, less or another, or two that changed places. Not where digits tell them apart, or an s makes a plural. */
static bool one_slip(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), same = 0;
	while (a[same] && a[same] == b[same])
		same++;
	const char *x = a + same, *y = b + same;
	assert(*x || *y);                               /* a name that is declared is no new one */
	if (n == m && x[0] == y[1] && x[1] == y[0] && !strcmp(x + 2, y + 2))
		return true;
	if (isdigit((unsigned char)*x) || isdigit((unsigned char)*y) || n > m + 1 || m > n + 1)
		return false;
	const char *more = n > m ? x : y;
	if (n != m && *more == 's' && !more[1])
		return false;
	return n == m ? !strcmp(x + 1, y + 1) : n > m ? !strcmp(x + 1, y) : !strcmp(x, y + 1);
}

const char *name_one_off(const struct compiler *c, const char *name)
{
	enum { SHORTEST = 4 };                          /* shorter names are told apart by a letter */
	if (strlen(name) < SHORTEST || diags_full(c->d))
		return NULL;
	for (size_t i = 0; i < c->symbols; i++) {
		const struct symbol *s = &c->symbol[i];
		bool variable = s->kind == SYMBOL_SHARED || s->kind == SYMBOL_PRIVATE;
		if (variable && (unsigned char)*s->name < 0x80 && strlen(s->name) >= SHORTEST && one_slip(name, s->name))
			return s->name;
	}
	return NULL;
}

/* The groups, or the objects on which the verb can act: "door, stalls". */
static const char *operands_listed(struct compiler *c, const struct verb_row *verb)
{
	const char *all = "";
	for (size_t i = 0; i < c->symbols; i++) {
		const struct symbol *s = &c->symbol[i];
		bool object = s->kind == SYMBOL_OBJECT && verb->kinds >> c->g->object[s->number].kind & 1;
		bool group = s->kind == SYMBOL_GROUP && (verb->form == FORM_PROCESS || verb->form == FORM_JOINED);
		if (object || group)
			all = listed(c, all, s->name);
	}
	return all;
}

/* Nothing is called nearly so: what is there, or how it is declared. */
static struct message operand_suggest(struct compiler *c, const struct verb_row *verb, const char *name)
{
	enum { LONGEST_LIST = 200 };
	const char *all = operands_listed(c, verb);
	bool process = verb->form == FORM_PROCESS || verb->form == FORM_JOINED;
	if (*all && strlen(all) <= LONGEST_LIST)
		return process ? SAY(THE_PROCESSES, verb->word, all) : SAY(THE_OBJECTS, verb->word, all);
	if (*all)
		return SAY(DECLARE_IT);
	return process ? SAY(DECLARE_PROCESS, name) : SAY(DECLARE_OBJECT, name, kind_rows[__builtin_ctz(verb->kinds)].word);
}

/* A name that is not declared is one mistake, however often it is used. */
bool name_is_news(struct compiler *c, const char *name)
{
	uint32_t hash = hash_text(name);
	for (uint32_t i = INDEX_END; index_next(&c->unknown_names, hash, &i); )
		if (!strcmp(c->unknown[i], name))
			return false;
	if (diags_full(c->d))
		return true;
	GROW(c->unknown, c->unknowns, c->unknown_room);
	index_add(&c->unknown_names, hash);
	c->unknown[c->unknowns++] = name;
	return true;
}

/* Can the verb act on it, as far as its kind is known? */
static bool fits(const struct compiler *c, const struct symbol *s, const struct verb_row *verb)
{
	bool process = verb->form == FORM_PROCESS;
	return s->kind == SYMBOL_OBJECT ? !process && verb->kinds >> c->g->object[s->number].kind & 1 : s->kind != SYMBOL_GROUP || verb->form != FORM_OBJECT;
}

struct message name_suggest(struct compiler *c, const char *name)
{
	if (!name || diags_full(c->d))          /* what is no scalar has no text */
		return NOTHING_TO_SAY;
	size_t letters = strcspn(name, "0123456789");
	const struct symbol *group = c->acts && name[letters] ? name_find(c, arena_word(c->a, name, letters)) : NULL;
	if (group && group->kind == SYMBOL_GROUP && strspn(name + letters, "0123456789") == strlen(name + letters))      /* buyer1 */
		return c->g->group[group->number].numbered ? SAY(WRITE_STATEMENT, arena_print(c->a, "%s.%s", group->name, name + letters)) : SAY(DID_YOU_MEAN, group->name);
	size_t count = c->symbols + c->locals + SELF_COUNT, n = 0;
	const char **words = arena_get(c->a, count * sizeof *words);
	for (size_t i = 0; i < c->locals; i++)
		if (c->local[i].name)
			words[n++] = c->local[i].name;
	for (size_t i = 0; i < c->symbols; i++)
		if (!c->acts || fits(c, &c->symbol[i], c->acts))
			words[n++] = c->symbol[i].name;
	for (int i = 0; i < SELF_COUNT; i++)
		words[n++] = self_words[i];
	const char *near = word_nearest(name, words, n);
	return near ? SAY(DID_YOU_MEAN, near) : c->acts ? operand_suggest(c, c->acts, name) : SAY(DECLARE_IT);
}
