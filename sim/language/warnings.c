/* What is valid but probably not meant. A finished program is walked along all its ways in parallel: which instructions can be reached,
 * which locals may have a value there, which locks may be held. These are questions about jumps and handlers, so it is the instructions that
 * are walked; what asks about steps and expressions (drains.c, types.c) walks the tree. The walk knows no values: what depends on one is
 * not reported. */
#include "sim/language/program.h"
#include "sim/language/messages.h"
#include <stdlib.h>
#include <string.h>

/* On all ways to an instruction, taken together: locals that may have a value, locks that may be held. Of the locals the
 * first 64 of its function, of the locks the first 64 that are used. finally: counted when the walk is over. */
struct state { bool reached; int finally; uint64_t assigned, held; };

enum { LOCKS = 64 };
struct warner {
	struct program *g;
	struct state *in;
	uint32_t lock[LOCKS], locks;            /* objects */
	uint64_t unsure;                        /* locks of which nothing is said: tried, taken twice, or used in a function */
	uint64_t released;                      /* locks that some step releases */
	uint64_t handed;                        /* locks that one way leaves held, and another releases without having them */
	bool any_lock;                          /* some verb acts on a lock that is known only when it runs */
	bool changed;
};

/* ---- which lock ---- */

static value constant_of(const struct program *g, operand o)
{
	return o != NO_OPERAND && (o & OPERAND_WHERE) == CONSTANT ? g->constant[o & OPERAND_INDEX] : VALUE_UNSET;
}

/* The lock that `acquire` or `release` acts on: 0 for none, a bit that stands for it. */
static uint64_t lock_bit(struct warner *w, const struct ins *i)
{
	value v = constant_of(w->g, i->a);
	if (v == VALUE_UNSET || value_tag(v) != TAG_OBJECT)
		return 0;
	uint32_t o = value_object(v), k = 0;
	if (w->g->object[o].kind == KIND_CONDITION)
		o = w->g->object[o].lock;
	if (w->g->object[o].kind != KIND_LOCK && w->g->object[o].kind != KIND_RLOCK)
		return 0;
	while (k < w->locks && w->lock[k] != o)
		k++;
	if (k == LOCKS)
		return 0;
	if (k == w->locks)
		w->lock[w->locks++] = o;
	return (uint64_t)1 << k;
}

static bool is_unknown_lock(const struct program *g, const struct ins *i)
{
	return (i->op == OP_ACQUIRE || i->op == OP_RELEASE) && constant_of(g, i->a) == VALUE_UNSET;
}

/* ---- the walk ---- */

static void join(struct warner *w, uint32_t to, const struct state *s)
{
	struct state *t = &w->in[to], old = *t;
	if (t->reached)
		*t = (struct state){ true, 0, t->assigned | s->assigned, t->held | s->held };
	else
		*t = *s;
	w->changed |= memcmp(&old, t, sizeof old) != 0;
}

static uint64_t local_bit(operand o)
{
	uint32_t n = o & OPERAND_INDEX;
	return o == NO_OPERAND || (o & OPERAND_WHERE) != IN_FRAME ? 0 : n < 64 ? (uint64_t)1 << n : 0;
}

static struct state after(struct warner *w, const struct ins *i, struct state s)
{
	uint64_t lock = i->op == OP_ACQUIRE || i->op == OP_RELEASE ? lock_bit(w, i) : 0;
	bool loop = i->op == OP_REPEAT || i->op == OP_REPEAT_TO || i->op == OP_EACH;
	if (i->op == OP_ACQUIRE && (i->flags & (INS_NO_WAIT | INS_TIMEOUT) || s.held & lock))
		w->unsure |= lock;
	s.assigned |= local_bit(i->dst) | (loop ? local_bit(i->b) : 0);
	s.held = i->op == OP_RELEASE ? s.held & ~lock : s.held | lock;
	return s;
}

/* Does a condition that is known, `while: true`, always go on, or always jump? */
static bool goes_on(const struct program *g, const struct ins *i)
{
	value v = constant_of(g, i->a);
	return i->op != OP_UNLESS || v == VALUE_UNSET || value_truth(g->pool, v);
}

static bool jumps(const struct program *g, const struct ins *i)
{
	value v = constant_of(g, i->a);
	return i->op != OP_UNLESS || v == VALUE_UNSET || !value_truth(g->pool, v);
}

static void walk_one(struct warner *w, uint32_t pc)
{
	const struct ins *i = &w->g->code[pc];
	struct state s = after(w, i, w->in[pc]);
	switch (i->op) {
	case OP_RETURN: case OP_RAISE: case OP_EXIT: case OP_CRASH: case OP_FINISH:
		return;
	case OP_JUMP:
		if (i->to > 1)                  /* 1 is the end of every program */
			join(w, i->to, &s);
		return;
	case OP_UNLESS: case OP_WHEN: case OP_REPEAT: case OP_REPEAT_TO: case OP_EACH:
		if (jumps(w->g, i))
			join(w, i->to, &s);
		if (!goes_on(w->g, i))
			return;
		break;
	default:
		break;
	}
	if (pc + 1 < w->g->codes)
		join(w, pc + 1, &s);
}

/* An exception may come before or after any instruction that it is caught for. */
static void walk_handler(struct warner *w, const struct handler *h)
{
	for (uint32_t pc = h->from; pc < h->to; pc++)
		if (w->in[pc].reached) {
			struct state s = after(w, &w->g->code[pc], w->in[pc]);
			join(w, h->target, &w->in[pc]);
			if (w->g->code[pc].op != OP_ACQUIRE)
				join(w, h->target, &s);
		}
}

static uint64_t low_bits(uint32_t n)
{
	return n < 64 ? ((uint64_t)1 << n) - 1 : ~(uint64_t)0;
}

static void walk(struct warner *w)
{
	struct program *g = w->g;
	for (uint32_t f = 1; f < g->functions; f++) {
		struct state s = { .reached = true, .assigned = low_bits(g->function[f].params) };
		if (g->function[f].entry < g->codes)
			join(w, g->function[f].entry, &s);
	}
	for (w->changed = true; w->changed; ) {
		size_t h = 0;                   /* they were made in the order of their ends, nearly, and lead forward: so one round is mostly enough */
		w->changed = false;
		for (uint32_t pc = 2; pc < g->codes; pc++) {
			for (; h < g->handlers && g->handler[h].to <= pc; h++)
				walk_handler(w, &g->handler[h]);
			if (w->in[pc].reached)
				walk_one(w, pc);
		}
	}
}

/* ---- what is said ---- */

static struct diag *warn(struct warner *w, enum diag_id id, uint32_t step, struct message help, struct message message)
{
	return diag_add(&w->g->diags, id, w->g->step[step].place, help, message);
}

static bool is_possible(const struct program *g, enum expect_kind kind)
{
	for (size_t i = 0; i < g->expects; i++)
		if (g->expect[i].kind == kind && g->expect[i].possible)
			return true;
	return false;
}

/* A step that no way leads into: not to the first instruction that it, or a step within it, has made, nor to one of its own. (All that
 * a `try` or a `forever` makes of its own comes last, and is not reached if its steps are always left in another way.) What follows it
 * is not reported again. */
static void warn_unreached(struct warner *w)
{
	const struct program *g = w->g;
	bool *reached = must_have(calloc(g->steps + 1, sizeof *reached)), *made = must_have(calloc(g->steps + 1, sizeof *made));
	for (uint32_t pc = 2, last = 0; pc < g->codes; pc++) {
		uint32_t step = g->code[pc].step;
		made[step] = true;
		reached[step] |= w->in[pc].reached;
		while (last < step)
			reached[++last] |= w->in[pc].reached;
	}
	for (uint32_t s = 2; s < g->steps; s++)
		if (made[s] && !reached[s] && g->step[s].place.line && (reached[s - 1] || !made[s - 1]))
			warn(w, DIAG_UNREACHED, s, SAY(NEVER_COMES_HERE), SAY(STEP_UNREACHED, g->step[s].text));
	free(reached);
	free(made);
}

static const struct function *function_at(const struct program *g, uint32_t pc)
{
	for (uint32_t f = 1; f < g->functions; f++)
		if (pc >= g->function[f].entry && pc < g->function[f].end)
			return &g->function[f];
	return NULL;
}

/* m += 1: the variable that is probably meant, of those that its program can see. */
static const char *variable_meant(const struct program *g, const struct function *f, const char *name)
{
	size_t room = g->shareds + g->privates + 1, count = 0, letters = 0;
	const char *letter = NULL;
	const struct group *of = NULL;
	for (size_t k = 0; k < g->groups && !of; k++)
		of = &g->function[g->group[k].function] == f ? &g->group[k] : NULL;
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

static void warn_unset(struct warner *w)
{
	const struct program *g = w->g;
	for (uint32_t pc = 2; pc < g->codes; pc++) {
		const struct ins *i = &g->code[pc];
		uint64_t bit = i->op == OP_CHECK ? local_bit(i->a) : 0;
		const struct function *f = bit && w->in[pc].reached && !(w->in[pc].assigned & bit) ? function_at(g, pc) : NULL;
		const char *name = f ? f->local[i->a & OPERAND_INDEX] : NULL, *meant = name ? variable_meant(g, f, name) : NULL;
		if (name)
			warn(w, DIAG_UNSET, i->step, meant ? SAY(DID_YOU_MEAN, meant) : SAY(ASSIGN_FIRST), SAY(READ_UNSET, name));
	}
}

/* ---- locks ---- */

/* How many finally blocks, and those of `with`, an `exit` there would run. */
static void count_finally(struct warner *w)
{
	int depth = 0;
	for (size_t h = 0; h < w->g->handlers; h++)
		if (w->g->handler[h].kind >= HANDLES_FINALLY) {
			w->in[w->g->handler[h].from].finally++;
			w->in[w->g->handler[h].to].finally--;
		}
	for (uint32_t pc = 0; pc < w->g->codes; pc++)
		w->in[pc].finally = depth += w->in[pc].finally;
}

static bool ends_program(const struct warner *w, uint32_t pc)
{
	const struct ins *i = &w->g->code[pc];
	return i->op == OP_JUMP ? i->to == 1 : i->op == OP_EXIT && !w->in[pc].finally;
}

/* What functions do with a lock concerns their callers. */
static void find_unsure(struct warner *w)
{
	const struct program *g = w->g;
	bool *program = must_have(calloc(g->functions + 1, sizeof *program));
	for (size_t k = 0; k < g->groups; k++)
		program[g->group[k].function] = true;
	for (uint32_t f = 1; f < g->functions; f++)
		for (uint32_t pc = g->function[f].entry; pc < g->function[f].end; pc++) {
			const struct ins *i = &g->code[pc];
			w->any_lock |= is_unknown_lock(g, i);
			if (!program[f] && (i->op == OP_ACQUIRE || i->op == OP_RELEASE))
				w->unsure |= lock_bit(w, i);
		}
	free(program);
}

static void find_handed(struct warner *w)
{
	uint64_t held = 0, released = 0;
	for (uint32_t pc = 2; pc < w->g->codes; pc++) {
		const struct ins *i = &w->g->code[pc];
		if (w->in[pc].reached && ends_program(w, pc))
			held |= w->in[pc].held;
		if (i->op == OP_RELEASE)
			w->released |= lock_bit(w, i);
		if (w->in[pc].reached && i->op == OP_RELEASE)
			released |= lock_bit(w, i) & ~w->in[pc].held;
	}
	w->handed = held & released;
}

/* Where it is taken, seen from the end: the last place before it in the file. */
static uint32_t acquired_before(struct warner *w, uint32_t pc, uint64_t bit)
{
	while (pc-- > 2)
		if (w->g->code[pc].op == OP_ACQUIRE && lock_bit(w, &w->g->code[pc]) == bit)
			return w->g->code[pc].step;
	return 0;
}

static void warn_held(struct warner *w, uint32_t pc, uint64_t *said)
{
	for (uint32_t k = 0; k < w->locks; k++) {
		uint64_t bit = (uint64_t)1 << k;
		uint32_t step = w->in[pc].held & bit & ~*said & ~w->unsure & ~w->handed ? acquired_before(w, pc, bit) : 0;
		if (!step)
			continue;
		const char *name = w->g->object[w->lock[k]].name;
		struct message help = SAY(RELEASE_IT, name, name);
		warn(w, DIAG_HELD, step, help, w->released & bit ? SAY(NOT_ALWAYS_RELEASED, name) : SAY(NEVER_RELEASED, name));
		*said |= bit;
	}
}

static void warn_locks(struct warner *w)
{
	const struct program *g = w->g;
	uint64_t said = 0;
	count_finally(w);
	find_unsure(w);
	find_handed(w);
	if (w->any_lock)
		return;
	for (uint32_t pc = 2; pc < g->codes; pc++) {
		const struct ins *i = &g->code[pc];
		uint64_t bit = i->op == OP_RELEASE && w->in[pc].reached ? lock_bit(w, i) & ~w->in[pc].held & ~w->unsure & ~w->handed : 0;
		if (bit)
			warn(w, DIAG_NOT_HELD, i->step, SAY(ACQUIRE_FIRST), SAY(RELEASED_UNHELD, g->object[value_object(constant_of(g, i->a))].name));
		if (w->in[pc].reached && ends_program(w, pc))
			warn_held(w, pc, &said);
	}
}

/* ---- declared, and nothing more ---- */

static void warn_unused(struct warner *w)
{
	const struct program *g = w->g;
	for (size_t i = 0; i < g->params; i++)
		if (!g->param[i].used)
			diag_add(&w->g->diags, DIAG_UNUSED, g->param[i].place, SAY(USE_OR_REMOVE), SAY(NEVER_USED, g->param[i].name));
	for (uint32_t o = 1; o < g->objects; o++) {
		const struct object *x = &g->object[o];
		bool first = memcmp(&x->place, &g->object[o - 1].place, sizeof x->place) != 0;
		if (!x->used && first && x->place.line)
			diag_add(&w->g->diags, DIAG_UNUSED, x->place, SAY(USE_OR_REMOVE), SAY(NEVER_USED, arena_word(&w->g->arena, x->name, strcspn(x->name, "["))));
	}
}

void program_warn(struct program *g)
{
	struct warner w = { .g = g };
	if (g->diags.errors)
		return;
	w.in = must_have(calloc(g->codes + 1, sizeof *w.in));
	walk(&w);
	warn_unreached(&w);
	if (!is_possible(g, EXPECT_EXCEPTION))
		warn_unset(&w);
	if (!is_possible(g, EXPECT_EXCEPTION) && !g->task)
		warn_types(g);
	if (!is_possible(g, EXPECT_DEADLOCK) && !is_possible(g, EXPECT_EXCEPTION))
		warn_locks(&w);
	if (!is_possible(g, EXPECT_DEADLOCK) && !g->task)  /* in an exercise it is for the student to find */
		warn_drains(g);
	if (!g->task)
		warn_unused(&w);
	free(w.in);
	diags_sort(&g->diags);
}
