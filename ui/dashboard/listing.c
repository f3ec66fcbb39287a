/* A scenario's text is read once more, as a tree, and written down again line by line. */
#include "ui/dashboard/listing.h"
#include <stdlib.h>
#include <string.h>
#include "sim/language/yaml.h"

/* Where a step stands in the file, and in which row here. */
struct stand { struct place place; int row; };
struct writer {
	struct listing *l;
	bool chinese;
	struct stand *stand;
	size_t stands, room;
};

static bool is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(word, *list))
			return true;
	return false;
}

/* ---- lines ---- */

static void add_row(struct writer *w, int indent, uint32_t line, const struct text *t)
{
	struct listing *l = w->l;

	GROW(l->row, l->rows, l->room);
	l->row[l->rows++] = (struct listed){ arena_word(&l->arena, text_is(t), t->length), line, indent };
}

/* n: what a step's own place may be: its node, its verb, or the statement of a `do`; of what a group or a pool does unasked,
 * its name. */
static void note_stand(struct writer *w, const struct node *n)
{
	GROW(w->stand, w->stands, w->room);
	w->stand[w->stands++] = (struct stand){ n->place, (int)w->l->rows };
}

/* ---- values, on one line ---- */

/* {en: .., zh: ..}: the one that is wanted. */
static const struct node *in_one_language(const struct writer *w, const char *key, const struct node *n)
{
	static const char *const prose[] = { "say", "message", "named", NULL };
	const struct node *found;

	if (n->kind != NODE_MAP || !n->count || !is_one_of(key, prose))
		return n;
	found = yaml_find(n, w->chinese ? "zh" : "en");
	found = found ? found : yaml_find(n, "en");
	return found ? found : n->item[0];
}

static void put_value(struct text *t, const struct node *n)
{
	if (n->kind == NODE_SCALAR) {
		text_add(t, n->text, n->length);
		return;
	}
	text_char(t, n->kind == NODE_MAP ? '{' : '[');
	for (size_t i = 0; i < n->count; i++) {
		text_put(t, i ? ", " : "");
		if (n->kind == NODE_MAP)
			text_print(t, "%s: ", n->key[i]->text);
		put_value(t, n->item[i]);
	}
	text_char(t, n->kind == NODE_MAP ? '}' : ']');
}

static void put_pair(const struct writer *w, struct text *t, const char *between, const char *key, const struct node *n)
{
	n = in_one_language(w, key, n);
	text_print(t, "%s%s:", between, key);
	if (n->kind == NODE_SCALAR && !n->length)
		return;
	text_char(t, ' ');
	put_value(t, n);
}

/* ---- steps ---- */

static void write_steps(struct writer *, int indent, const struct node *list);

/* Keys of a step below which other steps stand. */
static const char *const blocks[] = { "then", "else", "do", "try", "finally", "except", NULL };

static bool is_block(const struct node *n, size_t i)
{
	return is_one_of(n->key[i]->text, blocks) && (n->item[i]->kind != NODE_SCALAR || i != step_verb_key(n));
}

static void write_word(struct writer *w, int indent, uint32_t line, const char *word)
{
	struct text t = { 0 };

	text_print(&t, "%s:", word);
	add_row(w, indent, line, &t);
	text_free(&t);
}

static void write_handlers(struct writer *w, int indent, const char *word, const struct node *map)
{
	struct text t = { 0 };

	for (size_t i = 0; map->kind == NODE_MAP && i < map->count; i++) {
		text_clear(&t);
		text_print(&t, "%s %s:", word, map->key[i]->text);
		add_row(w, indent, map->key[i]->place.line, &t);
		write_steps(w, indent + 1, map->item[i]);
	}
	text_free(&t);
}

/* What belongs to a step is indented; `then` and `do` go without saying. */
static void write_block(struct writer *w, int indent, const struct node *n, size_t i)
{
	const char *word = n->key[i]->text;

	if (!strcmp(word, "except")) {
		write_handlers(w, indent, word, n->item[i]);
		return;
	}
	if (!strcmp(word, "else") || !strcmp(word, "finally"))
		write_word(w, indent, n->key[i]->place.line, word);
	write_steps(w, indent + 1, n->item[i]);
}

/* The line of a step: its verb, and what goes with it but for blocks and a note. */
static void write_head(struct writer *w, int indent, const struct node *n)
{
	struct text t = { 0 };
	size_t at = step_verb_key(n);
	const char *verb = n->key[at]->text;

	if (!strcmp(verb, "try"))
		text_put(&t, "try:");
	else if (!strcmp(verb, "do"))
		put_value(&t, n->item[at]);
	else
		put_pair(w, &t, "", verb, n->item[at]);
	for (size_t i = 0; i < n->count; i++)
		if (i != at && !is_block(n, i) && strcmp(n->key[i]->text, "note"))
			put_pair(w, &t, ", ", n->key[i]->text, n->item[i]);
	note_stand(w, n);
	note_stand(w, n->key[at]);
	if (!strcmp(verb, "do"))
		note_stand(w, n->item[at]);
	add_row(w, indent, n->key[at]->place.line, &t);
	text_free(&t);
}

static void write_step(struct writer *w, int indent, const struct node *n)
{
	struct text t = { 0 };

	if (n->kind == NODE_MAP && n->count) {
		write_head(w, indent, n);
		for (size_t i = 0; i < n->count; i++)
			if (is_block(n, i))
				write_block(w, indent, n, i);
		return;
	}
	put_value(&t, n);
	note_stand(w, n);
	add_row(w, indent, n->place.line, &t);
	text_free(&t);
}

static void write_steps(struct writer *w, int indent, const struct node *list)
{
	if (list->kind != NODE_LIST) {
		write_step(w, indent, list);
		return;
	}
	for (size_t i = 0; i < list->count; i++)
		write_step(w, indent, list->item[i]);
}

/* ---- declarations ---- */

/* Where the panel is narrow, so many cells of a line are seen. What is declared is laid out so that nothing of it is cut there. */
enum { NARROW = 31 };

static bool is_long(int indent, const struct text *t)
{
	return 2 * indent + utf8_cells(text_is(t), t->length) > NARROW;
}

/* "buns: queue {maxsize: 3}", "each food: bun, bone": braces around a single thing say nothing. */
static void put_declared(const struct writer *w, struct text *t, const char *key, const struct node *n)
{
	const struct node *only = n->kind == NODE_MAP && n->count == 1 ? n->item[0] : NULL;

	if (only && only->kind == NODE_MAP) {
		text_print(t, "%s: %s ", key, n->key[0]->text);
		put_value(t, only);
	} else if (only && only->kind == NODE_LIST) {
		text_print(t, "%s %s: ", key, n->key[0]->text);
		for (size_t i = 0; i < only->count; i++) {
			text_put(t, i ? ", " : "");
			put_value(t, only->item[i]);
		}
	} else {
		put_pair(w, t, "", key, n);
	}
}

static void add_declared(struct writer *w, int indent, const struct node *key, const struct node *n)
{
	struct text t = { 0 };

	put_declared(w, &t, key->text, n);
	add_row(w, indent, key->place.line, &t);
	text_free(&t);
}

/* ---- groups and functions ---- */

static bool is_attribute(const struct node *n, size_t i)
{
	static const char *const others[] = { "steps", "on", "color", "named", "params", NULL };

	return n->kind == NODE_MAP && !is_one_of(n->key[i]->text, others);
}

/* "buyer: count: 3", or what follows the name in lines of its own. */
static void write_head_of_group(struct writer *w, int indent, const struct node *name, const struct node *n)
{
	const struct node *params = n->kind == NODE_MAP ? yaml_find(n, "params") : NULL;
	struct text t = { 0 };
	size_t bare;

	text_put(&t, name->text);
	for (size_t i = 0; params && params->kind == NODE_LIST && i < params->count; i++)
		text_print(&t, "%s%s", i ? ", " : "(", params->item[i]->text);
	text_put(&t, params && params->count ? "):" : ":");
	bare = t.length;
	for (size_t i = 0; n->kind == NODE_MAP && i < n->count; i++)
		if (is_attribute(n, i))
			put_pair(w, &t, t.length == bare ? " " : ", ", n->key[i]->text, n->item[i]);
	if (!is_long(indent, &t) || t.length == bare) {
		add_row(w, indent, name->place.line, &t);
		text_free(&t);
		return;
	}
	t.length = bare;
	add_row(w, indent, name->place.line, &t);
	for (size_t i = 0; i < n->count; i++)
		if (is_attribute(n, i))
			add_declared(w, indent + 1, n->key[i], n->item[i]);
	text_free(&t);
}

/* Its head, then its handlers and its steps. */
static void write_group(struct writer *w, int indent, const struct node *name, const struct node *n)
{
	note_stand(w, name);
	if (n->kind == NODE_MAP && yaml_find(n, "call"))
		note_stand(w, yaml_find(n, "call"));
	write_head_of_group(w, indent, name, n);
	if (n->kind == NODE_LIST) {
		write_steps(w, indent + 1, n);
		return;
	}
	for (size_t i = 0; i < n->count; i++)
		if (!strcmp(n->key[i]->text, "on"))
			write_handlers(w, indent + 1, "on", n->item[i]);
		else if (!strcmp(n->key[i]->text, "steps"))
			write_steps(w, indent + 1, n->item[i]);
}

/* ---- the file ---- */

/* Things with a name each: on one line as in the file, if it is seen, or one below the other. */
static void write_names(struct writer *w, const struct node *key, const struct node *n)
{
	struct text t = { 0 };
	bool flat = n->kind != NODE_MAP || !n->count || n->key[0]->place.line == key->place.line;

	if (flat)
		put_pair(w, &t, "", key->text, n);
	flat = flat && !(n->kind == NODE_MAP && n->count && is_long(0, &t));
	if (flat) {
		for (size_t i = 0; n->kind == NODE_MAP && i < n->count; i++)
			note_stand(w, n->item[i]);
		add_row(w, 0, key->place.line, &t);
	} else {
		write_word(w, 0, key->place.line, key->text);
	}
	for (size_t i = 0; !flat && i < n->count; i++) {
		note_stand(w, n->item[i]);
		add_declared(w, 1, n->key[i], n->item[i]);
	}
	text_free(&t);
}

static void write_key(struct writer *w, const struct node *key, const struct node *n)
{
	static const char *const named[] = { "params", "private", "shared", "objects", "cpu", NULL };
	static const char *const grouped[] = { "functions", "processes", NULL };

	if (is_one_of(key->text, named)) {
		write_names(w, key, n);
	} else if (!strcmp(key->text, "main")) {
		write_group(w, 0, key, n);
	} else if (is_one_of(key->text, grouped) && n->kind == NODE_MAP) {
		write_word(w, 0, key->place.line, key->text);
		for (size_t i = 0; i < n->count; i++)
			write_group(w, 1, n->key[i], n->item[i]);
	}
}

static bool stands_at(const struct writer *w, size_t i, struct place at)
{
	return i < w->stands && w->stand[i].place.line == at.line && w->stand[i].place.column == at.column;
}

static bool is_before(struct place a, struct place b)
{
	return a.line < b.line || (a.line == b.line && a.column < b.column);
}

/* Steps come in the order of the file, mostly: one that is not behind the one before is looked for from the beginning. */
static void find_steps(struct writer *w, const struct program *g)
{
	size_t next = 0;

	w->l->of_step = must_have(malloc((g->steps + 1) * sizeof *w->l->of_step));
	for (size_t i = 0; i < g->steps; i++) {
		struct place at = g->step[i].place;
		while (next < w->stands && is_before(w->stand[next].place, at))
			next++;
		if (!stands_at(w, next, at))
			for (next = 0; at.line && next < w->stands && !stands_at(w, next, at); next++)
				;
		w->l->of_step[i] = at.line && next < w->stands ? w->stand[next].row : -1;
	}
}

void listing_make(struct listing *l, const struct program *g)
{
	struct writer w = { .l = l, .chinese = g->chinese };
	struct source source;
	struct diags diags = { 0 };
	const struct node *root;

	*l = (struct listing){ 0 };
	diags.arena = &l->arena;
	source_init(&source, &l->arena, g->source.name, g->source.text, g->source.length);
	diags.source = &source;
	root = yaml_read(&diags, &source);
	for (size_t i = 0; root && root->kind == NODE_MAP && i < root->count; i++)
		write_key(&w, root->key[i], root->item[i]);
	find_steps(&w, g);
	diags_free(&diags);
	free(w.stand);
}

void listing_free(struct listing *l)
{
	free(l->row);
	free(l->of_step);
	arena_free(&l->arena);
	*l = (struct listing){ 0 };
}

int listing_row(const struct listing *l, uint32_t line)
{
	int row = 0;

	for (size_t i = 0; i < l->rows && l->row[i].line <= line; i++)
		row = (int)i;
	return row;
}
