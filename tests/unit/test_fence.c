/* What a process behind the fence can't do, and what it still can. */
#include "tests/unit/test.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sim/stage/aside.h"
#include "sim/stage/fence.h"
#include "sim/stage/sandbox.h"

/* '-': refused, as it must be; '+': done. */
static void note(char *at, bool done)
{
	*at = !done && errno == EPERM ? '-' : done ? '+' : '?';
}

static void note_file(char *at, bool done)
{
	*at = !done && errno == EACCES ? '-' : done ? '+' : '?';
}

static bool can_run(void)
{
	char *const words[] = { "true", NULL };
	execv("/bin/true", words);
	return false;
}

static bool can_fork(void)
{
	pid_t child = fork();
	if (!child)
		_exit(0);
	return child > 0;
}

static void try_it(void *with, int fd)
{
	char found[10] = "????????";
	unsigned got = fence(0, 0);
	(void)with;
	found[8] = got & SANDBOX_CALLS ? 'y' : 'n';
	found[9] = got & SANDBOX_FILES ? 'y' : 'n';
	if (!(got & SANDBOX_CALLS))             /* what is tried would be done */
		_exit(write(fd, found, sizeof found) != sizeof found);
	note(&found[0], can_fork());
	note(&found[1], socket(AF_INET, SOCK_STREAM, 0) >= 0);
	note(&found[2], !kill(getppid(), 0));
	note(&found[3], open("/dev/null", O_WRONLY) >= 0);
	note(&found[4], !unlink("/dev/null/nothing"));
	note(&found[5], can_run());
	note(&found[6], open("/proc/self/statm", O_RDONLY) >= 0);
	note_file(&found[7], open("/etc/passwd", O_RDONLY) >= 0);
	if (write(fd, found, sizeof found) != sizeof found)
		_exit(1);
}

static void it_keeps_a_process_in(void **state)
{
	struct aside a;
	char found[11] = "";
	(void)state;
#ifdef FORKLORE_COVERAGE
	skip();                         /* what it counts it writes to files: there is no fence */
#endif
	assert_true(aside_begin(&a, try_it, NULL));
	fcntl(a.fd, F_SETFL, 0);
	for (ssize_t n, at = 0; (n = read(a.fd, found + at, sizeof found - 1 - at)) > 0; at += n)
		;
	assert_int_equal(aside_over(&a), 0);
	if (found[8] == 'n')
		skip();                 /* this kernel has no such filter */
	assert_memory_equal(found, "------+", 7);
	if (found[9] == 'y' && !SANDBOX_LEFT_OUT)
		assert_int_equal(found[7], '-');
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(it_keeps_a_process_in) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
