/* The way with the fewest preemptions, and of those the one with the fewest actions: Dijkstra's search, by
 * preemptions, then actions (cf. Musuvathi and Qadeer, Iterative context bounding, 2007).
 *
 * A node of the search is a state and the process that moved last; they share the record of the state. A process goes on from
 * there at no cost; the others at the cost of one preemption, once, whichever moved last: a dearer way to
 * the same state is of no use. So each move of each state is made once.
 *
 * Nor is there anything to be gained by leaving a process before an action that no other process can tell from not yet done:
 *
 *   - Ways to an end do all of those in any case. The states are those that the search has stored; which process
 *     goes on when is put right when the way is described (order.c).
 *   - Ways to a state may leave them out. There a process moves up to its next action that others can tell, and past
 *     it only if it can then be left for nothing: where it sleeps, waits or ends.
 *
 * The end of a process is such an action only as long as no process that may wait for it could use that it has not come:
 * it can be left for nothing until then. Ways to an end leave it for nothing in any case: if that was too good to be
 * true, which is seen when the way is described, they are sought as ways to states are. */
#include "sim/explore/search.h"
#include <stdlib.h>
#include <string.h>
#include "sim/explore/inside.h"

enum { MOST_ARRIVALS = 60000000, NOBODY = UINT32_MAX, THE_REST = UINT32_MAX - 1 };

/* One came to a state, from another arrival, by a move of this own part. */
struct arrival { state_id at; uint32_t from, piece; };
/* One that is waiting to be visited. runner: the part that can go on at no cost; NOBODY: all can; THE_REST: it has
 * been visited, is `from` itself, and now all others go on. */
struct waiting { struct arrival came; uint32_t runner; };
struct bucket { struct waiting *list; size_t count, room; };
/* Those with so many preemptions, by their number of actions. */
struct rank { struct bucket *bucket; size_t count, room; };

/* What one process does at a time. */
struct run {
	uint32_t piece;                         /* its own part before */
	uint32_t head, tail;                    /* so many actions that no other process can notice before and after the one .. */
	int64_t choice;                         /* .. which draws this */
	uint32_t actions, more;                 /* all up to that one, with those of the default main; and after it */
	const struct global_state *first, *last;        /* the state after that one; after all */
	uint32_t runner;                        /* as in struct waiting */
};
typedef bool on_run(void *with, const struct run *);

/* The cheapest that has been found so far for a target. */
struct best { bool found; uint32_t preemptions; size_t actions; uint32_t from, piece; struct global_state *state; };

struct seeker {
	struct search *search;
	bool whole;                             /* ways to ends, through the states that the search has stored */
	bool main_is_free;                      /* there are states in which the default main moves, too */
	bool joined;                            /* some process may wait for the end of another .. */
	bool *joins;                            /* .. by group: those of this one may; .. */
	bool *apart;                            /* .. and by its name, or with a timeout; else with its whole group, or as one of its children */
	struct store own, *store;
	struct rank now, next;
	uint8_t *bits; size_t bits_room;        /* of a state: all went on; some did; then, by part: it did */
	struct arrival *arrival; size_t arrivals, room;
	struct { struct waiting w; size_t actions; } *soon;     /* by the store's: they wait for their numbers */
	struct target *target; struct best *best; size_t targets, left;
	struct global_state *at, *copy, *other;
	uint32_t here;                          /* the arrival that is being visited */
	size_t actions;
	uint32_t preemptions;
	bool full;
};

/* ---- what waits ---- */

static void put_waiting(struct rank *l, size_t actions, struct waiting w)
{
	while (l->count <= actions) {
		GROW(l->bucket, l->count, l->room);
		l->bucket[l->count++] = (struct bucket){ 0 };
	}
	struct bucket *b = &l->bucket[actions];
	GROW(b->list, b->count, b->room);
	b->list[b->count++] = w;
}

static void rank_free(struct rank *l)
{
	for (size_t k = 0; k < l->count; k++)
		free(l->bucket[k].list);
	free(l->bucket);
	*l = (struct rank){ 0 };
}

/* ---- what went on where ---- */

enum { ALL_WENT, SOME_WENT, PART_WENT };
enum { BITS_OF_A_CELL = 4 };            /* a state has a cell more than one for four of its parts: so there is room for all */

static bool has_bit(const struct seeker *k, state_id id, uint32_t bit)
{
	size_t n = (size_t)id * BITS_OF_A_CELL + bit;
	return n / 8 < k->bits_room && k->bits[n / 8] >> n % 8 & 1;
}

static void set_bit(struct seeker *k, state_id id, uint32_t bit)
{
	size_t n = (size_t)id * BITS_OF_A_CELL + bit;
	while (n / 8 >= k->bits_room) {
		size_t was = k->bits_room;
		k->bits = grow(k->bits, &k->bits_room, 1);
		memset(k->bits + was, 0, k->bits_room - was);
	}
	k->bits[n / 8] |= 1 << n % 8;
}

/* ---- what one process does at a time ---- */

static uint32_t part_of(const struct global_state *state, uint32_t piece)
{
	for (uint32_t k = 0; k < state->parts; k++)
		if (state->part[k].piece == piece)
			return k;
	return NOBODY;
}

struct running { struct seeker *seeker; struct run run; on_run *tell; void *with; };

/* With what any process may do after it that no other process can notice. */
static bool tell_whole(void *with, const struct global_state *next, const struct move *m)
{
	struct running *r = with;
	r->run.choice = m->choice;
	r->run.first = r->run.last = next;
	r->run.actions = 1 + m->alone + m->logged;
	r->run.runner = m->left_free ? NOBODY : part_of(next, m->at_last);
	return r->tell(r->with, &r->run);
}

/* Is this part where it can't move before that one has ended? */
static bool waits_for_end(const struct space *s, uint32_t piece, uint32_t of)
{
	const struct piece_info *info = &s->info[piece];
	uint32_t used;
	if (!info->lives_can || info->doomed || info->handles)
		return false;
	const struct own *own = space_own_cells(s, piece, &used);
	const struct ins *next = world_next(s->g, (const cell *)own);
	value v = world_operand(s->g, (const cell *)own, info->who);
	proc_id p = s->info[of].who;
	if (next->op == OP_FINISH)
		return s->info[of].life_key[1] / 8 == info->who;
	return !(next->flags & INS_TIMEOUT) && (v == value_make(TAG_PROCESS, p) || v == value_make(TAG_PROCESS, PROCESS_GROUP | s->g->process[p].group));
}

/* Has another of its group, with the same parent, not ended either? */
static bool has_company(const struct space *s, const struct global_state *state, uint32_t piece)
{
	const struct piece_info *mine = &s->info[piece];
	for (uint32_t n = 0; n < state->parts; n++) {
		const struct piece_info *info = &s->info[state->part[n].piece];
		if (info->life_key[1] == mine->life_key[1] && s->g->process[info->who].group == s->g->process[mine->who].group &&
		    (state->part[n].piece != piece || state->part[n].count > 1))
			return true;
	}
	return false;
}

/* May it take its end for an action that no other process can notice, where it then stands? at_once: it has done nothing since that
 * no other can notice. To leave it before its end costs a preemption, and helps only where a process that waits for it can be left
 * for nothing. One that waits for all of them can be left so as well while another has not ended; the last can still be left before
 * its end, at the same cost. (It must be able to: an exception might be its end.) */
static bool ends_quietly(const struct seeker *k, const struct global_state *state, uint32_t piece, bool at_once)
{
	const struct space *s = &k->search->space;
	if (!k->joined || !s->info[piece].dies)
		return true;
	bool in_company = at_once && k->search->whole && !k->search->thrown && has_company(s, state, piece);
	for (uint32_t n = 0; n < state->parts; n++) {
		const struct piece_info *info = &s->info[state->part[n].piece];
		const uint32_t group = s->g->process[info->who].group;
		if (info->life <= LIFE_ALIVE && state->part[n].piece != piece && k->joins[group] && (k->apart[group] || !in_company) &&
		    !waits_for_end(s, state->part[n].piece, piece))
			return false;
	}
	return !s->facts.any_prey;
}

/* Where no execution ends, a dead end is where none but daemons moves: there every action of another counts. */
static bool take_quietly(struct seeker *k, struct global_state *state, uint32_t *piece, bool may_end)
{
	struct space *s = &k->search->space;
	bool all_count = k->search->deads && k->search->out->endless;
	return s->facts.reduce && !all_count && (may_end || !s->info[*piece].dies) && take_safe_of(s, state, *piece, piece);
}

/* What the process does then, up to where it can be left for nothing. Otherwise it is left before that, or goes on. */
static bool goes_to_rest(struct seeker *k, struct global_state *state, uint32_t piece, struct run *run)
{
	struct space *s = &k->search->space;
	uint32_t n = 0;
	for (; n < LONG_CHAIN && !s->info[piece].asleep && take_quietly(k, state, &piece, ends_quietly(k, state, piece, !n)); n++)
		if (s->info[piece].life != LIFE_ALIVE) {
			run->more = run->tail = n + 1;
			run->more += let_main_move(s, state);
			return true;
		}
	run->more = run->tail = n;
	return n && n < LONG_CHAIN && !space_goes_on(s, state, piece);
}

static bool tell_run(void *with, const struct global_state *next, const struct move *m)
{
	struct running *r = with;
	struct seeker *k = r->seeker;
	struct run *run = &r->run;
	run->choice = m->choice;
	run->actions = run->head + 1 + m->alone;
	run->runner = part_of(next, m->at_last);
	state_copy(k->copy, next);
	state_copy(k->other, next);
	run->first = run->last = k->copy;
	if (goes_to_rest(k, k->other, m->at_last, run)) {
		run->last = k->other;
		run->runner = NOBODY;
	} else {
		run->tail = run->more = 0;
	}
	return r->tell(r->with, run);
}

static bool tell_main_run(void *with, const struct global_state *next, const struct move *m)
{
	struct running *r = with;
	r->run.first = r->run.last = next;
	r->run.actions = 1 + m->alone;
	r->run.runner = part_of(next, m->at_last);
	return r->tell(r->with, &r->run);
}

/* What the process of this part can do from a state: how many ways. */
static uint32_t runs_of(struct seeker *k, const struct global_state *state, uint32_t part, on_run *tell, void *with)
{
	struct space *s = &k->search->space;
	uint32_t piece = state->part[part].piece, n = 0;
	struct running r = { .seeker = k, .run.piece = piece, .tell = tell, .with = with };
	if (k->whole)
		return space_moves_of(s, state, part, true, tell_whole, &r);
	if (is_default_main(s, piece))
		return space_moves_of(s, state, part, false, tell_main_run, &r);
	struct global_state *from = k->search->chained;
	state_copy(from, state);
	for (; n < LONG_CHAIN && take_quietly(k, from, &piece, !k->joined); n++)
		if (s->info[piece].life != LIFE_ALIVE)
			return 0;
	r.run.head = n;
	return space_moves_of(s, from, part_of(from, piece), false, tell_run, &r);
}

/* ---- is it what is sought? ---- */

static bool in_dead_end(struct search *x, const struct global_state *s)
{
	return x->deads && is_dead_end(x, store_find(&x->store, s, 0));
}

static bool is_of_ends(enum target_kind kind)
{
	return kind == TARGET_END_TRUE || kind == TARGET_END_FALSE || kind == TARGET_DEADLOCK || kind == TARGET_OUTCOME;
}

static bool meets(struct search *x, const struct target *t, const struct global_state *s)
{
	bool truth = t->kind != TARGET_OUTCOME && truth_of(x, s) >> t->expect & 1;
	switch (t->kind) {
	case TARGET_OUTCOME:   return is_outcome(x, s, t->expect);
	case TARGET_TRUE:      return truth;
	case TARGET_FALSE:     return !truth;
	case TARGET_END_TRUE:  return truth && completion_of(x, s) == ENDS_WELL;
	case TARGET_END_FALSE: return !truth && completion_of(x, s) == ENDS_WELL;
	case TARGET_DEADLOCK:  return completion_of(x, s) == ENDS_DEADLOCKED;
	case TARGET_DEAD_END:  return in_dead_end(x, s);
	default:               return s->uncaught;
	}
}

/* By so many actions, from this arrival: is there a target that nothing cheaper met? */
static void note_met(struct seeker *k, const struct global_state *s, bool ends, size_t actions, uint32_t from, uint32_t piece)
{
	for (size_t t = 0; t < k->targets; t++) {
		struct best *b = &k->best[t];
		bool better = !b->found || (b->preemptions == k->preemptions && b->actions > actions);
		if (is_of_ends(k->target[t].kind) != ends || !better || !meets(k->search, &k->target[t], s))
			continue;
		struct global_state *copy = b->state ? b->state : must_have(malloc(state_bytes(k->search->g)));
		state_copy(copy, s);
		*b = (struct best){ true, k->preemptions, actions, from, piece, copy };
	}
}

/* Nothing that is visited from now on is cheaper. */
static void settle(struct seeker *k)
{
	for (size_t t = 0; t < k->targets; t++) {
		const struct best *b = &k->best[t];
		if (!k->target[t].met && b->found && (b->preemptions < k->preemptions || b->actions <= k->actions)) {
			k->target[t].met = true;
			k->left--;
		}
	}
}

/* ---- the search ---- */

static void put_soon(struct seeker *k)
{
	struct store *s = k->store;
	bool is_new;
	for (uint32_t n = 0; n < s->soons && !k->full; n++) {
		struct waiting w = k->soon[n].w;
		w.came.at = k->whole ? store_seek(s, n) : store_next(s, n, 0, &is_new);
		if (w.came.at && !has_bit(k, w.came.at, ALL_WENT))
			put_waiting(&k->now, k->soon[n].actions, w);
		k->full |= !w.came.at && !k->whole;
	}
	store_no_more(s);
}

static void look_soon(struct seeker *k, const struct run *r)
{
	if (!store_soon(k->store, r->last)) {
		put_soon(k);
		store_soon(k->store, r->last);
	}
	k->soon[k->store->soons - 1].w = (struct waiting){ { 0, k->here, r->piece }, r->runner };
	k->soon[k->store->soons - 1].actions = k->actions + r->actions + r->more;
}

static bool reach(void *with, const struct run *r)
{
	struct seeker *k = with;
	if (!k->whole)
		note_met(k, r->first, false, k->actions + r->actions, k->here, r->piece);
	look_soon(k, r);
	return true;
}

/* The process that moved last before the beginning may stand before actions that no other can notice, and then be left for nothing.
 * Any other process has done those with the action before. */
static void first_goes_to_rest(struct seeker *k, uint32_t part)
{
	struct run run = { .piece = k->at->part[part].piece, .runner = NOBODY, .last = k->other };
	state_copy(k->other, k->at);
	if (goes_to_rest(k, k->other, run.piece, &run))
		look_soon(k, &run);
}

/* Nobody has anything more to do that others can tell. */
static void look_at_end(struct seeker *k)
{
	struct search *x = k->search;
	uint32_t more = 0;
	state_copy(k->other, k->at);
	if (!k->whole && x->space.facts.reduce) {
		chain(&x->space, k->other, true);
		more = x->space.logged + x->space.alone;
	}
	note_met(k, k->other, true, k->actions + more, k->here, 0);
}

/* Is this part that of the default main, where it sleeps until an arrival, or goes on before any other process? */
static bool is_free_to_go(struct seeker *k, uint32_t part)
{
	struct space *s = &k->search->space;
	uint32_t piece = k->at->part[part].piece;
	return is_default_main(s, piece) && ((s->info[piece].asleep && main_may_be_late(s)) || space_passes(s, k->at));
}

/* The default main moves at no cost, and the process that has moved last may go on at none. */
static void main_goes_on(struct seeker *k, uint32_t runner)
{
	struct space *s = &k->search->space;
	for (uint32_t n = 0; n < k->at->parts; n++)
		if (is_free_to_go(k, n)) {
			s->last = runner < k->at->parts ? k->at->part[runner].piece : 0;
			runs_of(k, k->at, n, reach, k);
			s->last = 0;
			return;
		}
}

static void all_go_on(struct seeker *k, state_id id)
{
	const struct space *s = &k->search->space;
	uint32_t runs = 0;
	set_bit(k, id, ALL_WENT);
	for (uint32_t n = 0; n < k->at->parts && !k->full; n++)
		if (is_default_main(s, k->at->part[n].piece))
			runs += is_free_to_go(k, n);
		else
			runs += has_bit(k, id, PART_WENT + n) ? 1 : runs_of(k, k->at, n, reach, k);
	if (!runs && !k->full)
		look_at_end(k);
}

static uint32_t arrive(struct seeker *k, struct arrival a)
{
	if (k->arrivals >= MOST_ARRIVALS)
		k->full = true;
	GROW(k->arrival, k->arrivals, k->room);
	k->arrival[k->arrivals] = a;
	return k->arrivals++;
}

static bool goes_on(struct seeker *k, uint32_t piece)
{
	struct space *s = &k->search->space;
	return !(k->whole && k->joined && s->info[piece].lives_can) && space_goes_on(s, k->at, piece);
}

static void look_at(struct seeker *k, struct waiting w)
{
	state_id id = w.came.at;
	bool been = has_bit(k, id, ALL_WENT) || (w.runner < THE_REST && has_bit(k, id, PART_WENT + w.runner));
	if (been && (!k->main_is_free || w.runner == THE_REST))
		return;
	store_get(k->store, id, k->at, NULL);
	k->here = w.runner == THE_REST ? w.came.from : arrive(k, w.came);
	if (k->main_is_free && w.runner != THE_REST)
		main_goes_on(k, w.runner);
	if (been || space_passes(&k->search->space, k->at))
		return;
	if (w.runner >= THE_REST || !goes_on(k, k->at->part[w.runner].piece)) {
		all_go_on(k, id);
		return;
	}
	set_bit(k, id, PART_WENT + w.runner);
	if (!has_bit(k, id, SOME_WENT))
		put_waiting(&k->next, k->actions, (struct waiting){ { id, k->here, 0 }, THE_REST });
	set_bit(k, id, SOME_WENT);
	runs_of(k, k->at, w.runner, reach, k);
	if (!k->whole && !w.came.from)
		first_goes_to_rest(k, w.runner);
}

static void look_at_rank(struct seeker *k)
{
	for (k->actions = 0; k->actions < k->now.count && k->left && !k->full; k->actions++) {
		settle(k);
		for (size_t i = 0; i < k->now.bucket[k->actions].count && k->left && !k->full; i++) {
			k->full = !search_goes_on(k->search);
			if (!k->full)
				look_at(k, k->now.bucket[k->actions].list[i]);
		}
		put_soon(k);
		free(k->now.bucket[k->actions].list);
		k->now.bucket[k->actions] = (struct bucket){ 0 };
	}
}

/* ---- the way there ---- */

/* Several can lead to the same state: what is drawn may decide how many actions follow that no other process can notice. It is the
 * cheapest of them that the search has counted. */
struct run_sought {
	uint32_t piece;
	const struct global_state *to;
	bool found;
	struct run run;
	uint32_t actions;                       /* all that it takes up to there */
};

static bool is_run(void *with, const struct run *r)
{
	struct run_sought *s = with;
	bool first = state_equal(r->first, s->to);
	uint32_t actions = r->actions + (first ? 0 : r->more);
	if ((!first && !state_equal(r->last, s->to)) || (s->found && s->actions <= actions))
		return true;
	s->found = true;
	s->run = *r;
	s->run.tail = first ? 0 : r->tail;
	s->actions = actions;
	return true;
}

/* What was taken together at the beginning, or with a move, by anybody. */
static void act_logged(struct seeker *k, struct walk *w, struct acts *a, proc_id rather)
{
	struct space *s = &k->search->space;
	uint32_t n = s->logged, *log = must_have(malloc((n + 1) * sizeof *log));
	memcpy(log, s->log, n * sizeof *log);
	for (uint32_t i = 0; i < n; i++)
		act_of_piece(w, a, log[i], NULL, rather, true);
	free(log);
}

/* The space's log is that of the run described last: it is described again, by itself. */
static bool is_that_run(void *with, const struct run *r)
{
	struct run_sought *s = with;
	return r->choice != s->run.choice;
}

/* The first process only went to where it can be left for nothing. */
static bool act_first_rest(struct seeker *k, struct walk *w, struct acts *a, uint32_t piece, const struct global_state *to, proc_id last)
{
	struct run run = { 0 };
	state_copy(k->other, k->at);
	if (k->whole || !last || !goes_to_rest(k, k->other, piece, &run) || !state_equal(k->other, to))
		return false;
	act_again(w, a, walk_find(w, piece, last), run.tail);
	return true;
}

static void act_run(struct seeker *k, struct walk *w, struct acts *a, state_id from, uint32_t piece, const struct global_state *to, proc_id *last)
{
	struct run_sought s = { .piece = piece, .to = to };
	store_get(k->store, from, k->at, NULL);
	uint32_t part = part_of(k->at, piece);
	bool aside = is_default_main(&k->search->space, piece);
	runs_of(k, k->at, part, is_run, &s);
	if (!s.found && act_first_rest(k, w, a, piece, to, *last))
		return;
	a->lost |= !s.found;
	if (a->lost)
		return;
	if (k->whole)
		runs_of(k, k->at, part, is_that_run, &s);
	proc_id p = aside ? MAIN : walk_find(w, piece, *last);
	act_again(w, a, p, s.run.head);
	act_by(w, a, p, &s.run.choice, false);
	act_again(w, a, p, s.run.tail);
	*last = aside ? *last : p;
	if (k->whole)
		act_logged(k, w, a, *last);
}

static void act_to_the_end(struct seeker *k, struct walk *w, struct acts *a)
{
	struct search *x = k->search;
	walk_state(w, k->at);
	if (space_passes(&x->space, k->at))
		return;
	chain(&x->space, k->at, true);
	act_logged(k, w, a, 0);
}

static void make_way(struct seeker *k, const struct target *t, const struct best *b)
{
	struct walk w;
	struct acts a = { 0 };
	uint32_t *list = NULL;
	size_t n = 0, room = 0;
	proc_id last = k->search->origin ? k->search->origin->last : 0;
	bool ends = is_of_ends(t->kind);
	struct global_state *to = must_have(malloc(state_bytes(k->search->g)));
	for (uint32_t e = b->from; e; e = k->arrival[e].from) {
		GROW(list, n, room);
		list[n++] = e;
	}
	walk_begin(&w, &k->search->space);
	if (k->whole)
		act_to_the_end(k, &w, &a);
	const uint64_t before = w.steps;
	for (; n > 1; n--) {
		const struct arrival *next = &k->arrival[list[n - 2]];
		store_get(k->store, next->at, to, NULL);
		act_run(k, &w, &a, k->arrival[list[n - 1]].at, next->piece, to, &last);
	}
	if (b->piece)
		act_run(k, &w, &a, k->arrival[b->from].at, b->piece, b->state, &last);
	if (ends && !k->whole && k->search->space.facts.reduce)
		act_to_the_end(k, &w, &a);
	way_of_acts(k->search, t->way, &a, ends, to);
	if (!t->way->found || !meets(k->search, t, to))
		way_clear(t->way);
	bool as_promised = t->way->preemptions == b->preemptions && t->way->steps == before + b->actions;
	t->way->cheapest = t->way->found && k->search->whole && as_promised;
	walk_free(&w);
	acts_free(&a);
	free(list);
	free(to);
}

/* Where it begins at a moment of a run, the part of the process that moved last goes on at no cost. */
static uint32_t first_runner(struct seeker *k)
{
	const struct origin *o = k->search->origin;
	struct acts a = { 0 };
	struct walk w;
	if (!o || !o->last)
		return NOBODY;
	walk_begin(&w, &k->search->space);
	if (k->whole)
		act_to_the_end(k, &w, &a);
	else
		walk_state(&w, k->at);
	uint32_t part = a.lost ? NOBODY : part_of(k->at, w.piece[o->last]);
	acts_free(&a);
	walk_free(&w);
	return part;
}

static void seek(struct seeker *k)
{
	struct search *x = k->search;
	bool is_new;
	space_begin(&x->space, k->at, k->whole);
	state_id first = k->whole ? store_find(k->store, k->at, 0) : store_put(k->store, k->at, 0, 0, &is_new);
	arrive(k, (struct arrival){ 0 });       /* 0 is none */
	if (!k->whole)
		note_met(k, k->at, false, 0, 0, 0);
	put_waiting(&k->now, 0, (struct waiting){ { first, 0, 0 }, first_runner(k) });
	while (k->left && !k->full && k->now.count) {
		look_at_rank(k);
		rank_free(&k->now);
		k->now = k->next;
		k->next = (struct rank){ 0 };
		k->preemptions++;
		k->actions = 0;
		if (!k->full)
			settle(k);
	}
	for (size_t t = 0; t < k->targets; t++)
		if (k->best[t].found) {
			make_way(k, &k->target[t], &k->best[t]);
			k->target[t].way->cheapest &= k->target[t].met;         /* else a limit came before that was known */
			k->target[t].met = k->target[t].way->found;
		}
}

static bool has_join(const struct program *g, uint32_t function)
{
	const struct function *f = &g->function[function];
	for (uint32_t pc = f->entry; pc < f->end; pc++)
		if (g->code[pc].op == OP_JOIN || g->code[pc].op == OP_START)
			return true;
	return false;
}

static bool is_of_group(const struct program *g, uint32_t function)
{
	for (uint32_t k = 0; k < g->groups; k++)
		if (g->group[k].function == function)
			return true;
	return false;
}

/* May it wait for the end of one process as such? */
static bool has_join_of_one(const struct program *g, uint32_t function)
{
	const struct function *f = &g->function[function];
	for (uint32_t pc = f->entry; pc < f->end; pc++) {
		const struct ins *i = &g->code[pc];
		value of = i->op == OP_JOIN && (i->a & OPERAND_WHERE) == CONSTANT ? g->constant[i->a & OPERAND_INDEX] : VALUE_UNSET;
		bool all = value_tag(of) == TAG_PROCESS && value_payload(of) & PROCESS_GROUP;
		if (i->op == OP_JOIN && (!all || i->flags & INS_TIMEOUT))
			return true;
	}
	return false;
}

/* The default main waits for ends, too; but it moves by itself, and does nothing then where there is no daemon. */
static void find_joins(struct seeker *k)
{
	const struct program *g = k->search->g;
	bool called = false;
	for (uint32_t f = 1; f < g->functions; f++)
		called |= !is_of_group(g, f) && has_join(g, f);
	k->joins = must_have(calloc(g->groups, sizeof *k->joins));
	k->apart = must_have(calloc(g->groups, sizeof *k->apart));
	k->joined = k->search->space.facts.any_prey;
	for (uint32_t n = g->default_main; n < g->groups; n++) {
		k->joined |= k->joins[n] = called || has_join(g, g->group[n].function);
		k->apart[n] = called || has_join_of_one(g, g->group[n].function);
	}
}

static bool has_arrivals(const struct program *g)
{
	for (uint32_t k = 1; k < g->groups; k++)
		if (g->default_main && g->group[k].arrive)
			return true;
	return false;
}

/* Those of a kind, in a search of their own. */
static void seek_those(struct search *x, struct target *target, size_t count, bool whole)
{
	struct seeker k = { .search = x, .target = target, .targets = count, .left = count, .whole = whole };
	if (!count || x->guard->over || (!whole && !store_open(&k.own, x->g, x->guard)))
		return;
	find_joins(&k);
	k.main_is_free = x->space.look || has_arrivals(x->g);
	k.store = whole ? &x->store : &k.own;
	k.soon = must_have(calloc(AT_ONCE, sizeof *k.soon));
	k.best = must_have(calloc(count, sizeof *k.best));
	k.at = must_have(calloc(1, state_bytes(x->g)));
	k.copy = must_have(calloc(1, state_bytes(x->g)));
	k.other = must_have(calloc(1, state_bytes(x->g)));
	seek(&k);
	x->cut |= k.full;
	for (size_t t = 0; t < count; t++)
		free(k.best[t].state);
	rank_free(&k.now);
	free(k.joins);
	free(k.apart);
	free(k.best);
	free(k.soon);
	free(k.bits);
	free(k.arrival);
	free(k.at);
	free(k.copy);
	free(k.other);
	if (!whole)
		store_close(&k.own);
}

static int by_kind(const void *a, const void *b)
{
	return is_of_ends(((const struct target *)a)->kind) - is_of_ends(((const struct target *)b)->kind);
}

/* Where none is killed, all do what they have begun before the end. */
static bool is_for_whole(const struct search *x, const struct target *t)
{
	return x->chains && is_of_ends(t->kind) && !x->space.facts.violence && !x->space.facts.any_prey;
}

static bool is_sought_again(const struct search *x, const struct target *t)
{
	return !is_for_whole(x, t) || (x->whole && !t->way->cheapest);
}

/* Those that are to be sought again come first. */
static size_t sort_out(const struct search *x, struct target *target, size_t count)
{
	size_t n = 0;
	for (size_t k = 0; k < count; k++)
		if (is_sought_again(x, &target[k])) {
			struct target t = target[n];
			target[n++] = target[k];
			target[k] = t;
		}
	return n;
}

void find_cheapest(struct search *x, struct target *target, size_t count)
{
	double began = guard_seconds(x->guard);
	if (x->guard->why)
		return;         /* what is left of the time and the memory is for what was found */
	qsort(target, count, sizeof *target, by_kind);
	size_t states = 0;
	while (states < count && !is_for_whole(x, &target[states]))
		states++;
	seek_those(x, target + states, count - states, true);
	states = sort_out(x, target, count);
	for (size_t k = 0; k < states; k++)
		target[k].met = false;
	seek_those(x, target, states, false);
	for (size_t k = 0; k < count; k++)
		target[k].met = target[k].way->found;
	x->out->seeking = guard_seconds(x->guard) - began;
}
