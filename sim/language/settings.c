/* The settings of a scenario: cpu, expect, observe, schedule, exercise. */
#include "sim/language/compile.h"
#include <ctype.h>
#include <string.h>

/* ---- cpu ---- */

/* In what order a level of `mlq` runs. */
static void read_level_policy(struct compiler *c, const struct node *n, struct level *l)
{
	enum policy p = n->kind == NODE_SCALAR ? policy_find(n->text) : POLICY_COUNT;
	l->policy = p == POLICY_RR ? POLICY_RR : POLICY_FIFO;   /* of an unknown one no more is asked */
	if (n->kind != NODE_SCALAR)
		wrong(c, DIAG_TYPE, n->place, SAY(LEVEL_POLICIES), SAY(TEXT_EXPECTED));
	else if (p != POLICY_RR && p != POLICY_FIFO)
		wrong(c, DIAG_RANGE, n->place, SAY(LEVEL_POLICIES), SAY(UNKNOWN_LEVEL_POLICY, n->text));
}

static void read_policy(struct compiler *c, const struct node *n)
{
	enum policy p = n->kind == NODE_SCALAR ? policy_find(n->text) : POLICY_COUNT;
	if (n->kind != NODE_SCALAR)
		wrong(c, DIAG_TYPE, n->place, policy_suggest(c->a, ""), SAY(TEXT_EXPECTED));
	else if (p == POLICY_COUNT)
		wrong(c, DIAG_RANGE, n->place, policy_suggest(c->a, n->text), SAY(UNKNOWN_POLICY, n->text));
	else
		c->g->cpu.policy = p;
}

static void read_levels(struct compiler *c, const struct node *n)
{
	struct cpu *cpu = &c->g->cpu;
	if (n->kind != NODE_LIST || !n->count) {
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_LEVELS), SAY(LEVELS_EXPECTED));
		return;
	}
	cpu->level = arena_get(c->a, n->count * sizeof *cpu->level);
	for (size_t i = 0; i < n->count; i++) {
		const struct node *level = n->item[i];
		const struct node *quantum = level->kind == NODE_MAP ? yaml_find(level, "quantum") : NULL;
		const struct node *allotment = level->kind == NODE_MAP ? yaml_find(level, "allotment") : NULL;
		const struct node *policy = level->kind == NODE_MAP ? yaml_find(level, "policy") : NULL;
		struct level *l = &cpu->level[cpu->levels++];
		*l = (struct level){ .quantum = cpu->quantum, .allotment = 1, .policy = POLICY_RR };
		if (policy)
			read_level_policy(c, policy, l);
		for (size_t k = 0; level->kind == NODE_MAP && k < level->count; k++)
			if (level->item[k] != quantum && level->item[k] != allotment && level->item[k] != policy)
				wrong(c, DIAG_KEY, level->key[k]->place, SAY(LEVEL_KEYS), SAY(UNKNOWN_LEVEL_KEY, level->key[k]->text));
		if (!quantum && l->policy == POLICY_RR)
			wrong(c, DIAG_MISSING, level->place, SAY(WRITE_QUANTUM), SAY(LEVEL_NO_QUANTUM));
		else if (quantum)
			read_time(c, quantum, 1, &l->quantum);
		if (allotment)
			read_number(c, allotment, 1, SMALL_MAX, &l->allotment);
	}
}

/* "0.5", in millionths. */
static bool fraction_read(const struct node *n, int64_t *out)
{
	const char *at = n->kind == NODE_SCALAR ? n->text : "";
	int64_t whole = 0, part = 0, unit = 1000000;
	if (*at != '0' && *at != '1')
		return false;
	whole = *at++ - '0';
	if (*at == '.')
		for (at++; *at >= '0' && *at <= '9' && unit > 1; at++)
			part += (*at - '0') * (unit /= 10);
	*out = whole * 1000000 + part;
	return !*at && *out <= 1000000;
}

static void read_estimate(struct compiler *c, const struct node *n)
{
	struct cpu *cpu = &c->g->cpu;
	if (n->kind != NODE_MAP) {
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_ESTIMATE), SAY(ESTIMATE_EXPECTED));
		return;
	}
	cpu->estimates = true;
	cpu->alpha = 500000;
	cpu->first = 10000;
	for (size_t i = 0; i < n->count; i++) {
		const char *key = n->key[i]->text;
		if (!strcmp(key, "first"))
			read_time(c, n->item[i], 0, &cpu->first);
		else if (strcmp(key, "alpha"))
			wrong(c, DIAG_KEY, n->key[i]->place, SAY(WRITE_ESTIMATE), SAY(UNKNOWN_ESTIMATE_KEY, key));
		else if (!fraction_read(n->item[i], &cpu->alpha))
			wrong(c, DIAG_RANGE, n->item[i]->place, SAY(WRITE_ESTIMATE), SAY(ALPHA_EXPECTED));
	}
}

void read_cpu(struct compiler *c, const struct node *n)
{
	struct cpu *cpu = &c->g->cpu;
	int64_t count = cpu->count, batch = cpu->batch;
	if (!map_check(c, n, WHERE_CPU))
		return;
	cpu->given = true;
	const struct { const char *key; int64_t least, *to; } times[] = {
		{ "quantum", 1, &cpu->quantum }, { "step", 0, &cpu->step }, { "switch", 0, &cpu->change },
		{ "fork", 0, &cpu->fork }, { "boost", 0, &cpu->boost },
		{ "aging", 1, &cpu->aging },
	};
	const struct { const char *key; bool *to; } truths[] = {
		{ "preemptive", &cpu->preemptive }, { "io_stays", &cpu->io_stays }, { "io_to_front", &cpu->io_to_front },
		{ "finish_slice", &cpu->finish_slice },
	};
	const struct node *x;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		if ((x = yaml_find(n, times[i].key)))
			read_time(c, x, times[i].least, times[i].to);
	for (size_t i = 0; i < sizeof truths / sizeof *truths; i++)
		if ((x = yaml_find(n, truths[i].key)))
			read_truth(c, x, truths[i].to);
	cpu->has_quantum = yaml_find(n, "quantum") != NULL;
	if ((x = yaml_find(n, "count")) && read_number(c, x, 1, MAX_CPUS, &count))
		cpu->count = count;
	if ((x = yaml_find(n, "batch")) && read_number(c, x, 1, MOST_IN_A_BATCH, &batch))
		cpu->batch = batch;
	if ((x = yaml_find(n, "policy")))
		read_policy(c, x);
	if ((x = yaml_find(n, "levels")))
		read_levels(c, x);
	if ((x = yaml_find(n, "estimate")))
		read_estimate(c, x);
}

/* ---- expect ---- */

static enum expect_kind expect_find(const struct node *n, const struct node **what)
{
	for (int k = 0; k < EXPECT_KINDS; k++)
		if ((*what = yaml_find(n, expect_words[k])))
			return k;
	return EXPECT_KINDS;
}

static struct message modality_meant(const struct node *n)
{
	static const char *const no[] = { "no", "false", "none", "No", "False", "None", "impossible", "0" };
	static const char *const yes[] = { "yes", "true", "True", "Yes", "sometimes", "maybe", "1" };
	for (size_t i = 0; n->kind == NODE_SCALAR && i < sizeof no / sizeof *no; i++)
		if (!strcmp(n->text, no[i]))
			return SAY(WRITE_STATEMENT, "never");
	for (size_t i = 0; n->kind == NODE_SCALAR && i < sizeof yes / sizeof *yes; i++)
		if (!strcmp(n->text, yes[i]))
			return SAY(WRITE_STATEMENT, "possible");
	return NOTHING_TO_SAY;
}

static void read_modality(struct compiler *c, const struct node *n, struct expect *e)
{
	e->possible = n->kind == NODE_SCALAR && !strcmp(n->text, "possible");
	if (!e->possible && (n->kind != NODE_SCALAR || strcmp(n->text, "never")))
		wrong(c, DIAG_RANGE, n->place, modality_meant(n), SAY(MODALITY_EXPECTED));
}

/* Two conditions: whenever the first is true, the second is, then or later. */
static void read_pair(struct compiler *c, const struct node *n, struct expect *e, struct expect_tree *tree)
{
	if (n->kind != NODE_LIST || n->count != 2 || n->item[0]->kind != NODE_SCALAR || n->item[1]->kind != NODE_SCALAR) {
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_PAIR), SAY(PAIR_EXPECTED));
		return;
	}
	e->name = arena_print(c->a, "%s: [%s, %s]", expect_words[e->kind], n->item[0]->text, n->item[1]->text);
	e->later_text = n->item[1]->text;
	tree->what = look_read(c, n->item[0], false);
	tree->later = look_read(c, n->item[1], false);
}

static enum often often_find(const char *word)
{
	enum often o = OFTEN_NEVER;
	while (o < OFTEN_COUNT && strcmp(often_words[o], word))
		o++;
	return o;
}

/* In which executions its author expects it to be so. */
static void read_declared(struct compiler *c, const struct node *n, struct expect *e)
{
	const char *word = n->kind == NODE_SCALAR ? n->text : "", *near;
	if (e->kind >= EXPECT_DEADLOCK) {
		wrong(c, DIAG_KEY, n->place, SAY(WRITE_MODALITY, expect_words[e->kind]), SAY(NO_VERDICT, expect_words[e->kind]));
		return;
	}
	e->declared = often_find(word);
	if (e->declared != OFTEN_COUNT)
		return;
	near = strcmp(word, "possible") ? word_nearest(word, often_words + OFTEN_NEVER, OFTEN_COUNT - OFTEN_NEVER) : often_words[OFTEN_SOMETIMES];
	e->declared = OFTEN_UNKNOWN;
	wrong(c, DIAG_RANGE, n->place, near ? SAY(DID_YOU_MEAN, near) : NOTHING_TO_SAY, SAY(FREQUENCY_EXPECTED));
}

/* One item, one expectation; and whether there may be a deadlock is said once. */
static void expect_alone(struct compiler *c, const struct node *n, const struct expect *e)
{
	for (int k = e->kind + 1; k < EXPECT_KINDS; k++)
		if (yaml_find(n, expect_words[k]))
			wrong(c, DIAG_DUPLICATE, yaml_find(n, expect_words[k])->place, SAY(ITEM_OF_ITS_OWN),
			      SAY(TWO_EXPECTATIONS, expect_words[e->kind], expect_words[k]));
	if (e->kind >= EXPECT_DEADLOCK && c->expected >> e->kind & 1)
		wrong(c, DIAG_DUPLICATE, n->place, SAY(LEAVE_ONE_OUT), SAY(GIVEN_TWICE, expect_words[e->kind]));
	c->expected |= 1u << e->kind;
}

enum { LONGEST_OFFER = 72 };

/* - finally n == 2: its colon is missing, or the word for it. */
static struct message expect_remedy(struct compiler *c, const char *text)
{
	size_t n = word_length(text, strlen(text));
	const char *word = arena_word(c->a, text, n), *near = text[n] == ' ' ? name_nearest(c, word, expect_words, EXPECT_KINDS) : NULL;
	if (!strcmp(text, "no deadlock") || !strcmp(text, "no dead end") || !strcmp(text, "no exception"))
		return SAY(WRITE_STEP, !strcmp(text, "no deadlock") ? "deadlock: never" : !strcmp(text, "no exception") ? "exception: never" : "dead_end: never");
	bool whole = near && text[n + strspn(text + n, " ")] && !strchr("=!<>+-*/%.", text[n + strspn(text + n, " ")]);
	return whole ? SAY(WRITE_STEP, arena_print(c->a, "%s: %s", near, text + n + strspn(text + n, " "))) : SAY(WRITE_EXPECTATION, text);
}

static void expect_one(struct compiler *c, const struct node *n)
{
	struct program *g = c->g;
	struct expect e = { .place = n->place, .points = 1 };
	struct expect_tree tree = { 0 };
	const struct node *what, *name, *declared, *points, *required, *hint;
	size_t errors = c->d->errors;
	if (n->kind == NODE_SCALAR && n->length && n->length < LONGEST_OFFER) {
		wrong(c, DIAG_TYPE, n->place, expect_remedy(c, n->text), SAY(MAPPING_EXPECTED));
		return;
	}
	if (!map_check(c, n, WHERE_EXPECT))
		return;
	e.kind = expect_find(n, &what);
	if (e.kind == EXPECT_KINDS && c->d->errors > errors)
		return;                         /* its key is mistyped: that has been said */
	if (e.kind == EXPECT_KINDS) {
		wrong(c, DIAG_MISSING, n->place, SAY(ADD_EXPECTATION),
		      SAY(NOTHING_EXPECTED));
		return;
	}
	expect_alone(c, n, &e);
	e.name = arena_print(c->a, "%s: %s", expect_words[e.kind], what->kind == NODE_SCALAR ? what->text : "");
	c->nobody = true;
	if (e.kind == EXPECT_LEADS_TO)
		read_pair(c, what, &e, &tree);
	else if (e.kind < EXPECT_DEADLOCK)
		tree.what = look_read(c, what, false);
	else
		read_modality(c, what, &e);
	c->nobody = false;
	if ((declared = yaml_find(n, "verdict")))
		read_declared(c, declared, &e);
	if ((name = yaml_find(n, "name")))
		e.name = prose(c, name);
	if ((points = yaml_find(n, "points")))
		read_number(c, points, 0, MOST_POINTS, &e.points);
	if ((required = yaml_find(n, "required")) && read_truth(c, required, &e.required) && !yaml_find(c->root, "exercise"))
		wrong(c, DIAG_UNUSED, required->place, SAY(REMOVE_REQUIRED), SAY(REQUIRED_ELSEWHERE));
	if ((hint = yaml_find(n, "hint")))
		e.hint = prose(c, hint);
	c->tree->expect[g->expects] = tree;
	GROW(g->expect, g->expects, g->expect_room);
	g->expect[g->expects++] = e;
}

void read_expect(struct compiler *c, const struct node *n)
{
	if (n->kind != NODE_LIST) {
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_EXPECT), SAY(EXPECT_EXPECTED));
		return;
	}
	c->tree->expect = arena_get(c->a, (n->count + 1) * sizeof *c->tree->expect);
	for (size_t i = 0; i < n->count; i++)
		expect_one(c, n->item[i]);
}

/* ---- observe ---- */

void observe_all(struct compiler *c)
{
	struct program *g = c->g;
	for (uint32_t v = 0; v < g->shareds; v++) {
		GROW(g->observe, g->observes, g->observe_room);
		g->observe[g->observes++] = (struct observed){ g->shared[v].name, 0, v };
	}
}

/* "tickets", "bank.count" */
static bool observed_find(struct compiler *c, const char *name, struct observed *out)
{
	const char *dot = strchr(name, '.');
	const struct symbol *s = name_find(c, dot ? arena_word(c->a, name, dot - name) : name);
	*out = (struct observed){ .name = name };
	if (s && s->kind == SYMBOL_SHARED && !dot) {
		out->which = s->number;
		return true;
	}
	if (!s || s->kind != SYMBOL_OBJECT || !dot)
		return false;
	const struct object *o = &c->g->object[s->number];
	symbol_used(c, s);
	out->object = s->number;
	out->which = object_field(o, dot + 1);
	return out->which != NO_FIELD;
}

void read_observe(struct compiler *c, const struct node *n)
{
	struct program *g = c->g;
	if (n->kind != NODE_LIST) {
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_NAMES), SAY(NAMES_EXPECTED));
		return;
	}
	for (size_t i = 0; i < n->count; i++) {
		const char *name = n->item[i]->text;
		struct observed seen;
		if (n->item[i]->kind != NODE_SCALAR)
			wrong(c, DIAG_TYPE, n->item[i]->place, NOTHING_TO_SAY, SAY(NAMES_EXPECTED));
		else if (!observed_find(c, name, &seen))
			wrong(c, DIAG_NAME, n->item[i]->place, name_find(c, arena_word(c->a, name, strcspn(name, "."))) ? SAY(ONLY_SHARED_OBSERVED) : name_suggest(c, name),
			      SAY(NO_SHARED, name));
		else {
			GROW(g->observe, g->observes, g->observe_room);
			g->observe[g->observes++] = seen;
		}
	}
}

/* ---- schedule ---- */

proc_id program_find(const struct program *g, const char *name)
{
	for (uint32_t p = INDEX_END; index_next(&g->names, hash_text(name), &p); )
		if (!strcmp(g->process[p].name, name))
			return p;
	return 0;
}

static struct message process_suggest(struct program *g, const char *name)
{
	if (diags_full(&g->diags))
		return NOTHING_TO_SAY;
	const char **words = arena_get(&g->arena, g->processes * sizeof *words);
	for (proc_id p = 1; p < g->processes; p++)
		words[p - 1] = g->process[p].name;
	const char *near = word_nearest(name, words, g->processes - 1);
	return near ? SAY(DID_YOU_MEAN, near) : NOTHING_TO_SAY;
}

/* buyer[1] is buyer.1. */
static const char *member_name(struct arena *a, const char *text, size_t n)
{
	size_t open = strcspn(text, "[");
	if (n > open + 2 && text[n - 1] == ']')
		return arena_print(a, "%.*s.%.*s", (int)open, text, (int)(n - open - 2), text + open + 1);
	return arena_word(a, text, n);
}

bool turn_parse(struct program *g, const char *text, struct place place, struct turn *t)
{
	size_t n = strcspn(text, " \t");
	const char *name = member_name(&g->arena, text, n), *rest = text + n + strspn(text + n, " \t");
	int64_t number = 1;
	*t = (struct turn){ .who = program_find(g, name), .times = 1, .draws = *rest == '=', .place = place };
	if (!t->who) {
		diag_add(&g->diags, DIAG_NAME, place, process_suggest(g, name), SAY(NO_PROCESS, name));
		return false;
	}
	bool good = !*rest || ((*rest == 'x' || *rest == '=') && number_read(rest + 1, strlen(rest + 1), &number));
	if (!good || (*rest == 'x' && (number < 1 || number > 1000000000))) {
		diag_add(&g->diags, DIAG_SYNTAX, place, SAY(WRITE_TURN), SAY(NO_TURN, text));
		return false;
	}
	if (t->draws)
		t->draw = number;
	else
		t->times = number;
	return true;
}

void read_schedule(struct compiler *c, const struct node *n)
{
	struct program *g = c->g;
	struct turn t;
	if (n->kind != NODE_LIST) {
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_SCHEDULE), SAY(SCHEDULE_EXPECTED));
		return;
	}
	g->has_schedule = true;
	for (size_t i = 0; i < n->count; i++) {
		if (n->item[i]->kind != NODE_SCALAR)
			wrong(c, DIAG_TYPE, n->item[i]->place, NOTHING_TO_SAY, SAY(PROCESS_NAME_EXPECTED));
		else if (turn_parse(g, n->item[i]->text, n->item[i]->place, &t)) {
			GROW(g->turn, g->turns, g->turn_room);
			g->turn[g->turns++] = t;
		}
	}
}

/* ---- exercise ---- */

/* What stands below a key of the scenario: the keys of one mapping, or names with such a mapping each. */
static const struct below { const char *word; enum where where; bool named; } below[] = {
	{ "processes", WHERE_GROUP, true }, { "functions", WHERE_FUNCTION, true }, { "main", WHERE_MAIN, false }, { "cpu", WHERE_CPU, false } };

/* The part of a path that ends at its next dot or bracket; *rest is behind the dot, NULL: nothing is. */
static const char *path_part(struct compiler *c, const char *path, const char **rest)
{
	size_t n = strcspn(path, ".[");
	*rest = path[n] == '.' ? path + n + 1 : NULL;
	return arena_word(c->a, path, n);
}

static bool path_key(struct compiler *c, const struct node *n, enum where where, const char *word)
{
	return key_here(where, word) || wrong(c, DIAG_KEY, n->place, key_meant(c, where, word), SAY(NO_KEY_OF_PATH, word, n->text));
}

/* Names that are not there yet may be added, but nothing within them is there to be changed. */
static bool path_named(struct compiler *c, const struct node *n, const char *section, const char *name)
{
	const struct node *map = yaml_find(c->root, section);
	const char **words = arena_get(c->a, ((map ? map->count : 0) + 1) * sizeof *words);
	if (yaml_find(map, name))
		return true;
	for (size_t i = 0; map && map->kind == NODE_MAP && i < map->count; i++)
		words[i] = map->key[i]->text;
	const char *near = map && map->kind == NODE_MAP ? word_nearest(name, words, map->count) : NULL;
	return wrong(c, DIAG_NAME, n->place, near ? SAY(DID_YOU_MEAN, near) : NOTHING_TO_SAY, SAY(NOT_IN_SECTION, name, section));
}

static bool path_check(struct compiler *c, const struct node *n)
{
	const char *rest, *section;
	if (n->kind != NODE_SCALAR || !n->length)
		return wrong(c, DIAG_TYPE, n->place, SAY(WRITE_PATHS), SAY(PATH_EXPECTED));
	section = path_part(c, n->text, &rest);
	if (!path_key(c, n, WHERE_SCENARIO, section))
		return false;
	for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
		const struct below *b = &below[i];
		if (strcmp(b->word, section) || !rest)
			continue;
		const char *part = path_part(c, rest, &rest);
		if (b->named && !rest)
			return true;
		if (b->named && !path_named(c, n, section, part))
			return false;
		return path_key(c, n, b->where, b->named ? path_part(c, rest, &rest) : part);
	}
	return true;
}

static void read_edit(struct compiler *c, const struct node *n)
{
	struct program *g = c->g;
	if (n->kind != NODE_LIST) {
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_PATHS), SAY(PATHS_EXPECTED));
		return;
	}
	g->edit = arena_get(c->a, (n->count + 1) * sizeof *g->edit);
	for (size_t i = 0; i < n->count; i++)
		if (path_check(c, n->item[i]))
			g->edit[g->edits++] = n->item[i]->text;
}

static bool is_key_within(const struct node *n, const char *word)
{
	bool found = false;
	for (size_t i = 0; n->kind != NODE_SCALAR && i < n->count && !found; i++)
		found = (n->kind == NODE_MAP && !strcmp(n->key[i]->text, word)) || is_key_within(n->item[i], word);
	return found;
}

/* Is it a word that a scenario can use? Where there are blanks nothing has been declared: what stands as a key may be a name. */
static bool word_known(struct compiler *c, const char *word)
{
	bool known = verb_find(word) != VERB_NONE || (c->g->blanks ? is_key_within(c->root, word) : name_find(c, word) != NULL);
	for (int i = 0; reserved_words[i] && !known; i++)
		known = !strcmp(reserved_words[i], word);
	for (int v = VERB_NONE + 1; v < VERB_COUNT && !known; v++)
		known = word_among(verb_rows[v].modifiers, word);
	for (int k = KIND_NONE + 1; k < KIND_COUNT && !known; k++)
		known = !strcmp(kind_rows[k].word, word) || word_among(kind_rows[k].keys, word);
	for (int f = 0; f < FUNCTION_COUNT && !known; f++)
		known = !strcmp(function_rows[f].word, word);
	for (enum where w = 0; w < WHERE_COUNT && !known; w++)
		known = key_here(w, word);
	return known;
}

static void read_forbidden(struct compiler *c, const struct node *n)
{
	struct program *g = c->g;
	if (n->kind != NODE_LIST) {
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_NAMES), SAY(NAMES_EXPECTED));
		return;
	}
	g->forbid = arena_get(c->a, (n->count + 1) * sizeof *g->forbid);
	for (size_t i = 0; i < n->count; i++)
		if (n->item[i]->kind != NODE_SCALAR || !n->item[i]->length)
			wrong(c, DIAG_TYPE, n->item[i]->place, NOTHING_TO_SAY, SAY(NAMES_EXPECTED));
		else if (!word_known(c, n->item[i]->text))
			wrong(c, DIAG_NAME, n->item[i]->place, NOTHING_TO_SAY, SAY(NO_WORD_TO_FORBID, n->item[i]->text));
		else
			g->forbid[g->forbids++] = n->item[i]->text;
}

/* ---- outcomes that are asked for ---- */

const char *const wished_words[WISHED_ENDINGS] = { "ok", "deadlock", "exception" };

static int read_ending(struct compiler *c, const struct node *n)
{
	int e = 0;
	while (e < WISHED_ENDINGS && (n->kind != NODE_SCALAR || strcmp(wished_words[e], n->text)))
		e++;
	if (e == WISHED_ENDINGS)
		wrong(c, DIAG_RANGE, n->place, NOTHING_TO_SAY, SAY(ENDING_EXPECTED));
	return e % WISHED_ENDINGS;
}

static bool is_observed(const struct program *g, const char *name)
{
	for (size_t i = 0; i < g->observes; i++)
		if (!strcmp(g->observe[i].name, name))
			return true;
	return false;
}

/* All of them name the same; an exercise with blanks is not known to observe anything. */
static void check_names(struct compiler *c, const struct node *n, const struct wished *first)
{
	const char *missing = NULL;
	for (uint32_t i = 0; i < first->names && !missing; i++)
		if (!yaml_find(n, first->name[i]))
			missing = first->name[i];
	if (missing)
		wrong(c, DIAG_MISSING, n->place, SAY(OUTCOMES_NAME_THE_SAME), SAY(OUTCOME_LACKS, missing));
	for (size_t i = 0; i < n->count; i++)
		if (!c->g->blanks && strcmp(n->key[i]->text, "end") && !is_observed(c->g, n->key[i]->text))
			wrong(c, DIAG_NAME, n->key[i]->place, name_find(c, n->key[i]->text) ? SAY(ONLY_SHARED_OBSERVED) : name_suggest(c, n->key[i]->text),
			      SAY(NOT_OBSERVED, n->key[i]->text));
}

static void read_wished(struct compiler *c, const struct node *n, struct wished *w)
{
	w->name = arena_get(c->a, (n->count + 1) * sizeof *w->name);
	w->is = arena_get(c->a, (n->count + 1) * sizeof *w->is);
	for (size_t i = 0; i < n->count; i++) {
		if (!strcmp(n->key[i]->text, "end")) {
			w->ending = read_ending(c, n->item[i]);
			continue;
		}
		w->name[w->names] = n->key[i]->text;
		w->is[w->names++] = first_value(c, n->item[i]);
	}
}

static void read_outcomes(struct compiler *c, const struct node *n)
{
	struct program *g = c->g;
	bool maps = n->kind == NODE_LIST && n->count;
	for (size_t i = 0; maps && i < n->count; i++)
		maps &= n->item[i]->kind == NODE_MAP;
	if (!maps) {
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_OUTCOMES), SAY(OUTCOMES_EXPECTED));
		return;
	}
	g->wished = arena_get(c->a, n->count * sizeof *g->wished);
	for (size_t i = 0; i < n->count; i++) {
		read_wished(c, n->item[i], &g->wished[g->wishes++]);
		check_names(c, n->item[i], &g->wished[0]);
	}
}

static void read_answer(struct compiler *c, const struct node *n, const struct node *exercise)
{
	struct program *g = c->g;
	const struct node *outcomes = yaml_find(exercise, "outcomes");
	g->answered = n && n->kind == NODE_SCALAR && !strcmp(n->text, "schedule");
	g->matched = n && n->kind == NODE_SCALAR && !strcmp(n->text, "outcomes");
	if (n && !g->answered && !g->matched)
		wrong(c, DIAG_RANGE, n->place, NOTHING_TO_SAY, SAY(ANSWER_EXPECTED));
	if (outcomes)
		read_outcomes(c, outcomes);
	if (g->matched && !outcomes)
		wrong(c, DIAG_MISSING, n->place, SAY(WRITE_OUTCOMES), SAY(OUTCOMES_MISSING));
	if (outcomes && !g->matched)
		wrong(c, DIAG_MISSING, outcomes->place, SAY(ANSWER_WITH_OUTCOMES), SAY(OUTCOMES_UNASKED));
	if (g->matched)
		g->points += 2 * (int64_t)g->wishes;
}

void read_exercise(struct compiler *c, const struct node *n)
{
	struct program *g = c->g;
	const struct node *x;
	if (!map_check(c, n, WHERE_EXERCISE))
		return;
	g->is_exercise = true;
	if ((x = yaml_find(n, "task")))
		g->task = prose(c, x);
	if ((x = yaml_find(n, "hints")))
		g->hint = prose_list(c, x, &g->hints);
	if ((x = yaml_find(n, "edit")))
		read_edit(c, x);
	if ((x = yaml_find(n, "forbid")))
		read_forbidden(c, x);
	read_answer(c, yaml_find(n, "answer"), n);
}
