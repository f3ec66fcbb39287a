/* The world as a value, and what actions mean.
 *
 * A world is an array of 32-bit cells: first the shared part, then each process's private part. It
 * holds numbers only, no pointers; zeroed cells are nobody, nothing, never assigned. So copying it is
 * a snapshot, comparing it is equality, and any part of it can lie in memory shared by processes.
 *
 *   shared:   [ a record per process, then per further waiter | open pipe ends of each | a record per line | objects | shared variables ]
 *   private:  [ struct own | the process's variables | frames of the functions it is in ]
 *
 * A process stands in a line with its record. While a handler of a signal runs, what it interrupted may still stand in one; the
 * handler then is a waiter of its own (world_waiter): of its record only in_line, next and freed are used.
 *
 * A thread (process_body is another) is a process whose variables are those of the process it lives in: its
 * private part lies as far behind that one's as in a world.
 *
 * world_step is the one place where an action's meaning is written. It touches the shared part and
 * the private part of the process that moves: nothing else. It never prints, sleeps, forks, allocates, or asks the
 * time. The model, the stage's processes and the twin all call it. */
#ifndef WORLD_WORLD_H
#define WORLD_WORLD_H
#include <signal.h>
#include "sim/language/program.h"

typedef uint32_t cell;

enum { MODEL_PID = 1000 };      /* without real processes, p is said to be number 1000 + p */

/* ---- the shared part ---- */

enum life { LIFE_NEW, LIFE_ALIVE, LIFE_ZOMBIE, LIFE_GONE };
/* What others may know of a process. */
struct who {
	cell life;
	cell parent;            /* the process that started it; 0: none, or its parent is dead */
	cell children;          /* how many that it started are alive */
	cell pid;
	cell code;              /* valid once it has ended: its exit code, or minus the signal (as int32_t) */
	cell doom;              /* a signal that was sent to it and will kill it */
	cell pending;           /* signals that were sent to it and have handlers that have not begun yet: a mask; and ASKED_TO_END */
	cell in_line;           /* the line it stands in, + 1; 0: none */
	cell next;              /* the process behind it there */
	cell freed;             /* enum freed: it was freed by another, or by its own timeout, or will be for no reason */
};
/* Late: by its timeout; broken: the barrier is; spuriously: at a condition it waits on until it moves, which it may at any moment. */
/* In `pending`: its parent, at its own end, has sent it SIGTERM, which it does once. */
static const cell ASKED_TO_END = 1u << 31;
enum freed { NOT_FREED, FREED, FREED_LATE, FREED_BROKEN, FREED_SPURIOUSLY };
struct line { cell head, tail, length; };

/* Objects: at their cell. */
struct lock_cells { cell owner, depth; };
struct semaphore_cells { cell units; };
struct event_cells { cell flag; };
struct latch_cells { cell left; };
struct condition_cells { cell tickets; };       /* unfair: how many of those that are freed may go on */
struct barrier_cells { cell arrived, broken; };
/* A pipe: how many processes have each end open; then, for each direction, a ring: messages for the left
 * end first. */
struct ring_cells { cell head, count; value item[]; };
struct pipe_cells { cell open[2]; };
/* A socket: how many processes listen with it; the connections that wait to be accepted. */
struct socket_cells { cell open, head, count, pending[CONNECTIONS]; };
/* Managers and files: empty: a file was emptied and not written yet. */
struct record_cells { cell empty; value field[]; };
/* A pool. Slots are numbers of its tasks + 1; 0: none. */
enum pool_state { POOL_OPEN, POOL_CLOSED, POOL_TERMINATED };
enum task_state {
	TASK_FREE,
	TASK_WAITING,           /* in the pool's line of tasks */
	TASK_UNSENT,            /* its arguments can't be sent to a worker: it will fail, with the exception that is kept */
	TASK_RUNNING,           /* a worker is at it */
	TASK_DONE,              /* its callback is still to be called, or being called */
	TASK_ERRED,             /* likewise, the one for its exception */
	TASK_PROMISE,           /* not carried out itself: a result of `imap_unordered`, that of the task that is over next */
	TASK_BATCH,             /* not carried out itself: the results of a `map`, not all of them there yet */
	TASK_LOST,              /* its worker ended, or the pool was terminated: no result will come */
	TASK_READY, TASK_FAILED,        /* with its result; with its exception */
};
struct task_cells {
	cell state;
	cell generation;        /* how often a result that some process has a handle to was forgotten here */
	cell held;              /* a process has a handle to its result */
	cell function, callback, error_callback;
	cell worker;            /* valid while RUNNING */
	cell next;              /* WAITING, UNSENT, DONE, ERRED: the slot behind it */
	cell batch, item;       /* of an item of a `map`: the slot of the whole, and of the next item; of the whole: of the first */
	cell left;              /* of the whole: how many items are not ready; of a PROMISE: how many stand before it */
	cell turn;              /* of a PROMISE, and of the tasks that are to keep it: a number of their own */
	value args;             /* a list */
	value result;           /* or the exception's name; of the whole: an exception, as soon as an item failed */
	value message;          /* the exception's */
};
/* What is still to be called with its result, or exception; 0: nothing. */
static inline uint32_t task_calls_back(const struct task_cells *t)
{
	return t->state == TASK_DONE ? t->callback : t->state == TASK_ERRED ? t->error_callback : 0;
}
struct pool_cells {
	cell state, head, tail, waiting;
	cell unfinished;        /* tasks whose results are not there */
	cell calling;           /* the slot whose callback is being called */
	cell done_head, done_tail;      /* tasks whose callbacks are to be called, */
	cell unsent_head, unsent_tail;  /* tasks that are to fail */
	cell used, last;        /* how many slots are; which was taken last */
	struct task_cells task[];
};
struct queue_cells { cell head, count, unfinished; value item[]; };
/* Of one with a feeder: behind its items. Who: by item, the process that put it and still has it, as it is not through; else 0. Lost: how
 * many were, with the processes that had them; nobody gives their room back. */
static inline cell *queue_who(const struct object *o, struct queue_cells *q) { return q->item + o->room; }
static inline cell *queue_lost(const struct object *o, struct queue_cells *q) { return o->feeder ? q->item + 2 * o->room : NULL; }

/* ---- the private part ---- */

struct own {
	cell pc;                /* the instruction it is about to do: an action's, or the end */
	cell frame;             /* where its present frame begins, in cells of the private part */
	cell depth;             /* calls it is in */
	cell code;              /* the exit code it will have */
	cell asleep;            /* its last action was a sleep: only time lets it go on; or a wait that will end for no reason */
	cell handling;          /* signals whose handlers it is in: a mask; they are blocked meanwhile */
	cell kept;              /* while it waits: how often it held the condition's lock; which arrival at the barrier it is */
	value slot[];           /* process_slots of them, then frames */
};
enum { OWN_HEAD = 7 };

/* Compute where everything stands; called once, after program_load. fair: what a line is that the
 * scenario says nothing about. Adds a diagnostic to program->diags if the world would be too large. */
void world_layout(struct program *, bool fair);

struct world { cell *shared, *private; };               /* private: all of them, process 1 first */
static inline cell *world_own(const struct program *g, const struct world *w, proc_id p)
{
	return w->private + (size_t)(p - 1) * g->private_cells;
}
/* How much of a private part is used: up to the end of the present frame. */
static inline uint32_t own_used(const struct program *g, const cell *own)
{
	uint32_t frame = ((const struct own *)own)->frame;
	return frame + FRAME_HEAD + g->function[own[frame + FRAME_FUNCTION]].slots;
}
/* The variables that p sees as its own, found from its private part. */
static inline value *world_variables(const struct program *g, cell *own, proc_id p)
{
	return ((struct own *)(own - (size_t)(p - process_body(g, p)) * g->private_cells))->slot;
}
/* Which waiter p is now: the innermost handler of a signal that it is in, else the process itself. */
uint32_t world_waiter(const struct program *, const cell *own, proc_id);
/* The handler of a signal whose frame this is: enum signal_id + 1; 0: of none. */
static inline uint32_t frame_handles(const struct program *g, const cell *own, uint32_t frame)
{
	return g->function[own[frame + FRAME_FUNCTION]].handles;
}
/* The instruction that a frame of [own] was entered at: a call, or what a signal interrupted. */
static inline uint32_t frame_caller(const struct program *g, const cell *own, uint32_t frame)
{
	return own[frame + FRAME_RETURN] - !frame_handles(g, own, frame);
}
/* In how many handlers of signals it is. */
static inline uint32_t world_handlers(const cell *own)
{
	return bits_in(((const struct own *)own)->handling);
}
/* An exception has left a handler, and is raised in what that interrupted by p's next action, which ends the wait there: its name. Else
 * VALUE_UNSET. */
value world_thrown(const struct program *, const cell *own);
size_t world_bytes(const struct program *);
struct world world_new(const struct program *);         /* allocated; the beginning of a run: main is alive, no other */
void world_free(struct world *);
/* Rings (queues, pipes, sockets) begin at their first cell: the same world, in the one form that can be compared. */
void world_tidy(const struct program *, cell *shared);
/* The beginning of a run, in zeroed memory: main is alive, and its first private steps are done. Servers are
 * alive, too: their own beginning is world_birth, with main's private part. */
struct trace;
void world_begin(const struct program *, cell *shared, cell *mains_own, uint32_t pid, struct trace *);
/* The same of a whole zeroed world, on the model: pids, main, and servers. */
void world_of_beginning(const struct program *, struct world *, struct trace *);
/* A process's beginning: parent's private part is what it inherits from. Its first private steps are done, which
 * belong to its start: to them the parent is the one that it was, dead meanwhile or not. */
void world_birth(const struct program *, cell *shared, proc_id parent, const cell *parents_own, cell *own, proc_id, struct trace *);

static inline uint32_t end_cells(const struct program *g)   { return (g->ends + 31) / 32; }
/* Has p this end open? */
static inline bool end_is_open(const struct program *g, const cell *shared, proc_id p, uint32_t end)
{
	return shared[g->ends_at + process_body(g, p) * end_cells(g) + end / 32] >> end % 32 & 1;
}
/* The task that a handle stands for, and its pool; NULL: it has been forgotten since. */
struct task_cells *task_of(const struct program *, cell *shared, value handle, uint32_t *pool);
uint32_t handle_pool(const struct program *, value handle);
value task_handle(const struct program *, const cell *shared, uint32_t pool, uint32_t slot);
struct ring_cells *pipe_ring(const struct program *, cell *shared, value end, bool incoming);
static inline struct who *who_of(cell *shared, proc_id p)          { return (struct who *)shared + p; }
static inline const struct who *who_is(const cell *shared, proc_id p) { return (const struct who *)shared + p; }
/* The number that a process gets that is about to start, where there are no real ones. A process that takes a dead worker's
 * place is another one; after a few their numbers come again, as real ones do. */
static inline uint32_t model_pid(const struct program *g, const cell *shared, proc_id p)
{
	enum { BEFORE_THEY_COME_AGAIN = 4 };
	uint32_t before = who_is(shared, p)->pid, turn = before ? (before - MODEL_PID) / (uint32_t)g->processes + 1 : 0;
	return MODEL_PID + p + turn % BEFORE_THEY_COME_AGAIN * (uint32_t)g->processes;
}
cell *line_at(const struct program *, cell *shared, uint32_t line);
value world_variable(const struct program *, const cell *shared, uint32_t variable);
value world_field(const struct program *, const cell *shared, uint32_t object, uint32_t field);      /* of an empty file: none */
value world_observed(const struct program *, const cell *shared, const struct observed *);

/* ---- moving ---- */

/* What a process could do now. One that sleeps may move, as far as the world knows: time is the loop's business. */
enum can {
	CAN_NOT,                /* it is blocked, or has ended, or was not started */
	CAN_GO,                 /* do its next action */
	CAN_ENQUEUE,            /* be enqueued in a line, and wait there */
	CAN_LAPSE,              /* it can't get what it waits for, but its timeout may end the wait */
	CAN_DIE,                /* it was sent a signal: dying is all it can do */
	CAN_HANDLE,             /* it was sent a signal that it handles: to enter the handler is all it can do */
};
enum can world_can(const struct program *, const cell *shared, const cell *own, proc_id);

/* One change that people may want to see. */
enum change_kind { CHANGE_SHARED, CHANGE_FIELD, CHANGE_PROCESS, CHANGE_LOCAL, CHANGE_SAY, CHANGE_EXCEPTION };
struct change {
	enum change_kind kind;
	uint32_t which;         /* a variable or slot; a step, for exceptions */
	uint32_t where;         /* CHANGE_LOCAL: the function; CHANGE_FIELD: the field of object `which`; CHANGE_EXCEPTION:
	                         * if uncaught, a list of the steps that called the functions it came through, or VALUE_UNSET */
	value value;            /* new value, what was said, an exception's name */
	value message;          /* of an exception; a shared variable's old value */
	bool caught;
};
/* Private steps that are counted: so many have been done, and only so many may be. They are cut there, or where world_abandons
 * is set; then `cut` says so, and none is done any more. */
struct stretch { uint64_t done, most; bool cut; };

/* Where they are collected, for the caller that shows them; NULL elsewhere. */
struct trace {
	struct change *list;
	size_t count, room;
	uint32_t uncaught;      /* exceptions that ended a process; */
	value ended_by;         /* the name of the last of them */
	bool deaf;              /* nobody listens: only exceptions are collected; */
	bool mute;              /* not even those */
	struct stretch *stretch;        /* or NULL */
};

/* What an action did. The same on the stage, in the twin and in the model. */
struct event {
	uint32_t who, pc;
	uint32_t how;           /* enum can */
	uint32_t digest;        /* of every change of the shared part */
	value result;           /* VALUE_UNSET: none */
	uint32_t element;       /* which element of a manager's field it was about, from 1 on; 0: all of it */
	uint32_t child;         /* the process that was started */
	uint32_t reaped;        /* what was joined: a process, 0, or a group with PROCESS_GROUP */
	uint32_t spends;        /* enum spends */
	uint32_t signalled;     /* the process that was sent a signal by it; */
	uint32_t signal;        /* which */
	int64_t lo, hi;         /* for how long: drawn from lo to hi */
	int64_t choice;
};
enum spends { SPENDS_NOTHING, SPENDS_CPU, SPENDS_TIME };

/* Every change of the shared part goes through a journal: on the stage it is the undo log that lets
 * a change take effect whole or not at all. NULL where none can be killed in between. */
struct journal { uint32_t count, room; struct { uint32_t at; cell old; } entry[]; };
uint32_t journal_room(const struct program *);          /* entries that any one action finds room in */

/* Move p by one action, in the way world_can says. choice: the number drawn, for a random draw. false, and
 * nothing has happened: it can't move. */
bool world_step(const struct program *, cell *shared, cell *own, proc_id p, int64_t choice,
                struct journal *, struct trace *, struct event *out);
/* The same, by a caller that has just asked world_can and holds what it saw. */
bool world_do(const struct program *, cell *shared, cell *own, proc_id p, enum can, int64_t choice,
              struct journal *, struct trace *, struct event *out);
void journal_undo(struct journal *, cell *shared);
/* After every action: the private steps up to the next one. They touch the process's own memory only, so nobody
 * else need wait for them. A child that was started inherits what its parent has before: its world_birth comes first. */
void world_go_on(const struct program *, cell *shared, cell *own, proc_id p, struct trace *);

/* Set by the caller that bounds the time of a run, from a signal handler: private steps between actions are done no more. The process
 * that was at it stands at its end, its variables as they were halfway: the run can only be ended. */
extern volatile sig_atomic_t world_abandons;

/* The same, but only so many of them; true if that was enough. */
bool world_go_on_for(const struct program *, cell *shared, cell *own, proc_id p, uint32_t most);

/* p is sent a signal from outside that it handles, or ignores. */
void world_signal(const struct program *, cell *shared, proc_id p, enum signal_id, struct journal *);
/* p is dead: killed from outside by a signal, whatever it was doing. What it holds stays held. */
void world_kill(const struct program *, cell *shared, cell *own, proc_id p, int signal, struct journal *, struct event *out);

/* ---- looking ---- */

/* The value of code made by peek_code or peek_function, seen by p (0: by nobody). scratch: private_cells
 * cells. VALUE_UNSET if it raised an exception. */
value world_peek(const struct program *, const cell *shared, const cell *own, proc_id p, uint32_t code, cell *scratch);
/* What the first operand of p's next action names now; VALUE_UNSET: it names nothing, or was never assigned. */
value world_operand(const struct program *, const cell *own, proc_id p);
/* A task's exception, and the handle by which it can be fetched: of an element's task, that of them all. */
struct failure { value handle; uint32_t function; value args, name, message; uint32_t step; };
/* Is p's next action to report that its task has failed? */
bool world_fails(const struct program *, const cell *shared, const cell *own, proc_id p, struct failure *);
/* The handle whose result, or exception, p's next action fetches; else VALUE_UNSET. */
value world_fetches(const struct program *, const cell *shared, const cell *own, proc_id p);
/* If p's next action reads or writes an element: which. */
value world_index(const struct program *, const cell *own, proc_id p);
/* What p's next action acts on, if it is one object: its number (with its end), else 0. */
value world_target(const struct program *, const cell *own, proc_id p);
/* The timeout of p's next action, if it has one. */
bool world_timeout(const struct program *, const cell *own, proc_id p, int64_t *lo, int64_t *hi);
/* Is p's next action a compute, and not one of no time at all? */
bool world_computes(const struct program *, const cell *own, proc_id p);
static inline const struct ins *world_next(const struct program *g, const cell *own)
{
	return &g->code[((const struct own *)own)->pc];
}
/* The range of p's next action, if it is a random draw. */
bool world_bounds(const struct program *, const cell *own, proc_id p, int64_t *lo, int64_t *hi);
static inline bool world_draw(const struct program *g, const cell *own, proc_id p, int64_t *lo, int64_t *hi)
{
	return world_next(g, own)->op == OP_DRAW && world_bounds(g, own, p, lo, hi);
}
/* Is p about to wait for a condition whose waits may end for no reason? Then 1 is that this one does. */
bool world_may_wake(const struct program *, const cell *shared, const cell *own, proc_id p);
/* What p's next action may be given: a draw's values, or whether a wait ends for no reason. Where nothing is given, dice draw
 * a draw's value; no wait ends for no reason. */
static inline bool world_choices(const struct program *g, const cell *shared, const cell *own, proc_id p, int64_t *lo, int64_t *hi)
{
	if (who_is(shared, p)->pending && world_can(g, shared, own, p) == CAN_HANDLE)
		return false;
	if (world_next(g, own)->op != OP_WAIT)
		return world_draw(g, own, p, lo, hi);
	*lo = 0;
	*hi = 1;
	return world_may_wake(g, shared, own, p);
}
/* Is a value that was chosen among these to be named in a schedule? */
static inline bool world_names_choice(const struct program *g, const cell *own, int64_t choice)
{
	return world_next(g, own)->op == OP_DRAW || choice;
}
static inline const struct step *world_step_of(const struct program *g, const cell *own)
{
	return &g->step[world_next(g, own)->step];
}
/* Have all processes ended that must, so that it is no deadlock when none can move? Daemons, and those left behind by
 * a killed parent, need not. */
/* The thread that calls main back just now, from a pool; 0: none. Main does not end before it is done. */
proc_id world_calls_back(const struct program *, const cell *shared);
bool world_everyone_ended(const struct program *, const cell *shared);
/* How many of the items that p has put are not through yet, so that it can't end; in which queue the first one is, or 0. */
uint32_t world_not_through(const struct program *, const cell *shared, proc_id p, uint32_t *queue);
/* How many processes wait for an object. */
uint32_t world_waiting(const struct program *, const cell *shared, uint32_t object);
/* How many processes at the head of a line (fair), or how many of those in it (unfair), may go on.
 * Of lines whose waiters are freed (events): those that are. */
uint32_t world_units(const struct program *, const cell *shared, uint32_t line);
/* Of a pool's lines: how many of its workers (0), or of those that tend it (1), may go on. */
uint32_t workers_units(const struct program *, const cell *shared, uint32_t object, uint32_t line);
#endif
