/* seccomp's filters, written by hand. */
#include "sim/stage/filter.h"
#include <linux/audit.h>
#include <stddef.h>

#if defined __x86_64__
enum { MACHINE = AUDIT_ARCH_X86_64 };
#elif defined __aarch64__ && defined __ORDER_LITTLE_ENDIAN__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { MACHINE = AUDIT_ARCH_AARCH64 };
#elif defined __riscv && __riscv_xlen == 64
enum { MACHINE = AUDIT_ARCH_RISCV64 };
#else
enum { MACHINE = 0 };
#endif

void filter_put(struct filter *f, struct sock_filter rule)
{
	if (f->count < sizeof f->rule / sizeof *f->rule)
		f->rule[f->count++] = rule;
}

static void load(struct filter *f, uint32_t offset)
{
	filter_put(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

void filter_number(struct filter *f)
{
	load(f, offsetof(struct seccomp_data, nr));
}

void filter_argument(struct filter *f, int n)
{
	load(f, offsetof(struct seccomp_data, args) + (uint32_t)n * sizeof(uint64_t));  /* all of these machines are little-endian */
}

void filter_answer(struct filter *f, uint32_t what)
{
	filter_put(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what));
}

void filter_only(struct filter *f, uint32_t call, uint8_t rules)
{
	filter_put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, rules));
}

void filter_decide(struct filter *f, uint32_t call, uint32_t what)
{
	filter_only(f, call, 1);
	filter_answer(f, what);
}

void filter_allow_if(struct filter *f, uint32_t call, int n, uint32_t mask, uint32_t bits)
{
	filter_only(f, call, 5);
	filter_argument(f, n);
	filter_put(f, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
	filter_put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, bits, 0, 1));
	filter_answer(f, FILTER_ALLOWS);
	filter_answer(f, FILTER_REFUSES);
}

void filter_begin(struct filter *f)
{
	f->count = 0;
	load(f, offsetof(struct seccomp_data, arch));
	filter_put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0));
	filter_answer(f, SECCOMP_RET_KILL);
	filter_number(f);
#ifdef __x86_64__                       /* the same calls by other numbers */
	filter_put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
	filter_answer(f, FILTER_REFUSES);
#endif
}

bool filter_install(const struct filter *f)
{
	struct sock_fprog program = { f->count, (struct sock_filter *)f->rule };
	bool whole = MACHINE != 0 && f->count < sizeof f->rule / sizeof *f->rule;
	return whole && !sys_prctl(PR_SET_NO_NEW_PRIVS, 1, NULL) && !sys_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

void limit_lower(int resource, uint64_t most)
{
	struct rlimit r;
	if (sys_getrlimit(resource, &r) || r.rlim_max <= most)
		return;
	r.rlim_max = most;
	r.rlim_cur = r.rlim_cur > most ? most : r.rlim_cur;
	sys_setrlimit(resource, &r);
}
