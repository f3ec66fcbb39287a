/* What the rows of ops.def say that an instruction may touch, as things of this program. */
#include "sim/world/footprint.h"
#include "sim/world/machine.h"
#include <assert.h>
#include <string.h>

#define K(kind) (1u << KIND_##kind)
enum { NETWORK_KINDS = K(SOCKET) | K(CONNECTION), END_KINDS = K(PIPE) | NETWORK_KINDS,
       FREEING_KINDS = K(EVENT) | K(LATCH) | K(CONDITION) | K(BARRIER), ANY_KIND = ~0u };

/* A row that says none of them says EVERYTHING. */
enum words {
	NOTHING = 1 << 0,
	VARIABLE_A = 1 << 1, VARIABLE_DST = 1 << 2, RECORD_A = 1 << 3, RECORD_DST = 1 << 4,
	OBJECT = 1 << 5, RESULT = 1 << 6, LINE = 1 << 7, WAITERS = 1 << 8, WORKERS = 1 << 9, ENDS = 1 << 10, NETWORK = 1 << 11,
	ASKED = 1 << 12, CHILD = 1 << 13, REAPED = 1 << 14, CHILDREN = 1 << 15,
	BEGUN = 1 << 16, ENDED = 1 << 17, DOOMED = 1 << 18, ORPHANED = 1 << 19, END = 1 << 20,
	NAMED = 1 << 21, LINE_2 = 1 << 22, EVERYTHING = 1 << 23,
	NUMBERS = VARIABLE_A | VARIABLE_DST | RECORD_A | RECORD_DST,    /* an operand is a number, not the place of a value */
};

#define IS_UNKNOWN(reads, writes) (!(reads) || !(writes) || ((reads) | (writes)) & EVERYTHING)
#define NAMES(reads, writes) \
	(((reads) | (writes)) & (VARIABLE_A | VARIABLE_DST) ? NAMES_VARIABLE : ((reads) | (writes)) & RECORD_A ? NAMES_RECORD_A : \
	 ((reads) | (writes)) & RECORD_DST ? NAMES_RECORD_DST : \
	 IS_UNKNOWN(reads, writes) || ((reads) | (writes)) & (NAMED | OBJECT | ASKED | CHILD | BEGUN) ? NAMES_VALUE : NAMES_NOTHING)

/* In which line it waits. */
enum waits { IN_NO_LINE, IN_FIRST, IN_SECOND };
#define WAITS(reads, writes) \
	(LINE_2 & (writes) ? IN_SECOND : LINE & (writes) || IS_UNKNOWN(reads, writes) ? IN_FIRST : IN_NO_LINE)

static const struct row { can_function *can; uint32_t reads, writes; enum naming names; enum waits waits; } rows_of_ops[OP_COUNT] = {
#define PRIVATE(id, ...) [OP_##id] = { NULL, NOTHING, NOTHING, NAMES_NOTHING, IN_NO_LINE },
#define ACTION(id, can, reads, writes, meaning) [OP_##id] = { can, reads, writes, NAMES(reads, writes), WAITS(reads, writes) },
#include "sim/language/ops.def"
#undef PRIVATE
#undef ACTION
};

/* For tests: one row is as if it said this. */
static struct row pretended[OP_COUNT];
static const struct row *rows = rows_of_ops;

void footprint_pretend(enum op op, bool everything)
{
	memcpy(pretended, rows_of_ops, sizeof pretended);
	if (everything)
		pretended[op].writes = EVERYTHING | (pretended[op].writes & (LINE_2 | NUMBERS));
	else
		pretended[op].reads = pretended[op].writes = NOTHING;
	pretended[op].names = NAMES(pretended[op].reads, pretended[op].writes);
	pretended[op].waits = WAITS(pretended[op].reads, pretended[op].writes);
	rows = pretended;
}

void footprint_pretend_no_more(void)
{
	rows = rows_of_ops;
}

/* ---- what rows say as such ---- */

bool op_is_unknown(enum op op)
{
	return IS_UNKNOWN(rows[op].reads, rows[op].writes);
}

static bool may_write(enum op op, uint32_t words)
{
	return op_is_unknown(op) || rows[op].writes & words;
}

bool op_starts(enum op op)  { return may_write(op, BEGUN); }
bool op_ends(enum op op)    { return may_write(op, END); }
bool op_orphans(enum op op) { return may_write(op, ORPHANED); }
bool op_signals(enum op op) { return may_write(op, DOOMED) && !(rows[op].writes & END); }

enum naming op_names(enum op op)
{
	return rows[op].names;
}

/* Which kinds of objects its verbs take. */
static unsigned kinds_of(enum op op)
{
	unsigned kinds = (rows[op].reads | rows[op].writes) & RESULT ? K(POOL) : 0;
	for (int v = 0; v < VERB_COUNT; v++)
		if (!verb_rows[v].control && v != VERB_NONE && verb_rows[v].op == op)
			kinds |= verb_rows[v].kinds;
	return kinds ? kinds : ANY_KIND;
}

/* ---- an instruction ---- */

struct look { const struct program *g; const struct ins *i; value a; proc_id p; each_thing *visit; void *with; };

static void touch(const struct look *l, uint32_t thing, enum access access)
{
	l->visit(l->with, thing, access);
}

typedef void touch_object(const struct look *, uint32_t object, enum access);

static void each_of_kinds(const struct look *l, unsigned kinds, touch_object *f, enum access access)
{
	for (uint32_t o = 1; o < l->g->objects; o++)
		if (kinds >> l->g->object[o].kind & 1)
			f(l, o, access);
}

/* The process that operand a names may be a pool's worker, whose life belongs to the pool's people. */
static void worker_named(const struct look *l, enum access access)
{
	const struct program *g = l->g;
	uint32_t n = value_payload(l->a);
	for (uint32_t o = 1; o < g->objects; o++) {
		const struct object *row = &g->object[o];
		bool is_its = value_tag(l->a) == TAG_PROCESS && !(n & PROCESS_GROUP) && n - row->server < (uint32_t)row->size;
		if (row->kind == KIND_POOL && (is_its || l->a == VALUE_UNSET))
			touch(l, thing_people(g, o), access);
	}
}

/* The object that operand a names. */
static void each_named(const struct look *l, touch_object *f, enum access access)
{
	if (value_tag(l->a) == TAG_HANDLE)
		f(l, handle_pool(l->g, l->a), access);
	else if (value_tag(l->a) == TAG_OBJECT)
		f(l, value_object(l->a), access);
	else if (l->a == VALUE_UNSET)
		each_of_kinds(l, kinds_of(l->i->op), f, access);
}

static uint32_t lock_of(const struct program *g, uint32_t o)
{
	return g->object[o].kind == KIND_CONDITION ? g->object[o].lock : o;
}

static void object_itself(const struct look *l, uint32_t o, enum access access)
{
	touch(l, thing_object(l->g, o), access);
	if (lock_of(l->g, o) != o)
		touch(l, thing_object(l->g, lock_of(l->g, o)), WRITES);
}

static void people(const struct look *l, uint32_t o, enum access access)
{
	touch(l, thing_people(l->g, o), access);
}

static void people_in_line(const struct look *l, uint32_t o, enum access access)
{
	if (l->g->object[lock_of(l->g, o)].lined)
		people(l, lock_of(l->g, o), access);
}

static void people_to_be_freed(const struct look *l, uint32_t o, enum access access)
{
	if (!(FREEING_KINDS >> l->g->object[o].kind & 1))
		return;
	people(l, o, access);
	people_in_line(l, o, access);
}

static void people_of_pool(const struct look *l, uint32_t o, enum access access)
{
	if (l->g->object[o].kind == KIND_POOL)
		people(l, o, access);
}

static void object_and_people(const struct look *l, uint32_t o, enum access access)
{
	object_itself(l, o, access);
	people(l, o, access);
}

/* A pool loses its tasks with those that serve it; what a manager holds stays as it is. */
static void servers(const struct look *l, uint32_t o, enum access access)
{
	people(l, o, access);
	if (l->g->object[o].kind == KIND_POOL)
		object_itself(l, o, access);
}

static void record(const struct look *l, uint32_t o, enum access access)
{
	touch(l, thing_object(l->g, o), access);
	if (l->g->object[o].kind == KIND_MANAGER)
		people(l, o, READS);
}

static void asked(const struct look *l, enum access access)
{
	uint32_t f = l->i->b;
	switch (function_rows[f].of) {
	case OF_PROCESS:
		touch(l, THING_BEGUN, access);
		touch(l, THING_ENDED, access);
		worker_named(l, access);
		break;
	case OF_RESULT:
		if (l->a == VALUE_UNSET)
			each_of_kinds(l, K(POOL), object_itself, access);
		else
			each_named(l, object_itself, access);
		break;
	default:
		each_named(l, f == FUNCTION_WAITING ? object_and_people : object_itself, access);
	}
}

static bool may_name_a_process(const struct look *l)
{
	return l->a == VALUE_UNSET || value_tag(l->a) == TAG_PROCESS;
}

static void child(const struct look *l)
{
	if (!may_name_a_process(l))
		return;
	touch(l, THING_BEGUN, READS);
	touch(l, THING_ENDED, l->i->flags & INS_TIMEOUT ? READS : AWAITS);
	worker_named(l, READS);
}

static void children(const struct look *l)
{
	touch(l, THING_BEGUN, READS);
	touch(l, THING_DOOMED, READS);
	touch(l, THING_ENDED, AWAITS);
}

/* A process ends when what it has put is through; what is not is lost with one that is killed. */
static void each_feeding(const struct look *l, enum access access)
{
	for (uint32_t o = 1; l->g->feeds && o < l->g->objects; o++)
		if (l->g->object[o].feeder) {
			object_itself(l, o, access);
			people_in_line(l, o, access);
		}
}

static void end(const struct look *l)
{
	const struct program *g = l->g;
	uint32_t serves = l->p ? g->group[g->process[l->p].group].service : 0;
	touch(l, THING_ORPHANED, READS);
	touch(l, THING_ENDED, WRITES);
	touch(l, THING_REAPED, WRITES);
	if (g->notices) {                               /* its parent is sent SIGCHLD */
		touch(l, THING_DOOMED, READS);
		touch(l, THING_DOOMED, WRITES);
	}
	each_of_kinds(l, END_KINDS, object_itself, WRITES);
	each_feeding(l, WRITES);
	if (serves)
		servers(l, serves, WRITES);
	if (l->p == MAIN)
		each_of_kinds(l, K(POOL) | K(MANAGER), servers, WRITES);
}

static void everything(const struct look *l)
{
	for (uint32_t t = 0; t < things(l->g); t++) {
		touch(l, t, READS);
		touch(l, t, WRITES);
	}
}

static void by_operand(const struct look *l, uint32_t words, enum access access)
{
	if (words & VARIABLE_A)
		touch(l, thing_variable(l->i->a), access);
	if (words & VARIABLE_DST)
		touch(l, thing_variable(l->i->dst), access);
	if (words & RECORD_A)
		record(l, l->i->a, access);
	if (words & RECORD_DST)
		record(l, l->i->dst, access);
	if (words & OBJECT)
		each_named(l, object_itself, access);
	if (words & (LINE | LINE_2))
		each_named(l, people_in_line, access);
	if (words & WAITERS)
		each_named(l, people_to_be_freed, access);
	if (words & WORKERS)
		each_named(l, people_of_pool, access);
	if (words & WORKERS && may_name_a_process(l))
		worker_named(l, access);
	if (words & ASKED)
		asked(l, access);
	if (words & CHILD)
		child(l);
	if (words & REAPED && may_name_a_process(l))
		touch(l, THING_REAPED, access);
}

static void by_words(const struct look *l, uint32_t words, enum access access)
{
	static const struct { uint32_t word; enum life_thing thing; } lives[] = {
		{ BEGUN, THING_BEGUN }, { ENDED, THING_ENDED }, { DOOMED, THING_DOOMED }, { ORPHANED, THING_ORPHANED },
	};
	by_operand(l, words, access);
	for (size_t k = 0; k < sizeof lives / sizeof *lives; k++)
		if (words & lives[k].word)
			touch(l, lives[k].thing, access);
	if (words & ENDS)
		each_of_kinds(l, END_KINDS, object_itself, access);
	if (words & NETWORK)
		each_of_kinds(l, NETWORK_KINDS, object_itself, access);
	if (words & CHILDREN)
		children(l);
	if (words & END)
		end(l);
}

void footprint_each(const struct program *g, const struct ins *i, value a, proc_id p, each_thing *visit, void *with)
{
	const struct look l = { g, i, a, p, visit, with };
	if (op_is_unknown(i->op)) {
		everything(&l);
		return;
	}
	by_words(&l, rows[i->op].reads, READS);
	by_words(&l, rows[i->op].writes, WRITES);
}

void footprint_death(const struct program *g, proc_id p, each_thing *visit, void *with)
{
	const struct look l = { .g = g, .p = p, .visit = visit, .with = with };
	end(&l);
	touch(&l, THING_ENDED, READS);                  /* children that have ended are reaped, the others are orphans */
	touch(&l, THING_ORPHANED, WRITES);
	each_of_kinds(&l, ANY_KIND, people, WRITES);    /* wherever it stands in line */
}

/* ---- whether it may move ---- */

static void note_line(const struct look *l, uint32_t o, enum access access)
{
	bool *lined = l->with;
	(void)access;
	*lined |= l->g->object[lock_of(l->g, o)].lined;
}

static void note_lock(const struct look *l, uint32_t o, enum access access)
{
	if (lock_of(l->g, o) != o)
		note_line(l, o, access);
}

static void note_pool(const struct look *l, uint32_t o, enum access access)
{
	bool *pool = l->with;
	(void)access;
	*pool |= l->g->object[o].kind == KIND_POOL;
}

/* can_go and the like ask for nothing. */
static bool never_waits(enum op op)
{
	return rows[op].can == can_go || rows[op].can == can_never || rows[op].can == can_draw;
}

enum asking_of footprint_asks(const struct program *g, const struct ins *i, value a, proc_id p)
{
	uint32_t words = rows[i->op].reads | rows[i->op].writes;
	bool others = false;
	const struct look l = { .g = g, .i = i, .a = a, .with = &others };
	if (rows[i->op].can == can_signal && value_tag(a) == TAG_PROCESS)
		return ASKS_ITSELF;
	if (never_waits(i->op))
		return ASKS_ITSELF;
	if (op_is_unknown(i->op) || words & (ENDED | ASKED))
		return ASKS_ANYBODY;
	if (words & (LINE | LINE_2))
		each_named(&l, note_line, READS);
	if (words & WAITERS)
		each_named(&l, note_lock, READS);
	if (words & WORKERS)
		each_named(&l, note_pool, READS);
	if (others || (words & CHILDREN && (g->feeds || (p == MAIN && g->tasks))))      /* main ends when its pools have */
		return ASKS_ANYBODY;
	return words & CHILDREN || (words & CHILD && may_name_a_process(&l)) ? ASKS_LIVES : ASKS_ITSELF;
}

uint32_t footprint_line_of(const struct object *o, enum op op, value a)
{
	const enum waits waits = rows[op].waits;
	assert(waits != IN_NO_LINE);    /* an action that waits in a line names it in its row */
	return o->line + (value_end(a) == END_RIGHT) + (waits == IN_SECOND ? (uint32_t)kind_rows[o->kind].lines / 2 : 0);
}

uint32_t footprint_line(const struct program *g, const struct ins *i, value a)
{
	if (rows[i->op].waits == IN_NO_LINE || value_tag(a) != TAG_OBJECT)
		return 0;
	return footprint_line_of(&g->object[lock_of(g, value_object(a))], i->op, a) + 1;
}

void footprint_wait(const struct program *g, const cell *own, proc_id p, struct wait *w)
{
	const enum op op = world_next(g, own)->op;
	const uint32_t words = rows[op].reads | rows[op].writes;
	*w = (struct wait){ 0 };
	if (never_waits(op))
		return;
	const value target = world_target(g, own, p);
	w->anything = op_is_unknown(op) || (words & CHILDREN && (g->feeds || (p == MAIN && g->tasks)));        /* its pools end before; so do feeders */
	if (value_tag(target) == TAG_OBJECT) {
		w->object = value_object(target);
		w->lock = lock_of(g, w->object);
	}
}

/* ---- what was changed ---- */

enum { WHO_CELLS = sizeof(struct who) / sizeof(cell) };

/* Of a line, or of an object. */
static uint32_t object_at(const struct program *g, uint32_t at)
{
	return g->cell_object[at - g->lines_at];
}

static uint32_t thing_of_line(const struct program *g, uint32_t line)
{
	return thing_people(g, g->line_object[line]);
}

static enum life_thing thing_of_life(const struct who *w, cell v)
{
	if (v == LIFE_ALIVE)
		return THING_BEGUN;
	return w->life == LIFE_ZOMBIE ? THING_REAPED : THING_ENDED;
}

#define FIELD(name) (offsetof(struct who, name) / sizeof(cell))

static uint32_t thing_of_who(const struct program *g, const cell *shared, uint32_t at, cell v)
{
	const struct who *w = who_is(shared, at / WHO_CELLS);
	const proc_id p = waiter_owner(g, at / WHO_CELLS);
	const uint32_t field = at % WHO_CELLS, serves = g->group[g->process[p].group].service;
	if (field == FIELD(in_line) || field == FIELD(next) || field == FIELD(freed))
		return thing_of_line(g, (w->in_line ? w->in_line : v) - 1);
	if (serves)
		return thing_people(g, serves);
	switch (field) {
	case FIELD(life):     return thing_of_life(w, v);
	case FIELD(parent):   return v ? THING_BEGUN : THING_ORPHANED;
	case FIELD(children): return v > w->children ? THING_BEGUN : THING_ENDED;
	case FIELD(doom):
	case FIELD(pending):  return v ? THING_DOOMED : THING_ENDED;
	default:              return THING_ENDED;
	}
}

/* Of a pool: a result is there, or all there is to come; of a queue: everything in it is dealt with. */
static bool is_over(const struct program *g, const cell *shared, uint32_t o, uint32_t at)
{
	const struct object *row = &g->object[o];
	const struct pool_cells *p = (const struct pool_cells *)(shared + row->at);
	size_t within = at - row->at, first = offsetof(struct pool_cells, task) / sizeof(cell), size = sizeof(struct task_cells) / sizeof(cell);
	if (row->kind == KIND_QUEUE)
		return !((const struct queue_cells *)(shared + row->at))->unfinished;
	if (row->kind != KIND_POOL)
		return false;
	if (within < first)
		return within == offsetof(struct pool_cells, state) / sizeof(cell) || within == offsetof(struct pool_cells, calling) / sizeof(cell) ||
		       (within == offsetof(struct pool_cells, unfinished) / sizeof(cell) && !p->unfinished);
	return p->task[(within - first) / size].state > TASK_BATCH;
}

void changes_add(struct changes *c, uint32_t object, bool over)
{
	uint32_t i = 0;
	while (i < c->count && c->at[i].object != object)
		i++;
	if (i == MOST_CHANGED) {
		c->all = true;
		return;
	}
	if (i == c->count)
		c->at[c->count++].object = object, c->at[i].over = false;
	c->at[i].over |= over;
}

bool changes_concern(const struct changes *c, const struct wait *w)
{
	if (w->anything)
		return true;
	for (uint32_t k = 0; w->object && k < c->count; k++)
		if (c->at[k].object == w->object || c->at[k].object == w->lock)
			return true;
	return false;
}

/* Where it stood in line says the line itself. */
static void add_who(const struct program *g, const cell *shared, uint32_t at, struct changes *c)
{
	const proc_id p = waiter_owner(g, at / WHO_CELLS);
	const uint32_t field = at % WHO_CELLS, serves = g->group[g->process[p].group].service, line = who_is(shared, at / WHO_CELLS)->in_line;
	if (field != FIELD(in_line) && field != FIELD(next) && field != FIELD(freed)) {
		c->lives = true;
		if (serves)
			changes_add(c, serves, true);
	} else if (line) {
		changes_add(c, g->line_object[line - 1], false);
	}
}

void footprint_changes(const struct program *g, const cell *shared, const struct journal *j, uint32_t from, struct changes *c)
{
	for (uint32_t k = from; k < j->count; k++) {
		const uint32_t at = j->entry[k].at;
		if (at < g->ends_at)
			add_who(g, shared, at, c);
		else if (at >= g->lines_at && at < g->objects_at)
			changes_add(c, object_at(g, at), false);
		else if (at >= g->objects_at && at < g->variables_at)
			changes_add(c, object_at(g, at), is_over(g, shared, object_at(g, at), at));
	}
}

uint32_t footprint_thing(const struct program *g, const cell *shared, uint32_t at, cell v)
{
	if (at < g->ends_at)
		return thing_of_who(g, shared, at, v);
	if (at < g->lines_at)
		return THING_BEGUN;             /* another's open ends are written when it is started */
	if (at < g->objects_at)
		return thing_people(g, object_at(g, at));
	if (at < g->variables_at)
		return thing_object(g, object_at(g, at));
	return thing_variable(at - g->variables_at);
}
