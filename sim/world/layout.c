/* Where everything stands in a world, and worlds as wholes. */
#include "sim/world/world.h"
#include <stdlib.h>
#include <string.h>

enum { WHO_CELLS = sizeof(struct who) / sizeof(cell), LINE_CELLS = sizeof(struct line) / sizeof(cell),
       LARGEST_PRIVATE = 1 << 22, MOST_TASKS = (1 << 16) - 1 };

static uint32_t object_size(const struct object *o)
{
	switch (o->kind) {
	case KIND_LOCK:
	case KIND_RLOCK:     return sizeof(struct lock_cells) / sizeof(cell);
	case KIND_SEMAPHORE: return sizeof(struct semaphore_cells) / sizeof(cell);
	case KIND_EVENT:     return sizeof(struct event_cells) / sizeof(cell);
	case KIND_LATCH:     return sizeof(struct latch_cells) / sizeof(cell);
	case KIND_CONDITION: return sizeof(struct condition_cells) / sizeof(cell);
	case KIND_BARRIER:   return sizeof(struct barrier_cells) / sizeof(cell);
	case KIND_QUEUE:     return sizeof(struct queue_cells) / sizeof(cell) + (o->feeder ? 2 * o->room + 1 : o->room);
	case KIND_MANAGER:
	case KIND_FILE:      return sizeof(struct record_cells) / sizeof(cell) + o->fields;
	case KIND_SOCKET:    return sizeof(struct socket_cells) / sizeof(cell);
	case KIND_CONNECTION:
	case KIND_PIPE:      return sizeof(struct pipe_cells) / sizeof(cell) +
	                            (1 + o->duplex) * (sizeof(struct ring_cells) / sizeof(cell) + o->room);
	case KIND_POOL:      return (sizeof(struct pool_cells) + o->room * sizeof(struct task_cells)) / sizeof(cell);
	default:             return 0;
	}
}

static uint32_t ends_of_kind(enum kind kind)
{
	return kind == KIND_PIPE || kind == KIND_CONNECTION ? 2 : kind == KIND_SOCKET;
}

/* A process may stand in a line in each of its handlers, and in what they interrupt. */
static void number_waiters(struct program *g)
{
	g->waiters = g->processes;
	for (proc_id p = MAIN; p < g->processes; p++) {
		g->process[p].waiters = g->waiters;
		g->waiters += bits_in(g->group[g->process[p].group].handles);
	}
	g->waiter_owner = arena_get(&g->arena, (g->waiters - g->processes + 1) * sizeof *g->waiter_owner);
	for (proc_id p = MAIN; p < g->processes; p++)
		for (uint32_t n = g->process[p].waiters; n < (p + 1 < g->processes ? g->process[p + 1].waiters : g->waiters); n++)
			g->waiter_owner[n - g->processes] = p;
}

static void lay_out_objects(struct program *g, bool fair)
{
	uint32_t at = g->waiters * WHO_CELLS, line = 0;
	g->ends = g->tasks = 0;
	for (uint32_t o = 1; o < g->objects; o++) {
		g->lines += kind_rows[g->object[o].kind].lines;
		g->object[o].end = g->ends;
		g->ends += ends_of_kind(g->object[o].kind);
	}
	g->end_object = arena_get(&g->arena, (g->ends + 1) * sizeof *g->end_object);
	for (uint32_t o = 1; o < g->objects; o++)
		for (uint32_t k = 0; k < ends_of_kind(g->object[o].kind); k++)
			g->end_object[g->object[o].end + k] = o;
	g->ends_at = at;
	g->lines_at = at += g->processes * end_cells(g);
	g->objects_at = at += g->lines * LINE_CELLS;
	g->line_object = arena_get(&g->arena, (g->lines + 1) * sizeof *g->line_object);
	for (uint32_t o = 1; o < g->objects; o++) {
		struct object *row = &g->object[o];
		row->at = at;
		row->line = line;
		row->task = g->tasks;
		g->tasks += row->kind == KIND_POOL ? row->room : 0;
		row->in_order = row->fair == FAIR_YES || (row->fair == FAIR_UNSAID && fair && row->kind != KIND_POOL);
		row->lined = row->in_order || row->asked;
		at += object_size(row);
		for (int k = 0; k < kind_rows[row->kind].lines; k++)
			g->line_object[line++] = o;
	}
	g->variables_at = at;
	g->shared_cells = at + g->shareds;
}

static void say_whose(struct program *g)
{
	uint32_t *whose = g->cell_object = arena_get(&g->arena, (g->variables_at - g->lines_at + 1) * sizeof *whose);
	for (uint32_t line = 0; line < g->lines; line++)
		for (uint32_t k = 0; k < LINE_CELLS; k++)
			*whose++ = g->line_object[line];
	for (uint32_t o = 1; o < g->objects; o++)
		for (uint32_t k = object_size(&g->object[o]); k--;)
			*whose++ = o;
}

/* The cells that a function and what it calls need at most; functions that call themselves: as deep
 * as calls may go. state: 0 not seen, 1 being visited, 2 known. */
struct depth { uint32_t cells; int state; bool loops; };

static uint32_t frames_of(const struct program *g, uint32_t f, struct depth *seen, bool *loops);

/* Workers and callbacks call whatever is handed to a pool. */
static uint32_t frames_of_tasks(const struct program *g, struct depth *seen, bool *loops)
{
	uint32_t most = 0;
	for (size_t k = 0; k < g->codes; k++) {
		const struct ins *i = &g->code[k];
		if (i->op != OP_SUBMIT && i->op != OP_SUBMIT_ALL)
			continue;
		for (int n = 0; n < 3; n++) {           /* the task, its callbacks */
			uint32_t f = n == 0 ? i->to : n == 1 ? i->lo : i->hi, cells = f != NO_OPERAND ? frames_of(g, f, seen, loops) : 0;
			most = cells > most ? cells : most;
		}
	}
	return most;
}

static uint32_t frames_of(const struct program *g, uint32_t f, struct depth *seen, bool *loops)
{
	uint32_t most = 0;
	if (seen[f].state == 1)
		*loops = true;
	if (seen[f].state)
		return seen[f].cells;
	seen[f].state = 1;
	for (uint32_t i = g->function[f].entry; i < g->function[f].end; i++)
		if (g->code[i].op == OP_CALL || g->code[i].op == OP_PREPARE) {
			uint32_t below = frames_of(g, g->code[i].to, seen, loops);
			most = below > most ? below : most;
		} else if (g->code[i].op == OP_TAKE || g->code[i].op == OP_TEND) {
			uint32_t below = frames_of_tasks(g, seen, loops);
			most = below > most ? below : most;
		}
	seen[f].state = 2;
	return seen[f].cells = most + FRAME_HEAD + g->function[f].slots;
}

/* Those of handlers may come on top of any others, and of each other. */
static uint64_t handler_frames(const struct program *g, const struct depth *seen)
{
	uint64_t most = 0;
	for (uint32_t k = 0; k < g->groups; k++) {
		uint64_t cells = 0;
		for (int s = 0; s < SIGNAL_COUNT; s++)
			cells += g->group[k].on[s] ? seen[g->group[k].on[s]].cells : 0;
		most = cells > most ? cells : most;
	}
	return most;
}

static uint64_t frames_needed(const struct program *g)
{
	struct depth *seen = must_have(calloc(g->functions, sizeof *seen));
	uint64_t most = 0, largest = 0;
	bool loops = false;
	for (uint32_t f = 1; f < g->functions; f++) {
		uint64_t cells = frames_of(g, f, seen, &loops), one = FRAME_HEAD + g->function[f].slots;
		most = cells > most ? cells : most;
		largest = one > largest ? one : largest;
	}
	uint64_t handlers = handler_frames(g, seen);
	free(seen);
	return loops ? largest * (MAX_CALLS + 1) : most + handlers;
}

static void make_titles(struct program *g)
{
	cell *shared = must_have(calloc(g->shared_cells, sizeof *shared));
	cell *own = must_have(calloc(g->private_cells, sizeof *own)), *scratch = must_have(calloc(g->private_cells, sizeof *scratch));
	struct text t = { 0 };
	for (proc_id p = MAIN; p < g->processes; p++) {
		const struct group *group = &g->group[g->process[p].group];
		if (!group->named)
			continue;
		for (uint32_t k = 0; k < group->privates; k++)
			((struct own *)own)->slot[group->private[k].slot] = g->process[p].private[k];
		value v = world_peek(g, shared, own, p, group->named, scratch);
		text_clear(&t);
		if (v != VALUE_UNSET)
			g->process[p].title = arena_word(&g->arena, program_value(g, v, &t), t.length);
	}
	text_free(&t);
	free(scratch);
	free(own);
	free(shared);
}

void world_layout(struct program *g, bool fair)
{
	g->lines = 0;
	number_waiters(g);
	lay_out_objects(g, fair);
	if (g->tasks > MOST_TASKS) {
		diag_add(&g->diags, DIAG_LIMIT, (struct place){ 0 }, SAY(FEWER_POOLS), SAY(TOO_MANY_TASKS, MOST_TASKS));
		return;
	}
	say_whose(g);
	uint64_t cells = OWN_HEAD + g->process_slots + frames_needed(g);
	if (cells > LARGEST_PRIVATE) {
		diag_add(&g->diags, DIAG_LIMIT, (struct place){ 0 }, SAY(FEWER_VARIABLES),
		         SAY(PROCESS_TOO_LARGE, LARGEST_PRIVATE * sizeof(cell) >> 20));
		return;
	}
	g->private_cells = cells;
	make_titles(g);
}

cell *line_at(const struct program *g, cell *shared, uint32_t line)
{
	return shared + g->lines_at + line * LINE_CELLS;
}

value world_variable(const struct program *g, const cell *shared, uint32_t variable)
{
	return shared[g->variables_at + variable];
}

value world_field(const struct program *g, const cell *shared, uint32_t object, uint32_t field)
{
	const struct record_cells *r = (const struct record_cells *)(shared + g->object[object].at);
	return r->empty ? VALUE_NONE : r->field[field];
}

value world_observed(const struct program *g, const cell *shared, const struct observed *o)
{
	if (!o->object)
		return world_variable(g, shared, o->which);
	return world_field(g, shared, o->object, o->which);
}

/* A broadcast touches a few cells of every process; twice as many are room to spare. */
uint32_t journal_room(const struct program *g)
{
	enum { A_TASK = 28 };           /* `map` hands over any number of tasks */
	uint32_t not_through = 0;       /* what is lost with a process: those behind it move up */
	for (uint32_t o = 1; g->feeds && o < g->objects; o++)
		not_through += g->object[o].feeder ? 2 * g->object[o].room + 4 : 0;
	return 8 * g->processes + 64 + g->codes + A_TASK * (g->tasks + 1) + 4 * g->ends + not_through;    /* `atomic` may hold any number of writes */
}

/* ---- worlds as wholes ---- */

static size_t private_total(const struct program *g)
{
	return (size_t)(g->processes - 1) * g->private_cells;
}

size_t world_bytes(const struct program *g)
{
	return (g->shared_cells + private_total(g)) * sizeof(cell);
}

struct world world_new(const struct program *g)
{
	cell *all = must_have(calloc(1, world_bytes(g)));
	struct world w = { all, all + g->shared_cells };
	who_of(w.shared, 0)->pid = MODEL_PID;
	world_begin(g, w.shared, world_own(g, &w, MAIN), MODEL_PID + MAIN, NULL);
	return w;
}

void world_free(struct world *w)
{
	free(w->shared);
	*w = (struct world){ 0 };
}

bool world_everyone_ended(const struct program *g, const cell *shared)
{
	for (proc_id p = MAIN; p < g->processes; p++) {
		const struct who *w = who_is(shared, p);
		bool left_behind = p != MAIN && !w->parent;
		if (w->life == LIFE_ALIVE && !left_behind && !g->group[g->process[p].group].daemon)
			return false;
	}
	return true;
}

/* ---- lines as seen from outside ---- */

/* Has it only to go on? In the line of a lock stands what came from a condition, and waits; at a condition what will be freed for no
 * reason. */
static bool waits_no_more(const struct who *w, enum kind kind)
{
	if (kind == KIND_LOCK || kind == KIND_RLOCK)
		return false;
	return w->freed && w->freed != FREED_SPURIOUSLY;
}

uint32_t world_waiting(const struct program *g, const cell *shared, uint32_t object)
{
	uint32_t n = 0;
	for (int k = 0; k < kind_rows[g->object[object].kind].lines; k++) {
		const struct line *l = (const struct line *)line_at(g, (cell *)shared, g->object[object].line + k);
		for (proc_id p = l->head; p; p = who_is(shared, p)->next)
			n += !waits_no_more(who_is(shared, p), g->object[object].kind);
	}
	return n;
}

uint32_t world_units(const struct program *g, const cell *shared, uint32_t line)
{
	const struct object *o = &g->object[g->line_object[line]];
	const cell *at = shared + o->at;
	switch (o->kind) {
	case KIND_LOCK:
	case KIND_RLOCK:     return !((const struct lock_cells *)at)->owner;
	case KIND_SEMAPHORE: return ((const struct semaphore_cells *)at)->units;
	case KIND_CONDITION:
	case KIND_BARRIER:
	case KIND_LATCH:
	case KIND_EVENT:     return ((const struct line *)line_at(g, (cell *)shared, line))->length;
	case KIND_SOCKET:    return ((const struct socket_cells *)at)->count;
	case KIND_CONNECTION:
	case KIND_PIPE:      return ((const struct line *)line_at(g, (cell *)shared, line))->length + 1;
	case KIND_POOL:      return workers_units(g, shared, g->line_object[line], line - o->line);
	case KIND_QUEUE:     return line == o->line ? ((const struct queue_cells *)at)->count
	                                            : o->room - ((const struct queue_cells *)at)->count -
	                                              (o->feeder ? *queue_lost(o, (struct queue_cells *)at) : 0);
	default:             return 0;
	}
}
