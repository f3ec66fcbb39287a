/* What a run's processes can't do, as long as the kernel has what keeps them from it; and what they still can. */
#include "tests/unit/test.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sim/stage/sandbox.h"

static char folder[] = "/tmp/forklore-test-XXXXXX", inside[64], outside[64];
static pid_t other;

static bool opens(const char *path, int how)
{
	int fd = open(path, how | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool makes_socket(int domain, int type)
{
	int fd = socket(domain, type, 0);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* ---- what is tried: each says whether it could be done ---- */

static bool try_exec(void)
{
	pid_t child = fork();
	int status = 0;
	if (!child) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	return child > 0 && waitpid(child, &status, 0) == child && !WEXITSTATUS(status);
}
static bool try_passwd(void)      { return opens("/etc/passwd", O_RDONLY); }
static bool try_home(void)        { return opens(outside, O_RDONLY); }
static bool try_change(void)      { return opens(outside, O_WRONLY); }
static bool try_truncate(void)    { return opens(outside, O_RDONLY | O_TRUNC) || !truncate(outside, 0); }
static bool try_make(void)        { char path[80]; snprintf(path, sizeof path, "%s.new", outside); return opens(path, O_WRONLY | O_CREAT); }
static bool try_remove(void)      { return !unlink(outside); }
static bool try_mode(void)        { return !chmod(outside, 0777); }
static bool try_link(void)        { char path[80]; snprintf(path, sizeof path, "%s/link", folder); return !symlink("/etc/passwd", path); }
static bool try_udp(void)         { return makes_socket(AF_INET, SOCK_DGRAM); }
static bool try_tcp(void)         { return makes_socket(AF_INET, SOCK_STREAM); }
static bool try_tcp6(void)        { return makes_socket(AF_INET6, SOCK_STREAM); }
static bool try_unix(void)        { return makes_socket(AF_UNIX, SOCK_STREAM); }
static bool try_netlink(void)     { return makes_socket(AF_NETLINK, SOCK_RAW); }
static bool try_signal(void)      { return !kill(other, SIGTERM); }
static bool try_ptrace(void)      { return !ptrace(PTRACE_ATTACH, other, NULL, NULL); }
static bool try_namespace(void)   { return !unshare(CLONE_NEWUSER); }
static bool try_clone(void)       { long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0); if (!pid) _exit(0); return pid > 0; }
static bool try_mount(void)       { return !mount("none", folder, "tmpfs", 0, NULL); }
static bool try_typing(void)      { return !ioctl(0, TIOCSTI, "x") || errno == ENOTTY; }
static bool try_memory(void)      { return mmap(NULL, 5ull << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED; }

static bool try_disk(void)
{
	int fd = open(inside, O_WRONLY);
	signal(SIGXFSZ, SIG_IGN);
	bool done = fd >= 0 && pwrite(fd, "x", 1, 1ll << 30) == 1;
	close(fd);
	return done;
}

/* They stand still until all are there, so that each counts. root may always start more. */
static bool try_bomb(void)
{
	enum { MANY = 20000 };
	int gate[2], forked = 0;
	if (pipe(gate))
		return true;
	for (pid_t child = 0; forked < MANY; forked++) {
		if ((child = fork()) < 0)
			break;
		if (!child) {
			char c;
			close(gate[1]);
			_exit((int)read(gate[0], &c, 1));
		}
	}
	close(gate[1]);
	while (wait(NULL) > 0)
		;
	return forked == MANY;
}

static bool try_inside(void)      { return opens(inside, O_RDWR | O_TRUNC); }
static bool try_library(void)     { return opens("/usr/lib", O_RDONLY | O_DIRECTORY); }
static bool try_fork(void)        { pid_t child = fork(); if (!child) _exit(0); return child > 0 && waitpid(child, NULL, 0) == child && kill(getpid(), 0) == 0; }
static bool try_pair(void)        { int fd[2]; return !socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd); }

/* A version of Landlock that is needed, besides what `by` says. */
struct trial { const char *what; bool (*can)(void); unsigned by; int since; bool no_root; };
static const struct trial denied[] = {
	{ "start a program", try_exec, SANDBOX_CALLS, 0, false },
	{ "read /etc/passwd", try_passwd, SANDBOX_FILES, 1, false },
	{ "read a file beside its folder", try_home, SANDBOX_FILES, 1, false },
	{ "change a file beside its folder", try_change, SANDBOX_FILES, 1, false },
	{ "empty a file beside its folder", try_truncate, SANDBOX_ALL, 3, false },
	{ "make a file beside its folder", try_make, SANDBOX_FILES, 1, false },
	{ "remove a file beside its folder", try_remove, SANDBOX_FILES, 1, false },
	{ "change who may read a file", try_mode, SANDBOX_CALLS, 0, false },
	{ "make a link", try_link, SANDBOX_CALLS, 0, false },
	{ "send datagrams", try_udp, SANDBOX_CALLS, 0, false },
	{ "open a TCP connection", try_tcp, SANDBOX_CALLS, 0, false },
	{ "open a TCP connection (6)", try_tcp6, SANDBOX_CALLS, 0, false },
	{ "connect to a server of this machine", try_unix, SANDBOX_CALLS, 0, false },
	{ "ask the kernel about networks", try_netlink, SANDBOX_CALLS, 0, false },
	{ "signal a process outside", try_signal, SANDBOX_FILES, 6, false },
	{ "trace a process outside", try_ptrace, SANDBOX_CALLS, 0, false },
	{ "enter a namespace of its own", try_namespace, SANDBOX_CALLS, 0, false },
	{ "start a process in one", try_clone, SANDBOX_CALLS, 0, false },
	{ "mount", try_mount, SANDBOX_CALLS, 0, false },
	{ "type into the terminal", try_typing, SANDBOX_CALLS, 0, false },
	{ "take all memory", try_memory, SANDBOX_CALLS, 0, false },
	{ "fill the disk", try_disk, SANDBOX_CALLS, 0, false },
	{ "start processes without end", try_bomb, SANDBOX_CALLS, 0, true },
};
static const struct trial allowed[] = {
	{ "change its own file", try_inside, 0, 0, false }, { "read a library", try_library, 0, 0, false }, { "start a process", try_fork, 0, 0, false },
	{ "talk to its own", try_pair, 0, 0, false },
};

static int landlock(void)
{
#ifdef SYS_landlock_create_ruleset
	long v = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
	return v > 0 ? (int)v : 0;
#else
	return 0;
#endif
}

static unsigned enter(void)
{
	const char *const read[] = { "/usr", "/lib", "/lib64", "/proc", NULL }, *const change[] = { folder, NULL };
	unsigned got = sandbox_enter(read, change);
	sandbox_no_sockets();
	sandbox_tighten(folder, 10);
	return got;
}

/* In a process of its own: 'd' denied, 'c' could, '?' it is not tried here. */
static void answer(int fd, const struct trial *t, int version)
{
	enum { NOBODY = 65534 };
	bool able = !t->no_root || getuid() || (!setgid(NOBODY) && !setuid(NOBODY));
	unsigned got = enter();
	bool tried = able && !(t->by & ~got) && version >= t->since && !SANDBOX_LEFT_OUT;
	char c = !tried && t->by ? '?' : t->can() ? 'c' : 'd';
	_exit(write(fd, &c, 1) != 1);
}

static char ask(const struct trial *t)
{
	int end[2], version = landlock();
	char c = '!';
	assert_int_equal(pipe(end), 0);
	pid_t child = fork();
	if (!child)
		answer(end[1], t, version);
	close(end[1]);
	assert_int_equal(read(end[0], &c, 1), 1);
	close(end[0]);
	waitpid(child, NULL, 0);
	return c;
}

static void it_keeps_a_run_in(void **state)
{
	int tried = 0;
	(void)state;
	for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) {
		char c = ask(&denied[i]);
		if (c == 'c')
			fail_msg("it can %s", denied[i].what);
		tried += c == 'd';
	}
	if (!tried)
		skip();                 /* this kernel, or this build, has no sandbox */
}

static void it_lets_a_run_play(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
		if (ask(&allowed[i]) != 'c')
			fail_msg("it can't %s", allowed[i].what);
}

static void make(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0666);
	assert_true(fd >= 0 && !fchmod(fd, 0666));
	close(fd);
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder) || chmod(folder, 0777))
		return 1;
	snprintf(inside, sizeof inside, "%s/inside", folder);
	snprintf(outside, sizeof outside, "%s.outside", folder);
	make(inside);
	make(outside);
	other = fork();
	if (!other)
		for (;;)
			pause();
	return other < 0;
}

static int tear_down(void **state)
{
	(void)state;
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	unlink(inside);
	unlink(outside);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(it_keeps_a_run_in), cmocka_unit_test(it_lets_a_run_play) };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
