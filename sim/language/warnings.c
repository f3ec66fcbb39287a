/* What is valid but probably not meant. The tree is walked along all its ways in parallel: which steps can be reached, which locals may have
 * a value there, which locks may be held. The walk knows no values: what depends on one is not reported. */
#include "sim/language/messages.h"
#include "sim/language/tree.h"
#include <stdlib.h>
#include <string.h>

/* On all ways to a place in a routine, taken together: locals that may have a value; locals that each of these ways has read (each has
 * a value, or it was reported that it has none); locks that may be held. Of the locals the first 64 of the routine, of the locks the first
 * 64 that are used. */
struct state { bool reached; uint64_t assigned, read, held; };

/* Ways out of steps, other than by their end. Before and after each step an exception may come. */
enum way { RAISED, BROKEN, CONTINUED, RETURNED, EXITED, WAYS };

/* What encloses the steps that are walked: a loop, a `try`, a `with`, the routine. What leaves them is kept until it is known where it goes. */
struct around { struct around *outer; struct state left[WAYS]; };

enum { LOCKS = 64 };
struct warner {
	struct program *g;
	const struct routine *routine;
	const struct group *of;                 /* whose routine it is; NULL: a function */
	bool program;                           /* it is the program of a group */
	const struct tree_step *step;
	struct state now;
	bool before;                            /* was the step before this one reached? */
	struct around *around;
	uint32_t finals;                        /* so many finally blocks, and releases of a `with`, enclose it */

	struct state *head;     size_t heads, head_room;        /* at the heads of all loops; it grows from walk to walk */
	size_t loop;                            /* the next one */
	bool changed;                           /* a head has grown: the walk does not know all ways yet */
	struct { bool unreached, unset, locks; } says;          /* what this walk reports: something, when it knows all ways */

	uint32_t lock[LOCKS], locks;            /* objects */
	const struct tree_step *taken[LOCKS];   /* the last step of the routine, so far, that acquires it */
	uint64_t unsure;                        /* locks of which nothing is said: tried, taken twice, or used in a function */
	uint64_t released;                      /* locks that some step releases */
	uint64_t kept, unheld;                  /* held where a program ends; released without being held */
	uint64_t handed;                        /* both: one way leaves it held, and another releases it */
	uint64_t said;                          /* kept: that was reported */
	bool any_lock;                          /* some step acts on a lock that is known only when it runs */
};

static const struct state nowhere;

static struct diag *warn(struct warner *w, enum diag_id id, const struct tree_step *s, struct message help, struct message message)
{
	return diag_add(&w->g->diags, id, s->place, help, message);
}

/* ---- ways ---- */

/* One more way to a place; returns whether that has changed anything. */
static bool join(struct state *to, const struct state *from)
{
	const struct state old = *to;
	if (!from->reached)
		return false;
	*to = old.reached ? (struct state){ true, old.assigned | from->assigned, old.read & from->read, old.held | from->held } : *from;
	return !old.reached || to->assigned != old.assigned || to->read != old.read || to->held != old.held;
}

static void enter(struct warner *w, struct around *a)
{
	*a = (struct around){ .outer = w->around };
	w->around = a;
}

static void ends(struct warner *);

static void leave(struct warner *w, enum way way)
{
	if (way == EXITED && !w->finals)
		ends(w);
	else
		join(&w->around->left[way], &w->now);
}

/* Its steps are walked. What has left them leaves what encloses it, too; a loop is left by some ways only. */
static void leave_outer(struct warner *w, const struct around *a, bool is_loop)
{
	w->around = a->outer;
	for (enum way k = 0; k < WAYS; k++)
		if (!is_loop || (k != BROKEN && k != CONTINUED))
			join(&a->outer->left[k], &a->left[k]);
}

/* A condition: is it known never to be so, as in `while: true`? */
static bool is_never(const struct warner *w, const struct expr *e, bool so)
{
	bool made = e->kind == EXPR_LIST || e->kind == EXPR_DICT, known = made || e->kind == EXPR_CONSTANT;
	return known && (made ? e->children > 0 : value_truth(w->g->pool, e->constant)) != so;
}

/* ---- locals ---- */

static uint64_t local_bit(const struct expr *e)
{
	return e->kind == EXPR_LOCAL && e->number < 64 ? (uint64_t)1 << e->number : 0;
}

/* m += 1: the variable that is probably meant, of those that its program can see. */
static const char *variable_meant(const struct program *g, const struct group *of, const char *name)
{
	size_t room = g->shareds + g->privates + 1, count = 0, letters = 0;
	const char *letter = NULL;
	room += of ? of->privates : 0;
	const char **words = must_have(calloc(room, sizeof *words));
	for (size_t k = 0; k < g->shareds; k++)
		words[count++] = g->shared[k].name;
	for (size_t k = 0; k < g->privates; k++)
		words[count++] = g->private[k].name;
	for (size_t k = 0; of && k < of->privates; k++)
		words[count++] = of->private[k].name;
	for (size_t k = 0; k < count; k++)
		if (!words[k][1]) {
			letter = words[k];
			letters++;
		}
	const char *near = !name[1] && letters == 1 ? letter : word_nearest(name, words, count);
	free(words);
	return near;
}

static void read_local(struct warner *w, const struct expr *e)
{
	uint64_t bit = local_bit(e);
	if (w->says.unset && w->now.reached && bit & ~w->now.assigned & ~w->now.read) {
		const char *name = w->routine->local[e->number], *meant = variable_meant(w->g, w->of, name);
		warn(w, DIAG_UNSET, w->step, meant ? SAY(DID_YOU_MEAN, meant) : SAY(ASSIGN_FIRST), SAY(READ_UNSET, name));
	}
	w->now.read |= bit;
}

/* In the order in which it is computed. The right side of `and` and `or` may be left out. */
static void reads(struct warner *w, const struct expr *e)
{
	bool logic = e && (e->kind == EXPR_AND || e->kind == EXPR_OR);
	if (e && e->kind == EXPR_LOCAL)
		read_local(w, e);
	for (uint32_t k = 0; e && k < e->children; k++) {
		uint64_t before = w->now.read;
		if (logic && k && is_never(w, e->child[0], e->kind == EXPR_AND))
			return;
		reads(w, e->child[k]);
		w->now.read = logic && k ? before : w->now.read;
	}
}

static void assigns(struct warner *w, const struct expr *target)
{
	if (target && target->kind != EXPR_LOCAL)
		reads(w, target);               /* the indices of an element */
	w->now.assigned |= target ? local_bit(target) : 0;
}

static void walk_call(struct warner *w, const struct tree_step *s)
{
	for (uint32_t k = 0; k < s->call.count; k++)
		reads(w, s->call.arg[k]);
	assigns(w, s->call.into);
	leave(w, RAISED);
}

static void walk_statements(struct warner *w, const struct tree_step *s)
{
	for (const struct statement *t = s->statements; t; t = t->next) {
		reads(w, t->op == OP_MOVE ? NULL : t->target);
		reads(w, t->source);
		assigns(w, t->target);
	}
	leave(w, RAISED);
}

/* ---- locks ---- */

/* The lock that a step acquires or releases: 0 for none, a bit that stands for it. */
static uint64_t lock_bit(struct warner *w, const struct expr *e)
{
	if (e->kind != EXPR_CONSTANT) {
		w->any_lock = true;
		return 0;
	}
	uint32_t o = value_object(e->constant), k = 0;
	if (w->g->object[o].kind == KIND_CONDITION)
		o = w->g->object[o].lock;
	if (w->g->object[o].kind != KIND_LOCK && w->g->object[o].kind != KIND_RLOCK)
		return 0;
	while (k < w->locks && w->lock[k] != o)
		k++;
	if (k == LOCKS)
		return 0;
	w->lock[k] = o;
	w->locks += k == w->locks;
	uint64_t bit = (uint64_t)1 << k;
	w->unsure |= w->program ? 0 : bit;      /* what a function does with it concerns its callers */
	return bit;
}

static void acquire(struct warner *w, const struct expr *object, bool tries)
{
	uint64_t bit = lock_bit(w, object);
	if (w->now.reached && (tries || w->now.held & bit))
		w->unsure |= bit;
	if (bit)
		w->taken[__builtin_ctzll(bit)] = w->step;
	w->now.held |= bit;
}

static void release(struct warner *w, const struct expr *object)
{
	uint64_t bit = lock_bit(w, object);
	w->released |= bit;
	if (w->now.reached && bit & ~w->now.held) {
		w->unheld |= bit;
		if (w->says.locks && bit & ~w->unsure & ~w->handed)
			warn(w, DIAG_NOT_HELD, w->step, SAY(ACQUIRE_FIRST), SAY(RELEASED_UNHELD, w->g->object[value_object(object->constant)].name));
	}
	w->now.held &= ~bit;
}

/* The program ends here. */
static void ends(struct warner *w)
{
	uint64_t held = w->program && w->now.reached ? w->now.held : 0;
	w->kept |= held;
	for (uint32_t k = 0; w->says.locks && k < w->locks; k++) {
		uint64_t bit = (uint64_t)1 << k;
		const char *name = w->g->object[w->lock[k]].name;
		if (!(held & bit & ~w->said & ~w->unsure & ~w->handed) || !w->taken[k])
			continue;
		warn(w, DIAG_HELD, w->taken[k], SAY(RELEASE_IT, name, name), w->released & bit ? SAY(NOT_ALWAYS_RELEASED, name) : SAY(NEVER_RELEASED, name));
		w->said |= bit;
	}
}

/* ---- steps ---- */

static void walk_block(struct warner *, const struct block *);

static void walk_if(struct warner *w, const struct tree_step *s)
{
	reads(w, s->choice.condition);
	struct state otherwise = is_never(w, s->choice.condition, false) ? nowhere : w->now;
	if (is_never(w, s->choice.condition, true))
		w->now = nowhere;
	walk_block(w, s->choice.then);
	if (s->choice.otherwise) {
		struct state then = w->now;
		leave(w, RAISED);
		w->now = otherwise;
		walk_block(w, s->choice.otherwise);
		otherwise = then;
	}
	join(&w->now, &otherwise);
}

/* One more way to the head of a loop. */
static void join_head(struct warner *w, size_t loop)
{
	if (loop == w->heads) {
		GROW(w->head, w->heads, w->head_room);
		w->head[w->heads++] = nowhere;
	}
	w->changed |= join(&w->head[loop], &w->now);
}

static void walk_loop(struct warner *w, const struct tree_step *s)
{
	const struct expr *condition = s->verb == VERB_WHILE ? s->loop.over : NULL;
	size_t loop = w->loop++;
	struct around a;
	reads(w, condition ? NULL : s->loop.over);
	join_head(w, loop);
	w->now = w->head[loop];
	leave(w, RAISED);
	assigns(w, s->loop.variable);
	reads(w, condition);
	struct state out = s->verb == VERB_FOREVER || (condition && is_never(w, condition, false)) ? nowhere : w->now;
	if (condition && is_never(w, condition, true))
		w->now = nowhere;
	enter(w, &a);
	walk_block(w, s->loop.body);
	leave_outer(w, &a, true);
	join(&w->now, &a.left[CONTINUED]);
	join_head(w, loop);
	join(&out, &a.left[BROKEN]);
	w->now = out;
}

/* The finally block of a `try`, the release of a `with`: behind it the steps go on to where they left. */
static void finish(struct warner *w, const struct around *a, const struct tree_step *s)
{
	const struct state normally = w->now;
	for (enum way k = 0; k < WAYS; k++)
		join(&w->now, &a->left[k]);
	w->around = a->outer;
	w->finals--;
	w->step = s;
	leave(w, RAISED);
	if (s->verb == VERB_WITH)
		release(w, s->with.object);
	else
		walk_block(w, s->attempt.last);
	for (enum way k = 0; k < WAYS; k++)
		if (a->left[k].reached)
			leave(w, k);
	if (!normally.reached)
		w->now = nowhere;
	w->now.read |= normally.read;
}

static void walk_with(struct warner *w, const struct tree_step *s)
{
	struct around a;
	reads(w, s->with.object);
	acquire(w, s->with.object, false);
	leave(w, RAISED);
	enter(w, &a);
	w->finals++;
	walk_block(w, s->with.body);
	finish(w, &a, s);
}

static void walk_excepts(struct warner *w, const struct attempt *t)
{
	struct around a;
	enter(w, &a);
	walk_block(w, t->body);
	leave_outer(w, &a, false);
	walk_block(w, t->otherwise);
	leave(w, RAISED);
	struct state normally = w->now;
	for (uint32_t k = 0; k < t->handlers; k++) {
		w->now = a.left[RAISED];
		walk_block(w, t->except[k].steps);
		leave(w, RAISED);
		join(&normally, &w->now);
	}
	w->now = normally;
}

static void walk_try(struct warner *w, const struct tree_step *s)
{
	struct around a;
	if (!s->attempt.last) {
		walk_excepts(w, &s->attempt);
		return;
	}
	enter(w, &a);
	w->finals++;
	walk_excepts(w, &s->attempt);
	finish(w, &a, s);
}

static void walk_action(struct warner *w, const struct tree_step *s)
{
	const struct action *x = &s->action;
	enum op op = verb_rows[s->verb].op;
	reads(w, x->a);
	reads(w, x->b);
	reads(w, x->time);
	if (op == OP_ACQUIRE)
		acquire(w, x->a, x->flags & (INS_NO_WAIT | INS_TIMEOUT));
	if (op == OP_RELEASE)
		release(w, x->a);
	assigns(w, x->into);
	if (op != OP_ACQUIRE)                   /* that has it only if it raises nothing */
		leave(w, RAISED);
}

/* Nothing follows such a step. */
static void walk_away(struct warner *w, const struct tree_step *s)
{
	reads(w, s->verb == VERB_RETURN ? s->result : s->verb == VERB_RAISE ? s->raise.message : s->verb == VERB_EXIT ? s->action.a : NULL);
	switch (s->verb) {
	case VERB_BREAK:    leave(w, BROKEN); break;
	case VERB_CONTINUE: leave(w, CONTINUED); break;
	case VERB_RETURN:   leave(w, RETURNED); break;
	case VERB_EXIT:     leave(w, EXITED); break;
	default:            break;              /* VERB_CRASH; VERB_RAISE: it may raise, as all may */
	}
	w->now = nowhere;
}

static void walk_step(struct warner *w, const struct tree_step *s)
{
	if (w->says.unreached && !w->now.reached && w->before)          /* what follows it is not reported again */
		warn(w, DIAG_UNREACHED, s, SAY(NEVER_COMES_HERE), SAY(STEP_UNREACHED, s->text));
	w->before = w->now.reached;
	w->step = s;
	leave(w, RAISED);
	switch (s->verb) {
	case VERB_NONE: case VERB_ATOMIC: case VERB_DO: walk_statements(w, s); break;
	case VERB_WHILE: case VERB_FOREVER: case VERB_REPEAT: case VERB_FOR: walk_loop(w, s); break;
	case VERB_IF:    walk_if(w, s); break;
	case VERB_WITH:  walk_with(w, s); break;
	case VERB_TRY:   walk_try(w, s); break;
	case VERB_CALL:  walk_call(w, s); break;
	case VERB_BREAK: case VERB_CONTINUE: case VERB_RETURN: case VERB_RAISE: case VERB_EXIT: case VERB_CRASH: walk_away(w, s); break;
	default:         walk_action(w, s); break;
	}
}

static void walk_block(struct warner *w, const struct block *b)
{
	for (const struct tree_step *s = b ? b->first : NULL; s; s = s->next)
		walk_step(w, s);
}

/* ---- the whole ---- */

static void walk_routine(struct warner *w, const struct routine *r, const struct group *of, bool program)
{
	struct around a = { 0 };
	w->routine = r;
	w->of = of;
	w->program = program;
	w->around = &a;
	w->now = (struct state){ .reached = true, .assigned = r->params < 64 ? ((uint64_t)1 << r->params) - 1 : ~(uint64_t)0 };
	memset(w->taken, 0, sizeof w->taken);
	walk_block(w, r->body);
	ends(w);
}

/* Once along all ways that are known. Main comes last. */
static void walk(struct warner *w)
{
	const struct tree *t = w->g->tree;
	w->loop = 0;
	w->kept = w->unheld = 0;
	for (uint32_t k = 0; k < t->functions; k++)
		walk_routine(w, &t->function[k], NULL, false);
	for (uint32_t k = 1; k <= t->groups; k++) {
		const struct group_tree *of = &t->group[k % t->groups];
		walk_routine(w, &of->program, &w->g->group[k % t->groups], true);
		for (int s = 0; s < SIGNAL_COUNT; s++)
			walk_routine(w, &of->on[s], &w->g->group[k % t->groups], false);
	}
}

static bool is_possible(const struct program *g, enum expect_kind kind)
{
	for (size_t i = 0; i < g->expects; i++)
		if (g->expect[i].kind == kind && g->expect[i].possible)
			return true;
	return false;
}

static void warn_of_ways(struct program *g)
{
	struct warner w = { .g = g };
	do {
		w.changed = false;
		walk(&w);
	} while (w.changed);
	w.handed = w.kept & w.unheld;
	w.says.unreached = true;
	w.says.unset = !is_possible(g, EXPECT_EXCEPTION);
	w.says.locks = w.says.unset && !is_possible(g, EXPECT_DEADLOCK) && !w.any_lock;
	walk(&w);
	free(w.head);
}

/* ---- declared, and nothing more ---- */

static void warn_unused(struct program *g)
{
	for (size_t i = 0; i < g->params; i++)
		if (!g->param[i].used)
			diag_add(&g->diags, DIAG_UNUSED, g->param[i].place, SAY(USE_OR_REMOVE), SAY(NEVER_USED, g->param[i].name));
	for (uint32_t o = 1; o < g->objects; o++) {
		const struct object *x = &g->object[o];
		bool first = memcmp(&x->place, &g->object[o - 1].place, sizeof x->place) != 0;
		if (!x->used && first)
			diag_add(&g->diags, DIAG_UNUSED, x->place, SAY(USE_OR_REMOVE), SAY(NEVER_USED, arena_word(&g->arena, x->name, strcspn(x->name, "["))));
	}
}

void program_warn(struct program *g)
{
	if (g->diags.errors)
		return;
	warn_of_ways(g);
	if (!is_possible(g, EXPECT_EXCEPTION) && !g->task)
		warn_types(g);
	if (!is_possible(g, EXPECT_DEADLOCK) && !g->task) {        /* in an exercise it is for the student to find */
		warn_drains(g);
		warn_unending(g);
	}
	if (!g->task)
		warn_unused(g);
	diags_sort(&g->diags);
}
