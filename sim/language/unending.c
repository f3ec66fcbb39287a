/* The default main closes no end of a pipe, and ends last. So nobody gets the EOFError that a handler waits for. */
#include "sim/language/messages.h"
#include "sim/language/tree.h"
#include <stdlib.h>
#include <string.h>

static bool receives_from_pipe(const struct program *g, const struct tree_step *s)
{
	if (s->verb != VERB_RECV)
		return false;
	const struct expr *e = s->action.a;
	return e->kind == EXPR_CONSTANT && value_tag(e->constant) == TAG_OBJECT && g->object[value_object(e->constant)].kind == KIND_PIPE;
}

/* The first step that receives from a pipe; also in what is called: seen are functions that were visited. */
static const struct tree_step *receiver(const struct program *g, const struct block *b, bool *seen)
{
	const struct block *inner;
	const struct tree_step *found = NULL;
	for (const struct tree_step *s = b ? b->first : NULL; s && !found; s = s->next) {
		if (receives_from_pipe(g, s))
			return s;
		if (s->verb == VERB_CALL && !seen[s->call.function]) {
			seen[s->call.function] = true;
			found = receiver(g, g->tree->function[s->call.function].body, seen);
		}
		for (uint32_t k = 0; !found && tree_block(s, k, &inner); k++)
			found = receiver(g, inner, seen);
	}
	return found;
}

static bool expects_end(const struct tree_step *s)
{
	for (uint32_t k = 0; s->verb == VERB_TRY && k < s->attempt.handlers; k++)
		if (s->attempt.except[k].name && !strcmp(s->attempt.except[k].name, exception_words[EXCEPTION_EOF]))
			return true;
	return false;
}

static void look_at(struct program *g, const struct block *b)
{
	const struct block *inner;
	for (const struct tree_step *s = b ? b->first : NULL; s; s = s->next) {
		bool *seen = must_have(calloc(g->functions + 1, sizeof *seen));
		const struct tree_step *r = expects_end(s) ? receiver(g, s->attempt.body, seen) : NULL;
		free(seen);
		if (r)
			diag_add(&g->diags, DIAG_UNENDING, r->place, SAY(CLOSE_IN_MAIN), SAY(NO_END_OF_PIPE, r->text));
		for (uint32_t k = 0; tree_block(s, k, &inner); k++)
			look_at(g, inner);
	}
}

void warn_unending(struct program *g)
{
	const struct routine *r;
	for (uint32_t k = 0; g->default_main && (r = tree_routine(g->tree, k)); k++)
		look_at(g, r->body);
}
