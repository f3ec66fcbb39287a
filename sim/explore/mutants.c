/* A mutant is a change of the compiled program: what is taken out becomes an action that does nothing. So all else, steps and
 * jumps, stays where it is. */
#include "sim/explore/mutants.h"
#include <stdlib.h>
#include <string.h>
#include "sim/world/world.h"

const char *const mutant_words[MUTANT_KINDS] = { "lock", "wait", "atomic" };

/* ---- which there are ---- */

static const struct step *step_at(const struct program *g, uint32_t pc)
{
	return &g->step[g->code[pc].step];
}

/* What a step acts on, as it is written: "acquire: forks[left]" and "release: forks[left]" have the same. */
static const char *object_text(const struct program *g, uint32_t pc)
{
	const char *text = step_at(g, pc)->text, *colon = strchr(text, ':');
	return colon ? colon : text;
}

static bool is_with(const struct program *g, uint32_t pc)
{
	return step_at(g, pc)->verb == VERB_WITH;
}

static bool same_object(const struct program *g, uint32_t a, uint32_t b)
{
	operand x = g->code[a].a, y = g->code[b].a;
	bool constants = (x & OPERAND_WHERE) == CONSTANT && (y & OPERAND_WHERE) == CONSTANT;
	return constants ? x == y : !strcmp(object_text(g, a), object_text(g, b));
}

/* Is the instruction part of the lock that is acquired here? */
static bool is_of_lock(const struct program *g, uint32_t acquired, uint32_t pc)
{
	enum op op = g->code[pc].op;
	if (op != OP_ACQUIRE && op != OP_RELEASE)
		return false;
	if (is_with(g, acquired) || is_with(g, pc))
		return g->code[pc].step == g->code[acquired].step;
	return same_object(g, acquired, pc);
}

static bool is_released(const struct program *g, const struct function *f, uint32_t acquired)
{
	for (uint32_t pc = f->entry; pc < f->end; pc++)
		if (g->code[pc].op == OP_RELEASE && is_of_lock(g, acquired, pc))
			return true;
	return false;
}

/* The instructions of a block of `atomic`; the code of notes among them belongs to none. Returns the one behind pc, or 0. */
static uint32_t next_in_block(const struct program *g, uint32_t pc)
{
	pc++;
	while (pc < g->codes && g->code[pc].op == OP_JUMP && g->code[pc].to > pc)
		pc = g->code[pc].to;
	enum op op = pc < g->codes ? g->code[pc].op : OP_JUMP;
	bool over = op == OP_JUMP || op == OP_CALL || op == OP_RETURN;
	return over || g->code[pc].flags & INS_ACTION ? 0 : pc;
}

static int accesses_in_block(const struct program *g, uint32_t pc)
{
	int n = 0;
	while ((pc = next_in_block(g, pc)))
		n += op_rows[g->code[pc].op].action;
	return n;
}

static void add(struct mutants *m, const struct program *g, enum mutant_kind kind, uint32_t f, uint32_t pc)
{
	for (size_t k = 0; k < m->count; k++) {
		const struct mutant *before = &m->list[k];
		if (before->function == f && before->step == g->code[pc].step)
			return;
	}
	GROW(m->list, m->count, m->room);
	m->list[m->count++] = (struct mutant){ .kind = kind, .function = f, .step = g->code[pc].step };
}

/* Of the acquires of one lock the first stands for all of it. */
static bool is_first(const struct program *g, const struct function *f, uint32_t acquired)
{
	for (uint32_t pc = f->entry; pc < acquired; pc++)
		if (g->code[pc].op == OP_ACQUIRE && is_of_lock(g, acquired, pc))
			return false;
	return true;
}

static void look_at(struct mutants *m, const struct program *g, uint32_t f, uint32_t pc)
{
	switch (g->code[pc].op) {
	case OP_ACQUIRE:
		if (!is_released(g, &g->function[f], pc))
			add(m, g, MUTANT_WAIT, f, pc);
		else if (is_first(g, &g->function[f], pc))
			add(m, g, MUTANT_LOCK, f, pc);
		break;
	case OP_WAIT:
	case OP_JOIN:
		add(m, g, MUTANT_WAIT, f, pc);
		break;
	case OP_ATOMIC:
		if (accesses_in_block(g, pc) > 1)       /* else it is one action anyway */
			add(m, g, MUTANT_ATOMIC, f, pc);
		break;
	default:
		break;
	}
}

static void find_mutants(struct mutants *m, const struct program *g)
{
	for (uint32_t f = 1; f < g->functions; f++) {
		if (g->default_main && f == g->group[0].function)
			continue;
		for (uint32_t pc = g->function[f].entry; pc < g->function[f].end; pc++)
			look_at(m, g, f, pc);
	}
}

/* ---- one of them ---- */

static operand constant(struct program *g, value v)
{
	for (size_t k = 0; k < g->constants; k++)
		if (g->constant[k] == v)
			return CONSTANT | k;
	if (g->constants >= OPERAND_INDEX)
		return NO_OPERAND;
	GROW(g->constant, g->constants, g->constant_room);
	g->constant[g->constants] = v;
	return CONSTANT | g->constants++;
}

/* An action that does nothing; or, where it had a result, that result immediately: it got what it waits for. */
static bool take_out(struct program *g, uint32_t pc)
{
	struct ins *i = &g->code[pc];
	bool barrier = i->op == OP_WAIT && (i->a & OPERAND_WHERE) == CONSTANT && value_tag(g->constant[i->a & OPERAND_INDEX]) == TAG_OBJECT &&
	               g->object[value_object(g->constant[i->a & OPERAND_INDEX])].kind == KIND_BARRIER;
	operand zero = constant(g, value_small(0)), yes = constant(g, VALUE_TRUE);
	if (i->dst == NO_OPERAND)
		*i = (struct ins){ OP_COMPUTE, INS_ACTION, NO_OPERAND, NO_OPERAND, NO_OPERAND, zero, NO_OPERAND, 0, i->step };
	else
		*i = (struct ins){ OP_MOVE, 0, i->dst, barrier ? zero : yes, NO_OPERAND, NO_OPERAND, NO_OPERAND, 0, i->step };
	return zero != NO_OPERAND && yes != NO_OPERAND;
}

/* Each access becomes an action of its own. */
static void take_apart(struct program *g, uint32_t pc)
{
	g->code[pc] = (struct ins){ OP_JUMP, 0, NO_OPERAND, NO_OPERAND, NO_OPERAND, NO_OPERAND, NO_OPERAND, pc + 1, g->code[pc].step };
	uint32_t last = 0;
	for (uint32_t at = pc; (at = next_in_block(g, at)); last = at)
		if (last && op_rows[g->code[last].op].action)
			g->code[last].flags |= INS_ACTION;
	if (last && op_rows[g->code[last].op].action)
		g->code[last].flags |= INS_ACTION;
}

static bool make(struct program *g, const struct mutant *m)
{
	const struct function *f = &g->function[m->function];
	bool made = true;
	uint32_t acquired = f->entry;
	while (m->kind == MUTANT_LOCK && (g->code[acquired].op != OP_ACQUIRE || g->code[acquired].step != m->step))
		acquired++;
	bool *out = must_have(calloc(f->end - f->entry + 1, sizeof *out));
	for (uint32_t pc = f->entry; pc < f->end; pc++) {
		enum op op = g->code[pc].op;
		bool waits = op == OP_ACQUIRE || op == OP_WAIT || op == OP_JOIN;
		out[pc - f->entry] = m->kind == MUTANT_LOCK ? is_of_lock(g, acquired, pc) : g->code[pc].step == m->step && (m->kind == MUTANT_ATOMIC ? op == OP_ATOMIC : waits);
	}
	for (uint32_t pc = f->entry; pc < f->end; pc++) {
		if (out[pc - f->entry] && m->kind == MUTANT_ATOMIC)
			take_apart(g, pc);
		else if (out[pc - f->entry])
			made &= take_out(g, pc);
	}
	free(out);
	return made;
}

/* ---- what is noticed ---- */

static bool comes_up(const struct exploration *before, const struct judged *was, const struct judged *is, enum expect_kind kind)
{
	bool asked_for = exploration_expects(before->g, kind, true) || exploration_expects(before->g, kind, false);
	return !asked_for && was->decided && !was->holds && is->decided && is->holds;
}

static void compare(struct mutant *m, const struct exploration *before, const struct exploration *after)
{
	bool all = before->complete && after->complete && !exploration_finds(before);
	for (size_t k = 0; k < before->g->expects; k++)
		if (before->expect[k].settled && before->expect[k].met && after->expect[k].settled && !after->expect[k].met)
			m->by |= expect_bit(k);
	m->deadlock = comes_up(before, &before->deadlock, &after->deadlock, EXPECT_DEADLOCK);
	m->dead_end = comes_up(before, &before->dead_end, &after->dead_end, EXPECT_DEAD_END);
	m->exception = comes_up(before, &before->exception, &after->exception, EXPECT_EXCEPTION);
	m->stopped = after->stopped;
	m->noticed = m->by || m->deadlock || m->dead_end || m->exception ? NOTICED_YES : all ? NOTICED_NO : NOTICED_OPEN;
}

static void explore_one(struct mutant *m, const struct exploration *found, const char *language, bool fair, const struct limits *limits)
{
	const struct source *s = &found->g->source;
	struct text set = { 0 };
	program_settings(found->g, &set, false);
	struct program *g = program_load_set(s->name, s->text, s->length, language, set.length ? text_is(&set) : NULL);
	text_free(&set);
	struct exploration x;
	if (!g->diags.errors && make(g, m)) {
		world_layout(g, fair);
		if (!g->diags.errors && explore(g, NULL, true, limits, &x)) {
			if (!x.too_wide)
				compare(m, found, &x);
			exploration_free(&x);
		}
	}
	program_free(g);
}

void mutants_explore(struct mutants *m, const struct exploration *found, const char *language, bool fair, const struct limits *limits)
{
	struct limits of_each = *limits;
	of_each.verdicts_only = true;
	*m = (struct mutants){ 0 };
	find_mutants(m, found->g);
	for (size_t k = 0; k < m->count && !(limits->stop && limits->stop()); k++)
		explore_one(&m->list[k], found, language, fair, &of_each);
}

void mutants_free(struct mutants *m)
{
	free(m->list);
}
