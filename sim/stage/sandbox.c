/* seccomp and Landlock around a run. */
#include "sim/stage/sandbox.h"
#include "sim/stage/filter.h"
#include <errno.h>
#include <asm/ioctls.h>
#include <linux/sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* Of a scenario's process, far more than any needs: one file, and memory of its own, stacks of threads included. */
#define LARGEST_FILE (256ull << 20)
#define MOST_MEMORY (4ull << 30)

static unsigned entered;                /* what this process is in */

/* ---- seccomp ---- */

enum { SINCE_THEN_THE_SAME_EVERYWHERE = 424 };

/* Processes and threads, but in no namespace of their own: that is the way to new rights. */
static void allow_clone(struct filter *f)
{
	const uint32_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
	filter_allow_if(f, SYS_clone, 0, namespaces, 0);
	filter_decide(f, SYS_clone3, FILTER_UNKNOWN);   /* its flags are in memory: the C library takes the other */
}

/* Of sockets only pairs, and TCP, which the scenario's connections are; of other ways to use a terminal none that types for its user. */
static void allow_some_arguments(struct filter *f)
{
	allow_clone(f);
	filter_allow_if(f, SYS_socketpair, 0, UINT32_MAX, AF_UNIX);
	filter_only(f, SYS_socket, 9);
	filter_argument(f, 0);
	filter_put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 1, 0));
	filter_answer(f, FILTER_REFUSES);
	filter_argument(f, 1);
	filter_put(f, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf));
	filter_put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SOCK_STREAM, 1, 0));
	filter_answer(f, FILTER_REFUSES);
	filter_argument(f, 2);
	filter_put(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, FILTER_ALLOWS));
	filter_only(f, SYS_ioctl, 5);
	filter_argument(f, 1);
	filter_put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCSTI, 1, 0));
	filter_put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCLINUX, 0, 1));
	filter_answer(f, FILTER_REFUSES);
	filter_answer(f, FILTER_ALLOWS);
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

/* Numbers that follow each other are allowed together: the kernel goes through all of this for each number there is, when it is installed. */
static void allow_runs(struct filter *f, uint32_t *calls, size_t count)
{
	qsort(calls, count, sizeof *calls, by_number);
	for (size_t i = 0, k; i < count; i = k) {
		for (k = i + 1; k < count && calls[k] <= calls[k - 1] + 1; k++)
			;
		filter_put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, calls[k - 1], 2, 0));
		filter_put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, calls[i], 0, 1));
		filter_answer(f, FILTER_ALLOWS);
	}
}

static bool filter_calls(void)
{
	uint32_t calls[] = {
#define CALL(name, why) SYS_##name,
#include "sim/stage/sandbox.def"
#undef CALL
	};
	struct filter f;
	filter_begin(&f);
	allow_some_arguments(&f);
	allow_runs(&f, calls, sizeof calls / sizeof *calls);
	filter_put(&f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, SINCE_THEN_THE_SAME_EVERYWHERE, 0, 1));
	filter_answer(&f, FILTER_UNKNOWN);
	filter_answer(&f, FILTER_REFUSES);
	return filter_install(&f);
}

void sandbox_no_sockets(void)
{
	static const uint32_t calls[] = { SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4 };
	struct filter f;
	if (!(entered & SANDBOX_CALLS))
		return;
	filter_begin(&f);
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		filter_decide(&f, calls[i], FILTER_REFUSES);
	filter_answer(&f, FILTER_ALLOWS);
	filter_install(&f);
}

/* ---- Landlock ----
 * Written down here, for the headers may be older than the kernel. */

#ifdef SYS_landlock_create_ruleset
struct ruleset { uint64_t files, ports, scopes; };
struct __attribute__((packed)) below { uint64_t allowed; int32_t folder; };
struct __attribute__((packed)) port { uint64_t allowed, port; };
enum { BELOW = 1, PORT = 2, ABI = 1 };
enum {
	EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_DIR = 1 << 3, REMOVE_DIR = 1 << 4, REMOVE_FILE = 1 << 5, MAKE_DIR = 1 << 7,
	MAKE_REG = 1 << 8, UP_TO_MAKE_SYM = (1 << 13) - 1, REFER = 1 << 13, TRUNCATE = 1 << 14, IOCTL_DEV = 1 << 15,
	OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV, READING = READ_FILE | READ_DIR,
	CHANGING = WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | TRUNCATE | IOCTL_DEV,
	BIND = 1 << 0, CONNECT = 1 << 1, ABSTRACT = 1 << 0, SIGNALS = 1 << 1,
};

static int version(void)
{
	long v = sys_landlock_create_ruleset(NULL, 0, ABI);
	return v > 0 ? (int)v : 0;
}

/* What the kernel knows of it. */
static uint64_t known(int v)
{
	return UP_TO_MAKE_SYM | (v >= 2 ? REFER : 0) | (v >= 3 ? TRUNCATE : 0) | (v >= 5 ? IOCTL_DEV : 0);
}

/* -1: there is no Landlock. */
static int rules_begin(int v, uint64_t files, uint64_t ports)
{
	struct ruleset r = { files & known(v), v >= 4 ? ports : 0, v >= 6 ? ABSTRACT | SIGNALS : 0 };
	size_t size = v >= 6 ? sizeof r : v >= 4 ? offsetof(struct ruleset, scopes) : offsetof(struct ruleset, ports);
	return v ? sys_landlock_create_ruleset(&r, size, 0) : -1;
}

/* false: what is there can't be allowed. */
static bool allow_below(int rules, int v, const char *path, uint64_t what)
{
	struct stat is;
	int fd = sys_open(path, O_PATH | O_CLOEXEC, 0);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == ELOOP || errno == ENAMETOOLONG;
	bool good = !sys_fstat(fd, &is);
	if (good) {
		struct below b = { what & known(v) & (S_ISDIR(is.st_mode) ? ~(uint64_t)0 : OF_FILES), fd };
		good = !sys_landlock_add_rule(rules, BELOW, &b, 0);
	}
	sys_close(fd);
	return good;
}

static bool allow_port(int rules, int v, uint16_t number, uint64_t what)
{
	struct port p = { what, number };
	return v < 4 || !sys_landlock_add_rule(rules, PORT, &p, 0);
}

/* good: all of them could be made. */
static bool rules_hold(int rules, bool good)
{
	good = good && !sys_prctl(PR_SET_NO_NEW_PRIVS, 1, NULL) && !sys_landlock_restrict_self(rules, 0);
	sys_close(rules);
	return good;
}

static bool limit_files(const char *const *read, const char *const *written)
{
	int v = version(), rules = rules_begin(v, UP_TO_MAKE_SYM | REFER | TRUNCATE | IOCTL_DEV, BIND | (written ? 0 : CONNECT));
	if (rules < 0)
		return false;
	bool good = true;
	for (; good && read && *read; read++)
		good = allow_below(rules, v, *read, READING);
	for (; good && written && *written; written++)
		good = allow_below(rules, v, *written, READING | CHANGING);
	if (good && written)
		good = allow_port(rules, v, 0, BIND);           /* the kernel chooses which */
	return rules_hold(rules, good);         /* a part would keep the run from what it needs, and say that it is not permitted */
}

/* To whom they connect can't be limited: the port of a listener is known only when it listens. */
static void limit_more(const char *folder)
{
	int v = version(), rules = rules_begin(v, (UP_TO_MAKE_SYM & ~READING) | TRUNCATE | IOCTL_DEV, 0);
	if (rules < 0)
		return;
	rules_hold(rules, !folder || allow_below(rules, v, folder, WRITE_FILE | TRUNCATE));
}
#else
static bool limit_files(const char *const *read, const char *const *written)
{
	return false;
}

static void limit_more(const char *folder)
{
}
#endif

/* ---- all of it ---- */

/* So many processes and threads there are now, of everybody; 0: not known. */
static uint64_t all_tasks(void)
{
	char line[80] = "";
	unsigned long tasks = 0;
	int fd = sys_open("/proc/loadavg", O_RDONLY | O_CLOEXEC, 0);
	ssize_t n = fd < 0 ? -1 : sys_read(fd, line, sizeof line - 1);
	if (fd >= 0)
		sys_close(fd);
	return n > 0 && sscanf(line, "%*s %*s %*s %*u/%lu", &tasks) == 1 ? tasks : 0;
}

unsigned sandbox_enter(const char *const *read, const char *const *written)
{
	bool files = !SANDBOX_LEFT_OUT && limit_files(read, written);       /* first: the filter lets no other rules be made by accident */
	bool calls = !SANDBOX_LEFT_OUT && filter_calls();
	entered = (files ? SANDBOX_FILES : 0) | (calls ? SANDBOX_CALLS : 0);
	return SANDBOX_LEFT_OUT ? SANDBOX_ALL : entered;
}

unsigned sandbox_files_only(void)
{
	static const char *const system[] = { "/proc", "/sys/fs/cgroup", "/usr", "/lib", "/lib64", NULL };
	return SANDBOX_LEFT_OUT || limit_files(system, NULL) ? SANDBOX_FILES : 0;
}

void sandbox_tighten(const char *folder, uint32_t processes)
{
	enum { OTHERS = 2048 };         /* the same user may start more meanwhile */
	uint64_t tasks = entered ? all_tasks() : 0;
	if (tasks)
		limit_lower(RLIMIT_NPROC, tasks + processes + OTHERS);
	if (entered) {
		limit_lower(RLIMIT_FSIZE, LARGEST_FILE);
		limit_lower(RLIMIT_DATA, MOST_MEMORY);
	}
	if (entered & SANDBOX_FILES)
		limit_more(folder);
}
