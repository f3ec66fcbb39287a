/* A fence around a process of our own. */
#include "sim/stage/fence.h"
#include "sim/stage/filter.h"
#include "sim/stage/sandbox.h"
#include <stdio.h>

#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = true };
#else
enum { SANITIZED = false };
#endif

/* What counts how often lines run writes that to files when the process ends. */
#ifdef FORKLORE_COVERAGE
enum { COUNTED = true };
#else
enum { COUNTED = false };
#endif

/* What is to start, signal, trace or change anything is refused; what reads and computes is not. */
static const uint32_t refused_calls[] = {
	SYS_execve, SYS_execveat, SYS_clone, SYS_clone3, SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_kill, SYS_tkill, SYS_pidfd_send_signal,
	SYS_ptrace, SYS_process_vm_writev, SYS_unlinkat, SYS_renameat2, SYS_mkdirat, SYS_linkat, SYS_symlinkat, SYS_mknodat, SYS_fchmodat, SYS_fchownat,
	SYS_truncate, SYS_mount, SYS_setsid, SYS_io_uring_setup, SYS_openat2,
#ifdef SYS_renameat
	SYS_renameat,
#endif
#ifdef SYS_open
	SYS_creat, SYS_fork, SYS_vfork, SYS_unlink, SYS_rename, SYS_mkdir, SYS_rmdir, SYS_link, SYS_symlink, SYS_mknod, SYS_chmod, SYS_chown,
#endif
};

static bool fence_calls(void)
{
	enum { WRITING = O_ACCMODE | O_CREAT | O_TRUNC };
	struct filter f;
	filter_begin(&f);
	for (size_t i = 0; i < sizeof refused_calls / sizeof *refused_calls; i++)
		filter_decide(&f, refused_calls[i], FILTER_REFUSES);
	filter_allow_if(&f, SYS_openat, 2, WRITING, O_RDONLY);
#ifdef SYS_open
	filter_allow_if(&f, SYS_open, 1, WRITING, O_RDONLY);
#endif
	filter_answer(&f, FILTER_ALLOWS);
	return filter_install(&f);
}

unsigned fence(uint64_t memory, uint64_t seconds)
{
	int nothing = sys_open("/dev/null", O_WRONLY | O_CLOEXEC, 0);
	if (nothing >= 0)
		sys_dup2(nothing, STDERR_FILENO);
	if (memory && !SANITIZED)       /* whose shadow of the memory is larger than any limit */
		limit_lower(RLIMIT_DATA, memory);
	if (seconds)
		limit_lower(RLIMIT_CPU, seconds);
	limit_lower(RLIMIT_CORE, 0);
	if (!COUNTED)
		limit_lower(RLIMIT_FSIZE, 0);
	unsigned got = sandbox_files_only();    /* first: the filter lets nothing more be limited */
	return got | (COUNTED || fence_calls() ? SANDBOX_CALLS : 0);
}
