/* Sleeping in the kernel: on a futex, on the clock, for a child. */
#include "sim/stage/memory.h"
#include <errno.h>
#include <limits.h>
#include <setjmp.h>

void futex_wait_bits(futex_word *word, uint32_t seen, uint32_t bits, const struct timespec *relative)
{
	struct timespec until, *deadline = NULL;
	if (relative) {                         /* the bitset form takes an absolute time */
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += relative->tv_sec;
		until.tv_nsec += relative->tv_nsec;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		deadline = &until;
	}
	sys_futex_sleep(word, FUTEX_WAIT_BITSET, seen, deadline, bits);
}

void futex_wait(futex_word *word, uint32_t seen, const struct timespec *relative)
{
	sys_futex_sleep(word, FUTEX_WAIT, seen, relative, 0);
}

void futex_wake(futex_word *word, int count)
{
	sys_futex_rouse(word, FUTEX_WAKE, count, 0);
}

void futex_wake_bits(futex_word *word, uint32_t bits)
{
	sys_futex_rouse(word, FUTEX_WAKE_BITSET, INT_MAX, bits);
}

/* ---- system calls that a poke ends ----
 * A signal may come just before the call is entered; so its handler does not return there, but jumps
 * out. It may also come before there is anything to jump out of: so the process that pokes changes a word first,
 * and that is checked in between. Nothing is lost. */

static _Thread_local sigjmp_buf out;
static _Thread_local volatile sig_atomic_t armed;

void poked(int number)
{
	(void)number;
	if (armed) {
		armed = 0;
		siglongjmp(out, 1);
	}
}

void interruptible_init(void)
{
	struct sigaction a = { .sa_handler = poked, .sa_flags = SA_RESTART };
	sigemptyset(&a.sa_mask);
	sys_sigaction(SIGURG, &a, NULL);
}

void poke(const struct mailbox *box)
{
	sys_tgkill(box->pid, box->thread ? (pid_t)box->thread : box->pid, SIGURG);              /* a signal whose default is to be ignored: harmless to one that is not asleep */
}

static void sleep_call(int64_t micros)
{
	struct timespec t = { micros / 1000000, micros % 1000000 * 1000 };
	sys_clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

static void join_call(int64_t pid)
{
	siginfo_t info;
	sys_waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
}

static void poll_call(int64_t fd)
{
	struct pollfd p = { .fd = (int)fd, .events = POLLIN };
	sys_poll(&p, 1, -1);
}

struct futex_wait { futex_word *word; uint32_t seen, bits; const struct timespec *relative; };

static void futex_call(int64_t arg)
{
	const struct futex_wait *f = (const struct futex_wait *)(intptr_t)arg;
	futex_wait_bits(f->word, f->seen, f->bits, f->relative);
}

/* true: the call came to its own end. */
static bool interruptible(void (*call)(int64_t), int64_t arg, struct unless u)
{
	volatile bool ended = false;
	if (!sigsetjmp(out, 1)) {
		armed = 1;
		if (*(const volatile uint32_t *)u.word == u.seen) {
			call(arg);
			ended = true;
		}
	}
	armed = 0;
	return ended;
}

bool interruptible_sleep(int64_t micros, struct unless u)
{
	return interruptible(sleep_call, micros > 0 ? micros : 0, u);
}

bool interruptible_join(pid_t child, struct unless u)
{
	return interruptible(join_call, child, u);
}

struct requests { struct pollfd *at; unsigned long count; };

static void requests_call(int64_t arg)
{
	const struct requests *r = (const struct requests *)(intptr_t)arg;
	sys_poll(r->at, r->count, -1);
}

void interruptible_requests(struct pollfd *at, unsigned long count, struct unless u)
{
	struct requests r = { at, count };
	for (unsigned long i = 0; i < count; i++)
		at[i].revents = 0;
	interruptible(requests_call, (intptr_t)&r, u);
}

bool interruptible_poll(int fd, struct unless u)
{
	return interruptible(poll_call, fd, u);
}

void interruptible_wait(futex_word *word, uint32_t seen, uint32_t bits, const struct timespec *relative, struct unless u)
{
	struct futex_wait f = { word, seen, bits, relative };
	interruptible(futex_call, (intptr_t)&f, u);
}

int64_t clock_nanos(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

int64_t stage_time(const struct stage *s)
{
	return (clock_nanos() - s->common->start) / 1000;
}
