/* How processes are forked; and system calls that fail because somebody wants them to: only builds that check themselves have those. */
#include "sim/stage/system.h"

pid_t fork_blocked(void)
{
	sigset_t all, before;
	sigfillset(&all);
	sys_sigprocmask(SIG_SETMASK, &all, &before);
	pid_t pid = sys_fork();
	int error = errno;
	if (pid)
		sys_sigprocmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return pid;
}

#ifdef FORKLORE_CHECKED
#include <stdio.h>
#include <string.h>

static const char *const names[] = {
#define CALL(type, name, parameters, arguments, failed, errors, what_for) [SYSTEM_##name] = #name,
#define RAW CALL
#include "sim/stage/system.def"
#undef CALL
#undef RAW
};

static _Atomic uint32_t *made;          /* by call; in memory that all processes share; NULL: nobody asked for it */
static struct { enum system_call call; int number; uint32_t nth; bool from_then_on, afterwards; } refused = { .call = SYSTEM_CALLS };

static _Thread_local bool is_due;       /* the signal, when the call has been made */

static void parse(const char *wish)
{
	char name[32], more = 0;
	int read = sscanf(wish, "%31[^:]:%d:%u%c", name, &refused.number, &refused.nth, &more);
	refused.from_then_on = more == '+';
	refused.afterwards = more == '>';
	for (int i = 0; i < SYSTEM_CALLS && read >= 3; i++)
		if (!strcmp(names[i], name))
			refused.call = (enum system_call)i;
	if (refused.call == SYSTEM_CALLS) {
		fprintf(stderr, "FORKLORE_REFUSE=%s: no such system call, or not NAME:NUMBER:N\n", wish);
		abort();
	}
}

/* Before anything else, so that nothing is closed, forked or forbidden yet. */
__attribute__((constructor)) static void begin(void)
{
	const char *wish = getenv("FORKLORE_REFUSE"), *path = getenv("FORKLORE_CALLS");
	size_t bytes = SYSTEM_CALLS * sizeof *made;
	if (!wish && !path)
		return;
	int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	if (path && (fd < 0 || ftruncate(fd, (off_t)bytes)))
		abort();
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | (path ? 0 : MAP_ANONYMOUS), fd, 0);
	if (at == MAP_FAILED)
		abort();
	if (fd >= 0)
		close(fd);
	if (wish)
		parse(wish);
	made = at;
}

bool system_refuses(enum system_call call)
{
	if (!made)
		return false;
	uint32_t n = ++made[call];
	if (call != refused.call || n < refused.nth || (n > refused.nth && !refused.from_then_on))
		return false;
	is_due = refused.afterwards;
	if (is_due)
		return false;
	if (refused.number < 0) {
		kill(getpid(), -refused.number);
		return false;
	}
	errno = refused.number;
	return true;
}

void system_made(void)
{
	if (!is_due)
		return;
	is_due = false;
	kill(getpid(), -refused.number);
}
#endif
