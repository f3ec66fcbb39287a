/* Hover: what a word means, as `explain` says it, and where it is declared. */
#include "ui/cli/lsp.h"
#include <stdlib.h>
#include <string.h>

/* ---- Markdown ---- */

/* Outside of `code`, what Markdown would take for a mark is escaped. */
static void put_escaped(struct text *t, const char *s, size_t length)
{
	bool code = false;
	for (size_t i = 0; i < length; i++) {
		code ^= s[i] == '`';
		if (!code && strchr("*_<[\\#", s[i]))
			text_char(t, '\\');
		text_char(t, s[i]);
	}
}

/* The lines of an example, which explain sets in by two blanks: a block of code. Returns what stands behind it. */
static const char *put_example(struct text *t, const char *s)
{
	text_put(t, "\n```yaml\n");
	while (!strncmp(s, "  ", 2)) {
		size_t length = strcspn(s, "\n");
		text_add(t, s + 2, length - 2);
		text_char(t, '\n');
		s += length + (s[length] == '\n');
	}
	text_put(t, "```\n");
	return s;
}

/* A line that says what the word is, then what is known of it. */
static const char *put_entry(struct text *t, const char *s)
{
	size_t length = strcspn(s, "\n");
	text_put(t, t->length ? "\n---\n\n**" : "**");
	put_escaped(t, s, length);
	text_put(t, "**\n\n");
	for (s += length + (s[length] == '\n'); *s && *s != '\n'; s += length + (s[length] == '\n')) {
		size_t blanks = strspn(s, " ");
		length = strcspn(s, "\n");
		text_put(t, "- ");
		put_escaped(t, s + blanks, length - blanks);
		text_char(t, '\n');
	}
	return s;
}

static void put_markdown(struct text *t, const char *s)
{
	while (*s)
		if (*s == '\n')
			s++;
		else
			s = *s == ' ' ? put_example(t, s) : put_entry(t, s);
}

/* ---- what is said ---- */

static const char *declared_as(const struct name *n)
{
	static const char *const words[][2] = {
		[DECLARED_PARAM] = { "a parameter", "参数" }, [DECLARED_SHARED] = { "a shared variable", "共享变量" },
		[DECLARED_PRIVATE] = { "a private variable", "私有变量" }, [DECLARED_OBJECT] = { "an object", "对象" },
		[DECLARED_FUNCTION] = { "a function", "函数" }, [DECLARED_PROCESS] = { "a group of processes", "进程组" },
	};
	if (n->kind != KIND_NONE)
		return spoken(kind_rows[n->kind].word, kind_rows[n->kind].word_zh);
	return spoken(words[n->what][0], words[n->what][1]);
}

static void put_declared(struct text *t, const struct document *d, const char *word)
{
	struct name name;
	for (size_t i = 0; document_name(d, i, &name); i++)
		if (!strcmp(name.name, word)) {
			text_put(t, t->length ? "\n" : "");
			text_say(t, SAY(LSP_IS_DECLARED, word, declared_as(&name), name.line));
			text_char(t, '\n');
		}
}

static void put_said(struct text *t, const struct document *d, const char *word)
{
	char *known = explained(word);
	put_declared(t, d, word);
	if (known && t->length)
		text_char(t, '\n');
	text_put(t, known ? known : "");
	free(known);
}

static void put_contents(struct text *t, bool markdown, const char *said)
{
	struct text shown = { 0 };
	if (markdown)
		put_markdown(&shown, said);
	else
		text_put(&shown, said);
	text_print(t, "{\"contents\": {\"kind\": \"%s\", \"value\": ", markdown ? "markdown" : "plaintext");
	text_json(t, text_is(&shown));
	text_char(t, '}');
	text_free(&shown);
}

void put_hover(struct text *t, struct server *s, const struct document *d, int64_t line, int64_t character)
{
	struct piece l = document_line(d, line), word = word_around(l, bytes_of(s->units, l, character));
	struct arena a = { 0 };
	struct text said = { 0 };
	if (word.length)
		put_said(&said, d, arena_word(&a, word.at, word.length));
	if (said.length) {
		size_t from = (size_t)(word.at - l.at);
		put_contents(t, s->markdown, text_is(&said));
		text_print(t, ", \"range\": {\"start\": {\"line\": %lld, \"character\": %lld}, \"end\": {\"line\": %lld, \"character\": %lld}}}",
		           (long long)line, (long long)units_of(s->units, l, from), (long long)line, (long long)units_of(s->units, l, from + word.length));
	} else {
		text_put(t, "null");
	}
	text_free(&said);
	arena_free(&a);
}
