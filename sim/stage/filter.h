/* What sandbox and fence are made of: a filter of system calls, rule after rule, and limits that can only be lowered. */
#ifndef STAGE_FILTER_H
#define STAGE_FILTER_H
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include "sim/stage/system.h"

struct filter { struct sock_filter rule[1024]; unsigned short count; };

enum {
	FILTER_REFUSES = SECCOMP_RET_ERRNO | EPERM, FILTER_UNKNOWN = SECCOMP_RET_ERRNO | ENOSYS,        /* as if it were not permitted; as if there were none */
	FILTER_ALLOWS = SECCOMP_RET_ALLOW,
};

/* Rules are asked in their order; the number of the call is loaded when the first is. */
void filter_begin(struct filter *);
void filter_put(struct filter *, struct sock_filter);
void filter_number(struct filter *);                                    /* it is loaded again; */
void filter_argument(struct filter *, int n);                           /* and an argument in its place, its lower half */
void filter_answer(struct filter *, uint32_t what);
void filter_only(struct filter *, uint32_t call, uint8_t rules);        /* the next rules are for this call */
void filter_decide(struct filter *, uint32_t call, uint32_t what);
/* Allowed if these bits of the argument are as they should be, else refused. */
void filter_allow_if(struct filter *, uint32_t call, int n, uint32_t mask, uint32_t bits);
bool filter_install(const struct filter *);                             /* false: the kernel has no filters, or we have none for this machine */

void limit_lower(int resource, uint64_t most);
#endif
