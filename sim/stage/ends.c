/* Ends of pipes and connections that go to a pool's worker with its task: a message for each task that has some, in the order of
 * the tasks, through a socket of the pool's.
 *
 * A process may be killed at any instruction of its action, which is undone then; what it has done to a socket is not. So nothing is
 * taken out of one before the action has taken effect, and what lies in it may be stale: of no task that waits. Each message has a
 * label: the slot of its task, and a number that no other message has. Beside each slot the stage keeps, outside of what is undone,
 * the number of the message that was last sent for it.
 *
 * A sender takes a number, writes it beside the slot, sends; then its action takes effect. If it is killed
 *   before the number is beside the slot: nothing was sent, and the number is not used again. It must be taken before the message is
 *     sent: else it could be given twice, and the message of the dead process be found instead of the next one's;
 *   before the message is sent: the slot has a number without a message. No task waits there, for that is undone, and the next one
 *     gets another number;
 *   before the action takes effect: a stale message. Its slot is free again, or gets a task with another number, or one without ends.
 * Until the action takes effect no other process asks for the slot's number: so it may as well be written after the message is sent.
 *
 * A receiver looks at the message and leaves it there. If it is killed before its action takes effect, it has changed nothing: the
 * task waits again, and its message is still there. When the action has taken effect, the message is taken out; a process that is
 * killed just before that leaves a stale one. The same holds for what drops tasks.
 *
 * A stale message is passed over; but as long as it lies there its ends are open, and a process that waits for the end of a pipe would
 * wait for ever. So the controller takes stale ones out when it takes in the death. */
#include "sim/stage/memory.h"
#include <assert.h>
#include <errno.h>
#include <string.h>

struct ends { uint32_t end[MOST_ENDS], count; };

/* What goes out of the sockets when the action that is being done has taken effect: the first message of a pool's, which was of the task
 * that was taken; all messages of tasks that do not wait any more, of a pool or of all. */
static struct { uint32_t taken, dropped; bool all; } due;

int ends_open(struct stage *s)
{
	const struct program *g = s->g;
	s->tasks = must_have(malloc(g->objects * sizeof *s->tasks));
	for (uint32_t o = 0; o < g->objects; o++)
		s->tasks[o][0] = s->tasks[o][1] = -1;
	for (uint32_t o = 1; o < g->objects && g->ends; o++)
		if (g->object[o].kind == KIND_POOL && sys_socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, s->tasks[o]))
			return errno;
	return 0;
}

static void ends_in(const struct stage *s, value v, struct ends *e)
{
	uint32_t n;
	const value *part = value_parts(s->g->pool, v, &n);
	for (uint32_t k = 0; k < n; k++)
		if (value_holds_ends(s->g->pool, part[k]))
			ends_in(s, part[k], e);
	if (value_tag(v) != TAG_OBJECT || !value_end(v))
		return;
	assert(e->count < MOST_ENDS);           /* the world sends no more with a task */
	e->end[e->count++] = s->g->object[value_object(v)].end + (value_end(v) == END_RIGHT);
}

static const struct pool_cells *pool_at(const struct stage *s, uint32_t o)
{
	return (const struct pool_cells *)(s->shared + s->g->object[o].at);
}

/* The number of the message that was last sent for this slot. */
static uint32_t *number_at(const struct stage *s, uint32_t o, uint32_t slot)
{
	return &s->message[s->g->object[o].task + slot];
}

/* ---- what is stale ---- */

/* Is it the message of a task that waits? */
static bool is_awaited(const struct stage *s, uint32_t o, const struct label *l)
{
	const struct task_cells *t = &pool_at(s, o)->task[l->slot];
	return t->state == TASK_WAITING && value_holds_ends(s->g->pool, t->args) && *number_at(s, o, l->slot) == l->number;
}

/* Up to the first that is awaited. 0 or an errno. */
static int drop_stale(const struct stage *s, uint32_t o)
{
	struct label l;
	int error;
	while (!(error = rights_label(s->tasks[o][1], &l, MSG_PEEK)) && !is_awaited(s, o, &l))
		rights_label(s->tasks[o][1], &l, 0);
	return error == EAGAIN ? 0 : error;
}

static void close_all(const int *fd, int n)
{
	while (n > 0)
		sys_close(fd[--n]);
}

/* The first message goes behind the others; first: the one that was the first to. false: it comes again, or it can't go. */
static bool put_behind(const struct stage *s, uint32_t o, uint32_t *first)
{
	struct label l;
	int fd[MOST_ENDS], n = rights_receive(s->tasks[o][1], &l, fd, MSG_PEEK);
	bool goes = n >= 0 && n == (int)l.count && l.number != *first && !rights_label(s->tasks[o][1], &l, 0);
	if (goes)
		goes = !rights_send(s->tasks[o][0], l, fd, l.count);
	close_all(fd, n);
	if (goes && !*first)
		*first = l.number;
	return goes;
}

/* Once around: what is stale between others comes to the beginning, too. If this process is killed meanwhile, the run has ended. */
static void sweep(const struct stage *s, uint32_t o)
{
	uint32_t first = 0;
	while (!drop_stale(s, o) && put_behind(s, o, &first))
		;
}

void ends_sweep(const struct stage *s)
{
	for (uint32_t o = 1; s->g->ends && s->common->deaths && o < s->g->objects; o++)
		if (s->tasks[o][1] >= 0)
			sweep(s, o);
}

/* ---- sending ---- */

/* The real descriptors; they stay open here, too. */
static int send_ends(const struct stage *s, uint32_t o, const struct task_cells *t)
{
	struct ends e = { .count = 0 };
	int fd[MOST_ENDS];
	if (t->state == TASK_WAITING)           /* else they can't be sent */
		ends_in(s, t->args, &e);
	if (!e.count)
		return 0;
	for (uint32_t k = 0; k < e.count; k++)
		fd[k] = s->fd[e.end[k]];
	struct label l = { .count = e.count, .slot = (uint32_t)(t - pool_at(s, o)->task), .number = ++s->common->messages };
	*number_at(s, o, l.slot) = l.number;
	return rights_send(s->tasks[o][0], l, fd, e.count);
}

/* Is this waiting task one of those that these are the handles of, or one that keeps their promises? */
static bool is_among(const struct stage *s, uint32_t o, uint32_t slot, value handles)
{
	const struct pool_cells *p = pool_at(s, o);
	uint32_t n, pool;
	const value *handle = value_list(s->g->pool, handles, &n);
	for (uint32_t k = 0; k < n; k++)
		if (handle[k] == task_handle(s->g, s->shared, o, slot - 1))
			return true;
	return n && p->task[slot - 1].turn && p->task[slot - 1].turn == task_of(s->g, s->shared, handle[0], &pool)->turn;
}

static int send_each(const struct stage *s, uint32_t o, value handles)
{
	const struct pool_cells *p = pool_at(s, o);
	int error = 0;
	for (uint32_t slot = p->head; slot && !error; slot = p->task[slot - 1].next)
		error = is_among(s, o, slot, handles) ? send_ends(s, o, &p->task[slot - 1]) : 0;
	return error;
}

static int send_items(const struct stage *s, uint32_t o, value whole)
{
	const struct pool_cells *p = pool_at(s, o);
	uint32_t pool;
	int error = 0;
	for (uint32_t slot = task_of(s->g, s->shared, whole, &pool)->item; slot && !error; slot = p->task[slot - 1].item)
		error = send_ends(s, o, &p->task[slot - 1]);
	return error;
}

/* ---- receiving ---- */

/* Of the task that this process has just taken? It has no other. */
static bool is_mine(const struct stage *s, uint32_t o, proc_id me, const struct label *l)
{
	const struct task_cells *t = &pool_at(s, o)->task[l->slot];
	return t->state == TASK_RUNNING && t->worker == me && *number_at(s, o, l->slot) == l->number;
}

/* As many descriptors as there is room for, of the first message that is not stale; -1: there is none. The message stays there. */
static int look_for_mine(const struct stage *s, uint32_t o, proc_id me, int *fd)
{
	struct label l;
	int n;
	while ((n = rights_receive(s->tasks[o][1], &l, fd, MSG_PEEK)) >= 0 && !is_mine(s, o, me, &l)) {
		close_all(fd, n);
		rights_label(s->tasks[o][1], &l, 0);
	}
	return n;
}

/* Messages come in the order of the tasks; a task without ends has none. Of descriptors for which there is no room only the first come. */
static int receive_ends(struct stage *s, uint32_t o, proc_id me, value args)
{
	struct ends e = { .count = 0 };
	int fd[MOST_ENDS];
	ends_in(s, args, &e);
	if (!e.count)
		return 0;
	int got = look_for_mine(s, o, me, fd);
	assert(got <= (int)e.count);
	for (int k = 0; k < got; k++)
		if (s->fd[e.end[k]] < 0)
			s->fd[e.end[k]] = fd[k];
		else
			sys_close(fd[k]);
	if (got < 0 && errno != EAGAIN)
		return errno;
	if (got >= 0)
		due.taken = o;
	return got == (int)e.count ? 0 : got < 0 ? EPROTO : EMFILE;
}

/* ---- actions ---- */

int ends_do(struct stage *s, const struct event *e, uint32_t o)
{
	uint32_t pool;
	switch (s->g->code[e->pc].op) {
	case OP_SUBMIT:
		return send_ends(s, o, task_of(s->g, s->shared, e->result, &pool));
	case OP_SUBMIT_ALL:
		return value_tag(e->result) == TAG_LIST ? send_each(s, o, e->result) : send_items(s, o, e->result);
	case OP_TAKE:
		return receive_ends(s, o, e->who, e->result);
	case OP_GIVE:
	case OP_FAIL:
		props_close(s);
		return 0;
	case OP_SIGNAL:
		due.dropped = value_tag(e->result) == TAG_OBJECT ? o : 0;
		return 0;
	default:
		return 0;
	}
}

void ends_leave(void)
{
	due.all = true;
}

/* Behind what was taken there is something stale only if a process was killed within an action. */
int ends_effect(const struct stage *s)
{
	struct label l;
	int error = 0;
	if (!due.taken && !due.dropped && !due.all)
		return 0;
	if (due.taken)
		error = rights_label(s->tasks[due.taken][1], &l, 0);
	for (uint32_t o = 1; o < s->g->objects && !error; o++)
		if (s->tasks[o][1] >= 0 && (due.all || o == due.dropped || (o == due.taken && s->common->deaths)))
			error = drop_stale(s, o);
	memset(&due, 0, sizeof due);
	return error;
}
