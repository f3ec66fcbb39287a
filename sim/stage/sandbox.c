/* seccomp and Landlock around a run. */
#include "sim/stage/sandbox.h"
#include "sim/stage/system.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <asm/ioctls.h>

#if defined __x86_64__
#define MACHINE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define MACHINE AUDIT_ARCH_AARCH64
#elif defined __riscv && __riscv_xlen == 64
#define MACHINE AUDIT_ARCH_RISCV64
#endif

/* Of a scenario's process, far more than any needs: one file, and memory of its own, stacks of threads included. */
#define LARGEST_FILE (256ull << 20)
#define MOST_MEMORY (4ull << 30)

static unsigned entered;                /* what this process is in */

static void cap(int resource, uint64_t most)
{
	struct rlimit r;
	if (sys_getrlimit(resource, &r) || r.rlim_max <= most)
		return;
	r.rlim_max = most;
	r.rlim_cur = r.rlim_cur > most ? most : r.rlim_cur;
	sys_setrlimit(resource, &r);
}

/* ---- seccomp ---- */

#ifdef MACHINE
enum { ROOM = 1024, SINCE_THEN_THE_SAME_EVERYWHERE = 424 };

struct filter { struct sock_filter rule[ROOM]; unsigned short count; };

static void put(struct filter *f, struct sock_filter rule)
{
	if (f->count < ROOM)
		f->rule[f->count++] = rule;
}

static void load(struct filter *f, uint32_t offset)
{
	put(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

static void answer(struct filter *f, uint32_t what)
{
	put(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what));
}

/* The next `rules` are only for this number. */
static void only(struct filter *f, uint32_t number, uint8_t rules)
{
	put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, rules));
}

static void decide(struct filter *f, uint32_t call, uint32_t what)
{
	only(f, call, 1);
	answer(f, what);
}

enum { REFUSED = SECCOMP_RET_ERRNO | EPERM, UNKNOWN = SECCOMP_RET_ERRNO | ENOSYS, ALLOWED = SECCOMP_RET_ALLOW };

static uint32_t argument(int n)
{
	return offsetof(struct seccomp_data, args) + (uint32_t)n * sizeof(uint64_t);    /* its lower half: all of these are little-endian */
}

/* Allowed only if these bits of the argument are as they should be; the number is loaded again for what follows. */
static void allow_if(struct filter *f, uint32_t call, int n, uint32_t mask, uint32_t bits)
{
	only(f, call, 5);
	load(f, argument(n));
	put(f, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
	put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, bits, 0, 1));
	answer(f, ALLOWED);
	answer(f, REFUSED);
}

static void begin(struct filter *f)
{
	f->count = 0;
	load(f, offsetof(struct seccomp_data, arch));
	put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0));
	answer(f, SECCOMP_RET_KILL);
	load(f, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__                       /* the same calls by other numbers */
	put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
	answer(f, REFUSED);
#endif
}

static bool install(struct filter *f)
{
	struct sock_fprog program = { f->count, f->rule };
	return f->count < ROOM && !sys_prctl(PR_SET_NO_NEW_PRIVS, 1, NULL) && !sys_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Processes and threads, but in no namespace of their own: that is the way to new rights. */
static void allow_clone(struct filter *f)
{
	const uint32_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
	allow_if(f, SYS_clone, 0, namespaces, 0);
	decide(f, SYS_clone3, UNKNOWN);         /* its flags are in memory: the C library takes the other */
}

/* Of sockets only pairs, and TCP, which the scenario's connections are; of other ways to use a terminal none that types for its user. */
static void allow_some_arguments(struct filter *f)
{
	allow_clone(f);
	allow_if(f, SYS_socketpair, 0, UINT32_MAX, AF_UNIX);
	only(f, SYS_socket, 9);
	load(f, argument(0));
	put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 1, 0));
	answer(f, REFUSED);
	load(f, argument(1));
	put(f, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf));
	put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SOCK_STREAM, 1, 0));
	answer(f, REFUSED);
	load(f, argument(2));
	put(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, ALLOWED));
	only(f, SYS_ioctl, 5);
	load(f, argument(1));
	put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCSTI, 1, 0));
	put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCLINUX, 0, 1));
	answer(f, REFUSED);
	answer(f, ALLOWED);
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
		put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, calls[k - 1], 2, 0));
		put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, calls[i], 0, 1));
		answer(f, ALLOWED);
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
	begin(&f);
	allow_some_arguments(&f);
	allow_runs(&f, calls, sizeof calls / sizeof *calls);
	put(&f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, SINCE_THEN_THE_SAME_EVERYWHERE, 0, 1));
	answer(&f, UNKNOWN);
	answer(&f, REFUSED);
	return install(&f);
}

void sandbox_no_sockets(void)
{
	static const uint32_t calls[] = { SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4 };
	struct filter f;
	if (!(entered & SANDBOX_CALLS))
		return;
	begin(&f);
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		decide(&f, calls[i], REFUSED);
	answer(&f, ALLOWED);
	install(&f);
}
#else
static bool filter_calls(void)
{
	return false;
}

void sandbox_no_sockets(void)
{
}
#endif

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
		cap(RLIMIT_NPROC, tasks + processes + OTHERS);
	if (entered) {
		cap(RLIMIT_FSIZE, LARGEST_FILE);
		cap(RLIMIT_DATA, MOST_MEMORY);
	}
	if (entered & SANDBOX_FILES)
		limit_more(folder);
}
