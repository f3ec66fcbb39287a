/* Functions, programs of groups, servers and workers, main, expectations -> a program's code. */
#include "sim/language/emit.h"
#include <assert.h>
#include <stdlib.h>

/* ---- functions ---- */

static uint32_t function_new(struct coder *c)
{
	GROW(c->g->function, c->g->functions, c->g->function_room);
	c->g->function[c->g->functions] = (struct function){ .name = "" };
	return c->g->functions++;
}

/* Of the locals those first come that it is called with: they have a value. times: how often it is run at most, by all together. */
static void function_begin(struct coder *c, uint32_t number, const struct routine *r, uint32_t times)
{
	struct function *f = &c->g->function[number];
	f->name = r->name;
	f->place = r->place;
	f->entry = c->g->codes;
	c->function = number;
	c->named = r->locals;
	for (c->slots = 0; c->slots < c->named; c->slots++) {
		GROW(c->in_use, c->slots, c->slot_room);
		c->in_use[c->slots] = true;
	}
	c->temps = c->most_temps = 0;
	c->enclosure = NULL;
	c->returns = NO_OPERAND;
	c->times = c->members = times;
	c->assigned = f->params < 64 ? ((uint64_t)1 << f->params) - 1 : ~(uint64_t)0;
}

/* Temporaries lie behind the locals, whose number is known only now. */
static void assign_operands(struct coder *c, const struct function *f)
{
	for (uint32_t n = f->entry; n < f->end; n++) {
		struct ins *i = &c->g->code[n];
		operand *all[] = { &i->dst, &i->a, &i->b, &i->lo, &i->hi };
		for (size_t k = 0; k < 5; k++)
			if (is_temporary(*all[k]))
				*all[k] += f->locals;
	}
}

static void function_end(struct coder *c, const struct routine *r)
{
	struct function *f = &c->g->function[c->function];
	const char **name = arena_get(c->a, (c->slots + 1) * sizeof *name);
	for (size_t i = 0; i < r->locals; i++)
		name[i] = r->local[i];
	f->local = name;
	f->locals = c->slots;
	f->slots = c->slots + c->most_temps;
	f->end = c->g->codes;
	if (f->slots > OPERAND_INDEX)
		diag_add(&c->g->diags, DIAG_LIMIT, f->place, SAY(STEP_BY_STEP), SAY(TOO_MANY_PARTS, OPERAND_INDEX));
	assign_operands(c, f);
}

static void emit_return(struct coder *c)
{
	emit(c, OP_RETURN, NO_OPERAND, emit_constant(c, VALUE_NONE), NO_OPERAND);
}

/* Its callers, and how often they call, are not known. */
static void emit_functions(struct coder *c)
{
	for (uint32_t k = 1; k < c->g->tree->functions; k++) {
		const struct routine *r = &c->g->tree->function[k];
		function_begin(c, k, r, TASKS);
		emit_block(c, r->body);
		emit_return(c);
		function_end(c, r);
	}
}

/* A look as a function of its own; its entry. */
static uint32_t emit_look(struct coder *c, const struct look *look)
{
	const struct routine r = { .name = "", .place = look->place };
	if (!look->what)
		return 0;
	function_begin(c, function_new(c), &r, TASKS);
	uint32_t entry = peek_code(c, look->what);
	function_end(c, &r);
	return entry;
}

/* ---- main, if it is not in the file ---- */

static void default_step(struct coder *c, enum verb verb, const struct group *g)
{
	step_add(c, g->place, verb, arena_print(c->a, "%s: %s", verb_rows[verb].word, g->name));
}

static value group_value(const struct group *g, uint32_t number)
{
	return g->numbered ? value_make(TAG_PROCESS, number | PROCESS_GROUP) : value_make(TAG_PROCESS, g->first);
}

/* The processes that it starts, by arrival; those that arrive together as they are written. */
static proc_id *by_arrival(struct coder *c, uint32_t *count)
{
	const struct program *g = c->g;
	proc_id *order = arena_get(c->a, g->processes * sizeof *order);
	uint32_t n = 0;
	for (proc_id p = MAIN + 1; p < g->processes; p++) {
		uint32_t k = n;
		if (g->group[g->process[p].group].service)
			continue;
		for (n++; k && g->process[order[k - 1]].arrive > g->process[p].arrive; k--)
			order[k] = order[k - 1];
		order[k] = p;
	}
	*count = n;
	return order;
}

static void default_main(struct coder *c)
{
	const struct program *g = c->g;
	uint32_t count, of = 0;
	const proc_id *order = by_arrival(c, &count);
	int64_t now = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct process *p = &g->process[order[i]];
		if (p->group != of)
			default_step(c, VERB_START, &g->group[p->group]);
		of = p->group;
		if (p->arrive > now) {
			operand lo = emit_constant(c, pool_int(g->pool, p->arrive - now));
			emit_at(c, emit(c, OP_SLEEP, NO_OPERAND, NO_OPERAND, NO_OPERAND))->lo = lo;
			now = p->arrive;
		}
		emit(c, OP_START, NO_OPERAND, emit_constant(c, value_make(TAG_PROCESS, order[i])), NO_OPERAND);
	}
	for (uint32_t k = 1; k < g->groups; k++) {
		const struct group *group = &g->group[k];
		if (group->daemon)              /* as servers and workers are */
			continue;
		default_step(c, VERB_JOIN, group);
		emit(c, OP_JOIN, NO_OPERAND, emit_constant(c, group_value(group, k)), NO_OPERAND);
	}
}

/* ---- programs of groups ---- */

static void emit_handlers(struct coder *c, struct group *g, const struct group_tree *tree)
{
	for (enum signal_id s = 0; s < SIGNAL_COUNT; s++) {
		const struct routine *r = &tree->on[s];
		if (!(g->handles >> s & 1))
			continue;
		g->on[s] = function_new(c);
		function_begin(c, g->on[s], r, TASKS);  /* how often it is sent is not known */
		struct function *f = &c->g->function[g->on[s]];
		f->handles = s + 1;
		f->saves = kept_new(c, 2) & OPERAND_INDEX;
		emit_block(c, r->body);
		emit_return(c);
		function_end(c, r);
	}
}

static void emit_group(struct coder *c, uint32_t number)
{
	struct group *g = &c->g->group[number];
	const struct group_tree *tree = &c->g->tree->group[number];
	g->named = emit_look(c, &tree->named);
	g->function = function_new(c);
	function_begin(c, g->function, &tree->program, g->count);
	if (tree->program.body)
		emit_block(c, tree->program.body);
	else
		default_main(c);
	emit_jump(c, 1);
	function_end(c, &tree->program);
	emit_handlers(c, g, tree);
}

/* ---- servers and workers ---- */

/* A step that is not in the file; it stands where its object is declared. */
static void hidden_step(struct coder *c, const char *text)
{
	step_add(c, c->g->function[c->function].place, VERB_NONE, text);
}

static void emit_server(struct coder *c, operand object)
{
	hidden_step(c, "answers requests");
	emit_jump(c, emit(c, OP_SERVE, NO_OPERAND, object, NO_OPERAND));
}

/* What a worker does before its first task. */
static void emit_beginning(struct coder *c, operand pool, const struct beginning *b)
{
	hidden_step(c, "call the initializer");
	emit_at(c, emit(c, OP_PREPARE, NO_OPERAND, pool, emit_constant(c, b->args)))->to = b->function;
}

/* After a task: to the next one, unless it was the last that a worker of this pool takes. */
static void emit_next_task(struct coder *c, int64_t lasts, operand taken, uint32_t head)
{
	operand more = taken + 1;
	if (lasts) {
		emit(c, OP_ADD, taken, taken, emit_constant(c, value_small(1)));
		emit(c, OP_LESS, more, taken, emit_constant(c, pool_int(c->g->pool, lasts)));
		emit_at(c, emit(c, OP_UNLESS, NO_OPERAND, more, NO_OPERAND))->to = 1;
	}
	emit_jump(c, head);
}

/* A worker takes a task, which calls its function, and gives the result; an exception is a result, too. */
static void emit_worker(struct coder *c, operand pool, const struct object *row)
{
	int64_t lasts = row->lasts;
	operand result = kept_new(c, 1), task = kept_new(c, 1), kept = kept_new(c, 3), taken = lasts ? kept_new(c, 2) : NO_OPERAND;
	if (row->begins)
		emit_beginning(c, pool, &c->g->tree->beginning[row->begins - 1]);
	hidden_step(c, "take a task");
	if (lasts)
		emit(c, OP_MOVE, taken, emit_constant(c, value_small(0)), NO_OPERAND);
	uint32_t head = emit(c, OP_TAKE, result, pool, task);
	hidden_step(c, "give its result");
	emit(c, OP_GIVE, result, pool, task);
	emit_next_task(c, lasts, taken, head);
	GROW(c->g->handler, c->g->handlers, c->g->handler_room);
	c->g->handler[c->g->handlers++] = (struct handler){ head, head + 1, emit_here(c), HANDLES_ANY, VALUE_UNSET, kept & OPERAND_INDEX, ~0u };
	hidden_step(c, "give its exception");
	emit(c, OP_FAIL, kept, pool, task);
	emit_next_task(c, lasts, taken, head);
}

static void emit_callbacks(struct coder *c, operand pool)
{
	hidden_step(c, "tend the pool");
	uint32_t head = emit(c, OP_TEND, NO_OPERAND, pool, NO_OPERAND);
	hidden_step(c, "end the callback");
	emit(c, OP_CALLED, NO_OPERAND, pool, NO_OPERAND);
	emit_jump(c, head);
}

static void emit_servers(struct coder *c)
{
	for (uint32_t k = 1; k < c->g->groups; k++) {
		struct group *g = &c->g->group[k];
		if (!g->service)
			continue;
		assert(g->first < c->g->processes);
		const struct object *row = &c->g->object[g->service];
		operand object = emit_constant(c, value_make(TAG_OBJECT, g->service));
		const struct routine r = { .name = g->name, .place = g->place };
		g->function = function_new(c);
		function_begin(c, g->function, &r, 1);
		if (row->kind == KIND_MANAGER)
			emit_server(c, object);
		else if (g->first == row->server)
			emit_worker(c, object, row);
		else
			emit_callbacks(c, object);
		function_end(c, &r);
	}
}

/* ---- the whole ---- */

/* Step 0 is nobody's; instruction 1 is where every program ends. */
static void emit_end(struct coder *c)
{
	step_add(c, (struct place){ 0 }, VERB_NONE, "");
	step_add(c, (struct place){ 0 }, VERB_NONE, "end");
	emit(c, OP_JUMP, NO_OPERAND, NO_OPERAND, NO_OPERAND);
	emit(c, OP_FINISH, NO_OPERAND, NO_OPERAND, NO_OPERAND);
}

static void emit_expectations(struct coder *c)
{
	for (size_t k = 0; k < c->g->expects; k++) {
		const struct expect_tree *tree = &c->g->tree->expect[k];
		c->g->expect[k].code = emit_look(c, &tree->what);
		c->g->expect[k].later = emit_look(c, &tree->later);
	}
}

/* What the code wants of objects that it does not name: of all of them. */
static void tell_objects(struct coder *c)
{
	for (uint32_t o = 1; o < c->g->objects; o++) {
		c->g->object[o].asked |= c->asks_all;
		if (c->g->object[o].kind == KIND_POOL)
			pool_widen(&c->g->object[o], c->any_tasks);
	}
}

void emit_program(struct program *g)
{
	struct coder c = { .g = g, .a = &g->arena };
	emit_end(&c);
	emit_functions(&c);
	for (uint32_t k = 1; k < g->groups; k++)
		if (!g->group[k].service)
			emit_group(&c, k);
	emit_servers(&c);
	emit_group(&c, 0);
	emit_expectations(&c);
	tell_objects(&c);
	index_free(&c.constants);
	free(c.in_use);
}
