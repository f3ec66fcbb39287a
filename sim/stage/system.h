/* All system calls that the stage makes go through here: sys_fork is fork. In a release build it is nothing else, and costs nothing. In a
 * build that checks itself (debug, asan, fuzz) the n-th call of a kind, by any process of a run, can be made to fail, or the process
 * that makes it be killed or stopped there. Two variables of the environment say so:
 *
 *   FORKLORE_REFUSE=fork:11:3      the third fork fails, with errno 11; 3+: and all from then on
 *   FORKLORE_REFUSE=fork:-9:3      the process that is about to make the third fork gets signal 9 instead
 *   FORKLORE_REFUSE=fork:-9:3>     it gets it as soon as it has made that
 *   FORKLORE_CALLS=FILE            how often each call was made: 32-bit numbers, in the order of system.def */
#ifndef STAGE_SYSTEM_H
#define STAGE_SYSTEM_H
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* One call for the kernel, two for us: to sleep on a word may fail, to wake those that sleep there can't. */
static inline int futex_sleep(const void *word, int what, uint32_t seen, const struct timespec *until, uint32_t bits)
{
	return (int)syscall(SYS_futex, word, what, seen, until, NULL, bits);
}

static inline int futex_rouse(const void *word, int what, int most, uint32_t bits)
{
	return (int)syscall(SYS_futex, word, what, most, NULL, NULL, bits);
}

enum system_call {
#define CALL(type, name, parameters, arguments, failed, errors, what_for) SYSTEM_##name,
#define RAW CALL
#include "sim/stage/system.def"
#undef CALL
#undef RAW
	SYSTEM_CALLS
};

#ifdef FORKLORE_CHECKED
bool system_refuses(enum system_call);          /* errno is set, then */
void system_made(void);                         /* the call of which that was asked */
#else
static inline void system_made(void)
{
}

static inline bool system_refuses(enum system_call call)
{
	(void)call;
	return false;
}
#endif

#define CALL(type, name, parameters, arguments, failed, errors, what_for) \
	SYSTEM_MAKE(type, sys_##name parameters, SYSTEM_##name, name arguments, failed)
#define RAW(type, name, parameters, arguments, failed, errors, what_for) \
	SYSTEM_MAKE(type, sys_##name parameters, SYSTEM_##name, (type)syscall(SYS_##name, SYSTEM_LIST arguments), failed)
#define SYSTEM_MAKE(type, head, which, call, failed) \
	static inline type head \
	{ \
		if (system_refuses(which)) \
			return (type)(failed); \
		type came = call; \
		system_made(); \
		return came; \
	}
#define SYSTEM_LIST(...) __VA_ARGS__
#include "sim/stage/system.def"
#undef CALL
#undef RAW
#undef SYSTEM_MAKE

/* A fork after which the child has all signals blocked, until it says what it does with them: before, it would take them as its parent
 * does, or die of one that is meant for the run. The parent's are as they were. The result and errno are those of fork. */
pid_t fork_blocked(void);
#endif
