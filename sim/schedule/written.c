/* How much a run puts out: what its processes say and write into files; of their other values, what is longer than a line that shows an
 * action usually is. It is counted from what the actions did, so it is the same wherever the run is played. */
#include "sim/schedule/play.h"

enum { USUAL_LENGTH = 1024 };           /* of a value in a line: only what is longer counts, unless it is said or written */

/* How long it is as a text, about; no longer than `most`: what a list holds may be there many times. */
static uint64_t length_of(const struct program *g, value v, uint64_t most)
{
	enum { A_NUMBER = 4, BETWEEN = 2 };
	uint32_t count = 0;
	uint64_t length = BETWEEN;
	if (value_tag(v) == TAG_TEXT) {
		value_text(g->pool, v, &count);
		return count < most ? count : most;
	}
	const value *part = value_parts(g->pool, v, &count);
	if (!part)
		return A_NUMBER < most ? A_NUMBER : most;
	for (uint32_t i = 0; i < count && length < most; i++)
		length += BETWEEN + length_of(g, part[i], most - length);
	return length < most ? length : most;
}

static bool puts_out(const struct program *g, const struct ins *i)
{
	return i->op == OP_SAY || (i->op == OP_STORE_FIELD && g->object[i->dst].kind == KIND_FILE);
}

static void count(struct play *y, value v, bool all)
{
	if (v == VALUE_UNSET || (!all && (value_tag(v) == TAG_INT || value_tag(v) == TAG_SPECIAL)))
		return;
	uint64_t n = length_of(y->g, v, LONGEST_TEXT) + 1;      /* the line's end */
	y->at->written += all ? n : n > USUAL_LENGTH ? n - USUAL_LENGTH : 0;
}

void written_by(struct play *y, const struct event *e)
{
	if (e->result != VALUE_UNSET)
		count(y, e->result, puts_out(y->g, &y->g->code[e->pc]));
}

/* Where nobody listens these are not known; nothing is printed of them then. */
void written_of(struct play *y, const struct change *c)
{
	if (c->kind == CHANGE_EXCEPTION)
		count(y, c->message, false);
	else if (c->kind != CHANGE_SAY)
		count(y, c->value, false);
}

bool play_is_full(const struct play *y)
{
	return y->settings.max_output && y->at->written >= y->settings.max_output;
}
