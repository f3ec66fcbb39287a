/* Inside sim/stage only: the memory that the controller and the processes share.
 *
 *   system.c    every system call that any of these makes
 *   stage.c     the controller's side: opening, granting, closing
 *   mutex.c     the mutex of the shared part, and whose turn it is
 *   action.c    an action on the real shared part
 *   actor.c     a process's side: it is born, waits for a grant, moves, answers, dies
 *   wait.c      sleeping in the kernel, in what suits the wait
 *   props.c     the kernel's own pipes
 *   ends.c      ends of pipes that go to a pool's workers; rights.c  descriptors in messages
 *   records.c   files, and what a manager holds; servers.c  the managers' servers
 *   deaths.c    processes whose death was not granted
 *   stops.c     processes that are stopped from outside
 *   outside.c   signals from outside that have handlers
 *   threads.c   threads of main: they tend pools
 *   aside.c     processes of our own, beside the run's
 *   host.c      free running: the ring of events, and following it */
#ifndef STAGE_MEMORY_H
#define STAGE_MEMORY_H
#include <stdatomic.h>
#include "sim/stage/messages.h"
#include "sim/stage/stage.h"
#include "sim/stage/system.h"
#include "sim/stage/tuning.h"
#include "sim/world/footprint.h"

typedef _Atomic uint32_t futex_word;

/* Where a process sleeps, so that a grant reaches it there. */
enum where { AT_GATE, AT_LINE, AT_SYSCALL };

/* A process's mailbox. The controller writes order, choice, then gate; the process writes where, line. */
struct mailbox {
	futex_word gate;                /* counts its grants; under `host`, reasons to look up */
	_Atomic uint32_t where, line;
	_Atomic uint32_t computes;      /* it has a CPU and computes, and somebody watches: it really does (the controller writes it) */
	int64_t choice;
	_Atomic pid_t pid;
	_Atomic uint32_t outside;       /* signals that came from outside and that it handles: the controller takes them in */
	futex_word thread;              /* the number of its thread, if it is one of another process; else 0 */
};

/* What has happened, in the order in which the shared part was changed. A record counts once the ring's
 * tail, a cell under the journal, is past it and the journal has been emptied (then `committed` is that tail):
 * so it is there exactly if the action took effect. */
struct record { struct event event; uint32_t child_pid; int32_t error; int64_t time; };

/* What different processes write often lies in different lines of the cache. */
#define CACHE_LINE __attribute__((aligned(64)))
struct common {
	CACHE_LINE pthread_mutex_t mutex;       /* robust: guards cells, journal, ring; its holder may be killed at any instruction */
	CACHE_LINE _Atomic uint32_t committed;  /* the ring's tail as far as nothing will be undone */
	CACHE_LINE futex_word answered; /* counts grants that were answered */
	CACHE_LINE futex_word head;     /* of the ring: what the controller has taken in, published from time to time */
	CACHE_LINE futex_word holding;  /* 1: all wait before their next action (free running) */
	futex_word turn;                /* the one that may move now, 0: all may (free running); under the mutex */
	_Atomic uint32_t asleep;        /* how many sleep on any line or object: while none does, nobody asks what was changed */
	_Atomic uint32_t outside;       /* some mailbox has such signals */
	_Atomic int refused;            /* main could not begin: an errno */
	_Atomic bool rests;             /* the default main can't move, and has left what it rests at */
	uint32_t deaths;                /* of those that held the mutex: what they were sending or receiving is in doubt */
	uint32_t messages;              /* that were sent to pools' workers: the number of the last; not undone, so none has it twice (it would
	                                 * come again after all 32 bits, and no message lies there so long) */
	int64_t start;                  /* CLOCK_MONOTONIC, nanoseconds */
	CACHE_LINE struct mailbox box[MAX_PROCESSES + 2];
	struct record ring[RING];
};

/* What leads to an end of a pipe: not under the journal, as the kernel's own part of it is not. */
struct channel {
	uint32_t settled;               /* the deaths that it knows of; if there were more, it is in doubt */
	uint32_t missing;               /* messages, the first ones, that are in the world and no longer in the kernel */
};

enum { OF_AN_ACTION = 0x666f726b };     /* comes with a real signal that an action sends */

/* The cells: the world's shared part, then these of the stage, under the same journal. */
enum { TAIL, STAGE_CELLS };

/* A pair of sockets, over which connections come to a manager's server. inner: the end that is open in the server alone. */
struct door { int inner, outer; };

struct stage {
	const struct program *g;
	const struct settings *settings;
	struct body body;
	struct common *common;
	cell *shared;
	cell *scratch;                  /* a private part that no process lives in */
	cell *resting;                  /* the default main's private part, as it rests: in shared memory, under the mutex */
	struct journal *journal;        /* in shared memory */
	futex_word *line;               /* a futex for each line, then one for each object (those that join it) */
	struct channel *channel;        /* to each end of a pipe, in shared memory; under the mutex */
	uint32_t *message;              /* by task, in shared memory, not under the journal: see ends.c */
	_Atomic uint32_t *sleepers;     /* how many sleep on each; changed under the mutex */
	proc_id pending;                /* the process that was granted an action and has not answered yet */
	uint32_t answers;               /* common->answered as it was before that */
	uint32_t taken;                 /* of the ring, by the controller */
	proc_id glance;                 /* the process that was checked last: is it stopped? */
	uint32_t seen_head;             /* the head as this process last saw it */
	size_t bytes;                   /* of the mapping that holds cells, journal, lines */
	bool (*gives_up)(void);         /* NULL: never; else asked while the controller waits for what may not come */
	int lifeline;                   /* the end that only the controller has; in the processes, theirs */
	int epoll;
	int pidfd[MAX_PROCESSES + 2];   /* reports its death; negative: none does */
	bool looks_up;                  /* and there are such that live */
	pid_t group;
	_Atomic uint32_t *port;         /* by object, in shared memory: where a socket listens, a connection comes from */
	int *record_fd;                 /* by object: a manager's connection, or a file being written, of this process; */
	struct door *server;            /* by object: of a manager */
	uint32_t *settled;              /* by object, in shared memory: the deaths that a record outside the world knows of */
	char folder[256];               /* the run's scratch folder, if it has files; */
	int sweeper;                    /* open as long as the controller lives */
	pid_t sweeper_pid;
	int (*tasks)[2];                /* by object: a pool's socket, through which ends of pipes go to its workers */
	int *fd;                        /* of each end of a pipe, in this process; -1: closed */
	bool quiet;
	bool one_cpu;                   /* for all: a process that checks whether another moves keeps it from moving */
	bool pinned;                    /* to one CPU; before, it was allowed these: */
	cpu_set_t cpus;
};

/* The kernel decides who moves. Where it did so in a run that is followed, the processes take their turns. */
static inline bool runs_freely(const struct stage *s)
{
	return s->settings->policy == POLICY_HOST && !s->settings->follows;
}

static inline void pause_cpu(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#else
	atomic_signal_fence(memory_order_seq_cst);
#endif
}

/* wait.c */
void futex_wait(futex_word *, uint32_t seen, const struct timespec *relative);
void futex_wait_bits(futex_word *, uint32_t seen, uint32_t bits, const struct timespec *relative);
void futex_wake(futex_word *, int count);
void futex_wake_bits(futex_word *, uint32_t bits);
void interruptible_init(void);
void poked(int signal);                                 /* the handler of a poke */
/* These return early when the process is poked, or the word, which the caller that pokes changes before, is not as it was seen. true: what
 * was waited for has come. */
struct unless { const void *word; uint32_t seen; };
bool interruptible_sleep(int64_t micros, struct unless);
bool interruptible_join(pid_t child, struct unless);
void interruptible_requests(struct pollfd *, unsigned long count, struct unless);
bool interruptible_poll(int fd, struct unless);         /* until there is something to be received */
void interruptible_wait(futex_word *, uint32_t seen, uint32_t bits, const struct timespec *relative, struct unless);
void poke(const struct mailbox *);
int64_t clock_nanos(void);
int64_t stage_time(const struct stage *);                /* microseconds since the beginning */

/* The next record that the controller has not taken in, or NULL. */
static inline const struct record *stage_next_record(const struct stage *s)
{
	return s->taken == s->common->committed ? NULL : &s->common->ring[s->taken % RING];
}

/* action.c. One action of p, under the mutex: on its own memory, on the shared part, in the kernel; and recorded. It takes effect,
 * with those before it, by action_effect, which first hands the messages to the kernel. Then, without the mutex, what else the
 * kernel is to do: signals are sent, children reaped. */
struct record *action_take(struct stage *, cell *own, proc_id, enum can, value target, int64_t choice, int64_t time);
void action_effect(struct stage *, struct record *last);
void action_after(struct stage *, const struct event *, proc_id);
void actor_stir(struct stage *, proc_id);               /* it sleeps in a system call: it is to look up */

/* mutex.c */
void stage_lock(struct stage *);
/* The controller's: a process that was stopped, or waits, with the mutex in its hands must not make it wait, too. false: it is held,
 * and has been for a while; ask again later. */
bool stage_lock_soon(struct stage *);
bool stage_lock_patiently(struct stage *);              /* asks until there is no more time; false: then */
pid_t stage_holder(const struct stage *);               /* the thread that holds it; 0: none, or it is not known */
void stage_lock_to_move(struct stage *, proc_id);       /* when it is no other's turn */
void stage_commit(struct stage *);                      /* what was done takes effect; the mutex is kept */
void stage_unlock(struct stage *);
void stage_store(struct stage *, cell *at, cell);       /* a cell of the stage's own, under the same journal as the world's */
/* It takes no time: the default main, running freely. */
static inline bool moves_at_once(const struct stage *s, proc_id p)
{
	return p == MAIN && s->g->default_main && runs_freely(s);
}
/* Under the mutex: main, which moves as soon as it can, has moved, and goes on if it can; p rests; a life has changed, or main was
 * signalled: it is main's turn if that has freed it. All but the default main never have a turn of their own. */
void turn_keep(struct stage *);
void turn_rest(struct stage *, proc_id p, const cell *own);
void turn_give(struct stage *);

/* actor.c */
void actor_live(struct stage *, proc_id, cell *own) __attribute__((noreturn));
/* The line or object whose futex p sleeps on, at its next action; -1: none. */
bool stage_gives_up(const struct stage *);              /* the controller waits no longer for what may not come */
int  waiting_word(const struct stage *, const cell *own, proc_id p);
void actor_prepare_main(struct stage *);                /* its name, and how it and its descendants take signals */
pid_t actor_fork(struct stage *, const cell *parents_own, proc_id child);

void stage_answer(struct stage *);                      /* the grant has been answered */
pid_t awaited_child(const struct stage *, const cell *own, proc_id p);

/* props.c */
int  props_open(struct stage *);                        /* 0 or an errno */
void props_close(struct stage *);                       /* this process's descriptors */
int  props_do(struct stage *, const struct event *, value target);
uint32_t props_gathered(void);                          /* is anything waiting to be sent or received for real? */
int  props_flush(struct stage *);                       /* do it; 0, or what the kernel said otherwise */
int  props_awaited(const struct stage *, const cell *own, proc_id);
int  props_bed(struct stage *, const cell *own, proc_id);       /* the same, nothing being in it that the world does not know of */

/* ends.c */
int  ends_open(struct stage *);                         /* 0 or an errno */
int  ends_do(struct stage *, const struct event *, uint32_t pool);
void ends_leave(void);                                  /* main ends, and no task waits any more */
int  ends_effect(const struct stage *);                 /* the action has taken effect: 0, or what the kernel said otherwise */
void ends_sweep(const struct stage *);                  /* the controller's: what a process left that was killed within its action */

/* rights.c: descriptors, at most MOST_ENDS at a time, into a socket and out of it, with a label: how many they are; what else the
 * sender says. how: 0, or MSG_PEEK: the message stays there. */
struct label { uint32_t count, number, slot; };
int  rights_send(int socket, struct label, const int *fd, uint32_t count);      /* 0 or an errno */
int  rights_receive(int socket, struct label *, int *fd, int how);      /* how many there was room for; -1: no message is there */
int  rights_label(int socket, struct label *, int how); /* without the descriptors. 0 or an errno */

/* records.c */
int  records_open(struct stage *);                      /* 0 or an errno */
void records_forget(struct stage *);
void records_remove(struct stage *);                    /* the folder; until then its sweeper must live */
void records_close(struct stage *);
int  records_do(struct stage *, const struct event *);
static inline const struct record_cells *record_at(const struct stage *s, uint32_t o)
{
	return (const struct record_cells *)(s->shared + s->g->object[o].at);
}

/* servers.c */
int  servers_open(struct stage *);                      /* 0 or an errno */
void servers_close(struct stage *);
void servers_leave(struct stage *, uint32_t manager);   /* close the servers' ends, but that of this manager's; 0: all */
int  server_do(struct stage *, uint32_t manager, uint32_t field, value, bool stores);
int  server_do_element(struct stage *, uint32_t manager, uint32_t field, const struct event *);
int  server_settle(struct stage *, uint32_t manager);
void server_live(struct stage *, proc_id, cell *own) __attribute__((noreturn));

/* threads.c */
size_t threads_cells(const struct program *);           /* the private part of main and of its threads */
void threads_start(struct stage *, cell *mains_own);
bool threads_share(const struct program *, proc_id);    /* does another see its variables? */

/* stage.c: instead of "no processes can be started"; in main: what it needs to begin is refused, with this errno. */
void refused(struct message);
void main_refused(struct stage *, int error) __attribute__((noreturn));

/* title.c, deaths.c */
void title_set(const char *name);
void deaths_watch(struct stage *, proc_id, pid_t);
void deaths_forget(struct stage *, proc_id);
void deaths_see_to(struct stage *, proc_id, enum life);
static inline void deaths_reap(struct stage *s, proc_id p, enum life life)      /* p has moved, and this is its life now */
{
	if (life >= LIFE_ZOMBIE)
		deaths_see_to(s, p, life);
}
bool deaths_is_dead(const struct stage *, proc_id);
void deaths_look_up(struct stage *, struct play *);     /* those that the kernel does not report */
void deaths_stir_sleepers(struct stage *);              /* what they wait for in the kernel may never come there */
void deaths_take_in(struct stage *, struct play *, proc_id);    /* nothing, while the mutex can't be had */
void deaths_repeat(struct stage *, struct play *, proc_id, int signal, int64_t time);        /* p is killed again, as in the run that is followed */

/* stops.c */
char state_of(pid_t);                                   /* the letter as `ps` shows it; Z: dead; ?: it can't be known */
bool stat_line(pid_t, char *line, size_t room);         /* what /proc says of a process, as far as there is room; false: nothing */

/* outside.c */
bool outside_take_in(struct stage *, struct play *);
void outside_repeat(struct stage *, struct play *, proc_id, int signal, int64_t time);  /* as in the run that is followed */

/* host.c */
void host_live(struct stage *, proc_id, cell *own) __attribute__((noreturn));
void host_stir_all(struct stage *);
void host_catch_up(struct stage *, struct play *);
void actor_end(struct stage *, proc_id) __attribute__((noreturn));
#endif
