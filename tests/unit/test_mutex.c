/* The mutex of the shared part, and kills: a process that waits for it gets it, whichever other waiter was killed. */
#include "tests/unit/test.h"
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "sim/stage/memory.h"

enum { TRIES = 10, PATIENCE = 60 };      /* times; seconds, or FORKLORE_SECONDS where it is known that they will pass */

static struct program nothing;

static void *shared_memory(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(p, MAP_FAILED);
	return p;
}

/* A stage of which only the mutex and what goes with it exist. */
static struct stage mutex_alone(void)
{
	struct stage s = { .g = &nothing, .common = shared_memory(sizeof *s.common), .one_cpu = true,
		.shared = shared_memory(STAGE_CELLS * sizeof(cell)), .journal = shared_memory(sizeof(struct journal) + sizeof s.journal->entry[0]) };
	pthread_mutexattr_t a;
	pthread_mutexattr_init(&a);
	pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
	assert_int_equal(pthread_mutex_init(&s.common->mutex, &a), 0);
	pthread_mutexattr_destroy(&a);
	return s;
}

static void pause_a_millisecond(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

/* Until it sleeps in the kernel in a wait for a futex. */
static void until_it_waits(pid_t pid)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/syscall", pid);
	for (long number = -1; number != SYS_futex; pause_a_millisecond()) {
		FILE *f = fopen(path, "r");
		assert_non_null(f);
		if (fscanf(f, "%ld", &number) != 1)
			number = -1;
		fclose(f);
	}
}

/* A process that waits for the mutex, takes it, and ends. */
static pid_t waiter(struct stage *s)
{
	pid_t pid = fork();
	assert_int_not_equal(pid, -1);
	if (!pid) {
		stage_lock(s);
		stage_unlock(s);
		_exit(0);
	}
	until_it_waits(pid);
	return pid;
}

static bool ends(pid_t pid)
{
	const char *asked = getenv("FORKLORE_SECONDS");
	time_t limit = time(NULL) + (asked ? atol(asked) : PATIENCE);
	for (; time(NULL) < limit; pause_a_millisecond())
		if (waitpid(pid, NULL, WNOHANG) == pid)
			return true;
	return false;
}

/* The one that an unlock woke is killed before it runs, and another has taken the mutex in between: nobody sees that a third waits. */
static void test_one_that_was_woken_is_killed(void **state)
{
	(void)state;
	cpu_set_t before, one;
	sched_getaffinity(0, sizeof before, &before);
	CPU_ZERO(&one);
	for (int i = 0, found = 0; i < CPU_SETSIZE && !found; i++)
		if ((found = CPU_ISSET(i, &before)))
			CPU_SET(i, &one);
	sched_setaffinity(0, sizeof one, &one);
	bool asleep = false;
	for (int i = 0; i < TRIES && !asleep; i++) {
		struct stage s = mutex_alone();
		stage_lock(&s);
		pid_t woken = waiter(&s), third = waiter(&s);
		sched_setscheduler(woken, SCHED_IDLE, &(struct sched_param){ 0 });      /* it runs after all others */
		stage_unlock(&s);
		stage_lock(&s);
		kill(woken, SIGKILL);
		waitpid(woken, NULL, 0);
		stage_unlock(&s);
		asleep = !ends(third);
		if (asleep)
			kill(third, SIGKILL);
	}
	sched_setaffinity(0, sizeof before, &before);
	assert_false(asleep);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_one_that_was_woken_is_killed) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
