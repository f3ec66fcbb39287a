/* Is a footprint true? Every change must be of a thing that it has among what is written. And the same action, in a world
 * in which all that it does not have is different, must do the same. */
#include "sim/world/footprint.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef FORKLORE_FOOTPRINTS
bool footprint_checked = true;
#else
bool footprint_checked;
#endif

static void thing_name(const struct program *g, uint32_t thing, char *to, size_t size)
{
	static const char *const lives[LIFE_THINGS] = {
		[THING_BEGUN] = "BEGUN", [THING_ENDED] = "ENDED", [THING_REAPED] = "REAPED",
		[THING_DOOMED] = "DOOMED", [THING_ORPHANED] = "ORPHANED",
	};
	uint32_t first = thing_object(g, 0);
	if (thing < LIFE_THINGS)
		snprintf(to, size, "%s of a process", lives[thing]);
	else if (thing < first)
		snprintf(to, size, "the variable %s", g->shared[thing - LIFE_THINGS].name);
	else
		snprintf(to, size, "%s%s", thing_is_of_others(g, thing) ? "the people of " : "", g->object[(thing - first) / 2].name);
}

static void wrong(const struct program *g, const struct ins *i, proc_id p, const char *what, const char *thing)
{
	fprintf(stderr, "forklore: %s %s %s%sas its row in sim/language/ops.def does not say (%s, step `%s`)\n",
	        i ? op_rows[i->op].word : "a death", what, thing, *thing ? ", " : "", g->process[p].name, i ? g->step[i->step].text : "");
	abort();
}

/* ---- changes ---- */

struct search { uint32_t thing; bool found; };

static void look_for(void *with, uint32_t thing, enum access access)
{
	struct search *s = with;
	s->found |= access == WRITES && thing == s->thing;
}

void footprint_check_store(const struct program *g, const cell *shared, const struct ins *i, value a, proc_id p, uint32_t at, cell v)
{
	struct search s = { footprint_thing(g, shared, at, v), false };
	const uint32_t own_ends = g->ends_at + process_body(g, p) * end_cells(g);
	char name[200];
	if (at >= own_ends && at < own_ends + end_cells(g))
		return;
	if (&shared[at] == &who_is(shared, p)->pending)
		return;                 /* as its doom: a part of its own */
	if (i)
		footprint_each(g, i, a, p, look_for, &s);
	else
		footprint_death(g, p, look_for, &s);
	if (s.found)
		return;
	thing_name(g, s.thing, name, sizeof name);
	wrong(g, i, p, "changes", name);
}

/* ---- what is read: all that is not in the footprint is made different ---- */

/* To write something of a life is not to read it: the lives of two are not the same. */
struct sets { bool *read, *written; };

static void add_to(void *with, uint32_t thing, enum access access)
{
	const struct sets *s = with;
	s->read[thing] |= access != WRITES || thing >= LIFE_THINGS;
	s->written[thing] |= access == WRITES;
}

static void toggle(cell *at, cell one, cell other)
{
	*at = *at == one ? other : one;
}

static void spoil_ring(struct ring_cells *r, uint32_t room)
{
	r->count = r->count < room ? r->count + 1 : r->count - 1;
}

static void spoil_pipe(const struct program *g, cell *shared, uint32_t o)
{
	struct pipe_cells *p = (struct pipe_cells *)(shared + g->object[o].at);
	for (uint32_t side = END_LEFT; side <= END_RIGHT; side++) {
		struct ring_cells *r = pipe_ring(g, shared, value_make(TAG_OBJECT, o | side << OBJECT_END), true);
		toggle(&p->open[side - END_LEFT], 0, 1);
		if (r)
			spoil_ring(r, g->object[o].room);
	}
}

static void spoil_pool(const struct object *row, struct pool_cells *p)
{
	toggle(&p->state, POOL_OPEN, POOL_CLOSED);
	p->unfinished++;
	p->waiting = !p->waiting;
	for (uint32_t k = 0; k < row->room; k++)
		toggle(&p->task[k].state, TASK_READY, TASK_WAITING);
}

static void spoil_record(const struct object *row, struct record_cells *r)
{
	toggle(&r->empty, 0, 1);
	for (uint32_t k = 0; k < row->fields; k++)
		toggle(&r->field[k], value_small(77), value_small(78));
}

static void spoil_object(const struct program *g, cell *shared, uint32_t o)
{
	const struct object *row = &g->object[o];
	void *at = shared + row->at;
	switch (row->kind) {
	case KIND_MANAGER:
	case KIND_FILE:       spoil_record(row, at); break;
	case KIND_PIPE:
	case KIND_CONNECTION: spoil_pipe(g, shared, o); break;
	case KIND_POOL:       spoil_pool(row, at); break;
	case KIND_QUEUE:
		((struct queue_cells *)at)->unfinished++;
		spoil_ring((struct ring_cells *)at, row->room); /* head and count are where a ring has them */
		break;
	case KIND_SOCKET:
		toggle(&((struct socket_cells *)at)->open, 0, 1);
		toggle(&((struct socket_cells *)at)->count, 0, 1);
		break;
	default:
		toggle(at, 0, MAIN);            /* an owner, units, a flag, .. */
	}
}

static void spoil_line(const struct program *g, cell *shared, uint32_t line)
{
	struct line *l = (struct line *)line_at(g, shared, line);
	l->length++;
	l->head = l->tail = l->head == MAIN ? 0 : MAIN;
}

static void spoil_people(const struct program *g, cell *shared, uint32_t o)
{
	for (int k = 0; k < kind_rows[g->object[o].kind].lines; k++)
		spoil_line(g, shared, g->object[o].line + k);
}

struct spoil { const struct program *g; cell *shared; struct sets in; proc_id p; };

static void spoil_life(const struct spoil *x, proc_id q)
{
	const struct program *g = x->g;
	struct who *w = who_of(x->shared, q);
	uint32_t serves = g->group[g->process[q].group].service;
	const bool *in = x->in.read, *written = x->in.written;
	if (!in[THING_BEGUN] && !in[THING_ENDED] && !written[THING_BEGUN] && !written[THING_ENDED])
		w->children++;          /* it counts up and down: the order does not matter */
	if (serves ? in[thing_people(g, serves)] : in[THING_BEGUN] || in[THING_ENDED])
		return;
	toggle(&w->life, LIFE_ALIVE, LIFE_ZOMBIE);
	toggle(&w->code, 3, 4);
	if (!in[THING_DOOMED])
		toggle(&w->doom, 0, 15);
	if (!in[THING_DOOMED])
		w->pending ^= ASKED_TO_END;
	if (!in[THING_ORPHANED])
		toggle(&w->parent, 0, q);
	for (uint32_t k = 0; k < end_cells(g); k++)
		x->shared[g->ends_at + q * end_cells(g) + k] ^= ~0u;
}

static void spoil(const struct spoil *x)
{
	const struct program *g = x->g;
	for (uint32_t v = 0; v < g->shareds; v++)
		if (!x->in.read[thing_variable(v)])
			toggle(&x->shared[g->variables_at + v], value_small(77), value_small(78));
	for (uint32_t o = 1; o < g->objects; o++) {
		if (!x->in.read[thing_object(g, o)])
			spoil_object(g, x->shared, o);
		if (!x->in.read[thing_people(g, o)])
			spoil_people(g, x->shared, o);
	}
	for (proc_id q = MAIN; q < g->processes; q++)
		if (process_body(g, q) != process_body(g, x->p))
			spoil_life(x, q);
}

/* Two copies of the world: as it is, and spoilt. The private part of p, and of the threads that may end with it. */
struct copy { cell *shared, *before, *own; enum can can; struct event event; };

static size_t private_cells(const struct program *g, proc_id p)
{
	size_t last = p;
	for (proc_id q = p; q < g->processes; q++)
		if (process_body(g, q) == p)
			last = q;
	return (last - p + 1) * g->private_cells;
}

static struct copy copy_new(const struct program *g, const cell *shared, const cell *own, proc_id p)
{
	struct copy c;
	size_t cells = private_cells(g, p);
	c.shared = must_have(malloc(g->shared_cells * sizeof(cell)));
	c.before = must_have(malloc(g->shared_cells * sizeof(cell)));
	c.own = must_have(malloc(cells * sizeof(cell)));
	memcpy(c.shared, shared, g->shared_cells * sizeof(cell));
	memcpy(c.own, own, cells * sizeof(cell));
	return c;
}

static void copy_free(struct copy *c)
{
	free(c->shared);
	free(c->before);
	free(c->own);
}

static void copy_move(const struct program *g, struct copy *c, proc_id p, int64_t choice)
{
	memcpy(c->before, c->shared, g->shared_cells * sizeof(cell));
	c->can = world_can(g, c->shared, c->own, p);
	world_do(g, c->shared, c->own, p, c->can, choice, NULL, NULL, &c->event);
}

/* What either changed, both made the same of. */
static bool same_changes(const struct program *g, const struct copy *a, const struct copy *b)
{
	for (uint32_t k = 0; k < g->shared_cells; k++)
		if ((a->shared[k] != a->before[k] || b->shared[k] != b->before[k]) && a->shared[k] != b->shared[k])
			return false;
	return true;
}

void footprint_check_reads(const struct program *g, const cell *shared, const cell *own, proc_id p, enum can can, int64_t choice)
{
	const struct ins *i = world_next(g, own);
	if (can == CAN_DIE || can == CAN_HANDLE || process_body(g, p) != p || i->op == OP_ATOMIC)
		return;                 /* an `atomic` is checked by what it writes */
	bool *all = must_have(calloc(2 * things(g), sizeof *all));
	struct sets in = { all, all + things(g) };
	struct copy as_it_is = copy_new(g, shared, own, p), spoilt = copy_new(g, shared, own, p);
	footprint_each(g, i, world_operand(g, own, p), p, add_to, &in);
	spoil(&(struct spoil){ g, spoilt.shared, in, p });
	footprint_checked = false;
	copy_move(g, &as_it_is, p, choice);
	copy_move(g, &spoilt, p, choice);
	footprint_checked = true;
	if (as_it_is.can != spoilt.can)
		wrong(g, i, p, "may move or not, depending on what it does not read", "");
	if (memcmp(&as_it_is.event, &spoilt.event, sizeof spoilt.event) || !same_changes(g, &as_it_is, &spoilt) ||
	    memcmp(as_it_is.own, spoilt.own, private_cells(g, p) * sizeof(cell)))
		wrong(g, i, p, "reads something", "");
	copy_free(&as_it_is);
	copy_free(&spoilt);
	free(all);
}
