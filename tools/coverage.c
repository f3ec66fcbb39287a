/* In MODE=coverage a process and all that it forks count together, in memory that they share: so what a process did is counted although it
 * was killed. The counters lie in pages of their own (tools/coverage.ld). The first process writes them down at its end; if it is dead by
 * then, each of the others at its own. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define UNCOUNTED __attribute__((no_profile_instrument_function))

void __gcov_dump(void);
void __gcov_reset(void);

extern uint64_t __coverage_counters[], __coverage_counters_end[];
static uint64_t *shared;                /* the same memory a second time */
static size_t bytes;
static pid_t first;

UNCOUNTED static void must(int holds)
{
	if (!holds)
		abort();
}

UNCOUNTED static void share(void)
{
	must(mremap(shared, 0, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, __coverage_counters) == __coverage_counters);
}

/* Nothing has been counted yet. */
__attribute__((constructor(101))) UNCOUNTED static void begin(void)
{
	bytes = (size_t)((char *)__coverage_counters_end - (char *)__coverage_counters);
	shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(shared != MAP_FAILED);
	first = getpid();
	share();
}

UNCOUNTED static int another_will(void)
{
	char path[40], line[128] = "";
	snprintf(path, sizeof path, "/proc/%d/stat", (int)first);
	int fd = first == getpid() ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	ssize_t n = read(fd, line, sizeof line - 1);
	close(fd);
	const char *name_ends = strrchr(line, ')');
	return n > 0 && name_ends && !strchr("ZX", name_ends[2]);
}

/* What was counted so far is this process's alone, and everybody begins at 0: gcov adds to it what the files hold. */
__attribute__((destructor(101))) UNCOUNTED static void take_out(void)
{
	int takes = !another_will();
	if (mmap(__coverage_counters, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		return;                 /* a test leaves it no memory */
	for (size_t i = 0; takes && i < bytes / sizeof *shared; i++)
		__coverage_counters[i] = __atomic_exchange_n(&shared[i], 0, __ATOMIC_RELAXED);
}

UNCOUNTED void __coverage_keep(void)
{
	if (another_will())
		return;
	take_out();
	__gcov_dump();
	__gcov_reset();
	share();
}
