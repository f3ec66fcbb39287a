/* The action that a process is about to take, as its program has it. */
#include <stdlib.h>
#include <string.h>
#include "ui/dashboard/show.h"

/* A `with` is one step of the file and two actions: at its end, its text would say that the lock is about to be taken. */
static bool ends_with(const struct ins *i, const struct step *step)
{
	return step->verb == VERB_WITH && i->op == OP_RELEASE;
}

/* Empty: it is about to end. */
void put_next_action(struct text *t, const struct program *g, const cell *own)
{
	const struct step *step = world_step_of(g, own);
	const char *object = step->text ? strchr(step->text, ':') : NULL;

	if (object && ends_with(world_next(g, own), step))
		text_print(t, "release%s", object);
	else
		text_put(t, step->text ? step->text : "");
}
