/* Exercises: a submission's structure beside that of the exercise. */
#include "sim/language/exercise.h"
#include <string.h>

/* quotes: whether a scalar stands in quotes matters here. */
struct walk { const struct program *exercise; struct text *path; struct place place; bool quotes; };

static enum difference walk(struct walk *, const struct node *, const struct node *);

/* A path within it may be changed, or it itself. */
enum freedom { FIXED, PARTLY, FREE };

static enum freedom freedom(const struct walk *w)
{
	const char *here = text_is(w->path);
	size_t n = w->path->length;
	enum freedom most = FIXED;
	for (uint32_t i = 0; w->exercise && i < w->exercise->edits; i++) {
		const char *path = w->exercise->edit[i];
		if (strncmp(path, here, n))
			continue;
		if (!path[n])
			return FREE;
		if (!n || path[n] == '.' || path[n] == '[')
			most = PARTLY;
	}
	return most;
}

/* Below these keys "1" is a text, and 1 a number. */
static bool quotes_matter(const char *key)
{
	static const char *const keys[] = { "item", "args", "over", "return", "shared", "private", "each", "objects" };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

/* The path stays where it has led if there is a difference. */
static enum difference step(struct walk *w, size_t length, const struct node *a, const struct node *b)
{
	enum difference d = walk(w, a, b);
	if (!d) {
		w->path->length = length;
		if (w->path->at)
			w->path->at[length] = 0;
	}
	return d;
}

static enum difference walk_key(struct walk *w, const char *key, const struct node *a, const struct node *b)
{
	size_t length = w->path->length;
	bool quotes = w->quotes;
	if (!length && w->exercise && !strcmp(key, "scenario"))
		return DIFFERS_NOT;
	text_print(w->path, "%s%s", length ? "." : "", key);
	w->quotes |= quotes_matter(key);
	enum difference d = step(w, length, a, b);
	w->quotes = quotes;
	return d;
}

static enum difference walk_map(struct walk *w, const struct node *a, const struct node *b)
{
	enum difference d = DIFFERS_NOT;
	for (size_t i = 0; a && !d && i < a->count; i++)
		d = walk_key(w, a->key[i]->text, a->item[i], yaml_find(b, a->key[i]->text));
	for (size_t i = 0; b && !d && i < b->count; i++)
		if (!yaml_find(a, b->key[i]->text))
			d = walk_key(w, b->key[i]->text, NULL, b->item[i]);
	return d;
}

static enum difference walk_list(struct walk *w, const struct node *a, const struct node *b)
{
	enum difference d = DIFFERS_NOT;
	for (size_t i = 0; !d && (i < a->count || i < b->count); i++) {
		size_t length = w->path->length;
		text_print(w->path, "[%zu]", i);
		d = step(w, length, i < a->count ? a->item[i] : NULL, i < b->count ? b->item[i] : NULL);
	}
	return d;
}

static bool same_scalar(const struct walk *w, const struct node *a, const struct node *b)
{
	return a->length == b->length && !memcmp(a->text, b->text, a->length) && (!w->quotes || a->quoted == b->quoted);
}

static enum difference walk(struct walk *w, const struct node *a, const struct node *b)
{
	enum freedom f = freedom(w);
	bool maps = (!a || a->kind == NODE_MAP) && (!b || b->kind == NODE_MAP);
	if ((!a && !b) || f == FREE)
		return DIFFERS_NOT;
	if (b)
		w->place = b->place;
	if (maps && (f == PARTLY || (a && b)))
		return walk_map(w, a, b);
	if (!a || !b) {
		w->place = b ? b->place : (struct place){ 0 };
		return a ? DIFFERS_MISSING : DIFFERS_ADDED;
	}
	if (a->kind != b->kind)
		return DIFFERS_CHANGED;
	if (a->kind == NODE_LIST)
		return walk_list(w, a, b);
	return same_scalar(w, a, b) ? DIFFERS_NOT : DIFFERS_CHANGED;
}

enum difference exercise_differs(const struct program *exercise, const struct program *submission, struct text *path, struct place *place)
{
	struct walk w = { .exercise = exercise, .path = path };
	enum difference d = walk(&w, exercise->root, submission->root);
	*place = w.place;
	return d;
}

bool nodes_same(const struct node *a, const struct node *b)
{
	struct text path = { 0 };
	struct walk w = { .path = &path };
	enum difference d = walk(&w, a, b);
	text_free(&path);
	return !d;
}

/* ---- words that may not be used ---- */

/* What is looked for, and where it was found. */
struct search { const char *const *word; size_t words; const char *found; struct place place; };

/* Texts that people read. */
static bool is_prose(const char *key)
{
	static const char *const keys[] = { "say", "note", "message", "named", "color" };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

static bool is_letter(unsigned char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static void search_text(struct search *s, const struct node *n)
{
	for (const char *at = n->text, *end = n->text + n->length; at < end && !s->found;) {
		size_t length = 0;
		while (at + length < end && is_letter((unsigned char)at[length]))
			length++;
		for (size_t i = 0; length && i < s->words && !s->found; i++)
			if (strlen(s->word[i]) == length && !memcmp(s->word[i], at, length)) {
				s->found = s->word[i];
				s->place = n->place;
			}
		at += length ? length : 1;
	}
}

static void search_node(struct search *s, const struct node *n)
{
	if (n->kind == NODE_SCALAR)
		search_text(s, n);
	for (size_t i = 0; n->kind != NODE_SCALAR && i < n->count && !s->found; i++) {
		if (n->kind == NODE_MAP)
			search_text(s, n->key[i]);
		if (!s->found && !(n->kind == NODE_MAP && is_prose(n->key[i]->text)))
			search_node(s, n->item[i]);
	}
}

/* Only what may be changed. */
static void search_free(struct walk *w, struct search *s, const struct node *n)
{
	size_t length = w->path->length;
	enum freedom f = length ? freedom(w) : PARTLY;
	if (f == FREE)
		search_node(s, n);
	for (size_t i = 0; f == PARTLY && n->kind != NODE_SCALAR && i < n->count && !s->found; i++) {
		if (n->kind == NODE_MAP)
			text_print(w->path, "%s%s", length ? "." : "", n->key[i]->text);
		else
			text_print(w->path, "[%zu]", i);
		search_free(w, s, n->item[i]);
		w->path->length = length;
		w->path->at[length] = 0;
	}
}

static const char *search_words(const struct program *exercise, const struct node *in, const char *const *word, size_t words, struct place *place)
{
	struct text path = { 0 };
	struct walk w = { .exercise = exercise, .path = &path };
	struct search s = { .word = word, .words = words };
	search_free(&w, &s, in);
	text_free(&path);
	*place = s.place;
	return s.found;
}

const char *exercise_forbids(const struct program *exercise, const struct program *submission, struct place *place)
{
	static const char *const pids[] = { "pid", "ppid" };
	struct place nowhere;
	const char *found = search_words(exercise, submission->root, exercise->forbid, exercise->forbids, place);
	if (!found && !search_words(exercise, exercise->root, pids, 2, &nowhere))
		found = search_words(exercise, submission->root, pids, 2, place);
	return found;
}
