/* Which robust mutexes a process holds: the kernel knows where their list is. */
#ifndef ROBUST_H
#define ROBUST_H
#include <linux/futex.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* pid: of a process that may be traced. */
static inline bool holds_one(pid_t pid)
{
	struct robust_list_head *at = NULL, there;
	size_t size = 0;
	if (syscall(SYS_get_robust_list, pid, &at, &size) || !at)
		return false;
	struct iovec from = { at, sizeof there }, to = { &there, sizeof there };
	return process_vm_readv(pid, &to, 1, &from, 1, 0) == sizeof there && there.list.next != &at->list;
}
#endif
