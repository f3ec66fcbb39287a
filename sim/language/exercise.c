/* Exercises: a submission's structure beside that of the exercise. What may be changed is said by paths and blanks, which are of the file,
 * and a difference is reported by its path: the two files are walked. What they mean decides whether there is one: wherever the letters
 * differ, the steps, expressions and declarations that were read there are compared (sim/language/same.h); the tree of an exercise with
 * blanks is open where they are. What is written alike is never a difference. The letters alone decide about what could not be read before
 * blanks are filled in, about texts for people, and about the words that may not be used: which words are used is a question about what
 * is written. */
#include "sim/language/exercise.h"
#include "sim/language/same.h"
#include <string.h>

/* What is looked for in what was changed, and where it was found first. */
struct search { const char *const *word; size_t words; const char *found; struct place place; };

/* Where something stands: among sections and groups, in steps, in mappings to steps, in a value. */
enum within { WITHIN_TREE, WITHIN_STEPS, WITHIN_HANDLERS, WITHIN_VALUE };

/* quotes: whether a scalar stands in quotes matters here; prose: it is a text that people read. of, in: what the scalars of the two
 * and steps mean; empty where two parts of files are compared by themselves. */
struct walk {
	const struct program *exercise, *submission;
	struct text *path;
	struct place place;
	bool quotes, prose;
	enum within within;
	struct search *search;
	struct meanings of, in;
};

static void search_in(struct search *, const struct node *, enum within);
static enum within within_key(enum within, const char *key);

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

/* ---- what is written otherwise and means the same ---- */

static bool means_same(const struct walk *w, const struct node *a, const struct node *b)
{
	return meanings_same(&w->of, a->place, &w->in, b->place);
}

static bool blank_within(const struct node *n)
{
	bool found = n->kind == NODE_SCALAR && strstr(n->text, blank_mark);
	for (size_t i = 0; n->kind != NODE_SCALAR && !found && i < n->count; i++)
		found = blank_within(n->item[i]);
	return found;
}

/* What of this section the path names; NULL: nothing, or something within it. */
static const char *named_here(const struct walk *w, const char *section)
{
	size_t n = strlen(section);
	const char *path = text_is(w->path), *name = path + n + 1;
	return !strncmp(path, section, n) && path[n] == '.' && !strchr(name, '.') ? name : NULL;
}

/* An object that is declared here, or a list of them: in both files the same ones? */
static bool declares_same(const struct walk *w, const struct node *a)
{
	const char *name = named_here(w, "objects");
	return name && !blank_within(a) && same_object(w->exercise, w->submission, name);
}

/* Which of the keys of a mapping need no look of their own, since the two mappings were found to mean the same there. */
enum settled { NOTHING_SETTLED, SETTLED_STEP, SETTLED_STATEMENTS, SETTLED_GROUP };

static enum settled settle(const struct walk *w, const struct node *a, const struct node *b)
{
	const char *group = named_here(w, "processes");
	if (group && same_group(w->exercise, w->submission, group))
		return SETTLED_GROUP;
	const struct tree_step *step = w->within == WITHIN_STEPS ? meanings_same_step(&w->of, a, &w->in, b) : NULL;
	return !step ? NOTHING_SETTLED : tree_statements(step) ? SETTLED_STATEMENTS : SETTLED_STEP;
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
static enum difference step(struct walk *w, size_t length, const struct node *a, const struct node *b, bool settled)
{
	enum difference d = settled ? DIFFERS_NOT : walk(w, a, b);
	if (!d) {
		w->path->length = length;
		w->path->at[length] = 0;
	}
	return d;
}

/* What a copy for students leaves out, it may leave out. */
static bool is_hint(const char *path, const char *key)
{
	return (!strcmp(path, "exercise") && !strcmp(key, "hints")) || (!strncmp(path, "expect[", strlen("expect[")) && !strcmp(key, "hint"));
}

static bool is_settled(const struct walk *w, enum settled settled, const char *key, enum within here, const struct node *a)
{
	static const char *const of_group[] = { "count", "daemon", "arrive", "priority", "deadline", "tickets", "private", "each" };
	bool is = !w->prose && (settled == SETTLED_STATEMENTS || (settled == SETTLED_STEP && here == WITHIN_VALUE));
	for (size_t i = 0; settled == SETTLED_GROUP && !is && i < sizeof of_group / sizeof *of_group; i++)
		is = !strcmp(of_group[i], key);
	return is && freedom(w) == FIXED && !(a && blank_within(a));
}

static enum difference walk_key(struct walk *w, const char *key, const struct node *a, const struct node *b, enum settled settled)
{
	size_t length = w->path->length;
	bool quotes = w->quotes, prose = w->prose;
	enum within within = w->within;
	if (!length && (!strcmp(key, "scenario") || (!strcmp(key, "exercise") && !b)))
		return DIFFERS_NOT;
	if (w->exercise && !b && is_hint(text_is(w->path), key))
		return DIFFERS_NOT;
	text_print(w->path, "%s%s", length ? "." : "", key);
	w->quotes |= quotes_matter(key);
	w->within = within_key(within, key);
	w->prose |= key_holds_prose(key);
	enum difference d = step(w, length, a, b, is_settled(w, settled, key, w->within, a));
	w->quotes = quotes;
	w->within = within;
	w->prose = prose;
	return d;
}

static enum difference walk_map(struct walk *w, const struct node *a, const struct node *b)
{
	enum difference d = DIFFERS_NOT;
	enum settled settled = a && b ? settle(w, a, b) : NOTHING_SETTLED;
	for (size_t i = 0; a && !d && i < a->count; i++)
		d = walk_key(w, a->key[i]->text, a->item[i], yaml_find(b, a->key[i]->text), settled);
	for (size_t i = 0; b && !d && i < b->count; i++)
		if (!yaml_find(a, b->key[i]->text))
			d = walk_key(w, b->key[i]->text, NULL, b->item[i], settled);
	return d;
}

/* ---- blanks ---- */

static bool is_blank(const struct walk *w, const struct node *n)
{
	return n->kind == NODE_SCALAR && !w->prose && !strcmp(n->text, blank_mark);
}

static bool has_blanks(const struct walk *w, const struct node *n)
{
	return !w->prose && strstr(n->text, blank_mark);
}

static void filled_in(struct walk *w, const struct node *b)
{
	if (w->search && b && !w->search->found)
		search_in(w->search, b, w->within);
}

/* A text with blanks, one at least: what stands between them must be there, in this order. What is found first will do. */
static bool fills(const char *with, const char *text)
{
	for (bool first = true; ; first = false) {
		const char *gap = strstr(with, blank_mark);
		size_t n = gap ? (size_t)(gap - with) : strlen(with), left = strlen(text);
		if (n > left)
			return false;
		if (!gap)
			return !memcmp(with, text + left - n, n);
		const char *at = first ? text : memmem(text, left, with, n);
		if (!at || memcmp(at, with, n))
			return false;
		text = at + n;
		with = gap + strlen(blank_mark);
	}
}

/* Items in place of a blank, where there is one: as many as it needs for the rest to be in its place. */
static size_t in_blank(const struct walk *w, const struct node *a, const struct node *b, size_t i)
{
	return is_blank(w, a->item[i]) && b->count + 1 >= a->count ? b->count + 1 - a->count : 1;
}

static enum difference walk_list(struct walk *w, const struct node *a, const struct node *b)
{
	enum difference d = DIFFERS_NOT;
	size_t blanks = 0;
	for (size_t i = 0; i < a->count; i++)
		blanks += is_blank(w, a->item[i]);
	for (size_t i = 0, k = 0; !d && (i < a->count || k < b->count); i++) {
		size_t length = w->path->length, some = i < a->count && blanks == 1 ? in_blank(w, a, b, i) : 1;
		if (i < a->count && is_blank(w, a->item[i]) && (some != 1 || k < b->count)) {
			while (some--)
				filled_in(w, b->item[k++]);
			continue;
		}
		text_print(w->path, "[%zu]", k);
		d = step(w, length, i < a->count ? a->item[i] : NULL, k < b->count ? b->item[k] : NULL, false);
		k++;
	}
	return d;
}

static bool same_scalar(const struct walk *w, const struct node *a, const struct node *b)
{
	return a->length == b->length && !memcmp(a->text, b->text, a->length) && (!w->quotes || a->quoted == b->quoted);
}

/* A copy in one language has one of the texts. */
static bool is_one_of(const struct walk *w, const struct node *texts, const struct node *b)
{
	for (size_t i = 0; i < texts->count; i++)
		if (same_scalar(w, texts->item[i], b))
			return true;
	return false;
}

static enum difference walk(struct walk *w, const struct node *a, const struct node *b)
{
	enum freedom f = freedom(w);
	bool maps = (!a || a->kind == NODE_MAP) && (!b || b->kind == NODE_MAP);
	if ((!a && !b) || f == FREE || (a && b && is_blank(w, a))) {
		filled_in(w, b);
		return DIFFERS_NOT;
	}
	if (b)
		w->place = b->place;
	if (a && b && f == FIXED && declares_same(w, a))
		return DIFFERS_NOT;
	if (maps && (f == PARTLY || (a && b)))
		return walk_map(w, a, b);
	if (!a || !b) {
		w->place = b ? b->place : (struct place){ 0 };
		return a ? DIFFERS_MISSING : DIFFERS_ADDED;
	}
	if (w->prose && a->kind == NODE_MAP)
		return is_one_of(w, a, b) ? DIFFERS_NOT : DIFFERS_CHANGED;
	if (a->kind != b->kind)
		return DIFFERS_CHANGED;
	if (a->kind == NODE_LIST)
		return walk_list(w, a, b);
	if (has_blanks(w, a)) {
		filled_in(w, b);
		return fills(a->text, b->text) || means_same(w, a, b) ? DIFFERS_NOT : DIFFERS_CHANGED;
	}
	return same_scalar(w, a, b) || means_same(w, a, b) ? DIFFERS_NOT : DIFFERS_CHANGED;
}

static enum difference walk_files(struct walk *w)
{
	meanings_gather(&w->of, w->exercise);
	meanings_gather(&w->in, w->submission);
	enum difference d = walk(w, w->exercise->root, w->submission->root);
	meanings_free(&w->of);
	meanings_free(&w->in);
	return d;
}

enum difference exercise_differs(const struct program *exercise, const struct program *submission, struct text *path, struct place *place)
{
	struct walk w = { .exercise = exercise, .submission = submission, .path = path };
	enum difference d = walk_files(&w);
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

/* Of these keys the values are steps, or mappings to steps. */
static enum within within_key(enum within within, const char *key)
{
	if (within == WITHIN_HANDLERS)
		return WITHIN_STEPS;
	if (within != WITHIN_VALUE && (!strcmp(key, "main") || key_holds_steps(key)))
		return WITHIN_STEPS;
	if (within != WITHIN_VALUE && (!strcmp(key, "except") || !strcmp(key, "on")))
		return WITHIN_HANDLERS;
	return within == WITHIN_TREE && !quotes_matter(key) ? WITHIN_TREE : WITHIN_VALUE;
}

/* Only a step holds prose: a dictionary may have such keys, too, and what stands behind them there is a value. */
static void search_in(struct search *s, const struct node *n, enum within within)
{
	bool map = n->kind == NODE_MAP;
	if (n->kind == NODE_SCALAR)
		search_text(s, n);
	for (size_t i = 0; n->kind != NODE_SCALAR && i < n->count && !s->found; i++) {
		if (map)
			search_text(s, n->key[i]);
		if (!s->found && !(map && within == WITHIN_STEPS && key_holds_prose(n->key[i]->text)))
			search_in(s, n->item[i], map ? within_key(within, n->key[i]->text) : within);
	}
}

static const char *search_words(const struct program *exercise, const struct program *in, const char *const *word, size_t words, struct place *place)
{
	struct text path = { 0 };
	struct search s = { .word = word, .words = words };
	struct walk w = { .exercise = exercise, .submission = in, .path = &path, .search = &s };
	walk_files(&w);
	text_free(&path);
	*place = s.place;
	return s.found;
}

/* These are not listed. An exercise that uses one of them itself allows them. */
static const char *search_unless_used(const struct program *exercise, const struct program *submission, const char *const *word, size_t words,
                                      struct place *place)
{
	struct place nowhere;
	return search_words(exercise, exercise, word, words, &nowhere) ? NULL : search_words(exercise, submission, word, words, place);
}

/* `signal` does what the two do that are short for it. */
static bool forbids_signals(const struct program *exercise)
{
	for (uint32_t i = 0; i < exercise->forbids; i++)
		if (!strcmp(exercise->forbid[i], "kill") || !strcmp(exercise->forbid[i], "terminate") || !strcmp(exercise->forbid[i], "signal"))
			return true;
	return false;
}

const char *exercise_forbids(const struct program *exercise, const struct program *submission, struct place *place)
{
	static const char *const pids[] = { "pid", "ppid" }, *const signals[] = { "signal", "kill", "terminate" };
	const char *found = search_words(exercise, submission, exercise->forbid, exercise->forbids, place);
	if (!found)
		found = search_unless_used(exercise, submission, pids, 2, place);
	if (!found && forbids_signals(exercise))
		found = search_unless_used(exercise, submission, signals, 3, place);
	return found;
}
