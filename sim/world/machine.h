/* Inside sim/world only: the machine that moves a process.
 *
 *   machine.c   the loop, operands, changes
 *   raise.c     exceptions and how they unwind
 *   signals.c   signals and their handlers
 *   control.c   jumps, loops, calls
 *   arithmetic.c, functions.c   expressions
 *   memory.c    reads and writes of what is shared
 *   lines.c     enqueueing, going on, giving up
 *   sync.c      lock, semaphore, event; gather.c: condition, barrier; queue.c; pipe.c; socket.c
 *   pool.c      pools: tasks, workers, results
 *   life.c      start, join, exit, end, death, time */
#ifndef WORLD_MACHINE_H
#define WORLD_MACHINE_H
#include "sim/world/messages.h"
#include "sim/world/world.h"

struct mover {                  /* machine.c begins one: it sets each of these */
	const struct program *g;
	cell *shared;
	struct own *own;
	value *variable;        /* the process's variables: its own, of a thread those of where it lives */
	proc_id p;
	uint32_t waiter;        /* where it stands in lines: world_waiter */
	proc_id starter;        /* in its first private steps: the process that started it; else 0 */
	enum can can;
	int64_t choice;
	uint32_t pc;            /* of the instruction being done */
	uint32_t next;          /* where it goes on */
	value *frame;           /* its parameters, locals and temporaries */
	struct journal *journal;
	struct trace *trace;
	struct event *event;
	bool peeking;           /* nothing may change but the frame; `return` ends it */
	bool stopped;           /* the end of a peek; its value: */
	value returned;
	bool between;           /* actions: none waits for these steps, and they may be abandoned; */
	struct stretch *stretch;        /* valid if between: where they are counted, or NULL */
	uint32_t kept;          /* the exception being raised came from a kept one: its step */
	const struct ins *doing;        /* valid while footprints are checked: the instruction, NULL: it dies by a signal; */
	value named;                    /* what its first operand named before */
};

typedef void run_function(struct mover *, const struct ins *);
typedef enum can can_function(const struct mover *, const struct ins *);
#define PRIVATE(id, ...) run_function run_##id;
#define ACTION(id, can, ...) run_function run_##id; can_function can;
#include "sim/language/ops.def"
#undef PRIVATE
#undef ACTION

/* Operands. take empties temporaries, look does not. Both give VALUE_UNSET after raising NameError
 * (take) or for what was never assigned (look). */
value take(struct mover *, operand);
static inline value look(const struct mover *m, operand o)
{
	uint32_t n = o & OPERAND_INDEX;
	return (o & OPERAND_WHERE) == CONSTANT ? m->g->constant[n] : (o & OPERAND_WHERE) == IN_PROCESS ? m->variable[n] : m->frame[n];
}
void  put(struct mover *, operand, value);
bool  take_two(struct mover *, const struct ins *, value *a, value *b);
/* A value as text, added to it; false after raising. */
bool  put_text(struct mover *, value, struct text *);
/* Write a cell of the shared part. */
void  store(struct mover *, cell *at, cell v);
void  changed(struct mover *, struct change);
void  frame_enter(struct mover *);              /* after own->frame has changed */
void  frame_restore(struct mover *, uint32_t frame);    /* the frame is left; of a handler: what it interrupted is as it was */
void  machine_run(struct mover *);              /* private instructions up to the next action */

/* Raise; the message may be NULL. false, so that `return raise(..)` reads well. */
bool raise_error(struct mover *, enum exception_id, struct message);
void raise_value(struct mover *, value name, value message, uint32_t step);
void abandon(struct mover *);                   /* to the process's end, without a word */

/* list[index], and a list with [index] = v: VALUE_UNSET after raising. */
value element(struct mover *, value list, value index);
value with_element(struct mover *, value list, value index, value v);
/* The same of dictionaries, and the list of the keys of one. VALUE_UNSET after raising. */
value dict_element(struct mover *, value dict, value key);
value dict_with(struct mover *, value dict, value key, value v);
value dict_keys(struct mover *, value dict);
/* Managers and files: is there such a field, and somebody to answer? false: that was raised. And its new value. */
bool record_reachable(struct mover *, uint32_t object, uint32_t field);
void record_store(struct mover *, uint32_t object, uint32_t field, value v);

/* The object that an operand names, of one of these kinds: 0 after raising TypeError. */
uint32_t object_of(struct mover *, value, unsigned kinds);
/* The same without raising. */
uint32_t object_seen(const struct mover *, operand, unsigned kinds);
static inline const struct object *object_row(const struct mover *m, uint32_t o) { return &m->g->object[o]; }
static inline void *object_cells(const struct mover *m, uint32_t o) { return m->shared + m->g->object[o].at; }
static inline struct who *me(const struct mover *m) { return who_of(m->shared, m->p); }
static inline struct who *my_waiter(const struct mover *m) { return who_of(m->shared, m->waiter); }

/* The line is the one that the instruction waits in, by its row. units: how many the object has to give there now. */
enum can line_can(const struct mover *, const struct ins *, const struct object *, uint32_t units);
enum taken { TAKEN, FAILED, ENQUEUED, RAISED };
/* Do what line_can said: be enqueued and stay, or leave the line and go on. */
enum taken line_take(struct mover *, const struct ins *, const struct object *, uint32_t units);
void line_join(struct mover *, uint32_t line);
void line_leave(struct mover *, uint32_t waiter);
struct line *line_of(const struct mover *, uint32_t line);
/* `wait`: the waiter is freed by another process. now: it need not wait at all. */
enum can freed_can(const struct mover *, const struct ins *, uint32_t line, bool now);
void free_all(struct mover *, uint32_t line, enum freed);
/* `wait` is over: the operand is read, the line left, the result stored. */
void wait_ends(struct mover *, const struct ins *, value result);
bool line_may_go(const struct mover *, const struct object *, uint32_t line, uint32_t units);
enum can condition_can(const struct mover *, const struct ins *, uint32_t object);
enum can barrier_can(const struct mover *, const struct ins *, uint32_t object);
void condition_wait(struct mover *, const struct ins *, uint32_t object);
void barrier_wait(struct mover *, const struct ins *, uint32_t object);
/* Pipes: poll an end (VALUE_UNSET after raising); a child has its parent's ends open; the dead have none. */
value pipe_poll(struct mover *, value end);
void ends_inherit(struct mover *, proc_id child);
void ends_close_all(struct mover *);
void end_open(struct mover *, uint32_t end);            /* in this process; count it, too: */
void end_count(struct mover *, uint32_t end, int change);
void socket_forget(struct mover *, uint32_t object);
bool end_is_here(const struct mover *, value end);      /* is that end of a pipe or connection open in this process? */
void end_close(struct mover *, uint32_t end);           /* in this process */
/* Enter a function; its value will go to dst. */
void enter_call(struct mover *, uint32_t function, operand dst, const value *args);
/* Pools. Results as `get`, `wait` and functions see them; what the end of a process does to its pool. */
enum can result_can(const struct mover *, const struct ins *, value handle);
void result_get(struct mover *, const struct ins *, value handle);
void result_wait(struct mover *, const struct ins *, value handle);
value result_ask(struct mover *, enum function_id, value handle);
bool workers_have_ended(const struct mover *, uint32_t object);     /* all that a process that joins it waits for */
void workers_join(struct mover *, uint32_t object);
void workers_close(struct mover *, uint32_t object);
void workers_terminate(struct mover *, uint32_t object);           /* an action of several: it stays until all are signalled */
enum can terminate_can(const struct mover *, uint32_t object);
void workers_terminate_all(struct mover *);                           /* at their owner's end */
bool workers_are_stopped(const struct mover *);
void worker_died(struct mover *);
void items_lost(struct mover *);                /* what it has put and what is not through, when it dies */
/* signals.c: one is sent; its handler is entered; an exception that has left one is raised in what that interrupted. */
void signal_send(struct mover *, proc_id, int number);
void signal_child_ended(struct mover *);                /* of the one that ends: its parent is sent SIGCHLD */
void signal_enter(struct mover *, cell asleep);
value *signal_thrown(const struct mover *);             /* where it is kept, name first; NULL: there is none */
void signal_keep(struct mover *, value name, value message, uint32_t step);
void signal_throw(struct mover *);                      /* that wait is left, and it is raised there */
void signal_raise(struct mover *);
void unwind(struct mover *, value name, value message, uint32_t step);
void arrival_withdrawn(struct mover *, const struct ins *);     /* it leaves a barrier before the others are there */
void waiters_leave(struct mover *, proc_id);            /* all lines that it stands in */
void stay(struct mover *);                      /* the same instruction again, next time */

void die(struct mover *, int32_t code);         /* the process is dead from now on */
#endif
