/* A fence around a process of our own. */
#include "sim/stage/fence.h"
#include "sim/stage/sandbox.h"
#include "sim/stage/system.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>

#if defined __x86_64__
#define MACHINE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define MACHINE AUDIT_ARCH_AARCH64
#elif defined __riscv && __riscv_xlen == 64
#define MACHINE AUDIT_ARCH_RISCV64
#endif

#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = true };
#else
enum { SANITIZED = false };
#endif

static void limit(int resource, uint64_t most)
{
	struct rlimit r;
	if (sys_getrlimit(resource, &r))
		return;
	if (r.rlim_max == RLIM_INFINITY || r.rlim_max > most)
		r.rlim_cur = r.rlim_max = most;
	sys_setrlimit(resource, &r);
}

#ifdef MACHINE
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, (what))
/* A call of that number is refused, as if it were not permitted. */
#define REFUSE(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), ANSWER(SECCOMP_RET_ERRNO | EPERM)
/* .. unless the lowest bits of an argument are as they should be. */
#define REFUSE_UNLESS(number, argument, mask, bits) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 5), LOAD(args[argument]), \
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (mask)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (bits), 1, 0), ANSWER(SECCOMP_RET_ERRNO | EPERM), LOAD(nr)

static bool fence_calls(void)
{
	struct sock_filter rules[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0),
		ANSWER(SECCOMP_RET_KILL),
		LOAD(nr),
#ifdef __x86_64__                       /* the same calls by other numbers */
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
		ANSWER(SECCOMP_RET_ERRNO | EPERM),
#endif
		REFUSE(SYS_execve),
		REFUSE(SYS_execveat),
		REFUSE(SYS_clone),
		REFUSE(SYS_clone3),
		REFUSE(SYS_socket),
		REFUSE(SYS_socketpair),
		REFUSE(SYS_connect),
		REFUSE(SYS_bind),
		REFUSE(SYS_kill),
		REFUSE(SYS_tkill),
		REFUSE(SYS_pidfd_send_signal),
		REFUSE(SYS_ptrace),
		REFUSE(SYS_process_vm_writev),
		REFUSE(SYS_unlinkat),
#ifdef SYS_renameat
		REFUSE(SYS_renameat),
#endif
		REFUSE(SYS_renameat2),
		REFUSE(SYS_mkdirat),
		REFUSE(SYS_linkat),
		REFUSE(SYS_symlinkat),
		REFUSE(SYS_mknodat),
		REFUSE(SYS_fchmodat),
		REFUSE(SYS_fchownat),
		REFUSE(SYS_truncate),
		REFUSE(SYS_mount),
		REFUSE(SYS_setsid),
		REFUSE(SYS_io_uring_setup),
		REFUSE(SYS_openat2),
		REFUSE_UNLESS(SYS_openat, 2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY),
#ifdef SYS_open
		REFUSE_UNLESS(SYS_open, 1, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY),
		REFUSE(SYS_creat),
		REFUSE(SYS_fork),
		REFUSE(SYS_vfork),
		REFUSE(SYS_unlink),
		REFUSE(SYS_rename),
		REFUSE(SYS_mkdir),
		REFUSE(SYS_rmdir),
		REFUSE(SYS_link),
		REFUSE(SYS_symlink),
		REFUSE(SYS_mknod),
		REFUSE(SYS_chmod),
		REFUSE(SYS_chown),
#endif
		ANSWER(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof rules / sizeof *rules, rules };
	return !sys_prctl(PR_SET_NO_NEW_PRIVS, 1, NULL) && !sys_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
#else
static bool fence_calls(void)
{
	return false;
}
#endif

unsigned fence(uint64_t memory, uint64_t seconds)
{
	int nothing = sys_open("/dev/null", O_WRONLY | O_CLOEXEC, 0);
	if (nothing >= 0)
		sys_dup2(nothing, STDERR_FILENO);
	if (memory && !SANITIZED)       /* whose shadow of the memory is larger than any limit */
		limit(RLIMIT_DATA, memory);
	if (seconds)
		limit(RLIMIT_CPU, seconds);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	unsigned got = sandbox_files_only();    /* first: the filter lets nothing more be limited */
	return got | (fence_calls() ? SANDBOX_CALLS : 0);
}
