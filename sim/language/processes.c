/* Groups of processes, functions, and main. Declared first, compiled when all names are known. */
#include "sim/language/compile.h"
#include <ctype.h>
#include <string.h>

/* ---- declaring ---- */

static void process_add(struct compiler *c, struct group *group, uint32_t number, uint32_t index, const value *first)
{
	struct program *g = c->g;
	const char *name = group->numbered ? arena_print(c->a, "%s.%u", group->name, index) : group->name;
	GROW(g->process, g->processes, g->process_room);
	index_add(&g->names, hash_text(name));
	g->process[g->processes++] = (struct process){
		.name = name, .title = name, .group = number, .index = index, .private = first, .arrive = group->arrive,
		.name_text = pool_text(g->pool, name, strlen(name)),
		.group_text = pool_text(g->pool, group->name, strlen(group->name)),
	};
}

static void group_variables(struct compiler *c, struct group *g, const struct node *n)
{
	if (n->kind != NODE_MAP) {
		if (!key_glued(c, n))
			wrong(c, DIAG_TYPE, n->place, SAY(WRITE_VARIABLES), SAY(VARIABLES_EXPECTED));
		return;
	}
	struct variable *all = arena_get(c->a, (g->privates + n->count) * sizeof *all);
	if (g->privates)
		memcpy(all, g->private, g->privates * sizeof *all);
	g->private = all;
	for (size_t i = 0; i < n->count; i++) {
		const struct symbol *old = name_find(c, n->key[i]->text);
		if (old)
			name_taken(c, n->key[i]->text, n->key[i]->place, old);
		if (name_check(c, n->key[i]) && !old && names_left(c, c->symbols + g->privates, n->key[i]->place))
			all[g->privates++] = (struct variable){ n->key[i]->text, first_value(c, n->item[i]), 0, n->key[i]->place };
	}
}

/* While its program is compiled, a group's private variables are names like others. */
static void group_begin(struct compiler *c, const struct group *g)
{
	for (uint32_t k = 0; k < g->privates; k++) {
		struct symbol *s = name_declare(c, g->private[k].name, SYMBOL_PRIVATE, g->private[k].place);
		if (s)
			s->number = g->private[k].slot;
	}
}

static bool are_lists(const struct node *n)
{
	for (size_t i = 0; n->kind == NODE_MAP && i < n->count; i++)
		if (n->item[i]->kind != NODE_LIST || !n->item[i]->count)
			return false;
	return n->kind == NODE_MAP && n->count;
}

/* `each: {food: [..], price: [..]}`: private variables, and the lists that they go through side by side. */
static const struct node *read_each(struct compiler *c, struct group *g, const struct node *n)
{
	if (!are_lists(n)) {
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_EACH), SAY(EACH_FORM));
		c->section_lost = true;                         /* its variables are not known */
		return NULL;
	}
	const struct node *first = n->item[0];
	g->private = arena_get(c->a, n->count * sizeof *g->private);
	for (size_t i = 0; i < n->count; i++) {
		if (!name_check(c, n->key[i]))
			return NULL;
		g->private[g->privates++] = (struct variable){ n->key[i]->text, VALUE_NONE, 0, n->key[i]->place };
		if (n->item[i]->count != first->count) {
			wrong(c, DIAG_RANGE, n->item[i]->place, SAY(EACH_AS_LONG), SAY(EACH_UNEQUAL, n->key[0]->text, first->count, n->key[i]->text, n->item[i]->count));
			return NULL;
		}
	}
	return n;
}

/* ---- arrival ---- */

static const struct variable *private_of(const struct group *g, const char *name)
{
	for (uint32_t k = 0; k < g->privates; k++)
		if (!strcmp(g->private[k].name, name))
			return &g->private[k];
	return NULL;
}

/* Does it name a private variable of the group, or this word? */
static bool names_one_of(struct compiler *c, const struct group *g, const struct node *n, const char *or)
{
	for (size_t i = 0, word; i < n->length; i += word ? word : 1) {
		word = word_length(n->text + i, n->length - i);
		const char *name = word ? arena_word(c->a, n->text + i, word) : "";
		if (!strcmp(name, or) || private_of(g, name))
			return true;
	}
	return false;
}

/* `arrive: index * 50ms`: another time for each of its processes. */
static bool is_of_process(struct compiler *c, const struct group *g, const struct node *n)
{
	return n->kind == NODE_SCALAR && names_one_of(c, g, n, "index");
}

static bool read_arrival(struct compiler *c, const struct node *n, const struct expr *e, const struct process *p, int64_t *out)
{
	c->computed_for = p;
	bool known = params_compute(c, e, out);
	c->computed_for = NULL;
	if (!known)
		return wrong(c, DIAG_TYPE, n->place, SAY(WRITE_ARRIVAL), SAY(ARRIVAL_NOT_KNOWN, p->name));
	if (*out < 0)
		return wrong(c, DIAG_RANGE, n->place, NOTHING_TO_SAY, SAY(ARRIVAL_NEGATIVE, p->name));
	return *out <= LONGEST_TIME || wrong(c, DIAG_RANGE, n->place, NOTHING_TO_SAY, SAY(TIME_TOO_LONG));
}

static void read_arrivals(struct compiler *c, struct group *g, const struct node *n)
{
	size_t names = c->symbols;
	group_begin(c, g);
	struct expr *e = expr_read(c, n);
	names_cut(c, names);
	for (uint32_t k = 0; e && k < g->count; k++) {
		struct process *p = &c->g->process[g->first + k];
		if (!read_arrival(c, n, e, p, &p->arrive))
			return;
		g->arrive = p->arrive > g->arrive ? p->arrive : g->arrive;      /* of a group, that of the last */
	}
	if (e && g->arrive && params_lack_unit(c, n) && !names_one_of(c, g, n, " "))
		wrong(c, DIAG_UNIT, n->place, SAY(WRITE_ARRIVAL), SAY(TIME_NO_UNIT, n->text));
}

static void read_properties(struct compiler *c, struct group *g, const struct node *n)
{
	const struct node *x;
	if ((x = yaml_find(n, "daemon")))
		read_truth(c, x, &g->daemon);
	if ((x = yaml_find(n, "arrive")) && !is_of_process(c, g, x))
		read_time(c, x, 0, &g->arrive);
	if ((x = yaml_find(n, "priority")))
		read_number(c, x, INT32_MIN, INT32_MAX, &g->priority);
	if ((x = yaml_find(n, "deadline")))
		read_time(c, x, 1, &g->deadline);
	if ((x = yaml_find(n, "tickets")))
		read_number(c, x, 1, SMALL_MAX, &g->tickets);
	if ((x = yaml_find(n, "color")))
		g->color = prose(c, x);
	if ((x = yaml_find(n, "private")))
		group_variables(c, g, x);
	if ((x = yaml_find(n, "on")))
		handlers_declare(c, g, x);
}

static void add_processes(struct compiler *c, struct group *group, const struct node *each)
{
	struct program *g = c->g;
	if (g->processes + group->count > MAX_PROCESSES + 2) {
		wrong(c, DIAG_LIMIT, group->place, SAY(SMALLER_COUNTS), SAY(TOO_MANY_PROCESSES, MAX_PROCESSES));
		group->count = 0;
		return;
	}
	for (uint32_t i = 1; i <= group->count; i++) {
		value *first = arena_get(c->a, (group->privates + 1) * sizeof *first);
		for (uint32_t k = 0; k < group->privates; k++)
			first[k] = group->private[k].first;
		for (size_t k = 0; each && k < each->count; k++)
			first[k] = first_value(c, each->item[k]->item[i - 1]);
		process_add(c, group, g->groups, i, first);
	}
}

static void group_add(struct compiler *c, struct group group, const struct node *each)
{
	struct program *g = c->g;
	group.first = g->processes;
	for (uint32_t k = 0; k < group.privates; k++)
		group.private[k].slot = g->privates + k;
	if (g->process_slots < g->privates + group.privates)
		g->process_slots = g->privates + group.privates;
	add_processes(c, &group, each);
	GROW(g->group, g->groups, g->group_room);
	g->group[g->groups++] = group;
}

static void declare_group(struct compiler *c, const struct node *key, const struct node *n)
{
	const struct node *count, *each, *list = NULL;
	struct group g = { .name = key->text, .count = 1, .place = key->place };
	int64_t many = 1;
	size_t errors = c->d->errors;
	if (key_misplaced(c, key, n))
		return;
	if (!name_check(c, key) || n->kind != NODE_MAP)         /* what uses it is right */
		name_is_news(c, arena_word(c->a, key->text, word_length(key->text, key->length)));
	if (c->d->errors > errors)
		return;
	if (n->kind == NODE_LIST) {
		wrong(c, DIAG_TYPE, n->place, SAY(WRITE_STEPS_BELOW, key->text), SAY(MAPPING_EXPECTED));
		return;
	}
	if (!map_check(c, n, WHERE_GROUP))
		return;
	struct symbol *s = name_declare(c, key->text, SYMBOL_GROUP, key->place);
	if (!s)
		return;
	s->number = c->g->groups;
	bool mistyped = c->d->errors > errors;          /* a key is unknown: perhaps the very one that is missing */
	if ((count = yaml_find(n, "count"))) {
		g.numbered = true;
		if (!read_number(c, count, 1, MAX_PROCESSES, &many))
			many = 1;
	}
	if ((each = yaml_find(n, "each")) && (list = read_each(c, &g, each))) {
		g.numbered = true;
		many = list->item[0]->count;
	}
	if (count && each)
		wrong(c, DIAG_DUPLICATE, each->place, SAY(LEAVE_ONE_OUT), SAY(COUNT_AND_EACH));
	g.count = many;
	if (yaml_find(n, "steps") && yaml_find(n, "call"))
		wrong(c, DIAG_DUPLICATE, yaml_find(n, "call")->place, SAY(LEAVE_ONE_OUT), SAY(STEPS_AND_CALL));
	read_properties(c, &g, n);
	if (!yaml_find(n, "steps") && !yaml_find(n, "call") && !mistyped)
		wrong(c, DIAG_MISSING, key->place, SAY(ADD_STEPS_OR_CALL), SAY(GROUP_NO_PROGRAM, key->text));
	s->constant = g.numbered ? value_make(TAG_PROCESS, s->number | PROCESS_GROUP) : value_make(TAG_PROCESS, c->g->processes);
	group_add(c, g, list);
	const struct node *arrive = yaml_find(n, "arrive");
	if (arrive && c->d->errors == errors && is_of_process(c, &g, arrive))
		read_arrivals(c, &c->g->group[c->g->groups - 1], arrive);
}

/*   buyer:
 *   steps: [..]          not indented below it */
static bool is_followed_by_its_keys(const struct node *n, size_t i)
{
	bool empty = n->item[i]->kind == NODE_SCALAR && !n->item[i]->length && !n->item[i]->quoted;
	return empty && i + 1 < n->count && key_here(WHERE_GROUP, n->key[i + 1]->text);
}

void declare_groups(struct compiler *c, const struct node *n)
{
	if (n->kind != NODE_MAP) {
		if (!key_glued(c, n))
			wrong(c, DIAG_TYPE, n->place, SAY(WRITE_GROUPS), SAY(GROUPS_EXPECTED));
		c->section_lost = true;
		return;
	}
	for (size_t i = 0; i < n->count; i++) {
		if (is_followed_by_its_keys(n, i))
			name_is_news(c, n->key[i]->text);       /* where they stand is said, and only that */
		else
			declare_group(c, n->key[i], n->item[i]);
	}
}

void declare_main(struct compiler *c, const struct node *n)
{
	struct group g = { .name = "main", .count = 1 };
	c->g->default_main = n == NULL;
	if (n)
		g.place = n->place;
	if (n && n->kind == NODE_MAP && !yaml_find(n, "steps") && n->count && verb_find(n->key[0]->text))
		wrong(c, DIAG_TYPE, n->place, SAY(BEGIN_STEPS), SAY(STEPS_EXPECTED));
	else if (n && n->kind == NODE_MAP) {
		map_check(c, n, WHERE_MAIN);
		read_properties(c, &g, n);
	}
	group_add(c, g, NULL);
}

/* ---- functions ---- */

static uint32_t declare_params(struct compiler *c, const struct node *n)
{
	const struct node *params = key_find(n, "params", WHERE_FUNCTION);
	if (!params)
		return 0;
	if (params->kind != NODE_LIST) {
		wrong(c, DIAG_TYPE, params->place, SAY(WRITE_PARAMS), SAY(PARAMS_LIST));
		return params->kind == NODE_SCALAR;             /* it is used as if it were in a list: that has been said */
	}
	for (size_t i = 0; i < params->count; i++)
		name_check(c, params->item[i]);
	return params->count;
}

void declare_functions(struct compiler *c, const struct node *n)
{
	struct program *g = c->g;
	if (n->kind != NODE_MAP) {
		if (!key_glued(c, n))
			wrong(c, DIAG_TYPE, n->place, SAY(WRITE_FUNCTIONS), SAY(FUNCTIONS_EXPECTED));
		c->section_lost = true;
		return;
	}
	for (size_t i = 0; i < n->count; i++) {
		if (!name_check(c, n->key[i]) || !map_check(c, n->item[i], WHERE_FUNCTION)) {
			name_is_news(c, arena_word(c->a, n->key[i]->text, word_length(n->key[i]->text, n->key[i]->length)));
			continue;
		}
		struct symbol *s = name_declare(c, n->key[i]->text, SYMBOL_FUNCTION, n->key[i]->place);
		GROW(g->function, g->functions, g->function_room);
		g->function[g->functions] = (struct function){ .name = n->key[i]->text, .params = declare_params(c, n->item[i]) };
		if (s)
			s->number = g->functions;
		g->functions++;
	}
}

/* Is every key of it known here? Of another that has been said, and it may be the very one that is missing. */
static bool keys_known(const struct node *n, enum where where)
{
	for (size_t i = 0; i < n->count; i++)
		if (!key_here(where, n->key[i]->text))
			return false;
	return true;
}

/* ---- what has a frame ---- */

void routine_begin(struct compiler *c)
{
	locals_cut(c);
	c->in_function = false;
	c->loops = c->handlers = 0;
}

/* tickst = 3: a variable that nobody reads, and nearly one that is declared. */
static void check_slip(struct compiler *c, const struct symbol *local)
{
	const char *near = !local->read ? name_one_off(c, local->name) : NULL;
	if (near)
		wrong(c, DIAG_SIMILAR, local->place, SAY(MEANT_DECLARED, near), SAY(NEARLY_DECLARED, local->name, near));
}

void routine_end(struct compiler *c, const char *name, struct place place, const struct block *body, struct routine *r)
{
	const char **local = arena_get(c->a, (c->locals + 1) * sizeof *local);
	for (size_t i = 0; i < c->locals; i++) {
		local[i] = c->local[i].name;
		check_slip(c, &c->local[i]);
	}
	*r = (struct routine){ name, place, local, (uint32_t)c->locals, 0, body };
	locals_cut(c);
}

static void params_begin(struct compiler *c, const struct node *n)
{
	const struct node *params = key_find(n, "params", WHERE_FUNCTION);
	size_t count = !params || params->kind == NODE_MAP ? 0 : params->kind == NODE_LIST ? params->count : 1;
	for (size_t i = 0; i < count; i++) {
		const struct node *p = params->kind == NODE_LIST ? params->item[i] : params;
		const struct symbol *old = p->kind == NODE_SCALAR ? name_find(c, p->text) : NULL;
		if (old)
			name_taken(c, p->text, p->place, old);
		if (!names_left(c, c->locals, p->place))
			return;
		local_add(c, (struct symbol){ .name = p->text, .read = true, .place = p->place });
	}
}

/* Functions were numbered when they were declared. */
void read_functions(struct compiler *c, const struct node *n)
{
	for (size_t i = 0; i < n->count; i++) {
		const struct symbol *s = name_find(c, n->key[i]->text);
		const struct node *steps = key_find(n->item[i], "steps", WHERE_FUNCTION);
		if (!s || s->kind != SYMBOL_FUNCTION)
			continue;
		if (!steps) {
			if (keys_known(n->item[i], WHERE_FUNCTION))
				wrong(c, DIAG_MISSING, n->key[i]->place, SAY(ADD_STEPS), SAY(FUNCTION_NO_STEPS, n->key[i]->text));
			continue;
		}
		routine_begin(c);
		c->in_function = true;
		params_begin(c, n->item[i]);
		steps_collect_locals(c, steps);
		const struct block *body = steps_read(c, steps);
		routine_end(c, n->key[i]->text, n->key[i]->place, body, &c->tree->function[s->number]);
		c->tree->function[s->number].params = c->g->function[s->number].params;
	}
}

/* ---- programs of groups ---- */

/* `call: f`: a program of one step. */
static const struct block *call_alone(struct compiler *c, const struct node *n, const struct node *call)
{
	struct block *all = arena_get(c->a, sizeof *all);
	all->first = step_new(c, call->place, VERB_CALL, arena_print(c->a, "call: %s", call->kind == NODE_SCALAR ? call->text : ""));
	c->verb = VERB_CALL;
	call_read(c, n, call, all->first);
	c->verb = VERB_NONE;
	return all;
}

static void read_group(struct compiler *c, uint32_t number, const struct node *n)
{
	const struct group *g = &c->g->group[number];
	struct group_tree *tree = &c->tree->group[number];
	const struct node *steps = yaml_find(n, "steps"), *call = yaml_find(n, "call"), *named = yaml_find(n, "named");
	const struct block *body = NULL;
	size_t names = c->symbols;
	group_begin(c, g);
	routine_begin(c);
	if (named)
		tree->named = look_read(c, named, true);
	if (steps) {
		steps_collect_locals(c, steps);
		body = steps_read(c, steps);
	} else if (call) {
		body = call_alone(c, n, call);
	}
	routine_end(c, g->name, g->place, body, &tree->program);
	handlers_read(c, g, yaml_find(n, "on"), tree);
	names_cut(c, names);
}

void read_groups(struct compiler *c, const struct node *n)
{
	for (size_t i = 0; i < n->count; i++) {
		const struct symbol *s = name_find(c, n->key[i]->text);
		if (s && s->kind == SYMBOL_GROUP)
			read_group(c, s->number, n->item[i]);
	}
}

/* ---- servers and workers ---- */

/* A manager's server: a daemon of main, under its object's name. */
static void declare_server(struct compiler *c, uint32_t o)
{
	struct object *row = &c->g->object[o];
	row->server = c->g->processes;
	group_add(c, (struct group){ .name = row->name, .count = 1, .daemon = true, .service = o, .place = row->place }, NULL);
}

/* A thread of main's, for a pool. */
static proc_id declare_thread(struct compiler *c, uint32_t o, const char *word)
{
	const struct object *row = &c->g->object[o];
	struct group thread = { .name = arena_print(c->a, "%s.%s", row->name, word), .count = 1, .daemon = true, .service = o, .place = row->place };
	proc_id p = c->g->processes;
	group_add(c, thread, NULL);
	if (p < c->g->processes)                /* else there was no room for it, and that has been said */
		c->g->process[p].within = MAIN;
	return p;
}

/* Has some task a callback? Asked of the file: it decides how many processes there are, and these have their numbers before any step is
 * read, for steps name them. */
static bool says_callback(const struct node *n)
{
	bool found = yaml_find(n, verb_rows[VERB_APPLY_ASYNC].word) && (yaml_find(n, "callback") || yaml_find(n, "error_callback"));
	for (size_t k = 0; k < n->count && !found; k++)
		found = says_callback(n->item[k]);
	return found;
}

/* A pool's workers, daemons of main, too; and threads of main's: one tends them. Where callbacks may be under way
 * meanwhile, it is another one that calls them. */
static void declare_pool(struct compiler *c, uint32_t o)
{
	struct object *row = &c->g->object[o];
	struct group workers = { .name = row->name, .count = (uint32_t)row->size, .numbered = true, .daemon = true, .service = o, .place = row->place };
	row->server = c->g->processes;
	group_add(c, workers, NULL);
	row->callbacks = declare_thread(c, o, "callbacks");
	row->handler = c->calls_back ? declare_thread(c, o, "handler") : row->callbacks;
}

void declare_servers(struct compiler *c)
{
	c->calls_back = says_callback(c->root);
	for (uint32_t o = 1; o < c->g->objects; o++) {
		enum kind kind = c->g->object[o].kind;
		if (kind == KIND_MANAGER)
			declare_server(c, o);
		else if (kind == KIND_POOL)
			declare_pool(c, o);
	}
}

/* A call with arguments that are known before the run. */
static void read_beginning(struct compiler *c, const struct node *form, struct beginning *b)
{
	const struct node *f = yaml_find(form, "initializer"), *args = yaml_find(form, "args");
	size_t count = args && args->kind == NODE_LIST ? args->count : 0;
	value *v = arena_get(c->a, (count + 1) * sizeof *v);
	if (!f)
		wrong(c, DIAG_MISSING, args->place, SAY(ADD_INITIALIZER), SAY(IS_MISSING, "initializer"));
	else if (args && args->kind != NODE_LIST)
		wrong(c, DIAG_TYPE, args->place, SAY(WRITE_ARGS), SAY(ARGS_LIST));
	else if (function_check(c, f, count, NOTHING_TO_SAY, &b->function)) {
		for (size_t i = 0; i < count; i++) {
			const struct expr *e = expr_value(c, args->item[i]);
			v[i] = e && e->kind == EXPR_CONSTANT ? e->constant : VALUE_NONE;
			if (e && e->kind != EXPR_CONSTANT)
				wrong(c, DIAG_TYPE, args->item[i]->place, SAY(SAY_IN_INITIALIZER), SAY(CONSTANT_ARGUMENTS));
		}
		b->args = pool_list(c->g->pool, v, (uint32_t)count);
	}
}

void read_beginnings(struct compiler *c)
{
	for (size_t i = 0; i < c->begins; i++)
		read_beginning(c, c->begun[i], &c->tree->beginning[i]);
}

/* ---- main ---- */

void read_main(struct compiler *c, const struct node *n)
{
	const struct group *g = &c->g->group[0];
	struct group_tree *tree = &c->tree->group[0];
	const struct node *steps = n && n->kind == NODE_MAP ? yaml_find(n, "steps") : n;
	const struct block *body = NULL;
	size_t names = c->symbols;
	group_begin(c, g);
	routine_begin(c);
	if (steps) {
		steps_collect_locals(c, steps);
		body = steps_read(c, steps);
	} else if (n && keys_known(n, WHERE_MAIN)) {
		wrong(c, DIAG_MISSING, n->place, SAY(ADD_STEPS), SAY(MAIN_NO_STEPS));
	}
	routine_end(c, "main", g->place, body, &tree->program);
	if (n && n->kind == NODE_MAP)
		handlers_read(c, g, yaml_find(n, "on"), tree);
	names_cut(c, names);
}
