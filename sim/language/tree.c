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
