/* One scenario, from its text to a program. */
#include "sim/language/compile.h"
#include "sim/language/emit.h"
#include <stdlib.h>
#include <string.h>

const char blank_mark[] = "???";

/* Beyond ASCII: no blank, no mark, nothing that turns the line round; U+FFFD stands for bytes that are no UTF-8. */
static bool is_letter(uint32_t code)
{
	static const uint32_t not [][2] = {
		{ 0x80, 0xbf }, { 0x2000, 0x206f }, { 0x3000, 0x3004 }, { 0x3008, 0x3020 }, { 0xd800, 0xf8ff }, { 0xfe00, 0xfe6f },
		{ 0xfeff, 0xff0f }, { 0xff1a, 0xff20 }, { 0xff3b, 0xff40 }, { 0xff5b, 0xff65 }, { 0xfff0, 0xffff }, { 0xe0000, 0x10ffff },
	};
	for (size_t i = 0; i < sizeof not / sizeof *not; i++)
		if (code >= not [i][0] && code <= not [i][1])
			return false;
	return utf8_width(code) > 0;
}

bool is_scenario_name(const char *s)
{
	uint32_t code;
	bool good = *s;
	for (int n; good && (n = utf8_next(s, &code)); s += n)
		good = code < 0x80 ? strchr("abcdefghijklmnopqrstuvwxyz0123456789-", (int)code) != NULL : is_letter(code);
	return good;
}

static void read_identity(struct compiler *c, const struct node *root)
{
	struct program *g = c->g;
	const struct node *id = yaml_find(root, "scenario"), *x;
	if (!id && section_meant(c, root, "scenario"))
		;                               /* its key is mistyped: that has been said */
	else if (!id)
		wrong(c, DIAG_MISSING, root->place, SAY(ADD_SCENARIO), SAY(NO_SCENARIO));
	else if (id->kind != NODE_SCALAR || !is_scenario_name(id->text))
		wrong(c, DIAG_NAME, id->place, SAY(IDENTIFIER_FORM), SAY(NO_IDENTIFIER));
	else
		g->name = id->text;
	g->title = (x = yaml_find(root, "title")) ? prose(c, x) : NULL;
	g->about = (x = yaml_find(root, "about")) ? prose(c, x) : NULL;
	if ((x = yaml_find(root, "topics")))
		g->topic = prose_list(c, x, &g->topics);
	if ((x = yaml_find(root, "lesson")))
		g->lesson = prose_list(c, x, &g->lessons);
}

static void declare_params(struct compiler *c, const struct node *root)
{
	const struct node *x = section_find(c, root, "params");
	if (x)
		params_declare(c, x);
	if (c->settings)
		params_set(c, c->settings);
	params_settle(c);
}

static void declare(struct compiler *c, const struct node *root)
{
	bool mistyped = c->d->errors > 0;       /* a key is unknown: perhaps the very one that is missing */
	const struct node *x;
	if (!c->open)                           /* else that is done */
		declare_params(c, root);
	if ((x = section_find(c, root, "private")))
		declare_variables(c, x, SYMBOL_PRIVATE);
	if ((x = section_find(c, root, "shared")))
		declare_variables(c, x, SYMBOL_SHARED);
	if ((x = section_find(c, root, "objects")))
		declare_objects(c, x);
	if ((x = section_find(c, root, "functions")))
		declare_functions(c, x);
	declare_main(c, yaml_find(root, "main"));
	if ((x = section_find(c, root, "processes")))
		declare_groups(c, x);
	declare_servers(c);
	if (c->g->handles) {                    /* behind all variables of any group */
		c->g->thrown = c->g->process_slots;
		c->g->process_slots += 3;
	}
	if (!x && !yaml_find(root, "main") && !mistyped)
		wrong(c, DIAG_MISSING, root->place, SAY(ADD_PROCESSES), SAY(NOTHING_HAPPENS));
}

static void read_tree(struct compiler *c, const struct node *root, const struct node *expect)
{
	const struct node *x;
	struct tree *tree = arena_get(c->a, sizeof *tree);
	tree->functions = (uint32_t)c->g->functions;
	tree->function = arena_get(c->a, tree->functions * sizeof *tree->function);
	tree->groups = (uint32_t)c->g->groups;
	tree->group = arena_get(c->a, tree->groups * sizeof *tree->group);
	tree->beginning = arena_get(c->a, (c->begins + 1) * sizeof *tree->beginning);
	c->g->tree = c->tree = tree;
	if ((x = section_find(c, root, "functions")) && x->kind == NODE_MAP)
		read_functions(c, x);
	if ((x = section_find(c, root, "processes")) && x->kind == NODE_MAP)
		read_groups(c, x);
	read_beginnings(c);
	read_main(c, yaml_find(root, "main"));
	if (expect)
		read_expect(c, expect);
}

static void read_settings(struct compiler *c, const struct node *root)
{
	const struct node *x;
	if ((x = yaml_find(root, "cpu")))
		read_cpu(c, x);
	if ((x = yaml_find(root, "observe")))
		read_observe(c, x);
	else
		observe_all(c);
	if ((x = yaml_find(root, "schedule")))
		read_schedule(c, x);
	if ((x = yaml_find(root, "exercise")))
		read_exercise(c, x);
}

/* ---- what a schedule depends on ---- */

/* Of what the file says, not of the tree: these numbers stand in recordings, which later versions of the program read, too. */
static uint64_t hash_node(const struct node *n, uint64_t h)
{
	h = (h ^ n->kind) * 1099511628211u;
	for (size_t i = 0; i < n->length; i++)
		h = (h ^ (unsigned char)n->text[i]) * 1099511628211u;
	for (size_t i = 0; i < n->count; i++) {
		if (n->key)
			h = hash_node(n->key[i], h);
		if (!n->key || !is_for_all_steps(n->key[i]->text))
			h = hash_node(n->item[i], h);
	}
	return (h ^ n->count) * 1099511628211u;
}

static void remember_sections(struct compiler *c, const struct node *root)
{
	static const char *const keys[] = { "scenario", "private", "shared", "objects", "functions", "processes", "main" };
	struct program *g = c->g;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct node *n = yaml_find(root, keys[i]);
		GROW(g->section, g->sections, g->section_room);
		g->section[g->sections++] = (struct section){ keys[i], n ? hash_node(n, 14695981039346656037u) : 0 };
	}
}

/* ---- the whole ---- */

static struct program *program_new(const char *name, const char *text, size_t length)
{
	struct program *g = must_have(calloc(1, sizeof *g));
	g->pool = must_have(pool_open());
	source_init(&g->source, &g->arena, arena_word(&g->arena, name, strlen(name)), arena_word(&g->arena, text, length), length);
	g->diags = (struct diags){ .arena = &g->arena, .source = &g->source };
	g->name = "";
	g->cpu = (struct cpu){ .count = 1, .policy = POLICY_RR, .quantum = 100000, .step = 10000, .preemptive = true, .batch = 1 };
	for (int i = 0; i < EXCEPTION_COUNT; i++)
		g->exception[i] = pool_text(g->pool, exception_words[i], strlen(exception_words[i]));
	return g;
}

/* Number 0 of everything is nobody. */
static void reserve_zero(struct program *g)
{
	GROW(g->object, g->objects, g->object_room);
	g->object[g->objects++] = (struct object){ .name = "" };
	GROW(g->process, g->processes, g->process_room);
	index_add(&g->names, hash_text(""));
	g->process[g->processes++] = (struct process){ .name = "", .title = "" };
	GROW(g->function, g->functions, g->function_room);
	g->function[g->functions++] = (struct function){ .name = "" };
}

/* ---- exercises with blanks ---- */

bool key_holds_prose(const char *key)
{
	static const char *const keys[] = { "title", "about", "lesson", "task", "hints", "hint", "note", "ask", "say", "message", "name", "named" };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

static void find_blanks(struct compiler *c, const struct node *n)
{
	const char *at = n->kind == NODE_SCALAR ? strstr(n->text, blank_mark) : NULL;
	if (at) {
		wrong(c, DIAG_BLANK, yaml_inside(n, at - n->text, strlen(blank_mark)), SAY(FILL_IT_IN), SAY(BLANK_LEFT));
		c->g->blanks++;
	}
	for (size_t i = 0; n->kind != NODE_SCALAR && i < n->count; i++)
		if (n->kind == NODE_LIST || !key_holds_prose(n->key[i]->text))
			find_blanks(c, n->item[i]);
}

/* What it means, as far as that is known before they are filled in. What else is wrong is not reported: that may be what they are for. */
static void read_open(struct compiler *c, const struct node *root, const struct node *expect)
{
	struct diags *said = c->d, unsaid = { .arena = c->a, .source = &c->g->source };
	c->d = &unsaid;
	c->open = true;
	declare(c, root);
	read_tree(c, root, expect);
	c->d = said;
	diags_free(&unsaid);
}

static int64_t points_in(const struct node *expect)
{
	int64_t sum = 0;
	for (size_t i = 0; expect && expect->kind == NODE_LIST && i < expect->count; i++) {
		const struct node *points = yaml_find(expect->item[i], "points");
		int64_t n = 1;
		if (points && points->kind == NODE_SCALAR)
			number_read(points->text, points->length, &n);
		sum += n > 0 && n <= MOST_POINTS ? n : 0;
	}
	return sum;
}

/* A schedule's or a recording's file says for which scenario it was made, and is none. */
static bool is_scenario(struct compiler *c, const struct node *root)
{
	const struct node *made_for = yaml_find(root, "sections"), *name = yaml_find(root, "scenario");
	if (!made_for)
		return true;
	struct text file = { 0 };
	text_shell(&file, strcmp(c->g->source.name, "<stdin>") ? c->g->source.name : "-");
	wrong(c, DIAG_KEY, root->place, SAY(PLAY_RECORDING, name && name->kind == NODE_SCALAR ? name->text : "FILE", text_is(&file)), SAY(RECORDING_NOT_SCENARIO));
	text_free(&file);
	return false;
}

static struct program *load(const char *name, const char *text, size_t length, const char *language, const char *settings,
                            const struct program *expectations)
{
	struct program *g = program_new(name, text, length);
	struct compiler c = { .g = g, .d = &g->diags, .a = &g->arena, .language = language, .settings = settings };
	g->chinese = !strncmp(language, "zh", 2);
	const struct node *root = yaml_read_on(&g->diags, &g->source);
	reserve_zero(g);
	if (root && is_scenario(&c, root) && map_check(&c, root, WHERE_SCENARIO)) {
		c.root = g->root = root;
		const struct node *expect = yaml_find(expectations ? expectations->root : root, "expect");
		g->points = points_in(expect);
		read_identity(&c, root);
		find_blanks(&c, root);
		if (!g->blanks) {
			declare(&c, root);
			read_tree(&c, root, expect);
			read_settings(&c, root);
			if (!g->diags.errors)
				emit_program(g);
		} else if (yaml_find(root, "exercise")) {
			declare_params(&c, root);
			read_exercise(&c, yaml_find(root, "exercise"));
			read_open(&c, root, expect);
		}
		remember_sections(&c, root);
	}
	lookalikes_list(&g->diags);
	diags_sort(&g->diags);
	index_free(&c.names);
	index_free(&c.locals_by_name);
	index_free(&c.unknown_names);
	free(c.symbol);
	free(c.local);
	free(c.wanted);
	free(c.begun);
	free(c.unknown);
	return g;
}

struct program *program_load(const char *name, const char *text, size_t length, const char *language)
{
	return load(name, text, length, language, NULL, NULL);
}

struct program *program_load_set(const char *name, const char *text, size_t length, const char *language, const char *settings)
{
	return load(name, text, length, language, settings, NULL);
}

struct program *program_load_under(const char *name, const char *text, size_t length, const char *language, const char *settings,
                                   const struct program *expectations)
{
	return load(name, text, length, language, settings, expectations);
}

void program_free(struct program *g)
{
	if (!g)
		return;
	void *const arrays[] = { g->code, g->constant, g->step, g->function, g->handler, g->object, g->shared, g->private,
	                         g->param, g->group, g->process, g->expect, g->turn, g->observe, g->section };
	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
		free(arrays[i]);
	index_free(&g->names);
	pool_close(g->pool);
	diags_free(&g->diags);
	arena_free(&g->arena);
	free(g);
}

/* ---- values as people and programs read them ---- */

/* A list may be in itself many times over, by the same list in it: its text would have no end. So a text is cut where it
 * becomes too long, or lists too deep. */
struct writer { const struct program *g; struct text *t; bool json; size_t most; uint32_t deepest, depth; enum fits fits; };

static void put_special(struct writer *w, value v)
{
	static const char *const special[] = { "unset", "none", "false", "true" };
	uint32_t n = value_payload(v);
	text_put(w->t, w->json && n < 2 ? "null" : special[n & 3]);
}

static void put_parts(struct writer *w, value v);

static void put_one(struct writer *w, value v, bool inside)
{
	const struct program *g = w->g;
	uint32_t n = value_payload(v);
	const char *s = "";
	switch (value_tag(v)) {
	case TAG_SPECIAL: put_special(w, v); return;
	case TAG_INT:
	case TAG_BIG:     text_int(w->t, value_int(g->pool, v)); return;
	case TAG_LIST:
	case TAG_DICT:    put_parts(w, v); return;
	case TAG_TEXT:    s = value_text(g->pool, v, NULL); break;
	case TAG_OBJECT:  s = g->object[value_object(v)].name; break;
	case TAG_PROCESS: s = n & PROCESS_GROUP ? g->group[n & ~PROCESS_GROUP].name : g->process[n].name; break;
	case TAG_HANDLE:  s = "result"; break;
	}
	if (w->json)
		text_json(w->t, s);
	else
		text_print(w->t, inside && value_tag(v) == TAG_TEXT ? "'%s'" : "%s", s);
}

static bool goes_on(struct writer *w)
{
	if (w->fits == FITS)
		w->fits = w->depth > w->deepest ? TOO_DEEP : w->t->length > w->most ? TOO_LONG : FITS;
	return w->fits == FITS;
}

/* In JSON every key is a text: of a number or a truth value its own. */
static void put_key(struct writer *w, value key)
{
	bool quotes = w->json && value_tag(key) != TAG_TEXT;
	text_put(w->t, quotes ? "\"" : "");
	put_one(w, key, true);
	text_put(w->t, quotes ? "\": " : ": ");
}

static void put_parts(struct writer *w, value v)
{
	uint32_t n, i = 0;
	const value *part = value_parts(w->g->pool, v, &n);
	bool dict = value_tag(v) == TAG_DICT;
	text_char(w->t, dict ? '{' : '[');
	w->depth++;
	for (; i < n && goes_on(w); i++) {
		text_put(w->t, i ? ", " : "");
		if (dict)
			put_key(w, part[i++]);
		put_one(w, part[i], true);
	}
	w->depth--;
	if (i < n) {
		text_put(w->t, i ? ", " : "");
		text_put(w->t, !w->json ? "\u2026" : dict ? "\"\u2026\": null" : "\"\u2026\"");
	}
	text_char(w->t, dict ? '}' : ']');
}

static enum fits put_value(const struct program *g, value v, struct text *t, bool json, size_t most, uint32_t deepest)
{
	struct writer w = { .g = g, .t = t, .json = json, .most = t->length + most, .deepest = deepest };
	put_one(&w, v, false);
	return w.fits;
}

enum fits program_text(const struct program *g, value v, struct text *t)
{
	return put_value(g, v, t, false, LONGEST_TEXT, DEEPEST_TEXT);
}

const char *program_value(const struct program *g, value v, struct text *t)
{
	put_value(g, v, t, false, LONGEST_SHOWN, DEEPEST_SHOWN);
	return text_is(t);
}

enum fits program_json(const struct program *g, value v, struct text *t)
{
	return put_value(g, v, t, true, LONGEST_JSON, DEEPEST_SHOWN);
}
