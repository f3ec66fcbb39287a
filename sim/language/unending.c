/* The default main closes no end of a pipe, and ends last. So nobody gets the EOFError that a handler waits for. */
#include "sim/language/messages.h"
#include "sim/language/tree.h"
#include <stdlib.h>
#include <string.h>

/* What has a name and can be received from is an end of a pipe: connections are in variables. */
static bool receives_from_pipe(const struct tree_step *s)
{
	return s->verb == VERB_RECV && s->action.a->kind == EXPR_CONSTANT;
}

static bool expects_end(const struct tree_step *s)
{
	for (uint32_t k = 0; s->verb == VERB_TRY && k < s->attempt.handlers; k++)
		if (s->attempt.except[k].name && !strcmp(s->attempt.except[k].name, exception_words[EXCEPTION_EOF]))
			return true;
	return false;
}

/* The first step that receives from a pipe outside of blocks with a handler of their own; also in functions that are called. Each
 * function is visited once, from wherever it is called; seen: those that were visited. */
static const struct tree_step *receiver(const struct program *g, const struct block *b, bool *seen)
{
	const struct block *inner;
	const struct tree_step *found = NULL;
	for (const struct tree_step *s = b ? b->first : NULL; s && !found; s = s->next) {
		if (receives_from_pipe(s))
			return s;
		if (s->verb == VERB_CALL && !seen[s->call.function]) {
			seen[s->call.function] = true;
			found = receiver(g, g->tree->function[s->call.function].body, seen);
		}
		for (uint32_t k = 0; !found && !expects_end(s) && tree_block(s, k, &inner); k++)
			found = receiver(g, inner, seen);
	}
	return found;
}

static void look_at(struct program *g, const struct block *b, bool *seen)
{
	const struct block *inner;
	for (const struct tree_step *s = b ? b->first : NULL; s; s = s->next) {
		const struct tree_step *r = expects_end(s) ? receiver(g, s->attempt.body, seen) : NULL;
		if (r)
			diag_add(&g->diags, DIAG_UNENDING, r->place, SAY(CLOSE_IN_MAIN), SAY(NO_END_OF_PIPE, r->text));
		for (uint32_t k = 0; tree_block(s, k, &inner); k++)
			look_at(g, inner, seen);
	}
}

void warn_unending(struct program *g)
{
	const struct routine *r;
	bool *seen = must_have(calloc(g->functions + 1, sizeof *seen));
	for (uint32_t k = 0; g->default_main && (r = tree_routine(g->tree, k)); k++)
		look_at(g, r->body, seen);
	free(seen);
}
