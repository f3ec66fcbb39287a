/* Exceptions: raising, and finding who handles them. */
#include "sim/world/machine.h"
#include <string.h>

static bool is_exit(const struct mover *m, value name)
{
	return name == m->g->exception[EXCEPTION_EXIT];
}

static bool handles(const struct mover *m, const struct handler *h, uint32_t pc, value name)
{
	if (pc < h->from || pc >= h->to || name == m->g->exception[EXCEPTION_ENDLESS])
		return false;
	switch (h->kind) {
	case HANDLES_NAME: return h->name == name && !is_exit(m, name);
	case HANDLES_ANY:  return !is_exit(m, name);
	default:           return true;
	}
}

static const struct handler *handler_at(const struct mover *m, uint32_t pc, value name)
{
	for (size_t i = 0; i < m->g->handlers; i++)
		if (handles(m, &m->g->handler[i], pc, name))
			return &m->g->handler[i];
	return NULL;
}

/* Has what is to be done at pc been begun by nothing but a finally block's private steps, up to its first action? An exception that a
 * signal's handler throws there is thrown before the block: else a lock would stay held because the signal came between the last step of
 * a `with` and the release. */
static bool is_before_block(const struct mover *m, const struct handler *h, uint32_t pc)
{
	if (h->kind < HANDLES_FINALLY || pc < h->target)
		return false;
	for (uint32_t k = h->target; k < pc; k++) {
		const struct ins *i = &m->g->code[k];
		bool ends = i->op == OP_RERAISE && (i->a & OPERAND_INDEX) == h->keep;
		if (i->flags & INS_ACTION || ends)
			return false;
	}
	return true;
}

static const struct handler *block_ahead(const struct mover *m, uint32_t pc)
{
	for (size_t i = 0; i < m->g->handlers; i++)
		if (is_before_block(m, &m->g->handler[i], pc))
			return &m->g->handler[i];
	return NULL;
}

/* Will a handler catch it, here or in a caller? A finally block that may end it counts: where it does not, it is
 * raised again. */
static bool will_be_caught(const struct mover *m, value name)
{
	const cell *own = (const cell *)m->own;
	uint32_t pc = m->pc, frame = m->own->frame;
	bool thrown = false;
	for (uint32_t depth = m->own->depth + 1; depth; depth--) {
		const struct handler *block = thrown ? block_ahead(m, pc) : NULL;
		if (block && block->kind == HANDLES_DISCARDING)
			return true;
		for (size_t i = 0; i < m->g->handlers; i++)
			if (m->g->handler[i].kind != HANDLES_FINALLY && handles(m, &m->g->handler[i], pc, name))
				return true;
		thrown = frame_handles(m->g, own, frame);
		pc = frame_caller(m->g, own, frame);
		frame = own[frame + FRAME_BASE];
	}
	return false;
}

static void clear_frame(struct mover *m, uint32_t from)
{
	cell *own = (cell *)m->own;
	const struct function *f = &m->g->function[own[m->own->frame + FRAME_FUNCTION]];
	memset(m->frame + from, 0, (f->slots - from) * sizeof *m->frame);
}

static bool leave_call(struct mover *m)
{
	cell *own = (cell *)m->own;
	uint32_t frame = m->own->frame;
	if (!m->own->depth)
		return false;
	m->pc = frame_caller(m->g, own, frame);
	frame_restore(m, frame);
	clear_frame(m, 0);
	m->own->frame = own[frame + FRAME_BASE];
	m->own->depth--;
	memset(own + frame, 0, FRAME_HEAD * sizeof *own);
	frame_enter(m);
	m->waiter = m->own->handling ? world_waiter(m->g, own, m->p) : m->p;
	return true;
}

/* Nobody handles it: the process ends. What `exit` says is its code, which a block on the way out may still have
 * put aside: by returning, by another exception. */
static void end_process(struct mover *m, value name, value message)
{
	clear_frame(m, 0);
	if (!m->g->group[m->g->process[m->p].group].handles)    /* else its handlers may still run, at its end */
		memset(m->own->slot + m->g->privates, 0, (m->g->process_slots - m->g->privates) * sizeof(value));
	if (name == m->g->exception[EXCEPTION_EXIT]) {
		m->own->code = value_is_int(message) ? (uint32_t)value_small_int(message) : value_truth(m->g->pool, message);
	} else {
		m->own->code = 1;
		if (m->trace) {
			m->trace->uncaught++;
			m->trace->ended_by = name;
		}
	}
	m->next = 1;
}

void abandon(struct mover *m)
{
	while (leave_call(m))
		;
	clear_frame(m, 0);
	m->pc = 1;
}

/* It has left a handler: in what that interrupted the process may stand in a line, to be left by an action. Else the wait is over. */
static bool is_held_back(struct mover *m)
{
	if (my_waiter(m)->in_line)
		return true;
	m->own->asleep = m->own->kept = 0;
	return false;
}

static void keep_for(struct mover *m, const struct handler *h, value name, value message, uint32_t step)
{
	m->frame[h->keep] = name;
	m->frame[h->keep + 1] = message;
	m->frame[h->keep + 2] = value_small((int32_t)step);
}

void unwind(struct mover *m, value name, value message, uint32_t step)
{
	const struct handler *h;
	for (bool handler = false; !(h = handler_at(m, m->pc, name));) {
		handler = frame_handles(m->g, (const cell *)m->own, m->own->frame);
		if (!leave_call(m))
			break;
		if (handler && is_held_back(m)) {
			signal_keep(m, name, message, step);
			m->next = m->pc;
			return;
		}
		if (handler && (h = block_ahead(m, m->pc))) {
			keep_for(m, h, name, message, step);
			m->next = m->pc;
			return;
		}
	}
	if (!h) {
		end_process(m, name, message);
		return;
	}
	uint32_t f = ((cell *)m->own)[m->own->frame + FRAME_FUNCTION];
	clear_frame(m, m->g->function[f].locals);
	for (uint32_t i = 0; i < m->g->function[f].locals && i < 64; i++)
		if (!(h->live >> i & 1))        /* it has no name */
			m->frame[i] = VALUE_UNSET;
	keep_for(m, h, name, message, step);
	m->next = h->target;
}

/* The steps that called the functions it is in, the innermost first, as a list; VALUE_UNSET: it is in none. */
static value called_by(const struct mover *m)
{
	enum { MOST = 16 };
	const cell *own = (const cell *)m->own;
	value step[MOST];
	uint32_t n = 0, frame = m->own->frame;
	for (uint32_t depth = m->own->depth; depth && n < MOST; depth--) {
		step[n++] = value_small((int32_t)m->g->code[frame_caller(m->g, own, frame)].step);
		frame = own[frame + FRAME_BASE];
	}
	return n ? pool_list(m->g->pool, step, n) : VALUE_UNSET;
}

/* For listeners; of what no handler catches, with a traceback. */
static void tell_raised(struct mover *m, value name, value message, uint32_t step)
{
	bool caught = will_be_caught(m, name);
	value calls = m->trace && !caught ? called_by(m) : VALUE_UNSET;
	changed(m, (struct change){ CHANGE_EXCEPTION, step, calls, name, message, caught });
}

void raise_value(struct mover *m, value name, value message, uint32_t step)
{
	if (m->peeking) {
		m->returned = VALUE_UNSET;
		m->stopped = true;
		return;
	}
	if (name != m->g->exception[EXCEPTION_EXIT])
		tell_raised(m, name, message, step);
	unwind(m, name, message, step);
}

bool raise_error(struct mover *m, enum exception_id e, struct message message)
{
	struct text t = { 0 };
	text_say(&t, message);
	raise_value(m, m->g->exception[e], pool_text(m->g->pool, text_is(&t), t.length), m->g->code[m->pc].step);
	text_free(&t);
	return false;
}

void run_RAISE(struct mover *m, const struct ins *i)
{
	value name, message;
	if (take_two(m, i, &name, &message))
		raise_value(m, name, message, i->step);
}

void run_RERAISE(struct mover *m, const struct ins *i)
{
	value *kept = m->frame + (i->a & OPERAND_INDEX), name = kept[0], message = kept[1];
	uint32_t step = value_small_int(kept[2]);
	if (name == VALUE_UNSET)
		return;
	memset(kept, 0, 3 * sizeof *kept);
	bool by_step = i->b != NO_OPERAND, comes_through = i->lo != NO_OPERAND && name != m->g->exception[EXCEPTION_EXIT];
	if (by_step || (comes_through && !will_be_caught(m, name)))
		tell_raised(m, name, message, step);
	unwind(m, name, message, step);
}
