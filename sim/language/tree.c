/* What can be seen of a tree, for all that walk it. */
#include "sim/language/tree.h"

bool is_manager_field(const struct program *g, const struct expr *e)
{
	return e->kind == EXPR_FIELD && g->object[e->number].kind == KIND_MANAGER;
}

bool changes_a_copy(const struct program *g, const struct expr *e)
{
	const struct expr *of = e->child[0];
	if (of->kind != EXPR_INDEX)
		return false;
	while (of->kind == EXPR_INDEX)
		of = of->child[0];
	return is_manager_field(g, of);
}

uint32_t expr_elements(const struct program *g, const struct expr *e)
{
	uint32_t n = TASKS;
	if (e->kind == EXPR_LIST)
		n = e->children;
	else if (e->kind == EXPR_CONSTANT && value_tag(e->constant) == TAG_LIST)
		value_list(g->pool, e->constant, &n);
	return n;
}

/* ---- walking ---- */

bool tree_block(const struct tree_step *s, uint32_t k, const struct block **b)
{
	*b = NULL;
	switch (s->verb) {
	case VERB_IF:
		*b = k ? s->choice.otherwise : s->choice.then;
		return k < 2;
	case VERB_WHILE: case VERB_FOREVER: case VERB_REPEAT: case VERB_FOR:
		*b = s->loop.body;
		return !k;
	case VERB_WITH:
		*b = s->with.body;
		return !k;
	case VERB_TRY:
		*b = !k ? s->attempt.body : k == 1 ? s->attempt.otherwise : k - 2 < s->attempt.handlers ? s->attempt.except[k - 2].steps : s->attempt.last;
		return k < s->attempt.handlers + 3;
	default:
		return false;
	}
}

bool tree_expr(const struct tree_step *s, uint32_t k, const struct expr **e)
{
	enum { BOTH = 2, OWN = 4 };             /* what each step may have, and at most so many of its own */
	const struct expr *own[OWN] = { NULL };
	const struct action *x = &s->action;
	uint32_t args = s->verb == VERB_CALL ? s->call.count : 0;
	switch (s->verb) {
	case VERB_NONE: case VERB_ATOMIC: case VERB_DO: case VERB_TRY: case VERB_BREAK: case VERB_CONTINUE: break;
	case VERB_WHILE: case VERB_FOREVER: case VERB_REPEAT: case VERB_FOR: own[0] = s->loop.over; own[1] = s->loop.variable; break;
	case VERB_IF:     own[0] = s->choice.condition; break;
	case VERB_WITH:   own[0] = s->with.object; break;
	case VERB_RAISE:  own[0] = s->raise.message; break;
	case VERB_CALL:   own[0] = s->call.into; break;
	case VERB_RETURN: own[0] = s->result; break;
	default:          own[0] = x->a; own[1] = x->b; own[2] = x->time; own[3] = x->into; break;
	}
	*e = !k ? s->note : k == 1 ? s->ask : k < BOTH + OWN ? own[k - BOTH] : k < BOTH + OWN + args ? s->call.arg[k - BOTH - OWN] : NULL;
	return k < BOTH + OWN + args;
}

const struct statement *tree_statements(const struct tree_step *s)
{
	return s->verb == VERB_NONE || s->verb == VERB_ATOMIC || s->verb == VERB_DO ? s->statements : NULL;
}

const struct routine *tree_routine(const struct tree *t, uint32_t k)
{
	enum { OF_GROUP = 1 + SIGNAL_COUNT };
	if (k < t->functions)
		return &t->function[k];
	uint32_t group = (k - t->functions) / OF_GROUP, part = (k - t->functions) % OF_GROUP;
	return group >= t->groups ? NULL : part ? &t->group[group].on[part - 1] : &t->group[group].program;
}
