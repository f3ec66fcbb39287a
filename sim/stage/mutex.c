/* The mutex of the shared part: a process that changes that part holds it, and may be killed at any instruction. */
#include "sim/stage/memory.h"
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <string.h>

/* What has taken effect is reported; what is still under the journal may yet be undone. */
static void publish(struct stage *s)
{
	s->common->committed = s->shared[s->g->shared_cells + TAIL];
}

/* Other C libraries wait for a mutex by the clock on the wall alone: if somebody sets it, one look comes sooner or later. */
#ifdef __GLIBC__
enum { LOOK_CLOCK = CLOCK_MONOTONIC };
#else
enum { LOOK_CLOCK = CLOCK_REALTIME };
#define pthread_mutex_clocklock(mutex, clock, at) pthread_mutex_timedlock(mutex, at)
#endif

/* A process that an unlock has woken may be killed before it runs. If another has taken the mutex in between, without having seen
 * that any process waits, it wakes none: so no wait is without end, and each looks again. ETIMEDOUT: it is still held. */
static int lock_for_a_while(pthread_mutex_t *mutex)
{
#ifdef WITHOUT_ANOTHER_LOOK     /* so, too, and must see a process asleep */
	return pthread_mutex_lock(mutex);
#endif
	struct timespec at;
	clock_gettime(LOOK_CLOCK, &at);
	int64_t end = at.tv_nsec + MUTEX_NANOS;
	at.tv_sec += end / 1000000000;
	at.tv_nsec = end % 1000000000;
	return pthread_mutex_clocklock(mutex, LOOK_CLOCK, &at);
}

/* A process that died holding it left a change half done: it is undone, as if it had never been begun. e: what came of locking it. */
static void take(struct stage *s, int e)
{
	if (e == EOWNERDEAD) {
		s->common->deaths++;
#ifndef WITHOUT_JOURNAL         /* `make torture` builds it so, and must see that something is torn */
		journal_undo(s->journal, s->shared);
#endif
		publish(s);             /* it may have died after its change took effect, and before this */
		pthread_mutex_consistent(&s->common->mutex);
		e = 0;
	}
	assert(!e);
}

void stage_lock(struct stage *s)
{
	int e = pthread_mutex_trylock(&s->common->mutex);
	for (int i = 1; e == EBUSY && i < MUTEX_LOOKS && !s->one_cpu; i++)
		if ((e = pthread_mutex_trylock(&s->common->mutex)) == EBUSY)
			for (int k = 0; k < MUTEX_PAUSES; k++)
				pause_cpu();
	while (e == EBUSY || e == ETIMEDOUT)
		e = lock_for_a_while(&s->common->mutex);
	take(s, e);
}

bool stage_lock_soon(struct stage *s)
{
	int e = pthread_mutex_trylock(&s->common->mutex);
	if (e == EBUSY)
		e = lock_for_a_while(&s->common->mutex);
	if (e == ETIMEDOUT)
		return false;
	take(s, e);
	return true;
}

bool stage_lock_patiently(struct stage *s)
{
	bool locked;
	while (!(locked = stage_lock_soon(s)) && !stage_gives_up(s))
		;
	return locked;
}

/* The word of a robust mutex is what the kernel reads when a thread dies: its number is in it. */
pid_t stage_holder(const struct stage *s)
{
#ifdef __GLIBC__
	return (pid_t)(*(const volatile uint32_t *)&s->common->mutex.__data.__lock & FUTEX_TID_MASK);
#else
	(void)s;
	return 0;
#endif
}

/* Emptying the journal is what makes the change take effect. */
void stage_commit(struct stage *s)
{
	__atomic_store_n(&s->journal->count, 0, __ATOMIC_RELEASE);
}

void stage_unlock(struct stage *s)
{
	stage_commit(s);
	publish(s);
	pthread_mutex_unlock(&s->common->mutex);
}

/* Write a cell of the stage's own, under the same journal as the world's. */
void stage_store(struct stage *s, cell *at, cell v)
{
	struct journal *j = s->journal;
	assert(j->count < j->room);
	j->entry[j->count].at = at - s->shared;
	j->entry[j->count].old = *at;
	__atomic_store_n(&j->count, j->count + 1, __ATOMIC_RELEASE);
	atomic_signal_fence(memory_order_seq_cst);
	__atomic_store_n(at, v, __ATOMIC_RELEASE);
}

/* ---- whose turn it is ----
 * The default main takes no time: it moves as soon as it can, before any other process. So its turn comes under the same taking of
 * the mutex as what has freed it, and lasts until it can't go on. Everybody else then waits, for the turn if not for the mutex.
 *
 * A process that is killed owes none a wake-up: it wakes before its change takes effect, and what it has not changed then it
 * need not tell. If main is killed in its turn, the controller ends that when it takes in the death. */

static void end_turn(struct stage *s)
{
	s->common->turn = 0;
	futex_wake(&s->common->turn, INT_MAX);
}

void stage_lock_to_move(struct stage *s, proc_id p)
{
	for (;;) {
		proc_id turn = s->common->turn;         /* seen without the mutex, which whose turn it is needs more */
		if (turn && turn != p) {
			futex_wait(&s->common->turn, turn, NULL);
			continue;
		}
		stage_lock(s);
		turn = s->common->turn;
		if (!turn || turn == p)
			return;
		stage_unlock(s);
	}
}

void turn_keep(struct stage *s)
{
	s->common->rests = false;
	if (who_is(s->shared, MAIN)->life != LIFE_ALIVE)
		end_turn(s);
	else
		s->common->turn = MAIN;
}

/* What it rests at is left for others to see: whether it may move is asked where everything that may move is asked. */
void turn_rest(struct stage *s, proc_id p, const cell *own)
{
	if (!moves_at_once(s, p))
		return;
	memcpy(s->resting, own, s->g->private_cells * sizeof *own);
	s->common->rests = true;
	end_turn(s);
}

void turn_give(struct stage *s)
{
	if (who_is(s->shared, MAIN)->life != LIFE_ALIVE) {
		end_turn(s);                    /* it was killed, perhaps in its turn */
		return;
	}
	if (!s->common->rests)
		return;
	enum can can = world_can(s->g, s->shared, s->resting, MAIN);
	bool asleep = ((const struct own *)s->resting)->asleep;         /* then time alone frees it, or death */
	if (can == CAN_NOT || (asleep && can != CAN_DIE))
		return;
	s->common->turn = MAIN;
	actor_stir(s, MAIN);
}
