/* Between worlds with names and states without: taking apart, putting together. */
#include "sim/explore/space.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "sim/explore/inside.h"

enum { HEAD_WHO, HEAD_LIFE, HEAD_PARENT, HEAD_CODE, HEAD_DOOM, HEAD_PENDING, HEAD_LINE, HEAD_FREED, HEAD_POSITION, HEAD_PID, HEAD_USED, HEAD_SIZE };
enum { SMALL_SHARED = 256, JOURNAL_ROOM = 1 << 17 };

/* ---- own parts ---- */

static uint32_t cells_used(const struct program *g, const cell *own, uint32_t life)
{
	return life == LIFE_NEW ? 0 : own_used(g, own);
}

/* A text that is about to be said is read by nobody in the world, and it may hold the name of the process that says it: for
 * processes that can't be told apart it must not make a difference. */
static void bury_text(const struct space *s, uint32_t frame, uint32_t pc, uint32_t *copy)
{
	const struct ins *i = &s->g->code[pc];
	if (s->facts.reduce && i->op == OP_SAY && i->a != NO_OPERAND && (i->a & OPERAND_WHERE) == TEMPORARY)
		copy[frame + FRAME_HEAD + (i->a & OPERAND_INDEX)] = VALUE_UNSET;
}

/* Variables that can't be read any more are as if they had never been assigned. */
static void bury(const struct space *s, const cell *own, uint32_t *copy)
{
	const struct own *me = (const struct own *)own;
	uint32_t frame = me->frame;
	uint64_t live = s->facts.live[me->pc];
	bury_text(s, frame, me->pc, copy);
	for (uint32_t depth = me->depth + 1; depth; depth--) {
		uint32_t slots = s->g->function[own[frame + FRAME_FUNCTION]].slots;
		for (uint32_t k = 0; k < slots && k < 64; k++)
			if (!(live >> k & 1))
				copy[frame + FRAME_HEAD + k] = VALUE_UNSET;
		if (depth > 1)
			live = facts_live_after_call(&s->facts, own[frame + FRAME_RETURN], frame_handles(s->g, own, frame));
		if (depth > 1 && frame_handles(s->g, own, frame))       /* it interrupted that: it is still about to be said */
			bury_text(s, own[frame + FRAME_BASE], own[frame + FRAME_RETURN], copy);
		frame = own[frame + FRAME_BASE];
	}
}

static uint32_t position_in_line(const struct program *g, const cell *shared, uint32_t p)
{
	const struct who *w = who_is(shared, p);
	if (!w->in_line || !g->object[g->line_object[w->in_line - 1]].in_order)
		return 0;
	uint32_t n = 1;
	proc_id q = ((const struct line *)line_at(g, (cell *)shared, w->in_line - 1))->head;
	for (; q && q != p; q = who_is(shared, q)->next)
		n++;
	return n;
}

static uint32_t add_owned(const struct space *s, const cell *shared, proc_id p, uint32_t *to)
{
	uint32_t n = 0;
	for (uint32_t o = 1; s->facts.alike[p] && o < s->g->objects; o++)
		if (s->facts.owned[o] && shared[s->g->object[o].at] == p)
			to[n++] = o;
	return n;
}

/* What its handlers are as waiters: three numbers each. */
enum { WAITER_LINE, WAITER_FREED, WAITER_POSITION, WAITER_SIZE };

static uint32_t add_waiters(const struct program *g, const cell *shared, proc_id p, uint32_t *to)
{
	uint32_t more = space_more_waiters(g, p);
	for (uint32_t k = 0; k < more; k++, to += WAITER_SIZE) {
		const struct who *w = who_is(shared, g->process[p].waiters + k);
		to[WAITER_LINE] = w->in_line;
		to[WAITER_FREED] = w->freed;
		to[WAITER_POSITION] = position_in_line(g, shared, g->process[p].waiters + k);
	}
	return more * WAITER_SIZE;
}

static void put_places(const struct program *g, cell *shared, proc_id p, const uint32_t *from)
{
	for (uint32_t k = 0; k < space_more_waiters(g, p); k++, from += WAITER_SIZE)
		*who_of(shared, g->process[p].waiters + k) = (struct who){ .in_line = from[WAITER_LINE], .freed = from[WAITER_FREED] };
}

uint32_t own_piece(struct space *s, const struct world *w, proc_id p)
{
	const struct program *g = s->g;
	const struct who *who = who_is(w->shared, p);
	const cell *own = world_own(g, w, p);
	uint32_t used = cells_used(g, own, who->life), *to = s->scratch, ends = end_cells(g);
	const uint32_t head[HEAD_SIZE] = {
		s->facts.alike[p] ? g->group[g->process[p].group].first : p, who->life, who->parent, who->code, who->doom, who->pending,
		who->in_line, who->freed, position_in_line(g, w->shared, p),
		worker_of(g, p) ? who->pid : 0, used };
	memcpy(to, head, sizeof head);
	memcpy(to + HEAD_SIZE, w->shared + g->ends_at + p * ends, ends * sizeof *to);
	memcpy(to + HEAD_SIZE + ends, own, used * sizeof *to);
	if (used && who->life == LIFE_ALIVE)
		bury(s, own, to + HEAD_SIZE + ends);
	uint32_t size = HEAD_SIZE + ends + used;
	size += add_owned(s, w->shared, p, to + size);
	size += add_waiters(g, w->shared, p, to + size);          /* of a process with a name, which owns nothing here */
	uint32_t n = piece_of(&s->own, to, size);
	if (n > s->infos)
		info_add(s, w, p);
	return n;
}

const struct own *space_own_cells(const struct space *s, uint32_t piece, uint32_t *used)
{
	size_t count;
	const uint32_t *from = piece_cells(&s->own, piece, &count);
	*used = from[HEAD_USED];
	return (const struct own *)(from + HEAD_SIZE + end_cells(s->g));
}

static void put_own(struct space *s, struct concrete *c, proc_id p, uint32_t piece)
{
	const struct program *g = s->g;
	size_t count;
	const uint32_t *from = piece_cells(&s->own, piece, &count);
	uint32_t ends = end_cells(g), used = from[HEAD_USED];
	uint32_t pid = from[HEAD_PID] ? from[HEAD_PID] : who_is(c->world.shared, p)->pid;
	cell *own = world_own(g, &c->world, p);
	*who_of(c->world.shared, p) = (struct who){ .life = from[HEAD_LIFE], .parent = from[HEAD_PARENT], .pid = pid,
		.code = from[HEAD_CODE], .doom = from[HEAD_DOOM], .pending = from[HEAD_PENDING], .in_line = from[HEAD_LINE], .freed = from[HEAD_FREED] };
	memcpy(c->world.shared + g->ends_at + p * ends, from + HEAD_SIZE, ends * sizeof *from);
	memcpy(own, from + HEAD_SIZE + ends, used * sizeof *from);
	put_places(g, c->world.shared, p, from + HEAD_SIZE + ends + used);
	if (used < c->used[p])
		memset(own + used, 0, (c->used[p] - used) * sizeof *own);
	c->used[p] = used;
	c->piece[p] = piece;
}

/* ---- the shared part ---- */

/* The owner of a lock is stored by name, by a mark (it is in the bag; its own part says so), or not at all. */
static uint32_t owner_mark(const struct space *s, uint32_t o, proc_id owner)
{
	if (!owner)
		return 0;
	if (!s->facts.owned[o])
		return MAIN;
	return s->facts.alike[owner] ? s->g->processes : owner;
}

static bool is_lock(const struct program *g, uint32_t o)
{
	return g->object[o].kind == KIND_LOCK || g->object[o].kind == KIND_RLOCK;
}

/* Large worlds are mostly zeros: [where, what] of the others. */
static uint32_t squeeze(const cell *from, uint32_t count, uint32_t *to)
{
	uint32_t n = 0;
	for (uint32_t k = 0; k < count; k++)
		if (from[k]) {
			to[n++] = k;
			to[n++] = from[k];
		}
	return n;
}

uint32_t shared_piece(struct space *s, struct world *w)
{
	const struct program *g = s->g;
	uint32_t count = g->shared_cells - g->objects_at, *to = s->scratch;
	world_tidy(g, w->shared);
	memcpy(to, w->shared + g->objects_at, count * sizeof *to);
	for (uint32_t o = 1; o < g->objects; o++)
		if (is_lock(g, o))
			to[g->object[o].at - g->objects_at] = owner_mark(s, o, w->shared[g->object[o].at]);
	if (count <= SMALL_SHARED)
		return piece_of(&s->shared, to, count);
	return piece_of(&s->shared, to + count, squeeze(to, count, to + count));
}

uint32_t space_shared_cell(const struct space *s, uint32_t piece, uint32_t at, uint32_t cells)
{
	size_t count;
	const uint32_t *from = piece_cells(&s->shared, piece, &count);
	if (cells <= SMALL_SHARED)
		return from[at];
	for (size_t k = 0; k < count; k += 2)
		if (from[k] == at)
			return from[k + 1];
	return 0;
}

static void put_shared(struct space *s, struct concrete *c, uint32_t piece)
{
	const struct program *g = s->g;
	size_t count, all = g->shared_cells - g->objects_at;
	const uint32_t *from = piece_cells(&s->shared, piece, &count);
	cell *to = c->world.shared + g->objects_at;
	c->shared = piece;
	if (all <= SMALL_SHARED) {
		memcpy(to, from, all * sizeof *to);
		return;
	}
	memset(to, 0, all * sizeof *to);
	for (size_t k = 0; k + 1 < count; k += 2)
		to[from[k]] = from[k + 1];
}

/* ---- a state with names ---- */

/* What follows from the parts: which processes have children, and which stand in which line. */
static void derive_children(struct space *s, struct concrete *c)
{
	for (proc_id p = MAIN; p < s->g->processes; p++)
		who_of(c->world.shared, p)->children = 0;
	for (proc_id p = MAIN; p < s->g->processes; p++) {
		const struct who *w = who_is(c->world.shared, p);
		if (w->life == LIFE_ALIVE && w->parent)
			who_of(c->world.shared, w->parent)->children++;
	}
}

static uint32_t position_of(const struct space *s, const struct concrete *c, uint32_t waiter)
{
	size_t count;
	const proc_id p = waiter_owner(s->g, waiter);
	const uint32_t *cells = piece_cells(&s->own, c->piece[p], &count);
	if (waiter == p)
		return cells[HEAD_POSITION];
	return cells[HEAD_SIZE + end_cells(s->g) + cells[HEAD_USED] + (waiter - s->g->process[p].waiters) * WAITER_SIZE + WAITER_POSITION];
}

/* Behind all whose position is not greater. */
static void stand_in_line(struct space *s, struct concrete *c, uint32_t p)
{
	cell *shared = c->world.shared;
	struct who *w = who_of(shared, p);
	struct line *l = (struct line *)line_at(s->g, shared, w->in_line - 1);
	cell *link = &l->head;
	while (*link && position_of(s, c, *link) <= position_of(s, c, p))
		link = &who_of(shared, *link)->next;
	w->next = *link;
	*link = p;
	if (!w->next)
		l->tail = p;
	l->length++;
}

static void derive_lines(struct space *s, struct concrete *c)
{
	cell *shared = c->world.shared;
	memset(shared + s->g->lines_at, 0, (s->g->objects_at - s->g->lines_at) * sizeof *shared);
	for (uint32_t p = MAIN; p < s->g->waiters; p++)
		who_of(shared, p)->next = 0;
	for (uint32_t p = MAIN; p < s->g->waiters; p++)
		if (who_is(shared, p)->in_line)
			stand_in_line(s, c, p);
}

static void derive_owners(struct space *s, struct concrete *c)
{
	for (proc_id p = MAIN; p < s->g->processes; p++) {
		size_t count;
		if (!s->facts.alike[p])
			continue;
		const uint32_t *from = piece_cells(&s->own, c->piece[p], &count);
		for (size_t k = HEAD_SIZE + end_cells(s->g) + from[HEAD_USED]; k < count; k++)
			c->world.shared[s->g->object[from[k]].at] = p;
	}
}

/* Those in the bag take the numbers of their group in order; those that have not been started yet take the last ones. */
static void name_parts(struct space *s, const struct global_state *state, struct concrete *c, proc_id *given)
{
	for (int new = 0; new < 2; new++)
		for (uint32_t k = 0; k < state->parts; k++) {
			const struct piece_info *info = &s->info[state->part[k].piece];
			if ((info->life == LIFE_NEW) != new)
				continue;
			for (uint32_t n = 0; n < state->part[k].count; n++) {
				proc_id p = info->alike ? given[info->who]++ : info->who;
				c->of_part[k] = p;
				if (c->piece[p] != state->part[k].piece)
					put_own(s, c, p, state->part[k].piece);
			}
		}
}

const struct world *space_world(struct space *s, const struct global_state *state)
{
	struct concrete *c = &s->now;
	for (proc_id p = 0; p < s->g->processes; p++)
		c->given[p] = p;
	name_parts(s, state, c, c->given);
	if (c->shared != state->shared || s->marked)
		put_shared(s, c, state->shared);
	derive_children(s, c);
	derive_lines(s, c);
	derive_owners(s, c);
	return &c->world;
}

/* ---- states ---- */

size_t state_bytes(const struct program *g)
{
	return sizeof(struct global_state) + g->processes * sizeof(struct part);
}

void state_copy(struct global_state *to, const struct global_state *from)
{
	memcpy(to, from, sizeof *from + from->parts * sizeof *from->part);
}

bool state_equal(const struct global_state *a, const struct global_state *b)
{
	return a->shared == b->shared && a->uncaught == b->uncaught && a->parts == b->parts &&
	       !memcmp(a->part, b->part, a->parts * sizeof *a->part);
}

/* One of `piece` leaves the bag. */
void bag_take(struct global_state *state, uint32_t piece)
{
	uint32_t k = 0;
	while (state->part[k].piece != piece)
		k++;
	if (--state->part[k].count)
		return;
	memmove(&state->part[k], &state->part[k + 1], (state->parts - k - 1) * sizeof *state->part);
	state->parts--;
}

void bag_put(struct global_state *state, uint32_t piece)
{
	uint32_t k = state->parts;
	while (k && state->part[k - 1].piece > piece)
		k--;
	if (k && state->part[k - 1].piece == piece) {
		state->part[k - 1].count++;
		return;
	}
	memmove(&state->part[k + 1], &state->part[k], (state->parts - k) * sizeof *state->part);
	state->part[k] = (struct part){ piece, 1 };
	state->parts++;
}

/* ---- what a step changed ---- */

enum { WHO_CELLS = sizeof(struct who) / sizeof(cell) };

static void soil(struct space *s, proc_id p)
{
	if (s->dirty[p])
		return;
	s->dirty[p] = true;
	s->dirty_list[s->dirties++] = p;
}

static void soil_line(struct space *s, const struct world *w)
{
	for (uint32_t p = MAIN; p < s->g->waiters; p++)
		if (who_is(w->shared, p)->in_line)
			soil(s, waiter_owner(s->g, p));
}

static void soil_who(struct space *s, uint32_t at)
{
	static const bool derived[WHO_CELLS] = { [offsetof(struct who, children) / sizeof(cell)] = true,
		[offsetof(struct who, next) / sizeof(cell)] = true, [offsetof(struct who, pid) / sizeof(cell)] = true };
	if (!derived[at % WHO_CELLS])
		soil(s, waiter_owner(s->g, at / WHO_CELLS));
}

static void soil_cell(struct space *s, uint32_t at, cell old)
{
	const struct program *g = s->g;
	if (at < g->ends_at) {
		soil_who(s, at);
	} else if (at < g->lines_at) {
		soil(s, (at - g->ends_at) / end_cells(g));
	} else if (at >= g->objects_at) {
		s->shared_dirty = true;
		for (uint32_t o = 1; o < g->objects; o++)
			if (g->object[o].at == at && is_lock(g, o) && s->facts.owned[o] && old && s->facts.alike[old])
				soil(s, old);
	}
}

/* Has an exception that no handler caught just ended p? */
static void note_thrown(struct space *s, proc_id p, uint32_t uncaught_before)
{
	if (s->trace.uncaught == uncaught_before)
		return;
	GROW(s->thrown, s->throws, s->thrown_room);
	s->thrown[s->throws++] = (struct thrown){ p, s->trace.ended_by };
}

/* p moves in a world with names. Afterwards dirty_list has whose own parts changed. */
bool step_with_names(struct space *s, struct world *w, proc_id p, int64_t choice, struct event *e)
{
	s->journal->count = 0;
	s->dirties = 0;
	s->shared_dirty = false;
	s->trace.count = s->trace.uncaught = s->throws = 0;
	if (!world_step(s->g, w->shared, world_own(s->g, w, p), p, choice, s->journal, &s->trace, e))
		return false;
	note_thrown(s, p, 0);
	uint32_t own_uncaught = s->trace.uncaught;
	if (e->child) {
		who_of(w->shared, e->child)->pid = worker_of(s->g, e->child) ? model_pid(s->g, w->shared, e->child) : MODEL_PID + e->child;
		world_birth(s->g, w->shared, process_body(s->g, p), world_own(s->g, w, process_body(s->g, p)), world_own(s->g, w, e->child), e->child,
		            &s->trace);
		note_thrown(s, e->child, own_uncaught);
		soil(s, e->child);
		own_uncaught = s->trace.uncaught;
	}
	world_go_on(s->g, w->shared, world_own(s->g, w, p), p, &s->trace);
	note_thrown(s, p, own_uncaught);
	guard_stepped(s->guard);
	soil(s, p);
	soil(s, process_body(s->g, p));         /* whose variables a thread changes */
	for (uint32_t k = 0; k < s->journal->count; k++)
		soil_cell(s, s->journal->entry[k].at, s->journal->entry[k].old);
	if (s->ordered)
		soil_line(s, w);
	for (uint32_t k = 0; k < s->dirties; k++)
		s->dirty[s->dirty_list[k]] = false;
	return true;
}

void forget_dirty(struct space *s)
{
	struct concrete *c = &s->now;
	for (uint32_t k = 0; k < s->dirties; k++) {
		proc_id p = s->dirty_list[k];
		c->piece[p] = 0;
		c->used[p] = cells_used(s->g, world_own(s->g, &c->world, p), who_is(c->world.shared, p)->life);
	}
	if (s->shared_dirty)
		c->shared = 0;
}

/* ---- opening and closing ---- */

static bool any_in_order(const struct program *g)
{
	for (uint32_t o = 1; o < g->objects; o++)
		if (g->object[o].in_order)
			return true;
	return false;
}

void space_open(struct space *s, const struct program *g, bool reduce, const struct origin *origin, struct guard *guard)
{
	*s = (struct space){ .g = g, .guard = guard, .origin = origin, .ordered = any_in_order(g) };
	s->shared.guard = s->own.guard = s->lives.guard = guard;
	facts_make(&s->facts, g, reduce, origin, guard);
	size_t shared = 3 * (size_t)g->shared_cells, own = HEAD_SIZE + end_cells(g) + g->private_cells + g->objects + WAITER_SIZE * SIGNAL_COUNT;
	s->scratch = must_have(calloc(shared + own + 3 * g->processes, sizeof *s->scratch));
	s->peek = must_have(calloc(g->private_cells, sizeof *s->peek));
	s->journal = must_have(calloc(1, sizeof *s->journal + JOURNAL_ROOM * sizeof s->journal->entry[0]));
	s->journal->room = JOURNAL_ROOM;
	s->log = must_have(calloc(LONG_CHAIN, sizeof *s->log));
	s->trace.deaf = true;
	s->next = must_have(calloc(1, state_bytes(g)));
	s->spare = must_have(calloc(1, state_bytes(g)));
	s->trial = must_have(calloc(1, state_bytes(g)));
	s->dirty = must_have(calloc(g->processes, sizeof *s->dirty));
	s->dirty_list = must_have(calloc(g->processes, sizeof *s->dirty_list));
	s->now.piece = must_have(calloc(g->processes, sizeof *s->now.piece));
	s->now.used = must_have(calloc(g->processes, sizeof *s->now.used));
	s->now.of_part = must_have(calloc(g->processes, sizeof *s->now.of_part));
	s->now.given = must_have(calloc(g->processes, sizeof *s->now.given));
	for (proc_id p = MAIN; p < g->processes; p++)
		for (uint32_t o = 1; o < g->objects; o++)
			s->marked |= s->facts.alike[p] && s->facts.owned[o];
	s->now.world = world_new(g);
	for (proc_id p = 0; p < g->processes; p++) {
		who_of(s->now.world.shared, p)->pid = MODEL_PID + process_body(g, p);
		s->now.used[p] = g->private_cells;
	}
}

void space_close(struct space *s)
{
	facts_free(&s->facts);
	pieces_free(&s->shared);
	pieces_free(&s->own);
	pieces_free(&s->lives);
	for (size_t k = 1; k <= s->infos; k++)
		free(s->info[k].sets);
	free(s->info);
	free(s->outcome);
	free(s->memo);
	free(s->scratch);
	free(s->peek);
	free(s->journal);
	free(s->trace.list);
	free(s->thrown);
	free(s->told);
	free(s->next);
	free(s->spare);
	free(s->trial);
	free(s->log);
	free(s->dirty);
	free(s->dirty_list);
	free(s->now.piece);
	free(s->now.used);
	free(s->now.of_part);
	free(s->now.given);
	world_free(&s->now.world);
}

size_t space_bytes(const struct space *s)
{
	return pieces_bytes(&s->shared) + pieces_bytes(&s->own) + s->info_room * sizeof *s->info +
	       s->outcome_room * sizeof *s->outcome + s->memo_slots * sizeof *s->memo;
}

/* ---- a walk ---- */

static void keep_thrown(struct walk *w)
{
	for (size_t k = 0; k < w->space->throws; k++) {
		GROW(w->thrown, w->throws, w->thrown_room);
		w->thrown[w->throws++] = w->space->thrown[k];
	}
}

static bool is_late(const struct walk *w)
{
	return main_may_be_late(w->space) && ((struct own *)world_own(w->space->g, &w->world, MAIN))->asleep;
}

static bool main_can_move(const struct walk *w)
{
	const struct program *g = w->space->g;
	return g->default_main && world_can(g, w->world.shared, world_own(g, &w->world, MAIN), MAIN) != CAN_NOT;
}

/* What expectations say of where it stands. */
static uint64_t seen_now(struct walk *w)
{
	struct space *s = w->space;
	if (!s->look)
		return 0;
	walk_state(w, s->spare);
	return s->look(s->look_with, s->spare);
}

static bool step(struct walk *w, proc_id p, int64_t choice)
{
	struct space *s = w->space;
	struct event e;
	if (!step_with_names(s, &w->world, p, choice, &e))
		return false;
	if (p != MAIN || !s->g->default_main)
		w->last = e;
	w->steps++;
	w->uncaught |= s->trace.uncaught > 0;
	for (uint32_t k = 0; k < s->dirties; k++)
		w->piece[s->dirty_list[k]] = own_piece(s, &w->world, s->dirty_list[k]);
	return true;
}

/* The default main moves as long as it can, and nothing changes in what expectations say. */
static void walk_alone(struct walk *w, uint64_t seen)
{
	for (; main_can_move(w) && !is_late(w); keep_thrown(w)) {
		if (w->space->look && seen_now(w) != seen)
			return;
		step(w, MAIN, 0);
	}
}

static void begin_at_origin(struct walk *w, const struct origin *o)
{
	memcpy(w->world.shared, o->world.shared, world_bytes(w->space->g));
	w->steps = o->steps;
	w->uncaught = o->uncaught;
	for (size_t k = 0; k < o->throws; k++) {
		GROW(w->thrown, w->throws, w->thrown_room);
		w->thrown[w->throws++] = (struct thrown){ o->thrown[k].who, o->thrown[k].name };
	}
}

static void begin_at_beginning(struct walk *w)
{
	struct space *s = w->space;
	s->trace.count = s->trace.uncaught = s->throws = 0;
	world_of_beginning(s->g, &w->world, &s->trace);
	guard_stepped(s->guard);
	note_thrown(s, MAIN, 0);
	keep_thrown(w);
	w->uncaught = s->trace.uncaught > 0;
}

void walk_begin(struct walk *w, struct space *s)
{
	const struct program *g = s->g;
	cell *all = must_have(calloc(1, world_bytes(g)));
	*w = (struct walk){ .space = s, .world = { all, all + g->shared_cells }, .piece = must_have(calloc(g->processes, sizeof *w->piece)) };
	if (s->origin)
		begin_at_origin(w, s->origin);
	else
		begin_at_beginning(w);
	for (proc_id p = MAIN; p < g->processes; p++)
		w->piece[p] = own_piece(s, &w->world, p);
	if (!s->look)
		walk_alone(w, 0);
}

struct walk walk_copy(const struct walk *w)
{
	const struct program *g = w->space->g;
	struct walk copy = *w;
	size_t pieces = g->processes * sizeof *w->piece;
	cell *all = must_have(malloc(world_bytes(g)));
	memcpy(all, w->world.shared, world_bytes(g));
	copy.world = (struct world){ all, all + g->shared_cells };
	copy.piece = memcpy(must_have(malloc(pieces)), w->piece, pieces);
	copy.thrown = NULL;
	copy.throws = copy.thrown_room = 0;
	return copy;
}

void walk_free(struct walk *w)
{
	world_free(&w->world);
	free(w->piece);
	free(w->thrown);
}

proc_id walk_find(const struct walk *w, uint32_t piece, proc_id last)
{
	if (last && w->piece[last] == piece)
		return last;
	for (proc_id p = MAIN; p < w->space->g->processes; p++)
		if (w->piece[p] == piece)
			return p;
	return 0;
}

bool walk_step(struct walk *w, proc_id p, int64_t choice)
{
	uint64_t seen = seen_now(w);
	if (!step(w, p, choice))
		return false;
	walk_alone(w, seen);
	return true;
}

void walk_settle(struct walk *w, proc_id p)
{
	while (main_can_move(w) && (!is_late(w) || (p && who_is(w->world.shared, p)->life == LIFE_NEW)))
		step(w, MAIN, 0);
}

void walk_state(struct walk *w, struct global_state *state)
{
	state->parts = 0;
	state->uncaught = w->uncaught;
	state->shared = shared_piece(w->space, &w->world);
	for (proc_id p = MAIN; p < w->space->g->processes; p++)
		bag_put(state, w->piece[p]);
}

/* The default main moves before any other process; what expectations may see of that are states of their own. */
void space_begin(struct space *s, struct global_state *state, bool chains)
{
	struct walk w;
	s->chains = chains;
	walk_begin(&w, s);
	walk_state(&w, state);
	walk_free(&w);
	s->logged = s->last = 0;
	if (chains && !space_passes(s, state))
		chain(s, state, true);
}
