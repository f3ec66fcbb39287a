/* Signals and their handlers.
 *
 * One that is sent to a process which has no handler for it kills it: it is `doom`, and dying is all that the process can do. Else it
 * is pending, at most once, and to enter the handler is the process's next action. A handler is a call that nobody wrote: its frame
 * goes back to the very instruction that was to come, with what of a wait is private as it was. So a wait goes on in its place, and a
 * sleep until its time. While a handler runs its own signal is blocked.
 *
 * An exception that leaves a handler is raised in what that interrupted. Where the process stands in a line there, it must leave
 * it, and take a condition's lock again, before: that is an action; until then the exception is kept. */
#include "sim/world/machine.h"
#include <assert.h>
#include <signal.h>

/* ---- where it stands in lines ---- */

static uint32_t innermost_handler(const struct program *g, const cell *own, uint32_t frame)
{
	while (!frame_handles(g, own, frame))
		frame = own[frame + FRAME_BASE];
	return frame;
}

uint32_t world_waiter(const struct program *g, const cell *own, proc_id p)
{
	const struct own *o = (const struct own *)own;
	if (!o->handling)
		return p;
	enum signal_id signal = frame_handles(g, own, innermost_handler(g, own, o->frame)) - 1;
	uint32_t before = g->group[g->process[p].group].handles & ((1u << signal) - 1);
	return g->process[p].waiters + bits_in(before);
}

void waiters_leave(struct mover *m, proc_id p)
{
	const struct program *g = m->g;
	uint32_t more = bits_in(g->group[g->process[p].group].handles);
	if (who_of(m->shared, p)->in_line)
		line_leave(m, p);
	for (uint32_t k = 0; k < more; k++)
		if (who_of(m->shared, g->process[p].waiters + k)->in_line)
			line_leave(m, g->process[p].waiters + k);
}

/* ---- sending ---- */

static void doom(struct mover *m, proc_id p, int number)
{
	struct who *w = who_of(m->shared, p);
	assert(!w->doom || number == SIGKILL);          /* nobody sends it anything else any more */
	store(m, &w->doom, (cell)number);
}

void signal_send(struct mover *m, proc_id p, int number)
{
	enum signal_id signal = signal_numbered(number);
	struct who *w = who_of(m->shared, p);
	if (handler_of(m->g, p, signal)) {
		if (!w->doom && !(w->pending >> signal & 1))
			store(m, &w->pending, w->pending | 1u << signal);
	} else if (signal == SIGNAL_COUNT || signal_rows[signal].without != SIGNAL_IGNORED) {
		doom(m, p, number);
	}
}

void signal_child_ended(struct mover *m)
{
	proc_id parent = me(m)->parent;
	if (parent)
		signal_send(m, parent, SIGCHLD);
}

/* ---- handling ---- */

void signal_enter(struct mover *m, cell asleep)
{
	cell ready = me(m)->pending & ~m->own->handling & ~ASKED_TO_END;
	enum signal_id signal = (enum signal_id)__builtin_ctz(ready);
	uint32_t function = handler_of(m->g, m->p, signal), saves = m->g->function[function].saves;
	store(m, &me(m)->pending, me(m)->pending & ~(1u << signal));
	m->event->signal = (uint32_t)signal_rows[signal].number;
	m->next = m->pc;
	if (m->own->depth + 1 >= MAX_CALLS) {
		raise_error(m, EXCEPTION_RECURSION, SAY(TOO_MANY_CALLS, MAX_CALLS));
		m->pc = m->next;
		return;
	}
	enter_call(m, function, NO_OPERAND, NULL);
	m->frame[saves] = asleep;
	m->frame[saves + 1] = m->own->kept;
	m->own->kept = 0;
	m->own->handling |= 1u << signal;
	m->pc = m->next;
}

/* ---- exceptions that leave handlers ---- */

value *signal_thrown(const struct mover *m)
{
	return m->g->handles && m->own->slot[m->g->thrown] ? m->own->slot + m->g->thrown : NULL;
}

value world_thrown(const struct program *g, const cell *own)
{
	return g->handles ? ((const struct own *)own)->slot[g->thrown] : VALUE_UNSET;
}

void signal_keep(struct mover *m, value name, value message, uint32_t step)
{
	value *kept = m->own->slot + m->g->thrown;
	kept[0] = name;
	kept[1] = message;
	kept[2] = value_small((int32_t)step);
}

void signal_raise(struct mover *m)
{
	value *kept = signal_thrown(m), name = kept[0], message = kept[1];
	uint32_t step = (uint32_t)value_small_int(kept[2]);
	kept[0] = kept[1] = kept[2] = VALUE_UNSET;
	unwind(m, name, message, step);
}

void signal_throw(struct mover *m)
{
	const struct ins *i = &m->g->code[m->pc];
	assert(my_waiter(m)->in_line);          /* else it would have been raised immediately */
	arrival_withdrawn(m, i);
	line_leave(m, m->waiter);
	m->own->kept = 0;
	signal_raise(m);
	m->pc = m->next;
}
