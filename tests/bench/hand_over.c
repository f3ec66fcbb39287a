/* The bare system: two processes hand a turn over and back, N times, each asleep on a futex while it is the
 * other's. Prints the seconds taken. What an action granted to a process, and its answer, are held against. */
#include <linux/futex.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct shared { _Atomic unsigned asked, answered; };

static void await(_Atomic unsigned *word, unsigned before)
{
	while (*word == before)
		syscall(SYS_futex, word, FUTEX_WAIT, before, NULL, NULL, 0);
}

static void raise_one(_Atomic unsigned *word)
{
	++*word;
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	unsigned n = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
	struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t other = s == MAP_FAILED ? -1 : fork();
	if (other < 0)
		return 1;
	for (unsigned i = 0; !other && i < n; i++) {
		await(&s->asked, i);
		raise_one(&s->answered);
	}
	if (!other)
		_exit(0);
	double begun = now();
	for (unsigned i = 0; i < n; i++) {
		raise_one(&s->asked);
		await(&s->answered, i);
	}
	printf("%.9f\n", now() - begun);
	waitpid(other, NULL, 0);
	return 0;
}
