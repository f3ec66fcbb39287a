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

const struct routine *tree_routine(const struct tree *t, uint32_t k)
{
	enum { OF_GROUP = 1 + SIGNAL_COUNT };
	if (k < t->functions)
		return &t->function[k];
	uint32_t group = (k - t->functions) / OF_GROUP, part = (k - t->functions) % OF_GROUP;
	return group >= t->groups ? NULL : part ? &t->group[group].on[part - 1] : &t->group[group].program;
}
