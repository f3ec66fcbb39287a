/* Where in a scenario the cursor is: the keys around it. What is being typed is seldom YAML, so lines are read as people read
 * them: by their indentation, and by brackets. */
#include "ui/cli/lsp.h"
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_colon(const char *s, const char *end)
{
	return *s == ':' && (s + 1 == end || is_blank(s[1]));
}

/* ---- lines ---- */

/* A line: where it begins, its innermost dash (-1: none), what stands behind that, the key there, and what is behind its colon. */
struct row { bool empty; int first, dash, column; struct piece key; const char *value; };

static struct row row_of(struct piece l)
{
	const char *s = l.at, *end = l.at + l.length;
	struct row r = { .dash = -1 };
	while (s < end && is_blank(*s))
		s++;
	r.first = (int)(s - l.at);
	while (s < end && *s == '-' && (s + 1 == end || is_blank(s[1]))) {
		r.dash = (int)(s++ - l.at);
		while (s < end && is_blank(*s))
			s++;
	}
	r.column = (int)(s - l.at);
	r.empty = r.dash < 0 && (s == end || *s == '#');
	const char *from = s;
	while (s < end && !is_colon(s, end) && !strchr("{[\"'#", *s))
		s++;
	if (s > from && s < end && *s == ':') {
		r.key = (struct piece){ from, (size_t)(s - from) };
		r.value = s + 1;
	}
	return r;
}

/* ---- brackets ---- */

/* What a text in brackets looks like from inside: each that is open, the key before the colon behind which we are, the first key. */
struct nest { char open; struct piece key, head; };
struct nests { struct nest list[MOST_LEVELS]; int count, lost; };

/* Behind a quoted text; the end if it is not closed. */
static const char *behind_quotes(const char *s, const char *end)
{
	char quote = *s++;
	while (s < end && *s != quote)
		s += *s == '\\' && quote == '"' && s + 1 < end ? 2 : 1;
	return s < end ? s + 1 : end;
}

static void open_nest(struct nests *n, char bracket)
{
	if (n->count == MOST_LEVELS)
		n->lost++;
	else
		n->list[n->count++] = (struct nest){ .open = bracket };
}

static void close_nest(struct nests *n)
{
	if (n->lost)
		n->lost--;
	else if (n->count)
		n->count--;
}

static void take_key(struct nests *n, const char *from, const char *to)
{
	struct nest *top = n->count ? &n->list[n->count - 1] : NULL;
	if (!top || top->open != '{')
		return;
	top->key = (struct piece){ from, (size_t)(to - from) };
	if (!top->head.at)
		top->head = top->key;
}

/* The brackets that are open at the end of a text. An apostrophe within a word is no quote, a `[` behind one is an index. */
static struct nests nests_in(const char *s, const char *end)
{
	struct nests n = { .count = 0 };
	const char *word = NULL;
	while (s < end) {
		bool within = word && !is_blank(s[-1]);
		if (!within && (*s == '"' || *s == '\'')) {
			word = s;
			s = behind_quotes(s, end);
			continue;
		}
		if (!within && *s == '#' && is_blank(s[-1])) {
			s += strcspn(s, "\n\r") < (size_t)(end - s) ? strcspn(s, "\n\r") : (size_t)(end - s);
			continue;
		}
		if (*s == '{' || *s == '[') {
			open_nest(&n, *s);
			word = NULL;
		} else if (*s == '}' || *s == ']') {
			close_nest(&n);
			word = NULL;
		} else if (*s == ',') {
			if (n.count)
				n.list[n.count - 1].key = (struct piece){ NULL, 0 };
			word = NULL;
		} else if (is_colon(s, end)) {
			if (word)
				take_key(&n, word, s);
			word = NULL;
		} else if (!word && !is_blank(*s)) {
			word = s;
		}
		s++;
	}
	return n;
}

/* ---- the way up ---- */

struct climb { struct where *w; const struct document *d; const char *up[MOST_LEVELS]; int count; };

static void push(struct climb *c, struct piece key)
{
	if (c->count < MOST_LEVELS)
		c->up[c->count++] = arena_word(c->w->arena, key.at, key.length);
}

static const struct piece dash = { "-", 1 };

/* Lists and mappings around what stands in this line from this column on, innermost first. in_list: it is an item whose dash is there. */
static void climb(struct climb *c, int64_t line, int column, bool in_list)
{
	bool inside = true;             /* still the mapping that the cursor is in: its first key is wanted */
	while (line-- > 0) {
		struct row r = row_of(document_line(c->d, line));
		if (r.empty)
			continue;
		if (!in_list && r.dash == column) {             /* beside the dashes of a list */
			in_list = true;
			inside = false;
		} else if (!in_list && r.key.at && r.column == column) {
			if (inside)
				c->w->head = arena_word(c->w->arena, r.key.at, r.key.length);
			if (r.dash < 0)
				continue;
			push(c, dash);
			column = r.dash;
			in_list = true;
			inside = false;
		} else if (r.key.at && r.dash != column && (in_list ? r.column <= column : r.column < column)) {
			push(c, r.key);
			inside = false;
			in_list = r.dash >= 0;
			column = in_list ? r.dash : r.column;
			if (in_list)
				push(c, dash);
		}
	}
}

static void add_level(struct where *w, struct piece key)
{
	if (w->levels < MOST_LEVELS)
		w->path[w->levels++] = arena_word(w->arena, key.at, key.length);
}

/* The levels that brackets add; the last one says what stands at the cursor. */
static void add_nests(struct where *w, const struct nests *n)
{
	for (int i = 0; i < n->count; i++) {
		const struct nest *k = &n->list[i];
		bool last = i == n->count - 1;
		if (k->open == '[')
			add_level(w, dash);
		else if (!last && k->key.at)
			add_level(w, k->key);
		if (!last)
			continue;
		w->head = k->head.at ? arena_word(w->arena, k->head.at, k->head.length) : "";
		w->key = k->key.at ? arena_word(w->arena, k->key.at, k->key.length) : NULL;
	}
}

/* The line in which the outermost bracket is opened that is open at the cursor; the cursor's own if there is none. */
static int64_t line_of_brackets(const struct document *d, int64_t line, const char *cursor)
{
	enum { AS_FAR = 100 };
	int64_t found = line;
	int most = nests_in(document_line(d, line).at, cursor).count;
	for (int64_t k = line - 1; k >= 0 && k > line - AS_FAR; k--) {
		struct piece l = document_line(d, k);
		int open = nests_in(l.at, cursor).count;
		if (open > most) {
			most = open;
			found = k;
		}
		if (l.length && !is_blank(*l.at) && *l.at != '#')       /* a key of the top level */
			break;
	}
	return found;
}

void where_is(struct where *w, const struct document *d, int64_t line, size_t byte)
{
	struct piece here = document_line(d, line);
	const char *cursor = here.at + (byte < here.length ? byte : here.length);
	int64_t first = line_of_brackets(d, line, cursor);
	struct piece l = document_line(d, first);
	if (first == line)
		l.length = (size_t)(cursor - l.at);
	struct row r = row_of(l);
	struct climb c = { .w = w, .d = d };
	w->head = "";
	w->key = NULL;
	climb(&c, first, r.dash >= 0 && !r.key.at ? r.dash : r.column, r.dash >= 0 && !r.key.at);
	if (r.dash >= 0 && r.key.at) {          /* a mapping that begins here: what is above it is the list */
		c.count = 0;
		w->head = "";
		climb(&c, first, r.dash, true);
	}
	for (int i = c.count; i-- > 0; )
		add_level(w, (struct piece){ c.up[i], strlen(c.up[i]) });
	if (r.dash >= 0)
		add_level(w, dash);
	struct piece key = r.key;
	struct nests n = nests_in(key.at ? r.value : l.at + r.column, cursor);
	if (key.at && n.count) {
		add_level(w, key);
		add_nests(w, &n);
	} else if (n.count) {
		add_nests(w, &n);
	} else if (key.at) {
		w->key = arena_word(w->arena, key.at, key.length);
		w->head = *w->head ? w->head : w->key;
	}
	const char *rest = here.at + here.length;
	for (; cursor < rest && (*cursor == '_' || (*cursor | 32) >= 'a'); cursor++)
		;
	w->shown = cursor < rest && *cursor == ':';
}
