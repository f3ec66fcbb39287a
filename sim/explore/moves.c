/* What moves there are from a state. What a move does to the shared part and to the mover's own is looked up
 * where it has been done before; only where it concerns others, too, it is done anew, in a world with names. */
#include "sim/explore/space.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "sim/explore/inside.h"

/* ---- what is known of a piece ---- */

static const struct object *object_named(const struct space *s, value v)
{
	return value_tag(v) == TAG_OBJECT ? &s->g->object[value_object(v)] : NULL;
}

/* A process that waits there may starve; one that waits for the end of processes, or for work, does not. */
static bool may_starve(const struct space *s, const struct ins *ins, value a)
{
	bool idle = ins->op == OP_SERVE || ins->op == OP_TAKE || ins->op == OP_TEND;
	return !idle && ins->op != OP_FINISH && (ins->op != OP_JOIN || object_named(s, a));
}

static bool touches(const struct space *s, const struct piece_info *info, const uint64_t *things)
{
	uint32_t n = s->facts.words;
	for (uint32_t w = 0; w < n; w++)
		if ((info->sets[w] | info->sets[n + w]) & (things ? things[w] : ~0ull))
			return true;
	return false;
}

/* May a handler of a signal run before its next action? Then it matters whether that was done. */
static bool is_interrupted(const struct space *s, proc_id p)
{
	return s->facts.prey[p] && s->g->group[s->g->process[p].group].handles;
}

/* Whether it can move, and what it does: does that depend on itself and the shared part alone? */
static void classify(const struct space *s, const cell *own, proc_id p, struct piece_info *info)
{
	const struct ins *ins = world_next(s->g, own);
	value a = world_operand(s->g, own, p);
	enum asking_of asks = footprint_asks(s->g, ins, a, p);
	bool ends_alone = op_ends(ins->op) && !op_is_unknown(ins->op) && !s->facts.parent[p] && !s->g->notices;
	info->waits = may_starve(s, ins, a);
	info->dies = op_ends(ins->op);
	info->nothing = !touches(s, info, NULL) && ins->op != OP_DRAW && !is_interrupted(s, p);
	info->local_can = asks == ASKS_ITSELF || ends_alone;
	info->lives_can = asks == ASKS_LIVES && !ends_alone;
	info->local_do = !touches(s, info, s->facts.others) || ends_alone;
}

static void add_sets(struct space *s, const cell *own, proc_id p, struct piece_info *info)
{
	uint32_t n = s->facts.words;
	info->sets = must_have(calloc(4 * n, sizeof *info->sets));
	if (info->life == LIFE_NEW || (info->life != LIFE_ALIVE && worker_of(s->g, p))) {        /* another worker may succeed it */
		facts_future_of_new(&s->facts, p, info->sets + 2 * n, info->sets + 3 * n);
	} else if (info->life == LIFE_ALIVE) {
		if (!info->handles)             /* to enter a handler touches nothing but itself */
			facts_touch(&s->facts, own, p, info->sets, info->sets + n);
		facts_future(&s->facts, own, p, info->sets + 2 * n, info->sets + 3 * n);
	}
}

static bool stands_in_line(const struct space *s, const struct world *w, proc_id p)
{
	bool any = who_is(w->shared, p)->in_line;
	for (uint32_t k = 0; k < space_more_waiters(s->g, p); k++)
		any |= who_is(w->shared, s->g->process[p].waiters + k)->in_line;
	return any;
}

void info_add(struct space *s, const struct world *w, proc_id p)
{
	const struct who *who = who_is(w->shared, p);
	const cell *own = world_own(s->g, w, p);
	struct piece_info info = { .who = s->facts.alike[p] ? s->g->group[s->g->process[p].group].first : p,
		.life = who->life, .alike = s->facts.alike[p], .doomed = who->doom };
	info.handles = who->pending && world_can(s->g, w->shared, own, p) == CAN_HANDLE;
	info.life_key[0] = info.who;
	info.life_key[1] = who->parent * 8 + who->life * 2 + (who->doom || who->pending & ASKED_TO_END);
	add_sets(s, own, p, &info);
	if (who->life == LIFE_ALIVE && who->doom)
		info.local_can = info.local_do = !s->facts.parent[p] && !s->g->notices && !stands_in_line(s, w, p);
	else if (info.handles)
		info.local_can = info.local_do = true;
	else if (who->life == LIFE_ALIVE)
		classify(s, own, p, &info);
	if (s->facts.shares[p] && !info.doomed)
		info.local_can = info.local_do = info.lives_can = info.nothing = false;
	info.asleep = who->life == LIFE_ALIVE && ((const struct own *)own)->asleep;
	info.pc = who->life == LIFE_ALIVE ? ((const struct own *)own)->pc : 0;
	while (s->infos + 2 > s->info_room)
		s->info = grow(s->info, &s->info_room, sizeof *s->info);
	s->info[++s->infos] = info;
}

/* ---- what was done before ---- */

static uint64_t memo_hash(uint32_t shared, uint32_t piece)
{
	return hash_mix((uint64_t)shared << 32 | piece);
}

static struct memo *memo_slot(struct space *s, uint32_t shared, uint32_t piece)
{
	size_t k = memo_hash(shared, piece) & (s->memo_slots - 1);
	while (s->memo[k].shared && (s->memo[k].shared != shared || s->memo[k].piece != piece))
		k = (k + 1) & (s->memo_slots - 1);
	return &s->memo[k];
}

/* Where memory is at its limit, the table gets fuller: the search, which is stopped by that, needs few more. */
static bool memo_is_full(struct space *s)
{
	size_t bytes = s->memo_slots * 2 * sizeof *s->memo;
	if ((s->memos + 1) * 2 < s->memo_slots)
		return false;
	return s->memos + 1 > s->memo_slots / 8 * 7 || guard_allows(s->guard, bytes);
}

static void memo_room(struct space *s)
{
	if (!memo_is_full(s))
		return;
	struct memo *old = s->memo;
	size_t slots = s->memo_slots;
	s->memo_slots = slots ? slots * 2 : 1024;
	s->memo = must_have(calloc(s->memo_slots, sizeof *s->memo));
	for (size_t k = 0; k < slots; k++)
		if (old[k].shared)
			*memo_slot(s, old[k].shared, old[k].piece) = old[k];
	free(old);
}

/* ---- with names ---- */

static proc_id name_of(const struct space *s, const struct global_state *state, uint32_t piece)
{
	for (uint32_t k = 0; k < state->parts; k++)
		if (state->part[k].piece == piece)
			return s->now.of_part[k];
	assert(!"a part of the state");
	return 0;
}

static int64_t ways(const struct space *s, proc_id p, int64_t *lo)
{
	int64_t hi, n;
	const cell *own = world_own(s->g, &s->now.world, p);
	*lo = 0;
	if (who_is(s->now.world.shared, p)->doom || !world_choices(s->g, s->now.world.shared, own, p, lo, &hi))
		return 1;
	return __builtin_sub_overflow(hi, *lo, &n) || n >= MANY_DRAWS ? INT64_MAX : n + 1;
}

/* From x, the process in this part moves; the state after it. moved: what was asked of the mover. */
static bool move_with_names(struct space *s, const struct global_state *state, uint32_t piece, int64_t choice, struct global_state *next,
                            struct outcome *moved)
{
	struct event e;
	space_world(s, state);
	proc_id p = name_of(s, state, piece);
	if (next != state)
		state_copy(next, state);
	bool can = step_with_names(s, &s->now.world, p, choice, &e);
	assert(can);
	for (uint32_t k = 0; k < s->dirties; k++)
		bag_take(next, s->now.piece[s->dirty_list[k]]);
	if (s->shared_dirty)
		next->shared = shared_piece(s, &s->now.world);
	proc_id followed = 0;
	for (uint32_t k = 0; s->followed && k < s->dirties && !followed; k++)
		if (s->now.piece[s->dirty_list[k]] == s->followed)
			followed = s->dirty_list[k];
	for (uint32_t k = 0; k < s->dirties; k++) {
		uint32_t n = own_piece(s, &s->now.world, s->dirty_list[k]);
		bag_put(next, n);
		if (s->dirty_list[k] == p)
			moved->piece = n;
		if (s->dirty_list[k] == followed)
			s->followed = n;
	}
	next->uncaught |= s->trace.uncaught > 0;
	moved->shared = next->shared;
	moved->raised = s->trace.count || s->throws;
	moved->thrown = s->throws ? s->thrown[0].name : VALUE_UNSET;
	bool others = s->dirties > 1;
	forget_dirty(s);
	return !others;
}

/* ---- looking up ---- */

static enum can can_now(struct space *s, const struct global_state *state, uint32_t piece)
{
	space_world(s, state);
	proc_id p = name_of(s, state, piece);
	return world_can(s->g, s->now.world.shared, world_own(s->g, &s->now.world, p), p);
}

static void remember_outcomes(struct space *s, const struct global_state *state, uint32_t piece, struct memo *m)
{
	int64_t lo, n;
	space_world(s, state);
	n = ways(s, name_of(s, state, piece), &lo);
	if (n == INT64_MAX) {
		s->too_wide = ((struct own *)world_own(s->g, &s->now.world, name_of(s, state, piece)))->pc;
		return;
	}
	m->first = s->outcomes;
	m->draws = lo || n > 1;
	for (int64_t k = 0; k < n; k++) {
		struct outcome o = { 0 };
		if (!move_with_names(s, state, piece, lo + k, s->spare, &o)) {
			m->global = true;
			m->count = 1;
			return;
		}
		GROW(s->outcome, s->outcomes, s->outcome_room);
		s->outcome[s->outcomes++] = o;
	}
	m->count = n;
}

/* How this part moves in this shared part; NULL: that is not to be said without the others. */
static const struct memo *memo_of(struct space *s, const struct global_state *state, uint32_t piece)
{
	const struct piece_info *info = &s->info[piece];
	if (!info->local_can)
		return NULL;
	memo_room(s);
	struct memo *m = memo_slot(s, state->shared, piece);
	if (m->shared)
		return m;
	struct memo new = { .shared = state->shared, .piece = piece, .can = can_now(s, state, piece), .global = !info->local_do };
	if (new.can != CAN_NOT && new.global)
		new.count = 1;
	else if (new.can != CAN_NOT)
		remember_outcomes(s, state, piece, &new);
	if (s->guard->abandoned)
		return s->untrue = new, &s->untrue;
	s->memos++;
	m = memo_slot(s, state->shared, piece);
	return *m = new, m;
}

/* Which processes are alive, without what they do: a piece, too. */
static uint32_t lives_of(struct space *s, const struct global_state *state)
{
	uint32_t *to = s->scratch, n = 0;
	for (uint32_t k = 0; k < state->parts; k++) {
		const uint32_t *key = s->info[state->part[k].piece].life_key;
		uint32_t at = 0;
		while (at < n && (to[at] < key[0] || (to[at] == key[0] && to[at + 1] < key[1])))
			at += 3;
		if (at == n || to[at] != key[0] || to[at + 1] != key[1]) {
			memmove(to + at + 3, to + at, (n - at) * sizeof *to);
			memcpy(to + at, (uint32_t[]){ key[0], key[1], 0 }, 3 * sizeof *to);
			n += 3;
		}
		to[at + 2] += state->part[k].count;
	}
	return piece_of(&s->lives, to, n);
}

/* May it move, as far as that depends on which processes are alive? */
static enum can can_by_lives(struct space *s, const struct global_state *state, uint32_t piece)
{
	enum { OF_LIVES = 1u << 31 };
	uint32_t lives = lives_of(s, state) | OF_LIVES;
	memo_room(s);
	struct memo *m = memo_slot(s, lives, piece);
	if (!m->shared) {
		enum can can = can_now(s, state, piece);
		m = memo_slot(s, lives, piece);
		*m = (struct memo){ .shared = lives, .piece = piece, .can = can, .global = true };
		s->memos++;
	}
	return m->can;
}

static enum can can_of(struct space *s, const struct global_state *state, uint32_t piece)
{
	if (s->info[piece].life != LIFE_ALIVE)
		return CAN_NOT;
	const struct memo *m = memo_of(s, state, piece);
	return m ? m->can : s->info[piece].lives_can ? can_by_lives(s, state, piece) : can_now(s, state, piece);
}

bool space_goes_on(struct space *s, const struct global_state *state, uint32_t piece)
{
	enum can can = s->info[piece].asleep ? CAN_NOT : can_of(s, state, piece);
	return can != CAN_NOT && can != CAN_LAPSE;
}

/* ---- actions that are taken together with the one before ---- */

/* May another process, from here on, do what does not commute with this part's next action? */
static bool disturbed(const struct space *s, const struct global_state *state, uint32_t piece)
{
	uint32_t n = s->facts.words;
	const uint64_t *mine = s->info[piece].sets;
	for (uint32_t k = 0; k < state->parts; k++) {
		const struct piece_info *other = &s->info[state->part[k].piece];
		if (state->part[k].piece == piece && state->part[k].count == 1)
			continue;
		for (uint32_t w = 0; w < n; w++)
			if ((mine[w] & other->sets[3 * n + w]) |
			    (mine[n + w] & (other->sets[2 * n + w] | (other->sets[3 * n + w] & bits_that_meet(w)))))
				return true;
	}
	return false;
}

static bool is_seen(const struct space *s, const struct piece_info *info)
{
	for (uint32_t w = 0; w < s->facts.words; w++)
		if (info->sets[s->facts.words + w] & s->facts.seen[w])
			return true;
	return false;
}

/* An ample set of one action (Peled, Combining partial order reductions with on-the-fly model-checking, 1994; with
 * one action in it, the branching structure is kept, too: Gerth, Kuiper, Peled and Penczek, 1999): the process can
 * do nothing else, no other can do anything before it that it depends on, and no expectation can see it. */
static bool is_safe(struct space *s, const struct global_state *state, uint32_t piece)
{
	const struct piece_info *info = &s->info[piece];
	if (info->life != LIFE_ALIVE || info->doomed || info->handles || !info->local_do)
		return false;
	if (info->nothing)
		return true;
	if (s->facts.prey[info->who] || is_seen(s, info))
		return false;
	return !disturbed(s, state, piece);
}

/* The own part of the default main; 0: it is there no more. */
static uint32_t main_part(const struct space *s, const struct global_state *state)
{
	for (uint32_t k = 0; k < state->parts; k++)
		if (s->info[state->part[k].piece].who == MAIN && s->info[state->part[k].piece].life == LIFE_ALIVE)
			return state->part[k].piece;
	return 0;
}

/* Does the default main move before any other process? While it sleeps until the next arrival it does not: a sleep may end at
 * any moment, unless none can tell. */
static bool is_urgent(struct space *s, const struct global_state *state)
{
	uint32_t main = s->g->default_main ? main_part(s, state) : 0;
	return main && !(s->info[main].asleep && main_may_be_late(s)) && can_of(s, state, main) != CAN_NOT;
}

bool space_passes(struct space *s, const struct global_state *state)
{
	return s->look && is_urgent(s, state);
}

static void tell_thrown(struct space *s, proc_id who, value name)
{
	GROW(s->told, s->tells, s->told_room);
	s->told[s->tells++] = (struct thrown){ who, name };
}

/* An action of the default main, from x; it may change the own part of the process that is followed: by a signal, by joining it. */
static void move_main(struct space *s, const struct global_state *state, uint32_t main, struct global_state *next)
{
	struct outcome ignored;
	s->followed = s->watched;
	move_with_names(s, state, main, 0, next, &ignored);
	s->watched = s->followed;
	s->followed = 0;
	for (size_t k = 0; k < s->throws; k++)
		tell_thrown(s, s->thrown[k].who, s->thrown[k].name);
}

/* Has what expectations say of a state changed with the last action? Then this state counts as well. */
static bool is_new_to_see(struct space *s, const struct global_state *state)
{
	if (!s->look)
		return false;
	if (!s->before_known)
		s->before = s->look(s->look_with, s->from ? s->from : state);
	s->before_known = true;
	return s->look(s->look_with, state) != s->before;
}

/* The default main moves as long as it can; false: up to a state that is to be seen. It waits for the ends of others:
 * before there was one, it need not be asked. */
static bool main_goes(struct space *s, struct global_state *state)
{
	for (; is_urgent(s, state); s->alone++) {
		if (is_new_to_see(s, state))
			return false;
		move_main(s, state, main_part(s, state), state);
	}
	return true;
}

uint32_t let_main_move(struct space *s, struct global_state *state)
{
	s->alone = 0;
	s->before_known = false;
	s->from = NULL;
	main_goes(s, state);
	return s->alone;
}

/* Is there a process, besides daemons and main, that has not ended? */
static bool somebody_is_left(const struct space *s, const struct global_state *state)
{
	for (uint32_t k = 0; k < state->parts; k++) {
		const struct piece_info *info = &s->info[state->part[k].piece];
		if (info->life <= LIFE_ALIVE && info->who != MAIN && !s->g->group[s->g->process[info->who].group].daemon)
			return true;
	}
	return false;
}

/* With an end, the default main may get its turn, and send signals: that is an action that others can notice. If it was the
 * last end but main still sleeps, those that arrive then are sent them immediately: before the end, they could have moved. */
static bool wakes_main(struct space *s, const struct global_state *state)
{
	return s->facts.any_prey && s->g->default_main && (is_urgent(s, state) || !somebody_is_left(s, state));
}

/* Once round a loop is enough: what goes round for ever would never come to a state. */
static bool goes_back(const struct space *s, uint32_t before, uint32_t after)
{
	return s->info[after].pc > 1 && s->info[after].pc <= s->info[before].pc;
}

bool take_safe_of(struct space *s, struct global_state *state, uint32_t piece, uint32_t *after)
{
	if (!is_safe(s, state, piece))
		return false;
	const struct memo *m = memo_of(s, state, piece);
	if (!m || s->guard->abandoned || m->can != CAN_GO || m->global || m->count != 1 || s->outcome[m->first].raised)
		return false;
	struct outcome o = s->outcome[m->first];
	if (goes_back(s, piece, o.piece))
		return false;
	state_copy(s->trial, state);
	bag_take(s->trial, piece);
	bag_put(s->trial, o.piece);
	s->trial->shared = o.shared;
	if (s->info[o.piece].life != LIFE_ALIVE && wakes_main(s, s->trial))
		return false;
	state_copy(state, s->trial);
	*after = o.piece;
	return true;
}

static bool take_safe(struct space *s, struct global_state *state, bool *lives_changed)
{
	uint32_t after = 0;
	for (uint32_t k = 0; k < state->parts; k++) {
		uint32_t piece = state->part[k].piece;
		if (!take_safe_of(s, state, piece, &after))
			continue;
		*lives_changed |= s->info[after].life != LIFE_ALIVE;
		s->log[s->logged++] = piece;
		if (piece == s->watched) {
			s->watched_slept |= s->info[piece].asleep;
			s->watched = after;
		}
		return true;
	}
	return false;
}

/* Where a chain is cut depends on what was taken together alone, not on what main did meanwhile: the same chain is gone
 * through again when a schedule is written. */
bool chain(struct space *s, struct global_state *state, bool lives_changed)
{
	s->logged = s->alone = 0;
	do {
		if (lives_changed && !main_goes(s, state))
			return true;
		lives_changed = s->before_known = false;        /* nobody sees what is taken together: all is as it was */
		s->from = NULL;
	} while (s->logged < LONG_CHAIN && guard_goes_on(s->guard) && take_safe(s, state, &lives_changed));
	return s->logged < LONG_CHAIN;
}

/* ---- moves ---- */

struct moves { struct space *s; const struct global_state *from; bool chains; on_move *tell; void *with; uint32_t count; };

/* s->next is as the move itself has left it. */
static bool tell_move(struct moves *v, struct move *m, bool lives_changed)
{
	struct space *s = v->s;
	v->count++;
	s->from = v->from;
	s->before_known = s->watched_slept = m->left_free = false;
	s->logged = s->alone = 0;
	bool settled = !lives_changed || main_goes(s, s->next);
	m->alone = s->alone;
	if (v->chains && settled) {
		m->left_free = !chain(s, s->next, false) || s->watched_slept;
		m->alone += s->alone;
	}
	m->logged = s->logged;
	m->at_last = s->watched;
	s->watched = 0;
	m->thrown = s->told;
	m->throws = s->tells;
	return guard_goes_on(s->guard) && v->tell(v->with, s->next, m);
}

static bool tell_known(struct moves *v, const struct memo *known, uint32_t piece)
{
	struct space *s = v->s;
	struct memo m = *known;         /* more may be remembered meanwhile */
	struct move move = { .piece = piece };
	int64_t lo = 0;
	if (m.draws) {
		space_world(s, v->from);
		ways(s, name_of(s, v->from, piece), &lo);
	}
	for (uint32_t k = 0; k < m.count; k++) {
		struct outcome o = s->outcome[m.first + k];
		state_copy(s->next, v->from);
		bag_take(s->next, piece);
		bag_put(s->next, o.piece);
		s->next->shared = o.shared;
		s->next->uncaught |= o.thrown != VALUE_UNSET;
		s->watched = o.piece;
		move.choice = lo + k;
		s->tells = 0;
		if (o.thrown != VALUE_UNSET)
			tell_thrown(s, 0, o.thrown);
		if (!tell_move(v, &move, s->info[o.piece].life != LIFE_ALIVE))
			return false;
	}
	return true;
}

static bool tell_anew(struct moves *v, uint32_t piece)
{
	struct space *s = v->s;
	struct outcome o = { 0 };
	int64_t lo, n;
	space_world(s, v->from);
	proc_id who = name_of(s, v->from, piece);
	n = ways(s, who, &lo);
	for (int64_t k = 0; k < n; k++) {
		move_with_names(s, v->from, piece, lo + k, s->next, &o);
		struct move move = { .piece = piece, .choice = lo + k };
		s->watched = o.piece;
		s->tells = 0;
		for (size_t t = 0; t < s->throws; t++)
			tell_thrown(s, s->thrown[t].who == who ? 0 : s->thrown[t].who, s->thrown[t].name);
		if (!tell_move(v, &move, true))
			return false;
	}
	return true;
}

static bool tell_main(struct moves *v, uint32_t main)
{
	struct space *s = v->s;
	struct move move = { .piece = main };
	s->tells = 0;
	s->watched = s->last;
	move_main(s, v->from, main, s->next);
	return tell_move(v, &move, true);
}

/* Those of a part. false: no more are wanted. */
static bool tell_part(struct moves *v, uint32_t piece)
{
	struct space *s = v->s;
	const struct piece_info *info = &s->info[piece];
	if (info->life != LIFE_ALIVE)
		return true;
	if (is_default_main(s, piece))          /* else it has moved as far as it can */
		return !info->asleep || tell_main(v, piece);
	const struct memo *m = memo_of(s, v->from, piece);
	enum can can = m ? m->can : can_of(s, v->from, piece);
	if (can == CAN_NOT)
		return true;
	return !s->too_wide && (m && !m->global ? tell_known(v, m, piece) : tell_anew(v, piece));
}

static uint32_t all_told(const struct moves *v)
{
	v->s->from = NULL;
	v->s->before_known = false;
	return v->count;
}

uint32_t space_moves(struct space *s, const struct global_state *state, bool chains, on_move *tell, void *with)
{
	struct moves v = { s, state, chains, tell, with, 0 };
	s->chains = chains;
	if (space_passes(s, state))
		tell_main(&v, main_part(s, state));
	else
		for (uint32_t k = 0; k < state->parts && tell_part(&v, state->part[k].piece); k++)
			;
	return all_told(&v);
}

uint32_t space_moves_of(struct space *s, const struct global_state *state, uint32_t part, bool chains, on_move *tell, void *with)
{
	struct moves v = { s, state, chains, tell, with, 0 };
	uint32_t piece = state->part[part].piece;
	s->chains = chains;
	if (!space_passes(s, state))
		tell_part(&v, piece);
	else if (is_default_main(s, piece))
		tell_main(&v, piece);
	return all_told(&v);
}
