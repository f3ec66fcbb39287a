/* The text of a scenario with another name, and, where one is wished, in one language alone. All else stays letter by letter as it was. */
#include "ui/cli/copies.h"
#include <stdlib.h>
#include <string.h>

/* What stands instead of the bytes from..to. */
struct edit { size_t from, to; const char *with; size_t length; };
struct edits { struct edit *list; size_t count, room; };

static void edit(struct edits *e, size_t from, size_t to, const char *with, size_t length)
{
	GROW(e->list, e->count, e->room);
	e->list[e->count++] = (struct edit){ from, to, with, length };
}

static size_t begin_of(const struct source *s, const struct node *n)
{
	return s->line[n->place.line - 1] + n->place.column - 1;
}

/* Which of the texts is shown in this language. */
static const struct node *chosen(const struct node *n, const char *language)
{
	const struct node *found = yaml_find(n, language), *english = yaml_find(n, "en");
	return found ? found : english;
}

/* Below these keys stand values and declarations, whatever they are called. */
static bool holds_values(const char *key)
{
	static const char *const keys[] = { "shared", "private", "params", "objects", "each", "item", "args", "over", "return" };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

static void choose(struct edits *e, const struct source *s, const struct node *n, bool prose, const char *language)
{
	const struct node *text = prose && n->kind == NODE_MAP ? chosen(n, language) : NULL;
	if (text && text->kind == NODE_SCALAR) {
		edit(e, begin_of(s, n), n->end, s->text + begin_of(s, text), text->end - begin_of(s, text));
		return;
	}
	for (size_t i = 0; n->kind != NODE_SCALAR && i < n->count; i++) {
		const char *key = n->kind == NODE_MAP ? n->key[i]->text : NULL;
		if (!key || !holds_values(key))
			choose(e, s, n->item[i], key ? key_holds_prose(key) || !strcmp(key, "ask") : prose, language);
	}
}

/* Of a comment "English. 中文。" on a line of its own: where its Chinese begins; 0: it is none. */
static size_t chinese_part(const char *comment, size_t length)
{
	size_t n = 0;
	while (n < length && (unsigned char)comment[n] < 0x80)
		n++;
	return n > 2 && n < length && comment[n - 1] == ' ' && comment[n - 2] == '.' ? n : 0;
}

static void choose_comments(struct edits *e, const struct source *s, const char *language)
{
	for (size_t at = 0, end; at < s->length; at = end + 1) {
		end = at + strcspn(s->text + at, "\n");
		size_t from = at + strspn(s->text + at, " "), part;
		if (s->text[from] != '#' || !(part = chinese_part(s->text + from, end - from)))
			continue;
		if (!strcmp(language, "zh"))
			edit(e, from + strlen("# "), from + part, "", 0);
		else
			edit(e, from + part - 1, end, "", 0);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;
	return x->from < y->from ? -1 : x->from > y->from;
}

void copy_text(struct text *out, const struct source *s, const struct node *root, const char *id, const char *language)
{
	const struct node *old = yaml_find(root, "scenario");
	struct edits e = { 0 };
	size_t at = 0;
	edit(&e, begin_of(s, old), begin_of(s, old) + old->place.length, id, strlen(id));
	if (language) {
		choose(&e, s, root, false, language);
		choose_comments(&e, s, language);
	}
	qsort(e.list, e.count, sizeof *e.list, by_place);
	for (size_t i = 0; i < e.count; at = e.list[i++].to) {
		text_add(out, s->text + at, e.list[i].from - at);
		text_add(out, e.list[i].with, e.list[i].length);
	}
	text_add(out, s->text + at, s->length - at);
	free(e.list);
}
