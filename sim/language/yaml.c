/* libyaml's events -> nodes. libyaml is lenient where a scenario is not (duplicate keys, tags,
 * endless nesting) and terse where people need help; both are mended here. */
#include "sim/language/compile.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { SHORT_TEXT = 40, SUGGESTION = 72 };

/* A list or map whose end has not been seen. Its children wait in reader.waiting, from first on. */
struct frame { struct node *node; size_t first; bool is_flow; };

enum { BLAMED_COLON = 1, BLAMED_WHOLE };
struct reader {
	yaml_parser_t parser;
	struct diags *diags;
	const struct source *source;
	struct frame open[YAML_DEPTH];
	int depth;
	struct node **waiting;
	size_t count, room;
	struct node *root;
	bool is_over, has_document;
	size_t duplicates;              /* of the errors: the tree is whole all the same */
	bool as_it_is;                  /* no character is taken for another one */
	uint8_t *blamed;                /* by line: what it should have instead was reported, BLAMED_COLON or BLAMED_WHOLE; else 0 */
	size_t tried;                   /* how many bytes were read again, to see whether they are better mended */
	size_t index, offset;           /* a code point's number and byte: marks are converted from here */
	size_t last_from, last_to;      /* the newest scalar, [..] or {..} that has ended, as offsets */
};

/* ---- where ---- */

static bool is_tail(char c)             /* of one code point */
{
	return (c & 0xc0) == 0x80;
}

/* A mark's byte offset. libyaml counts code points, and knows more line breaks than editors do, so
 * only the index of a mark is used. Marks come almost in order: this is a short walk. */
static size_t offset_of(struct reader *r, yaml_mark_t mark)
{
	const struct source *s = r->source;

	while (r->index < mark.index && r->offset < s->length) {
		do
			r->offset++;
		while (r->offset < s->length && is_tail(s->text[r->offset]));
		r->index++;
	}
	while (r->index > mark.index && r->offset > 0) {
		do
			r->offset--;
		while (r->offset > 0 && is_tail(s->text[r->offset]));
		r->index--;
	}
	return r->offset;
}

static struct place stretch(const struct reader *r, size_t from, size_t to)
{
	return source_place(r->source, from, to > from ? to - from : 0);
}

static uint32_t line_at(const struct reader *r, size_t offset)
{
	return stretch(r, offset, offset).line;
}

static size_t offset_at(const struct reader *r, struct place p)
{
	return r->source->line[p.line - 1] + p.column - 1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_line_end(char c)
{
	return !c || c == '\n' || c == '\r';
}

static size_t trimmed(const struct reader *r, size_t from, size_t to)
{
	while (to > from && is_blank(r->source->text[to - 1]))
		to--;
	return to;
}

/* Make the place of a list or map reach over what stands in its first line. */
static void widen(struct node *n, struct place inner)
{
	uint32_t end = inner.column + inner.length;

	if (inner.line == n->place.line && end > n->place.column + n->place.length)
		n->place.length = end - n->place.column;
}

/* ---- what is refused ---- */

/* Bytes of a text to quote in a message; not half a character. */
static int brief(const char *text, size_t length)
{
	if (length <= SHORT_TEXT)
		return (int)length;
	length = SHORT_TEXT;
	while (length > 0 && is_tail(text[length]))
		length--;
	return (int)length;
}

static void stop(struct reader *r, size_t at, struct message limit)
{
	diag_add(r->diags, DIAG_LIMIT, stretch(r, at, at + 1), NOTHING_TO_SAY, limit);
	r->is_over = true;
}

/* Anchors, aliases, tags: recognized by their sign in the source. A text may have been meant. */
static void refuse_sign(struct reader *r, size_t at)
{
	const char *s = r->source->text;
	const char sign[] = {s[at], 0}, *text;
	size_t to = at + 1;

	while (!is_blank(s[to]) && s[to] && !strchr(",[]{}", s[to]))
		to++;
	text = arena_word(r->diags->arena, s + at, (size_t)brief(s + at, to - at));
	diag_add(r->diags, DIAG_REFUSED, stretch(r, at, to), SAY(SIGN_NEEDS_QUOTES, sign),
		*sign == '&' ? SAY(NO_ANCHOR, text) : *sign == '*' ? SAY(NO_ALIAS, text) : SAY(NO_TAG, text));
}

static void refuse_signs(struct reader *r, size_t at, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor || tag)
		refuse_sign(r, at);
}

static bool at_key(const struct reader *r)
{
	const struct frame *f = r->depth ? &r->open[r->depth - 1] : NULL;

	return f && f->node->kind == NODE_MAP && (r->count - f->first) % 2 == 0;
}

static void check_key(struct reader *r, const struct node *n)
{
	if (n->kind != NODE_SCALAR)
		diag_add(r->diags, DIAG_REFUSED, n->place, SAY(TEXT_IN_QUOTES),
			n->kind == NODE_LIST ? SAY(LIST_KEY) : SAY(MAPPING_KEY));
	else if (!n->quoted && !strcmp(n->text, "<<"))
		diag_add(r->diags, DIAG_REFUSED, n->place, SAY(WRITE_OUT),
			SAY(NO_MERGE));
}

struct pair {
	struct node *key, *item;
	size_t at;
};

/* One that is no text, which is refused, is like no other. */
static bool is_same_key(const struct node *a, const struct node *b)
{
	return a->text && b->text && !strcmp(a->text, b->text);
}

static int by_text(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = x->key->text && y->key->text ? strcmp(x->key->text, y->key->text) : !!x->key->text - !!y->key->text;

	return order ? order : x->at < y->at ? -1 : x->at > y->at;
}

static int by_place(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static void report_duplicate(struct reader *r, const struct node *key, const struct node *first)
{
	struct arena *a = r->diags->arena;
	struct diag *e = diag_add(r->diags, DIAG_DUPLICATE, key->place, NOTHING_TO_SAY,
		SAY(KEY_TWICE, arena_word(a, first->text, (size_t)brief(first->text, first->length)), first->place.line));

	e->other = first->place;
	e->note = say_word(a, SAY(FIRST_GIVEN));
	r->duplicates++;
}

static void join_duplicates(struct arena *a, struct node *map, struct reader *r);

/* What the same key is given: lists and mappings are joined, so what is wrong in any of them is found, and what any of
 * them declares is known. Of texts the first one is kept. */
static void join(struct arena *a, const struct pair *pair, size_t pairs)
{
	struct node *n = pair->item;
	size_t count = 0, joined = 0;

	for (size_t i = 0; i < pairs; i++)
		count += pair[i].item->kind == n->kind ? pair[i].item->count : 0;
	if (count == n->count)
		return;
	struct node **item = arena_get(a, count * sizeof *item), **key = n->key ? arena_get(a, count * sizeof *key) : NULL;
	for (size_t i = 0; i < pairs; i++) {
		const struct node *more = pair[i].item;

		if (more->kind != n->kind)
			continue;
		memcpy(item + joined, more->item, more->count * sizeof *item);
		if (key)
			memcpy(key + joined, more->key, more->count * sizeof *key);
		joined += more->count;
	}
	n->item = item;
	n->key = key;
	n->count = count;
	if (key)
		join_duplicates(a, n, NULL);
}

/* Each key once. Sorted, not compared each with each: a file may hold a hundred thousand keys. What two mappings that are
 * joined both have was reported with them: then there is no reader. */
static void join_duplicates(struct arena *a, struct node *map, struct reader *r)
{
	struct pair *pairs = must_have(calloc(map->count + 1, sizeof *pairs));
	size_t kept = 0, same;

	for (size_t i = 0; i < map->count; i++)
		pairs[i] = (struct pair){map->key[i], map->item[i], i};
	qsort(pairs, map->count, sizeof *pairs, by_text);
	for (size_t i = 0; i < map->count; i += same, kept++) {
		for (same = 1; i + same < map->count && is_same_key(pairs[i + same].key, pairs[i].key); same++)
			if (r)
				report_duplicate(r, pairs[i + same].key, pairs[i].key);
		if (same > 1)
			join(a, pairs + i, same);
		pairs[kept] = pairs[i];
	}
	if (kept < map->count)
		qsort(pairs, kept, sizeof *pairs, by_place);
	for (size_t i = 0; kept < map->count && i < kept; i++) {
		map->key[i] = pairs[i].key;
		map->item[i] = pairs[i].item;
	}
	map->count = kept;
	free(pairs);
}

/* ---- events ---- */

static struct node *new_node(struct reader *r, enum node_kind kind, struct place place)
{
	struct node *n = arena_get(r->diags->arena, sizeof *n);

	n->kind = kind;
	n->place = place;
	return n;
}

static void add_node(struct reader *r, struct node *n)
{
	if (at_key(r))
		check_key(r, n);
	if (!r->depth) {
		r->root = n;
		return;
	}
	GROW(r->waiting, r->count, r->room);
	r->waiting[r->count++] = n;
}

/* Is the text what stands in the source, but for its quotes? A place ends with its line, so a text
 * of several lines is longer than its place. */
static bool is_exact(const struct reader *r, const struct node *n, size_t from)
{
	const char *at = r->source->text + from;
	size_t quotes = n->quoted ? 2 : 0;

	return n->place.length == n->length + quotes && *at != '|' && *at != '>'
		&& !memcmp(at + n->quoted, n->text, n->length);
}

static void take_scalar(struct reader *r, const yaml_event_t *e)
{
	size_t from = offset_of(r, e->start_mark), to = trimmed(r, from, offset_of(r, e->end_mark));
	struct node *n = new_node(r, NODE_SCALAR, stretch(r, from, to));

	n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	n->length = e->data.scalar.length;
	n->text = arena_word(r->diags->arena, (const char *)e->data.scalar.value, n->length);
	n->exact = is_exact(r, n, from);
	n->end = to;
	r->last_from = from;
	r->last_to = to;
	refuse_signs(r, from, e->data.scalar.anchor, e->data.scalar.tag);
	if (strlen(n->text) != n->length)
		diag_add(r->diags, DIAG_REFUSED, n->place, NOTHING_TO_SAY, SAY(NO_NUL));
	if (n->length > YAML_SCALAR)
		stop(r, from, SAY(TEXT_TOO_LONG));
	add_node(r, n);
}

static void take_alias(struct reader *r, const yaml_event_t *e)
{
	size_t from = offset_of(r, e->start_mark), to = offset_of(r, e->end_mark);
	struct node *n = new_node(r, NODE_SCALAR, stretch(r, from, to));

	n->text = arena_word(r->diags->arena, r->source->text + from, to - from);
	n->length = to - from;
	refuse_sign(r, from);
	add_node(r, n);
}

static void open_node(struct reader *r, size_t at, enum node_kind kind, bool is_flow)
{
	struct node *n = new_node(r, kind, stretch(r, at, at + 1));

	if (r->depth == YAML_DEPTH) {
		stop(r, at, SAY(NESTED_YAML));
		return;
	}
	add_node(r, n);
	r->open[r->depth++] = (struct frame){n, r->count, is_flow};
}

static void open_list(struct reader *r, const yaml_event_t *e)
{
	size_t at = offset_of(r, e->start_mark);

	refuse_signs(r, at, e->data.sequence_start.anchor, e->data.sequence_start.tag);
	open_node(r, at, NODE_LIST, e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
}

static void open_map(struct reader *r, const yaml_event_t *e)
{
	size_t at = offset_of(r, e->start_mark);

	refuse_signs(r, at, e->data.mapping_start.anchor, e->data.mapping_start.tag);
	open_node(r, at, NODE_MAP, e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
}

/* Move the waiting children into their map or list. */
static void take_children(struct reader *r, struct node *n, struct node **child, size_t count)
{
	struct arena *a = r->diags->arena;

	if (n->kind == NODE_LIST) {
		n->item = arena_copy(a, child, count * sizeof *child);
		n->count = count;
		return;
	}
	n->count = count / 2;
	n->key = arena_get(a, n->count * sizeof *child);
	n->item = arena_get(a, n->count * sizeof *child);
	for (size_t i = 0; i < n->count; i++) {
		n->key[i] = child[2 * i];
		n->item[i] = child[2 * i + 1];
	}
	join_duplicates(a, n, r);
}

static void close_node(struct reader *r, const yaml_event_t *e)
{
	struct frame *f = &r->open[--r->depth];
	size_t count = r->count - f->first;
	struct node **child = count ? r->waiting + f->first : NULL;

	for (size_t i = 0; i < count; i++)
		widen(f->node, child[i]->place);
	f->node->end = count ? child[count - 1]->end : 0;
	if (f->is_flow) {
		f->node->end = offset_of(r, e->end_mark);
		widen(f->node, stretch(r, offset_of(r, e->start_mark), offset_of(r, e->end_mark)));
		if (strchr("[{", r->source->text[offset_at(r, f->node->place)])) {
			r->last_from = offset_at(r, f->node->place);
			r->last_to = offset_of(r, e->end_mark);
		}
	}
	take_children(r, f->node, child, count);
	r->count = f->first;
}

/* May the line that begins here stand among directives: is it one, a comment, `...`, or empty? */
static bool is_prelude(const char *s)
{
	if (*s == '%' || !strncmp(s, "...", 3))
		return true;
	while (*s == ' ' || *s == '\t')
		s++;
	return is_line_end(*s) || *s == '#';
}

/* A line that begins with `%TAG`, where directives may stand: libyaml compares each with all before it, so it sees none. */
static bool refuse_directives(struct reader *r, uint32_t line)
{
	const struct source *s = r->source;

	for (; line < s->lines && is_prelude(s->text + s->line[line]); line++)
		if (!strncmp(s->text + s->line[line], "%TAG", 4)) {
			diag_add(r->diags, DIAG_REFUSED, stretch(r, s->line[line], s->line[line] + 1), NOTHING_TO_SAY,
				SAY(NO_TAG_DIRECTIVE));
			return true;
		}
	return false;
}

static void open_document(struct reader *r, const yaml_event_t *e)
{
	size_t at = offset_of(r, e->start_mark);

	if (r->has_document) {
		diag_add(r->diags, DIAG_REFUSED, stretch(r, at, at + 3), SAY(ONE_SCENARIO),
			SAY(SECOND_DOCUMENT));
		r->is_over = true;
	}
	r->has_document = true;
}

static void take_event(struct reader *r, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT: open_document(r, e); break;
	case YAML_SCALAR_EVENT:         take_scalar(r, e); break;
	case YAML_ALIAS_EVENT:          take_alias(r, e); break;
	case YAML_SEQUENCE_START_EVENT: open_list(r, e); break;
	case YAML_MAPPING_START_EVENT:  open_map(r, e); break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:    close_node(r, e); break;
	case YAML_STREAM_END_EVENT:     r->is_over = true; break;
	case YAML_DOCUMENT_END_EVENT:
		r->is_over = refuse_directives(r, line_at(r, offset_of(r, e->start_mark)) - 1);
		break;
	default: break;
	}
}

/* ---- libyaml's complaints, rewritten for people ---- */

/* What libyaml stumbled over, and where the thing begins that it was reading (or the same). */
struct trouble { size_t at, begin; char found; };

static struct diag *complain(struct reader *r, size_t from, size_t to, struct message help, struct message message)
{
	return diag_add(r->diags, DIAG_YAML, stretch(r, from, to), help, message);
}

static void point(struct reader *r, struct diag *e, size_t at, struct message note)
{
	e->other = stretch(r, at, at + 1);
	e->note = say_word(r->diags->arena, note);
}

/* Where the text ends that begins here in a line: at its end or a comment. */
static size_t block_end(const struct reader *r, size_t from)
{
	const char *s = r->source->text;
	size_t i = from;

	while (!is_line_end(s[i]) && !(s[i] == '#' && i > from && is_blank(s[i - 1])))
		i++;
	return trimmed(r, from, i);
}

/* The same inside [..] or {..}: there a comma or the closing bracket ends it, too. */
static size_t flow_end(const struct reader *r, size_t from)
{
	const char *s = r->source->text;
	bool begun = from == r->last_from;              /* "a,b"[0]: the comma is within */
	size_t i = begun ? r->last_to : from, line_end = block_end(r, i);

	for (int depth = 0; i < line_end; i++) {
		if (strchr("([{", s[i]))
			depth++;
		else if (strchr(")]}", s[i]) && depth-- == 0)
			break;
		else if (s[i] == ',' && !depth)
			break;
	}
	return trimmed(r, from, i);
}

/* The text that goes on at an offset begins with the scalar just before it, if there is one. */
static size_t text_begin(const struct reader *r, size_t at)
{
	const char *s = r->source->text;

	for (size_t i = r->last_to; i < at; i++)
		if (s[i] != ' ')
			return at;
	return r->last_to && r->last_to <= at ? r->last_from : at;
}

static struct message help_quotes(struct reader *r, size_t from, size_t to)
{
	const char *s = r->source->text + from;
	size_t n = to - from;
	bool is_hard = memchr(s, '"', n) || memchr(s, '\\', n);
	char quote = is_hard ? '\'' : '"';

	if (is_hard && n > 2 && s[0] == '"' && s[n - 1] == '"' && memchr(s + 1, '"', n - 2)) {
		s++;                    /* "{d["a"]}": its quotes end it too early, others do not */
		n -= 2;
	}
	if (n > SUGGESTION || memchr(s, '\n', n) || (is_hard && memchr(s, '\'', n)))
		return SAY(QUOTE_ALL);
	return SAY(QUOTE_IT, arena_print(r->diags->arena, "%c%.*s%c", quote, (int)n, s, quote));
}

/* Where the innermost [ or { stands that is open; a pair in a list, [a: b], has no bracket of its own, and one with a tag begins with that. */
static bool find_bracket(const struct reader *r, size_t *at)
{
	for (int i = r->depth - 1; i >= 0 && r->open[i].is_flow; i--) {
		*at = offset_at(r, r->open[i].node->place);
		if (strchr("[{", r->source->text[*at]))
			return true;
	}
	return false;
}

static void never_closed(struct reader *r, const struct trouble *t, size_t bracket, bool is_list)
{
	struct diag *e = complain(r, bracket, bracket + 1,
		is_list ? SAY(CLOSE_LIST)
			: SAY(CLOSE_MAPPING),
		is_list ? SAY(LIST_NOT_CLOSED) : SAY(BRACE_NOT_CLOSED));

	point(r, e, t->at, !t->found ? SAY(FILE_ENDS) : is_list ? SAY(LIST_WENT_ON)
		: SAY(MAPPING_WENT_ON));
}

/* [l[0] = 1]: to YAML the statement ends before its bracket. */
static struct diag *needs_quotes(struct reader *r, const struct trouble *t)
{
	size_t from = text_begin(r, t->at), to = flow_end(r, from);

	assert(to > t->at);
	return complain(r, from, to, help_quotes(r, from, to),
		SAY(FLOW_STATEMENT));
}

static struct diag *not_expected(struct reader *r, const struct trouble *t, bool is_list)
{
	bool is_end = strchr(",]}", t->found);

	return complain(r, t->at, t->at + 1,
		is_end ? NOTHING_TO_SAY : t->found == '-' ? SAY(DASH_NEEDS_QUOTES)
			: SAY(QUOTE_AROUND_ALL),
		t->found == ',' ? SAY(VALUE_MISSING)
			: is_list ? SAY(LIST_GOES_ON) : SAY(MAPPING_GOES_ON));
}

static void tell_flow(struct reader *r, const struct trouble *t)
{
	size_t bracket = t->begin;
	bool is_known = find_bracket(r, &bracket), is_list = r->source->text[bracket] == '[';
	bool same_line = line_at(r, bracket) == line_at(r, t->at);
	bool is_colon = t->found == ':' && same_line;
	bool is_bracket = t->found && strchr("[{", t->found) && text_begin(r, t->at) < t->at;
	struct diag *e;

	if (is_known && (!t->found || (!same_line && !is_bracket && t->found != ','))) {
		never_closed(r, t, bracket, is_list);
		return;
	}
	e = is_colon || is_bracket ? needs_quotes(r, t) : not_expected(r, t, is_list);
	if (is_known)
		point(r, e, bracket, is_list ? SAY(INSIDE_LIST)
			: SAY(INSIDE_MAPPING));
}

/* Also `say: a: b`, but not `b: 1` under `a: 1`, one step too deep. */
static void tell_colon(struct reader *r, const struct trouble *t)
{
	const char *s = r->source->text;
	size_t line = r->source->line[line_at(r, t->at) - 1], from = line, to, item;
	struct message meant;

	while (from < t->at && !(s[from] == ':' && is_blank(s[from + 1])))
		from++;
	if (from == t->at) {
		while (is_blank(s[line]))
			line++;
		if (!strncmp(s + line, "- ", 2))
			complain(r, line, block_end(r, line), SAY(STEP_COLUMN), SAY(STEP_TOO_DEEP));
		else
			complain(r, line, t->at, SAY(TOO_DEEP), SAY(KEY_AFTER_VALUE));
		return;
	}
	for (from++; is_blank(s[from]);)
		from++;
	to = block_end(r, from);
	for (item = line; is_blank(s[item]) || (s[item] == '-' && s[item + 1] == ' '); item++)
		;
	if (memchr(s + item, '=', from - item) && memchr(s + item, '{', from - item))
		from = item;                    /* d = {a: 1, b: 2}: all of it */
	meant = yaml_remedy(r->diags->arena, s + item, to - item);
	if (meant.sentence)
		complain(r, t->at, t->at + 1, meant, SAY(SECOND_COLON));
	else
		complain(r, from, to, help_quotes(r, from, to), SAY(COLON_NEEDS_QUOTES));
}

static void tell_rest(struct reader *r, const struct trouble *t);

static void tell_start(struct reader *r, const struct trouble *t)
{
	bool is_flow = r->depth && r->open[r->depth - 1].is_flow;
	size_t to = is_flow ? flow_end(r, t->at) : block_end(r, t->at);
	struct text sign = {0};
	uint32_t code;
	int bytes = utf8_next(r->source->text + t->at, &code);

	if (t->found == '\t') {
		complain(r, t->at, t->at + 1, SAY(INDENT_WITH_SPACES), SAY(NO_TABS));
		return;
	}
	if (!is_flow && text_begin(r, t->at) < t->at) {         /* "left: %d" % n */
		tell_rest(r, t);
		return;
	}
	text_add(&sign, r->source->text + t->at, (size_t)bytes);
	diag_add(r->diags, DIAG_YAML, stretch(r, t->at, to), help_quotes(r, t->at, to),
		bytes ? SAY(CANT_BEGIN, text_is(&sign)) : SAY(SOMETHING_MISSING));
	text_free(&sign);
}

static bool is_first_in_line(const struct reader *r, size_t at)
{
	size_t i = r->source->line[line_at(r, at) - 1];

	while (i < at && is_blank(r->source->text[i]))
		i++;
	return i == at;
}

/* "left: " + n   "left: %d" % n   {say: a}, {say: b} */
static struct message rest_remedy(struct reader *r, size_t from, size_t at, size_t to)
{
	const char *s = r->source->text, *end = s + r->last_to;                 /* of the value that begins at from */
	size_t rest = at + 1 + strspn(s + at + 1, " ");
	bool quoted = s[from] == '"' || s[from] == '\'';
	if (s[from] == '{' && s[at] == ',')
		return SAY(WRITE_STATEMENT, arena_print(r->diags->arena, "[%.*s]", (int)(to - from), s + from));
	if (quoted && s[at] == '+' && rest < to && !memchr(s + rest, s[from], to - rest))
		return SAY(WRITE_STATEMENT, arena_print(r->diags->arena, "%.*s{%.*s}%c", (int)(end - 1 - (s + from)), s + from, (int)(to - rest), s + rest, s[from]));
	if (quoted && (s[at] == '+' || s[at] == '%' || s[at] == ','))
		return SAY(VALUES_IN_BRACES);
	return help_quotes(r, from, to);
}

/* Something follows a complete value in the same line. */
static void tell_rest(struct reader *r, const struct trouble *t)
{
	size_t from = text_begin(r, t->at), to = block_end(r, t->at);
	bool is_one_line = from < t->at && line_at(r, from) == line_at(r, t->at);
	struct diag *e;

	if (t->found == ']' || t->found == '}') {
		complain(r, t->at, t->at + 1, NOTHING_TO_SAY, SAY(BRACKET_CLOSES_NOTHING));
		return;
	}
	e = complain(r, is_one_line && strchr("[{", r->source->text[from]) ? from : t->at, to,
		is_one_line ? rest_remedy(r, from, t->at, to) : SAY(QUOTE_BRACKETS), SAY(NOTHING_FOLLOWS));
	if (from < t->at && !is_one_line)
		point(r, e, from, SAY(QUOTE_MAY_MISS));
}

/* The verb whose steps are meant, if the first key of the mapping is one that has steps. */
static const struct verb_row *verb_with_steps(struct reader *r, size_t mapping)
{
	const char *s = r->source->text + mapping;
	enum verb verb = verb_find(arena_word(r->diags->arena, s, word_length(s, strlen(s))));

	return verb && block_key(&verb_rows[verb]) ? &verb_rows[verb] : NULL;
}

/* -say: hi: the word; "": it is none. */
static const char *glued_to_dash(struct reader *r, size_t at)
{
	const char *s = r->source->text + at;

	return *s == '-' ? arena_word(r->diags->arena, s + 1, word_length(s + 1, strlen(s + 1))) : "";
}

/* - repeat: 3
 *     - say: hi          `do:` is missing
 * - say: hi
 *   say: ho              `- ` is missing      */
static struct message member_remedy(struct reader *r, const struct trouble *t, bool is_item)
{
	const char *s = r->source->text + t->at;
	const struct verb_row *row = is_item ? verb_with_steps(r, t->begin) : NULL;
	size_t word = word_length(s, strlen(s)), length = block_end(r, t->at) - t->at;
	const char *glued;

	if (row)
		return SAY(DO_ABOVE, block_key(row));
	if (*(glued = glued_to_dash(r, t->at)) || (is_item && *(glued = glued_to_dash(r, t->begin))))
		return SAY(BLANK_AFTER_DASH, glued);
	if (!is_item && r->source->text[t->begin] == '-' && length < SUGGESTION && verb_find(arena_word(r->diags->arena, s, word)))
		return SAY(WRITE_STEP, arena_word(r->diags->arena, s, length));
	return SAY(SAME_COLUMN);
}

/* A line that is no member of the list or mapping above it. */
static void tell_member(struct reader *r, const struct trouble *t, struct message misfit, struct message begin)
{
	struct place there = stretch(r, t->begin, t->begin), here = stretch(r, t->at, t->at);
	struct diag *e;

	if (!is_first_in_line(r, t->at)) {
		tell_rest(r, t);
		return;
	}
	e = complain(r, t->at, block_end(r, t->at), member_remedy(r, t, t->found == '-'),
		here.column == there.column ? misfit : SAY(INDENTATION_FITS_NOTHING));
	point(r, e, t->begin, begin);
}

static void tell_key(struct reader *r, const struct trouble *t)
{
	bool is_item = t->found == '-';

	tell_member(r, t, is_item ? SAY(ITEM_AMONG_KEYS)
		: SAY(KEY_EXPECTED), SAY(MAPPING_BEGINS));
}

static void tell_item(struct reader *r, const struct trouble *t)
{
	tell_member(r, t, SAY(ONLY_ITEMS), SAY(LIST_BEGINS));
}

static void tell_no_colon(struct reader *r, const struct trouble *t)
{
	const char *s = r->source->text + t->begin;
	size_t end = block_end(r, t->begin) - t->begin, colon = 0;

	while (colon < end && s[colon] != ':' && s[colon] != ' ')
		colon++;
	if (colon && s[colon] == ':') {         /* shared:n */
		complain(r, t->begin + colon, t->begin + colon + 1, end >= SUGGESTION ? NOTHING_TO_SAY : SAY(BLANK_AFTER_COLON,
			arena_print(r->diags->arena, "%.*s: %.*s", (int)colon, s, (int)(end - colon - 1), s + colon + 1)), SAY(BLANK_MISSING));
		return;
	}
	complain(r, t->begin, block_end(r, t->begin),
		SAY(LINES_OF_MAPPING),
		SAY(COLON_MISSING));
}

/* - print("left: {n}"): the colon in quotes that do not begin the text. */
static bool tell_quoted_colon(struct reader *r, size_t at)
{
	const char *s = r->source->text;
	size_t from = r->source->line[line_at(r, at) - 1], colon, quotes = 0;

	while (is_blank(s[from]) || (s[from] == '-' && s[from + 1] == ' '))
		from++;
	for (colon = from; colon < at && !(s[colon] == ':' && s[colon + 1] == ' '); colon++)
		quotes += s[colon] == '"';
	if (colon >= at || quotes % 2 == 0 || s[from] == '"')
		return false;
	complain(r, from, block_end(r, from), help_quotes(r, from, block_end(r, from)), SAY(COLON_NEEDS_QUOTES));
	return true;
}

static void tell_quote(struct reader *r, const struct trouble *t)
{
	if (tell_quoted_colon(r, t->begin))
		return;
	point(r, complain(r, t->begin, t->begin + 1, NOTHING_TO_SAY, SAY(QUOTE_NOT_CLOSED)), t->at,
		t->found ? SAY(DOCUMENT_ENDS) : SAY(FILE_ENDS));
}

static void tell_escape(struct reader *r, const struct trouble *t)
{
	complain(r, t->at, t->at + 2, SAY(WRITE_BACKSLASH),
		SAY(NO_ESCAPE));
}

static void tell_sign(struct reader *r, const struct trouble *t)
{
	refuse_sign(r, t->begin);
}

static void tell_directive(struct reader *r, const struct trouble *t)
{
	diag_add(r->diags, DIAG_REFUSED, stretch(r, t->begin, block_end(r, t->begin)), NOTHING_TO_SAY,
		SAY(NO_DIRECTIVES));
}

/* The first row that fits libyaml's words reports it: by a function, or by a message and a help. */
static const struct rule {
	const char *problem, *context;          /* parts of libyaml's words; NULL: any */
	void (*tell)(struct reader *, const struct trouble *);
	const struct sentence *message, *help;
} rules[] = {
	{NULL, "directive", tell_directive, NULL, NULL},
	{"incompatible YAML", NULL, tell_directive, NULL, NULL},
	{NULL, " tag", tell_sign, NULL, NULL},
	{"tag handle", NULL, tell_sign, NULL, NULL},
	{NULL, "an alias", tell_sign, NULL, NULL},
	{NULL, "an anchor", tell_sign, NULL, NULL},
	{NULL, "parsing a flow", tell_flow, NULL, NULL},
	{"mapping values", NULL, tell_colon, NULL, NULL},
	{"cannot start any token", NULL, tell_start, NULL, NULL},
	{"expected node content", NULL, tell_start, NULL, NULL},
	{"a tab character", NULL, NULL, &sentence_NO_TABS, &sentence_INDENT_WITH_SPACES},
	{"expected key", NULL, tell_key, NULL, NULL},
	{"expected '-' indicator", NULL, tell_item, NULL, NULL},
	{"unexpected ':'", NULL, NULL, &sentence_BLANK_MISSING, &sentence_OR_QUOTES},
	{"expected ':'", NULL, tell_no_colon, NULL, NULL},
	{"unexpected end of stream", NULL, tell_quote, NULL, NULL},
	{"unexpected document indicator", NULL, tell_quote, NULL, NULL},
	{"unknown escape", NULL, tell_escape, NULL, NULL},
	{"hexdecimal", NULL, NULL, &sentence_HEX_DIGITS, NULL},
	{"invalid Unicode character escape", NULL, NULL, &sentence_NO_SUCH_CHARACTER, NULL},
	{"comment or line break", NULL, NULL, &sentence_ONLY_COMMENT, &sentence_BLOCK_NEEDS_QUOTES},
	{"indicator equal to 0", NULL, NULL, &sentence_NO_INDENTATION_0, NULL},
	{"block sequence entries", NULL, NULL, &sentence_NO_ITEM_HERE, &sentence_BEGIN_THE_LIST},
	{"mapping keys", NULL, NULL, &sentence_NO_KEY_HERE, &sentence_QUESTION_NEEDS_QUOTES},
	{"<document start>", NULL, NULL, &sentence_SCENARIO_ENDED, &sentence_KEYS_IN_COLUMN},
};

static bool says(const char *words, const char *part)
{
	return !part || (words && strstr(words, part));
}

static void rewrite(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	struct trouble t = {.at = offset_of(r, p->problem_mark)};

	t.begin = p->context ? offset_of(r, p->context_mark) : t.at;
	t.found = r->source->text[t.at];
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		const struct rule *rule = &rules[i];

		if (!says(p->problem, rule->problem) || !says(p->context, rule->context))
			continue;
		if (rule->tell)
			rule->tell(r, &t);
		else
			complain(r, t.at, t.at + 1, (struct message){.sentence = rule->help},
				(struct message){.sentence = rule->message});
		return;
	}
	complain(r, t.at, t.at + 1, NOTHING_TO_SAY, p->problem ? SAY(YAML_SAYS, p->problem) : SAY(NOT_YAML));
}

static struct node *read_document(struct diags *d, const struct source *s, bool as_it_is, bool despite_duplicates);

/* The first line of a text in which something is wrong; 0 if nothing is. */
static uint32_t first_wrong_line(const char *text, size_t length)
{
	struct arena a = {0};
	struct source s;
	struct diags d = {.arena = &a, .source = &s};
	uint32_t line = 0;

	source_init(&s, &a, "", text, length);
	read_document(&d, &s, true, false);
	for (size_t i = 0; i < d.count; i++)
		if (!line || d.list[i].place.line < line)
			line = d.list[i].place.line;
	diags_free(&d);
	arena_free(&a);
	return line;
}

/* What a line of a mapping should have instead: nothing (`at` is its end), a plain mark, or a blank behind its colon. */
struct slip { size_t at; bool is_mark; };

/* title：抢票   count:2   - say:hi */
static struct slip colon_slip(const struct reader *r, size_t from, size_t end)
{
	const char *s = r->source->text;
	char meant[LOOKALIKE_MEANT];
	size_t i = from;

	while (i < end && (is_blank(s[i]) || (s[i] == '-' && is_blank(s[i + 1]))))
		i++;
	i += word_length(s + i, end - i);
	if (i > from && i < end && lookalike_at(s + i, end - i)) {
		lookalike_meant(s + i, meant);
		return (struct slip){*meant == ':' ? i : end, true};
	}
	return (struct slip){i > from && i + 1 < end && s[i] == ':' && !is_blank(s[i + 1]) && s[i + 1] != ':' ? i : end, false};
}

/* In the line that YAML stumbled over any mark may be the reason; above it, a colon that it took for part of a text. */
static struct slip line_slip(const struct reader *r, size_t from, size_t end, bool is_last)
{
	size_t mark = is_last ? from + lookalike_find(r->source->text + from, end - from) : end;

	return mark < end ? (struct slip){mark, true} : colon_slip(r, from, end);
}

static size_t line_end(const struct source *s, size_t from)
{
	while (!is_line_end(s->text[from]))
		from++;
	return from;
}

static void put_mended(struct text *t, const struct reader *r, size_t from, size_t end, bool is_last)
{
	const char *s = r->source->text;
	struct slip slip = line_slip(r, from, end, is_last);
	bool all = is_last && slip.is_mark;

	for (size_t i = from; i < end;) {
		char meant[LOOKALIKE_MEANT];
		size_t bytes = i == slip.at || all ? lookalike_at(s + i, end - i) : 0;

		if (bytes)
			lookalike_meant(s + i, meant);
		text_add(t, bytes ? meant : s + i, bytes ? strlen(meant) : 1);
		text_put(t, i == slip.at || (bytes && *meant == ':') ? " " : "");
		i += bytes ? bytes : 1;
	}
}

/* The first line that is wrong if these lines, and those that were blamed before, are mended; 0: none is. */
static uint32_t wrong_when_mended(struct reader *r, uint32_t first, uint32_t last)
{
	const struct source *s = r->source;
	struct text t = {0};
	uint32_t wrong_line;

	for (uint32_t line = 1; line <= s->lines; line++) {
		size_t from = s->line[line - 1], end = line_end(s, from);
		bool now = line >= first && line <= last;
		if (now || r->blamed[line - 1])
			put_mended(&t, r, from, end, now ? line == last : r->blamed[line - 1] == BLAMED_WHOLE);
		else
			text_add(&t, s->text + from, end - from);
		text_put(&t, line < s->lines ? "\n" : "");
	}
	wrong_line = first_wrong_line(text_is(&t), t.length);
	text_free(&t);
	return wrong_line;
}

/* Of a long file that is wrong all over the first lines are mended, not all that there are. */
static bool may_try(struct reader *r)
{
	enum { MOST_TRIED = 2 * YAML_FILE };

	r->tried += r->source->length;
	return r->tried <= MOST_TRIED;
}

/* Would YAML understand more if these lines were mended? */
static bool is_better(struct reader *r, uint32_t first, uint32_t last)
{
	uint32_t wrong_line;

	if (!may_try(r))
		return false;
	wrong_line = wrong_when_mended(r, first, last);
	return !wrong_line || wrong_line > last;
}

static void tell_slip(struct reader *r, struct slip slip, size_t end)
{
	const char *s = r->source->text;
	size_t from = slip.at;

	if (slip.is_mark) {
		struct lookalike_said said = lookalike_said(r->diags->arena, s + slip.at);

		diag_add(r->diags, DIAG_LOOKALIKE, stretch(r, slip.at, slip.at + lookalike_at(s + slip.at, end - slip.at)), said.help, said.message);
		return;
	}
	while (from > 0 && !is_blank(s[from - 1]))
		from--;
	complain(r, slip.at, slip.at + 1, end - from >= SUGGESTION ? NOTHING_TO_SAY : SAY(BLANK_AFTER_COLON,
		arena_print(r->diags->arena, "%.*s: %.*s", (int)(slip.at - from), s + from, (int)(end - slip.at - 1), s + slip.at + 1)), SAY(BLANK_MISSING));
}

/* Is what is wrong in this line a mark that only looks like one of YAML's, or a blank that is missing behind a colon? To YAML the text
 * goes on then, and it complains of a line below. */
static bool blame_line(struct reader *r, uint32_t last)
{
	enum { LINES_UP = 8 };
	const struct source *s = r->source;
	uint32_t first = last;

	for (bool is_better_now = false; first && last - first <= LINES_UP; first--) {
		size_t from = s->line[first - 1], end = line_end(s, from);

		if (line_slip(r, from, end, first == last).at < end)
			is_better_now = is_better(r, first, last);
		if (is_better_now)
			break;
	}
	if (!first || last - first > LINES_UP)
		return false;
	for (uint32_t line = first; line <= last; line++) {
		size_t from = s->line[line - 1], end = line_end(s, from);
		struct slip slip = line_slip(r, from, end, line == last);

		if (slip.at < end)
			tell_slip(r, slip, block_end(r, from));
		r->blamed[line - 1] = line == last ? BLAMED_WHOLE : BLAMED_COLON;
	}
	return true;
}

/* In a file in which a full-width colon was taken for a part of a text: does this line have one, too? To YAML it may be a text of several
 * lines that is valid; so only a word of ASCII letters, as keys are, or a colon at the end of the line is taken for one. */
static bool has_such_colon(const struct reader *r, size_t from, size_t end, struct slip *slip)
{
	const char *s = r->source->text;
	size_t i = from;

	*slip = colon_slip(r, from, end);
	if (slip->at >= end || !slip->is_mark)
		return false;
	while (i < slip->at && (unsigned char)s[i] < 0x80)
		i++;
	return i == slip->at || slip->at + lookalike_at(s + slip->at, end - slip->at) == end;
}

static void tell_colons_below(struct reader *r, uint32_t first)
{
	const struct source *s = r->source;

	for (uint32_t line = first; line <= s->lines && !diags_full(r->diags); line++) {
		size_t from = s->line[line - 1], end = line_end(s, from);
		struct slip slip;

		if (!r->blamed[line - 1] && has_such_colon(r, from, end, &slip))
			tell_slip(r, slip, block_end(r, from));
	}
}

/* The same of that line, and of those below that would be wrong for the same reason once it is mended. */
static bool blame_slips(struct reader *r, uint32_t line)
{
	enum { MOST = 50 };
	bool blamed;

	if (r->as_it_is)
		return false;
	r->blamed = must_have(calloc(r->source->lines + 1, 1));
	blamed = blame_line(r, line);
	for (int n = 1; n < MOST && blamed && may_try(r) && (line = wrong_when_mended(r, 1, 0)) && blame_line(r, line); n++)
		;
	if (blamed && !line)
		tell_colons_below(r, 1);
	free(r->blamed);
	r->blamed = NULL;
	return blamed;
}

static void explain(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	size_t at = p->problem_offset < r->source->length ? p->problem_offset : r->source->length;

	if (p->error == YAML_MEMORY_ERROR)
		must_have(NULL);
	if (p->error != YAML_READER_ERROR) {
		if (!blame_slips(r, line_at(r, offset_of(r, p->problem_mark))))
			rewrite(r);
	}
	else if (says(p->problem, "control characters"))
		diag_add(r->diags, DIAG_BINARY, stretch(r, at, at + 1), NOTHING_TO_SAY,
			SAY(CONTROL_CHARACTER, arena_print(r->diags->arena, "%04X", (unsigned)p->problem_value)));
	else
		diag_add(r->diags, DIAG_BINARY, stretch(r, at, at + 1), SAY(SAVE_AS_UTF8),
			SAY(NO_UTF8));
}

/* ---- the contract ---- */

static void read_events(struct reader *r)
{
	r->is_over = refuse_directives(r, 0);
	for (int events = 0; !r->is_over; events++) {
		yaml_event_t e;

		if (!yaml_parser_parse(&r->parser, &e)) {
			explain(r);
			return;
		}
		if (events < YAML_EVENTS)
			take_event(r, &e);
		else
			stop(r, offset_of(r, e.start_mark), SAY(TOO_MANY_EVENTS));
		yaml_event_delete(&e);
	}
}

static bool is_nothing(const struct node *n)
{
	return !n || (n->kind == NODE_SCALAR && !n->quoted && !n->length);
}

/* NULL if there are errors; duplicates are none where the rest of the tree is to be looked at all the same. */
static struct node *read_document(struct diags *d, const struct source *s, bool as_it_is, bool despite_duplicates)
{
	struct reader r = {.diags = d, .source = s, .as_it_is = as_it_is};
	size_t errors = d->errors;

	if (s->length > YAML_FILE) {
		diag_add(d, DIAG_FILE, (struct place){0}, NOTHING_TO_SAY, SAY(FILE_TOO_LARGE));
		return NULL;
	}
	if (!yaml_parser_initialize(&r.parser))
		must_have(NULL);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)s->text, s->length);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	read_events(&r);
	yaml_parser_delete(&r.parser);
	free(r.waiting);
	if (d->errors == errors && is_nothing(r.root))
		diag_add(d, DIAG_EMPTY, (struct place){0}, SAY(BEGIN_A_FILE), SAY(FILE_EMPTY));
	return d->errors == errors + (despite_duplicates ? r.duplicates : 0) ? r.root : NULL;
}

struct node *yaml_read(struct diags *d, const struct source *s)
{
	return read_document(d, s, false, false);
}

struct node *yaml_read_on(struct diags *d, const struct source *s)
{
	return read_document(d, s, false, true);
}

struct node *yaml_find(const struct node *map, const char *key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	for (size_t i = 0; i < map->count; i++)
		if (!strcmp(map->key[i]->text, key))
			return map->item[i];
	return NULL;
}

struct place yaml_inside(const struct node *n, size_t offset, size_t length)
{
	struct place p = n->place;

	if (n->kind != NODE_SCALAR || !n->exact)
		return p;
	if (offset > n->length)
		offset = n->length;
	if (length > n->length - offset)
		length = n->length - offset;
	p.column += (uint32_t)(n->quoted + offset);
	p.length = (uint32_t)length;
	return p;
}
